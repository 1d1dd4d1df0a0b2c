/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <string.h>

#include "reactive/error.h"
#include "request-private.h"

/* A request that says no more than it has to, but for "%s" at its end. */
#define LEAST "{\"id\": \"id0\", \"name\": \"foo\", \"port_mapping\": {}, \"protocol\": \"tcp\"%s}"

static LBRequest *
new_request (void)
{
  LBRequest *request = lb_request_new ();

  lb_request_set_name (request, "foo");
  lb_request_set_id (request, "id0");
  lb_request_set_protocol (request, LB_PROTOCOL_TCP);
  lb_request_clear_ports (request);

  return request;
}

static char *
write_request (const LBRequest *request)
{
  g_autoptr (GError) error = NULL;
  char *text = lb_request_to_text (request, &error);

  g_assert_no_error (error);

  return text;
}

static void
assert_has (const LBRequest *request, const char *expected)
{
  g_autofree char *text = write_request (request);

  if (strstr (text, expected) == NULL)
    g_error ("%s is not in %s", expected, text);
}

static void
assert_cannot_be_sent (const LBRequest *request, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = lb_request_to_text (request, &error);
  g_autofree char *hash = lb_request_get_hash (request);

  g_assert_null (text);
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpstr (error->message, ==, expected);
  g_assert_null (hash);
}

static LBRequest *
read_released (const char *text)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBRequest *request = lb_request_new_from_text (text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_cmpstr (reason, ==, "");
  g_assert_nonnull (request);

  return request;
}

static LBRequest *
read_databag (const char *text)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBRequest *request = lb_request_new_from_databag ("foo", text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_cmpstr (reason, ==, "");
  g_assert_nonnull (request);

  return request;
}

static void
assert_refused (const char *text, gsize length, const char *expected)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = lb_request_new_from_databag ("foo", text, length, problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_null (request);
  g_assert_cmpstr (reason, ==, expected);
}

/* Fields ----------------------------------------------------------------------------------------------------------- */

static void
test_defaults (void)
{
  g_autoptr (LBRequest) request = lb_request_new ();
  g_autofree const char **backends = lb_request_get_backends (request);
  g_autofree const char **algorithm = lb_request_get_algorithm (request);
  g_autoptr (GArray) ingress_ports = lb_request_get_ingress_ports (request);

  g_assert_null (lb_request_get_name (request));
  g_assert_null (lb_request_get_id (request));
  g_assert_null (lb_request_get_relation_id (request));
  g_assert_null (lb_request_get_sent_hash (request));
  g_assert_cmpint (lb_request_get_protocol (request), ==, LB_PROTOCOL_NONE);
  g_assert_null (lb_request_get_traffic_type (request));
  g_assert_cmpuint (lb_request_get_n_ports (request), ==, 0);
  g_assert_cmpuint (ingress_ports->len, ==, 0);
  g_assert_null (backends[0]);
  g_assert_null (algorithm[0]);
  g_assert_cmpuint (lb_request_get_n_health_checks (request), ==, 0);
  g_assert_false (lb_request_get_sticky (request));
  g_assert_true (lb_request_get_public (request));
  g_assert_false (lb_request_get_tls_termination (request));
  g_assert_null (lb_request_get_tls_cert (request));
  g_assert_null (lb_request_get_tls_key (request));
  g_assert_null (lb_request_get_ingress_address (request));
}

static void
test_the_least (void)
{
  g_autoptr (LBRequest) request = new_request ();
  g_autofree char *text = write_request (request);

  g_assert_cmpstr (text, ==,
                   "{\"algorithm\": [], \"backends\": [], \"health_checks\": [], \"id\": \"id0\", "
                   "\"ingress_address\": null, \"name\": \"foo\", \"port_mapping\": {}, \"protocol\": \"tcp\", "
                   "\"public\": true, \"sent_hash\": null, \"sticky\": false, \"tls_cert\": null, \"tls_key\": null, "
                   "\"tls_termination\": false}");
}

static void
test_texts (void)
{
  static const struct
  {
    const char *name;
    const char *(*get) (const LBRequest *request);
    void (*set) (LBRequest *request, const char *text);
  } table[] = {
    { "id", lb_request_get_id, lb_request_set_id },
    { "ingress_address", lb_request_get_ingress_address, lb_request_set_ingress_address },
    { "name", lb_request_get_name, lb_request_set_name },
    { "sent_hash", lb_request_get_sent_hash, lb_request_set_sent_hash },
    { "tls_cert", lb_request_get_tls_cert, lb_request_set_tls_cert },
    { "tls_key", lb_request_get_tls_key, lb_request_set_tls_key },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBRequest) request = new_request ();
      g_autofree char *text = g_strdup ("a \"b\"\n\xc3\xa9");
      g_autofree char *written = g_strdup_printf ("\"%s\": \"a \\\"b\\\"\\n\\u00e9\"", table[i].name);

      table[i].set (request, text);
      text[0] = 'X';
      g_assert_cmpstr (table[i].get (request), ==, "a \"b\"\n\xc3\xa9");
      table[i].set (request, table[i].get (request));
      assert_has (request, written);
      table[i].set (request, "");
      g_assert_cmpstr (table[i].get (request), ==, "");
      table[i].set (request, NULL);
      g_assert_null (table[i].get (request));
    }
}

