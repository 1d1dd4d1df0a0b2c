/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Digests of what units say in relations, by the text: most of it is heard by many units, in many hooks. */
typedef struct _ReactiveDigestCache ReactiveDigestCache;

ReactiveDigestCache *reactive_digest_cache_new (void);
void reactive_digest_cache_free (ReactiveDigestCache *cache);
/* As reactive_text_digest(). Free with g_free(). */
char *reactive_digest_cache_get (ReactiveDigestCache *cache, const char *text, gsize length_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveDigestCache, reactive_digest_cache_free)
