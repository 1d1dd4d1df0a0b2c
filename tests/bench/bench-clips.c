/* SPDX-License-Identifier: Apache-2.0 */

/* Runs a flag program in CLIPS 6.30, a production system with a Rete network, for comparison with bench-dispatch.
 * Usage: bench-clips PROGRAM [HANDLERS [FLIPS]].
 *
 * A flag is a fact, setting it asserts, clearing it retracts, a handler is a rule: "all" is a pattern for each flag,
 * "none" a negated one for each, "any" and "not all" a negated conjunction, so that the handler stays one rule. That a
 * handler does not run again without a change is what CLIPS calls refraction.
 *
 * The generated programs run like that as they are. Real ones need more, because CLIPS fires a rule as soon as it
 * matches while charms.reactive works in iterations: setting is put off until the agenda is empty, clearing is not;
 * salience gives the order of registration; and a fact for the phase is asserted anew for each hook, so that a handler
 * that still matches runs again. What remains different: a handler with "any" or "not all" runs again in
 * charms.reactive when one of its flags changes, even if the condition held before and after; a queued handler is
 * dropped from the agenda at once, not only when somebody clears a flag. Programs in which that shows end with another
 * number of activations, and are not compared. */

#include <clips/clips.h>
#undef TRUE
#undef FALSE
#undef ON

#include <stdio.h>
#include <stdlib.h>

#include "workload.h"

#define MIN_RUNS 3
#define MAX_RUNS 501
#define MIN_TOTAL_NS 1e9
#define MAX_TOTAL_NS 2e10
#define MAX_ITERATIONS 100

typedef struct
{
  const Workload *workload;
  void *environment;
  void *flag_template;
  void *phase_template;
  void *hook;
  void *other;
  void **symbols;      /* by number */
  struct fact **facts; /* by flag: NULL when it is not set */
  GArray *deferred;    /* guint32: flags to set when the agenda is empty */
} Bench;

/* CLIPS calls functions without a way to hand them anything but its environment. */
#define BENCH_ENVIRONMENT_DATA (USER_ENVIRONMENT_DATA + 0)

static Bench *
get_bench (void *environment)
{
  return *(Bench **) GetEnvironmentData (environment, BENCH_ENVIRONMENT_DATA);
}

static struct fact *
assert_fact (Bench *bench, void *template, void *symbol)
{
  void *environment = bench->environment;
  void *fact = EnvCreateFact (environment, template);
  void *values = EnvCreateMultifield (environment, 1);
  DATA_OBJECT slot = { 0 };

  SetMFType (values, 1, SYMBOL);
  SetMFValue (values, 1, symbol);
  slot.type = MULTIFIELD;
  slot.value = values;
  slot.begin = 0;
  slot.end = 0;
  EnvPutFactSlot (environment, fact, NULL, &slot);

  return EnvAssert (environment, fact);
}

static void change_flag (Bench *bench, guint32 flag, gboolean set);

/* All sets, then all clears. */
static void
run_triggers (Bench *bench, guint32 flag, gboolean is_set)
{
  for (int set = 1; set >= 0; set--)
    for (guint32 i = 0; i < bench->workload->triggers->len; i++)
      {
        const WorkloadTrigger *trigger = &g_array_index (bench->workload->triggers, WorkloadTrigger, i);

        if (trigger->flag == flag && trigger->when_set == is_set && trigger->set == set)
          change_flag (bench, trigger->changed_flag, set);
      }
}

static void
change_flag (Bench *bench, guint32 flag, gboolean set)
{
  if ((bench->facts[flag] != NULL) == set)
    return;

  if (set)
    bench->facts[flag] = assert_fact (bench, bench->flag_template, bench->symbols[flag]);
  else
    {
      EnvRetract (bench->environment, bench->facts[flag]);
      bench->facts[flag] = NULL;
    }
  run_triggers (bench, flag, set);
}

static void
defer_set (void *environment)
{
  Bench *bench = get_bench (environment);
  guint32 flag = (guint32) EnvRtnLong (environment, 1);

  g_array_append_val (bench->deferred, flag);
}

static void
clear_now (void *environment)
{
  Bench *bench = get_bench (environment);
  guint32 flag = (guint32) EnvRtnLong (environment, 1);

  /* What the same handlers put off and now take back never was. */
  for (guint i = 0; i < bench->deferred->len; i++)
    if (g_array_index (bench->deferred, guint32, i) == flag)
      g_array_remove_index (bench->deferred, i--);
  change_flag (bench, flag, /* set= */ 0);
}

static gboolean
is_real (const Workload *workload)
{
  return workload->stimuli->len > 0;
}

