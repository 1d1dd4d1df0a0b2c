/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/yaml-write.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/float-text.h"
#include "charm/yaml-scalar.h"

/* go-yaml's emitter is libyaml's, carried over; what is decided here is what it is fed with. */

typedef struct
{
  yaml_emitter_t emitter;
  GString *text;
  ReactiveJsonStyle style;
} Writer;

static void write_value (Writer *writer, const ReactiveJson *value);

static int
append (void *data, unsigned char *bytes, size_t length_bytes)
{
  g_string_append_len (((Writer *) data)->text, (const char *) bytes, (gssize) length_bytes);
  return 1;
}

/* Everything that is fed is well-formed, so only memory can lack. */
static void
emit (Writer *writer, yaml_event_t *event, int was_made)
{
  if (!was_made || !yaml_emitter_emit (&writer->emitter, event))
    g_error ("cannot write YAML: %s", writer->emitter.problem != NULL ? writer->emitter.problem : "out of memory");
}

/*
 * Strings
 */

/* Skips 1 to @n_most digits. */
static gboolean
skip_digits (const char **text, guint n_most)
{
  guint n = 0;

  while (n < n_most && g_ascii_isdigit (**text))
    {
      (*text)++;
      n++;
    }

  return n > 0;
}

static gboolean
skip (const char **text, const char *prefix)
{
  if (!g_str_has_prefix (*text, prefix))
    return FALSE;

  *text += strlen (prefix);
  return TRUE;
}

static gboolean
skip_zone (const char **text)
{
  if (skip (text, "Z"))
    return TRUE;
  if (**text != '+' && **text != '-')
    return FALSE;

  (*text)++;
  return g_ascii_isdigit ((*text)[0]) && g_ascii_isdigit ((*text)[1]) && (*text)[2] == ':'
         && g_ascii_isdigit ((*text)[3]) && g_ascii_isdigit ((*text)[4]) && (*text += 5, TRUE);
}

/* "2006-1-2", which may go on with "T15:4:5.9Z", or with a space and no zone. */
static gboolean
is_timestamp (const char *text)
{
  const char *c = text;
  gboolean has_zone;
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;

  if (strspn (text, "0123456789") != 4 || text[4] != '-')
    return FALSE;
  if (sscanf (text, "%4d-%2d-%2d", &year, &month, &day) != 3)
    return FALSE;

  c += 5;
  if (!skip_digits (&c, 2) || !skip (&c, "-") || !skip_digits (&c, 2) || month < 1 || month > 12 || day < 1
      || day > g_date_get_days_in_month ((GDateMonth) month, (GDateYear) MAX (year, 4)))
    return FALSE;
  if (*c == '\0')
    return TRUE;

  has_zone = *c == 'T' || *c == 't';
  if ((!has_zone && *c != ' ') || sscanf (c + 1, "%2d:%2d:%2d", &hour, &minute, &second) != 3)
    return FALSE;

  c++;
  if (!skip_digits (&c, 2) || !skip (&c, ":") || !skip_digits (&c, 2) || !skip (&c, ":") || !skip_digits (&c, 2)
      || hour > 23 || minute > 59 || second > 59)
    return FALSE;
  if ((*c == '.' || *c == ',') && g_ascii_isdigit (c[1]))
    c += 1 + strspn (c + 1, "0123456789");

  return (!has_zone || skip_zone (&c)) && *c == '\0';
}

/* [-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?: which go-yaml reads as a string, and quotes for others. */
static gboolean
is_sexagesimal (const char *text)
{
  const char *c = *text == '+' || *text == '-' ? text + 1 : text;

  if (!g_ascii_isdigit (*c))
    return FALSE;
  c += strspn (c, "0123456789_");
  if (*c != ':')
    return FALSE;

  while (*c == ':')
    {
      c++;
      if (*c >= '0' && *c <= '5' && g_ascii_isdigit (c[1]))
        c++;
      if (!g_ascii_isdigit (*c))
        return FALSE;
      c++;
    }
  if (*c == '.')
    c += 1 + strspn (c + 1, "0123456789_");

  return *c == '\0';
}

