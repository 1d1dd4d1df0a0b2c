/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <string.h>

#include "health-check-private.h"

static LBHealthCheck *
read_check (const char *text, char **out_reason)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) value = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, &error);
  LBHealthCheck *check;

  g_assert_no_error (error);
  check = lb_health_check_new_from_json (value, problems);
  g_assert_true ((check == NULL) == !lb_problems_is_empty (problems));
  *out_reason = lb_problems_to_text (problems);

  return check;
}

static void
assert_reads_as (const char *text, const char *expected)
{
  g_autofree char *reason = NULL;
  g_autoptr (LBHealthCheck) check = read_check (text, &reason);
  g_autofree char *written = NULL;

  g_assert_cmpstr (reason, ==, "");
  written = lb_record_to_text (&check->record);
  g_assert_cmpstr (written, ==, expected);
}

static void
assert_refused (const char *text, const char *expected)
{
  g_autofree char *reason = NULL;
  g_autoptr (LBHealthCheck) check = read_check (text, &reason);

  g_assert_null (check);
  g_assert_cmpstr (reason, ==, expected);
}

/* Getters and setters ---------------------------------------------------------------------------------------------- */

static void
test_defaults (void)
{
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();
  gint64 number = -7;

  g_assert_cmpint (lb_health_check_get_protocol (check), ==, LB_PROTOCOL_NONE);
  g_assert_null (lb_health_check_get_traffic_type (check));
  g_assert_null (lb_health_check_get_path (check));
  g_assert_false (lb_health_check_get_port (check, &number));
  g_assert_cmpint (number, ==, -7);
  g_assert_true (lb_health_check_get_interval (check, &number));
  g_assert_cmpint (number, ==, 30);
  g_assert_true (lb_health_check_get_retries (check, &number));
  g_assert_cmpint (number, ==, 3);
}

static void
test_protocols (void)
{
  static const struct
  {
    LBProtocol protocol;
    const char *text;
  } table[] = {
    { LB_PROTOCOL_TCP, "tcp" },     { LB_PROTOCOL_UDP, "udp" }, { LB_PROTOCOL_HTTP, "http" },
    { LB_PROTOCOL_HTTPS, "https" }, { LB_PROTOCOL_NONE, NULL },
  };
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      lb_health_check_set_protocol (check, table[i].protocol);
      g_assert_cmpint (lb_health_check_get_protocol (check), ==, table[i].protocol);
      g_assert_cmpstr (lb_health_check_get_traffic_type (check), ==, table[i].text);
    }
}

static void
test_path (void)
{
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();
  g_autofree char *path = g_strdup ("/livez");

  lb_health_check_set_path (check, path);
  path[1] = 'X';
  g_assert_cmpstr (lb_health_check_get_path (check), ==, "/livez");
  lb_health_check_set_path (check, lb_health_check_get_path (check));
  g_assert_cmpstr (lb_health_check_get_path (check), ==, "/livez");
  lb_health_check_set_path (check, "");
  g_assert_cmpstr (lb_health_check_get_path (check), ==, "");
  lb_health_check_set_path (check, NULL);
  g_assert_null (lb_health_check_get_path (check));
}

static void
test_numbers (void)
{
  static const gint64 table[] = { 443, 0, -1, 70000, G_MAXINT64, G_MININT64 };
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      gint64 port = 1, seconds = 1, retries = 1;

      lb_health_check_set_port (check, table[i]);
      lb_health_check_set_interval (check, table[i]);
      lb_health_check_set_retries (check, table[i]);
      g_assert_true (lb_health_check_get_port (check, &port));
      g_assert_true (lb_health_check_get_interval (check, &seconds));
      g_assert_true (lb_health_check_get_retries (check, &retries));
      g_assert_cmpint (port, ==, table[i]);
      g_assert_cmpint (seconds, ==, table[i]);
      g_assert_cmpint (retries, ==, table[i]);
    }
}

static void
test_each_field_is_its_own (void)
{
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();
  g_autofree char *text = NULL;

  lb_health_check_set_protocol (check, LB_PROTOCOL_HTTP);
  lb_health_check_set_port (check, 1);
  lb_health_check_set_interval (check, 2);
  lb_health_check_set_retries (check, 3);
  lb_health_check_set_path (check, "/");
  text = lb_record_to_text (&check->record);
  g_assert_cmpstr (text, ==, "{\"interval\": 2, \"path\": \"/\", \"port\": 1, \"protocol\": \"http\", \"retries\": 3}");
}

