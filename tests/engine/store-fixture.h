/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>
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

static inline void
set_up (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  /* In memory where there is such a place: thousands of commits need not wait for a disk. */
  fixture->directory = g_strdup ("/dev/shm/test-store-XXXXXX");
  if (g_mkdtemp (fixture->directory) == NULL)
    {
      g_free (fixture->directory);
      fixture->directory = g_dir_make_tmp ("test-store-XXXXXX", NULL);
    }
  g_assert_nonnull (fixture->directory);
  fixture->path = g_build_filename (fixture->directory, ".unit-state.db", NULL);
}

static inline void
empty_directory (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);

      g_assert_cmpint (g_remove (path), ==, 0);
    }
}

static inline void
tear_down (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  empty_directory (fixture->directory);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
  g_free (fixture->path);
}

static inline char *
vector_path (void)
{
  return g_test_build_filename (G_TEST_DIST, "vectors", "unit-state", "unit-state.db", NULL);
}

static inline void
put_file (const char *path, const char *contents, gsize n_bytes)
{
  g_assert_true (g_file_set_contents_full (path, contents, (gssize) n_bytes, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

static inline void
copy_vector (const char *path)
{
  g_autofree char *vector = vector_path ();
  g_autofree char *contents = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (vector, &contents, &n_bytes, NULL));
  put_file (path, contents, n_bytes);
}

static inline ReactiveStore *
open_with (const char *path, ReactiveStoreMode mode, const char *vfs, GError **error)
{
  ReactiveStoreOptions options = { .vfs = vfs, .busy_timeout_ms = 20, .max_bytes = 1024 * 1024 };

  return reactive_store_open_full (path, mode, &options, error);
}

static inline ReactiveStore *
open_store (const char *path)
{
  g_autoptr (GError) error = NULL;
  ReactiveStore *store = open_with (path, REACTIVE_STORE_READ_WRITE, NULL, &error);

  g_assert_no_error (error);
  return store;
}

static inline void
commit (ReactiveStore *store, const ReactiveTraceRow *row)
{
  g_autoptr (GError) error = NULL;

  reactive_store_commit (store, row, &error);
  g_assert_no_error (error);
}

static inline void
append_row (const char *key, const char *json_text, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%s\n", key, json_text);
}

static inline char *
describe (ReactiveStore *store, const char *prefix)
{
  GString *text = g_string_new (NULL);

  reactive_store_foreach (store, prefix, append_row, text);
  return g_string_free (text, FALSE);
}

/* What a reader finds in the file. */
static inline char *
read_state (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = open_with (path, REACTIVE_STORE_READ_ONLY, NULL, &error);

  g_assert_no_error (error);
  return describe (store, "");
}

static inline void
append_trace (gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  g_string_append_printf (user_data, "%d %s %s %d %d %s %s\n", (int) id, row->hook, row->outcome, (int) row->started_us,
                          (int) row->duration_us, row->error == NULL ? "-" : row->error, row->events);
}

static inline char *
describe_trace (ReactiveStore *store)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  reactive_store_foreach_trace (store, append_trace, text, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

static inline sqlite3 *
open_raw (const char *path)
{
  sqlite3 *database = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  return database;
}

static inline void
execute_raw (sqlite3 *database, const char *sql)
{
  if (sqlite3_exec (database, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (database));
}

static inline void
execute_once (const char *path, const char *sql)
{
  sqlite3 *database = open_raw (path);

  execute_raw (database, sql);
  sqlite3_close (database);
}

/* All rows of a query, one a line, values as SQLite quotes them. */
static inline char *
query (const char *path, const char *sql)
{
  GString *text = g_string_new (NULL);
  sqlite3 *database = open_raw (path);
  sqlite3_stmt *statement = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      for (int i = 0; i < sqlite3_column_count (statement); i++)
        g_string_append_printf (text, "%s|", (const char *) sqlite3_column_text (statement, i));
      g_string_append_c (text, '\n');
    }
  sqlite3_finalize (statement);
  sqlite3_close (database);
  return g_string_free (text, FALSE);
}

static inline void
assert_query (const char *path, const char *sql, const char *expected)
{
  g_autofree char *found = query (path, sql);

  g_assert_cmpstr (found, ==, expected);
}

static inline void
assert_refused (const char *path, ReactiveStoreMode mode, ReactiveError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = open_with (path, mode, NULL, &error);

  g_assert_null (store);
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_cmpstr (error->message + strlen (path), ==, message);
}

static inline gsize
get_file_bytes (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return (gsize) status.st_size;
}

static inline guint
count_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint n_files = 0;

  while (g_dir_read_name (dir) != NULL)
    n_files++;
  return n_files;
}

static const ReactiveTraceRow ok_row = {
  .hook = "install",
  .outcome = "ok",
  .started_us = 1000,
  .duration_us = 7,
  .events = "[\"set\"]",
};
static const ReactiveTraceRow error_row = {
  .hook = "start",
  .outcome = "error",
  .started_us = 2000,
  .duration_us = 8,
  .error = "handler 'app:start' failed",
  .events = "[]",
};

static inline void
add (const char *path, gconstpointer data, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

/* Data files stand below tests/ in the source tree. */
static inline void
start_tests (int *argc, char ***argv)
{
  g_setenv ("G_TEST_SRCDIR", g_getenv ("REACTIVE_TEST_DATA"), /* overwrite= */ TRUE);
  g_test_init (argc, argv, NULL);
}
