/* SPDX-License-Identifier: Apache-2.0 */
#include "quirks.h"

#include <string.h>

#include "base/text.h"

#define ENDPOINT "bind-stats"
#define CONNECTED_FACT "flag " ENDPOINT ".connected"
#define DEPARTED_FACT "flag endpoint." ENDPOINT ".departed"

static const Quirk quirks[] = {
  { "B1", "a unit that leaves takes nothing from the units that stay: what was said stands, connected holds" },
  { "B2", "what a unit that left had taken from the others stayed away; here it was never taken" },
  { "B3", "when the last unit leaves a relation, what was said there is taken back in that hook" },
  { "B4", "departed is cleared once it is handled, and no later hook takes anything back because of it" },
  { "B7", "a unit that leaves does not clear connected while others stay" },
  { "B9", "stats-ip and stats-port are read where a unit writes neither ip nor port" },
};

const Quirk *
quirk_find (const char *number)
{
  for (guint i = 0; i < G_N_ELEMENTS (quirks); i++)
    if (strcmp (quirks[i].number, number) == 0)
      return &quirks[i];

  g_assert_not_reached ();
}

void
quirk_history_init (QuirkHistory *history, gboolean is_provider)
{
  history->is_provider = is_provider;
  history->said = facts_new ();
  history->quirks = facts_new ();
}

void
quirk_history_clear (QuirkHistory *history)
{
  g_hash_table_unref (history->said);
  g_hash_table_unref (history->quirks);
}

static const ReactiveJson *
step_action (const ReactiveJson *step)
{
  return json_member (step, "action");
}

static gboolean
is_action (const ReactiveJson *step, const char *name)
{
  return g_strcmp0 (json_text (json_member (step_action (step), "do")), name) == 0;
}

static gboolean
has_units (const ReactiveJson *step, const char *relation)
{
  return json_length (json_member (json_member (step, "remote_units"), relation)) > 0;
}

static gboolean
is_joined (const ReactiveJson *step)
{
  const ReactiveJson *relations = json_member (step, "remote_units");

  for (guint i = 0; i < json_length (relations); i++)
    if (json_length (reactive_json_get_element (relations, i)) > 0)
      return TRUE;

  return FALSE;
}

/* The relation that the last unit leaves in this step, or NULL. */
static const char *
left_relation (const ReactiveJson *step)
{
  const char *relation = json_text (json_member (step_action (step), "relation"));

  return is_action (step, "departed") && !has_units (step, relation) ? relation : NULL;
}

/* @value (nullable): there should be none. */
static void
correct (GHashTable *facts, GHashTable *corrected, const char *name, const char *value, const char *number)
{
  if (value != NULL)
    facts_set (facts, value, "%s", name);
  else
    g_hash_table_remove (facts, name);
  facts_set (corrected, number, "%s", name);
}

/* Flags ----------------------------------------------------------------------------------------------------------- */

static void
correct_flags (const QuirkHistory *history, const ReactiveJson *step, GHashTable *facts, GHashTable *corrected)
{
  if (json_member (step, "flags") == NULL)
    return;

  if (is_joined (step) && !g_hash_table_contains (facts, CONNECTED_FACT))
    correct (facts, corrected, CONNECTED_FACT, "set", history->is_provider ? "B1" : "B7");
  if (g_hash_table_contains (facts, DEPARTED_FACT))
    correct (facts, corrected, DEPARTED_FACT, NULL, "B4");
}

/* Databags -------------------------------------------------------------------------------------------------------- */

static const char *const keys[] = { "ip", "port" };

/* Text, or the text of a number; NULL for nothing and for the empty text. */
static char *
get_value (const ReactiveJson *operation, const char *key)
{
  const ReactiveJson *value = json_member (operation, key);
  const char *text = json_text (value);

  if (value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_INTEGER)
    return reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS);

  return text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static void
say (QuirkHistory *history, const char *relation, const ReactiveJson *operation)
{
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autofree char *name = g_strdup_printf ("databag %s %s", relation, keys[i]);
      g_autofree char *value = get_value (operation, keys[i]);

      if (value != NULL)
        facts_set (history->said, value, "%s", name);
      else
        g_hash_table_remove (history->said, name);
    }
}

/* What is in a relation that is gone is gone. */
static void
forget_gone_relations (GHashTable *said, const ReactiveJson *databags)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, said);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    {
      g_auto (GStrv) words = g_strsplit (name, " ", 3);

      if (json_member (databags, words[1]) == NULL)
        g_hash_table_iter_remove (&iter);
    }
}

