/* SPDX-License-Identifier: Apache-2.0 */
#include "workload.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <reactive/json.h>

#define N_HOT_OWN_FLAGS 10
#define RANDOM_SEED 20260607

static void G_GNUC_PRINTF (1, 2) G_GNUC_NORETURN fail (const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  vfprintf (stderr, format, arguments);
  va_end (arguments);
  fputc ('\n', stderr);
  exit (EXIT_FAILURE);
}

static guint32
add_name (Workload *workload, const char *name)
{
  g_ptr_array_add (workload->names, g_string_chunk_insert (workload->text, name));

  return workload->names->len - 1;
}

static void
add_flags (Workload *workload, guint32 n_flags)
{
  char name[16];

  for (guint32 i = 0; i < n_flags; i++)
    {
      g_snprintf (name, sizeof name, "f%u", i);
      add_name (workload, name);
    }
}

static WorkloadHandler *
add_handler (Workload *workload, const char *id)
{
  WorkloadHandler handler = {
    .first_condition = workload->conditions->len,
    .first_action = workload->actions->len,
  };
  char generated[16];

  g_snprintf (generated, sizeof generated, "h%u", workload->handlers->len);
  handler.id = g_string_chunk_insert (workload->text, id != NULL ? id : generated);
  g_array_append_val (workload->handlers, handler);

  return &g_array_index (workload->handlers, WorkloadHandler, workload->handlers->len - 1);
}

static void
add_condition (Workload *workload, ReactiveConditionKind kind, const guint32 *names, guint32 n_names)
{
  WorkloadCondition condition = { kind, workload->operands->len, n_names };

  g_array_append_vals (workload->operands, names, n_names);
  g_array_append_val (workload->conditions, condition);
  g_array_index (workload->handlers, WorkloadHandler, workload->handlers->len - 1).n_conditions++;
}

static void
add_action (Workload *workload, guint32 flag, gboolean set)
{
  guint32 action = WORKLOAD_ACTION (flag, set);

  g_array_append_val (workload->actions, action);
  g_array_index (workload->handlers, WorkloadHandler, workload->handlers->len - 1).n_actions++;
}

/* Handler i waits for flag i and sets flag i + 1. */
static void
make_chain (Workload *workload, guint32 n_handlers)
{
  guint32 first = 0;

  add_flags (workload, n_handlers + 1);
  for (guint32 i = 0; i < n_handlers; i++)
    {
      add_handler (workload, NULL);
      add_condition (workload, REACTIVE_CONDITION_ALL, &i, 1);
      add_action (workload, i + 1, TRUE);
    }
  g_array_append_val (workload->loaded, first);
  workload->n_activations = n_handlers;
}

/* One flag awakes every handler; each sets a flag of its own, or nothing. The first handler sets that one flag, so that
 * the others are found by its change and not by asking everyone. */
static void
make_fan_out (Workload *workload, guint32 n_handlers, gboolean quiet)
{
  const guint32 start = 0, all = 1;

  add_flags (workload, n_handlers + 1);
  add_handler (workload, NULL);
  add_condition (workload, REACTIVE_CONDITION_ALL, &start, 1);
  add_action (workload, all, TRUE);
  for (guint32 i = 1; i < n_handlers; i++)
    {
      add_handler (workload, NULL);
      add_condition (workload, REACTIVE_CONDITION_ALL, &all, 1);
      if (!quiet)
        add_action (workload, i + 1, TRUE);
    }
  g_array_append_val (workload->loaded, start);
  workload->n_activations = n_handlers;
}

/* Handlers wait for the hot flag and a flag of their own; ten own flags are set, spread over all. Two handlers, the
 * last ones, set the hot flag when it is unset and clear it when it is set: each iteration is a flip, and each second
 * one runs the ten. */
