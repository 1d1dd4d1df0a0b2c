/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <signal.h>

#include "simulator/model-hook.h"

/* Runs a model: draws which unit runs a hook next, runs it, and tells what happened. Every choice is the seed's. */
typedef struct _ReactiveSimulation ReactiveSimulation;

typedef enum
{
  REACTIVE_SIMULATION_HOOK,     /* a hook begins */
  REACTIVE_SIMULATION_HANDLER,  /* a handler runs: detail "MODULE:NAME" */
  REACTIVE_SIMULATION_FLAG_SET, /* detail: the flag */
  REACTIVE_SIMULATION_FLAG_CLEAR,
  REACTIVE_SIMULATION_PUBLISHED, /* detail: "db:1 app/0 KEY=VALUE" of a key, "db:1 app KEY" where it was deleted */
  REACTIVE_SIMULATION_STATUS,    /* detail: "active: ready" */
  REACTIVE_SIMULATION_LOG,       /* detail: "INFO: text" */
  REACTIVE_SIMULATION_OUTPUT,    /* detail: a line that the charm printed */
  REACTIVE_SIMULATION_TOLD,      /* anything else the charm told Juju: "open-port 80/tcp" */
  REACTIVE_SIMULATION_HOOK_END,  /* detail: NULL, or why it failed */
  REACTIVE_SIMULATION_STEP,      /* a step of a scenario begins: detail "config: bind"; unit NULL */
  REACTIVE_SIMULATION_FAILURE,   /* an expectation that does not hold: detail the message; unit NULL */
} ReactiveSimulationEventKind;

typedef enum
{
  REACTIVE_HOOK_GOOD,
  REACTIVE_HOOK_FAILED,
  REACTIVE_HOOK_KILLED,
  REACTIVE_HOOK_MISSING, /* an executable charm has none of that name, which is good */
} ReactiveHookOutcome;

typedef struct
{
  ReactiveSimulationEventKind kind;
  gint64 time_us;              /* model time since its beginning */
  guint64 number;              /* of the hook, from 1; of those outside of hooks that of the last */
  const char *unit;            /* (nullable) */
  const char *hook;            /* (nullable): "db-relation-joined", "action backup" */
  const char *subject;         /* (nullable): of a relation's hook "db:1 mysql/0" */
  const char *detail;          /* (nullable) */
  ReactiveHookOutcome outcome; /* of HOOK_END */
} ReactiveSimulationEvent;

/* What the process prints on its standard output and error output while the model runs is taken for the charms':
 * listeners print on descriptors of their own. */
typedef void (*ReactiveSimulationFunc) (const ReactiveSimulationEvent *event, gpointer data);

#define REACTIVE_SIMULATION_N_RETRIES 3 /* usually */

typedef struct
{
  guint64 seed;
  const char *directory; /* (nullable): where units have their files; a temporary one, removed at the end, when NULL */
  const char
      *command; /* (nullable): the command `reactive`, by its path, for charms that run as processes: they need it */
  gboolean has_state_files;          /* state in .unit-state.db of each unit's charm directory, as on a real machine */
  guint n_retries;                   /* of a failed hook while settling, when nothing else is left to do */
  guint hook_timeout_ms;             /* 0: 60 s */
  const volatile sig_atomic_t *stop; /* (nullable): not 0 when the run is to end; a signal handler sets it */
  guint max_hooks;                   /* of a unit until it settles, beyond what its relations explain; 0: 1000 */
} ReactiveSimulationOptions;

/* Takes @model. */
ReactiveSimulation *reactive_simulation_new (ReactiveModel *model, const ReactiveSimulationOptions *options,
                                             GError **error);
void reactive_simulation_free (ReactiveSimulation *simulation);
ReactiveModel *reactive_simulation_get_model (ReactiveSimulation *simulation);

/* Loads the charm in @directory from a copy of its own, so that what is changed there later is another revision: a
 * module that was replaced is really loaded. Errors: those of reactive_model_charm_load(); FAILED. */
ReactiveModelCharm *reactive_simulation_load_charm (ReactiveSimulation *simulation, const char *directory,
                                                    ReactiveCharmKind kind, GError **error);

void reactive_simulation_add_listener (ReactiveSimulation *simulation, ReactiveSimulationFunc func, gpointer data);
void reactive_simulation_emit (ReactiveSimulation *simulation, const ReactiveSimulationEvent *event);

/* One hook of a unit that the seed picks. *@out_ran FALSE: no unit has one. A hook that fails is a result; an error is
 * something that ends the run: a crash or hang of a handler in this process (HANDLER, naming unit, hook, handler and
 * seed), or files that cannot be written. */
gboolean reactive_simulation_step (ReactiveSimulation *simulation, gboolean *out_ran, GError **error);
gboolean reactive_simulation_run (ReactiveSimulation *simulation, guint n_hooks, GError **error);
/* Until no unit has anything to do. Errors: TIMEOUT, naming the cycle, where the model never quiets. */
gboolean reactive_simulation_settle (ReactiveSimulation *simulation, GError **error);

/* The next hook of @unit fails; the next one that comes to @point dies there: see kill-point.h. Errors: INVALID, where
 * there is no such point, or @unit is to die at another one first. */
void reactive_simulation_fail_next (ReactiveSimulation *simulation, ReactiveModelUnit *unit);
gboolean reactive_simulation_kill_next (ReactiveSimulation *simulation, ReactiveModelUnit *unit, const char *point,
                                        GError **error);
/* What of that has not happened; NULL where all has. Free with g_free(). */
char *reactive_simulation_describe_plan (ReactiveSimulation *simulation, ReactiveModelUnit *unit);

/* Why the last hook that failed did; NULL where none has. */
const char *reactive_simulation_get_reason (ReactiveSimulation *simulation, ReactiveModelUnit *unit);
/* What handlers of this process went round in, in a hook since this was asked last: "HOOK: [tick +up] → [tock -up]";
 * NULL where they came to rest. Free with g_free(). */
char *reactive_simulation_take_cycle (ReactiveSimulation *simulation, ReactiveModelUnit *unit);

/* A unit's files: "/srv/app.conf" from its root, "x" from its charm directory. Directories are made when they are first
 * needed. Free with g_free(). */
char *reactive_simulation_get_path (ReactiveSimulation *simulation, ReactiveModelUnit *unit, const char *path);
/* The flags of a unit, sorted; NULL where the charm keeps none. Free with g_strfreev(). */
char **reactive_simulation_get_flags (ReactiveSimulation *simulation, ReactiveModelUnit *unit);
/* Writes what the unit keeps as a state file. */
gboolean reactive_simulation_write_state (ReactiveSimulation *simulation, ReactiveModelUnit *unit, const char *path,
                                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveSimulation, reactive_simulation_free)
