/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/juju.h>

#include "unit/unit-private.h"

/* How long Juju has to kill a process that asked for a reboot; it tries for 30 s. */
#define REBOOT_TIMEOUT_S 60

/**
 * reactive_get_goal_state:
 * @unit: the unit
 * @error: return location for a #GError
 *
 * The units that the operator asked for, those that are not there yet among them.
 *
 * Returns: (transfer none) (nullable): an object with `units` (this application's, by name) and `relations` (by
 *   endpoint, the applications and units on the other side, by name); each is an object with `status` and `since`; or
 *   %NULL with what the tool failed with
 */
const ReactiveJson *
reactive_get_goal_state (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "goal-state", "--format=json", NULL };

  g_return_val_if_fail (unit != NULL, NULL);

  return reactive_unit_ask (unit, argv, REACTIVE_JSON_OBJECT, error);
}

/**
 * reactive_get_cloud:
 * @unit: the unit
 * @error: return location for a #GError
 *
 * The cloud that the model is in, with the credentials to use it: what credential-get says. Keep them out of logs.
 *
 * Returns: (transfer none) (nullable): an object with `type`, `name`, `region`, `endpoint`, …, and `credential` with
 *   `auth-type` and `attrs`; or %NULL with %REACTIVE_ERROR_DENIED (the operator does not trust the application, with
 *   `juju trust`) or what the tool failed with
 */
const ReactiveJson *
reactive_get_cloud (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "credential-get", "--format=json", NULL };
  GError *reason = NULL;
  const ReactiveJson *cloud;

  g_return_val_if_fail (unit != NULL, NULL);

  cloud = reactive_unit_ask (unit, argv, REACTIVE_JSON_OBJECT, &reason);
  /* The tool takes no arguments that could be wrong, and has no other reason to refuse. */
  if (g_error_matches (reason, REACTIVE_ERROR, REACTIVE_ERROR_TOOL))
    reason->code = REACTIVE_ERROR_DENIED;
  if (reason != NULL)
    g_propagate_error (error, reason);

  return cloud;
}

static gboolean
ask_for_reboot (ReactiveUnit *unit, const char *when, GError **error)
{
  const char *const argv[] = { "juju-reboot", when, NULL };

  if (unit->hook->kind == REACTIVE_HOOK_ACTION)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "an action cannot reboot the machine");

  /* What is still held would not be sent any more. */
  unit->juju->klass->log_flush (unit->juju, NULL);

  return reactive_unit_tell (unit, argv, /* input= */ NULL, error);
}

/**
 * reactive_reboot:
 * @unit: the unit
 * @error: return location for a #GError
 *
 * Reboots the machine when the hook has ended well. The unit's next hook is then start.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_INVALID (an action runs) or what the tool failed with
 */
gboolean
reactive_reboot (ReactiveUnit *unit, GError **error)
{
  g_return_val_if_fail (unit != NULL, FALSE);

  return ask_for_reboot (unit, NULL, error);
}

/**
 * reactive_reboot_now:
 * @unit: the unit
 * @error: return location for a #GError
 *
 * Reboots the machine at once: Juju kills this process, drops what the hook did, and runs it again from its beginning
 * when the machine is up. Does not return if Juju does so. On a simulated unit the hook dies when the handler returns.
 *
 * Returns: %FALSE, with %REACTIVE_ERROR_INVALID (an action runs), %REACTIVE_ERROR_TIMEOUT (Juju agreed, but a minute
 *   later this process lives), what the tool failed with, or, on a simulated unit, %REACTIVE_ERROR_FAILED
 */
gboolean
reactive_reboot_now (ReactiveUnit *unit, GError **error)
{
  g_return_val_if_fail (unit != NULL, FALSE);

  if (!ask_for_reboot (unit, "--now", error))
    return FALSE;
  if (reactive_unit_is_simulated (unit))
    {
      unit->is_killed = TRUE;
      return reactive_fail (error, REACTIVE_ERROR_FAILED, "the machine reboots");
    }

  g_usleep (REBOOT_TIMEOUT_S * G_USEC_PER_SEC);
  return reactive_fail (error, REACTIVE_ERROR_TIMEOUT, "juju-reboot: nothing happens for %d s", REBOOT_TIMEOUT_S);
}
