/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/leadership.h>
#include <reactive/log.h>
#include <string.h>

#include "unit/endpoint-private.h"

/* What this side says is sent when the hook has gone well, and Juju holds it back until it has seen the exit code. A
 * process that dies after its transaction, but before that, leaves a state file that says "sent" for data that nobody
 * has. So the transaction keeps what was there before and what was sent, and the next hook looks once: what is as
 * before is sent again; what somebody wrote since, and what has gone, is left alone.
 *
 * "reactive_published": [RELATION, OF THE APPLICATION, KEY, BEFORE or null, SENT or null, RELATION, …] */
#define RECORD_KEY REACTIVE_STORE_OWN_PREFIX "published"
#define RECORD_WORDS 5 /* of each key */

static void
append_string_or_null (GString *text, const char *string)
{
  if (string != NULL)
    reactive_json_append_quoted (text, string);
  else
    g_string_append (text, "null");
}

/* What is written and differs from what is there: to be set, and what the record says of it. */
static void
find_changes (ReactiveDatabag *databag, ReactiveJson *settings, GString *record)
{
  const ReactiveJson *data = databag_read (databag);

  for (guint i = 0; i < databag->pending->len; i++)
    {
      const Write *write = &g_array_index (databag->pending, Write, i);
      const char *before = reactive_json_text_or_null (reactive_json_get_member (data, write->key));

      if (g_strcmp0 (before, write->value) == 0)
        continue;

      g_string_append (record, record->len == 0 ? "[" : ", ");
      reactive_json_append_quoted (record, databag->relation_id);
      g_string_append (record, databag->of_application ? ", true, " : ", false, ");
      reactive_json_append_quoted (record, write->key);
      g_string_append (record, ", ");
      append_string_or_null (record, before);
      g_string_append (record, ", ");
      append_string_or_null (record, write->value);
      reactive_json_object_set (settings, write->key,
                                write->value != NULL ? reactive_json_new_string (write->value)
                                                     : reactive_json_new_null ());
    }
}

static gboolean
survives (ReactiveDatabag *databag, ReactiveKillPoint point, GError **error)
{
  g_autofree char *detail = NULL;

  if (databag->unit->host->is_killed == NULL)
    return TRUE;

  detail = g_strdup_printf ("%s %s", databag->relation_id, databag->name);

  return reactive_unit_survives (databag->unit, point, detail, error);
}

static gboolean
publish_databag (ReactiveDatabag *databag, GString *record, GError **error)
{
  ReactiveUnit *unit;
  g_autoptr (ReactiveJson) settings = NULL;

  if (databag == NULL || databag->pending == NULL)
    return TRUE;

  unit = databag->unit;
  settings = reactive_json_new_object ();
  find_changes (databag, settings, record);
  if (!reactive_unit_check (unit, error))
    return FALSE;
  if (reactive_json_get_length (settings) == 0)
    return TRUE;

  if (!survives (databag, REACTIVE_KILL_BEFORE_PUBLICATION, error))
    return FALSE;
  if (!unit->juju->klass->relation_set (unit->juju, databag->relation_id, databag->of_application, settings, error))
    {
      g_prefix_error (error, "%s: ", databag->relation_id);
      return FALSE;
    }

  return survives (databag, REACTIVE_KILL_AFTER_PUBLICATION, error);
}

static gboolean
publish_relation (const ReactiveRelation *relation, GString *record, GError **error)
{
  return publish_databag (relation->to_publish, record, error)
         && publish_databag (relation->to_publish_app, record, error);
}

gboolean
reactive_unit_publish (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GString) record = g_string_new (NULL);

  for (guint i = 0; i < unit->endpoints->len; i++)
    {
      const ReactiveEndpoint *endpoint = g_ptr_array_index (unit->endpoints, i);

      for (guint j = 0; endpoint->relations != NULL && j < array_length (endpoint->relations); j++)
        if (!publish_relation (g_ptr_array_index (endpoint->relations, j), record, error))
          return FALSE;
    }
  if (record->len == 0)
    {
      reactive_store_unset (unit->store, RECORD_KEY);
      return TRUE;
    }

  g_string_append_c (record, ']');
  reactive_store_set (unit->store, RECORD_KEY, record->str);

  return TRUE;
}

void
reactive_unit_forget_publication (ReactiveStore *store)
{
  reactive_store_unset (store, RECORD_KEY);
}

/* The databag that the record is about at @index; NULL when its relation has gone, or this unit no longer leads. */
static ReactiveDatabag *
find_databag (ReactiveUnit *unit, const ReactiveJson *record, guint index)
{
  const char *id = reactive_json_text_or_null (reactive_json_get_element (record, index));
  g_autofree char *name = id != NULL ? g_strndup (id, strcspn (id, ":")) : NULL;
  ReactiveEndpoint *endpoint = name != NULL ? reactive_endpoint_from_name (unit, name) : NULL;
  ReactiveRelation *relation = endpoint != NULL ? reactive_endpoint_find_relation (endpoint, id) : NULL;

  if (relation == NULL)
    return NULL;
  if (!reactive_json_get_boolean (reactive_json_get_element (record, index + 1)))
    return reactive_relation_get_to_publish (relation);

  return reactive_is_leader (unit) ? reactive_relation_get_to_publish_app (relation) : NULL;
}

static void
send_again (ReactiveDatabag *databag, const ReactiveJson *record, guint index)
{
  const char *key = reactive_json_text_or_null (reactive_json_get_element (record, index + 2));
  const char *before = reactive_json_text_or_null (reactive_json_get_element (record, index + 3));
  const char *sent = reactive_json_text_or_null (reactive_json_get_element (record, index + 4));

  if (key == NULL || g_strcmp0 (before, sent) == 0
      || g_strcmp0 (reactive_databag_get (databag, key, NULL), before) != 0)
    return;

  reactive_log_printf (databag->unit, REACTIVE_LOG_WARNING,
                       "%s: '%s' never reached Juju, and is sent again: the last hook was killed at its end",
                       databag->relation_id, key);
  reactive_databag_set (databag, key, sent);
}

gboolean
reactive_unit_recover_publication (ReactiveUnit *unit, GError **error)
{
  const char *text = reactive_store_get (unit->store, RECORD_KEY);
  g_autoptr (ReactiveJson) record = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  for (guint i = 0; record != NULL && i + RECORD_WORDS <= reactive_json_get_length (record) && unit->error == NULL;
       i += RECORD_WORDS)
    {
      ReactiveDatabag *databag = find_databag (unit, record, i);

      if (databag != NULL)
        send_again (databag, record, i);
    }

  return reactive_unit_check (unit, error);
}
