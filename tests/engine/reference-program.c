/* SPDX-License-Identifier: Apache-2.0 */
#include "reference-program.h"

#include "core/dispatch-private.h"

const char *const model_hooks[3] = { "install", "config-changed", "stop" };
const char *const model_restricted[2] = { "collect-metrics", "meter-status-changed" };
const char *const model_actions[2] = { "backup", "restore" };

guint
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

gboolean
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

ModelProgram *
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

void
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

gboolean
model_is_flag_condition (const ModelCondition *condition)
{
  return condition->kind <= REACTIVE_CONDITION_NOT_ALL;
}

gboolean
model_has_condition (const ModelProgram *program, guint handler, ReactiveConditionKind kind)
{
  for (guint i = 0; i < program->handlers[handler].n_conditions; i++)
    if (program->handlers[handler].conditions[i].kind == kind)
      return TRUE;

  return FALSE;
}
