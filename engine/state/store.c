/* SPDX-License-Identifier: Apache-2.0 */
#include "state/store.h"

#include <glib/gstdio.h>

#include "base/error.h"
#include "state/overlay.h"
#include "state/row-table.h"
#include "state/state-file.h"
#include "state/store-image.h"

/* A file and its rows, or an image and the changes to it. */
struct _ReactiveStore
{
  char *path;
  ReactiveStateFile *file;
  ReactiveRowTable *rows;
  gsize max_bytes;

  ReactiveStoreImage *image;
  gboolean owns_image;
  ReactiveOverlay *overlay;
};

static gboolean
is_in_memory (const ReactiveStore *store)
{
  return store->image != NULL;
}

static gboolean
check_size (ReactiveStore *store, GError **error)
{
  gsize size_bytes = is_in_memory (store) ? reactive_overlay_get_size_bytes (store->overlay)
                                          : reactive_row_table_get_size_bytes (store->rows);

  if (size_bytes <= store->max_bytes)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: the unit's state is larger than %" G_GSIZE_FORMAT " bytes",
                        is_in_memory (store) ? "state in memory" : store->path, store->max_bytes);
}

static gboolean
load_row (const char *key, gsize key_bytes, const char *text, gsize text_bytes, gpointer user_data)
{
  ReactiveStore *store = user_data;

  reactive_row_table_load (store->rows, key, key_bytes, text, text_bytes);
  return reactive_row_table_get_size_bytes (store->rows) <= store->max_bytes;
}

static gboolean
load (ReactiveStore *store, GError **error)
{
  /* A file beyond the limit ends the reading early. */
  if (!reactive_state_file_foreach (store->file, load_row, store, error) || !check_size (store, error))
    return FALSE;

  /* Only a table without charmhelpers' primary key can do that. */
  if (reactive_row_table_has_repeated_key (store->rows))
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: a key stands twice in its table kv", store->path);
  return TRUE;
}

/**
 * reactive_store_open:
 * @path: the unit-state file
 * @mode: whether to write
 * @error: return location for an error
 *
 * Reads the state of a unit. A file that does not exist is created, empty; so is one of no bytes read, which is what
 * charmhelpers leaves when it is killed early. Nothing is written before a commit.
 *
 * Returns: (transfer full) (nullable): the store, or %NULL with an error: #REACTIVE_ERROR_STATE, #REACTIVE_ERROR_BUSY,
 *   #REACTIVE_ERROR_TOO_NEW, #REACTIVE_ERROR_BAD_DATA, or #REACTIVE_ERROR_NOT_FOUND when only reading
 */
ReactiveStore *
reactive_store_open (const char *path, ReactiveStoreMode mode, GError **error)
{
  return reactive_store_open_full (path, mode, /* options= */ NULL, error);
}

ReactiveStore *
reactive_store_open_full (const char *path, ReactiveStoreMode mode, const ReactiveStoreOptions *options, GError **error)
{
  g_autoptr (ReactiveStore) store = g_new0 (ReactiveStore, 1);
  ReactiveStoreOptions used = { 0 };

  g_assert (path != NULL);

  store->path = g_strdup (path);
  store->rows = reactive_row_table_new ();
  store->max_bytes = REACTIVE_STORE_MAX_BYTES;
  if (options != NULL)
    used = *options;
  if (used.busy_timeout_ms == 0)
    used.busy_timeout_ms = REACTIVE_STORE_BUSY_TIMEOUT_MS;
  if (used.max_bytes != 0)
    store->max_bytes = used.max_bytes;

  store->file = reactive_state_file_open (path, mode, &used, error);
  if (store->file == NULL || !load (store, error))
    return NULL;
  if (mode == REACTIVE_STORE_READ_ONLY)
    reactive_state_file_release (store->file);

  return g_steal_pointer (&store);
}

/**
 * reactive_store_new_in_memory:
 *
 * Returns: (transfer full): an empty store that no file stands behind
 */
ReactiveStore *
reactive_store_new_in_memory (void)
{
  g_autoptr (ReactiveTexts) texts = reactive_texts_new ();
  ReactiveStore *store = reactive_store_open_image (reactive_store_image_new (texts, REACTIVE_STORE_TRACE_WHOLE));

  store->owns_image = TRUE;
  return store;
}

/**
 * reactive_store_open_image:
 * @image: what is committed; must outlive the store
 *
 * Returns: (transfer full): a store that reads and commits @image
 */
ReactiveStore *
reactive_store_open_image (ReactiveStoreImage *image)
{
  ReactiveStore *store = g_new0 (ReactiveStore, 1);

  store->image = image;
  store->overlay = reactive_overlay_new (image);
  store->max_bytes = REACTIVE_STORE_MAX_BYTES;
  return store;
}

