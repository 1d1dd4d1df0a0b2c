/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/juju.h>
#include <reactive/payload.h>
#include <string.h>

#include "unit/unit-private.h"

/* What Juju had before 4.0. */

/**
 * reactive_payload_register:
 * @unit: the unit
 * @type: what kind of thing it is, as `docker`
 * @payload: a payload that the charm's metadata declares
 * @id: which one of them
 * @labels: (nullable) (array zero-terminated=1): labels to give it
 * @error: return location for a #GError
 *
 * Tells Juju of something that the charm runs, at once.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_TOOL (the charm declares no such payload), %REACTIVE_ERROR_NO_TOOL
 *   (Juju 4.0 and later) or what else the tool failed with
 */
gboolean
reactive_payload_register (ReactiveUnit *unit, const char *type, const char *payload, const char *id,
                           const char *const *labels, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (type != NULL && payload != NULL && id != NULL, FALSE);

  g_ptr_array_add (argv, (char *) "payload-register");
  g_ptr_array_add (argv, (char *) "--");
  g_ptr_array_add (argv, (char *) type);
  g_ptr_array_add (argv, (char *) payload);
  g_ptr_array_add (argv, (char *) id);
  for (; labels != NULL && *labels != NULL; labels++)
    g_ptr_array_add (argv, (char *) *labels);
  g_ptr_array_add (argv, NULL);

  return reactive_unit_tell (unit, (const char *const *) argv->pdata, /* input= */ NULL, error);
}

/**
 * reactive_payload_unregister:
 * @unit: the unit
 * @payload: a payload that the charm's metadata declares
 * @id: which one of them
 * @error: return location for a #GError
 *
 * Tells Juju that something no longer runs, at once.
 *
 * Returns: %TRUE, or %FALSE with an error of reactive_payload_register()
 */
gboolean
reactive_payload_unregister (ReactiveUnit *unit, const char *payload, const char *id, GError **error)
{
  const char *const argv[] = { "payload-unregister", "--", payload, id, NULL };

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (payload != NULL && id != NULL, FALSE);

  return reactive_unit_tell (unit, argv, /* input= */ NULL, error);
}

/**
 * reactive_payload_set_status:
 * @unit: the unit
 * @payload: a payload that the charm's metadata declares
 * @id: which one of them
 * @status: `starting`, `running`, `stopping` or `stopped`
 * @error: return location for a #GError
 *
 * Tells Juju how something fares, at once.
 *
 * Returns: %TRUE, or %FALSE with an error of reactive_payload_register()
 */
gboolean
reactive_payload_set_status (ReactiveUnit *unit, const char *payload, const char *id, const char *status,
                             GError **error)
{
  const char *const argv[] = { "payload-status-set", "--", payload, id, status, NULL };

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (payload != NULL && id != NULL && status != NULL, FALSE);

  return reactive_unit_tell (unit, argv, /* input= */ NULL, error);
}

/**
 * reactive_add_metric:
 * @unit: the unit
 * @metric: a metric that the charm's metrics.yaml declares
 * @value: its value now, a number as text
 * @error: return location for a #GError
 *
 * Measures something. Only collect-metrics, for which handlers are marked %ON_RESTRICTED, may.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_INVALID (an empty name, or one with `=` in it), %REACTIVE_ERROR_TOOL
 *   (another hook runs), %REACTIVE_ERROR_NO_TOOL (Juju 4.0 and later) or what else the tool failed with
 */
gboolean
reactive_add_metric (ReactiveUnit *unit, const char *metric, const char *value, GError **error)
{
  g_autofree char *pair = NULL;
  const char *argv[] = { "add-metric", "--", NULL, NULL };

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (metric != NULL && value != NULL, FALSE);

  if (*metric == '\0' || strchr (metric, '=') != NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "add-metric: '%s' is no name of a metric", metric);

  argv[2] = pair = g_strconcat (metric, "=", value, NULL);

  return reactive_unit_tell (unit, argv, /* input= */ NULL, error);
}