static void
make_hot_flag (Workload *workload, guint32 n_handlers, guint32 n_flips)
{
  const guint32 hot = 0;

  if (n_flips == 0 || n_flips % 2 != 0 || n_handlers < N_HOT_OWN_FLAGS)
    fail ("a hot flag takes an even number of flips and at least %d handlers", N_HOT_OWN_FLAGS);

  add_flags (workload, n_handlers + 1);
  for (guint32 i = 1; i <= n_handlers; i++)
    {
      const guint32 names[] = { hot, i };

      add_handler (workload, NULL);
      add_condition (workload, REACTIVE_CONDITION_ALL, names, 2);
    }
  for (guint32 i = 0; i < N_HOT_OWN_FLAGS; i++)
    {
      guint32 flag = 1 + (guint32) ((guint64) i * n_handlers / N_HOT_OWN_FLAGS);

      g_array_append_val (workload->loaded, flag);
    }

  add_handler (workload, NULL)->is_last = TRUE;
  add_condition (workload, REACTIVE_CONDITION_NONE, &hot, 1);
  add_action (workload, hot, TRUE);
  add_handler (workload, NULL)->is_last = TRUE;
  add_condition (workload, REACTIVE_CONDITION_ALL, &hot, 1);
  add_action (workload, hot, FALSE);

  workload->n_iterations = n_flips;
  workload->n_activations = (guint64) n_flips / 2 * (N_HOT_OWN_FLAGS + 2);
}

typedef struct
{
  guint32 target; /* the flag that the handler sets; its conditions ask only about lower ones */
  guint32 handler;
} RandomHandler;

static int
compare_targets (gconstpointer a, gconstpointer b)
{
  const RandomHandler *first = a, *second = b;

  return (first->target > second->target) - (first->target < second->target);
}

static gboolean
condition_holds (const Workload *workload, const WorkloadCondition *condition, const gboolean *is_set)
{
  guint32 n_set = 0;

  for (guint32 i = 0; i < condition->n_names; i++)
    n_set += is_set[g_array_index (workload->operands, guint32, condition->first_name + i)] ? 1 : 0;

  switch ((int) condition->kind)
    {
    case REACTIVE_CONDITION_ALL:
      return n_set == condition->n_names;
    case REACTIVE_CONDITION_ANY:
      return n_set > 0;
    case REACTIVE_CONDITION_NONE:
      return n_set == 0;
    default:
      return n_set < condition->n_names;
    }
}

/* Every handler's outcome is settled once the flags below its target are: one sweep in that order counts them. */
static guint64
count_random_activations (Workload *workload, GArray *order, gboolean *is_set)
{
  guint64 n_activations = 0;

  g_array_sort (order, compare_targets);
  for (guint32 i = 0; i < order->len; i++)
    {
      const RandomHandler *entry = &g_array_index (order, RandomHandler, i);
      const WorkloadHandler *handler = &g_array_index (workload->handlers, WorkloadHandler, entry->handler);
      gboolean holds = TRUE;

      for (guint32 j = 0; j < handler->n_conditions && holds; j++)
        holds = condition_holds (
            workload, &g_array_index (workload->conditions, WorkloadCondition, handler->first_condition + j), is_set);
      if (!holds)
        continue;
      is_set[entry->target] = TRUE;
      n_activations++;
    }

  return n_activations;
}

/* n handlers with one to four conditions over n/2 flags. A quarter of the flags is given, most of those are set; each
 * handler sets one of the others, and asks only about flags below it, so there is no cycle. Only "all" asks about flags
 * that change: a handler then runs at most once in every engine, whatever it thinks of a condition that comes and goes.
 */
