/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "juju/gob-private.h"
#include "juju/gob.h"

/* The longest encoding of an unsigned integer. */
#define MAX_UNSIGNED_BYTES 9

typedef struct
{
  char *name;
  gint64 type_id;
} GobField;

/* A type that the peer has defined. */
typedef struct
{
  gint64 id;
  GobKind kind;
  GArray *fields; /* of GobField, of a struct */
  gint64 element; /* of an array, a slice or a map */
  gint64 key;     /* of a map */
} GobType;

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

void
reactive_gob_complain (GobReader *reader, const char *problem)
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
read_unsigned (GobReader *reader)
{
  gsize length = reader->left > 0 ? unsigned_length (*reader->data) : 0;
  guint64 value = 0;

  if (length == 0 || length > reader->left)
    {
      reactive_gob_complain (reader, "an integer is malformed or cut off");
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
gint64
reactive_gob_signed_from_unsigned (guint64 value)
{
  return (gint64) ((value & 1) != 0 ? ~(value >> 1) : value >> 1);
}

static gint64
read_signed (GobReader *reader)
{
  return reactive_gob_signed_from_unsigned (read_unsigned (reader));
}

static const guint8 *
read_bytes (GobReader *reader, gsize *out_length)
{
  guint64 length = read_unsigned (reader);
  const guint8 *data = reader->data;

  if (length > reader->left)
    {
      reactive_gob_complain (reader, "a string is longer than its message");
      length = 0;
    }

  reader->data += length;
  reader->left -= length;
  *out_length = length;
  return data;
}

/* The number of elements of a slice, map, … . Each takes a byte at least, which bounds the work. */
static guint64
read_count (GobReader *reader)
{
  guint64 count = read_unsigned (reader);

  if (count > reader->left)
    {
      reactive_gob_complain (reader, "a list is longer than its message");
      return 0;
    }

  return count;
}

/* Moves *@field, -1 at first, to the next field of a struct that is present. FALSE at its end or after a problem. */
static gboolean
next_field (GobReader *reader, gint64 *field)
{
  guint64 delta = read_unsigned (reader);

  if (delta == 0)
    return FALSE;
  if (delta > REACTIVE_GOB_MAX_FIELDS || *field + (gint64) delta >= REACTIVE_GOB_MAX_FIELDS)
    {
      reactive_gob_complain (reader, "a field number is out of range");
      return FALSE;
    }

  *field += (gint64) delta;
  return TRUE;
}

/* Type definitions ------------------------------------------------------------------------------------------------ */

/* The name and id that begin each description. Neither is needed: what counts is the id of the message. */
static void
read_common_type (GobReader *reader)
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
        reactive_gob_complain (reader, "a type definition has an unknown field");
      }
}

static void
read_field_definition (GobReader *reader, GobType *type)
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
        reactive_gob_complain (reader, "a type definition has an unknown field");
      }

  definition.name = g_strndup ((const char *) name, length);
  g_array_append_val (type->fields, definition);
}

static void
read_field_definitions (GobReader *reader, GobType *type)
{
  guint64 count = read_count (reader);

  if (count > REACTIVE_GOB_MAX_FIELDS)
    reactive_gob_complain (reader, "a type has too many fields");
  for (guint64 i = 0; i < count && reader->problem == NULL; i++)
    read_field_definition (reader, type);
}

/* What follows the common part, by the kind of type: the fields of a struct; an element, and a length that is not
 * needed; a key and an element. */
static void
read_kind_field (GobReader *reader, GobType *type, gint64 field)
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
    reactive_gob_complain (reader, "a type definition has an unknown field");
}

static void
read_definition (GobStream *stream, GobReader *reader, gint64 id)
{
  g_autoptr (GobType) type = g_new0 (GobType, 1);
  gint64 kind = -1, field = -1;

  type->id = id;
  type->fields = g_array_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (GobField));
  g_array_set_clear_func (type->fields, gob_field_clear);

  if (id < GOB_FIRST_USER_ID || g_hash_table_contains (stream->types, &id))
    reactive_gob_complain (reader, "a type is defined twice");
  if (g_hash_table_size (stream->types) >= REACTIVE_GOB_MAX_TYPES)
    reactive_gob_complain (reader, "too many types are defined");
  if (!next_field (reader, &kind) || kind >= GOB_N_KINDS)
    {
      reactive_gob_complain (reader, "a type is of an unknown kind");
      return;
    }

  type->kind = (GobKind) kind;
  while (next_field (reader, &field))
    if (field == 0)
      read_common_type (reader);
    else
      read_kind_field (reader, type, field);
  if (next_field (reader, &kind))
    reactive_gob_complain (reader, "a type is of two kinds");

  if (reader->problem == NULL)
    {
      g_hash_table_replace (stream->types, &type->id, type);
      g_steal_pointer (&type);
    }
}

