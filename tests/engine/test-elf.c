/* SPDX-License-Identifier: Apache-2.0 */
#include "author/elf.h"

#include <elf.h>
#include <string.h>

/* A file with one segment that holds all of it, and a dynamic section, made as the bytes are: for any class and byte
 * order. */
typedef struct
{
  gboolean is_64, is_big_endian;
  guint machine, type;
  GByteArray *bytes;
} Image;

#define STRINGS                                                                                                        \
  "\0libc.so.6\0libreactive.so.0\0app.so\0$ORIGIN/../lib\0GLIBC_2.34\0GLIBC_2.4\0GLIBC_2.99\0FOO_1\0/built"
enum
{
  LIBC = 1,
  LIBRARY = 11,
  SONAME = 28,
  ORIGIN = 35,
  VERSION_34 = 50,
  VERSION_4 = 61,
  VERSION_99 = 71,
  FOO = 82,
  BUILT = 88
};

static void
put_at (Image *image, gsize offset, gsize width, guint64 number)
{
  for (gsize i = 0; i < width; i++)
    image->bytes->data[offset + (image->is_big_endian ? width - 1 - i : i)] = (guint8) (number >> (8 * i));
}

static gsize
put (Image *image, gsize width, guint64 number)
{
  gsize offset = image->bytes->len;

  g_byte_array_set_size (image->bytes, (guint) (offset + width));
  put_at (image, offset, width, number);
  return offset;
}

/* What has the size of an address. */
static gsize
put_word (Image *image, guint64 number)
{
  return put (image, image->is_64 ? 8 : 4, number);
}

#define ADDRESS 0x400000 /* of the first byte */
#define N_SEGMENTS 3
#define HEADER_BYTES(image) ((image)->is_64 ? 64 : 52)
#define SEGMENT_BYTES(image) ((image)->is_64 ? 56 : 32)
#define ENTRY_BYTES(image) ((image)->is_64 ? 16 : 8)

static void
put_header (Image *image)
{
  const guint8 magic[16] = { 0x7f, 'E', 'L', 'F', image->is_64 ? 2 : 1, image->is_big_endian ? 2 : 1, 1 };

  g_byte_array_append (image->bytes, magic, sizeof magic);
  put (image, 2, image->type);
  put (image, 2, image->machine);
  put (image, 4, 1);
  put_word (image, ADDRESS);
  put_word (image, HEADER_BYTES (image)); /* e_phoff */
  put_word (image, 0);
  put (image, 4, 0);
  put (image, 2, HEADER_BYTES (image));
  put (image, 2, SEGMENT_BYTES (image));
  put (image, 2, N_SEGMENTS);
  put (image, 2, 0);
  put (image, 2, 0);
  put (image, 2, 0);
}

static void
put_segment (Image *image, guint kind, guint64 offset, guint64 size)
{
  put (image, 4, kind);
  if (image->is_64)
    put (image, 4, PF_R);
  put_word (image, offset);
  put_word (image, ADDRESS + offset);
  put_word (image, ADDRESS + offset);
  put_word (image, size);
  put_word (image, size);
  if (!image->is_64)
    put (image, 4, PF_R);
  put_word (image, 4);
}

static void
put_entry (Image *image, guint64 tag, guint64 value)
{
  put_word (image, tag);
  put_word (image, value);
}

static void
put_version (Image *image, guint name, guint flags, guint next)
{
  put (image, 4, 0);
  put (image, 2, flags);
  put (image, 2, 2);
  put (image, 4, name);
  put (image, 4, next);
}

/* Of libc: GLIBC_2.34, GLIBC_2.4 and, weak, GLIBC_2.99; of another library FOO_1. */
static void
put_versions (Image *image)
{
  put (image, 2, 1);
  put (image, 2, 3);
  put (image, 4, LIBC);
  put (image, 4, 16);
  put (image, 4, 16 + 3 * 16);
  put_version (image, VERSION_34, 0, 16);
  put_version (image, VERSION_4, 0, 16);
  put_version (image, VERSION_99, VER_FLG_WEAK, 0);

  put (image, 2, 1);
  put (image, 2, 1);
  put (image, 4, LIBRARY);
  put (image, 4, 16);
  put (image, 4, 0);
  put_version (image, FOO, 0, 0);
}

#define N_ENTRIES 10
#define VERSIONS_BYTES (2 * 16 + 4 * 16)

