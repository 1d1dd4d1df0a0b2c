/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/model-private.h"

#define ID_CHARACTERS 20

static void
consumer_free (gpointer data)
{
  ReactiveModelConsumer *consumer = data;

  g_free (consumer->label);
  g_free (consumer);
}

static void
grant_free (gpointer data)
{
  ReactiveModelGrant *grant = data;

  g_free (grant->scope);
  g_free (grant);
}

void
reactive_model_secret_free (ReactiveModelSecret *secret)
{
  if (secret == NULL)
    return;

  g_ptr_array_unref (secret->revisions);
  g_ptr_array_unref (secret->grants);
  g_hash_table_unref (secret->consumers);
  g_free (secret->id);
  g_free (secret->label);
  g_free (secret->description);
  g_free (secret->rotation);
  g_free (secret->expiry);
  g_free (secret);
}

char *
reactive_model_new_secret_id (ReactiveModel *model)
{
  char *id = g_malloc (ID_CHARACTERS + 1);

  for (guint i = 0; i < ID_CHARACTERS; i++)
    id[i] = "0123456789abcdefghijklmnopqrstuv"[reactive_random_below (&model->ids, 32)];
  id[ID_CHARACTERS] = '\0';

  return id;
}

ReactiveModelSecret *
reactive_model_add_secret (ReactiveModelApplication *owner, ReactiveModelUnit *owner_unit, const char *id)
{
  ReactiveModelSecret *secret = g_new0 (ReactiveModelSecret, 1);

  secret->id = g_strdup (id);
  secret->label = g_strdup ("");
  secret->description = g_strdup ("");
  secret->rotation = g_strdup ("never");
  secret->owner = owner;
  secret->owner_unit = owner_unit;
  secret->revisions = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_json_unref);
  secret->grants = g_ptr_array_new_with_free_func (grant_free);
  secret->consumers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, consumer_free);
  g_ptr_array_add (owner->secrets, secret);
  g_hash_table_insert (owner->model->secrets, secret->id, secret);

  return secret;
}

ReactiveModelSecret *
reactive_model_find_secret (ReactiveModel *model, const char *id)
{
  return g_hash_table_lookup (model->secrets, g_str_has_prefix (id, "secret:") ? id + strlen ("secret:") : id);
}

/* Nothing is drawn from the order of a hash table: each consumer is dealt with alone. */
static void
forget_consumers (ReactiveModelSecret *secret)
{
  ReactiveModel *model = secret->owner->model;
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, secret->consumers);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      ReactiveModelUnit *unit = reactive_model_find_unit (model, name);

      if (unit != NULL)
        g_ptr_array_remove (unit->consumed, secret);
    }
}

/* Hooks about it that have not been sent never will. */
static void
forget_notices (ReactiveModelSecret *secret)
{
  const ReactiveModelApplication *owner = secret->owner;

  for (guint i = 0; i < owner->units->len; i++)
    {
      ReactiveModelUnit *unit = g_ptr_array_index (owner->units, i);

      for (guint j = unit->notices->len; j > 0; j--)
        {
          ReactiveModelNotice *notice = g_ptr_array_index (unit->notices, j - 1);
          const gboolean is_failed = unit->failed != NULL && unit->failed->notice == notice;

          if (notice->secret == secret && !is_failed)
            reactive_model_bury (owner->model, g_ptr_array_steal_index (unit->notices, j - 1),
                                 (GDestroyNotify) reactive_model_notice_free);
        }
    }
}

void
reactive_model_remove_secret (ReactiveModelSecret *secret)
{
  ReactiveModelApplication *owner = secret->owner;
  guint index;

  forget_consumers (secret);
  forget_notices (secret);
  g_hash_table_remove (owner->model->secrets, secret->id);
  if (g_ptr_array_find (owner->secrets, secret, &index))
    reactive_model_bury (owner->model, g_ptr_array_steal_index (owner->secrets, index),
                         (GDestroyNotify) reactive_model_secret_free);
}

void
reactive_model_add_secret_revision (ReactiveModelSecret *secret, ReactiveJson *content)
{
  ReactiveModel *model = secret->owner->model;
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (secret->consumers), (GCompareFunc) strcmp);

  g_ptr_array_add (secret->revisions, content);
  for (GList *l = names; l != NULL; l = l->next)
    {
      ReactiveModelUnit *unit = reactive_model_find_unit (model, l->data);

      if (unit != NULL)
        reactive_model_mark_ready (unit);
    }
}

ReactiveModelConsumer *
reactive_model_secret_find_consumer (ReactiveModelSecret *secret, const ReactiveModelUnit *unit)
{
  return g_hash_table_lookup (secret->consumers, unit->name);
}

ReactiveModelConsumer *
reactive_model_secret_follow (ReactiveModelSecret *secret, ReactiveModelUnit *unit)
{
  ReactiveModelConsumer *consumer = reactive_model_secret_find_consumer (secret, unit);

  if (consumer != NULL)
    return consumer;

  consumer = g_new0 (ReactiveModelConsumer, 1);
  consumer->revision = secret->revisions->len;
  consumer->seen = secret->revisions->len;
  g_hash_table_insert (secret->consumers, g_strdup (unit->name), consumer);
  g_ptr_array_add (unit->consumed, secret);

  return consumer;
}
