/* SPDX-License-Identifier: Apache-2.0 */
#include "author/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#define FIRST_TIME 315532800 /* 1980-01-01 */
#define LAST_TIME 4354819198 /* 2107-12-31, 23:59:58 */

typedef struct archive WrittenArchive;
typedef struct archive_entry WrittenEntry;
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WrittenArchive, archive_write_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WrittenEntry, archive_entry_free)

gboolean
reactive_archive_get_time (gint64 *out_time, GError **error)
{
  const char *text = g_getenv ("SOURCE_DATE_EPOCH");
  gint64 time = FIRST_TIME;

  if (text != NULL && *text != '\0' && !g_ascii_string_to_signed (text, 10, 0, G_MAXINT64, &time, NULL))
    return reactive_fail (error, REACTIVE_ERROR_USAGE, "SOURCE_DATE_EPOCH is '%s' (expected seconds since 1970)", text);

  *out_time = CLAMP (time, FIRST_TIME, LAST_TIME);
  return TRUE;
}

static la_ssize_t
append (WrittenArchive *archive, void *data, const void *bytes, size_t size)
{
  g_byte_array_append (data, bytes, (guint) size);
  return (la_ssize_t) size;
}

static gboolean
fail (WrittenArchive *archive, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_FAILED, "cannot make the archive: %s", archive_error_string (archive));
}

static gboolean
write_entry (WrittenArchive *archive, const ReactiveContentsEntry *entry, gint64 time, GError **error)
{
  g_autoptr (WrittenEntry) header = archive_entry_new ();
  gsize size;
  gconstpointer data = g_bytes_get_data (entry->bytes, &size);

  archive_entry_set_pathname (header, entry->name);
  archive_entry_set_filetype (header, AE_IFREG);
  archive_entry_set_perm (header, entry->is_executable ? 0755 : 0644);
  archive_entry_set_size (header, (la_int64_t) size);
  archive_entry_set_mtime (header, (time_t) time, 0);
  archive_entry_set_uid (header, 0);
  archive_entry_set_gid (header, 0);

  if (archive_write_header (archive, header) != ARCHIVE_OK)
    return fail (archive, error);
  if (size > 0 && archive_write_data (archive, data, size) != (la_ssize_t) size)
    return fail (archive, error);

  return TRUE;
}

GBytes *
reactive_archive_make (const ReactiveContents *contents, gint64 time, GError **error)
{
  g_autoptr (WrittenArchive) archive = archive_write_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  if (archive_write_set_format_zip (archive) != ARCHIVE_OK
      || archive_write_set_format_option (archive, "zip", "compression", "deflate") != ARCHIVE_OK
      || archive_write_open (archive, bytes, NULL, append, NULL) != ARCHIVE_OK)
    {
      fail (archive, error);
      return NULL;
    }

  for (guint i = 0; i < reactive_contents_get_length (contents); i++)
    if (!write_entry (archive, reactive_contents_get_entry (contents, i), time, error))
      return NULL;

  if (archive_write_close (archive) != ARCHIVE_OK)
    {
      fail (archive, error);
      return NULL;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}
