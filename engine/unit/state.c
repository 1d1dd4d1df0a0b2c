/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/state.h>
#include <string.h>

#include "juju/file-text.h"
#include "unit/unit-private.h"

/* Juju's limits */
#define MAX_KEY_BYTES 256
#define MAX_VALUE_BYTES 65536

/**
 * reactive_state_get:
 * @unit: the unit
 * @key: a key
 * @error: return location for a #GError
 *
 * What stands in the state that Juju keeps of this unit (not in the unit-state file; for that see
 * reactive_kv_get()). Shows what this hook has set.
 *
 * Returns: (transfer none) (nullable): the value, empty if there is none; or %NULL with what the tool failed with
 */
const char *
reactive_state_get (ReactiveUnit *unit, const char *key, GError **error)
{
  const char *const argv[] = { "state-get", "--format=json", "--", key, NULL };
  const ReactiveJson *value;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  value = reactive_unit_ask (unit, argv, REACTIVE_JSON_STRING, error);

  return reactive_json_text_or_null (value);
}

/**
 * reactive_state_get_all:
 * @unit: the unit
 * @error: return location for a #GError
 *
 * Reads all that the controller keeps for this unit.
 *
 * Returns: (transfer none) (nullable): the state that Juju keeps of this unit, an object of strings; or %NULL with what
 *   the tool failed with
 */
const ReactiveJson *
reactive_state_get_all (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "state-get", "--format=json", NULL };

  g_return_val_if_fail (unit != NULL, NULL);

  return reactive_unit_ask_strings (unit, argv, REACTIVE_JSON_OBJECT, error);
}

static gboolean
check_state (const char *key, const char *value, GError **error)
{
  if (*key == '\0' || strlen (key) > MAX_KEY_BYTES || !g_utf8_validate (key, -1, NULL))
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "a key of the unit's state is UTF-8 of 1 to %d bytes",
                          MAX_KEY_BYTES);
  if (value != NULL && (strlen (value) > MAX_VALUE_BYTES || !g_utf8_validate (value, -1, NULL)))
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s: a value of the unit's state is UTF-8 of at most %d bytes",
                          key, MAX_VALUE_BYTES);

  return TRUE;
}

/**
 * reactive_state_set:
 * @unit: the unit
 * @key: a key, of at most 256 bytes
 * @value: (nullable): its value, of at most 64 KiB; %NULL removes it
 * @error: return location for a #GError
 *
 * Changes the state that Juju keeps of this unit, when the hook ends well.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_INVALID (over a limit, or not UTF-8) or what the tool failed with
 */
gboolean
reactive_state_set (ReactiveUnit *unit, const char *key, const char *value, GError **error)
{
  const char *const delete_argv[] = { "state-delete", "--", key, NULL };
  const char *const set_argv[] = { "state-set", "--file", "-", NULL };
  g_autoptr (ReactiveJson) values = NULL;
  g_autofree char *text = NULL;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (key != NULL, FALSE);

  if (!check_state (key, value, error))
    return FALSE;
  if (value == NULL)
    return reactive_unit_tell (unit, delete_argv, /* input= */ NULL, error);

  values = reactive_json_new_object ();
  reactive_json_object_set (values, key, reactive_json_new_string (value));
  text = reactive_juju_file_text (values);

  return reactive_unit_tell (unit, set_argv, text, error);
}
