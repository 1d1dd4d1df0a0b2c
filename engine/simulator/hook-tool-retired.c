/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "simulator/hook-tool-private.h"

/* Tools that Juju 4 has no more: metrics, payloads, and the specifications of operator charms. */

static gboolean
add_metric (HookToolCall *call, GError **error)
{
  const char *labels = reactive_hook_tool_get_flag (call, "labels");
  g_autoptr (ReactiveJson) metrics = NULL;

  if (call->n_arguments == 0)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no metrics specified");

  metrics = reactive_hook_tool_read_pairs (call, 0, /* allows_empty= */ FALSE, error);
  if (metrics == NULL)
    {
      g_prefix_error (error, "invalid metrics: ");
      return FALSE;
    }
  if (labels != NULL && *labels != '\0' && strchr (labels, '=') == NULL)
    {
      g_autofree char *quoted = reactive_go_quote (labels);

      return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid labels: expected \"key=value\", got %s", quoted);
    }

  for (guint i = 0; i < reactive_json_get_length (metrics); i++)
    {
      const char *key = reactive_json_get_member_name (metrics, i);
      const char *value = reactive_json_text_or_null (reactive_json_get_element (metrics, i));

      if (g_str_has_prefix (key, "juju-"))
        return reactive_fail (error, REACTIVE_ERROR_TOOL, "%s uses a reserved prefix", key);
      if (!reactive_hook_context_add_metric (call->context, key, value, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
require_arguments (const HookToolCall *call, guint n_least, GError **error)
{
  return call->n_arguments >= n_least || reactive_fail (error, REACTIVE_ERROR_USAGE, "missing required arguments");
}

static gboolean
payload_register (HookToolCall *call, GError **error)
{
  return require_arguments (call, 3, error)
         && reactive_hook_context_payload_register (call->context, reactive_hook_tool_get_argument (call, 0),
                                                    reactive_hook_tool_get_argument (call, 1),
                                                    reactive_hook_tool_get_argument (call, 2), error);
}

static gboolean
payload_status_set (HookToolCall *call, GError **error)
{
  return require_arguments (call, 3, error) && reactive_hook_tool_check_arguments (call, 3, error)
         && reactive_hook_context_payload_status_set (call->context, reactive_hook_tool_get_argument (call, 0),
                                                      reactive_hook_tool_get_argument (call, 1),
                                                      reactive_hook_tool_get_argument (call, 2), error);
}

static gboolean
payload_unregister (HookToolCall *call, GError **error)
{
  return require_arguments (call, 2, error) && reactive_hook_tool_check_arguments (call, 2, error)
         && reactive_hook_context_payload_unregister (call->context, reactive_hook_tool_get_argument (call, 0),
                                                      reactive_hook_tool_get_argument (call, 1), error);
}

/* A model has no operator charms; for any other Juju refuses the specification, at the latest when the hook ends. */
static gboolean
refuse_spec (HookToolCall *call, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_TOOL, "%s: not an operator charm", call->tool->name);
}

static gboolean
spec_get (HookToolCall *call, GError **error)
{
  return reactive_hook_tool_check_arguments (call, 0, error) && refuse_spec (call, error);
}

static gboolean
spec_set (HookToolCall *call, GError **error)
{
  g_autoptr (GBytes) spec = NULL;
  const char *kind = g_str_equal (call->tool->name, "k8s-raw-set") ? "k8s raw spec" : "k8s spec";

  if (!reactive_hook_tool_check_arguments (call, 0, error))
    return FALSE;

  spec = reactive_hook_tool_read_file (call, reactive_hook_tool_get_flag (call, "file"), error);
  if (spec == NULL)
    return FALSE;
  if (g_bytes_get_size (spec) == 0)
    return reactive_fail (error, REACTIVE_ERROR_TOOL,
                          "no %s specified: pipe %s to command, or specify a file with --file", kind, kind);

  return refuse_spec (call, error);
}

static const HookToolFlag metric_flags[] = {
  { "labels", "l", HOOK_TOOL_FLAG_TEXT, "labels to be associated with metric values", NULL },
  { NULL },
};

static const HookToolFlag spec_flags[] = {
  { "file", NULL, HOOK_TOOL_FLAG_TEXT, "file containing the spec", "-" },
  { "k8s-resources", NULL, HOOK_TOOL_FLAG_TEXT, "file containing k8s specific resources not yet modelled by Juju",
    NULL },
  { NULL },
};

static const HookToolFlag raw_flags[] = {
  { "file", NULL, HOOK_TOOL_FLAG_TEXT, "file containing the spec", "-" },
  { NULL },
};

const HookTool reactive_hook_tools_retired[] = {
  { "add-metric", "key1=value1 [key2=value2 ...]", "Add metrics.", HOOK_TOOL_SILENT, metric_flags, add_metric },
  { "k8s-raw-get", NULL, "Get k8s raw spec information.", HOOK_TOOL_SILENT, NULL, spec_get },
  { "k8s-raw-set", "--file <core spec file>", "Set k8s raw spec information.", HOOK_TOOL_SILENT, raw_flags, spec_set },
  { "k8s-spec-get", NULL, "Get k8s spec information.", HOOK_TOOL_SILENT, NULL, spec_get },
  { "k8s-spec-set", "--file <core spec file> [--k8s-resources <k8s spec file>]", "Set k8s spec information.",
    HOOK_TOOL_SILENT, spec_flags, spec_set },
  { "payload-register", "<type> <class> <id> [tags...]", "Register a charm payload with Juju.", HOOK_TOOL_SILENT, NULL,
    payload_register },
  { "payload-status-set", "<class> <id> <status>", "Update the status of a payload.", HOOK_TOOL_SILENT, NULL,
    payload_status_set },
  { "payload-unregister", "<class> <id>", "Stop tracking a payload.", HOOK_TOOL_SILENT, NULL, payload_unregister },
  { "pod-spec-get", NULL, "Get k8s spec information (deprecated).", HOOK_TOOL_SILENT, NULL, spec_get },
  { "pod-spec-set", "--file <core spec file> [--k8s-resources <k8s spec file>]",
    "Set k8s spec information (deprecated).", HOOK_TOOL_SILENT, spec_flags, spec_set },
  { NULL },
};
