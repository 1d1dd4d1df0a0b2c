/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "simulator/model-private.h"

void
reactive_model_action_free (ReactiveModelAction *action)
{
  reactive_json_unref (action->parameters);
  reactive_json_unref (action->results);
  g_ptr_array_unref (action->log);
  g_free (action->name);
  g_free (action->status);
  g_free (action->message);
  g_free (action);
}

/* The member @name of @object; NULL where either is not there or the member is not of @kind. */
static const ReactiveJson *
get_of_kind (const ReactiveJson *object, const char *name, ReactiveJsonType kind)
{
  const ReactiveJson *member = object != NULL ? reactive_json_get_member (object, name) : NULL;

  return member != NULL && reactive_json_get_kind (member) == kind ? member : NULL;
}

/* The types of JSON schemas; what a schema says beyond them is the charm's to check. */
static gboolean
is_of_type (const ReactiveJson *value, const char *type)
{
  static const struct
  {
    const char *name;
    ReactiveJsonType kind;
  } types[] = {
    { "string", REACTIVE_JSON_STRING }, { "integer", REACTIVE_JSON_INTEGER }, { "number", REACTIVE_JSON_INTEGER },
    { "number", REACTIVE_JSON_FLOAT },  { "boolean", REACTIVE_JSON_BOOLEAN }, { "array", REACTIVE_JSON_ARRAY },
    { "object", REACTIVE_JSON_OBJECT },
  };
  gboolean is_known = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      if (strcmp (types[i].name, type) != 0)
        continue;
      is_known = TRUE;
      if (types[i].kind == reactive_json_get_kind (value))
        return TRUE;
    }

  return !is_known;
}

static gboolean
check_given (const ReactiveJson *schema, const ReactiveJson *properties, const char *name, const ReactiveJson *value,
             GError **error)
{
  const ReactiveJson *property = get_of_kind (properties, name, REACTIVE_JSON_OBJECT);
  const ReactiveJson *additional = get_of_kind (schema, "additionalProperties", REACTIVE_JSON_BOOLEAN);
  const char *type;

  if (property == NULL)
    {
      if (additional != NULL && !reactive_json_get_boolean (additional))
        return reactive_fail (error, REACTIVE_ERROR_INVALID, "additional property '%s' is not allowed", name);
      return TRUE;
    }

  type = reactive_json_text_or_null (reactive_json_get_member (property, "type"));
  if (type != NULL && !is_of_type (value, type))
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "parameter '%s' must be of type %s, given %s", name, type,
                          reactive_json_kind_name (reactive_json_get_kind (value)));

  return TRUE;
}

static gboolean
check_required (const ReactiveJson *schema, const ReactiveJson *parameters, GError **error)
{
  const ReactiveJson *required = get_of_kind (schema, "required", REACTIVE_JSON_ARRAY);

  for (guint i = 0; required != NULL && i < reactive_json_get_length (required); i++)
    {
      const char *name = reactive_json_text_or_null (reactive_json_get_element (required, i));

      if (name != NULL && reactive_json_get_member (parameters, name) == NULL)
        return reactive_fail (error, REACTIVE_ERROR_INVALID, "missing parameter '%s'", name);
    }

  return TRUE;
}

/* What is given, and of what is not the defaults; NULL where the charm's schema does not allow it. */
static ReactiveJson *
make_parameters (const ReactiveJson *schema, const ReactiveJson *given, GError **error)
{
  const ReactiveJson *properties = get_of_kind (schema, "params", REACTIVE_JSON_OBJECT);
  g_autoptr (ReactiveJson) parameters = reactive_json_new_object ();

  for (guint i = 0; properties != NULL && i < reactive_json_get_length (properties); i++)
    {
      const char *name = reactive_json_get_member_name (properties, i);
      const ReactiveJson *property = get_of_kind (properties, name, REACTIVE_JSON_OBJECT);
      const ReactiveJson *value = property != NULL ? reactive_json_get_member (property, "default") : NULL;

      if (value != NULL)
        reactive_json_object_set (parameters, name, reactive_json_ref (value));
    }

  for (guint i = 0; given != NULL && i < reactive_json_get_length (given); i++)
    {
      const char *name = reactive_json_get_member_name (given, i);
      const ReactiveJson *value = reactive_json_get_element (given, i);

      if (!check_given (schema, properties, name, value, error))
        return NULL;
      reactive_json_object_set (parameters, name, reactive_json_ref (value));
    }

  return check_required (schema, parameters, error) ? g_steal_pointer (&parameters) : NULL;
}

ReactiveModelAction *
reactive_model_add_action (ReactiveModelUnit *unit, const char *name, const ReactiveJson *parameters, GError **error)
{
  const ReactiveCharm *files = reactive_model_charm_get_files (unit->application->charm);
  const ReactiveJson *schema = reactive_charm_get_action (files, name);
  g_autoptr (ReactiveJson) complete = NULL;
  ReactiveModelAction *action;

  if (schema == NULL)
    {
      g_autofree char *hint = reactive_text_hint (name, reactive_charm_get_action_names (files));

      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "action '%s' not defined on unit '%s'%s", name,
                   unit->name, hint);
      return NULL;
    }
  if (unit->life != REACTIVE_LIFE_ALIVE)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "cannot run an action on unit '%s': it is not alive",
                   unit->name);
      return NULL;
    }

  complete = make_parameters (schema, parameters, error);
  if (complete == NULL)
    {
      g_prefix_error (error, "action '%s': ", name);
      return NULL;
    }

  action = g_new0 (ReactiveModelAction, 1);
  action->number = unit->application->model->next_action++;
  action->name = g_strdup (name);
  action->parameters = g_steal_pointer (&complete);
  action->status = g_strdup ("pending");
  action->message = g_strdup ("");
  action->results = reactive_json_new_object ();
  action->log = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (unit->actions, action);
  reactive_model_mark_ready (unit);

  return action;
}
