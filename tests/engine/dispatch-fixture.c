/* SPDX-License-Identifier: Apache-2.0 */
#include "dispatch-fixture.h"

#include <string.h>

static gboolean
is_word_of (const char *words, const char *word)
{
  g_auto (GStrv) list = g_strsplit (words != NULL ? words : "", " ", -1);

  return g_strv_contains ((const char *const *) list, word);
}

gboolean
world_act (World *world, const char *action, GError **error)
{
  guint32 flag;

  if (strcmp (action, "fail") == 0)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_HANDLER, "told to fail");
      return FALSE;
    }
  if (strcmp (action, "stop") == 0)
    {
      reactive_dispatch_stop (world->dispatch);
      return TRUE;
    }

  g_assert_true (*action == '+' || *action == '-');
  flag = reactive_dispatch_get_flag (world->dispatch, action + 1);

  return *action == '+' ? reactive_dispatch_set_flag (world->dispatch, flag, error)
                        : reactive_dispatch_clear_flag (world->dispatch, flag, error);
}

static void
note_run (World *world, guint32 handler)
{
  static const char *const phases[] = { "hooks", "restricted", "action" };
  ReactivePhase phase = reactive_dispatch_get_phase (world->dispatch);
  guint iteration = reactive_dispatch_get_iteration (world->dispatch);

  if (world->runs->len > 0 && phase == world->phase && iteration == world->iteration)
    g_string_append_c (world->runs, ' ');
  else
    {
      g_string_append (world->runs, world->runs->len > 0 ? " | " : "");
      if (phase == REACTIVE_PHASE_OTHER)
        g_string_append_printf (world->runs, "%u:", iteration);
      else
        g_string_append_printf (world->runs, "%s:", phases[phase]);
    }
  g_string_append (world->runs,
                   reactive_program_get_handler_id (reactive_dispatch_get_program (world->dispatch), handler));
  world->phase = phase;
  world->iteration = iteration;
}

static gboolean
invoke (gpointer host, guint32 handler, GError **error)
{
  World *world = host;
  g_auto (GStrv) actions = g_strsplit (world->scenario->handlers[handler].actions, " ", -1);

  note_run (world, handler);
  for (guint i = 0; actions[i] != NULL; i++)
    if (*actions[i] != '\0' && !world_act (world, actions[i], error))
      return FALSE;

  return TRUE;
}

static gboolean
files_changed (gpointer host, guint32 handler)
{
  World *world = host;
  const char *id = world->scenario->handlers[handler].id;

  g_string_append_printf (world->files_asked, "%s ", id);

  return is_word_of (world->changed_files, id);
}

static void
once_marked (gpointer host, guint32 handler)
{
  World *world = host;

  g_string_append_printf (world->marks, "%s ", world->scenario->handlers[handler].id);
}

ReactiveProgram *
scenario_compile (const Scenario *scenario)
{
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (GError) error = NULL;
  ReactiveProgram *program;

  reactive_program_builder_add_alias (builder, "alias-of-x", "x");
  for (guint i = 0; scenario->handlers[i].id != NULL; i++)
    {
      reactive_program_builder_add_handler (builder, scenario->handlers[i].id, NULL);
      for (const ReactiveCondition *condition = scenario->handlers[i].conditions; condition->kind != 0; condition++)
        reactive_program_builder_add_condition (builder, condition->kind, condition->names);
    }
  for (const ReactiveTrigger *trigger = scenario->triggers; trigger->when != NULL || trigger->when_not != NULL;
       trigger++)
    reactive_program_builder_add_trigger (builder, trigger);
  program = reactive_program_builder_compile (builder, &error);
  g_assert_no_error (error);

  return program;
}

World *
world_new_for_program (const Scenario *scenario, ReactiveProgram *program)
{
  static const ReactiveDispatchHost host = { invoke, files_changed, once_marked };
  World *world = g_new0 (World, 1);
  g_auto (GStrv) loaded = g_strsplit (scenario->loaded != NULL ? scenario->loaded : "", " ", -1);

  world->scenario = scenario;
  world->runs = g_string_new (NULL);
  world->marks = g_string_new (NULL);
  world->files_asked = g_string_new (NULL);
  world->dispatch = reactive_dispatch_new (program, &host, world);
  for (guint i = 0; loaded[i] != NULL; i++)
    if (*loaded[i] != '\0')
      reactive_dispatch_load_flag (world->dispatch, loaded[i]);
  for (guint i = 0; scenario->handlers[i].id != NULL; i++)
    if (is_word_of (scenario->marked, scenario->handlers[i].id))
      reactive_dispatch_load_once_mark (world->dispatch, i);
  if (scenario->cap != 0)
    reactive_dispatch_set_cap (world->dispatch, scenario->cap);

  return world;
}

World *
world_new (const Scenario *scenario)
{
  g_autoptr (ReactiveProgram) program = scenario_compile (scenario);

  return world_new_for_program (scenario, program);
}

void
world_free (World *world)
{
  reactive_dispatch_free (world->dispatch);
  g_string_free (world->runs, TRUE);
  g_string_free (world->marks, TRUE);
  g_string_free (world->files_asked, TRUE);
  g_free (world);
}

gboolean
world_run (World *world, GError **error)
{
  const Scenario *scenario = world->scenario;
  const char *event = scenario->event != NULL ? scenario->event : "install";

  return reactive_dispatch_run_event (world->dispatch, scenario->phase, event, error)
         && (scenario->phase == REACTIVE_PHASE_RESTRICTED || reactive_dispatch_run_flags (world->dispatch, error));
}

void
append_word (const char *flag, gpointer data)
{
  g_string_append_printf (data, "%s%s", ((GString *) data)->len > 0 ? " " : "", flag);
}

void
assert_flags (const World *world, const char *expected)
{
  g_autoptr (GString) flags = g_string_new (NULL);

  reactive_dispatch_foreach_flag (world->dispatch, append_word, flags);
  g_assert_cmpstr (flags->str, ==, expected != NULL ? expected : "");
}

void
assert_runs_well (World *world, const char *runs)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (world_run (world, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (world->runs->str, ==, runs);
}
