/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "state/store.h"

/* The unit-state file itself: its tables, its lock and its transactions. What is in it stands in ReactiveStore. */
typedef struct _ReactiveStateFile ReactiveStateFile;

/* @key and @text do not end with a NUL, and live until the function returns. Returning FALSE ends the reading. */
typedef gboolean (*ReactiveStateFileFunc) (const char *key, gsize key_bytes, const char *text, gsize text_bytes,
                                           gpointer user_data);

/* Creates (READ_WRITE) or finds the file, takes the lock, and checks that it is whole and not too new. */
ReactiveStateFile *reactive_state_file_open (const char *path, ReactiveStoreMode mode,
                                             const ReactiveStoreOptions *options, GError **error);
void reactive_state_file_free (ReactiveStateFile *file);

/* Every row of kv, in no order. TRUE also if @func ended it. */
gboolean reactive_state_file_foreach (ReactiveStateFile *file, ReactiveStateFileFunc func, gpointer user_data,
                                      GError **error);

/* Takes the lock, unless it is held since open. */
gboolean reactive_state_file_begin (ReactiveStateFile *file, GError **error);
/* Whether another process wrote since open or since our last commit. */
gboolean reactive_state_file_check_unchanged (ReactiveStateFile *file, GError **error);
/* @text NULL removes the row. @exists: whether foreach or a commit had a row of that key. */
gboolean reactive_state_file_write (ReactiveStateFile *file, const char *key, const char *text, gboolean exists,
                                    GError **error);
gboolean reactive_state_file_write_trace (ReactiveStateFile *file, const ReactiveTraceRow *row, GError **error);
/* Makes what was written since begin last, and releases the lock. */
gboolean reactive_state_file_commit (ReactiveStateFile *file, GError **error);
/* Forgets what was written since begin, and releases the lock. */
void reactive_state_file_release (ReactiveStateFile *file);

gboolean reactive_state_file_foreach_trace (ReactiveStateFile *file, ReactiveTraceFunc func, gpointer user_data,
                                            GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveStateFile, reactive_state_file_free)
