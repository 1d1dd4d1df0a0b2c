/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "simulator/hook-tool-private.h"

static ReactiveJson *
to_details (const ReactiveJson *status, gboolean with_data)
{
  static const char *const members[] = { "status", "message", "status-data" };
  ReactiveJson *details = reactive_json_new_object ();

  for (gsize i = 0; i < (with_data ? G_N_ELEMENTS (members) : 1); i++)
    {
      const ReactiveJson *value = reactive_json_get_member (status, members[i]);

      if (value != NULL)
        reactive_json_object_set (details, members[i], reactive_json_ref (value));
      else
        reactive_json_object_set (details, members[i],
                                  i < 2 ? reactive_json_new_string ("") : reactive_json_new_object ());
    }

  return details;
}

static ReactiveJson *
to_application_details (const ReactiveJson *status, const ReactiveJson *units, gboolean with_data)
{
  ReactiveJson *answer = reactive_json_new_object ();
  ReactiveJson *details = to_details (status, with_data);
  ReactiveJson *unit_details = reactive_json_new_object ();

  for (guint i = 0; units != NULL && i < reactive_json_get_length (units); i++)
    reactive_json_object_set (unit_details, reactive_json_get_member_name (units, i),
                              to_details (reactive_json_get_element (units, i), with_data));

  reactive_json_object_set (details, "units", unit_details);
  reactive_json_object_set (answer, "application-status", details);
  return answer;
}

static gboolean
status_get (HookToolCall *call, GError **error)
{
  gboolean of_application = reactive_hook_tool_has_flag (call, "application");
  gboolean with_data = reactive_hook_tool_has_flag (call, "include-data");
  g_autoptr (ReactiveJson) details = NULL;
  const ReactiveJson *answer, *status, *units;

  if (!reactive_hook_tool_check_arguments (call, 0, error))
    return FALSE;

  answer = call->juju->klass->status_get (call->juju, of_application, error);
  if (answer == NULL)
    return FALSE;

  status = of_application ? reactive_json_get_member (answer, "application-status") : answer;
  if (!with_data && (call->format == NULL || g_str_equal (call->format, "smart")))
    return reactive_hook_tool_print (call, reactive_json_get_member (status, "status"), error);

  units = reactive_json_get_member (status, "units");
  details = of_application ? to_application_details (status, units, with_data) : to_details (status, with_data);
  return reactive_hook_tool_print (call, details, error);
}

static gboolean
status_set (HookToolCall *call, GError **error)
{
  static const char *const statuses[] = { "maintenance", "blocked", "waiting", "active", NULL };
  const char *status = reactive_hook_tool_get_argument (call, 0);
  const char *message = reactive_hook_tool_get_argument (call, 1);

  if (status == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid args, require <status> [message]");
  if (!g_strv_contains (statuses, status))
    {
      g_autofree char *quoted = reactive_go_quote (status);

      return reactive_fail (error, REACTIVE_ERROR_USAGE,
                            "invalid status %s, expected one of [maintenance blocked waiting active]", quoted);
    }
  if (!reactive_hook_tool_check_arguments (call, 2, error))
    return FALSE;

  return call->juju->klass->status_set (call->juju, reactive_hook_tool_has_flag (call, "application"), status,
                                        message != NULL ? message : "", error);
}

/* The units and applications of one relation, or of the application itself. */
static ReactiveJson *
to_goals (HookToolCall *call, const ReactiveJson *units)
{
  static const char *const members[] = { "status", "since", NULL };
  g_autoptr (ReactiveJson) sorted = reactive_hook_tool_sort (call, units);
  ReactiveJson *goals = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (sorted); i++)
    reactive_json_object_set (goals, reactive_json_get_member_name (sorted, i),
                              reactive_hook_tool_pick (reactive_json_get_element (sorted, i), members));

  return goals;
}

static gboolean
goal_state (HookToolCall *call, GError **error)
{
  g_autoptr (ReactiveJson) answer = reactive_json_new_object ();
  g_autoptr (ReactiveJson) sorted = NULL;
  ReactiveJson *relations = reactive_json_new_object ();
  const ReactiveJson *state;

  reactive_json_object_set (answer, "units", reactive_json_new_object ());
  reactive_json_object_set (answer, "relations", relations);
  if (!reactive_hook_tool_check_arguments (call, 0, error))
    return FALSE;

  state = reactive_hook_context_goal_state (call->context);
  reactive_json_object_set (answer, "units", to_goals (call, reactive_json_get_member (state, "units")));
  sorted = reactive_hook_tool_sort (call, reactive_json_get_member (state, "relations"));
  for (guint i = 0; i < reactive_json_get_length (sorted); i++)
    reactive_json_object_set (relations, reactive_json_get_member_name (sorted, i),
                              to_goals (call, reactive_json_get_element (sorted, i)));

  return reactive_hook_tool_print_structure (call, answer, error);
}

static const HookToolFlag get_flags[] = {
  { "include-data", NULL, HOOK_TOOL_FLAG_BOOLEAN, "print all status data", NULL },
  { "application", NULL, HOOK_TOOL_FLAG_BOOLEAN,
    "print status for all units of this application if this unit is the leader", NULL },
  { NULL },
};

static const HookToolFlag set_flags[] = {
  { "application", NULL, HOOK_TOOL_FLAG_BOOLEAN,
    "set this status for the application to which the unit belongs if the unit is the leader", NULL },
  { NULL },
};

const HookTool reactive_hook_tools_status[] = {
  { "goal-state", NULL, "Print the status of the charm's peers and related units.", HOOK_TOOL_YAML, NULL, goal_state },
  { "status-get", "[--include-data] [--application]", "Print status information.", HOOK_TOOL_SMART, get_flags,
    status_get },
  { "status-set", "<maintenance | blocked | waiting | active> [message]", "Set status information.", HOOK_TOOL_SILENT,
    set_flags, status_set },
  { NULL },
};
