/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/unit-view-private.h"

/* The part of "db:1" before the number. */
char *
reactive_unit_view_endpoint_of (const char *id)
{
  return g_strndup (id, (gsize) (strrchr (id, ':') - id));
}

gboolean
reactive_unit_view_parse_unit_name (const char *name, char **out_application, guint *out_number)
{
  const char *slash = strrchr (name, '/');
  guint64 number = 0;

  if (slash == NULL || !g_ascii_string_to_unsigned (slash + 1, 10, 0, G_MAXINT32, &number, NULL))
    return FALSE;

  *out_application = g_strndup (name, (gsize) (slash - name));
  *out_number = (guint) number;
  return TRUE;
}

/* Applications and units ------------------------------------------------------------------------------------------ */

static ReactiveModelApplication *
get_application (const ReactiveUnitViewReading *reading, const char *name, GError **error)
{
  ReactiveModelApplication *application = reactive_model_find_application (reading->view->model, name);

  return application != NULL
             ? application
             : reactive_model_add_application (reading->view->model, name, reading->remote_charm, NULL, error);
}

static ReactiveModelUnit *
get_unit (const ReactiveUnitViewReading *reading, ReactiveModelApplication *application, const char *name, guint number,
          GError **error)
{
  ReactiveModelUnit *unit = reactive_model_find_unit (reading->view->model, name);

  if (unit != NULL)
    return unit;

  application->next_unit = number;
  return reactive_model_add_unit (application, error);
}

/* Relations ------------------------------------------------------------------------------------------------------- */

/* NULL with an error. */
static ReactiveModelUnit *
enter_unit (const ReactiveUnitViewReading *reading, ReactiveModelRelation *relation, const char *name,
            const ReactiveJson *data, GError **error)
{
  ReactiveModelApplication *application = reactive_model_relation_get_other_end (relation, 0)->application;
  g_autofree char *own_name = NULL;
  ReactiveModelSeenRelation *seen;
  ReactiveModelUnit *unit;
  guint number = 0;

  if (!reactive_unit_view_parse_unit_name (name, &own_name, &number) || strcmp (own_name, application->name) != 0)
    {
      reactive_unit_view_complain (reading, data, name, error, "expected a unit of %s", application->name);
      return NULL;
    }
  if (!reactive_unit_view_check_kind (reading, data, name, REACTIVE_JSON_OBJECT, error)
      || !reactive_unit_view_check_texts (reading, data, name, error))
    return NULL;
  unit = get_unit (reading, application, name, number, error);
  if (unit == NULL)
    return NULL;

  seen = reactive_model_unit_find_relation (unit, relation);
  if (unit == reading->view->unit || seen == NULL || seen->is_created)
    {
      reactive_unit_view_complain (reading, data, name, error, "this unit is in the relation already");
      return NULL;
    }
  reactive_model_relation_enter (unit, seen);
  reactive_model_set_databag (relation, unit, reactive_json_ref (data));
  return unit;
}

static gboolean
read_units (const ReactiveUnitViewReading *reading, ReactiveModelRelation *relation, const ReactiveJson *content,
            GError **error)
{
  ReactiveModelSeenRelation *own = reactive_model_unit_find_relation (reading->view->unit, relation);
  const ReactiveJson *units = NULL;

  if (!reactive_unit_view_read_member (reading, content, "units", REACTIVE_JSON_OBJECT, &units, error))
    return FALSE;

  for (guint i = 0; units != NULL && i < reactive_json_get_length (units); i++)
    {
      ReactiveModelUnit *unit = enter_unit (reading, relation, reactive_json_get_member_name (units, i),
                                            reactive_json_get_element (units, i), error);

      if (unit == NULL)
        return FALSE;
      reactive_model_seen_relation_add (own, reactive_model_relation_find_member (relation, unit));
    }

  return TRUE;
}

/* They are not listed, and what they said can be read. One that came back is among the others. */
static gboolean
read_units_that_left (const ReactiveUnitViewReading *reading, ReactiveModelRelation *relation,
                      const ReactiveJson *content, GError **error)
{
  const ReactiveJson *units = NULL, *listed = NULL;

  if (!reactive_unit_view_read_member (reading, content, "left", REACTIVE_JSON_OBJECT, &units, error)
      || !reactive_unit_view_read_member (reading, content, "units", REACTIVE_JSON_OBJECT, &listed, error))
    return FALSE;

  for (guint i = 0; units != NULL && i < reactive_json_get_length (units); i++)
    {
      const char *name = reactive_json_get_member_name (units, i);
      ReactiveModelUnit *unit;

      if (listed != NULL && reactive_json_get_member (listed, name) != NULL)
        continue;
      unit = enter_unit (reading, relation, name, reactive_json_get_element (units, i), error);
      if (unit == NULL)
        return FALSE;
      reactive_model_relation_leave (unit, reactive_model_unit_find_relation (unit, relation));
    }

  return TRUE;
}

