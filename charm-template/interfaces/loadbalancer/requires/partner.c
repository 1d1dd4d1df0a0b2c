/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Gives every request the address 10.9.8.7, and none that asks for port 0. */

#define ENDPOINT "@endpoint@"

static gboolean
answer_requests (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, ENDPOINT);
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (consumers);

  for (guint i = 0; i < requests->len; i++)
    {
      LBResponse *response = lb_request_get_response (requests->pdata[i]);
      gint64 port = 0, backend_port = 0;

      lb_response_clear_error (response);
      lb_response_set_address (response, NULL);
      if (lb_request_get_port (requests->pdata[i], 0, &port, &backend_port) && port != 0)
        lb_response_set_address (response, "10.9.8.7");
      else
        {
          lb_response_set_error (response, LB_ERROR_TYPE_UNSUPPORTED);
          lb_response_set_error_message (response, "no such port");
        }
      if (!lb_consumers_send_response (consumers, requests->pdata[i], error))
        return FALSE;
    }
  lb_consumers_forget_removed (consumers);

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (answer_requests, WHEN (ENDPOINT ".requests_changed", "leadership.is_leader")),
};

REACTIVE_MODULE (HANDLERS (handlers));
