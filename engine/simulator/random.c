/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/random.h"

void
reactive_random_init (ReactiveRandom *random, guint64 seed)
{
  random->state = seed;
}

static guint64
next (ReactiveRandom *random)
{
  guint64 mixed = random->state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  mixed = (mixed ^ (mixed >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  mixed = (mixed ^ (mixed >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);

  return mixed ^ (mixed >> 31);
}

guint
reactive_random_below (ReactiveRandom *random, guint n)
{
  /* The largest multiple of n: what lies beyond it would make the first numbers likelier. */
  const guint64 limit = G_MAXUINT64 - G_MAXUINT64 % n;
  guint64 number;

  do
    number = next (random);
  while (number >= limit);

  return number % n;
}

char *
reactive_random_new_id (ReactiveRandom *random)
{
  const guint64 high = next (random);

  return g_strdup_printf ("%016" G_GINT64_MODIFIER "x%016" G_GINT64_MODIFIER "x", high, next (random));
}
