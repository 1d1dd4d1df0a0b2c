/* SPDX-License-Identifier: Apache-2.0 */
#include "fake-juju.h"

#include <string.h>

typedef struct
{
  ReactiveJuju parent;
  FakeModel *model;
  GPtrArray *answers; /* live as long as this */
} FakeJuju;

/* The model ------------------------------------------------------------------------------------------------------- */

void
fake_model_set_json (ReactiveJson **value, const char *json_text)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (value, reactive_json_unref);
  *value = reactive_json_parse (json_text, -1, REACTIVE_JSON_STRICT, &error);
  g_assert_no_error (error);
}

/* Relations ------------------------------------------------------------------------------------------------------- */

static GHashTable *
new_databag (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

static GHashTable *
new_databags (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
}

static void
free_relation (gpointer data)
{
  FakeRelation *relation = data;

  g_free (relation->id);
  g_free (relation->application);
  g_hash_table_unref (relation->units);
  g_hash_table_unref (relation->left);
  g_hash_table_unref (relation->received_app);
  g_hash_table_unref (relation->own);
  g_hash_table_unref (relation->own_app);
  g_free (relation);
}

FakeRelation *
fake_model_add_relation (FakeModel *model, const char *id, const char *application)
{
  FakeRelation *relation = g_new0 (FakeRelation, 1);

  relation->id = g_strdup (id);
  relation->application = g_strdup (application);
  relation->units = new_databags ();
  relation->left = new_databags ();
  relation->received_app = new_databag ();
  relation->own = new_databag ();
  relation->own_app = new_databag ();
  g_ptr_array_add (model->relations, relation);

  return relation;
}

FakeRelation *
fake_model_find_relation (FakeModel *model, const char *id)
{
  for (guint i = 0; i < model->relations->len; i++)
    {
      FakeRelation *relation = g_ptr_array_index (model->relations, i);

      if (strcmp (relation->id, id) == 0)
        return relation;
    }

  return NULL;
}

void
fake_model_remove_relation (FakeModel *model, const char *id)
{
  g_assert_true (g_ptr_array_remove (model->relations, fake_model_find_relation (model, id)));
}

GHashTable *
fake_relation_add_unit (FakeRelation *relation, const char *name)
{
  GHashTable *databag = g_hash_table_lookup (relation->units, name);

  if (databag == NULL)
    {
      databag = new_databag ();
      g_hash_table_insert (relation->units, g_strdup (name), databag);
    }

  return databag;
}

void
fake_relation_remove_unit (FakeRelation *relation, const char *name)
{
  gpointer key, databag;

  g_assert_true (g_hash_table_steal_extended (relation->units, name, &key, &databag));
  g_hash_table_insert (relation->left, key, databag);
}

void
fake_databag_set (GHashTable *databag, const char *key, const char *value)
{
  if (value == NULL || *value == '\0')
    g_hash_table_remove (databag, key);
  else
    g_hash_table_insert (databag, g_strdup (key), g_strdup (value));
}

void
fake_databag_copy (GHashTable *from, GHashTable *to)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_remove_all (to);
  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (to, g_strdup (key), g_strdup (value));
}

static GList *
sorted_keys (GHashTable *table)
{
  return g_list_sort (g_hash_table_get_keys (table), (GCompareFunc) strcmp);
}

ReactiveJson *
fake_databag_to_json (GHashTable *databag)
{
  ReactiveJson *object = reactive_json_new_object ();
  g_autoptr (GList) keys = sorted_keys (databag);

  for (GList *link = keys; link != NULL; link = link->next)
    reactive_json_object_set (object, link->data, reactive_json_new_string (g_hash_table_lookup (databag, link->data)));

  return object;
}

void
fake_databag_assert (GHashTable *databag, const char *json_text)
{
  g_autoptr (ReactiveJson) object = fake_databag_to_json (databag);
  g_autofree char *text = reactive_json_to_text (object, REACTIVE_JSON_SORT_KEYS);

  g_assert_cmpstr (text, ==, json_text);
}