static void
test_booleans (void)
{
  static const struct
  {
    const char *name;
    gboolean (*get) (const LBRequest *request);
    void (*set) (LBRequest *request, gboolean boolean);
  } table[] = {
    { "public", lb_request_get_public, lb_request_set_public },
    { "sticky", lb_request_get_sticky, lb_request_set_sticky },
    { "tls_termination", lb_request_get_tls_termination, lb_request_set_tls_termination },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBRequest) request = new_request ();
      g_autofree char *yes = g_strdup_printf ("\"%s\": true", table[i].name);
      g_autofree char *no = g_strdup_printf ("\"%s\": false", table[i].name);

      table[i].set (request, TRUE);
      g_assert_true (table[i].get (request));
      assert_has (request, yes);
      table[i].set (request, FALSE);
      g_assert_false (table[i].get (request));
      assert_has (request, no);
      table[i].set (request, 2);
      assert_has (request, yes);
    }
}

static void
test_protocols (void)
{
  static const struct
  {
    LBProtocol protocol;
    const char *text;
  } table[] = {
    { LB_PROTOCOL_TCP, "tcp" },
    { LB_PROTOCOL_UDP, "udp" },
    { LB_PROTOCOL_HTTP, "http" },
    { LB_PROTOCOL_HTTPS, "https" },
  };
  g_autoptr (LBRequest) request = new_request ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *written = g_strdup_printf ("\"protocol\": \"%s\"", table[i].text);

      lb_request_set_protocol (request, table[i].protocol);
      g_assert_cmpint (lb_request_get_protocol (request), ==, table[i].protocol);
      g_assert_cmpstr (lb_request_get_traffic_type (request), ==, table[i].text);
      assert_has (request, written);

      lb_request_set_protocol (request, LB_PROTOCOL_NONE);
      g_assert_null (lb_request_get_traffic_type (request));
      g_assert_true (lb_request_set_traffic_type (request, table[i].text));
      g_assert_cmpint (lb_request_get_protocol (request), ==, table[i].protocol);
    }
}

static void
test_an_unknown_traffic_type (void)
{
  static const char *const table[] = { "", "TCP", "sctp", "tcp " };
  g_autoptr (LBRequest) request = new_request ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_assert_false (lb_request_set_traffic_type (request, table[i]));
      g_assert_cmpint (lb_request_get_protocol (request), ==, LB_PROTOCOL_TCP);
    }
}

static void
test_lists (void)
{
  static const struct
  {
    const char *name;
    const char **(*get) (const LBRequest *request);
    void (*set) (LBRequest *request, const char *const *texts);
  } table[] = {
    { "algorithm", lb_request_get_algorithm, lb_request_set_algorithm },
    { "backends", lb_request_get_backends, lb_request_set_backends },
  };
  static const char *const texts[] = { "b", "a", "", "b", NULL };
  static const char *const none[] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBRequest) request = new_request ();
      g_autofree char *full = g_strdup_printf ("\"%s\": [\"b\", \"a\", \"\", \"b\"]", table[i].name);
      g_autofree char *empty = g_strdup_printf ("\"%s\": []", table[i].name);
      g_autofree const char **got = NULL;
      g_autofree const char **left = NULL;

      table[i].set (request, texts);
      got = table[i].get (request);
      g_assert_true (g_strv_equal (got, texts));
      assert_has (request, full);
      table[i].set (request, got);
      assert_has (request, full);

      table[i].set (request, none);
      assert_has (request, empty);
      table[i].set (request, texts);
      table[i].set (request, NULL);
      left = table[i].get (request);
      g_assert_true (g_strv_equal (left, none));
    }
}

/* Ports ------------------------------------------------------------------------------------------------------------ */

static void
test_ports_are_sorted (void)
{
  static const gint64 pairs[][2] = { { 8080, 3 }, { 443, 1 }, { 22, 4 }, { 80, 2 }, { -3, 5 }, { -20, 6 } };
  static const gint64 sorted[][2] = { { -20, 6 }, { -3, 5 }, { 22, 4 }, { 80, 2 }, { 443, 1 }, { 8080, 3 } };
  g_autoptr (LBRequest) request = new_request ();

  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    lb_request_map_port (request, pairs[i][0], pairs[i][1]);

  g_assert_cmpuint (lb_request_get_n_ports (request), ==, G_N_ELEMENTS (sorted));
  for (guint i = 0; i < G_N_ELEMENTS (sorted); i++)
    {
      gint64 ingress = 0, backend = 0;

      g_assert_true (lb_request_get_port (request, i, &ingress, &backend));
      g_assert_cmpint (ingress, ==, sorted[i][0]);
      g_assert_cmpint (backend, ==, sorted[i][1]);
    }
  assert_has (request, "{\"-20\": 6, \"-3\": 5, \"22\": 4, \"80\": 2, \"443\": 1, \"8080\": 3}");
}

static void
test_a_port_that_was_mapped (void)
{
  g_autoptr (LBRequest) request = new_request ();

  lb_request_map_port (request, 443, 1);
  lb_request_map_port (request, 80, 2);
  lb_request_map_port (request, 443, 3);
  assert_has (request, "\"port_mapping\": {\"80\": 2, \"443\": 3}");
  lb_request_clear_ports (request);
  g_assert_cmpuint (lb_request_get_n_ports (request), ==, 0);
  assert_has (request, "\"port_mapping\": {}");
}

