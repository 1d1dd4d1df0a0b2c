/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <bind-client.h>
#include <reactive.h>
#include <string.h>

/* named.conf includes the file, so it is always there: with a statistics channel in it, or without. */
#define STATS_FILE "stats.conf"
#define STATS_HEADER "# Written by the charm designate-bind.\n"

/* As the C library writes it, whoever wrote @text (nullable); NULL if it is no IP address. */
static char *
normalize_address (const char *text)
{
  static const int families[] = { AF_INET, AF_INET6 };
  struct in6_addr address;
  char buffer[INET6_ADDRSTRLEN];

  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (families); i++)
    if (inet_pton (families[i], text, &address) == 1)
      return g_strdup (inet_ntop (families[i], &address, buffer, sizeof buffer));

  return NULL;
}

static int
compare_addresses (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The exporters' addresses, sorted. They are what others wrote: none that is not an address gets into the file. */
static GPtrArray *
list_exporters (ReactiveUnit *unit)
{
  GPtrArray *addresses = g_ptr_array_new_with_free_func (g_free);
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "bind-stats");
  ReactiveRemoteUnit *const *joined = reactive_endpoint_get_joined_units (endpoint);

  for (; *joined != NULL; joined++)
    {
      ReactiveDatabag *databag = reactive_remote_unit_get_received (*joined);
      char *address = normalize_address (reactive_databag_get (databag, "ingress-address", NULL));

      if (address != NULL)
        g_ptr_array_add (addresses, address);
      else
        reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s is not let in: its ingress-address is no IP address",
                             reactive_remote_unit_get_name (*joined));
    }
  g_ptr_array_sort (addresses, compare_addresses);

  return addresses;
}

/* Lets in whoever asks from the server's own address, as an exporter beside it does, and the exporters. */
static char *
render_channel (const char *address, gint64 port, const GPtrArray *exporters)
{
  GString *text = g_string_new (STATS_HEADER);
  const char *last = address;

  g_string_append_printf (text, "statistics-channels {\n  inet %s port %" G_GINT64_FORMAT " allow { %s;", address, port,
                          address);
  for (guint i = 0; i < exporters->len; i++)
    {
      const char *exporter = g_ptr_array_index (exporters, i);

      if (strcmp (exporter, last) != 0 && strcmp (exporter, address) != 0)
        g_string_append_printf (text, " %s;", exporter);
      last = exporter;
    }
  g_string_append (text, " };\n};\n");

  return g_string_free (text, FALSE);
}

static gboolean
write_stats_file (ReactiveUnit *unit, const char *text, GError **error)
{
  return reactive_write_file (unit, STATS_FILE, text, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error);
}

static gboolean
get_address (ReactiveUnit *unit, char **out_address, GError **error)
{
  const char *text = reactive_config_get_string (unit, "stats-address");

  if ((text == NULL || *text == '\0') && (text = reactive_get_bind_address (unit, "bind-stats", error)) == NULL)
    return FALSE;

  *out_address = normalize_address (text);

  return TRUE;
}

/* Nobody can be told of a channel that cannot be opened. */
static gboolean
refuse_option (ReactiveUnit *unit, const char *option, GError **error)
{
  reactive_status_blocked_printf (unit, "the option %s cannot be used", option);
  bind_client_provides_configure (bind_client_provides (unit, "bind-stats"), /* ip= */ NULL, /* port= */ NULL);

  return write_stats_file (unit, STATS_HEADER, error);
}

/* In every hook, so that whatever has changed is taken into account: options, exporters, their addresses. */
static gboolean
open_channel (ReactiveUnit *unit, GError **error)
{
  gint64 port = reactive_config_get_integer (unit, "stats-port");
  g_autoptr (GPtrArray) exporters = NULL;
  g_autofree char *address = NULL;
  g_autofree char *text = NULL;

  if (!get_address (unit, &address, error))
    return FALSE;
  if (address == NULL)
    return refuse_option (unit, "stats-address", error);
  if (port < 1 || port > 65535)
    return refuse_option (unit, "stats-port", error);

  exporters = list_exporters (unit);
  text = render_channel (address, port, exporters);
  if (!write_stats_file (unit, text, error))
    return FALSE;

  bind_client_provides_configure_number (bind_client_provides (unit, "bind-stats"), address, port);
  reactive_status_active_printf (unit, "statistics at %s port %" G_GINT64_FORMAT, address, port);

  return TRUE;
}

static gboolean
close_channel (ReactiveUnit *unit, GError **error)
{
  reactive_status_active (unit, "no exporter, no statistics");

  return write_stats_file (unit, STATS_HEADER, error);
}

static gboolean
reload_service (ReactiveUnit *unit, GError **error)
{
  const char *service = reactive_config_get_string (unit, "service");

  return service == NULL || *service == '\0' || reactive_service_reload (unit, service, error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (open_channel, WHEN ("bind-stats.connected")),
  HANDLER (close_channel, WHEN_NOT ("bind-stats.connected")),
  HANDLER (reload_service, WHEN_FILE_CHANGED (STATS_FILE)),
};

REACTIVE_MODULE (HANDLERS (handlers));
