/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

#define CONFIG_FILE ".juju-persistent-config"

/* Handlers that note that they ran. */
#define NOTING(function, text)                                                                                         \
  static gboolean function (ReactiveUnit *unit, GError **error)                                                        \
  {                                                                                                                    \
    note (unit, text);                                                                                                 \
    return TRUE;                                                                                                       \
  }

/* Order ----------------------------------------------------------------------------------------------------------- */

NOTING (first_start, "first:start")
NOTING (first_finish, "first:finish")
NOTING (second_start, "second:start")
NOTING (second_finish, "second:finish")
NOTING (second_on_install, "second:on-install")
NOTING (second_when_two, "second:when-two")

static gboolean
first_on_install (ReactiveUnit *unit, GError **error)
{
  note (unit, "first:on-install");
  reactive_set_flag (unit, "one");

  return TRUE;
}

static gboolean
first_when_one (ReactiveUnit *unit, GError **error)
{
  note (unit, "first:when-one");
  reactive_set_flag (unit, "two");

  return TRUE;
}

static const ReactiveHandler first_handlers[] = {
  HANDLER (first_when_one, WHEN ("one"), WHEN_NOT ("two")),
  HANDLER (first_on_install, ON ("install")),
};
static const ReactiveHandler second_handlers[] = {
  HANDLER (second_when_two, WHEN ("two")),
  HANDLER (second_on_install, ON ("install")),
};
static const ReactiveTrigger second_triggers[] = {
  { .when = "config.changed", .set = "config-was-changed" },
  { .when_not = "config.changed", .set = "config-was-seen" },
};
static const ReactiveModule first
    = TEST_MODULE (HANDLERS (first_handlers), .start = first_start, .finish = first_finish);
static const ReactiveModule second = TEST_MODULE (HANDLERS (second_handlers), TRIGGERS (second_triggers),
                                                  .start = second_start, .finish = second_finish);

static void
add_order_modules (UnitFixture *fixture)
{
  unit_fixture_put_file (fixture, "config.yaml", "options: {port: {type: int, default: 80}}\n");
  fake_model_set_json (&fixture->model->config, "{\"port\": 80}");
  unit_fixture_add_module (fixture, "first", &first);
  unit_fixture_add_module (fixture, "second", &second);
}

static void
test_order (UnitFixture *fixture, gconstpointer data)
{
  add_order_modules (fixture);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "first:start second:start first:on-install second:on-install first:when-one "
                                      "second:when-two second:finish first:finish");
}

static void
test_config_flags_go (UnitFixture *fixture, gconstpointer data)
{
  add_order_modules (fixture);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_flags (fixture, "config-was-changed config-was-seen one two");
}

/* A hook nobody asked for. */
static void
test_unknown_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "reactive.states.one", "null");
  add_order_modules (fixture);
  unit_fixture_run_well (fixture, "something-new");
  unit_fixture_assert_notes (fixture,
                             "first:start second:start first:when-one second:when-two second:finish first:finish");
}

static void
test_no_modules (UnitFixture *fixture, gconstpointer data)
{
  g_auto (UnitTrace) trace = { 0 };

  unit_fixture_run_well (fixture, "install");
  trace = unit_fixture_get_trace (fixture);
  g_assert_cmpstr (trace.outcome, ==, "ok");
}

/* Last things first ------------------------------------------------------------------------------------------------ */

static gboolean
publish_all (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "done");
  reactive_open_port (unit, "80");
  reactive_status_active (unit, "ready");

  return TRUE;
}

static void
watch_order (const char *entry, gpointer data)
{
  UnitFixture *fixture = data;
  g_autofree char *row = NULL;
  g_autofree char *config = NULL;

  if (!g_str_has_prefix (entry, "open-port") && !g_str_has_prefix (entry, "status-set"))
    return;

  row = unit_fixture_get_row (fixture, "reactive.states.done");
  config = unit_fixture_get_file (fixture, CONFIG_FILE);
  g_string_append_printf (fixture->notes, "[%s: %s, %s]", entry, row != NULL ? "committed" : "nothing",
                          config != NULL ? "config" : "no config");
}

