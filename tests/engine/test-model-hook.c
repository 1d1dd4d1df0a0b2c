/* SPDX-License-Identifier: Apache-2.0 */
#include "model-fixture.h"

/* Juju's rules for the order of hooks in a unit's life: a test for each, named after it. Those of relations are in
 * test-model-relations.c. */

#define WEB "requires: {db: mysql}\n"
#define SQL "provides: {server: mysql}\n"

static void
set_config (ModelFixture *fixture, const char *application, const char *json)
{
  g_autoptr (ReactiveJson) config = reactive_json_parse (json, -1, REACTIVE_JSON_STRICT, NULL);
  g_autoptr (GError) error = NULL;

  reactive_model_set_config (reactive_model_find_application (fixture->model, application), config, &error);
  g_assert_no_error (error);
}

static void
deploy_with_files (ModelFixture *fixture, const char *name, const char *metadata, const char *options,
                   const char *actions, guint n_units)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, metadata, options, actions);
  g_autoptr (GError) error = NULL;

  reactive_model_add_application (fixture->model, name, charm, /* config= */ NULL, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_units; i++)
    model_fixture_add_unit (fixture, name);
}

static void
upgrade (ModelFixture *fixture, const char *application, const char *metadata)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, metadata, NULL, NULL);
  g_autoptr (GError) error = NULL;

  reactive_model_upgrade (reactive_model_find_application (fixture->model, application), charm, &error);
  g_assert_no_error (error);
}

static void
set_leader (ModelFixture *fixture, const char *unit)
{
  g_autoptr (GError) error = NULL;

  reactive_model_set_leader (model_fixture_get_unit (fixture, unit), &error);
  g_assert_no_error (error);
}

static void
set_settings (ModelFixture *fixture, const char *application, const char *json)
{
  ReactiveModelApplication *it = reactive_model_find_application (fixture->model, application);

  reactive_model_set_settings (it, reactive_json_parse (json, -1, REACTIVE_JSON_STRICT, NULL), it->leader);
}

static void
add_action (ModelFixture *fixture, const char *unit, const char *name)
{
  g_autoptr (GError) error = NULL;

  reactive_model_add_action (model_fixture_get_unit (fixture, unit), name, /* parameters= */ NULL, &error);
  g_assert_no_error (error);
}

static void
send_hook (ModelFixture *fixture, const char *unit, const char *name)
{
  g_autoptr (GError) error = NULL;

  reactive_model_send_hook (model_fixture_get_unit (fixture, unit), name, /* details= */ NULL, &error);
  g_assert_no_error (error);
}

static void
resolve (ModelFixture *fixture, const char *unit, gboolean retry)
{
  g_autoptr (GError) error = NULL;

  reactive_model_resolve (model_fixture_get_unit (fixture, unit), retry, &error);
  g_assert_no_error (error);
}

/*
 * Setting up
 */

static void
test_install_first (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "peers: {ring: ring}\n", 2);
  send_hook (fixture, "web/0", "collect-metrics");
  reactive_model_update_status (fixture->model);

  model_fixture_assert_next (fixture, "web/0", "install");
}

static void
test_install_once (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 2);

  model_fixture_assert_runs (fixture, "web/0", "install; leader-elected; config-changed; start");
  model_fixture_assert_runs (fixture, "web/1", "install; config-changed; start");
  model_fixture_assert_next (fixture, "web/0", "");
  upgrade (fixture, "web", "summary: y\n");
  model_fixture_assert_runs (fixture, "web/0", "upgrade-charm; config-changed");
}

static void
test_storage_before_install (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "sql", "storage: {data: {type: filesystem}, logs: {type: block}}\n", 1);

  model_fixture_assert_next (fixture, "sql/0", "data-storage-attached data/0, logs-storage-attached logs/1");
  model_fixture_run (fixture, "sql/0", "logs-storage-attached logs/1");
  model_fixture_assert_runs (fixture, "sql/0",
                             "data-storage-attached data/0; install; leader-elected; config-changed; start");
}

