/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

#define STORAGE "storage: {data: {type: filesystem, location: /srv, multiple: {range: 1-3}}, log: {type: block}}\n"

static ReactiveHookContext *
begin (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "app", STORAGE, 1);
  model_fixture_settle (fixture);
  return context_begin_any (fixture, "app/0");
}

static void
test_reads (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  const ReactiveModelStorage *storage = reactive_hook_context_storage_get (context, "data/0", NULL);

  g_assert_nonnull (storage);
  g_assert_cmpstr (storage->kind, ==, "filesystem");
  context_assert_json (reactive_hook_context_storage_list (context, NULL), "['data/0', 'log/1']");
  context_assert_json (reactive_hook_context_storage_list (context, "log"), "['log/1']");
  context_assert_json (reactive_hook_context_storage_list (context, "unknown"), "[]");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "no storage instance specified", reactive_hook_context_storage_get, context,
                  NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "invalid value \"data/9\" for option -s: storage not found",
                  reactive_hook_context_storage_get, context, "data/9");
  context_end (context);
}

static void
test_hook_names_the_storage (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", STORAGE, 1);
  context = context_begin (fixture, "app/0", "log-storage-attached log/1");
  g_assert_cmpstr (reactive_hook_context_storage_get (context, NULL, NULL)->id, ==, "log/1");
  context_end (context);
}

static void
test_add_waits (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ReactiveModelUnit *unit = model_fixture_get_unit (fixture, "app/0");
  ContextNotes notes;

  context_watch (context, &notes);
  ASSERT_DONE (reactive_hook_context_storage_add, context, "data", 2);
  g_assert_cmpuint (unit->storages->len, ==, 2);
  context_assert_notes (&notes, "");
  context_end (context);
  context_assert_notes (&notes, "storage-add data; storage-add data");
  g_string_free (notes.text, TRUE);
  g_assert_cmpuint (unit->storages->len, ==, 4);
  model_fixture_assert_next (fixture, "app/0", "data-storage-attached data/2, data-storage-attached data/3");
}

static void
test_add_fails_the_commit (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    guint count;
    const char *message;
  } cases[] = {
    { "cache", 1, "cannot apply changes: adding storage to unit app/0: charm storage \"cache\" not found" },
    { "data", 3,
      "cannot apply changes: adding \"data\" storage to unit app/0: at most 3 instances supported, 4 specified" },
    { "log", 1,
      "cannot apply changes: adding \"log\" storage to unit app/0: at most 1 instances supported, 2 specified" },
  };
  ReactiveHookContext *context = begin (fixture);
  ReactiveModelUnit *unit = model_fixture_get_unit (fixture, "app/0");

  context_end (context);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ReactiveJson) state = context_json ("{'a': '1'}");

      context = context_begin_any (fixture, "app/0");
      ASSERT_DONE (reactive_hook_context_state_set, context, state);
      ASSERT_DONE (reactive_hook_context_storage_add, context, cases[i].name, cases[i].count);
      context_end_refused (context, cases[i].message);
      context_retry (fixture, "app/0");
      g_assert_cmpuint (unit->storages->len, ==, 2);
      context_assert_json (unit->state, "{}");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/storage-get/reads", test_reads);
  ADD_MODEL_TEST ("/hook-context/storage-get/hook-names-it", test_hook_names_the_storage);
  ADD_MODEL_TEST ("/hook-context/storage-add/waits-for-a-good-end", test_add_waits);
  ADD_MODEL_TEST ("/hook-context/storage-add/fails-the-commit-as-a-whole", test_add_fails_the_commit);

  return g_test_run ();
}
