/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob.h"

#include <string.h>

/* What one recorded exchange asked, and what it answered. */
typedef struct
{
  const char *directory;
  guint number; /* of the request's file; the response's is one more */
  guint64 sequence;
  const char *tool;
  const char *arguments[6];
  const char *input; /* (nullable) */
  const char *token;
  const char *error; /* (nullable) */
  int code;
  const char *output; /* "x*300": so many */
  const char *errors;
} Exchange;

static const Exchange exchanges[] = {
  { "two-calls", 1, 0, "is-leader", { "--format=json" }, NULL, "", NULL, 0, "true\n", "" },
  { "two-calls",
    3,
    1,
    "relation-get",
    { "-r", "3", "-", "app/1" },
    NULL,
    "tok",
    NULL,
    1,
    "",
    "ERROR permission denied\n" },
  { "stdin-retry",
    1,
    0,
    "relation-set",
    { "-r", "3", "--file", "-" },
    NULL,
    "",
    "hook tool requires stdin, none supplied",
    0,
    "",
    "" },
  { "stdin-retry", 3, 1, "relation-set", { "-r", "3", "--file", "-" }, "key: value\n", "", NULL, 0, "", "" },
  { "stdin-set-empty", 1, 0, "relation-set", { NULL }, "", "", NULL, 0, "", "" },
  { "large-and-errors", 1, 0, "config-get", { NULL }, NULL, "", NULL, 0, "x*300", "" },
  { "large-and-errors", 3, 1, "neg", { NULL }, NULL, "", NULL, -1, "", "" },
  { "large-and-errors", 5, 2, "nothing", { NULL }, NULL, "", NULL, 0, "", "" },
  { "large-and-errors", 7, 3, "bogus", { NULL }, NULL, "", "bad request: unknown hook command: bogus", 0, "", "" },
  { "no-token-field", 1, 0, "is-leader", { "--format=json" }, NULL, NULL, NULL, 0, "true\n", "" },
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
assert_bytes (GBytes *bytes, const char *expected)
{
  g_autofree char *xs = g_strnfill (300, 'x');
  gsize length = 0;
  const void *data = g_bytes_get_data (bytes, &length);

  if (g_str_equal (expected, "x*300"))
    expected = xs;
  g_assert_cmpmem (data, length, expected, strlen (expected));
}

static void
assert_reply (const ReactiveGobReply *reply, const Exchange *expected)
{
  g_assert_cmpuint (reply->sequence, ==, expected->sequence);
  g_assert_cmpstr (reply->error, ==, expected->error);
  g_assert_cmpint (reply->code, ==, expected->code);
  assert_bytes (reply->output, expected->output);
  assert_bytes (reply->errors, expected->errors);
}

/* The decoder of the connection that @exchange is on, having read what came before it. */
static ReactiveGobDecoder *
decoder_before (const Exchange *exchange)
{
  ReactiveGobDecoder *decoder = reactive_gob_decoder_new ();

  for (guint number = 1; number < exchange->number; number += 2)
    {
      g_autoptr (GBytes) bytes = load_capture (exchange->directory, number + 1, "response");
      g_auto (ReactiveGobReply) reply = { 0 };
      gboolean is_complete = FALSE;
      g_autoptr (GError) error = NULL;

      reactive_gob_decoder_feed (decoder, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_assert_true (reactive_gob_decoder_next (decoder, &is_complete, &reply, &error));
      g_assert_no_error (error);
      g_assert_true (is_complete);
      g_assert_true (reactive_gob_decoder_is_idle (decoder));
    }

  return decoder;
}

static void
test_responses (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    {
      g_autoptr (ReactiveGobDecoder) decoder = decoder_before (&exchanges[i]);
      g_autoptr (GBytes) bytes = load_capture (exchanges[i].directory, exchanges[i].number + 1, "response");
      g_auto (ReactiveGobReply) reply = { 0 };
      gboolean is_complete = FALSE;
      g_autoptr (GError) error = NULL;

      reactive_gob_decoder_feed (decoder, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      g_assert_true (reactive_gob_decoder_next (decoder, &is_complete, &reply, &error));
      g_assert_no_error (error);
      g_assert_true (is_complete);
      assert_reply (&reply, &exchanges[i]);
      g_assert_true (reactive_gob_decoder_is_idle (decoder));
    }
}

/* Nothing is returned before the last byte, and cutting the reply in two makes no difference. */
static void
test_prefixes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (exchanges); i++)
    {
      g_autoptr (GBytes) bytes = load_capture (exchanges[i].directory, exchanges[i].number + 1, "response");
      gsize length = 0;
      const guint8 *data = g_bytes_get_data (bytes, &length);

      for (gsize cut = 0; cut < length; cut++)
        {
          g_autoptr (ReactiveGobDecoder) decoder = decoder_before (&exchanges[i]);
          g_auto (ReactiveGobReply) reply = { 0 };
          gboolean is_complete = TRUE;
          g_autoptr (GError) error = NULL;

          reactive_gob_decoder_feed (decoder, data, cut);
          g_assert_true (reactive_gob_decoder_next (decoder, &is_complete, &reply, &error));
          g_assert_no_error (error);
          g_assert_false (is_complete);
          g_assert_cmpint (reactive_gob_decoder_is_idle (decoder), ==, cut == 0);

          reactive_gob_decoder_feed (decoder, data + cut, length - cut);
          g_assert_true (reactive_gob_decoder_next (decoder, &is_complete, &reply, &error));
          g_assert_true (is_complete);
          assert_reply (&reply, &exchanges[i]);
        }
    }
}

/* A byte changed anywhere, to anything, is refused or read as something else; nothing worse. */
static void
test_changed_bytes (void)
{
  g_autoptr (GBytes) bytes = load_capture ("two-calls", 2, "response");
  guint n_refused = 0;

  for (gsize at = 0; at < g_bytes_get_size (bytes); at++)
    for (guint value = 0; value < 256; value++)
      {
        g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
        g_autoptr (ReactiveGobDecoder) decoder = reactive_gob_decoder_new ();
        g_auto (ReactiveGobReply) reply = { 0 };
        gboolean is_complete = FALSE;
        g_autoptr (GError) error = NULL;

        copy[at] = (guint8) value;
        reactive_gob_decoder_feed (decoder, copy, g_bytes_get_size (bytes));
        if (!reactive_gob_decoder_next (decoder, &is_complete, &reply, &error))
          {
            g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
            n_refused++;
          }
      }
  g_assert_cmpuint (n_refused, >, 1000);
}

/* Appends what @text describes: words that are a byte in hexadecimal, or a 'string', which goes with its length. */
static void
append_words (GByteArray *bytes, const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, " ", /* max_tokens= */ -1);

  for (char **word = words; *word != NULL; word++)
    {
      guint8 byte = (guint8) g_ascii_strtoull (*word, NULL, 16);
      gsize length = strlen (*word);

      if (**word == '\'')
        {
          byte = (guint8) (length - 2);
          g_byte_array_append (bytes, &byte, 1);
          g_byte_array_append (bytes, (const guint8 *) *word + 1, byte);
        }
      else if (length > 0)
        g_byte_array_append (bytes, &byte, 1);
    }
}

