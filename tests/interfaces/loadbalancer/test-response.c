/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer.h>
#include <string.h>

#include "reactive/error.h"
#include "response-private.h"

static char *
write_response (LBResponse *response, gboolean in_older_dialect)
{
  g_autoptr (GError) error = NULL;
  char *text = lb_response_to_text (response, in_older_dialect, &error);

  g_assert_no_error (error);

  return text;
}

static void
assert_written (LBResponse *response, const char *expected)
{
  g_autofree char *text = write_response (response, /* in_older_dialect= */ FALSE);

  g_assert_cmpstr (text, ==, expected);
}

static void
assert_cannot_be_sent (LBResponse *response, const char *expected)
{
  for (int in_older_dialect = FALSE; in_older_dialect <= TRUE; in_older_dialect++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *text = lb_response_to_text (response, in_older_dialect, &error);

      g_assert_null (text);
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_cmpstr (error->message, ==, expected);
    }
}

static LBResponse *
read_databag (const char *text)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  LBResponse *response = lb_response_new_from_databag ("foo", text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_cmpstr (reason, ==, "");
  g_assert_nonnull (response);

  return response;
}

static void
assert_refused (const char *text, const char *expected)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBResponse) response = lb_response_new_from_databag ("foo", text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_null (response);
  g_assert_cmpstr (reason, ==, expected);
}

/* An error of the provider in the fields that are said. */
static LBResponse *
new_failure (void)
{
  LBResponse *response = lb_response_new ("foo");

  lb_response_set_error (response, LB_ERROR_TYPE_UNSUPPORTED);
  lb_response_set_error_message (response, "no");
  lb_response_set_error_field (response, "public", "inside only");

  return response;
}

/* Fields ----------------------------------------------------------------------------------------------------------- */

static void
test_a_new_one (void)
{
  g_autofree char *name = g_strdup ("foo");
  g_autoptr (LBResponse) response = lb_response_new (name);
  g_autofree const char **fields = lb_response_get_error_fields (response);
  g_autofree char *hash = lb_response_get_hash (response);

  name[0] = 'X';
  g_assert_cmpstr (lb_response_get_name (response), ==, "foo");
  g_assert_false (lb_response_is_valid (response));
  g_assert_false (lb_response_is_success (response));
  g_assert_false (lb_response_get_success (response));
  g_assert_null (hash);
  g_assert_null (lb_response_get_address (response));
  g_assert_null (lb_response_get_received_hash (response));
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_NONE);
  g_assert_null (lb_response_get_error_message (response));
  g_assert_null (lb_response_get_message (response));
  g_assert_null (fields[0]);
  g_assert_null (lb_response_get_error_field (response, "public"));
  assert_cannot_be_sent (response, "neither an address nor an error");
}

static void
test_address (void)
{
  g_autoptr (LBResponse) response = lb_response_new ("foo");
  g_autofree char *address = g_strdup ("10.0.0.1");

  lb_response_set_address (response, address);
  address[0] = 'X';
  g_assert_cmpstr (lb_response_get_address (response), ==, "10.0.0.1");
  g_assert_true (lb_response_is_success (response));
  assert_written (response, "{\"address\": \"10.0.0.1\", \"error\": null, \"error_fields\": {}, "
                            "\"error_message\": null, \"received_hash\": null}");
  lb_response_set_address (response, lb_response_get_address (response));
  g_assert_cmpstr (lb_response_get_address (response), ==, "10.0.0.1");

  lb_response_set_address (response, "");
  g_assert_cmpstr (lb_response_get_address (response), ==, "");
  g_assert_false (lb_response_is_valid (response));
  lb_response_set_address (response, NULL);
  g_assert_null (lb_response_get_address (response));
  g_assert_false (lb_response_is_success (response));
}

static void
test_l7_an_address (void)
{
  g_autoptr (LBResponse) response = new_failure ();
  g_autofree const char **fields = NULL;

  lb_response_set_address (response, "10.0.0.1");
  fields = lb_response_get_error_fields (response);
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_NONE);
  g_assert_null (lb_response_get_error_message (response));
  g_assert_null (fields[0]);
  g_assert_null (lb_response_get_message (response));
  g_assert_true (lb_response_is_success (response));
}

