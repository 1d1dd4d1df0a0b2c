/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob.h"

#include <stdint.h>

/* Reads replies until there are no more, and describes them; how the bytes came in pieces must not show in it. */
static char *
describe (const uint8_t *data, size_t size, size_t piece)
{
  g_autoptr (ReactiveGobDecoder) decoder = reactive_gob_decoder_new ();
  GString *text = g_string_new (NULL);

  for (size_t fed = 0; fed < size;)
    {
      size_t length = MIN (piece, size - fed);
      gboolean is_complete = TRUE;

      reactive_gob_decoder_feed (decoder, data + fed, length);
      fed += length;
      while (is_complete)
        {
          g_auto (ReactiveGobReply) reply = { 0 };
          g_autoptr (GError) error = NULL;

          if (!reactive_gob_decoder_next (decoder, &is_complete, &reply, &error))
            {
              g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
              g_assert_null (reply.output);
              g_string_append_printf (text, "%s\n", error->message);
              return g_string_free (text, /* free_segment= */ FALSE);
            }
          if (!is_complete)
            {
              g_assert_null (reply.output);
              continue;
            }

          /* no more comes out than went in, and an error comes alone */
          g_assert_cmpuint (g_bytes_get_size (reply.output) + g_bytes_get_size (reply.errors), <=, size);
          g_assert_true (reply.error == NULL || g_utf8_validate (reply.error, -1, NULL));
          g_assert_true (reply.error == NULL || (reply.code == 0 && g_bytes_get_size (reply.output) == 0));
          g_string_append_printf (text, "%" G_GUINT64_FORMAT " %s %d %08x %08x\n", reply.sequence,
                                  reply.error != NULL ? reply.error : "", reply.code, g_bytes_hash (reply.output),
                                  g_bytes_hash (reply.errors));
        }
    }

  g_string_append (text, reactive_gob_decoder_is_idle (decoder) ? "idle\n" : "more\n");
  return g_string_free (text, /* free_segment= */ FALSE);
}

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *whole = describe (data, size, size > 0 ? size : 1);
  g_autofree char *bytewise = describe (data, size, 1);
  g_autofree char *sevens = describe (data, size, 7);

  g_assert_cmpstr (whole, ==, bytewise);
  g_assert_cmpstr (whole, ==, sevens);
  return 0;
}
