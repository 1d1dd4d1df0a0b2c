/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/flags.h>
#include <reactive/leadership.h>
#include <string.h>

#include "unit/unit-private.h"

/* What the leader's settings were when last seen: the rows that layer:leadership keeps. */
#define SETTINGS_PREFIX "leadership.settings."

static char *
settings_key (const char *key)
{
  return g_strconcat (SETTINGS_PREFIX, key, NULL);
}

/* Free with g_free(). */
static char *
value_to_text (const ReactiveJson *value)
{
  return value != NULL ? reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER) : g_strdup ("null");
}

/* Whether @text is not what was last seen. A setting that was never seen, and one that was removed, are both null. */
static gboolean
setting_differs (ReactiveUnit *unit, const char *key, const char *text)
{
  g_autofree char *row = settings_key (key);
  const char *previous = reactive_store_get (unit->store, row);

  return strcmp (text, previous != NULL ? previous : "null") != 0;
}

static void
remember_setting (ReactiveUnit *unit, const char *key, const char *text)
{
  g_autofree char *row = settings_key (key);

  reactive_store_set (unit->store, row, text);
}

/* A key that no line of the log can show, as another charm may have set it, has no flag of its own. */
static void
toggle_setting_flag (ReactiveUnit *unit, const char *kind, const char *key, gboolean is_set)
{
  g_autofree char *flag = g_strdup_printf ("leadership.%s.%s", kind, key);

  if (reactive_flag_name_check (flag, /* error= */ NULL))
    reactive_toggle_flag (unit, flag, is_set);
}

static void
add_key (const char *key, const char *json_text, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (key + strlen (SETTINGS_PREFIX)));
}

/* Every key that was seen before, and every one of @settings (nullable). */
static GPtrArray *
list_settings (ReactiveUnit *unit, const ReactiveJson *settings)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);

  reactive_store_foreach (unit->store, SETTINGS_PREFIX, add_key, keys);
  for (guint i = 0; settings != NULL && i < reactive_json_get_length (settings); i++)
    {
      const char *key = reactive_json_get_member_name (settings, i);
      g_autofree char *row = settings_key (key);

      if (reactive_store_get (unit->store, row) == NULL)
        g_ptr_array_add (keys, g_strdup (key));
    }

  return keys;
}

static void
raise_setting_flags (ReactiveUnit *unit, const ReactiveJson *settings)
{
  g_autoptr (GPtrArray) keys = list_settings (unit, settings);
  gboolean any_changed = FALSE;

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      g_autofree char *text = value_to_text (settings != NULL ? reactive_json_get_member (settings, key) : NULL);
      gboolean changed = setting_differs (unit, key, text);

      any_changed |= changed;
      toggle_setting_flag (unit, "changed", key, changed);
      toggle_setting_flag (unit, "set", key, strcmp (text, "null") != 0);
      if (!unit->is_aside)
        remember_setting (unit, key, text);
    }
  reactive_unit_toggle_flag (unit, reactive_handlers_get_flags (unit->handlers)->leadership_changed, any_changed);
}

/* As layer:leadership at the start of a hook: changed flags live for the one hook in which the change was first seen.
 * Under a Juju without leader data (4.0 and later) there are no settings, and leadership.is_leader alone stands. */
gboolean
reactive_unit_raise_leadership_flags (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *settings;
  gboolean is_leader = FALSE;
  GError *reason = NULL;

  if (!unit->juju->klass->is_leader (unit->juju, &is_leader, &reason) && !reactive_unit_is_no_tool (reason, error))
    return FALSE;
  reactive_unit_toggle_flag (unit, reactive_handlers_get_flags (unit->handlers)->is_leader, is_leader);

  reason = NULL;
  settings = unit->juju->klass->leader_get (unit->juju, &reason);
  if (settings == NULL && !reactive_unit_is_no_tool (reason, error))
    return FALSE;
  raise_setting_flags (unit, settings);

  return TRUE;
}

/**
 * reactive_is_leader:
 * @unit: the unit
 *
 * Whether this unit leads its application, which is certain for the next 30 seconds. Asked once a hook. A Juju that
 * cannot tell fails the hook.
 *
 * Returns: whether it leads
 */
gboolean
reactive_is_leader (ReactiveUnit *unit)
{
  gboolean is_leader = FALSE;
  GError *error = NULL;

  g_return_val_if_fail (unit != NULL, FALSE);

  if (unit->error == NULL && !unit->juju->klass->is_leader (unit->juju, &is_leader, &error))
    reactive_unit_fail (unit, error);

  return is_leader;
}

/**
 * reactive_leader_get:
 * @unit: the unit
 * @key: a key
 *
 * A setting that the leader made for all units of the application. A Juju that has none (4.0 and later) fails the hook;
 * there such data belongs into the application databag of a peer relation.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if it is not set
 */
const char *
reactive_leader_get (ReactiveUnit *unit, const char *key)
{
  const ReactiveJson *settings, *value;
  GError *error = NULL;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  if (unit->error != NULL)
    return NULL;
  if ((settings = unit->juju->klass->leader_get (unit->juju, &error)) == NULL)
    {
      reactive_unit_fail (unit, error);
      return NULL;
    }

  value = reactive_json_get_member (settings, key);

  return value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_STRING
             ? reactive_json_get_string (value, NULL)
             : NULL;
}

/**
 * reactive_leader_set:
 * @unit: the unit, which must be the leader
 * @key: a key
 * @value: (nullable): its value; %NULL removes it
 * @error: return location for a #GError
 *
 * Makes a setting for all units of the application, at once: it stays even if the hook fails. The flags
 * `leadership.changed.KEY`, `leadership.changed` and `leadership.set.KEY` follow at once too. As layer:leadership's
 * leader_set().
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_DENIED (not the leader), %REACTIVE_ERROR_NO_TOOL (Juju 4.0 and later),
 * %REACTIVE_ERROR_INVALID (no flag can have @key in its name) or what the tool failed with
 */
gboolean
reactive_leader_set (ReactiveUnit *unit, const char *key, const char *value, GError **error)
{
  g_autoptr (ReactiveJson) settings = NULL;
  g_autofree char *text = NULL;
  g_autofree char *flag = NULL;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  flag = g_strconcat ("leadership.changed.", key, NULL);
  if (!reactive_unit_check (unit, error) || (value != NULL && !reactive_flag_name_check (flag, error)))
    return FALSE;

  settings = reactive_json_new_object ();
  reactive_json_object_set (settings, key,
                            value != NULL ? reactive_json_new_string (value) : reactive_json_new_null ());
  if (!unit->juju->klass->leader_set (unit->juju, settings, error))
    return FALSE;

  text = value_to_text (reactive_json_get_element (settings, 0));
  if (setting_differs (unit, key, text))
    {
      toggle_setting_flag (unit, "changed", key, TRUE);
      reactive_set_flag (unit, "leadership.changed");
    }
  toggle_setting_flag (unit, "set", key, value != NULL);
  remember_setting (unit, key, text);

  return TRUE;
}
