/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <reactive/testing.h>

#include "test-module.h"

/* Two charms: "web" asks for a port, "db" answers with twice of it. */

static gboolean
ask (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "db");
  ReactiveRelation *relation = *reactive_endpoint_get_relations (endpoint);

  reactive_databag_set (reactive_relation_get_to_publish (relation), "number", "21");

  return TRUE;
}

static gboolean
hear (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "db");
  const char *answer = reactive_databag_get (reactive_endpoint_get_received (endpoint), "answer", NULL);

  if (!reactive_write_file (unit, "answer", answer, -1, 0644, NULL, NULL, error))
    return FALSE;
  reactive_clear_flag (unit, "endpoint.db.changed.answer");
  reactive_set_flag (unit, "web.answered");
  reactive_status_active (unit, answer);

  return TRUE;
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "as the test wants it");

  return FALSE;
}

static gboolean
tick (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "web.up");

  return TRUE;
}

static gboolean
tock (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "web.up");

  return TRUE;
}

static const ReactiveHandler web_handlers[] = {
  HANDLER (ask, WHEN ("endpoint.db.joined"), WHEN_NOT ("web.answered")),
  HANDLER (hear, WHEN ("endpoint.db.changed.answer")),
  HANDLER (fail, ON ("update-status")),
};

static gboolean
answer (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "web");
  ReactiveRelation *relation = *reactive_endpoint_get_relations (endpoint);
  const char *number = reactive_databag_get (reactive_relation_get_received (relation), "number", NULL);
  g_autofree char *twice = g_strdup_printf ("%d", 2 * (int) g_ascii_strtoll (number, NULL, 10));

  reactive_databag_set (reactive_relation_get_to_publish (relation), "answer", twice);
  reactive_clear_flag (unit, "endpoint.web.changed.number");

  return TRUE;
}

static gboolean
install (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance (unit, "installing");

  return TRUE;
}

static const ReactiveHandler db_handlers[] = {
  HANDLER (install, ON ("install")),
  HANDLER (answer, WHEN ("endpoint.web.changed.number")),
};

static const ReactiveHandler restless_handlers[] = {
  HANDLER (tick, WHEN_NOT ("web.up")),
  HANDLER (tock, WHEN ("web.up")),
};

static const ReactiveModule web_module = TEST_MODULE (HANDLERS (web_handlers));
static const ReactiveModule restless_module = TEST_MODULE (HANDLERS (restless_handlers));
static const ReactiveModule db_module = TEST_MODULE (HANDLERS (db_handlers));

static const char web_metadata[] = "name: web\nrequires: {db: {interface: numbers}}\n";
static const char db_metadata[] = "name: db\nprovides: {web: {interface: numbers}}\n";

static ReactiveTestModel *
make_model (void)
{
  ReactiveTestModel *model = reactive_test_model_new (/* seed= */ 1);

  reactive_test_model_deploy_module (model, "web", web_metadata, &web_module, 1);
  reactive_test_model_deploy_module (model, "db", db_metadata, &db_module, 1);
  reactive_test_model_relate (model, "web", "db");

  return model;
}

static void
test_settles (void)
{
  g_autoptr (ReactiveTestModel) model = make_model ();
  g_autofree char *file = NULL, *missing = NULL;

  reactive_assert_status (model, "web/0", "unknown", NULL);
  reactive_test_model_settle (model);
  reactive_assert_flag (model, "web/0", "web.answered");
  reactive_assert_no_flag (model, "db/0", "web.answered");
  reactive_assert_status (model, "web/0", "active", "42");
  g_assert_cmpstr (reactive_test_model_get_status (model, "web/0"), ==, "active");
  g_assert_cmpstr (reactive_test_model_get_status_message (model, "web/0"), ==, "42");
  g_assert_true (reactive_test_model_has_flag (model, "web/0", "web.answered"));
  g_assert_false (reactive_test_model_has_flag (model, "web/0", "web.asked"));
  g_assert_cmpstr (reactive_test_model_get_data (model, "web", "db", "db/0", "answer"), ==, "42");
  g_assert_null (reactive_test_model_get_data (model, "web", "db", "web", "number"));
  g_assert_cmpuint (reactive_test_model_count_invocations (model, "db/0", "test:answer"), ==, 1);
  g_assert_cmpuint (reactive_test_model_count_invocations (model, "web/0", "test:fail"), ==, 0);
  file = reactive_test_model_read_file (model, "web/0", "answer");
  g_assert_cmpstr (file, ==, "42");
  missing = reactive_test_model_read_file (model, "web/0", "question");
  g_assert_null (missing);
}

static void
test_killed_hook_is_run_again (void)
{
  g_autoptr (ReactiveTestModel) model = make_model ();

  reactive_test_model_kill_next (model, "db/0", "after-handler test:install");
  reactive_test_model_settle (model);
  g_assert_cmpuint (reactive_test_model_count_invocations (model, "db/0", "test:install"), ==, 2);
  reactive_assert_status (model, "web/0", "active", "42");
}

static void
test_failing_hook_leaves_an_error (void)
{
  g_autoptr (ReactiveTestModel) model = make_model ();

  reactive_test_model_settle (model);
  g_assert_false (reactive_test_model_is_in_error (model, "web/0"));
  reactive_test_model_update_status (model);
  reactive_test_model_settle (model);
  g_assert_true (reactive_test_model_is_in_error (model, "web/0"));
  g_assert_false (reactive_test_model_is_in_error (model, "db/0"));
}

