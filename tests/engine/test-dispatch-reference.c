/* SPDX-License-Identifier: Apache-2.0 */
#include "reference-comparison.h"

static void
test_random_programs_run_as_the_model_says (void)
{
  const guint n_most = g_test_slow () ? 50000 : 4000;
  gint64 begin = g_get_monotonic_time ();
  ModelStatistics statistics = { 0 };
  guint n_programs;

  /* Fewer where everything takes long, as under valgrind. */
  for (n_programs = 0; n_programs < n_most; n_programs++)
    {
      ModelSource source = { .seed = n_programs * 7919 + 1 };

      if (n_programs >= 200 && !g_test_slow () && g_get_monotonic_time () - begin > 30 * G_USEC_PER_SEC)
        break;
      g_test_message ("program %u", n_programs);
      model_compare_with_engine (&source, &statistics);
    }

  /* Worth running: most of everything there is to see is seen. */
  g_assert_cmpuint (statistics.n_hooks, >, n_programs);
  g_assert_cmpuint (statistics.n_given_up, <, n_programs / 100);
  g_assert_cmpuint (statistics.n_failed, >, n_programs / 50);
  g_assert_cmpuint (statistics.n_capped, >, n_programs / 50);
  g_assert_cmpuint (statistics.n_with_drops, >, n_programs / 50);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/dispatch/random-programs-run-as-the-model-says", test_random_programs_run_as_the_model_says);

  return g_test_run ();
}
