/* SPDX-License-Identifier: Apache-2.0 */
#include "state/pickle.h"

#include <string.h>

/* The instructions that are understood, by Python's names. */
enum
{
  OP_MARK = '(',
  OP_STOP = '.',
  OP_BINFLOAT = 'G',
  OP_BININT = 'J',
  OP_BININT1 = 'K',
  OP_BININT2 = 'M',
  OP_NONE = 'N',
  OP_BINUNICODE = 'X',
  OP_EMPTY_LIST = ']',
  OP_APPEND = 'a',
  OP_APPENDS = 'e',
  OP_BINGET = 'h',
  OP_LONG_BINGET = 'j',
  OP_BINPUT = 'q',
  OP_LONG_BINPUT = 'r',
  OP_SETITEM = 's',
  OP_SETITEMS = 'u',
  OP_EMPTY_DICT = '}',
  OP_PROTO = 0x80,
  OP_NEWTRUE = 0x88,
  OP_NEWFALSE = 0x89,
  OP_LONG1 = 0x8a,
  OP_SHORT_BINUNICODE = 0x8c,
  OP_BINUNICODE8 = 0x8d,
  OP_MEMOIZE = 0x94,
  OP_FRAME = 0x95,
};

#define MAX_PROTOCOL 5
/* Python puts this many entries between a mark and SETITEMS. */
#define BATCH 1000
/* A container that is filled is on the stack, so this bounds how deep values can be nested while they are read, too. */
#define MAX_STACK (8 * BATCH)

typedef struct
{
  const guint8 *next;
  const guint8 *end;
  GPtrArray *stack; /* ReactiveJson; NULL is a mark */
  GHashTable *memo; /* number → ReactiveJson, NULL for all but strings: a list could come to hold itself */
  guint n_values;
  gsize n_bytes; /* of strings */
  const char *problem;
} Reader;

static gboolean
fail (Reader *reader, const char *problem)
{
  if (reader->problem == NULL)
    reader->problem = problem;

  return FALSE;
}

/* The next @length bytes; NULL if there are fewer. */
static const guint8 *
take (Reader *reader, guint64 length)
{
  const guint8 *bytes = reader->next;

  if (length > (guint64) (reader->end - reader->next))
    {
      fail (reader, "cut short");
      return NULL;
    }
  reader->next += length;

  return bytes;
}

/* Little-endian, of at most 8 bytes. */
static gboolean
take_number (Reader *reader, guint n_bytes, guint64 *out_number)
{
  const guint8 *bytes = take (reader, n_bytes);

  if (bytes == NULL)
    return FALSE;

  *out_number = 0;
  for (guint i = n_bytes; i > 0; i--)
    *out_number = *out_number << 8 | bytes[i - 1];

  return TRUE;
}

/* @value: (transfer full); NULL is a mark */
static gboolean
push (Reader *reader, ReactiveJson *value)
{
  g_ptr_array_add (reader->stack, value);
  if (++reader->n_values > REACTIVE_PICKLE_MAX_VALUES || reader->stack->len > MAX_STACK)
    return fail (reader, "too many values");

  return TRUE;
}

static gboolean
push_integer (Reader *reader, guint n_bytes, gboolean is_signed)
{
  guint64 number;

  if (n_bytes > 8)
    return fail (reader, "an integer of more than 64 bits");
  if (!take_number (reader, n_bytes, &number))
    return FALSE;

  if (is_signed && n_bytes > 0 && n_bytes < 8 && (number >> (8 * n_bytes - 1)) != 0)
    number |= ~G_GUINT64_CONSTANT (0) << (8 * n_bytes);

  return push (reader, reactive_json_new_integer ((gint64) number));
}

static gboolean
push_long (Reader *reader)
{
  guint64 n_bytes;

  return take_number (reader, 1, &n_bytes) && push_integer (reader, (guint) n_bytes, /* is_signed= */ TRUE);
}

static gboolean
push_float (Reader *reader)
{
  const guint8 *bytes = take (reader, 8);
  guint64 bits = 0;
  double number;

  if (bytes == NULL)
    return FALSE;

  for (guint i = 0; i < 8; i++)
    bits = bits << 8 | bytes[i];
  memcpy (&number, &bits, sizeof number);

  return push (reader, reactive_json_new_float (number));
}

