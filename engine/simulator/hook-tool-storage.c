/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "simulator/hook-tool-private.h"

static gboolean
storage_get (HookToolCall *call, GError **error)
{
  const char *id = reactive_hook_tool_get_flag (call, "s");
  const char *key = reactive_hook_tool_get_argument (call, 0);
  g_autoptr (ReactiveJson) values = NULL;
  const ReactiveModelStorage *storage;
  const ReactiveJson *value;

  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;
  storage = reactive_hook_context_storage_get (call->context, id, error);
  if (storage == NULL)
    return FALSE;

  values = reactive_json_new_object ();
  reactive_json_object_set (values, "kind", reactive_json_new_string (storage->kind));
  reactive_json_object_set (values, "location",
                            reactive_json_new_string (storage->location != NULL ? storage->location : ""));
  if (key == NULL || *key == '\0')
    return reactive_hook_tool_print (call, values, error);

  value = reactive_json_get_member (values, key);
  if (value == NULL)
    {
      g_autofree char *quoted = reactive_go_quote (key);

      return reactive_fail (error, REACTIVE_ERROR_TOOL, "invalid storage attribute %s", quoted);
    }

  return reactive_hook_tool_print (call, value, error);
}

static gboolean
storage_list (HookToolCall *call, GError **error)
{
  const char *name = reactive_hook_tool_get_argument (call, 0);
  const ReactiveJson *ids;

  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  ids = reactive_hook_context_storage_list (call->context, name != NULL && *name != '\0' ? name : NULL);
  return reactive_hook_tool_print_list (call, ids, error);
}

/* What --storage of a deployment takes, of which the tool allows the count alone. FALSE with USAGE. */
static gboolean
parse_count (const char *text, const char *name, guint *out_count, GError **error)
{
  g_autofree char *quoted = reactive_go_quote (text);
  g_autofree char *quoted_name = reactive_go_quote (name);
  const char *digits = *text == '-' ? text + 1 : text;
  guint64 count = 0;

  if (*text == '\0')
    return reactive_fail (error, REACTIVE_ERROR_USAGE,
                          "cannot parse constraints for storage %s: storage constraints require at "
                          "least one field to be specified",
                          quoted_name);
  if (*digits == '\0' || strspn (digits, "0123456789") != strlen (digits))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "only count can be specified for %s", quoted_name);
  if (!g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT16, &count, NULL))
    return reactive_fail (error, REACTIVE_ERROR_USAGE,
                          "cannot parse constraints for storage %s: cannot parse count: count must be "
                          "greater than zero, got %s",
                          quoted_name, quoted);

  *out_count = (guint) count;
  return TRUE;
}

typedef struct
{
  char *name;
  guint count;
} Directive;

static void
clear_directive (gpointer data)
{
  g_free (((Directive *) data)->name);
}

static gboolean
read_directive (GArray *directives, const char *argument, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (argument, "=", -1);
  g_autofree char *quoted = reactive_go_quote (argument);
  Directive directive = { 0 };

  if (parts[0] == NULL || *parts[0] == '\0' || g_strv_length (parts) > 2)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "expected \"name=constraints\" or \"name\", got %s", quoted);
  for (guint i = 0; i < directives->len; i++)
    if (g_str_equal (g_array_index (directives, Directive, i).name, parts[0]))
      {
        g_autofree char *quoted_name = reactive_go_quote (parts[0]);

        return reactive_fail (error, REACTIVE_ERROR_USAGE, "storage %s specified more than once", quoted_name);
      }
  if (!parse_count (parts[1] != NULL ? parts[1] : "1", parts[0], &directive.count, error))
    return FALSE;

  directive.name = g_strdup (parts[0]);
  g_array_append_val (directives, directive);
  return TRUE;
}

static gboolean
storage_add (HookToolCall *call, GError **error)
{
  g_autoptr (GArray) directives = g_array_new (FALSE, FALSE, sizeof (Directive));

  g_array_set_clear_func (directives, clear_directive);
  if (call->n_arguments == 0)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "storage add requires a storage directive");
  for (guint i = 0; i < call->n_arguments; i++)
    if (!read_directive (directives, reactive_hook_tool_get_argument (call, i), error))
      return FALSE;

  for (guint i = 0; i < directives->len; i++)
    {
      const Directive *directive = &g_array_index (directives, Directive, i);

      if (!reactive_hook_context_storage_add (call->context, directive->name, directive->count, error))
        return FALSE;
    }

  return TRUE;
}

static const HookToolFlag get_flags[] = {
  { "s", NULL, HOOK_TOOL_FLAG_STORAGE, "specify a storage instance by id", NULL },
  { NULL },
};

const HookTool reactive_hook_tools_storage[] = {
  { "storage-add", "<charm storage name>[=count] ...", "Add storage instances.", HOOK_TOOL_SILENT, NULL, storage_add },
  { "storage-get", "[<key>]", "Print information for the storage instance with the specified ID.", HOOK_TOOL_SMART,
    get_flags, storage_get },
  { "storage-list", "[<storage-name>]", "List storage attached to the unit.", HOOK_TOOL_SMART, NULL, storage_list },
  { NULL },
};
