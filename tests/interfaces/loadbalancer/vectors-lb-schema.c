/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the schema vectors of the loadbalancer interface, which were recorded from the Python library, and compares what
 * is accepted and refused, the names of the fields that are at fault, the texts that are written and their hashes. */

#include <loadbalancer.h>
#include <stdlib.h>
#include <string.h>

#include "assign.h"
#include "fields.h"
#include "health-check-private.h"
#include "request-private.h"
#include "response-private.h"
#include "vector-report.h"

/* What became of a case. */
typedef struct
{
  gboolean is_inexpressible; /* a value has a type that there is no setter for, or no JSON */
  LBProblems *problems;
  char *text;
  char *hash;
  LBRequest *request;   /* (nullable) */
  LBResponse *response; /* (nullable): of "loads" the one of the request */
} Outcome;

static void
outcome_clear (Outcome *outcome)
{
  g_clear_pointer (&outcome->problems, lb_problems_free);
  g_clear_pointer (&outcome->text, g_free);
  g_clear_pointer (&outcome->hash, g_free);
  g_clear_pointer (&outcome->request, lb_request_unref);
  g_clear_pointer (&outcome->response, lb_response_unref);
}

/*
 * Differences on purpose
 */

static const VectorRule rule_untyped
    = { "no-setter", "types of C", "Python's attributes take a value of any type; no setter takes this one" };
static const VectorRule rule_untyped_crash
    = { "no-setter-and-crash", "L32", "the Python library crashes on it, and no setter takes a value of this type" };
static const VectorRule rule_no_json = { "no-json", "types of C", "a Python object that JSON has no text for" };
static const VectorRule rule_crash = { "refused", "L8", "the Python library crashes; the record is refused" };
static const VectorRule rule_error_name = { "error-name", "L29", "only the two names are error types" };
static const VectorRule rule_all_fields = { "all-fields", "L33", "the Python library names one field, here all are" };
static const VectorRule rule_health_check_field
    = { "health-check-field", "L31", "a provider may name a field of a health check" };

static const VectorDifference differences[] = {
  { "request/port_mapping#34", "no-json" },
  { "request/port_mapping#35", "no-json" },
  { "request/health_checks#17", "refused" },
  { "request.set#07", "all-fields" },
  { "request.set#09", "no-setter-and-crash" },
  { "request.set#10", "no-setter" },
  { "request.set#12", "no-setter" },
  { "request.set#14", "no-setter" },
  { "request.set#15", "no-setter" },
  { "request.set#17", "no-setter" },
  { "request.set#19", "no-setter-and-crash" },
  { "request.set#20", "no-setter" },
  { "request.set#22", "no-setter" },
  { "request.set#24", "no-setter-and-crash" },
  { "request.set#25", "no-setter" },
  { "request.set#27", "no-setter-and-crash" },
  { "request.set#29", "no-setter" },
  { "health_check.set#00", "all-fields" },
  { "health_check.set#02", "no-setter" },
  { "health_check.set#04", "no-setter" },
  { "health_check.set#05", "no-setter" },
  { "health_check.set#07", "no-setter" },
  { "health_check.set#09", "no-setter-and-crash" },
  { "health_check.set#10", "no-setter" },
  { "response/in the wild#00", "health-check-field" },
  { "response/exotic#02", "error-name" },
  { "response.set#07", "no-setter" },
  { "response.set#12", "no-setter" },
  { "loads#12", "refused" },
  { "loads#14", "refused" },
  { "loads#15", "refused" },
  { "loads#17", "refused" },
  { "loads#19", "refused" },
  { "loads#20", "refused" },
  { "loads#22", "refused" },
  { "loads#25", "refused" },
  { NULL, NULL },
};

/* The names of all fields at fault are those of health checks. */
static gboolean
names_only_health_checks (const ReactiveJson *data)
{
  const ReactiveJson *fields = data != NULL ? reactive_json_get_member (data, "error_fields") : NULL;
  guint n_of_health_checks = 0;

  for (guint i = 0; fields != NULL && i < reactive_json_get_length (fields); i++)
    n_of_health_checks
        += g_regex_match_simple ("^hc\\[[0-9]+\\]\\.[a-z]+$", reactive_json_get_member_name (fields, i), 0, 0);

  return n_of_health_checks > 0;
}

static gboolean
says_other_error (const ReactiveJson *data)
{
  const char *error = data != NULL ? vector_get_text (data, "error") : NULL;

  return error != NULL && strcmp (error, "unsupported") != 0 && strcmp (error, "provider_error") != 0;
}

/*
 * Names of fields
 */

static void
add_path (GPtrArray *paths, LBProblems *scratch)
{
  g_autoptr (LBProblems) problems = scratch;

  lb_problems_add (problems, "x");
  g_ptr_array_add (paths, g_strdup (lb_problems_get_path (problems, 0)));
}

