/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch-private.h"

#include <string.h>

static gboolean
literal_holds (const ReactiveDispatch *dispatch, const Literal *literal)
{
  gboolean is_set = (dispatch->flag_states[literal->flag] & FLAG_SET) != 0;

  return is_set != WATCHER_NEGATED (dispatch->program->watchers[literal->slot]);
}

static void
arm_slot (HotFlag *hot, guint32 slot, guint32 begin)
{
  guint32 *position = &hot->positions[slot - begin];

  if (*position != HOT_DISARMED)
    return;

  *position = hot->armed.length;
  vector_add (&hot->armed, slot);
}

static void
disarm_slot (HotFlag *hot, guint32 slot, guint32 begin)
{
  guint32 *position = &hot->positions[slot - begin];
  guint32 last;

  if (*position == HOT_DISARMED)
    return;

  last = hot->armed.items[--hot->armed.length];
  hot->armed.items[*position] = last;
  hot->positions[last - begin] = *position;
  *position = HOT_DISARMED;
}

/* Arms or disarms a handler on each of its hot literals. */
static void
arm_handler (ReactiveDispatch *dispatch, guint32 handler, gboolean arm)
{
  const ReactiveProgram *program = dispatch->program;

  for (guint32 i = program->literal_begin[handler]; i < program->literal_begin[handler + 1]; i++)
    {
      const Literal *literal = &program->literals[i];
      HotFlag *hot;

      if ((dispatch->flag_states[literal->flag] & FLAG_HOT) == 0)
        continue;
      hot = &dispatch->hot_flags[dispatch->wasted[literal->flag]];
      if (arm)
        arm_slot (hot, literal->slot, program->watch_begin[literal->flag]);
      else
        disarm_slot (hot, literal->slot, program->watch_begin[literal->flag]);
    }
}

static inline void
doubt_if_queued (ReactiveDispatch *dispatch, guint32 handler)
{
  if (dispatch->handlers[handler] & STATE_QUEUED)
    vector_add (&dispatch->doubtful, handler);
}

/* Returns: whether that decided about the handler. */
static inline gboolean
count_condition (ReactiveDispatch *dispatch, guint32 handler, gboolean holds)
{
  guint32 *state = &dispatch->handlers[handler];

  if (holds)
    {
      if ((--*state & STATE_UNSATISFIED) != 0)
        return FALSE;

      bit_set (dispatch->ready, handler);
    }
  else
    {
      if (((*state)++ & STATE_UNSATISFIED) != 0)
        return FALSE;

      bit_clear (dispatch->ready, handler);
      doubt_if_queued (dispatch, handler);
    }

  if (G_UNLIKELY (*state & STATE_HAS_HOT))
    arm_handler (dispatch, handler, holds);

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
  guint32 begin = program->watch_begin[flag], end = program->watch_begin[flag + 1];
  gboolean is_set = (dispatch->flag_states[flag] & FLAG_SET) != 0;
  HotFlag *hot;

  dispatch->flag_states[flag] |= FLAG_HOT;
  dispatch->wasted[flag] = dispatch->n_hot_flags++;
  dispatch->hot_flags = g_renew (HotFlag, dispatch->hot_flags, dispatch->n_hot_flags);
  hot = &dispatch->hot_flags[dispatch->wasted[flag]];
  *hot = (HotFlag){ .positions = g_new (guint32, end - begin) };
  memset (hot->positions, 0xff, (end - begin) * sizeof (guint32));

  for (guint32 slot = begin; slot < end; slot++)
    {
      guint32 watcher = program->watchers[slot];
      guint32 handler = WATCHER_HANDLER (watcher);

      if (watcher & WATCHER_GROUP)
        continue;
      dispatch->handlers[handler] |= STATE_HAS_HOT;
      if (is_set == WATCHER_NEGATED (watcher) && (--dispatch->handlers[handler] & STATE_UNSATISFIED) == 0)
        {
          bit_set (dispatch->ready, handler);
          arm_handler (dispatch, handler, TRUE);
        }
      else if ((dispatch->handlers[handler] & STATE_UNSATISFIED) == 0)
        arm_slot (hot, slot, begin);
    }
}

