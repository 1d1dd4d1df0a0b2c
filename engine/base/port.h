/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

#define REACTIVE_PORT_EXPECTED "expected 80, 80/tcp, 8000-8010/udp or icmp, with ports from 1 to 65535"

/* "80", "80/tcp", "8000-8010/udp" or "icmp" in the form in which Juju lists it; NULL if it is none of these. Free with
 * g_free(). */
char *reactive_port_normalize (const char *text);
