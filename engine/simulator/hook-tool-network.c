/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/go-text.h"
#include "simulator/hook-tool-private.h"

/*
 * Ports
 */

typedef struct
{
  int first, last; /* both -1: icmp */
  const char *protocol;
} PortRange;

/* A decimal number as strconv.Atoi() takes it. */
static gboolean
parse_number (const char *text, const char *whole, int *out_number, GError **error)
{
  const char *digits = *text == '+' || *text == '-' ? text + 1 : text;
  g_autofree char *quoted = reactive_go_quote (text);
  g_autofree char *quoted_whole = reactive_go_quote (whole);
  gboolean is_number = *digits != '\0' && strspn (digits, "0123456789") == strlen (digits);
  gint64 number = g_ascii_strtoll (text, NULL, 10);

  if (!is_number)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid port %s: strconv.Atoi: parsing %s: invalid syntax",
                          quoted_whole, quoted);
  if (number == G_MAXINT64 || number == G_MININT64)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid port %s: strconv.Atoi: parsing %s: value out of range",
                          quoted_whole, quoted);

  *out_number = (int) CLAMP (number, -1000000, 1000000);
  return TRUE;
}

static gboolean
parse_numbers (const char *text, PortRange *range, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", -1);
  guint n_parts = g_strv_length (parts);
  g_autofree char *quoted = reactive_go_quote (text);

  if (n_parts > 2)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid port range %s", quoted);
  if (strcmp (text, "icmp") == 0)
    {
      *range = (PortRange){ -1, -1, "icmp" };
      return TRUE;
    }
  if (n_parts < 2)
    {
      if (!parse_number (text, text, &range->first, error))
        return FALSE;
      range->last = range->first;
      return TRUE;
    }

  return parse_number (parts[0], parts[0], &range->first, error)
         && parse_number (parts[1], parts[1], &range->last, error);
}

static char *
to_text (const PortRange *range)
{
  if (g_str_equal (range->protocol, "icmp"))
    return g_strdup ("icmp");
  if (range->first == range->last)
    return g_strdup_printf ("%d/%s", range->first, range->protocol);

  return g_strdup_printf ("%d-%d/%s", range->first, range->last, range->protocol);
}

static gboolean
check_range (const PortRange *range, GError **error)
{
  g_autofree char *quoted = reactive_go_quote (range->protocol);
  g_autofree char *text = to_text (range);

  if (strcmp (range->protocol, "tcp") != 0 && strcmp (range->protocol, "udp") != 0
      && strcmp (range->protocol, "icmp") != 0)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid protocol %s, expected \"tcp\", \"udp\", or \"icmp\"",
                          quoted);
  if (strcmp (range->protocol, "icmp") == 0)
    return range->first == -1
           || reactive_fail (error, REACTIVE_ERROR_USAGE, "protocol \"icmp\" doesn't support any ports; got \"%d\"",
                             range->first);
  if (range->first > range->last)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "invalid port range %s", text);
  if (range->first < 0 || range->last > G_MAXUINT16)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "port range bounds must be between 0 and 65535, got %d-%d",
                          range->first, range->last);

  return TRUE;
}

/* "80", "80/tcp", "8000-8010/udp" or "icmp" in the form in which Juju lists it; NULL with USAGE. */
static char *
parse_range (const char *argument, GError **error)
{
  g_autofree char *text = g_ascii_strdown (argument, -1);
  char *slash = strchr (text, '/');
  PortRange range = { .protocol = "tcp" };

  if (slash != NULL)
    {
      *slash = '\0';
      range.protocol = slash + 1;
    }

  return parse_numbers (text, &range, error) && check_range (&range, error) ? to_text (&range) : NULL;
}

/* The endpoints that --endpoints says, without white space around them; NULL where it says none. */
static char **
read_endpoints (const HookToolCall *call)
{
  char **endpoints;

  if (!reactive_hook_tool_has_flag (call, "endpoints"))
    return NULL;

  endpoints = g_strsplit (reactive_hook_tool_get_flag (call, "endpoints"), ",", -1);
  for (guint i = 0; endpoints[i] != NULL; i++)
    g_strstrip (endpoints[i]);
  return endpoints;
}

