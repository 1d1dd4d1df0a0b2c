/* SPDX-License-Identifier: Apache-2.0 */
#include "store-fixture.h"

#include <stdlib.h>

void
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

void
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

void
tear_down (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  empty_directory (fixture->directory);
  g_assert_cmpint (g_rmdir (fixture->directory), ==, 0);
  g_free (fixture->directory);
  g_free (fixture->path);
}

char *
vector_path (void)
{
  return g_test_build_filename (G_TEST_DIST, "vectors", "unit-state", "unit-state.db", NULL);
}

void
put_file (const char *path, const char *contents, gsize n_bytes)
{
  g_assert_true (g_file_set_contents_full (path, contents, (gssize) n_bytes, G_FILE_SET_CONTENTS_NONE, 0600, NULL));
}

void
copy_vector (const char *path)
{
  g_autofree char *vector = vector_path ();
  g_autofree char *contents = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (vector, &contents, &n_bytes, NULL));
  put_file (path, contents, n_bytes);
}

ReactiveStore *
open_with (const char *path, ReactiveStoreMode mode, const char *vfs, GError **error)
{
  ReactiveStoreOptions options = { .vfs = vfs, .busy_timeout_ms = 20, .max_bytes = 1024 * 1024 };

  return reactive_store_open_full (path, mode, &options, error);
}

ReactiveStore *
open_store (const char *path)
{
  g_autoptr (GError) error = NULL;
  ReactiveStore *store = open_with (path, REACTIVE_STORE_READ_WRITE, NULL, &error);

  g_assert_no_error (error);
  return store;
}

void
commit (ReactiveStore *store, const ReactiveTraceRow *row)
{
  g_autoptr (GError) error = NULL;

  reactive_store_commit (store, row, &error);
  g_assert_no_error (error);
}

void
append_row (const char *key, const char *json_text, gpointer user_data)
{
  g_string_append_printf (user_data, "%s=%s\n", key, json_text);
}

char *
describe (ReactiveStore *store, const char *prefix)
{
  GString *text = g_string_new (NULL);

  reactive_store_foreach (store, prefix, append_row, text);
  return g_string_free (text, FALSE);
}

char *
read_state (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = open_with (path, REACTIVE_STORE_READ_ONLY, NULL, &error);

  g_assert_no_error (error);
  return describe (store, "");
}

void
append_trace (gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  g_string_append_printf (user_data, "%d %s %s %d %d %s %s\n", (int) id, row->hook, row->outcome, (int) row->started_us,
                          (int) row->duration_us, row->error == NULL ? "-" : row->error, row->events);
}

char *
describe_trace (ReactiveStore *store)
{
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  reactive_store_foreach_trace (store, append_trace, text, &error);
  g_assert_no_error (error);
  return g_string_free (text, FALSE);
}

sqlite3 *
open_raw (const char *path)
{
  sqlite3 *database = NULL;

  g_assert_cmpint (sqlite3_open (path, &database), ==, SQLITE_OK);
  return database;
}

void
execute_raw (sqlite3 *database, const char *sql)
{
  if (sqlite3_exec (database, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (database));
}

void
execute_once (const char *path, const char *sql)
{
  sqlite3 *database = open_raw (path);

  execute_raw (database, sql);
  sqlite3_close (database);
}

char *
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

void
assert_query (const char *path, const char *sql, const char *expected)
{
  g_autofree char *found = query (path, sql);

  g_assert_cmpstr (found, ==, expected);
}

void
assert_refused (const char *path, ReactiveStoreMode mode, ReactiveError code, const char *message)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = open_with (path, mode, NULL, &error);

  g_assert_null (store);
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_cmpstr (error->message + strlen (path), ==, message);
}

gsize
get_file_bytes (const char *path)
{
  struct stat status;

  g_assert_cmpint (stat (path, &status), ==, 0);
  return (gsize) status.st_size;
}

guint
count_files (const char *directory)
{
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  guint n_files = 0;

  while (g_dir_read_name (dir) != NULL)
    n_files++;
  return n_files;
}

const ReactiveTraceRow ok_row = {
  .hook = "install",
  .outcome = "ok",
  .started_us = 1000,
  .duration_us = 7,
  .events = "[\"set\"]",
};
const ReactiveTraceRow error_row = {
  .hook = "start",
  .outcome = "error",
  .started_us = 2000,
  .duration_us = 8,
  .error = "handler 'app:start' failed",
  .events = "[]",
};

void
add (const char *path, gconstpointer data, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_test_add (path, Fixture, data, set_up, test, tear_down);
}

void
start_tests (int *argc, char ***argv)
{
  g_setenv ("G_TEST_SRCDIR", g_getenv ("REACTIVE_TEST_DATA"), /* overwrite= */ TRUE);
  g_test_init (argc, argv, NULL);
}

ReactiveStore *
open_kind (Fixture *fixture, const char *kind)
{
  return strcmp (kind, "file") == 0 ? open_store (fixture->path) : reactive_store_new_in_memory ();
}

void
add_both (const char *path, void (*test) (Fixture *fixture, gconstpointer data))
{
  g_autofree char *in_file = g_strconcat (path, "/in-a-file", NULL);
  g_autofree char *in_memory = g_strconcat (path, "/in-memory", NULL);

  add (in_file, "file", test);
  add (in_memory, "memory", test);
}
