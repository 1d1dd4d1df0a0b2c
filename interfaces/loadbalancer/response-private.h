/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer/response.h>

#include "record.h"

struct _LBResponse
{
  grefcount reference_count;
  char *name; /* of the request */
  LBRecord record;
  gboolean is_older; /* it came in the older dialect */
  char *message;     /* what lb_response_get_message() put together; NULL until then */
};

/* An empty one: neither success nor failure. */
LBResponse *lb_response_new (const char *name);
/* Reads what stands in a databag. Empty text is an empty response; NULL, and problems, where it is not right. The first
 * reads version 1, as the released library does; the other the older dialect, too. */
LBResponse *lb_response_new_from_text (const char *name, const char *text, gsize length_bytes, LBProblems *problems);
LBResponse *lb_response_new_from_databag (const char *name, const char *text, gsize length_bytes, LBProblems *problems);
/* What goes into a databag; NULL, and REACTIVE_ERROR_BAD_DATA, where it is not right. Free with g_free(). */
char *lb_response_to_text (LBResponse *response, gboolean in_older_dialect, GError **error);
