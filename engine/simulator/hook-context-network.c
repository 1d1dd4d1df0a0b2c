/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/hook-context-private.h"

/* What every charm has without declaring it. */
#define IMPLICIT_ENDPOINT "juju-info"

static gboolean
is_binding (const ReactiveCharm *charm, const char *name)
{
  return g_str_equal (name, IMPLICIT_ENDPOINT) || g_strv_contains (reactive_charm_get_endpoint_names (charm), name)
         || g_strv_contains (reactive_charm_get_binding_names (charm), name);
}

/* Addresses of a model are IPv4. */
static gboolean
parse_address (const char *text, guint8 octets[4])
{
  g_auto (GStrv) parts = g_strsplit (text != NULL ? text : "", ".", /* max_tokens= */ -1);

  if (g_strv_length (parts) != 4)
    return FALSE;

  for (guint i = 0; i < 4; i++)
    {
      guint64 number;

      if (!g_ascii_string_to_unsigned (parts[i], 10, 0, G_MAXUINT8, &number, /* error= */ NULL))
        return FALSE;
      octets[i] = (guint8) number;
    }

  return TRUE;
}

/* Takes @text. */
static ReactiveJson *
take_text (char *text)
{
  ReactiveJson *value = reactive_json_new_string (text);

  g_free (text);
  return value;
}

static ReactiveJson *
array_of (ReactiveJson *element)
{
  ReactiveJson *array = reactive_json_new_array ();

  reactive_json_array_add (array, element);
  return array;
}

static ReactiveJson *
describe_network (const char *address)
{
  ReactiveJson *network = reactive_json_new_object (), *device = reactive_json_new_object ();
  ReactiveJson *place = reactive_json_new_object ();
  guint8 octets[4] = { 0 };

  parse_address (address, octets);
  reactive_json_object_set (place, "hostname", reactive_json_new_string (""));
  reactive_json_object_set (place, "value", reactive_json_new_string (address));
  reactive_json_object_set (place, "cidr", take_text (g_strdup_printf ("%u.0.0.0/8", octets[0])));
  reactive_json_object_set (device, "mac-address",
                            take_text (g_strdup_printf ("fa:16:3e:%02x:%02x:%02x", octets[1], octets[2], octets[3])));
  reactive_json_object_set (device, "interface-name", reactive_json_new_string ("eth0"));
  reactive_json_object_set (device, "addresses", array_of (place));
  reactive_json_object_set (network, "bind-addresses", array_of (device));
  reactive_json_object_set (network, "egress-subnets", array_of (take_text (g_strconcat (address, "/32", NULL))));
  reactive_json_object_set (network, "ingress-addresses", array_of (reactive_json_new_string (address)));
  return network;
}

static gboolean
check_relation (ReactiveHookContext *context, const char *relation_id, GError **error)
{
  const char *colon = strrchr (relation_id, ':');

  if (reactive_hook_context_find_relation (context, relation_id, /* error= */ NULL) != NULL)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_TOOL, "relation %s not found", colon != NULL ? colon + 1 : relation_id);
}

const ReactiveJson *
reactive_hook_context_network_get (ReactiveHookContext *context, const char *binding, const char *relation_id,
                                   GError **error)
{
  const ReactiveModelUnit *unit = context->unit;

  if (!is_binding (reactive_model_charm_get_files (unit->application->charm), binding))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "no network config found for binding \"%s\"", binding);
      return NULL;
    }
  if (relation_id != NULL && !check_relation (context, relation_id, error))
    return NULL;

  return reactive_hook_context_keep (context, describe_network (unit->address));
}

/* @setting: "private-address", "public-address": a model has one network. */
const char *
reactive_hook_context_unit_get (ReactiveHookContext *context, const char *setting, GError **error)
{
  const gboolean is_public = g_str_equal (setting, "public-address");

  if (!reactive_hook_context_check_tool (context, "unit-get", error))
    return NULL;
  if (!is_public && !g_str_equal (setting, "private-address"))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "unknown setting \"%s\"", setting);
      return NULL;
    }
  if (context->unit->address == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL, "%s address not found",
                   is_public ? "public" : "private");
      return NULL;
    }

  return context->unit->address;
}
