/* SPDX-License-Identifier: Apache-2.0 */
#include "core/hook-pattern.h"

#include <string.h>

static const ReactivePatternEndpoint endpoints[] = {
  { "db", "requires", "mysql" }, { "shared-db", "requires", "mysql" }, { "website", "provides", "http" },
  { "cluster", "peers", "ha" },  { "web:2", "provides", "http:2" },
};

typedef struct
{
  const char *name;
  const char *pattern;
  const char *expected; /* the names, with a space between; "" is one empty name, NULL none */
} Expansion;

static const Expansion expansions[] = {
  { "plain-name-is-itself", "install", "install" },
  { "empty-name-is-itself", "", "" },
  { "choices", "{start,stop}", "start stop" },
  { "choices-inside-a-name", "db-relation-{joined,changed}", "db-relation-joined db-relation-changed" },
  { "groups-multiply", "{a,b}-{c,d}", "a-c a-d b-c b-d" },
  { "equal-groups-multiply-too", "{a,b}{a,b}", "aa ab ba bb" },
  { "three-groups-multiply", "{a,b}{c,d}{e,f}", "ace acf ade adf bce bcf bde bdf" },
  { "one-choice-loses-its-braces", "x{a}y", "xay" },
  { "comma-at-the-end-is-a-choice-of-nothing", "x{a,}y", "xay xy" },
  { "comma-at-the-beginning-stays", "x{,a}y", "x{,a}y" },
  { "comma-twice-stays", "{a,,b}", "{a,,b}" },
  { "comma-alone-stays", "{,}", "{,}" },
  { "empty-group-stays", "x{}y", "x{}y" },
  { "unclosed-group-stays", "{a", "{a" },
  { "unclosed-group-after-a-closed-one-stays", "{a,b}{c,d", "a{c,d b{c,d" },
  { "closing-brace-alone-stays", "a}b", "a}b" },
  { "brace-inside-a-group-is-a-character", "{{a,b}", "{a b" },
  { "brace-after-a-part-is-a-character", "{a{,b}", "a{ b" },
  { "closing-brace-left-over-stays", "{a,b}}", "a} b}" },
  { "group-begins-again-after-a-bad-one", "{,{a,b}", "{,a {,b" },
  { "interface-becomes-its-endpoints", "{requires:mysql}-relation-joined",
    "db-relation-joined shared-db-relation-joined" },
  { "interface-of-another-role-names-nothing", "{provides:mysql}-relation-joined", NULL },
  { "unknown-interface-names-nothing", "{requires:redis}-relation-joined", NULL },
  { "unknown-interface-beside-a-known-one-names-nothing", "{requires:redis}{provides:http}", NULL },
  { "peers", "{peers:ha}-relation-departed", "cluster-relation-departed" },
  { "interface-and-choices-multiply", "{requires:mysql}-relation-{joined,changed}",
    "db-relation-joined db-relation-changed shared-db-relation-joined shared-db-relation-changed" },
  { "two-interfaces-multiply", "{requires:mysql}+{provides:http}", "db+website shared-db+website" },
  { "interface-runs-from-the-first-colon", "{provides:http:2}", "web:2" },
  { "interface-without-a-role-stays", "{:mysql}", "{:mysql}" },
  { "interface-without-a-name-stays", "{requires:}", "{requires:}" },
  { "interface-that-choices-make-stays", "{x{a,b}:c}", "x{a:c} b:c}" },
  { "choices-with-a-colon-name-an-interface", "{a,b:c}", NULL },
  { "choices-with-two-colons-side-by-side-stay", "{::}", "{::}" },
};

static void
test_expansion (gconstpointer data)
{
  const Expansion *test = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names
      = reactive_hook_pattern_expand (test->pattern, endpoints, G_N_ELEMENTS (endpoints), &error);
  g_autoptr (GPtrArray) copy = g_ptr_array_new ();
  g_autofree char *text = NULL;

  g_assert_no_error (error);
  g_ptr_array_extend (copy, names, NULL, NULL);
  g_ptr_array_add (copy, NULL);
  text = names->len > 0 ? g_strjoinv (" ", (char **) copy->pdata) : NULL;
  g_assert_cmpstr (text, ==, test->expected);
}

