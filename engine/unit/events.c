/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/hook.h>
#include <reactive/log.h>
#include <reactive/unit.h>
#include <string.h>

#include "unit/endpoint-private.h"

/* Events of interfaces, and what handlers deferred. Each occurrence is for all handlers of the event, or, deferred, for
 * the one that deferred it. They run before the handlers of the hook, the deferred ones first, in the order in which
 * they were deferred; what is raised or deferred after that waits for the next hook. */

/* "reactive_deferred": [[EVENT, HANDLER], …] */
#define DEFERRED_KEY REACTIVE_STORE_OWN_PREFIX "deferred"

typedef struct
{
  char *event;
  char *handler; /* NULL: all that wait for it */
} Occurrence;

static void
occurrence_free (gpointer data)
{
  Occurrence *occurrence = data;

  g_free (occurrence->event);
  g_free (occurrence->handler);
  g_free (occurrence);
}

static void
add_occurrence (GPtrArray **occurrences, const char *event, const char *handler)
{
  Occurrence *occurrence = g_new (Occurrence, 1);

  if (*occurrences == NULL)
    *occurrences = g_ptr_array_new_with_free_func (occurrence_free);
  occurrence->event = g_strdup (event);
  occurrence->handler = g_strdup (handler);
  g_ptr_array_add (*occurrences, occurrence);
}

/* An event that is deferred already is not kept twice: one that nobody can handle yet may occur in every hook. */
static void
add_deferred (ReactiveUnit *unit, const char *event, const char *handler)
{
  for (guint i = 0; unit->deferred != NULL && i < unit->deferred->len; i++)
    {
      const Occurrence *occurrence = g_ptr_array_index (unit->deferred, i);

      if (strcmp (occurrence->event, event) == 0 && strcmp (occurrence->handler, handler) == 0)
        return;
    }

  add_occurrence (&unit->deferred, event, handler);
}

void
reactive_unit_init_events (ReactiveUnit *unit)
{
  const char *text = reactive_store_get (unit->store, DEFERRED_KEY);
  g_autoptr (ReactiveJson) rows = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, NULL) : NULL;

  for (guint i = 0; rows != NULL && i < reactive_json_get_length (rows); i++)
    {
      const ReactiveJson *row = reactive_json_get_element (rows, i);
      const char *event = reactive_json_text_or_null (reactive_json_get_element (row, 0));
      const char *handler = reactive_json_text_or_null (reactive_json_get_element (row, 1));

      if (event != NULL && handler != NULL)
        add_occurrence (&unit->occurrences, event, handler);
    }
}

/* A handler that an upgrade took away, or that no longer waits for the event, has nothing left to do. */
static gboolean
run_occurrence (ReactiveUnit *unit, const Occurrence *occurrence, GError **error)
{
  const ReactiveProgram *program = reactive_dispatch_get_program (unit->dispatch);
  guint32 handler = REACTIVE_ALL_HANDLERS;
  gboolean ok;

  if (occurrence->handler != NULL
      && (!reactive_program_find_handler (program, occurrence->handler, &handler)
          || !reactive_program_waits_for (program, handler, REACTIVE_CONDITION_HOOK, occurrence->event)))
    {
      reactive_log_printf (unit, REACTIVE_LOG_INFO, "nobody is left to handle '%s', which '%s' deferred",
                           occurrence->event, occurrence->handler);
      return TRUE;
    }

  unit->event = occurrence->event;
  ok = reactive_dispatch_run_occurrence (unit->dispatch, occurrence->event, handler, error);
  unit->event = NULL;

  return ok;
}

gboolean
reactive_unit_run_events (ReactiveUnit *unit, GError **error)
{
  while (unit->occurrences != NULL && unit->occurrences->len > 0 && !unit->is_finished)
    {
      Occurrence *occurrence = g_ptr_array_steal_index (unit->occurrences, 0);
      gboolean ok = run_occurrence (unit, occurrence, error);

      occurrence_free (occurrence);
      if (!ok)
        return FALSE;
    }

  return TRUE;
}

static void
defer_to_handlers (ReactiveUnit *unit, const Occurrence *occurrence)
{
  const ReactiveProgram *program = reactive_dispatch_get_program (unit->dispatch);

  for (guint32 handler = 0; handler < reactive_program_get_n_handlers (program); handler++)
    if (reactive_program_waits_for (program, handler, REACTIVE_CONDITION_HOOK, occurrence->event))
      add_deferred (unit, occurrence->event, reactive_program_get_handler_id (program, handler));
}

