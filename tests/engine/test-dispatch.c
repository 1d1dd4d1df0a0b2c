/* SPDX-License-Identifier: Apache-2.0 */
#include "reference-dispatch.h"

/* A handler by its conditions and what it does: "+x" sets x, "-x" clears it, "stop" ends the hook, "fail" fails it. */
typedef struct
{
  const char *id;
  const ReactiveCondition *conditions;
  const char *actions;
} Handler;

typedef struct
{
  const char *name;
  Handler handlers[8];         /* ended by one without an id */
  ReactiveTrigger triggers[6]; /* ended by one without a flag */
  const char *loaded;          /* flags set before the hook */
  const char *marked;          /* handlers that ran once before */
  ReactivePhase phase;
  const char *event; /* NULL: "install" */
  guint cap;         /* 0: the default */
  const char *runs;  /* "hooks:a b | 0:c | 1:d e" */
  const char *flags; /* afterwards */
  const char *error; /* NULL: ends well */
} Scenario;

/* A scenario under way. */
typedef struct
{
  const Scenario *scenario;
  ReactiveDispatch *dispatch;
  GString *runs;
  GString *marks;
  GString *files_asked;
  const char *changed_files; /* ids of handlers */
  ReactivePhase phase;
  guint iteration;
} World;

#define ACTION_ON(...)                                                                                                 \
  {                                                                                                                    \
    REACTIVE_CONDITION_ACTION, REACTIVE_NAMES (__VA_ARGS__)                                                            \
  }
#define NO_NAMES ((const char *const[]){ NULL })

