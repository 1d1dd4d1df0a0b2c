/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/kv.h>
#include <string.h>

#include "state/digest.h"
#include "unit/flag-store.h"
#include "unit/unit-private.h"

/* Keys of the engine's own rows: written past the dispatch they would be lost or do harm. */
static gboolean
check_key (ReactiveUnit *unit, const char *key)
{
  if (unit->error != NULL)
    return FALSE;

  if (*key == '\0' || !g_utf8_validate (key, -1, NULL))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "a key of the key/value store is %s",
                               *key == '\0' ? "empty" : "not UTF-8");
  else if (g_str_has_prefix (key, "reactive.") || g_str_has_prefix (key, REACTIVE_STORE_OWN_PREFIX))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "key '%s' belongs to the engine", key);

  return unit->error == NULL;
}

/* The name under which the engine keeps something for the charm. */
static gboolean
check_id (ReactiveUnit *unit, const char *id)
{
  if (unit->error == NULL && !g_utf8_validate (id, -1, NULL))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "a name under which to remember something is not UTF-8");

  return unit->error == NULL;
}

/**
 * reactive_kv_get:
 * @unit: the unit
 * @key: a key
 *
 * What the charm stored on this unit, as charmhelpers' unitdata.kv().get().
 *
 * Returns: (transfer none) (nullable): the value; %NULL if there is none, or it is no JSON
 */
const ReactiveJson *
reactive_kv_get (ReactiveUnit *unit, const char *key)
{
  const char *text;
  ReactiveJson *value;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  text = reactive_store_get (unit->store, key);
  value = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  return value != NULL ? reactive_unit_keep_json (unit, value) : NULL;
}

/**
 * reactive_kv_get_string:
 * @unit: the unit
 * @key: a key
 *
 * Reads a kept value, as a text.
 *
 * Returns: (transfer none) (nullable): the value if it is a string
 */
const char *
reactive_kv_get_string (ReactiveUnit *unit, const char *key)
{
  const ReactiveJson *value = reactive_kv_get (unit, key);

  return value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_STRING
             ? reactive_json_get_string (value, NULL)
             : NULL;
}

/**
 * reactive_kv_get_integer:
 * @unit: the unit
 * @key: a key
 *
 * Reads a kept value, as an integer.
 *
 * Returns: the value if it is an integer that 64 bits hold; else 0
 */
gint64
reactive_kv_get_integer (ReactiveUnit *unit, const char *key)
{
  const ReactiveJson *value = reactive_kv_get (unit, key);
  gint64 integer = 0;

  if (value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_INTEGER)
    reactive_json_get_integer (value, &integer);

  return integer;
}

/**
 * reactive_kv_set:
 * @unit: the unit
 * @key: a key; those that begin with `reactive.` or `reactive_` are the engine's
 * @value: any value
 *
 * Stores a value with the unit; it is kept when the hook ends well. As charmhelpers' unitdata.kv().set().
 *
 * A bad key fails the hook.
 */
void
reactive_kv_set (ReactiveUnit *unit, const char *key, const ReactiveJson *value)
{
  g_autofree char *text = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (key != NULL);
  g_return_if_fail (value != NULL);

  if (!check_key (unit, key))
    return;

  text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  reactive_store_set (unit->store, key, text);
}

/**
 * reactive_kv_set_string:
 * @unit: the unit
 * @key: a key, as of reactive_kv_set()
 * @value: UTF-8 text
 *
 * Stores a string.
 */
void
reactive_kv_set_string (ReactiveUnit *unit, const char *key, const char *value)
{
  g_autoptr (ReactiveJson) json = NULL;

  g_return_if_fail (value != NULL);

  json = reactive_json_new_string (value);
  reactive_kv_set (unit, key, json);
}

/**
 * reactive_kv_set_integer:
 * @unit: the unit
 * @key: a key, as of reactive_kv_set()
 * @value: any integer
 *
 * Stores an integer.
 */
void
reactive_kv_set_integer (ReactiveUnit *unit, const char *key, gint64 value)
{
  g_autoptr (ReactiveJson) json = reactive_json_new_integer (value);

  reactive_kv_set (unit, key, json);
}

/**
 * reactive_kv_unset:
 * @unit: the unit
 * @key: a key, as of reactive_kv_set()
 *
 * Removes a value; a key that is not there is no error.
 */
void
reactive_kv_unset (ReactiveUnit *unit, const char *key)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (key != NULL);

  if (check_key (unit, key))
    reactive_store_unset (unit->store, key);
}

static void
add_member (const char *key, const char *json_text, gpointer user_data)
{
  ReactiveJson *value = reactive_json_parse (json_text, -1, REACTIVE_JSON_PYTHON, NULL);

  if (value != NULL)
    reactive_json_object_set (user_data, key, value);
}

/**
 * reactive_kv_get_range:
 * @unit: the unit
 * @prefix: what the keys begin with
 *
 * Reads all kept values of some keys.
 *
 * Returns: (transfer full): an object of all keys that begin with @prefix, sorted
 */
ReactiveJson *
reactive_kv_get_range (ReactiveUnit *unit, const char *prefix)
{
  ReactiveJson *object;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (prefix != NULL, NULL);

  object = reactive_json_new_object ();
  reactive_store_foreach (unit->store, prefix, add_member, object);

  return object;
}

/**
 * reactive_data_changed:
 * @unit: the unit
 * @id: a name for the data
 * @data: (nullable): any value; %NULL is null
 *
 * Whether @data differs from what this was last called with for @id, on this unit, in a hook that ended well. True the
 * first time. The digests are those of charms.reactive's data_changed(): a charm that moves over from Python sees no
 * change where there was none.
 *
 * Returns: whether it differs
 */
gboolean
reactive_data_changed (ReactiveUnit *unit, const char *id, const ReactiveJson *data)
{
  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  return check_id (unit, id) && reactive_store_data_changed (unit->store, id, data);
}

/**
 * reactive_is_data_changed:
 * @unit: the unit
 * @id: a name for the data
 * @data: (nullable): any value
 *
 * reactive_data_changed() without taking note.
 *
 * Returns: whether it differs
 */
gboolean
reactive_is_data_changed (ReactiveUnit *unit, const char *id, const ReactiveJson *data)
{
  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  return check_id (unit, id) && reactive_store_is_data_changed (unit->store, id, data);
}

/**
 * reactive_was_invoked:
 * @unit: the unit
 * @id: a name
 *
 * Looks for the mark of reactive_mark_invoked().
 *
 * Returns: whether reactive_mark_invoked() was called for @id in a hook that ended well, or in this one
 */
gboolean
reactive_was_invoked (ReactiveUnit *unit, const char *id)
{
  g_autofree char *key = NULL;
  const char *value;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  key = g_strconcat (REACTIVE_ONCE_PREFIX, id, NULL);
  value = reactive_store_get (unit->store, key);

  return value != NULL && strcmp (value, "true") == 0;
}

/**
 * reactive_mark_invoked:
 * @unit: the unit
 * @id: a name
 *
 * Remembers that something was done, for ever. As charms.reactive's mark_invoked().
 */
void
reactive_mark_invoked (ReactiveUnit *unit, const char *id)
{
  g_autofree char *key = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (id != NULL);

  if (!check_id (unit, id))
    return;

  key = g_strconcat (REACTIVE_ONCE_PREFIX, id, NULL);
  reactive_store_set (unit->store, key, "true");
}
