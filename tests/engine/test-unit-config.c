/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

#define CONFIG_FILE ".juju-persistent-config"

#define OPTIONS                                                                                                        \
  "options:\n"                                                                                                         \
  "  name: {type: string, default: web}\n"                                                                             \
  "  port: {type: int, default: 80}\n"                                                                                 \
  "  ratio: {type: float, default: 1.0}\n"                                                                             \
  "  public: {type: boolean, default: false}\n"                                                                        \
  "  extra: {type: string}\n"

#define DEFAULTS "\"name\": \"web\", \"port\": 80, \"ratio\": 1, \"public\": false, \"extra\": null"

static void
set_config (UnitFixture *fixture, const char *json_text)
{
  fake_model_set_json (&fixture->model->config, json_text);
}

static void
set_up (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_up (fixture, data);
  unit_fixture_put_file (fixture, "config.yaml", OPTIONS);
  set_config (fixture, "{" DEFAULTS "}");
}

#define ADD_CONFIG_TEST(path, function) g_test_add (path, UnitFixture, NULL, set_up, function, unit_fixture_tear_down)

static gboolean
note_config (ReactiveUnit *unit, GError **error)
{
  const char *const *flags = reactive_get_flags (unit);

  for (; *flags != NULL; flags++)
    if (g_str_has_prefix (*flags, "config."))
      note (unit, *flags + strlen ("config."));

  return TRUE;
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  note_config (unit, NULL);
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "no");

  return FALSE;
}

static void
assert_hook (UnitFixture *fixture, const char *expected)
{
  unit_fixture_run_body (fixture, "config-changed", note_config);
  unit_fixture_assert_notes (fixture, expected);
  unit_fixture_assert_flags (fixture, "");
}

static void
assert_file (UnitFixture *fixture, const char *expected)
{
  g_autofree char *contents = unit_fixture_get_file (fixture, CONFIG_FILE);

  g_assert_cmpstr (contents, ==, expected);
}

#define ALL_DEFAULT "default.extra default.name default.port default.public default.ratio"
#define ALL_CHANGED "changed changed.extra changed.name changed.port changed.public changed.ratio"

/* Flags ------------------------------------------------------------------------------------------------------------ */

