/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch-private.h"

#include <stdlib.h>
#include <string.h>

/* A queue of less than one in so many handlers is sorted; a denser one is read off the handlers. */
#define SORT_SPARSE 32

#define TRACE(dispatch, point, ...)                                                                                    \
  G_STMT_START                                                                                                         \
  {                                                                                                                    \
    if (G_UNLIKELY ((dispatch)->listener != NULL && (dispatch)->listener->point != NULL))                              \
      (dispatch)->listener->point ((dispatch)->listener_data, __VA_ARGS__);                                            \
  }                                                                                                                    \
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
  dispatch->pending = &dispatch->windows[0];
  dispatch->changes = &dispatch->windows[1];
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
  for (guint i = 0; i < G_N_ELEMENTS (dispatch->windows); i++)
    g_free (dispatch->windows[i].items);
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

/* The conditions that no flag decides. Files come last: nothing is read for a handler that cannot run. A handler that
 * decides for itself has none. */
static gboolean
marks_and_files_hold (ReactiveDispatch *dispatch, guint32 handler)
{
  guint8 class = dispatch->program->classes[handler];

  if (G_UNLIKELY (class & HANDLER_ASKED))
    return dispatch->host->wants_to_run (dispatch->host_data, handler);
  if ((class & HANDLER_ONCE) && bit_is_set (dispatch->once_marks, handler))
    return FALSE;

  return (class & HANDLER_FILES) == 0 || dispatch->host->files_changed (dispatch->host_data, handler);
}

static inline void
enqueue (ReactiveDispatch *dispatch, guint32 handler)
{
  dispatch->handlers[handler] |= STATE_QUEUED;
  vector_add (&dispatch->queue, handler);
  TRACE (dispatch, handler_queued, handler);
}

static inline void
consider (ReactiveDispatch *dispatch, guint32 handler)
{
  guint32 state = dispatch->handlers[handler];

  if (state != 0)
    {
      if ((state & STATE_QUEUED) || !dispatch_flags_hold (dispatch, handler))
        return;
      if ((state & STATE_HAS_MORE) && !marks_and_files_hold (dispatch, handler))
        return;
    }

  enqueue (dispatch, handler);
}

static int
compare_handlers (const void *a, const void *b)
{
  guint32 first = *(const guint32 *) a, second = *(const guint32 *) b;

  return (first > second) - (first < second);
}

/* Into the order of registration. Most queues are short or in order already. */
static void
sort_queue (ReactiveDispatch *dispatch)
{
  Vector *queue = &dispatch->queue;
  guint32 sorted = 1;
  guint32 last;

  while (sorted < queue->length && queue->items[sorted - 1] < queue->items[sorted])
    sorted++;
  if (sorted >= queue->length)
    return;

  if (queue->length < dispatch->program->n_handlers / SORT_SPARSE)
    {
      qsort (queue->items, queue->length, sizeof (guint32), compare_handlers);
      return;
    }

  last = queue->items[0];
  for (guint32 i = 1; i < queue->length; i++)
    last = MAX (last, queue->items[i]);
  queue->length = 0;
  for (guint32 handler = 0; handler <= last; handler++)
    if (dispatch->handlers[handler] & STATE_QUEUED)
      queue->items[queue->length++] = handler;
}

/* Iteration 0 asks every handler. */
static void
consider_ready (ReactiveDispatch *dispatch)
{
  guint32 n_words = dispatch->program->n_handlers / 64 + 1;

  for (guint32 word = 0; word < n_words; word++)
    for (guint64 bits = dispatch->ready[word]; bits != 0; bits &= bits - 1)
      consider (dispatch, 64 * word + (guint32) __builtin_ctzll (bits));
}

static void
forget_changes (ReactiveDispatch *dispatch, Vector *flags)
{
  for (guint32 i = 0; i < flags->length; i++)
    dispatch->flag_states[flags->items[i]] &= ~FLAG_PENDING;
  flags->length = 0;
}

/* A later iteration asks only those with a flag that changed while the previous queue ran. */
static void
consider_changes (ReactiveDispatch *dispatch)
{
  const Vector *changes = dispatch->changes;

  for (guint32 i = 0; i < changes->length; i++)
    {
      guint8 *state = &dispatch->flag_states[changes->items[i]];

      *state &= ~FLAG_PENDING;
      if (*state & FLAG_WATCHED)
        dispatch_visit_watchers (dispatch, changes->items[i], consider);
    }
}

/* The handlers of an event, or @only alone. */
static void
enqueue_event (ReactiveDispatch *dispatch, ReactiveConditionKind kind, const char *event, guint32 only)
{
  const ReactiveProgram *program = dispatch->program;
  const GArray *handlers = program_get_event (program, kind, event);

  for (guint i = 0; handlers != NULL && i < handlers->len; i++)
    {
      guint32 handler = g_array_index (handlers, guint32, i);

      if ((only == REACTIVE_ALL_HANDLERS || only == handler) && (program->classes[handler] & HANDLER_NEVER) == 0
          && marks_and_files_hold (dispatch, handler))
        enqueue (dispatch, handler);
    }
}

