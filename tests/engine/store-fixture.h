/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "state/store.h"

/* A directory of its own for each test, with a path for the state file. */
typedef struct
{
  char *directory;
  char *path;
} Fixture;

extern const ReactiveTraceRow ok_row;
extern const ReactiveTraceRow error_row;

void set_up (Fixture *fixture, gconstpointer data);
void empty_directory (const char *directory);
void tear_down (Fixture *fixture, gconstpointer data);
char *vector_path (void);
void put_file (const char *path, const char *contents, gsize n_bytes);
void copy_vector (const char *path);
ReactiveStore *open_with (const char *path, ReactiveStoreMode mode, const char *vfs, GError **error);
ReactiveStore *open_store (const char *path);
void commit (ReactiveStore *store, const ReactiveTraceRow *row);
void append_row (const char *key, const char *json_text, gpointer user_data);
char *describe (ReactiveStore *store, const char *prefix);
/* What a reader finds in the file. */
char *read_state (const char *path);
void append_trace (gint64 id, const ReactiveTraceRow *row, gpointer user_data);
char *describe_trace (ReactiveStore *store);
sqlite3 *open_raw (const char *path);
void execute_raw (sqlite3 *database, const char *sql);
void execute_once (const char *path, const char *sql);
/* All rows of a query, one a line, values as SQLite quotes them. */
char *query (const char *path, const char *sql);
void assert_query (const char *path, const char *sql, const char *expected);
void assert_refused (const char *path, ReactiveStoreMode mode, ReactiveError code, const char *message);
gsize get_file_bytes (const char *path);
guint count_files (const char *directory);
void add (const char *path, gconstpointer data, void (*test) (Fixture *fixture, gconstpointer data));
/* Data files stand below tests/ in the source tree. */
void start_tests (int *argc, char ***argv);
/* Of a test whose data is "file", or else a store in memory. */
ReactiveStore *open_kind (Fixture *fixture, const char *kind);
/* Twice: with the data "file", and "memory". */
void add_both (const char *path, void (*test) (Fixture *fixture, gconstpointer data));
