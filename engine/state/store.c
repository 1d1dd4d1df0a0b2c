/* SPDX-License-Identifier: Apache-2.0 */
#include "state/store.h"

#include <stdlib.h>

#include "state/state-file.h"
#include "state/trace.h"

/* What a row costs beside its texts, so that a file of many tiny rows stays within the limit, too. */
#define ROW_OVERHEAD_BYTES 64

typedef struct
{
  char *committed;     /* (nullable): as in the file */
  char *text;          /* (nullable): as the hook sees it; the same pointer as committed while it is unchanged */
  gboolean is_changed; /* stands in store->changed */
  char key[];
} Entry;

struct _ReactiveStore
{
  ReactiveStateFile *file; /* (nullable): in memory */
  char *path;
  GPtrArray *trace; /* (nullable): in memory */
  GHashTable *entry_by_key;
  GPtrArray *entries;
  guint n_sorted;     /* the first of entries, in key order; the others wait for sort_entries() */
  GPtrArray *changed; /* entries, in the order of their first change */
  gsize size_bytes;   /* of what the hook sees */
  gsize max_bytes;
  gboolean is_walking;
};

static Entry *
add_entry (ReactiveStore *store, const char *key, gsize key_bytes)
{
  Entry *entry = g_malloc (sizeof (Entry) + key_bytes + 1);

  entry->committed = NULL;
  entry->text = NULL;
  entry->is_changed = FALSE;
  memcpy (entry->key, key, key_bytes + 1);
  g_ptr_array_add (store->entries, entry);
  g_hash_table_insert (store->entry_by_key, entry->key, entry);
  return entry;
}

static void
free_entry (Entry *entry)
{
  if (entry->text != entry->committed)
    g_free (entry->text);
  g_free (entry->committed);
  g_free (entry);
}

static gsize
measure_row (const Entry *entry)
{
  return entry->text == NULL ? 0 : strlen (entry->key) + strlen (entry->text) + ROW_OVERHEAD_BYTES;
}

static ReactiveStore *
store_new (void)
{
  ReactiveStore *store = g_new0 (ReactiveStore, 1);

  store->entry_by_key = g_hash_table_new (g_str_hash, g_str_equal);
  store->entries = g_ptr_array_new ();
  store->changed = g_ptr_array_new ();
  store->max_bytes = REACTIVE_STORE_MAX_BYTES;
  return store;
}

static gboolean
check_size (ReactiveStore *store, GError **error)
{
  if (store->size_bytes <= store->max_bytes)
    return TRUE;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA,
               "%s: the unit's state is larger than %" G_GSIZE_FORMAT " bytes", store->path, store->max_bytes);
  return FALSE;
}

static gboolean
take_row (const char *key, gsize key_bytes, const char *text, gsize text_bytes, gpointer user_data)
{
  ReactiveStore *store = user_data;
  Entry *entry;

  store->size_bytes += key_bytes + text_bytes + ROW_OVERHEAD_BYTES;
  if (store->size_bytes > store->max_bytes)
    return FALSE;

  /* A table without charmhelpers' primary key may hold a key twice: one of them counts. */
  entry = g_hash_table_lookup (store->entry_by_key, key);
  if (entry == NULL)
    entry = add_entry (store, key, key_bytes);
  g_free (entry->committed);
  entry->committed = g_memdup2 (text, text_bytes + 1);
  entry->text = entry->committed;
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
  g_autoptr (ReactiveStore) store = store_new ();
  ReactiveStoreOptions used = { 0 };

  g_assert (path != NULL);

  if (options != NULL)
    used = *options;
  if (used.busy_timeout_ms == 0)
    used.busy_timeout_ms = REACTIVE_STORE_BUSY_TIMEOUT_MS;
  if (used.max_bytes != 0)
    store->max_bytes = used.max_bytes;

  store->path = g_strdup (path);
  store->file = reactive_state_file_open (path, mode, &used, error);
  if (store->file == NULL || !reactive_state_file_foreach (store->file, take_row, store, error)
      || !check_size (store, error))
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
  ReactiveStore *store = store_new ();

  store->path = g_strdup ("state in memory");
  store->trace = reactive_trace_list_new ();
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

  g_ptr_array_unref (store->changed);
  g_hash_table_unref (store->entry_by_key);
  for (guint i = 0; i < store->entries->len; i++)
    free_entry (g_ptr_array_index (store->entries, i));
  g_ptr_array_unref (store->entries);
  if (store->trace != NULL)
    g_ptr_array_unref (store->trace);
  reactive_state_file_free (store->file);
  g_free (store->path);
  g_free (store);
}

