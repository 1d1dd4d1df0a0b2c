/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static ReactiveJson *
parse (const char *text, ReactiveJsonDialect dialect)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (text, -1, dialect, &error);

  g_assert_no_error (error);
  g_assert_nonnull (value);
  return value;
}

static void
assert_written (const ReactiveJson *value, ReactiveJsonStyle style, const char *expected)
{
  g_autofree char *text = reactive_json_to_text (value, style);

  g_assert_cmpstr (text, ==, expected);
}

/*
 * What is read and how it is written
 */

typedef struct
{
  const char *name;
  const char *text;
  const char *written; /* NULL: as @text is */
} Accepted;

static const Accepted accepted_by_both[] = {
  { "literals", "[null, true, false]", NULL },
  { "whitespace-of-json-is-skipped", " \t\r\n[ 1 ,\n2 ] \n", "[1, 2]" },
  { "empty-containers", "[{}, [], \"\"]", NULL },
  { "members-keep-their-order", "{\"b\": 1, \"a\": 2}", NULL },
  { "integers-keep-their-digits", "[123456789012345678901234567890, -99999999999999999999, 0]", NULL },
  { "negative-zero-is-an-integer-without-a-sign", "-0", "0" },
  { "negative-zero-is-a-float-with-a-sign", "[-0.0, 0e5]", "[-0.0, 0.0]" },
  { "floats-are-shortest", "[0.1, 1.10, 2.5e0, 123456.789E-2]", "[0.1, 1.1, 2.5, 1234.56789]" },
  { "floats-turn-scientific-at-1e16", "[1e15, 9999999999999998.0, 1e16, 1.5e300]",
    "[1000000000000000.0, 9999999999999998.0, 1e+16, 1.5e+300]" },
  { "floats-turn-scientific-below-1e-4", "[0.0001, 0.00001, 0.000123, 1.25e-7]",
    "[0.0001, 1e-05, 0.000123, 1.25e-07]" },
  { "smallest-and-largest-floats", "[5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 1e-400]",
    "[5e-324, 2.2250738585072014e-308, 1.7976931348623157e+308, 0.0]" },
  { "powers-of-two-are-shortest", "[5.684341886080802e-14, 5.9604644775390625e-08, 9007199254740992.0]",
    "[5.684341886080802e-14, 5.960464477539063e-08, 9007199254740992.0]" },
  { "escapes-of-json", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
  { "other-controls-are-written-by-number", "\"\\u0000\\u001F\\u007f\x7f\"", "\"\\u0000\\u001f\\u007f\\u007f\"" },
  { "text-beyond-ascii-is-escaped", "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"", "\"\\u00e9\\u20ac\\ud83d\\ude00\"" },
  { "surrogate-pairs-are-joined", "\"\\uD83D\\uDE00\"", "\"\\ud83d\\ude00\"" },
  { "a-name-may-be-empty-or-hold-nul", "{\"\": 1, \"a\\u0000b\": 2, \"a\": 3}", NULL },
};

static const Accepted accepted_by_python[] = {
  { "not-a-number-and-infinities", "[NaN, Infinity, -Infinity]", NULL },
  { "floats-out-of-range-are-infinite", "[1e400, -1e999]", "[Infinity, -Infinity]" },
  { "lone-surrogates-survive", "\"\\ud800 \\udfff\\ud83d\\ud83d\\ude00\\udc00\"", NULL },
  { "last-duplicate-wins-in-the-first-place", "{\"a\": 1, \"b\": 2, \"a\": 3}", "{\"a\": 3, \"b\": 2}" },
};

static void
test_accepts_in_python (gconstpointer data)
{
  const Accepted *test = data;
  g_autoptr (ReactiveJson) value = parse (test->text, REACTIVE_JSON_PYTHON);

  assert_written (value, REACTIVE_JSON_INSERTION_ORDER, test->written != NULL ? test->written : test->text);
}

static void
test_accepts_in_both (gconstpointer data)
{
  const Accepted *test = data;
  g_autoptr (ReactiveJson) value = parse (test->text, REACTIVE_JSON_STRICT);

  assert_written (value, REACTIVE_JSON_INSERTION_ORDER, test->written != NULL ? test->written : test->text);
  test_accepts_in_python (data);
}

static void
test_strict_refuses (gconstpointer data)
{
  const Accepted *test = data;
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (test->text, -1, REACTIVE_JSON_STRICT, &error);

  g_assert_null (value);
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
}

/*
 * What is refused
 */

typedef struct
{
  const char *name;
  const char *text;
  const char *message;
} Refused;

static const Refused refused_by_both[] = {
  { "empty-text", "", "1:1: expected a value, found the end of the text" },
  { "whitespace-alone", " \n ", "2:2: expected a value, found the end of the text" },
  { "byte-order-mark", "\xef\xbb\xbf[]", "1:1: expected a value, found U+FEFF" },
  { "other-whitespace", "\f1", "1:1: expected a value, found U+000C" },
  { "second-value", "{} []", "1:4: expected nothing more after the value, found '['" },
  { "leading-zero", "[01]", "1:3: expected ',' or ']', found '1'" },
  { "plus-sign", "+1", "1:1: expected a value, found '+'" },
  { "sign-alone", "-", "1:2: expected a digit, found the end of the text" },
  { "negative-word", "-Inf", "1:2: expected a digit, found 'I'" },
  { "point-without-digits", "1.", "1:3: expected a digit, found the end of the text" },
  { "point-without-number", ".5", "1:1: expected a value, found '.'" },
  { "exponent-without-digits", "[1e+]", "1:5: expected a digit, found ']'" },
  { "hexadecimal", "0x10", "1:2: expected nothing more after the value, found 'x'" },
  { "half-a-word", "nul", "1:1: expected a value, found 'n'" },
  { "word-too-long", "nulll", "1:5: expected nothing more after the value, found 'l'" },
  { "single-quotes", "'a'", "1:1: expected a value, found '''" },
  { "comment", "[1, /* */ 2]", "1:5: expected a value, found '/'" },
  { "array-without-end", "[1,\n 2", "2:3: expected ',' or ']', found the end of the text" },
  { "array-with-comma-at-end", "[1,]", "1:4: expected a value, found ']'" },
  { "array-with-comma-alone", "[,]", "1:2: expected a value, found ','" },
  { "closed-by-the-wrong-bracket", "[1}", "1:3: expected ',' or ']', found '}'" },
  { "object-without-end", "{", "1:2: expected a member's name or '}', found the end of the text" },
  { "object-with-comma-at-end", "{\"a\": 1,}", "1:9: expected a member's name, found '}'" },
  { "object-with-bare-name", "{a: 1}", "1:2: expected a member's name or '}', found 'a'" },
  { "object-without-colon", "{\"a\" 1}", "1:6: expected ':', found '1'" },
  { "object-without-comma", "{\"a\": 1 \"b\"", "1:9: expected ',' or '}', found '\"'" },
  { "object-without-value", "{\"a\":}", "1:6: expected a value, found '}'" },
  { "string-without-end", "[\"\xc3\xa9\", \"ab", "1:7: string without an end" },
  { "string-ends-in-backslash", "\"\\",
    "1:3: expected one of \"\\/bfnrtu after a backslash, found the end "
    "of the text" },
  { "unknown-escape", "\"\\x41\"", "1:3: expected one of \"\\/bfnrtu after a backslash, found 'x'" },
  { "short-escape", "\"\\u12\"", "1:6: expected four hexadecimal digits after \\u, found '\"'" },
  { "escape-cut-off", "\"\\u12",
    "1:6: expected four hexadecimal digits after \\u, found the end of the "
    "text" },
  { "signed-escape", "\"\\u-123\"", "1:4: expected four hexadecimal digits after \\u, found '-'" },
  { "line-break-in-string", "[\"a\nb\"]", "1:4: control character U+000A in a string" },
  { "latin-1", "[\n\"\xe9\"]", "2:2: not valid UTF-8" },
  { "surrogate-as-bytes", "\"\xed\xa0\x80\"", "1:2: not valid UTF-8" },
  { "overlong-bytes", "\"\xc0\x80\"", "1:2: not valid UTF-8" },
  { "cut-off-character", "\"\xe2\x82", "1:2: not valid UTF-8" },
  { "beyond-unicode", "\"\xf4\x90\x80\x80\"", "1:2: not valid UTF-8" },
};

static const Refused refused_by_strict[] = {
  { "nan", "NaN", "1:1: expected a value, found 'N'" },
  { "infinity", "[Infinity]", "1:2: expected a value, found 'I'" },
  { "negative-infinity", "-Infinity", "1:2: expected a digit, found 'I'" },
  { "number-out-of-range", "[1, 1e400]", "1:5: number out of range" },
  { "duplicate-member", "{\"a\": 1,\n \"a\": 2}", "2:2: duplicate member \"a\"" },
  { "duplicate-member-by-escape", "{\"a\": 1, \"\\u0061\": 2}", "1:10: duplicate member \"a\"" },
  { "duplicate-member-with-controls", "{\"\\n\xc3\xa9\": 1, \"\\n\xc3\xa9\": 2}",
    "1:12: duplicate member \"\\n\\u00e9\"" },
  { "lone-high-surrogate", "[\"\\ud800x\"]", "1:2: string with a lone surrogate" },
  { "lone-low-surrogate", "{\"\\udc00\": 1}", "1:2: string with a lone surrogate" },
  { "surrogates-in-the-wrong-order", "\"\\udc00\\ud800\"", "1:1: string with a lone surrogate" },
};

static void
assert_refused (const char *text, gssize length, ReactiveJsonDialect dialect, const char *message)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (text, length, dialect, &error);

  g_assert_null (value);
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_refuses_in_strict (gconstpointer data)
{
  const Refused *test = data;

  assert_refused (test->text, -1, REACTIVE_JSON_STRICT, test->message);
}

static void
test_refuses_in_both (gconstpointer data)
{
  const Refused *test = data;

  assert_refused (test->text, -1, REACTIVE_JSON_STRICT, test->message);
  assert_refused (test->text, -1, REACTIVE_JSON_PYTHON, test->message);
}

static void
test_refuses_nul (void)
{
  assert_refused ("1\0", 2, REACTIVE_JSON_PYTHON, "1:2: expected nothing more after the value, found U+0000");
  assert_refused ("\"a\0b\"", 5, REACTIVE_JSON_PYTHON, "1:3: control character U+0000 in a string");
  assert_refused ("\"\\\0\"", 4, REACTIVE_JSON_STRICT,
                  "1:3: expected one of \"\\/bfnrtu after a backslash, found U+0000");
  assert_refused ("\0\xff", 2, REACTIVE_JSON_STRICT, "1:1: expected a value, found U+0000");
}

/* Each beginning of a text is parsed without looking at what follows it in memory. */
static void
test_stops_at_length (void)
{
  static const char text[] = "{\"a\": [1.5e3, \"\\u00e9\", true, null, -12], \"b\": {}}";

  for (gssize length = 0; length < (gssize) strlen (text); length++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *beginning = g_memdup2 (text, MAX (1, (gsize) length));
      ReactiveJson *value = reactive_json_parse (beginning, length, REACTIVE_JSON_PYTHON, &error);

      g_assert_null (value);
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
    }
}

/*
 * Limits
 */

static GString *
repeat (const char *piece, gsize count)
{
  GString *text = g_string_sized_new (strlen (piece) * count + 16);

  for (gsize i = 0; i < count; i++)
    g_string_append (text, piece);

  return text;
}

static void
test_limits_depth (void)
{
  g_autoptr (GString) deepest = repeat ("[", REACTIVE_JSON_MAX_DEPTH);
  g_autoptr (GString) closed = g_string_new (deepest->str);
  g_autoptr (GString) endless = repeat ("[{\"a\":", 50000);
  g_autoptr (ReactiveJson) value = NULL;

  for (guint i = 0; i < REACTIVE_JSON_MAX_DEPTH; i++)
    g_string_append_c (closed, ']');
  value = parse (closed->str, REACTIVE_JSON_STRICT);
  assert_written (value, REACTIVE_JSON_INSERTION_ORDER, closed->str);

  g_string_append_c (deepest, '[');
  assert_refused (deepest->str, -1, REACTIVE_JSON_PYTHON, "1:513: nested more than 512 levels deep");
  assert_refused (endless->str, -1, REACTIVE_JSON_PYTHON, "1:1537: nested more than 512 levels deep");
}

static void
test_depth_is_not_breadth (void)
{
  g_autoptr (GString) text = g_string_new ("[[]");
  g_autoptr (ReactiveJson) value = NULL;

  for (guint i = 0; i < REACTIVE_JSON_MAX_DEPTH; i++)
    g_string_append (text, ", {}, []");
  g_string_append_c (text, ']');

  value = parse (text->str, REACTIVE_JSON_STRICT);
  g_assert_cmpuint (reactive_json_get_length (value), ==, 1 + 2 * REACTIVE_JSON_MAX_DEPTH);
}

static void
test_limits_digits (void)
{
  g_autoptr (GString) digits = repeat ("7", REACTIVE_JSON_MAX_DIGITS);
  g_autoptr (GString) negative = g_string_new ("-");
  g_autoptr (GString) fraction = repeat ("3", 100000);
  g_autoptr (ReactiveJson) longest = parse (digits->str, REACTIVE_JSON_PYTHON);
  g_autoptr (ReactiveJson) number = NULL;

  assert_written (longest, REACTIVE_JSON_INSERTION_ORDER, digits->str);
  g_assert_true (isinf (reactive_json_get_double (longest)));

  g_string_append_printf (negative, "%s", digits->str);
  g_clear_pointer (&longest, reactive_json_unref);
  longest = parse (negative->str, REACTIVE_JSON_STRICT);
  assert_written (longest, REACTIVE_JSON_INSERTION_ORDER, negative->str);

  g_string_append_c (negative, '0');
  assert_refused (negative->str, -1, REACTIVE_JSON_PYTHON, "1:1: integer of more than 4300 digits");

  g_string_prepend (fraction, "0.");
  number = parse (fraction->str, REACTIVE_JSON_STRICT);
  assert_written (number, REACTIVE_JSON_INSERTION_ORDER, "0.3333333333333333");
}

static void
test_limits_values (void)
{
  g_autoptr (GString) text = repeat (",0", REACTIVE_JSON_MAX_VALUES - 1);
  g_autoptr (ReactiveJson) value = NULL;
  g_autofree char *message = NULL;

  /* The array is a value, too. */
  text->str[0] = '[';
  g_string_append_c (text, ']');
  value = parse (text->str, REACTIVE_JSON_STRICT);
  g_assert_cmpuint (reactive_json_get_length (value), ==, REACTIVE_JSON_MAX_VALUES - 1);

  g_string_truncate (text, text->len - 1);
  g_string_append (text, ",0]");
  message = g_strdup_printf ("1:%u: more than 4000000 values", 2 * REACTIVE_JSON_MAX_VALUES);
  assert_refused (text->str, -1, REACTIVE_JSON_PYTHON, message);
}

static void
test_limits_bytes (void)
{
  gsize length = REACTIVE_JSON_MAX_BYTES;
  g_autofree char *text = g_malloc (length + 1);
  g_autoptr (ReactiveJson) value = NULL;

  memset (text, ' ', length + 1);
  text[length - 1] = '1';
  value = reactive_json_parse (text, (gssize) length, REACTIVE_JSON_STRICT, NULL);
  g_assert_nonnull (value);

  assert_refused (text, (gssize) length + 1, REACTIVE_JSON_STRICT, "1:1: text of more than 67108864 bytes");
}

/*
 * Values made by hand
 */

static void
test_makes_every_kind (void)
{
  g_autoptr (ReactiveJson) array = reactive_json_new_array ();
  ReactiveJson *object = reactive_json_new_object ();

  reactive_json_object_set (object, "name", reactive_json_new_string ("\xc3\xa9"));
  reactive_json_array_add (array, reactive_json_new_null ());
  reactive_json_array_add (array, reactive_json_new_boolean (42));
  reactive_json_array_add (array, reactive_json_new_boolean (FALSE));
  reactive_json_array_add (array, reactive_json_new_integer (G_MININT64));
  reactive_json_array_add (array, reactive_json_new_integer (0));
  reactive_json_array_add (array, reactive_json_new_float (-1));
  reactive_json_array_add (array, object);

  assert_written (array, REACTIVE_JSON_INSERTION_ORDER,
                  "[null, true, false, -9223372036854775808, 0, -1.0, {\"name\": \"\\u00e9\"}]");
}

static void
test_makes_arrays_of_strings (void)
{
  char *texts[] = { "b", "a", NULL };
  g_autoptr (GPtrArray) array = g_ptr_array_new ();
  g_autoptr (ReactiveJson) of_array = NULL, of_strv = reactive_json_new_strv (texts);
  g_autoptr (ReactiveJson) of_none = reactive_json_new_strings (NULL), of_no_strv = reactive_json_new_strv (NULL);

  for (guint i = 0; texts[i] != NULL; i++)
    g_ptr_array_add (array, texts[i]);
  of_array = reactive_json_new_strings (array);
  assert_written (of_array, REACTIVE_JSON_INSERTION_ORDER, "[\"b\", \"a\"]");
  assert_written (of_strv, REACTIVE_JSON_INSERTION_ORDER, "[\"b\", \"a\"]");
  assert_written (of_none, REACTIVE_JSON_INSERTION_ORDER, "[]");
  assert_written (of_no_strv, REACTIVE_JSON_INSERTION_ORDER, "[]");
}

static void
test_setting_replaces_in_place (void)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();

  reactive_json_object_set (object, "a", reactive_json_new_integer (1));
  reactive_json_object_set (object, "b", reactive_json_new_integer (2));
  reactive_json_object_set (object, "a", reactive_json_new_string ("new"));

  assert_written (object, REACTIVE_JSON_INSERTION_ORDER, "{\"a\": \"new\", \"b\": 2}");
}

