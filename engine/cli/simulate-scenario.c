/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/simulate.h"
#include "cli/stop.h"
#include "simulator/capture.h"
#include "simulator/dump.h"
#include "simulator/progress.h"
#include "simulator/scenario-run.h"
#include "simulator/timeline-json.h"
#include "simulator/timeline.h"
#include "simulator/trace-file.h"

#define SEED 1

struct _SimulateScenario
{
  const SimulateOptions *options;
  char *path;
  ReactiveScenarioRun *run;
  FILE *stream; /* that what charms print does not get into */
  FILE *error_stream;
  ReactiveTimeline *timeline; /* (nullable) */
  ReactiveProgress *progress; /* (nullable) */
  ReactiveTraceFile *trace;   /* (nullable) */
  guint64 n_hooks;
};

static void
count_hook (const ReactiveSimulationEvent *event, gpointer data)
{
  SimulateScenario *scenario = data;

  scenario->n_hooks += event->kind == REACTIVE_SIMULATION_HOOK_END;
}

/* What was kept there before would change what the hooks do. */
static gboolean
check_directory (const char *path, GError **error)
{
  g_autoptr (GDir) directory = path != NULL ? g_dir_open (path, 0, NULL) : NULL;

  if (directory == NULL && path != NULL && g_file_test (path, G_FILE_TEST_EXISTS))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "--state: '%s' is no directory that can be read", path);

  return directory == NULL || g_dir_read_name (directory) == NULL
         || reactive_fail (error, REACTIVE_ERROR_USAGE, "--state: '%s' is not empty", path);
}

static gboolean
add_outputs (SimulateScenario *scenario, GError **error)
{
  const SimulateOptions *options = scenario->options;
  ReactiveSimulation *simulation = reactive_scenario_run_get_simulation (scenario->run);
  gboolean is_shown = !options->quiet && options->format == COMMAND_TEXT;

  scenario->stream = reactive_capture_open_stream (STDOUT_FILENO);
  scenario->error_stream = reactive_capture_open_stream (STDERR_FILENO);
  if (scenario->stream == NULL || scenario->error_stream == NULL)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "cannot print: %s", g_strerror (errno));
  if (options->trace_path != NULL && (scenario->trace = reactive_trace_file_new (options->trace_path, error)) == NULL)
    return FALSE;

  if (!options->quiet)
    reactive_simulation_add_listener (simulation, count_hook, scenario);
  if (is_shown)
    {
      scenario->timeline = reactive_timeline_new (scenario->stream);
      reactive_simulation_add_listener (simulation, reactive_timeline_show, scenario->timeline);
    }
  else if (!options->quiet)
    reactive_simulation_add_listener (simulation, reactive_timeline_show_json, scenario->stream);
  if (scenario->trace != NULL)
    reactive_simulation_add_listener (simulation, reactive_trace_file_add, scenario->trace);

  /* A line on a terminal that shows what happens anyway would be in its way. */
  if (isatty (STDERR_FILENO) && (options->quiet || !isatty (STDOUT_FILENO)))
    {
      scenario->progress = reactive_progress_new (scenario->error_stream);
      reactive_simulation_add_listener (simulation, reactive_progress_show, scenario->progress);
    }

  return TRUE;
}

SimulateScenario *
simulate_scenario_new (const SimulateOptions *options, const char *path, GError **error)
{
  g_autoptr (SimulateScenario) scenario = g_new0 (SimulateScenario, 1);
  g_autofree char *command = g_file_read_link ("/proc/self/exe", NULL);
  const ReactiveSimulationOptions simulation_options = {
    .seed = options->has_seed ? options->seed : SEED,
    .directory = options->state_path,
    .command = command,
    .has_state_files = options->state_path != NULL,
    .n_retries = REACTIVE_SIMULATION_N_RETRIES,
    .hook_timeout_ms = (guint) options->timeout_s * 1000,
    .stop = stop_get_signal (),
  };
  ReactiveScenario *document;

  scenario->options = options;
  scenario->path = g_strdup (path);
  if (!check_directory (options->state_path, error) || (document = reactive_scenario_load (path, error)) == NULL)
    return NULL;

  scenario->run = reactive_scenario_run_new (document, &simulation_options, options->has_seed, error);
  if (scenario->run == NULL || !add_outputs (scenario, error))
    return NULL;

  return g_steal_pointer (&scenario);
}

