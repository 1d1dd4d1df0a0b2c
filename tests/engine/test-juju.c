/* SPDX-License-Identifier: Apache-2.0 */
#include "carrier-fixture.h"

/* Questions ------------------------------------------------------------------------------------------------------- */

static const ReactiveJson *
ask_config (ReactiveJuju *juju, GError **error)
{
  return juju->klass->config_get (juju, error);
}

static const ReactiveJson *
ask_leader_settings (ReactiveJuju *juju, GError **error)
{
  return juju->klass->leader_get (juju, error);
}

static const ReactiveJson *
ask_status (ReactiveJuju *juju, GError **error)
{
  return juju->klass->status_get (juju, /* of_application= */ FALSE, error);
}

static const ReactiveJson *
ask_application_status (ReactiveJuju *juju, GError **error)
{
  return juju->klass->status_get (juju, /* of_application= */ TRUE, error);
}

static const ReactiveJson *
ask_action (ReactiveJuju *juju, GError **error)
{
  return juju->klass->action_get (juju, error);
}

static const ReactiveJson *
ask_network (ReactiveJuju *juju, GError **error)
{
  return juju->klass->network_get (juju, "db", /* relation_id= */ NULL, error);
}

static const ReactiveJson *
ask_relation_network (ReactiveJuju *juju, GError **error)
{
  return juju->klass->network_get (juju, "db", "db:3", error);
}

static const ReactiveJson *
ask_ports (ReactiveJuju *juju, GError **error)
{
  return juju->klass->opened_ports (juju, error);
}

static const ReactiveJson *
ask_relations (ReactiveJuju *juju, GError **error)
{
  return juju->klass->relation_ids (juju, "db", error);
}

static const ReactiveJson *
ask_members (ReactiveJuju *juju, GError **error)
{
  return juju->klass->relation_list (juju, "db:1", error);
}

static const ReactiveJson *
ask_databag (ReactiveJuju *juju, GError **error)
{
  return juju->klass->relation_get (juju, "db:1", "mysql/0", /* of_application= */ FALSE, error);
}

static const ReactiveJson *
ask_application_databag (ReactiveJuju *juju, GError **error)
{
  return juju->klass->relation_get (juju, "db:1", "mysql", /* of_application= */ TRUE, error);
}

typedef struct
{
  const ReactiveJson *(*ask) (ReactiveJuju *juju, GError **error);
  const char *calls;
  Answer answers[3];
  const char *answer; /* in Python's spelling; NULL: an error */
  int error_code;
  const char *complaint; /* the whole of it, or, behind a '~', its beginning */
} QuestionCase;

