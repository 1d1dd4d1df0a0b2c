/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch.h"

#include <string.h>

/* Handlers that decide for themselves, among others: "first" and "last" are of that kind, "a" waits for the flag a, "b"
 * for b, "none" for c not to be set. What the one that is called @actor does stands in for another process. */
typedef struct
{
  ReactiveDispatch *dispatch;
  GString *log;
  const char *refuses; /* words: "first last" */
  guint n_wanted;      /* how often "first" still wants to run */
  const char *actor;
  void (*act) (ReactiveDispatch *dispatch);
} World;

static const char *
id_of (World *world, guint32 handler)
{
  return reactive_program_get_handler_id (reactive_dispatch_get_program (world->dispatch), handler);
}

static gboolean
invoke (gpointer host, guint32 handler, GError **error)
{
  World *world = host;
  const char *id = id_of (world, handler);

  g_string_append_printf (world->log, "%s ", id);
  if (g_strcmp0 (id, world->actor) == 0)
    {
      world->actor = NULL;
      world->act (world->dispatch);
    }

  return TRUE;
}

static gboolean
wants_to_run (gpointer host, guint32 handler)
{
  World *world = host;
  const char *id = id_of (world, handler);

  g_string_append_printf (world->log, "%s? ", id);
  if (strcmp (id, "first") == 0)
    return world->n_wanted > 0 && world->n_wanted-- > 0;

  return world->refuses == NULL || strstr (world->refuses, id) == NULL;
}

static World *
world_new (void)
{
  static const ReactiveDispatchHost host = { .invoke = invoke, .wants_to_run = wants_to_run };
  static const ReactiveTrigger trigger = { .when = "a", .set = "from-trigger" };
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;
  g_autoptr (GError) error = NULL;
  World *world = g_new0 (World, 1);

  reactive_program_builder_add_handler (builder, "first", NULL);
  reactive_program_builder_let_host_decide (builder);
  reactive_program_builder_add_handler (builder, "a", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES ("a"));
  reactive_program_builder_add_handler (builder, "b", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES ("b"));
  reactive_program_builder_add_handler (builder, "none", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_NONE, REACTIVE_NAMES ("c"));
  reactive_program_builder_add_handler (builder, "last", NULL);
  reactive_program_builder_let_host_decide (builder);
  reactive_program_builder_add_trigger (builder, &trigger);
  program = reactive_program_builder_compile (builder, &error);
  g_assert_no_error (error);

  world->log = g_string_new (NULL);
  world->refuses = "last";
  world->dispatch = reactive_dispatch_new (program, &host, world);

  return world;
}