/* @text: owned, or entry->committed, or NULL. */
static void
change (ReactiveStore *store, Entry *entry, char *text)
{
  char *old = entry->text;

  g_assert (!store->is_walking);

  store->size_bytes -= measure_row (entry);
  entry->text = text;
  store->size_bytes += measure_row (entry);

  if (old != entry->committed)
    g_free (old);
  if (!entry->is_changed)
    g_ptr_array_add (store->changed, entry);
  entry->is_changed = TRUE;
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
  const Entry *entry;

  g_assert (store != NULL && key != NULL);

  entry = g_hash_table_lookup (store->entry_by_key, key);
  return entry == NULL ? NULL : entry->text;
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
  Entry *entry;

  g_assert (store != NULL && key != NULL && json_text != NULL);

  entry = g_hash_table_lookup (store->entry_by_key, key);
  if (entry == NULL)
    entry = add_entry (store, key, strlen (key));

  if (g_strcmp0 (entry->text, json_text) == 0)
    return;
  if (g_strcmp0 (entry->committed, json_text) == 0)
    change (store, entry, entry->committed);
  else
    change (store, entry, g_strdup (json_text));
}

/**
 * reactive_store_unset:
 * @store: a store
 * @key: a key, there or not
 */
void
reactive_store_unset (ReactiveStore *store, const char *key)
{
  Entry *entry;

  g_assert (store != NULL && key != NULL);

  entry = g_hash_table_lookup (store->entry_by_key, key);
  if (entry != NULL && entry->text != NULL)
    change (store, entry, NULL);
}

static int
compare_entries (const void *a, const void *b)
{
  const Entry *const *first = a;
  const Entry *const *second = b;

  return strcmp ((*first)->key, (*second)->key);
}

/* Sorts the new ones, and merges them from the back. */
static void
sort_entries (ReactiveStore *store)
{
  gpointer *entries = store->entries->pdata;
  guint n_left = store->n_sorted, n_new = store->entries->len - store->n_sorted;
  g_autofree gpointer *added = NULL;

  if (n_new == 0)
    return;

  qsort (entries + n_left, n_new, sizeof *entries, compare_entries);
  added = g_memdup2 (entries + n_left, n_new * sizeof *entries);
  while (n_new > 0)
    {
      if (n_left > 0 && compare_entries (&entries[n_left - 1], &added[n_new - 1]) > 0)
        {
          entries[n_left + n_new - 1] = entries[n_left - 1];
          n_left--;
        }
      else
        {
          entries[n_left + n_new - 1] = added[n_new - 1];
          n_new--;
        }
    }
  store->n_sorted = store->entries->len;
}

