/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

/**
 * ReactiveLogLevel:
 * @REACTIVE_LOG_TRACE: what only those who look for a fault in libreactive read
 * @REACTIVE_LOG_DEBUG: each step
 * @REACTIVE_LOG_INFO: what goes on
 * @REACTIVE_LOG_WARNING: what somebody should look at
 * @REACTIVE_LOG_ERROR: what failed
 * @REACTIVE_LOG_CRITICAL: what leaves the unit of no use
 *
 * The levels of Juju's log, in rising order.
 */
typedef enum
{
  REACTIVE_LOG_TRACE,
  REACTIVE_LOG_DEBUG,
  REACTIVE_LOG_INFO,
  REACTIVE_LOG_WARNING,
  REACTIVE_LOG_ERROR,
  REACTIVE_LOG_CRITICAL,
} ReactiveLogLevel;

REACTIVE_EXPORT void reactive_log (ReactiveUnit *unit, ReactiveLogLevel level, const char *message);
REACTIVE_EXPORT void reactive_log_printf (ReactiveUnit *unit, ReactiveLogLevel level, const char *format, ...)
    G_GNUC_PRINTF (3, 4);

G_END_DECLS
