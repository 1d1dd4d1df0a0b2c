/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "simulator/simulation.h"

/* What happens, for people: a line for each hook, and below it what its handlers did. */
typedef struct _ReactiveTimeline ReactiveTimeline;

/* @stream is borrowed. */
ReactiveTimeline *reactive_timeline_new (FILE *stream);
void reactive_timeline_free (ReactiveTimeline *timeline);
/* A listener. */
void reactive_timeline_show (const ReactiveSimulationEvent *event, gpointer timeline);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveTimeline, reactive_timeline_free)
