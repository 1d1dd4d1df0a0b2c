/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/dump.h"

#include "base/json.h"
#include "base/text.h"

static const char *const life_names[] = {
  [REACTIVE_LIFE_ALIVE] = "alive",
  [REACTIVE_LIFE_DYING] = "dying",
  [REACTIVE_LIFE_DEAD] = "dead",
};

/* Parts of an object */

static void
add_text (ReactiveJson *object, const char *name, const char *text)
{
  reactive_json_object_set (object, name, text != NULL ? reactive_json_new_string (text) : reactive_json_new_null ());
}

static void
add_number (ReactiveJson *object, const char *name, gint64 number)
{
  reactive_json_object_set (object, name, reactive_json_new_integer (number));
}

static void
add_boolean (ReactiveJson *object, const char *name, gboolean boolean)
{
  reactive_json_object_set (object, name, reactive_json_new_boolean (boolean));
}

static void
add_json (ReactiveJson *object, const char *name, const ReactiveJson *value)
{
  reactive_json_object_set (object, name, value != NULL ? reactive_json_ref (value) : reactive_json_new_null ());
}

static void
add_status (ReactiveJson *object, const ReactiveModelStatus *status)
{
  ReactiveJson *value = reactive_json_new_object ();

  add_text (value, "status", status->status);
  add_text (value, "message", status->message);
  reactive_json_object_set (object, "status", value);
}

/* Units */

static ReactiveJson *
actions_to_json (const GPtrArray *actions)
{
  ReactiveJson *array = reactive_json_new_array ();

  for (guint i = 0; i < actions->len; i++)
    {
      const ReactiveModelAction *action = g_ptr_array_index (actions, i);
      ReactiveJson *object = reactive_json_new_object ();

      add_number (object, "number", action->number);
      add_text (object, "name", action->name);
      add_text (object, "status", action->status);
      add_text (object, "message", action->message);
      add_json (object, "parameters", action->parameters);
      add_json (object, "results", action->results);
      reactive_json_object_set (object, "log", reactive_json_new_strings (action->log));
      reactive_json_array_add (array, object);
    }

  return array;
}

static ReactiveJson *
storages_to_json (const GPtrArray *storages)
{
  ReactiveJson *array = reactive_json_new_array ();

  for (guint i = 0; i < storages->len; i++)
    {
      const ReactiveModelStorage *storage = g_ptr_array_index (storages, i);
      ReactiveJson *object = reactive_json_new_object ();

      add_text (object, "id", storage->id);
      add_text (object, "kind", storage->kind);
      add_text (object, "location", storage->location);
      add_text (object, "life", life_names[storage->life]);
      add_boolean (object, "attached", storage->is_attached);
      reactive_json_array_add (array, object);
    }

  return array;
}

static void
add_flags (ReactiveSimulation *simulation, ReactiveModelUnit *unit, ReactiveJson *object)
{
  g_auto (GStrv) flags = reactive_simulation_get_flags (simulation, unit);

  reactive_json_object_set (object, "flags", reactive_json_new_strv (flags));
}

static ReactiveJson *
unit_to_json (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  ReactiveJson *object = reactive_json_new_object ();
  g_autofree char *failed = unit->failed != NULL ? reactive_model_hook_get_name (unit, unit->failed) : NULL;

  add_text (object, "life", life_names[unit->life]);
  add_text (object, "address", unit->address);
  add_number (object, "machine", unit->machine);
  add_text (object, "principal", unit->principal != NULL ? unit->principal->name : NULL);
  add_boolean (object, "started", unit->is_started);
  add_text (object, "error", failed);
  add_status (object, &unit->status);
  add_flags (simulation, unit, object);
  add_json (object, "state", unit->state);
  reactive_json_object_set (object, "ports", reactive_json_new_strings (unit->ports));
  reactive_json_object_set (object, "storage", storages_to_json (unit->storages));
  reactive_json_object_set (object, "actions", actions_to_json (unit->actions));

  return object;
}

/* Secrets */

