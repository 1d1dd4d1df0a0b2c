/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch-private.h"

#include <string.h>

#define TRACE(dispatch, point, ...) \
  G_STMT_START \
  { \
    if (G_UNLIKELY ((dispatch)->listener != NULL && (dispatch)->listener->point != NULL)) \
      (dispatch)->listener->point ((dispatch)->listener_data, __VA_ARGS__); \
  } \
  G_STMT_END

static void
mark_triggers (gpointer key, gpointer actions, gpointer user_data)
{
  ReactiveDispatch *dispatch = user_data;

  dispatch->flag_states[GPOINTER_TO_UINT (key) >> 1] |= FLAG_HAS_TRIGGER;
}

ReactiveDispatch *
reactive_dispatch_new (ReactiveProgram *program, const ReactiveDispatchHost *host, gpointer host_data)
{
  ReactiveDispatch *dispatch = g_new0 (ReactiveDispatch, 1);

  dispatch->program = reactive_program_ref (program);
  dispatch->host = host;
  dispatch->host_data = host_data;
  dispatch->cap = REACTIVE_DISPATCH_CAP;
  dispatch->n_flags = dispatch->flags_size = program->flags.length;
  dispatch->flag_states = g_new0 (guint8, (gsize) dispatch->n_flags + 1);
  reactive_interner_init (&dispatch->own_flags);
  dispatch_matching_init (dispatch);
  g_hash_table_foreach (program->triggers, mark_triggers, dispatch);

  return dispatch;
}

void
reactive_dispatch_free (ReactiveDispatch *dispatch)
{
  if (dispatch == NULL)
    return;

  dispatch_matching_clear (dispatch);
  reactive_interner_clear (&dispatch->own_flags);
  g_free (dispatch->flag_states);
  g_free (dispatch->pending.items);
  g_free (dispatch->changes.items);
  g_free (dispatch->touched.items);
  g_free (dispatch->trigger_stack.items);
  g_free (dispatch->queue.items);
  g_free (dispatch->doubtful.items);
  g_clear_pointer (&dispatch->triggers, g_hash_table_unref);
  g_clear_pointer (&dispatch->callbacks, g_hash_table_unref);
  g_clear_pointer (&dispatch->tail, g_ptr_array_unref);
  g_free (dispatch->cycle);
  reactive_program_unref (dispatch->program);
  g_free (dispatch);
}

void
reactive_dispatch_listen (ReactiveDispatch *dispatch, const ReactiveDispatchListener *listener, gpointer data)
{
  dispatch->listener = listener;
  dispatch->listener_data = data;
}

void
reactive_dispatch_set_cap (ReactiveDispatch *dispatch, guint iterations)
{
  g_assert (iterations > 0);

  dispatch->cap = iterations;
}

const ReactiveProgram *
reactive_dispatch_get_program (const ReactiveDispatch *dispatch)
{
  return dispatch->program;
}

void
reactive_dispatch_load_once_mark (ReactiveDispatch *dispatch, guint32 handler)
{
  bit_set (dispatch->once_marks, handler);
}

/* The conditions that no flag decides. Files come last: nothing is read for a handler that cannot run. */
static gboolean
marks_and_files_hold (ReactiveDispatch *dispatch, guint32 handler)
{
  guint8 class = dispatch->program->classes[handler];

  if ((class & HANDLER_ONCE) && bit_is_set (dispatch->once_marks, handler))
    return FALSE;

  return (class & HANDLER_FILES) == 0 || dispatch->host->files_changed (dispatch->host_data, handler);
}

static void
enqueue (ReactiveDispatch *dispatch, guint32 handler)
{
  reactive_bitset_add (&dispatch->queued, handler);
  vector_add (&dispatch->queue, handler);
  TRACE (dispatch, handler_queued, handler);
}

static void
consider (ReactiveDispatch *dispatch, guint32 handler)
{
  if (reactive_bitset_has (&dispatch->queued, handler) || !dispatch_flags_hold (dispatch, handler))
    return;
  if ((dispatch->program->classes[handler] & (HANDLER_ONCE | HANDLER_FILES)) != 0
      && !marks_and_files_hold (dispatch, handler))
    return;

  enqueue (dispatch, handler);
}

