/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/request.h>

#include "record.h"

struct _LBRequest
{
  grefcount reference_count;
  LBRecord record;
  LBResponse *response; /* NULL until it is asked for */
  char *relation_id;    /* where a consumer's request came from; NULL for one of this side */
  char *read_hash;      /* of a consumer's request as it was read, whatever the charm makes of it; else NULL */
  gboolean is_older;    /* it came in the older dialect, and is answered in it */
};

/* One that says nothing but what is the default. */
LBRequest *lb_request_new (void);
/* Reads what stands in a databag; NULL, and problems, where it is not right. The first reads version 1, as the released
 * library does, for which empty text is an empty request; the other the older dialect, too, and gives the request the
 * name of the key that it stands under, whatever it says itself. */
LBRequest *lb_request_new_from_text (const char *text, gsize length_bytes, LBProblems *problems);
LBRequest *lb_request_new_from_databag (const char *name, const char *text, gsize length_bytes, LBProblems *problems);
/* What goes into a databag; NULL, and REACTIVE_ERROR_BAD_DATA, where it is not right. Free with g_free(). */
char *lb_request_to_text (const LBRequest *request, GError **error);

void lb_request_set_name (LBRequest *request, const char *name);
void lb_request_set_id (LBRequest *request, const char *id);
void lb_request_set_sent_hash (LBRequest *request, const char *hash);
/* Gives a request the hash that it has without one. */
void lb_request_sign (LBRequest *request);