static void
update_hot (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set)
{
  const ReactiveProgram *program = dispatch->program;
  const HotFlag *hot = &dispatch->hot_flags[dispatch->wasted[flag]];
  guint32 end = program->watch_begin[flag + 1];

  for (guint32 slot = program->watch_begin[flag]; slot < end && (program->watchers[slot] & WATCHER_GROUP); slot++)
    count_group (dispatch, program->watchers[slot] & ~WATCHER_GROUP, is_set);

  for (guint32 i = 0; i < hot->armed.length; i++)
    {
      guint32 watcher = program->watchers[hot->armed.items[i]];

      if (WATCHER_NEGATED (watcher) == is_set)
        doubt_if_queued (dispatch, WATCHER_HANDLER (watcher));
    }
}

void
dispatch_update_watchers (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set)
{
  const ReactiveProgram *program = dispatch->program;
  guint32 begin, end, wasted = 0;

  if (G_UNLIKELY (dispatch->flag_states[flag] & FLAG_HOT))
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

  if ((dispatch->handlers[handler] & STATE_UNSATISFIED) != 0)
    return FALSE;
  if (G_LIKELY ((dispatch->handlers[handler] & STATE_HAS_HOT) == 0))
    return TRUE;

  for (guint32 i = program->literal_begin[handler]; i < program->literal_begin[handler + 1]; i++)
    if (!literal_holds (dispatch, &program->literals[i]))
      return FALSE;

  return TRUE;
}

/* Counts as if no flag were set; loading flags counts from there. */
void
dispatch_matching_init (ReactiveDispatch *dispatch)
{
  const ReactiveProgram *program = dispatch->program;
  gsize n_handlers = program->n_handlers;

  gsize n_words = n_handlers / 64 + 1;

  /* One block: a small charm's hook is not to be spent on allocating. */
  dispatch->once_marks = g_malloc0 (2 * n_words * sizeof (guint64)
                                    + (n_handlers + program->n_groups + program->flags.length) * sizeof (guint32));
  dispatch->ready = dispatch->once_marks + n_words;
  dispatch->handlers = (guint32 *) (dispatch->ready + n_words);
  dispatch->group_counts = dispatch->handlers + n_handlers;
  dispatch->wasted = dispatch->group_counts + program->n_groups;
  dispatch->hot_wasted_min = HOT_WASTED_MIN;

  for (guint32 flag = 0; flag < program->flags.length; flag++)
    if (program->watch_begin[flag] < program->watch_begin[flag + 1])
      dispatch->flag_states[flag] |= FLAG_WATCHED;

  for (guint32 i = 0; i < program->n_groups; i++)
    if (!program->groups[i].is_not_all)
      dispatch->handlers[program->groups[i].handler]++;

  for (guint32 handler = 0; handler < n_handlers; handler++)
    {
      guint8 class = program->classes[handler];
      guint32 n_unsatisfied = dispatch->handlers[handler];

      /* One condition more that never holds. */
      if ((class & HANDLER_IN_FLAG_PHASE) == 0 || (class & HANDLER_NEVER) != 0)
        n_unsatisfied++;

      for (guint32 i = program->literal_begin[handler]; i < program->literal_begin[handler + 1]; i++)
        if (!literal_holds (dispatch, &program->literals[i]))
          n_unsatisfied++;
      if (n_unsatisfied == 0)
        bit_set (dispatch->ready, handler);
      dispatch->handlers[handler]
          = n_unsatisfied | ((class & (HANDLER_ONCE | HANDLER_FILES)) != 0 ? STATE_HAS_MORE : 0);
    }
}

void
dispatch_matching_clear (ReactiveDispatch *dispatch)
{
  for (guint32 i = 0; i < dispatch->n_hot_flags; i++)
    {
      g_free (dispatch->hot_flags[i].armed.items);
      g_free (dispatch->hot_flags[i].positions);
    }
  g_free (dispatch->hot_flags);
  g_free (dispatch->once_marks);
}
