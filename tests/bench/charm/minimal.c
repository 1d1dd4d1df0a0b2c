/* SPDX-License-Identifier: Apache-2.0 */

/* A charm with one handler, for scripts/bench hook. */

#include <reactive.h>

static gboolean
check (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "bench.checked");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (check, ON ("update-status")),
};

REACTIVE_MODULE (HANDLERS (handlers));
