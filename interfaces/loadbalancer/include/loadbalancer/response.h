/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT GType lb_response_get_type (void);
REACTIVE_EXPORT LBResponse *lb_response_ref (LBResponse *response);
REACTIVE_EXPORT void lb_response_unref (LBResponse *response);

REACTIVE_EXPORT const char *lb_response_get_name (const LBResponse *response);
REACTIVE_EXPORT const char *lb_response_get_received_hash (const LBResponse *response);
REACTIVE_EXPORT char *lb_response_get_hash (const LBResponse *response);
REACTIVE_EXPORT gboolean lb_response_is_valid (const LBResponse *response);
REACTIVE_EXPORT gboolean lb_response_is_success (const LBResponse *response);

REACTIVE_EXPORT const char *lb_response_get_address (const LBResponse *response);
REACTIVE_EXPORT void lb_response_set_address (LBResponse *response, const char *address);
REACTIVE_EXPORT LBErrorType lb_response_get_error (const LBResponse *response);
REACTIVE_EXPORT void lb_response_set_error (LBResponse *response, LBErrorType type);
REACTIVE_EXPORT const char *lb_response_get_error_message (const LBResponse *response);
REACTIVE_EXPORT void lb_response_set_error_message (LBResponse *response, const char *message);
REACTIVE_EXPORT const char **lb_response_get_error_fields (const LBResponse *response);
REACTIVE_EXPORT const char *lb_response_get_error_field (const LBResponse *response, const char *field);
REACTIVE_EXPORT void lb_response_set_error_field (LBResponse *response, const char *field, const char *message);
REACTIVE_EXPORT void lb_response_clear_error (LBResponse *response);

/* The names of the older dialect, over the same data. */
REACTIVE_EXPORT gboolean lb_response_get_success (const LBResponse *response);
REACTIVE_EXPORT void lb_response_set_success (LBResponse *response, gboolean is_success);
REACTIVE_EXPORT const char *lb_response_get_message (LBResponse *response);
REACTIVE_EXPORT void lb_response_set_message (LBResponse *response, const char *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LBResponse, lb_response_unref)

G_END_DECLS
