/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/flags.h>
#include <string.h>

#include "unit/endpoint-private.h"

#define ENDPOINT_NAME "{endpoint_name}"

static void
clear_endpoint (ReactiveEndpoint *endpoint)
{
  databag_free (endpoint->received);
  g_clear_pointer (&endpoint->joined_units, g_ptr_array_unref);
  g_clear_pointer (&endpoint->departed_units, g_ptr_array_unref);
  g_clear_pointer (&endpoint->relations, g_ptr_array_unref);
}

void
reactive_unit_free_endpoints (ReactiveUnit *unit)
{
  for (guint i = 0; i < unit->endpoints->len; i++)
    clear_endpoint (g_ptr_array_index (unit->endpoints, i));
  g_ptr_array_unref (unit->endpoints);
  g_free (unit->endpoint_block);
}

void
reactive_unit_init_endpoints (ReactiveUnit *unit)
{
  const GPtrArray *interfaces = reactive_handlers_get_interfaces (unit->handlers);
  guint n_infos;
  const ReactiveEndpointInfo *infos = reactive_charm_get_endpoints (reactive_unit_get_charm (unit), &n_infos);

  unit->endpoint_block = g_new0 (ReactiveEndpoint, n_infos);
  unit->endpoints = g_ptr_array_sized_new (n_infos);
  for (guint i = 0; i < n_infos; i++)
    {
      ReactiveEndpoint *endpoint = &unit->endpoint_block[i];

      endpoint->unit = unit;
      endpoint->info = &infos[i];
      endpoint->flags = &reactive_handlers_get_flags (unit->handlers)->endpoints[i];
      endpoint->interface = reactive_interfaces_find (interfaces, &infos[i]);
      g_ptr_array_add (unit->endpoints, endpoint);
    }
}

/**
 * reactive_endpoint_from_name:
 * @unit: the unit
 * @name: an endpoint's name
 *
 * Looks up an endpoint of this unit. As charms.reactive.endpoint_from_name().
 *
 * Returns: (transfer none) (nullable): the endpoint, related or not; %NULL if the charm's metadata has none of that
 *   name
 */
ReactiveEndpoint *
reactive_endpoint_from_name (ReactiveUnit *unit, const char *name)
{
  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  for (guint i = 0; i < unit->endpoints->len; i++)
    {
      ReactiveEndpoint *endpoint = g_ptr_array_index (unit->endpoints, i);

      if (strcmp (endpoint->info->name, name) == 0)
        return endpoint;
    }

  return NULL;
}

/**
 * reactive_endpoint_from_flag:
 * @unit: the unit
 * @flag: `endpoint.NAME.…` or `NAME.…`
 *
 * As Endpoint.from_flag() of charms.reactive.
 *
 * Returns: (transfer none) (nullable): the endpoint that a flag is about; %NULL if the flag is not set, or not about an
 *   endpoint
 */
ReactiveEndpoint *
reactive_endpoint_from_flag (ReactiveUnit *unit, const char *flag)
{
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (flag != NULL, NULL);

  if (!reactive_is_flag_set (unit, flag))
    return NULL;

  parts = g_strsplit (flag, ".", 3);
  if (parts[0] == NULL || parts[1] == NULL)
    return NULL;

  return reactive_endpoint_from_name (unit, strcmp (parts[0], "endpoint") == 0 ? parts[1] : parts[0]);
}

/**
 * reactive_endpoint_get_unit:
 * @endpoint: an endpoint
 *
 * Tells whose endpoint it is.
 *
 * Returns: (transfer none): the unit of this side
 */
ReactiveUnit *
reactive_endpoint_get_unit (const ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  return endpoint->unit;
}

/**
 * reactive_endpoint_get_name:
 * @endpoint: an endpoint
 *
 * Tells the name of the endpoint.
 *
 * Returns: (transfer none): its name in the metadata
 */