static void
test_sorts_by_code_point (void)
{
  g_autoptr (ReactiveJson) value
      = parse ("{\"b\": 1, \"\\ud83d\\ude00\": 2, \"\\uffff\": {\"z\": 1, \"y\": 2}, \"\": 3, "
               "\"ab\": 4, \"\\ud800\": 5, \"a\": 6, \"a\\u0000\": 7}",
               REACTIVE_JSON_PYTHON);

  assert_written (value, REACTIVE_JSON_SORT_KEYS,
                  "{\"\": 3, \"a\": 6, \"a\\u0000\": 7, \"ab\": 4, \"b\": 1, \"\\ud800\": 5, "
                  "\"\\uffff\": {\"y\": 2, \"z\": 1}, \"\\ud83d\\ude00\": 2}");
}

static const Accepted strings_from_callers[] = {
  { "plain", "flag", "\"flag\"" },
  { "empty", "", "\"\"" },
  { "stray-bytes-are-replaced", "a\xff\xc3(\xe2\x82", "\"a\\ufffd\\ufffd(\\ufffd\\ufffd\"" },
  { "lone-surrogate-is-kept", "\xed\xa0\x80x", "\"\\ud800x\"" },
  { "surrogate-pair-is-joined", "\xed\xa0\xbd\xed\xb8\x80", "\"\\ud83d\\ude00\"" },
  { "cut-off-surrogate-is-replaced", "\xed\xa0", "\"\\ufffd\\ufffd\"" },
};

