/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/dispatch.h"
#include "state/store.h"

/* What another process sees of a unit's state while its hook runs, in a file of its own: all rows that Python knows, as
 * they are right now, with the notes that charms.reactive's dispatcher keeps. What the process does to them is taken
 * over, or not, afterwards; the unit's own file stays locked and untouched.
 *
 * A process may outlive the handler that started it. Nothing it writes gets lost: from taking to giving the file is
 * locked, and after the hook it is gone. */
typedef struct _ReactiveSharedState ReactiveSharedState;

/* @unit_path: the unit's own file; the other one is in a directory beside it, and removed at the end. @store and
 * @dispatch are borrowed. */
ReactiveSharedState *reactive_shared_state_new (ReactiveStore *store, ReactiveDispatch *dispatch,
                                                const char *unit_path);
void reactive_shared_state_free (ReactiveSharedState *shared);
const char *reactive_shared_state_get_path (const ReactiveSharedState *shared);
/* Where the unit has its own file if @path is such a file; else NULL. Free with g_free(). */
char *reactive_shared_state_find_unit_path (const char *path);

/* Brings the file up to date. Errors: those of reactive_store_open() and reactive_store_commit(). */
gboolean reactive_shared_state_give (ReactiveSharedState *shared, GError **error);
/* Takes over what was done to it since: rows into the store, flags and triggers into the dispatch. Errors: those of
 * reactive_store_open(), and NOT_FOUND; nothing is taken over then. */
gboolean reactive_shared_state_take (ReactiveSharedState *shared, GError **error);
/* Notes in the store the values that flags were given. After reactive_flag_store_save(). */
void reactive_shared_state_save_values (ReactiveSharedState *shared);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveSharedState, reactive_shared_state_free)
