/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json.h"

static const struct
{
  const char *a, *b;
  gboolean equal;
} comparisons[] = {
  { "null", "null", TRUE },
  { "null", "false", FALSE },
  { "true", "true", TRUE },
  { "true", "false", FALSE },
  { "true", "1", FALSE },
  { "false", "0", FALSE },
  { "1", "1.0", TRUE },
  { "1", "1.5", FALSE },
  { "0", "-0.0", TRUE },
  { "-5", "-5e0", TRUE },
  { "-5", "5.0", FALSE },
  { "1", "\"1\"", FALSE },
  { "9007199254740993", "9007199254740992.0", FALSE },
  { "9007199254740992", "9007199254740992.0", TRUE },
  { "10000000000000000000000", "1e22", TRUE },
  { "99999999999999991611392", "1e23", TRUE },
  { "1", "Infinity", FALSE },
  { "Infinity", "1e400", TRUE },
  { "NaN", "NaN", FALSE },
  { "\"a\"", "\"\\u0061\"", TRUE },
  { "\"a\"", "\"a\\u0000\"", FALSE },
  { "[1, 2]", "[1, 2.0]", TRUE },
  { "[1, 2]", "[2, 1]", FALSE },
  { "[1, 2]", "[1, 2, 3]", FALSE },
  { "[]", "{}", FALSE },
  { "{\"a\": 1, \"b\": [2]}", "{\"b\": [2], \"a\": 1}", TRUE },
  { "{\"a\": 1, \"b\": 2}", "{\"a\": 1, \"c\": 2}", FALSE },
  { "{\"a\": 1, \"b\": 2}", "{\"a\": 1, \"b\": 3}", FALSE },
  { "{\"a\": 1}", "{\"a\": 1, \"b\": 2}", FALSE },
};

static void
test_compares (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (comparisons); i++)
    {
      g_autoptr (ReactiveJson) a = reactive_json_parse (comparisons[i].a, -1, REACTIVE_JSON_PYTHON, NULL);
      g_autoptr (ReactiveJson) b = reactive_json_parse (comparisons[i].b, -1, REACTIVE_JSON_PYTHON, NULL);

      g_assert_true (a != NULL && b != NULL);
      g_test_message ("%s and %s", comparisons[i].a, comparisons[i].b);
      g_assert_cmpint (reactive_json_equal (a, b), ==, comparisons[i].equal);
      g_assert_cmpint (reactive_json_equal (b, a), ==, comparisons[i].equal);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json-equal/compares-as-python-does", test_compares);

  return g_test_run ();
}
