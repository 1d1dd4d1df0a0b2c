/* SPDX-License-Identifier: Apache-2.0 */

/* A charm whose handler has a dozen questions to Juju, for scripts/bench hook. */

#include <reactive.h>

static gboolean
ask_a_dozen (ReactiveUnit *unit, GError **error)
{
  static const char *const relation_ids[] = { "relation-ids", "--format=json", "db", NULL };
  static const char *const opened_ports[] = { "opened-ports", "--format=json", NULL };
  g_autoptr (ReactiveJson) relations = NULL;
  g_autoptr (ReactiveJson) ports = NULL;

  reactive_status_maintenance (unit, "checking");
  if (g_strcmp0 (reactive_config_get_string (unit, "greeting"), "hello") != 0 || !reactive_is_leader (unit)
      || (relations = reactive_call_tool_json (unit, relation_ids, error)) == NULL
      || g_strcmp0 (reactive_get_ingress_address (unit, "db", error), "10.0.0.7") != 0
      || (ports = reactive_call_tool_json (unit, opened_ports, error)) == NULL)
    return FALSE;

  reactive_log (unit, REACTIVE_LOG_INFO, "the configuration is good");
  reactive_log (unit, REACTIVE_LOG_INFO, "the database is not related");
  reactive_log (unit, REACTIVE_LOG_INFO, "the port is open");
  reactive_open_port (unit, "8080/tcp");
  reactive_set_application_version (unit, "1.0");
  reactive_status_active (unit, "ready");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (ask_a_dozen, ON ("update-status")),
};

REACTIVE_MODULE (HANDLERS (handlers));
