/* SPDX-License-Identifier: Apache-2.0 */
#include "base/port.h"
#include "juju/juju-private.h"

static gboolean
set_port (ReactiveJuju *juju, const char *tool, const char *text, GError **error)
{
  g_autofree char *port = reactive_port_normalize (text);
  const char *const argv[] = { tool, port, NULL };

  if (port == NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s: '%s' is not a port (" REACTIVE_PORT_EXPECTED ")", tool,
                          text);

  return reactive_tools_juju_tell ((ReactiveToolsJuju *) juju, argv, error);
}

gboolean
reactive_tools_juju_open_port (ReactiveJuju *juju, const char *port, GError **error)
{
  return set_port (juju, "open-port", port, error);
}

gboolean
reactive_tools_juju_close_port (ReactiveJuju *juju, const char *port, GError **error)
{
  return set_port (juju, "close-port", port, error);
}

/* As it was when first asked: whether Juju shows what this run opened and closed differs by its version. */
const ReactiveJson *
reactive_tools_juju_opened_ports (ReactiveJuju *juju, GError **error)
{
  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &reactive_juju_opened_ports_question, error);
}
