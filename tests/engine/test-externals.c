/* SPDX-License-Identifier: Apache-2.0 */
#include "charm/externals.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "simulator/file-tree.h"

/* A charm directory, for each test its own. */
typedef struct
{
  char *directory;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp ("test-externals-XXXXXX", NULL);
  g_assert_nonnull (fixture->directory);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_true (reactive_file_tree_remove (fixture->directory));
  g_free (fixture->directory);
}

static void
put (Fixture *fixture, const char *name, const char *contents, gssize length, int mode)
{
  g_autofree char *path = g_build_filename (fixture->directory, name, NULL);
  g_autofree char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, contents, length, NULL));
  g_assert_cmpint (chmod (path, (mode_t) mode), ==, 0);
}

static void
assert_found (Fixture *fixture, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = reactive_externals_find (fixture->directory, &error);
  g_autofree char *joined = NULL;

  g_assert_no_error (error);
  g_ptr_array_add (names, NULL);
  joined = g_strjoinv (" ", (char **) names->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
test_none (Fixture *fixture, gconstpointer data)
{
  assert_found (fixture, "");
  put (fixture, "reactive/module.so", "\177ELF\1\2\3", 7, 0755);
  put (fixture, "reactive/app.py", "#!/usr/bin/python3\n", -1, 0755);
  put (fixture, "reactive/README", "text\n", -1, 0755);
  put (fixture, "reactive/empty", "", 0, 0755);
  put (fixture, "reactive/.hidden", "#!/bin/sh\n", -1, 0755);
  put (fixture, "reactive/no-bit.sh", "#!/bin/sh\n", -1, 0644);
  put (fixture, "reactive/__pycache__/cached", "#!/bin/sh\n", -1, 0755);
  put (fixture, "elsewhere/app.sh", "#!/bin/sh\n", -1, 0755);
  assert_found (fixture, "");
}

static void
test_sorted (Fixture *fixture, gconstpointer data)
{
  put (fixture, "reactive/b", "#!/bin/sh\n", -1, 0755);
  put (fixture, "reactive/a.sh", "#!/bin/bash\n", -1, 0700);
  put (fixture, "reactive/binary", "\177ELF\1\2\3\0\0\377", 10, 0755);
  put (fixture, "reactive/conf.d/below", "#!/bin/sh\n", -1, 0755);
  put (fixture, "reactive/lib/z/deep", "#!/bin/sh\n", -1, 0755);
  put (fixture, "hooks/reactive/old", "#!/bin/sh\n", -1, 0755);
  put (fixture, "hooks/relations/db/requires", "#!/bin/sh\n", -1, 0755);
  assert_found (fixture, "reactive/a.sh reactive/b reactive/binary reactive/conf.d/below reactive/lib/z/deep "
                         "hooks/reactive/old hooks/relations/db/requires");
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *target, *name;
  } links[] = { { "../target", "reactive/link" }, { ".", "reactive/loop" }, { "nowhere", "reactive/gone" } };

  put (fixture, "target", "#!/bin/sh\n", -1, 0755);
  put (fixture, "reactive/own", "#!/bin/sh\n", -1, 0755);
  for (guint i = 0; i < G_N_ELEMENTS (links); i++)
    {
      g_autofree char *path = g_build_filename (fixture->directory, links[i].name, NULL);

      g_assert_cmpint (symlink (links[i].target, path), ==, 0);
    }
  assert_found (fixture, "reactive/link reactive/own");
}

static void
test_depth_ends (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GString) name = g_string_new ("reactive");
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 40; i++)
    g_string_append (name, "/d");
  g_string_append (name, "/deep");
  put (fixture, name->str, "#!/bin/sh\n", -1, 0755);
  g_assert_null (reactive_externals_find (fixture->directory, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
  g_assert_nonnull (strstr (error->message, "too deep"));
}

static void
test_bad_names (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "reactive/two\nlines", "reactive/\377", "reactive/tab\there" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *path = g_build_filename (fixture->directory, names[i], NULL);

      put (fixture, names[i], "#!/bin/sh\n", -1, 0755);
      g_assert_null (reactive_externals_find (fixture->directory, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
      g_assert_cmpint (g_unlink (path), ==, 0);
    }
}

static void
test_unreadable_directory (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put (fixture, "reactive", "a file", -1, 0755);
  g_assert_null (reactive_externals_find (fixture->directory, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
}

#define ADD_TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/externals/what-is-none", test_none);
  ADD_TEST ("/externals/sorted-by-directory-and-name", test_sorted);
  ADD_TEST ("/externals/links", test_links);
  ADD_TEST ("/externals/depth-ends", test_depth_ends);
  ADD_TEST ("/externals/bad-names-are-refused", test_bad_names);
  ADD_TEST ("/externals/no-directory", test_unreadable_directory);

  return g_test_run ();
}
