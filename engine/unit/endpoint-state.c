/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/endpoint-private.h"

/* What interfaces keep: they have no rows of their own in Python. */
#define STATE_PREFIX REACTIVE_STORE_OWN_PREFIX "interfaces."

static char *
state_key (const ReactiveEndpoint *endpoint, const char *key)
{
  return g_strconcat (STATE_PREFIX, endpoint->info->name, ".", key, NULL);
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
  const char *text;
  ReactiveJson *value;

  g_return_val_if_fail (endpoint != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  row = state_key (endpoint, key);
  text = reactive_store_get (endpoint->unit->store, row);
  value = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  return value != NULL ? reactive_unit_keep_json (endpoint->unit, value) : NULL;
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
  g_autofree char *text = NULL;

  g_return_if_fail (endpoint != NULL);
  g_return_if_fail (key != NULL);

  if (endpoint->unit->error != NULL)
    return;

  row = state_key (endpoint, key);
  if (value == NULL)
    {
      reactive_store_unset (endpoint->unit->store, row);
      return;
    }

  text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  reactive_store_set (endpoint->unit->store, row, text);
}
