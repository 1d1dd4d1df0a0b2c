/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/file-tree.h"
#include "base/error.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_DEPTH 40
#define MAX_OPEN_DIRECTORIES 16

typedef struct
{
  const char *root;  /* of the source, without links */
  gboolean is_built; /* whether it is the build directory of a charm */
  guint depth;
} Copy;

static gboolean copy_entry (Copy *copy, const char *source, const char *target, GError **error);

static gboolean
fail (const char *path, GError **error)
{
  int code = errno;

  return reactive_fail (error, code == ENOENT ? REACTIVE_ERROR_NOT_FOUND : REACTIVE_ERROR_FAILED, "%s: %s", path,
                        g_strerror (code));
}

/* As `juju deploy ./DIRECTORY` leaves them out; and what meson and ninja have in the directory where a charm is built,
 * which is many times what the charm is. */
static gboolean
is_left_behind (const Copy *copy, const char *name)
{
  static const char *const names[] = { ".git", ".svn", ".hg", ".bzr", ".tox", NULL };

  if (g_strv_contains (names, name))
    return TRUE;

  return copy->is_built
         && (g_str_has_prefix (name, "meson-") || g_str_has_prefix (name, ".ninja_") || g_str_has_suffix (name, ".p"));
}

static gboolean
copy_bytes (int from, int to)
{
  struct stat status;
  ssize_t n_sent;

  do
    n_sent = sendfile (to, from, NULL, 1u << 30);
  while (n_sent > 0 || (n_sent < 0 && errno == EINTR));

  return n_sent == 0 && fstat (from, &status) == 0 && fchmod (to, status.st_mode & 07777) == 0;
}

static gboolean
copy_file (const char *source, const char *target, GError **error)
{
  int from = open (source, O_RDONLY | O_CLOEXEC);
  int to;
  gboolean ok;

  if (from < 0)
    return fail (source, error);

  unlink (target);
  to = open (target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  ok = to >= 0 && copy_bytes (from, to);
  if (!ok)
    fail (target, error);
  if (to >= 0)
    close (to);
  close (from);

  return ok;
}

static gboolean
copy_link (Copy *copy, const char *source, const char *target, GError **error)
{
  g_autofree char *text = g_file_read_link (source, NULL);
  g_autofree char *real = realpath (source, NULL);
  gboolean is_within = real != NULL && g_str_has_prefix (real, copy->root) && real[strlen (copy->root)] == '/';

  if (text == NULL || real == NULL)
    return fail (source, error);
  if (!g_path_is_absolute (text) && !is_within)
    return copy_entry (copy, real, target, error);

  unlink (target);

  return symlink (text, target) == 0 || fail (target, error);
}

/* Sorted, so that what fails first does not depend on the file system. */
static GPtrArray *
list_names (const Copy *copy, const char *directory, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  if (dir == NULL)
    {
      fail (directory, error);
      return NULL;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (!is_left_behind (copy, name))
      g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, reactive_text_compare_items);

  return g_steal_pointer (&names);
}

static gboolean
copy_directory (Copy *copy, const char *source, const char *target, GError **error)
{
  g_autoptr (GPtrArray) names = list_names (copy, source, error);

  if (names == NULL)
    return FALSE;
  if (copy->depth == MAX_DEPTH)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: too deep a directory", source);
  if (g_mkdir_with_parents (target, 0755) != 0)
    return fail (target, error);

  copy->depth++;
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *from = g_build_filename (source, names->pdata[i], NULL);
      g_autofree char *to = g_build_filename (target, names->pdata[i], NULL);

      if (!copy_entry (copy, from, to, error))
        return FALSE;
    }
  copy->depth--;

  return TRUE;
}

/* Sockets and devices are not part of a charm. */
static gboolean
copy_entry (Copy *copy, const char *source, const char *target, GError **error)
{
  struct stat status;

  if (lstat (source, &status) != 0)
    return fail (source, error);
  if (S_ISLNK (status.st_mode))
    return copy_link (copy, source, target, error);
  if (S_ISDIR (status.st_mode))
    return copy_directory (copy, source, target, error);

  return !S_ISREG (status.st_mode) || copy_file (source, target, error);
}

gboolean
reactive_file_tree_copy (const char *source, const char *target, GError **error)
{
  g_autofree char *root = realpath (source, NULL);
  g_autofree char *build_file = g_build_filename (source, "build.ninja", NULL);
  Copy copy = { .root = root, .is_built = g_file_test (build_file, G_FILE_TEST_EXISTS) };

  return root != NULL ? copy_directory (&copy, root, target, error) : fail (source, error);
}

gboolean
reactive_file_tree_remove_old (const char *source, const char *newer, const char *target, GError **error)
{
  const Copy copy = { .root = source };
  g_autoptr (GPtrArray) names = list_names (&copy, source, error);

  if (names == NULL)
    return FALSE;

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *old = g_build_filename (source, names->pdata[i], NULL);
      g_autofree char *now = g_build_filename (newer, names->pdata[i], NULL);
      g_autofree char *placed = g_build_filename (target, names->pdata[i], NULL);
      struct stat status;

      if (lstat (now, &status) != 0)
        reactive_file_tree_remove (placed);
      else if (g_file_test (old, G_FILE_TEST_IS_DIR) && S_ISDIR (status.st_mode)
               && !reactive_file_tree_remove_old (old, now, placed, error))
        return FALSE;
    }

  return TRUE;
}

static int
remove_one (const char *path, const struct stat *status, int type, struct FTW *place)
{
  return g_remove (path);
}

gboolean
reactive_file_tree_remove (const char *path)
{
  return nftw (path, remove_one, MAX_OPEN_DIRECTORIES, FTW_DEPTH | FTW_PHYS) == 0;
}
