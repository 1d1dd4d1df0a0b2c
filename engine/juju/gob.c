/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/gob.h"

#include "juju/gob-private.h"

/* The longest encoding of an unsigned integer. */
#define MAX_UNSIGNED_BYTES 9

typedef struct
{
  char *name;
  gint64 type_id;
} GobField;

/* A type that the server has defined. */
typedef struct
{
  gint64 id;
  GobKind kind;
  GArray *fields; /* of GobField, of a struct */
  gint64 element; /* of an array, a slice or a map */
  gint64 key;     /* of a map */
} GobType;

struct _ReactiveGobDecoder
{
  GByteArray *bytes; /* fed, not yet read */
  gsize read;        /* bytes of it that belong to messages already read */
  GHashTable *types; /* id → GobType */
  gboolean has_header;
  ReactiveGobReply header; /* while has_header: the reply whose body is to come */
};

/* Reads from one message. The first problem stays, and everything read after it is zero. */
typedef struct
{
  const guint8 *data;
  gsize left;
  const char *problem;
} Reader;

/* A field that a value is searched for, and what was found. */
typedef struct
{
  const char *name;
  gint64 type_id;
  guint64 number;     /* of a signed or unsigned integer; a signed one as it is encoded */
  const guint8 *data; /* of a string or bytes */
  gsize length;
} WantedField;

static void
gob_field_clear (gpointer data)
{
  GobField *field = data;

  g_free (field->name);
}

static void
gob_type_free (GobType *type)
{
  if (type == NULL)
    return;

  g_clear_pointer (&type->fields, g_array_unref);
  g_free (type);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GobType, gob_type_free)

/* Reading --------------------------------------------------------------------------------------------------------- */

static void
complain (Reader *reader, const char *problem)
{
  if (reader->problem == NULL)
    reader->problem = problem;
  reader->left = 0;
}

/* The number of bytes that the unsigned integer beginning with @first takes in all; 0 if nothing begins so. */
static gsize
unsigned_length (guint8 first)
{
  gsize length = first < 128 ? 1 : 257u - first;

  return length <= MAX_UNSIGNED_BYTES ? length : 0;
}

static guint64
read_unsigned (Reader *reader)
{
  gsize length = reader->left > 0 ? unsigned_length (*reader->data) : 0;
  guint64 value = 0;

  if (length == 0 || length > reader->left)
    {
      complain (reader, "an integer is malformed or cut off");
      return 0;
    }

  if (length == 1)
    value = *reader->data;
  for (gsize i = 1; i < length; i++)
    value = value << 8 | reader->data[i];
  reader->data += length;
  reader->left -= length;
  return value;
}

/* The lowest bit says whether the others are inverted. */
static gint64
signed_from_unsigned (guint64 value)
{
  return (gint64) ((value & 1) != 0 ? ~(value >> 1) : value >> 1);
}

static gint64
read_signed (Reader *reader)
{
  return signed_from_unsigned (read_unsigned (reader));
}

static const guint8 *
read_bytes (Reader *reader, gsize *out_length)
{
  guint64 length = read_unsigned (reader);
  const guint8 *data = reader->data;

  if (length > reader->left)
    {
      complain (reader, "a string is longer than its message");
      length = 0;
    }

  reader->data += length;
  reader->left -= length;
  *out_length = length;
  return data;
}

/* The number of elements of a slice, map, … . Each takes a byte at least, which bounds the work. */
static guint64
read_count (Reader *reader)
{
  guint64 count = read_unsigned (reader);

  if (count > reader->left)
    {
      complain (reader, "a list is longer than its message");
      return 0;
    }

  return count;
}

/* Moves *@field, -1 at first, to the next field of a struct that is present. FALSE at its end or after a problem. */
static gboolean
next_field (Reader *reader, gint64 *field)
{
  guint64 delta = read_unsigned (reader);

  if (delta == 0)
    return FALSE;
  if (delta > REACTIVE_GOB_MAX_FIELDS || *field + (gint64) delta >= REACTIVE_GOB_MAX_FIELDS)
    {
      complain (reader, "a field number is out of range");
      return FALSE;
    }

  *field += (gint64) delta;
  return TRUE;
}

/* Type definitions ------------------------------------------------------------------------------------------------ */

/* The name and id that begin each description. Neither is needed: what counts is the id of the message. */
static void
read_common_type (Reader *reader)
{
  gint64 field = -1;
  gsize length;

  while (next_field (reader, &field))
    switch (field)
      {
      case 0:
        read_bytes (reader, &length);
        break;
      case 1:
        read_signed (reader);
        break;
      default:
        complain (reader, "a type definition has an unknown field");
      }
}

