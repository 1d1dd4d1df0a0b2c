/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"

/* @value as go-yaml v2 writes it, which is how Juju's tools print YAML. Sorted, members are in go-yaml's order, in
 * which a10 comes after a9. Free with g_free(). */
char *reactive_yaml_write (const ReactiveJson *value, ReactiveJsonStyle style);

/* The order of members that are sorted: a10 comes after a9, letters after everything else. */
int reactive_yaml_compare_names (const char *a, const char *b);
