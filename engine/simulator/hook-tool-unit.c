/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "simulator/hook-tool-private.h"

/* Configuration, leadership, and what concerns the unit alone. */

static ReactiveJson *
without_nulls (const ReactiveJson *object)
{
  ReactiveJson *result = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (object); i++)
    {
      const ReactiveJson *value = reactive_json_get_element (object, i);

      if (reactive_json_get_kind (value) != REACTIVE_JSON_NULL)
        reactive_json_object_set (result, reactive_json_get_member_name (object, i), reactive_json_ref (value));
    }

  return result;
}

static gboolean
config_get (HookToolCall *call, GError **error)
{
  const char *key = reactive_hook_tool_get_argument (call, 0);
  gboolean all = reactive_hook_tool_has_flag (call, "all");
  g_autoptr (ReactiveJson) set = NULL;
  const ReactiveJson *config;

  if (key != NULL && *key != '\0' && all)
    {
      g_autofree char *quoted = reactive_go_quote (key);

      return reactive_fail (error, REACTIVE_ERROR_USAGE, "cannot use argument --all together with key %s", quoted);
    }
  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  config = call->juju->klass->config_get (call->juju, error);
  if (config == NULL)
    return FALSE;
  if (key != NULL && *key != '\0')
    return reactive_hook_tool_print (call, reactive_json_get_member (config, key), error);

  set = without_nulls (config);
  return reactive_hook_tool_print (call, all ? config : set, error);
}

static gboolean
is_leader (HookToolCall *call, GError **error)
{
  g_autoptr (ReactiveJson) answer = NULL;
  gboolean leads;

  if (!reactive_hook_tool_check_arguments (call, 0, error) || !call->juju->klass->is_leader (call->juju, &leads, error))
    return FALSE;

  answer = reactive_json_new_boolean (leads);
  return reactive_hook_tool_print (call, answer, error);
}

static gboolean
leader_get (HookToolCall *call, GError **error)
{
  const char *key = reactive_hook_tool_get_argument (call, 0);
  const ReactiveJson *settings;

  if (key != NULL && strchr (key, '=') != NULL)
    {
      g_autofree char *quoted = reactive_go_quote (key);

      return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid key %s", quoted);
    }
  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  settings = call->juju->klass->leader_get (call->juju, error);
  if (settings == NULL)
    return FALSE;
  if (key != NULL && *key != '\0' && strcmp (key, "-") != 0)
    settings = reactive_json_get_member (settings, key);

  return reactive_hook_tool_print (call, settings, error);
}

static gboolean
leader_set (HookToolCall *call, GError **error)
{
  g_autoptr (ReactiveJson) pairs = reactive_hook_tool_read_pairs (call, 0, /* allows_empty= */ TRUE, error);

  return pairs != NULL && call->juju->klass->leader_set (call->juju, pairs, error);
}

