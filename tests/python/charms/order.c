/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* Compiled twice, as the modules that NAME says: which functions run when. */
static gboolean
start (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, NAME " starts");
  reactive_set_flag (unit, NAME ".seen-at-start");

  return TRUE;
}

static gboolean
finish (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, NAME " finishes");
  reactive_clear_flag (unit, NAME ".seen-at-start");

  return TRUE;
}

static gboolean
on_hook (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, NAME " runs in the hook");

  return TRUE;
}

static gboolean
on_flag (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, NAME " runs for a flag");

  return TRUE;
}

static gboolean
end_early (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, NAME ".ended-early");
  reactive_finish_hook (unit);

  return TRUE;
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "told to fail");

  return FALSE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (end_early, ON ("start")),
  HANDLER (fail, ON ("stop")),
  HANDLER (on_flag, WHEN (NAME ".seen-at-start")),
  HANDLER (on_hook, ON ("config-changed")),
};

REACTIVE_MODULE (HANDLERS (handlers), .start = start, .finish = finish);
