/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>
#include <string.h>

#include "core/dispatch-private.h"

/* The dispatch rules written as plainly as they can be: every handler is tested in every iteration, and the whole queue
 * again after each clear. A program drawn from a source of choices (a seed, or a fuzzer's bytes) is run by this model
 * and by the engine, and everything that can be seen of the two runs must be equal. */

enum
{
  MODEL_MAX_NAMES = 5,
  MODEL_MAX_CONDITIONS = 4,
  MODEL_MAX_ACTIONS = 4,
  MODEL_MAX_TRIGGERS = 12,
  MODEL_MAX_FLAGS = 200,
  MODEL_MAX_HANDLERS = 255,
  MODEL_FUEL = 1000000, /* tests and flag changes; a program that takes more is given up */
};

static const char *const model_hooks[] = { "install", "config-changed", "stop" };
static const char *const model_restricted[] = { "collect-metrics", "meter-status-changed" };
static const char *const model_actions[] = { "backup", "restore" };

typedef struct
{
  ReactiveConditionKind kind;
  guint n_names;
  guint names[MODEL_MAX_NAMES]; /* flags, or indices into the names above */
} ModelCondition;

typedef struct
{
  enum
  {
    MODEL_SET,
    MODEL_CLEAR,
    MODEL_FLIP,
    MODEL_ADD_TRIGGER,
    MODEL_STOP,
    MODEL_FAIL,
  } kind;
  guint operand; /* a flag, or a trigger */
} ModelAction;

typedef struct
{
  guint n_conditions;
  ModelCondition conditions[MODEL_MAX_CONDITIONS];
  guint n_actions;
  ModelAction actions[MODEL_MAX_ACTIONS];
} ModelHandler;

typedef struct
{
  guint flag;
  gboolean when_set;
  int set;   /* a flag, or -1 */
  int clear; /* a flag, or -1 */
} ModelTrigger;

typedef struct
{
  guint n_flags;
  guint n_handlers;
  ModelHandler handlers[MODEL_MAX_HANDLERS];
  guint n_triggers;
  guint n_fixed_triggers; /* those that are the program's; handlers may add the others */
  ModelTrigger triggers[MODEL_MAX_TRIGGERS];
  guint cap;
  guint hot_wasted_min;
} ModelProgram;

/* One hook: what stands before it, and how it begins. */
typedef struct
{
  ReactivePhase phase;
  const char *event;
  gboolean flags[MODEL_MAX_FLAGS];
  gboolean once[MODEL_MAX_HANDLERS];
  gboolean file_changed[MODEL_MAX_HANDLERS];
  guint n_changes;
  ModelAction changes[MODEL_MAX_ACTIONS]; /* before the handlers: MODEL_SET and MODEL_CLEAR */
} ModelHook;

/* --- choices ------------------------------------------------------------------------------------------------------ */

typedef struct
{
  const guint8 *bytes; /* NULL: drawn from the seed */
  gsize length;
  guint64 seed;
} ModelSource;

/* A number below @bound, which is at most 256. */
static guint
model_choose (ModelSource *source, guint bound)
{
  if (source->bytes == NULL)
    {
      source->seed = source->seed * G_GUINT64_CONSTANT (6364136223846793005) + G_GUINT64_CONSTANT (1442695040888963407);
      return (source->seed >> 33) % bound;
    }
  if (source->length == 0)
    return 0;

  source->length--;

  return *source->bytes++ % bound;
}

/* TRUE in @percent of all cases. */
static gboolean
model_chance (ModelSource *source, guint percent)
{
  return model_choose (source, 100) >= 100 - percent;
}

typedef struct
{
  guint max_flags;
  guint max_handlers;
  guint max_triggers;
  guint first_flag_percent; /* how often a condition or an action names the first flag */
} ModelShape;

static guint
model_choose_flag (ModelSource *source, const ModelProgram *program, const ModelShape *shape)
{
  return model_chance (source, shape->first_flag_percent) ? 0 : model_choose (source, program->n_flags);
}

