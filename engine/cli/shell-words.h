/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* The words of @text, by the quoting of a shell, as Python's shlex.split() finds them: '…' as it stands, "…" with
 * \ before a quote or another \, \ elsewhere before anything; no variables, no comments. Errors: INVALID (a quote or
 * \ that has no end). Returns: (element-type utf8) (transfer full) */
GPtrArray *shell_words_split (const char *text, GError **error);
