/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/log.h>

#include "unit/unit-private.h"

/**
 * reactive_log:
 * @unit: the unit
 * @level: how much it matters
 * @message: plain text, of any number of lines
 *
 * Writes to Juju's log. Lines are sent in batches: before each handler, at the end of the hook, and at once from
 * WARNING on.
 */
void
reactive_log (ReactiveUnit *unit, ReactiveLogLevel level, const char *message)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (message != NULL);
  g_return_if_fail (level <= REACTIVE_LOG_CRITICAL);

  unit->juju->klass->log (unit->juju, level, message);
}

/**
 * reactive_log_printf:
 * @unit: the unit
 * @level: how much it matters
 * @format: a format as of printf()
 * @...: its arguments
 *
 * reactive_log() with a format.
 */
void
reactive_log_printf (ReactiveUnit *unit, ReactiveLogLevel level, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (format != NULL);

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  reactive_log (unit, level, message);
}
