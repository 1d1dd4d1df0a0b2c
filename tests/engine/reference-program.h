/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/dispatch.h"

/* Programs of handlers, and hooks, drawn from a source of choices: a seed, or a fuzzer's bytes. */

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

/* The names that conditions on events choose from. */
extern const char *const model_hooks[3];
extern const char *const model_restricted[2];
extern const char *const model_actions[2];

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

typedef struct
{
  const guint8 *bytes; /* NULL: drawn from the seed */
  gsize length;
  guint64 seed;
} ModelSource;

/* A number below @bound, which is at most 256. */
guint model_choose (ModelSource *source, guint bound);
/* TRUE in @percent of all cases. */
gboolean model_chance (ModelSource *source, guint percent);
/* Free with g_free(). */
ModelProgram *model_choose_program (ModelSource *source);
/* Into @hook, whose flags and once marks stand already. */
void model_choose_hook (ModelSource *source, const ModelProgram *program, ModelHook *hook);

gboolean model_is_flag_condition (const ModelCondition *condition);
gboolean model_has_condition (const ModelProgram *program, guint handler, ReactiveConditionKind kind);
