/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Gives those who ask for a load balancer one address, or says why it cannot. */

#define ENDPOINT "@endpoint@"
#define ADDRESS_OPTION "@option@-address"

static const char *
get_address (ReactiveUnit *unit, GError **error)
{
  const char *address = reactive_config_get_string (unit, ADDRESS_OPTION);

  return address != NULL && *address != '\0' ? address : reactive_get_ingress_address (unit, ENDPOINT, error);
}

/* Fills in the answer, whatever stood there before. What is asked for is what others wrote: a real charm looks at every
 * field that it goes by, and configures its proxy here. */
static void
decide (LBRequest *request, const char *address)
{
  LBResponse *response = lb_request_get_response (request);

  lb_response_set_address (response, NULL);
  lb_response_clear_error (response);
  if (!lb_request_get_tls_termination (request))
    {
      lb_response_set_address (response, address);
      return;
    }

  lb_response_set_error (response, LB_ERROR_TYPE_UNSUPPORTED);
  lb_response_set_error_field (response, "tls_termination", "TLS goes through to the backends");
}

static gboolean
answer (ReactiveUnit *unit, LBConsumers *consumers, GPtrArray *requests, GError **error)
{
  const char *address = get_address (unit, error);

  if (address == NULL)
    return FALSE;

  for (guint i = 0; i < requests->len; i++)
    {
      decide (requests->pdata[i], address);
      if (!lb_consumers_send_response (consumers, requests->pdata[i], error))
        return FALSE;
    }

  return TRUE;
}

/* A request is removed by who made it, or goes with the relation: what was made for it is given back here. */
static gboolean
answer_changed (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (consumers);
  g_autoptr (GPtrArray) removed = lb_consumers_get_removed_requests (consumers);

  if (!reactive_is_leader (unit))
    return TRUE;

  reactive_log_printf (unit, REACTIVE_LOG_INFO, ENDPOINT ": %u requests are new, %u were removed", requests->len,
                       removed->len);
  lb_consumers_forget_removed (consumers);

  return answer (unit, consumers, requests, error);
}

/* All of them: the options may say something else, this revision of the charm may decide otherwise, or a new leader may
 * find what the last one left undone. */
static gboolean
answer_all (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_all_requests (consumers);

  return !reactive_is_leader (unit) || answer (unit, consumers, requests, error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (answer_changed, ON (ENDPOINT ".requests_changed")),
  HANDLER (answer_all, ON ("config-changed", "leader-elected", "upgrade-charm")),
};

REACTIVE_MODULE (HANDLERS (handlers));
