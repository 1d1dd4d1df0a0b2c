/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model-fixture.h"
#include "order-checker.h"

/* A model of 4 applications, 12 units and 5 relations, to which things are done at random moments while its units run
 * hooks, some of which fail: whatever the seed, units see what Juju promises. */

#define N_SEEDS 1000
#define N_SEEDS_WHEN_SLOW 10 /* under a sanitizer or valgrind */
#define N_STEPS 30
#define MAX_WRITES 40 /* one unit's may bring about several others' */

typedef struct
{
  ReactiveModelUnit *unit;
  ReactiveLife life;
} Noted;

typedef struct
{
  ReactiveModelApplication *application;
  guint n_units; /* that came */
  const ReactiveModelUnit *leader;
} NotedApplication;

typedef struct
{
  ModelFixture fixture;
  ReactiveModel *model;
  ReactiveRandom random;
  GPtrArray *lines;     /* as order_check() takes them */
  GArray *units;        /* Noted, as they came; not those that have gone */
  GArray *applications; /* NotedApplication */
  guint n_values;       /* each value is a new one */
  guint n_writes;
} Run;

static const char *const charms[][2] = {
  { "web", "requires: {db: mysql, cache: redis}\nprovides: {logs: {interface: logs, scope: container}}\n"
           "peers: {ring: ring}\n" },
  { "sql", "provides: {server: mysql}\n" },
  { "redis", "provides: {redis: redis}\npeers: {ring: ring}\n" },
  { "logger", "subordinate: true\nrequires: {source: {interface: logs, scope: container}}\n" },
};

static const char *const pairs[][2] = {
  { "web:db", "sql:server" },
  { "redis:redis", "web:cache" },
  { "web:logs", "logger:source" },
};

