/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

typedef enum
{
  REACTIVE_HOOK_UNIT, /* install, config-changed, … and any hook that is none of the others */
  REACTIVE_HOOK_RELATION,
  REACTIVE_HOOK_STORAGE,
  REACTIVE_HOOK_SECRET,
  REACTIVE_HOOK_WORKLOAD,   /* pebble-* */
  REACTIVE_HOOK_RESTRICTED, /* collect-metrics, meter-status-changed */
  REACTIVE_HOOK_ACTION,
} ReactiveHookKind;

/* What Juju asks for, read from the environment (all strings owned; NULL where empty or absent). */
typedef struct
{
  ReactiveHookKind kind;
  char *name;        /* "db-relation-joined"; an action's name for an action */
  char *subject;     /* relation endpoint, storage or container name, by the longest known suffix */
  char *event;       /* "joined", "attached", "ready"; the name itself for unit hooks */
  char *relation_id; /* "db:1" */
  char *remote_unit;
  char *remote_app;
  char *departing_unit;
  char *storage_id, *storage_location, *storage_kind;
  char *secret_id, *secret_label, *secret_revision;
  char *workload_name, *notice_id, *notice_type, *notice_key, *check_name;
  char *action_uuid;
  char *unit_name; /* "app/0" */
  char *model_uuid, *model_name;
  char *machine_id, *principal_unit, *availability_zone;
  char *juju_version;
  char *context_id;
  char *charm_dir; /* $JUJU_CHARM_DIR, else $CHARM_DIR */
} ReactiveHook;

/* The names that the charm's metadata declares; a hook is of a relation only if its endpoint is among them. */
typedef struct
{
  const char *const *endpoints;
  const char *const *storages;
  const char *const *containers;
} ReactiveHookNames;

/* A variable of @environment, which is like environ; NULL if it is empty, too: some Jujus export so what others leave
 * out. */
const char *reactive_hook_environment_get (const char *const *environment, const char *variable);

/* The charm directory alone, which is needed before the metadata can be read: $JUJU_CHARM_DIR, else $CHARM_DIR. NULL if
 * neither is set. */
const char *reactive_hook_environment_charm_dir (const char *const *environment);

ReactiveHook *reactive_hook_new_from_environment (const char *const *environment, const ReactiveHookNames *names,
                                                  GError **error);
void reactive_hook_free (ReactiveHook *hook);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveHook, reactive_hook_free)
