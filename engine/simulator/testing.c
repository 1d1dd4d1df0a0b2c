/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/file.h"
#include "charm/interfaces.h"
#include "charm/modules.h"
#include "charm/yaml.h"
#include "simulator/charm-kind.h"
#include "simulator/testing-private.h"

/* How many hooks are shown of what came before a failure. */
#define N_SHOWN 4
#define TEST_MODULE "test"
#define N_RETRIES 3 /* of a hook that fails */

/*
 * What is shown
 */

static void
count_invocation (ReactiveTestModel *model, const ReactiveSimulationEvent *event)
{
  char *key = g_strjoin (" ", event->unit, event->detail, NULL);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (model->invocations, key));

  g_hash_table_insert (model->invocations, key, GUINT_TO_POINTER (n + 1));
}

/* The stream is written from its beginning for each hook. */
static void
take_hook (ReactiveTestModel *model)
{
  fflush (model->stream);
  if (g_queue_get_length (&model->shown) == N_SHOWN)
    g_free (g_queue_pop_head (&model->shown));
  g_queue_push_tail (&model->shown, g_strndup (model->text, model->length_bytes));
  rewind (model->stream);
}

static void
note_event (const ReactiveSimulationEvent *event, gpointer data)
{
  ReactiveTestModel *model = data;

  if (event->kind == REACTIVE_SIMULATION_HANDLER)
    count_invocation (model, event);
  reactive_timeline_show (event, model->timeline);
  if (event->kind == REACTIVE_SIMULATION_HOOK_END)
    take_hook (model);
}

static void
show_hooks (const ReactiveTestModel *model)
{
  if (model->shown.head != NULL)
    g_printerr ("# The last hooks:\n");
  for (const GList *hook = model->shown.head; hook != NULL; hook = hook->next)
    {
      g_auto (GStrv) lines = g_strsplit (hook->data, "\n", -1);

      for (char **line = lines; *line != NULL && **line != '\0'; line++)
        g_printerr ("# %s\n", *line);
    }
}

void
reactive_test_model_give_up (ReactiveTestModel *model, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  show_hooks (model);
  /* The process ends here. */
  reactive_simulation_clean_up (model->simulation);
  g_assertion_message (model->place.domain, model->place.file, model->place.line, model->place.function, message);
  g_assert_not_reached ();
}

void
reactive_test_model_check (ReactiveTestModel *model, gboolean ok, GError **error)
{
  g_assert (ok || *error != NULL);
  if (!ok)
    reactive_test_model_give_up (model, "%s", (*error)->message);
}

/*
 * The model
 */

/**
 * reactive_test_model_new: (skip)
 * @seed: decides the order of hooks, and fresh ids
 *
 * An empty model of Juju 3.6 on machines.
 *
 * Returns: (transfer full): the model
 */
ReactiveTestModel *
reactive_test_model_new (guint64 seed)
{
  const ReactiveSimulationOptions options = { .seed = seed, .n_retries = N_RETRIES };
  ReactiveTestModel *model = g_new0 (ReactiveTestModel, 1);
  g_autoptr (GError) error = NULL;

  model->place.domain = G_LOG_DOMAIN;
  model->place.file = __FILE__;
  model->place.line = __LINE__;
  model->place.function = G_STRFUNC;
  g_queue_init (&model->shown);
  model->stream = open_memstream (&model->text, &model->length_bytes);
  model->timeline = reactive_timeline_new (model->stream);
  model->invocations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  model->asked = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  model->model = reactive_model_new (REACTIVE_JUJU_3_6, seed);
  model->simulation = reactive_simulation_new (model->model, &options, &error);
  reactive_test_model_check (model, model->simulation != NULL, &error);
  reactive_simulation_add_listener (model->simulation, note_event, model);

  return model;
}

static void
for_each_unit (ReactiveTestModel *model, void (*look) (ReactiveTestModel *model, ReactiveModelUnit *unit))
{
  for (guint i = 0; i < model->model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (model->model->applications, i);

      for (guint j = 0; j < application->units->len; j++)
        look (model, g_ptr_array_index (application->units, j));
    }
}

/* A test does not pass because nobody looked. */
static void
look_for_error (ReactiveTestModel *model, ReactiveModelUnit *unit)
{
  g_autofree char *hook = unit->failed != NULL ? reactive_model_hook_get_name (unit, unit->failed) : NULL;

  if (hook != NULL && !g_hash_table_contains (model->asked, unit->name))
    reactive_test_model_give_up (model, "%s is in error: its hook %s failed: %s", unit->name, hook,
                                 reactive_simulation_get_reason (model->simulation, unit));
}

