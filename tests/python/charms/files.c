/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

static gboolean
first (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
second (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

/* Its flag may come hooks after the change. */
static gboolean
patient (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
look (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO,
                reactive_any_file_changed (unit, "looked-at", "looked-at-too", NULL) ? "changed" : "same");

  return TRUE;
}

static gboolean
watch_directory (ReactiveUnit *unit, GError **error)
{
  reactive_any_file_changed (unit, "reactive", NULL);

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (first, WHEN_FILE_CHANGED ("watched", "watched-too")),
  HANDLER (second, WHEN_FILE_CHANGED ("watched")),
  HANDLER (patient, WHEN ("patient.ready"), WHEN_FILE_CHANGED ("watched")),
  HANDLER (look, ON ("update-status")),
  DO (watch_directory),
};

REACTIVE_MODULE (HANDLERS (handlers));
