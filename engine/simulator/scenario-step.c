/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "charm/yaml-value.h"
#include "juju/juju-name.h"
#include "simulator/scenario-private.h"
#include "unit/kill-point.h"

#define MAX_HOOKS 1000000000
#define MAX_NEW_UNITS 100000

typedef struct
{
  const char *name;
  ReactiveStepKind kind;
  /* @value (nullable): what stands under the step's name; NULL where it is a word alone, or that is null. */
  gboolean (*read) (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error);
} StepType;

void
reactive_scenario_step_free (gpointer data)
{
  ReactiveScenarioStep *step = data;

  g_free (step->text);
  reactive_json_unref (step->values);
  g_free (step->directory);
  if (step->charm != NULL)
    reactive_model_charm_unref (step->charm);
  g_clear_pointer (&step->facts, g_ptr_array_unref);
  g_free (step);
}

static ReactiveScenarioStep *
add_step (ReactiveScenario *scenario, ReactiveStepKind kind, const ReactiveYaml *node)
{
  ReactiveScenarioStep *step = g_new0 (ReactiveScenarioStep, 1);

  step->kind = kind;
  step->node = node;
  g_ptr_array_add (scenario->steps, step);

  return step;
}

static void G_GNUC_PRINTF (2, 3) describe (ReactiveScenarioStep *step, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  step->text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
}

static gboolean
read_application (ReactiveScenarioStep *step, const ReactiveYaml *node, const char *owner, GError **error)
{
  if (!reactive_scenario_read_word (node, owner, "an application", &step->target, error))
    return FALSE;
  if (!reactive_juju_is_application_name (step->target, -1))
    return reactive_yaml_fail_type (error, node, NULL, owner, "an application");

  step->node = node;
  return TRUE;
}

static gboolean
read_unit (ReactiveScenarioStep *step, const ReactiveYaml *node, const char *owner, GError **error)
{
  if (!reactive_scenario_read_word (node, owner, "a unit such as db/0", &step->target, error))
    return FALSE;
  if (!reactive_scenario_is_unit_name (step->target))
    return reactive_yaml_fail_type (error, node, NULL, owner, "a unit such as db/0");

  step->node = node;
  return TRUE;
}

/* `kill: db/0`, or `kill: {unit: db/0, …}`, where @known lists the keys. @out_details is NULL for the first form. */
static gboolean
read_unit_and_details (ReactiveScenarioStep *step, const ReactiveYaml *value, const char *owner,
                       const char *const *known, const ReactiveYaml **out_details, GError **error)
{
  const ReactiveYaml *unit;
  g_autofree char *key = reactive_yaml_join_key (owner, "unit");

  *out_details = NULL;
  if (value == NULL || reactive_yaml_get_kind (value) != REACTIVE_YAML_MAPPING)
    return read_unit (step, value != NULL ? value : step->node, owner, error);
  if (!reactive_scenario_check_mapping (value, owner, known, error))
    return FALSE;

  unit = reactive_yaml_get_value (value, "unit");
  if (unit == NULL)
    {
      reactive_yaml_error (error, value, key, "missing (expected a unit such as db/0)");
      return FALSE;
    }

  *out_details = value;
  return read_unit (step, unit, key, error);
}

static gboolean
read_other (ReactiveScenarioStep *step, const ReactiveYaml *mapping, const char *owner, const char *name,
            const char *expected, gboolean is_needed, GError **error)
{
  step->other_node = reactive_yaml_get_value (mapping, name);

  return reactive_scenario_read_member (mapping, owner, name, expected, is_needed, &step->other, error);
}

/* --- the kinds of steps ------------------------------------------------------------------------------------------- */

static gboolean
read_nothing (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  const char *name = step->kind == REACTIVE_STEP_SETTLE ? "settle" : "update-status";

  if (value != NULL)
    return reactive_yaml_fail_type (error, value, NULL, name, "nothing");

  describe (step, "%s", name);
  return TRUE;
}

static gboolean
read_run (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  if (!reactive_scenario_read_count (value != NULL ? value : step->node, "run", 1, MAX_HOOKS, &step->count, error))
    return FALSE;

  describe (step, "run: %u", step->count);
  return TRUE;
}