static void
look_for_plan (ReactiveTestModel *model, ReactiveModelUnit *unit)
{
  g_autofree char *left = reactive_simulation_describe_plan (model->simulation, unit);

  if (left != NULL)
    reactive_test_model_give_up (model, "%s", left);
}

static void
look_for_cycle (ReactiveTestModel *model, ReactiveModelUnit *unit)
{
  g_autofree char *cycle = reactive_simulation_take_cycle (model->simulation, unit);

  if (cycle != NULL)
    reactive_test_model_give_up (model, "%s: handlers do not come to rest in %s", unit->name, cycle);
}

/**
 * reactive_test_model_free:
 * @model: (nullable): a model
 *
 * Frees the model, and removes the files of its units. Ends the test if a unit is in error, and
 * reactive_test_model_is_in_error() was not asked of it, or if a hook of reactive_test_model_kill_next() never came to
 * its point.
 */
void
reactive_test_model_free (ReactiveTestModel *model)
{
  if (model == NULL)
    return;

  for_each_unit (model, look_for_error);
  for_each_unit (model, look_for_plan);
  reactive_simulation_free (model->simulation);
  g_queue_clear_full (&model->shown, g_free);
  reactive_timeline_free (model->timeline);
  fclose (model->stream);
  free (model->text);
  g_hash_table_unref (model->invocations);
  g_hash_table_unref (model->asked);
  g_free (model);
}

/**
 * reactive_test_model_at:
 * @model: a model
 * @domain: (nullable): the log domain of the test
 * @file: its file
 * @line: the line there
 * @function: the function there
 *
 * What fails from here on is told as of this place. The functions of `reactive/testing.h` are macros, too, which say so
 * for the line that calls them.
 *
 * Returns: (transfer none): @model
 */
ReactiveTestModel *
reactive_test_model_at (ReactiveTestModel *model, const char *domain, const char *file, int line, const char *function)
{
  g_return_val_if_fail (model != NULL, NULL);
  g_return_val_if_fail (file != NULL, model);
  g_return_val_if_fail (function != NULL, model);

  model->place.domain = domain;
  model->place.file = file;
  model->place.line = line;
  model->place.function = function;

  return model;
}

static void
add_application (ReactiveTestModel *model, const char *name, ReactiveModelCharm *charm, guint n_units)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelApplication *application
      = reactive_model_add_application (model->model, name, charm, /* config= */ NULL, &error);

  reactive_test_model_check (model, application != NULL, &error);
  for (guint i = 0; i < n_units; i++)
    reactive_test_model_check (model, reactive_model_add_unit (application, &error) != NULL, &error);
}

/**
 * reactive_test_model_deploy:
 * @model: a model
 * @application: its name
 * @charm_dir: the charm: its files, and its modules in `reactive/`
 * @n_units: how many units it has at first
 *
 * Adds an application. Its units have hooks to run from now on, as reactive_test_model_settle() does.
 */
void
reactive_test_model_deploy (ReactiveTestModel *model, const char *application, const char *charm_dir, guint n_units)
{
  g_autoptr (ReactiveModelCharm) charm = NULL;
  g_autoptr (GError) error = NULL;
  ReactiveCharmKind kind;

  g_return_if_fail (model != NULL);
  g_return_if_fail (application != NULL);
  g_return_if_fail (charm_dir != NULL);

  reactive_test_model_check (model, reactive_charm_kind_find (charm_dir, &kind, &error), &error);
  if (kind == REACTIVE_CHARM_EXECUTABLE)
    reactive_test_model_give_up (
        model, "'%s' is not run by reactive dispatch, and needs a process for each hook: a scenario runs it",
        charm_dir);
  charm = reactive_simulation_load_charm (model->simulation, charm_dir, REACTIVE_CHARM_IN_PROCESS, &error);
  reactive_test_model_check (model, charm != NULL, &error);
  add_application (model, application, charm, n_units);
}

static ReactiveHandlers *
make_handlers (const char *directory, const ReactiveModule *module, GError **error)
{
  ReactiveCharm *charm = reactive_charm_load (directory, error);
  GPtrArray *modules, *interfaces;

  if (charm == NULL)
    return NULL;
  if ((interfaces = reactive_interfaces_load (charm, error)) == NULL
      || !reactive_module_check (module, "the module of the test", error))
    {
      g_clear_pointer (&interfaces, g_ptr_array_unref);
      reactive_charm_free (charm);
      return NULL;
    }

  modules = reactive_modules_new ();
  reactive_modules_add (modules, TEST_MODULE, TEST_MODULE, module);

  return reactive_handlers_new (charm, interfaces, modules, error);
}

