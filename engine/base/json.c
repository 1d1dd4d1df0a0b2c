/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json-private.h"

#include <string.h>

/* Objects with more members than this have an index; smaller ones are searched from the start. */
#define INDEX_THRESHOLD 16

/* GLib's macro passes the functions by a union, a GNU extension that ISO C has no name for. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
G_DEFINE_BOXED_TYPE (ReactiveJson, reactive_json, reactive_json_ref, reactive_json_unref)
#pragma GCC diagnostic pop

/*
 * Text
 */

int
reactive_json_text_compare (const ReactiveJsonText *a, const ReactiveJsonText *b)
{
  int order = memcmp (a->bytes, b->bytes, MIN (a->length_bytes, b->length_bytes));

  if (order != 0)
    return order;

  return (a->length_bytes > b->length_bytes) - (a->length_bytes < b->length_bytes);
}

gboolean
reactive_json_text_equal (const ReactiveJsonText *a, const ReactiveJsonText *b)
{
  return a->length_bytes == b->length_bytes && memcmp (a->bytes, b->bytes, a->length_bytes) == 0;
}

gunichar
reactive_json_next_character (const char **text)
{
  /* g_utf8_get_char() follows the lead byte alone, so it decodes surrogates, too. */
  gunichar character = g_utf8_get_char (*text);

  *text = g_utf8_next_char (*text);
  return character;
}

void
reactive_json_append_character (GString *text, gunichar character)
{
  if (character >= 0xdc00 && character <= 0xdfff && text->len >= 3)
    {
      const char *last = text->str + text->len - 3;

      if ((guint8) last[0] == 0xed && (guint8) last[1] >= 0xa0 && (guint8) last[1] <= 0xaf)
        {
          gunichar high = g_utf8_get_char (last);

          g_string_truncate (text, text->len - 3);
          character = 0x10000 + ((high - 0xd800) << 10) + (character - 0xdc00);
        }
    }

  if (character < 0x80)
    g_string_append_c (text, (char) character);
  else
    g_string_append_unichar (text, character);
}

gboolean
reactive_json_has_surrogate (const char *bytes, gsize length_bytes)
{
  for (gsize i = 0; i + 1 < length_bytes; i++)
    {
      if ((guint8) bytes[i] == 0xed && (guint8) bytes[i + 1] >= 0xa0)
        return TRUE;
    }

  return FALSE;
}

static gboolean
is_encoded_surrogate (const char *string)
{
  return (guint8) string[0] == 0xed && ((guint8) string[1] & 0xe0) == 0xa0 && ((guint8) string[2] & 0xc0) == 0x80;
}

/* What a caller hands in may be any bytes. Kept are characters and lone surrogates; each other byte becomes U+FFFD. */
static GString *
text_from_caller (const char *string, gsize length_bytes)
{
  GString *text = g_string_new (NULL);
  const char *end = string + length_bytes;

  while (string < end)
    {
      const char *invalid;
      gboolean is_surrogate;

      if (g_utf8_validate (string, end - string, &invalid))
        {
          g_string_append_len (text, string, end - string);
          break;
        }

      g_string_append_len (text, string, invalid - string);
      is_surrogate = end - invalid >= 3 && is_encoded_surrogate (invalid);
      if (is_surrogate)
        reactive_json_append_character (text, g_utf8_get_char (invalid));
      else if (*invalid == '\0')
        g_string_append_c (text, '\0');
      else
        g_string_append (text, "\xef\xbf\xbd");
      string = invalid + (is_surrogate ? 3 : 1);
    }

  return text;
}

/*
 * Making and freeing
 */

static ReactiveJson *
new_value (ReactiveJsonType kind)
{
  ReactiveJson *value = g_new0 (ReactiveJson, 1);

  g_atomic_ref_count_init (&value->reference_count);
  value->kind = kind;
  return value;
}

