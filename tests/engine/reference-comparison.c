/* SPDX-License-Identifier: Apache-2.0 */
#include "reference-comparison.h"

#include <string.h>

#include "core/dispatch-private.h"
#include "reference-dispatch.h"

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

void
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
