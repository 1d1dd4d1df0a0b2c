/* SPDX-License-Identifier: Apache-2.0 */
#include <stdint.h>
#include <string.h>

#include "author/elf.h"

/* The reader of ELF files. What it accepts can be shown, and read again without its paths. */

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static void
check_strings (const char *const *strings)
{
  for (; *strings != NULL; strings++)
    g_assert (g_utf8_validate (*strings, -1, NULL) && strpbrk (*strings, "\n\r\x1b") == NULL);
}

static void
check_same (const char *const *strings, const char *const *again)
{
  g_assert (g_strv_equal (strings, again));
}

/* The same but for the paths, unless the entries overlapped the strings or needs. */
static void
check_without_paths (const ReactiveElf *elf, gsize size)
{
  g_autoptr (GBytes) bytes = reactive_elf_without_paths (elf);
  g_autoptr (ReactiveElf) again = NULL;

  g_assert_cmpuint (g_bytes_get_size (bytes), ==, size);
  again = reactive_elf_new (bytes, "f", NULL);
  if (again == NULL || reactive_elf_get_rpath (elf) != NULL || reactive_elf_get_runpath (elf) != NULL)
    return;

  g_assert_cmpstr (reactive_elf_get_soname (again), ==, reactive_elf_get_soname (elf));
  check_same (reactive_elf_get_needed (elf), reactive_elf_get_needed (again));
  check_same (reactive_elf_get_libc_versions (elf), reactive_elf_get_libc_versions (again));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveElf) elf = reactive_elf_new (bytes, "f", &error);

  g_assert ((elf == NULL) == (error != NULL));
  if (elf == NULL)
    {
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert (g_str_has_prefix (error->message, "f: broken ELF file: "));
      return 0;
    }

  g_assert (*reactive_elf_get_architecture (elf) != '\0');
  check_strings (reactive_elf_get_needed (elf));
  check_strings (reactive_elf_get_libc_versions (elf));
  check_without_paths (elf, size);

  return 0;
}
