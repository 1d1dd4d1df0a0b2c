/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/flags.h>
#include <reactive/log.h>
#include <string.h>

#include "state/digest.h"
#include "unit/endpoint-private.h"

static gboolean
is_in_departed_hook (const ReactiveEndpoint *endpoint)
{
  const ReactiveHook *hook = endpoint->unit->hook;

  return reactive_endpoint_is_in_hook (endpoint) && strcmp (hook->event, "departed") == 0;
}

/* A key that no line of the log can show has no flag of its own: a peer must not fail the hook. */
static void
set_key_flag (ReactiveEndpoint *endpoint, const char *key)
{
  g_autofree char *flag = g_strconcat ("endpoint.", endpoint->info->name, ".changed.", key, NULL);

  if (reactive_flag_name_check (flag, /* error= */ NULL))
    reactive_unit_toggle_flag (endpoint->unit, reactive_dispatch_get_flag (endpoint->unit->dispatch, flag), TRUE);
}

/* Free with g_free(). */
static char *
digest_value (ReactiveUnit *unit, ReactiveDatabag *databag, const char *key)
{
  gsize length;
  const char *value = reactive_databag_get (databag, key, &length);

  return unit->host->digest != NULL ? unit->host->digest (value, length, unit->host_data)
                                    : reactive_text_digest (value, length);
}

/* The hashes are charms.reactive's: a key that goes away, and one that comes back as it was, are no change. */
static void
note_changes (ReactiveEndpoint *endpoint, ReactiveRemoteUnit *remote_unit)
{
  ReactiveUnit *unit = endpoint->unit;
  g_autoptr (GPtrArray) keys = databag_list_keys (remote_unit->received);
  g_autoptr (GString) row = g_string_sized_new (256);
  gsize prefix_bytes;

  g_string_append (row, REACTIVE_DATA_CHANGED_PREFIX "endpoint.");
  g_string_append (row, endpoint->info->name);
  g_string_append_c (row, '.');
  g_string_append (row, remote_unit->relation_id);
  g_string_append_c (row, '.');
  g_string_append (row, remote_unit->name);
  g_string_append_c (row, '.');
  prefix_bytes = row->len;
  for (guint i = 0; i < keys->len && unit->error == NULL; i++)
    {
      const char *key = g_ptr_array_index (keys, i);
      g_autofree char *digest = digest_value (unit, remote_unit->received, key);

      g_string_truncate (row, prefix_bytes);
      g_string_append (row, key);
      if (reactive_store_digest_changed (unit->store, row->str, digest))
        {
          reactive_unit_toggle_flag (unit, endpoint->flags->changed, TRUE);
          set_key_flag (endpoint, key);
        }
    }
}

/* As Endpoint._startup() of charms.reactive. Once joined, what units say is looked at only in hooks of the endpoint. */
static void
raise_flags (ReactiveEndpoint *endpoint)
{
  ReactiveUnit *unit = endpoint->unit;
  gboolean was_joined = unit->error == NULL && reactive_dispatch_flag_is_set (unit->dispatch, endpoint->flags->joined);
  gboolean is_joined = reactive_endpoint_is_joined (endpoint);
  ReactiveRemoteUnit *const *joined = reactive_endpoint_get_joined_units (endpoint);

  reactive_unit_toggle_flag (unit, endpoint->flags->joined, is_joined);
  if (is_in_departed_hook (endpoint))
    reactive_unit_toggle_flag (unit, endpoint->flags->departed, TRUE);
  else if (is_joined)
    reactive_unit_toggle_flag (unit, endpoint->flags->departed, FALSE);

  if (was_joined && !reactive_endpoint_is_in_hook (endpoint))
    return;
  for (; *joined != NULL && unit->error == NULL; joined++)
    note_changes (endpoint, *joined);
}

/* @what: "update" or "finish" */
static gboolean
call_interface (ReactiveEndpoint *endpoint, ReactiveEndpointFunc function, const char *what, GError **error)
{
  const ReactiveCall call = {
    .module = endpoint->interface->descriptor->name,
    .of_endpoint = function,
    .endpoint = endpoint,
  };
  g_autofree char *id = NULL;

  if (function == NULL)
    return TRUE;

  id = g_strjoin (":", call.module, what, endpoint->info->name, NULL);

  return reactive_unit_call_quietly (endpoint->unit, &call, id, error);
}

gboolean
reactive_unit_raise_endpoint_flags (ReactiveUnit *unit, GError **error)
{
  for (guint i = 0; i < unit->endpoints->len; i++)
    {
      ReactiveEndpoint *endpoint = g_ptr_array_index (unit->endpoints, i);

      if (is_in_departed_hook (endpoint) && unit->hook->relation_id != NULL && unit->hook->remote_unit != NULL)
        endpoint_note_departed (endpoint);
      raise_flags (endpoint);
    }
  for (guint i = 0; i < unit->endpoints->len && unit->error == NULL; i++)
    {
      ReactiveEndpoint *endpoint = g_ptr_array_index (unit->endpoints, i);

      if (endpoint->interface != NULL
          && !call_interface (endpoint, endpoint->interface->roles[endpoint->info->role].update, "update", error))
        return FALSE;
    }

  return reactive_unit_check (unit, error);
}

gboolean
reactive_unit_finish_endpoints (ReactiveUnit *unit, GError **error)
{
  for (guint i = 0; i < unit->endpoints->len; i++)
    {
      ReactiveEndpoint *endpoint = g_ptr_array_index (unit->endpoints, i);

      if (endpoint->interface != NULL
          && !call_interface (endpoint, endpoint->interface->roles[endpoint->info->role].finish, "finish", error))
        return FALSE;
    }

  return TRUE;
}
