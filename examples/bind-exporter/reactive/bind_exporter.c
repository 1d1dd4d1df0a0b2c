/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <bind-client.h>
#include <reactive.h>
#include <string.h>

#define EXPORTER_FILE "exporter.conf"
#define EXPORTER_HEADER "# Written by the charm bind-exporter: unit, address and port of each DNS server.\n"

/* "10.0.0.1" or "[::1]"; NULL if @text is no IP address. */
static char *
format_address (const char *text)
{
  struct in6_addr address;
  char buffer[INET6_ADDRSTRLEN];

  if (inet_pton (AF_INET, text, &address) == 1)
    return g_strdup (inet_ntop (AF_INET, &address, buffer, sizeof buffer));
  if (inet_pton (AF_INET6, text, &address) == 1)
    return g_strdup_printf ("[%s]", inet_ntop (AF_INET6, &address, buffer, sizeof buffer));

  return NULL;
}

/* What servers say is what others wrote: none that is not an address and a port gets into the file. */
static gboolean
add_server (GString *text, const BindClientServer *server)
{
  g_autofree char *address = format_address (server->ip);
  guint64 port;

  if (address == NULL || !g_ascii_string_to_unsigned (server->port, 10, 1, 65535, &port, /* error= */ NULL))
    return FALSE;

  g_string_append_printf (text, "%s %s:%" G_GUINT64_FORMAT "\n", server->unit_name, address, port);

  return TRUE;
}

static gboolean
write_exporter_file (ReactiveUnit *unit, const char *text, GError **error)
{
  return reactive_write_file (unit, EXPORTER_FILE, text, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error);
}

static gboolean
greet_servers (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, "DNS servers are there: their statistics are collected from now on");

  return TRUE;
}

/* In every hook, so that whatever has changed is taken into account: servers, and what they say. */
static gboolean
write_servers (ReactiveUnit *unit, GError **error)
{
  const BindClientServer *const *servers = bind_client_requires_get_config (bind_client_requires (unit, "bind-stats"));
  g_autoptr (GString) text = g_string_new (EXPORTER_HEADER);
  guint n_servers = 0;

  for (; *servers != NULL; servers++)
    if (add_server (text, *servers))
      n_servers++;
    else
      reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s is passed over: what it says is no IP address and port",
                           (*servers)->unit_name);
  if (!write_exporter_file (unit, text->str, error))
    return FALSE;

  if (n_servers > 0)
    reactive_status_active_printf (unit, "DNS servers: %u", n_servers);
  else
    reactive_status_waiting (unit, "no DNS server says where its statistics are");

  return TRUE;
}

static gboolean
forget_servers (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "bind-stats");

  if (*reactive_endpoint_get_relations (endpoint) != NULL)
    reactive_status_waiting (unit, "no DNS server has joined");
  else
    reactive_status_blocked (unit, "bind-stats is not related to a DNS server");

  return write_exporter_file (unit, EXPORTER_HEADER, error);
}

static gboolean
restart_service (ReactiveUnit *unit, GError **error)
{
  const char *service = reactive_config_get_string (unit, "service");

  return service == NULL || *service == '\0' || reactive_service_restart (unit, service, error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (greet_servers, ON ("bind-stats.connected")),
  HANDLER (write_servers, WHEN ("bind-stats.connected")),
  HANDLER (forget_servers, WHEN_NOT ("bind-stats.connected")),
  HANDLER (restart_service, WHEN_FILE_CHANGED (EXPORTER_FILE)),
};

REACTIVE_MODULE (HANDLERS (handlers));
