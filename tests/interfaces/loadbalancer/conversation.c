/* SPDX-License-Identifier: Apache-2.0 */
#include "conversation.h"

#include "calls.h"
#include "vector-report.h"

static void
link_free (gpointer data)
{
  Link *link = data;

  for (guint side = 0; side < 2; side++)
    {
      g_free (link->ids[side]);
      g_hash_table_unref (link->others[side]);
    }
  g_free (link);
}

Conversation *
conversation_new (const ReactiveJson *recorded)
{
  const ReactiveJson *names = reactive_json_get_member (recorded, "consumers");
  Conversation *conversation = g_new0 (Conversation, 1);

  conversation->name = vector_get_text (recorded, "name");
  conversation->provider = party_new ("lbp", TRUE);
  conversation->consumers = g_ptr_array_new_with_free_func ((GDestroyNotify) party_free);
  conversation->links = g_ptr_array_new_with_free_func (link_free);
  for (guint i = 0; i < reactive_json_get_length (names); i++)
    g_ptr_array_add (conversation->consumers,
                     party_new (reactive_json_get_string (reactive_json_get_element (names, i), NULL), FALSE));

  return conversation;
}

void
conversation_free (Conversation *conversation)
{
  party_free (conversation->provider);
  g_ptr_array_unref (conversation->consumers);
  g_ptr_array_unref (conversation->links);
  g_free (conversation);
}

Party *
conversation_find (const Conversation *conversation, const char *application)
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

Link *
conversation_find_link (const Conversation *conversation, const Party *consumer)
{
  for (guint i = 0; i < conversation->links->len; i++)
    {
      Link *link = g_ptr_array_index (conversation->links, i);

      if (link->consumer == consumer)
        return link;
    }

  return NULL;
}

/*
 * Relations
 */

static Party *
side_of (const Link *link, guint side)
{
  return side == 0 ? link->provider : link->consumer;
}

static FakeRelation *
relation_of (const Link *link, guint side)
{
  return fake_model_find_relation (side_of (link, side)->fixture.model, link->ids[side]);
}

static gboolean
is_first (const char *unit)
{
  return g_str_has_suffix (unit, "/0");
}

/* What a unit of the application on @side says, or is to say. */
static GHashTable *
unit_databag (const Link *link, guint side, const char *unit)
{
  return is_first (unit) ? relation_of (link, side)->own : g_hash_table_lookup (link->others[side], unit);
}

/* A unit comes: the other side sees it join. */
static void
add_unit (Link *link, guint side, guint number)
{
  g_autofree char *unit = g_strdup_printf ("%s/%u", side_of (link, side)->name, number);

  if (number > 0)
    g_hash_table_insert (link->others[side], g_strdup (unit),
                         g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free));
  fake_relation_add_unit (relation_of (link, 1 - side), unit);
  party_run_relation_hook (side_of (link, 1 - side), "joined", link->ids[1 - side], unit);
}

static void
remove_unit (Link *link, guint side, guint number)
{
  g_autofree char *unit = g_strdup_printf ("%s/%u", side_of (link, side)->name, number);

  fake_relation_remove_unit (relation_of (link, 1 - side), unit);
  party_run_relation_hook (side_of (link, 1 - side), "departed", link->ids[1 - side], unit);
  g_hash_table_remove (link->others[side], unit);
}

static void
relate (Conversation *conversation, Party *consumer, guint n_units)
{
  Link *link = g_new0 (Link, 1);
  guint number = conversation->n_relations++;

  link->provider = conversation->provider;
  link->consumer = consumer;
  for (guint side = 0; side < 2; side++)
    {
      Party *party = side_of (link, side);

      party_run (party, PARTY_VERSION, NULL, NULL);
      link->ids[side] = g_strdup_printf ("%s:%u", party->endpoint_name, number);
      link->others[side] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
      fake_model_add_relation (party->fixture.model, link->ids[side], side_of (link, 1 - side)->name);
    }
  g_ptr_array_add (conversation->links, link);

  for (guint side = 0; side < 2; side++)
    party_run_relation_hook (side_of (link, side), "created", link->ids[side], side_of (link, 1 - side)->name);
  add_unit (link, 0, 0);
  for (guint i = 0; i < n_units; i++)
    add_unit (link, 1, i);
}

