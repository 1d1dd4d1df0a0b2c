/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* Digests as charms.reactive makes them. */
#define MD5_NULL "\"37a6259cc0c1dae299a7866489dff0bd\""
#define MD5_OBJECT "\"9b4afa53cd06fcc5572b85b1da66b1bb\"" /* of {"a": "\u00e9", "b": [1, 2.5, null]} */

static ReactiveJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, &error);

  g_assert_no_error (error);

  return value;
}

/* Values ----------------------------------------------------------------------------------------------------------- */

static gboolean
store (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) object = parse ("{\"b\":[1,2.50,null],\"a\":\"\\u00e9\"}");

  reactive_kv_set (unit, "app.object", object);
  reactive_kv_set_string (unit, "app.string", "café \"x\"");
  reactive_kv_set_string (unit, "app.bytes", "caf\xe9");
  reactive_kv_set_string (unit, "app.gone", "x");
  reactive_kv_unset (unit, "app.gone");
  reactive_kv_unset (unit, "app.never-there");
  reactive_kv_set_string (unit, "other", "y");
  reactive_kv_set_integer (unit, "integer", G_MININT64);
  g_assert_cmpstr (reactive_kv_get_string (unit, "app.string"), ==, "café \"x\"");

  return TRUE;
}

static gboolean
load (ReactiveUnit *unit, GError **error)
{
  const char *string = reactive_kv_get_string (unit, "app.string");
  const ReactiveJson *object = reactive_kv_get (unit, "app.object");
  g_autoptr (ReactiveJson) range = reactive_kv_get_range (unit, "app.");
  g_autoptr (ReactiveJson) nothing = reactive_kv_get_range (unit, "none.");
  g_autofree char *text = reactive_json_to_text (range, REACTIVE_JSON_INSERTION_ORDER);

  g_assert_cmpstr (text, ==,
                   "{\"app.bytes\": \"caf\\ufffd\", \"app.object\": {\"b\": [1, 2.5, null], \"a\": \"\\u00e9\"}, "
                   "\"app.string\": \"caf\\u00e9 \\\"x\\\"\"}");
  g_assert_cmpuint (reactive_json_get_length (nothing), ==, 0);
  g_assert_null (reactive_kv_get (unit, "app.gone"));
  g_assert_null (reactive_kv_get_string (unit, "app.object"));
  g_assert_null (reactive_kv_get_string (unit, "app.never-there"));
  g_assert_null (reactive_kv_get (unit, "broken"));
  g_assert_cmpint (reactive_kv_get_integer (unit, "integer"), ==, G_MININT64);
  g_assert_cmpint (reactive_kv_get_integer (unit, "large"), ==, 0);
  g_assert_cmpint (reactive_kv_get_integer (unit, "app.string"), ==, 0);
  g_assert_cmpint (reactive_kv_get_integer (unit, "app.never-there"), ==, 0);

  /* What was given lives on although the rows go. */
  reactive_kv_unset (unit, "app.string");
  reactive_kv_unset (unit, "app.object");
  g_assert_cmpstr (string, ==, "café \"x\"");
  g_assert_cmpuint (reactive_json_get_length (object), ==, 2);

  return TRUE;
}

static void
test_values (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", store);
  unit_fixture_assert_row (fixture, "app.object", "{\"b\": [1, 2.5, null], \"a\": \"\\u00e9\"}");
  unit_fixture_assert_row (fixture, "app.string", "\"caf\\u00e9 \\\"x\\\"\"");
  unit_fixture_assert_row (fixture, "app.gone", NULL);

  unit_fixture_assert_row (fixture, "integer", "-9223372036854775808");

  unit_fixture_set_row (fixture, "large", "9223372036854775808");
  unit_fixture_set_row (fixture, "broken", "no JSON");
  unit_fixture_set_row (fixture, "app.zbroken", "no JSON");
  unit_fixture_run_body (fixture, "start", load);
  unit_fixture_assert_row (fixture, "app.string", NULL);
  unit_fixture_assert_row (fixture, "broken", "no JSON");
}

