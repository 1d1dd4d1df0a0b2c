/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "charm/yaml-value.h"
#include "juju/juju-name.h"
#include "simulator/scenario-private.h"

/* Of the number of a unit. */
#define MAX_NUMBER_DIGITS 9

gboolean
reactive_scenario_check_any_mapping (const ReactiveYaml *node, const char *owner, GError **error)
{
  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_MAPPING)
    return reactive_yaml_fail_type (error, node, NULL, owner, "a mapping");

  return TRUE;
}

gboolean
reactive_scenario_check_mapping (const ReactiveYaml *node, const char *owner, const char *const *known, GError **error)
{
  if (!reactive_scenario_check_any_mapping (node, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (node); i++)
    {
      const char *name = reactive_yaml_get_name (node, i);
      g_autofree char *hint = NULL;

      if (g_strv_contains (known, name))
        continue;

      hint = reactive_text_hint (name, known);
      reactive_yaml_error (error, reactive_yaml_get_key (node, i), name, "unknown key%s", hint);
      return FALSE;
    }

  return TRUE;
}

gboolean
reactive_scenario_check_list (const ReactiveYaml *node, const char *owner, GError **error)
{
  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_SEQUENCE)
    return reactive_yaml_fail_type (error, node, NULL, owner, "a list");

  return TRUE;
}

gboolean
reactive_scenario_read_word (const ReactiveYaml *node, const char *owner, const char *expected, const char **out_word,
                             GError **error)
{
  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_SCALAR || reactive_yaml_is_null (node)
      || *reactive_yaml_get_text (node) == '\0')
    return reactive_yaml_fail_type (error, node, NULL, owner, expected);

  *out_word = reactive_yaml_get_text (node);
  return TRUE;
}

gboolean
reactive_scenario_read_member (const ReactiveYaml *mapping, const char *owner, const char *name, const char *expected,
                               gboolean is_needed, const char **out_word, GError **error)
{
  const ReactiveYaml *node = reactive_yaml_get_value (mapping, name);
  g_autofree char *key = reactive_yaml_join_key (owner, name);

  *out_word = NULL;
  if (node != NULL)
    return reactive_scenario_read_word (node, key, expected, out_word, error);
  if (!is_needed)
    return TRUE;

  reactive_yaml_error (error, mapping, key, "missing (expected %s)", expected);
  return FALSE;
}

gboolean
reactive_scenario_read_choice (const ReactiveYaml *node, const char *owner, const char *const *words, guint *out_choice,
                               GError **error)
{
  g_autofree char *expected = NULL;

  if (reactive_yaml_get_kind (node) == REACTIVE_YAML_SCALAR)
    for (guint i = 0; words[i] != NULL; i++)
      if (strcmp (words[i], reactive_yaml_get_text (node)) == 0)
        {
          *out_choice = i;
          return TRUE;
        }

  expected = g_strjoinv (" or ", (char **) words);
  return reactive_yaml_fail_type (error, node, NULL, owner, expected);
}

gboolean
reactive_scenario_read_count (const ReactiveYaml *node, const char *owner, guint least, guint most, guint *out_count,
                              GError **error)
{
  g_autoptr (ReactiveJson) value = reactive_yaml_get_integer (node);
  g_autofree char *expected = NULL;
  gint64 count;

  if (value != NULL && reactive_json_get_integer (value, &count) && count >= least && count <= most)
    {
      *out_count = (guint) count;
      return TRUE;
    }

  expected = g_strdup_printf ("an integer from %u to %u", least, most);
  return reactive_yaml_fail_type (error, node, NULL, owner, expected);
}

gboolean
reactive_scenario_read_boolean (const ReactiveYaml *node, const char *owner, gboolean *out_boolean, GError **error)
{
  g_autoptr (ReactiveJson) value = reactive_yaml_get_boolean (node);

  if (value == NULL)
    return reactive_yaml_fail_type (error, node, NULL, owner, "true or false");

  *out_boolean = reactive_json_get_boolean (value);
  return TRUE;
}

gboolean
reactive_scenario_is_unit_name (const char *name)
{
  const char *slash = strchr (name, '/');

  return reactive_juju_is_unit_name (name) && strlen (slash + 1) <= MAX_NUMBER_DIGITS;
}

gboolean
reactive_scenario_is_endpoint (const char *name)
{
  const char *colon = strchr (name, ':');

  return reactive_juju_is_application_name (name, colon != NULL ? colon - name : -1)
         && (colon == NULL || colon[1] != '\0');
}

char *
reactive_scenario_resolve_path (const char *scenario_path, const char *path)
{
  g_autofree char *directory = g_path_get_dirname (scenario_path);
  g_autofree char *joined = g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (directory, path, NULL);

  return g_canonicalize_filename (joined, NULL);
}
