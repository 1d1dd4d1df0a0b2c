/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What handlers that came from Python use: markers for what is still to be ported, and what Python does in an operator
 * and C in a call. Look for PORT_; when nothing is left of it, and port_ is written out, this file can go. */
#include <reactive.h>

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

G_BEGIN_DECLS

/* A statement that was not carried over: its place, the original, and what of it is C. */
#define PORT_TODO(place, ...) port_left (unit, place, "not ported yet", __VA_ARGS__)
/* A condition that was not carried over: it does not hold. */
#define PORT_CONDITION(place, ...)                                                                                     \
  (port_left (unit, place, "condition not ported yet, taken for false", __VA_ARGS__), FALSE)
/* Exceptions that nothing in C raises. */
#define PORT_EXCEPT(place, text) FALSE
/* Part of a message that was not carried over: the original stands for it. */
#define PORT_STRING(place, ...) port_left (unit, place, "value not ported yet", __VA_ARGS__)

static inline const char *
port_left (ReactiveUnit *unit, const char *place, const char *what, const char *text, ...)
{
  reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s: %s: %s", place, what, text);
  return text;
}

/* sys.exit () in a function that a handler calls: its callers return at once, too. */

static inline void
port_end (ReactiveUnit *unit)
{
  reactive_unit_set_data (unit, "port.has-ended", GINT_TO_POINTER (TRUE), NULL);
  reactive_finish_hook (unit);
}

static inline gboolean
port_has_ended (ReactiveUnit *unit)
{
  return reactive_unit_get_data (unit, "port.has-ended") != NULL;
}

/* Exceptions: the class is the domain of the error. */

#define port_raise(error, class_name, ...) g_set_error (error, g_quark_from_static_string (class_name), 0, __VA_ARGS__)

static inline gboolean G_GNUC_NULL_TERMINATED
port_is_raised (const GError *error, const char *class_name, ...)
{
  gboolean found = FALSE;
  va_list names;

  va_start (names, class_name);
  for (const char *name = class_name; name != NULL && !found; name = va_arg (names, const char *))
    found = strcmp (g_quark_to_string (error->domain), name) == 0;
  va_end (names);

  return found;
}

static inline gboolean
port_is_missing (const GError *error)
{
  return g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
}

static inline gboolean
port_has_failed (const GError *error)
{
  return error->domain == REACTIVE_ERROR && !port_is_missing (error);
}

/* Variables that own what they hold. */

static inline void
port_take_string (char **variable, char *value)
{
  g_free (*variable);
  *variable = value;
}

static inline void
port_take_strings (GStrv *variable, GStrv value)
{
  g_strfreev (*variable);
  *variable = value;
}

static inline void
port_take_json (ReactiveJson **variable, ReactiveJson *value)
{
  reactive_json_unref (*variable);
  *variable = value;
}

/* Strings. NULL is None, which is false. */

static inline const char *
port_text_or_default (const char *text, const char *default_text)
{
  return text != NULL ? text : default_text;
}

static inline gboolean
port_is_text (const char *text)
{
  return text != NULL && *text != '\0';
}

static inline const char *
port_text (const char *text)
{
  return text != NULL ? text : "";
}

static inline const char *
port_text_or_none (const char *text)
{
  return text != NULL ? text : "None";
}

/* As `text or other`. */
static inline const char *
port_text_or (const char *text, const char *other)
{
  return port_is_text (text) ? text : other;
}

static inline gint64
port_integer_or (gint64 number, gint64 other)
{
  return number != 0 ? number : other;
}

static inline const char *
port_boolean_text (gboolean value)
{
  return value ? "True" : "False";
}

static inline gint64
port_text_length (const char *text)
{
  return text != NULL ? g_utf8_strlen (text, -1) : 0;
}

static inline gboolean
port_contains (const char *text, const char *part)
{
  return text != NULL && part != NULL && strstr (text, part) != NULL;
}

static inline gboolean G_GNUC_NULL_TERMINATED
port_is_one_of (const char *text, ...)
{
  gboolean found = FALSE;
  const char *item;
  va_list items;

  va_start (items, text);
  while (text != NULL && !found && (item = va_arg (items, const char *)) != NULL)
    found = strcmp (item, text) == 0;
  va_end (items);

  return found;
}

static inline gboolean
port_is_strip (const char *characters, char letter)
{
  return characters != NULL ? letter != '\0' && strchr (characters, letter) != NULL : g_ascii_isspace (letter);
}

static inline char *
port_lstrip (const char *text, const char *characters)
{
  while (port_is_strip (characters, *text))
    text++;
  return g_strdup (text);
}

