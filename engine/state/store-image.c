/* SPDX-License-Identifier: Apache-2.0 */
#include "state/store-image.h"

#include <string.h>

#include "state/row-table.h"
#include "state/trace.h"

typedef struct
{
  /* of texts */
  const char *hook;
  const char *outcome;
  const char *error; /* (nullable) */
  gint64 started_us;
  gint64 duration_us;
} Last;

struct _ReactiveStoreImage
{
  ReactiveTexts *texts;
  ReactiveStoreRow *rows; /* in key order */
  guint n_rows;
  GPtrArray *trace; /* REACTIVE_STORE_TRACE_WHOLE */
  GArray *last;     /* REACTIVE_STORE_TRACE_LAST: Last */
  gsize size_bytes;
};

ReactiveStoreImage *
reactive_store_image_new (ReactiveTexts *texts, ReactiveStoreTrace trace)
{
  ReactiveStoreImage *image = g_new0 (ReactiveStoreImage, 1);

  image->texts = reactive_texts_ref (texts);
  if (trace == REACTIVE_STORE_TRACE_WHOLE)
    image->trace = reactive_trace_list_new ();
  else
    image->last = g_array_sized_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (Last), 1);

  return image;
}

static void
release_row (ReactiveStoreImage *image, const ReactiveStoreRow *row)
{
  reactive_texts_release (image->texts, row->key);
  reactive_texts_release (image->texts, row->text);
}

static void
drop_last (ReactiveStoreImage *image, guint n_dropped)
{
  for (guint i = 0; i < n_dropped; i++)
    {
      const Last *last = &g_array_index (image->last, Last, i);

      reactive_texts_release (image->texts, last->hook);
      reactive_texts_release (image->texts, last->outcome);
      reactive_texts_release (image->texts, last->error);
    }
  g_array_remove_range (image->last, 0, n_dropped);
}

void
reactive_store_image_free (ReactiveStoreImage *image)
{
  if (image == NULL)
    return;

  for (guint i = 0; i < image->n_rows; i++)
    release_row (image, &image->rows[i]);
  g_free (image->rows);
  g_clear_pointer (&image->trace, g_ptr_array_unref);
  if (image->last != NULL)
    drop_last (image, image->last->len);
  g_clear_pointer (&image->last, g_array_unref);
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
  Last last;

  if (image->last == NULL)
    {
      reactive_trace_list_add (image->trace, row);
      return;
    }

  last = (Last){
    .hook = reactive_texts_take (image->texts, row->hook),
    .outcome = reactive_texts_take (image->texts, row->outcome),
    .error = row->error != NULL ? reactive_texts_take (image->texts, row->error) : NULL,
    .started_us = row->started_us,
    .duration_us = row->duration_us,
  };
  if (!reactive_trace_row_is_action (row))
    drop_last (image, image->last->len);
  else if (image->last->len == REACTIVE_STORE_MAX_TRACE_ROWS)
    drop_last (image, 1);
  g_array_append_val (image->last, last);
}

void
reactive_store_image_foreach_trace (const ReactiveStoreImage *image, ReactiveTraceFunc func, gpointer user_data)
{
  if (image->last == NULL)
    {
      reactive_trace_list_foreach (image->trace, func, user_data);
      return;
    }

  for (guint i = 0; i < image->last->len; i++)
    {
      const Last *last = &g_array_index (image->last, Last, i);
      const ReactiveTraceRow row = {
        .hook = last->hook,
        .outcome = last->outcome,
        .started_us = last->started_us,
        .duration_us = last->duration_us,
        .error = last->error,
        .events = "[]",
      };

      func (i + 1, &row, user_data);
    }
}

gboolean
reactive_store_image_keeps_events (const ReactiveStoreImage *image)
{
  return image->trace != NULL;
}
