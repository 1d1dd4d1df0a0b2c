/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <string.h>

#include "simulator/file-tree.h"
#include "simulator/scenario-check.h"

/* Charms that are there by their files alone. */
static const struct
{
  const char *name, *metadata, *config, *actions;
} charms[] = {
  { "db",
    "name: db\nprovides: {db: {interface: mysql, limit: 1}, admin: {interface: mysql-root}}\n"
    "peers: {cluster: {interface: db-cluster}}\nstorage: {data: {type: filesystem, multiple: {range: 1-3}}}\n",
    "options: {port: {type: int, default: 3306}}\n", "backup: {}\n" },
  { "app",
    "name: app\nrequires: {database: {interface: mysql}, other: {interface: mysql}}\n"
    "containers: {web: {}}\n",
    NULL, NULL },
  { "helper", "name: helper\nsubordinate: true\nrequires: {host: {interface: juju-info, scope: container}}\n", NULL,
    NULL },
};

typedef struct
{
  char *directory;
} Fixture;

static void
write_file (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;

  if (text != NULL)
    g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp ("test-scenario-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (charms); i++)
    {
      g_autofree char *directory = g_build_filename (fixture->directory, charms[i].name, NULL);

      g_assert_cmpint (g_mkdir (directory, 0755), ==, 0);
      write_file (directory, "metadata.yaml", charms[i].metadata);
      write_file (directory, "config.yaml", charms[i].config);
      write_file (directory, "actions.yaml", charms[i].actions);
    }
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (reactive_file_tree_remove (fixture->directory));
  g_free (fixture->directory);
}

static ReactiveModelCharm *
load (const char *directory)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelCharm *charm = reactive_model_charm_load (directory, REACTIVE_CHARM_EXECUTABLE, &error);

  g_assert_no_error (error);
  return charm;
}

#define HEAD                                                                                                           \
  "applications:\n  db: {charm: db, units: 2}\n  app: {charm: app}\n  more: {charm: app}\n  helper: {charm: helper}\n"

/* @text after HEAD, which has five lines, or alone where it has applications of its own. */
static ReactiveScenario *
parse (const Fixture *fixture, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->directory, "s.yaml", NULL);
  g_autofree char *whole = strstr (text, "applications:") != NULL ? g_strdup (text) : g_strconcat (HEAD, text, NULL);
  ReactiveScenario *scenario = reactive_scenario_parse (whole, strlen (whole), path, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < scenario->applications->len; i++)
    {
      ReactiveScenarioApplication *application = g_ptr_array_index (scenario->applications, i);

      application->charm = load (application->directory);
    }
  for (guint i = 0; i < scenario->steps->len; i++)
    {
      ReactiveScenarioStep *step = g_ptr_array_index (scenario->steps, i);

      if (step->directory != NULL)
        step->charm = load (step->directory);
    }

  return scenario;
}

static void
test_good (Fixture *fixture, gconstpointer data)
{
  static const char *const cases[] = {
    "",
    "relations: [[app:database, db:db]]\n",
    "relations: [[app:database, db:db], ['helper:host', app]]\nsteps: [settle, expect: {helper/0: {exists: true}}]\n",
    "steps: [add-unit: db, expect: {db/2: {status: active}}]\n",
    "steps: [remove-unit: db/1, settle, add-unit: db, settle, expect: {db/1: {exists: false}, db/2: {exists: true}}]\n",
    "relations: [[app:database, db:db]]\n"
    "steps: [settle, unrelate: [app, db], settle, relate: [more:database, db:db], settle]\n",
    "steps: [settle, remove-application: db, settle, expect: {db: {exists: false}, db/0: {hooks: [stop, remove]}}]\n",
    "steps: [leader: db/1, action: {unit: db/0, name: backup}, update-status, fail: db/0, resolve: db/0]\n",
    "steps: [kill: {unit: db/0, at: after-commit}, attach-storage: {unit: db/0, storage: data}, settle]\n",
    "steps: [upgrade: {db: db}, config: {db: {port: 1}}, hook: {unit: app/0, name: web-pebble-ready}, settle]\n",
    "steps: [expect: {db/0: {hooks: [install, db-relation-joined, data-storage-attached, "
    "cluster-relation-created]}}]\n",
    "steps: [expect: {app/0: {hooks: [web-pebble-ready]}, db/0: {hooks: [action backup], error: start}}]\n",
    "steps: [expect: {db/0: {databag: {db: {k: v}, admin app: null}, config: {port: 1}, action: {backup: failed}}}]\n",
    "steps: [expect: {db/7: {exists: false}}]\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveScenario) scenario = parse (fixture, cases[i]);

      reactive_scenario_check (scenario, &error);
      g_assert_no_error (error);
    }
}

