/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/juju-private.h"

#include <string.h>

/* Answers --------------------------------------------------------------------------------------------------------- */

static gboolean
expect_kind (const ReactiveJson *value, ReactiveJsonType kind, GError **error)
{
  ReactiveJsonType actual = reactive_json_get_kind (value);

  if (actual == kind)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "expected %s, got %s", reactive_json_kind_name (kind),
                        reactive_json_kind_name (actual));
}

gboolean
reactive_juju_check_settings (const ReactiveJson *answer, GError **error)
{
  for (guint i = 0; i < reactive_json_get_length (answer); i++)
    if (!expect_kind (reactive_json_get_element (answer, i), REACTIVE_JSON_STRING, error))
      {
        g_prefix_error (error, "%s: ", reactive_json_get_member_name (answer, i));
        return FALSE;
      }

  return TRUE;
}

static gboolean
check_config (const ReactiveJson *answer, GError **error)
{
  for (guint i = 0; i < reactive_json_get_length (answer); i++)
    {
      ReactiveJsonType kind = reactive_json_get_kind (reactive_json_get_element (answer, i));

      if (kind == REACTIVE_JSON_ARRAY || kind == REACTIVE_JSON_OBJECT)
        return reactive_fail (error, REACTIVE_ERROR_BAD_DATA,
                              "%s: expected a string, a number, a boolean or null, got %s",
                              reactive_json_get_member_name (answer, i), reactive_json_kind_name (kind));
    }

  return TRUE;
}

gboolean
reactive_juju_check_names (const ReactiveJson *answer, GError **error)
{
  for (guint i = 0; i < reactive_json_get_length (answer); i++)
    if (!expect_kind (reactive_json_get_element (answer, i), REACTIVE_JSON_STRING, error))
      {
        g_prefix_error (error, "element %u: ", i);
        return FALSE;
      }

  return TRUE;
}

static gboolean
check_member (const ReactiveJson *answer, const char *name, ReactiveJsonType kind, GError **error)
{
  const ReactiveJson *member = reactive_json_get_member (answer, name);

  if (member == NULL)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "expected a member '%s', got none", name);
  if (!expect_kind (member, kind, error))
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }

  return TRUE;
}

static gboolean
check_unit_status (const ReactiveJson *answer, GError **error)
{
  return check_member (answer, "status", REACTIVE_JSON_STRING, error);
}

static gboolean
check_application_status (const ReactiveJson *answer, GError **error)
{
  return check_member (answer, "application-status", REACTIVE_JSON_OBJECT, error);
}

/* Questions ------------------------------------------------------------------------------------------------------- */

/* clang-format off */
#define ARGV(...) ((const char *const[]) { __VA_ARGS__, NULL })

static const ReactiveJujuQuestion config_get_question = {
  .argv = ARGV ("config-get", "--all", "--format=json"), .kind = REACTIVE_JSON_OBJECT, .check = check_config,
};
static const ReactiveJujuQuestion is_leader_question = {
  .argv = ARGV ("is-leader", "--format=json"), .kind = REACTIVE_JSON_BOOLEAN,
};
static const ReactiveJujuQuestion action_get_question = {
  .argv = ARGV ("action-get", "--format=json"), .kind = REACTIVE_JSON_OBJECT, .is_null_empty = TRUE,
};
const ReactiveJujuQuestion reactive_juju_leader_get_question = {
  .argv = ARGV ("leader-get", "--format=json"), .kind = REACTIVE_JSON_OBJECT, .is_null_empty = TRUE,
  .check = reactive_juju_check_settings,
};
const ReactiveJujuQuestion reactive_juju_opened_ports_question = {
  .argv = ARGV ("opened-ports", "--format=json"), .kind = REACTIVE_JSON_ARRAY, .is_null_empty = TRUE,
  .check = reactive_juju_check_names,
};
const ReactiveJujuQuestion reactive_juju_status_get_questions[2] = {
  { .argv = ARGV ("status-get", "--include-data", "--format=json"), .kind = REACTIVE_JSON_OBJECT,
    .check = check_unit_status },
  { .argv = ARGV ("status-get", "--include-data", "--application", "--format=json"), .kind = REACTIVE_JSON_OBJECT,
    .check = check_application_status },
};
/* clang-format on */

