/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/juju-private.h"

#include <string.h>

#include "juju/juju-name.h"

/* What a charm may set; Juju keeps the others for itself. */
static const char *const statuses[] = { "maintenance", "blocked", "waiting", "active", NULL };

/* Leadership settings --------------------------------------------------------------------------------------------- */

/* The tool splits at the first '=' and strips white space around the name and the value. */
static gboolean
check_setting (const char *name, const ReactiveJson *value, GError **error)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);
  gsize length = 0;
  const char *text = reactive_json_get_string (value, &length);

  if (*name == '\0' || strchr (name, '=') != NULL || g_ascii_isspace (name[0])
      || g_ascii_isspace (name[strlen (name) - 1]))
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "leader-set: '%s' cannot be the name of a setting", name);
  if (kind != REACTIVE_JSON_STRING && kind != REACTIVE_JSON_NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "leader-set: %s: expected a string or null", name);
  if (text != NULL && strlen (text) != length)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "leader-set: %s: the value has a NUL character", name);

  return TRUE;
}

/**
 * reactive_tools_juju_leader_set:
 * @settings: object of strings; null and the empty string delete
 * @error: DENIED, INVALID (a name or a value that the tool cannot take), or as any tool
 *
 * leader-set takes its settings as arguments alone, so Juju strips white space around values. What it made of them is
 * asked for again by the next leader_get().
 *
 * Returns: whether Juju took all of them
 */
gboolean
reactive_tools_juju_leader_set (ReactiveJuju *juju, const ReactiveJson *settings, GError **error)
{
  ReactiveToolsJuju *self = (ReactiveToolsJuju *) juju;
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  g_assert (reactive_json_get_kind (settings) == REACTIVE_JSON_OBJECT);

  g_ptr_array_add (argv, g_strdup ("leader-set"));
  g_ptr_array_add (argv, g_strdup ("--"));
  for (guint i = 0; i < reactive_json_get_length (settings); i++)
    {
      const char *name = reactive_json_get_member_name (settings, i);
      const ReactiveJson *value = reactive_json_get_element (settings, i);
      const char *text = reactive_json_get_string (value, /* out_length= */ NULL);

      if (!check_setting (name, value, error))
        return FALSE;
      g_ptr_array_add (argv, g_strconcat (name, "=", text, NULL));
    }
  g_ptr_array_add (argv, NULL);

  if (!reactive_tools_juju_require_leader (juju, "write leadership settings", error))
    return FALSE;
  if (reactive_json_get_length (settings) == 0)
    return TRUE;
  if (!reactive_tools_juju_tell (self, (const char *const *) argv->pdata, error))
    return FALSE;

  reactive_tools_juju_replace (self, &reactive_juju_leader_get_question, /* answer= */ NULL);
  return TRUE;
}

/* Status ---------------------------------------------------------------------------------------------------------- */

/* The agent reads the unit's status once in a run and may answer the old one ever after: we know better. */
static void
remember_status (ReactiveToolsJuju *self, gboolean of_application, const char *status, const char *message)
{
  g_autoptr (ReactiveJson) answer = NULL;

  if (!of_application)
    {
      answer = reactive_json_new_object ();
      reactive_json_object_set (answer, "message", reactive_json_new_string (message != NULL ? message : ""));
      reactive_json_object_set (answer, "status", reactive_json_new_string (status));
      reactive_json_object_set (answer, "status-data", reactive_json_new_object ());
    }

  reactive_tools_juju_replace (self, &reactive_juju_status_get_questions[of_application ? 1 : 0],
                               g_steal_pointer (&answer));
}

gboolean
reactive_tools_juju_status_set (ReactiveJuju *juju, gboolean of_application, const char *status, const char *message,
                                GError **error)
{
  ReactiveToolsJuju *self = (ReactiveToolsJuju *) juju;
  const char *const unit_argv[] = { "status-set", "--", status, message, NULL };
  const char *const application_argv[] = { "status-set", "--application", "--", status, message, NULL };

  if (!g_strv_contains (statuses, status))
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "a charm cannot set the status '%s' (expected maintenance, blocked, waiting or active)",
                          status);
  if (of_application && !reactive_tools_juju_require_leader (juju, "set the application's status", error))
    return FALSE;
  if (!reactive_tools_juju_tell (self, of_application ? application_argv : unit_argv, error))
    return FALSE;

  remember_status (self, of_application, status, message);
  return TRUE;
}

gboolean
reactive_tools_juju_version_set (ReactiveJuju *juju, const char *version, GError **error)
{
  const char *const argv[] = { "application-version-set", "--", version, NULL };

  return reactive_tools_juju_tell ((ReactiveToolsJuju *) juju, argv, error);
}

/* Actions --------------------------------------------------------------------------------------------------------- */

static gboolean
is_result_key (const char *key)
{
  g_auto (GStrv) parts = g_strsplit (key, ".", /* max_tokens= */ -1);
  gboolean is_good = parts[0] != NULL && !reactive_juju_is_reserved_result_key (key);

  for (guint i = 0; is_good && parts[i] != NULL; i++)
    is_good = reactive_juju_is_result_key_part (parts[i]);

  return is_good;
}

gboolean
reactive_tools_juju_action_set (ReactiveJuju *juju, const char *key, const char *value, GError **error)
{
  g_autofree char *pair = g_strconcat (key, "=", value, NULL);
  const char *const argv[] = { "action-set", pair, NULL };

  if (!is_result_key (key))
    return reactive_fail (
        error, REACTIVE_ERROR_INVALID,
        "'%s' cannot be the key of an action's result (expected lower-case letters, digits and hyphens, in "
        "parts joined by dots; stdout and stderr are Juju's)",
        key);

  return reactive_tools_juju_tell ((ReactiveToolsJuju *) juju, argv, error);
}

gboolean
reactive_tools_juju_action_fail (ReactiveJuju *juju, const char *message, GError **error)
{
  const char *const argv[] = { "action-fail", "--", message, NULL };

  return reactive_tools_juju_tell ((ReactiveToolsJuju *) juju, argv, error);
}

gboolean
reactive_tools_juju_action_log (ReactiveJuju *juju, const char *message, GError **error)
{
  const char *const argv[] = { "action-log", "--", message, NULL };

  return reactive_tools_juju_tell ((ReactiveToolsJuju *) juju, argv, error);
}
