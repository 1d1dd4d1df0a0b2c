/* SPDX-License-Identifier: Apache-2.0 */

/* What a hook's process pays for its state: open, read all keys, write ten, commit, close; beside the same work done by
 * hand on SQLite. Usage: bench-state DIRECTORY. Prints lines "NAME KEYS OURS FLOOR", medians in microseconds:
 * state-oneshot is wall time, state-oneshot-cpu processor time, state-trace wall time with a row of trace. */

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <time.h>

#include "state/store.h"

#define N_WRITTEN 10
#define N_RUNS_SMALL 301
#define N_RUNS_LARGE 61

static const char events[] = "[[\"invoke\", \"app:install\"], [\"set\", \"app.installed\"], [\"set\", \"app.ready\"]]";

typedef struct
{
  double wall_us;
  double cpu_us;
} Cost;

typedef void (*OneShot) (const char *path, guint n_keys, guint run, gboolean with_trace);

static double
now_us (clockid_t clock)
{
  struct timespec now;

  clock_gettime (clock, &now);
  return (double) now.tv_sec * 1e6 + (double) now.tv_nsec / 1e3;
}

static char *
make_key (guint i)
{
  return g_strdup_printf ("reactive.data_changed.endpoint.database.database:%u.application/%u.address", i % 7, i);
}

static char *
make_value (guint i, guint run)
{
  return g_strdup_printf ("\"%016x%016x\"", i, run);
}

static void
run_ours (const char *path, guint n_keys, guint run, gboolean with_trace)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = reactive_store_open (path, REACTIVE_STORE_READ_WRITE, &error);
  ReactiveTraceRow row = { .hook = "update-status", .outcome = "ok", .started_us = run, .events = events };

  g_assert_no_error (error);
  for (guint i = 0; i < N_WRITTEN; i++)
    {
      g_autofree char *key = make_key (i * (n_keys / N_WRITTEN));
      g_autofree char *value = make_value (i, run);

      g_assert (reactive_store_get (store, key) != NULL);
      reactive_store_set (store, key, value);
    }
  if (!reactive_store_commit (store, with_trace ? &row : NULL, &error))
    g_error ("%s", error->message);
}

static void
execute (sqlite3 *database, const char *sql)
{
  if (sqlite3_exec (database, sql, NULL, NULL, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (database));
}

static sqlite3_stmt *
prepare (sqlite3 *database, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  if (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL) != SQLITE_OK)
    g_error ("%s: %s", sql, sqlite3_errmsg (database));
  return statement;
}

/* Reading includes keeping: a plain array of copies. */
static void
read_by_hand (sqlite3 *database, guint n_keys, GPtrArray *texts)
{
  sqlite3_stmt *statement = prepare (database, "SELECT key, data FROM kv");

  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      for (int column = 0; column < 2; column++)
        {
          const unsigned char *text = sqlite3_column_text (statement, column);

          g_ptr_array_add (texts, g_memdup2 (text, (gsize) sqlite3_column_bytes (statement, column) + 1));
        }
    }
  sqlite3_finalize (statement);
  g_assert_cmpuint (texts->len, ==, 2 * n_keys);
}

static void
write_by_hand (sqlite3 *database, guint n_keys, guint run)
{
  sqlite3_stmt *statement = prepare (
      database, "INSERT INTO kv (key, data) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET data = excluded.data");

  for (guint i = 0; i < N_WRITTEN; i++)
    {
      g_autofree char *key = make_key (i * (n_keys / N_WRITTEN));
      g_autofree char *value = make_value (i, run);

      sqlite3_bind_text (statement, 1, key, -1, SQLITE_STATIC);
      sqlite3_bind_text (statement, 2, value, -1, SQLITE_STATIC);
      g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
      sqlite3_reset (statement);
    }
  sqlite3_finalize (statement);
}

/* The table is bounded as ours is, in the cheapest way. */
static void
trace_by_hand (sqlite3 *database, guint run)
{
  sqlite3_stmt *statement
      = prepare (database, "INSERT INTO reactive_trace (hook, outcome, started_us, events) VALUES (?, ?, ?, ?)");

  sqlite3_bind_text (statement, 1, "update-status", -1, SQLITE_STATIC);
  sqlite3_bind_text (statement, 2, "ok", -1, SQLITE_STATIC);
  sqlite3_bind_int64 (statement, 3, run);
  sqlite3_bind_text (statement, 4, events, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);

  statement = prepare (database, "DELETE FROM reactive_trace WHERE id <= ?");
  sqlite3_bind_int64 (statement, 1, sqlite3_last_insert_rowid (database) - REACTIVE_STORE_MAX_TRACE_ROWS);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);
}

