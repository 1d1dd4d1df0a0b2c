/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/endpoint-private.h"

/* What interfaces keep: they have no rows of their own in charms.reactive. A library that runs on ops has, in the table
 * of ops. */
#define STATE_PREFIX REACTIVE_STORE_OWN_PREFIX "interfaces."

static char *
state_key (const ReactiveEndpoint *endpoint, const char *key)
{
  return g_strconcat (STATE_PREFIX, endpoint->info->name, ".", key, NULL);
}

/* The handle of an object's StoredState that is named "state", below the charm that charms.reactive makes for ops. */
static char *
ops_key (const ReactiveEndpoint *endpoint, const char *class_name)
{
  return g_strdup_printf (REACTIVE_STORE_OPS_PREFIX "CharmBase/%s[%s]/StoredStateData[state]", class_name,
                          endpoint->info->name);
}

static const ReactiveJson *
get_row (ReactiveEndpoint *endpoint, const char *row)
{
  const char *text = reactive_store_get (endpoint->unit->store, row);
  ReactiveJson *value = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  return value != NULL ? reactive_unit_keep_json (endpoint->unit, value) : NULL;
}

static void
set_row (ReactiveEndpoint *endpoint, const char *row, const ReactiveJson *value)
{
  g_autofree char *text = NULL;

  if (endpoint->unit->error != NULL)
    return;
  if (value == NULL)
    {
      reactive_store_unset (endpoint->unit->store, row);
      return;
    }

  text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  reactive_store_set (endpoint->unit->store, row, text);
}

/**
 * reactive_endpoint_get_state:
 * @endpoint: an endpoint
 * @key: a name that is unique in the interface
 *
 * What an interface remembers of an endpoint from hook to hook.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if there is none, or it is no JSON
 */
const ReactiveJson *
reactive_endpoint_get_state (ReactiveEndpoint *endpoint, const char *key)
{
  g_autofree char *row = NULL;

  g_return_val_if_fail (endpoint != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  row = state_key (endpoint, key);

  return get_row (endpoint, row);
}

/**
 * reactive_endpoint_set_state:
 * @endpoint: an endpoint
 * @key: a name that is unique in the interface
 * @value: (nullable): what to remember; %NULL forgets
 *
 * Remembers something of an endpoint, in a table of the state file that Python does not see. Kept when the hook goes
 * well.
 */
void
reactive_endpoint_set_state (ReactiveEndpoint *endpoint, const char *key, const ReactiveJson *value)
{
  g_autofree char *row = NULL;

  g_return_if_fail (endpoint != NULL);
  g_return_if_fail (key != NULL);

  row = state_key (endpoint, key);
  set_row (endpoint, row, value);
}

/**
 * reactive_endpoint_get_ops_state:
 * @endpoint: an endpoint
 * @class_name: the class of the Python library that serves this side of the interface
 *
 * What the Python library of an interface remembers of an endpoint, where it runs on ops and charms.reactive: its
 * StoredState named `state`. A unit that comes from a Python charm has it, and goes back with it, so what an interface
 * keeps there is what both go by.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if the library never ran on this unit, or keeps what JSON
 * cannot say
 */
const ReactiveJson *
reactive_endpoint_get_ops_state (ReactiveEndpoint *endpoint, const char *class_name)
{
  g_autofree char *row = NULL;

  g_return_val_if_fail (endpoint != NULL, NULL);
  g_return_val_if_fail (class_name != NULL, NULL);

  row = ops_key (endpoint, class_name);

  return get_row (endpoint, row);
}

/**
 * reactive_endpoint_set_ops_state:
 * @endpoint: an endpoint
 * @class_name: as of reactive_endpoint_get_ops_state()
 * @value: (nullable): what the library is to find; %NULL removes it
 *
 * Remembers what the Python library of the interface would, for the hook in which it is there again. Kept when the hook
 * goes well. An integer of more than 64 bits fails the hook.
 */
void
reactive_endpoint_set_ops_state (ReactiveEndpoint *endpoint, const char *class_name, const ReactiveJson *value)
{
  g_autofree char *row = NULL;

  g_return_if_fail (endpoint != NULL);
  g_return_if_fail (class_name != NULL);

  row = ops_key (endpoint, class_name);
  set_row (endpoint, row, value);
}
