/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/charm-kind.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "charm/externals.h"

#define MAX_DISPATCH_BYTES (16 * 1024 * 1024)

static gboolean
has_part (const char *directory, const char *name, GFileTest test)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  return g_file_test (path, test);
}

gboolean
reactive_charm_kind_has_modules (const char *directory)
{
  g_autofree char *path = g_build_filename (directory, "reactive", NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".so") && *name != '.')
      return TRUE;

  return FALSE;
}

static gboolean
has_externals (const char *directory)
{
  g_autoptr (GPtrArray) names = reactive_externals_find (directory, NULL);

  return names != NULL && names->len > 0;
}

/* Whether a line that is no comment has the words, maybe behind a path: `exec /usr/bin/reactive dispatch`. */
static gboolean
runs_command (const char *script)
{
  static const char command[] = "reactive dispatch";
  g_auto (GStrv) lines = g_strsplit (script, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *found = *g_strchug (lines[i]) != '#' ? strstr (lines[i], command) : NULL;

      if (found != NULL && (found == lines[i] || strchr (" \t/", found[-1]) != NULL))
        return TRUE;
    }

  return FALSE;
}

/* Ours is a script that runs `reactive dispatch`, or a program that is linked with the library. */
static gboolean
is_ours (const char *dispatch)
{
  g_autofree char *contents = NULL;
  gsize length_bytes;

  contents = reactive_file_read (dispatch, MAX_DISPATCH_BYTES, &length_bytes, NULL);
  if (contents == NULL)
    return FALSE;
  if (g_str_has_prefix (contents, "#!"))
    return runs_command (contents);

  for (const char *c = contents; c < contents + length_bytes; c++)
    if (*c == 'l' && g_str_has_prefix (c, "libreactive.so"))
      return TRUE;

  return FALSE;
}

gboolean
reactive_charm_kind_find (const char *directory, ReactiveCharmKind *out_kind, GError **error)
{
  g_autofree char *dispatch = g_build_filename (directory, "dispatch", NULL);
  gboolean has_dispatch = g_file_test (dispatch, G_FILE_TEST_EXISTS);

  if (!g_file_test (directory, G_FILE_TEST_IS_DIR))
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "there is no directory '%s'", directory);
  if (has_dispatch ? !is_ours (dispatch) : has_part (directory, "hooks", G_FILE_TEST_IS_DIR))
    {
      *out_kind = REACTIVE_CHARM_EXECUTABLE;
      return TRUE;
    }
  if (has_externals (directory))
    {
      *out_kind = REACTIVE_CHARM_ISOLATED;
      return TRUE;
    }
  if (reactive_charm_kind_has_modules (directory))
    {
      *out_kind = REACTIVE_CHARM_IN_PROCESS;
      return TRUE;
    }

  if (has_dispatch)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
                 "there is no handler module in '%s/reactive', and no program: has the charm been built?", directory);
  else
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
                 "'%s' is no charm that can be run: it has neither dispatch, nor hooks, nor reactive/*.so", directory);
  return FALSE;
}
