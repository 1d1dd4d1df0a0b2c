/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/process.h"

#include <sys/types.h>

/* A child that was started, for those who follow it themselves. */
typedef struct
{
  pid_t pid;
  int pid_descriptor; /* readable when the child has ended; -1 where the kernel has none */
  int pipes[2];       /* our ends of stdout and stderr; -1 when closed */
} ReactiveChild;

#define REACTIVE_CHILD_INIT                                                                                            \
  {                                                                                                                    \
    .pid_descriptor = -1, .pipes = { -1, -1 }                                                                          \
  }

/* How long to read on after the child has ended: what it wrote is in the pipes by then. */
#define REACTIVE_CHILD_LINGER_MS 100

/* The child has a process group of its own. It is to be reaped, whatever happens. Errors: NOT_FOUND, FAILED. */
gboolean reactive_child_start (const ReactiveProcess *process, ReactiveChild *out_child, GError **error);
/* The child stays a zombie until it is reaped, so that its number, and that of its group, cannot be another's. */
gboolean reactive_child_has_ended (const ReactiveChild *child);
/* For poll(): until @end_us of the monotonic clock, or, if that is 0, for as long as it takes; never so long that the
 * end of a child that runs would be missed. */
int reactive_child_get_poll_timeout_ms (const ReactiveChild *child, gint64 end_us, gboolean is_running);
/* Appends what there is to @text, after poll() said that reading does not wait; at its end the pipe is closed. */
void reactive_child_read_pipe (ReactiveChild *child, guint i, GString *text);
/* Kills what is left of the process group. */
void reactive_child_kill (const ReactiveChild *child);
/* Waits for the end of the child. FALSE if its status is lost. @out_status: exit code, or 128 + signal; @out_signal: 0,
 * or what killed it. */
gboolean reactive_child_reap (const ReactiveChild *child, int *out_status, int *out_signal);
/* Closes what is open of it. */
void reactive_child_clear (ReactiveChild *child);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveChild, reactive_child_clear)
