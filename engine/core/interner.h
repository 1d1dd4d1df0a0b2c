/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* Strings by number: each distinct string is kept once and numbered from 0 in the order of its first appearance. A few
 * bytes beside each string, where a GHashTable takes some fifty: programs have up to millions of flags. */
typedef struct
{
  char *text; /* the strings one after the other, each with its NUL */
  gsize text_length;
  gsize text_size;
  guint32 *offsets; /* of string i in text */
  guint32 length;
  guint32 size;
  guint32 *buckets; /* in the bits of the mask string number + 1, above them those of its hash; 0 is empty */
  guint32 mask;
} ReactiveInterner;

#define REACTIVE_INTERNER_NONE G_MAXUINT32

void reactive_interner_init (ReactiveInterner *interner);
void reactive_interner_clear (ReactiveInterner *interner);
guint32 reactive_interner_add (ReactiveInterner *interner, const char *string);
guint32 reactive_interner_find (const ReactiveInterner *interner, const char *string);
/* The same for who asks several interners for one string; @hash is reactive_interner_hash()'s. */
guint32 reactive_interner_hash (const char *string);
guint32 reactive_interner_add_hashed (ReactiveInterner *interner, const char *string, guint32 hash);
guint32 reactive_interner_find_hashed (const ReactiveInterner *interner, const char *string, guint32 hash);
/* Gives back what growing had reserved. */
void reactive_interner_shrink (ReactiveInterner *interner);

static inline const char *
reactive_interner_get (const ReactiveInterner *interner, guint32 number)
{
  return interner->text + interner->offsets[number];
}
