/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "model-fixture.h"

/* What a hook is told: by its environment, and by what the engine would read of that. */

#define CHARM                                                                                                          \
  "requires: {db: mysql}\n"                                                                                            \
  "peers: {ring: ring}\n"                                                                                              \
  "storage: {data: {type: filesystem, location: /srv/data}}\n"                                                         \
  "containers: {app: {}}\n"

/* The first of what might come next. */
static ReactiveModelHook
get_next (ModelFixture *fixture, const char *unit)
{
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));

  reactive_model_list_hooks (model_fixture_get_unit (fixture, unit), hooks);
  g_assert_cmpuint (hooks->len, >, 0);
  return g_array_index (hooks, ReactiveModelHook, 0);
}

static char **
get_environment (ModelFixture *fixture, const char *unit)
{
  const ReactiveModelHook hook = get_next (fixture, unit);

  return reactive_model_hook_get_environment (model_fixture_get_unit (fixture, unit), &hook, "context", "/charm",
                                              "/tools", "@socket");
}

/* @expected: "NAME=VALUE" of all variables that begin with @prefix, sorted, by blanks */
static void
assert_variables (char **environment, const char *prefix, const char *expected)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autofree char *joined = NULL;

  for (guint i = 0; environment[i] != NULL; i++)
    if (g_str_has_prefix (environment[i], prefix))
      g_ptr_array_add (found, environment[i]);
  g_ptr_array_sort (found, reactive_text_compare_items);
  g_ptr_array_add (found, NULL);
  joined = g_strjoinv (" ", (char **) found->pdata);
  g_assert_cmpstr (joined, ==, expected);
}

/* The engine reads of the environment what it is given without one. */
static void
assert_same_hook (ModelFixture *fixture, const char *unit)
{
  static const size_t fields[] = {
    offsetof (ReactiveHook, name),
    offsetof (ReactiveHook, subject),
    offsetof (ReactiveHook, event),
    offsetof (ReactiveHook, relation_id),
    offsetof (ReactiveHook, remote_unit),
    offsetof (ReactiveHook, remote_app),
    offsetof (ReactiveHook, departing_unit),
    offsetof (ReactiveHook, storage_id),
    offsetof (ReactiveHook, storage_kind),
    offsetof (ReactiveHook, storage_location),
    offsetof (ReactiveHook, secret_id),
    offsetof (ReactiveHook, secret_label),
    offsetof (ReactiveHook, secret_revision),
    offsetof (ReactiveHook, workload_name),
    offsetof (ReactiveHook, notice_id),
    offsetof (ReactiveHook, notice_type),
    offsetof (ReactiveHook, notice_key),
    offsetof (ReactiveHook, check_name),
    offsetof (ReactiveHook, action_uuid),
    offsetof (ReactiveHook, unit_name),
    offsetof (ReactiveHook, model_uuid),
    offsetof (ReactiveHook, model_name),
    offsetof (ReactiveHook, machine_id),
    offsetof (ReactiveHook, principal_unit),
    offsetof (ReactiveHook, availability_zone),
    offsetof (ReactiveHook, juju_version),
    offsetof (ReactiveHook, context_id),
    offsetof (ReactiveHook, charm_dir),
  };
  ReactiveModelUnit *it = model_fixture_get_unit (fixture, unit);
  const ReactiveCharm *charm = reactive_model_charm_get_files (it->charm);
  const ReactiveHookNames names = { reactive_charm_get_endpoint_names (charm), reactive_charm_get_storage_names (charm),
                                    reactive_charm_get_container_names (charm) };
  const ReactiveModelHook hook = get_next (fixture, unit);
  g_auto (GStrv) environment = get_environment (fixture, unit);
  g_autoptr (ReactiveHook) told = reactive_model_hook_to_hook (it, &hook, "context", "/charm");
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveHook) read
      = reactive_hook_new_from_environment ((const char *const *) environment, &names, &error);

  g_assert_no_error (error);
  g_assert_cmpint (told->kind, ==, read->kind);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    g_assert_cmpstr (G_STRUCT_MEMBER (char *, told, fields[i]), ==, G_STRUCT_MEMBER (char *, read, fields[i]));
}

