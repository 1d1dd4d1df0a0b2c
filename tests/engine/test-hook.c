/* SPDX-License-Identifier: Apache-2.0 */
#include "juju/hook.h"

static const char *const endpoints[] = { "db", "x-relation-created", "cluster-peer", "storage", NULL };
static const char *const storages[] = { "data", "log-files", NULL };
static const char *const containers[] = { "web", "web-pebble-ready", NULL };
static const ReactiveHookNames declared = { endpoints, storages, containers };

typedef struct
{
  const char *path; /* JUJU_DISPATCH_PATH */
  ReactiveHookKind kind;
  const char *name;
  const char *subject;
  const char *event;
} NameCase;

static const NameCase name_cases[] = {
  { "hooks/install", REACTIVE_HOOK_UNIT, "install", NULL, "install" },
  { "hooks/config-changed", REACTIVE_HOOK_UNIT, "config-changed", NULL, "config-changed" },
  { "hooks/never-heard-of", REACTIVE_HOOK_UNIT, "never-heard-of", NULL, "never-heard-of" },
  { "hooks/db-relation-created", REACTIVE_HOOK_RELATION, "db-relation-created", "db", "created" },
  { "hooks/db-relation-joined", REACTIVE_HOOK_RELATION, "db-relation-joined", "db", "joined" },
  { "hooks/db-relation-changed", REACTIVE_HOOK_RELATION, "db-relation-changed", "db", "changed" },
  { "hooks/db-relation-departed", REACTIVE_HOOK_RELATION, "db-relation-departed", "db", "departed" },
  { "hooks/db-relation-broken", REACTIVE_HOOK_RELATION, "db-relation-broken", "db", "broken" },
  { "hooks/cluster-peer-relation-changed", REACTIVE_HOOK_RELATION, "cluster-peer-relation-changed", "cluster-peer",
    "changed" },
  /* the suffix counts, not the first place where the words stand */
  { "hooks/x-relation-created-relation-joined", REACTIVE_HOOK_RELATION, "x-relation-created-relation-joined",
    "x-relation-created", "joined" },
  /* undeclared: a unit hook that has an odd name */
  { "hooks/x-relation-created", REACTIVE_HOOK_UNIT, "x-relation-created", NULL, "x-relation-created" },
  { "hooks/-relation-joined", REACTIVE_HOOK_UNIT, "-relation-joined", NULL, "-relation-joined" },
  { "hooks/data-relation-joined", REACTIVE_HOOK_UNIT, "data-relation-joined", NULL, "data-relation-joined" },
  { "hooks/db-storage-attached", REACTIVE_HOOK_UNIT, "db-storage-attached", NULL, "db-storage-attached" },
  { "hooks/data-storage-attached", REACTIVE_HOOK_STORAGE, "data-storage-attached", "data", "attached" },
  { "hooks/log-files-storage-detaching", REACTIVE_HOOK_STORAGE, "log-files-storage-detaching", "log-files",
    "detaching" },
  { "hooks/storage-relation-joined", REACTIVE_HOOK_RELATION, "storage-relation-joined", "storage", "joined" },
  { "hooks/web-pebble-ready", REACTIVE_HOOK_WORKLOAD, "web-pebble-ready", "web", "ready" },
  { "hooks/web-pebble-ready-pebble-ready", REACTIVE_HOOK_WORKLOAD, "web-pebble-ready-pebble-ready", "web-pebble-ready",
    "ready" },
  { "hooks/web-pebble-custom-notice", REACTIVE_HOOK_WORKLOAD, "web-pebble-custom-notice", "web", "custom-notice" },
  { "hooks/web-pebble-check-failed", REACTIVE_HOOK_WORKLOAD, "web-pebble-check-failed", "web", "check-failed" },
  { "hooks/web-pebble-check-recovered", REACTIVE_HOOK_WORKLOAD, "web-pebble-check-recovered", "web",
    "check-recovered" },
  { "hooks/secret-changed", REACTIVE_HOOK_SECRET, "secret-changed", NULL, "changed" },
  { "hooks/secret-rotate", REACTIVE_HOOK_SECRET, "secret-rotate", NULL, "rotate" },
  { "hooks/secret-expired", REACTIVE_HOOK_SECRET, "secret-expired", NULL, "expired" },
  { "hooks/secret-remove", REACTIVE_HOOK_SECRET, "secret-remove", NULL, "remove" },
  { "hooks/secret-other", REACTIVE_HOOK_UNIT, "secret-other", NULL, "secret-other" },
  { "hooks/collect-metrics", REACTIVE_HOOK_RESTRICTED, "collect-metrics", NULL, "collect-metrics" },
  { "hooks/meter-status-changed", REACTIVE_HOOK_RESTRICTED, "meter-status-changed", NULL, "meter-status-changed" },
  { "actions/backup", REACTIVE_HOOK_ACTION, "backup", NULL, "backup" },
  /* an action may have the name of a hook */
  { "actions/db-relation-joined", REACTIVE_HOOK_ACTION, "db-relation-joined", NULL, "db-relation-joined" },
  { "actions/collect-metrics", REACTIVE_HOOK_ACTION, "collect-metrics", NULL, "collect-metrics" },
};