static void
test_storage_after_start_on_kubernetes (ModelFixture *fixture, gconstpointer data)
{
  fixture->model->is_kubernetes = TRUE;
  model_fixture_deploy (fixture, "sql", "storage: {data: {type: filesystem}}\n", 1);

  model_fixture_assert_runs (fixture, "sql/0",
                             "install; leader-elected; config-changed; start; data-storage-attached data/0");
}

static void
test_created_between_install_and_config_changed (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "requires: {db: mysql, cache: redis}\npeers: {ring: ring}\n", 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_relate (fixture, "web:db", "sql:server");
  model_fixture_run (fixture, "web/0", "install");

  model_fixture_assert_next (fixture, "web/0", "db-relation-created db:1, ring-relation-created ring:0");
  model_fixture_run (fixture, "web/0", "db-relation-created db:1");
  model_fixture_assert_runs (fixture, "web/0", "ring-relation-created ring:0; leader-elected; config-changed; start");
}

static void
test_start_directly_behind_first_config_changed (ModelFixture *fixture, gconstpointer data)
{
  deploy_with_files (fixture, "web", WEB, "options: {port: {type: int, default: 80}}\n", "backup: {}\n", 1);
  model_fixture_run (fixture, "web/0", "install");
  model_fixture_run (fixture, "web/0", "leader-elected");
  add_action (fixture, "web/0", "backup");
  model_fixture_assert_next (fixture, "web/0", "backup, config-changed");
  model_fixture_run (fixture, "web/0", "config-changed");

  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_relate (fixture, "web", "sql");
  set_config (fixture, "web", "{\"port\": 81}");
  model_fixture_assert_next (fixture, "web/0", "start");
  model_fixture_run (fixture, "web/0", "start");
  model_fixture_assert_next (fixture, "web/0", "backup, config-changed, db-relation-created db:0");

  /* Only the first one brings a start. */
  model_fixture_run (fixture, "web/0", "config-changed");
  model_fixture_assert_next (fixture, "web/0", "backup, db-relation-created db:0");
}

/*
 * Leadership
 */

static void
test_leader_settings_changed_where_there_is_something_to_tell (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 2);
  model_fixture_settle (fixture);

  set_settings (fixture, "web", "{\"key\": \"1\"}");
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "web/1", "leader-settings-changed");
  set_settings (fixture, "web", "{\"key\": \"1\"}");
  model_fixture_assert_next (fixture, "web/1", "");

  model_fixture_add_unit (fixture, "web");
  model_fixture_assert_runs (fixture, "web/2", "install; leader-settings-changed; config-changed; start");
}

static void
test_no_leader_settings_changed_in_juju_4 (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_reset (fixture, REACTIVE_JUJU_4);
  model_fixture_deploy (fixture, "web", "summary: x\n", 2);
  model_fixture_settle (fixture);

  set_settings (fixture, "web", "{\"key\": \"1\"}");
  model_fixture_assert_next (fixture, "web/1", "");
}

static void
test_leader_elected_each_time (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 2);
  model_fixture_settle (fixture);

  set_leader (fixture, "web/1");
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "web/1", "leader-elected");
  set_leader (fixture, "web/0");
  model_fixture_assert_runs (fixture, "web/0", "leader-elected");
  model_fixture_assert_next (fixture, "web/1", "");
}

static void
test_leader_elected_skipped_where_leadership_was_lost (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 2);
  model_fixture_settle (fixture);

  set_leader (fixture, "web/1");
  set_leader (fixture, "web/0");
  model_fixture_assert_next (fixture, "web/1", "");

  /* Nor is a failed one repeated, whether leadership is lost before or after the operator says so. */
  set_leader (fixture, "web/1");
  model_fixture_fail (fixture, "web/1", "leader-elected");
  set_leader (fixture, "web/0");
  resolve (fixture, "web/1", /* retry= */ TRUE);
  model_fixture_assert_next (fixture, "web/1", "");

  set_leader (fixture, "web/1");
  model_fixture_fail (fixture, "web/1", "leader-elected");
  resolve (fixture, "web/1", /* retry= */ TRUE);
  set_leader (fixture, "web/0");
  model_fixture_assert_next (fixture, "web/1", "");
  set_leader (fixture, "web/1");
  model_fixture_assert_next (fixture, "web/1", "leader-elected");
}

