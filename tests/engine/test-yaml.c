/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "charm/yaml.h"

static ReactiveYaml *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ReactiveYaml *root = reactive_yaml_parse (text, strlen (text), "f.yaml", &error);

  g_assert_no_error (error);
  g_assert_nonnull (root);
  return root;
}

static void
assert_refused (const char *text, gsize length_bytes, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strdup_printf ("f.yaml:%s", expected);

  g_assert_null (reactive_yaml_parse (text, length_bytes, "f.yaml", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpstr (error->message, ==, message);
}

static void
assert_json (const char *text, const char *expected)
{
  g_autoptr (ReactiveYaml) root = parse (text);
  g_autoptr (ReactiveJson) json = reactive_yaml_to_json (root);
  g_autofree char *json_text = reactive_json_to_text (json, REACTIVE_JSON_INSERTION_ORDER);

  g_assert_cmpstr (json_text, ==, expected);
}

static void
test_structure (void)
{
  g_autoptr (ReactiveYaml) root = parse ("b: [x, 'y', {z: 1}]\na:\n- |\n  two\n  lines\n- >-\n  one\n  line\n");
  const ReactiveYaml *list;

  g_assert_cmpint (reactive_yaml_get_kind (root), ==, REACTIVE_YAML_MAPPING);
  g_assert_cmpuint (reactive_yaml_get_length (root), ==, 2);
  g_assert_cmpstr (reactive_yaml_get_name (root, 0), ==, "b");
  g_assert_cmpstr (reactive_yaml_get_name (root, 1), ==, "a");
  g_assert_null (reactive_yaml_get_member (root, "c"));

  list = reactive_yaml_get_member (root, "b");
  g_assert_true (list == reactive_yaml_get_entry (root, 0));
  g_assert_cmpint (reactive_yaml_get_kind (list), ==, REACTIVE_YAML_SEQUENCE);
  g_assert_cmpuint (reactive_yaml_get_length (list), ==, 3);
  g_assert_cmpint (reactive_yaml_get_kind (reactive_yaml_get_entry (list, 1)), ==, REACTIVE_YAML_SCALAR);
  g_assert_cmpstr (reactive_yaml_get_text (reactive_yaml_get_entry (list, 1)), ==, "y");
  g_assert_cmpint (reactive_yaml_get_kind (reactive_yaml_get_entry (list, 2)), ==, REACTIVE_YAML_MAPPING);

  list = reactive_yaml_get_member (root, "a");
  g_assert_cmpstr (reactive_yaml_get_text (reactive_yaml_get_entry (list, 0)), ==, "two\nlines\n");
  g_assert_cmpstr (reactive_yaml_get_text (reactive_yaml_get_entry (list, 1)), ==, "one line");
}

static void
test_empty_files (void)
{
  static const char *const texts[] = { "", "\n", "# comment\n", "\xef\xbb\xbf", "   \n\n" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ReactiveYaml) root = parse (texts[i]);

      g_assert_cmpint (reactive_yaml_get_kind (root), ==, REACTIVE_YAML_MAPPING);
      g_assert_cmpuint (reactive_yaml_get_length (root), ==, 0);
    }
}

static void
test_no_text (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveYaml) root = reactive_yaml_parse (NULL, 0, "f.yaml", &error);

  g_assert_no_error (error);
  g_assert_cmpuint (reactive_yaml_get_length (root), ==, 0);
}

/* A text that does not end in NUL is read to its length. */
static void
test_length (void)
{
  static const char text[] = { 'a', ':', ' ', 'b', 'c', 'd' };
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveYaml) root = reactive_yaml_parse (text, 4, "f.yaml", &error);

  g_assert_no_error (error);
  g_assert_cmpstr (reactive_yaml_get_text (reactive_yaml_get_member (root, "a")), ==, "b");
}

/* What PyYAML 6 and go-yaml 2.4 make of these, or go-yaml alone where they differ; but integers beyond 64 bits stay
 * whole, as in Python. */
