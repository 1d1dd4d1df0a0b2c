/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/log.h>

#include "unit/flag-store.h"
#include "unit/unit-private.h"

/* What the log of a hook shows at DEBUG, in the words of charms.reactive's tracer; or what a simulation sees instead.
 */
static void
log_event (const ReactiveEvent *event, gpointer data)
{
  ReactiveUnit *unit = data;

  if (unit->is_quiet)
    return;
  if (unit->host->event != NULL)
    {
      unit->host->event (event, unit->host_data);
      return;
    }

  switch (event->kind)
    {
    case REACTIVE_EVENT_SET:
      reactive_log_printf (unit, REACTIVE_LOG_DEBUG, "tracer: set flag %s", event->name);
      break;
    case REACTIVE_EVENT_CLEAR:
      reactive_log_printf (unit, REACTIVE_LOG_DEBUG, "tracer: cleared flag %s", event->name);
      break;
    case REACTIVE_EVENT_QUEUE:
      reactive_log_printf (unit, REACTIVE_LOG_DEBUG, "tracer: ++   queue handler %s", event->name);
      break;
    case REACTIVE_EVENT_DROP:
      reactive_log_printf (unit, REACTIVE_LOG_DEBUG, "tracer: -- dequeue handler %s", event->name);
      break;
    case REACTIVE_EVENT_PHASE:
    case REACTIVE_EVENT_RUN:
      break;
    }
}

/* Misuse that the library noticed while a handler ran is the handler's failure. */
static void
note_critical (const char *domain, GLogLevelFlags level, const char *message, gpointer user_data)
{
  ReactiveUnit *unit = user_data;

  if (unit->running == NULL)
    {
      g_log_default_handler (domain, level, message, NULL);
      return;
    }

  reactive_unit_fail_printf (unit, REACTIVE_ERROR_HANDLER, "misuse of the library: %s", message);
}

guint
reactive_unit_watch_criticals (ReactiveUnit *unit)
{
  return g_log_set_handler ("libreactive", G_LOG_LEVEL_CRITICAL, note_critical, unit);
}

void
reactive_unit_unwatch_criticals (guint handler)
{
  g_log_remove_handler ("libreactive", handler);
}

/* FALSE without an error, and TRUE with one, are failures too; an earlier failure of the unit outranks both. */
static void
note_outcome (ReactiveUnit *unit, gboolean ok, GError *handler_error)
{
  if (handler_error != NULL)
    reactive_unit_fail (unit, handler_error);
  else if (!ok)
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_HANDLER, "it returned FALSE without an error");
}

gboolean
reactive_unit_call_quietly (ReactiveUnit *unit, const ReactiveCall *call, const char *id, GError **error)
{
  GError *handler_error = NULL;
  gboolean ok;

  /* What failed before is not this handler's fault. */
  if (!reactive_unit_check (unit, error))
    return FALSE;

  unit->running = id;
  unit->running_module = call->module;

  if (call->is_external)
    ok = reactive_unit_invoke_external (unit, call->external, &handler_error);
  else
    ok = call->of_endpoint != NULL ? call->of_endpoint (call->endpoint, &handler_error)
                                   : call->function (unit, &handler_error);

  note_outcome (unit, ok, handler_error);
  unit->running = NULL;
  unit->running_module = NULL;
  if (unit->error == NULL)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_HANDLER, "handler '%s': %s", id, unit->error->message);
}

gboolean
reactive_unit_call (ReactiveUnit *unit, const ReactiveCall *call, const char *id, GError **error)
{
  if (!reactive_unit_check (unit, error))
    return FALSE;

  if (unit->host->event == NULL)
    reactive_log_printf (unit, REACTIVE_LOG_INFO, "Invoking reactive handler: %s", id);
  unit->juju->klass->log_flush (unit->juju, NULL);

  return reactive_unit_call_quietly (unit, call, id, error)
         && reactive_unit_survives (unit, REACTIVE_KILL_AFTER_HANDLER, id, error);
}

static gboolean
invoke (gpointer host, guint32 handler, GError **error)
{
  ReactiveUnit *unit = host;
  const ReactiveProgram *program = reactive_dispatch_get_program (unit->dispatch);
  const ReactiveHandlerInfo *info = reactive_program_get_handler_data (program, handler);
  const ReactiveCall call = {
    .module = info->module,
    .function = info->handler.function,
    .of_endpoint = info->of_endpoint,
    .is_external = info->external != NULL,
    .external = handler,
    .endpoint = info->endpoint != NULL ? reactive_endpoint_from_name (unit, info->endpoint) : NULL,
  };
  gboolean ok;

  unit->running_handler = handler;
  ok = reactive_unit_call (unit, &call, reactive_unit_get_handler_name (handler, unit), error);
  unit->running_handler = REACTIVE_ALL_HANDLERS;
  if (!ok)
    return FALSE;

  reactive_unit_note_files (unit, handler);

  return TRUE;
}

/* Python's identities begin with an absolute path, in which the unit's name stands: a module can only know the part
 * from the charm directory on. */
static char *
get_python_id (gconstpointer handler_info, gpointer user_data)
{
  const char *python_id = ((const ReactiveHandlerInfo *) handler_info)->handler.python_id;

  if (python_id == NULL || g_path_is_absolute (python_id))
    return g_strdup (python_id);

  return g_build_filename (reactive_get_charm_dir (user_data), python_id, NULL);
}

void
reactive_unit_load_python_marks (ReactiveUnit *unit)
{
  if (reactive_handlers_have_python_ids (unit->handlers))
    reactive_flag_store_load_python_marks (unit->store, unit->dispatch, get_python_id, unit);
}

static void
once_marked (gpointer host, guint32 handler)
{
  ReactiveUnit *unit = host;
  const ReactiveProgram *program = reactive_dispatch_get_program (unit->dispatch);
  g_autofree char *python_id = get_python_id (reactive_program_get_handler_data (program, handler), unit);

  reactive_flag_store_mark_once (unit->store, program, handler, python_id);
}

/* Python's dispatcher leaves the phase in every hook, and here it is taken away: where it stands, Python ran last. What
 * was noted before that of files and of what was sent is out of date: what Python has taken back is not to be sent
 * again.
 */
static void
take_over_from_python (ReactiveStore *store)
{
  if (reactive_store_get (store, "reactive.dispatch.phase") == NULL)
    return;

  reactive_store_unset (store, "reactive.dispatch.phase");
  reactive_store_unset (store, "reactive.dispatch.removed_state");
  reactive_unit_forget_files (store);
  reactive_unit_forget_publication (store);
  reactive_unit_forget_ports (store);
}

void
reactive_unit_init_dispatch (ReactiveUnit *unit)
{
  static const ReactiveDispatchHost host = {
    .invoke = invoke,
    .files_changed = reactive_unit_files_changed,
    .wants_to_run = reactive_unit_external_wants_to_run,
    .once_marked = once_marked,
  };

  unit->running_handler = REACTIVE_ALL_HANDLERS;
  unit->dispatch = reactive_dispatch_new (reactive_handlers_get_program (unit->handlers), &host, unit);
  take_over_from_python (unit->store);
  reactive_flag_store_load (unit->store, unit->dispatch);
  reactive_unit_load_python_marks (unit);
  reactive_unit_init_files (unit);
  unit->recorder = reactive_recorder_new (unit->dispatch, log_event, unit);
  if (reactive_handlers_has_externals (unit->handlers))
    reactive_recorder_set_names (unit->recorder, reactive_unit_get_handler_name, unit);
  if (!reactive_store_keeps_events (unit->store))
    reactive_recorder_keep_nothing (unit->recorder);
}
