/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/log.h>
#include <reactive/status.h>
#include <string.h>

#include "unit/unit-private.h"

/* Statuses are pooled as layer:status does it: maintenance is shown at once; of the others the worst kind wins when the
 * hook ends well, and among statuses of one kind the charm over its layers, later layers over earlier ones, and of one
 * layer the one set last. */
typedef struct
{
  const char *status; /* "blocked", "waiting" or "active" */
  char *message;
  guint rank; /* of the layer that set it */
} PooledStatus;

static void
clear_status (gpointer status)
{
  g_free (((PooledStatus *) status)->message);
}

/* The place of the running handler's module among `includes` of layer.yaml and then the charm; 0 for any other. */
static guint
running_rank (ReactiveUnit *unit)
{
  const ReactiveCharm *charm = reactive_unit_get_charm (unit);
  const char *const *includes = reactive_charm_get_includes (charm);
  const char *module = unit->running_module;
  guint n_includes = includes != NULL ? g_strv_length ((char **) includes) : 0;

  if (module == NULL || strcmp (module, reactive_charm_get_name (charm)) == 0)
    return n_includes;

  for (guint i = 0; i < n_includes; i++)
    {
      const char *colon = strchr (includes[i], ':');

      if (colon != NULL && strcmp (colon + 1, module) == 0)
        return i;
    }

  return 0;
}

static gboolean
send_status (ReactiveUnit *unit, const char *status, const char *message, GError **error)
{
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "status-set: %s: %s", status, message);

  return unit->juju->klass->status_set (unit->juju, /* of_application= */ FALSE, status, message, error);
}

static void
pool_status (ReactiveUnit *unit, const char *status, const char *message)
{
  PooledStatus pooled = { status, NULL, 0 };

  if (unit->error != NULL)
    return;

  pooled.message = g_utf8_make_valid (message, -1);
  pooled.rank = running_rank (unit);
  if (unit->statuses == NULL)
    {
      unit->statuses = g_array_new (FALSE, FALSE, sizeof (PooledStatus));
      g_array_set_clear_func (unit->statuses, clear_status);
    }
  g_array_append_val (unit->statuses, pooled);
}

static const PooledStatus *
choose_status (ReactiveUnit *unit)
{
  static const char *const by_precedence[] = { "blocked", "waiting", "active" };

  for (guint i = 0; unit->statuses != NULL && i < G_N_ELEMENTS (by_precedence); i++)
    {
      const PooledStatus *chosen = NULL;

      for (guint j = 0; j < unit->statuses->len; j++)
        {
          const PooledStatus *status = &g_array_index (unit->statuses, PooledStatus, j);

          if (strcmp (status->status, by_precedence[i]) == 0 && (chosen == NULL || status->rank >= chosen->rank))
            chosen = status;
        }
      if (chosen != NULL)
        return chosen;
    }

  return NULL;
}

gboolean
reactive_unit_send_status (ReactiveUnit *unit, GError **error)
{
  const PooledStatus *status = choose_status (unit);

  return status == NULL || send_status (unit, status->status, status->message, error);
}

/**
 * reactive_status_maintenance:
 * @unit: the unit
 * @message: plain text
 *
 * Says that the unit is busy with something, at once. It stays if the hook sets no other status.
 */
void
reactive_status_maintenance (ReactiveUnit *unit, const char *message)
{
  g_autofree char *text = NULL;
  GError *error = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (message != NULL);

  text = g_utf8_make_valid (message, -1);
  if (unit->error == NULL && !send_status (unit, "maintenance", text, &error))
    reactive_unit_fail (unit, error);
}

/**
 * reactive_status_blocked:
 * @unit: the unit
 * @message: plain text: what somebody has to do
 *
 * Says, when the hook ends well, that the unit cannot go on without help.
 */
void
reactive_status_blocked (ReactiveUnit *unit, const char *message)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (message != NULL);

  pool_status (unit, "blocked", message);
}

/**
 * reactive_status_waiting:
 * @unit: the unit
 * @message: plain text: what it waits for
 *
 * Says, when the hook ends well, that the unit waits for another one.
 */
void
reactive_status_waiting (ReactiveUnit *unit, const char *message)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (message != NULL);

  pool_status (unit, "waiting", message);
}

/**
 * reactive_status_active:
 * @unit: the unit
 * @message: plain text; may be empty
 *
 * Says, when the hook ends well, that the unit does its work.
 */
