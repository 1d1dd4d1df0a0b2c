/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/model-private.h"

#define INSTALLING "installing charm software"

/* The status that Juju's agent sets as long as the charm has set none. */
static void
set_installing (ReactiveModelUnit *unit)
{
  if (strcmp (unit->status.status, "unknown") == 0)
    reactive_model_status_set (&unit->status, unit->application->model, "maintenance", INSTALLING);
}

static void
set_unknown (ReactiveModelUnit *unit)
{
  if (strcmp (unit->status.message, INSTALLING) == 0)
    reactive_model_status_set (&unit->status, unit->application->model, "unknown", "");
}

void
reactive_model_begin_hook (ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  const ReactiveModelApplication *application = unit->application;
  const ReactiveModelUnit *remote_unit = hook->member != NULL ? hook->member->unit : NULL;

  switch (hook->kind)
    {
    case REACTIVE_MODEL_HOOK_INSTALL:
      set_installing (unit);
      break;
    case REACTIVE_MODEL_HOOK_RELATION_CREATED:
      if (!hook->relation->is_created)
        reactive_model_relation_enter (unit, hook->relation);
      break;
    case REACTIVE_MODEL_HOOK_LEADER_ELECTED:
    case REACTIVE_MODEL_HOOK_LEADER_SETTINGS_CHANGED:
      unit->seen_settings = application->settings_version;
      break;
    case REACTIVE_MODEL_HOOK_CONFIG_CHANGED:
      reactive_json_unref (unit->seen_config);
      unit->seen_config = reactive_json_ref (application->config);
      break;
    case REACTIVE_MODEL_HOOK_RELATION_JOINED:
      if (reactive_model_seen_relation_find (hook->relation, remote_unit) == NULL)
        reactive_model_seen_relation_add (hook->relation, hook->member);
      break;
    case REACTIVE_MODEL_HOOK_RELATION_DEPARTED:
      reactive_model_seen_relation_remove (hook->relation, remote_unit);
      break;
    case REACTIVE_MODEL_HOOK_UPDATE_STATUS:
      unit->seen_update_status = application->model->update_status_round;
      break;
    case REACTIVE_MODEL_HOOK_UPGRADE_CHARM:
      reactive_model_unit_take_charm (unit);
      break;
    case REACTIVE_MODEL_HOOK_ACTION:
      g_free (hook->action->status);
      hook->action->status = g_strdup ("running");
      break;
    default:
      break;
    }
}

static void
queue (ReactiveModelUnit *unit, ReactiveModelHookKind kind)
{
  g_free (unit->queued);
  unit->queued = g_new0 (ReactiveModelHook, 1);
  unit->queued->kind = kind;
}

/* Relations of which no hooks come. */
static void
enter_implicit (ReactiveModelUnit *unit)
{
  for (guint i = 0; i < unit->relations->len; i++)
    {
      ReactiveModelSeenRelation *seen = g_ptr_array_index (unit->relations, i);

      if (!seen->is_created && unit->life == REACTIVE_LIFE_ALIVE
          && reactive_model_endpoint_is_implicit (&seen->relation->ends[seen->end].endpoint))
        reactive_model_relation_enter (unit, seen);
    }
}

static void
see_change (const ReactiveModelHook *hook)
{
  ReactiveModelSeenMember *seen;

  if (hook->member == NULL)
    {
      /* In a hook that told of its peers' data, a leader may have written some itself. */
      hook->relation->application_version = MAX (hook->relation->application_version, hook->version);
      return;
    }

  seen = reactive_model_seen_relation_find (hook->relation, hook->member->unit);
  if (seen != NULL)
    seen->version = hook->version;
}

static void
end_start (ReactiveModelUnit *unit)
{
  if (!unit->is_started)
    unit->seen_update_status = unit->application->model->update_status_round;
  unit->is_started = TRUE;
  set_unknown (unit);
}

/* An upgrade on Kubernetes begins so, too. */
static void
end_stop (ReactiveModelUnit *unit)
{
  unit->is_started = FALSE;
  if (unit->life == REACTIVE_LIFE_ALIVE)
    queue (unit, REACTIVE_MODEL_HOOK_UPGRADE_CHARM);
}

