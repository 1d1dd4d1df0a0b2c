/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT gboolean reactive_is_leader (ReactiveUnit *unit);
REACTIVE_EXPORT const char *reactive_leader_get (ReactiveUnit *unit, const char *key);
REACTIVE_EXPORT gboolean reactive_leader_set (ReactiveUnit *unit, const char *key, const char *value, GError **error);

G_END_DECLS
