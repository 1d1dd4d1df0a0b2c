/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <glib.h>

/* The numbers that decide a simulation: the same on every machine for the same seed (SplitMix64). */
typedef struct
{
  guint64 state;
} ReactiveRandom;

void reactive_random_init (ReactiveRandom *random, guint64 seed);
/* A number below @n, which is not 0; each as likely as the others. */
guint reactive_random_below (ReactiveRandom *random, guint n);
/* 32 hexadecimal digits. Free with g_free(). */
char *reactive_random_new_id (ReactiveRandom *random);
