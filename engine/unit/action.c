/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/action.h>
#include <string.h>

#include "unit/unit-private.h"

/* Fails the hook when it is no action. */
static gboolean
check_action (ReactiveUnit *unit)
{
  if (unit->error == NULL && unit->hook->kind != REACTIVE_HOOK_ACTION)
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "not running an action");

  return unit->error == NULL;
}

/**
 * reactive_action_get:
 * @unit: the unit
 * @parameter: a parameter; `outer.inner` looks into an object, the empty string is all of them
 *
 * A parameter of the action that runs. Outside of an action it fails the hook.
 *
 * Returns: (transfer none) (nullable): the value; %NULL if it was not given and has no default
 */
const ReactiveJson *
reactive_action_get (ReactiveUnit *unit, const char *parameter)
{
  g_auto (GStrv) parts = NULL;
  const ReactiveJson *value;
  GError *error = NULL;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (parameter != NULL, NULL);

  if (!check_action (unit))
    return NULL;
  if ((value = unit->juju->klass->action_get (unit->juju, &error)) == NULL)
    {
      reactive_unit_fail (unit, error);
      return NULL;
    }

  parts = g_strsplit (parameter, ".", -1);
  for (guint i = 0; value != NULL && parts[i] != NULL; i++)
    value = reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT ? reactive_json_get_member (value, parts[i]) : NULL;

  return reactive_json_is_none (value) ? NULL : value;
}

/* A parameter of one kind; one of another kind fails the action. */
static const ReactiveJson *
get_typed (ReactiveUnit *unit, const char *parameter, ReactiveJsonType kind, const char *expected)
{
  const ReactiveJson *value = reactive_action_get (unit, parameter);

  if (value == NULL || reactive_json_get_kind (value) == kind)
    return value;

  reactive_unit_fail_printf (unit, REACTIVE_ERROR_BAD_DATA, "action parameter '%s' is not %s", parameter, expected);

  return NULL;
}

/**
 * reactive_action_get_string:
 * @unit: the unit
 * @parameter: a parameter, as of reactive_action_get()
 *
 * Reads a parameter of the action that runs, as a text.
 *
 * Returns: (transfer none) (nullable): the value; one of another type fails the action
 */
const char *
reactive_action_get_string (ReactiveUnit *unit, const char *parameter)
{
  const ReactiveJson *value = get_typed (unit, parameter, REACTIVE_JSON_STRING, "a string");

  return value != NULL ? reactive_json_get_string (value, NULL) : NULL;
}

/**
 * reactive_action_get_integer:
 * @unit: the unit
 * @parameter: a parameter, as of reactive_action_get()
 *
 * Reads a parameter of the action that runs, as an integer.
 *
 * Returns: the value; 0 if there is none; one of another type, or too large for 64 bits, fails the action
 */
gint64
reactive_action_get_integer (ReactiveUnit *unit, const char *parameter)
{
  const ReactiveJson *value = get_typed (unit, parameter, REACTIVE_JSON_INTEGER, "an integer");
  gint64 integer = 0;

  if (value != NULL && !reactive_json_get_integer (value, &integer))
    reactive_unit_fail_printf (unit, REACTIVE_ERROR_BAD_DATA, "action parameter '%s' is too large", parameter);

  return integer;
}

/**
 * reactive_action_get_boolean:
 * @unit: the unit
 * @parameter: a parameter, as of reactive_action_get()
 *
 * Reads a parameter of the action that runs, as a boolean.
 *
 * Returns: the value; %FALSE if there is none; one of another type fails the action
 */
gboolean
reactive_action_get_boolean (ReactiveUnit *unit, const char *parameter)
{
  const ReactiveJson *value = get_typed (unit, parameter, REACTIVE_JSON_BOOLEAN, "a boolean");

  return value != NULL && reactive_json_get_boolean (value);
}

/**
 * reactive_action_set:
 * @unit: the unit
 * @key: a key: lower case letters, digits and `-`; `outer.inner` makes objects
 * @value: plain text
 *
 * Adds to the action's result, which is kept even if the action fails. A key that Juju refuses fails the action.
 */
void
reactive_action_set (ReactiveUnit *unit, const char *key, const char *value)
{
  GError *error = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (key != NULL);
  g_return_if_fail (value != NULL);

  if (check_action (unit) && !unit->juju->klass->action_set (unit->juju, key, value, &error))
    reactive_unit_fail (unit, error);
}

/**
 * reactive_action_fail:
 * @unit: the unit
 * @message: plain text: why
 *
 * Marks the action as failed. What it did to the unit's flags is kept all the same: a handler that wants nothing kept
 * returns an error instead.
 */
void
reactive_action_fail (ReactiveUnit *unit, const char *message)
{
  GError *error = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (message != NULL);

  if (check_action (unit) && !unit->juju->klass->action_fail (unit->juju, message, &error))
    reactive_unit_fail (unit, error);
}

/**
 * reactive_action_log:
 * @unit: the unit
 * @message: plain text
 *
 * Tells whoever waits for the action how far it is, at once.
 */
void
reactive_action_log (ReactiveUnit *unit, const char *message)
{
  GError *error = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (message != NULL);

  if (check_action (unit) && !unit->juju->klass->action_log (unit->juju, message, &error))
    reactive_unit_fail (unit, error);
}
