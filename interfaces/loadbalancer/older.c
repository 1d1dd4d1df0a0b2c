/* SPDX-License-Identifier: Apache-2.0 */
#include "older.h"

#include "field.h"
#include "ports.h"
#include "v1.h"

enum
{
  OLDER_HEALTH_CHECK_INTERVAL,
  OLDER_HEALTH_CHECK_PATH,
  OLDER_HEALTH_CHECK_PORT,
  OLDER_HEALTH_CHECK_RETRIES,
  OLDER_HEALTH_CHECK_TRAFFIC_TYPE,
};

enum
{
  OLDER_REQUEST_ALGORITHM,
  OLDER_REQUEST_BACKEND_PORTS,
  OLDER_REQUEST_BACKENDS,
  OLDER_REQUEST_HEALTH_CHECKS,
  OLDER_REQUEST_INGRESS_ADDRESS,
  OLDER_REQUEST_INGRESS_PORTS,
  OLDER_REQUEST_PUBLIC,
  OLDER_REQUEST_STICKY,
  OLDER_REQUEST_TLS_CERT,
  OLDER_REQUEST_TLS_KEY,
  OLDER_REQUEST_TLS_TERMINATION,
  OLDER_REQUEST_TRAFFIC_TYPE,
};

enum
{
  OLDER_RESPONSE_ADDRESS,
  OLDER_RESPONSE_MESSAGE,
  OLDER_RESPONSE_REQUEST_HASH,
  OLDER_RESPONSE_SUCCESS,
};

