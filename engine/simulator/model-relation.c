/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "simulator/model-private.h"

static void
member_free (gpointer data)
{
  ReactiveModelMember *member = data;

  reactive_json_unref (member->databag.data);
  g_free (member);
}

static ReactiveEndpointInfo
intern_endpoint (const ReactiveEndpointInfo *endpoint)
{
  ReactiveEndpointInfo copy = *endpoint;

  copy.name = g_intern_string (endpoint->name);
  copy.interface = g_intern_string (endpoint->interface);
  return copy;
}

gboolean
reactive_model_endpoint_is_implicit (const ReactiveEndpointInfo *endpoint)
{
  return endpoint->role == REACTIVE_ROLE_PROVIDES && strcmp (endpoint->name, "juju-info") == 0
         && strcmp (endpoint->interface, "juju-info") == 0;
}

ReactiveModelRelation *
reactive_model_relation_new (ReactiveModel *model, ReactiveModelApplication *const *applications,
                             const ReactiveEndpointInfo *endpoints, guint n_ends)
{
  ReactiveModelRelation *relation = g_new0 (ReactiveModelRelation, 1);

  relation->model = model;
  relation->number = model->next_relation++;
  relation->n_ends = n_ends;
  for (guint i = 0; i < n_ends; i++)
    {
      ReactiveModelEnd *end = &relation->ends[i];

      end->application = applications[i];
      end->endpoint = intern_endpoint (&endpoints[i]);
      end->databag.data = reactive_json_ref (model->empty);
      end->members = g_ptr_array_new_with_free_func (member_free);
      relation->is_container = relation->is_container || endpoints[i].container_scope;
      g_ptr_array_add (applications[i]->relations, relation);
    }
  g_ptr_array_add (model->relations, relation);

  for (guint i = 0; i < n_ends; i++)
    for (guint j = 0; j < applications[i]->units->len; j++)
      reactive_model_relation_add_unit (relation, g_ptr_array_index (applications[i]->units, j));

  return relation;
}

void
reactive_model_relation_free (ReactiveModelRelation *relation)
{
  if (relation == NULL)
    return;

  for (guint i = 0; i < relation->n_ends; i++)
    {
      g_ptr_array_unref (relation->ends[i].members);
      reactive_json_unref (relation->ends[i].databag.data);
    }
  g_free (relation);
}

char *
reactive_model_relation_get_id (const ReactiveModelRelation *relation, guint end)
{
  char number[REACTIVE_TEXT_NUMBER_BYTES];

  return g_strconcat (relation->ends[end].endpoint.name, ":", reactive_text_write_number (number, relation->number),
                      NULL);
}

guint
reactive_model_relation_get_end (const ReactiveModelRelation *relation, const ReactiveModelUnit *unit)
{
  return relation->ends[0].application == unit->application ? 0 : 1;
}

gboolean
reactive_model_relation_is_peer (const ReactiveModelRelation *relation)
{
  return relation->n_ends == 1;
}

ReactiveModelEnd *
reactive_model_relation_get_other_end (ReactiveModelRelation *relation, guint end)
{
  return &relation->ends[relation->n_ends == 1 ? 0 : 1 - end];
}

ReactiveModelEnd *
reactive_model_seen_relation_get_other_end (const ReactiveModelSeenRelation *seen)
{
  return reactive_model_relation_get_other_end (seen->relation, seen->end);
}

