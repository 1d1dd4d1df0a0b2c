/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

static void
log_change (ReactiveUnit *unit, gpointer data)
{
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "callback: %s, %s", (const char *) data,
                       reactive_is_flag_set (unit, "late.mirror") ? "mirrored" : "not mirrored");
}

static gboolean
add_triggers (ReactiveUnit *unit, GError **error)
{
  const ReactiveTrigger mirror = { .when = "late", .set = "late.mirror" };
  const ReactiveTrigger unmirror = { .when_not = "late", .clear = "late.mirror" };
  const ReactiveTrigger nothing_but_callback = { .when = "late" };

  reactive_register_trigger (unit, &mirror, log_change, (gpointer) "set");
  reactive_register_trigger (unit, &unmirror, log_change, (gpointer) "cleared");
  reactive_register_trigger (unit, &nothing_but_callback, log_change, (gpointer) "set, too");
  reactive_set_flag (unit, "late");
  reactive_clear_flag (unit, "late");
  reactive_set_flag (unit, "late");

  return TRUE;
}

/* The triggers of a hook end with it. */
static gboolean
clear_later (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "late");

  return TRUE;
}

static gboolean
add_bad_trigger (ReactiveUnit *unit, GError **error)
{
  const ReactiveTrigger trigger = { .when = "one", .when_not = "two", .set = "three" };

  reactive_register_trigger (unit, &trigger, NULL, NULL);

  return TRUE;
}

static gboolean
recurse (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "ping");

  return TRUE;
}

/* These two clear each other's way, for ever. */
static gboolean
go_round (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "do.go_round");
  reactive_set_flag (unit, "do.go_back");

  return TRUE;
}

static gboolean
go_back (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "do.go_back");
  reactive_set_flag (unit, "do.go_round");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (add_triggers, ON ("config-changed")),
  HANDLER (clear_later, ON ("update-status")),
  DO (add_bad_trigger),
  DO (recurse),
  DO (go_round),
  DO (go_back),
};

static const ReactiveTrigger triggers[] = {
  { .when = "ping", .set = "pong", .clear = "ping" },
  { .when_not = "ping", .set = "ping", .clear = "pong" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
