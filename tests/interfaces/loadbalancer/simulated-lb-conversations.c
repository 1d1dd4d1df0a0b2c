/* SPDX-License-Identifier: Apache-2.0 */
/* Holds the conversations of the loadbalancer interface twice, by direct calls and between charms of a model, and
 * compares databags, flags and every property, step by step: simulated-lb-conversations FILE UNPLAYED [SEEDS]. First in
 * the order in which they were recorded, with just the hooks that a step calls for; then with the interface as charms
 * have it, and with hooks in the order of a seed until all is quiet after each step. */

#include <stdlib.h>
#include <string.h>

#include "conversation.h"
#include "unplayed.h"
#include "vector-report.h"

#define N_SEEDS 1

typedef struct
{
  Conversation *direct;
  Conversation *simulated;
  GHashTable *events; /* name → GString: of direct calls, since it was last looked in the model */
  Unplayed *unplayed; /* (nullable): NULL where everybody is told of everything */

  guint n_steps;
  guint n_refused;
  guint n_failed;
  guint n_looks;
  guint n_late;     /* looks left out */
  guint n_failures; /* of the step */
} Pair;

static char *
to_text (const ReactiveJson *value)
{
  return value != NULL ? reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS) : g_strdup ("nothing");
}

static void
fail (Pair *pair, guint step, const char *where, const char *simulated, const char *direct)
{
  pair->n_failures++;
  g_print ("%s/%u: FAILED: %s: %s, by direct calls %s\n", pair->direct->name, step, where, simulated, direct);
}

static void
compare_json (Pair *pair, guint step, const char *where, const ReactiveJson *simulated, const ReactiveJson *direct)
{
  g_autofree char *simulated_text = to_text (simulated);
  g_autofree char *direct_text = to_text (direct);

  if (strcmp (simulated_text, direct_text) != 0)
    fail (pair, step, where, simulated_text, direct_text);
}

static void
compare_members (Pair *pair, guint step, const char *where, const ReactiveJson *simulated, const ReactiveJson *direct)
{
  for (guint i = 0; i < reactive_json_get_length (simulated); i++)
    {
      const char *name = reactive_json_get_member_name (simulated, i);
      g_autofree char *path = g_strdup_printf ("%s.%s", where, name);

      if (strcmp (name, "events") != 0)
        compare_json (pair, step, path, reactive_json_get_element (simulated, i),
                      reactive_json_get_member (direct, name));
    }
}

/* Those of the endpoints. Free with g_free(). */
static char *
list_flags (Conversation *conversation, Party *party)
{
  g_auto (GStrv) flags = conversation->world->klass->get_flags (conversation->world, party);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; flags[i] != NULL; i++)
    if (g_str_has_prefix (flags[i], "endpoint."))
      g_string_append_printf (text, "%s ", flags[i]);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
compare_flags (Pair *pair, guint step, Party *simulated, Party *direct)
{
  g_autofree char *simulated_flags = list_flags (pair->simulated, simulated);
  g_autofree char *direct_flags = list_flags (pair->direct, direct);
  g_autofree char *where = g_strdup_printf ("flags of %s", direct->name);

  if (strcmp (simulated_flags, direct_flags) != 0)
    fail (pair, step, where, simulated_flags, direct_flags);
}

/* What has not been handled is raised in every hook, of which a model has more: changed follows joined at once. So an
 * event counts once before another. */
static void
add_events (GString *text, const ReactiveJson *seen)
{
  const ReactiveJson *events = reactive_json_get_member (seen, "events");

  for (guint i = 0; i < reactive_json_get_length (events); i++)
    {
      g_autofree char *event
          = g_strconcat (reactive_json_get_string (reactive_json_get_element (events, i), NULL), " ", NULL);

      if (!g_str_has_suffix (text->str, event))
        g_string_append (text, event);
    }
}

/* @simulated (nullable): what was seen of the party; NULL where it was not looked */
static void
compare_party (Pair *pair, guint step, const char *name, const ReactiveJson *simulated, const ReactiveJson *direct)
{
  GString *expected = g_hash_table_lookup (pair->events, name);
  g_autoptr (GString) events = g_string_new (NULL);
  g_autofree char *where = g_strdup_printf ("events of %s", name);

  if (expected == NULL)
    {
      expected = g_string_new (NULL);
      g_hash_table_insert (pair->events, g_strdup (name), expected);
    }
  add_events (expected, direct);
  if (simulated == NULL)
    {
      g_autofree char *reason = g_strdup_printf ("a look would show %s what it is yet to be told", name);

      if (pair->unplayed != NULL)
        unplayed_note (pair->unplayed, pair->direct->name, reason, step);
      else
        fail (pair, step, name, "no look", "a look");
      pair->n_late++;
      return;
    }

  pair->n_looks++;
  add_events (events, simulated);
  /* What is seen on the way to the end depends on the order. */
  if (pair->unplayed != NULL && !g_string_equal (events, expected))
    fail (pair, step, where, events->str, expected->str);
  g_string_truncate (expected, 0);
  compare_members (pair, step, name, simulated, direct);
}

