/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

/* Always FALSE, for the caller to return. */
static gboolean
fail (const char *path, const char *what, GError **error)
{
  int code = errno;
  gboolean is_missing = code == ENOENT || code == ENOTDIR;

  return reactive_fail (error, is_missing ? REACTIVE_ERROR_NOT_FOUND : REACTIVE_ERROR_FAILED, "%s: %s: %s", path, what,
                        g_strerror (code));
}

static int
close_file (int *descriptor)
{
  int result = *descriptor >= 0 ? close (*descriptor) : 0;

  *descriptor = -1;
  return result;
}

static void
close_file_quietly (int *descriptor)
{
  close_file (descriptor);
}

#define AUTO_CLOSE __attribute__ ((cleanup (close_file_quietly)))

/*
 * Reading
 */

static gboolean
check_readable (int descriptor, const char *path, gsize max_bytes, GError **error)
{
  struct stat status;

  if (fstat (descriptor, &status) != 0)
    return fail (path, "cannot be read", error);

  if (!S_ISREG (status.st_mode))
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: not a regular file", path);
  if ((guint64) status.st_size > max_bytes)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: larger than %" G_GSIZE_FORMAT " bytes", path, max_bytes);

  return TRUE;
}

/* Reads to the end, not up to the size: files of /proc say 0, and another process may be writing. */
static gboolean
read_contents (int descriptor, const char *path, gsize max_bytes, GString *contents, GError **error)
{
  char buffer[16384];

  for (;;)
    {
      ssize_t count = read (descriptor, buffer, sizeof buffer);

      if (count == 0)
        return TRUE;
      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return fail (path, "cannot be read", error);

      if ((gsize) count > max_bytes - contents->len)
        return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: larger than %" G_GSIZE_FORMAT " bytes", path,
                              max_bytes);
      g_string_append_len (contents, buffer, count);
    }
}

char *
reactive_file_read (const char *path, gsize max_bytes, gsize *out_length_bytes, GError **error)
{
  g_assert (path != NULL);

  /* O_NONBLOCK: opening a FIFO without a writer would wait for one. */
  AUTO_CLOSE int descriptor = open (path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  g_autoptr (GString) contents = NULL;

  if (descriptor < 0 && errno == ENXIO)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "%s: not a regular file", path); /* a socket */
      return NULL;
    }
  if (descriptor < 0)
    {
      fail (path, "cannot be opened", error);
      return NULL;
    }
  if (!check_readable (descriptor, path, max_bytes, error))
    return NULL;

  contents = g_string_new (NULL);
  if (!read_contents (descriptor, path, max_bytes, contents, error))
    return NULL;

  if (out_length_bytes != NULL)
    *out_length_bytes = contents->len;
  return g_string_free (g_steal_pointer (&contents), FALSE);
}

/*
 * Writing
 */

static gboolean
write_contents (int descriptor, const char *contents, gsize length_bytes)
{
  while (length_bytes > 0)
    {
      ssize_t count = write (descriptor, contents, length_bytes);

      if (count < 0 && errno == EINTR)
        continue;
      if (count < 0)
        return FALSE;

      contents += count;
      length_bytes -= (gsize) count;
    }

  return TRUE;
}

static int
sync_file (int descriptor)
{
  int result;

  do
    result = fsync (descriptor);
  while (result != 0 && errno == EINTR);

  return result;
}

/* So that the new name survives a power cut. Some file systems cannot sync a directory; they say EINVAL. */
static gboolean
sync_directory (const char *directory, GError **error)
{
  AUTO_CLOSE int descriptor = open (directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (descriptor < 0)
    return fail (directory, "cannot be opened", error);
  if (sync_file (descriptor) != 0 && errno != EINVAL)
    return fail (directory, "cannot be synced", error);

  return TRUE;
}

typedef struct
{
  guint mode;
  int owner;
  int group;
} Attributes;

/* Owner before mode: a change of owner takes the set-user-id bit away. */
static gboolean
fill_temporary (const char *temporary, int *descriptor, const char *contents, gsize length_bytes, Attributes attributes,
                GError **error)
{
  if (!write_contents (*descriptor, contents, length_bytes))
    return fail (temporary, "cannot be written", error);
  if ((attributes.owner != -1 || attributes.group != -1)
      && fchown (*descriptor, (uid_t) attributes.owner, (gid_t) attributes.group) != 0)
    return fail (temporary, "cannot be given its owner", error);
  if (fchmod (*descriptor, attributes.mode) != 0)
    return fail (temporary, "cannot be given its mode", error);
  if (sync_file (*descriptor) != 0)
    return fail (temporary, "cannot be synced", error);
  if (close_file (descriptor) != 0)
    return fail (temporary, "cannot be closed", error);

  return TRUE;
}

gboolean
reactive_file_write (const char *path, const char *contents, gsize length_bytes, guint mode, int owner, int group,
                     GError **error)
{
  g_assert (path != NULL);
  g_assert (contents != NULL || length_bytes == 0);

  g_autofree char *directory = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (directory, ".reactive-XXXXXX", NULL);
  AUTO_CLOSE int descriptor = mkostemp (temporary, O_CLOEXEC);
  Attributes attributes = { mode, owner, group };

  if (descriptor < 0)
    return fail (path, "cannot be replaced", error);

  if (!fill_temporary (temporary, &descriptor, contents, length_bytes, attributes, error))
    {
      g_prefix_error (error, "%s: ", path);
      g_unlink (temporary);
      return FALSE;
    }
  if (g_rename (temporary, path) != 0)
    {
      fail (path, "cannot be replaced", error);
      g_unlink (temporary);
      return FALSE;
    }

  if (!sync_directory (directory, error))
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }

  return TRUE;
}
