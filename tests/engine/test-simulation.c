/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>

#include "simulation-fixture.h"

#include <stdio.h>
#include <unistd.h>

#include "unit/unit-private.h"

/* Models of charms whose handlers run in this process. */

/* A charm that lives: says what it does, in every way in which a charm can. */

static gboolean
install (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "web.installed");
  reactive_status_maintenance (unit, "installing");
  return TRUE;
}

static gboolean
start (ReactiveUnit *unit, GError **error)
{
  reactive_status_active (unit, "ready");
  return TRUE;
}

static gboolean
serve (ReactiveUnit *unit, GError **error)
{
  g_autofree char *path = reactive_get_path (unit, "/srv/web.conf");

  reactive_set_flag (unit, "web.serving");
  return reactive_write_file (unit, "/srv/web.conf", "serving\n", -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL,
                              error)
         && g_file_test (path, G_FILE_TEST_EXISTS);
}

static const ReactiveHandler web_handlers[] = {
  HANDLER (install, ON ("install")),
  HANDLER (start, ON ("start")),
  HANDLER (serve, WHEN ("web.installed"), WHEN_NOT ("web.serving")),
};

static const ReactiveModule web_module = TEST_MODULE (HANDLERS (web_handlers));

static void
add_web (SimulationFixture *fixture, guint n_units)
{
  simulation_fixture_add (fixture, "web", "", NULL, &web_module, n_units);
}

static void
test_life (SimulationFixture *fixture, gconstpointer data)
{
  add_web (fixture, 1);

  simulation_fixture_settle (fixture);
  simulation_fixture_assert (fixture, "hook web/0 ", "install; leader-elected; config-changed; start");
  simulation_fixture_assert_flags (fixture, "web/0", "leadership.is_leader web.installed web.serving");
  g_assert_cmpstr (simulation_fixture_find (fixture, "web/0")->status.status, ==, "active");
}

static void
test_events (SimulationFixture *fixture, gconstpointer data)
{
  add_web (fixture, 1);

  simulation_fixture_step (fixture);
  simulation_fixture_assert (fixture, "",
                             "hook web/0 install; "
                             "flag-set web/0 leadership.is_leader; handler web/0 web:install; "
                             "flag-set web/0 web.installed; log web/0 INFO: status-set: maintenance: installing; "
                             "status web/0 maintenance: installing; "
                             "handler web/0 web:serve; flag-set web/0 web.serving; hook-end web/0 install good");
}

static void
test_nothing_to_do (SimulationFixture *fixture, gconstpointer data)
{
  gboolean ran = TRUE;

  add_web (fixture, 1);
  simulation_fixture_settle (fixture);

  g_assert_true (reactive_simulation_step (fixture->simulation, &ran, NULL));
  g_assert_false (ran);
  g_assert_cmpuint (fixture->model->ready->len, ==, 0);
}

static void
test_run (SimulationFixture *fixture, gconstpointer data)
{
  add_web (fixture, 2);

  g_assert_true (reactive_simulation_run (fixture->simulation, 3, NULL));
  g_assert_cmpuint (strlen (fixture->events->str), >, 0);
  {
    g_autofree char *ends = simulation_fixture_take (fixture, "hook-end ");
    g_auto (GStrv) each = g_strsplit (ends, "; ", -1);

    g_assert_cmpuint (g_strv_length (each), ==, 3);
  }
}

static void
test_clock (SimulationFixture *fixture, gconstpointer data)
{
  gint64 began_us = fixture->model->now_us;

  add_web (fixture, 1);
  simulation_fixture_settle (fixture);

  g_assert_cmpint (fixture->model->now_us - began_us, ==, 4 * G_USEC_PER_SEC);
}

static void
test_files (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *contents = NULL;
  g_autofree char *expected = g_build_filename (fixture->directory, "units/web-1/root/srv/web.conf", NULL);

  add_web (fixture, 2);
  simulation_fixture_settle (fixture);

  path
      = reactive_simulation_get_path (fixture->simulation, simulation_fixture_find (fixture, "web/1"), "/srv/web.conf");
  g_assert_cmpstr (path, ==, expected);
  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "serving\n");
}

