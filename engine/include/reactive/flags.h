/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/module.h>

G_BEGIN_DECLS

/**
 * ReactiveTriggerFunc:
 * @unit: the unit whose flag changed
 * @data: what was given with the trigger
 *
 * Runs when the flag of a trigger changed, after the flags that the trigger sets and clears.
 */
typedef void (*ReactiveTriggerFunc) (ReactiveUnit *unit, gpointer data);

REACTIVE_EXPORT void reactive_set_flag (ReactiveUnit *unit, const char *flag);
REACTIVE_EXPORT void reactive_clear_flag (ReactiveUnit *unit, const char *flag);
REACTIVE_EXPORT void reactive_toggle_flag (ReactiveUnit *unit, const char *flag, gboolean is_set);
REACTIVE_EXPORT gboolean reactive_is_flag_set (ReactiveUnit *unit, const char *flag);
REACTIVE_EXPORT gboolean reactive_all_flags_set (ReactiveUnit *unit, ...) G_GNUC_NULL_TERMINATED;
REACTIVE_EXPORT gboolean reactive_any_flags_set (ReactiveUnit *unit, ...) G_GNUC_NULL_TERMINATED;
REACTIVE_EXPORT const char *const *reactive_get_flags (ReactiveUnit *unit);
REACTIVE_EXPORT gboolean reactive_not_unless (ReactiveUnit *unit, const char *function, ...) G_GNUC_NULL_TERMINATED;
REACTIVE_EXPORT void reactive_register_trigger (ReactiveUnit *unit, const ReactiveTrigger *trigger,
                                                ReactiveTriggerFunc callback, gpointer data);

G_END_DECLS
