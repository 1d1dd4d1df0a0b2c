/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include "assign.h"

static void
set_text (ReactiveJson *fields, const char *name, const char *text)
{
  reactive_json_object_set (fields, name, text != NULL ? reactive_json_new_string (text) : reactive_json_new_null ());
}

static void
set_texts (ReactiveJson *fields, const char *name, const char **texts)
{
  ReactiveJson *list = reactive_json_new_array ();

  for (const char **text = texts; *text != NULL; text++)
    reactive_json_array_add (list, reactive_json_new_string (*text));
  reactive_json_object_set (fields, name, list);
  g_free (texts);
}

typedef gboolean (*GetInteger) (const LBHealthCheck *check, gint64 *out_integer);

/* Left out where it does not fit. */
static void
set_integer (ReactiveJson *fields, const char *name, const LBHealthCheck *check, GetInteger get)
{
  gint64 integer;

  if (get (check, &integer))
    reactive_json_object_set (fields, name, reactive_json_new_integer (integer));
}

/* Left out where a port does not fit. */
static void
set_ports (ReactiveJson *fields, const LBRequest *request)
{
  g_autoptr (ReactiveJson) ports = reactive_json_new_object ();

  for (guint i = 0; i < lb_request_get_n_ports (request); i++)
    {
      g_autofree char *name = NULL;
      gint64 ingress, backend;

      if (!lb_request_get_port (request, i, &ingress, &backend))
        return;
      name = g_strdup_printf ("%" G_GINT64_FORMAT, ingress);
      reactive_json_object_set (ports, name, reactive_json_new_integer (backend));
    }

  reactive_json_object_set (fields, "port_mapping", g_steal_pointer (&ports));
}

static ReactiveJson *
fields_of_health_check (const LBHealthCheck *check)
{
  ReactiveJson *fields = reactive_json_new_object ();

  set_text (fields, "protocol", lb_health_check_get_traffic_type (check));
  set_text (fields, "path", lb_health_check_get_path (check));
  set_integer (fields, "port", check, lb_health_check_get_port);
  set_integer (fields, "interval", check, lb_health_check_get_interval);
  set_integer (fields, "retries", check, lb_health_check_get_retries);

  return fields;
}

static void
set_health_checks (ReactiveJson *fields, const LBRequest *request)
{
  ReactiveJson *checks = reactive_json_new_array ();

  for (guint i = 0; i < lb_request_get_n_health_checks (request); i++)
    {
      g_autoptr (LBHealthCheck) check = lb_request_get_health_check (request, i);

      reactive_json_array_add (checks, fields_of_health_check (check));
    }
  reactive_json_object_set (fields, "health_checks", checks);
}

ReactiveJson *
fields_of_request (const LBRequest *request)
{
  ReactiveJson *fields = reactive_json_new_object ();

  set_text (fields, "id", lb_request_get_id (request));
  set_text (fields, "name", lb_request_get_name (request));
  set_text (fields, "protocol", lb_request_get_traffic_type (request));
  set_text (fields, "tls_cert", lb_request_get_tls_cert (request));
  set_text (fields, "tls_key", lb_request_get_tls_key (request));
  set_text (fields, "ingress_address", lb_request_get_ingress_address (request));
  set_text (fields, "sent_hash", lb_request_get_sent_hash (request));
  set_texts (fields, "backends", lb_request_get_backends (request));
  set_texts (fields, "algorithm", lb_request_get_algorithm (request));
  reactive_json_object_set (fields, "sticky", reactive_json_new_boolean (lb_request_get_sticky (request)));
  reactive_json_object_set (fields, "public", reactive_json_new_boolean (lb_request_get_public (request)));
  reactive_json_object_set (fields, "tls_termination",
                            reactive_json_new_boolean (lb_request_get_tls_termination (request)));
  set_ports (fields, request);
  set_health_checks (fields, request);

  return fields;
}

ReactiveJson *
fields_of_response (const LBResponse *response)
{
  ReactiveJson *fields = reactive_json_new_object ();
  ReactiveJson *reasons = reactive_json_new_object ();
  g_autofree const char **names = lb_response_get_error_fields (response);
  g_autofree char *hash = lb_response_get_hash (response);
  static const char *const errors[] = { NULL, "unsupported", "provider_error" };

  for (const char **name = names; *name != NULL; name++)
    set_text (reasons, *name, lb_response_get_error_field (response, *name));

  set_text (fields, "name", lb_response_get_name (response));
  set_text (fields, "address", lb_response_get_address (response));
  set_text (fields, "error", errors[lb_response_get_error (response)]);
  set_text (fields, "error_message", lb_response_get_error_message (response));
  set_text (fields, "received_hash", lb_response_get_received_hash (response));
  set_text (fields, "hash", hash);
  reactive_json_object_set (fields, "bool", reactive_json_new_boolean (lb_response_is_valid (response)));
  reactive_json_object_set (fields, "error_fields", reasons);

  return fields;
}

/* What a getter can give of a text: up to the first NUL. */
static ReactiveJson *
cut (const ReactiveJson *value)
{
  const char *text = reactive_json_get_string (value, NULL);

  return text != NULL ? reactive_json_new_string (text) : reactive_json_ref (value);
}

char *
fields_compare (const ReactiveJson *expected, const ReactiveJson *got)
{
  for (guint i = 0; i < reactive_json_get_length (expected); i++)
    {
      const char *name = reactive_json_get_member_name (expected, i);
      const ReactiveJson *member = reactive_json_get_member (got, name);
      g_autoptr (ReactiveJson) plain = assign_to_json (reactive_json_get_element (expected, i));
      g_autoptr (ReactiveJson) wanted = cut (plain);
      g_autofree char *wanted_text = reactive_json_to_text (wanted, REACTIVE_JSON_SORT_KEYS);
      g_autofree char *text = member != NULL ? reactive_json_to_text (member, REACTIVE_JSON_SORT_KEYS) : NULL;

      if (member != NULL && !reactive_json_equal (wanted, member))
        return g_strdup_printf ("%s: expected %s, got %s", name, wanted_text, text);
    }

  return NULL;
}
