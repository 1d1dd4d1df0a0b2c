/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

static const char *const words[] = { "list", "set", "clear", "is-set", "handlers", NULL };

typedef struct
{
  const char *word;
  const char *nearest; /* NULL: none is near */
} Nearest;

static const Nearest nearest[] = {
  { "list", "list" },
  { "lst", "list" },
  { "lists", "list" },
  { "lits", NULL },
  { "cleer", "clear" },
  { "isset", "is-set" },
  { "handler", "handlers" },
  { "hanlders", "handlers" },
  { "se", "set" },
  { "x", NULL },
  { "", NULL },
  { "entirely-different", NULL },
  { "handlres", "handlers" },
  { "hndlrs", "handlers" },
  { "hdlrs", NULL },
};

static void
test_nearest_word (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (nearest); i++)
    {
      g_test_message ("%s", nearest[i].word);
      g_assert_cmpstr (reactive_text_nearest (nearest[i].word, words), ==, nearest[i].nearest);
    }
}

static void
test_first_of_equals_wins (void)
{
  static const char *const alike[] = { "cat", "bat", "hat", NULL };
  static const char *const nothing[] = { NULL };

  g_assert_cmpstr (reactive_text_nearest ("rat", alike), ==, "cat");
  g_assert_cmpstr (reactive_text_nearest ("hat", alike), ==, "hat");
  g_assert_null (reactive_text_nearest ("rat", nothing));
}

static void
test_long_words_are_not_compared (void)
{
  g_autofree char *word_63 = g_strnfill (63, 'a');
  g_autofree char *word_64 = g_strnfill (64, 'a');
  g_autofree char *word_1000000 = g_strnfill (1000000, 'a');
  const char *const known_63[] = { word_1000000, word_63, NULL };
  const char *const known_64[] = { word_64, NULL };

  g_assert_cmpstr (reactive_text_nearest (word_63, known_63), ==, word_63);
  g_assert_null (reactive_text_nearest (word_63, known_64));
  g_assert_null (reactive_text_nearest (word_64, known_63));
  g_assert_null (reactive_text_nearest (word_1000000, known_63));
}

static void
test_hint_names_the_nearest_word_or_nothing (void)
{
  g_autofree char *hint = reactive_text_hint ("cleer", words);
  g_autofree char *no_hint = reactive_text_hint ("something", words);

  g_assert_cmpstr (hint, ==, " (did you mean 'clear'?)");
  g_assert_cmpstr (no_hint, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text/nearest-word", test_nearest_word);
  g_test_add_func ("/text/first-of-equals-wins", test_first_of_equals_wins);
  g_test_add_func ("/text/long-words-are-not-compared", test_long_words_are_not_compared);
  g_test_add_func ("/text/hint-names-the-nearest-word-or-nothing", test_hint_names_the_nearest_word_or_nothing);

  return g_test_run ();
}
