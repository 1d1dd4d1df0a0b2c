/* SPDX-License-Identifier: Apache-2.0 */
#include <gmodule.h>
#include <string.h>

#include "author/elf.h"
#include "author/pack.h"
#include "base/file.h"
#include "base/prefix.h"
#include "base/text.h"
#include "charm/interface-check.h"
#include "charm/interfaces.h"
#include "charm/modules.h"
#include "unit/handlers.h"

#define INCLUDE_PREFIX "interface:"
#define LAYER_PREFIX "layer:"
#define SONAME_FORMAT "libreactive-%s.so.0"
#define LIBRARY "lib/libreactive.so.0"

/* Interfaces, as the engine will find them in the deployed charm; and whether it will be able to load what is packed.
 */

/* The interfaces of the charm's endpoints and of layer.yaml, sorted. The value says whether layer.yaml names it. */
static GPtrArray *
list_interfaces (const ReactivePack *pack)
{
  GPtrArray *names = g_ptr_array_new ();
  const char *const *includes = reactive_charm_get_includes (pack->charm);
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (pack->charm, &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    if (!g_ptr_array_find_with_equal_func (names, endpoints[i].interface, g_str_equal, NULL))
      g_ptr_array_add (names, (gpointer) endpoints[i].interface);
  for (; includes != NULL && *includes != NULL; includes++)
    if (g_str_has_prefix (*includes, INCLUDE_PREFIX)
        && !g_ptr_array_find_with_equal_func (names, *includes + strlen (INCLUDE_PREFIX), g_str_equal, NULL))
      g_ptr_array_add (names, (gpointer) (*includes + strlen (INCLUDE_PREFIX)));

  g_ptr_array_sort (names, reactive_text_compare_items);
  return names;
}

static gboolean
is_included (const ReactivePack *pack, const char *interface)
{
  const char *const *includes = reactive_charm_get_includes (pack->charm);
  g_autofree char *wanted = g_strconcat (INCLUDE_PREFIX, interface, NULL);

  return includes != NULL && g_strv_contains (includes, wanted);
}

static char *
find_library (const ReactivePack *pack, const char *soname)
{
  g_autofree char *installed = reactive_prefix_build (REACTIVE_LIBDIR);
  const char *const places[][2]
      = { { pack->build_directory, "interfaces" }, { pack->directory, "interfaces" }, { installed, "" } };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *path = g_build_filename (places[i][0], places[i][1], soname, NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static void
add_interface (ReactivePack *pack, const char *interface)
{
  g_autofree char *soname = g_strdup_printf (SONAME_FORMAT, interface);
  g_autofree char *name = g_build_filename ("interfaces", soname, NULL);
  g_autofree char *path = strchr (interface, '/') == NULL ? find_library (pack, soname) : NULL;
  g_autofree char *installed = reactive_prefix_build (REACTIVE_LIBDIR);

  if (path != NULL && reactive_contents_find (pack->contents, name) == NULL)
    reactive_pack_add_file (pack, name, path);
  else if (path == NULL && is_included (pack, interface))
    reactive_pack_complain (pack, "layer.yaml",
                            "includes the interface '%s', but there is no %s in %s/interfaces, %s/interfaces or %s",
                            interface, soname, pack->build_directory, pack->directory, installed);
}

/* Where an installed layer has its modules, which the engine then finds in the charm. */
static char *
find_layer (const char *layer)
{
  g_autofree char *installed = reactive_prefix_build (REACTIVE_LIBDIR "/reactive/layers");

  return strchr (layer, '/') == NULL ? g_build_filename (installed, layer, NULL) : NULL;
}

static void
add_layer (ReactivePack *pack, const char *layer)
{
  g_autofree char *directory = find_layer (layer);
  g_autoptr (GDir) dir = directory != NULL ? g_dir_open (directory, 0, NULL) : NULL;
  const char *file;

  while (dir != NULL && (file = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, file, NULL);
      g_autofree char *name = g_build_filename ("layers", layer, file, NULL);

      if (*file != '.' && g_str_has_suffix (file, ".so"))
        reactive_pack_add_file (pack, name, path);
    }
}

void
reactive_pack_add_interfaces (ReactivePack *pack)
{
  g_autoptr (GPtrArray) names = list_interfaces (pack);
  const char *const *includes = reactive_charm_get_includes (pack->charm);

  for (guint i = 0; i < names->len; i++)
    add_interface (pack, g_ptr_array_index (names, i));
  for (; includes != NULL && *includes != NULL; includes++)
    if (g_str_has_prefix (*includes, LAYER_PREFIX))
      add_layer (pack, *includes + strlen (LAYER_PREFIX));
}

/*
 * Loading
 */

static gboolean
is_own_architecture (const ReactivePack *pack)
{
  gsize size;
  char *text = reactive_file_read ("/proc/self/exe", REACTIVE_CONTENTS_MAX_BYTES, &size, NULL);
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new_take (text, size) : NULL;
  g_autoptr (ReactiveElf) elf = bytes != NULL ? reactive_elf_new (bytes, "reactive-pack", NULL) : NULL;

  return elf != NULL && strcmp (reactive_elf_get_architecture (elf), pack->architecture) == 0;
}

static const char *
role_name (ReactiveRole role)
{
  return role == REACTIVE_ROLE_PROVIDES ? "provides" : role == REACTIVE_ROLE_REQUIRES ? "requires" : "peers";
}

/* An endpoint whose interface has a library is meant to have its flags and events. */
static void
check_roles (ReactivePack *pack, const GPtrArray *interfaces)
{
  g_autofree char *metadata = g_build_filename (pack->directory, "metadata.yaml", NULL);
  const char *file = g_file_test (metadata, G_FILE_TEST_EXISTS) ? "metadata.yaml" : "charmcraft.yaml";
  guint n_endpoints;
  const ReactiveEndpointInfo *endpoints = reactive_charm_get_endpoints (pack->charm, &n_endpoints);

  for (guint i = 0; i < n_endpoints; i++)
    {
      g_autofree char *name = g_strdup_printf ("interfaces/" SONAME_FORMAT, endpoints[i].interface);
      const char *role = role_name (endpoints[i].role);

      if (reactive_contents_find (pack->contents, name) != NULL
          && reactive_interfaces_find (interfaces, &endpoints[i]) == NULL)
        reactive_pack_complain (pack, file, "%s.%s: %s has no side '%s'", role, endpoints[i].name, name, role);
    }
}

/* From the place that it was read from, where the linker finds what it is linked with. */
static gboolean
load_interface (const ReactivePack *pack, const char *interface, GPtrArray *interfaces, GError **error)
{
  g_autofree char *name = g_strdup_printf ("interfaces/" SONAME_FORMAT, interface);
  const char *path = g_hash_table_lookup (pack->origins, name);
  const ReactiveInterface *descriptor;

  if (path == NULL)
    return TRUE;

  descriptor = reactive_modules_open (path, REACTIVE_INTERFACE_SYMBOL,
                                      "an interface, or one without REACTIVE_INTERFACE ()", error);
  return descriptor != NULL && reactive_interfaces_add (interfaces, descriptor, path, error)
         && reactive_interface_check_name (descriptor, interface, path, error);
}

static GPtrArray *
load_interfaces (const ReactivePack *pack, GError **error)
{
  g_autoptr (GPtrArray) interfaces = reactive_interfaces_new (), names = list_interfaces (pack);
  const char *library = g_hash_table_lookup (pack->origins, LIBRARY);
  GModule *module;

  /* Everything is linked with it, and finds the one that is loaded by its name. */
  if (library != NULL && (module = g_module_open (library, G_MODULE_BIND_LOCAL)) != NULL)
    g_module_make_resident (module);

  for (guint i = 0; i < names->len; i++)
    if (!load_interface (pack, g_ptr_array_index (names, i), interfaces, error))
      return NULL;

  return g_steal_pointer (&interfaces);
}

/* The modules of the layers, then the charm's. */
static GPtrArray *
load_modules (const ReactivePack *pack, GError **error)
{
  g_autofree char *own = g_build_filename (pack->build_directory, "reactive", NULL);
  g_autoptr (GPtrArray) modules = NULL, directories = g_ptr_array_new_with_free_func (g_free);
  const char *const *includes = reactive_charm_get_includes (pack->charm);

  for (; includes != NULL && *includes != NULL; includes++)
    if (g_str_has_prefix (*includes, LAYER_PREFIX) && strchr (*includes, '/') == NULL)
      g_ptr_array_add (directories, find_layer (*includes + strlen (LAYER_PREFIX)));
  g_ptr_array_add (directories, g_steal_pointer (&own));

  for (guint i = 0; i < directories->len; i++)
    {
      GPtrArray *found = reactive_modules_load (g_ptr_array_index (directories, i), error);

      if (found == NULL)
        return NULL;
      if (modules == NULL)
        modules = found;
      else
        g_ptr_array_extend_and_steal (modules, found);
    }

  return g_steal_pointer (&modules);
}

/* Takes *@interfaces. */
static void
check_handlers (const ReactivePack *pack, GPtrArray **interfaces, GError **error)
{
  g_autoptr (GPtrArray) modules = load_modules (pack, error);
  g_autoptr (ReactiveCharm) charm = modules != NULL ? reactive_charm_load (pack->directory, error) : NULL;

  if (charm != NULL)
    reactive_handlers_unref (reactive_handlers_new (g_steal_pointer (&charm), g_steal_pointer (interfaces),
                                                    g_steal_pointer (&modules), error));
}

void
reactive_pack_check_modules (ReactivePack *pack)
{
  g_autoptr (GPtrArray) interfaces = NULL;
  g_autoptr (GError) error = NULL;

  if (pack->complaints->len > 0 || !is_own_architecture (pack))
    return;

  interfaces = load_interfaces (pack, &error);
  if (interfaces != NULL)
    {
      check_roles (pack, interfaces);
      check_handlers (pack, &interfaces, &error);
    }
  if (error != NULL)
    g_ptr_array_add (pack->complaints, g_strdup (error->message));
}
