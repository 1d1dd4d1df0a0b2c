/* SPDX-License-Identifier: Apache-2.0 */
#include "provider-fixture.h"

/* Availability ----------------------------------------------------------------------------------------------------- */

static gboolean
ask_for_endpoints (ReactiveUnit *unit, GError **error)
{
  g_assert_nonnull (lb_provider (unit, "lb-provider"));
  g_assert_true (lb_provider (unit, "lb-provider") == lb_provider (unit, "lb-provider"));
  g_assert_null (lb_provider (unit, "nothing"));
  g_assert_null (lb_provider (unit, "web"));
  g_assert_null (lb_provider (unit, "downstream"));

  return TRUE;
}

static void
test_it_is_found_by_name (UnitFixture *fixture, gconstpointer data)
{
  lb_fixture_run (fixture, ask_for_endpoints, NULL);
}

static gboolean
use_without_relation (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = get_provider (unit);
  g_autoptr (GError) problem = NULL;

  g_assert_null (lb_provider_get_response (provider, "foo"));
  g_assert_null (lb_provider_get_request (provider, "foo", &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_cmpstr (problem->message, ==, "lb-provider: no provider is available");
  g_assert_null (lb_provider_get_request (provider, "foo", NULL));
  g_assert_true (lb_provider_remove_request (provider, "foo", error));
  g_assert_true (lb_provider_ack_all (provider, error));

  return TRUE;
}

static void
test_without_a_relation_there_is_nothing (UnitFixture *fixture, gconstpointer data)
{
  lb_fixture_run (fixture, use_without_relation, NULL);
  assert_standing (fixture, "- - - -");
  assert_answers (fixture, "all complete new revoked");
  lb_fixture_run (fixture, note_requests, NULL);
  unit_fixture_assert_notes (fixture, "requests");
  lb_fixture_assert_flags (fixture, "");
  lb_fixture_assert_nothing_sent (fixture);
}

static void
test_it_is_available_once_it_says_its_version (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = fake_model_add_relation (fixture->model, "lb-provider:1", "lb");

  unit_fixture_add_module (fixture, "app", &event_module);
  lb_fixture_run_hook (fixture, "created", "lb-provider:1", "lb", NULL);
  lb_fixture_assert_flags (fixture, "");
  fake_relation_add_unit (relation, "lb/0");
  lb_fixture_run_hook (fixture, "joined", "lb-provider:1", "lb/0", NULL);
  lb_fixture_assert_flags (fixture, "joined");
  unit_fixture_assert_notes (fixture, "");

  fake_databag_set (relation->received_app, "version", "1");
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "available joined");
  unit_fixture_assert_notes (fixture, "available");
  lb_fixture_assert_warned (fixture, 0, NULL);

  lb_fixture_change (fixture, relation);
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_notes (fixture, "");
  assert_standing (fixture, "available can-request - -");
}

static void
test_l15_a_version_that_is_none (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  lb_fixture_assert_warned (fixture, 0, NULL);
  for (guint i = 0; lb_fixture_bad_versions[i] != NULL; i++)
    {
      fake_databag_set (relation->received_app, "version", lb_fixture_bad_versions[i]);
      lb_fixture_change (fixture, relation);
      lb_fixture_assert_flags (fixture, "joined");
      lb_fixture_assert_warned (fixture, 1, "lb-provider:1: version: not a version");
    }
  assert_standing (fixture, "- - - -");
  lb_fixture_assert_warned (fixture, 1, "lb-provider:1: version: not a version");
}

static void
test_l15_a_version_that_is_not_there (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  fake_databag_set (relation->received_app, "version", NULL);
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_flags (fixture, "joined");
  lb_fixture_assert_warned (fixture, 0, NULL);
}

static void
test_l15_a_version_in_other_spellings (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = fake_model_add_relation (fixture->model, "lb-provider:1", "lb");

  for (guint i = 0; lb_fixture_good_versions[i] != NULL; i++)
    {
      fake_databag_set (relation->received_app, "version", lb_fixture_good_versions[i]);
      lb_fixture_change (fixture, relation);
      lb_fixture_assert_flags (fixture, "available");
      fake_databag_set (relation->received_app, "version", NULL);
      lb_fixture_change (fixture, relation);
      lb_fixture_assert_flags (fixture, "");
    }
  lb_fixture_assert_warned (fixture, 0, NULL);
}

static void
test_l38_the_version_is_said_once (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  unit_fixture_assert_journal (fixture, "relation-set", "relation-set lb-provider:1 app {\"version\": \"1\"}");
  lb_fixture_change (fixture, relation);
  lb_fixture_assert_nothing_sent (fixture);
  fake_databag_set (relation->own_app, "version", "0");
  unit_fixture_run_well (fixture, "update-status");
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
}

static void
test_a_follower_says_no_version (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = FALSE;
  lb_fixture_relate (fixture, "lb-provider:1", "lb");
  lb_fixture_assert_nothing_sent (fixture);
  assert_standing (fixture, "available - - -");
}

static gboolean
note_names (ReactiveUnit *unit, GError **error)
{
  static const char *const names[]
      = { "connected", "available", "response.available", "response.changed", "responses_changed" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *short_name = g_strconcat ("lb-provider.", names[i], NULL);
      g_autofree char *long_name = g_strconcat ("endpoint.lb-provider.", names[i], NULL);

      g_assert_cmpint (reactive_is_flag_set (unit, short_name), ==, reactive_is_flag_set (unit, long_name));
      note (unit, reactive_is_flag_set (unit, long_name) ? names[i] : "-");
    }

  return TRUE;
}

static void
test_the_flags_have_other_names (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  lb_fixture_run (fixture, note_names, NULL);
  unit_fixture_assert_notes (fixture, "connected available - - -");
  lb_fixture_run (fixture, send_all, "foo");
  answer (relation, "foo", "10.0.0.9");
  lb_fixture_run (fixture, note_names, NULL);
  unit_fixture_assert_notes (fixture, "connected available response.available response.changed responses_changed");
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_run (fixture, note_names, NULL);
  unit_fixture_assert_notes (fixture, "connected available response.available - -");
}

static void
test_l1_a_relation_that_breaks_is_gone (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  unit_fixture_add_module (fixture, "app", &event_module);
  fake_relation_remove_unit (relation, "lb/0");
  lb_fixture_run_hook (fixture, "departed", "lb-provider:1", "lb/0", NULL);
  lb_fixture_assert_flags (fixture, "available response.available response.changed");
  lb_fixture_run (fixture, ack_all, NULL);
  g_free (fake_model_take_journal (fixture->model, ""));
  unit_fixture_assert_notes (fixture, "response_changed");

  lb_fixture_break (fixture, relation, note_standing);
  unit_fixture_assert_notes (fixture, "response_changed - - - -");
  lb_fixture_assert_flags (fixture, "");
  lb_fixture_assert_nothing_sent (fixture);
}

static void
test_nothing_is_written_in_broken (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  g_free (fake_model_take_journal (fixture->model, ""));
  fixture->row = "foo";
  lb_fixture_break (fixture, relation, remove_one);
  lb_fixture_assert_nothing_sent (fixture);
}

/* What was acknowledged was of another provider. */
static void
test_a_provider_that_comes_again_is_another (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_break (fixture, relation, NULL);
  unit_fixture_add_module (fixture, "app", &event_module);
  relation = relate_and_answer (fixture, "foo");
  unit_fixture_assert_notes (fixture, "available response_available response_changed");
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");
}

static void
test_l35_of_two_relations_the_lowest_is_asked (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *tenth = lb_fixture_relate (fixture, "lb-provider:10", "other");
  FakeRelation *second = lb_fixture_relate (fixture, "lb-provider:2", "lb");

  g_ptr_array_set_size (fixture->model->log, 0);
  lb_fixture_run (fixture, send_all, "foo");
  lb_fixture_assert_warned (fixture, 1, "lb-provider: more than one *; only lb-provider:2 is asked");
  g_assert_nonnull (g_hash_table_lookup (second->own_app, "request_foo"));
  fake_databag_assert (tenth->own_app, "{\"version\": \"1\"}");

  write_answer (tenth, "bar", "10.0.0.10", "x");
  answer (second, "foo", "10.0.0.9");
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");

  fake_databag_set (second->received_app, "version", "junk");
  assert_answers (fixture, "all=bar complete new revoked");
  fake_databag_set (second->received_app, "version", "1");
  lb_fixture_break (fixture, second, NULL);
  g_ptr_array_set_size (fixture->model->log, 0);
  assert_answers (fixture, "all=bar complete new revoked");
  lb_fixture_assert_warned (fixture, 0, NULL);
}

/* Answers ---------------------------------------------------------------------------------------------------------- */

static void
test_l2_the_events_come_when_they_occur (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation;

  unit_fixture_add_module (fixture, "app", &event_module);
  relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  lb_fixture_run (fixture, send_all, "bar foo");
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "available");

  answer (relation, "foo", "10.0.0.9");
  unit_fixture_run_well (fixture, "update-status");
  lb_fixture_assert_flags (fixture, "available joined response.available response.changed");
  unit_fixture_assert_notes (fixture, "");
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "response_available response_changed");
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "response_changed");
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "");

  answer (relation, "bar", "10.0.0.8");
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "response_changed");
}

