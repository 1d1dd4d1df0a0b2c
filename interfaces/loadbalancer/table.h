/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>
#include <reactive/json.h>

/* Rows of JSON by a key, which an endpoint remembers from hook to hook. Each row is a state of its own, so that a
 * change costs what is changed; what keys there are is one more. */
typedef struct _LBTable LBTable;

/* @name: of the table, unique in the interface; borrowed */
LBTable *lb_table_load (ReactiveEndpoint *endpoint, const char *name);
void lb_table_free (LBTable *table);

/* The rows that were loaded. */
guint lb_table_get_length (const LBTable *table);
const char *lb_table_get_key (const LBTable *table, guint index);
const ReactiveJson *lb_table_get_row (const LBTable *table, guint index);

/* @row (transfer full) (nullable): NULL removes it. */
void lb_table_set (LBTable *table, const char *key, ReactiveJson *row);
/* To be called once after rows were added; a key whose row is gone does no harm until then. */
void lb_table_save_keys (LBTable *table);

/* Adds @text (nullable), or null, to a row. */
void lb_row_add_text (ReactiveJson *row, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LBTable, lb_table_free)
