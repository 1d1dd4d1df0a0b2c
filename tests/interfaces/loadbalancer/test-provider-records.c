/* SPDX-License-Identifier: Apache-2.0 */
#include "provider-fixture.h"

/* Followers -------------------------------------------------------------------------------------------------------- */

static void
test_l16_a_follower_takes_all_answers_for_complete (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  fixture->model->is_leader = FALSE;
  relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  write_answer (relation, "foo", "10.0.0.9", "of an earlier one");
  write_answer (relation, "bar", "10.0.0.8", "of any");
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "available joined response.available response.changed");
  assert_standing (fixture, "available - has-response changed");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=bar,foo revoked");
  lb_fixture_run (fixture, note_requests, NULL);
  unit_fixture_assert_notes (fixture, "requests");
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_assert_flags (fixture, "available joined response.available");
  lb_fixture_assert_nothing_sent (fixture);
}

static void
test_l17_a_follower_sees_that_an_answer_was_withdrawn (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  fixture->model->is_leader = FALSE;
  relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  write_answer (relation, "foo", "10.0.0.9", "x");
  lb_fixture_run (fixture, ack_all, NULL);
  say (relation, "foo", NULL);
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "available joined response.changed");
  assert_answers (fixture, "all complete new revoked=foo");
  assert_answers (fixture, "all complete new revoked=foo");
  lb_fixture_run (fixture, ack_revoked, NULL);
  lb_fixture_assert_flags (fixture, "available joined");
  assert_answers (fixture, "all complete new revoked");

  write_answer (relation, "foo", "10.0.0.9", "x");
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");
}

static void
test_leadership_may_come_and_go (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  write_answer (relation, "bar", "10.0.0.8", "x");
  lb_fixture_run (fixture, ack_all, NULL);
  fixture->model->is_leader = FALSE;
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=bar revoked");
  fixture->model->is_leader = TRUE;
  assert_answers (fixture, "all=bar,foo complete=foo new revoked");
  lb_fixture_assert_flags (fixture, "available joined response.available");
}

/* Records that are not right --------------------------------------------------------------------------------------- */

static void
test_l8_l14_one_bad_answer_costs_that_answer (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "bar foo zoo");
  const char *pattern = NULL;
  char *text;

  for (guint i = 0; (text = lb_fixture_make_bad_record (i, &pattern)) != NULL; i++)
    {
      g_autofree char *warning = g_strconcat ("lb-provider:1: response_foo", pattern, NULL);

      say (relation, "foo", text);
      lb_fixture_change (fixture, relation);
      lb_fixture_assert_flags (fixture, "available joined response.available response.changed");
      lb_fixture_assert_warned (fixture, 1, warning);
      assert_answers (fixture, "all=bar,zoo complete=bar,zoo new=bar,zoo revoked");
      lb_fixture_assert_warned (fixture, 1, warning);
      g_free (text);
    }
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_assert_flags (fixture, "available joined response.available");
}

static void
test_l8_a_bad_answer_of_an_odd_name_is_told_in_one_line (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  fixture->model->is_leader = FALSE;
  relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  say (relation, "a\nWARNING: b", "[");
  write_answer (relation, "good\none", "10.0.0.9", "x");
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_warned (fixture, 1, "lb-provider:1: \"response_a\\nWARNING: b\": not JSON: *");
  lb_fixture_run (fixture, ack_one, "good\none");
  assert_answers (fixture, "all=good\none complete=good\none new revoked");
}

static void
test_l8_the_log_is_told_of_so_many (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  fixture->model->is_leader = FALSE;
  relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  write_answer (relation, "foo", "10.0.0.9", "x");
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("bad-%02u", i);

      say (relation, name, "{");
    }
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_warned (fixture, 11, "lb-provider:1: more records that cannot be read");
  lb_fixture_assert_flags (fixture, "available joined response.available response.changed");
}