static void
read_field_definition (Reader *reader, GobType *type)
{
  GobField definition = { NULL, 0 };
  gint64 field = -1;
  gsize length = 0;
  const guint8 *name = NULL;

  while (next_field (reader, &field))
    switch (field)
      {
      case 0:
        name = read_bytes (reader, &length);
        break;
      case 1:
        definition.type_id = read_signed (reader);
        break;
      default:
        complain (reader, "a type definition has an unknown field");
      }

  definition.name = g_strndup ((const char *) name, length);
  g_array_append_val (type->fields, definition);
}

static void
read_field_definitions (Reader *reader, GobType *type)
{
  guint64 count = read_count (reader);

  if (count > REACTIVE_GOB_MAX_FIELDS)
    complain (reader, "a type has too many fields");
  for (guint64 i = 0; i < count && reader->problem == NULL; i++)
    read_field_definition (reader, type);
}

/* What follows the common part, by the kind of type: the fields of a struct; an element, and a length that is not
 * needed; a key and an element. */
static void
read_kind_field (Reader *reader, GobType *type, gint64 field)
{
  if (type->kind == GOB_KIND_STRUCT && field == 1)
    read_field_definitions (reader, type);
  else if (type->kind == GOB_KIND_MAP && field == 1)
    type->key = read_signed (reader);
  else if (type->kind == GOB_KIND_MAP && field == 2)
    type->element = read_signed (reader);
  else if ((type->kind == GOB_KIND_ARRAY || type->kind == GOB_KIND_SLICE) && field == 1)
    type->element = read_signed (reader);
  else if (type->kind == GOB_KIND_ARRAY && field == 2)
    read_signed (reader);
  else
    complain (reader, "a type definition has an unknown field");
}

static void
read_definition (ReactiveGobDecoder *decoder, Reader *reader, gint64 id)
{
  g_autoptr (GobType) type = g_new0 (GobType, 1);
  gint64 kind = -1, field = -1;

  type->id = id;
  type->fields = g_array_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (GobField));
  g_array_set_clear_func (type->fields, gob_field_clear);

  if (id < GOB_FIRST_USER_ID || g_hash_table_contains (decoder->types, &id))
    complain (reader, "a type is defined twice");
  if (g_hash_table_size (decoder->types) >= REACTIVE_GOB_MAX_TYPES)
    complain (reader, "too many types are defined");
  if (!next_field (reader, &kind) || kind >= GOB_N_KINDS)
    {
      complain (reader, "a type is of an unknown kind");
      return;
    }

  type->kind = (GobKind) kind;
  while (next_field (reader, &field))
    if (field == 0)
      read_common_type (reader);
    else
      read_kind_field (reader, type, field);
  if (next_field (reader, &kind))
    complain (reader, "a type is of two kinds");

  if (reader->problem == NULL)
    {
      g_hash_table_replace (decoder->types, &type->id, type);
      g_steal_pointer (&type);
    }
}

/* Values ---------------------------------------------------------------------------------------------------------- */

static void skip_value (ReactiveGobDecoder *decoder, Reader *reader, gint64 type_id, guint depth);

/* A name, empty for nil; the id of the value's type; the value, with its length. Go can define a new type at this
 * place, which cuts the value in two messages; that is more than even Go's own decoder can skip. */
static void
skip_interface (Reader *reader)
{
  gsize length = 0;

  read_bytes (reader, &length);
  if (length == 0)
    return;

  if (read_signed (reader) < 0)
    complain (reader, "a type is defined inside a value");
  read_bytes (reader, &length);
}

static void
skip_struct (ReactiveGobDecoder *decoder, Reader *reader, const GobType *type, guint depth)
{
  gint64 field = -1;

  while (next_field (reader, &field))
    if (field < type->fields->len)
      skip_value (decoder, reader, g_array_index (type->fields, GobField, field).type_id, depth);
    else
      complain (reader, "a value has a field that its type lacks");
}

static void
skip_defined_value (ReactiveGobDecoder *decoder, Reader *reader, const GobType *type, guint depth)
{
  guint64 count;
  gsize length;

  switch (type->kind)
    {
    case GOB_KIND_STRUCT:
      skip_struct (decoder, reader, type, depth);
      return;

    case GOB_KIND_ARRAY:
    case GOB_KIND_SLICE:
    case GOB_KIND_MAP:
      count = read_count (reader);
      for (guint64 i = 0; i < count && reader->problem == NULL; i++)
        {
          if (type->kind == GOB_KIND_MAP)
            skip_value (decoder, reader, type->key, depth);
          skip_value (decoder, reader, type->element, depth);
        }
      return;

    case GOB_KIND_GOB_ENCODER:
    case GOB_KIND_BINARY_MARSHALER:
    case GOB_KIND_TEXT_MARSHALER:
    case GOB_N_KINDS:
    default:
      read_bytes (reader, &length);
    }
}

