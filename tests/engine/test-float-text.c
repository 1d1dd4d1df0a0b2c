/* SPDX-License-Identifier: Apache-2.0 */
#include "base/float-text.h"

#include <locale.h>
#include <math.h>

#include "base/json.h"

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
  { -0.0, "-0", "-0" },
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
assert_appended (double number, int least, int limit, int n_exponent_digits, const char *expected)
{
  g_autoptr (GString) text = g_string_new ("x");
  g_autofree char *whole = g_strconcat ("x", expected, NULL);

  reactive_float_append (text, number, least, limit, n_exponent_digits);
  g_assert_cmpstr (text->str, ==, whole);
}

static void
test_as_go_does (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      assert_appended (numbers[i].number, /* least= */ -6, /* limit= */ 21, /* n_exponent_digits= */ 1,
                       numbers[i].json);
      assert_appended (numbers[i].number, /* least= */ -4, /* limit= */ 6, /* n_exponent_digits= */ 2,
                       numbers[i].general);
    }
}

static double
random_double (GRand *random)
{
  union
  {
    guint64 bits;
    double number;
  } value = { (guint64) g_rand_int (random) << 32 | g_rand_int (random) };

  return value.number;
}

static void
assert_reads_back (double number)
{
  g_autoptr (ReactiveJson) value = reactive_json_new_float (number);
  g_autofree char *text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  g_autoptr (ReactiveJson) again = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL);

  g_assert_nonnull (again);
  g_assert_true (reactive_json_get_kind (again) == REACTIVE_JSON_FLOAT);
  g_assert_true (isnan (number) ? isnan (reactive_json_get_double (again)) : reactive_json_equal (value, again));
}

static void
test_reads_back (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (guint i = 0; i < 20000; i++)
    assert_reads_back (random_double (random));
  for (int exponent = -1074; exponent < 1024; exponent++)
    assert_reads_back (ldexp (1, exponent));
}

static void
test_ignores_locale (void)
{
  g_autofree char *before = g_strdup (setlocale (LC_NUMERIC, NULL));

  if (setlocale (LC_NUMERIC, "de_DE.UTF-8") == NULL)
    {
      g_test_skip ("no locale with a decimal comma");
      return;
    }

  assert_appended (1.5, /* least= */ -4, /* limit= */ 16, /* n_exponent_digits= */ 2, "1.5");
  assert_appended (1e-7, /* least= */ -4, /* limit= */ 16, /* n_exponent_digits= */ 2, "1e-07");
  setlocale (LC_NUMERIC, before);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/float-text/as-go-does", test_as_go_does);
  g_test_add_func ("/float-text/reads-back-as-written", test_reads_back);
  g_test_add_func ("/float-text/ignores-the-locale", test_ignores_locale);

  return g_test_run ();
}
