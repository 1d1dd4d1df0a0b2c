/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/flags.h>
#include <reactive/interface.h>

#include "consumers-private.h"
#include "provider-private.h"
#include "relations.h"

/* What the engine reads: the flags and events of both sides, and what to do at the start of a hook. */

/* As charms.reactive has it for libraries that run on ops: there is a relation, whoever has joined it. */
static void
update_created (ReactiveEndpoint *endpoint)
{
  reactive_toggle_flag (reactive_endpoint_get_unit (endpoint), reactive_endpoint_expand_name (endpoint, "created"),
                        *reactive_endpoint_get_relations (endpoint) != NULL);
}

static gboolean
update_provider (ReactiveEndpoint *endpoint, GError **error)
{
  LBProvider *provider = lb_provider_of (endpoint);

  lb_relations_publish_version (endpoint);
  update_created (endpoint);
  lb_provider_begin_hook (provider);
  lb_provider_update_flags (provider);

  return TRUE;
}

static gboolean
finish_provider (ReactiveEndpoint *endpoint, GError **error)
{
  lb_provider_finish_hook (lb_provider_of (endpoint));

  return TRUE;
}

static gboolean
update_consumers (ReactiveEndpoint *endpoint, GError **error)
{
  LBConsumers *consumers = lb_consumers_of (endpoint);

  lb_relations_publish_version (endpoint);
  update_created (endpoint);
  lb_consumers_begin_hook (consumers);
  lb_consumers_update_flags (consumers);

  return TRUE;
}

static gboolean
finish_consumers (ReactiveEndpoint *endpoint, GError **error)
{
  lb_consumers_finish_hook (lb_consumers_of (endpoint));

  return TRUE;
}

static const ReactiveInterfaceFlag requires_flags[] = {
  { "endpoint.{endpoint_name}.created", REACTIVE_NAMES ("created") },
  { "endpoint.{endpoint_name}.joined", REACTIVE_NAMES ("connected") },
  { "endpoint.{endpoint_name}.available", REACTIVE_NAMES ("available") },
  { "endpoint.{endpoint_name}.response.available", REACTIVE_NAMES ("response.available") },
  { "endpoint.{endpoint_name}.response.changed", REACTIVE_NAMES ("response.changed", "responses_changed") },
};

static const ReactiveInterfaceEvent requires_events[] = {
  { "available", NULL },
  { "response_available", NULL },
  { "response_changed", REACTIVE_NAMES ("responses_changed") },
};

static const ReactiveInterfaceFlag provides_flags[] = {
  { "endpoint.{endpoint_name}.created", REACTIVE_NAMES ("created") },
  { "endpoint.{endpoint_name}.joined", REACTIVE_NAMES ("connected") },
  { "endpoint.{endpoint_name}.requests_changed", REACTIVE_NAMES ("requests_changed") },
};

static const ReactiveInterfaceEvent provides_events[] = {
  { "requests_changed", NULL },
};

static const ReactiveInterfaceRole roles[] = {
  {
      .role = REACTIVE_ROLE_REQUIRES,
      FLAGS (requires_flags),
      EVENTS (requires_events),
      .update = update_provider,
      .finish = finish_provider,
  },
  {
      .role = REACTIVE_ROLE_PROVIDES,
      FLAGS (provides_flags),
      EVENTS (provides_events),
      .update = update_consumers,
      .finish = finish_consumers,
  },
};

REACTIVE_INTERFACE (LB_INTERFACE, ROLES (roles));
