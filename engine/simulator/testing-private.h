/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#define REACTIVE_COMPILATION /* the functions, not the macros */
#include <reactive/testing.h>

#include "simulator/simulation-private.h"
#include "simulator/timeline.h"

struct _ReactiveTestModel
{
  ReactiveModel *model; /* the simulation's */
  ReactiveSimulation *simulation;
  GHashTable *invocations; /* "UNIT MODULE:NAME" → guint */
  GHashTable *asked;       /* char *: units whose error the test has asked for since hooks were run last */

  GQueue shown; /* char *: the last hooks, as a timeline shows them, oldest first */
  ReactiveTimeline *timeline;
  FILE *stream; /* of the timeline, into @text */
  char *text;
  gsize length_bytes;

  struct
  {
    const char *domain, *file, *function;
    int line;
  } place; /* in the test: of the call that runs, or was the last */
};

/* Ends the test, with what came before. */
void reactive_test_model_give_up (ReactiveTestModel *model, const char *format, ...) G_GNUC_NORETURN
    G_GNUC_PRINTF (2, 3);
/* Does so unless @ok. */
void reactive_test_model_check (ReactiveTestModel *model, gboolean ok, GError **error);
/* Each does so where there is none. */
ReactiveModelApplication *reactive_test_model_find_application (ReactiveTestModel *model, const char *name);
ReactiveModelUnit *reactive_test_model_find_unit (ReactiveTestModel *model, const char *name);
ReactiveModelRelation *reactive_test_model_find_relation (ReactiveTestModel *model, const char *first,
                                                          const char *second);
