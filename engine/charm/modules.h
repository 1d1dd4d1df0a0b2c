/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/module.h>

#include "base/error.h"

/* A handler module: its descriptor, checked, and the name that its handlers' identities begin with. */
typedef struct
{
  char *name; /* "app" of reactive/app.so */
  char *path;
  const ReactiveModule *descriptor; /* constant, in the module, which is never unloaded */
} ReactiveLoadedModule;

/* Returns: (element-type ReactiveLoadedModule) (transfer full): empty */
GPtrArray *reactive_modules_new (void);
/* Adds a module whose descriptor was checked, or is known to be right. */
void reactive_modules_add (GPtrArray *modules, const char *name, const char *path, const ReactiveModule *descriptor);
/* Loads the file NAME.so at @path. Errors: as of reactive_modules_load(). */
gboolean reactive_modules_load_file (GPtrArray *modules, const char *path, GError **error);

/* Loads every regular file NAME.so of @directory, or link to one, in sorted order (bytes); hidden files are passed
 * over, no such directory is no modules. Local symbols, bound now, never unloaded. Errors: MODULE naming the file and
 * the reason (no symbol, other ABI, short size, missing library, bad table). Returns: (element-type
 * ReactiveLoadedModule) (transfer full) */
GPtrArray *reactive_modules_load (const char *directory, GError **error);

/* Opens the library at @path so that it stays, and finds the descriptor in it, which is not yet looked into. @what: "a
 * handler module", for the message. */
gconstpointer reactive_modules_open (const char *path, const char *symbol_name, const char *what, GError **error);

/* Checks a descriptor wherever it came from; @path is for messages. */
gboolean reactive_module_check (const ReactiveModule *descriptor, const char *path, GError **error);

/* The fields of entry @index of a table that may have been compiled against an older or newer header. */
ReactiveHandler reactive_module_get_handler (const ReactiveModule *module, guint index);
ReactiveTrigger reactive_module_get_trigger (const ReactiveModule *module, guint index);
/* NULL past the last of @conditions (nullable), which are @size_bytes each. */
const ReactiveCondition *reactive_condition_get (const ReactiveCondition *conditions, gsize size_bytes, guint index);