static void
test_takes_any_string (gconstpointer data)
{
  const Accepted *test = data;
  g_autoptr (ReactiveJson) value = reactive_json_new_string (test->text);
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();
  g_autofree char *expected = g_strdup_printf ("{%s: null}", test->written);

  reactive_json_object_set (object, test->text, reactive_json_new_null ());
  assert_written (value, REACTIVE_JSON_INSERTION_ORDER, test->written);
  assert_written (object, REACTIVE_JSON_INSERTION_ORDER, expected);
}

static void
test_is_shared_by_reference (void)
{
  g_autoptr (ReactiveJson) value = parse ("{\"a\": [1, 2]}", REACTIVE_JSON_STRICT);
  ReactiveJson *member = reactive_json_ref (reactive_json_get_member (value, "a"));
  g_autoptr (ReactiveJson) other = reactive_json_new_array ();
  gpointer boxed = g_boxed_copy (reactive_json_get_type (), value);

  g_assert_true (boxed == value);
  g_boxed_free (reactive_json_get_type (), boxed);

  reactive_json_array_add (other, member);
  g_clear_pointer (&value, reactive_json_unref);
  assert_written (other, REACTIVE_JSON_INSERTION_ORDER, "[[1, 2]]");
  reactive_json_unref (NULL);
}

