/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hooks of simulated units cost. Prints one line of JSON.
 *
 *   bench-simulator pair HOOKS         two units that answer each other: each hook reads a databag, sets a flag, writes
 *                                      a key
 *   bench-simulator ring APPS UNITS    applications of so many units each, every one related to the next, until all is
 *                                      quiet
 */
#include <glib/gstdio.h>
#include <malloc.h>
#include <reactive.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "charm/interfaces.h"
#include "simulator/simulation.h"

static ReactiveRelation *
find_relation (ReactiveUnit *unit)
{
  ReactiveEndpoint *in = reactive_endpoint_from_name (unit, "in");
  ReactiveEndpoint *out = reactive_endpoint_from_name (unit, "out");

  return *reactive_endpoint_get_relations (reactive_endpoint_is_in_hook (in) ? in : out);
}

/* Says the number after the one that the remote unit says. */
static gboolean
answer (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *relation = find_relation (unit);
  const char *number = reactive_databag_get (reactive_relation_get_received (relation), "number", NULL);
  char next[24];

  g_snprintf (next, sizeof next, "%d", number != NULL ? atoi (number) + 1 : 0);
  reactive_set_flag (unit, "bench.answered");
  reactive_databag_set (reactive_relation_get_to_publish (relation), "number", next);

  return TRUE;
}

/* Says one thing once, and takes note of what the others say. */
static gboolean
greet (ReactiveUnit *unit, GError **error)
{
  reactive_databag_set (reactive_relation_get_to_publish (find_relation (unit)), "greeting", "hello");

  return TRUE;
}

static gboolean
note (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "bench.greeted");

  return TRUE;
}

static const ReactiveHandler pair_handlers[] = { HANDLER (answer, ON ("{in,out}-relation-changed")) };
static const ReactiveHandler ring_handlers[] = {
  HANDLER (greet, ON ("{in,out}-relation-joined")),
  HANDLER (note, WHEN ("endpoint.in.changed.greeting")),
};

static ReactiveModelCharm *
make_charm (const char *directory, const ReactiveHandler *handlers, guint n_handlers, GError **error)
{
  static const char metadata[]
      = "name: bench\nprovides: {out: {interface: bench}}\nrequires: {in: {interface: bench}}\n";
  g_autofree char *path = g_build_filename (directory, "metadata.yaml", NULL);
  GPtrArray *modules = reactive_modules_new ();
  ReactiveModule *descriptor = g_new0 (ReactiveModule, 1);
  ReactiveHandlers *loaded;
  ReactiveCharm *charm;

  *descriptor = (ReactiveModule){
    .abi = REACTIVE_MODULE_ABI,
    .size = sizeof (ReactiveModule),
    .handler_size = sizeof (ReactiveHandler),
    .condition_size = sizeof (ReactiveCondition),
    .trigger_size = sizeof (ReactiveTrigger),
    .handlers = handlers,
    .n_handlers = n_handlers,
  };
  reactive_modules_add (modules, "bench", "bench.so", descriptor);
  if (!g_file_set_contents (path, metadata, -1, error) || (charm = reactive_charm_load (directory, error)) == NULL
      || (loaded = reactive_handlers_new (charm, reactive_interfaces_new (), modules, error)) == NULL)
    return NULL;

  return reactive_model_charm_new (loaded);
}

static gboolean
deploy (ReactiveModel *model, ReactiveModelCharm *charm, guint n_applications, guint n_units, GError **error)
{
  for (guint i = 0; i < n_applications; i++)
    {
      g_autofree char *name = g_strdup_printf ("app%04u", i);
      ReactiveModelApplication *application
          = reactive_model_add_application (model, name, charm, /* config= */ NULL, error);

      if (application == NULL)
        return FALSE;
      for (guint j = 0; j < n_units; j++)
        if (reactive_model_add_unit (application, error) == NULL)
          return FALSE;
    }

  return TRUE;
}

/* Each application to the next, and, of more than two, the last to the first. */
static gboolean
relate (ReactiveModel *model, guint n_applications, GError **error)
{
  guint n_relations = n_applications > 2 ? n_applications : n_applications - 1;

  for (guint i = 0; i < n_relations; i++)
    {
      g_autofree char *first = g_strdup_printf ("app%04u:out", i);
      g_autofree char *second = g_strdup_printf ("app%04u:in", (i + 1) % n_applications);

      if (reactive_model_relate (model, first, second, error) == NULL)
        return FALSE;
    }

  return TRUE;
}

static void
count_hook (const ReactiveSimulationEvent *event, gpointer data)
{
  guint64 *n_hooks = data;

  if (event->kind == REACTIVE_SIMULATION_HOOK_END)
    {
      g_assert_true (event->outcome == REACTIVE_HOOK_GOOD);
      *n_hooks = event->number;
    }
}

static gsize
used_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

static gboolean
run (const char *directory, guint n_applications, guint n_units, guint n_hooks, GError **error)
{
  const gboolean is_pair = n_hooks > 0;
  g_autoptr (ReactiveModelCharm) charm
      = is_pair ? make_charm (directory, pair_handlers, G_N_ELEMENTS (pair_handlers), error)
                : make_charm (directory, ring_handlers, G_N_ELEMENTS (ring_handlers), error);
  const ReactiveSimulationOptions options = { .seed = 1, .directory = directory };
  g_autoptr (ReactiveSimulation) simulation = NULL;
  ReactiveModel *model = reactive_model_new (REACTIVE_JUJU_3_6, options.seed);
  gsize before = used_bytes ();
  guint64 n_run = 0;
  gint64 start;

  if (charm == NULL || !deploy (model, charm, n_applications, n_units, error) || !relate (model, n_applications, error)
      || (simulation = reactive_simulation_new (model, &options, error)) == NULL)
    return FALSE;

  reactive_simulation_add_listener (simulation, count_hook, &n_run);
  if (is_pair && !reactive_simulation_run (simulation, 100, error))
    return FALSE;
  start = g_get_monotonic_time ();
  if (!(is_pair ? reactive_simulation_run (simulation, n_hooks, error)
                : reactive_simulation_settle (simulation, error)))
    return FALSE;
  g_print ("{\"hooks\": %" G_GUINT64_FORMAT ", \"us_per_hook\": %.3f, \"bytes_per_unit\": %.0f}\n", n_run,
           (double) (g_get_monotonic_time () - start) / (is_pair ? n_hooks : n_run),
           (double) (used_bytes () - before) / (n_applications * n_units));

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autofree char *directory = g_dir_make_tmp ("bench-simulator-XXXXXX", NULL);
  g_autofree char *metadata = g_build_filename (directory, "metadata.yaml", NULL);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (argc == 3 && strcmp (argv[1], "pair") == 0)
    ok = run (directory, 2, 1, atoi (argv[2]), &error);
  else if (argc == 4 && strcmp (argv[1], "ring") == 0)
    ok = run (directory, atoi (argv[2]), atoi (argv[3]), 0, &error);
  else
    {
      g_printerr ("usage: bench-simulator pair HOOKS | ring APPS UNITS\n");
      return 2;
    }
  if (!ok)
    g_printerr ("bench-simulator: %s\n", error->message);
  g_remove (metadata);
  g_rmdir (directory);

  return ok ? 0 : 1;
}
