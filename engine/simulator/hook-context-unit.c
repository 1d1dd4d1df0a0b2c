/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/hook-context-private.h"

/* Resources, goal state, the cloud's credentials, reboots, metrics, payloads. */

const char *
reactive_hook_context_resource_get (ReactiveHookContext *context, const char *name, GError **error)
{
  const ReactiveModelApplication *application = context->unit->application;
  const char *path = NULL;

  if (!reactive_hook_context_check_tool (context, "resource-get", error))
    return NULL;

  if (application->resources != NULL)
    path = reactive_json_text_or_null (reactive_json_get_member (application->resources, name));
  if (path == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL,
                 "could not download resource: HTTP request failed: resource#%s/%s not found", application->name, name);
  return path;
}

/* Goal state ------------------------------------------------------------------------------------------------------ */

static ReactiveJson *
goal (const char *status, gint64 since_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (since_us / G_USEC_PER_SEC);
  g_autofree char *text = g_date_time_format (time, "%Y-%m-%d %H:%M:%SZ");
  ReactiveJson *object = reactive_json_new_object ();

  reactive_json_object_set (object, "since", reactive_json_new_string (text));
  reactive_json_object_set (object, "status", reactive_json_new_string (status));
  return object;
}

static ReactiveJson *
unit_goal (const ReactiveModelUnit *unit)
{
  if (unit->life != REACTIVE_LIFE_ALIVE)
    return goal ("dying", unit->status.since_us);

  return goal (unit->status.status != NULL ? unit->status.status : "unknown", unit->status.since_us);
}

static int
compare_units (gconstpointer a, gconstpointer b)
{
  const ReactiveModelUnit *const *first = a, *const *second = b;

  return strcmp ((*first)->name, (*second)->name);
}

GPtrArray *
reactive_hook_context_sort_units (const ReactiveModelApplication *application)
{
  GPtrArray *sorted = g_ptr_array_new ();

  g_ptr_array_extend (sorted, application->units, /* func= */ NULL, /* user_data= */ NULL);
  g_ptr_array_sort (sorted, compare_units);

  return sorted;
}

static void
add_units (ReactiveJson *object, const ReactiveModelApplication *application)
{
  g_autoptr (GPtrArray) sorted = reactive_hook_context_sort_units (application);

  for (guint i = 0; i < sorted->len; i++)
    {
      const ReactiveModelUnit *unit = g_ptr_array_index (sorted, i);

      reactive_json_object_set (object, unit->name, unit_goal (unit));
    }
}

static void
add_relation (ReactiveJson *endpoint, const ReactiveModelRelation *relation, guint end)
{
  const ReactiveModelApplication *other = relation->ends[1 - end].application;

  reactive_json_object_set (endpoint, other->name,
                            goal (relation->life == REACTIVE_LIFE_ALIVE ? "joined" : "dying", other->status.since_us));
  add_units (endpoint, other);
}

static ReactiveJson *
describe_relations (const ReactiveModelApplication *application)
{
  const char *const *names = reactive_charm_get_endpoint_names (reactive_model_charm_get_files (application->charm));
  ReactiveJson *relations = reactive_json_new_object ();

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (ReactiveJson) endpoint = reactive_json_new_object ();

      for (guint j = 0; j < application->relations->len; j++)
        {
          const ReactiveModelRelation *relation = g_ptr_array_index (application->relations, j);

          for (guint end = 0; relation->n_ends == 2 && end < 2; end++)
            if (relation->ends[end].application == application
                && g_str_equal (relation->ends[end].endpoint.name, names[i]))
              add_relation (endpoint, relation, end);
        }
      if (reactive_json_get_length (endpoint) > 0)
        reactive_json_object_set (relations, names[i], g_steal_pointer (&endpoint));
    }

  return relations;
}

const ReactiveJson *
reactive_hook_context_goal_state (ReactiveHookContext *context)
{
  ReactiveJson *answer = reactive_json_new_object (), *units = reactive_json_new_object ();

  add_units (units, context->unit->application);
  reactive_json_object_set (answer, "units", units);
  reactive_json_object_set (answer, "relations", describe_relations (context->unit->application));
  return reactive_hook_context_keep (context, answer);
}

/* Credentials ----------------------------------------------------------------------------------------------------- */