static gboolean
store_and_fail (ReactiveUnit *unit, GError **error)
{
  reactive_kv_set_string (unit, "a", "new");
  reactive_kv_unset (unit, "b");
  reactive_mark_invoked (unit, "thing");
  g_assert_true (reactive_data_changed (unit, "data", NULL));

  return FALSE;
}

static void
test_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "b", "1");
  unit_fixture_fail_body (fixture, "install", store_and_fail, "*FALSE without an error");
  unit_fixture_assert_row (fixture, "a", NULL);
  unit_fixture_assert_row (fixture, "b", "1");
  unit_fixture_assert_row (fixture, "reactive.invoked.thing", NULL);
  unit_fixture_assert_row (fixture, "reactive.data_changed.data", NULL);
}

/* Bad keys --------------------------------------------------------------------------------------------------------- */

static const struct
{
  const char *key;
  const char *pattern;
} bad_keys[] = {
  { "", "handler 'app:body': a key of the key/value store is empty" },
  { "caf\xe9", "handler 'app:body': a key of the key/value store is not UTF-8" },
  { "reactive.states.x", "handler 'app:body': key 'reactive.states.x' belongs to the engine" },
  { "reactive_x", "handler 'app:body': key 'reactive_x' belongs to the engine" },
};

static const char *bad_key;

static gboolean
set_bad_key (ReactiveUnit *unit, GError **error)
{
  reactive_kv_set_string (unit, bad_key, "x");
  reactive_kv_set_string (unit, "after", "x");

  return TRUE;
}

static gboolean
unset_bad_key (ReactiveUnit *unit, GError **error)
{
  reactive_kv_unset (unit, bad_key);

  return TRUE;
}

static void
test_bad_keys (UnitFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_keys); i++)
    {
      bad_key = bad_keys[i].key;
      unit_fixture_fail_body (fixture, "install", set_bad_key, bad_keys[i].pattern);
      unit_fixture_fail_body (fixture, "install", unset_bad_key, bad_keys[i].pattern);
    }
  unit_fixture_assert_row (fixture, "after", NULL);
}

/* The engine's own rows may be looked at. */
static gboolean
look_at_flags (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *value = reactive_kv_get (unit, "reactive.states.x");

  g_assert_nonnull (value);
  g_assert_cmpint (reactive_json_get_kind (value), ==, REACTIVE_JSON_NULL);

  return TRUE;
}

static void
test_own_rows (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "reactive.states.x", "null");
  unit_fixture_run_body (fixture, "install", look_at_flags);
}

/* Changed data ----------------------------------------------------------------------------------------------------- */

static gboolean
change_data (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) object = parse ("{\"b\": [1, 2.5, null], \"a\": \"\\u00e9\"}");
  g_autoptr (ReactiveJson) reordered = parse ("{\"a\": \"é\", \"b\": [1, 2.50, null]}");
  g_autoptr (ReactiveJson) other = parse ("{\"a\": \"é\", \"b\": [1, 2.5]}");

  g_assert_true (reactive_is_data_changed (unit, "data", object));
  g_assert_true (reactive_is_data_changed (unit, "data", object));
  g_assert_true (reactive_data_changed (unit, "data", object));
  g_assert_false (reactive_data_changed (unit, "data", reordered));
  g_assert_true (reactive_is_data_changed (unit, "data", other));
  g_assert_false (reactive_is_data_changed (unit, "data", object));
  g_assert_true (reactive_data_changed (unit, "", NULL));
  g_assert_false (reactive_data_changed (unit, "", NULL));
  g_assert_false (reactive_data_changed (unit, "from-python", object));

  return TRUE;
}

static gboolean
unchanged_data (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) object = parse ("{\"b\": [1, 2.5, null], \"a\": \"\\u00e9\"}");

  g_assert_false (reactive_data_changed (unit, "data", object));
  g_assert_true (reactive_data_changed (unit, "data", NULL));

  return TRUE;
}

