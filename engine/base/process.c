/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child.h"
#include "base/error.h"

#include <errno.h>
#include <poll.h>

typedef struct
{
  const ReactiveProcess *process;
  ReactiveChild child;
  GString *texts[2];      /* of stdout, stderr */
  gint64 deadline_us;     /* 0: none */
  gint64 reading_ends_us; /* 0: the child runs */
} Run;

void
reactive_process_result_clear (ReactiveProcessResult *result)
{
  g_clear_pointer (&result->output, g_bytes_unref);
  g_clear_pointer (&result->errors, g_bytes_unref);
}

static void
run_clear (Run *run)
{
  reactive_child_clear (&run->child);
  for (guint i = 0; i < G_N_ELEMENTS (run->texts); i++)
    if (run->texts[i] != NULL)
      g_string_free (run->texts[i], TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Run, run_clear)

static void
look_after (Run *run)
{
  if (run->reading_ends_us == 0 && reactive_child_has_ended (&run->child))
    run->reading_ends_us = g_get_monotonic_time () + REACTIVE_CHILD_LINGER_MS * 1000;
}

/* Waits for something to happen and takes what there is to read. FALSE when the cap is passed. */
static gboolean
wait_and_read (Run *run)
{
  gboolean has_ended = run->reading_ends_us != 0;
  gint64 end_us = has_ended ? run->reading_ends_us : run->deadline_us;
  struct pollfd polled[] = {
    { .fd = run->child.pipes[0], .events = POLLIN },
    { .fd = run->child.pipes[1], .events = POLLIN },
    { .fd = has_ended ? -1 : run->child.pid_descriptor, .events = POLLIN },
  };

  if (poll (polled, G_N_ELEMENTS (polled), reactive_child_get_poll_timeout_ms (&run->child, end_us, !has_ended)) <= 0)
    return TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (run->child.pipes); i++)
    {
      if (polled[i].revents != 0)
        reactive_child_read_pipe (&run->child, i, run->texts[i]);
      if (run->texts[i]->len > run->process->max_output_bytes)
        return FALSE;
    }

  return TRUE;
}

/* Returns when the child has ended and all is read that it wrote. */
static gboolean
follow (Run *run, GError **error)
{
  const ReactiveProcess *process = run->process;

  for (;;)
    {
      gint64 now_us;

      look_after (run);
      if (run->reading_ends_us != 0 && run->child.pipes[0] < 0 && run->child.pipes[1] < 0)
        return TRUE;

      if (!wait_and_read (run))
        return reactive_fail (error, REACTIVE_ERROR_BAD_DATA,
                              "%s: killed, as it wrote more than %" G_GSIZE_FORMAT " bytes", process->argv[0],
                              process->max_output_bytes);

      now_us = g_get_monotonic_time ();
      if (run->reading_ends_us != 0 && now_us >= run->reading_ends_us)
        return TRUE;
      if (run->reading_ends_us == 0 && run->deadline_us != 0 && now_us >= run->deadline_us)
        return reactive_fail (error, REACTIVE_ERROR_TIMEOUT, "%s: killed, as it did not end within %u ms",
                              process->argv[0], process->timeout_ms);
    }
}

static GBytes *
take_text (GString **text)
{
  return g_string_free_to_bytes (g_steal_pointer (text));
}

gboolean
reactive_process_run (const ReactiveProcess *process, ReactiveProcessResult *out_result, GError **error)
{
  g_assert (process != NULL && process->argv != NULL && process->argv[0] != NULL);
  g_assert (out_result != NULL);

  g_auto (Run) run = { .process = process, .child = REACTIVE_CHILD_INIT };
  int status = 0, signal_number = 0;

  if (!reactive_child_start (process, &run.child, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (run.texts); i++)
    run.texts[i] = g_string_new (NULL);
  if (process->timeout_ms > 0)
    run.deadline_us = g_get_monotonic_time () + (gint64) process->timeout_ms * 1000;

  if (!follow (&run, error))
    {
      reactive_child_kill (&run.child);
      reactive_child_reap (&run.child, &status, &signal_number);
      return FALSE;
    }
  if (!reactive_child_reap (&run.child, &status, &signal_number))
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: its exit status is lost: %s", process->argv[0],
                          g_strerror (errno));

  *out_result = (ReactiveProcessResult){
    .exit_status = status,
    .signal = signal_number,
    .output = take_text (&run.texts[0]),
    .errors = take_text (&run.texts[1]),
  };
  return TRUE;
}