static void
skip_value (ReactiveGobDecoder *decoder, Reader *reader, gint64 type_id, guint depth)
{
  const GobType *type = g_hash_table_lookup (decoder->types, &type_id);
  gsize length;

  if (depth == 0)
    complain (reader, "values are nested too deeply");
  else if (type != NULL)
    skip_defined_value (decoder, reader, type, depth - 1);
  else
    switch (type_id)
      {
      case GOB_COMPLEX:
        read_unsigned (reader);
        read_unsigned (reader);
        break;
      case GOB_BOOL:
      case GOB_INT:
      case GOB_UINT:
      case GOB_FLOAT:
        read_unsigned (reader);
        break;
      case GOB_BYTES:
      case GOB_STRING:
        read_bytes (reader, &length);
        break;
      case GOB_INTERFACE:
        skip_interface (reader);
        break;
      default:
        complain (reader, "a value is of a type that was not defined");
      }
}

static void
read_wanted (Reader *reader, WantedField *wanted)
{
  if (wanted->type_id == GOB_STRING || wanted->type_id == GOB_BYTES)
    wanted->data = read_bytes (reader, &wanted->length);
  else
    wanted->number = read_unsigned (reader);
}

static WantedField *
find_wanted (const GobField *field, WantedField *wanted, guint n_wanted)
{
  for (guint i = 0; i < n_wanted; i++)
    if (g_strcmp0 (field->name, wanted[i].name) == 0)
      return &wanted[i];

  return NULL;
}

/* Fields go by their names: numbers, order and types' names are the server's own affair. A type that has none of them
 * is not what was expected; that is gob's rule too. */
static void
check_wanted (Reader *reader, const GobType *type, WantedField *wanted, guint n_wanted)
{
  gboolean is_any_there = FALSE;

  for (guint i = 0; i < type->fields->len; i++)
    {
      const GobField *field = &g_array_index (type->fields, GobField, i);
      const WantedField *match = find_wanted (field, wanted, n_wanted);

      if (match == NULL)
        continue;
      is_any_there = TRUE;
      if (match->type_id != field->type_id)
        complain (reader, "a field is of another type than expected");
    }
  if (!is_any_there)
    complain (reader, "the value is of an unexpected type");
}

static void
read_struct (ReactiveGobDecoder *decoder, Reader *reader, gint64 type_id, WantedField *wanted, guint n_wanted)
{
  const GobType *type = g_hash_table_lookup (decoder->types, &type_id);
  gint64 field = -1;

  if (type == NULL || type->kind != GOB_KIND_STRUCT)
    {
      complain (reader, "a value is of a type that was not defined");
      return;
    }

  check_wanted (reader, type, wanted, n_wanted);
  while (next_field (reader, &field))
    {
      const GobField *definition;
      WantedField *match;

      if (field >= type->fields->len)
        {
          complain (reader, "a value has a field that its type lacks");
          return;
        }
      definition = &g_array_index (type->fields, GobField, field);
      match = find_wanted (definition, wanted, n_wanted);
      if (match != NULL)
        read_wanted (reader, match);
      else
        skip_value (decoder, reader, definition->type_id, REACTIVE_GOB_MAX_DEPTH);
    }
  if (reader->left != 0)
    complain (reader, "a message is longer than its value");
}

/* Replies --------------------------------------------------------------------------------------------------------- */

static void
read_header (ReactiveGobDecoder *decoder, Reader *reader, gint64 type_id)
{
  WantedField wanted[] = { { .name = "Seq", .type_id = GOB_UINT }, { .name = "Error", .type_id = GOB_STRING } };

  read_struct (decoder, reader, type_id, wanted, G_N_ELEMENTS (wanted));
  if (reader->problem != NULL)
    return;

  decoder->has_header = TRUE;
  decoder->header.sequence = wanted[0].number;
  if (wanted[1].length > 0)
    decoder->header.error = g_utf8_make_valid ((const char *) wanted[1].data, (gssize) wanted[1].length);
}

