/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/json-private.h"

#include <math.h>
#include <string.h>

typedef struct
{
  const char *text;
  const char *end;
  const char *position;
  ReactiveJsonDialect dialect;
  guint depth;
  guint values;
  ReactiveJsonText read; /* the string that was read last: a part of the text, or, with escapes, of unescaped */
  GString *unescaped;    /* NULL until there is an escape */
  const char *located;   /* where @line and @column are */
  guint line;
  guint column;
} Reader;

static ReactiveJson *read_value (Reader *reader, GError **error);

/* Counts on from the place asked for last, so that asking for all values in turn costs one pass over the text. */
static void
locate (Reader *reader, const char *place)
{
  if (place < reader->located)
    {
      reader->located = reader->text;
      reader->line = 1;
      reader->column = 1;
    }

  for (; reader->located < place; reader->located++)
    {
      if (*reader->located == '\n')
        {
          reader->line++;
          reader->column = 1;
        }
      else if (((guint8) *reader->located & 0xc0) != 0x80)
        reader->column++;
    }
}

static void G_GNUC_PRINTF (4, 5) refuse (Reader *reader, const char *place, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  /* Many a databag's value is no JSON, and nobody asks why. */
  if (error == NULL)
    return;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  locate (reader, place);
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "%u:%u: %s", reader->line, reader->column, message);
}

static void
refuse_unexpected (Reader *reader, GError **error, const char *expected)
{
  const char *place = reader->position;

  if (place == reader->end)
    refuse (reader, place, error, "expected %s, found the end of the text", expected);
  else if (g_ascii_isgraph (*place))
    refuse (reader, place, error, "expected %s, found '%c'", expected, *place);
  else
    refuse (reader, place, error, "expected %s, found U+%04X", expected, g_utf8_get_char (place));
}

static void
skip_whitespace (Reader *reader)
{
  while (reader->position < reader->end && strchr (" \t\n\r", *reader->position) != NULL && *reader->position != '\0')
    reader->position++;
}

static gboolean
next_is (const Reader *reader, char character)
{
  return reader->position < reader->end && *reader->position == character;
}

static gboolean
take (Reader *reader, char character)
{
  if (!next_is (reader, character))
    return FALSE;

  reader->position++;
  return TRUE;
}

static gboolean
take_word (Reader *reader, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (reader->end - reader->position) < length || memcmp (reader->position, word, length) != 0)
    return FALSE;

  reader->position += length;
  return TRUE;
}

/*
 * Strings
 */

static gboolean
read_hex_escape (Reader *reader, GError **error)
{
  gunichar character = 0;

  for (int i = 0; i < 4; i++)
    {
      int digit = reader->position < reader->end ? g_ascii_xdigit_value (*reader->position) : -1;

      if (digit < 0)
        {
          refuse_unexpected (reader, error, "four hexadecimal digits after \\u");
          return FALSE;
        }
      character = character << 4 | (gunichar) digit;
      reader->position++;
    }

  reactive_json_append_character (reader->unescaped, character);
  return TRUE;
}