static void
test_data (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "reactive.data_changed.from-python", MD5_OBJECT);
  unit_fixture_run_body (fixture, "install", change_data);
  unit_fixture_assert_row (fixture, "reactive.data_changed.data", MD5_OBJECT);
  unit_fixture_assert_row (fixture, "reactive.data_changed.", MD5_NULL);
  unit_fixture_run_body (fixture, "start", unchanged_data);
  unit_fixture_assert_row (fixture, "reactive.data_changed.data", MD5_NULL);
}

/* Marks ------------------------------------------------------------------------------------------------------------ */

static gboolean
mark (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_was_invoked (unit, "thing"));
  reactive_mark_invoked (unit, "thing");
  g_assert_true (reactive_was_invoked (unit, "thing"));
  g_assert_true (reactive_was_invoked (unit, "/python/app.py:7:install"));
  g_assert_false (reactive_was_invoked (unit, "taken-back"));

  return TRUE;
}

static gboolean
marked (ReactiveUnit *unit, GError **error)
{
  g_assert_true (reactive_was_invoked (unit, "thing"));

  return TRUE;
}

static void
test_marks (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "reactive.invoked./python/app.py:7:install", "true");
  unit_fixture_set_row (fixture, "reactive.invoked.taken-back", "false");
  unit_fixture_run_body (fixture, "install", mark);
  unit_fixture_assert_row (fixture, "reactive.invoked.thing", "true");
  unit_fixture_run_body (fixture, "start", marked);
}

/* Names that the state file cannot hold ---------------------------------------------------------------------------- */

static gboolean
mark_bad (ReactiveUnit *unit, GError **error)
{
  reactive_mark_invoked (unit, "caf\xe9");
  reactive_mark_invoked (unit, "after");

  return TRUE;
}

static gboolean
change_bad (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_data_changed (unit, "caf\xe9", NULL));
  g_assert_false (reactive_data_changed (unit, "after", NULL));
  g_assert_false (reactive_is_data_changed (unit, "after", NULL));

  return TRUE;
}

static gboolean
ask_bad (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_is_data_changed (unit, "caf\xe9", NULL));

  return TRUE;
}

static void
test_bad_names (UnitFixture *fixture, gconstpointer data)
{
  static const ReactiveHandlerFunc bodies[] = { mark_bad, change_bad, ask_bad };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    unit_fixture_fail_body (fixture, "install", bodies[i], "handler 'app:body': *not UTF-8");
  unit_fixture_assert_row (fixture, "reactive.invoked.after", NULL);
}

static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  const char *volatile nothing = NULL;
  ReactiveUnit *volatile nobody = NULL;

  g_assert_null (reactive_kv_get (unit, nothing));
  g_assert_null (reactive_kv_get_string (nobody, "x"));
  reactive_kv_set (unit, "x", NULL);
  reactive_kv_set_string (unit, "x", nothing);
  g_assert_cmpint (reactive_kv_get_integer (nobody, "x"), ==, 0);
  reactive_kv_unset (unit, nothing);
  g_assert_null (reactive_kv_get_range (unit, nothing));
  g_assert_false (reactive_data_changed (unit, nothing, NULL));
  g_assert_false (reactive_is_data_changed (unit, nothing, NULL));
  g_assert_false (reactive_any_file_changed (nobody, NULL));
  g_assert_false (reactive_was_invoked (unit, nothing));
  reactive_mark_invoked (unit, nothing);

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "install", misuse, "*misuse of the library: reactive_kv_get*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/kv/values-from-hook-to-hook", test_values);
  ADD_UNIT_TEST ("/unit/kv/failed-hook-keeps-nothing", test_failed_hook);
  ADD_UNIT_TEST ("/unit/kv/bad-key-fails-the-hook", test_bad_keys);
  ADD_UNIT_TEST ("/unit/kv/rows-of-the-engine-may-be-read", test_own_rows);
  ADD_UNIT_TEST ("/unit/kv/data-changed-has-digests-of-python", test_data);
  ADD_UNIT_TEST ("/unit/kv/marks", test_marks);
  ADD_UNIT_TEST ("/unit/kv/name-that-is-not-utf8-fails-the-hook", test_bad_names);
  ADD_UNIT_TEST ("/unit/kv/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
