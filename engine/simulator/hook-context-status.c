/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/hook-context-private.h"

/* What a charm may set; Juju keeps the others for itself. */
static const char *const settable[] = { "maintenance", "blocked", "waiting", "active", NULL };
/* What an application is whose charm never said so: the worst of its units. */
static const char *const by_severity[]
    = { "error", "blocked", "waiting", "maintenance", "active", "terminated", "unknown" };

/* Status ---------------------------------------------------------------------------------------------------------- */

static ReactiveJson *
status_to_json (const char *status, const char *message)
{
  ReactiveJson *object = reactive_json_new_object ();

  reactive_json_object_set (object, "message", reactive_json_new_string (message != NULL ? message : ""));
  reactive_json_object_set (object, "status", reactive_json_new_string (status));
  reactive_json_object_set (object, "status-data", reactive_json_new_object ());
  return object;
}

static const ReactiveModelStatus *
derive_status (const ReactiveModelApplication *application)
{
  if (application->status.status != NULL && !g_str_equal (application->status.status, "unknown"))
    return &application->status;

  for (gsize severity = 0; severity < G_N_ELEMENTS (by_severity); severity++)
    for (guint i = 0; i < application->units->len; i++)
      {
        const ReactiveModelUnit *unit = g_ptr_array_index (application->units, i);

        if (g_strcmp0 (unit->status.status, by_severity[severity]) == 0)
          return &unit->status;
      }

  return &application->status;
}

static const char *
name_status (const ReactiveModelStatus *status)
{
  return status->status != NULL ? status->status : "unknown";
}

static ReactiveJson *
application_status_to_json (const ReactiveModelApplication *application)
{
  const ReactiveModelStatus *status = derive_status (application);
  ReactiveJson *details = status_to_json (name_status (status), status->message);
  ReactiveJson *units = reactive_json_new_object (), *answer = reactive_json_new_object ();
  g_autoptr (GPtrArray) sorted = reactive_hook_context_sort_units (application);

  for (guint i = 0; i < sorted->len; i++)
    {
      const ReactiveModelUnit *unit = g_ptr_array_index (sorted, i);

      reactive_json_object_set (units, unit->name, status_to_json (name_status (&unit->status), unit->status.message));
    }
  reactive_json_object_set (details, "units", units);
  reactive_json_object_set (answer, "application-status", details);
  return answer;
}

const ReactiveJson *
reactive_hook_context_status_get (ReactiveHookContext *context, gboolean of_application, GError **error)
{
  const ReactiveModelUnit *unit = context->unit;

  if (!of_application)
    return reactive_hook_context_keep (context, status_to_json (name_status (&unit->status), unit->status.message));
  if (!reactive_hook_context_require_leader (context, "finding application status: ", error))
    return NULL;

  return reactive_hook_context_keep (context, application_status_to_json (unit->application));
}

gboolean
reactive_hook_context_status_set (ReactiveHookContext *context, gboolean of_application, const char *status,
                                  const char *message, GError **error)
{
  ReactiveModelStatus *place = of_application ? &context->unit->application->status : &context->unit->status;
  const char *text = message != NULL ? message : "";

  if (!g_strv_contains (settable, status))
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "invalid status \"%s\", expected one of [maintenance blocked waiting active]", status);
  if (of_application && !reactive_hook_context_require_leader (context, /* prefix= */ NULL, error))
    return FALSE;

  g_free (place->status);
  place->status = g_strdup (status);
  g_free (place->message);
  place->message = g_strdup (text);
  place->since_us = reactive_hook_context_get_model (context)->now_us;
  reactive_hook_context_note (context, "status-set", "%s%s: %s", of_application ? "application " : "", status, text);
  return TRUE;
}

/* The leader's settings ------------------------------------------------------------------------------------------- */

/* The tool takes them as words: it splits at the first '=' and strips white space around the name and the value. */
static gboolean
check_setting (const char *name, const ReactiveJson *value, GError **error)
{
  const ReactiveJsonType kind = reactive_json_get_kind (value);
  gsize length = 0;
  const char *text = reactive_json_get_string (value, &length);
  const char *wrong = NULL;

  if (*name == '\0' || strchr (name, '=') != NULL || g_ascii_isspace (name[0])
      || g_ascii_isspace (name[strlen (name) - 1]))
    wrong = "cannot be the name of a setting";
  else if (kind != REACTIVE_JSON_STRING && kind != REACTIVE_JSON_NULL)
    wrong = "expected a string or null";
  else if (text != NULL && strlen (text) != length)
    wrong = "the value has a NUL character";
  if (wrong == NULL)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_INVALID, "leader-set: %s: %s", name, wrong);
}

static ReactiveJson *
strip_settings (const ReactiveJson *settings, GError **error)
{
  g_autoptr (ReactiveJson) stripped = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (settings); i++)
    {
      const char *name = reactive_json_get_member_name (settings, i);
      const ReactiveJson *value = reactive_json_get_element (settings, i);
      g_autofree char *text = NULL;

      if (!check_setting (name, value, error))
        return NULL;
      text = g_strdup (reactive_json_text_or_null (value));
      reactive_json_object_set (
          stripped, name, text != NULL ? reactive_json_new_string (g_strstrip (text)) : reactive_json_new_null ());
    }

  return g_steal_pointer (&stripped);
}

static void
note_settings (ReactiveHookContext *context, const ReactiveJson *settings)
{
  for (guint i = 0; context->watch != NULL && i < reactive_json_get_length (settings); i++)
    {
      const char *text = reactive_json_text_or_null (reactive_json_get_element (settings, i));

      reactive_hook_context_note (context, "leader-set", "%s=%s", reactive_json_get_member_name (settings, i),
                                  text != NULL ? text : "");
    }
}

gboolean
reactive_hook_context_leader_set (ReactiveHookContext *context, const ReactiveJson *settings, GError **error)
{
  ReactiveModelApplication *application = context->unit->application;
  g_autoptr (ReactiveJson) stripped = strip_settings (settings, error);
  ReactiveJson *merged;

  if (stripped == NULL)
    return FALSE;
  if (!reactive_hook_context_is_leader (context))
    return reactive_fail (error, REACTIVE_ERROR_DENIED,
                          "cannot write leadership settings: cannot write settings: not the leader");

  note_settings (context, stripped);
  merged = reactive_json_merge_settings (application->settings, stripped, /* empty_deletes= */ TRUE);
  if (merged == application->settings)
    {
      reactive_json_unref (merged);
      return TRUE;
    }

  /* whoever has the old ones from this context may keep them */
  reactive_hook_context_keep (context, reactive_json_ref (application->settings));
  reactive_model_set_settings (application, merged, context->unit);
  return TRUE;
}
