/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "reactive/error.h"
#include "request-fixture.h"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_tests_of_fields ();
  add_tests_of_ownership_and_hashes ();

  return g_test_run ();
}