static void
test_l7_no_address (void)
{
  g_autoptr (LBResponse) response = new_failure ();

  lb_response_set_address (response, NULL);
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_UNSUPPORTED);
  g_assert_cmpstr (lb_response_get_error_message (response), ==, "no");
  g_assert_cmpstr (lb_response_get_error_field (response, "public"), ==, "inside only");
}

static void
test_an_error_beside_an_address (void)
{
  g_autoptr (LBResponse) response = lb_response_new ("foo");

  lb_response_set_address (response, "10.0.0.1");
  lb_response_set_error (response, LB_ERROR_TYPE_UNSUPPORTED);
  assert_cannot_be_sent (response, "an error without error_message and error_fields");
  lb_response_set_error_message (response, "");
  g_assert_false (lb_response_is_valid (response));
  lb_response_set_error_message (response, "no");
  g_assert_true (lb_response_is_valid (response));
  g_assert_false (lb_response_is_success (response));
  g_assert_cmpstr (lb_response_get_address (response), ==, "10.0.0.1");
}

static void
test_errors (void)
{
  static const struct
  {
    LBErrorType type;
    const char *written;
  } table[] = {
    { LB_ERROR_TYPE_UNSUPPORTED, "\"unsupported\"" },
    { LB_ERROR_TYPE_PROVIDER, "\"provider_error\"" },
    { LB_ERROR_TYPE_NONE, "null" },
  };
  g_autoptr (LBResponse) response = lb_response_new ("foo");

  lb_response_set_address (response, "lb");
  lb_response_set_error_message (response, "m");
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *expected = g_strdup_printf ("{\"address\": \"lb\", \"error\": %s, \"error_fields\": {}, "
                                                   "\"error_message\": \"m\", \"received_hash\": null}",
                                                   table[i].written);

      lb_response_set_error (response, table[i].type);
      g_assert_cmpint (lb_response_get_error (response), ==, table[i].type);
      assert_written (response, expected);
    }
}

static void
test_clearing_an_error (void)
{
  g_autoptr (LBResponse) response = new_failure ();
  g_autofree const char **fields = NULL;

  lb_response_clear_error (response);
  fields = lb_response_get_error_fields (response);
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_NONE);
  g_assert_null (lb_response_get_error_message (response));
  g_assert_null (lb_response_get_message (response));
  g_assert_null (fields[0]);
  assert_cannot_be_sent (response, "neither an address nor an error");
}

static void
test_error_fields (void)
{
  g_autoptr (LBResponse) response = lb_response_new ("foo");
  g_autofree char *field = g_strdup ("sticky");
  g_autofree const char **fields = NULL;

  lb_response_set_error (response, LB_ERROR_TYPE_PROVIDER);
  lb_response_set_error_field (response, field, "first");
  lb_response_set_error_field (response, "public", "second");
  lb_response_set_error_field (response, "sticky", "third");
  field[0] = 'X';
  fields = lb_response_get_error_fields (response);
  g_assert_cmpuint (g_strv_length ((GStrv) fields), ==, 2);
  g_assert_true (g_strv_contains (fields, "sticky"));
  g_assert_true (g_strv_contains (fields, "public"));
  g_assert_cmpstr (lb_response_get_error_field (response, "sticky"), ==, "third");
  g_assert_null (lb_response_get_error_field (response, "Xticky"));
  g_assert_null (lb_response_get_error_message (response));
  assert_written (response, "{\"address\": null, \"error\": \"provider_error\", \"error_fields\": {\"public\": "
                            "\"second\", \"sticky\": \"third\"}, \"error_message\": null, \"received_hash\": null}");
}

