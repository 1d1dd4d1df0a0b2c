/* SPDX-License-Identifier: Apache-2.0 */
#include "state/store-image.h"

#include "store-fixture.h"

typedef struct
{
  Fixture files;
  ReactiveTexts *texts;
  ReactiveStoreImage *image;
} ImageFixture;

static void
set_up_image (ImageFixture *fixture, gconstpointer data)
{
  set_up (&fixture->files, data);
  fixture->texts = reactive_texts_new ();
  fixture->image = reactive_store_image_new (fixture->texts, GPOINTER_TO_UINT (data));
}

static void
tear_down_image (ImageFixture *fixture, gconstpointer data)
{
  reactive_store_image_free (fixture->image);
  g_assert_cmpuint (reactive_texts_get_n_texts (fixture->texts), ==, 0);
  reactive_texts_unref (fixture->texts);
  tear_down (&fixture->files, data);
}

static void
put (ReactiveStoreImage *image, const char *key, const char *text)
{
  g_autoptr (ReactiveStore) store = reactive_store_open_image (image);

  reactive_store_set (store, key, text);
  commit (store, NULL);
}

static void
assert_rows (ReactiveStoreImage *image, const char *expected)
{
  g_autoptr (ReactiveStore) store = reactive_store_open_image (image);
  g_autofree char *rows = describe (store, "");

  g_assert_cmpstr (rows, ==, expected);
}

static void
test_committed (ImageFixture *fixture, gconstpointer data)
{
  put (fixture->image, "b", "1");
  put (fixture->image, "a", "2");
  put (fixture->image, "c", "3");
  put (fixture->image, "b", "4");
  assert_rows (fixture->image, "a=2\nb=4\nc=3\n");
}

static void
test_forgotten (ImageFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;

  put (fixture->image, "a", "1");
  store = reactive_store_open_image (fixture->image);
  reactive_store_set (store, "a", "2");
  reactive_store_set (store, "b", "2");
  reactive_store_unset_prefix (store, "");
  g_clear_pointer (&store, reactive_store_free);
  assert_rows (fixture->image, "a=1\n");
}

/* Changes and what is committed, one among the other. */
static void
test_one_among_the_other (ImageFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = NULL;
  g_autofree char *before = NULL;

  put (fixture->image, "a.1", "1");
  put (fixture->image, "a.3", "3");
  put (fixture->image, "b", "4");
  store = reactive_store_open_image (fixture->image);
  reactive_store_set (store, "a.0", "0");
  reactive_store_set (store, "a.2", "2");
  reactive_store_set (store, "a.3", "33");
  reactive_store_unset (store, "a.1");
  before = describe (store, "a.");
  g_assert_cmpstr (before, ==, "a.0=0\na.2=2\na.3=33\n");

  reactive_store_unset_prefix (store, "a.2");
  reactive_store_set (store, "b", "5");
  reactive_store_set (store, "b", "4");
  commit (store, NULL);
  g_clear_pointer (&store, reactive_store_free);
  assert_rows (fixture->image, "a.0=0\na.3=33\nb=4\n");
}

static void
test_shared (ImageFixture *fixture, gconstpointer data)
{
  ReactiveStoreImage *other = reactive_store_image_new (fixture->texts, REACTIVE_STORE_TRACE_LAST);

  put (fixture->image, "reactive.states.a", "null");
  put (fixture->image, "reactive.states.b", "null");
  put (other, "reactive.states.a", "null");
  put (other, "reactive.states.b", "null");
  g_assert_cmpuint (reactive_texts_get_n_texts (fixture->texts), ==, 3);
  reactive_store_image_free (other);
  assert_rows (fixture->image, "reactive.states.a=null\nreactive.states.b=null\n");
}

static void
run_hook (ReactiveStoreImage *image, const char *hook, const char *outcome)
{
  const ReactiveTraceRow row = { .hook = hook, .outcome = outcome, .started_us = 1, .events = "[1]" };
  g_autoptr (ReactiveStore) store = reactive_store_open_image (image);

  commit (store, &row);
}

static void
assert_trace (ReactiveStoreImage *image, const char *expected)
{
  g_autoptr (ReactiveStore) store = reactive_store_open_image (image);
  g_autofree char *trace = describe_trace (store);

  g_assert_cmpstr (trace, ==, expected);
}

static void
test_whole_trace (ImageFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = reactive_store_open_image (fixture->image);

  g_assert_true (reactive_store_keeps_events (store));
  run_hook (fixture->image, "install", "ok");
  run_hook (fixture->image, "start", "error");
  assert_trace (fixture->image, "1 install ok 1 0 - [1]\n2 start error 1 0 - [1]\n");
}

static void
test_last_hook (ImageFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = reactive_store_open_image (fixture->image);

  g_assert_false (reactive_store_keeps_events (store));
  run_hook (fixture->image, "install", "ok");
  run_hook (fixture->image, "action backup", "ok");
  run_hook (fixture->image, "start", "error");
  run_hook (fixture->image, "action backup", "ok");
  run_hook (fixture->image, "action restore", "error");
  assert_trace (fixture->image, "1 start error 1 0 - []\n2 action backup ok 1 0 - []\n"
                                "3 action restore error 1 0 - []\n");
}