/* The traffic type was any text; here it has to be one that version 1 has a protocol for. */
static const LBField health_check_fields[] = {
  [OLDER_HEALTH_CHECK_INTERVAL] = { "interval", LB_FIELD_INTEGER, LB_FIELD_INITIAL, .initial = 30 },
  [OLDER_HEALTH_CHECK_PATH] = { "path", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [OLDER_HEALTH_CHECK_PORT] = { "port", LB_FIELD_INTEGER, LB_FIELD_REQUIRED },
  [OLDER_HEALTH_CHECK_RETRIES] = { "retries", LB_FIELD_INTEGER, LB_FIELD_INITIAL, .initial = 3 },
  [OLDER_HEALTH_CHECK_TRAFFIC_TYPE] = { "traffic_type", LB_FIELD_PROTOCOL, LB_FIELD_REQUIRED },
};

static const LBSchema health_check_schema = { G_N_ELEMENTS (health_check_fields), health_check_fields, NULL };

static const LBField request_fields[] = {
  [OLDER_REQUEST_ALGORITHM] = { "algorithm", LB_FIELD_TEXTS, LB_FIELD_INITIAL },
  [OLDER_REQUEST_BACKEND_PORTS] = { "backend_ports", LB_FIELD_INTEGERS, LB_FIELD_REQUIRED },
  [OLDER_REQUEST_BACKENDS] = { "backends", LB_FIELD_TEXTS, LB_FIELD_INITIAL },
  [OLDER_REQUEST_HEALTH_CHECKS]
  = { "health_checks", LB_FIELD_RECORDS, LB_FIELD_INITIAL, .schema = &health_check_schema },
  [OLDER_REQUEST_INGRESS_ADDRESS] = { "ingress_address", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [OLDER_REQUEST_INGRESS_PORTS] = { "ingress_ports", LB_FIELD_INTEGERS, LB_FIELD_INITIAL },
  [OLDER_REQUEST_PUBLIC] = { "public", LB_FIELD_BOOLEAN, LB_FIELD_INITIAL, .initial = TRUE },
  [OLDER_REQUEST_STICKY] = { "sticky", LB_FIELD_BOOLEAN, LB_FIELD_INITIAL, .initial = FALSE },
  [OLDER_REQUEST_TLS_CERT] = { "tls_cert", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [OLDER_REQUEST_TLS_KEY] = { "tls_key", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [OLDER_REQUEST_TLS_TERMINATION] = { "tls_termination", LB_FIELD_BOOLEAN, LB_FIELD_INITIAL, .initial = FALSE },
  [OLDER_REQUEST_TRAFFIC_TYPE] = { "traffic_type", LB_FIELD_PROTOCOL, LB_FIELD_REQUIRED },
};

static const LBSchema request_schema = { G_N_ELEMENTS (request_fields), request_fields, NULL };

static const LBField response_fields[] = {
  [OLDER_RESPONSE_ADDRESS] = { "address", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [OLDER_RESPONSE_MESSAGE] = { "message", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [OLDER_RESPONSE_REQUEST_HASH] = { "request_hash", LB_FIELD_TEXT, LB_FIELD_NULLABLE },
  [OLDER_RESPONSE_SUCCESS] = { "success", LB_FIELD_BOOLEAN, LB_FIELD_REQUIRED },
};

static gboolean
is_blank (const LBRecord *record, guint index)
{
  const char *text = lb_record_get_text (record, index);

  return text == NULL || *text == '\0';
}

static gboolean
check_response (const LBRecord *response, LBProblems *problems)
{
  gboolean is_success = lb_record_get_boolean (response, OLDER_RESPONSE_SUCCESS);

  if (!is_blank (response, is_success ? OLDER_RESPONSE_ADDRESS : OLDER_RESPONSE_MESSAGE))
    return TRUE;

  lb_problems_add (problems, is_success ? "a success without an address" : "a failure without a message");

  return FALSE;
}

static const LBSchema response_schema = { G_N_ELEMENTS (response_fields), response_fields, check_response };

static gboolean
has_any (const ReactiveJson *object, const char *const *names)
{
  for (; *names != NULL; names++)
    {
      if (reactive_json_get_member (object, *names) != NULL)
        return TRUE;
    }

  return FALSE;
}

gboolean
lb_older_is_request (const ReactiveJson *value)
{
  static const char *const older[] = { "traffic_type", "backend_ports", NULL };
  static const char *const released[] = { "id", "name", "protocol", "port_mapping", NULL };

  return has_any (value, older) && !has_any (value, released);
}

gboolean
lb_older_is_response (const ReactiveJson *value)
{
  static const char *const older[] = { "success", NULL };
  static const char *const released[] = { "error", "error_message", "received_hash", NULL };

  return has_any (value, older) && !has_any (value, released);
}

static ReactiveJson *
ref_or_null (const ReactiveJson *value)
{
  return value != NULL ? reactive_json_ref (value) : NULL;
}

/* The fields that both dialects have by the same name. */
static void
copy_common_fields (LBRecord *record, const LBRecord *older)
{
  for (guint i = 0; i < older->schema->n_fields; i++)
    for (guint j = 0; j < record->schema->n_fields; j++)
      if (g_str_equal (older->schema->fields[i].name, record->schema->fields[j].name))
        lb_record_set (record, j, ref_or_null (older->values[i]));
}

static ReactiveJson *
translate_health_check (const ReactiveJson *older)
{
  ReactiveJson *check = reactive_json_new_object ();

  for (guint i = 0; i < lb_health_check_schema.n_fields; i++)
    {
      const char *name = lb_health_check_schema.fields[i].name;
      const char *older_name = i == LB_HEALTH_CHECK_PROTOCOL ? "traffic_type" : name;

      reactive_json_object_set (check, name, reactive_json_ref (reactive_json_get_member (older, older_name)));
    }

  return check;
}

static ReactiveJson *
translate_health_checks (const ReactiveJson *older)
{
  ReactiveJson *checks = reactive_json_new_array ();

  for (guint i = 0; i < reactive_json_get_length (older); i++)
    reactive_json_array_add (checks, translate_health_check (reactive_json_get_element (older, i)));

  return checks;
}

gboolean
lb_older_load_request (LBRecord *request, const ReactiveJson *object, LBProblems *problems)
{
  LBRecord older;
  gboolean is_right;

  lb_record_init (&older, &request_schema);
  is_right = lb_record_load (&older, object, problems);
  if (is_right)
    {
      guint ingress = lb_record_get_length (&older, OLDER_REQUEST_INGRESS_PORTS) > 0 ? OLDER_REQUEST_INGRESS_PORTS
                                                                                     : OLDER_REQUEST_BACKEND_PORTS;

      copy_common_fields (request, &older);
      lb_record_set (request, LB_REQUEST_PROTOCOL, reactive_json_ref (older.values[OLDER_REQUEST_TRAFFIC_TYPE]));
      lb_record_set (request, LB_REQUEST_PORT_MAPPING,
                     lb_ports_from_lists (older.values[ingress], older.values[OLDER_REQUEST_BACKEND_PORTS]));
      lb_record_set (request, LB_REQUEST_HEALTH_CHECKS,
                     translate_health_checks (older.values[OLDER_REQUEST_HEALTH_CHECKS]));
    }
  lb_record_clear (&older);

  return is_right;
}

gboolean
lb_older_load_response (LBRecord *response, const ReactiveJson *object, LBProblems *problems)
{
  LBRecord older;
  gboolean is_right;

  lb_record_init (&older, &response_schema);
  is_right = lb_record_load (&older, object, problems);
  if (is_right)
    {
      gboolean is_success = lb_record_get_boolean (&older, OLDER_RESPONSE_SUCCESS);

      copy_common_fields (response, &older);
      lb_record_set_text (response, LB_RESPONSE_ERROR,
                          is_success ? NULL : lb_error_type_to_text (LB_ERROR_TYPE_PROVIDER));
      lb_record_set (response, LB_RESPONSE_ERROR_MESSAGE, ref_or_null (older.values[OLDER_RESPONSE_MESSAGE]));
      lb_record_set (response, LB_RESPONSE_RECEIVED_HASH, ref_or_null (older.values[OLDER_RESPONSE_REQUEST_HASH]));
    }
  lb_record_clear (&older);

  return is_right;
}

char *
lb_older_response_to_text (const LBRecord *response, const char *reason)
{
  LBRecord older;
  char *text;

  lb_record_init (&older, &response_schema);
  lb_record_set (&older, OLDER_RESPONSE_ADDRESS, ref_or_null (response->values[LB_RESPONSE_ADDRESS]));
  lb_record_set_text (&older, OLDER_RESPONSE_MESSAGE, reason);
  lb_record_set (&older, OLDER_RESPONSE_REQUEST_HASH, ref_or_null (response->values[LB_RESPONSE_RECEIVED_HASH]));
  lb_record_set_boolean (&older, OLDER_RESPONSE_SUCCESS, response->values[LB_RESPONSE_ERROR] == NULL);
  text = lb_record_to_text (&older);
  lb_record_clear (&older);

  return text;
}