const char *
reactive_endpoint_get_name (const ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  return endpoint->info->name;
}

/**
 * reactive_endpoint_get_interface:
 * @endpoint: an endpoint
 *
 * Tells the interface of the endpoint.
 *
 * Returns: (transfer none): its interface in the metadata
 */
const char *
reactive_endpoint_get_interface (const ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  return endpoint->info->interface;
}

/**
 * reactive_endpoint_get_role:
 * @endpoint: an endpoint
 *
 * Tells the role of the charm at this endpoint.
 *
 * Returns: what the charm is in its relations
 */
ReactiveRole
reactive_endpoint_get_role (const ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, REACTIVE_ROLE_PROVIDES);

  return endpoint->info->role;
}

/**
 * reactive_endpoint_expand_name:
 * @endpoint: an endpoint
 * @flag: a flag's name, which may have `{endpoint_name}` in it; one that has not gets `endpoint.{endpoint_name}.`
 * before it
 *
 * As Endpoint.expand_name() of charms.reactive.
 *
 * Returns: (transfer none): the flag of this endpoint
 */
const char *
reactive_endpoint_expand_name (ReactiveEndpoint *endpoint, const char *flag)
{
  char *name;

  g_return_val_if_fail (endpoint != NULL, NULL);
  g_return_val_if_fail (flag != NULL, NULL);

  if (strstr (flag, ENDPOINT_NAME) != NULL)
    name = reactive_interface_expand (flag, endpoint->info->name);
  else
    name = g_strconcat ("endpoint.", endpoint->info->name, ".", flag, NULL);
  reactive_unit_keep (endpoint->unit, name, g_free);

  return name;
}

/**
 * reactive_endpoint_is_in_hook:
 * @endpoint: an endpoint
 *
 * Tells whether the hook is about this endpoint.
 *
 * Returns: whether what runs is a hook of a relation of this endpoint
 */
gboolean
reactive_endpoint_is_in_hook (const ReactiveEndpoint *endpoint)
{
  const ReactiveHook *hook;

  g_return_val_if_fail (endpoint != NULL, FALSE);

  hook = endpoint->unit->hook;

  return hook->kind == REACTIVE_HOOK_RELATION && strcmp (hook->subject, endpoint->info->name) == 0;
}

static int
compare_relations (gconstpointer a, gconstpointer b)
{
  const ReactiveRelation *const *first = a, *const *second = b;

  return strcmp ((*first)->id, (*second)->id);
}

/* A relation whose last hook this is is gone; some Jujus still list it. */
static gboolean
is_broken (const ReactiveEndpoint *endpoint, const ReactiveRelation *relation)
{
  const ReactiveHook *hook = endpoint->unit->hook;

  return reactive_endpoint_is_in_hook (endpoint) && strcmp (hook->event, "broken") == 0
         && g_strcmp0 (hook->relation_id, relation->id) == 0;
}

static GPtrArray *
list_relations (ReactiveEndpoint *endpoint)
{
  ReactiveUnit *unit = endpoint->unit;
  GPtrArray *relations;
  const ReactiveJson *ids = NULL;
  GError *error = NULL;

  if (unit->error == NULL)
    ids = unit->juju->klass->relation_ids (unit->juju, endpoint->info->name, &error);
  if (error != NULL)
    reactive_unit_fail (unit, error);

  if (ids == NULL || reactive_json_get_length (ids) == 0)
    return g_ptr_array_ref (unit->none);

  relations = g_ptr_array_new_with_free_func ((GDestroyNotify) relation_free);
  for (guint i = 0; i < reactive_json_get_length (ids); i++)
    {
      ReactiveRelation *relation
          = relation_new (endpoint, reactive_json_get_string (reactive_json_get_element (ids, i), NULL));

      if (is_broken (endpoint, relation))
        relation_free (relation);
      else
        g_ptr_array_add (relations, relation);
    }
  g_ptr_array_sort (relations, compare_relations);
  g_ptr_array_add (relations, NULL);

  return relations;
}