/* Runs all of a unit's hooks, and compares what each is told. */
static void
settle_and_compare (ModelFixture *fixture, const char *unit)
{
  ReactiveModelUnit *it = model_fixture_get_unit (fixture, unit);
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));

  for (reactive_model_list_hooks (it, hooks); hooks->len > 0; reactive_model_list_hooks (it, hooks))
    {
      assert_same_hook (fixture, unit);
      reactive_model_begin_hook (it, &g_array_index (hooks, ReactiveModelHook, 0));
      reactive_model_end_hook (it, &g_array_index (hooks, ReactiveModelHook, 0), /* was_good= */ TRUE);
      g_array_set_size (hooks, 0);
    }
}

static ReactiveModelRelation *
set_up_related (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "web", CHARM, 1);
  model_fixture_deploy (fixture, "sql", "provides: {server: mysql}\n", 1);
  return model_fixture_relate (fixture, "web", "sql");
}

static void
test_every_hook (ModelFixture *fixture, gconstpointer data)
{
  g_auto (GStrv) environment = NULL;
  g_autofree char *model = NULL;

  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  environment = get_environment (fixture, "web/0");
  model = g_strdup_printf ("JUJU_MODEL_NAME=simulation JUJU_MODEL_UUID=%s", fixture->model->uuid);

  assert_variables (environment, "CHARM_DIR", "CHARM_DIR=/charm");
  assert_variables (environment, "JUJU_AGENT", "JUJU_AGENT_SOCKET_ADDRESS=@socket JUJU_AGENT_SOCKET_NETWORK=unix");
  assert_variables (environment, "JUJU_C",
                    "JUJU_CHARM_DIR=/charm JUJU_CHARM_FTP_PROXY= JUJU_CHARM_HTTPS_PROXY= JUJU_CHARM_HTTP_PROXY= "
                    "JUJU_CHARM_NO_PROXY= JUJU_CONTEXT_ID=context");
  assert_variables (environment, "JUJU_DISPATCH", "JUJU_DISPATCH_PATH=hooks/install");
  assert_variables (environment, "JUJU_HOOK", "JUJU_HOOK_NAME=install");
  assert_variables (environment, "JUJU_MO", model);
  assert_variables (environment, "JUJU_MA", "JUJU_MACHINE_ID=0");
  assert_variables (environment, "JUJU_P", "JUJU_PRINCIPAL_UNIT=");
  assert_variables (environment, "JUJU_R", "");
  assert_variables (environment, "JUJU_S", "JUJU_SLA=unsupported");
  assert_variables (environment, "JUJU_U", "JUJU_UNIT_NAME=web/0");
  assert_variables (environment, "JUJU_V", "JUJU_VERSION=3.6.0");
  assert_variables (environment, "HOME", "");
  assert_variables (environment, "LANG", "LANG=C.UTF-8");
  g_assert_true (g_str_has_prefix (g_environ_getenv (environment, "PATH"), "/tools:"));
}

static void
test_other_jujus (ModelFixture *fixture, gconstpointer data)
{
  g_auto (GStrv) environment = NULL;

  model_fixture_reset (fixture, REACTIVE_JUJU_4);
  fixture->model->is_kubernetes = TRUE;
  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  environment = get_environment (fixture, "web/0");

  assert_variables (environment, "JUJU_S", "");
  assert_variables (environment, "JUJU_V", "JUJU_VERSION=4.0.0");
  assert_variables (environment, "JUJU_MA", "JUJU_MACHINE_ID=");
  assert_same_hook (fixture, "web/0");
}

static void
test_created_has_no_remote_unit (ModelFixture *fixture, gconstpointer data)
{
  g_auto (GStrv) environment = NULL;

  set_up_related (fixture);
  model_fixture_run (fixture, "sql/0", "install");
  environment = get_environment (fixture, "sql/0");
  assert_variables (environment, "JUJU_RE",
                    "JUJU_RELATION=server JUJU_RELATION_ID=server:1 JUJU_REMOTE_APP=web JUJU_REMOTE_UNIT=");
}

