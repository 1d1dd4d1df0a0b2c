/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

#define MD5_ONE "\"f97c5d29941bfb1b2fdab0874906ab82\"" /* of "one" */
#define MD5_TWO "\"b8a9f715dbb64fd5c56e7783c6820a61\"" /* of "two" */
#define PYTHON_ROW "reactive.files_changed.watched"

#define NOTING(function, text)                                                                                         \
  static gboolean function (ReactiveUnit *unit, GError **error)                                                        \
  {                                                                                                                    \
    note (unit, text);                                                                                                 \
    return TRUE;                                                                                                       \
  }

/* Conditions ------------------------------------------------------------------------------------------------------- */

NOTING (alone, "alone")
NOTING (guarded, "guarded")
NOTING (late, "late")
NOTING (on_install, "on-install")

static const ReactiveHandler handlers[] = {
  HANDLER (alone, WHEN_FILE_CHANGED ("watched")),
  HANDLER (guarded, WHEN_FILE_CHANGED ("watched", "other"), WHEN ("ready")),
  HANDLER (late, WHEN_FILE_CHANGED ("watched"), WHEN ("much-later")),
  HANDLER (on_install, ON ("install"), WHEN_FILE_CHANGED ("watched")),
};
static const ReactiveModule app = TEST_MODULE (HANDLERS (handlers));

static void
put_watched (UnitFixture *fixture, const char *contents)
{
  unit_fixture_put_file (fixture, "watched", contents);
}

static void
assert_hook (UnitFixture *fixture, const char *hook, const char *expected)
{
  unit_fixture_run_well (fixture, hook);
  unit_fixture_assert_notes (fixture, expected);
}

static void
set_up (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_up (fixture, data);
  unit_fixture_add_module (fixture, "app", &app);
}

#define ADD_FILES_TEST(path, function) g_test_add (path, UnitFixture, NULL, set_up, function, unit_fixture_tear_down)

static void
test_over_hooks (UnitFixture *fixture, gconstpointer data)
{
  /* No file is like one that was never looked at. */
  assert_hook (fixture, "update-status", "");
  put_watched (fixture, "one");
  assert_hook (fixture, "update-status", "alone");
  assert_hook (fixture, "update-status", "");
  put_watched (fixture, "one");
  assert_hook (fixture, "update-status", "");
  put_watched (fixture, "two");
  assert_hook (fixture, "update-status", "alone");
  {
    g_autofree char *path = g_build_filename (fixture->directory, "watched", NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
  assert_hook (fixture, "update-status", "alone");
  assert_hook (fixture, "update-status", "");
}

/* Each handler has a look of its own: the first does not use up the change for the others, even if they first can run
 * two hooks later. */
static void
test_change_holds (UnitFixture *fixture, gconstpointer data)
{
  put_watched (fixture, "one");
  unit_fixture_set_row (fixture, "reactive.states.ready", "null");
  assert_hook (fixture, "update-status", "alone guarded");
  assert_hook (fixture, "update-status", "");

  assert_hook (fixture, "install", "on-install");
  unit_fixture_set_row (fixture, "reactive.states.much-later", "null");
  assert_hook (fixture, "update-status", "late");
  assert_hook (fixture, "install", "");

  put_watched (fixture, "two");
  assert_hook (fixture, "install", "alone on-install guarded late");
  assert_hook (fixture, "install", "");
}

static void
test_several_files (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, "reactive.states.ready", "null");
  unit_fixture_put_file (fixture, "other", "one");
  assert_hook (fixture, "update-status", "guarded");
  put_watched (fixture, "one");
  unit_fixture_put_file (fixture, "other", "two");
  assert_hook (fixture, "update-status", "alone guarded");
  assert_hook (fixture, "update-status", "");
}

static void
test_from_python (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, PYTHON_ROW, MD5_ONE);
  put_watched (fixture, "one");
  assert_hook (fixture, "install", "");
  put_watched (fixture, "two");
  assert_hook (fixture, "install", "alone on-install");
  unit_fixture_assert_row (fixture, PYTHON_ROW, MD5_TWO);
}

/* What Python had looked at is what handlers start from, even one that can run only after another moved Python's row.
 */
