/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/dispatch.h"
#include "state/store.h"

#define REACTIVE_FLAG_PREFIX "reactive.states."
#define REACTIVE_ONCE_PREFIX "reactive.invoked."

/* The identity that a handler had in Python, by its data in the program; NULL when it had none. To be freed. */
typedef char *(*ReactivePythonIdFunc) (gconstpointer handler_data, gpointer user_data);

/* Hands flags and once marks of @store to @dispatch. Drops what an earlier hook may have left behind: triggers, and the
 * dispatcher's own notes of Python. A flag that stands under another of its names is moved to its own. */
void reactive_flag_store_load (ReactiveStore *store, ReactiveDispatch *dispatch);
/* And the marks that Python made. */
void reactive_flag_store_load_python_marks (ReactiveStore *store, ReactiveDispatch *dispatch,
                                            ReactivePythonIdFunc python_id, gpointer user_data);

/* Notes in @store which flags changed. A flag that carries a value keeps it. */
void reactive_flag_store_save (ReactiveStore *store, const ReactiveDispatch *dispatch);

/* Notes that a handler ran once, also under its Python identity (nullable). */
void reactive_flag_store_mark_once (ReactiveStore *store, const ReactiveProgram *program, guint32 handler,
                                    const char *python_id);

/* The flags in @store, sorted. Free with g_strfreev(). */
char **reactive_flag_store_list (ReactiveStore *store);

/* As the hook of a series upgrade does before anything else: in progress from `pre-` to `post-series-upgrade`. */
gboolean reactive_flag_store_note_series_upgrade (ReactiveDispatch *dispatch, const char *hook, GError **error);
