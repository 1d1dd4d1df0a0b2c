/* SPDX-License-Identifier: Apache-2.0 */
#include <signal.h>

#include "unit-fixture.h"

static char *
path_of (ReactiveUnit *unit, const char *name)
{
  return g_build_filename (reactive_get_charm_dir (unit), name, NULL);
}

/* Files ------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  gboolean changed;
  ino_t inode;
  guint mode;
  char *contents;
} Written;

static void
written_clear (Written *written)
{
  g_free (written->contents);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Written, written_clear)

static Written
write_file (ReactiveUnit *unit, const char *contents, gssize length_bytes, guint mode)
{
  g_autofree char *path = path_of (unit, "file");
  g_autoptr (GError) error = NULL;
  Written written = { 0 };
  struct stat status;

  g_assert_true (reactive_write_file (unit, "file", contents, length_bytes, mode, NULL, &written.changed, &error));
  g_assert_no_error (error);
  g_assert_cmpint (lstat (path, &status), ==, 0);
  g_assert_true (S_ISREG (status.st_mode));
  written.inode = status.st_ino;
  written.mode = status.st_mode & 07777;
  g_assert_true (g_file_get_contents (path, &written.contents, NULL, NULL));

  return written;
}

static gboolean
write_and_write (ReactiveUnit *unit, GError **error)
{
  g_auto (Written) first = write_file (unit, "one", -1, 0644);
  g_auto (Written) same = write_file (unit, "one", -1, 0644);
  g_auto (Written) mode = write_file (unit, "one", -1, 04750);
  g_auto (Written) contents = write_file (unit, "two", -1, 04750);
  g_auto (Written) length = write_file (unit, "two", 2, 04750);
  g_auto (Written) empty = write_file (unit, "", -1, 04750);

  g_assert_true (first.changed);
  g_assert_cmpuint (first.mode, ==, 0644);
  g_assert_false (same.changed);
  g_assert_cmpuint (same.inode, ==, first.inode);
  g_assert_true (mode.changed);
  g_assert_cmpuint (mode.mode, ==, 04750);
  g_assert_true (contents.changed);
  g_assert_cmpuint (contents.inode, !=, mode.inode);
  g_assert_cmpstr (contents.contents, ==, "two");
  g_assert_true (length.changed);
  g_assert_cmpstr (length.contents, ==, "tw");
  g_assert_true (empty.changed);
  g_assert_cmpstr (empty.contents, ==, "");

  return reactive_write_file (unit, "file", "three", -1, 0600, NULL, /* out_changed= */ NULL, error);
}

static void
test_write (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", write_and_write);
}

static gboolean
write_and_fail (ReactiveUnit *unit, GError **error)
{
  g_auto (Written) written = write_file (unit, "stays", -1, 0644);

  return FALSE;
}

/* The machine is not undone with the hook. */
static void
test_write_in_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *contents = NULL;

  unit_fixture_fail_body (fixture, "install", write_and_fail, "*");
  contents = unit_fixture_get_file (fixture, "file");
  g_assert_cmpstr (contents, ==, "stays");
}

static gboolean
write_over_link (ReactiveUnit *unit, GError **error)
{
  g_autofree char *path = path_of (unit, "file");
  g_autofree char *target = path_of (unit, "target");
  g_autofree char *contents = NULL;

  g_assert_true (g_file_set_contents (target, "target", -1, NULL));
  g_assert_cmpint (g_chmod (target, 0644), ==, 0);
  g_assert_cmpint (symlink ("target", path), ==, 0);
  {
    g_auto (Written) written = write_file (unit, "target", -1, 0644);

    /* A link to a file that is as wanted is none. */
    g_assert_true (written.changed);
  }
  g_assert_true (g_file_get_contents (target, &contents, NULL, NULL));
  g_assert_cmpstr (contents, ==, "target");

  return TRUE;
}

static void
test_write_over_link (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", write_over_link);
}

