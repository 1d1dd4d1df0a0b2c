/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* Pooling ---------------------------------------------------------------------------------------------------------- */

/* Each module sets what its line of the table says: fields "status message", separated by commas. */
typedef struct
{
  const char *path;
  const char *layer_yaml; /* NULL for none */
  const char *modules[4]; /* "NAME: blocked x, active y" in the order of dispatch */
  const char *expected;   /* what Juju is told, a line each */
} Pooling;

#define LAYERS "includes: ['layer:basic', 'interface:http', 'layer:low', 'layer:high']\n"

static const Pooling poolings[] = {
  { "nothing-set-nothing-told", NULL, { "app:" }, "" },
  { "one", NULL, { "app: active ready" }, "status-set active: ready" },
  { "empty-message", NULL, { "app: active " }, "status-set active: " },
  { "blocked-over-waiting-over-active", NULL, { "app: active a, blocked b, waiting w" }, "status-set blocked: b" },
  { "waiting-over-active", NULL, { "app: waiting w, active a" }, "status-set waiting: w" },
  { "last-of-one-kind", NULL, { "app: active 1, active 2" }, "status-set active: 2" },
  { "maintenance-is-told-at-once",
    NULL,
    { "app: active a, maintenance m, maintenance n" },
    "status-set maintenance: m\nstatus-set maintenance: n\nstatus-set active: a" },
  { "maintenance-alone-stays", NULL, { "app: maintenance m" }, "status-set maintenance: m" },
  { "charm-over-layers",
    LAYERS,
    { "app: blocked charm", "low: blocked low", "high: blocked high" },
    "status-set blocked: charm" },
  { "later-layer-over-earlier", LAYERS, { "high: waiting high", "low: waiting low" }, "status-set waiting: high" },
  { "kind-over-layer", LAYERS, { "low: blocked low", "app: active charm" }, "status-set blocked: low" },
  { "unknown-module-is-lowest", LAYERS, { "low: active low", "other: active other" }, "status-set active: low" },
  { "first-layer-and-unknown-are-equal",
    LAYERS,
    { "basic: active basic", "other: active other" },
    "status-set active: other" },
  { "last-one-of-the-winning-layer", LAYERS, { "high: active 1, active 2", "low: active 3" }, "status-set active: 2" },
  { "without-layers-the-last", NULL, { "app: active charm", "other: active other" }, "status-set active: other" },
};

static gboolean
set_statuses (ReactiveUnit *unit, GError **error)
{
  static const struct
  {
    const char *prefix;
    void (*set) (ReactiveUnit *unit, const char *message);
  } kinds[] = {
    { "blocked ", reactive_status_blocked },
    { "waiting ", reactive_status_waiting },
    { "active ", reactive_status_active },
    { "maintenance ", reactive_status_maintenance },
  };
  const char *const *line = reactive_unit_get_data (unit, "line");
  g_auto (GStrv) fields = g_strsplit (strchr (*line, ':') + 1, ",", -1);

  reactive_unit_set_data (unit, "line", (gpointer) (line + 1), NULL);
  for (guint i = 0; fields[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (kinds); j++)
      if (g_str_has_prefix (fields[i] + (*fields[i] == ' '), kinds[j].prefix))
        kinds[j].set (unit, fields[i] + 1 + strlen (kinds[j].prefix));

  return TRUE;
}

static const ReactiveHandler pooling_handlers[] = { HANDLER (set_statuses, ON ("install")) };
static const ReactiveModule pooling_module = TEST_MODULE (HANDLERS (pooling_handlers));

static void
test_pooling (UnitFixture *fixture, gconstpointer data)
{
  const Pooling *pooling = data;
  g_autoptr (ReactiveUnit) unit = NULL;
  g_autoptr (GError) error = NULL;

  if (pooling->layer_yaml != NULL)
    unit_fixture_put_file (fixture, "layer.yaml", pooling->layer_yaml);
  for (guint i = 0; i < G_N_ELEMENTS (pooling->modules) && pooling->modules[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (pooling->modules[i], ":", 2);

      unit_fixture_add_module (fixture, parts[0], &pooling_module);
    }

  unit = unit_fixture_new_unit (fixture, "install");
  reactive_unit_set_data (unit, "line", (gpointer) pooling->modules, NULL);
  reactive_unit_run (unit, &error);
  g_assert_no_error (error);
  unit_fixture_assert_journal (fixture, "status-set", pooling->expected);
}

/* The four functions ----------------------------------------------------------------------------------------------- */

static gboolean
set_printf (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance_printf (unit, "step %d of %d", 1, 2);
  reactive_status_active_printf (unit, "%s", "100%");
  reactive_status_waiting_printf (unit, "for %s", "db");
  reactive_status_blocked_printf (unit, "%05.1f", 2.5);

  return TRUE;
}

static gboolean
set_bytes (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance (unit, "caf\xe9");
  reactive_status_active (unit, "caf\xe9 %s");

  return reactive_set_application_status (unit, "active", "caf\xe9", error);
}

static void
test_functions (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", set_printf);
  unit_fixture_assert_journal (fixture, "status-set", "status-set maintenance: step 1 of 2\nstatus-set blocked: 002.5");
  g_assert_true (fake_model_has_logged (fixture->model, "INFO: status-set: maintenance: step 1 of 2"));
  g_assert_true (fake_model_has_logged (fixture->model, "INFO: status-set: blocked: 002.5"));

  unit_fixture_run_body (fixture, "install", set_bytes);
  unit_fixture_assert_journal (
      fixture, "",
      "is-leader\nleader-get\nrelation-ids db\njuju-log\nstatus-set maintenance: caf\xef\xbf\xbd\n"
      "application-status-set active: caf\xef\xbf\xbd\n"
      "status-set active: caf\xef\xbf\xbd %s\njuju-log");
}

static gboolean
set_and_fail (ReactiveUnit *unit, GError **error)
{
  reactive_status_active (unit, "a");
  reactive_set_flag (unit, "");
  reactive_status_maintenance (unit, "m");
  reactive_status_blocked (unit, "b");
  g_assert_false (reactive_set_application_status (unit, "active", "", NULL));
  reactive_set_application_version (unit, "1");
  g_assert_null (reactive_get_status (unit));

  return TRUE;
}

static void
test_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "install", set_and_fail, "*0 bytes*");
  g_assert_cmpstr (fixture->model->status, ==, "unknown: ");
  g_assert_null (fixture->model->application_status);
  g_assert_null (fixture->model->version);
}

