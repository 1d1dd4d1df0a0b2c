/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/interface-check.h"

#include <string.h>

#include "charm/module-check.h"

/* What entries had when ABI 1 began. */
#define MINIMUM_INTERFACE_SIZE sizeof (ReactiveInterface)
#define MINIMUM_ROLE_SIZE G_STRUCT_OFFSET (ReactiveInterfaceRole, finish)
#define MINIMUM_FLAG_SIZE sizeof (ReactiveInterfaceFlag)
#define MINIMUM_EVENT_SIZE sizeof (ReactiveInterfaceEvent)
#define MINIMUM_HANDLER_SIZE sizeof (ReactiveInterfaceHandler)

/* Entry @index of a table whose entries have @entry_size bytes, as far as this header knows them. */
static void
copy_entry (gconstpointer table, guint index, gsize entry_size, gpointer entry, gsize size)
{
  memset (entry, 0, size);
  memcpy (entry, (const char *) table + (gsize) index * entry_size, MIN (entry_size, size));
}

ReactiveInterfaceFlag
reactive_interface_get_flag (const ReactiveLoadedInterface *interface, ReactiveRole role, guint index)
{
  ReactiveInterfaceFlag flag;

  g_assert (index < interface->roles[role].n_flags);
  copy_entry (interface->roles[role].flags, index, interface->descriptor->flag_size, &flag, sizeof flag);

  return flag;
}

ReactiveInterfaceEvent
reactive_interface_get_event (const ReactiveLoadedInterface *interface, ReactiveRole role, guint index)
{
  ReactiveInterfaceEvent event;

  g_assert (index < interface->roles[role].n_events);
  copy_entry (interface->roles[role].events, index, interface->descriptor->event_size, &event, sizeof event);

  return event;
}

ReactiveInterfaceHandler
reactive_interface_get_handler (const ReactiveLoadedInterface *interface, ReactiveRole role, guint index)
{
  ReactiveInterfaceHandler handler;

  g_assert (index < interface->roles[role].n_handlers);
  copy_entry (interface->roles[role].handlers, index, interface->descriptor->handler_size, &handler, sizeof handler);

  return handler;
}

static gboolean
check_layout (const ReactiveInterface *interface, const char *path, GError **error)
{
  if (interface->abi != REACTIVE_INTERFACE_ABI)
    return reactive_module_fail (error, path,
                                 "built for interface ABI %u, while this libreactive has %u: rebuild the interface",
                                 interface->abi, REACTIVE_INTERFACE_ABI);
  if (interface->size < MINIMUM_INTERFACE_SIZE)
    return reactive_module_fail (error, path, "descriptor size %u is short (expected at least %" G_GSIZE_FORMAT ")",
                                 interface->size, (gsize) MINIMUM_INTERFACE_SIZE);

  return reactive_module_check_entry_size (path, "role", interface->role_size, MINIMUM_ROLE_SIZE, error)
         && reactive_module_check_entry_size (path, "flag", interface->flag_size, MINIMUM_FLAG_SIZE, error)
         && reactive_module_check_entry_size (path, "event", interface->event_size, MINIMUM_EVENT_SIZE, error)
         && reactive_module_check_entry_size (path, "handler", interface->handler_size, MINIMUM_HANDLER_SIZE, error)
         && reactive_module_check_entry_size (path, "condition", interface->condition_size, sizeof (ReactiveCondition),
                                              error)
         && reactive_module_check_table (path, "roles", interface->roles, interface->n_roles, error);
}

static gboolean
check_name (const char *name, const char *where, const char *what, guint index, GError **error)
{
  const char *fault = name == NULL ? "is missing" : reactive_module_find_fault_in_name (name);

  return fault == NULL || reactive_module_fail (error, where, "%s %u: its name %s", what, index + 1, fault);
}

static gboolean
check_names (const char *const *names, const char *where, const char *what, guint index, GError **error)
{
  for (; names != NULL && *names != NULL; names++)
    if (!check_name (*names, where, what, index, error))
      return FALSE;

  return TRUE;
}

