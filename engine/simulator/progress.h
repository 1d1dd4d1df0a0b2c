/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "simulator/simulation.h"

/* A line that tells people at a terminal how far a long run is, and goes at its end. The one thing that looks at the
 * clock of the machine. */
typedef struct _ReactiveProgress ReactiveProgress;

/* @terminal is borrowed. */
ReactiveProgress *reactive_progress_new (FILE *terminal);
void reactive_progress_free (ReactiveProgress *progress);
/* A listener. */
void reactive_progress_show (const ReactiveSimulationEvent *event, gpointer progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveProgress, reactive_progress_free)