static void
break_side (Link *link, guint side)
{
  Party *party = side_of (link, side);
  FakeRelation *relation = relation_of (link, side);
  g_autoptr (GList) units = NULL;

  party_run (party, PARTY_VERSION, NULL, NULL);
  units = g_list_sort (g_hash_table_get_keys (relation->units), (GCompareFunc) strcmp);
  for (GList *unit = units; unit != NULL; unit = unit->next)
    {
      g_autofree char *name = g_strdup (unit->data);

      fake_relation_remove_unit (relation, name);
      party_run_relation_hook (party, "departed", link->ids[side], name);
    }
  party_run_relation_hook (party, "broken", link->ids[side], relation->application);
  fake_model_remove_relation (party->fixture.model, link->ids[side]);
}

/* Brings over one databag, and tells of it if it has changed. */
static void
transfer_databag (Link *link, guint to, GHashTable *said, GHashTable *seen, const char *whose)
{
  g_autoptr (ReactiveJson) new_data = fake_databag_to_json (said);
  g_autoptr (ReactiveJson) old_data = fake_databag_to_json (seen);

  if (reactive_json_equal (new_data, old_data))
    return;

  fake_databag_copy (said, seen);
  party_run_relation_hook (side_of (link, to), "changed", link->ids[to], whose);
}

static void
transfer (Link *link, guint from)
{
  FakeRelation *said = relation_of (link, from), *seen = relation_of (link, 1 - from);
  g_autoptr (GList) units = g_list_sort (g_hash_table_get_keys (seen->units), (GCompareFunc) strcmp);

  party_run (side_of (link, 1 - from), PARTY_VERSION, NULL, NULL);
  transfer_databag (link, 1 - from, said->own_app, seen->received_app, seen->application);
  for (GList *unit = units; unit != NULL; unit = unit->next)
    transfer_databag (link, 1 - from, unit_databag (link, from, unit->data), fake_relation_add_unit (seen, unit->data),
                      unit->data);
}

static void
write_databag (GHashTable *databag, const ReactiveJson *data)
{
  for (guint i = 0; i < reactive_json_get_length (data); i++)
    {
      const char *value = reactive_json_get_string (reactive_json_get_element (data, i), NULL);

      fake_databag_set (databag, reactive_json_get_member_name (data, i),
                        value != NULL && *value != '\0' ? value : NULL);
    }
}

/*
 * Steps
 */

static guint
get_number (const ReactiveJson *action, const char *name)
{
  gint64 number = 0;

  reactive_json_get_integer (reactive_json_get_member (action, name), &number);

  return (guint) number;
}

static gboolean
get_boolean (const ReactiveJson *action, const char *name)
{
  return reactive_json_get_boolean (reactive_json_get_member (action, name));
}

/* What happens between the parties, or in Juju. Returns whether it was that. */
static gboolean
act_outside (Conversation *conversation, const ReactiveJson *action, const char *what, Party *party)
{
  Link *link = conversation_find_link (conversation, party);
  guint side = party->is_provider ? 0 : 1;

  if (strcmp (what, "relate") == 0)
    relate (conversation, party, get_number (action, "units"));
  else if (strcmp (what, "set_leader") == 0)
    party->fixture.model->is_leader = get_boolean (action, "leader");
  else if (strcmp (what, "hook") == 0)
    party_run (party, PARTY_VERSION | PARTY_BEGIN, NULL, NULL);
  else if (strcmp (what, "break") == 0)
    {
      break_side (link, 1);
      break_side (link, 0);
      g_ptr_array_remove (conversation->links, link);
    }
  else if (link == NULL)
    return FALSE;
  else if (strcmp (what, "unit_data") == 0)
    {
      g_autofree char *unit = g_strdup_printf ("%s/%u", party->name, get_number (action, "unit"));

      write_databag (unit_databag (link, side, unit), reactive_json_get_member (action, "data"));
    }
  else if (strcmp (what, "add_unit") == 0 || strcmp (what, "remove_unit") == 0)
    {
      party_run (side_of (link, 1 - side), PARTY_VERSION, NULL, NULL);
      (*what == 'a' ? add_unit : remove_unit) (link, side, get_number (action, "unit"));
    }
  else
    return FALSE;

  return TRUE;
}

/* Of a step that is about a provider and one of its consumers. */
static Link *
find_pair (const Conversation *conversation, const char *one, const char *other)
{
  const Party *first = conversation_find (conversation, one);

  return conversation_find_link (conversation, first->is_provider ? conversation_find (conversation, other) : first);
}

