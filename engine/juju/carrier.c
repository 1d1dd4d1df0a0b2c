/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/carrier.h"
#include "base/error.h"
#include "juju/hook.h"

#include <string.h>

/* The directory that a tool's file arguments are relative to; the agent wants an absolute one. */
static const char *
working_dir (const char *const *environment)
{
  const char *charm_dir = reactive_hook_environment_charm_dir (environment);

  return charm_dir != NULL && g_path_is_absolute (charm_dir) ? charm_dir : "/";
}

/**
 * reactive_carrier_new_from_environment:
 * @environment: NULL-terminated NAME=VALUE strings, as Juju's agent sets them for a charm
 * @error: CONNECTION where there is neither an agent socket nor a PATH to find tools on
 *
 * Juju speaks TLS over tcp to actions of some operator charms; those execute the tools, which know how.
 *
 * Returns: (transfer full): the agent socket if it answers, else executing the tools
 */
ReactiveCarrier *
reactive_carrier_new_from_environment (const char *const *environment, GError **error)
{
  const char *address = reactive_hook_environment_get (environment, "JUJU_AGENT_SOCKET_ADDRESS");
  const char *network = reactive_hook_environment_get (environment, "JUJU_AGENT_SOCKET_NETWORK");
  const char *context_id = reactive_hook_environment_get (environment, "JUJU_CONTEXT_ID");
  g_autoptr (GError) local_error = NULL;

  if (address != NULL && context_id != NULL && (network == NULL || g_str_equal (network, "unix")))
    {
      ReactiveCarrier *carrier = reactive_carrier_new_for_socket (address, context_id, working_dir (environment),
                                                                  /* token= */ NULL, &local_error);

      if (carrier != NULL)
        return carrier;
      g_debug ("executing the hook tools: %s", local_error->message);
    }

  if (reactive_hook_environment_get (environment, "PATH") == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION,
                   "cannot reach Juju: there is no PATH to find its tools on, and %s",
                   local_error != NULL ? local_error->message : "no agent socket");
      return NULL;
    }

  return reactive_carrier_new_for_tools (environment, working_dir (environment));
}

void
reactive_carrier_free (ReactiveCarrier *carrier)
{
  if (carrier != NULL)
    carrier->klass->free (carrier);
}

/**
 * reactive_carrier_run:
 * @tool: name of the hook tool
 * @argv: (nullable): its arguments, NULL-terminated, without its name
 * @input: (nullable): its standard input
 * @out_reply: (out): for reactive_tool_reply_clear()
 * @error: CONNECTION, TIMEOUT, BAD_DATA, NO_TOOL or TOOL; the message names the tool
 *
 * Returns: TRUE when the tool ran to its end, whatever its exit code
 */
gboolean
reactive_carrier_run (ReactiveCarrier *carrier, const char *tool, const char *const *argv, GBytes *input,
                      ReactiveToolReply *out_reply, GError **error)
{
  const char *const no_arguments[] = { NULL };

  g_assert (tool != NULL && *tool != '\0');
  g_assert (out_reply != NULL);

  if (input != NULL && g_bytes_get_size (input) > REACTIVE_CARRIER_MAX_OUTPUT_BYTES)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: more than %u bytes of input", tool,
                          REACTIVE_CARRIER_MAX_OUTPUT_BYTES);

  return carrier->klass->run (carrier, tool, argv != NULL ? argv : no_arguments, input, out_reply, error);
}

void
reactive_carrier_close_in_child (ReactiveCarrier *carrier)
{
  if (carrier != NULL && carrier->klass->close_in_child != NULL)
    carrier->klass->close_in_child (carrier);
}

void
reactive_tool_reply_clear (ReactiveToolReply *reply)
{
  g_clear_pointer (&reply->output, g_bytes_unref);
  g_clear_pointer (&reply->message, g_free);
  reply->exit_code = 0;
}

void
reactive_tool_reply_set (ReactiveToolReply *reply, int exit_code, GBytes *output, GBytes *errors)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (errors, &length);

  length = MIN (length, REACTIVE_CARRIER_MAX_MESSAGE_BYTES);
  while (length > 0 && g_ascii_isspace (text[length - 1]))
    length--;
  if (length >= strlen ("ERROR ") && memcmp (text, "ERROR ", strlen ("ERROR ")) == 0)
    {
      text += strlen ("ERROR ");
      length -= strlen ("ERROR ");
    }

  reply->exit_code = exit_code;
  reply->output = g_bytes_ref (output);
  reply->message = length > 0 ? g_utf8_make_valid (text, (gssize) length) : g_strdup ("");
}

/* "bad request: unknown hook command: NAME" since Juju 3.6, "bad request: unknown command: NAME" before. It is the one
 * text that is looked at: the exit code is that of any failure. */
gboolean
reactive_carrier_is_unknown_tool (const char *message)
{
  const char *text = g_str_has_prefix (message, "bad request: ") ? message + strlen ("bad request: ") : message;

  return g_str_has_prefix (text, "unknown hook command") || g_str_has_prefix (text, "unknown command");
}
