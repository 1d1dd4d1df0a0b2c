/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "author/elf.h"
#include "author/library-search.h"
#include "author/pack.h"

#define LIBRARY_PREFIX "libreactive.so."
#define LIBRARY "libreactive.so.0"
#define LIBRARY_DIRECTORY "lib"

/* The shared libraries that the charm's own programs, modules and libraries need and a base may lack go into lib/.
 * Whoever starts as `dispatch` finds them there by its DT_RPATH, which holds for everything that it loads as long as
 * nothing has paths of its own: so those of libraries and modules are taken away. A program needs paths of its own. */

typedef struct
{
  ReactivePack *pack;
  ReactiveLibrarySearch *search;
  GHashTable *provided; /* (element-type utf8): sonames of the files in interfaces/ and lib/ */
} Closure;

/* Other files are what the charm gives to somebody else, who may be of another architecture, and may have libraries
 * from packages that the charm installs. */
static gboolean
is_run_by_charm (const char *name)
{
  static const char *const directories[] = { "actions/", "bin/", "hooks/", "interfaces/", "layers/", "reactive/" };

  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    if (g_str_has_prefix (name, directories[i]))
      return TRUE;

  return g_str_has_prefix (name, LIBRARY_DIRECTORY "/") || strchr (name, '/') == NULL;
}

static const char *
get_base_name (const char *name)
{
  const char *slash = strrchr (name, '/');

  return slash != NULL ? slash + 1 : name;
}

/* Of entry @index; NULL where it is no ELF file, or a broken one, which is a complaint. */
static ReactiveElf *
read_entry (ReactivePack *pack, const ReactiveContentsEntry *entry)
{
  g_autoptr (GError) error = NULL;
  ReactiveElf *elf;

  if (!reactive_elf_is_elf (entry->bytes))
    return NULL;

  elf = reactive_elf_new (entry->bytes, entry->name, &error);
  if (elf == NULL)
    g_ptr_array_add (pack->complaints, g_strdup (error->message));
  return elf;
}

/* Whether one of the directories in DT_RPATH is the archive's lib/, seen from the program @name. */
static gboolean
leads_to_libraries (const char *name, const char *rpath)
{
  g_autofree char *path = g_build_filename ("/charm", name, NULL);
  g_autoptr (GPtrArray) directories = reactive_library_search_expand (rpath, path);

  for (guint i = 0; i < directories->len; i++)
    {
      g_autofree char *directory = g_canonicalize_filename (g_ptr_array_index (directories, i), "/");

      if (strcmp (directory, "/charm/" LIBRARY_DIRECTORY) == 0)
        return TRUE;
    }

  return FALSE;
}

static void
check_program (ReactivePack *pack, const char *name, const ReactiveElf *elf, const char *soname)
{
  /* DT_RUNPATH would not hold for the libraries of libraries. */
  const char *rpath = reactive_elf_get_runpath (elf) == NULL ? reactive_elf_get_rpath (elf) : NULL;
  const char *up = strchr (name, '/') != NULL ? "../" : "";

  if (!leads_to_libraries (name, rpath))
    reactive_pack_complain (pack, name,
                            "needs %s, which a base may lack, and does not look for it in the archive's lib/: link it "
                            "with -Wl,--disable-new-dtags,-rpath,'$ORIGIN/%slib'",
                            soname, up);
}

static void
add_library (Closure *closure, const char *name, const ReactiveElf *elf, const char *soname)
{
  ReactivePack *pack = closure->pack;
  const char *origin = g_hash_table_lookup (pack->origins, name);
  g_autofree char *entry = g_build_filename (LIBRARY_DIRECTORY, soname, NULL);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  path = reactive_library_search_find (closure->search, soname, elf, origin != NULL ? origin : name, &error);
  if (path == NULL)
    {
      reactive_pack_complain (pack, name, "%s", error->message);
      return;
    }

  reactive_pack_add_file (pack, entry, path);
  g_hash_table_add (closure->provided, g_strdup (soname));
}

/* A module may be linked with another libreactive than the one that dispatch brings. */
static void
check_library_version (ReactivePack *pack, const char *name, const char *soname)
{
  if (g_str_has_prefix (soname, LIBRARY_PREFIX) && strcmp (soname, LIBRARY) != 0)
    reactive_pack_complain (pack, name, "linked with %s; this libreactive is %s: build it again", soname, LIBRARY);
}

static void
add_needed (Closure *closure, const char *name, const ReactiveElf *elf)
{
  const char *const *needed = reactive_elf_get_needed (elf);
  gboolean is_checked = FALSE;

  for (; *needed != NULL; needed++)
    {
      if (reactive_base_system_has_library (*needed))
        continue;

      check_library_version (closure->pack, name, *needed);
      if (reactive_elf_is_program (elf) && !is_checked)
        {
          check_program (closure->pack, name, elf, *needed);
          is_checked = TRUE;
        }
      if (!g_hash_table_contains (closure->provided, *needed))
        add_library (closure, name, elf, *needed);
    }
}