static const ReactiveHandler older_event_handlers[] = { HANDLER (note_event, ON ("lb-provider.responses_changed")) };

static const ReactiveModule older_event_module = TEST_MODULE (HANDLERS (older_event_handlers));

static void
test_the_event_has_an_older_name (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &older_event_module);
  relate_and_answer (fixture, "foo");
  g_assert_cmpuint (fixture->notes->len, >, 0);
  g_assert_null (strchr (fixture->notes->str, ' '));
}

static gboolean
read_answer (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBResponse) response = lb_provider_get_response (get_provider (unit), "foo");
  g_autoptr (GPtrArray) fresh = lb_provider_get_new_responses (get_provider (unit));

  g_assert_nonnull (response);
  g_assert_true (lb_response_is_success (response));
  g_assert_cmpstr (lb_response_get_name (response), ==, "foo");
  g_assert_cmpstr (lb_response_get_address (response), ==, "10.0.0.9");
  g_assert_cmpuint (fresh->len, ==, 1);
  g_assert_cmpstr (lb_response_get_address (g_ptr_array_index (fresh, 0)), ==, "10.0.0.9");
  g_assert_null (lb_provider_get_response (get_provider (unit), "bar"));

  return TRUE;
}

static void
test_an_answer_can_be_read (UnitFixture *fixture, gconstpointer data)
{
  relate_and_answer (fixture, "foo");
  lb_fixture_run (fixture, read_answer, NULL);
  assert_standing (fixture, "available can-request has-response changed");
}

