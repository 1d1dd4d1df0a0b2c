/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unit/handlers.h"

#define REACTIVE_EXPLAIN_HOOK_FLAG "flags of the configuration stand while a hook runs, and are taken down at its end"

/* What people ask when something did not happen. Each returns what is to stand behind "expected …, is …", maybe
 * nothing. Free with g_free(). */

/* Why @flag, resolved, is clear between hooks, or that another one may be meant */
char *reactive_explain_clear_flag (const ReactiveHandlers *handlers, const char *flag);
/* Why a handler did not run, by the unit's @flags as they are now: "; it waits for …" */
char *reactive_explain_handler (const ReactiveHandlers *handlers, const char *id, const char *const *flags);
