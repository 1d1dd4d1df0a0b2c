/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/strays.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

/* One that is killed takes a moment, and may have started another until then. */
#define N_ROUNDS 100
#define ROUND_US 10000

/* @environment: as /proc has it, each variable with a NUL behind it */
static gboolean
has_setting (const char *environment, gsize length, const char *setting)
{
  gsize size = strlen (setting) + 1;

  for (const char *variable = environment; variable < environment + length;)
    {
      gsize left = length - (gsize) (variable - environment);
      gsize variable_length = strnlen (variable, left);

      if (variable_length == size - 1 && memcmp (variable, setting, variable_length) == 0)
        return TRUE;
      variable += variable_length + 1;
    }

  return FALSE;
}

/* Of others' processes nobody can read it, nor of those that have ended. */
static gboolean
is_stray (const char *pid, const char *setting)
{
  g_autofree char *path = g_build_filename ("/proc", pid, "environ", NULL);
  g_autofree char *environment = NULL;
  gsize length;

  return g_file_get_contents (path, &environment, &length, NULL) && has_setting (environment, length, setting);
}

static guint
kill_all (const char *setting)
{
  g_autoptr (GDir) processes = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint n_found = 0;

  while (processes != NULL && (name = g_dir_read_name (processes)) != NULL)
    {
      guint64 pid;

      if (!g_ascii_string_to_unsigned (name, 10, 2, G_MAXINT, &pid, NULL) || (pid_t) pid == getpid ()
          || !is_stray (name, setting))
        continue;
      kill ((pid_t) pid, SIGKILL);
      n_found++;
    }

  return n_found;
}

void
reactive_strays_kill (const char *variable, const char *value)
{
  g_autofree char *setting = g_strconcat (variable, "=", value, NULL);

  for (guint i = 0; i < N_ROUNDS && kill_all (setting) > 0; i++)
    g_usleep (ROUND_US);
}
