/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* What a simulation makes of a unit: clock, directories, configuration, deaths. */

typedef struct
{
  UnitFixture *fixture;
  gint64 now_us;
  guint n_asked; /* for directories */
  const char *charm_dir;
  const char *root_dir; /* NULL: they cannot be made */
  ReactiveJson *config;
  GString *events;
  const char *kill;  /* (nullable): "after-handler app:body" */
  GPtrArray *points; /* char *: those passed */
} Machine;

static Machine *
machine_new (UnitFixture *fixture)
{
  Machine *machine = g_new0 (Machine, 1);

  machine->fixture = fixture;
  machine->now_us = 1000;
  machine->charm_dir = "/srv/charm";
  machine->root_dir = "/srv/root";
  machine->events = g_string_new (NULL);
  machine->points = g_ptr_array_new_with_free_func (g_free);

  return machine;
}

static void
machine_free (Machine *machine)
{
  g_clear_pointer (&machine->config, reactive_json_unref);
  g_string_free (machine->events, TRUE);
  g_ptr_array_unref (machine->points);
  g_free (machine);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Machine, machine_free)

static gint64
now_us (gpointer data)
{
  Machine *machine = data;

  machine->now_us += 10;

  return machine->now_us;
}

static gboolean
find_directories (char **out_charm_dir, char **out_root_dir, gpointer data, GError **error)
{
  Machine *machine = data;

  machine->n_asked++;
  if (machine->root_dir == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "no room left");
      return FALSE;
    }

  *out_charm_dir = g_strdup (machine->charm_dir);
  *out_root_dir = g_strdup (machine->root_dir);

  return TRUE;
}

static ReactiveJson *
load_config (gpointer data)
{
  Machine *machine = data;

  return machine->config != NULL ? reactive_json_ref (machine->config) : NULL;
}

static void
save_config (ReactiveJson *config, gpointer data)
{
  Machine *machine = data;

  g_clear_pointer (&machine->config, reactive_json_unref);
  machine->config = config;
}

static void
see_event (const ReactiveEvent *event, gpointer data)
{
  static const char marks[] = {
    [REACTIVE_EVENT_PHASE] = '#', [REACTIVE_EVENT_SET] = '+',  [REACTIVE_EVENT_CLEAR] = '-',
    [REACTIVE_EVENT_QUEUE] = '>', [REACTIVE_EVENT_DROP] = '<', [REACTIVE_EVENT_RUN] = '!',
  };
  Machine *machine = data;

  g_string_append_printf (machine->events, "%s%c%s", machine->events->len > 0 ? " " : "", marks[event->kind],
                          event->name != NULL ? event->name : "");
}

static gboolean
is_killed (ReactiveKillPoint point, const char *detail, gpointer data)
{
  Machine *machine = data;
  char *text = g_strjoin (detail != NULL ? " " : "", reactive_kill_point_get_name (point), detail, NULL);

  g_ptr_array_add (machine->points, text);

  return g_strcmp0 (text, machine->kill) == 0;
}

static const ReactiveUnitHost host = {
  .now_us = now_us,
  .find_directories = find_directories,
  .load_config = load_config,
  .save_config = save_config,
  .event = see_event,
  .is_killed = is_killed,
};

static gboolean
do_nothing (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
run_body (ReactiveUnit *unit, GError **error)
{
  ReactiveHandlerFunc body = unit_fixture_of (unit)->body;

  return (body != NULL ? body : do_nothing) (unit, error);
}

static const ReactiveHandler handlers[]
    = { { .name = "body",
          .function = run_body,
          .conditions = CONDITIONS (ON ("{install,config-changed}", "db-relation-changed")) } };
static const ReactiveModule module = TEST_MODULE (HANDLERS (handlers));

static ReactiveUnit *
new_unit (Machine *machine, const char *hook, ReactiveHandlerFunc body)
{
  ReactiveUnit *unit;

  unit_fixture_clear_modules (machine->fixture);
  unit_fixture_add_module (machine->fixture, "app", &module);
  machine->fixture->body = body;
  g_ptr_array_set_size (machine->points, 0);
  unit = unit_fixture_new_unit (machine->fixture, hook);
  reactive_unit_set_host (unit, &host, machine);

  return unit;
}

static void
run_well (Machine *machine, const char *hook, ReactiveHandlerFunc body)
{
  g_autoptr (ReactiveUnit) unit = new_unit (machine, hook, body);
  g_autoptr (GError) error = NULL;
  gboolean ok = reactive_unit_run (unit, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
  g_assert_false (reactive_unit_is_killed (unit));
}

/* Clock ------------------------------------------------------------------------------------------------------------ */

static void
take_times (gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  gint64 *times = user_data;

  times[0] = row->started_us;
  times[1] = row->duration_us;
}

static void
test_clock (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);
  g_autoptr (ReactiveStore) store = NULL;
  gint64 times[2] = { 0 };

  run_well (machine, "install", NULL);
  store = reactive_store_open (fixture->state_path, REACTIVE_STORE_READ_ONLY, NULL);
  g_assert_true (reactive_store_foreach_trace (store, take_times, times, NULL));
  g_assert_cmpint (times[0], ==, 1010);
  g_assert_cmpint (times[1], ==, 10);
}

/* Directories ------------------------------------------------------------------------------------------------------ */

static void
test_no_files_no_directories (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);

  unit_fixture_put_file (fixture, "config.yaml", "options: {port: {type: int, default: 80}}\n");
  fake_model_set_json (&fixture->model->config, "{\"port\": 80}");
  run_well (machine, "install", NULL);
  g_assert_cmpuint (machine->n_asked, ==, 0);
}

