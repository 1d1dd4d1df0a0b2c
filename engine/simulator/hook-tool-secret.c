/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "juju/juju-name.h"
#include "simulator/hook-tool-private.h"

/* The values of a secret are kept as Juju keeps them, in base64. */

#define ID_LENGTH 20
#define UUID_LENGTH 36

static gboolean
is_id (const char *text)
{
  return strlen (text) == ID_LENGTH && strspn (text, "0123456789abcdefghijklmnopqrstuvwxyz") == ID_LENGTH;
}

/* Where "UUID/" in front of @text ends; @text where there is none. */
static const char *
skip_uuid (const char *text)
{
  g_autofree char *uuid = g_strndup (text, UUID_LENGTH);

  return g_uuid_string_is_valid (uuid) && text[UUID_LENGTH] == '/' ? text + UUID_LENGTH + 1 : text;
}

/* The id of "secret:ID", "ID", "secret://MODEL/ID" and "MODEL/ID"; NULL with USAGE. */
static const char *
parse_uri (const char *text, GError **error)
{
  const char *id = g_str_has_prefix (text, "secret:") ? text + strlen ("secret:") : text;
  gboolean has_host = g_str_has_prefix (id, "//");
  const char *path = has_host ? skip_uuid (id + 2) : id;
  g_autofree char *quoted = reactive_go_quote (text);

  if (!has_host || path != id + 2)
    id = skip_uuid (path + strspn (path, "/"));
  if (is_id (id))
    return id;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "secret URI %s not valid", quoted);
  return NULL;
}

/* The id that the first argument says; NULL with USAGE. */
static const char *
get_id (const HookToolCall *call, GError **error)
{
  const char *argument = reactive_hook_tool_get_argument (call, 0);

  if (argument != NULL)
    return parse_uri (argument, error);

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE, "missing secret URI");
  return NULL;
}

/* Adding and changing --------------------------------------------------------------------------------------------- */

static gboolean
check_change (const HookToolCall *call, GError **error)
{
  static const char *const policies[]
      = { "never", "hourly", "daily", "weekly", "monthly", "quarterly", "yearly", NULL };
  const char *rotate = reactive_hook_tool_get_flag (call, "rotate");
  const char *owner = reactive_hook_tool_get_flag (call, "owner");
  g_autofree char *quoted_rotate = reactive_go_quote (rotate != NULL ? rotate : "");
  g_autofree char *quoted_owner = reactive_go_quote (owner);

  if (rotate != NULL && *rotate != '\0' && !g_strv_contains (policies, rotate))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "rotate policy %s not valid", quoted_rotate);
  if (strcmp (owner, "application") != 0 && strcmp (owner, "unit") != 0)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "secret owner %s not valid", quoted_owner);

  return TRUE;
}

/* A flag that is given; Juju takes an empty one for none. */
static const char *
get_text (const HookToolCall *call, const char *name)
{
  return reactive_hook_tool_has_flag (call, name) ? reactive_hook_tool_get_flag (call, name) : NULL;
}

typedef struct
{
  ReactiveSecretChange change;
  char *expire;
  ReactiveJson *content;
} SecretArguments;

static void
secret_arguments_clear (SecretArguments *arguments)
{
  g_free (arguments->expire);
  reactive_json_unref (arguments->content);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SecretArguments, secret_arguments_clear)

static gboolean
read_change (HookToolCall *call, guint first, SecretArguments *arguments, GError **error)
{
  const ReactiveModel *model = reactive_hook_context_get_unit (call->context)->application->model;

  if (reactive_hook_tool_has_flag (call, "expire"))
    {
      arguments->expire
          = reactive_hook_tool_read_expiry (reactive_hook_tool_get_flag (call, "expire"), model->now_us, error);
      if (arguments->expire == NULL)
        return FALSE;
    }
  if (!check_change (call, error))
    return FALSE;
  arguments->content = reactive_hook_tool_read_secret (call, first, error);
  if (arguments->content == NULL)
    return FALSE;

  arguments->change = (ReactiveSecretChange){
    .label = get_text (call, "label"),
    .description = get_text (call, "description"),
    .expire = arguments->expire,
    .rotate = get_text (call, "rotate"),
    .is_of_unit = strcmp (reactive_hook_tool_get_flag (call, "owner"), "unit") == 0,
    .content = reactive_json_get_length (arguments->content) > 0 ? arguments->content : NULL,
  };
  return TRUE;
}

static gboolean
secret_add (HookToolCall *call, GError **error)
{
  g_auto (SecretArguments) arguments = { 0 };
  const char *uri;

  if (call->n_arguments == 0 && !reactive_hook_tool_has_flag (call, "file"))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "missing secret value or filename");
  if (!read_change (call, 0, &arguments, error))
    return FALSE;
  if (arguments.change.content == NULL)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "empty secret value not valid");

  uri = reactive_hook_context_secret_add (call->context, &arguments.change, error);
  if (uri == NULL)
    return FALSE;

  g_string_append_printf (call->output, "%s\n", uri);
  return TRUE;
}

