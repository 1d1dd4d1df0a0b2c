/* SPDX-License-Identifier: Apache-2.0 */
#include "consumers-fixture.h"

/* Followers -------------------------------------------------------------------------------------------------------- */

static void
test_l3_a_follower_removes_nothing (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  fixture->model->is_leader = FALSE;
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "joined");
  assert_requests (fixture, "all new removed -");
  lb_fixture_run (fixture, forget_removed, NULL);
  say (relation, "foo", NULL);
  assert_requests (fixture, "all new removed -");
  lb_fixture_run (fixture, let_followers_read, NULL);
  assert_requests (fixture, "all new removed -");
  lb_fixture_assert_flags (fixture, "joined");
  lb_fixture_assert_nothing_sent (fixture);

  fixture->model->is_leader = TRUE;
  assert_requests (fixture, "all new removed=1foo changed");
}

static gboolean
set_and_look (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = get_consumers (unit);

  g_assert_false (lb_consumers_get_follower_can_read (consumers));
  note_requests (unit, error);
  lb_consumers_set_follower_can_read (consumers, /* can_read= */ 5);
  g_assert_cmpint (lb_consumers_get_follower_can_read (consumers), ==, TRUE);
  note_requests (unit, error);
  lb_consumers_set_follower_can_read (consumers, FALSE);
  g_assert_false (lb_consumers_get_follower_can_read (consumers));
  note_requests (unit, error);

  return TRUE;
}

static void
test_a_follower_reads_when_it_may (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  fixture->model->is_leader = FALSE;
  relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");
  ask (relation, "foo", 80);
  lb_fixture_run (fixture, set_and_look, NULL);
  unit_fixture_assert_notes (fixture, "all new removed - all=1foo new=1foo removed changed all new removed -");
}

static void
test_l18_a_follower_can_note_what_it_has_seen (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  fixture->model->is_leader = FALSE;
  relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");
  ask (relation, "foo", 80);
  lb_fixture_run (fixture, let_followers_read, NULL);
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  lb_fixture_run (fixture, mark_seen, NULL);
  lb_fixture_assert_flags (fixture, "joined");
  assert_requests (fixture, "all=1foo new removed -");
  ask (relation, "foo", 443);
  assert_requests (fixture, "all=1foo new=1foo removed changed");
  lb_fixture_assert_nothing_sent (fixture);
}

