/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/model-private.h"

static void
add (GArray *hooks, ReactiveModelHook hook)
{
  g_array_append_val (hooks, hook);
}

static void
add_kind (GArray *hooks, ReactiveModelHookKind kind)
{
  add (hooks, (ReactiveModelHook){ .kind = kind });
}

static gboolean
is_leaving (const ReactiveModelUnit *unit)
{
  return unit->life != REACTIVE_LIFE_ALIVE || unit->application->life != REACTIVE_LIFE_ALIVE;
}

/*
 * Relations. Within one, departures come first, then the end, then the application's data, then who is new, then the
 * units' data, and units in the order of their names.
 */

/* @best (nullable): what was found up to now */
static ReactiveModelMember *
get_first_by_name (ReactiveModelMember *best, ReactiveModelMember *other)
{
  return best == NULL || strcmp (other->unit->name, best->unit->name) < 0 ? other : best;
}

static ReactiveModelMember *
find_departed (const ReactiveModelSeenRelation *seen, gboolean is_over)
{
  ReactiveModelMember *found = NULL;

  for (guint i = 0; i < seen->members->len; i++)
    {
      ReactiveModelMember *member = g_array_index (seen->members, ReactiveModelSeenMember, i).member;

      if (is_over || !member->is_present)
        found = get_first_by_name (found, member);
    }

  return found;
}

static ReactiveModelMember *
find_new (const ReactiveModelUnit *unit, const ReactiveModelSeenRelation *seen)
{
  ReactiveModelVisible visible;
  ReactiveModelMember *member;
  ReactiveModelMember *found = NULL;

  reactive_model_visible_init (&visible, unit, seen->relation);
  while ((member = reactive_model_visible_next (&visible)) != NULL)
    if (reactive_model_seen_relation_find (seen, member->unit) == NULL)
      found = get_first_by_name (found, member);

  return found;
}

/* @is_first: of one that joined, and whose first change was not told yet */
static ReactiveModelMember *
find_changed (const ReactiveModelSeenRelation *seen, gboolean is_first)
{
  ReactiveModelMember *found = NULL;

  for (guint i = 0; i < seen->members->len; i++)
    {
      const ReactiveModelSeenMember *member = &g_array_index (seen->members, ReactiveModelSeenMember, i);

      if (is_first ? member->version == 0 : member->version != member->member->databag.version)
        found = get_first_by_name (found, member->member);
    }

  return found;
}

static void
add_changed (GArray *hooks, ReactiveModelSeenRelation *seen, ReactiveModelMember *member)
{
  add (hooks, (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_RELATION_CHANGED,
                                   .relation = seen,
                                   .member = member,
                                   .version = member->databag.version });
}

static void
add_departed (GArray *hooks, ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen, ReactiveModelMember *member)
{
  add (hooks, (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_RELATION_DEPARTED,
                                   .relation = seen,
                                   .member = member,
                                   .departing = is_leaving (unit) ? unit : member->unit });
}

/* What comes next of a relation that has not ended: at most one hook. */
static void
list_living_relation (ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen, GArray *hooks)
{
  const ReactiveModelDatabag *databag = &reactive_model_seen_relation_get_other_end (seen)->databag;
  ReactiveModelMember *member;

  if (databag->version != seen->application_version)
    {
      add (hooks, (ReactiveModelHook){
                      .kind = REACTIVE_MODEL_HOOK_RELATION_CHANGED, .relation = seen, .version = databag->version });
      return;
    }

  member = find_new (unit, seen);
  if (member != NULL)
    {
      add (hooks,
           (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_RELATION_JOINED, .relation = seen, .member = member });
      return;
    }

  member = find_changed (seen, /* is_first= */ FALSE);
  if (member != NULL)
    add_changed (hooks, seen, member);
}

static void
list_relation (ReactiveModelUnit *unit, ReactiveModelSeenRelation *seen, GArray *hooks)
{
  const gboolean is_over = unit->life != REACTIVE_LIFE_ALIVE || seen->relation->life != REACTIVE_LIFE_ALIVE;
  ReactiveModelMember *member;

  if (!seen->is_created || reactive_model_endpoint_is_implicit (&seen->relation->ends[seen->end].endpoint))
    return;

  /* Whoever joined is heard, even if it has left since. */
  member = find_changed (seen, /* is_first= */ TRUE);
  if (member != NULL)
    {
      add_changed (hooks, seen, member);
      return;
    }

  member = find_departed (seen, is_over);
  if (member != NULL)
    add_departed (hooks, unit, seen, member);
  else if (!is_over)
    list_living_relation (unit, seen, hooks);
  else if (!reactive_model_relation_is_peer (seen->relation))
    add (hooks, (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_RELATION_BROKEN, .relation = seen });
}

static void
list_relations (ReactiveModelUnit *unit, GArray *hooks)
{
  for (guint i = 0; i < unit->relations->len; i++)
    list_relation (unit, g_ptr_array_index (unit->relations, i), hooks);
}

static void
list_created (ReactiveModelUnit *unit, GArray *hooks)
{
  for (guint i = 0; i < unit->relations->len; i++)
    {
      ReactiveModelSeenRelation *seen = g_ptr_array_index (unit->relations, i);

      if (!seen->is_created && seen->relation->life == REACTIVE_LIFE_ALIVE
          && !reactive_model_endpoint_is_implicit (&seen->relation->ends[seen->end].endpoint))
        add (hooks, (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_RELATION_CREATED, .relation = seen });
    }
}

/*
 * All else
 */

