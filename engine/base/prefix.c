/* SPDX-License-Identifier: Apache-2.0 */
#include "base/prefix.h"

/* An installation that was moved, or another one that is asked for. */
static const char *
find_named (void)
{
  const char *named = g_getenv ("REACTIVE_PREFIX");

  return named != NULL && *named != '\0' ? named : NULL;
}

char *
reactive_prefix_build (const char *directory)
{
  const char *named = find_named ();

  return g_build_filename (named != NULL ? named : REACTIVE_PREFIX, directory, NULL);
}

char *
reactive_prefix_find_beside (const char *relative)
{
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *directory = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autofree char *path = directory != NULL ? g_build_filename (directory, relative, NULL) : NULL;

  return path != NULL && g_file_test (path, G_FILE_TEST_EXISTS) ? g_steal_pointer (&path) : NULL;
}

char *
reactive_prefix_find (const char *beside, const char *installed)
{
  char *path = find_named () == NULL ? reactive_prefix_find_beside (beside) : NULL;

  return path != NULL ? path : reactive_prefix_build (installed);
}
