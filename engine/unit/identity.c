/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/hook.h>

#include "unit/unit-private.h"

/**
 * reactive_get_hook_name:
 * @unit: the unit
 *
 * Tells which hook runs.
 *
 * Returns: (transfer none) (nullable): the hook that runs, as `db-relation-joined`; %NULL in an action
 */
const char *
reactive_get_hook_name (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->kind != REACTIVE_HOOK_ACTION ? unit->hook->name : NULL;
}

/**
 * reactive_get_action_name:
 * @unit: the unit
 *
 * Tells which action runs.
 *
 * Returns: (transfer none) (nullable): the action that runs; %NULL in a hook
 */
const char *
reactive_get_action_name (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->kind == REACTIVE_HOOK_ACTION ? unit->hook->name : NULL;
}

/**
 * reactive_get_unit_name:
 * @unit: the unit
 *
 * Tells this unit's name.
 *
 * Returns: (transfer none) (nullable): this unit, as `app/0`; %NULL if Juju did not say
 */
const char *
reactive_get_unit_name (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->unit_name;
}

/**
 * reactive_get_application_name:
 * @unit: the unit
 *
 * Tells this unit's application.
 *
 * Returns: (transfer none) (nullable): the application that this unit belongs to; %NULL if Juju did not say
 */
const char *
reactive_get_application_name (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->application_name;
}

/**
 * reactive_get_charm_name:
 * @unit: the unit
 *
 * Tells the name of the charm.
 *
 * Returns: (transfer none): the charm, by its metadata
 */
const char *
reactive_get_charm_name (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return reactive_charm_get_name (reactive_unit_get_charm (unit));
}

/**
 * reactive_get_model_name:
 * @unit: the unit
 *
 * Tells the name of the model that this unit is in.
 *
 * Returns: (transfer none) (nullable): the model; %NULL if Juju did not say
 */
const char *
reactive_get_model_name (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->model_name;
}

/**
 * reactive_get_model_uuid:
 * @unit: the unit
 *
 * Tells the identity of the model that this unit is in.
 *
 * Returns: (transfer none) (nullable): the model's UUID; %NULL if Juju did not say
 */
const char *
reactive_get_model_uuid (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->model_uuid;
}

/**
 * reactive_get_machine_id:
 * @unit: the unit
 *
 * Tells this unit's machine.
 *
 * Returns: (transfer none) (nullable): the machine; %NULL on Kubernetes
 */
const char *
reactive_get_machine_id (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->machine_id;
}

/**
 * reactive_get_availability_zone:
 * @unit: the unit
 *
 * Tells where the cloud put this unit's machine.
 *
 * Returns: (transfer none) (nullable): the availability zone; %NULL if there is none
 */
const char *
reactive_get_availability_zone (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->availability_zone;
}

/**
 * reactive_get_principal_unit:
 * @unit: the unit
 *
 * Tells which unit this one was put beside.
 *
 * Returns: (transfer none) (nullable): the unit that this subordinate belongs to; %NULL if it is no subordinate
 */
const char *
reactive_get_principal_unit (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->principal_unit;
}

/**
 * reactive_get_juju_version:
 * @unit: the unit
 *
 * Tells which Juju there is.
 *
 * Returns: (transfer none) (nullable): the version of the Juju that runs the hook; %NULL if it did not say
 */
const char *
reactive_get_juju_version (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->juju_version;
}

/**
 * reactive_get_relation_id:
 * @unit: the unit
 *
 * Tells which relation the hook is about.
 *
 * Returns: (transfer none) (nullable): the relation that the hook is about, as `db:1`; %NULL in other hooks
 */
const char *
reactive_get_relation_id (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->relation_id;
}

/**
 * reactive_get_remote_unit:
 * @unit: the unit
 *
 * Tells which unit of the other side the hook is about.
 *
 * Returns: (transfer none) (nullable): the remote unit that a relation hook is about; %NULL in other hooks, and where
 * the hook is about the application
 */
const char *
reactive_get_remote_unit (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->remote_unit;
}

/**
 * reactive_get_remote_application:
 * @unit: the unit
 *
 * Tells whose relation the hook is about.
 *
 * Returns: (transfer none) (nullable): the remote application that a relation hook is about; %NULL in other hooks
 */
const char *
reactive_get_remote_application (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->remote_app;
}

/**
 * reactive_get_departing_unit:
 * @unit: the unit
 *
 * Tells who leaves.
 *
 * Returns: (transfer none) (nullable): the unit that leaves in a departed hook, which may be this one; %NULL in other
 * hooks
 */
const char *
reactive_get_departing_unit (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->departing_unit;
}

/**
 * reactive_get_storage_id:
 * @unit: the unit
 *
 * Tells which storage the hook is about.
 *
 * Returns: (transfer none) (nullable): the storage that the hook is about, as `data/0`; %NULL in other hooks
 */
const char *
reactive_get_storage_id (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->storage_id;
}

/**
 * reactive_get_secret_id:
 * @unit: the unit
 *
 * Tells which secret the hook is about.
 *
 * Returns: (transfer none) (nullable): the secret that the hook is about, as `secret:…`; %NULL in other hooks
 */
const char *
reactive_get_secret_id (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->secret_id;
}

/**
 * reactive_get_secret_label:
 * @unit: the unit
 *
 * Tells the label of the secret that the hook is about.
 *
 * Returns: (transfer none) (nullable): the label that this unit gave to that secret; %NULL if there is none
 */
const char *
reactive_get_secret_label (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->hook->secret_label;
}

/**
 * reactive_get_secret_revision:
 * @unit: the unit
 *
 * Tells which revision of a secret the hook is about.
 *
 * Returns: the revision of that secret that expires, or that nobody reads any more; 0 in hooks that are about none
 */
guint
reactive_get_secret_revision (ReactiveUnit *unit)
{
  guint64 revision = 0;

  g_return_val_if_fail (unit != NULL, 0);

  if (unit->hook->secret_revision != NULL)
    g_ascii_string_to_unsigned (unit->hook->secret_revision, 10, 0, G_MAXUINT, &revision, NULL);

  return (guint) revision;
}