/* The text stands behind the value, in the same allocation. */
ReactiveJson *
reactive_json_new_text (ReactiveJsonType kind, const char *bytes, gsize length_bytes)
{
  ReactiveJson *value = g_malloc (sizeof *value + length_bytes + 1);

  memset (value, 0, sizeof *value);
  g_atomic_ref_count_init (&value->reference_count);
  value->kind = kind;
  value->text.length_bytes = length_bytes;
  value->text.bytes = (char *) (value + 1);
  memcpy (value->text.bytes, bytes, length_bytes);
  value->text.bytes[length_bytes] = '\0';
  return value;
}

/**
 * reactive_json_new_null:
 *
 * Makes a null.
 *
 * Returns: (transfer full): a new null
 */
ReactiveJson *
reactive_json_new_null (void)
{
  return new_value (REACTIVE_JSON_NULL);
}

/**
 * reactive_json_new_boolean:
 * @boolean: false or true
 *
 * Makes a boolean.
 *
 * Returns: (transfer full): a new boolean
 */
ReactiveJson *
reactive_json_new_boolean (gboolean boolean)
{
  ReactiveJson *value = new_value (REACTIVE_JSON_BOOLEAN);

  value->boolean = boolean != FALSE;
  return value;
}

/**
 * reactive_json_new_integer:
 * @integer: the number
 *
 * Makes an integer.
 *
 * Returns: (transfer full): a new integer
 */
ReactiveJson *
reactive_json_new_integer (gint64 integer)
{
  char digits[32];
  int length = g_snprintf (digits, sizeof digits, "%" G_GINT64_FORMAT, integer);

  return reactive_json_new_text (REACTIVE_JSON_INTEGER, digits, (gsize) length);
}

/**
 * reactive_json_new_float:
 * @number: the number; not-a-number and the infinities are written as Python writes them, which is not JSON to others
 *
 * Makes a floating point number.
 *
 * Returns: (transfer full): a new floating point number
 */
ReactiveJson *
reactive_json_new_float (double number)
{
  ReactiveJson *value = new_value (REACTIVE_JSON_FLOAT);

  value->number = number;
  return value;
}

/**
 * reactive_json_new_string:
 * @string: (not nullable): the text, NUL-terminated UTF-8, in which lone surrogates may stand as
 *   reactive_json_get_string() gives them; each byte that belongs to no character becomes U+FFFD
 *
 * Makes a string.
 *
 * Returns: (transfer full): a new string
 */
ReactiveJson *
reactive_json_new_string (const char *string)
{
  g_return_val_if_fail (string != NULL, NULL);

  return reactive_json_new_string_length (string, strlen (string));
}

ReactiveJson *
reactive_json_new_string_length (const char *string, gsize length_bytes)
{
  GString *text;
  ReactiveJson *value;

  /* as nearly all are */
  if (g_utf8_validate (string, (gssize) length_bytes, NULL))
    return reactive_json_new_text (REACTIVE_JSON_STRING, string, length_bytes);

  text = text_from_caller (string, length_bytes);
  value = reactive_json_new_text (REACTIVE_JSON_STRING, text->str, text->len);
  g_string_free (text, TRUE);
  return value;
}

/**
 * reactive_json_new_array:
 *
 * Makes an array.
 *
 * Returns: (transfer full): a new empty array
 */
ReactiveJson *
reactive_json_new_array (void)
{
  return new_value (REACTIVE_JSON_ARRAY);
}

/**
 * reactive_json_new_object:
 *
 * Makes an object.
 *
 * Returns: (transfer full): a new empty object
 */
ReactiveJson *
reactive_json_new_object (void)
{
  return new_value (REACTIVE_JSON_OBJECT);
}

/**
 * reactive_json_ref:
 * @value: (not nullable): any value
 *
 * Adds an owner to a value.
 *
 * Returns: (transfer full): @value, with one owner more
 */
ReactiveJson *
reactive_json_ref (const ReactiveJson *value)
{
  g_return_val_if_fail (value != NULL, NULL);

  /* A value is constant to all but its maker; the count of its owners is not part of it. */
  ReactiveJson *owned = (ReactiveJson *) value;

  g_atomic_ref_count_inc (&owned->reference_count);
  return owned;
}