/* Values ---------------------------------------------------------------------------------------------------------- */

static void skip_value (GobStream *stream, GobReader *reader, gint64 type_id, guint depth);

/* A name, empty for nil; the id of the value's type; the value, with its length. Go can define a new type at this
 * place, which cuts the value in two messages; that is more than even Go's own decoder can skip. */
static void
skip_interface (GobReader *reader)
{
  gsize length = 0;

  read_bytes (reader, &length);
  if (length == 0)
    return;

  if (read_signed (reader) < 0)
    reactive_gob_complain (reader, "a type is defined inside a value");
  read_bytes (reader, &length);
}

static void
skip_struct (GobStream *stream, GobReader *reader, const GobType *type, guint depth)
{
  gint64 field = -1;

  while (next_field (reader, &field))
    if (field < type->fields->len)
      skip_value (stream, reader, g_array_index (type->fields, GobField, field).type_id, depth);
    else
      reactive_gob_complain (reader, "a value has a field that its type lacks");
}

static void
skip_defined_value (GobStream *stream, GobReader *reader, const GobType *type, guint depth)
{
  guint64 count;
  gsize length;

  switch (type->kind)
    {
    case GOB_KIND_STRUCT:
      skip_struct (stream, reader, type, depth);
      return;

    case GOB_KIND_ARRAY:
    case GOB_KIND_SLICE:
    case GOB_KIND_MAP:
      count = read_count (reader);
      for (guint64 i = 0; i < count && reader->problem == NULL; i++)
        {
          if (type->kind == GOB_KIND_MAP)
            skip_value (stream, reader, type->key, depth);
          skip_value (stream, reader, type->element, depth);
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
skip_value (GobStream *stream, GobReader *reader, gint64 type_id, guint depth)
{
  const GobType *type = g_hash_table_lookup (stream->types, &type_id);
  gsize length;

  if (depth == 0)
    reactive_gob_complain (reader, "values are nested too deeply");
  else if (type != NULL)
    skip_defined_value (stream, reader, type, depth - 1);
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
        reactive_gob_complain (reader, "a value is of a type that was not defined");
      }
}

static void
read_strings (GobReader *reader, GobWanted *wanted)
{
  guint64 count = read_count (reader);

  if (count > REACTIVE_GOB_MAX_STRINGS)
    reactive_gob_complain (reader, "a list is too long");
  for (guint64 i = 0; i < count && reader->problem == NULL; i++)
    {
      gsize length = 0;
      const guint8 *data = read_bytes (reader, &length);

      g_ptr_array_add (wanted->strings, reactive_gob_make_text (data, length));
    }
}

static void
read_wanted (GobReader *reader, GobWanted *wanted)
{
  if (wanted->type_id == GOB_STRING || wanted->type_id == GOB_BYTES)
    wanted->data = read_bytes (reader, &wanted->length);
  else if (wanted->type_id == GOB_STRINGS)
    read_strings (reader, wanted);
  else
    wanted->number = read_unsigned (reader);
}

static gboolean
is_of_type (GobStream *stream, const GobField *field, gint64 wanted_id)
{
  const GobType *type;

  if (wanted_id != GOB_STRINGS)
    return field->type_id == wanted_id;

  type = g_hash_table_lookup (stream->types, &field->type_id);
  return type != NULL && type->kind == GOB_KIND_SLICE && type->element == GOB_STRING;
}

static GobWanted *
find_wanted (const GobField *field, GobWanted *wanted, guint n_wanted)
{
  for (guint i = 0; i < n_wanted; i++)
    if (g_strcmp0 (field->name, wanted[i].name) == 0)
      return &wanted[i];

  return NULL;
}

/* Fields go by their names: numbers, order and types' names are the peer's own affair. A type that has none of them
 * is not what was expected; that is gob's rule too. */
static void
check_wanted (GobStream *stream, GobReader *reader, const GobType *type, GobWanted *wanted, guint n_wanted)
{
  gboolean is_any_there = FALSE;

  for (guint i = 0; i < type->fields->len; i++)
    {
      const GobField *field = &g_array_index (type->fields, GobField, i);
      const GobWanted *match = find_wanted (field, wanted, n_wanted);

      if (match == NULL)
        continue;
      is_any_there = TRUE;
      if (!is_of_type (stream, field, match->type_id))
        reactive_gob_complain (reader, "a field is of another type than expected");
    }
  if (!is_any_there)
    reactive_gob_complain (reader, "the value is of an unexpected type");
}

void
reactive_gob_read_struct (GobStream *stream, GobReader *reader, gint64 type_id, GobWanted *wanted, guint n_wanted)
{
  const GobType *type = g_hash_table_lookup (stream->types, &type_id);
  gint64 field = -1;

  if (type == NULL || type->kind != GOB_KIND_STRUCT)
    {
      reactive_gob_complain (reader, "a value is of a type that was not defined");
      return;
    }

  check_wanted (stream, reader, type, wanted, n_wanted);
  while (next_field (reader, &field))
    {
      const GobField *definition;
      GobWanted *match;

      if (field >= type->fields->len)
        {
          reactive_gob_complain (reader, "a value has a field that its type lacks");
          return;
        }
      definition = &g_array_index (type->fields, GobField, field);
      match = find_wanted (definition, wanted, n_wanted);
      if (match != NULL)
        read_wanted (reader, match);
      else
        skip_value (stream, reader, definition->type_id, REACTIVE_GOB_MAX_DEPTH);
    }
  if (reader->left != 0)
    reactive_gob_complain (reader, "a message is longer than its value");
}

char *
reactive_gob_make_text (const guint8 *data, gsize length)
{
  return length > 0 ? g_utf8_make_valid ((const char *) data, (gssize) length) : g_strdup ("");
}

/* Messages -------------------------------------------------------------------------------------------------------- */

/* Finds the next whole message. TRUE with *@out_found FALSE if it is not there yet. */
static gboolean
frame_message (GobStream *stream, gboolean *out_found, GobReader *out_message, GError **error)
{
  GobReader reader = { stream->bytes->data + stream->read, stream->bytes->len - stream->read, NULL };
  gsize prefix = reader.left > 0 ? unsigned_length (*reader.data) : 1;
  guint64 length;

  *out_found = FALSE;
  if (prefix != 0 && prefix > reader.left)
    return TRUE;

  length = read_unsigned (&reader);
  if (prefix == 0 || length == 0 || length > REACTIVE_GOB_MAX_MESSAGE_BYTES)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA,
                          "malformed %s: the length of a message is not between 1 and %u bytes", stream->what,
                          REACTIVE_GOB_MAX_MESSAGE_BYTES);
  if (length > reader.left)
    return TRUE;

  *out_found = TRUE;
  *out_message = (GobReader){ reader.data, length, NULL };
  stream->read += prefix + length;
  return TRUE;
}

gboolean
reactive_gob_stream_check (const GobStream *stream, const GobReader *reader, GError **error)
{
  if (reader->problem != NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "malformed %s: %s", stream->what, reader->problem);
  return reader->problem == NULL;
}

gboolean
reactive_gob_stream_next (GobStream *stream, gboolean *out_found, GobReader *out_reader, gint64 *out_type_id,
                          GError **error)
{
  GobReader reader = { NULL, 0, NULL };
  gboolean is_whole = FALSE;

  for (;;)
    {
      gsize length;
      gint64 id;

      if (!frame_message (stream, &is_whole, &reader, error))
        return FALSE;
      *out_found = is_whole;
      if (!is_whole)
        return TRUE;

      length = reader.left;
      id = read_signed (&reader);
      if (id >= 0)
        {
          *out_reader = reader;
          *out_type_id = id;
          return TRUE;
        }

      if (length > REACTIVE_GOB_MAX_DEFINITION_BYTES)
        reactive_gob_complain (&reader, "a type definition is too long");
      read_definition (stream, &reader, id == G_MININT64 ? 0 : -id);
      if (reader.left != 0)
        reactive_gob_complain (&reader, "a message is longer than its type definition");
      if (!reactive_gob_stream_check (stream, &reader, error))
        return FALSE;
    }
}

gboolean
reactive_gob_stream_has_type (const GobStream *stream, gint64 type_id)
{
  return g_hash_table_contains (stream->types, &type_id);
}

void
reactive_gob_stream_init (GobStream *stream, const char *what)
{
  *stream = (GobStream){
    .what = what,
    .bytes = g_byte_array_new (),
    .types
    = g_hash_table_new_full (g_int64_hash, g_int64_equal, /* key_destroy= */ NULL, (GDestroyNotify) gob_type_free),
  };
}

void
reactive_gob_stream_clear (GobStream *stream)
{
  g_byte_array_unref (stream->bytes);
  g_hash_table_unref (stream->types);
}

void
reactive_gob_stream_feed (GobStream *stream, const guint8 *data, gsize length_bytes)
{
  g_assert (length_bytes <= REACTIVE_GOB_MAX_MESSAGE_BYTES);

  g_byte_array_append (stream->bytes, data, (guint) length_bytes);
}

void
reactive_gob_stream_drop_read (GobStream *stream)
{
  g_byte_array_remove_range (stream->bytes, 0, (guint) stream->read);
  stream->read = 0;
}
