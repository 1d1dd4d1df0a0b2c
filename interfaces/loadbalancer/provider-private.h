/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/provider.h>

#include "answers.h"

struct _LBProvider
{
  ReactiveEndpoint *endpoint;
  ReactiveUnit *unit;
  guint n_told; /* to the log */
  guint n_bad;  /* records that could not be read */

  /* NULL and 0 until what the provider says is looked at */
  LBAnswers *answers;
  ReactiveRelation *relation; /* NULL while the provider is not available, too */
  guint n_complete;
  guint n_changed; /* new or revoked */
};

/* What an endpoint does at the start of a hook, in this order. */

/* Raises the events. */
void lb_provider_begin_hook (LBProvider *provider);
void lb_provider_update_flags (LBProvider *provider);
/* At its end: what Python is to find. */
void lb_provider_finish_hook (LBProvider *provider);
/* To be called when answers were loaded: what Python left. */
void lb_provider_take_over (LBProvider *provider);

/* Finds out what the provider says, once in a hook. */
void lb_provider_look (LBProvider *provider);
/* What stands in the databags under a name: NULL if it is nothing, or cannot be read. The log is told of that once in a
 * hook, when it is looked at. */
LBResponse *lb_provider_read_response (LBProvider *provider, const char *name, gboolean is_to_tell);
LBRequest *lb_provider_read_request (LBProvider *provider, const char *name, gboolean is_to_tell);
/* Finds out anew what has become of the answer to a request that was written. */
void lb_provider_look_again (LBProvider *provider, LBAnswer *answer);
/* Before an answer changes it is taken out of what is counted, and put in again after that. */
void lb_provider_take_out (LBProvider *provider, const LBAnswer *answer);
void lb_provider_put_in (LBProvider *provider, const LBAnswer *answer);
/* After a request was written: without a complete response, the next one is announced anew. */
void lb_provider_note_withdrawn (LBProvider *provider);

/* Of the endpoint of the interface; made when it is first asked for. */
LBProvider *lb_provider_of (ReactiveEndpoint *endpoint);

/* What is known of answers, once it was looked. */
const LBAnswers *lb_provider_get_answers (LBProvider *provider);
gboolean lb_provider_was_available (LBProvider *provider);
gboolean lb_provider_was_response_available (LBProvider *provider);
