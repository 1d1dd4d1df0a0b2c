/* SPDX-License-Identifier: Apache-2.0 */
#include "provider-fixture.h"

LBProvider *
get_provider (ReactiveUnit *unit)
{
  return lb_provider (unit, "lb-provider");
}

/* What the provider writes ----------------------------------------------------------------------------------------- */

void
write_answer (FakeRelation *relation, const char *name, const char *address, const char *hash)
{
  g_autofree char *key = g_strconcat ("response_", name, NULL);
  g_autofree char *text = g_strdup_printf ("{\"address\": \"%s\", \"error\": null, \"error_fields\": {}, "
                                           "\"error_message\": null, \"received_hash\": \"%s\"}",
                                           address, hash);

  fake_databag_set (relation->received_app, key, text);
}

char *
get_sent_hash (FakeRelation *relation, const char *name)
{
  g_autofree char *key = g_strconcat ("request_", name, NULL);

  return lb_fixture_get_member (relation->own_app, key, "sent_hash");
}

/* A complete answer, and no hook. */
void
answer (FakeRelation *relation, const char *name, const char *address)
{
  g_autofree char *hash = get_sent_hash (relation, name);

  g_assert_nonnull (hash);
  write_answer (relation, name, address, hash);
}

void
say (FakeRelation *relation, const char *name, const char *text)
{
  g_autofree char *key = g_strconcat ("response_", name, NULL);

  fake_databag_set (relation->received_app, key, text);
}

/* What the charm does ---------------------------------------------------------------------------------------------- */

gboolean
send_one (ReactiveUnit *unit, const char *name, gint64 port, GError **error)
{
  g_autoptr (LBRequest) request = lb_provider_get_request (get_provider (unit), name, error);

  if (request == NULL)
    return FALSE;
  lb_request_set_protocol (request, LB_PROTOCOL_TCP);
  lb_request_clear_ports (request);
  lb_request_map_port (request, port, /* backend= */ 8080);

  return lb_provider_send_request (get_provider (unit), request, error);
}

/* Names, separated by blanks. */
gboolean
send_all (ReactiveUnit *unit, GError **error)
{
  g_auto (GStrv) names = g_strsplit (unit_fixture_of (unit)->row, " ", -1);

  for (guint i = 0; names[i] != NULL; i++)
    if (!send_one (unit, names[i], /* port= */ 80, error))
      return FALSE;

  return TRUE;
}

gboolean
send_to_other_port (ReactiveUnit *unit, GError **error)
{
  return send_one (unit, unit_fixture_of (unit)->row, /* port= */ 443, error);
}

gboolean
remove_one (ReactiveUnit *unit, GError **error)
{
  return lb_provider_remove_request (get_provider (unit), unit_fixture_of (unit)->row, error);
}

gboolean
ack_all (ReactiveUnit *unit, GError **error)
{
  g_assert_true (lb_provider_ack_all (get_provider (unit), error));
  g_assert_false (lb_provider_is_changed (get_provider (unit)));

  return TRUE;
}

gboolean
ack_one (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBResponse) response = lb_provider_get_response (get_provider (unit), unit_fixture_of (unit)->row);

  g_assert_nonnull (response);

  return lb_provider_ack_response (get_provider (unit), response, error);
}

gboolean
ack_revoked (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) revoked = lb_provider_get_revoked_responses (get_provider (unit));
  LBResponse *response;

  g_assert_cmpuint (revoked->len, ==, 1);
  response = g_ptr_array_index (revoked, 0);
  g_assert_cmpstr (lb_response_get_name (response), ==, "foo");
  g_assert_null (lb_response_get_address (response));
  g_assert_false (lb_response_is_valid (response));
  g_assert_true (lb_provider_ack_response (get_provider (unit), response, error));
  g_assert_false (lb_provider_is_changed (get_provider (unit)));

  return TRUE;
}

static void
note_responses (ReactiveUnit *unit, const char *what, GPtrArray *responses)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < responses->len; i++)
    g_ptr_array_add (names, (gpointer) lb_response_get_name (g_ptr_array_index (responses, i)));
  lb_fixture_note_names (unit, what, names);
  g_ptr_array_unref (responses);
}

gboolean
note_answers (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = get_provider (unit);

  note_responses (unit, "all", lb_provider_get_all_responses (provider));
  note_responses (unit, "complete", lb_provider_get_complete_responses (provider));
  note_responses (unit, "new", lb_provider_get_new_responses (provider));
  note_responses (unit, "revoked", lb_provider_get_revoked_responses (provider));

  return TRUE;
}

void
assert_answers (UnitFixture *fixture, const char *expected)
{
  lb_fixture_run (fixture, note_answers, /* row= */ NULL);
  unit_fixture_assert_notes (fixture, expected);
}

gboolean
note_requests (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_provider_get_all_requests (get_provider (unit));
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < requests->len; i++)
    g_ptr_array_add (names, (gpointer) lb_request_get_name (g_ptr_array_index (requests, i)));
  lb_fixture_note_names (unit, "requests", names);

  return TRUE;
}

gboolean
note_standing (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = get_provider (unit);

  note (unit, lb_provider_is_available (provider) ? "available" : "-");
  note (unit, lb_provider_can_request (provider) ? "can-request" : "-");
  note (unit, lb_provider_has_response (provider) ? "has-response" : "-");
  note (unit, lb_provider_is_changed (provider) ? "changed" : "-");

  return TRUE;
}

void
assert_standing (UnitFixture *fixture, const char *expected)
{
  lb_fixture_run (fixture, note_standing, /* row= */ NULL);
  unit_fixture_assert_notes (fixture, expected);
}

gboolean
note_event (ReactiveUnit *unit, GError **error)
{
  note (unit, strchr (reactive_get_event_name (unit), '.') + 1);

  return TRUE;
}

static const ReactiveHandler event_handlers[] = {
  HANDLER (note_event, ON ("lb-provider.available", "lb-provider.response_available", "lb-provider.response_changed")),
};

const ReactiveModule event_module = TEST_MODULE (HANDLERS (event_handlers));

/* A request that has its answer, which the charm has not seen. */
FakeRelation *
relate_and_answer (UnitFixture *fixture, const char *names)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-provider:1", "lb");
  g_auto (GStrv) all = g_strsplit (names, " ", -1);

  lb_fixture_run (fixture, send_all, names);
  for (guint i = 0; all[i] != NULL; i++)
    answer (relation, all[i], "10.0.0.9");
  lb_fixture_change (fixture, relation);

  return relation;
}