/* What is done to several applications, {a: …, b: …}, is a step for each; they are appended, @step is the first one. */
typedef gboolean (*ReadOfApplication) (ReactiveScenario *scenario, ReactiveScenarioStep *step,
                                       const ReactiveYaml *value, const char *owner, GError **error);

static gboolean
read_of_applications (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value,
                      const char *owner, const char *expected, ReadOfApplication read, GError **error)
{
  if (value == NULL || reactive_yaml_get_kind (value) != REACTIVE_YAML_MAPPING || reactive_yaml_get_length (value) == 0)
    return reactive_yaml_fail_type (error, value != NULL ? value : step->node, NULL, owner, expected);

  for (guint i = 0; i < reactive_yaml_get_length (value); i++)
    {
      ReactiveScenarioStep *part = i == 0 ? step : add_step (scenario, step->kind, step->node);
      g_autofree char *key = reactive_yaml_join_key (owner, reactive_yaml_get_name (value, i));

      if (!read_application (part, reactive_yaml_get_key (value, i), owner, error)
          || !read (scenario, part, reactive_yaml_get_entry (value, i), key, error))
        return FALSE;
      describe (part, "%s: %s", owner, part->target);
    }

  return TRUE;
}

static gboolean
read_config_of (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, const char *owner,
                GError **error)
{
  if (!reactive_scenario_check_any_mapping (value, owner, error))
    return FALSE;

  step->values = reactive_yaml_to_json (value);
  return TRUE;
}

static gboolean
read_config (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  return read_of_applications (scenario, step, value, "config", "{APPLICATION: {OPTION: VALUE}}", read_config_of,
                               error);
}

static gboolean
read_upgrade_of (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, const char *owner,
                 GError **error)
{
  const char *directory;

  if (!reactive_scenario_read_word (value, owner, "the charm's directory", &directory, error))
    return FALSE;

  step->other_node = value;
  step->directory = reactive_scenario_resolve_path (scenario->path, directory);
  return TRUE;
}

static gboolean
read_upgrade (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  return read_of_applications (scenario, step, value, "upgrade", "{APPLICATION: DIRECTORY}", read_upgrade_of, error);
}

static gboolean
read_relate (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  const char *name = step->kind == REACTIVE_STEP_RELATE ? "relate" : "unrelate";

  if (!reactive_scenario_read_pair (value != NULL ? value : step->node, name, &step->target, &step->other, error))
    return FALSE;

  step->node = value;
  describe (step, "%s: %s %s", name, step->target, step->other);
  return TRUE;
}

static gboolean
read_count_of (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, const char *owner,
               GError **error)
{
  return reactive_scenario_read_count (value, owner, 1, MAX_NEW_UNITS, &step->count, error);
}

static gboolean
read_add_unit (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  if (value != NULL && reactive_yaml_get_kind (value) == REACTIVE_YAML_MAPPING)
    return read_of_applications (scenario, step, value, "add-unit", "{APPLICATION: COUNT}", read_count_of, error);
  if (!read_application (step, value != NULL ? value : step->node, "add-unit", error))
    return FALSE;

  step->count = 1;
  describe (step, "add-unit: %s", step->target);
  return TRUE;
}

/* One unit, or a list of them, which is a step for each. */
static gboolean
read_remove_unit (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  gboolean is_list = value != NULL && reactive_yaml_get_kind (value) == REACTIVE_YAML_SEQUENCE
                     && reactive_yaml_get_length (value) > 0;

  for (guint i = 0; i < (is_list ? reactive_yaml_get_length (value) : 1); i++)
    {
      ReactiveScenarioStep *part = i == 0 ? step : add_step (scenario, step->kind, step->node);
      const ReactiveYaml *unit = is_list ? reactive_yaml_get_entry (value, i) : value;

      if (!read_unit (part, unit != NULL ? unit : part->node, "remove-unit", error))
        return FALSE;
      describe (part, "remove-unit: %s", part->target);
    }

  return TRUE;
}

static gboolean
read_remove_application (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value,
                         GError **error)
{
  if (!read_application (step, value != NULL ? value : step->node, "remove-application", error))
    return FALSE;

  describe (step, "remove-application: %s", step->target);
  return TRUE;
}