static void
test_ports_commit_config_status (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_declare_port (fixture);
  unit_fixture_run_body (fixture, "update-status", publish_all);
  unit_fixture_set_row (fixture, "reactive.states.done", "null");
  g_assert_cmpint (g_remove (fixture->state_path), ==, 0);
  unit_fixture_set_row (fixture, "other", "1");

  fixture->model->watch = watch_order;
  fixture->model->watch_data = fixture;
  g_ptr_array_set_size (fixture->model->ports, 0);
  {
    g_autofree char *path = g_build_filename (fixture->directory, CONFIG_FILE, NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
  unit_fixture_run_body (fixture, "install", publish_all);
  unit_fixture_assert_notes (fixture,
                             "[open-port 80/tcp: nothing, no config][status-set active: ready: committed, config]");
}

/* What Juju holds back is on its way once the state file says so: nothing may fail the hook after that. */
static void
test_status_fails_late (UnitFixture *fixture, gconstpointer data)
{
  g_auto (UnitTrace) trace = { 0 };
  g_autofree char *config = NULL;

  unit_fixture_declare_port (fixture);
  fake_model_fail (fixture->model, "status-set", REACTIVE_ERROR_TOOL);
  unit_fixture_run_body (fixture, "install", publish_all);

  unit_fixture_assert_flags (fixture, "done");
  config = unit_fixture_get_file (fixture, CONFIG_FILE);
  g_assert_cmpstr (config, ==, "{\"port\": 8080}");
  g_assert_true (fake_model_has_logged (fixture->model, "ERROR: the status is not shown: status-set fails"));
  trace = unit_fixture_get_trace (fixture);
  g_assert_cmpuint (trace.n_rows, ==, 1);
  g_assert_cmpstr (trace.outcome, ==, "ok");
}

static void
test_config_fails_late (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_declare_port (fixture);
  unit_fixture_block_file (fixture, CONFIG_FILE);
  unit_fixture_run_body (fixture, "install", publish_all);

  unit_fixture_assert_flags (fixture, "done");
  g_assert_cmpstr (fixture->model->status, ==, "active: ready");
  g_assert_true (
      fake_model_has_logged (fixture->model, "WARNING: the next hook will see the same changes of the configuration:"));
}

static void
test_log_fails (UnitFixture *fixture, gconstpointer data)
{
  fake_model_fail (fixture->model, "juju-log", REACTIVE_ERROR_CONNECTION);
  unit_fixture_run_body (fixture, "install", publish_all);
  unit_fixture_assert_flags (fixture, "done");
}

/* reactive_finish_hook() ------------------------------------------------------------------------------------------- */

static gboolean
finish_early (ReactiveUnit *unit, GError **error)
{
  const char *how = unit_fixture_of (unit)->notes->str;

  reactive_set_flag (unit, "one");
  reactive_finish_hook (unit);
  reactive_set_flag (unit, "two");

  return !g_str_has_prefix (how, "badly");
}

static const ReactiveHandler early_handlers[] = {
  HANDLER (finish_early, ON ("install")),
  { .name = "act",
    .function = finish_early,
    .conditions = CONDITIONS ({ REACTIVE_CONDITION_ACTION, REACTIVE_NAMES ("act") }) },
};
static const ReactiveModule early = TEST_MODULE (HANDLERS (early_handlers));
static const ReactiveModule early_start = TEST_MODULE (.start = finish_early);

static void
test_finish (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "early", &early);
  add_order_modules (fixture);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "first:start second:start second:finish first:finish");
  unit_fixture_assert_flags (fixture, "config-was-changed config-was-seen one two");
}

static gboolean
refuse (ReactiveUnit *unit, GError **error)
{
  g_assert_not_reached ();
}

static const ReactiveHandler no_action_handlers[] = { ACTION ("act", refuse) };
static const ReactiveModule no_action = TEST_MODULE (HANDLERS (no_action_handlers));

static void
test_finish_in_action (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "early", &early);
  add_order_modules (fixture);
  unit_fixture_add_module (fixture, "other", &no_action);
  unit_fixture_run_well (fixture, "action act");
  unit_fixture_assert_notes (fixture, "first:start second:start second:finish first:finish");
}

static void
test_finish_at_start (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "early", &early_start);
  add_order_modules (fixture);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "second:finish first:finish");
  unit_fixture_assert_flags (fixture, "config-was-changed config-was-seen one two");
}

static void
test_finish_and_fail (UnitFixture *fixture, gconstpointer data)
{
  g_string_assign (fixture->notes, "badly");
  unit_fixture_add_module (fixture, "early", &early);
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_HANDLER, "*FALSE without an error");
  unit_fixture_assert_flags (fixture, "");
}

/* Layers ----------------------------------------------------------------------------------------------------------- */

static gboolean
note_flags (ReactiveUnit *unit, GError **error)
{
  g_autofree char *flags = g_strjoinv (" ", (char **) reactive_get_flags (unit));

  note (unit, flags);

  return TRUE;
}

