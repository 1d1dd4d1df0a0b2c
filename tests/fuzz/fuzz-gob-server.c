/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob-server.h"

#include <stdint.h>

static void
describe_request (GString *text, const ReactiveGobServerRequest *request, size_t size)
{
  g_autofree char *arguments = g_strjoinv ("|", request->arguments);
  const char *const texts[]
      = { request->method, request->context_id, request->directory, request->tool, request->token, arguments };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_utf8_validate (texts[i], -1, NULL));
      g_string_append_printf (text, "%s ", texts[i]);
    }
  g_string_append_printf (text, "%" G_GUINT64_FORMAT " ", request->sequence);
  if (request->input != NULL)
    {
      g_assert_cmpuint (g_bytes_get_size (request->input), <=, size);
      g_string_append_printf (text, "%08x", g_bytes_hash (request->input));
    }
  g_string_append_c (text, '\n');
}

/* What is answered is what a client reads. */
static void
answer (ReactiveGobServer *server, ReactiveGobDecoder *client, const ReactiveGobServerRequest *request)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_auto (ReactiveGobReply) reply = { 0 };
  g_autoptr (GBytes) output = request->input != NULL ? g_bytes_ref (request->input) : g_bytes_new (NULL, 0);
  gboolean is_complete = FALSE;

  if (*request->tool == '\0')
    reactive_gob_server_append_refusal (server, bytes, request, "bad request: command not specified");
  else
    reactive_gob_server_append_reply (server, bytes, request, -1, output, output);

  reactive_gob_decoder_feed (client, bytes->data, bytes->len);
  g_assert_true (reactive_gob_decoder_next (client, &is_complete, &reply, NULL));
  g_assert_true (is_complete);
  g_assert_true (reactive_gob_decoder_is_idle (client));
  g_assert_cmpuint (reply.sequence, ==, request->sequence);
  g_assert_cmpint (reply.error != NULL, ==, *request->tool == '\0');
  g_assert_true (reply.error != NULL || g_bytes_equal (reply.output, output));
}

/* Reads requests until there are no more, and describes them; how the bytes came in pieces must not show in it. */
static char *
describe (const uint8_t *data, size_t size, size_t piece)
{
  g_autoptr (ReactiveGobServer) server = reactive_gob_server_new ();
  g_autoptr (ReactiveGobDecoder) client = reactive_gob_decoder_new ();
  GString *text = g_string_new (NULL);

  for (size_t fed = 0; fed < size;)
    {
      size_t length = MIN (piece, size - fed);
      gboolean is_complete = TRUE;

      reactive_gob_server_feed (server, data + fed, length);
      fed += length;
      while (is_complete)
        {
          g_auto (ReactiveGobServerRequest) request = { 0 };
          g_autoptr (GError) error = NULL;

          if (!reactive_gob_server_next (server, &is_complete, &request, &error))
            {
              g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
              g_assert_null (request.method);
              g_string_append_printf (text, "%s\n", error->message);
              return g_string_free (text, /* free_segment= */ FALSE);
            }
          if (!is_complete)
            continue;

          describe_request (text, &request, size);
          answer (server, client, &request);
        }
    }

  g_string_append (text, reactive_gob_server_is_idle (server) ? "idle\n" : "more\n");
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
