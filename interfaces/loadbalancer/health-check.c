/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/health-check.h>

#include "field.h"
#include "health-check-private.h"
#include "v1.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" /* the macro uses a union that ISO C has no name for */
G_DEFINE_BOXED_TYPE (LBHealthCheck, lb_health_check, lb_health_check_copy, lb_health_check_free)
#pragma GCC diagnostic pop

/**
 * lb_health_check_new:
 *
 * A health check every 30 seconds, with 3 attempts before a backend counts as down. Its protocol and its port have to
 * be given.
 *
 * Returns: (transfer full): a new health check
 */
LBHealthCheck *
lb_health_check_new (void)
{
  LBHealthCheck *check = g_new0 (LBHealthCheck, 1);

  lb_record_init (&check->record, &lb_health_check_schema);

  return check;
}

LBHealthCheck *
lb_health_check_new_from_json (const ReactiveJson *value, LBProblems *problems)
{
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();

  return lb_record_load (&check->record, value, problems) ? g_steal_pointer (&check) : NULL;
}

LBHealthCheck *
lb_health_check_new_from_record (const ReactiveJson *object)
{
  LBHealthCheck *check = g_new0 (LBHealthCheck, 1);

  check->record.schema = &lb_health_check_schema;
  for (guint i = 0; i < lb_health_check_schema.n_fields; i++)
    {
      const ReactiveJson *value = reactive_json_get_member (object, lb_health_check_schema.fields[i].name);

      if (reactive_json_get_kind (value) != REACTIVE_JSON_NULL)
        check->record.values[i] = reactive_json_ref (value);
    }

  return check;
}

/**
 * lb_health_check_copy:
 * @check: a health check
 *
 * Copies a health check.
 *
 * Returns: (transfer full): another one that says the same
 */
LBHealthCheck *
lb_health_check_copy (const LBHealthCheck *check)
{
  LBHealthCheck *copy;

  g_return_val_if_fail (check != NULL, NULL);

  copy = g_new0 (LBHealthCheck, 1);
  lb_record_copy (&copy->record, &check->record);

  return copy;
}

/**
 * lb_health_check_free:
 * @check: (nullable) (transfer full): a health check
 *
 * Frees a health check.
 */
void
lb_health_check_free (LBHealthCheck *check)
{
  if (check == NULL)
    return;

  lb_record_clear (&check->record);
  g_free (check);
}

/**
 * lb_health_check_get_protocol:
 * @check: a health check
 *
 * Reads how a check is made.
 *
 * Returns: what it speaks; %LB_PROTOCOL_NONE if that was not said
 */
LBProtocol
lb_health_check_get_protocol (const LBHealthCheck *check)
{
  g_return_val_if_fail (check != NULL, LB_PROTOCOL_NONE);

  return lb_protocol_from_text (lb_record_get_text (&check->record, LB_HEALTH_CHECK_PROTOCOL));
}

/**
 * lb_health_check_set_protocol:
 * @check: a health check
 * @protocol: what it speaks
 *
 * Sets a field that has to be set.
 */
void
lb_health_check_set_protocol (LBHealthCheck *check, LBProtocol protocol)
{
  g_return_if_fail (check != NULL);
  g_return_if_fail (protocol <= LB_PROTOCOL_HTTPS);

  lb_record_set_text (&check->record, LB_HEALTH_CHECK_PROTOCOL, lb_protocol_to_text (protocol));
}

/**
 * lb_health_check_get_port:
 * @check: a health check
 * @out_port: (out) (optional): the port that it asks; untouched on %FALSE
 *
 * The wire knows no range: a peer may write any integer.
 *
 * Returns: whether a port is set, and 64 bits hold it
 */
gboolean
lb_health_check_get_port (const LBHealthCheck *check, gint64 *out_port)
{
  g_return_val_if_fail (check != NULL, FALSE);

  return lb_record_get_integer (&check->record, LB_HEALTH_CHECK_PORT, out_port);
}

/**
 * lb_health_check_set_port:
 * @check: a health check
 * @port: the port to ask, of a backend
 *
 * Sets a field that has to be set.
 */
void
lb_health_check_set_port (LBHealthCheck *check, gint64 port)
{
  g_return_if_fail (check != NULL);

  lb_record_set_integer (&check->record, LB_HEALTH_CHECK_PORT, port);
}

/**
 * lb_health_check_get_path:
 * @check: a health check
 *
 * Reads what a check asks for.
 *
 * Returns: (transfer none) (nullable): the path to ask for with HTTP
 */
const char *
lb_health_check_get_path (const LBHealthCheck *check)
{
  g_return_val_if_fail (check != NULL, NULL);

  return lb_record_get_text (&check->record, LB_HEALTH_CHECK_PATH);
}

/**
 * lb_health_check_set_path:
 * @check: a health check
 * @path: (nullable): the path to ask for with HTTP: `/livez`
 *
 * Sets a field that may be left out.
 */
void
lb_health_check_set_path (LBHealthCheck *check, const char *path)
{
  g_return_if_fail (check != NULL);

  lb_record_set_text (&check->record, LB_HEALTH_CHECK_PATH, path);
}

/**
 * lb_health_check_get_interval:
 * @check: a health check
 * @out_seconds: (out) (optional): the time between two attempts; untouched on %FALSE
 *
 * Reads the time between two checks, in seconds.
 *
 * Returns: whether 64 bits hold it
 */
gboolean
lb_health_check_get_interval (const LBHealthCheck *check, gint64 *out_seconds)
{
  g_return_val_if_fail (check != NULL, FALSE);

  return lb_record_get_integer (&check->record, LB_HEALTH_CHECK_INTERVAL, out_seconds);
}

/**
 * lb_health_check_set_interval:
 * @check: a health check
 * @seconds: the time between two attempts
 *
 * Sets a field that is 30 when it is left out.
 */
void
lb_health_check_set_interval (LBHealthCheck *check, gint64 seconds)
{
  g_return_if_fail (check != NULL);

  lb_record_set_integer (&check->record, LB_HEALTH_CHECK_INTERVAL, seconds);
}

/**
 * lb_health_check_get_retries:
 * @check: a health check
 * @out_retries: (out) (optional): how many attempts fail before a backend counts as down; untouched on %FALSE
 *
 * Reads how often a check may fail before the backend is taken out.
 *
 * Returns: whether 64 bits hold it
 */
gboolean
lb_health_check_get_retries (const LBHealthCheck *check, gint64 *out_retries)
{
  g_return_val_if_fail (check != NULL, FALSE);

  return lb_record_get_integer (&check->record, LB_HEALTH_CHECK_RETRIES, out_retries);
}

/**
 * lb_health_check_set_retries:
 * @check: a health check
 * @retries: how many attempts fail before a backend counts as down
 *
 * Sets a field that is 3 when it is left out.
 */
void
lb_health_check_set_retries (LBHealthCheck *check, gint64 retries)
{
  g_return_if_fail (check != NULL);

  lb_record_set_integer (&check->record, LB_HEALTH_CHECK_RETRIES, retries);
}

/**
 * lb_health_check_get_traffic_type:
 * @check: a health check
 *
 * The protocol by its older name.
 *
 * Returns: (transfer none) (nullable): `tcp`, `udp`, `http` or `https`; %NULL if it was not said
 */
const char *
lb_health_check_get_traffic_type (const LBHealthCheck *check)
{
  g_return_val_if_fail (check != NULL, NULL);

  return lb_record_get_text (&check->record, LB_HEALTH_CHECK_PROTOCOL);
}
