/* SPDX-License-Identifier: Apache-2.0 */
#include "base/process.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#define SECOND_US G_USEC_PER_SEC

/* A shell script as a child, with enough time and room. */
#define SCRIPT(script)                                                                                                 \
  (ReactiveProcess)                                                                                                    \
  {                                                                                                                    \
    .argv = (const char *const[]){ "sh", "-c", script, NULL }, .timeout_ms = 20000, .max_output_bytes = 4 << 20        \
  }

static void
run (const ReactiveProcess *process, ReactiveProcessResult *out_result)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (reactive_process_run (process, out_result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1); /* no zombie is left */
  g_assert_cmpint (errno, ==, ECHILD);
}

static void
assert_bytes (GBytes *bytes, const char *expected)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  g_assert_cmpmem (data, length, expected, strlen (expected));
}

static void
assert_output (const ReactiveProcess *process, const char *expected)
{
  g_auto (ReactiveProcessResult) result = { 0 };

  run (process, &result);
  assert_bytes (result.errors, "");
  assert_bytes (result.output, expected);
  g_assert_cmpint (result.exit_status, ==, 0);
}

static void
assert_fails (const ReactiveProcess *process, ReactiveError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  ReactiveProcessResult result = { .exit_status = 99 };

  g_assert_false (reactive_process_run (process, &result, &error));
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  g_assert_cmpstr (error->message, ==, message);
  g_assert_cmpint (result.exit_status, ==, 99);
  g_assert_cmpint (waitpid (-1, NULL, WNOHANG), ==, -1);
}

static char *
make_directory (void)
{
  g_autoptr (GError) error = NULL;
  char *directory = g_dir_make_tmp ("reactive-process-XXXXXX", &error);

  g_assert_no_error (error);
  return directory;
}

static char *
make_file (const char *directory, const char *name, const char *contents, int mode)
{
  char *path = g_build_filename (directory, name, NULL);

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
  return path;
}