static void
test_error_fields_that_are_no_text (void)
{
  g_autoptr (LBResponse) response
      = read_databag ("{\"error\": \"unsupported\", \"error_fields\": {\"sticky\": {\"b\": 1.50, \"a\": null}, "
                      "\"public\": 5, \"name\": \"x\"}}");

  g_assert_null (lb_response_get_error_field (response, "public"));
  g_assert_null (lb_response_get_error_field (response, "sticky"));
  g_assert_cmpstr (lb_response_get_error_field (response, "name"), ==, "x");
  assert_written (response, "{\"address\": null, \"error\": \"unsupported\", \"error_fields\": {\"name\": \"x\", "
                            "\"public\": 5, \"sticky\": {\"a\": null, \"b\": 1.5}}, \"error_message\": null, "
                            "\"received_hash\": null}");

  lb_response_set_error_field (response, "public", "no");
  g_assert_cmpstr (lb_response_get_error_field (response, "public"), ==, "no");
  g_assert_cmpstr (lb_response_get_error_field (response, "name"), ==, "x");
}

/* L31 */
static void
test_names_of_fields (void)
{
  static const struct
  {
    const char *name;
    gboolean is_right;
  } table[] = {
    { "algorithm", TRUE },
    { "backends", TRUE },
    { "health_checks", TRUE },
    { "id", TRUE },
    { "ingress_address", TRUE },
    { "name", TRUE },
    { "port_mapping", TRUE },
    { "protocol", TRUE },
    { "public", TRUE },
    { "sent_hash", TRUE },
    { "sticky", TRUE },
    { "tls_cert", TRUE },
    { "tls_key", TRUE },
    { "tls_termination", TRUE },
    { "hc[0].protocol", TRUE },
    { "hc[0].interval", TRUE },
    { "hc[12].path", TRUE },
    { "hc[007].port", TRUE },
    { "hc[0].retries", TRUE },
    { "", FALSE },
    { "traffic_type", FALSE },
    { "Public", FALSE },
    { "hc", FALSE },
    { "hc[0]", FALSE },
    { "hc[].port", FALSE },
    { "hc[-1].port", FALSE },
    { "hc[0].", FALSE },
    { "hc[0].public", FALSE },
    { "hc[0].port.x", FALSE },
    { "hc[x].port", FALSE },
    { " hc[0].port", FALSE },
    { "hc[0.port", FALSE },
    { "health_checks[0].port", FALSE },
    { "hc[0]].port", FALSE },
    { "hc[0] .port", FALSE },
    { "address", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBResponse) response = lb_response_new ("foo");
      g_autofree char *text
          = g_strdup_printf ("{\"address\": \"lb\", \"error_fields\": {\"%s\": \"x\"}}", table[i].name);
      g_autofree char *reason = g_strdup_printf ("error_fields[\"%s\"]: not a field of a request", table[i].name);

      lb_response_set_address (response, "lb");
      lb_response_set_error_field (response, table[i].name, "x");
      g_assert_cmpint (lb_response_is_valid (response), ==, table[i].is_right);
      g_assert_cmpint (lb_response_is_success (response), ==, table[i].is_right);
      if (table[i].is_right)
        {
          g_autoptr (LBResponse) read = read_databag (text);

          g_assert_cmpstr (lb_response_get_error_field (read, table[i].name), ==, "x");
        }
      else
        {
          assert_refused (text, reason);
          assert_cannot_be_sent (response, reason);
        }
    }
}

/* What to show ----------------------------------------------------------------------------------------------------- */

static void
test_message (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } table[] = {
    { "{\"address\": \"lb\"}", NULL },
    { "{\"error\": \"unsupported\", \"error_message\": \"no\"}", "no" },
    { "{\"error\": \"unsupported\", \"error_message\": \"no\", \"error_fields\": {\"public\": \"x\"}}", "no" },
    { "{\"error\": \"unsupported\", \"error_fields\": {\"public\": \"x\"}}", "public: x" },
    { "{\"error\": \"unsupported\", \"error_message\": \"\", \"error_fields\": {\"public\": \"x\"}}", "public: x" },
    { "{\"error\": \"unsupported\", \"error_fields\": {\"public\": \"x\", \"name\": [1, {\"b\": 2, \"a\": null}]}}",
      "public: x; name: [1, {\"a\": null, \"b\": 2}]" },
    { "{\"error\": \"unsupported\", \"error_fields\": {\"hc[0].port\": \"\"}}", "hc[0].port: " },
    { "{\"address\": \"lb\", \"error_message\": \"\"}", "" },
    { "{\"address\": \"lb\", \"error_message\": \"but\"}", "but" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBResponse) response = read_databag (table[i].text);

      g_assert_cmpstr (lb_response_get_message (response), ==, table[i].expected);
      g_assert_true (lb_response_get_message (response) == lb_response_get_message (response));
    }
}