static LBProblems *
start_path (const char *field, const char *part, const char *inner)
{
  LBProblems *problems = lb_problems_new ();

  if (strcmp (field, "_schema") != 0)
    lb_problems_enter_member (problems, field);
  if (part != NULL && strcmp (field, "port_mapping") == 0)
    lb_problems_enter_key (problems, part);
  else if (part != NULL)
    lb_problems_enter_element (problems, (guint) g_ascii_strtoull (part, NULL, 10));
  if (inner != NULL)
    lb_problems_enter_member (problems, inner);

  return problems;
}

/* {"health_checks": {"0": {"port": [messages]}}} names health_checks[0].port; for a port, key and value are one place.
 */
static GPtrArray *
list_expected_paths (const ReactiveJson *messages)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < reactive_json_get_length (messages); i++)
    {
      const char *field = reactive_json_get_member_name (messages, i);
      const ReactiveJson *parts = reactive_json_get_element (messages, i);

      if (reactive_json_get_kind (parts) != REACTIVE_JSON_OBJECT)
        add_path (paths, start_path (field, NULL, NULL));
      for (guint j = 0; j < reactive_json_get_length (parts); j++)
        {
          const char *part = reactive_json_get_member_name (parts, j);
          const ReactiveJson *inner = reactive_json_get_element (parts, j);

          if (part == NULL)
            break;
          if (reactive_json_get_kind (inner) != REACTIVE_JSON_OBJECT || strcmp (field, "port_mapping") == 0)
            add_path (paths, start_path (field, part, NULL));
          else
            for (guint k = 0; k < reactive_json_get_length (inner); k++)
              add_path (paths, start_path (field, part, reactive_json_get_member_name (inner, k)));
        }
    }

  return paths;
}

/* Python has one text for all names in error_fields. */
static GPtrArray *
list_own_paths (LBProblems *problems)
{
  GPtrArray *paths = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < lb_problems_get_length (problems); i++)
    {
      const char *path = lb_problems_get_path (problems, i);

      g_ptr_array_add (paths, g_strdup (g_str_has_prefix (path, "error_fields[") ? "error_fields" : path));
    }

  return paths;
}

static gboolean
includes (GPtrArray *paths, GPtrArray *others)
{
  for (guint i = 0; i < others->len; i++)
    {
      if (!g_ptr_array_find_with_equal_func (paths, g_ptr_array_index (others, i), g_str_equal, NULL))
        return FALSE;
    }

  return TRUE;
}

/*
 * Running a case
 */

static void
finish_request (Outcome *outcome, LBRequest *request)
{
  lb_record_check (&request->record, outcome->problems);
  outcome->text = lb_request_to_text (request, NULL);
  outcome->hash = lb_request_get_hash (request);
}

static void
finish_health_check (Outcome *outcome, LBHealthCheck *check)
{
  if (!lb_record_check (&check->record, outcome->problems))
    return;

  outcome->text = lb_record_to_text (&check->record);
  outcome->hash = lb_record_hash (&check->record);
}

static void
finish_response (Outcome *outcome, LBResponse *response)
{
  lb_record_check (&response->record, outcome->problems);
  outcome->text = lb_response_to_text (response, FALSE, NULL);
  outcome->hash = lb_response_get_hash (response);
}

static void
run_update (Outcome *outcome, const char *what, const ReactiveJson *data)
{
  g_autoptr (ReactiveJson) json = assign_to_json (data);
  g_autofree char *text = json != NULL ? reactive_json_to_text (json, REACTIVE_JSON_INSERTION_ORDER) : NULL;
  g_autoptr (LBHealthCheck) check = NULL;

  outcome->is_inexpressible = json == NULL;
  if (json == NULL)
    return;

  if (strcmp (what, "request") == 0)
    outcome->request = lb_request_new_from_text (text, strlen (text), outcome->problems);
  else if (strcmp (what, "health_check") == 0)
    check = lb_health_check_new_from_json (json, outcome->problems);
  else
    outcome->response = lb_response_new_from_text ("foo", text, strlen (text), outcome->problems);

  if (outcome->request != NULL)
    finish_request (outcome, outcome->request);
  if (check != NULL)
    finish_health_check (outcome, check);
  if (outcome->response != NULL)
    finish_response (outcome, outcome->response);
}

static void
run_set (Outcome *outcome, const char *what, const ReactiveJson *data, gboolean is_signed)
{
  g_autoptr (LBRequest) request = lb_request_new ();
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();
  g_autoptr (LBResponse) response = lb_response_new ("foo");

  if (strcmp (what, "request") == 0)
    {
      outcome->is_inexpressible = !assign_request (request, data);
      if (is_signed)
        lb_request_sign (request);
      finish_request (outcome, request);
    }
  else if (strcmp (what, "health_check") == 0)
    {
      outcome->is_inexpressible = !assign_health_check (check, data);
      finish_health_check (outcome, check);
    }
  else
    {
      outcome->is_inexpressible = !assign_response (response, data);
      finish_response (outcome, response);
    }
}

