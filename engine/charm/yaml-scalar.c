/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/yaml-scalar.h"

#include <math.h>
#include <string.h>

/* Words with a meaning. A lone y or n is none of them: PyYAML keeps it as a string, and so do charms that mean the
 * letter. */
static const struct
{
  const char *text;
  ReactiveJsonType type;
  double value;
} words[] = {
  { "", REACTIVE_JSON_NULL, 0 },
  { "~", REACTIVE_JSON_NULL, 0 },
  { "null", REACTIVE_JSON_NULL, 0 },
  { "Null", REACTIVE_JSON_NULL, 0 },
  { "NULL", REACTIVE_JSON_NULL, 0 },
  { "true", REACTIVE_JSON_BOOLEAN, 1 },
  { "True", REACTIVE_JSON_BOOLEAN, 1 },
  { "TRUE", REACTIVE_JSON_BOOLEAN, 1 },
  { "y", REACTIVE_JSON_BOOLEAN, 1 },
  { "Y", REACTIVE_JSON_BOOLEAN, 1 },
  { "yes", REACTIVE_JSON_BOOLEAN, 1 },
  { "Yes", REACTIVE_JSON_BOOLEAN, 1 },
  { "YES", REACTIVE_JSON_BOOLEAN, 1 },
  { "on", REACTIVE_JSON_BOOLEAN, 1 },
  { "On", REACTIVE_JSON_BOOLEAN, 1 },
  { "ON", REACTIVE_JSON_BOOLEAN, 1 },
  { "false", REACTIVE_JSON_BOOLEAN, 0 },
  { "False", REACTIVE_JSON_BOOLEAN, 0 },
  { "FALSE", REACTIVE_JSON_BOOLEAN, 0 },
  { "n", REACTIVE_JSON_BOOLEAN, 0 },
  { "N", REACTIVE_JSON_BOOLEAN, 0 },
  { "no", REACTIVE_JSON_BOOLEAN, 0 },
  { "No", REACTIVE_JSON_BOOLEAN, 0 },
  { "NO", REACTIVE_JSON_BOOLEAN, 0 },
  { "off", REACTIVE_JSON_BOOLEAN, 0 },
  { "Off", REACTIVE_JSON_BOOLEAN, 0 },
  { "OFF", REACTIVE_JSON_BOOLEAN, 0 },
  { ".nan", REACTIVE_JSON_FLOAT, NAN },
  { ".NaN", REACTIVE_JSON_FLOAT, NAN },
  { ".NAN", REACTIVE_JSON_FLOAT, NAN },
  { ".inf", REACTIVE_JSON_FLOAT, INFINITY },
  { ".Inf", REACTIVE_JSON_FLOAT, INFINITY },
  { ".INF", REACTIVE_JSON_FLOAT, INFINITY },
  { "+.inf", REACTIVE_JSON_FLOAT, INFINITY },
  { "+.Inf", REACTIVE_JSON_FLOAT, INFINITY },
  { "+.INF", REACTIVE_JSON_FLOAT, INFINITY },
  { "-.inf", REACTIVE_JSON_FLOAT, -INFINITY },
  { "-.Inf", REACTIVE_JSON_FLOAT, -INFINITY },
  { "-.INF", REACTIVE_JSON_FLOAT, -INFINITY },
};

static ReactiveJson *
resolve_word (const char *text)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if (strcmp (words[i].text, text) != 0)
        continue;

      if (words[i].type == REACTIVE_JSON_NULL)
        return reactive_json_new_null ();
      if (words[i].type == REACTIVE_JSON_BOOLEAN)
        return reactive_json_new_boolean (words[i].value != 0);
      return reactive_json_new_float (words[i].value);
    }

  return NULL;
}

static char *
without_underscores (const char *text)
{
  GString *result = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c++)
    if (*c != '_')
      g_string_append_c (result, *c);

  return g_string_free (result, FALSE);
}