FakeModel *
fake_model_new (void)
{
  FakeModel *model = g_new0 (FakeModel, 1);

  model->unit_name = g_strdup ("app/0");
  model->relations = g_ptr_array_new_with_free_func (free_relation);

  fake_model_set_json (&model->config, "{}");
  fake_model_set_json (&model->settings, "{}");
  fake_model_set_json (&model->parameters, "{}");
  fake_model_set_json (&model->network, "{}");
  model->status = g_strdup ("unknown: ");
  model->ports = g_ptr_array_new_with_free_func (g_free);
  model->journal = g_ptr_array_new_with_free_func (g_free);
  model->log = g_ptr_array_new_with_free_func (g_free);
  model->failures = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return model;
}

void
fake_model_free (FakeModel *model)
{
  reactive_json_unref (model->config);
  reactive_json_unref (model->settings);
  reactive_json_unref (model->parameters);
  reactive_json_unref (model->network);
  g_free (model->status);
  g_free (model->application_status);
  g_free (model->version);
  g_free (model->unit_name);
  g_ptr_array_unref (model->relations);
  g_ptr_array_unref (model->ports);
  g_ptr_array_unref (model->journal);
  g_ptr_array_unref (model->log);
  g_hash_table_unref (model->failures);
  g_free (model);
}

void
fake_model_fail (FakeModel *model, const char *call, ReactiveError code)
{
  g_hash_table_insert (model->failures, g_strdup (call), GINT_TO_POINTER (code));
}

void
fake_model_mend (FakeModel *model)
{
  g_hash_table_remove_all (model->failures);
}

char *
fake_model_take_journal (FakeModel *model, const char *call)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < model->journal->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (model->journal, i), call))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "\n" : "", (char *) g_ptr_array_index (model->journal, i));
  g_ptr_array_set_size (model->journal, 0);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

gboolean
fake_model_has_logged (FakeModel *model, const char *text)
{
  for (guint i = 0; i < model->log->len; i++)
    if (strstr (g_ptr_array_index (model->log, i), text) != NULL)
      return TRUE;

  return FALSE;
}

/* Takes note of a call, and whether it goes well. */
static gboolean
call_goes_well (ReactiveJuju *juju, const char *call, const char *argument, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  gpointer code;

  g_ptr_array_add (model->journal, g_strconcat (call, argument != NULL ? " " : NULL, argument, NULL));
  if (model->watch != NULL)
    model->watch (g_ptr_array_index (model->journal, model->journal->len - 1), model->watch_data);
  if (!g_hash_table_lookup_extended (model->failures, call, NULL, &code))
    return TRUE;

  g_set_error (error, REACTIVE_ERROR, GPOINTER_TO_INT (code), "%s fails, as the test wants it", call);

  return FALSE;
}

static const ReactiveJson *
answer (ReactiveJuju *juju, ReactiveJson *value)
{
  g_ptr_array_add (((FakeJuju *) juju)->answers, value);

  return value;
}

/* What a unit asks ------------------------------------------------------------------------------------------------ */

static const ReactiveJson *
config_get (ReactiveJuju *juju, GError **error)
{
  return call_goes_well (juju, "config-get", NULL, error)
             ? answer (juju, reactive_json_ref (((FakeJuju *) juju)->model->config))
             : NULL;
}

static gboolean
is_leader (ReactiveJuju *juju, gboolean *out_is_leader, GError **error)
{
  if (!call_goes_well (juju, "is-leader", NULL, error))
    return FALSE;
  *out_is_leader = ((FakeJuju *) juju)->model->is_leader;

  return TRUE;
}

static const ReactiveJson *
leader_get (ReactiveJuju *juju, GError **error)
{
  return call_goes_well (juju, "leader-get", NULL, error)
             ? answer (juju, reactive_json_ref (((FakeJuju *) juju)->model->settings))
             : NULL;
}

