/* SPDX-License-Identifier: Apache-2.0 */
#include "state/row-table.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Loaded rows lie one behind the other in blocks: a hook reads them all, and changes few. */
#define BLOCK_BYTES (64 * 1024)

typedef struct
{
  const char *key;
  gsize key_bytes;
  char *committed;     /* (nullable): as in the file */
  char *text;          /* (nullable): as the hook sees it; the same pointer as committed while it is unchanged */
  gboolean is_loaded;  /* lies in a block, with its key and its first text behind it */
  gboolean is_changed; /* stands in table->changed */
} Entry;

struct _ReactiveRowTable
{
  GHashTable *index; /* set of Entry, by key */
  GPtrArray *entries;
  guint n_sorted;     /* the first of entries, in key order; the others wait for sort_entries() */
  GPtrArray *changed; /* entries, in the order of their first change */
  GPtrArray *blocks;
  gsize block_left_bytes; /* of the last block */
  gsize size_bytes;
  gboolean is_walking;
};

static guint
hash_entry (gconstpointer pointer)
{
  const Entry *entry = pointer;

  return reactive_text_hash (entry->key, entry->key_bytes);
}

static gboolean
equal_entries (gconstpointer a, gconstpointer b)
{
  const Entry *first = a, *second = b;

  return first->key_bytes == second->key_bytes && memcmp (first->key, second->key, first->key_bytes) == 0;
}

static Entry *
find_entry (ReactiveRowTable *table, const char *key)
{
  return g_hash_table_lookup (table->index, &(Entry){ .key = key, .key_bytes = strlen (key) });
}

static Entry *
add_entry (ReactiveRowTable *table, const char *key)
{
  gsize key_bytes = strlen (key);
  Entry *entry = g_malloc0 (sizeof (Entry) + key_bytes + 1);

  entry->key = memcpy (entry + 1, key, key_bytes + 1);
  entry->key_bytes = key_bytes;
  g_ptr_array_add (table->entries, entry);
  g_hash_table_add (table->index, entry);
  return entry;
}

static void
free_text (const Entry *entry, char *text)
{
  const char *loaded_text = entry->is_loaded ? entry->key + entry->key_bytes + 1 : NULL;

  if (text != loaded_text)
    g_free (text);
}

static void
free_entry (Entry *entry)
{
  if (entry->text != entry->committed)
    free_text (entry, entry->text);
  free_text (entry, entry->committed);
  if (!entry->is_loaded)
    g_free (entry);
}

static gsize
measure_row (const Entry *entry)
{
  return entry->text == NULL ? 0 : entry->key_bytes + strlen (entry->text) + REACTIVE_ROW_OVERHEAD_BYTES;
}

ReactiveRowTable *
reactive_row_table_new (void)
{
  ReactiveRowTable *table = g_new0 (ReactiveRowTable, 1);

  table->index = g_hash_table_new (hash_entry, equal_entries);
  table->entries = g_ptr_array_new ();
  table->changed = g_ptr_array_new ();
  table->blocks = g_ptr_array_new_with_free_func (g_free);
  return table;
}

void
reactive_row_table_free (ReactiveRowTable *table)
{
  if (table == NULL)
    return;

  g_ptr_array_unref (table->changed);
  g_hash_table_unref (table->index);
  for (guint i = 0; i < table->entries->len; i++)
    free_entry (g_ptr_array_index (table->entries, i));
  g_ptr_array_unref (table->entries);
  g_ptr_array_unref (table->blocks);
  g_free (table);
}

/* Aligned for an Entry. */
static gpointer
take_from_block (ReactiveRowTable *table, gsize n_bytes)
{
  char *block;

  n_bytes = (n_bytes + sizeof (gpointer) - 1) & ~(sizeof (gpointer) - 1);
  if (n_bytes > table->block_left_bytes)
    {
      table->block_left_bytes = MAX (n_bytes, BLOCK_BYTES);
      g_ptr_array_add (table->blocks, g_malloc (table->block_left_bytes));
    }

  /* Blocks are filled from the end, so that what is left says where. */
  block = g_ptr_array_index (table->blocks, table->blocks->len - 1);
  table->block_left_bytes -= n_bytes;
  return block + table->block_left_bytes;
}

void
reactive_row_table_load (ReactiveRowTable *table, const char *key, gsize key_bytes, const char *text, gsize text_bytes)
{
  Entry *entry = take_from_block (table, sizeof (Entry) + key_bytes + 1 + text_bytes + 1);
  char *copy = memcpy (entry + 1, key, key_bytes);

  copy[key_bytes] = '\0';
  memcpy (copy + key_bytes + 1, text, text_bytes);
  copy[key_bytes + 1 + text_bytes] = '\0';
  *entry = (Entry){
    .key = copy,
    .key_bytes = key_bytes,
    .committed = copy + key_bytes + 1,
    .text = copy + key_bytes + 1,
    .is_loaded = TRUE,
  };

  table->size_bytes += key_bytes + text_bytes + REACTIVE_ROW_OVERHEAD_BYTES;
  g_ptr_array_add (table->entries, entry);
  g_hash_table_add (table->index, entry);
}

