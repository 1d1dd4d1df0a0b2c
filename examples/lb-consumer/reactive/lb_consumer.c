/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Asks for a load balancer in front of this application's units, and shows its address. When, is in the tables. */

#define ENDPOINT "lb-provider"
#define SERVICE "my-service"
/* Where the service listens on each unit. */
#define SERVICE_PORT 8080

static LBProtocol
find_protocol (const char *name)
{
  static const char *const names[] = {
    [LB_PROTOCOL_TCP] = "tcp",
    [LB_PROTOCOL_UDP] = "udp",
    [LB_PROTOCOL_HTTP] = "http",
    [LB_PROTOCOL_HTTPS] = "https",
  };

  for (guint i = LB_PROTOCOL_TCP; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (name, names[i]) == 0)
      return (LBProtocol) i;

  return LB_PROTOCOL_NONE;
}

static gboolean
has_good_options (ReactiveUnit *unit)
{
  gint64 port = reactive_config_get_integer (unit, "port");

  return port >= 0 && port <= G_MAXUINT16
         && find_protocol (reactive_config_get_string (unit, "protocol")) != LB_PROTOCOL_NONE;
}

/* A request that was sent before comes back as it was sent. So its lists are made anew, not added to. */
static void
describe_request (ReactiveUnit *unit, LBRequest *request)
{
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();

  lb_request_set_protocol (request, find_protocol (reactive_config_get_string (unit, "protocol")));
  lb_request_set_public (request, reactive_config_get_boolean (unit, "public"));
  lb_request_clear_ports (request);
  lb_request_map_port (request, reactive_config_get_integer (unit, "port"), SERVICE_PORT);

  lb_health_check_set_protocol (check, LB_PROTOCOL_TCP);
  lb_health_check_set_port (check, SERVICE_PORT);
  lb_request_clear_health_checks (request);
  lb_request_add_health_check (request, check);
}

/* If nothing is different from what was sent before, nothing is sent. */
static gboolean
request_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBRequest) request = NULL;

  if (!has_good_options (unit))
    {
      reactive_status_blocked (unit, "the option protocol or port cannot be used");
      return TRUE;
    }

  request = lb_provider_get_request (provider, SERVICE, error);
  if (request == NULL)
    return FALSE;

  describe_request (unit, request);
  if (!lb_provider_send_request (provider, request, error))
    return FALSE;

  reactive_set_flag (unit, "charm.request.sent");

  return TRUE;
}

/* This revision of the charm may ask for something else than the last. */
static gboolean
ask_again (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "charm.request.sent");

  return TRUE;
}

static gboolean
remove_request (ReactiveUnit *unit, GError **error)
{
  return lb_provider_remove_request (lb_provider (unit, ENDPOINT), SERVICE, error);
}

/* "not offered here; public: internal only": the provider's message, and what it says of the fields of the request. */
static char *
describe_error (const LBResponse *response)
{
  const char *message = lb_response_get_error_message (response);
  g_autofree const char **fields = lb_response_get_error_fields (response);
  GString *text = g_string_new (message != NULL ? message : "refused");

  for (guint i = 0; fields[i] != NULL; i++)
    {
      const char *reason = lb_response_get_error_field (response, fields[i]);

      g_string_append_printf (text, "; %s: %s", fields[i], reason != NULL ? reason : "wrong");
    }

  return g_string_free (text, FALSE);
}

/* Each answer that is new, that changed or that was taken back comes by here once, on every unit. Here a real charm
 * would tell its service under which address it is reached. */
static gboolean
use_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBResponse) response = lb_provider_get_response (provider, SERVICE);

  if (response == NULL)
    reactive_log (unit, REACTIVE_LOG_WARNING, "the load balancer was withdrawn");
  else if (lb_response_is_success (response))
    reactive_log_printf (unit, REACTIVE_LOG_INFO, "the load balancer is at %s", lb_response_get_address (response));
  else
    {
      g_autofree char *text = describe_error (response);

      reactive_log_printf (unit, REACTIVE_LOG_ERROR, "there is no load balancer: %s", text);
    }

  return lb_provider_ack_all (provider, error);
}

/* When the provider goes, its answers go with it, and there is nothing to acknowledge. */
static gboolean
report_no_provider (ReactiveUnit *unit, GError **error)
{
  reactive_status_waiting (unit, "no provider of load balancers");

  return TRUE;
}

/* The address is not kept: what stands in the relation is what holds. An answer to something else, that an older
 * revision of the charm asked for, is none; nor is one to what the request was before request_lb() changed it in this
 * hook. */
static gboolean
report_lb (ReactiveUnit *unit, GError **error)
{
  LBProvider *provider = lb_provider (unit, ENDPOINT);
  g_autoptr (LBResponse) response = lb_provider_get_response (provider, SERVICE);

  if (response == NULL || !lb_provider_has_response (provider))
    reactive_status_waiting (unit, "no load balancer yet");
  else if (lb_response_is_success (response))
    reactive_status_active (unit, lb_response_get_address (response));
  else
    {
      g_autofree char *text = describe_error (response);

      reactive_status_blocked_printf (unit, "no load balancer: %s", text);
    }

  return TRUE;
}

static gboolean
report_unwanted (ReactiveUnit *unit, GError **error)
{
  reactive_status_active (unit, "no load balancer wanted");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (ask_again, ON ("upgrade-charm")),
  HANDLER (request_lb, WHEN ("endpoint.lb-provider.available", "leadership.is_leader", "config.set.port"),
           WHEN_NOT ("charm.request.sent")),
  HANDLER (remove_request, WHEN ("endpoint.lb-provider.available", "leadership.is_leader"),
           WHEN_NOT ("config.set.port")),
  HANDLER (use_lb, WHEN ("endpoint.lb-provider.responses_changed")),
  HANDLER (report_no_provider, WHEN ("config.set.port"), WHEN_NOT ("endpoint.lb-provider.available")),
  HANDLER (report_lb, WHEN ("config.set.port", "endpoint.lb-provider.available")),
  HANDLER (report_unwanted, WHEN_NOT ("config.set.port")),
};

/* When it is time to ask again: the options say something else, or the relation has gone, and the next one knows
 * nothing of the request. A unit that becomes the leader has not asked before, and asks for what is asked for already.
 */
static const ReactiveTrigger triggers[] = {
  { .when = "config.changed", .clear = "charm.request.sent" },
  { .when_not = "endpoint.lb-provider.available", .clear = "charm.request.sent" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
