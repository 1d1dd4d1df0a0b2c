/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT LBConsumers *lb_consumers (ReactiveUnit *unit, const char *endpoint_name);

REACTIVE_EXPORT gboolean lb_consumers_get_follower_can_read (LBConsumers *consumers);
REACTIVE_EXPORT void lb_consumers_set_follower_can_read (LBConsumers *consumers, gboolean can_read);
REACTIVE_EXPORT gboolean lb_consumers_is_changed (LBConsumers *consumers);

REACTIVE_EXPORT GPtrArray *lb_consumers_get_all_requests (LBConsumers *consumers);
REACTIVE_EXPORT GPtrArray *lb_consumers_get_new_requests (LBConsumers *consumers);
REACTIVE_EXPORT GPtrArray *lb_consumers_get_removed_requests (LBConsumers *consumers);

REACTIVE_EXPORT gboolean lb_consumers_send_response (LBConsumers *consumers, LBRequest *request, GError **error);
REACTIVE_EXPORT gboolean lb_consumers_revoke_response (LBConsumers *consumers, LBRequest *request, GError **error);
REACTIVE_EXPORT void lb_consumers_mark_seen (LBConsumers *consumers, LBRequest *request);
REACTIVE_EXPORT void lb_consumers_forget_removed (LBConsumers *consumers);

G_END_DECLS