static void
test_changed_of_the_application (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture);
  g_auto (GStrv) environment = NULL;

  model_fixture_settle (fixture);
  model_fixture_set_data (fixture, "web/0", relation, /* of_application= */ TRUE, "key", "1");
  environment = get_environment (fixture, "sql/0");
  assert_variables (environment, "JUJU_HOOK", "JUJU_HOOK_NAME=server-relation-changed");
  assert_variables (environment, "JUJU_RE",
                    "JUJU_RELATION=server JUJU_RELATION_ID=server:1 JUJU_REMOTE_APP=web JUJU_REMOTE_UNIT=");
}

static void
test_departed_says_who (ModelFixture *fixture, gconstpointer data)
{
  g_auto (GStrv) remote = NULL;
  g_auto (GStrv) own = NULL;

  set_up_related (fixture);
  model_fixture_settle (fixture);
  model_fixture_remove_unit (fixture, "sql/0");
  remote = get_environment (fixture, "web/0");
  assert_variables (remote, "JUJU_D", "JUJU_DEPARTING_UNIT=sql/0 JUJU_DISPATCH_PATH=hooks/db-relation-departed");
  own = get_environment (fixture, "sql/0");
  assert_variables (own, "JUJU_D", "JUJU_DEPARTING_UNIT=sql/0 JUJU_DISPATCH_PATH=hooks/server-relation-departed");
  assert_variables (own, "JUJU_REMOTE", "JUJU_REMOTE_APP=web JUJU_REMOTE_UNIT=web/0");
}

static void
test_peers_are_of_the_own_application (ModelFixture *fixture, gconstpointer data)
{
  g_auto (GStrv) environment = NULL;

  model_fixture_deploy (fixture, "web", "peers: {ring: ring}\n", 1);
  model_fixture_run (fixture, "web/0", "install");
  environment = get_environment (fixture, "web/0");
  assert_variables (environment, "JUJU_REMOTE", "JUJU_REMOTE_APP=web JUJU_REMOTE_UNIT=");
}

static void
test_storage (ModelFixture *fixture, gconstpointer data)
{
  g_auto (GStrv) environment = NULL;

  model_fixture_deploy (fixture, "web", CHARM, 1);
  environment = get_environment (fixture, "web/0");
  assert_variables (environment, "JUJU_STORAGE",
                    "JUJU_STORAGE_ID=data/0 JUJU_STORAGE_KIND=filesystem JUJU_STORAGE_LOCATION=/srv/data");
}

static void
test_action (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", NULL, "backup: {}\n");
  g_auto (GStrv) environment = NULL;

  g_assert_nonnull (reactive_model_add_application (fixture->model, "web", charm, NULL, NULL));
  model_fixture_add_unit (fixture, "web");
  model_fixture_settle (fixture);
  g_assert_nonnull (reactive_model_add_action (model_fixture_get_unit (fixture, "web/0"), "backup", NULL, NULL));
  environment = get_environment (fixture, "web/0");
  assert_variables (environment, "JUJU_ACTION", "JUJU_ACTION_NAME=backup JUJU_ACTION_TAG=action-1 JUJU_ACTION_UUID=1");
  assert_variables (environment, "JUJU_DISPATCH", "JUJU_DISPATCH_PATH=actions/backup");
  assert_variables (environment, "JUJU_HOOK", "JUJU_HOOK_NAME=");
  assert_same_hook (fixture, "web/0");
}

static void
test_secrets (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", "summary: x\n", 2);
  g_autoptr (ReactiveJson) details
      = reactive_json_parse ("{\"secret\": \"d0000000000000000001\"}", -1, REACTIVE_JSON_STRICT, NULL);
  ReactiveModelSecret *secret;
  g_auto (GStrv) removed = NULL;
  g_auto (GStrv) changed = NULL;

  model_fixture_settle (fixture);
  secret = reactive_model_add_secret (application, /* owner_unit= */ NULL, "d0000000000000000001");
  g_free (secret->label);
  secret->label = g_strdup ("the owner's");
  reactive_model_add_secret_revision (secret, reactive_json_new_object ());
  g_assert_true (reactive_model_send_hook (model_fixture_get_unit (fixture, "web/0"), "secret-remove", details, NULL));
  removed = get_environment (fixture, "web/0");
  assert_variables (removed, "JUJU_SECRET",
                    "JUJU_SECRET_ID=secret:d0000000000000000001 JUJU_SECRET_LABEL=the owner's JUJU_SECRET_REVISION=1");
  settle_and_compare (fixture, "web/0");

  reactive_model_secret_follow (secret, model_fixture_get_unit (fixture, "web/1"));
  reactive_model_add_secret_revision (secret, reactive_json_new_object ());
  changed = get_environment (fixture, "web/1");
  assert_variables (changed, "JUJU_SECRET", "JUJU_SECRET_ID=secret:d0000000000000000001 JUJU_SECRET_LABEL=");
  settle_and_compare (fixture, "web/1");
}

