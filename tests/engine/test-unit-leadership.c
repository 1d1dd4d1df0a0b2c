/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

static gboolean
note_leadership (ReactiveUnit *unit, GError **error)
{
  const char *const *flags = reactive_get_flags (unit);

  for (; *flags != NULL; flags++)
    if (g_str_has_prefix (*flags, "leadership."))
      note (unit, *flags + strlen ("leadership."));

  return TRUE;
}

static void
assert_hook (UnitFixture *fixture, const char *expected)
{
  unit_fixture_run_body (fixture, "update-status", note_leadership);
  unit_fixture_assert_notes (fixture, expected);
}

/* The flags that a follower sees over several hooks: each change for one of them. */
static void
test_follower (UnitFixture *fixture, gconstpointer data)
{
  assert_hook (fixture, "");

  fake_model_set_json (&fixture->model->settings, "{\"b\": \"1\", \"a\": \"x\"}");
  assert_hook (fixture, "changed changed.a changed.b set.a set.b");
  unit_fixture_assert_row (fixture, "leadership.settings.a", "\"x\"");
  assert_hook (fixture, "set.a set.b");

  fake_model_set_json (&fixture->model->settings, "{\"b\": \"2\", \"a\": \"x\"}");
  assert_hook (fixture, "changed changed.b set.a set.b");
  assert_hook (fixture, "set.a set.b");

  /* A key that vanished is null from then on. */
  fake_model_set_json (&fixture->model->settings, "{\"b\": \"2\"}");
  assert_hook (fixture, "changed changed.a set.b");
  unit_fixture_assert_row (fixture, "leadership.settings.a", "null");
  assert_hook (fixture, "set.b");

  fake_model_set_json (&fixture->model->settings, "{\"b\": \"2\", \"a\": \"\\u00e9\"}");
  assert_hook (fixture, "changed changed.a set.a set.b");
  unit_fixture_assert_row (fixture, "leadership.settings.a", "\"\\u00e9\"");
  assert_hook (fixture, "set.a set.b");
}

static void
test_is_leader (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  assert_hook (fixture, "is_leader");
  assert_hook (fixture, "is_leader");
  fixture->model->is_leader = FALSE;
  assert_hook (fixture, "");
}

/* What layer:leadership of a Python charm left behind is taken over. */
static void
test_taken_over (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "leadership.settings.same", "\"caf\\u00e9\"");
  unit_fixture_set_row (fixture, "leadership.settings.gone", "null");
  unit_fixture_set_row (fixture, "reactive.states.leadership.changed", "null");
  unit_fixture_set_row (fixture, "reactive.states.leadership.changed.same", "null");
  unit_fixture_set_row (fixture, "reactive.states.leadership.set.same", "null");
  fake_model_set_json (&fixture->model->settings, "{\"same\": \"café\"}");
  assert_hook (fixture, "set.same");
}

static void
test_failed_hook_sees_it_again (UnitFixture *fixture, gconstpointer data)
{
  fake_model_set_json (&fixture->model->settings, "{\"a\": \"x\"}");
  fake_model_fail (fixture->model, "status-set", REACTIVE_ERROR_TOOL);
  fake_model_fail (fixture->model, "leader-get", REACTIVE_ERROR_TOOL);
  unit_fixture_run_badly (fixture, "update-status", REACTIVE_ERROR_TOOL, "leader-get fails*");
  fake_model_mend (fixture->model);
  assert_hook (fixture, "changed changed.a set.a");
}

/* A Juju without leader data. */
static void
test_no_leader_get (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  fake_model_set_json (&fixture->model->settings, "{\"a\": \"x\"}");
  assert_hook (fixture, "changed changed.a is_leader set.a");

  fake_model_fail (fixture->model, "leader-get", REACTIVE_ERROR_NO_TOOL);
  assert_hook (fixture, "changed changed.a is_leader");
  assert_hook (fixture, "is_leader");

  fake_model_fail (fixture->model, "is-leader", REACTIVE_ERROR_NO_TOOL);
  assert_hook (fixture, "");
}

/* An action on a unit whose last hook failed runs no handler that waits for flags: the change is for the retry. */
static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "no");

  return FALSE;
}

