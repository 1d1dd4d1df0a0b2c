/* SPDX-License-Identifier: Apache-2.0 */
#include "base/prefix.h"

char *
reactive_prefix_build (const char *directory)
{
  const char *moved = g_getenv ("REACTIVE_PREFIX");

  return g_build_filename (moved != NULL && *moved != '\0' ? moved : REACTIVE_PREFIX, directory, NULL);
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
  char *path = reactive_prefix_find_beside (beside);

  return path != NULL ? path : reactive_prefix_build (installed);
}
