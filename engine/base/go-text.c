/* SPDX-License-Identifier: Apache-2.0 */
#include "base/go-text.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

/*
 * Strings
 */

/* Go prints letters, marks, numbers, punctuation and symbols as they are, and of spaces one. */
static gboolean
is_printable (gunichar character)
{
  switch (g_unichar_type (character))
    {
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR:
    case G_UNICODE_PRIVATE_USE:
      return FALSE;
    default:
      return character == ' ' || g_unichar_isgraph (character);
    }
}

static void
append_quoted (GString *text, gunichar character)
{
  static const char characters[] = "\a\b\f\n\r\t\v\"\\";
  static const char letters[] = "abfnrtv\"\\";
  const char *special = character != 0 && character < 0x80 ? strchr (characters, (int) character) : NULL;

  if (special != NULL)
    {
      g_string_append_c (text, '\\');
      g_string_append_c (text, letters[special - characters]);
    }
  else if (is_printable (character))
    g_string_append_unichar (text, character);
  else if (character < 0x80)
    g_string_append_printf (text, "\\x%02x", character);
  else if (character < 0x10000)
    g_string_append_printf (text, "\\u%04x", character);
  else
    g_string_append_printf (text, "\\U%08x", character);
}

static void
append_quote (GString *result, const char *text)
{
  g_string_append_c (result, '"');
  while (*text != '\0')
    {
      gunichar character = g_utf8_get_char_validated (text, -1);

      if (character == (gunichar) -1 || character == (gunichar) -2)
        {
          g_string_append_printf (result, "\\x%02x", (guint8) *text);
          text++;
          continue;
        }
      append_quoted (result, character);
      text = g_utf8_next_char (text);
    }
  g_string_append_c (result, '"');
}

char *
reactive_go_quote (const char *text)
{
  GString *result = g_string_new (NULL);

  append_quote (result, text);
  return g_string_free (result, FALSE);
}

char *
reactive_go_quote_list (const char *const *texts)
{
  GString *result = g_string_new ("[");

  for (guint i = 0; texts[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (result, ' ');
      append_quote (result, texts[i]);
    }
  g_string_append_c (result, ']');

  return g_string_free (result, FALSE);
}

/*
 * Numbers
 */

/* Takes CPython's text of a float apart: its digits, without zeros around them, and the exponent of the first. No
 * digits are left of 0. */
static int
split_number (const char *text, GString *digits)
{
  const char *mark = strchr (text, 'e');
  const char *end = mark != NULL ? mark : text + strlen (text);
  int exponent = mark != NULL ? (int) g_ascii_strtoll (mark + 1, NULL, 10) : 0;
  const char *point = memchr (text, '.', (gsize) (end - text));
  int n_zeros;

  for (const char *c = text; c < end; c++)
    {
      if (*c != '.')
        g_string_append_c (digits, *c);
    }

  n_zeros = (int) strspn (digits->str, "0");
  g_string_erase (digits, 0, n_zeros);
  while (digits->len > 0 && digits->str[digits->len - 1] == '0')
    g_string_truncate (digits, digits->len - 1);

  return exponent + (int) ((point != NULL ? point : end) - text) - 1 - n_zeros;
}

static void
append_positional (GString *text, const GString *digits, int exponent)
{
  int n_digits = (int) digits->len;

  if (exponent < 0)
    {
      g_string_append (text, "0.");
      for (int i = -1; i > exponent; i--)
        g_string_append_c (text, '0');
      g_string_append (text, digits->str);
      return;
    }

  for (int i = 0; i <= exponent; i++)
    g_string_append_c (text, i < n_digits ? digits->str[i] : '0');
  if (n_digits > exponent + 1)
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

char *
reactive_go_float (double number, int least, int limit, int n_exponent_digits)
{
  g_autoptr (ReactiveJson) magnitude = reactive_json_new_float (fabs (number));
  g_autofree char *shortest = reactive_json_to_text (magnitude, REACTIVE_JSON_INSERTION_ORDER);
  g_autoptr (GString) digits = g_string_new (NULL);
  GString *text = g_string_new (signbit (number) ? "-" : NULL);
  int exponent = split_number (shortest, digits);

  g_assert (isfinite (number));

  if (digits->len == 0)
    g_string_append_c (text, '0');
  else if (exponent >= least && exponent < limit)
    append_positional (text, digits, exponent);
  else
    append_scientific (text, digits, exponent, n_exponent_digits);

  return g_string_free (text, FALSE);
}