static void
test_flags (UnitFixture *fixture, gconstpointer data)
{
  assert_hook (fixture, ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio");
  assert_hook (fixture, ALL_DEFAULT " set.name set.port set.ratio");

  set_config (fixture, "{\"name\": \"\", \"port\": 0, \"ratio\": 0.0, \"public\": true, \"extra\": \"x\"}");
  assert_hook (fixture, ALL_CHANGED " set.extra set.public");
  assert_hook (fixture, "set.extra set.public");

  set_config (fixture, "{\"name\": \"\", \"port\": 0, \"ratio\": 1.0, \"public\": false, \"extra\": null}");
  assert_hook (fixture, "changed changed.extra changed.public changed.ratio default.extra default.public default.ratio "
                        "set.ratio");
}

/* 1 and 1.0 are the same number, as in Python. */
static void
test_number_forms (UnitFixture *fixture, gconstpointer data)
{
  assert_hook (fixture, ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio");
  set_config (fixture, "{\"name\": \"web\", \"port\": 80.0, \"ratio\": 1.0, \"public\": false, \"extra\": null}");
  assert_hook (fixture, ALL_DEFAULT " set.name set.port set.ratio");
}

static void
test_failed_hook (UnitFixture *fixture, gconstpointer data)
{
  assert_hook (fixture, ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio");
  set_config (fixture, "{\"name\": \"web\", \"port\": 81, \"ratio\": 1, \"public\": false, \"extra\": null}");
  for (int i = 0; i < 2; i++)
    {
      unit_fixture_fail_body (fixture, "config-changed", fail, "*no");
      unit_fixture_assert_notes (fixture, "changed changed.port default.extra default.name default.public "
                                          "default.ratio set.name set.port set.ratio");
    }
  assert_hook (fixture, "changed changed.port default.extra default.name default.public default.ratio set.name "
                        "set.port set.ratio");
  assert_hook (fixture, "default.extra default.name default.public default.ratio set.name set.port set.ratio");
}

/* An action on a unit whose last hook failed runs no handler that waits for flags: the change is for the retry. */
static void
test_action_in_between (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "config-changed", fail, "*no");
  unit_fixture_assert_notes (fixture, ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio");
  unit_fixture_run_body (fixture, "action act", note_config);
  unit_fixture_assert_notes (fixture, ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio");
  assert_file (fixture, NULL);
  assert_hook (fixture, ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio");
}

static void
test_action_after_good_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "action act", note_config);
  unit_fixture_assert_notes (fixture, ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio");
  assert_hook (fixture, ALL_DEFAULT " set.name set.port set.ratio");
}

static void
test_no_tool (UnitFixture *fixture, gconstpointer data)
{
  fake_model_fail (fixture->model, "config-get", REACTIVE_ERROR_NO_TOOL);
  assert_hook (fixture, "");
  assert_file (fixture, NULL);
}

static void
test_no_options (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_put_file (fixture, "config.yaml", "options: {}\n");
  assert_hook (fixture, "");
  unit_fixture_assert_journal (fixture, "config-get", "");
  assert_file (fixture, NULL);
}

/* An option that Juju does not know has the value that the file has. */
static void
test_unknown_to_juju (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_put_file (fixture, CONFIG_FILE, "{" DEFAULTS "}");
  set_config (fixture, "{\"name\": \"web\", \"ratio\": 1, \"public\": false}");
  assert_hook (fixture, ALL_DEFAULT " set.name set.port set.ratio");
}

/* The file --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *path;
  const char *before; /* NULL for no file */
  const char *config;
  const char *after;
} FileMerge;

/* As json.dump() of a dict that began as Juju's answer and was given the old keys that it had not. */
static const FileMerge merges[] = {
  { "first-run", NULL, "{\"b\": 1, \"a\": null}", "{\"b\": 1, \"a\": null}" },
  { "same", "{\"a\": 1}", "{\"a\": 1}", "{\"a\": 1}" },
  { "new-value", "{\"a\": 1}", "{\"a\": 2}", "{\"a\": 2}" },
  { "juju's-order-then-old-keys", "{\"z\": 0, \"a\": 1, \"y\": [1, {\"k\": 1.0}]}", "{\"c\": 3, \"a\": 2}",
    "{\"c\": 3, \"a\": 2, \"z\": 0, \"y\": [1, {\"k\": 1.0}]}" },
  { "only-the-order-is-new", "{\"a\": 1, \"b\": 2}", "{\"b\": 2, \"a\": 1}", "{\"b\": 2, \"a\": 1}" },
  { "escapes-of-python", "{\"o\": \"\\u00e9\"}", "{\"a\": \"caf\xc3\xa9 \\ud83d\\ude00\"}",
    "{\"a\": \"caf\\u00e9 \\ud83d\\ude00\", \"o\": \"\\u00e9\"}" },
  { "last-duplicate-counts", "{\"o\": 2, \"o\": 3}", "{\"a\": 1}", "{\"a\": 1, \"o\": 3}" },
  { "empty-file", "", "{\"a\": 1}", "{\"a\": 1}" },
  { "no-json", "{\"a\": 1", "{\"a\": 1}", "{\"a\": 1}" },
  { "no-object", "[1]", "{\"a\": 1}", "{\"a\": 1}" },
};

static void
test_merge (UnitFixture *fixture, gconstpointer data)
{
  const FileMerge *merge = data;
  g_autofree char *path = g_build_filename (fixture->directory, CONFIG_FILE, NULL);
  GStatBuf status;

  if (merge->before != NULL)
    unit_fixture_put_file (fixture, CONFIG_FILE, merge->before);
  set_config (fixture, merge->config);
  unit_fixture_run_well (fixture, "install");
  assert_file (fixture, merge->after);

  g_assert_cmpint (g_stat (path, &status), ==, 0);
  if (g_strcmp0 (merge->before, merge->after) != 0)
    g_assert_cmpint (status.st_mode & 07777, ==, 0600);
}

typedef struct
{
  const char *path;
  const char *contents; /* NULL for none */
  gboolean is_first_run;
  const char *warning;
} PreviousFile;

static const PreviousFile previous_files[] = {
  { "missing", NULL, TRUE, NULL },
  { "empty", "", TRUE, NULL },
  { "no-json", "{'a': 1}", TRUE, ".juju-persistent-config is not used: " },
  { "no-object", "\"text\"", TRUE, ".juju-persistent-config is not used: not a JSON object" },
  { "empty-object", "{}", FALSE, NULL },
  { "all-the-same", "{\"ratio\": 1.0, \"extra\": null, \"name\": \"web\", \"port\": 80, \"public\": false}", FALSE,
    NULL },
};

static gboolean
check_previous (ReactiveUnit *unit, GError **error)
{
  const PreviousFile *file = reactive_unit_get_data (unit, "file");

  g_assert_cmpint (reactive_config_is_changed (unit, "extra"), ==, file->is_first_run);
  g_assert_null (reactive_config_get_previous (unit, "extra"));

  return TRUE;
}

static void
test_previous_file (UnitFixture *fixture, gconstpointer data)
{
  const PreviousFile *file = data;
  g_autoptr (ReactiveUnit) unit = NULL;

  if (file->contents != NULL)
    unit_fixture_put_file (fixture, CONFIG_FILE, file->contents);
  unit_fixture_run_body (fixture, "start", note_config);
  unit_fixture_assert_notes (fixture,
                             file->is_first_run ? ALL_CHANGED " " ALL_DEFAULT " set.name set.port set.ratio"
                             : g_str_equal (file->contents, "{}")
                                 ? "changed changed.name changed.port changed.public changed.ratio " ALL_DEFAULT
                                   " set.name set.port set.ratio"
                                 : ALL_DEFAULT " set.name set.port set.ratio");
  if (file->warning != NULL)
    g_assert_true (fake_model_has_logged (fixture->model, file->warning));
  else
    g_assert_false (fake_model_has_logged (fixture->model, "WARNING"));

  if (file->contents == NULL)
    return;
  unit_fixture_put_file (fixture, CONFIG_FILE, file->contents);
  fixture->body = check_previous;
  unit = unit_fixture_new_unit (fixture, "install");
  reactive_unit_set_data (unit, "file", (gpointer) file, NULL);
  g_assert_true (reactive_unit_run (unit, NULL));
}

static void
test_not_written_needlessly (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, CONFIG_FILE, NULL);
  GStatBuf before, after;

  unit_fixture_run_well (fixture, "install");
  g_assert_cmpint (g_stat (path, &before), ==, 0);
  unit_fixture_run_well (fixture, "start");
  g_assert_cmpint (g_stat (path, &after), ==, 0);
  g_assert_cmpuint (before.st_ino, ==, after.st_ino);
}

static gboolean
ask_name (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_config_get_string (unit, "name"), ==, "web");

  return TRUE;
}

/* Only a hook that asked for the configuration writes it. */
static void
test_written_when_asked (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_put_file (fixture, "layer.yaml", "includes: []\n");
  unit_fixture_run_well (fixture, "install");
  assert_file (fixture, NULL);
  unit_fixture_run_body (fixture, "install", ask_name);
  assert_file (fixture, "{" DEFAULTS "}");
}

/* Asking ----------------------------------------------------------------------------------------------------------- */

static gboolean
ask_defaults (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_config_get_string (unit, "name"), ==, "web");
  g_assert_cmpint (reactive_config_get_integer (unit, "port"), ==, 80);
  g_assert_cmpfloat (reactive_config_get_double (unit, "ratio"), ==, 1.0);
  g_assert_cmpfloat (reactive_config_get_double (unit, "port"), ==, 80.0);
  g_assert_false (reactive_config_get_boolean (unit, "public"));
  g_assert_cmpint (reactive_json_get_kind (reactive_config_get (unit, "public")), ==, REACTIVE_JSON_BOOLEAN);
  /* Without a value. */
  g_assert_null (reactive_config_get (unit, "extra"));
  g_assert_null (reactive_config_get_string (unit, "extra"));
  g_assert_cmpint (reactive_config_get_integer (unit, "extra"), ==, 0);
  g_assert_cmpfloat (reactive_config_get_double (unit, "extra"), ==, 0);
  g_assert_false (reactive_config_get_boolean (unit, "extra"));
  g_assert_true (reactive_config_is_changed (unit, "port"));
  g_assert_null (reactive_config_get_previous (unit, "port"));
  /* Juju's own. */
  g_assert_true (reactive_config_get_boolean (unit, "trust"));

  return TRUE;
}

