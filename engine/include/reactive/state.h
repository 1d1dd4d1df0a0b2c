/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT const char *reactive_state_get (ReactiveUnit *unit, const char *key, GError **error);
REACTIVE_EXPORT const ReactiveJson *reactive_state_get_all (ReactiveUnit *unit, GError **error);
REACTIVE_EXPORT gboolean reactive_state_set (ReactiveUnit *unit, const char *key, const char *value, GError **error);

G_END_DECLS
