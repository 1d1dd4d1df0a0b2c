/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation-fixture.h"
#include "state/store.h"

#include <sys/stat.h>

#include "state/store.h"

/* Models of charms whose hooks are processes: scripts, and handler modules that are kept apart. */

typedef struct
{
  SimulationFixture base;
  char *command;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  ReactiveSimulationOptions options = { .hook_timeout_ms = 20000, .n_retries = 1 };

  simulation_fixture_set_up (&fixture->base, data);
  fixture->command = g_test_build_filename (G_TEST_BUILT, "..", "..", "engine", "reactive", NULL);
  options.command = fixture->command;
  simulation_fixture_restart (&fixture->base, &options);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  simulation_fixture_tear_down (&fixture->base, data);
  g_free (fixture->command);
}

static void
put_script (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->base.directory, name, NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\nset -e\n%s\n", text);

  simulation_fixture_put_file (&fixture->base, name, script);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}

static ReactiveModelCharm *
load (Fixture *fixture, ReactiveCharmKind kind)
{
  g_autofree char *directory = g_build_filename (fixture->base.directory, "bash", NULL);
  g_autoptr (GError) error = NULL;
  ReactiveModelCharm *charm = reactive_simulation_load_charm (fixture->base.simulation, directory, kind, &error);

  g_assert_no_error (error);

  return charm;
}

