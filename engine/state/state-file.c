/* SPDX-License-Identifier: Apache-2.0 */
#include "state/state-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/json.h"
#include "state/database.h"
#include "state/pickle.h"
#include "state/trace.h"

/* Of the tables whose names begin with "reactive_". A file with a larger number was made by a newer version. */
#define FORMAT 1

/* SQLite's names and numbers for what charmhelpers uses, and what a kill in the middle of a commit is survived with. */
#define JOURNAL_MODE "delete"
#define SYNCHRONOUS_FULL 2

typedef enum
{
  TABLE_KV,
  TABLE_KV_REVISIONS,
  TABLE_HOOKS,
  TABLE_META,
  TABLE_TRACE,
  TABLE_OWN,
  TABLE_SNAPSHOT,
  TABLE_NOTICE,
  N_TABLES,
} Table;

/* The first three to the letter as charmhelpers makes them, the last two as ops does: SQLite keeps the text in the
 * file.
 */
static const struct
{
  const char *name;
  const char *sql;
} tables[N_TABLES] = {
  { "kv", "CREATE TABLE kv (\n"
          "               key text,\n"
          "               data text,\n"
          "               primary key (key)\n"
          "               )" },
  { "kv_revisions", "CREATE TABLE kv_revisions (\n"
                    "               key text,\n"
                    "               revision integer,\n"
                    "               data text,\n"
                    "               primary key (key, revision)\n"
                    "               )" },
  { "hooks", "CREATE TABLE hooks (\n"
             "               version integer primary key autoincrement,\n"
             "               hook text,\n"
             "               date text\n"
             "               )" },
  { "reactive_meta", "CREATE TABLE reactive_meta (key text primary key, value)" },
  { "reactive_trace", reactive_trace_table_sql },
  { "reactive_kv", "CREATE TABLE reactive_kv (key text primary key, data text)" },
  { "snapshot", "CREATE TABLE snapshot (handle TEXT PRIMARY KEY, data BLOB)" },
  { "notice", "CREATE TABLE notice (\n"
              "                  sequence INTEGER PRIMARY KEY AUTOINCREMENT,\n"
              "                  event_path TEXT,\n"
              "                  observer_path TEXT,\n"
              "                  method_name TEXT)" },
};

typedef enum
{
  WRITE_INSERT,
  WRITE_UPDATE,
  WRITE_DELETE,
  N_WRITES,
} Write;

/* Keys that Python knows stand in kv, keys of our own ("reactive_…") in a table of their own; those of ops in its. */
typedef enum
{
  ROWS_SHARED,
  ROWS_OWN,
  ROWS_OPS,
  N_ROWS,
} Rows;

/* An update keeps the row where it is, as Python's does. BINARY, because in a table of another collation rows that are
 * not meant would be hit. */
static const struct
{
  Table table;
  const char *read_sql;
  const char *write_sql[N_WRITES];
} rows_sql[N_ROWS] = {
  [ROWS_SHARED] = { TABLE_KV,
                    "SELECT key, data FROM kv",
                    { [WRITE_INSERT] = "INSERT INTO kv (key, data) VALUES (?1, ?2)",
                      [WRITE_UPDATE] = "UPDATE kv SET data = ?2 WHERE key = ?1 COLLATE BINARY",
                      [WRITE_DELETE] = "DELETE FROM kv WHERE key = ?1 COLLATE BINARY" } },
  [ROWS_OWN] = { TABLE_OWN,
                 "SELECT key, data FROM reactive_kv",
                 { [WRITE_INSERT] = "INSERT INTO reactive_kv (key, data) VALUES (?1, ?2)",
                   [WRITE_UPDATE] = "UPDATE reactive_kv SET data = ?2 WHERE key = ?1 COLLATE BINARY",
                   [WRITE_DELETE] = "DELETE FROM reactive_kv WHERE key = ?1 COLLATE BINARY" } },
  [ROWS_OPS] = { TABLE_SNAPSHOT,
                 "SELECT handle, data FROM snapshot",
                 { [WRITE_INSERT] = "INSERT INTO snapshot (handle, data) VALUES (?1, ?2)",
                   [WRITE_UPDATE] = "UPDATE snapshot SET data = ?2 WHERE handle = ?1 COLLATE BINARY",
                   [WRITE_DELETE] = "DELETE FROM snapshot WHERE handle = ?1 COLLATE BINARY" } },
};