static void
remove_files (const char *directory, const char *first, const char *second)
{
  if (first != NULL)
    g_assert_cmpint (g_unlink (first), ==, 0);
  if (second != NULL)
    g_assert_cmpint (g_unlink (second), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/*
 * How it ended
 */

static const struct
{
  const char *script;
  int exit_status;
  int signal;
} endings[] = {
  { "exit 0", 0, 0 },
  { "exit 7", 7, 0 },
  { "exit 255", 255, 0 },
  { "kill -TERM $$", 128 + SIGTERM, SIGTERM },
  { "kill -KILL $$", 128 + SIGKILL, SIGKILL },
  { "exit 143", 143, 0 },
  { "exec >&- 2>&-; sleep 0.2; exit 3", 3, 0 },
};

static void
test_records_how_it_ended (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    {
      g_auto (ReactiveProcessResult) result = { 0 };

      run (&SCRIPT (endings[i].script), &result);
      g_assert_cmpint (result.exit_status, ==, endings[i].exit_status);
      g_assert_cmpint (result.signal, ==, endings[i].signal);
    }
}

/*
 * Input and output
 */

static void
test_keeps_streams_apart (void)
{
  g_auto (ReactiveProcessResult) result = { 0 };

  run (&SCRIPT ("echo out; echo err >&2; printf 'a\\000b'"), &result);
  g_assert_cmpuint (g_bytes_get_size (result.output), ==, 7);
  g_assert_cmpmem (g_bytes_get_data (result.output, NULL), 7, "out\na\0b", 7);
  assert_bytes (result.errors, "err\n");

  reactive_process_result_clear (&result);
  g_assert_null (result.output);
  g_assert_null (result.errors);
}

static void
test_reads_both_streams_at_once (void)
{
  g_auto (ReactiveProcessResult) result = { 0 };

  run (&SCRIPT ("head -c 1000000 /dev/zero & head -c 1000000 /dev/zero >&2; wait"), &result);
  g_assert_cmpuint (g_bytes_get_size (result.output), ==, 1000000);
  g_assert_cmpuint (g_bytes_get_size (result.errors), ==, 1000000);
}

static void
test_reads_what_is_left_in_the_pipe (void)
{
  g_auto (ReactiveProcessResult) result = { 0 };

  run (&SCRIPT ("sleep 20 & head -c 65536 /dev/zero"), &result);
  g_assert_cmpuint (g_bytes_get_size (result.output), ==, 65536);
}

static void
test_input_is_given (void)
{
  ReactiveProcess process = SCRIPT ("cat");
  g_autofree char *big = g_strnfill (1000000, 'x');
  g_autoptr (GBytes) input = g_bytes_new (big, 1000000);
  g_autoptr (GBytes) empty = g_bytes_new (NULL, 0);

  process.input = input;
  assert_output (&process, big);
  process.input = empty;
  assert_output (&process, "");
}

static void
test_input_may_be_opened_by_name (void)
{
  ReactiveProcess process = SCRIPT ("cat /dev/stdin");
  g_autoptr (GBytes) input = g_bytes_new_static ("key: value", 10);

  process.input = input;
  assert_output (&process, "key: value");
}

static void
test_input_need_not_be_read (void)
{
  ReactiveProcess process = SCRIPT ("exec <&-; echo no thanks");
  g_autofree char *big = g_strnfill (1000000, 'x');
  g_autoptr (GBytes) input = g_bytes_new (big, 1000000);

  process.input = input;
  assert_output (&process, "no thanks\n");
}

static void
test_no_input_is_end_of_file (void)
{
  assert_output (&SCRIPT ("cat; readlink /proc/self/fd/0"), "/dev/null\n");
}

/*
 * Where it runs
 */

static void
test_environment_is_as_given (void)
{
  static const char *const environment[] = { "PATH=/usr/bin:/bin", "A=1", "EMPTY=", NULL };
  ReactiveProcess process = SCRIPT ("env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD= | sort");

  process.environment = environment;
  assert_output (&process, "A=1\nEMPTY=\nPATH=/usr/bin:/bin\n");

  process = SCRIPT ("echo $REACTIVE_TEST_OURS");
  g_setenv ("REACTIVE_TEST_OURS", "ours", TRUE);
  assert_output (&process, "ours\n");
  g_unsetenv ("REACTIVE_TEST_OURS");
}

static void
test_directory_is_as_given (void)
{
  ReactiveProcess process = SCRIPT ("pwd");
  g_autofree char *before = g_get_current_dir ();
  g_autofree char *after = NULL;

  process.directory = "/proc";
  assert_output (&process, "/proc\n");
  after = g_get_current_dir ();
  g_assert_cmpstr (before, ==, after);
}

static void
test_program_is_found_on_its_own_path (void)
{
  g_autofree char *directory = make_directory ();
  g_autofree char *program = make_file (directory, "tool", "#!/bin/sh\necho \"$0\" \"$@\"\n", 0755);
  g_autofree char *other = make_file (directory, "data", "echo wrong\n", 0644);
  g_autofree char *path = g_strdup_printf ("PATH=/nonexistent::relative:/etc/passwd:%s:/usr/bin:/bin", directory);
  const char *environment[] = { path, NULL };
  const char *const argv[] = { "tool", "a b", "$HOME", NULL };
  const char *const relative[] = { "./tool", NULL };
  const char *const not_executable[] = { "data", NULL };
  ReactiveProcess process = { .argv = argv, .environment = environment, .max_output_bytes = 1000 };
  g_autofree char *expected = g_strdup_printf ("%s a b $HOME\n", program);

  assert_output (&process, expected);

  process.argv = relative;
  process.directory = directory;
  assert_output (&process, "./tool\n");

  process.argv = not_executable;
  assert_fails (&process, REACTIVE_ERROR_NOT_FOUND, "data: no such program on PATH");
  remove_files (directory, program, other);
}

static void
test_path_has_a_default (void)
{
  static const char *const environment[] = { "A=1", NULL };
  ReactiveProcess process = SCRIPT ("echo $A");

  process.environment = environment;
  assert_output (&process, "1\n");
}

static void
test_missing_program (void)
{
  const char *const bare[] = { "reactive-no-such-tool", NULL };
  const char *const absolute[] = { "/nonexistent/tool", NULL };
  const char *const relative[] = { "./reactive-no-such-tool", NULL };
  const char *const empty[] = { "", NULL };
  ReactiveProcess process = { .max_output_bytes = 1000 };

  process.argv = bare;
  assert_fails (&process, REACTIVE_ERROR_NOT_FOUND, "reactive-no-such-tool: no such program on PATH");
  process.argv = absolute;
  assert_fails (&process, REACTIVE_ERROR_NOT_FOUND, "/nonexistent/tool: no such program");
  process.argv = relative;
  process.directory = "/usr";
  assert_fails (&process, REACTIVE_ERROR_NOT_FOUND, "./reactive-no-such-tool: no such program");
  process.argv = empty;
  assert_fails (&process, REACTIVE_ERROR_NOT_FOUND, ": no such program on PATH");
}

static void
test_program_that_cannot_start (void)
{
  g_autofree char *directory = make_directory ();
  g_autofree char *script = make_file (directory, "script", "#!/nonexistent/interpreter\n", 0755);
  g_autofree char *text = make_file (directory, "text", "echo never by a shell\n", 0755);
  const char *argv[] = { script, NULL };
  ReactiveProcess process = { .argv = argv, .max_output_bytes = 1000 };
  g_autofree char *interpreter
      = g_strdup_printf ("%s: cannot be started (is its interpreter missing?): No such file or directory", script);
  g_autofree char *format = g_strdup_printf ("%s: cannot be started: Exec format error", text);
  g_autofree char *denied = g_strdup_printf ("%s: cannot be started: Permission denied", text);

  assert_fails (&process, REACTIVE_ERROR_FAILED, interpreter);
  argv[0] = text;
  assert_fails (&process, REACTIVE_ERROR_FAILED, format);
  g_assert_cmpint (g_chmod (text, 0644), ==, 0);
  assert_fails (&process, REACTIVE_ERROR_FAILED, denied);
  remove_files (directory, script, text);
}

static void
test_missing_directory (void)
{
  ReactiveProcess process = SCRIPT ("true");

  process.directory = "/nonexistent";
  assert_fails (&process, REACTIVE_ERROR_FAILED, "sh: cannot be started in '/nonexistent': no such directory");
}

/*
 * What it inherits
 */

static guint64
get_signal_set (GBytes *status, const char *name)
{
  const char *line = g_strstr_len (g_bytes_get_data (status, NULL), (gssize) g_bytes_get_size (status), name);

  g_assert_nonnull (line);
  return g_ascii_strtoull (line + strlen (name), NULL, 16);
}

static void
test_signals_are_reset (void)
{
  /* The C library keeps 32 and 33 to itself, and has posix_spawn() leave them ignored. */
  guint64 ordinary = ~((guint64) 3 << 31);
  sigset_t blocked, before;
  void (*handler) (int) = signal (SIGPIPE, SIG_IGN);
  g_auto (ReactiveProcessResult) result = { 0 };

  sigemptyset (&blocked);
  sigaddset (&blocked, SIGTERM);
  sigaddset (&blocked, SIGUSR1);
  sigprocmask (SIG_BLOCK, &blocked, &before);
  run (&SCRIPT ("cat /proc/self/status"), &result);
  sigprocmask (SIG_SETMASK, &before, NULL);
  signal (SIGPIPE, handler);

  g_assert_cmpuint (get_signal_set (result.output, "SigBlk:"), ==, 0);
  g_assert_cmpuint (get_signal_set (result.output, "SigIgn:") & ordinary, ==, 0);
}

static void
test_descriptors_are_not_inherited (void)
{
  int ours = open ("/dev/null", O_RDONLY | O_CLOEXEC);

  /* What the test itself was started with is not what is tested. */
  for (int descriptor = 3; descriptor < 1024; descriptor++)
    fcntl (descriptor, F_SETFD, FD_CLOEXEC);

  assert_output (&SCRIPT ("ls /proc/$$/fd; true"), "0\n1\n2\n");
  close (ours);
}

static void
test_is_in_a_group_of_its_own (void)
{
  assert_output (&SCRIPT ("set -- $(cat /proc/$$/stat); test $5 = $$ && echo leader"), "leader\n");
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) directory = g_dir_open ("/proc/self/fd", 0, NULL);
  guint count = 0;

  while (g_dir_read_name (directory) != NULL)
    count++;

  return count;
}

static void
test_leaves_no_descriptor_open (void)
{
  const char *const missing[] = { "/nonexistent", NULL };
  ReactiveProcess failing = { .argv = missing };
  ReactiveProcess late = SCRIPT ("sleep 20");
  ReactiveProcess working = SCRIPT ("cat");
  g_autoptr (GBytes) input = g_bytes_new_static ("x", 1);
  guint before = count_descriptors ();

  late.timeout_ms = 10;
  working.input = input;
  assert_fails (&failing, REACTIVE_ERROR_NOT_FOUND, "/nonexistent: no such program");
  assert_fails (&late, REACTIVE_ERROR_TIMEOUT, "sh: killed, as it did not end within 10 ms");
  assert_output (&working, "x");
  g_assert_cmpuint (count_descriptors (), ==, before);
}

/* In a process that has no standard descriptors, those of the child come to lie where they are to be copied to. */
static void
test_works_without_standard_descriptors (void)
{
  int wait_status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      ReactiveProcess process = SCRIPT ("cat; echo err >&2");
      g_autoptr (GBytes) input = g_bytes_new_static ("in", 2);
      g_auto (ReactiveProcessResult) result = { 0 };

      process.input = input;
      close (0);
      close (1);
      close (2);
      if (!reactive_process_run (&process, &result, NULL))
        _exit (1);
      if (g_bytes_get_size (result.output) != 2 || g_bytes_get_size (result.errors) != 4)
        _exit (2);
      _exit (0);
    }

  g_assert_cmpint (waitpid (pid, &wait_status, 0), ==, pid);
  g_assert_true (WIFEXITED (wait_status));
  g_assert_cmpint (WEXITSTATUS (wait_status), ==, 0);
}

