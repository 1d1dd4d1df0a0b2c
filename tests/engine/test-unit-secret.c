/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

#define ID "secret:9m4e2mr0ui3e8a215n4g"

static void
set_output (UnitFixture *fixture, const char *output)
{
  fixture->model->tool_output = output;
  fixture->model->tool_output_bytes = strlen (output);
}

static ReactiveJson *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, &error);

  g_assert_no_error (error);

  return value;
}

/* Content ---------------------------------------------------------------------------------------------------------- */

/* The agent reads the files while the tool runs; the values stand nowhere else. */
static void
read_files (const char *entry, gpointer data)
{
  UnitFixture *fixture = data;
  g_auto (GStrv) words = g_strsplit (entry, " ", -1);

  if (!g_str_has_prefix (entry, "secret-"))
    return;

  g_assert_null (strstr (entry, "hunter2"));
  for (char **word = words; *word != NULL; word++)
    {
      const char *file = strstr (*word, "#file=");
      g_autofree char *contents = NULL;
      struct stat status;
      gsize length;

      if (file == NULL)
        continue;
      file += strlen ("#file=");
      g_assert_true (g_file_get_contents (file, &contents, &length, NULL));
      g_assert_cmpint (stat (file, &status), ==, 0);
      g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
      g_string_append_printf (fixture->notes, "%.*s=%s(%d)", (int) (strchr (*word, '#') - *word), *word, contents,
                              (int) length);
    }
}

static gboolean
add_secret (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) content = parse ("{\"password\": \"hunter2 \\n\", \"nul\": \"a\\u0000b\"}");
  const ReactiveSecretOptions options = {
    .label = "admin",
    .description = "of the admin",
    .expire = "72h",
    .rotate = "daily",
    .owner = REACTIVE_SECRET_OF_UNIT,
  };
  const char *id = reactive_secret_add (unit, content, &options, error);

  g_assert_cmpstr (id, ==, ID);

  return TRUE;
}

static void
test_add (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *journal = NULL;

  set_output (fixture, ID "\n");
  fixture->model->watch = read_files;
  fixture->model->watch_data = fixture;
  unit_fixture_run_body (fixture, "install", add_secret);
  unit_fixture_assert_notes (fixture, "password=hunter2 \n(9)nul=a(3)");
  journal = fake_model_take_journal (fixture->model, "secret-add");
  g_assert_true (g_pattern_match_simple ("secret-add --label admin --description of the admin --expire 72h --rotate "
                                         "daily --owner unit password#file=*/password nul#file=*/nul",
                                         journal));
}

/* Nothing is left behind. */
static gboolean
add_and_look (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) content = parse ("{\"password\": \"hunter2\"}");
  g_autoptr (GDir) directory = NULL;
  const char *name;

  g_setenv ("TMPDIR", unit_fixture_of (unit)->directory, TRUE);
  reactive_secret_add (unit, content, NULL, NULL);
  directory = g_dir_open (unit_fixture_of (unit)->directory, 0, NULL);
  while ((name = g_dir_read_name (directory)) != NULL)
    g_assert_false (g_str_has_prefix (name, "reactive-secret"));

  return TRUE;
}

static void
test_files_go (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, ID);
  fixture->model->is_leader = TRUE;
  unit_fixture_run_body (fixture, "install", add_and_look);
  fixture->model->tool_exit_code = 1;
  unit_fixture_run_body (fixture, "start", add_and_look);
}

static gboolean
add_of_application (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) content = parse ("{\"password\": \"hunter2\"}");

  return reactive_secret_add (unit, content, NULL, error) != NULL;
}

static gboolean
expect_denied (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_assert_false (add_of_application (unit, &local_error));
  g_assert_error (local_error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);

  return TRUE;
}

static void
test_leader_alone (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", expect_denied);
  unit_fixture_assert_journal (fixture, "secret-add", "");
  set_output (fixture, ID);
  fixture->model->is_leader = TRUE;
  unit_fixture_run_body (fixture, "start", add_of_application);
}

