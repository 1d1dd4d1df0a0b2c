/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/strays.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#define VARIABLE "REACTIVE_TEST_STRAYS"

/* Says that it is there, and then waits for the end of its input, which this process holds. It executes nothing else: a
 * process that does has no environment for a moment. */
static GPid
start (const char *value)
{
  const char *const argv[] = { "/bin/sh", "-c", "echo; read line", NULL };
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), VARIABLE, value, TRUE);
  g_autoptr (GError) error = NULL;
  GPid pid;
  char byte;
  int input, output;

  g_assert_true (g_spawn_async_with_pipes (NULL, (char **) argv, environment, G_SPAWN_DO_NOT_REAP_CHILD, NULL, NULL,
                                           &pid, &input, &output, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (read (output, &byte, 1), ==, 1);
  close (output);

  return pid;
}

static void
test_kill (void)
{
  g_autofree char *value = g_strdup_printf ("%d-%" G_GINT64_FORMAT, (int) getpid (), g_get_monotonic_time ());
  g_autofree char *longer = g_strconcat (value, "-other", NULL);
  const GPid pids[] = { start (value), start (value) };
  const GPid other = start (longer);
  int status;

  reactive_strays_kill (VARIABLE, value);
  for (guint i = 0; i < G_N_ELEMENTS (pids); i++)
    {
      g_assert_cmpint (waitpid (pids[i], &status, 0), ==, pids[i]);
      g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL);
    }

  g_assert_cmpint (waitpid (other, &status, WNOHANG), ==, 0);
  kill (other, SIGKILL);
  g_assert_cmpint (waitpid (other, &status, 0), ==, other);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/strays/kills-those-with-the-setting-and-no-others", test_kill);

  return g_test_run ();
}
