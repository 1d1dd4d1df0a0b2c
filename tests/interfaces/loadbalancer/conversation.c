/* SPDX-License-Identifier: Apache-2.0 */
#include "conversation.h"

#include <string.h>

#include "calls.h"
#include "comparison.h"
#include "vector-report.h"

static guint
get_number (const ReactiveJson *action, const char *name)
{
  const ReactiveJson *member = reactive_json_get_member (action, name);
  gint64 number = 0;

  if (member != NULL)
    reactive_json_get_integer (member, &number);

  return (guint) number;
}

/* How many units a consumer has at most. */
static guint
count_units (const ReactiveJson *recorded)
{
  const ReactiveJson *steps = reactive_json_get_member (recorded, "steps");
  guint n_units = 1;

  for (guint i = 0; i < reactive_json_get_length (steps); i++)
    {
      const ReactiveJson *action = reactive_json_get_member (reactive_json_get_element (steps, i), "action");

      n_units = MAX (n_units, get_number (action, "units"));
      n_units = MAX (n_units, get_number (action, "unit") + 1);
    }

  return n_units;
}

static Party *
add_party (Conversation *conversation, const char *name, gboolean is_provider, guint n_units)
{
  Party *party = party_new (name, is_provider);

  party->is_whole = conversation->is_whole;
  conversation->world->klass->add_party (conversation->world, party, n_units);

  return party;
}

Conversation *
conversation_new (const ReactiveJson *recorded, World *world, gboolean is_whole)
{
  const ReactiveJson *names = reactive_json_get_member (recorded, "consumers");
  Conversation *conversation = g_new0 (Conversation, 1);

  conversation->name = vector_get_text (recorded, "name");
  conversation->is_whole = is_whole;
  conversation->world = world;
  conversation->provider = add_party (conversation, "lbp", TRUE, 1);
  conversation->consumers = g_ptr_array_new_with_free_func ((GDestroyNotify) party_free);
  conversation->related = g_ptr_array_new ();
  for (guint i = 0; i < reactive_json_get_length (names); i++)
    g_ptr_array_add (conversation->consumers,
                     add_party (conversation, reactive_json_get_string (reactive_json_get_element (names, i), NULL),
                                FALSE, count_units (recorded)));

  return conversation;
}

void
conversation_free (Conversation *conversation)
{
  world_free (conversation->world);
  party_free (conversation->provider);
  g_ptr_array_unref (conversation->consumers);
  g_ptr_array_unref (conversation->related);
  g_free (conversation);
}

static Party *
find_party (const Conversation *conversation, const char *application)
{
  if (strcmp (application, conversation->provider->name) == 0)
    return conversation->provider;
  for (guint i = 0; i < conversation->consumers->len; i++)
    {
      Party *consumer = g_ptr_array_index (conversation->consumers, i);

      if (strcmp (application, consumer->name) == 0)
        return consumer;
    }

  g_error ("nobody is called '%s'", application);
}

/*
 * Steps
 */

static gboolean
get_boolean (const ReactiveJson *action, const char *name)
{
  return reactive_json_get_boolean (reactive_json_get_member (action, name));
}

/* What happens between the parties, or in Juju. Returns whether it was that. */
static gboolean
act_outside (Conversation *conversation, const ReactiveJson *action, const char *what, Party *party)
{
  World *world = conversation->world;
  const WorldClass *klass = world->klass;

  if (strcmp (what, "relate") == 0)
    {
      klass->relate (world, conversation->provider, party, get_number (action, "units"));
      g_ptr_array_add (conversation->related, party);
    }
  else if (strcmp (what, "set_leader") == 0)
    klass->set_leader (world, party, get_boolean (action, "leader"));
  else if (strcmp (what, "hook") == 0)
    klass->run (world, party, PARTY_VERSION | PARTY_BEGIN, NULL, NULL);
  else if (strcmp (what, "break") == 0)
    {
      klass->end (world, party);
      g_ptr_array_remove (conversation->related, party);
    }
  else if (strcmp (what, "unit_data") == 0)
    klass->write_unit (world, party, get_number (action, "unit"), reactive_json_get_member (action, "data"));
  else if (strcmp (what, "add_unit") == 0)
    klass->add_unit (world, party, get_number (action, "unit"));
  else
    return FALSE;

  return TRUE;
}

/* Of a step that is about a provider and one of its consumers. Returns whether it was that. */
static gboolean
act_between (Conversation *conversation, const ReactiveJson *action, const char *what)
{
  gboolean is_transfer = strcmp (what, "transfer") == 0;
  World *world = conversation->world;
  Party *from, *to, *consumer;

  if (!is_transfer && strcmp (what, "write_app") != 0)
    return FALSE;

  from = find_party (conversation, vector_get_text (action, is_transfer ? "src" : "who"));
  to = find_party (conversation, vector_get_text (action, is_transfer ? "dst" : "peer"));
  consumer = from->is_provider ? to : from;
  if (is_transfer)
    world->klass->transfer (world, consumer, to);
  else
    world->klass->write_app (world, consumer, from, reactive_json_get_member (action, "data"));

  return TRUE;
}

