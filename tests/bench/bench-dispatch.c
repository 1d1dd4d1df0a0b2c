/* SPDX-License-Identifier: Apache-2.0 */

/* Runs a flag program in the core and tells what an activation costs, what compiling it and creating a unit's dispatch
 * cost, and how much heap all of it takes. Usage: bench-dispatch run|print PROGRAM [HANDLERS [FLIPS]]; see workload.h
 * for the programs. */

#include <stdio.h>
#include <stdlib.h>

#include "core/dispatch.h"
#include "workload.h"

#define MIN_RUNS 5
#define MAX_RUNS 2001
#define MIN_TOTAL_NS 1e9
#define N_COMPILATIONS 3

/* One hook of a real program, or all that is done with a generated one. */
typedef struct
{
  char **before; /* the flags that it begins with */
  ReactiveDispatch *dispatch;
  guint32 stimulus;
  guint32 *actions; /* the workload's, with the dispatch's numbers of flags */
} Hook;

typedef struct
{
  const Workload *workload;
  ReactiveProgram *program;
  guint32 *first_action; /* by handler, and one more */
  Hook *hooks;
  guint n_hooks;
  const Hook *hook; /* the one that runs */
  guint64 n_activations;
} Bench;

static gboolean
invoke (gpointer host, guint32 handler, GError **error)
{
  Bench *bench = host;
  const Hook *hook = bench->hook;

  bench->n_activations++;
  for (guint32 i = bench->first_action[handler]; i < bench->first_action[handler + 1]; i++)
    {
      guint32 flag = WORKLOAD_ACTION_FLAG (hook->actions[i]);

      if (!(WORKLOAD_ACTION_SETS (hook->actions[i]) ? reactive_dispatch_set_flag (hook->dispatch, flag, error)
                                                    : reactive_dispatch_clear_flag (hook->dispatch, flag, error)))
        return FALSE;
    }

  return TRUE;
}

static ReactiveProgram *
compile (const Workload *workload)
{
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  ReactiveProgram *program;

  for (guint32 i = 0; i < workload->handlers->len; i++)
    {
      const WorkloadHandler *handler = &g_array_index (workload->handlers, WorkloadHandler, i);

      reactive_program_builder_add_handler (builder, handler->id, NULL);
      for (guint32 j = 0; j < handler->n_conditions; j++)
        {
          const WorkloadCondition *condition
              = &g_array_index (workload->conditions, WorkloadCondition, handler->first_condition + j);

          g_ptr_array_set_size (names, 0);
          for (guint32 k = 0; k < condition->n_names; k++)
            g_ptr_array_add (names, (char *) workload_get_name (workload, g_array_index (workload->operands, guint32,
                                                                                         condition->first_name + k)));
          g_ptr_array_add (names, NULL);
          reactive_program_builder_add_condition (builder, condition->kind, (const char *const *) names->pdata);
        }
    }
  for (guint32 i = 0; i < workload->triggers->len; i++)
    {
      const WorkloadTrigger *info = &g_array_index (workload->triggers, WorkloadTrigger, i);
      const char *flag = workload_get_name (workload, info->flag);
      const char *changed_flag = workload_get_name (workload, info->changed_flag);
      ReactiveTrigger trigger = {
        .when = info->when_set ? flag : NULL,
        .when_not = info->when_set ? NULL : flag,
        .set = info->set ? changed_flag : NULL,
        .clear = info->set ? NULL : changed_flag,
      };

      reactive_program_builder_add_trigger (builder, &trigger);
    }

  program = reactive_program_builder_compile (builder, &error);
  if (program == NULL)
    g_error ("%s: %s", workload->name, error->message);

  return program;
}

/* A unit's dispatch, its flags loaded. */
static void
create_dispatch (Bench *bench, Hook *hook)
{
  static const ReactiveDispatchHost host = { .invoke = invoke };

  hook->dispatch = reactive_dispatch_new (bench->program, &host, bench);
  reactive_dispatch_set_cap (hook->dispatch, bench->workload->n_iterations);
  for (char **flag = hook->before; *flag != NULL; flag++)
    reactive_dispatch_load_flag (hook->dispatch, *flag);
}

static guint32
number_flag (const Bench *bench, const Hook *hook, guint32 flag)
{
  return reactive_dispatch_get_flag (hook->dispatch, workload_get_name (bench->workload, flag));
}

static void
number_flags (const Bench *bench, Hook *hook)
{
  const Workload *workload = bench->workload;

  for (guint32 i = 0; i < workload->actions->len; i++)
    {
      guint32 action = g_array_index (workload->actions, guint32, i);

      hook->actions[i]
          = WORKLOAD_ACTION (number_flag (bench, hook, WORKLOAD_ACTION_FLAG (action)), WORKLOAD_ACTION_SETS (action));
    }
  if (workload->stimuli->len > 0)
    hook->stimulus = number_flag (bench, hook, g_array_index (workload->stimuli, guint32, hook - bench->hooks));
}

static void
run_hook (Bench *bench, guint number)
{
  const Workload *workload = bench->workload;
  const Hook *hook = bench->hook = &bench->hooks[number];
  g_autoptr (GError) error = NULL;

  if (workload->stimuli->len > 0
      && (!reactive_dispatch_set_flag (hook->dispatch, hook->stimulus, &error)
          || !reactive_dispatch_run_event (hook->dispatch, REACTIVE_PHASE_HOOKS, "update-status", &error)))
    g_error ("%s: %s", workload->name, error->message);
  if (!reactive_dispatch_run_flags (hook->dispatch, &error))
    g_error ("%s: %s", workload->name, error->message);
}

