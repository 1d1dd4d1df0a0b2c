/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/agent.h"
#include "simulator/capture.h"
#include "simulator/digest-cache.h"
#include "simulator/hook-context.h"
#include "simulator/hook-guard.h"
#include "simulator/simulation.h"
#include "state/store-image.h"
#include "unit/kill-point.h"

/* Why a hook fails that a scenario has fail. */
#define REACTIVE_SIMULATION_FAILED "failed by the scenario"

/* What the simulation knows of a unit beside the model. */
typedef struct
{
  ReactiveStoreImage *image;  /* (nullable): its state in memory */
  gboolean has_files;         /* it ran as a process, and its state is in files since then */
  ReactiveModelCharm *placed; /* (nullable): whose files were copied to its directory */
  gboolean has_root;
  guint n_hooks;   /* since settling began */
  guint n_retries; /* of the hook that it is in error over */
  gboolean fails_next;
  char *kill_point; /* (nullable): where the next hook dies that comes there */
  char *reason;     /* (nullable): why the last of its hooks that failed did */
  char *cycle;      /* (nullable): "install: [tick +up] → [tock -up]", until somebody asks */
  char **flags;     /* (nullable): of a process, as its state file had them before the hook */
  gint64 trace_id;  /* of the last hook in that file then */
} ReactiveSimulationUnit;

typedef struct
{
  ReactiveSimulationFunc func;
  gpointer data;
} ReactiveSimulationListener;

/* Sees a unit of this process before its hook runs: a test hangs there what handlers of the test need. */
typedef void (*ReactiveSimulationUnitFunc) (ReactiveUnit *unit, ReactiveModelUnit *model_unit, gpointer data);

/* Sees each point that a hook of this process passes, beside what the scenario says: whether it dies there. @hook:
 * unit, hook and number; @detail is NULL where the point has none. */
typedef gboolean (*ReactiveSimulationKillFunc) (const ReactiveSimulationEvent *hook, ReactiveKillPoint point,
                                                const char *detail, gpointer data);

/* What keeps changing, while it is looked for. */
typedef struct
{
  guint n_hooks_left;   /* 0: not looking */
  GHashTable *names[4]; /* of units, hooks, flags and keys: string → how often */
} ReactiveSimulationCycle;

struct _ReactiveSimulation
{
  ReactiveModel *model;
  guint64 seed;
  ReactiveRandom random;
  char *command;
  char *directory;
  gboolean is_own_directory; /* goes with the simulation */
  gboolean has_state_files;
  guint n_retries;
  guint hook_timeout_ms;
  const volatile sig_atomic_t *stop; /* (nullable) */
  guint max_hooks;

  ReactiveSimulationUnitFunc prepare_unit; /* (nullable) */
  gpointer prepare_data;
  ReactiveSimulationKillFunc is_killed; /* (nullable) */
  gpointer kill_data;

  GArray *listeners;    /* ReactiveSimulationListener */
  GArray *hooks;        /* ReactiveModelHook: those that a unit may run now */
  GHashTable *units;    /* ReactiveModelUnit → ReactiveSimulationUnit */
  guint n_charms;       /* that were copied */
  GPtrArray *libraries; /* char *: those of interfaces, that charms brought */
  gint64 started_us;    /* model time */
  guint64 number;
  ReactiveSimulationEvent current; /* of the hook that runs; its strings are owned */
  ReactiveHookGuard guard;
  ReactiveSimulationCycle cycle;
  ReactiveCapture *capture;
  ReactiveTexts *texts; /* those of states in memory */
  ReactiveDigestCache *digests;
  char *tools_directory; /* (nullable): links to the command under every tool's name */
  ReactiveAgent *agent;  /* (nullable) */
  char *agent_address;
};

/* One hook that is being run. */
typedef struct
{
  ReactiveSimulation *simulation;
  ReactiveModelUnit *unit;
  const ReactiveModelHook *hook;
  ReactiveHookContext *context;
  ReactiveSimulationUnit *known;
  const char *name; /* "db-relation-joined"; an action's name */
  const char *context_id;
  gboolean fails;         /* at its end, because the scenario said so */
  const char *kill_point; /* (nullable) */
  gboolean was_killed;    /* there */
  ReactiveHookOutcome outcome;
  char *reason; /* (nullable): why it failed */
} ReactiveRun;

/* simulation-events.c: an event of the hook that runs */
void reactive_simulation_note (ReactiveSimulation *simulation, ReactiveSimulationEventKind kind, const char *detail);
/* What a charm tells Juju, as one; for reactive_hook_context_set_watch(). */
void reactive_simulation_note_told (const ReactiveHookNote *note, gpointer simulation);
/* What was printed since the last time, as some. */
void reactive_simulation_take_output (ReactiveSimulation *simulation);
gboolean reactive_simulation_is_listening (const ReactiveSimulation *simulation);
/* A temporary directory has another name in each run, which is not to be seen in what happens. NULL where it is not in
 * @detail (nullable); else for g_free(). */
char *reactive_simulation_hide_directory (const ReactiveSimulation *simulation, const char *detail);

/* simulation.c: what is outside of this process, and is not to outlive it */
void reactive_simulation_clean_up (ReactiveSimulation *simulation);
ReactiveSimulationUnit *reactive_simulation_know (ReactiveSimulation *simulation, ReactiveModelUnit *unit);
/* Around each run of hooks: what they print is captured, and crashes are watched. */
void reactive_simulation_begin (ReactiveSimulation *simulation);
void reactive_simulation_end (ReactiveSimulation *simulation);
/* In between: one hook. *@out_unit is NULL where no unit has any; the unit may have left the model. */
gboolean reactive_simulation_run_one (ReactiveSimulation *simulation, const ReactiveModelUnit **out_unit,
                                      GError **error);
/* The same for a hook that the caller picks, of those that the unit has. */
gboolean reactive_simulation_run_hook (ReactiveSimulation *simulation, ReactiveModelUnit *unit,
                                       const ReactiveModelHook *hook, GError **error);

/* simulation-files.c: a unit's charm directory, and its root, which are made and filled when somebody asks for them.
 * Free with g_free(). */
char *reactive_simulation_get_unit_directory (ReactiveSimulation *simulation, const ReactiveModelUnit *unit,
                                              const char *name);
gboolean reactive_simulation_make_charm_directory (ReactiveSimulation *simulation, ReactiveModelUnit *unit,
                                                   GError **error);
gboolean reactive_simulation_make_root_directory (ReactiveSimulation *simulation, ReactiveModelUnit *unit,
                                                  GError **error);
char *reactive_simulation_get_state_path (ReactiveSimulation *simulation, const ReactiveModelUnit *unit);

/* simulation-state.c: a process finds its state in files. Puts there what the unit has in memory, if it has, and looks
 * at what is there. */
gboolean reactive_simulation_prepare_state (ReactiveRun *run, GError **error);
/* Events of how a process changed it. */
void reactive_simulation_note_state (ReactiveRun *run);

/* simulation-cycle.c: what a model that never quiets goes round in */
void reactive_simulation_begin_cycle (ReactiveSimulation *simulation, guint n_hooks);
void reactive_simulation_watch_cycle (ReactiveSimulation *simulation, const ReactiveSimulationEvent *event);
void reactive_simulation_clear_cycle (ReactiveSimulation *simulation);
/* Free with g_free(). */
char *reactive_simulation_describe_cycle (ReactiveSimulation *simulation);

/* Runners: set the outcome and the reason of @run. An error ends the simulation. */
gboolean reactive_run_in_process (ReactiveRun *run, GError **error);
gboolean reactive_run_as_process (ReactiveRun *run, GError **error);
