/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "do.h"

/* Runs before any of the others: of what it does nothing may be kept when they fail. */
static gboolean
begin (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "begun");
  reactive_kv_set_string (unit, "begun", "yes");
  reactive_open_port (unit, "80");
  reactive_status_active (unit, "begun");

  return TRUE;
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "100%% of %%s is broken");

  return FALSE;
}

static gboolean
return_false (ReactiveUnit *unit, GError **error)
{
  return FALSE;
}

static gboolean
return_true_with_error (ReactiveUnit *unit, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "not as well as it looks");

  return TRUE;
}

static gboolean
call_exit (ReactiveUnit *unit, GError **error)
{
  exit (0);
}

static gboolean
call_exit_with_code (ReactiveUnit *unit, GError **error)
{
  exit (3);
}

/* Neither NULL nor known to the compiler: the processor shall be the first to notice. */
static gboolean
crash (ReactiveUnit *unit, GError **error)
{
  volatile gsize address = 16;

  return *(volatile int *) address == 0;
}

static guint
recurse (guint depth)
{
  volatile char room[4096];

  room[depth % sizeof room] = 1;

  return depth == G_MAXUINT ? 0 : recurse (depth + 1) + (guint) room[0];
}

static gboolean
overflow_stack (ReactiveUnit *unit, GError **error)
{
  return recurse (0) > 0;
}

static gboolean
call_abort (ReactiveUnit *unit, GError **error)
{
  abort ();
}

static gboolean
call_g_error (ReactiveUnit *unit, GError **error)
{
  g_error ("nothing makes sense any more");

  return FALSE;
}

/* Says that it is there, for whoever wants to end it. */
static gboolean
wait_for_signal (ReactiveUnit *unit, GError **error)
{
  if (!reactive_write_file (unit, "waiting", "", 0, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error))
    return FALSE;
  for (;;)
    pause ();
}

/* A child that neither execs nor ends, as a daemon made by fork(). */
static gboolean
leave_daemon (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = NULL;
  pid_t pid = fork ();

  if (pid == 0)
    {
      setsid ();
      close (STDIN_FILENO);
      close (STDOUT_FILENO);
      close (STDERR_FILENO);
      sleep (60);
      _exit (0);
    }

  text = g_strdup_printf ("%d", pid);

  return reactive_write_file (unit, "daemon.pid", text, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error);
}

/* A program that a handler starts, and that leaves something running. */
static gboolean
run_daemon (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "sh", "-c", "setsid sleep 60 </dev/null >/dev/null 2>&1 & echo $! >daemon.pid", NULL };
  g_autofree char *output = reactive_run (unit, argv, 10000, error);

  return output != NULL;
}

/* The child runs into exit handlers that are not its own. */
static gboolean
fork_and_exit (ReactiveUnit *unit, GError **error)
{
  pid_t pid = fork ();
  int status = -1;

  if (pid == 0)
    exit (0);
  while (waitpid (pid, &status, 0) < 0 && errno == EINTR)
    ;
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "child: %d", WEXITSTATUS (status));

  return TRUE;
}

static gboolean
pass_null (ReactiveUnit *unit, GError **error)
{
  const char *flag = NULL;

  reactive_set_flag (unit, flag);

  return TRUE;
}

/* Not ours to judge. */
static gboolean
make_foreign_critical (ReactiveUnit *unit, GError **error)
{
  g_log ("other", G_LOG_LEVEL_CRITICAL, "a complaint of another library");

  return TRUE;
}

static gboolean
print (ReactiveUnit *unit, GError **error)
{
  fputs ("printed\n", stdout);

  return TRUE;
}

static gboolean
set_empty_flag (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "");

  return TRUE;
}

static gboolean
set_flag_with_newline (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "two\nlines");

  return TRUE;
}

static gboolean
set_flag_with_bad_bytes (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "caf\351");

  return TRUE;
}

static gboolean
set_endless_flag (ReactiveUnit *unit, GError **error)
{
  g_autofree char *flag = g_strnfill (5000, 'x');

  reactive_set_flag (unit, flag);

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (begin, ON ("update-status")),
  DO (fail),
  DO (return_false),
  DO (return_true_with_error),
  DO (call_exit),
  DO (call_exit_with_code),
  DO (crash),
  DO (overflow_stack),
  DO (call_abort),
  DO (call_g_error),
  DO (wait_for_signal),
  DO (leave_daemon),
  DO (run_daemon),
  DO (fork_and_exit),
  DO (pass_null),
  DO (make_foreign_critical),
  DO (print),
  DO (set_empty_flag),
  DO (set_flag_with_newline),
  DO (set_flag_with_bad_bytes),
  DO (set_endless_flag),
};

REACTIVE_MODULE (HANDLERS (handlers));
