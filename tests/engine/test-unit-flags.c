/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* What a flag function was called with, for the first error that sticks. */
#define LONG_NAME_BYTES 5000

static gboolean
set_three (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "b");
  reactive_set_flag (unit, "a");
  reactive_toggle_flag (unit, "c", TRUE);
  reactive_set_flag (unit, "gone");
  reactive_toggle_flag (unit, "gone", FALSE);
  reactive_clear_flag (unit, "never-set");

  return TRUE;
}

static gboolean
query_three (ReactiveUnit *unit, GError **error)
{
  g_autofree char *flags = g_strjoinv (" ", (char **) reactive_get_flags (unit));

  g_assert_cmpstr (flags, ==, "a b c");
  g_assert_true (reactive_is_flag_set (unit, "a"));
  g_assert_false (reactive_is_flag_set (unit, "gone"));
  g_assert_true (reactive_all_flags_set (unit, "a", "b", "c", NULL));
  g_assert_false (reactive_all_flags_set (unit, "a", "gone", NULL));
  g_assert_true (reactive_all_flags_set (unit, NULL));
  g_assert_true (reactive_any_flags_set (unit, "gone", "c", NULL));
  g_assert_false (reactive_any_flags_set (unit, "gone", "never-set", NULL));
  g_assert_false (reactive_any_flags_set (unit, NULL));

  reactive_clear_flag (unit, "a");
  g_assert_false (reactive_is_flag_set (unit, "a"));

  return TRUE;
}

static void
test_kept (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", set_three);
  unit_fixture_assert_flags (fixture, "a b c");
  unit_fixture_assert_row (fixture, "reactive.states.a", "null");

  unit_fixture_run_body (fixture, "start", query_three);
  unit_fixture_assert_flags (fixture, "b c");
}

static gboolean
set_and_fail (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "new");
  reactive_clear_flag (unit, "a");
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "enough");

  return FALSE;
}

static void
test_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", set_three);
  unit_fixture_fail_body (fixture, "start", set_and_fail, "handler 'app:body': enough");
  unit_fixture_assert_flags (fixture, "a b c");
}

static gboolean
get_and_change (ReactiveUnit *unit, GError **error)
{
  const char *const *before, *const *after;

  reactive_set_flag (unit, "a");
  before = reactive_get_flags (unit);
  reactive_set_flag (unit, "b");
  after = reactive_get_flags (unit);

  /* Both live until the hook ends. */
  g_assert_cmpuint (g_strv_length ((char **) before), ==, 1);
  g_assert_cmpuint (g_strv_length ((char **) after), ==, 2);

  return TRUE;
}

static void
test_list_lives (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", get_and_change);
}

/* Bad names -------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  const char *name; /* NULL: a very long one */
  const char *pattern;
} BadName;

static const BadName bad_names[] = {
  { "empty", "", "handler 'app:body': a flag's name has 0 bytes (expected 1 to 4096)" },
  { "long", NULL, "handler 'app:body': a flag's name has 5000 bytes (expected 1 to 4096)" },
  { "not-utf8", "caf\xe9", "handler 'app:body': a flag's name is not UTF-8" },
  { "line-break", "one\ntwo", "handler 'app:body': flag 'one\\ntwo' has a control character in its name" },
  { "delete", "one\x7f", "handler 'app:body': flag 'one\\177' has a control character in its name" },
};

static const BadName *bad_name;

static const char *
get_bad_name (void)
{
  static char long_name[LONG_NAME_BYTES + 1];

  if (bad_name->name != NULL)
    return bad_name->name;
  memset (long_name, 'x', LONG_NAME_BYTES);

  return long_name;
}

static gboolean
set_bad (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, get_bad_name ());
  reactive_set_flag (unit, "after");
  g_assert_false (reactive_is_flag_set (unit, "after"));

  return TRUE;
}

static gboolean
clear_bad (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "before");
  reactive_clear_flag (unit, get_bad_name ());
  g_assert_false (reactive_is_flag_set (unit, "before"));
  g_assert_false (reactive_any_flags_set (unit, "before", NULL));
  g_assert_false (reactive_all_flags_set (unit, "before", NULL));
  g_assert_false (reactive_all_flags_set (unit, NULL));

  return TRUE;
}

static gboolean
ask_bad (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_is_flag_set (unit, get_bad_name ()));

  return TRUE;
}

static gboolean
trigger_bad (ReactiveUnit *unit, GError **error)
{
  const ReactiveTrigger trigger = { .when = "x", .clear = get_bad_name () };

  reactive_register_trigger (unit, &trigger, NULL, NULL);

  return TRUE;
}