static gboolean
check_flags (const ReactiveLoadedInterface *interface, ReactiveRole role, const char *where, GError **error)
{
  for (guint i = 0; i < interface->roles[role].n_flags; i++)
    {
      ReactiveInterfaceFlag flag = reactive_interface_get_flag (interface, role, i);

      if (!check_name (flag.flag, where, "flag", i, error) || !check_names (flag.names, where, "flag", i, error))
        return FALSE;
      if (flag.names == NULL || flag.names[0] == NULL)
        return reactive_module_fail (error, where, "flag '%s' has no short name", flag.flag);
      if (strstr (flag.flag, "{endpoint_name}") == NULL)
        return reactive_module_fail (error, where, "flag '%s' is without {endpoint_name}: endpoints would share it",
                                     flag.flag);
    }

  return TRUE;
}

static gboolean
check_events (const ReactiveLoadedInterface *interface, ReactiveRole role, const char *where, GError **error)
{
  for (guint i = 0; i < interface->roles[role].n_events; i++)
    {
      ReactiveInterfaceEvent event = reactive_interface_get_event (interface, role, i);

      if (!check_name (event.name, where, "event", i, error)
          || !check_names (event.older_names, where, "event", i, error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_handlers (const ReactiveLoadedInterface *interface, ReactiveRole role, const char *where, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < interface->roles[role].n_handlers; i++)
    {
      ReactiveInterfaceHandler handler = reactive_interface_get_handler (interface, role, i);
      g_autofree char *handler_where = NULL;

      if (handler.name == NULL || !reactive_module_is_name (handler.name))
        return reactive_module_fail (error, where,
                                     "handler %u: no name, or one with a space, a control character or ':'", i + 1);
      handler_where = g_strdup_printf ("%s: handler '%s'", where, handler.name);
      if (!g_hash_table_add (names, (gpointer) handler.name))
        return reactive_module_fail (error, handler_where, "a second handler of this name");
      if (handler.function == NULL)
        return reactive_module_fail (error, handler_where, "no function");
      if (!reactive_module_check_conditions (handler.conditions, interface->descriptor->condition_size, handler_where,
                                             error))
        return FALSE;
    }

  return TRUE;
}

static gboolean
check_role (ReactiveLoadedInterface *interface, guint index, const char *path, GError **error)
{
  g_autofree char *where = g_strdup_printf ("%s: role %u", path, index + 1);
  ReactiveInterfaceRole role;

  copy_entry (interface->descriptor->roles, index, interface->descriptor->role_size, &role, sizeof role);
  if ((guint) role.role >= REACTIVE_N_ROLES)
    return reactive_module_fail (error, where, "unknown role %d", (int) role.role);
  if (interface->has_role[role.role])
    return reactive_module_fail (error, where, "the same role a second time");

  interface->has_role[role.role] = TRUE;
  interface->roles[role.role] = role;

  return reactive_module_check_table (where, "flags", role.flags, role.n_flags, error)
         && reactive_module_check_table (where, "events", role.events, role.n_events, error)
         && reactive_module_check_table (where, "handlers", role.handlers, role.n_handlers, error)
         && check_flags (interface, role.role, where, error) && check_events (interface, role.role, where, error)
         && check_handlers (interface, role.role, where, error);
}

gboolean
reactive_interface_check (const ReactiveInterface *interface, const char *path, ReactiveLoadedInterface *loaded,
                          GError **error)
{
  g_assert (interface != NULL);
  g_assert (path != NULL);

  if (!check_layout (interface, path, error))
    return FALSE;
  if (interface->name == NULL || !reactive_module_is_name (interface->name))
    return reactive_module_fail (error, path, "no name, or one with a space, a control character or ':'");

  loaded->descriptor = interface;
  for (guint i = 0; i < interface->n_roles; i++)
    if (!check_role (loaded, i, path, error))
      return FALSE;

  return TRUE;
}

gboolean
reactive_interface_check_name (const ReactiveInterface *interface, const char *name, const char *path, GError **error)
{
  return strcmp (interface->name, name) == 0
         || reactive_module_fail (error, path, "is the interface '%s' (expected '%s')", interface->name, name);
}
