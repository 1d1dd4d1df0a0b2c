/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "simulator/hook-tool-private.h"

static gboolean
print_all (HookToolCall *call, const ReactiveJson *state, GError **error)
{
  const ReactiveModel *model = reactive_hook_context_get_unit (call->context)->application->model;
  gboolean is_nil = model->juju == REACTIVE_JUJU_4 && (state == NULL || reactive_json_get_length (state) == 0);
  g_autoptr (ReactiveJson) nothing = reactive_json_new_object ();

  /* A map that is nil is null in JSON alone. */
  if (is_nil && g_strcmp0 (call->format, "json") == 0)
    state = NULL;
  else if (state == NULL)
    state = nothing;

  return reactive_hook_tool_print (call, state, error);
}

static gboolean
state_get (HookToolCall *call, GError **error)
{
  const char *key = reactive_hook_tool_get_argument (call, 0);
  const ReactiveJson *state, *value;

  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  state = reactive_hook_context_state_get (call->context);
  if (key == NULL || *key == '\0' || strcmp (key, "-") == 0)
    return print_all (call, state, error);

  value = state != NULL ? reactive_json_get_member (state, key) : NULL;
  if (value != NULL)
    return reactive_hook_tool_print (call, value, error);
  if (reactive_hook_tool_has_flag (call, "strict"))
    {
      g_autofree char *quoted = reactive_go_quote (key);

      return reactive_fail (error, REACTIVE_ERROR_TOOL, "%s not found", quoted);
    }

  return reactive_hook_tool_print_text (call, "", error);
}

static gboolean
state_set (HookToolCall *call, GError **error)
{
  g_autoptr (ReactiveJson) pairs = reactive_hook_tool_read_pairs (call, 0, /* allows_empty= */ TRUE, error);
  g_autoptr (ReactiveJson) values = pairs != NULL ? reactive_hook_tool_read_settings (call, pairs, error) : NULL;

  if (values == NULL)
    return FALSE;

  return reactive_json_get_length (values) == 0 || reactive_hook_context_state_set (call->context, values, error);
}

static gboolean
state_delete (HookToolCall *call, GError **error)
{
  const char *key = reactive_hook_tool_get_argument (call, 0);
  g_autoptr (ReactiveJson) values = reactive_json_new_object ();

  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;
  if (key == NULL || *key == '\0')
    return TRUE;

  reactive_json_object_set (values, key, reactive_json_new_null ());
  return reactive_hook_context_state_set (call->context, values, error);
}

static const HookToolFlag get_flags[] = {
  { "strict", NULL, HOOK_TOOL_FLAG_BOOLEAN, "Return an error if the requested key does not exist", NULL },
  { NULL },
};

static const HookToolFlag set_flags[] = {
  { "file", NULL, HOOK_TOOL_FLAG_TEXT, "file containing key-value pairs", NULL },
  { NULL },
};

const HookTool reactive_hook_tools_state[] = {
  { "state-delete", "<key>", "Delete server-side-state key value pair.", HOOK_TOOL_SILENT, NULL, state_delete },
  { "state-get", "[<key>]", "Print server-side-state value.", HOOK_TOOL_SMART, get_flags, state_get },
  { "state-set", "key=value [key=value ...]", "Set server-side-state values.", HOOK_TOOL_SILENT, set_flags, state_set },
  { NULL },
};
