/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

static const char *
yes_or_no (gboolean value)
{
  return value ? "yes" : "no";
}

/* The data is what the option says. */
static gboolean
ask_for_change (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *data = reactive_config_get (unit, "data");

  reactive_log_printf (unit, REACTIVE_LOG_INFO, "is changed: %s",
                       yes_or_no (reactive_is_data_changed (unit, "d", data)));
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "changed: %s", yes_or_no (reactive_data_changed (unit, "d", data)));
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "again: %s", yes_or_no (reactive_data_changed (unit, "d", data)));

  return TRUE;
}

static gboolean
keep_values (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();
  g_autoptr (ReactiveJson) range = NULL;
  g_autofree char *text = NULL;

  reactive_json_object_set (object, "caf\303\251", reactive_json_new_float (0.5));
  reactive_kv_set (unit, "web.object", object);
  reactive_kv_set_string (unit, "web.name", "x \"y\"");
  reactive_kv_set_string (unit, "web.gone", "soon");
  reactive_kv_unset (unit, "web.gone");
  reactive_kv_set_string (unit, "other", "z");

  range = reactive_kv_get_range (unit, "web.");
  text = reactive_json_to_text (range, REACTIVE_JSON_INSERTION_ORDER);
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "range: %s", text);

  return TRUE;
}

static gboolean
take_engine_key (ReactiveUnit *unit, GError **error)
{
  reactive_kv_set_string (unit, "reactive.states.sneaky", "null");

  return TRUE;
}

static gboolean
once (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
once_as_in_python (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
mark (ReactiveUnit *unit, GError **error)
{
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "was invoked: %s", yes_or_no (reactive_was_invoked (unit, "thing")));
  reactive_mark_invoked (unit, "thing");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (ask_for_change, ON ("config-changed")),
  HANDLER (keep_values, ON ("install")),
  HANDLER (once, ONCE),
  { .name = "once_as_in_python",
    .function = once_as_in_python,
    .conditions = CONDITIONS (ONCE),
    .python_id = "reactive/web.py:12:prepare" },
  HANDLER (mark, ON ("update-status")),
  DO (take_engine_key),
};

REACTIVE_MODULE (HANDLERS (handlers));
