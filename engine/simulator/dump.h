/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/simulation.h"

/* All that is in the model, and the flags of its units, as JSON with sorted keys that is good to read and to compare.
 * Free with g_free(). */
char *reactive_simulation_dump (ReactiveSimulation *simulation);
