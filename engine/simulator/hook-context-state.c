/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/hook-context-private.h"

/* Juju's limits; the last is what max-charm-state-size is unless an operator changes it. */
#define MAX_KEY_BYTES 256
#define MAX_VALUE_BYTES 65536
#define MAX_STATE_BYTES (2 * 1024 * 1024)

const ReactiveJson *
reactive_hook_context_state_get (ReactiveHookContext *context)
{
  return context->state != NULL ? context->state : context->unit->state;
}

static gboolean
check_value (const char *key, const ReactiveJson *value, GError **error)
{
  gsize length = 0;

  reactive_json_get_string (value, &length);
  if (strlen (key) > MAX_KEY_BYTES)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "max allowed key length (%u) exceeded", MAX_KEY_BYTES);
  else if (length > MAX_VALUE_BYTES)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "max allowed value length (%u) exceeded", MAX_VALUE_BYTES);
  else
    return TRUE;

  return FALSE;
}

gboolean
reactive_hook_context_state_set (ReactiveHookContext *context, const ReactiveJson *values, GError **error)
{
  ReactiveJson *state;
  gboolean deletes_alone = TRUE;

  for (guint i = 0; i < reactive_json_get_length (values); i++)
    {
      const ReactiveJson *value = reactive_json_get_element (values, i);

      if (!check_value (reactive_json_get_member_name (values, i), value, error))
        return FALSE;
      deletes_alone = deletes_alone && reactive_json_get_kind (value) == REACTIVE_JSON_NULL;
    }
  if (!reactive_hook_context_check_tool (context, deletes_alone ? "state-delete" : "state-set", error))
    return FALSE;

  state = reactive_json_merge_settings (reactive_hook_context_state_get (context), values, /* empty_deletes= */ FALSE);
  reactive_hook_context_replace (context, &context->state, state);
  return TRUE;
}

gboolean
reactive_hook_context_check_state (ReactiveHookContext *context, GError **error)
{
  gsize size_bytes = 0;

  for (guint i = 0; context->state != NULL && i < reactive_json_get_length (context->state); i++)
    {
      gsize length = 0;

      reactive_json_get_string (reactive_json_get_element (context->state, i), &length);
      size_bytes += strlen (reactive_json_get_member_name (context->state, i)) + length;
    }
  if (size_bytes <= MAX_STATE_BYTES)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_TOOL,
                        "cannot apply changes: max allowed size (%u) exceeded by %" G_GSIZE_FORMAT, MAX_STATE_BYTES,
                        size_bytes - MAX_STATE_BYTES);
}

static void
note_changes (ReactiveHookContext *context, const ReactiveJson *old, const ReactiveJson *state)
{
  for (guint i = 0; i < reactive_json_get_length (old); i++)
    {
      const char *key = reactive_json_get_member_name (old, i);

      if (reactive_json_get_member (state, key) == NULL)
        reactive_hook_context_note (context, "state-delete", "%s", key);
    }
  for (guint i = 0; i < reactive_json_get_length (state); i++)
    {
      const char *key = reactive_json_get_member_name (state, i);
      const ReactiveJson *value = reactive_json_get_element (state, i), *before = reactive_json_get_member (old, key);

      if (before == NULL || !reactive_json_equal (before, value))
        reactive_hook_context_note (context, "state-set", "%s=%s", key, reactive_json_get_string (value, NULL));
    }
}

void
reactive_hook_context_commit_state (ReactiveHookContext *context)
{
  if (context->state == NULL)
    return;

  if (context->watch != NULL)
    note_changes (context, context->unit->state, context->state);
  reactive_hook_context_replace (context, &context->unit->state, g_steal_pointer (&context->state));
}
