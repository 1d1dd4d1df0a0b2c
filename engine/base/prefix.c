/* SPDX-License-Identifier: Apache-2.0 */
#include "base/prefix.h"

char *
reactive_prefix_build (const char *directory)
{
  const char *moved = g_getenv ("REACTIVE_PREFIX");

  return g_build_filename (moved != NULL && *moved != '\0' ? moved : REACTIVE_PREFIX, directory, NULL);
}
