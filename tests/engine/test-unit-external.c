/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

#define STATE ".unit-state.db.external"

/* Programs that ask nobody: whether they run depends on files, and what they change they write to the state as text. */
static void
put_program (UnitFixture *fixture, const char *name, const char *script)
{
  g_autofree char *directory = g_build_filename (fixture->directory, "reactive", NULL);
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, NULL);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (chmod (path, 0755), ==, 0);
}

static void
assert_no_copy (UnitFixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->directory, STATE, NULL);

  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
}

#define ONCE_A_HOOK                                                                                                    \
  "if [ $1 = --test ]; then [ -e ran ] && exit 1; echo 'say  this'; echo; exit 0; fi\n"                                \
  "touch ran; echo \"$2\" >said; echo $UNIT_STATE_DB >where; pwd >directory\n"

static void
assert_file (UnitFixture *fixture, const char *name, const char *expected)
{
  g_autofree char *contents = unit_fixture_get_file (fixture, name);

  g_assert_cmpstr (contents, ==, expected);
}

static void
test_runs (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *where = g_strconcat (fixture->state_path, ".external/state\n", NULL);
  g_autofree char *directory = g_strconcat (fixture->directory, "\n", NULL);
  g_auto (UnitTrace) trace = { 0 };

  put_program (fixture, "app", ONCE_A_HOOK);
  unit_fixture_run_well (fixture, "install");
  assert_file (fixture, "said", "say  this\n");
  assert_file (fixture, "where", where);
  assert_file (fixture, "directory", directory);
  assert_no_copy (fixture);
  trace = unit_fixture_get_trace (fixture);
  g_assert_nonnull (strstr (trace.events, "[\"run\", \"reactive/app \\\"say  this\\\"\"]"));
}

static void
test_runs_on_a_state_in_memory (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveTexts) texts = reactive_texts_new ();
  g_autofree char *where = g_strconcat (fixture->directory, "/" STATE "/state\n", NULL);

  fixture->image = reactive_store_image_new (texts, REACTIVE_STORE_TRACE_WHOLE);
  put_program (fixture, "app", ONCE_A_HOOK);
  unit_fixture_run_well (fixture, "install");
  assert_file (fixture, "where", where);
  assert_no_copy (fixture);
}

static gboolean
note_handler (ReactiveUnit *unit, GError **error)
{
  note (unit, "handler");
  reactive_clear_flag (unit, "never-set");
  return TRUE;
}

static const ReactiveHandler handlers[] = { HANDLER (note_handler, ON ("install")) };
static const ReactiveModule module = TEST_MODULE (HANDLERS (handlers));

/* The module of the test has no file: programs come after it. */
static void
test_asked_again_after_a_clear (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &module);
  put_program (fixture, "app",
               "if [ $1 = --test ]; then echo x >>asked; [ $(wc -l <asked) -le 2 ] && exec wc -l <asked; exit 1; fi\n"
               "echo $2 >said\n");
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "handler");
  assert_file (fixture, "said", "2\n");
}

static void
test_a_failure_is_named (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "reactive.states.before", "null");
  put_program (fixture, "app", "[ $1 = --test ] || exit 9\n");
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_HANDLER,
                          "handler 'reactive/app \"\"': it ended with exit code 9");
  put_program (fixture, "app", "[ $1 = --test ] || kill -KILL $$\n");
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_HANDLER,
                          "handler 'reactive/app \"\"': it was killed by signal 9 (*)");
  unit_fixture_assert_flags (fixture, "before");
  assert_no_copy (fixture);
}

static void
test_a_bad_test_is_named (UnitFixture *fixture, gconstpointer data)
{
  put_program (fixture, "app", "printf 'a\\000b'\n");
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_BAD_DATA,
                          "handler 'reactive/app': its --test: it prints a NUL*");
  put_program (fixture, "app", "rm $UNIT_STATE_DB\n");
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_NOT_FOUND,
                          "handler 'reactive/app': its --test: its copy of the state: *");
  put_program (fixture, "app", "head -c 200000 /dev/zero | tr '\\0' x\n");
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_BAD_DATA,
                          "handler 'reactive/app': its --test: *more than 102400 bytes");
}

static void
test_a_killed_test_is_a_no (UnitFixture *fixture, gconstpointer data)
{
  put_program (fixture, "app", "kill -TERM $$\n");
  unit_fixture_run_well (fixture, "install");
}

static void
test_output_that_is_no_text (UnitFixture *fixture, gconstpointer data)
{
  put_program (fixture, "app",
               "if [ $1 = --test ]; then [ -e ran ] && exit 1; printf 'a\\377b'; exit 0; fi\n"
               "touch ran; printf '%s' \"$2\" >said\n");
  unit_fixture_run_well (fixture, "install");
  assert_file (fixture, "said", "a\377b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_UNIT_TEST ("/unit/external/runs", test_runs);
  ADD_UNIT_TEST ("/unit/external/runs-on-a-state-in-memory", test_runs_on_a_state_in_memory);
  ADD_UNIT_TEST ("/unit/external/asked-again-after-a-clear", test_asked_again_after_a_clear);
  ADD_UNIT_TEST ("/unit/external/a-failure-is-named", test_a_failure_is_named);
  ADD_UNIT_TEST ("/unit/external/a-bad-test-is-named", test_a_bad_test_is_named);
  ADD_UNIT_TEST ("/unit/external/a-killed-test-is-a-no", test_a_killed_test_is_a_no);
  ADD_UNIT_TEST ("/unit/external/output-that-is-no-text", test_output_that_is_no_text);

  return g_test_run ();
}
