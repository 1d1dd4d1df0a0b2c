/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/file-text.h"

#include <string.h>

/* Characters that the agent's YAML reader refuses as they are (controls, the byte order mark, non-characters) or folds
 * as line breaks. All of them lie in the first plane, where \uXXXX is understood. */
static gboolean
needs_escape (gunichar character)
{
  return character < 0x20 || (character >= 0x7f && character < 0xa0) || character == 0x2028 || character == 0x2029
         || character == 0xfeff || character == 0xfffe || character == 0xffff;
}

static void
append_character (GString *text, gunichar character)
{
  switch (character)
    {
    case '"':
      g_string_append (text, "\\\"");
      break;
    case '\\':
      g_string_append (text, "\\\\");
      break;
    case '\n':
      g_string_append (text, "\\n");
      break;
    case '\t':
      g_string_append (text, "\\t");
      break;
    default:
      if (needs_escape (character))
        g_string_append_printf (text, "\\u%04x", character);
      else
        g_string_append_unichar (text, character);
    }
}

/* The character at @at, of which @left bytes are left; U+FFFD for what has no place in UTF-8: the lone surrogates that
 * a Python peer can write. */
static gunichar
get_character (const char *at, gsize left, gsize *out_length)
{
  gunichar character;

  *out_length = 1;
  if ((guchar) *at < 0x80)
    return (guchar) *at;

  character = g_utf8_get_char_validated (at, (gssize) left);
  if (character == (gunichar) -1 || character == (gunichar) -2)
    {
      *out_length = MIN (left, 3);
      return 0xfffd;
    }

  *out_length = (gsize) g_unichar_to_utf8 (character, NULL);
  return character;
}

/* Everything is raw UTF-8 but for what must be escaped: the reader knows neither surrogate pairs nor "\/". */
static void
append_string (GString *text, const char *string, gsize length)
{
  gsize step;

  g_string_append_c (text, '"');
  for (gsize i = 0; i < length; i += step)
    append_character (text, get_character (string + i, length - i, &step));
  g_string_append_c (text, '"');
}

/**
 * reactive_juju_file_text:
 * @settings: an object of strings; a null is written as the empty string, which deletes
 *
 * Members keep their order. The text is JSON and, at the same time, YAML as the agent's reader (go-yaml 2) takes it,
 * which is not true of all JSON.
 *
 * Returns: (transfer full): the text
 */
char *
reactive_juju_file_text (const ReactiveJson *settings)
{
  GString *text = g_string_new ("{");

  g_assert (reactive_json_get_kind (settings) == REACTIVE_JSON_OBJECT);

  for (guint i = 0; i < reactive_json_get_length (settings); i++)
    {
      const char *name = reactive_json_get_member_name (settings, i);
      gsize length = 0;
      const char *value = reactive_json_get_string (reactive_json_get_element (settings, i), &length);

      if (i > 0)
        g_string_append (text, ", ");
      append_string (text, name, strlen (name));
      g_string_append (text, ": ");
      append_string (text, value, value != NULL ? length : 0);
    }

  g_string_append (text, "}\n");
  return g_string_free (text, /* free_segment= */ FALSE);
}
