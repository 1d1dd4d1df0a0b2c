/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "request-fixture.h"

/* A request that says no more than it has to, but for "%s" at its end. */
#define LEAST "{\"id\": \"id0\", \"name\": \"foo\", \"port_mapping\": {}, \"protocol\": \"tcp\"%s}"

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

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

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

  return g_test_run ();
}
