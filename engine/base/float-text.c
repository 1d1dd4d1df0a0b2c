/* SPDX-License-Identifier: Apache-2.0 */
#include "base/float-text.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* "d.", 16 digits more, "e-324" and NUL, with room to spare */
#define DECIMAL_BYTES 32

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
  if (length > exponent + 1)
    g_string_append_printf (text, ".%s", digits->str + exponent + 1);
}

static void
append_scientific (GString *text, const GString *digits, int exponent, int n_exponent_digits)
{
  g_string_append_c (text, digits->str[0]);
  if (digits->len > 1)
    g_string_append_printf (text, ".%s", digits->str + 1);
  g_string_append_printf (text, "e%c%0*d", exponent < 0 ? '-' : '+', n_exponent_digits, ABS (exponent));
}

void
reactive_float_append (GString *text, double number, int least, int limit, int n_exponent_digits)
{
  char decimal[DECIMAL_BYTES];
  g_autoptr (GString) digits = g_string_new (NULL);
  int exponent;

  g_assert (isfinite (number));

  format_shortest (decimal, fabs (number));
  exponent = split_decimal (decimal, digits);

  if (signbit (number))
    g_string_append_c (text, '-');
  if (exponent >= least && exponent < limit)
    append_positional (text, digits, exponent);
  else
    append_scientific (text, digits, exponent, n_exponent_digits);
}
