/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/expect-look.h"

#include <string.h>

#include "base/file.h"
#include "simulator/expect-history.h"
#include "simulator/expect-match.h"
#include "simulator/explain.h"

#define MAX_FILE_BYTES (16 * 1024 * 1024)
#define MAX_SHOWN_LINES 8

/* What a fact is about; @unit is NULL where it is about the application. */
typedef struct
{
  const ReactiveFact *fact;
  ReactiveSimulation *simulation;
  ReactiveModelApplication *application;
  ReactiveModelUnit *unit;
} Look;

static char *
compare_value (const ReactiveYaml *expected, const ReactiveJson *actual)
{
  g_autofree char *expected_text = NULL, *actual_text = NULL;

  if (reactive_expect_matches (expected, actual))
    return NULL;

  expected_text = reactive_expect_describe_expected (expected);
  actual_text = reactive_expect_describe_actual (actual);
  return g_strdup_printf ("expected %s, is %s", expected_text, actual_text);
}

/* @actual (nullable) */
static char *
compare_text (const ReactiveYaml *expected, const char *actual)
{
  g_autoptr (ReactiveJson) value = actual != NULL ? reactive_json_new_string (actual) : NULL;

  return compare_value (expected, value);
}

/* --- flags -------------------------------------------------------------------------------------------------------- */

static char *
look_at_flag (const Look *look)
{
  const ReactiveHandlers *handlers = look->unit->charm->handlers;
  const char *name = look->fact->name;
  g_auto (GStrv) flags = reactive_simulation_get_flags (look->simulation, look->unit);
  g_autofree char *why = NULL;
  gboolean is_set;

  if (flags == NULL)
    return g_strdup_printf ("expected %s, but the charm keeps no flags", look->fact->is_wanted ? "set" : "clear");
  if (handlers != NULL)
    name = reactive_program_resolve (reactive_handlers_get_program (handlers), name);

  is_set = g_strv_contains ((const char *const *) flags, name);
  if (is_set == look->fact->is_wanted)
    return NULL;

  if (is_set)
    return g_strdup ("expected clear, is set");

  why = handlers != NULL ? reactive_explain_clear_flag (handlers, name) : NULL;
  return g_strconcat ("expected set, is clear", why, NULL);
}

/* --- files -------------------------------------------------------------------------------------------------------- */

static char *
describe_lines (char **lines)
{
  GString *text = g_string_new (NULL);
  guint n_lines = g_strv_length (lines);

  if (n_lines > 0 && *lines[n_lines - 1] == '\0')
    n_lines--;
  for (guint i = 0; i < MIN (n_lines, MAX_SHOWN_LINES); i++)
    g_string_append_printf (text, "%s'%s'", i > 0 ? ", " : "", lines[i]);
  if (n_lines > MAX_SHOWN_LINES)
    g_string_append_printf (text, " and %u more", n_lines - MAX_SHOWN_LINES);

  return g_string_free (text, n_lines == 0);
}

static char *
look_for_line (const ReactiveFact *fact, const char *contents)
{
  const char *line = reactive_yaml_get_text (fact->value);
  g_auto (GStrv) lines = g_strsplit (contents, "\n", -1);
  g_autofree char *shown = NULL;

  if (g_strv_contains ((const char *const *) lines, line) == fact->is_wanted)
    return NULL;
  if (!fact->is_wanted)
    return g_strdup_printf ("expected no line '%s', there is one", line);

  shown = describe_lines (lines);
  return g_strdup_printf ("expected a line '%s', %s%s", line, shown != NULL ? "there are " : "the file is empty",
                          shown != NULL ? shown : "");
}

