/* SPDX-License-Identifier: Apache-2.0 */
#include <glib/gstdio.h>
#include <string.h>

#include "base/port.h"
#include "simulator/model-fault.h"
#include "simulator/unit-view-private.h"

/* Ids of secrets alone. */
#define SEED 1

static gboolean
read_truth (const ReactiveUnitViewReading *reading, const ReactiveJson *object, const char *key, gboolean *out_truth,
            GError **error)
{
  const ReactiveJson *member = NULL;

  if (!reactive_unit_view_read_member (reading, object, key, REACTIVE_JSON_BOOLEAN, &member, error))
    return FALSE;

  *out_truth = member != NULL && reactive_json_get_boolean (member);
  return TRUE;
}

/* Charms ---------------------------------------------------------------------------------------------------------- */

static ReactiveModelCharm *
load_charm (const ReactiveJson *metadata, GError **error)
{
  g_autofree char *directory = g_dir_make_tmp ("reactive-agent-XXXXXX", error);
  g_autofree char *path = directory != NULL ? g_build_filename (directory, "metadata.yaml", NULL) : NULL;
  g_autofree char *text = reactive_json_to_text (metadata, REACTIVE_JSON_INSERTION_ORDER);
  ReactiveModelCharm *charm = NULL;

  if (directory == NULL)
    return NULL;

  if (g_file_set_contents (path, text, -1, error))
    charm = reactive_model_charm_load (directory, REACTIVE_CHARM_EXECUTABLE, error);
  g_unlink (path);
  g_rmdir (directory);
  return charm;
}

static ReactiveJson *
new_metadata (const char *name)
{
  ReactiveJson *metadata = reactive_json_new_object ();

  reactive_json_object_set (metadata, "name", reactive_json_new_string (name));
  return metadata;
}

static void
declare_endpoint (ReactiveJson *section, const char *name)
{
  ReactiveJson *endpoint = reactive_json_new_object ();

  reactive_json_object_set (endpoint, "interface", reactive_json_new_string (REACTIVE_UNIT_VIEW_INTERFACE));
  reactive_json_object_set (section, name, endpoint);
}

/* A charm with the endpoints that there are relations of, and those that the document says there are. */
static gboolean
load_charms (ReactiveUnitViewReading *reading, const char *application, const GArray *entries, GError **error)
{
  g_autoptr (ReactiveJson) metadata = new_metadata (application), remote_metadata = new_metadata ("remote");
  ReactiveJson *section = reactive_json_new_object ();
  const ReactiveJson *others = NULL;

  reactive_json_object_set (metadata, "requires", section);
  if (!reactive_unit_view_read_texts (reading, reading->view->document, "endpoints", REACTIVE_JSON_ARRAY, &others,
                                      error))
    return FALSE;

  for (guint i = 0; others != NULL && i < reactive_json_get_length (others); i++)
    declare_endpoint (section, reactive_json_text_or_null (reactive_json_get_element (others, i)));
  for (guint i = 0; i < entries->len; i++)
    {
      g_autofree char *name = reactive_unit_view_endpoint_of (g_array_index (entries, ReactiveUnitViewRelation, i).id);

      declare_endpoint (section, name);
    }

  reading->charm = load_charm (metadata, error);
  reading->remote_charm = reading->charm != NULL ? load_charm (remote_metadata, error) : NULL;
  return reading->remote_charm != NULL;
}

/* The hook that is run ------------------------------------------------------------------------------------------- */

