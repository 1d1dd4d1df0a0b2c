/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/juju.h>
#include <reactive/resource.h>
#include <string.h>

#include "unit/unit-private.h"

/**
 * reactive_resource_get:
 * @unit: the unit
 * @name: a resource that the charm's metadata declares
 * @error: return location for a #GError
 *
 * Fetches a resource, at once and only if it is not here already; that may take long.
 *
 * Returns: (transfer none) (nullable): the file that holds it, an absolute path; or %NULL with %REACTIVE_ERROR_TOOL
 *   (the charm declares none of that name, or nobody uploaded it), %REACTIVE_ERROR_BAD_DATA (no path) or what else the
 *   tool failed with
 */
const char *
reactive_resource_get (ReactiveUnit *unit, const char *name, GError **error)
{
  const char *const argv[] = { "resource-get", name, NULL };
  char *path;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if ((path = reactive_call_tool (unit, argv, /* input= */ NULL, error)) == NULL)
    return NULL;

  reactive_unit_keep (unit, path, g_free);
  if (g_str_has_suffix (path, "\n"))
    path[strlen (path) - 1] = '\0';
  if (g_path_is_absolute (path))
    return path;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "resource-get: '%s' is no path", path);

  return NULL;
}
