/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/flag-program.h"
#include "unit/flag-store.h"

typedef struct
{
  const ReactiveFlagProgram *program;
  ReactiveStore *store;
  ReactiveDispatch *dispatch;
} Run;

void
reactive_flag_result_clear (ReactiveFlagResult *result)
{
  g_clear_pointer (&result->error, g_free);
  g_clear_pointer (&result->cycle, g_free);
  g_clear_pointer (&result->recorder, reactive_recorder_free);
  g_clear_pointer (&result->dispatch, reactive_dispatch_free);
  g_clear_pointer (&result->invocations, g_strfreev);
  g_clear_pointer (&result->flags, g_strfreev);
}

static gboolean
invoke (gpointer host, guint32 handler, GError **error)
{
  Run *run = host;
  const GArray *actions = reactive_program_get_handler_data (run->program->program, handler);

  for (guint i = 0; i < actions->len; i++)
    {
      const ReactiveFlagAction *action = &g_array_index (actions, ReactiveFlagAction, i);
      gboolean ok = FALSE;

      if (action->kind == REACTIVE_FLAG_ACTION_FAIL)
        g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_HANDLER, "handler '%s' failed",
                     reactive_program_get_handler_id (run->program->program, handler));
      else if (action->kind == REACTIVE_FLAG_ACTION_SET)
        ok = reactive_dispatch_set_flag (run->dispatch, reactive_dispatch_get_flag (run->dispatch, action->flag),
                                         error);
      else
        ok = reactive_dispatch_clear_flag (run->dispatch, reactive_dispatch_get_flag (run->dispatch, action->flag),
                                           error);
      if (!ok)
        return FALSE;
    }

  return TRUE;
}

static void
once_marked (gpointer host, guint32 handler)
{
  Run *run = host;

  reactive_flag_store_mark_once (run->store, run->program->program, handler, /* python_id= */ NULL);
}

static gboolean
change_flags (ReactiveDispatch *dispatch, char **flags, gboolean set, GError **error)
{
  for (guint i = 0; flags != NULL && flags[i] != NULL; i++)
    {
      guint32 flag = reactive_dispatch_get_flag (dispatch, flags[i]);

      if (!(set ? reactive_dispatch_set_flag (dispatch, flag, error)
                : reactive_dispatch_clear_flag (dispatch, flag, error)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
run_hook (ReactiveDispatch *dispatch, const ReactiveFlagHook *hook, GError **error)
{
  gboolean is_restricted
      = strcmp (hook->hook, "collect-metrics") == 0 || strcmp (hook->hook, "meter-status-changed") == 0;

  if (!reactive_flag_store_note_series_upgrade (dispatch, hook->hook, error)
      || !change_flags (dispatch, hook->set, TRUE, error) || !change_flags (dispatch, hook->clear, FALSE, error))
    return FALSE;
  if (is_restricted)
    return reactive_dispatch_run_event (dispatch, REACTIVE_PHASE_RESTRICTED, hook->hook, error);

  return reactive_dispatch_run_event (dispatch, REACTIVE_PHASE_HOOKS, hook->hook, error)
         && reactive_dispatch_run_flags (dispatch, error);
}

static char **
list_invocations (const ReactiveRecorder *recorder)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();
  guint n_events;
  const ReactiveEvent *events = reactive_recorder_get_events (recorder, &n_events);

  for (guint i = 0; i < n_events; i++)
    if (events[i].kind == REACTIVE_EVENT_RUN)
      {
        g_autofree char *line = g_strdup_printf ("%s %u %s", reactive_phase_get_name (events[i].phase),
                                                 events[i].iteration, events[i].name);

        g_strv_builder_add (lines, line);
      }

  return g_strv_builder_end (lines);
}

gboolean
reactive_flag_program_run (const ReactiveFlagProgram *program, const ReactiveFlagHook *hook, ReactiveStore *store,
                           guint cap, ReactiveFlagResult *out_result, GError **error)
{
  static const ReactiveDispatchHost host = { .invoke = invoke, .once_marked = once_marked };
  Run run = { program, store, NULL };
  g_auto (ReactiveFlagResult) result = { 0 };
  g_autoptr (GError) hook_error = NULL;
  g_autofree char *events = NULL;
  ReactiveTraceRow row = { .hook = hook->hook, .started_us = g_get_real_time () };
  gint64 started_us = g_get_monotonic_time ();
  gboolean stored;

  run.dispatch = result.dispatch = reactive_dispatch_new (program->program, &host, &run);
  reactive_dispatch_set_cap (run.dispatch, cap);
  reactive_flag_store_load (store, run.dispatch);
  result.recorder = reactive_recorder_new (run.dispatch, NULL, NULL);

  if (!run_hook (run.dispatch, hook, &hook_error))
    result.error = g_strdup (hook_error->message);
  else
    reactive_flag_store_save (store, run.dispatch);

  result.cycle = g_strdup (reactive_dispatch_get_cycle (run.dispatch));
  result.invocations = list_invocations (result.recorder);
  events = reactive_recorder_to_json (result.recorder, REACTIVE_STORE_MAX_TRACE_BYTES);
  row.outcome = result.error == NULL ? "ok" : "error";
  row.error = result.error;
  row.events = events;
  row.duration_us = g_get_monotonic_time () - started_us;
  stored = result.error == NULL ? reactive_store_commit (store, &row, error)
                                : reactive_store_rollback (store, &row, error);
  if (!stored)
    return FALSE;
  result.flags = reactive_flag_store_list (store);

  *out_result = result;
  result = (ReactiveFlagResult){ 0 };

  return TRUE;
}

static void
compare_lists (GString *differences, const char *what, char **expected, char **actual)
{
  g_autofree char *expected_text = g_strjoinv (", ", expected);
  g_autofree char *actual_text = g_strjoinv (", ", actual);

  if (!g_strv_equal ((const char *const *) expected, (const char *const *) actual))
    g_string_append_printf (differences, "%s: expected [%s], got [%s]\n", what, expected_text, actual_text);
}

char *
reactive_flag_expectation_compare (const ReactiveFlagExpectation *expect, const ReactiveFlagResult *result)
{
  g_autoptr (GString) differences = g_string_new (NULL);

  if (expect->is_error != (result->error != NULL))
    g_string_append_printf (differences, "outcome: expected %s, got %s%s%s\n", expect->is_error ? "error" : "ok",
                            result->error != NULL ? "error" : "ok", result->error != NULL ? ": " : "",
                            result->error != NULL ? result->error : "");
  compare_lists (differences, "invocations", expect->invocations, result->invocations);
  compare_lists (differences, "flags", expect->flags, result->flags);
  if (expect->is_capped != (result->cycle != NULL))
    g_string_append_printf (differences, "capped: expected %s, got %s\n", expect->is_capped ? "true" : "false",
                            result->cycle != NULL ? "true" : "false");

  return differences->len > 0 ? g_string_free (g_steal_pointer (&differences), FALSE) : NULL;
}
