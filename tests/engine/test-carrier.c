/* SPDX-License-Identifier: Apache-2.0 */
#include "carrier-fixture.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
test_messages (void)
{
  const char *const messages[][2] = {
    { "", "" },
    { "ERROR no\n", "no" },
    { "ERROR \n", "ERROR" },
    { "WARNING a\nERROR b\n\n", "WARNING a\nERROR b" },
    { "a\xff\n", "a\ufffd" },
    { "\n \n", "" },
  };
  g_autofree char *huge = g_strnfill (1000000, 'e');
  g_autoptr (GBytes) huge_bytes = g_bytes_new (huge, 1000000);
  g_auto (ReactiveToolReply) huge_reply = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (messages); i++)
    {
      g_autoptr (GBytes) errors = g_bytes_new (messages[i][0], strlen (messages[i][0]));
      g_auto (ReactiveToolReply) reply = { 0 };

      reactive_tool_reply_set (&reply, 1, errors, errors);
      g_assert_cmpstr (reply.message, ==, messages[i][1]);
    }

  reactive_tool_reply_set (&huge_reply, 1, huge_bytes, huge_bytes);
  g_assert_cmpuint (strlen (huge_reply.message), ==, REACTIVE_CARRIER_MAX_MESSAGE_BYTES);
}

/* Executing tools ------------------------------------------------------------------------------------------------- */

