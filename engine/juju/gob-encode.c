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

/* A field of a type that we define. */
typedef struct
{
  const char *name;
  int type_id;
} FieldDefinition;

static void
append_unsigned (GByteArray *bytes, guint64 value)
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

static void
append_signed (GByteArray *bytes, gint64 value)
{
  append_unsigned (bytes, value < 0 ? ~(guint64) value << 1 | 1 : (guint64) value << 1);
}

static void
append_bytes (GByteArray *bytes, const void *data, gsize length)
{
  append_unsigned (bytes, length);
  g_byte_array_append (bytes, data, (guint) length);
}

static void
append_message (GByteArray *bytes, const GByteArray *message)
{
  append_bytes (bytes, message->data, message->len);
}

/* Begins the value of the field numbered @number, whose predecessor was *@last. */
static void
append_field (GByteArray *bytes, int *last, int number)
{
  append_unsigned (bytes, (guint64) (number - *last));
  *last = number;
}

static void
append_string_field (GByteArray *bytes, int *last, int number, const char *string)
{
  /* fields that are zero are left out, as Go does */
  if (string == NULL || *string == '\0')
    return;

  append_field (bytes, last, number);
  append_bytes (bytes, string, strlen (string));
}

/* The name and the id that begin the description of every type. */
static void
append_common_type (GByteArray *bytes, const char *name, int id)
{
  append_unsigned (bytes, 1);
  append_unsigned (bytes, 1);
  append_bytes (bytes, name, strlen (name));
  append_unsigned (bytes, 1);
  append_signed (bytes, id);
  append_unsigned (bytes, 0);
}

static void
append_struct_definition (GByteArray *bytes, const char *name, int id, const FieldDefinition *fields, guint n_fields)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  append_signed (message, -id);
  append_unsigned (message, GOB_KIND_STRUCT + 1);
  append_common_type (message, name, id);
  append_unsigned (message, 1);
  append_unsigned (message, n_fields);
  for (guint i = 0; i < n_fields; i++)
    {
      append_unsigned (message, 1);
      append_bytes (message, fields[i].name, strlen (fields[i].name));
      append_unsigned (message, 1);
      append_signed (message, fields[i].type_id);
      append_unsigned (message, 0);
    }
  append_unsigned (message, 0);
  append_unsigned (message, 0);
  append_message (bytes, message);
}

static void
append_slice_definition (GByteArray *bytes, const char *name, int id, int element_id)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();

  append_signed (message, -id);
  append_unsigned (message, GOB_KIND_SLICE + 1);
  append_common_type (message, name, id);
  append_unsigned (message, 1);
  append_signed (message, element_id);
  append_unsigned (message, 0);
  append_unsigned (message, 0);
  append_message (bytes, message);
}

static void
append_body_definitions (GByteArray *bytes, gboolean has_token)
{
  const FieldDefinition fields[] = {
    { "ContextId", GOB_STRING }, { "Dir", GOB_STRING },  { "CommandName", GOB_STRING }, { "Args", STRINGS_ID },
    { "StdinSet", GOB_BOOL },    { "Stdin", GOB_BYTES }, { "Token", GOB_STRING },
  };

  append_struct_definition (bytes, "Request", REQUEST_BODY_ID, fields, G_N_ELEMENTS (fields) - (has_token ? 0 : 1));
  append_slice_definition (bytes, "[]string", STRINGS_ID, GOB_STRING);
}

static void
append_header (GByteArray *bytes, guint64 sequence, gboolean is_first)
{
  const FieldDefinition fields[] = { { "ServiceMethod", GOB_STRING }, { "Seq", GOB_UINT } };
  g_autoptr (GByteArray) message = g_byte_array_new ();
  int last = -1;

  if (is_first)
    append_struct_definition (bytes, "Request", REQUEST_HEADER_ID, fields, G_N_ELEMENTS (fields));

  append_signed (message, REQUEST_HEADER_ID);
  append_string_field (message, &last, 0, "Jujuc.Main");
  if (sequence != 0)
    {
      append_field (message, &last, 1);
      append_unsigned (message, sequence);
    }
  append_unsigned (message, 0);
  append_message (bytes, message);
}

static void
append_arguments (GByteArray *message, int *last, const char *const *arguments)
{
  guint n_arguments = arguments != NULL ? g_strv_length ((char **) arguments) : 0;

  if (n_arguments == 0)
    return;

  append_field (message, last, 3);
  append_unsigned (message, n_arguments);
  for (guint i = 0; i < n_arguments; i++)
    append_bytes (message, arguments[i], strlen (arguments[i]));
}

static void
append_input (GByteArray *message, int *last, GBytes *input)
{
  gsize length = 0;
  const void *data;

  if (input == NULL)
    return;

  append_field (message, last, 4);
  append_unsigned (message, 1);
  data = g_bytes_get_data (input, &length);
  if (length == 0)
    return;

  append_field (message, last, 5);
  append_bytes (message, data, length);
}

void
reactive_gob_append_request (GByteArray *bytes, const ReactiveGobRequest *request, guint64 sequence, gboolean is_first)
{
  g_autoptr (GByteArray) message = g_byte_array_new ();
  int last = -1;

  append_header (bytes, sequence, is_first);
  if (is_first)
    append_body_definitions (bytes, request->token != NULL);

  append_signed (message, REQUEST_BODY_ID);
  append_string_field (message, &last, 0, request->context_id);
  append_string_field (message, &last, 1, request->directory);
  append_string_field (message, &last, 2, request->tool);
  append_arguments (message, &last, request->arguments);
  append_input (message, &last, request->input);
  append_string_field (message, &last, 6, request->token);
  append_unsigned (message, 0);
  append_message (bytes, message);
}