static void
test_numbers_past_64_bits (void)
{
  static const char *const table[] = { "9223372036854775808", "-9223372036854775809", "12345678901234567890" };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("{\"interval\": %s, \"path\": null, \"port\": %s, \"protocol\": \"tcp\", \"retries\": %s}",
                             table[i], table[i], table[i]);
      g_autofree char *reason = NULL;
      g_autoptr (LBHealthCheck) check = read_check (text, &reason);
      gint64 number = -7;

      g_assert_nonnull (check);
      g_assert_false (lb_health_check_get_port (check, &number));
      g_assert_false (lb_health_check_get_interval (check, &number));
      g_assert_false (lb_health_check_get_retries (check, &number));
      g_assert_cmpint (number, ==, -7);
      assert_reads_as (text, text);
    }
}

static void
test_values_need_not_be_asked_for (void)
{
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();

  g_assert_false (lb_health_check_get_port (check, /* out_port= */ NULL));
  lb_health_check_set_port (check, 80);
  g_assert_true (lb_health_check_get_port (check, /* out_port= */ NULL));
  g_assert_true (lb_health_check_get_interval (check, /* out_seconds= */ NULL));
  g_assert_true (lb_health_check_get_retries (check, /* out_retries= */ NULL));
}

/* Ownership -------------------------------------------------------------------------------------------------------- */

static void
assert_is_another (LBHealthCheck *check, LBHealthCheck *copy)
{
  gint64 port = 0;

  g_assert_true (copy != check);
  lb_health_check_set_port (check, 81);
  lb_health_check_set_path (check, "/other");
  lb_health_check_set_protocol (check, LB_PROTOCOL_UDP);

  g_assert_true (lb_health_check_get_port (copy, &port));
  g_assert_cmpint (port, ==, 80);
  g_assert_cmpstr (lb_health_check_get_path (copy), ==, "/livez");
  g_assert_cmpint (lb_health_check_get_protocol (copy), ==, LB_PROTOCOL_HTTPS);
}

static LBHealthCheck *
new_check (void)
{
  LBHealthCheck *check = lb_health_check_new ();

  lb_health_check_set_protocol (check, LB_PROTOCOL_HTTPS);
  lb_health_check_set_port (check, 80);
  lb_health_check_set_path (check, "/livez");

  return check;
}

static void
test_a_copy_is_another_one (void)
{
  g_autoptr (LBHealthCheck) check = new_check ();
  g_autoptr (LBHealthCheck) copy = lb_health_check_copy (check);

  assert_is_another (check, copy);
}

static void
test_a_copy_outlives_what_it_is_of (void)
{
  LBHealthCheck *check = new_check ();
  g_autoptr (LBHealthCheck) copy = lb_health_check_copy (check);

  lb_health_check_free (check);
  g_assert_cmpstr (lb_health_check_get_path (copy), ==, "/livez");
}

static void
test_boxed (void)
{
  g_autoptr (LBHealthCheck) check = new_check ();
  LBHealthCheck *copy = g_boxed_copy (lb_health_check_get_type (), check);

  g_assert_cmpstr (g_type_name (lb_health_check_get_type ()), ==, "LBHealthCheck");
  assert_is_another (check, copy);
  g_boxed_free (lb_health_check_get_type (), copy);
}

static void
test_freeing_nothing (void)
{
  g_autoptr (LBHealthCheck) check = lb_health_check_new ();

  lb_health_check_free (NULL);
  g_assert_null (lb_health_check_get_path (check));
}

/* Reading ---------------------------------------------------------------------------------------------------------- */