static char *
look_at_file (const Look *look)
{
  g_autofree char *path = reactive_simulation_get_path (look->simulation, look->unit, look->fact->name);
  g_autoptr (GError) error = NULL;
  g_autofree char *contents = reactive_file_read (path, MAX_FILE_BYTES, /* out_length_bytes= */ NULL, &error);

  if (contents == NULL && !g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    return g_strdup_printf ("cannot be read: %s", error->message);
  if (look->fact->value == NULL)
    return contents == NULL ? NULL : g_strdup ("expected no file, there is one");
  if (contents == NULL)
    return look->fact->is_wanted
               ? g_strdup_printf ("expected a line '%s', there is no file", reactive_yaml_get_text (look->fact->value))
               : NULL;

  return look_for_line (look->fact, contents);
}

/* --- relations ---------------------------------------------------------------------------------------------------- */

/* "endpoint", or "endpoint other-application". */
static gboolean
is_meant (const ReactiveModelRelation *relation, guint end, const ReactiveModelApplication *application,
          const char *name)
{
  const char *space = strchr (name, ' ');
  gsize length = space != NULL ? (gsize) (space - name) : strlen (name);
  const ReactiveModelEnd *own = &relation->ends[end];

  if (own->application != application || strlen (own->endpoint.name) != length
      || strncmp (own->endpoint.name, name, length) != 0)
    return FALSE;

  return space == NULL || (relation->n_ends == 2 && strcmp (relation->ends[1 - end].application->name, space + 1) == 0);
}

/* Returns: how many there are; @out_relation and @out_end are the last one. */
static guint
find_relations (const Look *look, ReactiveModelRelation **out_relation, guint *out_end)
{
  guint n_found = 0;

  for (guint i = 0; i < look->application->relations->len; i++)
    {
      ReactiveModelRelation *relation = g_ptr_array_index (look->application->relations, i);

      for (guint end = 0; end < relation->n_ends; end++)
        if (is_meant (relation, end, look->application, look->fact->name))
          {
            *out_relation = relation;
            *out_end = end;
            n_found++;
          }
    }

  return n_found;
}

static char *
look_at_databag (const Look *look)
{
  ReactiveModelRelation *relation;
  const ReactiveModelDatabag *databag;
  const ReactiveModelMember *member;
  guint end;
  guint n_relations = find_relations (look, &relation, &end);

  if (look->fact->kind == REACTIVE_FACT_NO_RELATION)
    return n_relations == 0 ? NULL : g_strdup ("expected no relation, there is one");
  if (n_relations == 0)
    return g_strdup ("there is no such relation");
  if (n_relations > 1)
    return g_strdup_printf ("there are %u such relations (expected one: add the other application, '%s APPLICATION')",
                            n_relations, look->fact->name);

  if (look->unit == NULL)
    databag = &relation->ends[end].databag;
  else
    {
      member = reactive_model_relation_find_member (relation, look->unit);
      if (member == NULL)
        return g_strdup ("the unit is not in the relation");
      databag = &member->databag;
    }

  return compare_value (look->fact->value, reactive_json_get_member (databag->data, look->fact->key));
}

/* --- actions, hooks and errors ------------------------------------------------------------------------------------ */

static const ReactiveModelAction *
find_action (const Look *look)
{
  for (guint i = look->unit->actions->len; i > 0; i--)
    {
      const ReactiveModelAction *action = g_ptr_array_index (look->unit->actions, i - 1);

      if (strcmp (action->name, look->fact->name) == 0)
        return action;
    }

  return NULL;
}

static char *
look_at_action (const Look *look)
{
  const ReactiveModelAction *action = find_action (look);

  if (action == NULL)
    return g_strdup ("nobody asked for it");

  switch (look->fact->kind)
    {
    case REACTIVE_FACT_ACTION_STATUS:
      return compare_text (look->fact->value, action->status);
    case REACTIVE_FACT_ACTION_MESSAGE:
      return compare_text (look->fact->value, action->message != NULL ? action->message : "");
    default:
      return compare_value (look->fact->value, reactive_json_get_member (action->results, look->fact->key));
    }
}

/* "once", "3 times" */
static char *
describe_count (guint count)
{
  return count == 1 ? g_strdup ("once") : g_strdup_printf ("%u times", count);
}

/* As flags are now, why a handler may not have run. */
static char *
explain_handler (const Look *look)
{
  const ReactiveHandlers *handlers = look->unit != NULL ? look->unit->charm->handlers : NULL;
  g_auto (GStrv) flags = NULL;

  if (look->fact->kind != REACTIVE_FACT_HANDLER || handlers == NULL)
    return NULL;

  flags = reactive_simulation_get_flags (look->simulation, look->unit);
  return flags != NULL ? reactive_explain_handler (handlers, look->fact->name, (const char *const *) flags) : NULL;
}

static char *
look_at_count (const Look *look)
{
  const ReactiveFact *fact = look->fact;
  guint count = reactive_history_count (fact);
  g_autofree char *ran = describe_count (count);
  g_autofree char *expected = describe_count ((guint) MAX (fact->count, 0));
  g_autofree char *why = count == 0 ? explain_handler (look) : NULL;

  if (fact->count >= 0)
    return count == (guint) fact->count
               ? NULL
               : g_strdup_printf ("expected to run %s, ran %s%s", expected, ran, why != NULL ? why : "");
  if (fact->is_wanted == (count > 0))
    return NULL;

  return fact->is_wanted ? g_strconcat ("expected to run, did not", why, NULL)
                         : g_strdup_printf ("expected not to run, ran %s", ran);
}

static char *
look_at_error (const Look *look)
{
  const ReactiveYaml *hook = look->fact->value;
  g_autofree char *failed
      = look->unit->failed != NULL ? reactive_model_hook_get_name (look->unit, look->unit->failed) : NULL;

  if (hook != NULL && g_strcmp0 (failed, reactive_yaml_get_text (hook)) != 0)
    return g_strdup_printf ("expected to be in error over %s, is %s%s", reactive_yaml_get_text (hook),
                            failed != NULL ? "in error over " : "in no error", failed != NULL ? failed : "");
  if (look->fact->is_wanted == (failed != NULL))
    return NULL;

  return failed != NULL ? g_strdup_printf ("expected no error, is in error over %s", failed)
                        : g_strdup ("expected an error, is in none");
}

/* --- others ------------------------------------------------------------------------------------------------------- */

static char *
look_at_ports (const Look *look)
{
  const ReactiveYaml *expected = look->fact->value;
  const GPtrArray *ports = look->unit->ports;
  g_autoptr (GString) actual = g_string_new (NULL);
  g_autofree char *shown = NULL;
  gboolean is_same = ports->len == reactive_yaml_get_length (expected);

  for (guint i = 0; i < ports->len; i++)
    g_string_append_printf (actual, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (ports, i));
  for (guint i = 0; i < reactive_yaml_get_length (expected) && is_same; i++)
    is_same = g_ptr_array_find_with_equal_func (
        (GPtrArray *) ports, reactive_yaml_get_text (reactive_yaml_get_entry (expected, i)), g_str_equal, NULL);
  if (is_same)
    return NULL;

  shown = reactive_expect_describe_expected (expected);
  return g_strdup_printf ("expected %s, is [%s]", shown, actual->str);
}

static char *
look_at_status (const Look *look)
{
  const ReactiveModelStatus *status = look->unit != NULL ? &look->unit->status : &look->application->status;
  const char *text = status->status != NULL ? status->status : "unknown";
  const char *message = status->message != NULL ? status->message : "";
  g_autofree char *difference = NULL;

  if (look->fact->kind == REACTIVE_FACT_MESSAGE)
    return compare_text (look->fact->value, message);

  difference = compare_text (look->fact->value, text);
  return difference == NULL ? NULL : g_strdup_printf ("%s: '%s'", difference, message);
}

static char *
look_at_application (const Look *look)
{
  const ReactiveModelApplication *application = look->application;

  switch (look->fact->kind)
    {
    case REACTIVE_FACT_LEADER:
      return compare_text (look->fact->value, application->leader != NULL ? application->leader->name : NULL);
    case REACTIVE_FACT_VERSION:
      return compare_text (look->fact->value, application->workload_version);
    case REACTIVE_FACT_UNITS:
      if ((guint) look->fact->count == application->units->len)
        return NULL;
      return g_strdup_printf ("expected %d, are %u", look->fact->count, application->units->len);
    default:
      return compare_value (look->fact->value, reactive_json_get_member (application->config, look->fact->name));
    }
}

/* What units and applications have alike. */
static char *
look_at_either (const Look *look)
{
  switch (look->fact->kind)
    {
    case REACTIVE_FACT_STATUS:
    case REACTIVE_FACT_MESSAGE:
      return look_at_status (look);
    case REACTIVE_FACT_DATABAG:
    case REACTIVE_FACT_NO_RELATION:
      return look_at_databag (look);
    default:
      return look_at_application (look);
    }
}

static char *
look_at_unit (const Look *look)
{
  g_assert (look->unit != NULL);

  switch (look->fact->kind)
    {
    case REACTIVE_FACT_FLAG:
      return look_at_flag (look);
    case REACTIVE_FACT_FILE:
      return look_at_file (look);
    case REACTIVE_FACT_ACTION_STATUS:
    case REACTIVE_FACT_ACTION_MESSAGE:
    case REACTIVE_FACT_ACTION_RESULT:
      return look_at_action (look);
    case REACTIVE_FACT_ERROR:
      return look_at_error (look);
    case REACTIVE_FACT_PORTS:
      return look_at_ports (look);
    default:
      return look_at_either (look);
    }
}

static gboolean
find_subject (Look *look, ReactiveModel *model)
{
  g_autofree char *application = g_strndup (look->fact->subject, strcspn (look->fact->subject, "/"));

  look->application = reactive_model_find_application (model, application);
  if (look->fact->is_of_unit)
    look->unit = reactive_model_find_unit (model, look->fact->subject);

  return look->fact->is_of_unit ? look->unit != NULL : look->application != NULL;
}

char *
reactive_fact_look (const ReactiveFact *fact, ReactiveSimulation *simulation)
{
  Look look = { .fact = fact, .simulation = simulation };
  const char *what = fact->is_of_unit ? "unit" : "application";
  gboolean is_there = find_subject (&look, reactive_simulation_get_model (simulation));

  if (fact->kind == REACTIVE_FACT_EXISTS)
    {
      if (is_there == fact->is_wanted)
        return NULL;
      return g_strdup_printf (is_there ? "expected no such %s, there is one" : "expected the %s, it is gone", what);
    }
  if (fact->kind == REACTIVE_FACT_HOOK || fact->kind == REACTIVE_FACT_HANDLER)
    return look_at_count (&look);
  if (!is_there)
    return g_strdup_printf ("the %s is gone", what);

  return fact->is_of_unit ? look_at_unit (&look) : look_at_either (&look);
}
