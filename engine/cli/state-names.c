/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/state-names.h"

#include "charm/interfaces.h"
#include "unit/shared-state.h"

char *
state_find_path (const char *given)
{
  const char *from_environment = g_getenv ("UNIT_STATE_DB");
  const char *charm_dir = g_getenv ("JUJU_CHARM_DIR");

  if (given != NULL)
    return g_strdup (given);
  if (from_environment != NULL && *from_environment != '\0')
    return g_strdup (from_environment);
  if (charm_dir == NULL || *charm_dir == '\0')
    charm_dir = g_getenv ("CHARM_DIR");

  return g_build_filename (charm_dir != NULL && *charm_dir != '\0' ? charm_dir : ".", ".unit-state.db", NULL);
}

static void
add_name (const char *name, const char *own_name, gpointer names)
{
  g_hash_table_insert (names, g_strdup (name), g_strdup (own_name));
}

static gboolean
read_names (const char *charm_dir, GHashTable *names, GError **error)
{
  g_autoptr (ReactiveCharm) charm = reactive_charm_load (charm_dir, error);
  g_autoptr (GPtrArray) interfaces = charm != NULL ? reactive_interfaces_load (charm, error) : NULL;

  if (interfaces == NULL)
    return FALSE;

  reactive_interfaces_foreach_flag_name (interfaces, charm, add_name, names);

  return TRUE;
}

GHashTable *
state_names_load (const char *charm_dir, const char *state_path, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autofree char *of_unit = reactive_shared_state_find_unit_path (state_path);
  g_autofree char *beside = g_path_get_dirname (of_unit != NULL ? of_unit : state_path);
  g_autoptr (GError) reason = NULL;

  if (charm_dir != NULL && !read_names (charm_dir, names, error))
    return NULL;
  if (charm_dir == NULL && !read_names (beside, names, &reason)
      && !g_error_matches (reason, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    g_printerr ("flags of interfaces go by their own names alone: %s\n", reason->message);

  return g_steal_pointer (&names);
}

const char *
state_names_resolve (GHashTable *names, const char *flag)
{
  const char *own_name = g_hash_table_lookup (names, flag);

  return own_name != NULL ? own_name : flag;
}

void
state_names_resolve_all (GHashTable *names, char **flags)
{
  for (; *flags != NULL; flags++)
    {
      const char *own_name = state_names_resolve (names, *flags);

      if (own_name != *flags)
        {
          g_free (*flags);
          *flags = g_strdup (own_name);
        }
    }
}
