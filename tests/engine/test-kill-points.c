/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario-play.h"

/* Every scenario of the examples, again and again: each time another hook dies at another of the points that hooks
 * pass, and is run again. All ends as it does where nothing dies. */

/* "2/8" is every eighth point, from the third; without the variable one of each kind is drawn. */
#define VARIABLE "REACTIVE_TEST_KILL_POINTS"
#define N_WHEN_SLOW 3 /* points of each scenario, in the first manner alone, under a sanitizer or valgrind */
#define SEED 1
#define MAX_REPORTED 10

typedef struct
{
  const char *name;
  gboolean is_at_once;
  gboolean has_state_files;
  gboolean tells_hooks_apart; /* the kinds of points are those of each hook, or of all together */
} Manner;

static const Manner manners[] = {
  { "run-again-at-once", TRUE, FALSE, TRUE },
  { "run-again-at-last", FALSE, FALSE, FALSE },
  { "state-files", TRUE, TRUE, FALSE },
};

typedef struct
{
  char *path;
  const Manner *manner;
} Case;

/* Which points are tried */

static void
shuffle (GArray *indexes)
{
  ReactiveRandom random;

  reactive_random_init (&random, SEED);
  for (guint i = indexes->len; i > 1; i--)
    {
      guint j = reactive_random_below (&random, i);
      guint last = g_array_index (indexes, guint, i - 1);

      g_array_index (indexes, guint, i - 1) = g_array_index (indexes, guint, j);
      g_array_index (indexes, guint, j) = last;
    }
}

/* What a hook published is lost at some points, and at others not. */
static char *
name_kind (const PlayPoint *point, const Manner *manner)
{
  return g_strdup_printf ("%s %d %s", reactive_kill_point_get_name (point->point), point->has_published,
                          manner->tells_hooks_apart ? point->hook : "");
}

/* Leaves one of each kind, drawn from all. */
static void
sample (GArray *indexes, const GArray *points, const Manner *manner)
{
  g_autoptr (GHashTable) kinds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_kept = 0;

  shuffle (indexes);
  for (guint i = 0; i < indexes->len; i++)
    {
      guint index = g_array_index (indexes, guint, i);

      if (g_hash_table_add (kinds, name_kind (&g_array_index (points, PlayPoint, index), manner)))
        g_array_index (indexes, guint, n_kept++) = index;
    }
  g_array_set_size (indexes, example_scenarios_are_slow () ? MIN (n_kept, N_WHEN_SLOW) : n_kept);
}

static GArray *
choose (const GArray *points, const Manner *manner)
{
  const char *slice = g_getenv (VARIABLE);
  guint64 number = 0, n_slices = 1;
  GArray *indexes = g_array_new (FALSE, FALSE, sizeof (guint));

  if (slice != NULL)
    {
      char *end;

      number = g_ascii_strtoull (slice, &end, 10);
      n_slices = *end == '/' ? g_ascii_strtoull (end + 1, NULL, 10) : 0;
      g_assert_cmpuint (number, <, n_slices);
    }
  for (guint i = number; i < points->len; i += n_slices)
    g_array_append_val (indexes, i);
  if (slice == NULL)
    sample (indexes, points, manner);

  return indexes;
}

static Play *
play (const Case *tested, guint kill_at)
{
  const PlayOptions options = { .seed = SEED,
                                .has_state_files = tested->manner->has_state_files,
                                .kill_at = kill_at,
                                .is_at_once = tested->manner->is_at_once };

  return play_scenario (tested->path, &options);
}

static void
test_points (gconstpointer data)
{
  const Case *tested = data;
  g_autoptr (Play) undisturbed = play (tested, PLAY_NOWHERE);
  g_autoptr (GArray) indexes = choose (undisturbed->points, tested->manner);
  guint n_different = 0;

  g_assert_cmpuint (reactive_scenario_run_get_failures (undisturbed->run)->len, ==, 0);
  g_assert_cmpuint (undisturbed->points->len, >, 0);

  for (guint i = 0; i < indexes->len; i++)
    {
      guint index = g_array_index (indexes, guint, i);
      g_autoptr (Play) disturbed = play (tested, index);
      g_autofree char *difference = play_compare (undisturbed, disturbed);

      if (difference != NULL && n_different++ < MAX_REPORTED)
        g_test_message ("killed at %s: %s", g_array_index (undisturbed->points, PlayPoint, index).text, difference);
    }

  g_test_message ("%u points of %u, %u lead elsewhere", indexes->len, undisturbed->points->len, n_different);
  if (n_different > 0)
    g_test_fail ();
}

static void
case_free (gpointer data)
{
  Case *tested = data;

  g_free (tested->path);
  g_free (tested);
}

static gboolean
is_tried (const char *path, const Manner *manner)
{
  if (example_scenarios_are_slow () && manner != manners)
    return FALSE;

  /* A scenario that says itself how often hooks are run again leaves those that died to their fate. */
  return manner->is_at_once || !example_scenario_has_retries (path);
}

static void
add_case (const char *name, const char *path, const Manner *manner)
{
  g_autofree char *test_path = g_strdup_printf ("/kill-points/%s/%s", name, manner->name);
  Case *tested;

  if (!is_tried (path, manner))
    return;

  tested = g_new0 (Case, 1);
  tested->path = g_strdup (path);
  tested->manner = manner;
  g_test_add_data_func_full (test_path, tested, test_points, case_free);
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

      for (guint j = 0; j < G_N_ELEMENTS (manners); j++)
        add_case (name, paths[i], &manners[j]);
    }

  return g_test_run ();
}
