/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/scenario-run.h"

#include <string.h>

#include "base/error.h"
#include "simulator/expect-history.h"
#include "simulator/expect-look.h"
#include "simulator/scenario-check.h"
#include "simulator/scenario-model.h"

struct _ReactiveScenarioRun
{
  ReactiveScenario *scenario;
  guint64 seed;
  ReactiveSimulation *simulation;
  ReactiveHistory *history;
  GPtrArray *failures;                  /* char * */
  const ReactiveScenarioStep *last_run; /* (nullable): since then units in error were not looked for */
  GHashTable *expected_errors;          /* name of a unit → the hook that it is in error over, as was expected */
};

ReactiveScenarioRun *
reactive_scenario_run_new (ReactiveScenario *scenario, const ReactiveSimulationOptions *options, gboolean is_seed_given,
                           GError **error)
{
  g_autoptr (ReactiveScenarioRun) run = g_new0 (ReactiveScenarioRun, 1);
  ReactiveSimulationOptions own = *options;

  run->scenario = scenario;
  run->failures = g_ptr_array_new_with_free_func (g_free);
  run->expected_errors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (scenario->has_seed && !is_seed_given)
    own.seed = scenario->seed;
  if (scenario->has_retries)
    own.n_retries = scenario->n_retries;
  own.has_state_files |= scenario->has_state_files;

  run->seed = own.seed;
  run->simulation = reactive_simulation_new (reactive_model_new (scenario->juju, own.seed), &own, error);
  if (run->simulation == NULL || !reactive_scenario_load_charms (scenario, run->simulation, error)
      || !reactive_scenario_check (scenario, error)
      || !reactive_scenario_populate (scenario, reactive_simulation_get_model (run->simulation), error))
    return NULL;

  run->history = reactive_history_new (scenario);
  if (reactive_history_is_watching (run->history))
    reactive_simulation_add_listener (run->simulation, reactive_history_note, run->history);

  return g_steal_pointer (&run);
}

void
reactive_scenario_run_free (ReactiveScenarioRun *run)
{
  if (run == NULL)
    return;

  reactive_simulation_free (run->simulation);
  reactive_history_free (run->history);
  reactive_scenario_free (run->scenario);
  g_ptr_array_unref (run->failures);
  g_hash_table_unref (run->expected_errors);
  g_free (run);
}

ReactiveSimulation *
reactive_scenario_run_get_simulation (ReactiveScenarioRun *run)
{
  return run->simulation;
}

guint64
reactive_scenario_run_get_seed (const ReactiveScenarioRun *run)
{
  return run->seed;
}

const GPtrArray *
reactive_scenario_run_get_failures (const ReactiveScenarioRun *run)
{
  return run->failures;
}

/* --- what does not hold ------------------------------------------------------------------------------------------- */

/* @details (nullable): further lines, each of which begins with a newline */
static void G_GNUC_PRINTF (5, 6) add_failure (ReactiveScenarioRun *run, const ReactiveYaml *node, const char *key,
                                              const char *details, const char *format, ...)
{
  g_autofree char *message = NULL, *text = NULL;
  g_autoptr (GError) error = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  reactive_yaml_error (&error, node, key, "%s", message);
  text = g_strconcat (error->message, details, NULL);
  reactive_simulation_emit (run->simulation,
                            &(ReactiveSimulationEvent){ .kind = REACTIVE_SIMULATION_FAILURE, .detail = text });
  g_ptr_array_add (run->failures, g_steal_pointer (&text));
}

static char *
get_failed_hook (const ReactiveModelUnit *unit)
{
  return unit->failed != NULL ? reactive_model_hook_get_name (unit, unit->failed) : NULL;
}

static void
expect_error (ReactiveScenarioRun *run, const ReactiveFact *fact)
{
  const ReactiveModelUnit *unit
      = reactive_model_find_unit (reactive_simulation_get_model (run->simulation), fact->subject);
  g_autofree char *hook = unit != NULL ? get_failed_hook (unit) : NULL;

  if (hook != NULL && fact->kind == REACTIVE_FACT_ERROR && fact->is_wanted)
    g_hash_table_insert (run->expected_errors, g_strdup (unit->name), g_steal_pointer (&hook));
}

/* What the `expect` steps from @index on expect of errors. */
static void
expect_errors (ReactiveScenarioRun *run, guint index)
{
  for (; index < run->scenario->steps->len; index++)
    {
      const ReactiveScenarioStep *step = g_ptr_array_index (run->scenario->steps, index);

      if (step->kind != REACTIVE_STEP_EXPECT)
        return;
      for (guint i = 0; i < step->facts->len; i++)
        expect_error (run, g_ptr_array_index (step->facts, i));
    }
}

static void
look_at_facts (ReactiveScenarioRun *run, const GPtrArray *facts)
{
  for (guint i = 0; i < facts->len; i++)
    {
      const ReactiveFact *fact = g_ptr_array_index (facts, i);
      g_autofree char *difference = reactive_fact_look (fact, run->simulation);

      if (difference != NULL)
        {
          g_autofree char *aspect = reactive_fact_get_aspect (fact);
          g_autofree char *key = g_strconcat (fact->subject, ": ", aspect, NULL);
          g_autoptr (GString) touches = g_string_new (NULL);

          reactive_history_describe (fact, touches);
          add_failure (run, fact->node, key, touches->str, "%s", difference);
        }
    }

  reactive_history_forget_counts (run->history);
}

