/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "unit/endpoint-private.h"

ReactiveRelation *
relation_new (ReactiveEndpoint *endpoint, const char *id)
{
  ReactiveRelation *relation = g_new0 (ReactiveRelation, 1);

  relation->endpoint = endpoint;
  /* An id without its endpoint would be another key in the state file. */
  relation->id = strchr (id, ':') != NULL ? g_strdup (id) : g_strconcat (endpoint->info->name, ":", id, NULL);

  return relation;
}

void
relation_free (ReactiveRelation *relation)
{
  if (relation == NULL)
    return;

  databag_free (relation->received);
  databag_free (relation->received_app);
  databag_free (relation->to_publish);
  databag_free (relation->to_publish_app);
  g_clear_pointer (&relation->joined_units, g_ptr_array_unref);
  g_free (relation->application_name);
  g_free (relation->id);
  g_free (relation);
}

/**
 * reactive_relation_get_id:
 * @relation: a relation
 *
 * Tells the id of the relation.
 *
 * Returns: (transfer none): `db:1`
 */
const char *
reactive_relation_get_id (const ReactiveRelation *relation)
{
  g_return_val_if_fail (relation != NULL, NULL);

  return relation->id;
}

/**
 * reactive_relation_get_endpoint:
 * @relation: a relation
 *
 * Tells which endpoint the relation belongs to.
 *
 * Returns: (transfer none): the endpoint that it is on
 */
ReactiveEndpoint *
reactive_relation_get_endpoint (const ReactiveRelation *relation)
{
  g_return_val_if_fail (relation != NULL, NULL);

  return relation->endpoint;
}

static int
compare_units (gconstpointer a, gconstpointer b)
{
  const ReactiveRemoteUnit *const *first = a, *const *second = b;

  return strcmp ((*first)->name, (*second)->name);
}

static GPtrArray *
list_joined_units (ReactiveRelation *relation)
{
  ReactiveUnit *unit = relation->endpoint->unit;
  GPtrArray *joined = g_ptr_array_new_with_free_func ((GDestroyNotify) remote_unit_free);
  const ReactiveJson *names = NULL;
  GError *error = NULL;

  if (unit->error == NULL)
    names = unit->juju->klass->relation_list (unit->juju, relation->id, &error);
  if (error != NULL)
    reactive_unit_fail (unit, error);

  for (guint i = 0; names != NULL && i < reactive_json_get_length (names); i++)
    g_ptr_array_add (joined, remote_unit_new (unit, relation->id,
                                              reactive_json_get_string (reactive_json_get_element (names, i), NULL)));
  g_ptr_array_sort (joined, compare_units);
  g_ptr_array_add (joined, NULL);

  return joined;
}

/**
 * reactive_relation_get_joined_units:
 * @relation: a relation
 *
 * Lists the units on the other side.
 *
 * Returns: (transfer none) (array zero-terminated=1): the units of the other side that are joined, sorted by name as
 *   text; of a peer relation, those beside this one
 */
ReactiveRemoteUnit *const *
reactive_relation_get_joined_units (ReactiveRelation *relation)
{
  g_return_val_if_fail (relation != NULL, NULL);

  if (relation->joined_units == NULL)
    relation->joined_units = list_joined_units (relation);

  return (ReactiveRemoteUnit *const *) relation->joined_units->pdata;
}

/* What Juju says; NULL where it has no such option (before 2.7). */
static const char *
ask_application_name (ReactiveRelation *relation)
{
  ReactiveUnit *unit = relation->endpoint->unit;
  GError *error = NULL;
  const char *name;

  if (unit->error != NULL)
    return NULL;

  name = unit->juju->klass->relation_app (unit->juju, relation->id, &error);
  if (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL))
    g_clear_error (&error);
  if (error != NULL)
    reactive_unit_fail (unit, error);

  return name != NULL && *name != '\0' ? name : NULL;
}

