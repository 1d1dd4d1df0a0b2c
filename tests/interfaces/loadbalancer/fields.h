/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer.h>
#include <reactive/json.h>

/* What the getters say, in the form in which the vectors have Python's attributes. Unref it. */
ReactiveJson *fields_of_request (const LBRequest *request);
ReactiveJson *fields_of_response (const LBResponse *response);

/* NULL if every member of @expected that @got has is the same there; else what differs. Free with g_free(). */
char *fields_compare (const ReactiveJson *expected, const ReactiveJson *got);