static gboolean
refuse_follower (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (get_consumers (unit));
  LBRequest *request = g_ptr_array_index (requests, 0);
  g_autoptr (GError) problem = NULL;

  lb_response_set_address (lb_request_get_response (request), "10.0.0.8");
  g_assert_false (lb_consumers_send_response (get_consumers (unit), request, &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  g_assert_cmpstr (problem->message, ==, "lb-consumers: only the leader answers requests");
  g_clear_error (&problem);
  g_assert_false (lb_consumers_revoke_response (get_consumers (unit), request, &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  g_assert_false (lb_consumers_send_response (get_consumers (unit), request, NULL));

  return TRUE;
}

static void
test_l19_l20_a_follower_answers_nothing_and_takes_nothing_back (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  lb_fixture_run (fixture, let_followers_read, NULL);
  ask (relation, "foo", 443);
  fixture->model->is_leader = FALSE;
  lb_fixture_run (fixture, refuse_follower, NULL);
  lb_fixture_assert_nothing_sent (fixture);
  assert_answer (relation, "foo", "10.0.0.9", "h80");
  fixture->model->is_leader = TRUE;
  assert_requests (fixture, "all=1foo new=1foo removed changed");
}

/* Records that are not right --------------------------------------------------------------------------------------- */

static void
test_l8_l10_one_bad_request_costs_that_request (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  const char *pattern = NULL;
  char *text;

  ask (relation, "bar", 80);
  for (guint i = 0; (text = lb_fixture_make_bad_record (i, &pattern)) != NULL; i++)
    {
      g_autofree char *warning = g_strconcat ("lb-consumers:1: request_foo", pattern, NULL);

      say (relation, "foo", text);
      lb_fixture_change (fixture, relation);
      lb_fixture_assert_flags (fixture, "joined requests_changed");
      lb_fixture_assert_warned (fixture, 1, warning);
      assert_requests (fixture, "all=1bar new=1bar removed changed");
      lb_fixture_assert_warned (fixture, 1, warning);
      g_free (text);
    }
  lb_fixture_run (fixture, answer, NULL);
  lb_fixture_assert_flags (fixture, "joined");
  ask (relation, "foo", 80);
  assert_requests (fixture, "all=1bar,1foo new removed -");
}

static void
test_l8_an_id_is_a_text (UnitFixture *fixture, gconstpointer data)
{
  static const char *const ids[] = { "5", "null", "[]", "{}", "true", "[\"x\"]", "1.5" };
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  for (guint i = 0; i < G_N_ELEMENTS (ids); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{\"id\": %s, \"name\": \"bad\", \"port_mapping\": {}, \"protocol\": \"tcp\"}", ids[i]);

      say (relation, "bad", text);
      lb_fixture_change (fixture, relation);
      lb_fixture_assert_warned (fixture, 1, "lb-consumers:1: request_bad: id: *");
      lb_fixture_assert_flags (fixture, "joined");
      assert_requests (fixture, "all=1foo new removed -");
      g_ptr_array_set_size (fixture->model->log, 0);
    }
}

static void
test_l8_an_odd_name_is_told_in_one_line (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  say (relation, "a\nWARNING: b", "{");
  say (relation, "good\none",
       "{\"id\": \"i\", \"name\": \"good\\none\", \"port_mapping\": {}, \"protocol\": \"tcp\", \"sent_hash\": \"h1\"}");
  lb_fixture_run (fixture, answer, NULL);
  lb_fixture_assert_warned (fixture, 1, "lb-consumers:1: \"request_a\\nWARNING: b\": not JSON: *");
  assert_answer (relation, "good\none", "10.0.0.9", "h1");
  assert_requests (fixture, "all=1good\none new removed -");
}

static void
test_l8_the_log_is_told_of_so_many (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("bad-%02u", i);

      say (relation, name, "{");
    }
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_warned (fixture, 11, "lb-consumers:1: more records that cannot be read");
  assert_requests (fixture, "all=1foo new removed -");
}

static void
test_l11_an_own_answer_that_cannot_be_read_hides_nothing (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  const char *pattern = NULL;
  char *text;

  for (guint i = 0; (text = lb_fixture_make_bad_record (i, &pattern)) != NULL; i++)
    {
      fake_databag_set (relation->own_app, "response_foo", text);
      assert_requests (fixture, "all=1foo new removed -");
      g_free (text);
    }
  ask (relation, "foo", 443);
  lb_fixture_run (fixture, expect_empty_answer, NULL);
  lb_fixture_run (fixture, answer, NULL);
  assert_answer (relation, "foo", "10.0.0.9", "h443");
}

/* From hook to hook ------------------------------------------------------------------------------------------------ */

#define STATE_KEY "reactive_interfaces.lb-consumers.known_requests"

static char *
get_row_key (const char *key)
{
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_MD5, key, -1);

  return g_strconcat (STATE_KEY ".", digest, NULL);
}

/* The state says something else of the same text, which is believed: nothing was read again. */
static void
test_nothing_that_is_unchanged_is_read_twice (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  g_autofree char *key = get_row_key ("lb-consumers:1 foo");
  g_autofree char *row = unit_fixture_get_row (fixture, key);
  g_autoptr (ReactiveJson) rows = NULL;
  g_autofree char *hash = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree char *other = NULL;

  g_assert_nonnull (row);
  rows = reactive_json_parse (row, -1, REACTIVE_JSON_STRICT, NULL);
  hash = g_strdup (reactive_json_get_string (reactive_json_get_element (reactive_json_get_element (rows, 0), 1), NULL));
  g_assert_cmpuint (strlen (hash), ==, 32);
  /* As answered and as read: the latter is to differ. */
  parts = g_strsplit (row, hash, 3);
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  other = g_strconcat (parts[0], hash, parts[1], "other", parts[2], NULL);
  unit_fixture_set_row (fixture, key, other);
  assert_requests (fixture, "all=1foo new=1foo removed changed");
  unit_fixture_assert_row (fixture, key, other);

  ask (relation, "foo", 443);
  unit_fixture_run_well (fixture, "update-status");
  ask (relation, "foo", 80);
  assert_requests (fixture, "all=1foo new removed -");
  unit_fixture_assert_row (fixture, key, row);
}

static void
test_an_unchanged_hook_sends_nothing (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  g_autofree char *key = get_row_key ("lb-consumers:1 foo");
  g_autofree char *row = unit_fixture_get_row (fixture, key);

  lb_fixture_change (fixture, relation);
  unit_fixture_run_well (fixture, "update-status");
  lb_fixture_assert_nothing_sent (fixture);
  unit_fixture_assert_row (fixture, key, row);
}

static void
test_a_state_that_is_none_is_not_there (UnitFixture *fixture, gconstpointer data)
{
  static const char *const rows[]
      = { "5", "[]", "[1, 2, 3, 4, 5]", "[[1, 2, 3, 4, 5]]", "{", "{\"a\": 1}", "[null]", "[[]]", "\"x\"" };
  g_autofree char *key = get_row_key ("lb-consumers:1 foo");

  relate_and_answer (fixture, "foo");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      unit_fixture_set_row (fixture, key, rows[i]);
      assert_requests (fixture, "all=1foo new removed -");
      unit_fixture_set_row (fixture, STATE_KEY, rows[i]);
      assert_requests (fixture, "all=1foo new removed -");
    }
  unit_fixture_set_row (fixture, STATE_KEY, "[\"\", \"no-blank\", 5, \"lb-consumers:1 foo\", \"lb-consumers:1 foo\"]");
  assert_requests (fixture, "all=1foo new removed -");
}

static void
test_ten_thousand_requests_are_answered (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");
  guint n_requests = lb_fixture_is_slow () ? 100 : 10000;

  for (guint i = 0; i < n_requests; i++)
    {
      g_autofree char *name = g_strdup_printf ("request-%05u", i);

      ask (relation, name, i);
    }
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  lb_fixture_run (fixture, answer, NULL);
  lb_fixture_assert_flags (fixture, "joined");
  assert_answer (relation, "request-00099", "10.0.0.9", "h99");
  g_assert_cmpuint (g_hash_table_size (relation->own_app), ==, n_requests + 1);

  g_hash_table_remove_all (relation->received_app);
  fake_databag_set (relation->received_app, "version", "1");
  lb_fixture_run (fixture, forget_removed, NULL);
  lb_fixture_assert_flags (fixture, "joined");
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_row (fixture, STATE_KEY, NULL);
}

static gboolean
revoke_and_look (ReactiveUnit *unit, GError **error)
{
  g_assert_true (reactive_is_flag_set (unit, "lb-consumers.requests_changed"));
  g_assert_true (revoke_present (unit, error));
  g_assert_false (lb_consumers_is_changed (get_consumers (unit)));

  return TRUE;
}

/* As in Python, where only an answer clears it at once. */
static void
test_revoking_what_was_new_leaves_the_flag_to_the_next_hook (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  ask (relation, "foo", 80);
  lb_fixture_run (fixture, revoke_and_look, NULL);
  unit_fixture_run_well (fixture, "update-status");
  lb_fixture_assert_flags (fixture, "joined");
}

/* Python ----------------------------------------------------------------------------------------------------------- */

#define PYTHON_ROW "reactive_ops.CharmBase/LBConsumers[lb-consumers]/StoredStateData[state]"

static void
set_python_state (UnitFixture *fixture, const char *known_requests)
{
  g_autofree char *text = g_strdup_printf ("{\"known_requests\": {%s}}", known_requests);

  unit_fixture_set_row (fixture, PYTHON_ROW, text);
}

/* The hash that a request was answered at; NULL for one that was not. */
static char *
get_answered_by_python (UnitFixture *fixture, const char *id)
{
  g_autofree char *text = unit_fixture_get_row (fixture, PYTHON_ROW);
  g_autoptr (ReactiveJson) state = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL);
  const ReactiveJson *hash = reactive_json_get_member (reactive_json_get_member (state, "known_requests"), id);

  g_assert_nonnull (hash);

  return g_strdup (reactive_json_get_string (hash, NULL));
}

