/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/juju.h"
#include "simulator/model-hook.h"

/* What one unit may ask of the model, and tell it, while one hook runs: ReactiveJuju with a model behind it. Who may
 * read and write what, and what waits for the end of a good hook, is as Juju has it. The remaining questions, which
 * ReactiveJuju has no functions for, are below; the command lines of the hook tools stand on both (hook-tool.h).
 *
 * A refusal is an error: INVALID where the tool would exit with 2 (bad arguments), NO_TOOL where this Juju has no such
 * tool, DENIED or TOOL where it would exit with 1. The message is the tool's, without "ERROR ". */
typedef struct _ReactiveHookContext ReactiveHookContext;

/* Something that the charm told Juju, for whoever watches: at once what takes effect at once, at the end of a good hook
 * what waits for it, and there only what changed something. */
typedef struct
{
  const char *what; /* the tool: "status-set", "juju-log", "relation-set" */
  /* "active: ready", "application active: ready"; "INFO: text"; "db:1 app/0 KEY=VALUE", and where it was deleted "db:1
   * app/0 KEY"; else the words that the tool would be given */
  const char *text;
} ReactiveHookNote;
typedef void (*ReactiveHookNoteFunc) (const ReactiveHookNote *note, gpointer data);

/* For @hook of @unit, which has begun. */
ReactiveHookContext *reactive_hook_context_new (ReactiveModelUnit *unit, const ReactiveModelHook *hook);
void reactive_hook_context_free (ReactiveHookContext *context);
/* What relative paths are meant from in the tools that ReactiveJuju's call() runs: the unit's charm directory. */
void reactive_hook_context_set_directory (ReactiveHookContext *context, const char *directory);
void reactive_hook_context_set_watch (ReactiveHookContext *context, ReactiveHookNoteFunc func, gpointer data);
ReactiveModelUnit *reactive_hook_context_get_unit (ReactiveHookContext *context);
const ReactiveModelHook *reactive_hook_context_get_hook (ReactiveHookContext *context);
/* A view of the context that its holder frees; the context stays. relation_get() shows of the unit's own databags what
 * was there before the hook, as the tool implementation does for the engine. */
ReactiveJuju *reactive_hook_context_get_juju (ReactiveHookContext *context);

/* What waits for the end of the hook becomes part of the model, all of it or, with an error (a quota), nothing. */
gboolean reactive_hook_context_commit (ReactiveHookContext *context, GError **error);
/* What waits is dropped. */
void reactive_hook_context_discard (ReactiveHookContext *context);

/* Whether a Juju of @version has @tool, which some Juju has. */
gboolean reactive_juju_version_has_tool (ReactiveJujuVersion version, const char *tool);
/* Whether this Juju has @tool, and it does not fail on purpose (model-fault.h). Errors: NO_TOOL; TOOL or what else the
 * fault has. Every function here that can refuse asks for its own tool. */
gboolean reactive_hook_context_check_tool (ReactiveHookContext *context, const char *tool, GError **error);

/* What is said of a relation: "db:3" for "3", ":3" and "anything:3". Owned by the context. Errors: INVALID. */
const char *reactive_hook_context_resolve_relation (ReactiveHookContext *context, const char *text, GError **error);
/* The tools' own view: relation-get shows what this hook has set. Answers are the context's. */
const ReactiveJson *reactive_hook_context_relation_get (ReactiveHookContext *context, const char *relation_id,
                                                        const char *name, gboolean of_application, GError **error);
/* NULL outside of relation hooks: what relation tools take where no relation is named. Owned by the context. */
const char *reactive_hook_context_get_relation_id (ReactiveHookContext *context);
/* The remote unit; else, in created, broken and changes of the application, NULL with the application. */
const char *reactive_hook_context_get_remote_unit (ReactiveHookContext *context);
const char *reactive_hook_context_get_remote_app (ReactiveHookContext *context);

/* open-port and close-port of @endpoints (nullable: of all); opened-ports with what this hook has opened and closed:
 * "80/tcp", with endpoints "80/tcp (*)" and "81/tcp (a, b)". */
gboolean reactive_hook_context_set_port (ReactiveHookContext *context, const char *port, const char *const *endpoints,
                                         gboolean open, GError **error);
const ReactiveJson *reactive_hook_context_opened_ports (ReactiveHookContext *context, gboolean with_endpoints);

