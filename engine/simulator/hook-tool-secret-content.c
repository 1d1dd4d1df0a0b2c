/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "charm/yaml-strings.h"
#include "juju/juju-name.h"
#include "simulator/hook-tool-private.h"

#define MAX_BYTES 1000000u

/* Puts @bytes, which are in base64 already where @key says so, into @values. */
static gboolean
add_value (ReactiveJson *values, const char *key, const char *bytes, gsize length_bytes, GError **error)
{
  gboolean is_encoded = g_str_has_suffix (key, "#base64");
  g_autofree char *name = g_strndup (key, strlen (key) - (is_encoded ? strlen ("#base64") : 0));
  g_autofree char *quoted = reactive_go_quote (name);
  g_autofree char *encoded = NULL;

  if (!reactive_juju_is_secret_key (name))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "key %s not valid", quoted);

  encoded = is_encoded ? g_strndup (bytes, length_bytes) : g_base64_encode ((const guchar *) bytes, length_bytes);
  if (strlen (encoded) > MAX_BYTES)
    return reactive_fail (error, REACTIVE_ERROR_USAGE,
                          "base64 encoded secret content for key %s too large: %" G_GSIZE_FORMAT " bytes", quoted,
                          strlen (encoded));

  reactive_json_object_set (values, name, reactive_json_new_string (encoded));
  return TRUE;
}

/* KEY#file=PATH: the value is the file's. */
static gboolean
add_file (HookToolCall *call, ReactiveJson *values, const char *key, const char *path, GError **error)
{
  g_autofree char *name = g_strndup (key, strlen (key) - strlen ("#file"));
  g_autofree char *absolute = g_canonicalize_filename (path, call->directory);
  g_autofree char *quoted = reactive_go_quote (name);
  g_autofree char *quoted_path = reactive_go_quote (absolute);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = reactive_hook_tool_read_file (call, absolute, &local_error);
  gsize length_bytes = 0;
  const char *text;

  if (bytes == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "reading content for secret key %s: %s", quoted,
                          local_error->message);

  text = g_bytes_get_data (bytes, &length_bytes);
  if (length_bytes > MAX_BYTES)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "secret content in file %s too large: %" G_GSIZE_FORMAT " bytes",
                          quoted_path, length_bytes);

  return add_value (values, name, text != NULL ? text : "", length_bytes, error);
}

/* KEY=VALUE. '=' at the end is padding of base64, and makes no pair by itself. */
static gboolean
add_argument (HookToolCall *call, ReactiveJson *values, const char *argument, GError **error)
{
  const char *equals = strchr (argument, '=');
  g_autofree char *key = NULL;
  g_autofree char *quoted = reactive_go_quote (argument);

  if (equals == NULL || equals == argument || strspn (equals, "=") == strlen (equals))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "key value %s not valid", quoted);

  key = g_strndup (argument, (gsize) (equals - argument));
  if (g_str_has_suffix (key, "#file"))
    return add_file (call, values, key, equals + 1, error);

  return add_value (values, key, equals + 1, strlen (equals + 1), error);
}

static gboolean
is_object_of_strings (const ReactiveJson *value)
{
  if (value == NULL || reactive_json_get_kind (value) != REACTIVE_JSON_OBJECT)
    return FALSE;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    if (reactive_json_get_kind (reactive_json_get_element (value, i)) != REACTIVE_JSON_STRING)
      return FALSE;

  return TRUE;
}

/* JSON, or else YAML. */
static ReactiveJson *
parse_file (GBytes *bytes, GError **error)
{
  gsize length_bytes = 0;
  const char *text = g_bytes_get_data (bytes, &length_bytes);
  g_autoptr (ReactiveJson) json = NULL;

  if (text == NULL)
    text = "";
  json = reactive_json_parse (text, (gssize) length_bytes, REACTIVE_JSON_STRICT, NULL);
  if (is_object_of_strings (json))
    return g_steal_pointer (&json);

  return reactive_yaml_read_strings (text, length_bytes, error);
}

static gboolean
add_from_file (HookToolCall *call, ReactiveJson *values, const char *path, GError **error)
{
  g_autofree char *absolute = g_canonicalize_filename (path, call->directory);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = reactive_hook_tool_read_file (call, absolute, &local_error);
  g_autoptr (ReactiveJson) content = bytes != NULL ? parse_file (bytes, &local_error) : NULL;

  if (content == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "%s", local_error->message);

  for (guint i = 0; i < reactive_json_get_length (content); i++)
    {
      gsize length_bytes = 0;
      const char *text = reactive_json_get_string (reactive_json_get_element (content, i), &length_bytes);

      if (!add_value (values, reactive_json_get_member_name (content, i), text, length_bytes, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_size (const ReactiveJson *values, GError **error)
{
  gsize size_bytes = 0;

  for (guint i = 0; i < reactive_json_get_length (values); i++)
    {
      gsize length_bytes = 0;

      reactive_json_get_string (reactive_json_get_element (values, i), &length_bytes);
      size_bytes += length_bytes;
    }

  return size_bytes <= MAX_BYTES
         || reactive_fail (error, REACTIVE_ERROR_USAGE,
                           "base64 encoded secret content too large: %" G_GSIZE_FORMAT " bytes", size_bytes);
}

ReactiveJson *
reactive_hook_tool_read_secret (HookToolCall *call, guint first, GError **error)
{
  g_autoptr (ReactiveJson) values = reactive_json_new_object ();

  for (guint i = first; i < call->n_arguments; i++)
    if (!add_argument (call, values, reactive_hook_tool_get_argument (call, i), error))
      return NULL;

  if (reactive_hook_tool_has_flag (call, "file")
      && !add_from_file (call, values, reactive_hook_tool_get_flag (call, "file"), error))
    return NULL;

  return check_size (values, error) ? g_steal_pointer (&values) : NULL;
}

/*
 * Decoding
 */

static gboolean
is_base64 (const char *text)
{
  gsize length = strlen (text);
  gsize n_padding = length - strcspn (text, "=");

  return length % 4 == 0 && n_padding <= 2 && strspn (text + length - n_padding, "=") == n_padding
         && strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") == length - n_padding;
}

ReactiveJson *
reactive_hook_tool_decode_secret (const ReactiveJson *value, GError **error)
{
  const char *text = reactive_json_text_or_null (value);
  g_autofree char *bytes = NULL;
  gsize length_bytes = 0;

  if (text == NULL || !is_base64 (text))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "illegal base64 data at input byte %" G_GSIZE_FORMAT,
                   text != NULL ? strlen (text) & ~(gsize) 3 : 0);
      return NULL;
    }
  if (*text == '\0')
    return reactive_json_new_string ("");

  bytes = (char *) g_base64_decode (text, &length_bytes);
  return reactive_json_new_string_length (bytes, length_bytes);
}

ReactiveJson *
reactive_hook_tool_decode_secrets (const ReactiveJson *values, GError **error)
{
  g_autoptr (ReactiveJson) decoded = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (values); i++)
    {
      ReactiveJson *value = reactive_hook_tool_decode_secret (reactive_json_get_element (values, i), error);

      if (value == NULL)
        return NULL;
      reactive_json_object_set (decoded, reactive_json_get_member_name (values, i), value);
    }

  return g_steal_pointer (&decoded);
}
