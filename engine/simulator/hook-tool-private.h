/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"
#include "simulator/hook-tool.h"

/* What the tools have in common. Each family of them is a file with a table at its end. */

typedef enum
{
  HOOK_TOOL_FLAG_BOOLEAN,
  HOOK_TOOL_FLAG_TEXT,
  HOOK_TOOL_FLAG_NUMBER,
  HOOK_TOOL_FLAG_FORMAT,
  HOOK_TOOL_FLAG_RELATION, /* what it says is looked up at once */
  HOOK_TOOL_FLAG_STORAGE,  /* "data/0" */
} HookToolFlagKind;

typedef struct
{
  const char *name;  /* "relation", or a single letter; NULL ends a table */
  const char *alias; /* (nullable): "r" */
  HookToolFlagKind kind;
  const char *summary;
  const char *initial; /* (nullable): the value where none is given */
} HookToolFlag;

#define HOOK_TOOL_MAX_FLAGS 8

typedef enum
{
  HOOK_TOOL_SILENT, /* has no --format */
  HOOK_TOOL_SMART,  /* --format=smart, yaml or json */
  HOOK_TOOL_YAML,   /* --format=yaml or json */
} HookToolOutput;

typedef struct _HookTool HookTool;

/* One run of a tool. */
typedef struct
{
  const HookTool *tool;
  ReactiveHookContext *context;
  ReactiveJuju *juju;
  const char *directory;
  GBytes *input;        /* (nullable) */
  gboolean lacks_input; /* it was asked for, and there is none */

  char *values[HOOK_TOOL_MAX_FLAGS]; /* of the tool's flags; NULL where one is not given */
  char *format;                      /* "smart" */
  char *output_path;                 /* (nullable) */
  GPtrArray *arguments;              /* char *; ends with NULL, which is not counted */
  guint n_arguments;

  GString *output;
  GString *warning; /* what it says on standard error although it goes well */
} HookToolCall;

/* Errors: USAGE or INVALID end a tool with 2, all others with 1. */
typedef gboolean (*HookToolFunc) (HookToolCall *call, GError **error);

struct _HookTool
{
  const char *name;      /* NULL ends a table */
  const char *arguments; /* (nullable): "[<key>]", for its help */
  const char *summary;
  HookToolOutput output;
  const HookToolFlag *flags; /* (nullable) */
  HookToolFunc run;
};

extern const HookTool reactive_hook_tools_action[];
extern const HookTool reactive_hook_tools_network[];
extern const HookTool reactive_hook_tools_relation[];
extern const HookTool reactive_hook_tools_retired[];
extern const HookTool reactive_hook_tools_secret[];
extern const HookTool reactive_hook_tools_state[];
extern const HookTool reactive_hook_tools_status[];
extern const HookTool reactive_hook_tools_storage[];
extern const HookTool reactive_hook_tools_unit[];

/* hook-tool-arguments.c. FALSE with an error; or without one, *@out_wants_help. */
gboolean reactive_hook_tool_parse (HookToolCall *call, const char *const *argv, gboolean *out_wants_help,
                                   GError **error);
/* The value of a flag, whichever way it was given; what it is initially; NULL. */
const char *reactive_hook_tool_get_flag (const HookToolCall *call, const char *name);
gboolean reactive_hook_tool_has_flag (const HookToolCall *call, const char *name);
/* NULL where there are fewer. */
const char *reactive_hook_tool_get_argument (const HookToolCall *call, guint index);
/* That there are at most @n_most arguments. Errors: USAGE. */
gboolean reactive_hook_tool_check_arguments (const HookToolCall *call, guint n_most, GError **error);

/* hook-tool-input.c */
/* `key=value` arguments from the one at @first on: an object of strings. Errors: USAGE. */
ReactiveJson *reactive_hook_tool_read_pairs (const HookToolCall *call, guint first, gboolean allows_empty,
                                             GError **error);
/* What `--file` says, an object of strings, with the members of @pairs in place of its own. Errors: TOOL; USAGE where
 * the input is lacking. */
ReactiveJson *reactive_hook_tool_read_settings (HookToolCall *call, const ReactiveJson *pairs, GError **error);
/* A file that an argument names, or for "-" the input. Errors: TOOL; USAGE where the input is lacking. */
GBytes *reactive_hook_tool_read_file (HookToolCall *call, const char *path, GError **error);
/* The relation that `-r` says, else the hook's. Errors: USAGE. */
const char *reactive_hook_tool_get_relation (HookToolCall *call, GError **error);
/* --format of tools that print nothing, which is accepted. */
void reactive_hook_tool_warn_of_format (HookToolCall *call);

/* hook-tool-format.c: by --format, to standard output or a file. */
/* NULL and null are nothing, but for JSON. Objects are maps: they are sorted. */
gboolean reactive_hook_tool_print (HookToolCall *call, const ReactiveJson *value, GError **error);
/* Objects are structures of Go, and keep their order. */
gboolean reactive_hook_tool_print_structure (HookToolCall *call, const ReactiveJson *value, GError **error);
/* An array of strings, which is shown as lines; or null, for the nil that Go has of it. */
gboolean reactive_hook_tool_print_list (HookToolCall *call, const ReactiveJson *value, GError **error);
gboolean reactive_hook_tool_print_text (HookToolCall *call, const char *text, GError **error);
/* Those of @names that @object (nullable) has, in this order. */
ReactiveJson *reactive_hook_tool_pick (const ReactiveJson *object, const char *const *names);
/* The members of @object (nullable) in the order that a map has in the call's format. */
ReactiveJson *reactive_hook_tool_sort (HookToolCall *call, const ReactiveJson *object);

/* hook-tool-help.c */
void reactive_hook_tool_append_help (GString *text, const HookTool *tool);

/* hook-tool-secret-content.c */
/* The values that arguments (from the one at @first on) and `--file` give: an object of strings in base64. Errors:
 * USAGE. */
ReactiveJson *reactive_hook_tool_read_secret (HookToolCall *call, guint first, GError **error);
/* What is in base64 as text; bytes that are none become U+FFFD. Errors: TOOL. */
ReactiveJson *reactive_hook_tool_decode_secret (const ReactiveJson *value, GError **error);
ReactiveJson *reactive_hook_tool_decode_secrets (const ReactiveJson *values, GError **error);

/* hook-tool-expiry.c: "2025-01-01T06:06:06Z" of what --expire takes: a time, or a duration from @now_us on. Errors:
 * USAGE. */
char *reactive_hook_tool_read_expiry (const char *text, gint64 now_us, GError **error);