static gboolean
ask_changed (ReactiveUnit *unit, GError **error)
{
  gint64 previous;

  g_assert_cmpint (reactive_config_get_integer (unit, "port"), ==, 9223372036854775807);
  g_assert_true (reactive_config_get_boolean (unit, "public"));
  g_assert_true (reactive_config_is_changed (unit, "port"));
  g_assert_false (reactive_config_is_changed (unit, "name"));
  g_assert_true (reactive_json_get_integer (reactive_config_get_previous (unit, "port"), &previous));
  g_assert_cmpint (previous, ==, 80);
  g_assert_null (reactive_config_get_previous (unit, "extra"));
  g_assert_null (reactive_config_get_previous (unit, "never-there"));

  return TRUE;
}

static void
test_ask (UnitFixture *fixture, gconstpointer data)
{
  set_config (fixture, "{" DEFAULTS ", \"trust\": true}");
  unit_fixture_run_body (fixture, "install", ask_defaults);
  set_config (fixture, "{\"name\": \"web\", \"port\": 9223372036854775807, \"ratio\": 1, \"public\": true}");
  unit_fixture_run_body (fixture, "config-changed", ask_changed);
}

/* "secret" and removed options are in the file still. */
static gboolean
ask_removed (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_json_get_string (reactive_config_get_previous (unit, "removed"), NULL), ==, "old");

  return TRUE;
}

