/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* What CPython writes: json.dumps() with its default separators and ensure_ascii, floats by repr(). */

/* "d.", 16 digits more, "e-324" and NUL, with room to spare */
#define DECIMAL_BYTES 32

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

static void
append_special (GString *text, gunichar character)
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
        append_special (writer->text, reactive_json_next_character (&place));
    }
  g_string_append_c (writer->text, '"');
}

/*
 * Floats
 */

/* The next number up that has as many digits, of "d.ddde+dd". FALSE when there is none with these digits before "e". */
static gboolean
increment_last_digit (char *decimal)
{
  for (char *place = strchr (decimal, 'e') - 1; place >= decimal; place--)
    {
      if (!g_ascii_isdigit (*place))
        continue;
      if (*place < '9')
        {
          (*place)++;
          return TRUE;
        }
      *place = '0';
    }

  return FALSE;
}

static gboolean
reads_back (const char *decimal, double magnitude)
{
  return g_ascii_strtod (decimal, NULL) == magnitude;
}

/*
 * The shortest decimal that reads back as @magnitude, of these the nearest, as "d.ddde+dd".
 *
 * That is the correctly rounded decimal of some length, with one exception: the numbers that read back as a power of
 * two reach twice as far up from it as down, so the decimal next to the nearest one may be the one that reads back.
 * Lengths below 15 need trying only for subnormal numbers: all others keep any 15 digits, and shorter ones end in
 * zeros.
 */
static void
format_shortest (char *decimal, double magnitude)
{
  for (int digits = magnitude < DBL_MIN ? 1 : DBL_DIG; digits <= 17; digits++)
    {
      char format[] = "%.00e";

      format[2] = (char) ('0' + (digits - 1) / 10);
      format[3] = (char) ('0' + (digits - 1) % 10);
      g_ascii_formatd (decimal, DECIMAL_BYTES, format, magnitude);
      if (reads_back (decimal, magnitude))
        return;
      if (increment_last_digit (decimal) && reads_back (decimal, magnitude))
        return;
    }

  g_assert_not_reached ();
}

/* Takes "d.ddde+dd" apart; the digits lose the zeros at their end. Returns the exponent. */
static int
split_decimal (const char *decimal, GString *digits)
{
  const char *exponent = strchr (decimal, 'e');

  for (const char *place = decimal; place < exponent; place++)
    {
      if (g_ascii_isdigit (*place))
        g_string_append_c (digits, *place);
    }
  while (digits->len > 1 && digits->str[digits->len - 1] == '0')
    g_string_truncate (digits, digits->len - 1);

  return (int) g_ascii_strtoll (exponent + 1, NULL, 10);
}

static void
append_zeros (GString *text, int count)
{
  for (int i = 0; i < count; i++)
    g_string_append_c (text, '0');
}

static void
append_positional (GString *text, const GString *digits, int exponent)
{
  int length = (int) digits->len;

  if (exponent < 0)
    {
      g_string_append (text, "0.");
      append_zeros (text, -exponent - 1);
      g_string_append (text, digits->str);
      return;
    }

  g_string_append_len (text, digits->str, MIN (length, exponent + 1));
  append_zeros (text, exponent + 1 - length);
  g_string_append_c (text, '.');
  g_string_append (text, length > exponent + 1 ? digits->str + exponent + 1 : "0");
}

static void
append_scientific (GString *text, const GString *digits, int exponent)
{
  g_string_append_c (text, digits->str[0]);
  if (digits->len > 1)
    g_string_append_printf (text, ".%s", digits->str + 1);
  g_string_append_printf (text, "e%c%02d", exponent < 0 ? '-' : '+', ABS (exponent));
}

static void
append_finite (GString *text, double number)
{
  char decimal[DECIMAL_BYTES];
  g_autoptr (GString) digits = g_string_new (NULL);
  int exponent;

  format_shortest (decimal, fabs (number));
  exponent = split_decimal (decimal, digits);

  if (signbit (number))
    g_string_append_c (text, '-');
  if (exponent >= -4 && exponent < 16)
    append_positional (text, digits, exponent);
  else
    append_scientific (text, digits, exponent);
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
