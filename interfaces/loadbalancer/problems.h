/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/json.h>

/* What is wrong with a record: all of it, not only what was found first. A problem has a path to the value,
 * `health_checks[0].port`; that of the record as a whole is empty. */
typedef struct _LBProblems LBProblems;

LBProblems *lb_problems_new (void);
void lb_problems_free (LBProblems *problems);

/* What follows is about a part of the value that was spoken of until now. Each returns what lb_problems_leave() takes
 * to go back. */
gsize lb_problems_enter_member (LBProblems *problems, const char *name);
gsize lb_problems_enter_element (LBProblems *problems, guint index);
gsize lb_problems_enter_key (LBProblems *problems, const char *key);
void lb_problems_leave (LBProblems *problems, gsize mark);

/* A name that somebody else chose, for one line: as it is if it is short and of letters, digits, "_" and "-", else as
 * JSON, and cut. Free with g_free(). */
char *lb_problems_show_name (const char *name);

void lb_problems_add (LBProblems *problems, const char *format, ...) G_GNUC_PRINTF (2, 3);
gboolean lb_problems_is_empty (const LBProblems *problems);

/* Sorted by path. */
guint lb_problems_get_length (LBProblems *problems);
const char *lb_problems_get_path (LBProblems *problems, guint index);

/* "port_mapping: missing; protocol: not a string". Free with g_free(). */
char *lb_problems_to_text (LBProblems *problems);
/* Sets @error to that, as REACTIVE_ERROR_BAD_DATA; returns whether there are no problems. */
gboolean lb_problems_to_error (LBProblems *problems, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LBProblems, lb_problems_free)
