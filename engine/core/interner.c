/* SPDX-License-Identifier: Apache-2.0 */
#include "core/interner.h"

#include <string.h>

#include "base/text.h"

#define FIRST_BUCKETS 16

/* The final mix of MurmurHash3: names that differ in a digit must not end up in neighbouring buckets. */
guint32
reactive_interner_hash (const char *string)
{
  guint32 hash = reactive_text_hash (string, strlen (string));

  hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
  hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;

  return hash ^ (hash >> 16);
}

void
reactive_interner_init (ReactiveInterner *interner)
{
  *interner = (ReactiveInterner){ .buckets = g_new0 (guint32, FIRST_BUCKETS), .mask = FIRST_BUCKETS - 1 };
}

void
reactive_interner_clear (ReactiveInterner *interner)
{
  g_clear_pointer (&interner->text, g_free);
  g_clear_pointer (&interner->offsets, g_free);
  g_clear_pointer (&interner->buckets, g_free);
}

static inline guint32
number_in (const ReactiveInterner *interner, guint32 bucket)
{
  return (interner->buckets[bucket] & interner->mask) - 1;
}

/* The bucket that holds @string, or the empty one where it belongs. Only a string whose hash agrees in the bits that
 * the bucket keeps is looked at. */
static guint32
find_bucket (const ReactiveInterner *interner, const char *string, guint32 hash)
{
  guint32 bucket = hash & interner->mask;

  while (interner->buckets[bucket] != 0
         && (((interner->buckets[bucket] ^ hash) & ~interner->mask) != 0
             || strcmp (reactive_interner_get (interner, number_in (interner, bucket)), string) != 0))
    bucket = (bucket + 1) & interner->mask;

  return bucket;
}

guint32
reactive_interner_find (const ReactiveInterner *interner, const char *string)
{
  return reactive_interner_find_hashed (interner, string, reactive_interner_hash (string));
}

guint32
reactive_interner_find_hashed (const ReactiveInterner *interner, const char *string, guint32 hash)
{
  guint32 bucket = find_bucket (interner, string, hash);

  return interner->buckets[bucket] != 0 ? number_in (interner, bucket) : REACTIVE_INTERNER_NONE;
}

static void
grow_buckets (ReactiveInterner *interner)
{
  gsize size = 2 * ((gsize) interner->mask + 1);

  g_assert (size <= G_MAXUINT32);

  g_free (interner->buckets);
  interner->buckets = g_new0 (guint32, size);
  interner->mask = size - 1;

  for (guint32 number = 0; number < interner->length; number++)
    {
      guint32 hash = reactive_interner_hash (reactive_interner_get (interner, number));
      guint32 bucket = hash & interner->mask;

      while (interner->buckets[bucket] != 0)
        bucket = (bucket + 1) & interner->mask;
      interner->buckets[bucket] = (hash & ~interner->mask) | (number + 1);
    }
}

static void
append_text (ReactiveInterner *interner, const char *string)
{
  gsize length = strlen (string) + 1;

  g_assert (interner->text_length + length <= G_MAXUINT32);

  if (interner->text_length + length > interner->text_size)
    {
      interner->text_size = MAX (2 * interner->text_size, interner->text_length + length + 256);
      interner->text = g_realloc (interner->text, interner->text_size);
    }
  memcpy (interner->text + interner->text_length, string, length);
  interner->text_length += length;
}

guint32
reactive_interner_add (ReactiveInterner *interner, const char *string)
{
  return reactive_interner_add_hashed (interner, string, reactive_interner_hash (string));
}

guint32
reactive_interner_add_hashed (ReactiveInterner *interner, const char *string, guint32 hash)
{
  guint32 bucket = find_bucket (interner, string, hash);

  if (interner->buckets[bucket] != 0)
    return number_in (interner, bucket);

  if (interner->length == interner->size)
    {
      interner->size = MAX (2 * interner->size, 8);
      interner->offsets = g_renew (guint32, interner->offsets, interner->size);
    }
  interner->offsets[interner->length] = interner->text_length;
  append_text (interner, string);
  interner->buckets[bucket] = (hash & ~interner->mask) | ++interner->length;

  /* At most three quarters full, so that the numbers fit into the bits of the mask. */
  if (interner->length > interner->mask - interner->mask / 4)
    grow_buckets (interner);

  return interner->length - 1;
}

void
reactive_interner_shrink (ReactiveInterner *interner)
{
  interner->text = g_realloc (interner->text, MAX (interner->text_length, 1));
  interner->text_size = interner->text_length;
  interner->offsets = g_renew (guint32, interner->offsets, MAX (interner->length, 1));
  interner->size = interner->length;
}
