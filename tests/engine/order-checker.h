/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Whether what units saw, and in which order, is what Juju promises. It knows nothing of how hooks are chosen, only
 * what was done to a model and which hooks ran, a line each:
 *
 *   add-unit UNIT [PRINCIPAL] | remove-unit UNIT | gone UNIT
 *   relate NUMBER APPLICATION ENDPOINT [APPLICATION ENDPOINT [container]] | unrelate NUMBER
 *   leader UNIT | config APPLICATION | upgrade APPLICATION
 *   write NUMBER UNIT | write-app NUMBER UNIT
 *   hook UNIT NAME [RELATION-ID [REMOTE-UNIT [DEPARTING-UNIT]]] | end UNIT good|failed | resolve UNIT retry|skip
 *   settled
 *
 * Returns: (nullable): the first thing that is wrong. Free with g_free(). */
char *order_check (const GPtrArray *lines);
