/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

static gboolean
backup (ReactiveUnit *unit, GError **error)
{
  g_autofree char *level = g_strdup_printf ("%" G_GINT64_FORMAT, reactive_action_get_integer (unit, "level"));

  reactive_action_log (unit, "half way");
  reactive_action_set (unit, "target", reactive_action_get_string (unit, "target"));
  reactive_action_set (unit, "level", level);
  reactive_action_set (unit, "options.verify", reactive_action_get_boolean (unit, "options.verify") ? "yes" : "no");
  reactive_action_set (unit, "missing", reactive_action_get (unit, "no-such.parameter") == NULL ? "yes" : "no");
  reactive_set_flag (unit, "backup.done");

  return TRUE;
}

/* Runs after the action, in the phase of flags. */
static gboolean
count_backups (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "backup.done");
  reactive_set_flag (unit, "backup.counted");

  return TRUE;
}

static gboolean
refuse (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "refused");
  reactive_action_fail (unit, "100% no, %s");

  return TRUE;
}

static gboolean
break_down (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "broken");
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "the disk is gone");

  return FALSE;
}

static gboolean
set_bad_key (ReactiveUnit *unit, GError **error)
{
  reactive_action_set (unit, "Not-A-Key", "value");

  return TRUE;
}

static gboolean
fail_hook (ReactiveUnit *unit, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "told to fail");

  return FALSE;
}

static gboolean
ask_in_a_hook (ReactiveUnit *unit, GError **error)
{
  reactive_action_get_string (unit, "target");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  ACTION ("backup", backup),
  ACTION ("refuse", refuse),
  ACTION ("break-down", break_down),
  ACTION ("set-bad-key", set_bad_key),
  HANDLER (count_backups, WHEN ("backup.done")),
  HANDLER (fail_hook, ON ("stop")),
  DO (ask_in_a_hook),
};

REACTIVE_MODULE (HANDLERS (handlers));
