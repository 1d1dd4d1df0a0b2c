/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

#define CONFIG_FILE ".juju-persistent-config"

/* Failing at each step --------------------------------------------------------------------------------------------- */

static gboolean
fail_when_noted (ReactiveUnit *unit, const char *step, GError **error)
{
  const char *failing = unit_fixture_of (unit)->notes->str;

  if (!g_str_equal (failing, step))
    return TRUE;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "%s is to fail", step);

  return FALSE;
}

static gboolean
failing_start (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "new");
  reactive_clear_flag (unit, "old");
  reactive_kv_set_string (unit, "key", "new");
  reactive_open_port (unit, "80");
  reactive_status_active (unit, "new");

  return fail_when_noted (unit, "start", error);
}

static gboolean
failing_on_install (ReactiveUnit *unit, GError **error)
{
  reactive_mark_invoked (unit, "something");
  if (g_str_equal (unit_fixture_of (unit)->notes->str, "commit"))
    unit_fixture_block_file (unit_fixture_of (unit), ".unit-state.db-journal");

  return fail_when_noted (unit, "hook", error);
}

static gboolean
failing_when_new (ReactiveUnit *unit, GError **error)
{
  return fail_when_noted (unit, "flag", error);
}

static gboolean
failing_finish (ReactiveUnit *unit, GError **error)
{
  if (g_str_equal (unit_fixture_of (unit)->notes->str, "sticky"))
    reactive_set_flag (unit, "");
  if (g_str_equal (unit_fixture_of (unit)->notes->str, "trigger"))
    reactive_set_flag (unit, "endless");

  return fail_when_noted (unit, "finish", error);
}

static const ReactiveHandler failing_handlers[] = {
  HANDLER (failing_on_install, ON ("install")),
  HANDLER (failing_when_new, WHEN ("new"), ONCE),
};
static const ReactiveTrigger failing_triggers[] = {
  { .when = "endless", .clear = "endless" },
  { .when_not = "endless", .set = "endless" },
};
static const ReactiveModule failing = TEST_MODULE (HANDLERS (failing_handlers), TRIGGERS (failing_triggers),
                                                   .start = failing_start, .finish = failing_finish);

typedef struct
{
  const char *step; /* "config-get" and others of Juju's, or what fail_when_noted() waits for */
  ReactiveError code;
  const char *pattern;
  gboolean has_row;
} FailingStep;

static const FailingStep failing_steps[] = {
  { "config-get", REACTIVE_ERROR_TOOL, "config-get fails, as the test wants it", TRUE },
  { "is-leader", REACTIVE_ERROR_CONNECTION, "is-leader fails, as the test wants it", TRUE },
  { "leader-get", REACTIVE_ERROR_TIMEOUT, "leader-get fails, as the test wants it", TRUE },
  { "start", REACTIVE_ERROR_HANDLER, "handler 'app:start': start is to fail", TRUE },
  { "hook", REACTIVE_ERROR_HANDLER, "handler 'app:failing_on_install': hook is to fail", TRUE },
  { "flag", REACTIVE_ERROR_HANDLER, "handler 'app:failing_when_new': flag is to fail", TRUE },
  { "finish", REACTIVE_ERROR_HANDLER, "handler 'app:finish': finish is to fail", TRUE },
  { "sticky", REACTIVE_ERROR_HANDLER, "handler 'app:finish': a flag's name has 0 bytes*", TRUE },
  { "trigger", REACTIVE_ERROR_HANDLER, "handler 'app:finish': triggers set each other off without end*", TRUE },
  { "opened-ports", REACTIVE_ERROR_BAD_DATA, "opened-ports fails, as the test wants it", TRUE },
  { "open-port", REACTIVE_ERROR_TOOL, "open-port fails, as the test wants it", TRUE },
  { "commit", REACTIVE_ERROR_STATE, "*.unit-state.db*", FALSE },
};

static void
assert_failure_row (UnitFixture *fixture, const FailingStep *step)
{
  g_auto (UnitTrace) trace = unit_fixture_get_trace (fixture);

  g_assert_cmpuint (trace.n_rows, ==, 1);
  g_assert_cmpstr (trace.hook, ==, "install");
  g_assert_cmpstr (trace.outcome, ==, "error");
  g_assert_true (g_pattern_match_simple (step->pattern, trace.error));
}

static void
test_failing_step (UnitFixture *fixture, gconstpointer data)
{
  const FailingStep *step = data;
  g_autofree char *config = NULL;
  g_autofree char *reason = g_strdup_printf ("ERROR: install failed: ");

  unit_fixture_declare_port (fixture);
  unit_fixture_put_file (fixture, CONFIG_FILE, "{\"port\": 1}");
  unit_fixture_set_row (fixture, "reactive.states.old", "null");
  unit_fixture_set_row (fixture, "key", "\"old\"");
  unit_fixture_add_module (fixture, "app", &failing);
  fake_model_fail (fixture->model, step->step, step->code);
  g_string_assign (fixture->notes, step->step);

  unit_fixture_run_badly (fixture, "install", step->code, step->pattern);

  g_assert_true (fake_model_has_logged (fixture->model, reason));
  if (step->has_row)
    assert_failure_row (fixture, step);
  else
    {
      g_autofree char *path = g_build_filename (fixture->directory, ".unit-state.db-journal", NULL);
      g_autofree char *inside = g_build_filename (path, "inside", NULL);

      g_assert_true (fake_model_has_logged (fixture->model, "WARNING: the failure is not in the state file: "));
      g_assert_cmpint (g_rmdir (inside), ==, 0);
      g_assert_cmpint (g_rmdir (path), ==, 0);
    }
  unit_fixture_assert_flags (fixture, "old");
  unit_fixture_assert_row (fixture, "key", "\"old\"");
  unit_fixture_assert_row (fixture, "reactive.invoked.something", NULL);
  unit_fixture_assert_row (fixture, "reactive.invoked.app:failing_when_new", NULL);
  config = unit_fixture_get_file (fixture, CONFIG_FILE);
  g_assert_cmpstr (config, ==, "{\"port\": 1}");
  g_assert_cmpstr (fixture->model->status, ==, "unknown: ");

  /* And the retry goes through. */
  fake_model_mend (fixture->model);
  g_string_truncate (fixture->notes, 0);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_flags (fixture, "new");
  g_assert_cmpstr (fixture->model->status, ==, "active: new");
}

