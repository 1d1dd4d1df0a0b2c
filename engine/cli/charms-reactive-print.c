/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "cli/charms-reactive-private.h"

#define PPRINT_WIDTH 80

/* As CPython shows a value */

static gboolean
is_printable (gunichar c)
{
  return c == ' ' || (g_unichar_isprint (c) && !g_unichar_isspace (c));
}

static void
append_python_character (GString *text, gunichar c, char quote)
{
  static const char escaped[] = "\t\n\r\\";
  static const char letters[] = "tnr\\";
  const char *found = c != 0 && c < 0x80 ? strchr (escaped, (int) c) : NULL;

  if (found != NULL)
    g_string_append_printf (text, "\\%c", letters[found - escaped]);
  else if (c == (gunichar) quote)
    g_string_append_printf (text, "\\%c", quote);
  else if (is_printable (c))
    g_string_append_unichar (text, c);
  else if (c < 0x100)
    g_string_append_printf (text, "\\x%02x", c);
  else if (c < 0x10000)
    g_string_append_printf (text, "\\u%04x", c);
  else
    g_string_append_printf (text, "\\U%08x", c);
}

static void
append_python_string (GString *text, const char *string)
{
  char quote = strchr (string, '\'') != NULL && strchr (string, '"') == NULL ? '"' : '\'';

  g_string_append_c (text, quote);
  for (const char *c = string; *c != '\0'; c = g_utf8_next_char (c))
    append_python_character (text, g_utf8_get_char (c), quote);
  g_string_append_c (text, quote);
}

static void append_python (GString *text, const ReactiveJson *value, const char *separator);

/* @separator stands between the elements of the outermost container alone. */
static void
append_python_elements (GString *text, const ReactiveJson *value, const char *separator)
{
  gboolean is_object = reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT;

  g_string_append_c (text, is_object ? '{' : '[');
  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      if (i > 0)
        g_string_append (text, separator);
      if (is_object)
        {
          append_python_string (text, reactive_json_get_member_name (value, i));
          g_string_append (text, ": ");
        }
      append_python (text, reactive_json_get_element (value, i), ", ");
    }
  g_string_append_c (text, is_object ? '}' : ']');
}

static void
append_python (GString *text, const ReactiveJson *value, const char *separator)
{
  g_autofree char *json = NULL;

  switch (reactive_json_get_kind (value))
    {
    case REACTIVE_JSON_NULL:
      g_string_append (text, "None");
      break;
    case REACTIVE_JSON_BOOLEAN:
      g_string_append (text, reactive_json_get_boolean (value) ? "True" : "False");
      break;
    case REACTIVE_JSON_INTEGER:
    case REACTIVE_JSON_FLOAT:
      json = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
      g_string_append (text, json);
      break;
    case REACTIVE_JSON_STRING:
      append_python_string (text, reactive_json_get_string (value, NULL));
      break;
    case REACTIVE_JSON_ARRAY:
    case REACTIVE_JSON_OBJECT:
      append_python_elements (text, value, separator);
      break;
    }
}

/* Lists one element a line, text as it is. */
static void
append_raw (GString *text, const ReactiveJson *value)
{
  if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
    g_string_append (text, reactive_json_get_string (value, NULL));
  else if (reactive_json_get_kind (value) != REACTIVE_JSON_ARRAY)
    append_python (text, value, ", ");
  else
    for (guint i = 0; i < reactive_json_get_length (value); i++)
      g_string_append_printf (text, "%s%s", i == 0 ? "" : "\n",
                              reactive_json_get_string (reactive_json_get_element (value, i), NULL));
}

/* pprint: in one line if that is short enough, else an element a line. Members are sorted by the caller. */
static void
append_pretty (GString *text, const ReactiveJson *value)
{
  gsize begin = text->len;

  append_python (text, value, ", ");
  if (g_utf8_strlen (text->str + begin, -1) > PPRINT_WIDTH)
    {
      g_string_truncate (text, begin);
      append_python (text, value, ",\n ");
    }
  g_string_append_c (text, '\n');
}

