/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/agent.h"

#include "juju/rpc.h"
#include "model-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#define CONTEXT "app/0-install-1"

/* Our own program, given this as its first argument, is a hook tool: "--tool NAME ARGUMENT…". It prints the answer, or
 * the refusal. With "--hold" it keeps its connection until it is killed. */
static int
run_as_tool (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveRpc) rpc = reactive_rpc_connect (g_getenv ("JUJU_AGENT_SOCKET_ADDRESS"), &error);
  const ReactiveGobRequest request = {
    .context_id = g_getenv ("JUJU_CONTEXT_ID"),
    .directory = "/",
    .tool = argv[2],
    .arguments = (const char *const *) argv + 3,
  };
  g_auto (ReactiveGobReply) reply = { 0 };

  g_assert_no_error (error);
  if (!reactive_rpc_call (rpc, &request, &reply, &error))
    {
      g_print ("%s\n", error->message);
      return 1;
    }

  g_print ("%.*s\n", (int) g_bytes_get_size (reply.output), (const char *) g_bytes_get_data (reply.output, NULL));
  if (g_str_equal (argv[1], "--hold"))
    pause ();
  return reply.code;
}

typedef struct
{
  char *directory;
  char *program; /* our own */
  char **environment;
  ReactiveAgent *agent;
  GString *output; /* "out: LINE\n" */
  guint n_calls;
} Fixture;

static gboolean
answer (const ReactiveGobServerRequest *request, ReactiveToolReply *out_reply, gpointer data, GError **error)
{
  Fixture *fixture = data;
  g_autofree char *text = g_strjoinv (" ", request->arguments);
  g_autoptr (GBytes) output = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) errors = g_bytes_new (NULL, 0);

  fixture->n_calls++;
  reactive_tool_reply_set (out_reply, g_str_equal (request->tool, "fail") ? 3 : 0, output, errors);
  return TRUE;
}

static void
note_line (const char *line, gboolean is_error, gpointer data)
{
  Fixture *fixture = data;

  g_string_append_printf (fixture->output, "%s: %s\n", is_error ? "err" : "out", line);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autofree char *variable = NULL;
  g_autoptr (GError) error = NULL;
  const char *const inherited[] = { "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS" };

  fixture->directory = g_dir_make_tmp ("reactive-agent-XXXXXX", &error);
  g_assert_no_error (error);
  address = g_build_filename (fixture->directory, "agent.socket", NULL);
  fixture->agent = reactive_agent_new (address, &error);
  g_assert_no_error (error);
  fixture->program = g_file_read_link ("/proc/self/exe", NULL);
  fixture->output = g_string_new (NULL);
  fixture->environment = g_environ_setenv (fixture->environment, "PATH", "/usr/bin:/bin", TRUE);
  fixture->environment = g_environ_setenv (fixture->environment, "JUJU_AGENT_SOCKET_ADDRESS", address, TRUE);
  fixture->environment = g_environ_setenv (fixture->environment, "JUJU_CONTEXT_ID", CONTEXT, TRUE);
  fixture->environment = g_environ_setenv (fixture->environment, "SELF", fixture->program, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (inherited); i++)
    if (g_getenv (inherited[i]) != NULL)
      fixture->environment = g_environ_setenv (fixture->environment, inherited[i], g_getenv (inherited[i]), TRUE);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  reactive_agent_free (fixture->agent);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
  g_free (fixture->program);
  g_strfreev (fixture->environment);
  g_string_free (fixture->output, TRUE);
}

/* Runs a script of the shell. */
static gboolean
run_script (Fixture *fixture, const char *script, guint timeout_ms, int *out_status, GError **error)
{
  const char *const argv[] = { "/bin/sh", "-c", script, NULL };
  const ReactiveAgentProcess process = {
    .argv = argv,
    .environment = (const char *const *) fixture->environment,
    .directory = fixture->directory,
    .context_id = CONTEXT,
    .timeout_ms = timeout_ms,
    .grace_ms = 50,
    .output = note_line,
    .data = fixture,
  };

  return reactive_agent_run_with (fixture->agent, answer, fixture, &process, out_status, error);
}

