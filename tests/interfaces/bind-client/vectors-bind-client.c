/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-conversation.h"
#include "facts.h"
#include "quirks.h"

/* Runs the conversations that were recorded from the Python library, step by step, and compares flags, databags and
 * results: vectors-bind-client FILE. */

typedef struct
{
  guint n_passed;
  guint n_failed;
  guint n_on_purpose;
} Counts;

/* Comparison ------------------------------------------------------------------------------------------------------ */

static const char *
describe (const char *value)
{
  return value != NULL ? value : "nothing";
}

/* Counts the step, and prints what differs: recorded, and here. */
static void
compare (const BindConversation *conversation, guint index, GHashTable *recorded, GHashTable *expected,
         GHashTable *corrected, Counts *counts)
{
  g_autoptr (GPtrArray) names = facts_list_names (recorded, conversation->facts);
  guint n_failures = 0, n_on_purpose = 0;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      const char *theirs = g_hash_table_lookup (recorded, name);
      const char *ours = g_hash_table_lookup (conversation->facts, name);
      const char *number = g_hash_table_lookup (corrected, name);
      gboolean as_expected = g_strcmp0 (ours, g_hash_table_lookup (expected, name)) == 0;

      if (as_expected && number == NULL)
        continue;

      g_print ("%s/%u: %s: %s: %s, recorded %s", conversation->name, index, as_expected ? number : "FAILED", name,
               describe (ours), describe (theirs));
      if (as_expected)
        g_print (" (%s)\n", quirk_find (number)->reason);
      else
        g_print (", expected %s%s%s\n", describe (g_hash_table_lookup (expected, name)), number != NULL ? " for " : "",
                 number != NULL ? number : "");
      n_failures += as_expected ? 0 : 1;
      n_on_purpose += as_expected ? 1 : 0;
    }

  if (n_failures > 0)
    counts->n_failed++;
  else if (n_on_purpose > 0)
    counts->n_on_purpose++;
  else
    counts->n_passed++;
}

static void
run_step (BindConversation *conversation, QuirkHistory *history, guint index, Counts *counts)
{
  const ReactiveJson *step = reactive_json_get_element (conversation->steps, index);
  g_autoptr (GHashTable) recorded = facts_new_recorded (step);
  g_autoptr (GHashTable) expected = facts_new_recorded (step);
  g_autoptr (GHashTable) corrected = quirk_history_correct (history, step, expected);
  g_autoptr (GHashTable) facts = facts_new ();
  g_autoptr (GError) error = NULL;

  if (!bind_conversation_run_step (conversation, index, facts, &error))
    {
      g_print ("%s/%u: FAILED: %s\n", conversation->name, index, error->message);
      counts->n_failed++;
      return;
    }

  compare (conversation, index, recorded, expected, corrected, counts);
}

static void
run_conversation (const ReactiveJson *recorded, Counts *counts)
{
  g_autoptr (BindConversation) conversation = bind_conversation_new (recorded, bind_world_new_direct);
  QuirkHistory history;

  quirk_history_init (&history, conversation->is_provider);
  for (guint i = 0; i < json_length (conversation->steps); i++)
    run_step (conversation, &history, i, counts);
  quirk_history_clear (&history);
}

int
main (int argc, char **argv)
{
  g_autoptr (ReactiveJson) vectors = NULL;
  const ReactiveJson *conversations;
  Counts counts = { 0 };

  if (argc != 2)
    {
      g_printerr ("usage: %s FILE\n", argv[0]);
      return 2;
    }
  vectors = bind_conversations_read (argv[1]);
  conversations = json_member (vectors, "conversations");

  for (guint i = 0; i < json_length (conversations); i++)
    run_conversation (reactive_json_get_element (conversations, i), &counts);
  g_print ("%u passed, %u failed, %u differ on purpose\n", counts.n_passed, counts.n_failed, counts.n_on_purpose);

  return counts.n_failed == 0 ? 0 : 1;
}
