/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "simulator/file-tree.h"
#include "simulator/simulation-private.h"
#include "simulator/strays.h"
#include "unit/kill-point.h"

#define HOOK_US G_USEC_PER_SEC
#define TIMEOUT_MS 60000
#define MAX_HOOKS 1000

static void
free_unit (gpointer data)
{
  ReactiveSimulationUnit *known = data;

  reactive_store_image_free (known->image);
  reactive_model_charm_unref (known->placed);
  g_strfreev (known->flags);
  g_free (known->kill_point);
  g_free (known->reason);
  g_free (known->cycle);
  g_free (known);
}

static gboolean
find_directory (ReactiveSimulation *simulation, const char *directory, GError **error)
{
  g_autoptr (GError) reason = NULL;

  simulation->is_own_directory = directory == NULL;
  simulation->directory
      = directory == NULL ? g_dir_make_tmp ("reactive-XXXXXX", &reason) : g_canonicalize_filename (directory, NULL);
  if (reason != NULL)
    g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, reason->message);

  return simulation->directory != NULL;
}

ReactiveSimulation *
reactive_simulation_new (ReactiveModel *model, const ReactiveSimulationOptions *options, GError **error)
{
  g_autoptr (ReactiveSimulation) simulation = g_new0 (ReactiveSimulation, 1);

  simulation->model = model;
  simulation->seed = options->seed;
  reactive_random_init (&simulation->random, options->seed);
  simulation->command = options->command != NULL ? g_canonicalize_filename (options->command, NULL) : NULL;
  simulation->has_state_files = options->has_state_files;
  simulation->n_retries = options->n_retries;
  simulation->max_hooks = options->max_hooks != 0 ? options->max_hooks : MAX_HOOKS;
  simulation->hook_timeout_ms = options->hook_timeout_ms != 0 ? options->hook_timeout_ms : TIMEOUT_MS;
  simulation->stop = options->stop;
  simulation->listeners = g_array_new (FALSE, FALSE, sizeof (ReactiveSimulationListener));
  simulation->hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));
  simulation->units = g_hash_table_new_full (NULL, NULL, NULL, free_unit);
  simulation->texts = reactive_texts_new ();
  simulation->digests = reactive_digest_cache_new ();
  simulation->libraries = g_ptr_array_new_with_free_func (g_free);
  simulation->started_us = model->now_us;
  simulation->capture = reactive_capture_new (error);
  if (simulation->capture == NULL || !find_directory (simulation, options->directory, error))
    return NULL;

  return g_steal_pointer (&simulation);
}

static void
clear_current (ReactiveSimulation *simulation)
{
  g_free ((char *) simulation->current.unit);
  g_free ((char *) simulation->current.hook);
  g_free ((char *) simulation->current.subject);
  simulation->current = (ReactiveSimulationEvent){ 0 };
}

void
reactive_simulation_clean_up (ReactiveSimulation *simulation)
{
  if (simulation->agent != NULL)
    reactive_strays_kill ("JUJU_AGENT_SOCKET_ADDRESS", simulation->agent_address);
  if (simulation->is_own_directory && simulation->directory != NULL)
    reactive_file_tree_remove (simulation->directory);
}

void
reactive_simulation_free (ReactiveSimulation *simulation)
{
  if (simulation == NULL)
    return;

  reactive_simulation_clean_up (simulation);
  reactive_capture_free (simulation->capture);
  reactive_simulation_clear_cycle (simulation);
  clear_current (simulation);
  reactive_agent_free (simulation->agent);
  g_hash_table_unref (simulation->units);
  reactive_texts_unref (simulation->texts);
  reactive_digest_cache_free (simulation->digests);
  reactive_model_free (simulation->model);
  g_ptr_array_unref (simulation->libraries);
  g_array_unref (simulation->hooks);
  g_array_unref (simulation->listeners);
  g_free (simulation->tools_directory);
  g_free (simulation->agent_address);
  g_free (simulation->directory);
  g_free (simulation->command);
  g_free (simulation);
}

ReactiveModel *
reactive_simulation_get_model (ReactiveSimulation *simulation)
{
  return simulation->model;
}

ReactiveSimulationUnit *
reactive_simulation_know (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  ReactiveSimulationUnit *known = g_hash_table_lookup (simulation->units, unit);

  if (known == NULL)
    {
      known = g_new0 (ReactiveSimulationUnit, 1);
      g_hash_table_insert (simulation->units, unit, known);
    }

  return known;
}

/* One hook */

/* Units that turn out to have nothing to do leave the array, which they enter again when something changes for them. So
 * a pick costs what has happened, not the number of units. */
