/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Sends as many requests as its configuration says, and acknowledges the answers. */
static gboolean
ask (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, "lb-provider");

  for (gint64 i = 0; i < reactive_config_get_integer (unit, "requests"); i++)
    {
      g_autofree char *name = g_strdup_printf ("service-%" G_GINT64_FORMAT, i);
      g_autoptr (LBRequest) request = lb_provider_get_request (provider, name, error);

      if (request == NULL)
        return FALSE;
      lb_request_set_protocol (request, LB_PROTOCOL_HTTPS);
      lb_request_map_port (request, 443, 6443);
      if (!lb_provider_send_request (provider, request, error))
        return FALSE;
    }
  reactive_set_flag (unit, "bench.asked");

  return TRUE;
}

static gboolean
acknowledge (ReactiveUnit *unit, GError **error)
{
  return lb_provider_ack_all (lb_provider (unit, "lb-provider"), error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (ask, WHEN ("lb-provider.available"), WHEN_NOT ("bench.asked")),
  HANDLER (acknowledge, WHEN ("lb-provider.response.changed")),
};

REACTIVE_MODULE (HANDLERS (handlers));