/* Two charms that talk */

static gboolean
ask (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *const *relations = reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"));

  for (guint i = 0; relations[i] != NULL; i++)
    reactive_databag_set (reactive_relation_get_to_publish (relations[i]), "ask", "yes");
  return TRUE;
}

static const ReactiveHandler client_handlers[] = { HANDLER (ask, ON ("db-relation-joined")) };
static const ReactiveModule client_module = TEST_MODULE (HANDLERS (client_handlers));

static gboolean
answer (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *const *relations = reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"));

  for (guint i = 0; relations[i] != NULL; i++)
    {
      const char *asked = reactive_databag_get (reactive_relation_get_received (relations[i]), "ask", NULL);
      g_autofree char *id = reactive_new_id (unit);

      if (asked != NULL && reactive_databag_get (reactive_relation_get_to_publish (relations[i]), "id", NULL) == NULL)
        reactive_databag_set (reactive_relation_get_to_publish (relations[i]), "id", id);
    }
  return TRUE;
}

static const ReactiveHandler server_handlers[] = { HANDLER (answer, ON ("db-relation-{joined,changed}")) };
static const ReactiveModule server_module = TEST_MODULE (HANDLERS (server_handlers));

static void
add_pair (SimulationFixture *fixture)
{
  simulation_fixture_add (fixture, "client", "requires: {db: {interface: mysql}}",
                          "options: {size: {type: int, default: 1}}", &client_module, 2);
  simulation_fixture_add (fixture, "server", "provides: {db: {interface: mysql}}", NULL, &server_module, 2);
  simulation_fixture_relate (fixture, "client:db", "server:db");
}

static const char *
get_databag (SimulationFixture *fixture, const char *unit_name, const char *key)
{
  ReactiveModelUnit *unit = simulation_fixture_find (fixture, unit_name);
  const ReactiveModelSeenRelation *seen = g_ptr_array_index (unit->relations, 0);
  const ReactiveJson *value
      = reactive_json_get_member (reactive_model_relation_find_member (seen->relation, unit)->databag.data, key);

  return value != NULL ? reactive_json_get_string (value, NULL) : NULL;
}

static void
test_relation (SimulationFixture *fixture, gconstpointer data)
{
  add_pair (fixture);
  simulation_fixture_settle (fixture);

  g_assert_cmpstr (get_databag (fixture, "client/1", "ask"), ==, "yes");
  g_assert_cmpuint (strlen (get_databag (fixture, "server/0", "id")), ==, 32);
  g_assert_cmpstr (get_databag (fixture, "server/0", "id"), !=, get_databag (fixture, "server/1", "id"));
}

static void
test_published (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *published = NULL;

  add_pair (fixture);
  simulation_fixture_settle (fixture);

  published = simulation_fixture_take (fixture, "published client/0 ");
  g_assert_cmpstr (published, ==, "db:0 client/0 ask=yes");
}

/* The whole run as text. */
static char *
run_pair (SimulationFixture *fixture, guint64 seed, gboolean has_state_files)
{
  const ReactiveSimulationOptions options
      = { .seed = seed, .has_state_files = has_state_files, .n_retries = REACTIVE_SIMULATION_N_RETRIES };

  simulation_fixture_restart (fixture, &options);
  add_pair (fixture);
  reactive_simulation_fail_next (fixture->simulation, simulation_fixture_find (fixture, "client/1"));
  simulation_fixture_settle (fixture);
  g_assert_true (reactive_model_remove_unit (simulation_fixture_find (fixture, "server/0"), NULL));
  simulation_fixture_settle (fixture);

  return simulation_fixture_take (fixture, "");
}

static void
test_same_seed (SimulationFixture *fixture, gconstpointer data)
{
  for (guint64 seed = 0; seed < 3; seed++)
    {
      g_autofree char *first = run_pair (fixture, seed, FALSE);
      g_autofree char *second = run_pair (fixture, seed, FALSE);

      g_assert_cmpstr (first, ==, second);
    }
}

