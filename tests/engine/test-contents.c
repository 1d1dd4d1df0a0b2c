/* SPDX-License-Identifier: Apache-2.0 */
#include "author/contents.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static gboolean
add (ReactiveContents *contents, const char *name, const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return reactive_contents_add (contents, name, bytes, *text == '#', error);
}

static void
test_sorted (void)
{
  static const char *const names[] = { "b", "a/c", "a-b", "a/b", "c" };
  g_autoptr (ReactiveContents) contents = reactive_contents_new ();
  g_autoptr (GString) listed = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_true (add (contents, names[i], "text", NULL));
  for (guint i = 0; i < reactive_contents_get_length (contents); i++)
    g_string_append_printf (listed, "%s ", reactive_contents_get_entry (contents, i)->name);

  g_assert_cmpstr (listed->str, ==, "a-b a/b a/c b c ");
  g_assert_nonnull (reactive_contents_find (contents, "a/b"));
  g_assert_null (reactive_contents_find (contents, "a"));
  g_assert_cmpuint (reactive_contents_get_size (contents), ==, 5 * 4);
}

static void
test_names (void)
{
  static const char *const bad[] = { "",   "/etc/passwd", "../x",  "a/../x", "a/..",      ".",  "./a", "a//b",
                                     "a/", "a\nb",        "a\x7f", "a\\b",   "a\xff\xfe", "..", "a\tb" };
  g_autoptr (ReactiveContents) contents = reactive_contents_new ();
  g_autofree char *long_name = g_strnfill (REACTIVE_CONTENTS_MAX_NAME_BYTES + 1, 'x');

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (add (contents, bad[i], "", &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      /* What is shown cannot move a cursor. */
      g_assert_true (g_utf8_validate (error->message, -1, NULL));
      g_assert_null (strpbrk (error->message, "\n\t\x7f"));
    }
  g_assert_false (add (contents, long_name, "", NULL));
  g_assert_true (add (contents, "..a/b..", "", NULL));
  g_assert_true (add (contents, "\xc3\xa4", "", NULL));
  g_assert_cmpuint (reactive_contents_get_length (contents), ==, 2);
}

static void
test_taken (void)
{
  g_autoptr (ReactiveContents) contents = reactive_contents_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (add (contents, "dispatch", "1", NULL));
  g_assert_false (add (contents, "dispatch", "2", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_true (g_str_has_prefix (error->message, "dispatch: "));
}

/* A name is that of a file or of a directory, whichever comes first. */
static void
test_directories (void)
{
  static const char *const names[][3] = { { "bin", "bin/x", "bin" }, { "a/b/c", "a/b", "a/b" }, { "a", "a/b/c", "a" } };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (ReactiveContents) contents = reactive_contents_new ();
      g_autofree char *message
          = g_strconcat (names[i][2], ": a file, but the archive needs a directory of this name", NULL);
      g_autoptr (GError) error = NULL;

      g_assert_true (add (contents, names[i][0], "1", NULL));
      g_assert_true (add (contents, "a-x", "not below a", NULL));
      g_assert_false (add (contents, names[i][1], "2", &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_cmpstr (error->message, ==, message);
    }
}

static void
test_too_large (void)
{
  g_autoptr (ReactiveContents) contents = reactive_contents_new ();
  g_autoptr (GBytes) half
      = g_bytes_new_take (g_malloc0 (REACTIVE_CONTENTS_MAX_BYTES / 2), REACTIVE_CONTENTS_MAX_BYTES / 2);
  g_autoptr (GError) error = NULL;

  g_assert_true (reactive_contents_add (contents, "a", half, FALSE, NULL));
  g_assert_true (reactive_contents_add (contents, "b", half, FALSE, NULL));
  g_assert_false (add (contents, "c", "x", &error));
  g_assert_cmpstr (error->message, ==, "c: too large: with it the charm has more than 256 MiB");
}

static void
assert_file (const char *directory, const char *name, const char *text, guint mode)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *contents = NULL;
  struct stat status;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, text);
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 07777, ==, mode);
  g_unlink (path);
}

static void
test_unpack (void)
{
  g_autofree char *directory = g_dir_make_tmp ("reactive-contents-XXXXXX", NULL);
  g_autofree char *place = g_build_filename (directory, "charm", NULL), *sub = g_build_filename (place, "a", NULL);
  g_autoptr (ReactiveContents) contents = reactive_contents_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (add (contents, "a/text", "text", NULL));
  g_assert_true (add (contents, "script", "#!", NULL));
  g_assert_true (reactive_contents_unpack (contents, place, &error));
  g_assert_no_error (error);

  g_assert_false (reactive_contents_unpack (contents, place, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_assert_true (g_str_has_suffix (error->message, ": not empty"));

  assert_file (place, "a/text", "text", 0644);
  assert_file (place, "script", "#!", 0755);
  g_assert_cmpint (g_rmdir (sub), ==, 0);
  g_assert_cmpint (g_rmdir (place), ==, 0);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

/* No file system has names as long as this one. */
static void
test_unpack_fails (void)
{
  g_autofree char *place = g_dir_make_tmp ("reactive-contents-XXXXXX", NULL);
  g_autofree char *long_name = g_strnfill (300, 'x');
  g_autoptr (ReactiveContents) contents = reactive_contents_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (add (contents, "a/b/text", "text", NULL));
  g_assert_true (add (contents, "script", "#!", NULL));
  g_assert_true (add (contents, long_name, "x", NULL));
  g_assert_false (reactive_contents_unpack (contents, place, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_assert_cmpint (g_rmdir (place), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/contents/are-sorted", test_sorted);
  g_test_add_func ("/contents/names-that-lead-elsewhere-are-refused", test_names);
  g_test_add_func ("/contents/a-name-is-taken-once", test_taken);
  g_test_add_func ("/contents/a-file-is-no-directory", test_directories);
  g_test_add_func ("/contents/are-limited", test_too_large);
  g_test_add_func ("/contents/unpack-into-an-empty-directory", test_unpack);
  g_test_add_func ("/contents/what-cannot-be-unpacked-leaves-nothing", test_unpack_fails);

  return g_test_run ();
}
