/* SPDX-License-Identifier: Apache-2.0 */
#include "comparison.h"

#include <string.h>

#include "integer.h"
#include "request-private.h"
#include "response-private.h"

const VectorRule rule_response_available
    = { "response-available", "L2", "response_available waits for the first complete response" };
const VectorRule rule_follower_removes = { "follower-removes", "L3", "a follower has no removed requests" };
const VectorRule rule_revoked_live
    = { "revoked-live", "L4", "a request whose answer was taken back is not new until it changes" };
const VectorRule rule_stray_response = { "stray-response", "L5", "an answer goes with its request" };
const VectorRule rule_preload = { "preload", "L6", "only an answer to just this request is gone on from" };
const VectorRule rule_error_left = { "error-left", "L7", "an address takes back an error" };
const VectorRule rule_not_json = { "not-json", "L8", "a record that is not right costs that record" };
const VectorRule rule_unreadable_request
    = { "unreadable-request", "L10", "a request that cannot be read was not removed" };
const VectorRule rule_own_response
    = { "own-response", "L11", "a response of its own that cannot be read does not hide a request" };
const VectorRule rule_new_id
    = { "new-id", "L12", "a response that cannot be read does not make the request a new one" };
const VectorRule rule_incomplete = { "incomplete", "L13", "complete needs a hash and a valid response" };
const VectorRule rule_bad_response = { "bad-response", "L14", "a response that cannot be read costs that response" };
const VectorRule rule_version = { "version", "L15", "a version that cannot be read is none" };
const VectorRule rule_follower_revoked = { "follower-revoked", "L17", "a follower sees what was taken back" };
const VectorRule rule_follower_revokes = { "follower-revokes", "L19", "a follower is told that it cannot answer" };
const VectorRule rule_departed = { "departed", "L21", "a unit or a consumer that leaves is an event" };
const VectorRule rule_same_id = { "same-id", "L22", "requests are told apart by relation and name, too" };
const VectorRule rule_other_name = { "other-name", "L23", "a request has the name of its key" };
const VectorRule rule_health_check_field
    = { "health-check-field", "L31", "a provider may name a field of a health check" };
const VectorRule rule_no_setter_crash
    = { "no-setter-and-crash", "L32", "the Python library crashes on it, and no setter takes a value of this type" };
const VectorRule rule_no_setter
    = { "no-setter", "types of C", "Python's attributes take a value of any type; no setter takes this one" };
const VectorRule rule_all_fields = { "all-fields", "L33", "the Python library names one field, here all are" };
const VectorRule rule_older = { "older-dialect", "older dialect", "what the older dialect says is understood" };

Comparison *
comparison_new (VectorReport *report)
{
  Comparison *comparison = g_new0 (Comparison, 1);

  comparison->report = report;
  comparison->databag_rules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  comparison->consumer_rules = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  comparison->announced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  comparison->requests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  comparison->revoked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  return comparison;
}

void
comparison_free (Comparison *comparison)
{
  g_hash_table_unref (comparison->databag_rules);
  g_hash_table_unref (comparison->consumer_rules);
  g_hash_table_unref (comparison->announced);
  g_hash_table_unref (comparison->requests);
  g_hash_table_unref (comparison->revoked);
  g_free (comparison);
}

static char *
to_text (const ReactiveJson *value)
{
  return value != NULL ? reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS) : g_strdup ("nothing");
}

void
comparison_differ (Comparison *comparison, const VectorRule *rule, const char *where, const ReactiveJson *recorded,
                   const ReactiveJson *got)
{
  g_autofree char *recorded_text = to_text (recorded);
  g_autofree char *got_text = to_text (got);

  vector_report_differ (comparison->report, rule, "%s: %s, recorded %s", where, got_text, recorded_text);
}

gboolean
comparison_is_action (const Comparison *comparison, const char *what)
{
  return g_strcmp0 (vector_get_text (comparison->action, "do"), what) == 0;
}

const char *
comparison_get_raised (const ReactiveJson *value)
{
  return value != NULL ? vector_get_text (value, "raises") : NULL;
}

const VectorRule *
comparison_find_crash_rule (const char *exception)
{
  static const struct
  {
    const char *exception;
    const VectorRule *rule;
  } crashes[] = {
    { "ValueError", &rule_version },
    { "KeyError", &rule_version },
    { "JSONDecodeError", &rule_not_json },
    { "AttributeError", &rule_not_json },
    { "TypeError", &rule_not_json },
    { "ValidationError", &rule_bad_response },
    { "RelationDataAccessError", &rule_follower_revokes },
  };

  for (guint i = 0; exception != NULL && i < G_N_ELEMENTS (crashes); i++)
    {
      if (strcmp (crashes[i].exception, exception) == 0)
        return crashes[i].rule;
    }

  return NULL;
}