/*
 * Asking
 */

static void
test_answers_by_kind (void)
{
  g_autoptr (ReactiveJson) value
      = parse ("[null, true, 12, 2.5, \"a\\u0000b\", [1], {\"a\": 1}]", REACTIVE_JSON_STRICT);

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const ReactiveJson *element = reactive_json_get_element (value, i);
      ReactiveJsonType kind = reactive_json_get_kind (element);
      gint64 integer = -1;
      gsize length = 99;

      g_assert_cmpuint (kind, ==, i);
      g_assert_cmpint (reactive_json_get_boolean (element), ==, kind == REACTIVE_JSON_BOOLEAN);
      g_assert_cmpint (reactive_json_get_integer (element, &integer), ==, kind == REACTIVE_JSON_INTEGER);
      g_assert_cmpint (integer, ==, kind == REACTIVE_JSON_INTEGER ? 12 : -1);
      g_assert_cmpfloat (reactive_json_get_double (element), ==,
                         kind == REACTIVE_JSON_FLOAT     ? 2.5
                         : kind == REACTIVE_JSON_INTEGER ? 12
                                                         : 0);
      g_assert_cmpint (reactive_json_get_string (element, &length) != NULL, ==, kind == REACTIVE_JSON_STRING);
      g_assert_cmpuint (length, ==, kind == REACTIVE_JSON_STRING ? 3 : 99);
      g_assert_cmpuint (reactive_json_get_length (element), ==, kind >= REACTIVE_JSON_ARRAY ? 1 : 0);
      g_assert_cmpint (reactive_json_get_element (element, 0) != NULL, ==, kind >= REACTIVE_JSON_ARRAY);
      g_assert_null (reactive_json_get_element (element, 1));
      g_assert_cmpstr (reactive_json_get_member_name (element, 0), ==, kind == REACTIVE_JSON_OBJECT ? "a" : NULL);
      g_assert_null (reactive_json_get_member_name (element, 1));
      g_assert_cmpint (reactive_json_get_member (element, "a") != NULL, ==, kind == REACTIVE_JSON_OBJECT);
      g_assert_null (reactive_json_get_member (element, "b"));
    }
}

