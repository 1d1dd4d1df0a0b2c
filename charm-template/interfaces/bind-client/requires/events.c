/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>
#include <reactive.h>

/* Writes down where the statistics of the related DNS servers are read. */

#define ENDPOINT "@endpoint@"
#define SERVERS_FILE ENDPOINT ".txt"

/* The event comes when the first server joins; what servers say, and whether they stay, the hooks of their relation
 * tell. What they say is what others wrote: it is looked at before it gets into a file. */
static gboolean
write_servers (ReactiveUnit *unit, GError **error)
{
  const BindClientServer *const *servers = bind_client_requires_get_config (bind_client_requires (unit, ENDPOINT));
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean has_changed;

  for (; *servers != NULL; servers++)
    if (g_hostname_is_ip_address ((*servers)->ip)
        && g_ascii_string_to_unsigned ((*servers)->port, 10, 1, G_MAXUINT16, /* out_num= */ NULL, /* error= */ NULL))
      g_string_append_printf (text, "%s: %s port %s\n", (*servers)->unit_name, (*servers)->ip, (*servers)->port);
    else
      reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s is passed over: it says no address and port",
                           (*servers)->unit_name);
  if (!reactive_write_file (unit, SERVERS_FILE, text->str, -1, 0644, /* owner= */ NULL, &has_changed, error))
    return FALSE;
  /* A real charm has its collector read the file again here. */
  if (has_changed)
    reactive_log (unit, REACTIVE_LOG_INFO, SERVERS_FILE " has changed");

  return TRUE;
}

static gboolean
report (ReactiveUnit *unit, GError **error)
{
  if (*reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, ENDPOINT)) == NULL)
    reactive_status_blocked (unit, "relate " ENDPOINT " to a DNS server");
  else if (!bind_client_requires_is_connected (bind_client_requires (unit, ENDPOINT)))
    reactive_status_waiting (unit, ENDPOINT ": no DNS server has joined yet");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (write_servers, ON (ENDPOINT ".connected", ENDPOINT "-relation-{changed,departed,broken}", "upgrade-charm")),
};

REACTIVE_MODULE (HANDLERS (handlers), .finish = report);
