/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/unit.h>

#include "juju/hook.h"
#include "juju/juju.h"
#include "state/store.h"
#include "unit/handlers.h"
#include "unit/unit-host.h"

/* A unit for one hook. Takes @hook, @juju and @store; @root_dir is "/" on a real machine. */
ReactiveUnit *reactive_unit_new (ReactiveHandlers *handlers, ReactiveHook *hook, ReactiveJuju *juju,
                                 ReactiveStore *store, const char *root_dir);
void reactive_unit_free (ReactiveUnit *unit);

/* Where reactive_new_id() takes ids from, for tests and simulations: 32 hexadecimal digits, for g_free(). */
typedef char *(*ReactiveIdFunc) (gpointer data);
void reactive_unit_set_id_source (ReactiveUnit *unit, ReactiveIdFunc new_id, gpointer data);

/* Puts the unit on another machine, before it runs. @host must outlive it. */
void reactive_unit_set_host (ReactiveUnit *unit, const ReactiveUnitHost *host, gpointer data);

/* Runs the hook from the automatic flags to the last thing told to Juju. On failure nothing is kept but a trace row,
 * and the reason is in Juju's log. When it is killed, by @host's is_killed(), the unit does what a killed process does:
 * nothing more. */
gboolean reactive_unit_run (ReactiveUnit *unit, GError **error);
gboolean reactive_unit_is_killed (const ReactiveUnit *unit);
/* What the handlers went round in until they were stopped; NULL where they came to rest. */
const char *reactive_unit_get_cycle (const ReactiveUnit *unit);

/* The handler that runs right now, for whoever must name it; NULL between handlers. */
const char *reactive_unit_get_running (const ReactiveUnit *unit);
/* Ends a hook from outside of reactive_unit_run(), as a failure of the handler that runs. */
void reactive_unit_abort (ReactiveUnit *unit, const GError *reason);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveUnit, reactive_unit_free)