static inline char *
port_rstrip (const char *text, const char *characters)
{
  gsize length = strlen (text);

  while (length > 0 && port_is_strip (characters, text[length - 1]))
    length--;
  return g_strndup (text, length);
}

static inline char *
port_strip (const char *text, const char *characters)
{
  g_autofree char *right = port_rstrip (text, characters);

  return port_lstrip (right, characters);
}

/* As text[start:end], by characters: a negative place counts from the end. */
static inline char *
port_slice (const char *text, gint64 start, gint64 end)
{
  gint64 length = g_utf8_strlen (text, -1);

  start = start < 0 ? MAX (start + length, 0) : start;
  end = end < 0 ? end + length : MIN (end, length);
  return start < end ? g_utf8_substring (text, start, end) : g_strdup ("");
}

static inline GStrv G_GNUC_NULL_TERMINATED
port_new_list (const char *first, ...)
{
  GPtrArray *list = g_ptr_array_new ();
  va_list items;

  va_start (items, first);
  for (const char *item = first; item != NULL; item = va_arg (items, const char *))
    g_ptr_array_add (list, g_strdup (item));
  va_end (items);
  g_ptr_array_add (list, NULL);

  return (GStrv) g_ptr_array_free (list, FALSE);
}

static inline GStrv
port_split (const char *text, const char *separator)
{
  GPtrArray *parts;

  if (separator != NULL)
    return *text != '\0' ? g_strsplit (text, separator, -1) : port_new_list ("", NULL);

  parts = g_ptr_array_new ();
  while (*(text += strspn (text, " \t\n\r\v\f")) != '\0')
    {
      gsize length = strcspn (text, " \t\n\r\v\f");

      g_ptr_array_add (parts, g_strndup (text, length));
      text += length;
    }
  g_ptr_array_add (parts, NULL);

  return (GStrv) g_ptr_array_free (parts, FALSE);
}

static inline GStrv
port_split_lines (const char *text)
{
  GPtrArray *lines = g_ptr_array_new ();

  while (*text != '\0')
    {
      gsize length = strcspn (text, "\r\n");

      g_ptr_array_add (lines, g_strndup (text, length));
      text += length;
      text += text[0] == '\r' && text[1] == '\n' ? 2 : *text != '\0' ? 1 : 0;
    }
  g_ptr_array_add (lines, NULL);

  return (GStrv) g_ptr_array_free (lines, FALSE);
}

static inline char *
port_replace (const char *text, const char *old, const char *new_text)
{
  g_auto (GStrv) parts = NULL;

  if (*old == '\0')
    return g_strdup (text);

  parts = g_strsplit (text, old, -1);
  return g_strjoinv (new_text, parts);
}

/* Lists of strings. */

static inline gboolean
port_is_list (const char *const *list)
{
  return list != NULL && list[0] != NULL;
}

static inline gint64
port_list_length (const char *const *list)
{
  gint64 length = 0;

  while (list != NULL && list[length] != NULL)
    length++;
  return length;
}

static inline const char *
port_list_item (const char *const *list, gint64 position)
{
  return position >= 0 && position < port_list_length (list) ? list[position] : NULL;
}

static inline gboolean
port_list_contains (const char *const *list, const char *text)
{
  return list != NULL && text != NULL && g_strv_contains (list, text);
}

static inline char *
port_join (const char *separator, const char *const *list)
{
  return list != NULL ? g_strjoinv (separator, (GStrv) list) : g_strdup ("");
}

static inline void
port_append (GStrv *list, const char *text)
{
  guint length = *list != NULL ? g_strv_length (*list) : 0;

  *list = g_renew (char *, *list, length + 2);
  (*list)[length] = g_strdup (text);
  (*list)[length + 1] = NULL;
}

static inline void
port_extend (GStrv *list, const char *const *more)
{
  for (gint64 i = 0, length = port_list_length (more); i < length; i++)
    port_append (list, more[i]);
}

/* JSON. NULL is None. */

static inline gboolean
port_json_is_none (const ReactiveJson *value)
{
  return value == NULL || reactive_json_get_kind (value) == REACTIVE_JSON_NULL;
}

/* The number that a value is, true and false too; 0 if it is none. */
static inline double
port_json_to_number (const ReactiveJson *value)
{
  if (value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_BOOLEAN)
    return reactive_json_get_boolean (value);
  return value != NULL ? reactive_json_get_double (value) : 0;
}

static inline gboolean
port_json_is_true (const ReactiveJson *value)
{
  if (port_json_is_none (value))
    return FALSE;
  if (reactive_json_get_kind (value) <= REACTIVE_JSON_FLOAT)
    return port_json_to_number (value) != 0;
  if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
    return *reactive_json_get_string (value, NULL) != '\0';
  return reactive_json_get_length (value) > 0;
}

