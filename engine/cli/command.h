/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <signal.h>

#include "base/error.h"

typedef enum
{
  COMMAND_TEXT,
  COMMAND_JSON
} CommandFormat;

typedef struct _Command Command;

/* A subcommand of `reactive`. @run takes its own name as argv[0], and returns an exit code; -1 with @error set for one
 * that follows from it. Without @run it is a program of its own, `reactive-NAME`. */
struct _Command
{
  const char *name;
  const char *arguments;
  const char *summary;
  int (*run) (const Command *command, int argc, char **argv, GError **error);
};

int command_agent (const Command *command, int argc, char **argv, GError **error);
int command_dispatch (const Command *command, int argc, char **argv, GError **error);
int command_flags (const Command *command, int argc, char **argv, GError **error);
int command_simulate (const Command *command, int argc, char **argv, GError **error);

/* What every program of ours does before anything else: signals and locale. */
void command_init (void);
/* Between these, what is meant to end the process waits: nothing is left half-written. */
void command_hold_signals (sigset_t *out_before);
void command_release_signals (const sigset_t *before);
/* Runs @command, and tells on the standard error output what went wrong. Returns the exit code. */
int command_main (const Command *command, int argc, char **argv);
/* What a program ends with: @code, or a message and another code where what it printed could not be written. */
int command_end (const char *program, int code);

/* Parses @entries out of argv; what is left is @out_arguments (free with g_strfreev()). --help prints help and sets
 * @out_arguments to NULL. Errors: USAGE. */
gboolean command_parse_options (const Command *command, const GOptionEntry *entries, int argc, char **argv,
                                char ***out_arguments, GError **error);
/* "text" or "json"; NULL is text. */
gboolean command_parse_format (const char *text, CommandFormat *out_format, GError **error);