static gboolean
count_string (Reader *reader, gsize length)
{
  reader->n_bytes += length;

  return reader->n_bytes <= REACTIVE_PICKLE_MAX_BYTES || fail (reader, "too many strings");
}

/* Two halves of a surrogate pair are two characters in Python, and one in JSON. */
static gboolean
push_string (Reader *reader, guint n_length_bytes)
{
  ReactiveJson *value;
  const guint8 *bytes;
  const char *string;
  guint64 length;
  gsize n_kept;

  if (!take_number (reader, n_length_bytes, &length) || (bytes = take (reader, length)) == NULL
      || !count_string (reader, length))
    return FALSE;

  value = reactive_json_new_string_length ((const char *) bytes, length);
  string = reactive_json_get_string (value, &n_kept);
  if (!push (reader, value))
    return FALSE;

  return (n_kept == length && memcmp (string, bytes, length) == 0) || fail (reader, "a string that is no UTF-8");
}

/* NULL if there is none. */
static ReactiveJson *
get_top (Reader *reader)
{
  ReactiveJson *top = reader->stack->len > 0 ? g_ptr_array_index (reader->stack, reader->stack->len - 1) : NULL;

  if (top == NULL)
    fail (reader, "out of order");

  return top;
}

static gboolean
remember (Reader *reader, guint64 number)
{
  ReactiveJson *top = get_top (reader);

  if (top == NULL)
    return FALSE;

  g_hash_table_insert (reader->memo, GUINT_TO_POINTER ((guint) number),
                       reactive_json_get_kind (top) == REACTIVE_JSON_STRING ? reactive_json_ref (top) : NULL);

  return TRUE;
}

static gboolean
recall (Reader *reader, guint n_bytes)
{
  ReactiveJson *value;
  guint64 number;
  gsize length = 0;

  if (!take_number (reader, n_bytes, &number))
    return FALSE;
  value = g_hash_table_lookup (reader->memo, GUINT_TO_POINTER ((guint) number));
  if (value == NULL)
    return fail (reader, "something but a string stands in it twice");

  reactive_json_get_string (value, &length);

  return count_string (reader, length) && push (reader, reactive_json_ref (value));
}

static gboolean
remember_from (Reader *reader, guint n_bytes)
{
  guint64 number;

  return take_number (reader, n_bytes, &number) && remember (reader, number);
}

/* Where the entries begin that are to be put into what stands before them. */
static gboolean
find_entries (Reader *reader, guint n_entries, guint *out_first)
{
  guint first = reader->stack->len;

  if (n_entries > 0)
    {
      *out_first = first - n_entries;
      return first > n_entries || fail (reader, "out of order");
    }

  while (first > 0 && g_ptr_array_index (reader->stack, first - 1) != NULL)
    first--;
  if (first < 2)
    return fail (reader, "out of order");
  *out_first = first;

  return TRUE;
}

static gboolean
add_member (Reader *reader, ReactiveJson *object, const ReactiveJson *name, const ReactiveJson *member)
{
  gsize length = 0;
  const char *string = name != NULL ? reactive_json_get_string (name, &length) : NULL;

  if (string == NULL || strlen (string) != length)
    return fail (reader, "a dictionary of something but strings");
  if (member == NULL)
    return fail (reader, "out of order");

  reactive_json_object_set (object, string, reactive_json_ref (member));

  return TRUE;
}

static gboolean
add_element (Reader *reader, ReactiveJson *array, const ReactiveJson *element)
{
  if (element == NULL)
    return fail (reader, "out of order");

  reactive_json_array_add (array, reactive_json_ref (element));

  return TRUE;
}