/* The first place in @members whose unit has @number or a greater one. */
static guint
find_place (const GPtrArray *members, guint number)
{
  guint low = 0;
  guint high = members->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;
      const ReactiveModelMember *member = g_ptr_array_index (members, middle);

      if (member->unit->number < number)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static ReactiveModelMember *
find_in_end (const ReactiveModelEnd *end, const ReactiveModelUnit *unit)
{
  const guint place = find_place (end->members, unit->number);
  ReactiveModelMember *member = place < end->members->len ? g_ptr_array_index (end->members, place) : NULL;

  return member != NULL && member->unit == unit ? member : NULL;
}

ReactiveModelMember *
reactive_model_relation_find_member (const ReactiveModelRelation *relation, const ReactiveModelUnit *unit)
{
  for (guint i = 0; i < relation->n_ends; i++)
    if (relation->ends[i].application == unit->application)
      return find_in_end (&relation->ends[i], unit);

  return NULL;
}

ReactiveModelSeenRelation *
reactive_model_unit_find_relation (const ReactiveModelUnit *unit, const ReactiveModelRelation *relation)
{
  for (guint i = 0; i < unit->relations->len; i++)
    {
      ReactiveModelSeenRelation *seen = g_ptr_array_index (unit->relations, i);

      if (seen->relation == relation)
        return seen;
    }

  return NULL;
}

/*
 * Who sees whom
 */

/* The unit on whose machine @unit is. */
static const ReactiveModelUnit *
get_host (const ReactiveModelUnit *unit)
{
  return unit->principal != NULL ? unit->principal : unit;
}

void
reactive_model_visible_init (ReactiveModelVisible *visible, const ReactiveModelUnit *unit,
                             const ReactiveModelRelation *relation)
{
  const guint end = reactive_model_relation_get_end (relation, unit);

  *visible = (ReactiveModelVisible){ unit, relation, &relation->ends[relation->n_ends == 1 ? 0 : 1 - end], 0 };
}

/* Candidates are the few units on the machine. */
static ReactiveModelMember *
next_beside (ReactiveModelVisible *visible)
{
  const ReactiveModelUnit *host = get_host (visible->unit);
  const guint n_subordinates = host->subordinates != NULL ? host->subordinates->len : 0;

  while (visible->index < 1 + n_subordinates)
    {
      const guint index = visible->index++;
      const ReactiveModelUnit *other = index == 0 ? host : g_ptr_array_index (host->subordinates, index - 1);
      ReactiveModelMember *member
          = other->application == visible->end->application ? find_in_end (visible->end, other) : NULL;

      if (member != NULL && member->is_present && other != visible->unit)
        return member;
    }

  return NULL;
}

ReactiveModelMember *
reactive_model_visible_next (ReactiveModelVisible *visible)
{
  if (visible->relation->is_container)
    return next_beside (visible);

  while (visible->index < visible->end->members->len)
    {
      ReactiveModelMember *member = g_ptr_array_index (visible->end->members, visible->index++);

      if (member->is_present && member->unit != visible->unit)
        return member;
    }

  return NULL;
}

void
reactive_model_relation_mark_visible (const ReactiveModelUnit *unit, const ReactiveModelRelation *relation)
{
  ReactiveModelVisible visible;
  ReactiveModelMember *member;

  reactive_model_visible_init (&visible, unit, relation);
  while ((member = reactive_model_visible_next (&visible)) != NULL)
    reactive_model_mark_ready (member->unit);
}

/*
 * What a unit has seen
 */

/* The first place whose unit has @number or a greater one. */
static guint
find_seen_place (const GArray *members, guint number)
{
  guint low = 0;
  guint high = members->len;

  while (low < high)
    {
      const guint middle = low + (high - low) / 2;

      if (g_array_index (members, ReactiveModelSeenMember, middle).member->unit->number < number)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

ReactiveModelSeenMember *
reactive_model_seen_relation_find (const ReactiveModelSeenRelation *seen, const ReactiveModelUnit *remote_unit)
{
  const guint place = find_seen_place (seen->members, remote_unit->number);
  ReactiveModelSeenMember *member = NULL;

  if (place < seen->members->len)
    member = &g_array_index (seen->members, ReactiveModelSeenMember, place);

  return member != NULL && member->member->unit == remote_unit ? member : NULL;
}

void
reactive_model_seen_relation_add (ReactiveModelSeenRelation *seen, ReactiveModelMember *member)
{
  const ReactiveModelSeenMember seen_member = { member, /* version= */ 0 };

  g_array_insert_val (seen->members, find_seen_place (seen->members, member->unit->number), seen_member);
}

void
reactive_model_seen_relation_remove (ReactiveModelSeenRelation *seen, const ReactiveModelUnit *remote_unit)
{
  if (reactive_model_seen_relation_find (seen, remote_unit) != NULL)
    g_array_remove_index (seen->members, find_seen_place (seen->members, remote_unit->number));
}

/*
 * Coming and going
 */

/* A subordinate is in relations of containers with its principal's application, and with other subordinates. */
static gboolean
is_for (const ReactiveModelRelation *relation, const ReactiveModelEnd *other, const ReactiveModelUnit *unit)
{
  return !relation->is_container || unit->principal == NULL || other->application == unit->principal->application
         || reactive_model_application_is_subordinate (other->application);
}

void
reactive_model_relation_add_unit (ReactiveModelRelation *relation, ReactiveModelUnit *unit)
{
  const guint end = reactive_model_relation_get_end (relation, unit);
  ReactiveModelSeenRelation *seen;

  if (relation->life != REACTIVE_LIFE_ALIVE || unit->life != REACTIVE_LIFE_ALIVE
      || reactive_model_unit_find_relation (unit, relation) != NULL
      || !is_for (relation, reactive_model_relation_get_other_end (relation, end), unit))
    return;

  seen = g_new0 (ReactiveModelSeenRelation, 1);
  seen->relation = relation;
  seen->end = end;
  seen->members = g_array_new (FALSE, FALSE, sizeof (ReactiveModelSeenMember));
  g_ptr_array_add (unit->relations, seen);

  if (unit->is_installed && reactive_model_endpoint_is_implicit (&relation->ends[end].endpoint))
    reactive_model_relation_enter (unit, seen);
  reactive_model_mark_ready (unit);
}

void
reactive_model_relation_add_subordinate (ReactiveModelUnit *unit, const ReactiveModelSeenRelation *seen)
{
  ReactiveModelApplication *application = reactive_model_seen_relation_get_other_end (seen)->application;

  if (!seen->relation->is_container || unit->principal != NULL || seen->relation->life != REACTIVE_LIFE_ALIVE
      || !reactive_model_application_is_subordinate (application))
    return;

  /* One that is dying is waited for. */
  for (guint i = 0; unit->subordinates != NULL && i < unit->subordinates->len; i++)
    if (((const ReactiveModelUnit *) g_ptr_array_index (unit->subordinates, i))->application == application)
      return;

  reactive_model_unit_new (application, unit);
}

void
reactive_model_relation_enter (ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen)
{
  ReactiveModelEnd *end = &seen->relation->ends[seen->end];
  ReactiveModelMember *member = g_new0 (ReactiveModelMember, 1);

  member->unit = unit;
  member->databag = (ReactiveModelDatabag){ reactive_json_ref (unit->own_data), 1 };
  member->is_present = TRUE;
  g_ptr_array_insert (end->members, (int) find_place (end->members, unit->number), member);
  seen->relation->n_inside++;
  seen->is_created = TRUE;

  reactive_model_relation_mark_visible (unit, seen->relation);
  reactive_model_relation_add_subordinate (unit, seen);
}

void
reactive_model_seen_relation_free (gpointer data)
{
  ReactiveModelSeenRelation *seen = data;

  g_array_unref (seen->members);
  g_free (seen);
}

void
reactive_model_relation_leave (ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen)
{
  ReactiveModelRelation *relation = seen->relation;
  guint index;

  if (seen->is_created)
    {
      ReactiveModelMember *member = reactive_model_relation_find_member (relation, unit);

      g_assert (member != NULL);
      reactive_model_relation_mark_visible (unit, relation);
      member->is_present = FALSE;
      relation->n_inside--;
    }
  if (g_ptr_array_find (unit->relations, seen, &index))
    reactive_model_bury (relation->model, g_ptr_array_steal_index (unit->relations, index),
                         reactive_model_seen_relation_free);

  reactive_model_relation_retire (relation);
}

void
reactive_model_relation_retire (ReactiveModelRelation *relation)
{
  if (relation->life == REACTIVE_LIFE_DYING && relation->n_inside == 0)
    reactive_model_relation_die (relation);
}

/* By number. */
static void
remove_from_model (ReactiveModelRelation *relation)
{
  GPtrArray *relations = relation->model->relations;
  guint low = 0;
  guint high = relations->len;

  while (high - low > 1)
    {
      const guint middle = low + (high - low) / 2;

      if (((const ReactiveModelRelation *) g_ptr_array_index (relations, middle))->number <= relation->number)
        low = middle;
      else
        high = middle;
    }

  g_assert (g_ptr_array_index (relations, low) == relation);
  reactive_model_bury (relation->model, g_ptr_array_steal_index (relations, low),
                       (GDestroyNotify) reactive_model_relation_free);
}

void
reactive_model_relation_die (ReactiveModelRelation *relation)
{
  relation->life = REACTIVE_LIFE_DEAD;
  remove_from_model (relation);
  for (guint i = 0; i < relation->n_ends; i++)
    g_ptr_array_remove (relation->ends[i].application->relations, relation);

  if (!reactive_model_relation_is_peer (relation))
    for (guint i = 0; i < relation->n_ends; i++)
      reactive_model_application_retire (relation->ends[i].application);
}

/*
 * Databags
 */

/* FALSE where nothing has changed. Takes @data. */
static gboolean
replace_data (ReactiveModelDatabag *databag, ReactiveJson *data)
{
  const gboolean is_same = reactive_json_equal (databag->data, data);

  reactive_json_unref (databag->data);
  databag->data = data;
  if (!is_same)
    databag->version++;

  return !is_same;
}

void
reactive_model_set_databag (ReactiveModelRelation *relation, ReactiveModelUnit *unit, ReactiveJson *data)
{
  ReactiveModelMember *member = reactive_model_relation_find_member (relation, unit);

  g_assert (member != NULL);

  if (replace_data (&member->databag, data) && member->is_present)
    reactive_model_relation_mark_visible (unit, relation);
}

void
reactive_model_set_application_databag (ReactiveModelRelation *relation, guint end, ReactiveJson *data,
                                        ReactiveModelUnit *writer)
{
  const ReactiveModelEnd *other = reactive_model_relation_get_other_end (relation, end);
  ReactiveModelSeenRelation *seen;

  if (!replace_data (&relation->ends[end].databag, data))
    return;

  for (guint i = 0; i < other->members->len; i++)
    reactive_model_mark_ready (((ReactiveModelMember *) g_ptr_array_index (other->members, i))->unit);

  seen = writer != NULL && reactive_model_relation_is_peer (relation)
             ? reactive_model_unit_find_relation (writer, relation)
             : NULL;
  if (seen != NULL)
    seen->application_version = relation->ends[end].databag.version;
}
