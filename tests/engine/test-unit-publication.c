/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* What this side says in its relations, and what is done about a hook that was killed before Juju had it. */

static FakeRelation *
relate (UnitFixture *fixture, const char *id)
{
  FakeRelation *relation = fake_model_add_relation (fixture->model, id, "mysql");

  fake_relation_add_unit (relation, "mysql/0");

  return relation;
}

static ReactiveRelation *
first_relation (ReactiveUnit *unit)
{
  return *reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"));
}

static gboolean
do_nothing (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

/* Writing --------------------------------------------------------------------------------------------------------- */

static gboolean
write_some (ReactiveUnit *unit, GError **error)
{
  ReactiveDatabag *databag = reactive_relation_get_to_publish (first_relation (unit));
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();
  const char *first;

  reactive_json_object_set (object, "z", reactive_json_new_integer (1));
  reactive_json_object_set (object, "a", reactive_json_new_string ("caf\xc3\xa9"));

  reactive_databag_set (databag, "plain", "one");
  first = reactive_databag_get (databag, "plain", NULL);
  reactive_databag_set (databag, "plain", "two");
  g_assert_cmpstr (first, ==, "one");
  g_assert_cmpstr (reactive_databag_get (databag, "plain", NULL), ==, "two");
  g_assert_cmpstr (reactive_databag_get (databag, "same", NULL), ==, "x");
  reactive_databag_set (databag, "same", "x");
  reactive_databag_set_json (databag, "json", object);
  reactive_databag_set (databag, "gone", "");
  g_assert_null (reactive_databag_get (databag, "gone", NULL));
  reactive_databag_set (databag, "never-there", NULL);
  for (const char *const *key = reactive_databag_get_keys (databag); *key != NULL; key++)
    note (unit, *key);

  return TRUE;
}

static void
test_only_what_changes_is_sent (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1");

  fake_databag_set (relation->own, "same", "x");
  fake_databag_set (relation->own, "gone", "y");
  unit_fixture_run_body (fixture, "install", write_some);
  unit_fixture_assert_notes (fixture, "json plain same");
  unit_fixture_assert_journal (fixture, "relation-set",
                               "relation-set db:1 unit {\"gone\": null, \"json\": \"{\\\"a\\\": \\\"caf\\\\u00e9\\\", "
                               "\\\"z\\\": 1}\", \"plain\": \"two\"}");
  fake_databag_assert (relation->own, "{\"json\": \"{\\\"a\\\": \\\"caf\\\\u00e9\\\", \\\"z\\\": 1}\", \"plain\": "
                                      "\"two\", \"same\": \"x\"}");

  unit_fixture_run_body (fixture, "start", write_some);
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

static gboolean
write_and_fail (ReactiveUnit *unit, GError **error)
{
  reactive_databag_set (reactive_relation_get_to_publish (first_relation (unit)), "k", "v");
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "on purpose");

  return FALSE;
}

static void
test_a_failed_hook_sends_nothing (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "db:1");
  unit_fixture_fail_body (fixture, "install", write_and_fail, "*on purpose");
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

static gboolean
write_application (ReactiveUnit *unit, GError **error)
{
  reactive_databag_set (reactive_relation_get_to_publish_app (first_relation (unit)), "version", "1");
  note (unit, "after");

  return TRUE;
}

static void
test_the_leader_writes_for_the_application (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1");

  fixture->model->is_leader = TRUE;
  unit_fixture_run_body (fixture, "install", write_application);
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
  fake_databag_assert (relation->own, "{}");
}

static void
test_a_follower_is_refused_at_once (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "db:1");
  unit_fixture_fail_body (fixture, "install", write_application,
                          "handler 'app:body': db:1: only the leader may write the application's databag, which this "
                          "unit is not");
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

typedef struct
{
  const char *path;
  const char *key;
  const char *value;
  gboolean of_the_other_side;
  const char *message;
} BadWrite;

static const BadWrite bad_writes[] = {
  { "other-side", "k", "v", TRUE, "*what the other side of a relation says cannot be written" },
  { "empty-key", "", "v", FALSE, "*db:1: a key of a databag is empty" },
  { "key-not-utf-8", "k\xff", "v", FALSE, "*db:1: a key of a databag is not UTF-8" },
  { "value-not-utf-8", "k", "v\xff", FALSE, "*db:1: k: the value is not UTF-8" },
};

static gboolean
write_badly (ReactiveUnit *unit, GError **error)
{
  const BadWrite *row = unit_fixture_of (unit)->row;
  ReactiveRelation *relation = first_relation (unit);

  reactive_databag_set (row->of_the_other_side ? reactive_relation_get_received_app (relation)
                                               : reactive_relation_get_to_publish (relation),
                        row->key, row->value);

  return TRUE;
}

static void
test_bad_writes (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "db:1");
  for (guint i = 0; i < G_N_ELEMENTS (bad_writes); i++)
    {
      fixture->row = &bad_writes[i];
      unit_fixture_fail_body (fixture, "install", write_badly, bad_writes[i].message);
    }
}

