/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/model-fault.h"

#include "base/error.h"

static void
fault_free (gpointer data)
{
  ReactiveModelFault *fault = data;

  g_free (fault->output);
  g_free (fault->message);
  g_free (fault);
}

static ReactiveModelFault *
fault_copy (const ReactiveModelFault *fault)
{
  ReactiveModelFault *copy = g_memdup2 (fault, sizeof *fault);

  copy->output = g_strdup (fault->output);
  copy->message = g_strdup (fault->message);
  return copy;
}

void
reactive_model_set_fault (ReactiveModel *model, const char *tool, const ReactiveModelFault *fault)
{
  if (model->faults == NULL)
    model->faults = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, fault_free);

  if (fault != NULL)
    g_hash_table_insert (model->faults, g_strdup (tool), fault_copy (fault));
  else
    g_hash_table_remove (model->faults, tool);
}

const ReactiveModelFault *
reactive_model_get_fault (const ReactiveModel *model, const char *tool)
{
  return model->faults != NULL ? g_hash_table_lookup (model->faults, tool) : NULL;
}

gboolean
reactive_model_refuse_unknown_tool (const ReactiveModel *model, const char *tool, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_NO_TOOL, "unknown %scommand: %s",
                        model->juju == REACTIVE_JUJU_2_9 ? "" : "hook ", tool);
}

static ReactiveError
reply_code (const ReactiveModelFault *fault)
{
  if (fault->exit_code == 0)
    return REACTIVE_ERROR_BAD_DATA;

  return fault->exit_code == 2 ? REACTIVE_ERROR_INVALID : REACTIVE_ERROR_TOOL;
}

gboolean
reactive_model_check_fault (const ReactiveModel *model, const char *tool, GError **error)
{
  const ReactiveModelFault *fault = reactive_model_get_fault (model, tool);

  if (fault == NULL)
    return TRUE;

  if (fault->kind == REACTIVE_FAULT_MISSING)
    return reactive_model_refuse_unknown_tool (model, tool, error);

  return reactive_fail (error, fault->kind == REACTIVE_FAULT_REFUSED ? REACTIVE_ERROR_CONNECTION : reply_code (fault),
                        "%s", fault->message != NULL ? fault->message : "");
}
