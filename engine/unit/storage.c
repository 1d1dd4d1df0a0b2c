/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/storage.h>

#include "unit/unit-private.h"

/**
 * reactive_storage_list:
 * @unit: the unit
 * @name: (nullable): a storage that the charm's metadata declares; %NULL for all of them
 * @error: return location for a #GError
 *
 * Lists the storage of this unit.
 *
 * Returns: (transfer none) (array zero-terminated=1) (nullable): the storage that is attached to this unit, as
 *   `data/0`; an empty array where there is none; or %NULL with what the tool failed with
 */
const char *const *
reactive_storage_list (ReactiveUnit *unit, const char *name, GError **error)
{
  const char *const argv[] = { "storage-list", "--format=json", name, NULL };

  g_return_val_if_fail (unit != NULL, NULL);

  return reactive_unit_ask_list (unit, argv, error);
}

static const char *
get_attribute (ReactiveUnit *unit, const char *id, const char *attribute, GError **error)
{
  const char *const argv[] = { "storage-get", "--format=json", "-s", id, NULL };
  const ReactiveJson *storage = reactive_unit_ask (unit, argv, REACTIVE_JSON_OBJECT, error);
  const char *value;

  if (storage == NULL)
    return NULL;

  value = reactive_json_text_or_null (reactive_json_get_member (storage, attribute));
  if (value == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "storage-get: %s has no %s", id, attribute);

  return value;
}

/**
 * reactive_storage_get_location:
 * @unit: the unit
 * @id: what reactive_storage_list() or reactive_get_storage_id() says, as `data/0`
 * @error: return location for a #GError
 *
 * Tells where storage is.
 *
 * Returns: (transfer none) (nullable): where it is: the directory that a file system is mounted on, the device of block
 *   storage; or %NULL with %REACTIVE_ERROR_TOOL (no such storage, or it is not there yet), %REACTIVE_ERROR_BAD_DATA or
 *   what the tool failed with
 */
const char *
reactive_storage_get_location (ReactiveUnit *unit, const char *id, GError **error)
{
  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return get_attribute (unit, id, "location", error);
}

/**
 * reactive_storage_get_kind:
 * @unit: the unit
 * @id: what reactive_storage_list() or reactive_get_storage_id() says, as `data/0`
 * @error: return location for a #GError
 *
 * Tells what kind of storage there is.
 *
 * Returns: (transfer none) (nullable): `filesystem` or `block`; or %NULL with an error of
 *   reactive_storage_get_location()
 */
const char *
reactive_storage_get_kind (ReactiveUnit *unit, const char *id, GError **error)
{
  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  return get_attribute (unit, id, "kind", error);
}

/**
 * reactive_storage_add:
 * @unit: the unit
 * @name: a storage of which the charm's metadata allows several
 * @count: how many more of it
 * @error: return location for a #GError
 *
 * Asks for more storage, which comes, each with its storage-attached hook, when this hook has ended well.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_INVALID (none asked for), %REACTIVE_ERROR_TOOL (no such storage, or no
 *   more of it) or what else the tool failed with
 */
gboolean
reactive_storage_add (ReactiveUnit *unit, const char *name, guint count, GError **error)
{
  g_autofree char *directive = NULL;
  const char *argv[] = { "storage-add", NULL, NULL };

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (name != NULL, FALSE);

  if (count == 0)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "storage-add: none of '%s' is asked for", name);

  argv[1] = directive = g_strdup_printf ("%s=%u", name, count);

  return reactive_unit_tell (unit, argv, /* input= */ NULL, error);
}
