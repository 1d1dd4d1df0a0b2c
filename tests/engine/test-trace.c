/* SPDX-License-Identifier: Apache-2.0 */
#include "store-fixture.h"

static void
count_trace (G_GNUC_UNUSED gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  gsize *counts = user_data;

  counts[0]++;
  counts[1] += strlen (row->hook) + strlen (row->events) + (row->error == NULL ? 0 : strlen (row->error));
  g_assert_true (g_utf8_validate (row->hook, -1, NULL));
  g_assert_true (row->error == NULL || g_utf8_validate (row->error, -1, NULL));
}

static void
test_trace_rows (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_kind (fixture, data);
  g_autofree char *trace = NULL;
  gsize counts[2] = { 0 };

  for (int i = 1; i <= 130; i++)
    {
      ReactiveTraceRow row = ok_row;

      row.started_us = i;
      commit (store, &row);
    }
  g_assert_true (reactive_store_foreach_trace (store, count_trace, counts, NULL));
  g_assert_cmpuint (counts[0], ==, REACTIVE_STORE_MAX_TRACE_ROWS);
  trace = describe_trace (store);
  g_assert_true (g_str_has_prefix (trace, "31 install ok 31 7 - "));
  g_assert_nonnull (strstr (trace, "\n130 install ok 130 7 - "));
}

static void
test_trace_bytes (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_kind (fixture, data);
  g_autofree char *large = g_strnfill (REACTIVE_STORE_MAX_TRACE_BYTES, ' ');
  ReactiveTraceRow row = ok_row;

  row.events = large;
  for (int i = 0; i < 40; i++)
    {
      gsize counts[2] = { 0 };

      commit (store, i % 3 == 0 ? &error_row : &row);
      g_assert_true (reactive_store_foreach_trace (store, count_trace, counts, NULL));
      g_assert_cmpuint (counts[1], <=, REACTIVE_STORE_MAX_TRACE_TOTAL);
      /* No row more than needed has gone. */
      g_assert_true (counts[0] == (gsize) i + 1
                     || counts[1] + REACTIVE_STORE_MAX_TRACE_BYTES + 64 > REACTIVE_STORE_MAX_TRACE_TOTAL);
    }
}

static void
test_trace_cuts (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_kind (fixture, data);
  g_autofree char *large = g_strnfill (REACTIVE_STORE_MAX_TRACE_BYTES + 1, ' ');
  g_autoptr (GString) long_error = g_string_new ("x");
  g_autofree char *invalid = g_strnfill (10000, '\x80');
  ReactiveTraceRow row = ok_row;
  gsize counts[2] = { 0 };
  g_autofree char *trace = NULL;

  for (int i = 0; i < 3000; i++)
    g_string_append (long_error, "\xc3\xa9");
  row.error = long_error->str;
  row.events = large;
  commit (store, &row);
  g_assert_true (reactive_store_foreach_trace (store, count_trace, counts, NULL));
  g_assert_cmpuint (counts[1], ==, strlen ("install") + 4095 + strlen ("[]"));

  row = (ReactiveTraceRow){ .hook = invalid, .outcome = "error", .error = "\xff", .events = NULL };
  commit (store, &row);
  trace = describe_trace (store);
  g_assert_true (g_str_has_suffix (trace, " error 0 0 \xef\xbf\xbd []\n"));
  g_assert_true (g_utf8_validate (trace, -1, NULL));
}

static void
test_trace_hostile (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = open_store (fixture->path);
  g_autofree char *trace = NULL;

  commit (store, &ok_row);
  g_clear_pointer (&store, reactive_store_free);
  execute_once (fixture->path,
                "INSERT INTO reactive_trace VALUES (-9223372036854775808, 'x', NULL, x'ff', 'a', 'b', 5, x'5b5d'),"
                "(9223372036854775806, 9223372036854775807, CAST (x'ff' AS text), 'ok', 1, 2, NULL, NULL)");

  store = open_store (fixture->path);
  trace = describe_trace (store);
  g_assert_cmpstr (trace, ==, "0   0 0 5 []\n1 install ok 1000 7 - [\"set\"]\n-2  ok 1 2 - []\n");
  commit (store, &ok_row);
  commit (store, &ok_row);
  g_free (g_steal_pointer (&trace));
  trace = describe_trace (store);
  g_assert_nonnull (strstr (trace, "install ok"));
}

static void
test_trace_none (Fixture *fixture, G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;
  g_autofree char *trace = NULL;

  copy_vector (fixture->path);
  store = open_with (fixture->path, REACTIVE_STORE_READ_ONLY, NULL, NULL);
  trace = describe_trace (store);
  g_assert_cmpstr (trace, ==, "");
}

int
main (int argc, char **argv)
{
  start_tests (&argc, &argv);

  add_both ("/trace/bounded-in-hooks", test_trace_rows);
  add_both ("/trace/bounded-in-bytes", test_trace_bytes);
  add_both ("/trace/long-texts-are-cut", test_trace_cuts);
  add ("/trace/hostile-rows", NULL, test_trace_hostile);
  add ("/trace/none-in-a-file-of-python", NULL, test_trace_none);

  return g_test_run ();
}