/* A directory of shell scripts under the names of tools. */
static char *
make_tools (void)
{
  static const struct
  {
    const char *tool;
    const char *script;
  } scripts[] = {
    { "config-get", "printf '{\"a\": 1}'" },
    { "is-leader", "echo ERROR unknown >&2; exit 1" },
    { "leader-get", "echo 'ERROR bad request: unknown hook command: leader-get' >&2; exit 1" },
    { "status-get", "echo 'ERROR bad request: unknown command: status-get' >&2; exit 1" },
    { "status-set", "echo \"$#:$1:$2:$3\" >&2; exit 2" },
    { "action-get", "kill -9 $$" },
    { "action-set", "exit 127" },
    { "action-log", "sleep 10" },
    { "opened-ports", "head -c 50000000 /dev/zero" },
    { "network-get", "head -c 50000000 /dev/zero >&2" },
    { "unit-get", "echo \"$PWD $VALUE\"; cat" },
  };
  g_autofree char *directory = g_dir_make_tmp ("test-carrier-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (scripts); i++)
    {
      g_autofree char *path = g_build_filename (directory, scripts[i].tool, NULL);
      g_autofree char *text = g_strdup_printf ("#!/bin/sh\n%s\n", scripts[i].script);

      g_assert_true (g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
    }
  return g_steal_pointer (&directory);
}

static void
remove_directory (const char *directory)
{
  g_autoptr (GDir) entries = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

static ReactiveCarrier *
make_exec_carrier (const char *directory)
{
  g_autofree char *path = g_strdup_printf ("PATH=%s:/usr/bin:/bin", directory);
  const char *const environment[] = { path, "VALUE=of the environment", NULL };

  return reactive_carrier_new_for_tools (environment, "/");
}

typedef struct
{
  const char *tool;
  int error_code; /* -1: runs */
  int exit_code;
  const char *message; /* of the error or the tool; or, behind a '~', a part of it */
} ExecCase;

static const ExecCase exec_cases[] = {
  { "config-get", -1, 0, "" },
  { "is-leader", -1, 1, "unknown" },
  { "status-set", -1, 2, "3:-a::b c" },
  { "no-such-tool", REACTIVE_ERROR_NO_TOOL, 0, "this Juju has no tool 'no-such-tool'" },
  { "action-set", REACTIVE_ERROR_NO_TOOL, 0, "this Juju has no tool 'action-set'" },
  { "leader-get", REACTIVE_ERROR_NO_TOOL, 0, "this Juju has no tool 'leader-get'" },
  { "status-get", REACTIVE_ERROR_NO_TOOL, 0, "this Juju has no tool 'status-get'" },
  { "action-get", REACTIVE_ERROR_TOOL, 0, "~killed by signal 9" },
  { "opened-ports", REACTIVE_ERROR_BAD_DATA, 0, "~opened-ports: " },
  { "network-get", REACTIVE_ERROR_BAD_DATA, 0, "~network-get: " },
};

static void
test_exec (void)
{
  const char *const argv[] = { "-a", "", "b c", NULL };
  g_autofree char *directory = make_tools ();
  g_autoptr (ReactiveCarrier) carrier = make_exec_carrier (directory);

  for (guint i = 0; i < G_N_ELEMENTS (exec_cases); i++)
    {
      const ExecCase *expected = &exec_cases[i];
      g_auto (ReactiveToolReply) reply = { 0 };
      g_autoptr (GError) error = NULL;
      gboolean is_good = reactive_carrier_run (carrier, expected->tool, argv, NULL, &reply, &error);
      const char *message = is_good ? reply.message : error->message;

      g_assert_cmpint (is_good, ==, expected->error_code < 0);
      if (!is_good)
        g_assert_error (error, REACTIVE_ERROR, expected->error_code);
      g_assert_cmpint (reply.exit_code, ==, expected->exit_code);
      if (*expected->message == '~')
        g_assert_nonnull (strstr (message, expected->message + 1));
      else
        g_assert_cmpstr (message, ==, expected->message);
    }
  remove_directory (directory);
}

static void
test_exec_surroundings (void)
{
  g_autofree char *directory = make_tools ();
  g_autoptr (ReactiveCarrier) carrier = make_exec_carrier (directory);
  g_autoptr (GBytes) input = g_bytes_new_static ("input", 5);
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;
  const char *expected = "/ of the environment\ninput";

  g_assert_true (reactive_carrier_run (carrier, "unit-get", NULL, input, &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (reply.output, NULL), g_bytes_get_size (reply.output), expected, strlen (expected));
  reactive_carrier_close_in_child (carrier); /* does nothing */
  remove_directory (directory);
}

static void
test_exec_deadline (void)
{
  g_autofree char *directory = make_tools ();
  g_autoptr (ReactiveCarrier) carrier = make_exec_carrier (directory);
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  carrier->timeout_ms = 100;
  g_assert_false (reactive_carrier_run (carrier, "action-log", NULL, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TIMEOUT);
  g_assert_true (g_str_has_prefix (error->message, "action-log: "));
  remove_directory (directory);
}

/* Choosing a carrier ---------------------------------------------------------------------------------------------- */

#define NOWHERE "JUJU_AGENT_SOCKET_ADDRESS=@no-server-has-this-name"

/* Without an agent that answers, the tools are executed: the config is what the script prints. */
static void
test_falls_back_to_tools (void)
{
  const char *const cases[][4] = {
    { NULL },
    { NOWHERE, "JUJU_CONTEXT_ID=c", NULL },
    { NOWHERE, "JUJU_CONTEXT_ID=c", "JUJU_AGENT_SOCKET_NETWORK=unix", NULL },
    { "JUJU_AGENT_SOCKET_ADDRESS=10.0.0.1:30000", "JUJU_CONTEXT_ID=c", "JUJU_AGENT_SOCKET_NETWORK=tcp", NULL },
    { "JUJU_AGENT_SOCKET_ADDRESS=/nonexistent", "JUJU_CONTEXT_ID=", NULL },
    { "JUJU_AGENT_SOCKET_ADDRESS=", "JUJU_CONTEXT_ID=c", NULL },
  };
  g_autofree char *directory = make_tools ();
  g_autofree char *path = g_strdup_printf ("PATH=%s:/usr/bin:/bin", directory);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const environment[] = { path, cases[i][0], cases[i][0] != NULL ? cases[i][1] : NULL,
                                          cases[i][0] != NULL ? cases[i][2] : NULL, NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveJuju) juju = NULL;
      ReactiveCarrier *carrier = reactive_carrier_new_from_environment (environment, &error);

      g_assert_no_error (error);
      juju = reactive_juju_new_for_tools (carrier);
      assert_json (juju->klass->config_get (juju, &error), "{\"a\": 1}");
    }
  remove_directory (directory);
}

static void
test_nothing_to_fall_back_to (void)
{
  const char *const environments[][3] = { { NULL }, { NOWHERE, "JUJU_CONTEXT_ID=c", NULL }, { "PATH=", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (environments); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (reactive_carrier_new_from_environment (environments[i], &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
    }
}

/* Against `reactive agent`, by socket and by executed tools: the same answers, the same effects. */
static void
use_everything (ReactiveJuju *juju)
{
  g_autoptr (GError) error = NULL;
  gboolean is_leader = FALSE;
  const char *const unit_get[] = { "private-address", "--format=json", NULL };
  g_auto (ReactiveToolReply) reply = { 0 };

  assert_json (juju->klass->config_get (juju, &error), "{\"debug\": true, \"name\": \"a\\u00e4<\", \"none\": null}");
  g_assert_true (juju->klass->is_leader (juju, &is_leader, &error));
  g_assert_true (is_leader);
  assert_json (juju->klass->leader_get (juju, &error), "{}");
  g_assert_true (set_leader (juju, "{\"k\": \"v w\", \"gone\": null}", &error));
  assert_json (juju->klass->leader_get (juju, &error), "{\"k\": \"v w\"}");
  g_assert_true (juju->klass->status_set (juju, FALSE, "active", "-x", &error));
  g_assert_true (juju->klass->status_set (juju, TRUE, "waiting", NULL, &error));
  assert_json (reactive_json_get_member (juju->klass->status_get (juju, TRUE, &error), "application-status"),
               "{\"message\": \"\", \"status\": \"waiting\", \"status-data\": {}, \"units\": {\"app/0\": {"
               "\"message\": \"-x\", \"status\": \"active\", \"status-data\": {}}}}");
  g_assert_true (juju->klass->version_set (juju, "-1.0", &error));
  assert_json (juju->klass->action_get (juju, &error), "{\"p\": 1}");
  g_assert_true (juju->klass->action_set (juju, "a.b", "c", &error));
  g_assert_true (juju->klass->action_log (juju, "-l", &error));
  g_assert_true (juju->klass->action_fail (juju, "--why", &error));
  assert_json (reactive_json_get_member (juju->klass->network_get (juju, "db", NULL, &error), "egress-subnets"),
               "[\"10.0.0.1/32\"]");
  assert_json (juju->klass->relation_ids (juju, "db", &error), "[\"db:1\"]");
  assert_json (juju->klass->relation_list (juju, "db:1", &error), "[\"mysql/0\"]");
  g_assert_cmpstr (juju->klass->relation_app (juju, "db:1", &error), ==, "mysql");
  assert_json (juju->klass->relation_get (juju, "db:1", "mysql/0", FALSE, &error), "{\"host\": \"h\"}");
  assert_json (juju->klass->relation_get (juju, "db:1", "mysql", TRUE, &error), "{\"version\": \"1\"}");
  g_assert_true (set_relation (juju, FALSE, "{\"k\": \" caf\\u00e9\\n\\ud83d\\ude00 \", \"gone\": null}", &error));
  g_assert_true (set_relation (juju, TRUE, "{\"version\": \"1\"}", &error));
  g_assert_true (juju->klass->open_port (juju, "8080", &error));
  assert_json (juju->klass->opened_ports (juju, &error), "[\"8080/tcp\"]");
  juju->klass->log (juju, REACTIVE_LOG_INFO, "-one\ntwo");
  g_assert_true (juju->klass->log_flush (juju, &error));
  g_assert_true (juju->klass->call (juju, "unit-get", unit_get, NULL, &reply, &error));
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (reply.output, NULL), g_bytes_get_size (reply.output), "\"10.0.0.1\"\n", 11);
}

static const char agent_model[]
    = "{\"config\": {\"debug\": true, \"name\": \"a\\u00e4<\", \"none\": null}, \"leader\": true,"
      " \"action\": {\"params\": {\"p\": 1}},"
      " \"private-address\": \"10.0.0.1\", \"unit\": \"app/0\", \"relations\": {\"db:1\": {\"remote-app\": \"mysql\","
      " \"app\": {\"version\": \"1\"}, \"units\": {\"mysql/0\": {\"host\": \"h\"}}, \"local\": {\"gone\": \"x\"}}}}";

static const char agent_model_afterwards[]
    = "{\"action\": {\"failed\": true, \"log\": [\"-l\"], \"message\": \"--why\", \"params\": {\"p\": 1},"
      " \"results\": {\"a\": {\"b\": \"c\"}}}, \"application-status\": {\"message\": \"\", \"status\": \"waiting\"},"
      " \"application-version\": \"-1.0\", \"config\": {\"debug\": true, \"name\": \"a\\u00e4<\", \"none\": null},"
      " \"leader\": true, \"leader-settings\": {\"k\": \"v w\"},"
      " \"ports\": [\"8080/tcp\"], \"private-address\": \"10.0.0.1\", \"relations\": {\"db:1\": {\"app\": {\"version\":"
      " \"1\"}, \"local\": {\"k\": \" caf\\u00e9\\n\\ud83d\\ude00 \"}, \"local-app\": {\"version\": \"1\"}, "
      "\"remote-app\":"
      " \"mysql\", \"units\": {\"mysql/0\": {\"host\": \"h\"}}}}, \"status\": {\"message\": \"-x\", \"status\":"
      " \"active\"}, \"unit\": \"app/0\"}";

/* A test that fails must not leave a server behind that holds the test runner's pipes. */
static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GPid
start_agent (const char *directory, const char *model)
{
  g_autofree char *address = g_build_filename (directory, "agent.socket", NULL);
  const char *const argv[] = {
    g_getenv ("REACTIVE_COMMAND"), "agent", "--socket", address, "--model", model, "--context", "app/0-install-1", NULL
  };
  const char *const link[] = { g_getenv ("REACTIVE_COMMAND"), "agent", "--link", directory, NULL };
  g_autoptr (GError) error = NULL;
  char ready[6];
  int output = -1;
  GPid pid = 0;

  g_spawn_sync (NULL, (char **) link, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  g_spawn_async_with_pipes (NULL, (char **) argv, NULL, G_SPAWN_DO_NOT_REAP_CHILD, die_with_parent, NULL, &pid, NULL,
                            &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read (output, ready, sizeof ready), ==, 6);
  close (output);
  return pid;
}

static void
test_agent (gconstpointer data)
{
  gboolean is_socket = GPOINTER_TO_INT (data);
  const char *program = g_getenv ("REACTIVE_COMMAND");
  g_autofree char *directory = NULL, *model = NULL, *address = NULL, *path = NULL, *text = NULL;
  g_autoptr (ReactiveJson) afterwards = NULL;
  GPid pid;

  if (program == NULL || !g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_test_skip ("no command");
      return;
    }

  directory = g_dir_make_tmp ("test-carrier-XXXXXX", NULL);
  model = g_build_filename (directory, "model.json", NULL);
  g_assert_true (g_file_set_contents (model, agent_model, -1, NULL));
  pid = start_agent (directory, model);

  address = g_strdup_printf ("JUJU_AGENT_SOCKET_ADDRESS=%s/agent.socket", directory);
  path = g_strdup_printf ("PATH=%s", is_socket ? "/nonexistent" : directory);
  {
    const char *const environment[]
        = { address, path, "JUJU_AGENT_SOCKET_NETWORK=unix", "JUJU_CONTEXT_ID=app/0-install-1", NULL };
    g_autoptr (GError) error = NULL;
    g_autoptr (ReactiveJuju) juju
        = reactive_juju_new_for_tools (is_socket ? reactive_carrier_new_from_environment (environment, &error)
                                                 : reactive_carrier_new_for_tools (environment, "/"));

    g_assert_no_error (error);
    use_everything (juju);
  }

  kill (pid, SIGTERM);
  g_assert_cmpint (waitpid (pid, NULL, 0), ==, pid);
  g_assert_true (g_file_get_contents (model, &text, NULL, NULL));
  afterwards = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, NULL);
  assert_json (afterwards, agent_model_afterwards);
  remove_directory (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/carrier/message-is-what-the-tool-complained-of", test_messages);
  g_test_add_func ("/carrier/exec/outcomes", test_exec);
  g_test_add_func ("/carrier/exec/directory-environment-and-input", test_exec_surroundings);
  g_test_add_func ("/carrier/exec/deadline", test_exec_deadline);
  g_test_add_func ("/carrier/environment/without-an-agent-tools-are-executed", test_falls_back_to_tools);
  g_test_add_func ("/carrier/environment/neither-agent-nor-path", test_nothing_to_fall_back_to);
  g_test_add_data_func ("/carrier/agent/everything-by-socket", GINT_TO_POINTER (TRUE), test_agent);
  g_test_add_data_func ("/carrier/agent/everything-by-executed-tools", GINT_TO_POINTER (FALSE), test_agent);

  return g_test_run ();
}