static const Scenario scenarios[] = {
  /* events */
  { .name = "events/conditions-on-hooks-must-all-hold",
    .handlers = { { "both", CONDITIONS (ON ("{install,start}"), ON ("{start,install,stop}")), "" },
                  { "one-of-two", CONDITIONS (ON ("install"), ON ("start")), "" },
                  { "three", CONDITIONS (ON ("install"), ON ("install"), ON ("install", "start")), "" } },
    .runs = "hooks:both three" },
  { .name = "events/handler-named-by-two-patterns-runs-once",
    .handlers = { { "a", CONDITIONS (ON ("install", "{install,start}", "in{stall,}")), "" } },
    .runs = "hooks:a" },
  { .name = "events/hook-and-restricted-never-hold-together",
    .handlers = { { "a", CONDITIONS (ON ("install"), ON_RESTRICTED ("install")), "" },
                  { "b", CONDITIONS (ON_RESTRICTED ("install"), ON ("install")), "" },
                  { "c", CONDITIONS (ON ("install"), ACTION_ON ("install"), ON ("install")), "" } },
    .runs = "" },
  { .name = "events/hook-and-flags-never-hold-together",
    .handlers = { { "a", CONDITIONS (ON ("install"), WHEN_NOT ("x")), "" },
                  { "b", CONDITIONS (WHEN_NOT ("x"), ON ("install"), ONCE), "" },
                  { "c", CONDITIONS (ON ("install"), { REACTIVE_CONDITION_ALL, NO_NAMES }), "" } },
    .runs = "" },
  { .name = "events/restricted-phase-runs-its-own-handlers",
    .handlers = { { "hook", CONDITIONS (ON ("collect-metrics")), "" },
                  { "restricted", CONDITIONS (ON_RESTRICTED ("collect-metrics")), "+x" },
                  { "other", CONDITIONS (ON_RESTRICTED ("meter-status-changed")), "" },
                  { "once", CONDITIONS (ONCE), "" } },
    .phase = REACTIVE_PHASE_RESTRICTED,
    .event = "collect-metrics",
    .runs = "restricted:restricted once",
    .flags = "x" },
  { .name = "events/action-runs-its-handlers-then-flags",
    .handlers = { { "backup", CONDITIONS (ACTION_ON ("backup")), "+done" },
                  { "hook", CONDITIONS (ON ("backup")), "" },
                  { "then", CONDITIONS (WHEN ("done")), "" } },
    .phase = REACTIVE_PHASE_ACTION,
    .event = "backup",
    .runs = "action:backup | 0:then",
    .flags = "done" },
  { .name = "events/hook-that-nobody-asked-for-goes-on-to-flags",
    .handlers = { { "a", CONDITIONS (ON ("start")), "" }, { "b", CONDITIONS (WHEN_NOT ("x")), "" } },
    .runs = "0:b" },
  { .name = "events/name-of-a-condition-is-no-prefix",
    .handlers = { { "a", CONDITIONS (ON ("install-more", "instal", "")), "" } },
    .runs = "" },

  /* queue */
  { .name = "queue/flag-set-in-an-iteration-is-seen-in-the-next",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "+x" }, { "b", CONDITIONS (WHEN ("x")), "" } },
    .runs = "0:a | 1:b",
    .flags = "x" },
  { .name = "queue/stale-handler-runs-without-a-clear",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "+x" }, { "b", CONDITIONS (WHEN_NOT ("x")), "" } },
    .runs = "0:a b",
    .flags = "x" },
  { .name = "queue/clear-of-an-unset-flag-drops-stale-handlers",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "+x -never" }, { "b", CONDITIONS (WHEN_NOT ("x")), "" } },
    .runs = "0:a",
    .flags = "x" },
  { .name = "queue/handler-that-matches-again-at-the-retest-stays",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("y")), "-x +x" }, { "b", CONDITIONS (WHEN ("x")), "" } },
    .loaded = "x",
    .runs = "0:a b | 1:b",
    .flags = "x" },
  { .name = "queue/doubt-outlives-a-handler-that-clears-nothing",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("y")), "+x" },
                  { "b", CONDITIONS (WHEN_NOT ("y")), "" },
                  { "c", CONDITIONS (WHEN_NOT ("y")), "-z" },
                  { "d", CONDITIONS (WHEN_NOT ("x")), "" } },
    .runs = "0:a b c",
    .flags = "x" },
  { .name = "queue/retest-asks-the-group-too",
    .handlers = { { "a", CONDITIONS (WHEN ("x")), "-x" },
                  { "b", CONDITIONS (WHEN_ANY ("x", "y")), "" },
                  { "c", CONDITIONS (WHEN_NOT_ALL ("x", "y")), "" },
                  { "d", CONDITIONS (WHEN_ANY ("x", "z")), "" } },
    .loaded = "x z",
    .runs = "0:a c d | 1:c d",
    .flags = "z" },
  { .name = "queue/dropped-handler-comes-again-when-its-flag-does",
    .handlers = { { "a", CONDITIONS (WHEN ("x")), "-x" },
                  { "b", CONDITIONS (WHEN ("x")), "" },
                  { "c", CONDITIONS (WHEN_NOT ("y")), "+y +x" } },
    .loaded = "x",
    .runs = "0:a c | 1:a",
    .flags = "y" },
  { .name = "queue/handlers-without-flags-run-in-every-iteration",
    .handlers = { { "all", CONDITIONS ({ REACTIVE_CONDITION_ALL, NO_NAMES }), "" },
                  { "none", CONDITIONS ({ REACTIVE_CONDITION_NONE, NO_NAMES }), "" },
                  { "any", CONDITIONS ({ REACTIVE_CONDITION_ANY, NO_NAMES }), "" },
                  { "not-all", CONDITIONS ({ REACTIVE_CONDITION_NOT_ALL, NO_NAMES }), "" } },
    .cap = 3,
    .runs = "0:all none | 1:all none | 2:all none" },
  { .name = "queue/empty-list-beside-flags-changes-nothing",
    .handlers = { { "a", CONDITIONS ({ REACTIVE_CONDITION_ALL, NO_NAMES }, WHEN_NOT ("x")), "" },
                  { "b", CONDITIONS ({ REACTIVE_CONDITION_ANY, NO_NAMES }, WHEN_NOT ("x")), "" } },
    .runs = "0:a" },
  { .name = "queue/cap-ends-the-last-iteration",
    .handlers = { { "a", CONDITIONS (WHEN ("x")), "-x +x" }, { "b", CONDITIONS (WHEN ("x")), "" } },
    .loaded = "x",
    .cap = 2,
    .runs = "0:a b | 1:a b",
    .flags = "x" },
  { .name = "queue/cap-of-one",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "+x" }, { "b", CONDITIONS (WHEN ("x")), "" } },
    .cap = 1,
    .runs = "0:a",
    .flags = "x" },
  { .name = "queue/nothing-registered", .loaded = "x y", .runs = "", .flags = "x y" },

  /* once */
  { .name = "once/runs-in-the-first-phase-and-not-again",
    .handlers = { { "a", CONDITIONS (ONCE), "" }, { "b", CONDITIONS (ONCE, WHEN_NOT ("x")), "+x -x" } },
    .runs = "hooks:a | 0:b" },
  { .name = "once/marked-handler-does-not-run",
    .handlers = { { "a", CONDITIONS (ONCE), "" },
                  { "b", CONDITIONS (ONCE, WHEN_NOT ("x")), "" },
                  { "c", CONDITIONS (ONCE, ON ("install")), "" },
                  { "d", CONDITIONS (ON ("install")), "" } },
    .marked = "a b c",
    .runs = "hooks:d" },
  { .name = "once/failing-handler-is-not-marked",
    .handlers = { { "a", CONDITIONS (ONCE), "fail" } },
    .runs = "hooks:a",
    .error = "told to fail" },

  /* triggers */
  { .name = "triggers/all-sets-before-all-clears",
    .handlers = { { "a", CONDITIONS (ON ("install")), "+x" } },
    .triggers = { { .when = "x", .clear = "c1" },
                  { .when = "x", .set = "s1" },
                  { .when = "x", .clear = "c2", .set = "s2" },
                  { .when = "s2", .clear = "s1" } },
    .loaded = "c1 c2",
    .runs = "hooks:a",
    .flags = "s2 x" },
  { .name = "triggers/fire-at-transitions-alone",
    .handlers = { { "a", CONDITIONS (ON ("install")), "+x -y" } },
    .triggers = { { .when = "x", .set = "bad" }, { .when_not = "y", .set = "bad" } },
    .loaded = "x",
    .runs = "hooks:a",
    .flags = "x" },
  { .name = "triggers/clear-made-by-a-trigger-forces-a-retest",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "+x" }, { "b", CONDITIONS (WHEN_NOT ("x")), "" } },
    .triggers = { { .when = "x", .clear = "never" } },
    .runs = "0:a",
    .flags = "x" },
  { .name = "triggers/cycle-of-sets-ends",
    .handlers = { { "a", CONDITIONS (ON ("install")), "+x" } },
    .triggers = { { .when = "x", .set = "y" }, { .when = "y", .set = "z" }, { .when = "z", .set = "x" } },
    .runs = "hooks:a",
    .flags = "x y z" },
  { .name = "triggers/endless-ones-are-named",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("go")), "+x" } },
    .triggers = { { .when = "x", .clear = "x" }, { .when_not = "x", .set = "x" } },
    .runs = "0:a",
    .flags = "x",
    .error = "triggers set each other off without end: … set x, clear x, set x, …" },

  /* stop */
  { .name = "stop/skips-the-queue-and-all-iterations",
    .handlers = { { "a", CONDITIONS (ON ("install")), "+x stop +y" },
                  { "b", CONDITIONS (ON ("install")), "" },
                  { "c", CONDITIONS (WHEN ("x")), "" } },
    .runs = "hooks:a",
    .flags = "x y" },
  { .name = "stop/in-an-iteration",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "stop +x" },
                  { "b", CONDITIONS (WHEN_NOT ("y")), "" },
                  { "c", CONDITIONS (WHEN ("x")), "" } },
    .runs = "0:a",
    .flags = "x" },
  { .name = "stop/in-the-last-iteration-is-no-cycle",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "stop" } },
    .cap = 1,
    .runs = "0:a" },
  { .name = "stop/handler-that-ends-the-hook-is-marked",
    .handlers = { { "a", CONDITIONS (ONCE), "stop" }, { "b", CONDITIONS (ONCE), "" } },
    .runs = "hooks:a" },

  /* failure */
  { .name = "failure/ends-everything",
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "+x fail +y" }, { "b", CONDITIONS (WHEN_NOT ("y")), "" } },
    .runs = "0:a",
    .flags = "x",
    .error = "told to fail" },
  { .name = "failure/in-the-hooks-phase-keeps-iterations-away",
    .handlers = { { "a", CONDITIONS (ON ("install")), "fail" },
                  { "b", CONDITIONS (ON ("install")), "" },
                  { "c", CONDITIONS (WHEN_NOT ("x")), "" } },
    .runs = "hooks:a",
    .error = "told to fail" },
};

