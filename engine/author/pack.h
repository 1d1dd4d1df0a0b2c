/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "author/base-system.h"
#include "author/contents.h"
#include "charm/charm.h"

/* A charm that is being packed. What is wrong with its files is collected, so that all of it is told at once; errors
 * are for what keeps the rest from being looked at. */
typedef struct
{
  char *directory;       /* of the charm's files */
  char *build_directory; /* where it was built, which may be the same */
  ReactiveCharm *charm;
  ReactiveContents *contents;
  GHashTable *origins;            /* from an entry's name to the path it was read from */
  char *runtime;                  /* path of the program that becomes dispatch */
  char *architecture;             /* "amd64" */
  char *library_directory;        /* where libreactive of this architecture is installed */
  const ReactiveBaseSystem *base; /* (nullable): not said; then it follows from the files */
  gboolean is_too_deep;           /* links go round: no more directories are looked at */
  GPtrArray *complaints;          /* (element-type utf8) */
} ReactivePack;

/* @directory: a charm's. @build_directory: (nullable): `build` below it where that is there, else the same. Errors: as
 * reactive_charm_load(). */
ReactivePack *reactive_pack_new (const char *directory, const char *build_directory, GError **error);
void reactive_pack_free (ReactivePack *pack);

void reactive_pack_complain (ReactivePack *pack, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Adds the file at @path; what is wrong with it is a complaint. */
void reactive_pack_add_file (ReactivePack *pack, const char *name, const char *path);
void reactive_pack_add_text (ReactivePack *pack, const char *name, const char *text, gsize length_bytes);

/* The steps, in order. */
gboolean reactive_pack_read_base (ReactivePack *pack,
                                  GError **error); /* what charmcraft.yaml says of it, if anything */
gboolean reactive_pack_add_metadata (ReactivePack *pack, GError **error);
gboolean reactive_pack_add_files (ReactivePack *pack, const char *const *more, GError **error);
gboolean reactive_pack_add_dispatch (ReactivePack *pack, GError **error);
void reactive_pack_add_interfaces (ReactivePack *pack);
void reactive_pack_add_libraries (ReactivePack *pack);
void reactive_pack_add_licences (ReactivePack *pack);
/* Loads what will be loaded, where this machine can. */
void reactive_pack_check_modules (ReactivePack *pack);
/* Decides the base, if nobody did, and whether its C library is new enough. */
void reactive_pack_check_base (ReactivePack *pack);
void reactive_pack_add_manifest (ReactivePack *pack);

/* Errors: BAD_DATA with all complaints, if there are any. */
gboolean reactive_pack_finish (ReactivePack *pack, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactivePack, reactive_pack_free)
