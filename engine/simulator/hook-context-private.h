/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "simulator/hook-context.h"

typedef struct _ReactivePendingSecrets ReactivePendingSecrets;

/* Changes to one databag that wait for the end of the hook. */
typedef struct
{
  ReactiveModelSeenRelation *relation;
  gboolean of_application;
  ReactiveJson *changes; /* object: strings; null deletes */
} ReactivePendingDatabag;

/* What is not needed is not made: most hooks write a key or two. */
struct _ReactiveHookContext
{
  ReactiveJuju juju; /* the view, whose free() does nothing; first */
  ReactiveModelUnit *unit;
  ReactiveModelHook hook;
  ReactiveHookNoteFunc watch;
  gpointer watch_data;
  char *directory;       /* (nullable) */
  char *relation_id;     /* (nullable): of the hook, once it was asked for */
  gboolean was_follower; /* who did not lead once in a hook, does not lead in it */
  ReactiveRebootRequest reboot;
  GPtrArray *kept;                 /* (nullable): ReactiveJson: answers */
  GPtrArray *texts;                /* (nullable): char *: answers */
  GArray *databags;                /* (nullable): ReactivePendingDatabag */
  ReactiveJson *state;             /* (nullable): as it will be */
  GPtrArray *ports;                /* (nullable): as they will be */
  GPtrArray *storages;             /* (nullable): char *: names of what is to be added, one each */
  ReactivePendingSecrets *secrets; /* (nullable) */
};

/* Keeps an answer as long as the context; takes it. */
const ReactiveJson *reactive_hook_context_keep (ReactiveHookContext *context, ReactiveJson *answer);
const char *reactive_hook_context_keep_text (ReactiveHookContext *context, char *text);
/* Sorts @texts, of char *, and keeps an array of them. */
const ReactiveJson *reactive_hook_context_keep_sorted (ReactiveHookContext *context, GPtrArray *texts);
/* Puts @value (transfer full) in *@place; whoever has the old one from this context may keep it to the end. */
void reactive_hook_context_replace (ReactiveHookContext *context, ReactiveJson **place, ReactiveJson *value);

/* Tells the watcher, if there is one. */
void reactive_hook_context_note (ReactiveHookContext *context, const char *what, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

GArray *reactive_hook_context_new_databags (void);

static inline ReactiveModel *
reactive_hook_context_get_model (const ReactiveHookContext *context)
{
  return context->unit->application->model;
}

static inline gboolean
reactive_hook_context_is_restricted (const ReactiveHookContext *context)
{
  return context->hook.kind == REACTIVE_MODEL_HOOK_COLLECT_METRICS
         || context->hook.kind == REACTIVE_MODEL_HOOK_METER_STATUS_CHANGED;
}

gboolean reactive_hook_context_is_leader (ReactiveHookContext *context);
/* Errors: DENIED with "PREFIX: this unit is not the leader"; @prefix (nullable) */
gboolean reactive_hook_context_require_leader (ReactiveHookContext *context, const char *prefix, GError **error);

/* Relations (hook-context-relation.c). Errors: TOOL. */
ReactiveModelSeenRelation *reactive_hook_context_find_relation (ReactiveHookContext *context, const char *relation_id,
                                                                GError **error);
const ReactiveJson *reactive_hook_context_relation_ids (ReactiveHookContext *context, const char *endpoint);
const ReactiveJson *reactive_hook_context_relation_list (ReactiveHookContext *context, const char *relation_id,
                                                         GError **error);
const char *reactive_hook_context_relation_app (ReactiveHookContext *context, const char *relation_id, GError **error);
/* What was there before the hook. */
const ReactiveJson *reactive_hook_context_relation_read (ReactiveHookContext *context, const char *relation_id,
                                                         const char *name, gboolean of_application, GError **error);
gboolean reactive_hook_context_relation_set (ReactiveHookContext *context, const char *relation_id,
                                             gboolean of_application, const ReactiveJson *settings, GError **error);
void reactive_hook_context_commit_databags (ReactiveHookContext *context);

/* Status, leader's settings (hook-context-status.c). */
const ReactiveJson *reactive_hook_context_status_get (ReactiveHookContext *context, gboolean of_application,
                                                      GError **error);
gboolean reactive_hook_context_status_set (ReactiveHookContext *context, gboolean of_application, const char *status,
                                           const char *message, GError **error);
gboolean reactive_hook_context_leader_set (ReactiveHookContext *context, const ReactiveJson *settings, GError **error);

/* Actions (hook-context-action.c). */
const ReactiveJson *reactive_hook_context_action_get (ReactiveHookContext *context, GError **error);
gboolean reactive_hook_context_action_set (ReactiveHookContext *context, const char *key, const char *value,
                                           GError **error);
gboolean reactive_hook_context_action_fail (ReactiveHookContext *context, const char *message, GError **error);
gboolean reactive_hook_context_action_log (ReactiveHookContext *context, const char *message, GError **error);

/* Addresses, ports (hook-context-network.c, hook-context-port.c). */
const ReactiveJson *reactive_hook_context_network_get (ReactiveHookContext *context, const char *binding,
                                                       const char *relation_id, GError **error);
/* What was open before the hook. */
const ReactiveJson *reactive_hook_context_ports_before (ReactiveHookContext *context);
void reactive_hook_context_commit_ports (ReactiveHookContext *context);

/* The units by name, as a map of them is written (hook-context-unit.c). */
GPtrArray *reactive_hook_context_sort_units (const ReactiveModelApplication *application);

/* Reboots (hook-context-unit.c): the unit is told of one that comes. */
void reactive_hook_context_announce_reboot (ReactiveHookContext *context);

/* State, storage (hook-context-state.c, hook-context-storage.c). check: whether a commit would go well; it must not
 * fail after that. Errors: TOOL. */
gboolean reactive_hook_context_check_state (ReactiveHookContext *context, GError **error);
void reactive_hook_context_commit_state (ReactiveHookContext *context);
gboolean reactive_hook_context_check_storages (ReactiveHookContext *context, GError **error);
void reactive_hook_context_commit_storages (ReactiveHookContext *context);

/* Secrets (hook-context-secret.c). */
gboolean reactive_hook_context_check_secrets (ReactiveHookContext *context, GError **error);
void reactive_hook_context_commit_secrets (ReactiveHookContext *context);
void reactive_pending_secrets_free (ReactivePendingSecrets *secrets);

extern const ReactiveJujuClass reactive_hook_context_juju_class;
