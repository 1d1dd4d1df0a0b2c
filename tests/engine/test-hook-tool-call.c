/* SPDX-License-Identifier: Apache-2.0 */
#include "tool-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "simulator/model-fault.h"

/* Versions -------------------------------------------------------------------------------------------------------- */

static const ToolRow old_rows[] = {
  { SCENE_BROKEN, "relation-ids", NULL, 0, "db:1\n", "" },
  { SCENE_FOLLOWER, "relation-get -r 1 --app - app", NULL, 1, "", "permission denied" },
  { SCENE_LEADER, "leader-set a=1; leader-get a", NULL, 0, "1\n", "" },
  { SCENE_LEADER, "state-get --format=json", NULL, 0, "{}\n", "" },
};

static const ToolRow new_rows[] = {
  { SCENE_BROKEN, "relation-ids --format=json", NULL, 0, "[]\n", "" },
  { SCENE_LEADER, "state-get --format=json", NULL, 0, "null\n", "" },
  { SCENE_LEADER, "state-get", NULL, 0, "{}\n", "" },
  { SCENE_LEADER, "state-set a=1; state-get --format=json", NULL, 0, "{\"a\":\"1\"}\n", "" },
};

static void
test_each_juju_answers_in_its_way (void)
{
  tool_fixture_check (REACTIVE_JUJU_2_9, old_rows, G_N_ELEMENTS (old_rows));
  tool_fixture_check (REACTIVE_JUJU_4, new_rows, G_N_ELEMENTS (new_rows));
}

