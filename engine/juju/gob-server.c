/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob-server.h"

#include "juju/gob-private.h"

#include <string.h>

#define METHOD "Jujuc.Main"

/* The ids that our own types have on the wire, as in a small Go program. */
enum
{
  RESPONSE_ID = 68,
  EXEC_RESPONSE_ID = 69,
  NOTHING_ID = 70,
};

struct _ReactiveGobServer
{
  GobStream stream;
  gboolean has_header;
  ReactiveGobServerRequest header; /* while has_header: the request whose body is to come */
  guint defined;                   /* bits by id, from RESPONSE_ID on */
};

/* Requests -------------------------------------------------------------------------------------------------------- */

static void
read_header (ReactiveGobServer *server, GobReader *reader, gint64 type_id)
{
  GobWanted wanted[] = { { .name = "ServiceMethod", .type_id = GOB_STRING }, { .name = "Seq", .type_id = GOB_UINT } };

  reactive_gob_read_struct (&server->stream, reader, type_id, wanted, G_N_ELEMENTS (wanted));
  if (reader->problem != NULL)
    return;

  server->has_header = TRUE;
  server->header.method = reactive_gob_make_text (wanted[0].data, wanted[0].length);
  server->header.sequence = wanted[1].number;
}

static char *
text_of (const GobWanted *wanted)
{
  return reactive_gob_make_text (wanted->data, wanted->length);
}

static void
take_body (ReactiveGobServerRequest *request, const GobWanted *wanted)
{
  request->context_id = text_of (&wanted[0]);
  request->directory = text_of (&wanted[1]);
  request->tool = text_of (&wanted[2]);
  if (wanted[4].number != 0)
    request->input = g_bytes_new (wanted[5].data, wanted[5].length);
  request->token = text_of (&wanted[6]);
}

static void
read_body (ReactiveGobServer *server, GobReader *reader, gint64 type_id, ReactiveGobServerRequest *out_request)
{
  g_autoptr (GPtrArray) arguments = g_ptr_array_new_with_free_func (g_free);
  GobWanted wanted[] = {
    { .name = "ContextId", .type_id = GOB_STRING },   { .name = "Dir", .type_id = GOB_STRING },
    { .name = "CommandName", .type_id = GOB_STRING }, { .name = "Args", .type_id = GOB_STRINGS, .strings = arguments },
    { .name = "StdinSet", .type_id = GOB_BOOL },      { .name = "Stdin", .type_id = GOB_BYTES },
    { .name = "Token", .type_id = GOB_STRING },
  };

  /* what another method takes is nobody's business */
  if (g_str_equal (server->header.method, METHOD))
    reactive_gob_read_struct (&server->stream, reader, type_id, wanted, G_N_ELEMENTS (wanted));
  else if (!reactive_gob_stream_has_type (&server->stream, type_id))
    reactive_gob_complain (reader, "a value is of a type that was not defined");
  if (reader->problem != NULL)
    return;

  *out_request = server->header;
  take_body (out_request, wanted);
  g_ptr_array_add (arguments, NULL);
  out_request->arguments = (char **) g_ptr_array_free (g_steal_pointer (&arguments), /* free_segment= */ FALSE);
  server->header = (ReactiveGobServerRequest){ 0 };
  server->has_header = FALSE;
}

gboolean
reactive_gob_server_next (ReactiveGobServer *server, gboolean *out_complete, ReactiveGobServerRequest *out_request,
                          GError **error)
{
  gboolean is_found = FALSE, is_complete = FALSE;
  GobReader message = { NULL, 0, NULL };
  gint64 type_id = 0;

  while (!is_complete)
    {
      if (!reactive_gob_stream_next (&server->stream, &is_found, &message, &type_id, error))
        return FALSE;
      if (!is_found)
        break;

      is_complete = server->has_header;
      if (server->has_header)
        read_body (server, &message, type_id, out_request);
      else
        read_header (server, &message, type_id);
      if (!reactive_gob_stream_check (&server->stream, &message, error))
        return FALSE;
    }

  if (is_complete)
    reactive_gob_stream_drop_read (&server->stream);
  *out_complete = is_complete;
  return TRUE;
}

/* Answers --------------------------------------------------------------------------------------------------------- */

