/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>
#include <reactive.h>

/* A DNS server: tells where its statistics are. */

#define ENDPOINT "@endpoint@"

static gboolean
tell_collectors (ReactiveUnit *unit, GError **error)
{
  bind_client_provides_configure (bind_client_provides (unit, ENDPOINT), "10.9.8.7", "9053");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (tell_collectors, WHEN (ENDPOINT ".connected")),
};

REACTIVE_MODULE (HANDLERS (handlers));
