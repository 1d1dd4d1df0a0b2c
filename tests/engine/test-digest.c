/* SPDX-License-Identifier: Apache-2.0 */
#include "state/digest.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* hashlib.md5 (json.dumps (json.loads (text), sort_keys=True).encode ()), computed by CPython 3.11. */
static const struct
{
  const char *text;
  const char *digest;
} digests[] = {
  { "null", "37a6259cc0c1dae299a7866489dff0bd" },
  { "true", "b326b5062b2f0e69046810717534cb09" },
  { "[]", "d751713988987e9331980363e24189ce" },
  { "{}", "99914b932bd37a50b983c5e7c90ae93b" },
  { "\"\"", "9d4568c009d203ab10e33ea9953a0264" },
  { "0", "cfcd208495d565ef66e7dff9f98764da" },
  { "-0.0", "e80c77464a0cfaf2c46a5574f6bc76b9" },
  { "1e22", "ff5337f5aa621f4ac4e2b6d8d4445b6a" },
  { "1E400", "eb2ac5b04180d8d6011a016aeb8f75b3" },
  { "[1,2.5, null]", "f435771ea547ef114e3a0dd78bc81479" },
  { "{\"b\": [1, 2.5, null], \"a\": \"\\u00e9\"}", "9b4afa53cd06fcc5572b85b1da66b1bb" },
  { "{\"a\": \"\xc3\xa9\", \"b\": [1, 2.5, null]}", "9b4afa53cd06fcc5572b85b1da66b1bb" },
  { "{\"b\": 1, \"a\": {\"d\": 4, \"c\": 3}}", "19ed856d5bc3f15a21559cab0d3976bf" },
  { "\"\\ud83d\\ude00\\u0000\\ud800\"", "2fa43ec731ea3a1e681a9a31c6708cc0" },
  { "12345678901234567890123", "53c179a3aab54999c4fb1c7374643090" },
  { "{\"a\": 1, \"a\": 2}", "9f8a8e5ba8c70c774d410a9107e2a32b" },
};

static ReactiveJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, &error);

  g_assert_no_error (error);
  return value;
}

static void
test_json (void)
{
  g_autofree char *of_null = reactive_json_digest (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (digests); i++)
    {
      g_autoptr (ReactiveJson) value = parse (digests[i].text);
      g_autofree char *digest = reactive_json_digest (value);

      g_assert_cmpstr (digest, ==, digests[i].digest);
    }
  g_assert_cmpstr (of_null, ==, digests[0].digest);
}

static void
test_data_changed (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveJson) data = parse ("{\"b\": [1, 2.5, null], \"a\": \"\\u00e9\"}");
  g_autoptr (ReactiveJson) same = parse ("{\"a\": \"\\u00e9\", \"b\": [1, 2.5, null]}");
  g_autoptr (ReactiveJson) other = parse ("{\"a\": \"\\u00e9\", \"b\": [1, 2.5]}");

  g_assert_true (reactive_store_data_changed (store, "my-data", data));
  g_assert_cmpstr (reactive_store_get (store, "reactive.data_changed.my-data"), ==,
                   "\"9b4afa53cd06fcc5572b85b1da66b1bb\"");
  g_assert_false (reactive_store_data_changed (store, "my-data", data));
  g_assert_false (reactive_store_data_changed (store, "my-data", same));
  g_assert_true (reactive_store_data_changed (store, "my-data", other));
  g_assert_true (reactive_store_data_changed (store, "other-data", other));
}

static void
test_is_data_changed (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveJson) data = parse ("1");

  g_assert_true (reactive_store_is_data_changed (store, "x", data));
  g_assert_true (reactive_store_is_data_changed (store, "x", data));
  g_assert_null (reactive_store_get (store, "reactive.data_changed.x"));
  reactive_store_data_changed (store, "x", data);
  g_assert_false (reactive_store_is_data_changed (store, "x", data));
  g_assert_true (reactive_store_is_data_changed (store, "x", NULL));
  g_assert_false (reactive_store_is_data_changed (store, "x", data));
}

/* charms.reactive compares with what a missing key gives, None, so even None is a change the first time. */
static void
test_null (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();

  g_assert_true (reactive_store_data_changed (store, "x", NULL));
  g_assert_false (reactive_store_data_changed (store, "x", NULL));
  reactive_store_set (store, "reactive.data_changed.x", "null");
  g_assert_true (reactive_store_is_data_changed (store, "x", NULL));
}

