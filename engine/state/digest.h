/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"
#include "state/store.h"

/* "reactive.data_changed.ID": whether @data differs from what was last seen under @id; TRUE the first time.
 * As charms.reactive.helpers.data_changed() and is_data_changed(); @data NULL is JSON null. */
gboolean reactive_store_is_data_changed (ReactiveStore *store, const char *id, const ReactiveJson *data);
gboolean reactive_store_data_changed (ReactiveStore *store, const char *id, const ReactiveJson *data);

/* The same of data of which the caller has the digest, 32 hexadecimal digits, and the whole key. */
#define REACTIVE_DATA_CHANGED_PREFIX "reactive.data_changed."
gboolean reactive_store_digest_changed (ReactiveStore *store, const char *key, const char *digest);

/* MD5 in hex of json.dumps (data, sort_keys=True). Free with g_free(). */
char *reactive_json_digest (const ReactiveJson *data);
/* That of the value that @text, UTF-8, is read as: JSON as Python takes it, else the text itself. Free with g_free().
 */
char *reactive_text_digest (const char *text, gsize length_bytes);

/* MD5 in hex of a file's contents, read in pieces; NULL without error when there is no such file. Free with g_free().
 * A file that cannot be read (a directory, no permission) is an error. */
gboolean reactive_file_digest (const char *path, char **out_digest, GError **error);