/**
 * reactive_store_free:
 * @store: (nullable): a store
 *
 * Closes the file. Changes that were not committed are lost.
 */
void
reactive_store_free (ReactiveStore *store)
{
  if (store == NULL)
    return;

  reactive_row_table_free (store->rows);
  reactive_state_file_free (store->file);
  reactive_overlay_free (store->overlay);
  if (store->owns_image)
    reactive_store_image_free (store->image);
  g_free (store->path);
  g_free (store);
}

const char *
reactive_store_get_path (const ReactiveStore *store)
{
  return store->path;
}

/**
 * reactive_store_get:
 * @store: a store
 * @key: a key
 *
 * Returns: (nullable): the JSON text that stands under @key; it lives until the key changes or the store is committed
 *   or rolled back
 */
const char *
reactive_store_get (ReactiveStore *store, const char *key)
{
  g_assert (store != NULL && key != NULL);

  return is_in_memory (store) ? reactive_overlay_get (store->overlay, key) : reactive_row_table_get (store->rows, key);
}

/**
 * reactive_store_set:
 * @store: a store
 * @key: a key
 * @json_text: its value, as CPython's `json.dumps()` would write it
 *
 * Setting the text that is there already changes nothing, as with charmhelpers.
 */
void
reactive_store_set (ReactiveStore *store, const char *key, const char *json_text)
{
  g_assert (store != NULL && key != NULL && json_text != NULL);

  if (is_in_memory (store))
    reactive_overlay_set (store->overlay, key, json_text);
  else
    reactive_row_table_set (store->rows, key, json_text);
}

/**
 * reactive_store_unset:
 * @store: a store
 * @key: a key, there or not
 */
void
reactive_store_unset (ReactiveStore *store, const char *key)
{
  g_assert (store != NULL && key != NULL);

  if (is_in_memory (store))
    reactive_overlay_unset (store->overlay, key);
  else
    reactive_row_table_unset (store->rows, key);
}

/**
 * reactive_store_unset_prefix:
 * @store: a store
 * @prefix: how the keys to remove begin; upper and lower case differ, and no character is a wildcard
 */
void
reactive_store_unset_prefix (ReactiveStore *store, const char *prefix)
{
  g_assert (store != NULL && prefix != NULL);

  if (is_in_memory (store))
    reactive_overlay_unset_prefix (store->overlay, prefix);
  else
    reactive_row_table_unset_prefix (store->rows, prefix);
}

