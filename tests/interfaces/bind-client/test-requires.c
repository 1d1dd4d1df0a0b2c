/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-fixture.h"

/* The side of the exporter. */

#define ADD_TEST(path, function)                                                                                       \
  g_test_add ("/bind-client/requires/" path, UnitFixture, NULL, bind_fixture_set_up_requires, function,                \
              unit_fixture_tear_down)

/* "UNIT IP PORT", of each server. */
static gboolean
note_servers (ReactiveUnit *unit, GError **error)
{
  BindClientRequires *requirer = bind_client_requires (unit, "bind-stats");
  const BindClientServer *const *servers = bind_client_requires_get_config (requirer);

  g_assert_true (bind_client_requires_get_config (requirer) == servers);
  for (; *servers != NULL; servers++)
    {
      note (unit, (*servers)->unit_name);
      note (unit, (*servers)->ip);
      note (unit, (*servers)->port);
    }

  return TRUE;
}

static void
assert_servers (UnitFixture *fixture, const char *expected)
{
  unit_fixture_assert_notes (fixture, "");
  bind_fixture_finish_with (fixture, note_servers);
  unit_fixture_run_well (fixture, "update-status");
  bind_fixture_finish_with (fixture, /* body= */ NULL);
  unit_fixture_assert_notes (fixture, expected);
}

/* Flags and events ------------------------------------------------------------------------------------------------- */

static void
test_connected_holds_while_a_unit_is_joined (UnitFixture *fixture, gconstpointer data)
{
  fake_model_add_relation (fixture->model, "bind-stats:1", "bind");
  unit_fixture_run_relation_hook (fixture, "bind-stats-relation-created", "bind-stats:1", "bind");
  unit_fixture_assert_flags (fixture, "");
  bind_fixture_join (fixture, "bind-stats:1", "bind/0");
  unit_fixture_assert_flags (fixture, "bind-stats.connected endpoint.bind-stats.joined");
  bind_fixture_leave (fixture, "bind-stats:1", "bind/0");
  unit_fixture_assert_flags (fixture, "");
}

static gboolean
note_event (ReactiveUnit *unit, GError **error)
{
  note (unit, reactive_get_event_name (unit));

  return TRUE;
}

static const ReactiveHandler event_handlers[] = { HANDLER (note_event, ON ("bind-stats.connected")) };

static const ReactiveModule event_module = TEST_MODULE (HANDLERS (event_handlers));

static void
test_b7_one_unit_leaving (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_use (fixture, &event_module);
  bind_fixture_join (fixture, "bind-stats:1", "bind/0");
  bind_fixture_join (fixture, "bind-stats:1", "bind/1");
  bind_fixture_leave (fixture, "bind-stats:1", "bind/1");
  unit_fixture_assert_flags (fixture, "bind-stats.connected endpoint.bind-stats.joined");
  unit_fixture_assert_row (fixture, "reactive.endpoints.departed.bind-stats", NULL);
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_notes (fixture, "bind-stats.connected");
}

