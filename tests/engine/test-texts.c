/* SPDX-License-Identifier: Apache-2.0 */
#include "state/texts.h"

static void
test_shared (void)
{
  g_autoptr (ReactiveTexts) texts = reactive_texts_new ();
  g_autofree char *equal = g_strdup ("reactive.states.a");
  const char *first = reactive_texts_take (texts, "reactive.states.a");
  const char *second = reactive_texts_take (texts, equal);
  const char *other = reactive_texts_take (texts, "reactive.states.b");

  g_assert_true (first == second && first != equal);
  g_assert_cmpstr (first, ==, "reactive.states.a");
  g_assert_cmpstr (other, ==, "reactive.states.b");
  g_assert_cmpuint (reactive_texts_get_n_texts (texts), ==, 2);

  reactive_texts_release (texts, first);
  g_assert_cmpstr (second, ==, "reactive.states.a");
  reactive_texts_release (texts, second);
  reactive_texts_release (texts, other);
  g_assert_cmpuint (reactive_texts_get_n_texts (texts), ==, 0);
}

static void
test_nothing_to_release (void)
{
  g_autoptr (ReactiveTexts) texts = reactive_texts_new ();

  reactive_texts_release (texts, NULL);
  g_assert_cmpuint (reactive_texts_get_n_texts (texts), ==, 0);
}

static void
test_held_by_others (void)
{
  ReactiveTexts *texts = reactive_texts_new ();
  ReactiveTexts *held = reactive_texts_ref (texts);
  const char *text = reactive_texts_take (texts, "");

  reactive_texts_unref (texts);
  g_assert_cmpstr (text, ==, "");
  reactive_texts_release (held, text);
  reactive_texts_unref (held);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/texts/equal-ones-are-kept-once", test_shared);
  g_test_add_func ("/texts/releasing-nothing", test_nothing_to_release);
  g_test_add_func ("/texts/live-as-long-as-somebody-holds-the-table", test_held_by_others);

  return g_test_run ();
}