static void
test_message_follows_changes (void)
{
  g_autoptr (LBResponse) response = lb_response_new ("foo");

  lb_response_set_error_field (response, "public", "a");
  g_assert_cmpstr (lb_response_get_message (response), ==, "public: a");
  lb_response_set_error_field (response, "sticky", "b");
  g_assert_cmpstr (lb_response_get_message (response), ==, "public: a; sticky: b");
  lb_response_set_error_message (response, "c");
  g_assert_cmpstr (lb_response_get_message (response), ==, "c");
  lb_response_set_error_message (response, NULL);
  g_assert_cmpstr (lb_response_get_message (response), ==, "public: a; sticky: b");
  lb_response_set_address (response, "lb");
  g_assert_null (lb_response_get_message (response));
}

/* Ownership and hashes --------------------------------------------------------------------------------------------- */

static void
test_references (void)
{
  g_autoptr (LBResponse) response = new_failure ();
  LBResponse *other = lb_response_ref (response);
  LBResponse *boxed = g_boxed_copy (lb_response_get_type (), response);

  g_assert_true (other == response);
  g_assert_true (boxed == response);
  g_assert_cmpstr (g_type_name (lb_response_get_type ()), ==, "LBResponse");
  lb_response_unref (other);
  g_boxed_free (lb_response_get_type (), boxed);
  lb_response_unref (NULL);
  g_assert_cmpstr (lb_response_get_error_message (response), ==, "no");
}

static void
test_what_is_given_lives_in_it (void)
{
  g_autoptr (LBResponse) response = new_failure ();
  g_autofree const char **fields = lb_response_get_error_fields (response);
  g_autofree const char **again = lb_response_get_error_fields (response);

  g_assert_true (fields != again);
  g_assert_true (fields[0] == again[0]);
  g_assert_true (lb_response_get_error_message (response) == lb_response_get_error_message (response));
}

/* The numbers are what the Python library makes of the same response. */
static void
test_hash (void)
{
  static const struct
  {
    const char *text;
    const char *hash;
  } table[] = {
    { "{\"address\": \"lb\"}", "9e08a10523c8bf30ca93d957c81fcede" },
    { "{\"address\": \"lb\", \"received_hash\": \"abc\"}", "a4041325da992d1267020009243bcbf5" },
    { "{\"error\": \"provider_error\", \"error_message\": \"boom\"}", "85a788d2d88b3c299adafac638227dc7" },
    { "{\"error\": \"unsupported\", \"error_fields\": {\"tls_cert\": \"a\", \"public\": \"b\", \"algorithm\": \"c\"}}",
      "4a7ff40b96a28f31214fdcf1eeb50473" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBResponse) response = read_databag (table[i].text);
      g_autofree char *hash = lb_response_get_hash (response);

      g_assert_true (lb_response_is_valid (response));
      g_assert_cmpstr (hash, ==, table[i].hash);
    }
}

static void
test_received_hash (void)
{
  g_autoptr (LBResponse) response = read_databag ("{\"address\": \"lb\", \"received_hash\": \"abc\"}");

  g_assert_cmpstr (lb_response_get_received_hash (response), ==, "abc");
  lb_response_clear_error (response);
  g_assert_cmpstr (lb_response_get_received_hash (response), ==, "abc");
}

/* Reading ---------------------------------------------------------------------------------------------------------- */

static void
test_empty_text (void)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBResponse) response = lb_response_new_from_text ("foo", "", 0, problems);

  g_assert_true (lb_problems_is_empty (problems));
  g_assert_cmpstr (lb_response_get_name (response), ==, "foo");
  g_assert_false (lb_response_is_valid (response));
  assert_refused ("", "not JSON: 1:1: expected a value, found the end of the text");
}

