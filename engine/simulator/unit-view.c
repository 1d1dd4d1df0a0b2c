/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/hook-context.h"
#include "simulator/hook-tool.h"
#include "simulator/unit-view-private.h"

/* Keeping what changed -------------------------------------------------------------------------------------------- */

/* Sets the member of @changes, unless the old document has nothing of the kind and there is nothing to say. */
static void
put (ReactiveJson *changes, const ReactiveJson *old, const char *key, ReactiveJson *value)
{
  if (reactive_json_get_length (value) > 0 || reactive_json_get_member (old, key) != NULL)
    reactive_json_object_set (changes, key, value);
  else
    reactive_json_unref (value);
}

static void
put_status (ReactiveJson *changes, const char *key, const ReactiveModelStatus *status)
{
  ReactiveJson *value;

  if (status->status == NULL || strcmp (status->status, "unknown") == 0)
    return;

  value = reactive_json_new_object ();
  reactive_json_object_set (value, "message",
                            reactive_json_new_string (status->message != NULL ? status->message : ""));
  reactive_json_object_set (value, "status", reactive_json_new_string (status->status));
  reactive_json_object_set (changes, key, value);
}

static void
put_action (ReactiveJson *changes, const ReactiveJson *document, const ReactiveModelAction *action)
{
  const ReactiveJson *old = reactive_json_get_member (document, "action");
  g_autoptr (ReactiveJson) content = reactive_json_new_object ();

  put (content, old, "results", reactive_json_ref (action->results));
  put (content, old, "log", reactive_json_new_strings (action->log));
  if (strcmp (action->status, "failed") == 0)
    {
      reactive_json_object_set (content, "failed", reactive_json_new_boolean (TRUE));
      reactive_json_object_set (content, "message", reactive_json_new_string (action->message));
    }
  reactive_json_object_set (changes, "action", reactive_json_overlay (old, content));
}

static void
put_relations (ReactiveJson *changes, const ReactiveJson *document, const ReactiveModelUnit *unit)
{
  const ReactiveJson *old = reactive_json_get_member (document, "relations");
  g_autoptr (ReactiveJson) content = reactive_json_new_object ();

  for (guint i = 0; i < unit->relations->len; i++)
    {
      const ReactiveModelSeenRelation *seen = g_ptr_array_index (unit->relations, i);
      const ReactiveModelMember *own = reactive_model_relation_find_member (seen->relation, unit);
      g_autofree char *id = reactive_model_relation_get_id (seen->relation, seen->end);
      const ReactiveJson *relation = reactive_json_get_member (old, id);
      g_autoptr (ReactiveJson) databags = reactive_json_new_object ();

      put (databags, relation, "local", reactive_json_ref (own->databag.data));
      put (databags, relation, "local-app", reactive_json_ref (seen->relation->ends[seen->end].databag.data));
      reactive_json_object_set (content, id, reactive_json_overlay (relation, databags));
    }
  if (unit->relations->len > 0)
    reactive_json_object_set (changes, "relations", g_steal_pointer (&content));
}

static void
update_document (ReactiveUnitView *view)
{
  const ReactiveModelApplication *application = view->unit->application;
  g_autoptr (ReactiveJson) old = view->document;
  g_autoptr (ReactiveJson) changes = reactive_json_new_object ();

  put_status (changes, "status", &view->unit->status);
  put_status (changes, "application-status", &application->status);
  reactive_json_object_set_text (changes, "application-version", application->workload_version);
  put (changes, old, "leader-settings", reactive_json_ref (application->settings));
  put (changes, old, "state", reactive_json_ref (view->unit->state));
  put (changes, old, "ports", reactive_json_new_strings (view->unit->ports));
  if (view->hook.action != NULL)
    put_action (changes, old, view->hook.action);
  put_relations (changes, old, view->unit);

  view->document = reactive_json_overlay (old, changes);
}

/* Tools ----------------------------------------------------------------------------------------------------------- */

/* Those that tell the model nothing that the document shows. */
static gboolean
is_question (const char *tool)
{
  return g_str_has_suffix (tool, "-get") || g_str_has_suffix (tool, "-list") || g_str_has_suffix (tool, "-ids")
         || strcmp (tool, "is-leader") == 0 || strcmp (tool, "opened-ports") == 0 || strcmp (tool, "juju-log") == 0;
}

/* What would wait for the end of a hook is done; what Juju would not take then, the tool complains of. */
static void
commit (ReactiveHookContext *context, ReactiveToolReply *reply)
{
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) errors = NULL;
  g_autoptr (GError) error = NULL;

  if (reply->exit_code != 0)
    reactive_hook_context_discard (context);
  else if (!reactive_hook_context_commit (context, &error))
    {
      reactive_tool_reply_clear (reply);
      errors = g_bytes_new (error->message, strlen (error->message));
      reactive_tool_reply_set (reply, 1, nothing, errors);
    }
}

gboolean
reactive_unit_view_run (ReactiveUnitView *view, const char *tool, const char *const *argv, const char *directory,
                        GBytes *input, ReactiveToolReply *out_reply, GError **error)
{
  g_autoptr (ReactiveHookContext) context = reactive_hook_context_new (view->unit, &view->hook);

  if (!reactive_hook_tool_run (context, tool, argv, directory, input, out_reply, error))
    return FALSE;
  if (is_question (tool))
    return TRUE;

  commit (context, out_reply);
  update_document (view);
  return TRUE;
}

/* The view -------------------------------------------------------------------------------------------------------- */

ReactiveUnitView *
reactive_unit_view_parse (const char *text, gsize length_bytes, const char *path, GError **error)
{
  g_autoptr (ReactiveUnitView) view = g_new0 (ReactiveUnitView, 1);

  view->document = reactive_json_parse (text, (gssize) length_bytes, REACTIVE_JSON_STRICT, error);
  if (view->document == NULL)
    {
      g_prefix_error (error, "%s:", path);
      return NULL;
    }

  return reactive_unit_view_read (view, path, error) ? g_steal_pointer (&view) : NULL;
}

const ReactiveJson *
reactive_unit_view_get_document (const ReactiveUnitView *view)
{
  return view->document;
}

void
reactive_unit_view_free (ReactiveUnitView *view)
{
  if (view == NULL)
    return;

  reactive_model_free (view->model);
  reactive_json_unref (view->document);
  g_free (view);
}
