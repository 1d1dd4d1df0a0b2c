/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation-fixture.h"

#include "simulator/file-tree.h"
#include "simulator/timeline-json.h"

static void
note_event (const ReactiveSimulationEvent *event, gpointer data)
{
  SimulationFixture *fixture = data;

  g_string_append (fixture->events, reactive_simulation_event_get_name (event->kind));
  if (event->unit != NULL)
    g_string_append_printf (fixture->events, " %s", event->unit);
  if (event->kind == REACTIVE_SIMULATION_HOOK || event->kind == REACTIVE_SIMULATION_HOOK_END)
    g_string_append_printf (fixture->events, " %s%s%s", event->hook, event->subject != NULL ? " " : "",
                            event->subject != NULL ? event->subject : "");
  if (event->kind == REACTIVE_SIMULATION_HOOK_END)
    g_string_append_printf (fixture->events, " %s", reactive_hook_outcome_get_name (event->outcome));
  g_string_append_printf (fixture->events, "%s%s\n", event->detail != NULL ? " " : "",
                          event->detail != NULL ? event->detail : "");
}

static void
start (SimulationFixture *fixture, const ReactiveSimulationOptions *options)
{
  ReactiveSimulationOptions used = *options;
  g_autofree char *directory = g_build_filename (fixture->directory, "units", NULL);
  g_autoptr (GError) error = NULL;

  used.directory = directory;
  fixture->model = reactive_model_new (REACTIVE_JUJU_3_6, used.seed);
  fixture->simulation = reactive_simulation_new (fixture->model, &used, &error);
  g_assert_no_error (error);
  reactive_simulation_add_listener (fixture->simulation, note_event, fixture);
}

void
simulation_fixture_set_up (SimulationFixture *fixture, gconstpointer data)
{
  const ReactiveSimulationOptions options = { .n_retries = REACTIVE_SIMULATION_N_RETRIES };

  fixture->directory = g_strdup ("/dev/shm/test-simulation-XXXXXX");
  if (g_mkdtemp (fixture->directory) == NULL)
    {
      g_free (fixture->directory);
      fixture->directory = g_dir_make_tmp ("test-simulation-XXXXXX", NULL);
    }
  g_assert_nonnull (fixture->directory);
  fixture->events = g_string_new (NULL);
  start (fixture, &options);
}

void
simulation_fixture_tear_down (SimulationFixture *fixture, gconstpointer data)
{
  reactive_simulation_free (fixture->simulation);
  g_assert_true (reactive_file_tree_remove (fixture->directory));
  g_free (fixture->directory);
  g_string_free (fixture->events, TRUE);
}

void
simulation_fixture_restart (SimulationFixture *fixture, const ReactiveSimulationOptions *options)
{
  reactive_simulation_free (fixture->simulation);
  g_string_truncate (fixture->events, 0);
  start (fixture, options);
}

void
simulation_fixture_put_file (SimulationFixture *fixture, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);
  g_autofree char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

static ReactiveModelCharm *
make_charm (const char *directory, const char *name, const ReactiveModule *descriptor)
{
  g_autoptr (GError) error = NULL;
  ReactiveCharm *files = reactive_charm_load (directory, &error);
  GPtrArray *modules = reactive_modules_new ();
  g_autofree char *path = g_strdup_printf ("%s.so", name);
  ReactiveHandlers *handlers;

  g_assert_no_error (error);
  reactive_modules_add (modules, name, path, descriptor);
  handlers = reactive_handlers_new (files, reactive_interfaces_new (), modules, &error);
  g_assert_no_error (error);

  return reactive_model_charm_new (handlers);
}

ReactiveModelApplication *
simulation_fixture_add (SimulationFixture *fixture, const char *name, const char *metadata, const char *config,
                        const ReactiveModule *module, guint n_units)
{
  g_autofree char *directory = g_build_filename (fixture->directory, "charms", name, NULL);
  g_autofree char *metadata_name = g_strdup_printf ("charms/%s/metadata.yaml", name);
  g_autofree char *config_name = g_strdup_printf ("charms/%s/config.yaml", name);
  g_autofree char *text = g_strdup_printf ("name: %s\n%s\n", name, metadata);
  g_autoptr (ReactiveModelCharm) charm = NULL;
  g_autoptr (GError) error = NULL;
  ReactiveModelApplication *application;

  simulation_fixture_put_file (fixture, metadata_name, text);
  if (config != NULL)
    simulation_fixture_put_file (fixture, config_name, config);
  charm = make_charm (directory, name, module);
  application = reactive_model_add_application (fixture->model, name, charm, /* config= */ NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_units; i++)
    g_assert_nonnull (reactive_model_add_unit (application, NULL));

  return application;
}

ReactiveModelCharm *
simulation_fixture_load_revision (SimulationFixture *fixture, guint revision, ReactiveCharmKind kind)
{
  g_autofree char *name = g_strdup_printf ("revision-%u.so", revision);
  g_autofree char *built = g_build_filename (g_getenv ("REACTIVE_TEST_BUILD"), "fixtures", "modules", name, NULL);
  g_autofree char *directory = g_build_filename (fixture->directory, "app", NULL);
  g_autofree char *placed = g_build_filename (directory, "reactive", "app.so", NULL);
  g_autofree char *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  ReactiveModelCharm *charm;

  simulation_fixture_put_file (fixture, "app/metadata.yaml", "name: app\n");
  simulation_fixture_put_file (fixture, "app/reactive/app.so", "");
  g_file_get_contents (built, &contents, &length, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (placed, contents, (gssize) length, NULL));

  charm = reactive_simulation_load_charm (fixture->simulation, directory, kind, &error);
  g_assert_no_error (error);

  return charm;
}

ReactiveModelUnit *
simulation_fixture_find (SimulationFixture *fixture, const char *name)
{
  ReactiveModelUnit *unit = reactive_model_find_unit (fixture->model, name);

  g_assert_nonnull (unit);

  return unit;
}

void
simulation_fixture_relate (SimulationFixture *fixture, const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;

  reactive_model_relate (fixture->model, first, second, &error);
  g_assert_no_error (error);
}

void
simulation_fixture_settle (SimulationFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = reactive_simulation_settle (fixture->simulation, &error);

  g_assert_no_error (error);
  g_assert_true (ok);
}

void
simulation_fixture_step (SimulationFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  gboolean ran = FALSE;

  g_assert_true (reactive_simulation_step (fixture->simulation, &ran, &error));
  g_assert_no_error (error);
  g_assert_true (ran);
}

char *
simulation_fixture_take (SimulationFixture *fixture, const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (fixture->events->str, "\n", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (*lines[i] != '\0' && g_str_has_prefix (lines[i], prefix))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "; " : "", lines[i] + strlen (prefix));
  g_string_truncate (fixture->events, 0);

  return g_string_free (text, FALSE);
}

void
simulation_fixture_assert (SimulationFixture *fixture, const char *prefix, const char *expected)
{
  g_autofree char *text = simulation_fixture_take (fixture, prefix);

  g_assert_cmpstr (text, ==, expected);
}

void
simulation_fixture_assert_flags (SimulationFixture *fixture, const char *unit, const char *expected)
{
  g_auto (GStrv) flags = reactive_simulation_get_flags (fixture->simulation, simulation_fixture_find (fixture, unit));
  g_autofree char *joined = flags != NULL ? g_strjoinv (" ", flags) : NULL;

  g_assert_cmpstr (joined, ==, expected);
}
