/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/simulate.h"

#include "base/file.h"
#include "cli/stop.h"
#include "core/dispatch.h"
#include "simulator/scenario.h"

#define MAX_TIMEOUT_S (24 * 60 * 60)
#define MAX_BYTES (64u * 1024 * 1024)

/* A file that was looked into. */
typedef struct
{
  const char *path;
  gboolean is_scenario; /* else flag programs */
  SimulateScenario *scenario;
} File;

static void
file_clear (gpointer data)
{
  simulate_scenario_free (((File *) data)->scenario);
}

static gboolean
look_into (char **paths, GArray *files, guint *out_n_scenarios, GError **error)
{
  *out_n_scenarios = 0;
  for (; *paths != NULL; paths++)
    {
      gsize length_bytes;
      g_autofree char *text = reactive_file_read (*paths, MAX_BYTES, &length_bytes, error);
      File file = { .path = *paths };

      if (text == NULL)
        return FALSE;

      file.is_scenario = reactive_scenario_is_scenario (text, length_bytes);
      *out_n_scenarios += file.is_scenario;
      g_array_append_val (files, file);
    }

  return TRUE;
}

/* Some options are for files of one kind alone. */
static gboolean
check_options (const SimulateOptions *options, guint n_scenarios, guint n_programs, GError **error)
{
  const struct
  {
    const char *name;
    gboolean is_given, is_for_programs, is_for_scenarios, is_for_one;
  } known[] = {
    { "--program", options->only != NULL, TRUE, FALSE, FALSE },
    { "--hook", options->hook != 0, TRUE, FALSE, FALSE },
    { "--cap", options->cap != REACTIVE_DISPATCH_CAP, TRUE, FALSE, FALSE },
    { "--seed", options->has_seed, FALSE, TRUE, FALSE },
    { "--timeout", options->timeout_s != 0, FALSE, TRUE, FALSE },
    { "--trace", options->trace_path != NULL, FALSE, TRUE, TRUE },
    { "--dump", options->dump_path != NULL, FALSE, TRUE, TRUE },
    { "--state", options->state_path != NULL, TRUE, TRUE, TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      if (!known[i].is_given)
        continue;
      if (n_scenarios > 0 && !known[i].is_for_scenarios)
        return reactive_fail (error, REACTIVE_ERROR_USAGE, "%s is for flag programs, not for scenarios", known[i].name);
      if (n_programs > 0 && !known[i].is_for_programs)
        return reactive_fail (error, REACTIVE_ERROR_USAGE, "%s is for scenarios, not for flag programs", known[i].name);
      if (n_scenarios > 0 && n_scenarios + n_programs > 1 && known[i].is_for_one)
        return reactive_fail (error, REACTIVE_ERROR_USAGE, "%s is for one scenario alone", known[i].name);
    }

  return TRUE;
}

/* All scenarios are checked before any of them is run. */
static gboolean
check_scenarios (const SimulateOptions *options, GArray *files, GError **error)
{
  for (guint i = 0; i < files->len; i++)
    {
      File *file = &g_array_index (files, File, i);

      if (file->is_scenario && (file->scenario = simulate_scenario_new (options, file->path, error)) == NULL)
        return FALSE;
    }

  return TRUE;
}

static gboolean
run (const SimulateOptions *options, const GArray *files, SimulateTotals *totals, GError **error)
{
  for (guint i = 0; i < files->len; i++)
    {
      const File *file = &g_array_index (files, File, i);

      if (file->is_scenario ? !simulate_scenario_run (file->scenario, totals, error)
                            : !simulate_programs (options, file->path, totals, error))
        return FALSE;
    }

  return TRUE;
}

static int
simulate (const SimulateOptions *options, char **paths, GError **error)
{
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (File));
  SimulateTotals totals = { 0 };
  guint n_scenarios;

  g_array_set_clear_func (files, file_clear);
  if (!look_into (paths, files, &n_scenarios, error)
      || !check_options (options, n_scenarios, files->len - n_scenarios, error))
    return -1;

  /* Scenarios have directories and processes that are not to be left behind. */
  if (n_scenarios > 0)
    stop_begin ();
  if (!check_scenarios (options, files, error) || !run (options, files, &totals, error))
    return -1;

  if (totals.n_run == 0 && options->only != NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "no program is named '%s'", options->only);
      return -1;
    }
  if (options->check)
    g_print (options->format == COMMAND_JSON ? "{\"passed\": %u, \"failed\": %u}\n" : "%u passed, %u failed\n",
             totals.passed, totals.failed);

  return totals.failed > 0 ? 1 : 0;
}

