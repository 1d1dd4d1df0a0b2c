/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/yaml.h"

#include <string.h>

#include "base/error.h"
#include "charm/yaml-private.h"
#include "charm/yaml-scalar.h"

/* No message grows with its input. */
#define MAX_KEY_CHARACTERS 80
#define MAX_MESSAGE_CHARACTERS 400

ReactiveYaml *
reactive_yaml_new (ReactiveYamlKind kind, char *path, guint line, guint column)
{
  ReactiveYaml *node = g_new0 (ReactiveYaml, 1);

  node->kind = kind;
  node->line = line;
  node->column = column;
  node->path = g_ref_string_acquire (path);
  if (kind != REACTIVE_YAML_SCALAR)
    node->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_yaml_free);
  if (kind == REACTIVE_YAML_MAPPING)
    node->keys = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_yaml_free);

  return node;
}

/* Recursion ends at REACTIVE_YAML_MAX_DEPTH. */
void
reactive_yaml_free (ReactiveYaml *root)
{
  if (root == NULL)
    return;

  g_clear_pointer (&root->keys, g_ptr_array_unref);
  g_clear_pointer (&root->entries, g_ptr_array_unref);
  g_ref_string_release (root->path);
  g_free (root->text);
  g_free (root);
}

/* @text on one line: control characters escaped, cut after @max_characters. */
static char *
make_printable (const char *text, glong max_characters)
{
  GString *result = g_string_new (NULL);
  glong n_characters = 0;

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);

      if (n_characters++ == max_characters)
        {
          g_string_append (result, "…");
          break;
        }
      if (character == '\n')
        g_string_append (result, "\\n");
      else if (character == '\t')
        g_string_append (result, "\\t");
      else if (g_unichar_iscntrl (character) || character == 0x2028 || character == 0x2029)
        g_string_append_printf (result, "\\u%04x", character);
      else
        g_string_append_unichar (result, character);
    }

  return g_string_free (result, FALSE);
}

void
reactive_yaml_set_error (GError **error, const char *path, guint line, guint column, const char *key,
                         const char *format, va_list arguments)
{
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  g_autofree char *printable = make_printable (message, MAX_MESSAGE_CHARACTERS);
  g_autofree char *printable_key = key != NULL ? make_printable (key, MAX_KEY_CHARACTERS) : NULL;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "%s:%u:%u: %s%s%s", path, line, column,
               printable_key != NULL ? printable_key : "", printable_key != NULL ? ": " : "", printable);
}

void
reactive_yaml_error (GError **error, const ReactiveYaml *node, const char *key, const char *format, ...)
{
  va_list arguments;

  g_assert (node != NULL);

  va_start (arguments, format);
  reactive_yaml_set_error (error, node->path, node->line, node->column, key, format, arguments);
  va_end (arguments);
}

ReactiveYamlKind
reactive_yaml_get_kind (const ReactiveYaml *node)
{
  g_assert (node != NULL);

  return node->kind;
}

const char *
reactive_yaml_get_text (const ReactiveYaml *scalar)
{
  g_assert (scalar != NULL && scalar->kind == REACTIVE_YAML_SCALAR);

  return scalar->text;
}

guint
reactive_yaml_get_length (const ReactiveYaml *node)
{
  g_assert (node != NULL && node->kind != REACTIVE_YAML_SCALAR);

  return node->entries->len;
}

const char *
reactive_yaml_get_name (const ReactiveYaml *mapping, guint index)
{
  return reactive_yaml_get_key (mapping, index)->text;
}

const ReactiveYaml *
reactive_yaml_get_key (const ReactiveYaml *mapping, guint index)
{
  g_assert (mapping != NULL && mapping->kind == REACTIVE_YAML_MAPPING);
  g_assert (index < mapping->keys->len);

  return g_ptr_array_index (mapping->keys, index);
}

const ReactiveYaml *
reactive_yaml_get_entry (const ReactiveYaml *node, guint index)
{
  g_assert (node != NULL && node->kind != REACTIVE_YAML_SCALAR);
  g_assert (index < node->entries->len);

  return g_ptr_array_index (node->entries, index);
}

const ReactiveYaml *
reactive_yaml_get_member (const ReactiveYaml *mapping, const char *name)
{
  g_assert (mapping != NULL && mapping->kind == REACTIVE_YAML_MAPPING);

  for (guint i = 0; i < mapping->keys->len; i++)
    if (strcmp (reactive_yaml_get_name (mapping, i), name) == 0)
      return reactive_yaml_get_entry (mapping, i);

  return NULL;
}

static ReactiveJson *
scalar_to_json (const ReactiveYaml *scalar)
{
  if (scalar->style == SCALAR_STRING)
    return reactive_json_new_string (scalar->text);

  if (scalar->style == SCALAR_FLOAT)
    {
      g_autoptr (ReactiveJson) integer = reactive_yaml_resolve (scalar->text);

      return reactive_json_new_float (reactive_json_get_double (integer));
    }

  return reactive_yaml_resolve (scalar->text);
}

/* Recursion ends at REACTIVE_YAML_MAX_DEPTH. */
ReactiveJson *
reactive_yaml_to_json (const ReactiveYaml *node)
{
  ReactiveJson *json;

  g_assert (node != NULL);

  if (node->kind == REACTIVE_YAML_SCALAR)
    return scalar_to_json (node);

  json = node->kind == REACTIVE_YAML_MAPPING ? reactive_json_new_object () : reactive_json_new_array ();
  for (guint i = 0; i < node->entries->len; i++)
    {
      ReactiveJson *entry = reactive_yaml_to_json (reactive_yaml_get_entry (node, i));

      if (node->kind == REACTIVE_YAML_MAPPING)
        reactive_json_object_set (json, reactive_yaml_get_name (node, i), entry);
      else
        reactive_json_array_add (json, entry);
    }

  return json;
}
