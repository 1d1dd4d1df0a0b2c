/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Under the name of a hook tool the program does what Juju's own does under it: it asks the agent whose socket the
 * environment tells, and prints what that answers. */
/* Every tool that some Juju has, sorted; ends with NULL. Free the array alone. */
const char **hook_tool_list (void);
gboolean hook_tool_is_name (const char *name);
/* Returns the exit code. */
int hook_tool_run (const char *name, const char *const *argv);
