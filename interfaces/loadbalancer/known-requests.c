/* SPDX-License-Identifier: Apache-2.0 */
#include "known-requests.h"

#include <string.h>

#include "table.h"

/* By "RELATION NAME", the id of a relation having no blank in it: [[ID, ANSWERED, READ, DIGEST, HAS-DEFAULT-BACKENDS],
 * …] */
#define TABLE_NAME "known_requests"

enum
{
  COLUMN_ID,
  COLUMN_ANSWERED,
  COLUMN_READ,
  COLUMN_DIGEST,
  COLUMN_HAS_DEFAULT_BACKENDS,
  N_COLUMNS,
};

struct _LBKnownRequests
{
  LBTable *table;
  GPtrArray *all;      /* LBKnown */
  GHashTable *by_name; /* key of the table → GPtrArray of LBKnown, borrowed */
};

static void
known_free (gpointer data)
{
  LBKnown *known = data;

  g_free (known->relation_id);
  g_free (known->name);
  reactive_json_unref (known->id);
  g_free (known->answered);
  g_free (known->read);
  g_free (known->digest);
  g_free (known);
}

static char *
table_key (const char *relation_id, const char *name)
{
  return g_strconcat (relation_id, " ", name, NULL);
}

static LBKnown *
add (LBKnownRequests *requests, const char *relation_id, const char *name, const ReactiveJson *id)
{
  char *key = table_key (relation_id, name);
  GPtrArray *of_name = g_hash_table_lookup (requests->by_name, key);
  LBKnown *known = g_new0 (LBKnown, 1);

  known->relation_id = g_strdup (relation_id);
  known->name = g_strdup (name);
  known->id = reactive_json_ref (id);
  g_ptr_array_add (requests->all, known);

  if (of_name == NULL)
    {
      of_name = g_ptr_array_new ();
      g_hash_table_insert (requests->by_name, g_steal_pointer (&key), of_name);
    }
  g_ptr_array_add (of_name, known);
  g_free (key);

  return known;
}

/* One that is not as it was written is not there. */
static void
load_one (LBKnownRequests *requests, const char *relation_id, const char *name, const ReactiveJson *row)
{
  const ReactiveJson *columns[N_COLUMNS];
  LBKnown *known;

  if (reactive_json_get_length (row) != N_COLUMNS)
    return;
  for (guint i = 0; i < N_COLUMNS; i++)
    columns[i] = reactive_json_get_element (row, i);
  if (reactive_json_get_kind (columns[COLUMN_ID]) != REACTIVE_JSON_STRING)
    return;

  known = add (requests, relation_id, name, columns[COLUMN_ID]);
  known->answered = g_strdup (reactive_json_get_string (columns[COLUMN_ANSWERED], NULL));
  known->read = g_strdup (reactive_json_get_string (columns[COLUMN_READ], NULL));
  known->digest = g_strdup (reactive_json_get_string (columns[COLUMN_DIGEST], NULL));
  known->has_default_backends = reactive_json_get_boolean (columns[COLUMN_HAS_DEFAULT_BACKENDS]);
}

LBKnownRequests *
lb_known_requests_load (ReactiveEndpoint *endpoint)
{
  LBKnownRequests *requests = g_new0 (LBKnownRequests, 1);

  requests->table = lb_table_load (endpoint, TABLE_NAME);
  requests->all = g_ptr_array_new_with_free_func (known_free);
  requests->by_name = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
  for (guint i = 0; i < lb_table_get_length (requests->table); i++)
    {
      g_auto (GStrv) parts = g_strsplit (lb_table_get_key (requests->table, i), " ", 2);
      const ReactiveJson *rows = lb_table_get_row (requests->table, i);

      for (guint j = 0; parts[1] != NULL && j < reactive_json_get_length (rows); j++)
        load_one (requests, parts[0], parts[1], reactive_json_get_element (rows, j));
    }

  return requests;
}

void
lb_known_requests_free (LBKnownRequests *requests)
{
  if (requests == NULL)
    return;

  g_hash_table_unref (requests->by_name);
  g_ptr_array_unref (requests->all);
  lb_table_free (requests->table);
  g_free (requests);
}

void
lb_known_requests_save_names (LBKnownRequests *requests)
{
  lb_table_save_keys (requests->table);
}

guint
lb_known_requests_get_length (const LBKnownRequests *requests)
{
  return requests->all->len;
}

LBKnown *
lb_known_requests_get (const LBKnownRequests *requests, guint index)
{
  return g_ptr_array_index (requests->all, index);
}

const GPtrArray *
lb_known_requests_lookup (const LBKnownRequests *requests, const char *relation_id, const char *name)
{
  g_autofree char *key = table_key (relation_id, name);

  return g_hash_table_lookup (requests->by_name, key);
}

LBKnown *
lb_known_requests_find (const LBKnownRequests *requests, const char *relation_id, const char *name,
                        const ReactiveJson *id)
{
  const GPtrArray *of_name = lb_known_requests_lookup (requests, relation_id, name);

  for (guint i = 0; of_name != NULL && i < of_name->len; i++)
    {
      LBKnown *known = g_ptr_array_index (of_name, i);

      if (reactive_json_equal (known->id, id))
        return known;
    }

  return NULL;
}

static ReactiveJson *
make_row (const LBKnown *known)
{
  ReactiveJson *row = reactive_json_new_array ();

  reactive_json_array_add (row, reactive_json_ref (known->id));
  lb_row_add_text (row, known->answered);
  lb_row_add_text (row, known->read);
  lb_row_add_text (row, known->digest);
  reactive_json_array_add (row, reactive_json_new_boolean (known->has_default_backends));

  return row;
}

