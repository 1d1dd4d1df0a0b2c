/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/error.h>

/* Exit codes of the command: 0 ok, 1 failed, 2 usage, 3 not found, 4 handler or module failed, 5 bad data. */
int reactive_error_get_exit_code (const GError *error);

/* Sets the error; FALSE always, so that it can be returned. */
gboolean reactive_fail (GError **error, ReactiveError code, const char *format, ...) G_GNUC_PRINTF (3, 4);
