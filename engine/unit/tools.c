/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/juju.h>
#include <string.h>

#include "unit/unit-private.h"

/* Runs a tool and takes its exit code for an error. */
static gboolean
call_tool (ReactiveUnit *unit, const char *const *argv, const char *input, ReactiveToolReply *out_reply, GError **error)
{
  g_autoptr (GBytes) bytes = input != NULL ? g_bytes_new (input, strlen (input)) : NULL;
  g_auto (ReactiveToolReply) reply = { 0 };

  if (!reactive_unit_check (unit, error)
      || !unit->juju->klass->call (unit->juju, argv[0], argv + 1, bytes, &reply, error))
    return FALSE;

  if (reply.exit_code != 0)
    return reactive_fail (error, REACTIVE_ERROR_TOOL, "%s: %s (exit %d)", argv[0],
                          reply.message != NULL && *reply.message != '\0' ? reply.message : "failed", reply.exit_code);

  *out_reply = reply;
  reply = (ReactiveToolReply){ 0 };

  return TRUE;
}

/**
 * reactive_call_tool:
 * @unit: the unit
 * @argv: (array zero-terminated=1): a hook tool and its arguments
 * @input: (nullable): what the tool reads from its standard input
 * @error: return location for a #GError
 *
 * Runs any hook tool of Juju, over the agent socket where there is one.
 *
 * Returns: (transfer full) (nullable): what it printed, free with g_free(); or %NULL with %REACTIVE_ERROR_TOOL (it
 *   failed; the message has Juju's reason), %REACTIVE_ERROR_NO_TOOL, %REACTIVE_ERROR_CONNECTION,
 * %REACTIVE_ERROR_TIMEOUT, or %REACTIVE_ERROR_BAD_DATA (not UTF-8, or too long)
 */
char *
reactive_call_tool (ReactiveUnit *unit, const char *const *argv, const char *input, GError **error)
{
  g_auto (ReactiveToolReply) reply = { 0 };
  const char *output;
  gsize length;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (argv != NULL && argv[0] != NULL, NULL);

  if (!call_tool (unit, argv, input, &reply, error))
    return NULL;

  output = g_bytes_get_data (reply.output, &length);
  if (length > 0 && !g_utf8_validate (output, length, NULL))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "%s: its output is not UTF-8", argv[0]);
      return NULL;
    }

  return g_strndup (output != NULL ? output : "", length);
}

/**
 * reactive_call_tool_json:
 * @unit: the unit
 * @argv: (array zero-terminated=1): a hook tool and its arguments, `--format=json` among them
 * @error: return location for a #GError
 *
 * reactive_call_tool() for tools that answer in JSON.
 *
 * Returns: (transfer full) (nullable): the answer, or %NULL with an error as of reactive_call_tool(), or
 *   %REACTIVE_ERROR_BAD_DATA when it is no JSON
 */
ReactiveJson *
reactive_call_tool_json (ReactiveUnit *unit, const char *const *argv, GError **error)
{
  g_auto (ReactiveToolReply) reply = { 0 };
  ReactiveJson *value;
  const char *output;
  gsize length;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (argv != NULL && argv[0] != NULL, NULL);

  if (!call_tool (unit, argv, /* input= */ NULL, &reply, error))
    return NULL;

  output = g_bytes_get_data (reply.output, &length);
  value = reactive_json_parse (output != NULL ? output : "", length, REACTIVE_JSON_STRICT, error);
  if (value == NULL)
    g_prefix_error (error, "%s: ", argv[0]);

  return value;
}

static ReactiveJson *
as_kind (ReactiveJson *answer, ReactiveJsonType kind, const char *tool, GError **error)
{
  ReactiveJsonType actual = reactive_json_get_kind (answer);

  if (actual == kind)
    return answer;

  reactive_json_unref (answer);
  if (actual == REACTIVE_JSON_NULL && kind == REACTIVE_JSON_ARRAY)
    return reactive_json_new_array ();
  if (actual == REACTIVE_JSON_NULL && kind == REACTIVE_JSON_OBJECT)
    return reactive_json_new_object ();

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "%s: expected %s, got %s", tool,
               reactive_json_kind_name (kind), reactive_json_kind_name (actual));

  return NULL;
}

const ReactiveJson *
reactive_unit_ask (ReactiveUnit *unit, const char *const *argv, ReactiveJsonType kind, GError **error)
{
  ReactiveJson *answer = reactive_call_tool_json (unit, argv, error);

  if (answer != NULL)
    answer = as_kind (answer, kind, argv[0], error);

  return answer != NULL ? reactive_unit_keep_json (unit, answer) : NULL;
}

