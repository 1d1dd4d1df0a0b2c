/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "core/dispatch-private.h"

#include <string.h>

const char *
dispatch_flag_name (const ReactiveDispatch *dispatch, guint32 flag)
{
  guint32 n_program_flags = dispatch->program->flags.length;

  return flag < n_program_flags ? reactive_interner_get (&dispatch->program->flags, flag)
                                : reactive_interner_get (&dispatch->own_flags, flag - n_program_flags);
}

/* Tells what goes round: the changes under way, from the first one that comes back. */
static void
set_trigger_error (const ReactiveDispatch *dispatch, GError **error)
{
  const Vector *stack = &dispatch->trigger_stack;
  g_autoptr (GString) path = g_string_new (NULL);
  guint32 last = stack->items[stack->length - 1];
  guint32 begin = stack->length - 1;

  while (begin > 0 && stack->items[begin - 1] != last)
    begin--;
  begin = begin > 0 ? begin - 1 : 0;
  if (stack->length - begin > 12)
    begin = stack->length - 12;

  for (guint32 i = begin; i < stack->length; i++)
    g_string_append_printf (path, "%s%s %s", i == begin ? "" : ", ", stack->items[i] & 1 ? "set" : "clear",
                            dispatch_flag_name (dispatch, stack->items[i] >> 1));

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TRIGGERS, "triggers set each other off without end: … %s, …",
               path->str);
}

static gboolean
change_flags (ReactiveDispatch *dispatch, const GArray *flags, gboolean set, GError **error)
{
  for (guint i = 0; i < flags->len; i++)
    if (!dispatch_change_flag (dispatch, g_array_index (flags, guint32, i), set, error))
      return FALSE;

  return TRUE;
}

static void
run_callbacks (ReactiveDispatch *dispatch, gpointer key)
{
  GArray *callbacks = dispatch->callbacks != NULL ? g_hash_table_lookup (dispatch->callbacks, key) : NULL;

  /* A callback may add further ones to the list. */
  for (guint i = 0; callbacks != NULL && i < callbacks->len; i++)
    {
      TriggerCallback callback = g_array_index (callbacks, TriggerCallback, i);

      ((void (*) (gpointer)) callback.function) (callback.data);
    }
}

/* All sets, then all clears, then the callbacks, whatever the order of registration. */
static gboolean
run_triggers (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set, GError **error)
{
  gpointer key = TRIGGER_KEY (flag, is_set);
  const TriggerActions *fixed = g_hash_table_lookup (dispatch->program->triggers, key);
  const TriggerActions *added = dispatch->triggers != NULL ? g_hash_table_lookup (dispatch->triggers, key) : NULL;

  vector_add (&dispatch->trigger_stack, FLAG_AND_STATE (flag, is_set));
  if (dispatch->trigger_stack.length > REACTIVE_DISPATCH_MAX_TRIGGERS)
    {
      set_trigger_error (dispatch, error);
      return FALSE;
    }

  if ((fixed != NULL && !change_flags (dispatch, fixed->set, TRUE, error))
      || (added != NULL && !change_flags (dispatch, added->set, TRUE, error))
      || (fixed != NULL && !change_flags (dispatch, fixed->clear, FALSE, error))
      || (added != NULL && !change_flags (dispatch, added->clear, FALSE, error)))
    return FALSE;

  run_callbacks (dispatch, key);
  dispatch->trigger_stack.length--;

  return TRUE;
}

static void
flip_flag (ReactiveDispatch *dispatch, guint32 flag, gboolean set)
{
  guint8 *state = &dispatch->flag_states[flag];

  *state ^= FLAG_SET;
  if (*state & FLAG_WATCHED)
    dispatch_update_watchers (dispatch, flag, set);

  if (G_UNLIKELY (dispatch->listener != NULL && dispatch->listener->flag_changed != NULL))
    dispatch->listener->flag_changed (dispatch->listener_data, dispatch_flag_name (dispatch, flag), set);
  if (G_UNLIKELY (dispatch->tail != NULL))
    dispatch_cycle_add_flag (dispatch, flag, set);
}

void
reactive_dispatch_note_change (ReactiveDispatch *dispatch, guint32 flag)
{
  if (dispatch->flag_states[flag] & FLAG_PENDING)
    return;

  dispatch->flag_states[flag] |= FLAG_PENDING;
  vector_add (dispatch->pending, flag);
}

