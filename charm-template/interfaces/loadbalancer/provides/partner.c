/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Asks for a load balancer, and writes down its address. */

#define ENDPOINT "@endpoint@"
#define REQUEST "web"
#define ADDRESS_FILE ENDPOINT ".txt"

static gboolean
request_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBRequest) request = lb_provider_get_request (provider, REQUEST, error);

  if (request == NULL)
    return FALSE;

  lb_request_set_protocol (request, LB_PROTOCOL_HTTPS);
  lb_request_clear_ports (request);
  lb_request_map_port (request, 443, 8443);

  return lb_provider_send_request (provider, request, error);
}

static gboolean
use_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBResponse) response = lb_provider_get_response (provider, REQUEST);
  const char *address = response != NULL && lb_response_is_success (response) ? lb_response_get_address (response) : "";

  return reactive_write_file (unit, ADDRESS_FILE, address, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error)
         && lb_provider_ack_all (provider, error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (request_lb, WHEN (ENDPOINT ".available", "leadership.is_leader")),
  HANDLER (use_lb, WHEN (ENDPOINT ".response.changed")),
};

REACTIVE_MODULE (HANDLERS (handlers));