/*
 * Deadline and cap
 */

static void
assert_within (gint64 start_us, gint64 limit_us)
{
  g_assert_cmpint (g_get_monotonic_time () - start_us, <, limit_us);
}

/* A pipe whose writing end children inherit: it ends when the last of them is gone. */
static void
open_witness (int ends[2])
{
  g_assert_cmpint (pipe (ends), ==, 0);
  g_assert_cmpint (fcntl (ends[0], F_SETFD, FD_CLOEXEC), ==, 0);
}

static const char *const late_scripts[] = {
  "sleep 20",
  "trap '' TERM INT HUP; sleep 20; sleep 20",
  "exec >&- 2>&-; sleep 20",
  "sleep 20 & sleep 20 & wait",
  "while :; do :; done",
};

static void
test_deadline_kills_the_group (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (late_scripts); i++)
    {
      ReactiveProcess process = SCRIPT (late_scripts[i]);
      gint64 start_us = g_get_monotonic_time ();
      int witness[2];
      char byte;

      open_witness (witness);
      process.timeout_ms = 100;
      assert_fails (&process, REACTIVE_ERROR_TIMEOUT, "sh: killed, as it did not end within 100 ms");
      close (witness[1]);
      g_assert_cmpint (read (witness[0], &byte, 1), ==, 0);
      close (witness[0]);
      assert_within (start_us, 10 * SECOND_US);
    }
}

