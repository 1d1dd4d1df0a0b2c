/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/port.h"
#include "simulator/hook-context-private.h"

/* An entry of a unit's ports: "80/tcp" of all endpoints, "80/tcp db" of one. */
typedef struct
{
  guint from, to; /* 0 of icmp */
  const char *protocol;
  gsize length;         /* of the range in the entry */
  const char *endpoint; /* "" of all */
} Port;

static Port
parse_entry (const char *entry)
{
  const char *space = strchr (entry, ' ');
  const char *slash = strchr (entry, '/');
  Port port = { .protocol = "icmp", .endpoint = space != NULL ? space + 1 : "" };

  port.length = space != NULL ? (gsize) (space - entry) : strlen (entry);
  if (slash == NULL || (space != NULL && slash > space))
    return port;

  port.protocol = g_str_has_prefix (slash + 1, "udp") ? "udp" : "tcp";
  port.from = port.to = (guint) g_ascii_strtoull (entry, (char **) &slash, 10);
  if (*slash == '-')
    port.to = (guint) g_ascii_strtoull (slash + 1, NULL, 10);
  return port;
}

static int
compare_entries (gconstpointer a, gconstpointer b)
{
  const Port first = parse_entry (*(const char *const *) a), second = parse_entry (*(const char *const *) b);
  const int order = strcmp (first.protocol, second.protocol);

  if (order != 0)
    return order;
  if (first.from != second.from)
    return first.from < second.from ? -1 : 1;
  if (first.to != second.to)
    return first.to < second.to ? -1 : 1;

  return strcmp (first.endpoint, second.endpoint);
}

static gboolean
conflicts (const Port *port, const char *entry)
{
  const Port other = parse_entry (entry);

  return g_str_equal (port->protocol, other.protocol) && port->from <= other.to && other.from <= port->to;
}

static gboolean
is_same_range (const Port *port, const char *entry)
{
  const Port other = parse_entry (entry);

  return g_str_equal (port->protocol, other.protocol) && port->from == other.from && port->to == other.to;
}

static const char *
find_conflict (const Port *port, const GPtrArray *entries, gboolean of_same_unit)
{
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    {
      const char *entry = g_ptr_array_index (entries, i);

      if (conflicts (port, entry) && !(of_same_unit && is_same_range (port, entry)))
        return entry;
    }

  return NULL;
}

static gboolean
refuse (const char *verb, const char *range, const ReactiveModelUnit *unit, const char *entry,
        const ReactiveModelUnit *owner, gboolean is_pending, GError **error)
{
  return reactive_fail (
      error, REACTIVE_ERROR_TOOL, "cannot %s %s (unit \"%s\"): port range conflicts with %.*s (unit \"%s\")%s", verb,
      range, unit->name, (int) parse_entry (entry).length, entry, owner->name, is_pending ? " requested earlier" : "");
}

static gboolean
check_machine (ReactiveHookContext *context, const char *verb, const char *range, GError **error)
{
  const ReactiveModel *model = reactive_hook_context_get_model (context);
  const Port port = parse_entry (range);

  for (guint i = 0; !model->is_kubernetes && i < model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (model->applications, i);

      for (guint j = 0; j < application->units->len; j++)
        {
          const ReactiveModelUnit *other = g_ptr_array_index (application->units, j);
          const char *entry = NULL;

          if (other != context->unit && other->machine == context->unit->machine)
            entry = find_conflict (&port, other->ports, /* of_same_unit= */ FALSE);
          if (entry != NULL)
            return refuse (verb, range, context->unit, entry, other, /* is_pending= */ FALSE, error);
        }
    }

  return TRUE;
}

static gboolean
check_range (ReactiveHookContext *context, const char *verb, const char *range, GError **error)
{
  const Port port = parse_entry (range);
  const char *entry = find_conflict (&port, context->unit->ports, /* of_same_unit= */ TRUE);

  if (reactive_hook_context_get_model (context)->is_kubernetes && port.from != port.to)
    return reactive_fail (error, REACTIVE_ERROR_TOOL,
                          "port ranges are not supported for k8s applications, please specify a single port");
  if (entry != NULL)
    return refuse (verb, range, context->unit, entry, context->unit, /* is_pending= */ FALSE, error);
  entry = find_conflict (&port, context->ports, /* of_same_unit= */ TRUE);
  if (entry != NULL)
    return refuse (verb, range, context->unit, entry, context->unit, /* is_pending= */ TRUE, error);

  return check_machine (context, verb, range, error);
}

static gboolean
find_entry (const GPtrArray *ports, const char *entry, guint *out_index)
{
  return g_ptr_array_find_with_equal_func ((GPtrArray *) ports, entry, g_str_equal, out_index);
}

static void
add_entry (GPtrArray *ports, const char *range, const char *endpoint)
{
  g_autofree char *entry = *endpoint != '\0' ? g_strjoin (" ", range, endpoint, NULL) : g_strdup (range);

  if (!find_entry (ports, entry, NULL))
    g_ptr_array_add (ports, g_steal_pointer (&entry));
}