static gboolean
count_changed (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpint (lb_provider_is_changed (get_provider (unit)), ==, TRUE);
  g_assert_cmpint (lb_provider_has_response (get_provider (unit)), ==, TRUE);

  return TRUE;
}

static void
test_l36_is_changed_is_true_or_false (UnitFixture *fixture, gconstpointer data)
{
  relate_and_answer (fixture, "a b c");
  lb_fixture_run (fixture, count_changed, NULL);
}

static void
test_an_answer_to_an_earlier_request_is_not_complete (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "bar foo");

  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_run (fixture, send_to_other_port, "foo");
  assert_answers (fixture, "all=bar,foo complete=bar new revoked");
  lb_fixture_assert_flags (fixture, "available joined response.available");
  answer (relation, "foo", "10.0.0.9");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=foo revoked");
}

static void
test_the_next_first_answer_is_announced_again (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "foo");

  unit_fixture_add_module (fixture, "app", &event_module);
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_run (fixture, send_to_other_port, "foo");
  answer (relation, "foo", "10.0.0.9");
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "response_available response_changed");
}

static void
test_ack_response_acknowledges_that_one (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "bar foo");

  lb_fixture_run (fixture, ack_one, "foo");
  lb_fixture_assert_flags (fixture, "available joined response.available response.changed");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=bar revoked");
  lb_fixture_run (fixture, ack_one, "bar");
  lb_fixture_assert_flags (fixture, "available joined response.available");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new revoked");

  answer (relation, "bar", "10.0.0.8");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=bar revoked");
}

static void
check_revoked (UnitFixture *fixture, FakeRelation *relation)
{
  say (relation, "foo", NULL);
  assert_answers (fixture, "all complete new revoked");
  answer (relation, "foo", "10.0.0.9");
  lb_fixture_run (fixture, ack_all, NULL);

  say (relation, "foo", NULL);
  unit_fixture_add_module (fixture, "app", &event_module);
  lb_fixture_change (fixture, relation);
  unit_fixture_assert_notes (fixture, "response_changed");
  lb_fixture_assert_flags (fixture, "available joined response.changed");
  assert_answers (fixture, "all complete new revoked=foo");
  lb_fixture_run (fixture, ack_revoked, NULL);
  lb_fixture_assert_flags (fixture, "available joined");
  assert_answers (fixture, "all complete new revoked");
}

