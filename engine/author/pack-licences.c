/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "author/pack.h"
#include "base/prefix.h"
#include "base/process.h"
#include "base/text.h"

#define LIBRARY_PREFIX "lib/"
#define QUERY_TIMEOUT_MS 60000
#define MAX_QUERY_BYTES (1024u * 1024)

/* Whoever gives away a library gives its licence with it. On Debian and Ubuntu the library's package tells where that
 * is; elsewhere, and for libraries of no package, nothing is known. */

/* The paths that a package may list for the file: since /lib is a link to /usr/lib, either may be meant. */
static void
add_names_of_file (GPtrArray *argv, const char *path)
{
  char *real = realpath (path, NULL);
  const char *const paths[] = { path, real };

  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      if (paths[i] == NULL || *paths[i] != '/')
        continue;
      g_ptr_array_add (argv, g_strdup (paths[i]));
      if (g_str_has_prefix (paths[i], "/usr/"))
        g_ptr_array_add (argv, g_strdup (paths[i] + strlen ("/usr")));
      else
        g_ptr_array_add (argv, g_strconcat ("/usr", paths[i], NULL));
    }

  free (real);
}

/* NULL where nobody can be asked. */
static char *
ask_packages (const ReactivePack *pack)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);
  g_auto (ReactiveProcessResult) result = { 0 };
  ReactiveProcess process = { .timeout_ms = QUERY_TIMEOUT_MS, .max_output_bytes = MAX_QUERY_BYTES };

  g_ptr_array_add (argv, g_strdup ("dpkg-query"));
  g_ptr_array_add (argv, g_strdup ("--search"));
  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    {
      const char *name = reactive_contents_get_entry (pack->contents, i)->name;
      const char *path = g_hash_table_lookup (pack->origins, name);

      if (g_str_has_prefix (name, LIBRARY_PREFIX) && path != NULL)
        add_names_of_file (argv, path);
    }
  g_ptr_array_add (argv, NULL);

  process.argv = (const char *const *) argv->pdata;
  if (argv->len <= 3 || !reactive_process_run (&process, &result, NULL))
    return NULL;

  return g_strndup (g_bytes_get_data (result.output, NULL), g_bytes_get_size (result.output));
}

/* "libffi8:amd64: /usr/lib/x86_64-linux-gnu/libffi.so.8", or "a, b: /path". */
static void
add_package (GPtrArray *packages, const char *line)
{
  g_autofree char *name = g_strndup (line, strcspn (line, ":, "));

  if (*name != '\0' && !g_str_has_prefix (line, "diversion ") && strchr (name, '/') == NULL
      && !g_ptr_array_find_with_equal_func (packages, name, g_str_equal, NULL))
    g_ptr_array_add (packages, g_steal_pointer (&name));
}

void
reactive_pack_add_licences (ReactivePack *pack)
{
  g_autoptr (GPtrArray) packages = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *own = reactive_prefix_build (REACTIVE_DATADIR "/doc/libreactive/LICENSE");
  g_autofree char *text = ask_packages (pack);
  g_auto (GStrv) lines = g_strsplit (text != NULL ? text : "", "\n", -1);

  if (g_file_test (own, G_FILE_TEST_IS_REGULAR))
    reactive_pack_add_file (pack, LIBRARY_PREFIX "licenses/libreactive/LICENSE", own);
  for (guint i = 0; lines[i] != NULL; i++)
    add_package (packages, lines[i]);
  g_ptr_array_sort (packages, reactive_text_compare_items);

  for (guint i = 0; i < packages->len; i++)
    {
      const char *package = g_ptr_array_index (packages, i);
      g_autofree char *path = g_build_filename ("/usr/share/doc", package, "copyright", NULL);
      g_autofree char *name = g_build_filename (LIBRARY_PREFIX "licenses", package, "copyright", NULL);

      if (g_file_test (path, G_FILE_TEST_IS_REGULAR))
        reactive_pack_add_file (pack, name, path);
    }
}
