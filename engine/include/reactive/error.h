/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/macros.h>

G_BEGIN_DECLS

#define REACTIVE_ERROR (reactive_error_quark ())

/**
 * ReactiveError:
 * @REACTIVE_ERROR_FAILED: an operation failed; the message says how
 * @REACTIVE_ERROR_USAGE: wrong arguments on a command line
 * @REACTIVE_ERROR_NOT_FOUND: something that was asked for by name does not exist
 * @REACTIVE_ERROR_INVALID: an argument has a value that can never be right (a flag name, a port, a status)
 * @REACTIVE_ERROR_BAD_DATA: data from outside is malformed, or over a limit
 * @REACTIVE_ERROR_HANDLER: a handler failed
 * @REACTIVE_ERROR_MODULE: a handler module cannot be loaded
 * @REACTIVE_ERROR_TRIGGERS: triggers that never end
 * @REACTIVE_ERROR_TOOL: a hook tool ran and failed
 * @REACTIVE_ERROR_NO_TOOL: the running Juju has no such hook tool
 * @REACTIVE_ERROR_CONNECTION: the agent socket cannot be used
 * @REACTIVE_ERROR_TIMEOUT: a deadline passed
 * @REACTIVE_ERROR_STATE: the state file cannot be read or written
 * @REACTIVE_ERROR_BUSY: the state file is locked by another process
 * @REACTIVE_ERROR_TOO_NEW: written by a newer libreactive
 * @REACTIVE_ERROR_DENIED: Juju does not allow it (a follower writing application data)
 *
 * Error codes of the #REACTIVE_ERROR domain.
 */
typedef enum
{
  REACTIVE_ERROR_FAILED,
  REACTIVE_ERROR_USAGE,
  REACTIVE_ERROR_NOT_FOUND,
  REACTIVE_ERROR_INVALID,
  REACTIVE_ERROR_BAD_DATA,
  REACTIVE_ERROR_HANDLER,
  REACTIVE_ERROR_MODULE,
  REACTIVE_ERROR_TRIGGERS,
  REACTIVE_ERROR_TOOL,
  REACTIVE_ERROR_NO_TOOL,
  REACTIVE_ERROR_CONNECTION,
  REACTIVE_ERROR_TIMEOUT,
  REACTIVE_ERROR_STATE,
  REACTIVE_ERROR_BUSY,
  REACTIVE_ERROR_TOO_NEW,
  REACTIVE_ERROR_DENIED,
} ReactiveError;

REACTIVE_EXPORT GQuark reactive_error_quark (void);
REACTIVE_EXPORT const char *reactive_error_get_name (const GError *error);

G_END_DECLS