static gboolean
set_port (HookToolCall *call, gboolean open, GError **error)
{
  const char *argument = reactive_hook_tool_get_argument (call, 0);
  g_auto (GStrv) endpoints = read_endpoints (call);
  g_autofree char *range = NULL;

  if (argument == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no port or range specified");

  range = parse_range (argument, error);
  if (range == NULL || !reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  reactive_hook_tool_warn_of_format (call);
  return reactive_hook_context_set_port (call->context, range, (const char *const *) endpoints, open, error);
}

static gboolean
open_port (HookToolCall *call, GError **error)
{
  return set_port (call, /* open= */ TRUE, error);
}

static gboolean
close_port (HookToolCall *call, GError **error)
{
  return set_port (call, /* open= */ FALSE, error);
}

static gboolean
opened_ports (HookToolCall *call, GError **error)
{
  const ReactiveJson *ports;

  if (!reactive_hook_tool_check_arguments (call, 0, error)
      || !reactive_hook_context_check_tool (call->context, "opened-ports", error))
    return FALSE;

  ports = reactive_hook_context_opened_ports (call->context, reactive_hook_tool_has_flag (call, "endpoints"));
  return reactive_hook_tool_print_list (call, ports, error);
}

/*
 * network-get
 */

static const ReactiveJson *
get_first (const ReactiveJson *object, const char *member)
{
  const ReactiveJson *list = object != NULL ? reactive_json_get_member (object, member) : NULL;

  return list != NULL && reactive_json_get_kind (list) == REACTIVE_JSON_ARRAY && reactive_json_get_length (list) > 0
             ? reactive_json_get_element (list, 0)
             : NULL;
}

/* The first address that the unit listens on; NULL without one. */
static const ReactiveJson *
get_bind_address (const ReactiveJson *network)
{
  const ReactiveJson *address = get_first (get_first (network, "bind-addresses"), "addresses");

  return address != NULL ? reactive_json_get_member (address, "value") : NULL;
}

static void
copy_member (ReactiveJson *object, const char *name, const ReactiveJson *from, const char *from_name)
{
  const ReactiveJson *value = reactive_json_get_member (from, from_name);

  if (value != NULL)
    reactive_json_object_set (object, name, reactive_json_ref (value));
}

/* @device as it is shown; YAML has some names that it always had, too. */
static ReactiveJson *
to_device (const ReactiveJson *device, gboolean is_json)
{
  static const char *const members[] = { "mac-address", "interface-name", NULL };
  static const char *const address_members[] = { "hostname", "value", "cidr", NULL };
  const ReactiveJson *addresses = reactive_json_get_member (device, "addresses");
  ReactiveJson *shown = reactive_hook_tool_pick (device, members);
  ReactiveJson *list = reactive_json_new_array ();

  for (guint i = 0; addresses != NULL && i < reactive_json_get_length (addresses); i++)
    {
      const ReactiveJson *address = reactive_json_get_element (addresses, i);
      ReactiveJson *picked = reactive_hook_tool_pick (address, address_members);

      if (!is_json)
        copy_member (picked, "address", address, "value");
      reactive_json_array_add (list, picked);
    }
  reactive_json_object_set (shown, "addresses", list);

  if (!is_json)
    {
      copy_member (shown, "macaddress", device, "mac-address");
      copy_member (shown, "interfacename", device, "interface-name");
    }

  return shown;
}

static ReactiveJson *
to_shown (const ReactiveJson *network, gboolean is_json)
{
  static const char *const members[] = { "egress-subnets", "ingress-addresses" };
  const ReactiveJson *devices = reactive_json_get_member (network, "bind-addresses");
  ReactiveJson *shown = reactive_json_new_object ();

  if (devices != NULL && reactive_json_get_length (devices) > 0)
    {
      ReactiveJson *list = reactive_json_new_array ();

      for (guint i = 0; i < reactive_json_get_length (devices); i++)
        reactive_json_array_add (list, to_device (reactive_json_get_element (devices, i), is_json));
      reactive_json_object_set (shown, "bind-addresses", list);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (members); i++)
    if (get_first (network, members[i]) != NULL)
      copy_member (shown, members[i], network, members[i]);

  return shown;
}

static gboolean
add_address (ReactiveJson *picked, const char *name, const ReactiveJson *address, const char *binding, GError **error)
{
  g_autofree char *quoted = reactive_go_quote (binding);

  if (address == NULL)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "no addresses attached to space for binding %s", quoted);

  reactive_json_object_set (picked, name, reactive_json_ref (address));
  return TRUE;
}

/* The values that flags ask for; several of them as a map. */
static gboolean
print_picked (HookToolCall *call, const ReactiveJson *network, const char *binding, GError **error)
{
  const ReactiveJson *bind_address = get_bind_address (network);
  const ReactiveJson *ingress_address = get_first (network, "ingress-addresses");
  const ReactiveJson *subnets = reactive_json_get_member (network, "egress-subnets");
  g_autoptr (ReactiveJson) picked = reactive_json_new_object ();
  g_autoptr (ReactiveJson) none = reactive_json_new_array ();

  if (reactive_hook_tool_has_flag (call, "egress-subnets"))
    reactive_json_object_set (picked, "egress-subnets", reactive_json_ref (subnets != NULL ? subnets : none));
  if (reactive_hook_tool_has_flag (call, "ingress-address")
      && !add_address (picked, "ingress-address", ingress_address != NULL ? ingress_address : bind_address, binding,
                       error))
    return FALSE;
  if (reactive_hook_tool_has_flag (call, "bind-address")
      && !add_address (picked, "bind-address", bind_address, binding, error))
    return FALSE;

  if (reactive_json_get_length (picked) > 1)
    return reactive_hook_tool_print (call, picked, error);

  return reactive_hook_tool_print_list (call, reactive_json_get_element (picked, 0), error);
}

static gboolean
print_primary_address (HookToolCall *call, const ReactiveJson *network, const char *binding, GError **error)
{
  g_autoptr (ReactiveJson) picked = reactive_json_new_object ();

  if (reactive_hook_tool_has_flag (call, "bind-address") || reactive_hook_tool_has_flag (call, "ingress-address")
      || reactive_hook_tool_has_flag (call, "egress-subnets"))
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "--primary-address must be the only flag specified");

  return add_address (picked, "primary-address", get_bind_address (network), binding, error)
         && reactive_hook_tool_print (call, reactive_json_get_element (picked, 0), error);
}

