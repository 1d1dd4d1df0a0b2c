/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "author/elf.h"

/* Finds shared libraries of one architecture where this machine's dynamic linker would. */
typedef struct _ReactiveLibrarySearch ReactiveLibrarySearch;

#define REACTIVE_LIBRARY_MAX_BYTES (128u * 1024 * 1024)

/* @directories: (nullable): searched before those of the system; ends with NULL. */
ReactiveLibrarySearch *reactive_library_search_new (const char *architecture, const char *const *directories);
void reactive_library_search_free (ReactiveLibrarySearch *search);

/* The library @soname, for @elf whose file is at @path. Free with g_free(). Errors: NOT_FOUND, or BAD_DATA where there
 * are only files that are not for this architecture; the message says what is wrong with the library. */
char *reactive_library_search_find (const ReactiveLibrarySearch *search, const char *soname, const ReactiveElf *elf,
                                    const char *path, GError **error);

/* Where libreactive is installed for @architecture, below REACTIVE_PREFIX if that is set: in its directory as Debian
 * names it, in the one that this libreactive was configured with, or in lib. */
char *reactive_library_search_find_own (const char *architecture);

/* (element-type utf8) The directories of @list (nullable), a DT_RPATH or DT_RUNPATH of the file at @path, which is what
 * $ORIGIN stands for. Others than absolute ones are passed over: they would depend on who starts it. */
GPtrArray *reactive_library_search_expand (const char *list, const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveLibrarySearch, reactive_library_search_free)
