/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/model.h"

/* How the hooks of the charm in @directory are to be run: in this process, unless its `dispatch` is not ours, or it has
 * `hooks` in the place of one; and each in a process of its own where handlers are programs, which ask the agent.
 * Errors: NOT_FOUND (no charm, or none that is built). */
gboolean reactive_charm_kind_find (const char *directory, ReactiveCharmKind *out_kind, GError **error);
/* Whether there are handler modules in @directory, built for this library. */
gboolean reactive_charm_kind_has_modules (const char *directory);
