/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/carrier.h"
#include "juju/gob-server.h"

#include <poll.h>

/* The agent's side of the hook tools: a unix socket that answers Go's net/rpc in gob (Jujuc.Main), for whoever polls
 * it. Requests are answered one at a time, in the order in which they came; a client that does not read its answers is
 * not read from either. */
typedef struct _ReactiveAgentServer ReactiveAgentServer;

/* Answers a request that an agent would pass on to a tool. Errors refuse the call: the client is told the message,
 * after "bad request: " where the code is NO_TOOL. */
typedef gboolean (*ReactiveAgentFunc) (const ReactiveGobServerRequest *request, ReactiveToolReply *out_reply,
                                       gpointer data, GError **error);

/* Listens at @address: a path, where a socket that is there already is replaced, or "@name" for an abstract one.
 * Errors: CONNECTION (an address that cannot be one), FAILED. */
ReactiveAgentServer *reactive_agent_server_new (const char *address, GError **error);
void reactive_agent_server_free (ReactiveAgentServer *server);
/* From now on requests with @context_id are answered by @func; with NULL every one is refused. */
void reactive_agent_server_set_context (ReactiveAgentServer *server, const char *context_id, ReactiveAgentFunc func,
                                        gpointer data);

/* Appends what is to be polled (element-type struct pollfd); and afterwards takes those, with what poll() found. */
void reactive_agent_server_append_polled (const ReactiveAgentServer *server, GArray *polled);
void reactive_agent_server_handle (ReactiveAgentServer *server, const struct pollfd *polled, guint n_polled);
guint reactive_agent_server_count_connections (const ReactiveAgentServer *server);
/* Those that wait to be accepted, too. */
void reactive_agent_server_close_connections (ReactiveAgentServer *server);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveAgentServer, reactive_agent_server_free)