static void
look_for_error (ReactiveScenarioRun *run, ReactiveModelUnit *unit)
{
  const ReactiveYaml *node = run->last_run->node;
  const char *key = run->last_run->kind == REACTIVE_STEP_RUN ? "run" : "settle";
  g_autofree char *hook = get_failed_hook (unit);
  g_autofree char *cycle = reactive_simulation_take_cycle (run->simulation, unit);

  if (cycle != NULL)
    add_failure (run, node, key, NULL, "%s: handlers do not come to rest in %s", unit->name, cycle);
  if (hook == NULL || g_strcmp0 (g_hash_table_lookup (run->expected_errors, unit->name), hook) == 0)
    return;

  add_failure (run, node, key, NULL, "%s is in error: its hook %s failed: %s", unit->name, hook,
               reactive_simulation_get_reason (run->simulation, unit));
  g_hash_table_insert (run->expected_errors, g_strdup (unit->name), g_steal_pointer (&hook));
}

/* Errors since hooks were run last that the steps from @index on do not expect, once each. */
static void
look_for_errors (ReactiveScenarioRun *run, guint index)
{
  const ReactiveModel *model = reactive_simulation_get_model (run->simulation);

  if (run->last_run == NULL)
    return;

  expect_errors (run, index);
  for (guint i = 0; i < model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (model->applications, i);

      for (guint j = 0; j < application->units->len; j++)
        {
          look_for_error (run, g_ptr_array_index (application->units, j));
        }
    }

  run->last_run = NULL;
}

/* What was to be done to hooks, and could not. */
static void
look_for_plans (ReactiveScenarioRun *run)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = run->scenario->steps->len; i > 0; i--)
    {
      const ReactiveScenarioStep *step = g_ptr_array_index (run->scenario->steps, i - 1);
      gboolean is_kill = step->kind == REACTIVE_STEP_KILL;
      ReactiveModelUnit *unit;
      g_autofree char *left = NULL;

      if ((!is_kill && step->kind != REACTIVE_STEP_FAIL) || !g_hash_table_add (seen, (gpointer) step->target))
        continue;
      unit = reactive_model_find_unit (reactive_simulation_get_model (run->simulation), step->target);
      left = unit != NULL ? reactive_simulation_describe_plan (run->simulation, unit) : NULL;
      if (left != NULL)
        add_failure (run, step->node, is_kill ? "kill" : "fail", NULL, "%s", left);
    }
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static gboolean
do_to_unit (ReactiveScenarioRun *run, const ReactiveScenarioStep *step, GError **error)
{
  ReactiveModelUnit *unit
      = reactive_model_get_unit (reactive_simulation_get_model (run->simulation), step->target, error);

  if (unit == NULL)
    return FALSE;
  if (step->kind == REACTIVE_STEP_KILL)
    return reactive_simulation_kill_next (run->simulation, unit, step->other, error);
  if (step->kind == REACTIVE_STEP_RESOLVE)
    {
      g_hash_table_remove (run->expected_errors, step->target);
      return reactive_model_resolve (unit, step->retry, error);
    }

  reactive_simulation_fail_next (run->simulation, unit);
  return TRUE;
}

/* What Juju turns out to refuse, because of how the hooks before went. */
static gboolean
apply (ReactiveScenarioRun *run, const ReactiveScenarioStep *step, GError **error)
{
  g_autoptr (GError) reason = NULL, placed = NULL;
  gboolean is_of_hooks
      = step->kind == REACTIVE_STEP_KILL || step->kind == REACTIVE_STEP_FAIL || step->kind == REACTIVE_STEP_RESOLVE;

  if (is_of_hooks
          ? do_to_unit (run, step, &reason)
          : reactive_scenario_apply (run->scenario, step, reactive_simulation_get_model (run->simulation), &reason))
    return TRUE;

  reactive_yaml_error (&placed, step->node, step->text, "%s", reason->message);
  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s", placed->message);
}

static gboolean
run_hooks (ReactiveScenarioRun *run, const ReactiveScenarioStep *step, GError **error)
{
  g_autoptr (GError) placed = NULL;

  run->last_run = step;
  if (step->kind == REACTIVE_STEP_RUN ? reactive_simulation_run (run->simulation, step->count, error)
                                      : reactive_simulation_settle (run->simulation, error))
    return TRUE;

  reactive_yaml_error (&placed, step->node, NULL, "%s", "");
  g_prefix_error (error, "%s", placed->message);
  return FALSE;
}

static gboolean
run_step (ReactiveScenarioRun *run, const ReactiveScenarioStep *step, GError **error)
{
  if (step->kind == REACTIVE_STEP_EXPECT)
    {
      look_at_facts (run, step->facts);
      return TRUE;
    }

  reactive_simulation_emit (run->simulation,
                            &(ReactiveSimulationEvent){ .kind = REACTIVE_SIMULATION_STEP, .detail = step->text });

  return step->kind == REACTIVE_STEP_SETTLE || step->kind == REACTIVE_STEP_RUN ? run_hooks (run, step, error)
                                                                               : apply (run, step, error);
}

gboolean
reactive_scenario_run (ReactiveScenarioRun *run, GError **error)
{
  const GPtrArray *steps = run->scenario->steps;

  for (guint i = 0; i < steps->len; i++)
    {
      look_for_errors (run, i);
      if (!run_step (run, g_ptr_array_index (steps, i), error))
        return FALSE;
    }

  look_for_errors (run, steps->len);
  look_for_plans (run);
  return TRUE;
}
