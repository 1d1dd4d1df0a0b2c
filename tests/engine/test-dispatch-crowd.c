/* SPDX-License-Identifier: Apache-2.0 */
#include "core/dispatch-private.h"

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
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, ((const char *const[]){ NULL }));
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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dispatch/cap-can-be-lifted", test_cap_can_be_lifted);
  g_test_add_func ("/dispatch/hot/flag-watched-in-vain-becomes-hot", test_flag_watched_in_vain_becomes_hot);
  g_test_add_func ("/dispatch/hot/handlers-waiting-on-one-are-dropped",
                   test_handlers_waiting_on_a_hot_flag_are_dropped);

  return g_test_run ();
}