static gboolean
read_action (const ReactiveUnitViewReading *reading, GError **error)
{
  ReactiveUnitView *view = reading->view;
  const ReactiveJson *content = NULL, *parameters = NULL, *results = NULL, *log = NULL;
  ReactiveModelAction *action;

  if (!reactive_unit_view_read_member (reading, view->document, "action", REACTIVE_JSON_OBJECT, &content, error))
    return FALSE;
  if (content == NULL)
    return TRUE;
  if (!reactive_unit_view_read_member (reading, content, "params", REACTIVE_JSON_OBJECT, &parameters, error)
      || !reactive_unit_view_read_member (reading, content, "results", REACTIVE_JSON_OBJECT, &results, error)
      || !reactive_unit_view_read_texts (reading, content, "log", REACTIVE_JSON_ARRAY, &log, error))
    return FALSE;

  action = g_new0 (ReactiveModelAction, 1);
  action->number = view->model->next_action++;
  action->status = g_strdup ("running");
  action->parameters = parameters != NULL ? reactive_json_ref (parameters) : reactive_json_new_object ();
  action->results = results != NULL ? reactive_json_ref (results) : reactive_json_new_object ();
  action->log = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; log != NULL && i < reactive_json_get_length (log); i++)
    g_ptr_array_add (action->log, g_strdup (reactive_json_text_or_null (reactive_json_get_element (log, i))));
  g_ptr_array_add (view->unit->actions, action);
  view->hook.kind = REACTIVE_MODEL_HOOK_ACTION;
  view->hook.action = action;
  return TRUE;
}

/* What tools take where no relation or unit is named. */
static gboolean
read_hook (const ReactiveUnitViewReading *reading, GError **error)
{
  ReactiveUnitView *view = reading->view;
  const ReactiveJson *content = NULL;
  const char *id = NULL, *remote = NULL;

  view->hook.kind = REACTIVE_MODEL_HOOK_UPDATE_STATUS;
  if (!reactive_unit_view_read_member (reading, view->document, "hook", REACTIVE_JSON_OBJECT, &content, error))
    return FALSE;
  if (content == NULL)
    return TRUE;
  if (!reactive_unit_view_read_text (reading, content, "relation", &id, error)
      || !reactive_unit_view_read_text (reading, content, "unit", &remote, error))
    return FALSE;

  for (guint i = 0; id != NULL && i < view->unit->relations->len; i++)
    {
      ReactiveModelSeenRelation *seen = g_ptr_array_index (view->unit->relations, i);
      g_autofree char *name = reactive_model_relation_get_id (seen->relation, seen->end);

      if (strcmp (name, id) == 0)
        view->hook.relation = seen;
    }
  if (view->hook.relation == NULL)
    return reactive_unit_view_complain (reading, content, "relation", error, "there is no such relation");

  view->hook.kind = REACTIVE_MODEL_HOOK_RELATION_CHANGED;
  if (remote != NULL)
    {
      ReactiveModelUnit *unit = reactive_model_find_unit (view->model, remote);

      view->hook.member
          = unit != NULL ? reactive_model_relation_find_member (view->hook.relation->relation, unit) : NULL;
      if (view->hook.member == NULL)
        return reactive_unit_view_complain (reading, content, "unit", error, "there is no such unit in the relation");
    }
  return TRUE;
}

/* The rest -------------------------------------------------------------------------------------------------------- */

/* @content: {"code", "stdout", "stderr"}, or {"error"} */
static gboolean
read_fault (const ReactiveUnitViewReading *reading, const char *tool, const ReactiveJson *content, GError **error)
{
  const ReactiveJson *code = NULL;
  const char *output = NULL, *errors = NULL, *refusal = NULL;
  g_autofree char *message = NULL;
  gint64 number = 0;

  if (!reactive_unit_view_check_kind (reading, content, tool, REACTIVE_JSON_OBJECT, error)
      || !reactive_unit_view_read_member (reading, content, "code", REACTIVE_JSON_INTEGER, &code, error)
      || !reactive_unit_view_read_text (reading, content, "stdout", &output, error)
      || !reactive_unit_view_read_text (reading, content, "stderr", &errors, error)
      || !reactive_unit_view_read_text (reading, content, "error", &refusal, error))
    return FALSE;
  if (code != NULL && (!reactive_json_get_integer (code, &number) || number < -1 || number > G_MAXUINT8))
    return reactive_unit_view_complain (reading, code, "code", error, "expected an exit code");

  if (errors != NULL && g_str_has_prefix (errors, "ERROR "))
    errors += strlen ("ERROR ");
  message = g_strdup (refusal != NULL ? refusal : errors);
  if (message != NULL)
    g_strchomp (message);
  reactive_model_set_fault (reading->view->model, tool,
                            &(const ReactiveModelFault){
                                .kind = refusal != NULL ? REACTIVE_FAULT_REFUSED : REACTIVE_FAULT_REPLY,
                                .exit_code = (int) number,
                                .output = (char *) output,
                                .message = message,
                            });
  return TRUE;
}

