/* SPDX-License-Identifier: Apache-2.0 */
#include "store-fixture.h"

#define OPS_KEY REACTIVE_STORE_OPS_PREFIX "CharmBase/Thing[db]/StoredStateData[state]"
#define OPS_TABLE "CREATE TABLE snapshot (handle TEXT PRIMARY KEY, data BLOB)"
#define OPS_ROWS                                                                                                       \
  "INSERT INTO snapshot VALUES ('CharmBase/Thing[db]/StoredStateData[state]', x'80027d71005801000000614b01732e'), "    \
  "('odd', x'80022e'), ('text', 'N.')"

static void
test_ops_state (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;

  copy_vector (fixture->path);
  g_free (query (fixture->path, OPS_TABLE));
  g_free (query (fixture->path, OPS_ROWS));
  store = open_store (fixture->path);
  g_assert_cmpstr (reactive_store_get (store, OPS_KEY), ==, "{\"a\": 1}");
  g_assert_null (reactive_store_get (store, REACTIVE_STORE_OPS_PREFIX "odd"));
  g_assert_null (reactive_store_get (store, REACTIVE_STORE_OPS_PREFIX "text"));
  reactive_store_set (store, OPS_KEY, "{\"a\": null}");
  commit (store, NULL);
  g_clear_pointer (&store, reactive_store_free);
  assert_query (fixture->path, "SELECT handle, hex (data) FROM snapshot ORDER BY handle",
                "CharmBase/Thing[db]/StoredStateData[state]|80027D5801000000614E732E|\nodd|80022E|\ntext|4E2E|\n");

  store = open_store (fixture->path);
  reactive_store_unset (store, OPS_KEY);
  commit (store, NULL);
  assert_query (fixture->path, "SELECT handle FROM snapshot ORDER BY handle", "odd|\ntext|\n");
}

/* As a simulation does, when a unit in memory is handed to a process. */
static void
test_ops_state_in_a_new_file (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);

  reactive_store_set (store, OPS_KEY, "{}");
  commit (store, NULL);
  assert_query (fixture->path, "SELECT sql FROM sqlite_master WHERE name = 'snapshot'",
                "CREATE TABLE snapshot (handle TEXT PRIMARY KEY, data BLOB)|\n");
  assert_query (fixture->path, "SELECT count (*) FROM notice", "0|\n");
  assert_query (fixture->path, "SELECT hex (data) FROM snapshot", "80027D2E|\n");
}

static void
test_snapshot_of_others (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;

  copy_vector (fixture->path);
  g_free (query (fixture->path, "CREATE TABLE snapshot (taken TEXT)"));
  g_free (query (fixture->path, "INSERT INTO snapshot VALUES ('today')"));
  store = open_store (fixture->path);
  g_assert_false (reactive_store_has_prefix (store, REACTIVE_STORE_OPS_PREFIX));
  reactive_store_set (store, "key", "1");
  commit (store, &ok_row);
  assert_query (fixture->path, "SELECT taken FROM snapshot", "today|\n");
}

/* A file that Python made */

static void
test_takes_over_all_keys (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;
  g_autofree char *rows = NULL;
  g_autofree char *line = NULL;

  copy_vector (fixture->path);
  store = open_store (fixture->path);
  rows = describe (store, "");
  line = g_strconcat (rows, "|\n", NULL);
  assert_query (
      fixture->path,
      "SELECT group_concat (row, '') FROM (SELECT key || '=' || data || char (10) AS row FROM kv ORDER BY key)", line);

  g_assert_cmpstr (reactive_store_get (store, "reactive.states.db.available"), ==, "null");
  g_assert_cmpstr (reactive_store_get (store, "reactive.states.app.installed"), ==, "null");
  g_assert_cmpstr (reactive_store_get (store, "reactive.dispatch.phase"), ==, "\"other\"");
  g_assert_null (reactive_store_get (store, "reactive.states.app"));
}