void
reactive_status_active (ReactiveUnit *unit, const char *message)
{
  g_return_if_fail (unit != NULL);
  g_return_if_fail (message != NULL);

  pool_status (unit, "active", message);
}

#define DEFINE_STATUS_PRINTF(name)                                                                                     \
  void reactive_status_##name##_printf (ReactiveUnit *unit, const char *format, ...)                                   \
  {                                                                                                                    \
    g_autofree char *message = NULL;                                                                                   \
    va_list arguments;                                                                                                 \
                                                                                                                       \
    g_return_if_fail (format != NULL);                                                                                 \
                                                                                                                       \
    va_start (arguments, format);                                                                                      \
    message = g_strdup_vprintf (format, arguments);                                                                    \
    va_end (arguments);                                                                                                \
    reactive_status_##name (unit, message);                                                                            \
  }

/**
 * reactive_status_maintenance_printf:
 * @unit: the unit
 * @format: a format as of printf()
 * @...: its arguments
 *
 * reactive_status_maintenance() with a format.
 */
DEFINE_STATUS_PRINTF (maintenance)

/**
 * reactive_status_blocked_printf:
 * @unit: the unit
 * @format: a format as of printf()
 * @...: its arguments
 *
 * reactive_status_blocked() with a format.
 */
DEFINE_STATUS_PRINTF (blocked)

/**
 * reactive_status_waiting_printf:
 * @unit: the unit
 * @format: a format as of printf()
 * @...: its arguments
 *
 * reactive_status_waiting() with a format.
 */
DEFINE_STATUS_PRINTF (waiting)

/**
 * reactive_status_active_printf:
 * @unit: the unit
 * @format: a format as of printf()
 * @...: its arguments
 *
 * reactive_status_active() with a format.
 */
DEFINE_STATUS_PRINTF (active)

/* A member of what Juju says of the unit's status. */
static const char *
status_member (ReactiveUnit *unit, const char *name)
{
  const ReactiveJson *status, *value;
  GError *error = NULL;

  if (unit->error != NULL)
    return NULL;
  if ((status = unit->juju->klass->status_get (unit->juju, /* of_application= */ FALSE, &error)) == NULL)
    {
      reactive_unit_fail (unit, error);
      return NULL;
    }

  value = reactive_json_get_member (status, name);

  return value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_STRING
             ? reactive_json_get_string (value, NULL)
             : NULL;
}

/**
 * reactive_get_status:
 * @unit: the unit
 *
 * The status that Juju shows for the unit, as it was when this hook first asked.
 *
 * Returns: (transfer none) (nullable): "active", "blocked", …; %NULL if the hook failed
 */
const char *
reactive_get_status (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return status_member (unit, "status");
}

/**
 * reactive_get_status_message:
 * @unit: the unit
 *
 * Reads the message of this unit's status.
 *
 * Returns: (transfer none) (nullable): the message beside reactive_get_status()
 */
const char *
reactive_get_status_message (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return status_member (unit, "message");
}

/**
 * reactive_set_application_status:
 * @unit: the unit, which must be the leader
 * @status: "maintenance", "blocked", "waiting" or "active"
 * @message: plain text
 * @error: return location for a #GError
 *
 * Sets the status of the whole application, at once.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_INVALID (no such status), %REACTIVE_ERROR_DENIED (not the leader) or
 * what the tool failed with
 */
gboolean
reactive_set_application_status (ReactiveUnit *unit, const char *status, const char *message, GError **error)
{
  g_autofree char *text = NULL;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (status != NULL, FALSE);
  g_return_val_if_fail (message != NULL, FALSE);

  if (!reactive_unit_check (unit, error))
    return FALSE;

  text = g_utf8_make_valid (message, -1);

  return unit->juju->klass->status_set (unit->juju, /* of_application= */ TRUE, status, text, error);
}

/**
 * reactive_set_application_version:
 * @unit: the unit
 * @version: the version of what the charm runs
 *
 * Tells Juju the version to show, at once. A failure fails the hook.
 */
void
reactive_set_application_version (ReactiveUnit *unit, const char *version)
{
  GError *error = NULL;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (version != NULL);

  if (unit->error == NULL && !unit->juju->klass->version_set (unit->juju, version, &error))
    reactive_unit_fail (unit, error);
}
