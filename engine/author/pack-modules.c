/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "author/pack.h"
#include "base/text.h"

#define INCLUDE_PREFIX "interface:"
#define LAYER_PREFIX "layer:"
#define SONAME_FORMAT "libreactive-%s.so.0"

/* Libraries of interfaces and modules of layers, as the engine will find them in the deployed charm. */

/* The interfaces of the charm's endpoints and of layer.yaml, sorted. */
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
  const char *const places[][2]
      = { { pack->build_directory, "interfaces" }, { pack->directory, "interfaces" }, { pack->library_directory, "" } };

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

  if (path != NULL && reactive_contents_find (pack->contents, name) == NULL)
    reactive_pack_add_file (pack, name, path);
  else if (path == NULL && is_included (pack, interface))
    reactive_pack_complain (pack, "layer.yaml",
                            "includes the interface '%s', but there is no %s in %s/interfaces, %s/interfaces or %s",
                            interface, soname, pack->build_directory, pack->directory, pack->library_directory);
}

static void
add_layer (ReactivePack *pack, const char *layer)
{
  g_autofree char *directory = g_build_filename (pack->library_directory, "reactive", "layers", layer, NULL);
  g_autoptr (GDir) dir = strchr (layer, '/') == NULL ? g_dir_open (directory, 0, NULL) : NULL;
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
