/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "bind-conversation.h"
#include "facts.h"
#include "unplayed.h"

/* Runs the conversations that were recorded from the Python library twice, by direct calls and between charms of a
 * model, and compares flags, databags and results, step by step: simulated-bind-client FILE UNPLAYED. */

typedef struct
{
  guint n_steps;
  guint n_refused;
  guint n_failed;
} Counts;

static const char *
describe (const char *value)
{
  return value != NULL ? value : "nothing";
}

/* Prints what differs. */
static gboolean
compare (const BindConversation *conversation, guint number, GHashTable *direct, GHashTable *simulated)
{
  g_autoptr (GPtrArray) names = facts_list_names (direct, simulated);
  gboolean is_same = TRUE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *one = g_hash_table_lookup (simulated, name), *other = g_hash_table_lookup (direct, name);

      if (g_strcmp0 (one, other) == 0)
        continue;
      g_print ("%s/%u: FAILED: %s: %s, by direct calls %s\n", conversation->name, number, name, describe (one),
               describe (other));
      is_same = FALSE;
    }

  return is_same;
}

static void
run_conversation (const ReactiveJson *recorded, Unplayed *unplayed, Counts *counts)
{
  g_autoptr (BindConversation) direct = bind_conversation_new (recorded, bind_world_new_direct);
  g_autoptr (BindConversation) simulated = bind_conversation_new (recorded, bind_world_new_simulated);

  for (guint i = 0; i < json_length (direct->steps); i++)
    {
      g_autoptr (GHashTable) direct_facts = facts_new ();
      g_autoptr (GHashTable) simulated_facts = facts_new ();
      g_autoptr (GError) error = NULL;

      bind_conversation_run_step (direct, i, direct_facts, &error);
      g_assert_no_error (error);
      bind_conversation_run_step (simulated, i, simulated_facts, &error);
      g_assert_no_error (error);

      counts->n_steps++;
      if (simulated->world->refusal != NULL)
        {
          unplayed_note (unplayed, direct->name, simulated->world->refusal, i);
          counts->n_refused++;
        }
      if (!compare (direct, i, direct_facts, simulated_facts))
        counts->n_failed++;
    }
}

int
main (int argc, char **argv)
{
  g_autoptr (ReactiveJson) vectors = NULL;
  const ReactiveJson *conversations;
  Unplayed unplayed;
  Counts counts = { 0 };

  if (argc != 3)
    {
      g_printerr ("usage: %s FILE UNPLAYED\n", argv[0]);
      return 2;
    }
  vectors = bind_conversations_read (argv[1]);
  unplayed_init (&unplayed, argv[2], "bind_client_vectors.json");
  conversations = json_member (vectors, "conversations");
  for (guint i = 0; i < json_length (conversations); i++)
    run_conversation (reactive_json_get_element (conversations, i), &unplayed, &counts);

  counts.n_failed += unplayed_compare (&unplayed);
  unplayed_clear (&unplayed);
  g_print ("%u steps, %u failed, %u not played by charms\n", counts.n_steps, counts.n_failed, counts.n_refused);

  return counts.n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