static void
test_takes_over_mode (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;
  struct stat status;

  copy_vector (fixture->path);
  g_assert_cmpint (g_chmod (fixture->path, 0644), ==, 0);
  store = open_store (fixture->path);
  g_assert_cmpint (stat (fixture->path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, 0600);
}

static void
test_takes_over_empty (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *state = NULL;

  put_file (fixture->path, "", 0);
  state = read_state (fixture->path);
  g_assert_cmpstr (state, ==, "");
  {
    g_autoptr (ReactiveStore) store = open_store (fixture->path);

    reactive_store_set (store, "a", "1");
    commit (store, NULL);
  }
  assert_query (fixture->path, "SELECT key, data FROM kv", "a|1|\n");
}

/* Rows that are not ours to read, and tables that are not ours at all. */
static const char foreign_sql[]
    = "INSERT INTO kv VALUES ('nothing', NULL), (NULL, 'null'), (x'00ff', '1');"
      "INSERT INTO kv VALUES ('nul' || char(0) || 'key', '1'), ('nul', '1' || char(0)), ('blob', x'31');"
      "INSERT INTO kv VALUES ('hardening:/etc/x', '{\"a\": 1}');"
      "INSERT INTO hooks (hook, date) VALUES ('install', '2026-01-01T00:00:00');"
      "INSERT INTO kv_revisions VALUES ('unit', 1, '\"app/0\"');"
      "CREATE TABLE other (a, b); INSERT INTO other VALUES (1, 2.5);"
      "CREATE TRIGGER boom AFTER INSERT ON kv BEGIN DELETE FROM other; END;";

static void
test_foreign_rows (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  static const char *const dumps[] = {
    "SELECT rowid, quote (key), quote (data) FROM kv WHERE key NOT LIKE 'reactive.%' OR typeof (key) != 'text' "
    "ORDER BY rowid",
    "SELECT * FROM hooks",
    "SELECT * FROM kv_revisions",
    "SELECT * FROM other",
    "SELECT * FROM sqlite_sequence",
  };
  g_autofree char *expected[G_N_ELEMENTS (dumps)] = { NULL };
  g_autoptr (ReactiveStore) store = NULL;

  copy_vector (fixture->path);
  execute_once (fixture->path, foreign_sql);
  for (guint i = 0; i < G_N_ELEMENTS (dumps); i++)
    expected[i] = query (fixture->path, dumps[i]);

  store = open_store (fixture->path);
  g_assert_null (reactive_store_get (store, "nothing"));
  g_assert_null (reactive_store_get (store, "nul"));
  g_assert_null (reactive_store_get (store, "blob"));
  g_assert_cmpstr (reactive_store_get (store, "hardening:/etc/x"), ==, "{\"a\": 1}");
  reactive_store_set (store, "reactive.states.new", "null");
  reactive_store_unset (store, "reactive.states.app.installed");
  reactive_store_unset (store, "nothing");
  commit (store, &ok_row);

  for (guint i = 0; i < G_N_ELEMENTS (dumps); i++)
    {
      assert_query (fixture->path, dumps[i], expected[i]);
      g_free (g_steal_pointer (&expected[i]));
    }
}

static void
test_foreign_value_replaced (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;

  copy_vector (fixture->path);
  execute_once (fixture->path, foreign_sql);
  store = open_store (fixture->path);
  reactive_store_set (store, "nothing", "1");
  commit (store, NULL);
  assert_query (fixture->path, "SELECT data FROM kv WHERE key = 'nothing'", "1|\n");
}

/* One row is not written over another that SQLite takes for the same. */
static void
test_other_collation (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;
  g_autoptr (GError) error = NULL;

  execute_once (fixture->path, "CREATE TABLE kv (key text collate nocase, data text, primary key (key));"
                               "INSERT INTO kv VALUES ('A', '1')");
  store = open_store (fixture->path);
  reactive_store_set (store, "a", "2");
  g_assert_false (reactive_store_commit (store, NULL, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE);
  g_assert_true (g_str_has_suffix (error->message, "(UNIQUE constraint failed: kv.key)"));
  assert_query (fixture->path, "SELECT * FROM kv", "A|1|\n");
}

static void
test_other_encoding (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;

  execute_once (fixture->path, "PRAGMA encoding = 'UTF-16'; CREATE TABLE kv (key text primary key, data text);"
                               "INSERT INTO kv VALUES ('caf\xc3\xa9', '\"x\"'), ('empty', '')");
  store = open_store (fixture->path);
  g_assert_cmpstr (reactive_store_get (store, "caf\xc3\xa9"), ==, "\"x\"");
  g_assert_cmpstr (reactive_store_get (store, "empty"), ==, "");
  reactive_store_set (store, "caf\xc3\xa9", "2");
  commit (store, NULL);
  assert_query (fixture->path, "SELECT * FROM kv", "caf\xc3\xa9|2|\nempty||\n");
}

static void
test_write_ahead_log (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;

  copy_vector (fixture->path);
  execute_once (fixture->path, "PRAGMA journal_mode = WAL; INSERT INTO kv VALUES ('a', '1')");
  store = open_store (fixture->path);
  reactive_store_set (store, "b", "2");
  commit (store, NULL);
  assert_query (fixture->path, "PRAGMA journal_mode", "delete|\n");
  assert_query (fixture->path, "SELECT data FROM kv WHERE key IN ('a', 'b')", "1|\n2|\n");
}

int
main (int argc, char **argv)
{
  start_tests (&argc, &argv);

  add ("/store/ops/state-is-read-and-written-in-its-table", NULL, test_ops_state);
  add ("/store/ops/state-makes-the-tables", NULL, test_ops_state_in_a_new_file);
  add ("/store/ops/a-table-of-that-name-of-others-is-left-alone", NULL, test_snapshot_of_others);
  add ("/store/takes-over/all-keys", NULL, test_takes_over_all_keys);
  add ("/store/takes-over/makes-it-private", NULL, test_takes_over_mode);
  add ("/store/takes-over/file-of-no-bytes", NULL, test_takes_over_empty);
  add ("/store/takes-over/foreign-rows-stay", NULL, test_foreign_rows);
  add ("/store/takes-over/foreign-value-of-a-key-that-is-set", NULL, test_foreign_value_replaced);
  add ("/store/takes-over/other-collation", NULL, test_other_collation);
  add ("/store/takes-over/other-encoding", NULL, test_other_encoding);
  add ("/store/takes-over/write-ahead-log", NULL, test_write_ahead_log);

  return g_test_run ();
}
