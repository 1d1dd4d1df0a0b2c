/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <string.h>

#include "simulator/file-tree.h"
#include "simulator/scenario-run.h"

/* A directory with charms in it, one of which is complete. */
typedef struct
{
  char *directory;
} Fixture;

static void
write_file (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *module
      = g_build_filename (g_getenv ("REACTIVE_TEST_BUILD"), "fixtures", "modules", "revision-1.so", NULL);
  g_autofree char *copy = NULL, *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length_bytes;

  fixture->directory = g_dir_make_tmp ("test-scenario-XXXXXX", NULL);
  copy = g_build_filename (fixture->directory, "steady", "reactive", "app.so", NULL);
  write_file (fixture->directory, "steady/metadata.yaml", "name: steady\nrequires: {in: {interface: x}}\n");
  write_file (fixture->directory, "steady/config.yaml", "options: {generation: {type: int, default: 1}}\n");
  write_file (fixture->directory, "steady/dispatch", "#!/bin/sh\nexec reactive dispatch\n");
  write_file (fixture->directory, "unbuilt/metadata.yaml", "name: unbuilt\n");
  write_file (fixture->directory, "unbuilt/dispatch", "#!/bin/sh\nexec reactive dispatch\n");
  write_file (fixture->directory, "nothing/metadata.yaml", "name: nothing\n");

  write_file (fixture->directory, "steady/reactive/app.so", "");
  g_file_get_contents (module, &contents, &length_bytes, &error);
  g_assert_no_error (error);
  g_file_set_contents (copy, contents, (gssize) length_bytes, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (reactive_file_tree_remove (fixture->directory));
  g_free (fixture->directory);
}

#define HEAD "applications: {app: {charm: steady}}\nretries: 0\nsteps:\n- settle\n"

static ReactiveScenarioRun *
prepare (const Fixture *fixture, const char *text, GError **error)
{
  const ReactiveSimulationOptions options = { .seed = 3 };
  g_autofree char *path = g_build_filename (fixture->directory, "s.yaml", NULL);
  g_autoptr (GError) reason = NULL;
  ReactiveScenario *scenario = reactive_scenario_parse (text, strlen (text), path, &reason);

  g_assert_no_error (reason);
  return reactive_scenario_run_new (scenario, &options, /* is_seed_given= */ FALSE, error);
}

/* Runs HEAD and @steps; the failures are to be these, without the directory: lines that end with '\n'. */
static void
assert_failures (const Fixture *fixture, const char *steps, const char *expected)
{
  g_autofree char *text = g_strconcat (HEAD, steps, NULL);
  g_autofree char *prefix = g_strconcat (fixture->directory, "/s.yaml:", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveScenarioRun) run = prepare (fixture, text, &error);
  g_autoptr (GString) seen = g_string_new (NULL);
  const GPtrArray *failures;

  g_assert_no_error (error);
  reactive_scenario_run (run, &error);
  g_assert_no_error (error);

  failures = reactive_scenario_run_get_failures (run);
  for (guint i = 0; i < failures->len; i++)
    {
      const char *failure = g_ptr_array_index (failures, i);

      g_assert_true (g_str_has_prefix (failure, prefix));
      g_string_append_printf (seen, "%s\n", failure + strlen (prefix));
    }
  g_assert_cmpstr (seen->str, ==, expected);
}

static void
test_all_is_well (Fixture *fixture, gconstpointer data)
{
  assert_failures (fixture,
                   "- expect: {app/0: {flags: app.revision.1, not-flags: x, status: active, message: app.revision.1,\n"
                   "                   hooks: {install: 1, config-changed: 1}, file: {/srv/revision: app.revision.1}, "
                   "ports: [], error: false},\n"
                   "           app: {leader: app/0, units: 1, config: {generation: 1}}}\n"
                   "- config: {app: {generation: 2}}\n- settle\n"
                   "- expect: {app/0: {hooks: [config-changed], not-hooks: [install], not-handlers: 'app:tell'}}\n"
                   "- remove-application: app\n- settle\n"
                   "- expect: {app: {exists: false}, app/0: {exists: false, hooks: [stop, remove]}}\n",
                   "");
}

static void
test_failures (Fixture *fixture, gconstpointer data)
{
  assert_failures (fixture,
                   "- expect: {app/0: {flags: [x, app.revision.1], not-flags: app.revision.1, status: blocked,\n"
                   "                   hooks: {install: 2, start: 1}, config: {generation: 7}}}\n",
                   "5:28: app/0: flags x: expected set, is clear\n"
                   "5:59: app/0: not-flags app.revision.1: expected clear, is set\n"
                   "    hook 1, app/0 install: set\n"
                   "5:83: app/0: status: expected 'blocked', is 'active': 'app.revision.1'\n"
                   "    hook 1, app/0 install: active: app.revision.1\n"
                   "6:28: app/0: hooks install: expected to run 2 times, ran once\n"
                   "    hook 1, app/0 install: ran\n"
                   "6:72: app/0: config generation: expected '7', is 1\n"
                   "    hook 2, app/0 leader-elected: ran\n"
                   "    hook 3, app/0 config-changed: ran\n"
                   "    hook 4, app/0 start: ran\n");
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  assert_failures (fixture,
                   "- remove-unit: app/0\n- settle\n- expect: {app/0: {status: active, exists: true}, app: {leader: "
                   "app/0}}\n",
                   "7:28: app/0: status: the unit is gone\n"
                   "    hook 1, app/0 install: active: app.revision.1\n"
                   "7:44: app/0: exists: expected the unit, it is gone\n"
                   "    hook 4, app/0 start: ran\n"
                   "    hook 5, app/0 stop: ran\n"
                   "    hook 6, app/0 remove: ran\n"
                   "7:65: app: leader: expected 'app/0', is absent\n");
}

static void
test_errors (Fixture *fixture, gconstpointer data)
{
  const char *fail = "- update-status\n- fail: app/0\n- settle\n";
  g_autofree char *unexpected = g_strconcat (fail, "- expect: {app/0: {status: blocked}}\n", NULL);
  g_autofree char *expected = g_strconcat (
      fail, "- expect: {app/0: {status: active}}\n- expect: {app/0: {error: update-status}}\n- settle\n", NULL);
  g_autofree char *wrong = g_strconcat (fail, "- expect: {app/0: {error: false}}\n", NULL);
  g_autofree char *again = g_strconcat (fail,
                                        "- expect: {app/0: {error: true}}\n- resolve: app/0\n- fail: app/0\n"
                                        "- settle\n",
                                        NULL);

  assert_failures (fixture, unexpected,
                   "7:3: settle: app/0 is in error: its hook update-status failed: failed by the scenario\n"
                   "8:28: app/0: status: expected 'blocked', is 'active': 'app.revision.1'\n"
                   "    hook 1, app/0 install: active: app.revision.1\n");
  assert_failures (fixture, expected, "");
  assert_failures (fixture, again,
                   "11:3: settle: app/0 is in error: its hook update-status failed: failed by the scenario\n");
  assert_failures (fixture, wrong,
                   "7:3: settle: app/0 is in error: its hook update-status failed: failed by the scenario\n"
                   "8:27: app/0: error: expected no error, is in error over update-status\n"
                   "    hook 5, app/0 update-status: failed: failed by the scenario\n");
}

static void
test_impossible_step (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveScenarioRun) run = prepare (fixture, HEAD "- resolve: app/0\n", &error);
  g_autofree char *prefix = g_strconcat (fixture->directory, "/s.yaml:5:12: resolve: app/0: ", NULL);

  g_assert_no_error (error);
  g_assert_false (reactive_scenario_run (run, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_assert_true (g_str_has_prefix (error->message, prefix));
}

static void
test_bad_charms (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text, *message;
  } cases[] = {
    { "applications: {app: {charm: nowhere}}", "1:29: applications.app.charm: there is no directory '" },
    { "applications: {app: {charm: unbuilt}}", "1:29: applications.app.charm: there is no handler module in '" },
    { "applications: {app: {charm: nothing}}", "1:29: applications.app.charm: '" },
    { HEAD "- upgrade: {app: unbuilt}", "5:18: upgrade.app: there is no handler module in '" },
    { "applications: {app: {charm: steady, config: {x: 1}}}", "1:16: applications.app: " },
    { "applications: {app: {charm: steady}}\nrelations: [[app:in, app:in]]", "2:13: relations: " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *expected = g_strdup_printf ("%s/s.yaml:%s", fixture->directory, cases[i].message);

      g_assert_null (prepare (fixture, cases[i].text, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, expected));
    }
}

static void
test_seed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveScenarioRun) without = prepare (fixture, HEAD, NULL);
  g_autoptr (ReactiveScenarioRun) with = prepare (fixture, "seed: 8\n" HEAD, NULL);

  g_assert_cmpuint (reactive_scenario_run_get_seed (without), ==, 3);
  g_assert_cmpuint (reactive_scenario_run_get_seed (with), ==, 8);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/scenario/run/holds", Fixture, NULL, set_up, test_all_is_well, tear_down);
  g_test_add ("/scenario/run/tells-what-is-not-as-expected", Fixture, NULL, set_up, test_failures, tear_down);
  g_test_add ("/scenario/run/tells-what-is-gone", Fixture, NULL, set_up, test_gone, tear_down);
  g_test_add ("/scenario/run/units-in-error-are-expected-or-fail-it", Fixture, NULL, set_up, test_errors, tear_down);
  g_test_add ("/scenario/run/ends-at-an-impossible-step", Fixture, NULL, set_up, test_impossible_step, tear_down);
  g_test_add ("/scenario/run/bad-charms-are-refused", Fixture, NULL, set_up, test_bad_charms, tear_down);
  g_test_add ("/scenario/run/seed-is-the-scenarios", Fixture, NULL, set_up, test_seed, tear_down);

  return g_test_run ();
}
