/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "record.h"

/* The dialect that the library spoke before its first release. It calls itself version 1, too, but its fields have
 * other names: a request has traffic_type, backend_ports and ingress_ports for protocol and port_mapping, its name
 * stands in the key alone, and it has no id; a response has success, message and request_hash. */

gboolean lb_older_is_request (const ReactiveJson *value);
/* Reads one into a record of version 1, all but its name, id and hash. */
gboolean lb_older_load_request (LBRecord *request, const ReactiveJson *object, LBProblems *problems);

gboolean lb_older_is_response (const ReactiveJson *value);
gboolean lb_older_load_response (LBRecord *response, const ReactiveJson *object, LBProblems *problems);
/* A response of version 1 in the older dialect, as canonical text. @reason (nullable): why it is no success, in words.
 * Free with g_free(). */
char *lb_older_response_to_text (const LBRecord *response, const char *reason);
