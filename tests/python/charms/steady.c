/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

/* Every hook ends in the same state, however often it is run: what is there after a kill is old or new, and which of
 * both is told by each row alone. */
static gboolean
once (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "steady.once");

  return TRUE;
}

static gboolean
change (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *generation = reactive_config_get (unit, "generation");
  g_autofree char *large = g_strnfill (20000, 'x');

  reactive_set_flag (unit, "steady.new");
  reactive_clear_flag (unit, "steady.old");
  reactive_kv_set (unit, "steady.generation", generation);
  reactive_kv_set_string (unit, "steady.large", large);
  reactive_kv_unset (unit, "steady.gone");
  reactive_data_changed (unit, "steady", generation);
  reactive_open_port (unit, "80");

  return TRUE;
}

static gboolean
notice_change (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "steady.noticed");
  reactive_status_active (unit, "steady");

  return TRUE;
}

static gboolean
ask_for_config (ReactiveUnit *unit, GError **error)
{
  reactive_config_get (unit, "generation");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (once, ONCE),
  HANDLER (change, ON ("config-changed")),
  HANDLER (notice_change, WHEN ("config.changed.generation")),
  DO (ask_for_config),
};

REACTIVE_MODULE (HANDLERS (handlers));
