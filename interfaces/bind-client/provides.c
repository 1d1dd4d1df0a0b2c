/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-client-private.h"

#include <reactive/unit.h>

struct _BindClientProvides
{
  ReactiveEndpoint *endpoint;
};

static void
publish (ReactiveRelation *relation, const char *ip, const char *port)
{
  ReactiveDatabag *databag = reactive_relation_get_to_publish (relation);

  reactive_databag_set (databag, "ip", ip);
  reactive_databag_set (databag, "port", port);
}

void
bind_client_provides_withdraw (ReactiveEndpoint *endpoint)
{
  ReactiveRemoteUnit *const *departed = reactive_endpoint_get_departed_units (endpoint);

  for (; *departed != NULL; departed++)
    {
      ReactiveRelation *relation
          = reactive_endpoint_find_relation (endpoint, reactive_remote_unit_get_relation_id (*departed));

      if (relation != NULL && *reactive_relation_get_joined_units (relation) == NULL)
        publish (relation, /* ip= */ NULL, /* port= */ NULL);
    }
}

/**
 * bind_client_provides:
 * @unit: the unit
 * @endpoint_name: an endpoint that the charm provides, `bind-stats`
 *
 * Gives the side of the DNS server of an endpoint.
 *
 * Returns: (transfer none) (nullable): the exporters; %NULL if the charm's metadata provides no `bind-client` of that
 *   name
 */
BindClientProvides *
bind_client_provides (ReactiveUnit *unit, const char *endpoint_name)
{
  ReactiveEndpoint *endpoint;
  BindClientProvides *provides;
  g_autofree char *key = NULL;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (endpoint_name != NULL, NULL);

  endpoint = bind_client_find_endpoint (unit, endpoint_name, REACTIVE_ROLE_PROVIDES);
  if (endpoint == NULL)
    return NULL;

  key = g_strconcat (BIND_CLIENT_INTERFACE ":", endpoint_name, NULL);
  provides = reactive_unit_get_data (unit, key);
  if (provides == NULL)
    {
      provides = g_new0 (BindClientProvides, 1);
      provides->endpoint = endpoint;
      reactive_unit_set_data (unit, key, provides, g_free);
    }

  return provides;
}

/**
 * bind_client_provides_is_connected:
 * @provides: the exporters
 *
 * What the flag `{endpoint_name}.connected` says.
 *
 * Returns: whether an exporter's unit is joined
 */
gboolean
bind_client_provides_is_connected (BindClientProvides *provides)
{
  g_return_val_if_fail (provides != NULL, FALSE);

  return reactive_endpoint_is_joined (provides->endpoint);
}

/**
 * bind_client_provides_configure:
 * @provides: the exporters
 * @ip: (nullable): where the statistics channel listens
 * @port: (nullable): the port there
 *
 * Says in every relation that there is now, with units joined or without, where this unit's statistics can be read. A
 * relation that comes later hears it when this is called again. %NULL, or the empty string, takes back what was said;
 * when the last unit of a relation leaves that happens by itself, in that relation. Sent when the hook has gone well.
 *
 * Text that is not UTF-8 fails the hook.
 */
void
bind_client_provides_configure (BindClientProvides *provides, const char *ip, const char *port)
{
  ReactiveRelation *const *relations;

  g_return_if_fail (provides != NULL);

  for (relations = reactive_endpoint_get_relations (provides->endpoint); *relations != NULL; relations++)
    publish (*relations, ip, port);
}

/**
 * bind_client_provides_configure_number:
 * @provides: the exporters
 * @ip: (nullable): where the statistics channel listens
 * @port: the port there
 *
 * bind_client_provides_configure() with a port that is a number, as an option of the charm is.
 */
void
bind_client_provides_configure_number (BindClientProvides *provides, const char *ip, gint64 port)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, port);
  bind_client_provides_configure (provides, ip, text);
}