static void G_GNUC_PRINTF (2, 3) say (Run *run, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (run->lines, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

static guint
below (Run *run, guint n)
{
  return reactive_random_below (&run->random, n);
}

/*
 * What happened to units
 */

static void
note_life (Run *run, Noted *noted)
{
  const ReactiveModelUnit *unit = noted->unit;

  if (noted->life == REACTIVE_LIFE_ALIVE && unit->life != REACTIVE_LIFE_ALIVE)
    say (run, "remove-unit %s", unit->name);
  if (noted->life != REACTIVE_LIFE_DEAD && unit->life == REACTIVE_LIFE_DEAD)
    say (run, "gone %s", unit->name);
  noted->life = unit->life;
}

static void
note_application (Run *run, NotedApplication *noted)
{
  const ReactiveModelApplication *application = noted->application;

  for (guint i = 0; noted->n_units < application->next_unit && i < application->units->len; i++)
    {
      const Noted unit = { g_ptr_array_index (application->units, i), REACTIVE_LIFE_ALIVE };

      if (unit.unit->number < noted->n_units)
        continue;
      g_array_append_val (run->units, unit);
      say (run, "add-unit %s%s%s", unit.unit->name, unit.unit->principal != NULL ? " " : "",
           unit.unit->principal != NULL ? unit.unit->principal->name : "");
    }
  noted->n_units = application->next_unit;

  if (application->leader != NULL && application->leader != noted->leader)
    say (run, "leader %s", application->leader->name);
  noted->leader = application->leader;
}

/* Who came, who goes, who leads. */
static void
note_changes (Run *run)
{
  for (guint i = run->units->len; i > 0; i--)
    {
      Noted *noted = &g_array_index (run->units, Noted, i - 1);

      note_life (run, noted);
      if (noted->life == REACTIVE_LIFE_DEAD)
        g_array_remove_index (run->units, i - 1);
    }
  for (guint i = 0; i < run->applications->len; i++)
    note_application (run, &g_array_index (run->applications, NotedApplication, i));
}

/*
 * What is done to the model
 */

static ReactiveModelApplication *
pick_application (Run *run)
{
  return g_ptr_array_index (run->model->applications, below (run, run->model->applications->len));
}

static ReactiveModelUnit *
pick_unit (Run *run)
{
  ReactiveModelApplication *application = pick_application (run);

  return application->units->len > 0 ? g_ptr_array_index (application->units, below (run, application->units->len))
                                     : NULL;
}

static void
relate_pair (Run *run, const char *const *pair)
{
  ReactiveModelRelation *relation = reactive_model_relate (run->model, pair[0], pair[1], NULL);

  if (relation != NULL)
    say (run, "relate %u %s %s %s %s%s", relation->number, relation->ends[0].application->name,
         relation->ends[0].endpoint.name, relation->ends[1].application->name, relation->ends[1].endpoint.name,
         relation->is_container ? " container" : "");
}

/* One of the pairs is related, or related no more. */
static void
toggle_relation (Run *run)
{
  const char *const *pair = pairs[below (run, G_N_ELEMENTS (pairs))];
  ReactiveModelRelation *relation = reactive_model_find_relation (run->model, pair[0], pair[1], NULL);

  if (relation == NULL)
    relate_pair (run, pair);
  else if (relation->life == REACTIVE_LIFE_ALIVE)
    {
      say (run, "unrelate %u", relation->number);
      reactive_model_unrelate (relation);
    }
}

static void
set_config (Run *run)
{
  ReactiveModelApplication *application = pick_application (run);
  g_autoptr (ReactiveJson) config = reactive_json_new_object ();

  reactive_json_object_set (config, "port", reactive_json_new_integer (++run->n_values));
  g_assert_true (reactive_model_set_config (application, config, NULL));
  say (run, "config %s", application->name);
}

static void
upgrade (Run *run)
{
  ReactiveModelApplication *application = pick_application (run);

  g_assert_true (reactive_model_upgrade (application, application->charm, NULL));
  say (run, "upgrade %s", application->name);
}

static void
resolve (Run *run, ReactiveModelUnit *unit)
{
  const gboolean retry = below (run, 4) > 0;

  if (unit->failed == NULL || unit->is_resolved)
    return;

  say (run, "resolve %s %s", unit->name, retry ? "retry" : "skip");
  g_assert_true (reactive_model_resolve (unit, retry, NULL));
}

static void
operate (Run *run)
{
  ReactiveModelUnit *unit = pick_unit (run);

  switch (below (run, 9))
    {
    case 0:
    case 1:
      reactive_model_add_unit (pick_application (run), NULL);
      break;
    case 2:
    case 3:
      if (unit != NULL)
        reactive_model_remove_unit (unit, NULL);
      break;
    case 4:
      toggle_relation (run);
      break;
    case 5:
      if (unit != NULL)
        reactive_model_set_leader (unit, NULL);
      break;
    case 6:
      set_config (run);
      break;
    case 7:
      upgrade (run);
      break;
    default:
      if (unit != NULL)
        resolve (run, unit);
      break;
    }
  note_changes (run);
}

/*
 * Hooks
 */

/* A good hook may have written into a relation. */
static void
write_something (Run *run, ReactiveModelUnit *unit)
{
  ReactiveModelSeenRelation *seen;
  const gboolean of_application = unit->application->leader == unit && below (run, 2) == 0;
  g_autofree char *value = g_strdup_printf ("%u", ++run->n_values);

  if (run->n_writes == MAX_WRITES || unit->relations->len == 0 || below (run, 3) > 0)
    return;

  seen = g_ptr_array_index (unit->relations, below (run, unit->relations->len));
  if (!seen->is_created)
    return;

  run->n_writes++;
  model_fixture_set_data (&run->fixture, unit->name, seen->relation, of_application, "key", value);
  say (run, "%s %u %s", of_application ? "write-app" : "write", seen->relation->number, unit->name);
}

static void
say_hook (Run *run, ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  g_autofree char *described = model_fixture_describe (unit, hook);
  g_auto (GStrv) words = g_strsplit (described, " departing ", -1);
  g_autofree char *line = g_strjoinv (" ", words);

  say (run, "hook %s %s", unit->name, line);
}

static gboolean
run_hook (Run *run, ReactiveModelUnit *unit)
{
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));
  const ReactiveModelHook *hook;
  gboolean is_good;

  reactive_model_list_hooks (unit, hooks);
  if (hooks->len == 0)
    return FALSE;

  hook = &g_array_index (hooks, ReactiveModelHook, below (run, hooks->len));
  is_good = below (run, 12) > 0;
  say_hook (run, unit, hook);
  reactive_model_begin_hook (unit, hook);
  note_changes (run);
  if (is_good)
    write_something (run, unit);
  say (run, "end %s %s", unit->name, is_good ? "good" : "failed");
  reactive_model_end_hook (unit, hook, is_good);
  note_changes (run);

  return TRUE;
}