static ModelCondition
model_choose_condition (ModelSource *source, const ModelProgram *program, const ModelShape *shape)
{
  static const ReactiveConditionKind kinds[] = {
    REACTIVE_CONDITION_ALL,     REACTIVE_CONDITION_ALL,        REACTIVE_CONDITION_ALL,    REACTIVE_CONDITION_NONE,
    REACTIVE_CONDITION_NONE,    REACTIVE_CONDITION_NONE,       REACTIVE_CONDITION_ANY,    REACTIVE_CONDITION_ANY,
    REACTIVE_CONDITION_NOT_ALL, REACTIVE_CONDITION_NOT_ALL,    REACTIVE_CONDITION_HOOK,   REACTIVE_CONDITION_ONCE,
    REACTIVE_CONDITION_FILE,    REACTIVE_CONDITION_RESTRICTED, REACTIVE_CONDITION_ACTION,
  };
  ModelCondition condition = { .kind = kinds[model_choose (source, G_N_ELEMENTS (kinds))] };

  if (condition.kind == REACTIVE_CONDITION_ONCE || condition.kind == REACTIVE_CONDITION_FILE)
    return condition;

  condition.n_names = model_chance (source, 70) ? 1 : model_choose (source, MODEL_MAX_NAMES + 1);
  for (guint i = 0; i < condition.n_names; i++)
    {
      if (condition.kind == REACTIVE_CONDITION_HOOK)
        condition.names[i] = model_choose (source, G_N_ELEMENTS (model_hooks));
      else if (condition.kind == REACTIVE_CONDITION_RESTRICTED)
        condition.names[i] = model_choose (source, G_N_ELEMENTS (model_restricted));
      else if (condition.kind == REACTIVE_CONDITION_ACTION)
        condition.names[i] = model_choose (source, G_N_ELEMENTS (model_actions));
      else
        condition.names[i] = model_choose_flag (source, program, shape);
    }

  return condition;
}

static ModelAction
model_choose_action (ModelSource *source, const ModelProgram *program, const ModelShape *shape)
{
  ModelAction action = { .kind = model_choose (source, 3) };

  if (model_chance (source, 1))
    action.kind = model_chance (source, 50) ? MODEL_STOP : MODEL_FAIL;
  else if (program->n_triggers > program->n_fixed_triggers && model_chance (source, 5))
    action.kind = MODEL_ADD_TRIGGER;

  if (action.kind == MODEL_ADD_TRIGGER)
    action.operand = program->n_fixed_triggers + model_choose (source, program->n_triggers - program->n_fixed_triggers);
  else
    action.operand = model_choose_flag (source, program, shape);

  return action;
}

static ModelTrigger
model_choose_trigger (ModelSource *source, const ModelProgram *program)
{
  ModelTrigger trigger = {
    .flag = model_choose (source, program->n_flags),
    .when_set = model_chance (source, 60),
    .set = -1,
    .clear = -1,
  };
  guint which = model_choose (source, 3);

  if (which != 1)
    trigger.set = model_choose (source, program->n_flags);
  if (which != 0)
    trigger.clear = model_choose (source, program->n_flags);

  return trigger;
}

static ModelProgram *
model_choose_program (ModelSource *source)
{
  static const ModelShape shapes[] = {
    { 2, 4, 0, 0 }, { 4, 8, 2, 0 }, { 10, 24, 4, 0 }, { MODEL_MAX_FLAGS, 100, 10, 0 }, { 5, MODEL_MAX_HANDLERS, 3, 50 },
  };
  static const guint caps[] = { 100, 1, 2, 7, 17, 40 };
  static const guint hot_wasted_min[] = { 1, 4, 40, HOT_WASTED_MIN };
  const ModelShape *shape = &shapes[model_choose (source, G_N_ELEMENTS (shapes))];
  ModelProgram *program = g_new0 (ModelProgram, 1);

  program->n_flags = 1 + model_choose (source, shape->max_flags);
  program->n_handlers = model_choose (source, shape->max_handlers + 1);
  program->cap = caps[model_choose (source, G_N_ELEMENTS (caps))];
  program->hot_wasted_min = hot_wasted_min[model_choose (source, G_N_ELEMENTS (hot_wasted_min))];
  program->n_triggers = model_choose (source, shape->max_triggers + 1);
  program->n_fixed_triggers = program->n_triggers - program->n_triggers / 3;
  for (guint i = 0; i < program->n_triggers; i++)
    program->triggers[i] = model_choose_trigger (source, program);

  for (guint i = 0; i < program->n_handlers; i++)
    {
      ModelHandler *handler = &program->handlers[i];

      handler->n_conditions = model_chance (source, 3) ? 0 : 1 + model_choose (source, MODEL_MAX_CONDITIONS);
      for (guint j = 0; j < handler->n_conditions; j++)
        handler->conditions[j] = model_choose_condition (source, program, shape);
      handler->n_actions = model_choose (source, MODEL_MAX_ACTIONS);
      for (guint j = 0; j < handler->n_actions; j++)
        handler->actions[j] = model_choose_action (source, program, shape);
    }

  return program;
}

