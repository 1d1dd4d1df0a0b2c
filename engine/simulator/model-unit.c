/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/model-private.h"

void
reactive_model_unit_free (ReactiveModelUnit *unit)
{
  if (unit == NULL)
    return;

  g_ptr_array_unref (unit->relations);
  g_ptr_array_unref (unit->ports);
  g_ptr_array_unref (unit->storages);
  g_ptr_array_unref (unit->actions);
  g_ptr_array_unref (unit->notices);
  g_ptr_array_unref (unit->consumed);
  g_clear_pointer (&unit->subordinates, g_ptr_array_unref);
  g_free (unit->queued);
  g_free (unit->failed);
  reactive_json_unref (unit->persistent_config);
  reactive_json_unref (unit->seen_config);
  reactive_json_unref (unit->state);
  reactive_json_unref (unit->own_data);
  reactive_model_status_clear (&unit->status);
  reactive_model_charm_unref (unit->charm);
  g_free (unit->address);
  g_free (unit->name);
  g_free (unit);
}

static ReactiveJson *
make_own_data (const char *address)
{
  ReactiveJson *data = reactive_json_new_object ();
  g_autofree char *subnet = g_strdup_printf ("%s/32", address);

  reactive_json_object_set (data, "egress-subnets", reactive_json_new_string (subnet));
  reactive_json_object_set (data, "ingress-address", reactive_json_new_string (address));
  reactive_json_object_set (data, "private-address", reactive_json_new_string (address));

  return data;
}

/* Beside its principal, or on a machine of its own. */
static void
place (ReactiveModelUnit *unit)
{
  ReactiveModel *model = unit->application->model;
  guint number;

  if (unit->principal != NULL)
    {
      unit->machine = unit->principal->machine;
      unit->address = g_strdup (unit->principal->address);
      unit->own_data = reactive_json_ref (unit->principal->own_data);
      return;
    }

  number = model->next_address++;
  unit->machine = model->next_machine++;
  unit->address = g_strdup_printf ("10.%u.%u.%u", number >> 16 & 0xff, number >> 8 & 0xff, number & 0xff);
  unit->own_data = make_own_data (unit->address);
}

void
reactive_model_unit_take_charm (ReactiveModelUnit *unit)
{
  ReactiveModelCharm *charm = reactive_model_charm_ref (unit->application->charm);

  reactive_model_charm_unref (unit->charm);
  unit->charm = charm;
  unit->seen_charm = unit->application->charm_version;
}

ReactiveModelUnit *
reactive_model_unit_new (ReactiveModelApplication *application, ReactiveModelUnit *principal)
{
  ReactiveModelUnit *unit = g_new0 (ReactiveModelUnit, 1);

  unit->application = application;
  unit->number = application->next_unit++;
  unit->name = g_strdup_printf ("%s/%u", application->name, unit->number);
  unit->principal = principal;
  unit->state = reactive_json_ref (application->model->empty);
  unit->relations = g_ptr_array_new_with_free_func (reactive_model_seen_relation_free);
  unit->ports = g_ptr_array_new_with_free_func (g_free);
  unit->storages = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_model_storage_free);
  unit->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_model_action_free);
  unit->notices = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_model_notice_free);
  unit->consumed = g_ptr_array_new ();
  reactive_model_status_init (&unit->status, application->model);
  reactive_model_unit_take_charm (unit);
  place (unit);
  if (principal != NULL)
    {
      if (principal->subordinates == NULL)
        principal->subordinates = g_ptr_array_new ();
      g_ptr_array_add (principal->subordinates, unit);
    }

  g_ptr_array_add (application->units, unit);
  reactive_model_unit_add_storages (unit);
  for (guint i = 0; i < application->relations->len; i++)
    reactive_model_relation_add_unit (g_ptr_array_index (application->relations, i), unit);
  reactive_model_application_elect (application, /* unit= */ NULL);
  reactive_model_mark_ready (unit);

  return unit;
}

ReactiveModelUnit *
reactive_model_add_unit (ReactiveModelApplication *application, GError **error)
{
  if (application->life != REACTIVE_LIFE_ALIVE)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "cannot add unit to application '%s': it is not alive", application->name);
      return NULL;
    }
  if (reactive_model_application_is_subordinate (application))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "cannot add unit to application '%s': application is a subordinate", application->name);
      return NULL;
    }

  return reactive_model_unit_new (application, /* principal= */ NULL);
}

