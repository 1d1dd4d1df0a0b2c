/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* The unit-state file: keys with JSON texts as values, byte-compatible with charmhelpers' unitdata; or the same in
 * memory. Everything is read once at open; changes stay in memory until commit. Keys are UTF-8. Rows whose key or value
 * is not text (or has a NUL in it) are neither seen nor touched, unless a value is set for that very key.
 *
 * An open or write fails with STATE (cannot be read or written, damaged, not a database at all), BUSY (locked by
 * another process for the whole timeout), TOO_NEW, BAD_DATA (more than REACTIVE_STORE_MAX_BYTES), or NOT_FOUND (nothing
 * to read); the file then holds what it held before. */
typedef struct _ReactiveStore ReactiveStore;

typedef enum
{
  REACTIVE_STORE_READ_WRITE, /* created if missing, mode 0600, locked against other writers until commit or rollback */
  REACTIVE_STORE_READ_ONLY,  /* must exist; never locked, never changed, but for undoing what a killed writer left */
} ReactiveStoreMode;

/* What is kept of one hook, good or failed, for later commands to explain it. A longer hook name, outcome or error is
 * cut; events beyond the limit are dropped, and stand as "[]". */
typedef struct
{
  const char *hook;    /* "config-changed", "action backup" */
  const char *outcome; /* "ok" or "error" */
  gint64 started_us;   /* wall clock */
  gint64 duration_us;
  const char *error;  /* (nullable): message of the failure */
  const char *events; /* JSON text of what happened; cut by whoever made it, see REACTIVE_STORE_MAX_TRACE_BYTES; NULL
                       * stands for "[]" */
} ReactiveTraceRow;

gboolean reactive_trace_row_is_action (const ReactiveTraceRow *row);

#define REACTIVE_STORE_MAX_TRACE_ROWS 100             /* hooks */
#define REACTIVE_STORE_MAX_TRACE_BYTES (64u * 1024)   /* events of one hook */
#define REACTIVE_STORE_MAX_TRACE_TOTAL (1024u * 1024) /* all rows */
#define REACTIVE_STORE_MAX_BYTES (256u * 1024 * 1024) /* keys and values together */
#define REACTIVE_STORE_BUSY_TIMEOUT_MS 5000           /* Python's default */

/* What tests turn; 0 and NULL stand for the defaults. */
typedef struct
{
  const char *vfs; /* (nullable): name of an SQLite VFS */
  guint busy_timeout_ms;
  gsize max_bytes;
} ReactiveStoreOptions;

/* Keys that begin so are ours alone: they stand in a table of their own, which Python does not see. */
#define REACTIVE_STORE_OWN_PREFIX "reactive_"
/* Of those, keys that begin so are the handles of ops's snapshots, as Python libraries keep their state in when they
 * run on ops below charms.reactive; Python sees them in the table of ops. Those that JSON cannot say are not seen. */
#define REACTIVE_STORE_OPS_PREFIX "reactive_ops."

typedef void (*ReactiveStoreFunc) (const char *key, const char *json_text, gpointer user_data);
typedef void (*ReactiveTraceFunc) (gint64 id, const ReactiveTraceRow *row, gpointer user_data);

ReactiveStore *reactive_store_open (const char *path, ReactiveStoreMode mode, GError **error);
ReactiveStore *reactive_store_open_full (const char *path, ReactiveStoreMode mode, const ReactiveStoreOptions *options,
                                         GError **error);
/* For one hook after another; see store-image.h for what is kept of many units. */
ReactiveStore *reactive_store_new_in_memory (void);
void reactive_store_free (ReactiveStore *store);

/* Of the file; NULL in memory. */
const char *reactive_store_get_path (const ReactiveStore *store);
/* (nullable): valid until that key changes, or until commit or rollback. */
const char *reactive_store_get (ReactiveStore *store, const char *key);
void reactive_store_set (ReactiveStore *store, const char *key, const char *json_text);
void reactive_store_unset (ReactiveStore *store, const char *key);
void reactive_store_unset_prefix (ReactiveStore *store, const char *prefix);
gboolean reactive_store_has_prefix (ReactiveStore *store, const char *prefix);
/* In key order (bytes). @func must not change the store. */
void reactive_store_foreach (ReactiveStore *store, const char *prefix, ReactiveStoreFunc func, gpointer user_data);

/* One transaction: all changes since open or the last commit, and @row (nullable). Releases the lock. After a failure
 * the changes are still there, to be rolled back. A later commit takes the lock again, and fails with STATE if another
 * process wrote in between: what this store has read is then out of date. */
gboolean reactive_store_commit (ReactiveStore *store, const ReactiveTraceRow *row, GError **error);
/* Forgets all changes since open or the last commit; writes @row (nullable) alone. Releases the lock. */
gboolean reactive_store_rollback (ReactiveStore *store, const ReactiveTraceRow *row, GError **error);
/* Oldest first. */
gboolean reactive_store_foreach_trace (ReactiveStore *store, ReactiveTraceFunc func, gpointer user_data,
                                       GError **error);
/* Whether the events of a row are kept; where not they need not be made. */
gboolean reactive_store_keeps_events (const ReactiveStore *store);

/* Writes what is committed, with the trace, as a unit-state file, in place of any that is there. */
gboolean reactive_store_write_file (ReactiveStore *store, const char *path, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveStore, reactive_store_free)
