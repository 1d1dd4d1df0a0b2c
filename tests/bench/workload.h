/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/module.h>

/* A flag program to measure with, and how it is driven. Kept in flat arrays, so that a program of a million handlers is
 * made in a moment, and so that every engine is given the same one. */

typedef struct
{
  ReactiveConditionKind kind;
  guint32 first_name; /* in Workload.operands */
  guint32 n_names;
} WorkloadCondition;

typedef struct
{
  const char *id;
  guint32 first_condition;
  guint32 n_conditions;
  guint32 first_action;
  guint32 n_actions;
  gboolean is_last; /* to run after all that came before it in the same iteration, where the engine has to be told */
} WorkloadHandler;

typedef struct
{
  guint32 flag;
  gboolean when_set;
  guint32 changed_flag;
  gboolean set;
} WorkloadTrigger;

#define WORKLOAD_ACTION(flag, set) ((flag) << 1 | ((set) != 0))
#define WORKLOAD_ACTION_FLAG(action) ((action) >> 1)
#define WORKLOAD_ACTION_SETS(action) ((action) &1)

typedef struct
{
  char *name;
  GStringChunk *text;
  GHashTable *numbers;   /* name → number + 1; NULL for generated programs, which number their flags themselves */
  GPtrArray *names;      /* by number: flags, and hooks */
  GArray *handlers;      /* WorkloadHandler */
  GArray *conditions;    /* WorkloadCondition */
  GArray *operands;      /* guint32: names */
  GArray *actions;       /* guint32: WORKLOAD_ACTION */
  GArray *triggers;      /* WorkloadTrigger */
  GArray *loaded;        /* guint32: flags that are set beforehand */
  GArray *stimuli;       /* guint32: one hook for each, which sets it; none: no hook at all, only the iterations */
  guint n_iterations;    /* G_MAXUINT: until nothing matches. Some real programs go round for ever */
  guint64 n_activations; /* what it must come to; 0: not known beforehand */
} Workload;

/* @program: "chain", "fan-out", "fan-out-quiet", "hot-flag", "hot-base", "random", or the path of a flag program with
 * stimuli. @n_flips counts for the hot ones alone. Ends the process with a message when it cannot be had. */
Workload *workload_new (const char *program, guint32 n_handlers, guint32 n_flips);
void workload_free (Workload *workload);
const char *workload_get_name (const Workload *workload, guint32 number);
/* As JSON, for engines in other languages. */
void workload_print (const Workload *workload);

/* What one engine measured, as one line of JSON. */
typedef struct
{
  const char *engine;
  guint64 n_activations;
  double run_ns; /* best of the runs, all activations together */
  double compile_ns;
  double create_ns; /* a unit's dispatch, flags loaded */
  double n_bytes;   /* heap: compiled program, dispatch, and what running added */
  guint n_runs;
} WorkloadResult;

void workload_print_result (const Workload *workload, const WorkloadResult *result);
double workload_now_ns (void);
/* The least disturbed of the runs. */
double workload_best (GArray *times);
/* Heap in use by this process. */
double workload_heap_bytes (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Workload, workload_free)
