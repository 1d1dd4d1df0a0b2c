/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

#define PEERS "peers: {ring: ring}\n"

static void
set_status (ReactiveHookContext *context, gboolean of_application, const char *status, const char *message)
{
  ASSERT_DONE (JUJU (context)->klass->status_set, JUJU (context), of_application, status, message);
}

static gboolean
leads (ReactiveHookContext *context)
{
  gboolean is_leader = FALSE;

  ASSERT_DONE (JUJU (context)->klass->is_leader, JUJU (context), &is_leader);
  return is_leader;
}

/* Leadership ------------------------------------------------------------------------------------------------------ */

static void
test_leadership_once_lost_stays_lost (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", PEERS, 2);
  model_fixture_settle (fixture);

  context = context_begin_any (fixture, "app/1");
  g_assert_false (leads (context));
  ASSERT_DONE (reactive_model_set_leader, model_fixture_get_unit (fixture, "app/1"));
  g_assert_false (leads (context));
  context_end (context);

  context = context_begin (fixture, "app/1", "leader-elected");
  g_assert_true (leads (context));
  ASSERT_DONE (reactive_model_set_leader, model_fixture_get_unit (fixture, "app/0"));
  g_assert_false (leads (context));
  context_end (context);
}

static void
test_dying_unit_leads_no_more (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", "summary: x\n", 1);
  model_fixture_settle (fixture);
  context = context_begin_any (fixture, "app/0");
  g_assert_true (leads (context));
  context_end (context);

  model_fixture_remove_unit (fixture, "app/0");
  context = context_begin (fixture, "app/0", "stop");
  g_assert_false (leads (context));
  context_end (context);
}

static void
test_leader_set_at_once (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveJson) settings = context_json ("{'b': ' 2 ', 'a': '1', 'c': ''}");
  g_autoptr (ReactiveJson) change = context_json ("{'a': null}");
  const ReactiveJson *before;
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", PEERS, 2);
  model_fixture_settle (fixture);

  context = context_begin_any (fixture, "app/0");
  ASSERT_DONE (JUJU (context)->klass->leader_set, JUJU (context), settings);
  before = ASK_ALL (context, leader_get);
  context_assert_json (before, "{'a': '1', 'b': '2'}");
  ASSERT_DONE (JUJU (context)->klass->leader_set, JUJU (context), change);
  context_assert_json (ASK_ALL (context, leader_get), "{'b': '2'}");
  context_assert_json (before, "{'a': '1', 'b': '2'}");
  context_fail (context);

  context = context_begin (fixture, "app/1", "leader-settings-changed");
  context_assert_json (ASK_ALL (context, leader_get), "{'b': '2'}");
  context_end (context);
}

static void
test_same_leader_settings_change_nothing (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveJson) settings = context_json ("{'a': '1'}");
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "app", PEERS, 2);
  ReactiveHookContext *context;
  guint version;

  model_fixture_settle (fixture);
  context = context_begin_any (fixture, "app/0");
  ASSERT_DONE (JUJU (context)->klass->leader_set, JUJU (context), settings);
  version = application->settings_version;
  ASSERT_DONE (JUJU (context)->klass->leader_set, JUJU (context), settings);
  g_assert_cmpuint (application->settings_version, ==, version);
  context_end (context);
  model_fixture_assert_next (fixture, "app/0", "");
}

static void
test_leader_set_refusals (ModelFixture *fixture, gconstpointer data)
{
  static const char *const bad[][2] = {
    { "{'a=b': '1'}", "leader-set: a=b: cannot be the name of a setting" },
    { "{'': '1'}", "leader-set: : cannot be the name of a setting" },
    { "{' a': '1'}", "leader-set:  a: cannot be the name of a setting" },
    { "{'a': 1}", "leader-set: a: expected a string or null" },
    { "{'a': 'x\\u0000y'}", "leader-set: a: the value has a NUL character" },
  };
  g_autoptr (ReactiveJson) good = context_json ("{'a': '1'}");
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", PEERS, 2);
  model_fixture_settle (fixture);

  context = context_begin_any (fixture, "app/0");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (ReactiveJson) settings = context_json (bad[i][0]);

      ASSERT_REFUSED (REACTIVE_ERROR_INVALID, bad[i][1], JUJU (context)->klass->leader_set, JUJU (context), settings);
    }
  context_end (context);

  context = context_begin_any (fixture, "app/1");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "cannot write leadership settings: cannot write settings: not the leader",
                  JUJU (context)->klass->leader_set, JUJU (context), good);
  context_end (context);
}

static void
test_leader_data_by_version (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveJson) settings = context_json ("{'a': '1'}");
  ReactiveHookContext *context;

  model_fixture_reset (fixture, REACTIVE_JUJU_4);
  model_fixture_deploy (fixture, "app", PEERS, 1);
  context = context_begin_any (fixture, "app/0");
  ASSERT_REFUSED (REACTIVE_ERROR_NO_TOOL, "unknown hook command: leader-get", JUJU (context)->klass->leader_get,
                  JUJU (context));
  ASSERT_REFUSED (REACTIVE_ERROR_NO_TOOL, "unknown hook command: leader-set", JUJU (context)->klass->leader_set,
                  JUJU (context), settings);
  g_assert_true (leads (context));
  context_end (context);
}

static void
test_tools_by_version (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *tool;
    gboolean in[3];
  } cases[] = {
    { "leader-set", { TRUE, TRUE, FALSE } },         { "payload-register", { TRUE, TRUE, FALSE } },
    { "add-metric", { TRUE, TRUE, FALSE } },         { "secret-add", { FALSE, TRUE, TRUE } },
    { "relation-model-get", { FALSE, TRUE, TRUE } }, { "relation-get", { TRUE, TRUE, TRUE } },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (guint juju = REACTIVE_JUJU_2_9; juju <= REACTIVE_JUJU_4; juju++)
      g_assert_cmpint (reactive_juju_version_has_tool (juju, cases[i].tool), ==, cases[i].in[juju]);
}

