/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "reference-program.h"

/* The dispatch rules written as plainly as they can be: every handler is tested in every iteration, and the whole queue
 * again after each clear. */

typedef struct
{
  const ModelProgram *program;
  ModelHook hook; /* its flags, once marks and files as they stand now */
  gboolean pending[MODEL_MAX_FLAGS];
  gboolean changes[MODEL_MAX_FLAGS];
  gboolean trigger_added[MODEL_MAX_TRIGGERS];
  guint added_triggers[MODEL_MAX_TRIGGERS]; /* in the order of registration */
  guint n_added_triggers;
  guint trigger_depth;
  ReactivePhase phase;
  guint iteration;
  gboolean cleared;
  gboolean stopped;
  gboolean capped;
  guint fuel;
  GString *log;
} Model;

/* Runs the hook. FALSE if a handler failed, or it was given up: then there is no fuel left. */
gboolean model_run (Model *model);
/* "WHAT 1 2 3", a line of a log; nothing where there are no numbers. */
void model_log_numbers (GString *log, const char *what, const GArray *numbers);