/* Messages separated by '|', each of which goes with its length. */
static void
append_messages (GByteArray *bytes, const char *text)
{
  g_auto (GStrv) messages = g_strsplit (text, "|", /* max_tokens= */ -1);

  for (char **message = messages; *message != NULL; message++)
    {
      g_autoptr (GByteArray) words = g_byte_array_new ();
      guint8 prefix[2] = { 0xff, 0 };

      append_words (words, *message);
      g_assert_cmpuint (words->len, <, 256);
      prefix[1] = (guint8) words->len;
      if (words->len < 128)
        g_byte_array_append (bytes, prefix + 1, 1);
      else
        g_byte_array_append (bytes, prefix, 2);
      g_byte_array_append (bytes, words->data, words->len);
    }
}

/* clang-format off */
/* The ids are 64 and 66; -64 is 7f, 64 is ff 80, -66 is ff 83, 66 is ff 84. */
#define RESPONSE "7f 03 01 01 'R' 01 ff 80 00 01 02 01 'Seq' 01 06 00 01 'Error' 01 0c 00 00 00"
#define EXEC_RESPONSE "ff 83 03 01 01 'E' 01 ff 84 00 01 03 " \
                      "01 'Code' 01 04 00 01 'Stdout' 01 0a 00 01 'Stderr' 01 0a 00 00 00"
#define HEADER "ff 80 00"
#define PROLOGUE RESPONSE "|" HEADER "|" EXEC_RESPONSE "|"