typedef struct
{
  const char *path;
  const char *layer_yaml; /* NULL for none */
  const char *flags;
} Layers;

static const Layers layers[] = {
  { "no-layer-yaml-gives-all", NULL,
    "config.changed config.changed.port config.set.port leadership.changed leadership.changed.key leadership.is_leader "
    "leadership.set.key" },
  { "empty-list-gives-none", "includes: []\n", "" },
  { "others-give-none", "includes: ['layer:status', 'interface:http', 'basic']\n", "" },
  { "basic-gives-config", "includes: ['layer:basic']\n", "config.changed config.changed.port config.set.port" },
  { "leadership-gives-leadership", "includes: ['layer:leadership']\n",
    "leadership.changed leadership.changed.key leadership.is_leader leadership.set.key" },
};

static void
test_layers (UnitFixture *fixture, gconstpointer data)
{
  const Layers *row = data;

  unit_fixture_declare_port (fixture);
  fixture->model->is_leader = TRUE;
  fake_model_set_json (&fixture->model->settings, "{\"key\": \"value\"}");
  if (row->layer_yaml != NULL)
    unit_fixture_put_file (fixture, "layer.yaml", row->layer_yaml);
  unit_fixture_run_body (fixture, "install", note_flags);
  unit_fixture_assert_notes (fixture, row->flags);
}

/* Series upgrades, restricted hooks -------------------------------------------------------------------------------- */

static gboolean
plain (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static const ReactiveHandler series_handlers[] = { ACTION ("pre-series-upgrade", plain) };
static const ReactiveModule series = TEST_MODULE (HANDLERS (series_handlers));

static void
test_series_upgrade (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &series);
  unit_fixture_run_well (fixture, "action pre-series-upgrade");
  unit_fixture_assert_flags (fixture, "");
  unit_fixture_run_well (fixture, "pre-series-upgrade");
  unit_fixture_assert_flags (fixture, "upgrade.series.in-progress");
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_flags (fixture, "upgrade.series.in-progress");
  unit_fixture_run_well (fixture, "post-series-upgrade");
  unit_fixture_assert_flags (fixture, "");
}

static gboolean
ask_config (ReactiveUnit *unit, GError **error)
{
  gint64 port = reactive_config_get_integer (unit, "port");

  g_assert_cmpint (port, ==, 8080);
  note (unit, "restricted");

  return TRUE;
}

static const ReactiveHandler restricted_handlers[] = {
  HANDLER (ask_config, ON_RESTRICTED ("collect-metrics")),
  HANDLER (refuse, ON ("collect-metrics")),
  { .name = "refuse_flag", .function = refuse, .conditions = CONDITIONS (WHEN ("one")) },
};
static const ReactiveModule restricted
    = TEST_MODULE (HANDLERS (restricted_handlers), .start = refuse, .finish = refuse);

/* No automatic flags, start or finish functions, and no flag phase; and it does not use up a change of the
 * configuration, of which it tells nobody. */
static void
test_restricted (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *config = NULL;

  unit_fixture_declare_port (fixture);
  unit_fixture_set_row (fixture, "reactive.states.one", "null");
  unit_fixture_put_file (fixture, CONFIG_FILE, "{\"port\": 1}");
  unit_fixture_add_module (fixture, "app", &restricted);
  unit_fixture_run_well (fixture, "collect-metrics");

  unit_fixture_assert_notes (fixture, "restricted");
  config = unit_fixture_get_file (fixture, CONFIG_FILE);
  g_assert_cmpstr (config, ==, "{\"port\": 1}");
  unit_fixture_assert_journal (fixture, "is-leader", "");
}

/* Trace and log ---------------------------------------------------------------------------------------------------- */

static void
test_trace (UnitFixture *fixture, gconstpointer data)
{
  g_auto (UnitTrace) trace = { 0 };

  unit_fixture_add_module (fixture, "first", &first);
  unit_fixture_add_module (fixture, "second", &second);
  unit_fixture_run_well (fixture, "install");

  trace = unit_fixture_get_trace (fixture);
  g_assert_cmpuint (trace.n_rows, ==, 1);
  g_assert_cmpstr (trace.hook, ==, "install");
  g_assert_cmpstr (trace.outcome, ==, "ok");
  g_assert_null (trace.error);
  g_assert_cmpstr (trace.events, ==,
                   "[[\"phase\", \"hooks\", 0], [\"queue\", \"first:first_on_install\"], "
                   "[\"queue\", \"second:second_on_install\"], [\"run\", \"first:first_on_install\"], "
                   "[\"set\", \"one\"], [\"run\", \"second:second_on_install\"], [\"phase\", \"other\", 0], "
                   "[\"queue\", \"first:first_when_one\"], [\"run\", \"first:first_when_one\"], [\"set\", \"two\"], "
                   "[\"phase\", \"other\", 1], [\"queue\", \"second:second_when_two\"], "
                   "[\"run\", \"second:second_when_two\"], [\"phase\", \"other\", 2]]");
}

