/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* An endpoint of the charm, as `{role:interface}` in a hook pattern looks for it. */
typedef struct
{
  const char *name;
  const char *role; /* "provides", "requires" or "peers" */
  const char *interface;
} ReactivePatternEndpoint;

#define REACTIVE_HOOK_PATTERN_MAX_NAMES 4096
#define REACTIVE_HOOK_PATTERN_MAX_BYTES (1024u * 1024) /* of the names and of the steps to them */

/* The hook names that @pattern stands for, as charms.reactive expands them: first each `{role:interface}` becomes the
 * endpoints of that role and interface (none: the pattern names no hook), then each `{a,b}` its parts; groups multiply.
 * `{a}` is `a`, `{a,}` is `a` or nothing; `{,a}`, `{}` and an unclosed brace stay as they are.
 * Errors: INVALID when that goes over a limit above.
 * Returns: (element-type utf8) (transfer full) (nullable) */
GPtrArray *reactive_hook_pattern_expand (const char *pattern, const ReactivePatternEndpoint *endpoints,
                                         guint n_endpoints, GError **error);