#define DYNAMIC_OFFSET(image) (HEADER_BYTES (image) + N_SEGMENTS * SEGMENT_BYTES (image))
#define STRINGS_OFFSET(image) (DYNAMIC_OFFSET (image) + N_ENTRIES * ENTRY_BYTES (image))
#define VERSIONS_OFFSET(image) (STRINGS_OFFSET (image) + sizeof STRINGS)

static void
image_init (Image *image)
{
  guint64 strings = (guint64) STRINGS_OFFSET (image), versions = (guint64) VERSIONS_OFFSET (image);

  image->bytes = g_byte_array_new ();
  put_header (image);
  put_segment (image, PT_NOTE, G_MAXUINT32, 1); /* which nobody reads */
  put_segment (image, PT_LOAD, 0, versions + VERSIONS_BYTES);
  put_segment (image, PT_DYNAMIC, (guint64) DYNAMIC_OFFSET (image), N_ENTRIES * (guint64) ENTRY_BYTES (image));

  put_entry (image, DT_NEEDED, LIBRARY);
  put_entry (image, DT_RUNPATH, BUILT);
  put_entry (image, DT_NEEDED, LIBC);
  put_entry (image, DT_SONAME, SONAME);
  put_entry (image, DT_RPATH, ORIGIN);
  put_entry (image, DT_STRTAB, ADDRESS + strings);
  put_entry (image, DT_STRSZ, sizeof STRINGS);
  put_entry (image, DT_VERNEED, ADDRESS + versions);
  put_entry (image, DT_VERNEEDNUM, 2);
  put_entry (image, DT_NULL, 0);

  g_byte_array_append (image->bytes, (const guint8 *) STRINGS, sizeof STRINGS);
  put_versions (image);
}

static ReactiveElf *
parse (const Image *image, GError **error)
{
  /* An allocation of the very size shows a read past the end. */
  g_autoptr (GBytes) bytes = g_bytes_new (image->bytes->data, image->bytes->len);

  return reactive_elf_new (bytes, "f.so", error);
}

static void
assert_strings (const char *const *strings, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", (char **) strings);

  g_assert_cmpstr (joined, ==, expected);
}

static const struct
{
  const char *name;
  guint machine;
  gboolean is_64, is_big_endian;
} architectures[] = {
  { "amd64", EM_X86_64, TRUE, FALSE },
  { "arm64", EM_AARCH64, TRUE, FALSE },
  { "armhf", EM_ARM, FALSE, FALSE },
  { "i386", EM_386, FALSE, FALSE },
  { "ppc64el", EM_PPC64, TRUE, FALSE },
  { "riscv64", EM_RISCV, TRUE, FALSE },
  { "s390x", EM_S390, TRUE, TRUE },
  { "machine 21 (64 bit)", EM_PPC64, TRUE, TRUE },
  { "machine 8 (32 bit)", EM_MIPS, FALSE, TRUE },
};

static void
test_architectures (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (architectures); i++)
    {
      Image image = { architectures[i].is_64, architectures[i].is_big_endian, architectures[i].machine, ET_DYN, NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveElf) elf = NULL;

      image_init (&image);
      elf = parse (&image, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (reactive_elf_get_architecture (elf), ==, architectures[i].name);
      assert_strings (reactive_elf_get_needed (elf), "libreactive.so.0 libc.so.6");
      assert_strings (reactive_elf_get_libc_versions (elf), "GLIBC_2.34 GLIBC_2.4");
      g_assert_cmpstr (reactive_elf_get_soname (elf), ==, "app.so");
      g_assert_cmpstr (reactive_elf_get_rpath (elf), ==, "$ORIGIN/../lib");
      g_assert_cmpstr (reactive_elf_get_runpath (elf), ==, "/built");
      g_assert_true (reactive_elf_needs (elf, "libc.so.6"));
      g_assert_false (reactive_elf_needs (elf, "libc.so"));
      g_assert_false (reactive_elf_is_program (elf));
      g_byte_array_unref (image.bytes);
    }
}