static void
run_well (Fixture *fixture, const char *script, int expected_status, const char *expected_output)
{
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_string_truncate (fixture->output, 0);
  g_assert_true (run_script (fixture, script, /* timeout_ms= */ 0, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (fixture->output->str, ==, expected_output);
  g_assert_cmpint (status, ==, expected_status);
}

static void
test_tools (Fixture *fixture, gconstpointer data)
{
  run_well (fixture, "\"$SELF\" --tool echo a b; \"$SELF\" --tool fail c; exit $?", 3, "out: a b\nout: c\n");
  g_assert_cmpuint (fixture->n_calls, ==, 2);

  /* a second hook over the same socket */
  run_well (fixture, "\"$SELF\" --tool echo again", 0, "out: again\n");
  run_well (fixture, "JUJU_CONTEXT_ID=old \"$SELF\" --tool echo", 1,
            "out: echo: bad request: expected context id \"" CONTEXT "\", got \"old\"\n");
  g_assert_cmpuint (fixture->n_calls, ==, 3);
}

static void
test_many_at_once (Fixture *fixture, gconstpointer data)
{
  run_well (fixture, "for i in 1 2 3 4 5 6 7 8; do \"$SELF\" --tool echo x & done; wait", 0,
            "out: x\nout: x\nout: x\nout: x\nout: x\nout: x\nout: x\nout: x\n");
  g_assert_cmpuint (fixture->n_calls, ==, 8);
}

static void
test_status (Fixture *fixture, gconstpointer data)
{
  run_well (fixture, "exit 7", 7, "");
  run_well (fixture, "kill -TERM $$", 128 + SIGTERM, "");
  run_well (fixture, "kill -KILL $$", 128 + SIGKILL, "");
}

static void
test_output (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = g_strnfill (4096, 'x');
  g_autofree char *pieces = g_strdup_printf ("out: %s\nout: xy\n", first);
  g_autofree char *first_umlauts = NULL;

  run_well (fixture, "echo one; echo; printf two", 0, "out: one\nout: \nout: two\n");
  run_well (fixture, "echo bad >&2", 0, "err: bad\n");
  run_well (fixture, "printf '\\377\\n'", 0, "out: \xef\xbf\xbd\n");
  run_well (fixture, "head -c 4096 /dev/zero | tr '\\0' x; echo xy", 0, pieces);
  /* no character is cut in two */
  first_umlauts = g_strdup_printf ("out: %.*s\nout: \xc3\xa4\n", 4095, first);
  run_well (fixture, "head -c 4095 /dev/zero | tr '\\0' x; echo '\xc3\xa4'", 0, first_umlauts);
}

static void
test_surroundings (Fixture *fixture, gconstpointer data)
{
  g_autofree char *expected = g_strdup_printf ("out: %s\nout: /dev/null\n", fixture->directory);

  run_well (fixture, "pwd; readlink /proc/self/fd/0", 0, expected);
}

/* What is open here and meant to be closed by exec, as "socket:[123]": the agent's socket among them. */
static GPtrArray *
list_own_descriptors (void)
{
  GPtrArray *links = g_ptr_array_new_with_free_func (g_free);

  for (int fd = 3; fd < 100; fd++)
    {
      g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
      int flags = fcntl (fd, F_GETFD);

      if (flags >= 0 && (flags & FD_CLOEXEC) != 0)
        g_ptr_array_add (links, g_file_read_link (path, NULL));
    }

  return links;
}

static void
test_descriptors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) links = list_own_descriptors ();
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_cmpuint (links->len, >, 0);
  g_assert_true (run_script (fixture, "for f in /proc/$$/fd/*; do readlink $f; done", 0, &status, &error));
  g_assert_no_error (error);
  g_assert_nonnull (strstr (fixture->output->str, "out: pipe:["));
  for (guint i = 0; i < links->len; i++)
    g_assert_null (strstr (fixture->output->str, g_ptr_array_index (links, i)));
}

/* What is written in time is told. On a busy machine more time may be needed for it. */
static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  for (guint timeout_ms = 100; fixture->output->len == 0; timeout_ms *= 2)
    {
      g_autoptr (GError) error = NULL;
      int status = -1;

      g_assert_false (run_script (fixture, "echo begun; \"$SELF\" --hold echo x", timeout_ms, &status, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TIMEOUT);
      g_assert_cmpint (status, ==, -1);
    }
  g_assert_true (g_str_has_prefix (fixture->output->str, "out: begun\n"));
  /* the next hook is not disturbed */
  run_well (fixture, "\"$SELF\" --tool echo next", 0, "out: next\n");
}