static ReactiveJson *
consumers_to_json (GHashTable *consumers)
{
  ReactiveJson *object = reactive_json_new_object ();
  GHashTableIter iter;
  gpointer name, consumer;

  /* The keys are sorted when they are written. */
  g_hash_table_iter_init (&iter, consumers);
  while (g_hash_table_iter_next (&iter, &name, &consumer))
    {
      ReactiveJson *value = reactive_json_new_object ();

      add_number (value, "revision", ((const ReactiveModelConsumer *) consumer)->revision);
      add_text (value, "label", ((const ReactiveModelConsumer *) consumer)->label);
      reactive_json_object_set (object, name, value);
    }

  return object;
}

static ReactiveJson *
secret_to_json (const ReactiveModelSecret *secret)
{
  ReactiveJson *object = reactive_json_new_object ();
  ReactiveJson *revisions = reactive_json_new_array ();
  ReactiveJson *grants = reactive_json_new_array ();

  for (guint i = 0; i < secret->revisions->len; i++)
    {
      const ReactiveJson *revision = g_ptr_array_index (secret->revisions, i);

      reactive_json_array_add (revisions, revision != NULL ? reactive_json_ref (revision) : reactive_json_new_null ());
    }
  for (guint i = 0; i < secret->grants->len; i++)
    {
      const ReactiveModelGrant *grant = g_ptr_array_index (secret->grants, i);
      ReactiveJson *value = reactive_json_new_object ();

      add_number (value, "relation", grant->relation->number);
      add_text (value, "scope", grant->scope);
      reactive_json_array_add (grants, value);
    }

  add_text (object, "owner", secret->owner_unit != NULL ? secret->owner_unit->name : secret->owner->name);
  add_text (object, "label", secret->label);
  add_text (object, "description", secret->description);
  add_text (object, "rotation", secret->rotation);
  add_text (object, "expiry", secret->expiry);
  reactive_json_object_set (object, "revisions", revisions);
  reactive_json_object_set (object, "grants", grants);
  reactive_json_object_set (object, "consumers", consumers_to_json (secret->consumers));

  return object;
}

/* Applications and relations */

static ReactiveJson *
application_to_json (ReactiveSimulation *simulation, ReactiveModelApplication *application)
{
  ReactiveJson *object = reactive_json_new_object ();
  ReactiveJson *units = reactive_json_new_object ();
  ReactiveJson *secrets = reactive_json_new_object ();

  for (guint i = 0; i < application->units->len; i++)
    {
      ReactiveModelUnit *unit = g_ptr_array_index (application->units, i);

      reactive_json_object_set (units, unit->name, unit_to_json (simulation, unit));
    }
  for (guint i = 0; i < application->secrets->len; i++)
    {
      const ReactiveModelSecret *secret = g_ptr_array_index (application->secrets, i);

      reactive_json_object_set (secrets, secret->id, secret_to_json (secret));
    }

  add_text (object, "charm", reactive_charm_get_name (reactive_model_charm_get_files (application->charm)));
  add_text (object, "life", life_names[application->life]);
  add_json (object, "config", application->config);
  add_text (object, "leader", application->leader != NULL ? application->leader->name : NULL);
  add_json (object, "leader-settings", application->settings);
  add_status (object, &application->status);
  add_text (object, "version", application->workload_version);
  add_boolean (object, "trusted", application->is_trusted);
  add_json (object, "resources", application->resources);
  reactive_json_object_set (object, "units", units);
  reactive_json_object_set (object, "secrets", secrets);

  return object;
}

static ReactiveJson *
end_to_json (const ReactiveModelEnd *end)
{
  static const char *const roles[] = {
    [REACTIVE_ROLE_PROVIDES] = "provides",
    [REACTIVE_ROLE_REQUIRES] = "requires",
    [REACTIVE_ROLE_PEERS] = "peers",
  };
  ReactiveJson *object = reactive_json_new_object ();
  ReactiveJson *units = reactive_json_new_object ();

  for (guint i = 0; i < end->members->len; i++)
    {
      const ReactiveModelMember *member = g_ptr_array_index (end->members, i);
      ReactiveJson *value = reactive_json_new_object ();

      add_boolean (value, "present", member->is_present);
      add_json (value, "databag", member->databag.data);
      reactive_json_object_set (units, member->unit->name, value);
    }

  add_text (object, "application", end->application->name);
  add_text (object, "endpoint", end->endpoint.name);
  add_text (object, "interface", end->endpoint.interface);
  add_text (object, "role", roles[end->endpoint.role]);
  add_json (object, "databag", end->databag.data);
  reactive_json_object_set (object, "units", units);

  return object;
}

