/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-fixture.h"

/* The side of the DNS server. The relations' numbers go up, and so does what the server says in each step. */

#define ADD_TEST(path, function)                                                                                       \
  g_test_add ("/bind-client/provides/" path, UnitFixture, NULL, bind_fixture_set_up_provides, function,                \
              unit_fixture_tear_down)

#define SAID "{\"ip\": \"10.0.0.1\", \"port\": \"8053\"}"

static gboolean
configure (ReactiveUnit *unit, GError **error)
{
  bind_client_provides_configure (bind_client_provides (unit, "bind-stats"), "10.0.0.1", "8053");

  return TRUE;
}

static void
run_with (UnitFixture *fixture, const char *hook, ReactiveHandlerFunc body)
{
  bind_fixture_finish_with (fixture, body);
  unit_fixture_run_well (fixture, hook);
  bind_fixture_finish_with (fixture, /* body= */ NULL);
}

/* Two units of one application, to which everything was said. */
static void
connect_two (UnitFixture *fixture)
{
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  bind_fixture_join (fixture, "bind-stats:1", "exporter/1");
  run_with (fixture, "config-changed", configure);
  bind_fixture_assert_said (fixture, "bind-stats:1", SAID);
}

/* Flags and events ------------------------------------------------------------------------------------------------- */

static void
test_connected_holds_while_a_unit_is_joined (UnitFixture *fixture, gconstpointer data)
{
  fake_model_add_relation (fixture->model, "bind-stats:1", "exporter");
  unit_fixture_run_relation_hook (fixture, "bind-stats-relation-created", "bind-stats:1", "exporter");
  unit_fixture_assert_flags (fixture, "");

  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_flags (fixture, "bind-stats.connected endpoint.bind-stats.joined");
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_flags (fixture, "bind-stats.connected endpoint.bind-stats.joined");

  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_flags (fixture, "");
}

static gboolean
note_other_name (ReactiveUnit *unit, GError **error)
{
  note (unit, reactive_is_flag_set (unit, "endpoint.bind-stats.connected") ? "set" : "unset");

  return TRUE;
}

static const ReactiveHandler other_name_handlers[]
    = { HANDLER (note_other_name, WHEN ("endpoint.bind-stats.connected")) };

static const ReactiveModule other_name_module = TEST_MODULE (HANDLERS (other_name_handlers));

static void
test_the_flag_has_two_names (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_use (fixture, &other_name_module);
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_notes (fixture, "");
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_notes (fixture, "set");
  unit_fixture_assert_row (fixture, "reactive.states.bind-stats.connected", "null");
  unit_fixture_assert_row (fixture, "reactive.states.endpoint.bind-stats.connected", NULL);
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
test_the_event_comes_when_it_becomes_connected (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_use (fixture, &event_module);
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_notes (fixture, "bind-stats.connected");
  bind_fixture_join (fixture, "bind-stats:2", "other/0");
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_run_well (fixture, "update-status");
  bind_fixture_leave (fixture, "bind-stats:2", "other/0");
  unit_fixture_assert_notes (fixture, "");

  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_notes (fixture, "bind-stats.connected");
}

/* What configure() says -------------------------------------------------------------------------------------------- */

static void
test_configure_says_it_in_every_relation (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  bind_fixture_join (fixture, "bind-stats:2", "other/0");
  fake_model_add_relation (fixture->model, "bind-stats:3", "later");
  run_with (fixture, "config-changed", configure);
  for (guint i = 1; i <= 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("bind-stats:%u", i);

      bind_fixture_assert_said (fixture, id, SAID);
    }
}

static void
test_a_later_relation_hears_it_when_it_is_said_again (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_join (fixture, "bind-stats:2", "other/0");
  bind_fixture_assert_said (fixture, "bind-stats:2", "{}");
  run_with (fixture, "update-status", configure);
  bind_fixture_assert_said (fixture, "bind-stats:2", SAID);
}

static gboolean
configure_as_in_options (ReactiveUnit *unit, GError **error)
{
  bind_client_provides_configure (bind_client_provides (unit, "bind-stats"), reactive_config_get_string (unit, "ip"),
                                  reactive_config_get_string (unit, "port"));

  return TRUE;
}

static void
test_what_is_not_given_is_taken_back (UnitFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *options;
    const char *said;
  } table[] = {
    { "{\"ip\": \"127.0.0.1\", \"port\": \"8053\"}", "{\"ip\": \"127.0.0.1\", \"port\": \"8053\"}" },
    { "{\"ip\": null, \"port\": \"8053\"}", "{\"port\": \"8053\"}" },
    { "{\"ip\": \"::1\", \"port\": null}", "{\"ip\": \"::1\"}" },
    { "{\"ip\": \"\", \"port\": \"\"}", "{}" },
    { "{\"ip\": \"no address\\n\", \"port\": \"x\"}", "{\"ip\": \"no address\\n\", \"port\": \"x\"}" },
    { "{\"ip\": null, \"port\": null}", "{}" },
  };

  unit_fixture_put_file (fixture, "config.yaml", "options: {ip: {type: string}, port: {type: string}}\n");
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      fake_model_set_json (&fixture->model->config, table[i].options);
      run_with (fixture, "config-changed", configure_as_in_options);
      bind_fixture_assert_said (fixture, "bind-stats:1", table[i].said);
    }
}

