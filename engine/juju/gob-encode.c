/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob-private.h"
#include "juju/gob.h"

#include <string.h>

/* The ids that our own types have on the wire. */
enum
{
  REQUEST_HEADER_ID = 65,
  REQUEST_BODY_ID = 66,
  STRINGS_ID = 67,
};

void
reactive_gob_append_unsigned (GByteArray *bytes, guint64 value)
{
  guint8 buffer[9];
  guint length = 0;

  if (value < 128)
    {
      buffer[0] = (guint8) value;
      g_byte_array_append (bytes, buffer, 1);
      return;
    }

  /* minus the number of bytes that follow, then those, the most significant first */
  for (guint64 rest = value; rest != 0; rest >>= 8)
    length++;
  buffer[0] = (guint8) (256 - length);
  for (guint i = 0; i < length; i++)
    buffer[length - i] = (guint8) (value >> (8 * i));
  g_byte_array_append (bytes, buffer, length + 1);
}

void
reactive_gob_append_signed (GByteArray *bytes, gint64 value)
{
  reactive_gob_append_unsigned (bytes, value < 0 ? ~(guint64) value << 1 | 1 : (guint64) value << 1);
}

static void
append_bytes (GByteArray *bytes, const void *data, gsize length)
{
  reactive_gob_append_unsigned (bytes, length);
  g_byte_array_append (bytes, data, (guint) length);
}

void
reactive_gob_append_message (GByteArray *bytes, const GByteArray *message)
{
  append_bytes (bytes, message->data, message->len);
}

void
reactive_gob_append_field (GByteArray *bytes, int *last, int number)
{
  reactive_gob_append_unsigned (bytes, (guint64) (number - *last));
  *last = number;
}

void
reactive_gob_append_string_field (GByteArray *bytes, int *last, int number, const char *string)
{
  if (string == NULL || *string == '\0')
    return;

  reactive_gob_append_field (bytes, last, number);
  append_bytes (bytes, string, strlen (string));
}

void
reactive_gob_append_number_field (GByteArray *bytes, int *last, int number, guint64 value)
{
  if (value == 0)
    return;

  reactive_gob_append_field (bytes, last, number);
  reactive_gob_append_unsigned (bytes, value);
}

void
reactive_gob_append_bytes_field (GByteArray *bytes, int *last, int number, GBytes *value)
{
  gsize length = 0;
  const void *data = g_bytes_get_data (value, &length);

  if (length == 0)
    return;

  reactive_gob_append_field (bytes, last, number);
  append_bytes (bytes, data, length);
}

/* The name and the id that begin the description of every type. */
static void
append_common_type (GByteArray *bytes, const char *name, int id)
{
  int last = -1;

  reactive_gob_append_unsigned (bytes, 1);
  reactive_gob_append_string_field (bytes, &last, 0, name);
  reactive_gob_append_field (bytes, &last, 1);
  reactive_gob_append_signed (bytes, id);
  reactive_gob_append_unsigned (bytes, 0);
}

void
reactive_gob_append_struct_definition (GByteArray *bytes, const char *name, int id, const GobFieldDefinition *fields,
                                       guint n_fields)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  reactive_gob_append_signed (message, -id);
  reactive_gob_append_unsigned (message, GOB_KIND_STRUCT + 1);
  append_common_type (message, name, id);
  if (n_fields > 0)
    {
      reactive_gob_append_unsigned (message, 1);
      reactive_gob_append_unsigned (message, n_fields);
    }
  for (guint i = 0; i < n_fields; i++)
    {
      reactive_gob_append_unsigned (message, 1);
      append_bytes (message, fields[i].name, strlen (fields[i].name));
      reactive_gob_append_unsigned (message, 1);
      reactive_gob_append_signed (message, fields[i].type_id);
      reactive_gob_append_unsigned (message, 0);
    }
  reactive_gob_append_unsigned (message, 0);
  reactive_gob_append_unsigned (message, 0);
  reactive_gob_append_message (bytes, message);
}

static void
append_slice_definition (GByteArray *bytes, const char *name, int id, int element_id)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  reactive_gob_append_signed (message, -id);
  reactive_gob_append_unsigned (message, GOB_KIND_SLICE + 1);
  append_common_type (message, name, id);
  reactive_gob_append_unsigned (message, 1);
  reactive_gob_append_signed (message, element_id);
  reactive_gob_append_unsigned (message, 0);
  reactive_gob_append_unsigned (message, 0);
  reactive_gob_append_message (bytes, message);
}

static void
append_body_definitions (GByteArray *bytes, gboolean has_token)
{
  const GobFieldDefinition fields[] = {
    { "ContextId", GOB_STRING }, { "Dir", GOB_STRING },  { "CommandName", GOB_STRING }, { "Args", STRINGS_ID },
    { "StdinSet", GOB_BOOL },    { "Stdin", GOB_BYTES }, { "Token", GOB_STRING },
  };

  reactive_gob_append_struct_definition (bytes, "Request", REQUEST_BODY_ID, fields,
                                         G_N_ELEMENTS (fields) - (has_token ? 0 : 1));
  append_slice_definition (bytes, "[]string", STRINGS_ID, GOB_STRING);
}

static void
append_header (GByteArray *bytes, guint64 sequence, gboolean is_first)
{
  const GobFieldDefinition fields[] = { { "ServiceMethod", GOB_STRING }, { "Seq", GOB_UINT } };
  g_autoptr (GByteArray) message = g_byte_array_new ();
  int last = -1;

  if (is_first)
    reactive_gob_append_struct_definition (bytes, "Request", REQUEST_HEADER_ID, fields, G_N_ELEMENTS (fields));

  reactive_gob_append_signed (message, REQUEST_HEADER_ID);
  reactive_gob_append_string_field (message, &last, 0, "Jujuc.Main");
  reactive_gob_append_number_field (message, &last, 1, sequence);
  reactive_gob_append_unsigned (message, 0);
  reactive_gob_append_message (bytes, message);
}

static void
append_arguments (GByteArray *message, int *last, const char *const *arguments)
{
  guint n_arguments = arguments != NULL ? g_strv_length ((char **) arguments) : 0;

  if (n_arguments == 0)
    return;

  reactive_gob_append_field (message, last, 3);
  reactive_gob_append_unsigned (message, n_arguments);
  for (guint i = 0; i < n_arguments; i++)
    append_bytes (message, arguments[i], strlen (arguments[i]));
}

static void
append_input (GByteArray *message, int *last, GBytes *input)
{
  if (input == NULL)
    return;

  reactive_gob_append_number_field (message, last, 4, 1);
  reactive_gob_append_bytes_field (message, last, 5, input);
}

void
reactive_gob_append_request (GByteArray *bytes, const ReactiveGobRequest *request, guint64 sequence, gboolean is_first)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  int last = -1;

  append_header (bytes, sequence, is_first);
  if (is_first)
    append_body_definitions (bytes, request->token != NULL);

  reactive_gob_append_signed (message, REQUEST_BODY_ID);
  reactive_gob_append_string_field (message, &last, 0, request->context_id);
  reactive_gob_append_string_field (message, &last, 1, request->directory);
  reactive_gob_append_string_field (message, &last, 2, request->tool);
  append_arguments (message, &last, request->arguments);
  append_input (message, &last, request->input);
  reactive_gob_append_string_field (message, &last, 6, request->token);
  reactive_gob_append_unsigned (message, 0);
  reactive_gob_append_message (bytes, message);
}