static gboolean
look_at_paths (ReactiveUnit *unit, GError **error)
{
  g_autofree char *relative = reactive_get_path (unit, "app.conf");
  g_autofree char *absolute = reactive_get_path (unit, "/etc/app.conf");

  g_assert_cmpstr (relative, ==, "/srv/charm/app.conf");
  g_assert_cmpstr (absolute, ==, "/srv/root/etc/app.conf");
  g_assert_cmpstr (reactive_get_charm_dir (unit), ==, "/srv/charm");
  g_assert_cmpstr (reactive_get_root_dir (unit), ==, "/srv/root");
  /* Nothing is restarted on the machine that simulates. */
  g_assert_true (reactive_service_restart (unit, "no-such-service", error));
  note (unit, "looked");

  return TRUE;
}

static void
test_directories_asked_once (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);

  run_well (machine, "install", look_at_paths);
  unit_fixture_assert_notes (fixture, "looked");
  g_assert_cmpuint (machine->n_asked, ==, 1);
}

static gboolean
restart (ReactiveUnit *unit, GError **error)
{
  return reactive_service_restart (unit, "no-such-service", error);
}

static void
test_services_need_no_directories (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);

  run_well (machine, "install", restart);
  g_assert_cmpuint (machine->n_asked, ==, 0);
}

static gboolean
write_file (ReactiveUnit *unit, GError **error)
{
  return reactive_write_file (unit, "app.conf", "x", -1, 0644, NULL, NULL, error);
}

static void
test_files_of_its_own (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);
  g_autofree char *directory = g_build_filename (fixture->directory, "unit", NULL);
  g_autofree char *contents = NULL;

  g_assert_cmpint (g_mkdir (directory, 0755), ==, 0);
  machine->charm_dir = directory;
  run_well (machine, "install", write_file);
  contents = unit_fixture_get_file (fixture, "unit/app.conf");
  g_assert_cmpstr (contents, ==, "x");
}

static void
test_no_directories (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);
  g_autoptr (ReactiveUnit) unit = NULL;
  g_autoptr (GError) error = NULL;

  machine->root_dir = NULL;
  unit = new_unit (machine, "install", write_file);
  g_assert_false (reactive_unit_run (unit, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_HANDLER);
  g_assert_nonnull (strstr (error->message, "no room left"));
}

/* Configuration ---------------------------------------------------------------------------------------------------- */

static void
test_config (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);
  g_autofree char *file = NULL, *text = NULL;

  unit_fixture_put_file (fixture, "config.yaml", "options: {port: {type: int, default: 80}}\n");
  fake_model_set_json (&fixture->model->config, "{\"port\": 80}");
  run_well (machine, "install", NULL);
  file = unit_fixture_get_file (fixture, ".juju-persistent-config");
  g_assert_null (file);
  text = reactive_json_to_text (machine->config, REACTIVE_JSON_INSERTION_ORDER);
  g_assert_cmpstr (text, ==, "{\"port\": 80}");
  g_assert_nonnull (strstr (machine->events->str, "+config.changed.port"));

  g_string_truncate (machine->events, 0);
  run_well (machine, "config-changed", NULL);
  g_assert_null (strstr (machine->events->str, "config.changed"));
}

/* Events ----------------------------------------------------------------------------------------------------------- */

