/* SPDX-License-Identifier: Apache-2.0 */
#include "table.h"

#include <string.h>

struct _LBTable
{
  ReactiveEndpoint *endpoint;
  const char *name;
  GPtrArray *loaded_keys; /* char * */
  GPtrArray *loaded_rows; /* ReactiveJson, borrowed of the unit */
  GHashTable *keys;       /* all that have a row now */
  gboolean keys_have_changed;
};

/* Others choose keys: what stands in the state is short and has no odd characters. */
static char *
row_state_key (const LBTable *table, const char *key)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_MD5, key, -1);

  return g_strconcat (table->name, ".", digest, NULL);
}

static void
load_row (LBTable *table, const char *key)
{
  g_autofree char *state_key = row_state_key (table, key);
  const ReactiveJson *row = reactive_endpoint_get_state (table->endpoint, state_key);

  if (row == NULL)
    {
      table->keys_have_changed = TRUE;
      return;
    }

  if (g_hash_table_add (table->keys, g_strdup (key)))
    {
      g_ptr_array_add (table->loaded_keys, g_strdup (key));
      g_ptr_array_add (table->loaded_rows, (gpointer) row);
    }
}

LBTable *
lb_table_load (ReactiveEndpoint *endpoint, const char *name)
{
  const ReactiveJson *keys = reactive_endpoint_get_state (endpoint, name);
  LBTable *table = g_new0 (LBTable, 1);

  table->endpoint = endpoint;
  table->name = name;
  table->loaded_keys = g_ptr_array_new_with_free_func (g_free);
  table->loaded_rows = g_ptr_array_new ();
  table->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  for (guint i = 0; keys != NULL && i < reactive_json_get_length (keys); i++)
    {
      const char *key = reactive_json_get_string (reactive_json_get_element (keys, i), NULL);

      if (key != NULL)
        load_row (table, key);
    }

  return table;
}

void
lb_table_free (LBTable *table)
{
  if (table == NULL)
    return;

  g_ptr_array_unref (table->loaded_keys);
  g_ptr_array_unref (table->loaded_rows);
  g_hash_table_unref (table->keys);
  g_free (table);
}

guint
lb_table_get_length (const LBTable *table)
{
  return table->loaded_keys->len;
}

const char *
lb_table_get_key (const LBTable *table, guint index)
{
  return g_ptr_array_index (table->loaded_keys, index);
}

const ReactiveJson *
lb_table_get_row (const LBTable *table, guint index)
{
  return g_ptr_array_index (table->loaded_rows, index);
}

void
lb_table_set (LBTable *table, const char *key, ReactiveJson *row)
{
  g_autofree char *state_key = row_state_key (table, key);

  reactive_endpoint_set_state (table->endpoint, state_key, row);
  if (row == NULL)
    table->keys_have_changed = g_hash_table_remove (table->keys, key) || table->keys_have_changed;
  else
    table->keys_have_changed = g_hash_table_add (table->keys, g_strdup (key)) || table->keys_have_changed;
  reactive_json_unref (row);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

void
lb_table_save_keys (LBTable *table)
{
  g_autofree gpointer *keys = NULL;
  g_autoptr (ReactiveJson) list = NULL;
  guint length;

  if (!table->keys_have_changed)
    return;

  keys = g_hash_table_get_keys_as_array (table->keys, &length);
  qsort (keys, length, sizeof *keys, compare_keys);
  list = reactive_json_new_array ();
  for (guint i = 0; i < length; i++)
    reactive_json_array_add (list, reactive_json_new_string (keys[i]));

  reactive_endpoint_set_state (table->endpoint, table->name, length > 0 ? list : NULL);
  table->keys_have_changed = FALSE;
}

void
lb_row_add_text (ReactiveJson *row, const char *text)
{
  reactive_json_array_add (row, text != NULL ? reactive_json_new_string (text) : reactive_json_new_null ());
}