static const char *const bad_contents[] = {
  "{}",
  "[]",
  "null",
  "{\"ab\": \"x\"}",
  "{\"Password\": \"x\"}",
  "{\"1password\": \"x\"}",
  "{\"pass_word\": \"x\"}",
  "{\"password-\": \"x\"}",
  "{\"pass--word\": \"x\"}",
  "{\"password\": 1}",
  "{\"password\": \"x\", \"\": \"x\"}",
};

static gboolean
expect_invalid (ReactiveUnit *unit, GError **error)
{
  const ReactiveSecretOptions options = { .owner = REACTIVE_SECRET_OF_UNIT };

  for (guint i = 0; i < G_N_ELEMENTS (bad_contents); i++)
    {
      g_autoptr (ReactiveJson) content = parse (bad_contents[i]);
      g_autoptr (GError) add_error = NULL;
      g_autoptr (GError) set_error = NULL;

      g_assert_null (reactive_secret_add (unit, content, &options, &add_error));
      g_assert_error (add_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_assert_false (reactive_secret_set (unit, ID, content, NULL, &set_error));
      g_assert_error (set_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
    }

  return TRUE;
}

static void
test_bad_content (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", expect_invalid);
  unit_fixture_assert_journal (fixture, "secret-", "");
}

static gboolean
expect_no_place (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) content = parse ("{\"password\": \"hunter2\"}");
  g_autoptr (GError) local_error = NULL;

  g_setenv ("TMPDIR", "/nonexistent", TRUE);
  g_assert_false (reactive_secret_set (unit, ID, content, NULL, &local_error));
  g_assert_error (local_error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED);
  g_unsetenv ("TMPDIR");

  return TRUE;
}

static void
test_no_place (UnitFixture *fixture, gconstpointer data)
{
  if (g_test_subprocess ())
    {
      unit_fixture_run_body (fixture, "install", expect_no_place);
      unit_fixture_assert_journal (fixture, "secret-", "");
      return;
    }

  /* GLib looks up the directory once. */
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
}

/* Everything else -------------------------------------------------------------------------------------------------- */

static gboolean
change_secrets (ReactiveUnit *unit, GError **error)
{
  const ReactiveSecretOptions options = { .label = "x", .rotate = "never" };

  return reactive_secret_set (unit, ID, NULL, &options, error) && reactive_secret_remove (unit, ID, 0, error)
         && reactive_secret_remove (unit, ID, 3, error) && reactive_secret_grant (unit, ID, "db:1", NULL, error)
         && reactive_secret_grant (unit, ID, "db:1", "mysql/0", error)
         && reactive_secret_revoke (unit, ID, "db:1", NULL, error)
         && reactive_secret_revoke (unit, ID, "db:1", "mysql/0", error);
}

static void
test_changes (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", change_secrets);
  unit_fixture_assert_journal (fixture, "secret-",
                               "secret-set --label x --rotate never " ID "\n"
                               "secret-remove " ID "\n"
                               "secret-remove --revision 3 " ID "\n"
                               "secret-grant --relation db:1 " ID "\n"
                               "secret-grant --relation db:1 --unit mysql/0 " ID "\n"
                               "secret-revoke --relation db:1 " ID "\n"
                               "secret-revoke --relation db:1 --unit mysql/0 " ID);
}

static gboolean
read_secrets (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *content = reactive_secret_get (unit, ID, NULL, error);

  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (content, "password"), NULL), ==, "hunter2");

  return reactive_secret_get (unit, NULL, "x", error) != NULL && reactive_secret_get (unit, ID, "x", error) != NULL
         && reactive_secret_peek (unit, ID, NULL, error) != NULL
         && reactive_secret_refresh (unit, ID, NULL, error) != NULL;
}