static void
test_cap_is_exact (void)
{
  ReactiveProcess process = SCRIPT ("printf 12345");

  process.max_output_bytes = 5;
  assert_output (&process, "12345");
  process.max_output_bytes = 4;
  assert_fails (&process, REACTIVE_ERROR_BAD_DATA, "sh: killed, as it wrote more than 4 bytes");
  process.max_output_bytes = 0;
  assert_fails (&process, REACTIVE_ERROR_BAD_DATA, "sh: killed, as it wrote more than 0 bytes");
}

static void
test_cap_is_for_each_stream (void)
{
  ReactiveProcess process = SCRIPT ("printf 12345; printf 12345 >&2");
  g_auto (ReactiveProcessResult) result = { 0 };

  process.max_output_bytes = 5;
  run (&process, &result);
  assert_bytes (result.output, "12345");
  assert_bytes (result.errors, "12345");

  process.argv = (const char *const[]){ "sh", "-c", "printf 12345; printf 123456 >&2", NULL };
  assert_fails (&process, REACTIVE_ERROR_BAD_DATA, "sh: killed, as it wrote more than 5 bytes");
}

static void
test_endless_output_is_killed (void)
{
  ReactiveProcess process = SCRIPT ("yes; yes");
  gint64 start_us = g_get_monotonic_time ();

  process.max_output_bytes = 100000;
  assert_fails (&process, REACTIVE_ERROR_BAD_DATA, "sh: killed, as it wrote more than 100000 bytes");
  process.argv = (const char *const[]){ "sh", "-c", "yes >&2", NULL };
  process.timeout_ms = 0;
  assert_fails (&process, REACTIVE_ERROR_BAD_DATA, "sh: killed, as it wrote more than 100000 bytes");
  assert_within (start_us, 10 * SECOND_US);
}