const ReactiveJson *
reactive_unit_ask_strings (ReactiveUnit *unit, const char *const *argv, ReactiveJsonType kind, GError **error)
{
  const ReactiveJson *answer = reactive_unit_ask (unit, argv, kind, error);

  for (guint i = 0; answer != NULL && i < reactive_json_get_length (answer); i++)
    if (reactive_json_get_kind (reactive_json_get_element (answer, i)) != REACTIVE_JSON_STRING)
      {
        g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "%s: expected strings alone", argv[0]);
        return NULL;
      }

  return answer;
}

const char *const *
reactive_unit_ask_list (ReactiveUnit *unit, const char *const *argv, GError **error)
{
  const ReactiveJson *answer = reactive_unit_ask_strings (unit, argv, REACTIVE_JSON_ARRAY, error);
  const char **list;

  if (answer == NULL)
    return NULL;

  list = g_new0 (const char *, reactive_json_get_length (answer) + 1);
  for (guint i = 0; i < reactive_json_get_length (answer); i++)
    list[i] = reactive_json_get_string (reactive_json_get_element (answer, i), NULL);
  reactive_unit_keep (unit, list, g_free);

  return list;
}

gboolean
reactive_unit_tell (ReactiveUnit *unit, const char *const *argv, const char *input, GError **error)
{
  g_auto (ReactiveToolReply) reply = { 0 };

  return call_tool (unit, argv, input, &reply, error);
}

/**
 * reactive_get_network:
 * @unit: the unit
 * @binding: an endpoint or extra binding of the charm
 * @error: return location for a #GError
 *
 * What network-get says of a binding; asked once a hook.
 *
 * Returns: (transfer none) (nullable): an object with `bind-addresses`, `ingress-addresses` and `egress-subnets`; or
 *   %NULL with %REACTIVE_ERROR_TOOL (no such binding) or what the tool failed with
 */
const ReactiveJson *
reactive_get_network (ReactiveUnit *unit, const char *binding, GError **error)
{
  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (binding != NULL, NULL);

  if (!reactive_unit_check (unit, error))
    return NULL;

  return unit->juju->klass->network_get (unit->juju, binding, unit->hook->relation_id, error);
}

/* The first element of an array that is a member of @object; NULL if there is none. */
static const ReactiveJson *
first_of (const ReactiveJson *object, const char *name)
{
  const ReactiveJson *array = NULL;

  if (object != NULL && reactive_json_get_kind (object) == REACTIVE_JSON_OBJECT)
    array = reactive_json_get_member (object, name);

  return array != NULL && reactive_json_get_kind (array) == REACTIVE_JSON_ARRAY && reactive_json_get_length (array) > 0
             ? reactive_json_get_element (array, 0)
             : NULL;
}

static const char *
address_or_error (const ReactiveJson *address, const char *binding, const char *what, GError **error)
{
  if (address != NULL && reactive_json_get_kind (address) == REACTIVE_JSON_STRING)
    return reactive_json_get_string (address, NULL);

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "binding '%s' has no %s address", binding, what);

  return NULL;
}

/**
 * reactive_get_bind_address:
 * @unit: the unit
 * @binding: an endpoint or extra binding of the charm
 * @error: return location for a #GError
 *
 * The address on this machine for what serves the binding.
 *
 * Returns: (transfer none) (nullable): an address, or %NULL with %REACTIVE_ERROR_NOT_FOUND (the binding has none) or an
 *   error of reactive_get_network()
 */
const char *
reactive_get_bind_address (ReactiveUnit *unit, const char *binding, GError **error)
{
  const ReactiveJson *network = reactive_get_network (unit, binding, error);
  const ReactiveJson *address;

  if (network == NULL)
    return NULL;

  address = first_of (first_of (network, "bind-addresses"), "addresses");
  if (address != NULL && reactive_json_get_kind (address) == REACTIVE_JSON_OBJECT)
    address = reactive_json_get_member (address, "value");

  return address_or_error (address, binding, "bind", error);
}

/**
 * reactive_get_ingress_address:
 * @unit: the unit
 * @binding: an endpoint or extra binding of the charm
 * @error: return location for a #GError
 *
 * The address under which others reach what serves the binding.
 *
 * Returns: (transfer none) (nullable): an address, or %NULL with %REACTIVE_ERROR_NOT_FOUND (the binding has none) or an
 *   error of reactive_get_network()
 */
const char *
reactive_get_ingress_address (ReactiveUnit *unit, const char *binding, GError **error)
{
  const ReactiveJson *network = reactive_get_network (unit, binding, error);

  return network != NULL ? address_or_error (first_of (network, "ingress-addresses"), binding, "ingress", error) : NULL;
}
