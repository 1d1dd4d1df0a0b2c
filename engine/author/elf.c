/* SPDX-License-Identifier: Apache-2.0 */
#include "author/elf.h"

#include <elf.h>
#include <stddef.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"

#define LIBC_PREFIX "GLIBC_"

/* Where a segment's bytes stand in the file, checked to lie in it. */
typedef struct
{
  guint64 address;
  gsize offset;
  gsize size;
} Segment;

struct _ReactiveElf
{
  GBytes *bytes;
  char *name;
  const guint8 *data;
  gsize size;
  gboolean is_64, is_big_endian, is_program;
  guint16 type;
  char *architecture;
  GArray *segments;     /* (element-type Segment): those that are loaded */
  gsize dynamic_offset; /* in the file */
  guint n_entries;      /* of the dynamic section; 0: there is none */
  const char *strings;  /* the dynamic string table */
  gsize strings_size;
  const char *soname, *rpath, *runpath;
  GPtrArray *needed;   /* (element-type utf8): ends with NULL */
  GPtrArray *versions; /* (element-type utf8): ends with NULL */
};

/* A member of a structure that both classes have, at @offset of the file; the bounds are checked before. */
#define FIELD(elf, offset, type, member)                                                                               \
  ((elf)->is_64                                                                                                        \
       ? read_number (elf, (offset) + offsetof (Elf64_##type, member), sizeof (((Elf64_##type *) 0)->member))          \
       : read_number (elf, (offset) + offsetof (Elf32_##type, member), sizeof (((Elf32_##type *) 0)->member)))
#define SIZE(elf, type) ((elf)->is_64 ? sizeof (Elf64_##type) : sizeof (Elf32_##type))

static guint64
read_number (const ReactiveElf *elf, gsize offset, gsize width)
{
  guint64 number = 0;

  g_assert (offset <= elf->size && width <= elf->size - offset);
  for (gsize i = 0; i < width; i++)
    number = number << 8 | elf->data[offset + (elf->is_big_endian ? i : width - 1 - i)];

  return number;
}

static gboolean
fail (const ReactiveElf *elf, GError **error, const char *what)
{
  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s: broken ELF file: %s", elf->name, what);
}

gboolean
reactive_elf_is_elf (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size >= SELFMAG && memcmp (data, ELFMAG, SELFMAG) == 0;
}

/*
 * The header
 */

static char *
name_architecture (const ReactiveElf *elf, guint machine)
{
  static const struct
  {
    guint machine;
    gboolean is_64, is_big_endian;
    const char *name;
  } known[] = {
    { EM_X86_64, TRUE, FALSE, "amd64" }, { EM_AARCH64, TRUE, FALSE, "arm64" }, { EM_ARM, FALSE, FALSE, "armhf" },
    { EM_386, FALSE, FALSE, "i386" },    { EM_PPC64, TRUE, FALSE, "ppc64el" }, { EM_RISCV, TRUE, FALSE, "riscv64" },
    { EM_S390, TRUE, TRUE, "s390x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (known[i].machine == machine && known[i].is_64 == elf->is_64 && known[i].is_big_endian == elf->is_big_endian)
      return g_strdup (known[i].name);

  return g_strdup_printf ("machine %u (%d bit)", machine, elf->is_64 ? 64 : 32);
}

static gboolean
read_header (ReactiveElf *elf, GError **error)
{
  if (elf->size < EI_NIDENT || !reactive_elf_is_elf (elf->bytes))
    return fail (elf, error, "too short");
  if ((elf->data[EI_CLASS] != ELFCLASS32 && elf->data[EI_CLASS] != ELFCLASS64)
      || (elf->data[EI_DATA] != ELFDATA2LSB && elf->data[EI_DATA] != ELFDATA2MSB))
    return fail (elf, error, "neither class nor byte order are known");

  elf->is_64 = elf->data[EI_CLASS] == ELFCLASS64;
  elf->is_big_endian = elf->data[EI_DATA] == ELFDATA2MSB;
  if (elf->size < SIZE (elf, Ehdr))
    return fail (elf, error, "too short");

  elf->architecture = name_architecture (elf, (guint) FIELD (elf, 0, Ehdr, e_machine));
  elf->type = (guint16) FIELD (elf, 0, Ehdr, e_type);
  elf->is_program = elf->type == ET_EXEC;
  return TRUE;
}

/*
 * Segments
 */

static gboolean
read_segment (ReactiveElf *elf, gsize header, GError **error)
{
  guint64 kind = FIELD (elf, header, Phdr, p_type);
  guint64 offset = FIELD (elf, header, Phdr, p_offset);
  guint64 size = FIELD (elf, header, Phdr, p_filesz);
  guint64 address = FIELD (elf, header, Phdr, p_vaddr);
  Segment segment;

  if (kind == PT_INTERP)
    elf->is_program = TRUE;
  if (kind != PT_LOAD && kind != PT_DYNAMIC)
    return TRUE;
  if (offset > elf->size || size > elf->size - offset || address > G_MAXUINT64 - size)
    return fail (elf, error, "a segment lies outside of it");

  segment = (Segment){ address, (gsize) offset, (gsize) size };
  if (kind == PT_LOAD)
    g_array_append_val (elf->segments, segment);
  else if (elf->n_entries == 0)
    {
      elf->dynamic_offset = segment.offset;
      elf->n_entries = (guint) MIN (segment.size / SIZE (elf, Dyn), REACTIVE_ELF_MAX_ENTRIES + 1);
    }

  return elf->n_entries <= REACTIVE_ELF_MAX_ENTRIES || fail (elf, error, "its dynamic section is too long");
}

static gboolean
read_segments (ReactiveElf *elf, GError **error)
{
  guint64 offset = FIELD (elf, 0, Ehdr, e_phoff);
  gsize size = SIZE (elf, Phdr);
  guint n_segments = (guint) FIELD (elf, 0, Ehdr, e_phnum);

  if (n_segments > REACTIVE_ELF_MAX_SEGMENTS)
    return fail (elf, error, "too many segments");
  if (n_segments > 0 && FIELD (elf, 0, Ehdr, e_phentsize) != size)
    return fail (elf, error, "its program headers have another size");
  if (n_segments > 0 && (offset > elf->size || n_segments * size > elf->size - offset))
    return fail (elf, error, "its program headers lie outside of it");

  for (guint i = 0; i < n_segments; i++)
    if (!read_segment (elf, (gsize) offset + i * size, error))
      return FALSE;

  return TRUE;
}

/* Where the byte at @address of the loaded file stands, with at least @size behind it up to the segment's end, which is
 * *@out_left behind it. */
static gboolean
find_address (const ReactiveElf *elf, guint64 address, gsize size, gsize *out_offset, gsize *out_left)
{
  for (guint i = 0; i < elf->segments->len; i++)
    {
      const Segment *segment = &g_array_index (elf->segments, Segment, i);

      if (address < segment->address || address - segment->address > segment->size
          || segment->size - (address - segment->address) < size)
        continue;

      *out_offset = segment->offset + (gsize) (address - segment->address);
      *out_left = segment->size - (gsize) (address - segment->address);
      return TRUE;
    }

  return FALSE;
}

/*
 * The dynamic section
 */

static guint64
get_tag (const ReactiveElf *elf, guint index, guint64 *out_value)
{
  gsize offset = elf->dynamic_offset + index * SIZE (elf, Dyn);

  *out_value = FIELD (elf, offset, Dyn, d_un);
  return FIELD (elf, offset, Dyn, d_tag);
}

static gboolean
find_tag (const ReactiveElf *elf, guint64 tag, guint64 *out_value)
{
  for (guint i = 0; i < elf->n_entries; i++)
    if (get_tag (elf, i, out_value) == tag)
      return TRUE;

  return FALSE;
}

/* Up to the entry that ends it. */
static void
trim_dynamic_section (ReactiveElf *elf)
{
  guint64 value;

  for (guint i = 0; i < elf->n_entries; i++)
    if (get_tag (elf, i, &value) == DT_NULL)
      elf->n_entries = i;
}

static gboolean
find_strings (ReactiveElf *elf, GError **error)
{
  guint64 address, size;
  gsize offset, left;

  if (!find_tag (elf, DT_STRTAB, &address) || !find_tag (elf, DT_STRSZ, &size))
    return fail (elf, error, "its dynamic section has no strings");
  if (size > elf->size || !find_address (elf, address, (gsize) size, &offset, &left))
    return fail (elf, error, "its strings lie outside of it");

  elf->strings = (const char *) elf->data + offset;
  elf->strings_size = (gsize) size;
  return TRUE;
}

/* A name or a path that can be shown. */
static gboolean
get_string (const ReactiveElf *elf, guint64 offset, const char **out_string, GError **error)
{
  const char *string;

  if (offset >= elf->strings_size)
    return fail (elf, error, "a string lies outside of its strings");
  string = elf->strings + offset;
  if (memchr (string, '\0', elf->strings_size - (gsize) offset) == NULL)
    return fail (elf, error, "a string does not end in its strings");
  if (!g_utf8_validate (string, -1, NULL))
    return fail (elf, error, "a string is no text");
  for (const char *c = string; *c != '\0'; c = g_utf8_next_char (c))
    if (g_unichar_iscntrl (g_utf8_get_char (c)))
      return fail (elf, error, "a string has control characters");

  *out_string = string;
  return TRUE;
}

static gboolean
read_entry (ReactiveElf *elf, guint64 tag, guint64 value, GError **error)
{
  const char *string;

  /* One that is linked with nothing, and can be loaded anywhere, has no interpreter to tell it by. */
  if (tag == DT_FLAGS_1 && (value & DF_1_PIE) != 0)
    elf->is_program = TRUE;
  if (tag != DT_NEEDED && tag != DT_SONAME && tag != DT_RPATH && tag != DT_RUNPATH)
    return TRUE;
  if (!get_string (elf, value, &string, error))
    return FALSE;

  if (tag == DT_NEEDED)
    g_ptr_array_add (elf->needed, (gpointer) string);
  else if (tag == DT_SONAME)
    elf->soname = string;
  else if (tag == DT_RPATH)
    elf->rpath = string;
  else
    elf->runpath = string;

  return TRUE;
}

static gboolean
read_dynamic_section (ReactiveElf *elf, GError **error)
{
  trim_dynamic_section (elf);
  if (elf->n_entries == 0)
    return TRUE;
  if (!find_strings (elf, error))
    return FALSE;

  for (guint i = 0; i < elf->n_entries; i++)
    {
      guint64 value, tag = get_tag (elf, i, &value);

      if (!read_entry (elf, tag, value, error))
        return FALSE;
    }

  return TRUE;
}

/*
 * Version needs. Their structures are the same in both classes.
 */

static void
add_version (ReactiveElf *elf, const char *version)
{
  if (!g_ptr_array_find_with_equal_func (elf->versions, version, g_str_equal, NULL))
    g_ptr_array_add (elf->versions, (gpointer) version);
}

/* The versions needed of one library: @n_left bounds how many are read in all. */
static gboolean
read_versions_of (ReactiveElf *elf, guint64 address, guint count, guint *n_left, GError **error)
{
  for (guint i = 0; i < count; i++)
    {
      gsize offset, left;
      const char *version;
      guint64 next;

      if (*n_left == 0 || !find_address (elf, address, sizeof (Elf64_Vernaux), &offset, &left))
        return fail (elf, error, "its version needs lie outside of it, or are too many");
      (*n_left)--;

      if (!get_string (elf, FIELD (elf, offset, Vernaux, vna_name), &version, error))
        return FALSE;
      /* The linker goes on without a weak one. */
      if (g_str_has_prefix (version, LIBC_PREFIX) && (FIELD (elf, offset, Vernaux, vna_flags) & VER_FLG_WEAK) == 0)
        add_version (elf, version);

      if ((next = FIELD (elf, offset, Vernaux, vna_next)) == 0)
        break;
      address += next;
    }

  return TRUE;
}

static gboolean
read_versions (ReactiveElf *elf, GError **error)
{
  guint n_left = REACTIVE_ELF_MAX_ENTRIES;
  guint64 address, count, next;

  if (!find_tag (elf, DT_VERNEED, &address) || !find_tag (elf, DT_VERNEEDNUM, &count))
    return TRUE;

  for (guint64 i = 0; i < count; i++)
    {
      gsize offset, left;

      if (i >= REACTIVE_ELF_MAX_ENTRIES || !find_address (elf, address, sizeof (Elf64_Verneed), &offset, &left))
        return fail (elf, error, "its version needs lie outside of it, or are too many");
      if (!read_versions_of (elf, address + FIELD (elf, offset, Verneed, vn_aux),
                             (guint) FIELD (elf, offset, Verneed, vn_cnt), &n_left, error))
        return FALSE;

      if ((next = FIELD (elf, offset, Verneed, vn_next)) == 0)
        break;
      address += next;
    }

  return TRUE;
}

/*
 * The whole
 */

ReactiveElf *
reactive_elf_new (GBytes *bytes, const char *name, GError **error)
{
  g_autoptr (ReactiveElf) elf = g_new0 (ReactiveElf, 1);

  elf->bytes = g_bytes_ref (bytes);
  elf->data = g_bytes_get_data (bytes, &elf->size);
  elf->name = g_strdup (name);
  elf->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  elf->needed = g_ptr_array_new ();
  elf->versions = g_ptr_array_new ();

  if (!read_header (elf, error) || !read_segments (elf, error) || !read_dynamic_section (elf, error)
      || !read_versions (elf, error))
    return NULL;

  g_ptr_array_sort (elf->versions, reactive_text_compare_items);
  g_ptr_array_add (elf->needed, NULL);
  g_ptr_array_add (elf->versions, NULL);
  return g_steal_pointer (&elf);
}

ReactiveElf *
reactive_elf_read (const char *path, gsize max_bytes, GError **error)
{
  gsize size;
  char *text = reactive_file_read (path, max_bytes, &size, error);
  g_autoptr (GBytes) bytes = text != NULL ? g_bytes_new_take (text, size) : NULL;

  return bytes != NULL ? reactive_elf_new (bytes, path, error) : NULL;
}

void
reactive_elf_free (ReactiveElf *elf)
{
  if (elf == NULL)
    return;

  g_ptr_array_unref (elf->versions);
  g_ptr_array_unref (elf->needed);
  g_array_unref (elf->segments);
  g_free (elf->architecture);
  g_free (elf->name);
  g_bytes_unref (elf->bytes);
  g_free (elf);
}

const char *
reactive_elf_get_architecture (const ReactiveElf *elf)
{
  return elf->architecture;
}

gboolean
reactive_elf_is_program (const ReactiveElf *elf)
{
  return elf->is_program;
}

const char *const *
reactive_elf_get_needed (const ReactiveElf *elf)
{
  return (const char *const *) elf->needed->pdata;
}

gboolean
reactive_elf_needs (const ReactiveElf *elf, const char *soname)
{
  return g_strv_contains (reactive_elf_get_needed (elf), soname);
}

const char *
reactive_elf_get_soname (const ReactiveElf *elf)
{
  return elf->soname;
}

const char *
reactive_elf_get_rpath (const ReactiveElf *elf)
{
  return elf->rpath;
}

const char *
reactive_elf_get_runpath (const ReactiveElf *elf)
{
  return elf->runpath;
}

const char *const *
reactive_elf_get_libc_versions (const ReactiveElf *elf)
{
  return (const char *const *) elf->versions->pdata;
}

GBytes *
reactive_elf_without_paths (const ReactiveElf *elf)
{
  guint8 *copy;
  gsize size = SIZE (elf, Dyn), kept = elf->dynamic_offset;

  if (elf->rpath == NULL && elf->runpath == NULL)
    return g_bytes_ref (elf->bytes);

  /* What follows moves up, and the place at the end becomes entries that end the section. */
  copy = g_memdup2 (elf->data, elf->size);
  for (guint i = 0; i < elf->n_entries; i++)
    {
      guint64 value, tag = get_tag (elf, i, &value);

      if (tag == DT_RPATH || tag == DT_RUNPATH)
        continue;
      memcpy (copy + kept, elf->data + elf->dynamic_offset + i * size, size);
      kept += size;
    }
  memset (copy + kept, 0, elf->dynamic_offset + elf->n_entries * size - kept);

  return g_bytes_new_take (copy, elf->size);
}
