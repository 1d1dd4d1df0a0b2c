/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>

/* The `bind-client` interface, both sides: BindClientProvides is a DNS server that says where its statistics can be
 * read, BindClientRequires an exporter that reads them. */

G_BEGIN_DECLS

/**
 * BindClientProvides:
 *
 * The exporters, as a charm that provides the interface sees them.
 */
typedef struct _BindClientProvides BindClientProvides;

/**
 * BindClientRequires:
 *
 * The DNS servers, as a charm that requires the interface sees them.
 */
typedef struct _BindClientRequires BindClientRequires;

/**
 * BindClientServer:
 * @unit_name: the unit of the DNS server, `bind/0`
 * @ip: where its statistics channel listens, as its charm wrote it
 * @port: the port there, as its charm wrote it
 *
 * Where a DNS server says its statistics can be read. The texts are the other side's, and unchecked: what does not look
 * like an address and a port is for the charm to refuse. They live until the hook ends.
 */
typedef struct
{
  const char *unit_name;
  const char *ip;
  const char *port;
} BindClientServer;

REACTIVE_EXPORT BindClientProvides *bind_client_provides (ReactiveUnit *unit, const char *endpoint_name);
REACTIVE_EXPORT gboolean bind_client_provides_is_connected (BindClientProvides *provides);
REACTIVE_EXPORT void bind_client_provides_configure (BindClientProvides *provides, const char *ip, const char *port);
REACTIVE_EXPORT void bind_client_provides_configure_number (BindClientProvides *provides, const char *ip, gint64 port);

REACTIVE_EXPORT BindClientRequires *bind_client_requires (ReactiveUnit *unit, const char *endpoint_name);
REACTIVE_EXPORT gboolean bind_client_requires_is_connected (BindClientRequires *requirer);
REACTIVE_EXPORT const BindClientServer *const *bind_client_requires_get_config (BindClientRequires *requirer);

G_END_DECLS