static gboolean
read_only_unit (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  const char *name = step->kind == REACTIVE_STEP_LEADER ? "leader" : "fail";

  if (!read_unit (step, value != NULL ? value : step->node, name, error))
    return FALSE;

  describe (step, "%s: %s", name, step->target);
  return TRUE;
}

static gboolean
read_action (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  static const char *const known[] = { "unit", "name", "params", NULL };
  const ReactiveYaml *details, *parameters;

  if (!read_unit_and_details (step, value, "action", known, &details, error))
    return FALSE;
  if (details == NULL)
    return reactive_yaml_fail_type (error, step->node, NULL, "action", "{unit: UNIT, name: ACTION}");
  if (!read_other (step, details, "action", "name", "an action", TRUE, error))
    return FALSE;

  parameters = reactive_yaml_get_value (details, "params");
  if (parameters != NULL)
    {
      if (!reactive_scenario_check_any_mapping (parameters, "action.params", error))
        return FALSE;
      step->values = reactive_yaml_to_json (parameters);
    }

  describe (step, "action: %s %s", step->target, step->other);
  return TRUE;
}

/* A hook that nothing in the model brings about; the details are texts. */
static gboolean
read_hook (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  static const char *const known[] = { "unit", "name", "details", NULL };
  const ReactiveYaml *details, *values;

  if (!read_unit_and_details (step, value, "hook", known, &details, error))
    return FALSE;
  if (details == NULL)
    return reactive_yaml_fail_type (error, step->node, NULL, "hook", "{unit: UNIT, name: HOOK}");
  if (!read_other (step, details, "hook", "name", "a hook", TRUE, error))
    return FALSE;

  values = reactive_yaml_get_value (details, "details");
  if (values != NULL && !reactive_scenario_check_any_mapping (values, "hook.details", error))
    return FALSE;

  step->values = values != NULL ? reactive_json_new_object () : NULL;
  for (guint i = 0; values != NULL && i < reactive_yaml_get_length (values); i++)
    {
      const char *text;

      if (!reactive_scenario_read_word (reactive_yaml_get_entry (values, i), "hook.details", "a text", &text, error))
        return FALSE;
      reactive_json_object_set (step->values, reactive_yaml_get_name (values, i), reactive_json_new_string (text));
    }

  describe (step, "hook: %s %s", step->target, step->other);
  return TRUE;
}

static gboolean
read_storage (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  static const char *const known[] = { "unit", "storage", "location", NULL };
  gboolean is_attach = step->kind == REACTIVE_STEP_ATTACH_STORAGE;
  const char *name = is_attach ? "attach-storage" : "detach-storage";
  const ReactiveYaml *details;

  if (!read_unit_and_details (step, value, name, known, &details, error))
    return FALSE;
  if (details == NULL)
    return reactive_yaml_fail_type (error, step->node, NULL, name, "{unit: UNIT, storage: NAME}");
  if (!read_other (step, details, name, "storage", is_attach ? "a storage such as data" : "a storage such as data/0",
                   TRUE, error)
      || !reactive_scenario_read_member (details, name, "location", "a path", FALSE, &step->location, error))
    return FALSE;
  if (!is_attach && step->location != NULL)
    return reactive_yaml_fail_type (error, reactive_yaml_get_value (details, "location"), name, "location", "nothing");

  describe (step, "%s: %s %s", name, step->target, step->other);
  return TRUE;
}

static gboolean
read_kill (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  static const char *const known[] = { "unit", "at", NULL };
  const ReactiveYaml *details;

  if (!read_unit_and_details (step, value, "kill", known, &details, error)
      || (details != NULL && !read_other (step, details, "kill", "at", "a point", FALSE, error)))
    return FALSE;

  if (step->other == NULL)
    step->other = reactive_kill_point_get_name (REACTIVE_KILL_BEFORE_EXIT);
  describe (step, "kill: %s at %s", step->target, step->other);
  return TRUE;
}

static gboolean
read_resolve (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  static const char *const known[] = { "unit", "retry", NULL };
  const ReactiveYaml *details, *retry;

  if (!read_unit_and_details (step, value, "resolve", known, &details, error))
    return FALSE;

  step->retry = TRUE;
  retry = details != NULL ? reactive_yaml_get_value (details, "retry") : NULL;
  if (retry != NULL && !reactive_scenario_read_boolean (retry, "resolve.retry", &step->retry, error))
    return FALSE;

  describe (step, "resolve: %s%s", step->target, step->retry ? "" : " without a retry");
  return TRUE;
}