static void
add_condition (GString *rule, const Workload *workload, const WorkloadCondition *condition)
{
  const guint32 *names = &g_array_index (workload->operands, guint32, condition->first_name);

  switch ((int) condition->kind)
    {
    case REACTIVE_CONDITION_ALL:
      for (guint32 i = 0; i < condition->n_names; i++)
        g_string_append_printf (rule, " ?x%u <- (flag f%u)", names[i], names[i]);
      break;
    case REACTIVE_CONDITION_NONE:
      for (guint32 i = 0; i < condition->n_names; i++)
        g_string_append_printf (rule, " (not (flag f%u))", names[i]);
      break;
    case REACTIVE_CONDITION_ANY:
      g_string_append (rule, " (not (and");
      for (guint32 i = 0; i < condition->n_names; i++)
        g_string_append_printf (rule, " (not (flag f%u))", names[i]);
      g_string_append (rule, "))");
      break;
    case REACTIVE_CONDITION_NOT_ALL:
      g_string_append (rule, " (not (and");
      for (guint32 i = 0; i < condition->n_names; i++)
        g_string_append_printf (rule, " (flag f%u)", names[i]);
      g_string_append (rule, "))");
      break;
    default:
      g_string_append (rule, " (phase");
      for (guint32 i = 0; i < condition->n_names; i++)
        g_string_append_printf (rule, "%sh%u", i == 0 ? " " : "|", names[i]);
      g_string_append (rule, ")");
    }
}

/* The same condition twice is no other condition, but two variables of one name. */
static void
add_conditions (GString *rule, const Workload *workload, const WorkloadHandler *handler)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  gboolean has_flags = 0;

  for (guint32 i = 0; i < handler->n_conditions; i++)
    {
      WorkloadCondition condition
          = g_array_index (workload->conditions, WorkloadCondition, handler->first_condition + i);
      gboolean is_list = condition.kind == REACTIVE_CONDITION_ALL || condition.kind == REACTIVE_CONDITION_NONE;
      guint32 n_names = condition.n_names;

      has_flags |= condition.kind != REACTIVE_CONDITION_HOOK;
      if (is_list || n_names == 1)
        {
          if (condition.kind == REACTIVE_CONDITION_ANY)
            condition.kind = REACTIVE_CONDITION_ALL;
          if (condition.kind == REACTIVE_CONDITION_NOT_ALL)
            condition.kind = REACTIVE_CONDITION_NONE;
          condition.n_names = 1;
        }
      for (guint32 j = 0; j < n_names; j += condition.n_names, condition.first_name += condition.n_names)
        {
          g_autoptr (GString) text = g_string_new (NULL);

          add_condition (text, workload, &condition);
          if (g_hash_table_add (seen, g_strdup (text->str)))
            g_string_append (rule, text->str);
        }
    }

  if (has_flags && is_real (workload))
    g_string_append (rule, " (phase other)");
}

static gboolean
waits_for (const Workload *workload, const WorkloadHandler *handler, guint32 flag)
{
  for (guint32 i = 0; i < handler->n_conditions; i++)
    {
      const WorkloadCondition *condition
          = &g_array_index (workload->conditions, WorkloadCondition, handler->first_condition + i);

      for (guint32 j = 0; j < condition->n_names; j++)
        if (condition->kind == REACTIVE_CONDITION_ALL
            && g_array_index (workload->operands, guint32, condition->first_name + j) == flag)
          return 1;
    }

  return 0;
}

static void
add_actions (GString *rule, const Workload *workload, const WorkloadHandler *handler)
{
  for (guint32 i = 0; i < handler->n_actions; i++)
    {
      guint32 action = g_array_index (workload->actions, guint32, handler->first_action + i);
      guint32 flag = WORKLOAD_ACTION_FLAG (action);

      if (is_real (workload))
        g_string_append_printf (rule, " (%s %u)", WORKLOAD_ACTION_SETS (action) ? "defer-set" : "clear-now", flag);
      else if (WORKLOAD_ACTION_SETS (action))
        g_string_append_printf (rule, " (assert (flag f%u))", flag);
      else
        {
          g_assert (waits_for (workload, handler, flag));
          g_string_append_printf (rule, " (retract ?x%u)", flag);
        }
    }
}

static void
build_rules (Bench *bench)
{
  const Workload *workload = bench->workload;
  g_autoptr (GString) rule = g_string_new (NULL);

  for (guint32 i = 0; i < workload->handlers->len; i++)
    {
      const WorkloadHandler *handler = &g_array_index (workload->handlers, WorkloadHandler, i);
      int salience = is_real (workload) ? -(int) i : handler->is_last ? -1 : 0;

      g_string_printf (rule, "(defrule h%u (declare (salience %d))", i, salience);
      add_conditions (rule, workload, handler);
      g_string_append (rule, " =>");
      add_actions (rule, workload, handler);
      g_string_append (rule, ")");
      if (!EnvBuild (bench->environment, rule->str))
        g_error ("CLIPS refuses %s", rule->str);
    }
}

/* A symbol that nothing refers to for a while would be collected. */
static void *
keep_symbol (Bench *bench, const char *name)
{
  void *symbol = EnvAddSymbol (bench->environment, name);

  IncrementSymbolCount (symbol);

  return symbol;
}

