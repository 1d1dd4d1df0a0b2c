/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* What a hook tool answered. */
typedef struct
{
  int exit_code;  /* 0 ok, 1 failed, 2 bad arguments */
  GBytes *output; /* stdout; never NULL after a good call */
  char *message;  /* stderr as valid UTF-8, without the trailing newline and a leading "ERROR "; 64 KiB of it */
} ReactiveToolReply;

void reactive_tool_reply_clear (ReactiveToolReply *reply);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ReactiveToolReply, reactive_tool_reply_clear)

/* A way to run a hook tool: over the agent socket, or by executing it. */
typedef struct _ReactiveCarrier ReactiveCarrier;
typedef struct
{
  /* Runs `tool argv…`. TRUE when the tool ran to its end, whatever its exit code. Errors: CONNECTION, TIMEOUT,
   * BAD_DATA (garbage, over a limit), NO_TOOL (the running Juju has no such tool), TOOL (killed). */
  gboolean (*run) (ReactiveCarrier *carrier, const char *tool, const char *const *argv, GBytes *input,
                   ReactiveToolReply *out_reply, GError **error);
  void (*free) (ReactiveCarrier *carrier);
  /* (nullable): async-signal-safe; see reactive_carrier_close_in_child() */
  void (*close_in_child) (ReactiveCarrier *carrier);
} ReactiveCarrierClass;

struct _ReactiveCarrier
{
  const ReactiveCarrierClass *klass;
  guint timeout_ms; /* of one call; 0 is REACTIVE_CARRIER_TIMEOUT_MS */
};

#define REACTIVE_CARRIER_MAX_OUTPUT_BYTES (32u * 1024 * 1024)
#define REACTIVE_CARRIER_TIMEOUT_MS (5 * 60 * 1000)

/* The agent socket of @environment if it is a unix socket that answers, else executing the tools. Connecting is lazy
 * nowhere: a socket that refuses is found out here, and executing is taken instead. */
ReactiveCarrier *reactive_carrier_new_from_environment (const char *const *environment, GError **error);
/* @address: a path, or "@name" for an abstract socket. @token may be NULL. @dir is absolute. */
ReactiveCarrier *reactive_carrier_new_for_socket (const char *address, const char *context_id, const char *dir,
                                                  const char *token, GError **error);
/* Tools are looked up on @environment's PATH and run with @environment in @dir. */
ReactiveCarrier *reactive_carrier_new_for_tools (const char *const *environment, const char *dir);
void reactive_carrier_free (ReactiveCarrier *carrier);
gboolean reactive_carrier_run (ReactiveCarrier *carrier, const char *tool, const char *const *argv, GBytes *input,
                               ReactiveToolReply *out_reply, GError **error);

/* For a child that forked and does not exec: lets go of the agent socket, which the agent waits for at the end of the
 * hook until nobody holds it. Async-signal-safe. The parent's carrier goes on; the child's answers CONNECTION from now
 * on. */
void reactive_carrier_close_in_child (ReactiveCarrier *carrier);

/* For carriers: makes a reply of what a tool gave (@output and @errors stay the caller's); and whether @message is what
 * a Juju answers that has no such tool. */
void reactive_tool_reply_set (ReactiveToolReply *reply, int exit_code, GBytes *output, GBytes *errors);
gboolean reactive_carrier_is_unknown_tool (const char *message);

#define REACTIVE_CARRIER_MAX_MESSAGE_BYTES (64u * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveCarrier, reactive_carrier_free)
