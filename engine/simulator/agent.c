/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/agent.h"

#include "base/child.h"
#include "base/error.h"
#include "simulator/hook-tool.h"

#include <errno.h>
#include <string.h>

/* Juju's agent logs a longer line in pieces, too. */
#define MAX_LINE_BYTES 4096
/* So often it is looked whether to stop, should the signal come just before the poll() that it is to interrupt. */
#define STOP_MS 500

struct _ReactiveAgent
{
  ReactiveAgentServer *server;
  gboolean must_kill; /* the process that runs, and all that it started */
};

/* A process that runs, and what it has printed of a line that is not at its end. */
typedef struct
{
  ReactiveAgent *agent;
  const ReactiveAgentProcess *process;
  ReactiveChild child;
  GString *lines[2];  /* of stdout, stderr */
  gint64 deadline_us; /* 0: none */
  gint64 end_us;      /* when the process ended; 0: it runs */
} Run;

static void
run_clear (Run *run)
{
  reactive_child_clear (&run->child);
  for (guint i = 0; i < G_N_ELEMENTS (run->lines); i++)
    if (run->lines[i] != NULL)
      g_string_free (run->lines[i], TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

/* Output ---------------------------------------------------------------------------------------------------------- */

static void
tell (const Run *run, guint stream, const char *text, gsize length)
{
  g_autofree char *line = g_utf8_make_valid (text, (gssize) length);

  if (run->process->output != NULL)
    run->process->output (line, stream == 1, run->process->data);
}

/* The length of a piece of a line that has no end yet, without a character that is not whole. */
static gsize
piece_length (const char *text)
{
  const char *end = NULL;

  if (g_utf8_validate (text, MAX_LINE_BYTES, &end) || end - text < MAX_LINE_BYTES - 3)
    return MAX_LINE_BYTES;
  return (gsize) (end - text);
}

static void
tell_lines (Run *run, guint stream)
{
  GString *text = run->lines[stream];
  gsize told = 0;

  while (told < text->len)
    {
      const char *begin = text->str + told;
      gsize left = text->len - told;
      const char *end = memchr (begin, '\n', MIN (left, MAX_LINE_BYTES + 1));
      gsize length;

      if (end == NULL && left <= MAX_LINE_BYTES)
        break;
      length = end != NULL ? (gsize) (end - begin) : piece_length (begin);
      tell (run, stream, begin, length);
      told += length + (end != NULL ? 1 : 0);
    }

  g_string_erase (text, 0, (gssize) told);
}

static void
tell_rest (Run *run)
{
  for (guint i = 0; i < G_N_ELEMENTS (run->lines); i++)
    if (run->lines[i]->len > 0)
      tell (run, i, run->lines[i]->str, run->lines[i]->len);
}

/* The run --------------------------------------------------------------------------------------------------------- */

static gboolean
has_open_pipe (const Run *run)
{
  return run->child.pipes[0] >= 0 || run->child.pipes[1] >= 0;
}

/* When what goes on now is over, whatever happens; 0: never. */
static gint64
next_deadline_us (const Run *run)
{
  gint64 lingering_ends_us = run->end_us + REACTIVE_CHILD_LINGER_MS * 1000;
  gint64 grace_ends_us = run->end_us + (gint64) run->process->grace_ms * 1000;

  if (run->end_us == 0)
    return run->deadline_us;
  if (reactive_agent_server_count_connections (run->agent->server) == 0)
    return lingering_ends_us;
  return has_open_pipe (run) ? MAX (lingering_ends_us, grace_ends_us) : grace_ends_us;
}

static int
get_poll_timeout_ms (const Run *run)
{
  int timeout_ms = reactive_child_get_poll_timeout_ms (&run->child, next_deadline_us (run), run->end_us == 0);

  if (run->process->stop != NULL)
    timeout_ms = timeout_ms < 0 ? STOP_MS : MIN (timeout_ms, STOP_MS);

  return timeout_ms;
}

/* Waits for something to happen, and deals with it. */
static void
poll_once (Run *run)
{
  g_autoptr (GArray) polled = g_array_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (struct pollfd));
  const struct pollfd own[] = {
    { .fd = run->child.pipes[0], .events = POLLIN },
    { .fd = run->child.pipes[1], .events = POLLIN },
    { .fd = run->end_us != 0 ? -1 : run->child.pid_descriptor, .events = POLLIN },
  };
  const struct pollfd *found;

  g_array_append_vals (polled, own, G_N_ELEMENTS (own));
  reactive_agent_server_append_polled (run->agent->server, polled);
  found = &g_array_index (polled, struct pollfd, 0);
  if (poll ((struct pollfd *) polled->data, polled->len, get_poll_timeout_ms (run)) <= 0)
    return;

  for (guint i = 0; i < G_N_ELEMENTS (run->child.pipes); i++)
    if (found[i].revents != 0)
      {
        reactive_child_read_pipe (&run->child, i, run->lines[i]);
        tell_lines (run, i);
      }
  reactive_agent_server_handle (run->agent->server, found + G_N_ELEMENTS (own), polled->len - G_N_ELEMENTS (own));
}

/* Returns when the process has ended, and all is read and answered that it wrote. */
static gboolean
follow (Run *run, GError **error)
{
  for (;;)
    {
      gint64 deadline_us;

      if (run->process->stop != NULL && *run->process->stop != 0)
        return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: killed, as the run ends", run->process->argv[0]);
      if (run->end_us == 0 && reactive_child_has_ended (&run->child))
        run->end_us = g_get_monotonic_time ();
      if (run->end_us != 0 && !has_open_pipe (run) && reactive_agent_server_count_connections (run->agent->server) == 0)
        return TRUE;

      poll_once (run);
      if (run->agent->must_kill && run->end_us == 0)
        reactive_child_kill (&run->child);
      run->agent->must_kill = FALSE;

      deadline_us = next_deadline_us (run);
      if (deadline_us == 0 || g_get_monotonic_time () < deadline_us)
        continue;
      if (run->end_us != 0)
        return TRUE;
      return reactive_fail (error, REACTIVE_ERROR_TIMEOUT, "%s: killed, as it did not end within %u ms",
                            run->process->argv[0], run->process->timeout_ms);
    }
}

static gboolean
run_to_end (Run *run, int *out_exit_status, GError **error)
{
  int status = 0, signal_number = 0;
  gboolean has_ended = follow (run, error);

  if (!has_ended)
    reactive_child_kill (&run->child);
  tell_rest (run);
  if (!reactive_child_reap (&run->child, &status, &signal_number) && has_ended)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: its exit status is lost: %s", run->process->argv[0],
                          g_strerror (errno));
  if (has_ended)
    *out_exit_status = status;
  return has_ended;
}

