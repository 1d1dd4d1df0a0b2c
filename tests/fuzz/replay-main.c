/* SPDX-License-Identifier: Apache-2.0 */
/* Runs a fuzzer's corpus through it, each file as a test: what a fuzzer found once is tested by every compiler. */
#include <glib.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
replay (gconstpointer user_data)
{
  const char *path = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = NULL;
  g_autofree uint8_t *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &contents, &size, &error));
  g_assert_no_error (error);

  /* An allocation of the very size, without the NUL that GLib adds, shows a read past the end. */
  data = g_malloc (MAX (size, 1));
  memcpy (data, contents, size);
  g_assert_cmpint (LLVMFuzzerTestOneInput (data, size), ==, 0);
}

static GPtrArray *
list_names (const char *directory)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (directory, 0, &error);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_assert_no_error (error);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, reactive_text_compare_items);

  return g_steal_pointer (&names);
}

int
main (int argc, char **argv)
{
  g_autoptr (GPtrArray) names = NULL;

  g_test_init (&argc, &argv, NULL);
  if (argc != 2)
    g_error ("usage: %s CORPUS-DIRECTORY", argv[0]);

  names = list_names (argv[1]);
  g_assert_cmpuint (names->len, >, 0);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      g_autofree char *test_path = g_strconcat ("/corpus/", name, NULL);

      g_test_add_data_func_full (test_path, g_build_filename (argv[1], name, NULL), replay, g_free);
    }

  return g_test_run ();
}
