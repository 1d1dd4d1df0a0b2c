/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT void reactive_finish_hook (ReactiveUnit *unit);
REACTIVE_EXPORT void reactive_defer (ReactiveUnit *unit);
REACTIVE_EXPORT char *reactive_new_id (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_charm_dir (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_get_root_dir (ReactiveUnit *unit);
REACTIVE_EXPORT char *reactive_get_path (ReactiveUnit *unit, const char *path);
REACTIVE_EXPORT void reactive_unit_set_data (ReactiveUnit *unit, const char *key, gpointer data,
                                             GDestroyNotify destroy);
REACTIVE_EXPORT gpointer reactive_unit_get_data (ReactiveUnit *unit, const char *key);

G_END_DECLS