/* The own side is the first. */
static gboolean
read_databags (const ReactiveUnitViewReading *reading, ReactiveModelRelation *relation, const ReactiveJson *content,
               GError **error)
{
  const ReactiveJson *local = NULL, *local_application = NULL, *application = NULL;
  g_autoptr (ReactiveJson) nothing = reactive_json_new_object ();

  if (!reactive_unit_view_read_texts (reading, content, "local", REACTIVE_JSON_OBJECT, &local, error)
      || !reactive_unit_view_read_texts (reading, content, "local-app", REACTIVE_JSON_OBJECT, &local_application, error)
      || !reactive_unit_view_read_texts (reading, content, "app", REACTIVE_JSON_OBJECT, &application, error))
    return FALSE;

  reactive_model_set_databag (relation, reading->view->unit, reactive_json_ref (local != NULL ? local : nothing));
  reactive_unit_view_replace (&reactive_model_relation_get_other_end (relation, 0)->databag.data, application);
  reactive_unit_view_replace (&relation->ends[0].databag.data, local_application);
  return TRUE;
}

/* Without "remote-app" the application is that of the units, else it is named after the endpoint. */
static char *
guess_remote (const ReactiveJson *content, const char *endpoint)
{
  const char *const keys[] = { "units", "left" };

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      const ReactiveJson *units = reactive_json_get_member (content, keys[i]);
      char *application = NULL;
      guint number;

      if (units != NULL && reactive_json_get_kind (units) == REACTIVE_JSON_OBJECT
          && reactive_json_get_length (units) > 0
          && reactive_unit_view_parse_unit_name (reactive_json_get_member_name (units, 0), &application, &number))
        return application;
    }

  return g_strdup (endpoint);
}

gboolean
reactive_unit_view_read_relation (const ReactiveUnitViewReading *reading, const ReactiveUnitViewRelation *entry,
                                  GError **error)
{
  ReactiveUnitView *view = reading->view;
  ReactiveModelApplication *ends[2] = { view->unit->application, NULL };
  ReactiveEndpointInfo endpoints[2] = { { .interface = REACTIVE_UNIT_VIEW_INTERFACE, .role = REACTIVE_ROLE_REQUIRES },
                                        { .name = "remote", .interface = REACTIVE_UNIT_VIEW_INTERFACE } };
  ReactiveModelRelation *relation;
  const char *name = NULL;
  g_autofree char *endpoint = reactive_unit_view_endpoint_of (entry->id);
  g_autofree char *guess = NULL;

  if (!reactive_unit_view_read_text (reading, entry->content, "remote-app", &name, error))
    return FALSE;
  guess = guess_remote (entry->content, endpoint);
  ends[1] = get_application (reading, name != NULL ? name : guess, error);
  if (ends[1] == NULL)
    return FALSE;

  endpoints[0].name = endpoint;
  if (ends[1] == ends[0])
    endpoints[0].role = REACTIVE_ROLE_PEERS;
  view->model->next_relation = entry->number;
  relation = reactive_model_relation_new (view->model, ends, endpoints, ends[1] == ends[0] ? 1 : 2);
  reactive_model_relation_enter (view->unit, reactive_model_unit_find_relation (view->unit, relation));

  return read_databags (reading, relation, entry->content, error)
         && read_units (reading, relation, entry->content, error)
         && read_units_that_left (reading, relation, entry->content, error);
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const ReactiveUnitViewRelation *first = a, *second = b;

  return first->number < second->number ? -1 : first->number > second->number;
}

static gboolean
read_entry (const ReactiveUnitViewReading *reading, const char *id, const ReactiveJson *content,
            ReactiveUnitViewRelation *out_entry, GError **error)
{
  const char *colon = strrchr (id, ':');
  guint64 number = 0;

  if (colon == NULL || colon == id || !g_ascii_string_to_unsigned (colon + 1, 10, 0, G_MAXINT32, &number, NULL))
    return reactive_unit_view_complain (reading, content, id, error,
                                        "is not the id of a relation (expected ENDPOINT:NUMBER)");
  if (!reactive_unit_view_check_kind (reading, content, id, REACTIVE_JSON_OBJECT, error))
    return FALSE;

  *out_entry = (ReactiveUnitViewRelation){ id, (guint) number, content };
  return TRUE;
}

/* By number. */
gboolean
reactive_unit_view_list_relations (const ReactiveUnitViewReading *reading, GArray *entries, GError **error)
{
  const ReactiveJson *relations = NULL;

  if (!reactive_unit_view_read_member (reading, reading->view->document, "relations", REACTIVE_JSON_OBJECT, &relations,
                                       error))
    return FALSE;

  for (guint i = 0; relations != NULL && i < reactive_json_get_length (relations); i++)
    {
      ReactiveUnitViewRelation entry;

      if (!read_entry (reading, reactive_json_get_member_name (relations, i), reactive_json_get_element (relations, i),
                       &entry, error))
        return FALSE;
      g_array_append_val (entries, entry);
    }

  g_array_sort (entries, compare_entries);
  for (guint i = 1; i < entries->len; i++)
    {
      const ReactiveUnitViewRelation *entry = &g_array_index (entries, ReactiveUnitViewRelation, i);

      if (entry[-1].number == entry->number)
        return reactive_unit_view_complain (reading, entry->content, entry->id, error, "has the number of %s",
                                            entry[-1].id);
    }

  return TRUE;
}