static void
collect_flag (const char *flag, gpointer builder)
{
  g_strv_builder_add (builder, flag);
}

/* Runs the hooks one after the other, to know the flags that each begins with. */
static void
make_hooks (Bench *bench)
{
  const Workload *workload = bench->workload;
  g_autoptr (GStrvBuilder) loaded = g_strv_builder_new ();

  for (guint32 i = 0; i < workload->loaded->len; i++)
    g_strv_builder_add (loaded, workload_get_name (workload, g_array_index (workload->loaded, guint32, i)));

  bench->first_action = g_new0 (guint32, workload->handlers->len + 1);
  for (guint32 i = 0; i < workload->handlers->len; i++)
    bench->first_action[i + 1]
        = bench->first_action[i] + g_array_index (workload->handlers, WorkloadHandler, i).n_actions;

  bench->n_hooks = MAX (workload->stimuli->len, 1);
  bench->hooks = g_new0 (Hook, bench->n_hooks);
  bench->hooks[0].before = g_strv_builder_end (loaded);
  for (guint i = 0; i < bench->n_hooks; i++)
    {
      Hook *hook = &bench->hooks[i];
      g_autoptr (GStrvBuilder) after = g_strv_builder_new ();

      hook->actions = g_new (guint32, workload->actions->len + 1);
      if (i + 1 == bench->n_hooks)
        break;
      create_dispatch (bench, hook);
      number_flags (bench, hook);
      run_hook (bench, i);
      reactive_dispatch_foreach_flag (hook->dispatch, collect_flag, after);
      hook[1].before = g_strv_builder_end (after);
      g_clear_pointer (&hook->dispatch, reactive_dispatch_free);
    }
}

static void
free_hooks (Bench *bench)
{
  for (guint i = 0; i < bench->n_hooks; i++)
    {
      g_strfreev (bench->hooks[i].before);
      g_free (bench->hooks[i].actions);
    }
  g_free (bench->hooks);
  g_free (bench->first_action);
}

static double
compile_best (Bench *bench, double *out_heap_before)
{
  g_autoptr (GArray) times = g_array_new (FALSE, FALSE, sizeof (double));

  for (guint i = 0; i < N_COMPILATIONS; i++)
    {
      double begin, elapsed;

      g_clear_pointer (&bench->program, reactive_program_unref);
      *out_heap_before = workload_heap_bytes ();
      begin = workload_now_ns ();
      bench->program = compile (bench->workload);
      elapsed = workload_now_ns () - begin;
      g_array_append_val (times, elapsed);
    }

  return workload_best (times);
}

/* All hooks once. */
static void
run_all (Bench *bench, double *out_create_ns, double *out_run_ns)
{
  double begin;

  *out_create_ns = 0;
  for (guint i = 0; i < bench->n_hooks; i++)
    {
      begin = workload_now_ns ();
      create_dispatch (bench, &bench->hooks[i]);
      *out_create_ns += workload_now_ns () - begin;
      number_flags (bench, &bench->hooks[i]);
    }

  bench->n_activations = 0;
  begin = workload_now_ns ();
  for (guint i = 0; i < bench->n_hooks; i++)
    run_hook (bench, i);
  *out_run_ns = workload_now_ns () - begin;
}

static void
measure (const Workload *workload)
{
  g_autoptr (GArray) runs = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GArray) creations = g_array_new (FALSE, FALSE, sizeof (double));
  Bench bench = { .workload = workload };
  WorkloadResult result = { .engine = "libreactive" };
  double heap_before, heap_program, total = 0;

  result.compile_ns = compile_best (&bench, &heap_before);
  heap_program = workload_heap_bytes () - heap_before;
  make_hooks (&bench);

  heap_before = workload_heap_bytes ();
  while (runs->len < MIN_RUNS || (total < MIN_TOTAL_NS && runs->len < MAX_RUNS))
    {
      double create_ns, run_ns;

      run_all (&bench, &create_ns, &run_ns);
      if (runs->len == 0)
        result.n_bytes = heap_program + (workload_heap_bytes () - heap_before) / bench.n_hooks;
      for (guint i = 0; i < bench.n_hooks; i++)
        g_clear_pointer (&bench.hooks[i].dispatch, reactive_dispatch_free);
      g_array_append_val (runs, run_ns);
      g_array_append_val (creations, create_ns);
      total += run_ns;
    }

  result.n_activations = bench.n_activations;
  result.run_ns = workload_best (runs);
  result.create_ns = workload_best (creations) / bench.n_hooks;
  result.n_runs = runs->len;
  workload_print_result (workload, &result);
  reactive_program_unref (bench.program);
  free_hooks (&bench);
}

int
main (int argc, char **argv)
{
  g_autoptr (Workload) workload = NULL;

  if (argc < 3)
    {
      fprintf (stderr, "usage: bench-dispatch run|print PROGRAM [HANDLERS [FLIPS]]\n");
      return 2;
    }

  workload = workload_new (argv[2], argc > 3 ? (guint32) strtoul (argv[3], NULL, 10) : 0,
                           argc > 4 ? (guint32) strtoul (argv[4], NULL, 10) : 0);
  if (g_str_equal (argv[1], "print"))
    workload_print (workload);
  else
    measure (workload);

  return 0;
}
