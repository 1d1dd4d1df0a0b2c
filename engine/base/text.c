/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <string.h>

#define MAX_WORD_BYTES 64

/* Levenshtein's distance; both words are shorter than MAX_WORD_BYTES. */
static guint
edit_distance (const char *a, const char *b)
{
  guint row[MAX_WORD_BYTES + 1];
  gsize length_b = strlen (b);

  for (gsize j = 0; j <= length_b; j++)
    row[j] = j;

  for (gsize i = 1; a[i - 1] != '\0'; i++)
    {
      guint diagonal = row[0];

      row[0] = i;
      for (gsize j = 1; j <= length_b; j++)
        {
          guint substituted = diagonal + (a[i - 1] != b[j - 1]);

          diagonal = row[j];
          row[j] = MIN (substituted, MIN (row[j], row[j - 1]) + 1);
        }
    }

  return row[length_b];
}

guint
reactive_text_hash (const char *text, gsize n_bytes)
{
  guint64 hash = n_bytes, word;

  for (; n_bytes >= sizeof word; n_bytes -= sizeof word, text += sizeof word)
    {
      memcpy (&word, text, sizeof word);
      hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
      hash ^= hash >> 32;
    }
  word = 0;
  memcpy (&word, text, n_bytes);
  hash = (hash ^ word) * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (guint) (hash >> 32);
}

const char *
reactive_text_nearest (const char *word, const char *const *known)
{
  const char *nearest = NULL;
  guint least = MAX (strlen (word) / 3, 1) + 1;

  if (strlen (word) >= MAX_WORD_BYTES)
    return NULL;

  for (; *known != NULL; known++)
    {
      guint distance;

      if (strlen (*known) >= MAX_WORD_BYTES)
        continue;
      distance = edit_distance (word, *known);
      if (distance < least)
        {
          least = distance;
          nearest = *known;
        }
    }

  return nearest;
}

char *
reactive_text_hint (const char *word, const char *const *known)
{
  const char *nearest = reactive_text_nearest (word, known);

  return nearest != NULL ? g_strdup_printf (" (did you mean '%s'?)", nearest) : g_strdup ("");
}

const char *
reactive_text_write_number (char buffer[REACTIVE_TEXT_NUMBER_BYTES], guint32 number)
{
  char *digit = buffer + REACTIVE_TEXT_NUMBER_BYTES - 1;

  *digit = '\0';
  do
    *--digit = (char) ('0' + number % 10);
  while ((number /= 10) != 0);

  return digit;
}

char *
reactive_text_replace (const char *text, const char *from, const char *to)
{
  g_auto (GStrv) pieces = g_strsplit (text, from, /* max_tokens= */ -1);

  return g_strjoinv (to, pieces);
}

int
reactive_text_compare_items (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}
