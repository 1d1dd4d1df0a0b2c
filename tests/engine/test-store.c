/* SPDX-License-Identifier: Apache-2.0 */
#include "state/store.h"

#include <signal.h>
#include <sys/wait.h>

#include "state/digest.h"
#include "store-fixture.h"

/* A new file */

static void
test_fresh_private (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);
  struct stat status;

  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
}

static void
test_fresh_unwritten (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);

  g_assert_null (reactive_store_get (store, "reactive.states.a"));
  commit (store, NULL);
  g_assert_cmpuint (get_file_bytes (fixture->path), ==, 0);
  g_assert_cmpuint (count_files (fixture->directory), ==, 1);
}

static void
test_fresh_schema (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const char sql[] = "SELECT type, name, tbl_name, rootpage, sql FROM sqlite_master ORDER BY rootpage";
  g_autofree char *vector = vector_path ();
  g_autofree char *expected = query (vector, sql);
  g_autoptr (ReactiveStore) store = open_store (fixture->path);

  reactive_store_set (store, "reactive.states.a", "null");
  commit (store, NULL);
  g_assert_cmpstr (expected, !=, "");
  assert_query (fixture->path, sql, expected);
  assert_query (fixture->path, "PRAGMA user_version", "0|\n");
  assert_query (fixture->path, "PRAGMA journal_mode", "delete|\n");
  assert_query (fixture->path, "PRAGMA integrity_check", "ok|\n");
}

static void
test_fresh_own_tables (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);

  commit (store, &ok_row);
  assert_query (fixture->path, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name",
                "hooks|\nkv|\nkv_revisions|\nreactive_meta|\nreactive_trace|\nsqlite_sequence|\n");
  assert_query (fixture->path, "SELECT key, value FROM reactive_meta", "format|1|\n");
}

static void
test_own_keys (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);

  reactive_store_set (store, "reactive_files.a", "1");
  reactive_store_set (store, "reactive.states.a", "null");
  commit (store, NULL);
  g_clear_pointer (&store, reactive_store_free);
  assert_query (fixture->path, "SELECT key, data FROM kv", "reactive.states.a|null|\n");
  assert_query (fixture->path, "SELECT key, data FROM reactive_kv", "reactive_files.a|1|\n");
  assert_query (fixture->path, "SELECT key, value FROM reactive_meta", "format|1|\n");

  store = open_store (fixture->path);
  g_assert_cmpstr (reactive_store_get (store, "reactive_files.a"), ==, "1");
  reactive_store_set (store, "reactive_files.a", "2");
  reactive_store_unset (store, "reactive.states.a");
  commit (store, NULL);
  assert_query (fixture->path, "SELECT count (*) FROM kv", "0|\n");
  assert_query (fixture->path, "SELECT data FROM reactive_kv", "2|\n");
  reactive_store_unset (store, "reactive_files.a");
  commit (store, NULL);
  assert_query (fixture->path, "SELECT count (*) FROM reactive_kv", "0|\n");
}

static void
test_own_key_of_others (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;

  copy_vector (fixture->path);
  g_free (query (fixture->path, "INSERT INTO kv VALUES ('reactive_files.a', '1')"));
  store = open_store (fixture->path);
  g_assert_null (reactive_store_get (store, "reactive_files.a"));
  reactive_store_set (store, "reactive_files.a", "2");
  commit (store, NULL);
  assert_query (fixture->path, "SELECT data FROM kv WHERE key = 'reactive_files.a'", "1|\n");
}

/* Commit and rollback, in a file (data: "file") and in memory */

static void
test_commit_and_rollback (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_kind (fixture, data);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *trace = NULL;

  reactive_store_set (store, "a", "1");
  reactive_store_set (store, "b", "2");
  commit (store, &ok_row);
  reactive_store_set (store, "a", "3");
  reactive_store_set (store, "c", "4");
  reactive_store_unset (store, "b");
  reactive_store_unset (store, "not there");
  first = describe (store, "");
  g_assert_cmpstr (first, ==, "a=3\nc=4\n");

  g_assert_true (reactive_store_rollback (store, &error_row, NULL));
  second = describe (store, "");
  g_assert_cmpstr (second, ==, "a=1\nb=2\n");
  g_assert_null (reactive_store_get (store, "c"));

  trace = describe_trace (store);
  g_assert_cmpstr (trace, ==,
                   "1 install ok 1000 7 - [\"set\"]\n"
                   "2 start error 2000 8 handler 'app:start' failed []\n");
}