static void
list_leadership (const ReactiveModelUnit *unit, GArray *hooks)
{
  const ReactiveModelApplication *application = unit->application;

  if (application->leader == unit)
    {
      if (!unit->knows_it_leads)
        add_kind (hooks, REACTIVE_MODEL_HOOK_LEADER_ELECTED);
    }
  else if (application->model->juju < REACTIVE_JUJU_4 && unit->seen_settings != application->settings_version)
    add_kind (hooks, REACTIVE_MODEL_HOOK_LEADER_SETTINGS_CHANGED);
}

static void
list_storages (const ReactiveModelUnit *unit, GArray *hooks)
{
  for (guint i = 0; i < unit->storages->len; i++)
    {
      ReactiveModelStorage *storage = g_ptr_array_index (unit->storages, i);
      const gboolean is_alive = storage->life == REACTIVE_LIFE_ALIVE && unit->life == REACTIVE_LIFE_ALIVE;

      if (is_alive && !storage->is_attached)
        add (hooks, (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_STORAGE_ATTACHED, .storage = storage });
      else if (!is_alive && storage->is_attached)
        add (hooks, (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_STORAGE_DETACHING, .storage = storage });
    }
}

static void
list_secrets (const ReactiveModelUnit *unit, GArray *hooks)
{
  for (guint i = 0; i < unit->consumed->len; i++)
    {
      ReactiveModelSecret *secret = g_ptr_array_index (unit->consumed, i);
      const ReactiveModelConsumer *consumer = reactive_model_secret_find_consumer (secret, unit);
      const guint latest = secret->revisions->len;

      if (secret->owner_unit != unit && consumer->revision < latest && consumer->seen < latest)
        add (hooks,
             (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_SECRET_CHANGED, .secret = secret, .version = latest });
    }
}

/* One after the other. */
static void
list_action (const ReactiveModelUnit *unit, GArray *hooks)
{
  if (unit->n_actions_run < unit->actions->len)
    add (hooks, (ReactiveModelHook){ .kind = REACTIVE_MODEL_HOOK_ACTION,
                                     .action = g_ptr_array_index (unit->actions, unit->n_actions_run) });
}

static void
list_notice (const ReactiveModelUnit *unit, GArray *hooks)
{
  ReactiveModelNotice *notice = unit->notices->len > 0 ? g_ptr_array_index (unit->notices, 0) : NULL;

  if (notice != NULL && (notice->kind != REACTIVE_MODEL_HOOK_START || unit->is_started))
    add (hooks, (ReactiveModelHook){ .kind = notice->kind, .secret = notice->secret, .notice = notice });
}

static void
list_upgrade (const ReactiveModelUnit *unit, GArray *hooks)
{
  const ReactiveModel *model = unit->application->model;

  if (unit->seen_charm == unit->application->charm_version)
    return;

  add_kind (hooks,
            model->is_kubernetes && unit->is_started ? REACTIVE_MODEL_HOOK_STOP : REACTIVE_MODEL_HOOK_UPGRADE_CHARM);
}

static void
list_before_install (const ReactiveModelUnit *unit, GArray *hooks)
{
  if (!unit->application->model->is_kubernetes)
    list_storages (unit, hooks);
  if (hooks->len == 0)
    add_kind (hooks, REACTIVE_MODEL_HOOK_INSTALL);
}

/* Juju promises config-changed and start alone; the others come when its agent is idle, as it always is by then. */
static void
list_before_start (ReactiveModelUnit *unit, GArray *hooks)
{
  list_created (unit, hooks);
  if (hooks->len == 0)
    list_leadership (unit, hooks);
  if (hooks->len > 0)
    return;

  list_upgrade (unit, hooks);
  if (hooks->len == 0)
    add_kind (hooks, REACTIVE_MODEL_HOOK_CONFIG_CHANGED);
  list_action (unit, hooks);
  list_notice (unit, hooks);
}

/* What is new of several things reaches the agent in any order. */
static void
list_in_operation (ReactiveModelUnit *unit, GArray *hooks)
{
  list_created (unit, hooks);
  list_leadership (unit, hooks);
  list_secrets (unit, hooks);
  list_action (unit, hooks);
  list_notice (unit, hooks);
  list_storages (unit, hooks);
  list_upgrade (unit, hooks);
  if (!reactive_json_equal (unit->seen_config, unit->application->config))
    add_kind (hooks, REACTIVE_MODEL_HOOK_CONFIG_CHANGED);
  list_relations (unit, hooks);

  if (hooks->len == 0 && unit->seen_update_status != unit->application->model->update_status_round)
    add_kind (hooks, REACTIVE_MODEL_HOOK_UPDATE_STATUS);
}

static void
list_teardown (ReactiveModelUnit *unit, GArray *hooks)
{
  list_storages (unit, hooks);
  list_relations (unit, hooks);
  if (hooks->len > 0 || !unit->is_installed || unit->is_removed)
    return;

  add_kind (hooks, unit->is_started ? REACTIVE_MODEL_HOOK_STOP : REACTIVE_MODEL_HOOK_REMOVE);
}

void
reactive_model_list_hooks (ReactiveModelUnit *unit, GArray *hooks)
{
  g_assert (hooks->len == 0);

  if (unit->life == REACTIVE_LIFE_DEAD)
    return;

  if (unit->failed != NULL)
    {
      if (unit->life == REACTIVE_LIFE_ALIVE)
        list_action (unit, hooks);
      if (unit->is_resolved)
        g_array_append_val (hooks, *unit->failed);
    }
  else if (unit->queued != NULL)
    g_array_append_val (hooks, *unit->queued);
  else if (unit->life == REACTIVE_LIFE_DYING)
    list_teardown (unit, hooks);
  else if (!unit->is_installed)
    list_before_install (unit, hooks);
  else if (unit->seen_config == NULL)
    list_before_start (unit, hooks);
  else
    list_in_operation (unit, hooks);
}
