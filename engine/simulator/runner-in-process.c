/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/simulation-private.h"
#include "unit/unit-private.h"

/* Runs the hook of a charm's handler modules in this process: a ReactiveUnit that asks the model. */
typedef struct
{
  ReactiveRun *run;
  ReactiveUnit *unit;
  gboolean is_to_die;
  ReactiveKillPoint kill_point; /* when is_to_die */
  const char *kill_detail;      /* (nullable): any */
  gboolean is_good;
  gboolean was_killed;
  GError *reason;
} InProcess;

/* The machine that the unit is on */

static gint64
now_us (gpointer data)
{
  const InProcess *in_process = data;

  return in_process->run->simulation->model->now_us;
}

static char *
new_id (gpointer data)
{
  const InProcess *in_process = data;

  return reactive_random_new_id (&in_process->run->simulation->model->ids);
}

static gboolean
find_directories (char **out_charm_dir, char **out_root_dir, gpointer data, GError **error)
{
  const InProcess *in_process = data;
  ReactiveSimulation *simulation = in_process->run->simulation;
  ReactiveModelUnit *unit = in_process->run->unit;

  if (!reactive_simulation_make_charm_directory (simulation, unit, error)
      || !reactive_simulation_make_root_directory (simulation, unit, error))
    return FALSE;

  *out_charm_dir = reactive_simulation_get_unit_directory (simulation, unit, "charm");
  *out_root_dir = reactive_simulation_get_unit_directory (simulation, unit, "root");

  return TRUE;
}

static ReactiveJson *
load_config (gpointer data)
{
  const ReactiveModelUnit *unit = ((const InProcess *) data)->run->unit;

  return unit->persistent_config != NULL ? reactive_json_ref (unit->persistent_config) : NULL;
}

static void
save_config (ReactiveJson *config, gpointer data)
{
  ReactiveModelUnit *unit = ((const InProcess *) data)->run->unit;

  /* Most often it is what all units of the application have. */
  if (reactive_json_equal (config, unit->application->config))
    {
      reactive_json_unref (config);
      config = reactive_json_ref (unit->application->config);
    }
  reactive_json_unref (unit->persistent_config);
  unit->persistent_config = config;
}

static char *
digest (const char *text, gsize length_bytes, gpointer data)
{
  const InProcess *in_process = data;

  return reactive_digest_cache_get (in_process->run->simulation->digests, text, length_bytes);
}

static void
note_event (const ReactiveEvent *event, gpointer data)
{
  const InProcess *in_process = data;
  ReactiveSimulation *simulation = in_process->run->simulation;

  switch (event->kind)
    {
    case REACTIVE_EVENT_SET:
      reactive_simulation_note (simulation, REACTIVE_SIMULATION_FLAG_SET, event->name);
      break;
    case REACTIVE_EVENT_CLEAR:
      reactive_simulation_note (simulation, REACTIVE_SIMULATION_FLAG_CLEAR, event->name);
      break;
    case REACTIVE_EVENT_RUN:
      reactive_simulation_note (simulation, REACTIVE_SIMULATION_HANDLER, event->name);
      break;
    case REACTIVE_EVENT_PHASE:
    case REACTIVE_EVENT_QUEUE:
    case REACTIVE_EVENT_DROP:
      break;
    }
}

static gboolean
is_killed (ReactiveKillPoint point, const char *detail, gpointer data)
{
  const InProcess *in_process = data;
  ReactiveSimulation *simulation = in_process->run->simulation;
  ReactiveSimulationEvent hook = simulation->current;

  if (in_process->is_to_die && point == in_process->kill_point
      && (in_process->kill_detail == NULL || g_strcmp0 (in_process->kill_detail, detail) == 0))
    return in_process->run->was_killed = TRUE;

  hook.number = simulation->number;
  return simulation->is_killed != NULL && simulation->is_killed (&hook, point, detail, simulation->kill_data);
}

static gboolean
may_end (gpointer data, GError **error)
{
  const InProcess *in_process = data;

  if (!in_process->run->fails)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s", REACTIVE_SIMULATION_FAILED);
}

static const ReactiveUnitHost memory_host = {
  .now_us = now_us,
  .find_directories = find_directories,
  .load_config = load_config,
  .save_config = save_config,
  .digest = digest,
  .event = note_event,
  .may_end = may_end,
};

static const ReactiveUnitHost file_host = {
  .now_us = now_us,
  .find_directories = find_directories,
  .digest = digest,
  .event = note_event,
  .may_end = may_end,
};

/* The hook */

/* Also where it was upgraded from a charm that keeps its state in them. */
static gboolean
has_files (const ReactiveRun *run)
{
  return run->simulation->has_state_files || run->known->has_files;
}

