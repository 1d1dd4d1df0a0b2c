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

FakeModel *
fake_model_new (void)
{
  FakeModel *model = g_new0 (FakeModel, 1);

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
  if (!call_goes_well (juju, "open-port", port, error))
    return FALSE;
  g_ptr_array_add (((FakeJuju *) juju)->model->ports, g_strdup (port));

  return TRUE;
}

static gboolean
close_port (ReactiveJuju *juju, const char *port, GError **error)
{
  FakeModel *model = ((FakeJuju *) juju)->model;
  guint index;

  if (!call_goes_well (juju, "close-port", port, error))
    return FALSE;
  if (g_ptr_array_find_with_equal_func (model->ports, port, g_str_equal, &index))
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
