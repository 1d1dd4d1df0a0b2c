/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/flags.h>
#include <reactive/log.h>
#include <string.h>

#include "unit/flag-store.h"
#include "unit/unit-private.h"

static gboolean
raise_automatic_flags (ReactiveUnit *unit, GError **error)
{
  /* An action may have the name of a hook. */
  if (unit->hook->kind != REACTIVE_HOOK_ACTION
      && !reactive_flag_store_note_series_upgrade (unit->dispatch, unit->hook->name, error))
    return FALSE;
  if (reactive_charm_has_layer (reactive_unit_get_charm (unit), "layer:basic")
      && !reactive_unit_raise_config_flags (unit, error))
    return FALSE;
  if (reactive_charm_has_layer (reactive_unit_get_charm (unit), "layer:leadership")
      && !reactive_unit_raise_leadership_flags (unit, error))
    return FALSE;
  /* What peers say is left for the next hook to see. */
  if (!unit->is_aside && !reactive_unit_raise_endpoint_flags (unit, error))
    return FALSE;

  return reactive_unit_check (unit, error);
}

static gboolean
call_module (ReactiveUnit *unit, guint index, gboolean at_start, GError **error)
{
  const GPtrArray *modules = reactive_handlers_get_modules (unit->handlers);
  const ReactiveLoadedModule *module = g_ptr_array_index (modules, index);
  ReactiveHandlerFunc function = at_start ? module->descriptor->start : module->descriptor->finish;
  const ReactiveCall call = { .module = module->name, .function = function };
  g_autofree char *id = NULL;

  if (function == NULL)
    return TRUE;

  id = g_strconcat (module->name, at_start ? ":start" : ":finish", NULL);

  return reactive_unit_call (unit, &call, id, error);
}

static gboolean
call_start_functions (ReactiveUnit *unit, GError **error)
{
  for (guint i = 0; i < reactive_handlers_get_modules (unit->handlers)->len && !unit->is_finished; i++)
    if (!call_module (unit, i, /* at_start= */ TRUE, error))
      return FALSE;

  return TRUE;
}

static gboolean
call_finish_functions (ReactiveUnit *unit, GError **error)
{
  for (guint i = reactive_handlers_get_modules (unit->handlers)->len; i > 0; i--)
    if (!call_module (unit, i - 1, /* at_start= */ FALSE, error))
      return FALSE;

  return TRUE;
}

static void
note_last_hook (gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  gboolean *failed = user_data;

  if (!reactive_trace_row_is_action (row))
    *failed = strcmp (row->outcome, "ok") != 0;
}

/* Juju runs actions on units in error too; handlers that wait for flags must not run on what a failed hook left. */
static gboolean
last_hook_failed (ReactiveUnit *unit)
{
  gboolean failed = FALSE;

  return !reactive_store_foreach_trace (unit->store, note_last_hook, &failed, NULL) || failed;
}

static gboolean
dispatch_action (ReactiveUnit *unit, GError **error)
{
  if (!reactive_program_has_event (reactive_dispatch_get_program (unit->dispatch), REACTIVE_CONDITION_ACTION,
                                   unit->hook->name))
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "no module of the charm handles the action '%s'",
                          unit->hook->name);
  if (!reactive_dispatch_run_event (unit->dispatch, REACTIVE_PHASE_ACTION, unit->hook->name, error))
    return FALSE;

  return unit->is_aside || reactive_dispatch_run_flags (unit->dispatch, error);
}

