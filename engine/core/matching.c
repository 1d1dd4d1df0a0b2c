/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch-private.h"

static gboolean
literal_holds (const ReactiveDispatch *dispatch, const Literal *literal)
{
  gboolean is_set = (dispatch->flag_states[literal->flag] & FLAG_SET) != 0;

  return is_set != WATCHER_NEGATED (dispatch->program->watchers[literal->slot]);
}

/* Arms or disarms a handler on each of its hot literals. */
static void
arm_handler (ReactiveDispatch *dispatch, guint32 handler, gboolean arm)
{
  const ReactiveProgram *program = dispatch->program;

  for (guint32 i = program->literal_begin[handler]; i < program->literal_begin[handler + 1]; i++)
    {
      const Literal *literal = &program->literals[i];

      if ((dispatch->flag_states[literal->flag] & FLAG_HOT) == 0)
        continue;
      if (arm)
        reactive_bitset_add (&dispatch->armed, literal->slot);
      else
        reactive_bitset_remove (&dispatch->armed, literal->slot);
    }
}

static inline void
doubt_if_queued (ReactiveDispatch *dispatch, guint32 handler)
{
  if (reactive_bitset_has (&dispatch->queued, handler))
    vector_add (&dispatch->doubtful, handler);
}

/* Returns: whether that decided about the handler. */
static inline gboolean
count_condition (ReactiveDispatch *dispatch, guint32 handler, gboolean holds)
{
  if (holds)
    {
      if (--dispatch->unsatisfied[handler] != 0)
        return FALSE;

      reactive_bitset_add (&dispatch->ready, handler);
      if (G_UNLIKELY (bit_is_set (dispatch->has_hot, handler)))
        arm_handler (dispatch, handler, TRUE);
    }
  else
    {
      if (dispatch->unsatisfied[handler]++ != 0)
        return FALSE;

      reactive_bitset_remove (&dispatch->ready, handler);
      if (G_UNLIKELY (bit_is_set (dispatch->has_hot, handler)))
        arm_handler (dispatch, handler, FALSE);
      doubt_if_queued (dispatch, handler);
    }

  return TRUE;
}

static gboolean
count_group (ReactiveDispatch *dispatch, guint32 group, gboolean is_set)
{
  const GroupInfo *info = &dispatch->program->groups[group];
  guint32 *count = &dispatch->group_counts[group];
  guint32 edge = info->is_not_all ? info->n_flags : 0; /* at this count the condition does not hold */
  guint32 before = *count;

  *count += is_set ? 1 : -1;
  if ((before == edge) == (*count == edge))
    return FALSE;

  return count_condition (dispatch, info->handler, /* holds= */ before == edge);
}

/* From now on the literals on @flag are not counted. */
static void
make_hot (ReactiveDispatch *dispatch, guint32 flag)
{
  const ReactiveProgram *program = dispatch->program;

  dispatch->flag_states[flag] |= FLAG_HOT;

  for (guint32 slot = program->watch_begin[flag]; slot < program->watch_begin[flag + 1]; slot++)
    {
      guint32 watcher = program->watchers[slot];
      guint32 handler = WATCHER_HANDLER (watcher);
      gboolean is_set = (dispatch->flag_states[flag] & FLAG_SET) != 0;

      if (watcher & WATCHER_GROUP)
        continue;
      bit_set (dispatch->has_hot, handler);
      if (is_set == WATCHER_NEGATED (watcher) && --dispatch->unsatisfied[handler] == 0)
        {
          reactive_bitset_add (&dispatch->ready, handler);
          arm_handler (dispatch, handler, TRUE);
        }
      else if (dispatch->unsatisfied[handler] == 0)
        reactive_bitset_add (&dispatch->armed, slot);
    }
}

static void
update_hot (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set)
{
  const ReactiveProgram *program = dispatch->program;
  guint32 slot = program->watch_begin[flag];
  guint32 end = program->watch_begin[flag + 1];

  for (; slot < end && (program->watchers[slot] & WATCHER_GROUP); slot++)
    count_group (dispatch, program->watchers[slot] & ~WATCHER_GROUP, is_set);

  for (slot = reactive_bitset_next (&dispatch->armed, slot, end); slot < end;
       slot = reactive_bitset_next (&dispatch->armed, slot + 1, end))
    if (WATCHER_NEGATED (program->watchers[slot]) == is_set)
      doubt_if_queued (dispatch, WATCHER_HANDLER (program->watchers[slot]));
}