/* Of all endpoints, or of one: then those others stay that were open with it. */
static void
remove_entries (ReactiveHookContext *context, const char *range, const char *endpoint)
{
  const char *const *endpoints
      = reactive_charm_get_endpoint_names (reactive_model_charm_get_files (context->unit->application->charm));
  g_autofree char *own = g_strjoin (" ", range, endpoint, NULL);
  const Port port = parse_entry (range);
  guint index;

  if (*endpoint == '\0')
    {
      for (guint i = context->ports->len; i-- > 0;)
        if (is_same_range (&port, g_ptr_array_index (context->ports, i)))
          g_ptr_array_remove_index (context->ports, i);
      return;
    }

  if (find_entry (context->ports, own, &index))
    g_ptr_array_remove_index (context->ports, index);
  if (!find_entry (context->ports, range, &index))
    return;
  g_ptr_array_remove_index (context->ports, index);
  for (guint i = 0; endpoints[i] != NULL; i++)
    if (!g_str_equal (endpoints[i], endpoint))
      add_entry (context->ports, range, endpoints[i]);
}

static gpointer
copy_text (gconstpointer text, G_GNUC_UNUSED gpointer data)
{
  return g_strdup (text);
}

static void
set_port (ReactiveHookContext *context, const char *range, const char *endpoint, gboolean open)
{
  if (context->ports == NULL)
    {
      context->ports = g_ptr_array_copy (context->unit->ports, copy_text, NULL);
      g_ptr_array_set_free_func (context->ports, g_free);
    }

  if (open)
    add_entry (context->ports, range, endpoint);
  else
    remove_entries (context, range, endpoint);
  g_ptr_array_sort (context->ports, compare_entries);
}

gboolean
reactive_hook_context_set_port (ReactiveHookContext *context, const char *port, const char *const *endpoints,
                                gboolean open, GError **error)
{
  g_autofree char *range = reactive_port_normalize (port);

  if (!reactive_hook_context_check_tool (context, open ? "open-port" : "close-port", error))
    return FALSE;
  if (range == NULL)
    return reactive_fail (error, REACTIVE_ERROR_INVALID,
                          "expected <port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp; got \"%s\"", port);
  if (!check_range (context, open ? "open" : "close", range, error))
    return FALSE;

  if (endpoints == NULL || *endpoints == NULL)
    set_port (context, range, "", open);
  for (guint i = 0; endpoints != NULL && endpoints[i] != NULL; i++)
    set_port (context, range, endpoints[i], open);
  return TRUE;
}

/* Listing --------------------------------------------------------------------------------------------------------- */

/* The end of those entries from @from on that are of one range, which stand together. */
static guint
find_end (const GPtrArray *ports, guint from)
{
  const Port port = parse_entry (g_ptr_array_index (ports, from));
  guint end = from + 1;

  while (end < ports->len && is_same_range (&port, g_ptr_array_index (ports, end)))
    end++;
  return end;
}

static ReactiveJson *
list_ports (const GPtrArray *ports, gboolean with_endpoints)
{
  ReactiveJson *answer = reactive_json_new_array ();

  for (guint from = 0; from < ports->len;)
    {
      const char *first = g_ptr_array_index (ports, from);
      const guint end = find_end (ports, from);
      g_autoptr (GString) text = g_string_new_len (first, (gssize) parse_entry (first).length);

      for (guint i = from; with_endpoints && i < end; i++)
        {
          const char *endpoint = parse_entry (g_ptr_array_index (ports, i)).endpoint;

          g_string_append_printf (text, "%s%s", i == from ? " (" : ", ", *endpoint != '\0' ? endpoint : "*");
        }
      if (with_endpoints)
        g_string_append_c (text, ')');
      reactive_json_array_add (answer, reactive_json_new_string (text->str));
      from = end;
    }

  return answer;
}

const ReactiveJson *
reactive_hook_context_opened_ports (ReactiveHookContext *context, gboolean with_endpoints)
{
  return reactive_hook_context_keep (
      context, list_ports (context->ports != NULL ? context->ports : context->unit->ports, with_endpoints));
}

const ReactiveJson *
reactive_hook_context_ports_before (ReactiveHookContext *context)
{
  return reactive_hook_context_keep (context, list_ports (context->unit->ports, /* with_endpoints= */ FALSE));
}

/* Committing ------------------------------------------------------------------------------------------------------ */

static void
note_missing (ReactiveHookContext *context, const char *tool, const GPtrArray *some, const GPtrArray *others)
{
  for (guint i = 0; i < some->len; i++)
    {
      const char *entry = g_ptr_array_index (some, i);

      if (!find_entry (others, entry, NULL))
        reactive_hook_context_note (context, tool, "%s", entry);
    }
}

void
reactive_hook_context_commit_ports (ReactiveHookContext *context)
{
  if (context->ports == NULL)
    return;

  note_missing (context, "close-port", context->unit->ports, context->ports);
  note_missing (context, "open-port", context->ports, context->unit->ports);
  g_ptr_array_unref (context->unit->ports);
  context->unit->ports = g_steal_pointer (&context->ports);
}