/* What follows a backslash. */
static gboolean
read_escape (Reader *reader, GError **error)
{
  static const char letters[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";

  if (take (reader, 'u'))
    return read_hex_escape (reader, error);

  const char *letter
      = reader->position < reader->end && *reader->position != '\0' ? strchr (letters, *reader->position) : NULL;

  if (letter == NULL)
    {
      refuse_unexpected (reader, error, "one of \"\\/bfnrtu after a backslash");
      return FALSE;
    }

  g_string_append_c (reader->unescaped, meanings[letter - letters]);
  reader->position++;
  return TRUE;
}

static void
take_plain_characters (Reader *reader)
{
  const char *place = reader->position;

  while (place < reader->end && *place != '"' && *place != '\\' && (guint8) *place >= 0x20)
    place++;

  reader->position = place;
}

static void
read_plain_characters (Reader *reader)
{
  const char *start = reader->position;

  take_plain_characters (reader);
  g_string_append_len (reader->unescaped, start, reader->position - start);
}

/* The rest of a string in which an escape, or something wrong, was found. */
static gboolean
read_escaped (Reader *reader, const char *start, GError **error)
{
  if (reader->unescaped == NULL)
    reader->unescaped = g_string_new (NULL);
  g_string_truncate (reader->unescaped, 0);
  g_string_append_len (reader->unescaped, start + 1, reader->position - start - 1);

  for (; !take (reader, '"'); read_plain_characters (reader))
    {
      if (reader->position == reader->end)
        {
          refuse (reader, start, error, "string without an end");
          return FALSE;
        }
      if (!take (reader, '\\'))
        {
          refuse (reader, reader->position, error, "control character U+%04X in a string", (guint8) *reader->position);
          return FALSE;
        }
      if (!read_escape (reader, error))
        return FALSE;
    }

  /* Surrogates are no characters of UTF-8, so only an escape can have brought one in. */
  if (reader->dialect == REACTIVE_JSON_STRICT
      && reactive_json_has_surrogate (reader->unescaped->str, reader->unescaped->len))
    {
      refuse (reader, start, error, "string with a lone surrogate");
      return FALSE;
    }

  reader->read = (ReactiveJsonText){ reader->unescaped->len, reader->unescaped->str };

  return TRUE;
}

/* Leaves the text in reader->read. */
static gboolean
read_string (Reader *reader, const char *expected, GError **error)
{
  const char *start = reader->position;

  if (!take (reader, '"'))
    {
      refuse_unexpected (reader, error, expected);
      return FALSE;
    }

  take_plain_characters (reader);
  if (!take (reader, '"'))
    return read_escaped (reader, start, error);

  reader->read = (ReactiveJsonText){ reader->position - start - 2, (char *) start + 1 };

  return TRUE;
}

static ReactiveJson *
read_string_value (Reader *reader, GError **error)
{
  if (!read_string (reader, "a string", error))
    return NULL;

  return reactive_json_new_text (REACTIVE_JSON_STRING, reader->read.bytes, reader->read.length_bytes);
}

/*
 * Numbers
 */

static gsize
take_digits (Reader *reader)
{
  const char *start = reader->position;

  while (reader->position < reader->end && g_ascii_isdigit (*reader->position))
    reader->position++;

  return (gsize) (reader->position - start);
}

/* A fraction, an exponent, both or none. */
static gboolean
take_rest_of_number (Reader *reader, gboolean *out_is_float, GError **error)
{
  gboolean is_float = FALSE;

  if (take (reader, '.'))
    {
      is_float = TRUE;
      if (take_digits (reader) == 0)
        {
          refuse_unexpected (reader, error, "a digit");
          return FALSE;
        }
    }

  if (take (reader, 'e') || take (reader, 'E'))
    {
      is_float = TRUE;
      if (!take (reader, '+'))
        take (reader, '-');
      if (take_digits (reader) == 0)
        {
          refuse_unexpected (reader, error, "a digit");
          return FALSE;
        }
    }

  *out_is_float = is_float;
  return TRUE;
}

static ReactiveJson *
make_integer (Reader *reader, const char *start, gsize digits, GError **error)
{
  gsize length = (gsize) (reader->position - start);

  if (digits > REACTIVE_JSON_MAX_DIGITS)
    {
      refuse (reader, start, error, "integer of more than %d digits", REACTIVE_JSON_MAX_DIGITS);
      return NULL;
    }

  /* Python's integers have one zero. */
  if (length == 2 && memcmp (start, "-0", 2) == 0)
    return reactive_json_new_text (REACTIVE_JSON_INTEGER, "0", 1);

  return reactive_json_new_text (REACTIVE_JSON_INTEGER, start, length);
}

static ReactiveJson *
make_float (Reader *reader, const char *start, GError **error)
{
  g_autofree char *text = g_strndup (start, reader->position - start);
  double number = g_ascii_strtod (text, NULL);

  if (reader->dialect == REACTIVE_JSON_STRICT && isinf (number))
    {
      refuse (reader, start, error, "number out of range");
      return NULL;
    }

  return reactive_json_new_float (number);
}

static ReactiveJson *
read_number (Reader *reader, GError **error)
{
  const char *start = reader->position;
  gboolean is_negative = take (reader, '-');
  gboolean is_float = FALSE;
  gsize digits;

  if (is_negative && reader->dialect == REACTIVE_JSON_PYTHON && take_word (reader, "Infinity"))
    return reactive_json_new_float (-INFINITY);

  if (take (reader, '0'))
    digits = 1;
  else
    digits = take_digits (reader);

  if (digits == 0)
    {
      refuse_unexpected (reader, error, is_negative ? "a digit" : "a value");
      return NULL;
    }
  if (!take_rest_of_number (reader, &is_float, error))
    return NULL;

  return is_float ? make_float (reader, start, error) : make_integer (reader, start, digits, error);
}

/*
 * Containers
 */

static gboolean
enter (Reader *reader, GError **error)
{
  if (reader->depth == REACTIVE_JSON_MAX_DEPTH)
    {
      refuse (reader, reader->position, error, "nested more than %d levels deep", REACTIVE_JSON_MAX_DEPTH);
      return FALSE;
    }

  reader->depth++;
  reader->position++;
  skip_whitespace (reader);
  return TRUE;
}

static ReactiveJson *
read_array (Reader *reader, GError **error)
{
  g_autoptr (ReactiveJson) array = reactive_json_new_array ();

  if (!enter (reader, error))
    return NULL;

  while (array->length > 0 || !next_is (reader, ']'))
    {
      ReactiveJson *element = read_value (reader, error);

      if (element == NULL)
        return NULL;
      reactive_json_array_add (array, element);

      skip_whitespace (reader);
      if (next_is (reader, ']'))
        break;
      if (!take (reader, ','))
        {
          refuse_unexpected (reader, error, "',' or ']'");
          return NULL;
        }
      skip_whitespace (reader);
    }

  reader->position++;
  reader->depth--;
  return g_steal_pointer (&array);
}

/* The name is quoted as JSON: ASCII without controls, which may be cut anywhere. */
static void
refuse_duplicate (Reader *reader, const char *place, GError **error)
{
  g_autoptr (ReactiveJson) name
      = reactive_json_new_text (REACTIVE_JSON_STRING, reader->read.bytes, reader->read.length_bytes);
  g_autofree char *quoted = reactive_json_to_text (name, REACTIVE_JSON_INSERTION_ORDER);

  refuse (reader, place, error, "duplicate member %.100s", quoted);
}

static gboolean
read_member (Reader *reader, ReactiveJson *object, GError **error)
{
  const char *start = reader->position;
  g_autofree char *bytes = NULL;
  ReactiveJsonText name;
  ReactiveJson *value;

  if (!read_string (reader, object->length > 0 ? "a member's name" : "a member's name or '}'", error))
    return FALSE;

  name = reader->read;
  /* Reading the value overwrites what had escapes. */
  if (reader->unescaped != NULL && name.bytes == reader->unescaped->str)
    name.bytes = bytes = g_memdup2 (name.bytes, name.length_bytes + 1);
  if (reader->dialect == REACTIVE_JSON_STRICT && reactive_json_find_member (object, &name) != NULL)
    {
      refuse_duplicate (reader, start, error);
      return FALSE;
    }

  skip_whitespace (reader);
  if (!take (reader, ':'))
    {
      refuse_unexpected (reader, error, "':'");
      return FALSE;
    }

  skip_whitespace (reader);
  value = read_value (reader, error);
  if (value == NULL)
    return FALSE;

  reactive_json_set_member (object, &name, value);
  return TRUE;
}

static ReactiveJson *
read_object (Reader *reader, GError **error)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();

  if (!enter (reader, error))
    return NULL;

  while (object->length > 0 || !next_is (reader, '}'))
    {
      if (!read_member (reader, object, error))
        return NULL;

      skip_whitespace (reader);
      if (next_is (reader, '}'))
        break;
      if (!take (reader, ','))
        {
          refuse_unexpected (reader, error, "',' or '}'");
          return NULL;
        }
      skip_whitespace (reader);
    }

  reader->position++;
  reader->depth--;
  return g_steal_pointer (&object);
}