static void
test_bad_name (UnitFixture *fixture, gconstpointer data)
{
  static const ReactiveHandlerFunc bodies[] = { set_bad, clear_bad, ask_bad, trigger_bad };

  bad_name = data;
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    unit_fixture_fail_body (fixture, "install", bodies[i], bad_name->pattern);
  unit_fixture_assert_flags (fixture, "");
}

/* The first error is the one that counts, whatever follows and whatever the handler returns. */
static gboolean
fail_twice (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "first\n");
  reactive_set_flag (unit, "second\n");
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "third");

  return FALSE;
}

static void
test_first_error (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "install", fail_twice, "handler 'app:body': flag 'first*");
}

/* not_unless ------------------------------------------------------------------------------------------------------- */

static gboolean
guard (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "set");
  g_assert_true (reactive_not_unless (unit, "good", "set", NULL));
  g_assert_true (reactive_not_unless (unit, "good", NULL));
  g_assert_false (reactive_not_unless (unit, "one", "set", "unset", NULL));
  g_assert_false (reactive_not_unless (unit, "two", "unset", "set", "missing", NULL));

  return TRUE;
}

static void
test_not_unless (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", guard);
  g_assert_false (fake_model_has_logged (fixture->model, "good called before"));
  g_assert_true (fake_model_has_logged (fixture->model, "WARNING: one called before flag: unset"));
  g_assert_true (fake_model_has_logged (fixture->model, "WARNING: two called before flags: unset, missing"));
}

static gboolean
guard_after_failure (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "set");
  reactive_set_flag (unit, "");
  g_assert_false (reactive_not_unless (unit, "late", "set", NULL));

  return TRUE;
}

static void
test_not_unless_failed (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "install", guard_after_failure, "*0 bytes*");
  g_assert_false (fake_model_has_logged (fixture->model, "late called before"));
}

/* Triggers --------------------------------------------------------------------------------------------------------- */

static void
note_callback (ReactiveUnit *unit, gpointer data)
{
  note (unit, data);
  note (unit, reactive_is_flag_set (unit, "by-trigger") ? "(after flags)" : "(before flags)");
}

static gboolean
register_and_set (ReactiveUnit *unit, GError **error)
{
  const ReactiveTrigger set = { .when = "x", .set = "by-trigger", .clear = "old" };
  const ReactiveTrigger unset = { .when_not = "x" };

  reactive_set_flag (unit, "old");
  reactive_register_trigger (unit, &set, note_callback, (gpointer) "set");
  reactive_register_trigger (unit, &unset, note_callback, (gpointer) "unset");
  reactive_set_flag (unit, "x");
  g_assert_false (reactive_is_flag_set (unit, "old"));
  reactive_set_flag (unit, "x");
  reactive_clear_flag (unit, "x");
  reactive_clear_flag (unit, "x");

  return TRUE;
}

static void
test_trigger (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", register_and_set);
  unit_fixture_assert_notes (fixture, "set (after flags) unset (after flags)");
  unit_fixture_assert_flags (fixture, "by-trigger");
}

static gboolean
set_x (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "x");

  return TRUE;
}

static void
test_trigger_ends_with_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", register_and_set);
  unit_fixture_assert_notes (fixture, "set (after flags) unset (after flags)");
  unit_fixture_run_body (fixture, "start", set_x);
  unit_fixture_assert_notes (fixture, "");
}

/* As a callback that charms.reactive is given twice. */
static gboolean
register_twice (ReactiveUnit *unit, GError **error)
{
  const ReactiveTrigger trigger = { .when = "x" };

  for (int i = 0; i < 2; i++)
    reactive_register_trigger (unit, &trigger, note_callback, (gpointer) "one");
  reactive_register_trigger (unit, &trigger, note_callback, (gpointer) "other");
  reactive_set_flag (unit, "x");

  return TRUE;
}

static void
test_trigger_twice (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", register_twice);
  unit_fixture_assert_notes (fixture, "one (before flags) other (before flags)");
}

static void
fail_in_callback (ReactiveUnit *unit, gpointer data)
{
  note (unit, "callback");
  reactive_set_flag (unit, "");
}

static gboolean
register_failing (ReactiveUnit *unit, GError **error)
{
  const ReactiveTrigger trigger = { .when = "x" };

  reactive_register_trigger (unit, &trigger, fail_in_callback, (gpointer) "a");
  reactive_register_trigger (unit, &trigger, fail_in_callback, (gpointer) "b");
  reactive_set_flag (unit, "x");
  reactive_register_trigger (unit, &trigger, fail_in_callback, (gpointer) "c");

  return TRUE;
}