/* Into the order of registration. Most queues are short or in order already. */
static void
sort_queue (ReactiveDispatch *dispatch)
{
  Vector *queue = &dispatch->queue;
  guint32 n_handlers = dispatch->program->n_handlers;
  guint32 sorted = 1;

  while (sorted < queue->length && queue->items[sorted - 1] < queue->items[sorted])
    sorted++;
  if (sorted >= queue->length)
    return;

  queue->length = 0;
  for (gsize handler = reactive_bitset_next (&dispatch->queued, 0, n_handlers); handler < n_handlers;
       handler = reactive_bitset_next (&dispatch->queued, handler + 1, n_handlers))
    vector_add (queue, handler);
}

static void
fill_queue_with_event (ReactiveDispatch *dispatch, ReactiveConditionKind kind, const char *event)
{
  const ReactiveProgram *program = dispatch->program;
  g_autofree char *key = event_key (kind, event);
  const GArray *handlers = g_hash_table_lookup (program->events, key);

  for (guint i = 0; handlers != NULL && i < handlers->len; i++)
    {
      guint32 handler = g_array_index (handlers, guint32, i);

      if ((program->classes[handler] & HANDLER_NEVER) == 0 && marks_and_files_hold (dispatch, handler))
        enqueue (dispatch, handler);
    }
  for (guint i = 0; i < program->any_phase->len; i++)
    {
      guint32 handler = g_array_index (program->any_phase, guint32, i);

      if (marks_and_files_hold (dispatch, handler))
        enqueue (dispatch, handler);
    }
  sort_queue (dispatch);
}

/* Iteration 0 asks every handler; a later one only those with a flag that changed while the previous queue ran, and
 * those without flags. */
static void
fill_queue (ReactiveDispatch *dispatch)
{
  const ReactiveProgram *program = dispatch->program;
  gsize n_handlers = program->n_handlers;

  if (dispatch->iteration == 0)
    {
      for (gsize handler = reactive_bitset_next (&dispatch->ready, 0, n_handlers); handler < n_handlers;
           handler = reactive_bitset_next (&dispatch->ready, handler + 1, n_handlers))
        consider (dispatch, handler);
    }
  else
    {
      for (guint32 i = 0; i < dispatch->changes.length; i++)
        dispatch_visit_watchers (dispatch, dispatch->changes.items[i], consider);
    }

  for (guint i = 0; i < program->unwatched->len; i++)
    {
      guint32 handler = g_array_index (program->unwatched, guint32, i);

      if (!reactive_bitset_has (&dispatch->queued, handler) && marks_and_files_hold (dispatch, handler))
        enqueue (dispatch, handler);
    }
  sort_queue (dispatch);
}

/* Drops what stopped matching at some point since the last re-test and does not match now. Whoever stopped matching and
 * matches again meanwhile was never tested in between, so it stays: the same as testing the whole queue here. */
static void
retest_queue (ReactiveDispatch *dispatch)
{
  for (guint32 i = 0; i < dispatch->doubtful.length; i++)
    {
      guint32 handler = dispatch->doubtful.items[i];

      if (reactive_bitset_has (&dispatch->queued, handler) && !dispatch_flags_hold (dispatch, handler))
        {
          reactive_bitset_remove (&dispatch->queued, handler);
          TRACE (dispatch, handler_dropped, handler);
        }
    }
  dispatch->doubtful.length = 0;
}

static gboolean
invoke (ReactiveDispatch *dispatch, guint32 handler, GError **error)
{
  TRACE (dispatch, handler_invoked, handler);
  if (G_UNLIKELY (dispatch->tail != NULL))
    dispatch_cycle_add_handler (dispatch, handler);

  if (!dispatch->host->invoke (dispatch->host_data, handler, error))
    return FALSE;

  if ((dispatch->program->classes[handler] & HANDLER_ONCE) && !bit_is_set (dispatch->once_marks, handler))
    {
      bit_set (dispatch->once_marks, handler);
      dispatch->host->once_marked (dispatch->host_data, handler);
    }

  return TRUE;
}