static const struct
{
  const char *text;
  const char *json;
} scalars[] = {
  { "~", "null" },
  { "null", "null" },
  { "Null", "null" },
  { "NULL", "null" },
  { "nUll", "\"nUll\"" },
  { "", "null" },
  { "true", "true" },
  { "True", "true" },
  { "TRUE", "true" },
  { "tRUE", "\"tRUE\"" },
  { "yes", "true" },
  { "Yes", "true" },
  { "YES", "true" },
  { "on", "true" },
  { "On", "true" },
  { "ON", "true" },
  { "false", "false" },
  { "False", "false" },
  { "FALSE", "false" },
  { "no", "false" },
  { "No", "false" },
  { "NO", "false" },
  { "off", "false" },
  { "Off", "false" },
  { "OFF", "false" },
  { "y", "true" },
  { "N", "false" },
  { "0", "0" },
  { "-0", "0" },
  { "+12", "12" },
  { "-12", "-12" },
  { "1_000", "1000" },
  { "_1", "\"_1\"" },
  { "0x1F", "31" },
  { "-0x1f", "-31" },
  { "0xg", "\"0xg\"" },
  { "0x", "\"0x\"" },
  { "0o17", "15" },
  { "017", "15" },
  { "0b101", "5" },
  { "-0b11", "-3" },
  { "0b12", "\"0b12\"" },
  { "08", "8.0" },
  { "9223372036854775807", "9223372036854775807" },
  { "-9223372036854775808", "-9223372036854775808" },
  { "9223372036854775808", "9223372036854775808" },
  { "-9223372036854775809", "-9223372036854775809" },
  { "+123456789012345678901234567890", "123456789012345678901234567890" },
  { "0xFFFFFFFFFFFFFFFF", "18446744073709551615" },
  { "-0xFFFFFFFFFFFFFFFF", "\"-0xFFFFFFFFFFFFFFFF\"" },
  { "0x1FFFFFFFFFFFFFFFFF", "\"0x1FFFFFFFFFFFFFFFFF\"" },
  { "-0x8000000000000000", "-9223372036854775808" },
  { "1.5", "1.5" },
  { "-1.5", "-1.5" },
  { "1.", "1.0" },
  { ".5", "0.5" },
  { "+.5", "0.5" },
  { "1e3", "1000.0" },
  { "1.5e-3", "0.0015" },
  { "1_0.5", "10.5" },
  { "1e400", "\"1e400\"" },
  { "1e-400", "0.0" },
  { "1e", "\"1e\"" },
  { "1.5.2", "\"1.5.2\"" },
  { ".", "\".\"" },
  { "-", "[null]" },
  { "+", "\"+\"" },
  { ".inf", "Infinity" },
  { "+.Inf", "Infinity" },
  { "-.INF", "-Infinity" },
  { ".nan", "NaN" },
  { ".iNf", "\".iNf\"" },
  { "1:30", "\"1:30\"" },
  { "2001-01-01", "\"2001-01-01\"" },
  { "=", "\"=\"" },
  { "<<", "\"<<\"" },
  { "'yes'", "\"yes\"" },
  { "\"12\"", "\"12\"" },
  { "''", "\"\"" },
  { "|\n 12", "\"12\\n\"" },
  { ">-\n 12", "\"12\"" },
  { "!!str 12", "\"12\"" },
  { "!!str", "\"\"" },
  { "!!int '12'", "12" },
  { "!!int 0x10", "16" },
  { "!!float 3", "3.0" },
  { "!!float 3.5", "3.5" },
  { "!!bool 'on'", "true" },
  { "!!null ''", "null" },
  { "!<tag:yaml.org,2002:str> 1", "\"1\"" },
};

static void
test_scalars (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (scalars); i++)
    {
      g_autofree char *text = g_strdup_printf ("- %s\n", scalars[i].text);
      g_autofree char *expected = g_strdup_printf ("[%s]", scalars[i].json);

      assert_json (text, expected);
    }
}

/* The longest integer that CPython reads from text is one here; a longer one is no number at all. */
static void
test_long_integers (void)
{
  g_autofree char *longest = g_strnfill (REACTIVE_JSON_MAX_DIGITS, '7');
  g_autofree char *longest_list = g_strdup_printf ("[%s]", longest);
  g_autofree char *too_long = g_strnfill (REACTIVE_JSON_MAX_DIGITS + 1, '7');
  g_autofree char *too_long_list = g_strdup_printf ("[%s]", too_long);
  g_autofree char *expected = g_strdup_printf ("[\"%s\"]", too_long);

  assert_json (longest_list, longest_list);
  assert_json (too_long_list, expected);
}