static void
test_too_large (ImageFixture *fixture, gconstpointer data)
{
  const gsize n_bytes = 16u * 1024 * 1024;
  g_autofree char *text = g_malloc (n_bytes + 1);
  g_autoptr (ReactiveStore) store = reactive_store_open_image (fixture->image);
  g_autoptr (GError) error = NULL;

  if (g_getenv ("REACTIVE_TEST_VALGRIND") != NULL)
    {
      g_test_skip ("takes long under valgrind");
      return;
    }

  memset (text, '1', n_bytes);
  text[n_bytes] = '\0';
  for (guint i = 0; i <= REACTIVE_STORE_MAX_BYTES / n_bytes; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      reactive_store_set (store, key, text);
    }
  g_assert_false (reactive_store_commit (store, NULL, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_clear_pointer (&store, reactive_store_free);
  assert_rows (fixture->image, "");
}

/* What a real hook would have left. */
static void
test_file (ImageFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveStore) store = reactive_store_open_image (fixture->image);
  g_autoptr (ReactiveStore) file = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *rows = NULL, *written_rows = NULL, *trace = NULL, *written_trace = NULL;

  reactive_store_set (store, "reactive.states.a", "null");
  reactive_store_set (store, "reactive_deferred", "[]");
  reactive_store_set (store, "unit", "\"caf\xc3\xa9\"");
  commit (store, &ok_row);
  commit (store, &error_row);
  put_file (fixture->files.path, "not a database", 14);
  g_assert_true (reactive_store_write_file (store, fixture->files.path, &error));
  g_assert_no_error (error);

  file = reactive_store_open (fixture->files.path, REACTIVE_STORE_READ_ONLY, &error);
  g_assert_no_error (error);
  rows = describe (store, "");
  written_rows = describe (file, "");
  g_assert_cmpstr (written_rows, ==, rows);
  trace = describe_trace (store);
  written_trace = describe_trace (file);
  g_assert_cmpstr (written_trace, ==, trace);
  assert_query (fixture->files.path, "SELECT key, data FROM kv ORDER BY key",
                "reactive.states.a|null|\nunit|\"caf\xc3\xa9\"|\n");
  assert_query (fixture->files.path, "PRAGMA integrity_check", "ok|\n");
}

static void
test_file_of_a_file (ImageFixture *fixture, gconstpointer data)
{
  g_autofree char *copy = g_strconcat (fixture->files.path, "-copy", NULL);
  g_autofree char *expected = NULL, *found = NULL;
  g_autoptr (ReactiveStore) store = NULL;
  g_autoptr (GError) error = NULL;

  copy_vector (fixture->files.path);
  store = open_store (fixture->files.path);
  g_assert_true (reactive_store_write_file (store, copy, &error));
  g_assert_no_error (error);
  expected = describe (store, "");
  found = read_state (copy);
  g_assert_cmpstr (found, ==, expected);
}

static void
test_file_nowhere (ImageFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->files.directory, "no", "such", NULL);
  g_autoptr (ReactiveStore) store = reactive_store_open_image (fixture->image);
  g_autoptr (GError) error = NULL;

  g_assert_false (reactive_store_write_file (store, path, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE);
}

static void
add_image (const char *path, ReactiveStoreTrace trace, void (*test) (ImageFixture *fixture, gconstpointer data))
{
  g_test_add (path, ImageFixture, GUINT_TO_POINTER (trace), set_up_image, test, tear_down_image);
}

int
main (int argc, char **argv)
{
  start_tests (&argc, &argv);

  add_image ("/store-image/keeps-what-is-committed", REACTIVE_STORE_TRACE_LAST, test_committed);
  add_image ("/store-image/forgets-what-is-not", REACTIVE_STORE_TRACE_LAST, test_forgotten);
  add_image ("/store-image/changes-among-what-is-committed", REACTIVE_STORE_TRACE_LAST, test_one_among_the_other);
  add_image ("/store-image/shares-texts-with-others", REACTIVE_STORE_TRACE_LAST, test_shared);
  add_image ("/store-image/trace/whole", REACTIVE_STORE_TRACE_WHOLE, test_whole_trace);
  add_image ("/store-image/trace/last-hook-and-actions-behind-it", REACTIVE_STORE_TRACE_LAST, test_last_hook);
  add_image ("/store-image/too-large", REACTIVE_STORE_TRACE_LAST, test_too_large);
  add_image ("/store-image/written-as-a-file", REACTIVE_STORE_TRACE_WHOLE, test_file);
  add_image ("/store-image/file-written-as-a-file", REACTIVE_STORE_TRACE_LAST, test_file_of_a_file);
  add_image ("/store-image/written-nowhere", REACTIVE_STORE_TRACE_LAST, test_file_nowhere);

  return g_test_run ();
}
