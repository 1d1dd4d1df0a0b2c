/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT const ReactiveJson *reactive_action_get (ReactiveUnit *unit, const char *parameter);
REACTIVE_EXPORT const char *reactive_action_get_string (ReactiveUnit *unit, const char *parameter);
REACTIVE_EXPORT gint64 reactive_action_get_integer (ReactiveUnit *unit, const char *parameter);
REACTIVE_EXPORT gboolean reactive_action_get_boolean (ReactiveUnit *unit, const char *parameter);
REACTIVE_EXPORT void reactive_action_set (ReactiveUnit *unit, const char *key, const char *value);
REACTIVE_EXPORT void reactive_action_fail (ReactiveUnit *unit, const char *message);
REACTIVE_EXPORT void reactive_action_log (ReactiveUnit *unit, const char *message);

G_END_DECLS
