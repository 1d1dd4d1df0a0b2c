/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <bind-client.h>

#define BIND_CLIENT_INTERFACE "bind-client"
#define BIND_CLIENT_CONNECTED "connected" /* a flag, and the event of its becoming set */

/* interface.c */

/* NULL if the charm has no such endpoint of this interface, or has the other side of it. */
ReactiveEndpoint *bind_client_find_endpoint (ReactiveUnit *unit, const char *name, ReactiveRole role);

/* provides.c */

/* Takes back what was said in relations that departing units have left empty. */
void bind_client_provides_withdraw (ReactiveEndpoint *endpoint);
