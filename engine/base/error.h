/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/error.h>

/* Exit codes of the command: 0 ok, 1 failed, 2 usage, 3 not found, 4 handler or module failed, 5 bad data. */
int reactive_error_get_exit_code (const GError *error);

/* Sets the error, and is FALSE, to be returned. No function, so that whoever analyses the caller sees that it is. */
#define reactive_fail(error, code, ...) (g_set_error ((error), REACTIVE_ERROR, (gint) (code), __VA_ARGS__), FALSE)
