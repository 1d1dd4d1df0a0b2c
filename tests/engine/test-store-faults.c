/* SPDX-License-Identifier: Apache-2.0 */

/* Files that are no state, and systems that fail: the state is the old one or the new one, and errors say what to do.
 */
#include <sys/wait.h>

#include "fault-vfs.h"
#include "store-fixture.h"

/* Files that are no state, or no longer */

#define HINT "; move it away and the next hook starts with no flags"
#define KV "CREATE TABLE kv (key text, data text, primary key (key)); "

static const struct
{
  const char *path;
  const char *sql; /* run on an empty file */
  ReactiveError code;
  const char *message;
} bad_files[] = {
  { "/store/bad/written-by-a-newer-version",
    "CREATE TABLE reactive_meta (key text primary key, value); INSERT INTO reactive_meta VALUES ('format', 2)",
    REACTIVE_ERROR_TOO_NEW, ": written by a newer libreactive (format 2, this one knows 1)" },
  { "/store/bad/other-columns", "CREATE TABLE kv (name text)", REACTIVE_ERROR_STATE,
    ": cannot be read or written (no such column: key)" },
  { "/store/bad/key-stands-twice",
    "CREATE TABLE kv (key text, data text); INSERT INTO kv VALUES ('a', '1'), ('a', '2')", REACTIVE_ERROR_BAD_DATA,
    ": a key stands twice in its table kv" },
  { "/store/bad/larger-than-the-limit", KV "INSERT INTO kv VALUES ('a', printf ('%1048576d', 1))",
    REACTIVE_ERROR_BAD_DATA, ": the unit's state is larger than 1048576 bytes" },
  { "/store/bad/value-beyond-any-limit", KV "INSERT INTO kv VALUES ('a', CAST (zeroblob (300000000) AS text))",
    REACTIVE_ERROR_BAD_DATA, ": holds a value of more than 256 MB" },
};

static void
test_bad_sql (Fixture *fixture, gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize n_before = 0, n_after = 0;

  execute_once (fixture->path, bad_files[i].sql);
  g_assert_true (g_file_get_contents (fixture->path, &before, &n_before, NULL));
  assert_refused (fixture->path, REACTIVE_STORE_READ_WRITE, bad_files[i].code, bad_files[i].message);
  assert_refused (fixture->path, REACTIVE_STORE_READ_ONLY, bad_files[i].code, bad_files[i].message);
  g_assert_true (g_file_get_contents (fixture->path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

static void
test_bad_random_bytes (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  char bytes[5000];

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (char) g_test_rand_int_range (0, 256);
  put_file (fixture->path, bytes, sizeof bytes);
  assert_refused (fixture->path, REACTIVE_STORE_READ_WRITE, REACTIVE_ERROR_STATE,
                  ": not a unit-state file (file is not a database)" HINT);
  assert_refused (fixture->path, REACTIVE_STORE_READ_ONLY, REACTIVE_ERROR_STATE,
                  ": not a unit-state file (file is not a database)" HINT);
}

static void
test_bad_truncated (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *vector = vector_path ();
  g_autofree char *contents = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (vector, &contents, &n_bytes, NULL));
  /* SQLite takes one byte for none. */
  for (gsize length = 2; length < n_bytes; length += 1 + length / 50)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveStore) store = NULL;

      put_file (fixture->path, contents, length);
      store = open_with (fixture->path, REACTIVE_STORE_READ_WRITE, NULL, &error);
      g_assert_null (store);
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE);
      g_assert_true (g_str_has_suffix (error->message, "move it away and the next hook starts with no flags"));
      g_assert_cmpuint (get_file_bytes (fixture->path), ==, length);
    }
  put_file (fixture->path, contents, n_bytes - 1);
  assert_refused (fixture->path, REACTIVE_STORE_READ_WRITE, REACTIVE_ERROR_STATE,
                  ": damaged (cut short); restore a copy, or move it away and the next hook starts with no flags");
}

/* Whatever is wrong inside, reading and writing end, and only with the errors that are declared. */
static void
test_bad_damaged_pages (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *vector = vector_path ();
  g_autofree char *contents = NULL;
  gsize n_bytes = 0;

  g_assert_true (g_file_get_contents (vector, &contents, &n_bytes, NULL));
  for (guint run = 0; run < 400; run++)
    {
      g_autofree char *damaged = g_memdup2 (contents, n_bytes);
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveStore) store = NULL;

      for (guint i = 0; i < 20; i++)
        damaged[g_test_rand_int_range (16, (gint32) n_bytes)] = (char) g_test_rand_int_range (0, 256);
      put_file (fixture->path, damaged, n_bytes);
      store = open_with (fixture->path, REACTIVE_STORE_READ_WRITE, NULL, &error);
      if (store != NULL)
        {
          reactive_store_set (store, "a", "1");
          reactive_store_unset_prefix (store, "reactive.states.");
          reactive_store_commit (store, &ok_row, &error);
        }
      g_assert_true (error == NULL || g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE)
                     || g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA));
      g_clear_pointer (&store, reactive_store_free);
      empty_directory (fixture->directory);
    }
}