gboolean
reactive_row_table_has_repeated_key (ReactiveRowTable *table)
{
  return g_hash_table_size (table->index) != table->entries->len;
}

gsize
reactive_row_table_get_size_bytes (ReactiveRowTable *table)
{
  return table->size_bytes;
}

const char *
reactive_row_table_get (ReactiveRowTable *table, const char *key)
{
  const Entry *entry = find_entry (table, key);

  return entry == NULL ? NULL : entry->text;
}

/* @text: owned, or entry->committed, or NULL. */
static void
change (ReactiveRowTable *table, Entry *entry, char *text)
{
  char *old = entry->text;

  g_assert (!table->is_walking);

  table->size_bytes -= measure_row (entry);
  entry->text = text;
  table->size_bytes += measure_row (entry);

  if (old != entry->committed)
    free_text (entry, old);
  if (!entry->is_changed)
    g_ptr_array_add (table->changed, entry);
  entry->is_changed = TRUE;
}

void
reactive_row_table_set (ReactiveRowTable *table, const char *key, const char *text)
{
  Entry *entry = find_entry (table, key);

  if (entry == NULL)
    entry = add_entry (table, key);

  if (g_strcmp0 (entry->text, text) == 0)
    return;
  if (g_strcmp0 (entry->committed, text) == 0)
    change (table, entry, entry->committed);
  else
    change (table, entry, g_strdup (text));
}

void
reactive_row_table_unset (ReactiveRowTable *table, const char *key)
{
  Entry *entry = find_entry (table, key);

  if (entry != NULL && entry->text != NULL)
    change (table, entry, NULL);
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
sort_entries (ReactiveRowTable *table)
{
  gpointer *entries = table->entries->pdata;
  guint n_left = table->n_sorted, n_new = table->entries->len - table->n_sorted;
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
  table->n_sorted = table->entries->len;
}

/* Index of the first key that is not before @prefix. */
static guint
find_first (ReactiveRowTable *table, const char *prefix)
{
  guint low = 0, high = table->entries->len;

  sort_entries (table);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const Entry *entry = g_ptr_array_index (table->entries, middle);

      if (strcmp (entry->key, prefix) < 0)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

void
reactive_row_table_unset_prefix (ReactiveRowTable *table, const char *prefix)
{
  for (guint i = find_first (table, prefix); i < table->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (table->entries, i);

      if (!g_str_has_prefix (entry->key, prefix))
        break;
      if (entry->text != NULL)
        change (table, entry, NULL);
    }
}

void
reactive_row_table_foreach (ReactiveRowTable *table, const char *prefix, ReactiveStoreFunc func, gpointer user_data)
{
  gboolean was_walking = table->is_walking;

  table->is_walking = TRUE;
  for (guint i = find_first (table, prefix); i < table->entries->len; i++)
    {
      const Entry *entry = g_ptr_array_index (table->entries, i);

      if (!g_str_has_prefix (entry->key, prefix))
        break;
      if (entry->text != NULL)
        func (entry->key, entry->text, user_data);
    }
  table->is_walking = was_walking;
}

gboolean
reactive_row_table_has_changes (ReactiveRowTable *table)
{
  for (guint i = 0; i < table->changed->len; i++)
    {
      const Entry *entry = g_ptr_array_index (table->changed, i);

      if (entry->text != entry->committed)
        return TRUE;
    }
  return FALSE;
}

gboolean
reactive_row_table_foreach_change (ReactiveRowTable *table, ReactiveRowTableChangeFunc func, gpointer user_data,
                                   GError **error)
{
  for (guint i = 0; i < table->changed->len; i++)
    {
      const Entry *entry = g_ptr_array_index (table->changed, i);

      if (entry->text != entry->committed
          && !func (entry->key, entry->text, entry->committed != NULL, user_data, error))
        return FALSE;
    }
  return TRUE;
}

/* Drops entries that are neither in the file nor seen; a store that lives for many hooks would fill up with them. */
static void
drop_gone (ReactiveRowTable *table)
{
  guint n_kept = 0, n_sorted = 0;

  for (guint i = 0; i < table->entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (table->entries, i);

      if (entry->text == NULL && entry->committed == NULL)
        {
          g_hash_table_remove (table->index, entry);
          free_entry (entry);
          continue;
        }
      if (i < table->n_sorted)
        n_sorted++;
      table->entries->pdata[n_kept++] = entry;
    }
  g_ptr_array_set_size (table->entries, (gint) n_kept);
  table->n_sorted = n_sorted;
}

void
reactive_row_table_settle (ReactiveRowTable *table, gboolean keep)
{
  gboolean has_gone = FALSE;

  for (guint i = 0; i < table->changed->len; i++)
    {
      Entry *entry = g_ptr_array_index (table->changed, i);

      if (!keep)
        change (table, entry, entry->committed);
      else if (entry->text != entry->committed)
        {
          free_text (entry, entry->committed);
          entry->committed = entry->text;
        }
      entry->is_changed = FALSE;
      has_gone = has_gone || entry->committed == NULL;
    }
  g_ptr_array_set_size (table->changed, 0);
  if (has_gone)
    drop_gone (table);
}
