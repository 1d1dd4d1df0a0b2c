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

/* A setting that was never seen, and one that was removed, are both null. */
static gboolean
note_setting (ReactiveUnit *unit, const char *key, const ReactiveJson *value)
{
  g_autofree char *row = settings_key (key);
  g_autofree char *text = value_to_text (value);
  g_autofree char *changed_flag = g_strconcat ("leadership.changed.", key, NULL);
  g_autofree char *set_flag = g_strconcat ("leadership.set.", key, NULL);
  const char *previous = reactive_store_get (unit->store, row);
  gboolean changed = strcmp (text, previous != NULL ? previous : "null") != 0;

  reactive_toggle_flag (unit, changed_flag, changed);
  reactive_toggle_flag (unit, set_flag, strcmp (text, "null") != 0);
  if (previous == NULL || changed)
    reactive_store_set (unit->store, row, text);

  return changed;
}

static void
add_key (const char *key, const char *json_text, gpointer user_data)
{
  g_ptr_array_add (user_data, g_strdup (key + strlen (SETTINGS_PREFIX)));
}

/* As layer:leadership at the start of a hook: changed flags live for the one hook in which the change was first seen.
 * A Juju without leader data (4.0 and later) leaves leadership.is_leader alone. */
gboolean
reactive_unit_raise_leadership_flags (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func (g_free);
  const ReactiveJson *settings;
  gboolean is_leader, any_changed = FALSE;

  if (!unit->juju->klass->is_leader (unit->juju, &is_leader, error))
    return g_error_matches (*error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  reactive_toggle_flag (unit, "leadership.is_leader", is_leader);

  if ((settings = unit->juju->klass->leader_get (unit->juju, error)) == NULL)
    return g_error_matches (*error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);

  reactive_store_foreach (unit->store, SETTINGS_PREFIX, add_key, keys);
  for (guint i = 0; i < reactive_json_get_length (settings); i++)
    {
      const char *key = reactive_json_get_member_name (settings, i);
      g_autofree char *row = settings_key (key);

      if (reactive_store_get (unit->store, row) == NULL)
        g_ptr_array_add (keys, g_strdup (key));
    }

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);

      any_changed |= note_setting (unit, key, reactive_json_get_member (settings, key));
    }
  reactive_toggle_flag (unit, "leadership.changed", any_changed);

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

  return value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_STRING ? reactive_json_get_string (value, NULL)
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
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_DENIED (not the leader), %REACTIVE_ERROR_NO_TOOL (Juju 4.0 and later) or
 * what the tool failed with
 */
gboolean
reactive_leader_set (ReactiveUnit *unit, const char *key, const char *value, GError **error)
{
  g_autoptr (ReactiveJson) settings = NULL;
  const ReactiveJson *member;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  if (unit->error != NULL)
    {
      g_propagate_error (error, g_error_copy (unit->error));
      return FALSE;
    }

  settings = reactive_json_new_object ();
  reactive_json_object_set (settings, key,
                            value != NULL ? reactive_json_new_string (value) : reactive_json_new_null ());
  if (!unit->juju->klass->leader_set (unit->juju, settings, error))
    return FALSE;

  member = reactive_json_get_member (settings, key);
  if (note_setting (unit, key, member))
    reactive_set_flag (unit, "leadership.changed");

  return TRUE;
}
