/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/file-text.h"
#include "juju/juju-log.h"
#include "juju/juju.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* A carrier that answers from a table ----------------------------------------------------------------------------- */

typedef struct
{
  const char *tool;
  int exit_code;
  const char *output;
  const char *errors;
  int error_code; /* the call itself fails so, if not 0 */
} Answer;

typedef struct
{
  ReactiveCarrier parent;
  const Answer *answers; /* ends with a NULL tool; what is not there prints nothing */
  GString *calls;        /* the words of each call joined by blanks, a line each */
} FakeCarrier;

static gboolean
fake_run (ReactiveCarrier *carrier, const char *tool, const char *const *argv, GBytes *input,
          ReactiveToolReply *out_reply, GError **error)
{
  FakeCarrier *self = (FakeCarrier *) carrier;
  const Answer *answer = self->answers;
  g_autofree char *words = g_strjoinv (" ", (char **) argv);
  g_autoptr (GBytes) output = NULL, errors = NULL;

  g_string_append_printf (self->calls, "%s %s%s\n", tool, words, input != NULL ? " <" : "");
  while (answer->tool != NULL && !g_str_equal (answer->tool, tool))
    answer++;
  if (answer->error_code != 0)
    {
      g_set_error (error, REACTIVE_ERROR, answer->error_code, "%s: as the test wants it", tool);
      return FALSE;
    }

  output = g_bytes_new (answer->output, answer->output != NULL ? strlen (answer->output) : 0);
  errors = g_bytes_new (answer->errors, answer->errors != NULL ? strlen (answer->errors) : 0);
  reactive_tool_reply_set (out_reply, answer->exit_code, output, errors);
  return TRUE;
}

static void
fake_free (ReactiveCarrier *carrier)
{
  g_free (carrier);
}

static const ReactiveCarrierClass fake_class = { .run = fake_run, .free = fake_free };

/* @calls, which the caller keeps, gets what is asked. */
static ReactiveJuju *
fake_juju_new (const Answer *answers, GString *calls)
{
  FakeCarrier *carrier = g_new0 (FakeCarrier, 1);

  carrier->parent.klass = &fake_class;
  carrier->answers = answers;
  carrier->calls = calls;
  return reactive_juju_new_for_tools (&carrier->parent);
}

typedef GString Calls;

static void
calls_free (Calls *calls)
{
  g_string_free (calls, /* free_segment= */ TRUE);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Calls, calls_free)

/* Compares what was asked since the last time. */
static void
assert_calls (GString *calls, const char *expected)
{
  g_assert_cmpstr (calls->str, ==, expected);
  g_string_truncate (calls, 0);
}

static void
assert_json (const ReactiveJson *value, const char *expected)
{
  g_autofree char *text = NULL;

  g_assert_nonnull (value);
  text = reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS);
  g_assert_cmpstr (text, ==, expected);
}

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

#define LEADER                                                                                                         \
  {                                                                                                                    \
    "is-leader", 0, "true\n", NULL, 0                                                                                  \
  }

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

/* Writes ---------------------------------------------------------------------------------------------------------- */

static gboolean
set_leader (ReactiveJuju *juju, const char *json, GError **error)
{
  g_autoptr (ReactiveJson) settings = reactive_json_parse (json, -1, REACTIVE_JSON_STRICT, NULL);

  g_assert_nonnull (settings);
  return juju->klass->leader_set (juju, settings, error);
}

typedef struct
{
  const char *settings;
  gboolean is_leader;
  const char *calls;
  int error_code; /* -1: good */
} LeaderSetCase;

static const LeaderSetCase leader_set_cases[] = {
  { "{}", TRUE, "is-leader --format=json\n", -1 },
  { "{\"a\": \"b=c\", \"-d\": \"\", \"e\": null}", TRUE, "is-leader --format=json\nleader-set -- a=b=c -d= e=\n", -1 },
  { "{\"a\": \"b\"}", FALSE, "is-leader --format=json\n", REACTIVE_ERROR_DENIED },
  { "{}", FALSE, "is-leader --format=json\n", REACTIVE_ERROR_DENIED },
  { "{\"a\": 1}", TRUE, "", REACTIVE_ERROR_INVALID },
  { "{\"a\": {}}", TRUE, "", REACTIVE_ERROR_INVALID },
  { "{\"\": \"x\"}", TRUE, "", REACTIVE_ERROR_INVALID },
  { "{\"a=b\": \"x\"}", TRUE, "", REACTIVE_ERROR_INVALID },
  { "{\" a\": \"x\"}", TRUE, "", REACTIVE_ERROR_INVALID },
  { "{\"a\\n\": \"x\"}", TRUE, "", REACTIVE_ERROR_INVALID },
  { "{\"a\": \"x\\u0000y\"}", TRUE, "", REACTIVE_ERROR_INVALID },
};