static gboolean
keep_id (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), "foo", error);

  g_assert_cmpstr (lb_request_get_id (request), ==, unit_fixture_of (unit)->row);
  g_assert_cmpuint (lb_request_get_n_ports (request), ==, 1);
  g_assert_false (lb_response_is_valid (lb_request_get_response (request)));
  g_assert_null (lb_provider_get_response (get_provider (unit), "foo"));

  return TRUE;
}

static void
test_l12_a_bad_answer_leaves_the_request_as_it_is (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  g_autofree char *id = lb_fixture_get_member (relation->own_app, "request_foo", "id");

  say (relation, "foo", "{\"address\": 5}");
  lb_fixture_run (fixture, keep_id, id);
  lb_fixture_assert_warned (fixture, 1, WARNING_OF_FOO);
  g_free (fake_model_take_journal (fixture->model, ""));
  lb_fixture_run (fixture, send_all, "foo");
  lb_fixture_assert_nothing_sent (fixture);
}

static void
test_l8_a_bad_answer_is_told_of_once_though_its_request_is_sent (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  say (relation, "foo", "{");
  lb_fixture_run (fixture, send_all, "foo");
  lb_fixture_assert_warned (fixture, 1, WARNING_OF_FOO);
}

/* Two hashes that are not there are not the same hash. */
static void
test_l13_complete_is_what_has_a_hash (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  fake_databag_set (relation->own_app, "request_foo",
                    "{\"id\": \"i\", \"name\": \"foo\", \"port_mapping\": {}, \"protocol\": \"tcp\"}");
  assert_answers (fixture, "all complete new revoked");
  say (relation, "foo", "{\"address\": \"10.0.0.9\"}");
  assert_answers (fixture, "all=foo complete new revoked");
  say (relation, "foo", "{\"address\": \"\"}");
  assert_answers (fixture, "all complete new revoked");
  assert_standing (fixture, "available can-request - -");
}

static gboolean
make_anew (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), "foo", error);

  g_assert_cmpstr (lb_request_get_name (request), ==, "foo");
  g_assert_cmpuint (lb_request_get_n_ports (request), ==, 0);
  g_assert_null (lb_request_get_sent_hash (request));

  return TRUE;
}

static void
test_an_own_request_that_cannot_be_read_is_made_anew (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  fake_databag_set (relation->own_app, "request_foo", "{\"name\": 5}");
  lb_fixture_run (fixture, make_anew, NULL);
  lb_fixture_assert_warned (fixture, 1, "lb-provider:1: request_foo: id: missing; name: not a string; *");
  lb_fixture_run (fixture, send_all, "foo");
  answer (relation, "foo", "10.0.0.9");
  g_ptr_array_set_size (fixture->model->log, 0);
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");
  lb_fixture_assert_warned (fixture, 0, NULL);
}

/* An answer that was acknowledged and cannot be read any more is as good as withdrawn. */
static void
test_a_bad_answer_after_a_good_one_is_revoked (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  lb_fixture_run (fixture, ack_all, NULL);
  say (relation, "foo", "{");
  assert_answers (fixture, "all complete new revoked=foo");
  lb_fixture_assert_warned (fixture, 1, WARNING_OF_FOO);
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_assert_flags (fixture, "available joined");
}

static gboolean
ack_unheard (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), "bar", error);

  /* The response of a request that was never sent. */
  return lb_provider_ack_response (get_provider (unit), lb_request_get_response (request), error);
}

static void
test_acknowledging_what_nobody_said_does_nothing (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  lb_fixture_run (fixture, ack_unheard, NULL);
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");
  lb_fixture_run (fixture, send_all, "bar");
  answer (relation, "bar", "10.0.0.8");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=bar,foo revoked");
}

/* From hook to hook ------------------------------------------------------------------------------------------------ */

#define ROW_OF_FOO "reactive_interfaces.lb-provider.answers.acbd18db4cc2f85cedef654fccc4a4d8"

