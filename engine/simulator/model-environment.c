/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "simulator/model-private.h"

#define SYSTEM_PATH "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

/* What the kinds of hooks are called: the whole name of a unit's, what follows the subject of others, and how the
 * engine sorts them. */
static const struct
{
  const char *name;
  ReactiveHookKind kind;
  const char *event; /* NULL: the name */
} hook_kinds[] = {
  [REACTIVE_MODEL_HOOK_STORAGE_ATTACHED] = { "-storage-attached", REACTIVE_HOOK_STORAGE, "attached" },
  [REACTIVE_MODEL_HOOK_STORAGE_DETACHING] = { "-storage-detaching", REACTIVE_HOOK_STORAGE, "detaching" },
  [REACTIVE_MODEL_HOOK_INSTALL] = { "install", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_RELATION_CREATED] = { "-relation-created", REACTIVE_HOOK_RELATION, "created" },
  [REACTIVE_MODEL_HOOK_LEADER_ELECTED] = { "leader-elected", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_LEADER_SETTINGS_CHANGED] = { "leader-settings-changed", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_CONFIG_CHANGED] = { "config-changed", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_START] = { "start", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_RELATION_JOINED] = { "-relation-joined", REACTIVE_HOOK_RELATION, "joined" },
  [REACTIVE_MODEL_HOOK_RELATION_CHANGED] = { "-relation-changed", REACTIVE_HOOK_RELATION, "changed" },
  [REACTIVE_MODEL_HOOK_RELATION_DEPARTED] = { "-relation-departed", REACTIVE_HOOK_RELATION, "departed" },
  [REACTIVE_MODEL_HOOK_RELATION_BROKEN] = { "-relation-broken", REACTIVE_HOOK_RELATION, "broken" },
  [REACTIVE_MODEL_HOOK_UPDATE_STATUS] = { "update-status", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_UPGRADE_CHARM] = { "upgrade-charm", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_SECRET_CHANGED] = { "secret-changed", REACTIVE_HOOK_SECRET, "changed" },
  [REACTIVE_MODEL_HOOK_STOP] = { "stop", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_REMOVE] = { "remove", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_ACTION] = { NULL, REACTIVE_HOOK_ACTION, NULL },
  [REACTIVE_MODEL_HOOK_WORKLOAD] = { NULL, REACTIVE_HOOK_WORKLOAD, NULL },
  [REACTIVE_MODEL_HOOK_COLLECT_METRICS] = { "collect-metrics", REACTIVE_HOOK_RESTRICTED, NULL },
  [REACTIVE_MODEL_HOOK_METER_STATUS_CHANGED] = { "meter-status-changed", REACTIVE_HOOK_RESTRICTED, NULL },
  [REACTIVE_MODEL_HOOK_PRE_SERIES_UPGRADE] = { "pre-series-upgrade", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_POST_SERIES_UPGRADE] = { "post-series-upgrade", REACTIVE_HOOK_UNIT, NULL },
  [REACTIVE_MODEL_HOOK_SECRET_ROTATE] = { "secret-rotate", REACTIVE_HOOK_SECRET, "rotate" },
  [REACTIVE_MODEL_HOOK_SECRET_EXPIRED] = { "secret-expired", REACTIVE_HOOK_SECRET, "expired" },
  [REACTIVE_MODEL_HOOK_SECRET_REMOVE] = { "secret-remove", REACTIVE_HOOK_SECRET, "remove" },
};

/* The endpoint, the storage, the workload; NULL for hooks of the unit. */
static const char *
get_subject (const ReactiveModelHook *hook)
{
  if (hook->relation != NULL)
    return hook->relation->relation->ends[hook->relation->end].endpoint.name;
  if (hook->storage != NULL)
    return hook->storage->name;

  return hook->notice != NULL ? hook->notice->subject : NULL;
}

char *
reactive_model_hook_get_name (const ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  const char *subject = get_subject (hook);
  const char *name = hook->kind == REACTIVE_MODEL_HOOK_ACTION     ? hook->action->name
                     : hook->kind == REACTIVE_MODEL_HOOK_WORKLOAD ? hook->notice->name
                                                                  : hook_kinds[hook->kind].name;

  return g_strconcat (subject != NULL ? subject : "", name, NULL);
}

static const char *
get_remote_app (const ReactiveModelHook *hook)
{
  return reactive_model_seen_relation_get_other_end (hook->relation)->application->name;
}

static const char *
get_detail (const ReactiveModelHook *hook, const char *name)
{
  return hook->notice != NULL ? reactive_json_text_or_null (reactive_json_get_member (hook->notice->details, name))
                              : NULL;
}

/* Those of whom its consumer or owner knows it. */
static const char *
get_secret_label (const ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  const ReactiveModelConsumer *consumer = reactive_model_secret_find_consumer (hook->secret, unit);

  if (hook->kind != REACTIVE_MODEL_HOOK_SECRET_CHANGED)
    return hook->secret->label;

  return consumer != NULL ? consumer->label : NULL;
}