static gboolean
maintenance (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance (unit, "m");

  return TRUE;
}

static void
test_maintenance_fails (UnitFixture *fixture, gconstpointer data)
{
  fake_model_fail (fixture->model, "status-set", REACTIVE_ERROR_TOOL);
  unit_fixture_fail_body (fixture, "install", maintenance, "handler 'app:body': status-set fails*");
}

/* Of one hook alone. */
static gboolean
nothing (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
blocked (ReactiveUnit *unit, GError **error)
{
  reactive_status_blocked (unit, "b");

  return TRUE;
}

static void
test_not_kept (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", blocked);
  unit_fixture_assert_journal (fixture, "status-set", "status-set blocked: b");
  unit_fixture_run_body (fixture, "start", nothing);
  unit_fixture_assert_journal (fixture, "status-set", "");
}

static gboolean
ask (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_get_status (unit), ==, "unknown");
  g_assert_cmpstr (reactive_get_status_message (unit), ==, "");
  reactive_status_maintenance (unit, "m");
  g_assert_cmpstr (reactive_get_status (unit), ==, "maintenance");
  g_assert_cmpstr (reactive_get_status_message (unit), ==, "m");

  return TRUE;
}

static gboolean
ask_badly (ReactiveUnit *unit, GError **error)
{
  g_assert_null (reactive_get_status (unit));

  return TRUE;
}

static void
test_ask (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", ask);
  fake_model_fail (fixture->model, "status-get", REACTIVE_ERROR_CONNECTION);
  unit_fixture_fail_body (fixture, "install", ask_badly, "handler 'app:body': status-get fails*");
}

/* The application -------------------------------------------------------------------------------------------------- */

static gboolean
tell_application (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  g_assert_true (reactive_set_application_status (unit, "waiting", "for peers", error));
  reactive_set_application_version (unit, "1.2");
  fake_model_fail (unit_fixture_of (unit)->model, "application-status-set", REACTIVE_ERROR_DENIED);
  g_assert_false (reactive_set_application_status (unit, "active", "", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);

  return TRUE;
}

static gboolean
tell_version (ReactiveUnit *unit, GError **error)
{
  reactive_set_application_version (unit, "2");

  return TRUE;
}

static void
test_application (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", tell_application);
  g_assert_cmpstr (fixture->model->application_status, ==, "waiting: for peers");
  g_assert_cmpstr (fixture->model->version, ==, "1.2");

  fake_model_fail (fixture->model, "application-version-set", REACTIVE_ERROR_TOOL);
  unit_fixture_fail_body (fixture, "install", tell_version, "*application-version-set fails*");
}

static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  ReactiveUnit *volatile nobody = NULL;
  const char *volatile text = NULL;

  reactive_status_maintenance (unit, text);
  reactive_status_blocked (unit, text);
  reactive_status_waiting (nobody, "x");
  reactive_status_active (unit, text);
  g_assert_null (reactive_get_status (nobody));
  g_assert_null (reactive_get_status_message (nobody));
  g_assert_false (reactive_set_application_status (unit, text, "", NULL));
  g_assert_false (reactive_set_application_status (unit, "active", text, NULL));
  reactive_set_application_version (unit, text);

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "install", misuse, "*misuse of the library: reactive_status_maintenance*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (poolings); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/status/pooling/", poolings[i].path, NULL);

      g_test_add (path, UnitFixture, &poolings[i], unit_fixture_set_up, test_pooling, unit_fixture_tear_down);
    }
  ADD_UNIT_TEST ("/unit/status/formats-and-bytes", test_functions);
  ADD_UNIT_TEST ("/unit/status/failed-hook-shows-nothing", test_failed_hook);
  ADD_UNIT_TEST ("/unit/status/maintenance-that-fails-fails-the-hook", test_maintenance_fails);
  ADD_UNIT_TEST ("/unit/status/pool-ends-with-the-hook", test_not_kept);
  ADD_UNIT_TEST ("/unit/status/ask", test_ask);
  ADD_UNIT_TEST ("/unit/status/application", test_application);
  ADD_UNIT_TEST ("/unit/status/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