static ReactiveJson *
read_any (Reader *reader, GError **error)
{
  gboolean is_python = reader->dialect == REACTIVE_JSON_PYTHON;

  if (next_is (reader, '"'))
    return read_string_value (reader, error);
  if (next_is (reader, '{'))
    return read_object (reader, error);
  if (next_is (reader, '['))
    return read_array (reader, error);
  if (take_word (reader, "null"))
    return reactive_json_new_null ();
  if (take_word (reader, "true"))
    return reactive_json_new_boolean (TRUE);
  if (take_word (reader, "false"))
    return reactive_json_new_boolean (FALSE);
  if (is_python && take_word (reader, "NaN"))
    return reactive_json_new_float (NAN);
  if (is_python && take_word (reader, "Infinity"))
    return reactive_json_new_float (INFINITY);

  return read_number (reader, error);
}

static ReactiveJson *
read_value (Reader *reader, GError **error)
{
  guint line, column;
  ReactiveJson *value;

  locate (reader, reader->position);
  line = reader->line;
  column = reader->column;

  if (reader->values == REACTIVE_JSON_MAX_VALUES)
    {
      refuse (reader, reader->position, error, "more than %u values", REACTIVE_JSON_MAX_VALUES);
      return NULL;
    }
  reader->values++;

  value = read_any (reader, error);
  if (value != NULL)
    {
      value->line = line;
      value->column = column;
    }

  return value;
}

