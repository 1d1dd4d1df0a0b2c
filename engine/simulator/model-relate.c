/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "simulator/model-private.h"

/* What stands for one side of a relation: "app:endpoint", or "app". */
typedef struct
{
  ReactiveModelApplication *application;
  const char *endpoint; /* (nullable) */
} Side;

/* Two endpoints that go together. */
typedef struct
{
  ReactiveEndpointInfo endpoints[2];
} Pair;

static const ReactiveEndpointInfo juju_info = { "juju-info", REACTIVE_ROLE_PROVIDES, "juju-info", FALSE, 0, FALSE };

/* All endpoints of a charm, with the one that every charm has. (element-type ReactiveEndpointInfo) */
static GArray *
list_endpoints (const ReactiveModelApplication *application)
{
  GArray *result = g_array_new (FALSE, FALSE, sizeof (ReactiveEndpointInfo));
  gboolean has_own = FALSE;
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints
      = reactive_charm_get_endpoints (reactive_model_charm_get_files (application->charm), &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    {
      g_array_append_val (result, endpoints[i]);
      has_own = has_own || strcmp (endpoints[i].name, juju_info.name) == 0;
    }
  if (!has_own)
    g_array_append_val (result, juju_info);

  return result;
}

static gboolean
check_has_endpoint (const Side *side, GError **error)
{
  g_autoptr (GArray) endpoints = list_endpoints (side->application);
  const char *const *names;
  g_autofree char *hint = NULL;

  for (guint i = 0; i < endpoints->len; i++)
    if (strcmp (g_array_index (endpoints, ReactiveEndpointInfo, i).name, side->endpoint) == 0)
      return TRUE;

  names = reactive_charm_get_endpoint_names (reactive_model_charm_get_files (side->application->charm));
  hint = reactive_text_hint (side->endpoint, names);
  return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "application '%s' has no endpoint '%s'%s",
                        side->application->name, side->endpoint, hint);
}

static gboolean
parse_side (ReactiveModel *model, const char *text, Side *out_side, GError **error)
{
  const char *colon = strchr (text, ':');
  g_autofree char *name = g_strndup (text, colon != NULL ? (gsize) (colon - text) : strlen (text));

  out_side->application = reactive_model_get_application (model, name, error);
  out_side->endpoint = colon != NULL ? colon + 1 : NULL;

  return out_side->application != NULL && (out_side->endpoint == NULL || check_has_endpoint (out_side, error));
}

static gboolean
parse_sides (ReactiveModel *model, const char *first, const char *second, Side *sides, GError **error)
{
  if (!parse_side (model, first, &sides[0], error) || !parse_side (model, second, &sides[1], error))
    return FALSE;
  if (sides[0].application == sides[1].application)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "cannot relate application '%s' to itself",
                          sides[0].application->name);

  return TRUE;
}

static gboolean
go_together (const ReactiveEndpointInfo *first, const ReactiveEndpointInfo *second)
{
  const gboolean has_roles = (first->role == REACTIVE_ROLE_PROVIDES && second->role == REACTIVE_ROLE_REQUIRES)
                             || (first->role == REACTIVE_ROLE_REQUIRES && second->role == REACTIVE_ROLE_PROVIDES);

  return has_roles && strcmp (first->interface, second->interface) == 0;
}

/* Those of endpoints that a charm declares, if there are any; else those that every charm has. (element-type Pair) */
static GArray *
list_pairs (const Side *sides)
{
  g_autoptr (GArray) first = list_endpoints (sides[0].application);
  g_autoptr (GArray) second = list_endpoints (sides[1].application);
  g_autoptr (GArray) declared = g_array_new (FALSE, FALSE, sizeof (Pair));
  g_autoptr (GArray) implicit = g_array_new (FALSE, FALSE, sizeof (Pair));

  for (guint i = 0; i < first->len; i++)
    for (guint j = 0; j < second->len; j++)
      {
        const Pair pair
            = { { g_array_index (first, ReactiveEndpointInfo, i), g_array_index (second, ReactiveEndpointInfo, j) } };

        if ((sides[0].endpoint != NULL && strcmp (sides[0].endpoint, pair.endpoints[0].name) != 0)
            || (sides[1].endpoint != NULL && strcmp (sides[1].endpoint, pair.endpoints[1].name) != 0)
            || !go_together (&pair.endpoints[0], &pair.endpoints[1]))
          continue;
        if (reactive_model_endpoint_is_implicit (&pair.endpoints[0])
            || reactive_model_endpoint_is_implicit (&pair.endpoints[1]))
          g_array_append_val (implicit, pair);
        else
          g_array_append_val (declared, pair);
      }

  return declared->len > 0 ? g_steal_pointer (&declared) : g_steal_pointer (&implicit);
}