static void
test_order_and_prefixes (Fixture *fixture, gconstpointer data)
{
  static const char *const keys[] = { "b.2", "a", "B.1", "b.10", "b_1", "b.", "\xc3\xa9", "b", "" };
  g_autoptr (ReactiveStore) store = open_kind (fixture, data);
  g_autofree char *all = NULL;
  g_autofree char *some = NULL;
  g_autofree char *rest = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    reactive_store_set (store, keys[i], "0");
  all = describe (store, "");
  g_assert_cmpstr (all, ==, "=0\nB.1=0\na=0\nb=0\nb.=0\nb.10=0\nb.2=0\nb_1=0\n\xc3\xa9=0\n");

  reactive_store_set (store, "b.11", "1");
  some = describe (store, "b.");
  g_assert_cmpstr (some, ==, "b.=0\nb.10=0\nb.11=1\nb.2=0\n");

  reactive_store_unset_prefix (store, "b.1");
  reactive_store_unset_prefix (store, "x");
  rest = describe (store, "b.");
  g_assert_cmpstr (rest, ==, "b.=0\nb.2=0\n");
}

static gboolean
append_node (gpointer key, gpointer value, gpointer user_data)
{
  append_row (key, value, user_data);
  return FALSE;
}

static gboolean
copy_node (gpointer key, gpointer value, gpointer user_data)
{
  g_tree_insert (user_data, g_strdup (key), g_strdup (value));
  return FALSE;
}

static GTree *
copy_model (GTree *model)
{
  GTree *copy = g_tree_new_full ((GCompareDataFunc) (GCallback) strcmp, NULL, g_free, g_free);

  if (model != NULL)
    g_tree_foreach (model, copy_node, copy);
  return copy;
}

static void
replace_model (GTree **model, GTree *by)
{
  g_clear_pointer (model, g_tree_unref);
  *model = copy_model (by);
}

static void
assert_model (ReactiveStore *store, GTree *model)
{
  g_autoptr (GString) expected = g_string_new (NULL);
  g_autofree char *found = describe (store, "");

  g_tree_foreach (model, append_node, expected);
  g_assert_cmpstr (found, ==, expected->str);
}

static void
change_at_random (ReactiveStore *store, GTree *model)
{
  g_autofree char *key = g_strdup_printf ("%x", (guint) g_test_rand_int_range (0, 40));
  g_autofree char *value = g_strdup_printf ("%d", g_test_rand_int_range (0, 3));

  if (g_test_rand_int_range (0, 100) < 70)
    {
      reactive_store_set (store, key, value);
      g_tree_insert (model, g_strdup (key), g_strdup (value));
      g_assert_cmpstr (reactive_store_get (store, key), ==, value);
    }
  else
    {
      reactive_store_unset (store, key);
      g_tree_remove (model, key);
      g_assert_null (reactive_store_get (store, key));
    }
}

/* Any sequence of calls leaves what a sorted map would hold. */
static void
test_model (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_kind (fixture, data);
  g_autoptr (GTree) model = copy_model (NULL);
  g_autoptr (GTree) committed = copy_model (NULL);
  gboolean is_file = strcmp (data, "file") == 0;

  for (guint step = 0; step < 3000; step++)
    {
      gint32 choice = g_test_rand_int_range (0, 100);

      if (choice < 85)
        change_at_random (store, model);
      else if (choice < 95)
        assert_model (store, model);
      else if (choice < 97)
        {
          commit (store, NULL);
          replace_model (&committed, model);
        }
      else if (choice < 99 || !is_file)
        {
          g_assert_true (reactive_store_rollback (store, NULL, NULL));
          replace_model (&model, committed);
        }
      else
        {
          g_clear_pointer (&store, reactive_store_free);
          store = open_store (fixture->path);
          replace_model (&model, committed);
        }
    }
}

