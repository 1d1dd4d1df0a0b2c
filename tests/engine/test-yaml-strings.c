/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/yaml-strings.h"

#include <string.h>

#include "base/error.h"

/* What go-yaml 2.4.0 reads into a map[string]string, as JSON. */
static const struct
{
  const char *yaml;
  const char *json;
} good[] = {
  { "", "{}" },
  { "~", "{}" },
  { "# nothing\n", "{}" },
  { "a: b\n", "{\"a\": \"b\"}" },
  { "{\"a\": \"b\", \"c\": \"d\\n\"}", "{\"a\": \"b\", \"c\": \"d\\n\"}" },
  { "a: 1\nb: 0x1F\nc: 1.50\nd: yes\ne: 2001-02-03\n",
    "{\"a\": \"1\", \"b\": \"0x1F\", \"c\": \"1.50\", \"d\": \"yes\", \"e\": \"2001-02-03\"}" },
  { "a: null\nb: ~\nc:\nd: \"null\"\n", "{\"a\": \"\", \"b\": \"\", \"c\": \"\", \"d\": \"null\"}" },
  { "a: 1\na: 2\n", "{\"a\": \"2\"}" },
  { "1: one\ntrue: yes\n", "{\"1\": \"one\", \"true\": \"yes\"}" },
  { "a: |\n  two\n  lines\nb: 'it''s'\n", "{\"a\": \"two\\nlines\\n\", \"b\": \"it's\"}" },
  { "a: b\n---\nc: d\n", "{\"a\": \"b\"}" },
  { "a: \"\\u00e9\\u0000x\"\n", "{\"a\": \"\\u00e9\\u0000x\"}" },
  { "a: !!str 1\n", "{\"a\": \"1\"}" },
};

static void
test_reads_as_go_yaml_does (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveJson) strings = reactive_yaml_read_strings (good[i].yaml, strlen (good[i].yaml), &error);
      g_autofree char *text = NULL;

      g_assert_no_error (error);
      text = reactive_json_to_text (strings, REACTIVE_JSON_INSERTION_ORDER);
      g_assert_cmpstr (text, ==, good[i].json);
    }
}

static const struct
{
  const char *yaml;
  const char *message;
} bad[] = {
  { "a: [b]\n", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string" },
  { "a: b\nc: {d: e}\n", "yaml: unmarshal errors:\n  line 2: cannot unmarshal !!map into string" },
  { "[a]", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into map[string]string" },
  { "word", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `word` into map[string]string" },
  { "many words of text",
    "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!str `many wo...` into map[string]string" },
  { "? [a]\n: b\n", "yaml: unmarshal errors:\n  line 1: cannot unmarshal !!seq into string" },
  { "a: *b\n", "yaml: unknown anchor 'b' referenced" },
  { "a: b: c\n", "yaml: line 1: mapping values are not allowed in this context" },
  { "\"a\\u0000\": b\n", "yaml: line 1: a name that contains NUL" },
};

static void
test_complains_as_go_yaml_does (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (reactive_yaml_read_strings (bad[i].yaml, strlen (bad[i].yaml), &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_cmpstr (error->message, ==, bad[i].message);
    }
}

/* libyaml's own words. */
static void
test_refuses_what_is_no_text (void)
{
  static const char *const texts[] = { "a: \xff\n", "a: \x7f\n", "a: \"\\ud83d\\ude00\"\n", "{\"a\": \"b\"" };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (reactive_yaml_read_strings (texts[i], strlen (texts[i]), &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_true (g_str_has_prefix (error->message, "yaml: "));
    }
}

static void
test_long_values_are_whole (void)
{
  g_autofree char *value = g_strnfill (300000, 'v');
  g_autofree char *yaml = g_strdup_printf ("{\"a\": \"%s\"}", value);
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) strings = reactive_yaml_read_strings (yaml, strlen (yaml), &error);

  g_assert_no_error (error);
  g_assert_cmpstr (reactive_json_text_or_null (reactive_json_get_member (strings, "a")), ==, value);
}

static void
test_many_tag_directives_are_refused (void)
{
  g_autoptr (GString) yaml = g_string_new ("a: b\n");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (yaml, "%%TAG !a%u! tag:a\n", i);

  g_assert_null (reactive_yaml_read_strings (yaml->str, yaml->len, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/yaml-strings/reads-as-go-yaml-does", test_reads_as_go_yaml_does);
  g_test_add_func ("/yaml-strings/complains-as-go-yaml-does", test_complains_as_go_yaml_does);
  g_test_add_func ("/yaml-strings/refuses-what-is-no-text", test_refuses_what_is_no_text);
  g_test_add_func ("/yaml-strings/long-values-are-whole", test_long_values_are_whole);
  g_test_add_func ("/yaml-strings/many-tag-directives-are-refused", test_many_tag_directives_are_refused);

  return g_test_run ();
}