static gboolean
read_expect (ReactiveScenario *scenario, ReactiveScenarioStep *step, const ReactiveYaml *value, GError **error)
{
  if (value == NULL)
    return reactive_yaml_fail_type (error, step->node, NULL, "expect", "{UNIT-OR-APPLICATION: {…}}");

  step->facts = g_ptr_array_new_with_free_func (g_free);
  describe (step, "expect");
  return reactive_facts_read (value, step->facts, error);
}

static const StepType step_types[] = {
  { "settle", REACTIVE_STEP_SETTLE, read_nothing },
  { "run", REACTIVE_STEP_RUN, read_run },
  { "config", REACTIVE_STEP_CONFIG, read_config },
  { "relate", REACTIVE_STEP_RELATE, read_relate },
  { "unrelate", REACTIVE_STEP_UNRELATE, read_relate },
  { "add-unit", REACTIVE_STEP_ADD_UNIT, read_add_unit },
  { "remove-unit", REACTIVE_STEP_REMOVE_UNIT, read_remove_unit },
  { "remove-application", REACTIVE_STEP_REMOVE_APPLICATION, read_remove_application },
  { "leader", REACTIVE_STEP_LEADER, read_only_unit },
  { "action", REACTIVE_STEP_ACTION, read_action },
  { "hook", REACTIVE_STEP_HOOK, read_hook },
  { "upgrade", REACTIVE_STEP_UPGRADE, read_upgrade },
  { "update-status", REACTIVE_STEP_UPDATE_STATUS, read_nothing },
  { "attach-storage", REACTIVE_STEP_ATTACH_STORAGE, read_storage },
  { "detach-storage", REACTIVE_STEP_DETACH_STORAGE, read_storage },
  { "kill", REACTIVE_STEP_KILL, read_kill },
  { "fail", REACTIVE_STEP_FAIL, read_only_unit },
  { "resolve", REACTIVE_STEP_RESOLVE, read_resolve },
  { "expect", REACTIVE_STEP_EXPECT, read_expect },
};

static const StepType *
find_step_type (const ReactiveYaml *name, GError **error)
{
  const char *known[G_N_ELEMENTS (step_types) + 1] = { NULL };
  const char *text = reactive_yaml_get_text (name);
  g_autofree char *hint = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (step_types); i++)
    {
      if (strcmp (step_types[i].name, text) == 0)
        return &step_types[i];
      known[i] = step_types[i].name;
    }

  hint = reactive_text_hint (text, known);
  reactive_yaml_error (error, name, "steps", "unknown step '%s'%s", text, hint);
  return NULL;
}

/* A word, or a mapping with one key. */
static gboolean
read_step (ReactiveScenario *scenario, const ReactiveYaml *node, GError **error)
{
  const ReactiveYaml *name = node, *value = NULL;
  const StepType *type;

  if (reactive_yaml_get_kind (node) == REACTIVE_YAML_MAPPING && reactive_yaml_get_length (node) == 1)
    {
      name = reactive_yaml_get_key (node, 0);
      value = reactive_yaml_get_entry (node, 0);
    }
  if (reactive_yaml_get_kind (name) != REACTIVE_YAML_SCALAR)
    return reactive_yaml_fail_type (error, node, NULL, "steps", "a step such as 'settle' or 'run: 5', one an entry");
  if (value != NULL && reactive_yaml_is_null (value))
    value = NULL;
  if ((type = find_step_type (name, error)) == NULL)
    return FALSE;

  return type->read (scenario, add_step (scenario, type->kind, name), value, error);
}

gboolean
reactive_scenario_read_steps (ReactiveScenario *scenario, const ReactiveYaml *steps, GError **error)
{
  if (!reactive_scenario_check_list (steps, "steps", error))
    return FALSE;

  for (guint i = 0; i < reactive_yaml_get_length (steps); i++)
    if (!read_step (scenario, reactive_yaml_get_entry (steps, i), error))
      return FALSE;

  return TRUE;
}