struct _ReactiveStateFile
{
  ReactiveDatabase *database;
  ReactiveStoreMode mode;
  gboolean has_table[N_TABLES]; /* as of the current transaction */
  gint64 data_version;          /* changes when another connection writes */
  sqlite3_stmt *writes[N_ROWS][N_WRITES];
};

static gboolean
set_system_error (GError **error, ReactiveError code, const char *path, const char *what, int system_errno)
{
  return reactive_fail (error, code, "%s: %s: %s", path, what, g_strerror (system_errno));
}

/* Never opens a file that exists: closing it would drop the locks that this process has on it. */
static gboolean
create_private (const char *path, GError **error)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, 0600);

  if (fd >= 0)
    close (fd);
  else if (errno != EEXIST)
    return set_system_error (error, REACTIVE_ERROR_STATE, path, "cannot be created", errno);
  return TRUE;
}

static gboolean
prepare_file (const char *path, ReactiveStoreMode mode, GError **error)
{
  struct stat status;
  int result = stat (path, &status);

  if (result != 0 && errno == ENOENT && mode == REACTIVE_STORE_READ_WRITE)
    {
      if (!create_private (path, error))
        return FALSE;
      result = stat (path, &status);
    }

  if (result != 0)
    {
      gboolean is_missing = errno == ENOENT && mode == REACTIVE_STORE_READ_ONLY;

      return set_system_error (error, is_missing ? REACTIVE_ERROR_NOT_FOUND : REACTIVE_ERROR_STATE, path,
                               "cannot be opened", errno);
    }
  if (!S_ISREG (status.st_mode))
    return reactive_fail (error, REACTIVE_ERROR_STATE, "%s: not a regular file", path);
  if (mode == REACTIVE_STORE_READ_WRITE && (status.st_mode & 07777) != 0600 && chmod (path, 0600) != 0)
    return set_system_error (error, REACTIVE_ERROR_STATE, path, "cannot be made private", errno);
  return TRUE;
}

/* Queries inside the transaction cost no lock; only a file that was given another mode pays for more. */
static gboolean
has_safe_settings (ReactiveDatabase *database, gboolean *out_is_safe, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = reactive_database_prepare (database, "PRAGMA journal_mode", error);
  gboolean has_row = FALSE;
  gint64 synchronous = 0;

  if (statement == NULL || !reactive_database_step (database, statement, &has_row, error))
    return FALSE;
  if (!reactive_database_query_integer (database, "PRAGMA synchronous", &synchronous, error))
    return FALSE;

  *out_is_safe = has_row && g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), JOURNAL_MODE) == 0
                 && synchronous == SYNCHRONOUS_FULL;
  return TRUE;
}

static gboolean
lock_safely (ReactiveDatabase *database, GError **error)
{
  gboolean is_safe = FALSE;

  if (!reactive_database_execute (database, "BEGIN IMMEDIATE", error) || !has_safe_settings (database, &is_safe, error))
    return FALSE;
  if (is_safe)
    return TRUE;

  if (!reactive_database_execute (
          database, "ROLLBACK; PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; BEGIN IMMEDIATE", error)
      || !has_safe_settings (database, &is_safe, error))
    return FALSE;
  if (!is_safe)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE, "%s: cannot be given a rollback journal",
                 reactive_database_get_path (database));
  return is_safe;
}

/* SQLite misses a last page of which only a part is there: it reads zeros for the rest, and rows vanish. */
static gboolean
check_whole (ReactiveDatabase *database, GError **error)
{
  gint64 file_bytes = reactive_database_get_file_bytes (database);
  gint64 n_pages = 0, page_bytes = 0;

  if (!reactive_database_query_integer (database, "PRAGMA page_count", &n_pages, error)
      || !reactive_database_query_integer (database, "PRAGMA page_size", &page_bytes, error))
    return FALSE;

  /* In an empty file the write lock makes a first page, in memory. */
  if (file_bytes != 0 && file_bytes < n_pages * page_bytes)
    return reactive_fail (
        error, REACTIVE_ERROR_STATE,
        "%s: damaged (cut short); restore a copy, or move it away and the next hook starts with no flags",
        reactive_database_get_path (database));
  return TRUE;
}