static void
member_free (ReactiveJsonMember *member)
{
  reactive_json_unref (member->value);
  g_free (member);
}

/**
 * reactive_json_unref:
 * @value: (nullable) (transfer full): any value, or %NULL
 *
 * Gives up one reference, and frees the value with the last one. Calls itself as deep as the value is nested: the
 * reader bounds that, for values made by hand it is up to the maker.
 */
void
reactive_json_unref (ReactiveJson *value)
{
  if (value == NULL || !g_atomic_ref_count_dec (&value->reference_count))
    return;

  if (value->kind == REACTIVE_JSON_ARRAY || value->kind == REACTIVE_JSON_OBJECT)
    {
      g_clear_pointer (&value->index, g_tree_unref);
      for (guint i = 0; i < value->length; i++)
        {
          if (value->kind == REACTIVE_JSON_ARRAY)
            reactive_json_unref (value->items[i]);
          else
            member_free (value->items[i]);
        }
      g_free (value->items);
    }

  g_free (value);
}

/*
 * Filling
 */

#define FIRST_ROOM 4

/* The room is the next power of two, so that the length alone tells when it is used up. */
static void
append_item (ReactiveJson *container, gpointer item)
{
  g_assert (container->length < G_MAXUINT / 2);

  if (container->length == 0 || (container->length >= FIRST_ROOM && (container->length & (container->length - 1)) == 0))
    container->items = g_renew (gpointer, container->items, MAX (FIRST_ROOM, (gsize) container->length * 2));

  container->items[container->length++] = item;
}

static int
compare_in_index (gconstpointer a, gconstpointer b, G_GNUC_UNUSED gpointer user_data)
{
  return reactive_json_text_compare (a, b);
}

/* A balanced tree, not a hash table: what a peer names its members cannot make it slow. */
static void
build_index (ReactiveJson *object)
{
  object->index = g_tree_new_full (compare_in_index, NULL, NULL, NULL);
  for (guint i = 0; i < object->length; i++)
    g_tree_insert (object->index, object->items[i], object->items[i]);
}

static ReactiveJsonMember *
member_new (const ReactiveJsonText *name, ReactiveJson *value)
{
  ReactiveJsonMember *member = g_malloc (sizeof *member + name->length_bytes + 1);

  member->value = value;
  member->name.length_bytes = name->length_bytes;
  member->name.bytes = (char *) (member + 1);
  memcpy (member->name.bytes, name->bytes, name->length_bytes);
  member->name.bytes[name->length_bytes] = '\0';
  return member;
}

ReactiveJsonMember *
reactive_json_find_member (const ReactiveJson *object, const ReactiveJsonText *name)
{
  if (object->index != NULL)
    return g_tree_lookup (object->index, name);

  for (guint i = 0; i < object->length; i++)
    {
      ReactiveJsonMember *member = object->items[i];

      if (reactive_json_text_equal (&member->name, name))
        return member;
    }

  return NULL;
}

/* As Python's dict does, a name that is there keeps its place and gets the new value. */
void
reactive_json_set_member (ReactiveJson *object, const ReactiveJsonText *name, ReactiveJson *value)
{
  ReactiveJsonMember *member = reactive_json_find_member (object, name);

  if (member != NULL)
    {
      reactive_json_unref (member->value);
      member->value = value;
      return;
    }

  member = member_new (name, value);
  append_item (object, member);
  if (object->index != NULL)
    g_tree_insert (object->index, member, member);
  else if (object->length > INDEX_THRESHOLD)
    build_index (object);
}

/**
 * reactive_json_array_add:
 * @array: (not nullable): an array that its maker has not handed on yet
 * @element: (not nullable) (transfer full): what to add at its end
 *
 * Appends to an array.
 */
void
reactive_json_array_add (ReactiveJson *array, ReactiveJson *element)
{
  g_return_if_fail (array != NULL && array->kind == REACTIVE_JSON_ARRAY);
  g_return_if_fail (element != NULL && element != array);

  append_item (array, element);
}

