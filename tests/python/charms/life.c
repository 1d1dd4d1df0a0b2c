/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* From install to an action, with a condition of each kind. */
static gboolean
prepare (ReactiveUnit *unit, GError **error)
{
  reactive_set_application_version (unit, "1.0");
  reactive_status_maintenance (unit, "preparing");

  return TRUE;
}

static gboolean
install (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "life.installed");

  return TRUE;
}

static gboolean
configure (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "life.configured");

  return TRUE;
}

static gboolean
start (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "life.started");

  return TRUE;
}

static gboolean
wait_for_start (ReactiveUnit *unit, GError **error)
{
  reactive_status_waiting (unit, "not started yet");

  return TRUE;
}

static gboolean
report (ReactiveUnit *unit, GError **error)
{
  reactive_status_active (unit, "serving");

  return TRUE;
}

static gboolean
stop (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "life.started");

  return TRUE;
}

static gboolean
greet (ReactiveUnit *unit, GError **error)
{
  reactive_action_set (unit, "greeting", reactive_action_get_string (unit, "text"));
  reactive_set_flag (unit, "life.greeted");

  return TRUE;
}

static gboolean
collect_metrics (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "life.measured");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (prepare, ONCE),
  HANDLER (install, ON ("install")),
  HANDLER (configure, WHEN ("life.installed"), WHEN_ANY ("config.changed.greeting", "life.again")),
  HANDLER (start, ON ("start")),
  HANDLER (wait_for_start, WHEN_NOT_ALL ("life.installed", "life.started")),
  HANDLER (report, WHEN ("life.started"), WHEN_NOT ("life.broken")),
  HANDLER (stop, ON ("stop")),
  ACTION ("greet", greet),
  HANDLER (collect_metrics, ON_RESTRICTED ("collect-metrics")),
};

static const ReactiveTrigger triggers[] = {
  { .when = "config.changed.greeting", .clear = "life.configured" },
  { .when_not = "life.started", .set = "life.stopped" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