static void
test_bad_not_regular (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autofree char *below = g_build_filename (fixture->directory, "none", "state.db", NULL);

  assert_refused (fixture->directory, REACTIVE_STORE_READ_WRITE, REACTIVE_ERROR_STATE, ": not a regular file");
  assert_refused (below, REACTIVE_STORE_READ_WRITE, REACTIVE_ERROR_STATE,
                  ": cannot be created: No such file or directory");
  g_assert_cmpint (mkfifo (fixture->path, 0600), ==, 0);
  assert_refused (fixture->path, REACTIVE_STORE_READ_WRITE, REACTIVE_ERROR_STATE, ": not a regular file");
  assert_refused (fixture->path, REACTIVE_STORE_READ_ONLY, REACTIVE_ERROR_STATE, ": not a regular file");
}

/* Failures and kills at every call to the system */

/* One hook of many changes: rows inserted, updated and removed, a value of several pages, a trace row. */
static gboolean
run_hook (const char *path, GError **error)
{
  g_autoptr (ReactiveStore) store = open_with (path, REACTIVE_STORE_READ_WRITE, FAULT_VFS_NAME, error);
  g_autofree char *large = g_strnfill (20000, '7');

  if (store == NULL)
    return FALSE;

  reactive_store_unset_prefix (store, "reactive.data_changed.");
  reactive_store_set (store, "reactive.dispatch.phase", "\"hooks\"");
  reactive_store_set (store, "large", large);
  for (guint i = 0; i < 30; i++)
    {
      g_autofree char *key = g_strdup_printf ("reactive.states.flag-%u", i);

      reactive_store_set (store, key, "null");
    }
  if (reactive_store_commit (store, &ok_row, error))
    return TRUE;

  /* What a hook does next may fail as well, but must not make it worse. */
  reactive_store_rollback (store, &error_row, NULL);
  return FALSE;
}

typedef struct
{
  const char *path;
  gboolean is_fresh;
  FaultCalls calls;
  int code;
  gboolean from_there;
  gboolean afterwards;
} Fault;

static const Fault faults[] = {
  { "/store/fault/one-input-output-error-keeps-old-or-new-state", FALSE, FAULT_ALL, SQLITE_IOERR, FALSE },
  { "/store/fault/input-output-errors-from-then-on-keep-old-or-new-state", FALSE, FAULT_ALL, SQLITE_IOERR, TRUE },
  { "/store/fault/disk-full-keeps-old-or-new-state", FALSE, FAULT_WRITE | FAULT_TRUNCATE | FAULT_SYNC, SQLITE_FULL,
    TRUE },
  { "/store/fault/one-write-without-room-keeps-old-or-new-state", FALSE, FAULT_WRITE, SQLITE_FULL, FALSE },
  { "/store/fault/read-only-directory-keeps-old-or-new-state", FALSE, FAULT_OPEN | FAULT_WRITE | FAULT_DELETE,
    SQLITE_READONLY, TRUE },
  { "/store/fault/journal-cannot-be-opened-keeps-old-or-new-state", FALSE, FAULT_OPEN, SQLITE_CANTOPEN, TRUE },
  { "/store/fault/locked-at-any-lock-keeps-old-or-new-state", FALSE, FAULT_LOCK, SQLITE_BUSY, TRUE },
  { "/store/fault/new-file-with-input-output-error-keeps-old-or-new-state", TRUE, FAULT_ALL, SQLITE_IOERR, FALSE },
  { "/store/fault/new-file-on-full-disk-keeps-old-or-new-state", TRUE, FAULT_WRITE | FAULT_TRUNCATE, SQLITE_FULL,
    TRUE },
  { "/store/kill/killed-at-any-call-keeps-old-or-new-state", FALSE, FAULT_ALL, 0, FALSE },
  { "/store/kill/new-file-killed-at-any-call-keeps-old-or-new-state", TRUE, FAULT_ALL, 0, FALSE },
  { "/store/fault/error-once-the-journal-is-gone-keeps-new-state", FALSE, FAULT_DELETE, SQLITE_IOERR, FALSE, TRUE },
  { "/store/kill/killed-once-the-journal-is-gone-keeps-new-state", FALSE, FAULT_DELETE, 0, FALSE, TRUE },
};

