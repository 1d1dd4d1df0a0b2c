/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* Rules ------------------------------------------------------------------------------------------------------------ */

#define NOTING(function, text)                                                                                         \
  static gboolean function (ReactiveUnit *unit, GError **error)                                                        \
  {                                                                                                                    \
    note (unit, text);                                                                                                 \
    return TRUE;                                                                                                       \
  }

NOTING (start, "start")
NOTING (finish, "finish")
NOTING (on_install, "on-install")
NOTING (when_acted, "when-acted")
NOTING (when_ready, "when-ready")
NOTING (second_act, "second-act")

static gboolean
act (ReactiveUnit *unit, GError **error)
{
  note (unit, "act");
  reactive_set_flag (unit, "acted");

  return TRUE;
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "failed");
  reactive_action_set (unit, "progress", "half");
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "out of paper");

  return FALSE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (when_acted, WHEN ("acted")),
  HANDLER (when_ready, WHEN ("ready")),
  HANDLER (on_install, ON ("install", "act")),
  ACTION ("act", act),
  ACTION ("fail", fail),
};
static const ReactiveHandler second_handlers[] = { ACTION ("act", second_act) };
static const ReactiveModule app = TEST_MODULE (HANDLERS (handlers), .start = start, .finish = finish);
static const ReactiveModule second = TEST_MODULE (HANDLERS (second_handlers));

static void
set_up (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_up (fixture, data);
  unit_fixture_add_module (fixture, "app", &app);
  unit_fixture_add_module (fixture, "second", &second);
}

#define ADD_ACTION_TEST(path, function) g_test_add (path, UnitFixture, NULL, set_up, function, unit_fixture_tear_down)

/* In place of the hooks phase; the flag phase follows. */
static void
test_flag_phase (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_well (fixture, "action act");
  unit_fixture_assert_notes (fixture, "start act second-act when-acted finish");
  unit_fixture_assert_flags (fixture, "acted");
  unit_fixture_assert_journal (fixture, "action-fail", "");
}

static gboolean
fail_hook (ReactiveUnit *unit, GError **error)
{
  return FALSE;
}

static const ReactiveHandler failing_handlers[] = { HANDLER (fail_hook, ON ("config-changed")) };
static const ReactiveModule failing = TEST_MODULE (HANDLERS (failing_handlers));

/* Juju runs actions on units in error; handlers that wait for flags then wait for the retry. Actions themselves do not
 * count as the last hook. */
static void
test_after_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "reactive.states.ready", "null");
  unit_fixture_add_module (fixture, "failing", &failing);
  unit_fixture_run_badly (fixture, "config-changed", REACTIVE_ERROR_HANDLER, "*");
  unit_fixture_assert_notes (fixture, "start");

  for (int i = 0; i < 2; i++)
    {
      unit_fixture_run_well (fixture, "action act");
      unit_fixture_assert_notes (fixture, "start act second-act finish");
    }

  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "start when-acted when-ready finish");
  unit_fixture_run_badly (fixture, "action fail", REACTIVE_ERROR_HANDLER, "*");
  unit_fixture_assert_notes (fixture, "start");
  unit_fixture_run_well (fixture, "action act");
  unit_fixture_assert_notes (fixture, "start act second-act when-acted when-ready finish");
}

static void
test_failing (UnitFixture *fixture, gconstpointer data)
{
  g_auto (UnitTrace) trace = { 0 };

  unit_fixture_run_badly (fixture, "action fail", REACTIVE_ERROR_HANDLER, "handler 'app:fail': out of paper");
  unit_fixture_assert_flags (fixture, "");
  unit_fixture_assert_journal (fixture, "action-",
                               "action-set progress=half\naction-fail handler 'app:fail': out of paper");
  trace = unit_fixture_get_trace (fixture);
  g_assert_cmpstr (trace.hook, ==, "action fail");
  g_assert_cmpstr (trace.outcome, ==, "error");
}

static void
test_unknown (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_badly (fixture, "action unknown", REACTIVE_ERROR_NOT_FOUND,
                          "no module of the charm handles the action 'unknown'");
  unit_fixture_assert_journal (fixture, "action-", "action-fail no module of the charm handles the action 'unknown'");
}

/* A hook with the name of an action is none, and the other way round. */
static void
test_names (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_well (fixture, "act");
  unit_fixture_assert_notes (fixture, "start on-install finish");
  unit_fixture_run_badly (fixture, "action install", REACTIVE_ERROR_NOT_FOUND, "*'install'");
}

/* Parameters ------------------------------------------------------------------------------------------------------- */

static gboolean
ask (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_action_get_string (unit, "name"), ==, "x");
  g_assert_cmpint (reactive_action_get_integer (unit, "count"), ==, -3);
  g_assert_true (reactive_action_get_boolean (unit, "force"));
  g_assert_cmpstr (reactive_action_get_string (unit, "outer.inner.deep"), ==, "y");
  g_assert_cmpint (reactive_json_get_kind (reactive_action_get (unit, "outer.inner")), ==, REACTIVE_JSON_OBJECT);
  g_assert_cmpuint (reactive_json_get_length (reactive_action_get (unit, "")), ==, 6);
  /* There is nothing. */
  g_assert_null (reactive_action_get (unit, "missing"));
  g_assert_null (reactive_action_get (unit, "null"));
  g_assert_null (reactive_action_get (unit, "name.inner"));
  g_assert_null (reactive_action_get (unit, "outer.missing.deep"));
  g_assert_null (reactive_action_get (unit, "outer."));
  g_assert_null (reactive_action_get_string (unit, "missing"));
  g_assert_cmpint (reactive_action_get_integer (unit, "missing"), ==, 0);
  g_assert_false (reactive_action_get_boolean (unit, "missing"));

  return TRUE;
}