/* state-get, -set and -delete: an object of strings; null deletes */
const ReactiveJson *reactive_hook_context_state_get (ReactiveHookContext *context);
gboolean reactive_hook_context_state_set (ReactiveHookContext *context, const ReactiveJson *values, GError **error);

/* storage-get, -list and -add; @id "data/0" */
const ReactiveModelStorage *reactive_hook_context_storage_get (ReactiveHookContext *context, const char *id,
                                                               GError **error);
/* @name (nullable): array of strings */
const ReactiveJson *reactive_hook_context_storage_list (ReactiveHookContext *context, const char *name);
gboolean reactive_hook_context_storage_add (ReactiveHookContext *context, const char *name, guint count,
                                            GError **error);

/* The path of a resource. */
const char *reactive_hook_context_resource_get (ReactiveHookContext *context, const char *name, GError **error);
const ReactiveJson *reactive_hook_context_goal_state (ReactiveHookContext *context);
const ReactiveJson *reactive_hook_context_credential_get (ReactiveHookContext *context, GError **error);
const char *reactive_hook_context_unit_get (ReactiveHookContext *context, const char *setting, GError **error);

typedef enum
{
  REACTIVE_REBOOT_NONE,
  REACTIVE_REBOOT_LATER, /* after the hook, if it is a good one */
  REACTIVE_REBOOT_NOW,   /* the caller is to be killed; the hook comes again */
} ReactiveRebootRequest;
gboolean reactive_hook_context_reboot (ReactiveHookContext *context, gboolean now, GError **error);
ReactiveRebootRequest reactive_hook_context_get_reboot (ReactiveHookContext *context);

/* Tools that Juju 4 has no longer. A metric is taken in collect-metrics alone; payloads are the operator's. */
gboolean reactive_hook_context_add_metric (ReactiveHookContext *context, const char *key, const char *value,
                                           GError **error);
/* @payload: its name in metadata.yaml */
gboolean reactive_hook_context_payload_register (ReactiveHookContext *context, const char *type, const char *payload,
                                                 const char *id, GError **error);
gboolean reactive_hook_context_payload_unregister (ReactiveHookContext *context, const char *payload, const char *id,
                                                   GError **error);
gboolean reactive_hook_context_payload_status_set (ReactiveHookContext *context, const char *payload, const char *id,
                                                   const char *status, GError **error);

/* Secrets. */
typedef struct
{
  const char *label;           /* (nullable) */
  const char *description;     /* (nullable) */
  const char *expire;          /* (nullable): as RFC 3339 */
  const char *rotate;          /* (nullable) */
  gboolean is_of_unit;         /* else of the application */
  const ReactiveJson *content; /* (nullable): object of strings */
} ReactiveSecretChange;

/* "secret:…": owned by the context */
const char *reactive_hook_context_secret_add (ReactiveHookContext *context, const ReactiveSecretChange *change,
                                              GError **error);
gboolean reactive_hook_context_secret_set (ReactiveHookContext *context, const char *id,
                                           const ReactiveSecretChange *change, GError **error);
typedef enum
{
  REACTIVE_SECRET_TRACKED,
  REACTIVE_SECRET_PEEK,
  REACTIVE_SECRET_REFRESH,
} ReactiveSecretLook;
/* @id and @label: one may be NULL; both label it. Object of strings. */
const ReactiveJson *reactive_hook_context_secret_get (ReactiveHookContext *context, const char *id, const char *label,
                                                      ReactiveSecretLook look, GError **error);
const ReactiveJson *reactive_hook_context_secret_info_get (ReactiveHookContext *context, const char *id,
                                                           const char *label, GError **error);
/* Array of strings; JSON null when there are none */
const ReactiveJson *reactive_hook_context_secret_ids (ReactiveHookContext *context);
gboolean reactive_hook_context_secret_grant (ReactiveHookContext *context, const char *id, const char *relation_id,
                                             const char *unit, GError **error);
gboolean reactive_hook_context_secret_revoke (ReactiveHookContext *context, const char *id, const char *relation_id,
                                              const char *application, const char *unit, GError **error);
/* @revision 0: all of them */
gboolean reactive_hook_context_secret_remove (ReactiveHookContext *context, const char *id, guint revision,
                                              GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveHookContext, reactive_hook_context_free)