static void
test_names (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (name_cases); i++)
    {
      const NameCase *expected = &name_cases[i];
      g_autofree char *path = g_strconcat ("JUJU_DISPATCH_PATH=", expected->path, NULL);
      const char *const environment[] = { path, NULL };
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveHook) hook = reactive_hook_new_from_environment (environment, &declared, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (hook->name, ==, expected->name);
      g_assert_cmpint (hook->kind, ==, expected->kind);
      g_assert_cmpstr (hook->subject, ==, expected->subject);
      g_assert_cmpstr (hook->event, ==, expected->event);
    }
}

static void
test_nothing_declared (void)
{
  const char *const environment[] = { "JUJU_DISPATCH_PATH=hooks/db-relation-joined", NULL };
  const ReactiveHookNames nothing = { NULL, NULL, NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveHook) hook = reactive_hook_new_from_environment (environment, &nothing, &error);

  g_assert_no_error (error);
  g_assert_cmpint (hook->kind, ==, REACTIVE_HOOK_UNIT);
}

typedef struct
{
  const char *environment[5];
  const char *name;
  gboolean is_action;
} ChoiceCase;

static const ChoiceCase choice_cases[] = {
  { { "JUJU_DISPATCH_PATH=hooks/start", "JUJU_HOOK_NAME=start" }, "start", FALSE },
  { { "JUJU_DISPATCH_PATH=hooks/start", "JUJU_ACTION_NAME=backup" }, "start", FALSE },
  { { "JUJU_DISPATCH_PATH=actions/backup", "JUJU_HOOK_NAME=start" }, "backup", TRUE },
  { { "JUJU_DISPATCH_PATH=actions/backup", "JUJU_HOOK_NAME=", "JUJU_ACTION_NAME=backup" }, "backup", TRUE },
  { { "JUJU_HOOK_NAME=start" }, "start", FALSE },
  { { "JUJU_DISPATCH_PATH=", "JUJU_HOOK_NAME=start" }, "start", FALSE },
  { { "JUJU_HOOK_NAME=start", "JUJU_ACTION_NAME=" }, "start", FALSE },
  { { "JUJU_HOOK_NAME=start", "JUJU_ACTION_NAME=backup" }, "backup", TRUE },
};

static void
test_choice (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (choice_cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveHook) hook
          = reactive_hook_new_from_environment (choice_cases[i].environment, &declared, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (hook->name, ==, choice_cases[i].name);
      g_assert_cmpint (hook->kind == REACTIVE_HOOK_ACTION, ==, choice_cases[i].is_action);
    }
}

static void
test_relation_fields (void)
{
  const char *const environment[] = {
    "JUJU_DISPATCH_PATH=hooks/db-relation-departed",
    "JUJU_RELATION=db",
    "JUJU_RELATION_ID=db:7",
    "JUJU_REMOTE_UNIT=mysql/1",
    "JUJU_REMOTE_APP=mysql",
    "JUJU_DEPARTING_UNIT=app/0",
    "JUJU_UNIT_NAME=app/0",
    "JUJU_MODEL_UUID=0b1c",
    "JUJU_MODEL_NAME=test=model",
    "JUJU_MACHINE_ID=3",
    "JUJU_PRINCIPAL_UNIT=",
    "JUJU_AVAILABILITY_ZONE=",
    "JUJU_VERSION=3.6.1",
    "JUJU_CONTEXT_ID=app/0-db-relation-departed-12",
    "CHARM_DIR=/old",
    "JUJU_CHARM_DIR=/charm",
    NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveHook) hook = reactive_hook_new_from_environment (environment, &declared, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hook->relation_id, ==, "db:7");
  g_assert_cmpstr (hook->remote_unit, ==, "mysql/1");
  g_assert_cmpstr (hook->remote_app, ==, "mysql");
  g_assert_cmpstr (hook->departing_unit, ==, "app/0");
  g_assert_cmpstr (hook->unit_name, ==, "app/0");
  g_assert_cmpstr (hook->model_uuid, ==, "0b1c");
  g_assert_cmpstr (hook->model_name, ==, "test=model");
  g_assert_cmpstr (hook->machine_id, ==, "3");
  g_assert_null (hook->principal_unit);
  g_assert_null (hook->availability_zone);
  g_assert_cmpstr (hook->juju_version, ==, "3.6.1");
  g_assert_cmpstr (hook->context_id, ==, "app/0-db-relation-departed-12");
  g_assert_cmpstr (hook->charm_dir, ==, "/charm");
  g_assert_null (hook->action_uuid);
}

