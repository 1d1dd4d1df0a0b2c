/* SPDX-License-Identifier: Apache-2.0 */
#include "state/database.h"

struct _ReactiveDatabase
{
  char *path;
  sqlite3 *handle;
  guint busy_timeout_ms;
};

/* No value in a unit-state file comes near this; a corrupt or hostile file may claim anything. */
#define MAX_VALUE_BYTES (256 * 1024 * 1024)

static char *
format_timeout (guint timeout_ms)
{
  if (timeout_ms % 1000 == 0)
    return g_strdup_printf ("%u s", timeout_ms / 1000);
  return g_strdup_printf ("%u ms", timeout_ms);
}

/* SQLite's message and, where a system call failed, the reason that the system gave. */
static char *
describe_failure (ReactiveDatabase *database, int code)
{
  int system_errno = sqlite3_system_errno (database->handle);

  if ((code & 0xff) != SQLITE_IOERR && (code & 0xff) != SQLITE_CANTOPEN)
    system_errno = 0;
  if (system_errno == 0)
    return g_strdup (sqlite3_errmsg (database->handle));
  return g_strdup_printf ("%s: %s", sqlite3_errmsg (database->handle), g_strerror (system_errno));
}

/* Always FALSE, so that a caller can return it. */
static gboolean
fail (ReactiveDatabase *database, int code, GError **error)
{
  g_autofree char *reason = describe_failure (database, code);
  g_autofree char *timeout = format_timeout (database->busy_timeout_ms);
  const char *path = database->path;

  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BUSY, "%s: locked by another process for %s", path, timeout);
      break;
    case SQLITE_NOTADB:
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE,
                   "%s: not a unit-state file (%s); move it away and the next hook starts with no flags", path, reason);
      break;
    case SQLITE_CORRUPT:
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE,
                   "%s: damaged (%s); restore a copy, or move it away and the next hook starts with no flags", path,
                   reason);
      break;
    case SQLITE_FULL:
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE, "%s: cannot be written (%s); make room and try again",
                   path, reason);
      break;
    case SQLITE_READONLY:
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE,
                   "%s: cannot be written (%s); check the permissions of the file and its directory", path, reason);
      break;
    case SQLITE_TOOBIG:
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "%s: holds a value of more than %u MB", path,
                   MAX_VALUE_BYTES / (1024 * 1024));
      break;
    default:
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE, "%s: cannot be read or written (%s)", path, reason);
      break;
    }
  return FALSE;
}

/* The file may have been made by anybody: nothing in its schema may run code, and cells are checked as they are read.
 */
static void
distrust_schema (sqlite3 *handle)
{
  sqlite3_db_config (handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  sqlite3_limit (handle, SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES);
}

ReactiveDatabase *
reactive_database_open (const char *path, const char *vfs, guint busy_timeout_ms, GError **error)
{
  g_autoptr (ReactiveDatabase) database = g_new0 (ReactiveDatabase, 1);
  /* A bare ":memory:" or "file:..." would mean something else to SQLite. */
  g_autofree char *file_name = g_path_is_absolute (path) ? g_strdup (path) : g_build_filename (".", path, NULL);
  int code;

  database->path = g_strdup (path);
  database->busy_timeout_ms = busy_timeout_ms;
  code = sqlite3_open_v2 (file_name, &database->handle,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  if (code != SQLITE_OK)
    {
      fail (database, code, error);
      return NULL;
    }

  sqlite3_busy_timeout (database->handle, (int) busy_timeout_ms);
  distrust_schema (database->handle);
  if (!reactive_database_execute (database, "PRAGMA cell_size_check = ON", error))
    return NULL;

  return g_steal_pointer (&database);
}

void
reactive_database_free (ReactiveDatabase *database)
{
  if (database == NULL)
    return;

  sqlite3_close (database->handle);
  g_free (database->path);
  g_free (database);
}

const char *
reactive_database_get_path (ReactiveDatabase *database)
{
  return database->path;
}

gboolean
reactive_database_in_transaction (ReactiveDatabase *database)
{
  return !sqlite3_get_autocommit (database->handle);
}

gint64
reactive_database_get_last_id (ReactiveDatabase *database)
{
  return sqlite3_last_insert_rowid (database->handle);
}

gint64
reactive_database_get_file_bytes (ReactiveDatabase *database)
{
  sqlite3_file *file = NULL;
  sqlite3_int64 size_bytes = -1;

  /* Through SQLite's own descriptor: closing another one of the same file would drop this process's locks on it. */
  if (sqlite3_file_control (database->handle, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == NULL
      || file->pMethods == NULL || file->pMethods->xFileSize (file, &size_bytes) != SQLITE_OK)
    return -1;
  return size_bytes;
}

gboolean
reactive_database_execute (ReactiveDatabase *database, const char *sql, GError **error)
{
  int code = sqlite3_exec (database->handle, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || fail (database, code, error);
}

sqlite3_stmt *
reactive_database_prepare (ReactiveDatabase *database, const char *sql, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (database->handle, sql, -1, &statement, NULL);

  if (code != SQLITE_OK)
    fail (database, code, error);
  return statement;
}

gboolean
reactive_database_step (ReactiveDatabase *database, sqlite3_stmt *statement, gboolean *out_has_row, GError **error)
{
  int code = sqlite3_step (statement);

  if (code != SQLITE_ROW && code != SQLITE_DONE)
    return fail (database, code, error);

  *out_has_row = code == SQLITE_ROW;
  return TRUE;
}

gboolean
reactive_database_run (ReactiveDatabase *database, sqlite3_stmt *statement, GError **error)
{
  gboolean has_row = FALSE;

  if (!reactive_database_step (database, statement, &has_row, error))
    return FALSE;

  g_assert (!has_row);
  sqlite3_reset (statement);
  return TRUE;
}

gboolean
reactive_database_query_integer (ReactiveDatabase *database, const char *sql, gint64 *out_integer, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = reactive_database_prepare (database, sql, error);
  gboolean has_row = FALSE;

  if (statement == NULL || !reactive_database_step (database, statement, &has_row, error))
    return FALSE;

  *out_integer = has_row ? sqlite3_column_int64 (statement, 0) : 0;
  return TRUE;
}