/* --- running scenarios -------------------------------------------------------------------------------------------- */

static gboolean
is_word_of (const char *words, const char *word)
{
  g_auto (GStrv) list = g_strsplit (words != NULL ? words : "", " ", -1);

  return g_strv_contains ((const char *const *) list, word);
}

static gboolean
act (World *world, const char *action, GError **error)
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
    if (*actions[i] != '\0' && !act (world, actions[i], error))
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

static ReactiveProgram *
compile (const Scenario *scenario)
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

static World *
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

static World *
world_new (const Scenario *scenario)
{
  g_autoptr (ReactiveProgram) program = compile (scenario);

  return world_new_for_program (scenario, program);
}

static void
world_free (World *world)
{
  reactive_dispatch_free (world->dispatch);
  g_string_free (world->runs, TRUE);
  g_string_free (world->marks, TRUE);
  g_string_free (world->files_asked, TRUE);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static gboolean
world_run (World *world, GError **error)
{
  const Scenario *scenario = world->scenario;
  const char *event = scenario->event != NULL ? scenario->event : "install";

  return reactive_dispatch_run_event (world->dispatch, scenario->phase, event, error)
         && (scenario->phase == REACTIVE_PHASE_RESTRICTED || reactive_dispatch_run_flags (world->dispatch, error));
}

static void
append_word (const char *flag, gpointer data)
{
  g_string_append_printf (data, "%s%s", ((GString *) data)->len > 0 ? " " : "", flag);
}

static void
assert_flags (const World *world, const char *expected)
{
  g_autoptr (GString) flags = g_string_new (NULL);

  reactive_dispatch_foreach_flag (world->dispatch, append_word, flags);
  g_assert_cmpstr (flags->str, ==, expected != NULL ? expected : "");
}

static void
assert_runs_well (World *world, const char *runs)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (world_run (world, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (world->runs->str, ==, runs);
}

static void
test_scenario (gconstpointer data)
{
  const Scenario *scenario = data;
  g_autoptr (World) world = world_new (scenario);
  g_autoptr (GError) error = NULL;
  gboolean ok = world_run (world, &error);

  g_assert_cmpint (ok, ==, scenario->error == NULL);
  g_assert_cmpstr (error != NULL ? error->message : NULL, ==, scenario->error);
  g_assert_cmpstr (world->runs->str, ==, scenario->runs);
  assert_flags (world, scenario->flags);
}

/* --- once marks, files -------------------------------------------------------------------------------------------- */

static void
test_once_marks_come_out (void)
{
  const Scenario scenario = {
    .handlers = { { "a", CONDITIONS (ONCE), "" },
                  { "b", CONDITIONS (WHEN_NOT ("x")), "" },
                  { "c", CONDITIONS (ONCE, ONCE, WHEN_NOT ("x")), "+x -x" },
                  { "d", CONDITIONS (ONCE, WHEN_NOT ("x")), "" },
                  { "e", CONDITIONS (ONCE, WHEN_NOT ("x")), "fail" } },
    .marked = "d",
  };
  g_autoptr (World) world = world_new (&scenario);
  g_autoptr (GError) error = NULL;

  g_assert_false (world_run (world, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_HANDLER);
  g_assert_cmpstr (world->runs->str, ==, "hooks:a | 0:b c e");
  g_assert_cmpstr (world->marks->str, ==, "a c ");
}

/* A file is read for nothing when something else keeps the handler from running. */
static void
test_files_are_asked_for_last (void)
{
  const Scenario scenario = {
    .handlers = { { "flag-unset", CONDITIONS (WHEN_FILE_CHANGED ("/f"), WHEN ("x")), "" },
                  { "marked", CONDITIONS (WHEN_FILE_CHANGED ("/f"), ONCE), "" },
                  { "other-hook", CONDITIONS (WHEN_FILE_CHANGED ("/f"), ON ("start")), "" },
                  { "same", CONDITIONS (WHEN_FILE_CHANGED ("/f"), WHEN_NOT ("x")), "" },
                  { "changed", CONDITIONS (WHEN_FILE_CHANGED ("/f"), WHEN_NOT ("x")), "-y" },
                  { "this-hook", CONDITIONS (ON ("install"), WHEN_FILE_CHANGED ("/f")), "" } },
    .marked = "marked",
  };
  g_autoptr (World) world = world_new (&scenario);

  world->changed_files = "changed this-hook";
  assert_runs_well (world, "hooks:this-hook | 0:changed");
  g_assert_cmpstr (world->files_asked->str, ==, "this-hook same changed ");
}

static void
test_bare_file_condition_runs_in_any_phase (void)
{
  const Scenario scenario = { .handlers = { { "a", CONDITIONS (WHEN_FILE_CHANGED ("/f")), "" } }, .cap = 2 };
  g_autoptr (World) world = world_new (&scenario);

  world->changed_files = "a";
  assert_runs_well (world, "hooks:a | 0:a | 1:a");
  g_assert_cmpstr (world->files_asked->str, ==, "a a a ");
}

/* --- flags by name and number ------------------------------------------------------------------------------------- */

static void
test_aliases_are_one_flag_everywhere (void)
{
  const Scenario scenario = {
    .handlers = { { "a", CONDITIONS (ON ("install")), "-alias-of-x" },
                  { "b", CONDITIONS (WHEN_NOT ("alias-of-x")), "+alias-of-x" },
                  { "c", CONDITIONS (WHEN ("x")), "" } },
    .triggers = { { .when = "alias-of-x", .set = "y" } },
    .loaded = "alias-of-x",
  };
  g_autoptr (World) world = world_new (&scenario);

  g_assert_true (reactive_dispatch_is_set (world->dispatch, "x"));
  g_assert_true (reactive_dispatch_is_set (world->dispatch, "alias-of-x"));
  g_assert_cmpuint (reactive_dispatch_get_flag (world->dispatch, "x"), ==,
                    reactive_dispatch_get_flag (world->dispatch, "alias-of-x"));
  assert_runs_well (world, "hooks:a | 0:b | 1:c");
  assert_flags (world, "x y");
}

static void
test_unknown_flags_are_flags_too (void)
{
  const Scenario scenario = { .handlers = { { "a", CONDITIONS (WHEN ("x")), "" } }, .loaded = "own-1 x" };
  g_autoptr (World) world = world_new (&scenario);
  guint32 own = reactive_dispatch_get_flag (world->dispatch, "own-1");

  g_assert_true (reactive_dispatch_flag_is_set (world->dispatch, own));
  g_assert_false (reactive_dispatch_is_set (world->dispatch, "never-heard-of"));
  for (guint i = 2; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("own-%u", i);
      guint32 flag = reactive_dispatch_get_flag (world->dispatch, name);

      g_assert_cmpuint (flag, ==, own + i - 1);
      g_assert_false (reactive_dispatch_flag_is_set (world->dispatch, flag));
      g_assert_true (reactive_dispatch_set_flag (world->dispatch, flag, NULL));
      g_assert_true (reactive_dispatch_is_set (world->dispatch, name));
      g_assert_true (reactive_dispatch_clear_flag (world->dispatch, flag, NULL));
    }
  assert_flags (world, "own-1 x");
}

static void
append_change (const char *flag, gboolean is_set, gpointer data)
{
  g_string_append_printf (data, "%c%s ", is_set ? '+' : '-', flag);
}

static void
test_changes_are_those_that_lasted (void)
{
  const Scenario scenario = {
    .handlers = { { "a", CONDITIONS (ON ("install")), "-x -y +y +z +w -w +own" } },
    .loaded = "x y",
  };
  g_autoptr (World) world = world_new (&scenario);
  g_autoptr (GString) changes = g_string_new (NULL);

  reactive_dispatch_foreach_change (world->dispatch, append_change, changes);
  g_assert_cmpstr (changes->str, ==, "");
  assert_runs_well (world, "hooks:a");
  reactive_dispatch_foreach_change (world->dispatch, append_change, changes);
  g_assert_cmpstr (changes->str, ==, "-x +z +own ");
}

static void
test_changes_before_the_hook_awake_nobody_twice (void)
{
  const Scenario scenario = { .handlers = { { "a", CONDITIONS (WHEN ("x")), "" } } };
  g_autoptr (World) world = world_new (&scenario);

  g_assert_true (act (world, "+x", NULL));
  assert_runs_well (world, "0:a");
}

static void
test_two_units_share_a_program (void)
{
  const Scenario scenario = {
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x"), ONCE), "+x +own" }, { "b", CONDITIONS (WHEN ("x", "own")), "" } },
  };
  g_autoptr (ReactiveProgram) program = compile (&scenario);
  g_autoptr (World) first = world_new_for_program (&scenario, program);
  g_autoptr (World) second = world_new_for_program (&scenario, program);

  assert_runs_well (first, "0:a | 1:b");
  g_assert_false (reactive_dispatch_is_set (second->dispatch, "x"));
  assert_flags (second, NULL);
  reactive_dispatch_load_flag (second->dispatch, "other-own");
  assert_runs_well (second, "0:a | 1:b");
  assert_flags (first, "own x");
  assert_flags (second, "other-own own x");
}

/* --- triggers of one hook ----------------------------------------------------------------------------------------- */

static void
log_flags (gpointer data)
{
  World *world = data;
  g_autoptr (GString) flags = g_string_new (NULL);

  reactive_dispatch_foreach_flag (world->dispatch, append_word, flags);
  g_string_append_printf (world->marks, "[%s]", flags->str);
}

static void
add_callback_from_callback (gpointer data)
{
  World *world = data;

  reactive_dispatch_add_trigger (world->dispatch, &(ReactiveTrigger){ .when = "x" }, G_CALLBACK (log_flags), world);
}

static void
test_callbacks_run_after_sets_and_clears (void)
{
  const Scenario scenario
      = { .triggers = { { .when = "x", .clear = "c" }, { .when = "x", .set = "s" } }, .loaded = "c d e" };
  g_autoptr (World) world = world_new (&scenario);
  ReactiveDispatch *dispatch = world->dispatch;

  reactive_dispatch_add_trigger (dispatch, &(ReactiveTrigger){ .when = "x", .clear = "d" }, G_CALLBACK (log_flags),
                                 world);
  reactive_dispatch_add_trigger (dispatch, &(ReactiveTrigger){ .when = "x", .set = "t" }, NULL, NULL);
  reactive_dispatch_add_trigger (dispatch, &(ReactiveTrigger){ .when_not = "x", .clear = "e" }, G_CALLBACK (log_flags),
                                 world);
  g_assert_true (act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[e s t x]");
  g_assert_true (act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[e s t x]");
  g_assert_true (act (world, "-x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[e s t x][s t]");
}

static void
test_callback_may_add_callbacks (void)
{
  const Scenario scenario = { .loaded = "" };
  g_autoptr (World) world = world_new (&scenario);

  reactive_dispatch_add_trigger (world->dispatch, &(ReactiveTrigger){ .when = "x" },
                                 G_CALLBACK (add_callback_from_callback), world);
  g_assert_true (act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[x]");
  g_assert_true (act (world, "-x", NULL));
  g_assert_true (act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[x][x][x]");
}

/* A flag that the program's trigger sets already is not set again after what that set off. */
static void
test_added_trigger_repeats_nothing (void)
{
  const Scenario scenario
      = { .triggers
          = { { .when = "x", .set = "s" }, { .when = "s", .clear = "s" }, { .when_not = "s", .set = "seen" } } };
  g_autoptr (World) world = world_new (&scenario);
  ReactiveDispatch *dispatch = world->dispatch;

  reactive_dispatch_add_trigger (dispatch, &(ReactiveTrigger){ .when_not = "s" }, G_CALLBACK (log_flags), world);
  for (guint i = 0; i < 3; i++)
    reactive_dispatch_add_trigger (dispatch, &(ReactiveTrigger){ .when = "x", .set = "s" }, NULL, NULL);
  g_assert_true (act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[seen x]");
}

static void
test_added_trigger_on_an_unknown_flag (void)
{
  const Scenario scenario = { .handlers = { { "a", CONDITIONS (WHEN ("z")), "" } } };
  g_autoptr (World) world = world_new (&scenario);

  reactive_dispatch_add_trigger (world->dispatch, &(ReactiveTrigger){ .when = "own", .set = "z" }, NULL, NULL);
  g_assert_true (act (world, "+own", NULL));
  assert_runs_well (world, "0:a");
  assert_flags (world, "own z");
}

static void
test_long_chain_of_triggers_is_an_error (void)
{
  const Scenario scenario = { .loaded = "" };

  for (guint length = REACTIVE_DISPATCH_MAX_TRIGGERS; length <= REACTIVE_DISPATCH_MAX_TRIGGERS + 1; length++)
    {
      g_autoptr (World) world = world_new (&scenario);
      g_autoptr (GError) error = NULL;
      gboolean ok;

      for (guint i = 0; i < length; i++)
        {
          g_autofree char *when = g_strdup_printf ("f%u", i);
          g_autofree char *set = g_strdup_printf ("f%u", i + 1);

          reactive_dispatch_add_trigger (world->dispatch, &(ReactiveTrigger){ .when = when, .set = set }, NULL, NULL);
        }
      ok = act (world, "+f0", &error);

      g_assert_cmpint (ok, ==, length == REACTIVE_DISPATCH_MAX_TRIGGERS);
      if (ok)
        g_assert_true (reactive_dispatch_is_set (world->dispatch, "f1000"));
      else
        {
          g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TRIGGERS);
          g_assert_nonnull (strstr (error->message, "set f999, set f1000, …"));
        }
    }
}

/* --- what is told ------------------------------------------------------------------------------------------------- */

static void
listen_flag (gpointer data, const char *flag, gboolean is_set)
{
  g_string_append_printf (((World *) data)->marks, "%c%s ", is_set ? '+' : '-', flag);
}

static void
listen_iteration (gpointer data, ReactivePhase phase, guint iteration)
{
  World *world = data;

  g_assert_cmpint (phase, ==, reactive_dispatch_get_phase (world->dispatch));
  g_assert_cmpuint (iteration, ==, reactive_dispatch_get_iteration (world->dispatch));
  g_string_append_printf (world->marks, "phase-%d-%u ", phase, iteration);
}

static void
listen_queued (gpointer data, guint32 handler)
{
  g_string_append_printf (((World *) data)->marks, "queue-%u ", handler);
}

static void
listen_dropped (gpointer data, guint32 handler)
{
  g_string_append_printf (((World *) data)->marks, "drop-%u ", handler);
}

static void
listen_invoked (gpointer data, guint32 handler)
{
  g_string_append_printf (((World *) data)->marks, "run-%u ", handler);
}

static void
test_listener_hears_everything_in_order (void)
{
  static const ReactiveDispatchListener listener
      = { listen_flag, listen_iteration, listen_queued, listen_dropped, listen_invoked };
  static const ReactiveDispatchListener deaf = { NULL, NULL, NULL, NULL, NULL };
  const Scenario scenario = {
    .handlers = { { "a", CONDITIONS (ON ("install")), "+x +x -never" },
                  { "b", CONDITIONS (WHEN ("x")), "-x" },
                  { "c", CONDITIONS (WHEN ("x")), "" } },
    .triggers = { { .when_not = "x", .set = "y" } },
  };

  for (guint round = 0; round < 3; round++)
    {
      g_autoptr (World) world = world_new (&scenario);

      reactive_dispatch_listen (world->dispatch, &listener, world);
      if (round == 1)
        reactive_dispatch_listen (world->dispatch, &deaf, world);
      if (round == 2)
        reactive_dispatch_listen (world->dispatch, NULL, NULL);
      assert_runs_well (world, "hooks:a | 0:b");
      g_assert_cmpstr (
          world->marks->str, ==,
          round > 0 ? "" : "phase-0-0 queue-0 run-0 +x phase-3-0 queue-1 queue-2 run-1 -x +y drop-2 phase-3-1 ");
    }
}

/* After a failure, or the end of the hook, nobody is told of handlers that were dropped. */
static void
test_nothing_is_dropped_after_the_end (void)
{
  static const ReactiveDispatchListener listener = { .handler_dropped = listen_dropped };
  static const char *const ends[] = { "-x fail", "-x stop" };

  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      Scenario scenario
          = { .handlers = { { "a", CONDITIONS (WHEN ("x")), ends[i] }, { "b", CONDITIONS (WHEN ("x")), "" } },
              .loaded = "x" };
      g_autoptr (World) world = world_new (&scenario);

      reactive_dispatch_listen (world->dispatch, &listener, world);
      g_assert_cmpint (world_run (world, NULL), ==, i == 1);
      g_assert_cmpstr (world->runs->str, ==, "0:a");
      g_assert_cmpstr (world->marks->str, ==, "");
    }
}

static void
test_cycle_is_described (void)
{
  const Scenario short_cycle = {
    .handlers = { { "flip", CONDITIONS (WHEN ("x")), "-x +y" },
                  { "flop", CONDITIONS (WHEN ("y")), "-y +x" },
                  { "busy", CONDITIONS (WHEN ("x")), "+done" } },
    .loaded = "x",
  };
  const Scenario long_work = {
    .handlers = { { "all", CONDITIONS ({ REACTIVE_CONDITION_ALL, NO_NAMES }), "" } },
    .cap = 1,
  };
  g_autoptr (World) world = world_new (&short_cycle);
  g_autoptr (World) one = world_new (&long_work);

  g_assert_null (reactive_dispatch_get_cycle (world->dispatch));
  g_assert_true (world_run (world, NULL));
  g_assert_cmpstr (reactive_dispatch_get_cycle (world->dispatch), ==, "[flip -x +y] → [flop -y +x]");

  /* Run again from where it stands, with a cap that is enough for nothing. */
  reactive_dispatch_set_cap (world->dispatch, 1);
  g_assert_true (reactive_dispatch_run_flags (world->dispatch, NULL));
  g_assert_cmpstr (reactive_dispatch_get_cycle (world->dispatch), ==, "[flip -x +y]");

  g_assert_true (world_run (one, NULL));
  g_assert_cmpstr (reactive_dispatch_get_cycle (one->dispatch), ==, "[all]");
}

static void
test_no_cycle_when_it_settles_just_in_time (void)
{
  const Scenario scenario = {
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x")), "+x" }, { "b", CONDITIONS (WHEN ("x")), "" } },
    .cap = 3,
  };
  g_autoptr (World) world = world_new (&scenario);

  assert_runs_well (world, "0:a | 1:b");
  g_assert_null (reactive_dispatch_get_cycle (world->dispatch));
}

/* A description stays readable whatever the handlers are called and do. */
static void
test_description_of_a_cycle_is_bounded (void)
{
  g_autofree char *id = g_strnfill (5000, 'i');
  g_autoptr (GString) actions = g_string_new (NULL);
  Scenario scenario = { .cap = 40 };
  g_autoptr (World) world = NULL;

  for (guint i = 0; i < 500; i++)
    g_string_append_printf (actions, "+flag-%u -flag-%u ", i, i);
  scenario.handlers[0] = (Handler){ "h", CONDITIONS ({ REACTIVE_CONDITION_ALL, NO_NAMES }), actions->str };
  scenario.handlers[1] = (Handler){ id, CONDITIONS ({ REACTIVE_CONDITION_ALL, NO_NAMES }), "" };
  world = world_new (&scenario);

  g_assert_true (world_run (world, NULL));
  g_assert_true (g_str_has_prefix (reactive_dispatch_get_cycle (world->dispatch), "[h +flag-0 -flag-0"));
  g_assert_cmpuint (strlen (reactive_dispatch_get_cycle (world->dispatch)), <, 2000);
}

/* --- many handlers ------------------------------------------------------------------------------------------------ */

/* Handlers by the hundred, which do what a function does with their number. */
typedef struct _Crowd Crowd;
struct _Crowd
{
  ReactiveDispatch *dispatch;
  void (*run) (Crowd *crowd, guint32 handler);
  guint n_runs;
  guint n_drops;
  guint n_rounds;
  GArray *runs; /* guint32 */
};

static gboolean
crowd_invoke (gpointer host, guint32 handler, GError **error)
{
  Crowd *crowd = host;

  crowd->n_runs++;
  g_array_append_val (crowd->runs, handler);
  crowd->run (crowd, handler);

  return TRUE;
}

static void
crowd_change (Crowd *crowd, const char *prefix, guint number, gboolean set)
{
  g_autofree char *name = g_strdup_printf ("%s%u", prefix, number);
  guint32 flag = reactive_dispatch_get_flag (crowd->dispatch, name);

  if (set)
    g_assert_true (reactive_dispatch_set_flag (crowd->dispatch, flag, NULL));
  else
    g_assert_true (reactive_dispatch_clear_flag (crowd->dispatch, flag, NULL));
}

static void
crowd_dropped (gpointer data, guint32 handler)
{
  ((Crowd *) data)->n_drops++;
}

static void
crowd_init (Crowd *crowd, ReactiveProgramBuilder *builder, void (*run) (Crowd *crowd, guint32 handler))
{
  static const ReactiveDispatchHost host = { .invoke = crowd_invoke };
  static const ReactiveDispatchListener listener = { .handler_dropped = crowd_dropped };
  g_autoptr (ReactiveProgram) program = reactive_program_builder_compile (builder, NULL);

  *crowd = (Crowd){ .run = run, .runs = g_array_new (FALSE, FALSE, sizeof (guint32)) };
  crowd->dispatch = reactive_dispatch_new (program, &host, crowd);
  reactive_dispatch_listen (crowd->dispatch, &listener, crowd);
}

static void
crowd_clear (Crowd *crowd)
{
  reactive_dispatch_free (crowd->dispatch);
  g_array_unref (crowd->runs);
}

static void
add_crowd_handler (ReactiveProgramBuilder *builder, const char *first, const char *second, guint number,
                   const char *excluded)
{
  g_autofree char *flag = g_strdup_printf ("%s%u", second, number);

  reactive_program_builder_add_handler (builder, flag, NULL);
  if (first != NULL)
    reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES (first));
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES (flag));
  if (excluded != NULL)
    reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_NONE, REACTIVE_NAMES (excluded));
}

static void
set_next_flag (Crowd *crowd, guint32 handler)
{
  crowd_change (crowd, "f", handler + 1, TRUE);
}

static void
test_cap_can_be_lifted (void)
{
  enum
  {
    LENGTH = 1000
  };
  static const guint caps[] = { REACTIVE_DISPATCH_CAP, LENGTH, LENGTH + 1, G_MAXUINT };

  for (guint i = 0; i < G_N_ELEMENTS (caps); i++)
    {
      ReactiveProgramBuilder *builder = reactive_program_builder_new ();
      Crowd crowd;

      for (guint j = 0; j < LENGTH; j++)
        add_crowd_handler (builder, NULL, "f", j, NULL);
      crowd_init (&crowd, builder, set_next_flag);
      reactive_dispatch_set_cap (crowd.dispatch, caps[i]);
      reactive_dispatch_load_flag (crowd.dispatch, "f0");

      g_assert_true (reactive_dispatch_run_flags (crowd.dispatch, NULL));
      g_assert_cmpuint (crowd.n_runs, ==, MIN (caps[i], LENGTH));
      g_assert_cmpint (reactive_dispatch_get_cycle (crowd.dispatch) != NULL, ==, caps[i] <= LENGTH);
      crowd_clear (&crowd);
    }
}

enum
{
  N_WATCHERS = 3000, /* enough that one change of their flag makes it hot */
  N_ROUNDS = 20,
};

/* The last handler goes round and flips the flag that all the others watch. In round R the handlers 0 … R can run. */
static void
flip_hot_flag (Crowd *crowd, guint32 handler)
{
  if (handler != N_WATCHERS)
    return;

  crowd_change (crowd, "hot", 0, FALSE);
  crowd_change (crowd, "own", crowd->n_rounds++, TRUE);
  crowd_change (crowd, "hot", 0, TRUE);
}

static gboolean
flag_is_hot (ReactiveDispatch *dispatch, const char *name)
{
  return (dispatch->flag_states[reactive_dispatch_get_flag (dispatch, name)] & FLAG_HOT) != 0;
}

static void
test_flag_watched_in_vain_becomes_hot (void)
{
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  Crowd crowd;
  guint next = 0;

  for (guint i = 0; i < N_WATCHERS; i++)
    add_crowd_handler (builder, "hot0", "own", i, NULL);
  reactive_program_builder_add_handler (builder, "driver", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, NO_NAMES);
  crowd_init (&crowd, builder, flip_hot_flag);
  reactive_dispatch_set_cap (crowd.dispatch, N_ROUNDS);

  g_assert_false (flag_is_hot (crowd.dispatch, "hot0"));
  g_assert_true (reactive_dispatch_run_flags (crowd.dispatch, NULL));
  g_assert_true (flag_is_hot (crowd.dispatch, "hot0"));
  g_assert_false (flag_is_hot (crowd.dispatch, "own0"));

  /* Each round after the first: those whose own flag is set, in order, then the driver. */
  for (guint round = 0; round < N_ROUNDS; round++)
    {
      for (guint i = 0; i < round; i++)
        g_assert_cmpuint (g_array_index (crowd.runs, guint32, next++), ==, i);
      g_assert_cmpuint (g_array_index (crowd.runs, guint32, next++), ==, N_WATCHERS);
    }
  g_assert_cmpuint (next, ==, crowd.n_runs);
  crowd_clear (&crowd);
}

static void
clear_hot_flag (Crowd *crowd, guint32 handler)
{
  if (handler == 0)
    crowd_change (crowd, "hot", 0, FALSE);
}

static void
set_stopper (Crowd *crowd, guint32 handler)
{
  if (handler == 0)
    {
      crowd_change (crowd, "stopper", 0, TRUE);
      crowd_change (crowd, "never", 0, FALSE);
    }
}

/* Handlers that are queued while a flag is hot are dropped like any other, by the hot flag and by any other. */
static void
test_handlers_waiting_on_a_hot_flag_are_dropped (void)
{
  void (*const acts[]) (Crowd *, guint32) = { clear_hot_flag, set_stopper };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      ReactiveProgramBuilder *builder = reactive_program_builder_new ();
      Crowd crowd;

      for (guint j = 0; j < N_WATCHERS; j++)
        add_crowd_handler (builder, "hot0", "own", j, "stopper0");
      crowd_init (&crowd, builder, acts[i]);
      reactive_dispatch_load_flag (crowd.dispatch, "hot0");
      for (guint j = 0; j < 3; j++)
        {
          g_autofree char *own = g_strdup_printf ("own%u", j);

          reactive_dispatch_load_flag (crowd.dispatch, own);
        }
      g_assert_true (flag_is_hot (crowd.dispatch, "hot0"));

      g_assert_true (reactive_dispatch_run_flags (crowd.dispatch, NULL));
      g_assert_cmpuint (crowd.n_runs, ==, 1);
      g_assert_cmpuint (crowd.n_drops, ==, 2);
      crowd_clear (&crowd);
    }
}

/* --- against the model -------------------------------------------------------------------------------------------- */

static void
test_random_programs_run_as_the_model_says (void)
{
  const guint n_most = g_test_slow () ? 50000 : 4000;
  gint64 begin = g_get_monotonic_time ();
  ModelStatistics statistics = { 0 };
  guint n_programs;

  /* Fewer where everything takes long, as under valgrind. */
  for (n_programs = 0; n_programs < n_most; n_programs++)
    {
      ModelSource source = { .seed = n_programs * 7919 + 1 };

      if (n_programs >= 200 && !g_test_slow () && g_get_monotonic_time () - begin > 30 * G_USEC_PER_SEC)
        break;
      g_test_message ("program %u", n_programs);
      model_compare_with_engine (&source, &statistics);
    }

  /* Worth running: most of everything there is to see is seen. */
  g_assert_cmpuint (statistics.n_hooks, >, n_programs);
  g_assert_cmpuint (statistics.n_given_up, <, n_programs / 100);
  g_assert_cmpuint (statistics.n_failed, >, n_programs / 50);
  g_assert_cmpuint (statistics.n_capped, >, n_programs / 50);
  g_assert_cmpuint (statistics.n_with_drops, >, n_programs / 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (scenarios); i++)
    {
      g_autofree char *path = g_strconcat ("/dispatch/", scenarios[i].name, NULL);

      g_test_add_data_func (path, &scenarios[i], test_scenario);
    }
  g_test_add_func ("/dispatch/once/marks-come-out", test_once_marks_come_out);
  g_test_add_func ("/dispatch/files/are-asked-for-last", test_files_are_asked_for_last);
  g_test_add_func ("/dispatch/files/bare-condition-runs-in-any-phase", test_bare_file_condition_runs_in_any_phase);
  g_test_add_func ("/dispatch/flags/aliases-are-one-flag-everywhere", test_aliases_are_one_flag_everywhere);
  g_test_add_func ("/dispatch/flags/unknown-ones-are-flags-too", test_unknown_flags_are_flags_too);
  g_test_add_func ("/dispatch/flags/changes-are-those-that-lasted", test_changes_are_those_that_lasted);
  g_test_add_func ("/dispatch/flags/changes-before-the-hook-awake-nobody-twice",
                   test_changes_before_the_hook_awake_nobody_twice);
  g_test_add_func ("/dispatch/two-units-share-a-program", test_two_units_share_a_program);
  g_test_add_func ("/dispatch/triggers/callbacks-run-after-sets-and-clears", test_callbacks_run_after_sets_and_clears);
  g_test_add_func ("/dispatch/triggers/callback-may-add-callbacks", test_callback_may_add_callbacks);
  g_test_add_func ("/dispatch/triggers/added-one-repeats-nothing", test_added_trigger_repeats_nothing);
  g_test_add_func ("/dispatch/triggers/added-one-on-an-unknown-flag", test_added_trigger_on_an_unknown_flag);
  g_test_add_func ("/dispatch/triggers/long-chain-is-an-error", test_long_chain_of_triggers_is_an_error);
  g_test_add_func ("/dispatch/listener/hears-everything-in-order", test_listener_hears_everything_in_order);
  g_test_add_func ("/dispatch/listener/nothing-is-dropped-after-the-end", test_nothing_is_dropped_after_the_end);
  g_test_add_func ("/dispatch/cycle/is-described", test_cycle_is_described);
  g_test_add_func ("/dispatch/cycle/none-when-it-settles-just-in-time", test_no_cycle_when_it_settles_just_in_time);
  g_test_add_func ("/dispatch/cycle/description-is-bounded", test_description_of_a_cycle_is_bounded);
  g_test_add_func ("/dispatch/cap-can-be-lifted", test_cap_can_be_lifted);
  g_test_add_func ("/dispatch/hot/flag-watched-in-vain-becomes-hot", test_flag_watched_in_vain_becomes_hot);
  g_test_add_func ("/dispatch/hot/handlers-waiting-on-one-are-dropped",
                   test_handlers_waiting_on_a_hot_flag_are_dropped);
  g_test_add_func ("/dispatch/random-programs-run-as-the-model-says", test_random_programs_run_as_the_model_says);

  return g_test_run ();
}
