/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/juju-name.h"
#include "simulator/hook-context-private.h"

static ReactiveModelAction *
get_action (ReactiveHookContext *context, GError **error)
{
  if (context->hook.action == NULL)
    g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "not running an action");

  return context->hook.action;
}

const ReactiveJson *
reactive_hook_context_action_get (ReactiveHookContext *context, GError **error)
{
  const ReactiveModelAction *action = get_action (context, error);

  return action != NULL ? action->parameters : NULL;
}

static gboolean
check_key (const char *key, char **parts, GError **error)
{
  gboolean is_good = parts[0] != NULL;

  if (reactive_juju_is_reserved_result_key (key))
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "cannot set reserved action key \"%s\"", key);

  for (guint i = 0; is_good && parts[i] != NULL; i++)
    is_good = reactive_juju_is_result_key_part (parts[i]);
  if (!is_good)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                 "key \"%s\" must start and end with lowercase alphanumeric, and contain only lowercase alphanumeric "
                 "and hyphens",
                 key);
  return is_good;
}

/* @object (nullable) with @value below the names of @parts; what stands in the way is replaced. */
static ReactiveJson *
set_below (const ReactiveJson *object, char **parts, const char *value)
{
  const gboolean is_object = object != NULL && reactive_json_get_kind (object) == REACTIVE_JSON_OBJECT;
  g_autoptr (ReactiveJson) nothing = reactive_json_new_object ();
  g_autoptr (ReactiveJson) change = reactive_json_new_object ();

  if (*parts == NULL)
    return reactive_json_new_string (value);

  reactive_json_object_set (change, *parts,
                            set_below (is_object ? reactive_json_get_member (object, *parts) : NULL, parts + 1, value));
  return reactive_json_overlay (is_object ? object : nothing, change);
}

gboolean
reactive_hook_context_action_set (ReactiveHookContext *context, const char *key, const char *value, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (key, ".", /* max_tokens= */ -1);
  ReactiveModelAction *action;

  if (!check_key (key, parts, error) || (action = get_action (context, error)) == NULL)
    return FALSE;

  reactive_hook_context_replace (context, &action->results, set_below (action->results, parts, value));
  reactive_hook_context_note (context, "action-set", "%s=%s", key, value);
  return TRUE;
}

gboolean
reactive_hook_context_action_fail (ReactiveHookContext *context, const char *message, GError **error)
{
  ReactiveModelAction *action = get_action (context, error);

  if (action == NULL)
    return FALSE;

  if (message == NULL || *message == '\0')
    message = "action failed without reason given, check action for errors";
  g_free (action->message);
  action->message = g_strdup (message);
  g_free (action->status);
  action->status = g_strdup ("failed");
  reactive_hook_context_note (context, "action-fail", "%s", message);
  return TRUE;
}

gboolean
reactive_hook_context_action_log (ReactiveHookContext *context, const char *message, GError **error)
{
  ReactiveModelAction *action = get_action (context, error);

  if (action == NULL)
    return FALSE;

  g_ptr_array_add (action->log, g_strdup (message));
  reactive_hook_context_note (context, "action-log", "%s", message);
  return TRUE;
}
