/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

/* An action `dump` of app/0 that runs. */
static ReactiveHookContext *
begin_action (ModelFixture *fixture, const char *parameters)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", NULL, "dump: {}\n");
  g_autoptr (ReactiveJson) json = context_json (parameters);

  g_assert_nonnull (reactive_model_add_application (fixture->model, "app", charm, NULL, NULL));
  model_fixture_add_unit (fixture, "app");
  model_fixture_settle (fixture);
  ASSERT_DONE (reactive_model_add_action, model_fixture_get_unit (fixture, "app/0"), "dump", json);
  return context_begin_any (fixture, "app/0");
}

static const ReactiveModelAction *
get_action (ReactiveHookContext *context)
{
  return reactive_hook_context_get_hook (context)->action;
}

static void
set_result (ReactiveHookContext *context, const char *key, const char *value)
{
  ASSERT_DONE (JUJU (context)->klass->action_set, JUJU (context), key, value);
}

static void
test_parameters (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin_action (fixture, "{'file': 'x', 'deep': {'a': 1}}");

  context_assert_json (ASK_ALL (context, action_get), "{'deep': {'a': 1}, 'file': 'x'}");
  context_end (context);
}

static void
test_results_nest_and_replace (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin_action (fixture, "{}");

  set_result (context, "a.b", "1");
  set_result (context, "a.c", "2");
  set_result (context, "text", " kept ");
  context_assert_json (get_action (context)->results, "{'a': {'b': '1', 'c': '2'}, 'text': ' kept '}");
  set_result (context, "a", "3");
  context_assert_json (get_action (context)->results, "{'a': '3', 'text': ' kept '}");
  set_result (context, "a.d.e", "4");
  context_assert_json (get_action (context)->results, "{'a': {'d': {'e': '4'}}, 'text': ' kept '}");
  context_end (context);
}

static void
test_results_survive_a_failure (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin_action (fixture, "{}");
  const ReactiveModelAction *action = get_action (context);

  set_result (context, "done", "half");
  ASSERT_DONE (JUJU (context)->klass->action_log, JUJU (context), "line");
  context_fail (context);
  context_assert_json (action->results, "{'done': 'half'}");
  g_assert_cmpstr (action->status, ==, "failed");
  g_assert_cmpuint (action->log->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (action->log, 0), ==, "line");
}

static void
test_action_fail (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin_action (fixture, "{}");
  const ReactiveModelAction *action = get_action (context);

  ASSERT_DONE (JUJU (context)->klass->action_fail, JUJU (context), "");
  g_assert_cmpstr (action->message, ==, "action failed without reason given, check action for errors");
  ASSERT_DONE (JUJU (context)->klass->action_fail, JUJU (context), "disk full");
  context_end (context);
  g_assert_cmpstr (action->status, ==, "failed");
  g_assert_cmpstr (action->message, ==, "disk full");
}

static void
test_bad_keys (ModelFixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "", "A", "a_b", "-a", "a-", "a.", ".a", "a..b", "a.B" };
  static const char *const reserved[] = { "stdout", "stderr", "stdout-encoding", "stderr-encoding" };
  ReactiveHookContext *context = begin_action (fixture, "{}");

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("key \"%s\" must start and end with lowercase alphanumeric, and contain only lowercase "
                             "alphanumeric and hyphens",
                             bad[i]);

      ASSERT_REFUSED (REACTIVE_ERROR_INVALID, text, JUJU (context)->klass->action_set, JUJU (context), bad[i], "1");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (reserved); i++)
    {
      g_autofree char *text = g_strdup_printf ("cannot set reserved action key \"%s\"", reserved[i]);

      ASSERT_REFUSED (REACTIVE_ERROR_INVALID, text, JUJU (context)->klass->action_set, JUJU (context), reserved[i],
                      "1");
    }
  context_end (context);
}

static void
test_outside_of_actions (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", "summary: x\n", 1);
  context = context_begin (fixture, "app/0", "install");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "not running an action", JUJU (context)->klass->action_get, JUJU (context));
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "not running an action", JUJU (context)->klass->action_set, JUJU (context), "a",
                  "1");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "not running an action", JUJU (context)->klass->action_fail, JUJU (context),
                  "x");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "not running an action", JUJU (context)->klass->action_log, JUJU (context), "x");
  context_end (context);
}

static void
test_notes (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin_action (fixture, "{}");
  ContextNotes notes;

  context_watch (context, &notes);
  set_result (context, "a", "1");
  ASSERT_DONE (JUJU (context)->klass->action_log, JUJU (context), "line");
  ASSERT_DONE (JUJU (context)->klass->action_fail, JUJU (context), "why");
  context_assert_notes (&notes, "action-set a=1; action-log line; action-fail why");
  context_end (context);
  g_string_free (notes.text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/action-get/every-parameter", test_parameters);
  ADD_MODEL_TEST ("/hook-context/action-set/nests-and-replaces", test_results_nest_and_replace);
  ADD_MODEL_TEST ("/hook-context/action-set/survives-a-failure", test_results_survive_a_failure);
  ADD_MODEL_TEST ("/hook-context/action-set/refuses-bad-keys", test_bad_keys);
  ADD_MODEL_TEST ("/hook-context/action-fail/last-message-stays", test_action_fail);
  ADD_MODEL_TEST ("/hook-context/action/only-in-actions", test_outside_of_actions);
  ADD_MODEL_TEST ("/hook-context/action/is-told", test_notes);

  return g_test_run ();
}
