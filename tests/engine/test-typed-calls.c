/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation-fixture.h"

/* The calls that have a type of their own, against a model that keeps Juju's rules. */

/* Secrets: made by one, read by another ---------------------------------------------------------------------------- */

static ReactiveRelation *
find_relation (ReactiveUnit *unit, const char *endpoint)
{
  return reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, endpoint))[0];
}

static ReactiveJson *
make_content (const char *password)
{
  ReactiveJson *content = reactive_json_new_object ();

  reactive_json_object_set (content, "password", reactive_json_new_string (password));

  return content;
}

static gboolean
offer_secret (ReactiveUnit *unit, GError **error)
{
  const ReactiveSecretOptions options = { .label = "admin", .description = "of the admin" };
  g_autoptr (ReactiveJson) content = make_content (" hunter2 \n");
  ReactiveRelation *relation = find_relation (unit, "db");
  const char *id = reactive_secret_add (unit, content, &options, error);

  if (id == NULL || !reactive_secret_grant (unit, id, reactive_relation_get_id (relation), NULL, error))
    return FALSE;

  reactive_databag_set (reactive_relation_get_to_publish (relation), "secret", id);

  return TRUE;
}

static gboolean
read_secret (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *relation = find_relation (unit, "db");
  const char *id = reactive_databag_get (reactive_relation_get_received (relation), "secret", NULL);
  const ReactiveJson *content = id != NULL ? reactive_secret_get (unit, id, "theirs", error) : NULL;

  if (content == NULL)
    return id == NULL;

  reactive_status_active (unit, reactive_json_get_string (reactive_json_get_member (content, "password"), NULL));

  return TRUE;
}

static gboolean
change_secret (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) content = make_content ("*****");
  const ReactiveJson *info = reactive_secret_get_info (unit, NULL, "admin", error);
  const char *const *ids = reactive_secret_list (unit, error);
  g_autofree char *id = ids != NULL ? g_strconcat ("secret:", ids[0], NULL) : NULL;

  if (info == NULL || id == NULL)
    return FALSE;

  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (info, "description"), NULL), ==, "of the admin");
  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (info, "owner"), NULL), ==, "application");
  g_assert_null (ids[1]);

  return reactive_secret_set (unit, id, content, NULL, error);
}

/* The revision that is followed stays until it is refreshed. */
static gboolean
follow_secret (ReactiveUnit *unit, GError **error)
{
  const char *id = reactive_get_secret_id (unit);
  const ReactiveJson *followed = reactive_secret_get (unit, id, NULL, error);
  const ReactiveJson *newest = followed != NULL ? reactive_secret_peek (unit, NULL, "theirs", error) : NULL;

  if (newest == NULL)
    return FALSE;

  g_assert_cmpstr (reactive_get_secret_label (unit), ==, "theirs");
  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (followed, "password"), NULL), ==, " hunter2 \n");
  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (newest, "password"), NULL), ==, "*****");
  if (reactive_secret_refresh (unit, id, NULL, error) == NULL
      || (followed = reactive_secret_get (unit, id, NULL, error)) == NULL)
    return FALSE;

  reactive_status_active (unit, reactive_json_get_string (reactive_json_get_member (followed, "password"), NULL));

  return TRUE;
}

static const ReactiveHandler owner_handlers[] = {
  HANDLER (offer_secret, ON ("db-relation-joined"), ONCE),
  HANDLER (change_secret, ON ("update-status")),
};
static const ReactiveHandler reader_handlers[] = {
  HANDLER (read_secret, ON ("db-relation-changed")),
  HANDLER (follow_secret, ON ("secret-changed")),
};
static const ReactiveModule owner = TEST_MODULE (HANDLERS (owner_handlers));
static const ReactiveModule reader = TEST_MODULE (HANDLERS (reader_handlers));

static void
assert_status (SimulationFixture *fixture, const char *unit, const char *message)
{
  const ReactiveModelUnit *found = simulation_fixture_find (fixture, unit);

  g_assert_cmpstr (found->status.message, ==, message);
}

static void
test_secrets (SimulationFixture *fixture, gconstpointer data)
{
  simulation_fixture_add (fixture, "owner", "provides: {db: {interface: db}}", NULL, &owner, 1);
  simulation_fixture_add (fixture, "reader", "requires: {db: {interface: db}}", NULL, &reader, 2);
  simulation_fixture_relate (fixture, "owner:db", "reader:db");
  simulation_fixture_settle (fixture);
  assert_status (fixture, "reader/0", " hunter2 \n");
  assert_status (fixture, "reader/1", " hunter2 \n");

  reactive_model_update_status (fixture->model);
  simulation_fixture_settle (fixture);
  assert_status (fixture, "reader/0", "*****");
  assert_status (fixture, "reader/1", "*****");
}

/* What a unit asks by itself ----------------------------------------------------------------------------------------
 */

static gboolean
use_state (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = NULL;

  if (!reactive_state_set (unit, "key", " a\"b\n", error) || !reactive_state_set (unit, "other", "1", error)
      || !reactive_state_set (unit, "other", NULL, error))
    return FALSE;

  g_assert_cmpstr (reactive_state_get (unit, "key", error), ==, " a\"b\n");
  g_assert_cmpstr (reactive_state_get (unit, "other", error), ==, "");
  text = reactive_json_to_text (reactive_state_get_all (unit, error), REACTIVE_JSON_SORT_KEYS);
  g_assert_cmpstr (text, ==, "{\"key\": \" a\\\"b\\n\"}");

  return TRUE;
}

static const ReactiveHandler state_handlers[] = { HANDLER (use_state, ON ("start")) };
static const ReactiveModule state_module = TEST_MODULE (HANDLERS (state_handlers));

