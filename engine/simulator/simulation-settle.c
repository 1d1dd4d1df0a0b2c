/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "simulator/simulation-private.h"

/* How many hooks each unit that a unit sees explains. */
#define N_HOOKS_FOR_EACH_MEMBER 20
/* For so many hooks it is looked what keeps changing. */
#define N_HOOKS_WATCHED 400u
/* So often a unit is looked at. */
#define INTERVAL 50

static void
forget_counts (ReactiveSimulation *simulation)
{
  GHashTableIter iter;
  gpointer known;

  g_hash_table_iter_init (&iter, simulation->units);
  while (g_hash_table_iter_next (&iter, NULL, &known))
    {
      ((ReactiveSimulationUnit *) known)->n_hooks = 0;
      ((ReactiveSimulationUnit *) known)->n_retries = 0;
    }
}

/* Runs the hooks again that units are in error over, if that was not done often enough. FALSE: there are none. */
static gboolean
retry (ReactiveSimulation *simulation)
{
  gboolean retries = FALSE;

  for (guint i = 0; i < simulation->model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (simulation->model->applications, i);

      for (guint j = 0; j < application->units->len; j++)
        {
          ReactiveModelUnit *unit = g_ptr_array_index (application->units, j);
          ReactiveSimulationUnit *known;

          if (unit->failed == NULL)
            continue;
          known = reactive_simulation_know (simulation, unit);
          if (known->n_retries == simulation->n_retries || !reactive_model_resolve (unit, /* retry= */ TRUE, NULL))
            continue;
          known->n_retries++;
          retries = TRUE;
        }
    }

  return retries;
}

static guint
count_members (const ReactiveModelUnit *unit)
{
  guint n_members = 0;

  for (guint i = 0; i < unit->relations->len; i++)
    {
      const ReactiveModelSeenRelation *seen = g_ptr_array_index (unit->relations, i);

      n_members += reactive_model_seen_relation_get_other_end (seen)->members->len;
    }

  return n_members;
}

static gboolean
is_suspect (const ReactiveSimulation *simulation, const ReactiveModelUnit *unit)
{
  const ReactiveSimulationUnit *known = g_hash_table_lookup (simulation->units, unit);

  return known != NULL && known->n_hooks >= simulation->max_hooks && known->n_hooks % INTERVAL == 0
         && known->n_hooks >= simulation->max_hooks + N_HOOKS_FOR_EACH_MEMBER * count_members (unit);
}

/* FALSE where a model is going round. */
static gboolean
look_for_cycle (ReactiveSimulation *simulation, const ReactiveModelUnit *unit, GError **error)
{
  const guint n_watched = MIN (N_HOOKS_WATCHED, simulation->max_hooks);
  g_autofree char *cycle = NULL;

  if (simulation->cycle.n_hooks_left == 0)
    {
      if (is_suspect (simulation, unit))
        reactive_simulation_begin_cycle (simulation, n_watched);
      return TRUE;
    }
  if (--simulation->cycle.n_hooks_left > 0)
    return TRUE;

  cycle = reactive_simulation_describe_cycle (simulation);
  return reactive_fail (error, REACTIVE_ERROR_TIMEOUT,
                        "the model does not settle: after %" G_GUINT64_FORMAT
                        " hooks it goes round; of the last %u were %s",
                        simulation->number, n_watched, cycle);
}

static gboolean
settle (ReactiveSimulation *simulation, GError **error)
{
  for (;;)
    {
      const ReactiveModelUnit *unit;

      if (!reactive_simulation_run_one (simulation, &unit, error))
        return FALSE;
      if (unit == NULL && !retry (simulation))
        return TRUE;
      if (unit != NULL && !look_for_cycle (simulation, unit, error))
        return FALSE;
    }
}

gboolean
reactive_simulation_settle (ReactiveSimulation *simulation, GError **error)
{
  gboolean ok;

  forget_counts (simulation);
  reactive_simulation_begin (simulation);
  ok = settle (simulation, error);
  reactive_simulation_end (simulation);
  reactive_simulation_clear_cycle (simulation);

  return ok;
}
