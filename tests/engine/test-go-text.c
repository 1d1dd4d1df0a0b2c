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

/* What Go 1.26 makes of it in encoding/json, and by strconv.FormatFloat (f, 'g', -1, 64). */
static const struct
{
  double number;
  const char *json;
  const char *general;
} numbers[] = {
  { 0, "0", "0" },
  { 1, "1", "1" },
  { -1, "-1", "-1" },
  { 3.5, "3.5", "3.5" },
  { 0.1, "0.1", "0.1" },
  { 0.0001, "0.0001", "0.0001" },
  { 1e-05, "0.00001", "1e-05" },
  { 1e-06, "0.000001", "1e-06" },
  { 1e-07, "1e-7", "1e-07" },
  { 1.5e-09, "1.5e-9", "1.5e-09" },
  { 123456, "123456", "123456" },
  { 1.234567e+06, "1234567", "1.234567e+06" },
  { 100000, "100000", "100000" },
  { 1e+06, "1000000", "1e+06" },
  { 1e+20, "100000000000000000000", "1e+20" },
  { 1e+21, "1e+21", "1e+21" },
  { 1.5e+300, "1.5e+300", "1.5e+300" },
  { 5e-324, "5e-324", "5e-324" },
  { 100000.5, "100000.5", "100000.5" },
  { -1.234e-05, "-0.00001234", "-1.234e-05" },
  { 1e+15, "1000000000000000", "1e+15" },
  { 1e+16, "10000000000000000", "1e+16" },
  { 1.2345678901234568e+20, "123456789012345680000", "1.2345678901234568e+20" },
};

static void
test_writes_floats_as_go_does (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *json = reactive_go_float (numbers[i].number, -6, 21, 1);
      g_autofree char *general = reactive_go_float (numbers[i].number, -4, 6, 2);

      g_assert_cmpstr (json, ==, numbers[i].json);
      g_assert_cmpstr (general, ==, numbers[i].general);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/go-text/quotes-as-go-does", test_quotes_as_go_does);
  g_test_add_func ("/go-text/quotes-lists", test_quotes_lists);
  g_test_add_func ("/go-text/writes-floats-as-go-does", test_writes_floats_as_go_does);

  return g_test_run ();
}