static gboolean
unit_get (HookToolCall *call, GError **error)
{
  const char *setting = reactive_hook_tool_get_argument (call, 0);
  const char *address;

  if (setting == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no setting specified");
  if (strcmp (setting, "private-address") != 0 && strcmp (setting, "public-address") != 0)
    {
      g_autofree char *quoted = reactive_go_quote (setting);

      return reactive_fail (error, REACTIVE_ERROR_USAGE, "unknown setting %s", quoted);
    }
  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  address = reactive_hook_context_unit_get (call->context, setting, error);
  return address != NULL && reactive_hook_tool_print_text (call, address, error);
}

static gboolean
version_set (HookToolCall *call, GError **error)
{
  const char *version = reactive_hook_tool_get_argument (call, 0);

  if (version == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no version specified");

  return reactive_hook_tool_check_arguments (call, 1, error)
         && call->juju->klass->version_set (call->juju, version, error);
}

/* FALSE for what is no level. */
static gboolean
parse_level (const char *text, ReactiveLogLevel *out_level)
{
  static const struct
  {
    const char *name;
    ReactiveLogLevel level;
  } levels[] = {
    { "TRACE", REACTIVE_LOG_TRACE },       { "DEBUG", REACTIVE_LOG_DEBUG },  { "INFO", REACTIVE_LOG_INFO },
    { "WARNING", REACTIVE_LOG_WARNING },   { "WARN", REACTIVE_LOG_WARNING }, { "ERROR", REACTIVE_LOG_ERROR },
    { "CRITICAL", REACTIVE_LOG_CRITICAL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    if (g_ascii_strcasecmp (levels[i].name, text) == 0)
      {
        *out_level = levels[i].level;
        return TRUE;
      }

  return FALSE;
}

static gboolean
juju_log (HookToolCall *call, GError **error)
{
  const char *text = reactive_hook_tool_get_flag (call, "log-level");
  ReactiveLogLevel level = REACTIVE_LOG_INFO;
  g_autofree char *message = NULL;

  if (call->n_arguments == 0)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no message specified");

  reactive_hook_tool_warn_of_format (call);
  if (reactive_hook_tool_has_flag (call, "debug"))
    level = REACTIVE_LOG_DEBUG;
  else if (*text != '\0' && !parse_level (text, &level))
    {
      g_autofree char *quoted = reactive_go_quote (text);
      g_autofree char *warning = g_strdup_printf ("Specified log level of %s is not valid", quoted);

      call->juju->klass->log (call->juju, REACTIVE_LOG_WARNING, warning);
    }

  message = g_strjoinv (" ", (char **) call->arguments->pdata);
  call->juju->klass->log (call->juju, level, message);
  return call->juju->klass->log_flush (call->juju, error);
}

static gboolean
reboot (HookToolCall *call, GError **error)
{
  return reactive_hook_tool_check_arguments (call, 0, error)
         && reactive_hook_context_reboot (call->context, reactive_hook_tool_has_flag (call, "now"), error);
}

/* Prints the bare path, without a newline. */
static gboolean
resource_get (HookToolCall *call, GError **error)
{
  const char *name = reactive_hook_tool_get_argument (call, 0);
  const char *path;

  if (name == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "missing required resource name");
  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  path = reactive_hook_context_resource_get (call->context, name, error);
  if (path == NULL)
    return FALSE;

  g_string_append (call->output, path);
  return TRUE;
}

static gboolean
credential_get (HookToolCall *call, GError **error)
{
  const ReactiveJson *credential;

  if (!reactive_hook_tool_check_arguments (call, 0, error))
    return FALSE;

  credential = reactive_hook_context_credential_get (call->context, error);
  return credential != NULL && reactive_hook_tool_print_structure (call, credential, error);
}

static const HookToolFlag config_flags[] = {
  { "all", "a", HOOK_TOOL_FLAG_BOOLEAN, "print all keys", NULL },
  { NULL },
};

static const HookToolFlag log_flags[] = {
  { "debug", NULL, HOOK_TOOL_FLAG_BOOLEAN, "log at debug level", NULL },
  { "log-level", "l", HOOK_TOOL_FLAG_TEXT, "Send log message at the given level", "INFO" },
  { "format", NULL, HOOK_TOOL_FLAG_TEXT, "deprecated format flag", NULL },
  { NULL },
};

static const HookToolFlag reboot_flags[] = {
  { "now", NULL, HOOK_TOOL_FLAG_BOOLEAN, "reboot immediately, killing the invoking process", NULL },
  { NULL },
};

const HookTool reactive_hook_tools_unit[] = {
  { "application-version-set", "<new-version>", "Specify which version of the application is deployed.",
    HOOK_TOOL_SILENT, NULL, version_set },
  { "config-get", "[<key>]", "Print application configuration.", HOOK_TOOL_SMART, config_flags, config_get },
  { "credential-get", NULL, "Access cloud credentials.", HOOK_TOOL_SMART, NULL, credential_get },
  { "is-leader", NULL, "Print application leadership status.", HOOK_TOOL_SMART, NULL, is_leader },
  { "juju-log", "<message>", "Write a message to the juju log.", HOOK_TOOL_SILENT, log_flags, juju_log },
  { "juju-reboot", NULL, "Reboot the host machine.", HOOK_TOOL_SILENT, reboot_flags, reboot },
  { "leader-get", "[<key>]", "Print application leadership settings.", HOOK_TOOL_SMART, NULL, leader_get },
  { "leader-set", "<key>=<value> [...]", "Write application leadership settings.", HOOK_TOOL_SILENT, NULL, leader_set },
  { "resource-get", "<resource name>", "Get the path to the locally cached resource file.", HOOK_TOOL_SILENT, NULL,
    resource_get },
  { "unit-get", "<setting>", "Print public-address or private-address.", HOOK_TOOL_SMART, NULL, unit_get },
  { NULL },
};
