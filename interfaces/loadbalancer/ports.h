/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "problems.h"

/* A mapping of ports: an object of integers whose names are integers, sorted as numbers. */

/* Reads one as Python does, of the names too; of names for one number the last counts. NULL, and problems, if it is not
 * right. Unref it. */
ReactiveJson *lb_ports_from_json (const ReactiveJson *value, LBProblems *problems);
/* Pairs two arrays of integers, as far as both reach. Unref it. */
ReactiveJson *lb_ports_from_lists (const ReactiveJson *ingress, const ReactiveJson *backends);
/* @ports (nullable) and one more, which replaces one for the same number. Unref it. */
ReactiveJson *lb_ports_with (const ReactiveJson *ports, gint64 ingress, gint64 backend);