static const struct
{
  const char *text;
  gboolean fits;
  gint64 integer;
} integers[] = {
  { "9223372036854775807", TRUE, G_MAXINT64 },
  { "-9223372036854775808", TRUE, G_MININT64 },
  { "9223372036854775808", FALSE, 0 },
  { "-9223372036854775809", FALSE, 0 },
  { "99999999999999999999", FALSE, 0 },
  { "100000000000000000000000000000000", FALSE, 0 },
  { "-0", TRUE, 0 },
  { "1.0", FALSE, 0 },
  { "\"1\"", FALSE, 0 },
  { "true", FALSE, 0 },
};

static void
test_integers_are_range_checked (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (integers); i++)
    {
      g_autoptr (ReactiveJson) value = parse (integers[i].text, REACTIVE_JSON_STRICT);
      gint64 integer = 0;

      g_assert_cmpint (reactive_json_get_integer (value, &integer), ==, integers[i].fits);
      g_assert_cmpint (reactive_json_get_integer (value, NULL), ==, integers[i].fits);
      g_assert_cmpint (integer, ==, integers[i].integer);
    }
}

static void
test_finds_members_of_any_number (void)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();

  for (guint i = 0; i < 1000; i++)
    {
      g_autofree char *name = g_strdup_printf ("flag-%u", i * 7919 % 1000);

      g_assert_null (reactive_json_get_member (object, name));
      reactive_json_object_set (object, name, reactive_json_new_integer (-1));
      reactive_json_object_set (object, name, reactive_json_new_integer (i));
      g_assert_cmpuint (reactive_json_get_length (object), ==, i + 1);
    }

  for (guint i = 0; i < 1000; i++)
    {
      const char *name = reactive_json_get_member_name (object, i);
      gint64 integer;

      g_assert_true (reactive_json_get_member (object, name) == reactive_json_get_element (object, i));
      g_assert_true (reactive_json_get_integer (reactive_json_get_member (object, name), &integer));
      g_assert_cmpint (integer, ==, i);
    }
}

