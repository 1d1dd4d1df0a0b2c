/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-client-private.h"

#include <reactive/flags.h>
#include <reactive/interface.h>
#include <string.h>

/* The one name that the state file holds, as the Python library stores it. */
#define CONNECTED_FLAG "{endpoint_name}.connected"
#define DEPARTED_FLAG "endpoint.{endpoint_name}.departed"

ReactiveEndpoint *
bind_client_find_endpoint (ReactiveUnit *unit, const char *name, ReactiveRole role)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, name);

  if (endpoint == NULL || reactive_endpoint_get_role (endpoint) != role
      || strcmp (reactive_endpoint_get_interface (endpoint), BIND_CLIENT_INTERFACE) != 0)
    return NULL;

  return endpoint;
}

/* The flag holds exactly while a unit is joined. */
static gboolean
update_connected (ReactiveEndpoint *endpoint, GError **error)
{
  ReactiveUnit *unit = reactive_endpoint_get_unit (endpoint);
  const char *flag = reactive_endpoint_expand_name (endpoint, CONNECTED_FLAG);
  gboolean is_joined = reactive_endpoint_is_joined (endpoint);

  if (is_joined && !reactive_is_flag_set (unit, flag))
    reactive_endpoint_raise (endpoint, BIND_CLIENT_CONNECTED);
  reactive_toggle_flag (unit, flag, is_joined);

  return TRUE;
}

/* Before the handlers, so that what they say in the same hook stands. */
static gboolean
update_provides (ReactiveEndpoint *endpoint, GError **error)
{
  bind_client_provides_withdraw (endpoint);

  return update_connected (endpoint, error);
}

/* After the handlers of the charm, which may want to know who left. */
static gboolean
forget_departed (ReactiveEndpoint *endpoint, GError **error)
{
  reactive_endpoint_clear_departed_units (endpoint);
  reactive_clear_flag (reactive_endpoint_get_unit (endpoint), reactive_endpoint_expand_name (endpoint, DEPARTED_FLAG));

  return TRUE;
}

static const ReactiveInterfaceFlag flags[] = { { CONNECTED_FLAG, REACTIVE_NAMES (BIND_CLIENT_CONNECTED) } };

static const ReactiveInterfaceEvent events[] = { { .name = BIND_CLIENT_CONNECTED } };

static const ReactiveInterfaceHandler handlers[]
    = { { "forget_departed", forget_departed, CONDITIONS (WHEN (DEPARTED_FLAG)) } };

static const ReactiveInterfaceRole roles[] = {
  { .role = REACTIVE_ROLE_PROVIDES, FLAGS (flags), EVENTS (events), HANDLERS (handlers), .update = update_provides },
  { .role = REACTIVE_ROLE_REQUIRES, FLAGS (flags), EVENTS (events), HANDLERS (handlers), .update = update_connected },
};

REACTIVE_INTERFACE (BIND_CLIENT_INTERFACE, ROLES (roles));