static void
test_ports_of_64_bits (void)
{
  g_autoptr (LBRequest) request = new_request ();
  gint64 ingress = 0, backend = 0;

  lb_request_map_port (request, G_MAXINT64, G_MININT64);
  lb_request_map_port (request, G_MININT64, G_MAXINT64);
  g_assert_true (lb_request_get_port (request, 0, &ingress, &backend));
  g_assert_cmpint (ingress, ==, G_MININT64);
  g_assert_cmpint (backend, ==, G_MAXINT64);
  g_assert_true (lb_request_get_port (request, 1, &ingress, NULL));
  g_assert_true (lb_request_get_port (request, 1, NULL, &backend));
  g_assert_cmpint (ingress, ==, G_MAXINT64);
  g_assert_cmpint (backend, ==, G_MININT64);
  assert_has (request, "{\"-9223372036854775808\": 9223372036854775807, "
                       "\"9223372036854775807\": -9223372036854775808}");
}

static void
test_no_such_port (void)
{
  g_autoptr (LBRequest) request = new_request ();
  gint64 ingress = -7, backend = -7;

  g_assert_false (lb_request_get_port (request, 0, &ingress, &backend));
  lb_request_map_port (request, 80, 80);
  g_assert_false (lb_request_get_port (request, 1, &ingress, &backend));
  g_assert_false (lb_request_get_port (request, G_MAXUINT, &ingress, &backend));
  g_assert_cmpint (ingress, ==, -7);
  g_assert_cmpint (backend, ==, -7);
}

static void
test_ports_past_64_bits (void)
{
  static const char *const table[] = {
    "{\"1\": 9223372036854775808}",
    "{\"1\": -12345678901234567890}",
    "{\"9223372036854775808\": 1}",
    "{\"-12345678901234567890\": 1}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{\"id\": \"i\", \"name\": \"n\", \"port_mapping\": %s, \"protocol\": \"tcp\"}", table[i]);
      g_autoptr (LBRequest) request = read_released (text);
      gint64 ingress = -7, backend = -7;

      g_assert_cmpuint (lb_request_get_n_ports (request), ==, 1);
      g_assert_false (lb_request_get_port (request, 0, &ingress, &backend));
      g_assert_cmpint (ingress, ==, -7);
      g_assert_cmpint (backend, ==, -7);
      g_assert_null (lb_request_get_ingress_ports (request));
      g_assert_null (lb_request_get_backend_ports (request));
      assert_has (request, table[i]);

      lb_request_map_port (request, 0, 0);
      g_assert_cmpuint (lb_request_get_n_ports (request), ==, 2);
    }
}

static void
test_ports_as_lists (void)
{
  g_autoptr (LBRequest) request = new_request ();
  g_autoptr (GArray) ingress_ports = NULL;
  g_autoptr (GArray) backend_ports = NULL;

  lb_request_map_port (request, 443, 6443);
  lb_request_map_port (request, 80, 8080);
  ingress_ports = lb_request_get_ingress_ports (request);
  backend_ports = lb_request_get_backend_ports (request);
  lb_request_clear_ports (request);

  g_assert_cmpuint (ingress_ports->len, ==, 2);
  g_assert_cmpint (g_array_index (ingress_ports, gint64, 0), ==, 80);
  g_assert_cmpint (g_array_index (ingress_ports, gint64, 1), ==, 443);
  g_assert_cmpuint (backend_ports->len, ==, 2);
  g_assert_cmpint (g_array_index (backend_ports, gint64, 0), ==, 8080);
  g_assert_cmpint (g_array_index (backend_ports, gint64, 1), ==, 6443);
}

static void
test_setting_backend_ports (void)
{
  static const gint64 ports[] = { 443, 80, 443 };
  g_autoptr (LBRequest) request = new_request ();

  lb_request_map_port (request, 1, 2);
  lb_request_set_backend_ports (request, ports, G_N_ELEMENTS (ports));
  assert_has (request, "\"port_mapping\": {\"80\": 80, \"443\": 443}");
  lb_request_set_backend_ports (request, NULL, 0);
  assert_has (request, "\"port_mapping\": {}");
}

/* Health checks ---------------------------------------------------------------------------------------------------- */

static void
test_health_checks (void)
{
  g_autoptr (LBRequest) request = new_request ();
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();
  g_autoptr (LBHealthCheck) first = NULL;
  g_autoptr (LBHealthCheck) second = NULL;

  lb_health_check_set_protocol (check, LB_PROTOCOL_HTTP);
  lb_health_check_set_port (check, 8080);
  lb_request_add_health_check (request, check);
  lb_health_check_set_path (check, "/livez");
  lb_request_add_health_check (request, check);

  g_assert_cmpuint (lb_request_get_n_health_checks (request), ==, 2);
  first = lb_request_get_health_check (request, 0);
  second = lb_request_get_health_check (request, 1);
  g_assert_null (lb_health_check_get_path (first));
  g_assert_cmpstr (lb_health_check_get_path (second), ==, "/livez");
  g_assert_null (lb_request_get_health_check (request, 2));
  assert_has (request, "\"health_checks\": [{\"interval\": 30, \"path\": null, \"port\": 8080, \"protocol\": \"http\", "
                       "\"retries\": 3}, {\"interval\": 30, \"path\": \"/livez\"");

  lb_health_check_set_path (first, "/else");
  assert_has (request, "[{\"interval\": 30, \"path\": null");
  lb_request_clear_health_checks (request);
  g_assert_cmpuint (lb_request_get_n_health_checks (request), ==, 0);
  g_assert_null (lb_request_get_health_check (request, 0));
  g_assert_cmpstr (lb_health_check_get_path (second), ==, "/livez");
}