/* Two hundred thousand members, read and found again: looking for each from the start would be noticed. */
static void
test_big_objects_are_fast (void)
{
  g_autoptr (GString) text = g_string_new ("{\"a\": 0");
  g_autoptr (ReactiveJson) object = NULL;
  const guint n_members = 200000;

  for (guint i = 1; i < n_members; i++)
    g_string_append_printf (text, ", \"reactive.states.%u\": null", i);
  g_string_append_c (text, '}');

  object = parse (text->str, REACTIVE_JSON_STRICT);
  g_assert_cmpuint (reactive_json_get_length (object), ==, n_members);
  for (guint i = 0; i < n_members; i++)
    g_assert_nonnull (reactive_json_get_member (object, reactive_json_get_member_name (object, i)));
}

static void
test_knows_positions (void)
{
  g_autoptr (ReactiveJson) value = parse ("{\n  \"\xc3\xa9\": [1,\n\t22, \"x\"],\n  \"b\": {}}", REACTIVE_JSON_STRICT);
  g_autoptr (ReactiveJson) made = reactive_json_new_null ();
  const ReactiveJson *array = reactive_json_get_member (value, "\xc3\xa9");
  const struct
  {
    const ReactiveJson *value;
    guint line, column;
  } tests[] = {
    { value, 1, 1 },
    { array, 2, 8 },
    { reactive_json_get_element (array, 0), 2, 9 },
    { reactive_json_get_element (array, 1), 3, 2 },
    { reactive_json_get_element (array, 2), 3, 6 },
    { reactive_json_get_member (value, "b"), 4, 8 },
    { made, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      guint line, column;

      reactive_json_get_position (tests[i].value, &line, &column);
      g_assert_cmpuint (line, ==, tests[i].line);
      g_assert_cmpuint (column, ==, tests[i].column);
      reactive_json_get_position (tests[i].value, NULL, NULL);
    }
}

/*
 * For the comparison with CPython: each line of the input is a text in base64, each line of the output what it becomes.
 */

static int
dump_lines (ReactiveJsonDialect dialect, ReactiveJsonStyle style)
{
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  g_autoptr (GString) line = g_string_new (NULL);

  while (g_io_channel_read_line_string (input, line, NULL, NULL) == G_IO_STATUS_NORMAL)
    {
      gsize length;
      g_autofree guchar *text = g_base64_decode (line->str, &length);
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveJson) value = reactive_json_parse ((const char *) text, (gssize) length, dialect, &error);
      g_autofree char *written = value != NULL ? reactive_json_to_text (value, style) : NULL;

      if (written != NULL)
        puts (written);
      else
        printf ("error: %s\n", error->message);
    }

  return 0;
}