/* The charm in "bash", as it is by then. */
static void
deploy (Fixture *fixture)
{
  g_autoptr (ReactiveModelCharm) charm = NULL;
  ReactiveModelApplication *application;
  g_autoptr (GError) error = NULL;

  simulation_fixture_put_file (&fixture->base, "bash/metadata.yaml",
                               "name: bash\nprovides: {db: {interface: mysql}}\nresources: {}\n");
  charm = load (fixture, REACTIVE_CHARM_EXECUTABLE);
  application = reactive_model_add_application (fixture->base.model, "bash", charm, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (reactive_model_add_unit (application, NULL));
}

static void
test_plain_hooks (Fixture *fixture, gconstpointer data)
{
  put_script (fixture, "bash/hooks/install", "status-set maintenance installing");
  put_script (fixture, "bash/hooks/start", "status-set active \"leads: $(is-leader)\"; open-port 80");
  deploy (fixture);

  simulation_fixture_settle (&fixture->base);
  g_assert_cmpstr (simulation_fixture_find (&fixture->base, "bash/0")->status.message, ==, "leads: True");
  g_assert_cmpstr (g_ptr_array_index (simulation_fixture_find (&fixture->base, "bash/0")->ports, 0), ==, "80/tcp");
  simulation_fixture_assert (&fixture->base, "hook-end bash/0 ",
                             "install good; leader-elected missing; config-changed missing; start good");
}

static void
test_dispatch (Fixture *fixture, gconstpointer data)
{
  put_script (fixture, "bash/dispatch", "echo \"$JUJU_DISPATCH_PATH\"; echo oops >&2");
  put_script (fixture, "bash/hooks/install", "exit 1");
  deploy (fixture);

  simulation_fixture_step (&fixture->base);
  simulation_fixture_assert (&fixture->base, "output bash/0 ", "hooks/install; oops");
}

static void
test_exit_status (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *script;
    const char *end;
  } cases[] = {
    { "relation-ids db; exit 0", "good" },           { "exit 3", "failed exit status 3" },
    { "kill -SEGV $$", "failed signal: *" },         { "kill -TERM $$", "killed terminated" },
    { "no-such-program", "failed exit status 127" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const ReactiveSimulationOptions options = { .command = fixture->command };
      g_autofree char *end = NULL;

      simulation_fixture_restart (&fixture->base, &options);
      put_script (fixture, "bash/dispatch", cases[i].script);
      deploy (fixture);
      simulation_fixture_step (&fixture->base);

      end = simulation_fixture_take (&fixture->base, "hook-end bash/0 install ");
      if (!g_pattern_match_simple (cases[i].end, end))
        g_error ("'%s' ended with '%s'", cases[i].script, end);
    }
}

static void
test_not_executable (Fixture *fixture, gconstpointer data)
{
  g_autofree char *end = NULL;

  simulation_fixture_put_file (&fixture->base, "bash/hooks/install", "#!/bin/sh\n");
  deploy (fixture);

  simulation_fixture_step (&fixture->base);
  end = simulation_fixture_take (&fixture->base, "hook-end bash/0 install failed ");
  g_assert_nonnull (strstr (end, "hooks/install"));
}

static void
test_hang (Fixture *fixture, gconstpointer data)
{
  const ReactiveSimulationOptions options = { .command = fixture->command, .hook_timeout_ms = 100 };
  g_autofree char *end = NULL;

  simulation_fixture_restart (&fixture->base, &options);
  put_script (fixture, "bash/hooks/install", "sleep 100");
  deploy (fixture);

  simulation_fixture_settle (&fixture->base);
  end = simulation_fixture_take (&fixture->base, "hook-end bash/0 install failed ");
  g_assert_nonnull (strstr (end, "100 ms"));
  g_assert_nonnull (simulation_fixture_find (&fixture->base, "bash/0")->failed);
}

static void
test_held_back (Fixture *fixture, gconstpointer data)
{
  put_script (fixture, "bash/hooks/install", "state-set a=1; test -e once || { touch once; exit 1; }");
  deploy (fixture);

  simulation_fixture_step (&fixture->base);
  g_assert_cmpuint (reactive_json_get_length (simulation_fixture_find (&fixture->base, "bash/0")->state), ==, 0);
  simulation_fixture_settle (&fixture->base);
  g_assert_cmpuint (reactive_json_get_length (simulation_fixture_find (&fixture->base, "bash/0")->state), ==, 1);
}

static void
test_plans (Fixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *unit;
  g_autoptr (GError) error = NULL;

  put_script (fixture, "bash/hooks/install", "echo ran; state-set a=1");
  deploy (fixture);
  unit = simulation_fixture_find (&fixture->base, "bash/0");

  g_assert_false (reactive_simulation_kill_next (fixture->base.simulation, unit, "before-commit", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_true (reactive_simulation_kill_next (fixture->base.simulation, unit, "before-exit", NULL));
  simulation_fixture_step (&fixture->base);
  simulation_fixture_assert (&fixture->base, "hook-end bash/0 ", "install killed killed at before-exit");

  g_assert_true (reactive_model_resolve (unit, /* retry= */ TRUE, NULL));
  reactive_simulation_fail_next (fixture->base.simulation, unit);
  simulation_fixture_step (&fixture->base);
  simulation_fixture_assert (&fixture->base, "hook-end bash/0 ", "install failed failed by the scenario");
  g_assert_cmpuint (reactive_json_get_length (unit->state), ==, 0);

  simulation_fixture_settle (&fixture->base);
  g_assert_cmpuint (reactive_json_get_length (unit->state), ==, 1);
}

static void
test_reboot (Fixture *fixture, gconstpointer data)
{
  put_script (fixture, "bash/hooks/install", "test -e once || { touch once; juju-reboot --now; sleep 100; }");
  deploy (fixture);

  simulation_fixture_settle (&fixture->base);
  simulation_fixture_assert (&fixture->base, "hook-end bash/0 install ", "killed killed by juju-reboot --now; good");
}

/* A state file as charms.reactive keeps one, with one flag. */
static void
put_state (Fixture *fixture, const char *name, const char *key)
{
  g_autofree char *path = g_build_filename (fixture->base.directory, "bash", name, NULL);
  g_autoptr (ReactiveStore) store = NULL;

  simulation_fixture_put_file (&fixture->base, "bash/README", "");
  store = reactive_store_open (path, REACTIVE_STORE_READ_WRITE, NULL);
  g_assert_nonnull (store);
  reactive_store_set (store, key, "null");
  g_assert_true (reactive_store_commit (store, NULL, NULL));
}

static void
test_flags_of_another_language (Fixture *fixture, gconstpointer data)
{
  put_state (fixture, "one", "reactive.states.app.one");
  put_state (fixture, "two", "reactive.states.app.two");
  put_script (fixture, "bash/hooks/install", "cp one .unit-state.db");
  put_script (fixture, "bash/hooks/start", "cp two .unit-state.db");
  deploy (fixture);

  simulation_fixture_step (&fixture->base);
  simulation_fixture_assert (&fixture->base, "flag-", "set bash/0 app.one");
  simulation_fixture_settle (&fixture->base);
  simulation_fixture_assert (&fixture->base, "flag-", "clear bash/0 app.one; set bash/0 app.two");
  simulation_fixture_assert_flags (&fixture->base, "bash/0", "app.two");
}

static void
test_action (Fixture *fixture, gconstpointer data)
{
  const ReactiveModelAction *action;
  g_autoptr (GError) error = NULL;

  simulation_fixture_put_file (&fixture->base, "bash/actions.yaml", "backup: {description: x}\n");
  put_script (fixture, "bash/actions/backup", "action-set size=3; echo done; echo hm >&2; exit 2");
  deploy (fixture);
  simulation_fixture_settle (&fixture->base);
  action = reactive_model_add_action (simulation_fixture_find (&fixture->base, "bash/0"), "backup", NULL, &error);
  g_assert_no_error (error);
  simulation_fixture_settle (&fixture->base);

  {
    g_autofree char *results = reactive_json_to_text (action->results, REACTIVE_JSON_SORT_KEYS);

    g_assert_cmpstr (results, ==,
                     "{\"return-code\": 2, \"size\": \"3\", \"stderr\": \"hm\\n\", \"stdout\": \"done\\n\"}");
  }
  g_assert_cmpstr (action->status, ==, "failed");
  g_assert_cmpstr (action->message, ==, "exit status 2");
  g_assert_null (simulation_fixture_find (&fixture->base, "bash/0")->failed);
}

static void
test_own_directory (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;

  put_script (fixture, "bash/hooks/install", "cp \"$CHARM_DIR/metadata.yaml\" \"$PWD/made\"");
  deploy (fixture);
  simulation_fixture_settle (&fixture->base);

  path = reactive_simulation_get_path (fixture->base.simulation, simulation_fixture_find (&fixture->base, "bash/0"),
                                       "made");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_true (g_str_has_prefix (contents, "name: bash"));
}

static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModelCharm) charm = NULL;
  g_autoptr (GError) error = NULL;

  put_script (fixture, "bash/hooks/install", "echo first; touch kept");
  put_script (fixture, "bash/hooks/update-status", "echo first");
  deploy (fixture);
  simulation_fixture_settle (&fixture->base);

  put_script (fixture, "bash/hooks/upgrade-charm", "echo second; test -e kept; ! test -e hooks/update-status");
  {
    g_autofree char *old = g_build_filename (fixture->base.directory, "bash/hooks/update-status", NULL);

    g_assert_cmpint (g_unlink (old), ==, 0);
  }
  charm = load (fixture, REACTIVE_CHARM_EXECUTABLE);
  g_assert_true (
      reactive_model_upgrade (simulation_fixture_find (&fixture->base, "bash/0")->application, charm, &error));
  simulation_fixture_settle (&fixture->base);

  simulation_fixture_assert (&fixture->base, "hook-end bash/0 ",
                             "install good; leader-elected missing; config-changed missing; start missing; "
                             "upgrade-charm good; config-changed missing");
}

/* Handler modules, apart from the simulator's process */

static ReactiveModelApplication *
deploy_isolated (Fixture *fixture)
{
  g_autoptr (ReactiveModelCharm) charm = simulation_fixture_load_revision (&fixture->base, 1, REACTIVE_CHARM_ISOLATED);
  g_autoptr (GError) error = NULL;
  ReactiveModelApplication *application
      = reactive_model_add_application (fixture->base.model, "app", charm, NULL, &error);

  g_assert_no_error (error);
  g_assert_nonnull (reactive_model_add_unit (application, NULL));

  return application;
}

static void
test_isolated (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;

  deploy_isolated (fixture);
  simulation_fixture_step (&fixture->base);

  g_assert_nonnull (strstr (fixture->base.events->str, "handler app/0 app:tell\n"));
  g_assert_nonnull (strstr (fixture->base.events->str, "flag-set app/0 app.revision.1\n"));
  g_assert_nonnull (strstr (fixture->base.events->str, "status app/0 active: app.revision.1\n"));
  simulation_fixture_assert_flags (&fixture->base, "app/0", "app.revision.1 leadership.is_leader");
  path = reactive_simulation_get_path (fixture->base.simulation, simulation_fixture_find (&fixture->base, "app/0"),
                                       "/srv/revision");
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "app.revision.1\n");
}