static void
see_secret (const ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  ReactiveModelConsumer *consumer = reactive_model_secret_find_consumer (hook->secret, unit);

  if (consumer != NULL)
    consumer->seen = hook->version;
}

static void
drop_notice (ReactiveModelUnit *unit, ReactiveModelNotice *notice)
{
  guint index;

  if (notice != NULL && g_ptr_array_find (unit->notices, notice, &index))
    reactive_model_bury (unit->application->model, g_ptr_array_steal_index (unit->notices, index),
                         (GDestroyNotify) reactive_model_notice_free);
}

/* What a good hook changes. */
static void
finish (ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  switch (hook->kind)
    {
    case REACTIVE_MODEL_HOOK_STORAGE_ATTACHED:
      hook->storage->is_attached = TRUE;
      break;
    case REACTIVE_MODEL_HOOK_STORAGE_DETACHING:
      hook->storage->is_attached = FALSE;
      reactive_model_unit_drop_storage (unit, hook->storage);
      break;
    case REACTIVE_MODEL_HOOK_INSTALL:
      unit->is_installed = TRUE;
      enter_implicit (unit);
      break;
    case REACTIVE_MODEL_HOOK_LEADER_ELECTED:
      unit->knows_it_leads = unit->application->leader == unit;
      break;
    case REACTIVE_MODEL_HOOK_CONFIG_CHANGED:
      if (!unit->is_started)
        queue (unit, REACTIVE_MODEL_HOOK_START);
      break;
    case REACTIVE_MODEL_HOOK_START:
      end_start (unit);
      break;
    case REACTIVE_MODEL_HOOK_RELATION_CHANGED:
      see_change (hook);
      break;
    case REACTIVE_MODEL_HOOK_RELATION_BROKEN:
      reactive_model_relation_leave (unit, hook->relation);
      break;
    case REACTIVE_MODEL_HOOK_UPGRADE_CHARM:
      queue (unit, REACTIVE_MODEL_HOOK_CONFIG_CHANGED);
      break;
    case REACTIVE_MODEL_HOOK_SECRET_CHANGED:
      see_secret (unit, hook);
      break;
    case REACTIVE_MODEL_HOOK_STOP:
      end_stop (unit);
      break;
    case REACTIVE_MODEL_HOOK_REMOVE:
      unit->is_removed = TRUE;
      reactive_model_status_set (&unit->status, unit->application->model, "terminated", "");
      break;
    default:
      break;
    }

  drop_notice (unit, hook->notice);
}

static void
end_action (ReactiveModelUnit *unit, ReactiveModelAction *action, gboolean was_good)
{
  unit->n_actions_run++;
  if (strcmp (action->status, "running") != 0)
    return;

  g_free (action->status);
  action->status = g_strdup (was_good ? "completed" : "failed");
}

void
reactive_model_end_hook (ReactiveModelUnit *unit, const ReactiveModelHook *hook, gboolean was_good)
{
  const ReactiveModelHook ended = *hook; /* it may be one of those that are freed here */

  reactive_model_mark_ready (unit);
  if (ended.kind == REACTIVE_MODEL_HOOK_ACTION)
    {
      end_action (unit, ended.action, was_good);
      return;
    }

  g_clear_pointer (&unit->queued, g_free);
  g_clear_pointer (&unit->failed, g_free);
  unit->is_resolved = FALSE;
  if (!was_good)
    {
      unit->failed = g_memdup2 (&ended, sizeof ended);
      return;
    }

  finish (unit, &ended);
  reactive_model_unit_retire (unit);
}

gboolean
reactive_model_resolve (ReactiveModelUnit *unit, gboolean retry, GError **error)
{
  const gboolean is_obsolete = unit->failed != NULL && unit->failed->kind == REACTIVE_MODEL_HOOK_LEADER_ELECTED
                               && unit->application->leader != unit;

  if (unit->failed == NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "unit '%s' is not in an error state", unit->name);

  /* leader-elected is passed over where leadership was lost meanwhile. */
  if (!retry || is_obsolete)
    {
      reactive_model_end_hook (unit, unit->failed, /* was_good= */ TRUE);
      return TRUE;
    }

  unit->is_resolved = TRUE;
  reactive_model_mark_ready (unit);
  return TRUE;
}