static char *
question_key (const ReactiveJujuQuestion *question)
{
  return g_strjoinv ("\n", (char **) question->argv);
}

/* A tool that ran, but said no. */
static gboolean
check_exit_code (const char *tool, const ReactiveToolReply *reply, GError **error)
{
  if (reply->exit_code == 0)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_TOOL, "%s: %s (exit %d)", tool,
                        *reply->message != '\0' ? reply->message : "failed without a message", reply->exit_code);
}

static ReactiveJson *
parse_answer (const ReactiveJujuQuestion *question, GBytes *output, GError **error)
{
  gsize length = 0;
  const char *text = g_bytes_get_data (output, &length);
  g_autoptr (ReactiveJson) answer
      = reactive_json_parse (text != NULL ? text : "", (gssize) length, REACTIVE_JSON_STRICT, error);

  if (answer == NULL)
    return NULL;

  if (question->is_null_empty && reactive_json_get_kind (answer) == REACTIVE_JSON_NULL)
    return question->kind == REACTIVE_JSON_ARRAY ? reactive_json_new_array () : reactive_json_new_object ();
  if (!expect_kind (answer, question->kind, error) || (question->check != NULL && !question->check (answer, error)))
    return NULL;

  return g_steal_pointer (&answer);
}

const ReactiveJson *
reactive_tools_juju_ask (ReactiveToolsJuju *self, const ReactiveJujuQuestion *question, GError **error)
{
  g_autofree char *key = question_key (question);
  const char *tool = question->argv[0];
  ReactiveJson *answer = g_hash_table_lookup (self->answers, key);
  g_auto (ReactiveToolReply) reply = { 0 };

  if (answer != NULL)
    return answer;

  if (!reactive_carrier_run (self->carrier, tool, question->argv + 1, /* input= */ NULL, &reply, error)
      || !check_exit_code (tool, &reply, error))
    return NULL;

  answer = parse_answer (question, reply.output, error);
  if (answer == NULL)
    {
      g_prefix_error (error, "%s: ", tool);
      return NULL;
    }

  g_hash_table_insert (self->answers, g_steal_pointer (&key), answer);
  return answer;
}

void
reactive_tools_juju_replace (ReactiveToolsJuju *self, const ReactiveJujuQuestion *question, ReactiveJson *answer)
{
  g_autofree char *key = question_key (question);
  ReactiveJson *old = g_hash_table_lookup (self->answers, key);

  if (old != NULL)
    g_ptr_array_add (self->retired, reactive_json_ref (old));
  if (answer != NULL)
    g_hash_table_insert (self->answers, g_steal_pointer (&key), answer);
  else
    g_hash_table_remove (self->answers, key);
}

gboolean
reactive_tools_juju_tell_input (ReactiveToolsJuju *self, const char *const *argv, GBytes *input, GError **error)
{
  g_auto (ReactiveToolReply) reply = { 0 };

  return reactive_carrier_run (self->carrier, argv[0], argv + 1, input, &reply, error)
         && check_exit_code (argv[0], &reply, error);
}

gboolean
reactive_tools_juju_tell (ReactiveToolsJuju *self, const char *const *argv, GError **error)
{
  return reactive_tools_juju_tell_input (self, argv, /* input= */ NULL, error);
}

static gboolean
ask_is_leader (ReactiveJuju *juju, gboolean *out_is_leader, GError **error)
{
  const ReactiveJson *answer = reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &is_leader_question, error);

  if (answer == NULL)
    return FALSE;

  *out_is_leader = reactive_json_get_boolean (answer);
  return TRUE;
}

gboolean
reactive_tools_juju_require_leader (ReactiveJuju *juju, const char *what, GError **error)
{
  gboolean is_leader = FALSE;

  if (!ask_is_leader (juju, &is_leader, error))
    return FALSE;
  if (!is_leader)
    return reactive_fail (error, REACTIVE_ERROR_DENIED, "only the leader may %s, which this unit is not", what);

  return TRUE;
}

static const ReactiveJson *
config_get (ReactiveJuju *juju, GError **error)
{
  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &config_get_question, error);
}

static const ReactiveJson *
leader_get (ReactiveJuju *juju, GError **error)
{
  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &reactive_juju_leader_get_question, error);
}

