/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/float-text.h"
#include "base/json.h"
#include "charm/yaml-write.h"
#include "simulator/hook-tool-private.h"

/*
 * JSON as Go's encoding/json writes it
 */

static gboolean append_value (GString *text, const ReactiveJson *value, ReactiveJsonStyle style, GError **error);

static gboolean
is_plain (gunichar character)
{
  return character >= 0x20 && character != '"' && character != '\\' && character != '<' && character != '>'
         && character != '&' && character != 0x2028 && character != 0x2029;
}

/* A lone surrogate is no UTF-8 to Go: each of its bytes becomes U+FFFD. */
static void
append_string (GString *text, const char *string, gsize length_bytes)
{
  const char *end = string + length_bytes;

  g_string_append_c (text, '"');
  while (string < end)
    {
      gunichar character = g_utf8_get_char_validated (string, end - string);
      const char *next;

      if (character == (gunichar) -2 && *string == '\0')
        character = 0;
      if (character >= (gunichar) -2)
        {
          g_string_append (text, "\\ufffd");
          string++;
          continue;
        }

      next = g_utf8_next_char (string);
      if (is_plain (character))
        g_string_append_len (text, string, next - string);
      else
        reactive_json_append_escaped (text, character);
      string = next;
    }
  g_string_append_c (text, '"');
}

static gboolean
append_float (GString *text, double number, GError **error)
{
  if (isnan (number))
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "json: unsupported value: NaN");
  if (isinf (number))
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "json: unsupported value: %s", number < 0 ? "-Inf" : "+Inf");

  reactive_float_append (text, number, /* least= */ -6, /* limit= */ 21, /* n_exponent_digits= */ 1);
  return TRUE;
}

static gboolean
append_array (GString *text, const ReactiveJson *array, ReactiveJsonStyle style, GError **error)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i < reactive_json_get_length (array); i++)
    {
      if (i > 0)
        g_string_append_c (text, ',');
      if (!append_value (text, reactive_json_get_element (array, i), style, error))
        return FALSE;
    }
  g_string_append_c (text, ']');

  return TRUE;
}

static int
compare_members (gconstpointer a, gconstpointer b, gpointer object)
{
  return strcmp (reactive_json_get_member_name (object, *(const guint *) a),
                 reactive_json_get_member_name (object, *(const guint *) b));
}

static gboolean
append_object (GString *text, const ReactiveJson *object, ReactiveJsonStyle style, GError **error)
{
  guint n_members = reactive_json_get_length (object);
  g_autoptr (GArray) order = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_members);

  for (guint i = 0; i < n_members; i++)
    g_array_append_val (order, i);
  if (style == REACTIVE_JSON_SORT_KEYS)
    g_array_sort_with_data (order, compare_members, (gpointer) object);

  g_string_append_c (text, '{');
  for (guint i = 0; i < n_members; i++)
    {
      guint member = g_array_index (order, guint, i);
      const char *name = reactive_json_get_member_name (object, member);

      if (i > 0)
        g_string_append_c (text, ',');
      append_string (text, name, strlen (name));
      g_string_append_c (text, ':');
      if (!append_value (text, reactive_json_get_element (object, member), style, error))
        return FALSE;
    }
  g_string_append_c (text, '}');

  return TRUE;
}

/* Errors: TOOL (NaN). */
static gboolean
append_value (GString *text, const ReactiveJson *value, ReactiveJsonStyle style, GError **error)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);
  gsize length_bytes = 0;
  const char *string = reactive_json_get_string (value, &length_bytes);

  if (kind == REACTIVE_JSON_STRING)
    append_string (text, string, length_bytes);
  else if (kind == REACTIVE_JSON_ARRAY)
    return append_array (text, value, style, error);
  else if (kind == REACTIVE_JSON_OBJECT)
    return append_object (text, value, style, error);
  else if (kind == REACTIVE_JSON_FLOAT || (kind == REACTIVE_JSON_INTEGER && !reactive_json_get_integer (value, NULL)))
    return append_float (text, reactive_json_get_double (value), error);
  else
    {
      g_autofree char *plain = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);

      g_string_append (text, plain);
    }

  return TRUE;
}

/*
 * The other formats
 */

static void
append_line (GString *text, const char *line, gsize length_bytes)
{
  if (length_bytes == 0)
    return;

  g_string_append_len (text, line, (gssize) length_bytes);
  g_string_append_c (text, '\n');
}

/* "smart": FALSE for what is left to YAML. */
static gboolean
append_smart (GString *text, const ReactiveJson *value, gboolean is_list)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);
  gsize length_bytes = 0;
  const char *string = reactive_json_get_string (value, &length_bytes);

  if (kind == REACTIVE_JSON_STRING)
    append_line (text, string, length_bytes);
  else if (kind == REACTIVE_JSON_BOOLEAN)
    g_string_append (text, reactive_json_get_boolean (value) ? "True\n" : "False\n");
  else if (is_list && kind == REACTIVE_JSON_ARRAY)
    {
      for (guint i = 0; i < reactive_json_get_length (value); i++)
        {
          string = reactive_json_get_string (reactive_json_get_element (value, i), &length_bytes);
          g_string_append_len (text, string, (gssize) length_bytes);
          g_string_append_c (text, '\n');
        }
    }
  else
    return is_list && kind == REACTIVE_JSON_NULL;

  return TRUE;
}