/*
 * Operation
 */

static void
test_config_changed_where_it_differs_from_what_was_seen (ModelFixture *fixture, gconstpointer data)
{
  deploy_with_files (fixture, "web", "summary: x\n", "options: {port: {type: int, default: 80}}\n", NULL, 1);
  model_fixture_settle (fixture);

  set_config (fixture, "web", "{\"port\": 81}");
  set_config (fixture, "web", "{\"port\": 82}");
  model_fixture_assert_runs (fixture, "web/0", "config-changed");
  set_config (fixture, "web", "{\"port\": 83}");
  set_config (fixture, "web", "{\"port\": 82}");
  model_fixture_assert_next (fixture, "web/0", "");
}

static void
test_upgrade_charm_then_config_changed (ModelFixture *fixture, gconstpointer data)
{
  deploy_with_files (fixture, "web", "summary: x\n", NULL, "backup: {}\n", 1);
  model_fixture_settle (fixture);
  add_action (fixture, "web/0", "backup");
  upgrade (fixture, "web", "peers: {ring: ring}\n");

  g_assert_true (model_fixture_get_unit (fixture, "web/0")->charm
                 != reactive_model_find_application (fixture->model, "web")->charm);
  model_fixture_assert_next (fixture, "web/0", "backup, ring-relation-created ring:0, upgrade-charm");
  model_fixture_run (fixture, "web/0", "upgrade-charm");
  g_assert_true (model_fixture_get_unit (fixture, "web/0")->charm
                 == reactive_model_find_application (fixture->model, "web")->charm);
  model_fixture_assert_next (fixture, "web/0", "config-changed");
  model_fixture_run (fixture, "web/0", "config-changed");
  model_fixture_assert_next (fixture, "web/0", "backup, ring-relation-created ring:0");
}

static void
test_upgrade_on_kubernetes (ModelFixture *fixture, gconstpointer data)
{
  fixture->model->is_kubernetes = TRUE;
  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  model_fixture_settle (fixture);
  upgrade (fixture, "web", "summary: y\n");

  model_fixture_assert_runs (fixture, "web/0", "stop; upgrade-charm; config-changed; start");
}

static void
test_start_after_reboot (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  send_hook (fixture, "web/0", "start");
  model_fixture_assert_runs (fixture, "web/0", "install; leader-elected; config-changed; start; start");
}

static void
test_update_status_last (ModelFixture *fixture, gconstpointer data)
{
  deploy_with_files (fixture, "web", "summary: x\n", "options: {port: {type: int, default: 80}}\n", NULL, 1);
  reactive_model_update_status (fixture->model);
  model_fixture_settle (fixture);

  reactive_model_update_status (fixture->model);
  reactive_model_update_status (fixture->model);
  set_config (fixture, "web", "{\"port\": 81}");
  model_fixture_assert_runs (fixture, "web/0", "config-changed; update-status");
}

static void
test_actions_one_after_the_other (ModelFixture *fixture, gconstpointer data)
{
  deploy_with_files (fixture, "web", "summary: x\n", NULL, "backup: {}\nrestore: {}\n", 1);
  model_fixture_settle (fixture);
  add_action (fixture, "web/0", "backup");
  add_action (fixture, "web/0", "restore");
  add_action (fixture, "web/0", "backup");

  model_fixture_assert_next (fixture, "web/0", "backup");
  model_fixture_assert_runs (fixture, "web/0", "backup; restore; backup");
}

