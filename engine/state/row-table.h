/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state/store.h"

/* What a row costs beside its texts, so that a state of many tiny rows stays within the limit, too. */
#define REACTIVE_ROW_OVERHEAD_BYTES 64

/* The rows of a store: each as it was committed and as the hook sees it. Found by key in constant time, walked in key
 * order. */
typedef struct _ReactiveRowTable ReactiveRowTable;

/* @text NULL: the row has gone. @exists: there is a committed row of that key. */
typedef gboolean (*ReactiveRowTableChangeFunc) (const char *key, const char *text, gboolean exists, gpointer user_data,
                                                GError **error);

ReactiveRowTable *reactive_row_table_new (void);
void reactive_row_table_free (ReactiveRowTable *table);

/* Adds a committed row; before any other use of the table. Neither text need end with a NUL. */
void reactive_row_table_load (ReactiveRowTable *table, const char *key, gsize key_bytes, const char *text,
                              gsize text_bytes);
/* Whether load was given a key twice. Such a table is good for nothing but to be freed. */
gboolean reactive_row_table_has_repeated_key (ReactiveRowTable *table);
/* Of what the hook sees, with something for each row. */
gsize reactive_row_table_get_size_bytes (ReactiveRowTable *table);

/* (nullable): valid until that key changes or the changes are settled. */
const char *reactive_row_table_get (ReactiveRowTable *table, const char *key);
void reactive_row_table_set (ReactiveRowTable *table, const char *key, const char *text);
void reactive_row_table_unset (ReactiveRowTable *table, const char *key);
void reactive_row_table_unset_prefix (ReactiveRowTable *table, const char *prefix);
/* In key order (bytes). @func must not change the table. */
void reactive_row_table_foreach (ReactiveRowTable *table, const char *prefix, ReactiveStoreFunc func,
                                 gpointer user_data);

/* Changes that were taken back do not count. */
gboolean reactive_row_table_has_changes (ReactiveRowTable *table);
/* In the order in which the rows were first changed; ends when @func returns FALSE. */
gboolean reactive_row_table_foreach_change (ReactiveRowTable *table, ReactiveRowTableChangeFunc func,
                                            gpointer user_data, GError **error);
/* Makes what the hook sees the committed state (@keep), or the other way round. */
void reactive_row_table_settle (ReactiveRowTable *table, gboolean keep);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveRowTable, reactive_row_table_free)
