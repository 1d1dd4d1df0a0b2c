/* SPDX-License-Identifier: Apache-2.0 */
#include "dispatch-fixture.h"

#include <string.h>

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dispatch/listener/hears-everything-in-order", test_listener_hears_everything_in_order);
  g_test_add_func ("/dispatch/listener/nothing-is-dropped-after-the-end", test_nothing_is_dropped_after_the_end);
  g_test_add_func ("/dispatch/cycle/is-described", test_cycle_is_described);
  g_test_add_func ("/dispatch/cycle/none-when-it-settles-just-in-time", test_no_cycle_when_it_settles_just_in_time);
  g_test_add_func ("/dispatch/cycle/description-is-bounded", test_description_of_a_cycle_is_bounded);

  return g_test_run ();
}