static void
reset_file (Fixture *fixture, gboolean is_fresh)
{
  empty_directory (fixture->directory);
  if (is_fresh)
    put_file (fixture->path, "", 0);
  else
    copy_vector (fixture->path);
}

/* Whether the hook ended well; in a child if it may be killed. */
static gboolean
run_hook_with_fault (const char *path, FaultPlan *plan, GError **error)
{
  int status = 0;
  pid_t child;

  if (plan->code != 0 || plan->at == 0)
    return run_hook (path, error);

  child = fork ();
  g_assert_cmpint (child, >=, 0);
  if (child == 0)
    _exit (run_hook (path, NULL) ? 0 : 1);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (status == 0 || (WIFSIGNALED (status) && WTERMSIG (status) == SIGKILL));
  return status == 0;
}

static void
assert_declared (const GError *error, const char *path)
{
  g_assert_true (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE)
                 || g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_BUSY));
  g_assert_true (g_str_has_prefix (error->message, path));
}

static void
test_fault (Fixture *fixture, gconstpointer data)
{
  const Fault *fault = data;
  FaultPlan plan = { .calls = fault->calls };
  g_autoptr (sqlite3_vfs) vfs = fault_vfs_new (&plan);
  g_autofree char *old_state = NULL;
  g_autofree char *new_state = NULL;
  guint n_old = 0, n_new = 0, n_calls;

  reset_file (fixture, fault->is_fresh);
  old_state = read_state (fixture->path);
  g_assert_true (run_hook_with_fault (fixture->path, &plan, NULL));
  new_state = read_state (fixture->path);
  g_assert_cmpstr (old_state, !=, new_state);
  n_calls = plan.n_calls;
  g_assert_cmpuint (n_calls, >, 0);

  for (guint at = 1; at <= n_calls; at++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *state = NULL;
      gboolean is_new, is_done;

      reset_file (fixture, fault->is_fresh);
      plan = (FaultPlan){
        .calls = fault->calls,
        .at = at,
        .from_there = fault->from_there,
        .code = fault->code,
        .afterwards = fault->afterwards,
      };
      is_done = run_hook_with_fault (fixture->path, &plan, &error);
      state = read_state (fixture->path);
      is_new = strcmp (state, new_state) == 0;
      if (!is_new)
        g_assert_cmpstr (state, ==, old_state);
      if (is_done)
        g_assert_true (is_new);
      if (!is_done && error != NULL)
        assert_declared (error, fixture->path);
      assert_query (fixture->path, "PRAGMA integrity_check", "ok|\n");
      n_new += is_new;
      n_old += !is_new;
    }
  g_test_message ("%u calls: old state %u times, new state %u times", n_calls, n_old, n_new);
  g_assert_cmpuint (fault->afterwards ? n_new : n_old, >, 0);
}

/* A journal that a killed writer left is undone by whoever comes next, be it a reader. */
static void
test_kill_then_read (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  FaultPlan plan = { .calls = FAULT_DELETE, .at = 1 };
  g_autoptr (sqlite3_vfs) vfs = fault_vfs_new (&plan);
  g_autofree char *old_state = NULL;
  g_autofree char *state = NULL;
  g_autofree char *journal = g_strconcat (fixture->path, "-journal", NULL);

  copy_vector (fixture->path);
  old_state = read_state (fixture->path);
  g_assert_false (run_hook_with_fault (fixture->path, &plan, NULL));
  g_assert_true (g_file_test (journal, G_FILE_TEST_EXISTS));
  state = read_state (fixture->path);
  g_assert_cmpstr (state, ==, old_state);
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  start_tests (&argc, &argv);

  for (guint i = 0; i < G_N_ELEMENTS (bad_files); i++)
    add (bad_files[i].path, GUINT_TO_POINTER (i), test_bad_sql);
  add ("/store/bad/random-bytes", NULL, test_bad_random_bytes);
  add ("/store/bad/truncated-anywhere", NULL, test_bad_truncated);
  add ("/store/bad/damaged-pages", NULL, test_bad_damaged_pages);
  add ("/store/bad/not-a-regular-file", NULL, test_bad_not_regular);
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++)
    add (faults[i].path, &faults[i], test_fault);
  add ("/store/kill/reader-undoes-half-a-commit", NULL, test_kill_then_read);

  return g_test_run ();
}