static gboolean
fail_plainly (ReactiveUnit *unit, GError **error)
{
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "no");

  return FALSE;
}

static void
test_trace_of_several (UnitFixture *fixture, gconstpointer data)
{
  g_auto (UnitTrace) trace = { 0 };

  unit_fixture_run_body (fixture, "install", plain);
  unit_fixture_fail_body (fixture, "start", fail_plainly, "*no");
  unit_fixture_run_body (fixture, "action act", plain);
  trace = unit_fixture_get_trace (fixture);
  g_assert_cmpuint (trace.n_rows, ==, 3);
  g_assert_cmpstr (trace.hook, ==, "action act");
}

static const ReactiveHandler log_handlers[] = {
  HANDLER (first_when_one, WHEN ("one"), WHEN_NOT ("two")),
  HANDLER (second_when_two, WHEN_NOT ("two")),
  HANDLER (first_on_install, ON ("install")),
};
static const ReactiveTrigger log_triggers[] = { { .when = "two", .clear = "one" } };
static const ReactiveModule log_module = TEST_MODULE (HANDLERS (log_handlers), TRIGGERS (log_triggers));

static void
test_log (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *log = NULL;

  unit_fixture_declare_port (fixture);
  unit_fixture_put_file (fixture, "layer.yaml", "includes: ['layer:basic']\n");
  unit_fixture_add_module (fixture, "app", &log_module);
  unit_fixture_run_well (fixture, "install");
  g_ptr_array_add (fixture->model->log, NULL);
  log = g_strjoinv ("\n", (char **) fixture->model->log->pdata);
  /* A handler that was queued while it matched runs although "two" is set by now: only clears ask again, and the one
   * that the trigger did drops it. The flags of the configuration go down in silence. */
  g_assert_cmpstr (log, ==,
                   "INFO: Reactive main running for hook install\n"
                   "DEBUG: tracer: set flag config.changed\n"
                   "DEBUG: tracer: set flag config.changed.port\n"
                   "DEBUG: tracer: set flag config.set.port\n"
                   "DEBUG: tracer: ++   queue handler app:first_on_install\n"
                   "INFO: Invoking reactive handler: app:first_on_install\n"
                   "DEBUG: tracer: set flag one\n"
                   "DEBUG: tracer: ++   queue handler app:first_when_one\n"
                   "DEBUG: tracer: ++   queue handler app:second_when_two\n"
                   "INFO: Invoking reactive handler: app:first_when_one\n"
                   "DEBUG: tracer: set flag two\n"
                   "DEBUG: tracer: cleared flag one\n"
                   "DEBUG: tracer: -- dequeue handler app:second_when_two");
}

static gboolean
toggle (ReactiveUnit *unit, GError **error)
{
  reactive_toggle_flag (unit, "flip", !reactive_is_flag_set (unit, "flip"));

  return TRUE;
}

static const ReactiveHandler cap_handlers[] = {
  { .name = "on", .function = toggle, .conditions = CONDITIONS (WHEN ("flip")) },
  { .name = "off", .function = toggle, .conditions = CONDITIONS (WHEN_NOT ("flip")) },
};
static const ReactiveModule cap = TEST_MODULE (HANDLERS (cap_handlers));

static void
test_cap (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &cap);
  unit_fixture_run_well (fixture, "install");
  g_assert_true (
      fake_model_has_logged (fixture->model, "ERROR: handlers did not settle in 100 iterations; they go round in "));
  g_assert_true (fake_model_has_logged (fixture->model, "app:off"));
}

static gboolean
log_all (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_TRACE, "a");
  reactive_log (unit, REACTIVE_LOG_DEBUG, "100%s");
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "c %d", 7);
  reactive_log (unit, REACTIVE_LOG_WARNING, "d\ne");
  reactive_log (unit, REACTIVE_LOG_ERROR, "");
  reactive_log (unit, REACTIVE_LOG_CRITICAL, "g");

  return TRUE;
}