static gboolean
read_faults (const ReactiveUnitViewReading *reading, GError **error)
{
  ReactiveModel *model = reading->view->model;
  const ReactiveJson *missing = NULL, *replies = NULL;

  if (!reactive_unit_view_read_texts (reading, reading->view->document, "missing-tools", REACTIVE_JSON_ARRAY, &missing,
                                      error)
      || !reactive_unit_view_read_member (reading, reading->view->document, "fail", REACTIVE_JSON_OBJECT, &replies,
                                          error))
    return FALSE;

  for (guint i = 0; missing != NULL && i < reactive_json_get_length (missing); i++)
    reactive_model_set_fault (model, reactive_json_text_or_null (reactive_json_get_element (missing, i)),
                              &(const ReactiveModelFault){ .kind = REACTIVE_FAULT_MISSING });
  for (guint i = 0; replies != NULL && i < reactive_json_get_length (replies); i++)
    if (!read_fault (reading, reactive_json_get_member_name (replies, i), reactive_json_get_element (replies, i),
                     error))
      return FALSE;

  return TRUE;
}

static gboolean
read_status (const ReactiveUnitViewReading *reading, const char *key, ReactiveModelStatus *status, GError **error)
{
  const ReactiveJson *content = NULL;
  const char *text = NULL, *message = NULL;

  if (!reactive_unit_view_read_member (reading, reading->view->document, key, REACTIVE_JSON_OBJECT, &content, error))
    return FALSE;
  if (content == NULL)
    return TRUE;
  if (!reactive_unit_view_read_text (reading, content, "status", &text, error)
      || !reactive_unit_view_read_text (reading, content, "message", &message, error))
    return FALSE;

  if (text != NULL)
    reactive_model_status_set (status, reading->view->model, text, message != NULL ? message : "");
  return TRUE;
}

static gboolean
read_ports (const ReactiveUnitViewReading *reading, GError **error)
{
  const ReactiveJson *ports = NULL;

  if (!reactive_unit_view_read_texts (reading, reading->view->document, "ports", REACTIVE_JSON_ARRAY, &ports, error))
    return FALSE;

  for (guint i = 0; ports != NULL && i < reactive_json_get_length (ports); i++)
    {
      const ReactiveJson *element = reactive_json_get_element (ports, i);
      char *port = reactive_port_normalize (reactive_json_text_or_null (element));

      if (port == NULL)
        return reactive_unit_view_complain (reading, element, "ports", error, REACTIVE_PORT_EXPECTED);
      g_ptr_array_add (reading->view->unit->ports, port);
    }

  return TRUE;
}

static gboolean
read_unit (const ReactiveUnitViewReading *reading, GError **error)
{
  const ReactiveJson *document = reading->view->document;
  ReactiveModelUnit *unit = reading->view->unit;
  const ReactiveJson *config = NULL, *settings = NULL, *state = NULL;
  const char *address = NULL, *workload_version = NULL;

  if (!reactive_unit_view_read_member (reading, document, "config", REACTIVE_JSON_OBJECT, &config, error)
      || !reactive_unit_view_read_texts (reading, document, "leader-settings", REACTIVE_JSON_OBJECT, &settings, error)
      || !reactive_unit_view_read_texts (reading, document, "state", REACTIVE_JSON_OBJECT, &state, error)
      || !reactive_unit_view_read_text (reading, document, "private-address", &address, error)
      || !reactive_unit_view_read_text (reading, document, "application-version", &workload_version, error)
      || !read_status (reading, "status", &unit->status, error)
      || !read_status (reading, "application-status", &unit->application->status, error)
      || !read_ports (reading, error))
    return FALSE;

  reactive_unit_view_replace (&unit->application->config, config);
  reactive_unit_view_replace (&unit->application->settings, settings);
  reactive_unit_view_replace (&unit->state, state);
  if (address != NULL)
    {
      g_free (unit->address);
      unit->address = g_strdup (address);
    }
  unit->application->workload_version = g_strdup (workload_version);
  return TRUE;
}