static gboolean
dispatch_hook (ReactiveUnit *unit, GError **error)
{
  unit->is_aside = unit->hook->kind == REACTIVE_HOOK_RESTRICTED
                   || (unit->hook->kind == REACTIVE_HOOK_ACTION && last_hook_failed (unit));
  if (unit->hook->kind == REACTIVE_HOOK_RESTRICTED)
    return reactive_dispatch_run_event (unit->dispatch, REACTIVE_PHASE_RESTRICTED, unit->hook->name, error);

  if (!reactive_unit_recover_publication (unit, error) || !reactive_unit_recover_ports (unit, error)
      || !raise_automatic_flags (unit, error) || !call_start_functions (unit, error))
    return FALSE;
  if (!unit->is_aside && !reactive_unit_run_events (unit, error))
    return FALSE;
  if (unit->is_finished)
    return TRUE;
  if (unit->hook->kind == REACTIVE_HOOK_ACTION)
    return dispatch_action (unit, error);

  return reactive_dispatch_run_event (unit->dispatch, REACTIVE_PHASE_HOOKS, unit->hook->name, error)
         && reactive_dispatch_run_flags (unit->dispatch, error);
}

const char *
reactive_unit_get_cycle (const ReactiveUnit *unit)
{
  return reactive_dispatch_get_cycle (unit->dispatch);
}

/* After the handlers of a hook that went well; triggers still fire here. */
static gboolean
finish_dispatch (ReactiveUnit *unit, GError **error)
{
  const char *cycle = reactive_unit_get_cycle (unit);

  if (cycle != NULL)
    reactive_log_printf (unit, REACTIVE_LOG_ERROR, "handlers did not settle in %d iterations; they go round in %s",
                         REACTIVE_DISPATCH_CAP, cycle);
  if (unit->hook->kind == REACTIVE_HOOK_RESTRICTED)
    return TRUE;

  if (!call_finish_functions (unit, error) || !reactive_unit_finish_endpoints (unit, error))
    return FALSE;

  unit->is_quiet = TRUE;
  if (reactive_charm_has_layer (reactive_unit_get_charm (unit), "layer:basic"))
    reactive_unit_drop_config_flags (unit);

  return TRUE;
}

static gint64
now_us (ReactiveUnit *unit)
{
  return unit->host->now_us != NULL ? unit->host->now_us (unit->host_data) : g_get_real_time ();
}

/* By a clock that nobody sets, unless there is but one. */
static gint64
elapsed_us (ReactiveUnit *unit)
{
  return unit->host->now_us != NULL ? now_us (unit) - unit->started_us
                                    : g_get_monotonic_time () - unit->started_monotonic_us;
}

static const char *
hook_title (ReactiveUnit *unit)
{
  char *title;

  if (unit->hook->kind != REACTIVE_HOOK_ACTION)
    return unit->hook->name;

  title = g_strconcat ("action ", unit->hook->name, NULL);
  reactive_unit_keep (unit, title, g_free);

  return title;
}

/* @reason is borrowed; NULL for a hook that went well. */
static void
fill_trace_row (ReactiveUnit *unit, const GError *reason, ReactiveTraceRow *row)
{
  row->hook = hook_title (unit);
  row->outcome = reason == NULL ? "ok" : "error";
  row->started_us = unit->started_us;
  row->duration_us = elapsed_us (unit);
  row->error = reason != NULL ? reason->message : NULL;
  row->events = reactive_store_keeps_events (unit->store)
                    ? reactive_recorder_to_json (unit->recorder, REACTIVE_STORE_MAX_TRACE_BYTES)
                    : NULL;
}

static void
clear_trace_row (ReactiveTraceRow *row)
{
  g_free ((char *) row->events);
}

/* What Juju holds back until the exit code goes first, then one transaction. */
static gboolean
publish_and_commit (ReactiveUnit *unit, GError **error)
{
  ReactiveTraceRow row;
  gboolean ok;

  if (!reactive_unit_send_ports (unit, error))
    return FALSE;
  if (unit->hook->kind != REACTIVE_HOOK_RESTRICTED)
    {
      if (!reactive_unit_publish (unit, error))
        return FALSE;
      reactive_unit_save_events (unit);
    }

  reactive_flag_store_save (unit->store, unit->dispatch);
  reactive_unit_save_externals (unit);
  if (!reactive_unit_survives (unit, REACTIVE_KILL_BEFORE_COMMIT, NULL, error))
    return FALSE;
  fill_trace_row (unit, /* reason= */ NULL, &row);
  ok = reactive_store_commit (unit->store, &row, error);
  clear_trace_row (&row);

  return ok && reactive_unit_survives (unit, REACTIVE_KILL_AFTER_COMMIT, NULL, error);
}

