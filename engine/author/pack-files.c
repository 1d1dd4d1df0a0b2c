/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "author/pack.h"
#include "base/text.h"

/* The files that a charm consists of, apart from what is made of its metadata, its dispatch and its libraries. */

#define MAX_DEPTH 32

/* Juju and charmcraft know these; the licence belongs to what is given away. metadata.yaml, config.yaml and
 * actions.yaml have their own step. */
static const char *const top_files[]
    = { "copyright", "icon.svg", "layer.yaml", "lxd-profile.yaml", "metrics.yaml", "revision", "version", NULL };
static const char *const top_prefixes[] = { "COPYING", "LICENCE", "LICENSE", "NOTICE", "README", NULL };
static const char *const top_directories[] = { "actions", "bin", "files", "hooks", "templates", NULL };

/* What a directory of handlers has beside them. */
static const char *const source_suffixes[]
    = { ".a", ".c", ".cc", ".cpp", ".h", ".hpp", ".o", ".so", "Makefile", "meson.build", NULL };

/* Of version control, as Juju leaves them out. */
static const char *const skipped[] = { ".bzr", ".git", ".hg", ".svn", "__pycache__", NULL };

/* @root: pack->directory or pack->build_directory. */
static void add_path (ReactivePack *pack, const char *root, const char *name, guint depth);

/* Of a directory that need not be there. */
static GPtrArray *
list_directory (ReactivePack *pack, const char *path)
{
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (path, 0, &error);
  const char *name;

  if (dir == NULL && !g_error_matches (error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
    g_ptr_array_add (pack->complaints, g_strdup (error->message));
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, reactive_text_compare_items);

  return names;
}

static gboolean
is_below (const char *real, const char *directory)
{
  char *real_directory = realpath (directory, NULL);
  gboolean is
      = real_directory != NULL && g_str_has_prefix (real, real_directory) && real[strlen (real_directory)] == '/';

  free (real_directory);
  return is;
}

/* The file that a link in the charm stands for goes into the archive; it must belong to the charm. */
static gboolean
check_link (ReactivePack *pack, const char *name, const char *path)
{
  g_autofree char *target = g_file_read_link (path, NULL);
  char *real = realpath (path, NULL);
  gboolean ok = FALSE;

  if (target == NULL || real == NULL)
    reactive_pack_complain (pack, name, "a link to nothing");
  else if (g_path_is_absolute (target))
    reactive_pack_complain (pack, name,
                            "a link by an absolute path, which is another file where the charm is deployed");
  else if (!is_below (real, pack->directory) && !is_below (real, pack->build_directory))
    reactive_pack_complain (pack, name, "a link that leads out of the charm");
  else
    ok = TRUE;

  free (real);
  return ok;
}

static void
add_directory (ReactivePack *pack, const char *root, const char *name, guint depth)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  g_autoptr (GPtrArray) names = list_directory (pack, path);

  if (depth > MAX_DEPTH)
    {
      pack->is_too_deep = TRUE;
      reactive_pack_complain (pack, name, "directories in directories, more than %d deep", MAX_DEPTH);
      return;
    }

  for (guint i = 0; i < names->len && !pack->is_too_deep; i++)
    {
      g_autofree char *entry = g_build_filename (name, g_ptr_array_index (names, i), NULL);

      if (!g_strv_contains (skipped, g_ptr_array_index (names, i)))
        add_path (pack, root, entry, depth + 1);
    }
}

/* What the charm has of its own goes before what was built. */
static gboolean
is_added (const ReactivePack *pack, const char *name, const char *path, gboolean is_built)
{
  const char *origin = g_hash_table_lookup (pack->origins, name);

  return origin != NULL && (is_built || strcmp (origin, path) == 0);
}

static void
add_path (ReactivePack *pack, const char *root, const char *name, guint depth)
{
  g_autofree char *path = g_build_filename (root, name, NULL);
  gboolean is_built = root == pack->build_directory;
  struct stat status;

  if (is_added (pack, name, path, is_built))
    return;
  if (lstat (path, &status) == 0 && S_ISLNK (status.st_mode) && !check_link (pack, name, path))
    return;

  if (stat (path, &status) != 0)
    reactive_pack_complain (pack, name, "cannot be looked at");
  /* There Meson keeps what it makes a target of. */
  else if (S_ISDIR (status.st_mode) && is_built && g_str_has_suffix (name, ".p"))
    return;
  else if (S_ISDIR (status.st_mode))
    add_directory (pack, root, name, depth);
  else if (S_ISREG (status.st_mode))
    reactive_pack_add_file (pack, name, path);
  else
    reactive_pack_complain (pack, name, "neither a file nor a directory");
}