static void
test_what_juju_refuses_fails_the_hook (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "db:1");
  fake_model_fail (fixture->model, "relation-set", REACTIVE_ERROR_TOOL);
  fixture->model->is_leader = TRUE;
  unit_fixture_run_body_badly (fixture, "install", write_application, REACTIVE_ERROR_TOOL,
                               "db:1: relation-set fails, as the test wants it");
  unit_fixture_assert_row (fixture, "reactive_published", NULL);
}

/* After a kill ------------------------------------------------------------------------------------------------------
 */

static gboolean
write_new (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *relation = first_relation (unit);

  reactive_databag_set (reactive_relation_get_to_publish (relation), "k", "new");
  reactive_databag_set (reactive_relation_get_to_publish (relation), "taken-back", NULL);
  if (reactive_is_leader (unit))
    reactive_databag_set (reactive_relation_get_to_publish_app (relation), "version", "1");

  return TRUE;
}

/* A hook that ended well, and of which Juju dropped everything. */
static FakeRelation *
lose_a_publication (UnitFixture *fixture)
{
  FakeRelation *relation = relate (fixture, "db:1");

  fixture->model->is_leader = TRUE;
  fake_databag_set (relation->own, "k", "old");
  fake_databag_set (relation->own, "taken-back", "x");
  fixture->model->loses_writes = TRUE;
  unit_fixture_run_body (fixture, "install", write_new);
  fixture->model->loses_writes = FALSE;
  fake_databag_assert (relation->own, "{\"k\": \"old\", \"taken-back\": \"x\"}");
  unit_fixture_assert_journal (fixture, "nothing", "");
  unit_fixture_assert_row (fixture, "reactive_published",
                           "[\"db:1\", false, \"k\", \"old\", \"new\", \"db:1\", false, \"taken-back\", \"x\", null, "
                           "\"db:1\", true, \"version\", null, \"1\"]");

  return relation;
}

static void
test_what_was_lost_is_sent_again (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lose_a_publication (fixture);

  unit_fixture_run_body (fixture, "start", do_nothing);
  fake_databag_assert (relation->own, "{\"k\": \"new\"}");
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
  g_assert_true (fake_model_has_logged (fixture->model, "WARNING: db:1: 'k' never reached Juju"));

  /* Once: the record is of this hook, and then there is none. */
  unit_fixture_run_body (fixture, "start", do_nothing);
  unit_fixture_assert_row (fixture, "reactive_published", NULL);
  unit_fixture_assert_journal (fixture, "relation-set",
                               "relation-set db:1 unit {\"k\": \"new\", \"taken-back\": null}\n"
                               "relation-set db:1 app {\"version\": \"1\"}");
}

/* Python, which leaves a phase, has run since: what is as before was taken back. */
static void
test_nothing_is_sent_again_once_python_ran (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lose_a_publication (fixture);

  unit_fixture_set_row (fixture, "reactive.dispatch.phase", "\"other\"");
  unit_fixture_set_row (fixture, "reactive.dispatch.removed_state", "false");
  unit_fixture_run_body (fixture, "start", do_nothing);
  fake_databag_assert (relation->own, "{\"k\": \"old\", \"taken-back\": \"x\"}");
  unit_fixture_assert_journal (fixture, "relation-set", "");
  unit_fixture_assert_row (fixture, "reactive_published", NULL);
  unit_fixture_assert_row (fixture, "reactive.dispatch.phase", NULL);
  unit_fixture_assert_row (fixture, "reactive.dispatch.removed_state", NULL);
}

static void
test_lost_twice_it_is_sent_a_third_time (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lose_a_publication (fixture);

  fixture->model->loses_writes = TRUE;
  unit_fixture_run_body (fixture, "start", do_nothing);
  fixture->model->loses_writes = FALSE;
  unit_fixture_run_body (fixture, "start", do_nothing);
  fake_databag_assert (relation->own, "{\"k\": \"new\"}");
}

static void
test_a_failed_hook_keeps_the_record (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lose_a_publication (fixture);

  unit_fixture_fail_body (fixture, "start", write_and_fail, "*on purpose");
  unit_fixture_run_body (fixture, "start", do_nothing);
  fake_databag_assert (relation->own, "{\"k\": \"new\"}");
}