static void
look_at_entry (Closure *closure, const char *name)
{
  ReactivePack *pack = closure->pack;
  const ReactiveContentsEntry *entry = reactive_contents_find (pack->contents, name);
  g_autoptr (ReactiveElf) elf = is_run_by_charm (name) ? read_entry (pack, entry) : NULL;

  if (!reactive_elf_is_elf (entry->bytes) && g_str_has_prefix (name, "reactive/") && g_str_has_suffix (name, ".so"))
    reactive_pack_complain (pack, name, "no handler module: not an ELF file");
  else if (elf == NULL)
    return;
  else if (strcmp (reactive_elf_get_architecture (elf), pack->architecture) != 0)
    reactive_pack_complain (pack, name, "built for %s, but the archive is for %s", reactive_elf_get_architecture (elf),
                            pack->architecture);
  else
    add_needed (closure, name, elf);
}

static void
list_entries (const ReactivePack *pack, GHashTable *seen, GQueue *names)
{
  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    {
      const char *name = reactive_contents_get_entry (pack->contents, i)->name;

      if (g_hash_table_add (seen, g_strdup (name)))
        g_queue_push_tail (names, g_strdup (name));
    }
}

static void
finish_files (ReactivePack *pack)
{
  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    {
      const ReactiveContentsEntry *entry = reactive_contents_get_entry (pack->contents, i);
      g_autoptr (ReactiveElf) elf
          = is_run_by_charm (entry->name) ? reactive_elf_new (entry->bytes, entry->name, NULL) : NULL;
      g_autoptr (GBytes) bytes = NULL;

      if (elf == NULL)
        continue;
      bytes = reactive_elf_is_program (elf) ? g_bytes_ref (entry->bytes) : reactive_elf_without_paths (elf);
      reactive_contents_replace (pack->contents, i, bytes, reactive_elf_is_program (elf));
    }
}

void
reactive_pack_add_libraries (ReactivePack *pack)
{
  g_autofree char *beside = g_path_get_dirname (pack->runtime);
  g_autofree char *above = g_path_get_dirname (beside); /* of the library in a build directory */
  const char *const directories[] = { beside, above, pack->library_directory, NULL };
  g_autoptr (ReactiveLibrarySearch) search = reactive_library_search_new (pack->architecture, directories);
  g_autoptr (GHashTable) provided = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GQueue) names = g_queue_new ();
  Closure closure = { pack, search, provided };

  list_entries (pack, seen, names);
  for (GList *name = names->head; name != NULL; name = name->next)
    if (g_str_has_prefix (name->data, "interfaces/") || g_str_has_prefix (name->data, LIBRARY_DIRECTORY "/"))
      g_hash_table_add (provided, g_strdup (get_base_name (name->data)));

  while (!g_queue_is_empty (names))
    {
      g_autofree char *name = g_queue_pop_head (names);

      look_at_entry (&closure, name);
      list_entries (pack, seen, names);
    }

  finish_files (pack);
}

/*
 * The base
 */

/* The newest version of the C library that @elf needs, and its name. */
static guint
get_libc_minor (const ReactivePack *pack, const ReactiveElf *elf, const char **out_version)
{
  const char *const *versions = reactive_elf_get_libc_versions (elf);
  guint newest = 0;

  if (strcmp (reactive_elf_get_architecture (elf), pack->architecture) != 0)
    return 0;

  for (; *versions != NULL; versions++)
    {
      guint minor = reactive_base_system_read_libc_version (*versions);

      if (minor < newest)
        continue;
      newest = minor;
      *out_version = *versions;
    }

  return newest;
}

static void
complain_of_libc (ReactivePack *pack, const char *name, const char *version, guint minor)
{
  const ReactiveBaseSystem *other = reactive_base_system_find_oldest (minor);
  g_autofree char *advice
      = other != NULL ? g_strdup_printf (" (%s@%s is new enough)", other->name, other->channel) : g_strdup ("");

  if (pack->base != NULL)
    reactive_pack_complain (pack, name, "needs %s of the C library, but %s@%s has 2.%u%s", version, pack->base->name,
                            pack->base->channel, pack->base->libc_minor, advice);
  else
    reactive_pack_complain (pack, name, "needs %s of the C library, which no base has that is known here", version);
}

static gboolean
has_libc (const ReactivePack *pack, guint minor)
{
  return pack->base != NULL ? minor <= pack->base->libc_minor : reactive_base_system_find_oldest (minor) != NULL;
}

void
reactive_pack_check_base (ReactivePack *pack)
{
  guint newest = 0;

  for (guint i = 0; i < reactive_contents_get_length (pack->contents); i++)
    {
      const ReactiveContentsEntry *entry = reactive_contents_get_entry (pack->contents, i);
      g_autoptr (ReactiveElf) elf
          = reactive_elf_is_elf (entry->bytes) ? reactive_elf_new (entry->bytes, entry->name, NULL) : NULL;
      const char *version = NULL;
      guint minor = elf != NULL ? get_libc_minor (pack, elf, &version) : 0;

      newest = MAX (newest, minor);
      if (!has_libc (pack, minor))
        complain_of_libc (pack, entry->name, version, minor);
    }

  if (pack->base == NULL)
    pack->base = reactive_base_system_find_oldest (newest);
}