typedef struct
{
  const char *messages;
  const char *complaint; /* part of it; NULL: good */
} StreamCase;

static const StreamCase stream_cases[] = {
  { PROLOGUE "ff 84 00", NULL },
  { RESPONSE "|" EXEC_RESPONSE "|" HEADER "|ff 84 00", NULL },
  /* a zero that is written out */
  { PROLOGUE "ff 84 01 00 00", NULL },
  /* fields in another order, and ids of four bytes */
  { RESPONSE "|" HEADER "|fc 7f ff ff ff 03 01 01 'E' 01 fc 80 00 00 00 00 01 02 01 'Stdout' 01 0a 00 01 'Code' 01 04 00 00 00|"
    "fc 80 00 00 00 01 'out' 00", NULL },
  { PROLOGUE "ff 84 01 fb 02 00 00 00 00 00", "exit code is out of range" },
  { PROLOGUE "ff 84 00 00", "longer than its value" },
  { PROLOGUE "ff 84 02 09 61 00", "string is longer" },
  { PROLOGUE "ff 84 02", "integer is malformed" },
  { PROLOGUE "ff 84 04 00", "field that its type lacks" },
  { PROLOGUE "ff 84 fe ff ff 00", "field number is out of range" },
  { PROLOGUE "ff 84 f8 ff ff ff ff ff ff ff ff 00", "field number is out of range" },
  { PROLOGUE HEADER, "unexpected type" },
  { RESPONSE "|" HEADER "|ff 84 00", "was not defined" },
  { HEADER, "was not defined" },
  { "00 00", "was not defined" },
  { "04 00", "was not defined" },
  { RESPONSE "|ff 80 02 'x' 00|ff 84 00", "was not defined" },
  { RESPONSE "|" RESPONSE, "defined twice" },
  { "0b 03 01 01 'R' 01 0c 00 00 00", "defined twice" },
  { "f8 ff ff ff ff ff ff ff ff 03 00 00", "defined twice" },
  { "7f 08 00 00", "unknown kind" },
  { "7f 00", "unknown kind" },
  { "7f 03 00 01 00 00", "two kinds" },
  { "7f 03 00 00 00", "longer than its type definition" },
  { "7f 03 01 03 01 00 00 00", "unknown field" },
  { "7f 03 03 00 00", "unknown field" },
  { "7f 03 02 01 03 01 00 00 00", "unknown field" },
  { "7f 03 02 09 00 00", "list is longer" },
  { "7f 04 04 00 00", "unknown field" },
  { "7f 05 02 00 00", "unknown field" },
  { RESPONSE "|" HEADER "|ff 83 03 02 01 01 'Code' 01 0c 00 00 00|ff 84 00", "another type than expected" },
  { RESPONSE "|" HEADER "|ff 83 02 02 04 00 00|ff 84 00 00", "was not defined" },
  /* struct E { E E; Code int }: as deep as the data says */
  { RESPONSE "|" HEADER "|ff 83 03 02 02 01 'E' 01 ff 84 00 01 'Code' 01 04 00 00 00|ff 84 01 01 01 00 00 00 01 02 00", NULL },
  /* struct { X interface; Code int }, X being of a type that is defined on the way */
  { RESPONSE "|" HEADER "|ff 83 03 02 02 01 'X' 01 10 00 01 'Code' 01 04 00 00 00|ff 84 01 'T' ff 85 03 00 00", "inside a value" },
  /* struct { X of an undefined type; Code int } */
  { RESPONSE "|" HEADER "|ff 83 03 02 02 01 'X' 01 ff c0 00 01 'Code' 01 04 00 00 00|ff 84 01 01 00", "was not defined" },
};

/* As they are, without lengths put before them. */
static const char *const malformed_frames[] = {
  "00", "fc ff ff ff ff", "f8 01 01 01 01 01 01 01 01", "f7", "80", "f0",
};
/* clang-format on */

static gboolean
decode (const GByteArray *bytes, gboolean *out_complete, ReactiveGobReply *out_reply, GError **error)
{
  g_autoptr (ReactiveGobDecoder) decoder = reactive_gob_decoder_new ();

  reactive_gob_decoder_feed (decoder, bytes->data, bytes->len);
  return reactive_gob_decoder_next (decoder, out_complete, out_reply, error);
}

