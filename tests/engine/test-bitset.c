/* SPDX-License-Identifier: Apache-2.0 */
#include "core/bitset.h"

#include <string.h>

/* Around the edges of words (64) and of the words that one summary word covers (4096). */
static const gsize sizes[] = { 1, 2, 63, 64, 65, 127, 128, 129, 4095, 4096, 4097, 8191, 8192, 8193, 20000 };

static gsize
next_by_looking (const guint8 *members, gsize from, gsize end)
{
  while (from < end && !members[from])
    from++;

  return MIN (from, end);
}

static void
assert_same (const ReactiveBitset *set, const guint8 *members, gsize size)
{
  static const gssize around[] = { -65, -64, -63, -2, -1, 0, 1, 2, 63, 64, 65 };

  for (gsize from = 0; from<size; from += size> 300 ? 61 : 1)
    g_assert_cmpuint (reactive_bitset_next (set, from, size), ==, next_by_looking (members, from, size));

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (gsize j = 0; j < G_N_ELEMENTS (around); j++)
      {
        gsize end = MIN (sizes[i], size);
        gsize from = CLAMP ((gssize) sizes[i] + around[j], 0, (gssize) size);

        g_assert_cmpuint (reactive_bitset_next (set, from, end), ==,
                          from >= end ? end : next_by_looking (members, from, end));
        g_assert_cmpuint (reactive_bitset_next (set, end, size), ==, next_by_looking (members, end, size));
      }
}

static void
test_empty_set_has_no_next (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      ReactiveBitset set;

      reactive_bitset_init (&set, sizes[i]);
      g_assert_cmpuint (reactive_bitset_next (&set, 0, sizes[i]), ==, sizes[i]);
      g_assert_cmpuint (reactive_bitset_next (&set, sizes[i], sizes[i]), ==, sizes[i]);
      reactive_bitset_clear (&set);
      g_assert_null (set.words);
    }
}

static void
test_next_finds_each_single_member (void)
{
  ReactiveBitset set;

  reactive_bitset_init (&set, 20000);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      gsize member = sizes[i] - 1;

      reactive_bitset_add (&set, member);
      g_assert_true (reactive_bitset_has (&set, member));
      g_assert_cmpuint (reactive_bitset_next (&set, 0, 20000), ==, member);
      g_assert_cmpuint (reactive_bitset_next (&set, member, 20000), ==, member);
      g_assert_cmpuint (reactive_bitset_next (&set, member + 1, 20000), ==, 20000);
      g_assert_cmpuint (reactive_bitset_next (&set, 0, member), ==, member);

      reactive_bitset_remove (&set, member);
      g_assert_false (reactive_bitset_has (&set, member));
      g_assert_cmpuint (reactive_bitset_next (&set, 0, 20000), ==, 20000);
    }
  reactive_bitset_clear (&set);
}

static void
test_removing_one_keeps_its_neighbours (void)
{
  ReactiveBitset set;

  reactive_bitset_init (&set, 200);
  reactive_bitset_add (&set, 64);
  reactive_bitset_add (&set, 65);
  reactive_bitset_add (&set, 65);
  reactive_bitset_add (&set, 130);
  reactive_bitset_remove (&set, 64);
  reactive_bitset_remove (&set, 64);
  g_assert_cmpuint (reactive_bitset_next (&set, 0, 200), ==, 65);
  reactive_bitset_remove (&set, 65);
  g_assert_cmpuint (reactive_bitset_next (&set, 0, 200), ==, 130);
  reactive_bitset_clear (&set);
}

static void
test_random_sets_are_as_an_array_says (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (1);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint density = 1; density <= 1000; density *= 10)
      {
        g_autofree guint8 *members = g_new0 (guint8, sizes[i] + 1);
        ReactiveBitset set;

        reactive_bitset_init (&set, sizes[i]);
        for (gsize n = 0; n < sizes[i] / density + 1; n++)
          {
            gsize member = g_rand_int_range (random, 0, sizes[i]);

            members[member] = g_rand_boolean (random);
            if (members[member])
              reactive_bitset_add (&set, member);
            else
              reactive_bitset_remove (&set, member);
          }
        assert_same (&set, members, sizes[i]);
        reactive_bitset_clear (&set);
      }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/bitset/empty-set-has-no-next", test_empty_set_has_no_next);
  g_test_add_func ("/bitset/next-finds-each-single-member", test_next_finds_each_single_member);
  g_test_add_func ("/bitset/removing-one-keeps-its-neighbours", test_removing_one_keeps_its_neighbours);
  g_test_add_func ("/bitset/random-sets-are-as-an-array-says", test_random_sets_are_as_an_array_says);

  return g_test_run ();
}
