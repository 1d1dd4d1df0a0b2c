/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/shell-words.h"

#include <string.h>

static gboolean
refuse (const char *text, const char *what, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s in: %s", what, text);
}

/* From behind the opening quote to behind the closing one; NULL where there is none. */
static const char *
read_quoted (const char *c, char quote, GString *word)
{
  for (; *c != '\0' && *c != quote; c++)
    {
      if (quote == '"' && *c == '\\' && (c[1] == '"' || c[1] == '\\'))
        c++;
      g_string_append_c (word, *c);
    }

  return *c != '\0' ? c + 1 : NULL;
}

/* From its first character to behind its last. */
static const char *
read_word (const char *text, const char *c, GString *word, GError **error)
{
  while (*c != '\0' && strchr (" \t\r\n", *c) == NULL)
    {
      if (*c == '\'' || *c == '"')
        {
          c = read_quoted (c + 1, *c, word);
          if (c == NULL)
            {
              refuse (text, "a quote has no end", error);
              return NULL;
            }
          continue;
        }
      if (*c == '\\' && *++c == '\0')
        {
          refuse (text, "nothing stands behind the last \\", error);
          return NULL;
        }
      g_string_append_c (word, *c++);
    }

  return c;
}

GPtrArray *
shell_words_split (const char *text, GError **error)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);

  for (const char *c = text + strspn (text, " \t\r\n"); *c != '\0'; c += strspn (c, " \t\r\n"))
    {
      g_autoptr (GString) word = g_string_new (NULL);

      c = read_word (text, c, word, error);
      if (c == NULL)
        return NULL;
      g_ptr_array_add (words, g_string_free (g_steal_pointer (&word), FALSE));
    }

  return g_steal_pointer (&words);
}