static void
test_streams (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (stream_cases); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_auto (ReactiveGobReply) reply = { 0 };
      gboolean is_complete = FALSE;
      g_autoptr (GError) error = NULL;
      gboolean is_good;

      append_messages (bytes, stream_cases[i].messages);
      is_good = decode (bytes, &is_complete, &reply, &error);
      g_test_message ("%s: %s", stream_cases[i].messages, is_good ? "good" : error->message);
      g_assert_cmpint (is_good, ==, stream_cases[i].complaint == NULL);
      if (is_good)
        {
          g_assert_true (is_complete);
          continue;
        }
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_nonnull (strstr (error->message, stream_cases[i].complaint));
    }
}

static void
test_malformed_frames (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (malformed_frames); i++)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_auto (ReactiveGobReply) reply = { 0 };
      gboolean is_complete = FALSE;
      g_autoptr (GError) error = NULL;

      append_words (bytes, malformed_frames[i]);
      g_assert_false (decode (bytes, &is_complete, &reply, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_nonnull (strstr (error->message, "length of a message"));
    }
}

/* Bytes that Go wrote: a body with unknown fields of every kind before, between and behind the known ones. */
static void
test_every_kind (void)
{
  g_autofree char *path
      = g_build_filename (g_getenv ("REACTIVE_TEST_DATA"), "fuzz", "corpus", "gob", "every-kind", NULL);
  g_autofree char *contents = NULL;
  gsize length = 0;
  g_autoptr (ReactiveGobDecoder) decoder = reactive_gob_decoder_new ();
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &contents, &length, &error);
  g_assert_no_error (error);
  reactive_gob_decoder_feed (decoder, (const guint8 *) contents, length);

  for (guint i = 0; i < 2; i++)
    {
      g_auto (ReactiveGobReply) reply = { 0 };
      gboolean is_complete = FALSE;

      reactive_gob_decoder_next (decoder, &is_complete, &reply, &error);
      g_assert_no_error (error);
      g_assert_true (is_complete);
      g_assert_cmpuint (reply.sequence, ==, 300 + i);
      g_assert_cmpint (reply.code, ==, 2);
      assert_bytes (reply.output, "out");
      assert_bytes (reply.errors, "err");
    }
  g_assert_true (reactive_gob_decoder_is_idle (decoder));
}

/* A struct in a struct in a struct…; the data is as deep as @depth. */
static gboolean
decode_nested (guint depth, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (ReactiveGobReply) reply = { 0 };
  gboolean is_complete = FALSE;
  GString *value = g_string_new ("ff 84");

  for (guint i = 0; i < depth; i++)
    g_string_append (value, " 01");
  for (guint i = 0; i <= depth; i++)
    g_string_append (value, " 00");
  append_messages (bytes, RESPONSE "|" HEADER "|ff 83 03 02 02 01 'E' 01 ff 84 00 01 'Code' 01 04 00 00 00");
  append_messages (bytes, value->str);
  g_string_free (value, /* free_segment= */ TRUE);
  return decode (bytes, &is_complete, &reply, error);
}

