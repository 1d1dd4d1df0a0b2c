/* SPDX-License-Identifier: Apache-2.0 */
#include "consumers-fixture.h"

LBConsumers *
get_consumers (ReactiveUnit *unit)
{
  return lb_consumers (unit, "lb-consumers");
}

/* What consumers write --------------------------------------------------------------------------------------------- */

void
say (FakeRelation *relation, const char *name, const char *text)
{
  g_autofree char *key = g_strconcat ("request_", name, NULL);

  fake_databag_set (relation->received_app, key, text);
}

void
ask_with (FakeRelation *relation, const char *name, const char *id, guint port, const char *backends)
{
  g_autofree char *text = g_strdup_printf ("{\"backends\": %s, \"id\": \"%s\", \"name\": \"%s\", "
                                           "\"port_mapping\": {\"%u\": 8080}, \"protocol\": \"tcp\", "
                                           "\"sent_hash\": \"h%u\"}",
                                           backends, id, name, port, port);

  say (relation, name, text);
}

void
ask (FakeRelation *relation, const char *name, guint port)
{
  g_autofree char *id = g_strconcat ("id-", name, NULL);

  ask_with (relation, name, id, port, "[]");
}

/* What the charm does ---------------------------------------------------------------------------------------------- */

static void
note_list (ReactiveUnit *unit, const char *what, GPtrArray *requests)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < requests->len; i++)
    {
      LBRequest *request = g_ptr_array_index (requests, i);
      const char *colon = strchr (lb_request_get_relation_id (request), ':');

      /* Of one that Python alone knew there is nothing but the id. */
      g_ptr_array_add (names, colon != NULL ? g_strconcat (colon + 1, lb_request_get_name (request), NULL)
                                            : g_strdup (lb_request_get_id (request)));
    }
  lb_fixture_note_names (unit, what, names);
  g_ptr_array_unref (requests);
}

gboolean
note_requests (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = get_consumers (unit);

  note_list (unit, "all", lb_consumers_get_all_requests (consumers));
  note_list (unit, "new", lb_consumers_get_new_requests (consumers));
  note_list (unit, "removed", lb_consumers_get_removed_requests (consumers));
  note (unit, lb_consumers_is_changed (consumers) ? "changed" : "-");

  return TRUE;
}

void
assert_requests (UnitFixture *fixture, const char *expected)
{
  lb_fixture_run (fixture, note_requests, /* row= */ NULL);
  unit_fixture_assert_notes (fixture, expected);
}

gboolean
answer (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (get_consumers (unit));
  const char *only = unit_fixture_of (unit)->row;

  for (guint i = 0; i < requests->len; i++)
    {
      LBRequest *request = g_ptr_array_index (requests, i);

      if (only != NULL && strcmp (lb_request_get_name (request), only) != 0)
        continue;
      lb_response_set_address (lb_request_get_response (request), "10.0.0.9");
      if (!lb_consumers_send_response (get_consumers (unit), request, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
forget_removed (ReactiveUnit *unit, GError **error)
{
  lb_consumers_forget_removed (get_consumers (unit));

  return TRUE;
}

gboolean
revoke_present (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (get_consumers (unit));

  g_assert_cmpuint (requests->len, ==, 1);

  return lb_consumers_revoke_response (get_consumers (unit), g_ptr_array_index (requests, 0), error);
}

gboolean
revoke_removed (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_removed_requests (get_consumers (unit));
  g_autoptr (GError) problem = NULL;

  for (guint i = 0; i < requests->len; i++)
    {
      LBRequest *request = g_ptr_array_index (requests, i);

      lb_response_set_address (lb_request_get_response (request), "10.0.0.9");
      g_assert_false (lb_consumers_send_response (get_consumers (unit), request, &problem));
      g_assert_error (problem, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
      g_clear_error (&problem);
      lb_consumers_mark_seen (get_consumers (unit), request);
      g_assert_true (lb_consumers_revoke_response (get_consumers (unit), request, error));
      g_assert_true (lb_consumers_revoke_response (get_consumers (unit), request, error));
    }
  g_assert_false (lb_consumers_is_changed (get_consumers (unit)));

  return TRUE;
}

gboolean
let_followers_read (ReactiveUnit *unit, GError **error)
{
  lb_consumers_set_follower_can_read (get_consumers (unit), TRUE);
  g_assert_true (lb_consumers_get_follower_can_read (get_consumers (unit)));

  return TRUE;
}

gboolean
mark_seen (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (get_consumers (unit));

  for (guint i = 0; i < requests->len; i++)
    lb_consumers_mark_seen (get_consumers (unit), g_ptr_array_index (requests, i));

  return TRUE;
}

gboolean
expect_empty_answer (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (get_consumers (unit));
  LBResponse *response;

  g_assert_cmpuint (requests->len, ==, 1);
  response = lb_request_get_response (g_ptr_array_index (requests, 0));
  g_assert_null (lb_response_get_address (response));
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_NONE);
  g_assert_false (lb_response_is_valid (response));

  return TRUE;
}

static gboolean
note_event (ReactiveUnit *unit, GError **error)
{
  note (unit, reactive_get_event_name (unit));

  return TRUE;
}

static const ReactiveHandler event_handlers[] = { HANDLER (note_event, ON ("lb-consumers.requests_changed")) };

const ReactiveModule event_module = TEST_MODULE (HANDLERS (event_handlers));

FakeRelation *
relate_and_answer (UnitFixture *fixture, const char *name)
{
  FakeRelation *relation = lb_fixture_relate (fixture, "lb-consumers:1", "web");

  ask (relation, name, 80);
  lb_fixture_run (fixture, answer, NULL);
  g_free (fake_model_take_journal (fixture->model, ""));

  return relation;
}

void
assert_answer (FakeRelation *relation, const char *name, const char *address, const char *hash)
{
  g_autofree char *key = g_strconcat ("response_", name, NULL);
  g_autofree char *said_address = lb_fixture_get_member (relation->own_app, key, "address");
  g_autofree char *said_hash = lb_fixture_get_member (relation->own_app, key, "received_hash");

  g_assert_cmpstr (said_address, ==, address);
  g_assert_cmpstr (said_hash, ==, hash);
}