static void
test_other_seed (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *first = run_pair (fixture, 1, FALSE);
  g_autofree char *second = run_pair (fixture, 2, FALSE);

  g_assert_cmpstr (first, !=, second);
}

static void
test_state_files (SimulationFixture *fixture, gconstpointer data)
{
  for (guint64 seed = 0; seed < 2; seed++)
    {
      g_autofree char *in_memory = run_pair (fixture, seed, FALSE);
      g_autofree char *in_files = run_pair (fixture, seed, TRUE);

      g_assert_cmpstr (in_memory, ==, in_files);
    }
}

static void
test_write_state (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "written.db", NULL);
  g_autoptr (ReactiveStore) store = NULL;
  g_autoptr (GError) error = NULL;

  add_web (fixture, 1);
  simulation_fixture_settle (fixture);
  g_assert_true (
      reactive_simulation_write_state (fixture->simulation, simulation_fixture_find (fixture, "web/0"), path, &error));
  g_assert_no_error (error);

  store = reactive_store_open (path, REACTIVE_STORE_READ_ONLY, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (reactive_store_get (store, "reactive.states.web.serving"), ==, "null");
}

static void
test_no_state (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "written.db", NULL);
  g_autoptr (GError) error = NULL;

  add_web (fixture, 1);

  g_assert_null (reactive_simulation_get_flags (fixture->simulation, simulation_fixture_find (fixture, "web/0")));
  g_assert_false (
      reactive_simulation_write_state (fixture->simulation, simulation_fixture_find (fixture, "web/0"), path, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
}

/* Charms that are loaded */

static void
test_upgrade (SimulationFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModelCharm) first = simulation_fixture_load_revision (fixture, 1, REACTIVE_CHARM_IN_PROCESS);
  g_autoptr (ReactiveModelCharm) second = NULL;
  ReactiveModelApplication *application
      = reactive_model_add_application (fixture->model, "app", first, /* config= */ NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (reactive_model_add_unit (application, NULL));
  simulation_fixture_settle (fixture);
  simulation_fixture_assert_flags (fixture, "app/0", "app.revision.1 leadership.is_leader");

  second = simulation_fixture_load_revision (fixture, 2, REACTIVE_CHARM_IN_PROCESS);
  reactive_model_upgrade (application, second, &error);
  g_assert_no_error (error);
  simulation_fixture_settle (fixture);
  simulation_fixture_assert_flags (fixture, "app/0", "app.revision.1 app.revision.2 leadership.is_leader");
}

static void
test_load_missing (SimulationFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_simulation_load_charm (fixture->simulation, "/no/where", REACTIVE_CHARM_IN_PROCESS, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/no/where"));
}

/* What runs in this process has no agent that a program could ask. */
static void
test_load_programs (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *directory = g_build_filename (fixture->directory, "bash", NULL);
  g_autofree char *program = g_build_filename (directory, "reactive", "app.sh", NULL);
  g_autoptr (ReactiveModelCharm) charm = NULL;
  g_autoptr (GError) error = NULL;

  simulation_fixture_put_file (fixture, "bash/metadata.yaml", "name: app\n");
  simulation_fixture_put_file (fixture, "bash/reactive/app.sh", "#!/bin/sh\n");
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);

  g_assert_null (reactive_simulation_load_charm (fixture->simulation, directory, REACTIVE_CHARM_IN_PROCESS, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_true (g_str_has_suffix (error->message, "some of its handlers are programs, which need a process for each "
                                                   "hook: a scenario runs it"));

  charm = reactive_simulation_load_charm (fixture->simulation, directory, REACTIVE_CHARM_ISOLATED, NULL);
  g_assert_nonnull (charm);
}

static ReactiveModelCharm *
load_with_library (SimulationFixture *fixture, const char *name, const char *contents, GError **error)
{
  g_autofree char *directory = g_build_filename (fixture->directory, name, NULL);
  g_autofree char *metadata = g_strdup_printf ("%s/metadata.yaml", name);
  g_autofree char *library = g_strdup_printf ("%s/interfaces/libreactive-odd.so.0", name);

  simulation_fixture_put_file (fixture, metadata, "name: app\n");
  simulation_fixture_put_file (fixture, library, contents);

  return reactive_simulation_load_charm (fixture->simulation, directory, REACTIVE_CHARM_IN_PROCESS, error);
}

static void
test_libraries (SimulationFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveModelCharm) first = load_with_library (fixture, "first", "one", &error);
  g_autoptr (ReactiveModelCharm) second = load_with_library (fixture, "second", "one", &error);
  g_autofree char *link = NULL;
  g_autofree char *target = NULL;

  g_assert_no_error (error);
  link = g_build_filename (second->directory, "interfaces", "libreactive-odd.so.0", NULL);
  target = g_file_read_link (link, NULL);
  g_assert_true (g_str_has_suffix (target, "/first/interfaces/libreactive-odd.so.0"));

  g_assert_null (load_with_library (fixture, "third", "other", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
}

/* What charms print */

static gboolean
print (ReactiveUnit *unit, GError **error)
{
  printf ("one\ntwo");
  fprintf (stderr, "\nthree \xff\n");
  return write (STDOUT_FILENO, "four\n", 5) == 5;
}

static const ReactiveHandler printing_handlers[] = { HANDLER (print, ON ("install")) };
static const ReactiveModule printing_module = TEST_MODULE (HANDLERS (printing_handlers));

static void
test_output (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *lines = NULL;

  simulation_fixture_add (fixture, "web", "", NULL, &printing_module, 1);
  simulation_fixture_step (fixture);

  lines = simulation_fixture_take (fixture, "output web/0 ");
  g_assert_nonnull (strstr (lines, "one"));
  g_assert_nonnull (strstr (lines, "two"));
  g_assert_nonnull (strstr (lines, "three \xef\xbf\xbd"));
  g_assert_nonnull (strstr (lines, "four"));
}

static void
keep_output (const ReactiveSimulationEvent *event, gpointer data)
{
  if (event->kind == REACTIVE_SIMULATION_OUTPUT)
    g_string_append (data, event->detail);
}

static gboolean
print_path (ReactiveUnit *unit, GError **error)
{
  g_autofree char *path = reactive_get_path (unit, "/srv");

  printf ("%s\n", path);
  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static const ReactiveHandler path_handlers[] = { HANDLER (print_path, ON ("install")) };
static const ReactiveModule path_module = TEST_MODULE (HANDLERS (path_handlers));

static void
test_temporary_directory (SimulationFixture *fixture, gconstpointer data)
{
  const ReactiveSimulationOptions options = { 0 };
  SimulationFixture own = { .directory = fixture->directory, .model = reactive_model_new (REACTIVE_JUJU_3_6, 0) };
  g_autoptr (GString) output = g_string_new (NULL);
  g_autofree char *path = NULL;

  own.simulation = reactive_simulation_new (own.model, &options, NULL);
  reactive_simulation_add_listener (own.simulation, keep_output, output);
  simulation_fixture_add (&own, "web", "", NULL, &path_module, 1);
  simulation_fixture_step (&own);

  g_assert_cmpstr (output->str, ==, "/SIMULATION/web-0/root/srv");
  path = reactive_simulation_get_path (own.simulation, simulation_fixture_find (&own, "web/0"), "/srv");
  g_assert_true (g_file_test (path, G_FILE_TEST_IS_DIR));
  reactive_simulation_free (own.simulation);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* Failures */

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "web.tried");
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "no luck");
  return FALSE;
}

static const ReactiveHandler failing_handlers[] = { HANDLER (fail, ON ("config-changed")) };
static const ReactiveModule failing_module = TEST_MODULE (HANDLERS (failing_handlers));

static void
test_retries (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *ends = NULL;
  g_auto (GStrv) each = NULL;

  simulation_fixture_add (fixture, "web", "", NULL, &failing_module, 1);
  simulation_fixture_settle (fixture);

  ends = simulation_fixture_take (fixture, "hook-end web/0 config-changed ");
  each = g_strsplit (ends, "; ", -1);
  g_assert_cmpuint (g_strv_length (each), ==, 1 + REACTIVE_SIMULATION_N_RETRIES);
  g_assert_cmpstr (each[0], ==, "failed handler 'web:fail': no luck");
  g_assert_nonnull (simulation_fixture_find (fixture, "web/0")->failed);
  simulation_fixture_assert_flags (fixture, "web/0", "leadership.is_leader");
}

static void
test_fail_next (SimulationFixture *fixture, gconstpointer data)
{
  add_web (fixture, 1);
  reactive_simulation_fail_next (fixture->simulation, simulation_fixture_find (fixture, "web/0"));

  simulation_fixture_step (fixture);
  simulation_fixture_assert (fixture, "hook-end web/0 ", "install failed failed by the scenario");
  simulation_fixture_assert_flags (fixture, "web/0", "");

  simulation_fixture_settle (fixture);
  simulation_fixture_assert (fixture, "hook-end web/0 ",
                             "install good; leader-elected good; config-changed good; start good");
}

static void
test_kill_next (SimulationFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *point;
    const char *flags; /* that are kept */
  } cases[] = {
    { "before-handlers", "" },
    { "after-handler", "" },
    { "after-handler web:serve", "" },
    { "before-commit", "" },
    { "after-commit", "leadership.is_leader web.installed web.serving" },
    { "before-exit", "leadership.is_leader web.installed web.serving" },
  };
  const ReactiveSimulationOptions options = { .n_retries = 1 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *end = NULL;
      g_autoptr (GError) error = NULL;

      simulation_fixture_restart (fixture, &options);
      add_web (fixture, 1);
      g_assert_true (reactive_simulation_kill_next (fixture->simulation, simulation_fixture_find (fixture, "web/0"),
                                                    cases[i].point, &error));
      g_assert_no_error (error);
      simulation_fixture_step (fixture);

      end = simulation_fixture_take (fixture, "hook-end web/0 install killed killed at ");
      g_assert_true (g_str_has_prefix (end, cases[i].point));
      simulation_fixture_assert_flags (fixture, "web/0", cases[i].flags);

      simulation_fixture_settle (fixture);
      simulation_fixture_assert_flags (fixture, "web/0", "leadership.is_leader web.installed web.serving");
      g_assert_null (simulation_fixture_find (fixture, "web/0")->failed);
    }
}

/* Once: the file tells that it was done. */
static gboolean
reboot (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "--now", NULL };
  g_autofree char *path = reactive_get_path (unit, "/srv/rebooted");
  g_auto (ReactiveToolReply) reply = { 0 };

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;

  return g_file_set_contents (path, "", -1, error)
         && unit->juju->klass->call (unit->juju, "juju-reboot", argv, /* input= */ NULL, &reply, error);
}

static const ReactiveHandler rebooting_handlers[] = { HANDLER (reboot, ON ("config-changed")) };
static const ReactiveModule rebooting_module = TEST_MODULE (HANDLERS (rebooting_handlers));

static void
test_reboot (SimulationFixture *fixture, gconstpointer data)
{
  const ReactiveSimulationOptions options = { .n_retries = 0 };

  simulation_fixture_restart (fixture, &options);
  simulation_fixture_add (fixture, "web", "", NULL, &rebooting_module, 1);
  simulation_fixture_settle (fixture);

  simulation_fixture_assert (fixture, "hook-end web/0 ",
                             "install good; leader-elected good; "
                             "config-changed killed killed by juju-reboot --now; config-changed good; start good");
}

static void
test_unknown_kill_point (SimulationFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add_web (fixture, 1);

  g_assert_false (reactive_simulation_kill_next (fixture->simulation, simulation_fixture_find (fixture, "web/0"),
                                                 "after-comit", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "after-commit"));
}

static gboolean
abort_now (ReactiveUnit *unit, GError **error)
{
  reactive_kv_set_string (unit, "half", "done");
  printf ("last words\n");
  abort ();
}

static const ReactiveHandler crashing_handlers[] = { HANDLER (abort_now, ON ("config-changed")) };
static const ReactiveModule crashing_module = TEST_MODULE (HANDLERS (crashing_handlers));

/* In a process of its own, because what a crash leaves behind cannot be cleaned up. */
static void
test_crash (void)
{
  if (g_test_subprocess ())
    {
      const ReactiveSimulationOptions options = { .seed = 7 };
      SimulationFixture fixture;
      g_autoptr (GError) error = NULL;

      simulation_fixture_set_up (&fixture, NULL);
      simulation_fixture_restart (&fixture, &options);
      simulation_fixture_add (&fixture, "web", "", NULL, &crashing_module, 1);
      g_assert_false (reactive_simulation_settle (fixture.simulation, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_HANDLER);
      g_printerr ("%s\n%s", error->message, fixture.events->str);
      simulation_fixture_tear_down (&fixture, NULL);
      _exit (0);
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*handler 'web:abort_now' crashed by SIGABRT, in config-changed of web/0*--seed 7 *"
                             "output web/0 last words\nhook-end web/0 config-changed failed *");
}

static gboolean
hang (ReactiveUnit *unit, GError **error)
{
  volatile gboolean for_ever = TRUE;

  while (for_ever)
    ;
  return TRUE;
}

static const ReactiveHandler hanging_handlers[] = { HANDLER (hang, ON ("install")) };
static const ReactiveModule hanging_module = TEST_MODULE (HANDLERS (hanging_handlers));

static void
test_hang (void)
{
  if (g_test_subprocess ())
    {
      const ReactiveSimulationOptions options = { .hook_timeout_ms = 40 };
      SimulationFixture fixture;
      g_autoptr (GError) error = NULL;

      simulation_fixture_set_up (&fixture, NULL);
      simulation_fixture_restart (&fixture, &options);
      simulation_fixture_add (&fixture, "web", "", NULL, &hanging_module, 1);
      g_assert_false (reactive_simulation_settle (fixture.simulation, &error));
      g_printerr ("%s\n", error->message);
      simulation_fixture_tear_down (&fixture, NULL);
      _exit (0);
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("*handler 'web:hang' hangs, in install of web/0*");
}

static gboolean
leave (ReactiveUnit *unit, GError **error)
{
  exit (0);
}

static const ReactiveHandler leaving_handlers[] = { HANDLER (leave, ON ("install")) };
static const ReactiveModule leaving_module = TEST_MODULE (HANDLERS (leaving_handlers));

static void
test_exit (void)
{
  if (g_test_subprocess ())
    {
      const ReactiveSimulationOptions options = { .seed = 7 };
      SimulationFixture fixture;

      simulation_fixture_set_up (&fixture, NULL);
      simulation_fixture_restart (&fixture, &options);
      simulation_fixture_add (&fixture, "web", "", NULL, &leaving_module, 1);
      reactive_simulation_settle (fixture.simulation, NULL);
      _exit (0);
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
  g_test_trap_assert_stderr ("*handler 'web:leave' called exit ()*in install of web/0; --seed 7 replays it*");
}

/* Models that never quiet */

static gboolean
count (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *const *relations = reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"));

  for (guint i = 0; relations[i] != NULL; i++)
    {
      const char *received = reactive_databag_get (reactive_relation_get_received (relations[i]), "count", NULL);
      g_autofree char *next
          = g_strdup_printf ("%" G_GINT64_FORMAT, received != NULL ? g_ascii_strtoll (received, NULL, 10) + 1 : 0);

      reactive_databag_set (reactive_relation_get_to_publish (relations[i]), "count", next);
      reactive_toggle_flag (unit, "odd", *next % 2 == 1);
    }
  return TRUE;
}

static const ReactiveHandler counting_handlers[] = { HANDLER (count, ON ("db-relation-{joined,changed}")) };
static const ReactiveModule counting_module = TEST_MODULE (HANDLERS (counting_handlers));

static void
test_cycle (SimulationFixture *fixture, gconstpointer data)
{
  const ReactiveSimulationOptions options = { .max_hooks = 100 };
  g_autoptr (GError) error = NULL;

  simulation_fixture_restart (fixture, &options);
  simulation_fixture_add (fixture, "client", "requires: {db: {interface: mysql}}", NULL, &counting_module, 1);
  simulation_fixture_add (fixture, "server", "provides: {db: {interface: mysql}}", NULL, &counting_module, 1);
  add_web (fixture, 1);
  simulation_fixture_relate (fixture, "client:db", "server:db");

  g_assert_false (reactive_simulation_settle (fixture->simulation, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TIMEOUT);
  g_test_message ("%s", error->message);
  g_assert_true (g_pattern_match_simple ("*units client/0 (* times), server/0 (* times)*hooks db-relation-changed (*"
                                         "flags that changed odd (*keys that changed db:0 client/0 count (* times), "
                                         "db:0 server/0 count (*",
                                         error->message)
                 || g_pattern_match_simple (
                     "*units server/0 (* times), client/0 (*db:0 server/0 count (*db:0 client/0*", error->message));
  g_assert_null (strstr (error->message, "web/0"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_SIMULATION_TEST ("/simulation/step/runs-the-hooks-of-a-life-in-order", test_life);
  ADD_SIMULATION_TEST ("/simulation/step/tells-what-happens", test_events);
  ADD_SIMULATION_TEST ("/simulation/step/says-when-there-is-nothing-to-do", test_nothing_to_do);
  ADD_SIMULATION_TEST ("/simulation/run/runs-so-many-hooks", test_run);
  ADD_SIMULATION_TEST ("/simulation/clock/goes-a-second-with-each-hook", test_clock);
  ADD_SIMULATION_TEST ("/simulation/files/each-unit-has-its-own", test_files);
  ADD_SIMULATION_TEST ("/simulation/relation/units-hear-each-other", test_relation);
  ADD_SIMULATION_TEST ("/simulation/relation/tells-what-is-published", test_published);
  ADD_SIMULATION_TEST ("/simulation/seed/the-same-seed-gives-the-same-bytes", test_same_seed);
  ADD_SIMULATION_TEST ("/simulation/seed/another-seed-gives-another-order", test_other_seed);
  ADD_SIMULATION_TEST ("/simulation/state/in-files-and-in-memory-are-the-same-bytes", test_state_files);
  ADD_SIMULATION_TEST ("/simulation/state/is-written-on-demand", test_write_state);
  ADD_SIMULATION_TEST ("/simulation/state/none-before-the-first-hook", test_no_state);
  ADD_SIMULATION_TEST ("/simulation/charm/upgrade-loads-the-new-module", test_upgrade);
  ADD_SIMULATION_TEST ("/simulation/charm/not-found", test_load_missing);
  ADD_SIMULATION_TEST ("/simulation/charm/programs-need-processes", test_load_programs);
  ADD_SIMULATION_TEST ("/simulation/charm/one-library-of-a-name", test_libraries);
  ADD_SIMULATION_TEST ("/simulation/output/is-captured", test_output);
  ADD_SIMULATION_TEST ("/simulation/output/does-not-show-a-temporary-directory", test_temporary_directory);
  ADD_SIMULATION_TEST ("/simulation/fail/is-retried-and-counts-as-settled", test_retries);
  ADD_SIMULATION_TEST ("/simulation/fail/by-the-scenario", test_fail_next);
  ADD_SIMULATION_TEST ("/simulation/kill/at-each-point-and-retry", test_kill_next);
  ADD_SIMULATION_TEST ("/simulation/kill/by-a-reboot-and-comes-again", test_reboot);
  ADD_SIMULATION_TEST ("/simulation/kill/refuses-an-unknown-point", test_unknown_kill_point);
  g_test_add_func ("/simulation/crash/names-unit-hook-handler-and-seed", test_crash);
  g_test_add_func ("/simulation/crash/a-hang-is-one", test_hang);
  g_test_add_func ("/simulation/crash/exit-is-one", test_exit);
  ADD_SIMULATION_TEST ("/simulation/settle/names-the-cycle", test_cycle);

  return g_test_run ();
}
