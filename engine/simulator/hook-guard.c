/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/hook-guard.h"

#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#define EXIT_HANDLER_FAILED 4
/* So often the clock is looked at within a timeout, which is kept to that precision. */
#define TICKS 4

/* Signal handlers and exit functions take no argument: what they look at must be static. It is of the process, as they
 * are. */
static struct
{
  const ReactiveHookGuard *volatile current; /* NULL: nothing to watch */
  sigjmp_buf back;
  volatile sig_atomic_t n_ticks;     /* that the current call has lasted */
  volatile sig_atomic_t has_crashed; /* once is survived, so that the run can be reported */
  const char *volatile how;
  pid_t process;
  pid_t thread; /* that calls handlers */
  gboolean is_exit_watched;
  gboolean is_stack_own;
} guard;

static const struct
{
  int number;
  const char *how;
} signals[] = {
  { SIGSEGV, "crashed by SIGSEGV" }, { SIGBUS, "crashed by SIGBUS" },   { SIGFPE, "crashed by SIGFPE" },
  { SIGILL, "crashed by SIGILL" },   { SIGABRT, "crashed by SIGABRT" }, { SIGTRAP, "crashed by SIGTRAP" },
};

static struct sigaction old_actions[G_N_ELEMENTS (signals)];

/* Only what may be called in a signal handler. */
static void
say (const char *text)
{
  if (text != NULL && write (guard.current->error_descriptor, text, strlen (text)) < 0)
    return;
}

static void
say_number (guint64 number)
{
  char digits[21] = { 0 };
  char *begin = digits + sizeof digits - 1;

  do
    *--begin = '0' + number % 10;
  while ((number /= 10) != 0);
  say (begin);
}

static void
report_and_leave (const char *how)
{
  const char *running = guard.current->get_running (guard.current->data);

  say ("reactive: ");
  say (running != NULL ? "handler '" : "the engine");
  say (running);
  say (running != NULL ? "' " : " ");
  say (how);
  say (" in ");
  say (guard.current->hook);
  say (" of ");
  say (guard.current->unit);
  say ("; --seed ");
  say_number (guard.current->seed);
  say (" replays it\n");
  _exit (EXIT_HANDLER_FAILED);
}

/* Back to the caller, who reports; unless the signal came in another thread, or as a result of having gone back. */
static void
go_back (const char *how)
{
  if (guard.has_crashed || gettid () != guard.thread)
    report_and_leave (how);

  guard.has_crashed = TRUE;
  guard.how = how;
  siglongjmp (guard.back, 1);
}

static void
on_crash (int number)
{
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (signals[i].number == number && guard.current != NULL && getpid () == guard.process)
      go_back (signals[i].how);

  /* Nobody's handler, or a child that was forked: ends as the signal would have it. */
  signal (number, SIG_DFL);
  raise (number);
}

static void
on_tick (int number)
{
  if (guard.current == NULL || ++guard.n_ticks <= TICKS)
    return;

  guard.n_ticks = 0;
  go_back ("hangs");
}

/* exit() from inside a handler would end the simulation as if all was well. */
static void
on_exit_called (int status, void *data)
{
  if (guard.current == NULL || gettid () != guard.thread)
    return;

  if (guard.current->leave != NULL)
    guard.current->leave (guard.current->data);
  report_and_leave ("called exit (), where reactive_finish_hook () ends a hook early and well,");
}

static void
watch_crashes (void)
{
  /* A stack of its own, for a handler that used up the other one. */
  static char stack[65536];
  const stack_t alternative = { .ss_sp = stack, .ss_size = sizeof stack };
  struct sigaction action = { .sa_handler = on_crash, .sa_flags = SA_ONSTACK | SA_NODEFER };
  stack_t present;

  guard.is_stack_own = sigaltstack (NULL, &present) == 0 && (present.ss_flags & SS_DISABLE) != 0
                       && sigaltstack (&alternative, NULL) == 0;
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    /* What somebody chose to ignore, or the sanitizers watch, stays so. */
    if (sigaction (signals[i].number, NULL, &old_actions[i]) == 0 && old_actions[i].sa_handler == SIG_DFL)
      sigaction (signals[i].number, &action, NULL);
}

static void
set_timer (guint interval_ms)
{
  const struct timeval interval = { interval_ms / 1000, interval_ms % 1000 * 1000 };
  const struct itimerval timer = { interval, interval };

  setitimer (ITIMER_REAL, &timer, NULL);
}

void
reactive_hook_guard_begin (guint timeout_ms)
{
  const struct sigaction action = { .sa_handler = on_tick, .sa_flags = SA_RESTART | SA_ONSTACK | SA_NODEFER };

  if (!guard.is_exit_watched)
    on_exit (on_exit_called, NULL);
  guard.is_exit_watched = TRUE;
  guard.process = getpid ();
  guard.thread = gettid ();
  guard.has_crashed = FALSE;
  guard.current = NULL;

  watch_crashes ();
  if (timeout_ms > 0)
    {
      sigaction (SIGALRM, &action, NULL);
      set_timer (MAX (timeout_ms / TICKS, 1));
    }
}

void
reactive_hook_guard_end (void)
{
  const stack_t none = { .ss_flags = SS_DISABLE };

  set_timer (0);
  signal (SIGALRM, SIG_IGN); /* drops a tick that is still pending, as one may be when a charm has started threads */
  signal (SIGALRM, SIG_DFL);
  for (guint i = 0; i < G_N_ELEMENTS (signals); i++)
    if (old_actions[i].sa_handler == SIG_DFL)
      sigaction (signals[i].number, &old_actions[i], NULL);
  if (guard.is_stack_own)
    sigaltstack (&none, NULL);
  guard.current = NULL;
}

const char *
reactive_hook_guard_call (const ReactiveHookGuard *call, void (*func) (gpointer data))
{
  guard.n_ticks = 0;
  guard.how = NULL;
  /* Signals need not be unblocked: their handlers block none. */
  if (sigsetjmp (guard.back, /* savesigs= */ 0) == 0)
    {
      guard.current = call;
      func (call->data);
    }
  /* After a crash the guard stays up until its end: if reporting crashes too, there is still a message. */
  if (guard.how == NULL)
    guard.current = NULL;

  return guard.how;
}