/*
 * What it leaves behind
 */

static void
test_grandchild_does_not_hold_us_up (void)
{
  gint64 start_us = g_get_monotonic_time ();

  assert_output (&SCRIPT ("sleep 20 & echo done"), "done\n");
  assert_output (&SCRIPT ("(for i in $(seq 50); do sleep 0.02; done) & echo done"), "done\n");
  assert_within (start_us, 10 * SECOND_US);
}

static void
test_grandchild_lives_on (void)
{
  int witness[2];
  g_autofree char *script = NULL;
  char bytes[8] = { 0 };

  open_witness (witness);
  script = g_strdup_printf ("(sleep 0.5; echo alive >&%d) & exit 4", witness[1]);

  for (guint i = 0; i < 2; i++)
    {
      g_auto (ReactiveProcessResult) result = { 0 };

      run (&SCRIPT (script), &result);
      g_assert_cmpint (result.exit_status, ==, 4);
    }

  close (witness[1]);
  g_assert_cmpint (read (witness[0], bytes, 6), ==, 6);
  g_assert_cmpstr (bytes, ==, "alive\n");
  close (witness[0]);
}

/*
 * Signals while waiting
 */

static void
ignore_alarm (G_GNUC_UNUSED int number)
{
}

static void
test_interrupted_calls_go_on (void)
{
  struct sigaction action = { .sa_handler = ignore_alarm }, before; /* no SA_RESTART */
  struct itimerval every_ms = { { 0, 1000 }, { 0, 1000 } }, never = { 0 };
  ReactiveProcess process = SCRIPT ("sleep 0.3; cat; echo err >&2; exit 5");
  g_autoptr (GBytes) input = g_bytes_new_static ("in", 2);
  g_auto (ReactiveProcessResult) result = { 0 };

  process.input = input;
  sigaction (SIGALRM, &action, &before);
  setitimer (ITIMER_REAL, &every_ms, NULL);
  run (&process, &result);
  setitimer (ITIMER_REAL, &never, NULL);
  signal (SIGALRM, SIG_IGN); /* drops an alarm that is still pending, as one may be under valgrind */
  sigaction (SIGALRM, &before, NULL);

  g_assert_cmpint (result.exit_status, ==, 5);
  assert_bytes (result.output, "in");
  assert_bytes (result.errors, "err\n");
}

