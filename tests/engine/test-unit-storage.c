/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

static void
set_output (UnitFixture *fixture, const char *output)
{
  fixture->model->tool_output = output;
  fixture->model->tool_output_bytes = strlen (output);
}

static void
note_list (ReactiveUnit *unit, const char *const *list)
{
  g_autofree char *joined = NULL;

  g_assert_nonnull (list);
  joined = g_strjoinv (",", (char **) list);
  note (unit, joined);
}

static gboolean
list_storage (ReactiveUnit *unit, GError **error)
{
  note_list (unit, reactive_storage_list (unit, NULL, error));
  note_list (unit, reactive_storage_list (unit, "data", error));

  return TRUE;
}

static void
test_list (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "[\"data/0\",\"data/1\"]\n");
  unit_fixture_run_body (fixture, "install", list_storage);
  unit_fixture_assert_notes (fixture, "data/0,data/1 data/0,data/1");
  unit_fixture_assert_journal (fixture, "storage-", "storage-list --format=json\nstorage-list --format=json data");
  set_output (fixture, "[]\n");
  unit_fixture_run_body (fixture, "start", list_storage);
  unit_fixture_assert_notes (fixture, "");
}

static gboolean
look_at_storage (ReactiveUnit *unit, GError **error)
{
  g_assert_cmpstr (reactive_storage_get_location (unit, "data/0", error), ==, "/mnt");
  g_assert_cmpstr (reactive_storage_get_kind (unit, "data/0", error), ==, "filesystem");

  return TRUE;
}

static void
test_get (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "{\"kind\":\"filesystem\",\"location\":\"/mnt\"}\n");
  unit_fixture_run_body (fixture, "install", look_at_storage);
  unit_fixture_assert_journal (fixture, "storage-",
                               "storage-get --format=json -s data/0\nstorage-get --format=json -s data/0");
}

static gboolean
add_storage (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  g_assert_false (reactive_storage_add (unit, "data", 0, &local_error));
  g_assert_error (local_error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);

  return reactive_storage_add (unit, "data", 2, error);
}

static void
test_add (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", add_storage);
  unit_fixture_assert_journal (fixture, "storage-", "storage-add data=2");
}

static gboolean
expect_code (ReactiveUnit *unit, GError **error)
{
  const ReactiveError *code = unit_fixture_of (unit)->row;
  GError *errors[3] = { NULL };

  g_assert_null (reactive_storage_list (unit, NULL, &errors[0]));
  g_assert_null (reactive_storage_get_location (unit, "data/0", &errors[1]));
  g_assert_null (reactive_storage_get_kind (unit, "data/0", &errors[2]));
  for (guint i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], REACTIVE_ERROR, (int) *code);
      g_error_free (errors[i]);
    }

  return TRUE;
}

static void
test_failures (UnitFixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "{\"kind\": 1, \"location\": null}", "\"x\"", "[[]]", "nonsense" };
  ReactiveError code = REACTIVE_ERROR_BAD_DATA;

  fixture->row = &code;
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      set_output (fixture, answers[i]);
      unit_fixture_run_body (fixture, "install", expect_code);
    }
  code = REACTIVE_ERROR_TOOL;
  fixture->model->tool_exit_code = 1;
  unit_fixture_run_body (fixture, "start", expect_code);
}

static gboolean
look_at_hook (ReactiveUnit *unit, GError **error)
{
  note (unit, reactive_get_storage_id (unit) != NULL ? reactive_get_storage_id (unit) : "none");

  return TRUE;
}

static void
test_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", look_at_hook);
  g_ptr_array_add (fixture->environment, g_strdup ("JUJU_STORAGE_ID=data/0"));
  unit_fixture_run_body (fixture, "start", look_at_hook);
  unit_fixture_assert_notes (fixture, "none data/0");
}

/* Resources -------------------------------------------------------------------------------------------------------- */

static gboolean
get_resource (ReactiveUnit *unit, GError **error)
{
  const char *path = reactive_resource_get (unit, "image", error);

  if (path != NULL)
    note (unit, path);

  return path != NULL;
}

static void
test_resource (UnitFixture *fixture, gconstpointer data)
{
  set_output (fixture, "/var/lib/x/image.tar");
  unit_fixture_run_body (fixture, "install", get_resource);
  set_output (fixture, "/var/lib/y\n");
  unit_fixture_run_body (fixture, "start", get_resource);
  unit_fixture_assert_notes (fixture, "/var/lib/x/image.tar /var/lib/y");
  unit_fixture_assert_journal (fixture, "resource-", "resource-get image\nresource-get image");
}

static gboolean
expect_no_resource (ReactiveUnit *unit, GError **error)
{
  const ReactiveError *code = unit_fixture_of (unit)->row;
  g_autoptr (GError) local_error = NULL;

  g_assert_null (reactive_resource_get (unit, "image", &local_error));
  g_assert_error (local_error, REACTIVE_ERROR, (int) *code);

  return TRUE;
}

static void
test_no_resource (UnitFixture *fixture, gconstpointer data)
{
  ReactiveError code = REACTIVE_ERROR_BAD_DATA;

  fixture->row = &code;
  set_output (fixture, "");
  unit_fixture_run_body (fixture, "install", expect_no_resource);
  code = REACTIVE_ERROR_TOOL;
  fixture->model->tool_exit_code = 1;
  unit_fixture_run_body (fixture, "start", expect_no_resource);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/storage/list", test_list);
  ADD_UNIT_TEST ("/unit/storage/location-and-kind", test_get);
  ADD_UNIT_TEST ("/unit/storage/add", test_add);
  ADD_UNIT_TEST ("/unit/storage/refused-or-of-another-form", test_failures);
  ADD_UNIT_TEST ("/unit/storage/what-the-hook-is-about", test_hook);
  ADD_UNIT_TEST ("/unit/resource/get", test_resource);
  ADD_UNIT_TEST ("/unit/resource/refused-or-no-path", test_no_resource);

  return g_test_run ();
}