static void
test_storage_in_operation (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ReactiveModelUnit *unit;

  model_fixture_deploy (fixture, "sql", "storage: {data: {type: filesystem, multiple: {range: 0-}}}\n", 1);
  model_fixture_settle (fixture);
  unit = model_fixture_get_unit (fixture, "sql/0");

  reactive_model_attach_storage (unit, "data", /* location= */ NULL, &error);
  g_assert_no_error (error);
  model_fixture_assert_runs (fixture, "sql/0", "data-storage-attached data/0");
  reactive_model_detach_storage (unit, "data/0", &error);
  g_assert_no_error (error);
  model_fixture_assert_runs (fixture, "sql/0", "data-storage-detaching data/0");
  g_assert_cmpuint (unit->storages->len, ==, 0);

  /* What was never attached is not detached. */
  reactive_model_attach_storage (unit, "data", /* location= */ NULL, &error);
  g_assert_no_error (error);
  reactive_model_detach_storage (unit, "data/1", &error);
  g_assert_no_error (error);
  model_fixture_assert_next (fixture, "sql/0", "");
}

static ReactiveJson *
make_content (const char *value)
{
  ReactiveJson *content = reactive_json_new_object ();

  reactive_json_object_set (content, "password", reactive_json_new_string (value));
  return content;
}

static void
test_secret_changed_for_those_who_track_an_older_revision (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", "summary: x\n", 3);
  ReactiveModelSecret *secret;

  model_fixture_settle (fixture);
  secret = reactive_model_add_secret (application, /* owner_unit= */ NULL, "d0000000000000000001");
  reactive_model_add_secret_revision (secret, make_content ("1"));
  reactive_model_secret_follow (secret, model_fixture_get_unit (fixture, "web/1"));
  reactive_model_secret_follow (secret, model_fixture_get_unit (fixture, "web/2"));
  model_fixture_settle (fixture);

  reactive_model_add_secret_revision (secret, make_content ("2"));
  reactive_model_add_secret_revision (secret, make_content ("3"));
  reactive_model_secret_find_consumer (secret, model_fixture_get_unit (fixture, "web/2"))->revision = 3;
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "web/1", "secret-changed");
  model_fixture_assert_next (fixture, "web/2", "");
  reactive_model_add_secret_revision (secret, make_content ("4"));
  model_fixture_assert_runs (fixture, "web/1", "secret-changed");

  reactive_model_add_secret_revision (secret, make_content ("5"));
  reactive_model_remove_secret (secret);
  model_fixture_settle (fixture);
}

static void
test_secret_rotate_for_its_owner_alone (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", "summary: x\n", 2);
  g_autoptr (ReactiveJson) details
      = reactive_json_parse ("{\"secret\": \"secret:d0000000000000000001\"}", -1, REACTIVE_JSON_STRICT, NULL);
  static const char *const names[] = { "secret-rotate", "secret-expired", "secret-remove" };
  ReactiveModelSecret *secret;

  model_fixture_settle (fixture);
  secret = reactive_model_add_secret (application, /* owner_unit= */ NULL, "d0000000000000000001");
  reactive_model_add_secret_revision (secret, make_content ("1"));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (reactive_model_send_hook (model_fixture_get_unit (fixture, "web/1"), names[i], details, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==,
                       "secret 'd0000000000000000001' is not for unit 'web/1' to look after (it is for 'web/0')");
      g_assert_true (reactive_model_send_hook (model_fixture_get_unit (fixture, "web/0"), names[i], details, NULL));
    }

  model_fixture_assert_runs (fixture, "web/0", "secret-rotate; secret-expired; secret-remove");
}

static void
test_secret_rotate_for_whoever_leads (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", "summary: x\n", 2);
  g_autoptr (ReactiveJson) details
      = reactive_json_parse ("{\"secret\": \"d0000000000000000001\"}", -1, REACTIVE_JSON_STRICT, NULL);

  model_fixture_settle (fixture);
  reactive_model_add_secret_revision (
      reactive_model_add_secret (application, /* owner_unit= */ NULL, "d0000000000000000001"), make_content ("1"));
  g_assert_true (reactive_model_send_hook (model_fixture_get_unit (fixture, "web/0"), "secret-rotate", details, NULL));
  send_hook (fixture, "web/0", "start");
  set_leader (fixture, "web/1");

  model_fixture_assert_runs (fixture, "web/0", "start");
  model_fixture_assert_runs (fixture, "web/1", "leader-elected; secret-rotate");

  /* Nobody is left to be told. */
  g_assert_true (reactive_model_send_hook (model_fixture_get_unit (fixture, "web/1"), "secret-rotate", details, NULL));
  model_fixture_remove_unit (fixture, "web/0");
  model_fixture_remove_unit (fixture, "web/1");
  model_fixture_assert_runs (fixture, "web/1", "stop; remove");
}

