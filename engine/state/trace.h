/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state/database.h"
#include "state/store.h"

/* The trace of the last hooks, bounded in hooks and bytes: a table of the state file, or a list in memory. */

/* One row cut to the limits, in memory of its own. */
typedef struct _ReactiveTraceEntry ReactiveTraceEntry;

/* @entries: an array made by reactive_trace_list_new(). */
GPtrArray *reactive_trace_list_new (void);
void reactive_trace_list_add (GPtrArray *entries, const ReactiveTraceRow *row);
void reactive_trace_list_foreach (GPtrArray *entries, ReactiveTraceFunc func, gpointer user_data);

/* The table must exist. Inside a transaction of the caller. */
extern const char reactive_trace_table_sql[];
gboolean reactive_trace_table_add (ReactiveDatabase *database, const ReactiveTraceRow *row, GError **error);
gboolean reactive_trace_table_foreach (ReactiveDatabase *database, ReactiveTraceFunc func, gpointer user_data,
                                       GError **error);
