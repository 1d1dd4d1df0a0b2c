/* SPDX-License-Identifier: Apache-2.0 */
#include "author/library-search.h"

#include <string.h>

#include "base/prefix.h"
#include "base/process.h"

#define LIBRARY "libreactive.so.0"
#define CACHE_TIMEOUT_MS 20000
#define MAX_CACHE_BYTES (16u * 1024 * 1024)

struct _ReactiveLibrarySearch
{
  char *architecture;
  GPtrArray *environment; /* (element-type utf8): directories of LD_LIBRARY_PATH */
  GPtrArray *directories; /* (element-type utf8): where libreactive is */
  GHashTable *cached;     /* from a soname to paths (GPtrArray), in order */
  GPtrArray *fallback;    /* (element-type utf8): directories, after the cache */
};

static void
add_path_list (GPtrArray *directories, const char *list)
{
  g_auto (GStrv) parts = g_strsplit_set (list, ":;", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (directories, g_strdup (parts[i]));
}

/* "\tlibz.so.1 (libc6,x86-64) => /lib/x86_64-linux-gnu/libz.so.1" */
static void
add_cache_line (GHashTable *cached, const char *line)
{
  const char *arrow = strstr (line, " => "), *end;
  g_autofree char *soname = NULL;
  GPtrArray *paths;

  line += strspn (line, "\t ");
  end = strstr (line, " (");
  if (arrow == NULL || end == NULL || end > arrow)
    return;

  soname = g_strndup (line, (gsize) (end - line));
  paths = g_hash_table_lookup (cached, soname);
  if (paths == NULL)
    {
      paths = g_ptr_array_new_with_free_func (g_free);
      g_hash_table_insert (cached, g_steal_pointer (&soname), paths);
    }
  g_ptr_array_add (paths, g_strdup (arrow + strlen (" => ")));
}

/* Where the cache cannot be read there are the usual directories. */
static void
read_cache (GHashTable *cached)
{
  static const char *const programs[] = { "/sbin/ldconfig", "/usr/sbin/ldconfig" };

  for (guint i = 0; i < G_N_ELEMENTS (programs); i++)
    {
      const char *const argv[] = { programs[i], "-p", NULL };
      const ReactiveProcess process
          = { .argv = argv, .timeout_ms = CACHE_TIMEOUT_MS, .max_output_bytes = MAX_CACHE_BYTES };
      g_auto (ReactiveProcessResult) result = { 0 };
      g_autofree char *text = NULL;
      g_auto (GStrv) lines = NULL;

      if (!g_file_test (programs[i], G_FILE_TEST_IS_EXECUTABLE) || !reactive_process_run (&process, &result, NULL))
        continue;

      text = g_strndup (g_bytes_get_data (result.output, NULL), g_bytes_get_size (result.output));
      lines = g_strsplit (text, "\n", -1);
      for (guint j = 0; lines[j] != NULL; j++)
        add_cache_line (cached, lines[j]);
      return;
    }
}

/* As Debian names directories of libraries. */
static const char *
find_triplet (const char *architecture)
{
  static const char *const names[][2] = {
    { "amd64", "x86_64-linux-gnu" }, { "arm64", "aarch64-linux-gnu" },       { "armhf", "arm-linux-gnueabihf" },
    { "i386", "i386-linux-gnu" },    { "ppc64el", "powerpc64le-linux-gnu" }, { "riscv64", "riscv64-linux-gnu" },
    { "s390x", "s390x-linux-gnu" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (strcmp (names[i][0], architecture) == 0)
      return names[i][1];

  return NULL;
}

char *
reactive_library_search_find_own (const char *architecture)
{
  const char *triplet = find_triplet (architecture);
  g_autofree char *of_architecture = triplet != NULL ? g_build_filename ("lib", triplet, NULL) : g_strdup ("lib");
  const char *const places[] = { of_architecture, REACTIVE_LIBDIR, "lib" };

  for (guint i = 0; i < G_N_ELEMENTS (places); i++)
    {
      g_autofree char *directory = reactive_prefix_build (places[i]);
      g_autofree char *library = g_build_filename (directory, LIBRARY, NULL);

      if (g_file_test (library, G_FILE_TEST_EXISTS))
        return g_steal_pointer (&directory);
    }

  return reactive_prefix_build (REACTIVE_LIBDIR);
}

static void
add_usual_directories (GPtrArray *directories, const char *architecture)
{
  static const char *const roots[] = { "/usr/local/lib", "/lib", "/usr/lib" };
  const char *triplet = find_triplet (architecture);

  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      if (triplet != NULL)
        g_ptr_array_add (directories, g_build_filename (roots[i], triplet, NULL));
      g_ptr_array_add (directories, g_strdup (roots[i]));
      g_ptr_array_add (directories, g_strconcat (roots[i], "64", NULL));
    }
}

ReactiveLibrarySearch *
reactive_library_search_new (const char *architecture, const char *const *directories)
{
  ReactiveLibrarySearch *search = g_new0 (ReactiveLibrarySearch, 1);
  const char *from_environment = g_getenv ("LD_LIBRARY_PATH");

  search->architecture = g_strdup (architecture);
  search->environment = g_ptr_array_new_with_free_func (g_free);
  search->directories = g_ptr_array_new_with_free_func (g_free);
  search->fallback = g_ptr_array_new_with_free_func (g_free);
  search->cached = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);

  if (from_environment != NULL)
    add_path_list (search->environment, from_environment);
  for (; directories != NULL && *directories != NULL; directories++)
    g_ptr_array_add (search->directories, g_strdup (*directories));
  read_cache (search->cached);
  add_usual_directories (search->fallback, architecture);

  return search;
}

void
reactive_library_search_free (ReactiveLibrarySearch *search)
{
  if (search == NULL)
    return;

  g_hash_table_unref (search->cached);
  g_ptr_array_unref (search->fallback);
  g_ptr_array_unref (search->directories);
  g_ptr_array_unref (search->environment);
  g_free (search->architecture);
  g_free (search);
}

/*
 * Finding
 */

/* Whether the file at @path is the library; what else is there is told by *@reason, the first time. */
static gboolean
is_usable (const ReactiveLibrarySearch *search, const char *path, char **reason)
{
  g_autoptr (ReactiveElf) elf = NULL;

  if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return FALSE;

  elf = reactive_elf_read (path, REACTIVE_LIBRARY_MAX_BYTES, NULL);
  if (elf != NULL && strcmp (reactive_elf_get_architecture (elf), search->architecture) == 0)
    return TRUE;

  if (*reason == NULL && elf == NULL)
    *reason = g_strdup_printf ("'%s' is no library that can be read", path);
  else if (*reason == NULL)
    *reason = g_strdup_printf ("'%s' is built for %s", path, reactive_elf_get_architecture (elf));
  return FALSE;
}

static char *
find_in (const ReactiveLibrarySearch *search, const GPtrArray *directories, const char *soname, char **reason)
{
  for (guint i = 0; i < directories->len; i++)
    {
      g_autofree char *path = g_build_filename (g_ptr_array_index (directories, i), soname, NULL);

      if (is_usable (search, path, reason))
        return g_steal_pointer (&path);
    }

  return NULL;
}

static char *
find_in_cache (const ReactiveLibrarySearch *search, const char *soname, char **reason)
{
  const GPtrArray *paths = g_hash_table_lookup (search->cached, soname);

  for (guint i = 0; paths != NULL && i < paths->len; i++)
    if (is_usable (search, g_ptr_array_index (paths, i), reason))
      return g_strdup (g_ptr_array_index (paths, i));

  return NULL;
}

GPtrArray *
reactive_library_search_expand (const char *list, const char *path)
{
  static const char *const names[] = { "$ORIGIN", "${ORIGIN}" };
  GPtrArray *directories = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *origin = g_path_get_dirname (path);
  g_auto (GStrv) parts = g_strsplit (list != NULL ? list : "", ":", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (g_path_is_absolute (parts[i]))
        g_ptr_array_add (directories, g_strdup (parts[i]));
      for (guint j = 0; j < G_N_ELEMENTS (names); j++)
        if (g_str_has_prefix (parts[i], names[j]))
          g_ptr_array_add (directories, g_build_filename (origin, parts[i] + strlen (names[j]), NULL));
    }

  return directories;
}

/* In the linker's order. */
static char *
find_anywhere (const ReactiveLibrarySearch *search, const char *soname, const ReactiveElf *elf, const char *path,
               char **reason)
{
  const char *run = reactive_elf_get_runpath (elf);
  g_autoptr (GPtrArray) rpath
      = reactive_library_search_expand (run == NULL ? reactive_elf_get_rpath (elf) : NULL, path);
  g_autoptr (GPtrArray) runpath = reactive_library_search_expand (run, path);
  const GPtrArray *const directories[] = { rpath, search->environment, runpath, search->directories };
  char *found = NULL;

  for (guint i = 0; found == NULL && i < G_N_ELEMENTS (directories); i++)
    found = find_in (search, directories[i], soname, reason);
  if (found == NULL)
    found = find_in_cache (search, soname, reason);
  if (found == NULL)
    found = find_in (search, search->fallback, soname, reason);

  return found;
}

char *
reactive_library_search_find (const ReactiveLibrarySearch *search, const char *soname, const ReactiveElf *elf,
                              const char *path, GError **error)
{
  g_autofree char *reason = NULL;
  char *found = NULL;

  if (strchr (soname, '/') != NULL || *soname == '\0')
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA,
                   "linked with '%s', which is a path, and no library's name", soname);
      return NULL;
    }

  found = find_anywhere (search, soname, elf, path, &reason);
  if (found == NULL && reason != NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "needs %s, but %s", soname, reason);
  else if (found == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "needs %s, which is not on this machine", soname);

  return found;
}
