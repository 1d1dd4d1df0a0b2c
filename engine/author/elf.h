/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* A program or shared library as the dynamic linker sees it: what is read stands in the program headers and the dynamic
 * section, so files without section headers are read too. Of any architecture. */
typedef struct _ReactiveElf ReactiveElf;

#define REACTIVE_ELF_MAX_SEGMENTS 256
#define REACTIVE_ELF_MAX_ENTRIES 4096 /* of the dynamic section, and of version needs */

gboolean reactive_elf_is_elf (GBytes *bytes);

/* @name is for messages. Errors: BAD_DATA, "name: …". */
ReactiveElf *reactive_elf_new (GBytes *bytes, const char *name, GError **error);
/* The same of the file at @path, of at most @max_bytes. Errors: those of reactive_file_read(), too. */
ReactiveElf *reactive_elf_read (const char *path, gsize max_bytes, GError **error);
void reactive_elf_free (ReactiveElf *elf);

/* As Debian and Juju name it ("amd64"), or "machine 62 (32 bit)" where they have no name. */
const char *reactive_elf_get_architecture (const ReactiveElf *elf);
/* Something that is executed, and not only loaded. */
gboolean reactive_elf_is_program (const ReactiveElf *elf);
/* DT_NEEDED, in order; ends with NULL. */
const char *const *reactive_elf_get_needed (const ReactiveElf *elf);
gboolean reactive_elf_needs (const ReactiveElf *elf, const char *soname);
/* (nullable): DT_SONAME, DT_RPATH, DT_RUNPATH */
const char *reactive_elf_get_soname (const ReactiveElf *elf);
const char *reactive_elf_get_rpath (const ReactiveElf *elf);
const char *reactive_elf_get_runpath (const ReactiveElf *elf);
/* The versions of the C library that it cannot do without ("GLIBC_2.34"), sorted; ends with NULL. */
const char *const *reactive_elf_get_libc_versions (const ReactiveElf *elf);

/* The file without DT_RPATH and DT_RUNPATH, so that whoever loads it decides where its libraries are found. */
GBytes *reactive_elf_without_paths (const ReactiveElf *elf);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveElf, reactive_elf_free)
