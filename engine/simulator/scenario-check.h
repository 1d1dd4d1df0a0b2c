/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/expect.h"
#include "simulator/scenario.h"
#include "simulator/simulation.h"

/* What can be known of a scenario before anything of it is run. Errors: BAD_DATA with `path:line:col: key: …`. */

/* Loads the charms of @scenario: those of its applications, and those that they are upgraded to. */
gboolean reactive_scenario_load_charms (ReactiveScenario *scenario, ReactiveSimulation *simulation, GError **error);
/* Plays the scenario on a model of its own in which each hook ends well at once and does nothing: what is named has to
 * be there, and Juju has to allow what is done. After `run` it is taken that all hooks have run. */
gboolean reactive_scenario_check (const ReactiveScenario *scenario, GError **error);

/* Whether what @fact names can be there. @model: as it is when the fact is looked at */
gboolean reactive_fact_check (const ReactiveScenario *scenario, const ReactiveFact *fact, ReactiveModel *model,
                              GError **error);