static void
test_without_paths (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (architectures); i++)
    {
      Image image = { architectures[i].is_64, architectures[i].is_big_endian, architectures[i].machine, ET_DYN, NULL };
      g_autoptr (ReactiveElf) elf = NULL, again = NULL;
      g_autoptr (GBytes) bytes = NULL, same = NULL;

      image_init (&image);
      elf = parse (&image, NULL);
      bytes = reactive_elf_without_paths (elf);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, image.bytes->len);
      again = reactive_elf_new (bytes, "f.so", NULL);
      g_assert_null (reactive_elf_get_rpath (again));
      g_assert_null (reactive_elf_get_runpath (again));
      assert_strings (reactive_elf_get_needed (again), "libreactive.so.0 libc.so.6");
      assert_strings (reactive_elf_get_libc_versions (again), "GLIBC_2.34 GLIBC_2.4");
      g_assert_cmpstr (reactive_elf_get_soname (again), ==, "app.so");

      same = reactive_elf_without_paths (again);
      g_assert_true (g_bytes_equal (same, bytes));
      g_byte_array_unref (image.bytes);
    }
}

/* Offsets are those of the class of 64 bits; entry N of the dynamic section has its value at 8. */
#define SEGMENT(n, offset) (64 + (n) *56 + (offset))
#define ENTRY_VALUE(n) (64 + N_SEGMENTS * 56 + (n) *16 + 8)
#define STRINGS_64 (64 + N_SEGMENTS * 56 + N_ENTRIES * 16)
#define VERSIONS (STRINGS_64 + sizeof STRINGS)

static void
test_program (void)
{
  Image fixed = { TRUE, FALSE, EM_X86_64, ET_EXEC, NULL }, moved = { TRUE, FALSE, EM_X86_64, ET_DYN, NULL };
  Image alone = moved;
  g_autoptr (ReactiveElf) first = NULL, second = NULL, third = NULL;

  image_init (&fixed);
  first = parse (&fixed, NULL);
  g_assert_true (reactive_elf_is_program (first));

  /* A program that can be loaded anywhere is known by its interpreter. */
  image_init (&moved);
  put_at (&moved, (gsize) HEADER_BYTES (&moved), 4, PT_INTERP);
  second = parse (&moved, NULL);
  g_assert_true (reactive_elf_is_program (second));

  /* One that is linked with nothing has none. */
  image_init (&alone);
  put_at (&alone, ENTRY_VALUE (0) - 8, 8, DT_FLAGS_1);
  put_at (&alone, ENTRY_VALUE (0), 8, DF_1_PIE);
  third = parse (&alone, NULL);
  g_assert_true (reactive_elf_is_program (third));

  g_byte_array_unref (fixed.bytes);
  g_byte_array_unref (moved.bytes);
  g_byte_array_unref (alone.bytes);
}

/* A program that is linked with nothing has no dynamic section. */
static void
test_static_program (void)
{
  Image image = { TRUE, FALSE, EM_X86_64, ET_EXEC, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveElf) elf = NULL;

  image_init (&image);
  put_at (&image, 64 + 2 * 56, 4, PT_NOTE);
  elf = parse (&image, &error);
  g_assert_no_error (error);
  assert_strings (reactive_elf_get_needed (elf), "");
  assert_strings (reactive_elf_get_libc_versions (elf), "");
  g_byte_array_unref (image.bytes);
}

static void
test_itself (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveElf) elf = reactive_elf_read ("/proc/self/exe", 256 * 1024 * 1024, &error);

  g_assert_no_error (error);
  g_assert_true (reactive_elf_is_program (elf));
  g_assert_true (reactive_elf_needs (elf, "libglib-2.0.so.0"));
  g_assert_nonnull (reactive_elf_get_libc_versions (elf)[0]);
  g_assert_null (reactive_elf_get_soname (elf));
}