static ReactiveModelUnit *
pick_unit (ReactiveSimulation *simulation)
{
  GPtrArray *ready = simulation->model->ready;

  while (ready->len > 0)
    {
      guint index = reactive_random_below (&simulation->random, ready->len);
      ReactiveModelUnit *unit = g_ptr_array_index (ready, index);

      g_array_set_size (simulation->hooks, 0);
      reactive_model_list_hooks (unit, simulation->hooks);
      if (simulation->hooks->len > 0)
        return unit;

      unit->is_ready = FALSE;
      g_ptr_array_remove_index_fast (ready, index);
    }

  return NULL;
}

static char *
describe_subject (const ReactiveModelHook *hook)
{
  if (hook->relation != NULL)
    {
      g_autofree char *id = reactive_model_relation_get_id (hook->relation->relation, hook->relation->end);
      ReactiveModelEnd *other = reactive_model_seen_relation_get_other_end (hook->relation);

      return g_strjoin (" ", id, hook->member != NULL ? hook->member->unit->name : other->application->name, NULL);
    }
  if (hook->storage != NULL)
    return g_strdup (hook->storage->id);
  if (hook->action != NULL)
    return g_strdup_printf ("%u", hook->action->number);

  return hook->secret != NULL ? g_strconcat ("secret:", hook->secret->id, NULL) : NULL;
}

/* "app/0-install-00…07": as Juju has it, but with the number of the hook in place of one at random. */
static char *
make_context_id (const ReactiveModelUnit *unit, const char *name, guint64 number)
{
  char digits[33] = { 0 };

  for (guint i = 32; i > 0; i--, number >>= 4)
    digits[i - 1] = "0123456789abcdef"[number & 0xf];

  return g_strconcat (unit->name, "-", name, "-", digits, NULL);
}

static void
set_current (ReactiveRun *run)
{
  ReactiveSimulationEvent *current = &run->simulation->current;

  clear_current (run->simulation);
  current->unit = g_strdup (run->unit->name);
  current->hook = g_strconcat (run->hook->kind == REACTIVE_MODEL_HOOK_ACTION ? "action " : "", run->name, NULL);
  if (reactive_simulation_is_listening (run->simulation))
    current->subject = describe_subject (run->hook);
}

static gboolean
run_by_kind (ReactiveRun *run, GError **error)
{
  return run->unit->charm->kind == REACTIVE_CHARM_IN_PROCESS ? reactive_run_in_process (run, error)
                                                             : reactive_run_as_process (run, error);
}

static void
set_outcome (ReactiveRun *run, ReactiveHookOutcome outcome, const char *reason)
{
  run->outcome = outcome;
  g_free (run->reason);
  run->reason = g_strdup (reason);
}

/* Tells the model what became of the hook. */
static void
finish (ReactiveRun *run)
{
  gboolean reboots = reactive_hook_context_get_reboot (run->context) == REACTIVE_REBOOT_NOW;
  gboolean is_good;
  g_autoptr (GError) refused = NULL;

  if (reboots)
    set_outcome (run, REACTIVE_HOOK_KILLED, "killed by juju-reboot --now");
  is_good = run->outcome == REACTIVE_HOOK_GOOD || run->outcome == REACTIVE_HOOK_MISSING;
  if (is_good && !reactive_hook_context_commit (run->context, &refused))
    {
      is_good = FALSE;
      set_outcome (run, REACTIVE_HOOK_FAILED, refused->message);
    }
  else if (!is_good)
    reactive_hook_context_discard (run->context);

  reactive_model_end_hook (run->unit, run->hook, is_good);
  if (is_good)
    run->known->n_retries = 0;
  /* After it the hook comes again, by itself. */
  if (reboots)
    reactive_model_resolve (run->unit, /* retry= */ TRUE, NULL);
}

static void
note_end (ReactiveRun *run)
{
  ReactiveSimulationEvent event = run->simulation->current;
  g_autofree char *shown = reactive_simulation_hide_directory (run->simulation, run->reason);

  run->simulation->model->now_us += HOOK_US;
  event.kind = REACTIVE_SIMULATION_HOOK_END;
  event.detail = shown != NULL ? shown : run->reason;
  if (run->outcome == REACTIVE_HOOK_FAILED || run->outcome == REACTIVE_HOOK_KILLED)
    {
      g_free (run->known->reason);
      run->known->reason = g_strdup (event.detail);
    }
  event.outcome = run->outcome;
  reactive_simulation_emit (run->simulation, &event);
}

/* That the unit's next hook fails holds for this one alone; where it dies, until it came there. */
static void
take_plan (ReactiveRun *run)
{
  run->fails = run->known->fails_next;
  run->kill_point = run->known->kill_point;
  run->known->fails_next = FALSE;
}