static void
test_nothing_is_ever_written (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_say (fixture, "bind-stats:1", "bind/0", "ip", "10.0.0.9");
  bind_fixture_join (fixture, "bind-stats:1", "bind/0");
  bind_fixture_leave (fixture, "bind-stats:1", "bind/0");
  bind_fixture_break (fixture, "bind-stats:1");
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

/* What servers say ------------------------------------------------------------------------------------------------ */

static void
test_b12_without_a_relation_there_are_no_servers (UnitFixture *fixture, gconstpointer data)
{
  assert_servers (fixture, "");
  fake_model_add_relation (fixture->model, "bind-stats:1", "bind");
  assert_servers (fixture, "");
}

typedef struct
{
  const char *ip;
  const char *port;
  const char *stats_ip;
  const char *stats_port;
  const char *expected;
} Said;

static void
assert_said (UnitFixture *fixture, const Said *table, guint n_rows)
{
  for (guint i = 0; i < n_rows; i++)
    {
      bind_fixture_say (fixture, "bind-stats:1", "bind/0", "ip", table[i].ip);
      bind_fixture_say (fixture, "bind-stats:1", "bind/0", "port", table[i].port);
      bind_fixture_say (fixture, "bind-stats:1", "bind/0", "stats-ip", table[i].stats_ip);
      bind_fixture_say (fixture, "bind-stats:1", "bind/0", "stats-port", table[i].stats_port);
      assert_servers (fixture, table[i].expected);
    }
}

static void
test_half_of_it_counts_as_nothing (UnitFixture *fixture, gconstpointer data)
{
  static const Said table[] = {
    { NULL, NULL, NULL, NULL, "bind/0 127.0.0.1 8053" },
    { "10.0.0.9", "9000", NULL, NULL, "bind/0 10.0.0.9 9000" },
    { "10.0.0.9", NULL, NULL, NULL, "bind/0 127.0.0.1 8053" },
    { NULL, "9000", NULL, NULL, "bind/0 127.0.0.1 8053" },
  };

  assert_said (fixture, table, G_N_ELEMENTS (table));
}

static void
test_what_is_said_is_not_checked (UnitFixture *fixture, gconstpointer data)
{
  static const Said table[] = {
    { "not-an-ip", "http", NULL, NULL, "bind/0 not-an-ip http" },
    { "\"10.0.0.1\"", "0", NULL, NULL, "bind/0 \"10.0.0.1\" 0" },
    { " ", " ", NULL, NULL, "bind/0    " },
    { "a\nb", "1; };", NULL, NULL, "bind/0 a\nb 1; };" },
  };

  assert_said (fixture, table, G_N_ELEMENTS (table));
}

static void
test_b9_the_older_names_are_read (UnitFixture *fixture, gconstpointer data)
{
  static const Said table[] = {
    { NULL, NULL, "10.0.0.7", "7000", "bind/0 10.0.0.7 7000" },
    { NULL, NULL, "10.0.0.7", NULL, "bind/0 127.0.0.1 8053" },
    { NULL, NULL, NULL, "7000", "bind/0 127.0.0.1 8053" },
    { "10.0.0.9", "9000", "10.0.0.7", "7000", "bind/0 10.0.0.9 9000" },
    { "10.0.0.9", NULL, "10.0.0.7", "7000", "bind/0 127.0.0.1 8053" },
    { NULL, "9000", "10.0.0.7", "7000", "bind/0 127.0.0.1 8053" },
  };

  assert_said (fixture, table, G_N_ELEMENTS (table));
}

/* Relations go by id and units by name, both as text. */
static void
test_each_joined_unit_is_a_server (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_say (fixture, "bind-stats:2", "other/0", "ip", "2.2.2.2");
  bind_fixture_say (fixture, "bind-stats:2", "other/0", "port", "2");
  bind_fixture_say (fixture, "bind-stats:10", "bind/9", "ip", "9.9.9.9");
  bind_fixture_say (fixture, "bind-stats:10", "bind/9", "port", "9");
  fake_relation_add_unit (fake_model_find_relation (fixture->model, "bind-stats:10"), "bind/10");
  assert_servers (fixture, "bind/10 127.0.0.1 8053 bind/9 9.9.9.9 9 other/0 2.2.2.2 2");

  bind_fixture_leave (fixture, "bind-stats:10", "bind/9");
  assert_servers (fixture, "bind/10 127.0.0.1 8053 other/0 2.2.2.2 2");
}

static void
test_a_unit_on_two_relations_is_one_server (UnitFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *first_ip;
    const char *first_port;
    const char *second_ip;
    const char *second_port;
    const char *expected;
  } table[] = {
    { "1.1.1.1", "1", "2.2.2.2", "2", "bind/0 2.2.2.2 2" },  { "1.1.1.1", "1", "2.2.2.2", NULL, "bind/0 1.1.1.1 1" },
    { "1.1.1.1", "1", NULL, NULL, "bind/0 1.1.1.1 1" },      { NULL, "1", "2.2.2.2", "2", "bind/0 2.2.2.2 2" },
    { "1.1.1.1", NULL, NULL, "2", "bind/0 127.0.0.1 8053" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      bind_fixture_say (fixture, "bind-stats:1", "bind/0", "ip", table[i].first_ip);
      bind_fixture_say (fixture, "bind-stats:1", "bind/0", "port", table[i].first_port);
      bind_fixture_say (fixture, "bind-stats:2", "bind/0", "ip", table[i].second_ip);
      bind_fixture_say (fixture, "bind-stats:2", "bind/0", "port", table[i].second_port);
      assert_servers (fixture, table[i].expected);
    }
}

static void
test_large_values_pass_through (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *large = g_strnfill (1000000, '1');
  g_autofree char *expected = g_strdup_printf ("bind/0 %s 9", large);

  bind_fixture_say (fixture, "bind-stats:1", "bind/0", "ip", large);
  bind_fixture_say (fixture, "bind-stats:1", "bind/0", "port", "9");
  assert_servers (fixture, expected);
}

/* The object ------------------------------------------------------------------------------------------------------- */

static gboolean
ask_for_endpoints (ReactiveUnit *unit, GError **error)
{
  g_assert_nonnull (bind_client_requires (unit, "bind-stats"));
  g_assert_true (bind_client_requires (unit, "bind-stats") == bind_client_requires (unit, "bind-stats"));
  g_assert_null (bind_client_requires (unit, "nothing"));
  g_assert_null (bind_client_requires (unit, "web"));
  g_assert_null (bind_client_requires (unit, "downstream"));

  return TRUE;
}

static void
test_b10_it_is_found_by_name (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_finish_with (fixture, ask_for_endpoints);
  unit_fixture_run_well (fixture, "update-status");
}

static gboolean
note_connected (ReactiveUnit *unit, GError **error)
{
  note (unit, bind_client_requires_is_connected (bind_client_requires (unit, "bind-stats")) ? "yes" : "no");

  return TRUE;
}

static void
test_b11_is_connected_answers (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_finish_with (fixture, note_connected);
  unit_fixture_run_well (fixture, "update-status");
  bind_fixture_join (fixture, "bind-stats:1", "bind/0");
  bind_fixture_leave (fixture, "bind-stats:1", "bind/0");
  unit_fixture_assert_notes (fixture, "no yes no");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("connected-holds-while-a-unit-is-joined", test_connected_holds_while_a_unit_is_joined);
  ADD_TEST ("B7-one-unit-leaving-keeps-connected", test_b7_one_unit_leaving);
  ADD_TEST ("nothing-is-ever-written", test_nothing_is_ever_written);

  ADD_TEST ("B12-without-a-relation-there-are-no-servers", test_b12_without_a_relation_there_are_no_servers);
  ADD_TEST ("half-of-it-counts-as-nothing", test_half_of_it_counts_as_nothing);
  ADD_TEST ("what-is-said-is-not-checked", test_what_is_said_is_not_checked);
  ADD_TEST ("B9-the-older-names-are-read", test_b9_the_older_names_are_read);
  ADD_TEST ("each-joined-unit-is-a-server", test_each_joined_unit_is_a_server);
  ADD_TEST ("a-unit-on-two-relations-is-one-server", test_a_unit_on_two_relations_is_one_server);
  ADD_TEST ("large-values-pass-through", test_large_values_pass_through);

  ADD_TEST ("B10-it-is-found-by-name", test_b10_it_is_found_by_name);
  ADD_TEST ("B11-is-connected-answers", test_b11_is_connected_answers);

  return g_test_run ();
}
