/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/expect-match.h"

static ReactiveYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ReactiveYaml *value = reactive_yaml_parse (text, strlen (text), "e.yaml", &error);

  g_assert_no_error (error);
  return value;
}

static void
test_matches (void)
{
  static const struct
  {
    const char *expected;
    const char *actual; /* NULL: there is none */
    gboolean matches;
  } cases[] = {
    { "null", NULL, TRUE },
    { "null", "null", TRUE },
    { "null", "\"\"", FALSE },
    { "x", NULL, FALSE },
    { "x", "null", FALSE },
    { "x", "\"x\"", TRUE },
    { "x", "\"y\"", FALSE },
    { "8053", "\"8053\"", TRUE },
    { "8053", "8053", TRUE },
    { "'8053'", "8053", FALSE },
    { "1.10", "\"1.10\"", TRUE },
    { "1.10", "\"1.1\"", FALSE },
    { "true", "true", TRUE },
    { "true", "\"true\"", TRUE },
    { "yes", "true", TRUE },
    { "{a: 1}", "{\"a\": 1, \"b\": 2}", TRUE },
    { "{a: 1, b: null}", "{\"a\": 1, \"b\": 2}", FALSE },
    { "{a: 1, c: null}", "{\"a\": 1, \"b\": 2}", TRUE },
    { "{a: 1}", "\"{\\\"a\\\": 1}\"", TRUE },
    { "{a: {b: [1, x]}}", "\"{\\\"a\\\": {\\\"b\\\": [1, \\\"x\\\"]}}\"", TRUE },
    { "{a: 1}", "\"{\"", FALSE },
    { "{a: 1}", "\"[1]\"", FALSE },
    { "{}", "{\"a\": 1}", TRUE },
    { "[1, 2]", "[1, 2]", TRUE },
    { "[1, 2]", "[2, 1]", FALSE },
    { "[1]", "[1, 2]", FALSE },
    { "[]", "[]", TRUE },
    { "[]", "{}", FALSE },
    { "x", "{\"x\": 1}", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ReactiveYaml) expected = parse (cases[i].expected);
      g_autoptr (ReactiveJson) actual
          = cases[i].actual != NULL ? reactive_json_parse (cases[i].actual, -1, REACTIVE_JSON_STRICT, NULL) : NULL;

      g_test_message ("%s and %s", cases[i].expected, cases[i].actual != NULL ? cases[i].actual : "none");
      g_assert_true ((actual != NULL) == (cases[i].actual != NULL));
      g_assert_cmpint (reactive_expect_matches (expected, actual), ==, cases[i].matches);
    }

  g_assert_true (reactive_expect_matches (NULL, NULL));
}

static void
assert_described (char *description, const char *expected)
{
  g_assert_cmpstr (description, ==, expected);
  g_free (description);
}

static void
test_descriptions (void)
{
  g_autoptr (ReactiveYaml) text = parse ("8053"), mapping = parse ("{a: [1, null]}"), none = parse ("~");
  g_autoptr (ReactiveJson) actual = reactive_json_parse ("{\"a\": \"x\"}", -1, REACTIVE_JSON_STRICT, NULL);

  assert_described (reactive_expect_describe_expected (NULL), "absent");
  assert_described (reactive_expect_describe_expected (none), "absent");
  assert_described (reactive_expect_describe_expected (text), "'8053'");
  assert_described (reactive_expect_describe_expected (mapping), "{\"a\": [1, null]}");
  assert_described (reactive_expect_describe_actual (NULL), "absent");
  assert_described (reactive_expect_describe_actual (actual), "{\"a\": \"x\"}");
  assert_described (reactive_expect_describe_actual (reactive_json_get_member (actual, "a")), "'x'");
}

static void
test_long_descriptions (void)
{
  g_autofree char *long_text = g_strnfill (1000, 'x');
  g_autofree char *description = NULL, *wide_description = NULL;
  g_autoptr (ReactiveJson) value = reactive_json_new_string (long_text), wide_value = NULL;
  g_autoptr (GString) wide = g_string_new (NULL);

  for (guint i = 0; i < 500; i++)
    g_string_append (wide, "ü");
  wide_value = reactive_json_new_string (wide->str);

  description = reactive_expect_describe_actual (value);
  wide_description = reactive_expect_describe_actual (wide_value);
  g_assert_cmpuint (strlen (description), <, 310);
  g_assert_true (g_str_has_suffix (description, "x…"));
  g_assert_true (g_utf8_validate (wide_description, -1, NULL));
  g_assert_true (g_str_has_suffix (wide_description, "ü…"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/expect/match/by-text-value-and-members", test_matches);
  g_test_add_func ("/expect/match/is-described", test_descriptions);
  g_test_add_func ("/expect/match/long-values-are-cut-at-characters", test_long_descriptions);

  return g_test_run ();
}
