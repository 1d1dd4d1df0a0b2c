/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/scenario-check.h"

#include <string.h>

#include "simulator/scenario-model.h"
#include "unit/kill-point.h"

/* Each hook ends well, and does nothing. */
static void
drain (ReactiveModel *model)
{
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));

  while (model->ready->len > 0)
    {
      ReactiveModelUnit *unit = g_ptr_array_index (model->ready, model->ready->len - 1);
      ReactiveModelHook hook;

      g_array_set_size (hooks, 0);
      reactive_model_list_hooks (unit, hooks);
      if (hooks->len == 0)
        {
          unit->is_ready = FALSE;
          g_ptr_array_set_size (model->ready, (gint) model->ready->len - 1);
          continue;
        }

      hook = g_array_index (hooks, ReactiveModelHook, 0);
      reactive_model_begin_hook (unit, &hook);
      reactive_model_end_hook (unit, &hook, /* was_good= */ TRUE);
    }
}

static gboolean
check_facts (const ReactiveScenario *scenario, const GPtrArray *facts, ReactiveModel *model, GError **error)
{
  for (guint i = 0; i < facts->len; i++)
    if (!reactive_fact_check (scenario, g_ptr_array_index (facts, i), model, error))
      return FALSE;

  return TRUE;
}

static gboolean
check_kill (const ReactiveScenarioStep *step, ReactiveModel *model, GError **error)
{
  const ReactiveModelUnit *unit = reactive_model_get_unit (model, step->target, error);
  ReactiveKillPoint point;
  const char *detail;

  return unit != NULL && reactive_kill_point_parse (step->other, unit->charm->handlers, &point, &detail, error);
}

static gboolean
check_step (const ReactiveScenario *scenario, const ReactiveScenarioStep *step, ReactiveModel *model, GError **error)
{
  g_autoptr (GError) reason = NULL;
  const char *end = strchr (step->text, ':');
  g_autofree char *key = end != NULL ? g_strndup (step->text, (gsize) (end - step->text)) : g_strdup (step->text);

  if (step->kind == REACTIVE_STEP_SETTLE || step->kind == REACTIVE_STEP_RUN)
    drain (model);
  if (step->kind == REACTIVE_STEP_EXPECT)
    return check_facts (scenario, step->facts, model, error);
  if (reactive_scenario_apply (scenario, step, model, &reason)
      && (step->kind != REACTIVE_STEP_KILL || check_kill (step, model, &reason)))
    return TRUE;

  reactive_yaml_error (error, step->node, key, "%s", reason->message);
  return FALSE;
}

gboolean
reactive_scenario_check (const ReactiveScenario *scenario, GError **error)
{
  g_autoptr (ReactiveModel) model = reactive_model_new (scenario->juju, /* seed= */ 0);

  if (!reactive_scenario_populate (scenario, model, error))
    return FALSE;

  for (guint i = 0; i < scenario->steps->len; i++)
    if (!check_step (scenario, g_ptr_array_index (scenario->steps, i), model, error))
      return FALSE;

  return TRUE;
}
