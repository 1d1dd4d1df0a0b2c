/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/timeline-json.h"

#include "base/json.h"

const char *
reactive_simulation_event_get_name (ReactiveSimulationEventKind kind)
{
  static const char *const names[] = {
    [REACTIVE_SIMULATION_HOOK] = "hook",
    [REACTIVE_SIMULATION_HANDLER] = "handler",
    [REACTIVE_SIMULATION_FLAG_SET] = "flag-set",
    [REACTIVE_SIMULATION_FLAG_CLEAR] = "flag-clear",
    [REACTIVE_SIMULATION_PUBLISHED] = "published",
    [REACTIVE_SIMULATION_STATUS] = "status",
    [REACTIVE_SIMULATION_LOG] = "log",
    [REACTIVE_SIMULATION_OUTPUT] = "output",
    [REACTIVE_SIMULATION_TOLD] = "told",
    [REACTIVE_SIMULATION_HOOK_END] = "hook-end",
    [REACTIVE_SIMULATION_STEP] = "step",
    [REACTIVE_SIMULATION_FAILURE] = "failure",
  };

  return names[kind];
}

const char *
reactive_hook_outcome_get_name (ReactiveHookOutcome outcome)
{
  static const char *const names[] = {
    [REACTIVE_HOOK_GOOD] = "good",
    [REACTIVE_HOOK_FAILED] = "failed",
    [REACTIVE_HOOK_KILLED] = "killed",
    [REACTIVE_HOOK_MISSING] = "missing",
  };

  return names[outcome];
}

void
reactive_timeline_show_json (const ReactiveSimulationEvent *event, gpointer stream)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();
  g_autofree char *text = NULL;

  reactive_json_object_set_text (object, "event", reactive_simulation_event_get_name (event->kind));
  reactive_json_object_set (object, "time_us", reactive_json_new_integer (event->time_us));
  reactive_json_object_set (object, "number", reactive_json_new_integer ((gint64) event->number));
  reactive_json_object_set_text (object, "unit", event->unit);
  reactive_json_object_set_text (object, "hook", event->hook);
  reactive_json_object_set_text (object, "subject", event->subject);
  reactive_json_object_set_text (object, "detail", event->detail);
  if (event->kind == REACTIVE_SIMULATION_HOOK_END)
    reactive_json_object_set_text (object, "outcome", reactive_hook_outcome_get_name (event->outcome));

  text = reactive_json_to_text (object, REACTIVE_JSON_INSERTION_ORDER);
  fputs (text, stream);
  fputc ('\n', stream);
}