/* Status ---------------------------------------------------------------------------------------------------------- */

static void
test_status_at_once (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *unit;
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", "summary: x\n", 1);
  model_fixture_settle (fixture);
  unit = model_fixture_get_unit (fixture, "app/0");
  fixture->model->now_us += 5;

  context = context_begin_any (fixture, "app/0");
  set_status (context, FALSE, "blocked", "no database");
  context_assert_json (ASK (context, status_get, FALSE),
                       "{'message': 'no database', 'status': 'blocked', 'status-data': {}}");
  context_fail (context);
  g_assert_cmpstr (unit->status.status, ==, "blocked");
  g_assert_cmpstr (unit->status.message, ==, "no database");
  g_assert_cmpint (unit->status.since_us, ==, fixture->model->now_us);
}

static void
test_status_refusals (ModelFixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "error", "unknown", "Active", "" };
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", "summary: x\n", 2);
  model_fixture_settle (fixture);
  context = context_begin_any (fixture, "app/1");
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("invalid status \"%s\", expected one of [maintenance blocked waiting active]", bad[i]);

      ASSERT_REFUSED (REACTIVE_ERROR_INVALID, text, JUJU (context)->klass->status_set, JUJU (context), FALSE, bad[i],
                      "");
    }
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "this unit is not the leader", JUJU (context)->klass->status_set,
                  JUJU (context), TRUE, "active", "");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "finding application status: this unit is not the leader",
                  JUJU (context)->klass->status_get, JUJU (context), TRUE);
  context_end (context);
}

static void
test_application_status (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", "summary: x\n", 2);
  model_fixture_settle (fixture);
  context = context_begin_any (fixture, "app/1");
  set_status (context, FALSE, "waiting", "for app/0");
  context_end (context);

  context = context_begin_any (fixture, "app/0");
  set_status (context, FALSE, "active", NULL);
  context_assert_json (ASK (context, status_get, TRUE),
                       "{'application-status': {'message': 'for app/0', 'status': 'waiting', 'status-data': {}, "
                       "'units': {'app/0': {'message': '', 'status': 'active', 'status-data': {}}, "
                       "'app/1': {'message': 'for app/0', 'status': 'waiting', 'status-data': {}}}}}");
  set_status (context, TRUE, "active", "all well");
  context_assert_json (reactive_json_get_member (
                           reactive_json_get_member (ASK (context, status_get, TRUE), "application-status"), "message"),
                       "'all well'");
  context_end (context);
}

static void
test_notes (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveJson) settings = context_json ("{'b': '2', 'a': null}");
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "app", PEERS, 1);
  ReactiveHookContext *context;
  ContextNotes notes;

  model_fixture_settle (fixture);
  context = context_begin_any (fixture, "app/0");
  context_watch (context, &notes);
  set_status (context, FALSE, "active", "ready");
  set_status (context, TRUE, "active", NULL);
  JUJU (context)->klass->log (JUJU (context), REACTIVE_LOG_INFO, "text");
  ASSERT_DONE (JUJU (context)->klass->log_flush, JUJU (context));
  ASSERT_DONE (JUJU (context)->klass->version_set, JUJU (context), "1.2");
  ASSERT_DONE (JUJU (context)->klass->leader_set, JUJU (context), settings);
  context_assert_notes (&notes, "status-set active: ready; status-set application active: ; juju-log INFO: text; "
                                "application-version-set 1.2; leader-set b=2; leader-set a=");
  g_assert_cmpstr (application->workload_version, ==, "1.2");
  context_fail (context);
  g_assert_cmpstr (application->workload_version, ==, "1.2");
  g_string_free (notes.text, TRUE);
}

static void
test_config_is_the_models (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (
      fixture, "summary: x\n", "options: {port: {type: int, default: 80}, name: {type: string}}\n", NULL);
  ReactiveHookContext *context;

  g_assert_nonnull (reactive_model_add_application (fixture->model, "app", charm, NULL, NULL));
  model_fixture_add_unit (fixture, "app");
  context = context_begin (fixture, "app/0", "install");
  context_assert_json (ASK_ALL (context, config_get), "{'name': null, 'port': 80}");
  context_end (context);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/is-leader/once-lost-stays-lost", test_leadership_once_lost_stays_lost);
  ADD_MODEL_TEST ("/hook-context/is-leader/no-dying-unit", test_dying_unit_leads_no_more);
  ADD_MODEL_TEST ("/hook-context/leader-set/at-once", test_leader_set_at_once);
  ADD_MODEL_TEST ("/hook-context/leader-set/same-value-changes-nothing", test_same_leader_settings_change_nothing);
  ADD_MODEL_TEST ("/hook-context/leader-set/refusals", test_leader_set_refusals);
  ADD_MODEL_TEST ("/hook-context/leader-set/by-version", test_leader_data_by_version);
  ADD_MODEL_TEST ("/hook-context/tools/by-version", test_tools_by_version);
  ADD_MODEL_TEST ("/hook-context/status-set/at-once", test_status_at_once);
  ADD_MODEL_TEST ("/hook-context/status-set/refusals", test_status_refusals);
  ADD_MODEL_TEST ("/hook-context/status-get/of-the-application", test_application_status);
  ADD_MODEL_TEST ("/hook-context/watch/hears-what-is-at-once", test_notes);
  ADD_MODEL_TEST ("/hook-context/config-get/every-option", test_config_is_the_models);

  return g_test_run ();
}
