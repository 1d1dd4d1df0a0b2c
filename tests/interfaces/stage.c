/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

static void
fixture_free (gpointer data)
{
  unit_fixture_tear_down (data, NULL);
  g_free (data);
}

/* Hooks are to go well. */
static void
check_end (const ReactiveSimulationEvent *event, gpointer data)
{
  if (event->kind == REACTIVE_SIMULATION_HOOK_END && event->outcome != REACTIVE_HOOK_GOOD)
    g_error ("%s of %s failed: %s", event->hook, event->unit, event->detail);
}

Stage *
stage_new (guint64 seed, ReactiveSimulationUnitFunc prepare, gpointer data)
{
  const ReactiveSimulationOptions options = { .seed = seed };
  Stage *stage = g_new0 (Stage, 1);
  g_autoptr (GError) error = NULL;

  stage->model = reactive_model_new (REACTIVE_JUJU_3_6, seed);
  stage->simulation = reactive_simulation_new (stage->model, &options, &error);
  g_assert_no_error (error);
  stage->simulation->prepare_unit = prepare;
  stage->simulation->prepare_data = data;
  reactive_simulation_add_listener (stage->simulation, check_end, NULL);
  stage->fixtures = g_ptr_array_new_with_free_func (fixture_free);
  stage->hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));

  return stage;
}

void
stage_free (Stage *stage)
{
  reactive_simulation_free (stage->simulation);
  g_ptr_array_unref (stage->fixtures);
  g_array_unref (stage->hooks);
  g_free (stage);
}

ReactiveModelApplication *
stage_deploy (Stage *stage, const char *name, const StageCharm *charm)
{
  UnitFixture *fixture = g_new0 (UnitFixture, 1);
  g_autoptr (ReactiveModelCharm) model_charm = NULL;
  g_autoptr (GError) error = NULL;
  ReactiveModelApplication *application;

  unit_fixture_set_up (fixture, NULL);
  g_ptr_array_add (stage->fixtures, fixture);
  unit_fixture_put_file (fixture, "metadata.yaml", charm->metadata);
  if (charm->layer != NULL)
    unit_fixture_put_file (fixture, "layer.yaml", charm->layer);
  unit_fixture_put_file (fixture, "config.yaml", "options: {round: {type: int, default: 0}}\n");
  unit_fixture_put_file (fixture, "actions.yaml", "act: {description: what the step wants}\n");
  unit_fixture_add_module (fixture, "charm", charm->module);
  if (charm->interface != NULL)
    unit_fixture_add_interface (fixture, charm->interface);
  model_charm = reactive_model_charm_new (unit_fixture_new_handlers (fixture));
  application = reactive_model_add_application (stage->model, name, model_charm, /* config= */ NULL, &error);
  g_assert_no_error (error);

  return application;
}

ReactiveModelUnit *
stage_add_unit (Stage *stage, ReactiveModelApplication *application, const char *own_data)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelUnit *unit = reactive_model_add_unit (application, &error);

  g_assert_no_error (error);
  reactive_json_unref (unit->own_data);
  unit->own_data = reactive_json_parse (own_data, -1, REACTIVE_JSON_STRICT, &error);
  g_assert_no_error (error);

  return unit;
}

ReactiveModelRelation *
stage_relate (Stage *stage, const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelRelation *relation = reactive_model_relate (stage->model, first, second, &error);

  g_assert_no_error (error);

  return relation;
}

/* Hooks */

static void
run (Stage *stage, ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  const ReactiveModelHook copy = *hook;
  g_autoptr (GError) error = NULL;

  reactive_simulation_begin (stage->simulation);
  reactive_simulation_run_hook (stage->simulation, unit, &copy, &error);
  reactive_simulation_end (stage->simulation);
  g_assert_no_error (error);
}

static void
list (Stage *stage, ReactiveModelUnit *unit)
{
  g_array_set_size (stage->hooks, 0);
  reactive_model_list_hooks (unit, stage->hooks);
}

