/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/consumers.h>

#include "known-requests.h"

struct _LBConsumers
{
  ReactiveEndpoint *endpoint;
  ReactiveUnit *unit;
  guint n_told;

  /* NULL and 0 until what consumers say is looked at */
  LBKnownRequests *known;
  GPtrArray *present; /* LBKnown, by the number of the relation, then by key */
  guint n_new;
  guint n_absent;
};

/* What an endpoint does at the start of a hook, in this order. */

/* Takes back answers that nobody asks for any more, and raises the event. */
void lb_consumers_begin_hook (LBConsumers *consumers);
void lb_consumers_update_flags (LBConsumers *consumers);
/* At its end: what Python is to find. */
void lb_consumers_finish_hook (LBConsumers *consumers);
/* To be called when requests were loaded: what Python left. */
void lb_consumers_take_over (LBConsumers *consumers);

/* Finds out what is asked for, once in a hook; a follower that may not read finds nothing. */
void lb_consumers_look (LBConsumers *consumers);
/* Has it found out anew. */
void lb_consumers_forget_look (LBConsumers *consumers);
/* The requests, with what was answered to them. (transfer full) (element-type LBRequest) */
GPtrArray *lb_consumers_list_requests (LBConsumers *consumers, gboolean only_new);

/* Of the endpoint of the interface; made when it is first asked for. */
LBConsumers *lb_consumers_of (ReactiveEndpoint *endpoint);

/* What is known of requests, for the tests. */
const LBKnownRequests *lb_consumers_get_known_requests (LBConsumers *consumers);
