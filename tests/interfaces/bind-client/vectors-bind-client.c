/* SPDX-License-Identifier: Apache-2.0 */
#include <bind-client.h>

#include "quirks.h"
#include "unit-fixture.h"
#include "unit/flag-store.h"

/* Runs the conversations that were recorded from the Python library, step by step, and compares flags, databags and
 * results: vectors-bind-client FILE. */

#define ENDPOINT "bind-stats"
#define OWN_ADDRESS "10.0.0.1"

extern const ReactiveInterface reactive_interface;

/* One conversation. */
typedef struct
{
  UnitFixture fixture; /* first: handlers find the conversation by it */
  const char *name;
  QuirkHistory history;
  const ReactiveJson *operations; /* of the step */
  GHashTable *facts;              /* of the step, as they are here */
} Conversation;

typedef struct
{
  guint n_passed;
  guint n_failed;
  guint n_on_purpose;
} Counts;

/* Operations ------------------------------------------------------------------------------------------------------ */

static ReactiveJson *
configure (ReactiveUnit *unit, const ReactiveJson *operation)
{
  BindClientProvides *provides = bind_client_provides (unit, ENDPOINT);
  const ReactiveJson *port = json_member (operation, "port");
  const char *ip = json_text (json_member (operation, "ip"));
  gint64 number;

  if (provides == NULL)
    return reactive_json_new_string ("no endpoint");

  if (port != NULL && reactive_json_get_kind (port) == REACTIVE_JSON_INTEGER
      && reactive_json_get_integer (port, &number))
    bind_client_provides_configure_number (provides, ip, number);
  else
    bind_client_provides_configure (provides, ip, json_text (port));

  return reactive_json_new_null ();
}

static ReactiveJson *
get_config (ReactiveUnit *unit)
{
  BindClientRequires *requirer = bind_client_requires (unit, ENDPOINT);
  const BindClientServer *const *servers;
  ReactiveJson *result;

  if (requirer == NULL)
    return reactive_json_new_string ("no endpoint");

  result = reactive_json_new_object ();
  for (servers = bind_client_requires_get_config (requirer); *servers != NULL; servers++)
    {
      ReactiveJson *server = reactive_json_new_object ();

      reactive_json_object_set (server, "ip", reactive_json_new_string ((*servers)->ip));
      reactive_json_object_set (server, "port", reactive_json_new_string ((*servers)->port));
      reactive_json_object_set (result, (*servers)->unit_name, server);
    }

  return result;
}

/* After all handlers of the hook, as they were recorded. */
static gboolean
run_operations (ReactiveUnit *unit, GError **error)
{
  Conversation *conversation = (Conversation *) unit_fixture_of (unit);

  for (guint i = 0; i < json_length (conversation->operations); i++)
    {
      const ReactiveJson *operation = reactive_json_get_element (conversation->operations, i);
      const char *name = json_text (json_member (operation, "op"));
      g_autoptr (ReactiveJson) result = NULL;

      if (g_strcmp0 (name, "configure") == 0)
        result = configure (unit, operation);
      else if (g_strcmp0 (name, "get_config") == 0)
        result = get_config (unit);
      else
        {
          g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "unknown operation '%s'", name);
          return FALSE;
        }
      facts_set_result (conversation->facts, i, result);
    }

  return TRUE;
}

static const ReactiveModule module = TEST_MODULE (.finish = run_operations);

/* Actions --------------------------------------------------------------------------------------------------------- */

static FakeRelation *
find_relation (FakeModel *model, const char *id)
{
  FakeRelation *relation = fake_model_find_relation (model, id);

  if (relation == NULL)
    {
      relation = fake_model_add_relation (model, id, "peer");
      fake_databag_set (relation->own, "ingress-address", OWN_ADDRESS);
    }

  return relation;
}

static void
set_remote_data (FakeRelation *relation, const char *unit, const ReactiveJson *data)
{
  GHashTable *databag = fake_relation_add_unit (relation, unit);

  for (guint i = 0; i < json_length (data); i++)
    fake_databag_set (databag, reactive_json_get_member_name (data, i),
                      json_text (reactive_json_get_element (data, i)));
}

static gboolean
run_relation_hook (Conversation *conversation, const char *action, const char *id, const char *unit, GError **error)
{
  g_autofree char *hook = g_strdup_printf (ENDPOINT "-relation-%s", action);
  gboolean ok;

  unit_fixture_set_relation (&conversation->fixture, id, unit);
  ok = unit_fixture_run (&conversation->fixture, hook, error);
  g_ptr_array_set_size (conversation->fixture.environment, 0);

  return ok;
}

/* As it was recorded: a unit that departs is no longer listed in the hook, a relation that breaks still is. */
static gboolean
act_on_relation (Conversation *conversation, const char *what, const ReactiveJson *action, GError **error)
{
  FakeModel *model = conversation->fixture.model;
  const char *id = json_text (json_member (action, "relation"));
  const char *unit = json_text (json_member (action, "unit"));
  FakeRelation *relation = find_relation (model, id);
  gboolean ok;

  if (g_str_equal (what, "joined") || g_str_equal (what, "peer_data"))
    set_remote_data (relation, unit, json_member (action, "data"));
  if (g_str_equal (what, "departed"))
    fake_relation_remove_unit (relation, unit);

  ok = g_str_equal (what, "peer_data") || run_relation_hook (conversation, what, id, unit, error);
  if (g_str_equal (what, "broken"))
    fake_model_remove_relation (model, id);

  return ok;
}