static ReactiveJson *
relation_to_json (const ReactiveModelRelation *relation)
{
  ReactiveJson *object = reactive_json_new_object ();
  ReactiveJson *ends = reactive_json_new_array ();

  for (guint i = 0; i < relation->n_ends; i++)
    reactive_json_array_add (ends, end_to_json (&relation->ends[i]));
  add_number (object, "number", relation->number);
  add_text (object, "life", life_names[relation->life]);
  reactive_json_object_set (object, "ends", ends);

  return object;
}

static ReactiveJson *
model_to_json (ReactiveSimulation *simulation)
{
  ReactiveModel *model = reactive_simulation_get_model (simulation);
  ReactiveJson *object = reactive_json_new_object ();
  ReactiveJson *applications = reactive_json_new_object ();
  ReactiveJson *relations = reactive_json_new_array ();

  for (guint i = 0; i < model->applications->len; i++)
    {
      ReactiveModelApplication *application = g_ptr_array_index (model->applications, i);

      reactive_json_object_set (applications, application->name, application_to_json (simulation, application));
    }
  for (guint i = 0; i < model->relations->len; i++)
    reactive_json_array_add (relations, relation_to_json (g_ptr_array_index (model->relations, i)));

  add_text (object, "juju", reactive_model_get_juju_version (model));
  add_text (object, "model", model->name);
  reactive_json_object_set (object, "applications", applications);
  reactive_json_object_set (object, "relations", relations);

  return object;
}

/* A text with a line for each member, but for objects and arrays that hold nothing. */

static void write_value (GString *text, const ReactiveJson *value, guint indent);

static void
write_indent (GString *text, guint indent)
{
  g_string_append_c (text, '\n');
  for (guint i = 0; i < indent; i++)
    g_string_append (text, "  ");
}

static void
write_object (GString *text, const ReactiveJson *object, guint indent)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < reactive_json_get_length (object); i++)
    g_ptr_array_add (names, (char *) reactive_json_get_member_name (object, i));
  g_ptr_array_sort (names, reactive_text_compare_items);

  g_string_append_c (text, '{');
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      write_indent (text, indent + 1);
      reactive_json_append_quoted (text, name);
      g_string_append (text, ": ");
      write_value (text, reactive_json_get_member (object, name), indent + 1);
      if (i + 1 < names->len)
        g_string_append_c (text, ',');
    }
  write_indent (text, indent);
  g_string_append_c (text, '}');
}

static void
write_array (GString *text, const ReactiveJson *array, guint indent)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i < reactive_json_get_length (array); i++)
    {
      write_indent (text, indent + 1);
      write_value (text, reactive_json_get_element (array, i), indent + 1);
      if (i + 1 < reactive_json_get_length (array))
        g_string_append_c (text, ',');
    }
  write_indent (text, indent);
  g_string_append_c (text, ']');
}

static void
write_value (GString *text, const ReactiveJson *value, guint indent)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);
  gboolean is_container = kind == REACTIVE_JSON_OBJECT || kind == REACTIVE_JSON_ARRAY;
  g_autofree char *short_text = NULL;

  if (is_container && reactive_json_get_length (value) > 0)
    {
      if (kind == REACTIVE_JSON_OBJECT)
        write_object (text, value, indent);
      else
        write_array (text, value, indent);
      return;
    }

  short_text = reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS);
  g_string_append (text, short_text);
}

char *
reactive_simulation_dump (ReactiveSimulation *simulation)
{
  g_autoptr (ReactiveJson) model = model_to_json (simulation);
  GString *text = g_string_new (NULL);

  write_value (text, model, 0);
  g_string_append_c (text, '\n');

  return g_string_free (text, FALSE);
}