static void
test_state (SimulationFixture *fixture, gconstpointer data)
{
  simulation_fixture_add (fixture, "app", "", NULL, &state_module, 1);
  simulation_fixture_settle (fixture);
  simulation_fixture_assert (fixture, "hook-end app/0 start ", "good");
}

static gboolean
use_storage (ReactiveUnit *unit, GError **error)
{
  const char *const *ids = reactive_storage_list (unit, "data", error);
  const char *location;

  if (ids == NULL || ids[0] == NULL || (location = reactive_storage_get_location (unit, ids[0], error)) == NULL)
    return FALSE;

  g_assert_cmpstr (ids[0], ==, "data/0");
  g_assert_null (ids[1]);
  g_assert_true (g_path_is_absolute (location));
  g_assert_cmpstr (reactive_storage_get_kind (unit, ids[0], error), ==, "filesystem");
  g_assert_null (*reactive_storage_list (unit, "logs", error));

  return reactive_storage_add (unit, "data", 1, error);
}

static const ReactiveHandler storage_handlers[] = { HANDLER (use_storage, ON ("start")) };
static const ReactiveModule storage_module = TEST_MODULE (HANDLERS (storage_handlers));

static void
test_storage (SimulationFixture *fixture, gconstpointer data)
{
  simulation_fixture_add (fixture, "app", "storage: {data: {type: filesystem, multiple: {range: 1-}}}", NULL,
                          &storage_module, 1);
  simulation_fixture_settle (fixture);
  simulation_fixture_assert (fixture, "hook-end app/0 data-storage-attached ", "data/0 good; data/1 good");
}

static gboolean
look_around (ReactiveUnit *unit, GError **error)
{
  const ReactiveJson *goal = reactive_get_goal_state (unit, error);
  g_autoptr (GError) cloud_error = NULL;
  g_autoptr (GError) resource_error = NULL;

  g_assert_nonnull (reactive_json_get_member (reactive_json_get_member (goal, "units"), "app/0"));
  g_assert_null (reactive_get_cloud (unit, &cloud_error));
  g_assert_error (cloud_error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED);
  g_assert_null (reactive_resource_get (unit, "image", &resource_error));
  g_assert_error (resource_error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);

  return TRUE;
}

static const ReactiveHandler machine_handlers[] = { HANDLER (look_around, ON ("start")) };
static const ReactiveModule machine_module = TEST_MODULE (HANDLERS (machine_handlers));

static void
test_machine (SimulationFixture *fixture, gconstpointer data)
{
  simulation_fixture_add (fixture, "app", "resources: {image: {type: file, filename: image.tar}}", NULL,
                          &machine_module, 1);
  simulation_fixture_settle (fixture);
  simulation_fixture_assert (fixture, "hook-end app/0 start ", "good");
}

static gboolean
read_resource (ReactiveUnit *unit, GError **error)
{
  const char *path = reactive_resource_get (unit, "image", error);
  g_autofree char *contents = NULL;

  g_assert_nonnull (reactive_get_cloud (unit, error));
  if (path == NULL)
    return FALSE;

  g_assert_true (g_file_get_contents (path, &contents, NULL, NULL));
  reactive_status_active (unit, contents);

  return TRUE;
}

static const ReactiveHandler resource_handlers[] = { HANDLER (read_resource, ON ("start")) };
static const ReactiveModule resource_module = TEST_MODULE (HANDLERS (resource_handlers));

static void
test_resource (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->directory, "image.tar", NULL);
  ReactiveModelApplication *application;
  g_autoptr (GError) error = NULL;

  simulation_fixture_put_file (fixture, "image.tar", "the image");
  application = simulation_fixture_add (fixture, "app", "resources: {image: {type: file, filename: image.tar}}", NULL,
                                        &resource_module, 1);
  application->is_trusted = TRUE;
  g_assert_true (reactive_model_set_resource (application, "image", path, &error));
  g_assert_no_error (error);
  simulation_fixture_settle (fixture);
  assert_status (fixture, "app/0", "the image");
}

/* After the reboot the hook is run again, and then start once more. */
static gboolean
reboot_once (ReactiveUnit *unit, GError **error)
{
  g_autofree char *mark = reactive_get_path (unit, "rebooted");

  if (g_file_test (mark, G_FILE_TEST_EXISTS))
    return TRUE;

  reactive_set_flag (unit, "lost");

  return reactive_write_file (unit, "rebooted", "", -1, 0644, NULL, NULL, error) && reactive_reboot_now (unit, error);
}

static const ReactiveHandler reboot_handlers[] = { HANDLER (reboot_once, ON ("update-status")) };
static const ReactiveModule reboot_module = TEST_MODULE (HANDLERS (reboot_handlers));

static void
test_reboot (SimulationFixture *fixture, gconstpointer data)
{
  simulation_fixture_add (fixture, "app", "", NULL, &reboot_module, 1);
  simulation_fixture_settle (fixture);
  g_free (simulation_fixture_take (fixture, ""));
  reactive_model_update_status (fixture->model);
  simulation_fixture_settle (fixture);
  simulation_fixture_assert_flags (fixture, "app/0", "leadership.is_leader");
  simulation_fixture_assert (fixture, "hook app/0 ", "update-status; update-status; start");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_SIMULATION_TEST ("/typed-calls/secret/offered-read-changed-and-followed", test_secrets);
  ADD_SIMULATION_TEST ("/typed-calls/state", test_state);
  ADD_SIMULATION_TEST ("/typed-calls/storage", test_storage);
  ADD_SIMULATION_TEST ("/typed-calls/goal-state-no-trust-no-resource", test_machine);
  ADD_SIMULATION_TEST ("/typed-calls/resource-and-cloud", test_resource);
  ADD_SIMULATION_TEST ("/typed-calls/reboot-now", test_reboot);

  return g_test_run ();
}