/* @n_entries: on the stack; 0: all behind the last mark */
static gboolean
put (Reader *reader, ReactiveJsonType kind, guint n_entries)
{
  ReactiveJson *container;
  guint first = 0, of_container;

  if (!find_entries (reader, n_entries, &first))
    return FALSE;
  of_container = n_entries > 0 ? first - 1 : first - 2;
  container = g_ptr_array_index (reader->stack, of_container);
  if (container == NULL || reactive_json_get_kind (container) != kind
      || (kind == REACTIVE_JSON_OBJECT && (reader->stack->len - first) % 2 != 0))
    return fail (reader, "out of order");

  for (guint i = first; i < reader->stack->len; i += kind == REACTIVE_JSON_OBJECT ? 2 : 1)
    {
      const ReactiveJson *item = g_ptr_array_index (reader->stack, i);

      if (kind == REACTIVE_JSON_OBJECT ? !add_member (reader, container, item, g_ptr_array_index (reader->stack, i + 1))
                                       : !add_element (reader, container, item))
        return FALSE;
    }
  g_ptr_array_set_size (reader->stack, (gint) of_container + 1);

  return TRUE;
}

/* Like CPython's, which asks for no more of a frame than that it is there. */
static gboolean
check_frame (Reader *reader)
{
  guint64 length;

  return take_number (reader, 8, &length)
         && (length <= (guint64) (reader->end - reader->next) || fail (reader, "cut short"));
}

static gboolean
check_protocol (Reader *reader)
{
  guint64 protocol;

  return take_number (reader, 1, &protocol) && (protocol <= MAX_PROTOCOL || fail (reader, "of a later protocol"));
}

static gboolean
execute (Reader *reader, guint8 instruction)
{
  switch (instruction)
    {
    case OP_PROTO:
      return check_protocol (reader);
    case OP_FRAME:
      return check_frame (reader);
    case OP_MARK:
      return push (reader, NULL);
    case OP_NONE:
      return push (reader, reactive_json_new_null ());
    case OP_NEWTRUE:
      return push (reader, reactive_json_new_boolean (TRUE));
    case OP_NEWFALSE:
      return push (reader, reactive_json_new_boolean (FALSE));
    case OP_BININT1:
      return push_integer (reader, 1, /* is_signed= */ FALSE);
    case OP_BININT2:
      return push_integer (reader, 2, /* is_signed= */ FALSE);
    case OP_BININT:
      return push_integer (reader, 4, /* is_signed= */ TRUE);
    case OP_LONG1:
      return push_long (reader);
    case OP_BINFLOAT:
      return push_float (reader);
    case OP_SHORT_BINUNICODE:
      return push_string (reader, 1);
    case OP_BINUNICODE:
      return push_string (reader, 4);
    case OP_BINUNICODE8:
      return push_string (reader, 8);
    case OP_EMPTY_LIST:
      return push (reader, reactive_json_new_array ());
    case OP_EMPTY_DICT:
      return push (reader, reactive_json_new_object ());
    case OP_APPEND:
      return put (reader, REACTIVE_JSON_ARRAY, 1);
    case OP_APPENDS:
      return put (reader, REACTIVE_JSON_ARRAY, 0);
    case OP_SETITEM:
      return put (reader, REACTIVE_JSON_OBJECT, 2);
    case OP_SETITEMS:
      return put (reader, REACTIVE_JSON_OBJECT, 0);
    case OP_MEMOIZE:
      return remember (reader, g_hash_table_size (reader->memo));
    case OP_BINPUT:
      return remember_from (reader, 1);
    case OP_LONG_BINPUT:
      return remember_from (reader, 4);
    case OP_BINGET:
      return recall (reader, 1);
    case OP_LONG_BINGET:
      return recall (reader, 4);
    default:
      return fail (reader, "something that JSON has no name for");
    }
}

static gboolean
is_deep (const ReactiveJson *value, guint depth)
{
  if (depth > REACTIVE_PICKLE_MAX_DEPTH)
    return TRUE;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      if (is_deep (reactive_json_get_element (value, i), depth + 1))
        return TRUE;
    }

  return FALSE;
}

/* The one value that is left at the end; NULL, with the problem noted, if it is not so. */
static ReactiveJson *
read_value (Reader *reader)
{
  if (reader->end - reader->next > REACTIVE_PICKLE_MAX_BYTES)
    fail (reader, "too long");
  while (reader->problem == NULL && reader->next < reader->end && *reader->next != OP_STOP)
    execute (reader, *reader->next++);

  if (reader->problem == NULL && reader->next == reader->end)
    fail (reader, "cut short");
  if (reader->problem == NULL && (get_top (reader) == NULL || reader->stack->len != 1))
    fail (reader, "out of order");
  if (reader->problem == NULL && is_deep (get_top (reader), 0))
    fail (reader, "too deep");

  return reader->problem == NULL ? reactive_json_ref (get_top (reader)) : NULL;
}