static int
dump (int argc, char **argv)
{
  ReactiveJsonDialect dialect = REACTIVE_JSON_PYTHON;
  ReactiveJsonStyle style = REACTIVE_JSON_INSERTION_ORDER;

  for (int i = 2; i < argc; i++)
    {
      if (g_str_equal (argv[i], "--strict"))
        dialect = REACTIVE_JSON_STRICT;
      else if (g_str_equal (argv[i], "--sort"))
        style = REACTIVE_JSON_SORT_KEYS;
    }

  return dump_lines (dialect, style);
}

static void
add_accepted (const char *prefix, const Accepted *tests, guint count, GTestDataFunc function)
{
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *path = g_strdup_printf ("/json/%s/%s", prefix, tests[i].name);

      g_test_add_data_func (path, &tests[i], function);
    }
}

static void
add_refused (const char *prefix, const Refused *tests, guint count, GTestDataFunc function)
{
  for (guint i = 0; i < count; i++)
    {
      g_autofree char *path = g_strdup_printf ("/json/%s/%s", prefix, tests[i].name);

      g_test_add_data_func (path, &tests[i], function);
    }
}

static void
add_tables (void)
{
  add_accepted ("reads-and-writes", accepted_by_both, G_N_ELEMENTS (accepted_by_both), test_accepts_in_both);
  add_accepted ("python-accepts", accepted_by_python, G_N_ELEMENTS (accepted_by_python), test_accepts_in_python);
  add_accepted ("strict-does-not-accept", accepted_by_python, G_N_ELEMENTS (accepted_by_python), test_strict_refuses);
  add_accepted ("makes-string", strings_from_callers, G_N_ELEMENTS (strings_from_callers), test_takes_any_string);
  add_refused ("refuses", refused_by_both, G_N_ELEMENTS (refused_by_both), test_refuses_in_both);
  add_refused ("strict-refuses", refused_by_strict, G_N_ELEMENTS (refused_by_strict), test_refuses_in_strict);
}