static ReactiveJson *
read_text (Reader *reader, GError **error)
{
  g_autoptr (ReactiveJson) value = NULL;
  const char *invalid;

  /* NUL ends the validation, too; the reader gets no further than that, as none is allowed anywhere. */
  if (!g_utf8_validate (reader->text, reader->end - reader->text, &invalid) && *invalid != '\0')
    {
      refuse (reader, invalid, error, "not valid UTF-8");
      return NULL;
    }

  skip_whitespace (reader);
  value = read_value (reader, error);
  if (value == NULL)
    return NULL;

  skip_whitespace (reader);
  if (reader->position < reader->end)
    {
      refuse_unexpected (reader, error, "nothing more after the value");
      return NULL;
    }

  return g_steal_pointer (&value);
}

/**
 * reactive_json_parse:
 * @text: (not nullable): UTF-8 text of one JSON value; need not be NUL-terminated if @length_bytes is given
 * @length_bytes: length of @text, or -1 when it is NUL-terminated
 * @dialect: what to accept
 *
 * Reads a value. Beyond what the dialect refuses, so are texts of more than 64 MiB or 4 million values, nested more
 * than 512 levels deep, or with an integer of more than 4300 digits. In either dialect a control character in a string
 * and a byte order mark are errors, as they are to CPython.
 *
 * Returns: (transfer full) (nullable): the value, or %NULL with #REACTIVE_ERROR_BAD_DATA and a message that begins
 *   with the line and the column of what is wrong
 */
ReactiveJson *
reactive_json_parse (const char *text, gssize length_bytes, ReactiveJsonDialect dialect, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (length_bytes >= -1, NULL);
  g_return_val_if_fail (error == NULL || *error == NULL, NULL);

  gsize length = length_bytes < 0 ? strlen (text) : (gsize) length_bytes;
  ReactiveJson *value;
  Reader reader;

  if (length > REACTIVE_JSON_MAX_BYTES)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "1:1: text of more than %u bytes",
                   REACTIVE_JSON_MAX_BYTES);
      return NULL;
    }

  reader = (Reader){
    .text = text,
    .end = text + length,
    .position = text,
    .dialect = dialect,
    .located = text,
    .line = 1,
    .column = 1,
  };
  value = read_text (&reader, error);
  if (reader.unescaped != NULL)
    g_string_free (reader.unescaped, /* free_segment= */ TRUE);

  return value;
}

/* FALSE for most of what is none: addresses, names and versions. */
static gboolean
may_be_json (const char *text, gsize length_bytes)
{
  const char *end = text + length_bytes;
  guint n_points = 0;

  while (text < end && g_ascii_isspace (*text))
    text++;
  if (text == end || !g_ascii_isdigit (*text))
    return text < end && *text != '\0' && strchr ("\"{[tfnNI-", *text) != NULL;

  for (; text < end && !g_ascii_isspace (*text); text++)
    {
      n_points += *text == '.';
      if (n_points > 1 || (!g_ascii_isdigit (*text) && strchr ("+-.eE", *text) == NULL))
        return FALSE;
    }

  return TRUE;
}

ReactiveJson *
reactive_json_parse_loosely (const char *text, gsize length_bytes)
{
  ReactiveJson *value = may_be_json (text, length_bytes)
                            ? reactive_json_parse (text, (gssize) length_bytes, REACTIVE_JSON_PYTHON, NULL)
                            : NULL;

  return value != NULL ? value : reactive_json_new_string_length (text, length_bytes);
}
