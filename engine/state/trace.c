/* SPDX-License-Identifier: Apache-2.0 */
#include "state/trace.h"

#define MAX_NAME_BYTES 256
#define MAX_ERROR_BYTES 4096

/* offset_bytes counts the bytes of all rows ever written before this one. The difference of two rows' offsets is what
 * the rows between them hold, so old rows are found without reading the texts of the others. Ids never repeat although
 * they are not AUTOINCREMENT: the newest row is never pruned. */
const char reactive_trace_table_sql[] = "CREATE TABLE reactive_trace (id integer primary key, offset_bytes integer, "
                                        "hook text, outcome text, started_us integer, duration_us integer, "
                                        "error text, events text)";

struct _ReactiveTraceEntry
{
  gint64 id;
  gsize size_bytes;
  char *hook;
  char *outcome;
  char *error;
  char *events;
  gint64 started_us;
  gint64 duration_us;
};

static void
entry_free (ReactiveTraceEntry *entry)
{
  g_free (entry->hook);
  g_free (entry->outcome);
  g_free (entry->error);
  g_free (entry->events);
  g_free (entry);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveTraceEntry, entry_free)

/* At most @max_bytes of @text, whole characters. */
static char *
cut_text (const char *text, gsize max_bytes)
{
  gsize length_bytes = strnlen (text, max_bytes + 1);

  if (length_bytes > max_bytes)
    {
      const char *last = g_utf8_find_prev_char (text, text + max_bytes + 1);

      length_bytes = last == NULL ? max_bytes : (gsize) (last - text);
    }
  return g_utf8_make_valid (text, (gssize) length_bytes);
}

static ReactiveTraceEntry *
entry_new (const ReactiveTraceRow *row)
{
  ReactiveTraceEntry *entry = g_new0 (ReactiveTraceEntry, 1);
  gboolean has_events = row->events != NULL && strlen (row->events) <= REACTIVE_STORE_MAX_TRACE_BYTES;

  entry->hook = cut_text (row->hook, MAX_NAME_BYTES);
  entry->outcome = cut_text (row->outcome, MAX_NAME_BYTES);
  entry->error = row->error == NULL ? NULL : cut_text (row->error, MAX_ERROR_BYTES);
  entry->events = g_strdup (has_events ? row->events : "[]");
  entry->started_us = row->started_us;
  entry->duration_us = row->duration_us;
  entry->size_bytes
      = strlen (entry->hook) + strlen (entry->events) + (entry->error == NULL ? 0 : strlen (entry->error));
  return entry;
}

GPtrArray *
reactive_trace_list_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
}

void
reactive_trace_list_add (GPtrArray *entries, const ReactiveTraceRow *row)
{
  ReactiveTraceEntry *added = entry_new (row);
  gsize total_bytes = 0;
  guint n_kept = 0;

  added->id = entries->len == 0 ? 1 : ((ReactiveTraceEntry *) g_ptr_array_index (entries, entries->len - 1))->id + 1;
  g_ptr_array_add (entries, added);

  for (guint i = entries->len; i > 0 && n_kept < REACTIVE_STORE_MAX_TRACE_ROWS; i--)
    {
      ReactiveTraceEntry *entry = g_ptr_array_index (entries, i - 1);

      total_bytes += entry->size_bytes;
      if (total_bytes > REACTIVE_STORE_MAX_TRACE_TOTAL)
        break;
      n_kept++;
    }
  if (n_kept < entries->len)
    g_ptr_array_remove_range (entries, 0, entries->len - n_kept);
}

void
reactive_trace_list_foreach (GPtrArray *entries, ReactiveTraceFunc func, gpointer user_data)
{
  for (guint i = 0; i < entries->len; i++)
    {
      const ReactiveTraceEntry *entry = g_ptr_array_index (entries, i);
      ReactiveTraceRow row = {
        .hook = entry->hook,
        .outcome = entry->outcome,
        .started_us = entry->started_us,
        .duration_us = entry->duration_us,
        .error = entry->error,
        .events = entry->events,
      };

      func (entry->id, &row, user_data);
    }
}

/* Where the next row begins. */
static gboolean
find_end (ReactiveDatabase *database, gint64 *out_end_bytes, GError **error)
{
  g_autoptr (sqlite3_stmt) newest = reactive_database_prepare (
      database, "SELECT offset_bytes, hook, error, events FROM reactive_trace ORDER BY id DESC LIMIT 1", error);
  gboolean has_row = FALSE;

  if (newest == NULL || !reactive_database_step (database, newest, &has_row, error))
    return FALSE;

  *out_end_bytes = 0;
  if (!has_row)
    return TRUE;

  /* Unsigned, because a file made by hand may hold any number. */
  *out_end_bytes = (gint64) ((guint64) sqlite3_column_int64 (newest, 0) + (guint64) sqlite3_column_bytes (newest, 1)
                             + (guint64) sqlite3_column_bytes (newest, 2) + (guint64) sqlite3_column_bytes (newest, 3));
  return TRUE;
}

