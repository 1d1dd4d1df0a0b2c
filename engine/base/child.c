/* SPDX-License-Identifier: Apache-2.0 */
#include "base/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"

/* What a pipe holds, so that one read takes all that a child has left behind. */
#define PIPE_BYTES 65536
/* How often to look after the child where the kernel cannot report its end to poll(). */
#define LOOK_MS 5

/* The child's side: what becomes its descriptors 0, 1 and 2. */
typedef struct
{
  int descriptors[3]; /* [0] is -1 for /dev/null; the others where they stay ours */
} ChildSide;

static void
close_descriptor (int *descriptor)
{
  if (*descriptor >= 0)
    close (*descriptor);
  *descriptor = -1;
}

static void
child_side_clear (ChildSide *side)
{
  for (guint i = 0; i < G_N_ELEMENTS (side->descriptors); i++)
    close_descriptor (&side->descriptors[i]);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ChildSide, child_side_clear)

/*
 * Finding the program
 */

static gboolean
is_program (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 && S_ISREG (status.st_mode) && access (path, X_OK) == 0;
}

/* Relative directories of PATH are passed over: to the child they may be others than to us. */
static char *
find_on_path (const char *name, const char *search_path)
{
  g_auto (GStrv) directories = g_strsplit (search_path != NULL ? search_path : "/usr/bin:/bin", ":", -1);

  for (guint i = 0; directories[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (directories[i], name, NULL);

      if (g_path_is_absolute (path) && is_program (path))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static char *
find_program (const ReactiveProcess *process, GError **error)
{
  const char *name = process->argv[0];
  const char *const *environment = process->environment;
  g_autofree char *found = NULL;

  if (strchr (name, '/') != NULL)
    return g_strdup (name);

  if (environment != NULL)
    found = find_on_path (name, g_environ_getenv ((char **) environment, "PATH"));
  else
    found = find_on_path (name, g_getenv ("PATH"));

  if (found == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "%s: no such program on PATH", name);

  return g_steal_pointer (&found);
}

/*
 * Starting
 */

static gboolean
fail (const ReactiveProcess *process, const char *what, int code, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: %s: %s", process->argv[0], what, g_strerror (code));
}

/* Where 0, 1 or 2 is closed in our process, a new descriptor may be one of them, and be overwritten in the child. */
static gboolean
move_from_standard (int *descriptor)
{
  int moved;

  if (*descriptor > STDERR_FILENO)
    return TRUE;

  moved = fcntl (*descriptor, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  close_descriptor (descriptor);
  *descriptor = moved;
  return moved >= 0;
}

static gboolean
open_pipe (int *out_ours, int *out_theirs)
{
  int ends[2];

  if (pipe2 (ends, O_CLOEXEC) != 0)
    return FALSE;

  *out_ours = ends[0];
  *out_theirs = ends[1];
  return move_from_standard (out_ours) && move_from_standard (out_theirs);
}

/* A file in memory that holds the whole input, not a pipe: nobody has to feed it, and a child that does not read
 * cannot send us SIGPIPE. */
static gboolean
open_input (GBytes *input, int *out_descriptor)
{
  gsize left;
  const char *bytes = g_bytes_get_data (input, &left);

  *out_descriptor = memfd_create ("input", MFD_CLOEXEC);
  if (*out_descriptor < 0 || !move_from_standard (out_descriptor))
    return FALSE;

  while (left > 0)
    {
      ssize_t count = write (*out_descriptor, bytes, left);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return FALSE;
      bytes += count;
      left -= (gsize) count;
    }

  return lseek (*out_descriptor, 0, SEEK_SET) == 0;
}

static gboolean
open_descriptors (const ReactiveProcess *process, ReactiveChild *child, ChildSide *side, GError **error)
{
  if (process->input != NULL && !open_input (process->input, &side->descriptors[0]))
    return fail (process, "cannot be given its input", errno, error);

  for (guint i = 0; i < G_N_ELEMENTS (child->pipes); i++)
    if (!(i == 0 ? process->keeps_output : process->keeps_errors)
        && !open_pipe (&child->pipes[i], &side->descriptors[i + 1]))
      return fail (process, "cannot be given a pipe", errno, error);

  return TRUE;
}

static int
add_file_actions (posix_spawn_file_actions_t *actions, const ReactiveProcess *process, const ChildSide *side)
{
  int code = 0;

  if (side->descriptors[0] < 0)
    code = posix_spawn_file_actions_addopen (actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  for (int i = 0; i < 3 && code == 0; i++)
    {
      if (side->descriptors[i] >= 0)
        code = posix_spawn_file_actions_adddup2 (actions, side->descriptors[i], i);
    }
  if (process->directory != NULL && code == 0)
    code = posix_spawn_file_actions_addchdir_np (actions, process->directory);

  return code;
}

/* Default signals, none blocked, and a process group of its own, to be killed with all that it starts. */
static int
set_attributes (posix_spawnattr_t *attributes)
{
  sigset_t all, none;
  short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP;
  int code;

  sigfillset (&all);
  sigemptyset (&none);

  code = posix_spawnattr_setflags (attributes, flags);
  if (code == 0)
    code = posix_spawnattr_setsigdefault (attributes, &all);
  if (code == 0)
    code = posix_spawnattr_setsigmask (attributes, &none);
  if (code == 0)
    code = posix_spawnattr_setpgroup (attributes, 0);

  return code;
}

static int
spawn (const ReactiveProcess *process, const char *program, const ChildSide *side, pid_t *out_pid)
{
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  const char *const *environment = process->environment != NULL ? process->environment : (const char *const *) environ;
  int code;

  posix_spawn_file_actions_init (&actions);
  posix_spawnattr_init (&attributes);

  code = add_file_actions (&actions, process, side);
  if (code == 0)
    code = set_attributes (&attributes);
  if (code == 0)
    code = posix_spawn (out_pid, program, &actions, &attributes, (char *const *) process->argv,
                        (char *const *) environment);

  posix_spawnattr_destroy (&attributes);
  posix_spawn_file_actions_destroy (&actions);
  return code;
}

/* posix_spawn() has one code for a missing directory, a missing program, and a script without its interpreter. */
static gboolean
explain_failed_start (const ReactiveProcess *process, const char *program, int code, GError **error)
{
  g_autofree char *path = NULL;

  if (process->directory != NULL && !g_file_test (process->directory, G_FILE_TEST_IS_DIR))
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: cannot be started in '%s': no such directory",
                          process->argv[0], process->directory);

  if (process->directory != NULL && !g_path_is_absolute (program))
    path = g_build_filename (process->directory, program, NULL);
  else
    path = g_strdup (program);

  if (code == ENOENT && !g_file_test (path, G_FILE_TEST_EXISTS))
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "%s: no such program", process->argv[0]);

  return fail (process, code == ENOENT ? "cannot be started (is its interpreter missing?)" : "cannot be started", code,
               error);
}

gboolean
reactive_child_start (const ReactiveProcess *process, ReactiveChild *out_child, GError **error)
{
  g_auto (ReactiveChild) child = REACTIVE_CHILD_INIT;
  g_auto (ChildSide) side = { { -1, -1, -1 } };
  g_autofree char *program = find_program (process, error);
  int code;

  if (program == NULL || !open_descriptors (process, &child, &side, error))
    return FALSE;

  code = spawn (process, program, &side, &child.pid);
  if (code != 0)
    return explain_failed_start (process, program, code, error);

  child.pid_descriptor = (int) syscall (SYS_pidfd_open, child.pid, 0);
  *out_child = child;
  child = (ReactiveChild) REACTIVE_CHILD_INIT;
  return TRUE;
}

/*
 * Following
 */

int
reactive_child_get_poll_timeout_ms (const ReactiveChild *child, gint64 end_us, gboolean is_running)
{
  gint64 timeout_ms = -1;

  if (end_us != 0)
    timeout_ms = CLAMP ((end_us - g_get_monotonic_time () + 999) / 1000, 0, G_MAXINT);
  if (is_running && child->pid_descriptor < 0)
    timeout_ms = timeout_ms < 0 ? LOOK_MS : MIN (timeout_ms, LOOK_MS);

  return (int) timeout_ms;
}

void
reactive_child_read_pipe (ReactiveChild *child, guint i, GString *text)
{
  char buffer[PIPE_BYTES];
  ssize_t count = read (child->pipes[i], buffer, sizeof buffer);

  if (count > 0)
    g_string_append_len (text, buffer, count);
  else if (count == 0 || (errno != EINTR && errno != EAGAIN))
    close_descriptor (&child->pipes[i]);
}

/*
 * The end
 */

gboolean
reactive_child_has_ended (const ReactiveChild *child)
{
  siginfo_t information = { 0 };

  return waitid (P_PID, (id_t) child->pid, &information, WEXITED | WNOHANG | WNOWAIT) != 0 || information.si_pid != 0;
}

void
reactive_child_kill (const ReactiveChild *child)
{
  kill (-child->pid, SIGKILL);
}

gboolean
reactive_child_reap (const ReactiveChild *child, int *out_status, int *out_signal)
{
  int wait_status = 0;
  pid_t pid;

  do
    pid = waitpid (child->pid, &wait_status, 0);
  while (pid < 0 && errno == EINTR);
  if (pid != child->pid)
    return FALSE;

  *out_signal = WIFSIGNALED (wait_status) ? WTERMSIG (wait_status) : 0;
  *out_status = *out_signal != 0 ? 128 + *out_signal : WEXITSTATUS (wait_status);
  return TRUE;
}

void
reactive_child_clear (ReactiveChild *child)
{
  close_descriptor (&child->pid_descriptor);
  for (guint i = 0; i < G_N_ELEMENTS (child->pipes); i++)
    close_descriptor (&child->pipes[i]);
}
