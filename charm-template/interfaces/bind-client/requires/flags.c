/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>
#include <reactive.h>

/* Writes down where the statistics of the related DNS servers are read. */

#define ENDPOINT "@endpoint@"
#define SERVERS_FILE ENDPOINT ".txt"

static gboolean
write_file (ReactiveUnit *unit, const char *text, GError **error)
{
  return reactive_write_file (unit, SERVERS_FILE, text, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error);
}

/* In every hook while a server is there, so that whatever changes is taken into account. What servers say is what
 * others wrote: it is looked at before it gets into a file. */
static gboolean
write_servers (ReactiveUnit *unit, GError **error)
{
  const BindClientServer *const *servers = bind_client_requires_get_config (bind_client_requires (unit, ENDPOINT));
  g_autoptr (GString) text = g_string_new (NULL);

  for (; *servers != NULL; servers++)
    if (g_hostname_is_ip_address ((*servers)->ip)
        && g_ascii_string_to_unsigned ((*servers)->port, 10, 1, G_MAXUINT16, /* out_num= */ NULL, /* error= */ NULL))
      g_string_append_printf (text, "%s: %s port %s\n", (*servers)->unit_name, (*servers)->ip, (*servers)->port);
    else
      reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s is passed over: it says no address and port",
                           (*servers)->unit_name);

  return write_file (unit, text->str, error);
}

/* A real charm has its collector read the file again here. */
static gboolean
reload (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, SERVERS_FILE " has changed");

  return TRUE;
}

static gboolean
forget_servers (ReactiveUnit *unit, GError **error)
{
  if (*reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, ENDPOINT)) == NULL)
    reactive_status_blocked (unit, "relate " ENDPOINT " to a DNS server");
  else
    reactive_status_waiting (unit, ENDPOINT ": no DNS server has joined yet");

  return write_file (unit, "", error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (write_servers, WHEN (ENDPOINT ".connected")),
  HANDLER (forget_servers, WHEN_NOT (ENDPOINT ".connected")),
  HANDLER (reload, WHEN_FILE_CHANGED (SERVERS_FILE)),
};

REACTIVE_MODULE (HANDLERS (handlers));
