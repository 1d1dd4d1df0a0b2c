/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"

/* Text is UTF-8 in which a lone surrogate may stand as the three bytes that its code point would give (ED A0..BF xx),
 * as Python's strings may hold one; a pair of them never stands so. It may hold NUL, hence the lengths; one NUL more
 * follows it. The order of the bytes is the order of the code points. */
typedef struct
{
  gsize length_bytes;
  char *bytes;
} ReactiveJsonText;

typedef struct
{
  ReactiveJsonText name; /* first, so that the index compares a member with a bare name */
  ReactiveJson *value;
} ReactiveJsonMember;

struct _ReactiveJson
{
  gatomicrefcount reference_count;
  guint8 kind; /* ReactiveJsonType */
  guint8 boolean;
  guint line, column; /* 0 when made by hand */
  guint length;       /* elements or members */
  union
  {
    double number;
    ReactiveJsonText text; /* STRING: its text; INTEGER: its digits without leading zeros, "-" before them if below 0 */
    struct
    {
      gpointer *items; /* ReactiveJson of an ARRAY, ReactiveJsonMember of an OBJECT */
      GTree *index;    /* OBJECT: of its members by name, once there are many; else NULL */
    };
  };
};

ReactiveJson *reactive_json_new_text (ReactiveJsonType kind, const char *bytes, gsize length_bytes);

ReactiveJsonMember *reactive_json_find_member (const ReactiveJson *object, const ReactiveJsonText *name);
void reactive_json_set_member (ReactiveJson *object, const ReactiveJsonText *name, ReactiveJson *value);
gboolean reactive_json_text_equal (const ReactiveJsonText *a, const ReactiveJsonText *b);
int reactive_json_text_compare (const ReactiveJsonText *a, const ReactiveJsonText *b);

/* Appends @character, a surrogate or NUL too; a low surrogate joins a high one that the text ends with. */
void reactive_json_append_character (GString *text, gunichar character);
/* The next character of @text, which is as described above. */
gunichar reactive_json_next_character (const char **text);
gboolean reactive_json_has_surrogate (const char *bytes, gsize length_bytes);