static void
merge_settings (const ReactiveJson *from, ReactiveJson *into)
{
  for (guint i = 0; i < reactive_json_get_length (from); i++)
    reactive_json_object_set (into, reactive_json_get_member_name (from, i),
                              reactive_json_ref (reactive_json_get_element (from, i)));
}

/* As Juju, which knows no settings that are null or empty. */
static gboolean
leader_set (ReactiveJuju *juju, const ReactiveJson *settings, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  g_autofree char *text = reactive_json_to_text (settings, REACTIVE_JSON_INSERTION_ORDER);
  g_autoptr (ReactiveJson) merged = reactive_json_new_object ();

  if (!call_goes_well (juju, "leader-set", text, error))
    return FALSE;
  if (!model->is_leader)
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED, "not the leader");
      return FALSE;
    }

  merge_settings (model->settings, merged);
  merge_settings (settings, merged);
  g_clear_pointer (&model->settings, reactive_json_unref);
  model->settings = reactive_json_new_object ();
  for (guint i = 0; i < reactive_json_get_length (merged); i++)
    {
      const ReactiveJson *value = reactive_json_get_element (merged, i);

      if (reactive_json_get_kind (value) == REACTIVE_JSON_STRING && *reactive_json_get_string (value, NULL) != '\0')
        reactive_json_object_set (model->settings, reactive_json_get_member_name (merged, i),
                                  reactive_json_ref (value));
    }

  return TRUE;
}

static const ReactiveJson *
status_get (ReactiveJuju *juju, gboolean of_application, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  g_auto (GStrv) parts = NULL;
  ReactiveJson *status;

  g_assert_false (of_application);
  if (!call_goes_well (juju, "status-get", NULL, error))
    return NULL;

  parts = g_strsplit (model->status, ": ", 2);
  status = reactive_json_new_object ();
  reactive_json_object_set (status, "status", reactive_json_new_string (parts[0]));
  reactive_json_object_set (status, "message", reactive_json_new_string (parts[1]));

  return answer (juju, status);
}

static gboolean
status_set (ReactiveJuju *juju, gboolean of_application, const char *status, const char *message, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  g_autofree char *text = g_strdup_printf ("%s: %s", status, message);
  char **place = of_application ? &model->application_status : &model->status;

  g_assert_true (g_utf8_validate (text, -1, NULL));
  if (!call_goes_well (juju, of_application ? "application-status-set" : "status-set", text, error))
    return FALSE;

  g_free (*place);
  *place = g_steal_pointer (&text);

  return TRUE;
}

static gboolean
version_set (ReactiveJuju *juju, const char *version, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;

  if (!call_goes_well (juju, "application-version-set", version, error))
    return FALSE;

  g_free (model->version);
  model->version = g_strdup (version);

  return TRUE;
}

static const ReactiveJson *
action_get (ReactiveJuju *juju, GError **error)
{
  return call_goes_well (juju, "action-get", NULL, error)
             ? answer (juju, reactive_json_ref (((FakeJuju *) juju)->model->parameters))
             : NULL;
}

static gboolean
action_set (ReactiveJuju *juju, const char *key, const char *value, GError **error)
{
  g_autofree char *pair = g_strconcat (key, "=", value, NULL);

  return call_goes_well (juju, "action-set", pair, error);
}

static gboolean
action_fail (ReactiveJuju *juju, const char *message, GError **error)
{
  return call_goes_well (juju, "action-fail", message, error);
}

static gboolean
action_log (ReactiveJuju *juju, const char *message, GError **error)
{
  return call_goes_well (juju, "action-log", message, error);
}

static const ReactiveJson *
network_get (ReactiveJuju *juju, const char *binding, const char *relation_id, GError **error)
{
  g_autofree char *arguments = g_strjoin (" ", binding, relation_id, NULL);

  return call_goes_well (juju, "network-get", arguments, error)
             ? answer (juju, reactive_json_ref (((FakeJuju *) juju)->model->network))
             : NULL;
}