static gboolean
configure_numbers (ReactiveUnit *unit, GError **error)
{
  static const gint64 ports[] = { G_MININT64, -1, 0, G_MAXINT64, 8053 };
  static const char *const texts[] = { "-9223372036854775808", "-1", "0", "9223372036854775807", "8053" };
  BindClientProvides *provides = bind_client_provides (unit, "bind-stats");
  ReactiveRelation *relation
      = reactive_endpoint_find_relation (reactive_endpoint_from_name (unit, "bind-stats"), "bind-stats:1");

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      bind_client_provides_configure_number (provides, "10.0.0.1", ports[i]);
      g_assert_cmpstr (reactive_databag_get (reactive_relation_get_to_publish (relation), "port", NULL), ==, texts[i]);
    }

  return TRUE;
}

static void
test_b13_a_number_is_said_as_text (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  run_with (fixture, "config-changed", configure_numbers);
  bind_fixture_assert_said (fixture, "bind-stats:1", SAID);
}

static gboolean
change_port (ReactiveUnit *unit, GError **error)
{
  bind_client_provides_configure (bind_client_provides (unit, "bind-stats"), "10.0.0.1", "9053");

  return TRUE;
}

static void
test_b14_only_what_changed_is_sent (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  unit_fixture_assert_journal (fixture, "relation-set",
                               "relation-set bind-stats:1 unit {\"ip\": \"10.0.0.1\", \"port\": \"8053\"}");
  run_with (fixture, "update-status", configure);
  unit_fixture_assert_journal (fixture, "relation-set", "");
  run_with (fixture, "config-changed", change_port);
  unit_fixture_assert_journal (fixture, "relation-set", "relation-set bind-stats:1 unit {\"port\": \"9053\"}");
}

static gboolean
configure_bytes (ReactiveUnit *unit, GError **error)
{
  bind_client_provides_configure (bind_client_provides (unit, "bind-stats"), "\xff", "8053");

  return TRUE;
}

static void
test_text_that_is_not_utf8_fails_the_hook (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_finish_with (fixture, configure_bytes);
  unit_fixture_run_badly (fixture, "config-changed", REACTIVE_ERROR_HANDLER,
                          "*bind-stats:1: ip: the value is not UTF-8");
  bind_fixture_assert_said (fixture, "bind-stats:1", SAID);
}

/* Units that leave ------------------------------------------------------------------------------------------------ */

static void
test_b1_one_unit_leaving (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/1");
  bind_fixture_assert_said (fixture, "bind-stats:1", SAID);
  unit_fixture_assert_flags (fixture, "bind-stats.connected endpoint.bind-stats.joined");
}

static void
test_b1_another_relation_loses_its_last_unit (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_join (fixture, "bind-stats:2", "other/0");
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:2", "other/0");
  bind_fixture_assert_said (fixture, "bind-stats:1", SAID);
  bind_fixture_assert_said (fixture, "bind-stats:2", "{}");
  unit_fixture_assert_flags (fixture, "bind-stats.connected endpoint.bind-stats.joined");
}

static void
test_b2_it_stands_in_later_hooks (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/1");
  unit_fixture_run_well (fixture, "update-status");
  bind_fixture_join (fixture, "bind-stats:1", "exporter/2");
  bind_fixture_assert_said (fixture, "bind-stats:1", SAID);
}

