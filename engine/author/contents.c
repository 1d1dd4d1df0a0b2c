/* SPDX-License-Identifier: Apache-2.0 */
#include "author/contents.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "simulator/file-tree.h"

struct _ReactiveContents
{
  GPtrArray *entries; /* (element-type ReactiveContentsEntry): sorted */
  guint64 size_bytes;
};

static void
entry_free (gpointer data)
{
  ReactiveContentsEntry *entry = data;

  g_free (entry->name);
  g_bytes_unref (entry->bytes);
  g_free (entry);
}

ReactiveContents *
reactive_contents_new (void)
{
  ReactiveContents *contents = g_new0 (ReactiveContents, 1);

  contents->entries = g_ptr_array_new_with_free_func (entry_free);
  return contents;
}

void
reactive_contents_free (ReactiveContents *contents)
{
  if (contents == NULL)
    return;

  g_ptr_array_unref (contents->entries);
  g_free (contents);
}

static gboolean
fail (GError **error, const char *name, const char *what)
{
  g_autofree char *shown = g_utf8_make_valid (name, -1);

  for (char *c = shown; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = '?';
  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: %s", shown, what);
}

static gboolean
check_name (const char *name, GError **error)
{
  g_auto (GStrv) parts = NULL;

  if (!g_utf8_validate (name, -1, NULL))
    return fail (error, name, "the file's name is not UTF-8");
  if (strlen (name) > REACTIVE_CONTENTS_MAX_NAME_BYTES)
    return fail (error, name, "the file's name is too long");
  for (const char *c = name; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)) || *c == '\\')
      return fail (error, name, "the file's name has a control character or a backslash");

  parts = g_strsplit (name, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] == '\0' || strcmp (parts[i], ".") == 0 || strcmp (parts[i], "..") == 0)
      return fail (error, name, "not a name inside of the charm");

  return *name != '\0' || fail (error, name, "not a name inside of the charm");
}

/* Where @name is, or would be. */
static guint
find_place (const ReactiveContents *contents, const char *name, gboolean *out_is_there)
{
  guint low = 0, high = contents->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;
      const ReactiveContentsEntry *entry = g_ptr_array_index (contents->entries, middle);

      if (strcmp (entry->name, name) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  *out_is_there = low < contents->entries->len && strcmp (reactive_contents_get_entry (contents, low)->name, name) == 0;
  return low;
}

/* A name cannot be that of a file and of a directory. */
static gboolean
check_directories (const ReactiveContents *contents, const char *name, GError **error)
{
  g_autofree char *below = g_strconcat (name, "/", NULL);
  gboolean is_there;
  guint place = find_place (contents, below, &is_there);

  if (place < contents->entries->len && g_str_has_prefix (reactive_contents_get_entry (contents, place)->name, below))
    return fail (error, name, "a file, but the archive needs a directory of this name");

  for (const char *slash = strchr (name, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *parent = g_strndup (name, (gsize) (slash - name));

      if (reactive_contents_find (contents, parent) != NULL)
        return fail (error, parent, "a file, but the archive needs a directory of this name");
    }

  return TRUE;
}

gboolean
reactive_contents_add (ReactiveContents *contents, const char *name, GBytes *bytes, gboolean is_executable,
                       GError **error)
{
  ReactiveContentsEntry *entry;
  gboolean is_there;
  guint place;

  if (!check_name (name, error))
    return FALSE;
  place = find_place (contents, name, &is_there);
  if (is_there)
    return fail (error, name, "the charm has a file of this name, which the archive needs for another one");
  if (!check_directories (contents, name, error))
    return FALSE;
  if (contents->entries->len >= REACTIVE_CONTENTS_MAX_ENTRIES)
    return fail (error, name, "too many files");
  if (contents->size_bytes + g_bytes_get_size (bytes) > REACTIVE_CONTENTS_MAX_BYTES)
    return fail (error, name, "too large: with it the charm has more than 256 MiB");

  entry = g_new (ReactiveContentsEntry, 1);
  *entry = (ReactiveContentsEntry){ g_strdup (name), g_bytes_ref (bytes), is_executable };
  g_ptr_array_insert (contents->entries, (int) place, entry);
  contents->size_bytes += g_bytes_get_size (bytes);
  return TRUE;
}

gboolean
reactive_contents_add_file (ReactiveContents *contents, const char *name, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  struct stat status;
  char *text;
  gsize size;

  if (!check_name (name, error))
    return FALSE;
  text = reactive_file_read (path, REACTIVE_CONTENTS_MAX_BYTES, &size, error);
  if (text == NULL)
    return FALSE;

  bytes = g_bytes_new_take (text, size);
  return reactive_contents_add (contents, name, bytes, stat (path, &status) == 0 && (status.st_mode & S_IXUSR) != 0,
                                error);
}

void
reactive_contents_replace (ReactiveContents *contents, guint index, GBytes *bytes, gboolean is_executable)
{
  ReactiveContentsEntry *entry = g_ptr_array_index (contents->entries, index);

  contents->size_bytes += g_bytes_get_size (bytes);
  contents->size_bytes -= g_bytes_get_size (entry->bytes);
  g_bytes_ref (bytes);
  g_bytes_unref (entry->bytes);
  entry->bytes = bytes;
  entry->is_executable = is_executable;
}

guint
reactive_contents_get_length (const ReactiveContents *contents)
{
  return contents->entries->len;
}

const ReactiveContentsEntry *
reactive_contents_get_entry (const ReactiveContents *contents, guint index)
{
  return g_ptr_array_index (contents->entries, index);
}

const ReactiveContentsEntry *
reactive_contents_find (const ReactiveContents *contents, const char *name)
{
  gboolean is_there;
  guint place = find_place (contents, name, &is_there);

  return is_there ? reactive_contents_get_entry (contents, place) : NULL;
}

guint64
reactive_contents_get_size (const ReactiveContents *contents)
{
  return contents->size_bytes;
}

/*
 * Unpacking
 */

static gboolean
make_directory (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0755) == 0)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: cannot be made: %s", path, g_strerror (errno));
}

static gboolean
check_is_empty (const char *directory, GError **error)
{
  g_autoptr (GError) reason = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &reason);

  if (dir == NULL)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s", reason->message);
  if (g_dir_read_name (dir) == NULL)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: not empty", directory);
}

static gboolean
write_entry (const ReactiveContentsEntry *entry, const char *directory, GError **error)
{
  g_autofree char *path = g_build_filename (directory, entry->name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  gsize size;
  const char *data = g_bytes_get_data (entry->bytes, &size);

  return make_directory (parent, error)
         && reactive_file_write (path, data, size, entry->is_executable ? 0755 : 0644, -1, -1, error);
}

/* Of @directory, which was empty: what was written up to a failure. */
static void
remove_entries (const ReactiveContents *contents, const char *directory)
{
  for (guint i = 0; i < contents->entries->len; i++)
    {
      const char *name = reactive_contents_get_entry (contents, i)->name;
      g_autofree char *top = g_strndup (name, strcspn (name, "/"));
      g_autofree char *path = g_build_filename (directory, top, NULL);

      reactive_file_tree_remove (path);
    }
}

gboolean
reactive_contents_unpack (const ReactiveContents *contents, const char *directory, GError **error)
{
  if (!make_directory (directory, error) || !check_is_empty (directory, error))
    return FALSE;

  for (guint i = 0; i < contents->entries->len; i++)
    if (!write_entry (reactive_contents_get_entry (contents, i), directory, error))
      {
        remove_entries (contents, directory);
        return FALSE;
      }

  return TRUE;
}