/* What is answered here is so there, too, and the other way round. */
static void
test_python_answers_for_the_unit (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");
  g_autofree char *hash = NULL;
  g_autofree char *known = NULL;

  g_free (get_answered_by_python (fixture, "id-foo"));
  set_python_state (fixture, "\"id-gone\": \"00\", \"id-bar\": null");
  assert_requests (fixture, "all=1foo new=1foo removed=id-bar,id-gone changed");
  ask (relation, "bar", 80);
  assert_requests (fixture, "all=1bar,1foo new=1bar,1foo removed=id-gone changed");
  lb_fixture_run (fixture, answer, NULL);
  lb_fixture_run (fixture, revoke_removed, NULL);
  assert_requests (fixture, "all=1bar,1foo new removed -");

  /* Python, which answered one and has not seen the other, on a unit that has nothing of ours. */
  hash = get_answered_by_python (fixture, "id-foo");
  known = g_strdup_printf ("\"id-foo\": \"%s\"", hash);
  unit_fixture_set_row (fixture, STATE_KEY, "[]");
  set_python_state (fixture, known);
  assert_requests (fixture, "all=1bar,1foo new=1bar removed changed");
}

static void
test_python_lets_followers_read (UnitFixture *fixture, gconstpointer data)
{
  ask (lb_fixture_relate (fixture, "lb-consumers:1", "web"), "foo", 80);
  fixture->model->is_leader = FALSE;
  unit_fixture_set_row (fixture, PYTHON_ROW, "{\"known_requests\": {}, \"follower_can_read_requests\": true}");
  assert_requests (fixture, "all=1foo new=1foo removed changed");
  lb_fixture_run (fixture, mark_seen, NULL);
  assert_requests (fixture, "all=1foo new removed -");
  g_free (get_answered_by_python (fixture, "id-foo"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("L3-a-follower-removes-nothing", test_l3_a_follower_removes_nothing);
  ADD_TEST ("a-follower-reads-when-it-may", test_a_follower_reads_when_it_may);
  ADD_TEST ("L18-a-follower-can-note-what-it-has-seen", test_l18_a_follower_can_note_what_it_has_seen);
  ADD_TEST ("L19-L20-a-follower-answers-nothing-and-takes-nothing-back",
            test_l19_l20_a_follower_answers_nothing_and_takes_nothing_back);
  ADD_TEST ("L8-L10-one-bad-request-costs-that-request", test_l8_l10_one_bad_request_costs_that_request);
  ADD_TEST ("L8-an-id-is-a-text", test_l8_an_id_is_a_text);
  ADD_TEST ("L8-an-odd-name-is-told-in-one-line", test_l8_an_odd_name_is_told_in_one_line);
  ADD_TEST ("L8-the-log-is-told-of-so-many", test_l8_the_log_is_told_of_so_many);
  ADD_TEST ("L11-an-own-answer-that-cannot-be-read-hides-nothing",
            test_l11_an_own_answer_that_cannot_be_read_hides_nothing);
  ADD_TEST ("nothing-that-is-unchanged-is-read-twice", test_nothing_that_is_unchanged_is_read_twice);
  ADD_TEST ("an-unchanged-hook-sends-nothing", test_an_unchanged_hook_sends_nothing);
  ADD_TEST ("a-state-that-is-none-is-not-there", test_a_state_that_is_none_is_not_there);
  ADD_TEST ("ten-thousand-requests-are-answered", test_ten_thousand_requests_are_answered);
  ADD_TEST ("revoking-what-was-new-leaves-the-flag-to-the-next-hook",
            test_revoking_what_was_new_leaves_the_flag_to_the_next_hook);
  ADD_TEST ("python/answers-for-the-unit", test_python_answers_for_the_unit);
  ADD_TEST ("python/lets-followers-read", test_python_lets_followers_read);

  return g_test_run ();
}