static ReactiveStore *
open_store (ReactiveRun *run, GError **error)
{
  g_autofree char *path = NULL;

  if (!has_files (run))
    {
      if (run->known->image == NULL)
        run->known->image = reactive_store_image_new (run->simulation->texts, REACTIVE_STORE_TRACE_LAST);
      return reactive_store_open_image (run->known->image);
    }

  if (!reactive_simulation_make_charm_directory (run->simulation, run->unit, error))
    return NULL;
  path = reactive_simulation_get_state_path (run->simulation, run->unit);

  return reactive_store_open (path, REACTIVE_STORE_READ_WRITE, error);
}

static const char *
get_running (gpointer data)
{
  const InProcess *in_process = data;

  return reactive_unit_get_running (in_process->unit);
}

static void
leave (gpointer data)
{
  reactive_simulation_clean_up (((InProcess *) data)->run->simulation);
}

static void
note_cycle (const InProcess *in_process)
{
  const char *cycle = reactive_unit_get_cycle (in_process->unit);
  const ReactiveRun *run = in_process->run;

  if (cycle == NULL)
    return;

  g_free (run->known->cycle);
  run->known->cycle = g_strjoin (": ", run->name, cycle, NULL);
}

/* All of the charm's code: beside handlers, interfaces free here what they hung on the unit. */
static void
run_unit (gpointer data)
{
  InProcess *in_process = data;

  in_process->is_good = reactive_unit_run (in_process->unit, &in_process->reason);
  in_process->was_killed = reactive_unit_is_killed (in_process->unit);
  note_cycle (in_process);
  reactive_unit_free (g_steal_pointer (&in_process->unit));
}

static void
take_outcome (InProcess *in_process)
{
  if (in_process->is_good)
    return;

  in_process->run->outcome = in_process->was_killed ? REACTIVE_HOOK_KILLED : REACTIVE_HOOK_FAILED;
  in_process->run->reason = g_strdup (in_process->reason->message);
  g_error_free (in_process->reason);
}

static const char *
nothing_runs (gpointer data)
{
  return NULL;
}

static gboolean
report_crash (InProcess *in_process, const char *how, GError **error)
{
  ReactiveRun *run = in_process->run;
  const char *handler = get_running (in_process);

  /* The guard is up until the run ends, and what it looked at goes with this function. */
  run->simulation->guard.get_running = nothing_runs;
  run->outcome = REACTIVE_HOOK_FAILED;
  run->reason = handler != NULL ? g_strdup_printf ("handler '%s' %s", handler, how) : g_strdup_printf ("it %s", how);
  return reactive_fail (error, REACTIVE_ERROR_HANDLER,
                        "%s, in %s of %s, which runs in this process (isolation: process lets it fail alone); "
                        "--seed %" G_GUINT64_FORMAT " replays it",
                        run->reason, run->simulation->current.hook, run->simulation->current.unit,
                        run->simulation->seed);
}

static ReactiveUnit *
make_unit (InProcess *in_process, const ReactiveUnitHost *host, GError **error)
{
  ReactiveRun *run = in_process->run;
  ReactiveStore *store = open_store (run, error);
  ReactiveUnit *unit;

  if (store == NULL)
    return NULL;

  unit = reactive_unit_new (run->unit->charm->handlers,
                            reactive_model_hook_to_hook (run->unit, run->hook, run->context_id, /* charm_dir= */ NULL),
                            reactive_hook_context_get_juju (run->context), store, "/");
  reactive_unit_set_host (unit, host, in_process);
  reactive_unit_set_id_source (unit, new_id, in_process);
  if (run->simulation->prepare_unit != NULL)
    run->simulation->prepare_unit (unit, run->unit, run->simulation->prepare_data);

  return unit;
}

static gboolean
call_guarded (InProcess *in_process, GError **error)
{
  ReactiveSimulation *simulation = in_process->run->simulation;
  const char *how;

  simulation->guard = (ReactiveHookGuard){
    .unit = simulation->current.unit,
    .hook = simulation->current.hook,
    .seed = simulation->seed,
    .get_running = get_running,
    .leave = leave,
    .data = in_process,
    .error_descriptor = reactive_capture_get_error_descriptor (simulation->capture),
  };
  how = reactive_hook_guard_call (&simulation->guard, run_unit);
  reactive_simulation_take_output (simulation);
  if (how != NULL)
    return report_crash (in_process, how, error);

  take_outcome (in_process);

  return TRUE;
}

gboolean
reactive_run_in_process (ReactiveRun *run, GError **error)
{
  ReactiveUnitHost host = has_files (run) ? file_host : memory_host;
  InProcess in_process = { .run = run };

  in_process.is_to_die = run->kill_point != NULL
                         && reactive_kill_point_parse (run->kill_point, /* handlers= */ NULL, &in_process.kill_point,
                                                       &in_process.kill_detail, NULL);
  if (in_process.is_to_die || run->simulation->is_killed != NULL)
    host.is_killed = is_killed;
  in_process.unit = make_unit (&in_process, &host, error);

  return in_process.unit != NULL && call_guarded (&in_process, error);
}
