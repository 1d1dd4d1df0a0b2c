/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "base/json.h"
#include "cli/charms-reactive.h"
#include "state/store.h"

#define MAX_OPTIONS 5
#define MAX_POSITIONALS 2

typedef struct _Subcommand Subcommand;

/* What was asked for. Strings are those of argv. */
typedef struct
{
  const Subcommand *subcommand;
  const char *format;
  const char *options[MAX_OPTIONS];         /* (nullable) each, in the subcommand's order */
  const char *positionals[MAX_POSITIONALS]; /* in the subcommand's order */
  GPtrArray *rest;                          /* ended by NULL */
} Arguments;

/* What a subcommand works on. */
typedef struct
{
  ReactiveStore *store;
  GHashTable *names; /* of flags, see state_names_resolve() */
} State;

typedef gboolean (*SubcommandFunc) (State *state, const Arguments *arguments, ReactiveJson **out_result,
                                    GError **error);

typedef enum
{
  SUBCOMMAND_READS,
  SUBCOMMAND_WRITES,
  SUBCOMMAND_NOTES, /* writes where a file condition is among its arguments */
  SUBCOMMAND_NEEDS_NOTHING,
} SubcommandAccess;

/* @run leaves @out_result at NULL unless there is something to print. @is_test: what is printed is nothing, and a
 * result of false becomes exit code 1. */
struct _Subcommand
{
  const char *name;
  const char *summary;
  SubcommandFunc run;
  SubcommandAccess access;
  gboolean is_test;
  const char *options[MAX_OPTIONS];
  const char *positionals[MAX_POSITIONALS];
  const char *rest; /* (nullable): the name of any number of further arguments */
};

/* charms-reactive.c */
const Subcommand *charms_reactive_get_subcommands (guint *out_n_subcommands);

/* charms-reactive-arguments.c: reads @argv as Python's argparse does. FALSE: all is said and done, with @out_code. */
gboolean charms_reactive_parse (const char *const *argv, Arguments *out_arguments, int *out_code);
void charms_reactive_print_usage (const Subcommand *subcommand);

/* charms-reactive-print.c: @format: raw, json, py, yaml, csv or tab. Free with g_free(). */
char *charms_reactive_format (const ReactiveJson *result, const char *format);

/* charms-reactive-flags.c */
gboolean charms_reactive_is_set (State *state, const char *flag);
gboolean run_set_flag (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_clear_flag (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_toggle_flag (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_register_trigger (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_all_flags_set (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_any_flags_set (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_get_flags (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_get_unset_flags (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_get_states (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);

/* charms-reactive-test.c */
gboolean run_any_hook (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
/* The subcommand's name is that of the test. */
gboolean run_one_test (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_test (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
gboolean run_mark_invoked (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error);
