/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <reactive.h>

/* Answers every request. */
static gboolean
answer (ReactiveUnit *unit, GError **error)
{
  LBConsumers *consumers = lb_consumers (unit, "lb-consumers");
  g_autoptr (GPtrArray) requests = lb_consumers_get_new_requests (consumers);

  for (guint i = 0; i < requests->len; i++)
    {
      LBRequest *request = g_ptr_array_index (requests, i);

      lb_response_set_address (lb_request_get_response (request), "10.0.0.100");
      if (!lb_consumers_send_response (consumers, request, error))
        return FALSE;
    }
  lb_consumers_forget_removed (consumers);

  return TRUE;
}

static const ReactiveHandler handlers[] = { HANDLER (answer, WHEN ("lb-consumers.requests_changed")) };

REACTIVE_MODULE (HANDLERS (handlers));
