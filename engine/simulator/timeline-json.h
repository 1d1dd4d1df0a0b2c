/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdio.h>

#include "simulator/simulation.h"

/* A listener: writes each event as a line of JSON to @stream (FILE). Members stand in the same order always; those that
 * an event has not are left out. */
void reactive_timeline_show_json (const ReactiveSimulationEvent *event, gpointer stream);
/* "hook", "handler", "flag-set", … */
const char *reactive_simulation_event_get_name (ReactiveSimulationEventKind kind);
/* "good", "failed", "killed", "missing" */
const char *reactive_hook_outcome_get_name (ReactiveHookOutcome outcome);
