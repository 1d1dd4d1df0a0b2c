/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

static gboolean
render (ReactiveUnit *unit, GError **error)
{
  const char *greeting = reactive_config_get_string (unit, "greeting");

  if (!reactive_write_file (unit, "greeting.txt", greeting, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL,
                            error))
    return FALSE;

  reactive_set_flag (unit, "mixed.rendered");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (render, WHEN ("mixed.installed"), WHEN_NOT ("mixed.rendered")),
};

static const ReactiveTrigger triggers[] = {
  { .when = "config.changed.greeting", .clear = "mixed.rendered" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
