/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario-play.h"

/* Every scenario of the examples, whose expectations hold in whatever order its hooks run, and which comes to the same.
 */

/* "101-200" are these seeds; without the variable it is the first ten. */
#define VARIABLE "REACTIVE_TEST_SEEDS"
#define FIRST_SEED 1
#define N_SEEDS 10
#define N_SEEDS_WHEN_SLOW 2
#define MAX_REPORTED 10

static guint64
count_seeds (void)
{
  return example_scenarios_are_slow () ? N_SEEDS_WHEN_SLOW : N_SEEDS;
}

static void
find_seeds (guint64 *out_first, guint64 *out_last)
{
  const char *range = g_getenv (VARIABLE);
  char *end = NULL;

  *out_first = range != NULL ? g_ascii_strtoull (range, &end, 10) : FIRST_SEED;
  *out_last = range != NULL ? g_ascii_strtoull (end + (*end != '\0'), NULL, 10) : count_seeds ();
  g_assert_cmpuint (*out_first, <=, *out_last);
}

static void
test_any_order (gconstpointer data)
{
  const char *path = data;
  PlayOptions options = { .seed = FIRST_SEED, .kill_at = PLAY_NOWHERE };
  g_autoptr (Play) first = play_scenario (path, &options);
  guint64 last_seed;
  guint n_seeds = 0, n_different = 0;

  for (find_seeds (&options.seed, &last_seed); options.seed <= last_seed; options.seed++)
    {
      g_autoptr (Play) play = play_scenario (path, &options);
      g_autofree char *difference = play_compare (first, play);

      n_seeds++;
      if (difference != NULL && n_different++ < MAX_REPORTED)
        g_test_message ("seed %" G_GUINT64_FORMAT ": %s", options.seed, difference);
    }

  g_test_message ("%u seeds, %u come to something else", n_seeds, n_different);
  if (n_different > 0)
    g_test_fail ();
}

int
main (int argc, char **argv)
{
  g_auto (GStrv) paths = NULL;

  example_scenarios_set_up ();
  g_test_init (&argc, &argv, NULL);
  paths = example_scenarios_list ();
  for (guint i = 0; paths[i] != NULL; i++)
    {
      g_autofree char *name = example_scenario_get_name (paths[i]);
      g_autofree char *test_path = g_strdup_printf ("/example-scenarios/%s/any-order-comes-to-the-same", name);

      g_test_add_data_func (test_path, paths[i], test_any_order);
    }

  return g_test_run ();
}
