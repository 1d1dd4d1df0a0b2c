/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/shell-words.h"

typedef struct
{
  const char *name;
  const char *text;
  const char *words; /* each in brackets; NULL where there is an error */
} Case;

static const Case cases[] = {
  { "nothing", "", "" },
  { "blanks-alone", " \t\r\n ", "" },
  { "words", "  one two\tthree\n", "[one][two][three]" },
  { "quotes", "'a b' \"c d\"", "[a b][c d]" },
  { "quotes-in-a-word", "a'b c'd\"e f\"g", "[ab cde fg]" },
  { "empty-words", "'' \"\"", "[][]" },
  { "quote-in-quotes", "\"it's\" 'say \"so\"'", "[it's][say \"so\"]" },
  { "backslash", "a\\ b \\' \\\\", "[a b]['][\\]" },
  { "backslash-in-double-quotes", "\"a\\\"b\\\\c\\d\"", "[a\"b\\c\\d]" },
  { "backslash-in-single-quotes", "'a\\b'", "[a\\b]" },
  { "no-comments", "a #b", "[a][#b]" },
  { "no-variables", "$HOME `id`", "[$HOME][`id`]" },
  { "not-ascii", "'ü b' ö", "[ü b][ö]" },
  { "open-single-quote", "a 'b", NULL },
  { "open-double-quote", "a \"b\\\"", NULL },
  { "open-backslash", "a \\", NULL },
};

static void
test_split (gconstpointer data)
{
  const Case *row = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) words = shell_words_split (row->text, &error);
  g_autoptr (GString) shown = g_string_new (NULL);

  if (row->words == NULL)
    {
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_assert_null (words);
      return;
    }

  g_assert_no_error (error);
  for (guint i = 0; i < words->len; i++)
    g_string_append_printf (shown, "[%s]", (const char *) g_ptr_array_index (words, i));
  g_assert_cmpstr (shown->str, ==, row->words);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/shell-words/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_split);
    }

  return g_test_run ();
}