/* What a model's cloud is: its names are those of a local one, its secret is none. */
static const char cloud_spec[] = "{\"type\": \"lxd\", \"name\": \"localhost\", \"region\": \"localhost\","
                                 " \"endpoint\": \"https://10.0.0.1:8443\", \"identity-endpoint\": \"\","
                                 " \"storage-endpoint\": \"\", \"credential\": {\"auth-type\": \"certificate\","
                                 " \"attrs\": {\"client-cert\": \"simulated\", \"client-key\": \"simulated\","
                                 " \"server-cert\": \"simulated\"}, \"redacted\": []}, \"cacertificates\": [],"
                                 " \"skip-tls-verify\": false, \"is-controller-cloud\": true}";

const ReactiveJson *
reactive_hook_context_credential_get (ReactiveHookContext *context, GError **error)
{
  const ReactiveModel *model = reactive_hook_context_get_model (context);

  if (!reactive_hook_context_check_tool (context, "credential-get", error))
    return NULL;
  if (model->is_kubernetes && model->juju == REACTIVE_JUJU_4)
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL,
                           "cannot access cloud credentials: credential-get on a \"caas\" model not supported");
      return NULL;
    }
  if (!context->unit->application->is_trusted)
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED,
                           "cannot access cloud credentials: permission denied");
      return NULL;
    }

  return reactive_hook_context_keep (context, reactive_json_parse (cloud_spec, -1, REACTIVE_JSON_STRICT, error));
}

/* Reboots --------------------------------------------------------------------------------------------------------- */

gboolean
reactive_hook_context_reboot (ReactiveHookContext *context, gboolean now, GError **error)
{
  if (!reactive_hook_context_check_tool (context, "juju-reboot", error))
    return FALSE;
  if (context->hook.kind == REACTIVE_MODEL_HOOK_ACTION)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "juju-reboot is not supported when running an action.");

  context->reboot = now ? REACTIVE_REBOOT_NOW : REACTIVE_REBOOT_LATER;
  reactive_hook_context_note (context, "juju-reboot", "%s", now ? "--now" : "");
  if (now)
    reactive_hook_context_announce_reboot (context);
  return TRUE;
}

ReactiveRebootRequest
reactive_hook_context_get_reboot (ReactiveHookContext *context)
{
  return context->reboot;
}

/* After a reboot a unit that had been started gets one start more. */
void
reactive_hook_context_announce_reboot (ReactiveHookContext *context)
{
  if (context->unit->is_started)
    reactive_model_send_hook (context->unit, "start", /* details= */ NULL, /* error= */ NULL);
}

/* Retired tools --------------------------------------------------------------------------------------------------- */

gboolean
reactive_hook_context_add_metric (ReactiveHookContext *context, const char *key, const char *value, GError **error)
{
  if (!reactive_hook_context_check_tool (context, "add-metric", error))
    return FALSE;
  if (context->hook.kind != REACTIVE_MODEL_HOOK_COLLECT_METRICS)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "cannot record metric: metrics not allowed in this context");

  reactive_hook_context_note (context, "add-metric", "%s=%s", key, value);
  return TRUE;
}

/* A model has no list of payloads: it is the operator's alone, and no charm can read it. */
gboolean
reactive_hook_context_payload_register (ReactiveHookContext *context, const char *type, const char *payload,
                                        const char *id, GError **error)
{
  const char *const *names
      = reactive_charm_get_payload_names (reactive_model_charm_get_files (context->unit->application->charm));

  if (!reactive_hook_context_check_tool (context, "payload-register", error))
    return FALSE;
  if (!g_strv_contains (names, payload))
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "payload \"%s\" not found in metadata.yaml", payload);

  reactive_hook_context_note (context, "payload-register", "%s %s %s", type, payload, id);
  return TRUE;
}

gboolean
reactive_hook_context_payload_unregister (ReactiveHookContext *context, const char *payload, const char *id,
                                          GError **error)
{
  if (!reactive_hook_context_check_tool (context, "payload-unregister", error))
    return FALSE;

  reactive_hook_context_note (context, "payload-unregister", "%s %s", payload, id);
  return TRUE;
}

gboolean
reactive_hook_context_payload_status_set (ReactiveHookContext *context, const char *payload, const char *id,
                                          const char *status, GError **error)
{
  static const char *const statuses[] = { "starting", "started", "stopping", "stopped", NULL };

  if (!reactive_hook_context_check_tool (context, "payload-status-set", error))
    return FALSE;
  if (!g_strv_contains (statuses, status))
    {
      g_set_error (
          error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL,
          "status \"%s\" not supported; expected one of [\"starting\", \"started\", \"stopping\", \"stopped\"]",
          status);
      return FALSE;
    }

  reactive_hook_context_note (context, "payload-status-set", "%s %s %s", payload, id, status);
  return TRUE;
}
