/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT char *reactive_call_tool (ReactiveUnit *unit, const char *const *argv, const char *input,
                                          GError **error);
REACTIVE_EXPORT ReactiveJson *reactive_call_tool_json (ReactiveUnit *unit, const char *const *argv, GError **error);
REACTIVE_EXPORT const ReactiveJson *reactive_get_network (ReactiveUnit *unit, const char *binding, GError **error);
REACTIVE_EXPORT const char *reactive_get_bind_address (ReactiveUnit *unit, const char *binding, GError **error);
REACTIVE_EXPORT const char *reactive_get_ingress_address (ReactiveUnit *unit, const char *binding, GError **error);
REACTIVE_EXPORT void reactive_open_port (ReactiveUnit *unit, const char *port);
REACTIVE_EXPORT void reactive_close_port (ReactiveUnit *unit, const char *port);
REACTIVE_EXPORT const ReactiveJson *reactive_get_goal_state (ReactiveUnit *unit, GError **error);
REACTIVE_EXPORT const ReactiveJson *reactive_get_cloud (ReactiveUnit *unit, GError **error);
REACTIVE_EXPORT gboolean reactive_add_metric (ReactiveUnit *unit, const char *metric, const char *value,
                                              GError **error);
REACTIVE_EXPORT gboolean reactive_reboot (ReactiveUnit *unit, GError **error);
REACTIVE_EXPORT gboolean reactive_reboot_now (ReactiveUnit *unit, GError **error);

G_END_DECLS