static gboolean
ask_string (ReactiveUnit *unit, GError **error)
{
  g_assert_null (reactive_action_get_string (unit, "count"));

  return TRUE;
}

static gboolean
ask_integer (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpint (reactive_action_get_integer (unit, "name"), ==, 0);

  return TRUE;
}

static gboolean
ask_large (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpint (reactive_action_get_integer (unit, "large"), ==, 0);

  return TRUE;
}

static gboolean
ask_boolean (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_action_get_boolean (unit, "outer"));

  return TRUE;
}

static void
test_parameters (UnitFixture *fixture, gconstpointer data)
{
  static const struct
  {
    ReactiveHandlerFunc body;
    const char *pattern;
  } rows[] = {
    { ask_string, "*: action parameter 'count' is not a string" },
    { ask_integer, "*: action parameter 'name' is not an integer" },
    { ask_large, "*: action parameter 'large' is too large" },
    { ask_boolean, "*: action parameter 'outer' is not a boolean" },
  };

  fake_model_set_json (&fixture->model->parameters,
                       "{\"name\": \"x\", \"count\": -3, \"force\": true, \"null\": null, \"large\": 1"
                       "0000000000000000000, "
                       "\"outer\": {\"inner\": {\"deep\": \"y\"}}}");
  unit_fixture_run_body (fixture, "action act", ask);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    unit_fixture_fail_body (fixture, "action act", rows[i].body, rows[i].pattern);

  fake_model_fail (fixture->model, "action-get", REACTIVE_ERROR_BAD_DATA);
  unit_fixture_fail_body (fixture, "action act", ask_string, "*action-get fails*");
}

/* Results ---------------------------------------------------------------------------------------------------------- */

static gboolean
answer (ReactiveUnit *unit, GError **error)
{
  reactive_action_log (unit, "begun");
  reactive_action_set (unit, "result.size", "10");
  reactive_action_fail (unit, "too small");
  reactive_set_flag (unit, "kept");

  return TRUE;
}

static void
test_results (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "action act", answer);
  unit_fixture_assert_journal (fixture, "action-",
                               "action-log begun\naction-set result.size=10\naction-fail too small");
  unit_fixture_assert_flags (fixture, "kept");
}

static void
test_results_fail (UnitFixture *fixture, gconstpointer data)
{
  static const char *const calls[] = { "action-set", "action-fail", "action-log" };

  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *pattern = g_strdup_printf ("handler 'app:act': %s fails, as the test wants it", calls[i]);

      fake_model_mend (fixture->model);
      fake_model_fail (fixture->model, calls[i], REACTIVE_ERROR_TOOL);
      unit_fixture_clear_modules (fixture);
      unit_fixture_fail_body (fixture, "action act", answer, "*fails, as the test wants it");
    }
}

/* Outside of an action --------------------------------------------------------------------------------------------- */

static gboolean
get_outside (ReactiveUnit *unit, GError **error)
{
  g_assert_null (reactive_action_get (unit, "name"));
  g_assert_cmpint (reactive_action_get_integer (unit, "name"), ==, 0);

  return TRUE;
}

static gboolean
set_outside (ReactiveUnit *unit, GError **error)
{
  reactive_action_set (unit, "a", "b");
  reactive_action_fail (unit, "x");

  return TRUE;
}

static gboolean
fail_outside (ReactiveUnit *unit, GError **error)
{
  reactive_action_fail (unit, "x");

  return TRUE;
}

static gboolean
log_outside (ReactiveUnit *unit, GError **error)
{
  reactive_action_log (unit, "x");

  return TRUE;
}

static void
test_outside (UnitFixture *fixture, gconstpointer data)
{
  static const ReactiveHandlerFunc bodies[] = { get_outside, set_outside, fail_outside, log_outside };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    unit_fixture_fail_body (fixture, "install", bodies[i], "handler 'app:body': not running an action");
  unit_fixture_assert_journal (fixture, "action-", "");
}

static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  const char *volatile nothing = NULL;

  g_assert_null (reactive_action_get (unit, nothing));
  reactive_action_set (unit, nothing, "x");
  reactive_action_set (unit, "x", nothing);
  reactive_action_fail (unit, nothing);
  reactive_action_log (unit, nothing);

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "action act", misuse, "*misuse of the library: reactive_action_get*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_ACTION_TEST ("/unit/action/flag-phase-follows", test_flag_phase);
  ADD_ACTION_TEST ("/unit/action/no-flag-phase-after-a-failed-hook", test_after_failed_hook);
  ADD_ACTION_TEST ("/unit/action/failing-keeps-results-and-nothing-else", test_failing);
  ADD_ACTION_TEST ("/unit/action/unknown", test_unknown);
  ADD_ACTION_TEST ("/unit/action/names-of-hooks-are-others", test_names);
  ADD_ACTION_TEST ("/unit/action/parameters", test_parameters);
  ADD_ACTION_TEST ("/unit/action/results", test_results);
  ADD_ACTION_TEST ("/unit/action/result-that-juju-refuses-fails-it", test_results_fail);
  ADD_ACTION_TEST ("/unit/action/functions-outside-of-an-action-fail-the-hook", test_outside);
  ADD_ACTION_TEST ("/unit/action/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