static const ReactiveModelHook *
find (Stage *stage, ReactiveModelUnit *unit, ReactiveModelHookKind kind, const ReactiveModelRelation *relation,
      const ReactiveModelUnit *member)
{
  list (stage, unit);
  for (guint i = 0; i < stage->hooks->len; i++)
    {
      const ReactiveModelHook *hook = &g_array_index (stage->hooks, ReactiveModelHook, i);

      if (hook->kind == kind && (relation == NULL || hook->relation->relation == relation)
          && (member == NULL || (hook->member != NULL && hook->member->unit == member)))
        return hook;
    }

  return NULL;
}

gboolean
stage_has (Stage *stage, ReactiveModelUnit *unit, ReactiveModelHookKind kind, const ReactiveModelRelation *relation,
           const ReactiveModelUnit *member)
{
  return find (stage, unit, kind, relation, member) != NULL;
}

gboolean
stage_run (Stage *stage, ReactiveModelUnit *unit, ReactiveModelHookKind kind, const ReactiveModelRelation *relation,
           const ReactiveModelUnit *member)
{
  const ReactiveModelHook *hook = find (stage, unit, kind, relation, member);

  if (hook == NULL)
    return FALSE;

  run (stage, unit, hook);

  return TRUE;
}

/* @is_of_relation: else of none; @relation (nullable): any */
static const ReactiveModelHook *
find_by_relation (Stage *stage, ReactiveModelUnit *unit, gboolean is_of_relation, const ReactiveModelRelation *relation)
{
  list (stage, unit);
  for (guint i = 0; i < stage->hooks->len; i++)
    {
      const ReactiveModelHook *hook = &g_array_index (stage->hooks, ReactiveModelHook, i);

      if ((hook->relation != NULL) == is_of_relation && (relation == NULL || hook->relation->relation == relation))
        return hook;
    }

  return NULL;
}

gboolean
stage_has_of_relation (Stage *stage, ReactiveModelUnit *unit, const ReactiveModelRelation *relation)
{
  return find_by_relation (stage, unit, TRUE, relation) != NULL;
}

gboolean
stage_run_of_relation (Stage *stage, ReactiveModelUnit *unit, const ReactiveModelRelation *relation)
{
  const ReactiveModelHook *hook = find_by_relation (stage, unit, TRUE, relation);

  if (hook == NULL)
    return FALSE;

  run (stage, unit, hook);

  return TRUE;
}

void
stage_bring_up (Stage *stage, ReactiveModelUnit *unit)
{
  const ReactiveModelHook *hook;

  while ((hook = find_by_relation (stage, unit, FALSE, NULL)) != NULL)
    run (stage, unit, hook);
}

void
stage_tear_down (Stage *stage, ReactiveModelUnit *unit)
{
  const ReactiveModelHook *hook;
  gboolean is_last;

  g_assert_true (reactive_model_remove_unit (unit, NULL));
  do
    {
      list (stage, unit);
      g_assert_cmpuint (stage->hooks->len, >, 0);
      hook = &g_array_index (stage->hooks, ReactiveModelHook, 0);
      is_last = hook->kind == REACTIVE_MODEL_HOOK_REMOVE;
      run (stage, unit, hook);
    }
  while (!is_last);
}

void
stage_settle (Stage *stage)
{
  g_autoptr (GError) error = NULL;

  reactive_model_update_status (stage->model);
  reactive_simulation_settle (stage->simulation, &error);
  g_assert_no_error (error);
}

void
stage_run_config_changed (Stage *stage, ReactiveModelUnit *unit)
{
  g_autofree char *text = g_strdup_printf ("{\"round\": %u}", ++stage->round);
  g_autoptr (ReactiveJson) config = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, NULL);
  gboolean has_run;

  g_assert_true (reactive_model_set_config (unit->application, config, NULL));
  has_run = stage_run (stage, unit, REACTIVE_MODEL_HOOK_CONFIG_CHANGED, NULL, NULL);
  g_assert_true (has_run);
}

void
stage_run_action (Stage *stage, ReactiveModelUnit *unit)
{
  gboolean has_run;

  g_assert_nonnull (reactive_model_add_action (unit, "act", /* parameters= */ NULL, NULL));
  has_run = stage_run (stage, unit, REACTIVE_MODEL_HOOK_ACTION, NULL, NULL);
  g_assert_true (has_run);
}
