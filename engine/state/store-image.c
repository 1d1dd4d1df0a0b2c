/* SPDX-License-Identifier: Apache-2.0 */
#include "state/store-image.h"

#include <string.h>

#include "state/row-table.h"
#include "state/trace.h"

struct _ReactiveStoreImage
{
  ReactiveTexts *texts;
  ReactiveStoreRow *rows; /* in key order */
  guint n_rows;
  ReactiveStoreTrace kind;
  GPtrArray *trace;
  gsize size_bytes;
};

ReactiveStoreImage *
reactive_store_image_new (ReactiveTexts *texts, ReactiveStoreTrace trace)
{
  ReactiveStoreImage *image = g_new0 (ReactiveStoreImage, 1);

  image->texts = reactive_texts_ref (texts);
  image->kind = trace;
  image->trace = reactive_trace_list_new ();

  return image;
}

static void
release_row (ReactiveStoreImage *image, const ReactiveStoreRow *row)
{
  reactive_texts_release (image->texts, row->key);
  reactive_texts_release (image->texts, row->text);
}

void
reactive_store_image_free (ReactiveStoreImage *image)
{
  if (image == NULL)
    return;

  for (guint i = 0; i < image->n_rows; i++)
    release_row (image, &image->rows[i]);
  g_free (image->rows);
  g_ptr_array_unref (image->trace);
  reactive_texts_unref (image->texts);
  g_free (image);
}

ReactiveTexts *
reactive_store_image_get_texts (ReactiveStoreImage *image)
{
  return image->texts;
}

const ReactiveStoreRow *
reactive_store_image_get_rows (const ReactiveStoreImage *image, guint *out_n_rows)
{
  *out_n_rows = image->n_rows;

  return image->rows;
}

guint
reactive_store_rows_find (const ReactiveStoreRow *rows, guint first, guint n_rows, const char *key)
{
  guint low = first, high = n_rows;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (strcmp (rows[middle].key, key) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

gsize
reactive_store_row_measure (const char *key, const char *text)
{
  return strlen (key) + strlen (text) + REACTIVE_ROW_OVERHEAD_BYTES;
}

gsize
reactive_store_image_get_size_bytes (const ReactiveStoreImage *image)
{
  return image->size_bytes;
}

/* What stands there already gets its new text; what comes or goes needs reactive_store_image_apply() to make room. */
static gboolean
replace_text (ReactiveStoreImage *image, const ReactiveStoreRow *change, int *out_growth)
{
  guint index = reactive_store_rows_find (image->rows, 0, image->n_rows, change->key);
  ReactiveStoreRow *row = index < image->n_rows && image->rows[index].key == change->key ? &image->rows[index] : NULL;

  if (row != NULL)
    image->size_bytes -= reactive_store_row_measure (row->key, row->text);
  if (change->text != NULL)
    image->size_bytes += reactive_store_row_measure (change->key, change->text);
  *out_growth = (change->text != NULL) - (row != NULL);
  if (*out_growth != 0)
    return FALSE;

  reactive_texts_release (image->texts, change->key);
  if (row != NULL)
    {
      reactive_texts_release (image->texts, row->text);
      row->text = change->text;
    }

  return TRUE;
}

/* @changes: those that add or remove a row */
static void
merge (ReactiveStoreImage *image, const ReactiveStoreRow *changes, guint n_changes, guint n_rows)
{
  ReactiveStoreRow *rows = g_new (ReactiveStoreRow, n_rows);
  guint n_done = 0, at = 0;

  for (guint i = 0; i < n_changes; i++)
    {
      guint next = reactive_store_rows_find (image->rows, at, image->n_rows, changes[i].key);

      if (next > at)
        memcpy (rows + n_done, image->rows + at, (next - at) * sizeof *rows);
      n_done += next - at;
      at = next;
      if (changes[i].text != NULL)
        {
          rows[n_done++] = changes[i];
          continue;
        }
      release_row (image, &image->rows[at++]);
      reactive_texts_release (image->texts, changes[i].key);
    }
  if (image->n_rows > at)
    memcpy (rows + n_done, image->rows + at, (image->n_rows - at) * sizeof *rows);

  g_free (image->rows);
  image->rows = rows;
  image->n_rows = n_rows;
}

void
reactive_store_image_apply (ReactiveStoreImage *image, const ReactiveStoreRow *changes, guint n_changes)
{
  g_autofree ReactiveStoreRow *left = g_new (ReactiveStoreRow, n_changes);
  guint n_left = 0, n_rows = image->n_rows;

  for (guint i = 0; i < n_changes; i++)
    {
      int growth;

      if (replace_text (image, &changes[i], &growth))
        continue;
      left[n_left++] = changes[i];
      n_rows = (guint) ((int) n_rows + growth);
    }
  if (n_left > 0)
    merge (image, left, n_left, n_rows);
}

void
reactive_store_image_add_trace (ReactiveStoreImage *image, const ReactiveTraceRow *row)
{
  ReactiveTraceRow last = *row;

  if (image->kind == REACTIVE_STORE_TRACE_WHOLE)
    {
      reactive_trace_list_add (image->trace, row);
      return;
    }

  if (!reactive_trace_row_is_action (row))
    g_ptr_array_set_size (image->trace, 0);
  last.events = NULL;
  reactive_trace_list_add (image->trace, &last);
}

void
reactive_store_image_foreach_trace (const ReactiveStoreImage *image, ReactiveTraceFunc func, gpointer user_data)
{
  reactive_trace_list_foreach (image->trace, func, user_data);
}

gboolean
reactive_store_image_keeps_events (const ReactiveStoreImage *image)
{
  return image->kind == REACTIVE_STORE_TRACE_WHOLE;
}