static const char *
get_role_name (ReactiveRole role)
{
  static const char *const names[] = { "provides", "requires", "peers" };

  return names[role];
}

static const char *
describe_endpoint (const Side *side, ReactiveRole *out_role)
{
  g_autoptr (GArray) endpoints = list_endpoints (side->application);

  for (guint i = 0; i < endpoints->len; i++)
    {
      const ReactiveEndpointInfo *endpoint = &g_array_index (endpoints, ReactiveEndpointInfo, i);

      if (strcmp (endpoint->name, side->endpoint) != 0)
        continue;
      *out_role = endpoint->role;
      return endpoint->interface;
    }

  g_assert_not_reached ();
}

static gboolean
refuse_pairs (const Side *sides, const char *first, const char *second, const GArray *pairs, GError **error)
{
  g_autoptr (GString) choices = g_string_new (NULL);
  ReactiveRole roles[2];
  const char *interfaces[2];

  if (pairs->len > 1)
    {
      for (guint i = 0; i < pairs->len; i++)
        {
          const Pair *pair = &g_array_index (pairs, Pair, i);

          g_string_append_printf (choices, "%s'%s:%s %s:%s'", i > 0 ? ", " : "", sides[0].application->name,
                                  pair->endpoints[0].name, sides[1].application->name, pair->endpoints[1].name);
        }
      return reactive_fail (error, REACTIVE_ERROR_INVALID, "ambiguous relation: '%s %s' could refer to %s", first,
                            second, choices->str);
    }

  if (sides[0].endpoint == NULL || sides[1].endpoint == NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "cannot relate '%s' to '%s': no endpoints of the two go together", first, second);

  for (guint i = 0; i < 2; i++)
    interfaces[i] = describe_endpoint (&sides[i], &roles[i]);
  return reactive_fail (error, REACTIVE_ERROR_INVALID,
                        "cannot relate '%s' (%s interface '%s') to '%s' (%s interface '%s')", first,
                        get_role_name (roles[0]), interfaces[0], second, get_role_name (roles[1]), interfaces[1]);
}

/* Whether @relation is between those endpoints of the sides' applications; @pair (nullable): any of them. */
static gboolean
is_between (const ReactiveModelRelation *relation, const Side *sides, const Pair *pair)
{
  for (guint first = 0; first < relation->n_ends && relation->n_ends == 2; first++)
    {
      const ReactiveModelEnd *ends[2] = { &relation->ends[first], &relation->ends[1 - first] };
      gboolean fits = TRUE;

      for (guint i = 0; i < 2; i++)
        {
          const char *endpoint = pair != NULL ? pair->endpoints[i].name : sides[i].endpoint;

          fits = fits && ends[i]->application == sides[i].application
                 && (endpoint == NULL || strcmp (endpoint, ends[i]->endpoint.name) == 0);
        }
      if (fits)
        return TRUE;
    }

  return FALSE;
}

static gboolean
check_limit (const Side *side, const ReactiveEndpointInfo *endpoint, GError **error)
{
  guint n_relations = 0;

  for (guint i = 0; i < side->application->relations->len; i++)
    {
      const ReactiveModelRelation *relation = g_ptr_array_index (side->application->relations, i);

      for (guint j = 0; j < relation->n_ends; j++)
        if (relation->ends[j].application == side->application
            && strcmp (relation->ends[j].endpoint.name, endpoint->name) == 0)
          n_relations++;
    }
  if (endpoint->limit == 0 || n_relations < endpoint->limit)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_INVALID,
                        "establishing a new relation for '%s:%s' would exceed its maximum relation limit of %u",
                        side->application->name, endpoint->name, endpoint->limit);
}

static gboolean
check_new (const Side *sides, const Pair *pair, GError **error)
{
  const gboolean is_container = pair->endpoints[0].container_scope || pair->endpoints[1].container_scope;

  for (guint i = 0; i < 2; i++)
    if (sides[i].application->life != REACTIVE_LIFE_ALIVE)
      return reactive_fail (error, REACTIVE_ERROR_INVALID, "application '%s' is not alive", sides[i].application->name);

  for (guint i = 0; i < sides[0].application->relations->len; i++)
    {
      const ReactiveModelRelation *relation = g_ptr_array_index (sides[0].application->relations, i);

      if (is_between (relation, sides, pair))
        return reactive_fail (error, REACTIVE_ERROR_INVALID, "relation '%s:%s %s:%s' %s", sides[0].application->name,
                              pair->endpoints[0].name, sides[1].application->name, pair->endpoints[1].name,
                              relation->life == REACTIVE_LIFE_ALIVE ? "already exists"
                                                                    : "is dying, but not yet removed");
    }
  if (is_container && !reactive_model_application_is_subordinate (sides[0].application)
      && !reactive_model_application_is_subordinate (sides[1].application))
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "container scoped relation '%s:%s %s:%s' requires at least one subordinate application",
                          sides[0].application->name, pair->endpoints[0].name, sides[1].application->name,
                          pair->endpoints[1].name);

  return check_limit (&sides[0], &pair->endpoints[0], error) && check_limit (&sides[1], &pair->endpoints[1], error);
}

