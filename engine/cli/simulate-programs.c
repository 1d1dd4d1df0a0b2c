/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <string.h>

#include "cli/simulate.h"
#include "simulator/flag-program.h"

typedef struct
{
  const SimulateOptions *options;
  SimulateTotals *totals;
} Simulation;

/* --- text --------------------------------------------------------------------------------------------------------- */

/* Of what goes round and round a reader wants the beginning. */
#define MAX_SHOWN_CHANGES 20
#define MAX_SHOWN_ITERATIONS 10

static void
print_event (const ReactiveEvent *event)
{
  switch (event->kind)
    {
    case REACTIVE_EVENT_PHASE:
      if (event->phase == REACTIVE_PHASE_OTHER)
        g_print ("    iteration %u\n", event->iteration);
      else
        g_print ("    %s\n", reactive_phase_get_name (event->phase));
      break;
    case REACTIVE_EVENT_SET:
      g_print ("        + %s\n", event->name);
      break;
    case REACTIVE_EVENT_CLEAR:
      g_print ("        - %s\n", event->name);
      break;
    case REACTIVE_EVENT_DROP:
      g_print ("        dropped %s: its conditions no longer hold\n", event->name);
      break;
    case REACTIVE_EVENT_RUN:
      g_print ("      run %s\n", event->name);
      break;
    case REACTIVE_EVENT_QUEUE:
      break;
    }
}

/* Whether an iteration that begins at @index did anything; the last one of a dispatch never does. */
static gboolean
is_idle_phase (const ReactiveEvent *events, guint n_events, guint index)
{
  return events[index].kind == REACTIVE_EVENT_PHASE
         && (index + 1 == n_events || events[index + 1].kind == REACTIVE_EVENT_PHASE);
}

static gboolean
is_change (const ReactiveEvent *event)
{
  return event->kind == REACTIVE_EVENT_SET || event->kind == REACTIVE_EVENT_CLEAR;
}

/* How many flags change one after the other from @index on. */
static guint
count_changes (const ReactiveEvent *events, guint n_events, guint index)
{
  guint n_changes = 0;

  while (index + n_changes < n_events && is_change (&events[index + n_changes]))
    n_changes++;

  return n_changes;
}

static void
print_events (const ReactiveEvent *events, guint n_events, gboolean is_capped)
{
  for (guint i = 0; i < n_events; i++)
    {
      guint n_changes = count_changes (events, n_events, i);

      if (is_capped && events[i].phase == REACTIVE_PHASE_OTHER && events[i].iteration == MAX_SHOWN_ITERATIONS)
        {
          g_print ("    … and so on\n");
          return;
        }
      if (is_idle_phase (events, n_events, i))
        continue;

      for (guint shown = 0; shown < MIN (n_changes, MAX_SHOWN_CHANGES); shown++)
        print_event (&events[i + shown]);
      if (n_changes > MAX_SHOWN_CHANGES)
        g_print ("        … and %u more changes\n", n_changes - MAX_SHOWN_CHANGES);
      if (n_changes == 0)
        print_event (&events[i]);
      else
        i += n_changes - 1;
    }
}

static void
print_text (const ReactiveFlagHook *hook, guint number, const ReactiveFlagResult *result)
{
  guint n_events;
  const ReactiveEvent *events = reactive_recorder_get_events (result->recorder, &n_events);
  g_autofree char *flags = g_strjoinv (" ", result->flags);

  g_print ("  hook %u: %s\n", number, hook->hook);
  print_events (events, n_events, result->cycle != NULL);
  if (result->cycle != NULL)
    g_print ("    did not settle: goes round in %s\n", result->cycle);
  if (result->error != NULL)
    g_print ("    failed: %s; nothing is kept\n", result->error);
  g_print ("    flags: %s\n", flags[0] != '\0' ? flags : "(none)");
}

/* --- JSON --------------------------------------------------------------------------------------------------------- */

static ReactiveJson *
invocations_to_json (const ReactiveFlagResult *result)
{
  ReactiveJson *array = reactive_json_new_array ();
  guint n_events;
  const ReactiveEvent *events = reactive_recorder_get_events (result->recorder, &n_events);

  for (guint i = 0; i < n_events; i++)
    {
      ReactiveJson *entry;

      if (events[i].kind != REACTIVE_EVENT_RUN)
        continue;
      entry = reactive_json_new_array ();
      reactive_json_array_add (entry, reactive_json_new_string (reactive_phase_get_name (events[i].phase)));
      reactive_json_array_add (entry, reactive_json_new_integer (events[i].iteration));
      reactive_json_array_add (entry, reactive_json_new_string (events[i].name));
      reactive_json_array_add (array, entry);
    }

  return array;
}