static void
test_from_python_late (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_row (fixture, PYTHON_ROW, MD5_ONE);
  put_watched (fixture, "two");
  assert_hook (fixture, "update-status", "alone");
  unit_fixture_assert_row (fixture, PYTHON_ROW, MD5_TWO);
  unit_fixture_set_row (fixture, "reactive.states.much-later", "null");
  assert_hook (fixture, "update-status", "late");
}

/* Python, which leaves a phase, ran in between and has looked at the file. */
static void
test_from_python_again (UnitFixture *fixture, gconstpointer data)
{
  put_watched (fixture, "one");
  assert_hook (fixture, "update-status", "alone");
  put_watched (fixture, "two");
  unit_fixture_set_row (fixture, PYTHON_ROW, MD5_TWO);
  unit_fixture_set_row (fixture, "reactive.dispatch.phase", "\"other\"");
  assert_hook (fixture, "update-status", "");
  put_watched (fixture, "one");
  assert_hook (fixture, "update-status", "alone");
}

static void
test_python_row (UnitFixture *fixture, gconstpointer data)
{
  put_watched (fixture, "one");
  assert_hook (fixture, "update-status", "alone");
  unit_fixture_assert_row (fixture, PYTHON_ROW, MD5_ONE);
  {
    g_autofree char *path = g_build_filename (fixture->directory, "watched", NULL);

    g_assert_cmpint (g_remove (path), ==, 0);
  }
  assert_hook (fixture, "update-status", "alone");
  unit_fixture_assert_row (fixture, PYTHON_ROW, "null");
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  note (unit, "fail");

  return FALSE;
}

static const ReactiveHandler failing_handlers[] = { HANDLER (fail, WHEN_FILE_CHANGED ("watched")) };
static const ReactiveModule failing = TEST_MODULE (HANDLERS (failing_handlers));

static void
test_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  put_watched (fixture, "one");
  unit_fixture_add_module (fixture, "other", &failing);
  for (int i = 0; i < 2; i++)
    {
      unit_fixture_run_badly (fixture, "update-status", REACTIVE_ERROR_HANDLER, "handler 'other:fail'*");
      unit_fixture_assert_notes (fixture, "alone fail");
    }
  unit_fixture_assert_row (fixture, PYTHON_ROW, NULL);
}

/* A handler that writes the file it waits for has seen it as it was before: it runs again. */
static gboolean
write_watched (ReactiveUnit *unit, GError **error)
{
  note (unit, "write");
  reactive_clear_flag (unit, "go");
  reactive_set_flag (unit, "go");

  return reactive_write_file (unit, "watched", "two", -1, 0644, NULL, NULL, error);
}

static const ReactiveHandler writing_handlers[]
    = { HANDLER (write_watched, WHEN ("go"), WHEN_FILE_CHANGED ("watched")) };
static const ReactiveModule writing = TEST_MODULE (HANDLERS (writing_handlers));

static void
test_handler_writes (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_clear_modules (fixture);
  unit_fixture_add_module (fixture, "app", &writing);
  put_watched (fixture, "one");
  unit_fixture_set_row (fixture, "reactive.states.go", "null");
  assert_hook (fixture, "update-status", "write write");
  assert_hook (fixture, "update-status", "");
}

/* A file that cannot be read fails the hook, by the name of the handler that waits for it and not of the next to run.
 */
static const ReactiveHandler unreadable_handlers[] = {
  HANDLER (guarded, WHEN ("ready"), WHEN_FILE_CHANGED ("watched", "other")),
  HANDLER (late, WHEN ("ready")),
};
static const ReactiveModule unreadable = TEST_MODULE (HANDLERS (unreadable_handlers));

static void
test_unreadable (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "other", NULL);

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  unit_fixture_set_row (fixture, "reactive.states.ready", "null");
  unit_fixture_run_badly (fixture, "update-status", REACTIVE_ERROR_BAD_DATA,
                          "handler 'app:guarded': its file condition: */other: not a regular file");
  unit_fixture_clear_modules (fixture);
  unit_fixture_add_module (fixture, "app", &unreadable);
  unit_fixture_run_badly (fixture, "update-status", REACTIVE_ERROR_BAD_DATA, "handler 'app:guarded': *");
  unit_fixture_assert_notes (fixture, "");
}