/* The state says something else of the same texts, which is believed: nothing was read again. */
static void
test_nothing_that_is_unchanged_is_read_twice (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  g_autofree char *row = NULL;
  g_autoptr (ReactiveJson) columns = NULL;
  g_autoptr (ReactiveJson) other = reactive_json_new_array ();
  g_autofree char *text = NULL;

  lb_fixture_run (fixture, ack_all, NULL);
  row = unit_fixture_get_row (fixture, ROW_OF_FOO);
  g_assert_nonnull (row);
  columns = reactive_json_parse (row, -1, REACTIVE_JSON_STRICT, NULL);
  g_assert_cmpuint (reactive_json_get_length (columns), ==, 4);
  for (guint i = 0; i < 4; i++)
    reactive_json_array_add (other, i == 1 ? reactive_json_new_string ("other")
                                           : reactive_json_ref (reactive_json_get_element (columns, i)));
  text = reactive_json_to_text (other, REACTIVE_JSON_INSERTION_ORDER);
  unit_fixture_set_row (fixture, ROW_OF_FOO, text);
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");
  unit_fixture_assert_row (fixture, ROW_OF_FOO, text);

  answer (relation, "foo", "10.0.0.8");
  unit_fixture_run_well (fixture, "update-status");
  answer (relation, "foo", "10.0.0.9");
  assert_answers (fixture, "all=foo complete=foo new revoked");
  unit_fixture_assert_row (fixture, ROW_OF_FOO, row);
}

static void
test_an_unchanged_hook_sends_nothing (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  g_autofree char *row = unit_fixture_get_row (fixture, ROW_OF_FOO);

  g_free (fake_model_take_journal (fixture->model, ""));
  lb_fixture_change (fixture, relation);
  unit_fixture_run_well (fixture, "update-status");
  lb_fixture_assert_nothing_sent (fixture);
  unit_fixture_assert_row (fixture, ROW_OF_FOO, row);
}

/* A state that somebody else has written is not trusted, and does no harm. */
static void
test_a_state_that_is_none_is_not_there (UnitFixture *fixture, gconstpointer data)
{
  static const char *const rows[] = { "5", "[]", "[1, 2, 3, 4]", "{", "[null, null, null, null, null]", "\"x\"" };

  relate_and_answer (fixture, "foo");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      unit_fixture_set_row (fixture, ROW_OF_FOO, rows[i]);
      assert_answers (fixture, "all=foo complete=foo new=foo revoked");
      unit_fixture_set_row (fixture, "reactive_interfaces.lb-provider.answers", rows[i]);
      assert_answers (fixture, "all=foo complete=foo new=foo revoked");
    }
}

/* As it was sent in an earlier hook. */
static void
write_request (FakeRelation *relation, const char *name)
{
  g_autofree char *key = g_strconcat ("request_", name, NULL);
  g_autofree char *text = g_strdup_printf ("{\"id\": \"i\", \"name\": \"%s\", \"port_mapping\": {\"80\": 8080}, "
                                           "\"protocol\": \"tcp\", \"sent_hash\": \"h\"}",
                                           name);

  fake_databag_set (relation->own_app, key, text);
}

static gboolean
read_many (ReactiveUnit *unit, GError **error)
{
  guint n_requests = *(const guint *) unit_fixture_of (unit)->row;
  g_autoptr (GPtrArray) requests = lb_provider_get_all_requests (get_provider (unit));
  g_autoptr (GPtrArray) fresh = lb_provider_get_new_responses (get_provider (unit));

  g_assert_cmpuint (requests->len, ==, n_requests);
  g_assert_cmpuint (fresh->len, ==, n_requests);
  for (guint i = 0; i < fresh->len; i++)
    g_assert_true (lb_provider_ack_response (get_provider (unit), g_ptr_array_index (fresh, i), error));

  return TRUE;
}