static void
test_callback_fails (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "install", register_failing, "handler 'app:body': *0 bytes*");
  unit_fixture_assert_notes (fixture, "callback");
}

static gboolean
register_endless (ReactiveUnit *unit, GError **error)
{
  const ReactiveTrigger there = { .when = "ping", .clear = "pong" };
  const ReactiveTrigger back = { .when_not = "pong", .set = "pong", .clear = "ping" };
  const ReactiveTrigger again = { .when_not = "ping", .set = "ping" };

  reactive_set_flag (unit, "pong");
  reactive_register_trigger (unit, &there, NULL, NULL);
  reactive_register_trigger (unit, &back, NULL, NULL);
  reactive_register_trigger (unit, &again, NULL, NULL);
  reactive_set_flag (unit, "ping");
  g_assert_false (reactive_is_flag_set (unit, "pong"));

  return TRUE;
}

static void
test_endless (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "install", register_endless,
                          "handler 'app:body': triggers set each other off without end: *ping*pong*");
  unit_fixture_assert_flags (fixture, "");
}

static const ReactiveTrigger bad_triggers[] = {
  { .set = "x" },
  { .when = "a", .when_not = "b", .set = "x" },
  { .when = "a" },
  { .when_not = "a" },
};

static const ReactiveTrigger *bad_trigger;

static gboolean
register_bad (ReactiveUnit *unit, GError **error)
{
  reactive_register_trigger (unit, bad_trigger, NULL, NULL);

  return TRUE;
}

static void
test_bad_trigger (UnitFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_triggers); i++)
    {
      bad_trigger = &bad_triggers[i];
      unit_fixture_fail_body (fixture, "install", register_bad, "*a trigger needs one of when and when_not*");
    }
}

/* Misuse of a function is the handler's failure. The test's own fatal mask would end the process instead. */
static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  static const ReactiveTrigger trigger = { .when = "x", .set = "y" };
  const char *volatile nothing = NULL;
  ReactiveUnit *volatile nobody = NULL;

  reactive_set_flag (unit, nothing);
  reactive_set_flag (nobody, "x");
  reactive_clear_flag (unit, nothing);
  reactive_toggle_flag (unit, nothing, TRUE);
  g_assert_false (reactive_is_flag_set (unit, nothing));
  g_assert_false (reactive_all_flags_set (nobody, NULL));
  g_assert_false (reactive_any_flags_set (nobody, NULL));
  g_assert_null (reactive_get_flags (nobody));
  g_assert_false (reactive_not_unless (unit, nothing, NULL));
  reactive_register_trigger (unit, NULL, NULL, NULL);
  reactive_register_trigger (nobody, &trigger, NULL, NULL);

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (
      fixture, "install", misuse,
      "handler 'app:body': misuse of the library: reactive_set_flag: assertion 'flag != NULL' failed");
  unit_fixture_assert_flags (fixture, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/flags/kept-from-hook-to-hook", test_kept);
  ADD_UNIT_TEST ("/unit/flags/changes-of-a-failed-hook-are-dropped", test_failed_hook);
  ADD_UNIT_TEST ("/unit/flags/list-lives-until-the-hook-ends", test_list_lives);
  for (guint i = 0; i < G_N_ELEMENTS (bad_names); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/flags/bad-name-fails-the-hook/", bad_names[i].path, NULL);

      g_test_add (path, UnitFixture, &bad_names[i], unit_fixture_set_up, test_bad_name, unit_fixture_tear_down);
    }
  ADD_UNIT_TEST ("/unit/flags/first-error-outranks-later-ones", test_first_error);
  ADD_UNIT_TEST ("/unit/flags/not-unless-names-what-is-missing", test_not_unless);
  ADD_UNIT_TEST ("/unit/flags/not-unless-is-silent-once-the-hook-failed", test_not_unless_failed);
  ADD_UNIT_TEST ("/unit/flags/trigger-acts-then-calls-back", test_trigger);
  ADD_UNIT_TEST ("/unit/flags/trigger-ends-with-the-hook", test_trigger_ends_with_hook);
  ADD_UNIT_TEST ("/unit/flags/trigger-registered-twice-calls-back-once", test_trigger_twice);
  ADD_UNIT_TEST ("/unit/flags/failing-callback-fails-the-hook", test_callback_fails);
  ADD_UNIT_TEST ("/unit/flags/endless-triggers-fail-the-hook", test_endless);
  ADD_UNIT_TEST ("/unit/flags/bad-trigger-fails-the-hook", test_bad_trigger);
  ADD_UNIT_TEST ("/unit/flags/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
