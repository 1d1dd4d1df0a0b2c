/* SPDX-License-Identifier: Apache-2.0 */
#include "reference-dispatch.h"

#include <string.h>

static gboolean
model_burn (Model *model)
{
  if (model->fuel > 0)
    model->fuel--;

  return model->fuel > 0;
}

static void
model_add_trigger (Model *model, guint trigger)
{
  if (!model->trigger_added[trigger])
    model->added_triggers[model->n_added_triggers++] = trigger;
  model->trigger_added[trigger] = TRUE;
}

static gboolean model_change (Model *model, guint flag, gboolean set);

/* The flags that the triggers of one change set (or clear), in order of registration, without duplicates. */
static gboolean
model_run_trigger_list (Model *model, guint flag, gboolean is_set, gboolean sets)
{
  gboolean done[MODEL_MAX_FLAGS] = { FALSE };

  for (guint i = 0; i < model->n_added_triggers; i++)
    {
      const ModelTrigger *trigger = &model->program->triggers[model->added_triggers[i]];
      int target = sets ? trigger->set : trigger->clear;

      if (trigger->flag != flag || trigger->when_set != is_set || target < 0 || done[target])
        continue;
      done[target] = TRUE;
      if (!model_change (model, target, sets))
        return FALSE;
    }

  return TRUE;
}

static gboolean
model_has_trigger (const Model *model, guint flag)
{
  for (guint i = 0; i < model->n_added_triggers; i++)
    if (model->program->triggers[model->added_triggers[i]].flag == flag)
      return TRUE;

  return FALSE;
}

static gboolean
model_change (Model *model, guint flag, gboolean set)
{
  gboolean was_set = model->hook.flags[flag];
  gboolean ok;

  model->hook.flags[flag] = set;
  if (!set)
    model->cleared = TRUE;
  if (!model_burn (model))
    return FALSE;
  if (was_set == set)
    return TRUE;

  model->pending[flag] = TRUE;
  g_string_append_printf (model->log, "%cf%u\n", set ? '+' : '-', flag);
  if (!model_has_trigger (model, flag))
    return TRUE;

  if (model->trigger_depth == REACTIVE_DISPATCH_MAX_TRIGGERS)
    return FALSE;
  model->trigger_depth++;
  ok = model_run_trigger_list (model, flag, set, TRUE) && model_run_trigger_list (model, flag, set, FALSE);
  model->trigger_depth--;

  return ok;
}

static gboolean
model_event_is_named (const Model *model, ReactivePhase phase, const char *const *names,
                      const ModelCondition *condition)
{
  for (guint i = 0; i < condition->n_names; i++)
    if (model->phase == phase && strcmp (model->hook.event, names[condition->names[i]]) == 0)
      return TRUE;

  return FALSE;
}

static gboolean
model_condition_holds (const Model *model, guint handler, const ModelCondition *condition)
{
  guint n_set = 0;

  switch (condition->kind)
    {
    case REACTIVE_CONDITION_HOOK:
      return model_event_is_named (model, REACTIVE_PHASE_HOOKS, model_hooks, condition);
    case REACTIVE_CONDITION_RESTRICTED:
      return model_event_is_named (model, REACTIVE_PHASE_RESTRICTED, model_restricted, condition);
    case REACTIVE_CONDITION_ACTION:
      return model_event_is_named (model, REACTIVE_PHASE_ACTION, model_actions, condition);
    case REACTIVE_CONDITION_ONCE:
      return !model->hook.once[handler];
    case REACTIVE_CONDITION_FILE:
      return model->hook.file_changed[handler];
    default:
      break;
    }

  for (guint i = 0; i < condition->n_names; i++)
    n_set += model->hook.flags[condition->names[i]];

  return model->phase == REACTIVE_PHASE_OTHER
         && (condition->kind == REACTIVE_CONDITION_ALL    ? n_set == condition->n_names
             : condition->kind == REACTIVE_CONDITION_ANY  ? n_set > 0
             : condition->kind == REACTIVE_CONDITION_NONE ? n_set == 0
                                                          : n_set < condition->n_names);
}

static gboolean
model_test (Model *model, guint index)
{
  const ModelHandler *handler = &model->program->handlers[index];
  gboolean has_flags = FALSE, is_awake = FALSE;

  model_burn (model);
  for (guint i = 0; i < handler->n_conditions; i++)
    for (guint j = 0; model_is_flag_condition (&handler->conditions[i]) && j < handler->conditions[i].n_names; j++)
      {
        has_flags = TRUE;
        is_awake = is_awake || model->changes[handler->conditions[i].names[j]];
      }
  if (has_flags && model->iteration > 0 && !is_awake)
    return FALSE;

  for (guint i = 0; i < handler->n_conditions; i++)
    if (!model_condition_holds (model, index, &handler->conditions[i]))
      return FALSE;

  return TRUE;
}