/* What Juju applies at once comes after the transaction, so that nothing is shown that is not kept; so does the
 * configuration: a kill in between repeats `config.changed`, and never loses it. Nothing here fails the hook: Juju
 * would drop what it holds back, while the state file says that it was sent. */
static void
tell_afterwards (ReactiveUnit *unit)
{
  g_autoptr (GError) config_error = NULL;
  g_autoptr (GError) status_error = NULL;

  if (!unit->is_aside && !reactive_unit_save_config (unit, &config_error))
    reactive_log_printf (unit, REACTIVE_LOG_WARNING, "the next hook will see the same changes of the configuration: %s",
                         config_error->message);
  if (!reactive_unit_send_status (unit, &status_error))
    reactive_log_printf (unit, REACTIVE_LOG_ERROR, "the status is not shown: %s", status_error->message);
}

/* Nothing is kept of a hook that failed but the row that says so. */
void
reactive_unit_abort (ReactiveUnit *unit, const GError *reason)
{
  g_autoptr (GError) error = NULL;
  ReactiveTraceRow row;

  unit->is_quiet = TRUE;
  reactive_log_printf (unit, REACTIVE_LOG_ERROR, "%s failed: %s", hook_title (unit), reason->message);
  if (unit->hook->kind == REACTIVE_HOOK_ACTION)
    unit->juju->klass->action_fail (unit->juju, reason->message, NULL);

  fill_trace_row (unit, reason, &row);
  if (!reactive_store_rollback (unit->store, &row, &error))
    reactive_log_printf (unit, REACTIVE_LOG_WARNING, "the failure is not in the state file: %s", error->message);
  clear_trace_row (&row);
  reactive_unit_free_externals (unit);
  unit->juju->klass->log_flush (unit->juju, NULL);
}

static gboolean
may_end (ReactiveUnit *unit, GError **error)
{
  return reactive_unit_check (unit, error)
         && (unit->host->may_end == NULL || unit->host->may_end (unit->host_data, error));
}

static gboolean
run_hook (ReactiveUnit *unit, GError **error)
{
  if (!reactive_unit_survives (unit, REACTIVE_KILL_BEFORE_HANDLERS, NULL, error) || !dispatch_hook (unit, error)
      || !finish_dispatch (unit, error) || !may_end (unit, error) || !publish_and_commit (unit, error))
    return FALSE;

  tell_afterwards (unit);
  unit->juju->klass->log_flush (unit->juju, NULL);

  return reactive_unit_survives (unit, REACTIVE_KILL_BEFORE_EXIT, NULL, error);
}

gboolean
reactive_unit_run (ReactiveUnit *unit, GError **error)
{
  guint log_handler = reactive_unit_watch_criticals (unit);
  g_autoptr (GError) reason = NULL;
  gboolean ok;

  unit->started_us = now_us (unit);
  unit->started_monotonic_us = g_get_monotonic_time ();
  if (unit->host->event == NULL)
    reactive_log_printf (unit, REACTIVE_LOG_INFO, "Reactive main running for %s %s",
                         unit->hook->kind == REACTIVE_HOOK_ACTION ? "action" : "hook", unit->hook->name);

  ok = run_hook (unit, &reason);
  reactive_unit_unwatch_criticals (log_handler);
  if (ok)
    return TRUE;

  if (unit->is_killed)
    reactive_store_rollback (unit->store, /* row= */ NULL, NULL);
  else
    reactive_unit_abort (unit, reason);
  g_propagate_error (error, g_steal_pointer (&reason));

  return FALSE;
}
