/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "reference-program.h"

/* A program is run by the plain rules and by the engine, and everything that can be seen of the two runs must be equal.
 */

/* What was seen of a program, for who wants to know that the programs are worth running. */
typedef struct
{
  guint n_hooks;
  guint n_given_up;
  guint n_failed;
  guint n_capped;
  guint n_with_drops;
} ModelStatistics;

/* Draws a program and up to three hooks from @source, and runs them both ways. */
void model_compare_with_engine (ModelSource *source, ModelStatistics *statistics);