ReactiveModelRelation *
reactive_model_relate (ReactiveModel *model, const char *first, const char *second, GError **error)
{
  Side sides[2];
  g_autoptr (GArray) pairs = NULL;
  const Pair *pair;

  if (!parse_sides (model, first, second, sides, error))
    return NULL;

  pairs = list_pairs (sides);
  if (pairs->len != 1)
    {
      refuse_pairs (sides, first, second, pairs, error);
      return NULL;
    }

  pair = &g_array_index (pairs, Pair, 0);
  if (!check_new (sides, pair, error))
    return NULL;

  return reactive_model_relation_new (model,
                                      (ReactiveModelApplication *const[]){ sides[0].application, sides[1].application },
                                      pair->endpoints, /* n_ends= */ 2);
}

ReactiveModelRelation *
reactive_model_find_relation (ReactiveModel *model, const char *first, const char *second, GError **error)
{
  Side sides[2];
  ReactiveModelRelation *found = NULL;

  if (!parse_sides (model, first, second, sides, error))
    return NULL;

  for (guint i = 0; i < sides[0].application->relations->len; i++)
    {
      ReactiveModelRelation *relation = g_ptr_array_index (sides[0].application->relations, i);

      if (!is_between (relation, sides, /* pair= */ NULL))
        continue;
      if (found != NULL)
        {
          g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                       "ambiguous relation: '%s %s' could be one of several", first, second);
          return NULL;
        }
      found = relation;
    }
  if (found == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "relation '%s %s' not found", first, second);

  return found;
}

/* Whether a subordinate still has to be beside the units of @principal. */
static gboolean
is_wanted (const ReactiveModelApplication *subordinate, const ReactiveModelApplication *principal)
{
  for (guint i = 0; i < subordinate->relations->len; i++)
    {
      const ReactiveModelRelation *relation = g_ptr_array_index (subordinate->relations, i);

      if (relation->is_container && relation->n_ends == 2 && relation->life == REACTIVE_LIFE_ALIVE
          && (relation->ends[0].application == principal || relation->ends[1].application == principal))
        return TRUE;
    }

  return FALSE;
}

/* Units that were there for the relation alone go with it. */
static void
destroy_subordinates (const ReactiveModelRelation *relation, guint end)
{
  const ReactiveModelApplication *subordinate = relation->ends[end].application;
  const ReactiveModelApplication *principal = relation->ends[1 - end].application;

  if (!relation->is_container || !reactive_model_application_is_subordinate (subordinate)
      || is_wanted (subordinate, principal))
    return;

  for (guint i = subordinate->units->len; i > 0; i--)
    {
      ReactiveModelUnit *unit = g_ptr_array_index (subordinate->units, i - 1);

      if (unit->principal != NULL && unit->principal->application == principal)
        reactive_model_unit_destroy (unit);
    }
}

/* Those who have not heard of the relation never will. */
static void
break_end (ReactiveModelRelation *relation, guint end)
{
  const ReactiveModelApplication *application = relation->ends[end].application;
  const gboolean is_implicit = reactive_model_endpoint_is_implicit (&relation->ends[end].endpoint);

  for (guint i = 0; i < application->units->len; i++)
    {
      ReactiveModelUnit *unit = g_ptr_array_index (application->units, i);
      ReactiveModelSeenRelation *seen = reactive_model_unit_find_relation (unit, relation);

      if (seen != NULL && (is_implicit || !seen->is_created))
        reactive_model_relation_leave (unit, seen);
      reactive_model_mark_ready (unit);
    }
}

void
reactive_model_unrelate (ReactiveModelRelation *relation)
{
  g_assert (relation->n_ends == 2);

  if (relation->life != REACTIVE_LIFE_ALIVE)
    return;

  relation->life = REACTIVE_LIFE_DYING;
  relation->n_inside++; /* it stays until both sides are through */
  break_end (relation, 0);
  break_end (relation, 1);
  destroy_subordinates (relation, 0);
  destroy_subordinates (relation, 1);
  relation->n_inside--;
  reactive_model_relation_retire (relation);
}
