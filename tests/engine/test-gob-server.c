/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob-server.h"

#include <string.h>

/* One recorded exchange, in the order of its connection. */
typedef struct
{
  const char *directory;
  guint number; /* of the request's file; the response's is one more */
  const char *context_id;
  const char *charm_dir;
  const char *tool;
  const char *arguments; /* joined by a blank */
  const char *input;     /* (nullable) */
  const char *token;
  const char *refusal; /* (nullable) */
  int code;
  const char *output; /* "x*300": so many */
  const char *errors;
} Exchange;

#define UNIT "u/0-install-1"
#define NO_STDIN "hook tool requires stdin, none supplied"
#define BOGUS "bad request: unknown hook command: bogus"

static const Exchange exchanges[] = {
  { "two-calls", 1, UNIT, "/charm", "is-leader", "--format=json", NULL, "", NULL, 0, "true\n", "" },
  { "two-calls", 3, UNIT, "/charm", "relation-get", "-r 3 - app/1", NULL, "tok", NULL, 1, "",
    "ERROR permission denied\n" },
  { "stdin-retry", 1, UNIT, "/charm", "relation-set", "-r 3 --file -", NULL, "", NO_STDIN, 0, "", "" },
  { "stdin-retry", 3, UNIT, "/charm", "relation-set", "-r 3 --file -", "key: value\n", "", NULL, 0, "", "" },
  { "stdin-set-empty", 1, UNIT, "/charm", "relation-set", "", "", "", NULL, 0, "", "" },
  { "large-and-errors", 1, UNIT, "/charm", "config-get", "", NULL, "", NULL, 0, "x*300", "" },
  { "large-and-errors", 3, UNIT, "/charm", "neg", "", NULL, "", NULL, -1, "", "" },
  { "large-and-errors", 5, UNIT, "/charm", "nothing", "", NULL, "", NULL, 0, "", "" },
  { "large-and-errors", 7, UNIT, "/charm", "bogus", "", NULL, "", BOGUS, 0, "", "" },
  { "no-token-field", 1, UNIT, "/charm", "is-leader", "--format=json", NULL, "", NULL, 0, "true\n", "" },
};

static GBytes *
load_capture (const char *directory, guint number, const char *kind)
{
  g_autofree char *name = g_strdup_printf ("%02u-%s.bin", number, kind);
  g_autofree char *path = g_build_filename (g_getenv ("REACTIVE_TEST_DATA"), "vectors", "gob", directory, name, NULL);
  g_autoptr (GError) error = NULL;
  char *contents = NULL;
  gsize length = 0;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (contents, length);
}

static void
feed_bytes (ReactiveGobServer *server, GBytes *bytes)
{
  gsize length = 0;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  reactive_gob_server_feed (server, data, length);
}

static void
assert_request (const ReactiveGobServerRequest *request, const Exchange *expected)
{
  g_autofree char *arguments = g_strjoinv (" ", request->arguments);

  g_assert_cmpstr (request->method, ==, "Jujuc.Main");
  g_assert_cmpuint (request->sequence, ==, (expected->number - 1) / 2);
  g_assert_cmpstr (request->context_id, ==, expected->context_id);
  g_assert_cmpstr (request->directory, ==, expected->charm_dir);
  g_assert_cmpstr (request->tool, ==, expected->tool);
  g_assert_cmpstr (arguments, ==, expected->arguments);
  g_assert_cmpstr (request->token, ==, expected->token);
  g_assert_cmpint (request->input == NULL, ==, expected->input == NULL);
  if (request->input != NULL)
    g_assert_cmpmem (g_bytes_get_data (request->input, NULL), g_bytes_get_size (request->input), expected->input,
                     strlen (expected->input));
}

static void
append_answer (ReactiveGobServer *server, GByteArray *bytes, const ReactiveGobServerRequest *request,
               const Exchange *exchange)
{
  g_autofree char *xs = g_strnfill (300, 'x');
  const char *text = g_str_equal (exchange->output, "x*300") ? xs : exchange->output;
  g_autoptr (GBytes) output = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) errors = g_bytes_new (exchange->errors, strlen (exchange->errors));

  if (exchange->refusal != NULL)
    reactive_gob_server_append_refusal (server, bytes, request, exchange->refusal);
  else
    reactive_gob_server_append_reply (server, bytes, request, exchange->code, output, errors);
}