static void
world_free (World *world)
{
  reactive_dispatch_free (world->dispatch);
  g_string_free (world->log, TRUE);
  g_free (world);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static guint32
flag_of (ReactiveDispatch *dispatch, const char *name)
{
  return reactive_dispatch_get_flag (dispatch, name);
}

static void
assert_log (World *world, const char *expected)
{
  g_assert_cmpstr (g_strchomp (world->log->str), ==, expected);
  g_string_truncate (world->log, 0);
}

static void
run_flags (World *world, const char *expected)
{
  g_assert_true (reactive_dispatch_run_flags (world->dispatch, NULL));
  assert_log (world, expected);
}

static void
test_asked_in_each_phase (void)
{
  static const ReactivePhase phases[] = { REACTIVE_PHASE_HOOKS, REACTIVE_PHASE_RESTRICTED, REACTIVE_PHASE_ACTION };
  g_autoptr (World) world = world_new ();

  for (guint i = 0; i < G_N_ELEMENTS (phases); i++)
    {
      world->n_wanted = 1;
      g_assert_true (reactive_dispatch_run_event (world->dispatch, phases[i], "any", NULL));
      assert_log (world, "first? last? first");
    }
  g_assert_true (reactive_dispatch_run_occurrence (world->dispatch, "db.ready", REACTIVE_ALL_HANDLERS, NULL));
  assert_log (world, "");
}

static void
test_asked_in_each_iteration (void)
{
  g_autoptr (World) world = world_new ();

  world->n_wanted = 2;
  run_flags (world, "first? last? first none first? last? first first? last?");
}

static void
set_a_elsewhere (ReactiveDispatch *dispatch)
{
  reactive_dispatch_take_flag (dispatch, flag_of (dispatch, "a"), TRUE);
  reactive_dispatch_note_change (dispatch, flag_of (dispatch, "a"));
  reactive_dispatch_note_change (dispatch, flag_of (dispatch, "a"));
}

static void
test_what_changed_elsewhere_awakes (void)
{
  g_autoptr (World) world = world_new ();

  world->n_wanted = 1;
  world->actor = "first";
  world->act = set_a_elsewhere;
  run_flags (world, "first? last? first none first? last? a first? last?");
  g_assert_true (reactive_dispatch_is_set (world->dispatch, "a"));
  g_assert_false (reactive_dispatch_is_set (world->dispatch, "from-trigger"));
}

static void
set_b_in_silence (ReactiveDispatch *dispatch)
{
  reactive_dispatch_take_flag (dispatch, flag_of (dispatch, "b"), TRUE);
}

static void
test_what_was_not_noted_does_not (void)
{
  g_autoptr (World) world = world_new ();

  world->n_wanted = 1;
  world->actor = "first";
  world->act = set_b_in_silence;
  run_flags (world, "first? last? first none first? last?");
  g_assert_true (reactive_dispatch_is_set (world->dispatch, "b"));
}

static void
clear_a_elsewhere (ReactiveDispatch *dispatch)
{
  reactive_dispatch_take_flag (dispatch, flag_of (dispatch, "a"), FALSE);
  reactive_dispatch_note_change (dispatch, flag_of (dispatch, "a"));
  reactive_dispatch_note_clear (dispatch);
}

static void
test_cleared_elsewhere_drops_from_the_queue (void)
{
  g_autoptr (World) world = world_new ();

  reactive_dispatch_load_flag (world->dispatch, "a");
  world->n_wanted = 1;
  world->actor = "first";
  world->act = clear_a_elsewhere;
  run_flags (world, "first? last? first none first? last?");
}

static void
clear_anything (ReactiveDispatch *dispatch)
{
  g_assert_true (reactive_dispatch_clear_flag (dispatch, flag_of (dispatch, "never-set"), NULL));
}

static void
test_asked_again_in_the_queue (void)
{
  g_autoptr (World) world = world_new ();

  reactive_dispatch_load_flag (world->dispatch, "a");
  world->refuses = NULL;
  world->actor = "a";
  world->act = clear_anything;
  reactive_dispatch_set_cap (world->dispatch, 1);
  run_flags (world, "first? last? a last? none last");
}

/* "first" is asked twice in one queue, and says no the second time. */
static void
test_dropped_when_it_changes_its_mind (void)
{
  g_autoptr (ReactiveProgram) program = NULL;
  static const ReactiveDispatchHost host = { .invoke = invoke, .wants_to_run = wants_to_run };
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (World) world = world_new ();

  reactive_program_builder_add_handler (builder, "none", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_NONE, REACTIVE_NAMES ("c"));
  reactive_program_builder_add_handler (builder, "first", NULL);
  reactive_program_builder_let_host_decide (builder);
  program = reactive_program_builder_compile (builder, NULL);
  reactive_dispatch_free (world->dispatch);
  world->dispatch = reactive_dispatch_new (program, &host, world);

  world->n_wanted = 1;
  world->actor = "none";
  world->act = clear_anything;
  run_flags (world, "first? none first? first?");
}

static void
note_flag (const char *flag, gpointer log)
{
  g_string_append_printf (log, "%s ", flag);
}

static void
look_at_windows (ReactiveDispatch *dispatch)
{
  g_autoptr (GString) log = g_string_new (NULL);

  reactive_dispatch_set_flag (dispatch, flag_of (dispatch, "z"), NULL);
  reactive_dispatch_foreach_changed (dispatch, /* pending= */ FALSE, note_flag, log);
  g_string_append (log, "| ");
  reactive_dispatch_foreach_changed (dispatch, /* pending= */ TRUE, note_flag, log);
  g_assert_cmpstr (log->str, ==, "a from-trigger | z ");
}

/* Set by "first" in iteration 0, a awakes the handler of that name in iteration 1, which looks at both windows. */
static void
set_a_then_look (ReactiveDispatch *dispatch)
{
  reactive_dispatch_set_flag (dispatch, flag_of (dispatch, "a"), NULL);
}

static gboolean
invoke_and_look (gpointer host, guint32 handler, GError **error)
{
  World *world = host;

  if (strcmp (id_of (world, handler), "a") == 0)
    look_at_windows (world->dispatch);

  return invoke (host, handler, error);
}

static void
test_windows (void)
{
  static const ReactiveDispatchHost host = { .invoke = invoke_and_look, .wants_to_run = wants_to_run };
  g_autoptr (World) world = world_new ();
  ReactiveDispatch *old = world->dispatch;

  world->dispatch = reactive_dispatch_new ((ReactiveProgram *) reactive_dispatch_get_program (old), &host, world);
  reactive_dispatch_free (old);
  world->n_wanted = 1;
  world->actor = "first";
  world->act = set_a_then_look;
  run_flags (world, "first? last? first none first? last? a first? last?");
}

static void
note_trigger (const char *flag, gboolean when_set, const char *const *sets, const char *const *clears, gpointer log)
{
  g_autofree char *set = g_strjoinv (",", (char **) sets), *clear = g_strjoinv (",", (char **) clears);

  g_string_append_printf (log, "%s%s+%s-%s ", when_set ? "" : "!", flag, set, clear);
}

static void
test_triggers (void)
{
  g_autoptr (World) world = world_new ();
  g_autoptr (GString) log = g_string_new (NULL);
  const ReactiveTrigger added = { .when = "a", .set = "more", .clear = "less" };
  const ReactiveTrigger other = { .when_not = "q", .clear = "less" };

  reactive_dispatch_add_trigger (world->dispatch, &added, NULL, NULL);
  reactive_dispatch_add_trigger (world->dispatch, &other, NULL, NULL);
  reactive_dispatch_foreach_trigger (world->dispatch, note_trigger, log);
  g_assert_cmpstr (log->str, ==, "a+from-trigger,more-less !q+-less ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dispatch/asked/in-each-phase", test_asked_in_each_phase);
  g_test_add_func ("/dispatch/asked/in-each-iteration", test_asked_in_each_iteration);
  g_test_add_func ("/dispatch/asked/again-in-the-queue", test_asked_again_in_the_queue);
  g_test_add_func ("/dispatch/asked/dropped-when-it-changes-its-mind", test_dropped_when_it_changes_its_mind);
  g_test_add_func ("/dispatch/elsewhere/what-changed-awakes", test_what_changed_elsewhere_awakes);
  g_test_add_func ("/dispatch/elsewhere/what-was-not-noted-does-not", test_what_was_not_noted_does_not);
  g_test_add_func ("/dispatch/elsewhere/cleared-drops-from-the-queue", test_cleared_elsewhere_drops_from_the_queue);
  g_test_add_func ("/dispatch/elsewhere/windows", test_windows);
  g_test_add_func ("/dispatch/elsewhere/triggers", test_triggers);

  return g_test_run ();
}