static gboolean
insert (ReactiveDatabase *database, const ReactiveTraceEntry *entry, gint64 offset_bytes, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = reactive_database_prepare (
      database,
      "INSERT INTO reactive_trace (offset_bytes, hook, outcome, started_us, duration_us, error, events) "
      "VALUES (?, ?, ?, ?, ?, ?, ?)",
      error);

  if (statement == NULL)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, offset_bytes);
  sqlite3_bind_text (statement, 2, entry->hook, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 3, entry->outcome, -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 4, entry->started_us);
  sqlite3_bind_int64 (statement, 5, entry->duration_us);
  sqlite3_bind_text (statement, 6, entry->error, -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 7, entry->events, -1, SQLITE_STATIC);
  return reactive_database_run (database, statement, error);
}

/* The oldest row that may stay beside @newest_id. Reads the rows that must go and one more. */
static gboolean
find_oldest_kept (ReactiveDatabase *database, gint64 newest_id, gint64 end_bytes, gint64 *out_id,
                  gboolean *out_is_first, GError **error)
{
  g_autoptr (sqlite3_stmt) statement
      = reactive_database_prepare (database, "SELECT id, offset_bytes FROM reactive_trace ORDER BY id", error);
  gboolean has_row = FALSE;

  if (statement == NULL)
    return FALSE;

  *out_is_first = TRUE;
  for (;;)
    {
      guint64 n_rows, total_bytes;

      if (!reactive_database_step (database, statement, &has_row, error))
        return FALSE;
      *out_id = has_row ? sqlite3_column_int64 (statement, 0) : newest_id;
      if (!has_row || *out_id == newest_id)
        return TRUE;

      n_rows = (guint64) newest_id - (guint64) *out_id + 1;
      total_bytes = (guint64) end_bytes - (guint64) sqlite3_column_int64 (statement, 1);
      if (n_rows <= REACTIVE_STORE_MAX_TRACE_ROWS && total_bytes <= REACTIVE_STORE_MAX_TRACE_TOTAL)
        return TRUE;
      *out_is_first = FALSE;
    }
}

static gboolean
prune (ReactiveDatabase *database, gint64 newest_id, gint64 end_bytes, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = NULL;
  gboolean is_first = TRUE;
  gint64 oldest_id = 0;

  if (!find_oldest_kept (database, newest_id, end_bytes, &oldest_id, &is_first, error))
    return FALSE;
  if (is_first)
    return TRUE;

  statement = reactive_database_prepare (database, "DELETE FROM reactive_trace WHERE id < ?", error);
  if (statement == NULL)
    return FALSE;

  sqlite3_bind_int64 (statement, 1, oldest_id);
  return reactive_database_run (database, statement, error);
}

gboolean
reactive_trace_table_add (ReactiveDatabase *database, const ReactiveTraceRow *row, GError **error)
{
  g_autoptr (ReactiveTraceEntry) entry = entry_new (row);
  gint64 offset_bytes = 0, end_bytes;

  if (!find_end (database, &offset_bytes, error) || !insert (database, entry, offset_bytes, error))
    return FALSE;

  end_bytes = (gint64) ((guint64) offset_bytes + entry->size_bytes);
  return prune (database, reactive_database_get_last_id (database), end_bytes, error);
}

/* NULL for anything but valid text. */
static const char *
column_text (sqlite3_stmt *statement, int column)
{
  const char *text;

  if (sqlite3_column_type (statement, column) != SQLITE_TEXT)
    return NULL;

  text = (const char *) sqlite3_column_text (statement, column);
  if (text == NULL || !g_utf8_validate (text, sqlite3_column_bytes (statement, column), NULL))
    return NULL;
  return text;
}

gboolean
reactive_trace_table_foreach (ReactiveDatabase *database, ReactiveTraceFunc func, gpointer user_data, GError **error)
{
  g_autoptr (sqlite3_stmt) statement = reactive_database_prepare (
      database, "SELECT id, hook, outcome, started_us, duration_us, error, events FROM reactive_trace ORDER BY id",
      error);
  gboolean has_row = TRUE;

  if (statement == NULL)
    return FALSE;

  for (;;)
    {
      const char *hook, *outcome, *events;

      if (!reactive_database_step (database, statement, &has_row, error))
        return FALSE;
      if (!has_row)
        return TRUE;

      hook = column_text (statement, 1);
      outcome = column_text (statement, 2);
      events = column_text (statement, 6);
      func (sqlite3_column_int64 (statement, 0),
            &(ReactiveTraceRow){
                .hook = hook == NULL ? "" : hook,
                .outcome = outcome == NULL ? "" : outcome,
                .started_us = sqlite3_column_int64 (statement, 3),
                .duration_us = sqlite3_column_int64 (statement, 4),
                .error = column_text (statement, 5),
                .events = events == NULL ? "[]" : events,
            },
            user_data);
    }
}