static gboolean
read_version (const ReactiveUnitViewReading *reading, ReactiveJujuVersion *out_version, GError **error)
{
  const struct
  {
    const char *name;
    ReactiveJujuVersion version;
  } versions[] = { { "2.9", REACTIVE_JUJU_2_9 }, { "3.6", REACTIVE_JUJU_3_6 }, { "4", REACTIVE_JUJU_4 } };
  const ReactiveJson *document = reading->view->document;
  const char *text = NULL;

  if (!reactive_unit_view_read_text (reading, document, "juju", &text, error))
    return FALSE;

  *out_version = REACTIVE_JUJU_3_6;
  for (guint i = 0; text != NULL && i < G_N_ELEMENTS (versions); i++)
    if (strcmp (versions[i].name, text) == 0)
      {
        *out_version = versions[i].version;
        return TRUE;
      }

  return text == NULL
         || reactive_unit_view_complain (reading, reactive_json_get_member (document, "juju"), "juju", error,
                                         "expected 2.9, 3.6 or 4, got %s", text);
}

static gboolean
make_unit (ReactiveUnitViewReading *reading, const GArray *entries, GError **error)
{
  ReactiveUnitView *view = reading->view;
  ReactiveModelApplication *application;
  const char *name = NULL;
  g_autofree char *application_name = NULL;
  guint number = 0;

  if (!reactive_unit_view_read_text (reading, view->document, "unit", &name, error))
    return FALSE;
  if (name != NULL && !reactive_unit_view_parse_unit_name (name, &application_name, &number))
    return reactive_unit_view_complain (reading, reactive_json_get_member (view->document, "unit"), "unit", error,
                                        "expected APPLICATION/NUMBER, got %s", name);
  if (name == NULL)
    application_name = g_strdup ("app");
  if (!load_charms (reading, application_name, entries, error))
    return FALSE;

  application = reactive_model_add_application (view->model, application_name, reading->charm, NULL, error);
  if (application == NULL)
    return FALSE;
  application->next_unit = number;
  view->unit = reactive_model_add_unit (application, error);
  return view->unit != NULL;
}

static gboolean
read_all (ReactiveUnitViewReading *reading, GError **error)
{
  g_autoptr (GArray) entries
      = g_array_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (ReactiveUnitViewRelation));
  ReactiveJujuVersion version;
  gboolean leads = FALSE;

  if (!reactive_unit_view_check_kind (reading, reading->view->document, "the whole", REACTIVE_JSON_OBJECT, error)
      || !read_version (reading, &version, error) || !reactive_unit_view_list_relations (reading, entries, error))
    return FALSE;

  reading->view->model = reactive_model_new (version, SEED);
  if (!make_unit (reading, entries, error) || !read_unit (reading, error))
    return FALSE;
  for (guint i = 0; i < entries->len; i++)
    if (!reactive_unit_view_read_relation (reading, &g_array_index (entries, ReactiveUnitViewRelation, i), error))
      return FALSE;

  /* after the units of all relations: the first of an application is made its leader */
  if (!read_truth (reading, reading->view->document, "leader", &leads, error))
    return FALSE;
  reading->view->unit->application->leader = leads ? reading->view->unit : NULL;

  return read_hook (reading, error) && read_action (reading, error) && read_faults (reading, error);
}

gboolean
reactive_unit_view_read (ReactiveUnitView *view, const char *path, GError **error)
{
  ReactiveUnitViewReading reading = { .view = view, .path = path };
  gboolean is_good = read_all (&reading, error);

  reactive_model_charm_unref (reading.charm);
  reactive_model_charm_unref (reading.remote_charm);
  return is_good;
}