/* Draws a unit of those that are marked; FALSE where there are none. */
static gboolean
step (Run *run)
{
  GPtrArray *ready = run->model->ready;
  guint index;
  ReactiveModelUnit *unit;

  if (ready->len == 0)
    return FALSE;

  index = below (run, ready->len);
  unit = g_ptr_array_index (ready, index);
  if (!run_hook (run, unit))
    {
      g_ptr_array_remove_index_fast (ready, index);
      unit->is_ready = FALSE;
    }

  return TRUE;
}

/* FALSE where no unit is in error. */
static gboolean
resolve_all (Run *run)
{
  gboolean found = FALSE;

  for (guint i = 0; i < run->model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (run->model->applications, i);

      for (guint j = application->units->len; j > 0; j--)
        {
          ReactiveModelUnit *unit = g_ptr_array_index (application->units, j - 1);

          found = found || unit->failed != NULL;
          resolve (run, unit);
        }
    }
  note_changes (run);

  return found;
}

static void
settle (Run *run)
{
  guint n_steps = 0;

  do
    while (step (run))
      g_assert_cmpuint (n_steps++, <, 100000);
  while (resolve_all (run));

  say (run, "settled");
}

/*
 * Runs
 */

static void
set_up_model (Run *run, ReactiveModelCharm *const *loaded)
{
  for (guint i = 0; i < G_N_ELEMENTS (charms); i++)
    {
      ReactiveModelApplication *application
          = reactive_model_add_application (run->model, charms[i][0], loaded[i], /* config= */ NULL, NULL);
      const NotedApplication noted = { application, 0, NULL };

      g_array_append_val (run->applications, noted);

      for (guint j = 0; j < application->relations->len; j++)
        {
          const ReactiveModelRelation *relation = g_ptr_array_index (application->relations, j);

          say (run, "relate %u %s %s", relation->number, application->name, relation->ends[0].endpoint.name);
        }
      for (guint j = 0; j < 3 && i < 3; j++) /* those of the last come with others */
        g_assert_nonnull (reactive_model_add_unit (application, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (pairs); i++)
    relate_pair (run, pairs[i]);
  note_changes (run);
}

/* Lines of one run. (transfer full) */
static GPtrArray *
make_lines (ReactiveModelCharm *const *loaded, guint64 seed)
{
  Run run = {
    .model = reactive_model_new (REACTIVE_JUJU_3_6, seed),
    .lines = g_ptr_array_new_with_free_func (g_free),
    .units = g_array_new (FALSE, FALSE, sizeof (Noted)),
    .applications = g_array_new (FALSE, FALSE, sizeof (NotedApplication)),
  };

  run.fixture.model = run.model;
  reactive_random_init (&run.random, seed);
  set_up_model (&run, loaded);
  for (guint i = 0; i < N_STEPS; i++)
    {
      for (guint n_hooks = below (&run, 12); n_hooks > 0 && step (&run);)
        n_hooks--;
      operate (&run);
    }
  settle (&run);

  g_array_unref (run.units);
  g_array_unref (run.applications);
  reactive_model_free (run.model);
  return run.lines;
}

typedef struct
{
  ModelFixture charms;
  ReactiveModelCharm *loaded[G_N_ELEMENTS (charms)];
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  model_fixture_set_up (&fixture->charms, data);
  for (guint i = 0; i < G_N_ELEMENTS (charms); i++)
    fixture->loaded[i]
        = model_fixture_make_charm (&fixture->charms, charms[i][1], "options: {port: {type: int}}\n", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (charms); i++)
    reactive_model_charm_unref (fixture->loaded[i]);
  model_fixture_tear_down (&fixture->charms, data);
}

static void
test_promises_kept (Fixture *fixture, gconstpointer data)
{
  const gboolean is_slow = g_getenv ("REACTIVE_TEST_VALGRIND") != NULL || g_getenv ("REACTIVE_TEST_SANITIZED") != NULL;
  const guint n_seeds = is_slow ? N_SEEDS_WHEN_SLOW : N_SEEDS;

  for (guint seed = 1; seed <= n_seeds; seed++)
    {
      g_autoptr (GPtrArray) lines = make_lines (fixture->loaded, seed);
      g_autofree char *complaint = order_check (lines);

      if (complaint == NULL)
        continue;
      for (guint i = 0; i < lines->len; i++)
        g_test_message ("%s", (const char *) g_ptr_array_index (lines, i));
      g_error ("seed %u: %s", seed, complaint);
    }
}

static void
test_same_seed_same_lines (Fixture *fixture, gconstpointer data)
{
  for (guint seed = 1; seed <= 5; seed++)
    {
      g_autoptr (GPtrArray) first = make_lines (fixture->loaded, seed);
      g_autoptr (GPtrArray) second = make_lines (fixture->loaded, seed);

      g_assert_cmpuint (first->len, ==, second->len);
      for (guint i = 0; i < first->len; i++)
        g_assert_cmpstr (g_ptr_array_index (first, i), ==, g_ptr_array_index (second, i));
    }
}

/* Every kind of hook, and of thing that is done, has to occur for the rest to mean anything. */
static void
test_everything_happens (Fixture *fixture, gconstpointer data)
{
  static const char *const parts[] = {
    " install",
    " ring-relation-created",
    " logs-relation-created",
    " db-relation-joined",
    " leader-elected",
    " server-relation-changed",
    " config-changed",
    " upgrade-charm",
    " start",
    " source-relation-broken",
    " ring-relation-departed",
    " stop",
    " remove",
    "write-app ",
    "end web/0 failed",
    "resolve ",
    " skip",
    "unrelate ",
    "remove-unit logger/",
    "gone ",
  };
  gboolean is_found[G_N_ELEMENTS (parts)] = { FALSE };

  for (guint seed = 1; seed <= 20; seed++)
    {
      g_autoptr (GPtrArray) lines = make_lines (fixture->loaded, seed);

      for (guint i = 0; i < lines->len; i++)
        for (guint j = 0; j < G_N_ELEMENTS (parts); j++)
          is_found[j] = is_found[j] || strstr (g_ptr_array_index (lines, i), parts[j]) != NULL;
    }
  for (guint j = 0; j < G_N_ELEMENTS (parts); j++)
    if (!is_found[j])
      g_error ("there is no%s", parts[j]);
}

/*
 * The checker can fail
 */

/* The end of the hook that begins at line @begin. */
static guint
find_end (const GPtrArray *lines, guint begin)
{
  g_auto (GStrv) words = g_strsplit (g_ptr_array_index (lines, begin), " ", 3);
  g_autofree char *end = g_strdup_printf ("end %s ", words[1]);

  for (guint i = begin + 1; i < lines->len; i++)
    if (g_str_has_prefix (g_ptr_array_index (lines, i), end))
      return i;

  g_assert_not_reached ();
}

static gboolean
is_good_hook (const GPtrArray *lines, guint index)
{
  return g_str_has_prefix (g_ptr_array_index (lines, index), "hook ")
         && g_str_has_suffix (g_ptr_array_index (lines, find_end (lines, index)), " good");
}

/* Borrows the lines: without the hook that begins at @begin (its end stays where it is), then with it at @place. */
static GPtrArray *
copy_without (const GPtrArray *lines, guint begin)
{
  const guint end = find_end (lines, begin);
  GPtrArray *copy = g_ptr_array_new ();

  for (guint i = 0; i < lines->len; i++)
    if (i != begin && i != end)
      g_ptr_array_add (copy, g_ptr_array_index (lines, i));

  return copy;
}

static GPtrArray *
copy_twice (const GPtrArray *lines, guint begin)
{
  const guint end = find_end (lines, begin);
  GPtrArray *copy = g_ptr_array_new ();

  for (guint i = 0; i < lines->len; i++)
    {
      g_ptr_array_add (copy, g_ptr_array_index (lines, i));
      if (i != end)
        continue;
      g_ptr_array_add (copy, g_ptr_array_index (lines, begin));
      g_ptr_array_add (copy, g_ptr_array_index (lines, end));
    }

  return copy;
}

/* Nothing need come of what a unit that went was told to begin with. */
static gboolean
is_of_gone (const GPtrArray *lines, const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  g_autofree char *gone = g_strdup_printf ("gone %s", words[1]);

  for (guint i = 0; i < lines->len; i++)
    if (strcmp (g_ptr_array_index (lines, i), gone) == 0)
      return strstr (line, "-relation-created ") != NULL;

  return FALSE;
}

/* A later hook may stand for one of these that was left out. */
static gboolean
may_be_merged (const char *line)
{
  return strstr (line, "-relation-changed ") != NULL || strstr (line, " config-changed") != NULL
         || strstr (line, " leader-elected") != NULL || strstr (line, " upgrade-charm") != NULL;
}

static void
assert_refused (const GPtrArray *lines, const char *what, const char *line)
{
  g_autofree char *complaint = order_check (lines);

  if (complaint == NULL)
    g_error ("not refused: %s: %s", what, line);
}

static void
test_checker_refuses_what_is_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (fixture->loaded, 1);
  guint n_refused = 0;

  for (guint i = 0; i < lines->len; i++)
    if (is_good_hook (lines, i) && !may_be_merged (g_ptr_array_index (lines, i))
        && !is_of_gone (lines, g_ptr_array_index (lines, i)))
      {
        g_autoptr (GPtrArray) mutated = copy_without (lines, i);

        assert_refused (mutated, "left out", g_ptr_array_index (lines, i));
        n_refused++;
      }
  g_assert_cmpuint (n_refused, >, 50);
}

static void
test_checker_refuses_what_is_twice (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) lines = make_lines (fixture->loaded, 2);
  guint n_refused = 0;

  for (guint i = 0; i < lines->len; i++)
    if (is_good_hook (lines, i))
      {
        g_autoptr (GPtrArray) mutated = copy_twice (lines, i);

        assert_refused (mutated, "twice", g_ptr_array_index (lines, i));
        n_refused++;
      }
  g_assert_cmpuint (n_refused, >, 100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) g_test_add ("/model-order/" path, Fixture, NULL, set_up, function, tear_down)
  ADD ("promises-are-kept", test_promises_kept);
  ADD ("same-seed-same-lines", test_same_seed_same_lines);
  ADD ("everything-happens", test_everything_happens);
  ADD ("checker/refuses-what-is-missing", test_checker_refuses_what_is_missing);
  ADD ("checker/refuses-what-is-twice", test_checker_refuses_what_is_twice);

  return g_test_run ();
}
