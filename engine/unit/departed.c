/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/endpoint-private.h"

/* The rows are charms.reactive's: [{"relation": ID, "unit_name": NAME, "data": {KEY: TEXT}}], oldest first. */
#define DEPARTED_PREFIX "reactive.endpoints.departed."

static char *
departed_key (const ReactiveEndpoint *endpoint)
{
  return g_strconcat (DEPARTED_PREFIX, endpoint->info->name, NULL);
}

/* An array; what somebody else left there in another form counts as none. */
static ReactiveJson *
read_departed (ReactiveEndpoint *endpoint)
{
  g_autofree char *key = departed_key (endpoint);
  const char *text = reactive_store_get (endpoint->unit->store, key);
  g_autoptr (ReactiveJson) rows = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  if (rows == NULL || reactive_json_get_kind (rows) != REACTIVE_JSON_ARRAY)
    return reactive_json_new_array ();

  return g_steal_pointer (&rows);
}

static ReactiveJson *
copy_strings (const ReactiveJson *data)
{
  ReactiveJson *copy = reactive_json_new_object ();

  if (data == NULL || reactive_json_get_kind (data) != REACTIVE_JSON_OBJECT)
    return copy;

  for (guint i = 0; i < reactive_json_get_length (data); i++)
    {
      const ReactiveJson *value = reactive_json_get_element (data, i);

      if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING)
        reactive_json_object_set (copy, reactive_json_get_member_name (data, i), reactive_json_ref (value));
    }

  return copy;
}

static GPtrArray *
list_departed_units (ReactiveEndpoint *endpoint)
{
  GPtrArray *departed = g_ptr_array_new_with_free_func ((GDestroyNotify) remote_unit_free);
  g_autoptr (ReactiveJson) rows = read_departed (endpoint);

  for (guint i = 0; i < reactive_json_get_length (rows); i++)
    {
      const ReactiveJson *row = reactive_json_get_element (rows, i);
      const char *relation_id = reactive_json_text_or_null (reactive_json_get_member (row, "relation"));
      const char *name = reactive_json_text_or_null (reactive_json_get_member (row, "unit_name"));

      if (relation_id == NULL || name == NULL)
        continue;
      g_ptr_array_add (departed, remote_unit_new_departed (endpoint->unit, relation_id, name,
                                                           copy_strings (reactive_json_get_member (row, "data"))));
    }
  g_ptr_array_add (departed, NULL);

  return departed;
}

/**
 * reactive_endpoint_get_departed_units:
 * @endpoint: an endpoint
 *
 * The units that have left since reactive_endpoint_clear_departed_units() was called last, over any number of hooks,
 * with what they said when they left. A unit that left twice is there twice.
 *
 * Returns: (transfer none) (array zero-terminated=1): the units, in the order in which they left
 */
ReactiveRemoteUnit *const *
reactive_endpoint_get_departed_units (ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  if (endpoint->departed_units == NULL)
    endpoint->departed_units = list_departed_units (endpoint);

  return (ReactiveRemoteUnit *const *) endpoint->departed_units->pdata;
}

/* Those that a handler may still hold live on until the hook ends. */
static void
forget_departed_units (ReactiveEndpoint *endpoint)
{
  if (endpoint->departed_units != NULL)
    reactive_unit_keep (endpoint->unit, g_steal_pointer (&endpoint->departed_units),
                        (GDestroyNotify) g_ptr_array_unref);
}

/**
 * reactive_endpoint_clear_departed_units:
 * @endpoint: an endpoint
 *
 * Forgets the units that have left: they have been taken care of.
 */
void
reactive_endpoint_clear_departed_units (ReactiveEndpoint *endpoint)
{
  g_autofree char *key = NULL;

  g_return_if_fail (endpoint != NULL);

  key = departed_key (endpoint);
  reactive_store_unset (endpoint->unit->store, key);
  forget_departed_units (endpoint);
}

void
endpoint_note_departed (ReactiveEndpoint *endpoint)
{
  const ReactiveHook *hook = endpoint->unit->hook;
  g_autoptr (ReactiveJson) rows = read_departed (endpoint);
  g_autofree char *key = departed_key (endpoint);
  g_autofree char *text = NULL;
  ReactiveRemoteUnit *remote_unit = remote_unit_new (endpoint->unit, hook->relation_id, hook->remote_unit);
  ReactiveJson *row = reactive_json_new_object ();

  reactive_json_object_set (row, "relation", reactive_json_new_string (hook->relation_id));
  reactive_json_object_set (row, "unit_name", reactive_json_new_string (hook->remote_unit));
  reactive_json_object_set (row, "data", reactive_json_ref (databag_read (remote_unit->received)));
  reactive_json_array_add (rows, row);
  text = reactive_json_to_text (rows, REACTIVE_JSON_INSERTION_ORDER);
  reactive_store_set (endpoint->unit->store, key, text);

  forget_departed_units (endpoint);
  remote_unit_free (remote_unit);
}