static gboolean
can_be_plain (const char *text)
{
  g_autoptr (ReactiveJson) meaning = reactive_yaml_resolve (text);

  return reactive_json_get_kind (meaning) == REACTIVE_JSON_STRING && !is_timestamp (text) && !is_sexagesimal (text);
}

static void
write_scalar (Writer *writer, const char *text, gsize length_bytes, yaml_scalar_style_t style)
{
  yaml_event_t event;
  const yaml_char_t *value = (const yaml_char_t *) text;

  emit (writer, &event,
        yaml_scalar_event_initialize (&event, NULL, NULL, (yaml_char_t *) value, (int) length_bytes, 1, 1, style));
}

/* Lone surrogates, which are no UTF-8, become U+FFFD; what is read of Juju holds none. */
static char *
without_surrogates (const char *text, gsize length_bytes)
{
  char *valid = g_memdup2 (text, length_bytes + 1);

  for (char *c = valid; (c = memchr (c, 0xed, (gsize) (valid + length_bytes - c))) != NULL; c++)
    if (((guint8) c[1] & 0xe0) == 0xa0)
      {
        c[0] = '\xef';
        c[1] = '\xbf';
        c[2] = '\xbd';
      }

  return valid;
}

static void
write_string (Writer *writer, const char *text, gsize length_bytes)
{
  g_autofree char *valid = without_surrogates (text, length_bytes);
  yaml_scalar_style_t style = YAML_DOUBLE_QUOTED_SCALAR_STYLE;

  if (memchr (text, '\n', length_bytes) != NULL)
    style = YAML_LITERAL_SCALAR_STYLE;
  else if (strlen (text) == length_bytes && can_be_plain (text))
    style = YAML_PLAIN_SCALAR_STYLE;

  write_scalar (writer, valid, length_bytes, style);
}

static void
write_float (Writer *writer, double number)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (isnan (number))
    g_string_append (text, ".nan");
  else if (isinf (number))
    g_string_append (text, number < 0 ? "-.inf" : ".inf");
  else
    reactive_float_append (text, number, /* least= */ -4, /* limit= */ 6, /* n_exponent_digits= */ 2);

  write_scalar (writer, text->str, text->len, YAML_PLAIN_SCALAR_STYLE);
}

/*
 * Containers
 */

/* Whether the digits before @place, which is inside of a number, hold another one than 0. */
static gboolean
follows_digit (const char *start, const char *place)
{
  while (place > start && g_ascii_isdigit (place[-1]))
    {
      place--;
      if (*place != '0')
        return TRUE;
    }

  return FALSE;
}

/* @number and the digits of @text behind it, wrapping around as in Go. */
static gint64
read_number (const char *text, guint64 number, const char **out_end)
{
  for (; g_ascii_isdigit (*text); text++)
    number = number * 10 + (guint64) (*text - '0');

  *out_end = text;
  return (gint64) number;
}

/* @a, of a name that begins at @start, and @b begin with different characters. */
static int
compare_rests (const char *start, const char *a, const char *b)
{
  gunichar first = g_utf8_get_char (a), second = g_utf8_get_char (b);
  guint64 lead = (first == '0' || second == '0') && follows_digit (start, a) ? 1 : 0;
  const char *a_end, *b_end;
  gint64 a_number, b_number;

  if (g_unichar_isalpha (first) != g_unichar_isalpha (second))
    return g_unichar_isalpha (second) ? -1 : 1;
  if (g_unichar_isalpha (first))
    return first < second ? -1 : 1;

  a_number = read_number (a, lead, &a_end);
  b_number = read_number (b, lead, &b_end);
  if (a_number != b_number)
    return a_number < b_number ? -1 : 1;
  if (a_end - a != b_end - b)
    return a_end - a < b_end - b ? -1 : 1;

  return first < second ? -1 : 1;
}

int
reactive_yaml_compare_names (const char *a, const char *b)
{
  const char *start = a;

  while (*a != '\0' && *b != '\0')
    {
      if (g_utf8_get_char (a) != g_utf8_get_char (b))
        return compare_rests (start, a, b);
      a = g_utf8_next_char (a);
      b = g_utf8_next_char (b);
    }

  return (*a != '\0') - (*b != '\0');
}