/* Ownership -------------------------------------------------------------------------------------------------------- */

static void
test_references (void)
{
  g_autoptr (LBRequest) request = new_request ();
  LBRequest *other = lb_request_ref (request);
  LBRequest *boxed = g_boxed_copy (lb_request_get_type (), request);

  g_assert_true (other == request);
  g_assert_true (boxed == request);
  g_assert_cmpstr (g_type_name (lb_request_get_type ()), ==, "LBRequest");
  lb_request_unref (other);
  g_boxed_free (lb_request_get_type (), boxed);
  lb_request_unref (NULL);
  g_assert_cmpstr (lb_request_get_name (request), ==, "foo");
}

static void
test_response (void)
{
  LBRequest *request = new_request ();
  LBResponse *response = lb_request_get_response (request);
  g_autoptr (LBResponse) kept = lb_response_ref (response);

  g_assert_true (lb_request_get_response (request) == response);
  g_assert_cmpstr (lb_response_get_name (response), ==, "foo");
  g_assert_false (lb_response_is_valid (response));
  lb_response_set_address (response, "10.0.0.1");
  g_assert_cmpstr (lb_response_get_address (lb_request_get_response (request)), ==, "10.0.0.1");
  lb_request_unref (request);
  g_assert_cmpstr (lb_response_get_address (kept), ==, "10.0.0.1");
  g_assert_cmpstr (lb_response_get_name (kept), ==, "foo");
}

static void
test_relation_id (void)
{
  g_autoptr (LBRequest) request = new_request ();

  g_assert_null (lb_request_get_relation_id (request));
  request->relation_id = g_strdup ("lb-consumers:3");
  g_assert_cmpstr (lb_request_get_relation_id (request), ==, "lb-consumers:3");
}

/* Hashes ----------------------------------------------------------------------------------------------------------- */

/* The number is what the Python library makes of the same request. */
static void
test_hash (void)
{
  g_autoptr (LBRequest) request = new_request ();
  g_autofree char *hash = NULL;
  g_autofree char *changed = NULL;

  lb_request_set_protocol (request, LB_PROTOCOL_HTTPS);
  lb_request_map_port (request, 443, 443);
  hash = lb_request_get_hash (request);
  g_assert_cmpstr (hash, ==, "099e9bf00513703efce5b3ad7c39a581");
  lb_request_set_sticky (request, TRUE);
  changed = lb_request_get_hash (request);
  g_assert_cmpstr (changed, !=, hash);
}

static void
test_signing (void)
{
  g_autoptr (LBRequest) request = new_request ();
  g_autofree char *hash = NULL;
  g_autofree char *hash_with_itself = NULL;

  lb_request_set_protocol (request, LB_PROTOCOL_HTTPS);
  lb_request_map_port (request, 443, 443);
  lb_request_sign (request);
  g_assert_cmpstr (lb_request_get_sent_hash (request), ==, "099e9bf00513703efce5b3ad7c39a581");
  hash_with_itself = lb_request_get_hash (request);
  g_assert_cmpstr (hash_with_itself, !=, lb_request_get_sent_hash (request));
  lb_request_sign (request);
  g_assert_cmpstr (lb_request_get_sent_hash (request), ==, "099e9bf00513703efce5b3ad7c39a581");

  lb_request_set_id (request, NULL);
  lb_request_sign (request);
  g_assert_null (lb_request_get_sent_hash (request));
}

static void
test_all_that_is_missing (void)
{
  g_autoptr (LBRequest) request = lb_request_new ();

  assert_cannot_be_sent (request, "id: null; name: null; port_mapping: null; protocol: null");
  lb_request_set_name (request, "foo");
  lb_request_set_protocol (request, LB_PROTOCOL_UDP);
  assert_cannot_be_sent (request, "id: null; port_mapping: null");
  lb_request_set_protocol (request, LB_PROTOCOL_NONE);
  lb_request_set_backend_ports (request, NULL, 0);
  assert_cannot_be_sent (request, "id: null; protocol: null");
}

static void
test_a_health_check_that_is_not_right (void)
{
  g_autoptr (LBRequest) request = new_request ();
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();
  g_autoptr (LBHealthCheck) kept = NULL;

  lb_health_check_set_path (check, "/livez");
  lb_request_add_health_check (request, check);
  assert_cannot_be_sent (request, "health_checks[0].port: null; health_checks[0].protocol: null");
  kept = lb_request_get_health_check (request, 0);
  g_assert_cmpstr (lb_health_check_get_path (kept), ==, "/livez");
  g_assert_false (lb_health_check_get_port (kept, NULL));

  lb_request_clear_health_checks (request);
  lb_health_check_set_port (check, 1);
  lb_health_check_set_protocol (check, LB_PROTOCOL_TCP);
  lb_request_add_health_check (request, check);
  assert_has (request, "\"port\": 1");
}