gboolean
reactive_simulation_run_hook (ReactiveSimulation *simulation, ReactiveModelUnit *unit, const ReactiveModelHook *hook,
                              GError **error)
{
  g_autofree char *name = reactive_model_hook_get_name (unit, hook);
  g_autofree char *context_id = make_context_id (unit, name, ++simulation->number);
  g_autoptr (ReactiveHookContext) context = NULL;
  ReactiveRun run = { .simulation = simulation,
                      .unit = unit,
                      .hook = hook,
                      .known = reactive_simulation_know (simulation, unit),
                      .name = name,
                      .context_id = context_id };
  gboolean ok;

  run.known->n_hooks++;
  take_plan (&run);
  set_current (&run);
  reactive_simulation_note (simulation, REACTIVE_SIMULATION_HOOK, NULL);
  reactive_model_begin_hook (unit, hook);
  run.context = context = reactive_hook_context_new (unit, hook);
  if (reactive_simulation_is_listening (simulation))
    reactive_hook_context_set_watch (context, reactive_simulation_note_told, simulation);

  ok = run_by_kind (&run, error);
  if (ok)
    finish (&run);
  if (run.was_killed)
    g_clear_pointer (&run.known->kill_point, g_free);
  note_end (&run);
  if (unit->life == REACTIVE_LIFE_DEAD)
    g_hash_table_remove (simulation->units, unit);
  g_free (run.reason);

  return ok;
}

gboolean
reactive_simulation_run_one (ReactiveSimulation *simulation, const ReactiveModelUnit **out_unit, GError **error)
{
  ReactiveModelUnit *unit = NULL;
  ReactiveModelHook hook;

  *out_unit = NULL;
  if (simulation->stop != NULL && *simulation->stop != 0)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "ended by a signal: %s", g_strsignal (*simulation->stop));

  *out_unit = unit = pick_unit (simulation);
  if (unit == NULL)
    return TRUE;

  hook = g_array_index (simulation->hooks, ReactiveModelHook,
                        reactive_random_below (&simulation->random, simulation->hooks->len));

  return reactive_simulation_run_hook (simulation, unit, &hook, error);
}

void
reactive_simulation_begin (ReactiveSimulation *simulation)
{
  reactive_capture_begin (simulation->capture);
  reactive_hook_guard_begin (simulation->hook_timeout_ms);
}

void
reactive_simulation_end (ReactiveSimulation *simulation)
{
  reactive_hook_guard_end ();
  reactive_capture_end (simulation->capture);
}

gboolean
reactive_simulation_step (ReactiveSimulation *simulation, gboolean *out_ran, GError **error)
{
  const ReactiveModelUnit *unit;
  gboolean ok;

  reactive_simulation_begin (simulation);
  ok = reactive_simulation_run_one (simulation, &unit, error);
  reactive_simulation_end (simulation);
  *out_ran = unit != NULL;

  return ok;
}

gboolean
reactive_simulation_run (ReactiveSimulation *simulation, guint n_hooks, GError **error)
{
  const ReactiveModelUnit *unit;
  gboolean ok = TRUE;

  reactive_simulation_begin (simulation);
  for (guint i = 0; i < n_hooks && ok; i++)
    {
      ok = reactive_simulation_run_one (simulation, &unit, error);
      if (unit == NULL)
        break;
    }
  reactive_simulation_end (simulation);

  return ok;
}

/* What scenarios do to hooks */

void
reactive_simulation_fail_next (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  reactive_simulation_know (simulation, unit)->fails_next = TRUE;
}

gboolean
reactive_simulation_kill_next (ReactiveSimulation *simulation, ReactiveModelUnit *unit, const char *point,
                               GError **error)
{
  ReactiveSimulationUnit *known = reactive_simulation_know (simulation, unit);
  ReactiveKillPoint kind;
  const char *detail;

  if (known->kill_point != NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s has not come to '%s' yet, where it is to be killed",
                          unit->name, known->kill_point);
  if (!reactive_kill_point_parse (point, unit->charm->handlers, &kind, &detail, error))
    return FALSE;
  if (unit->charm->kind != REACTIVE_CHARM_IN_PROCESS && kind != REACTIVE_KILL_BEFORE_EXIT)
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "%s runs its hooks as processes of their own, which can be killed at %s only", unit->name,
                          reactive_kill_point_get_name (REACTIVE_KILL_BEFORE_EXIT));

  known->kill_point = g_strdup (point);

  return TRUE;
}

const char *
reactive_simulation_get_reason (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  return reactive_simulation_know (simulation, unit)->reason;
}

char *
reactive_simulation_take_cycle (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  return g_steal_pointer (&reactive_simulation_know (simulation, unit)->cycle);
}

char *
reactive_simulation_describe_plan (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  const ReactiveSimulationUnit *known = reactive_simulation_know (simulation, unit);

  if (known->kill_point != NULL)
    return g_strdup_printf ("%s was not killed: it never came to '%s'", unit->name, known->kill_point);
  if (known->fails_next)
    return g_strdup_printf ("%s did not fail: it had no hook to run", unit->name);

  return NULL;
}
