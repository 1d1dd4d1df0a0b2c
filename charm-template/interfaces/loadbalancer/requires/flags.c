/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Asks for a load balancer in front of this application's units, and writes down its address. */

#define ENDPOINT "@endpoint@"
#define PORT_OPTION "@option@-port"
#define ADDRESS_FILE ENDPOINT ".txt"
/* An application may ask for several load balancers, by name. */
#define REQUEST "service"
#define REQUESTED_FLAG "@charm@.@endpoint@.requested"
/* Where the service listens on each unit. */
#define SERVICE_PORT 8080

/* A request that was sent before comes back as it was sent: its ports are made anew, not added to. */
static gboolean
request_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBRequest) request = lb_provider_get_request (provider, REQUEST, error);

  if (request == NULL)
    return FALSE;

  lb_request_set_protocol (request, LB_PROTOCOL_TCP);
  lb_request_clear_ports (request);
  lb_request_map_port (request, reactive_config_get_integer (unit, PORT_OPTION), SERVICE_PORT);
  if (!lb_provider_send_request (provider, request, error))
    return FALSE;

  reactive_set_flag (unit, REQUESTED_FLAG);

  return TRUE;
}

static gboolean
write_address (ReactiveUnit *unit, const char *address, GError **error)
{
  return reactive_write_file (unit, ADDRESS_FILE, address, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error);
}

/* In every hook while a provider is there, on every unit: what stands in the relation is what holds. A real charm tells
 * its service here under which address it is reached. */
static gboolean
use_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBResponse) response = lb_provider_get_response (provider, REQUEST);
  const char *address = "";

  if (response == NULL || !lb_provider_has_response (provider))
    reactive_status_waiting (unit, ENDPOINT ": no load balancer yet");
  else if (!lb_response_is_success (response))
    reactive_status_blocked_printf (unit, ENDPOINT ": no load balancer: %s", lb_response_get_message (response));
  else
    address = lb_response_get_address (response);

  return write_address (unit, address, error);
}

/* Each answer that is new, that changed or that was taken back comes by here once, on every unit. */
static gboolean
note_answers (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, ENDPOINT ": the answer has changed");

  return lb_provider_ack_all (lb_provider (unit, ENDPOINT), error);
}

static gboolean
forget_lb (ReactiveUnit *unit, GError **error)
{
  if (*reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, ENDPOINT)) == NULL)
    reactive_status_blocked (unit, "relate " ENDPOINT " to a provider of load balancers");
  else
    reactive_status_waiting (unit, ENDPOINT ": no provider of load balancers yet");

  return write_address (unit, "", error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (request_lb, WHEN (ENDPOINT ".available", "leadership.is_leader"), WHEN_NOT (REQUESTED_FLAG)),
  HANDLER (use_lb, WHEN (ENDPOINT ".available")),
  HANDLER (note_answers, WHEN (ENDPOINT ".response.changed")),
  HANDLER (forget_lb, WHEN_NOT (ENDPOINT ".available")),
};

/* When it is time to ask again: for something else, or in another relation. */
static const ReactiveTrigger triggers[] = {
  { .when = "config.changed." PORT_OPTION, .clear = REQUESTED_FLAG },
  { .when_not = ENDPOINT ".available", .clear = REQUESTED_FLAG },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
