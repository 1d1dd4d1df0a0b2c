/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "simulator/simulation-private.h"

#define MAX_SHOWN 6

enum
{
  UNITS,
  HOOKS,
  FLAGS,
  KEYS
};

typedef struct
{
  const char *name;
  guint count;
} Counted;

void
reactive_simulation_begin_cycle (ReactiveSimulation *simulation, guint n_hooks)
{
  simulation->cycle.n_hooks_left = n_hooks;
  for (guint i = 0; i < G_N_ELEMENTS (simulation->cycle.names); i++)
    simulation->cycle.names[i] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
reactive_simulation_clear_cycle (ReactiveSimulation *simulation)
{
  simulation->cycle.n_hooks_left = 0;
  for (guint i = 0; i < G_N_ELEMENTS (simulation->cycle.names); i++)
    g_clear_pointer (&simulation->cycle.names[i], g_hash_table_unref);
}

static void
count (GHashTable *names, const char *name, gsize length)
{
  g_autofree char *key = g_strndup (name, length);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (names, key));

  g_hash_table_insert (names, g_steal_pointer (&key), GUINT_TO_POINTER (n + 1));
}

void
reactive_simulation_watch_cycle (ReactiveSimulation *simulation, const ReactiveSimulationEvent *event)
{
  GHashTable **names = simulation->cycle.names;

  switch (event->kind)
    {
    case REACTIVE_SIMULATION_HOOK:
      count (names[UNITS], event->unit, strlen (event->unit));
      count (names[HOOKS], event->hook, strlen (event->hook));
      break;
    case REACTIVE_SIMULATION_FLAG_SET:
    case REACTIVE_SIMULATION_FLAG_CLEAR:
      /* The flags of the configuration come and go in each hook. */
      if (!g_str_has_prefix (event->detail, "config."))
        count (names[FLAGS], event->detail, strlen (event->detail));
      break;
    case REACTIVE_SIMULATION_PUBLISHED:
      count (names[KEYS], event->detail, strcspn (event->detail, "="));
      break;
    default:
      break;
    }
}

static int
compare (gconstpointer a, gconstpointer b)
{
  const Counted *first = a, *second = b;

  if (first->count != second->count)
    return first->count > second->count ? -1 : 1;

  return strcmp (first->name, second->name);
}

/* What was there once does not keep changing. */
static GArray *
sort (GHashTable *names)
{
  GArray *sorted = g_array_new (FALSE, FALSE, sizeof (Counted));
  GHashTableIter iter;
  gpointer name, n;

  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, &n))
    {
      const Counted counted = { name, GPOINTER_TO_UINT (n) };

      if (counted.count > 1)
        g_array_append_val (sorted, counted);
    }
  g_array_sort (sorted, compare);

  return sorted;
}

static void
describe (GString *text, const char *what, GHashTable *names)
{
  g_autoptr (GArray) sorted = sort (names);

  if (sorted->len == 0)
    return;

  g_string_append_printf (text, "%s%s ", text->len > 0 ? "; " : "", what);
  for (guint i = 0; i < MIN (sorted->len, MAX_SHOWN); i++)
    {
      const Counted *counted = &g_array_index (sorted, Counted, i);

      g_string_append_printf (text, "%s%s (%u times)", i > 0 ? ", " : "", counted->name, counted->count);
    }
  if (sorted->len > MAX_SHOWN)
    g_string_append_printf (text, " and %u more", sorted->len - MAX_SHOWN);
}

char *
reactive_simulation_describe_cycle (ReactiveSimulation *simulation)
{
  static const char *const titles[]
      = { [UNITS] = "of units", [HOOKS] = "hooks", [FLAGS] = "flags that changed", [KEYS] = "keys that changed" };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (titles); i++)
    describe (text, titles[i], simulation->cycle.names[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}