static void
test_ten_thousand_requests_have_their_answers (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  guint n_requests = lb_fixture_is_slow () ? 100 : 10000;

  for (guint i = 0; i < n_requests; i++)
    {
      g_autofree char *name = g_strdup_printf ("request-%05u", i);

      write_request (relation, name);
      write_answer (relation, name, "10.0.0.9", "h");
    }
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "available joined response.available response.changed");
  lb_fixture_run (fixture, read_many, &n_requests);
  lb_fixture_assert_flags (fixture, "available joined response.available");
  lb_fixture_run (fixture, ack_all, NULL);
}

static void
test_ten_thousand_requests_can_be_sent_in_one_hook (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  guint n_requests = lb_fixture_is_slow () ? 100 : 10000;
  g_autoptr (GString) names = g_string_new ("first");

  for (guint i = 1; i < n_requests; i++)
    g_string_append_printf (names, " request-%05u", i);
  lb_fixture_run (fixture, send_all, names->str);
  g_assert_cmpuint (g_hash_table_size (relation->own_app), ==, n_requests + 1);
  answer (relation, "first", "10.0.0.9");
  assert_answers (fixture, "all=first complete=first new=first revoked");
}

/* Python ----------------------------------------------------------------------------------------------------------- */

#define PYTHON_ROW "reactive_ops.CharmBase/LBProvider[lb-provider]/StoredStateData[state]"

/* @acknowledged: members of the object */
static void
set_python_state (UnitFixture *fixture, const char *acknowledged)
{
  g_autofree char *text = g_strdup_printf (
      "{\"response_hashes\": {%s}, \"was_available\": true, \"was_response_available\": true}", acknowledged);

  unit_fixture_set_row (fixture, PYTHON_ROW, text);
}

/* Of one name; NULL if there is none. */
static char *
get_acknowledged_by_python (UnitFixture *fixture, const char *name)
{
  g_autofree char *text = unit_fixture_get_row (fixture, PYTHON_ROW);
  g_autoptr (ReactiveJson) state = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL);
  const ReactiveJson *hash = reactive_json_get_member (reactive_json_get_member (state, "response_hashes"), name);

  return hash != NULL ? g_strdup (reactive_json_get_string (hash, NULL)) : NULL;
}

static void
assert_acknowledged_by_python (UnitFixture *fixture, const char *name, gboolean expected)
{
  g_autofree char *hash = get_acknowledged_by_python (fixture, name);

  g_assert_cmpint (hash != NULL, ==, expected);
}

/* What is acknowledged here is so there, too, and the other way round. */
static void
test_python_acknowledges_for_the_unit (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo bar");
  g_autofree char *hash = NULL;
  g_autofree char *member = NULL;

  lb_fixture_run (fixture, ack_one, "bar");
  assert_acknowledged_by_python (fixture, "bar", TRUE);
  assert_acknowledged_by_python (fixture, "foo", FALSE);
  set_python_state (fixture, "\"gone\": \"00\"");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=bar,foo revoked");
  assert_acknowledged_by_python (fixture, "bar", FALSE);
  assert_acknowledged_by_python (fixture, "gone", TRUE);

  lb_fixture_run (fixture, ack_one, "foo");
  lb_fixture_run (fixture, ack_one, "bar");
  lb_fixture_run (fixture, remove_one, "gone");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new revoked");
  assert_acknowledged_by_python (fixture, "foo", TRUE);
  assert_acknowledged_by_python (fixture, "gone", FALSE);

  hash = get_acknowledged_by_python (fixture, "bar");
  member = g_strdup_printf ("\"bar\": \"%s\"", hash);
  set_python_state (fixture, member);
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=foo revoked");
  say (relation, "bar", NULL);
  assert_answers (fixture, "all=foo complete=foo new=foo revoked=bar");
}

