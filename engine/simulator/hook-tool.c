/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "simulator/hook-tool-private.h"
#include "simulator/model-fault.h"

static const HookTool *const families[] = {
  reactive_hook_tools_action,  reactive_hook_tools_network, reactive_hook_tools_relation,
  reactive_hook_tools_retired, reactive_hook_tools_secret,  reactive_hook_tools_state,
  reactive_hook_tools_status,  reactive_hook_tools_storage, reactive_hook_tools_unit,
};

static const HookTool *
find_tool (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    for (const HookTool *tool = families[i]; tool->name != NULL; tool++)
      if (g_str_equal (tool->name, name))
        return tool;

  return NULL;
}

const char **
reactive_hook_tool_list (ReactiveJujuVersion version)
{
  GPtrArray *names = g_ptr_array_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (families); i++)
    for (const HookTool *tool = families[i]; tool->name != NULL; tool++)
      if (reactive_juju_version_has_tool (version, tool->name))
        g_ptr_array_add (names, (gpointer) tool->name);

  g_ptr_array_sort (names, reactive_text_compare_items);
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (names, FALSE);
}

static void
call_clear (HookToolCall *call)
{
  for (guint i = 0; i < HOOK_TOOL_MAX_FLAGS; i++)
    g_free (call->values[i]);
  g_free (call->format);
  g_free (call->output_path);
  g_ptr_array_unref (call->arguments);
  g_string_free (call->output, TRUE);
  g_string_free (call->warning, TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (HookToolCall, call_clear)

/* Whether it is the tool that ends with @error, with an exit code, or the call that fails. */
static gboolean
is_of_tool (const HookToolCall *call, const GError *error)
{
  return !call->lacks_input && !g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL)
         && !g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_CONNECTION);
}

static int
get_exit_code (const GError *error)
{
  if (error == NULL)
    return 0;

  return g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE)
                 || g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID)
             ? 2
             : 1;
}

/* Consumes the call's texts. */
static void
set_reply (HookToolCall *call, const GError *error, ReactiveToolReply *out_reply)
{
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GBytes) errors = NULL;

  if (error != NULL)
    {
      g_string_truncate (call->output, 0);
      g_string_append_printf (call->warning, "ERROR %s\n", error->message);
    }

  output = g_bytes_new (call->output->str, call->output->len);
  errors = g_bytes_new (call->warning->str, call->warning->len);
  reactive_tool_reply_set (out_reply, get_exit_code (error), output, errors);
}

/* Words may be any bytes; what is no UTF-8 would become U+FFFD at the latest on its way to Juju's controller. */
static char **
to_valid (const char *const *argv)
{
  GPtrArray *words = g_ptr_array_new ();

  for (; *argv != NULL; argv++)
    g_ptr_array_add (words, g_utf8_make_valid (*argv, -1));
  g_ptr_array_add (words, NULL);

  return (char **) g_ptr_array_free (words, FALSE);
}

static gboolean
run (HookToolCall *call, const char *const *argv, GError **error)
{
  g_auto (GStrv) words = to_valid (argv);
  gboolean wants_help = FALSE;

  if (!reactive_hook_tool_parse (call, (const char *const *) words, &wants_help, error))
    return FALSE;
  if (!wants_help)
    return call->tool->run (call, error);

  reactive_hook_tool_append_help (call->output, call->tool);
  return TRUE;
}

/* What a broken set-up answers. */
static void
set_fault (const ReactiveModelFault *fault, ReactiveToolReply *out_reply)
{
  const char *text = fault->output != NULL ? fault->output : "";
  const char *message = fault->message != NULL ? fault->message : "";
  g_autoptr (GBytes) output = g_bytes_new (text, strlen (text));
  g_autofree char *complaint = g_strdup_printf ("%s%s\n", *message != '\0' ? "ERROR " : "", message);
  g_autoptr (GBytes) errors = g_bytes_new (complaint, strlen (complaint));

  reactive_tool_reply_set (out_reply, fault->exit_code, output, errors);
}

/**
 * reactive_hook_tool_run:
 * @tool: its name
 * @argv: (nullable): its arguments, without its name; ends with NULL
 * @directory: absolute: what relative paths are meant from
 * @input: (nullable): standard input; NULL where the caller has sent none
 * @out_reply: for reactive_tool_reply_clear()
 * @error: NO_TOOL; USAGE where the tool would read its input and has none; CONNECTION of a set-up that is broken on
 *   purpose
 *
 * Returns: whether the tool ran to its end, whatever its exit code
 */
gboolean
reactive_hook_tool_run (ReactiveHookContext *context, const char *tool, const char *const *argv, const char *directory,
                        GBytes *input, ReactiveToolReply *out_reply, GError **error)
{
  static const char *const no_arguments[] = { NULL };
  const ReactiveModel *model = reactive_hook_context_get_unit (context)->application->model;
  const ReactiveModelFault *fault = reactive_model_get_fault (model, tool);
  g_auto (HookToolCall) call = { 0 };
  g_autoptr (GError) local_error = NULL;

  call.context = context;
  call.juju = reactive_hook_context_get_juju (context);
  call.tool = find_tool (tool);
  call.directory = directory;
  call.input = input;
  call.arguments = g_ptr_array_new_with_free_func (g_free);
  call.output = g_string_new (NULL);
  call.warning = g_string_new (NULL);

  if (fault != NULL && fault->kind == REACTIVE_FAULT_REPLY)
    {
      set_fault (fault, out_reply);
      return TRUE;
    }
  if (call.tool == NULL)
    return reactive_model_refuse_unknown_tool (model, tool, error);

  if ((!reactive_hook_context_check_tool (context, tool, &local_error)
       || !run (&call, argv != NULL ? argv : no_arguments, &local_error))
      && !is_of_tool (&call, local_error))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  set_reply (&call, local_error, out_reply);
  return TRUE;
}