static void
note_key (const char *key, const char *json_text, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

/**
 * reactive_store_has_prefix:
 * @store: a store
 * @prefix: how a key may begin
 *
 * Returns: whether one does
 */
gboolean
reactive_store_has_prefix (ReactiveStore *store, const char *prefix)
{
  gboolean has_one = FALSE;

  reactive_store_foreach (store, prefix, note_key, &has_one);
  return has_one;
}

/**
 * reactive_store_foreach:
 * @store: a store
 * @prefix: how the keys begin; "" for all
 * @func: (scope call): called for each key, in the order of their bytes; must not change the store
 * @user_data: for @func
 */
void
reactive_store_foreach (ReactiveStore *store, const char *prefix, ReactiveStoreFunc func, gpointer user_data)
{
  g_assert (store != NULL && prefix != NULL && func != NULL);

  if (is_in_memory (store))
    reactive_overlay_foreach (store->overlay, prefix, func, user_data);
  else
    reactive_row_table_foreach (store->rows, prefix, func, user_data);
}

static gboolean
write_change (const char *key, const char *text, gboolean exists, gpointer user_data, GError **error)
{
  return reactive_state_file_write (user_data, key, text, exists, error);
}

static gboolean
write_changes (ReactiveStore *store, GError **error)
{
  return reactive_state_file_check_unchanged (store->file, error)
         && reactive_row_table_foreach_change (store->rows, write_change, store->file, error);
}

static gboolean
write_transaction (ReactiveStore *store, gboolean with_changes, const ReactiveTraceRow *row, GError **error)
{
  return reactive_state_file_begin (store->file, error) && (!with_changes || write_changes (store, error))
         && (row == NULL || reactive_state_file_write_trace (store->file, row, error))
         && reactive_state_file_commit (store->file, error);
}

/* After this the lock is released, whatever happened. */
static gboolean
write_file (ReactiveStore *store, gboolean with_changes, const ReactiveTraceRow *row, GError **error)
{
  gboolean is_written = TRUE;

  if (with_changes || row != NULL)
    is_written = write_transaction (store, with_changes, row, error);
  reactive_state_file_release (store->file);
  return is_written;
}

static void
settle_in_memory (ReactiveStore *store, gboolean keep, const ReactiveTraceRow *row)
{
  reactive_overlay_settle (store->overlay, keep);
  if (row != NULL)
    reactive_store_image_add_trace (store->image, row);
}

/**
 * reactive_store_commit:
 * @store: a store that may be written
 * @row: (nullable): what to keep of the hook
 * @error: return location for an error
 *
 * Writes the rows whose texts differ from what the file has, and @row, in one transaction. Without either the file is
 * not written to.
 *
 * Returns: %TRUE, or %FALSE with an error (#REACTIVE_ERROR_STATE, #REACTIVE_ERROR_BUSY, #REACTIVE_ERROR_BAD_DATA) when
 *   the file is as it was
 */
gboolean
reactive_store_commit (ReactiveStore *store, const ReactiveTraceRow *row, GError **error)
{
  g_assert (store != NULL);

  if (!check_size (store, error))
    return FALSE;
  if (is_in_memory (store))
    {
      settle_in_memory (store, /* keep= */ TRUE, row);
      return TRUE;
    }

  if (!write_file (store, reactive_row_table_has_changes (store->rows), row, error))
    return FALSE;
  reactive_row_table_settle (store->rows, /* keep= */ TRUE);
  return TRUE;
}

/**
 * reactive_store_rollback:
 * @store: a store that may be written
 * @row: (nullable): what to keep of the failed hook
 * @error: return location for an error
 *
 * Forgets the changes. This cannot fail; writing @row can, with the errors of reactive_store_commit().
 *
 * Returns: %TRUE, or %FALSE with an error
 */
gboolean
reactive_store_rollback (ReactiveStore *store, const ReactiveTraceRow *row, GError **error)
{
  g_assert (store != NULL);

  if (is_in_memory (store))
    {
      settle_in_memory (store, /* keep= */ FALSE, row);
      return TRUE;
    }

  reactive_row_table_settle (store->rows, /* keep= */ FALSE);
  return write_file (store, /* with_changes= */ FALSE, row, error);
}

/**
 * reactive_store_foreach_trace:
 * @store: a store
 * @func: (scope call): called for each hook that is kept, oldest first
 * @user_data: for @func
 * @error: return location for an error
 *
 * Returns: %TRUE, or %FALSE with an error (#REACTIVE_ERROR_STATE, #REACTIVE_ERROR_BUSY)
 */
gboolean
reactive_store_foreach_trace (ReactiveStore *store, ReactiveTraceFunc func, gpointer user_data, GError **error)
{
  g_assert (store != NULL && func != NULL);

  if (!is_in_memory (store))
    return reactive_state_file_foreach_trace (store->file, func, user_data, error);

  reactive_store_image_foreach_trace (store->image, func, user_data);
  return TRUE;
}

gboolean
reactive_trace_row_is_action (const ReactiveTraceRow *row)
{
  return g_str_has_prefix (row->hook, "action ");
}

gboolean
reactive_store_keeps_events (const ReactiveStore *store)
{
  return !is_in_memory (store) || reactive_store_image_keeps_events (store->image);
}

typedef struct
{
  ReactiveStateFile *file;
  GError *error; /* the first */
} Writing;

static void
copy_row (const char *key, const char *json_text, gpointer user_data)
{
  Writing *writing = user_data;

  if (writing->error == NULL)
    reactive_state_file_write (writing->file, key, json_text, /* exists= */ FALSE, &writing->error);
}

static void
copy_trace (gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  Writing *writing = user_data;

  if (writing->error == NULL)
    reactive_state_file_write_trace (writing->file, row, &writing->error);
}

/**
 * reactive_store_write_file:
 * @store: a store without changes
 * @path: where the file will be; one that is there is replaced
 * @error: return location for an error
 *
 * Writes what the store holds as reactive_store_open() reads it.
 *
 * Returns: %TRUE, or %FALSE with an error of reactive_store_open() or reactive_store_commit()
 */
gboolean
reactive_store_write_file (ReactiveStore *store, const char *path, GError **error)
{
  const ReactiveStoreOptions options = { .busy_timeout_ms = REACTIVE_STORE_BUSY_TIMEOUT_MS };
  g_autoptr (ReactiveStateFile) file = NULL;
  Writing writing = { 0 };

  g_assert (store != NULL && path != NULL);

  g_unlink (path);
  file = reactive_state_file_open (path, REACTIVE_STORE_READ_WRITE, &options, error);
  if (file == NULL || !reactive_state_file_begin (file, error))
    return FALSE;

  writing.file = file;
  reactive_store_foreach (store, "", copy_row, &writing);
  if (!reactive_store_foreach_trace (store, copy_trace, &writing, error))
    return FALSE;
  if (writing.error != NULL)
    {
      g_propagate_error (error, writing.error);
      return FALSE;
    }

  return reactive_state_file_commit (file, error);
}
