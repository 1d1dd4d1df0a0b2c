/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/digest-cache.h"

#include <string.h>

#include "state/digest.h"

/* Longer texts are rare, and differ. */
#define MAX_TEXT_BYTES 256
#define MAX_ENTRIES 4096

struct _ReactiveDigestCache
{
  GHashTable *digests; /* text → digest */
};

ReactiveDigestCache *
reactive_digest_cache_new (void)
{
  ReactiveDigestCache *cache = g_new0 (ReactiveDigestCache, 1);

  cache->digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);

  return cache;
}

void
reactive_digest_cache_free (ReactiveDigestCache *cache)
{
  if (cache == NULL)
    return;

  g_hash_table_unref (cache->digests);
  g_free (cache);
}

char *
reactive_digest_cache_get (ReactiveDigestCache *cache, const char *text, gsize length_bytes)
{
  const char *known;
  char *digest;

  /* A text with NUL in it is no key. */
  if (length_bytes > MAX_TEXT_BYTES || strlen (text) != length_bytes)
    return reactive_text_digest (text, length_bytes);
  if ((known = g_hash_table_lookup (cache->digests, text)) != NULL)
    return g_strdup (known);

  digest = reactive_text_digest (text, length_bytes);
  if (g_hash_table_size (cache->digests) == MAX_ENTRIES)
    g_hash_table_remove_all (cache->digests);
  g_hash_table_insert (cache->digests, g_strdup (text), g_strdup (digest));

  return digest;
}