static inline const ReactiveJson *
port_json_or (const ReactiveJson *value, const ReactiveJson *other)
{
  return port_json_is_true (value) ? value : other;
}

/* The string that a value is; NULL if it is none. */
static inline const char *
port_json_to_string (const ReactiveJson *value)
{
  return value != NULL ? reactive_json_get_string (value, NULL) : NULL;
}

static inline gint64
port_json_to_integer (const ReactiveJson *value)
{
  double number = port_json_to_number (value);
  gint64 integer = 0;

  if (value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
    return g_ascii_strtoll (reactive_json_get_string (value, NULL), NULL, 10);
  if (value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_INTEGER)
    return reactive_json_get_integer (value, &integer) ? integer : 0;
  return ABS (number) < 9e18 ? (gint64) number : 0;
}

static inline gboolean
port_json_is_container (const ReactiveJson *value)
{
  return value != NULL
         && (reactive_json_get_kind (value) == REACTIVE_JSON_ARRAY
             || reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT);
}

/* As repr () makes it. */
static inline void
port_append_quoted (GString *text, const char *string)
{
  char quote = strchr (string, '\'') != NULL && strchr (string, '"') == NULL ? '"' : '\'';

  g_string_append_c (text, quote);
  for (const char *letter = string; *letter != '\0'; letter = g_utf8_next_char (letter))
    {
      gunichar character = g_utf8_get_char (letter);

      if (character == '\n' || character == '\r' || character == '\t')
        g_string_append (text, character == '\n' ? "\\n" : character == '\r' ? "\\r" : "\\t");
      else if (character == '\\' || character == (gunichar) quote)
        g_string_append_printf (text, "\\%c", (char) character);
      else if (character < 0x20 || character == 0x7f)
        g_string_append_printf (text, "\\x%02x", character);
      else
        g_string_append_unichar (text, character);
    }
  g_string_append_c (text, quote);
}

static inline void
port_append_repr (GString *text, const ReactiveJson *value)
{
  gboolean is_object = reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT;
  g_autofree char *plain = NULL;

  if (port_json_is_none (value))
    g_string_append (text, "None");
  else if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
    port_append_quoted (text, reactive_json_get_string (value, NULL));
  else if (reactive_json_get_kind (value) == REACTIVE_JSON_BOOLEAN)
    g_string_append (text, port_boolean_text (reactive_json_get_boolean (value)));
  else if (!port_json_is_container (value))
    g_string_append (text, plain = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER));
  else
    {
      g_string_append_c (text, is_object ? '{' : '[');
      for (guint i = 0; i < reactive_json_get_length (value); i++)
        {
          g_string_append (text, i > 0 ? ", " : "");
          if (is_object)
            {
              port_append_quoted (text, reactive_json_get_member_name (value, i));
              g_string_append (text, ": ");
            }
          port_append_repr (text, reactive_json_get_element (value, i));
        }
      g_string_append_c (text, is_object ? '}' : ']');
    }
}

/* As str () makes it. */
static inline char *
port_json_to_text (const ReactiveJson *value)
{
  GString *text;

  if (port_json_is_none (value))
    return g_strdup ("None");
  if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
    return g_strdup (reactive_json_get_string (value, NULL));

  text = g_string_new (NULL);
  port_append_repr (text, value);
  return g_string_free (text, FALSE);
}

static inline char *
port_double_to_text (double value)
{
  g_autoptr (ReactiveJson) json = reactive_json_new_float (value);

  return port_json_to_text (json);
}

static inline ReactiveJson *
port_json_from_text (const char *text)
{
  return text != NULL ? reactive_json_new_string (text) : reactive_json_new_null ();
}

static inline ReactiveJson *
port_json_from_strings (const char *const *list)
{
  ReactiveJson *array = reactive_json_new_array ();

  for (gsize i = 0; list != NULL && list[i] != NULL; i++)
    reactive_json_array_add (array, reactive_json_new_string (list[i]));
  return array;
}

static inline char *
port_list_to_text (const char *const *list)
{
  g_autoptr (ReactiveJson) array = port_json_from_strings (list);

  return port_json_to_text (array);
}

static inline ReactiveJson *
port_json_copy (const ReactiveJson *value)
{
  return value != NULL ? reactive_json_ref (value) : reactive_json_new_null ();
}

static inline gboolean
port_json_equal (const ReactiveJson *a, const ReactiveJson *b)
{
  if (port_json_is_none (a) || port_json_is_none (b))
    return port_json_is_none (a) && port_json_is_none (b);
  return reactive_json_equal (a, b);
}

