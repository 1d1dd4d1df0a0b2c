/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/leadership.h>
#include <string.h>

#include "base/text.h"
#include "unit/endpoint-private.h"

ReactiveDatabag *
databag_new (ReactiveUnit *unit, DatabagKind kind, gboolean of_application, const char *relation_id, const char *name)
{
  ReactiveDatabag *databag = g_new0 (ReactiveDatabag, 1);

  databag->unit = unit;
  databag->kind = kind;
  databag->of_application = of_application;
  databag->relation_id = relation_id;
  databag->name = name;

  return databag;
}

ReactiveDatabag *
databag_new_given (ReactiveUnit *unit, ReactiveJson *data)
{
  ReactiveDatabag *databag = databag_new (unit, DATABAG_GIVEN, /* of_application= */ FALSE, NULL, NULL);

  databag->data = data;

  return databag;
}

/* As CombinedUnitsView of charms.reactive. */
ReactiveDatabag *
databag_new_merged (ReactiveUnit *unit, const GPtrArray *remote_units)
{
  ReactiveJson *merged;

  if (array_length (remote_units) == 1)
    {
      ReactiveRemoteUnit *only = g_ptr_array_index (remote_units, 0);

      return databag_new_given (unit, reactive_json_ref (databag_read (only->received)));
    }

  merged = reactive_json_new_object ();
  for (guint i = array_length (remote_units); i > 0; i--)
    {
      ReactiveRemoteUnit *remote_unit = g_ptr_array_index (remote_units, i - 1);
      const ReactiveJson *data = databag_read (remote_unit->received);

      for (guint j = 0; j < reactive_json_get_length (data); j++)
        reactive_json_object_set (merged, reactive_json_get_member_name (data, j),
                                  reactive_json_ref (reactive_json_get_element (data, j)));
    }

  return databag_new_given (unit, merged);
}

void
databag_free (ReactiveDatabag *databag)
{
  if (databag == NULL)
    return;

  g_clear_pointer (&databag->data, reactive_json_unref);
  for (guint i = 0; databag->pending != NULL && i < databag->pending->len; i++)
    {
      const Write *write = &g_array_index (databag->pending, Write, i);

      g_free (write->key);
      g_free (write->value);
    }
  g_clear_pointer (&databag->pending, g_array_unref);
  g_clear_pointer (&databag->decoded, g_hash_table_unref);
  g_free (databag);
}

/* What is written under @key, or NULL; *@out_index is where it stands, or belongs. */
static Write *
find_write (const ReactiveDatabag *databag, const char *key, guint *out_index)
{
  guint low = 0, high = databag->pending != NULL ? databag->pending->len : 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      Write *write = &g_array_index (databag->pending, Write, middle);
      int order = strcmp (write->key, key);

      if (order == 0)
        {
          *out_index = middle;
          return write;
        }
      if (order < 0)
        low = middle + 1;
      else
        high = middle;
    }

  *out_index = low;

  return NULL;
}

/* The application's own databag is for the leader's eyes; that of a peer relation for all. */
static gboolean
is_hidden (ReactiveDatabag *databag)
{
  return databag->kind == DATABAG_OWN && databag->of_application && !reactive_is_leader (databag->unit);
}

/* Juju lets go of a unit's databag some time after it left. */
static gboolean
is_departing (const ReactiveDatabag *databag)
{
  const ReactiveHook *hook = databag->unit->hook;

  return hook->kind == REACTIVE_HOOK_RELATION && strcmp (hook->event, "departed") == 0
         && g_strcmp0 (hook->remote_unit, databag->name) == 0;
}

const ReactiveJson *
databag_read (ReactiveDatabag *databag)
{
  ReactiveUnit *unit = databag->unit;
  const ReactiveJson *answer = NULL;
  GError *error = NULL;

  if (databag->data != NULL)
    return databag->data;

  if (unit->error == NULL && databag->name != NULL && !is_hidden (databag))
    answer = unit->juju->klass->relation_get (unit->juju, databag->relation_id, databag->name, databag->of_application,
                                              &error);
  if (error != NULL && is_departing (databag) && g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL))
    g_clear_error (&error);
  if (error != NULL)
    {
      g_prefix_error (&error, "%s: databag of %s: ", databag->relation_id, databag->name);
      reactive_unit_fail (unit, error);
    }
  databag->data = answer != NULL ? reactive_json_ref (answer) : reactive_json_new_object ();

  return databag->data;
}

/**
 * reactive_databag_get:
 * @databag: a databag
 * @key: a key
 * @out_length_bytes: (out) (optional): length of the value, which may have a NUL in it
 *
 * What stands in a databag, as it is; of one that this side writes, what will stand there after the hook. A databag
 * that Juju does not show, as a follower's own application's, is empty.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if there is none
 */
const char *
reactive_databag_get (ReactiveDatabag *databag, const char *key, gsize *out_length_bytes)
{
  const ReactiveJson *value;
  const Write *write;
  guint index;

  g_return_val_if_fail (databag != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  if ((write = find_write (databag, key, &index)) != NULL)
    {
      if (out_length_bytes != NULL && write->value != NULL)
        *out_length_bytes = strlen (write->value);
      return write->value;
    }

  value = reactive_json_get_member (databag_read (databag), key);

  return value != NULL ? reactive_json_get_string (value, out_length_bytes) : NULL;
}

/**
 * reactive_databag_get_json:
 * @databag: a databag
 * @key: a key
 *
 * What stands in a databag, decoded as CPython's json.loads() does; a value that is no JSON, or over the limits of the
 * reader, is the string that it is. As JSONUnitDataView of charms.reactive.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if there is none
 */
const ReactiveJson *
reactive_databag_get_json (ReactiveDatabag *databag, const char *key)
{
  ReactiveJson *json;
  const char *value;
  gsize length = 0;

  g_return_val_if_fail (databag != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  if (databag->decoded == NULL)
    databag->decoded = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) reactive_json_unref);
  json = g_hash_table_lookup (databag->decoded, key);
  if (json == NULL && (value = reactive_databag_get (databag, key, &length)) != NULL)
    {
      json = reactive_json_parse_loosely (value, length);
      g_hash_table_insert (databag->decoded, g_strdup (key), json);
    }

  return json;
}

