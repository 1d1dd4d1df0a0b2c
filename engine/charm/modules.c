/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/modules.h"

#include <gmodule.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "charm/module-check.h"

#define MODULE_SUFFIX ".so"

static void
loaded_module_free (gpointer data)
{
  ReactiveLoadedModule *module = data;

  g_free (module->name);
  g_free (module->path);
  g_free (module);
}

/* The dynamic linker's reason, which often begins with the path that our message begins with. */
static void
set_linker_error (GError **error, const char *path, const char *opened_path, const char *reason)
{
  g_autofree char *prefix = g_strconcat (opened_path, ": ", NULL);

  if (g_str_has_prefix (reason, prefix))
    reason += strlen (prefix);

  reactive_module_fail (error, path, "%s", reason);
}

gconstpointer
reactive_modules_open (const char *path, const char *symbol_name, const char *what, GError **error)
{
  /* A name without a slash would be searched for in the system's library directories. */
  g_autofree char *absolute_path = g_canonicalize_filename (path, NULL);
  g_autoptr (GError) local_error = NULL;
  GModule *module;
  gpointer symbol;

  module = g_module_open_full (absolute_path, G_MODULE_BIND_LOCAL, &local_error);
  if (module == NULL)
    {
      set_linker_error (error, path, absolute_path, local_error->message);
      return NULL;
    }

  /* Handlers may have left threads, atexit() functions and pointers behind. */
  g_module_make_resident (module);

  if (!g_module_symbol (module, symbol_name, &symbol) || symbol == NULL)
    {
      reactive_module_fail (error, path, "no symbol '%s': not %s", symbol_name, what);
      return NULL;
    }

  return symbol;
}

GPtrArray *
reactive_modules_new (void)
{
  return g_ptr_array_new_with_free_func (loaded_module_free);
}

void
reactive_modules_add (GPtrArray *modules, const char *name, const char *path, const ReactiveModule *descriptor)
{
  ReactiveLoadedModule *module = g_new0 (ReactiveLoadedModule, 1);

  module->name = g_strdup (name);
  module->path = g_strdup (path);
  module->descriptor = descriptor;
  g_ptr_array_add (modules, module);
}

gboolean
reactive_modules_load_file (GPtrArray *modules, const char *path, GError **error)
{
  g_autofree char *file_name = g_path_get_basename (path);
  g_autofree char *name = g_strndup (file_name, strlen (file_name) - strlen (MODULE_SUFFIX));
  const ReactiveModule *descriptor;

  g_assert (g_str_has_suffix (file_name, MODULE_SUFFIX));

  if (!reactive_module_is_name (name))
    return reactive_module_fail (error, path, "a module's name is without spaces, control characters and ':'");

  descriptor = reactive_modules_open (path, REACTIVE_MODULE_SYMBOL,
                                      "a handler module, or one without REACTIVE_MODULE ()", error);
  if (descriptor == NULL || !reactive_module_check (descriptor, path, error))
    return FALSE;

  reactive_modules_add (modules, name, path, descriptor);
  return TRUE;
}

/* A regular file, or a link to one. A link to nothing counts too, so that it is complained about. */
static gboolean
is_module_file (const char *directory, const char *file_name)
{
  g_autofree char *path = NULL;
  struct stat status;

  if (*file_name == '.' || !g_str_has_suffix (file_name, MODULE_SUFFIX))
    return FALSE;

  path = g_build_filename (directory, file_name, NULL);
  return stat (path, &status) != 0 || S_ISREG (status.st_mode);
}

/* The names of the module files in @directory, sorted; empty when there is no such directory. */
static GPtrArray *
list_module_files (const char *directory, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &local_error);
  const char *name;

  if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return g_steal_pointer (&names);
  if (dir == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE, "%s", local_error->message);
      return NULL;
    }

  while ((name = g_dir_read_name (dir)) != NULL)
    if (is_module_file (directory, name))
      g_ptr_array_add (names, g_strdup (name));

  g_ptr_array_sort (names, reactive_text_compare_items);
  return g_steal_pointer (&names);
}

GPtrArray *
reactive_modules_load (const char *directory, GError **error)
{
  g_autoptr (GPtrArray) modules = reactive_modules_new ();
  g_autoptr (GPtrArray) names = NULL;

  g_assert (directory != NULL);

  names = list_module_files (directory, error);
  if (names == NULL)
    return NULL;

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (directory, g_ptr_array_index (names, i), NULL);

      if (!reactive_modules_load_file (modules, path, error))
        return NULL;
    }

  return g_steal_pointer (&modules);
}