static gboolean
network_get (HookToolCall *call, GError **error)
{
  const char *binding = reactive_hook_tool_get_argument (call, 0);
  const char *relation_id = reactive_hook_tool_get_flag (call, "relation");
  g_autoptr (ReactiveJson) shown = NULL;
  const ReactiveJson *network;

  if (binding == NULL)
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no arguments specified");
  if (*binding == '\0')
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "no binding name specified");
  if (!reactive_hook_tool_check_arguments (call, 1, error))
    return FALSE;

  if (relation_id == NULL)
    relation_id = reactive_hook_context_get_relation_id (call->context);
  network = call->juju->klass->network_get (call->juju, binding, relation_id, error);
  if (network == NULL)
    return FALSE;

  if (reactive_hook_tool_has_flag (call, "primary-address"))
    return print_primary_address (call, network, binding, error);
  if (reactive_hook_tool_has_flag (call, "bind-address") || reactive_hook_tool_has_flag (call, "ingress-address")
      || reactive_hook_tool_has_flag (call, "egress-subnets"))
    return print_picked (call, network, binding, error);

  shown = to_shown (network, g_strcmp0 (call->format, "json") == 0);
  return reactive_hook_tool_print_structure (call, shown, error);
}

static const HookToolFlag port_flags[] = {
  { "endpoints", NULL, HOOK_TOOL_FLAG_TEXT,
    "a comma-delimited list of application endpoints to target with this operation", NULL },
  { "format", NULL, HOOK_TOOL_FLAG_TEXT, "deprecated format flag", NULL },
  { NULL },
};

static const HookToolFlag list_flags[] = {
  { "endpoints", NULL, HOOK_TOOL_FLAG_BOOLEAN, "display the list of target application endpoints for each port range",
    NULL },
  { NULL },
};

static const HookToolFlag network_flags[] = {
  { "relation", "r", HOOK_TOOL_FLAG_RELATION, "specify a relation by id", NULL },
  { "bind-address", NULL, HOOK_TOOL_FLAG_BOOLEAN, "get the address for the binding on which the unit should listen",
    NULL },
  { "ingress-address", NULL, HOOK_TOOL_FLAG_BOOLEAN, "get the ingress address for the binding", NULL },
  { "egress-subnets", NULL, HOOK_TOOL_FLAG_BOOLEAN, "get the egress subnets for the binding", NULL },
  { "primary-address", NULL, HOOK_TOOL_FLAG_BOOLEAN, "(deprecated) get the primary address for the binding", NULL },
  { NULL },
};

const HookTool reactive_hook_tools_network[] = {
  { "close-port", "<port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp",
    "Register a request to close a port or port range.", HOOK_TOOL_SILENT, port_flags, close_port },
  { "network-get", "<binding-name> [--ingress-address] [--bind-address] [--egress-subnets]", "Get network config.",
    HOOK_TOOL_SMART, network_flags, network_get },
  { "open-port", "<port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp",
    "Register a request to open a port or port range.", HOOK_TOOL_SILENT, port_flags, open_port },
  { "opened-ports", NULL, "List all ports or port ranges opened by the unit.", HOOK_TOOL_SMART, list_flags,
    opened_ports },
  { NULL },
};