/* Index of the first key that is not before @prefix. */
static guint
find_first (ReactiveStore *store, const char *prefix)
{
  guint low = 0, high = store->entries->len;

  sort_entries (store);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const Entry *entry = g_ptr_array_index (store->entries, middle);

      if (strcmp (entry->key, prefix) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
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

  for (guint i = find_first (store, prefix); i < store->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (store->entries, i);

      if (!g_str_has_prefix (entry->key, prefix))
        break;
      if (entry->text != NULL)
        change (store, entry, NULL);
    }
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
  gboolean was_walking;

  g_assert (store != NULL && prefix != NULL && func != NULL);

  was_walking = store->is_walking;
  store->is_walking = TRUE;
  for (guint i = find_first (store, prefix); i < store->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (store->entries, i);

      if (!g_str_has_prefix (entry->key, prefix))
        break;
      if (entry->text != NULL)
        func (entry->key, entry->text, user_data);
    }
  store->is_walking = was_walking;
}

/* Drops entries that are neither in the file nor seen; a store that lives for many hooks would fill up with them. */
static void
drop_gone (ReactiveStore *store)
{
  guint n_kept = 0, n_sorted = 0;

  for (guint i = 0; i < store->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (store->entries, i);

      if (entry->text == NULL && entry->committed == NULL)
        {
          g_hash_table_remove (store->entry_by_key, entry->key);
          free_entry (entry);
          continue;
        }
      if (i < store->n_sorted)
        n_sorted++;
      store->entries->pdata[n_kept++] = entry;
    }
  g_ptr_array_set_size (store->entries, (gint)n_kept);
  store->n_sorted = n_sorted;
}

/* Makes what the hook sees the committed state (@keep), or the other way round. */
static void
settle (ReactiveStore *store, gboolean keep)
{
  gboolean has_gone = FALSE;

  for (guint i = 0; i < store->changed->len; i++)
    {
      Entry *entry = g_ptr_array_index (store->changed, i);

      if (!keep)
        change (store, entry, entry->committed);
      else if (entry->text != entry->committed)
        {
          g_free (entry->committed);
          entry->committed = entry->text;
        }
      entry->is_changed = FALSE;
      has_gone = has_gone || entry->committed == NULL;
    }
  g_ptr_array_set_size (store->changed, 0);
  if (has_gone)
    drop_gone (store);
}

static gboolean
has_changes (ReactiveStore *store)
{
  for (guint i = 0; i < store->changed->len; i++)
    {
      const Entry *entry = g_ptr_array_index (store->changed, i);

      if (entry->text != entry->committed)
        return TRUE;
    }
  return FALSE;
}

static gboolean
write_changes (ReactiveStore *store, GError **error)
{
  for (guint i = 0; i < store->changed->len; i++)
    {
      const Entry *entry = g_ptr_array_index (store->changed, i);
      gboolean exists = entry->committed != NULL;

      if (entry->text != entry->committed
          && !reactive_state_file_write (store->file, entry->key, entry->text, exists, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
write_all (ReactiveStore *store, gboolean with_changes, const ReactiveTraceRow *row, GError **error)
{
  if (!reactive_state_file_begin (store->file, error))
    return FALSE;
  if (with_changes && !(reactive_state_file_check_unchanged (store->file, error) && write_changes (store, error)))
    return FALSE;
  if (row != NULL && !reactive_state_file_write_trace (store->file, row, error))
    return FALSE;
  return reactive_state_file_commit (store->file, error);
}

/* After this the lock is released, whatever happened. */
static gboolean
write_file (ReactiveStore *store, gboolean with_changes, const ReactiveTraceRow *row, GError **error)
{
  gboolean is_written = TRUE;

  if (with_changes || row != NULL)
    is_written = write_all (store, with_changes, row, error);
  reactive_state_file_release (store->file);
  return is_written;
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
  if (store->file != NULL && !write_file (store, has_changes (store), row, error))
    return FALSE;
  if (store->trace != NULL && row != NULL)
    reactive_trace_list_add (store->trace, row);

  settle (store, /* keep= */ TRUE);
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

  settle (store, /* keep= */ FALSE);
  if (store->trace != NULL && row != NULL)
    reactive_trace_list_add (store->trace, row);
  return store->file == NULL || write_file (store, /* with_changes= */ FALSE, row, error);
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

  if (store->file != NULL)
    return reactive_state_file_foreach_trace (store->file, func, user_data, error);

  reactive_trace_list_foreach (store->trace, func, user_data);
  return TRUE;
}
