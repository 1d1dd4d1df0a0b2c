/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>
#include <reactive.h>

/* Tells those who collect the statistics of DNS servers where they read this unit's. */

#define ENDPOINT "@endpoint@"
#define PORT_OPTION "@option@-port"

/* In every hook while a collector is there, so that one that comes later hears it, too. What has not changed is not
 * sent. A real charm opens the statistics channel of its server here. */
static gboolean
tell_collectors (ReactiveUnit *unit, GError **error)
{
  BindClientProvides *collectors = bind_client_provides (unit, ENDPOINT);
  gint64 port = reactive_config_get_integer (unit, PORT_OPTION);
  const char *address = reactive_get_bind_address (unit, ENDPOINT, error);

  if (address == NULL)
    return FALSE;

  if (port >= 1 && port <= G_MAXUINT16)
    {
      bind_client_provides_configure_number (collectors, address, port);
      return TRUE;
    }

  reactive_status_blocked (unit, "the option " PORT_OPTION " is no port");
  bind_client_provides_configure (collectors, /* ip= */ NULL, /* port= */ NULL);

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (tell_collectors, WHEN (ENDPOINT ".connected")),
};

REACTIVE_MODULE (HANDLERS (handlers));
