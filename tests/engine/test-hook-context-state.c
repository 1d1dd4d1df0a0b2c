/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

static ReactiveHookContext *
begin (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "app", "provides: {a: x}\n", 1);
  model_fixture_settle (fixture);
  return context_begin_any (fixture, "app/0");
}

static void
set_state (ReactiveHookContext *context, const char *text)
{
  g_autoptr (ReactiveJson) values = context_json (text);

  ASSERT_DONE (reactive_hook_context_state_set, context, values);
}

static void
set_long (ReactiveHookContext *context, guint key, gsize length)
{
  g_autofree char *name = g_strdup_printf ("%06u", key);
  g_autofree char *value = g_strnfill (length, 'x');
  g_autoptr (ReactiveJson) values = reactive_json_new_object ();

  reactive_json_object_set (values, name, reactive_json_new_string (value));
  ASSERT_DONE (reactive_hook_context_state_set, context, values);
}

static void
test_waits_and_reads_back (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ReactiveModelUnit *unit = model_fixture_get_unit (fixture, "app/0");

  set_state (context, "{'b': '2', 'a': '1', 'empty': ''}");
  set_state (context, "{'a': null, 'unknown': null}");
  context_assert_json (reactive_hook_context_state_get (context), "{'b': '2', 'empty': ''}");
  context_assert_json (unit->state, "{}");
  context_fail (context);
  context_assert_json (unit->state, "{}");

  context_retry (fixture, "app/0");
  context = context_begin_any (fixture, "app/0");
  context_assert_json (reactive_hook_context_state_get (context), "{}");
  set_state (context, "{'a': '1'}");
  context_end (context);
  context_assert_json (unit->state, "{'a': '1'}");
}

static void
test_limits (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  g_autofree char *key = g_strnfill (257, 'k');
  g_autofree char *value = g_strnfill (65537, 'v');
  g_autoptr (ReactiveJson) long_key = reactive_json_new_object ();
  g_autoptr (ReactiveJson) long_value = reactive_json_new_object ();

  reactive_json_object_set (long_key, key, reactive_json_new_string (""));
  reactive_json_object_set (long_value, "k", reactive_json_new_string (value));
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "max allowed key length (256) exceeded", reactive_hook_context_state_set,
                  context, long_key);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "max allowed value length (65536) exceeded", reactive_hook_context_state_set,
                  context, long_value);
  set_long (context, 1, 65536);
  context_end (context);
}

/* Nothing of what else waits is done either. */
static void
test_quota_fails_the_commit_as_a_whole (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;
  ReactiveModelRelation *relation;
  ReactiveModelUnit *unit;
  const ReactiveModelMember *member;

  model_fixture_deploy (fixture, "other", "requires: {b: x}\n", 1);
  context_end (begin (fixture));
  relation = model_fixture_relate (fixture, "app:a", "other:b");
  model_fixture_settle (fixture);
  unit = model_fixture_get_unit (fixture, "app/0");
  member = reactive_model_relation_find_member (relation, unit);

  context = context_begin_any (fixture, "app/0");
  for (guint i = 0; i < 31; i++)
    set_long (context, i, 65536);
  context_end (context);
  g_assert_cmpuint (reactive_json_get_length (unit->state), ==, 31);

  context = context_begin_any (fixture, "app/0");
  set_long (context, 31, 65536);
  context_relation_set (context, "a:0", FALSE, "k", "v");
  ASSERT_DONE (JUJU (context)->klass->open_port, JUJU (context), "80");
  ASSERT_DONE (JUJU (context)->klass->status_set, JUJU (context), FALSE, "active", "kept");
  context_end_refused (context, "cannot apply changes: max allowed size (2097152) exceeded by 192");

  g_assert_cmpuint (reactive_json_get_length (unit->state), ==, 31);
  g_assert_null (reactive_json_get_member (member->databag.data, "k"));
  g_assert_cmpuint (unit->ports->len, ==, 0);
  g_assert_cmpstr (unit->status.message, ==, "kept");
  model_fixture_assert_next (fixture, "other/0", "");
}

static void
test_notes (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ContextNotes notes;

  set_state (context, "{'a': '1', 'b': '2'}");
  context_end (context);
  context = context_begin_any (fixture, "app/0");
  context_watch (context, &notes);
  set_state (context, "{'a': null, 'b': '2', 'c': '3'}");
  context_end (context);
  context_assert_notes (&notes, "state-delete a; state-set c=3");
  g_string_free (notes.text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/state/waits-and-reads-back", test_waits_and_reads_back);
  ADD_MODEL_TEST ("/hook-context/state/limits", test_limits);
  ADD_MODEL_TEST ("/hook-context/state/quota-fails-the-commit-as-a-whole", test_quota_fails_the_commit_as_a_whole);
  ADD_MODEL_TEST ("/hook-context/state/is-told-where-it-changes", test_notes);

  return g_test_run ();
}
