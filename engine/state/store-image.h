/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state/store.h"
#include "state/texts.h"

/* What a unit-state file is on a disk, in memory: what is committed, small, and kept between the stores that are opened
 * on it. A store that is freed without a commit leaves it as it was. */
typedef struct _ReactiveStoreImage ReactiveStoreImage;

typedef enum
{
  REACTIVE_STORE_TRACE_WHOLE, /* as in a file */
  REACTIVE_STORE_TRACE_LAST,  /* the last hook and the actions behind it, without their events */
} ReactiveStoreTrace;

/* Shares equal keys and values with all images of @texts. */
ReactiveStoreImage *reactive_store_image_new (ReactiveTexts *texts, ReactiveStoreTrace trace);
void reactive_store_image_free (ReactiveStoreImage *image);

/* A store that reads and commits @image, which must outlive it; no second one meanwhile but for reading. */
ReactiveStore *reactive_store_open_image (ReactiveStoreImage *image);

/* For the store */

/* Both texts are of the image's ReactiveTexts. */
typedef struct
{
  const char *key;
  const char *text; /* of a change: NULL removes the row */
} ReactiveStoreRow;

ReactiveTexts *reactive_store_image_get_texts (ReactiveStoreImage *image);
/* In key order (bytes). */
const ReactiveStoreRow *reactive_store_image_get_rows (const ReactiveStoreImage *image, guint *out_n_rows);
/* Index of the first of @rows, from @first on, whose key is not before @key. */
guint reactive_store_rows_find (const ReactiveStoreRow *rows, guint first, guint n_rows, const char *key);
gsize reactive_store_row_measure (const char *key, const char *text);
/* With something for each row, as the rows of a file are counted. */
gsize reactive_store_image_get_size_bytes (const ReactiveStoreImage *image);
/* @changes, in key order, are taken over: the caller holds their texts no more. */
void reactive_store_image_apply (ReactiveStoreImage *image, const ReactiveStoreRow *changes, guint n_changes);
void reactive_store_image_add_trace (ReactiveStoreImage *image, const ReactiveTraceRow *row);
void reactive_store_image_foreach_trace (const ReactiveStoreImage *image, ReactiveTraceFunc func, gpointer user_data);
gboolean reactive_store_image_keeps_events (const ReactiveStoreImage *image);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveStoreImage, reactive_store_image_free)