/* What Go's client sent is read, in pieces of @piece bytes, and answered with the very bytes of Go's server. */
static void
play_exchanges (gsize piece)
{
  g_autoptr (ReactiveGobServer) server = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    {
      const Exchange *exchange = &exchanges[i];
      g_autoptr (GBytes) sent = load_capture (exchange->directory, exchange->number, "request");
      g_autoptr (GBytes) expected = load_capture (exchange->directory, exchange->number + 1, "response");
      g_autoptr (GByteArray) answer = g_byte_array_new ();
      g_auto (ReactiveGobServerRequest) request = { 0 };
      g_autoptr (GError) error = NULL;
      gsize length = 0;
      const guint8 *data = g_bytes_get_data (sent, &length);
      gboolean is_complete = FALSE;

      if (exchange->number == 1)
        {
          g_clear_pointer (&server, reactive_gob_server_free);
          server = reactive_gob_server_new ();
        }
      for (gsize fed = 0; fed < length; fed += piece)
        {
          g_assert_false (is_complete);
          reactive_gob_server_feed (server, data + fed, MIN (piece, length - fed));
          g_assert_true (reactive_gob_server_next (server, &is_complete, &request, &error));
          g_assert_no_error (error);
        }
      g_assert_true (is_complete);
      g_assert_true (reactive_gob_server_is_idle (server));
      assert_request (&request, exchange);

      append_answer (server, answer, &request, exchange);
      g_assert_cmpmem (answer->data, answer->len, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
    }
}

static void
test_recorded (void)
{
  play_exchanges (G_MAXUINT16);
}

static void
test_pieces (void)
{
  play_exchanges (1);
  play_exchanges (7);
}

/* All requests of a connection at once come out one after the other. */
static void
test_pipelined (void)
{
  g_autoptr (ReactiveGobServer) server = reactive_gob_server_new ();
  const Exchange *first = &exchanges[5];

  for (guint number = 1; number <= 7; number += 2)
    {
      g_autoptr (GBytes) bytes = load_capture ("large-and-errors", number, "request");

      feed_bytes (server, bytes);
    }
  for (guint i = 0; i < 4; i++)
    {
      g_auto (ReactiveGobServerRequest) request = { 0 };
      gboolean is_complete = FALSE;

      g_assert_false (reactive_gob_server_is_idle (server));
      g_assert_true (reactive_gob_server_next (server, &is_complete, &request, NULL));
      g_assert_true (is_complete);
      assert_request (&request, first + i);
    }
  g_assert_true (reactive_gob_server_is_idle (server));
}

/* What our own client writes is what our server reads. */
static void
test_own_client (void)
{
  const char *const arguments[] = { "-r", "db:1", "", "caf\xc3\xa9", NULL };
  g_autoptr (GBytes) input = g_bytes_new ("a\0b", 3);
  const ReactiveGobRequest sent = {
    .context_id = "c", .directory = "/d", .tool = "relation-set", .arguments = arguments, .input = input, .token = "t"
  };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ReactiveGobServer) server = reactive_gob_server_new ();

  for (guint i = 0; i < 2; i++)
    reactive_gob_append_request (bytes, &sent, G_MAXUINT64 - i, /* is_first= */ i == 0);
  reactive_gob_server_feed (server, bytes->data, bytes->len);
  for (guint i = 0; i < 2; i++)
    {
      g_auto (ReactiveGobServerRequest) request = { 0 };
      gboolean is_complete = FALSE;

      g_assert_true (reactive_gob_server_next (server, &is_complete, &request, NULL));
      g_assert_true (is_complete);
      g_assert_cmpuint (request.sequence, ==, G_MAXUINT64 - i);
      g_assert_true (g_strv_equal ((const char *const *) request.arguments, arguments));
      g_assert_true (g_bytes_equal (request.input, input));
      g_assert_cmpstr (request.token, ==, "t");
    }
}

/* Juju passes texts on as JSON, which has no other way. */
static void
test_not_utf8 (void)
{
  const char *const arguments[] = { "\xff"
                                    "a\xc3",
                                    NULL };
  const ReactiveGobRequest sent = { .context_id = "c", .directory = "/", .tool = "x", .arguments = arguments };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (ReactiveGobServer) server = reactive_gob_server_new ();
  g_auto (ReactiveGobServerRequest) request = { 0 };
  gboolean is_complete = FALSE;

  reactive_gob_append_request (bytes, &sent, 0, /* is_first= */ TRUE);
  reactive_gob_server_feed (server, bytes->data, bytes->len);
  g_assert_true (reactive_gob_server_next (server, &is_complete, &request, NULL));
  g_assert_cmpstr (request.arguments[0], ==,
                   "\xef\xbf\xbd"
                   "a\xef\xbf\xbd");
  g_assert_null (request.input);
}