static void
test_previous_of_removed (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_put_file (fixture, CONFIG_FILE, "{\"removed\": \"old\"}");
  unit_fixture_run_body (fixture, "install", ask_removed);
  assert_file (fixture, "{" DEFAULTS ", \"removed\": \"old\"}");
}

/* Nothing but the file is asked for: Juju's answer is wanted when the hook has ended well, for the file. */
static void
test_previous_alone (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_put_file (fixture, CONFIG_FILE, "{\"removed\": \"old\"}");
  unit_fixture_put_file (fixture, "layer.yaml", "includes: []\n");
  fake_model_fail (fixture->model, "config-get", REACTIVE_ERROR_CONNECTION);
  unit_fixture_run_body (fixture, "install", ask_removed);
  assert_file (fixture, "{\"removed\": \"old\"}");
  g_assert_true (fake_model_has_logged (fixture->model, "configuration: config-get fails, as the test wants it"));

  fake_model_mend (fixture->model);
  unit_fixture_run_body (fixture, "install", ask_removed);
  assert_file (fixture, "{" DEFAULTS ", \"removed\": \"old\"}");
}

static gboolean
ask_undeclared (ReactiveUnit *unit, GError **error)
{
  g_assert_null (reactive_config_get (unit, "publc"));
  g_assert_null (reactive_config_get_string (unit, "name"));
  g_assert_false (reactive_config_is_changed (unit, "name"));

  return TRUE;
}

static gboolean
ask_undeclared_changed (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_config_is_changed (unit, "something-else"));

  return TRUE;
}

static gboolean
ask_string (ReactiveUnit *unit, GError **error)
{
  g_assert_null (reactive_config_get_string (unit, "port"));

  return TRUE;
}

static gboolean
ask_integer (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpint (reactive_config_get_integer (unit, "name"), ==, 0);

  return TRUE;
}

static gboolean
ask_large (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpint (reactive_config_get_integer (unit, "port"), ==, 0);

  return TRUE;
}

static gboolean
ask_double (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpfloat (reactive_config_get_double (unit, "public"), ==, 0);

  return TRUE;
}