static void
test_commit_same_value (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before = 0, n_after = 0;

  copy_vector (fixture->path);
  g_assert_true (g_file_get_contents (fixture->path, &before, &n_before, NULL));
  {
    g_autoptr (ReactiveStore) store = open_store (fixture->path);

    reactive_store_set (store, "reactive.states.app.installed", "true");
    reactive_store_set (store, "reactive.states.app.installed", "null");
    reactive_store_set (store, "new", "1");
    reactive_store_unset (store, "new");
    reactive_store_unset_prefix (store, "reactive.invoked.");
    reactive_store_set (store, "reactive.invoked./var/lib/juju/agents/unit-app-0/charm/reactive/app.py:13:first",
                        "true");
    commit (store, NULL);
  }
  g_assert_true (g_file_get_contents (fixture->path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
test_commit_releases (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);

  reactive_store_set (store, "a", "1");
  commit (store, NULL);
  execute_once (fixture->path, "CREATE TABLE other (a)");
  g_assert_true (reactive_store_rollback (store, NULL, NULL));
  execute_once (fixture->path, "DROP TABLE other");
}

static void
test_commit_out_of_date (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);
  g_autoptr (GError) error = NULL;

  reactive_store_set (store, "a", "1");
  commit (store, NULL);
  reactive_store_set (store, "a", "2");
  commit (store, NULL);
  execute_once (fixture->path, "UPDATE kv SET data = 3");

  reactive_store_set (store, "a", "4");
  g_assert_false (reactive_store_commit (store, &ok_row, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE);
  g_assert_nonnull (strstr (error->message, ": changed by another process since it was read"));
  g_assert_true (reactive_store_rollback (store, &error_row, NULL));
  assert_query (fixture->path, "SELECT data, hook FROM kv, reactive_trace", "3|start|\n");
}

static void
test_commit_too_large (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);
  g_autoptr (GError) error = NULL;
  g_autofree char *half = g_strnfill (512 * 1024, '1');

  reactive_store_set (store, "a", half);
  reactive_store_set (store, "b", half);
  g_assert_false (reactive_store_commit (store, NULL, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  reactive_store_unset (store, "b");
  commit (store, NULL);
}

/* Locks */

/* A child that has begun to write, and goes on for as long as @out_fd is open or it is not killed. */
static pid_t
start_writer (const char *path, int *out_fd)
{
  int ready[2], end[2];
  char byte = 0;
  pid_t child;

  g_assert_cmpint (pipe (ready), ==, 0);
  g_assert_cmpint (pipe (end), ==, 0);
  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    {
      close (end[1]);
      execute_raw (open_raw (path), "BEGIN IMMEDIATE; UPDATE kv SET data = '0'");
      if (write (ready[1], "x", 1) == 1)
        _exit ((int) read (end[0], &byte, 1));
      _exit (1);
    }

  close (ready[1]);
  close (end[0]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  *out_fd = end[1];
  return child;
}

static void
test_lock_second_writer (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *expected = NULL;
  g_autofree char *state = NULL;
  int fd = -1;
  pid_t child;

  copy_vector (fixture->path);
  expected = read_state (fixture->path);
  child = start_writer (fixture->path, &fd);

  assert_refused (fixture->path, REACTIVE_STORE_READ_WRITE, REACTIVE_ERROR_BUSY,
                  ": locked by another process for 20 ms");
  state = read_state (fixture->path);
  g_assert_cmpstr (state, ==, expected);

  g_assert_cmpint (kill (child, SIGKILL), ==, 0);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  close (fd);
  reactive_store_free (open_store (fixture->path));
}

static void
test_lock_held_while_open (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);
  sqlite3 *other = open_raw (fixture->path);

  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_BUSY);
  g_assert_true (reactive_store_rollback (store, NULL, NULL));
  execute_raw (other, "BEGIN IMMEDIATE; ROLLBACK");
  sqlite3_close (other);
}

static void
test_lock_reader_delays_commit (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *reader = NULL;
  sqlite3_stmt *statement = NULL;

  copy_vector (fixture->path);
  store = open_store (fixture->path);
  reader = open_raw (fixture->path);
  g_assert_cmpint (sqlite3_prepare_v2 (reader, "SELECT * FROM kv", -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);

  reactive_store_set (store, "a", "1");
  g_assert_false (reactive_store_commit (store, &ok_row, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BUSY);
  g_assert_cmpstr (reactive_store_get (store, "a"), ==, "1");

  /* The reader has gone: the same commit goes through. */
  sqlite3_finalize (statement);
  sqlite3_close (reader);
  commit (store, &ok_row);
  assert_query (fixture->path, "SELECT data FROM kv WHERE key = 'a'", "1|\n");
}

static void
test_read_only_leaves_no_trace (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;
  struct stat status;

  assert_refused (fixture->path, REACTIVE_STORE_READ_ONLY, REACTIVE_ERROR_NOT_FOUND,
                  ": cannot be opened: No such file or directory");
  g_assert_cmpuint (count_files (fixture->directory), ==, 0);

  copy_vector (fixture->path);
  g_assert_cmpint (g_chmod (fixture->path, 0444), ==, 0);
  store = open_with (fixture->path, REACTIVE_STORE_READ_ONLY, NULL, NULL);
  g_assert_cmpstr (reactive_store_get (store, "reactive.states.app.installed"), ==, "null");
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0444);
  g_assert_cmpuint (count_files (fixture->directory), ==, 1);
  execute_once (fixture->path, "BEGIN EXCLUSIVE; ROLLBACK");
}

/* A child of a handler has neither the file nor the lock. */
static void
test_lock_not_inherited (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);
  const char *argv[] = { "/bin/sh", "-c", "ls -l /proc/self/fd", NULL };
  g_autofree char *output = NULL;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_LEAVE_DESCRIPTORS_OPEN, NULL, NULL, &output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (strstr (output, "/proc/"));
  g_assert_null (strstr (output, ".unit-state.db"));
}

/* What tests/python asks of this program instead of running tests */

static gboolean
write_and_finish (ReactiveStore *store, char **argv, GError **error)
{
  if (strcmp (argv[1], "--unset") == 0)
    reactive_store_unset (store, argv[3]);
  else if (strcmp (argv[1], "--data-changed") != 0)
    reactive_store_set (store, argv[3], argv[4]);
  else
    {
      g_autoptr (ReactiveJson) data = reactive_json_parse (argv[4], -1, REACTIVE_JSON_PYTHON, error);

      if (data == NULL)
        return FALSE;
      puts (reactive_store_data_changed (store, argv[3], data) ? "true" : "false");
    }

  if (strcmp (argv[1], "--fail") == 0)
    return reactive_store_rollback (store, &error_row, error);
  return reactive_store_commit (store, &ok_row, error);
}

static gboolean
read_and_print (ReactiveStore *store, char **argv, GError **error)
{
  g_autoptr (GString) output = g_string_new (NULL);

  if (strcmp (argv[1], "--get") == 0)
    g_string_append (output, reactive_store_get (store, argv[3]));
  else if (strcmp (argv[1], "--dump") == 0)
    reactive_store_foreach (store, argv[3], append_row, output);
  else if (!reactive_store_foreach_trace (store, append_trace, output, error))
    return FALSE;

  fputs (output->str, stdout);
  return TRUE;
}

/* --get FILE KEY, --dump FILE PREFIX, --trace FILE; --set FILE KEY JSON, --unset FILE KEY, --fail FILE KEY JSON,
 * --data-changed FILE ID JSON */
static int
run_command (char **argv)
{
  static const char *const reading[] = { "--get", "--dump", "--trace", NULL };
  gboolean is_reading = g_strv_contains (reading, argv[1]);
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store
      = reactive_store_open (argv[2], is_reading ? REACTIVE_STORE_READ_ONLY : REACTIVE_STORE_READ_WRITE, &error);

  if (store != NULL && (is_reading ? read_and_print (store, argv, &error) : write_and_finish (store, argv, &error)))
    return 0;

  g_printerr ("%s\n", error->message);
  return 1;
}

int
main (int argc, char **argv)
{
  static const char *const commands[]
      = { "--get", "--dump", "--trace", "--set", "--unset", "--fail", "--data-changed", NULL };

  if (argc >= 3 && g_strv_contains (commands, argv[1]))
    return run_command (argv);

  start_tests (&argc, &argv);

  add ("/store/new/is-private", NULL, test_fresh_private);
  add ("/store/new/is-not-written-before-a-change", NULL, test_fresh_unwritten);
  add ("/store/new/has-the-tables-of-charmhelpers", NULL, test_fresh_schema);
  add ("/store/new/own-tables-come-with-the-first-trace", NULL, test_fresh_own_tables);
  add ("/store/own-keys/stand-in-a-table-of-their-own", NULL, test_own_keys);
  add ("/store/own-keys/those-that-others-wrote-are-left-alone", NULL, test_own_key_of_others);
  add_both ("/store/commit-and-rollback", test_commit_and_rollback);
  add_both ("/store/order-and-prefixes", test_order_and_prefixes);
  add_both ("/store/acts-like-a-sorted-map", test_model);
  add ("/store/commit/same-values-write-nothing", NULL, test_commit_same_value);
  add ("/store/commit/releases-the-lock", NULL, test_commit_releases);
  add ("/store/commit/refused-when-out-of-date", NULL, test_commit_out_of_date);
  add ("/store/commit/refused-when-too-large", NULL, test_commit_too_large);
  add ("/store/lock/second-writer-waits-and-is-refused", NULL, test_lock_second_writer);
  add ("/store/lock/held-until-rollback", NULL, test_lock_held_while_open);
  add ("/store/lock/reader-delays-commit", NULL, test_lock_reader_delays_commit);
  add ("/store/lock/not-inherited-by-children", NULL, test_lock_not_inherited);
  add ("/store/read-only/leaves-everything-as-it-is", NULL, test_read_only_leaves_no_trace);

  return g_test_run ();
}
