/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/scenario.h"

/* What a scenario does to a model. Errors have messages alone, in Juju's terms, but where it is said otherwise. */

/* Makes the applications, units and relations of @scenario, whose charms are loaded. Errors: BAD_DATA with
 * `path:line:col: key: …`. */
gboolean reactive_scenario_populate (const ReactiveScenario *scenario, ReactiveModel *model, GError **error);
/* A step that an operator does. The others do nothing: those that run hooks, and those that look. */
gboolean reactive_scenario_apply (const ReactiveScenario *scenario, const ReactiveScenarioStep *step,
                                  ReactiveModel *model, GError **error);
/* The application as the scenario describes it; NULL if it has none of that name. */
const ReactiveScenarioApplication *reactive_scenario_find_application (const ReactiveScenario *scenario,
                                                                       const char *name);
