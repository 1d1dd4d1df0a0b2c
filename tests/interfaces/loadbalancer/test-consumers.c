/* SPDX-License-Identifier: Apache-2.0 */
#include "consumers-fixture.h"

/* Requests --------------------------------------------------------------------------------------------------------- */

static gboolean
ask_for_endpoints (ReactiveUnit *unit, GError **error)
{
  g_assert_nonnull (lb_consumers (unit, "lb-consumers"));
  g_assert_true (lb_consumers (unit, "lb-consumers") == lb_consumers (unit, "lb-consumers"));
  g_assert_null (lb_consumers (unit, "nothing"));
  g_assert_null (lb_consumers (unit, "web"));
  g_assert_null (lb_consumers (unit, "upstream"));

  return TRUE;
}

static void
test_they_are_found_by_name (UnitFixture *fixture, gconstpointer data)
{
  lb_fixture_run (fixture, ask_for_endpoints, NULL);
}

static void
test_without_a_relation_there_is_nothing (UnitFixture *fixture, gconstpointer data)
{
  assert_requests (fixture, "all new removed -");
  lb_fixture_run (fixture, forget_removed, NULL);
  lb_fixture_assert_flags (fixture, "");
  lb_fixture_assert_nothing_sent (fixture);
}

static void
test_a_request_raises_flag_and_event_until_it_is_answered (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  unit_fixture_add_module (fixture, "app", &event_module);
  relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");
  lb_fixture_assert_flags (fixture, "joined");
  unit_fixture_assert_notes (fixture, "");

  ask (relation, "foo", 80);
  ask (relation, "bar", 80);
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  unit_fixture_assert_notes (fixture, EVENT);
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, EVENT);
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_notes (fixture, "");
  assert_requests (fixture, "all=1bar,1foo new=1bar,1foo removed changed");

  lb_fixture_run (fixture, answer, "foo");
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  assert_requests (fixture, "all=1bar,1foo new=1bar removed changed");
  lb_fixture_run (fixture, answer, "bar");
  lb_fixture_assert_flags (fixture, "joined");
  assert_requests (fixture, "all=1bar,1foo new removed -");
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "");

  ask (relation, "foo", 443);
  assert_requests (fixture, "all=1bar,1foo new=1foo removed changed");
}

static gboolean
note_names (ReactiveUnit *unit, GError **error)
{
  static const char *const names[] = { "connected", "requests_changed" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *short_name = g_strconcat ("lb-consumers.", names[i], NULL);
      g_autofree char *long_name = g_strconcat ("endpoint.lb-consumers.", names[i], NULL);

      g_assert_cmpint (reactive_is_flag_set (unit, short_name), ==, reactive_is_flag_set (unit, long_name));
      note (unit, reactive_is_flag_set (unit, long_name) ? names[i] : "-");
    }

  return TRUE;
}

static void
test_the_flags_have_other_names (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  lb_fixture_run (fixture, note_names, NULL);
  unit_fixture_assert_notes (fixture, "connected -");
  ask (relation, "foo", 80);
  lb_fixture_run (fixture, note_names, NULL);
  unit_fixture_assert_notes (fixture, "connected requests_changed");
}

static void
test_requests_come_by_relation_and_name (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *tenth = lb_fixture_relate (fixture, "lb-consumers:10", "ten");
  FakeRelation *second = lb_fixture_relate (fixture, "lb-consumers:2", "two");

  ask (tenth, "a", 80);
  ask (second, "b", 80);
  ask (second, "B", 80);
  assert_requests (fixture, "all=2B,2b,10a new=2B,2b,10a removed changed");
}

static gboolean
note_backends (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (get_consumers (unit));

  for (guint i = 0; i < requests->len; i++)
    {
      g_autofree const char **backends = lb_request_get_backends (g_ptr_array_index (requests, i));
      g_autofree char *all = g_strjoinv (",", (char **) backends);

      note (unit, all);
    }

  return TRUE;
}

static void
test_the_units_are_the_backends_where_none_are_named (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  fake_databag_set (fake_relation_add_unit (relation, "web/2"), "ingress-address", "10.1.0.2");
  fake_databag_set (fake_relation_add_unit (relation, "web/10"), "ingress-address", "10.1.0.10");
  fake_relation_add_unit (relation, "web/3");
  ask (relation, "foo", 80);
  ask_with (relation, "named", "id", 80, "[\"10.9.9.9\"]");
  lb_fixture_run (fixture, note_backends, NULL);
  unit_fixture_assert_notes (fixture, "10.1.0.0,10.1.0.10,10.1.0.2 10.9.9.9");

  lb_fixture_run (fixture, answer, NULL);
  fake_databag_set (fake_relation_add_unit (relation, "web/2"), "ingress-address", "10.1.0.22");
  assert_requests (fixture, "all=1foo,1named new=1foo removed changed");
}

