/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/testing.h>
#include <string.h>

#include "base/file.h"
#include "charm/interfaces.h"
#include "charm/modules.h"
#include "simulator/simulation-private.h"

/* How many events a failed assertion shows. */
#define N_SHOWN 12
#define MAX_FILE_BYTES (16u * 1024 * 1024)
#define TEST_MODULE "test"
#define N_RETRIES 3 /* of a hook that fails */

struct _ReactiveTestModel
{
  ReactiveModel *model; /* the simulation's */
  ReactiveSimulation *simulation;
  GPtrArray *modules;      /* ReactiveLoadedModule: those that are part of the test */
  GQueue shown;            /* char *: the last events, oldest first */
  GHashTable *invocations; /* "UNIT MODULE:NAME" → guint */
};

/*
 * What is shown
 */

static char *
describe_event (const ReactiveSimulationEvent *event)
{
  static const char *const words[] = {
    [REACTIVE_SIMULATION_HOOK] = "begins",     [REACTIVE_SIMULATION_HANDLER] = "runs",
    [REACTIVE_SIMULATION_FLAG_SET] = "sets",   [REACTIVE_SIMULATION_FLAG_CLEAR] = "clears",
    [REACTIVE_SIMULATION_PUBLISHED] = "says",  [REACTIVE_SIMULATION_STATUS] = "status",
    [REACTIVE_SIMULATION_LOG] = "logs",        [REACTIVE_SIMULATION_OUTPUT] = "prints",
    [REACTIVE_SIMULATION_TOLD] = "tells Juju", [REACTIVE_SIMULATION_HOOK_END] = "ends",
    [REACTIVE_SIMULATION_STEP] = "step",       [REACTIVE_SIMULATION_FAILURE] = "failure",
  };

  return g_strdup_printf ("#%" G_GUINT64_FORMAT " %s %s%s%s: %s %s", event->number,
                          event->unit != NULL ? event->unit : "-", event->hook != NULL ? event->hook : "-",
                          event->subject != NULL ? " " : "", event->subject != NULL ? event->subject : "",
                          words[event->kind], event->detail != NULL ? event->detail : "");
}

static void
count_invocation (ReactiveTestModel *model, const ReactiveSimulationEvent *event)
{
  char *key = g_strjoin (" ", event->unit, event->detail, NULL);
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (model->invocations, key));

  g_hash_table_insert (model->invocations, key, GUINT_TO_POINTER (n + 1));
}

static void
note_event (const ReactiveSimulationEvent *event, gpointer data)
{
  ReactiveTestModel *model = data;

  if (event->kind == REACTIVE_SIMULATION_HANDLER)
    count_invocation (model, event);
  if (g_queue_get_length (&model->shown) == N_SHOWN)
    g_free (g_queue_pop_head (&model->shown));
  g_queue_push_tail (&model->shown, describe_event (event));
}

static void G_GNUC_NORETURN G_GNUC_PRINTF (2, 3) give_up (ReactiveTestModel *model, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  for (GList *item = model->shown.head; item != NULL; item = item->next)
    g_printerr ("# %s\n", (const char *) item->data);
  /* The process ends here. */
  reactive_simulation_clean_up (model->simulation);
  g_assertion_message (G_LOG_DOMAIN, __FILE__, __LINE__, "reactive/testing.h", message);
  g_assert_not_reached ();
}

static void
check (ReactiveTestModel *model, gboolean ok, GError **error)
{
  g_assert (ok || *error != NULL);
  if (!ok)
    give_up (model, "%s", (*error)->message);
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

  g_queue_init (&model->shown);
  model->invocations = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  model->modules = g_ptr_array_new_with_free_func (g_free);
  model->model = reactive_model_new (REACTIVE_JUJU_3_6, seed);
  model->simulation = reactive_simulation_new (model->model, &options, &error);
  check (model, model->simulation != NULL, &error);
  reactive_simulation_add_listener (model->simulation, note_event, model);

  return model;
}

/**
 * reactive_test_model_free:
 * @model: (nullable): a model
 *
 * Frees the model, and removes the files of its units.
 */
