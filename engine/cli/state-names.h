/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/error.h"

/* The state file that a command is about: @given (nullable), else $UNIT_STATE_DB, else .unit-state.db in the charm
 * directory, else in the current one: where the engine keeps it. Free with g_free(). */
char *state_find_path (const char *given);

/* The other names of flags: of the charm that was given, else of the one whose files stand beside the state file, if
 * any. A charm that cannot be read there must not keep anyone from looking at its flags. */
GHashTable *state_names_load (const char *charm_dir, const char *state_path, GError **error);
/* The flag's own name, which may be @flag itself. */
const char *state_names_resolve (GHashTable *names, const char *flag);
/* The same of each of @flags, which end with NULL. */
void state_names_resolve_all (GHashTable *names, char **flags);