ReactiveJson *
reactive_pickle_parse (const guint8 *bytes, gsize length, GError **error)
{
  g_autoptr (GPtrArray) stack = g_ptr_array_new_with_free_func ((GDestroyNotify) reactive_json_unref);
  g_autoptr (GHashTable) memo = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) reactive_json_unref);
  Reader reader = { .next = bytes, .end = bytes + length, .stack = stack, .memo = memo };
  ReactiveJson *value = read_value (&reader);

  if (value == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "a pickle that is not understood: %s", reader.problem);

  return value;
}

static void
write_number (GByteArray *bytes, guint8 instruction, guint64 number, guint n_bytes)
{
  g_byte_array_append (bytes, &instruction, 1);
  for (guint i = 0; i < n_bytes; i++)
    {
      guint8 byte = (guint8) (number >> (8 * i));

      g_byte_array_append (bytes, &byte, 1);
    }
}

static void
write_instruction (GByteArray *bytes, guint8 instruction)
{
  write_number (bytes, instruction, 0, 0);
}

static void
write_string (GByteArray *bytes, const char *string, gsize length)
{
  write_number (bytes, OP_BINUNICODE, length, 4);
  g_byte_array_append (bytes, (const guint8 *) string, (guint) length);
}

static gboolean
write_integer (GByteArray *bytes, const ReactiveJson *value)
{
  gint64 integer;

  if (!reactive_json_get_integer (value, &integer))
    return FALSE;

  if (integer >= G_MININT32 && integer <= G_MAXINT32)
    write_number (bytes, OP_BININT, (guint64) integer, 4);
  else
    {
      write_number (bytes, OP_LONG1, 8, 1);
      for (guint i = 0; i < 8; i++)
        write_instruction (bytes, (guint8) ((guint64) integer >> (8 * i)));
    }

  return TRUE;
}

static void
write_float (GByteArray *bytes, double number)
{
  guint64 bits;

  memcpy (&bits, &number, sizeof bits);
  write_number (bytes, OP_BINFLOAT, GUINT64_SWAP_LE_BE (bits), 8);
}

static gboolean write_value (GByteArray *bytes, const ReactiveJson *value);

static gboolean
write_container (GByteArray *bytes, const ReactiveJson *value)
{
  gboolean is_object = reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT;

  write_instruction (bytes, is_object ? OP_EMPTY_DICT : OP_EMPTY_LIST);
  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const char *name = reactive_json_get_member_name (value, i);

      if (is_object)
        write_string (bytes, name, strlen (name));
      if (!write_value (bytes, reactive_json_get_element (value, i)))
        return FALSE;
      write_instruction (bytes, is_object ? OP_SETITEM : OP_APPEND);
    }

  return TRUE;
}

static gboolean
write_value (GByteArray *bytes, const ReactiveJson *value)
{
  const char *string;
  gsize length = 0;

  switch (reactive_json_get_kind (value))
    {
    case REACTIVE_JSON_NULL:
      write_instruction (bytes, OP_NONE);
      return TRUE;
    case REACTIVE_JSON_BOOLEAN:
      write_instruction (bytes, reactive_json_get_boolean (value) ? OP_NEWTRUE : OP_NEWFALSE);
      return TRUE;
    case REACTIVE_JSON_INTEGER:
      return write_integer (bytes, value);
    case REACTIVE_JSON_FLOAT:
      write_float (bytes, reactive_json_get_double (value));
      return TRUE;
    case REACTIVE_JSON_STRING:
      string = reactive_json_get_string (value, &length);
      write_string (bytes, string, length);
      return TRUE;
    default:
      return write_container (bytes, value);
    }
}

GByteArray *
reactive_pickle_from_json (const ReactiveJson *value)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  write_number (bytes, OP_PROTO, 2, 1);
  if (!write_value (bytes, value))
    return NULL;
  write_instruction (bytes, OP_STOP);

  return g_steal_pointer (&bytes);
}
