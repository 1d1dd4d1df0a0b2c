/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state/store-image.h"

/* What a hook changes of a ReactiveStoreImage, before it is committed: what ReactiveRowTable is to a file. */
typedef struct _ReactiveOverlay ReactiveOverlay;

ReactiveOverlay *reactive_overlay_new (ReactiveStoreImage *image);
void reactive_overlay_free (ReactiveOverlay *overlay);

/* (nullable): valid until that key changes or the changes are settled. */
const char *reactive_overlay_get (ReactiveOverlay *overlay, const char *key);
void reactive_overlay_set (ReactiveOverlay *overlay, const char *key, const char *text);
void reactive_overlay_unset (ReactiveOverlay *overlay, const char *key);
void reactive_overlay_unset_prefix (ReactiveOverlay *overlay, const char *prefix);
/* In key order (bytes). @func must not change the rows. */
void reactive_overlay_foreach (ReactiveOverlay *overlay, const char *prefix, ReactiveStoreFunc func,
                               gpointer user_data);
/* Of what the hook sees, with something for each row. */
gsize reactive_overlay_get_size_bytes (ReactiveOverlay *overlay);
/* Writes the changes into the image (@keep), or forgets them. */
void reactive_overlay_settle (ReactiveOverlay *overlay, gboolean keep);