static int
compare_members (gconstpointer a, gconstpointer b, gpointer object)
{
  return reactive_yaml_compare_names (reactive_json_get_member_name (object, *(const guint *) a),
                                      reactive_json_get_member_name (object, *(const guint *) b));
}

static void
write_object (Writer *writer, const ReactiveJson *object)
{
  guint n_members = reactive_json_get_length (object);
  g_autoptr (GArray) order = g_array_sized_new (FALSE, FALSE, sizeof (guint), n_members);
  yaml_event_t event;

  for (guint i = 0; i < n_members; i++)
    g_array_append_val (order, i);
  if (writer->style == REACTIVE_JSON_SORT_KEYS)
    g_array_sort_with_data (order, compare_members, (gpointer) object);

  emit (writer, &event, yaml_mapping_start_event_initialize (&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
  for (guint i = 0; i < n_members; i++)
    {
      guint member = g_array_index (order, guint, i);
      const char *name = reactive_json_get_member_name (object, member);

      write_string (writer, name, strlen (name));
      write_value (writer, reactive_json_get_element (object, member));
    }
  emit (writer, &event, yaml_mapping_end_event_initialize (&event));
}

static void
write_array (Writer *writer, const ReactiveJson *array)
{
  yaml_event_t event;

  emit (writer, &event, yaml_sequence_start_event_initialize (&event, NULL, NULL, 1, YAML_BLOCK_SEQUENCE_STYLE));
  for (guint i = 0; i < reactive_json_get_length (array); i++)
    write_value (writer, reactive_json_get_element (array, i));
  emit (writer, &event, yaml_sequence_end_event_initialize (&event));
}

static void
write_value (Writer *writer, const ReactiveJson *value)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);
  gsize length_bytes = 0;
  const char *text = reactive_json_get_string (value, &length_bytes);

  if (kind == REACTIVE_JSON_STRING)
    write_string (writer, text, length_bytes);
  else if (kind == REACTIVE_JSON_FLOAT || (kind == REACTIVE_JSON_INTEGER && !reactive_json_get_integer (value, NULL)))
    write_float (writer, reactive_json_get_double (value));
  else if (kind == REACTIVE_JSON_ARRAY)
    write_array (writer, value);
  else if (kind == REACTIVE_JSON_OBJECT)
    write_object (writer, value);
  else
    {
      /* null, true, false and integers are written alike. */
      g_autofree char *plain = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);

      write_scalar (writer, plain, strlen (plain), YAML_PLAIN_SCALAR_STYLE);
    }
}

/* Ends in one newline, as the tools have it. libyaml marks the end of a text with newlines at its end by "...". */
static void
trim (GString *text)
{
  if (g_str_has_suffix (text->str, "\n...\n"))
    g_string_truncate (text, text->len - strlen ("...\n"));
  while (text->len > 1 && g_str_has_suffix (text->str, "\n"))
    g_string_truncate (text, text->len - 1);
  g_string_append_c (text, '\n');
}

char *
reactive_yaml_write (const ReactiveJson *value, ReactiveJsonStyle style)
{
  Writer writer = { .text = g_string_new (NULL), .style = style };
  yaml_event_t event;

  if (!yaml_emitter_initialize (&writer.emitter))
    g_error ("out of memory");
  yaml_emitter_set_unicode (&writer.emitter, 1);
  yaml_emitter_set_output (&writer.emitter, append, &writer);

  emit (&writer, &event, yaml_stream_start_event_initialize (&event, YAML_UTF8_ENCODING));
  emit (&writer, &event, yaml_document_start_event_initialize (&event, NULL, NULL, NULL, 1));
  write_value (&writer, value);
  emit (&writer, &event, yaml_document_end_event_initialize (&event, 1));
  emit (&writer, &event, yaml_stream_end_event_initialize (&event));
  yaml_emitter_delete (&writer.emitter);

  trim (writer.text);
  return g_string_free (writer.text, FALSE);
}
