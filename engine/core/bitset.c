/* SPDX-License-Identifier: Apache-2.0 */
#include "core/bitset.h"

void
reactive_bitset_init (ReactiveBitset *set, gsize size)
{
  set->words = g_new0 (guint64, (size >> 6) + 1);
  set->summary = g_new0 (guint64, (size >> 12) + 1);
}

void
reactive_bitset_clear (ReactiveBitset *set)
{
  g_clear_pointer (&set->words, g_free);
  g_clear_pointer (&set->summary, g_free);
}

gsize
reactive_bitset_next (const ReactiveBitset *set, gsize from, gsize end)
{
  gsize word, block, last_word, last_block;
  guint64 bits;

  if (from >= end)
    return end;

  last_word = (end - 1) >> 6;
  word = from >> 6;
  bits = set->words[word] & (~G_GUINT64_CONSTANT (0) << (from & 63));

  if (bits == 0)
    {
      last_block = last_word >> 6;
      block = ++word >> 6;
      if (block > last_block)
        return end;

      bits = set->summary[block] & (~G_GUINT64_CONSTANT (0) << (word & 63));
      while (bits == 0)
        {
          if (++block > last_block)
            return end;
          bits = set->summary[block];
        }

      word = (block << 6) + __builtin_ctzll (bits);
      bits = set->words[word];
    }

  return MIN ((word << 6) + __builtin_ctzll (bits), end);
}
