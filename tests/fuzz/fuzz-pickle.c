/* SPDX-License-Identifier: Apache-2.0 */
#include "state/pickle.h"

#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

/* What was read is written as a pickle that is read as the same. */
int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) value = reactive_pickle_parse (data, size, &error);
  g_autoptr (ReactiveJson) again = NULL;
  g_autoptr (GByteArray) pickle = NULL;
  g_autofree char *text = NULL;
  g_autofree char *text_again = NULL;

  g_assert_true ((value == NULL) == (error != NULL));
  if (value == NULL)
    {
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      return 0;
    }

  pickle = reactive_pickle_from_json (value);
  g_assert_nonnull (pickle);
  if (pickle->len > REACTIVE_PICKLE_MAX_BYTES)
    return 0;
  again = reactive_pickle_parse (pickle->data, pickle->len, NULL);
  g_assert_nonnull (again);
  text = reactive_json_to_text (value, REACTIVE_JSON_INSERTION_ORDER);
  text_again = reactive_json_to_text (again, REACTIVE_JSON_INSERTION_ORDER);
  g_assert_cmpstr (text, ==, text_again);

  return 0;
}
