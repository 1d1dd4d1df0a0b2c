/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "simulator/hook-context-private.h"
#include "simulator/model-fault.h"

static void
clear_databag (gpointer data)
{
  reactive_json_unref (((ReactivePendingDatabag *) data)->changes);
}

GArray *
reactive_hook_context_new_databags (void)
{
  GArray *databags = g_array_new (FALSE, FALSE, sizeof (ReactivePendingDatabag));

  g_array_set_clear_func (databags, clear_databag);
  return databags;
}

ReactiveHookContext *
reactive_hook_context_new (ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  ReactiveHookContext *context = g_new0 (ReactiveHookContext, 1);

  context->juju.klass = &reactive_hook_context_juju_class;
  context->unit = unit;
  context->hook = *hook;
  return context;
}

void
reactive_hook_context_discard (ReactiveHookContext *context)
{
  g_clear_pointer (&context->databags, g_array_unref);
  g_clear_pointer (&context->state, reactive_json_unref);
  g_clear_pointer (&context->ports, g_ptr_array_unref);
  g_clear_pointer (&context->storages, g_ptr_array_unref);
  g_clear_pointer (&context->secrets, reactive_pending_secrets_free);
}

void
reactive_hook_context_free (ReactiveHookContext *context)
{
  if (context == NULL)
    return;

  reactive_hook_context_discard (context);
  g_clear_pointer (&context->kept, g_ptr_array_unref);
  g_clear_pointer (&context->texts, g_ptr_array_unref);
  g_free (context->directory);
  g_free (context->relation_id);
  g_free (context);
}

void
reactive_hook_context_set_watch (ReactiveHookContext *context, ReactiveHookNoteFunc func, gpointer data)
{
  context->watch = func;
  context->watch_data = data;
}

void
reactive_hook_context_set_directory (ReactiveHookContext *context, const char *directory)
{
  g_free (context->directory);
  context->directory = g_strdup (directory);
}

ReactiveModelUnit *
reactive_hook_context_get_unit (ReactiveHookContext *context)
{
  return context->unit;
}

const ReactiveModelHook *
reactive_hook_context_get_hook (ReactiveHookContext *context)
{
  return &context->hook;
}

ReactiveJuju *
reactive_hook_context_get_juju (ReactiveHookContext *context)
{
  return &context->juju;
}

const ReactiveJson *
reactive_hook_context_keep (ReactiveHookContext *context, ReactiveJson *answer)
{
  if (context->kept == NULL)
    context->kept = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_json_unref);

  g_ptr_array_add (context->kept, answer);
  return answer;
}

const ReactiveJson *
reactive_hook_context_keep_sorted (ReactiveHookContext *context, GPtrArray *texts)
{
  g_ptr_array_sort (texts, reactive_text_compare_items);

  return reactive_hook_context_keep (context, reactive_json_new_strings (texts));
}

const char *
reactive_hook_context_keep_text (ReactiveHookContext *context, char *text)
{
  if (context->texts == NULL)
    context->texts = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (context->texts, text);
  return text;
}

void
reactive_hook_context_replace (ReactiveHookContext *context, ReactiveJson **place, ReactiveJson *value)
{
  if (*place != NULL)
    reactive_hook_context_keep (context, *place);
  *place = value;
}

void
reactive_hook_context_note (ReactiveHookContext *context, const char *what, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  if (context->watch == NULL)
    return;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  context->watch (&(ReactiveHookNote){ .what = what, .text = text }, context->watch_data);
}

/* Tools that not every Juju has; @until is the last that has it. */
static const struct
{
  const char *name;
  ReactiveJujuVersion since, until;
} rare_tools[] = {
  { "add-metric", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "k8s-raw-get", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "k8s-raw-set", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "k8s-spec-get", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "k8s-spec-set", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "leader-get", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "leader-set", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "payload-register", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "payload-status-set", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "payload-unregister", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "pod-spec-get", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "pod-spec-set", REACTIVE_JUJU_2_9, REACTIVE_JUJU_3_6 },
  { "relation-model-get", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-add", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-get", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-grant", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-ids", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-info-get", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-remove", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-revoke", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
  { "secret-set", REACTIVE_JUJU_3_6, REACTIVE_JUJU_4 },
};

gboolean
reactive_juju_version_has_tool (ReactiveJujuVersion version, const char *tool)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rare_tools); i++)
    if (g_str_equal (rare_tools[i].name, tool))
      return version >= rare_tools[i].since && version <= rare_tools[i].until;

  return TRUE;
}

/* The hooks of metering may ask for next to nothing. */
static gboolean
check_restricted (const ReactiveHookContext *context, const char *tool, GError **error)
{
  if (!reactive_hook_context_is_restricted (context) || g_str_equal (tool, "add-metric")
      || g_str_equal (tool, "juju-log"))
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_TOOL, "not implemented for restricted context not implemented");
}

gboolean
reactive_hook_context_check_tool (ReactiveHookContext *context, const char *tool, GError **error)
{
  const ReactiveModel *model = reactive_hook_context_get_model (context);

  if (!reactive_juju_version_has_tool (model->juju, tool))
    return reactive_model_refuse_unknown_tool (model, tool, error);

  return reactive_model_check_fault (model, tool, error) && check_restricted (context, tool, error);
}

gboolean
reactive_hook_context_is_leader (ReactiveHookContext *context)
{
  if (context->unit->application->leader != context->unit || context->unit->life != REACTIVE_LIFE_ALIVE)
    context->was_follower = TRUE;

  return !context->was_follower;
}

gboolean
reactive_hook_context_require_leader (ReactiveHookContext *context, const char *prefix, GError **error)
{
  if (reactive_hook_context_is_leader (context))
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_DENIED, "%sthis unit is not the leader", prefix != NULL ? prefix : "");
}

/**
 * reactive_hook_context_commit:
 * @error: TOOL, with what Juju would not take
 *
 * First everything is looked at that Juju could refuse, then everything is done.
 */
gboolean
reactive_hook_context_commit (ReactiveHookContext *context, GError **error)
{
  if (!reactive_hook_context_check_state (context, error) || !reactive_hook_context_check_storages (context, error)
      || !reactive_hook_context_check_secrets (context, error))
    return FALSE;

  reactive_hook_context_commit_state (context);
  reactive_hook_context_commit_databags (context);
  reactive_hook_context_commit_ports (context);
  reactive_hook_context_commit_storages (context);
  reactive_hook_context_commit_secrets (context);
  if (context->reboot == REACTIVE_REBOOT_LATER)
    reactive_hook_context_announce_reboot (context);
  reactive_hook_context_discard (context);
  return TRUE;
}