static void
test_depth (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (decode_nested (REACTIVE_GOB_MAX_DEPTH, &error));
  g_assert_no_error (error);
  g_assert_false (decode_nested (REACTIVE_GOB_MAX_DEPTH + 1, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_nonnull (strstr (error->message, "nested too deeply"));
}

static void
test_too_many_types (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (ReactiveGobReply) reply = { 0 };
  gboolean is_complete = FALSE;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i <= REACTIVE_GOB_MAX_TYPES; i++)
    {
      guint id = 2 * (64 + i) - 1;
      g_autofree char *message = g_strdup_printf ("fe %02x %02x 03 00 00", id >> 8, id & 0xff);

      append_messages (bytes, message);
    }
  g_assert_false (decode (bytes, &is_complete, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_nonnull (strstr (error->message, "too many types"));
}

static void
test_long_definition (void)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (ReactiveGobReply) reply = { 0 };
  gboolean is_complete = FALSE;
  g_autoptr (GError) error = NULL;

  append_words (bytes, "fd 01 00 01 7f");
  g_byte_array_set_size (bytes, 4 + 0x10001);
  g_assert_false (decode (bytes, &is_complete, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_nonnull (strstr (error->message, "definition is too long"));
}

/* Requests -------------------------------------------------------------------------------------------------------- */

static GByteArray *
encode (const Exchange *exchange)
{
  GByteArray *bytes = g_byte_array_new ();
  g_autoptr (GBytes) input = exchange->input != NULL ? g_bytes_new (exchange->input, strlen (exchange->input)) : NULL;
  const ReactiveGobRequest request = {
    .context_id = "u/0-install-1",
    .directory = "/charm",
    .tool = exchange->tool,
    .arguments = exchange->arguments,
    .input = input,
    .token = exchange->token,
  };

  reactive_gob_append_request (bytes, &request, exchange->sequence, exchange->sequence == 0);
  return bytes;
}

static void
test_requests (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (exchanges) && exchanges[i].token != NULL; i++)
    {
      g_autoptr (GByteArray) bytes = encode (&exchanges[i]);
      g_autoptr (GBytes) expected = load_capture (exchanges[i].directory, exchanges[i].number, "request");

      g_assert_cmpmem (bytes->data, bytes->len, g_bytes_get_data (expected, NULL), g_bytes_get_size (expected));
    }
}

/* The capture's process had used up ids, so that its type is number 71 and was called otherwise; all else is the same.
 */
static void
test_request_without_token (void)
{
  const Exchange *exchange = &exchanges[G_N_ELEMENTS (exchanges) - 1];
  g_autoptr (GBytes) capture = load_capture (exchange->directory, exchange->number, "request");
  g_autoptr (GByteArray) bytes = encode (exchange);
  g_autoptr (GByteArray) expected = g_byte_array_new ();
  const guint8 *data = g_bytes_get_data (capture, NULL);

  /* header, its type, then the definition of the request up to the first field */
  g_byte_array_append (expected, data, 0x40);
  append_words (expected, "5c ff 83 03 01 01 'Request' 01 ff 84");
  g_byte_array_append (expected, data + 0x4e, 0xb2 - 0x4e);
  append_words (expected, "ff 84");
  g_byte_array_append (expected, data + 0xb4, (guint) (g_bytes_get_size (capture) - 0xb4));

  g_assert_null (exchange->token);
  g_assert_cmpmem (bytes->data, bytes->len, expected->data, expected->len);
}

static void
test_large_numbers (void)
{
  const guint64 sequences[] = { 127, 128, 255, 256, 65535, 65536, G_MAXUINT32, G_MAXUINT64 };
  const char *const expected[] = { "7f",       "ff 80",       "ff ff",          "fe 01 00",
                                   "fe ff ff", "fd 01 00 00", "fc ff ff ff ff", "f8 ff ff ff ff ff ff ff ff" };

  for (guint i = 0; i < G_N_ELEMENTS (sequences); i++)
    {
      const ReactiveGobRequest request = { .context_id = "", .directory = "/", .tool = "t", .token = "" };
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      g_autoptr (GByteArray) number = g_byte_array_new ();

      reactive_gob_append_request (bytes, &request, sequences[i], /* is_first= */ FALSE);
      append_words (number, expected[i]);
      /* length, id, ServiceMethod with its field number, field number of Seq */
      g_assert_cmpmem (bytes->data + 16, number->len, number->data, number->len);
      g_assert_cmpuint (bytes->data[16 + number->len], ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gob/decode/recorded-responses", test_responses);
  g_test_add_func ("/gob/decode/response-cut-anywhere-needs-more", test_prefixes);
  g_test_add_func ("/gob/decode/response-with-a-byte-changed-does-no-harm", test_changed_bytes);
  g_test_add_func ("/gob/decode/streams-made-by-hand", test_streams);
  g_test_add_func ("/gob/decode/malformed-length-is-refused", test_malformed_frames);
  g_test_add_func ("/gob/decode/unknown-fields-of-every-kind-are-skipped", test_every_kind);
  g_test_add_func ("/gob/decode/depth-is-limited", test_depth);
  g_test_add_func ("/gob/decode/number-of-types-is-limited", test_too_many_types);
  g_test_add_func ("/gob/decode/length-of-a-definition-is-limited", test_long_definition);
  g_test_add_func ("/gob/encode/recorded-requests-byte-for-byte", test_requests);
  g_test_add_func ("/gob/encode/request-without-token-byte-for-byte", test_request_without_token);
  g_test_add_func ("/gob/encode/numbers-of-every-length", test_large_numbers);
  return g_test_run ();
}
