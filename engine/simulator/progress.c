/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/progress.h"

#define INTERVAL_US (G_USEC_PER_SEC / 5)
/* So seldom is the clock looked at. */
#define HOOKS 64

struct _ReactiveProgress
{
  FILE *terminal;
  gint64 shown_us;
  guint64 n_hooks;
  guint64 n_failed;
  gboolean is_shown;
};

ReactiveProgress *
reactive_progress_new (FILE *terminal)
{
  ReactiveProgress *progress = g_new0 (ReactiveProgress, 1);

  progress->terminal = terminal;
  progress->shown_us = g_get_monotonic_time ();

  return progress;
}

void
reactive_progress_free (ReactiveProgress *progress)
{
  if (progress == NULL)
    return;

  if (progress->is_shown)
    fputs ("\r\033[K", progress->terminal);
  fflush (progress->terminal);
  g_free (progress);
}

void
reactive_progress_show (const ReactiveSimulationEvent *event, gpointer data)
{
  ReactiveProgress *progress = data;
  gint64 now_us;

  if (event->kind != REACTIVE_SIMULATION_HOOK_END)
    return;

  progress->n_hooks++;
  if (event->outcome == REACTIVE_HOOK_FAILED || event->outcome == REACTIVE_HOOK_KILLED)
    progress->n_failed++;
  if (progress->n_hooks % HOOKS != 0 || (now_us = g_get_monotonic_time ()) - progress->shown_us < INTERVAL_US)
    return;

  progress->shown_us = now_us;
  progress->is_shown = TRUE;
  fprintf (progress->terminal, "\r\033[K%" G_GUINT64_FORMAT " hooks, %" G_GUINT64_FORMAT " failed; %s",
           progress->n_hooks, progress->n_failed, event->unit);
  fflush (progress->terminal);
}
