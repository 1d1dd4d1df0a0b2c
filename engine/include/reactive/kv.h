/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT const ReactiveJson *reactive_kv_get (ReactiveUnit *unit, const char *key);
REACTIVE_EXPORT const char *reactive_kv_get_string (ReactiveUnit *unit, const char *key);
REACTIVE_EXPORT gint64 reactive_kv_get_integer (ReactiveUnit *unit, const char *key);
REACTIVE_EXPORT void reactive_kv_set (ReactiveUnit *unit, const char *key, const ReactiveJson *value);
REACTIVE_EXPORT void reactive_kv_set_string (ReactiveUnit *unit, const char *key, const char *value);
REACTIVE_EXPORT void reactive_kv_set_integer (ReactiveUnit *unit, const char *key, gint64 value);
REACTIVE_EXPORT void reactive_kv_unset (ReactiveUnit *unit, const char *key);
REACTIVE_EXPORT ReactiveJson *reactive_kv_get_range (ReactiveUnit *unit, const char *prefix);
REACTIVE_EXPORT gboolean reactive_data_changed (ReactiveUnit *unit, const char *id, const ReactiveJson *data);
REACTIVE_EXPORT gboolean reactive_is_data_changed (ReactiveUnit *unit, const char *id, const ReactiveJson *data);
REACTIVE_EXPORT gboolean reactive_any_file_changed (ReactiveUnit *unit, ...) G_GNUC_NULL_TERMINATED;
REACTIVE_EXPORT gboolean reactive_was_invoked (ReactiveUnit *unit, const char *id);
REACTIVE_EXPORT void reactive_mark_invoked (ReactiveUnit *unit, const char *id);

G_END_DECLS