static inline gboolean
port_json_is_boolean (const ReactiveJson *value, gboolean expected)
{
  return value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_BOOLEAN
         && reactive_json_get_boolean (value) == expected;
}

static inline gboolean
port_json_is_number (const ReactiveJson *value, double expected)
{
  return !port_json_is_none (value) && reactive_json_get_kind (value) <= REACTIVE_JSON_FLOAT
         && port_json_to_number (value) == expected;
}

static inline guint
port_json_length (const ReactiveJson *value)
{
  return port_json_is_container (value) ? reactive_json_get_length (value) : 0;
}

static inline const ReactiveJson *
port_json_element (const ReactiveJson *value, gint64 position)
{
  if (position < 0 || position >= port_json_length (value))
    return NULL;
  return reactive_json_get_element (value, (guint) position);
}

/* What a loop over a list or object gives: an element, or a name. */
static inline ReactiveJson *
port_json_item (const ReactiveJson *value, guint position)
{
  if (reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT)
    return reactive_json_new_string (reactive_json_get_member_name (value, position));
  return reactive_json_ref (reactive_json_get_element (value, position));
}

static inline const ReactiveJson *
port_json_member (const ReactiveJson *value, const char *name)
{
  return value != NULL && name != NULL ? reactive_json_get_member (value, name) : NULL;
}

static inline gboolean
port_json_contains (const ReactiveJson *value, const char *text)
{
  if (value == NULL || text == NULL)
    return FALSE;
  if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
    return strstr (reactive_json_get_string (value, NULL), text) != NULL;
  if (reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT)
    return reactive_json_get_member (value, text) != NULL;
  for (guint i = 0; i < port_json_length (value); i++)
    if (g_strcmp0 (port_json_to_string (reactive_json_get_element (value, i)), text) == 0)
      return TRUE;
  return FALSE;
}

/* A setting of the leader: None takes it away. */
static inline char *
port_json_to_setting (const ReactiveJson *value)
{
  return port_json_is_none (value) ? NULL : port_json_to_text (value);
}

/* Settings of the leader and results of an action, of which the names are known at run time only. */

static inline gboolean
port_leader_set (ReactiveUnit *unit, const ReactiveJson *settings, GError **error)
{
  for (guint i = 0; i < port_json_length (settings) && reactive_json_get_kind (settings) == REACTIVE_JSON_OBJECT; i++)
    {
      const ReactiveJson *value = reactive_json_get_element (settings, i);
      g_autofree char *text = port_json_to_setting (value);

      if (!reactive_leader_set (unit, reactive_json_get_member_name (settings, i), text, error))
        return FALSE;
    }

  return TRUE;
}

static inline void
port_action_set (ReactiveUnit *unit, const ReactiveJson *results)
{
  for (guint i = 0; i < port_json_length (results) && reactive_json_get_kind (results) == REACTIVE_JSON_OBJECT; i++)
    {
      g_autofree char *text = port_json_to_text (reactive_json_get_element (results, i));

      reactive_action_set (unit, reactive_json_get_member_name (results, i), text);
    }
}

/* Status and log with a name that is known at run time only. */

static inline void
port_status (ReactiveUnit *unit, const char *status, const char *message)
{
  if (strcmp (status, "maintenance") == 0)
    reactive_status_maintenance (unit, message);
  else if (strcmp (status, "blocked") == 0)
    reactive_status_blocked (unit, message);
  else if (strcmp (status, "waiting") == 0)
    reactive_status_waiting (unit, message);
  else if (strcmp (status, "active") == 0)
    reactive_status_active (unit, message);
  else
    reactive_log_printf (unit, REACTIVE_LOG_ERROR, "no status '%s': %s", status, message);
}

static inline ReactiveLogLevel
port_log_level (const char *level)
{
  static const char *const names[] = { "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL" };

  for (guint i = 0; level != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (level, names[i]) == 0)
      return (ReactiveLogLevel) i;
  return REACTIVE_LOG_INFO;
}

/* Files, commands and services. */

static inline char *
port_call_tool (ReactiveUnit *unit, const char *const *argv, GError **error)
{
  char *answer = reactive_call_tool (unit, argv, /* input= */ NULL, error);

  return answer != NULL ? g_strchomp (answer) : NULL;
}

static inline gboolean
port_run (ReactiveUnit *unit, const char *const *argv, guint timeout_ms, GError **error)
{
  g_autofree char *output = reactive_run (unit, argv, timeout_ms, error);

  return output != NULL;
}