static void
test_what_arrived_is_not_sent_again (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1");

  unit_fixture_run_body (fixture, "install", write_new);
  fake_databag_assert (relation->own, "{\"k\": \"new\"}");
  unit_fixture_assert_journal (fixture, "relation-set", "relation-set db:1 unit {\"k\": \"new\"}");
  unit_fixture_run_body (fixture, "start", do_nothing);
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

static void
test_what_somebody_changed_meanwhile_is_left_alone (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lose_a_publication (fixture);

  fake_databag_set (relation->own, "k", "by hand");
  unit_fixture_run_body (fixture, "start", do_nothing);
  fake_databag_assert (relation->own, "{\"k\": \"by hand\"}");
}

static void
test_a_relation_that_has_gone_is_passed_over (UnitFixture *fixture, gconstpointer data)
{
  lose_a_publication (fixture);
  fake_model_remove_relation (fixture->model, "db:1");
  unit_fixture_run_body (fixture, "start", do_nothing);
  unit_fixture_assert_journal (fixture, "relation-get", "");
  unit_fixture_assert_row (fixture, "reactive_published", NULL);
}

static void
test_who_no_longer_leads_sends_nothing_for_the_application (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lose_a_publication (fixture);

  fixture->model->is_leader = FALSE;
  unit_fixture_run_body (fixture, "start", do_nothing);
  fake_databag_assert (relation->own, "{\"k\": \"new\"}");
  fake_databag_assert (relation->own_app, "{}");
}

static gboolean
write_newer (ReactiveUnit *unit, GError **error)
{
  ReactiveDatabag *databag = reactive_relation_get_to_publish (first_relation (unit));

  g_assert_cmpstr (reactive_databag_get (databag, "k", NULL), ==, "new");
  reactive_databag_set (databag, "k", "newer");

  return TRUE;
}

static void
test_handlers_have_the_last_word (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lose_a_publication (fixture);

  unit_fixture_run_body (fixture, "start", write_newer);
  fake_databag_assert (relation->own, "{\"k\": \"newer\"}");
}

static void
test_a_damaged_record_is_passed_over (UnitFixture *fixture, gconstpointer data)
{
  static const char *const records[] = {
    "1",
    "[1, {}, [], 2, 3]",
    "[\"db:1\", false, \"k\", null]",
    "[\"db:1\", false, 1, null, \"v\"]",
    "[\"db:1\", false, \"k\", 1, []]",
    "[\"nothing:1\", true, \"k\", null, \"v\"]",
    "{\"db:1\": [], \"a\": 1, \"b\": 2, \"c\": 3, \"d\": 4}",
    "nonsense",
  };

  relate (fixture, "db:1");
  unit_fixture_run_body (fixture, "install", do_nothing);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      unit_fixture_set_row (fixture, "reactive_published", records[i]);
      unit_fixture_run_body (fixture, "start", do_nothing);
      unit_fixture_assert_journal (fixture, "relation-set", "");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/publication/only-what-changes-is-sent", test_only_what_changes_is_sent);
  ADD_UNIT_TEST ("/unit/publication/a-failed-hook-sends-nothing", test_a_failed_hook_sends_nothing);
  ADD_UNIT_TEST ("/unit/publication/the-leader-writes-for-the-application", test_the_leader_writes_for_the_application);
  ADD_UNIT_TEST ("/unit/publication/a-follower-is-refused-at-once", test_a_follower_is_refused_at_once);
  ADD_UNIT_TEST ("/unit/publication/bad-writes", test_bad_writes);
  ADD_UNIT_TEST ("/unit/publication/what-juju-refuses-fails-the-hook", test_what_juju_refuses_fails_the_hook);

  ADD_UNIT_TEST ("/unit/publication/killed/what-was-lost-is-sent-again", test_what_was_lost_is_sent_again);
  ADD_UNIT_TEST ("/unit/publication/killed/once-python-ran-nothing-is-sent-again",
                 test_nothing_is_sent_again_once_python_ran);
  ADD_UNIT_TEST ("/unit/publication/killed/lost-twice-it-is-sent-a-third-time",
                 test_lost_twice_it_is_sent_a_third_time);
  ADD_UNIT_TEST ("/unit/publication/killed/a-failed-hook-keeps-the-record", test_a_failed_hook_keeps_the_record);
  ADD_UNIT_TEST ("/unit/publication/killed/what-arrived-is-not-sent-again", test_what_arrived_is_not_sent_again);
  ADD_UNIT_TEST ("/unit/publication/killed/what-somebody-changed-meanwhile-is-left-alone",
                 test_what_somebody_changed_meanwhile_is_left_alone);
  ADD_UNIT_TEST ("/unit/publication/killed/a-relation-that-has-gone-is-passed-over",
                 test_a_relation_that_has_gone_is_passed_over);
  ADD_UNIT_TEST ("/unit/publication/killed/who-no-longer-leads-sends-nothing-for-the-application",
                 test_who_no_longer_leads_sends_nothing_for_the_application);
  ADD_UNIT_TEST ("/unit/publication/killed/handlers-have-the-last-word", test_handlers_have_the_last_word);
  ADD_UNIT_TEST ("/unit/publication/killed/a-damaged-record-is-passed-over", test_a_damaged_record_is_passed_over);

  return g_test_run ();
}
