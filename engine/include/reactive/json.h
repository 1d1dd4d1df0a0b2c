/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

/**
 * ReactiveJsonType:
 * @REACTIVE_JSON_NULL: null
 * @REACTIVE_JSON_BOOLEAN: true or false
 * @REACTIVE_JSON_INTEGER: a number without point or exponent, of any length
 * @REACTIVE_JSON_FLOAT: any other number
 * @REACTIVE_JSON_STRING: a string
 * @REACTIVE_JSON_ARRAY: an array
 * @REACTIVE_JSON_OBJECT: an object
 *
 * What a value is. As CPython, and unlike JSON itself, it tells integers from floating point numbers.
 */
typedef enum
{
  REACTIVE_JSON_NULL,
  REACTIVE_JSON_BOOLEAN,
  REACTIVE_JSON_INTEGER,
  REACTIVE_JSON_FLOAT,
  REACTIVE_JSON_STRING,
  REACTIVE_JSON_ARRAY,
  REACTIVE_JSON_OBJECT,
} ReactiveJsonType;

/**
 * ReactiveJsonDialect:
 * @REACTIVE_JSON_STRICT: RFC 8259: valid UTF-8, no duplicate keys, no NaN; for our own files and the tools' output
 * @REACTIVE_JSON_PYTHON: what CPython's json.loads() accepts: the last duplicate wins, NaN and Infinity, lone
 *   surrogates, numbers of any length; for what peers and Python charms wrote
 *
 * Which texts reactive_json_parse() accepts.
 */
typedef enum
{
  REACTIVE_JSON_STRICT,
  REACTIVE_JSON_PYTHON,
} ReactiveJsonDialect;

/**
 * ReactiveJsonStyle:
 * @REACTIVE_JSON_INSERTION_ORDER: json.dumps (value)
 * @REACTIVE_JSON_SORT_KEYS: json.dumps (value, sort_keys=True)
 *
 * In which order reactive_json_to_text() writes members.
 */
typedef enum
{
  REACTIVE_JSON_INSERTION_ORDER,
  REACTIVE_JSON_SORT_KEYS,
} ReactiveJsonStyle;

REACTIVE_EXPORT GType reactive_json_get_type (void);
REACTIVE_EXPORT ReactiveJson *reactive_json_parse (const char *text, gssize length_bytes, ReactiveJsonDialect dialect,
                                                   GError **error);
REACTIVE_EXPORT char *reactive_json_to_text (const ReactiveJson *value, ReactiveJsonStyle style);
REACTIVE_EXPORT ReactiveJson *reactive_json_ref (const ReactiveJson *value);
REACTIVE_EXPORT void reactive_json_unref (ReactiveJson *value);

REACTIVE_EXPORT ReactiveJson *reactive_json_new_null (void);
REACTIVE_EXPORT ReactiveJson *reactive_json_new_boolean (gboolean boolean);
REACTIVE_EXPORT ReactiveJson *reactive_json_new_integer (gint64 integer);
REACTIVE_EXPORT ReactiveJson *reactive_json_new_float (double number);
REACTIVE_EXPORT ReactiveJson *reactive_json_new_string (const char *string);
REACTIVE_EXPORT ReactiveJson *reactive_json_new_array (void);
REACTIVE_EXPORT ReactiveJson *reactive_json_new_object (void);
REACTIVE_EXPORT void reactive_json_array_add (ReactiveJson *array, ReactiveJson *element);
REACTIVE_EXPORT void reactive_json_object_set (ReactiveJson *object, const char *name, ReactiveJson *member);

REACTIVE_EXPORT ReactiveJsonType reactive_json_get_kind (const ReactiveJson *value);
REACTIVE_EXPORT gboolean reactive_json_get_boolean (const ReactiveJson *value);
REACTIVE_EXPORT gboolean reactive_json_get_integer (const ReactiveJson *value, gint64 *out_integer);
REACTIVE_EXPORT double reactive_json_get_double (const ReactiveJson *value);
REACTIVE_EXPORT const char *reactive_json_get_string (const ReactiveJson *value, gsize *out_length_bytes);
REACTIVE_EXPORT guint reactive_json_get_length (const ReactiveJson *value);
REACTIVE_EXPORT const ReactiveJson *reactive_json_get_element (const ReactiveJson *value, guint index);
REACTIVE_EXPORT const char *reactive_json_get_member_name (const ReactiveJson *object, guint index);
REACTIVE_EXPORT const ReactiveJson *reactive_json_get_member (const ReactiveJson *object, const char *name);
REACTIVE_EXPORT gboolean reactive_json_equal (const ReactiveJson *a, const ReactiveJson *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveJson, reactive_json_unref)

G_END_DECLS