/* Reading ---------------------------------------------------------------------------------------------------------- */

static void
test_empty_text (void)
{
  g_autoptr (LBRequest) request = read_released ("");

  g_assert_null (lb_request_get_name (request));
  assert_refused ("", 0, "not JSON: 1:1: expected a value, found the end of the text");
}

static void
test_the_name_of_the_key (void)
{
  g_autofree char *text = g_strdup_printf (LEAST, ", \"sent_hash\": \"abc\"");
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = lb_request_new_from_databag ("bar", text, strlen (text), problems);
  g_autoptr (LBRequest) released = read_released (text);

  g_assert_cmpstr (lb_request_get_name (request), ==, "bar");
  g_assert_cmpstr (lb_request_get_id (request), ==, "id0");
  g_assert_cmpstr (lb_request_get_sent_hash (request), ==, "abc");
  g_assert_cmpstr (lb_response_get_name (lb_request_get_response (request)), ==, "bar");
  g_assert_cmpstr (lb_request_get_name (released), ==, "foo");
}

static void
test_what_is_read (void)
{
  static const struct
  {
    const char *said;
    const char *expected;
  } table[] = {
    { ", \"sticky\": \"Yes\", \"public\": \"off\", \"tls_termination\": 1.0", "\"public\": false, " },
    { ", \"sticky\": \"Yes\", \"public\": \"off\", \"tls_termination\": 1.0", "\"sticky\": true, " },
    { ", \"sticky\": \"Yes\", \"public\": \"off\", \"tls_termination\": 1.0", "\"tls_termination\": true}" },
    { ", \"port_mapping\": {\"80\": 80.9, \" 81\": \"+082\"}", "\"port_mapping\": {\"80\": 80, \"81\": 82}" },
    { ", \"port_mapping\": {\"080\": 1, \"8_0\": 2}", "\"port_mapping\": {\"80\": 2}" },
    { ", \"port_mapping\": {\"\xc2\xa0\xd9\xa8\xd9\xa0\": \"\\u2003-\\u0664\"}", "\"port_mapping\": {\"80\": -4}" },
    { ", \"port_mapping\": {\"-0\": -0, \"10\": 1e3, \"9\": -0.5}",
      "\"port_mapping\": {\"0\": 0, \"9\": 0, \"10\": 1000}" },
    { ", \"protocol\": 5, \"protocol\": \"http\"", "\"protocol\": \"http\"" },
    { ", \"tls_cert\": \"\\ud800\\u0000\\ud83d\\ude00/\"", "\"tls_cert\": \"\\ud800\\u0000\\ud83d\\ude00/\"" },
    { ", \"tls_key\": \"\xf0\x9f\x98\x80\x7f\"", "\"tls_key\": \"\\ud83d\\ude00\\u007f\"" },
    { ", \"tls_key\": null, \"ingress_address\": null, \"sent_hash\": null", "\"tls_key\": null" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf (LEAST, table[i].said);
      g_autoptr (LBRequest) request = read_databag (text);

      assert_has (request, table[i].expected);
    }
}

static void
test_a_text_with_nul (void)
{
  g_autofree char *text = g_strdup_printf (LEAST, ", \"tls_cert\": \"a\\u0000b\", \"backends\": [\"c\\u0000d\"]");
  g_autoptr (LBRequest) request = read_released (text);
  g_autofree const char **backends = lb_request_get_backends (request);

  g_assert_cmpstr (lb_request_get_tls_cert (request), ==, "a");
  g_assert_cmpstr (backends[0], ==, "c");
  g_assert_null (backends[1]);
  assert_has (request, "\"backends\": [\"c\\u0000d\"]");
  assert_has (request, "\"tls_cert\": \"a\\u0000b\"");
}

static void
test_what_is_no_request (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "null", "not an object" },
    { "[]", "not an object" },
    { "\"x\"", "not an object" },
    { "true", "not an object" },
    { "1", "not an object" },
    { "nope", NULL },
    { "{} x", NULL },
    { "{\"id\": 1,}", NULL },
    { "{\"id\": \"a\nb\"}", NULL },
    { "{\"id\": \"\xff\"}", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBProblems) problems = lb_problems_new ();
      g_autoptr (LBRequest) request
          = lb_request_new_from_databag ("foo", table[i].text, strlen (table[i].text), problems);
      g_autofree char *reason = lb_problems_to_text (problems);

      g_assert_null (request);
      if (table[i].reason != NULL)
        g_assert_cmpstr (reason, ==, table[i].reason);
      else
        g_assert_true (g_str_has_prefix (reason, "not JSON: 1:"));
    }
}