static void
test_sent (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *details;
    const char *prefix;
    const char *variables;
  } rows[] = {
    { "app-pebble-ready", "{}", "JUJU_WORKLOAD", "JUJU_WORKLOAD_NAME=app" },
    { "app-pebble-custom-notice",
      "{\"notice-id\": \"7\", \"notice-type\": \"custom\", \"notice-key\": \"example.com/x\"}", "JUJU_NOTICE",
      "JUJU_NOTICE_ID=7 JUJU_NOTICE_KEY=example.com/x JUJU_NOTICE_TYPE=custom" },
    { "app-pebble-check-failed", "{\"check-name\": \"http\"}", "JUJU_PEBBLE", "JUJU_PEBBLE_CHECK_NAME=http" },
    { "app-pebble-check-recovered", "{\"check-name\": \"http\"}", "JUJU_HOOK",
      "JUJU_HOOK_NAME=app-pebble-check-recovered" },
    { "pre-series-upgrade", "{\"target-base\": \"ubuntu@24.04\"}", "JUJU_TARGET",
      "JUJU_TARGET_BASE=ubuntu@24.04 JUJU_TARGET_SERIES=noble" },
    { "post-series-upgrade", "{}", "JUJU_HOOK", "JUJU_HOOK_NAME=post-series-upgrade" },
    { "collect-metrics", "{}", "JUJU_V", "JUJU_VERSION=3.6.0" },
    { "meter-status-changed", "{}", "JUJU_V", "" },
    { "start", "{}", "JUJU_HOOK", "JUJU_HOOK_NAME=start" },
  };

  model_fixture_deploy (fixture, "web", CHARM, 1);
  model_fixture_settle (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ReactiveJson) details = reactive_json_parse (rows[i].details, -1, REACTIVE_JSON_STRICT, NULL);
      g_auto (GStrv) environment = NULL;

      g_assert_true (reactive_model_send_hook (model_fixture_get_unit (fixture, "web/0"), rows[i].name, details, NULL));
      environment = get_environment (fixture, "web/0");
      assert_variables (environment, rows[i].prefix, rows[i].variables);
      settle_and_compare (fixture, "web/0");
    }
}

static void
test_told_is_what_the_environment_says (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture);

  model_fixture_deploy (fixture, "agent",
                        "subordinate: true\nrequires: {host: {interface: juju-info, scope: container}}\n", 0);
  model_fixture_relate (fixture, "web", "agent");
  settle_and_compare (fixture, "sql/0");
  settle_and_compare (fixture, "web/0");
  settle_and_compare (fixture, "agent/0");
  model_fixture_set_data (fixture, "web/0", relation, /* of_application= */ TRUE, "key", "1");
  settle_and_compare (fixture, "sql/0");
  reactive_model_update_status (fixture->model);
  settle_and_compare (fixture, "web/0");
  model_fixture_remove_unit (fixture, "web/0");
  settle_and_compare (fixture, "sql/0");
  settle_and_compare (fixture, "web/0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) ADD_MODEL_TEST ("/model-environment/" path, function)
  ADD ("every-hook", test_every_hook);
  ADD ("other-jujus", test_other_jujus);
  ADD ("created-has-no-remote-unit", test_created_has_no_remote_unit);
  ADD ("changed-of-the-application", test_changed_of_the_application);
  ADD ("departed-says-who", test_departed_says_who);
  ADD ("peers-are-of-the-own-application", test_peers_are_of_the_own_application);
  ADD ("storage", test_storage);
  ADD ("action", test_action);
  ADD ("secrets", test_secrets);
  ADD ("sent", test_sent);
  ADD ("what-the-engine-is-told", test_told_is_what_the_environment_says);

  return g_test_run ();
}