static void
make_symbols (Bench *bench)
{
  guint n_names = bench->workload->names->len;
  char name[16];

  bench->symbols = g_new0 (void *, n_names + 1);
  bench->facts = g_new0 (struct fact *, n_names + 1);
  bench->other = keep_symbol (bench, "other");
  bench->hook = keep_symbol (bench, "update-status");
  for (guint32 i = 0; i < n_names; i++)
    {
      g_snprintf (name, sizeof name, "f%u", i);
      bench->symbols[i] = keep_symbol (bench, name);
      g_snprintf (name, sizeof name, "h%u", i);
      if (g_str_equal (workload_get_name (bench->workload, i), "update-status"))
        bench->hook = keep_symbol (bench, name);
    }
}

static guint64
run_until_quiet (Bench *bench)
{
  guint64 n_fired = 0;

  for (guint i = 0; i < MAX_ITERATIONS; i++)
    {
      n_fired += (guint64) EnvRun (bench->environment, -1);
      if (bench->deferred->len == 0)
        break;

      for (guint j = 0; j < bench->deferred->len; j++)
        change_flag (bench, g_array_index (bench->deferred, guint32, j), /* set= */ 1);
      g_array_set_size (bench->deferred, 0);
    }

  return n_fired;
}

static guint64
run_phase (Bench *bench, void *symbol)
{
  struct fact *phase = assert_fact (bench, bench->phase_template, symbol);
  guint64 n_fired = run_until_quiet (bench);

  EnvRetract (bench->environment, phase);

  return n_fired;
}

/* Returns: the time of one run from the beginning. */
static double
run (Bench *bench, guint64 *out_n_fired)
{
  const Workload *workload = bench->workload;
  double begin;

  EnvReset (bench->environment);
  memset (bench->facts, 0, workload->names->len * sizeof bench->facts[0]);
  for (guint32 i = 0; i < workload->loaded->len; i++)
    change_flag (bench, g_array_index (workload->loaded, guint32, i), /* set= */ 1);

  *out_n_fired = 0;
  begin = workload_now_ns ();
  if (!is_real (workload))
    *out_n_fired = (guint64) EnvRun (bench->environment,
                                     workload->n_iterations == G_MAXUINT ? -1 : (long long) workload->n_activations);
  for (guint32 i = 0; i < workload->stimuli->len; i++)
    {
      change_flag (bench, g_array_index (workload->stimuli, guint32, i), /* set= */ 1);
      *out_n_fired += run_phase (bench, bench->hook);
      *out_n_fired += run_phase (bench, bench->other);
    }

  return workload_now_ns () - begin;
}

static void
measure (const Workload *workload)
{
  Bench bench = { .workload = workload, .environment = CreateEnvironment () };
  g_autoptr (GArray) runs = g_array_new (0, 0, sizeof (double));
  WorkloadResult result = { .engine = "CLIPS" };
  double total = 0, heap_before = workload_heap_bytes (), begin = workload_now_ns ();

  AllocateEnvironmentData (bench.environment, BENCH_ENVIRONMENT_DATA, sizeof (Bench *), NULL);
  *(Bench **) GetEnvironmentData (bench.environment, BENCH_ENVIRONMENT_DATA) = &bench;
  EnvDefineFunction2 (bench.environment, "defer-set", 'v', PTIEF defer_set, "defer_set", "11i");
  EnvDefineFunction2 (bench.environment, "clear-now", 'v', PTIEF clear_now, "clear_now", "11i");
  EnvAssertString (bench.environment, "(flag none)");
  EnvAssertString (bench.environment, "(phase none)");
  bench.deferred = g_array_new (0, 0, sizeof (guint32));
  make_symbols (&bench);
  build_rules (&bench);
  bench.flag_template = EnvFindDeftemplate (bench.environment, "flag");
  bench.phase_template = EnvFindDeftemplate (bench.environment, "phase");
  result.compile_ns = workload_now_ns () - begin;

  while (runs->len < MIN_RUNS || (total < MIN_TOTAL_NS && runs->len < MAX_RUNS))
    {
      double run_ns = run (&bench, &result.n_activations);

      result.n_bytes = workload_heap_bytes () - heap_before;
      g_array_append_val (runs, run_ns);
      total += run_ns;
      if (total > MAX_TOTAL_NS)
        break;
    }
  result.run_ns = workload_best (runs);
  result.n_runs = runs->len;
  workload_print_result (workload, &result);
}

int
main (int argc, char **argv)
{
  g_autoptr (Workload) workload = NULL;

  if (argc < 2)
    {
      fprintf (stderr, "usage: bench-clips PROGRAM [HANDLERS [FLIPS]]\n");
      return 2;
    }

  workload = workload_new (argv[1], argc > 2 ? (guint32) strtoul (argv[2], NULL, 10) : 0,
                           argc > 3 ? (guint32) strtoul (argv[3], NULL, 10) : 0);
  measure (workload);

  return 0;
}
