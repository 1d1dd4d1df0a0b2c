/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/json.h>

/* What a runner of recorded vectors found. A case that differs counts as one that differs on purpose only by rules,
 * which say what a difference has to look like; and a case that a rule is said to be for has to differ by it. */

typedef struct
{
  const char *name;
  const char *quirk; /* as the interface's documentation numbers it */
  const char *reason;
} VectorRule;

/* A case of the recorded file that differs on purpose, and the name of a rule by which it does. */
typedef struct
{
  const char *id;
  const char *rule;
} VectorDifference;

typedef struct
{
  GHashTable *wanted; /* id of a case → GPtrArray of names of rules */
  guint n_passed;
  guint n_failed;
  guint n_on_purpose;

  /* of the case that is looked at */
  GPtrArray *found; /* names of rules */
  GPtrArray *lines;
  gboolean has_failed;
} VectorReport;

void vector_report_init (VectorReport *report);
void vector_report_clear (VectorReport *report);
void vector_report_want (VectorReport *report, const char *id, const char *rule);

/* One difference of the case that is looked at; @rule (nullable): the rule that wants it. */
void vector_report_differ (VectorReport *report, const VectorRule *rule, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* Ends a case: counts it, and prints its differences. */
void vector_report_end (VectorReport *report, const char *id);
/* Prints the last line; returns the exit code. */
int vector_report_finish (const VectorReport *report);

/* The file named on the command line; exits where there is none that can be read. Unref it. */
ReactiveJson *vector_file_read (int argc, char **argv);
ReactiveJson *vector_file_parse (const char *path);

/* Members of objects. The text is NULL where there is none. */
const char *vector_get_text (const ReactiveJson *object, const char *name);
gboolean vector_is_null (const ReactiveJson *object, const char *name);