/**
 * reactive_test_model_deploy_module:
 * @model: a model
 * @application: its name
 * @metadata: the text of metadata.yaml
 * @module: handlers that are part of the test program, which must outlive @model; their identities begin with `test:`
 * @n_units: how many units it has at first
 *
 * As reactive_test_model_deploy(), of a charm that exists in the test alone: what the charm under test talks to.
 */
void
reactive_test_model_deploy_module (ReactiveTestModel *model, const char *application, const char *metadata,
                                   const ReactiveModule *module, guint n_units)
{
  g_autofree char *directory = NULL, *path = NULL;
  g_autoptr (ReactiveModelCharm) charm = NULL;
  g_autoptr (GError) error = NULL;
  ReactiveHandlers *handlers;

  g_return_if_fail (model != NULL);
  g_return_if_fail (application != NULL);
  g_return_if_fail (metadata != NULL);
  g_return_if_fail (module != NULL);

  directory = g_build_filename (model->simulation->directory, "modules", application, NULL);
  path = g_build_filename (directory, "metadata.yaml", NULL);
  g_mkdir_with_parents (directory, 0755);
  reactive_test_model_check (model, reactive_file_write (path, metadata, strlen (metadata), 0644, -1, -1, &error),
                             &error);
  handlers = make_handlers (directory, module, &error);
  reactive_test_model_check (model, handlers != NULL, &error);
  charm = reactive_model_charm_new (handlers);
  add_application (model, application, charm, n_units);
}

ReactiveModelApplication *
reactive_test_model_find_application (ReactiveTestModel *model, const char *name)
{
  ReactiveModelApplication *application = reactive_model_find_application (model->model, name);

  if (application == NULL)
    reactive_test_model_give_up (model, "there is no application '%s'", name);

  return application;
}

ReactiveModelUnit *
reactive_test_model_find_unit (ReactiveTestModel *model, const char *name)
{
  ReactiveModelUnit *unit = reactive_model_find_unit (model->model, name);

  if (unit == NULL)
    reactive_test_model_give_up (model, "there is no unit '%s'", name);

  return unit;
}

ReactiveModelRelation *
reactive_test_model_find_relation (ReactiveTestModel *model, const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelRelation *relation = reactive_model_find_relation (model->model, first, second, &error);

  reactive_test_model_check (model, relation != NULL, &error);

  return relation;
}

/*
 * What an operator does
 */

/**
 * reactive_test_model_set_config:
 * @model: a model
 * @application: an application
 * @option: one of its charm's options
 * @value: (nullable): its value, as `good evening`, `80` or `true`; %NULL to go back to the default
 *
 * As `juju config`: the option's type decides what the text means.
 */
void
reactive_test_model_set_config (ReactiveTestModel *model, const char *application, const char *option,
                                const char *value)
{
  g_autoptr (ReactiveJson) config = reactive_json_new_object ();
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (application != NULL);
  g_return_if_fail (option != NULL);

  reactive_json_object_set (config, option,
                            value != NULL ? reactive_json_new_string (value) : reactive_json_new_null ());
  reactive_test_model_check (
      model, reactive_model_set_config (reactive_test_model_find_application (model, application), config, &error),
      &error);
}

/**
 * reactive_test_model_relate:
 * @model: a model
 * @first: `APPLICATION:ENDPOINT`, or `APPLICATION` where only one endpoint fits
 * @second: the other one
 *
 * As `juju integrate`.
 */
void
reactive_test_model_relate (ReactiveTestModel *model, const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (first != NULL);
  g_return_if_fail (second != NULL);

  reactive_test_model_check (model, reactive_model_relate (model->model, first, second, &error) != NULL, &error);
}

/**
 * reactive_test_model_unrelate:
 * @model: a model
 * @first: as of reactive_test_model_relate()
 * @second: the other one
 *
 * As `juju remove-relation`.
 */
void
reactive_test_model_unrelate (ReactiveTestModel *model, const char *first, const char *second)
{
  g_return_if_fail (model != NULL);
  g_return_if_fail (first != NULL);
  g_return_if_fail (second != NULL);

  reactive_model_unrelate (reactive_test_model_find_relation (model, first, second));
}

/**
 * reactive_test_model_add_unit:
 * @model: a model
 * @application: an application
 *
 * As `juju add-unit`.
 */
void
reactive_test_model_add_unit (ReactiveTestModel *model, const char *application)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (application != NULL);

  reactive_test_model_check (
      model, reactive_model_add_unit (reactive_test_model_find_application (model, application), &error) != NULL,
      &error);
}

