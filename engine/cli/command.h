/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

typedef enum
{
  COMMAND_TEXT,
  COMMAND_JSON
} CommandFormat;

/* A subcommand: takes its own name as argv[0]. Returns an exit code; -1 with @error set for one that follows from it.
 */
typedef struct
{
  const char *name;
  const char *arguments;
  const char *summary;
  int (*run) (int argc, char **argv, GError **error);
} Command;

int command_agent (int argc, char **argv, GError **error);
int command_dispatch (int argc, char **argv, GError **error);
int command_flags (int argc, char **argv, GError **error);
int command_simulate (int argc, char **argv, GError **error);

/* Parses @entries out of argv; what is left is @out_arguments (free with g_strfreev()). --help prints help and sets
 * @out_arguments to NULL. Errors: USAGE. */
gboolean command_parse_options (const char *name, const GOptionEntry *entries, int argc, char **argv,
                                char ***out_arguments, GError **error);
/* "text" or "json"; NULL is text. */
gboolean command_parse_format (const char *text, CommandFormat *out_format, GError **error);
/* Sets USAGE and returns FALSE. */
gboolean command_usage_error (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);
