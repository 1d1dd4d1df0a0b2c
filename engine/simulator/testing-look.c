/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/file.h"
#include "simulator/explain.h"
#include "simulator/testing-private.h"

#define MAX_FILE_BYTES (16u * 1024 * 1024)

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
  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (flag != NULL, FALSE);

  found = reactive_test_model_find_unit (model, unit);
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
  g_return_val_if_fail (unit != NULL, NULL);

  return reactive_test_model_find_unit (model, unit)->status.status;
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
  g_return_val_if_fail (unit != NULL, NULL);

  return reactive_test_model_find_unit (model, unit)->status.message;
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

  reactive_test_model_give_up (model, "'%s' is not in that relation", name);
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
  g_return_val_if_fail (first != NULL, NULL);
  g_return_val_if_fail (second != NULL, NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  databag = find_databag (model, reactive_test_model_find_relation (model, first, second), name);

  return databag != NULL ? reactive_json_text_or_null (reactive_json_get_member (databag, key)) : NULL;
}

static void
check_handler (ReactiveTestModel *model, const char *unit, const char *handler)
{
  g_autofree char *name = g_strndup (unit, strcspn (unit, "/"));
  const ReactiveModelCharm *charm = reactive_test_model_find_application (model, name)->charm;
  g_autoptr (GError) error = NULL;

  reactive_test_model_check (model, reactive_handlers_check_name (charm->handlers, handler, &error), &error);
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
  g_return_val_if_fail (unit != NULL, 0);
  g_return_val_if_fail (handler != NULL, 0);

  check_handler (model, unit, handler);
  key = g_strjoin (" ", unit, handler, NULL);

  return GPOINTER_TO_UINT (g_hash_table_lookup (model->invocations, key));
}

/**
 * reactive_test_model_is_in_error:
 * @model: a model
 * @unit: a unit
 *
 * Tells whether a unit waits for its failed hook to be run again. A test that does not ask ends there, where hooks are
 * run next, or where the model is freed.
 *
 * Returns: whether a hook of it failed, and was not run well since
 */
gboolean
reactive_test_model_is_in_error (ReactiveTestModel *model, const char *unit)
{
  g_return_val_if_fail (model != NULL, FALSE);
  g_return_val_if_fail (unit != NULL, FALSE);

  g_hash_table_add (model->asked, g_strdup (unit));

  return reactive_test_model_find_unit (model, unit)->failed != NULL;
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
  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  real_path = reactive_simulation_get_path (model->simulation, reactive_test_model_find_unit (model, unit), path);
  contents = reactive_file_read (real_path, MAX_FILE_BYTES, &length, &error);
  if (contents == NULL && !g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND))
    reactive_test_model_check (model, FALSE, &error);

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
  g_autofree char *why = NULL;

  g_return_if_fail (model != NULL);
  g_return_if_fail (unit != NULL);
  g_return_if_fail (flag != NULL);

  if (reactive_test_model_has_flag (model, unit, flag))
    return;

  why = reactive_explain_clear_flag (reactive_test_model_find_unit (model, unit)->charm->handlers, flag);
  reactive_test_model_give_up (model, "%s: flag '%s' is not set%s", unit, flag, why);
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
  g_return_if_fail (unit != NULL);
  g_return_if_fail (flag != NULL);

  if (reactive_test_model_has_flag (model, unit, flag))
    reactive_test_model_give_up (model, "%s: flag '%s' is set", unit, flag);
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
  g_return_if_fail (unit != NULL);
  g_return_if_fail (status != NULL);

  now = &reactive_test_model_find_unit (model, unit)->status;

  if (g_strcmp0 (now->status, status) != 0 || (message != NULL && g_strcmp0 (now->message, message) != 0))
    reactive_test_model_give_up (model, "%s: expected status '%s: %s', is '%s: %s'", unit, status,
                                 message != NULL ? message : "*", now->status,
                                 now->message != NULL ? now->message : "");
}
