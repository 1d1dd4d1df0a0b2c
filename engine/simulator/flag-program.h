/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/program.h"
#include "state/store.h"
#include "unit/recorder.h"

/* A flag program: handlers that only set and clear flags, and the hooks to run them in. */
typedef enum
{
  REACTIVE_FLAG_ACTION_SET,
  REACTIVE_FLAG_ACTION_CLEAR,
  REACTIVE_FLAG_ACTION_FAIL
} ReactiveFlagActionKind;

typedef struct
{
  ReactiveFlagActionKind kind;
  char *flag; /* NULL for "fail" */
} ReactiveFlagAction;

/* What a hook should come to. */
typedef struct
{
  gboolean is_error;
  gboolean is_capped;
  char **invocations; /* "PHASE ITERATION HANDLER" */
  char **flags;       /* sorted */
} ReactiveFlagExpectation;

typedef struct
{
  char *hook;
  char **set; /* flags changed before the handlers run, as configuration or a relation would */
  char **clear;
  ReactiveFlagExpectation *expect; /* nullable */
} ReactiveFlagHook;

typedef struct
{
  char *name;
  ReactiveProgram *program; /* the data of a handler is its GArray of ReactiveFlagAction */
  GPtrArray *actions;
  guint n_triggers;
  GPtrArray *hooks; /* ReactiveFlagHook */
} ReactiveFlagProgram;

/* One program, or an array of them. Errors: BAD_DATA with `path:line:col: key: …`.
 * Returns: (element-type ReactiveFlagProgram) (transfer full) */
GPtrArray *reactive_flag_programs_parse (const char *text, gsize length_bytes, const char *path, GError **error);
GPtrArray *reactive_flag_programs_load (const char *path, GError **error);

/* What a hook came to. */
typedef struct
{
  char *error; /* NULL when it ended well */
  char *cycle; /* NULL unless the cap was reached */
  ReactiveDispatch *dispatch;
  ReactiveRecorder *recorder;
  char **invocations;
  char **flags; /* as they stand in the state afterwards */
} ReactiveFlagResult;

void reactive_flag_result_clear (ReactiveFlagResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveFlagResult, reactive_flag_result_clear)

/* Runs one hook on @store: loads the flags, dispatches, commits, or when a handler fails rolls back. A hook that fails
 * is a result; only a state file that cannot be written is an error. @cap: iterations. */
gboolean reactive_flag_program_run (const ReactiveFlagProgram *program, const ReactiveFlagHook *hook,
                                    ReactiveStore *store, guint cap, ReactiveFlagResult *out_result, GError **error);
/* How @result differs from what was expected, a line for each difference; NULL when it does not. Free with g_free(). */
char *reactive_flag_expectation_compare (const ReactiveFlagExpectation *expect, const ReactiveFlagResult *result);
