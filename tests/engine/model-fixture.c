/* SPDX-License-Identifier: Apache-2.0 */
#include "model-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

#include "base/text.h"
#include "simulator/file-tree.h"

void
model_fixture_set_up (ModelFixture *fixture, gconstpointer data)
{
  fixture->directory = g_dir_make_tmp ("test-model-XXXXXX", NULL);
  g_assert_nonnull (fixture->directory);
  fixture->model = reactive_model_new (REACTIVE_JUJU_3_6, /* seed= */ 1);
}

void
model_fixture_tear_down (ModelFixture *fixture, gconstpointer data)
{
  reactive_model_free (fixture->model);
  g_assert_true (reactive_file_tree_remove (fixture->directory));
  g_free (fixture->directory);
}

void
model_fixture_reset (ModelFixture *fixture, ReactiveJujuVersion juju)
{
  reactive_model_free (fixture->model);
  fixture->model = reactive_model_new (juju, /* seed= */ 1);
}

static void
put_file (const char *directory, const char *name, const char *contents)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);

  if (contents != NULL)
    g_assert_true (g_file_set_contents (path, contents, -1, NULL));
}

ReactiveModelCharm *
model_fixture_make_charm (ModelFixture *fixture, const char *metadata, const char *options, const char *actions)
{
  g_autofree char *name = g_strdup_printf ("charm-%u", fixture->n_charms++);
  g_autofree char *directory = g_build_filename (fixture->directory, name, NULL);
  g_autofree char *whole = g_strdup_printf ("name: %s\n%s", name, metadata);
  g_autoptr (GError) error = NULL;
  ReactiveModelCharm *charm;

  g_assert_cmpint (g_mkdir (directory, 0700), ==, 0);
  put_file (directory, "metadata.yaml", whole);
  put_file (directory, "config.yaml", options);
  put_file (directory, "actions.yaml", actions);

  charm = reactive_model_charm_load (directory, REACTIVE_CHARM_EXECUTABLE, &error);
  g_assert_no_error (error);
  return charm;
}

ReactiveModelApplication *
model_fixture_deploy (ModelFixture *fixture, const char *name, const char *metadata, guint n_units)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, metadata, NULL, NULL);
  g_autoptr (GError) error = NULL;
  ReactiveModelApplication *application
      = reactive_model_add_application (fixture->model, name, charm, /* config= */ NULL, &error);

  g_assert_no_error (error);
  for (guint i = 0; i < n_units; i++)
    model_fixture_add_unit (fixture, name);

  return application;
}

ReactiveModelUnit *
model_fixture_get_unit (ModelFixture *fixture, const char *name)
{
  ReactiveModelUnit *unit = reactive_model_find_unit (fixture->model, name);

  if (unit == NULL)
    g_error ("there is no unit %s", name);
  return unit;
}

ReactiveModelUnit *
model_fixture_add_unit (ModelFixture *fixture, const char *application)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelUnit *unit
      = reactive_model_add_unit (reactive_model_find_application (fixture->model, application), &error);

  g_assert_no_error (error);
  return unit;
}

void
model_fixture_remove_unit (ModelFixture *fixture, const char *name)
{
  g_autoptr (GError) error = NULL;

  reactive_model_remove_unit (model_fixture_get_unit (fixture, name), &error);
  g_assert_no_error (error);
}

ReactiveModelRelation *
model_fixture_relate (ModelFixture *fixture, const char *first, const char *second)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelRelation *relation = reactive_model_relate (fixture->model, first, second, &error);

  g_assert_no_error (error);
  return relation;
}

char *
model_fixture_describe (ReactiveModelUnit *unit, const ReactiveModelHook *hook)
{
  g_autofree char *name = reactive_model_hook_get_name (unit, hook);
  GString *text = g_string_new (name);

  if (hook->relation != NULL)
    {
      g_autofree char *id = reactive_model_relation_get_id (hook->relation->relation, hook->relation->end);

      g_string_append_printf (text, " %s", id);
    }
  if (hook->member != NULL)
    g_string_append_printf (text, " %s", hook->member->unit->name);
  if (hook->departing != NULL)
    g_string_append_printf (text, " departing %s", hook->departing->name);
  if (hook->storage != NULL)
    g_string_append_printf (text, " %s", hook->storage->id);

  return g_string_free (text, FALSE);
}