/* What a charm calls. */
static ReactiveJson *
act_inside (Conversation *conversation, const ReactiveJson *action, const char *what, Party *party)
{
  Calls calls = { .action = action, .consumer = vector_get_text (action, "consumer") };

  if (calls_are_of_provider (what))
    party = conversation->provider;
  party->counter = &conversation->n_ids;
  conversation->world->klass->run (conversation->world, party, PARTY_QUIET, calls_run, &calls);
  party->counter = NULL;

  return calls.result;
}

ReactiveJson *
conversation_act (Conversation *conversation, const ReactiveJson *action)
{
  const char *what = vector_get_text (action, "do");
  const char *consumer = vector_get_text (action, "consumer");
  const char *who = vector_get_text (action, "who");
  Party *party = who != NULL        ? find_party (conversation, who)
                 : consumer != NULL ? find_party (conversation, consumer)
                                    : conversation->provider;
  ReactiveJson *result = NULL;

  conversation->world->refusal = NULL;
  if (!act_between (conversation, action, what) && !act_outside (conversation, action, what, party))
    result = act_inside (conversation, action, what, party);
  if (conversation->is_whole)
    conversation->world->klass->settle (conversation->world);

  return result;
}

void
conversation_follow_ids (Conversation *conversation, const ReactiveJson *step, guint n_before)
{
  const ReactiveJson *result = reactive_json_get_member (step, "result");
  const char *id = result != NULL ? vector_get_text (result, "id") : NULL;
  guint64 number = id != NULL ? g_ascii_strtoull (id, NULL, 16) : 0;

  if (comparison_find_crash_rule (comparison_get_raised (result)) == &rule_not_json)
    conversation->n_ids = n_before;
  if (number < G_MAXUINT)
    conversation->n_ids = MAX (conversation->n_ids, (guint) number);
}

/*
 * Observing
 */

/* What @party says in @consumer's relation, and what the other one has heard of it. */
static void
observe_side (const Conversation *conversation, Party *consumer, Party *party, ReactiveJson *written,
              ReactiveJson *seen)
{
  const char *other = party == consumer ? conversation->provider->name : consumer->name;
  g_autofree char *written_name = g_strdup_printf ("%s to %s", party->name, other);
  g_autofree char *seen_name = g_strdup_printf ("%s sees %s", other, party->name);
  World *world = conversation->world;
  ReactiveJson *heard = world->klass->get_databags (world, consumer, party, TRUE);

  reactive_json_object_set (written, written_name, world->klass->get_databags (world, consumer, party, FALSE));
  if (heard != NULL)
    reactive_json_object_set (seen, seen_name, heard);
}

static void
observe_databags (const Conversation *conversation, ReactiveJson *result)
{
  ReactiveJson *written = reactive_json_new_object (), *seen = reactive_json_new_object ();

  for (guint i = 0; i < conversation->related->len; i++)
    {
      Party *consumer = g_ptr_array_index (conversation->related, i);

      observe_side (conversation, consumer, conversation->provider, written, seen);
      observe_side (conversation, consumer, consumer, written, seen);
    }
  reactive_json_object_set (result, "written", written);
  reactive_json_object_set (result, "seen", seen);
}

static void
observe_party (const Conversation *conversation, Party *party, ReactiveJson *all)
{
  ReactiveJson *result, *events;

  if (!conversation->world->klass->can_look (conversation->world, party))
    return;

  result = reactive_json_new_object ();
  events = reactive_json_new_array ();
  for (guint i = 0; i < party->events->len; i++)
    reactive_json_array_add (events, reactive_json_new_string (g_ptr_array_index (party->events, i)));
  g_ptr_array_set_size (party->events, 0);

  reactive_json_object_set (result, "events", events);
  conversation->world->klass->run (conversation->world, party, PARTY_QUIET,
                                   party->is_provider ? calls_observe_provider : calls_observe_consumer, result);
  reactive_json_object_set (all, party->is_provider ? "provider" : party->name, result);
}

ReactiveJson *
conversation_observe (Conversation *conversation)
{
  ReactiveJson *result = reactive_json_new_object ();
  ReactiveJson *consumers = reactive_json_new_object ();

  observe_databags (conversation, result);
  observe_party (conversation, conversation->provider, result);
  for (guint i = 0; i < conversation->consumers->len; i++)
    observe_party (conversation, g_ptr_array_index (conversation->consumers, i), consumers);
  reactive_json_object_set (result, "consumers", consumers);

  return result;
}