/* Each type is defined before its first value. */
static void
append_definition (ReactiveGobServer *server, GByteArray *bytes, const char *name, int id,
                   const GobFieldDefinition *fields, guint n_fields)
{
  guint bit = 1u << (id - RESPONSE_ID);

  if ((server->defined & bit) == 0)
    reactive_gob_append_struct_definition (bytes, name, id, fields, n_fields);
  server->defined |= bit;
}

static void
append_response (ReactiveGobServer *server, GByteArray *bytes, const ReactiveGobServerRequest *request,
                 const char *message)
{
  const GobFieldDefinition fields[] = { { "ServiceMethod", GOB_STRING }, { "Seq", GOB_UINT }, { "Error", GOB_STRING } };
  g_autoptr (GByteArray) value = g_byte_array_new ();
  int last = -1;

  append_definition (server, bytes, "Response", RESPONSE_ID, fields, G_N_ELEMENTS (fields));
  reactive_gob_append_signed (value, RESPONSE_ID);
  reactive_gob_append_string_field (value, &last, 0, request->method);
  reactive_gob_append_number_field (value, &last, 1, request->sequence);
  reactive_gob_append_string_field (value, &last, 2, message);
  reactive_gob_append_unsigned (value, 0);
  reactive_gob_append_message (bytes, value);
}

void
reactive_gob_server_append_reply (ReactiveGobServer *server, GByteArray *bytes, const ReactiveGobServerRequest *request,
                                  int code, GBytes *output, GBytes *errors)
{
  const GobFieldDefinition fields[] = { { "Code", GOB_INT }, { "Stdout", GOB_BYTES }, { "Stderr", GOB_BYTES } };
  g_autoptr (GByteArray) value = g_byte_array_new ();
  int last = -1;

  append_response (server, bytes, request, /* message= */ NULL);
  append_definition (server, bytes, "ExecResponse", EXEC_RESPONSE_ID, fields, G_N_ELEMENTS (fields));
  reactive_gob_append_signed (value, EXEC_RESPONSE_ID);
  if (code != 0)
    {
      reactive_gob_append_field (value, &last, 0);
      reactive_gob_append_signed (value, code);
    }
  reactive_gob_append_bytes_field (value, &last, 1, output);
  reactive_gob_append_bytes_field (value, &last, 2, errors);
  reactive_gob_append_unsigned (value, 0);
  reactive_gob_append_message (bytes, value);
}

void
reactive_gob_server_append_refusal (ReactiveGobServer *server, GByteArray *bytes,
                                    const ReactiveGobServerRequest *request, const char *message)
{
  g_autoptr (GByteArray) value = g_byte_array_new ();

  g_assert (*message != '\0');

  append_response (server, bytes, request, message);
  append_definition (server, bytes, "", NOTHING_ID, NULL, 0);
  reactive_gob_append_signed (value, NOTHING_ID);
  reactive_gob_append_unsigned (value, 0);
  reactive_gob_append_message (bytes, value);
}

/* The connection -------------------------------------------------------------------------------------------------- */

void
reactive_gob_server_request_clear (ReactiveGobServerRequest *request)
{
  g_clear_pointer (&request->method, g_free);
  g_clear_pointer (&request->context_id, g_free);
  g_clear_pointer (&request->directory, g_free);
  g_clear_pointer (&request->tool, g_free);
  g_clear_pointer (&request->arguments, g_strfreev);
  g_clear_pointer (&request->input, g_bytes_unref);
  g_clear_pointer (&request->token, g_free);
}

ReactiveGobServer *
reactive_gob_server_new (void)
{
  ReactiveGobServer *server = g_new0 (ReactiveGobServer, 1);

  reactive_gob_stream_init (&server->stream, "request");
  return server;
}

void
reactive_gob_server_free (ReactiveGobServer *server)
{
  if (server == NULL)
    return;

  reactive_gob_stream_clear (&server->stream);
  reactive_gob_server_request_clear (&server->header);
  g_free (server);
}

void
reactive_gob_server_feed (ReactiveGobServer *server, const guint8 *data, gsize length_bytes)
{
  reactive_gob_stream_feed (&server->stream, data, length_bytes);
}

gboolean
reactive_gob_server_is_idle (const ReactiveGobServer *server)
{
  return server->stream.bytes->len == 0 && !server->has_header;
}