static void
test_read (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "{\"password\": \"hunter2\"}\n");
  unit_fixture_run_body (fixture, "install", read_secrets);
  unit_fixture_assert_journal (fixture, "secret-",
                               "secret-get --format=json " ID "\n"
                               "secret-get --label x --format=json\n"
                               "secret-get --label x --format=json " ID "\n"
                               "secret-get --peek --format=json " ID "\n"
                               "secret-get --refresh --format=json " ID);
}

static gboolean
expect_bad_answers (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) get_error = NULL;
  g_autoptr (GError) list_error = NULL;
  g_autoptr (GError) info_error = NULL;

  g_assert_null (reactive_secret_get (unit, ID, NULL, &get_error));
  g_assert_error (get_error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_null (reactive_secret_list (unit, &list_error));
  g_assert_error (list_error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_null (reactive_secret_get_info (unit, ID, NULL, &info_error));
  g_assert_error (info_error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);

  return TRUE;
}

static void
test_bad_answers (UnitFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "{\"password\": 1}", "\"x\"", "[1]", "true", "nonsense", "" };

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      set_output (fixture, answers[i]);
      unit_fixture_run_body (fixture, "install", expect_bad_answers);
    }
}

static gboolean
expect_no_name (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) get_error = NULL;
  g_autoptr (GError) info_error = NULL;

  g_assert_null (reactive_secret_get (unit, NULL, NULL, &get_error));
  g_assert_error (get_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_null (reactive_secret_get_info (unit, NULL, NULL, &info_error));
  g_assert_error (info_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);

  return TRUE;
}

static void
test_no_name (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", expect_no_name);
}

static gboolean
list_secrets (ReactiveUnit *unit, GError **error)
{
  const char *const *ids = reactive_secret_list (unit, error);
  g_autofree char *joined = NULL;

  g_assert_nonnull (ids);
  joined = g_strjoinv (" ", (char **) ids);
  note (unit, joined);

  return TRUE;
}

static void
test_list (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "[\"a\",\"b\"]");
  unit_fixture_run_body (fixture, "install", list_secrets);
  unit_fixture_assert_notes (fixture, "a b");
  set_output (fixture, "null");
  unit_fixture_run_body (fixture, "start", list_secrets);
  unit_fixture_assert_notes (fixture, "");
  unit_fixture_assert_journal (fixture, "secret-", "secret-ids --format=json\nsecret-ids --format=json");
}

static gboolean
look_at_info (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *info = reactive_secret_get_info (unit, ID, NULL, error);

  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (info, "owner"), NULL), ==, "unit");

  return reactive_secret_get_info (unit, NULL, "x", error) != NULL;
}

static void
test_info (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "{\"9m4e2mr0ui3e8a215n4g\":{\"revision\":1,\"label\":\"x\",\"owner\":\"unit\"}}");
  unit_fixture_run_body (fixture, "install", look_at_info);
  unit_fixture_assert_journal (fixture, "secret-",
                               "secret-info-get --format=json " ID "\nsecret-info-get --label x --format=json");
}

/* Juju says no, or has no such tool. */
static gboolean
refuse_all (ReactiveUnit *unit, GError **error)
{
  const ReactiveError *code = unit_fixture_of (unit)->row;
  g_autoptr (ReactiveJson) content = parse ("{\"password\": \"hunter2\"}");
  const ReactiveSecretOptions options = { .owner = REACTIVE_SECRET_OF_UNIT };
  GError *errors[9] = { NULL };

  g_assert_null (reactive_secret_add (unit, content, &options, &errors[0]));
  g_assert_false (reactive_secret_set (unit, ID, content, NULL, &errors[1]));
  g_assert_false (reactive_secret_remove (unit, ID, 0, &errors[2]));
  g_assert_false (reactive_secret_grant (unit, ID, "db:1", NULL, &errors[3]));
  g_assert_false (reactive_secret_revoke (unit, ID, "db:1", NULL, &errors[4]));
  g_assert_null (reactive_secret_list (unit, &errors[5]));
  g_assert_null (reactive_secret_get (unit, ID, NULL, &errors[6]));
  g_assert_null (reactive_secret_peek (unit, ID, NULL, &errors[7]));
  g_assert_null (reactive_secret_get_info (unit, ID, NULL, &errors[8]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], REACTIVE_ERROR, (int) *code);
      g_error_free (errors[i]);
    }

  return TRUE;
}