void
reactive_dispatch_take_flag (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set)
{
  if (reactive_dispatch_flag_is_set (dispatch, flag) != is_set)
    flip_flag (dispatch, flag, is_set);
}

void
reactive_dispatch_note_clear (ReactiveDispatch *dispatch)
{
  dispatch->cleared = TRUE;
}

gboolean
dispatch_change_flag (ReactiveDispatch *dispatch, guint32 flag, gboolean set, GError **error)
{
  guint8 state = dispatch->flag_states[flag];

  /* A clear asks for a re-test of the queue even when the flag was not set, as in charms.reactive. */
  if (!set)
    dispatch->cleared = TRUE;
  if (((state & FLAG_SET) != 0) == set)
    return TRUE;

  reactive_dispatch_note_change (dispatch, flag);
  flip_flag (dispatch, flag, set);

  return (state & FLAG_HAS_TRIGGER) == 0 || run_triggers (dispatch, flag, set, error);
}

gboolean
reactive_dispatch_set_flag (ReactiveDispatch *dispatch, guint32 flag, GError **error)
{
  return dispatch_change_flag (dispatch, flag, TRUE, error);
}

gboolean
reactive_dispatch_clear_flag (ReactiveDispatch *dispatch, guint32 flag, GError **error)
{
  return dispatch_change_flag (dispatch, flag, FALSE, error);
}

guint32
reactive_dispatch_get_flag (ReactiveDispatch *dispatch, const char *name)
{
  const char *flag_name = reactive_program_resolve (dispatch->program, name);
  guint32 n_program_flags = dispatch->program->flags.length;
  guint32 hash = reactive_interner_hash (flag_name);
  guint32 flag = reactive_interner_find_hashed (&dispatch->program->flags, flag_name, hash);

  if (flag != REACTIVE_INTERNER_NONE)
    return flag;

  flag = n_program_flags + reactive_interner_add_hashed (&dispatch->own_flags, flag_name, hash);
  if (flag >= dispatch->flags_size)
    {
      dispatch->flags_size = MAX (flag + 1, dispatch->flags_size + dispatch->flags_size / 2 + 32);
      dispatch->flag_states = g_renew (guint8, dispatch->flag_states, dispatch->flags_size);
    }
  if (flag == dispatch->n_flags)
    dispatch->flag_states[dispatch->n_flags++] = 0;

  return flag;
}

gboolean
reactive_dispatch_flag_is_set (const ReactiveDispatch *dispatch, guint32 flag)
{
  g_assert (flag < dispatch->n_flags);

  return (dispatch->flag_states[flag] & FLAG_SET) != 0;
}

gboolean
reactive_dispatch_is_set (const ReactiveDispatch *dispatch, const char *name)
{
  const char *flag_name = reactive_program_resolve (dispatch->program, name);
  guint32 flag = reactive_interner_find (&dispatch->program->flags, flag_name);

  if (flag == REACTIVE_INTERNER_NONE)
    {
      flag = reactive_interner_find (&dispatch->own_flags, flag_name);
      if (flag == REACTIVE_INTERNER_NONE)
        return FALSE;
      flag += dispatch->program->flags.length;
    }

  return reactive_dispatch_flag_is_set (dispatch, flag);
}

void
reactive_dispatch_load_flag (ReactiveDispatch *dispatch, const char *name)
{
  guint32 flag = reactive_dispatch_get_flag (dispatch, name);

  if (dispatch->flag_states[flag] & FLAG_SET)
    return;

  dispatch->flag_states[flag] |= FLAG_SET | FLAG_LOADED;
  if (dispatch->flag_states[flag] & FLAG_WATCHED)
    dispatch_update_watchers (dispatch, flag, TRUE);
}

/* The program's list and this one are as one list, in which a flag stands once. */
static void
add_trigger_action (ReactiveDispatch *dispatch, const GArray *fixed, GArray *added, const char *name)
{
  guint32 flag;

  if (name == NULL)
    return;

  flag = reactive_dispatch_get_flag (dispatch, name);
  if (fixed == NULL || !trigger_actions_contain (fixed, flag))
    trigger_actions_add (added, flag);
}