static gboolean
clear_and_wait (ReactiveUnit *unit, GError **error)
{
  note (unit, "ran");

  return TRUE;
}

static const ReactiveHandler drop_handlers[] = { HANDLER (clear_and_wait, ON ("install")) };
static const ReactiveTrigger drop_triggers[] = {
  { .when_not = "config.changed", .set = "endless" },
  { .when = "endless", .clear = "endless" },
  { .when_not = "endless", .set = "endless" },
};
static const ReactiveModule drop = TEST_MODULE (HANDLERS (drop_handlers), TRIGGERS (drop_triggers));

/* The flags of the configuration go down after the last handler; what that sets off counts all the same. */
static void
test_failing_drop (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_declare_port (fixture);
  unit_fixture_add_module (fixture, "app", &drop);
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_TRIGGERS, "triggers set each other off*");
  unit_fixture_assert_notes (fixture, "ran");
  unit_fixture_assert_flags (fixture, "");
}

static void
test_no_place_for_error (UnitFixture *fixture, gconstpointer data)
{
  fake_model_fail (fixture->model, "is-leader", REACTIVE_ERROR_TOOL);
  g_assert_false (unit_fixture_run (fixture, "install", NULL));
}

/* What a handler returns ------------------------------------------------------------------------------------------- */

static gboolean
false_without_error (ReactiveUnit *unit, GError **error)
{
  return FALSE;
}

static gboolean
true_with_error (ReactiveUnit *unit, GError **error)
{
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "but something is wrong");

  return TRUE;
}

static gboolean
foreign_error (ReactiveUnit *unit, GError **error)
{
  g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOENT, "from elsewhere");

  return FALSE;
}

static gboolean
sticky_and_own (ReactiveUnit *unit, GError **error)
{
  reactive_open_port (unit, "http");
  g_assert_null (reactive_config_get (unit, "anything"));
  reactive_status_active (unit, "never shown");

  return foreign_error (unit, error);
}

static void
test_returns (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "install", false_without_error,
                          "handler 'app:body': it returned FALSE without an error");
  unit_fixture_fail_body (fixture, "install", true_with_error, "handler 'app:body': but something is wrong");
  unit_fixture_fail_body (fixture, "install", foreign_error, "handler 'app:body': from elsewhere");
  unit_fixture_fail_body (fixture, "install", sticky_and_own, "handler 'app:body': 'http' is *");
}

static gboolean
note_too_much (ReactiveUnit *unit, GError **error)
{
  note (unit, "too-much");

  return TRUE;
}

static const ReactiveHandler later_handlers[] = { HANDLER (note_too_much, ON ("start")) };
static const ReactiveModule later
    = TEST_MODULE (HANDLERS (later_handlers), .start = note_too_much, .finish = note_too_much);

/* Nothing after the handler that failed. */
static void
test_failure_ends_dispatch (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "zeroth", &failing);
  unit_fixture_add_module (fixture, "later", &later);
  g_string_assign (fixture->notes, "start");
  unit_fixture_run_badly (fixture, "start", REACTIVE_ERROR_HANDLER, "handler 'zeroth:start'*");
  unit_fixture_assert_notes (fixture, "start");
}

static gboolean
long_message (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GString) text = g_string_new ("x");

  while (text->len < 10000)
    g_string_append (text, "é");
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, text->str);

  return FALSE;
}

static void
test_long_message (UnitFixture *fixture, gconstpointer data)
{
  g_auto (UnitTrace) trace = { 0 };

  unit_fixture_fail_body (fixture, "install", long_message, "handler 'app:body': xéé*");
  trace = unit_fixture_get_trace (fixture);
  g_assert_cmpuint (strlen (trace.error), <=, 4096);
  g_assert_cmpuint (strlen (trace.error), >, 4000);
  g_assert_true (g_str_has_suffix (trace.error, "é"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (failing_steps); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/failure/keeps-old-state/", failing_steps[i].step, NULL);

      g_test_add (path, UnitFixture, &failing_steps[i], unit_fixture_set_up, test_failing_step, unit_fixture_tear_down);
    }
  ADD_UNIT_TEST ("/unit/failure/while-config-flags-go-down", test_failing_drop);
  ADD_UNIT_TEST ("/unit/failure/without-a-place-for-the-error", test_no_place_for_error);
  ADD_UNIT_TEST ("/unit/failure/what-a-handler-returns", test_returns);
  ADD_UNIT_TEST ("/unit/failure/ends-the-dispatch", test_failure_ends_dispatch);
  ADD_UNIT_TEST ("/unit/failure/long-message-is-cut-in-the-trace", test_long_message);

  return g_test_run ();
}
