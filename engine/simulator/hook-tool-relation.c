/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "juju/juju-name.h"
#include "simulator/hook-tool-private.h"

static gboolean
relation_ids (HookToolCall *call, GError **error)
{
  const char *endpoint = reactive_hook_tool_get_argument (call, 0);
  const char *hook_id = reactive_hook_context_get_relation_id (call->context);
  g_autofree char *hook_endpoint = NULL;
  const ReactiveJson *ids;

  if (endpoint == NULL && hook_id != NULL)
    endpoint = hook_endpoint = g_strndup (hook_id, (gsize) (strrchr (hook_id, ':') - hook_id));
  if (endpoint == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no endpoint name specified");
  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  ids = call->juju->klass->relation_ids (call->juju, endpoint, error);
  return ids != NULL && reactive_hook_tool_print_list (call, ids, error);
}

static gboolean
relation_list (HookToolCall *call, GError **error)
{
  const char *id = reactive_hook_tool_get_relation (call, error);
  const ReactiveJson *units;
  const char *application;

  if (id == NULL || !reactive_hook_tool_check_arguments (call, 0, error))
    return FALSE;

  if (reactive_hook_tool_has_flag (call, "app"))
    {
      application = call->juju->klass->relation_app (call->juju, id, error);
      return application != NULL && reactive_hook_tool_print_text (call, application, error);
    }

  units = call->juju->klass->relation_list (call->juju, id, error);
  return units != NULL && reactive_hook_tool_print_list (call, units, error);
}

/* Whose databag an argument means: of a unit's name with --app that of its application. */
static char *
find_named (const char *name, gboolean of_application, GError **error)
{
  g_autofree char *quoted = reactive_go_quote (name);
  gboolean is_unit = reactive_juju_is_unit_name (name);

  if (of_application)
    return is_unit ? g_strndup (name, strcspn (name, "/")) : g_strdup (name);
  if (is_unit)
    return g_strdup (name);

  if (reactive_juju_is_application_name (name, -1))
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "expected unit name, got application name %s", quoted);
  else
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "invalid unit name %s", quoted);
  return NULL;
}

/* Whose databag the hook is about. Without a remote unit, it is the application's, whether --app was said or not. */
static char *
find_default (HookToolCall *call, gboolean *of_application, GError **error)
{
  const char *unit = reactive_hook_context_get_remote_unit (call->context);
  const char *application = reactive_hook_context_get_remote_app (call->context);

  if (unit != NULL && !*of_application)
    return g_strdup (unit);
  if (application == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "no unit or application specified");
      return NULL;
    }

  *of_application = TRUE;
  return g_strdup (application);
}

static gboolean
relation_get (HookToolCall *call, GError **error)
{
  const char *id = reactive_hook_tool_get_relation (call, error);
  const char *key = reactive_hook_tool_get_argument (call, 0);
  const char *name = reactive_hook_tool_get_argument (call, 1);
  gboolean of_application = reactive_hook_tool_has_flag (call, "app");
  g_autofree char *whose = NULL;
  const ReactiveJson *databag;

  if (id == NULL)
    return FALSE;

  whose = name != NULL ? find_named (name, of_application, error) : find_default (call, &of_application, error);
  if (whose == NULL || !reactive_hook_tool_check_arguments (call, 2, error))
    return FALSE;

  databag = reactive_hook_context_relation_get (call->context, id, whose, of_application, error);
  if (databag == NULL)
    return FALSE;
  if (key != NULL && *key != '\0' && strcmp (key, "-") != 0)
    databag = reactive_json_get_member (databag, key);

  return reactive_hook_tool_print (call, databag, error);
}

/* What Juju takes: an empty value deletes. */
static ReactiveJson *
to_changes (const ReactiveJson *settings)
{
  ReactiveJson *changes = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (settings); i++)
    {
      const ReactiveJson *value = reactive_json_get_element (settings, i);
      gsize length = 0;

      reactive_json_get_string (value, &length);
      reactive_json_object_set (changes, reactive_json_get_member_name (settings, i),
                                length > 0 ? reactive_json_ref (value) : reactive_json_new_null ());
    }

  return changes;
}

static gboolean
relation_set (HookToolCall *call, GError **error)
{
  const char *id = reactive_hook_tool_get_relation (call, error);
  g_autoptr (ReactiveJson) pairs = NULL;
  g_autoptr (ReactiveJson) settings = NULL;
  g_autoptr (ReactiveJson) changes = NULL;

  if (id == NULL)
    return FALSE;

  pairs = reactive_hook_tool_read_pairs (call, 0, /* allows_empty= */ TRUE, error);
  if (pairs == NULL)
    return FALSE;

  reactive_hook_tool_warn_of_format (call);
  settings = reactive_hook_tool_read_settings (call, pairs, error);
  if (settings == NULL)
    return FALSE;

  changes = to_changes (settings);
  return call->juju->klass->relation_set (call->juju, id, reactive_hook_tool_has_flag (call, "app"), changes, error);
}

/* The whole model is one Juju model. */
static gboolean
relation_model_get (HookToolCall *call, GError **error)
{
  const ReactiveModel *model = reactive_hook_context_get_unit (call->context)->application->model;
  g_autoptr (ReactiveJson) answer = reactive_json_new_object ();

  if (reactive_hook_tool_get_relation (call, error) == NULL || !reactive_hook_tool_check_arguments (call, 0, error))
    return FALSE;

  reactive_json_object_set (answer, "uuid", reactive_json_new_string (model->uuid));
  return reactive_hook_tool_print (call, answer, error);
}

static const HookToolFlag get_flags[] = {
  { "relation", "r", HOOK_TOOL_FLAG_RELATION, "Specify a relation by id", NULL },
  { "app", NULL, HOOK_TOOL_FLAG_BOOLEAN, "Get the relation data for the overall application, not just a unit", NULL },
  { NULL },
};

static const HookToolFlag list_flags[] = {
  { "relation", "r", HOOK_TOOL_FLAG_RELATION, "Specify a relation by id", NULL },
  { "app", NULL, HOOK_TOOL_FLAG_BOOLEAN, "List remote application instead of participating units", NULL },
  { NULL },
};

static const HookToolFlag model_flags[] = {
  { "relation", "r", HOOK_TOOL_FLAG_RELATION, "Specify a relation by id", NULL },
  { NULL },
};

static const HookToolFlag set_flags[] = {
  { "relation", "r", HOOK_TOOL_FLAG_RELATION, "specify a relation by id", NULL },
  { "file", NULL, HOOK_TOOL_FLAG_TEXT, "file containing key-value pairs", NULL },
  { "app", NULL, HOOK_TOOL_FLAG_BOOLEAN, "pick whether you are setting \"application\" settings or \"unit\" settings",
    NULL },
  { "format", NULL, HOOK_TOOL_FLAG_TEXT, "deprecated format flag", NULL },
  { NULL },
};

const HookTool reactive_hook_tools_relation[] = {
  { "relation-get", "[<key> [<unit id>]]", "Get relation settings.", HOOK_TOOL_SMART, get_flags, relation_get },
  { "relation-ids", "[<name>]", "List all relation IDs for the given endpoint.", HOOK_TOOL_SMART, NULL, relation_ids },
  { "relation-list", NULL, "List relation units.", HOOK_TOOL_SMART, list_flags, relation_list },
  { "relation-model-get", NULL, "Get details about the model hosting a related application.", HOOK_TOOL_SMART,
    model_flags, relation_model_get },
  { "relation-set", "key=value [key=value ...]", "Set relation settings.", HOOK_TOOL_SILENT, set_flags, relation_set },
  { NULL },
};