static void
test_what_is_no_response (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "null", "not an object" },
    { "[]", "not an object" },
    { "\"lb\"", "not an object" },
    { "1", "not an object" },
    { "{\"address\": \"lb\xff\"}", NULL },
    { "{\"address\": \"lb\"} x", NULL },
    { "{\"address\": \"lb\",}", NULL },
    { "{\"address\": \"l\nb\"}", NULL },
    { "nope", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBProblems) problems = lb_problems_new ();
      g_autoptr (LBResponse) response
          = lb_response_new_from_databag ("foo", table[i].text, strlen (table[i].text), problems);
      g_autofree char *reason = lb_problems_to_text (problems);

      g_assert_null (response);
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
    const char *text;
    const char *reason;
  } table[] = {
    { "{}", "neither an address nor an error" },
    { "{\"address\": \"\"}", "neither an address nor an error" },
    { "{\"error\": null, \"error_message\": \"m\"}", "neither an address nor an error" },
    { "{\"error\": \"unsupported\"}", "an error without error_message and error_fields" },
    { "{\"error\": \"unsupported\", \"error_message\": \"\"}", "an error without error_message and error_fields" },
    { "{\"address\": 5, \"received_hash\": true, \"error_message\": []}",
      "address: not a string; error_message: not a string; received_hash: not a string" },
    { "{\"address\": \"lb\", \"error_fields\": []}", "error_fields: not a mapping" },
    { "{\"address\": \"lb\", \"error_fields\": null}", "error_fields: null" },
    { "{\"address\": \"lb\", \"zeta\": 1, \"error_type\": 2, \"Alpha\": 3}",
      "Alpha: unknown; error_type: unknown; zeta: unknown" },
    { "{\"address\": \"lb\", \"error_fields\": {\"zeta\": 1, \"public\": 2, \"Alpha\": 3}}",
      "error_fields[\"Alpha\"]: not a field of a request; error_fields[\"zeta\"]: not a field of a request" },
    { "{\"address\": \"lb\", \"error_fields\": {\"public\\u0000\": 1}}",
      "error_fields[\"public\"]: not a field of a request" },
    { "{\"address\": \"lb\", \"request_hash\": \"x\"}", "request_hash: unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].text, table[i].reason);
}

static void
test_l29_names_of_errors (void)
{
  static const char *const table[] = {
    "\"name\"",
    "\"value\"",
    "\"__doc__\"",
    "\"__members__\"",
    "\"mro\"",
    "\"Unsupported\"",
    "\"provider error\"",
    "\"\"",
    "\"unsupported\\u0000\"",
    "\" unsupported\"",
    "5",
    "{}",
    "[]",
    "true",
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"error\": %s, \"error_message\": \"x\"}", table[i]);

      assert_refused (text, "error: not one of unsupported, provider_error");
    }
}

static void
test_texts_are_kept_whole (void)
{
  g_autoptr (LBResponse) response
      = read_databag ("{\"address\": \"a\\u0000b\", \"received_hash\": \"\\udc00\\ud800\", \"error_message\": "
                      "\"\xc3\xa9\xf0\x9f\x98\x80\", \"error_message\": \"\xc3\xa9\"}");

  g_assert_cmpstr (lb_response_get_address (response), ==, "a");
  g_assert_cmpstr (lb_response_get_message (response), ==, "\xc3\xa9");
  assert_written (response, "{\"address\": \"a\\u0000b\", \"error\": null, \"error_fields\": {}, \"error_message\": "
                            "\"\\u00e9\", \"received_hash\": \"\\udc00\\ud800\"}");
}

static void
test_the_limit (void)
{
  static const char frame[] = "{\"address\": \"\"}";
  g_autofree char *address = g_strnfill (LB_RECORD_MAX_BYTES - strlen (frame), 'x');
  g_autofree char *text = g_strdup_printf ("{\"address\": \"%s\"}", address);
  g_autofree char *longer = g_strconcat (text, "\n", NULL);
  g_autoptr (LBResponse) response = read_databag (text);

  g_assert_cmpuint (strlen (text), ==, LB_RECORD_MAX_BYTES);
  g_assert_cmpstr (lb_response_get_address (response), ==, address);
  assert_refused (longer, "text of more than 1048576 bytes");
}