/**
 * reactive_endpoint_get_relations:
 * @endpoint: an endpoint
 *
 * The relations of the endpoint, with units joined or without; one that is being broken is not among them. Where Juju
 * cannot be asked the hook fails, and there are none.
 *
 * Returns: (transfer none) (array zero-terminated=1): the relations, sorted by id as text: `db:10` before `db:2`, as
 *   charms.reactive has them
 */
ReactiveRelation *const *
reactive_endpoint_get_relations (ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  if (endpoint->relations == NULL)
    endpoint->relations = list_relations (endpoint);

  return (ReactiveRelation *const *) endpoint->relations->pdata;
}

/**
 * reactive_endpoint_find_relation:
 * @endpoint: an endpoint
 * @id: a relation's id, `db:1`
 *
 * Looks for a relation of the endpoint by its id.
 *
 * Returns: (transfer none) (nullable): the relation, if the endpoint has it
 */
ReactiveRelation *
reactive_endpoint_find_relation (ReactiveEndpoint *endpoint, const char *id)
{
  ReactiveRelation *const *relations;

  g_return_val_if_fail (endpoint != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (relations = reactive_endpoint_get_relations (endpoint); *relations != NULL; relations++)
    if (strcmp ((*relations)->id, id) == 0)
      return *relations;

  return NULL;
}

static GPtrArray *
list_joined_units (ReactiveEndpoint *endpoint)
{
  ReactiveRelation *const *relations = reactive_endpoint_get_relations (endpoint);
  GPtrArray *units;

  g_assert (relations != NULL);
  if (relations[0] == NULL)
    return g_ptr_array_ref (endpoint->unit->none);
  if (relations[1] == NULL)
    {
      reactive_relation_get_joined_units (relations[0]);
      return g_ptr_array_ref (relations[0]->joined_units);
    }

  units = g_ptr_array_new ();
  for (; *relations != NULL; relations++)
    for (ReactiveRemoteUnit *const *joined = reactive_relation_get_joined_units (*relations); *joined != NULL; joined++)
      g_ptr_array_add (units, *joined);
  g_ptr_array_add (units, NULL);

  return units;
}

/**
 * reactive_endpoint_get_joined_units:
 * @endpoint: an endpoint
 *
 * Lists the units on the other side of all the endpoint's relations.
 *
 * Returns: (transfer none) (array zero-terminated=1): the units joined on all relations, by relation and then by name
 */
ReactiveRemoteUnit *const *
reactive_endpoint_get_joined_units (ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  if (endpoint->joined_units == NULL)
    endpoint->joined_units = list_joined_units (endpoint);

  return (ReactiveRemoteUnit *const *) endpoint->joined_units->pdata;
}

/**
 * reactive_endpoint_is_joined:
 * @endpoint: an endpoint
 *
 * Tells whether there is anybody on the other side.
 *
 * Returns: whether a unit is joined
 */
gboolean
reactive_endpoint_is_joined (ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, FALSE);

  return *reactive_endpoint_get_joined_units (endpoint) != NULL;
}

/**
 * reactive_endpoint_get_received:
 * @endpoint: an endpoint
 *
 * Reads what the other side says, without a look at who says it.
 *
 * Returns: (transfer none): what all joined units say, as one databag; of two that say the same key the one of the
 *   first relation, and then of the first name, is heard. As CombinedUnitsView of charms.reactive.
 */
ReactiveDatabag *
reactive_endpoint_get_received (ReactiveEndpoint *endpoint)
{
  g_return_val_if_fail (endpoint != NULL, NULL);

  reactive_endpoint_get_joined_units (endpoint);
  if (endpoint->received == NULL)
    endpoint->received = databag_new_merged (endpoint->unit, endpoint->joined_units);

  return endpoint->received;
}
