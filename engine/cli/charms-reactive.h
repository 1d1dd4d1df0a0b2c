/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* The command that external handlers call, with the names, arguments, output and exit codes of the one that the Python
 * library brings. */
#define CHARMS_REACTIVE "charms.reactive"

/* @argv: without the program's name. Returns the exit code. */
int charms_reactive_run (const char *const *argv);
