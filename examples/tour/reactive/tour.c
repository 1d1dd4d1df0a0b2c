/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* Handlers come first, the table that says when they run last: whoever wants to know what the charm does reads the
 * table. */

static gboolean
prepare (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance (unit, "preparing");
  reactive_set_application_version (unit, "1.0");

  return TRUE;
}

static gboolean
install (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "tour.installed");
  reactive_clear_flag (unit, "tour.rendered");

  return TRUE;
}

/* Everything that this handler does is taken back when it fails, the flag too; Juju runs the hook again later. */
static gboolean
start (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "tour.started");

  if (reactive_config_get_boolean (unit, "fail-start"))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "told to fail by the option fail-start");
      return FALSE;
    }

  return TRUE;
}

static gboolean
tell_settings (ReactiveUnit *unit, GError **error)
{
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "new settings: '%s' on port %" G_GINT64_FORMAT,
                       reactive_config_get_string (unit, "greeting"), reactive_config_get_integer (unit, "port"));

  return TRUE;
}

static gboolean
render (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = g_strconcat (reactive_config_get_string (unit, "greeting"), "\n", NULL);

  if (!reactive_write_file (unit, "greeting.txt", text, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error))
    return FALSE;

  reactive_set_flag (unit, "tour.rendered");

  return TRUE;
}

/* Ports are held back, too, until the hook has ended well. */
static gboolean
move_port (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *previous = reactive_config_get_previous (unit, "port");
  g_autofree char *port = g_strdup_printf ("%" G_GINT64_FORMAT "/tcp", reactive_config_get_integer (unit, "port"));

  if (previous != NULL)
    {
      g_autofree char *text = reactive_json_to_text (previous, REACTIVE_JSON_INSERTION_ORDER);
      g_autofree char *old_port = g_strconcat (text, "/tcp", NULL);

      reactive_close_port (unit, old_port);
    }
  reactive_open_port (unit, port);

  return TRUE;
}

/* A real charm would have a service read its file again here. */
static gboolean
reload (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, "greeting.txt has changed");

  return TRUE;
}

static gboolean
report_waiting (ReactiveUnit *unit, GError **error)
{
  reactive_status_waiting (unit, "not installed and started yet");

  return TRUE;
}

static gboolean
report_active (ReactiveUnit *unit, GError **error)
{
  reactive_status_active_printf (unit, "says %s%s", reactive_config_get_string (unit, "greeting"),
                                 reactive_is_leader (unit) ? " (leader)" : "");

  return TRUE;
}

static gboolean
greet (ReactiveUnit *unit, GError **error)
{
  const char *whom = reactive_action_get_string (unit, "whom");
  g_autofree char *text = g_strdup_printf ("%s, %s!", reactive_config_get_string (unit, "greeting"), whom);

  reactive_action_set (unit, "greeting", text);
  reactive_kv_set_string (unit, "last-greeted", whom);
  reactive_set_flag (unit, "tour.greeted");

  return TRUE;
}

static gboolean
collect_metrics (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, "nothing to measure");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (prepare, ONCE),
  HANDLER (install, ON ("{install,upgrade-charm}")),
  HANDLER (start, ON ("start")),
  HANDLER (tell_settings, WHEN_ANY ("config.changed.greeting", "config.changed.port")),
  HANDLER (render, WHEN ("tour.installed"), WHEN_NOT ("tour.rendered")),
  HANDLER (move_port, WHEN ("tour.installed", "config.changed.port")),
  HANDLER (reload, WHEN ("tour.rendered"), WHEN_FILE_CHANGED ("greeting.txt")),
  HANDLER (report_waiting, WHEN_NOT_ALL ("tour.installed", "tour.started")),
  HANDLER (report_active, WHEN ("tour.rendered", "tour.started")),
  ACTION ("greet", greet),
  HANDLER (collect_metrics, ON_RESTRICTED ("collect-metrics")),
};

static const ReactiveTrigger triggers[] = {
  { .when = "config.changed.greeting", .clear = "tour.rendered" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