static gboolean
find_tables (ReactiveStateFile *file, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = reactive_database_prepare (file->database, "SELECT name FROM sqlite_master WHERE type = 'table'", error);
  gboolean has_row = FALSE;

  if (statement == NULL)
    return FALSE;

  memset (file->has_table, 0, sizeof file->has_table);
  for (;;)
    {
      if (!reactive_database_step (file->database, statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;
      for (guint i = 0; i < N_TABLES; i++)
        {
          if (g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), tables[i].name) == 0)
            file->has_table[i] = TRUE;
        }
    }
}

static gboolean
check_format (ReactiveStateFile *file, GError **error)
{
  gint64 format = 0;

  if (!file->has_table[TABLE_META])
    return TRUE;
  if (!reactive_database_query_integer (file->database, "SELECT value FROM reactive_meta WHERE key = 'format'", &format,
                                        error))
    return FALSE;

  if (format > FORMAT)
    return reactive_fail (error, REACTIVE_ERROR_TOO_NEW,
                          "%s: written by a newer libreactive (format %" G_GINT64_FORMAT ", this one knows %d)",
                          reactive_database_get_path (file->database), format, FORMAT);
  return TRUE;
}

ReactiveStateFile *
reactive_state_file_open (const char *path, ReactiveStoreMode mode, const ReactiveStoreOptions *options, GError **error)
{
  g_autoptr (ReactiveStateFile) file = g_new0 (ReactiveStateFile, 1);

  if (!prepare_file (path, mode, error))
    return NULL;

  file->mode = mode;
  file->database = reactive_database_open (path, options->vfs, options->busy_timeout_ms, error);
  if (file->database == NULL)
    return NULL;

  if (mode == REACTIVE_STORE_READ_WRITE ? !lock_safely (file->database, error)
                                        : !reactive_database_execute (file->database, "BEGIN", error))
    return NULL;

  /* The tables come first: in a reader it is this query that takes the lock under which all the others agree. */
  if (!find_tables (file, error) || !check_whole (file->database, error) || !check_format (file, error)
      || !reactive_database_query_integer (file->database, "PRAGMA data_version", &file->data_version, error))
    return NULL;

  return g_steal_pointer (&file);
}

void
reactive_state_file_free (ReactiveStateFile *file)
{
  if (file == NULL)
    return;

  for (guint i = 0; i < N_ROWS * N_WRITES; i++)
    sqlite3_finalize (file->writes[i / N_WRITES][i % N_WRITES]);
  reactive_database_free (file->database);
  g_free (file);
}

/* A text with a NUL in it would be cut, and stand for another key or value. */
static const char *
column_text (sqlite3_stmt *statement, int column, gsize *out_bytes)
{
  const char *text;

  if (sqlite3_column_type (statement, column) != SQLITE_TEXT)
    return NULL;

  text = (const char *) sqlite3_column_text (statement, column);
  *out_bytes = (gsize) sqlite3_column_bytes (statement, column);
  if (text == NULL || memchr (text, '\0', *out_bytes) != NULL)
    return NULL;
  return text;
}

static Rows
rows_of (const char *key)
{
  if (g_str_has_prefix (key, REACTIVE_STORE_OPS_PREFIX))
    return ROWS_OPS;

  return g_str_has_prefix (key, REACTIVE_STORE_OWN_PREFIX) ? ROWS_OWN : ROWS_SHARED;
}