static void
make_random (Workload *workload, guint32 n_handlers)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (RANDOM_SEED);
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (RandomHandler));
  guint32 n_flags = MAX (n_handlers / 2, 16);
  guint32 n_given = n_flags / 4;
  g_autofree gboolean *is_set = g_new0 (gboolean, n_flags);

  add_flags (workload, n_flags);
  for (guint32 i = 0; i < n_given; i++)
    if (g_rand_int_range (rand, 0, 10) < 8)
      {
        is_set[i] = TRUE;
        g_array_append_val (workload->loaded, i);
      }

  for (guint32 i = 0; i < n_handlers; i++)
    {
      RandomHandler entry = { (guint32) g_rand_int_range (rand, (int) n_given, (int) n_flags), i };
      int n_conditions = g_rand_int_range (rand, 1, 5);

      add_handler (workload, NULL);
      for (int j = 0; j < n_conditions; j++)
        {
          static const ReactiveConditionKind kinds[] = {
            REACTIVE_CONDITION_ALL,  REACTIVE_CONDITION_ALL, REACTIVE_CONDITION_ALL,     REACTIVE_CONDITION_ALL,
            REACTIVE_CONDITION_NONE, REACTIVE_CONDITION_ANY, REACTIVE_CONDITION_NOT_ALL,
          };
          ReactiveConditionKind kind = kinds[g_rand_int_range (rand, 0, G_N_ELEMENTS (kinds))];
          guint32 n_names = (guint32) g_rand_int_range (rand, 1, 3) + (kind == REACTIVE_CONDITION_NOT_ALL ? 1 : 0);
          guint32 names[3];

          if (kind == REACTIVE_CONDITION_NONE)
            n_names = 1;
          for (guint32 k = 0; k < n_names; k++)
            do
              names[k] = (guint32) g_rand_int_range (rand, 0,
                                                     (int) (kind == REACTIVE_CONDITION_ALL ? entry.target : n_given));
            while (kind == REACTIVE_CONDITION_NONE && is_set[names[k]] && g_rand_int_range (rand, 0, 8) != 0);
          add_condition (workload, kind, names, n_names);
        }
      add_action (workload, entry.target, TRUE);
      g_array_append_val (order, entry);
    }
  workload->n_activations = count_random_activations (workload, order, is_set);
}

static guint32
intern (Workload *workload, const ReactiveJson *name)
{
  const char *string = name != NULL ? reactive_json_get_string (name, NULL) : NULL;
  guint32 number;

  if (string == NULL)
    fail ("%s: a name that is not a string", workload->name);
  number = GPOINTER_TO_UINT (g_hash_table_lookup (workload->numbers, string));
  if (number != 0)
    return number - 1;

  number = add_name (workload, string);
  g_hash_table_insert (workload->numbers, g_ptr_array_index (workload->names, number), GUINT_TO_POINTER (number + 1));

  return number;
}

static void
read_handler (Workload *workload, const ReactiveJson *object)
{
  static const struct
  {
    const char *name;
    ReactiveConditionKind kind;
  } kinds[] = {
    { "all", REACTIVE_CONDITION_ALL },         { "any", REACTIVE_CONDITION_ANY },   { "none", REACTIVE_CONDITION_NONE },
    { "not_all", REACTIVE_CONDITION_NOT_ALL }, { "hook", REACTIVE_CONDITION_HOOK },
  };
  const ReactiveJson *conditions = reactive_json_get_member (object, "conditions");
  const ReactiveJson *actions = reactive_json_get_member (object, "actions");

  add_handler (workload, reactive_json_get_string (reactive_json_get_member (object, "id"), NULL));
  for (guint i = 0; i < reactive_json_get_length (conditions); i++)
    {
      const ReactiveJson *condition = reactive_json_get_element (conditions, i);
      g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (guint32));
      const ReactiveJson *list = NULL;
      guint kind;

      for (kind = 0; kind < G_N_ELEMENTS (kinds) && list == NULL; kind++)
        list = reactive_json_get_member (condition, kinds[kind].name);
      if (list == NULL)
        fail ("%s: a condition of a kind that is not measured", workload->name);
      for (guint j = 0; j < reactive_json_get_length (list); j++)
        {
          guint32 name = intern (workload, reactive_json_get_element (list, j));

          g_array_append_val (names, name);
        }
      add_condition (workload, kinds[kind - 1].kind, (const guint32 *) (gpointer) names->data, names->len);
    }

  for (guint i = 0; i < reactive_json_get_length (actions); i++)
    {
      const ReactiveJson *action = reactive_json_get_element (actions, i);
      const char *kind = reactive_json_get_string (reactive_json_get_element (action, 0), NULL);

      add_action (workload, intern (workload, reactive_json_get_element (action, 1)), g_str_equal (kind, "set"));
    }
}