static void
test_l21_a_unit_that_leaves_raises_requests_changed (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  unit_fixture_add_module (fixture, "app", &event_module);
  fake_relation_remove_unit (relation, "web/0");
  lb_fixture_run_hook (fixture, "departed", "lb-consumers:1", "web/0", NULL);
  lb_fixture_assert_flags (fixture, "requests_changed");
  unit_fixture_assert_notes (fixture, EVENT);
  assert_requests (fixture, "all=1foo new=1foo removed changed");
}

static void
test_l1_l21_a_consumer_that_leaves_has_its_requests_removed (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  unit_fixture_add_module (fixture, "app", &event_module);
  lb_fixture_break (fixture, relation, note_requests);
  unit_fixture_assert_notes (fixture, EVENT " all new removed=1foo changed");
  lb_fixture_assert_flags (fixture, "requests_changed");
  lb_fixture_assert_nothing_sent (fixture);
  assert_requests (fixture, "all new removed=1foo changed");
  lb_fixture_run (fixture, forget_removed, NULL);
  lb_fixture_assert_flags (fixture, "");
  assert_requests (fixture, "all new removed -");
}

static gboolean
revoke_and_forget (ReactiveUnit *unit, GError **error)
{
  g_assert_true (revoke_removed (unit, error));

  return forget_removed (unit, error);
}

static void
test_nothing_is_written_in_broken (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  lb_fixture_break (fixture, relation, revoke_and_forget);
  lb_fixture_assert_nothing_sent (fixture);
  lb_fixture_assert_flags (fixture, "");
}

static void
test_l15_requests_of_a_version_that_is_none_are_not_removed (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  for (guint i = 0; lb_fixture_bad_versions[i] != NULL; i++)
    {
      fake_databag_set (relation->received_app, "version", lb_fixture_bad_versions[i]);
      lb_fixture_change (fixture, relation);
      lb_fixture_assert_flags (fixture, "joined");
      lb_fixture_assert_warned (fixture, 1, "lb-consumers:1: version: not a version");
    }
  fake_databag_set (relation->received_app, "version", NULL);
  assert_requests (fixture, "all new removed -");
  lb_fixture_assert_warned (fixture, 0, NULL);
  for (guint i = 0; lb_fixture_good_versions[i] != NULL; i++)
    {
      fake_databag_set (relation->received_app, "version", lb_fixture_good_versions[i]);
      assert_requests (fixture, "all=1foo new removed -");
    }
  lb_fixture_assert_warned (fixture, 0, NULL);
  assert_answer (relation, "foo", "10.0.0.9", "h80");
}

static void
test_l38_the_version_is_said_once (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  unit_fixture_assert_journal (fixture, "relation-set", "relation-set lb-consumers:1 app {\"version\": \"1\"}");
  lb_fixture_change (fixture, relation);
  unit_fixture_run_well (fixture, "update-status");
  lb_fixture_assert_nothing_sent (fixture);
}

/* Answers ---------------------------------------------------------------------------------------------------------- */

static void
test_an_answer_says_what_it_answers (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  fake_databag_assert (relation->own_app,
                       "{\"response_foo\": \"{\\\"address\\\": \\\"10.0.0.9\\\", \\\"error\\\": null, "
                       "\\\"error_fields\\\": {}, \\\"error_message\\\": null, \\\"received_hash\\\": \\\"h80\\\"}\", "
                       "\"version\": \"1\"}");
}

