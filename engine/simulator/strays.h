/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Kills every process that has @variable set to @value in its environment: what hooks left behind, in whatever
 * group or session it is now. Returns when they are gone, or will not go. */
void reactive_strays_kill (const char *variable, const char *value);