static void
fill_queue_with_event (ReactiveDispatch *dispatch, ReactiveConditionKind kind, const char *event)
{
  const ReactiveProgram *program = dispatch->program;

  enqueue_event (dispatch, kind, event, REACTIVE_ALL_HANDLERS);
  for (guint i = 0; i < program->any_phase->len; i++)
    {
      guint32 handler = g_array_index (program->any_phase, guint32, i);

      if (marks_and_files_hold (dispatch, handler))
        enqueue (dispatch, handler);
    }
  sort_queue (dispatch);
}

static void
fill_queue (ReactiveDispatch *dispatch)
{
  const ReactiveProgram *program = dispatch->program;

  if (dispatch->iteration == 0)
    consider_ready (dispatch);
  else
    consider_changes (dispatch);

  for (guint i = 0; i < program->unwatched->len; i++)
    {
      guint32 handler = g_array_index (program->unwatched, guint32, i);

      if ((dispatch->handlers[handler] & STATE_QUEUED) == 0 && marks_and_files_hold (dispatch, handler))
        enqueue (dispatch, handler);
    }
  sort_queue (dispatch);
}

static void
drop_from_queue (ReactiveDispatch *dispatch, guint32 handler)
{
  dispatch->handlers[handler] &= ~STATE_QUEUED;
  TRACE (dispatch, handler_dropped, handler);
}

/* Drops what stopped matching at some point since the last re-test and does not match now. Whoever stopped matching and
 * matches again meanwhile was never tested in between, so it stays: the same as testing the whole queue here. */
static void
retest_queue (ReactiveDispatch *dispatch)
{
  const GArray *asked = dispatch->program->asked;

  for (guint32 i = 0; i < dispatch->doubtful.length; i++)
    {
      guint32 handler = dispatch->doubtful.items[i];

      if ((dispatch->handlers[handler] & STATE_QUEUED) && !dispatch_flags_hold (dispatch, handler))
        drop_from_queue (dispatch, handler);
    }
  dispatch->doubtful.length = 0;

  for (guint i = 0; i < asked->len; i++)
    {
      guint32 handler = g_array_index (asked, guint32, i);

      if ((dispatch->handlers[handler] & STATE_QUEUED) && !marks_and_files_hold (dispatch, handler))
        drop_from_queue (dispatch, handler);
    }
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

static gboolean
run_queue (ReactiveDispatch *dispatch, GError **error)
{
  Vector *queue = &dispatch->queue;
  Vector *changes = dispatch->changes;
  gboolean ok = TRUE;

  dispatch->doubtful.length = 0;
  for (guint32 i = 0; i < queue->length; i++)
    {
      guint32 handler = queue->items[i];

      if ((dispatch->handlers[handler] & STATE_QUEUED) == 0)
        continue;
      dispatch->handlers[handler] &= ~STATE_QUEUED;
      if (!ok || dispatch->stopped)
        continue;

      dispatch->cleared = FALSE;
      ok = invoke (dispatch, handler, error);
      if (ok && !dispatch->stopped && dispatch->cleared)
        retest_queue (dispatch);
    }
  queue->length = 0;

  /* What changed while this queue ran awakes the next one; it replaces what awoke this one. */
  changes->length = 0;
  dispatch->changes = dispatch->pending;
  dispatch->pending = changes;

  return ok;
}

static void
begin_phase (ReactiveDispatch *dispatch, ReactivePhase phase)
{
  dispatch->phase = phase;
  dispatch->iteration = 0;
  dispatch->stopped = FALSE;
  dispatch->trigger_stack.length = 0;
  forget_changes (dispatch, dispatch->pending);
  TRACE (dispatch, iteration_started, phase, 0);
}

static gboolean
run_phase (ReactiveDispatch *dispatch, GError **error)
{
  gboolean ok = run_queue (dispatch, error);

  /* The first iteration asks everyone anyway. */
  forget_changes (dispatch, dispatch->changes);

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

  begin_phase (dispatch, phase);
  fill_queue_with_event (dispatch, kinds[phase], event);

  return run_phase (dispatch, error);
}

gboolean
reactive_dispatch_run_occurrence (ReactiveDispatch *dispatch, const char *name, guint32 handler, GError **error)
{
  begin_phase (dispatch, REACTIVE_PHASE_EVENTS);
  enqueue_event (dispatch, REACTIVE_CONDITION_HOOK, name, handler);

  return run_phase (dispatch, error);
}

static gboolean
run_iterations (ReactiveDispatch *dispatch, GError **error)
{
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

gboolean
reactive_dispatch_run_flags (ReactiveDispatch *dispatch, GError **error)
{
  gboolean ok;

  g_clear_pointer (&dispatch->cycle, g_free);
  dispatch->phase = REACTIVE_PHASE_OTHER;
  ok = run_iterations (dispatch, error);
  forget_changes (dispatch, dispatch->changes);

  return ok;
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