static gboolean
model_invoke (Model *model, guint handler)
{
  g_string_append_printf (model->log, "run %u\n", handler);

  for (guint i = 0; i < model->program->handlers[handler].n_actions; i++)
    {
      const ModelAction *action = &model->program->handlers[handler].actions[i];
      gboolean set = action->kind == MODEL_SET || (action->kind == MODEL_FLIP && !model->hook.flags[action->operand]);

      if (action->kind == MODEL_FAIL)
        return FALSE;
      if (action->kind == MODEL_STOP)
        model->stopped = TRUE;
      else if (action->kind == MODEL_ADD_TRIGGER)
        model_add_trigger (model, action->operand);
      else if (!model_change (model, action->operand, set))
        return FALSE;
    }

  model->hook.file_changed[handler] = FALSE;
  if (model_has_condition (model->program, handler, REACTIVE_CONDITION_ONCE) && !model->hook.once[handler])
    {
      model->hook.once[handler] = TRUE;
      g_string_append_printf (model->log, "once %u\n", handler);
    }

  return TRUE;
}

void
model_log_numbers (GString *log, const char *what, const GArray *numbers)
{
  if (numbers->len > 0)
    g_string_append (log, what);
  for (guint i = 0; i < numbers->len; i++)
    g_string_append_printf (log, "%u%c", g_array_index (numbers, guint32, i), i + 1 < numbers->len ? ' ' : '\n');
}

/* Keeps what still matches; returns: what does not. */
static GArray *
model_retest (Model *model, GArray *queue)
{
  GArray *dropped = g_array_new (FALSE, FALSE, sizeof (guint32));

  for (guint i = 0; i < queue->len;)
    {
      guint32 handler = g_array_index (queue, guint32, i);

      if (model_test (model, handler))
        {
          i++;
          continue;
        }
      g_array_append_val (dropped, handler);
      g_array_remove_index (queue, i);
    }

  return dropped;
}

static gboolean
model_run_queue (Model *model, GArray *queue)
{
  gboolean ok = TRUE;

  while (ok && !model->stopped && queue->len > 0)
    {
      guint32 handler = g_array_index (queue, guint32, 0);

      g_array_remove_index (queue, 0);
      model->cleared = FALSE;
      ok = model_invoke (model, handler);
      if (ok && !model->stopped && model->cleared)
        {
          g_autoptr (GArray) dropped = model_retest (model, queue);

          model_log_numbers (model->log, "drop ", dropped);
        }
    }

  memcpy (model->changes, model->pending, sizeof model->changes);
  memset (model->pending, 0, sizeof model->pending);

  return ok && model->fuel > 0;
}

static GArray *
model_fill_queue (Model *model)
{
  GArray *queue = g_array_new (FALSE, FALSE, sizeof (guint32));

  g_string_append_printf (model->log, "phase %d %u\n", model->phase, model->iteration);
  for (guint32 handler = 0; handler < model->program->n_handlers; handler++)
    if (model_test (model, handler))
      g_array_append_val (queue, handler);
  model_log_numbers (model->log, "queue ", queue);

  return queue;
}

gboolean
model_run (Model *model)
{
  g_autoptr (GArray) event_queue = NULL;

  for (guint i = 0; i < model->program->n_fixed_triggers; i++)
    model_add_trigger (model, i);
  for (guint i = 0; i < model->hook.n_changes; i++)
    if (!model_change (model, model->hook.changes[i].operand, model->hook.changes[i].kind == MODEL_SET))
      return FALSE;

  memset (model->pending, 0, sizeof model->pending);
  model->phase = model->hook.phase;
  event_queue = model_fill_queue (model);
  if (!model_run_queue (model, event_queue))
    return FALSE;
  if (model->phase == REACTIVE_PHASE_RESTRICTED)
    return TRUE;

  model->phase = REACTIVE_PHASE_OTHER;
  for (model->iteration = 0; model->iteration < model->program->cap && !model->stopped; model->iteration++)
    {
      g_autoptr (GArray) queue = model_fill_queue (model);

      if (queue->len == 0)
        return TRUE;
      if (!model_run_queue (model, queue))
        return FALSE;
    }
  model->capped = !model->stopped;

  return TRUE;
}