static void
test_sent_hooks_in_the_order_of_sending (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "containers: {app: {}, app-pebble: {}}\n", 1);
  model_fixture_run (fixture, "web/0", "install");
  model_fixture_run (fixture, "web/0", "leader-elected");
  send_hook (fixture, "web/0", "app-pebble-ready");
  send_hook (fixture, "web/0", "app-pebble-pebble-check-failed");
  send_hook (fixture, "web/0", "pre-series-upgrade");

  model_fixture_assert_next (fixture, "web/0", "app-pebble-ready, config-changed");
  model_fixture_fail (fixture, "web/0", "app-pebble-ready");
  model_fixture_assert_next (fixture, "web/0", "");
  resolve (fixture, "web/0", /* retry= */ TRUE);
  model_fixture_run (fixture, "web/0", "app-pebble-ready");
  model_fixture_assert_runs (fixture, "web/0",
                             "config-changed; start; app-pebble-pebble-check-failed; pre-series-upgrade");
}

/*
 * Failing
 */

static void
test_failed_hook_blocks_all_but_actions (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *unit;

  deploy_with_files (fixture, "web", "summary: x\n", "options: {port: {type: int, default: 80}}\n", "backup: {}\n", 1);
  unit = model_fixture_get_unit (fixture, "web/0");
  model_fixture_fail (fixture, "web/0", "install");
  add_action (fixture, "web/0", "backup");
  add_action (fixture, "web/0", "backup");
  set_config (fixture, "web", "{\"port\": 81}");

  model_fixture_assert_next (fixture, "web/0", "backup");
  model_fixture_fail (fixture, "web/0", "backup");
  model_fixture_run (fixture, "web/0", "backup");
  model_fixture_assert_next (fixture, "web/0", "");
  g_assert_cmpint (unit->failed->kind, ==, REACTIVE_MODEL_HOOK_INSTALL);
  g_assert_cmpstr (((ReactiveModelAction *) g_ptr_array_index (unit->actions, 0))->status, ==, "failed");
  g_assert_cmpstr (((ReactiveModelAction *) g_ptr_array_index (unit->actions, 1))->status, ==, "completed");

  resolve (fixture, "web/0", /* retry= */ TRUE);
  model_fixture_assert_runs (fixture, "web/0", "install; leader-elected; config-changed; start");
}

static void
test_failed_hook_is_the_same_when_repeated (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 2);
  relation = model_fixture_relate (fixture, "web", "sql");
  g_free (model_fixture_settle_unit (fixture, "sql/0"));
  g_free (model_fixture_settle_unit (fixture, "sql/1"));
  for (guint i = 0; i < 5; i++)
    model_fixture_run (fixture, "web/0",
                       ((const char *const[]){ "install", "db-relation-created db:0", "leader-elected",
                                               "config-changed", "start" })[i]);

  model_fixture_fail (fixture, "web/0", "db-relation-joined db:0 sql/0");
  model_fixture_remove_unit (fixture, "sql/0");
  for (guint i = 0; i < 3; i++)
    {
      resolve (fixture, "web/0", /* retry= */ TRUE);
      model_fixture_assert_next (fixture, "web/0", "db-relation-joined db:0 sql/0");
      model_fixture_fail (fixture, "web/0", "db-relation-joined db:0 sql/0");
    }

  reactive_model_unrelate (relation);
  resolve (fixture, "web/0", /* retry= */ TRUE);
  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-joined db:0 sql/0; db-relation-changed db:0 sql/0; "
                             "db-relation-departed db:0 sql/0 departing sql/0; db-relation-broken db:0");
}

