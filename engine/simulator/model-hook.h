/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/hook.h"
#include "simulator/model.h"

/* The hooks that Juju would send a unit next, from what is and what the unit has seen. Rules: the resolver of Juju's
 * uniter. */
typedef enum
{
  REACTIVE_MODEL_HOOK_STORAGE_ATTACHED,
  REACTIVE_MODEL_HOOK_STORAGE_DETACHING,
  REACTIVE_MODEL_HOOK_INSTALL,
  REACTIVE_MODEL_HOOK_RELATION_CREATED,
  REACTIVE_MODEL_HOOK_LEADER_ELECTED,
  REACTIVE_MODEL_HOOK_LEADER_SETTINGS_CHANGED,
  REACTIVE_MODEL_HOOK_CONFIG_CHANGED,
  REACTIVE_MODEL_HOOK_START,
  REACTIVE_MODEL_HOOK_RELATION_JOINED,
  REACTIVE_MODEL_HOOK_RELATION_CHANGED, /* without a remote unit: of the other application's databag */
  REACTIVE_MODEL_HOOK_RELATION_DEPARTED,
  REACTIVE_MODEL_HOOK_RELATION_BROKEN,
  REACTIVE_MODEL_HOOK_UPDATE_STATUS,
  REACTIVE_MODEL_HOOK_UPGRADE_CHARM,
  REACTIVE_MODEL_HOOK_SECRET_CHANGED,
  REACTIVE_MODEL_HOOK_STOP,
  REACTIVE_MODEL_HOOK_REMOVE,
  REACTIVE_MODEL_HOOK_ACTION,
  /* those of notices */
  REACTIVE_MODEL_HOOK_WORKLOAD, /* pebble-ready and its like */
  REACTIVE_MODEL_HOOK_COLLECT_METRICS,
  REACTIVE_MODEL_HOOK_METER_STATUS_CHANGED,
  REACTIVE_MODEL_HOOK_PRE_SERIES_UPGRADE,
  REACTIVE_MODEL_HOOK_POST_SERIES_UPGRADE,
  REACTIVE_MODEL_HOOK_SECRET_ROTATE,
  REACTIVE_MODEL_HOOK_SECRET_EXPIRED,
  REACTIVE_MODEL_HOOK_SECRET_REMOVE,
} ReactiveModelHookKind;

/* Borrows everything from the model. */
struct _ReactiveModelHook
{
  ReactiveModelHookKind kind;
  ReactiveModelSeenRelation *relation; /* (nullable) */
  ReactiveModelMember *member;         /* (nullable): the remote unit */
  ReactiveModelUnit *departing;        /* (nullable): who leaves, in departed: the remote unit, or this one */
  guint version;                       /* of the databag, or the secret, that a changed hook is about */
  ReactiveModelStorage *storage;       /* (nullable) */
  ReactiveModelAction *action;         /* (nullable) */
  ReactiveModelSecret *secret;         /* (nullable) */
  ReactiveModelNotice *notice;         /* (nullable) */
};

/* The hooks any of which Juju might send now: several where it promises no order, in an order that is always the same
 * for the same model. Appends to @hooks (element-type
 * ReactiveModelHook), which the caller empties; nothing is appended where there is nothing to do, or the unit is in
 * error. */
void reactive_model_list_hooks (ReactiveModelUnit *unit, GArray *hooks);

/* Note that the unit runs @hook (a unit enters a relation at created, and leaves at its departure), and what became of
 * it. A good one is seen, and what must follow directly is queued; after a bad one the unit is in error, unless it was
 * an action. */
void reactive_model_begin_hook (ReactiveModelUnit *unit, const ReactiveModelHook *hook);
void reactive_model_end_hook (ReactiveModelUnit *unit, const ReactiveModelHook *hook, gboolean was_good);

/* "db-relation-joined", "install"; an action's name. Free with g_free(). */
char *reactive_model_hook_get_name (const ReactiveModelUnit *unit, const ReactiveModelHook *hook);
/* What the engine reads of the environment, made without one. @charm_dir: of the unit; (nullable) */
ReactiveHook *reactive_model_hook_to_hook (const ReactiveModelUnit *unit, const ReactiveModelHook *hook,
                                           const char *context_id, const char *charm_dir);
/* The environment that Juju's agent makes for the hook, but for PATH and the agent socket's address, which are given.
 * Free with g_strfreev(). */
char **reactive_model_hook_get_environment (const ReactiveModelUnit *unit, const ReactiveModelHook *hook,
                                            const char *context_id, const char *charm_dir, const char *tools_dir,
                                            const char *socket_address);