static void
test_what_is_read (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } table[] = {
    { "{\"port\": 80, \"protocol\": \"tcp\"}",
      "{\"interval\": 30, \"path\": null, \"port\": 80, \"protocol\": \"tcp\", \"retries\": 3}" },
    { "{\"protocol\": \"http\", \"port\": \" 0_080 \", \"retries\": 2.9, \"interval\": -0.5, \"path\": \"\"}",
      "{\"interval\": 0, \"path\": \"\", \"port\": 80, \"protocol\": \"http\", \"retries\": 2}" },
    { "{\"port\": 1, \"port\": 2, \"protocol\": \"nope\", \"protocol\": \"udp\", \"path\": null}",
      "{\"interval\": 30, \"path\": null, \"port\": 2, \"protocol\": \"udp\", \"retries\": 3}" },
    { "{\"port\": \"+7\", \"protocol\": \"https\", \"path\": \"\\ud800\\u0000\\u00e9\"}",
      "{\"interval\": 30, \"path\": \"\\ud800\\u0000\\u00e9\", \"port\": 7, \"protocol\": \"https\", \"retries\": 3}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      assert_reads_as (table[i].text, table[i].expected);
      assert_reads_as (table[i].expected, table[i].expected);
    }
}

static void
test_what_is_refused (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "null", "not an object" },
    { "[]", "not an object" },
    { "{}", "port: missing; protocol: missing" },
    { "{\"port\": null, \"protocol\": null}", "port: null; protocol: null" },
    { "{\"port\": 1, \"protocol\": \"tcp\", \"interval\": null, \"retries\": null}", "interval: null; retries: null" },
    { "{\"port\": true, \"protocol\": \"TCP\"}", "port: not an integer; protocol: not one of tcp, udp, http, https" },
    { "{\"port\": \"0x50\", \"protocol\": 1}", "port: not an integer; protocol: not one of tcp, udp, http, https" },
    { "{\"port\": NaN, \"protocol\": \"tcp\\u0000\"}",
      "port: not an integer; protocol: not one of tcp, udp, http, https" },
    { "{\"port\": 1, \"protocol\": \"tcp\", \"path\": 5}", "path: not a string" },
    { "{\"port\": 1, \"protocol\": \"tcp\", \"traffic_type\": \"tcp\"}", "traffic_type: unknown" },
    { "{\"port\": 1, \"protocol\": \"tcp\", \"path\\u0000\": \"/\"}", "path: unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].text, table[i].reason);
}

/* As a request keeps one that is not right yet. */
static void
test_what_a_record_holds_is_taken_as_it_is (void)
{
  g_autoptr (LBHealthCheck) half = lb_health_check_new ();
  g_autoptr (ReactiveJson) object = NULL;
  g_autoptr (LBHealthCheck) check = NULL;

  lb_health_check_set_path (half, "/livez");
  object = lb_record_to_json (&half->record);
  check = lb_health_check_new_from_record (object);

  g_assert_cmpstr (lb_health_check_get_path (check), ==, "/livez");
  g_assert_cmpint (lb_health_check_get_protocol (check), ==, LB_PROTOCOL_NONE);
  g_assert_false (lb_health_check_get_port (check, NULL));
  g_assert_true (lb_health_check_get_interval (check, NULL));
}

#define ADD_TEST(path, function) g_test_add_func ("/loadbalancer/health-check/" path, function)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("a-new-one-has-an-interval-and-retries-and-no-more", test_defaults);
  ADD_TEST ("each-protocol-has-its-text", test_protocols);
  ADD_TEST ("a-path-is-copied-and-may-be-taken-back", test_path);
  ADD_TEST ("numbers-have-no-range", test_numbers);
  ADD_TEST ("each-setter-sets-its-own-field", test_each_field_is_its_own);
  ADD_TEST ("numbers-that-64-bits-do-not-hold-are-kept-and-not-given", test_numbers_past_64_bits);
  ADD_TEST ("whether-a-number-is-there-can-be-asked-alone", test_values_need_not_be_asked_for);
  ADD_TEST ("a-copy-is-another-one", test_a_copy_is_another_one);
  ADD_TEST ("a-copy-outlives-what-it-is-of", test_a_copy_outlives_what_it_is_of);
  ADD_TEST ("the-boxed-type-copies", test_boxed);
  ADD_TEST ("freeing-nothing-does-nothing", test_freeing_nothing);
  ADD_TEST ("what-is-read-is-written-in-the-one-form", test_what_is_read);
  ADD_TEST ("L33-what-is-refused-names-all-that-is-wrong", test_what_is_refused);
  ADD_TEST ("what-a-record-holds-is-taken-as-it-is", test_what_a_record_holds_is_taken_as_it_is);

  return g_test_run ();
}