static const struct
{
  const char *what;
  gsize offset, width;
  guint64 number;
  const char *message; /* NULL: it can be read all the same */
} damages[] = {
  { "class", EI_CLASS, 1, 3, "neither class nor byte order are known" },
  { "order", EI_DATA, 1, 0, "neither class nor byte order are known" },
  { "segments-outside", 32, 8, 1 << 20, "its program headers lie outside of it" },
  { "segments-overflow", 32, 8, G_MAXUINT64 - 8, "its program headers lie outside of it" },
  { "segments-many", 56, 2, 0xffff, "too many segments" },
  { "segments-size", 54, 2, 32, "its program headers have another size" },
  { "segments-none", 56, 2, 0, NULL },
  { "segment-offset", SEGMENT (1, 8), 8, 1 << 20, "a segment lies outside of it" },
  { "segment-size", SEGMENT (1, 32), 8, G_MAXUINT64, "a segment lies outside of it" },
  { "segment-address", SEGMENT (1, 16), 8, G_MAXUINT64, "a segment lies outside of it" },
  { "dynamic-outside", SEGMENT (2, 8), 8, G_MAXUINT64, "a segment lies outside of it" },
  { "dynamic-empty", SEGMENT (2, 32), 8, 0, NULL },
  { "needed-outside", ENTRY_VALUE (0), 8, sizeof STRINGS, "a string lies outside of its strings" },
  { "needed-overflow", ENTRY_VALUE (0), 8, G_MAXUINT64, "a string lies outside of its strings" },
  { "strings-elsewhere", ENTRY_VALUE (5), 8, 0x1000, "its strings lie outside of it" },
  { "strings-long", ENTRY_VALUE (6), 8, 1 << 20, "its strings lie outside of it" },
  { "strings-overflow", ENTRY_VALUE (6), 8, G_MAXUINT64, "its strings lie outside of it" },
  { "strings-without-end", ENTRY_VALUE (6), 8, BUILT + 3, "a string does not end in its strings" },
  { "strings-missing", ENTRY_VALUE (5) - 8, 8, DT_DEBUG, "its dynamic section has no strings" },
  { "control-character", STRINGS_64 + LIBRARY, 1, '\n', "a string has control characters" },
  { "no-utf-8", STRINGS_64 + LIBRARY, 1, 0xff, "a string is no text" },
  { "versions-elsewhere", ENTRY_VALUE (7), 8, 0x1000, "its version needs lie outside of it, or are too many" },
  { "versions-endless", VERSIONS + 12, 4, 0xffffffff, "its version needs lie outside of it, or are too many" },
  { "version-string", VERSIONS + 16 + 8, 4, 0xffff, "a string lies outside of its strings" },
  { "version-outside", VERSIONS + 8, 4, 0xfffffff0, "its version needs lie outside of it, or are too many" },
};

static void
test_damages (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      Image image = { TRUE, FALSE, EM_X86_64, ET_DYN, NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveElf) elf = NULL;
      g_autofree char *message = g_strconcat ("f.so: broken ELF file: ", damages[i].message, NULL);

      g_test_message ("%s", damages[i].what);
      image_init (&image);
      put_at (&image, damages[i].offset, damages[i].width, damages[i].number);
      elf = parse (&image, &error);
      g_byte_array_unref (image.bytes);

      if (damages[i].message == NULL)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_null (elf);
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_cmpstr (error->message, ==, message);
    }
}

/* A chain of versions that leads back to itself ends by the count, and that is bounded. */
static void
test_endless_versions (void)
{
  Image image = { TRUE, FALSE, EM_X86_64, ET_DYN, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveElf) elf = NULL;

  image_init (&image);
  put_at (&image, ENTRY_VALUE (8), 8, G_MAXUINT32); /* how many */
  put_at (&image, VERSIONS + 2, 2, 0xffff);
  put_at (&image, VERSIONS + 12, 4, 1);
  put_at (&image, VERSIONS + 16 + 12, 4, G_MAXUINT32 - 15);
  elf = parse (&image, &error);
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_byte_array_unref (image.bytes);
}

static void
test_cut_anywhere (void)
{
  Image image = { TRUE, FALSE, EM_X86_64, ET_DYN, NULL };
  guint n_read = 0, length;

  image_init (&image);
  length = image.bytes->len;
  for (guint i = 0; i < length; i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (image.bytes->data, i);
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveElf) elf = reactive_elf_new (bytes, "f.so", &error);

      g_assert_true ((elf == NULL) == (error != NULL));
      n_read += elf != NULL;
    }
  g_assert_cmpuint (n_read, ==, 0);
  g_byte_array_unref (image.bytes);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/elf/of-each-architecture", test_architectures);
  g_test_add_func ("/elf/paths-can-be-taken-away", test_without_paths);
  g_test_add_func ("/elf/a-program-is-told-from-a-library", test_program);
  g_test_add_func ("/elf/a-static-program-needs-nothing", test_static_program);
  g_test_add_func ("/elf/reads-the-test-itself", test_itself);
  g_test_add_func ("/elf/damage-is-named", test_damages);
  g_test_add_func ("/elf/versions-that-never-end-are-refused", test_endless_versions);
  g_test_add_func ("/elf/cut-anywhere-is-refused", test_cut_anywhere);

  return g_test_run ();
}
