/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/yaml-write.h"

/* JSON, and what go-yaml 2.4.0 writes of it. */
static const struct
{
  const char *json;
  const char *yaml;
} written[] = {
  { "\"plain text\"", "plain text\n" },
  { "\"two  spaces\"", "two  spaces\n" },
  { "\"\"", "\"\"\n" },
  { "\"true\"", "\"true\"\n" },
  { "\"yes\"", "\"yes\"\n" },
  { "\"y\"", "\"y\"\n" },
  { "\"null\"", "\"null\"\n" },
  { "\"~\"", "\"~\"\n" },
  { "\"12\"", "\"12\"\n" },
  { "\"0x1f\"", "\"0x1f\"\n" },
  { "\"1_000\"", "\"1_000\"\n" },
  { "\"1.5\"", "\"1.5\"\n" },
  { "\"1e3\"", "\"1e3\"\n" },
  { "\".5\"", "\".5\"\n" },
  { "\"-\"", "'-'\n" },
  { "\"- x\"", "'- x'\n" },
  { "\"a: b\"", "'a: b'\n" },
  { "\"a:b\"", "a:b\n" },
  { "\"a #b\"", "'a #b'\n" },
  { "\"#b\"", "'#b'\n" },
  { "\"12:30\"", "\"12:30\"\n" },
  { "\"12:30:45\"", "\"12:30:45\"\n" },
  { "\"2001-02-03\"", "\"2001-02-03\"\n" },
  { "\"2001-02-30\"", "2001-02-30\n" },
  { "\"2001-02-03T04:05:06Z\"", "\"2001-02-03T04:05:06Z\"\n" },
  { "\"2001-02-03 04:05:06Z\"", "2001-02-03 04:05:06Z\n" },
  { "\"10.0.0.1\"", "10.0.0.1\n" },
  { "\"<<\"", "<<\n" },
  { "\"it's\"", "it's\n" },
  { "\"say \\\"x\\\"\"", "say \"x\"\n" },
  { "\"'\"", "''''\n" },
  { "\" lead\"", "' lead'\n" },
  { "\"trail \"", "'trail '\n" },
  { "\"two\\nlines\"", "|-\n  two\n  lines\n" },
  { "\"two\\nlines\\n\"", "|\n  two\n  lines\n" },
  { "\"\\ttab\"", "\"\\ttab\"\n" },
  { "\"tab\\there\"", "\"tab\\there\"\n" },
  { "\"\\u0001\"", "\"\\x01\"\n" },
  { "\"\303\251\"", "\303\251\n" },
  { "\"\360\237\230\200\"", "\"\\U0001F600\"\n" },
  { "\"[x\"", "'[x'\n" },
  { "\"{x\"", "'{x'\n" },
  { "\"@x\"", "'@x'\n" },
  { "\"word word word word word word word word word word word word word word word word word word word word\"",
    "word word word word word word word word word word word word word word word word word\n  word word word\n" },
  { "1", "1\n" },
  { "-5", "-5\n" },
  { "1.0", "1\n" },
  { "1000000.0", "1e+06\n" },
  { "true", "true\n" },
  { "false", "false\n" },
  { "null", "null\n" },
  { "[]", "[]\n" },
  { "{}", "{}\n" },
  { "[\"a\",\"b\"]", "- a\n- b\n" },
  { "[[\"a\"],[]]", "- - a\n- []\n" },
  { "{\"b\":\"2\",\"a\":\"1\",\"a10\":\"x\",\"a9\":\"y\",\"A\":\"z\",\"1\":\"one\"}",
    "\"1\": one\nA: z\na: \"1\"\na9: \"y\"\na10: x\nb: \"2\"\n" },
  { "{\"k\":{\"n\":[\"a\",{\"x\":\"y\"}],\"e\":{}}}", "k:\n  e: {}\n  \"n\":\n  - a\n  - x: \"y\"\n" },
  { "{\"k\":\"two\\nlines\"}", "k: |-\n  two\n  lines\n" },
  { "{\"multi\\nkey\":\"v\"}", "? |-\n  multi\n  key\n: v\n" },
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
test_writes_as_go_yaml_does (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (written); i++)
    {
      g_autoptr (ReactiveJson) value = parse (written[i].json);
      g_autofree char *text = reactive_yaml_write (value, REACTIVE_JSON_SORT_KEYS);

      g_assert_cmpstr (text, ==, written[i].yaml);
    }
}

static void
test_keeps_the_order_of_structures (void)
{
  g_autoptr (ReactiveJson) value = parse ("{\"units\": {}, \"relations\": {\"b\": 1, \"a\": 2}}");
  g_autofree char *text = reactive_yaml_write (value, REACTIVE_JSON_INSERTION_ORDER);

  g_assert_cmpstr (text, ==, "units: {}\nrelations:\n  b: 1\n  a: 2\n");
}

/* Newlines at the end are cut off by the tools. */
static void
test_ends_in_one_newline (void)
{
  g_autoptr (ReactiveJson) value = parse ("\"a\\n\\n\\n\"");
  g_autofree char *text = reactive_yaml_write (value, REACTIVE_JSON_SORT_KEYS);

  g_assert_cmpstr (text, ==, "|+\n  a\n");
}

static void
test_lone_surrogates_and_nul_are_written (void)
{
  g_autoptr (ReactiveJson) value = parse ("[\"\\ud800\", \"a\\u0000b\", \"\\u0000\\udfff\"]");
  g_autofree char *text = reactive_yaml_write (value, REACTIVE_JSON_SORT_KEYS);

  g_assert_cmpstr (text, ==, "- \357\277\275\n- \"a\\0b\"\n- \"\\0\357\277\275\"\n");
}

static void
test_names_are_in_natural_order (void)
{
  g_assert_cmpint (reactive_yaml_compare_names ("a9", "a10"), <, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("a10", "a9"), >, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("a", "a"), ==, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("a", "aa"), <, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("1", "a"), <, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("Z", "a"), <, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("a01", "a1"), >, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("a10b", "a1b"), <, 0);
  g_assert_cmpint (reactive_yaml_compare_names ("a-b", "ab"), <, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml-write/writes-as-go-yaml-does", test_writes_as_go_yaml_does);
  g_test_add_func ("/yaml-write/keeps-the-order-of-structures", test_keeps_the_order_of_structures);
  g_test_add_func ("/yaml-write/ends-in-one-newline", test_ends_in_one_newline);
  g_test_add_func ("/yaml-write/lone-surrogates-and-nul-are-written", test_lone_surrogates_and_nul_are_written);
  g_test_add_func ("/yaml-write/names-are-in-natural-order", test_names_are_in_natural_order);

  return g_test_run ();
}