static gboolean
has_affix (const char *name, const char *const *affixes, gboolean (*has) (const char *name, const char *affix))
{
  for (; *affixes != NULL; affixes++)
    if (has (name, *affixes))
      return TRUE;

  return FALSE;
}

static gboolean
has_prefix (const char *name, const char *prefix)
{
  return g_str_has_prefix (name, prefix);
}

static gboolean
has_suffix (const char *name, const char *suffix)
{
  return g_str_has_suffix (name, suffix);
}

static void
add_top (ReactivePack *pack, const char *root)
{
  g_autoptr (GPtrArray) names = list_directory (pack, root);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (g_strv_contains (top_files, name) || g_strv_contains (top_directories, name)
          || (root == pack->directory && has_affix (name, top_prefixes, has_prefix)))
        add_path (pack, root, name, 0);
    }
}

/*
 * reactive/
 */

/* Handlers in other languages, and what they read. */
static void
add_sources_of_handlers (ReactivePack *pack)
{
  g_autofree char *directory = g_build_filename (pack->directory, "reactive", NULL);
  g_autoptr (GPtrArray) names = list_directory (pack, directory);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *name = g_build_filename ("reactive", g_ptr_array_index (names, i), NULL);

      if (!has_affix (name, source_suffixes, has_suffix) && !g_strv_contains (skipped, g_ptr_array_index (names, i))
          && !g_str_has_suffix (name, ".so.p"))
        add_path (pack, pack->directory, name, 0);
    }
}

static gboolean
is_built_handler (const char *path)
{
  struct stat status;

  return stat (path, &status) == 0 && S_ISREG (status.st_mode)
         && (g_str_has_suffix (path, ".so") || (status.st_mode & S_IXUSR) != 0);
}

static void
add_built_handlers (ReactivePack *pack)
{
  g_autofree char *directory = g_build_filename (pack->build_directory, "reactive", NULL);
  g_autoptr (GPtrArray) names = list_directory (pack, directory);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *name = g_build_filename ("reactive", g_ptr_array_index (names, i), NULL);
      g_autofree char *path = g_build_filename (pack->build_directory, name, NULL);

      if (*(const char *) g_ptr_array_index (names, i) != '.' && is_built_handler (path)
          && reactive_contents_find (pack->contents, name) == NULL)
        reactive_pack_add_file (pack, name, path);
    }
}

static gboolean
has_handlers (const ReactivePack *pack)
{
  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    {
      const ReactiveContentsEntry *entry = reactive_contents_get_entry (pack->contents, i);

      if (g_str_has_prefix (entry->name, "reactive/")
          && (g_str_has_suffix (entry->name, ".so") || entry->is_executable))
        return TRUE;
    }

  return FALSE;
}

/* @path is taken from the charm's directory on, which it may not leave. */
static void
add_more (ReactivePack *pack, const char *path)
{
  g_autofree char *directory = g_canonicalize_filename (pack->directory, NULL);
  g_autofree char *full = g_canonicalize_filename (path, directory);
  gsize length = strlen (directory);

  if (g_str_has_prefix (full, directory) && full[length] == '/' && full[length + 1] != '\0')
    add_path (pack, pack->directory, full + length + 1, 0);
  else
    reactive_pack_complain (pack, path, "not inside of the charm's directory");
}

gboolean
reactive_pack_add_files (ReactivePack *pack, const char *const *more, GError **error)
{
  add_top (pack, pack->directory);
  /* A version that is written by a command, programs for actions. */
  if (strcmp (pack->build_directory, pack->directory) != 0)
    add_top (pack, pack->build_directory);
  add_sources_of_handlers (pack);
  add_built_handlers (pack);
  for (; more != NULL && *more != NULL; more++)
    add_more (pack, *more);

  /* Complaints about handlers would only hide that there are none. */
  if (!has_handlers (pack) && pack->complaints->len == 0)
    {
      g_set_error (
          error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
          "there is no handler module in '%s/reactive', nor an executable in '%s/reactive': has the charm been "
          "built?",
          pack->build_directory, pack->directory);
      return FALSE;
    }

  return TRUE;
}