static char *
copy_text (const char *text)
{
  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static void
set_relation (ReactiveHook *result, const ReactiveModelHook *hook)
{
  result->relation_id = reactive_model_relation_get_id (hook->relation->relation, hook->relation->end);
  result->remote_unit = g_strdup (hook->member != NULL ? hook->member->unit->name : NULL);
  result->remote_app = g_strdup (get_remote_app (hook));
  result->departing_unit = g_strdup (hook->departing != NULL ? hook->departing->name : NULL);
}

static void
set_secret (ReactiveHook *result, const ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  result->secret_id = g_strconcat ("secret:", hook->secret->id, NULL);
  result->secret_label = copy_text (get_secret_label (unit, hook));
  if (hook->notice != NULL && hook->notice->revision > 0)
    result->secret_revision = g_strdup_printf ("%u", hook->notice->revision);
}

static void
set_workload (ReactiveHook *result, const ReactiveModelHook *hook)
{
  result->workload_name = g_strdup (hook->notice->subject);
  result->notice_id = copy_text (get_detail (hook, "notice-id"));
  result->notice_type = copy_text (get_detail (hook, "notice-type"));
  result->notice_key = copy_text (get_detail (hook, "notice-key"));
  result->check_name = copy_text (get_detail (hook, "check-name"));
}

static void
set_event (ReactiveHook *result, const ReactiveModelHook *hook)
{
  const char *event = hook_kinds[hook->kind].event;

  if (hook->kind == REACTIVE_MODEL_HOOK_WORKLOAD)
    event = hook->notice->name + strlen ("-pebble-");
  result->event = g_strdup (event != NULL ? event : result->name);
}

/* What every hook is told. */
static void
set_unit (ReactiveHook *result, const ReactiveModelUnit *unit)
{
  const ReactiveModel *model = unit->application->model;
  char machine[REACTIVE_TEXT_NUMBER_BYTES];

  result->unit_name = g_strdup (unit->name);
  result->model_uuid = g_strdup (model->uuid);
  result->model_name = g_strdup (model->name);
  result->machine_id = model->is_kubernetes ? NULL : g_strdup (reactive_text_write_number (machine, unit->machine));
  result->principal_unit = unit->principal != NULL ? g_strdup (unit->principal->name) : NULL;
}

ReactiveHook *
reactive_model_hook_to_hook (const ReactiveModelUnit *unit, const ReactiveModelHook *hook, const char *context_id,
                             const char *charm_dir)
{
  ReactiveHook *result = g_new0 (ReactiveHook, 1);

  result->kind = hook_kinds[hook->kind].kind;
  result->name = reactive_model_hook_get_name (unit, hook);
  result->subject = g_strdup (get_subject (hook));
  set_event (result, hook);
  set_unit (result, unit);
  result->context_id = g_strdup (context_id);
  result->charm_dir = g_strdup (charm_dir);
  if (hook->kind != REACTIVE_MODEL_HOOK_METER_STATUS_CHANGED)
    result->juju_version = g_strdup (reactive_model_get_juju_version (unit->application->model));

  if (hook->relation != NULL)
    set_relation (result, hook);
  if (hook->secret != NULL)
    set_secret (result, unit, hook);
  if (hook->kind == REACTIVE_MODEL_HOOK_WORKLOAD)
    set_workload (result, hook);
  if (hook->action != NULL)
    result->action_uuid = g_strdup_printf ("%u", hook->action->number);
  if (hook->storage != NULL)
    {
      result->storage_id = g_strdup (hook->storage->id);
      result->storage_location = copy_text (hook->storage->location);
      result->storage_kind = g_strdup (hook->storage->kind);
    }

  return result;
}

/*
 * The environment
 */

/* @value (nullable): the variable is empty */
static void
add (GPtrArray *environment, const char *variable, const char *value)
{
  g_ptr_array_add (environment, g_strconcat (variable, "=", value != NULL ? value : "", NULL));
}

static void
add_optional (GPtrArray *environment, const char *variable, const char *value)
{
  if (value != NULL)
    add (environment, variable, value);
}

/* Variables that every hook has, and the same each time. */
static void
add_constants (GPtrArray *environment, const ReactiveModel *model)
{
  static const char *const constants[] = {
    "APT_LISTCHANGES_FRONTEND=none",
    "CLOUD_API_VERSION=",
    "DEBIAN_FRONTEND=noninteractive",
    "JUJU_AGENT_SOCKET_NETWORK=unix",
    "JUJU_API_ADDRESSES=10.255.0.1:17070",
    "JUJU_AVAILABILITY_ZONE=",
    "JUJU_CHARM_FTP_PROXY=",
    "JUJU_CHARM_HTTPS_PROXY=",
    "JUJU_CHARM_HTTP_PROXY=",
    "JUJU_CHARM_NO_PROXY=",
    "LANG=C.UTF-8",
    "TERM=tmux-256color",
  };

  for (guint i = 0; i < G_N_ELEMENTS (constants); i++)
    g_ptr_array_add (environment, g_strdup (constants[i]));
  if (model->juju < REACTIVE_JUJU_4)
    add (environment, "JUJU_SLA", "unsupported");
}

static void
add_what (GPtrArray *environment, const ReactiveModelHook *hook, const ReactiveHook *told)
{
  const gboolean is_action = hook->kind == REACTIVE_MODEL_HOOK_ACTION;
  g_autofree char *path = g_strconcat (is_action ? "actions/" : "hooks/", told->name, NULL);
  g_autofree char *tag = NULL;

  add (environment, "JUJU_DISPATCH_PATH", path);
  add (environment, "JUJU_HOOK_NAME", is_action ? NULL : told->name);
  if (is_action)
    {
      tag = g_strconcat ("action-", told->action_uuid, NULL);
      add (environment, "JUJU_ACTION_NAME", told->name);
      add (environment, "JUJU_ACTION_UUID", told->action_uuid);
      add (environment, "JUJU_ACTION_TAG", tag);
    }
}

/* "ubuntu@22.04"; the series that it is called by. */
static void
add_series (GPtrArray *environment, const ReactiveModelHook *hook)
{
  static const struct
  {
    const char *base;
    const char *series;
  } bases[] = {
    { "ubuntu@18.04", "bionic" },
    { "ubuntu@20.04", "focal" },
    { "ubuntu@22.04", "jammy" },
    { "ubuntu@24.04", "noble" },
  };
  const char *given = get_detail (hook, "target-base");
  const char *base = given != NULL ? given : "ubuntu@22.04";
  const char *series = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (bases); i++)
    if (strcmp (bases[i].base, base) == 0)
      series = bases[i].series;
  add (environment, "JUJU_TARGET_BASE", base);
  add (environment, "JUJU_TARGET_SERIES", series);
}

