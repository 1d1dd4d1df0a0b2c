/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/file.h"
#include "base/go-text.h"
#include "charm/yaml-strings.h"
#include "simulator/hook-tool-private.h"

/* What the tools make of their arguments and their input. */

#define MAX_FILE_BYTES REACTIVE_YAML_STRINGS_MAX_BYTES

static gboolean
is_space (gunichar character)
{
  return character == '\v' || character == 0x85 || g_unichar_isspace (character);
}

/* @text without white space at its ends. Free with g_free(). */
static char *
trim (const char *text, gsize length_bytes)
{
  const char *end = text + length_bytes;

  while (text < end && is_space (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  while (end > text && is_space (g_utf8_get_char (g_utf8_prev_char (end))))
    end = g_utf8_prev_char (end);

  return g_strndup (text, (gsize) (end - text));
}

static gboolean
read_pair (ReactiveJson *pairs, const char *argument, gboolean allows_empty, GError **error)
{
  const char *equals = strchr (argument, '=');
  g_autofree char *quoted = reactive_go_quote (argument);
  g_autofree char *key = equals != NULL ? trim (argument, (gsize) (equals - argument)) : NULL;
  g_autofree char *value = equals != NULL ? trim (equals + 1, strlen (equals + 1)) : NULL;
  g_autofree char *quoted_key = NULL;

  if (equals == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "expected \"key=value\", got %s", quoted);
  if (*key == '\0' || (*value == '\0' && !allows_empty))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "expected \"key=value\", got \"%s=%s\"", key, value);

  quoted_key = reactive_go_quote (key);
  if (reactive_json_get_member (pairs, key) != NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "key %s specified more than once", quoted_key);

  reactive_json_object_set (pairs, key, reactive_json_new_string (value));
  return TRUE;
}

ReactiveJson *
reactive_hook_tool_read_pairs (const HookToolCall *call, guint first, gboolean allows_empty, GError **error)
{
  g_autoptr (ReactiveJson) pairs = reactive_json_new_object ();

  for (guint i = first; i < call->n_arguments; i++)
    {
      const char *argument = reactive_hook_tool_get_argument (call, i);

      if (*argument != '\0' && !read_pair (pairs, argument, allows_empty, error))
        return NULL;
    }

  return g_steal_pointer (&pairs);
}

GBytes *
reactive_hook_tool_read_file (HookToolCall *call, const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, call->directory);
  g_autoptr (GError) local_error = NULL;
  gsize length_bytes;
  char *text;

  if (g_str_equal (path, "-"))
    {
      if (call->input != NULL)
        return g_bytes_ref (call->input);
      call->lacks_input = TRUE;
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "hook tool requires stdin, none supplied");
      return NULL;
    }

  text = reactive_file_read (absolute, MAX_FILE_BYTES, &length_bytes, &local_error);
  if (text != NULL)
    return g_bytes_new_take (text, length_bytes);

  if (g_error_matches (local_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "open %s: no such file or directory", absolute);
  else
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "%s", local_error->message);
  return NULL;
}

ReactiveJson *
reactive_hook_tool_read_settings (HookToolCall *call, const ReactiveJson *pairs, GError **error)
{
  const char *path = reactive_hook_tool_get_flag (call, "file");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (ReactiveJson) settings = NULL;
  gsize length_bytes;
  const char *text;

  if (path == NULL || *path == '\0')
    return reactive_json_ref (pairs);

  bytes = reactive_hook_tool_read_file (call, path, error);
  if (bytes == NULL)
    return NULL;

  text = g_bytes_get_data (bytes, &length_bytes);
  settings = reactive_yaml_read_strings (text != NULL ? text : "", length_bytes, error);
  for (guint i = 0; settings != NULL && i < reactive_json_get_length (pairs); i++)
    reactive_json_object_set (settings, reactive_json_get_member_name (pairs, i),
                              reactive_json_ref (reactive_json_get_element (pairs, i)));

  return g_steal_pointer (&settings);
}