/* A process that ignores SIGCHLD is never told how its children end; that is an error, not success. */
static void
test_lost_exit_status (void)
{
  void (*handler) (int) = signal (SIGCHLD, SIG_IGN);

  assert_fails (&SCRIPT ("echo x"), REACTIVE_ERROR_FAILED, "sh: its exit status is lost: No child processes");
  signal (SIGCHLD, handler);
}

/* Valgrind makes a fork of posix_spawn(), which then cannot say that the child did not start. */
static gboolean
is_under_valgrind (void)
{
  const char *preloaded = g_getenv ("LD_PRELOAD");

  return preloaded != NULL && strstr (preloaded, "vgpreload") != NULL;
}

static void
add_failing_starts (void)
{
  g_test_add_func ("/process/start/missing-program-is-not-found", test_missing_program);
  g_test_add_func ("/process/start/program-that-cannot-start-fails", test_program_that_cannot_start);
  g_test_add_func ("/process/start/missing-directory-fails", test_missing_directory);
  g_test_add_func ("/process/leaves-no-descriptor-open", test_leaves_no_descriptor_open);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process/records-how-the-child-ended", test_records_how_it_ended);
  g_test_add_func ("/process/output/streams-are-kept-apart", test_keeps_streams_apart);
  g_test_add_func ("/process/output/both-streams-are-read-at-once", test_reads_both_streams_at_once);
  g_test_add_func ("/process/output/what-is-left-in-the-pipe-is-read", test_reads_what_is_left_in_the_pipe);
  g_test_add_func ("/process/input/is-given-whole", test_input_is_given);
  g_test_add_func ("/process/input/may-be-opened-by-name", test_input_may_be_opened_by_name);
  g_test_add_func ("/process/input/need-not-be-read", test_input_need_not_be_read);
  g_test_add_func ("/process/input/none-is-end-of-file", test_no_input_is_end_of_file);
  g_test_add_func ("/process/start/environment-is-as-given", test_environment_is_as_given);
  g_test_add_func ("/process/start/directory-is-as-given", test_directory_is_as_given);
  g_test_add_func ("/process/start/program-is-found-on-its-own-path", test_program_is_found_on_its_own_path);
  g_test_add_func ("/process/start/path-has-a-default", test_path_has_a_default);
  g_test_add_func ("/process/inherits/no-signal-settings", test_signals_are_reset);
  g_test_add_func ("/process/inherits/no-descriptors", test_descriptors_are_not_inherited);
  g_test_add_func ("/process/inherits/no-process-group", test_is_in_a_group_of_its_own);
  g_test_add_func ("/process/works-without-standard-descriptors", test_works_without_standard_descriptors);
  g_test_add_func ("/process/deadline-kills-the-group", test_deadline_kills_the_group);
  g_test_add_func ("/process/cap/is-exact", test_cap_is_exact);
  g_test_add_func ("/process/cap/is-for-each-stream", test_cap_is_for_each_stream);
  g_test_add_func ("/process/cap/endless-output-is-killed", test_endless_output_is_killed);
  g_test_add_func ("/process/grandchild/does-not-hold-us-up", test_grandchild_does_not_hold_us_up);
  g_test_add_func ("/process/grandchild/lives-on", test_grandchild_lives_on);
  g_test_add_func ("/process/interrupted-calls-go-on", test_interrupted_calls_go_on);
  g_test_add_func ("/process/lost-exit-status-is-an-error", test_lost_exit_status);
  if (!is_under_valgrind ())
    add_failing_starts ();
  return g_test_run ();
}