static gboolean
secret_set (HookToolCall *call, GError **error)
{
  g_auto (SecretArguments) arguments = { 0 };
  const char *id = get_id (call, error);

  return id != NULL && read_change (call, 1, &arguments, error)
         && reactive_hook_context_secret_set (call->context, id, &arguments.change, error);
}

/* Reading --------------------------------------------------------------------------------------------------------- */

/* One value: decoded unless its name asks for base64. */
static gboolean
print_value (HookToolCall *call, const ReactiveJson *content, const char *key, GError **error)
{
  gboolean is_encoded = g_str_has_suffix (key, "#base64");
  g_autofree char *name = g_strndup (key, strlen (key) - (is_encoded ? strlen ("#base64") : 0));
  const ReactiveJson *value = reactive_json_get_member (content, name);
  g_autofree char *quoted = reactive_go_quote (name);
  g_autoptr (ReactiveJson) decoded = NULL;

  if (value == NULL)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "secret key value %s not found", quoted);
  if (is_encoded)
    return reactive_hook_tool_print (call, value, error);

  decoded = reactive_hook_tool_decode_secret (value, error);
  return decoded != NULL && reactive_hook_tool_print (call, decoded, error);
}

static gboolean
secret_get (HookToolCall *call, GError **error)
{
  const char *argument = reactive_hook_tool_get_argument (call, 0);
  const char *key = reactive_hook_tool_get_argument (call, 1);
  const char *label = get_text (call, "label");
  const char *id = argument != NULL ? parse_uri (argument, error) : NULL;
  gboolean peek = reactive_hook_tool_has_flag (call, "peek");
  gboolean refresh = reactive_hook_tool_has_flag (call, "refresh");
  ReactiveSecretLook look = REACTIVE_SECRET_TRACKED;
  g_autoptr (ReactiveJson) values = NULL;
  const ReactiveJson *content;

  if (argument != NULL && id == NULL)
    return FALSE;
  if (id == NULL && label == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "require either a secret URI or label");
  if (peek && refresh)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "specify one of --peek or --refresh but not both");
  if (!reactive_hook_tool_check_arguments (call, 2, error))
    return FALSE;

  if (peek || refresh)
    look = peek ? REACTIVE_SECRET_PEEK : REACTIVE_SECRET_REFRESH;
  content = reactive_hook_context_secret_get (call->context, id, label, look, error);
  if (content == NULL)
    return FALSE;
  if (key != NULL && *key != '\0')
    return print_value (call, content, key, error);

  values = reactive_hook_tool_decode_secrets (content, error);
  return values != NULL && reactive_hook_tool_print (call, values, error);
}

static gboolean
secret_info_get (HookToolCall *call, GError **error)
{
  static const char *const members[]
      = { "revision", "label", "owner", "description", "rotation", "expiry", "rotates", "access", NULL };
  const char *argument = reactive_hook_tool_get_argument (call, 0);
  const char *label = get_text (call, "label");
  const char *id = argument != NULL ? parse_uri (argument, error) : NULL;
  g_autoptr (ReactiveJson) shown = reactive_json_new_object ();
  const ReactiveJson *info;

  if (argument != NULL && id == NULL)
    return FALSE;
  if (id == NULL && label == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "require either a secret URI or label");
  if (id != NULL && label != NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "specify either a secret URI or label but not both");
  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  info = reactive_hook_context_secret_info_get (call->context, id, label, error);
  if (info == NULL)
    return FALSE;
  for (guint i = 0; i < reactive_json_get_length (info); i++)
    reactive_json_object_set (shown, reactive_json_get_member_name (info, i),
                              reactive_hook_tool_pick (reactive_json_get_element (info, i), members));

  return reactive_hook_tool_print_structure (call, shown, error);
}

static gboolean
secret_ids (HookToolCall *call, GError **error)
{
  return reactive_hook_tool_check_arguments (call, 0, error)
         && reactive_hook_context_check_tool (call->context, "secret-ids", error)
         && reactive_hook_tool_print_list (call, reactive_hook_context_secret_ids (call->context), error);
}

/* Sharing --------------------------------------------------------------------------------------------------------- */

static gboolean
check_unit (const char *unit, GError **error)
{
  g_autofree char *quoted = reactive_go_quote (unit != NULL ? unit : "");

  return unit == NULL || reactive_juju_is_unit_name (unit)
         || reactive_fail (error, REACTIVE_ERROR_USAGE, "unit %s not valid", quoted);
}

static gboolean
secret_grant (HookToolCall *call, GError **error)
{
  const char *id = get_id (call, error);
  const char *relation = id != NULL ? reactive_hook_tool_get_relation (call, error) : NULL;
  const char *unit = get_text (call, "unit");
  const char *application;

  if (relation == NULL || !check_unit (unit, error))
    return FALSE;

  application = call->juju->klass->relation_app (call->juju, relation, error);
  if (application == NULL)
    return FALSE;
  if (unit != NULL && (strncmp (unit, application, strlen (application)) != 0 || unit[strlen (application)] != '/'))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "cannot specify unit \"%s\" in relation to application \"%s\"",
                          unit, application);

  return reactive_hook_tool_check_arguments (call, 1, error)
         && reactive_hook_context_secret_grant (call->context, id, relation, unit, error);
}