static void
test_an_answer_that_was_withdrawn_is_revoked (UnitFixture *fixture, gconstpointer data)
{
  check_revoked (fixture, relate_and_answer (fixture, "foo"));
}

static void
test_ack_all_acknowledges_what_was_withdrawn (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "bar foo");

  lb_fixture_run (fixture, ack_one, "foo");
  say (relation, "foo", NULL);
  assert_answers (fixture, "all=bar complete=bar new=bar revoked=foo");
  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_assert_flags (fixture, "available joined response.available");
  assert_answers (fixture, "all=bar complete=bar new revoked");
}

static gboolean
read_failure (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBResponse) response = lb_provider_get_response (get_provider (unit), "foo");

  g_assert_true (lb_response_is_valid (response));
  g_assert_false (lb_response_is_success (response));
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_PROVIDER);
  g_assert_cmpstr (lb_response_get_error_message (response), ==, "no more addresses");

  return TRUE;
}

static void
test_a_failure_is_an_answer (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  g_autofree char *hash = NULL;
  g_autofree char *text = NULL;

  lb_fixture_run (fixture, send_all, "foo");
  hash = get_sent_hash (relation, "foo");
  text = g_strdup_printf ("{\"error\": \"provider_error\", \"error_message\": \"no more addresses\", "
                          "\"received_hash\": \"%s\"}",
                          hash);
  say (relation, "foo", text);
  lb_fixture_run (fixture, read_failure, NULL);
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");
}

/* What the older dialect calls the hash of a request is its provider's own; where it is the one that was sent, the
 * answer is to that. */
static void
test_an_answer_in_the_older_dialect_is_understood (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  g_autofree char *hash = NULL;
  g_autofree char *text = NULL;

  lb_fixture_run (fixture, send_all, "foo");
  hash = get_sent_hash (relation, "foo");
  text = g_strdup_printf ("{\"address\": null, \"message\": \"no more addresses\", \"request_hash\": \"%s\", "
                          "\"success\": false}",
                          hash);
  say (relation, "foo", text);
  lb_fixture_run (fixture, read_failure, NULL);
  assert_answers (fixture, "all=foo complete=foo new=foo revoked");

  say (relation, "foo", "{\"address\": \"10.0.0.9\", \"message\": null, \"request_hash\": \"x\", \"success\": true}");
  lb_fixture_assert_warned (fixture, 0, NULL);
  assert_answers (fixture, "all=foo complete new revoked");
  lb_fixture_assert_warned (fixture, 1, "lb-provider:1: response_foo: in the older dialect*");
}

/* Requests --------------------------------------------------------------------------------------------------------- */

#define SENT_BEFORE_ID                                                                                                 \
  "{\"algorithm\": [\"round_robin\"], \"backends\": [\"10.1.0.1\"], \"health_checks\": [{\"interval\": 30, "           \
  "\"path\": \"/up\", \"port\": 8080, \"protocol\": \"http\", \"retries\": 3}], \"id\": \""
#define SENT_AFTER_ID                                                                                                  \
  "\", \"ingress_address\": null, \"name\": \"foo\", \"port_mapping\": {\"80\": 8080, \"443\": 8443}, "                \
  "\"protocol\": \"https\", \"public\": true, \"sent_hash\": "
#define SENT_AFTER_HASH ", \"sticky\": false, \"tls_cert\": null, \"tls_key\": null, \"tls_termination\": false}"

static gboolean
send_whole (ReactiveUnit *unit, GError **error)
{
  static const char *const algorithm[] = { "round_robin", NULL };
  static const char *const backends[] = { "10.1.0.1", NULL };
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), "foo", error);
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();

  lb_request_set_protocol (request, LB_PROTOCOL_HTTPS);
  lb_request_set_algorithm (request, algorithm);
  lb_request_set_backends (request, backends);
  lb_request_map_port (request, /* ingress= */ 443, /* backend= */ 8443);
  lb_request_map_port (request, /* ingress= */ 80, /* backend= */ 8080);
  lb_health_check_set_protocol (check, LB_PROTOCOL_HTTP);
  lb_health_check_set_port (check, 8080);
  lb_health_check_set_path (check, "/up");
  lb_request_clear_health_checks (request);
  lb_request_add_health_check (request, check);

  return lb_provider_send_request (get_provider (unit), request, error);
}