static void
test_failed_hook_passed_over_as_if_good (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  model_fixture_fail (fixture, "web/0", "install");
  resolve (fixture, "web/0", /* retry= */ FALSE);
  model_fixture_run (fixture, "web/0", "leader-elected");
  model_fixture_fail (fixture, "web/0", "config-changed");
  resolve (fixture, "web/0", /* retry= */ FALSE);

  model_fixture_assert_runs (fixture, "web/0", "start");
}

static void
test_failed_chain_goes_on_after_the_retry (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  model_fixture_settle (fixture);
  upgrade (fixture, "web", "summary: y\n");

  model_fixture_fail (fixture, "web/0", "upgrade-charm");
  resolve (fixture, "web/0", /* retry= */ TRUE);
  model_fixture_run (fixture, "web/0", "upgrade-charm");
  model_fixture_fail (fixture, "web/0", "config-changed");
  upgrade (fixture, "web", "summary: z\n");
  resolve (fixture, "web/0", /* retry= */ TRUE);
  model_fixture_assert_runs (fixture, "web/0", "config-changed; upgrade-charm; config-changed");
}

/*
 * Going
 */

static void
test_remove_last (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *unit;

  model_fixture_deploy (fixture, "sql", SQL "storage: {data: {type: filesystem}}\n", 2);
  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_relate (fixture, "web", "sql");
  model_fixture_settle (fixture);
  unit = model_fixture_get_unit (fixture, "sql/0");
  model_fixture_remove_unit (fixture, "sql/0");

  g_assert_cmpint (unit->life, ==, REACTIVE_LIFE_DYING);
  model_fixture_assert_next (fixture, "sql/0",
                             "data-storage-detaching data/0, server-relation-departed server:0 web/0 departing sql/0");
  model_fixture_run (fixture, "sql/0", "data-storage-detaching data/0");
  model_fixture_run (fixture, "sql/0", "server-relation-departed server:0 web/0 departing sql/0");
  model_fixture_run (fixture, "sql/0", "server-relation-broken server:0");
  model_fixture_run (fixture, "sql/0", "stop");
  g_assert_cmpint (unit->life, ==, REACTIVE_LIFE_DYING);
  model_fixture_run (fixture, "sql/0", "remove");
  g_assert_cmpint (unit->life, ==, REACTIVE_LIFE_DEAD);
  g_assert_cmpstr (unit->status.status, ==, "terminated");
  g_assert_null (reactive_model_find_unit (fixture->model, "sql/0"));
  model_fixture_settle (fixture);
}

static void
test_leadership_resigned_before (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", "summary: x\n", 3);

  model_fixture_settle (fixture);
  model_fixture_remove_unit (fixture, "web/0");

  g_assert_cmpstr (application->leader->name, ==, "web/1");
  model_fixture_assert_runs (fixture, "web/1", "leader-elected");
  model_fixture_remove_unit (fixture, "web/2");
  model_fixture_remove_unit (fixture, "web/1");
  g_assert_null (application->leader);
  model_fixture_settle (fixture);
  g_assert_cmpuint (application->units->len, ==, 0);

  /* The next number is a new one. */
  model_fixture_add_unit (fixture, "web");
  g_assert_cmpstr (application->leader->name, ==, "web/3");
}

static void
test_never_installed_goes_without_hooks (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *unit;

  model_fixture_deploy (fixture, "web", WEB "storage: {data: {type: filesystem}}\n", 2);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_relate (fixture, "web", "sql");
  model_fixture_remove_unit (fixture, "web/0");
  g_assert_null (reactive_model_find_unit (fixture->model, "web/0"));

  unit = model_fixture_get_unit (fixture, "web/1");
  model_fixture_run (fixture, "web/1", "data-storage-attached data/1");
  model_fixture_remove_unit (fixture, "web/1");
  model_fixture_assert_next (fixture, "web/1", "data-storage-detaching data/1");
  model_fixture_run (fixture, "web/1", "data-storage-detaching data/1");
  g_assert_cmpint (unit->life, ==, REACTIVE_LIFE_DEAD);
}