/* Absolute paths are of the unit's root. */
static const ReactiveHandler rooted_handlers[] = { HANDLER (alone, WHEN_FILE_CHANGED ("/watched")) };
static const ReactiveModule rooted = TEST_MODULE (HANDLERS (rooted_handlers));

static void
test_root (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_clear_modules (fixture);
  unit_fixture_add_module (fixture, "app", &rooted);
  put_watched (fixture, "one");
  assert_hook (fixture, "update-status", "");
  g_free (fixture->root_directory);
  fixture->root_directory = g_strdup (fixture->directory);
  assert_hook (fixture, "update-status", "alone");
  unit_fixture_assert_row (fixture, "reactive.files_changed./watched", MD5_ONE);
}

/* reactive_any_file_changed() -------------------------------------------------------------------------------------- */

static gboolean
any_first (ReactiveUnit *unit, GError **error)
{
  g_assert_true (reactive_any_file_changed (unit, "missing", "watched", "other", NULL));
  g_assert_false (reactive_any_file_changed (unit, "missing", "watched", "other", NULL));
  g_assert_false (reactive_any_file_changed (unit, NULL));

  return TRUE;
}

static gboolean
any_again (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_any_file_changed (unit, "watched", "other", NULL));

  return TRUE;
}

static gboolean
any_gone (ReactiveUnit *unit, GError **error)
{
  g_assert_true (reactive_any_file_changed (unit, "watched", NULL));
  g_assert_false (reactive_any_file_changed (unit, "watched", NULL));

  return TRUE;
}

static void
test_any (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "watched", NULL);

  put_watched (fixture, "one");
  unit_fixture_put_file (fixture, "other", "two");
  unit_fixture_run_body (fixture, "install", any_first);
  unit_fixture_assert_row (fixture, PYTHON_ROW, MD5_ONE);
  unit_fixture_assert_row (fixture, "reactive.files_changed.other", MD5_TWO);
  unit_fixture_assert_row (fixture, "reactive.files_changed.missing", NULL);
  unit_fixture_run_body (fixture, "install", any_again);

  g_assert_cmpint (g_remove (path), ==, 0);
  unit_fixture_run_body (fixture, "install", any_gone);
  unit_fixture_assert_row (fixture, PYTHON_ROW, "null");
}

static gboolean
any_bad (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_any_file_changed (unit, "watched", ".", "other", NULL));
  g_assert_false (reactive_any_file_changed (unit, "watched", NULL));

  return TRUE;
}

static gboolean
any_not_utf8 (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_any_file_changed (unit, "caf\xe9", NULL));

  return TRUE;
}

static void
test_any_badly (UnitFixture *fixture, gconstpointer data)
{
  put_watched (fixture, "one");
  unit_fixture_fail_body (fixture, "install", any_bad, "handler 'app:body': */.: not a regular file");
  unit_fixture_fail_body (fixture, "install", any_not_utf8, "handler 'app:body': *not UTF-8");
  unit_fixture_assert_row (fixture, PYTHON_ROW, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_FILES_TEST ("/unit/files/condition/over-hooks", test_over_hooks);
  ADD_FILES_TEST ("/unit/files/condition/change-holds-for-each-handler", test_change_holds);
  ADD_FILES_TEST ("/unit/files/condition/of-several-files", test_several_files);
  ADD_FILES_TEST ("/unit/files/condition/starts-from-python", test_from_python);
  ADD_FILES_TEST ("/unit/files/condition/starts-from-python-late", test_from_python_late);
  ADD_FILES_TEST ("/unit/files/condition/starts-from-python-again", test_from_python_again);
  ADD_FILES_TEST ("/unit/files/condition/keeps-python-up-to-date", test_python_row);
  ADD_FILES_TEST ("/unit/files/condition/failed-hook-sees-the-change-again", test_failed_hook);
  ADD_FILES_TEST ("/unit/files/condition/handler-that-writes-the-file-runs-again", test_handler_writes);
  ADD_FILES_TEST ("/unit/files/condition/unreadable-file-names-the-handler", test_unreadable);
  ADD_FILES_TEST ("/unit/files/condition/absolute-path-is-of-the-root", test_root);
  ADD_FILES_TEST ("/unit/files/any-file-changed", test_any);
  ADD_FILES_TEST ("/unit/files/any-file-changed-badly-fails-the-hook", test_any_badly);

  return g_test_run ();
}
