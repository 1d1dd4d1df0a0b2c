/* SPDX-License-Identifier: Apache-2.0 */
#include "state/pickle.h"

#include <string.h>

/* pickle.dumps (json.loads (text), PROTOCOL) in hexadecimal digits, by CPython 3.11, in protocols 2 and 4. */
static const struct
{
  const char *pickle;
  const char *text;
} pickles[] = {
  { "80024e2e", "null" },
  { "80044e2e", "null" },
  { "80027d710028580f000000726573706f6e73655f68617368657371017d7102580a0000006d792d7365727669636571035802"
    "0000006162710473580d0000007761735f617661696c61626c6571058858160000007761735f726573706f6e73655f617661"
    "696c61626c65710689752e",
    "{\"response_hashes\": {\"my-service\": \"ab\"}, \"was_available\": true, \"was_response_available\": false}" },
  { "80049557000000000000007d94288c0f726573706f6e73655f686173686573947d948c0a6d792d73657276696365948c0261"
    "6294738c0d7761735f617661696c61626c6594888c167761735f726573706f6e73655f617661696c61626c659489752e",
    "{\"response_hashes\": {\"my-service\": \"ab\"}, \"was_available\": true, \"was_response_available\": false}" },
  { "80027d710028580e0000006b6e6f776e5f726571756573747371017d71022858010000007871034e58010000007971046803"
    "7558010000006e71055d7106284b014affffffff4d2c014a701101004a90eefeff8a060000000000018a0800000000000000"
    "c0473ff800000000000065752e",
    "{\"known_requests\": {\"x\": null, \"y\": \"x\"}, \"n\": [1, -1, 300, 70000, -70000, 1099511627776, "
    "-4611686018427387904, 1.5]}" },
  { "8004955c000000000000007d94288c0e6b6e6f776e5f7265717565737473947d94288c0178944e8c0179946803758c016e94"
    "5d94284b014affffffff4d2c014a701101004a90eefeff8a060000000000018a0800000000000000c0473ff8000000000000"
    "65752e",
    "{\"known_requests\": {\"x\": null, \"y\": \"x\"}, \"n\": [1, -1, 300, 70000, -70000, 1099511627776, "
    "-4611686018427387904, 1.5]}" },
  { "80027d71005809000000c3a9eda080f09f988071015d71022858010000006171036803580000000071045d71057d71066573"
    "2e",
    "{\"\\u00e9\\ud800\\ud83d\\ude00\": [\"a\", \"a\", \"\", [], {}]}" },
  { "80049521000000000000007d948c09c3a9eda080f09f9880945d94288c01619468038c00945d947d9465732e",
    "{\"\\u00e9\\ud800\\ud83d\\ude00\": [\"a\", \"a\", \"\", [], {}]}" },
  /* by hand: a frame that ends early; and numbers given twice, behind which MEMOIZE goes on counting */
  { "80049501000000000000004e2e", "null" },
  { "80025d8c01617105618c01627105618c016394616801612e", "[\"a\", \"b\", \"c\", \"c\"]" },
};

static const struct
{
  const char *what;
  const char *pickle;
  const char *problem;
} refused[] = {
  { "a tuple", "8004950c000000000000007d948c0161944b018594732e", "something that JSON has no name for" },
  { "a class", "80049523000000000000008c086275696c74696e73948c0a56616c75654572726f729493948c017894859452942e",
    "something that JSON has no name for" },
  { "a set", "8004950e000000000000007d948c0161948f94284b0190732e", "something that JSON has no name for" },
  { "numbers as keys", "80049508000000000000007d944b014b02732e", "a dictionary of something but strings" },
  { "a key with NUL", "8004950b000000000000007d948c026100944b02732e", "a dictionary of something but strings" },
  { "a large number", "8004950c000000000000008a090000000000000000402e", "an integer of more than 64 bits" },
  { "protocol 6", "80064e2e", "of a later protocol" },
  { "a list in itself", "80025d71006800612e", "something but a string stands in it twice" },
  { "two values", "80024e4e2e", "out of order" },
  { "no value", "80022e", "out of order" },
  { "a mark at the end", "8002282e", "out of order" },
  { "an entry without a dictionary", "80024e4e732e", "out of order" },
  { "entries without a mark", "80027d752e", "out of order" },
  { "a mark as a value", "80027d58010000006128732e", "out of order" },
  { "half an entry", "80027d28580100000061752e", "out of order" },
  { "a mark as an element", "80025d28612e", "out of order" },
  { "remembering nothing", "800271002e", "out of order" },
  { "nothing", "", "cut short" },
  { "no end", "80024e", "cut short" },
  { "a string of 4 GB", "800258ffffffff612e", "cut short" },
  { "a string of 2**64 bytes", "80028dffffffffffffffff612e", "cut short" },
  { "a frame beyond the end", "80049503000000000000004e2e", "cut short" },
  { "a frame of 2**64 bytes", "800495ffffffffffffffff4e2e", "cut short" },
  { "bytes that are no text", "80028c02c3282e", "a string that is no UTF-8" },
  { "a character cut off", "80028c01c32e", "a string that is no UTF-8" },
  { "an overlong character", "80028c02c0802e", "a string that is no UTF-8" },
  { "a character beyond Unicode", "80028c04f49080802e", "a string that is no UTF-8" },
  { "a pair of surrogates", "80028c06eda0bdedb8802e", "a string that is no UTF-8" },
  { "the second of what was noted once", "80025d8c01617105618c01627105618c016394616802612e",
    "something but a string stands in it twice" },
  { "101 lists",
    "80025d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d"
    "5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d5d"
    "5d5d5d5d61616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
    "6161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161616161"
    "61616161612e",
    "too deep" },
};

