/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT void reactive_status_maintenance (ReactiveUnit *unit, const char *message);
REACTIVE_EXPORT void reactive_status_maintenance_printf (ReactiveUnit *unit, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
REACTIVE_EXPORT void reactive_status_blocked (ReactiveUnit *unit, const char *message);
REACTIVE_EXPORT void reactive_status_blocked_printf (ReactiveUnit *unit, const char *format, ...) G_GNUC_PRINTF (2, 3);
REACTIVE_EXPORT void reactive_status_waiting (ReactiveUnit *unit, const char *message);
REACTIVE_EXPORT void reactive_status_waiting_printf (ReactiveUnit *unit, const char *format, ...) G_GNUC_PRINTF (2, 3);
REACTIVE_EXPORT void reactive_status_active (ReactiveUnit *unit, const char *message);
REACTIVE_EXPORT void reactive_status_active_printf (ReactiveUnit *unit, const char *format, ...) G_GNUC_PRINTF (2, 3);
REACTIVE_EXPORT const char *reactive_get_status (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_status_message (ReactiveUnit *unit);
REACTIVE_EXPORT gboolean reactive_set_application_status (ReactiveUnit *unit, const char *status, const char *message,
                                                          GError **error);
REACTIVE_EXPORT void reactive_set_application_version (ReactiveUnit *unit, const char *version);

G_END_DECLS