static void
test_stored_by_others (void)
{
  static const struct
  {
    const char *text;
    gboolean is_same;
  } stored[] = {
    { "\"37a6259cc0c1dae299a7866489dff0bd\"", TRUE },
    { " \"37a6259cc0c1dae299a7866489dff0bd\"\n", TRUE },
    { "\"\\u00337a6259cc0c1dae299a7866489dff0bd\"", TRUE },
    { "\"37A6259CC0C1DAE299A7866489DFF0BD\"", FALSE },
    { "\"74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b\"", FALSE }, /* SHA-256 */
    { "[\"37a6259cc0c1dae299a7866489dff0bd\"]", FALSE },
    { "true", FALSE },
    { "\"37a6", FALSE },
    { "", FALSE },
  };
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();

  for (guint i = 0; i < G_N_ELEMENTS (stored); i++)
    {
      reactive_store_set (store, "reactive.data_changed.x", stored[i].text);
      g_assert_cmpint (reactive_store_is_data_changed (store, "x", NULL), ==, !stored[i].is_same);
    }
}

/* The sample file was made by charms.reactive: nothing changes when we take it over. */
static void
test_stored_by_python (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (g_getenv ("REACTIVE_TEST_DATA"), "vectors/unit-state/unit-state.db", NULL);
  g_autoptr (ReactiveStore) store = reactive_store_open (path, REACTIVE_STORE_READ_ONLY, &error);
  g_autoptr (ReactiveJson) data = parse ("{\"a\": \"\\u00e9\", \"b\": [1, 2.5, null]}");
  g_autoptr (ReactiveJson) host = parse ("\"10.0.0.1\"");

  g_assert_no_error (error);
  g_assert_false (reactive_store_is_data_changed (store, "my-data", data));
  g_assert_false (reactive_store_is_data_changed (store, "endpoint.db.db:1.mysql/0.host", host));
  g_assert_true (reactive_store_is_data_changed (store, "endpoint.db.db:1.mysql/0.host", data));
}

static void
assert_file_digest (const char *path, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = NULL;

  g_assert_true (reactive_file_digest (path, &digest, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (digest, ==, expected);
}

static void
assert_no_file_digest (const char *path, ReactiveError code)
{
  g_autoptr (GError) error = NULL;
  char *digest = (char *) "untouched";

  g_assert_false (reactive_file_digest (path, &digest, &error));
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, path));
  g_assert_cmpstr (digest, ==, "untouched");
}

static void
test_file (void)
{
  g_autofree char *directory = g_dir_make_tmp ("test-digest-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (directory, "file", NULL);
  g_autofree char *below = g_build_filename (path, "below", NULL);
  g_autofree char *large = g_strnfill (300000, 'x');

  assert_file_digest (path, NULL);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  assert_file_digest (path, "d41d8cd98f00b204e9800998ecf8427e");
  assert_file_digest (below, NULL);
  g_assert_true (g_file_set_contents (path, "a\0b", 3, NULL));
  assert_file_digest (path, "70350f6027bce3713f6b76473084309b");
  g_assert_true (g_file_set_contents (path, large, 300000, NULL));
  assert_file_digest (path, "d408ed46ebcc326f9e7c6bb9c77af1cd");
  g_unlink (path);
  g_rmdir (directory);
}

static void
test_file_refused (void)
{
  g_autofree char *directory = g_dir_make_tmp ("test-digest-XXXXXX", NULL);
  g_autofree char *fifo = g_build_filename (directory, "fifo", NULL);
  g_autofree char *loop = g_build_filename (directory, "loop", NULL);

  assert_no_file_digest (directory, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  assert_no_file_digest (fifo, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpint (symlink ("loop", loop), ==, 0);
  assert_no_file_digest (loop, REACTIVE_ERROR_FAILED);
  g_unlink (fifo);
  g_unlink (loop);
  g_rmdir (directory);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/digest/json/equals-that-of-python", test_json);
  g_test_add_func ("/digest/data-changed/remembers", test_data_changed);
  g_test_add_func ("/digest/data-changed/is-data-changed-only-asks", test_is_data_changed);
  g_test_add_func ("/digest/data-changed/null-is-a-change-the-first-time", test_null);
  g_test_add_func ("/digest/data-changed/reads-any-json-text", test_stored_by_others);
  g_test_add_func ("/digest/data-changed/takes-over-those-of-python", test_stored_by_python);
  g_test_add_func ("/digest/file/contents-or-missing", test_file);
  g_test_add_func ("/digest/file/refuses-what-is-no-file", test_file_refused);

  return g_test_run ();
}
