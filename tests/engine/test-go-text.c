/* SPDX-License-Identifier: Apache-2.0 */
#include "base/go-text.h"

/* What Go 1.26 prints for strconv.Quote() and fmt's %q. */
static const struct
{
  const char *text;
  const char *quoted;
} quoted[] = {
  { "", "\"\"" },
  { "plain", "\"plain\"" },
  { "a\"b\\c", "\"a\\\"b\\\\c\"" },
  { "\a\b\f\n\r\t\v", "\"\\a\\b\\f\\n\\r\\t\\v\"" },
  { "\x01x", "\"\\x01x\"" },
  { "\x7f", "\"\\x7f\"" },
  { "\xff\xc3", "\"\\xff\\xc3\"" },
  { "\xc3\xa9", "\"\xc3\xa9\"" },
  { "\xe2\x80\xa8", "\"\\u2028\"" },
  { "\xc2\xa0", "\"\\u00a0\"" },
  { "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" },
  { "\xc2\xad", "\"\\u00ad\"" },
  { "\xee\x80\x80", "\"\\ue000\"" },
  { "\xf3\xa0\x80\x81", "\"\\U000e0001\"" },
};

static void
test_quotes_as_go_does (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (quoted); i++)
    {
      g_autofree char *text = reactive_go_quote (quoted[i].text);

      g_assert_cmpstr (text, ==, quoted[i].quoted);
    }
}

static void
test_quotes_lists (void)
{
  static const char *const none[] = { NULL };
  static const char *const two[] = { "a", "b c", NULL };
  g_autofree char *empty = reactive_go_quote_list (none);
  g_autofree char *text = reactive_go_quote_list (two);

  g_assert_cmpstr (empty, ==, "[]");
  g_assert_cmpstr (text, ==, "[\"a\" \"b c\"]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/go-text/quotes-as-go-does", test_quotes_as_go_does);
  g_test_add_func ("/go-text/quotes-lists", test_quotes_lists);

  return g_test_run ();
}
