/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob.h"

#include "juju/gob-private.h"

struct _ReactiveGobDecoder
{
  GobStream stream;
  gboolean has_header;
  ReactiveGobReply header; /* while has_header: the reply whose body is to come */
};

static void
read_header (ReactiveGobDecoder *decoder, GobReader *reader, gint64 type_id)
{
  GobWanted wanted[] = { { .name = "Seq", .type_id = GOB_UINT }, { .name = "Error", .type_id = GOB_STRING } };

  reactive_gob_read_struct (&decoder->stream, reader, type_id, wanted, G_N_ELEMENTS (wanted));
  if (reader->problem != NULL)
    return;

  decoder->has_header = TRUE;
  decoder->header.sequence = wanted[0].number;
  if (wanted[1].length > 0)
    decoder->header.error = reactive_gob_make_text (wanted[1].data, wanted[1].length);
}

static void
read_body (ReactiveGobDecoder *decoder, GobReader *reader, gint64 type_id, ReactiveGobReply *out_reply)
{
  GobWanted wanted[] = { { .name = "Code", .type_id = GOB_INT },
                         { .name = "Stdout", .type_id = GOB_BYTES },
                         { .name = "Stderr", .type_id = GOB_BYTES } };
  gint64 code;

  /* behind an error stands an empty struct of a type of its own */
  if (decoder->header.error == NULL)
    reactive_gob_read_struct (&decoder->stream, reader, type_id, wanted, G_N_ELEMENTS (wanted));
  else if (!reactive_gob_stream_has_type (&decoder->stream, type_id))
    reactive_gob_complain (reader, "a value is of a type that was not defined");
  code = reactive_gob_signed_from_unsigned (wanted[0].number);
  if (code < G_MININT || code > G_MAXINT)
    reactive_gob_complain (reader, "an exit code is out of range");
  if (reader->problem != NULL)
    return;

  *out_reply = decoder->header;
  out_reply->code = (int) code;
  out_reply->output = g_bytes_new (wanted[1].data, wanted[1].length);
  out_reply->errors = g_bytes_new (wanted[2].data, wanted[2].length);
  decoder->header = (ReactiveGobReply){ 0 };
  decoder->has_header = FALSE;
}

void
reactive_gob_reply_clear (ReactiveGobReply *reply)
{
  g_clear_pointer (&reply->error, g_free);
  g_clear_pointer (&reply->output, g_bytes_unref);
  g_clear_pointer (&reply->errors, g_bytes_unref);
  *reply = (ReactiveGobReply){ 0 };
}

ReactiveGobDecoder *
reactive_gob_decoder_new (void)
{
  ReactiveGobDecoder *decoder = g_new0 (ReactiveGobDecoder, 1);

  reactive_gob_stream_init (&decoder->stream, "reply");
  return decoder;
}

void
reactive_gob_decoder_free (ReactiveGobDecoder *decoder)
{
  if (decoder == NULL)
    return;

  reactive_gob_stream_clear (&decoder->stream);
  reactive_gob_reply_clear (&decoder->header);
  g_free (decoder);
}

void
reactive_gob_decoder_feed (ReactiveGobDecoder *decoder, const guint8 *data, gsize length_bytes)
{
  reactive_gob_stream_feed (&decoder->stream, data, length_bytes);
}

gboolean
reactive_gob_decoder_next (ReactiveGobDecoder *decoder, gboolean *out_complete, ReactiveGobReply *out_reply,
                           GError **error)
{
  gboolean is_found = FALSE, is_complete = FALSE;
  GobReader message = { NULL, 0, NULL };
  gint64 type_id = 0;

  while (!is_complete)
    {
      if (!reactive_gob_stream_next (&decoder->stream, &is_found, &message, &type_id, error))
        return FALSE;
      if (!is_found)
        break;

      is_complete = decoder->has_header;
      if (decoder->has_header)
        read_body (decoder, &message, type_id, out_reply);
      else
        read_header (decoder, &message, type_id);
      if (!reactive_gob_stream_check (&decoder->stream, &message, error))
        return FALSE;
    }

  if (is_complete)
    reactive_gob_stream_drop_read (&decoder->stream);
  *out_complete = is_complete;
  return TRUE;
}

gboolean
reactive_gob_decoder_is_idle (const ReactiveGobDecoder *decoder)
{
  return decoder->stream.bytes->len == 0 && !decoder->has_header;
}