/* clang-format off */
static const QuestionCase question_cases[] = {
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "{\"a\":1,\"b\":null,\"c\":\"\\u003cx\",\"d\":1.5,\"e\":true}\n" } },
    "{\"a\": 1, \"b\": null, \"c\": \"<x\", \"d\": 1.5, \"e\": true}" },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "[]" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "config-get: expected an object, got an array" },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "null\n" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "config-get: expected an object, got null" },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "{\"a\":[]}" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "config-get: a: expected a string, a number, a boolean or null, got an array" },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "" } }, NULL, REACTIVE_ERROR_BAD_DATA, "~config-get: " },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "a: 1\n" } }, NULL, REACTIVE_ERROR_BAD_DATA, "~config-get: " },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "{\"a\":1,\"a\":2}" } }, NULL, REACTIVE_ERROR_BAD_DATA, "~config-get: " },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, "{\"a\":\"\xff\"}" } }, NULL, REACTIVE_ERROR_BAD_DATA, "~config-get: " },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 1, "{}", "ERROR no\n" } },
    NULL, REACTIVE_ERROR_TOOL, "config-get: no (exit 1)" },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 2, NULL, NULL } },
    NULL, REACTIVE_ERROR_TOOL, "config-get: failed without a message (exit 2)" },
  { ask_config, "config-get --all --format=json\n", { { "config-get", 0, NULL, NULL, REACTIVE_ERROR_TIMEOUT } },
    NULL, REACTIVE_ERROR_TIMEOUT, "config-get: as the test wants it" },
  { ask_leader_settings, "leader-get --format=json\n", { { "leader-get", 0, "{\"k\":\"v\"}\n" } }, "{\"k\": \"v\"}" },
  { ask_leader_settings, "leader-get --format=json\n", { { "leader-get", 0, "null\n" } }, "{}" },
  { ask_leader_settings, "leader-get --format=json\n", { { "leader-get", 0, "{\"k\":1}" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "leader-get: k: expected a string, got an integer" },
  { ask_leader_settings, "leader-get --format=json\n", { { "leader-get", 0, NULL, NULL, REACTIVE_ERROR_NO_TOOL } },
    NULL, REACTIVE_ERROR_NO_TOOL, "leader-get: as the test wants it" },
  { ask_status, "status-get --include-data --format=json\n", { { "status-get", 0, "{\"message\":\"m\",\"status\":\"active\",\"status-data\":{}}\n" } },
    "{\"message\": \"m\", \"status\": \"active\", \"status-data\": {}}" },
  { ask_status, "status-get --include-data --format=json\n", { { "status-get", 0, "{}" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "status-get: expected a member 'status', got none" },
  { ask_status, "status-get --include-data --format=json\n", { { "status-get", 0, "{\"status\":1}" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "status-get: status: expected a string, got an integer" },
  { ask_application_status, "is-leader --format=json\nstatus-get --include-data --application --format=json\n",
    { LEADER, { "status-get", 0, "{\"application-status\":{\"status\":\"active\"},\"units\":{}}\n" } },
    "{\"application-status\": {\"status\": \"active\"}, \"units\": {}}" },
  { ask_application_status, "is-leader --format=json\nstatus-get --include-data --application --format=json\n",
    { LEADER, { "status-get", 0, "{\"application-status\":true}" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "status-get: application-status: expected an object, got a boolean" },
  { ask_application_status, "is-leader --format=json\n", { { "is-leader", 0, "false\n" } },
    NULL, REACTIVE_ERROR_DENIED, "only the leader may read the application's status, which this unit is not" },
  { ask_application_status, "is-leader --format=json\n", { { "is-leader", 0, "\"true\"" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "is-leader: expected a boolean, got a string" },
  { ask_action, "action-get --format=json\n", { { "action-get", 0, "{\"a\":{\"b\":[1]}}\n" } }, "{\"a\": {\"b\": [1]}}" },
  { ask_action, "action-get --format=json\n", { { "action-get", 0, "null\n" } }, "{}" },
  { ask_action, "action-get --format=json\n", { { "action-get", 1, NULL, "ERROR not running an action\n" } },
    NULL, REACTIVE_ERROR_TOOL, "action-get: not running an action (exit 1)" },
  { ask_network, "network-get --format=json -- db\n", { { "network-get", 0, "{\"ingress-addresses\":[\"10.0.0.1\"]}\n" } },
    "{\"ingress-addresses\": [\"10.0.0.1\"]}" },
  { ask_relation_network, "network-get --format=json -r db:3 -- db\n", { { "network-get", 0, "{}" } }, "{}" },
  { ask_network, "network-get --format=json -- db\n", { { "network-get", 0, "null" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "network-get: expected an object, got null" },
  { ask_ports, "opened-ports --format=json\n", { { "opened-ports", 0, "[\"80/tcp\",\"icmp\"]\n" } }, "[\"80/tcp\", \"icmp\"]" },
  { ask_ports, "opened-ports --format=json\n", { { "opened-ports", 0, "null\n" } }, "[]" },
  { ask_ports, "opened-ports --format=json\n", { { "opened-ports", 0, "[\"80/tcp\",{}]" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "opened-ports: element 1: expected a string, got an object" },
  { ask_relations, "relation-ids --format=json -- db\n", { { "relation-ids", 0, "[\"db:1\",\"db:10\"]\n" } }, "[\"db:1\", \"db:10\"]" },
  { ask_relations, "relation-ids --format=json -- db\n", { { "relation-ids", 0, "null\n" } }, "[]" },
  { ask_relations, "relation-ids --format=json -- db\n", { { "relation-ids", 0, "[1]" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "relation-ids: element 0: expected a string, got an integer" },
  { ask_members, "relation-list --format=json -r db:1\n", { { "relation-list", 0, "[\"mysql/0\"]\n" } }, "[\"mysql/0\"]" },
  { ask_members, "relation-list --format=json -r db:1\n", { { "relation-list", 2, NULL, "ERROR relation not found\n" } },
    NULL, REACTIVE_ERROR_TOOL, "relation-list: relation not found (exit 2)" },
  { ask_databag, "relation-get --format=json -r db:1 -- - mysql/0\n", { { "relation-get", 0, "{\"k\":\"v\\u0000w\"}\n" } }, "{\"k\": \"v\\u0000w\"}" },
  { ask_databag, "relation-get --format=json -r db:1 -- - mysql/0\n", { { "relation-get", 0, "{\"k\":1}" } },
    NULL, REACTIVE_ERROR_BAD_DATA, "relation-get: k: expected a string, got an integer" },
  { ask_application_databag, "relation-get --format=json -r db:1 --app -- - mysql\n", { { "relation-get", 0, "null\n" } }, "{}" },
  { ask_application_databag, "relation-get --format=json -r db:1 --app -- - mysql\n", { { "relation-get", 1, NULL, "ERROR permission denied\n" } },
    NULL, REACTIVE_ERROR_TOOL, "relation-get: permission denied (exit 1)" },
};
/* clang-format on */

static void
test_questions (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (question_cases); i++)
    {
      const QuestionCase *expected = &question_cases[i];
      g_autoptr (Calls) calls = g_string_new (NULL);
      g_autoptr (ReactiveJuju) juju = fake_juju_new (expected->answers, calls);
      g_autoptr (GError) error = NULL;
      const ReactiveJson *answer = expected->ask (juju, &error);

      assert_calls (calls, expected->calls);
      if (expected->answer != NULL)
        {
          g_assert_no_error (error);
          assert_json (answer, expected->answer);
          continue;
        }
      g_assert_null (answer);
      g_assert_error (error, REACTIVE_ERROR, expected->error_code);
      if (*expected->complaint == '~')
        g_assert_true (g_str_has_prefix (error->message, expected->complaint + 1));
      else
        g_assert_cmpstr (error->message, ==, expected->complaint);
    }
}

/* What was answered is not asked for again; what failed is. */
static void
test_cache (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (question_cases); i++)
    {
      const QuestionCase *expected = &question_cases[i];
      g_autoptr (Calls) calls = g_string_new (NULL);
      g_autoptr (ReactiveJuju) juju = fake_juju_new (expected->answers, calls);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) later_error = NULL;
      const ReactiveJson *answer = expected->ask (juju, &error);

      g_string_truncate (calls, 0);
      g_assert_true (expected->ask (juju, &later_error) == answer);
      if (answer != NULL)
        g_assert_cmpuint (calls->len, ==, 0);
      else if (expected->error_code != REACTIVE_ERROR_DENIED)
        g_assert_cmpuint (calls->len, >, 0);
    }
}

static void
test_networks_are_apart (void)
{
  const Answer answers[] = { { "network-get", 0, "{}" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);

  for (guint i = 0; i < 2; i++)
    {
      g_assert_nonnull (juju->klass->network_get (juju, "db", NULL, NULL));
      g_assert_nonnull (juju->klass->network_get (juju, "db", "db:1", NULL));
      g_assert_nonnull (juju->klass->network_get (juju, "-web", NULL, NULL));
    }
  assert_calls (calls, "network-get --format=json -- db\nnetwork-get --format=json -r db:1 -- db\n"
                       "network-get --format=json -- -web\n");
}

static void
test_deep_answer (void)
{
  g_autofree char *deep = g_strnfill (100000, '[');
  const Answer answers[] = { { "config-get", 0, deep }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_null (juju->klass->config_get (juju, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
}

/* Ports ----------------------------------------------------------------------------------------------------------- */

static void
test_ports (void)
{
  const Answer answers[] = { { "opened-ports", 0, "[\"22/tcp\",\"80/tcp\"]" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  const ReactiveJson *before = ask_ports (juju, NULL);

  g_assert_true (juju->klass->open_port (juju, "8000-8010/udp", NULL));
  g_assert_true (juju->klass->open_port (juju, "80", NULL));
  g_assert_true (juju->klass->open_port (juju, "443-443", NULL));
  g_assert_true (juju->klass->open_port (juju, "icmp", NULL));
  g_assert_true (juju->klass->close_port (juju, "22", NULL));
  g_assert_true (juju->klass->close_port (juju, "icmp", NULL));
  assert_calls (calls, "opened-ports --format=json\nopen-port 8000-8010/udp\nopen-port 80/tcp\nopen-port 443/tcp\n"
                       "open-port icmp\nclose-port 22/tcp\nclose-port icmp\n");
  assert_json (ask_ports (juju, NULL), "[\"22/tcp\", \"80/tcp\"]");
  g_assert_true (ask_ports (juju, NULL) == before);
}

static void
test_bad_ports (void)
{
  const char *const refused[] = { "",         "0",         "65536",    "99999999999999999999",
                                  "-1",       "+80",       " 80",      "80 ",
                                  "80/sctp",  "80/",       "80/TCP",   "80-",
                                  "90-80",    "80-90-100", "80-65536", "ICMP",
                                  "icmp/tcp", "http" };
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (juju->klass->open_port (juju, refused[i], &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_assert_true (g_str_has_prefix (error->message, "open-port: "));
    }
  assert_calls (calls, "");
}

static void
test_refused_port (void)
{
  const Answer answers[]
      = { { "open-port", 1, NULL, "ERROR port range conflicts\n" }, { "opened-ports", 0, "[]" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_false (juju->klass->open_port (juju, "80", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  assert_json (ask_ports (juju, NULL), "[]");
}

static void
test_too_much_input (void)
{
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  gsize size = REACTIVE_CARRIER_MAX_OUTPUT_BYTES + 1;
  g_autoptr (GBytes) input = g_bytes_new_take (g_malloc0 (size), size);
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) error = NULL;

  g_assert_false (juju->klass->call (juju, "state-set", NULL, input, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  assert_calls (calls, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/juju/ask/answers-are-checked-and-failures-told", test_questions);
  g_test_add_func ("/juju/ask/answers-are-remembered-and-failures-are-not", test_cache);
  g_test_add_func ("/juju/ask/networks-are-remembered-by-binding-and-relation", test_networks_are_apart);
  g_test_add_func ("/juju/ask/deeply-nested-answer-is-refused", test_deep_answer);
  g_test_add_func ("/juju/ports/are-normalized-and-opened-ports-is-asked-once", test_ports);
  g_test_add_func ("/juju/ports/bad-ports-are-refused", test_bad_ports);
  g_test_add_func ("/juju/ports/port-that-juju-refused-is-not-shown", test_refused_port);
  g_test_add_func ("/juju/carrier/too-much-input-is-refused", test_too_much_input);
  return g_test_run ();
}