static void
run_add_health_check (Outcome *outcome, const ReactiveJson *data, const ReactiveJson *checks)
{
  g_autoptr (LBRequest) request = lb_request_new ();

  outcome->is_inexpressible = !assign_request (request, data);
  for (guint i = 0; i < reactive_json_get_length (checks); i++)
    {
      g_autoptr (ReactiveJson) json = assign_to_json (reactive_json_get_element (checks, i));
      g_autoptr (LBHealthCheck) check = NULL;

      outcome->is_inexpressible |= json == NULL;
      if (json == NULL)
        return;
      check = lb_health_check_new_from_json (json, outcome->problems);
      if (check == NULL)
        return;
      lb_request_add_health_check (request, check);
    }

  finish_request (outcome, request);
}

static void
run_loads (Outcome *outcome, const ReactiveJson *vector)
{
  gsize length = 0, response_length = 0;
  const char *text = reactive_json_get_string (reactive_json_get_member (vector, "text"), &length);
  const ReactiveJson *response = reactive_json_get_member (vector, "response_text");
  const char *response_text = response != NULL ? reactive_json_get_string (response, &response_length) : NULL;

  outcome->request = lb_request_new_from_text (text, length, outcome->problems);
  if (outcome->request == NULL)
    return;
  if (response_text == NULL)
    outcome->response = lb_response_ref (lb_request_get_response (outcome->request));
  else
    outcome->response = lb_response_new_from_text (lb_request_get_name (outcome->request), response_text,
                                                   response_length, outcome->problems);
}

static void
run_case (Outcome *outcome, const ReactiveJson *vector)
{
  g_auto (GStrv) operation = g_strsplit (vector_get_text (vector, "op"), ".", 2);
  const ReactiveJson *data = reactive_json_get_member (vector, "data");
  const ReactiveJson *sign = reactive_json_get_member (vector, "sign");

  if (strcmp (operation[1], "update") == 0)
    run_update (outcome, operation[0], data);
  else if (strcmp (operation[1], "set") == 0)
    run_set (outcome, operation[0], data, sign != NULL && reactive_json_get_boolean (sign));
  else if (strcmp (operation[1], "add_health_check") == 0)
    run_add_health_check (outcome, data, reactive_json_get_member (vector, "health_checks"));
  else if (strcmp (operation[1], "loads") == 0)
    run_loads (outcome, vector);
  else
    g_error ("unknown operation '%s'", operation[1]);
}

/*
 * Comparing
 */

static char *
compare_texts (const char *what, const char *expected, const char *got)
{
  if (g_strcmp0 (expected, got) == 0)
    return NULL;

  return g_strdup_printf ("%s: expected %s, got %s", what, expected != NULL ? expected : "none",
                          got != NULL ? got : "none");
}

static char *
compare_written (const ReactiveJson *expect, const char *text, const char *hash)
{
  char *difference = compare_texts ("text", vector_get_text (expect, "dumps"), text);

  return difference != NULL ? difference : compare_texts ("hash", vector_get_text (expect, "hash"), hash);
}

static char *
compare_getters (const ReactiveJson *expect, const Outcome *outcome)
{
  const ReactiveJson *fields = reactive_json_get_member (expect, "fields");
  const ReactiveJson *response_fields = reactive_json_get_member (expect, "response_fields");
  g_autoptr (ReactiveJson) request = outcome->request != NULL ? fields_of_request (outcome->request) : NULL;
  g_autoptr (ReactiveJson) response = outcome->response != NULL ? fields_of_response (outcome->response) : NULL;
  char *difference = NULL;

  if (fields != NULL && request != NULL)
    difference = fields_compare (fields, request);
  if (response_fields != NULL && difference == NULL)
    difference = fields_compare (response_fields, response);

  return difference;
}

/* What was attached by Request.loads(), and both written again. */
static char *
compare_loaded (const ReactiveJson *expect, Outcome *outcome)
{
  const ReactiveJson *redump = reactive_json_get_member (expect, "redump");
  const ReactiveJson *response_redump = reactive_json_get_member (expect, "response_redump");
  g_autofree char *text = lb_request_to_text (outcome->request, NULL);
  g_autofree char *hash = lb_request_get_hash (outcome->request);
  g_autofree char *response_text = lb_response_to_text (outcome->response, FALSE, NULL);
  g_autofree char *response_hash = lb_response_get_hash (outcome->response);
  gboolean is_valid = reactive_json_get_boolean (reactive_json_get_member (expect, "response_bool"));
  char *difference = compare_written (redump, text, hash);

  if (difference == NULL)
    difference = compare_written (response_redump, response_text, response_hash);
  if (difference == NULL && is_valid != lb_response_is_valid (outcome->response))
    difference = g_strdup ("whether the response is valid");
  if (difference == NULL && !vector_is_null (expect, "response_name"))
    difference = compare_texts ("name of the response", vector_get_text (expect, "response_name"),
                                lb_response_get_name (outcome->response));

  return difference;
}