static void
test_isolated_crash (Fixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = deploy_isolated (fixture);
  g_autofree char *path = NULL;
  g_autofree char *ends = NULL;

  g_assert_nonnull (reactive_model_add_unit (application, NULL));
  path = reactive_simulation_get_path (fixture->base.simulation, simulation_fixture_find (&fixture->base, "app/1"),
                                       "crash");
  g_assert_true (g_file_set_contents (path, "", -1, NULL));

  simulation_fixture_settle (&fixture->base);
  g_assert_nonnull (simulation_fixture_find (&fixture->base, "app/1")->failed);
  g_assert_true (simulation_fixture_find (&fixture->base, "app/0")->is_started);
  g_assert_nonnull (strstr (fixture->base.events->str, "output app/1 handler 'app:tell' crashed by SIGABRT"));
  ends = simulation_fixture_take (&fixture->base, "hook-end app/1 install failed ");
  g_assert_true (g_str_has_prefix (ends, "signal: "));
}

static void
test_isolated_upgrade (Fixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = deploy_isolated (fixture);
  g_autoptr (ReactiveModelCharm) charm = NULL;

  simulation_fixture_settle (&fixture->base);
  charm = simulation_fixture_load_revision (&fixture->base, 2, REACTIVE_CHARM_ISOLATED);
  g_assert_true (reactive_model_upgrade (application, charm, NULL));
  simulation_fixture_settle (&fixture->base);

  simulation_fixture_assert_flags (&fixture->base, "app/0", "app.revision.1 app.revision.2 leadership.is_leader");
}

