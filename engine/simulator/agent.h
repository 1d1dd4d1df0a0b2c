/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/hook-context.h"

/* The agent's side of the hook tools: a unix socket that answers Go's net/rpc in gob (Jujuc.Main), for the process of
 * one hook. Requests are answered one at a time, in the order in which they came. */
typedef struct _ReactiveAgent ReactiveAgent;

/* Listens at @address: a path, or "@name" for an abstract socket. @directory is the unit's charm directory. Errors:
 * FAILED. */
ReactiveAgent *reactive_agent_new (const char *address, const char *directory, GError **error);
void reactive_agent_free (ReactiveAgent *agent);

/* Starts @argv in @environment and @directory, answers what it asks for until it ends and its connections are closed (of
 * a child that it leaves behind none is waited for longer than @grace_ms), and captures what it prints. */
typedef struct
{
  const char *const *argv;
  const char *const *environment;
  const char *context_id;
  guint timeout_ms; /* 0: none */
  /* (nullable): sees each line of output as it comes */
  void (*output) (const char *line, gboolean is_error, gpointer data);
  gpointer data;
} ReactiveAgentProcess;

/* TRUE when the process ran to its end. Errors: NOT_FOUND, FAILED, TIMEOUT (killed with its group). */
gboolean reactive_agent_run (ReactiveAgent *agent, ReactiveHookContext *context, const ReactiveAgentProcess *process,
                             int *out_exit_status, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveAgent, reactive_agent_free)
