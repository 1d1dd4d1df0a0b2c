/* SPDX-License-Identifier: Apache-2.0 */
#include "state/overlay.h"

#include <string.h>

struct _ReactiveOverlay
{
  ReactiveStoreImage *image;
  ReactiveTexts *texts;
  GArray *changes; /* ReactiveStoreRow, in key order */
  gboolean is_walking;
};

ReactiveOverlay *
reactive_overlay_new (ReactiveStoreImage *image)
{
  ReactiveOverlay *overlay = g_new0 (ReactiveOverlay, 1);

  overlay->image = image;
  overlay->texts = reactive_texts_ref (reactive_store_image_get_texts (image));
  overlay->changes
      = g_array_sized_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (ReactiveStoreRow), 16);

  return overlay;
}

void
reactive_overlay_free (ReactiveOverlay *overlay)
{
  if (overlay == NULL)
    return;

  reactive_overlay_settle (overlay, /* keep= */ FALSE);
  g_array_unref (overlay->changes);
  reactive_texts_unref (overlay->texts);
  g_free (overlay);
}

static guint
find_index (ReactiveOverlay *overlay, const char *key)
{
  return reactive_store_rows_find ((const ReactiveStoreRow *) overlay->changes->data, 0, overlay->changes->len, key);
}

/* The change at @index if it is of @key. */
static ReactiveStoreRow *
change_at (ReactiveOverlay *overlay, guint index, const char *key)
{
  ReactiveStoreRow *change
      = index < overlay->changes->len ? &g_array_index (overlay->changes, ReactiveStoreRow, index) : NULL;

  return change != NULL && strcmp (change->key, key) == 0 ? change : NULL;
}

static const char *
get_committed (ReactiveOverlay *overlay, const char *key)
{
  guint n_rows;
  const ReactiveStoreRow *rows = reactive_store_image_get_rows (overlay->image, &n_rows);
  guint index = reactive_store_rows_find (rows, 0, n_rows, key);

  return index < n_rows && strcmp (rows[index].key, key) == 0 ? rows[index].text : NULL;
}

const char *
reactive_overlay_get (ReactiveOverlay *overlay, const char *key)
{
  const ReactiveStoreRow *change = change_at (overlay, find_index (overlay, key), key);

  return change != NULL ? change->text : get_committed (overlay, key);
}

/* @text (nullable) is taken over. */
static void
put (ReactiveOverlay *overlay, const char *key, const char *text)
{
  guint index = find_index (overlay, key);
  ReactiveStoreRow *known = change_at (overlay, index, key);

  g_assert (!overlay->is_walking);

  if (known != NULL)
    {
      reactive_texts_release (overlay->texts, known->text);
      known->text = text;
    }
  else
    {
      ReactiveStoreRow added = { reactive_texts_take (overlay->texts, key), text };

      g_array_insert_val (overlay->changes, index, added);
    }
}

void
reactive_overlay_set (ReactiveOverlay *overlay, const char *key, const char *text)
{
  if (g_strcmp0 (reactive_overlay_get (overlay, key), text) != 0)
    put (overlay, key, reactive_texts_take (overlay->texts, text));
}

void
reactive_overlay_unset (ReactiveOverlay *overlay, const char *key)
{
  if (reactive_overlay_get (overlay, key) != NULL)
    put (overlay, key, NULL);
}

void
reactive_overlay_unset_prefix (ReactiveOverlay *overlay, const char *prefix)
{
  guint n_rows;
  const ReactiveStoreRow *rows = reactive_store_image_get_rows (overlay->image, &n_rows);

  for (guint i = find_index (overlay, prefix); i < overlay->changes->len; i++)
    {
      const char *key = g_array_index (overlay->changes, ReactiveStoreRow, i).key;

      if (!g_str_has_prefix (key, prefix))
        break;
      reactive_overlay_unset (overlay, key);
    }
  for (guint i = reactive_store_rows_find (rows, 0, n_rows, prefix); i < n_rows; i++)
    {
      if (!g_str_has_prefix (rows[i].key, prefix))
        break;
      reactive_overlay_unset (overlay, rows[i].key);
    }
}

/* Of both lists the one whose key is first; of two with one key the change. */
static const ReactiveStoreRow *
next_row (ReactiveOverlay *overlay, const ReactiveStoreRow *rows, guint n_rows, guint *row, guint *index)
{
  const ReactiveStoreRow *committed = *row < n_rows ? &rows[*row] : NULL;
  const ReactiveStoreRow *changed
      = *index < overlay->changes->len ? &g_array_index (overlay->changes, ReactiveStoreRow, *index) : NULL;
  int order = committed == NULL ? 1 : changed == NULL ? -1 : strcmp (committed->key, changed->key);

  *row += order <= 0;
  *index += order >= 0;

  return order < 0 ? committed : changed;
}

void
reactive_overlay_foreach (ReactiveOverlay *overlay, const char *prefix, ReactiveStoreFunc func, gpointer user_data)
{
  gboolean was_walking = overlay->is_walking;
  guint n_rows;
  const ReactiveStoreRow *rows = reactive_store_image_get_rows (overlay->image, &n_rows);
  guint row = reactive_store_rows_find (rows, 0, n_rows, prefix);
  guint index = find_index (overlay, prefix);
  gsize prefix_bytes = strlen (prefix);

  overlay->is_walking = TRUE;
  while (row < n_rows || index < overlay->changes->len)
    {
      const ReactiveStoreRow *next = next_row (overlay, rows, n_rows, &row, &index);

      g_assert (next != NULL);
      if (strncmp (next->key, prefix, prefix_bytes) != 0)
        break;
      if (next->text != NULL)
        func (next->key, next->text, user_data);
    }
  overlay->is_walking = was_walking;
}

gsize
reactive_overlay_get_size_bytes (ReactiveOverlay *overlay)
{
  gsize size_bytes = reactive_store_image_get_size_bytes (overlay->image);

  for (guint i = 0; i < overlay->changes->len; i++)
    {
      const ReactiveStoreRow *change = &g_array_index (overlay->changes, ReactiveStoreRow, i);
      const char *committed = get_committed (overlay, change->key);

      if (change->text != NULL)
        size_bytes += reactive_store_row_measure (change->key, change->text);
      if (committed != NULL)
        size_bytes -= reactive_store_row_measure (change->key, committed);
    }

  return size_bytes;
}

void
reactive_overlay_settle (ReactiveOverlay *overlay, gboolean keep)
{
  if (keep)
    reactive_store_image_apply (overlay->image, (const ReactiveStoreRow *) overlay->changes->data,
                                overlay->changes->len);
  for (guint i = 0; !keep && i < overlay->changes->len; i++)
    {
      const ReactiveStoreRow *change = &g_array_index (overlay->changes, ReactiveStoreRow, i);

      reactive_texts_release (overlay->texts, change->key);
      reactive_texts_release (overlay->texts, change->text);
    }
  g_array_set_size (overlay->changes, 0);
}