/* What is guessed to be no JSON is none to the reader either. */
static void
test_decodes_values (void)
{
  static const char *const values[] = {
    "",
    " ",
    "\t\n",
    "10.0.0.1",
    "10.0.0.1/32",
    "1.5",
    " -1.5 ",
    "1.5\n",
    "1.",
    ".5",
    "1.5.",
    "1e5",
    "1E+5",
    "1e",
    "+1",
    "-",
    "-Infinity",
    "-Inf",
    "Infinity",
    "NaN",
    "nan",
    "N",
    "null",
    "nul",
    "true",
    "t",
    "false",
    "[1]",
    "[",
    "{}",
    "\"a\"",
    "a",
    "\"a",
    "1 2",
    "1 .",
    "1..",
    "-1.2.3",
    "e5",
    "E",
    "\xc3\xa9",
    "12345678901234567890",
    "0x1",
    "01",
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (ReactiveJson) decoded = reactive_json_parse_loosely (values[i], strlen (values[i]));
      g_autoptr (ReactiveJson) parsed = reactive_json_parse (values[i], -1, REACTIVE_JSON_PYTHON, NULL);
      g_autofree char *text = reactive_json_to_text (decoded, REACTIVE_JSON_INSERTION_ORDER);
      g_autofree char *expected = NULL;

      if (parsed == NULL)
        parsed = reactive_json_new_string (values[i]);
      expected = reactive_json_to_text (parsed, REACTIVE_JSON_INSERTION_ORDER);
      g_assert_cmpstr (text, ==, expected);
    }
}

static void
test_quotes_strings (void)
{
  static const char *const strings[] = { "", "plain", "\"\\\n\x01\x7f", "caf\xc3\xa9", "bad\xff", "\xf0\x9f\x98\x80" };

  for (guint i = 0; i < G_N_ELEMENTS (strings); i++)
    {
      g_autoptr (ReactiveJson) string = reactive_json_new_string (strings[i]);
      g_autofree char *expected = reactive_json_to_text (string, REACTIVE_JSON_INSERTION_ORDER);
      g_autoptr (GString) text = g_string_new ("x");

      reactive_json_append_quoted (text, strings[i]);
      g_assert_cmpstr (text->str + 1, ==, expected);
    }
}

int
main (int argc, char **argv)
{
  if (argc > 1 && g_str_equal (argv[1], "--dump"))
    return dump (argc, argv);

  g_test_init (&argc, &argv, NULL);
  add_tables ();
  g_test_add_func ("/json/refuses/nul-bytes", test_refuses_nul);
  g_test_add_func ("/json/stops-at-its-length", test_stops_at_length);
  g_test_add_func ("/json/limits/depth", test_limits_depth);
  g_test_add_func ("/json/limits/depth-is-not-breadth", test_depth_is_not_breadth);
  g_test_add_func ("/json/limits/digits-of-integers-alone", test_limits_digits);
  /* Eight million values, each with its stack written down, take minutes. */
  if (g_getenv ("REACTIVE_TEST_SANITIZED") == NULL && g_getenv ("REACTIVE_TEST_VALGRIND") == NULL)
    g_test_add_func ("/json/limits/values", test_limits_values);
  g_test_add_func ("/json/limits/bytes", test_limits_bytes);
  g_test_add_func ("/json/makes-every-kind", test_makes_every_kind);
  g_test_add_func ("/json/makes-arrays-of-strings", test_makes_arrays_of_strings);
  g_test_add_func ("/json/setting-a-member-again-replaces-it-in-place", test_setting_replaces_in_place);
  g_test_add_func ("/json/sorts-members-by-code-point", test_sorts_by_code_point);
  g_test_add_func ("/json/is-shared-by-reference", test_is_shared_by_reference);
  g_test_add_func ("/json/answers-by-kind-and-never-guesses", test_answers_by_kind);
  g_test_add_func ("/json/integers-are-range-checked", test_integers_are_range_checked);
  g_test_add_func ("/json/finds-members-of-any-number", test_finds_members_of_any_number);
  g_test_add_func ("/json/big-objects-are-fast", test_big_objects_are_fast);
  g_test_add_func ("/json/knows-where-a-value-stood", test_knows_positions);
  g_test_add_func ("/json/decodes-values-of-databags", test_decodes_values);
  g_test_add_func ("/json/quotes-strings", test_quotes_strings);
  return g_test_run ();
}