static void
test_b3_the_last_unit_leaving (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/1");
  unit_fixture_assert_journal (fixture, "relation-set",
                               "relation-set bind-stats:1 unit {\"ip\": \"10.0.0.1\", \"port\": \"8053\"}");
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_journal (fixture, "relation-set",
                               "relation-set bind-stats:1 unit {\"ip\": null, \"port\": null}");
  bind_fixture_assert_said (fixture, "bind-stats:1", "{}");
}

static void
test_what_is_said_as_the_last_unit_leaves_stands (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  run_with (fixture, "config-changed", configure);
  bind_fixture_finish_with (fixture, change_port);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  bind_fixture_assert_said (fixture, "bind-stats:1", "{\"ip\": \"10.0.0.1\", \"port\": \"9053\"}");
}

static gboolean
note_departed (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "bind-stats");

  note (unit, reactive_remote_unit_get_name (*reactive_endpoint_get_departed_units (endpoint)));

  return TRUE;
}

static const ReactiveHandler departed_handlers[] = { HANDLER (note_departed, WHEN ("endpoint.bind-stats.departed")) };

static const ReactiveModule departed_module = TEST_MODULE (HANDLERS (departed_handlers));

static void
test_b4_departed_is_cleared_after_the_charm_saw_it (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_use (fixture, &departed_module);
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/1");
  unit_fixture_assert_notes (fixture, "exporter/1");
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_notes (fixture, "exporter/0");
  unit_fixture_assert_flags (fixture, "");
  unit_fixture_assert_row (fixture, "reactive.endpoints.departed.bind-stats", NULL);
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_notes (fixture, "");
}

static void
test_b4_later_hooks_take_nothing_back (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/1");
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  fake_model_add_relation (fixture->model, "bind-stats:2", "other");
  run_with (fixture, "config-changed", configure);
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_run_relation_hook (fixture, "bind-stats-relation-created", "bind-stats:2", "other");
  bind_fixture_assert_said (fixture, "bind-stats:1", SAID);
  bind_fixture_assert_said (fixture, "bind-stats:2", SAID);
}

/* A state file of Python after the last unit left: the flag and the row stay until somebody handles them. */
static void
test_b4_what_python_left_is_handled (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = fake_model_add_relation (fixture->model, "bind-stats:1", "exporter");

  fake_databag_set (relation->own, "ip", "10.0.0.1");
  fake_databag_set (relation->own, "port", "8053");
  unit_fixture_set_row (fixture, "reactive.states.endpoint.bind-stats.departed", "null");
  unit_fixture_set_row (fixture, "reactive.endpoints.departed.bind-stats",
                        "[{\"relation\": \"bind-stats:1\", \"unit_name\": \"exporter/0\", \"data\": {}}, "
                        "{\"relation\": \"bind-stats:0\", \"unit_name\": \"gone/0\", \"data\": {}}]");
  unit_fixture_run_well (fixture, "upgrade-charm");
  bind_fixture_assert_said (fixture, "bind-stats:1", "{}");
  unit_fixture_assert_flags (fixture, "");
  unit_fixture_assert_row (fixture, "reactive.endpoints.departed.bind-stats", NULL);
}

/* Relations that break --------------------------------------------------------------------------------------------- */

static void
test_b5_a_relation_that_breaks_ends_connected (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  /* Juju says first who leaves. A relation that breaks without that counts as gone, too. */
  bind_fixture_break (fixture, "bind-stats:1");
  unit_fixture_assert_flags (fixture, "");
}

