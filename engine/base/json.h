/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/json.h>

/* Limits of the reader, beyond those of CPython: named differences. */
#define REACTIVE_JSON_MAX_BYTES (64u * 1024 * 1024)
#define REACTIVE_JSON_MAX_DEPTH 512
#define REACTIVE_JSON_MAX_VALUES 4000000u
#define REACTIVE_JSON_MAX_DIGITS 4300 /* CPython's own limit on the digits of an integer */

/* Where @value began in the text it was parsed from, both counted from 1; 0 and 0 for a value made by hand. */
void reactive_json_get_position (const ReactiveJson *value, guint *out_line, guint *out_column);

/* The text of a string; NULL for anything else, and for NULL. */
static inline const char *
reactive_json_text_or_null (const ReactiveJson *value)
{
  return value != NULL ? reactive_json_get_string (value, /* out_length_bytes= */ NULL) : NULL;
}

/* Whether there is nothing, or null. */
static inline gboolean
reactive_json_is_none (const ReactiveJson *value)
{
  return value == NULL || reactive_json_get_kind (value) == REACTIVE_JSON_NULL;
}

/* Sets a member to a string, or does nothing where there is no @text. */
static inline void
reactive_json_object_set_text (ReactiveJson *object, const char *name, const char *text)
{
  if (text != NULL)
    reactive_json_object_set (object, name, reactive_json_new_string (text));
}

/* An array of strings; @texts: (nullable) (element-type utf8) */
ReactiveJson *reactive_json_new_strings (const GPtrArray *texts);
/* The same of strings that NULL ends. */
ReactiveJson *reactive_json_new_strv (char *const *texts);

/* A string that may hold NUL; otherwise as reactive_json_new_string(). */
ReactiveJson *reactive_json_new_string_length (const char *string, gsize length_bytes);

/* What a peer said: JSON as Python takes it, or, where it is none, the text itself as a string. */
ReactiveJson *reactive_json_parse_loosely (const char *text, gsize length_bytes);

/* Appends a string as reactive_json_to_text() has it, quotes and all. */
void reactive_json_append_quoted (GString *text, const char *string);

/* Appends the escape of a character: the short one where JSON has one, else \uXXXX, and two of these beyond U+FFFF. */
void reactive_json_append_escaped (GString *text, gunichar character);

/* "a string", for messages. */
const char *reactive_json_kind_name (ReactiveJsonType kind);

/* @object, of strings, as Juju keeps settings, with @changes: null deletes, and the empty string if it is said to.
 * Sorted by name; @object itself where nothing changes. */
ReactiveJson *reactive_json_merge_settings (const ReactiveJson *object, const ReactiveJson *changes,
                                            gboolean empty_deletes);
/* The members of both objects, those of @changes in place of @object's. */
ReactiveJson *reactive_json_overlay (const ReactiveJson *object, const ReactiveJson *changes);
