/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/scenario.h"
#include "simulator/simulation.h"

/* A scenario that was checked, and may be run once. */
typedef struct _ReactiveScenarioRun ReactiveScenarioRun;

/* Loads the charms, and checks what can be known beforehand; nothing is run. Takes @scenario. Seed, kind of state and
 * retries of @options are passed over where the scenario says others, but for a seed with @is_seed_given. Errors:
 * BAD_DATA with `path:line:col: key: …`, and FAILED. */
ReactiveScenarioRun *reactive_scenario_run_new (ReactiveScenario *scenario, const ReactiveSimulationOptions *options,
                                                gboolean is_seed_given, GError **error);
void reactive_scenario_run_free (ReactiveScenarioRun *run);
/* For listeners, and for looking at what has become of the model. */
ReactiveSimulation *reactive_scenario_run_get_simulation (ReactiveScenarioRun *run);
guint64 reactive_scenario_run_get_seed (const ReactiveScenarioRun *run);
/* All the steps. What does not hold is told as an event of the kind FAILURE, and kept. Errors: those of a simulation,
 * and of a step that turns out to be impossible (FAILED), with the step's place. */
gboolean reactive_scenario_run (ReactiveScenarioRun *run, GError **error);
/* What did not hold: (element-type utf8) "path:line:col: …", with further lines. */
const GPtrArray *reactive_scenario_run_get_failures (const ReactiveScenarioRun *run);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveScenarioRun, reactive_scenario_run_free)