static gboolean
ask_boolean (ReactiveUnit *unit, GError **error)
{
  g_assert_false (reactive_config_get_boolean (unit, "port"));

  return TRUE;
}

static void
test_ask_badly (UnitFixture *fixture, gconstpointer data)
{
  static const struct
  {
    ReactiveHandlerFunc body;
    const char *pattern;
  } rows[] = {
    { ask_undeclared, "*: the charm has no configuration option 'publc' (did you mean 'public'?)" },
    { ask_undeclared_changed, "*: the charm has no configuration option 'something-else'" },
    { ask_string, "*: configuration option 'port' is not a string" },
    { ask_integer, "*: configuration option 'name' is not an integer" },
    { ask_double, "*: configuration option 'public' is not a number" },
    { ask_boolean, "*: configuration option 'port' is not a boolean" },
    { ask_large, "*: configuration option 'port' is too large" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      if (rows[i].body == ask_large)
        set_config (fixture, "{\"port\": 9223372036854775808}");
      unit_fixture_fail_body (fixture, "install", rows[i].body, rows[i].pattern);
    }
  assert_file (fixture, NULL);
}

static void
test_juju_fails (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_put_file (fixture, "layer.yaml", "includes: []\n");
  fake_model_fail (fixture->model, "config-get", REACTIVE_ERROR_NO_TOOL);
  unit_fixture_fail_body (fixture, "install", ask_undeclared, "handler 'app:body': config-get fails*");
}

static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  ReactiveUnit *volatile nobody = NULL;
  const char *volatile nothing = NULL;

  g_assert_null (reactive_config_get (unit, nothing));
  g_assert_null (reactive_config_get (nobody, "name"));
  g_assert_false (reactive_config_is_changed (unit, nothing));
  g_assert_null (reactive_config_get_previous (unit, nothing));

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "install", misuse, "*misuse of the library: reactive_config_get:*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_CONFIG_TEST ("/unit/config/flags-over-hooks", test_flags);
  ADD_CONFIG_TEST ("/unit/config/form-of-a-number-is-no-change", test_number_forms);
  ADD_CONFIG_TEST ("/unit/config/failed-hook-sees-the-change-again", test_failed_hook);
  ADD_CONFIG_TEST ("/unit/config/action-on-a-failed-unit-leaves-the-change-for-the-retry", test_action_in_between);
  ADD_CONFIG_TEST ("/unit/config/action-on-a-good-unit-uses-the-change-up", test_action_after_good_hook);
  ADD_CONFIG_TEST ("/unit/config/missing-tool-raises-no-flags", test_no_tool);
  ADD_CONFIG_TEST ("/unit/config/charm-without-options-asks-nothing", test_no_options);
  ADD_CONFIG_TEST ("/unit/config/option-unknown-to-juju-keeps-its-value", test_unknown_to_juju);
  for (guint i = 0; i < G_N_ELEMENTS (merges); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/config/file/", merges[i].path, NULL);

      g_test_add (path, UnitFixture, &merges[i], set_up, test_merge, unit_fixture_tear_down);
    }
  for (guint i = 0; i < G_N_ELEMENTS (previous_files); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/config/previous-file/", previous_files[i].path, NULL);

      g_test_add (path, UnitFixture, &previous_files[i], set_up, test_previous_file, unit_fixture_tear_down);
    }
  ADD_CONFIG_TEST ("/unit/config/file-is-not-written-needlessly", test_not_written_needlessly);
  ADD_CONFIG_TEST ("/unit/config/file-is-written-when-somebody-asked", test_written_when_asked);
  ADD_CONFIG_TEST ("/unit/config/ask", test_ask);
  ADD_CONFIG_TEST ("/unit/config/previous-value-of-a-removed-option", test_previous_of_removed);
  ADD_CONFIG_TEST ("/unit/config/previous-value-is-all-that-is-asked", test_previous_alone);
  ADD_CONFIG_TEST ("/unit/config/ask-badly-fails-the-hook", test_ask_badly);
  ADD_CONFIG_TEST ("/unit/config/juju-that-does-not-answer-fails-the-hook", test_juju_fails);
  ADD_CONFIG_TEST ("/unit/config/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
