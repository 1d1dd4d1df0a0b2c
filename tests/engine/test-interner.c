/* SPDX-License-Identifier: Apache-2.0 */
#include "core/interner.h"

static void
test_empty_one_finds_nothing (void)
{
  ReactiveInterner interner;

  reactive_interner_init (&interner);
  g_assert_cmpuint (interner.length, ==, 0);
  g_assert_cmpuint (reactive_interner_find (&interner, ""), ==, REACTIVE_INTERNER_NONE);
  g_assert_cmpuint (reactive_interner_find (&interner, "a"), ==, REACTIVE_INTERNER_NONE);
  reactive_interner_shrink (&interner);
  g_assert_cmpuint (reactive_interner_find (&interner, "a"), ==, REACTIVE_INTERNER_NONE);
  reactive_interner_clear (&interner);
  g_assert_null (interner.text);
}

static void
test_numbers_follow_first_appearance (void)
{
  static const char *const strings[] = { "b", "a", "", "ab", "\xc3\xa4", "b ", "B" };
  ReactiveInterner interner;

  reactive_interner_init (&interner);
  for (guint round = 0; round < 2; round++)
    for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
      {
        g_assert_cmpuint (reactive_interner_add (&interner, strings[i]), ==, i);
        g_assert_cmpstr (reactive_interner_get (&interner, i), ==, strings[i]);
      }
  g_assert_cmpuint (interner.length, ==, G_N_ELEMENTS (strings));
  g_assert_cmpuint (reactive_interner_find (&interner, "ba"), ==, REACTIVE_INTERNER_NONE);
  reactive_interner_clear (&interner);
}

static void
test_grows_to_a_hundred_thousand (void)
{
  enum
  {
    COUNT = 100000
  };
  ReactiveInterner interner;
  char name[32];

  reactive_interner_init (&interner);
  for (guint i = 0; i < COUNT; i++)
    {
      g_snprintf (name, sizeof name, "flag.%u.name", i);
      g_assert_cmpuint (reactive_interner_add (&interner, name), ==, i);
    }
  reactive_interner_shrink (&interner);
  g_assert_cmpuint (interner.length, ==, COUNT);
  g_assert_cmpuint (interner.text_size, ==, interner.text_length);

  for (guint i = 0; i < COUNT; i++)
    {
      g_snprintf (name, sizeof name, "flag.%u.name", i);
      g_assert_cmpuint (reactive_interner_find (&interner, name), ==, i);
      g_assert_cmpstr (reactive_interner_get (&interner, i), ==, name);
    }
  g_assert_cmpuint (reactive_interner_find (&interner, "flag.100000.name"), ==, REACTIVE_INTERNER_NONE);

  /* Shrinking is no end. */
  g_assert_cmpuint (reactive_interner_add (&interner, "one more"), ==, COUNT);
  g_assert_cmpuint (reactive_interner_find (&interner, "flag.0.name"), ==, 0);
  g_assert_cmpuint (reactive_interner_find (&interner, "one more"), ==, COUNT);
  reactive_interner_clear (&interner);
}

static void
test_long_strings_are_kept_whole (void)
{
  g_autofree char *first = g_strnfill (100000, 'x');
  g_autofree char *second = g_strnfill (100001, 'x');
  ReactiveInterner interner;

  reactive_interner_init (&interner);
  g_assert_cmpuint (reactive_interner_add (&interner, first), ==, 0);
  g_assert_cmpuint (reactive_interner_add (&interner, second), ==, 1);
  g_assert_cmpuint (reactive_interner_find (&interner, first), ==, 0);
  g_assert_cmpstr (reactive_interner_get (&interner, 1), ==, second);
  reactive_interner_clear (&interner);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/interner/empty-one-finds-nothing", test_empty_one_finds_nothing);
  g_test_add_func ("/interner/numbers-follow-first-appearance", test_numbers_follow_first_appearance);
  g_test_add_func ("/interner/grows-to-a-hundred-thousand", test_grows_to_a_hundred_thousand);
  g_test_add_func ("/interner/long-strings-are-kept-whole", test_long_strings_are_kept_whole);

  return g_test_run ();
}
