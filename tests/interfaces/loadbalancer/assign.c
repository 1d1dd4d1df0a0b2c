/* SPDX-License-Identifier: Apache-2.0 */
#include "assign.h"

#include <string.h>

#include "field.h"
#include "health-check-private.h"
#include "request-private.h"
#include "response-private.h"
#include "v1.h"
#include "vector-report.h"

typedef struct
{
  const char *name;
  guint index;
} Attribute;

static const Attribute request_texts[] = {
  { "id", LB_REQUEST_ID },
  { "name", LB_REQUEST_NAME },
  { "tls_cert", LB_REQUEST_TLS_CERT },
  { "tls_key", LB_REQUEST_TLS_KEY },
  { "ingress_address", LB_REQUEST_INGRESS_ADDRESS },
  { "sent_hash", LB_REQUEST_SENT_HASH },
};

static gboolean
is_kind (const ReactiveJson *value, ReactiveJsonType kind)
{
  return reactive_json_get_kind (value) == kind;
}

/* A setter takes a text without NUL, or NULL. */
static gboolean
get_text (const ReactiveJson *value, const char **out_text)
{
  gsize length = 0;

  *out_text = reactive_json_get_string (value, &length);

  return *out_text != NULL ? strlen (*out_text) == length : is_kind (value, REACTIVE_JSON_NULL);
}

/* The member of an enumeration that a tag names, or null. */
static gboolean
get_tagged (const ReactiveJson *value, const char *tag, const char **out_text)
{
  *out_text = vector_get_text (value, tag);

  return *out_text != NULL || is_kind (value, REACTIVE_JSON_NULL);
}

static gboolean
get_texts (const ReactiveJson *value, GPtrArray *texts)
{
  if (!is_kind (value, REACTIVE_JSON_ARRAY))
    return FALSE;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const char *text;

      if (!get_text (reactive_json_get_element (value, i), &text) || text == NULL)
        return FALSE;
      g_ptr_array_add (texts, (gpointer) text);
    }
  g_ptr_array_add (texts, NULL);

  return TRUE;
}

static gboolean
get_port (const ReactiveJson *value, gint64 *out_port)
{
  const char *text = reactive_json_get_string (value, NULL);

  if (text != NULL)
    return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, out_port, NULL);

  return reactive_json_get_integer (value, out_port);
}

static gboolean
assign_port (LBRequest *request, const ReactiveJson *ingress, const ReactiveJson *backend)
{
  gint64 ingress_port, backend_port;

  if (!get_port (ingress, &ingress_port) || !reactive_json_get_integer (backend, &backend_port))
    return FALSE;

  lb_request_map_port (request, ingress_port, backend_port);

  return TRUE;
}

static gboolean
assign_pairs (LBRequest *request, const ReactiveJson *pairs)
{
  for (guint i = 0; i < reactive_json_get_length (pairs); i++)
    {
      const ReactiveJson *pair = reactive_json_get_element (pairs, i);

      if (!assign_port (request, reactive_json_get_element (pair, 0), reactive_json_get_element (pair, 1)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
assign_ports (LBRequest *request, const ReactiveJson *value)
{
  const ReactiveJson *pairs = reactive_json_get_member (value, "$pairs");

  if (is_kind (value, REACTIVE_JSON_NULL))
    return TRUE; /* as it is in a new request */
  if (!is_kind (value, REACTIVE_JSON_OBJECT))
    return FALSE;

  lb_request_clear_ports (request);
  if (pairs != NULL)
    return assign_pairs (request, pairs);

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      g_autoptr (ReactiveJson) ingress = reactive_json_new_string (reactive_json_get_member_name (value, i));

      if (!assign_port (request, ingress, reactive_json_get_element (value, i)))
        return FALSE;
    }

  return TRUE;
}

static LBHealthCheck *
make_health_check (const ReactiveJson *value)
{
  const ReactiveJson *loaded = reactive_json_get_member (value, "$health_check");
  const ReactiveJson *assigned = reactive_json_get_member (value, "$health_check_set");
  g_autoptr (ReactiveJson) json = loaded != NULL ? assign_to_json (loaded) : NULL;
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBHealthCheck) check = NULL;

  if (json != NULL)
    return lb_health_check_new_from_json (json, problems);

  check = lb_health_check_new ();

  return assigned != NULL && assign_health_check (check, assigned) ? g_steal_pointer (&check) : NULL;
}

static gboolean
assign_health_checks (LBRequest *request, const ReactiveJson *value)
{
  if (!is_kind (value, REACTIVE_JSON_ARRAY))
    return FALSE;

  lb_request_clear_health_checks (request);
  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      g_autoptr (LBHealthCheck) check = make_health_check (reactive_json_get_element (value, i));

      if (check == NULL)
        return FALSE;
      lb_request_add_health_check (request, check);
    }

  return TRUE;
}

static gboolean
assign_request_list (LBRequest *request, const char *name, const ReactiveJson *value)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new ();

  if (!get_texts (value, texts))
    return FALSE;

  if (strcmp (name, "backends") == 0)
    lb_request_set_backends (request, (const char *const *) texts->pdata);
  else
    lb_request_set_algorithm (request, (const char *const *) texts->pdata);

  return TRUE;
}

