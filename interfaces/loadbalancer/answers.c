/* SPDX-License-Identifier: Apache-2.0 */
#include "answers.h"

#include <string.h>

#include "table.h"

/* By name: [ACKNOWLEDGED, HASH, DIGEST, IS-COMPLETE] */
#define TABLE_NAME "answers"

enum
{
  COLUMN_ACKNOWLEDGED,
  COLUMN_HASH,
  COLUMN_DIGEST,
  COLUMN_IS_COMPLETE,
  N_COLUMNS,
};

struct _LBAnswers
{
  LBTable *table;
  GPtrArray *all;      /* LBAnswer */
  GHashTable *by_name; /* borrowed */
};

static void
answer_free (gpointer data)
{
  LBAnswer *answer = data;

  g_free (answer->name);
  g_free (answer->acknowledged);
  g_free (answer->hash);
  g_free (answer->digest);
  g_free (answer);
}

LBAnswer *
lb_answers_ensure (LBAnswers *answers, const char *name)
{
  LBAnswer *answer = g_hash_table_lookup (answers->by_name, name);

  if (answer != NULL)
    return answer;

  answer = g_new0 (LBAnswer, 1);
  answer->name = g_strdup (name);
  g_ptr_array_add (answers->all, answer);
  g_hash_table_insert (answers->by_name, answer->name, answer);

  return answer;
}

/* One that is not as it was written is not there. */
static void
load_one (LBAnswers *answers, const char *name, const ReactiveJson *row)
{
  LBAnswer *answer;

  if (reactive_json_get_kind (row) != REACTIVE_JSON_ARRAY || reactive_json_get_length (row) != N_COLUMNS)
    return;

  answer = lb_answers_ensure (answers, name);
  answer->acknowledged
      = g_strdup (reactive_json_get_string (reactive_json_get_element (row, COLUMN_ACKNOWLEDGED), NULL));
  answer->hash = g_strdup (reactive_json_get_string (reactive_json_get_element (row, COLUMN_HASH), NULL));
  answer->digest = g_strdup (reactive_json_get_string (reactive_json_get_element (row, COLUMN_DIGEST), NULL));
  answer->is_complete = reactive_json_get_boolean (reactive_json_get_element (row, COLUMN_IS_COMPLETE));
}

LBAnswers *
lb_answers_load (ReactiveEndpoint *endpoint)
{
  LBAnswers *answers = g_new0 (LBAnswers, 1);

  answers->table = lb_table_load (endpoint, TABLE_NAME);
  answers->all = g_ptr_array_new_with_free_func (answer_free);
  answers->by_name = g_hash_table_new (g_str_hash, g_str_equal);
  for (guint i = 0; i < lb_table_get_length (answers->table); i++)
    load_one (answers, lb_table_get_key (answers->table, i), lb_table_get_row (answers->table, i));

  return answers;
}

void
lb_answers_free (LBAnswers *answers)
{
  if (answers == NULL)
    return;

  g_hash_table_unref (answers->by_name);
  g_ptr_array_unref (answers->all);
  lb_table_free (answers->table);
  g_free (answers);
}

void
lb_answers_save_names (LBAnswers *answers)
{
  lb_table_save_keys (answers->table);
}

guint
lb_answers_get_length (const LBAnswers *answers)
{
  return answers->all->len;
}

LBAnswer *
lb_answers_get (const LBAnswers *answers, guint index)
{
  return g_ptr_array_index (answers->all, index);
}

void
lb_answers_save (LBAnswers *answers, const LBAnswer *answer)
{
  ReactiveJson *row = NULL;

  if (answer->acknowledged != NULL || answer->digest != NULL)
    {
      row = reactive_json_new_array ();
      lb_row_add_text (row, answer->acknowledged);
      lb_row_add_text (row, answer->hash);
      lb_row_add_text (row, answer->digest);
      reactive_json_array_add (row, reactive_json_new_boolean (answer->is_complete));
    }
  lb_table_set (answers->table, answer->name, row);
}

