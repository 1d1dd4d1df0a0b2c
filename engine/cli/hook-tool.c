/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/hook-tool.h"

#include "base/text.h"
#include "juju/rpc.h"
#include "simulator/hook-tool.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* What Juju answers to a tool that would read its input, which is sent only then. */
#define NEEDS_INPUT "hook tool requires stdin, none supplied"

const char **
hook_tool_list (void)
{
  const ReactiveJujuVersion versions[] = { REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 };
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (versions); i++)
    {
      g_autofree const char **tools = reactive_hook_tool_list (versions[i]);

      for (guint j = 0; tools[j] != NULL; j++)
        if (!g_ptr_array_find_with_equal_func (names, tools[j], g_str_equal, NULL))
          g_ptr_array_add (names, (gpointer) tools[j]);
    }

  g_ptr_array_sort (names, reactive_text_compare_items);
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (names, /* free_segment= */ FALSE);
}

gboolean
hook_tool_is_name (const char *name)
{
  g_autofree const char **names = hook_tool_list ();

  return g_strv_contains (names, name);
}

static gboolean
fail (GError **error, const char *format, const char *text)
{
  return reactive_fail (error, REACTIVE_ERROR_CONNECTION, format, text);
}

static gboolean
get_variable (const char *name, const char **out_value, GError **error)
{
  const char *value = g_getenv (name);

  if (value == NULL || *value == '\0')
    return fail (error, "%s not set", name);

  *out_value = value;
  return TRUE;
}

static gboolean
connect_to_agent (const char **out_context_id, ReactiveRpc **out_rpc, GError **error)
{
  const char *address = NULL, *network = NULL;

  if (!get_variable ("JUJU_CONTEXT_ID", out_context_id, error)
      || !get_variable ("JUJU_AGENT_SOCKET_ADDRESS", &address, error)
      || !get_variable ("JUJU_AGENT_SOCKET_NETWORK", &network, error))
    return FALSE;
  if (strcmp (network, "unix") != 0)
    return fail (error, "cannot reach an agent over '%s', but over a unix socket alone", network);

  *out_rpc = reactive_rpc_connect (address, error);
  return *out_rpc != NULL;
}

static GBytes *
read_input (GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint8 buffer[64 * 1024];
  ssize_t count;

  while ((count = read (STDIN_FILENO, buffer, sizeof buffer)) != 0)
    {
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        {
          fail (error, "cannot read the standard input: %s", g_strerror (errno));
          return NULL;
        }
      if (bytes->len + (gsize) count > REACTIVE_CARRIER_MAX_OUTPUT_BYTES)
        {
          fail (error, "%s", "the standard input is too long");
          return NULL;
        }
      g_byte_array_append (bytes, buffer, (guint) count);
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
ask (const char *name, const char *const *argv, ReactiveGobReply *out_reply, GError **error)
{
  g_autofree char *directory = g_get_current_dir ();
  g_autoptr (ReactiveRpc) rpc = NULL;
  g_autoptr (GBytes) input = NULL;
  ReactiveGobRequest request
      = { .directory = directory, .tool = name, .arguments = argv, .token = g_getenv ("JUJU_AGENT_TOKEN") };

  if (!connect_to_agent (&request.context_id, &rpc, error) || !reactive_rpc_ask (rpc, &request, out_reply, error))
    return FALSE;
  if (g_strcmp0 (out_reply->error, NEEDS_INPUT) != 0)
    return TRUE;

  reactive_gob_reply_clear (out_reply);
  input = read_input (error);
  request.input = input;
  return input != NULL && reactive_rpc_ask (rpc, &request, out_reply, error);
}

static gboolean
print_all (int descriptor, GBytes *bytes)
{
  gsize left;
  const char *text = g_bytes_get_data (bytes, &left);

  while (left > 0)
    {
      ssize_t count = write (descriptor, text, left);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return FALSE;
      text += count;
      left -= (gsize) count;
    }

  return TRUE;
}

int
hook_tool_run (const char *name, const char *const *argv)
{
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  if (!ask (name, argv, &reply, &error) || reply.error != NULL)
    {
      g_printerr ("ERROR %s\n", error != NULL ? error->message : reply.error);
      return 1;
    }

  if (print_all (STDOUT_FILENO, reply.output) && print_all (STDERR_FILENO, reply.errors))
    return reply.code;

  g_printerr ("ERROR the output could not be written: %s\n", g_strerror (errno));
  return 1;
}