static void
test_no_command (Fixture *fixture, gconstpointer data)
{
  const ReactiveSimulationOptions options = { 0 };
  gboolean ran = FALSE;
  g_autoptr (GError) error = NULL;

  simulation_fixture_restart (&fixture->base, &options);
  put_script (fixture, "bash/hooks/install", "exit 0");
  deploy (fixture);

  g_assert_false (reactive_simulation_step (fixture->base.simulation, &ran, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
}

/* A charm of this process and a script that share a relation. */

static gboolean
greet (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *const *relations = reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"));

  for (; *relations != NULL; relations++)
    {
      reactive_databag_set (reactive_relation_get_to_publish (*relations), "greeting", "hello");
      reactive_toggle_flag (unit, "web.answered",
                            reactive_databag_get (reactive_relation_get_received (*relations), "answer", NULL) != NULL);
    }
  return TRUE;
}

static const ReactiveHandler handlers[] = { HANDLER (greet, ON ("db-relation-{joined,changed}")) };
static const ReactiveModule module = TEST_MODULE (HANDLERS (handlers));

static void
test_mixed (Fixture *fixture, gconstpointer data)
{
  put_script (fixture, "bash/hooks/db-relation-changed",
              "greeting=$(relation-get greeting)\n"
              "if [ -n \"$greeting\" ]; then relation-set answer=\"$greeting yourself\"; fi");
  deploy (fixture);
  simulation_fixture_add (&fixture->base, "web", "requires: {db: {interface: mysql}}", NULL, &module, 1);
  simulation_fixture_relate (&fixture->base, "web:db", "bash:db");

  simulation_fixture_settle (&fixture->base);
  {
    g_auto (GStrv) flags
        = reactive_simulation_get_flags (fixture->base.simulation, simulation_fixture_find (&fixture->base, "web/0"));

    g_assert_true (g_strv_contains ((const char *const *) flags, "web.answered"));
  }
  g_assert_null (
      reactive_simulation_get_flags (fixture->base.simulation, simulation_fixture_find (&fixture->base, "bash/0")));
  simulation_fixture_assert (&fixture->base, "published bash/0 ", "db:0 bash/0 answer=hello yourself");
}

#define ADD_TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/simulation/process/plain-hooks-and-missing-ones", test_plain_hooks);
  ADD_TEST ("/simulation/process/dispatch-goes-first", test_dispatch);
  ADD_TEST ("/simulation/process/exit-status", test_exit_status);
  ADD_TEST ("/simulation/process/not-executable", test_not_executable);
  ADD_TEST ("/simulation/process/a-hang-fails-its-hook", test_hang);
  ADD_TEST ("/simulation/process/what-waits-is-dropped-with-a-bad-hook", test_held_back);
  ADD_TEST ("/simulation/process/fails-and-is-killed-by-the-scenario", test_plans);
  ADD_TEST ("/simulation/process/is-killed-by-a-reboot-and-comes-again", test_reboot);
  ADD_TEST ("/simulation/process/flags-of-another-language", test_flags_of_another_language);
  ADD_TEST ("/simulation/process/actions-have-results", test_action);
  ADD_TEST ("/simulation/process/each-unit-has-a-charm-directory", test_own_directory);
  ADD_TEST ("/simulation/process/upgrade-keeps-what-the-charm-made", test_upgrade);
  ADD_TEST ("/simulation/process/isolated/handlers-and-flags-are-told", test_isolated);
  ADD_TEST ("/simulation/process/isolated/a-crash-fails-its-hook", test_isolated_crash);
  ADD_TEST ("/simulation/process/isolated/upgrade-loads-the-new-module", test_isolated_upgrade);
  ADD_TEST ("/simulation/process/needs-the-command", test_no_command);
  ADD_TEST ("/simulation/process/talks-to-a-charm-of-this-process", test_mixed);

  return g_test_run ();
}
