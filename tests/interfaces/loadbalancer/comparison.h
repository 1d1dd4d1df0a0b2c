/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer.h>

#include "vector-report.h"

/* Compares what was recorded of a step with what is here, and says which quirk of the Python library a difference comes
 * from. What a quirk has done stays: later steps differ by it, too, and a comparison remembers that for as long as they
 * do. */

typedef struct
{
  VectorReport *report;

  /* of the conversation so far */
  GHashTable *databag_rules;       /* "lbp to app-a/response_foo" → VectorRule: as long as it differs */
  const VectorRule *provider_rule; /* by which the provider differed in the last step; NULL if it did not */
  GHashTable *consumer_rules;      /* name → VectorRule, likewise */
  GHashTable *announced;           /* names of consumers that have had response_available */
  GHashTable *requests;            /* id → "app-a:foo", of all that were ever recorded */
  GHashTable *revoked;             /* "app-a:foo" → VectorRule: requests whose answer was taken back */

  /* of the step */
  const ReactiveJson *action;
  const ReactiveJson *recorded; /* what was to be seen */
  const ReactiveJson *got;
  const VectorRule *crash_rule; /* why Python's library crashed in the step; NULL if it did not */
} Comparison;

Comparison *comparison_new (VectorReport *report);
void comparison_free (Comparison *comparison);
/* @step: as recorded; @result (nullable) and @after: what is here */
void comparison_run (Comparison *comparison, const ReactiveJson *step, const ReactiveJson *result,
                     const ReactiveJson *after);

/* Its parts: what a call returned, what stands in databags, what the provider and what a consumer sees. */
void comparison_run_result (Comparison *comparison, const ReactiveJson *recorded, const ReactiveJson *got);
void comparison_run_databags (Comparison *comparison);
void comparison_run_provider (Comparison *comparison);
void comparison_run_consumer (Comparison *comparison, const char *name);

/* One difference. */
void comparison_differ (Comparison *comparison, const VectorRule *rule, const char *where, const ReactiveJson *recorded,
                        const ReactiveJson *got);
gboolean comparison_is_action (const Comparison *comparison, const char *what);

extern const VectorRule rule_response_available, rule_follower_removes, rule_revoked_live, rule_stray_response,
    rule_preload, rule_error_left, rule_not_json, rule_unreadable_request, rule_own_response, rule_new_id,
    rule_incomplete, rule_bad_response, rule_version, rule_follower_revoked, rule_follower_revokes, rule_departed,
    rule_same_id, rule_other_name, rule_health_check_field, rule_no_setter_crash, rule_no_setter, rule_all_fields,
    rule_older;

/* The name of the exception that Python's library raised in place of a value; NULL if it did not. */
const char *comparison_get_raised (const ReactiveJson *value);
const VectorRule *comparison_find_crash_rule (const char *exception);

/* What stands in an application's databag under a key, by what was recorded. @side: "written" or "seen"; NULL if
 * nothing does. */
const char *comparison_get_app_text (const ReactiveJson *after, const char *side, const char *databag,
                                     const char *prefix, const char *name);
/* Whether the released library reads it, and whether it is of the older dialect. */
gboolean comparison_can_read_request (const char *text);
gboolean comparison_can_read_response (const char *text);
/* Whether a request says the name of the key that it stands under. */
gboolean comparison_says_name (const char *request, const char *name);
/* Whether a response names a field of a health check, as the released library does not let it. */
gboolean comparison_names_health_check (const LBResponse *response);
gboolean comparison_is_older (const char *text, const char *field);
gboolean comparison_can_read_version (const char *text);

/* Lists of texts. */
gboolean comparison_list_has (const ReactiveJson *list, const char *text);
gboolean comparison_list_is_empty (const ReactiveJson *list);