static void
read_trigger (Workload *workload, const ReactiveJson *object)
{
  const ReactiveJson *when = reactive_json_get_member (object, "when");
  const ReactiveJson *when_not = reactive_json_get_member (object, "when_not");
  const ReactiveJson *set = reactive_json_get_member (object, "set");
  const ReactiveJson *clear = reactive_json_get_member (object, "clear");
  WorkloadTrigger trigger = {
    .flag = intern (workload, when != NULL ? when : when_not),
    .when_set = when != NULL,
    .changed_flag = intern (workload, set != NULL ? set : clear),
    .set = set != NULL,
  };

  g_array_append_val (workload->triggers, trigger);
}

static void
read_program (Workload *workload, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  g_autoptr (ReactiveJson) root = NULL;
  const ReactiveJson *list;
  gsize length;

  if (g_file_get_contents (path, &text, &length, &error))
    root = reactive_json_parse (text, (gssize) length, REACTIVE_JSON_STRICT, &error);
  if (root == NULL)
    fail ("%s", error->message);

  workload->numbers = g_hash_table_new (g_str_hash, g_str_equal);
  workload->n_iterations = 100;
  list = reactive_json_get_member (root, "handlers");
  for (guint i = 0; i < reactive_json_get_length (list); i++)
    read_handler (workload, reactive_json_get_element (list, i));
  list = reactive_json_get_member (root, "triggers");
  for (guint i = 0; i < reactive_json_get_length (list); i++)
    read_trigger (workload, reactive_json_get_element (list, i));
  list = reactive_json_get_member (root, "stimuli");
  for (guint i = 0; i < reactive_json_get_length (list); i++)
    {
      guint32 flag = intern (workload, reactive_json_get_element (list, i));

      g_array_append_val (workload->stimuli, flag);
    }
}

Workload *
workload_new (const char *program, guint32 n_handlers, guint32 n_flips)
{
  Workload *workload = g_new0 (Workload, 1);

  workload->name = g_path_get_basename (program);
  if (g_str_has_suffix (workload->name, ".json"))
    *strrchr (workload->name, '.') = '\0';
  workload->text = g_string_chunk_new (1 << 16);
  workload->names = g_ptr_array_new ();
  workload->handlers = g_array_new (FALSE, FALSE, sizeof (WorkloadHandler));
  workload->conditions = g_array_new (FALSE, FALSE, sizeof (WorkloadCondition));
  workload->operands = g_array_new (FALSE, FALSE, sizeof (guint32));
  workload->actions = g_array_new (FALSE, FALSE, sizeof (guint32));
  workload->triggers = g_array_new (FALSE, FALSE, sizeof (WorkloadTrigger));
  workload->loaded = g_array_new (FALSE, FALSE, sizeof (guint32));
  workload->stimuli = g_array_new (FALSE, FALSE, sizeof (guint32));
  workload->n_iterations = G_MAXUINT;

  if (g_str_equal (program, "chain"))
    make_chain (workload, n_handlers);
  else if (g_str_equal (program, "fan-out") || g_str_equal (program, "fan-out-quiet"))
    make_fan_out (workload, n_handlers, g_str_equal (program, "fan-out-quiet"));
  else if (g_str_equal (program, "hot-flag"))
    make_hot_flag (workload, n_handlers, n_flips);
  else if (g_str_equal (program, "hot-base"))
    make_hot_flag (workload, N_HOT_OWN_FLAGS, n_flips);
  else if (g_str_equal (program, "random"))
    make_random (workload, n_handlers);
  else
    read_program (workload, program);

  return workload;
}

void
workload_free (Workload *workload)
{
  if (workload == NULL)
    return;

  g_free (workload->name);
  g_string_chunk_free (workload->text);
  g_clear_pointer (&workload->numbers, g_hash_table_unref);
  g_ptr_array_unref (workload->names);
  g_array_unref (workload->handlers);
  g_array_unref (workload->conditions);
  g_array_unref (workload->operands);
  g_array_unref (workload->actions);
  g_array_unref (workload->triggers);
  g_array_unref (workload->loaded);
  g_array_unref (workload->stimuli);
  g_free (workload);
}

const char *
workload_get_name (const Workload *workload, guint32 number)
{
  return g_ptr_array_index (workload->names, number);
}

static void
print_names (const Workload *workload, const char *title, const GArray *numbers)
{
  printf ("\"%s\": [", title);
  for (guint32 i = 0; i < numbers->len; i++)
    printf ("%s\"%s\"", i > 0 ? ", " : "", workload_get_name (workload, g_array_index (numbers, guint32, i)));
  printf ("], ");
}

