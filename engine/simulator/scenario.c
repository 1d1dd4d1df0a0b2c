/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/scenario.h"

#include <string.h>

#include "base/file.h"
#include "charm/yaml-value.h"
#include "simulator/scenario-private.h"

#define MAX_RETRIES 1000

static ReactiveScenario *
scenario_new (const char *path)
{
  ReactiveScenario *scenario = g_new0 (ReactiveScenario, 1);

  scenario->path = g_strdup (path);
  scenario->juju = REACTIVE_JUJU_3_6;
  scenario->applications = g_ptr_array_new_with_free_func (reactive_scenario_application_free);
  scenario->relations = g_ptr_array_new_with_free_func (g_free);
  scenario->steps = g_ptr_array_new_with_free_func (reactive_scenario_step_free);

  return scenario;
}

void
reactive_scenario_free (ReactiveScenario *scenario)
{
  if (scenario == NULL)
    return;

  g_ptr_array_unref (scenario->steps);
  g_ptr_array_unref (scenario->relations);
  g_ptr_array_unref (scenario->applications);
  reactive_yaml_free (scenario->document);
  g_free (scenario->path);
  g_free (scenario);
}

static gboolean
read_seed (ReactiveScenario *scenario, const ReactiveYaml *node, GError **error)
{
  g_autoptr (ReactiveJson) value = reactive_yaml_get_integer (node);
  gint64 seed;

  if (value == NULL || !reactive_json_get_integer (value, &seed) || seed < 0)
    return reactive_yaml_fail_type (error, node, NULL, "seed", "an integer from 0");

  scenario->has_seed = TRUE;
  scenario->seed = (guint64) seed;
  return TRUE;
}

static gboolean
read_world (ReactiveScenario *scenario, GError **error)
{
  static const char *const jujus[] = { "2.9", "3.6", "4", NULL };
  static const char *const substrates[] = { "machines", "kubernetes", NULL };
  static const char *const states[] = { "memory", "file", NULL };
  const ReactiveYaml *juju = reactive_yaml_get_value (scenario->document, "juju");
  const ReactiveYaml *substrate = reactive_yaml_get_value (scenario->document, "substrate");
  const ReactiveYaml *state = reactive_yaml_get_value (scenario->document, "state");
  const ReactiveYaml *seed = reactive_yaml_get_value (scenario->document, "seed");
  const ReactiveYaml *retries = reactive_yaml_get_value (scenario->document, "retries");
  guint choice = 0;

  if (juju != NULL && !reactive_scenario_read_choice (juju, "juju", jujus, &scenario->juju, error))
    return FALSE;
  if (substrate != NULL && !reactive_scenario_read_choice (substrate, "substrate", substrates, &choice, error))
    return FALSE;
  scenario->is_kubernetes = choice == 1;

  choice = 0;
  if (state != NULL && !reactive_scenario_read_choice (state, "state", states, &choice, error))
    return FALSE;
  scenario->has_state_files = choice == 1;

  scenario->has_retries = retries != NULL;
  if (retries != NULL
      && !reactive_scenario_read_count (retries, "retries", 0, MAX_RETRIES, &scenario->n_retries, error))
    return FALSE;

  return seed == NULL || read_seed (scenario, seed, error);
}

gboolean
reactive_scenario_read_pair (const ReactiveYaml *node, const char *owner, const char **out_first,
                             const char **out_second, GError **error)
{
  const char **const words[] = { out_first, out_second };

  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_SEQUENCE
      || reactive_yaml_get_length (node) != G_N_ELEMENTS (words))
    {
      reactive_yaml_error (error, node, owner, "not a pair (expected [APPLICATION:ENDPOINT, APPLICATION:ENDPOINT])");
      return FALSE;
    }

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      const ReactiveYaml *entry = reactive_yaml_get_entry (node, i);

      if (!reactive_scenario_read_word (entry, owner, "APPLICATION:ENDPOINT", words[i], error))
        return FALSE;
      if (!reactive_scenario_is_endpoint (*words[i]))
        return reactive_yaml_fail_type (error, entry, NULL, owner, "APPLICATION:ENDPOINT");
    }

  return TRUE;
}

static gboolean
read_relations (ReactiveScenario *scenario, const ReactiveYaml *list, GError **error)
{
  if (!reactive_scenario_check_list (list, "relations", error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (list); i++)
    {
      ReactiveScenarioRelation *relation = g_new0 (ReactiveScenarioRelation, 1);

      g_ptr_array_add (scenario->relations, relation);
      relation->node = reactive_yaml_get_entry (list, i);
      if (!reactive_scenario_read_pair (relation->node, "relations", &relation->first, &relation->second, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
read_document (ReactiveScenario *scenario, GError **error)
{
  static const char *const known[]
      = { "juju", "substrate", "state", "seed", "retries", "applications", "relations", "steps", NULL };
  const ReactiveYaml *applications, *relations, *steps;

  if (reactive_yaml_get_kind (scenario->document) != REACTIVE_YAML_MAPPING)
    {
      reactive_yaml_error (error, scenario->document, NULL, "not a scenario (expected a mapping)");
      return FALSE;
    }
  if (!reactive_scenario_check_mapping (scenario->document, NULL, known, error) || !read_world (scenario, error))
    return FALSE;

  applications = reactive_yaml_get_value (scenario->document, "applications");
  relations = reactive_yaml_get_value (scenario->document, "relations");
  steps = reactive_yaml_get_value (scenario->document, "steps");
  if (applications == NULL)
    {
      reactive_yaml_error (error, scenario->document, "applications", "missing");
      return FALSE;
    }

  return reactive_scenario_read_applications (scenario, applications, error)
         && (relations == NULL || read_relations (scenario, relations, error))
         && (steps == NULL || reactive_scenario_read_steps (scenario, steps, error));
}

ReactiveScenario *
reactive_scenario_parse (const char *text, gsize length_bytes, const char *path, GError **error)
{
  g_autoptr (ReactiveScenario) scenario = scenario_new (path);

  scenario->document = reactive_yaml_parse (text, length_bytes, path, error);
  if (scenario->document == NULL || !read_document (scenario, error))
    return NULL;

  return g_steal_pointer (&scenario);
}

ReactiveScenario *
reactive_scenario_load (const char *path, GError **error)
{
  gsize length_bytes;
  g_autofree char *text = reactive_file_read (path, REACTIVE_YAML_MAX_BYTES, &length_bytes, error);

  return text != NULL ? reactive_scenario_parse (text, length_bytes, path, error) : NULL;
}

/* JSON is YAML too: a text that begins as JSON does is a scenario if it can be read as one and has applications. */
gboolean
reactive_scenario_is_scenario (const char *text, gsize length_bytes)
{
  g_autoptr (ReactiveYaml) document = NULL;
  gsize n_blanks = 0;

  while (n_blanks < length_bytes && strchr (" \t\r\n", text[n_blanks]) != NULL && text[n_blanks] != '\0')
    n_blanks++;
  if (n_blanks == length_bytes || text[n_blanks] == '[' || text[n_blanks] == '"')
    return FALSE;
  if (text[n_blanks] != '{')
    return TRUE;

  document = reactive_yaml_parse (text, length_bytes, "", NULL);

  return document != NULL && reactive_yaml_get_kind (document) == REACTIVE_YAML_MAPPING
         && reactive_yaml_get_member (document, "applications") != NULL;
}
