/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>
#include <reactive/json.h>

/* What the library in Python remembers of an endpoint, in a unit that it has run on: {NAME: VALUE, …}. At the start of
 * a hook that is taken over where it differs from what stands here, because then Python ran since; at the end it is
 * written, so that Python goes on from there. In a unit that Python never ran on there is none. */

#define LB_PYTHON_PROVIDER "LBProvider"
#define LB_PYTHON_CONSUMERS "LBConsumers"

/* NULL if there is none, or nothing of that name. */
const ReactiveJson *lb_python_state_get (ReactiveEndpoint *endpoint, const char *class_name, const char *name);
/* @changes: an object with what is to be there under its names */
void lb_python_state_set (ReactiveEndpoint *endpoint, const char *class_name, const ReactiveJson *changes);
