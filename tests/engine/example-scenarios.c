/* SPDX-License-Identifier: Apache-2.0 */
#include "example-scenarios.h"

#include <gmodule.h>
#include <string.h>

#include "base/text.h"

char **
example_scenarios_list (void)
{
  g_autofree char *directory = g_build_filename (g_getenv ("REACTIVE_TEST_BUILD"), "..", "examples", "scenarios", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &error);
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".yaml"))
      g_ptr_array_add (paths, g_build_filename (directory, name, NULL));
  g_assert_cmpuint (paths->len, >, 0);
  g_ptr_array_sort (paths, reactive_text_compare_items);
  g_ptr_array_add (paths, NULL);

  return (char **) g_ptr_array_steal (paths, NULL);
}

char *
example_scenario_get_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return g_strndup (name, strcspn (name, "."));
}

static ReactiveScenario *
read_scenario (const char *path)
{
  g_autoptr (GError) error = NULL;
  ReactiveScenario *scenario = reactive_scenario_load (path, &error);

  g_assert_no_error (error);

  return scenario;
}

ReactiveScenarioRun *
example_scenario_load (const char *path, guint64 seed, gboolean has_state_files)
{
  const ReactiveSimulationOptions options
      = { .seed = seed, .has_state_files = has_state_files, .n_retries = REACTIVE_SIMULATION_N_RETRIES };
  g_autoptr (GError) error = NULL;
  ReactiveScenarioRun *run
      = reactive_scenario_run_new (read_scenario (path), &options, /* is_seed_given= */ TRUE, &error);

  g_assert_no_error (error);

  return run;
}

gboolean
example_scenario_has_retries (const char *path)
{
  g_autoptr (ReactiveScenario) scenario = read_scenario (path);

  return scenario->has_retries;
}

gboolean
example_scenarios_are_slow (void)
{
  return g_getenv ("REACTIVE_TEST_SANITIZED") != NULL || g_getenv ("REACTIVE_TEST_VALGRIND") != NULL;
}

void
example_scenarios_set_up (void)
{
  g_autofree char *library
      = g_build_filename (g_getenv ("REACTIVE_TEST_BUILD"), "..", "engine", "libreactive.so.0", NULL);

  if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR))
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  if (g_module_open (library, G_MODULE_BIND_LOCAL) == NULL)
    g_error ("%s", g_module_error ());
}