/* Those that never ran, because the hook was finished early or they were raised late, and those that were deferred. */
void
reactive_unit_save_events (ReactiveUnit *unit)
{
  g_autoptr (ReactiveJson) rows = NULL;
  g_autofree char *text = NULL;

  for (guint i = 0; unit->occurrences != NULL && i < unit->occurrences->len; i++)
    {
      const Occurrence *occurrence = g_ptr_array_index (unit->occurrences, i);

      if (occurrence->handler != NULL)
        add_deferred (unit, occurrence->event, occurrence->handler);
      else
        defer_to_handlers (unit, occurrence);
    }
  if (unit->deferred == NULL)
    {
      reactive_store_unset (unit->store, DEFERRED_KEY);
      return;
    }

  rows = reactive_json_new_array ();
  for (guint i = 0; i < unit->deferred->len; i++)
    {
      const Occurrence *occurrence = g_ptr_array_index (unit->deferred, i);
      ReactiveJson *row = reactive_json_new_array ();

      reactive_json_array_add (row, reactive_json_new_string (occurrence->event));
      reactive_json_array_add (row, reactive_json_new_string (occurrence->handler));
      reactive_json_array_add (rows, row);
    }
  text = reactive_json_to_text (rows, REACTIVE_JSON_INSERTION_ORDER);
  reactive_store_set (unit->store, DEFERRED_KEY, text);
}

static gboolean
has_event (const ReactiveEndpoint *endpoint, const char *name)
{
  ReactiveRole role = endpoint->info->role;

  for (guint i = 0; endpoint->interface != NULL && i < endpoint->interface->roles[role].n_events; i++)
    if (strcmp (reactive_interface_get_event (endpoint->interface, role, i).name, name) == 0)
      return TRUE;

  return FALSE;
}

/**
 * reactive_endpoint_raise:
 * @endpoint: an endpoint
 * @event: the name of an event of its interface
 *
 * For interfaces: an event occurred. Handlers that wait for it, as `ON ("ENDPOINT.EVENT")`, run once for each
 * occurrence, before those of the hook. What is raised later than that is for the next hook.
 */
void
reactive_endpoint_raise (ReactiveEndpoint *endpoint, const char *event)
{
  ReactiveUnit *unit;
  g_autofree char *name = NULL;

  g_return_if_fail (endpoint != NULL);
  g_return_if_fail (event != NULL && has_event (endpoint, event));

  unit = endpoint->unit;
  name = g_strconcat (endpoint->info->name, ".", event, NULL);
  if (unit->error == NULL
      && reactive_program_has_event (reactive_dispatch_get_program (unit->dispatch), REACTIVE_CONDITION_HOOK, name))
    add_occurrence (&unit->occurrences, name, /* handler= */ NULL);
}

/**
 * reactive_get_event_name:
 * @unit: the unit
 *
 * Tells which event the running handler handles.
 *
 * Returns: (transfer none) (nullable): the event of an interface that the running handler handles,
 * `lb-provider.available`, or the hook that it had deferred; else %NULL
 */
const char *
reactive_get_event_name (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->event;
}

/**
 * reactive_defer:
 * @unit: the unit
 *
 * Keeps the event that the running handler handles for the next hook: there the handler runs again, before everything
 * else, in the order in which events were deferred; one that is deferred already is not kept twice. As defer() of ops,
 * which other handlers of the event do not notice either. A hook may be deferred too; what the hook is about, such as
 * its relation, is then that of the next hook.
 *
 * In a handler that handles neither an event nor a hook, this fails the hook.
 */
void
reactive_defer (ReactiveUnit *unit)
{
  const ReactiveProgram *program;
  const char *event;

  g_return_if_fail (unit != NULL);

  if (unit->error != NULL)
    return;

  program = reactive_dispatch_get_program (unit->dispatch);
  event = unit->event != NULL ? unit->event : unit->hook->name;
  if (unit->running_handler == REACTIVE_ALL_HANDLERS
      || !reactive_program_waits_for (program, unit->running_handler, REACTIVE_CONDITION_HOOK, event))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "only what handles an event or a hook can be deferred");
  else
    add_deferred (unit, event, reactive_program_get_handler_id (program, unit->running_handler));
}
