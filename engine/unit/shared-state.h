/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/dispatch.h"
#include "state/store.h"

/* What another process sees of a unit's state while its hook runs, in a file of its own: all rows that Python knows, as
 * they are right now, with the notes that charms.reactive's dispatcher keeps. What the process does to them is taken
 * over, or not, afterwards; the unit's own file stays locked and untouched. */
typedef struct _ReactiveSharedState ReactiveSharedState;

/* @path: where the file is to be; it is removed at the end. All are borrowed. */
ReactiveSharedState *reactive_shared_state_new (ReactiveStore *store, ReactiveDispatch *dispatch, const char *path);
void reactive_shared_state_free (ReactiveSharedState *shared);
const char *reactive_shared_state_get_path (const ReactiveSharedState *shared);

/* Brings the file up to date. Errors: those of reactive_store_open() and reactive_store_commit(). */
gboolean reactive_shared_state_give (ReactiveSharedState *shared, GError **error);
/* Takes over what was done to it since: rows into the store, flags and triggers into the dispatch. Errors: those of
 * reactive_store_open(), when nothing is taken over. */
gboolean reactive_shared_state_take (ReactiveSharedState *shared, GError **error);
/* Notes in the store the values that flags were given. After reactive_flag_store_save(). */
void reactive_shared_state_save_values (ReactiveSharedState *shared);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveSharedState, reactive_shared_state_free)
