/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/externals.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "charm/module-check.h"

#define MAX_DEPTH 16
#define LOOKED_AT_BYTES 1024

/* A module, or a file of a charm in Python: no directory of handlers is called so, and it costs no look. */
static gboolean
is_of_others (const char *name)
{
  return g_str_has_suffix (name, ".so") || g_str_has_suffix (name, ".py");
}

/* No suffix but `.sh`: what else is executable is of another language's own loader, or by mistake. */
static gboolean
has_fitting_name (const char *name)
{
  const char *dot = strrchr (name, '.');

  return dot == NULL || strcmp (dot, ".sh") == 0;
}

/* A script, or no text at all. */
static gboolean
has_fitting_contents (const char *path)
{
  char bytes[LOOKED_AT_BYTES];
  int descriptor = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  ssize_t count;

  if (descriptor < 0)
    return FALSE;

  count = read (descriptor, bytes, sizeof bytes);
  close (descriptor);
  if (count <= 0)
    return FALSE;

  return (count >= 2 && memcmp (bytes, "#!", 2) == 0) || !g_utf8_validate_len (bytes, (gsize) count, NULL);
}

static gboolean
is_external (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 && S_ISREG (status.st_mode) && access (path, X_OK) == 0
         && has_fitting_contents (path);
}

static gboolean
is_directory (const char *path)
{
  struct stat status;

  return lstat (path, &status) == 0 && S_ISDIR (status.st_mode);
}

/* Everybody who reads the log or the state file meets it. */
static gboolean
check_name (const char *name, const char *path, GError **error)
{
  gboolean is_good = g_utf8_validate (name, -1, NULL);

  for (const char *c = name; is_good && *c != '\0'; c++)
    is_good = (guchar) *c >= 0x20 && *c != 0x7f;

  return is_good || reactive_module_fail (error, path, "the name of a handler is UTF-8 without control characters");
}

/* Adds what is in @directory, which is named from @charm_dir on; no such directory is nothing. */
static gboolean
add_directory (const char *charm_dir, const char *directory, guint depth, GPtrArray *names, GError **error)
{
  g_autofree char *directory_path = g_build_filename (charm_dir, directory, NULL);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory_path, 0, &local_error);
  const char *name;

  if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    return TRUE;
  if (dir == NULL)
    return reactive_fail (error, REACTIVE_ERROR_MODULE, "%s", local_error->message);

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = NULL;

      if (*name == '.' || strcmp (name, "__pycache__") == 0 || is_of_others (name))
        continue;

      path = g_build_filename (directory_path, name, NULL);
      if (is_directory (path))
        {
          g_autofree char *below = g_build_filename (directory, name, NULL);

          if (depth == MAX_DEPTH)
            return reactive_module_fail (error, path, "directories of handlers are too deep");
          if (!add_directory (charm_dir, below, depth + 1, names, error))
            return FALSE;
        }
      else if (has_fitting_name (name) && is_external (path))
        {
          if (!check_name (name, path, error))
            return FALSE;
          g_ptr_array_add (names, g_build_filename (directory, name, NULL));
        }
    }

  return TRUE;
}

GPtrArray *
reactive_externals_find (const char *charm_dir, GError **error)
{
  static const char *const directories[] = { "reactive", "hooks/reactive", "hooks/relations" };
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (g_free);

      if (!add_directory (charm_dir, directories[i], 0, found, error))
        return NULL;
      g_ptr_array_sort (found, reactive_text_compare_items);
      g_ptr_array_extend_and_steal (names, g_steal_pointer (&found));
    }

  return g_steal_pointer (&names);
}
