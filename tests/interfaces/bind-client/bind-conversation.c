/* SPDX-License-Identifier: Apache-2.0 */
#include "bind-conversation.h"

#include <bind-client.h>
#include <stdlib.h>

#include "facts.h"
#include "unit-fixture.h"

/* Operations ------------------------------------------------------------------------------------------------------ */

static ReactiveJson *
configure (ReactiveUnit *unit, const ReactiveJson *operation)
{
  BindClientProvides *provides = bind_client_provides (unit, BIND_ENDPOINT);
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
  BindClientRequires *requirer = bind_client_requires (unit, BIND_ENDPOINT);
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
  BindConversation *conversation = reactive_unit_get_data (unit, "conversation");

  for (guint i = 0; conversation->is_of_step && i < json_length (conversation->operations); i++)
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

static void
take (ReactiveUnit *unit, gboolean is_of_step, gpointer data)
{
  BindConversation *conversation = data;

  conversation->is_of_step = is_of_step;
  reactive_unit_set_data (unit, "conversation", conversation, NULL);
}

/* Steps ----------------------------------------------------------------------------------------------------------- */

static const ReactiveJson *
get_action (const BindConversation *conversation, guint number)
{
  return json_member (reactive_json_get_element (conversation->steps, number), "action");
}

/* The application of the units that join @relation, before it ends. Free with g_free(). */
static char *
find_application (const BindConversation *conversation, guint number, const char *relation)
{
  for (guint i = number; i < json_length (conversation->steps); i++)
    {
      const ReactiveJson *action = get_action (conversation, i);
      const char *unit = json_text (json_member (action, "unit"));

      if (g_strcmp0 (json_text (json_member (action, "relation")), relation) != 0)
        continue;
      if (unit != NULL)
        return g_strndup (unit, strcspn (unit, "/"));
      if (g_strcmp0 (json_text (json_member (action, "do")), "broken") == 0)
        break;
    }

  return NULL;
}

static gboolean
is_whole (const BindAction *action)
{
  static const char *const of_relations[] = { "created", "broken", NULL };
  static const char *const of_units[] = { "joined", "changed", "departed", "peer_data", NULL };

  if (action->what == NULL)
    return FALSE;
  if (g_str_equal (action->what, "hook"))
    return action->relation == NULL && action->hook != NULL;

  return action->relation != NULL
         && (g_strv_contains (of_relations, action->what)
             || (action->unit != NULL && g_strv_contains (of_units, action->what)));
}

gboolean
bind_conversation_run_step (BindConversation *conversation, guint number, GHashTable *facts, GError **error)
{
  const ReactiveJson *action = get_action (conversation, number);
  const char *relation = json_text (json_member (action, "relation"));
  g_autofree char *application = find_application (conversation, number, relation);
  const BindAction step = { .what = json_text (json_member (action, "do")),
                            .relation = relation,
                            .application = application,
                            .unit = json_text (json_member (action, "unit")),
                            .hook = json_text (json_member (action, "name")),
                            .data = json_member (action, "data") };
  g_auto (GStrv) flags = NULL;

  if (!is_whole (&step))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA,
                   "unknown action '%s', or one without all that it needs", step.what != NULL ? step.what : "");
      return FALSE;
    }

  conversation->operations = json_member (action, "ops");
  conversation->facts = facts;
  conversation->world->refusal = NULL;
  if (!conversation->world->klass->act (conversation->world, &step, error))
    return FALSE;

  if (!g_str_equal (step.what, "peer_data"))
    flags = conversation->world->klass->get_flags (conversation->world);
  for (guint i = 0; flags != NULL && flags[i] != NULL; i++)
    facts_set (facts, "set", "flag %s", flags[i]);
  conversation->world->klass->add_databags (conversation->world, facts);

  return TRUE;
}

BindConversation *
bind_conversation_new (const ReactiveJson *recorded, BindWorldFunc new_world)
{
  BindConversation *conversation = g_new0 (BindConversation, 1);

  conversation->name = json_text (json_member (recorded, "name"));
  conversation->is_provider = g_strcmp0 (json_text (json_member (recorded, "role")), "provides") == 0;
  conversation->steps = json_member (recorded, "steps");
  conversation->world = new_world (conversation->is_provider, &module);
  conversation->world->take = take;
  conversation->world->data = conversation;

  return conversation;
}

void
bind_conversation_free (BindConversation *conversation)
{
  bind_world_free (conversation->world);
  g_free (conversation);
}

ReactiveJson *
bind_conversations_read (const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) vectors = NULL;
  g_autofree char *text = NULL;
  gsize length;

  if (g_file_get_contents (path, &text, &length, &error))
    vectors = reactive_json_parse (text, (gssize) length, REACTIVE_JSON_PYTHON, &error);
  if (vectors != NULL && json_length (json_member (vectors, "conversations")) > 0)
    return g_steal_pointer (&vectors);

  g_printerr ("%s: %s\n", path, vectors == NULL ? error->message : "no conversations");
  exit (EXIT_FAILURE);
}