static void
test_python_has_told_what_is_no_news (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  unit_fixture_add_module (fixture, "app", &event_module);
  set_python_state (fixture, "");
  relation = relate_and_answer (fixture, "foo");
  unit_fixture_assert_notes (fixture, "response_available response_changed");
  unit_fixture_set_row (fixture, PYTHON_ROW,
                        "{\"response_hashes\": {}, \"was_available\": false, \"was_response_available\": true}");
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "available response_changed");
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_break (fixture, relation, NULL);
  unit_fixture_assert_row (fixture, PYTHON_ROW,
                           "{\"response_hashes\": {}, \"was_available\": false, \"was_response_available\": false}");
}

/* What is no state of the library is not looked at; it goes on from what is known here. */
static void
test_a_state_of_python_that_is_none (UnitFixture *fixture, gconstpointer data)
{
  static const char *const rows[] = { "5", "[]", "[{}]", "{}", "{\"response_hashes\": [1]}", "null" };

  relate_and_answer (fixture, "foo");
  lb_fixture_run (fixture, ack_all, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      unit_fixture_set_row (fixture, PYTHON_ROW, rows[i]);
      assert_answers (fixture, "all=foo complete=foo new revoked");
      assert_acknowledged_by_python (fixture, "foo", TRUE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("L16-a-follower-takes-all-answers-for-complete", test_l16_a_follower_takes_all_answers_for_complete);
  ADD_TEST ("L17-a-follower-sees-that-an-answer-was-withdrawn", test_l17_a_follower_sees_that_an_answer_was_withdrawn);
  ADD_TEST ("leadership-may-come-and-go", test_leadership_may_come_and_go);
  ADD_TEST ("L8-L14-one-bad-answer-costs-that-answer", test_l8_l14_one_bad_answer_costs_that_answer);
  ADD_TEST ("L8-a-bad-answer-of-an-odd-name-is-told-in-one-line",
            test_l8_a_bad_answer_of_an_odd_name_is_told_in_one_line);
  ADD_TEST ("L8-the-log-is-told-of-so-many", test_l8_the_log_is_told_of_so_many);
  ADD_TEST ("L12-a-bad-answer-leaves-the-request-as-it-is", test_l12_a_bad_answer_leaves_the_request_as_it_is);
  ADD_TEST ("L13-complete-is-what-has-a-hash", test_l13_complete_is_what_has_a_hash);
  ADD_TEST ("an-own-request-that-cannot-be-read-is-made-anew", test_an_own_request_that_cannot_be_read_is_made_anew);
  ADD_TEST ("a-bad-answer-after-a-good-one-is-revoked", test_a_bad_answer_after_a_good_one_is_revoked);
  ADD_TEST ("acknowledging-what-nobody-said-does-nothing", test_acknowledging_what_nobody_said_does_nothing);
  ADD_TEST ("nothing-that-is-unchanged-is-read-twice", test_nothing_that_is_unchanged_is_read_twice);
  ADD_TEST ("an-unchanged-hook-sends-nothing", test_an_unchanged_hook_sends_nothing);
  ADD_TEST ("a-state-that-is-none-is-not-there", test_a_state_that_is_none_is_not_there);
  ADD_TEST ("ten-thousand-requests-have-their-answers", test_ten_thousand_requests_have_their_answers);
  ADD_TEST ("ten-thousand-requests-can-be-sent-in-one-hook", test_ten_thousand_requests_can_be_sent_in_one_hook);
  ADD_TEST ("L8-a-bad-answer-is-told-of-once-though-its-request-is-sent",
            test_l8_a_bad_answer_is_told_of_once_though_its_request_is_sent);
  ADD_TEST ("python/acknowledges-for-the-unit", test_python_acknowledges_for_the_unit);
  ADD_TEST ("python/has-told-what-is-no-news", test_python_has_told_what_is_no_news);
  ADD_TEST ("python/a-state-that-is-none-is-not-looked-at", test_a_state_of_python_that_is_none);

  return g_test_run ();
}