static ReactiveJson *
list_names (GList *names)
{
  ReactiveJson *array = reactive_json_new_array ();

  for (; names != NULL; names = names->next)
    reactive_json_array_add (array, reactive_json_new_string (names->data));

  return array;
}

static const ReactiveJson *
relation_ids (ReactiveJuju *juju, const char *endpoint, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  g_autofree char *prefix = g_strconcat (endpoint, ":", NULL);
  ReactiveJson *ids;

  if (!call_goes_well (juju, "relation-ids", endpoint, error))
    return NULL;

  ids = reactive_json_new_array ();
  for (guint i = 0; i < model->relations->len; i++)
    {
      const FakeRelation *relation = g_ptr_array_index (model->relations, i);

      if (g_str_has_prefix (relation->id, prefix))
        reactive_json_array_add (ids, reactive_json_new_string (relation->id));
    }

  return answer (juju, ids);
}

/* A relation that is not there is a mistake of the caller's, unless the test took it away. */
static FakeRelation *
get_relation (ReactiveJuju *juju, const char *id, GError **error)
{
  FakeRelation *relation = fake_model_find_relation (((FakeJuju *) juju)->model, id);

  if (relation == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "there is no relation %s", id);

  return relation;
}

static const ReactiveJson *
relation_list (ReactiveJuju *juju, const char *relation_id, GError **error)
{
  FakeRelation *relation;
  g_autoptr (GList) names = NULL;

  if (!call_goes_well (juju, "relation-list", relation_id, error)
      || (relation = get_relation (juju, relation_id, error)) == NULL)
    return NULL;
  names = sorted_keys (relation->units);

  return answer (juju, list_names (names));
}

static const char *
relation_app (ReactiveJuju *juju, const char *relation_id, GError **error)
{
  FakeRelation *relation;

  if (!call_goes_well (juju, "relation-app", relation_id, error)
      || (relation = get_relation (juju, relation_id, error)) == NULL)
    return NULL;

  return relation->application;
}

static GHashTable *
find_databag (FakeModel *model, FakeRelation *relation, const char *name, gboolean of_application)
{
  GHashTable *databag;

  if (of_application && g_str_has_prefix (model->unit_name, name) && model->unit_name[strlen (name)] == '/')
    return model->is_leader || strcmp (relation->application, name) == 0 ? relation->own_app : NULL;
  if (of_application)
    return strcmp (relation->application, name) == 0 ? relation->received_app : NULL;
  if (strcmp (model->unit_name, name) == 0)
    return relation->own;

  databag = g_hash_table_lookup (relation->units, name);

  return databag != NULL ? databag : g_hash_table_lookup (relation->left, name);
}

static const ReactiveJson *
relation_get (ReactiveJuju *juju, const char *relation_id, const char *name, gboolean of_application, GError **error)
{
  FakeRelation *relation;
  GHashTable *databag;
  g_autofree char *arguments = g_strjoin (" ", relation_id, name, NULL);

  if (!call_goes_well (juju, "relation-get", arguments, error)
      || (relation = get_relation (juju, relation_id, error)) == NULL)
    return NULL;
  databag = find_databag (((FakeJuju *) juju)->model, relation, name, of_application);
  if (databag == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "permission denied: %s", name);
      return NULL;
    }

  return answer (juju, fake_databag_to_json (databag));
}

static gboolean
relation_set (ReactiveJuju *juju, const char *relation_id, gboolean of_application, const ReactiveJson *settings,
              GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  g_autofree char *text = reactive_json_to_text (settings, REACTIVE_JSON_INSERTION_ORDER);
  g_autofree char *arguments = g_strjoin (" ", relation_id, of_application ? "app" : "unit", text, NULL);
  FakeRelation *relation;

  if (!call_goes_well (juju, "relation-set", arguments, error)
      || (relation = get_relation (juju, relation_id, error)) == NULL)
    return FALSE;
  g_assert_true (!of_application || model->is_leader);

  for (guint i = 0; !model->loses_writes && i < reactive_json_get_length (settings); i++)
    {
      const ReactiveJson *value = reactive_json_get_element (settings, i);

      fake_databag_set (of_application ? relation->own_app : relation->own, reactive_json_get_member_name (settings, i),
                        reactive_json_get_kind (value) == REACTIVE_JSON_STRING ? reactive_json_get_string (value, NULL)
                                                                               : NULL);
    }

  return TRUE;
}