static void
test_failed_unit_waits_to_be_resolved (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *unit;

  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  unit = model_fixture_get_unit (fixture, "web/0");
  model_fixture_fail (fixture, "web/0", "install");
  model_fixture_remove_unit (fixture, "web/0");

  model_fixture_assert_next (fixture, "web/0", "");
  resolve (fixture, "web/0", /* retry= */ TRUE);
  model_fixture_assert_next (fixture, "web/0", "install");
  model_fixture_run (fixture, "web/0", "install");
  model_fixture_assert_next (fixture, "web/0", "remove");
  model_fixture_run (fixture, "web/0", "remove");
  g_assert_cmpint (unit->life, ==, REACTIVE_LIFE_DEAD);
}

static void
test_chain_goes_on_in_a_dying_unit (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  model_fixture_run (fixture, "web/0", "install");
  model_fixture_run (fixture, "web/0", "leader-elected");
  model_fixture_run (fixture, "web/0", "config-changed");
  model_fixture_remove_unit (fixture, "web/0");

  model_fixture_run (fixture, "web/0", "start");
  model_fixture_run (fixture, "web/0", "stop");
  model_fixture_assert_next (fixture, "web/0", "remove");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) ADD_MODEL_TEST ("/model-hook/" path, function)
  ADD ("install/comes-first", test_install_first);
  ADD ("install/comes-once", test_install_once);
  ADD ("storage-attached/before-install", test_storage_before_install);
  ADD ("storage-attached/after-start-on-kubernetes", test_storage_after_start_on_kubernetes);
  ADD ("storage/in-operation", test_storage_in_operation);
  ADD ("relation-created/between-install-and-config-changed", test_created_between_install_and_config_changed);
  ADD ("start/directly-behind-the-first-config-changed", test_start_directly_behind_first_config_changed);
  ADD ("start/again-after-a-reboot", test_start_after_reboot);
  ADD ("leader-settings-changed/where-there-is-something-to-tell",
       test_leader_settings_changed_where_there_is_something_to_tell);
  ADD ("leader-settings-changed/not-in-juju-4", test_no_leader_settings_changed_in_juju_4);
  ADD ("leader-elected/each-time", test_leader_elected_each_time);
  ADD ("leader-elected/skipped-where-leadership-was-lost", test_leader_elected_skipped_where_leadership_was_lost);
  ADD ("config-changed/where-it-differs-from-what-was-seen", test_config_changed_where_it_differs_from_what_was_seen);
  ADD ("upgrade-charm/then-config-changed", test_upgrade_charm_then_config_changed);
  ADD ("upgrade-charm/between-stop-and-start-on-kubernetes", test_upgrade_on_kubernetes);
  ADD ("update-status/comes-last", test_update_status_last);
  ADD ("actions/one-after-the-other", test_actions_one_after_the_other);
  ADD ("secret-changed/for-those-who-track-an-older-revision",
       test_secret_changed_for_those_who_track_an_older_revision);
  ADD ("secret-rotate/for-its-owner-alone", test_secret_rotate_for_its_owner_alone);
  ADD ("secret-rotate/for-whoever-leads", test_secret_rotate_for_whoever_leads);
  ADD ("sent/in-the-order-of-sending", test_sent_hooks_in_the_order_of_sending);
  ADD ("failed/blocks-all-but-actions", test_failed_hook_blocks_all_but_actions);
  ADD ("failed/is-the-same-when-repeated", test_failed_hook_is_the_same_when_repeated);
  ADD ("failed/passed-over-as-if-good", test_failed_hook_passed_over_as_if_good);
  ADD ("failed/chain-goes-on-after-the-retry", test_failed_chain_goes_on_after_the_retry);
  ADD ("remove/comes-last", test_remove_last);
  ADD ("teardown/leadership-resigned-before", test_leadership_resigned_before);
  ADD ("teardown/never-installed-goes-without-hooks", test_never_installed_goes_without_hooks);
  ADD ("teardown/failed-unit-waits-to-be-resolved", test_failed_unit_waits_to_be_resolved);
  ADD ("teardown/chain-goes-on", test_chain_goes_on_in_a_dying_unit);

  return g_test_run ();
}