const char *
comparison_get_app_text (const ReactiveJson *after, const char *side, const char *databag, const char *prefix,
                         const char *name)
{
  const ReactiveJson *databags = reactive_json_get_member (after, side);
  const ReactiveJson *one = databags != NULL ? reactive_json_get_member (databags, databag) : NULL;
  g_autofree char *key = g_strconcat (prefix, name, NULL);

  return one != NULL ? vector_get_text (reactive_json_get_member (one, "app"), key) : NULL;
}

gboolean
comparison_can_read_request (const char *text)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = text != NULL ? lb_request_new_from_text (text, strlen (text), problems) : NULL;

  return request != NULL;
}

gboolean
comparison_names_health_check (const LBResponse *response)
{
  g_autofree const char **fields = lb_response_get_error_fields (response);

  for (const char **field = fields; *field != NULL; field++)
    {
      if (g_str_has_prefix (*field, "hc["))
        return TRUE;
    }

  return FALSE;
}

gboolean
comparison_can_read_response (const char *text)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBResponse) response = text != NULL ? lb_response_new_from_text ("", text, strlen (text), problems) : NULL;

  return response != NULL && !comparison_names_health_check (response);
}

gboolean
comparison_says_name (const char *request, const char *name)
{
  g_autoptr (ReactiveJson) value
      = request != NULL ? reactive_json_parse (request, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  return value != NULL && g_strcmp0 (vector_get_text (value, "name"), name) == 0;
}

gboolean
comparison_is_older (const char *text, const char *field)
{
  g_autoptr (ReactiveJson) value = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  return value != NULL && reactive_json_get_member (value, field) != NULL;
}

gboolean
comparison_can_read_version (const char *text)
{
  g_autofree char *version = text != NULL ? lb_integer_from_text (text, strlen (text)) : NULL;

  return version != NULL && lb_integer_compare (version, "0") > 0;
}

gboolean
comparison_list_has (const ReactiveJson *list, const char *text)
{
  for (guint i = 0; i < reactive_json_get_length (list); i++)
    {
      const char *element = reactive_json_get_string (reactive_json_get_element (list, i), NULL);

      if (g_strcmp0 (element, text) == 0)
        return TRUE;
    }

  return FALSE;
}

gboolean
comparison_list_is_empty (const ReactiveJson *list)
{
  return reactive_json_get_length (list) == 0;
}

/* What id belongs to what, and whose answers are taken back. */
static void
remember_step (Comparison *comparison)
{
  const ReactiveJson *requests
      = reactive_json_get_member (reactive_json_get_member (comparison->recorded, "provider"), "all_requests");
  gboolean is_leader = reactive_json_get_boolean (
      reactive_json_get_member (reactive_json_get_member (comparison->recorded, "provider"), "is_leader"));

  for (guint i = 0; comparison_get_raised (requests) == NULL && i < reactive_json_get_length (requests); i++)
    {
      const ReactiveJson *request = reactive_json_get_element (requests, i);

      g_hash_table_insert (
          comparison->requests, g_strdup (vector_get_text (request, "id")),
          g_strjoin (":", vector_get_text (request, "consumer"), vector_get_text (request, "name"), NULL));
    }

  if (comparison_is_action (comparison, "revoke"))
    g_hash_table_insert (comparison->revoked,
                         g_strjoin (":", vector_get_text (comparison->action, "consumer"),
                                    vector_get_text (comparison->action, "name"), NULL),
                         (gpointer) (is_leader ? &rule_revoked_live : &rule_follower_revokes));
}

void
comparison_run (Comparison *comparison, const ReactiveJson *step, const ReactiveJson *result, const ReactiveJson *after)
{
  const ReactiveJson *recorded_result = reactive_json_get_member (step, "result");
  const ReactiveJson *consumers;

  comparison->action = reactive_json_get_member (step, "action");
  comparison->recorded = reactive_json_get_member (step, "after");
  comparison->got = after;
  comparison->crash_rule = comparison_find_crash_rule (comparison_get_raised (recorded_result));
  remember_step (comparison);

  comparison_run_databags (comparison);
  comparison_run_provider (comparison);
  consumers = reactive_json_get_member (comparison->recorded, "consumers");
  for (guint i = 0; i < reactive_json_get_length (consumers); i++)
    comparison_run_consumer (comparison, reactive_json_get_member_name (consumers, i));
  comparison_run_result (comparison, recorded_result, result);
}
