/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "charm/yaml-scalar.h"
#include "simulator/model-private.h"

static const ReactiveOptionInfo *
find_option (const ReactiveCharm *charm, const char *name)
{
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (charm, &n_options);

  for (guint i = 0; i < n_options; i++)
    if (strcmp (options[i].name, name) == 0)
      return &options[i];

  return NULL;
}

/* What text stands for, as on the operator's command line. */
static ReactiveJson *
parse_text (const ReactiveOptionInfo *option, const char *text)
{
  g_autoptr (ReactiveJson) value = NULL;

  if (strcmp (option->type, "string") == 0)
    return reactive_json_new_string (text);
  if (strcmp (option->type, "secret") == 0)
    return *text == '\0' || g_str_has_prefix (text, "secret:") ? reactive_json_new_string (text) : NULL;

  value = reactive_yaml_resolve (text);
  return reactive_json_get_kind (value) != REACTIVE_JSON_STRING ? g_steal_pointer (&value) : NULL;
}

/* @value as the option's type has it; NULL where it cannot be that. */
static ReactiveJson *
convert (const ReactiveOptionInfo *option, const ReactiveJson *value)
{
  const char *text = reactive_json_text_or_null (value);
  g_autoptr (ReactiveJson) parsed = text != NULL ? parse_text (option, text) : reactive_json_ref (value);
  ReactiveJsonType kind;
  gint64 integer;

  if (parsed == NULL)
    return NULL;

  kind = reactive_json_get_kind (parsed);
  if (kind == REACTIVE_JSON_STRING)
    return g_steal_pointer (&parsed);
  if (strcmp (option->type, "int") == 0 && kind == REACTIVE_JSON_INTEGER
      && reactive_json_get_integer (parsed, &integer))
    return reactive_json_new_integer (integer);
  if (strcmp (option->type, "boolean") == 0 && kind == REACTIVE_JSON_BOOLEAN)
    return g_steal_pointer (&parsed);
  if (strcmp (option->type, "float") == 0 && (kind == REACTIVE_JSON_FLOAT || kind == REACTIVE_JSON_INTEGER))
    return reactive_json_new_float (reactive_json_get_double (parsed));

  return NULL;
}

static gboolean
refuse_unknown (const ReactiveCharm *charm, const char *name, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *hint = NULL;
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (charm, &n_options);

  for (guint i = 0; i < n_options; i++)
    g_ptr_array_add (names, (gpointer) options[i].name);
  g_ptr_array_add (names, NULL);

  hint = reactive_text_hint (name, (const char *const *) names->pdata);
  return reactive_fail (error, REACTIVE_ERROR_INVALID, "unknown option '%s'%s", name, hint);
}

/* @out_value: NULL where the option goes back to its default */
static gboolean
check_change (const ReactiveCharm *charm, const char *name, const ReactiveJson *change, ReactiveJson **out_value,
              GError **error)
{
  const ReactiveOptionInfo *option = find_option (charm, name);
  g_autofree char *text = NULL;

  *out_value = NULL;
  if (option == NULL)
    return refuse_unknown (charm, name, error);
  if (reactive_json_get_kind (change) == REACTIVE_JSON_NULL)
    return TRUE;

  *out_value = convert (option, change);
  if (*out_value != NULL)
    return TRUE;

  text = reactive_json_to_text (change, REACTIVE_JSON_INSERTION_ORDER);
  return reactive_fail (error, REACTIVE_ERROR_INVALID, "option '%s' expected %s, got %s", name, option->type, text);
}

ReactiveJson *
reactive_model_config_change (const ReactiveCharm *charm, const ReactiveJson *set_options, const ReactiveJson *changes,
                              GError **error)
{
  g_autoptr (ReactiveJson) result = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (set_options); i++)
    {
      const char *name = reactive_json_get_member_name (set_options, i);

      if (reactive_json_get_member (changes, name) == NULL)
        reactive_json_object_set (result, name, reactive_json_ref (reactive_json_get_element (set_options, i)));
    }

  for (guint i = 0; i < reactive_json_get_length (changes); i++)
    {
      const char *name = reactive_json_get_member_name (changes, i);
      ReactiveJson *value;

      if (!check_change (charm, name, reactive_json_get_element (changes, i), &value, error))
        return NULL;
      if (value != NULL)
        reactive_json_object_set (result, name, value);
    }

  return g_steal_pointer (&result);
}

ReactiveJson *
reactive_model_config_resolve (const ReactiveCharm *charm, const ReactiveJson *set_options)
{
  ReactiveJson *result = reactive_json_new_object ();
  guint n_options;
  const ReactiveOptionInfo *options = reactive_charm_get_options (charm, &n_options);

  for (guint i = 0; i < n_options; i++)
    {
      const ReactiveJson *value = reactive_json_get_member (set_options, options[i].name);
      ReactiveJson *converted = value != NULL ? convert (&options[i], value) : NULL;

      reactive_json_object_set (result, options[i].name,
                                converted != NULL ? converted : reactive_json_ref (options[i].value));
    }

  return result;
}