static char *
compare_accepted (const ReactiveJson *expect, Outcome *outcome)
{
  char *difference = reactive_json_get_member (expect, "redump") != NULL
                         ? compare_loaded (expect, outcome)
                         : compare_written (expect, outcome->text, outcome->hash);

  return difference != NULL ? difference : compare_getters (expect, outcome);
}

/* Whether the fields at fault are one of the sets that the Python library names. */
static char *
compare_refused (const ReactiveJson *expect, Outcome *outcome, const VectorRule **out_rule)
{
  const ReactiveJson *choices = reactive_json_get_member (expect, "error_any_of");
  const char *stage = vector_get_text (expect, "stage");
  g_autoptr (GPtrArray) own = list_own_paths (outcome->problems);
  g_autofree char *told = lb_problems_to_text (outcome->problems);

  for (guint i = 0; i < (choices != NULL ? reactive_json_get_length (choices) : 1); i++)
    {
      g_autoptr (GPtrArray) expected = list_expected_paths (
          choices != NULL ? reactive_json_get_element (choices, i) : reactive_json_get_member (expect, "error"));

      if (includes (own, expected) && includes (expected, own))
        return NULL;
      if (includes (own, expected) && strcmp (stage, "dump") == 0)
        *out_rule = &rule_all_fields;
    }

  return g_strdup_printf ("refused for other fields: %s", told);
}

static gboolean
is_refused (const Outcome *outcome)
{
  return !lb_problems_is_empty (outcome->problems) && outcome->text == NULL && outcome->hash == NULL;
}

/* NULL if there is no difference. Free with g_free(). */
static char *
compare_case (const ReactiveJson *vector, Outcome *outcome, const VectorRule **out_rule)
{
  const ReactiveJson *expect = reactive_json_get_member (vector, "expect");
  const ReactiveJson *data = reactive_json_get_member (vector, "data");
  gboolean raises = reactive_json_get_member (expect, "raises") != NULL;
  g_autofree char *told = lb_problems_to_text (outcome->problems);

  if (outcome->is_inexpressible)
    {
      if (g_str_has_suffix (vector_get_text (vector, "op"), ".update"))
        *out_rule = &rule_no_json;
      else
        *out_rule = raises ? &rule_untyped_crash : &rule_untyped;
      return g_strdup ("not run");
    }

  if (raises)
    {
      if (is_refused (outcome))
        *out_rule = says_other_error (data) ? &rule_error_name : &rule_crash;
      return g_strdup_printf ("%s in Python: %s", vector_get_text (expect, "raises"), told);
    }

  if (is_refused (outcome) && reactive_json_get_member (expect, "error") == NULL && says_other_error (data))
    *out_rule = &rule_error_name;
  if (is_refused (outcome) && reactive_json_get_member (expect, "error") == NULL)
    return g_strdup_printf ("refused: %s", told);
  if (is_refused (outcome))
    {
      char *difference = compare_refused (expect, outcome, out_rule);

      if (difference != NULL && says_other_error (data))
        *out_rule = &rule_error_name;
      return difference;
    }

  if (reactive_json_get_member (expect, "error") != NULL)
    {
      if (names_only_health_checks (data))
        *out_rule = &rule_health_check_field;
      return g_strdup ("accepted");
    }

  return compare_accepted (expect, outcome);
}

int
main (int argc, char **argv)
{
  g_autoptr (ReactiveJson) file = vector_file_read (argc, argv);
  const ReactiveJson *cases = reactive_json_get_member (file, "cases");
  VectorReport report;
  int code;

  vector_report_init (&report);
  for (const VectorDifference *difference = differences; difference->id != NULL; difference++)
    vector_report_want (&report, difference->id, difference->rule);

  for (guint i = 0; i < reactive_json_get_length (cases); i++)
    {
      const ReactiveJson *vector = reactive_json_get_element (cases, i);
      const VectorRule *rule = NULL;
      Outcome outcome = { .problems = lb_problems_new () };
      g_autofree char *difference = NULL;

      run_case (&outcome, vector);
      difference = compare_case (vector, &outcome, &rule);
      if (difference != NULL)
        vector_report_differ (&report, rule, "%s", difference);
      vector_report_end (&report, vector_get_text (vector, "id"));
      outcome_clear (&outcome);
    }

  code = vector_report_finish (&report);
  vector_report_clear (&report);

  return code;
}