static const ReactiveJson *
opened_ports (ReactiveJuju *juju, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  ReactiveJson *ports;

  if (!call_goes_well (juju, "opened-ports", NULL, error))
    return NULL;

  ports = reactive_json_new_array ();
  for (guint i = 0; i < model->ports->len; i++)
    reactive_json_array_add (ports, reactive_json_new_string (g_ptr_array_index (model->ports, i)));

  return answer (juju, ports);
}

static gboolean
open_port (ReactiveJuju *juju, const char *port, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;

  if (!call_goes_well (juju, "open-port", port, error))
    return FALSE;
  if (!model->loses_writes)
    g_ptr_array_add (model->ports, g_strdup (port));

  return TRUE;
}

static gboolean
close_port (ReactiveJuju *juju, const char *port, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  guint index;

  if (!call_goes_well (juju, "close-port", port, error))
    return FALSE;
  if (!model->loses_writes && g_ptr_array_find_with_equal_func (model->ports, port, g_str_equal, &index))
    g_ptr_array_remove_index (model->ports, index);

  return TRUE;
}

static void
log_message (ReactiveJuju *juju, ReactiveLogLevel level, const char *message)
{
  static const char *const levels[] = { "TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL" };

  g_ptr_array_add (((FakeJuju *) juju)->model->log, g_strdup_printf ("%s: %s", levels[level], message));
}

static gboolean
log_flush (ReactiveJuju *juju, GError **error)
{
  return call_goes_well (juju, "juju-log", NULL, error);
}

static gboolean
call (ReactiveJuju *juju, const char *tool, const char *const *argv, GBytes *input, ReactiveToolReply *out_reply,
      GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  g_autofree char *words = g_strjoinv (" ", (char **) argv);
  g_autofree char *text = NULL;

  if (input != NULL)
    text = g_strdup_printf ("%s < %.*s", words, (int) g_bytes_get_size (input),
                            (const char *) g_bytes_get_data (input, NULL));

  if (!call_goes_well (juju, tool, text != NULL ? text : words, error))
    return FALSE;

  out_reply->exit_code = model->tool_exit_code;
  out_reply->output = g_bytes_new (model->tool_output, model->tool_output_bytes);
  out_reply->message = g_strdup (model->tool_exit_code == 2 ? "" : "what it says");

  return TRUE;
}

static void
fake_juju_free (ReactiveJuju *juju)
{
  FakeJuju *self = (FakeJuju *) juju;

  g_ptr_array_unref (self->answers);
  g_free (self);
}

ReactiveJuju *
fake_juju_new (FakeModel *model)
{
  static const ReactiveJujuClass fake_class = {
    .config_get = config_get,
    .is_leader = is_leader,
    .leader_get = leader_get,
    .leader_set = leader_set,
    .status_get = status_get,
    .status_set = status_set,
    .version_set = version_set,
    .action_get = action_get,
    .action_set = action_set,
    .action_fail = action_fail,
    .action_log = action_log,
    .network_get = network_get,
    .relation_ids = relation_ids,
    .relation_list = relation_list,
    .relation_app = relation_app,
    .relation_get = relation_get,
    .relation_set = relation_set,
    .opened_ports = opened_ports,
    .open_port = open_port,
    .close_port = close_port,
    .log = log_message,
    .log_flush = log_flush,
    .call = call,
    .free = fake_juju_free,
  };
  FakeJuju *self = g_new0 (FakeJuju, 1);

  self->parent.klass = &fake_class;
  self->model = model;
  self->answers = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_json_unref);

  return &self->parent;
}
