/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/macros.h>

G_BEGIN_DECLS

/**
 * ReactiveUnit:
 *
 * The unit that a hook runs for: what every handler receives. It owns all that a handler may ask for; strings and
 * values that its functions return without passing ownership live until the hook ends. A unit is used only from the
 * thread that dispatches it.
 */
typedef struct _ReactiveUnit ReactiveUnit;

/**
 * ReactiveJson:
 *
 * An immutable JSON value; see `reactive/json.h`.
 */
typedef struct _ReactiveJson ReactiveJson;

G_END_DECLS
