/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* One child: argv, never a shell; posix_spawn with default signals and no descriptor of ours but its three pipes,
 * or, where it is told to keep them, our stdout and stderr. */
typedef struct
{
  const char *const *argv;        /* argv[0] is looked up on @environment's PATH unless it has a slash */
  const char *const *environment; /* (nullable): ours when NULL */
  const char *directory;          /* (nullable): ours when NULL */
  GBytes *input;                  /* (nullable): /dev/null when NULL */
  guint timeout_ms;               /* 0: none */
  gboolean keeps_output;          /* its stdout is ours, and not read */
  gboolean keeps_errors;          /* the same of stderr */
  gsize max_output_bytes;         /* of stdout and of stderr each */
} ReactiveProcess;

typedef struct
{
  int exit_status; /* exit code, or 128 + signal */
  int signal;      /* 0, or what killed it */
  GBytes *output;
  GBytes *errors;
} ReactiveProcessResult;

void reactive_process_result_clear (ReactiveProcessResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveProcessResult, reactive_process_result_clear)

/* TRUE when the child ran to its end, however it ended. A child past its deadline or over the cap is killed with its
 * process group. A grandchild that keeps the pipes open does not hold us up: reading ends 100 ms after the child did.
 * Errors: NOT_FOUND, FAILED (cannot be started), TIMEOUT, BAD_DATA (too much output). */
gboolean reactive_process_run (const ReactiveProcess *process, ReactiveProcessResult *out_result, GError **error);
