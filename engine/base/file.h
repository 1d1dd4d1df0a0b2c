/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* Reads a whole regular file of at most @max_bytes; never blocks on a FIFO. The text is NUL-terminated, for the
 * caller to g_free(). Errors: NOT_FOUND, BAD_DATA (too large, not a regular file), FAILED. Messages begin with the
 * path. */
char *reactive_file_read (const char *path, gsize max_bytes, gsize *out_length_bytes, GError **error);

/* Replaces @path by way of a temporary file in the same directory: written, given, unless -1, @owner and @group, and
 * @mode, synced, then renamed, and the directory synced. The old file survives any failure but that of the last sync,
 * after which the new one stands, whole. Errors: NOT_FOUND (no such directory), FAILED. Messages begin with the path.
 */
gboolean reactive_file_write (const char *path, const char *contents, gsize length_bytes, guint mode, int owner,
                              int group, GError **error);