static void
test_json (void)
{
  assert_json ("a: {b: [1, 2.5, x], c: }\n'1': ~\n1.0: yes\n",
               "{\"a\": {\"b\": [1, 2.5, \"x\"], \"c\": null}, \"1\": null, \"1.0\": true}");
  assert_json ("!!map {a: !!seq [1]}", "{\"a\": [1]}");
  assert_json ("%YAML 1.1\n---\na: \xc3\xbc\n...\n", "{\"a\": \"\\u00fc\"}");
  assert_json ("<<: {a: 1}\na: 2\n", "{\"<<\": {\"a\": 1}, \"a\": 2}");
  assert_json ("{}", "{}");
  assert_json ("[]", "[]");
  assert_json ("12", "12");
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } table[] = {
    { "a: &x 1", "1:4: anchor '&x': anchors are not supported" },
    { "a: &x [1]", "1:4: anchor '&x': anchors are not supported" },
    { "&x\na: 1", "1:1: anchor '&x': anchors are not supported" },
    { "a: *x", "1:4: alias '*x': aliases are not supported" },
    { "a: 1\nb: 2\na: 3", "3:1: a: duplicate key (first on line 1)" },
    { "x:\n  - {b: 1, 'b': 2}", "2:12: b: duplicate key (first on line 2)" },
    { "'': 1\n'': 2", "2:1: : duplicate key (first on line 1)" },
    { "? [a]\n: 1", "1:3: a key that is a list (expected a scalar)" },
    { "{{a: 1}: 2}", "1:2: a key that is a mapping (expected a scalar)" },
    { "a: 1\n---\nb: 1", "2:1: a second document" },
    { "--- 1\n--- 2", "2:1: a second document" },
    { "a: !foo 1", "1:4: tag '!foo' is not supported" },
    { "a: !foo [1]", "1:4: tag '!foo' is not supported" },
    { "!foo a: 1", "1:1: tag '!foo' is not supported" },
    { "a: !!binary aGk=", "1:4: tag 'tag:yaml.org,2002:binary' is not supported" },
    { "a: !!python/object:os.system {}", "1:4: tag 'tag:yaml.org,2002:python/object:os.system' is not supported" },
    { "a: !!map [1]", "1:4: tag 'tag:yaml.org,2002:map' is not supported" },
    { "a: !!str {}", "1:4: tag 'tag:yaml.org,2002:str' is not supported" },
    { "a: !!int x", "1:4: 'x' is not of type !!int" },
    { "a: !!int 1.5", "1:4: '1.5' is not of type !!int" },
    { "a: !!bool 1", "1:4: '1' is not of type !!bool" },
    { "a: !!float x", "1:4: 'x' is not of type !!float" },
    { "a: !!null 0", "1:4: '0' is not of type !!null" },
    { "a:\n\tb: 1", "2:1: a tab where YAML allows only spaces" },
    { "a: [1, 2", "2:1: did not find expected ',' or ']' (while parsing a flow sequence, line 1)" },
    { "a: b: c", "1:5: mapping values are not allowed in this context" },
    { "a: 'x\n\n", "3:1: found unexpected end of stream (while scanning a quoted scalar, line 1)" },
    { "a: @x", "1:4: found character that cannot start any token (while scanning for the next token, line 1)" },
    { "ü: \"\\q\"", "1:5: found unknown escape character (while parsing a quoted scalar, line 1)" },
    { "a: \x01", "1:4: control characters are not allowed" },
    { "ü: ü\nb: ü\x7f", "2:5: control characters are not allowed" },
    { "a: \xff", "1:4: invalid UTF-8" },
    { "ab\nü\xc3", "2:2: invalid UTF-8" },
    { "a: \xed\xa0\x80", "1:4: invalid UTF-8" },
    { "\xff\xfe"
      "a",
      "1:1: invalid UTF-8" },
    { "a: \"\\0\"", "1:4: a string that contains NUL" },
    { "\"\\0\": 1", "1:1: a string that contains NUL" },
    { "%YAML 3.0\n---\na", "1:1: found incompatible YAML document" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].text, strlen (table[i].text), table[i].message);
}

static void
test_nul (void)
{
  assert_refused ("a: 1\nb: \0c", 10, "2:4: a NUL byte");
  assert_refused ("\0", 1, "1:1: a NUL byte");
}

static void
test_too_large (void)
{
  g_autofree char *text = g_strnfill (REACTIVE_YAML_MAX_BYTES + 1, '#');

  assert_refused (text, REACTIVE_YAML_MAX_BYTES + 1, "1:1: larger than 4194304 bytes");
}

static void
test_depth (void)
{
  g_autofree char *open = g_strnfill (REACTIVE_YAML_MAX_DEPTH, '[');
  g_autofree char *close = g_strnfill (REACTIVE_YAML_MAX_DEPTH, ']');
  g_autofree char *deepest = g_strconcat (open, close, NULL);
  g_autofree char *deeper = g_strconcat ("[", open, NULL);
  g_autoptr (GString) block = g_string_new (NULL);

  assert_json (deepest, deepest);
  assert_refused (deeper, strlen (deeper), "1:65: nested deeper than 64 levels");

  for (guint i = 0; i <= REACTIVE_YAML_MAX_DEPTH; i++)
    g_string_append (block, "- ");
  assert_refused (block->str, block->len, "1:129: nested deeper than 64 levels");
}