static void
test_empty_is_absent (void)
{
  const char *const environment[] = { "JUJU_DISPATCH_PATH=hooks/db-relation-created",
                                      "JUJU_REMOTE_UNIT=", "JUJU_CHARM_DIR=", "CHARM_DIR=/old", NULL };
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveHook) hook = reactive_hook_new_from_environment (environment, &declared, &error);

  g_assert_no_error (error);
  g_assert_null (hook->remote_unit);
  g_assert_null (hook->remote_app);
  g_assert_cmpstr (hook->charm_dir, ==, "/old");
}

static void
test_other_fields (void)
{
  const char *const environment[] = {
    "JUJU_DISPATCH_PATH=hooks/web-pebble-check-failed",
    "JUJU_STORAGE_ID=data/0",
    "JUJU_STORAGE_LOCATION=/srv",
    "JUJU_STORAGE_KIND=filesystem",
    "JUJU_SECRET_ID=secret:abc",
    "JUJU_SECRET_LABEL=password",
    "JUJU_SECRET_REVISION=2",
    "JUJU_WORKLOAD_NAME=web",
    "JUJU_NOTICE_ID=1",
    "JUJU_NOTICE_TYPE=custom",
    "JUJU_NOTICE_KEY=example.com/a",
    "JUJU_PEBBLE_CHECK_NAME=up",
    "JUJU_ACTION_UUID=12",
    NULL,
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveHook) hook = reactive_hook_new_from_environment (environment, &declared, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (hook->storage_id, ==, "data/0");
  g_assert_cmpstr (hook->storage_location, ==, "/srv");
  g_assert_cmpstr (hook->storage_kind, ==, "filesystem");
  g_assert_cmpstr (hook->secret_id, ==, "secret:abc");
  g_assert_cmpstr (hook->secret_label, ==, "password");
  g_assert_cmpstr (hook->secret_revision, ==, "2");
  g_assert_cmpstr (hook->workload_name, ==, "web");
  g_assert_cmpstr (hook->notice_id, ==, "1");
  g_assert_cmpstr (hook->notice_type, ==, "custom");
  g_assert_cmpstr (hook->notice_key, ==, "example.com/a");
  g_assert_cmpstr (hook->check_name, ==, "up");
  g_assert_cmpstr (hook->action_uuid, ==, "12");
}

static void
test_outside_juju (void)
{
  const char *const environments[][3] = {
    { NULL },
    { "PATH=/bin", "HOME=/root", NULL },
    { "JUJU_DISPATCH_PATH=", "JUJU_HOOK_NAME=", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (environments); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveHook) hook = reactive_hook_new_from_environment (environments[i], &declared, &error);

      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
      g_assert_null (hook);
      g_assert_nonnull (strstr (error->message, "JUJU_DISPATCH_PATH"));
      g_assert_nonnull (strstr (error->message, "JUJU_HOOK_NAME"));
      g_assert_nonnull (strstr (error->message, "Juju"));
    }
}

static void
test_malformed (void)
{
  const char *const environments[][3] = {
    { "JUJU_DISPATCH_PATH=install", NULL },
    { "JUJU_DISPATCH_PATH=/hooks/install", NULL },
    { "JUJU_DISPATCH_PATH=hooks/", NULL },
    { "JUJU_DISPATCH_PATH=actions/", NULL },
    { "JUJU_DISPATCH_PATH=hooks/../install", NULL },
    { "JUJU_HOOK_NAME=a/b", NULL },
    { "JUJU_DISPATCH_PATH=hooks/\xff", NULL },
    { "JUJU_DISPATCH_PATH=hooks/install", "JUJU_REMOTE_UNIT=\xc3", NULL },
    { "JUJU_DISPATCH_PATH=hooks/install", "CHARM_DIR=/\xff", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (environments); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ReactiveHook) hook = reactive_hook_new_from_environment (environments[i], &declared, &error);

      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_null (hook);
    }
}

static void
test_charm_dir (void)
{
  const char *const neither[] = { "CHARM_DIRECTORY=/x", NULL };
  const char *const both[] = { "CHARM_DIR=/a", "JUJU_CHARM_DIR=/b", "JUJU_CHARM_DIR=/c", NULL };

  g_assert_null (reactive_hook_environment_charm_dir (neither));
  g_assert_cmpstr (reactive_hook_environment_charm_dir (both), ==, "/b");
  reactive_hook_free (NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/hook/kind-goes-by-longest-suffix-and-declared-name", test_names);
  g_test_add_func ("/hook/nothing-declared-makes-unit-hooks", test_nothing_declared);
  g_test_add_func ("/hook/dispatch-path-decides-between-hook-and-action", test_choice);
  g_test_add_func ("/hook/relation-fields-are-read", test_relation_fields);
  g_test_add_func ("/hook/empty-variable-is-absent", test_empty_is_absent);
  g_test_add_func ("/hook/fields-of-other-kinds-are-read", test_other_fields);
  g_test_add_func ("/hook/outside-juju-says-so", test_outside_juju);
  g_test_add_func ("/hook/malformed-environment-is-refused", test_malformed);
  g_test_add_func ("/hook/charm-dir-prefers-new-variable", test_charm_dir);
  return g_test_run ();
}
