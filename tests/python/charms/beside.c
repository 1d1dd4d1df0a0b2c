/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <stdio.h>

/* Handlers that stand beside external ones; peers/external/beside.py has the same in Python. Each writes down that it
 * ran. */
static gboolean
record (ReactiveUnit *unit, const char *name)
{
  g_autofree char *path = reactive_get_path (unit, "record");
  FILE *file = fopen (path, "ae");

  if (file == NULL)
    return FALSE;

  fprintf (file, "%s\n", name);
  return fclose (file) == 0;
}

static gboolean
install (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "beside.installed");
  return record (unit, "install");
}

static gboolean
see_bash (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "beside.seen");
  return record (unit, "see_bash");
}

static gboolean
watch (ReactiveUnit *unit, GError **error)
{
  return record (unit, "watch");
}

static gboolean
clear (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "beside.clear");
  reactive_clear_flag (unit, "shared.queued");
  return record (unit, "clear");
}

static gboolean
queued (ReactiveUnit *unit, GError **error)
{
  return record (unit, "queued");
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  record (unit, "fail");
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "told to fail");
  return FALSE;
}

static gboolean
once (ReactiveUnit *unit, GError **error)
{
  return record (unit, "once");
}

static const ReactiveHandler handlers[] = {
  HANDLER (install, ON ("install")),
  HANDLER (see_bash, WHEN ("bash.ready"), WHEN_NOT ("beside.seen")),
  HANDLER (watch, WHEN_ANY ("shared.a", "shared.b")),
  HANDLER (clear, WHEN ("beside.clear")),
  HANDLER (queued, WHEN ("shared.queued")),
  HANDLER (fail, WHEN ("beside.fail")),
  HANDLER (once, WHEN ("beside.once"), ONCE),
};

static const ReactiveTrigger triggers[] = {
  { .when = "beside.seen", .set = "trigger.set" },
  { .when_not = "bash.token", .set = "trigger.cleared", .clear = "trigger.set" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
