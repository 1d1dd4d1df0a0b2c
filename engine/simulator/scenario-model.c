/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/scenario-model.h"

#include <string.h>

const ReactiveScenarioApplication *
reactive_scenario_find_application (const ReactiveScenario *scenario, const char *name)
{
  for (guint i = 0; i < scenario->applications->len; i++)
    {
      const ReactiveScenarioApplication *application = g_ptr_array_index (scenario->applications, i);

      if (strcmp (application->name, name) == 0)
        return application;
    }

  return NULL;
}

/* --- applications and units --------------------------------------------------------------------------------------- */

static void
place (ReactiveModelUnit *unit, const GArray *machines)
{
  ReactiveModel *model = unit->application->model;

  if (unit->number >= machines->len)
    return;

  unit->machine = g_array_index (machines, guint, unit->number);
  model->next_machine = MAX (model->next_machine, unit->machine + 1);
}

static guint
count_storages (const ReactiveModelUnit *unit, const char *name)
{
  guint count = 0;

  for (guint i = 0; i < unit->storages->len; i++)
    {
      const ReactiveModelStorage *storage = g_ptr_array_index (unit->storages, i);

      count += strcmp (storage->name, name) == 0;
    }

  return count;
}

/* What the charm asks for is there already. */
static gboolean
add_storages (ReactiveModelUnit *unit, const GPtrArray *items, GError **error)
{
  for (guint i = 0; i < items->len; i++)
    {
      const ReactiveScenarioItem *item = g_ptr_array_index (items, i);

      for (guint n = count_storages (unit, item->name); n < item->count; n++)
        if (reactive_model_attach_storage (unit, item->name, /* location= */ NULL, error) == NULL)
          return FALSE;
    }

  return TRUE;
}

static gboolean
add_units (const ReactiveScenarioApplication *description, ReactiveModelApplication *application, guint n_units,
           GError **error)
{
  g_assert (description != NULL);

  for (guint i = 0; i < n_units; i++)
    {
      ReactiveModelUnit *unit = reactive_model_add_unit (application, error);

      if (unit == NULL)
        return FALSE;
      place (unit, description->machines);
      if (!add_storages (unit, description->storages, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
add_application (const ReactiveScenarioApplication *description, ReactiveModel *model, GError **error)
{
  g_autoptr (ReactiveJson) config = description->config != NULL ? reactive_yaml_to_json (description->config) : NULL;
  gboolean is_subordinate = reactive_charm_is_subordinate (reactive_model_charm_get_files (description->charm));
  guint n_units = is_subordinate && !description->has_units ? 0 : description->n_units;
  ReactiveModelApplication *application
      = reactive_model_add_application (model, description->name, description->charm, config, error);

  if (application == NULL)
    return FALSE;

  application->is_trusted = description->is_trusted;
  for (guint i = 0; i < description->resources->len; i++)
    {
      const ReactiveScenarioItem *item = g_ptr_array_index (description->resources, i);

      if (!reactive_model_set_resource (application, item->name, item->path, error))
        return FALSE;
    }

  return add_units (description, application, n_units, error);
}

/* The place of @node and @key before what the model says, which is taken. */
static gboolean
fail_at (GError **error, const ReactiveYaml *node, const char *key, GError *reason)
{
  reactive_yaml_error (error, node, key, "%s", reason->message);
  g_error_free (reason);
  return FALSE;
}

gboolean
reactive_scenario_populate (const ReactiveScenario *scenario, ReactiveModel *model, GError **error)
{
  GError *reason = NULL;

  model->is_kubernetes = scenario->is_kubernetes;
  for (guint i = 0; i < scenario->applications->len; i++)
    {
      const ReactiveScenarioApplication *description = g_ptr_array_index (scenario->applications, i);
      g_autofree char *key = g_strconcat ("applications.", description->name, NULL);

      if (!add_application (description, model, &reason))
        return fail_at (error, description->node, key, reason);
    }

  for (guint i = 0; i < scenario->relations->len; i++)
    {
      const ReactiveScenarioRelation *relation = g_ptr_array_index (scenario->relations, i);

      if (reactive_model_relate (model, relation->first, relation->second, &reason) == NULL)
        return fail_at (error, relation->node, "relations", reason);
    }

  return TRUE;
}

/* --- steps -------------------------------------------------------------------------------------------------------- */

static gboolean
apply_to_application (const ReactiveScenario *scenario, const ReactiveScenarioStep *step, ReactiveModel *model,
                      GError **error)
{
  ReactiveModelApplication *application = reactive_model_get_application (model, step->target, error);
  const ReactiveScenarioApplication *description = reactive_scenario_find_application (scenario, step->target);

  if (application == NULL)
    return FALSE;

  switch (step->kind)
    {
    case REACTIVE_STEP_CONFIG:
      return reactive_model_set_config (application, step->values, error);
    case REACTIVE_STEP_ADD_UNIT:
      return add_units (description, application, step->count, error);
    case REACTIVE_STEP_UPGRADE:
      return reactive_model_upgrade (application, step->charm, error);
    case REACTIVE_STEP_REMOVE_APPLICATION:
      return reactive_model_remove_application (application, error);
    default:
      g_assert_not_reached ();
    }
}

static gboolean
apply_to_unit (const ReactiveScenarioStep *step, ReactiveModel *model, GError **error)
{
  ReactiveModelUnit *unit = reactive_model_get_unit (model, step->target, error);

  if (unit == NULL)
    return FALSE;

  switch (step->kind)
    {
    case REACTIVE_STEP_REMOVE_UNIT:
      return reactive_model_remove_unit (unit, error);
    case REACTIVE_STEP_LEADER:
      return reactive_model_set_leader (unit, error);
    case REACTIVE_STEP_ACTION:
      return reactive_model_add_action (unit, step->other, step->values, error) != NULL;
    case REACTIVE_STEP_HOOK:
      return reactive_model_send_hook (unit, step->other, step->values, error);
    case REACTIVE_STEP_ATTACH_STORAGE:
      return reactive_model_attach_storage (unit, step->other, step->location, error) != NULL;
    case REACTIVE_STEP_DETACH_STORAGE:
      return reactive_model_detach_storage (unit, step->other, error);
    default: /* fail, kill and resolve need a unit that is there */
      return TRUE;
    }
}

static gboolean
unrelate (const ReactiveScenarioStep *step, ReactiveModel *model, GError **error)
{
  ReactiveModelRelation *relation = reactive_model_find_relation (model, step->target, step->other, error);

  if (relation == NULL)
    return FALSE;

  reactive_model_unrelate (relation);
  return TRUE;
}

gboolean
reactive_scenario_apply (const ReactiveScenario *scenario, const ReactiveScenarioStep *step, ReactiveModel *model,
                         GError **error)
{
  switch (step->kind)
    {
    case REACTIVE_STEP_SETTLE:
    case REACTIVE_STEP_RUN:
    case REACTIVE_STEP_EXPECT:
      return TRUE;
    case REACTIVE_STEP_UPDATE_STATUS:
      reactive_model_update_status (model);
      return TRUE;
    case REACTIVE_STEP_RELATE:
      return reactive_model_relate (model, step->target, step->other, error) != NULL;
    case REACTIVE_STEP_UNRELATE:
      return unrelate (step, model, error);
    case REACTIVE_STEP_CONFIG:
    case REACTIVE_STEP_ADD_UNIT:
    case REACTIVE_STEP_UPGRADE:
    case REACTIVE_STEP_REMOVE_APPLICATION:
      return apply_to_application (scenario, step, model, error);
    default:
      return apply_to_unit (step, model, error);
    }
}