/* As PyYAML dumps a value */

/* What its resolver would not take for a string. */
static gboolean
looks_like_other_type (const char *text)
{
  static const char pattern[]
      = "^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF|~|null|Null|NULL||<<|=|"
        "[-+]?(?:[0-9][0-9_]*)\\.[0-9_]*(?:[eE][-+][0-9]+)?|\\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|"
        "[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\\.[0-9_]*|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)|"
        "[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+|"
        "[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \\t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}"
        "(?:\\.[0-9]*)?(?:[ \\t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?)\\z";

  return g_regex_match_simple (pattern, text, 0, 0);
}

/* Characters that a plain text in a block must not have where they stand. */
static gboolean
has_indicators (const char *text)
{
  if (g_str_has_prefix (text, "---") || g_str_has_prefix (text, "...") || strchr ("#,[]{}&*!|>'\"%@`", *text) != NULL)
    return TRUE;
  if (strchr ("?:-", *text) != NULL && (text[1] == '\0' || text[1] == ' '))
    return TRUE;

  for (const char *c = text + 1; *c != '\0'; c++)
    if ((*c == ':' && (c[1] == ' ' || c[1] == '\0')) || (*c == '#' && c[-1] == ' '))
      return TRUE;

  return FALSE;
}

static gboolean
is_plain_ascii (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if ((guchar) *c < 0x20 || (guchar) *c >= 0x7f)
      return FALSE;

  return TRUE;
}

static void
append_yaml_escaped (GString *text, const char *string)
{
  static const char escaped[] = "\a\b\t\n\v\f\r\x1b\"\\";
  static const char letters[] = "abtnvfre\"\\";

  g_string_append_c (text, '"');
  for (const char *c = string; *c != '\0'; c = g_utf8_next_char (c))
    {
      gunichar character = g_utf8_get_char (c);
      const char *found = character < 0x80 ? strchr (escaped, (int) character) : NULL;

      if (found != NULL)
        g_string_append_printf (text, "\\%c", letters[found - escaped]);
      else if (character == 0x85 || character == 0xa0 || character == 0x2028 || character == 0x2029)
        g_string_append_printf (text, "\\%c",
                                character == 0x85     ? 'N'
                                : character == 0xa0   ? '_'
                                : character == 0x2028 ? 'L'
                                                      : 'P');
      else if (character >= 0x20 && character < 0x7f)
        g_string_append_c (text, (char) character);
      else if (character < 0x100)
        g_string_append_printf (text, "\\x%02X", character);
      else if (character < 0x10000)
        g_string_append_printf (text, "\\u%04X", character);
      else
        g_string_append_printf (text, "\\U%08X", character);
    }
  g_string_append_c (text, '"');
}

/* Returns: whether it stands without quotes. */
static gboolean
append_yaml_string (GString *text, const char *string)
{
  g_auto (GStrv) pieces = NULL;
  g_autofree char *doubled = NULL;

  if (!is_plain_ascii (string))
    {
      append_yaml_escaped (text, string);
      return FALSE;
    }
  if (!looks_like_other_type (string) && !has_indicators (string) && *string != ' '
      && string[strlen (string) - 1] != ' ')
    {
      g_string_append (text, string);
      return TRUE;
    }

  pieces = g_strsplit (string, "'", -1);
  doubled = g_strjoinv ("''", pieces);
  g_string_append_printf (text, "'%s'", doubled);

  return FALSE;
}

static gboolean
is_container (const ReactiveJson *value)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);

  return (kind == REACTIVE_JSON_ARRAY || kind == REACTIVE_JSON_OBJECT) && reactive_json_get_length (value) > 0;
}