static gboolean
assign_request_boolean (LBRequest *request, const char *name, const ReactiveJson *value)
{
  gboolean boolean = reactive_json_get_boolean (value);

  if (strcmp (name, "sticky") == 0)
    lb_request_set_sticky (request, boolean);
  else if (strcmp (name, "public") == 0)
    lb_request_set_public (request, boolean);
  else
    lb_request_set_tls_termination (request, boolean);

  return is_kind (value, REACTIVE_JSON_BOOLEAN);
}

static gboolean
assign_request_attribute (LBRequest *request, const char *name, const ReactiveJson *value)
{
  static const char *const lists[] = { "backends", "algorithm", NULL };
  static const char *const booleans[] = { "sticky", "public", "tls_termination", NULL };
  const char *text;

  for (guint i = 0; i < G_N_ELEMENTS (request_texts); i++)
    {
      if (strcmp (request_texts[i].name, name) != 0)
        continue;
      if (!get_text (value, &text))
        return FALSE;
      lb_record_set_text (&request->record, request_texts[i].index, text);
    }

  if (g_strv_contains (lists, name))
    return assign_request_list (request, name, value);
  if (g_strv_contains (booleans, name))
    return assign_request_boolean (request, name, value);
  if (strcmp (name, "port_mapping") == 0)
    return assign_ports (request, value);
  if (strcmp (name, "health_checks") == 0)
    return assign_health_checks (request, value);
  if (strcmp (name, "protocol") == 0)
    {
      if (!get_tagged (value, "$protocol", &text))
        return FALSE;
      lb_request_set_protocol (request, lb_protocol_from_text (text));
    }

  return TRUE;
}

