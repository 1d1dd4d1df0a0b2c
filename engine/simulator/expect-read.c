/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "charm/yaml-value.h"
#include "juju/juju-name.h"
#include "simulator/scenario-private.h"

#define MAX_COUNT 1000000

/* What the facts of one subject have in common. */
typedef struct
{
  const char *subject;
  gboolean is_of_unit;
  GPtrArray *facts;
} Reader;

/* One key of what is expected. @owner: "db/0.flags" */
typedef struct
{
  const char *name;
  gboolean is_of_units;
  gboolean is_of_applications;
  ReactiveFactKind kind;
  gboolean is_wanted;
  gboolean (*read) (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner,
                    GError **error);
} Aspect;

static void
add_fact (const Reader *reader, ReactiveFact fact, const ReactiveYaml *node)
{
  ReactiveFact *copy = g_memdup2 (&fact, sizeof fact);

  copy->node = node;
  g_ptr_array_add (reader->facts, copy);
}

/* NULL for a null. */
static const ReactiveYaml *
or_none (const ReactiveYaml *value)
{
  return reactive_yaml_is_null (value) ? NULL : value;
}

static gboolean
read_boolean (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  if (!reactive_scenario_read_boolean (value, owner, &fact.is_wanted, error))
    return FALSE;

  add_fact (reader, fact, value);
  return TRUE;
}

static gboolean
read_text (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  if (reactive_yaml_get_kind (value) != REACTIVE_YAML_SCALAR || reactive_yaml_is_null (value))
    return reactive_yaml_fail_type (error, value, NULL, owner, "a text");

  fact.value = value;
  add_fact (reader, fact, value);
  return TRUE;
}

static gboolean
read_status (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  static const char *const statuses[] = { "active", "blocked", "maintenance", "waiting", "unknown", NULL };
  guint choice;

  return reactive_scenario_read_choice (value, owner, statuses, &choice, error)
         && read_text (reader, fact, value, owner, error);
}

/* An entry, or a list of them. */
static gboolean
read_names (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  gboolean is_list = reactive_yaml_get_kind (value) == REACTIVE_YAML_SEQUENCE;

  for (guint i = 0; i < (is_list ? reactive_yaml_get_length (value) : 1); i++)
    {
      const ReactiveYaml *entry = is_list ? reactive_yaml_get_entry (value, i) : value;

      if (!reactive_scenario_read_word (entry, owner, "a name, or a list of names", &fact.name, error))
        return FALSE;
      add_fact (reader, fact, entry);
    }

  return TRUE;
}

/* Names, or how often each of them: {NAME: COUNT}. */
static gboolean
read_counts (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  fact.count = -1;
  if (!fact.is_wanted || reactive_yaml_get_kind (value) != REACTIVE_YAML_MAPPING)
    return read_names (reader, fact, value, owner, error);

  for (guint i = 0; i < reactive_yaml_get_length (value); i++)
    {
      const ReactiveYaml *entry = reactive_yaml_get_entry (value, i);
      guint count;

      fact.name = reactive_yaml_get_name (value, i);
      if (!reactive_scenario_read_count (entry, owner, 0, MAX_COUNT, &count, error))
        return FALSE;
      fact.count = (int) count;
      add_fact (reader, fact, reactive_yaml_get_key (value, i));
    }

  return TRUE;
}

