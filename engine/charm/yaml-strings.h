/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"

#define REACTIVE_YAML_STRINGS_MAX_BYTES (64u * 1024 * 1024)

/* A mapping of strings as go-yaml v2 reads one: null is the empty string, numbers and booleans keep their text, of a
 * key that comes twice the last counts, and what follows the first document is not looked at. Anchors are refused.
 * Errors: BAD_DATA, with messages of go-yaml's form. */
ReactiveJson *reactive_yaml_read_strings (const char *text, gsize length_bytes, GError **error);