static void
test_a_request_is_sent_with_its_hash (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  g_autofree char *id = NULL;
  g_autofree char *without_hash = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *expected = NULL;

  lb_fixture_run (fixture, send_whole, NULL);
  id = lb_fixture_get_member (relation->own_app, "request_foo", "id");
  g_assert_cmpuint (strlen (id), ==, 32);
  without_hash = g_strconcat (SENT_BEFORE_ID, id, SENT_AFTER_ID "null" SENT_AFTER_HASH, NULL);
  hash = g_compute_checksum_for_string (G_CHECKSUM_MD5, without_hash, -1);
  expected = g_strconcat (SENT_BEFORE_ID, id, SENT_AFTER_ID "\"", hash, "\"" SENT_AFTER_HASH, NULL);
  g_assert_cmpstr (g_hash_table_lookup (relation->own_app, "request_foo"), ==, expected);

  g_free (fake_model_take_journal (fixture->model, ""));
  lb_fixture_run (fixture, send_whole, NULL);
  lb_fixture_assert_nothing_sent (fixture);
}

static gboolean
get_sent_again (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), "foo", error);
  g_autoptr (GPtrArray) requests = lb_provider_get_all_requests (get_provider (unit));

  g_assert_cmpstr (lb_request_get_name (request), ==, "foo");
  g_assert_null (lb_request_get_relation_id (request));
  g_assert_cmpint (lb_request_get_protocol (request), ==, LB_PROTOCOL_HTTPS);
  g_assert_cmpuint (lb_request_get_n_ports (request), ==, 2);
  g_assert_cmpuint (lb_request_get_n_health_checks (request), ==, 1);
  g_assert_cmpstr (lb_response_get_address (lb_request_get_response (request)), ==, "10.0.0.9");

  g_assert_cmpuint (requests->len, ==, 1);
  g_assert_cmpstr (lb_request_get_id (g_ptr_array_index (requests, 0)), ==, lb_request_get_id (request));
  g_assert_cmpstr (lb_request_get_sent_hash (g_ptr_array_index (requests, 0)), ==, lb_request_get_sent_hash (request));

  return TRUE;
}

static void
test_what_was_sent_is_there_again (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  lb_fixture_run (fixture, send_whole, NULL);
  answer (relation, "foo", "10.0.0.9");
  lb_fixture_run (fixture, get_sent_again, NULL);
}

static void
test_requests_come_by_name (UnitFixture *fixture, gconstpointer data)
{
  lb_fixture_relate (fixture, "lb-provider:1", "lb");
  lb_fixture_run (fixture, send_all, "foo a-1 Bar");
  lb_fixture_run (fixture, note_requests, NULL);
  unit_fixture_assert_notes (fixture, "requests=Bar,a-1,foo");
}

static gboolean
send_and_look (ReactiveUnit *unit, GError **error)
{
  g_assert_true (send_one (unit, "foo", /* port= */ 443, error));
  note_requests (unit, error);
  note_answers (unit, error);
  g_assert_true (lb_provider_remove_request (get_provider (unit), "bar", error));
  note_requests (unit, error);
  note_answers (unit, error);

  return TRUE;
}

static void
test_what_a_handler_did_counts_in_that_hook (UnitFixture *fixture, gconstpointer data)
{
  relate_and_answer (fixture, "bar foo");
  lb_fixture_run (fixture, send_and_look, NULL);
  unit_fixture_assert_notes (fixture, "requests=bar,foo all=bar,foo complete=bar new=bar revoked "
                                      "requests=foo all=bar,foo complete new revoked");
}

static void
test_a_request_can_be_taken_back (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate_and_answer (fixture, "bar foo");

  lb_fixture_run (fixture, ack_all, NULL);
  lb_fixture_run (fixture, remove_one, "foo");
  g_assert_null (g_hash_table_lookup (relation->own_app, "request_foo"));
  g_assert_nonnull (g_hash_table_lookup (relation->own_app, "request_bar"));
  assert_answers (fixture, "all=bar,foo complete=bar new revoked");
  g_free (fake_model_take_journal (fixture->model, ""));
  lb_fixture_run (fixture, remove_one, "foo");
  lb_fixture_assert_nothing_sent (fixture);

  /* What was acknowledged is forgotten: the same answer to the same request would be new. */
  lb_fixture_run (fixture, send_all, "foo");
  answer (relation, "foo", "10.0.0.9");
  assert_answers (fixture, "all=bar,foo complete=bar,foo new=foo revoked");
}