void
dispatch_update_watchers (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set)
{
  const ReactiveProgram *program = dispatch->program;
  guint32 begin, end, wasted = 0;

  if (flag >= program->flags.length)
    return;
  if (dispatch->flag_states[flag] & FLAG_HOT)
    {
      update_hot (dispatch, flag, is_set);
      return;
    }

  begin = program->watch_begin[flag];
  end = program->watch_begin[flag + 1];
  for (guint32 slot = begin; slot < end; slot++)
    {
      guint32 watcher = program->watchers[slot];

      if (G_UNLIKELY (watcher & WATCHER_GROUP))
        count_group (dispatch, watcher & ~WATCHER_GROUP, is_set);
      else if (!count_condition (dispatch, WATCHER_HANDLER (watcher), is_set != WATCHER_NEGATED (watcher)))
        wasted++;
    }

  if (G_UNLIKELY (wasted > 0))
    {
      dispatch->wasted[flag] += wasted;
      if (dispatch->wasted[flag] >= dispatch->hot_wasted_min
          && dispatch->wasted[flag] >= (gsize) HOT_WASTED_PER_WATCHER * (end - begin))
        make_hot (dispatch, flag);
    }
}

gboolean
dispatch_flags_hold (const ReactiveDispatch *dispatch, guint32 handler)
{
  const ReactiveProgram *program = dispatch->program;

  if (dispatch->unsatisfied[handler] != 0)
    return FALSE;
  if (G_LIKELY (!bit_is_set (dispatch->has_hot, handler)))
    return TRUE;

  for (guint32 i = program->literal_begin[handler]; i < program->literal_begin[handler + 1]; i++)
    if (!literal_holds (dispatch, &program->literals[i]))
      return FALSE;

  return TRUE;
}

void
dispatch_visit_watchers (ReactiveDispatch *dispatch, guint32 flag, DispatchVisit visit)
{
  const ReactiveProgram *program = dispatch->program;
  gboolean is_hot = (dispatch->flag_states[flag] & FLAG_HOT) != 0;
  guint32 slot, end;

  if (flag >= program->flags.length)
    return;

  end = program->watch_begin[flag + 1];
  for (slot = program->watch_begin[flag]; slot < end; slot++)
    {
      guint32 watcher = program->watchers[slot];

      if (watcher & WATCHER_GROUP)
        visit (dispatch, program->groups[watcher & ~WATCHER_GROUP].handler);
      else if (is_hot)
        break;
      else
        visit (dispatch, WATCHER_HANDLER (watcher));
    }

  for (slot = is_hot ? reactive_bitset_next (&dispatch->armed, slot, end) : end; slot < end;
       slot = reactive_bitset_next (&dispatch->armed, slot + 1, end))
    visit (dispatch, WATCHER_HANDLER (program->watchers[slot]));
}

/* Counts as if no flag were set; loading flags counts from there. */
void
dispatch_matching_init (ReactiveDispatch *dispatch)
{
  const ReactiveProgram *program = dispatch->program;
  gsize n_handlers = program->n_handlers;
  gsize n_slots = program->watch_begin[program->flags.length];

  dispatch->unsatisfied = g_new0 (guint32, n_handlers + 1);
  dispatch->group_counts = g_new0 (guint32, program->n_groups + 1);
  dispatch->wasted = g_new0 (guint32, (gsize) program->flags.length + 1);
  dispatch->hot_wasted_min = HOT_WASTED_MIN;
  dispatch->once_marks = g_new0 (guint64, n_handlers / 64 + 1);
  dispatch->has_hot = g_new0 (guint64, n_handlers / 64 + 1);
  reactive_bitset_init (&dispatch->ready, n_handlers);
  reactive_bitset_init (&dispatch->queued, n_handlers);
  reactive_bitset_init (&dispatch->armed, n_slots);

  for (guint32 i = 0; i < program->n_groups; i++)
    if (!program->groups[i].is_not_all)
      dispatch->unsatisfied[program->groups[i].handler]++;

  for (guint32 handler = 0; handler < n_handlers; handler++)
    {
      /* One condition more that never holds. */
      if ((program->classes[handler] & HANDLER_IN_FLAG_PHASE) == 0 || (program->classes[handler] & HANDLER_NEVER) != 0)
        dispatch->unsatisfied[handler]++;

      for (guint32 i = program->literal_begin[handler]; i < program->literal_begin[handler + 1]; i++)
        if (!literal_holds (dispatch, &program->literals[i]))
          dispatch->unsatisfied[handler]++;
      if (dispatch->unsatisfied[handler] == 0)
        reactive_bitset_add (&dispatch->ready, handler);
    }
}

void
dispatch_matching_clear (ReactiveDispatch *dispatch)
{
  g_free (dispatch->unsatisfied);
  g_free (dispatch->group_counts);
  g_free (dispatch->wasted);
  g_free (dispatch->once_marks);
  g_free (dispatch->has_hot);
  reactive_bitset_clear (&dispatch->ready);
  reactive_bitset_clear (&dispatch->queued);
  reactive_bitset_clear (&dispatch->armed);
}
