/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* External handlers: programs of the charm in any language, which speak the protocol of charms.reactive. They are the
 * files below `reactive/`, `hooks/reactive/` and `hooks/relations/` that may be executed, have no suffix or `.sh`, and
 * are a script or no text at all. Hidden ones are passed over.
 *
 * Their paths from the charm directory on: those of `reactive/` first, sorted (bytes). Errors: MODULE. Returns:
 * (element-type filename) (transfer full) */
GPtrArray *reactive_externals_find (const char *charm_dir, GError **error);