static void
test_refusals (UnitFixture *fixture, gconstpointer data)
{
  static const char *const tools[] = { "secret-add",    "secret-set", "secret-remove", "secret-grant",
                                       "secret-revoke", "secret-ids", "secret-get",    "secret-info-get" };
  const ReactiveError refused = REACTIVE_ERROR_TOOL, missing = REACTIVE_ERROR_NO_TOOL;

  fixture->model->tool_exit_code = 1;
  fixture->row = &refused;
  unit_fixture_run_body (fixture, "install", refuse_all);
  fixture->model->tool_exit_code = 0;
  fixture->row = &missing;
  for (guint i = 0; i < G_N_ELEMENTS (tools); i++)
    fake_model_fail (fixture->model, tools[i], missing);
  unit_fixture_run_body (fixture, "start", refuse_all);
}

/* The hook --------------------------------------------------------------------------------------------------------- */

static gboolean
look_at_hook (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_get_secret_id (unit), ==, ID);
  g_assert_cmpstr (reactive_get_secret_label (unit), ==, "x");
  g_assert_cmpuint (reactive_get_secret_revision (unit), ==, 7);
  note (unit, "seen");

  return TRUE;
}

static gboolean
look_at_other_hook (ReactiveUnit *unit, GError **error)
{
  g_assert_null (reactive_get_secret_id (unit));
  g_assert_null (reactive_get_secret_label (unit));
  g_assert_cmpuint (reactive_get_secret_revision (unit), ==, 0);

  return TRUE;
}

static const ReactiveHandler hook_handlers[]
    = { HANDLER (look_at_hook, ON ("secret-expired")), HANDLER (look_at_other_hook, ON ("install")) };
static const ReactiveModule hook_module = TEST_MODULE (HANDLERS (hook_handlers));

static void
test_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &hook_module);
  unit_fixture_run_well (fixture, "install");
  g_ptr_array_add (fixture->environment, g_strdup ("JUJU_SECRET_ID=" ID));
  g_ptr_array_add (fixture->environment, g_strdup ("JUJU_SECRET_LABEL=x"));
  g_ptr_array_add (fixture->environment, g_strdup ("JUJU_SECRET_REVISION=7"));
  unit_fixture_run_well (fixture, "secret-expired");
  unit_fixture_assert_notes (fixture, "seen");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/secret/add/values-show-nowhere", test_add);
  ADD_UNIT_TEST ("/unit/secret/add/files-go-whatever-happens", test_files_go);
  ADD_UNIT_TEST ("/unit/secret/add/of-the-application-by-the-leader-alone", test_leader_alone);
  ADD_UNIT_TEST ("/unit/secret/content-that-juju-would-refuse", test_bad_content);
  ADD_UNIT_TEST ("/unit/secret/no-place-for-the-files", test_no_place);
  ADD_UNIT_TEST ("/unit/secret/set-remove-grant-revoke", test_changes);
  ADD_UNIT_TEST ("/unit/secret/get-peek-refresh", test_read);
  ADD_UNIT_TEST ("/unit/secret/answers-of-another-form", test_bad_answers);
  ADD_UNIT_TEST ("/unit/secret/neither-id-nor-label", test_no_name);
  ADD_UNIT_TEST ("/unit/secret/list", test_list);
  ADD_UNIT_TEST ("/unit/secret/info", test_info);
  ADD_UNIT_TEST ("/unit/secret/refused-or-unknown-to-juju", test_refusals);
  ADD_UNIT_TEST ("/unit/secret/what-the-hook-is-about", test_hook);

  return g_test_run ();
}