static void
test_deep_text (void)
{
  g_autofree char *opening = g_strnfill (100000, '[');
  g_autofree char *text = g_strconcat ("{\"error_fields\": ", opening, NULL);
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBResponse) response = lb_response_new_from_databag ("foo", text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);

  g_assert_null (response);
  g_assert_true (g_str_has_prefix (reason, "not JSON: 1:") && strstr (reason, "levels deep") != NULL);
}

/* The older dialect ------------------------------------------------------------------------------------------------ */

static void
test_older_accessors (void)
{
  g_autoptr (LBResponse) response = lb_response_new ("foo");

  lb_response_set_success (response, FALSE);
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_PROVIDER);
  g_assert_false (lb_response_is_valid (response));
  lb_response_set_message (response, "no");
  g_assert_cmpstr (lb_response_get_error_message (response), ==, "no");
  g_assert_cmpstr (lb_response_get_message (response), ==, "no");
  g_assert_true (lb_response_is_valid (response));
  g_assert_false (lb_response_get_success (response));

  lb_response_set_error (response, LB_ERROR_TYPE_UNSUPPORTED);
  lb_response_set_success (response, FALSE);
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_UNSUPPORTED);

  lb_response_set_success (response, TRUE);
  g_assert_cmpint (lb_response_get_error (response), ==, LB_ERROR_TYPE_NONE);
  g_assert_null (lb_response_get_message (response));
  g_assert_false (lb_response_get_success (response));
  lb_response_set_address (response, "lb");
  g_assert_true (lb_response_get_success (response));
  lb_response_set_message (response, "but");
  lb_response_set_message (response, NULL);
  g_assert_null (lb_response_get_error_message (response));
}

static void
test_an_older_response (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } table[] = {
    { "{\"address\": \"lb\", \"message\": null, \"request_hash\": \"abc\", \"success\": true}",
      "{\"address\": \"lb\", \"error\": null, \"error_fields\": {}, \"error_message\": null, \"received_hash\": "
      "\"abc\"}" },
    { "{\"success\": false, \"message\": \"no\"}",
      "{\"address\": null, \"error\": \"provider_error\", \"error_fields\": {}, \"error_message\": \"no\", "
      "\"received_hash\": null}" },
    { "{\"success\": \"Yes\", \"address\": \"lb\", \"message\": \"\"}",
      "{\"address\": \"lb\", \"error\": null, \"error_fields\": {}, \"error_message\": \"\", \"received_hash\": "
      "null}" },
    { "{\"success\": 0, \"address\": \"lb\", \"message\": \"no\"}",
      "{\"address\": \"lb\", \"error\": \"provider_error\", \"error_fields\": {}, \"error_message\": \"no\", "
      "\"received_hash\": null}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBResponse) response = read_databag (table[i].text);

      g_assert_cmpstr (lb_response_get_name (response), ==, "foo");
      assert_written (response, table[i].expected);
    }
}

static void
test_what_is_no_older_response (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "{\"success\": true}", "a success without an address" },
    { "{\"success\": true, \"address\": \"\"}", "a success without an address" },
    { "{\"success\": false, \"address\": \"lb\"}", "a failure without a message" },
    { "{\"success\": null}", "success: null" },
    { "{\"success\": \"maybe\", \"message\": 5}", "message: not a string; success: not a boolean" },
    { "{\"success\": true, \"address\": \"lb\", \"error_fields\": {}}", "error_fields: unknown" },
    { "{\"success\": true, \"address\": \"lb\", \"received_hash\": \"x\"}", "success: unknown" },
    { "{\"success\": true, \"address\": \"lb\", \"error\": null}", "success: unknown" },
    { "{\"success\": false, \"message\": \"no\", \"error_message\": \"no\"}", "message: unknown; success: unknown" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    assert_refused (table[i].text, table[i].reason);
}

static void
test_the_released_reader (void)
{
  static const char text[] = "{\"success\": false, \"message\": \"no\"}";
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBResponse) response = lb_response_new_from_text ("foo", text, strlen (text), problems);
  g_autofree char *reason = lb_problems_to_text (problems);
  g_autoptr (LBResponse) released = NULL;

  g_assert_null (response);
  g_assert_cmpstr (reason, ==, "message: unknown; success: unknown");

  released = lb_response_new_from_text ("foo", "{\"address\": \"lb\"}", strlen ("{\"address\": \"lb\"}"), problems);
  g_assert_cmpstr (lb_response_get_address (released), ==, "lb");
}