ReactiveJson *
conversation_act (Conversation *conversation, const ReactiveJson *action)
{
  const char *what = vector_get_text (action, "do");
  const char *consumer = vector_get_text (action, "consumer");
  const char *who = vector_get_text (action, "who");
  Party *party = who != NULL        ? conversation_find (conversation, who)
                 : consumer != NULL ? conversation_find (conversation, consumer)
                                    : conversation->provider;
  Calls calls = { .action = action };

  if (strcmp (what, "transfer") == 0)
    {
      const char *source = vector_get_text (action, "src"), *destination = vector_get_text (action, "dst");

      transfer (find_pair (conversation, source, destination),
                conversation_find (conversation, source)->is_provider ? 0 : 1);
      return NULL;
    }
  if (strcmp (what, "write_app") == 0)
    {
      Link *link = find_pair (conversation, who, vector_get_text (action, "peer"));

      write_databag (relation_of (link, party->is_provider ? 0 : 1)->own_app,
                     reactive_json_get_member (action, "data"));
      return NULL;
    }
  if (act_outside (conversation, action, what, party))
    return NULL;

  if (calls_are_of_provider (what))
    party = conversation->provider;
  calls.consumer = consumer;
  party->counter = &conversation->n_ids;
  party_run (party, PARTY_QUIET, calls_run, &calls);
  party->counter = NULL;

  return calls.result;
}

/*
 * Observing
 */

static void
set_member (ReactiveJson *object, const char *name, ReactiveJson *member)
{
  reactive_json_object_set (object, name, member);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* {"app": …, "units": {…}}: what @side says, or if @is_seen what the other one has heard of it. */
static ReactiveJson *
observe_side (const Link *link, guint side, gboolean is_seen)
{
  FakeRelation *own = relation_of (link, side), *other = relation_of (link, 1 - side);
  ReactiveJson *result = reactive_json_new_object (), *units = reactive_json_new_object ();
  g_autoptr (GList) names = g_list_sort (g_hash_table_get_keys (other->units), compare_names);

  for (GList *name = names; name != NULL; name = name->next)
    set_member (units, name->data,
                fake_databag_to_json (is_seen ? g_hash_table_lookup (other->units, name->data)
                                              : unit_databag (link, side, name->data)));
  set_member (result, "app", fake_databag_to_json (is_seen ? other->received_app : own->own_app));
  set_member (result, "units", units);

  return result;
}

static void
observe_databags (const Conversation *conversation, ReactiveJson *result)
{
  ReactiveJson *written = reactive_json_new_object (), *seen = reactive_json_new_object ();

  for (guint i = 0; i < conversation->links->len; i++)
    {
      const Link *link = g_ptr_array_index (conversation->links, i);

      for (guint side = 0; side < 2; side++)
        {
          const char *name = side_of (link, side)->name, *other = side_of (link, 1 - side)->name;
          g_autofree char *written_name = g_strdup_printf ("%s to %s", name, other);
          g_autofree char *seen_name = g_strdup_printf ("%s sees %s", other, name);

          set_member (written, written_name, observe_side (link, side, FALSE));
          set_member (seen, seen_name, observe_side (link, side, TRUE));
        }
    }
  set_member (result, "written", written);
  set_member (result, "seen", seen);
}

static ReactiveJson *
observe_party (Party *party)
{
  ReactiveJson *result = reactive_json_new_object ();
  ReactiveJson *events = reactive_json_new_array ();

  for (guint i = 0; i < party->events->len; i++)
    reactive_json_array_add (events, reactive_json_new_string (g_ptr_array_index (party->events, i)));
  g_ptr_array_set_size (party->events, 0);

  set_member (result, "events", events);
  party_run (party, PARTY_QUIET, party->is_provider ? calls_observe_provider : calls_observe_consumer, result);

  return result;
}

ReactiveJson *
conversation_observe (Conversation *conversation)
{
  ReactiveJson *result = reactive_json_new_object ();
  ReactiveJson *consumers = reactive_json_new_object ();

  observe_databags (conversation, result);
  set_member (result, "provider", observe_party (conversation->provider));
  for (guint i = 0; i < conversation->consumers->len; i++)
    {
      Party *consumer = g_ptr_array_index (conversation->consumers, i);

      set_member (consumers, consumer->name, observe_party (consumer));
    }
  set_member (result, "consumers", consumers);

  return result;
}
