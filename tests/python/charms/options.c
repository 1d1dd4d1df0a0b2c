/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

/* What charm code sees of the configuration: one line of the log for each option. */
static void
log_option (ReactiveUnit *unit, const char *option)
{
  const ReactiveJson *previous = reactive_config_get_previous (unit, option);
  const ReactiveJson *value = reactive_config_get (unit, option);
  g_autofree char *previous_text = NULL, *text = NULL;

  if (previous != NULL)
    previous_text = reactive_json_to_text (previous, REACTIVE_JSON_INSERTION_ORDER);
  if (value != NULL)
    text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "%s: %s, %s (was %s)", option, text != NULL ? text : "none",
                       reactive_config_is_changed (unit, option) ? "changed" : "same",
                       previous_text != NULL ? previous_text : "none");
}

static gboolean
show (ReactiveUnit *unit, GError **error)
{
  log_option (unit, "greeting");
  log_option (unit, "port");
  log_option (unit, "ratio");
  log_option (unit, "debug");
  log_option (unit, "key");
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "typed: %s %" G_GINT64_FORMAT " %g %d %s",
                       reactive_config_get_string (unit, "greeting"), reactive_config_get_integer (unit, "port"),
                       reactive_config_get_double (unit, "ratio"), reactive_config_get_boolean (unit, "debug"),
                       reactive_config_get_string (unit, "key") != NULL ? "some" : "none");

  return TRUE;
}

static gboolean
notice_change (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
notice_greeting (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
notice_defaults (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
fail_when_debugging (ReactiveUnit *unit, GError **error)
{
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "told to fail by the option debug");

  return FALSE;
}

static gboolean
ask_unknown_option (ReactiveUnit *unit, GError **error)
{
  reactive_config_get_string (unit, "greetin");

  return TRUE;
}

static gboolean
ask_wrong_type (ReactiveUnit *unit, GError **error)
{
  reactive_config_get_integer (unit, "greeting");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (show, ON ("config-changed")),
  HANDLER (notice_change, WHEN ("config.changed")),
  HANDLER (notice_greeting, WHEN ("config.changed.greeting")),
  HANDLER (notice_defaults, WHEN ("config.default.greeting", "config.set.greeting"), WHEN_NOT ("config.set.key")),
  HANDLER (fail_when_debugging, WHEN ("config.set.debug")),
  DO (ask_unknown_option),
  DO (ask_wrong_type),
};

REACTIVE_MODULE (HANDLERS (handlers));