static gboolean
parse_seed (const char *text, SimulateOptions *options, GError **error)
{
  if (text == NULL)
    return TRUE;

  options->has_seed = g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT64, &options->seed, NULL);

  return options->has_seed
         || reactive_fail (error, REACTIVE_ERROR_USAGE, "'%s' is no seed (expected an integer from 0)", text);
}

int
command_simulate (const Command *command, int argc, char **argv, GError **error)
{
  SimulateOptions options = { 0 };
  g_autofree char *format = NULL, *state_path = NULL, *only = NULL;
  g_autofree char *seed = NULL, *trace_path = NULL, *dump_path = NULL;
  g_auto (GStrv) files = NULL;
  int cap = REACTIVE_DISPATCH_CAP, result;
  const GOptionEntry entries[] = {
    { "format", 0, 0, G_OPTION_ARG_STRING, &format, "text, or json: a line for each event, or hook of a program",
      "text|json" },
    { "state", 0, 0, G_OPTION_ARG_FILENAME, &state_path,
      "Scenarios: keep the units' files in this directory; programs: start from this state file and keep it", "PATH" },
    { "quiet", 'q', 0, G_OPTION_ARG_NONE, &options.quiet, "Print differences and totals only", NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &options.check,
      "Compare with what programs expect, as is done with scenarios anyway, and print totals", NULL },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &seed, "Scenarios: what decides the order of hooks", "N" },
    { "timeout", 0, 0, G_OPTION_ARG_INT, &options.timeout_s, "Scenarios: after so many seconds a hook hangs (60)",
      "N" },
    { "trace", 0, 0, G_OPTION_ARG_FILENAME, &trace_path, "Scenarios: write what happened for trace viewers", "FILE" },
    { "dump", 0, 0, G_OPTION_ARG_FILENAME, &dump_path, "Scenarios: write the model as it is at the end", "FILE" },
    { "program", 0, 0, G_OPTION_ARG_STRING, &only, "Programs: run only the one of this name", "NAME" },
    { "hook", 0, 0, G_OPTION_ARG_INT, &options.hook, "Programs: run only the hook with this number, counted from 1",
      "N" },
    { "cap", 0, 0, G_OPTION_ARG_INT, &cap, "Programs: iterations before a hook is ended (100)", "N" },
    G_OPTION_ENTRY_NULL,
  };

  if (!command_parse_options (command, entries, argc, argv, &files, error)
      || !command_parse_format (format, &options.format, error) || !parse_seed (seed, &options, error))
    return -1;
  if (files == NULL)
    return 0;
  if (files[0] == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "no scenario and no program given");
  else if (cap < 1 || options.hook < 0)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "%s must be positive", cap < 1 ? "--cap" : "--hook");
  else if (options.timeout_s < 0 || options.timeout_s > MAX_TIMEOUT_S)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "--timeout must be from 1 to %d", MAX_TIMEOUT_S);
  if (*error != NULL)
    return -1;

  options.state_path = state_path;
  options.only = only;
  options.cap = (guint) cap;
  options.trace_path = trace_path;
  options.dump_path = dump_path;

  result = simulate (&options, files, error);
  stop_end ();

  return result;
}
