/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/stop.h"

#include <glib.h>
#include <unistd.h>

/* Signal handlers take no argument: what they look at must be static. It is of the process, as they are, and only the
 * command that owns the process uses it. */
static struct
{
  volatile sig_atomic_t signal;
  pid_t process;
} stop;

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };

static void
on_signal (int number)
{
  /* A child that was forked has nothing to clean up. */
  if (getpid () != stop.process)
    {
      signal (number, SIG_DFL);
      raise (number);
      return;
    }

  stop.signal = number;
  /* Whoever reads no longer is told of by each write. */
  if (number != SIGPIPE)
    signal (number, SIG_DFL);
}

void
stop_begin (void)
{
  const struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };

  stop.process = getpid ();
  stop.signal = 0;
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      struct sigaction current;

      /* What somebody chose to ignore stays so. */
      if (sigaction (signals[i], NULL, &current) == 0 && current.sa_handler == SIG_DFL)
        sigaction (signals[i], &action, NULL);
    }
}

const volatile sig_atomic_t *
stop_get_signal (void)
{
  return &stop.signal;
}

void
stop_end (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      struct sigaction current;

      if (sigaction (signals[i], NULL, &current) == 0 && current.sa_handler == on_signal)
        signal (signals[i], SIG_DFL);
    }
  if (stop.signal != 0)
    raise (stop.signal);
}
