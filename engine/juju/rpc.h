/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "juju/gob.h"

#include <sys/socket.h>
#include <sys/un.h>

/* The client's end of a net/rpc connection over a unix socket. One call at a time. */
typedef struct _ReactiveRpc ReactiveRpc;

/* @text: a path, or "@name" for an abstract socket. Errors: CONNECTION. */
gboolean reactive_rpc_make_address (const char *text, struct sockaddr_un *out_address, socklen_t *out_length,
                                    GError **error);
/* Errors: CONNECTION. */
ReactiveRpc *reactive_rpc_connect (const char *address, GError **error);
/* Takes over @fd, a connected stream socket. */
ReactiveRpc *reactive_rpc_new_for_fd (int fd);
void reactive_rpc_free (ReactiveRpc *rpc);
/* For each call; REACTIVE_CARRIER_TIMEOUT_MS unless set. */
void reactive_rpc_set_timeout (ReactiveRpc *rpc, guint timeout_ms);

/* Errors: NO_TOOL and TOOL where the server refuses the call, after which the connection is as good as before.
 * CONNECTION, TIMEOUT and BAD_DATA close it for good: each later call fails at once with that same error. */
gboolean reactive_rpc_call (ReactiveRpc *rpc, const ReactiveGobRequest *request, ReactiveGobReply *out_reply,
                            GError **error);
/* The same, but a refusal is a reply, whose error says why. */
gboolean reactive_rpc_ask (ReactiveRpc *rpc, const ReactiveGobRequest *request, ReactiveGobReply *out_reply,
                           GError **error);
/* Async-signal-safe: for a forked child, see reactive_carrier_close_in_child(). */
void reactive_rpc_close_in_child (ReactiveRpc *rpc);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveRpc, reactive_rpc_free)