static char *
find_application_name (ReactiveRelation *relation)
{
  ReactiveUnit *unit = relation->endpoint->unit;
  ReactiveRemoteUnit *const *joined = reactive_relation_get_joined_units (relation);
  const char *name;

  if (relation->endpoint->info->role == REACTIVE_ROLE_PEERS)
    return g_strdup (unit->application_name);
  if (*joined != NULL)
    return g_strdup ((*joined)->application_name);
  if ((name = ask_application_name (relation)) != NULL)
    return g_strdup (name);

  return g_strcmp0 (unit->hook->relation_id, relation->id) == 0 ? g_strdup (unit->hook->remote_app) : NULL;
}

/**
 * reactive_relation_get_application_name:
 * @relation: a relation
 *
 * Tells who is on the other side.
 *
 * Returns: (transfer none) (nullable): the application on the other side, of a peer relation this one; %NULL if nobody
 *   is joined and the running Juju cannot tell (before 2.7)
 */
const char *
reactive_relation_get_application_name (ReactiveRelation *relation)
{
  g_return_val_if_fail (relation != NULL, NULL);

  if (relation->application_name == NULL)
    relation->application_name = find_application_name (relation);

  return relation->application_name;
}

/**
 * reactive_relation_get_received:
 * @relation: a relation
 *
 * Reads what the units of the other side say, without a look at which says it.
 *
 * Returns: (transfer none): what the joined units say, as one databag; of two that say the same key the one whose name
 *   is first, as text, is heard
 */
ReactiveDatabag *
reactive_relation_get_received (ReactiveRelation *relation)
{
  g_return_val_if_fail (relation != NULL, NULL);

  reactive_relation_get_joined_units (relation);
  if (relation->received == NULL)
    relation->received = databag_new_merged (relation->endpoint->unit, relation->joined_units);

  return relation->received;
}

/**
 * reactive_relation_get_received_app:
 * @relation: a relation
 *
 * Reads what the application on the other side says.
 *
 * Returns: (transfer none): what the application on the other side says
 */
ReactiveDatabag *
reactive_relation_get_received_app (ReactiveRelation *relation)
{
  const char *name;

  g_return_val_if_fail (relation != NULL, NULL);

  if (relation->received_app == NULL)
    {
      name = reactive_relation_get_application_name (relation);
      relation->received_app = name != NULL ? databag_new (relation->endpoint->unit, DATABAG_REMOTE,
                                                           /* of_application= */ TRUE, relation->id, name)
                                            : databag_new_given (relation->endpoint->unit, reactive_json_new_object ());
    }

  return relation->received_app;
}

/**
 * reactive_relation_get_to_publish:
 * @relation: a relation
 *
 * Gives the databag that this unit writes to.
 *
 * Returns: (transfer none): what this unit says
 */
ReactiveDatabag *
reactive_relation_get_to_publish (ReactiveRelation *relation)
{
  ReactiveUnit *unit;

  g_return_val_if_fail (relation != NULL, NULL);

  unit = relation->endpoint->unit;
  if (relation->to_publish == NULL)
    relation->to_publish
        = databag_new (unit, DATABAG_OWN, /* of_application= */ FALSE, relation->id, unit->hook->unit_name);

  return relation->to_publish;
}

/**
 * reactive_relation_get_to_publish_app:
 * @relation: a relation
 *
 * Gives the databag that the leader writes to for all of its application.
 *
 * Returns: (transfer none): what this unit's application says: the leader writes it, and reads it; for followers it is
 *   empty, but for that of a peer relation reactive_relation_get_received_app() shows it to all
 */
ReactiveDatabag *
reactive_relation_get_to_publish_app (ReactiveRelation *relation)
{
  ReactiveUnit *unit;

  g_return_val_if_fail (relation != NULL, NULL);

  unit = relation->endpoint->unit;
  if (relation->to_publish_app == NULL)
    relation->to_publish_app
        = databag_new (unit, DATABAG_OWN, /* of_application= */ TRUE, relation->id, unit->application_name);

  return relation->to_publish_app;
}