static void
append_yaml (GString *text, const ReactiveJson *value, ReactiveJsonStyle style)
{
  g_autofree char *yaml = reactive_yaml_write (value, style);

  g_string_append (text, yaml);
}

/* errno in Go's words, which do not depend on the locale. */
static const char *
describe (int number)
{
  switch (number)
    {
    case ENOENT:
      return "no such file or directory";
    case EACCES:
      return "permission denied";
    case EISDIR:
      return "is a directory";
    case ENOTDIR:
      return "not a directory";
    case EROFS:
      return "read-only file system";
    case ENOSPC:
      return "no space left on device";
    default:
      return "input/output error";
    }
}

static gboolean
write_all (int fd, const GString *text)
{
  gsize n_written = 0;

  while (n_written < text->len)
    {
      gssize n = write (fd, text->str + n_written, text->len - n_written);

      if (n < 0 && errno != EINTR)
        return FALSE;
      n_written += n > 0 ? (gsize) n : 0;
    }

  return TRUE;
}

/* --output: a file that is there keeps its mode. A FIFO that nobody reads is refused. */
static gboolean
write_file (HookToolCall *call, const GString *text, GError **error)
{
  g_autofree char *path = g_canonicalize_filename (call->output_path, call->directory);
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_NONBLOCK | O_CLOEXEC, 0666);
  gboolean was_written;

  if (fd < 0)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "open %s: %s", path, describe (errno));

  was_written = write_all (fd, text);
  if (!was_written)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "write %s: %s", path, describe (errno));
  close (fd);
  return was_written;
}

/*
 * Printing
 */

static const char *
get_format (const HookToolCall *call)
{
  if (call->format != NULL)
    return call->format;

  return call->tool->output == HOOK_TOOL_YAML ? "yaml" : "smart";
}

ReactiveJson *
reactive_hook_tool_pick (const ReactiveJson *object, const char *const *names)
{
  ReactiveJson *picked = reactive_json_new_object ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      const ReactiveJson *value = object != NULL ? reactive_json_get_member (object, names[i]) : NULL;

      if (value != NULL)
        reactive_json_object_set (picked, names[i], reactive_json_ref (value));
    }

  return picked;
}

static int
compare_names (gconstpointer a, gconstpointer b, gpointer call)
{
  const char *first = *(const char *const *) a, *second = *(const char *const *) b;

  return g_str_equal (get_format (call), "json") ? strcmp (first, second) : reactive_yaml_compare_names (first, second);
}

ReactiveJson *
reactive_hook_tool_sort (HookToolCall *call, const ReactiveJson *object)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; object != NULL && i < reactive_json_get_length (object); i++)
    g_ptr_array_add (names, (gpointer) reactive_json_get_member_name (object, i));
  g_ptr_array_sort_with_data (names, compare_names, call);
  g_ptr_array_add (names, NULL);

  return reactive_hook_tool_pick (object, (const char *const *) names->pdata);
}

static gboolean
print (HookToolCall *call, const ReactiveJson *value, ReactiveJsonStyle style, gboolean is_list, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *format = get_format (call);

  if (g_str_equal (format, "json"))
    {
      if (!append_value (text, value, style, error))
        return FALSE;
      g_string_append_c (text, '\n');
    }
  else if (reactive_json_get_kind (value) == REACTIVE_JSON_NULL && is_list)
    g_string_append (text, g_str_equal (format, "yaml") ? "[]\n" : "");
  else if (reactive_json_get_kind (value) != REACTIVE_JSON_NULL
           && (g_str_equal (format, "yaml") || !append_smart (text, value, is_list)))
    append_yaml (text, value, style);

  if (call->output_path != NULL && *call->output_path != '\0')
    return write_file (call, text, error);

  g_string_append_len (call->output, text->str, (gssize) text->len);
  return TRUE;
}

gboolean
reactive_hook_tool_print (HookToolCall *call, const ReactiveJson *value, GError **error)
{
  g_autoptr (ReactiveJson) null = reactive_json_new_null ();

  return print (call, value != NULL ? value : null, REACTIVE_JSON_SORT_KEYS, /* is_list= */ FALSE, error);
}

gboolean
reactive_hook_tool_print_structure (HookToolCall *call, const ReactiveJson *value, GError **error)
{
  return print (call, value, REACTIVE_JSON_INSERTION_ORDER, /* is_list= */ FALSE, error);
}

gboolean
reactive_hook_tool_print_list (HookToolCall *call, const ReactiveJson *value, GError **error)
{
  return print (call, value, REACTIVE_JSON_INSERTION_ORDER, /* is_list= */ TRUE, error);
}

gboolean
reactive_hook_tool_print_text (HookToolCall *call, const char *text, GError **error)
{
  g_autoptr (ReactiveJson) value = reactive_json_new_string (text);

  return reactive_hook_tool_print (call, value, error);
}