static GByteArray *
from_hexadecimal (const char *digits)
{
  GByteArray *bytes = g_byte_array_new ();

  for (; *digits != '\0'; digits += 2)
    {
      guint8 byte = (guint8) (g_ascii_xdigit_value (digits[0]) << 4 | g_ascii_xdigit_value (digits[1]));

      g_byte_array_append (bytes, &byte, 1);
    }

  return bytes;
}

static void
assert_says (const GByteArray *pickle, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) value = reactive_pickle_parse (pickle->data, pickle->len, &error);
  g_autofree char *said = NULL;

  g_assert_no_error (error);
  said = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  g_assert_cmpstr (said, ==, text);
}

static void
test_read (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pickles); i++)
    {
      g_autoptr (GByteArray) pickle = from_hexadecimal (pickles[i].pickle);

      assert_says (pickle, pickles[i].text);
    }
}

static void
test_written (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pickles); i++)
    {
      g_autoptr (ReactiveJson) value = reactive_json_parse (pickles[i].text, -1, REACTIVE_JSON_PYTHON, NULL);
      g_autoptr (GByteArray) pickle = reactive_pickle_from_json (value);

      assert_says (pickle, pickles[i].text);
    }
}

static void
test_numbers_beyond (void)
{
  g_autoptr (ReactiveJson) value = reactive_json_parse ("[9223372036854775808]", -1, REACTIVE_JSON_PYTHON, NULL);

  g_assert_null (reactive_pickle_from_json (value));
}

static void
assert_refused (const GByteArray *pickle, const char *problem)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *message = g_strconcat ("a pickle that is not understood: ", problem, NULL);

  g_assert_null (reactive_pickle_parse (pickle->data, pickle->len, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  if (problem != NULL)
    g_assert_cmpstr (error->message, ==, message);
}

static void
test_refused (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GByteArray) pickle = from_hexadecimal (refused[i].pickle);

      g_test_message ("%s", refused[i].what);
      assert_refused (pickle, refused[i].problem);
    }
}

static void
test_cut_short (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (pickles); i++)
    {
      g_autoptr (GByteArray) pickle = from_hexadecimal (pickles[i].pickle);

      while (pickle->len > 0)
        {
          g_byte_array_set_size (pickle, pickle->len - 1);
          assert_refused (pickle, NULL);
        }
    }
}

/* A string of 1 MiB that is recalled more often than there is room for; so many values; so many that wait. */
static void
test_bounded (void)
{
  g_autoptr (GByteArray) strings = from_hexadecimal ("8002285800001000");
  g_autoptr (GByteArray) values = from_hexadecimal ("80025d");
  g_autoptr (GByteArray) waiting = from_hexadecimal ("80025d28");
  guint start = strings->len;

  g_byte_array_set_size (strings, start + 1024 * 1024);
  memset (strings->data + start, 'x', 1024 * 1024);
  g_byte_array_append (strings, (const guint8 *) "q\0", 2);
  for (guint i = 0; i < 16; i++)
    g_byte_array_append (strings, (const guint8 *) "h\0", 2);
  assert_refused (strings, "too many strings");

  for (guint i = 0; i < REACTIVE_PICKLE_MAX_VALUES; i++)
    g_byte_array_append (values, (const guint8 *) "Na", 2);
  assert_refused (values, "too many values");

  for (guint i = 0; i < 10000; i++)
    g_byte_array_append (waiting, (const guint8 *) "N", 1);
  assert_refused (waiting, "too many values");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/pickle/what-python-wrote-is-read", test_read);
  g_test_add_func ("/pickle/what-is-written-is-read-again", test_written);
  g_test_add_func ("/pickle/numbers-beyond-64-bits-are-not-written", test_numbers_beyond);
  g_test_add_func ("/pickle/what-json-cannot-say-is-refused", test_refused);
  g_test_add_func ("/pickle/cut-short-anywhere-it-is-refused", test_cut_short);
  g_test_add_func ("/pickle/is-bounded", test_bounded);

  return g_test_run ();
}