static gboolean
write_where_impossible (ReactiveUnit *unit, GError **error)
{
  g_autofree char *directory = path_of (unit, "directory/inside");
  g_autoptr (GError) own_error = NULL;
  gboolean changed = 7;

  g_assert_false (reactive_write_file (unit, "missing/file", "x", -1, 0644, NULL, &changed, &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (own_error->message, "missing/file"));
  g_clear_error (&own_error);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_false (reactive_write_file (unit, "directory", "x", -1, 0644, NULL, &changed, &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_assert_true (g_file_test (directory, G_FILE_TEST_IS_DIR));
  g_assert_cmpint (changed, ==, 7);

  return TRUE;
}

static void
test_write_impossible (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", write_where_impossible);
}

static gboolean
write_owned (ReactiveUnit *unit, GError **error)
{
  g_autofree char *path = path_of (unit, "file");
  g_autoptr (GError) own_error = NULL;
  struct stat status;
  gboolean changed;

  g_assert_false (reactive_write_file (unit, "file", "x", -1, 0644, "no-such-user", NULL, &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_cmpstr (own_error->message, ==, "there is no user 'no-such-user'");
  g_clear_error (&own_error);
  g_assert_false (reactive_write_file (unit, "file", "x", -1, 0644, "root:no-such-group", NULL, &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_cmpstr (own_error->message, ==, "there is no group 'no-such-group'");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  if (geteuid () != 0)
    return TRUE;

  g_assert_true (reactive_write_file (unit, "file", "x", -1, 0640, "daemon", &changed, error));
  g_assert_true (changed);
  g_assert_cmpint (lstat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_uid, ==, 1);
  g_assert_true (reactive_write_file (unit, "file", "x", -1, 0640, "daemon:root", &changed, error));
  g_assert_true (changed);
  g_assert_cmpint (lstat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_gid, ==, 0);
  g_assert_true (reactive_write_file (unit, "file", "x", -1, 0640, "daemon:root", &changed, error));
  g_assert_false (changed);
  g_assert_true (reactive_write_file (unit, "file", "x", -1, 0640, NULL, &changed, error));
  g_assert_false (changed);

  return TRUE;
}

static void
test_write_owned (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", write_owned);
}

/* Programs --------------------------------------------------------------------------------------------------------- */

static gboolean
run_shell (ReactiveUnit *unit, const char *script, const char *input, int *out_status, char **out_output,
           char **out_errors)
{
  const char *const argv[] = { "sh", "-c", script, NULL };
  g_autoptr (GError) error = NULL;
  gboolean ok = reactive_run_full (unit, argv, input, 10000, out_status, out_output, out_errors, &error);

  g_assert_no_error (error);

  return ok;
}

static gboolean
run_well (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "printf", "%s|", "a b", "$HOME", "", "*", NULL };
  const char *const pwd[] = { "sh", "-c", "pwd; echo \"$REACTIVE_TEST_VARIABLE\"; cat", NULL };
  g_autofree char *output = reactive_run (unit, argv, 0, error);
  g_autofree char *directory = NULL, *expected = NULL, *both = NULL, *errors = NULL;
  int status = -1;

  /* No shell has a look at the arguments; nothing comes from our standard input. */
  g_assert_cmpstr (output, ==, "a b|$HOME||*|");
  directory = reactive_run (unit, pwd, 10000, error);
  expected = g_strconcat (reactive_get_charm_dir (unit), "\nvalue\n", NULL);
  g_assert_cmpstr (directory, ==, expected);

  g_assert_true (run_shell (unit, "cat; echo err >&2; exit 3", "input\n", &status, &both, &errors));
  g_assert_cmpint (status, ==, 3);
  g_assert_cmpstr (both, ==, "input\n");
  g_assert_cmpstr (errors, ==, "err\n");
  g_assert_true (run_shell (unit, "kill -TERM $$", NULL, &status, NULL, NULL));
  g_assert_cmpint (status, ==, 128 + SIGTERM);
  g_clear_pointer (&both, g_free);
  g_assert_true (run_shell (unit, "printf 'caf\\351'", NULL, &status, &both, NULL));
  g_assert_cmpstr (both, ==, "caf\xef\xbf\xbd");
  g_clear_pointer (&both, g_free);
  g_assert_true (run_shell (unit, ":", "", &status, &both, NULL));
  g_assert_cmpstr (both, ==, "");

  return TRUE;
}

static void
test_run (UnitFixture *fixture, gconstpointer data)
{
  g_setenv ("REACTIVE_TEST_VARIABLE", "value", TRUE);
  unit_fixture_run_body (fixture, "install", run_well);
}

static void
assert_run_fails (ReactiveUnit *unit, const char *script, guint timeout_ms, ReactiveError code, const char *pattern)
{
  const char *const argv[] = { "sh", "-c", script, NULL };
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_run (unit, argv, timeout_ms, &error));
  g_assert_error (error, REACTIVE_ERROR, (int) code);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  if (!g_pattern_match_simple (pattern, error->message))
    g_error ("'%s' does not match '%s'", error->message, pattern);
}

static gboolean
run_badly (ReactiveUnit *unit, GError **error)
{
  const char *const missing[] = { "no-such-program", NULL };
  g_autoptr (GError) own_error = NULL;

  g_assert_null (reactive_run (unit, missing, 0, &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  assert_run_fails (unit, "exit 3", 0, REACTIVE_ERROR_FAILED, "'sh' ended with exit code 3");
  assert_run_fails (unit, "echo why >&2; echo; exit 1", 0, REACTIVE_ERROR_FAILED, "'sh' ended with exit code 1: why");
  /* The end of a long complaint, by whole characters. */
  assert_run_fails (
      unit,
      "echo begin; for i in 1 2 3 4 5 6 7 8 9 10; do printf '%0100d\\303\\251\\303\\251\\303\\251' 0 0 0 >&2; "
      "done; echo end >&2; exit 1",
      0, REACTIVE_ERROR_FAILED, "'sh' ended with exit code 1: *0éééend");
  assert_run_fails (unit,
                    "i=0; while [ $i -lt 1200 ]; do printf '\\303\\251'; i=$((i+1)); done >&2; echo x >&2; exit 1", 0,
                    REACTIVE_ERROR_FAILED, "'sh' ended with exit code 1: ééé*ééx");
  assert_run_fails (unit, "head -c 17000000 /dev/zero", 0, REACTIVE_ERROR_BAD_DATA, "*killed, as it wrote more than*");

  return TRUE;
}

static void
test_run_badly (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", run_badly);
}

/* Has a program end too late that has started another one, and returns the process id of that. On a busy machine the
 * program may not come so far; it is given more time then. */
static pid_t
run_until_late (ReactiveUnit *unit)
{
  g_autofree char *text = NULL;
  g_autofree char *path = path_of (unit, "pid");

  for (guint timeout_ms = 100; text == NULL || *text == '\0'; timeout_ms *= 2)
    {
      g_autofree char *message = g_strdup_printf ("*did not end within %u ms", timeout_ms);

      g_clear_pointer (&text, g_free);
      assert_run_fails (unit, "sleep 60 & echo $! > pid; wait", timeout_ms, REACTIVE_ERROR_TIMEOUT, message);
      g_file_get_contents (path, &text, NULL, NULL);
    }

  return (pid_t) g_ascii_strtoll (text, NULL, 10);
}

/* It may be a zombie whose new parent has not looked after it yet. */
static gboolean
is_running (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) && strstr (text, ") Z ") == NULL;
}

/* What a program that takes too long has started goes with it. */
static gboolean
run_too_long (ReactiveUnit *unit, GError **error)
{
  pid_t pid = run_until_late (unit);

  g_assert_cmpint (pid, >, 1);
  for (int i = 0; i < 1000 && is_running (pid); i++)
    g_usleep (10000);
  g_assert_false (is_running (pid));

  return TRUE;
}

static void
test_run_too_long (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", run_too_long);
}

/* Services --------------------------------------------------------------------------------------------------------- */

static gboolean
restart_services (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  g_assert_true (reactive_service_restart (unit, "nginx", error));
  g_assert_true (reactive_service_reload (unit, "--nginx@1.service", error));
  g_assert_false (reactive_service_restart (unit, "broken", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_assert_cmpstr (own_error->message, ==, "'systemctl' ended with exit code 5: Unit broken not found.");

  return TRUE;
}

static gboolean
restart_nginx (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  g_assert_false (reactive_service_restart (unit, "nginx", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);

  return TRUE;
}

static void
test_services (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *old_path = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = g_strconcat (fixture->directory, ":", old_path, NULL);
  g_autofree char *program = g_build_filename (fixture->directory, "systemctl", NULL);
  g_autofree char *calls = NULL;

  unit_fixture_put_file (fixture, "systemctl",
                         "#!/bin/sh\necho \"$@\" >> calls\n"
                         "if [ \"$3\" = broken ]; then echo \"Unit broken not found.\" >&2; exit 5; fi\n");
  g_assert_cmpint (g_chmod (program, 0755), ==, 0);
  g_setenv ("PATH", path, TRUE);
  unit_fixture_run_body (fixture, "install", restart_services);
  g_setenv ("PATH", "/nowhere", TRUE);
  unit_fixture_run_body (fixture, "install", restart_nginx);
  g_setenv ("PATH", old_path, TRUE);

  calls = unit_fixture_get_file (fixture, "calls");
  g_assert_cmpstr (calls, ==, "restart -- nginx\nreload-or-restart -- --nginx@1.service\nrestart -- broken\n");
}

/* A unit that is simulated ----------------------------------------------------------------------------------------- */

static gboolean
act_on_root (ReactiveUnit *unit, GError **error)
{
  g_autofree char *etc = reactive_get_path (unit, "/etc/app.conf");
  g_autofree char *relative = reactive_get_path (unit, "app.conf");
  g_autofree char *expected = g_build_filename (reactive_get_root_dir (unit), "etc", "app.conf", NULL);
  g_autofree char *expected_relative = path_of (unit, "app.conf");
  g_autofree char *directory = g_path_get_dirname (etc);

  g_assert_cmpstr (etc, ==, expected);
  g_assert_cmpstr (relative, ==, expected_relative);
  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (reactive_write_file (unit, "/etc/app.conf", "x", -1, 0644, "no-such-user", NULL, error));
  g_assert_true (g_file_test (etc, G_FILE_TEST_IS_REGULAR));
  g_assert_true (reactive_service_restart (unit, "nginx", error));
  g_assert_true (reactive_service_reload (unit, "nginx", error));

  return TRUE;
}

static void
test_simulated (UnitFixture *fixture, gconstpointer data)
{
  g_free (fixture->root_directory);
  fixture->root_directory = g_build_filename (fixture->directory, "root", NULL);
  unit_fixture_run_body (fixture, "install", act_on_root);
  g_assert_true (fake_model_has_logged (fixture->model, "INFO: simulated: systemctl restart nginx"));
  g_assert_true (fake_model_has_logged (fixture->model, "INFO: simulated: systemctl reload-or-restart nginx"));
}

static gboolean
act_after_failure (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "sh", "-c", "touch ran", NULL };
  g_autoptr (GError) own_error = NULL;
  int status;

  reactive_set_flag (unit, "");
  g_assert_false (reactive_write_file (unit, "ran", "x", -1, 0644, NULL, NULL, &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_null (reactive_run (unit, argv, 0, NULL));
  g_assert_false (reactive_run_full (unit, argv, NULL, 0, &status, NULL, NULL, NULL));
  g_assert_false (reactive_service_restart (unit, "nginx", NULL));
  g_assert_false (reactive_service_reload (unit, "nginx", NULL));

  return TRUE;
}

static void
test_after_failure (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *ran = NULL;

  g_free (fixture->root_directory);
  fixture->root_directory = g_strdup (fixture->directory);
  unit_fixture_fail_body (fixture, "install", act_after_failure, "*0 bytes*");
  ran = unit_fixture_get_file (fixture, "ran");
  g_assert_null (ran);
  g_assert_false (fake_model_has_logged (fixture->model, "simulated"));
}

/* Who and where ---------------------------------------------------------------------------------------------------- */

static gboolean
ask_relation_hook (ReactiveUnit *unit, GError **error)
{
  UnitFixture *fixture = unit_fixture_of (unit);

  g_assert_cmpstr (reactive_get_hook_name (unit), ==, "db-relation-changed");
  g_assert_null (reactive_get_action_name (unit));
  g_assert_cmpstr (reactive_get_unit_name (unit), ==, "app/0");
  g_assert_cmpstr (reactive_get_application_name (unit), ==, "app");
  g_assert_cmpstr (reactive_get_charm_name (unit), ==, "app");
  g_assert_cmpstr (reactive_get_charm_dir (unit), ==, fixture->directory);
  g_assert_cmpstr (reactive_get_root_dir (unit), ==, "/");
  g_assert_cmpstr (reactive_get_model_name (unit), ==, "model");
  g_assert_cmpstr (reactive_get_model_uuid (unit), ==, "uuid");
  g_assert_cmpstr (reactive_get_machine_id (unit), ==, "3");
  g_assert_cmpstr (reactive_get_availability_zone (unit), ==, "zone");
  g_assert_cmpstr (reactive_get_principal_unit (unit), ==, "main/1");
  g_assert_cmpstr (reactive_get_juju_version (unit), ==, "3.6.1");
  g_assert_cmpstr (reactive_get_relation_id (unit), ==, "db:7");
  g_assert_cmpstr (reactive_get_remote_unit (unit), ==, "mysql/2");
  g_assert_cmpstr (reactive_get_remote_application (unit), ==, "mysql");
  g_assert_cmpstr (reactive_get_departing_unit (unit), ==, "mysql/9");

  return TRUE;
}

static gboolean
ask_action (ReactiveUnit *unit, GError **error)
{
  g_assert_null (reactive_get_hook_name (unit));
  g_assert_cmpstr (reactive_get_action_name (unit), ==, "act");
  g_assert_null (reactive_get_unit_name (unit));
  g_assert_null (reactive_get_application_name (unit));
  g_assert_null (reactive_get_model_name (unit));
  g_assert_null (reactive_get_machine_id (unit));
  g_assert_null (reactive_get_availability_zone (unit));
  g_assert_null (reactive_get_principal_unit (unit));
  g_assert_null (reactive_get_juju_version (unit));
  g_assert_null (reactive_get_relation_id (unit));
  g_assert_null (reactive_get_remote_unit (unit));
  g_assert_null (reactive_get_remote_application (unit));
  g_assert_null (reactive_get_departing_unit (unit));

  return TRUE;
}

static void
test_identity (UnitFixture *fixture, gconstpointer data)
{
  static const char *const environment[] = {
    "JUJU_MODEL_NAME=model",      "JUJU_MODEL_UUID=uuid",        "JUJU_MACHINE_ID=3",     "JUJU_AVAILABILITY_ZONE=zone",
    "JUJU_PRINCIPAL_UNIT=main/1", "JUJU_VERSION=3.6.1",          "JUJU_RELATION_ID=db:7", "JUJU_REMOTE_UNIT=mysql/2",
    "JUJU_REMOTE_APP=mysql",      "JUJU_DEPARTING_UNIT=mysql/9",
  };

  for (guint i = 0; i < G_N_ELEMENTS (environment); i++)
    g_ptr_array_add (fixture->environment, g_strdup (environment[i]));
  unit_fixture_run_body (fixture, "db-relation-changed", ask_relation_hook);

  g_ptr_array_set_size (fixture->environment, 0);
  g_ptr_array_add (fixture->environment, g_strdup ("JUJU_UNIT_NAME="));
  unit_fixture_run_body (fixture, "action act", ask_action);
}

/* What others hang on the unit ------------------------------------------------------------------------------------- */

static GString *destroyed;

static void
note_destroyed (gpointer data)
{
  g_string_append (destroyed, data);
}

static gboolean
hang (ReactiveUnit *unit, GError **error)
{
  reactive_unit_set_data (unit, "one", (gpointer) "1", note_destroyed);
  reactive_unit_set_data (unit, "two", (gpointer) "2", note_destroyed);
  reactive_unit_set_data (unit, "three", (gpointer) "3", NULL);
  reactive_unit_set_data (unit, "two", (gpointer) "4", note_destroyed);
  g_assert_cmpstr (destroyed->str, ==, "2");
  g_assert_cmpstr (reactive_unit_get_data (unit, "one"), ==, "1");
  g_assert_cmpstr (reactive_unit_get_data (unit, "two"), ==, "4");
  g_assert_cmpstr (reactive_unit_get_data (unit, "three"), ==, "3");
  g_assert_null (reactive_unit_get_data (unit, "four"));

  return TRUE;
}

static void
test_data (UnitFixture *fixture, gconstpointer data)
{
  destroyed = g_string_new (NULL);
  unit_fixture_run_body (fixture, "install", hang);
  g_assert_cmpstr (destroyed->str, ==, "241");
  g_string_free (destroyed, TRUE);
}

static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  const char *volatile nothing = NULL;
  const char *const empty[] = { NULL };
  ReactiveUnit *volatile nobody = NULL;
  int status;

  g_assert_false (reactive_write_file (unit, nothing, "x", -1, 0644, NULL, NULL, NULL));
  g_assert_false (reactive_write_file (unit, "x", nothing, -1, 0644, NULL, NULL, NULL));
  g_assert_null (reactive_run (unit, empty, 0, NULL));
  g_assert_false (reactive_run_full (unit, NULL, NULL, 0, &status, NULL, NULL, NULL));
  g_assert_false (reactive_service_restart (unit, nothing, NULL));
  g_assert_false (reactive_service_reload (unit, nothing, NULL));
  g_assert_null (reactive_get_path (unit, nothing));
  g_assert_null (reactive_get_unit_name (nobody));
  reactive_unit_set_data (unit, nothing, NULL, NULL);
  reactive_finish_hook (nobody);
  reactive_log (unit, REACTIVE_LOG_INFO, nothing);
  reactive_log (unit, (ReactiveLogLevel) 6, "x");

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "install", misuse, "*misuse of the library: reactive_write_file*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/host/file/written-only-if-it-changes", test_write);
  ADD_UNIT_TEST ("/unit/host/file/stays-although-the-hook-fails", test_write_in_failed_hook);
  ADD_UNIT_TEST ("/unit/host/file/replaces-a-link", test_write_over_link);
  ADD_UNIT_TEST ("/unit/host/file/impossible", test_write_impossible);
  ADD_UNIT_TEST ("/unit/host/file/owner", test_write_owned);
  ADD_UNIT_TEST ("/unit/host/run/well", test_run);
  ADD_UNIT_TEST ("/unit/host/run/badly", test_run_badly);
  ADD_UNIT_TEST ("/unit/host/run/too-long-is-killed-with-its-children", test_run_too_long);
  ADD_UNIT_TEST ("/unit/host/services", test_services);
  ADD_UNIT_TEST ("/unit/host/simulated-unit-has-a-root-of-its-own", test_simulated);
  ADD_UNIT_TEST ("/unit/host/nothing-happens-once-the-hook-failed", test_after_failure);
  ADD_UNIT_TEST ("/unit/host/identity", test_identity);
  ADD_UNIT_TEST ("/unit/host/data-goes-last-first", test_data);
  ADD_UNIT_TEST ("/unit/host/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