static gboolean
refuse_follower (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = get_provider (unit);
  g_autoptr (GError) problem = NULL;

  g_assert_null (lb_provider_get_request (provider, "foo", &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  g_assert_cmpstr (problem->message, ==, "lb-provider: only the leader makes requests");
  g_clear_error (&problem);
  g_assert_false (lb_provider_remove_request (provider, "foo", &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);

  return TRUE;
}

static gboolean
keep_request (ReactiveUnit *unit, GError **error)
{
  LBRequest **kept = (LBRequest **) unit_fixture_of (unit)->row;

  *kept = lb_provider_get_request (get_provider (unit), "foo", error);
  lb_request_set_protocol (*kept, LB_PROTOCOL_UDP);
  lb_request_map_port (*kept, /* ingress= */ 53, /* backend= */ 5353);

  return TRUE;
}

static gboolean
send_kept (ReactiveUnit *unit, GError **error)
{
  LBRequest **kept = (LBRequest **) unit_fixture_of (unit)->row;

  return lb_provider_send_request (get_provider (unit), *kept, error);
}

static gboolean
fail_to_send_kept (ReactiveUnit *unit, GError **error)
{
  ReactiveError code = unit_fixture_of (unit)->model->is_leader ? REACTIVE_ERROR_NOT_FOUND : REACTIVE_ERROR_DENIED;
  g_autoptr (GError) problem = NULL;

  g_assert_false (send_kept (unit, &problem));
  g_assert_error (problem, REACTIVE_ERROR, (int) code);

  return TRUE;
}

static void
test_a_follower_makes_no_requests (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  LBRequest *kept = NULL;

  lb_fixture_run (fixture, keep_request, &kept);
  fixture->model->is_leader = FALSE;
  lb_fixture_run (fixture, refuse_follower, NULL);
  lb_fixture_run (fixture, fail_to_send_kept, &kept);
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
  lb_request_unref (kept);
}

/* A request may outlive the hook in which it was made. */
static void
test_nothing_is_sent_to_one_that_is_gone (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  LBRequest *kept = NULL;

  lb_fixture_run (fixture, keep_request, &kept);
  fixture->row = &kept;
  g_free (fake_model_take_journal (fixture->model, ""));
  lb_fixture_break (fixture, relation, fail_to_send_kept);
  lb_fixture_assert_nothing_sent (fixture);

  relation = lb_fixture_relate (fixture, "lb-provider:2", "lb");
  lb_fixture_run (fixture, send_kept, &kept);
  g_assert_nonnull (g_hash_table_lookup (relation->own_app, "request_foo"));
  lb_request_unref (kept);
}

static gboolean
send_bad (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), "a\nb", error);
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();
  g_autoptr (GError) problem = NULL;

  lb_request_add_health_check (request, check);
  g_assert_false (lb_provider_send_request (get_provider (unit), request, &problem));
  g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpstr (problem->message, ==,
                   "lb-provider:1: request_\"a\\nb\": health_checks[0].port: null; health_checks[0].protocol: null; "
                   "port_mapping: null; protocol: null");

  return TRUE;
}

static void
test_l32_l33_a_request_that_is_not_right_is_not_sent (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");

  lb_fixture_run (fixture, send_bad, NULL);
  fake_databag_assert (relation->own_app, "{\"version\": \"1\"}");
}

static gboolean
send_from_older (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), "foo", error);

  g_assert_cmpint (lb_request_get_protocol (request), ==, LB_PROTOCOL_TCP);
  g_assert_cmpuint (strlen (lb_request_get_id (request)), ==, 32);

  return lb_provider_send_request (get_provider (unit), request, error);
}

