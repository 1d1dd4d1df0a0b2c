/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* What stands with Juju and the machine: the unit's state there, goal state, the cloud, reboots, metrics, payloads. */

static void
set_output (UnitFixture *fixture, const char *output)
{
  fixture->model->tool_output = output;
  fixture->model->tool_output_bytes = strlen (output);
}

/* State ------------------------------------------------------------------------------------------------------------ */

static gboolean
get_state (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_state_get (unit, "key", error), ==, "value");

  return TRUE;
}

static void
test_state_get (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "\"value\"\n");
  unit_fixture_run_body (fixture, "install", get_state);
  unit_fixture_assert_journal (fixture, "state-", "state-get --format=json -- key");
}

static gboolean
get_all_state (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *state = reactive_state_get_all (unit, error);
  g_autofree char *text = NULL;

  g_assert_nonnull (state);
  text = reactive_json_to_text (state, REACTIVE_JSON_INSERTION_ORDER);
  note (unit, text);

  return TRUE;
}

static void
test_state_get_all (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "{\"a\":\"1\"}\n");
  unit_fixture_run_body (fixture, "install", get_all_state);
  set_output (fixture, "null\n");
  unit_fixture_run_body (fixture, "start", get_all_state);
  unit_fixture_assert_notes (fixture, "{\"a\": \"1\"} {}");
  unit_fixture_assert_journal (fixture, "state-", "state-get --format=json\nstate-get --format=json");
}

static gboolean
set_state (ReactiveUnit *unit, GError **error)
{
  return reactive_state_set (unit, "key", " a\"b\n", error) && reactive_state_set (unit, "empty", "", error)
         && reactive_state_set (unit, "key", NULL, error);
}

static void
test_state_set (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", set_state);
  unit_fixture_assert_journal (fixture, "state-",
                               "state-set --file - < {\"key\": \" a\\\"b\\n\"}\n\n"
                               "state-set --file - < {\"empty\": \"\"}\n\n"
                               "state-delete -- key");
}

static gboolean
set_bad_state (ReactiveUnit *unit, GError **error)
{
  g_autofree char *long_key = g_strnfill (257, 'k'), *long_value = g_strnfill (65537, 'v');
  const struct
  {
    const char *key;
    const char *value;
  } bad[] = { { "", "x" }, { long_key, "x" }, { "key", long_value }, { "\xff", "x" }, { "key", "\xff" }, { "", NULL } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) local_error = NULL;

      g_assert_false (reactive_state_set (unit, bad[i].key, bad[i].value, &local_error));
      g_assert_error (local_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
    }
  long_key[256] = long_value[65536] = '\0';

  return reactive_state_set (unit, long_key, long_value, error);
}

static void
test_state_limits (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *journal = NULL;

  unit_fixture_run_body (fixture, "install", set_bad_state);
  journal = fake_model_take_journal (fixture->model, "state-");
  g_assert_null (strchr (journal, '\xff'));
}

/* Goal state, the cloud -------------------------------------------------------------------------------------------- */

static gboolean
look_around (ReactiveUnit *unit, GError **error)
{
  g_assert_nonnull (reactive_json_get_member (reactive_get_goal_state (unit, error), "units"));
  g_assert_nonnull (reactive_get_cloud (unit, error));

  return TRUE;
}

static void
test_objects (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "{\"units\":{},\"relations\":{}}");
  unit_fixture_run_body (fixture, "install", look_around);
  unit_fixture_assert_journal (fixture, "goal-state", "goal-state --format=json");
}

static gboolean
expect_codes (ReactiveUnit *unit, GError **error)
{
  const ReactiveError *codes = unit_fixture_of (unit)->row;
  g_autoptr (GError) goal_error = NULL;
  g_autoptr (GError) cloud_error = NULL;

  g_assert_null (reactive_get_goal_state (unit, &goal_error));
  g_assert_error (goal_error, REACTIVE_ERROR, (int) codes[0]);
  g_assert_null (reactive_get_cloud (unit, &cloud_error));
  g_assert_error (cloud_error, REACTIVE_ERROR, (int) codes[1]);

  return TRUE;
}

static void
test_no_objects (UnitFixture *fixture, gconstpointer data)
{
  static const ReactiveError bad[] = { REACTIVE_ERROR_BAD_DATA, REACTIVE_ERROR_BAD_DATA };
  static const ReactiveError refused[] = { REACTIVE_ERROR_TOOL, REACTIVE_ERROR_DENIED };
  static const ReactiveError missing[] = { REACTIVE_ERROR_NO_TOOL, REACTIVE_ERROR_NO_TOOL };

  fixture->row = bad;
  set_output (fixture, "[]");
  unit_fixture_run_body (fixture, "install", expect_codes);
  fixture->row = refused;
  fixture->model->tool_exit_code = 1;
  unit_fixture_run_body (fixture, "start", expect_codes);
  fixture->row = missing;
  fake_model_fail (fixture->model, "goal-state", REACTIVE_ERROR_NO_TOOL);
  fake_model_fail (fixture->model, "credential-get", REACTIVE_ERROR_NO_TOOL);
  unit_fixture_run_body (fixture, "start", expect_codes);
}

/* Reboots ---------------------------------------------------------------------------------------------------------- */

static gboolean
reboot (ReactiveUnit *unit, GError **error)
{
  return reactive_reboot (unit, error);
}

static void
test_reboot (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", reboot);
  unit_fixture_assert_journal (fixture, "juju-reboot", "juju-reboot ");
}