/* {PATH: LINE}, {PATH: [LINE, …]}, or {PATH: null}. */
static gboolean
read_files (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  if (!reactive_scenario_check_any_mapping (value, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (value); i++)
    {
      const ReactiveYaml *lines = reactive_yaml_get_entry (value, i);
      gboolean is_list = reactive_yaml_get_kind (lines) == REACTIVE_YAML_SEQUENCE;

      fact.name = reactive_yaml_get_name (value, i);
      for (guint j = 0; j < (is_list ? reactive_yaml_get_length (lines) : 1); j++)
        {
          const ReactiveYaml *line = is_list ? reactive_yaml_get_entry (lines, j) : lines;

          if (reactive_yaml_get_kind (line) != REACTIVE_YAML_SCALAR
              || (reactive_yaml_is_null (line) && (is_list || !fact.is_wanted)))
            return reactive_yaml_fail_type (error, line, NULL, owner,
                                            fact.is_wanted ? "a line, a list of lines, or null"
                                                           : "a line, or a list of lines");
          fact.value = or_none (line);
          add_fact (reader, fact, line);
        }
    }

  return TRUE;
}

/* {NAME: VALUE}, of which each is a fact. */
static gboolean
read_values (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  if (!reactive_scenario_check_any_mapping (value, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (value); i++)
    {
      const ReactiveYaml *entry = reactive_yaml_get_entry (value, i);

      *(fact.name == NULL ? &fact.name : &fact.key) = reactive_yaml_get_name (value, i);
      fact.value = or_none (entry);
      add_fact (reader, fact, entry);
      if (fact.key == NULL)
        fact.name = NULL;
    }

  return TRUE;
}

/* {ENDPOINT: {KEY: VALUE}}, or {ENDPOINT: null}. */
static gboolean
read_databags (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  if (!reactive_scenario_check_any_mapping (value, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (value); i++)
    {
      const ReactiveYaml *databag = reactive_yaml_get_entry (value, i);
      g_autofree char *key = reactive_yaml_join_key (owner, reactive_yaml_get_name (value, i));

      fact.name = reactive_yaml_get_name (value, i);
      fact.kind = reactive_yaml_is_null (databag) ? REACTIVE_FACT_NO_RELATION : REACTIVE_FACT_DATABAG;
      if (fact.kind == REACTIVE_FACT_NO_RELATION)
        add_fact (reader, fact, reactive_yaml_get_key (value, i));
      else if (!read_values (reader, fact, databag, key, error))
        return FALSE;
    }

  return TRUE;
}

/* {ACTION: {status: …, message: …, results: {…}}}, or {ACTION: STATUS}. */
static gboolean
read_actions (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  static const char *const known[] = { "status", "message", "results", NULL };
  static const char *const statuses[] = { "completed", "failed", "pending", "running", NULL };

  if (!reactive_scenario_check_any_mapping (value, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (value); i++)
    {
      const ReactiveYaml *entry = reactive_yaml_get_entry (value, i);
      gboolean is_mapping = reactive_yaml_get_kind (entry) == REACTIVE_YAML_MAPPING;
      const ReactiveYaml *status = is_mapping ? reactive_yaml_get_value (entry, "status") : entry;
      const ReactiveYaml *message = is_mapping ? reactive_yaml_get_value (entry, "message") : NULL;
      const ReactiveYaml *results = is_mapping ? reactive_yaml_get_value (entry, "results") : NULL;
      g_autofree char *key = reactive_yaml_join_key (owner, reactive_yaml_get_name (value, i));
      guint choice;

      fact.name = reactive_yaml_get_name (value, i);
      if (is_mapping && !reactive_scenario_check_mapping (entry, key, known, error))
        return FALSE;
      fact.kind = REACTIVE_FACT_ACTION_STATUS;
      if (status != NULL
          && (!reactive_scenario_read_choice (status, key, statuses, &choice, error)
              || !read_text (reader, fact, status, key, error)))
        return FALSE;
      fact.kind = REACTIVE_FACT_ACTION_MESSAGE;
      if (message != NULL && !read_text (reader, fact, message, key, error))
        return FALSE;
      fact.kind = REACTIVE_FACT_ACTION_RESULT;
      if (results != NULL && !read_values (reader, fact, results, key, error))
        return FALSE;
    }

  return TRUE;
}

/* true, false, or the hook that failed. */
static gboolean
read_error (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  const char *hook;

  if (reactive_yaml_get_string (value) == NULL)
    return read_boolean (reader, fact, value, owner, error);
  if (!reactive_scenario_read_word (value, owner, "true, false, or a hook", &hook, error))
    return FALSE;

  fact.value = value;
  add_fact (reader, fact, value);
  return TRUE;
}

static gboolean
read_ports (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  if (!reactive_scenario_check_list (value, owner, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (value); i++)
    {
      const char *port;

      if (!reactive_scenario_read_word (reactive_yaml_get_entry (value, i), owner, "a port such as 80/tcp", &port,
                                        error))
        return FALSE;
    }

  fact.value = value;
  add_fact (reader, fact, value);
  return TRUE;
}

static gboolean
read_leader (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  const char *unit;

  fact.value = or_none (value);
  add_fact (reader, fact, value);
  if (fact.value == NULL)
    return TRUE;
  if (!reactive_scenario_read_word (value, owner, "a unit such as db/0", &unit, error))
    return FALSE;
  if (!reactive_scenario_is_unit_name (unit))
    return reactive_yaml_fail_type (error, value, NULL, owner, "a unit such as db/0");

  return TRUE;
}

static gboolean
read_count (const Reader *reader, ReactiveFact fact, const ReactiveYaml *value, const char *owner, GError **error)
{
  guint count;

  if (!reactive_scenario_read_count (value, owner, 0, MAX_COUNT, &count, error))
    return FALSE;

  fact.count = (int) count;
  add_fact (reader, fact, value);
  return TRUE;
}

static const Aspect aspects[] = {
  { "exists", TRUE, TRUE, REACTIVE_FACT_EXISTS, TRUE, read_boolean },
  { "error", TRUE, FALSE, REACTIVE_FACT_ERROR, TRUE, read_error },
  { "flags", TRUE, FALSE, REACTIVE_FACT_FLAG, TRUE, read_names },
  { "not-flags", TRUE, FALSE, REACTIVE_FACT_FLAG, FALSE, read_names },
  { "status", TRUE, TRUE, REACTIVE_FACT_STATUS, TRUE, read_status },
  { "message", TRUE, TRUE, REACTIVE_FACT_MESSAGE, TRUE, read_text },
  { "databag", TRUE, TRUE, REACTIVE_FACT_DATABAG, TRUE, read_databags },
  { "config", TRUE, TRUE, REACTIVE_FACT_CONFIG, TRUE, read_values },
  { "file", TRUE, FALSE, REACTIVE_FACT_FILE, TRUE, read_files },
  { "not-file", TRUE, FALSE, REACTIVE_FACT_FILE, FALSE, read_files },
  { "action", TRUE, FALSE, REACTIVE_FACT_ACTION_STATUS, TRUE, read_actions },
  { "hooks", TRUE, FALSE, REACTIVE_FACT_HOOK, TRUE, read_counts },
  { "not-hooks", TRUE, FALSE, REACTIVE_FACT_HOOK, FALSE, read_counts },
  { "handlers", TRUE, FALSE, REACTIVE_FACT_HANDLER, TRUE, read_counts },
  { "not-handlers", TRUE, FALSE, REACTIVE_FACT_HANDLER, FALSE, read_counts },
  { "ports", TRUE, FALSE, REACTIVE_FACT_PORTS, TRUE, read_ports },
  { "leader", FALSE, TRUE, REACTIVE_FACT_LEADER, TRUE, read_leader },
  { "version", FALSE, TRUE, REACTIVE_FACT_VERSION, TRUE, read_text },
  { "units", FALSE, TRUE, REACTIVE_FACT_UNITS, TRUE, read_count },
};

static const Aspect *
find_aspect (const Reader *reader, const ReactiveYaml *name, GError **error)
{
  const char *known[G_N_ELEMENTS (aspects) + 1] = { NULL };
  const char *text = reactive_yaml_get_text (name);
  g_autofree char *hint = NULL;
  guint n_known = 0;

  for (guint i = 0; i < G_N_ELEMENTS (aspects); i++)
    {
      if (reader->is_of_unit ? !aspects[i].is_of_units : !aspects[i].is_of_applications)
        continue;
      if (strcmp (aspects[i].name, text) == 0)
        return &aspects[i];
      known[n_known++] = aspects[i].name;
    }

  hint = reactive_text_hint (text, known);
  reactive_yaml_error (error, name, text, "unknown key of %s%s", reader->is_of_unit ? "a unit" : "an application",
                       hint);
  return NULL;
}

static gboolean
read_subject (const Reader *reader, const ReactiveYaml *mapping, GError **error)
{
  if (!reactive_scenario_check_any_mapping (mapping, reader->subject, error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (mapping); i++)
    {
      const Aspect *aspect = find_aspect (reader, reactive_yaml_get_key (mapping, i), error);
      g_autofree char *owner = NULL;
      ReactiveFact fact = { .subject = reader->subject, .is_of_unit = reader->is_of_unit };

      if (aspect == NULL)
        return FALSE;

      owner = reactive_yaml_join_key (reader->subject, aspect->name);
      fact.kind = aspect->kind;
      fact.is_wanted = aspect->is_wanted;
      if (!aspect->read (reader, fact, reactive_yaml_get_entry (mapping, i), owner, error))
        return FALSE;
    }

  return TRUE;
}

gboolean
reactive_facts_read (const ReactiveYaml *mapping, GPtrArray *facts, GError **error)
{
  if (!reactive_scenario_check_any_mapping (mapping, "expect", error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (mapping); i++)
    {
      const char *subject = reactive_yaml_get_name (mapping, i);
      const Reader reader = { subject, reactive_scenario_is_unit_name (subject), facts };

      if (!reader.is_of_unit && !reactive_juju_is_application_name (subject, -1))
        {
          reactive_yaml_error (error, reactive_yaml_get_key (mapping, i), "expect",
                               "'%s' is neither a unit nor an application", subject);
          return FALSE;
        }
      if (!read_subject (&reader, reactive_yaml_get_entry (mapping, i), error))
        return FALSE;
    }

  return TRUE;
}

char *
reactive_fact_get_aspect (const ReactiveFact *fact)
{
  const char *name = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (aspects) && name == NULL; i++)
    if (aspects[i].kind == fact->kind && aspects[i].is_wanted == fact->is_wanted)
      name = aspects[i].name;
  if (fact->kind == REACTIVE_FACT_NO_RELATION)
    name = "databag";
  else if (fact->kind == REACTIVE_FACT_ACTION_MESSAGE || fact->kind == REACTIVE_FACT_ACTION_RESULT)
    name = "action";
  else if (name == NULL) /* exists: false and error: false */
    name = fact->kind == REACTIVE_FACT_EXISTS ? "exists" : "error";

  if (fact->name == NULL)
    return g_strdup (name);

  return g_strjoin (" ", name, fact->name, fact->key, NULL);
}
