/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Asks for a load balancer in front of this application's units, and writes down its address. */

#define ENDPOINT "@endpoint@"
#define PORT_OPTION "@option@-port"
#define ADDRESS_FILE ENDPOINT ".txt"
/* An application may ask for several load balancers, by name. */
#define REQUEST "service"
/* Where the service listens on each unit. */
#define SERVICE_PORT 8080

/* Runs whenever there may be something to ask: after an upgrade, too, which config-changed follows. If nothing is
 * different, nothing is sent. A request that was sent before comes back as it was sent: its ports are made anew, not
 * added to. */
static gboolean
request_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBRequest) request = NULL;

  if (!lb_provider_can_request (provider))
    return TRUE;

  request = lb_provider_get_request (provider, REQUEST, error);
  if (request == NULL)
    return FALSE;

  lb_request_set_protocol (request, LB_PROTOCOL_TCP);
  lb_request_clear_ports (request);
  lb_request_map_port (request, reactive_config_get_integer (unit, PORT_OPTION), SERVICE_PORT);

  return lb_provider_send_request (provider, request, error);
}

/* Each answer that is new, that changed or that was taken back comes by here once, on every unit. */
static gboolean
note_answers (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, ENDPOINT ": the answer has changed");

  return lb_provider_ack_all (lb_provider (unit, ENDPOINT), error);
}

/* The answer to what is asked for now; NULL if there is none. */
static LBResponse *
get_response (ReactiveUnit *unit)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);

  return lb_provider_has_response (provider) ? lb_provider_get_response (provider, REQUEST) : NULL;
}

static void
report_status (ReactiveUnit *unit, LBResponse *response)
{
  if (*reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, ENDPOINT)) == NULL)
    reactive_status_blocked (unit, "relate " ENDPOINT " to a provider of load balancers");
  else if (response == NULL)
    reactive_status_waiting (unit, ENDPOINT ": no load balancer yet");
  else if (!lb_response_is_success (response))
    reactive_status_blocked_printf (unit, ENDPOINT ": no load balancer: %s", lb_response_get_message (response));
}

/* Events say what happens, not what is: at the end of each hook, what stands in the relation is what holds. A real
 * charm tells its service here under which address it is reached. */
static gboolean
use_lb (ReactiveUnit *unit, GError **error)
{
  g_autoptr (LBResponse) response = get_response (unit);
  const char *address = response != NULL && lb_response_is_success (response) ? lb_response_get_address (response) : "";

  report_status (unit, response);

  return reactive_write_file (unit, ADDRESS_FILE, address, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (request_lb, ON (ENDPOINT ".available", "config-changed", "leader-elected")),
  HANDLER (note_answers, ON (ENDPOINT ".response_changed")),
};

REACTIVE_MODULE (HANDLERS (handlers), .finish = use_lb);
