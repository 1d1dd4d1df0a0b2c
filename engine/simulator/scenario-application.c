/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "charm/yaml-value.h"
#include "juju/juju-name.h"
#include "simulator/scenario-private.h"

#define MAX_UNITS 100000
#define MAX_STORAGES 100
#define MAX_MACHINE 1000000

static void
item_free (gpointer data)
{
  ReactiveScenarioItem *item = data;

  g_free (item->path);
  g_free (item);
}

void
reactive_scenario_application_free (gpointer data)
{
  ReactiveScenarioApplication *application = data;

  g_free (application->directory);
  if (application->charm != NULL)
    reactive_model_charm_unref (application->charm);
  g_ptr_array_unref (application->resources);
  g_ptr_array_unref (application->storages);
  g_array_unref (application->machines);
  g_free (application);
}

static ReactiveScenarioApplication *
add_application (ReactiveScenario *scenario, const ReactiveYaml *name)
{
  ReactiveScenarioApplication *application = g_new0 (ReactiveScenarioApplication, 1);

  application->node = name;
  application->name = reactive_yaml_get_text (name);
  application->n_units = 1;
  application->resources = g_ptr_array_new_with_free_func (item_free);
  application->storages = g_ptr_array_new_with_free_func (item_free);
  application->machines = g_array_new (FALSE, FALSE, sizeof (guint));
  g_ptr_array_add (scenario->applications, application);

  return application;
}

static ReactiveScenarioItem *
add_item (GPtrArray *items, const ReactiveYaml *mapping, guint index)
{
  ReactiveScenarioItem *item = g_new0 (ReactiveScenarioItem, 1);

  item->node = reactive_yaml_get_key (mapping, index);
  item->name = reactive_yaml_get_name (mapping, index);
  g_ptr_array_add (items, item);

  return item;
}

static gboolean
read_charm (const ReactiveScenario *scenario, ReactiveScenarioApplication *application, const ReactiveYaml *mapping,
            const char *owner, GError **error)
{
  const char *charm;

  if (!reactive_scenario_read_member (mapping, owner, "charm", "the charm's directory", TRUE, &charm, error))
    return FALSE;

  application->charm_node = reactive_yaml_get_member (mapping, "charm");
  application->directory = reactive_scenario_resolve_path (scenario->path, charm);
  return TRUE;
}

static gboolean
read_resources (const ReactiveScenario *scenario, ReactiveScenarioApplication *application, const ReactiveYaml *node,
                const char *owner, GError **error)
{
  if (!reactive_scenario_check_any_mapping (node, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (node); i++)
    {
      ReactiveScenarioItem *item = add_item (application->resources, node, i);
      const char *path;

      if (!reactive_scenario_read_word (reactive_yaml_get_entry (node, i), owner, "a file", &path, error))
        return FALSE;
      item->path = reactive_scenario_resolve_path (scenario->path, path);
    }

  return TRUE;
}

static gboolean
read_storages (ReactiveScenarioApplication *application, const ReactiveYaml *node, const char *owner, GError **error)
{
  if (!reactive_scenario_check_any_mapping (node, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (node); i++)
    {
      ReactiveScenarioItem *item = add_item (application->storages, node, i);

      if (!reactive_scenario_read_count (reactive_yaml_get_entry (node, i), owner, 0, MAX_STORAGES, &item->count,
                                         error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_machines (ReactiveScenarioApplication *application, const ReactiveYaml *node, const char *owner, GError **error)
{
  if (!reactive_scenario_check_list (node, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (node); i++)
    {
      guint machine;

      if (!reactive_scenario_read_count (reactive_yaml_get_entry (node, i), owner, 0, MAX_MACHINE, &machine, error))
        return FALSE;
      g_array_append_val (application->machines, machine);
    }

  return TRUE;
}

/* What stands under the key @name; NULL where it is absent. @out_owner: the same with all that it stands under. */
static const ReactiveYaml *
get_part (const ReactiveYaml *mapping, const char *owner, const char *name, char **out_owner)
{
  g_free (*out_owner);
  *out_owner = reactive_yaml_join_key (owner, name);

  return reactive_yaml_get_value (mapping, name);
}

static gboolean
read_isolation (ReactiveScenarioApplication *application, const ReactiveYaml *node, const char *owner, GError **error)
{
  static const char *const choices[] = { "none", "process", NULL };
  guint choice;

  if (!reactive_scenario_read_choice (node, owner, choices, &choice, error))
    return FALSE;

  application->is_isolated = choice == 1;
  return TRUE;
}

static gboolean
read_parts (const ReactiveScenario *scenario, ReactiveScenarioApplication *application, const ReactiveYaml *mapping,
            const char *owner, GError **error)
{
  g_autofree char *key = NULL;
  const ReactiveYaml *node;

  node = get_part (mapping, owner, "units", &key);
  application->has_units = node != NULL;
  if (node != NULL && !reactive_scenario_read_count (node, key, 0, MAX_UNITS, &application->n_units, error))
    return FALSE;
  if ((application->config = get_part (mapping, owner, "config", &key)) != NULL
      && !reactive_scenario_check_any_mapping (application->config, key, error))
    return FALSE;
  if ((node = get_part (mapping, owner, "isolation", &key)) != NULL && !read_isolation (application, node, key, error))
    return FALSE;
  if ((node = get_part (mapping, owner, "trust", &key)) != NULL
      && !reactive_scenario_read_boolean (node, key, &application->is_trusted, error))
    return FALSE;
  if ((node = get_part (mapping, owner, "resources", &key)) != NULL
      && !read_resources (scenario, application, node, key, error))
    return FALSE;
  if ((node = get_part (mapping, owner, "storage", &key)) != NULL && !read_storages (application, node, key, error))
    return FALSE;

  node = get_part (mapping, owner, "machines", &key);
  return node == NULL || read_machines (application, node, key, error);
}

static gboolean
read_application (ReactiveScenario *scenario, const ReactiveYaml *name, const ReactiveYaml *mapping, GError **error)
{
  static const char *const known[]
      = { "charm", "units", "config", "isolation", "trust", "resources", "storage", "machines", NULL };
  ReactiveScenarioApplication *application = add_application (scenario, name);
  g_autofree char *owner = reactive_yaml_join_key ("applications", application->name);

  if (!reactive_juju_is_application_name (application->name, -1))
    {
      reactive_yaml_error (error, name, "applications", "'%s' is no name for an application", application->name);
      return FALSE;
    }

  return reactive_scenario_check_mapping (mapping, owner, known, error)
         && read_charm (scenario, application, mapping, owner, error)
         && read_parts (scenario, application, mapping, owner, error);
}

static int
compare_applications (gconstpointer a, gconstpointer b)
{
  const ReactiveScenarioApplication *const *first = a, *const *second = b;

  return strcmp ((*first)->name, (*second)->name);
}

gboolean
reactive_scenario_read_applications (ReactiveScenario *scenario, const ReactiveYaml *applications, GError **error)
{
  if (!reactive_scenario_check_any_mapping (applications, "applications", error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (applications); i++)
    if (!read_application (scenario, reactive_yaml_get_key (applications, i), reactive_yaml_get_entry (applications, i),
                           error))
      return FALSE;

  g_ptr_array_sort (scenario->applications, compare_applications);
  return TRUE;
}
