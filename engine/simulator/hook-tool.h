/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/carrier.h"
#include "simulator/hook-context.h"

/* The hook tools as programs: what a charm runs as `relation-get -r db:1 - mysql/0`. Arguments, formats, exit codes and
 * complaints are Juju's. */

/* Runs @tool with @argv (without its name); @directory: what relative paths of `--file` are meant from. The reply of a
 * tool that complains is a reply. Errors: NO_TOOL ("unknown hook command: NAME"), and USAGE with "hook tool requires
 * stdin, none supplied" where @input is NULL and the tool would read it. */
gboolean reactive_hook_tool_run (ReactiveHookContext *context, const char *tool, const char *const *argv,
                                 const char *directory, GBytes *input, ReactiveToolReply *out_reply, GError **error);
/* Every tool that a Juju of @version has, sorted; ends with NULL. Free the array alone. */
const char **reactive_hook_tool_list (ReactiveJujuVersion version);