/* A byte changed anywhere, to many others, is refused or read as something else; nothing worse. */
static void
test_changed_bytes (void)
{
  g_autoptr (GBytes) bytes = load_capture ("stdin-retry", 1, "request");
  guint n_refused = 0;

  for (gsize at = 0; at < g_bytes_get_size (bytes); at++)
    for (guint value = 0; value < 256; value += 7)
      {
        g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
        g_autoptr (ReactiveGobServer) server = reactive_gob_server_new ();
        g_auto (ReactiveGobServerRequest) request = { 0 };
        gboolean is_complete = FALSE;
        g_autoptr (GError) error = NULL;

        copy[at] = (guint8) value;
        reactive_gob_server_feed (server, copy, g_bytes_get_size (bytes));
        if (reactive_gob_server_next (server, &is_complete, &request, &error))
          continue;
        g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
        g_assert_true (g_str_has_prefix (error->message, "malformed request: "));
        n_refused++;
      }
  g_assert_cmpuint (n_refused, >, 1000);
}

/* What the wrong type of a field, or too many arguments, come to. */
static void
assert_refused (const char *what, const guint8 *data, gsize length)
{
  g_autoptr (ReactiveGobServer) server = reactive_gob_server_new ();
  g_auto (ReactiveGobServerRequest) request = { 0 };
  gboolean is_complete = FALSE;
  g_autoptr (GError) error = NULL;

  reactive_gob_server_feed (server, data, length);
  g_assert_false (reactive_gob_server_next (server, &is_complete, &request, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_nonnull (strstr (error->message, what));
}

static void
test_too_many_arguments (void)
{
  g_auto (GStrv) arguments = g_new0 (char *, REACTIVE_GOB_MAX_STRINGS + 2);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const ReactiveGobRequest sent
      = { .context_id = "c", .directory = "/", .tool = "x", .arguments = (const char *const *) arguments };

  for (guint i = 0; i <= REACTIVE_GOB_MAX_STRINGS; i++)
    arguments[i] = g_strdup ("a");
  reactive_gob_append_request (bytes, &sent, 0, /* is_first= */ TRUE);
  assert_refused ("a list is too long", bytes->data, bytes->len);
}

static void
test_arguments_of_numbers (void)
{
  g_autoptr (GBytes) bytes = load_capture ("stdin-retry", 1, "request");
  gsize length = 0;
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, &length), g_bytes_get_size (bytes));
  guint8 *name;

  /* the element of the slice stands at the end of its definition: 6 (0c) is string, 3 (06) is uint */
  name = memmem (copy, length, "[]string", strlen ("[]string"));
  g_assert_nonnull (name);
  name += strlen ("[]string") + 5;
  g_assert_cmpuint (*name, ==, 0x0c);
  *name = 0x06;
  assert_refused ("another type than expected", copy, length);
}

/* Nothing but the sequence is kept of a call to another method. */
static void
test_other_method (void)
{
  g_autoptr (GBytes) bytes = load_capture ("two-calls", 1, "request");
  gsize length = 0;
  g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, &length), g_bytes_get_size (bytes));
  g_autoptr (ReactiveGobServer) server = reactive_gob_server_new ();
  g_auto (ReactiveGobServerRequest) request = { 0 };
  gboolean is_complete = FALSE;
  guint8 *name = memmem (copy, length, "Jujuc.Main", strlen ("Jujuc.Main"));

  g_assert_nonnull (name);
  memcpy (name, "Other.Main", strlen ("Other.Main"));
  reactive_gob_server_feed (server, copy, length);
  g_assert_true (reactive_gob_server_next (server, &is_complete, &request, NULL));
  g_assert_true (is_complete);
  g_assert_cmpstr (request.method, ==, "Other.Main");
  g_assert_cmpstr (request.tool, ==, "");
  g_assert_null (request.arguments[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/gob-server/recorded-requests-of-go-are-answered-with-the-bytes-of-go", test_recorded);
  g_test_add_func ("/gob-server/requests-may-come-in-pieces", test_pieces);
  g_test_add_func ("/gob-server/requests-may-come-all-at-once", test_pipelined);
  g_test_add_func ("/gob-server/reads-what-the-client-here-writes", test_own_client);
  g_test_add_func ("/gob-server/what-is-not-utf8-is-replaced", test_not_utf8);
  g_test_add_func ("/gob-server/any-byte-may-be-another", test_changed_bytes);
  g_test_add_func ("/gob-server/refuses-too-many-arguments", test_too_many_arguments);
  g_test_add_func ("/gob-server/refuses-arguments-that-are-numbers", test_arguments_of_numbers);
  g_test_add_func ("/gob-server/passes-over-what-another-method-takes", test_other_method);

  return g_test_run ();
}