static void
test_units_come_and_go (void)
{
  g_autoptr (ReactiveTestModel) model = make_model ();

  reactive_test_model_settle (model);
  reactive_test_model_add_unit (model, "web");
  reactive_test_model_settle (model);
  reactive_assert_flag (model, "web/1", "web.answered");
  reactive_test_model_set_leader (model, "web/1");
  reactive_test_model_remove_unit (model, "web/0");
  reactive_test_model_unrelate (model, "web", "db");
  reactive_test_model_settle (model);
  reactive_assert_no_flag (model, "web/1", "endpoint.db.joined");
}

/* Each in a process of its own: what it does, and what it says. */
typedef struct
{
  const char *path;
  void (*body) (ReactiveTestModel *model);
  const char *message;
} Failure;

static void
expect_flag (ReactiveTestModel *model)
{
  reactive_assert_flag (model, "web/0", "web.ready");
}

static void
expect_no_flag (ReactiveTestModel *model)
{
  reactive_assert_no_flag (model, "web/0", "web.answered");
}

static void
expect_status (ReactiveTestModel *model)
{
  reactive_assert_status (model, "web/0", "active", "43");
}

static void
name_no_unit (ReactiveTestModel *model)
{
  reactive_assert_flag (model, "web/7", "web.ready");
}

static void
relate_again (ReactiveTestModel *model)
{
  reactive_test_model_relate (model, "web:db", "db:web");
}

static void
configure_nothing (ReactiveTestModel *model)
{
  reactive_test_model_set_config (model, "web", "port", "80");
}

static void
pass_over_an_error (ReactiveTestModel *model)
{
  reactive_test_model_update_status (model);
  reactive_test_model_settle (model);
}

static void
go_on_in_error (ReactiveTestModel *model)
{
  pass_over_an_error (model);
  reactive_test_model_run (model, 1);
  g_assert_not_reached ();
}

static void
never_rest (ReactiveTestModel *model)
{
  reactive_test_model_deploy_module (model, "other", "name: other\n", &restless_module, 1);
  reactive_test_model_settle (model);
  g_assert_not_reached ();
}

static void
count_nobody (ReactiveTestModel *model)
{
  g_assert_cmpuint (reactive_test_model_count_invocations (model, "db/0", "test:nothing"), ==, 0);
}

static void
kill_in_vain (ReactiveTestModel *model)
{
  reactive_test_model_kill_next (model, "web/0", "after-handler test:hear");
}

static void
kill_nobody (ReactiveTestModel *model)
{
  reactive_test_model_kill_next (model, "web/0", "after-handler test:hera");
}

static void
deploy_nothing (ReactiveTestModel *model)
{
  reactive_test_model_deploy (model, "other", "/nonexistent", 1);
}

static void
give_no_parameters (ReactiveTestModel *model)
{
  reactive_test_model_run_action (model, "web/0", "greet", "Juju");
}

static void
expect_misspelt_flag (ReactiveTestModel *model)
{
  reactive_assert_flag (model, "web/0", "web.answerd");
}

static void
expect_flag_of_hook (ReactiveTestModel *model)
{
  reactive_assert_flag (model, "web/0", "config.changed");
}

static const Failure failures[] = {
  { "/testing/failure/flag", expect_flag,
    "*# The last hooks:\n# *test:hear\n*test-testing.c:*:expect_flag: web/0: flag 'web.ready' is not set\n*" },
  { "/testing/failure/flag-misspelt", expect_misspelt_flag,
    "*'web.answerd' is not set (did you mean 'web.answered'?)*" },
  { "/testing/failure/flag-of-hook", expect_flag_of_hook, "*'config.changed' is not set; * while a hook runs*" },
  { "/testing/failure/no-flag", expect_no_flag, "*web/0: flag 'web.answered' is set*" },
  { "/testing/failure/status", expect_status, "*web/0: expected status 'active: 43', is 'active: 42'*" },
  { "/testing/failure/unit", name_no_unit, "*there is no unit 'web/7'*" },
  { "/testing/failure/relation", relate_again, "*already*" },
  { "/testing/failure/option", configure_nothing, "*test-testing.c:*:configure_nothing: *port*" },
  { "/testing/failure/error", pass_over_an_error,
    "*:pass_over_an_error: web/0 is in error: its hook update-status failed: *as the test wants it\n*" },
  { "/testing/failure/error-before-hooks", go_on_in_error, "*:go_on_in_error: web/0 is in error: *" },
  { "/testing/failure/no-rest", never_rest,
    "*:never_rest: other/0: handlers do not come to rest in *test:tick +web.up*" },
  { "/testing/failure/handler", count_nobody, "*:count_nobody: there is no handler 'test:nothing'*" },
  { "/testing/failure/never-killed", kill_in_vain, "*:kill_in_vain: web/0 was not killed: *test:hear'*" },
  { "/testing/failure/kill-after-nobody", kill_nobody, "*no handler 'test:hera' (did you mean 'test:hear'?)*" },
  { "/testing/failure/charm", deploy_nothing, "*:deploy_nothing: there is no directory '/nonexistent'*" },
  { "/testing/failure/parameters", give_no_parameters, "*:give_no_parameters: parameters: 'Juju' is no mapping*" },
};

static void
test_failure (gconstpointer data)
{
  const Failure *failure = data;

  if (g_test_subprocess ())
    {
      g_autoptr (ReactiveTestModel) model = make_model ();

      reactive_test_model_settle (model);
      failure->body (model);
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr (failure->message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/testing/settles", test_settles);
  g_test_add_func ("/testing/killed-hook-is-run-again", test_killed_hook_is_run_again);
  g_test_add_func ("/testing/failing-hook-leaves-an-error", test_failing_hook_leaves_an_error);
  g_test_add_func ("/testing/units-come-and-go", test_units_come_and_go);
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    g_test_add_data_func (failures[i].path, &failures[i], test_failure);

  return g_test_run ();
}