/* What ops keeps is a pickle; one that JSON cannot say is not there for us. */
static gboolean
hand_over_snapshot (sqlite3_stmt *statement, ReactiveStateFileFunc func, gpointer user_data)
{
  gsize handle_bytes = 0;
  const char *handle = column_text (statement, 0, &handle_bytes);
  const guint8 *data = sqlite3_column_type (statement, 1) == SQLITE_BLOB ? sqlite3_column_blob (statement, 1) : NULL;
  g_autoptr (ReactiveJson) value = NULL;
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;

  if (handle == NULL || data == NULL)
    return TRUE;
  value = reactive_pickle_parse (data, (gsize) sqlite3_column_bytes (statement, 1), NULL);
  if (value == NULL)
    return TRUE;

  key = g_strconcat (REACTIVE_STORE_OPS_PREFIX, handle, NULL);
  text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);

  return func (key, strlen (key), text, strlen (text), user_data);
}

/* FALSE when @func ends the reading. */
static gboolean
hand_over_row (sqlite3_stmt *statement, Rows rows, ReactiveStateFileFunc func, gpointer user_data)
{
  gsize key_bytes = 0, text_bytes = 0;
  const char *key, *text;

  if (rows == ROWS_OPS)
    return hand_over_snapshot (statement, func, user_data);

  key = column_text (statement, 0, &key_bytes);
  text = column_text (statement, 1, &text_bytes);
  if (key == NULL || text == NULL || rows_of (key) != rows)
    return TRUE;

  return func (key, key_bytes, text, text_bytes, user_data);
}

static gboolean
read_rows (ReactiveStateFile *file, Rows rows, ReactiveStateFileFunc func, gpointer user_data, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  g_autoptr (GError) reason = NULL;
  gboolean has_row = FALSE;

  if (!file->has_table[rows_sql[rows].table])
    return TRUE;

  statement = reactive_database_prepare (file->database, rows_sql[rows].read_sql, &reason);
  if (statement == NULL && rows == ROWS_OPS)
    return TRUE; /* a table of somebody else, with other columns */
  if (statement == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&reason));
      return FALSE;
    }

  do
    {
      if (!reactive_database_step (file->database, statement, &has_row, error))
        return FALSE;
    }
  while (has_row && hand_over_row (statement, rows, func, user_data));

  return TRUE;
}

