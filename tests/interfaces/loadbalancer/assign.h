/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer.h>
#include <reactive/json.h>

/* Attributes as the vectors assign them to Python's objects, given to the setters. FALSE where a value has a type that
 * no setter takes. Attributes that there are not are passed over, as Python's objects take them and forget them. */
gboolean assign_request (LBRequest *request, const ReactiveJson *attributes);
gboolean assign_health_check (LBHealthCheck *check, const ReactiveJson *attributes);
gboolean assign_response (LBResponse *response, const ReactiveJson *attributes);

/* What the vectors tag becomes what Python's object stands for in JSON: {"$protocol": "tcp"} is "tcp". NULL where JSON
 * has no such thing. Unref it. */
ReactiveJson *assign_to_json (const ReactiveJson *value);