gboolean
assign_request (LBRequest *request, const ReactiveJson *attributes)
{
  for (guint i = 0; i < reactive_json_get_length (attributes); i++)
    {
      if (!assign_request_attribute (request, reactive_json_get_member_name (attributes, i),
                                     reactive_json_get_element (attributes, i)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
assign_health_check_integer (LBHealthCheck *check, const char *name, const ReactiveJson *value)
{
  gint64 integer;

  /* Null is what a new one has, but for what has a default. */
  if (is_kind (value, REACTIVE_JSON_NULL))
    return strcmp (name, "port") == 0;
  if (!reactive_json_get_integer (value, &integer))
    return FALSE;

  if (strcmp (name, "port") == 0)
    lb_health_check_set_port (check, integer);
  else if (strcmp (name, "interval") == 0)
    lb_health_check_set_interval (check, integer);
  else
    lb_health_check_set_retries (check, integer);

  return TRUE;
}

static gboolean
assign_health_check_attribute (LBHealthCheck *check, const char *name, const ReactiveJson *value)
{
  static const char *const integers[] = { "port", "interval", "retries", NULL };
  const char *text;

  if (g_strv_contains (integers, name))
    return assign_health_check_integer (check, name, value);
  if (strcmp (name, "path") == 0)
    {
      if (!get_text (value, &text))
        return FALSE;
      lb_health_check_set_path (check, text);
    }
  if (strcmp (name, "protocol") == 0)
    {
      if (!get_tagged (value, "$protocol", &text))
        return FALSE;
      lb_health_check_set_protocol (check, lb_protocol_from_text (text));
    }

  return TRUE;
}

gboolean
assign_health_check (LBHealthCheck *check, const ReactiveJson *attributes)
{
  for (guint i = 0; i < reactive_json_get_length (attributes); i++)
    {
      if (!assign_health_check_attribute (check, reactive_json_get_member_name (attributes, i),
                                          reactive_json_get_element (attributes, i)))
        return FALSE;
    }

  return TRUE;
}

static gboolean
assign_error_fields (LBResponse *response, const ReactiveJson *value)
{
  if (!is_kind (value, REACTIVE_JSON_OBJECT))
    return FALSE;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const char *text;

      if (!get_text (reactive_json_get_element (value, i), &text) || text == NULL)
        return FALSE;
      lb_response_set_error_field (response, reactive_json_get_member_name (value, i), text);
    }

  return TRUE;
}

/* The address comes first: it takes back an error, and Python's attributes have no order. */
gboolean
assign_response (LBResponse *response, const ReactiveJson *attributes)
{
  const ReactiveJson *address = reactive_json_get_member (attributes, "address");
  const ReactiveJson *error = reactive_json_get_member (attributes, "error");
  const ReactiveJson *message = reactive_json_get_member (attributes, "error_message");
  const ReactiveJson *fields = reactive_json_get_member (attributes, "error_fields");
  const ReactiveJson *hash = reactive_json_get_member (attributes, "received_hash");
  const char *text;

  if (address != NULL && !get_text (address, &text))
    return FALSE;
  if (address != NULL)
    lb_response_set_address (response, text);

  if (error != NULL && is_kind (error, REACTIVE_JSON_NULL))
    lb_response_clear_error (response);
  else if (error != NULL && !get_tagged (error, "$error", &text))
    return FALSE;
  else if (error != NULL)
    lb_response_set_error (response, lb_error_type_from_text (text));

  if (message != NULL && !get_text (message, &text))
    return FALSE;
  if (message != NULL)
    lb_response_set_error_message (response, text);

  if (hash != NULL && !get_text (hash, &text))
    return FALSE;
  if (hash != NULL)
    lb_record_set_text (&response->record, LB_RESPONSE_RECEIVED_HASH, text);

  return fields == NULL || assign_error_fields (response, fields);
}

/*
 * Tags
 */

static ReactiveJson *
pairs_to_json (const ReactiveJson *pairs)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (pairs); i++)
    {
      const ReactiveJson *key = reactive_json_get_element (reactive_json_get_element (pairs, i), 0);
      g_autoptr (ReactiveJson) value
          = assign_to_json (reactive_json_get_element (reactive_json_get_element (pairs, i), 1));
      g_autofree char *name = NULL;

      /* A name is text: an integer may be written as one and is read the same, but nothing else is. */
      if (value == NULL || !is_kind (key, REACTIVE_JSON_INTEGER))
        return NULL;
      name = reactive_json_to_text (key, REACTIVE_JSON_INSERTION_ORDER);
      reactive_json_object_set (object, name, g_steal_pointer (&value));
    }

  return g_steal_pointer (&object);
}

static ReactiveJson *
array_to_json (const ReactiveJson *array)
{
  g_autoptr (ReactiveJson) json = reactive_json_new_array ();

  for (guint i = 0; i < reactive_json_get_length (array); i++)
    {
      ReactiveJson *element = assign_to_json (reactive_json_get_element (array, i));

      if (element == NULL)
        return NULL;
      reactive_json_array_add (json, element);
    }

  return g_steal_pointer (&json);
}

static ReactiveJson *
object_to_json (const ReactiveJson *object)
{
  g_autoptr (ReactiveJson) json = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (object); i++)
    {
      ReactiveJson *member = assign_to_json (reactive_json_get_element (object, i));

      if (member == NULL)
        return NULL;
      reactive_json_object_set (json, reactive_json_get_member_name (object, i), member);
    }

  return g_steal_pointer (&json);
}

static gboolean
has_tags (const ReactiveJson *value)
{
  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const char *name = reactive_json_get_member_name (value, i);

      if ((name != NULL && *name == '$') || has_tags (reactive_json_get_element (value, i)))
        return TRUE;
    }

  return FALSE;
}

ReactiveJson *
assign_to_json (const ReactiveJson *value)
{
  const ReactiveJson *protocol = reactive_json_get_member (value, "$protocol");
  const ReactiveJson *pairs = reactive_json_get_member (value, "$pairs");
  const ReactiveJson *check = reactive_json_get_member (value, "$health_check");

  /* As it is: a name may hold NUL, which none that is made here can. */
  if (!has_tags (value))
    return reactive_json_ref (value);
  if (protocol != NULL)
    return reactive_json_ref (protocol);
  if (pairs != NULL)
    return pairs_to_json (pairs);
  if (check != NULL)
    return assign_to_json (check);
  if (reactive_json_get_member (value, "$error") != NULL
      || reactive_json_get_member (value, "$health_check_set") != NULL)
    return NULL;

  return is_kind (value, REACTIVE_JSON_ARRAY) ? array_to_json (value) : object_to_json (value);
}