static void
forget_changes (ReactiveDispatch *dispatch, Vector *flags)
{
  for (guint32 i = 0; i < flags->length; i++)
    dispatch->flag_states[flags->items[i]] &= ~FLAG_PENDING;
  flags->length = 0;
}

static gboolean
run_queue (ReactiveDispatch *dispatch, GError **error)
{
  Vector *queue = &dispatch->queue;
  Vector changes = dispatch->changes;
  gboolean ok = TRUE;

  dispatch->doubtful.length = 0;
  for (guint32 i = 0; i < queue->length; i++)
    {
      guint32 handler = queue->items[i];

      if (!reactive_bitset_has (&dispatch->queued, handler))
        continue;
      reactive_bitset_remove (&dispatch->queued, handler);
      if (!ok || dispatch->stopped)
        continue;

      dispatch->cleared = FALSE;
      ok = invoke (dispatch, handler, error);
      if (ok && !dispatch->stopped && dispatch->cleared)
        retest_queue (dispatch);
    }
  queue->length = 0;

  /* What changed while this queue ran awakes the next one; it replaces what awoke this one. */
  dispatch->changes = dispatch->pending;
  dispatch->pending = changes;
  dispatch->pending.length = 0;
  for (guint32 i = 0; i < dispatch->changes.length; i++)
    dispatch->flag_states[dispatch->changes.items[i]] &= ~FLAG_PENDING;

  return ok;
}

gboolean
reactive_dispatch_run_event (ReactiveDispatch *dispatch, ReactivePhase phase, const char *event, GError **error)
{
  static const ReactiveConditionKind kinds[] = {
    [REACTIVE_PHASE_HOOKS] = REACTIVE_CONDITION_HOOK,
    [REACTIVE_PHASE_RESTRICTED] = REACTIVE_CONDITION_RESTRICTED,
    [REACTIVE_PHASE_ACTION] = REACTIVE_CONDITION_ACTION,
  };

  g_assert (phase < REACTIVE_PHASE_OTHER);

  dispatch->phase = phase;
  dispatch->iteration = 0;
  dispatch->stopped = FALSE;
  dispatch->trigger_stack.length = 0;
  forget_changes (dispatch, &dispatch->pending);
  TRACE (dispatch, iteration_started, phase, 0);
  fill_queue_with_event (dispatch, kinds[phase], event);

  return run_queue (dispatch, error);
}

gboolean
reactive_dispatch_run_flags (ReactiveDispatch *dispatch, GError **error)
{
  g_clear_pointer (&dispatch->cycle, g_free);
  dispatch->phase = REACTIVE_PHASE_OTHER;

  for (dispatch->iteration = 0; dispatch->iteration < dispatch->cap && !dispatch->stopped; dispatch->iteration++)
    {
      TRACE (dispatch, iteration_started, REACTIVE_PHASE_OTHER, dispatch->iteration);
      fill_queue (dispatch);
      if (dispatch->queue.length == 0)
        {
          g_clear_pointer (&dispatch->tail, g_ptr_array_unref);
          return TRUE;
        }

      if (dispatch->cap != G_MAXUINT)
        dispatch_cycle_begin_iteration (dispatch);
      if (!run_queue (dispatch, error))
        return FALSE;
    }

  if (!dispatch->stopped)
    dispatch_cycle_describe (dispatch);

  return TRUE;
}

void
reactive_dispatch_stop (ReactiveDispatch *dispatch)
{
  dispatch->stopped = TRUE;
}

ReactivePhase
reactive_dispatch_get_phase (const ReactiveDispatch *dispatch)
{
  return dispatch->phase;
}

guint
reactive_dispatch_get_iteration (const ReactiveDispatch *dispatch)
{
  return dispatch->iteration;
}

const char *
reactive_dispatch_get_cycle (const ReactiveDispatch *dispatch)
{
  return dispatch->cycle;
}