static gboolean
secret_revoke (HookToolCall *call, GError **error)
{
  const char *id = get_id (call, error);
  const char *application = get_text (call, "app");
  const char *unit = get_text (call, "unit");
  const char *relation = reactive_hook_tool_get_flag (call, "relation");
  g_autofree char *quoted = reactive_go_quote (application != NULL ? application : "");

  if (id == NULL)
    return FALSE;
  if (application != NULL && !reactive_juju_is_application_name (application, -1))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "application %s not valid", quoted);
  if (!check_unit (unit, error))
    return FALSE;
  if (application != NULL && unit != NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "specify only one of application or unit");

  if (relation == NULL)
    relation = reactive_hook_context_get_relation_id (call->context);
  if (relation != NULL && application != NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "do not specify both relation and app");
  if (relation == NULL && application == NULL && unit == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "missing relation or application or unit");

  return reactive_hook_tool_check_arguments (call, 1, error)
         && reactive_hook_context_secret_revoke (call->context, id, relation, application, unit, error);
}

static gboolean
secret_remove (HookToolCall *call, GError **error)
{
  const char *id = get_id (call, error);
  gint64 revision = g_ascii_strtoll (reactive_hook_tool_get_flag (call, "revision"), NULL, 10);

  return id != NULL && reactive_hook_tool_check_arguments (call, 1, error)
         && reactive_hook_context_secret_remove (call->context, id, (guint) CLAMP (revision, 0, G_MAXINT), error);
}

static const HookToolFlag change_flags[] = {
  { "expire", NULL, HOOK_TOOL_FLAG_TEXT, "either a duration or time when the secret should expire", NULL },
  { "rotate", NULL, HOOK_TOOL_FLAG_TEXT, "the secret rotation policy", NULL },
  { "description", NULL, HOOK_TOOL_FLAG_TEXT, "the secret description", NULL },
  { "label", NULL, HOOK_TOOL_FLAG_TEXT, "a label used to identify the secret in hooks", NULL },
  { "file", NULL, HOOK_TOOL_FLAG_TEXT, "a YAML file containing secret key values", NULL },
  { "owner", NULL, HOOK_TOOL_FLAG_TEXT, "the owner of the secret, either the application or unit", "application" },
  { NULL },
};

static const HookToolFlag get_flags[] = {
  { "label", NULL, HOOK_TOOL_FLAG_TEXT, "a label used to identify the secret in hooks", NULL },
  { "peek", NULL, HOOK_TOOL_FLAG_BOOLEAN, "get the latest revision just this time", NULL },
  { "refresh", NULL, HOOK_TOOL_FLAG_BOOLEAN,
    "get the latest revision and also get this same revision for subsequent calls", NULL },
  { NULL },
};

static const HookToolFlag info_flags[] = {
  { "label", NULL, HOOK_TOOL_FLAG_TEXT, "a label used to identify the secret", NULL },
  { NULL },
};

static const HookToolFlag grant_flags[] = {
  { "unit", NULL, HOOK_TOOL_FLAG_TEXT, "the unit to grant access", NULL },
  { "relation", "r", HOOK_TOOL_FLAG_RELATION, "the relation with which to associate the grant", NULL },
  { NULL },
};

static const HookToolFlag revoke_flags[] = {
  { "app", "application", HOOK_TOOL_FLAG_TEXT, "the application to revoke access", NULL },
  { "unit", NULL, HOOK_TOOL_FLAG_TEXT, "the unit to revoke access", NULL },
  { "relation", "r", HOOK_TOOL_FLAG_RELATION, "the relation for which to revoke the grant", NULL },
  { NULL },
};

static const HookToolFlag remove_flags[] = {
  { "revision", NULL, HOOK_TOOL_FLAG_NUMBER, "remove the specified revision", "0" },
  { NULL },
};

const HookTool reactive_hook_tools_secret[] = {
  { "secret-add", "[key[#base64|#file]=value...]", "Add a new secret.", HOOK_TOOL_SILENT, change_flags, secret_add },
  { "secret-get", "<ID> [key[#base64]]", "Get the content of a secret.", HOOK_TOOL_YAML, get_flags, secret_get },
  { "secret-grant", "<ID>", "Grant access to a secret.", HOOK_TOOL_SILENT, grant_flags, secret_grant },
  { "secret-ids", NULL, "Print secret IDs.", HOOK_TOOL_SMART, NULL, secret_ids },
  { "secret-info-get", "<ID>", "Get a secret's metadata info.", HOOK_TOOL_YAML, info_flags, secret_info_get },
  { "secret-remove", "<ID>", "Remove an existing secret.", HOOK_TOOL_SILENT, remove_flags, secret_remove },
  { "secret-revoke", "<ID>", "Revoke access to a secret.", HOOK_TOOL_SILENT, revoke_flags, secret_revoke },
  { "secret-set", "<ID> [key[#base64]=value...]", "Update an existing secret.", HOOK_TOOL_SILENT, change_flags,
    secret_set },
  { NULL },
};
