/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/json.h>

/* What is so after a step of a conversation, as a table of names and values:
 *
 *   flag bind-stats.connected          set
 *   databag bind-stats:1 ip            10.0.0.1        of this unit
 *   remote bind-stats:1 exporter/0     {"key": …}      who is joined, and what it says
 *   result 0                           {}              of an operation: null, a text, or {} for a configuration
 *   result 0 bind/0                    {"ip": …}       and each unit of that configuration
 */
GHashTable *facts_new (void);
/* What a vector says of a step. */
GHashTable *facts_new_recorded (const ReactiveJson *step);
void facts_set (GHashTable *facts, const char *value, const char *name_format, ...) G_GNUC_PRINTF (3, 4);
/* @databag is an object of strings. */
void facts_set_databag (GHashTable *facts, const char *relation, const ReactiveJson *databag);
void facts_set_remote (GHashTable *facts, const char *relation, const char *unit, const ReactiveJson *databag);
void facts_set_result (GHashTable *facts, guint index, const ReactiveJson *result);
/* The names that stand in one of two tables or both, sorted. */
GPtrArray *facts_list_names (GHashTable *first, GHashTable *second);

/* Of JSON that may be of another kind, or not there; then there is nothing in it. */
const ReactiveJson *json_member (const ReactiveJson *object, const char *name);
const char *json_text (const ReactiveJson *string);
guint json_length (const ReactiveJson *value);
