/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-client-private.h"

#include <reactive/unit.h>

#define DEFAULT_IP "127.0.0.1"
#define DEFAULT_PORT "8053"

struct _BindClientRequires
{
  ReactiveEndpoint *endpoint;
  GPtrArray *servers; /* BindClientServer, with NULL at the end; NULL until it is asked for */
};

static void
requirer_free (gpointer data)
{
  BindClientRequires *requirer = data;

  g_clear_pointer (&requirer->servers, g_ptr_array_unref);
  g_free (requirer);
}

/**
 * bind_client_requires:
 * @unit: the unit
 * @endpoint_name: an endpoint that the charm requires, `bind-stats`
 *
 * Gives the side of the exporter of an endpoint.
 *
 * Returns: (transfer none) (nullable): the DNS servers; %NULL if the charm's metadata requires no `bind-client` of that
 *   name
 */
BindClientRequires *
bind_client_requires (ReactiveUnit *unit, const char *endpoint_name)
{
  ReactiveEndpoint *endpoint;
  BindClientRequires *requirer;
  g_autofree char *key = NULL;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (endpoint_name != NULL, NULL);

  endpoint = bind_client_find_endpoint (unit, endpoint_name, REACTIVE_ROLE_REQUIRES);
  if (endpoint == NULL)
    return NULL;

  key = g_strconcat (BIND_CLIENT_INTERFACE ":", endpoint_name, NULL);
  requirer = reactive_unit_get_data (unit, key);
  if (requirer == NULL)
    {
      requirer = g_new0 (BindClientRequires, 1);
      requirer->endpoint = endpoint;
      reactive_unit_set_data (unit, key, requirer, requirer_free);
    }

  return requirer;
}

/**
 * bind_client_requires_is_connected:
 * @requirer: the DNS servers
 *
 * What the flag `{endpoint_name}.connected` says.
 *
 * Returns: whether a DNS server's unit is joined
 */
gboolean
bind_client_requires_is_connected (BindClientRequires *requirer)
{
  g_return_val_if_fail (requirer != NULL, FALSE);

  return reactive_endpoint_is_joined (requirer->endpoint);
}

/* NULL where there is nothing, which is what the empty text means. */
static const char *
get_text (ReactiveDatabag *databag, const char *key)
{
  const char *value = reactive_databag_get (databag, key, /* out_length_bytes= */ NULL);

  return value != NULL && *value != '\0' ? value : NULL;
}

/* What a unit says counts only as a whole. The names with "stats-" are those of the interface's first documentation. */
static void
read_server (BindClientServer *server, ReactiveDatabag *databag)
{
  const char *ip = get_text (databag, "ip");
  const char *port = get_text (databag, "port");

  if (ip == NULL && port == NULL)
    {
      ip = get_text (databag, "stats-ip");
      port = get_text (databag, "stats-port");
    }
  if (ip != NULL && port != NULL)
    {
      server->ip = ip;
      server->port = port;
    }
}

/* A unit that is joined on several relations is one server: the last relation where it says something whole decides. */
static GPtrArray *
list_servers (ReactiveEndpoint *endpoint)
{
  GPtrArray *servers = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GHashTable) by_name = g_hash_table_new (g_str_hash, g_str_equal);
  ReactiveRemoteUnit *const *joined = reactive_endpoint_get_joined_units (endpoint);

  for (; *joined != NULL; joined++)
    {
      const char *name = reactive_remote_unit_get_name (*joined);
      BindClientServer *server = g_hash_table_lookup (by_name, name);

      if (server == NULL)
        {
          server = g_new0 (BindClientServer, 1);
          *server = (BindClientServer){ name, DEFAULT_IP, DEFAULT_PORT };
          g_ptr_array_add (servers, server);
          g_hash_table_insert (by_name, (gpointer) name, server);
        }
      read_server (server, reactive_remote_unit_get_received (*joined));
    }
  g_ptr_array_add (servers, NULL);

  return servers;
}

/**
 * bind_client_requires_get_config:
 * @requirer: the DNS servers
 *
 * Where the statistics of each joined unit can be read: 127.0.0.1 and 8053 for one that has not said both, an address
 * and a port. Where a unit says neither, but has `stats-ip` and `stats-port` in its databag, those are read.
 *
 * Returns: (transfer none) (array zero-terminated=1): the units, by relation and then by name; none while nobody is
 *   joined
 */
const BindClientServer *const *
bind_client_requires_get_config (BindClientRequires *requirer)
{
  g_return_val_if_fail (requirer != NULL, NULL);

  if (requirer->servers == NULL)
    requirer->servers = list_servers (requirer->endpoint);

  return (const BindClientServer *const *) requirer->servers->pdata;
}