static const ReactiveJson *
status_get (ReactiveJuju *juju, gboolean of_application, GError **error)
{
  if (of_application && !reactive_tools_juju_require_leader (juju, "read the application's status", error))
    return NULL;

  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju,
                                  &reactive_juju_status_get_questions[of_application ? 1 : 0], error);
}

static const ReactiveJson *
action_get (ReactiveJuju *juju, GError **error)
{
  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &action_get_question, error);
}

static const ReactiveJson *
network_get (ReactiveJuju *juju, const char *binding, const char *relation_id, GError **error)
{
  const char *const argv[] = { "network-get", "--format=json", "--", binding, NULL };
  const char *const relation_argv[] = { "network-get", "--format=json", "-r", relation_id, "--", binding, NULL };
  const ReactiveJujuQuestion question = {
    .argv = relation_id != NULL ? relation_argv : argv,
    .kind = REACTIVE_JSON_OBJECT,
  };

  return reactive_tools_juju_ask ((ReactiveToolsJuju *) juju, &question, error);
}

/* The object ------------------------------------------------------------------------------------------------------ */

static void
log_message (ReactiveJuju *juju, ReactiveLogLevel level, const char *message)
{
  ReactiveToolsJuju *self = (ReactiveToolsJuju *) juju;

  reactive_juju_log_add (self->log, self->carrier, level, message);
}

static gboolean
log_flush (ReactiveJuju *juju, GError **error)
{
  ReactiveToolsJuju *self = (ReactiveToolsJuju *) juju;

  return reactive_juju_log_flush (self->log, self->carrier, error);
}

static gboolean
call (ReactiveJuju *juju, const char *tool, const char *const *argv, GBytes *input, ReactiveToolReply *out_reply,
      GError **error)
{
  /* what was logged before comes before */
  if (g_str_equal (tool, "juju-log") && !log_flush (juju, error))
    return FALSE;

  return reactive_carrier_run (((ReactiveToolsJuju *) juju)->carrier, tool, argv, input, out_reply, error);
}

static void
tools_juju_free (ReactiveJuju *juju)
{
  ReactiveToolsJuju *self = (ReactiveToolsJuju *) juju;

  log_flush (juju, /* error= */ NULL);
  reactive_juju_log_free (self->log);
  g_hash_table_unref (self->answers);
  g_ptr_array_unref (self->retired);
  reactive_carrier_free (self->carrier);
  g_free (self);
}

static const ReactiveJujuClass tools_juju_class = {
  .config_get = config_get,
  .is_leader = ask_is_leader,
  .leader_get = leader_get,
  .leader_set = reactive_tools_juju_leader_set,
  .status_get = status_get,
  .status_set = reactive_tools_juju_status_set,
  .version_set = reactive_tools_juju_version_set,
  .action_get = action_get,
  .action_set = reactive_tools_juju_action_set,
  .action_fail = reactive_tools_juju_action_fail,
  .action_log = reactive_tools_juju_action_log,
  .network_get = network_get,
  .relation_ids = reactive_tools_juju_relation_ids,
  .relation_list = reactive_tools_juju_relation_list,
  .relation_app = reactive_tools_juju_relation_app,
  .relation_get = reactive_tools_juju_relation_get,
  .relation_set = reactive_tools_juju_relation_set,
  .opened_ports = reactive_tools_juju_opened_ports,
  .open_port = reactive_tools_juju_open_port,
  .close_port = reactive_tools_juju_close_port,
  .log = log_message,
  .log_flush = log_flush,
  .call = call,
  .free = tools_juju_free,
};

/**
 * reactive_juju_new_for_tools:
 * @carrier: (transfer full): how the tools are run
 *
 * Returns: (transfer full): Juju as its hook tools present it
 */
ReactiveJuju *
reactive_juju_new_for_tools (ReactiveCarrier *carrier)
{
  ReactiveToolsJuju *self = g_new0 (ReactiveToolsJuju, 1);

  self->parent.klass = &tools_juju_class;
  self->carrier = carrier;
  self->log = reactive_juju_log_new ();
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) reactive_json_unref);
  self->retired = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_json_unref);
  return &self->parent;
}

void
reactive_juju_free (ReactiveJuju *juju)
{
  if (juju != NULL)
    juju->klass->free (juju);
}