static void
read_body (ReactiveGobDecoder *decoder, Reader *reader, gint64 type_id, ReactiveGobReply *out_reply)
{
  WantedField wanted[] = { { .name = "Code", .type_id = GOB_INT },
                           { .name = "Stdout", .type_id = GOB_BYTES },
                           { .name = "Stderr", .type_id = GOB_BYTES } };
  gint64 code;

  /* behind an error stands an empty struct of a type of its own */
  if (decoder->header.error == NULL)
    read_struct (decoder, reader, type_id, wanted, G_N_ELEMENTS (wanted));
  else if (!g_hash_table_contains (decoder->types, &type_id))
    complain (reader, "a value is of a type that was not defined");
  code = signed_from_unsigned (wanted[0].number);
  if (code < G_MININT || code > G_MAXINT)
    complain (reader, "an exit code is out of range");
  if (reader->problem != NULL)
    return;

  *out_reply = decoder->header;
  out_reply->code = (int) code;
  out_reply->output = g_bytes_new (wanted[1].data, wanted[1].length);
  out_reply->errors = g_bytes_new (wanted[2].data, wanted[2].length);
  decoder->header = (ReactiveGobReply){ 0 };
  decoder->has_header = FALSE;
}

/* A message defines a type, or is the header or the body of a reply. */
static gboolean
read_message (ReactiveGobDecoder *decoder, Reader *reader, gboolean *out_complete, ReactiveGobReply *out_reply,
              GError **error)
{
  gsize length = reader->left;
  gint64 id = read_signed (reader);
  gboolean is_body = FALSE;

  if (id < 0 && length > REACTIVE_GOB_MAX_DEFINITION_BYTES)
    complain (reader, "a type definition is too long");

  if (id < 0)
    {
      read_definition (decoder, reader, id == G_MININT64 ? 0 : -id);
      if (reader->left != 0)
        complain (reader, "a message is longer than its type definition");
    }
  else if (!decoder->has_header)
    read_header (decoder, reader, id);
  else
    {
      read_body (decoder, reader, id, out_reply);
      is_body = TRUE;
    }

  if (reader->problem != NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "malformed reply: %s", reader->problem);
      return FALSE;
    }

  *out_complete = is_body;
  return TRUE;
}

/* Finds the next whole message. TRUE with *@out_complete FALSE if it is not there yet. */
static gboolean
frame_message (const ReactiveGobDecoder *decoder, gboolean *out_complete, Reader *out_message, gsize *out_end,
               GError **error)
{
  Reader reader = { decoder->bytes->data + decoder->read, decoder->bytes->len - decoder->read, NULL };
  gsize prefix = reader.left > 0 ? unsigned_length (*reader.data) : 1;
  guint64 length;

  *out_complete = FALSE;
  if (prefix != 0 && prefix > reader.left)
    return TRUE;

  length = read_unsigned (&reader);
  if (prefix == 0 || length == 0 || length > REACTIVE_GOB_MAX_MESSAGE_BYTES)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA,
                   "malformed reply: the length of a message is not between 1 and %u bytes",
                   REACTIVE_GOB_MAX_MESSAGE_BYTES);
      return FALSE;
    }
  if (length > reader.left)
    return TRUE;

  *out_complete = TRUE;
  *out_message = (Reader){ reader.data, length, NULL };
  *out_end = decoder->read + prefix + length;
  return TRUE;
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

  decoder->bytes = g_byte_array_new ();
  decoder->types
      = g_hash_table_new_full (g_int64_hash, g_int64_equal, /* key_destroy= */ NULL, (GDestroyNotify) gob_type_free);
  return decoder;
}

void
reactive_gob_decoder_free (ReactiveGobDecoder *decoder)
{
  if (decoder == NULL)
    return;

  g_byte_array_unref (decoder->bytes);
  g_hash_table_unref (decoder->types);
  reactive_gob_reply_clear (&decoder->header);
  g_free (decoder);
}

void
reactive_gob_decoder_feed (ReactiveGobDecoder *decoder, const guint8 *data, gsize length_bytes)
{
  g_assert (length_bytes <= REACTIVE_GOB_MAX_MESSAGE_BYTES);

  g_byte_array_append (decoder->bytes, data, (guint) length_bytes);
}

gboolean
reactive_gob_decoder_next (ReactiveGobDecoder *decoder, gboolean *out_complete, ReactiveGobReply *out_reply,
                           GError **error)
{
  gboolean is_whole = FALSE, is_complete = FALSE;
  Reader message = { NULL, 0, NULL };
  gsize end = 0;

  do
    {
      if (!frame_message (decoder, &is_whole, &message, &end, error))
        return FALSE;
      if (!is_whole)
        break;
      if (!read_message (decoder, &message, &is_complete, out_reply, error))
        return FALSE;
      decoder->read = end;
    }
  while (!is_complete);

  /* what was read is dropped once a reply, so that no byte is moved often */
  if (is_complete)
    {
      g_byte_array_remove_range (decoder->bytes, 0, (guint) decoder->read);
      decoder->read = 0;
    }
  *out_complete = is_complete;
  return TRUE;
}

gboolean
reactive_gob_decoder_is_idle (const ReactiveGobDecoder *decoder)
{
  return decoder->bytes->len == 0 && !decoder->has_header;
}
