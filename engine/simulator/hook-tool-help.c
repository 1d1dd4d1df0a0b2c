/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/hook-tool-private.h"

/* --help, in the form of Juju's, without the long explanations. */

static void
append_flag (GString *text, const HookToolFlag *flag)
{
  const char *initial = flag->initial != NULL ? flag->initial : "";
  gboolean is_text = flag->kind != HOOK_TOOL_FLAG_BOOLEAN && flag->kind != HOOK_TOOL_FLAG_NUMBER;

  if (flag->alias != NULL)
    g_string_append_printf (text, "-%s%s, ", strlen (flag->alias) > 1 ? "-" : "", flag->alias);
  g_string_append_printf (text, "-%s%s ", strlen (flag->name) > 1 ? "-" : "", flag->name);
  if (is_text)
    g_string_append_printf (text, "(= \"%s\")", initial);
  else
    g_string_append_printf (text, "(= %s)", flag->kind == HOOK_TOOL_FLAG_BOOLEAN ? "false" : "0");
  g_string_append_printf (text, "\n    %s\n", flag->summary);
}

static void
append_output_flags (GString *text, HookToolOutput output)
{
  const char *initial = output == HOOK_TOOL_SMART ? "smart" : "yaml";
  const char *choices = output == HOOK_TOOL_SMART ? "json|smart|yaml" : "json|yaml";

  g_string_append_printf (text, "--format (= %s)\n    Specify output format (%s)\n", initial, choices);
  g_string_append (text, "-o, --output (= \"\")\n    Specify an output file\n");
}

void
reactive_hook_tool_append_help (GString *text, const HookTool *tool)
{
  gboolean has_flags = tool->flags != NULL || tool->output != HOOK_TOOL_SILENT;

  g_string_append_printf (text, "Usage: %s%s%s%s\n\nSummary:\n%s\n", tool->name, has_flags ? " [options]" : "",
                          tool->arguments != NULL ? " " : "", tool->arguments != NULL ? tool->arguments : "",
                          tool->summary);
  if (!has_flags)
    return;

  g_string_append (text, "\nOptions:\n");
  for (const HookToolFlag *flag = tool->flags; flag != NULL && flag->name != NULL; flag++)
    append_flag (text, flag);
  if (tool->output != HOOK_TOOL_SILENT)
    append_output_flags (text, tool->output);
}
