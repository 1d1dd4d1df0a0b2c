/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "juju/juju-name.h"
#include "simulator/hook-tool-private.h"

/* The value at "a.b.c"; NULL where there is none. */
static const ReactiveJson *
find_parameter (const ReactiveJson *parameters, const char *path)
{
  g_auto (GStrv) parts = g_strsplit (path, ".", -1);

  if (*path == '\0')
    return reactive_json_get_member (parameters, "");

  for (guint i = 0; parts[i] != NULL && parameters != NULL; i++)
    parameters = reactive_json_get_kind (parameters) == REACTIVE_JSON_OBJECT
                     ? reactive_json_get_member (parameters, parts[i])
                     : NULL;

  return parameters;
}

static gboolean
action_get (HookToolCall *call, GError **error)
{
  const char *path = reactive_hook_tool_get_argument (call, 0);
  const ReactiveJson *parameters;

  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  parameters = call->juju->klass->action_get (call->juju, error);
  if (parameters == NULL)
    return FALSE;

  return reactive_hook_tool_print (call, path != NULL ? find_parameter (parameters, path) : parameters, error);
}

static gboolean
check_path (const char *path, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (path, ".", -1);
  gboolean is_empty = parts[0] == NULL;

  for (guint i = 0; is_empty || parts[i] != NULL; i++)
    {
      const char *part = is_empty ? "" : parts[i];
      g_autofree char *quoted = reactive_go_quote (part);

      if (!reactive_juju_is_result_key_part (part))
        return reactive_fail (error, REACTIVE_ERROR_USAGE,
                              "key %s must start and end with lowercase alphanumeric, and contain only "
                              "lowercase alphanumeric, hyphens and periods",
                              quoted);
      if (reactive_juju_is_reserved_result_key (part))
        return reactive_fail (error, REACTIVE_ERROR_USAGE, "cannot set reserved action key %s", quoted);
    }

  return TRUE;
}

static gboolean
check_result (const char *argument, GError **error)
{
  const char *equals = strchr (argument, '=');
  g_autofree char *quoted = reactive_go_quote (argument);
  g_autofree char *path = NULL;

  if (equals == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "argument %s must be of the form key...=value", quoted);

  path = g_strndup (argument, (gsize) (equals - argument));
  return check_path (path, error);
}

static gboolean
action_set (HookToolCall *call, GError **error)
{
  for (guint i = 0; i < call->n_arguments; i++)
    if (!check_result (reactive_hook_tool_get_argument (call, i), error))
      return FALSE;

  for (guint i = 0; i < call->n_arguments; i++)
    {
      const char *argument = reactive_hook_tool_get_argument (call, i);
      const char *equals = strchr (argument, '=');
      g_autofree char *path = g_strndup (argument, (gsize) (equals - argument));

      if (!call->juju->klass->action_set (call->juju, path, equals + 1, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
action_fail (HookToolCall *call, GError **error)
{
  const char *message = reactive_hook_tool_get_argument (call, 0);

  return reactive_hook_tool_check_arguments (call, 1, error)
         && call->juju->klass->action_fail (
             call->juju, message != NULL ? message : "action failed without reason given, check action for errors",
             error);
}

static gboolean
action_log (HookToolCall *call, GError **error)
{
  g_autofree char *message = NULL;

  if (call->n_arguments == 0)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no message specified");

  message = g_strjoinv (" ", (char **) call->arguments->pdata);
  return call->juju->klass->action_log (call->juju, message, error);
}

const HookTool reactive_hook_tools_action[] = {
  { "action-fail", "[\"<failure message>\"]", "Set action fail status with message.", HOOK_TOOL_SILENT, NULL,
    action_fail },
  { "action-get", "[<key>[.<key>.<key>...]]", "Get action parameters.", HOOK_TOOL_SMART, NULL, action_get },
  { "action-log", "<message>", "Record a progress message for the current action.", HOOK_TOOL_SILENT, NULL,
    action_log },
  { "action-set", "<key>=<value> [<key>=<value> ...]", "Set action results.", HOOK_TOOL_SILENT, NULL, action_set },
  { NULL },
};