/* What the charm sent before an upgrade. */
static void
test_an_own_request_in_the_older_dialect_is_sent_in_the_newer (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  g_autofree char *protocol = NULL;
  g_autofree char *id = NULL;

  fake_databag_set (relation->own_app, "request_foo", "{\"traffic_type\": \"tcp\", \"backend_ports\": [6443]}");
  lb_fixture_run (fixture, send_from_older, NULL);
  protocol = lb_fixture_get_member (relation->own_app, "request_foo", "protocol");
  id = lb_fixture_get_member (relation->own_app, "request_foo", "id");
  g_assert_cmpstr (protocol, ==, "tcp");
  g_assert_cmpuint (strlen (id), ==, 32);
  lb_fixture_assert_warned (fixture, 0, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("it-is-found-by-name", test_it_is_found_by_name);
  ADD_TEST ("without-a-relation-there-is-nothing", test_without_a_relation_there_is_nothing);
  ADD_TEST ("it-is-available-once-it-says-its-version", test_it_is_available_once_it_says_its_version);
  ADD_TEST ("L15-a-version-that-is-none-makes-it-unavailable", test_l15_a_version_that_is_none);
  ADD_TEST ("L15-a-version-that-is-not-there-is-not-told-of", test_l15_a_version_that_is_not_there);
  ADD_TEST ("L15-a-version-may-be-spelled-as-python-reads-it", test_l15_a_version_in_other_spellings);
  ADD_TEST ("L38-the-version-is-said-once", test_l38_the_version_is_said_once);
  ADD_TEST ("a-follower-says-no-version", test_a_follower_says_no_version);
  ADD_TEST ("the-flags-have-other-names", test_the_flags_have_other_names);
  ADD_TEST ("L1-a-relation-that-breaks-is-gone", test_l1_a_relation_that_breaks_is_gone);
  ADD_TEST ("nothing-is-written-in-broken", test_nothing_is_written_in_broken);
  ADD_TEST ("a-provider-that-comes-again-is-another", test_a_provider_that_comes_again_is_another);
  ADD_TEST ("L35-of-two-relations-the-lowest-is-asked", test_l35_of_two_relations_the_lowest_is_asked);
  ADD_TEST ("L2-the-events-come-when-they-occur", test_l2_the_events_come_when_they_occur);
  ADD_TEST ("the-event-has-an-older-name", test_the_event_has_an_older_name);
  ADD_TEST ("an-answer-can-be-read", test_an_answer_can_be_read);
  ADD_TEST ("L36-is-changed-is-true-or-false", test_l36_is_changed_is_true_or_false);
  ADD_TEST ("an-answer-to-an-earlier-request-is-not-complete", test_an_answer_to_an_earlier_request_is_not_complete);
  ADD_TEST ("the-next-first-answer-is-announced-again", test_the_next_first_answer_is_announced_again);
  ADD_TEST ("ack-response-acknowledges-that-one", test_ack_response_acknowledges_that_one);
  ADD_TEST ("an-answer-that-was-withdrawn-is-revoked", test_an_answer_that_was_withdrawn_is_revoked);
  ADD_TEST ("ack-all-acknowledges-what-was-withdrawn", test_ack_all_acknowledges_what_was_withdrawn);
  ADD_TEST ("a-failure-is-an-answer", test_a_failure_is_an_answer);
  ADD_TEST ("an-answer-in-the-older-dialect-is-understood", test_an_answer_in_the_older_dialect_is_understood);
  ADD_TEST ("a-request-is-sent-with-its-hash", test_a_request_is_sent_with_its_hash);
  ADD_TEST ("what-was-sent-is-there-again", test_what_was_sent_is_there_again);
  ADD_TEST ("requests-come-by-name", test_requests_come_by_name);
  ADD_TEST ("what-a-handler-did-counts-in-that-hook", test_what_a_handler_did_counts_in_that_hook);
  ADD_TEST ("a-request-can-be-taken-back", test_a_request_can_be_taken_back);
  ADD_TEST ("a-follower-makes-no-requests", test_a_follower_makes_no_requests);
  ADD_TEST ("nothing-is-sent-to-one-that-is-gone", test_nothing_is_sent_to_one_that_is_gone);
  ADD_TEST ("L32-L33-a-request-that-is-not-right-is-not-sent", test_l32_l33_a_request_that_is_not_right_is_not_sent);
  ADD_TEST ("an-own-request-in-the-older-dialect-is-sent-in-the-newer",
            test_an_own_request_in_the_older_dialect_is_sent_in_the_newer);

  return g_test_run ();
}