static gboolean
set_flag (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "done");

  return TRUE;
}

static void
test_events (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);

  run_well (machine, "install", set_flag);
  g_assert_cmpstr (machine->events->str, ==, "# >app:body !app:body +done #");
  g_assert_false (fake_model_has_logged (fixture->model, "DEBUG: tracer: set flag done"));
  g_assert_false (fake_model_has_logged (fixture->model, "INFO: Invoking reactive handler: app:body"));
}

/* Deaths ----------------------------------------------------------------------------------------------------------- */

static gboolean
say_something (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *relation = reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"))[0];

  reactive_set_flag (unit, "done");
  reactive_status_active (unit, "ready");
  reactive_databag_set (reactive_relation_get_to_publish (relation), "key", "value");
  reactive_databag_set (reactive_relation_get_to_publish_app (relation), "key", "value");

  return TRUE;
}

static void
set_up_relation (UnitFixture *fixture)
{
  fake_model_add_relation (fixture->model, "db:1", "mysql");
  fixture->model->is_leader = TRUE;
  unit_fixture_set_relation (fixture, "db:1", "mysql/0");
}

static const char *const all_points[] = {
  "before-handlers",
  "after-handler app:body",
  "before-publication db:1 app/0",
  "after-publication db:1 app/0",
  "before-publication db:1 app",
  "after-publication db:1 app",
  "before-commit",
  "after-commit",
  "before-exit",
};

static void
test_points (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);

  set_up_relation (fixture);
  run_well (machine, "db-relation-changed", say_something);
  g_assert_cmpuint (machine->points->len, ==, G_N_ELEMENTS (all_points));
  for (guint i = 0; i < G_N_ELEMENTS (all_points); i++)
    g_assert_cmpstr (g_ptr_array_index (machine->points, i), ==, all_points[i]);
}

static guint
count_trace_rows (UnitFixture *fixture)
{
  g_auto (UnitTrace) trace = unit_fixture_get_trace (fixture);

  return trace.n_rows;
}

/* What is kept is what stood in the file when the process died. */
static void
test_death (UnitFixture *fixture, gconstpointer data)
{
  const char *point = *(const char *const *) data;
  gboolean is_kept = strcmp (point, "after-commit") == 0 || strcmp (point, "before-exit") == 0;
  g_autoptr (Machine) machine = machine_new (fixture);
  g_autoptr (ReactiveUnit) unit = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strconcat ("*killed at ", point, NULL);

  set_up_relation (fixture);
  machine->kill = point;
  unit = new_unit (machine, "db-relation-changed", say_something);
  g_assert_false (reactive_unit_run (unit, &error));
  g_assert_true (reactive_unit_is_killed (unit));
  g_assert_true (g_pattern_match_simple (message, error->message));
  g_clear_pointer (&unit, reactive_unit_free);

  unit_fixture_assert_flags (fixture, is_kept ? "done leadership.is_leader" : "");
  g_assert_cmpuint (count_trace_rows (fixture), ==, is_kept ? 1 : 0);
  g_assert_cmpstr (g_ptr_array_index (machine->points, machine->points->len - 1), ==, point);
  unit_fixture_assert_journal (fixture, "status-set",
                               strcmp (point, "before-exit") == 0 ? "status-set active: ready" : "");
}

static gboolean
may_not_end (gpointer data, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "not today");
  return FALSE;
}

/* The handlers run, but nothing of what they did is kept or published. */
static void
test_may_not_end (UnitFixture *fixture, gconstpointer data)
{
  ReactiveUnitHost strict_host = host;
  g_autoptr (Machine) machine = machine_new (fixture);
  g_autoptr (ReactiveUnit) unit = NULL;
  g_autoptr (GError) error = NULL;

  strict_host.may_end = may_not_end;
  set_up_relation (fixture);
  unit = new_unit (machine, "db-relation-changed", say_something);
  reactive_unit_set_host (unit, &strict_host, machine);
  g_assert_false (reactive_unit_run (unit, &error));
  g_assert_cmpstr (error->message, ==, "not today");
  g_assert_false (reactive_unit_is_killed (unit));
  g_clear_pointer (&unit, reactive_unit_free);

  unit_fixture_assert_flags (fixture, "");
  unit_fixture_assert_journal (fixture, "relation-set", "");
}

/* The log is flushed before each handler, not when the process dies. */
static void
test_dead_tell_nothing (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);
  g_autoptr (ReactiveUnit) unit = NULL;

  machine->kill = "after-handler app:body";
  unit = new_unit (machine, "install", set_flag);
  g_assert_false (reactive_unit_run (unit, NULL));
  g_assert_cmpuint (fixture->model->log->len, ==, 0);
}

