/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/scenario-run.h"

/* The scenarios of the examples, which stand beside the charms in the build directory. */

/* Their paths, sorted. Free with g_strfreev(). */
char **example_scenarios_list (void);
/* "bind-stats": for g_free(). */
char *example_scenario_get_name (const char *path);
/* Ready to be run, with a seed that overrules the scenario's. */
ReactiveScenarioRun *example_scenario_load (const char *path, guint64 seed, gboolean has_state_files);
/* Whether its steps say how often failed hooks are run again. */
gboolean example_scenario_has_retries (const char *path);

/* Whether something looks at the test that makes it slow. */
gboolean example_scenarios_are_slow (void);

/* To be called first. Units have their files in memory, if there is such a place; and modules find the library that
 * they are linked to, which a test has built into it, in the build directory. */
void example_scenarios_set_up (void);