/**
 * reactive_json_object_set:
 * @object: (not nullable): an object that its maker has not handed on yet
 * @name: (not nullable): the member's name, read as reactive_json_new_string() reads its text
 * @member: (not nullable) (transfer full): its value
 *
 * Adds a member at the end, or replaces the value of the one with this name, which keeps its place.
 */
void
reactive_json_object_set (ReactiveJson *object, const char *name, ReactiveJson *member)
{
  g_return_if_fail (object != NULL && object->kind == REACTIVE_JSON_OBJECT);
  g_return_if_fail (name != NULL);
  g_return_if_fail (member != NULL && member != object);

  const gsize length_bytes = strlen (name);
  GString *text;

  if (g_utf8_validate (name, (gssize) length_bytes, NULL))
    {
      reactive_json_set_member (object, &(ReactiveJsonText){ length_bytes, (char *) name }, member);
      return;
    }

  text = text_from_caller (name, length_bytes);
  reactive_json_set_member (object, &(ReactiveJsonText){ text->len, text->str }, member);
  g_string_free (text, TRUE);
}

ReactiveJson *
reactive_json_new_strings (const GPtrArray *texts)
{
  ReactiveJson *array = reactive_json_new_array ();

  for (guint i = 0; texts != NULL && i < texts->len; i++)
    reactive_json_array_add (array, reactive_json_new_string (g_ptr_array_index (texts, i)));

  return array;
}

ReactiveJson *
reactive_json_new_strv (char *const *texts)
{
  ReactiveJson *array = reactive_json_new_array ();

  for (; texts != NULL && *texts != NULL; texts++)
    reactive_json_array_add (array, reactive_json_new_string (*texts));

  return array;
}

/*
 * Reading
 */

/**
 * reactive_json_get_kind:
 * @value: (not nullable): any value
 *
 * Tells what a value is.
 *
 * Returns: what it is
 */
ReactiveJsonType
reactive_json_get_kind (const ReactiveJson *value)
{
  g_return_val_if_fail (value != NULL, REACTIVE_JSON_NULL);

  return value->kind;
}

/**
 * reactive_json_get_boolean:
 * @value: (not nullable): any value
 *
 * Reads a boolean.
 *
 * Returns: the boolean; %FALSE for what is none
 */
gboolean
reactive_json_get_boolean (const ReactiveJson *value)
{
  g_return_val_if_fail (value != NULL, FALSE);

  return value->kind == REACTIVE_JSON_BOOLEAN && value->boolean;
}

/**
 * reactive_json_get_integer:
 * @value: (not nullable): any value
 * @out_integer: (out) (optional): its number; untouched on %FALSE
 *
 * Reads an integer.
 *
 * Returns: whether @value is an integer (1.0 is none) that 64 bits hold
 */
gboolean
reactive_json_get_integer (const ReactiveJson *value, gint64 *out_integer)
{
  g_return_val_if_fail (value != NULL, FALSE);

  gint64 integer;

  /* No number of 64 bits has more digits; the rest need not be looked at. */
  if (value->kind != REACTIVE_JSON_INTEGER || value->text.length_bytes > strlen ("-9223372036854775808"))
    return FALSE;
  if (!g_ascii_string_to_signed (value->text.bytes, 10, G_MININT64, G_MAXINT64, &integer, /* error= */ NULL))
    return FALSE;

  if (out_integer != NULL)
    *out_integer = integer;
  return TRUE;
}

/**
 * reactive_json_get_double:
 * @value: (not nullable): any value
 *
 * Reads a number of either kind.
 *
 * Returns: the number, of an integer the nearest one there is (infinity beyond all of them); 0 for what is no number
 */
double
reactive_json_get_double (const ReactiveJson *value)
{
  g_return_val_if_fail (value != NULL, 0);

  if (value->kind == REACTIVE_JSON_FLOAT)
    return value->number;
  if (value->kind == REACTIVE_JSON_INTEGER)
    return g_ascii_strtod (value->text.bytes, NULL);

  return 0;
}