static void
test_death_of_whole_program (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (Machine) machine = machine_new (fixture);

  set_up_relation (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (all_points); i++)
    {
      g_autoptr (ReactiveUnit) unit = NULL;

      machine->kill = all_points[i];
      unit = new_unit (machine, "db-relation-changed", say_something);
      g_assert_false (reactive_unit_run (unit, NULL));
    }
  machine->kill = NULL;
  run_well (machine, "db-relation-changed", say_something);
  unit_fixture_assert_flags (fixture, "done leadership.is_leader");
  fake_databag_assert (fake_model_find_relation (fixture->model, "db:1")->own, "{\"key\": \"value\"}");
  fake_databag_assert (fake_model_find_relation (fixture->model, "db:1")->own_app, "{\"key\": \"value\"}");
}

/* Names of points -------------------------------------------------------------------------------------------------- */

static void
test_names (void)
{
  for (ReactiveKillPoint point = REACTIVE_KILL_BEFORE_HANDLERS; point <= REACTIVE_KILL_BEFORE_EXIT; point++)
    {
      g_autoptr (GError) error = NULL;
      ReactiveKillPoint parsed;
      const char *detail = "";

      g_assert_true (reactive_kill_point_parse (reactive_kill_point_get_name (point), NULL, &parsed, &detail, &error));
      g_assert_no_error (error);
      g_assert_cmpint (parsed, ==, point);
      g_assert_null (detail);
    }
}

static void
test_detail (void)
{
  ReactiveKillPoint point;
  const char *detail = NULL;

  g_assert_true (reactive_kill_point_parse ("before-publication db:1 app/0", NULL, &point, &detail, NULL));
  g_assert_cmpint (point, ==, REACTIVE_KILL_BEFORE_PUBLICATION);
  g_assert_cmpstr (detail, ==, "db:1 app/0");
}

static void
assert_bad_name (const char *text, const char *pattern)
{
  g_autoptr (GError) error = NULL;
  ReactiveKillPoint point;
  const char *detail;

  g_assert_false (reactive_kill_point_parse (text, NULL, &point, &detail, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_true (g_pattern_match_simple (pattern, error->message));
}

static void
test_bad_names (void)
{
  assert_bad_name ("after-comit", "*'after-comit'*after-commit*");
  assert_bad_name ("before-exit app:body", "*'before-exit' takes nothing behind it");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/simulated/times-are-the-given-clock's", test_clock);
  ADD_UNIT_TEST ("/unit/simulated/directories/not-made-for-who-needs-none", test_no_files_no_directories);
  ADD_UNIT_TEST ("/unit/simulated/directories/asked-for-once", test_directories_asked_once);
  ADD_UNIT_TEST ("/unit/simulated/directories/not-made-for-services", test_services_need_no_directories);
  ADD_UNIT_TEST ("/unit/simulated/directories/files-go-there", test_files_of_its_own);
  ADD_UNIT_TEST ("/unit/simulated/directories/that-cannot-be-made-fail-the-hook", test_no_directories);
  ADD_UNIT_TEST ("/unit/simulated/configuration-is-kept-elsewhere", test_config);
  ADD_UNIT_TEST ("/unit/simulated/events-in-place-of-log-lines", test_events);
  ADD_UNIT_TEST ("/unit/simulated/may-not-end-well", test_may_not_end);
  ADD_UNIT_TEST ("/unit/simulated/killed/where-a-hook-may-die", test_points);
  for (guint i = 0; i < G_N_ELEMENTS (all_points); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/simulated/killed/", all_points[i], NULL);

      g_strdelimit (path + strlen ("/unit/simulated/killed/"), "/ :", '-');
      g_test_add (path, UnitFixture, &all_points[i], unit_fixture_set_up, test_death, unit_fixture_tear_down);
    }
  ADD_UNIT_TEST ("/unit/simulated/killed/tells-nothing", test_dead_tell_nothing);
  ADD_UNIT_TEST ("/unit/simulated/killed/everywhere-and-then-not", test_death_of_whole_program);
  g_test_add_func ("/unit/simulated/points/have-names", test_names);
  g_test_add_func ("/unit/simulated/points/have-details", test_detail);
  g_test_add_func ("/unit/simulated/points/bad-names", test_bad_names);

  return g_test_run ();
}
