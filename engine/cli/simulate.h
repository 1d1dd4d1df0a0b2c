/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "cli/command.h"

/* What `reactive simulate` was asked for. */
typedef struct
{
  gboolean check;
  gboolean quiet;
  CommandFormat format;
  const char *state_path; /* (nullable): a file of programs, a directory of scenarios */
  /* programs */
  const char *only; /* (nullable): the program of this name */
  int hook;         /* 0: all; else the one with this number, counted from 1 */
  guint cap;
  /* scenarios */
  gboolean has_seed;
  guint64 seed;
  int timeout_s;          /* of a hook; 0: not said */
  const char *trace_path; /* (nullable) */
  const char *dump_path;  /* (nullable) */
} SimulateOptions;

/* What became of the files. */
typedef struct
{
  guint n_run;
  guint passed;
  guint failed;
} SimulateTotals;

/* The flag programs of one file. */
gboolean simulate_programs (const SimulateOptions *options, const char *path, SimulateTotals *totals, GError **error);

/* One scenario. */
typedef struct _SimulateScenario SimulateScenario;

/* Checked; nothing of it is run. */
SimulateScenario *simulate_scenario_new (const SimulateOptions *options, const char *path, GError **error);
void simulate_scenario_free (SimulateScenario *scenario);
gboolean simulate_scenario_run (SimulateScenario *scenario, SimulateTotals *totals, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimulateScenario, simulate_scenario_free)