/* Into @hook, whose flags and once marks stand already. */
static void
model_choose_hook (ModelSource *source, const ModelProgram *program, ModelHook *hook)
{
  guint kind = model_choose (source, 10);

  hook->phase = kind == 0 ? REACTIVE_PHASE_RESTRICTED : kind == 1 ? REACTIVE_PHASE_ACTION : REACTIVE_PHASE_HOOKS;
  hook->event = kind == 0   ? model_restricted[model_choose (source, 2)]
                : kind == 1 ? model_actions[model_choose (source, 2)]
                            : model_hooks[model_choose (source, 3)];

  for (guint i = 0; i < program->n_handlers; i++)
    hook->file_changed[i] = model_chance (source, 40);
  hook->n_changes = model_choose (source, MODEL_MAX_ACTIONS);
  for (guint i = 0; i < hook->n_changes; i++)
    hook->changes[i]
        = (ModelAction){ model_chance (source, 70) ? MODEL_SET : MODEL_CLEAR, model_choose (source, program->n_flags) };
}

/* --- the model ---------------------------------------------------------------------------------------------------- */

typedef struct
{
  const ModelProgram *program;
  ModelHook hook; /* its flags, once marks and files as they stand now */
  gboolean pending[MODEL_MAX_FLAGS];
  gboolean changes[MODEL_MAX_FLAGS];
  gboolean trigger_added[MODEL_MAX_TRIGGERS];
  guint added_triggers[MODEL_MAX_TRIGGERS]; /* in the order of registration */
  guint n_added_triggers;
  guint trigger_depth;
  ReactivePhase phase;
  guint iteration;
  gboolean cleared;
  gboolean stopped;
  gboolean capped;
  guint fuel;
  GString *log;
} Model;

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
model_is_flag_condition (const ModelCondition *condition)
{
  return condition->kind <= REACTIVE_CONDITION_NOT_ALL;
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
model_has_condition (const ModelProgram *program, guint handler, ReactiveConditionKind kind)
{
  for (guint i = 0; i < program->handlers[handler].n_conditions; i++)
    if (program->handlers[handler].conditions[i].kind == kind)
      return TRUE;

  return FALSE;
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

static void
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

static gboolean
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

/* --- the engine --------------------------------------------------------------------------------------------------- */

typedef struct
{
  const ModelProgram *program;
  ModelHook hook; /* its files as they stand now */
  ReactiveDispatch *dispatch;
  const char *batch_name; /* what the numbers of @batch are; NULL for nothing */
  GArray *batch;
  GString *log;
} Engine;

static int
engine_compare_numbers (gconstpointer a, gconstpointer b)
{
  guint32 first = *(const guint32 *) a, second = *(const guint32 *) b;

  return first < second ? -1 : first > second;
}

/* Handlers are queued and dropped in no particular order: told as one line, sorted. */
static void
engine_flush (Engine *engine)
{
  g_array_sort (engine->batch, engine_compare_numbers);
  model_log_numbers (engine->log, engine->batch_name, engine->batch);
  g_array_set_size (engine->batch, 0);
}

static void
engine_add_to_batch (Engine *engine, const char *name, guint32 handler)
{
  if (engine->batch_name != name)
    engine_flush (engine);
  engine->batch_name = name;
  g_array_append_val (engine->batch, handler);
}

static void
engine_flag_changed (gpointer data, const char *flag, gboolean is_set)
{
  Engine *engine = data;

  engine_flush (engine);
  g_string_append_printf (engine->log, "%c%s\n", is_set ? '+' : '-', flag);
}

static void
engine_iteration_started (gpointer data, ReactivePhase phase, guint iteration)
{
  Engine *engine = data;

  engine_flush (engine);
  g_string_append_printf (engine->log, "phase %d %u\n", phase, iteration);
}

static void
engine_handler_queued (gpointer data, guint32 handler)
{
  engine_add_to_batch (data, "queue ", handler);
}

static void
engine_handler_dropped (gpointer data, guint32 handler)
{
  engine_add_to_batch (data, "drop ", handler);
}

static void
engine_handler_invoked (gpointer data, guint32 handler)
{
  Engine *engine = data;

  engine_flush (engine);
  g_string_append_printf (engine->log, "run %u\n", handler);
}

static const char *
engine_flag_name (char buffer[16], guint flag)
{
  g_snprintf (buffer, 16, "f%u", flag);

  return buffer;
}

static gboolean
engine_change (Engine *engine, guint flag, gboolean set, GError **error)
{
  char name[16];
  guint32 number = reactive_dispatch_get_flag (engine->dispatch, engine_flag_name (name, flag));

  return set ? reactive_dispatch_set_flag (engine->dispatch, number, error)
             : reactive_dispatch_clear_flag (engine->dispatch, number, error);
}

static void
engine_name_trigger (const ModelTrigger *model, char names[3][16], ReactiveTrigger *out_trigger)
{
  const char *flag = engine_flag_name (names[0], model->flag);

  *out_trigger = (ReactiveTrigger){
    .when = model->when_set ? flag : NULL,
    .when_not = model->when_set ? NULL : flag,
    .set = model->set >= 0 ? engine_flag_name (names[1], model->set) : NULL,
    .clear = model->clear >= 0 ? engine_flag_name (names[2], model->clear) : NULL,
  };
}

static gboolean
engine_invoke (gpointer host, guint32 handler, GError **error)
{
  Engine *engine = host;

  for (guint i = 0; i < engine->program->handlers[handler].n_actions; i++)
    {
      const ModelAction *action = &engine->program->handlers[handler].actions[i];
      ReactiveTrigger trigger;
      char names[3][16];
      gboolean set = action->kind == MODEL_SET;

      switch (action->kind)
        {
        case MODEL_FAIL:
          g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_HANDLER, "as told");
          return FALSE;
        case MODEL_STOP:
          reactive_dispatch_stop (engine->dispatch);
          break;
        case MODEL_ADD_TRIGGER:
          engine_name_trigger (&engine->program->triggers[action->operand], names, &trigger);
          reactive_dispatch_add_trigger (engine->dispatch, &trigger, NULL, NULL);
          break;
        default:
          if (action->kind == MODEL_FLIP)
            set = !reactive_dispatch_is_set (engine->dispatch, engine_flag_name (names[0], action->operand));
          if (!engine_change (engine, action->operand, set, error))
            return FALSE;
        }
    }
  engine->hook.file_changed[handler] = FALSE;

  return TRUE;
}

static gboolean
engine_files_changed (gpointer host, guint32 handler)
{
  Engine *engine = host;

  /* Asked only where nothing else keeps the handler from running. */
  g_assert_true (!model_has_condition (engine->program, handler, REACTIVE_CONDITION_ONCE)
                 || !engine->hook.once[handler]);

  return engine->hook.file_changed[handler];
}

static void
engine_once_marked (gpointer host, guint32 handler)
{
  Engine *engine = host;

  g_assert_false (engine->hook.once[handler]);
  engine->hook.once[handler] = TRUE;
  engine_flush (engine);
  g_string_append_printf (engine->log, "once %u\n", handler);
}

static void
engine_add_condition (ReactiveProgramBuilder *builder, guint handler, const ModelCondition *condition)
{
  const char *names[MODEL_MAX_NAMES + 1] = { NULL };
  char buffers[MODEL_MAX_NAMES][16];

  for (guint i = 0; i < condition->n_names; i++)
    {
      guint name = condition->names[i];

      if (condition->kind == REACTIVE_CONDITION_HOOK)
        names[i] = model_hooks[name];
      else if (condition->kind == REACTIVE_CONDITION_RESTRICTED)
        names[i] = model_restricted[name];
      else if (condition->kind == REACTIVE_CONDITION_ACTION)
        names[i] = model_actions[name];
      else
        names[i] = engine_flag_name (buffers[i], name);

      /* Now and then by its other name. */
      if (model_is_flag_condition (condition) && (handler + name) % 3 == 0)
        buffers[i][0] = 'a';
    }
  if (condition->kind == REACTIVE_CONDITION_FILE)
    names[0] = "/a/file";

  reactive_program_builder_add_condition (builder, condition->kind, names);
}

static ReactiveProgram *
engine_compile (const ModelProgram *model)
{
  g_autoptr (ReactiveProgramBuilder) builder = reactive_program_builder_new ();
  g_autoptr (GError) error = NULL;
  ReactiveProgram *program;

  for (guint i = 0; i < model->n_flags; i++)
    {
      char alias[16], flag[16];

      engine_flag_name (alias, i);
      alias[0] = 'a';
      reactive_program_builder_add_alias (builder, alias, engine_flag_name (flag, i));
    }

  for (guint i = 0; i < model->n_handlers; i++)
    {
      g_autofree char *id = g_strdup_printf ("h%u", i);

      g_assert_cmpuint (reactive_program_builder_add_handler (builder, id, NULL), ==, i);
      for (guint j = 0; j < model->handlers[i].n_conditions; j++)
        engine_add_condition (builder, i, &model->handlers[i].conditions[j]);
    }

  for (guint i = 0; i < model->n_fixed_triggers; i++)
    {
      ReactiveTrigger trigger;
      char names[3][16];

      engine_name_trigger (&model->triggers[i], names, &trigger);
      reactive_program_builder_add_trigger (builder, &trigger);
    }

  program = reactive_program_builder_compile (g_steal_pointer (&builder), &error);
  g_assert_no_error (error);

  return program;
}

static gboolean
engine_run (Engine *engine, GError **error)
{
  for (guint i = 0; i < engine->hook.n_changes; i++)
    if (!engine_change (engine, engine->hook.changes[i].operand, engine->hook.changes[i].kind == MODEL_SET, error))
      return FALSE;

  return reactive_dispatch_run_event (engine->dispatch, engine->hook.phase, engine->hook.event, error)
         && (engine->hook.phase == REACTIVE_PHASE_RESTRICTED || reactive_dispatch_run_flags (engine->dispatch, error));
}

/* --- comparing ---------------------------------------------------------------------------------------------------- */

static void
compare_note_change (const char *flag, gboolean is_set, gpointer data)
{
  gboolean *changed = data;
  guint number = g_ascii_strtoull (flag + 1, NULL, 10);

  g_assert_false (changed[number]);
  changed[number] = TRUE;
}

static void
compare_count_flag (const char *flag, gpointer data)
{
  guint *count = data;

  (*count)++;
}

static void
compare_flags (const Engine *engine, const Model *model, const ModelHook *before)
{
  gboolean changed[MODEL_MAX_FLAGS] = { FALSE };
  guint n_set = 0, n_set_by_model = 0;

  reactive_dispatch_foreach_change (engine->dispatch, compare_note_change, changed);
  reactive_dispatch_foreach_flag (engine->dispatch, compare_count_flag, &n_set);

  for (guint i = 0; i < model->program->n_flags; i++)
    {
      char name[16];

      g_assert_cmpint (reactive_dispatch_is_set (engine->dispatch, engine_flag_name (name, i)), ==,
                       model->hook.flags[i]);
      g_assert_cmpint (changed[i], ==, model->hook.flags[i] != before->flags[i]);
      n_set_by_model += model->hook.flags[i];
    }
  g_assert_cmpuint (n_set, ==, n_set_by_model);
}

/* Says where two logs part, and what led there. */
static void
compare_logs (const char *engine, const char *model)
{
  gsize same = 0, begin;

  if (strcmp (engine, model) == 0)
    return;

  while (engine[same] == model[same])
    same++;
  begin = same > 200 ? same - 200 : 0;
  g_error ("after\n%.*s\nthe engine goes on with\n%.60s\nand the model with\n%.60s", (int) (same - begin),
           engine + begin, engine + same, model + same);
}

/* Runs @hook in the engine, and compares with what the model came to. */
static void
compare_hook (const ModelProgram *program, ReactiveProgram *compiled, const ModelHook *hook, const Model *model,
              gboolean model_ok)
{
  static const ReactiveDispatchHost host = { engine_invoke, engine_files_changed, engine_once_marked };
  static const ReactiveDispatchListener listener = {
    engine_flag_changed,    engine_iteration_started, engine_handler_queued,
    engine_handler_dropped, engine_handler_invoked,
  };
  g_autoptr (GArray) batch = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_autoptr (GString) log = g_string_new (NULL);
  Engine engine = { .program = program, .hook = *hook, .batch_name = "", .batch = batch, .log = log };
  g_autoptr (ReactiveDispatch) dispatch = reactive_dispatch_new (compiled, &host, &engine);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  engine.dispatch = dispatch;
  dispatch->hot_wasted_min = program->hot_wasted_min;
  reactive_dispatch_set_cap (dispatch, program->cap);
  for (guint i = 0; i < program->n_flags; i++)
    {
      char name[16];

      if (hook->flags[i])
        reactive_dispatch_load_flag (dispatch, engine_flag_name (name, i));
    }
  for (guint i = 0; i < program->n_handlers; i++)
    if (hook->once[i])
      reactive_dispatch_load_once_mark (dispatch, i);
  reactive_dispatch_listen (dispatch, &listener, &engine);

  ok = engine_run (&engine, &error);
  engine_flush (&engine);

  compare_logs (log->str, model->log->str);
  g_assert_cmpint (ok, ==, model_ok);
  g_assert_cmpint (ok, ==, error == NULL);
  g_assert_cmpint (reactive_dispatch_get_cycle (dispatch) != NULL, ==, model->capped);
  g_assert_cmpmem (engine.hook.once, sizeof engine.hook.once, model->hook.once, sizeof model->hook.once);
  compare_flags (&engine, model, hook);
}

/* What was seen of a program, for who wants to know that the programs are worth running. */
typedef struct
{
  guint n_hooks;
  guint n_given_up;
  guint n_failed;
  guint n_capped;
  guint n_with_drops;
} ModelStatistics;

/* Draws a program and up to three hooks from @source, and runs them both ways. */
static void
model_compare_with_engine (ModelSource *source, ModelStatistics *statistics)
{
  g_autofree ModelProgram *program = model_choose_program (source);
  g_autoptr (ReactiveProgram) compiled = engine_compile (program);
  g_autofree ModelHook *hook = g_new0 (ModelHook, 1);
  guint n_hooks = 1 + model_choose (source, 3);

  for (guint i = 0; i < program->n_flags; i++)
    hook->flags[i] = model_chance (source, 30);

  for (guint i = 0; i < n_hooks; i++)
    {
      g_autofree Model *model = g_new0 (Model, 1);
      g_autoptr (GString) log = g_string_new (NULL);
      gboolean ok;

      model_choose_hook (source, program, hook);
      model->program = program;
      model->hook = *hook;
      model->fuel = MODEL_FUEL;
      model->log = log;
      ok = model_run (model);

      statistics->n_hooks++;
      statistics->n_given_up += model->fuel == 0;
      if (model->fuel == 0)
        return;
      statistics->n_failed += !ok;
      statistics->n_capped += model->capped;
      statistics->n_with_drops += strstr (log->str, "drop ") != NULL;
      compare_hook (program, compiled, hook, model, ok);

      /* A hook that failed leaves what was before. */
      if (ok)
        {
          memcpy (hook->flags, model->hook.flags, sizeof hook->flags);
          memcpy (hook->once, model->hook.once, sizeof hook->once);
        }
    }
}