void
reactive_test_model_free (ReactiveTestModel *model)
{
  if (model == NULL)
    return;

  reactive_simulation_free (model->simulation);
  g_ptr_array_unref (model->modules);
  g_queue_clear_full (&model->shown, g_free);
  g_hash_table_unref (model->invocations);
  g_free (model);
}

static void
add_application (ReactiveTestModel *model, const char *name, ReactiveModelCharm *charm, guint n_units)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelApplication *application
      = reactive_model_add_application (model->model, name, charm, /* config= */ NULL, &error);

  check (model, application != NULL, &error);
  for (guint i = 0; i < n_units; i++)
    check (model, reactive_model_add_unit (application, &error) != NULL, &error);
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

  g_return_if_fail (model != NULL);
  g_return_if_fail (application != NULL);
  g_return_if_fail (charm_dir != NULL);

  charm = reactive_simulation_load_charm (model->simulation, charm_dir, REACTIVE_CHARM_IN_PROCESS, &error);
  check (model, charm != NULL, &error);
  add_application (model, application, charm, n_units);
}

static ReactiveHandlers *
make_handlers (ReactiveTestModel *model, const char *directory, const ReactiveModule *module, GError **error)
{
  ReactiveCharm *charm = reactive_charm_load (directory, error);
  GPtrArray *modules, *interfaces;
  ReactiveLoadedModule *loaded;

  if (charm == NULL)
    return NULL;
  if ((interfaces = reactive_interfaces_load (charm, error)) == NULL
      || !reactive_module_check (module, "the module of the test", error))
    {
      g_clear_pointer (&interfaces, g_ptr_array_unref);
      reactive_charm_free (charm);
      return NULL;
    }

  loaded = g_new0 (ReactiveLoadedModule, 1);
  *loaded = (ReactiveLoadedModule){ .name = TEST_MODULE, .path = TEST_MODULE, .descriptor = module };
  g_ptr_array_add (model->modules, loaded);
  modules = g_ptr_array_new ();
  g_ptr_array_add (modules, loaded);

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
  check (model, reactive_file_write (path, metadata, strlen (metadata), 0644, -1, -1, &error), &error);
  handlers = make_handlers (model, directory, module, &error);
  check (model, handlers != NULL, &error);
  charm = reactive_model_charm_new (handlers);
  add_application (model, application, charm, n_units);
}

static ReactiveModelApplication *
get_application (ReactiveTestModel *model, const char *name)
{
  ReactiveModelApplication *application = reactive_model_find_application (model->model, name);

  if (application == NULL)
    give_up (model, "there is no application '%s'", name);

  return application;
}

static ReactiveModelUnit *
get_unit (ReactiveTestModel *model, const char *name)
{
  ReactiveModelUnit *unit = reactive_model_find_unit (model->model, name);

  if (unit == NULL)
    give_up (model, "there is no unit '%s'", name);

  return unit;
}

