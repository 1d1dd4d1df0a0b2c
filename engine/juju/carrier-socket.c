/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/carrier.h"
#include "juju/rpc.h"

typedef struct
{
  ReactiveCarrier parent;
  ReactiveRpc *rpc;
  char *context_id;
  char *dir;
  char *token; /* (nullable) */
} SocketCarrier;

static gboolean
socket_carrier_run (ReactiveCarrier *carrier, const char *tool, const char *const *argv, GBytes *input,
                    ReactiveToolReply *out_reply, GError **error)
{
  SocketCarrier *self = (SocketCarrier *) carrier;
  /* with the input in the first request, the agent has no need to ask for it */
  const ReactiveGobRequest request = {
    .context_id = self->context_id,
    .directory = self->dir,
    .tool = tool,
    .arguments = argv,
    .input = input,
    .token = self->token,
  };
  g_auto (ReactiveGobReply) reply = { 0 };

  reactive_rpc_set_timeout (self->rpc, carrier->timeout_ms != 0 ? carrier->timeout_ms : REACTIVE_CARRIER_TIMEOUT_MS);
  if (!reactive_rpc_call (self->rpc, &request, &reply, error))
    return FALSE;

  reactive_tool_reply_set (out_reply, reply.code, reply.output, reply.errors);
  return TRUE;
}

static void
socket_carrier_close_in_child (ReactiveCarrier *carrier)
{
  reactive_rpc_close_in_child (((SocketCarrier *) carrier)->rpc);
}

static void
socket_carrier_free (ReactiveCarrier *carrier)
{
  SocketCarrier *self = (SocketCarrier *) carrier;

  reactive_rpc_free (self->rpc);
  g_free (self->context_id);
  g_free (self->dir);
  g_free (self->token);
  g_free (self);
}

static const ReactiveCarrierClass socket_carrier_class = {
  .run = socket_carrier_run,
  .free = socket_carrier_free,
  .close_in_child = socket_carrier_close_in_child,
};

/**
 * reactive_carrier_new_for_socket:
 * @address: a path, or "@name" for an abstract socket
 * @context_id: what the agent called this run of the hook; it refuses any other
 * @dir: absolute; what the tools' file arguments are relative to
 * @token: (nullable): for agents that ask for one
 * @error: CONNECTION
 *
 * Returns: (transfer full): a carrier over one connection to the agent
 */
ReactiveCarrier *
reactive_carrier_new_for_socket (const char *address, const char *context_id, const char *dir, const char *token,
                                 GError **error)
{
  ReactiveRpc *rpc = reactive_rpc_connect (address, error);
  SocketCarrier *self;

  if (rpc == NULL)
    return NULL;

  self = g_new0 (SocketCarrier, 1);
  self->parent.klass = &socket_carrier_class;
  self->rpc = rpc;
  self->context_id = g_strdup (context_id);
  self->dir = g_strdup (dir);
  self->token = g_strdup (token);
  return &self->parent;
}