/**
 * reactive_json_get_string:
 * @value: (not nullable): any value
 * @out_length_bytes: (out) (optional): its length: the text may hold NUL; untouched when %NULL is returned
 *
 * The text of a string, NUL-terminated. It is UTF-8 unless the reader of Python's dialect met a lone surrogate, which
 * stands as the three bytes that its code point would give.
 *
 * Returns: (transfer none) (nullable): the text; %NULL for what is no string
 */
const char *
reactive_json_get_string (const ReactiveJson *value, gsize *out_length_bytes)
{
  g_return_val_if_fail (value != NULL, NULL);

  if (value->kind != REACTIVE_JSON_STRING)
    return NULL;

  if (out_length_bytes != NULL)
    *out_length_bytes = value->text.length_bytes;
  return value->text.bytes;
}

/**
 * reactive_json_get_length:
 * @value: (not nullable): any value
 *
 * Counts elements or members.
 *
 * Returns: how many elements an array or members an object has; 0 for all else
 */
guint
reactive_json_get_length (const ReactiveJson *value)
{
  g_return_val_if_fail (value != NULL, 0);

  return value->length;
}

/**
 * reactive_json_get_element:
 * @value: (not nullable): any value
 * @index: which one, from 0
 *
 * Reads an element or a member by its place.
 *
 * Returns: (transfer none) (nullable): the element of an array, or the value of an object's member, at @index; %NULL
 *   beyond the last one and for what is neither
 */
const ReactiveJson *
reactive_json_get_element (const ReactiveJson *value, guint index)
{
  g_return_val_if_fail (value != NULL, NULL);

  if (index >= value->length)
    return NULL;
  if (value->kind == REACTIVE_JSON_ARRAY)
    return value->items[index];

  const ReactiveJsonMember *member = value->items[index];

  return member->value;
}

/**
 * reactive_json_get_member_name:
 * @object: (not nullable): any value
 * @index: which one, from 0
 *
 * Reads the name of a member by its place.
 *
 * Returns: (transfer none) (nullable): the name of an object's member at @index, which ends at the first NUL if it
 *   holds one; %NULL beyond the last one and for what is no object
 */
const char *
reactive_json_get_member_name (const ReactiveJson *object, guint index)
{
  g_return_val_if_fail (object != NULL, NULL);

  if (object->kind != REACTIVE_JSON_OBJECT || index >= object->length)
    return NULL;

  const ReactiveJsonMember *member = object->items[index];

  return member->name.bytes;
}

/**
 * reactive_json_get_member:
 * @object: (not nullable): any value
 * @name: (not nullable): a member's name
 *
 * Reads a member by its name.
 *
 * Returns: (transfer none) (nullable): the value of the member with this name; %NULL when there is none and for what
 *   is no object
 */
const ReactiveJson *
reactive_json_get_member (const ReactiveJson *object, const char *name)
{
  g_return_val_if_fail (object != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);

  if (object->kind != REACTIVE_JSON_OBJECT)
    return NULL;

  const ReactiveJsonMember *member
      = reactive_json_find_member (object, &(ReactiveJsonText){ strlen (name), (char *) name });

  return member != NULL ? member->value : NULL;
}

const char *
reactive_json_kind_name (ReactiveJsonType kind)
{
  static const char *const names[] = {
    [REACTIVE_JSON_NULL] = "null",        [REACTIVE_JSON_BOOLEAN] = "a boolean", [REACTIVE_JSON_INTEGER] = "an integer",
    [REACTIVE_JSON_FLOAT] = "a number",   [REACTIVE_JSON_STRING] = "a string",   [REACTIVE_JSON_ARRAY] = "an array",
    [REACTIVE_JSON_OBJECT] = "an object",
  };

  return names[kind];
}

void
reactive_json_get_position (const ReactiveJson *value, guint *out_line, guint *out_column)
{
  g_assert (value != NULL);

  if (out_line != NULL)
    *out_line = value->line;
  if (out_column != NULL)
    *out_column = value->column;
}
