/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* The files of an archive, in memory, sorted by their names (bytes). */
typedef struct _ReactiveContents ReactiveContents;

typedef struct
{
  char *name; /* relative, with '/' */
  GBytes *bytes;
  gboolean is_executable;
} ReactiveContentsEntry;

#define REACTIVE_CONTENTS_MAX_BYTES (256u * 1024 * 1024) /* all together */
#define REACTIVE_CONTENTS_MAX_ENTRIES 20000u
#define REACTIVE_CONTENTS_MAX_NAME_BYTES 1024u

ReactiveContents *reactive_contents_new (void);
void reactive_contents_free (ReactiveContents *contents);

/* Errors: BAD_DATA naming the file: a name that leads elsewhere or cannot be shown, a name that is taken, for a file or
 * for a directory, too much. */
gboolean reactive_contents_add (ReactiveContents *contents, const char *name, GBytes *bytes, gboolean is_executable,
                                GError **error);
/* Adds the file at @path, executable or not as its owner may execute it. */
gboolean reactive_contents_add_file (ReactiveContents *contents, const char *name, const char *path, GError **error);
void reactive_contents_replace (ReactiveContents *contents, guint index, GBytes *bytes, gboolean is_executable);

guint reactive_contents_get_length (const ReactiveContents *contents);
const ReactiveContentsEntry *reactive_contents_get_entry (const ReactiveContents *contents, guint index);
const ReactiveContentsEntry *reactive_contents_find (const ReactiveContents *contents, const char *name);
guint64 reactive_contents_get_size (const ReactiveContents *contents);

/* Writes all as files below @directory, which is made, or is empty, and stays empty after an error. Errors: FAILED,
 * NOT_FOUND. */
gboolean reactive_contents_unpack (const ReactiveContents *contents, const char *directory, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveContents, reactive_contents_free)