void
lb_known_requests_save (LBKnownRequests *requests, const LBKnown *known)
{
  g_autofree char *key = table_key (known->relation_id, known->name);
  const GPtrArray *of_name = g_hash_table_lookup (requests->by_name, key);
  ReactiveJson *rows = reactive_json_new_array ();

  for (guint i = 0; i < of_name->len; i++)
    reactive_json_array_add (rows, make_row (g_ptr_array_index (of_name, i)));
  lb_table_set (requests->table, key, rows);
}

static void
forget (LBKnownRequests *requests, LBKnown *known)
{
  g_autofree char *key = table_key (known->relation_id, known->name);
  GPtrArray *of_name = g_hash_table_lookup (requests->by_name, key);

  g_ptr_array_remove (of_name, known);
  if (of_name->len > 0)
    lb_known_requests_save (requests, known);
  else
    {
      lb_table_set (requests->table, key, NULL);
      g_hash_table_remove (requests->by_name, key);
    }
  known_free (known);
}

/* One that Python knew by its id alone is given its place. */
static LBKnown *
place (LBKnownRequests *requests, const char *relation_id, const char *name, const ReactiveJson *id)
{
  LBKnown *known = lb_known_requests_find (requests, "", "", id);
  LBKnown *placed;

  if (known == NULL)
    return NULL;

  placed = add (requests, relation_id, name, id);
  placed->answered = g_strdup (known->answered);
  g_ptr_array_set_free_func (requests->all, NULL);
  g_ptr_array_remove_fast (requests->all, known);
  g_ptr_array_set_free_func (requests->all, known_free);
  forget (requests, known);

  return placed;
}

LBKnown *
lb_known_requests_ensure (LBKnownRequests *requests, const char *relation_id, const char *name, const ReactiveJson *id)
{
  LBKnown *known = lb_known_requests_find (requests, relation_id, name, id);

  if (known == NULL)
    known = place (requests, relation_id, name, id);

  return known != NULL ? known : add (requests, relation_id, name, id);
}

void
lb_known_requests_forget_absent (LBKnownRequests *requests, const LBKnown *only)
{
  GPtrArray *kept = g_ptr_array_new_with_free_func (known_free);

  for (guint i = 0; i < requests->all->len; i++)
    {
      LBKnown *known = lb_known_requests_get (requests, i);

      if (known->presence == LB_KNOWN_ABSENT && (only == NULL || only == known))
        forget (requests, known);
      else
        g_ptr_array_add (kept, known);
    }

  g_ptr_array_set_free_func (requests->all, NULL);
  g_ptr_array_unref (requests->all);
  requests->all = kept;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  const LBKnown *first = *(const LBKnown *const *) a, *second = *(const LBKnown *const *) b;
  int order = strcmp (reactive_json_get_string (first->id, NULL), reactive_json_get_string (second->id, NULL));

  if (order == 0)
    order = strcmp (first->relation_id, second->relation_id);

  return order != 0 ? order : strcmp (first->name, second->name);
}

ReactiveJson *
lb_known_requests_list_answered (const LBKnownRequests *requests)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();
  ReactiveJson *hashes = reactive_json_new_object ();

  for (guint i = 0; i < requests->all->len; i++)
    g_ptr_array_add (sorted, g_ptr_array_index (requests->all, i));
  g_ptr_array_sort (sorted, compare_ids);
  for (guint i = 0; i < sorted->len; i++)
    {
      const LBKnown *known = g_ptr_array_index (sorted, i);
      ReactiveJson *hash
          = known->answered != NULL ? reactive_json_new_string (known->answered) : reactive_json_new_null ();

      reactive_json_object_set (hashes, reactive_json_get_string (known->id, NULL), hash);
    }

  return hashes;
}

/* What is absent is forgotten next. */
static void
answer_as (LBKnownRequests *requests, LBKnown *known, const ReactiveJson *hash)
{
  const char *text = hash != NULL ? reactive_json_get_string (hash, NULL) : NULL;

  known->presence = hash != NULL ? LB_KNOWN_PRESENT : LB_KNOWN_ABSENT;
  if (g_strcmp0 (known->answered, text) == 0)
    return;

  g_free (known->answered);
  known->answered = g_strdup (text);
  lb_known_requests_save (requests, known);
}

static void
add_without_place (LBKnownRequests *requests, const char *id, const ReactiveJson *hash)
{
  g_autoptr (ReactiveJson) json_id = reactive_json_new_string (id);
  LBKnown *known = add (requests, "", "", json_id);

  known->answered = g_strdup (reactive_json_get_string (hash, NULL));
  lb_known_requests_save (requests, known);
}

void
lb_known_requests_answer_as (LBKnownRequests *requests, const ReactiveJson *hashes)
{
  g_autoptr (ReactiveJson) own = lb_known_requests_list_answered (requests);

  for (guint i = 0; i < requests->all->len; i++)
    {
      LBKnown *known = lb_known_requests_get (requests, i);

      answer_as (requests, known, reactive_json_get_member (hashes, reactive_json_get_string (known->id, NULL)));
    }
  lb_known_requests_forget_absent (requests, NULL);

  for (guint i = 0; i < reactive_json_get_length (hashes); i++)
    {
      const char *id = reactive_json_get_member_name (hashes, i);

      if (reactive_json_get_member (own, id) == NULL)
        add_without_place (requests, id, reactive_json_get_element (hashes, i));
    }
  for (guint i = 0; i < requests->all->len; i++)
    lb_known_requests_get (requests, i)->presence = LB_KNOWN_ABSENT;
}

gboolean
lb_known_is_new (const LBKnown *known)
{
  return known->presence == LB_KNOWN_PRESENT && g_strcmp0 (known->answered, known->read) != 0;
}