static void
test_log_functions (UnitFixture *fixture, gconstpointer data)
{
  static const char *const expected[]
      = { "TRACE: a", "DEBUG: 100%s", "INFO: c 7", "WARNING: d\ne", "ERROR: ", "CRITICAL: g" };
  guint n_log;

  unit_fixture_run_body (fixture, "install", log_all);
  n_log = fixture->model->log->len;
  g_assert_cmpuint (n_log, >=, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (g_ptr_array_index (fixture->model->log, n_log - G_N_ELEMENTS (expected) + i), ==, expected[i]);
}

/* reactive_unit_abort() -------------------------------------------------------------------------------------------- */

/* As the command does it when a handler calls exit(). */
static gboolean
note_running (ReactiveUnit *unit, GError **error)
{
  note (unit, reactive_unit_get_running (unit));

  return TRUE;
}

static const ReactiveHandler running_handlers[] = { HANDLER (note_running, ON ("install")) };
static const ReactiveModule running
    = TEST_MODULE (HANDLERS (running_handlers), .start = note_running, .finish = note_running);

static void
test_running (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &running);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "app:start app:note_running app:finish");
}

static void
test_abort (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveUnit) unit = unit_fixture_new_unit (fixture, "action act");
  g_autoptr (GError) reason = g_error_new_literal (REACTIVE_ERROR, REACTIVE_ERROR_HANDLER, "it ran away");
  g_auto (UnitTrace) trace = { 0 };

  reactive_set_flag (unit, "new");
  reactive_unit_abort (unit, reason);

  unit_fixture_assert_flags (fixture, "");
  trace = unit_fixture_get_trace (fixture);
  g_assert_cmpstr (trace.hook, ==, "action act");
  g_assert_cmpstr (trace.error, ==, "it ran away");
  g_assert_true (fake_model_has_logged (fixture->model, "ERROR: action act failed: it ran away"));
  unit_fixture_assert_journal (fixture, "action-fail", "action-fail it ran away");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/run/start-hooks-iterations-finish", test_order);
  ADD_UNIT_TEST ("/unit/run/config-flags-go-down-and-set-off-triggers", test_config_flags_go);
  ADD_UNIT_TEST ("/unit/run/hook-that-nobody-waits-for-runs-the-flag-phase", test_unknown_hook);
  ADD_UNIT_TEST ("/unit/run/charm-without-modules", test_no_modules);
  ADD_UNIT_TEST ("/unit/run/ports-then-commit-then-config-then-status", test_ports_commit_config_status);
  ADD_UNIT_TEST ("/unit/run/status-that-fails-after-the-commit-is-logged", test_status_fails_late);
  ADD_UNIT_TEST ("/unit/run/config-that-fails-after-the-commit-is-logged", test_config_fails_late);
  ADD_UNIT_TEST ("/unit/run/log-that-fails-is-passed-over", test_log_fails);
  ADD_UNIT_TEST ("/unit/run/finish-hook/in-a-handler", test_finish);
  ADD_UNIT_TEST ("/unit/run/finish-hook/in-an-action", test_finish_in_action);
  ADD_UNIT_TEST ("/unit/run/finish-hook/in-a-start-function", test_finish_at_start);
  ADD_UNIT_TEST ("/unit/run/finish-hook/and-return-false", test_finish_and_fail);
  for (guint i = 0; i < G_N_ELEMENTS (layers); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/run/layers/", layers[i].path, NULL);

      g_test_add (path, UnitFixture, &layers[i], unit_fixture_set_up, test_layers, unit_fixture_tear_down);
    }
  ADD_UNIT_TEST ("/unit/run/series-upgrade-is-a-matter-of-hooks", test_series_upgrade);
  ADD_UNIT_TEST ("/unit/run/restricted-hook", test_restricted);
  ADD_UNIT_TEST ("/unit/run/trace-of-a-hook", test_trace);
  ADD_UNIT_TEST ("/unit/run/trace-of-several", test_trace_of_several);
  ADD_UNIT_TEST ("/unit/run/log-of-a-hook", test_log);
  ADD_UNIT_TEST ("/unit/run/cap-is-logged-with-what-goes-round", test_cap);
  ADD_UNIT_TEST ("/unit/run/log-functions", test_log_functions);
  ADD_UNIT_TEST ("/unit/run/running-handler-is-known", test_running);
  ADD_UNIT_TEST ("/unit/run/abort-keeps-nothing-but-the-reason", test_abort);

  return g_test_run ();
}