static void
test_b6_nothing_is_written_in_broken (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/1");
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  g_free (fake_model_take_journal (fixture->model, ""));
  bind_fixture_finish_with (fixture, configure);
  bind_fixture_break (fixture, "bind-stats:1");
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

static void
test_a_relation_can_be_made_again (UnitFixture *fixture, gconstpointer data)
{
  connect_two (fixture);
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/1");
  bind_fixture_break (fixture, "bind-stats:1");
  bind_fixture_finish_with (fixture, configure);
  bind_fixture_join (fixture, "bind-stats:2", "exporter/0");
  unit_fixture_assert_flags (fixture, "bind-stats.connected endpoint.bind-stats.joined");
  bind_fixture_assert_said (fixture, "bind-stats:2", SAID);
}

/* The object ------------------------------------------------------------------------------------------------------- */

static gboolean
ask_for_endpoints (ReactiveUnit *unit, GError **error)
{
  g_assert_nonnull (bind_client_provides (unit, "bind-stats"));
  g_assert_true (bind_client_provides (unit, "bind-stats") == bind_client_provides (unit, "bind-stats"));
  g_assert_null (bind_client_provides (unit, "nothing"));
  g_assert_null (bind_client_provides (unit, "web"));
  g_assert_null (bind_client_provides (unit, "upstream"));

  return TRUE;
}

/* The documentation of the Python library looks for it by a flag that is none. */
static void
test_b10_it_is_found_by_name (UnitFixture *fixture, gconstpointer data)
{
  run_with (fixture, "update-status", ask_for_endpoints);
}

static gboolean
note_connected (ReactiveUnit *unit, GError **error)
{
  note (unit, bind_client_provides_is_connected (bind_client_provides (unit, "bind-stats")) ? "yes" : "no");

  return TRUE;
}

/* There it is a method of another name, which is always true. */
static void
test_b11_is_connected_answers (UnitFixture *fixture, gconstpointer data)
{
  bind_fixture_finish_with (fixture, note_connected);
  unit_fixture_run_well (fixture, "update-status");
  bind_fixture_join (fixture, "bind-stats:1", "exporter/0");
  bind_fixture_leave (fixture, "bind-stats:1", "exporter/0");
  unit_fixture_assert_notes (fixture, "no yes no");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("connected-holds-while-a-unit-is-joined", test_connected_holds_while_a_unit_is_joined);
  ADD_TEST ("the-flag-has-two-names", test_the_flag_has_two_names);
  ADD_TEST ("the-event-comes-when-it-becomes-connected", test_the_event_comes_when_it_becomes_connected);

  ADD_TEST ("configure-says-it-in-every-relation", test_configure_says_it_in_every_relation);
  ADD_TEST ("a-later-relation-hears-it-when-it-is-said-again", test_a_later_relation_hears_it_when_it_is_said_again);
  ADD_TEST ("what-is-not-given-is-taken-back", test_what_is_not_given_is_taken_back);
  ADD_TEST ("B13-a-number-is-said-as-text", test_b13_a_number_is_said_as_text);
  ADD_TEST ("B14-only-what-changed-is-sent", test_b14_only_what_changed_is_sent);
  ADD_TEST ("text-that-is-not-utf8-fails-the-hook", test_text_that_is_not_utf8_fails_the_hook);

  ADD_TEST ("B1-one-unit-leaving-keeps-what-others-need", test_b1_one_unit_leaving);
  ADD_TEST ("B1-another-relation-losing-its-last-unit-keeps-what-this-one-needs",
            test_b1_another_relation_loses_its_last_unit);
  ADD_TEST ("B2-what-others-need-stands-in-later-hooks", test_b2_it_stands_in_later_hooks);
  ADD_TEST ("B3-the-last-unit-leaving-takes-it-back-in-that-hook", test_b3_the_last_unit_leaving);
  ADD_TEST ("what-is-said-as-the-last-unit-leaves-stands", test_what_is_said_as_the_last_unit_leaves_stands);
  ADD_TEST ("B4-departed-is-cleared-after-the-charm-saw-it", test_b4_departed_is_cleared_after_the_charm_saw_it);
  ADD_TEST ("B4-later-hooks-take-nothing-back", test_b4_later_hooks_take_nothing_back);
  ADD_TEST ("B4-what-python-left-is-handled", test_b4_what_python_left_is_handled);

  ADD_TEST ("B5-a-relation-that-breaks-ends-connected", test_b5_a_relation_that_breaks_ends_connected);
  ADD_TEST ("B6-nothing-is-written-in-broken", test_b6_nothing_is_written_in_broken);
  ADD_TEST ("a-relation-can-be-made-again", test_a_relation_can_be_made_again);

  ADD_TEST ("B10-it-is-found-by-name", test_b10_it_is_found_by_name);
  ADD_TEST ("B11-is-connected-answers", test_b11_is_connected_answers);

  return g_test_run ();
}
