/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

static gboolean
open_all (ReactiveUnit *unit, GError **error)
{
  reactive_open_port (unit, "80");
  reactive_open_port (unit, "443/tcp");
  reactive_open_port (unit, "9000-9010/udp");

  return TRUE;
}

/* Of which only the first and the last change anything. */
static gboolean
change_some (ReactiveUnit *unit, GError **error)
{
  reactive_close_port (unit, "80/tcp");
  reactive_open_port (unit, "443");
  reactive_open_port (unit, "22");
  reactive_close_port (unit, "22");
  reactive_open_port (unit, "icmp");

  return TRUE;
}

static gboolean
open_nonsense (ReactiveUnit *unit, GError **error)
{
  reactive_open_port (unit, "http");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (open_all, ON ("install")),
  HANDLER (change_some, ON ("config-changed")),
  DO (open_nonsense),
};

REACTIVE_MODULE (HANDLERS (handlers));
