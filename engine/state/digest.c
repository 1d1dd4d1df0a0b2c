/* SPDX-License-Identifier: Apache-2.0 */
#include "state/digest.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"

#define DIGEST_LENGTH 32 /* hexadecimal digits of an MD5 */
#define READ_BYTES (64 * 1024)

/**
 * reactive_json_digest:
 * @data: (nullable): a value; %NULL stands for null
 *
 * The digest that charms.reactive keeps of data: MD5 of `json.dumps (data, sort_keys=True)`.
 *
 * Returns: (transfer full): 32 hexadecimal digits
 */
char *
reactive_json_digest (const ReactiveJson *data)
{
  g_autofree char *text = data == NULL ? g_strdup ("null") : reactive_json_to_text (data, REACTIVE_JSON_SORT_KEYS);

  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);

  g_checksum_update (checksum, (const guchar *) text, -1);

  return g_strdup (g_checksum_get_string (checksum));
}

char *
reactive_text_digest (const char *text, gsize length_bytes)
{
  g_autoptr (ReactiveJson) value = reactive_json_parse_loosely (text, length_bytes);

  return reactive_json_digest (value);
}

/* Whether @stored, any JSON text of a string, is @digest. A digest of another kind, as charms.reactive makes when it
 * is asked for SHA-256, is merely different. */
static gboolean
is_digest (const char *stored, const char *digest)
{
  g_autoptr (ReactiveJson) value = NULL;

  if (stored == NULL)
    return FALSE;
  /* As it is nearly always written. */
  if (strlen (stored) == DIGEST_LENGTH + 2 && strspn (stored + 1, "0123456789abcdef") == DIGEST_LENGTH)
    return memcmp (stored + 1, digest, DIGEST_LENGTH) == 0;

  value = reactive_json_parse (stored, -1, REACTIVE_JSON_PYTHON, NULL);
  return value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_STRING
         && strcmp (reactive_json_get_string (value, NULL), digest) == 0;
}

/**
 * reactive_store_is_data_changed:
 * @store: a store
 * @id: name of the data
 * @data: (nullable): the data; %NULL stands for null
 *
 * As charms.reactive's `is_data_changed()`: only asks.
 *
 * Returns: %TRUE if @data differs from what reactive_store_data_changed() last saw under @id, or if it saw none
 */
gboolean
reactive_store_is_data_changed (ReactiveStore *store, const char *id, const ReactiveJson *data)
{
  g_autofree char *key = NULL;
  g_autofree char *digest = NULL;

  g_assert (store != NULL && id != NULL);

  key = g_strconcat (REACTIVE_DATA_CHANGED_PREFIX, id, NULL);
  digest = reactive_json_digest (data);
  return !is_digest (reactive_store_get (store, key), digest);
}

/**
 * reactive_store_data_changed:
 * @store: a store
 * @id: name of the data
 * @data: (nullable): the data; %NULL stands for null
 *
 * As charms.reactive's `data_changed()`: asks, and remembers @data.
 *
 * Returns: as reactive_store_is_data_changed()
 */
gboolean
reactive_store_data_changed (ReactiveStore *store, const char *id, const ReactiveJson *data)
{
  g_autofree char *key = g_strconcat (REACTIVE_DATA_CHANGED_PREFIX, id, NULL);
  g_autofree char *digest = reactive_json_digest (data);

  return reactive_store_digest_changed (store, key, digest);
}

gboolean
reactive_store_digest_changed (ReactiveStore *store, const char *key, const char *digest)
{
  char text[DIGEST_LENGTH + 3];

  g_assert (store != NULL && key != NULL && strlen (digest) == DIGEST_LENGTH);

  if (is_digest (reactive_store_get (store, key), digest))
    return FALSE;

  text[0] = text[DIGEST_LENGTH + 1] = '"';
  memcpy (text + 1, digest, DIGEST_LENGTH);
  text[DIGEST_LENGTH + 2] = '\0';
  reactive_store_set (store, key, text);

  return TRUE;
}

static gboolean
set_file_error (GError **error, const char *path)
{
  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: cannot be read: %s", path, g_strerror (errno));
}

static gboolean
digest_contents (int fd, const char *path, char **out_digest, GError **error)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_MD5);
  g_autofree guchar *buffer = g_malloc (READ_BYTES);

  for (;;)
    {
      gssize n_bytes = TEMP_FAILURE_RETRY (read (fd, buffer, READ_BYTES));

      if (n_bytes < 0)
        return set_file_error (error, path);
      if (n_bytes == 0)
        break;
      g_checksum_update (checksum, buffer, n_bytes);
    }

  *out_digest = g_strdup (g_checksum_get_string (checksum));
  return TRUE;
}

static gboolean
digest_descriptor (int fd, const char *path, char **out_digest, GError **error)
{
  struct stat status;

  if (fstat (fd, &status) != 0)
    return set_file_error (error, path);
  if (!S_ISREG (status.st_mode))
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: not a regular file", path);
  return digest_contents (fd, path, out_digest, error);
}

/**
 * reactive_file_digest:
 * @path: a file
 * @out_digest: (out) (transfer full) (nullable): MD5 of its contents as 32 hexadecimal digits; %NULL if there is none
 * @error: return location for an error
 *
 * As charmhelpers' `file_hash()`, but for a file that is there and cannot be read.
 *
 * Returns: %TRUE, or %FALSE with an error: #REACTIVE_ERROR_BAD_DATA (not a regular file) or #REACTIVE_ERROR_FAILED
 */
gboolean
reactive_file_digest (const char *path, char **out_digest, GError **error)
{
  gboolean is_read;
  int fd;

  g_assert (path != NULL && out_digest != NULL);

  /* O_NONBLOCK: a FIFO without a writer would hold us for ever. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0 && (errno == ENOENT || errno == ENOTDIR))
    {
      *out_digest = NULL;
      return TRUE;
    }
  if (fd < 0)
    return set_file_error (error, path);

  is_read = digest_descriptor (fd, path, out_digest, error);
  close (fd);
  return is_read;
}