static gboolean
expect_no_reboot (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) later_error = NULL;
  g_autoptr (GError) now_error = NULL;

  g_assert_false (reactive_reboot (unit, &later_error));
  g_assert_error (later_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_false (reactive_reboot_now (unit, &now_error));
  g_assert_error (now_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);

  return TRUE;
}

static void
test_no_reboot_in_actions (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "action act", expect_no_reboot);
  unit_fixture_assert_journal (fixture, "juju-reboot", "");
}

static gboolean
expect_refusal (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_assert_false (reactive_reboot_now (unit, &local_error));
  g_assert_error (local_error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);

  return TRUE;
}

static void
test_refused_reboot (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->tool_exit_code = 1;
  unit_fixture_run_body (fixture, "install", expect_refusal);
  unit_fixture_assert_journal (fixture, "juju-reboot", "juju-reboot --now");
}

/* A handler that does not care dies all the same. */
static gboolean
reboot_now (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  reactive_set_flag (unit, "done");
  reactive_status_active (unit, "ready");
  g_assert_false (reactive_reboot_now (unit, &local_error));
  g_assert_error (local_error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);

  return unit_fixture_of (unit)->row == NULL;
}

static const ReactiveHandler reboot_handlers[] = { HANDLER (reboot_now, ON ("install")) };
static const ReactiveModule reboot_module = TEST_MODULE (HANDLERS (reboot_handlers));

static void
test_simulated_reboot (UnitFixture *fixture, gconstpointer data)
{
  g_free (fixture->root_directory);
  fixture->root_directory = g_strdup (fixture->directory);
  unit_fixture_add_module (fixture, "app", &reboot_module);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (ReactiveUnit) unit = NULL;

      fixture->row = i == 0 ? NULL : "fails";
      unit = unit_fixture_new_unit (fixture, "install");
      g_assert_false (reactive_unit_run (unit, NULL));
      g_assert_true (reactive_unit_is_killed (unit));
      g_clear_pointer (&unit, reactive_unit_free);
      unit_fixture_assert_flags (fixture, "");
      unit_fixture_assert_journal (fixture, "status-set", "");
    }
}

/* Metrics, payloads ------------------------------------------------------------------------------------------------ */

static gboolean
tell_of_payloads (ReactiveUnit *unit, GError **error)
{
  static const char *const labels[] = { "blue", "-x", NULL };
  g_autoptr (GError) local_error = NULL;

  g_assert_false (reactive_add_metric (unit, "a=b", "1", &local_error));
  g_assert_error (local_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);

  return reactive_add_metric (unit, "users", "12", error)
         && reactive_payload_register (unit, "docker", "app", "1", NULL, error)
         && reactive_payload_register (unit, "docker", "app", "2", labels, error)
         && reactive_payload_set_status (unit, "app", "1", "running", error)
         && reactive_payload_unregister (unit, "app", "1", error);
}

static void
test_payloads (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", tell_of_payloads);
  unit_fixture_assert_journal (fixture, "add-metric", "add-metric -- users=12");
  unit_fixture_run_body (fixture, "install", tell_of_payloads);
  unit_fixture_assert_journal (fixture, "payload-",
                               "payload-register -- docker app 1\n"
                               "payload-register -- docker app 2 blue -x\n"
                               "payload-status-set -- app 1 running\n"
                               "payload-unregister -- app 1");
}

static gboolean
expect_no_tools (ReactiveUnit *unit, GError **error)
{
  GError *errors[4] = { NULL };

  g_assert_false (reactive_add_metric (unit, "users", "12", &errors[0]));
  g_assert_false (reactive_payload_register (unit, "docker", "app", "1", NULL, &errors[1]));
  g_assert_false (reactive_payload_set_status (unit, "app", "1", "running", &errors[2]));
  g_assert_false (reactive_payload_unregister (unit, "app", "1", &errors[3]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
      g_error_free (errors[i]);
    }

  return TRUE;
}

static void
test_no_tools (UnitFixture *fixture, gconstpointer data)
{
  static const char *const tools[] = { "add-metric", "payload-register", "payload-status-set", "payload-unregister" };

  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    fake_model_fail (fixture->model, tools[i], REACTIVE_ERROR_NO_TOOL);
  unit_fixture_run_body (fixture, "install", expect_no_tools);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/state/get", test_state_get);
  ADD_UNIT_TEST ("/unit/state/get-all", test_state_get_all);
  ADD_UNIT_TEST ("/unit/state/set-and-remove", test_state_set);
  ADD_UNIT_TEST ("/unit/state/limits", test_state_limits);
  ADD_UNIT_TEST ("/unit/machine/goal-state-and-cloud", test_objects);
  ADD_UNIT_TEST ("/unit/machine/refused-or-unknown-to-juju", test_no_objects);
  ADD_UNIT_TEST ("/unit/machine/reboot", test_reboot);
  ADD_UNIT_TEST ("/unit/machine/reboot/not-in-actions", test_no_reboot_in_actions);
  ADD_UNIT_TEST ("/unit/machine/reboot/now-refused", test_refused_reboot);
  ADD_UNIT_TEST ("/unit/machine/reboot/now-on-a-simulated-unit", test_simulated_reboot);
  ADD_UNIT_TEST ("/unit/payload/metrics-and-payloads", test_payloads);
  ADD_UNIT_TEST ("/unit/payload/retired", test_no_tools);

  return g_test_run ();
}