static void
test_bad (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *text, *message;
  } cases[] = {
    { "relations: [[app:database, db:admin]]\n", "6:13: relations: " },
    { "relations: [[app:databas, db:db]]\n", "6:13: relations: " },
    { "relations: [[ap:database, db:db]]\n", "6:13: relations: " },
    { "relations: [[app:database, db:db], [more:database, db:db]]\n", "6:36: relations: " },
    { "relations: [[app:database, db:db], [app:database, db:db]]\n", "6:36: relations: " },
    { "applications:\n  db: {charm: db, config: {prt: 1}}\n", "2:3: applications.db: " },
    { "applications:\n  db: {charm: db, config: {port: x}}\n", "2:3: applications.db: " },
    { "applications:\n  db: {charm: db, storage: {dat: 1}}\n", "2:3: applications.db: " },
    { "applications:\n  db: {charm: db, resources: {image: i}}\n", "2:3: applications.db: " },
    { "applications:\n  h: {charm: helper, units: 2}\n", "2:3: applications.h: " },
    { "steps: [config: {dbs: {port: 1}}]\n", "6:18: config: " },
    { "steps: [config: {db: {port: x}}]\n", "6:18: config: " },
    { "steps: [remove-unit: db/2]\n", "6:22: remove-unit: " },
    { "steps: [leader: app/1]\n", "6:17: leader: " },
    { "steps: [action: {unit: db/0, name: restore}]\n", "6:24: action: " },
    { "steps: [kill: {unit: db/0, at: noon}]\n", "6:22: kill: no hook can be killed at 'noon'" },
    { "steps: [unrelate: [app:database, db:db]]\n", "6:19: unrelate: " },
    { "steps: [relate: [app:database, app:database]]\n", "6:17: relate: " },
    { "steps: [attach-storage: {unit: app/0, storage: data}]\n", "6:32: attach-storage: " },
    { "steps: [detach-storage: {unit: db/0, storage: data/9}]\n", "6:32: detach-storage: " },
    { "steps: [hook: {unit: app/0, name: webs-pebble-ready}]\n", "6:22: hook: " },
    { "steps: [remove-application: db, settle, add-unit: db]\n", "6:51: add-unit: " },
    { "steps: [expect: {dbs/0: {status: active}}]\n",
      "6:34: dbs/0: status: there is no application 'dbs' (did you mean 'db'?)" },
    { "steps: [expect: {db/2: {status: active}}]\n", "6:33: db/2: status: there is no unit 'db/2'" },
    { "steps: [expect: {nobody/7: {exists: false}}]\n", "6:37: nobody/7: exists: there is no application 'nobody'" },
    { "steps: [expect: {db: {leader: db/7}}]\n", "6:31: db: leader: there is no unit 'db/7'" },
    { "steps: [expect: {db/0: {databag: {dbs: {k: v}}}}]\n",
      "6:44: db/0: databag dbs k: there is no endpoint 'dbs' (did you mean 'db'?)" },
    { "steps: [expect: {db/0: {databag: {db ap: null}}}]\n",
      "6:35: db/0: databag db ap: there is no application 'ap' (did you mean 'app'?)" },
    { "steps: [expect: {db/0: {config: {prt: 1}}}]\n",
      "6:39: db/0: config prt: there is no option 'prt' (did you mean 'port'?)" },
    { "steps: [expect: {db/0: {action: {restore: failed}}}]\n",
      "6:43: db/0: action restore: there is no action 'restore'" },
    { "steps: [expect: {db/0: {hooks: [db-relation-joind]}}]\n",
      "6:33: db/0: hooks db-relation-joind: there is no hook 'db-relation-joind' (did you mean "
      "'db-relation-joined'?)" },
    { "steps: [expect: {db/0: {error: instal}}]\n",
      "6:32: db/0: error: there is no hook 'instal' (did you mean 'install'?)" },
    { "steps: [expect: {db/0: {handlers: [m:h]}}]\n",
      "6:36: db/0: handlers m:h: handlers that run in a process of their own cannot be seen" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveScenario) scenario = parse (fixture, cases[i].text);
      g_autofree char *expected = g_strdup_printf ("%s/s.yaml:%s", fixture->directory, cases[i].message);

      g_assert_false (reactive_scenario_check (scenario, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_test_message ("%s", error->message);
      if (g_str_has_suffix (expected, ": "))
        g_assert_true (g_str_has_prefix (error->message, expected));
      else
        g_assert_cmpstr (error->message, ==, expected);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add ("/scenario/check/lets-good-ones-pass", Fixture, NULL, set_up, test_good, tear_down);
  g_test_add ("/scenario/check/tells-bad-ones-with-their-place", Fixture, NULL, set_up, test_bad, tear_down);

  return g_test_run ();
}
