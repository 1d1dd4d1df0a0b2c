/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sqlite3.h>

#include "base/error.h"

/* An SQLite connection that knows its path, and turns result codes into errors that name the file and say what to do.
 *
 * Errors of all functions: STATE (cannot be read or written, damaged, no database at all), BUSY (locked by another
 * process for the whole timeout), BAD_DATA (a value beyond the limit). */
typedef struct _ReactiveDatabase ReactiveDatabase;

/* @vfs (nullable) names the SQLite VFS to use. No file is touched before the first statement, and none is created. */
ReactiveDatabase *reactive_database_open (const char *path, const char *vfs, guint busy_timeout_ms, GError **error);
/* Rolls back what is not committed. */
void reactive_database_free (ReactiveDatabase *database);

const char *reactive_database_get_path (ReactiveDatabase *database);
gboolean reactive_database_in_transaction (ReactiveDatabase *database);
gint64 reactive_database_get_last_id (ReactiveDatabase *database);
/* Bytes of the file on disk; -1 if unknown. */
gint64 reactive_database_get_file_bytes (ReactiveDatabase *database);

gboolean reactive_database_execute (ReactiveDatabase *database, const char *sql, GError **error);
/* Free with sqlite3_finalize(). */
sqlite3_stmt *reactive_database_prepare (ReactiveDatabase *database, const char *sql, GError **error);
/* Sets @out_has_row to FALSE after the last row. */
gboolean reactive_database_step (ReactiveDatabase *database, sqlite3_stmt *statement, gboolean *out_has_row,
                                 GError **error);
/* Steps a statement that has no rows to its end and makes it ready to be bound anew. */
gboolean reactive_database_run (ReactiveDatabase *database, sqlite3_stmt *statement, GError **error);
/* First column of the first row; 0 if there is no row or it is not a number. */
gboolean reactive_database_query_integer (ReactiveDatabase *database, const char *sql, gint64 *out_integer,
                                          GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveDatabase, reactive_database_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (sqlite3_stmt, sqlite3_finalize)