static gboolean
act (Conversation *conversation, const ReactiveJson *action, GError **error)
{
  static const char *const of_relations[] = { "created", "broken", NULL };
  static const char *const of_units[] = { "joined", "changed", "departed", "peer_data", NULL };
  const char *what = json_text (json_member (action, "do"));
  const char *hook = json_text (json_member (action, "name"));
  gboolean has_relation = json_text (json_member (action, "relation")) != NULL;
  gboolean has_unit = json_text (json_member (action, "unit")) != NULL;

  if (what != NULL && has_relation
      && (g_strv_contains (of_relations, what) || (has_unit && g_strv_contains (of_units, what))))
    return act_on_relation (conversation, what, action, error);
  if (g_strcmp0 (what, "hook") == 0 && hook != NULL)
    return unit_fixture_run (&conversation->fixture, hook, error);

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA, "unknown action '%s', or one without all that it needs",
               what != NULL ? what : "");
  return FALSE;
}

/* Facts ----------------------------------------------------------------------------------------------------------- */

static void
add_flags (Conversation *conversation)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveStore) store
      = reactive_store_open (conversation->fixture.state_path, REACTIVE_STORE_READ_ONLY, &error);
  g_auto (GStrv) flags = NULL;

  g_assert_no_error (error);
  flags = reactive_flag_store_list (store);
  for (guint i = 0; flags[i] != NULL; i++)
    facts_set (conversation->facts, "set", "flag %s", flags[i]);
}

static void
add_databags (Conversation *conversation)
{
  GPtrArray *relations = conversation->fixture.model->relations;

  for (guint i = 0; i < relations->len; i++)
    {
      FakeRelation *relation = g_ptr_array_index (relations, i);
      g_autoptr (ReactiveJson) own = fake_databag_to_json (relation->own);
      GHashTableIter iter;
      gpointer unit, databag;

      facts_set_databag (conversation->facts, relation->id, own);
      g_hash_table_iter_init (&iter, relation->units);
      while (g_hash_table_iter_next (&iter, &unit, &databag))
        {
          g_autoptr (ReactiveJson) remote = fake_databag_to_json (databag);

          facts_set_remote (conversation->facts, relation->id, unit, remote);
        }
    }
}

/* Comparison ------------------------------------------------------------------------------------------------------ */

static const char *
describe (const char *value)
{
  return value != NULL ? value : "nothing";
}

/* Counts the step, and prints what differs: recorded, and here. */
static void
compare (Conversation *conversation, guint index, GHashTable *recorded, GHashTable *expected, GHashTable *corrected,
         Counts *counts)
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
run_step (Conversation *conversation, guint index, const ReactiveJson *step, Counts *counts)
{
  const ReactiveJson *action = json_member (step, "action");
  g_autoptr (GHashTable) recorded = facts_new_recorded (step);
  g_autoptr (GHashTable) expected = facts_new_recorded (step);
  g_autoptr (GHashTable) corrected = quirk_history_correct (&conversation->history, step, expected);
  g_autoptr (GHashTable) facts = facts_new ();
  g_autoptr (GError) error = NULL;

  conversation->operations = json_member (action, "ops");
  conversation->facts = facts;
  if (!act (conversation, action, &error))
    {
      g_print ("%s/%u: FAILED: %s\n", conversation->name, index, error->message);
      counts->n_failed++;
      return;
    }

  /* Of a step without a hook no flags are recorded. */
  if (json_member (step, "flags") != NULL)
    add_flags (conversation);
  add_databags (conversation);
  compare (conversation, index, recorded, expected, corrected, counts);
}

static void
run_conversation (const ReactiveJson *vector, Counts *counts)
{
  Conversation conversation = { .name = json_text (json_member (vector, "name")) };
  const ReactiveJson *steps = json_member (vector, "steps");
  const char *role = json_text (json_member (vector, "role"));
  g_autofree char *metadata
      = g_strdup_printf ("name: app\n%s: {" ENDPOINT ": {interface: bind-client}}\n", role != NULL ? role : "requires");

  unit_fixture_set_up (&conversation.fixture, /* data= */ NULL);
  unit_fixture_put_file (&conversation.fixture, "metadata.yaml", metadata);
  /* No flags but those of endpoints. */
  unit_fixture_put_file (&conversation.fixture, "layer.yaml", "includes: ['interface:bind-client']\n");
  unit_fixture_add_interface (&conversation.fixture, &reactive_interface);
  unit_fixture_add_module (&conversation.fixture, "operations", &module);
  quirk_history_init (&conversation.history, g_strcmp0 (role, "provides") == 0);

  for (guint i = 0; i < json_length (steps); i++)
    run_step (&conversation, i, reactive_json_get_element (steps, i), counts);

  quirk_history_clear (&conversation.history);
  unit_fixture_tear_down (&conversation.fixture, /* data= */ NULL);
}

static ReactiveJson *
read_vectors (const char *path, GError **error)
{
  g_autofree char *text = NULL;
  gsize length;

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;

  return reactive_json_parse (text, (gssize) length, REACTIVE_JSON_PYTHON, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) vectors = NULL;
  const ReactiveJson *conversations;
  Counts counts = { 0 };

  if (argc != 2)
    {
      g_printerr ("usage: %s FILE\n", argv[0]);
      return 2;
    }
  vectors = read_vectors (argv[1], &error);
  if (vectors == NULL)
    {
      g_printerr ("%s: %s\n", argv[1], error->message);
      return 1;
    }
  conversations = json_member (vectors, "conversations");
  if (json_length (conversations) == 0)
    {
      g_printerr ("%s: no conversations\n", argv[1]);
      return 1;
    }

  for (guint i = 0; i < json_length (conversations); i++)
    run_conversation (reactive_json_get_element (conversations, i), &counts);
  g_print ("%u passed, %u failed, %u differ on purpose\n", counts.n_passed, counts.n_failed, counts.n_on_purpose);

  return counts.n_failed == 0 ? 0 : 1;
}
