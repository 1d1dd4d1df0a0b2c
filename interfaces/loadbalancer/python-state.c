/* SPDX-License-Identifier: Apache-2.0 */
#include "python-state.h"

const ReactiveJson *
lb_python_state_get (ReactiveEndpoint *endpoint, const char *class_name, const char *name)
{
  const ReactiveJson *state = reactive_endpoint_get_ops_state (endpoint, class_name);

  return state != NULL ? reactive_json_get_member (state, name) : NULL;
}

gboolean
lb_python_state_get_boolean (ReactiveEndpoint *endpoint, const char *class_name, const char *name)
{
  const ReactiveJson *value = lb_python_state_get (endpoint, class_name, name);

  return value != NULL && reactive_json_get_boolean (value);
}

void
lb_python_state_set (ReactiveEndpoint *endpoint, const char *class_name, const char *name, ReactiveJson *value)
{
  const ReactiveJson *state = reactive_endpoint_get_ops_state (endpoint, class_name);
  g_autoptr (ReactiveJson) changed = reactive_json_new_object ();

  for (guint i = 0; state != NULL && reactive_json_get_member_name (state, i) != NULL; i++)
    reactive_json_object_set (changed, reactive_json_get_member_name (state, i),
                              reactive_json_ref (reactive_json_get_element (state, i)));
  reactive_json_object_set (changed, name, value);
  if (state == NULL || !reactive_json_equal (state, changed))
    reactive_endpoint_set_ops_state (endpoint, class_name, changed);
}
