/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* Once in the life of the unit. */
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

  return TRUE;
}

/* Renders the greeting whenever the configuration asks for another one; the trigger below clears the flag. */
static gboolean
render (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = g_strconcat (reactive_config_get_string (unit, "greeting"), "\n", NULL);

  if (!reactive_write_file (unit, "greeting.txt", text, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error))
    return FALSE;

  reactive_set_flag (unit, "tour.rendered");

  return TRUE;
}

static gboolean
open_port (ReactiveUnit *unit, GError **error)
{
  g_autofree char *port = g_strdup_printf ("%" G_GINT64_FORMAT "/tcp", reactive_config_get_integer (unit, "port"));

  reactive_open_port (unit, port);

  return TRUE;
}

static gboolean
start (ReactiveUnit *unit, GError **error)
{
  if (reactive_config_get_boolean (unit, "fail-start"))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "told to fail by the option fail-start");
      return FALSE;
    }
  reactive_set_flag (unit, "tour.started");

  return TRUE;
}

/* The file changed, by us or by somebody else: the next start of a service would read it again. */
static gboolean
reload (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, "the greeting changed");

  return TRUE;
}

static gboolean
wait_for_rest (ReactiveUnit *unit, GError **error)
{
  reactive_status_waiting (unit, "not installed and started yet");

  return TRUE;
}

static gboolean
report (ReactiveUnit *unit, GError **error)
{
  reactive_status_active_printf (unit, "says %s%s", reactive_config_get_string (unit, "greeting"),
                                 reactive_is_leader (unit) ? " (leader)" : "");

  return TRUE;
}

static gboolean
greet (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%s, %s!", reactive_config_get_string (unit, "greeting"),
                                           reactive_action_get_string (unit, "whom"));

  reactive_action_set (unit, "greeting", text);
  reactive_set_flag (unit, "tour.greeted");

  return TRUE;
}

static gboolean
count_greetings (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *old = reactive_kv_get (unit, "greetings");
  g_autoptr (ReactiveJson) count = NULL;
  gint64 number = 0;

  if (old != NULL)
    reactive_json_get_integer (old, &number);
  count = reactive_json_new_integer (number + 1);
  reactive_kv_set (unit, "greetings", count);
  reactive_clear_flag (unit, "tour.greeted");

  return TRUE;
}

static gboolean
collect_metrics (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (prepare, ONCE),
  HANDLER (install, ON ("install", "upgrade-charm")),
  HANDLER (render, WHEN ("tour.installed"), WHEN_NOT ("tour.rendered")),
  HANDLER (open_port, WHEN ("config.set.port"), WHEN_ANY ("config.changed.port", "tour.reopen")),
  HANDLER (start, ON ("start")),
  HANDLER (reload, WHEN ("tour.started"), WHEN_FILE_CHANGED ("greeting.txt")),
  HANDLER (wait_for_rest, WHEN_NOT_ALL ("tour.rendered", "tour.started")),
  HANDLER (report, WHEN ("tour.rendered", "tour.started")),
  ACTION ("greet", greet),
  HANDLER (count_greetings, WHEN ("tour.greeted")),
  HANDLER (collect_metrics, ON_RESTRICTED ("collect-metrics")),
};

static const ReactiveTrigger triggers[] = {
  { .when = "config.changed.greeting", .clear = "tour.rendered" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
