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
 * "reactive_published": [{"relation": ID, "application": BOOLEAN, "values": {KEY: [BEFORE or null, SENT or null]}}] */
#define RECORD_KEY REACTIVE_STORE_OWN_PREFIX "published"

static void
append_string_or_null (GString *text, const char *string)
{
  if (string != NULL)
    reactive_json_append_quoted (text, string);
  else
    g_string_append (text, "null");
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  return strcmp (a, b);
}

/* What is written and differs from what is there: to be set, and what the record says of it. */
static void
find_changes (ReactiveDatabag *databag, ReactiveJson *settings, GString *values)
{
  const ReactiveJson *data = databag_read (databag);
  g_autoptr (GList) keys = g_list_sort (g_hash_table_get_keys (databag->pending), compare_keys);

  for (GList *link = keys; link != NULL; link = link->next)
    {
      const char *before = reactive_json_text_or_null (reactive_json_get_member (data, link->data));
      const char *after = g_hash_table_lookup (databag->pending, link->data);

      if (g_strcmp0 (before, after) == 0)
        continue;

      if (values->len > 0)
        g_string_append (values, ", ");
      reactive_json_append_quoted (values, link->data);
      g_string_append (values, ": [");
      append_string_or_null (values, before);
      g_string_append (values, ", ");
      append_string_or_null (values, after);
      g_string_append_c (values, ']');
      reactive_json_object_set (settings, link->data,
                                after != NULL ? reactive_json_new_string (after) : reactive_json_new_null ());
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
  g_autoptr (GString) values = NULL;

  if (databag == NULL || databag->pending == NULL)
    return TRUE;

  unit = databag->unit;
  settings = reactive_json_new_object ();
  values = g_string_new (NULL);
  find_changes (databag, settings, values);
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
  if (!survives (databag, REACTIVE_KILL_AFTER_PUBLICATION, error))
    return FALSE;

  g_string_append (record, record->len == 0 ? "[{\"relation\": " : ", {\"relation\": ");
  reactive_json_append_quoted (record, databag->relation_id);
  g_string_append (record, databag->of_application ? ", \"application\": true" : ", \"application\": false");
  g_string_append (record, ", \"values\": {");
  g_string_append_len (record, values->str, (gssize) values->len);
  g_string_append (record, "}}");

  return TRUE;
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

/* The databag that an entry of the record is about; NULL when its relation has gone, or this unit no longer leads. */
static ReactiveDatabag *
find_databag (ReactiveUnit *unit, const ReactiveJson *entry)
{
  const char *id = reactive_json_text_or_null (reactive_json_get_member (entry, "relation"));
  const ReactiveJson *application = reactive_json_get_member (entry, "application");
  g_autofree char *name = id != NULL ? g_strndup (id, strcspn (id, ":")) : NULL;
  ReactiveEndpoint *endpoint = name != NULL ? reactive_endpoint_from_name (unit, name) : NULL;
  ReactiveRelation *relation = endpoint != NULL ? reactive_endpoint_find_relation (endpoint, id) : NULL;

  if (relation == NULL)
    return NULL;
  if (application == NULL || !reactive_json_get_boolean (application))
    return reactive_relation_get_to_publish (relation);

  return reactive_is_leader (unit) ? reactive_relation_get_to_publish_app (relation) : NULL;
}

static void
send_again (ReactiveDatabag *databag, const ReactiveJson *values)
{
  for (guint i = 0; i < reactive_json_get_length (values); i++)
    {
      const char *key = reactive_json_get_member_name (values, i);
      const ReactiveJson *pair = reactive_json_get_element (values, i);
      const char *before, *sent;

      if (reactive_json_get_length (pair) != 2)
        continue;
      before = reactive_json_text_or_null (reactive_json_get_element (pair, 0));
      sent = reactive_json_text_or_null (reactive_json_get_element (pair, 1));
      if (g_strcmp0 (reactive_databag_get (databag, key, NULL), before) != 0)
        continue;

      reactive_log_printf (databag->unit, REACTIVE_LOG_WARNING,
                           "%s: '%s' never reached Juju, and is sent again: the last hook was killed at its end",
                           databag->relation_id, key);
      reactive_databag_set (databag, key, sent);
    }
}

gboolean
reactive_unit_recover_publication (ReactiveUnit *unit, GError **error)
{
  const char *text = reactive_store_get (unit->store, RECORD_KEY);
  g_autoptr (ReactiveJson) record = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  for (guint i = 0; record != NULL && i < reactive_json_get_length (record) && unit->error == NULL; i++)
    {
      const ReactiveJson *entry = reactive_json_get_element (record, i);
      const ReactiveJson *values = reactive_json_get_member (entry, "values");
      ReactiveDatabag *databag = find_databag (unit, entry);

      if (databag != NULL && values != NULL && reactive_json_get_kind (values) == REACTIVE_JSON_OBJECT)
        send_again (databag, values);
    }

  return reactive_unit_check (unit, error);
}