gboolean
reactive_state_file_foreach (ReactiveStateFile *file, ReactiveStateFileFunc func, gpointer user_data, GError **error)
{
  for (guint rows = 0; rows < N_ROWS; rows++)
    {
      if (!read_rows (file, rows, func, user_data, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
reactive_state_file_begin (ReactiveStateFile *file, GError **error)
{
  g_assert (file->mode == REACTIVE_STORE_READ_WRITE);

  if (reactive_database_in_transaction (file->database))
    return TRUE;
  return reactive_database_execute (file->database, "BEGIN IMMEDIATE", error) && find_tables (file, error)
         && check_format (file, error);
}

gboolean
reactive_state_file_check_unchanged (ReactiveStateFile *file, GError **error)
{
  gint64 data_version = 0;

  if (!reactive_database_query_integer (file->database, "PRAGMA data_version", &data_version, error))
    return FALSE;

  if (data_version != file->data_version)
    return reactive_fail (error, REACTIVE_ERROR_STATE, "%s: changed by another process since it was read",
                          reactive_database_get_path (file->database));
  return TRUE;
}

static gboolean
ensure_table (ReactiveStateFile *file, Table table, GError **error)
{
  if (file->has_table[table])
    return TRUE;
  if (!reactive_database_execute (file->database, tables[table].sql, error))
    return FALSE;

  file->has_table[table] = TRUE;
  return TRUE;
}

static gboolean
ensure_charmhelpers_tables (ReactiveStateFile *file, GError **error)
{
  return ensure_table (file, TABLE_KV, error) && ensure_table (file, TABLE_KV_REVISIONS, error)
         && ensure_table (file, TABLE_HOOKS, error);
}

/* One of ours, beside the mark of the format that they are in. */
static gboolean
ensure_own_table (ReactiveStateFile *file, Table table, GError **error)
{
  if (!file->has_table[TABLE_META])
    {
      g_autofree char *sql = g_strdup_printf ("INSERT INTO reactive_meta VALUES ('format', %d)", FORMAT);

      if (!ensure_table (file, TABLE_META, error) || !reactive_database_execute (file->database, sql, error))
        return FALSE;
    }
  return ensure_table (file, table, error);
}

static gboolean
ensure_table_of (ReactiveStateFile *file, Rows rows, GError **error)
{
  if (!ensure_charmhelpers_tables (file, error))
    return FALSE;

  if (rows == ROWS_OWN)
    return ensure_own_table (file, TABLE_OWN, error);
  if (rows == ROWS_OPS)
    return ensure_table (file, TABLE_SNAPSHOT, error) && ensure_table (file, TABLE_NOTICE, error);

  return TRUE;
}

/* The value of a row, as its table keeps it. */
static gboolean
bind_value (sqlite3_stmt *statement, Rows rows, const char *text, GError **error)
{
  g_autoptr (ReactiveJson) value = NULL;
  g_autoptr (GByteArray) pickle = NULL;

  if (rows != ROWS_OPS)
    {
      sqlite3_bind_text (statement, 2, text, -1, SQLITE_STATIC);
      return TRUE;
    }

  value = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, error);
  if (value == NULL)
    return FALSE;
  pickle = reactive_pickle_from_json (value);
  if (pickle == NULL)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "an integer of more than 64 bits for ops");
  sqlite3_bind_blob (statement, 2, pickle->data, (int) pickle->len, SQLITE_TRANSIENT);

  return TRUE;
}

static gboolean
run_write (ReactiveStateFile *file, Rows rows, Write write, const char *key, const char *text, GError **error)
{
  sqlite3_stmt **statement = &file->writes[rows][write];

  if (*statement == NULL)
    *statement = reactive_database_prepare (file->database, rows_sql[rows].write_sql[write], error);
  if (*statement == NULL)
    return FALSE;

  sqlite3_reset (*statement);
  sqlite3_bind_text (*statement, 1, rows == ROWS_OPS ? key + strlen (REACTIVE_STORE_OPS_PREFIX) : key, -1,
                     SQLITE_STATIC);
  if (write != WRITE_DELETE && !bind_value (*statement, rows, text, error))
    return FALSE;
  return reactive_database_run (file->database, *statement, error);
}

gboolean
reactive_state_file_write (ReactiveStateFile *file, const char *key, const char *text, gboolean exists, GError **error)
{
  Rows rows = rows_of (key);

  if (!ensure_table_of (file, rows, error))
    return FALSE;
  if (text != NULL && exists)
    return run_write (file, rows, WRITE_UPDATE, key, text, error);

  /* A row that was not read, as its value is no text, may stand under a key that is new. */
  return run_write (file, rows, WRITE_DELETE, key, NULL, error)
         && (text == NULL || run_write (file, rows, WRITE_INSERT, key, text, error));
}

gboolean
reactive_state_file_write_trace (ReactiveStateFile *file, const ReactiveTraceRow *row, GError **error)
{
  return ensure_charmhelpers_tables (file, error) && ensure_own_table (file, TABLE_TRACE, error)
         && reactive_trace_table_add (file->database, row, error);
}

gboolean
reactive_state_file_commit (ReactiveStateFile *file, GError **error)
{
  return reactive_database_execute (file->database, "COMMIT", error);
}

void
reactive_state_file_release (ReactiveStateFile *file)
{
  /* A write that is half done would keep the transaction open. Of errors that happen here nothing follows: what
   * remains in the journal is rolled back by whoever opens the file next. */
  for (guint i = 0; i < N_ROWS * N_WRITES; i++)
    sqlite3_reset (file->writes[i / N_WRITES][i % N_WRITES]);
  if (reactive_database_in_transaction (file->database))
    reactive_database_execute (file->database, "ROLLBACK", NULL);
}

gboolean
reactive_state_file_foreach_trace (ReactiveStateFile *file, ReactiveTraceFunc func, gpointer user_data, GError **error)
{
  if (!reactive_database_in_transaction (file->database) && !find_tables (file, error))
    return FALSE;
  return !file->has_table[TABLE_TRACE] || reactive_trace_table_foreach (file->database, func, user_data, error);
}