static void
test_writing_the_older_dialect (void)
{
  static const struct
  {
    const char *text;
    const char *expected;
  } table[] = {
    { "{\"address\": \"lb\", \"received_hash\": \"abc\"}",
      "{\"address\": \"lb\", \"message\": null, \"request_hash\": \"abc\", \"success\": true}" },
    { "{\"error\": \"unsupported\", \"error_message\": \"no\", \"error_fields\": {\"public\": \"x\"}}",
      "{\"address\": null, \"message\": \"no\", \"request_hash\": null, \"success\": false}" },
    { "{\"error\": \"provider_error\", \"error_fields\": {\"public\": \"x\", \"sticky\": \"y\"}}",
      "{\"address\": null, \"message\": \"public: x; sticky: y\", \"request_hash\": null, \"success\": false}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (LBResponse) response = read_databag (table[i].text);
      g_autofree char *text = write_response (response, /* in_older_dialect= */ TRUE);
      g_autoptr (LBResponse) again = read_databag (text);
      g_autofree char *text_again = write_response (again, /* in_older_dialect= */ TRUE);

      g_assert_cmpstr (text, ==, table[i].expected);
      g_assert_cmpstr (text_again, ==, text);
    }
}

#define ADD_TEST(path, function) g_test_add_func ("/loadbalancer/response/" path, function)

static void
add_tests_of_fields (void)
{
  ADD_TEST ("a-new-one-is-neither-success-nor-failure", test_a_new_one);
  ADD_TEST ("an-address-is-a-success", test_address);
  ADD_TEST ("L7-setting-an-address-takes-back-an-error", test_l7_an_address);
  ADD_TEST ("L7-setting-no-address-leaves-an-error", test_l7_no_address);
  ADD_TEST ("an-error-decides-and-needs-a-reason", test_an_error_beside_an_address);
  ADD_TEST ("each-error-has-its-text", test_errors);
  ADD_TEST ("clearing-an-error-takes-back-all-of-it", test_clearing_an_error);
  ADD_TEST ("error-fields-are-set-once-each", test_error_fields);
  ADD_TEST ("error-fields-that-are-no-text-are-kept-and-not-given", test_error_fields_that_are_no_text);
  ADD_TEST ("L31-a-field-of-a-health-check-may-be-named", test_names_of_fields);
  ADD_TEST ("the-message-is-what-there-is-to-show", test_message);
  ADD_TEST ("the-message-follows-changes", test_message_follows_changes);
  ADD_TEST ("a-reference-keeps-it", test_references);
  ADD_TEST ("what-is-given-lives-in-it", test_what_is_given_lives_in_it);
  ADD_TEST ("the-hash-is-that-of-the-python-library", test_hash);
  ADD_TEST ("the-received-hash-stays", test_received_hash);
}

static void
add_tests_of_reading (void)
{
  ADD_TEST ("empty-text-is-an-empty-one-but-not-in-a-databag", test_empty_text);
  ADD_TEST ("L8-what-is-no-response-is-refused", test_what_is_no_response);
  ADD_TEST ("L33-L34-what-is-not-right-is-named-and-sorted", test_what_is_not_right);
  ADD_TEST ("L29-an-error-is-one-of-two-names", test_l29_names_of_errors);
  ADD_TEST ("texts-are-kept-whole", test_texts_are_kept_whole);
  ADD_TEST ("more-than-a-mebibyte-is-not-read", test_the_limit);
  ADD_TEST ("deep-text-is-refused", test_deep_text);
  ADD_TEST ("the-older-names-say-the-same", test_older_accessors);
  ADD_TEST ("the-older-dialect-is-understood", test_an_older_response);
  ADD_TEST ("what-is-wrong-with-an-older-response-is-named", test_what_is_no_older_response);
  ADD_TEST ("the-released-reader-refuses-the-older-dialect", test_the_released_reader);
  ADD_TEST ("the-older-dialect-is-written-for-an-older-request", test_writing_the_older_dialect);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  add_tests_of_fields ();
  add_tests_of_reading ();

  return g_test_run ();
}