void
reactive_dispatch_add_trigger (ReactiveDispatch *dispatch, const ReactiveTrigger *trigger, GCallback callback,
                               gpointer data)
{
  guint32 flag = reactive_dispatch_get_flag (dispatch, trigger->when != NULL ? trigger->when : trigger->when_not);
  gpointer key = TRIGGER_KEY (flag, trigger->when != NULL);
  const TriggerActions *fixed = g_hash_table_lookup (dispatch->program->triggers, key);
  TriggerActions *actions;

  if (dispatch->triggers == NULL)
    dispatch->triggers = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) trigger_actions_free);
  actions = g_hash_table_lookup (dispatch->triggers, key);
  if (actions == NULL)
    {
      actions = trigger_actions_new ();
      g_hash_table_insert (dispatch->triggers, key, actions);
    }

  add_trigger_action (dispatch, fixed != NULL ? fixed->set : NULL, actions->set, trigger->set);
  add_trigger_action (dispatch, fixed != NULL ? fixed->clear : NULL, actions->clear, trigger->clear);

  if (callback != NULL)
    {
      TriggerCallback entry = { callback, data };
      GArray *callbacks;

      if (dispatch->callbacks == NULL)
        dispatch->callbacks = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_array_unref);
      callbacks = g_hash_table_lookup (dispatch->callbacks, key);
      if (callbacks == NULL)
        {
          callbacks = g_array_new (FALSE, FALSE, sizeof (TriggerCallback));
          g_hash_table_insert (dispatch->callbacks, key, callbacks);
        }
      g_array_append_val (callbacks, entry);
    }

  dispatch->flag_states[flag] |= FLAG_HAS_TRIGGER;
}

void
reactive_dispatch_foreach_flag (const ReactiveDispatch *dispatch, ReactiveFlagFunc func, gpointer data)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint32 flag = 0; flag < dispatch->n_flags; flag++)
    if (dispatch->flag_states[flag] & FLAG_SET)
      g_ptr_array_add (names, (char *) dispatch_flag_name (dispatch, flag));
  g_ptr_array_sort (names, reactive_text_compare_items);

  for (guint i = 0; i < names->len; i++)
    func (g_ptr_array_index (names, i), data);
}

void
reactive_dispatch_foreach_change (const ReactiveDispatch *dispatch, ReactiveFlagChangeFunc func, gpointer data)
{
  for (guint32 flag = 0; flag < dispatch->n_flags; flag++)
    {
      gboolean is_set = (dispatch->flag_states[flag] & FLAG_SET) != 0;

      if (is_set != ((dispatch->flag_states[flag] & FLAG_LOADED) != 0))
        func (dispatch_flag_name (dispatch, flag), is_set, data);
    }
}

void
reactive_dispatch_foreach_changed (const ReactiveDispatch *dispatch, gboolean pending, ReactiveFlagFunc func,
                                   gpointer data)
{
  const Vector *flags = pending ? dispatch->pending : dispatch->changes;

  for (guint32 i = 0; i < flags->length; i++)
    func (dispatch_flag_name (dispatch, flags->items[i]), data);
}

static void
add_names (const ReactiveDispatch *dispatch, const GArray *flags, GPtrArray *names)
{
  for (guint i = 0; flags != NULL && i < flags->len; i++)
    g_ptr_array_add (names, (char *) dispatch_flag_name (dispatch, g_array_index (flags, guint32, i)));
}

static const char *const *
end_names (GPtrArray *names)
{
  g_ptr_array_add (names, NULL);

  return (const char *const *) names->pdata;
}

void
reactive_dispatch_foreach_trigger (const ReactiveDispatch *dispatch, ReactiveTriggerInfoFunc func, gpointer data)
{
  for (guint32 i = 0; i < 2 * dispatch->n_flags; i++)
    {
      gpointer key = GUINT_TO_POINTER (i);
      const TriggerActions *fixed = g_hash_table_lookup (dispatch->program->triggers, key);
      const TriggerActions *added = dispatch->triggers != NULL ? g_hash_table_lookup (dispatch->triggers, key) : NULL;
      g_autoptr (GPtrArray) sets = NULL, clears = NULL;

      if (fixed == NULL && added == NULL)
        continue;

      sets = g_ptr_array_new ();
      clears = g_ptr_array_new ();
      add_names (dispatch, fixed != NULL ? fixed->set : NULL, sets);
      add_names (dispatch, added != NULL ? added->set : NULL, sets);
      add_names (dispatch, fixed != NULL ? fixed->clear : NULL, clears);
      add_names (dispatch, added != NULL ? added->clear : NULL, clears);
      func (dispatch_flag_name (dispatch, i >> 1), i & 1, end_names (sets), end_names (clears), data);
    }
}