/* A daemon that holds a connection and our pipes delays the end by the grace, not for ever. */
static void
test_left_behind (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  int status = -1;
  pid_t pid;

  g_assert_true (run_script (
      fixture, "\"$SELF\" --hold echo held >log & echo $! >&2; until grep -q held log; do sleep 0.01; done; rm log", 0,
      &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_nonnull (strstr (fixture->output->str, "err: "));
  pid = (pid_t) g_ascii_strtoll (strstr (fixture->output->str, "err: ") + strlen ("err: "), NULL, 10);
  g_assert_cmpint (pid, >, 1);
  /* it runs on, as a daemon of a charm does */
  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  run_well (fixture, "\"$SELF\" --tool echo next", 0, "out: next\n");
}

/* With a model behind the tools. */
static void
test_hook (Fixture *fixture, gconstpointer data)
{
  const char *const script = "\"$SELF\" --tool status-set active ready; \"$SELF\" --tool is-leader; echo bye";
  const char *const reboot = "\"$SELF\" --hold juju-reboot --now; echo not reached";
  const char *argv[] = { "/bin/sh", "-c", script, NULL };
  const ReactiveAgentProcess process = {
    .argv = argv,
    .environment = (const char *const *) fixture->environment,
    .directory = fixture->directory,
    .context_id = CONTEXT,
    .output = note_line,
    .data = fixture,
  };
  const ReactiveModelHook hook = { .kind = REACTIVE_MODEL_HOOK_UPDATE_STATUS };
  ModelFixture model = { 0 };
  ReactiveHookContext *context;
  g_autoptr (GError) error = NULL;
  int status = -1;

  model_fixture_set_up (&model, NULL);
  model_fixture_deploy (&model, "app", "", 1);
  context = reactive_hook_context_new (model_fixture_get_unit (&model, "app/0"), &hook);

  g_assert_true (reactive_agent_run (fixture->agent, context, &process, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (fixture->output->str, ==, "out: \nout: True\nout: \nout: bye\n");
  g_assert_cmpstr (model_fixture_get_unit (&model, "app/0")->status.status, ==, "active");

  g_string_truncate (fixture->output, 0);
  argv[2] = reboot;
  g_assert_true (reactive_agent_run (fixture->agent, context, &process, &status, &error));
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 128 + SIGKILL);
  g_assert_null (strstr (fixture->output->str, "not reached"));

  reactive_hook_context_free (context);
  model_fixture_tear_down (&model, NULL);
}

static void
test_stop (Fixture *fixture, gconstpointer data)
{
  const char *const argv[] = { "/bin/sh", "-c", "sleep 100", NULL };
  const volatile sig_atomic_t stop = SIGTERM;
  const ReactiveAgentProcess process = { .argv = argv,
                                         .environment = (const char *const *) fixture->environment,
                                         .directory = fixture->directory,
                                         .context_id = CONTEXT,
                                         .stop = &stop };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_assert_false (reactive_agent_run_with (fixture->agent, answer, fixture, &process, &status, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_assert_cmpint (status, ==, -1);
}

/* Valgrind makes a fork of posix_spawn(), which then cannot say that the child did not start. */
static void
test_missing (Fixture *fixture, gconstpointer data)
{
  const char *const argv[] = { "/nonexistent/dispatch", NULL };
  const ReactiveAgentProcess process = { .argv = argv,
                                         .environment = (const char *const *) fixture->environment,
                                         .directory = fixture->directory,
                                         .context_id = CONTEXT };
  g_autoptr (GError) error = NULL;
  int status = -1;

  if (g_getenv ("REACTIVE_TEST_VALGRIND") != NULL)
    {
      g_test_skip ("valgrind");
      return;
    }

  g_assert_false (reactive_agent_run_with (fixture->agent, answer, fixture, &process, &status, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *path;
    void (*func) (Fixture *fixture, gconstpointer data);
  } tests[] = {
    { "/agent/answers-the-tools-of-a-process", test_tools },
    { "/agent/answers-many-tools-at-once", test_many_at_once },
    { "/agent/tells-how-the-process-ended", test_status },
    { "/agent/passes-on-lines-of-output", test_output },
    { "/agent/starts-the-process-as-an-agent-does", test_surroundings },
    { "/agent/gives-the-process-no-descriptor-of-its-own", test_descriptors },
    { "/agent/kills-what-takes-too-long", test_timeout },
    { "/agent/kills-what-runs-when-all-is-to-end", test_stop },
    { "/agent/waits-for-what-is-left-behind-no-longer-than-it-may", test_left_behind },
    { "/agent/runs-a-hook-of-a-model-until-it-reboots", test_hook },
    { "/agent/says-that-there-is-no-such-program", test_missing },
  };

  if (argc > 2 && (g_str_equal (argv[1], "--tool") || g_str_equal (argv[1], "--hold")))
    return run_as_tool (argc, argv);

  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].func, tear_down);

  return g_test_run ();
}
