/* SPDX-License-Identifier: Apache-2.0 */
#include "python-state.h"

static const ReactiveJson *
get_state (ReactiveEndpoint *endpoint, const char *class_name)
{
  const ReactiveJson *state = reactive_endpoint_get_ops_state (endpoint, class_name);

  return state != NULL && reactive_json_get_kind (state) == REACTIVE_JSON_OBJECT ? state : NULL;
}

const ReactiveJson *
lb_python_state_get (ReactiveEndpoint *endpoint, const char *class_name, const char *name)
{
  const ReactiveJson *state = get_state (endpoint, class_name);

  return state != NULL ? reactive_json_get_member (state, name) : NULL;
}

static void
copy_members (ReactiveJson *object, const ReactiveJson *members)
{
  for (guint i = 0; i < reactive_json_get_length (members); i++)
    reactive_json_object_set (object, reactive_json_get_member_name (members, i),
                              reactive_json_ref (reactive_json_get_element (members, i)));
}

void
lb_python_state_set (ReactiveEndpoint *endpoint, const char *class_name, const ReactiveJson *changes)
{
  const ReactiveJson *state = get_state (endpoint, class_name);
  g_autoptr (ReactiveJson) changed = NULL;

  if (state == NULL)
    return;

  changed = reactive_json_new_object ();
  copy_members (changed, state);
  copy_members (changed, changes);
  if (!reactive_json_equal (state, changed))
    reactive_endpoint_set_ops_state (endpoint, class_name, changed);
}
