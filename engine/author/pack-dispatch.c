/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "author/library-search.h"
#include "author/pack.h"
#include "base/file.h"
#include "base/prefix.h"

#define DISPATCH "dispatch"
#define RUNTIME "charm-runtime"
#define LIBRARY_PREFIX "libreactive.so."

/* What Juju executes: the runtime, which is a small program over the library, or a program of the charm's own that is
 * linked with the library. Under other names the same runtime is what handlers in other languages call. */

static char *
find_runtime (GError **error)
{
  g_autofree char *path = reactive_prefix_find (RUNTIME, REACTIVE_LIBEXECDIR "/reactive/" RUNTIME);

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
               "there is no '%s', which becomes the charm's dispatch: the installation is not whole", path);
  return NULL;
}

static gboolean
is_command (const char *line)
{
  g_auto (GStrv) words = g_strsplit_set (line, " \t", -1);
  const char *kept[4] = { NULL };
  guint n = 0;

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (*words[i] == '\0')
        continue;
      if (n == G_N_ELEMENTS (kept))
        return FALSE;
      kept[n++] = words[i];
    }
  if (n == 3 && strcmp (kept[0], "exec") == 0)
    {
      kept[0] = kept[1];
      kept[1] = kept[2];
      n--;
    }

  return n == 2 && (strcmp (kept[0], "reactive") == 0 || g_str_has_suffix (kept[0], "/reactive"))
         && strcmp (kept[1], "dispatch") == 0;
}

/* The script is left out, so it must not do anything else. */
static void
check_script (ReactivePack *pack, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n_commands = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *line = g_strstrip (lines[i]);

      if (*line == '\0' || *line == '#')
        continue;
      n_commands++;
      if (!is_command (line))
        {
          reactive_pack_complain (pack, DISPATCH,
                                  "line %u is not 'exec reactive dispatch', which is all that a script does that the "
                                  "archive's program replaces",
                                  i + 1);
          return;
        }
    }

  if (n_commands != 1)
    reactive_pack_complain (pack, DISPATCH, "does not run 'reactive dispatch'");
}

/* *@out_path: of the charm's own program; NULL when the runtime takes its place. */
static void
look_at_dispatch (ReactivePack *pack, const char *directory, char **out_path)
{
  g_autofree char *path = g_build_filename (directory, DISPATCH, NULL);
  g_autofree char *text = NULL;
  g_autoptr (ReactiveElf) elf = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  text = reactive_file_read (path, REACTIVE_CONTENTS_MAX_BYTES, &size, &error);
  if (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    return;
  if (text == NULL)
    {
      reactive_pack_complain (pack, DISPATCH, "%s", error->message);
      return;
    }

  bytes = g_bytes_new (text, size);
  if (!reactive_elf_is_elf (bytes))
    {
      check_script (pack, text);
      return;
    }

  elf = reactive_elf_new (bytes, DISPATCH, &error);
  if (elf == NULL)
    g_ptr_array_add (pack->complaints, g_strdup (error->message));
  else if (!reactive_elf_needs (elf, LIBRARY_PREFIX "0"))
    reactive_pack_complain (pack, DISPATCH, "a program that is not linked with libreactive");
  else
    *out_path = g_steal_pointer (&path);
}

gboolean
reactive_pack_add_dispatch (ReactivePack *pack, GError **error)
{
  g_autofree char *script = reactive_prefix_build ("bin/charms.reactive.sh"), *own = NULL;
  g_autoptr (ReactiveElf) elf = NULL;

  pack->runtime = find_runtime (error);
  elf = pack->runtime != NULL ? reactive_elf_read (pack->runtime, REACTIVE_CONTENTS_MAX_BYTES, error) : NULL;
  if (elf == NULL)
    return FALSE;

  if (pack->architecture == NULL)
    pack->architecture = g_strdup (reactive_elf_get_architecture (elf));
  pack->library_directory = reactive_library_search_find_own (pack->architecture);

  look_at_dispatch (pack, pack->build_directory, &own);
  if (own == NULL && strcmp (pack->build_directory, pack->directory) != 0)
    look_at_dispatch (pack, pack->directory, &own);
  reactive_pack_add_file (pack, DISPATCH, own != NULL ? own : pack->runtime);

  reactive_pack_add_file (pack, "bin/reactive", pack->runtime);
  reactive_pack_add_file (pack, "bin/charms.reactive", pack->runtime);
  if (g_file_test (script, G_FILE_TEST_EXISTS))
    reactive_pack_add_file (pack, "bin/charms.reactive.sh", script);

  return TRUE;
}