void
simulate_scenario_free (SimulateScenario *scenario)
{
  if (scenario == NULL)
    return;

  reactive_scenario_run_free (scenario->run);
  reactive_timeline_free (scenario->timeline);
  reactive_progress_free (scenario->progress);
  reactive_trace_file_free (scenario->trace);
  g_clear_pointer (&scenario->stream, fclose);
  g_clear_pointer (&scenario->error_stream, fclose);
  g_free (scenario->path);
  g_free (scenario);
}

static gboolean
write_dump (SimulateScenario *scenario, GError **error)
{
  g_autofree char *dump = NULL;

  if (scenario->options->dump_path == NULL)
    return TRUE;

  dump = reactive_simulation_dump (reactive_scenario_run_get_simulation (scenario->run));

  return reactive_file_write (scenario->options->dump_path, dump, strlen (dump), 0644, -1, -1, error);
}

static void
print_begin (SimulateScenario *scenario)
{
  guint64 seed = reactive_scenario_run_get_seed (scenario->run);
  g_autoptr (ReactiveJson) object = NULL;
  g_autofree char *text = NULL;

  if (scenario->options->quiet)
    return;
  if (scenario->options->format == COMMAND_TEXT)
    {
      fprintf (scenario->stream, "%s: seed %" G_GUINT64_FORMAT "\n", scenario->path, seed);
      return;
    }

  object = reactive_json_new_object ();
  reactive_json_object_set (object, "event", reactive_json_new_string ("scenario"));
  reactive_json_object_set (object, "path", reactive_json_new_string (scenario->path));
  reactive_json_object_set (object, "seed", reactive_json_new_integer ((gint64) seed));
  text = reactive_json_to_text (object, REACTIVE_JSON_INSERTION_ORDER);
  fprintf (scenario->stream, "%s\n", text);
}

static void
print_end (SimulateScenario *scenario, guint n_failures)
{
  if (scenario->options->quiet)
    return;
  if (scenario->options->format == COMMAND_JSON)
    {
      fprintf (scenario->stream, "{\"event\": \"end\", \"hooks\": %" G_GUINT64_FORMAT ", \"failures\": %u}\n",
               scenario->n_hooks, n_failures);
      return;
    }

  fprintf (scenario->stream, "%s: %" G_GUINT64_FORMAT " hooks; ", scenario->path, scenario->n_hooks);
  if (n_failures == 0)
    fputs ("all is as expected\n", scenario->stream);
  else
    fprintf (scenario->stream, "not as expected: %u\n", n_failures);
}

/* Those that the timeline has shown among all the rest stand at the end once more, where they are found. */
static void
print_failures (SimulateScenario *scenario)
{
  const GPtrArray *failures = reactive_scenario_run_get_failures (scenario->run);

  fflush (scenario->stream);
  for (guint i = 0; i < failures->len; i++)
    fprintf (scenario->error_stream, "%s\n", (const char *) g_ptr_array_index (failures, i));
  fflush (scenario->error_stream);
}

static gboolean
check_output (SimulateScenario *scenario, GError **error)
{
  return (fflush (scenario->stream) == 0 && !ferror (scenario->stream))
         || reactive_fail (error, REACTIVE_ERROR_FAILED, "the standard output could not be written");
}

gboolean
simulate_scenario_run (SimulateScenario *scenario, SimulateTotals *totals, GError **error)
{
  guint n_failures;
  gboolean ok;

  fflush (stdout);
  print_begin (scenario);
  ok = reactive_scenario_run (scenario->run, error);
  n_failures = reactive_scenario_run_get_failures (scenario->run)->len;
  if (ok)
    print_end (scenario, n_failures);
  print_failures (scenario);

  totals->n_run++;
  *(n_failures > 0 ? &totals->failed : &totals->passed) += 1;

  /* What led to an error is worth a look, too. */
  return (scenario->trace == NULL || reactive_trace_file_close (scenario->trace, ok ? error : NULL))
         && write_dump (scenario, ok ? error : NULL) && ok && check_output (scenario, error);
}
