/* SPDX-License-Identifier: Apache-2.0 */
#include "integer.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* CPython's own limit on the digits of an integer in a text, leading zeros counted. */
#define MAX_DIGITS 4300

/* What the text says at a place; a lone surrogate is a character like any other that means nothing here. */
static gunichar
peek (const char *place, const char *end)
{
  return place < end ? g_utf8_get_char (place) : 0;
}

/* What int() skips around a number: of ASCII what C calls space, of the rest what Unicode does. */
static gboolean
is_blank (gunichar character)
{
  if (character < 0x80)
    return character == ' ' || (character >= '\t' && character <= '\r');

  return character == 0x85 || g_unichar_isspace (character);
}

static const char *
skip_blanks (const char *place, const char *end)
{
  while (place < end && is_blank (peek (place, end)))
    place = g_utf8_next_char (place);

  return place;
}

/* Digits of any script, with single underscores between them. Returns where they end; NULL if they are not right. */
static const char *
read_digits (const char *place, const char *end, GString *digits)
{
  for (;;)
    {
      int digit = g_unichar_digit_value (peek (place, end));

      if (digit < 0 || digits->len == MAX_DIGITS)
        return NULL;
      g_string_append_c (digits, (char) ('0' + digit));
      place = g_utf8_next_char (place);

      if (g_unichar_digit_value (peek (place, end)) >= 0)
        continue;
      if (peek (place, end) != '_')
        return place;
      place++;
    }
}

static char *
normalise (const char *digits, gboolean is_negative)
{
  gsize zeros = strspn (digits, "0");

  if (digits[zeros] == '\0')
    return g_strdup ("0");

  return g_strconcat (is_negative ? "-" : "", digits + zeros, NULL);
}

char *
lb_integer_from_text (const char *text, gsize length_bytes)
{
  const char *end = text + length_bytes;
  const char *place = skip_blanks (text, end);
  gunichar sign = peek (place, end);
  g_autoptr (GString) digits = g_string_new (NULL);

  if (sign == '+' || sign == '-')
    place++;
  place = read_digits (place, end, digits);
  if (place == NULL || skip_blanks (place, end) != end)
    return NULL;

  return normalise (digits->str, sign == '-');
}

static ReactiveJson *
from_decimal (const char *decimal)
{
  return reactive_json_parse (decimal, -1, REACTIVE_JSON_PYTHON, NULL);
}

/* What is behind the point is dropped. */
static ReactiveJson *
from_double (double number)
{
  char digits[DBL_MAX_10_EXP + 8];

  if (!isfinite (number))
    return NULL;

  g_ascii_formatd (digits, sizeof digits, "%.0f", trunc (number));

  return from_decimal (strcmp (digits, "-0") == 0 ? "0" : digits);
}

ReactiveJson *
lb_integer_from_json (const ReactiveJson *value)
{
  gsize length = 0;
  const char *text = reactive_json_get_string (value, &length);
  g_autofree char *decimal = NULL;

  switch (reactive_json_get_kind (value))
    {
    case REACTIVE_JSON_INTEGER:
      return reactive_json_ref (value);
    case REACTIVE_JSON_FLOAT:
      return from_double (reactive_json_get_double (value));
    case REACTIVE_JSON_STRING:
      decimal = lb_integer_from_text (text, length);
      return decimal != NULL ? from_decimal (decimal) : NULL;
    default:
      return NULL;
    }
}

static int
compare_magnitudes (const char *a, const char *b)
{
  gsize length_a = strlen (a), length_b = strlen (b);

  return length_a != length_b ? (length_a < length_b ? -1 : 1) : strcmp (a, b);
}

int
lb_integer_compare (const char *a, const char *b)
{
  if (*a == '-' && *b == '-')
    return compare_magnitudes (b + 1, a + 1);
  if (*a == '-' || *b == '-')
    return *a == '-' ? -1 : 1;

  return compare_magnitudes (a, b);
}
