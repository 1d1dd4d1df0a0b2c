/* SPDX-License-Identifier: Apache-2.0 */
#include "state/texts.h"

#include <string.h>

#include "base/text.h"

typedef struct
{
  guint n_taken;
  char bytes[];
} Text;

struct _ReactiveTexts
{
  guint n_references;
  GHashTable *texts; /* set of the bytes of each Text */
};

static guint
hash_text (gconstpointer text)
{
  return reactive_text_hash (text, strlen (text));
}

static Text *
text_of (const char *bytes)
{
  return (Text *) (bytes - G_STRUCT_OFFSET (Text, bytes));
}

ReactiveTexts *
reactive_texts_new (void)
{
  ReactiveTexts *texts = g_new0 (ReactiveTexts, 1);

  texts->n_references = 1;
  texts->texts = g_hash_table_new (hash_text, g_str_equal);

  return texts;
}

ReactiveTexts *
reactive_texts_ref (ReactiveTexts *texts)
{
  texts->n_references++;

  return texts;
}

void
reactive_texts_unref (ReactiveTexts *texts)
{
  if (texts == NULL || --texts->n_references > 0)
    return;

  g_assert (g_hash_table_size (texts->texts) == 0);
  g_hash_table_unref (texts->texts);
  g_free (texts);
}

const char *
reactive_texts_take (ReactiveTexts *texts, const char *text)
{
  const char *known = g_hash_table_lookup (texts->texts, text);
  gsize n_bytes;
  Text *added;

  if (known != NULL)
    {
      text_of (known)->n_taken++;
      return known;
    }

  n_bytes = strlen (text) + 1;
  added = g_malloc (sizeof (Text) + n_bytes);
  added->n_taken = 1;
  memcpy (added->bytes, text, n_bytes);
  g_hash_table_add (texts->texts, added->bytes);

  return added->bytes;
}

void
reactive_texts_release (ReactiveTexts *texts, const char *text)
{
  Text *released;

  if (text == NULL)
    return;

  released = text_of (text);
  if (--released->n_taken > 0)
    return;

  g_hash_table_remove (texts->texts, text);
  g_free (released);
}

guint
reactive_texts_get_n_texts (ReactiveTexts *texts)
{
  return g_hash_table_size (texts->texts);
}
