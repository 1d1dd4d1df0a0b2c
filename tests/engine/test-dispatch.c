/* SPDX-License-Identifier: Apache-2.0 */
#include "dispatch-fixture.h"

#include <string.h>

#define ACTION_ON(...)                                                                                                 \
  {                                                                                                                    \
    REACTIVE_CONDITION_ACTION, REACTIVE_NAMES (__VA_ARGS__)                                                            \
  }

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

  g_assert_true (world_act (world, "+x", NULL));
  assert_runs_well (world, "0:a");
}

static void
test_two_units_share_a_program (void)
{
  const Scenario scenario = {
    .handlers = { { "a", CONDITIONS (WHEN_NOT ("x"), ONCE), "+x +own" }, { "b", CONDITIONS (WHEN ("x", "own")), "" } },
  };
  g_autoptr (ReactiveProgram) program = scenario_compile (&scenario);
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
  g_assert_true (world_act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[e s t x]");
  g_assert_true (world_act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[e s t x]");
  g_assert_true (world_act (world, "-x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[e s t x][s t]");
}

static void
test_callback_may_add_callbacks (void)
{
  const Scenario scenario = { .loaded = "" };
  g_autoptr (World) world = world_new (&scenario);

  reactive_dispatch_add_trigger (world->dispatch, &(ReactiveTrigger){ .when = "x" },
                                 G_CALLBACK (add_callback_from_callback), world);
  g_assert_true (world_act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[x]");
  g_assert_true (world_act (world, "-x", NULL));
  g_assert_true (world_act (world, "+x", NULL));
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
  g_assert_true (world_act (world, "+x", NULL));
  g_assert_cmpstr (world->marks->str, ==, "[seen x]");
}

static void
test_added_trigger_on_an_unknown_flag (void)
{
  const Scenario scenario = { .handlers = { { "a", CONDITIONS (WHEN ("z")), "" } } };
  g_autoptr (World) world = world_new (&scenario);

  reactive_dispatch_add_trigger (world->dispatch, &(ReactiveTrigger){ .when = "own", .set = "z" }, NULL, NULL);
  g_assert_true (world_act (world, "+own", NULL));
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
      ok = world_act (world, "+f0", &error);

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

  return g_test_run ();
}
