/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT LBProvider *lb_provider (ReactiveUnit *unit, const char *endpoint_name);

REACTIVE_EXPORT gboolean lb_provider_is_available (LBProvider *provider);
REACTIVE_EXPORT gboolean lb_provider_can_request (LBProvider *provider);
REACTIVE_EXPORT gboolean lb_provider_has_response (LBProvider *provider);
REACTIVE_EXPORT gboolean lb_provider_is_changed (LBProvider *provider);

REACTIVE_EXPORT LBRequest *lb_provider_get_request (LBProvider *provider, const char *name, GError **error);
REACTIVE_EXPORT gboolean lb_provider_send_request (LBProvider *provider, LBRequest *request, GError **error);
REACTIVE_EXPORT gboolean lb_provider_remove_request (LBProvider *provider, const char *name, GError **error);
REACTIVE_EXPORT GPtrArray *lb_provider_get_all_requests (LBProvider *provider);

REACTIVE_EXPORT LBResponse *lb_provider_get_response (LBProvider *provider, const char *name);
REACTIVE_EXPORT GPtrArray *lb_provider_get_all_responses (LBProvider *provider);
REACTIVE_EXPORT GPtrArray *lb_provider_get_complete_responses (LBProvider *provider);
REACTIVE_EXPORT GPtrArray *lb_provider_get_new_responses (LBProvider *provider);
REACTIVE_EXPORT GPtrArray *lb_provider_get_revoked_responses (LBProvider *provider);
REACTIVE_EXPORT gboolean lb_provider_ack_response (LBProvider *provider, LBResponse *response, GError **error);
REACTIVE_EXPORT gboolean lb_provider_ack_all (LBProvider *provider, GError **error);

G_END_DECLS
