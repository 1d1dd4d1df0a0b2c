/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "simulator/charm-kind.h"
#include "simulator/scenario-check.h"
#include "simulator/scenario-model.h"

static gboolean
has_handlers (const ReactiveModelCharm *charm, GError **error)
{
  if (charm->kind == REACTIVE_CHARM_EXECUTABLE || reactive_handlers_get_modules (charm->handlers)->len > 0
      || reactive_handlers_has_externals (charm->handlers))
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "the charm has no handler module");
}

static ReactiveModelCharm *
load_charm (ReactiveSimulation *simulation, const char *directory, gboolean is_isolated, GError **error)
{
  g_autoptr (ReactiveModelCharm) charm = NULL;
  ReactiveCharmKind kind;

  if (!reactive_charm_kind_find (directory, &kind, error))
    return NULL;
  if (kind == REACTIVE_CHARM_IN_PROCESS && is_isolated)
    kind = REACTIVE_CHARM_ISOLATED;

  charm = reactive_simulation_load_charm (simulation, directory, kind, error);
  if (charm == NULL || !has_handlers (charm, error))
    return NULL;

  return g_steal_pointer (&charm);
}

/* One revision of a charm is shared by all who have it in one way. @loaded: key → ReactiveModelCharm, borrowed */
static ReactiveModelCharm *
get_charm (GHashTable *loaded, ReactiveSimulation *simulation, const char *directory, gboolean is_isolated,
           const ReactiveYaml *node, const char *key, GError **error)
{
  g_autofree char *name = g_strconcat (is_isolated ? "isolated " : "", directory, NULL);
  g_autoptr (GError) reason = NULL;
  ReactiveModelCharm *charm = g_hash_table_lookup (loaded, name);

  if (charm != NULL)
    return reactive_model_charm_ref (charm);

  charm = load_charm (simulation, directory, is_isolated, &reason);
  if (charm == NULL)
    {
      reactive_yaml_error (error, node, key, "%s", reason->message);
      return NULL;
    }

  g_hash_table_insert (loaded, g_steal_pointer (&name), charm);
  return charm;
}

static gboolean
load_upgrade (ReactiveScenario *scenario, ReactiveScenarioStep *step, GHashTable *loaded,
              ReactiveSimulation *simulation, GError **error)
{
  const ReactiveScenarioApplication *application = reactive_scenario_find_application (scenario, step->target);
  g_autofree char *key = g_strconcat ("upgrade.", step->target, NULL);
  gboolean is_isolated = application != NULL && application->is_isolated;

  step->charm = get_charm (loaded, simulation, step->directory, is_isolated, step->other_node, key, error);

  return step->charm != NULL;
}

gboolean
reactive_scenario_load_charms (ReactiveScenario *scenario, ReactiveSimulation *simulation, GError **error)
{
  g_autoptr (GHashTable) loaded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < scenario->applications->len; i++)
    {
      ReactiveScenarioApplication *application = g_ptr_array_index (scenario->applications, i);
      g_autofree char *key = g_strdup_printf ("applications.%s.charm", application->name);

      application->charm = get_charm (loaded, simulation, application->directory, application->is_isolated,
                                      application->charm_node, key, error);
      if (application->charm == NULL)
        return FALSE;
    }

  for (guint i = 0; i < scenario->steps->len; i++)
    {
      ReactiveScenarioStep *step = g_ptr_array_index (scenario->steps, i);

      if (step->kind == REACTIVE_STEP_UPGRADE && !load_upgrade (scenario, step, loaded, simulation, error))
        return FALSE;
    }

  return TRUE;
}
