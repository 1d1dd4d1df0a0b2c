/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/guard.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DESCRIPTOR 1024
#define EXIT_HANDLER_FAILED 4

/* Signal handlers and pthread_atfork() take no argument: what they look at must be static. It is of the process, as
 * they are, and only the command that owns the process uses it. */
static struct
{
  ReactiveUnit *volatile unit; /* NULL: nothing to watch */
  ReactiveCarrier *carrier;
  dev_t state_device;
  ino_t state_inode;
  pid_t process;
  gboolean is_installed;
} guard;

static const struct
{
  int number;
  const char *name;
  const char *verb;
} signals[] = {
  { SIGSEGV, "SIGSEGV", "crashed" }, { SIGBUS, "SIGBUS", "crashed" },     { SIGFPE, "SIGFPE", "crashed" },
  { SIGILL, "SIGILL", "crashed" },   { SIGABRT, "SIGABRT", "crashed" },   { SIGTRAP, "SIGTRAP", "crashed" },
  { SIGINT, "SIGINT", "was ended" }, { SIGTERM, "SIGTERM", "was ended" }, { SIGHUP, "SIGHUP", "was ended" },
};

/* Only what may be called in a signal handler. */
static void
say (const char *text)
{
  if (write (STDERR_FILENO, text, strlen (text)) < 0)
    return;
}

static void
name_and_die (int number)
{
  ReactiveUnit *unit = guard.unit;
  const char *running = unit != NULL && guard.process == getpid () ? reactive_unit_get_running (unit) : NULL;

  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (signals[i].number == number && unit != NULL && guard.process == getpid ())
      {
        say (running != NULL ? "handler '" : "the hook ");
        say (running != NULL ? running : "");
        say (running != NULL ? "' " : "");
        say (signals[i].verb);
        say (" by ");
        say (signals[i].name);
        say ("; nothing that the hook did is kept\n");
      }

  /* The handler was reset when it was entered: this ends the process as the signal would have. */
  raise (number);
}

static void
install_signal_handlers (void)
{
  /* A stack of its own, for a handler that used up the other one. */
  static char stack[16384];
  const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof stack };
  struct sigaction action = { .sa_handler = name_and_die, .sa_flags = SA_RESETHAND | SA_ONSTACK | SA_NODEFER };

  sigaltstack (&alternative, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      struct sigaction current;

      /* What somebody chose to ignore, or the sanitizers watch, stays so. */
      if (sigaction (signals[i].number, NULL, &current) == 0 && current.sa_handler == SIG_DFL)
        sigaction (signals[i].number, &action, NULL);
    }
}

static void
remove_signal_handlers (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    {
      struct sigaction current;

      if (sigaction (signals[i].number, NULL, &current) == 0 && current.sa_handler == name_and_die)
        signal (signals[i].number, SIG_DFL);
    }
}

/* exit() from inside a handler would leave a hook that looks well and kept nothing. */
static void
catch_exit (int status, void *data)
{
  ReactiveUnit *unit = guard.unit;
  g_autoptr (GError) reason = NULL;

  if (unit == NULL || guard.process != getpid ())
    return;

  guard.unit = NULL;
  g_set_error (&reason, REACTIVE_ERROR, REACTIVE_ERROR_HANDLER,
               "handler '%s' called exit (%d); reactive_finish_hook() ends a hook early and well",
               reactive_unit_get_running (unit) != NULL ? reactive_unit_get_running (unit) : "?", status);
  reactive_unit_abort (unit, reason);
  g_printerr ("reactive dispatch: %s\n", reason->message);
  _exit (EXIT_HANDLER_FAILED);
}

/* A child that was forked, and may live on as a daemon, holds neither the agent's socket, for which the agent would
 * wait without end, nor the state file; and its signals are its own affair. */
static void
close_in_child (void)
{
  if (guard.unit == NULL)
    return;

  guard.unit = NULL;
  remove_signal_handlers ();
  reactive_carrier_close_in_child (guard.carrier);
  for (int descriptor = STDERR_FILENO + 1; descriptor < MAX_DESCRIPTOR; descriptor++)
    {
      struct stat status;

      if (fstat (descriptor, &status) == 0 && status.st_dev == guard.state_device && status.st_ino == guard.state_inode)
        close (descriptor);
    }
}

void
guard_begin (ReactiveUnit *unit, ReactiveCarrier *carrier, const char *state_path)
{
  struct stat status = { 0 };

  if (!guard.is_installed)
    {
      install_signal_handlers ();
      on_exit (catch_exit, NULL);
      pthread_atfork (NULL, NULL, close_in_child);
      guard.is_installed = TRUE;
    }

  if (stat (state_path, &status) == 0)
    {
      guard.state_device = status.st_dev;
      guard.state_inode = status.st_ino;
    }
  guard.carrier = carrier;
  guard.process = getpid ();
  guard.unit = unit;
}

void
guard_end (void)
{
  guard.unit = NULL;
}
