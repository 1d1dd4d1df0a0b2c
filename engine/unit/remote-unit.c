/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "unit/endpoint-private.h"

static ReactiveRemoteUnit *
allocate (const char *relation_id, const char *name)
{
  gsize id_bytes = strlen (relation_id) + 1, name_bytes = strlen (name) + 1, application_bytes = strcspn (name, "/");
  ReactiveRemoteUnit *remote_unit = g_malloc0 (sizeof *remote_unit + id_bytes + name_bytes + application_bytes + 1);

  /* The texts stand behind it: a hook may look at many units. */
  remote_unit->relation_id = memcpy (remote_unit + 1, relation_id, id_bytes);
  remote_unit->name = memcpy (remote_unit->relation_id + id_bytes, name, name_bytes);
  remote_unit->application_name = memcpy (remote_unit->name + name_bytes, name, application_bytes);

  return remote_unit;
}

ReactiveRemoteUnit *
remote_unit_new (ReactiveUnit *unit, const char *relation_id, const char *name)
{
  ReactiveRemoteUnit *remote_unit = allocate (relation_id, name);

  remote_unit->received
      = databag_new (unit, DATABAG_REMOTE, /* of_application= */ FALSE, remote_unit->relation_id, remote_unit->name);

  return remote_unit;
}

ReactiveRemoteUnit *
remote_unit_new_departed (ReactiveUnit *unit, const char *relation_id, const char *name, ReactiveJson *data)
{
  ReactiveRemoteUnit *remote_unit = allocate (relation_id, name);

  remote_unit->received = databag_new_given (unit, data);

  return remote_unit;
}

void
remote_unit_free (ReactiveRemoteUnit *remote_unit)
{
  if (remote_unit == NULL)
    return;

  databag_free (remote_unit->received);
  g_free (remote_unit);
}

/**
 * reactive_remote_unit_get_name:
 * @remote_unit: a unit of the other side
 *
 * Tells the name of a remote unit.
 *
 * Returns: (transfer none): `app/0`
 */
const char *
reactive_remote_unit_get_name (const ReactiveRemoteUnit *remote_unit)
{
  g_return_val_if_fail (remote_unit != NULL, NULL);

  return remote_unit->name;
}

/**
 * reactive_remote_unit_get_application_name:
 * @remote_unit: a unit of the other side
 *
 * Tells the application of a remote unit.
 *
 * Returns: (transfer none): the application that it belongs to
 */
const char *
reactive_remote_unit_get_application_name (const ReactiveRemoteUnit *remote_unit)
{
  g_return_val_if_fail (remote_unit != NULL, NULL);

  return remote_unit->application_name;
}

/**
 * reactive_remote_unit_get_relation_id:
 * @remote_unit: a unit of the other side
 *
 * Tells by which relation a remote unit is known.
 *
 * Returns: (transfer none): the relation that it is in, or was in; that one may be gone
 */
const char *
reactive_remote_unit_get_relation_id (const ReactiveRemoteUnit *remote_unit)
{
  g_return_val_if_fail (remote_unit != NULL, NULL);

  return remote_unit->relation_id;
}

/**
 * reactive_remote_unit_get_received:
 * @remote_unit: a unit of the other side
 *
 * Reads what a remote unit says.
 *
 * Returns: (transfer none): what it says; of a unit that has departed, what it said then
 */
ReactiveDatabag *
reactive_remote_unit_get_received (ReactiveRemoteUnit *remote_unit)
{
  g_return_val_if_fail (remote_unit != NULL, NULL);

  return remote_unit->received;
}
