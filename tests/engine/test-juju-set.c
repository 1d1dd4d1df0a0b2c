/* SPDX-License-Identifier: Apache-2.0 */
#include "carrier-fixture.h"

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
  const ReactiveJson *old = juju->klass->status_get (juju, FALSE, NULL);

  g_assert_true (juju->klass->status_set (juju, FALSE, "active", "up", NULL));
  assert_json (juju->klass->status_get (juju, FALSE, NULL),
               "{\"message\": \"up\", \"status\": \"active\", \"status-data\": {}}");
  assert_json (reactive_json_get_member (old, "status"), "\"unknown\"");

  g_string_truncate (calls, 0);
  g_assert_nonnull (juju->klass->status_get (juju, TRUE, NULL));
  g_assert_true (juju->klass->status_set (juju, TRUE, "active", "up", NULL));
  g_assert_nonnull (juju->klass->status_get (juju, TRUE, NULL));
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

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

  return g_test_run ();
}
