/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/yaml-value.h"

#include "charm/yaml-scalar.h"

char *
reactive_yaml_join_key (const char *owner, const char *name)
{
  return owner != NULL ? g_strdup_printf ("%s.%s", owner, name) : g_strdup (name);
}

/* "the boolean 'yes'" */
static char *
describe (const ReactiveYaml *node)
{
  static const char *const kinds[] = {
    [REACTIVE_JSON_BOOLEAN] = "boolean",
    [REACTIVE_JSON_INTEGER] = "integer",
    [REACTIVE_JSON_FLOAT] = "float",
    [REACTIVE_JSON_STRING] = "string",
  };
  g_autoptr (ReactiveJson) value = NULL;

  if (reactive_yaml_get_kind (node) == REACTIVE_YAML_MAPPING)
    return g_strdup ("a mapping");
  if (reactive_yaml_get_kind (node) == REACTIVE_YAML_SEQUENCE)
    return g_strdup ("a list");

  value = reactive_yaml_to_json (node);
  if (reactive_json_get_kind (value) == REACTIVE_JSON_NULL)
    return g_strdup ("nothing");

  return g_strdup_printf ("the %s '%s'", kinds[reactive_json_get_kind (value)], reactive_yaml_get_text (node));
}

gboolean
reactive_yaml_fail_type (GError **error, const ReactiveYaml *node, const char *owner, const char *name,
                         const char *expected)
{
  g_autofree char *key = reactive_yaml_join_key (owner, name);
  g_autofree char *found = describe (node);

  reactive_yaml_error (error, node, key, "%s (expected %s)", found, expected);
  return FALSE;
}

gboolean
reactive_yaml_is_null (const ReactiveYaml *node)
{
  g_autoptr (ReactiveJson) value = NULL;

  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_SCALAR)
    return FALSE;

  value = reactive_yaml_to_json (node);
  return reactive_json_get_kind (value) == REACTIVE_JSON_NULL;
}

const ReactiveYaml *
reactive_yaml_get_value (const ReactiveYaml *mapping, const char *name)
{
  const ReactiveYaml *value = reactive_yaml_get_member (mapping, name);

  return value != NULL && !reactive_yaml_is_null (value) ? value : NULL;
}

const char *
reactive_yaml_get_string (const ReactiveYaml *node)
{
  g_autoptr (ReactiveJson) value = NULL;

  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_SCALAR)
    return NULL;

  value = reactive_yaml_to_json (node);
  return reactive_json_get_kind (value) == REACTIVE_JSON_STRING ? reactive_yaml_get_text (node) : NULL;
}

ReactiveJson *
reactive_yaml_get_integer (const ReactiveYaml *node)
{
  g_autoptr (ReactiveJson) value = NULL;
  const char *text = reactive_yaml_get_string (node);
  gint64 integer;

  if (reactive_yaml_get_kind (node) != REACTIVE_YAML_SCALAR)
    return NULL;

  value = text != NULL ? reactive_yaml_resolve (text) : reactive_yaml_to_json (node);
  if (reactive_json_get_kind (value) != REACTIVE_JSON_INTEGER || !reactive_json_get_integer (value, &integer))
    return NULL;

  return g_steal_pointer (&value);
}

ReactiveJson *
reactive_yaml_get_boolean (const ReactiveYaml *node)
{
  static const char *const true_words[] = { "1", "t", "T", "TRUE", "true", "True", NULL };
  static const char *const false_words[] = { "0", "f", "F", "FALSE", "false", "False", NULL };
  g_autoptr (ReactiveJson) value = NULL;
  const char *text = reactive_yaml_get_string (node);

  if (text != NULL && g_strv_contains (true_words, text))
    return reactive_json_new_boolean (TRUE);
  if (text != NULL && g_strv_contains (false_words, text))
    return reactive_json_new_boolean (FALSE);
  if (text != NULL || reactive_yaml_get_kind (node) != REACTIVE_YAML_SCALAR)
    return NULL;

  value = reactive_yaml_to_json (node);
  return reactive_json_get_kind (value) == REACTIVE_JSON_BOOLEAN ? g_steal_pointer (&value) : NULL;
}