static void
print_json (const ReactiveFlagProgram *program, const ReactiveFlagHook *hook, guint number,
            const ReactiveFlagResult *result)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();
  g_autofree char *events = reactive_recorder_to_json (result->recorder, REACTIVE_STORE_MAX_TRACE_BYTES);
  g_autofree char *text = NULL;

  reactive_json_object_set_text (object, "program", program->name);
  reactive_json_object_set (object, "number", reactive_json_new_integer (number));
  reactive_json_object_set_text (object, "hook", hook->hook);
  reactive_json_object_set_text (object, "outcome", result->error == NULL ? "ok" : "error");
  reactive_json_object_set_text (object, "error", result->error);
  reactive_json_object_set (object, "invocations", invocations_to_json (result));
  reactive_json_object_set (object, "flags", reactive_json_new_strv (result->flags));
  if (result->cycle != NULL)
    {
      reactive_json_object_set (object, "capped", reactive_json_new_boolean (TRUE));
      reactive_json_object_set_text (object, "cycle", result->cycle);
    }
  reactive_json_object_set (object, "events", reactive_json_parse (events, -1, REACTIVE_JSON_PYTHON, NULL));

  text = reactive_json_to_text (object, REACTIVE_JSON_INSERTION_ORDER);
  g_print ("%s\n", text);
}

/* --- running ------------------------------------------------------------------------------------------------------ */

static void
check_result (Simulation *simulation, const ReactiveFlagProgram *program, const ReactiveFlagHook *hook, guint number,
              const ReactiveFlagResult *result, gboolean *failed)
{
  g_autofree char *differences = NULL;

  if (!simulation->options->check || hook->expect == NULL)
    return;

  differences = reactive_flag_expectation_compare (hook->expect, result);
  if (differences == NULL)
    return;

  *failed = TRUE;
  g_printerr ("%s: hook %u (%s):\n%s", program->name, number, hook->hook, differences);
}

static gboolean
run_hook (Simulation *simulation, const ReactiveFlagProgram *program, guint index, const char *state_path,
          gboolean *failed, GError **error)
{
  const ReactiveFlagHook *hook = g_ptr_array_index (program->hooks, index);
  g_auto (ReactiveFlagResult) result = { 0 };
  g_autoptr (ReactiveStore) store = reactive_store_open (state_path, REACTIVE_STORE_READ_WRITE, error);

  if (store == NULL || !reactive_flag_program_run (program, hook, store, simulation->options->cap, &result, error))
    return FALSE;

  if (!simulation->options->quiet && simulation->options->format == COMMAND_TEXT)
    print_text (hook, index + 1, &result);
  else if (!simulation->options->quiet)
    print_json (program, hook, index + 1, &result);
  check_result (simulation, program, hook, index + 1, &result, failed);

  return TRUE;
}

static gboolean
run_program (Simulation *simulation, const ReactiveFlagProgram *program, const char *state_path, GError **error)
{
  gboolean failed = FALSE;

  if (simulation->options->hook > (int) program->hooks->len)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "program '%s' has %u hooks, there is no number %d",
                          program->name, program->hooks->len, simulation->options->hook);
  if (!simulation->options->quiet && simulation->options->format == COMMAND_TEXT)
    g_print ("%s: handlers: %u, triggers: %u, flags: %u\n", program->name,
             reactive_program_get_n_handlers (program->program), program->n_triggers,
             reactive_program_get_n_flags (program->program));

  for (guint i = 0; i < program->hooks->len; i++)
    if ((simulation->options->hook == 0 || simulation->options->hook == (int) i + 1)
        && !run_hook (simulation, program, i, state_path, &failed, error))
      return FALSE;

  simulation->totals->n_run++;
  if (failed)
    simulation->totals->failed++;
  else
    simulation->totals->passed++;

  return TRUE;
}

/* A program without a state file given starts from nothing, on a file that is gone afterwards. */
static gboolean
run_on_own_state (Simulation *simulation, const ReactiveFlagProgram *program, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("reactive-XXXXXX", &local_error);
  g_autofree char *path = NULL;
  gboolean ok;

  if (directory == NULL)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s", local_error->message);

  path = g_build_filename (directory, "unit-state.db", NULL);
  ok = run_program (simulation, program, path, error);
  g_unlink (path);
  g_rmdir (directory);

  return ok;
}

gboolean
simulate_programs (const SimulateOptions *options, const char *path, SimulateTotals *totals, GError **error)
{
  Simulation simulation = { options, totals };
  g_autoptr (GPtrArray) programs = reactive_flag_programs_load (path, error);

  if (programs == NULL)
    return FALSE;

  for (guint i = 0; i < programs->len; i++)
    {
      const ReactiveFlagProgram *program = g_ptr_array_index (programs, i);

      if (options->only != NULL && strcmp (options->only, program->name) != 0)
        continue;
      if (!(options->state_path != NULL ? run_program (&simulation, program, options->state_path, error)
                                        : run_on_own_state (&simulation, program, error)))
        return FALSE;
    }

  return TRUE;
}