/* The base that the prefix of @digits names, and where the digits of that base begin. */
static guint
split_base (const char **digits)
{
  const char *text = *digits;

  if (text[0] != '0' || text[1] == '\0')
    return 10;

  switch (text[1])
    {
    case 'x':
    case 'X':
      *digits = text + 2;
      return 16;
    case 'o':
    case 'O':
      *digits = text + 2;
      return 8;
    case 'b':
    case 'B':
      *digits = text + 2;
      return 2;
    default:
      *digits = text + 1;
      return 8;
    }
}

/* Digits of one base and nothing else, as long as they fit. */
static gboolean
parse_digits (const char *digits, guint base, guint64 *out_magnitude)
{
  guint64 magnitude = 0;

  if (*digits == '\0')
    return FALSE;

  for (const char *c = digits; *c != '\0'; c++)
    {
      int digit = g_ascii_xdigit_value (*c);

      if (digit < 0 || (guint) digit >= base)
        return FALSE;
      if (__builtin_mul_overflow (magnitude, base, &magnitude) || __builtin_add_overflow (magnitude, digit, &magnitude))
        return FALSE;
    }

  *out_magnitude = magnitude;
  return TRUE;
}

/* An integer too large for gint64 keeps its digits, as in Python; go-yaml would round it to a float beyond 64 bits.
 * @digits has no sign, no underscore and no leading zero. */
static ReactiveJson *
new_long_integer (gboolean is_negative, const char *digits)
{
  g_autofree char *text = g_strconcat (is_negative ? "-" : "", digits, NULL);

  return reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL);
}

static ReactiveJson *
resolve_integer (const char *number)
{
  gboolean is_negative = *number == '-';
  const char *unsigned_text = *number == '-' || *number == '+' ? number + 1 : number;
  const char *digits = unsigned_text;
  guint base = split_base (&digits);
  guint64 magnitude;

  if (!parse_digits (digits, base, &magnitude))
    {
      gboolean is_decimal = base == 10 && *digits != '\0' && strspn (digits, "0123456789") == strlen (digits);

      return is_decimal ? new_long_integer (is_negative, digits) : NULL;
    }

  if (!is_negative && magnitude <= G_MAXINT64)
    return reactive_json_new_integer ((gint64) magnitude);
  if (is_negative && magnitude <= (guint64) G_MAXINT64 + 1)
    return reactive_json_new_integer ((gint64) (0 - magnitude));
  if (base != 10 && number != unsigned_text)
    return NULL; /* to go-yaml a string: its second try, as an unsigned integer, takes no sign */

  g_autofree char *decimal = g_strdup_printf ("%" G_GUINT64_FORMAT, magnitude);
  return new_long_integer (is_negative, decimal);
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static gboolean
is_float_text (const char *text)
{
  const char *c = text;
  gsize n_whole, n_fraction = 0;

  if (*c == '+' || *c == '-')
    c++;

  n_whole = strspn (c, "0123456789");
  c += n_whole;
  if (*c == '.')
    {
      c++;
      n_fraction = strspn (c, "0123456789");
      c += n_fraction;
    }
  if (n_whole + n_fraction == 0)
    return FALSE;

  if (*c == 'e' || *c == 'E')
    {
      gsize n_exponent;

      c++;
      if (*c == '+' || *c == '-')
        c++;
      n_exponent = strspn (c, "0123456789");
      if (n_exponent == 0)
        return FALSE;
      c += n_exponent;
    }

  return *c == '\0';
}

static ReactiveJson *
resolve_float (const char *number)
{
  double value;

  if (!is_float_text (number))
    return NULL;

  value = g_ascii_strtod (number, NULL);
  return isfinite (value) ? reactive_json_new_float (value) : NULL;
}

ReactiveJson *
reactive_yaml_resolve (const char *text)
{
  ReactiveJson *value;

  g_assert (text != NULL);

  value = resolve_word (text);
  if (value != NULL)
    return value;

  if (g_ascii_isdigit (*text) || *text == '-' || *text == '+')
    {
      g_autofree char *number = without_underscores (text);

      value = resolve_integer (number);
      if (value == NULL)
        value = resolve_float (number);
    }
  else if (*text == '.')
    value = resolve_float (text);

  return value != NULL ? value : reactive_json_new_string (text);
}