static gboolean
append_yaml_scalar (GString *text, const ReactiveJson *value)
{
  g_autofree char *json = NULL;

  switch (reactive_json_get_kind (value))
    {
    case REACTIVE_JSON_STRING:
      return append_yaml_string (text, reactive_json_get_string (value, NULL));
    case REACTIVE_JSON_ARRAY:
      g_string_append (text, "[]");
      return FALSE;
    case REACTIVE_JSON_OBJECT:
      g_string_append (text, "{}");
      return FALSE;
    default:
      json = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
      g_string_append (text, json);
      return TRUE;
    }
}

/* A list in an object stands below its name, not further in; a container in a list begins behind its dash. */
static void
append_yaml_block (GString *text, const ReactiveJson *value, guint indent)
{
  gboolean is_object = reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const ReactiveJson *element = reactive_json_get_element (value, i);

      if (i > 0)
        g_string_append_printf (text, "%*s", (int) indent, "");
      if (is_object)
        {
          append_yaml_string (text, reactive_json_get_member_name (value, i));
          g_string_append_c (text, ':');
        }
      else
        g_string_append_c (text, '-');

      if (!is_container (element))
        {
          g_string_append_c (text, ' ');
          append_yaml_scalar (text, element);
          g_string_append_c (text, '\n');
        }
      else if (!is_object)
        {
          g_string_append_c (text, ' ');
          append_yaml_block (text, element, indent + 2);
        }
      else
        {
          guint below = indent + (reactive_json_get_kind (element) == REACTIVE_JSON_OBJECT ? 2 : 0);

          g_string_append_printf (text, "\n%*s", (int) below, "");
          append_yaml_block (text, element, below);
        }
    }
}

static void
append_yaml (GString *text, const ReactiveJson *value)
{
  if (is_container (value))
    append_yaml_block (text, value, 0);
  else
    g_string_append (text, append_yaml_scalar (text, value) ? "\n...\n" : "\n");
}

/* As Python's csv module writes rows, where the row that it is given is a text: a field for each of its characters. */

static void
append_field (GString *text, gunichar character, char delimiter)
{
  if (character == '"')
    g_string_append (text, "\"\"\"\"");
  else if (character == (gunichar) delimiter || character == '\n' || character == '\r')
    {
      g_string_append_c (text, '"');
      g_string_append_unichar (text, character);
      g_string_append_c (text, '"');
    }
  else
    g_string_append_unichar (text, character);
}

static void
append_row (GString *text, const char *row, const char *end, char delimiter)
{
  for (const char *c = row; c < end; c = g_utf8_next_char (c))
    {
      if (c > row)
        g_string_append_c (text, delimiter);
      append_field (text, g_utf8_get_char (c), delimiter);
    }
  g_string_append (text, "\r\n");
}

static void
append_table (GString *text, const ReactiveJson *value, char delimiter)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);

  if (kind == REACTIVE_JSON_STRING)
    for (const char *c = reactive_json_get_string (value, NULL); *c != '\0'; c = g_utf8_next_char (c))
      append_row (text, c, g_utf8_next_char (c), delimiter);

  for (guint i = 0; kind != REACTIVE_JSON_STRING && i < reactive_json_get_length (value); i++)
    {
      const char *row = kind == REACTIVE_JSON_OBJECT
                            ? reactive_json_get_member_name (value, i)
                            : reactive_json_get_string (reactive_json_get_element (value, i), NULL);

      append_row (text, row, row + strlen (row), delimiter);
    }
}

char *
charms_reactive_format (const ReactiveJson *result, const char *format)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *json = NULL;

  switch (*format)
    {
    case 'j':
      json = reactive_json_to_text (result, REACTIVE_JSON_INSERTION_ORDER);
      g_string_append (text, json);
      break;
    case 'p':
      append_pretty (text, result);
      break;
    case 'y':
      append_yaml (text, result);
      break;
    case 'c':
    case 't':
      append_table (text, result, *format == 'c' ? ',' : '\t');
      break;
    default:
      append_raw (text, result);
    }

  return g_string_free (g_steal_pointer (&text), FALSE);
}
