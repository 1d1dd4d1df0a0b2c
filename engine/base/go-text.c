/* SPDX-License-Identifier: Apache-2.0 */
#include "base/go-text.h"

#include <string.h>

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