/* The last unit's leaving takes back what was said in its relation; configure() then says it in every relation. */
static void
follow (QuirkHistory *history, const ReactiveJson *step)
{
  const ReactiveJson *databags = json_member (step, "local_bags");
  const ReactiveJson *operations = json_member (step_action (step), "ops");

  forget_gone_relations (history->said, databags);
  forget_gone_relations (history->quirks, databags);
  if (left_relation (step) != NULL)
    say (history, left_relation (step), /* operation= */ NULL);

  for (guint i = 0; i < json_length (operations); i++)
    {
      const ReactiveJson *operation = reactive_json_get_element (operations, i);

      if (g_strcmp0 (json_text (json_member (operation, "op")), "configure") != 0)
        continue;
      for (guint j = 0; j < json_length (databags); j++)
        say (history, reactive_json_get_member_name (databags, j), operation);
    }
}

/* Why a databag of the Python library is not what it should be; NULL when no quirk explains it. */
static const char *
explain (const QuirkHistory *history, const ReactiveJson *step, const char *relation, const char *name,
         const char *recorded)
{
  const char *before = g_hash_table_lookup (history->quirks, name);

  if (g_strcmp0 (left_relation (step), relation) == 0)
    return "B3";
  if (is_action (step, "departed") && recorded == NULL)
    return "B1";
  if (before != NULL)
    return strcmp (before, "B1") == 0 ? "B2" : before;

  return json_member (step, "flags") != NULL && recorded == NULL && !is_joined (step) ? "B4" : NULL;
}

static void
correct_databag (QuirkHistory *history, const ReactiveJson *step, const char *relation, const char *key,
                 GHashTable *facts, GHashTable *corrected)
{
  g_autofree char *name = g_strdup_printf ("databag %s %s", relation, key);
  const char *recorded = g_hash_table_lookup (facts, name);
  const char *value = g_hash_table_lookup (history->said, name);
  const char *number = NULL;

  if (g_strcmp0 (recorded, value) != 0)
    number = explain (history, step, relation, name, recorded);
  if (number == NULL)
    {
      g_hash_table_remove (history->quirks, name);
      return;
    }

  correct (facts, corrected, name, value, number);
  facts_set (history->quirks, number, "%s", name);
}

static void
correct_databags (QuirkHistory *history, const ReactiveJson *step, GHashTable *facts, GHashTable *corrected)
{
  const ReactiveJson *databags = json_member (step, "local_bags");

  follow (history, step);
  for (guint i = 0; i < json_length (databags); i++)
    for (guint j = 0; j < G_N_ELEMENTS (keys); j++)
      correct_databag (history, step, reactive_json_get_member_name (databags, i), keys[j], facts, corrected);
}

/* Results --------------------------------------------------------------------------------------------------------- */

static gboolean
has_text (const ReactiveJson *databag, const char *key)
{
  const char *text = json_text (json_member (databag, key));

  return text != NULL && *text != '\0';
}

/* What @unit says under the older names, if that is the last whole thing that it says, by relation; else NULL. */
static char *
read_older_names (const ReactiveJson *step, const char *unit)
{
  const ReactiveJson *relations = json_member (step, "remote_units");
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  const ReactiveJson *found = NULL;
  g_autoptr (ReactiveJson) server = NULL;

  for (guint i = 0; i < json_length (relations); i++)
    g_ptr_array_add (ids, (gpointer) reactive_json_get_member_name (relations, i));
  g_ptr_array_sort (ids, reactive_text_compare_items);
  for (guint i = 0; i < ids->len; i++)
    {
      const ReactiveJson *databag = json_member (json_member (relations, g_ptr_array_index (ids, i)), unit);

      if (has_text (databag, "ip") && has_text (databag, "port"))
        found = NULL;
      else if (!has_text (databag, "ip") && !has_text (databag, "port") && has_text (databag, "stats-ip")
               && has_text (databag, "stats-port"))
        found = databag;
    }
  if (found == NULL)
    return NULL;

  server = reactive_json_new_object ();
  reactive_json_object_set (server, "ip", reactive_json_ref (json_member (found, "stats-ip")));
  reactive_json_object_set (server, "port", reactive_json_ref (json_member (found, "stats-port")));

  return reactive_json_to_text (server, REACTIVE_JSON_SORT_KEYS);
}

static void
correct_results (const ReactiveJson *step, GHashTable *facts, GHashTable *corrected)
{
  const ReactiveJson *results = json_member (step, "results");

  for (guint i = 0; i < json_length (results); i++)
    {
      const ReactiveJson *result = reactive_json_get_element (results, i);

      for (guint j = 0; j < json_length (result); j++)
        {
          const char *unit = reactive_json_get_member_name (result, j);
          g_autofree char *name = g_strdup_printf ("result %u %s", i, unit);
          g_autofree char *server = read_older_names (step, unit);

          if (server != NULL && g_strcmp0 (server, g_hash_table_lookup (facts, name)) != 0)
            correct (facts, corrected, name, server, "B9");
        }
    }
}

GHashTable *
quirk_history_correct (QuirkHistory *history, const ReactiveJson *step, GHashTable *facts)
{
  GHashTable *corrected = facts_new ();

  correct_flags (history, step, facts, corrected);
  correct_databags (history, step, facts, corrected);
  correct_results (step, facts, corrected);

  return corrected;
}