static inline gboolean
port_run_status (ReactiveUnit *unit, const char *const *argv, guint timeout_ms, int *out_exit_status, GError **error)
{
  return reactive_run_full (unit, argv, /* input= */ NULL, timeout_ms, out_exit_status, /* out_output= */ NULL,
                            /* out_errors= */ NULL, error);
}

/* Both outputs, that of errors last. */
static inline char *
port_run_merged (ReactiveUnit *unit, const char *const *argv, guint timeout_ms, GError **error)
{
  g_autofree char *output = NULL, *errors = NULL;
  int status;

  if (!reactive_run_full (unit, argv, /* input= */ NULL, timeout_ms, &status, &output, &errors, error))
    return NULL;
  if (status == 0)
    return g_strconcat (output, errors, NULL);

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "'%s' ended with exit code %d: %s%s", argv[0], status,
               output, errors);
  return NULL;
}

static inline gboolean
port_service (ReactiveUnit *unit, const char *verb, const char *service)
{
  const char *const argv[] = { "systemctl", verb, service, NULL };

  return port_run (unit, argv, /* timeout_ms= */ 0, /* error= */ NULL);
}

static inline gboolean
port_test_file (ReactiveUnit *unit, const char *path, GFileTest test)
{
  g_autofree char *place = reactive_get_path (unit, path);

  return g_file_test (place, test);
}

static inline gboolean
port_fail_file (const char *path, GError **error)
{
  int number = errno;

  g_set_error (error, REACTIVE_ERROR, number == ENOENT ? REACTIVE_ERROR_NOT_FOUND : REACTIVE_ERROR_FAILED, "%s: %s",
               path, g_strerror (number));
  return FALSE;
}

static inline gboolean
port_make_directory (ReactiveUnit *unit, const char *path, int mode, GError **error)
{
  g_autofree char *place = reactive_get_path (unit, path);

  return g_mkdir_with_parents (place, mode) == 0 || port_fail_file (path, error);
}

static inline gboolean
port_change_mode (ReactiveUnit *unit, const char *path, int mode, GError **error)
{
  g_autofree char *place = reactive_get_path (unit, path);

  return g_chmod (place, mode) == 0 || port_fail_file (path, error);
}

static inline gboolean
port_remove_file (ReactiveUnit *unit, const char *path, GError **error)
{
  g_autofree char *place = reactive_get_path (unit, path);

  return g_unlink (place) == 0 || port_fail_file (path, error);
}

static inline gboolean
port_read_file (ReactiveUnit *unit, const char *path, char **out_contents, GError **error)
{
  g_autofree char *place = reactive_get_path (unit, path);
  g_autoptr (GError) failure = NULL;

  if (g_file_get_contents (place, out_contents, NULL, &failure))
    return TRUE;

  g_set_error_literal (error, REACTIVE_ERROR,
                       g_error_matches (failure, G_FILE_ERROR, G_FILE_ERROR_NOENT) ? REACTIVE_ERROR_NOT_FOUND
                                                                                   : REACTIVE_ERROR_FAILED,
                       failure->message);
  return FALSE;
}

/* An existing file keeps its permissions, as with open (). */
static inline gboolean
port_write_file (ReactiveUnit *unit, const char *path, const char *contents, GError **error)
{
  g_autofree char *place = reactive_get_path (unit, path);
  GStatBuf status;
  guint mode = g_stat (place, &status) == 0 ? status.st_mode & 07777 : 0644;

  return reactive_write_file (unit, path, contents, -1, mode, /* owner= */ NULL, /* out_changed= */ NULL, error);
}

static inline char *
port_basename (const char *path)
{
  const char *slash = strrchr (path, '/');

  return g_strdup (slash != NULL ? slash + 1 : path);
}

static inline char *
port_dirname (const char *path)
{
  g_autofree char *head = NULL;
  const char *slash = strrchr (path, '/');

  if (slash == NULL)
    return g_strdup ("");
  if (slash == path)
    return g_strdup ("/");

  head = g_strndup (path, (gsize) (slash - path));
  return port_rstrip (head, "/");
}

/* Joins paths as Python does: one that begins with a slash begins anew. */
static inline char *G_GNUC_NULL_TERMINATED
port_join_path (const char *first, ...)
{
  GString *path = g_string_new (first);
  const char *part;
  va_list parts;

  va_start (parts, first);
  while ((part = va_arg (parts, const char *)) != NULL)
    {
      if (*part == '/')
        g_string_truncate (path, 0);
      else if (path->len > 0 && path->str[path->len - 1] != '/')
        g_string_append_c (path, '/');
      g_string_append (path, part);
    }
  va_end (parts);

  return g_string_free (path, FALSE);
}

G_END_DECLS