static void
assert_unknown (ReactiveJujuVersion juju, const char *tool, const char *message)
{
  ToolFixture fixture;
  g_autoptr (ReactiveHookContext) context = NULL;
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  tool_fixture_set_up (&fixture, juju);
  context = tool_fixture_begin (&fixture, SCENE_LEADER);
  g_assert_false (tool_fixture_run (&fixture, context, tool, NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  g_assert_cmpstr (error->message, ==, message);
  g_clear_pointer (&context, reactive_hook_context_free);
  tool_fixture_tear_down (&fixture);
}

static void
test_lacking_tools_are_unknown (void)
{
  assert_unknown (REACTIVE_JUJU_3_6, "relation-gett", "unknown hook command: relation-gett");
  assert_unknown (REACTIVE_JUJU_2_9, "relation-gett", "unknown command: relation-gett");
  assert_unknown (REACTIVE_JUJU_2_9, "secret-add a=b", "unknown command: secret-add");
  assert_unknown (REACTIVE_JUJU_2_9, "relation-model-get", "unknown command: relation-model-get");
  assert_unknown (REACTIVE_JUJU_4, "leader-get", "unknown hook command: leader-get");
  assert_unknown (REACTIVE_JUJU_4, "payload-register", "unknown hook command: payload-register");
  assert_unknown (REACTIVE_JUJU_4, "pod-spec-set", "unknown hook command: pod-spec-set");
}

static void
assert_list (ReactiveJujuVersion juju, guint n_tools, const char *has, const char *lacks)
{
  g_autofree const char **tools = reactive_hook_tool_list (juju);

  g_assert_cmpuint (g_strv_length ((char **) tools), ==, n_tools);
  for (guint i = 1; tools[i] != NULL; i++)
    g_assert_cmpstr (tools[i - 1], <, tools[i]);
  g_assert_true (g_strv_contains (tools, has));
  g_assert_false (g_strv_contains (tools, lacks));
}

static void
test_tools_are_listed (void)
{
  assert_list (REACTIVE_JUJU_2_9, 41, "leader-get", "secret-get");
  assert_list (REACTIVE_JUJU_3_6, 50, "secret-get", "owner-get");
  assert_list (REACTIVE_JUJU_4, 38, "secret-get", "leader-get");
}

static void
test_every_tool_has_help (void)
{
  g_autofree const char **tools = reactive_hook_tool_list (REACTIVE_JUJU_3_6);
  ToolFixture fixture;
  g_autoptr (ReactiveHookContext) context = NULL;

  tool_fixture_set_up (&fixture, REACTIVE_JUJU_3_6);
  context = tool_fixture_begin (&fixture, SCENE_LEADER);
  for (guint i = 0; tools[i] != NULL; i++)
    {
      g_autofree char *command = g_strconcat (tools[i], " --help", NULL);
      g_autofree char *usage = g_strconcat ("Usage: ", tools[i], NULL);
      g_auto (ReactiveToolReply) reply = { 0 };

      g_assert_true (tool_fixture_run (&fixture, context, command, NULL, &reply, NULL));
      g_assert_cmpint (reply.exit_code, ==, 0);
      g_assert_cmpint (strncmp (g_bytes_get_data (reply.output, NULL), usage, strlen (usage)), ==, 0);
    }
  g_clear_pointer (&context, reactive_hook_context_free);
  tool_fixture_tear_down (&fixture);
}

/* Files and input ------------------------------------------------------------------------------------------------- */

static void
assert_run (ToolFixture *fixture, const char *commands, const char *expected)
{
  g_autofree char *output = tool_fixture_print (fixture, commands);

  g_assert_cmpstr (output, ==, expected);
}

static char *
get_path (ToolFixture *fixture, const char *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

static void
put_file (ToolFixture *fixture, const char *name, const char *contents)
{
  g_autofree char *path = get_path (fixture, name);

  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

static void
test_output_goes_to_a_file (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *path = get_path (fixture, "answer");
  g_autofree char *text = NULL;
  g_autofree char *complaint = g_strdup_printf ("exit 1: open %s: is a directory", fixture->directory);

  put_file (fixture, "answer", "something that is longer than the answer\n");
  assert_run (fixture, "config-get --format=json -o answer port", "");
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "80\n");
  assert_run (fixture, "config-get --output . port", complaint);
}

static void
test_output_to_nowhere_fails (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *path = get_path (fixture, "no/answer");
  g_autofree char *complaint = g_strdup_printf ("exit 1: open %s: no such file or directory", path);

  assert_run (fixture, "config-get -o no/answer port", complaint);
}

static void
test_settings_come_from_a_file (ToolFixture *fixture, gconstpointer data)
{
  g_autofree char *path = get_path (fixture, "absent");
  g_autofree char *complaint = g_strdup_printf ("exit 1: open %s: no such file or directory", path);

  put_file (fixture, "settings", "a: 1\nb: two\n");
  assert_run (fixture, "relation-set --file settings a=3; relation-get a app/0", "3\n");
  assert_run (fixture, "relation-get b app/0", "two\n");
  assert_run (fixture, "relation-set --file absent", complaint);
  assert_run (fixture, "relation-set --file '' c=4; relation-get c app/0", "4\n");
}

static void
test_input_is_asked_for_where_it_lacks (ToolFixture *fixture, gconstpointer data)
{
  static const char *const commands[] = { "relation-set --file -", "state-set --file=-", "k8s-spec-set" };

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_auto (ReactiveToolReply) reply = { 0 };
      g_autoptr (GError) error = NULL;

      g_assert_false (tool_fixture_run (fixture, fixture->context, commands[i], NULL, &reply, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE);
      g_assert_cmpstr (error->message, ==, "hook tool requires stdin, none supplied");
    }
}

static void
test_input_is_left_alone_where_nobody_asks (ToolFixture *fixture, gconstpointer data)
{
  g_auto (ReactiveToolReply) reply = { 0 };

  g_assert_true (tool_fixture_run (fixture, fixture->context, "relation-set --file - -x", NULL, &reply, NULL));
  g_assert_cmpint (reply.exit_code, ==, 2);
}

static void
test_nul_goes_through_a_file (ToolFixture *fixture, gconstpointer data)
{
  put_file (fixture, "settings", "{\"a\": \"x\\u0000y\"}");
  assert_run (fixture, "relation-set --file settings; relation-get a app/0 --format=json", "\"x\\u0000y\"\n");
}

static void
test_bytes_that_are_no_text_become_marks (ToolFixture *fixture, gconstpointer data)
{
  assert_run (fixture, "relation-set a=\xff\xc3; relation-get a app/0", "\357\277\275\357\277\275\n");
  assert_run (fixture, "relation-set -\xff", "exit 2: option provided but not defined: -\357\277\275");
}

/* The engine's way in --------------------------------------------------------------------------------------------- */

static void
test_juju_calls_tools (ToolFixture *fixture, gconstpointer data)
{
  ReactiveJuju *juju = reactive_hook_context_get_juju (fixture->context);
  static const char *const argv[] = { "port", "--format=json", NULL };
  g_auto (ReactiveToolReply) reply = { 0 };
  g_auto (ReactiveToolReply) no_arguments = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_true (juju->klass->call (juju, "config-get", argv, NULL, &reply, &error));
  g_assert_cmpmem (g_bytes_get_data (reply.output, NULL), g_bytes_get_size (reply.output), "80\n", 3);
  g_assert_true (juju->klass->call (juju, "is-leader", NULL, NULL, &no_arguments, &error));
  g_assert_cmpint (no_arguments.exit_code, ==, 0);
}

static void
test_broken_tools_answer_what_they_are_told (ToolFixture *fixture, gconstpointer data)
{
  static const ReactiveModelFault reply
      = { REACTIVE_FAULT_REPLY, .exit_code = 3, .output = (char *) "out", .message = (char *) "broken" };
  static const ReactiveModelFault missing = { REACTIVE_FAULT_MISSING };
  static const ReactiveModelFault refused = { REACTIVE_FAULT_REFUSED, .message = (char *) "bad request: no" };
  ReactiveModel *model = fixture->base.model;
  g_auto (ReactiveToolReply) answer = { 0 };
  g_autoptr (GError) no_tool = NULL;
  g_autoptr (GError) connection = NULL;

  reactive_model_set_fault (model, "config-get", &reply);
  assert_run (fixture, "config-get", "exit 3: broken");
  reactive_model_set_fault (model, "any-name", &reply);
  assert_run (fixture, "any-name", "exit 3: broken");
  reactive_model_set_fault (model, "config-get", &missing);
  g_assert_false (tool_fixture_run (fixture, fixture->context, "config-get", NULL, &answer, &no_tool));
  g_assert_error (no_tool, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  reactive_model_set_fault (model, "config-get", &refused);
  g_assert_false (tool_fixture_run (fixture, fixture->context, "config-get", NULL, &answer, &connection));
  g_assert_error (connection, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
  reactive_model_set_fault (model, "config-get", NULL);
  assert_run (fixture, "config-get port", "80\n");
}

/* Anything at all ------------------------------------------------------------------------------------------------- */

static const char *const words[] = {
  "-",
  "--",
  "-r",
  "-r1",
  "db:1",
  "--relation=1",
  "--app",
  "--format=json",
  "--format",
  "yaml",
  "--file",
  "--file=-",
  "-o",
  "x/y/z",
  "--help",
  "a=b",
  "a",
  "=",
  "key",
  "mysql/0",
  "mysql",
  "app/0",
  "--label",
  "--label=l",
  "80/tcp",
  "1-2",
  "data",
  "data/0",
  "data=3",
  "token=abc",
  "--expire",
  "24h",
  "active",
  "2020-01-01",
  "--",
  "\xff",
  "",
  "--strict",
  "-a",
  "--now",
  "options.deep.list",
  "9m4e2mr0ui3e8a215n4g",
  "--endpoints",
  "--include-data",
  "--application",
  "token#base64=YWI=",
  "token#file=settings",
  "--peek",
  "--revision=2",
  "--unit=mysql/0",
  "--owner=unit",
};

static void
test_random_arguments_are_survived (void)
{
  g_autofree const char **tools = reactive_hook_tool_list (REACTIVE_JUJU_3_6);
  guint n_tools = g_strv_length ((char **) tools);
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GBytes) input = g_bytes_new_static ("a: b\n", 5);
  ToolFixture fixture;

  tool_fixture_set_up (&fixture, REACTIVE_JUJU_3_6);
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (ReactiveHookContext) context
          = tool_fixture_begin (&fixture, (Scene) g_rand_int_range (rand, 0, SCENE_METRICS + 1));

      for (guint i = 0; i < 20; i++)
        {
          const char *argv[8] = { NULL };
          const char *tool = tools[g_rand_int_range (rand, 0, (gint32) n_tools)];
          g_auto (ReactiveToolReply) reply = { 0 };
          g_autoptr (GError) error = NULL;

          for (gint32 j = g_rand_int_range (rand, 0, G_N_ELEMENTS (argv)) - 1; j >= 0; j--)
            argv[j] = words[g_rand_int_range (rand, 0, G_N_ELEMENTS (words))];
          if (reactive_hook_tool_run (context, tool, argv, fixture.directory, g_rand_boolean (rand) ? input : NULL,
                                      &reply, &error))
            g_assert_true ((reply.exit_code == 0) || *reply.message != '\0');
          else
            g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE);
        }
    }
  tool_fixture_tear_down (&fixture);
}

#define ADD(path, function) g_test_add (path, ToolFixture, NULL, tool_fixture_enter, function, tool_fixture_leave)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hook-tool/versions/each-juju-answers-in-its-way", test_each_juju_answers_in_its_way);
  g_test_add_func ("/hook-tool/versions/lacking-tools-are-unknown", test_lacking_tools_are_unknown);
  g_test_add_func ("/hook-tool/versions/tools-are-listed", test_tools_are_listed);
  g_test_add_func ("/hook-tool/every-tool-has-help", test_every_tool_has_help);
  ADD ("/hook-tool/files/output-goes-to-a-file", test_output_goes_to_a_file);
  ADD ("/hook-tool/files/output-to-nowhere-fails", test_output_to_nowhere_fails);
  ADD ("/hook-tool/files/settings-come-from-a-file", test_settings_come_from_a_file);
  ADD ("/hook-tool/files/nul-goes-through-a-file", test_nul_goes_through_a_file);
  ADD ("/hook-tool/input/is-asked-for-where-it-lacks", test_input_is_asked_for_where_it_lacks);
  ADD ("/hook-tool/input/is-left-alone-where-nobody-asks", test_input_is_left_alone_where_nobody_asks);
  ADD ("/hook-tool/bytes-that-are-no-text-become-marks", test_bytes_that_are_no_text_become_marks);
  ADD ("/hook-tool/juju-calls-tools", test_juju_calls_tools);
  ADD ("/hook-tool/broken-tools-answer-what-they-are-told", test_broken_tools_answer_what_they_are_told);
  g_test_add_func ("/hook-tool/random-arguments-are-survived", test_random_arguments_are_survived);

  return g_test_run ();
}