/* Variables of one kind of hook alone. Relations' hooks have all of theirs, some of them empty. */
static void
add_kind (GPtrArray *environment, const ReactiveModelHook *hook, const ReactiveHook *told)
{
  if (hook->relation != NULL)
    {
      add (environment, "JUJU_RELATION", told->subject);
      add (environment, "JUJU_RELATION_ID", told->relation_id);
      add (environment, "JUJU_REMOTE_UNIT", told->remote_unit);
      add (environment, "JUJU_REMOTE_APP", told->remote_app);
      add_optional (environment, "JUJU_DEPARTING_UNIT", told->departing_unit);
    }
  if (hook->secret != NULL)
    {
      add (environment, "JUJU_SECRET_ID", told->secret_id);
      add (environment, "JUJU_SECRET_LABEL", told->secret_label);
      add_optional (environment, "JUJU_SECRET_REVISION", told->secret_revision);
    }
  if (hook->kind == REACTIVE_MODEL_HOOK_PRE_SERIES_UPGRADE)
    add_series (environment, hook);

  add_optional (environment, "JUJU_STORAGE_ID", told->storage_id);
  add_optional (environment, "JUJU_STORAGE_LOCATION", told->storage_location);
  add_optional (environment, "JUJU_STORAGE_KIND", told->storage_kind);
  add_optional (environment, "JUJU_WORKLOAD_NAME", told->workload_name);
  add_optional (environment, "JUJU_NOTICE_ID", told->notice_id);
  add_optional (environment, "JUJU_NOTICE_TYPE", told->notice_type);
  add_optional (environment, "JUJU_NOTICE_KEY", told->notice_key);
  add_optional (environment, "JUJU_PEBBLE_CHECK_NAME", told->check_name);
}

char **
reactive_model_hook_get_environment (const ReactiveModelUnit *unit, const ReactiveModelHook *hook,
                                     const char *context_id, const char *charm_dir, const char *tools_dir,
                                     const char *socket_address)
{
  g_autoptr (ReactiveHook) told = reactive_model_hook_to_hook (unit, hook, context_id, charm_dir);
  GPtrArray *environment = g_ptr_array_new ();
  const char *agent_path = g_getenv ("PATH");
  g_autofree char *path = g_strconcat (tools_dir, ":", agent_path != NULL ? agent_path : SYSTEM_PATH, NULL);

  add_constants (environment, unit->application->model);
  add (environment, "CHARM_DIR", charm_dir);
  add (environment, "JUJU_CHARM_DIR", charm_dir);
  add (environment, "JUJU_CONTEXT_ID", context_id);
  add (environment, "JUJU_AGENT_SOCKET_ADDRESS", socket_address);
  add (environment, "JUJU_UNIT_NAME", told->unit_name);
  add (environment, "JUJU_MODEL_UUID", told->model_uuid);
  add (environment, "JUJU_MODEL_NAME", told->model_name);
  add (environment, "JUJU_MACHINE_ID", told->machine_id);
  add (environment, "JUJU_PRINCIPAL_UNIT", told->principal_unit);
  add_optional (environment, "JUJU_VERSION", told->juju_version);
  add (environment, "PATH", path);
  add_what (environment, hook, told);
  add_kind (environment, hook, told);
  g_ptr_array_add (environment, NULL);

  return (char **) g_ptr_array_free (environment, /* free_segment= */ FALSE);
}
