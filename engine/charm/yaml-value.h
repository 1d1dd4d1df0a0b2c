/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "charm/yaml.h"

/* The values in a YAML tree by the type that is expected of them, and the complaint when they have another. */

gboolean reactive_yaml_is_null (const ReactiveYaml *node);
/* The member @name, or NULL where it is absent or null. */
const ReactiveYaml *reactive_yaml_get_value (const ReactiveYaml *mapping, const char *name);
/* The text of @node, or NULL if it is anything but a string. */
const char *reactive_yaml_get_string (const ReactiveYaml *node);
/* As Juju does for integers, the text of a quoted one counts too. NULL if @node is no 64-bit integer. */
ReactiveJson *reactive_yaml_get_integer (const ReactiveYaml *node);
/* As Juju does for booleans, a string may stand for one, with the words of Go's ParseBool(). NULL if @node is none. */
ReactiveJson *reactive_yaml_get_boolean (const ReactiveYaml *node);

/* "requires.db" and "limit" are requires.db.limit; @owner is NULL at the top of a file. */
char *reactive_yaml_join_key (const char *owner, const char *name);
/* Sets "path:line:col: owner.name: the integer '3' (expected …)"; FALSE, for the caller to return. */
gboolean reactive_yaml_fail_type (GError **error, const ReactiveYaml *node, const char *owner, const char *name,
                                  const char *expected);