static void
run_floor (const char *path, guint n_keys, guint run, gboolean with_trace)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *database = NULL;

  g_assert_cmpint (sqlite3_open_v2 (path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL), ==, SQLITE_OK);
  execute (database, "BEGIN IMMEDIATE");
  read_by_hand (database, n_keys, texts);
  write_by_hand (database, n_keys, run);
  if (with_trace)
    trace_by_hand (database, run);
  execute (database, "COMMIT");
  sqlite3_close (database);
}

static void
fill (const char *path, guint n_keys)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store = NULL;
  ReactiveTraceRow row = { .hook = "install", .outcome = "ok", .events = events };

  g_unlink (path);
  store = reactive_store_open (path, REACTIVE_STORE_READ_WRITE, &error);
  if (store == NULL)
    g_error ("%s", error->message);
  for (guint i = 0; i < n_keys; i++)
    {
      g_autofree char *key = make_key (i);
      g_autofree char *value = make_value (i, 0);

      reactive_store_set (store, key, value);
    }
  /* As many hooks of trace as there may be, so that each run drops one. */
  for (guint i = 0; i < REACTIVE_STORE_MAX_TRACE_ROWS; i++)
    g_assert_true (reactive_store_commit (store, &row, &error));
}

static int
compare_doubles (const void *a, const void *b)
{
  const double *first = a, *second = b;

  return (*first > *second) - (*first < *second);
}

static double
median (double *values, guint n_values)
{
  qsort (values, n_values, sizeof *values, compare_doubles);
  return values[n_values / 2];
}

static Cost
measure (OneShot one_shot, const char *path, guint n_keys, guint run, gboolean with_trace)
{
  double wall_us = now_us (CLOCK_MONOTONIC), cpu_us = now_us (CLOCK_PROCESS_CPUTIME_ID);

  one_shot (path, n_keys, run, with_trace);
  return (Cost){ now_us (CLOCK_MONOTONIC) - wall_us, now_us (CLOCK_PROCESS_CPUTIME_ID) - cpu_us };
}

static void
compare (const char *directory, guint n_keys, gboolean with_trace)
{
  guint n_runs = n_keys < 1000 ? N_RUNS_SMALL : N_RUNS_LARGE;
  g_autofree char *ours = g_build_filename (directory, "bench-ours.db", NULL);
  g_autofree char *floor = g_build_filename (directory, "bench-floor.db", NULL);
  g_autofree double *wall = g_new (double, 2 * n_runs);
  g_autofree double *cpu = g_new (double, 2 * n_runs);

  fill (ours, n_keys);
  fill (floor, n_keys);
  for (guint run = 0; run < n_runs; run++)
    {
      Cost our_cost = measure (run_ours, ours, n_keys, run + 1, with_trace);
      Cost floor_cost = measure (run_floor, floor, n_keys, run + 1, with_trace);

      wall[run] = our_cost.wall_us;
      wall[n_runs + run] = floor_cost.wall_us;
      cpu[run] = our_cost.cpu_us;
      cpu[n_runs + run] = floor_cost.cpu_us;
    }

  g_print ("%s %u %.1f %.1f\n", with_trace ? "state-trace" : "state-oneshot", n_keys, median (wall, n_runs),
           median (wall + n_runs, n_runs));
  g_print ("%s-cpu %u %.1f %.1f\n", with_trace ? "state-trace" : "state-oneshot", n_keys, median (cpu, n_runs),
           median (cpu + n_runs, n_runs));
  g_unlink (ours);
  g_unlink (floor);
}

int
main (int argc, char **argv)
{
  static const guint sizes[] = { 100, 10000 };

  if (argc != 2)
    {
      g_printerr ("usage: bench-state DIRECTORY\n");
      return 2;
    }

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      compare (argv[1], sizes[i], /* with_trace= */ FALSE);
      compare (argv[1], sizes[i], /* with_trace= */ TRUE);
    }
  return 0;
}