static void
test_action_in_between (UnitFixture *fixture, gconstpointer data)
{
  fake_model_set_json (&fixture->model->settings, "{\"a\": \"x\"}");
  unit_fixture_fail_body (fixture, "update-status", fail, "*no");
  unit_fixture_run_body (fixture, "action act", note_leadership);
  unit_fixture_assert_notes (fixture, "changed changed.a set.a");
  unit_fixture_assert_row (fixture, "leadership.settings.a", NULL);
  assert_hook (fixture, "changed changed.a set.a");
  assert_hook (fixture, "set.a");
}

/* Setting ---------------------------------------------------------------------------------------------------------- */

static gboolean
set_settings (ReactiveUnit *unit, GError **error)
{
  if (!reactive_leader_set (unit, "new", "1", error) || !reactive_leader_set (unit, "old", NULL, error)
      || !reactive_leader_set (unit, "same", "s", error))
    return FALSE;
  g_assert_cmpstr (reactive_leader_get (unit, "new"), ==, "1");
  g_assert_null (reactive_leader_get (unit, "old"));

  return note_leadership (unit, error);
}

static void
test_set (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  fake_model_set_json (&fixture->model->settings, "{\"old\": \"o\", \"same\": \"s\"}");
  assert_hook (fixture, "changed changed.old changed.same is_leader set.old set.same");

  unit_fixture_assert_journal (fixture, "leader-set", "");
  unit_fixture_run_body (fixture, "config-changed", set_settings);
  unit_fixture_assert_notes (fixture, "changed changed.new changed.old is_leader set.new set.same");
  unit_fixture_assert_journal (fixture, "leader-set",
                               "leader-set {\"new\": \"1\"}\nleader-set {\"old\": null}\nleader-set {\"same\": \"s\"}");
  unit_fixture_assert_row (fixture, "leadership.settings.new", "\"1\"");
  unit_fixture_assert_row (fixture, "leadership.settings.old", "null");
  /* The leader has seen its own changes. */
  assert_hook (fixture, "is_leader set.new set.same");
}

static gboolean
set_twice (ReactiveUnit *unit, GError **error)
{
  return reactive_leader_set (unit, "a", "1", error) && reactive_leader_set (unit, "a", "1", error)
         && note_leadership (unit, error);
}

/* The second call changes nothing, and takes nothing back. */
static void
test_set_twice (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  unit_fixture_run_body (fixture, "update-status", set_twice);
  unit_fixture_assert_notes (fixture, "changed changed.a is_leader set.a");
}

static gboolean
set_what_changed (ReactiveUnit *unit, GError **error)
{
  return reactive_leader_set (unit, "a", "1", error) && note_leadership (unit, error);
}

static void
test_set_what_changed_already (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  fake_model_set_json (&fixture->model->settings, "{\"a\": \"1\"}");
  unit_fixture_run_body (fixture, "update-status", set_what_changed);
  unit_fixture_assert_notes (fixture, "changed changed.a is_leader set.a");
}

static gboolean
set_and_fail (ReactiveUnit *unit, GError **error)
{
  return reactive_leader_set (unit, "a", "1", error) && fail (unit, error);
}

/* Juju applied it at once; the flags come with the retry. */
static void
test_set_in_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  unit_fixture_fail_body (fixture, "update-status", set_and_fail, "*no");
  assert_hook (fixture, "changed changed.a is_leader set.a");
}

