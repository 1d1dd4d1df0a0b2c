/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>
#include <reactive/json.h>

/* What the library in Python remembers of an endpoint: {NAME: VALUE, …}. It is remembered in the same row here, from
 * the first hook on, so that either goes on from the other. Of answers and requests more is kept, in rows of our own:
 * at the start of a hook those follow this row where it differs, because then Python ran since. */

#define LB_PYTHON_PROVIDER "LBProvider"
#define LB_PYTHON_CONSUMERS "LBConsumers"

/* NULL if there is nothing of that name. */
const ReactiveJson *lb_python_state_get (ReactiveEndpoint *endpoint, const char *class_name, const char *name);
/* FALSE if there is nothing of that name, too. */
gboolean lb_python_state_get_boolean (ReactiveEndpoint *endpoint, const char *class_name, const char *name);
/* @value: (transfer full) */
void lb_python_state_set (ReactiveEndpoint *endpoint, const char *class_name, const char *name, ReactiveJson *value);
