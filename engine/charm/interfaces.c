/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/interfaces.h"

#include <string.h>

#include "base/error.h"
#include "base/prefix.h"
#include "base/text.h"
#include "charm/interface-check.h"
#include "charm/modules.h"

#define SONAME_FORMAT "libreactive-%s.so.0"
#define INCLUDE_PREFIX "interface:"
#define ENDPOINT_NAME "{endpoint_name}"

GPtrArray *
reactive_interfaces_new (void)
{
  return g_ptr_array_new_with_free_func (g_free);
}

gboolean
reactive_interfaces_add (GPtrArray *interfaces, const ReactiveInterface *descriptor, const char *path, GError **error)
{
  ReactiveLoadedInterface *loaded = g_new0 (ReactiveLoadedInterface, 1);

  if (!reactive_interface_check (descriptor, path, loaded, error))
    {
      g_free (loaded);
      return FALSE;
    }
  g_ptr_array_add (interfaces, loaded);

  return TRUE;
}

static const ReactiveLoadedInterface *
find_by_name (const GPtrArray *interfaces, const char *name)
{
  for (guint i = 0; i < interfaces->len; i++)
    {
      const ReactiveLoadedInterface *loaded = g_ptr_array_index (interfaces, i);

      if (strcmp (loaded->descriptor->name, name) == 0)
        return loaded;
    }

  return NULL;
}

const ReactiveLoadedInterface *
reactive_interfaces_find (const GPtrArray *interfaces, const ReactiveEndpointInfo *endpoint)
{
  const ReactiveLoadedInterface *loaded = find_by_name (interfaces, endpoint->interface);

  return loaded != NULL && loaded->has_role[endpoint->role] ? loaded : NULL;
}

/* The file of the interface @name; NULL when there is none. A name that cannot be part of a file's has none. */
static char *
find_library (const ReactiveCharm *charm, const char *name)
{
  g_autofree char *soname = NULL;
  g_autofree char *own = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *installed = NULL;

  if (strchr (name, '/') != NULL)
    return NULL;

  soname = g_strdup_printf (SONAME_FORMAT, name);
  own = g_build_filename (reactive_charm_get_directory (charm), "interfaces", soname, NULL);
  if (g_file_test (own, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&own);

  directory = reactive_prefix_build (REACTIVE_LIBDIR);
  installed = g_build_filename (directory, soname, NULL);

  return g_file_test (installed, G_FILE_TEST_EXISTS) ? g_steal_pointer (&installed) : NULL;
}

/* Loads the library of the interface @name if there is one and it is not loaded yet. */
static gboolean
load_interface (GPtrArray *interfaces, const ReactiveCharm *charm, const char *name, GError **error)
{
  g_autofree char *path = NULL;
  const ReactiveInterface *descriptor;

  if (find_by_name (interfaces, name) != NULL || (path = find_library (charm, name)) == NULL)
    return TRUE;

  descriptor = reactive_modules_open (path, REACTIVE_INTERFACE_SYMBOL,
                                      "an interface, or one without REACTIVE_INTERFACE ()", error);

  return descriptor != NULL && reactive_interfaces_add (interfaces, descriptor, path, error)
         && reactive_interface_check_name (descriptor, name, path, error);
}

/* layer.yaml names the interfaces that the charm cannot do without. */
static gboolean
check_includes (const GPtrArray *interfaces, const ReactiveCharm *charm, GError **error)
{
  g_autofree char *installed = reactive_prefix_build (REACTIVE_LIBDIR);
  const char *const *includes = reactive_charm_get_includes (charm);

  for (; includes != NULL && *includes != NULL; includes++)
    {
      const char *name = *includes + strlen (INCLUDE_PREFIX);

      if (!g_str_has_prefix (*includes, INCLUDE_PREFIX) || find_by_name (interfaces, name) != NULL)
        continue;

      return reactive_fail (
          error, REACTIVE_ERROR_MODULE,
          "layer.yaml includes the interface '%s', but there is no " SONAME_FORMAT
          " in %s/interfaces or in %s: install the library of the interface, or put it into the charm",
          name, name, reactive_charm_get_directory (charm), installed);
    }

  return TRUE;
}

GPtrArray *
reactive_interfaces_load (const ReactiveCharm *charm, GError **error)
{
  g_autoptr (GPtrArray) interfaces = reactive_interfaces_new ();
  const char *const *includes = reactive_charm_get_includes (charm);
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (charm, &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    if (!load_interface (interfaces, charm, endpoints[i].interface, error))
      return NULL;
  for (; includes != NULL && *includes != NULL; includes++)
    if (g_str_has_prefix (*includes, INCLUDE_PREFIX)
        && !load_interface (interfaces, charm, *includes + strlen (INCLUDE_PREFIX), error))
      return NULL;
  if (!check_includes (interfaces, charm, error))
    return NULL;

  return g_steal_pointer (&interfaces);
}

/* Names ----------------------------------------------------------------------------------------------------------- */

char *
reactive_interface_expand (const char *name, const char *endpoint)
{
  return reactive_text_replace (name, ENDPOINT_NAME, endpoint);
}

static void
name_flag (const ReactiveInterfaceFlag *flag, const char *endpoint, ReactiveOtherNameFunc func, gpointer data)
{
  static const char *const prefixes[] = { "", "endpoint." };
  g_autofree char *own_name = reactive_interface_expand (flag->flag, endpoint);

  for (const char *const *short_name = flag->names; *short_name != NULL; short_name++)
    for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
      {
        g_autofree char *name = g_strconcat (prefixes[i], endpoint, ".", *short_name, NULL);

        if (strcmp (name, own_name) != 0)
          func (name, own_name, data);
      }
}

void
reactive_interfaces_foreach_flag_name (const GPtrArray *interfaces, const ReactiveCharm *charm,
                                       ReactiveOtherNameFunc func, gpointer data)
{
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (charm, &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    {
      const ReactiveLoadedInterface *loaded = reactive_interfaces_find (interfaces, &endpoints[i]);

      for (guint j = 0; loaded != NULL && j < loaded->roles[endpoints[i].role].n_flags; j++)
        {
          ReactiveInterfaceFlag flag = reactive_interface_get_flag (loaded, endpoints[i].role, j);

          name_flag (&flag, endpoints[i].name, func, data);
        }
    }
}

static void
name_event (const ReactiveInterfaceEvent *event, const char *endpoint, ReactiveOtherNameFunc func, gpointer data)
{
  g_autofree char *own_name = g_strconcat (endpoint, ".", event->name, NULL);

  for (const char *const *older = event->older_names; older != NULL && *older != NULL; older++)
    {
      g_autofree char *name = g_strconcat (endpoint, ".", *older, NULL);

      func (name, own_name, data);
    }
}

void
reactive_interfaces_foreach_event_name (const GPtrArray *interfaces, const ReactiveCharm *charm,
                                        ReactiveOtherNameFunc func, gpointer data)
{
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (charm, &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    {
      const ReactiveLoadedInterface *loaded = reactive_interfaces_find (interfaces, &endpoints[i]);

      for (guint j = 0; loaded != NULL && j < loaded->roles[endpoints[i].role].n_events; j++)
        {
          ReactiveInterfaceEvent event = reactive_interface_get_event (loaded, endpoints[i].role, j);

          name_event (&event, endpoints[i].name, func, data);
        }
    }
}
