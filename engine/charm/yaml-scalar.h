/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"

/* What the plain (unquoted) scalar @text means: null, boolean, integer, float or string. Juju reads a charm's files
 * with go-yaml v2, Python charms with PyYAML, both by the rules of YAML 1.1; where those two differ (y, 1e3, 0o17,
 * 1:30) Juju's reading counts, because it is the one that decides what a configuration default is. */
ReactiveJson *reactive_yaml_resolve (const char *text);
