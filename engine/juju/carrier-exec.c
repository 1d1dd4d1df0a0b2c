/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/process.h"
#include "juju/carrier.h"

#include <string.h>

/* What a shell, and some spawners, answer for a program that is not there. */
#define EXIT_NOT_FOUND 127

typedef struct
{
  ReactiveCarrier parent;
  char **environment;
  char *dir;
} ExecCarrier;

static gboolean
fail_for_missing_tool (const char *tool, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_NO_TOOL, "this Juju has no tool '%s'", tool);
}

/* Turns what running a process may fail with into what a carrier may fail with. */
static gboolean
fail_to_run (const char *tool, const GError *cause, GError **error)
{
  gint code = cause->code;

  if (g_error_matches (cause, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    return fail_for_missing_tool (tool, error);
  if (code != REACTIVE_ERROR_TIMEOUT && code != REACTIVE_ERROR_BAD_DATA)
    code = REACTIVE_ERROR_TOOL;

  return reactive_fail (error, code, "%s: %s", tool, cause->message);
}

static char **
make_argv (const char *tool, const char *const *arguments)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, (gpointer) tool);
  for (; *arguments != NULL; arguments++)
    g_ptr_array_add (argv, (gpointer) *arguments);
  g_ptr_array_add (argv, NULL);
  return (char **) g_ptr_array_steal (argv, /* len= */ NULL);
}

static gboolean
exec_carrier_run (ReactiveCarrier *carrier, const char *tool, const char *const *arguments, GBytes *input,
                  ReactiveToolReply *out_reply, GError **error)
{
  ExecCarrier *self = (ExecCarrier *) carrier;
  g_autofree char **argv = make_argv (tool, arguments);
  const ReactiveProcess process = {
    .argv = (const char *const *) argv,
    .environment = (const char *const *) self->environment,
    .directory = self->dir,
    .input = input,
    .timeout_ms = carrier->timeout_ms != 0 ? carrier->timeout_ms : REACTIVE_CARRIER_TIMEOUT_MS,
    .max_output_bytes = REACTIVE_CARRIER_MAX_OUTPUT_BYTES,
  };
  g_auto (ReactiveProcessResult) result = { 0 };
  g_auto (ReactiveToolReply) reply = { 0 };
  g_autoptr (GError) local_error = NULL;

  if (!reactive_process_run (&process, &result, &local_error))
    return fail_to_run (tool, local_error, error);
  if (result.signal != 0)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "%s: killed by signal %d (%s)", tool, result.signal,
                          g_strsignal (result.signal));

  reactive_tool_reply_set (&reply, result.exit_status, result.output, result.errors);
  if (reply.exit_code == EXIT_NOT_FOUND || (reply.exit_code == 1 && reactive_carrier_is_unknown_tool (reply.message)))
    return fail_for_missing_tool (tool, error);

  *out_reply = reply;
  memset (&reply, 0, sizeof reply);
  return TRUE;
}

static void
exec_carrier_free (ReactiveCarrier *carrier)
{
  ExecCarrier *self = (ExecCarrier *) carrier;

  g_strfreev (self->environment);
  g_free (self->dir);
  g_free (self);
}

static const ReactiveCarrierClass exec_carrier_class = {
  .run = exec_carrier_run,
  .free = exec_carrier_free,
};

/**
 * reactive_carrier_new_for_tools:
 * @environment: what the tools are run with and looked up by; copied
 * @dir: where they are run
 *
 * Returns: (transfer full): a carrier that executes the hook tools
 */
ReactiveCarrier *
reactive_carrier_new_for_tools (const char *const *environment, const char *dir)
{
  ExecCarrier *self = g_new0 (ExecCarrier, 1);

  self->parent.klass = &exec_carrier_class;
  self->environment = g_strdupv ((char **) environment);
  self->dir = g_strdup (dir);
  return &self->parent;
}
