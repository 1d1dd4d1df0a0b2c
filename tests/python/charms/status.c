/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

/* Compiled once for each layer that a test makes a charm of; LAYER is its name. */
static gboolean
maintain (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance (unit, "maintained by " LAYER);

  return TRUE;
}

static gboolean
activate (ReactiveUnit *unit, GError **error)
{
  reactive_status_active (unit, "early, active by " LAYER);
  reactive_status_active (unit, "active by " LAYER);

  return TRUE;
}

static gboolean
wait_for (ReactiveUnit *unit, GError **error)
{
  reactive_status_waiting (unit, "waiting by " LAYER);

  return TRUE;
}

static gboolean
block (ReactiveUnit *unit, GError **error)
{
  reactive_status_blocked (unit, "blocked by " LAYER);

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (block, WHEN ("do.block." LAYER)),
  HANDLER (wait_for, WHEN ("do.wait." LAYER)),
  HANDLER (activate, WHEN ("do.activate." LAYER)),
  HANDLER (maintain, WHEN ("do.maintain." LAYER)),
};

REACTIVE_MODULE (HANDLERS (handlers));
