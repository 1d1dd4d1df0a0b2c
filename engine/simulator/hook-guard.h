/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Calls handlers in this process so that one that crashes, hangs or calls exit() can be named. What it leaves is in no
 * order that anybody could go on with: the caller is to report, and to end. */
typedef struct
{
  const char *unit;
  const char *hook;
  guint64 seed;
  /* The handler that runs now; NULL between handlers. Called in a signal handler. */
  const char *(*get_running) (gpointer data);
  /* (nullable): cleans up when a handler ends the process by exit(). */
  void (*leave) (gpointer data);
  gpointer data;
  int error_descriptor; /* for what cannot be reported any more in another way */
} ReactiveHookGuard;

/* Between these, signals that end a process are watched, and the time. @timeout_ms: 0 for none. */
void reactive_hook_guard_begin (guint timeout_ms);
void reactive_hook_guard_end (void);
/* NULL when @func came to its end; else how it did not: "crashed by SIGSEGV", "hangs". @guard and its strings must then
 * live until reactive_hook_guard_end(). */
const char *reactive_hook_guard_call (const ReactiveHookGuard *guard, void (*func) (gpointer data));
