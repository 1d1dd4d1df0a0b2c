/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json-private.h"

#include <math.h>
#include <string.h>

#include "base/float-text.h"

/* What CPython writes: json.dumps() with its default separators and ensure_ascii, floats by repr(). */

typedef struct
{
  GString *text;
  ReactiveJsonStyle style;
} Writer;

static void write_value (Writer *writer, const ReactiveJson *value);

/*
 * Strings
 */

static void
append_escape (GString *text, guint unit)
{
  static const char digits[] = "0123456789abcdef";
  char escape[] = { '\\', 'u', digits[unit >> 12], digits[unit >> 8 & 15], digits[unit >> 4 & 15], digits[unit & 15] };

  g_string_append_len (text, escape, sizeof escape);
}

void
reactive_json_append_escaped (GString *text, gunichar character)
{
  static const char characters[] = "\"\\\b\f\n\r\t";
  static const char letters[] = "\"\\bfnrt";
  const char *special = character != 0 && character < 0x80 ? strchr (characters, (int) character) : NULL;

  if (special != NULL)
    {
      g_string_append_c (text, '\\');
      g_string_append_c (text, letters[special - characters]);
    }
  else if (character >= 0x10000)
    {
      append_escape (text, 0xd800 + ((character - 0x10000) >> 10));
      append_escape (text, 0xdc00 + ((character - 0x10000) & 0x3ff));
    }
  else
    append_escape (text, character);
}

static gboolean
is_plain (char character)
{
  return character >= ' ' && character <= '~' && character != '"' && character != '\\';
}

static void
write_string (Writer *writer, const ReactiveJsonText *string)
{
  const char *place = string->bytes;
  const char *end = place + string->length_bytes;

  g_string_append_c (writer->text, '"');
  while (place < end)
    {
      const char *plain = place;

      while (place < end && is_plain (*place))
        place++;
      g_string_append_len (writer->text, plain, place - plain);

      if (place < end)
        reactive_json_append_escaped (writer->text, reactive_json_next_character (&place));
    }
  g_string_append_c (writer->text, '"');
}

/*
 * Floats
 */

static void
append_finite (GString *text, double number)
{
  const gsize start = text->len;

  reactive_float_append (text, number, /* least= */ -4, /* limit= */ 16, /* n_exponent_digits= */ 2);
  if (strpbrk (text->str + start, ".e") == NULL)
    g_string_append (text, ".0");
}

static void
write_float (Writer *writer, double number)
{
  if (isnan (number))
    g_string_append (writer->text, "NaN");
  else if (isinf (number))
    g_string_append (writer->text, number < 0 ? "-Infinity" : "Infinity");
  else
    append_finite (writer->text, number);
}

/*
 * Containers
 */

static void
write_array (Writer *writer, const ReactiveJson *array)
{
  g_string_append_c (writer->text, '[');
  for (guint i = 0; i < array->length; i++)
    {
      if (i > 0)
        g_string_append (writer->text, ", ");
      write_value (writer, array->items[i]);
    }
  g_string_append_c (writer->text, ']');
}

static int
compare_members (gconstpointer a, gconstpointer b)
{
  const ReactiveJsonMember *const *first = a;
  const ReactiveJsonMember *const *second = b;

  return reactive_json_text_compare (&(*first)->name, &(*second)->name);
}

static gpointer *
sorted_members (const ReactiveJson *object)
{
  gpointer *members = g_memdup2 (object->items, object->length * sizeof (gpointer));

  if (members != NULL)
    qsort (members, object->length, sizeof (gpointer), compare_members);

  return members;
}

static void
write_object (Writer *writer, const ReactiveJson *object)
{
  g_autofree gpointer *sorted = writer->style == REACTIVE_JSON_SORT_KEYS ? sorted_members (object) : NULL;
  gpointer *members = sorted != NULL ? sorted : object->items;

  g_string_append_c (writer->text, '{');
  for (guint i = 0; i < object->length; i++)
    {
      const ReactiveJsonMember *member = members[i];

      if (i > 0)
        g_string_append (writer->text, ", ");
      write_string (writer, &member->name);
      g_string_append (writer->text, ": ");
      write_value (writer, member->value);
    }
  g_string_append_c (writer->text, '}');
}

static void
write_value (Writer *writer, const ReactiveJson *value)
{
  switch ((ReactiveJsonType) value->kind)
    {
    case REACTIVE_JSON_NULL:
      g_string_append (writer->text, "null");
      break;
    case REACTIVE_JSON_BOOLEAN:
      g_string_append (writer->text, value->boolean ? "true" : "false");
      break;
    case REACTIVE_JSON_INTEGER:
      g_string_append_len (writer->text, value->text.bytes, (gssize) value->text.length_bytes);
      break;
    case REACTIVE_JSON_FLOAT:
      write_float (writer, value->number);
      break;
    case REACTIVE_JSON_STRING:
      write_string (writer, &value->text);
      break;
    case REACTIVE_JSON_ARRAY:
      write_array (writer, value);
      break;
    case REACTIVE_JSON_OBJECT:
      write_object (writer, value);
      break;
    }
}

void
reactive_json_append_quoted (GString *text, const char *string)
{
  g_autoptr (ReactiveJson) value = NULL;
  Writer writer = { .text = text, .style = REACTIVE_JSON_INSERTION_ORDER };
  gsize length = strlen (string);

  if (g_utf8_validate (string, (gssize) length, NULL))
    {
      write_string (&writer, &(ReactiveJsonText){ length, (char *) string });
      return;
    }

  value = reactive_json_new_string (string);
  write_value (&writer, value);
}

/**
 * reactive_json_to_text:
 * @value: (not nullable): any value
 * @style: the order of the members of objects
 *
 * Writes a value exactly as CPython's json.dumps() does: ", " and ": " between the parts, ASCII alone, the shortest
 * decimals that read back as the same number, and NaN, Infinity and -Infinity for what JSON has no text for. Sorting
 * is by code point.
 *
 * Returns: (transfer full): the text
 */
char *
reactive_json_to_text (const ReactiveJson *value, ReactiveJsonStyle style)
{
  g_return_val_if_fail (value != NULL, NULL);

  Writer writer = { .text = g_string_new (NULL), .style = style };

  write_value (&writer, value);
  return g_string_free (writer.text, FALSE);
}
