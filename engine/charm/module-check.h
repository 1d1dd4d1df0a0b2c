/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/module.h>

#include "base/error.h"

/* Handlers are known as MODULE:NAME in the state file and in every message, so neither part has a ':', white space or a
 * control character. */
gboolean reactive_module_is_name (const char *name);

/* Sets MODULE, "where: message"; FALSE, for the caller to return. */
gboolean reactive_module_fail (GError **error, const char *where, const char *format, ...) G_GNUC_PRINTF (3, 4);

/* A flag, a hook pattern, an action or a path. NULL when nothing is wrong with it. */
const char *reactive_module_find_fault_in_name (const char *name);

/* What descriptors of handler modules and of interfaces have in common: the size of a table's entries, its length, and
 * the conditions of a handler. @where and @path are what the message begins with. */
gboolean reactive_module_check_entry_size (const char *path, const char *what, gsize size, gsize minimum,
                                           GError **error);
gboolean reactive_module_check_table (const char *path, const char *what, gconstpointer table, guint n_entries,
                                      GError **error);
gboolean reactive_module_check_conditions (const ReactiveCondition *conditions, gsize size_bytes, const char *where,
                                           GError **error);