/**
 * reactive_test_model_remove_unit:
 * @model: a model
 * @unit: a unit, as `web/0`
 *
 * As `juju remove-unit`: the unit goes after its last hook.
 */
void
reactive_test_model_remove_unit (ReactiveTestModel *model, const char *unit)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (unit != NULL);

  reactive_test_model_check (model, reactive_model_remove_unit (reactive_test_model_find_unit (model, unit), &error),
                             &error);
}

/**
 * reactive_test_model_set_leader:
 * @model: a model
 * @unit: a unit
 *
 * Makes @unit its application's leader.
 */
void
reactive_test_model_set_leader (ReactiveTestModel *model, const char *unit)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (unit != NULL);

  reactive_test_model_check (model, reactive_model_set_leader (reactive_test_model_find_unit (model, unit), &error),
                             &error);
}

/**
 * reactive_test_model_kill_next:
 * @model: a model
 * @unit: a unit
 * @point: where, as `before-commit` or `after-handler app:configure`
 *
 * The next hook of @unit that comes to @point dies there, as a process that is killed does. It is run again.
 */
void
reactive_test_model_kill_next (ReactiveTestModel *model, const char *unit, const char *point)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (unit != NULL);
  g_return_if_fail (point != NULL);

  reactive_test_model_check (
      model,
      reactive_simulation_kill_next (model->simulation, reactive_test_model_find_unit (model, unit), point, &error),
      &error);
}

/**
 * reactive_test_model_update_status:
 * @model: a model
 *
 * Every unit that is started gets an update-status hook.
 */
void
reactive_test_model_update_status (ReactiveTestModel *model)
{
  g_return_if_fail (model != NULL);

  reactive_model_update_status (model->model);
}

static ReactiveJson *
read_parameters (ReactiveTestModel *model, const char *parameters)
{
  g_autoptr (ReactiveYaml) root = NULL;
  g_autoptr (GError) error = NULL;

  if (parameters == NULL)
    return reactive_json_new_object ();

  root = reactive_yaml_parse (parameters, strlen (parameters), "parameters", &error);
  reactive_test_model_check (model, root != NULL, &error);
  if (reactive_yaml_get_kind (root) != REACTIVE_YAML_MAPPING)
    reactive_test_model_give_up (model, "parameters: '%s' is no mapping (expected 'NAME: VALUE')", parameters);

  return reactive_yaml_to_json (root);
}

/**
 * reactive_test_model_run_action:
 * @model: a model
 * @unit: a unit
 * @action: one of its charm's actions
 * @parameters: (nullable): as in a scenario, `whom: Juju` or `{whom: Juju, times: 3}`
 *
 * As `juju run`: everything else that is due runs too. An action that fails ends the test.
 *
 * Returns: (transfer none): an object, its results; valid as long as the unit is there
 */
const ReactiveJson *
reactive_test_model_run_action (ReactiveTestModel *model, const char *unit, const char *action, const char *parameters)
{
  g_autoptr (ReactiveJson) json = NULL;
  g_autoptr (GError) error = NULL;
  ReactiveModelAction *run;

  g_return_val_if_fail (model != NULL, NULL);
  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (action != NULL, NULL);

  json = read_parameters (model, parameters);
  run = reactive_model_add_action (reactive_test_model_find_unit (model, unit), action, json, &error);
  reactive_test_model_check (model, run != NULL, &error);
  reactive_test_model_settle (model);
  if (strcmp (run->status, "completed") != 0)
    reactive_test_model_give_up (model, "action '%s' of %s: %s: %s", action, unit, run->status,
                                 run->message != NULL ? run->message : "");

  return run->results;
}

static void
begin_hooks (ReactiveTestModel *model)
{
  for_each_unit (model, look_for_error);
  g_hash_table_remove_all (model->asked);
}

/**
 * reactive_test_model_run:
 * @model: a model
 * @n_hooks: how many
 *
 * Runs that many hooks, or fewer if no unit has any left.
 */
void
reactive_test_model_run (ReactiveTestModel *model, guint n_hooks)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);

  begin_hooks (model);
  reactive_test_model_check (model, reactive_simulation_run (model->simulation, n_hooks, &error), &error);
  for_each_unit (model, look_for_cycle);
}

/**
 * reactive_test_model_settle:
 * @model: a model
 *
 * Runs hooks until no unit has any left. A model that never quiets ends the test, which then names what goes round.
 */
void
reactive_test_model_settle (ReactiveTestModel *model)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);

  begin_hooks (model);
  reactive_test_model_check (model, reactive_simulation_settle (model->simulation, &error), &error);
  for_each_unit (model, look_for_cycle);
}
