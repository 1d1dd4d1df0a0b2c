/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* Never comes to rest. */
static gboolean
tick (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "restless.up");

  return TRUE;
}

static gboolean
tock (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "restless.up");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (tick, WHEN_NOT ("restless.up")),
  HANDLER (tock, WHEN ("restless.up")),
};

REACTIVE_MODULE (HANDLERS (handlers));