static void
test_what_is_not_right (void)
{
  static const struct
  {
    const char *said;
    const char *reason;
  } table[] = {
    { ", \"protocol\": \"TCP\"", "protocol: not one of tcp, udp, http, https" },
    { ", \"protocol\": \"tcp\\u0000\"", "protocol: not one of tcp, udp, http, https" },
    { ", \"port_mapping\": []", "port_mapping: not a mapping" },
    { ", \"port_mapping\": {\"80.0\": true, \"x\": 1}", "port_mapping[\"80.0\"]: the backends' port is not an integer; "
                                                        "port_mapping[\"80.0\"]: the port is not an integer; "
                                                        "port_mapping[\"x\"]: the port is not an integer" },
    { ", \"port_mapping\": {\"80\\u0000\": 1}", "port_mapping[\"80\"]: the port is not an integer" },
    { ", \"port_mapping\": {\"80\": NaN}", "port_mapping[\"80\"]: the backends' port is not an integer" },
    { ", \"backends\": \"abc\"", "backends: not a list" },
    { ", \"backends\": [null, 1, \"x\"]", "backends[0]: null; backends[1]: not a string" },
    { ", \"algorithm\": null", "algorithm: null" },
    { ", \"health_checks\": [null, 5, {\"port\": 1}]",
      "health_checks[0]: null; health_checks[1]: not an object; health_checks[2].protocol: missing" },
    { ", \"health_checks\": [{\"port\": \"x\", \"protocol\": \"tcp\"}]", "health_checks[0].port: not an integer" },
    { ", \"sticky\": \"maybe\"", "sticky: not a boolean" },
    { ", \"sticky\": 2, \"public\": NaN", "public: not a boolean; sticky: not a boolean" },
    { ", \"tls_key\": 5, \"name\": null, \"id\": []", "id: not a string; name: null; tls_key: not a string" },
    { ", \"zeta\": 1, \"Alpha\": 2, \"tls\": 3", "Alpha: unknown; tls: unknown; zeta: unknown" },
    { ", \"a b\\n\": 1", "\"a b\\n\": unknown" },
    { ", \"traffic_type\": \"tcp\"", "traffic_type: unknown" },
    { ", \"name\\u0000\": 1", "name: unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf (LEAST, table[i].said);

      assert_refused (text, strlen (text), table[i].reason);
    }
}

static void
test_many_problems (void)
{
  static const char text[] = "{\"b0\": 1, \"b1\": 1, \"b2\": 1, \"b3\": 1, \"b4\": 1, \"b5\": 1, \"b6\": 1}";
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = lb_request_new_from_text (text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_null (request);
  g_assert_cmpstr (reason, ==,
                   "b0: unknown; b1: unknown; b2: unknown; b3: unknown; b4: unknown; b5: unknown; b6: unknown; "
                   "id: missing; and 3 more");
  g_assert_cmpuint (lb_problems_get_length (problems), ==, 11);
  g_assert_cmpstr (lb_problems_get_path (problems, 10), ==, "protocol");
}

/* As many digits as CPython's int() takes, and one more. */
static void
test_many_digits (void)
{
  for (guint n_digits = 4300; n_digits <= 4301; n_digits++)
    {
      g_autofree char *digits = g_strnfill (n_digits, '1');
      g_autofree char *said = g_strdup_printf (", \"port_mapping\": {\"%s\": \"%s\"}", digits, digits);
      g_autofree char *text = g_strdup_printf (LEAST, said);
      g_autoptr (LBProblems) problems = lb_problems_new ();
      g_autoptr (LBRequest) request = lb_request_new_from_text (text, strlen (text), problems);

      g_assert_cmpint (request != NULL, ==, n_digits == 4300);
      g_assert_cmpuint (lb_problems_get_length (problems), ==, n_digits == 4300 ? 0 : 2);
    }
}

static void
test_more_problems_than_are_kept (void)
{
  g_autoptr (GString) text = g_string_new ("{");
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = NULL;
  g_autofree char *reason = NULL;

  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "%s\"x%u\": 1", i > 0 ? ", " : "", i);
  g_string_append_c (text, '}');
  request = lb_request_new_from_text (text->str, text->len, problems);
  reason = lb_problems_to_text (problems);

  g_assert_null (request);
  g_assert_cmpuint (lb_problems_get_length (problems), <, 1000);
  g_assert_true (g_str_has_prefix (reason, "id: missing; name: missing; "));
  g_assert_true (g_str_has_suffix (reason, "; and 996 more"));
}

static void
test_the_limit (void)
{
  g_autofree char *frame = g_strdup_printf (LEAST, ", \"tls_cert\": \"\"");
  gsize room = LB_RECORD_MAX_BYTES - strlen (frame);
  g_autofree char *fill = g_strnfill (room, 'x');
  g_autofree char *said = g_strconcat (", \"tls_cert\": \"", fill, "\"", NULL);
  g_autofree char *text = g_strdup_printf (LEAST, said);
  g_autofree char *longer = NULL;
  g_autoptr (LBRequest) request = NULL;

  g_assert_cmpuint (strlen (text), ==, LB_RECORD_MAX_BYTES);
  request = read_databag (text);
  g_assert_cmpuint (strlen (lb_request_get_tls_cert (request)), ==, room);

  longer = g_strconcat (text, " ", NULL);
  assert_refused (longer, strlen (longer), "text of more than 1048576 bytes");
}

static void
test_deep_text (void)
{
  g_autofree char *opening = g_strnfill (100000, '[');
  g_autofree char *text = g_strconcat ("{\"id\": ", opening, NULL);
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = lb_request_new_from_text (text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_null (request);
  g_assert_true (g_str_has_prefix (reason, "not JSON: 1:") && strstr (reason, "levels deep") != NULL);
}

/* The older dialect ------------------------------------------------------------------------------------------------ */

static void
test_an_older_request (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } table[] = {
    { "{\"backend_ports\": [443], \"traffic_type\": \"https\"}", "\"port_mapping\": {\"443\": 443}" },
    { "{\"backend_ports\": [443], \"traffic_type\": \"https\"}", "\"protocol\": \"https\"" },
    { "{\"backend_ports\": [443], \"traffic_type\": \"https\"}", "\"id\": \"\"" },
    { "{\"backend_ports\": [443], \"traffic_type\": \"https\"}", "\"public\": true" },
    { "{\"backend_ports\": [1, \"2\", 3.9], \"ingress_ports\": [30, 20], \"traffic_type\": \"udp\"}",
      "\"port_mapping\": {\"20\": 2, \"30\": 1}" },
    { "{\"backend_ports\": [1], \"ingress_ports\": [], \"traffic_type\": \"udp\"}", "\"port_mapping\": {\"1\": 1}" },
    { "{\"backend_ports\": [1, 2], \"ingress_ports\": [80, 80, 81], \"traffic_type\": \"udp\"}",
      "\"port_mapping\": {\"80\": 2}" },
    { "{\"backend_ports\": [12345678901234567890], \"traffic_type\": \"tcp\"}",
      "\"port_mapping\": {\"12345678901234567890\": 12345678901234567890}" },
    { "{\"backend_ports\": [], \"traffic_type\": \"tcp\", \"health_checks\": [{\"port\": 1, \"traffic_type\": "
      "\"http\", "
      "\"path\": \"/\"}]}",
      "\"health_checks\": [{\"interval\": 30, \"path\": \"/\", \"port\": 1, \"protocol\": \"http\", \"retries\": 3}]" },
    { "{\"backend_ports\": [], \"traffic_type\": \"tcp\", \"public\": false, \"sticky\": true, \"tls_cert\": \"c\", "
      "\"tls_key\": \"k\", \"tls_termination\": true}",
      "\"public\": false, \"sent_hash\": \"" },
    { "{\"backend_ports\": [], \"traffic_type\": \"tcp\", \"public\": false, \"sticky\": true, \"tls_cert\": \"c\", "
      "\"tls_key\": \"k\", \"tls_termination\": true}",
      "\"sticky\": true, \"tls_cert\": \"c\", \"tls_key\": \"k\", \"tls_termination\": true}" },
    { "{\"backend_ports\": [], \"traffic_type\": \"tcp\", \"ingress_address\": \"lb\", \"algorithm\": [\"rr\"], "
      "\"backends\": [\"10.0.0.1\"]}",
      "{\"algorithm\": [\"rr\"], \"backends\": [\"10.0.0.1\"], \"health_checks\": [], \"id\": \"\", "
      "\"ingress_address\": \"lb\", \"name\": \"foo\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBRequest) request = read_databag (table[i].text);

      g_assert_true (request->is_older);
      assert_has (request, table[i].expected);
    }
}

static void
test_the_accessors_of_an_older_request (void)
{
  g_autoptr (LBRequest) request
      = read_databag ("{\"backend_ports\": [6443, 8080], \"ingress_ports\": [443, 80], \"traffic_type\": \"tcp\"}");
  g_autoptr (GArray) ingress_ports = lb_request_get_ingress_ports (request);
  g_autoptr (GArray) backend_ports = lb_request_get_backend_ports (request);

  g_assert_cmpstr (lb_request_get_traffic_type (request), ==, "tcp");
  g_assert_cmpint (lb_request_get_protocol (request), ==, LB_PROTOCOL_TCP);
  g_assert_cmpint (g_array_index (ingress_ports, gint64, 0), ==, 80);
  g_assert_cmpint (g_array_index (backend_ports, gint64, 0), ==, 8080);
  g_assert_cmpint (g_array_index (ingress_ports, gint64, 1), ==, 443);
  g_assert_cmpint (g_array_index (backend_ports, gint64, 1), ==, 6443);
}

static void
test_the_hash_of_an_older_request (void)
{
  static const char text[] = "{\"backend_ports\": [443], \"traffic_type\": \"https\"}";
  g_autoptr (LBRequest) request = read_databag (text);
  g_autoptr (LBRequest) same = read_databag (text);
  g_autoptr (LBRequest) other = read_databag ("{\"backend_ports\": [444], \"traffic_type\": \"https\"}");

  g_assert_cmpuint (strlen (lb_request_get_sent_hash (request)), ==, 32);
  g_assert_cmpstr (lb_request_get_sent_hash (request), ==, lb_request_get_sent_hash (same));
  g_assert_cmpstr (lb_request_get_sent_hash (request), !=, lb_request_get_sent_hash (other));
}

static void
test_what_is_no_older_request (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "{\"traffic_type\": \"tcp\"}", "backend_ports: missing" },
    { "{\"backend_ports\": [1]}", "traffic_type: missing" },
    { "{\"backend_ports\": [null, {}], \"traffic_type\": \"sctp\"}",
      "backend_ports[0]: null; backend_ports[1]: not an integer; traffic_type: not one of tcp, udp, http, https" },
    { "{\"backend_ports\": 1, \"traffic_type\": null}", "backend_ports: not a list; traffic_type: null" },
    { "{\"backend_ports\": [], \"traffic_type\": \"tcp\", \"health_checks\": [{\"port\": 1, \"protocol\": \"tcp\"}]}",
      "health_checks[0].protocol: unknown; health_checks[0].traffic_type: missing" },
    { "{\"backend_ports\": [], \"traffic_type\": \"tcp\", \"sent_hash\": \"x\"}", "sent_hash: unknown" },
    { "{\"backend_ports\": [1], \"traffic_type\": \"tcp\", \"id\": \"i\"}",
      "backend_ports: unknown; name: missing; port_mapping: missing; protocol: missing; traffic_type: unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].text, strlen (table[i].text), table[i].reason);
}

static void
test_the_released_reader (void)
{
  static const char text[] = "{\"backend_ports\": [443], \"traffic_type\": \"https\"}";
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = lb_request_new_from_text (text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_null (request);
  g_assert_cmpstr (reason, ==,
                   "backend_ports: unknown; id: missing; name: missing; port_mapping: missing; protocol: missing; "
                   "traffic_type: unknown");
}

#define ADD_TEST(path, function) g_test_add_func ("/loadbalancer/request/" path, function)

static void
add_tests_of_fields (void)
{
  ADD_TEST ("a-new-one-says-the-defaults", test_defaults);
  ADD_TEST ("the-least-is-written-with-all-fields", test_the_least);
  ADD_TEST ("a-text-is-copied-and-may-be-taken-back", test_texts);
  ADD_TEST ("each-boolean-is-its-own", test_booleans);
  ADD_TEST ("each-protocol-has-its-text", test_protocols);
  ADD_TEST ("an-unknown-traffic-type-changes-nothing", test_an_unknown_traffic_type);
  ADD_TEST ("a-list-keeps-its-order-and-NULL-empties-it", test_lists);
  ADD_TEST ("port-mapping-is-sorted-by-number", test_ports_are_sorted);
  ADD_TEST ("a-port-that-was-mapped-is-mapped-to-the-last", test_a_port_that_was_mapped);
  ADD_TEST ("ports-have-no-range", test_ports_of_64_bits);
  ADD_TEST ("no-port-beyond-the-last", test_no_such_port);
  ADD_TEST ("ports-that-64-bits-do-not-hold-are-kept-and-not-given", test_ports_past_64_bits);
  ADD_TEST ("ports-as-two-lists-are-the-callers", test_ports_as_lists);
  ADD_TEST ("backend-ports-are-mapped-to-themselves", test_setting_backend_ports);
  ADD_TEST ("health-checks-are-copied-in-and-out", test_health_checks);
}

static void
add_tests_of_ownership_and_hashes (void)
{
  ADD_TEST ("a-reference-keeps-it", test_references);
  ADD_TEST ("the-response-is-its-own", test_response);
  ADD_TEST ("one-of-this-side-has-no-relation", test_relation_id);
  ADD_TEST ("the-hash-is-that-of-the-python-library", test_hash);
  ADD_TEST ("the-sent-hash-is-made-without-itself", test_signing);
  ADD_TEST ("L33-writing-names-all-that-is-missing", test_all_that_is_missing);
  ADD_TEST ("L32-a-health-check-that-is-not-right-is-named", test_a_health_check_that_is_not_right);
}

static void
add_tests_of_reading (void)
{
  ADD_TEST ("empty-text-is-an-empty-one-but-not-in-a-databag", test_empty_text);
  ADD_TEST ("in-a-databag-it-has-the-name-of-its-key", test_the_name_of_the_key);
  ADD_TEST ("what-is-read-is-written-in-the-one-form", test_what_is_read);
  ADD_TEST ("a-text-with-NUL-is-kept-and-given-up-to-it", test_a_text_with_nul);
  ADD_TEST ("L8-what-is-no-request-is-refused", test_what_is_no_request);
  ADD_TEST ("L33-L34-what-is-not-right-is-named-and-sorted", test_what_is_not_right);
  ADD_TEST ("L33-many-problems-are-counted", test_many_problems);
  ADD_TEST ("L33-more-problems-than-are-kept-are-counted", test_more_problems_than_are_kept);
  ADD_TEST ("integers-have-at-most-4300-digits-in-a-text", test_many_digits);
  ADD_TEST ("more-than-a-mebibyte-is-not-read", test_the_limit);
  ADD_TEST ("deep-text-is-refused", test_deep_text);
  ADD_TEST ("the-older-dialect-is-understood", test_an_older_request);
  ADD_TEST ("the-older-names-are-there-for-an-older-request", test_the_accessors_of_an_older_request);
  ADD_TEST ("an-older-request-has-a-hash-of-what-it-says", test_the_hash_of_an_older_request);
  ADD_TEST ("what-is-wrong-with-an-older-request-is-named", test_what_is_no_older_request);
  ADD_TEST ("the-released-reader-refuses-the-older-dialect", test_the_released_reader);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_tests_of_fields ();
  add_tests_of_ownership_and_hashes ();
  add_tests_of_reading ();

  return g_test_run ();
}
