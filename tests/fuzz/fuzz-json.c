/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

static ReactiveJson *
parse (const uint8_t *data, size_t size, ReactiveJsonDialect dialect)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse ((const char *) data, (gssize) size, dialect, &error);

  g_assert_true ((value == NULL) == (error != NULL));
  if (error != NULL)
    {
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_true (g_ascii_isdigit (error->message[0]));
      for (const char *place = error->message; *place != '\0'; place++)
        g_assert_true (g_ascii_isprint (*place));
    }

  return value;
}

/* TRUE when @value holds a NaN, which equals nothing, not even itself. */
static gboolean
has_nan (const ReactiveJson *value)
{
  if (reactive_json_get_kind (value) == REACTIVE_JSON_FLOAT)
    return reactive_json_get_double (value) != reactive_json_get_double (value);

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      if (has_nan (reactive_json_get_element (value, i)))
        return TRUE;
    }

  return FALSE;
}

/* What was written is read again as an equal value, and written again as the same text. */
static void
check_round_trip (const ReactiveJson *value, ReactiveJsonStyle style)
{
  g_autofree char *text = reactive_json_to_text (value, style);
  g_autoptr (ReactiveJson) again = parse ((const uint8_t *) text, strlen (text), REACTIVE_JSON_PYTHON);
  g_autofree char *text_again = NULL;

  g_assert_nonnull (again);
  g_assert_true (g_str_is_ascii (text));
  text_again = reactive_json_to_text (again, style);
  g_assert_cmpstr (text, ==, text_again);
  g_assert_true (reactive_json_equal (value, again) == !has_nan (value));
}

/* Every member is found by its name; every string ends in NUL where its length says. */
static void
check_parts (const ReactiveJson *value, gboolean names_are_whole)
{
  gsize length = 0;
  const char *string = reactive_json_get_string (value, &length);

  if (string != NULL)
    g_assert_cmpint (string[length], ==, '\0');

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const ReactiveJson *element = reactive_json_get_element (value, i);
      const char *name = reactive_json_get_member_name (value, i);
      guint line, column;

      reactive_json_get_position (element, &line, &column);
      g_assert_true (line >= 1 && column >= 1);
      if (name != NULL && names_are_whole)
        g_assert_true (reactive_json_get_member (value, name) == element);
      check_parts (element, names_are_whole);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ReactiveJson) strict = parse (data, size, REACTIVE_JSON_STRICT);
  g_autoptr (ReactiveJson) python = parse (data, size, REACTIVE_JSON_PYTHON);

  /* Python's dialect is the wider one, and reads the same where both read. */
  if (strict != NULL)
    {
      g_assert_nonnull (python);
      g_assert_true (reactive_json_equal (strict, python));
    }
  if (python != NULL)
    {
      g_autofree char *text = reactive_json_to_text (python, REACTIVE_JSON_INSERTION_ORDER);

      /* A name that holds NUL is cut off there by who looks at it as a C string. */
      check_parts (python, strstr (text, "\\u0000") == NULL);
      check_round_trip (python, REACTIVE_JSON_INSERTION_ORDER);
      check_round_trip (python, REACTIVE_JSON_SORT_KEYS);
    }

  return 0;
}