/* A search that looks at the whole rest for each brace would not end in the test's time. */
static void
test_hundred_thousand_braces_end_at_once (void)
{
  static const char *const pieces[] = { "{", "{a", "{a,", "{,", "{:", "{a:", "}", "{{,,", "{}" };
  static const char *const ends[] = { "", ",,}", ":}", "a:}", "{}" };

  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ends); j++)
      {
        g_autoptr (GString) pattern = g_string_new (NULL);
        g_autoptr (GPtrArray) names = NULL;
        g_autoptr (GError) error = NULL;

        while (pattern->len < 100000)
          g_string_append (pattern, pieces[i]);
        g_string_append (pattern, ends[j]);
        names = reactive_hook_pattern_expand (pattern->str, NULL, 0, &error);
        g_assert_true ((names != NULL) == (error == NULL));
        if (strchr (pattern->str, '}') == NULL)
          g_assert_cmpstr (g_ptr_array_index (names, 0), ==, pattern->str);
      }
}

static void
assert_too_much (const char *pattern)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = reactive_hook_pattern_expand (pattern, endpoints, G_N_ELEMENTS (endpoints), &error);

  g_assert_null (names);
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, "hook pattern '"));
  g_assert_true (g_str_has_suffix (error->message, "' stands for more than 4096 names or 1048576 bytes"));
  g_assert_cmpuint (strlen (error->message), <, 200);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
}

static void
test_names_are_limited (void)
{
  static const char choice[] = "{a,b}";
  g_autoptr (GString) pattern = g_string_new (NULL);
  g_autoptr (GPtrArray) names = NULL;

  for (guint i = 0; i < 12; i++)
    g_string_append (pattern, choice);
  names = reactive_hook_pattern_expand (pattern->str, NULL, 0, NULL);
  g_assert_nonnull (names);
  g_assert_cmpuint (names->len, ==, REACTIVE_HOOK_PATTERN_MAX_NAMES);
  g_assert_cmpstr (g_ptr_array_index (names, 0), ==, "aaaaaaaaaaaa");
  g_assert_cmpstr (g_ptr_array_index (names, 4095), ==, "bbbbbbbbbbbb");

  g_string_append (pattern, choice);
  assert_too_much (pattern->str);
  for (guint i = 0; i < 1000; i++)
    g_string_append (pattern, choice);
  assert_too_much (pattern->str);
}

static void
test_bytes_are_limited (void)
{
  g_autofree char *filler = g_strnfill (200000, 'x');
  g_autofree char *long_names = g_strconcat ("{a,b,c,d,e,f}", filler, NULL);
  g_autofree char *long_endpoints = g_strconcat ("{requires:mysql}{requires:mysql}{requires:mysql}", filler, NULL);
  g_autofree char *too_long = g_strnfill (REACTIVE_HOOK_PATTERN_MAX_BYTES, 'x');
  g_autoptr (GString) not_ascii = g_string_new ("x");

  assert_too_much (long_names);
  assert_too_much (long_endpoints);
  assert_too_much (too_long);

  while (not_ascii->len < REACTIVE_HOOK_PATTERN_MAX_BYTES)
    g_string_append (not_ascii, "\xe2\x82\xac");
  assert_too_much (not_ascii->str);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (expansions); i++)
    {
      g_autofree char *path = g_strconcat ("/hook-pattern/expand/", expansions[i].name, NULL);

      g_test_add_data_func (path, &expansions[i], test_expansion);
    }
  g_test_add_func ("/hook-pattern/hundred-thousand-braces-end-at-once", test_hundred_thousand_braces_end_at_once);
  g_test_add_func ("/hook-pattern/names-are-limited", test_names_are_limited);
  g_test_add_func ("/hook-pattern/bytes-are-limited", test_bytes_are_limited);

  return g_test_run ();
}
