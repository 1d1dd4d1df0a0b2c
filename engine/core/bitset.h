/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* A set of small integers in two levels: a bit for each member, and a bit for each word that has any. Adding and
 * removing cost a few instructions; finding the next member skips 4096 absent ones at a time. */
typedef struct
{
  guint64 *words;
  guint64 *summary;
} ReactiveBitset;

void reactive_bitset_init (ReactiveBitset *set, gsize size);
void reactive_bitset_clear (ReactiveBitset *set);
/* The least member in [@from, @end), or @end. */
gsize reactive_bitset_next (const ReactiveBitset *set, gsize from, gsize end);

static inline gboolean
reactive_bitset_has (const ReactiveBitset *set, gsize member)
{
  return (set->words[member >> 6] >> (member & 63)) & 1;
}

static inline void
reactive_bitset_add (ReactiveBitset *set, gsize member)
{
  set->words[member >> 6] |= G_GUINT64_CONSTANT (1) << (member & 63);
  set->summary[member >> 12] |= G_GUINT64_CONSTANT (1) << ((member >> 6) & 63);
}

static inline void
reactive_bitset_remove (ReactiveBitset *set, gsize member)
{
  guint64 *word = &set->words[member >> 6];

  *word &= ~(G_GUINT64_CONSTANT (1) << (member & 63));
  if (*word == 0)
    set->summary[member >> 12] &= ~(G_GUINT64_CONSTANT (1) << ((member >> 6) & 63));
}
