/* SPDX-License-Identifier: Apache-2.0 */
#include "v1.h"

#include <string.h>

#define DEFAULT_INTERVAL_S 30
#define DEFAULT_RETRIES 3

static const LBField health_check_fields[] = {
  [LB_HEALTH_CHECK_INTERVAL] = { "interval", LB_FIELD_INTEGER, LB_FIELD_INITIAL, .initial = DEFAULT_INTERVAL_S },
  [LB_HEALTH_CHECK_PATH] = { "path", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [LB_HEALTH_CHECK_PORT] = { "port", LB_FIELD_INTEGER, LB_FIELD_REQUIRED },
  [LB_HEALTH_CHECK_PROTOCOL] = { "protocol", LB_FIELD_PROTOCOL, LB_FIELD_REQUIRED },
  [LB_HEALTH_CHECK_RETRIES] = { "retries", LB_FIELD_INTEGER, LB_FIELD_INITIAL, .initial = DEFAULT_RETRIES },
};

const LBSchema lb_health_check_schema = { G_N_ELEMENTS (health_check_fields), health_check_fields, NULL };

static const LBField request_fields[] = {
  [LB_REQUEST_ALGORITHM] = { "algorithm", LB_FIELD_TEXTS, LB_FIELD_INITIAL },
  [LB_REQUEST_BACKENDS] = { "backends", LB_FIELD_TEXTS, LB_FIELD_INITIAL },
  [LB_REQUEST_HEALTH_CHECKS]
  = { "health_checks", LB_FIELD_RECORDS, LB_FIELD_INITIAL, .schema = &lb_health_check_schema },
  [LB_REQUEST_ID] = { "id", LB_FIELD_TEXT, LB_FIELD_REQUIRED },
  [LB_REQUEST_INGRESS_ADDRESS] = { "ingress_address", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [LB_REQUEST_NAME] = { "name", LB_FIELD_TEXT, LB_FIELD_REQUIRED },
  [LB_REQUEST_PORT_MAPPING] = { "port_mapping", LB_FIELD_PORTS, LB_FIELD_REQUIRED },
  [LB_REQUEST_PROTOCOL] = { "protocol", LB_FIELD_PROTOCOL, LB_FIELD_REQUIRED },
  [LB_REQUEST_PUBLIC] = { "public", LB_FIELD_BOOLEAN, LB_FIELD_INITIAL, .initial = TRUE },
  [LB_REQUEST_SENT_HASH] = { "sent_hash", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [LB_REQUEST_STICKY] = { "sticky", LB_FIELD_BOOLEAN, LB_FIELD_INITIAL, .initial = FALSE },
  [LB_REQUEST_TLS_CERT] = { "tls_cert", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [LB_REQUEST_TLS_KEY] = { "tls_key", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [LB_REQUEST_TLS_TERMINATION] = { "tls_termination", LB_FIELD_BOOLEAN, LB_FIELD_INITIAL, .initial = FALSE },
};

const LBSchema lb_request_schema = { G_N_ELEMENTS (request_fields), request_fields, NULL };

static const LBField response_fields[] = {
  [LB_RESPONSE_ADDRESS] = { "address", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [LB_RESPONSE_ERROR] = { "error", LB_FIELD_ERROR, LB_FIELD_NULLABLE },
  [LB_RESPONSE_ERROR_FIELDS] = { "error_fields", LB_FIELD_REASONS, LB_FIELD_INITIAL },
  [LB_RESPONSE_ERROR_MESSAGE] = { "error_message", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [LB_RESPONSE_RECEIVED_HASH] = { "received_hash", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
};

/* "hc[0].protocol", as a provider in the wild names a field of a health check. */
static gboolean
is_field_of_health_check (const char *name)
{
  gsize digits;

  if (!g_str_has_prefix (name, "hc["))
    return FALSE;

  name += strlen ("hc[");
  digits = strspn (name, "0123456789");
  if (digits == 0 || !g_str_has_prefix (name + digits, "]."))
    return FALSE;

  return lb_schema_has_field (&lb_health_check_schema, name + digits + strlen ("]."));
}

/* A name with NUL in it is cut, but not found by what is left. */
static gboolean
check_error_fields (const LBRecord *response, LBProblems *problems)
{
  const ReactiveJson *reasons = response->values[LB_RESPONSE_ERROR_FIELDS];
  gsize mark = lb_problems_enter_member (problems, "error_fields");
  gboolean is_right = TRUE;

  for (guint i = 0; i < reactive_json_get_length (reasons); i++)
    {
      const char *name = reactive_json_get_member_name (reasons, i);
      gboolean is_whole = reactive_json_get_member (reasons, name) == reactive_json_get_element (reasons, i);
      gsize inner_mark;

      if (is_whole && (lb_schema_has_field (&lb_request_schema, name) || is_field_of_health_check (name)))
        continue;

      inner_mark = lb_problems_enter_key (problems, name);
      lb_problems_add (problems, "not a field of a request");
      lb_problems_leave (problems, inner_mark);
      is_right = FALSE;
    }
  lb_problems_leave (problems, mark);

  return is_right;
}

static gboolean
is_blank (const LBRecord *record, guint index)
{
  gsize length = 0;

  if (record->values[index] != NULL)
    reactive_json_get_string (record->values[index], &length);

  return length == 0;
}

/* One after the other, as the Python library does: what is told first may be the reason for the rest. */
static gboolean
check_response (const LBRecord *response, LBProblems *problems)
{
  gboolean is_error = response->values[LB_RESPONSE_ERROR] != NULL;

  if (!is_error && is_blank (response, LB_RESPONSE_ADDRESS))
    {
      lb_problems_add (problems, "neither an address nor an error");
      return FALSE;
    }
  if (is_error && is_blank (response, LB_RESPONSE_ERROR_MESSAGE)
      && lb_record_get_length (response, LB_RESPONSE_ERROR_FIELDS) == 0)
    {
      lb_problems_add (problems, "an error without error_message and error_fields");
      return FALSE;
    }

  return check_error_fields (response, problems);
}

const LBSchema lb_response_schema = { G_N_ELEMENTS (response_fields), response_fields, check_response };