static gboolean
answer_badly (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (get_consumers (unit));
  LBRequest *request = g_ptr_array_index (requests, 0);
  g_autoptr (GError) problem = NULL;

  g_assert_false (lb_consumers_send_response (get_consumers (unit), request, &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_true (g_str_has_prefix (problem->message, "lb-consumers:1: response_foo: "));
  g_clear_error (&problem);

  lb_response_set_error (lb_request_get_response (request), LB_ERROR_TYPE_UNSUPPORTED);
  lb_response_set_error_field (lb_request_get_response (request), "hc[0].port", "no");
  lb_response_set_error_field (lb_request_get_response (request), "colour", "no");
  g_assert_false (lb_consumers_send_response (get_consumers (unit), request, &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_nonnull (strstr (problem->message, "colour"));
  g_assert_null (strstr (problem->message, "hc["));

  return TRUE;
}

static void
test_an_answer_that_is_not_right_is_not_sent (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  ask (relation, "foo", 80);
  lb_fixture_run (fixture, answer_badly, NULL);
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  assert_requests (fixture, "all=1foo new=1foo removed changed");
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (get_consumers (unit));
  LBResponse *response = lb_request_get_response (g_ptr_array_index (requests, 0));

  lb_response_set_error (response, LB_ERROR_TYPE_PROVIDER);
  lb_response_set_error_message (response, "no more addresses");

  return lb_consumers_send_response (get_consumers (unit), g_ptr_array_index (requests, 0), error);
}

static gboolean
succeed (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (get_consumers (unit));
  LBResponse *response = lb_request_get_response (g_ptr_array_index (requests, 0));

  /* What was answered is gone on from. */
  g_assert_cmpstr (lb_response_get_error_message (response), ==, "no more addresses");
  lb_response_set_address (response, "10.0.0.8");
  g_assert_true (lb_response_is_success (response));

  return lb_consumers_send_response (get_consumers (unit), g_ptr_array_index (requests, 0), error);
}

static void
test_l7_an_address_takes_back_an_error (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");
  g_autofree char *message = NULL;
  g_autofree char *type = NULL;

  ask (relation, "foo", 80);
  lb_fixture_run (fixture, fail, NULL);
  type = lb_fixture_get_member (relation->own_app, "response_foo", "error");
  g_assert_cmpstr (type, ==, "provider_error");
  lb_fixture_run (fixture, succeed, NULL);
  assert_answer (relation, "foo", "10.0.0.8", "h80");
  message = lb_fixture_get_member (relation->own_app, "response_foo", "error_message");
  g_assert_null (message);
}

static void
test_l6_an_answer_to_another_request_is_not_gone_on_from (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  ask_with (relation, "foo", "another", 443, "[]");
  lb_fixture_run (fixture, expect_empty_answer, NULL);
  assert_answer (relation, "foo", "10.0.0.9", "h80");
}

static void
test_l5_an_answer_goes_with_its_request (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  ask (relation, "bar", 80);
  lb_fixture_run (fixture, answer, NULL);
  say (relation, "foo", NULL);
  lb_fixture_change (fixture, relation);
  g_assert_null (g_hash_table_lookup (relation->own_app, "response_foo"));
  assert_answer (relation, "bar", "10.0.0.9", "h80");
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  assert_requests (fixture, "all=1bar new removed=1foo changed");
}

/* A consumer that cannot be heard may still ask for it. */
static void
test_l5_an_answer_stays_while_its_request_cannot_be_read (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  say (relation, "foo", "{");
  lb_fixture_change (fixture, relation);
  assert_answer (relation, "foo", "10.0.0.9", "h80");
  say (relation, "foo", NULL);
  fake_databag_set (relation->received_app, "version", "junk");
  lb_fixture_change (fixture, relation);
  assert_answer (relation, "foo", "10.0.0.9", "h80");
}

static void
test_removed_requests_are_listed_until_forgotten (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  say (relation, "foo", NULL);
  ask (relation, "bar", 80);
  assert_requests (fixture, "all=1bar new=1bar removed=1foo changed");
  lb_fixture_run (fixture, forget_removed, NULL);
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  assert_requests (fixture, "all=1bar new=1bar removed changed");
  lb_fixture_run (fixture, answer, NULL);
  say (relation, "bar", NULL);
  ask (relation, "zoo", 80);
  /* Not only what is new counts. */
  lb_fixture_run (fixture, answer, NULL);
  lb_fixture_assert_flags (fixture, "joined requests_changed");
  lb_fixture_run (fixture, forget_removed, NULL);
  lb_fixture_assert_flags (fixture, "joined");
  assert_requests (fixture, "all=1zoo new removed -");
}

static gboolean
read_removed (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) removed = lb_consumers_get_removed_requests (get_consumers (unit));
  LBRequest *request = g_ptr_array_index (removed, 0);

  g_assert_cmpuint (removed->len, ==, 1);
  g_assert_cmpstr (lb_request_get_name (request), ==, "foo");
  g_assert_cmpstr (lb_request_get_id (request), ==, "id-foo");
  g_assert_cmpstr (lb_request_get_relation_id (request), ==, "lb-consumers:1");
  g_assert_cmpint (lb_request_get_protocol (request), ==, LB_PROTOCOL_NONE);

  return TRUE;
}

static void
test_revoking_forgets_a_removed_request (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  say (relation, "foo", NULL);
  lb_fixture_run (fixture, read_removed, NULL);
  lb_fixture_run (fixture, revoke_removed, NULL);
  assert_requests (fixture, "all new removed -");
  lb_fixture_assert_flags (fixture, "joined");
}

static void
test_l4_a_request_whose_answer_was_taken_back_is_new_when_it_changes (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  lb_fixture_run (fixture, revoke_present, NULL);
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
  assert_requests (fixture, "all=1foo new removed -");
  assert_requests (fixture, "all=1foo new removed -");
  lb_fixture_assert_flags (fixture, "joined");
  ask (relation, "foo", 443);
  assert_requests (fixture, "all=1foo new=1foo removed changed");

  /* It need not have been answered. */
  lb_fixture_run (fixture, revoke_present, NULL);
  assert_requests (fixture, "all=1foo new removed -");
}

static void
test_l22_requests_of_one_id_are_two (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *first = lb_fixture_relate (fixture, "lb-consumers:1", "web");
  FakeRelation *second = lb_fixture_relate (fixture, "lb-consumers:2", "other");

  ask_with (first, "bar", "same", 443, "[]");
  ask_with (first, "foo", "same", 80, "[]");
  ask_with (second, "foo", "same", 8080, "[]");
  lb_fixture_run (fixture, answer, NULL);
  assert_requests (fixture, "all=1bar,1foo,2foo new removed -");
  assert_answer (first, "foo", "10.0.0.9", "h80");
  assert_answer (second, "foo", "10.0.0.9", "h8080");
  say (first, "foo", NULL);
  assert_requests (fixture, "all=1bar,2foo new removed=1foo changed");
}

static void
test_l22_a_name_may_be_used_again (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  ask_with (relation, "foo", "another", 80, "[]");
  assert_requests (fixture, "all=1foo new=1foo removed=1foo changed");
  lb_fixture_run (fixture, answer, NULL);
  assert_requests (fixture, "all=1foo new removed=1foo changed");
  lb_fixture_run (fixture, revoke_removed, NULL);
  assert_requests (fixture, "all=1foo new removed -");
  assert_answer (relation, "foo", "10.0.0.9", "h80");
}

static void
test_l23_a_request_is_answered_where_it_was_found (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  say (relation, "foo",
       "{\"id\": \"i\", \"name\": \"bar\", \"port_mapping\": {}, \"protocol\": \"tcp\", \"sent_hash\": \"h1\"}");
  lb_fixture_run (fixture, answer, NULL);
  assert_answer (relation, "bar", NULL, NULL);
  assert_answer (relation, "foo", "10.0.0.9", "h1");
}

static gboolean
edit_and_answer (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (get_consumers (unit));
  static const char *const backends[] = { "127.0.0.1", NULL };
  LBRequest *request = g_ptr_array_index (requests, 0);

  lb_request_clear_ports (request);
  lb_request_map_port (request, /* ingress= */ 1, /* backend= */ 1);
  lb_request_set_backends (request, backends);
  lb_response_set_address (lb_request_get_response (request), "10.0.0.9");
  g_assert_true (lb_consumers_send_response (get_consumers (unit), request, error));
  g_assert_false (lb_consumers_is_changed (get_consumers (unit)));

  return TRUE;
}

static void
test_l24_a_request_that_was_edited_is_not_new (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  ask (relation, "foo", 80);
  lb_fixture_run (fixture, edit_and_answer, NULL);
  assert_requests (fixture, "all=1foo new removed -");
  assert_answer (relation, "foo", "10.0.0.9", "h80");
}

static void
test_l25_reading_is_not_dealing_with (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  ask (relation, "foo", 80);
  assert_requests (fixture, "all=1foo new=1foo removed changed");
  assert_requests (fixture, "all=1foo new=1foo removed changed");
  /* It was seen, and so it can be missed. */
  say (relation, "foo", NULL);
  assert_requests (fixture, "all new removed=1foo changed");
}

static void
test_the_older_dialect_is_answered_in_it (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");
  g_autoptr (ReactiveJson) answer_json = NULL;
  g_autofree char *address = NULL;

  say (relation, "foo", "{\"traffic_type\": \"tcp\", \"backend_ports\": [6443], \"ingress_ports\": [443]}");
  assert_requests (fixture, "all=1foo new=1foo removed changed");
  lb_fixture_run (fixture, answer, NULL);
  answer_json
      = reactive_json_parse (g_hash_table_lookup (relation->own_app, "response_foo"), -1, REACTIVE_JSON_STRICT, NULL);
  g_assert_cmpuint (reactive_json_get_length (answer_json), ==, 4);
  g_assert_true (reactive_json_get_boolean (reactive_json_get_member (answer_json, "success")));
  address = lb_fixture_get_member (relation->own_app, "response_foo", "address");
  g_assert_cmpstr (address, ==, "10.0.0.9");
  assert_requests (fixture, "all=1foo new removed -");

  say (relation, "foo", "{\"traffic_type\": \"tcp\", \"backend_ports\": [6443], \"ingress_ports\": [444]}");
  assert_requests (fixture, "all=1foo new=1foo removed changed");
  lb_fixture_assert_warned (fixture, 0, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("they-are-found-by-name", test_they_are_found_by_name);
  ADD_TEST ("without-a-relation-there-is-nothing", test_without_a_relation_there_is_nothing);
  ADD_TEST ("a-request-raises-flag-and-event-until-it-is-answered",
            test_a_request_raises_flag_and_event_until_it_is_answered);
  ADD_TEST ("the-flags-have-other-names", test_the_flags_have_other_names);
  ADD_TEST ("requests-come-by-relation-and-name", test_requests_come_by_relation_and_name);
  ADD_TEST ("the-units-are-the-backends-where-none-are-named", test_the_units_are_the_backends_where_none_are_named);
  ADD_TEST ("L21-a-unit-that-leaves-raises-requests-changed", test_l21_a_unit_that_leaves_raises_requests_changed);
  ADD_TEST ("L1-L21-a-consumer-that-leaves-has-its-requests-removed",
            test_l1_l21_a_consumer_that_leaves_has_its_requests_removed);
  ADD_TEST ("nothing-is-written-in-broken", test_nothing_is_written_in_broken);
  ADD_TEST ("L15-requests-of-a-version-that-is-none-are-not-removed",
            test_l15_requests_of_a_version_that_is_none_are_not_removed);
  ADD_TEST ("L38-the-version-is-said-once", test_l38_the_version_is_said_once);
  ADD_TEST ("an-answer-says-what-it-answers", test_an_answer_says_what_it_answers);
  ADD_TEST ("an-answer-that-is-not-right-is-not-sent", test_an_answer_that_is_not_right_is_not_sent);
  ADD_TEST ("L7-an-address-takes-back-an-error", test_l7_an_address_takes_back_an_error);
  ADD_TEST ("L6-an-answer-to-another-request-is-not-gone-on-from",
            test_l6_an_answer_to_another_request_is_not_gone_on_from);
  ADD_TEST ("L5-an-answer-goes-with-its-request", test_l5_an_answer_goes_with_its_request);
  ADD_TEST ("L5-an-answer-stays-while-its-request-cannot-be-read",
            test_l5_an_answer_stays_while_its_request_cannot_be_read);
  ADD_TEST ("removed-requests-are-listed-until-forgotten", test_removed_requests_are_listed_until_forgotten);
  ADD_TEST ("revoking-forgets-a-removed-request", test_revoking_forgets_a_removed_request);
  ADD_TEST ("L4-a-request-whose-answer-was-taken-back-is-new-when-it-changes",
            test_l4_a_request_whose_answer_was_taken_back_is_new_when_it_changes);
  ADD_TEST ("L22-requests-of-one-id-are-two", test_l22_requests_of_one_id_are_two);
  ADD_TEST ("L22-a-name-may-be-used-again", test_l22_a_name_may_be_used_again);
  ADD_TEST ("L23-a-request-is-answered-where-it-was-found", test_l23_a_request_is_answered_where_it_was_found);
  ADD_TEST ("L24-a-request-that-was-edited-is-not-new", test_l24_a_request_that_was_edited_is_not_new);
  ADD_TEST ("L25-reading-is-not-dealing-with", test_l25_reading_is_not_dealing_with);
  ADD_TEST ("the-older-dialect-is-answered-in-it", test_the_older_dialect_is_answered_in_it);

  return g_test_run ();
}