gboolean
reactive_model_remove_unit (ReactiveModelUnit *unit, GError **error)
{
  if (unit->life != REACTIVE_LIFE_ALIVE)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "unit '%s' is %s", unit->name,
                          unit->life == REACTIVE_LIFE_DYING ? "dying" : "gone");
  if (unit->principal != NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "unit '%s' is a subordinate of '%s'", unit->name,
                          unit->principal->name);

  reactive_model_unit_destroy (unit);
  return TRUE;
}

/* Others see at once that the unit leaves, before it has run its own hooks. */
static void
depart (ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen)
{
  ReactiveModelMember *member = reactive_model_relation_find_member (seen->relation, unit);

  if (!seen->is_created || reactive_model_endpoint_is_implicit (&seen->relation->ends[seen->end].endpoint))
    {
      reactive_model_relation_leave (unit, seen);
      return;
    }

  reactive_model_relation_mark_visible (unit, seen->relation);
  member->is_present = FALSE;
}

void
reactive_model_unit_destroy (ReactiveModelUnit *unit)
{
  if (unit->life != REACTIVE_LIFE_ALIVE)
    return;

  unit->life = REACTIVE_LIFE_DYING;
  reactive_model_application_elect (unit->application, unit);
  for (guint i = unit->relations->len; i > 0; i--)
    depart (unit, g_ptr_array_index (unit->relations, i - 1));
  for (guint i = unit->subordinates != NULL ? unit->subordinates->len : 0; i > 0; i--)
    reactive_model_unit_destroy (g_ptr_array_index (unit->subordinates, i - 1));

  reactive_model_mark_ready (unit);
  reactive_model_unit_retire (unit);
}

/* A relation may still want a subordinate in place of the one that has gone. */
static void
replace_subordinate (ReactiveModelUnit *principal, const ReactiveModelApplication *application)
{
  for (guint i = 0; i < principal->relations->len && principal->life == REACTIVE_LIFE_ALIVE; i++)
    {
      const ReactiveModelSeenRelation *seen = g_ptr_array_index (principal->relations, i);

      if (seen->is_created && reactive_model_seen_relation_get_other_end (seen)->application == application)
        reactive_model_relation_add_subordinate (principal, seen);
    }
}

static void
die (ReactiveModelUnit *unit)
{
  ReactiveModelApplication *application = unit->application;
  ReactiveModelUnit *principal = unit->principal;
  guint index;

  unit->life = REACTIVE_LIFE_DEAD;
  for (guint i = unit->relations->len; i > 0; i--)
    reactive_model_relation_leave (unit, g_ptr_array_index (unit->relations, i - 1));
  for (guint i = unit->n_actions_run; i < unit->actions->len; i++)
    {
      ReactiveModelAction *action = g_ptr_array_index (unit->actions, i);

      g_free (action->status);
      action->status = g_strdup ("cancelled");
    }

  if (g_ptr_array_find (application->units, unit, &index))
    reactive_model_bury (application->model, g_ptr_array_steal_index (application->units, index),
                         (GDestroyNotify) reactive_model_unit_free);
  if (principal != NULL)
    {
      g_ptr_array_remove (principal->subordinates, unit);
      replace_subordinate (principal, application);
      reactive_model_unit_retire (principal);
    }
  reactive_model_application_retire (application);
}

static gboolean
has_attached_storage (const ReactiveModelUnit *unit)
{
  for (guint i = 0; i < unit->storages->len; i++)
    if (((const ReactiveModelStorage *) g_ptr_array_index (unit->storages, i))->is_attached)
      return TRUE;

  return FALSE;
}

void
reactive_model_unit_retire (ReactiveModelUnit *unit)
{
  const gboolean is_waiting
      = unit->failed != NULL || unit->queued != NULL || (unit->subordinates != NULL && unit->subordinates->len > 0);

  if (unit->life != REACTIVE_LIFE_DYING || is_waiting)
    return;

  /* What was never installed has nothing to undo but storage. */
  if (unit->is_removed || (!unit->is_installed && !has_attached_storage (unit)))
    die (unit);
}