static void
print_handler (const Workload *workload, const WorkloadHandler *handler)
{
  static const char *const kinds[] = {
    [REACTIVE_CONDITION_ALL] = "all",         [REACTIVE_CONDITION_ANY] = "any",   [REACTIVE_CONDITION_NONE] = "none",
    [REACTIVE_CONDITION_NOT_ALL] = "not_all", [REACTIVE_CONDITION_HOOK] = "hook",
  };

  printf ("{\"id\": \"%s\", \"conditions\": [", handler->id);
  for (guint32 i = 0; i < handler->n_conditions; i++)
    {
      const WorkloadCondition *condition
          = &g_array_index (workload->conditions, WorkloadCondition, handler->first_condition + i);

      printf ("%s{\"%s\": [", i > 0 ? ", " : "", kinds[condition->kind]);
      for (guint32 j = 0; j < condition->n_names; j++)
        printf ("%s\"%s\"", j > 0 ? ", " : "",
                workload_get_name (workload, g_array_index (workload->operands, guint32, condition->first_name + j)));
      printf ("]}");
    }
  printf ("], \"actions\": [");
  for (guint32 i = 0; i < handler->n_actions; i++)
    {
      guint32 action = g_array_index (workload->actions, guint32, handler->first_action + i);

      printf ("%s[\"%s\", \"%s\"]", i > 0 ? ", " : "", WORKLOAD_ACTION_SETS (action) ? "set" : "clear",
              workload_get_name (workload, WORKLOAD_ACTION_FLAG (action)));
    }
  printf ("]}");
}

/* Names of the programs measured need no escapes. */
void
workload_print (const Workload *workload)
{
  printf ("{\"name\": \"%s\", ", workload->name);
  print_names (workload, "loaded", workload->loaded);
  print_names (workload, "stimuli", workload->stimuli);
  if (workload->n_iterations != G_MAXUINT)
    printf ("\"iterations\": %u, ", workload->n_iterations);
  printf ("\"triggers\": [");
  for (guint32 i = 0; i < workload->triggers->len; i++)
    {
      const WorkloadTrigger *trigger = &g_array_index (workload->triggers, WorkloadTrigger, i);

      printf ("%s{\"%s\": \"%s\", \"%s\": \"%s\"}", i > 0 ? ", " : "", trigger->when_set ? "when" : "when_not",
              workload_get_name (workload, trigger->flag), trigger->set ? "set" : "clear",
              workload_get_name (workload, trigger->changed_flag));
    }
  printf ("], \"handlers\": [");
  for (guint32 i = 0; i < workload->handlers->len; i++)
    {
      printf ("%s", i > 0 ? ",\n" : "");
      print_handler (workload, &g_array_index (workload->handlers, WorkloadHandler, i));
    }
  printf ("]}\n");
}

void
workload_print_result (const Workload *workload, const WorkloadResult *result)
{
  if (workload->n_activations != 0 && result->n_activations != workload->n_activations)
    fail ("%s: %s ran %" G_GUINT64_FORMAT " handlers instead of %" G_GUINT64_FORMAT, workload->name, result->engine,
          result->n_activations, workload->n_activations);

  printf ("{\"engine\": \"%s\", \"program\": \"%s\", \"handlers\": %u, \"activations\": %" G_GUINT64_FORMAT
          ", \"run_ns\": %.0f, \"compile_ns\": %.0f, \"create_ns\": %.0f, \"bytes\": %.0f, \"runs\": %u}\n",
          result->engine, workload->name, workload->handlers->len, result->n_activations, result->run_ns,
          result->compile_ns, result->create_ns, result->n_bytes, result->n_runs);
}

double
workload_now_ns (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);

  return (double) now.tv_sec * 1e9 + (double) now.tv_nsec;
}

double
workload_best (GArray *times)
{
  double best = g_array_index (times, double, 0);

  for (guint i = 1; i < times->len; i++)
    best = MIN (best, g_array_index (times, double, i));

  return best;
}

double
workload_heap_bytes (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return (double) (info.uordblks + info.hblkhd);
}
