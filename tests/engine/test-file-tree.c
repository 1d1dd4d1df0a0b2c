/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/file-tree.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Copies of charms: from "old" and "new" to "unit". */
typedef struct
{
  char *directory;
} Fixture;

static char *
path_of (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->directory, name, NULL);
}

static void
put (Fixture *fixture, const char *name, const char *contents)
{
  g_autofree char *path = path_of (fixture, name);
  g_autofree char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp ("test-file-tree-XXXXXX", NULL);
  put (fixture, "old/metadata.yaml", "name: app\n");
  put (fixture, "old/hooks/install", "#!/bin/sh\n");
  put (fixture, "old/lib/only-old/x", "x");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  reactive_file_tree_remove (fixture->directory);
  g_assert_false (g_file_test (fixture->directory, G_FILE_TEST_EXISTS));
  g_free (fixture->directory);
}

static void
copy (Fixture *fixture, const char *source, const char *target)
{
  g_autofree char *from = path_of (fixture, source);
  g_autofree char *to = path_of (fixture, target);
  g_autoptr (GError) error = NULL;

  reactive_file_tree_copy (from, to, &error);
  g_assert_no_error (error);
}

static void
assert_contents (Fixture *fixture, const char *name, const char *expected)
{
  g_autofree char *path = path_of (fixture, name);
  g_autofree char *contents = NULL;

  g_file_get_contents (path, &contents, NULL, NULL);
  g_assert_cmpstr (contents, ==, expected);
}

static void
test_copy (Fixture *fixture, gconstpointer data)
{
  g_autofree char *install = path_of (fixture, "old/hooks/install");
  g_autofree char *copied = path_of (fixture, "unit/hooks/install");
  struct stat status;

  put (fixture, "old/.git/config", "x");
  g_assert_cmpint (g_chmod (install, 0755), ==, 0);
  copy (fixture, "old", "unit");

  assert_contents (fixture, "unit/metadata.yaml", "name: app\n");
  assert_contents (fixture, "unit/.git/config", NULL);
  g_assert_cmpint (stat (copied, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0755);
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *within = path_of (fixture, "old/hooks/start");
  g_autofree char *absolute = path_of (fixture, "old/null");
  g_autofree char *outside = path_of (fixture, "old/shared");
  g_autofree char *copied_within = path_of (fixture, "unit/hooks/start");
  g_autofree char *copied_absolute = path_of (fixture, "unit/null");
  g_autofree char *copied_outside = path_of (fixture, "unit/shared");
  g_autofree char *target = NULL;
  g_autofree char *absolute_target = NULL;

  put (fixture, "elsewhere", "shared");
  g_assert_cmpint (symlink ("install", within), ==, 0);
  g_assert_cmpint (symlink ("/dev/null", absolute), ==, 0);
  g_assert_cmpint (symlink ("../elsewhere", outside), ==, 0);
  copy (fixture, "old", "unit");

  target = g_file_read_link (copied_within, NULL);
  g_assert_cmpstr (target, ==, "install");
  absolute_target = g_file_read_link (copied_absolute, NULL);
  g_assert_cmpstr (absolute_target, ==, "/dev/null");
  g_assert_false (g_file_test (copied_outside, G_FILE_TEST_IS_SYMLINK));
  assert_contents (fixture, "unit/shared", "shared");
}

/* A program that runs, or a module that is loaded, is not written into. */
static void
test_replaces (Fixture *fixture, gconstpointer data)
{
  g_autofree char *placed = path_of (fixture, "unit/metadata.yaml");
  g_autofree char *kept = path_of (fixture, "kept");

  copy (fixture, "old", "unit");
  g_assert_cmpint (link (placed, kept), ==, 0);
  put (fixture, "old/metadata.yaml", "name: other\n");
  copy (fixture, "old", "unit");

  assert_contents (fixture, "unit/metadata.yaml", "name: other\n");
  assert_contents (fixture, "kept", "name: app\n");
}

static void
test_upgrade (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old = path_of (fixture, "old");
  g_autofree char *newer = path_of (fixture, "new");
  g_autofree char *unit = path_of (fixture, "unit");

  put (fixture, "new/metadata.yaml", "name: app\n");
  put (fixture, "new/hooks/start", "#!/bin/sh\n");
  copy (fixture, "old", "unit");
  put (fixture, "unit/.unit-state.db", "state");
  put (fixture, "unit/hooks/own", "own");
  put (fixture, "unit/lib/only-old/own", "own");

  g_assert_true (reactive_file_tree_remove_old (old, newer, unit, NULL));
  copy (fixture, "new", "unit");

  assert_contents (fixture, "unit/hooks/install", NULL);
  assert_contents (fixture, "unit/hooks/start", "#!/bin/sh\n");
  assert_contents (fixture, "unit/.unit-state.db", "state");
  assert_contents (fixture, "unit/hooks/own", "own");
  assert_contents (fixture, "unit/lib/only-old/own", NULL);
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = path_of (fixture, "missing");
  g_autoptr (GError) error = NULL;

  g_assert_false (reactive_file_tree_copy (missing, fixture->directory, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
}

static void
test_unreadable_target (Fixture *fixture, gconstpointer data)
{
  g_autofree char *old = path_of (fixture, "old");
  g_autofree char *target = path_of (fixture, "old/metadata.yaml/unit");
  g_autoptr (GError) error = NULL;

  g_assert_false (reactive_file_tree_copy (old, target, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
}

static void
test_copy_of_a_build_directory (Fixture *fixture, gconstpointer data)
{
  put (fixture, "old/meson-logs/log.txt", "x");
  put (fixture, "old/reactive/web.so.p/web.c.o", "x");
  put (fixture, "old/reactive/web.so", "module");
  copy (fixture, "old", "unit");
  assert_contents (fixture, "unit/meson-logs/log.txt", "x");
  assert_contents (fixture, "unit/reactive/web.so.p/web.c.o", "x");

  put (fixture, "old/build.ninja", "rule\n");
  put (fixture, "old/.ninja_log", "x");
  copy (fixture, "old", "built");
  assert_contents (fixture, "built/reactive/web.so", "module");
  assert_contents (fixture, "built/meson-logs/log.txt", NULL);
  assert_contents (fixture, "built/reactive/web.so.p/web.c.o", NULL);
  assert_contents (fixture, "built/.ninja_log", NULL);
}

#define ADD_TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/file-tree/what-a-build-keeps-to-itself-stays-behind", test_copy_of_a_build_directory);
  ADD_TEST ("/file-tree/copy/files-with-their-modes", test_copy);
  ADD_TEST ("/file-tree/copy/links-within-stay-links", test_links);
  ADD_TEST ("/file-tree/copy/replaces-files-and-never-writes-into-them", test_replaces);
  ADD_TEST ("/file-tree/copy/not-found", test_missing);
  ADD_TEST ("/file-tree/copy/no-such-target", test_unreadable_target);
  ADD_TEST ("/file-tree/upgrade/keeps-what-the-unit-made", test_upgrade);

  return g_test_run ();
}
