/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

REACTIVE_EXPORT const char *reactive_resource_get (ReactiveUnit *unit, const char *name, GError **error);

G_END_DECLS
