/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

/**
 * reactive_error_quark:
 *
 * The domain of this library's errors, better known as %REACTIVE_ERROR.
 *
 * Returns: the quark
 */
/* clang-format off */
G_DEFINE_QUARK (reactive-error-quark, reactive_error)
/* clang-format on */

/* The stable name of each code, as JSON output carries it, and the exit code of a command that ends with it. */
static const struct
{
  const char *name;
  int exit_code;
} codes[] = {
  [REACTIVE_ERROR_FAILED] = { "failed", 1 },
  [REACTIVE_ERROR_USAGE] = { "usage", 2 },
  [REACTIVE_ERROR_NOT_FOUND] = { "not-found", 3 },
  [REACTIVE_ERROR_INVALID] = { "invalid", 2 },
  [REACTIVE_ERROR_BAD_DATA] = { "bad-data", 5 },
  [REACTIVE_ERROR_HANDLER] = { "handler", 4 },
  [REACTIVE_ERROR_MODULE] = { "module", 4 },
  [REACTIVE_ERROR_TRIGGERS] = { "triggers", 4 },
  [REACTIVE_ERROR_TOOL] = { "tool", 1 },
  [REACTIVE_ERROR_NO_TOOL] = { "no-tool", 1 },
  [REACTIVE_ERROR_CONNECTION] = { "connection", 1 },
  [REACTIVE_ERROR_TIMEOUT] = { "timeout", 1 },
  [REACTIVE_ERROR_STATE] = { "state", 1 },
  [REACTIVE_ERROR_BUSY] = { "busy", 1 },
  [REACTIVE_ERROR_TOO_NEW] = { "too-new", 5 },
  [REACTIVE_ERROR_DENIED] = { "denied", 1 },
};

/**
 * reactive_error_get_name:
 * @error: (not nullable): any error
 *
 * The stable name of an error's code, as JSON output carries it.
 *
 * Returns: (transfer none): the name; "failed" for an error of another domain
 */
const char *
reactive_error_get_name (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != REACTIVE_ERROR || (guint) error->code >= G_N_ELEMENTS (codes))
    return codes[REACTIVE_ERROR_FAILED].name;

  return codes[error->code].name;
}

int
reactive_error_get_exit_code (const GError *error)
{
  if (error->domain != REACTIVE_ERROR || (guint) error->code >= G_N_ELEMENTS (codes))
    return codes[REACTIVE_ERROR_FAILED].exit_code;

  return codes[error->code].exit_code;
}