gboolean
reactive_agent_run_with (ReactiveAgent *agent, ReactiveAgentFunc func, gpointer data,
                         const ReactiveAgentProcess *process, int *out_exit_status, GError **error)
{
  const ReactiveProcess child
      = { .argv = process->argv, .environment = process->environment, .directory = process->directory };
  g_auto (Run) run = { .agent = agent, .process = process, .child = REACTIVE_CHILD_INIT };
  gboolean has_ended;

  if (!reactive_child_start (&child, &run.child, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (run.lines); i++)
    run.lines[i] = g_string_new (NULL);
  if (process->timeout_ms > 0)
    run.deadline_us = g_get_monotonic_time () + (gint64) process->timeout_ms * 1000;

  reactive_agent_server_set_context (agent->server, process->context_id, func, data);
  has_ended = run_to_end (&run, out_exit_status, error);
  reactive_agent_server_close_connections (agent->server);
  reactive_agent_server_set_context (agent->server, /* context_id= */ NULL, NULL, NULL);
  return has_ended;
}

/* What the tools of a hook's process need. */
typedef struct
{
  ReactiveAgent *agent;
  ReactiveHookContext *context;
} Hook;

static gboolean
run_tool (const ReactiveGobServerRequest *request, ReactiveToolReply *out_reply, gpointer data, GError **error)
{
  const Hook *hook = data;
  gboolean is_good = reactive_hook_tool_run (hook->context, request->tool, (const char *const *) request->arguments,
                                             request->directory, request->input, out_reply, error);

  if (reactive_hook_context_get_reboot (hook->context) == REACTIVE_REBOOT_NOW)
    hook->agent->must_kill = TRUE;
  return is_good;
}

gboolean
reactive_agent_run (ReactiveAgent *agent, ReactiveHookContext *context, const ReactiveAgentProcess *process,
                    int *out_exit_status, GError **error)
{
  Hook hook = { agent, context };

  return reactive_agent_run_with (agent, run_tool, &hook, process, out_exit_status, error);
}

ReactiveAgent *
reactive_agent_new (const char *address, GError **error)
{
  g_autoptr (ReactiveAgentServer) server = reactive_agent_server_new (address, error);
  ReactiveAgent *agent;

  if (server == NULL)
    return NULL;

  agent = g_new0 (ReactiveAgent, 1);
  agent->server = g_steal_pointer (&server);
  return agent;
}

void
reactive_agent_free (ReactiveAgent *agent)
{
  if (agent == NULL)
    return;

  reactive_agent_server_free (agent->server);
  g_free (agent);
}