static void
compare (Pair *pair, guint step, const ReactiveJson *simulated, const ReactiveJson *direct)
{
  compare_json (pair, step, "written", reactive_json_get_member (simulated, "written"),
                reactive_json_get_member (direct, "written"));
  compare_members (pair, step, "seen", reactive_json_get_member (simulated, "seen"),
                   reactive_json_get_member (direct, "seen"));

  compare_party (pair, step, "lbp", reactive_json_get_member (simulated, "provider"),
                 reactive_json_get_member (direct, "provider"));
  compare_flags (pair, step, pair->simulated->provider, pair->direct->provider);
  for (guint i = 0; i < pair->direct->consumers->len; i++)
    {
      Party *party = g_ptr_array_index (pair->direct->consumers, i);

      compare_party (pair, step, party->name,
                     reactive_json_get_member (reactive_json_get_member (simulated, "consumers"), party->name),
                     reactive_json_get_member (reactive_json_get_member (direct, "consumers"), party->name));
      compare_flags (pair, step, g_ptr_array_index (pair->simulated->consumers, i), party);
    }
}

/* Does the step. Returns what came of it, and what is to be seen afterwards. */
static ReactiveJson *
do_step (Conversation *conversation, const ReactiveJson *step, ReactiveJson **out_after)
{
  guint n_ids = conversation->n_ids;
  ReactiveJson *result = conversation_act (conversation, reactive_json_get_member (step, "action"));

  *out_after = conversation_observe (conversation);
  conversation_follow_ids (conversation, step, n_ids);

  return result;
}

static void
run_step (Pair *pair, guint number, const ReactiveJson *step)
{
  g_autoptr (ReactiveJson) direct_after = NULL, simulated_after = NULL;
  g_autoptr (ReactiveJson) direct = do_step (pair->direct, step, &direct_after);
  g_autoptr (ReactiveJson) simulated = do_step (pair->simulated, step, &simulated_after);
  const char *refusal = pair->simulated->world->refusal;

  pair->n_steps++;
  pair->n_failures = 0;
  compare_json (pair, number, "result", simulated, direct);
  compare (pair, number, simulated_after, direct_after);
  if (refusal != NULL)
    {
      if (pair->unplayed != NULL)
        unplayed_note (pair->unplayed, pair->direct->name, refusal, number);
      pair->n_refused++;
    }
  if (pair->n_failures > 0)
    pair->n_failed++;
}

static void
free_text (gpointer text)
{
  g_string_free (text, TRUE);
}

/* @seed: 0 as it was recorded */
static void
run_conversation (Pair *pair, const ReactiveJson *recorded, guint64 seed)
{
  const ReactiveJson *steps = reactive_json_get_member (recorded, "steps");

  pair->direct
      = conversation_new (recorded, world_new_direct (/* is_in_memory= */ seed != 0), /* is_whole= */ seed != 0);
  pair->simulated = conversation_new (recorded, world_new_simulated (seed), /* is_whole= */ seed != 0);
  pair->events = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_text);
  for (guint i = 0; i < reactive_json_get_length (steps); i++)
    run_step (pair, i, reactive_json_get_element (steps, i));

  g_hash_table_unref (pair->events);
  conversation_free (pair->direct);
  conversation_free (pair->simulated);
}

/* Returns whether all went well. @unplayed: see Pair */
static gboolean
run_all (const ReactiveJson *conversations, Unplayed *unplayed, guint64 seed)
{
  Pair pair = { .unplayed = unplayed };

  for (guint i = 0; i < reactive_json_get_length (conversations); i++)
    run_conversation (&pair, reactive_json_get_element (conversations, i), seed);
  if (unplayed != NULL)
    pair.n_failed += unplayed_compare (unplayed);

  if (seed == 0)
    g_print ("as recorded: ");
  else
    g_print ("seed %" G_GUINT64_FORMAT ": ", seed);
  g_print ("%u steps, %u failed, %u not played by charms; %u looks, %u more not taken\n", pair.n_steps, pair.n_failed,
           pair.n_refused, pair.n_looks, pair.n_late);

  return pair.n_failed == 0 && pair.n_steps > 0;
}

int
main (int argc, char **argv)
{
  g_autoptr (ReactiveJson) file = NULL;
  const ReactiveJson *conversations;
  Unplayed unplayed;
  guint64 n_seeds;
  gboolean ok;

  if (argc != 3 && argc != 4)
    {
      g_printerr ("usage: %s FILE UNPLAYED [SEEDS]\n", argv[0]);
      return 2;
    }
  file = vector_file_parse (argv[1]);
  conversations = reactive_json_get_member (file, "conversations");
  n_seeds = argc == 4 ? g_ascii_strtoull (argv[3], NULL, 10) : N_SEEDS;

  unplayed_init (&unplayed, argv[2], "lb_conversations.json");
  ok = run_all (conversations, &unplayed, /* seed= */ 0);
  unplayed_clear (&unplayed);
  for (guint64 seed = 1; seed <= n_seeds; seed++)
    ok = run_all (conversations, /* unplayed= */ NULL, seed) && ok;

  return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}