/* Keys that no C string can name are passed over. */
GPtrArray *
databag_list_keys (ReactiveDatabag *databag)
{
  const ReactiveJson *data = databag_read (databag);
  GPtrArray *keys = g_ptr_array_sized_new (reactive_json_get_length (data));

  for (guint i = 0; i < reactive_json_get_length (data); i++)
    {
      const char *key = reactive_json_get_member_name (data, i);

      if (reactive_json_get_member (data, key) == reactive_json_get_element (data, i))
        g_ptr_array_add (keys, (char *) key);
    }
  g_ptr_array_sort (keys, reactive_text_compare_items);

  return keys;
}

/**
 * reactive_databag_get_keys:
 * @databag: a databag
 *
 * Lists the keys of a databag.
 *
 * Returns: (transfer none) (array zero-terminated=1): the keys that have a value, sorted
 */
const char *const *
reactive_databag_get_keys (ReactiveDatabag *databag)
{
  g_autoptr (GPtrArray) read = NULL;
  GPtrArray *keys;
  guint index;

  g_return_val_if_fail (databag != NULL, NULL);

  read = databag_list_keys (databag);
  keys = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < read->len; i++)
    if (find_write (databag, g_ptr_array_index (read, i), &index) == NULL)
      g_ptr_array_add (keys, g_strdup (g_ptr_array_index (read, i)));
  for (guint i = 0; databag->pending != NULL && i < databag->pending->len; i++)
    {
      const Write *write = &g_array_index (databag->pending, Write, i);

      if (write->value != NULL)
        g_ptr_array_add (keys, g_strdup (write->key));
    }
  g_ptr_array_sort (keys, reactive_text_compare_items);
  g_ptr_array_add (keys, NULL);
  reactive_unit_keep (databag->unit, keys, (GDestroyNotify) g_ptr_array_unref);

  return (const char *const *) keys->pdata;
}

/* What Juju would refuse at the end of the hook is refused here. */
static gboolean
check_write (ReactiveDatabag *databag, const char *key, const char *value)
{
  ReactiveUnit *unit = databag->unit;

  if (unit->error != NULL)
    return FALSE;

  if (databag->kind != DATABAG_OWN)
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID,
                               "what the other side of a relation says cannot be written");
  else if (databag->of_application && !reactive_is_leader (unit) && unit->error == NULL)
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_DENIED,
                               "%s: only the leader may write the application's databag, which this unit is not",
                               databag->relation_id);
  else if (*key == '\0' || !g_utf8_validate (key, -1, NULL))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "%s: a key of a databag is %s", databag->relation_id,
                               *key == '\0' ? "empty" : "not UTF-8");
  else if (value != NULL && !g_utf8_validate (value, -1, NULL))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "%s: %s: the value is not UTF-8", databag->relation_id,
                               key);

  return unit->error == NULL;
}

/* What a value replaces may still be in use. */
static void
hold_write (ReactiveDatabag *databag, const char *key, char *value)
{
  gpointer decoded_key, decoded;
  guint index;
  Write *write = find_write (databag, key, &index);

  if (write != NULL && write->value != NULL)
    reactive_unit_keep (databag->unit, write->value, g_free);
  if (databag->decoded != NULL && g_hash_table_steal_extended (databag->decoded, key, &decoded_key, &decoded))
    {
      g_free (decoded_key);
      reactive_unit_keep_json (databag->unit, decoded);
    }
  if (write != NULL)
    write->value = value;
  else
    {
      const Write added = { g_strdup (key), value };

      if (databag->pending == NULL)
        databag->pending = g_array_sized_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (Write), 4);
      g_array_insert_val (databag->pending, index, added);
    }
}

/**
 * reactive_databag_set:
 * @databag: a databag of this side: reactive_relation_get_to_publish() or reactive_relation_get_to_publish_app()
 * @key: a key
 * @value: (nullable): its value; %NULL, and the empty string, remove it
 *
 * Says something to the other side. It is sent when the hook has gone well, and only if it is not what stands there.
 *
 * A follower that writes its application's databag, a databag of the other side, and text that is not UTF-8 fail the
 * hook.
 */
void
reactive_databag_set (ReactiveDatabag *databag, const char *key, const char *value)
{
  g_return_if_fail (databag != NULL);
  g_return_if_fail (key != NULL);

  if (check_write (databag, key, value))
    hold_write (databag, key, value != NULL && *value != '\0' ? g_strdup (value) : NULL);
}

/**
 * reactive_databag_set_json:
 * @databag: a databag of this side
 * @key: a key
 * @value: (nullable): its value; %NULL removes it
 *
 * reactive_databag_set() with the text that CPython's json.dumps (value, sort_keys=True) has, as charms.reactive
 * publishes.
 */
void
reactive_databag_set_json (ReactiveDatabag *databag, const char *key, const ReactiveJson *value)
{
  g_autofree char *text = value != NULL ? reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS) : NULL;

  reactive_databag_set (databag, key, text);
}
