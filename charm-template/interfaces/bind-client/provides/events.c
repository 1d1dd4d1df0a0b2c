/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>
#include <reactive.h>

/* Tells those who collect the statistics of DNS servers where they read this unit's. */

#define ENDPOINT "@endpoint@"
#define PORT_OPTION "@option@-port"

static gboolean
has_port (ReactiveUnit *unit)
{
  gint64 port = reactive_config_get_integer (unit, PORT_OPTION);

  return port >= 1 && port <= G_MAXUINT16;
}

/* What is said stands in the relations that there are: so a relation that comes while another is connected already is
 * told by its own hook. A real charm opens the statistics channel of its server here. */
static gboolean
tell_collectors (ReactiveUnit *unit, GError **error)
{
  BindClientProvides *collectors = bind_client_provides (unit, ENDPOINT);
  const char *address = reactive_get_bind_address (unit, ENDPOINT, error);

  if (address == NULL)
    return FALSE;

  if (has_port (unit))
    bind_client_provides_configure_number (collectors, address, reactive_config_get_integer (unit, PORT_OPTION));
  else
    bind_client_provides_configure (collectors, /* ip= */ NULL, /* port= */ NULL);

  return TRUE;
}

static gboolean
report (ReactiveUnit *unit, GError **error)
{
  if (!has_port (unit))
    reactive_status_blocked (unit, "the option " PORT_OPTION " is no port");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (tell_collectors, ON (ENDPOINT ".connected", ENDPOINT "-relation-joined", "config-changed", "upgrade-charm")),
};

REACTIVE_MODULE (HANDLERS (handlers), .finish = report);
