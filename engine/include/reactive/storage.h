/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT const char *const *reactive_storage_list (ReactiveUnit *unit, const char *name, GError **error);
REACTIVE_EXPORT const char *reactive_storage_get_location (ReactiveUnit *unit, const char *id, GError **error);
REACTIVE_EXPORT const char *reactive_storage_get_kind (ReactiveUnit *unit, const char *id, GError **error);
REACTIVE_EXPORT gboolean reactive_storage_add (ReactiveUnit *unit, const char *name, guint count, GError **error);

G_END_DECLS