static ReactiveModelRelation *
get_relation (ReactiveTestModel *model, const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelRelation *relation = reactive_model_find_relation (model->model, first, second, &error);

  check (model, relation != NULL, &error);

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
 * @value: (nullable): JSON text of its value, as `"text"`, `80` or `true`; %NULL to go back to the default
 *
 * As `juju config`.
 */
void
reactive_test_model_set_config (ReactiveTestModel *model, const char *application, const char *option,
                                const char *value)
{
  g_autoptr (ReactiveJson) config = reactive_json_new_object ();
  g_autoptr (GError) error = NULL;
  ReactiveJson *json;

  g_return_if_fail (model != NULL);
  g_return_if_fail (option != NULL);

  json = value != NULL ? reactive_json_parse (value, -1, REACTIVE_JSON_STRICT, &error) : reactive_json_new_null ();
  check (model, json != NULL, &error);
  reactive_json_object_set (config, option, json);
  check (model, reactive_model_set_config (get_application (model, application), config, &error), &error);
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

  check (model, reactive_model_relate (model->model, first, second, &error) != NULL, &error);
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

  reactive_model_unrelate (get_relation (model, first, second));
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

  check (model, reactive_model_add_unit (get_application (model, application), &error) != NULL, &error);
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

  check (model, reactive_model_remove_unit (get_unit (model, unit), &error), &error);
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

  check (model, reactive_model_set_leader (get_unit (model, unit), &error), &error);
}

/**
 * reactive_test_model_kill_next:
 * @model: a model
 * @unit: a unit
 * @point: where, as `before-commit` or `after-handler app:configure`
 *
 * The next hook of @unit dies at @point, if it comes there, as a process that is killed does. It is run again.
 */
void
reactive_test_model_kill_next (ReactiveTestModel *model, const char *unit, const char *point)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (point != NULL);

  check (model, reactive_simulation_kill_next (model->simulation, get_unit (model, unit), point, &error), &error);
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

/**
 * reactive_test_model_run_action:
 * @model: a model
 * @unit: a unit
 * @action: one of its charm's actions
 * @parameters: (nullable): JSON text of an object
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
  g_return_val_if_fail (action != NULL, NULL);

  json = reactive_json_parse (parameters != NULL ? parameters : "{}", -1, REACTIVE_JSON_STRICT, &error);
  check (model, json != NULL, &error);
  run = reactive_model_add_action (get_unit (model, unit), action, json, &error);
  check (model, run != NULL, &error);
  reactive_test_model_settle (model);
  if (strcmp (run->status, "completed") != 0)
    give_up (model, "action '%s' of %s: %s: %s", action, unit, run->status, run->message != NULL ? run->message : "");

  return run->results;
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

  check (model, reactive_simulation_run (model->simulation, n_hooks, &error), &error);
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

  check (model, reactive_simulation_settle (model->simulation, &error), &error);
}

/*
 * What is
 */

/**
 * reactive_test_model_has_flag:
 * @model: a model
 * @unit: a unit
 * @flag: a flag, by any of its names
 *
 * Looks at a flag of a unit.
 *
 * Returns: whether it is set
 */
gboolean
reactive_test_model_has_flag (ReactiveTestModel *model, const char *unit, const char *flag)
{
  ReactiveModelUnit *found;
  const ReactiveHandlers *handlers;
  g_auto (GStrv) flags = NULL;

  g_return_val_if_fail (model != NULL, FALSE);
  g_return_val_if_fail (flag != NULL, FALSE);

  found = get_unit (model, unit);
  handlers = found->charm->handlers;
  if (handlers != NULL)
    flag = reactive_program_resolve (reactive_handlers_get_program (handlers), flag);
  flags = reactive_simulation_get_flags (model->simulation, found);

  return flags != NULL && g_strv_contains ((const char *const *) flags, flag);
}

/**
 * reactive_test_model_get_status:
 * @model: a model
 * @unit: a unit
 *
 * Reads the status of a unit.
 *
 * Returns: (transfer none): `active`, …; `unknown` until the charm sets one
 */
const char *
reactive_test_model_get_status (ReactiveTestModel *model, const char *unit)
{
  g_return_val_if_fail (model != NULL, NULL);

  return get_unit (model, unit)->status.status;
}

/**
 * reactive_test_model_get_status_message:
 * @model: a model
 * @unit: a unit
 *
 * Reads the message of a unit's status.
 *
 * Returns: (transfer none): what it says beside its status
 */
const char *
reactive_test_model_get_status_message (ReactiveTestModel *model, const char *unit)
{
  g_return_val_if_fail (model != NULL, NULL);

  return get_unit (model, unit)->status.message;
}

/* The databag of @name, a unit or an application, in @relation. */
static const ReactiveJson *
find_databag (ReactiveTestModel *model, const ReactiveModelRelation *relation, const char *name)
{
  for (guint i = 0; i < relation->n_ends; i++)
    {
      const ReactiveModelEnd *end = &relation->ends[i];

      if (strcmp (end->application->name, name) == 0)
        return end->databag.data;
      for (guint j = 0; j < end->members->len; j++)
        {
          const ReactiveModelMember *member = g_ptr_array_index (end->members, j);

          if (strcmp (member->unit->name, name) == 0)
            return member->databag.data;
        }
    }

  give_up (model, "'%s' is not in that relation", name);
}

/**
 * reactive_test_model_get_data:
 * @model: a model
 * @first: one side of a relation, as of reactive_test_model_relate()
 * @second: the other side
 * @name: a unit or an application of either side
 * @key: a key
 *
 * What a unit or an application says in a relation.
 *
 * Returns: (transfer none) (nullable): the value, until the next hook; %NULL if there is none
 */
const char *
reactive_test_model_get_data (ReactiveTestModel *model, const char *first, const char *second, const char *name,
                              const char *key)
{
  const ReactiveJson *databag;

  g_return_val_if_fail (model != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  databag = find_databag (model, get_relation (model, first, second), name);

  return databag != NULL ? reactive_json_text_or_null (reactive_json_get_member (databag, key)) : NULL;
}

/**
 * reactive_test_model_count_invocations:
 * @model: a model
 * @unit: a unit
 * @handler: `MODULE:NAME`
 *
 * Counts the runs of a handler.
 *
 * Returns: how often the handler ran on that unit, failed and killed hooks included
 */
guint
reactive_test_model_count_invocations (ReactiveTestModel *model, const char *unit, const char *handler)
{
  g_autofree char *key = NULL;

  g_return_val_if_fail (model != NULL, 0);

  key = g_strjoin (" ", unit, handler, NULL);

  return GPOINTER_TO_UINT (g_hash_table_lookup (model->invocations, key));
}

/**
 * reactive_test_model_is_in_error:
 * @model: a model
 * @unit: a unit
 *
 * Tells whether a unit waits for its failed hook to be run again.
 *
 * Returns: whether a hook of it failed, and was not run well since
 */
gboolean
reactive_test_model_is_in_error (ReactiveTestModel *model, const char *unit)
{
  g_return_val_if_fail (model != NULL, FALSE);

  return get_unit (model, unit)->failed != NULL;
}

/**
 * reactive_test_model_read_file:
 * @model: a model
 * @unit: a unit
 * @path: as of reactive_get_path()
 *
 * Reads a file of a unit's own root directory.
 *
 * Returns: (transfer full) (nullable): what stands in a file of the unit, for g_free(); %NULL if there is none
 */
char *
reactive_test_model_read_file (ReactiveTestModel *model, const char *unit, const char *path)
{
  g_autofree char *real_path = NULL;
  g_autoptr (GError) error = NULL;
  char *contents;
  gsize length;

  g_return_val_if_fail (model != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  real_path = reactive_simulation_get_path (model->simulation, get_unit (model, unit), path);
  contents = reactive_file_read (real_path, MAX_FILE_BYTES, &length, &error);
  if (contents == NULL && !g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    check (model, FALSE, &error);

  return contents;
}

/*
 * Assertions
 */

/**
 * reactive_assert_flag:
 * @model: a model
 * @unit: a unit
 * @flag: a flag
 *
 * Ends the test if @flag is not set on @unit.
 */
void
reactive_assert_flag (ReactiveTestModel *model, const char *unit, const char *flag)
{
  g_return_if_fail (model != NULL);

  if (!reactive_test_model_has_flag (model, unit, flag))
    give_up (model, "%s: flag '%s' is not set", unit, flag);
}

/**
 * reactive_assert_no_flag:
 * @model: a model
 * @unit: a unit
 * @flag: a flag
 *
 * Ends the test if @flag is set on @unit.
 */
void
reactive_assert_no_flag (ReactiveTestModel *model, const char *unit, const char *flag)
{
  g_return_if_fail (model != NULL);

  if (reactive_test_model_has_flag (model, unit, flag))
    give_up (model, "%s: flag '%s' is set", unit, flag);
}

/**
 * reactive_assert_status:
 * @model: a model
 * @unit: a unit
 * @status: `active`, …
 * @message: (nullable): what it says beside it; %NULL for anything
 *
 * Ends the test if @unit has another status.
 */
void
reactive_assert_status (ReactiveTestModel *model, const char *unit, const char *status, const char *message)
{
  const ReactiveModelStatus *now;

  g_return_if_fail (model != NULL);
  g_return_if_fail (status != NULL);

  now = &get_unit (model, unit)->status;

  if (g_strcmp0 (now->status, status) != 0 || (message != NULL && g_strcmp0 (now->message, message) != 0))
    give_up (model, "%s: expected status '%s: %s', is '%s: %s'", unit, status, message != NULL ? message : "*",
             now->status, now->message != NULL ? now->message : "");
}