static void
test_leader_set (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (leader_set_cases); i++)
    {
      const LeaderSetCase *expected = &leader_set_cases[i];
      const Answer answers[] = { { "is-leader", 0, expected->is_leader ? "true" : "false" }, { NULL } };
      g_autoptr (Calls) calls = g_string_new (NULL);
      g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (set_leader (juju, expected->settings, &error), ==, expected->error_code < 0);
      assert_calls (calls, expected->calls);
      if (expected->error_code >= 0)
        g_assert_error (error, REACTIVE_ERROR, expected->error_code);
      else
        g_assert_no_error (error);
    }
}

/* A later leader_get() shows it; who still holds the old answer can read on. */
static void
test_leader_set_drops_answer (void)
{
  Answer answers[] = { LEADER, { "leader-get", 0, "{\"a\":\"old\"}" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  const ReactiveJson *old = juju->klass->leader_get (juju, NULL);

  g_assert_true (set_leader (juju, "{\"a\": \"new\"}", NULL));
  answers[1].output = "{\"a\":\"new\"}";
  assert_json (juju->klass->leader_get (juju, NULL), "{\"a\": \"new\"}");
  assert_json (old, "{\"a\": \"old\"}");
}

static void
test_lost_leadership (void)
{
  const Answer answers[] = { LEADER, { "leader-set", 1, NULL, "ERROR not the leader\n" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_false (set_leader (juju, "{\"a\": \"b\"}", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_cmpstr (error->message, ==, "leader-set: not the leader (exit 1)");
}

static void
test_status_set (void)
{
  const Answer answers[] = { LEADER, { NULL } };
  const char *const refused[] = { "", "Active", "unknown", "error", "-x" };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_true (juju->klass->status_set (juju, FALSE, "active", "-ready", &error));
  g_assert_true (juju->klass->status_set (juju, FALSE, "waiting", NULL, &error));
  g_assert_true (juju->klass->status_set (juju, TRUE, "blocked", "", &error));
  assert_calls (calls, "status-set -- active -ready\nstatus-set -- waiting\nis-leader --format=json\n"
                       "status-set --application -- blocked \n");

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_false (juju->klass->status_set (juju, FALSE, refused[i], "", &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_clear_error (&error);
    }
  assert_calls (calls, "");
}

static void
test_status_set_by_follower (void)
{
  const Answer answers[] = { { "is-leader", 0, "false" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_false (juju->klass->status_set (juju, TRUE, "active", "", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  assert_calls (calls, "is-leader --format=json\n");
}

/* The agent may go on answering what it has read at first. */
static void
test_status_get_shows_what_was_set (void)
{
  const Answer answers[]
      = { LEADER, { "status-get", 0, "{\"status\":\"unknown\",\"application-status\":{}}" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  const ReactiveJson *old = ask_status (juju, NULL);

  g_assert_true (juju->klass->status_set (juju, FALSE, "active", "up", NULL));
  assert_json (ask_status (juju, NULL), "{\"message\": \"up\", \"status\": \"active\", \"status-data\": {}}");
  assert_json (reactive_json_get_member (old, "status"), "\"unknown\"");

  g_string_truncate (calls, 0);
  g_assert_nonnull (ask_application_status (juju, NULL));
  g_assert_true (juju->klass->status_set (juju, TRUE, "active", "up", NULL));
  g_assert_nonnull (ask_application_status (juju, NULL));
  assert_calls (calls, "is-leader --format=json\nstatus-get --include-data --application --format=json\n"
                       "status-set --application -- active up\n"
                       "status-get --include-data --application --format=json\n");
}

static void
test_actions_and_version (void)
{
  const Answer answers[] = { { NULL } };
  const char *const refused[] = { "", ".", "a.", "A", "a_b", "-a", "a-", "stdout", "stderr-encoding", "a b" };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_true (juju->klass->action_set (juju, "a.b-c.1", " v ", &error));
  g_assert_true (juju->klass->action_fail (juju, "-no", &error));
  g_assert_true (juju->klass->action_log (juju, "--help", &error));
  g_assert_true (juju->klass->version_set (juju, "-1", &error));
  g_assert_no_error (error);
  assert_calls (calls, "action-set a.b-c.1= v \naction-fail -- -no\naction-log -- --help\n"
                       "application-version-set -- -1\n");

  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_false (juju->klass->action_set (juju, refused[i], "v", &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_clear_error (&error);
    }
  assert_calls (calls, "");
}

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

/* The log --------------------------------------------------------------------------------------------------------- */

static void
test_log_joins_lines (void)
{
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  ReactiveJuju *juju = fake_juju_new (answers, calls);
  const char *const argv[] = { "-l", "INFO", "x", NULL };
  g_auto (ReactiveToolReply) reply = { 0 };

  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "one");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "two\tthree");
  assert_calls (calls, "");
  juju->klass->log (juju, REACTIVE_LOG_INFO, "four");
  assert_calls (calls, "juju-log --log-level DEBUG -- one\n\ntwo\tthree\n");
  juju->klass->log (juju, REACTIVE_LOG_WARNING, "five");
  assert_calls (calls, "juju-log --log-level INFO -- four\njuju-log --log-level WARNING -- five\n");
  juju->klass->log (juju, REACTIVE_LOG_CRITICAL, "six");
  juju->klass->log (juju, REACTIVE_LOG_ERROR, "seven");
  assert_calls (calls, "juju-log --log-level CRITICAL -- six\njuju-log --log-level ERROR -- seven\n");

  juju->klass->log (juju, REACTIVE_LOG_TRACE, "eight");
  g_assert_true (juju->klass->log_flush (juju, NULL));
  assert_calls (calls, "juju-log --log-level TRACE -- eight\n");
  g_assert_true (juju->klass->log_flush (juju, NULL));
  assert_calls (calls, "");

  juju->klass->log (juju, REACTIVE_LOG_INFO, "before");
  g_assert_true (juju->klass->call (juju, "juju-log", argv, NULL, &reply, NULL));
  assert_calls (calls, "juju-log --log-level INFO -- before\njuju-log -l INFO x\n");

  juju->klass->log (juju, REACTIVE_LOG_INFO, "last");
  reactive_juju_free (juju);
  assert_calls (calls, "juju-log --log-level INFO -- last\n");
}

static void
test_log_is_printable (void)
{
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);

  juju->klass->log (juju, REACTIVE_LOG_ERROR,
                    "a\x1b[31mb\rc\x7f"
                    "d\xc2\x9b"
                    "e\xff"
                    "f\u00e4\U0001f600");
  assert_calls (calls, "juju-log --log-level ERROR -- a?[31mb?c?d?e\ufffdf\u00e4\U0001f600\n");
}

/* Messages stay under what one argument may hold, are cut between lines or characters, and lose nothing. */
static void
test_log_cuts_long_messages (void)
{
  const Answer answers[] = { { NULL } };
  const gsize prefix_length = strlen ("juju-log --log-level DEBUG -- ");
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (Calls) text = g_string_new ("x");
  g_auto (GStrv) messages = NULL;
  gsize total = 0;

  while (text->len < 300000)
    g_string_append (text, "\u00e4");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, "short");
  juju->klass->log (juju, REACTIVE_LOG_DEBUG, text->str);
  g_assert_true (juju->klass->log_flush (juju, NULL));

  g_assert_true (g_utf8_validate (calls->str, -1, NULL));
  messages = g_strsplit (calls->str, "\n", -1);
  g_assert_cmpuint (g_strv_length (messages), ==, 7);
  g_assert_cmpstr (messages[0], ==, "juju-log --log-level DEBUG -- short");
  for (guint i = 1; i < 6; i++)
    {
      g_assert_cmpuint (strlen (messages[i]), <=, prefix_length + REACTIVE_JUJU_LOG_MAX_BYTES);
      total += strlen (messages[i]) - prefix_length;
    }
  g_assert_cmpuint (total, ==, text->len);
}

static void
test_log_cuts_at_lines (void)
{
  const Answer answers[] = { { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (Calls) expected = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autofree char *line = g_strnfill (40000, 'l');
  g_autofree char *text = g_strjoin ("\n", line, line, line, NULL);

  juju->klass->log (juju, REACTIVE_LOG_WARNING, text);
  for (guint i = 0; i < 3; i++)
    g_string_append_printf (expected, "juju-log --log-level WARNING -- %s\n", line);
  g_assert_true (g_str_equal (calls->str, expected->str));

  /* neighbours that do not fit together go apart */
  g_string_truncate (calls, 0);
  juju->klass->log (juju, REACTIVE_LOG_INFO, line);
  juju->klass->log (juju, REACTIVE_LOG_INFO, line);
  g_assert_cmpuint (calls->len, ==, strlen ("juju-log --log-level INFO -- \n") + 40000);
}

static void
test_log_failure (void)
{
  Answer answers[] = { { "juju-log", 0, NULL, NULL, REACTIVE_ERROR_CONNECTION }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  /* the first failure is kept for the next flush, and told once */
  juju->klass->log (juju, REACTIVE_LOG_ERROR, "lost");
  answers[0] = (Answer){ "juju-log", 2, NULL, "ERROR no message specified\n", 0 };
  juju->klass->log (juju, REACTIVE_LOG_INFO, "refused");
  g_assert_false (juju->klass->log_flush (juju, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
  g_clear_error (&error);
  g_assert_true (juju->klass->log_flush (juju, &error));

  juju->klass->log (juju, REACTIVE_LOG_INFO, "refused");
  g_assert_false (juju->klass->log_flush (juju, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_cmpstr (error->message, ==, "juju-log: no message specified (exit 2)");
}

/* Texts ----------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *json;
  const char *text;
} FileCase;

static const FileCase file_cases[] = {
  { "{}", "{}\n" },
  { "{\"b\": \"1\", \"a\": null}", "{\"b\": \"1\", \"a\": \"\"}\n" },
  { "{\"q\\\"\": \"\\\\ \\/ \\n\\t\\r\"}", "{\"q\\\"\": \"\\\\ / \\n\\t\\u000d\"}\n" },
  { "{\"k\": \"\\u0000\\u001f\\u007f\"}", "{\"k\": \"\\u0000\\u001f\\u007f\"}\n" },
  { "{\"k\": \"\\u0085\\u009f\\u2028\\u2029\\ufeff\\uffff\"}",
    "{\"k\": \"\\u0085\\u009f\\u2028\\u2029\\ufeff\\uffff\"}\n" },
  { "{\"\\u00e4\": \"\\ud83d\\ude00\\u00a0\\uffee\"}", "{\"\u00e4\": \"\U0001f600\u00a0\uffee\"}\n" },
  { "{\"k\": \"a\\ud800b\"}", "{\"k\": \"a\ufffdb\"}\n" },
};

static void
test_file_text (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_cases); i++)
    {
      g_autoptr (ReactiveJson) settings = reactive_json_parse (file_cases[i].json, -1, REACTIVE_JSON_PYTHON, NULL);
      g_autofree char *text = reactive_juju_file_text (settings);

      g_assert_cmpstr (text, ==, file_cases[i].text);
    }
}

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
  g_autofree char *directory = g_dir_make_tmp ("test-juju-XXXXXX", NULL);

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

/* Relations ------------------------------------------------------------------------------------------------------- */

static gboolean
set_relation (ReactiveJuju *juju, gboolean of_application, const char *json_text, GError **error)
{
  g_autoptr (ReactiveJson) settings = reactive_json_parse (json_text, -1, REACTIVE_JSON_STRICT, NULL);

  return juju->klass->relation_set (juju, "db:1", of_application, settings, error);
}

static void
test_relation_set (void)
{
  const Answer answers[] = { LEADER, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_true (set_relation (juju, FALSE, "{\"k\": \" v \", \"gone\": null}", &error));
  assert_calls (calls, "relation-set -r db:1 --file - <\n");
  g_assert_true (set_relation (juju, TRUE, "{\"k\": \"v\"}", &error));
  assert_calls (calls, "is-leader --format=json\nrelation-set -r db:1 --app --file - <\n");
  g_assert_no_error (error);
}

static void
test_relation_set_by_follower (void)
{
  const Answer answers[] = { { "is-leader", 0, "false" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_false (set_relation (juju, TRUE, "{\"k\": \"v\"}", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  assert_calls (calls, "is-leader --format=json\n");
}

static void
test_relation_set_refused (void)
{
  const Answer answers[] = { { "relation-set", 1, NULL, "ERROR cannot write relation settings\n" }, { NULL } };
  g_autoptr (Calls) calls = g_string_new (NULL);
  g_autoptr (ReactiveJuju) juju = fake_juju_new (answers, calls);
  g_autoptr (GError) error = NULL;

  g_assert_false (set_relation (juju, FALSE, "{\"k\": \"v\"}", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_assert_cmpstr (error->message, ==, "relation-set: cannot write relation settings (exit 1)");
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

  directory = g_dir_make_tmp ("test-juju-XXXXXX", NULL);
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
  g_test_add_func ("/juju/ask/answers-are-checked-and-failures-told", test_questions);
  g_test_add_func ("/juju/ask/answers-are-remembered-and-failures-are-not", test_cache);
  g_test_add_func ("/juju/ask/networks-are-remembered-by-binding-and-relation", test_networks_are_apart);
  g_test_add_func ("/juju/ask/deeply-nested-answer-is-refused", test_deep_answer);
  g_test_add_func ("/juju/leader-set/settings-are-checked-and-sent", test_leader_set);
  g_test_add_func ("/juju/leader-set/leader-get-asks-again", test_leader_set_drops_answer);
  g_test_add_func ("/juju/leader-set/leadership-lost-on-the-way", test_lost_leadership);
  g_test_add_func ("/juju/status-set/statuses-are-checked-and-sent", test_status_set);
  g_test_add_func ("/juju/status-set/of-application-is-denied-to-a-follower", test_status_set_by_follower);
  g_test_add_func ("/juju/status-set/status-get-shows-what-was-set", test_status_get_shows_what_was_set);
  g_test_add_func ("/juju/action/results-are-checked-and-sent", test_actions_and_version);
  g_test_add_func ("/juju/relation-set/settings-travel-on-standard-input", test_relation_set);
  g_test_add_func ("/juju/relation-set/of-application-is-denied-to-a-follower", test_relation_set_by_follower);
  g_test_add_func ("/juju/relation-set/refusal-is-told", test_relation_set_refused);
  g_test_add_func ("/juju/ports/are-normalized-and-opened-ports-is-asked-once", test_ports);
  g_test_add_func ("/juju/ports/bad-ports-are-refused", test_bad_ports);
  g_test_add_func ("/juju/ports/port-that-juju-refused-is-not-shown", test_refused_port);
  g_test_add_func ("/juju/log/neighbours-of-one-level-go-together", test_log_joins_lines);
  g_test_add_func ("/juju/log/controls-are-replaced", test_log_is_printable);
  g_test_add_func ("/juju/log/long-message-is-cut-between-characters", test_log_cuts_long_messages);
  g_test_add_func ("/juju/log/long-message-is-cut-between-lines", test_log_cuts_at_lines);
  g_test_add_func ("/juju/log/first-failure-is-told-by-the-next-flush", test_log_failure);
  g_test_add_func ("/juju/file-text/is-json-that-a-yaml-reader-takes", test_file_text);
  g_test_add_func ("/juju/carrier/message-is-what-the-tool-complained-of", test_messages);
  g_test_add_func ("/juju/carrier/too-much-input-is-refused", test_too_much_input);
  g_test_add_func ("/juju/exec/outcomes", test_exec);
  g_test_add_func ("/juju/exec/directory-environment-and-input", test_exec_surroundings);
  g_test_add_func ("/juju/exec/deadline", test_exec_deadline);
  g_test_add_func ("/juju/environment/without-an-agent-tools-are-executed", test_falls_back_to_tools);
  g_test_add_func ("/juju/environment/neither-agent-nor-path", test_nothing_to_fall_back_to);
  g_test_add_data_func ("/juju/agent/everything-by-socket", GINT_TO_POINTER (TRUE), test_agent);
  g_test_add_data_func ("/juju/agent/everything-by-executed-tools", GINT_TO_POINTER (FALSE), test_agent);
  return g_test_run ();
}
