/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT const ReactiveJson *reactive_config_get (ReactiveUnit *unit, const char *option);
REACTIVE_EXPORT const char *reactive_config_get_string (ReactiveUnit *unit, const char *option);
REACTIVE_EXPORT gint64 reactive_config_get_integer (ReactiveUnit *unit, const char *option);
REACTIVE_EXPORT double reactive_config_get_double (ReactiveUnit *unit, const char *option);
REACTIVE_EXPORT gboolean reactive_config_get_boolean (ReactiveUnit *unit, const char *option);
REACTIVE_EXPORT gboolean reactive_config_is_changed (ReactiveUnit *unit, const char *option);
REACTIVE_EXPORT const ReactiveJson *reactive_config_get_previous (ReactiveUnit *unit, const char *option);

G_END_DECLS