/* Every scalar and collection counts, keys too; the outermost one is free. */
static void
test_nodes (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ReactiveYaml) root = NULL;

  for (guint i = 0; i < REACTIVE_YAML_MAX_NODES; i++)
    g_string_append (text, "- \n");
  root = parse (text->str);
  g_assert_cmpuint (reactive_yaml_get_length (root), ==, REACTIVE_YAML_MAX_NODES);

  g_string_append (text, "- ");
  assert_refused (text->str, text->len, "200001:2: more than 200000 values");
}

static void
test_many_keys (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (ReactiveYaml) root = NULL;

  for (guint i = 0; i < REACTIVE_YAML_MAX_NODES / 2; i++)
    g_string_append_printf (text, "k%u: \n", i);
  root = parse (text->str);
  g_assert_cmpuint (reactive_yaml_get_length (root), ==, REACTIVE_YAML_MAX_NODES / 2);
  g_assert_nonnull (reactive_yaml_get_member (root, "k99999"));
}

/* libyaml takes minutes for a file of such lines. */
static void
test_tag_directives (void)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; text->len < REACTIVE_YAML_MAX_BYTES - 40; i++)
    g_string_append_printf (text, "%%TAG !t%u! x\n", i);
  assert_refused (text->str, text->len, "65:1: more than 64 times '%TAG'");
}

static void
test_long_messages (void)
{
  g_autofree char *name = g_strnfill (100000, 'k');
  g_autofree char *text = g_strdup_printf ("? %s\n: 1\n? %s\n: 2\n", name, name);
  g_autofree char *shown = g_strndup (name, 80);
  g_autofree char *expected = g_strdup_printf ("3:3: %s…: duplicate key (first on line 1)", shown);

  assert_refused (text, strlen (text), expected);
}

static void
test_error (void)
{
  g_autoptr (ReactiveYaml) root = parse ("a:\n  b: [x, \"two\\nlines\"]\n");
  const ReactiveYaml *list = reactive_yaml_get_member (reactive_yaml_get_member (root, "a"), "b");
  g_autoptr (GError) error = NULL;

  reactive_yaml_error (&error, reactive_yaml_get_entry (list, 1), "a.b", "unknown '%s' (expected %d)",
                       reactive_yaml_get_text (reactive_yaml_get_entry (list, 1)), 3);
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpstr (error->message, ==, "f.yaml:2:10: a.b: unknown 'two\\nlines' (expected 3)");
  g_clear_error (&error);

  reactive_yaml_error (&error, reactive_yaml_get_key (root, 0), NULL, "\t\x01\xe2\x80\xa8");
  g_assert_cmpstr (error->message, ==, "f.yaml:1:1: \\t\\u0001\\u2028");

  reactive_yaml_error (NULL, root, NULL, "nobody listens");
}

static void
test_free_of_nothing (void)
{
  g_autoptr (ReactiveYaml) root = NULL;

  reactive_yaml_free (root);
  g_assert_null (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/yaml/parse/structure-keeps-its-order", test_structure);
  g_test_add_func ("/yaml/parse/empty-file-is-an-empty-mapping", test_empty_files);
  g_test_add_func ("/yaml/parse/no-text-is-an-empty-file", test_no_text);
  g_test_add_func ("/yaml/parse/reads-no-further-than-told", test_length);
  g_test_add_func ("/yaml/parse/refuses-with-line-and-column", test_refusals);
  g_test_add_func ("/yaml/parse/refuses-nul-bytes", test_nul);
  g_test_add_func ("/yaml/parse/refuses-large-files", test_too_large);
  g_test_add_func ("/yaml/parse/refuses-deep-files", test_depth);
  /* Hundreds of thousands of values, each with its stack written down, take a minute. */
  if (g_getenv ("REACTIVE_TEST_SANITIZED") == NULL)
    {
      g_test_add_func ("/yaml/parse/refuses-too-many-values", test_nodes);
      g_test_add_func ("/yaml/parse/many-keys-take-no-longer-than-many-values", test_many_keys);
    }
  g_test_add_func ("/yaml/parse/refuses-too-many-tag-directives", test_tag_directives);
  g_test_add_func ("/yaml/parse/messages-stay-short", test_long_messages);
  g_test_add_func ("/yaml/to-json/plain-scalars-mean-what-they-mean-to-juju", test_scalars);
  g_test_add_func ("/yaml/to-json/long-integers-keep-their-digits", test_long_integers);
  g_test_add_func ("/yaml/to-json/collections", test_json);
  g_test_add_func ("/yaml/error/begins-with-place-and-key", test_error);
  g_test_add_func ("/yaml/free/takes-null", test_free_of_nothing);

  return g_test_run ();
}
