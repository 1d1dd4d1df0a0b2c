/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/agent-server.h"
#include "simulator/hook-context.h"

#include <signal.h>

/* Runs the processes of a charm's hooks, and answers what they ask over an agent socket. */
typedef struct _ReactiveAgent ReactiveAgent;

/* Listens at @address: a path, or "@name" for an abstract socket. Errors: CONNECTION (an address that cannot be one),
 * FAILED. */
ReactiveAgent *reactive_agent_new (const char *address, GError **error);
void reactive_agent_free (ReactiveAgent *agent);

typedef struct
{
  const char *const *argv; /* argv[0] is looked up on @environment's PATH unless it has a slash */
  const char *const *environment;
  const char *directory;             /* the charm's */
  const char *context_id;            /* what the environment calls this run */
  guint timeout_ms;                  /* 0: none */
  guint grace_ms;                    /* how long children that the process leaves behind may keep their connections */
  const volatile sig_atomic_t *stop; /* (nullable): not 0 when the process is to be killed; a signal handler sets it */
  /* (nullable): sees each line of output as it comes, as valid UTF-8; a longer one than 4 KiB comes in pieces */
  void (*output) (const char *line, gboolean is_error, gpointer data);
  gpointer data;
} ReactiveAgentProcess;

/* TRUE when the process ran to its end; *@out_exit_status is its exit code, or 128 + the signal that killed it. What it
 * left behind runs on, without its connections. It is killed when it asks to reboot now. Errors: NOT_FOUND, FAILED
 * (killed with its group, as @stop says), TIMEOUT (the same). */
gboolean reactive_agent_run (ReactiveAgent *agent, ReactiveHookContext *context, const ReactiveAgentProcess *process,
                             int *out_exit_status, GError **error);
/* The same with another than the hook tools to answer. */
gboolean reactive_agent_run_with (ReactiveAgent *agent, ReactiveAgentFunc func, gpointer data,
                                  const ReactiveAgentProcess *process, int *out_exit_status, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveAgent, reactive_agent_free)