void
model_fixture_assert_next (ModelFixture *fixture, const char *unit, const char *expected)
{
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *joined = NULL;
  ReactiveModelUnit *it = model_fixture_get_unit (fixture, unit);

  reactive_model_list_hooks (it, hooks);
  for (guint i = 0; i < hooks->len; i++)
    g_ptr_array_add (texts, model_fixture_describe (it, &g_array_index (hooks, ReactiveModelHook, i)));
  g_ptr_array_sort (texts, reactive_text_compare_items);
  g_ptr_array_add (texts, NULL);

  joined = g_strjoinv (", ", (char **) texts->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

static void
run (ModelFixture *fixture, const char *unit, const char *hook, gboolean was_good)
{
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));
  ReactiveModelUnit *it = model_fixture_get_unit (fixture, unit);

  reactive_model_list_hooks (it, hooks);
  for (guint i = 0; i < hooks->len; i++)
    {
      const ReactiveModelHook *one = &g_array_index (hooks, ReactiveModelHook, i);
      g_autofree char *text = model_fixture_describe (it, one);

      if (strcmp (text, hook) != 0)
        continue;
      reactive_model_begin_hook (it, one);
      reactive_model_end_hook (it, one, was_good);
      return;
    }

  model_fixture_assert_next (fixture, unit, hook);
}

void
model_fixture_run (ModelFixture *fixture, const char *unit, const char *hook)
{
  run (fixture, unit, hook, TRUE);
}

void
model_fixture_fail (ModelFixture *fixture, const char *unit, const char *hook)
{
  run (fixture, unit, hook, FALSE);
}

/* FALSE where there is nothing to run. @text (nullable): gets what ran */
static gboolean
run_first (ReactiveModelUnit *unit, GString *text)
{
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));
  const ReactiveModelHook *hook;
  g_autofree char *described = NULL;

  reactive_model_list_hooks (unit, hooks);
  if (hooks->len == 0)
    return FALSE;

  hook = &g_array_index (hooks, ReactiveModelHook, 0);
  described = model_fixture_describe (unit, hook);
  if (text != NULL)
    g_string_append_printf (text, "%s%s", text->len > 0 ? "; " : "", described);
  reactive_model_begin_hook (unit, hook);
  reactive_model_end_hook (unit, hook, /* was_good= */ TRUE);

  return TRUE;
}

char *
model_fixture_settle_unit (ModelFixture *fixture, const char *unit)
{
  GString *text = g_string_new (NULL);
  ReactiveModelUnit *it = model_fixture_get_unit (fixture, unit);

  while (run_first (it, text))
    g_assert_cmpuint (text->len, <, 100000);

  return g_string_free (text, FALSE);
}

void
model_fixture_assert_runs (ModelFixture *fixture, const char *unit, const char *expected)
{
  g_autofree char *runs = model_fixture_settle_unit (fixture, unit);

  g_assert_cmpstr (runs, ==, expected);
}

/* By what was marked alone, so that what was not marked is missed. */
void
model_fixture_settle (ModelFixture *fixture)
{
  GPtrArray *ready = fixture->model->ready;

  for (guint n_hooks = 0; ready->len > 0;)
    {
      ReactiveModelUnit *unit = g_ptr_array_remove_index_fast (ready, 0);

      unit->is_ready = FALSE;
      while (run_first (unit, /* text= */ NULL))
        g_assert_cmpuint (n_hooks++, <, 100000);
    }

  for (guint i = 0; i < fixture->model->applications->len; i++)
    {
      const ReactiveModelApplication *application = g_ptr_array_index (fixture->model->applications, i);

      for (guint j = 0; j < application->units->len; j++)
        model_fixture_assert_next (fixture, ((ReactiveModelUnit *) g_ptr_array_index (application->units, j))->name,
                                   "");
    }
}

static ReactiveJson *
with_key (const ReactiveJson *data, const char *key, const char *value)
{
  ReactiveJson *copy = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (data); i++)
    reactive_json_object_set (copy, reactive_json_get_member_name (data, i),
                              reactive_json_ref (reactive_json_get_element (data, i)));
  reactive_json_object_set (copy, key, reactive_json_new_string (value));

  return copy;
}

void
model_fixture_set_data (ModelFixture *fixture, const char *unit, ReactiveModelRelation *relation,
                        gboolean of_application, const char *key, const char *value)
{
  ReactiveModelUnit *it = model_fixture_get_unit (fixture, unit);
  const guint end = reactive_model_relation_get_end (relation, it);
  const ReactiveModelMember *member = reactive_model_relation_find_member (relation, it);

  g_assert_nonnull (member);
  if (of_application)
    reactive_model_set_application_databag (relation, end, with_key (relation->ends[end].databag.data, key, value), it);
  else
    reactive_model_set_databag (relation, it, with_key (member->databag.data, key, value));
}