/* Python charms can set any key. */
static gboolean
set_without_a_flag (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  g_assert_false (reactive_leader_set (unit, "a\nb", "1", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);

  return reactive_leader_set (unit, "b\n", NULL, error) && note_leadership (unit, error);
}

static void
test_key_without_a_flag (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  fake_model_set_json (&fixture->model->settings, "{\"b\\n\": \"1\"}");
  unit_fixture_assert_journal (fixture, "leader-set", "");
  unit_fixture_run_body (fixture, "update-status", set_without_a_flag);
  unit_fixture_assert_notes (fixture, "changed is_leader");
  unit_fixture_assert_journal (fixture, "leader-set", "leader-set {\"b\\n\": null}");
  unit_fixture_assert_row (fixture, "leadership.settings.b\n", "null");
  assert_hook (fixture, "is_leader");
}

static gboolean
set_denied (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  g_assert_false (reactive_leader_set (unit, "a", "1", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  g_clear_error (&own_error);
  fake_model_fail (unit_fixture_of (unit)->model, "leader-set", REACTIVE_ERROR_NO_TOOL);
  g_assert_false (reactive_leader_set (unit, "a", "1", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  g_assert_false (reactive_leader_set (unit, "a", "1", NULL));

  return note_leadership (unit, error);
}

/* It is the handler's to decide what that means. */
static void
test_set_denied (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "update-status", set_denied);
  unit_fixture_assert_notes (fixture, "");
  unit_fixture_assert_row (fixture, "leadership.settings.a", NULL);
}

/* Asking ----------------------------------------------------------------------------------------------------------- */

static gboolean
ask (ReactiveUnit *unit, GError **error)
{
  g_assert_true (reactive_is_leader (unit));
  g_assert_cmpstr (reactive_leader_get (unit, "a"), ==, "x");
  g_assert_null (reactive_leader_get (unit, "b"));

  return TRUE;
}

static void
test_ask (UnitFixture *fixture, gconstpointer data)
{
  fixture->model->is_leader = TRUE;
  fake_model_set_json (&fixture->model->settings, "{\"a\": \"x\"}");
  unit_fixture_run_body (fixture, "update-status", ask);
}

static gboolean
ask_is_leader (ReactiveUnit *unit, GError **error)
{
  fake_model_fail (unit_fixture_of (unit)->model, "is-leader", REACTIVE_ERROR_CONNECTION);
  g_assert_false (reactive_is_leader (unit));
  g_assert_false (reactive_is_leader (unit));

  return TRUE;
}

static gboolean
ask_setting (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  fake_model_fail (unit_fixture_of (unit)->model, "leader-get", REACTIVE_ERROR_NO_TOOL);
  g_assert_null (reactive_leader_get (unit, "a"));
  g_assert_null (reactive_leader_get (unit, "a"));
  g_assert_false (reactive_leader_set (unit, "a", "1", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);

  return TRUE;
}

static void
test_ask_badly (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "update-status", ask_is_leader, "handler 'app:body': is-leader fails*");
  fake_model_mend (fixture->model);
  unit_fixture_fail_body (fixture, "update-status", ask_setting, "handler 'app:body': leader-get fails*");
}

static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  ReactiveUnit *volatile nobody = NULL;
  const char *volatile nothing = NULL;

  g_assert_false (reactive_is_leader (nobody));
  g_assert_null (reactive_leader_get (unit, nothing));
  g_assert_false (reactive_leader_set (unit, nothing, "x", NULL));

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "update-status", misuse, "*misuse of the library: reactive_is_leader*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/leadership/flags-of-a-follower-over-hooks", test_follower);
  ADD_UNIT_TEST ("/unit/leadership/is-leader-comes-and-goes", test_is_leader);
  ADD_UNIT_TEST ("/unit/leadership/rows-of-python-are-taken-over", test_taken_over);
  ADD_UNIT_TEST ("/unit/leadership/failed-hook-sees-the-change-again", test_failed_hook_sees_it_again);
  ADD_UNIT_TEST ("/unit/leadership/without-leader-data-only-is-leader-stands", test_no_leader_get);
  ADD_UNIT_TEST ("/unit/leadership/action-on-a-failed-unit-leaves-the-change-for-the-retry", test_action_in_between);
  ADD_UNIT_TEST ("/unit/leadership/set-raises-flags-in-the-same-hook", test_set);
  ADD_UNIT_TEST ("/unit/leadership/set-twice-stays-changed", test_set_twice);
  ADD_UNIT_TEST ("/unit/leadership/set-what-changed-already-stays-changed", test_set_what_changed_already);
  ADD_UNIT_TEST ("/unit/leadership/set-stays-although-the-hook-fails", test_set_in_failed_hook);
  ADD_UNIT_TEST ("/unit/leadership/key-that-no-flag-can-have-fails-no-hook", test_key_without_a_flag);
  ADD_UNIT_TEST ("/unit/leadership/set-denied", test_set_denied);
  ADD_UNIT_TEST ("/unit/leadership/ask", test_ask);
  ADD_UNIT_TEST ("/unit/leadership/ask-in-vain-fails-the-hook", test_ask_badly);
  ADD_UNIT_TEST ("/unit/leadership/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