void
lb_answers_remove (LBAnswers *answers, const char *name)
{
  LBAnswer *answer = g_hash_table_lookup (answers->by_name, name);

  if (answer == NULL)
    return;

  lb_table_set (answers->table, name, NULL);
  g_hash_table_remove (answers->by_name, name);
  g_ptr_array_remove_fast (answers->all, answer);
}

void
lb_answers_tidy (LBAnswers *answers)
{
  for (guint i = 0; i < answers->all->len; i++)
    {
      LBAnswer *answer = lb_answers_get (answers, i);

      if (answer->is_visible || answer->digest == NULL)
        continue;
      g_clear_pointer (&answer->digest, g_free);
      lb_answers_save (answers, answer);
    }
  lb_answers_save_names (answers);
}

gboolean
lb_answers_forget (LBAnswers *answers)
{
  gboolean had_any = FALSE;

  for (guint i = 0; i < answers->all->len; i++)
    {
      LBAnswer *answer = lb_answers_get (answers, i);

      if (answer->acknowledged == NULL)
        continue;
      had_any = TRUE;
      g_clear_pointer (&answer->acknowledged, g_free);
      lb_answers_save (answers, answer);
    }

  return had_any;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp ((*(const LBAnswer *const *) a)->name, (*(const LBAnswer *const *) b)->name);
}

GPtrArray *
lb_answers_list (const LBAnswers *answers, gboolean (*matches) (const LBAnswer *answer))
{
  GPtrArray *matching = g_ptr_array_new ();

  for (guint i = 0; i < answers->all->len; i++)
    {
      LBAnswer *answer = lb_answers_get (answers, i);

      if (matches (answer))
        g_ptr_array_add (matching, answer);
    }
  g_ptr_array_sort (matching, compare_names);

  return matching;
}

static gboolean
is_acknowledged (const LBAnswer *answer)
{
  return answer->acknowledged != NULL;
}

ReactiveJson *
lb_answers_list_acknowledged (const LBAnswers *answers)
{
  g_autoptr (GPtrArray) acknowledged = lb_answers_list (answers, is_acknowledged);
  ReactiveJson *hashes = reactive_json_new_object ();

  for (guint i = 0; i < acknowledged->len; i++)
    {
      const LBAnswer *answer = g_ptr_array_index (acknowledged, i);

      reactive_json_object_set (hashes, answer->name, reactive_json_new_string (answer->acknowledged));
    }

  return hashes;
}

static void
acknowledge_as (LBAnswers *answers, LBAnswer *answer, const ReactiveJson *hash)
{
  const char *text = hash != NULL ? reactive_json_get_string (hash, NULL) : NULL;

  if (g_strcmp0 (answer->acknowledged, text) == 0)
    return;

  g_free (answer->acknowledged);
  answer->acknowledged = g_strdup (text);
  lb_answers_save (answers, answer);
}

void
lb_answers_acknowledge_as (LBAnswers *answers, const ReactiveJson *hashes)
{
  for (guint i = 0; i < answers->all->len; i++)
    {
      LBAnswer *answer = lb_answers_get (answers, i);

      acknowledge_as (answers, answer, reactive_json_get_member (hashes, answer->name));
    }
  for (guint i = 0; i < reactive_json_get_length (hashes); i++)
    acknowledge_as (answers, lb_answers_ensure (answers, reactive_json_get_member_name (hashes, i)),
                    reactive_json_get_element (hashes, i));
  lb_answers_save_names (answers);
}

gboolean
lb_answer_is_complete (const LBAnswer *answer)
{
  return answer->is_visible && answer->is_complete;
}

gboolean
lb_answer_is_changed (const LBAnswer *answer)
{
  return lb_answer_is_new (answer) || lb_answer_is_revoked (answer);
}

gboolean
lb_answer_is_new (const LBAnswer *answer)
{
  return lb_answer_is_complete (answer) && g_strcmp0 (answer->hash, answer->acknowledged) != 0;
}

gboolean
lb_answer_is_revoked (const LBAnswer *answer)
{
  return answer->is_visible && answer->hash == NULL && answer->acknowledged != NULL;
}
