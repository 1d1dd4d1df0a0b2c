/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

static ReactiveHookContext *
begin (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "app",
                        "requires: {db: mysql}\npeers: {ring: ring}\npayloads: {monitor: {type: docker}}\n"
                        "resources: {image: {type: file, filename: image.bin}}\n",
                        2);
  model_fixture_deploy (fixture, "sql", "provides: {server: mysql}\n", 1);
  model_fixture_relate (fixture, "app:db", "sql:server");
  model_fixture_settle (fixture);
  return context_begin_any (fixture, "app/0");
}

static void
test_resources (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);

  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "could not download resource: HTTP request failed: resource#app/image not found",
                  reactive_hook_context_resource_get, context, "image");
  ASSERT_DONE (reactive_model_set_resource, model_fixture_get_unit (fixture, "app/0")->application, "image",
               "/tmp/image.bin");
  g_assert_cmpstr (reactive_hook_context_resource_get (context, "image", NULL), ==, "/tmp/image.bin");
  context_end (context);
}

static const char *
get_goal (const ReactiveJson *object, const char *name, const char *member)
{
  g_assert_nonnull (object);
  return reactive_json_text_or_null (reactive_json_get_member (reactive_json_get_member (object, name), member));
}

static void
test_goal_state (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  const ReactiveJson *answer, *units, *relations;

  ASSERT_DONE (JUJU (context)->klass->status_set, JUJU (context), FALSE, "active", "x");
  model_fixture_remove_unit (fixture, "app/1");
  answer = reactive_hook_context_goal_state (context);
  units = reactive_json_get_member (answer, "units");
  relations = reactive_json_get_member (answer, "relations");

  g_assert_cmpstr (get_goal (units, "app/0", "status"), ==, "active");
  g_assert_cmpstr (get_goal (units, "app/1", "status"), ==, "dying");
  g_assert_true (
      g_regex_match_simple ("^\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\dZ$", get_goal (units, "app/0", "since"), 0, 0));
  g_assert_cmpuint (reactive_json_get_length (relations), ==, 1);
  g_assert_cmpstr (get_goal (reactive_json_get_member (relations, "db"), "sql", "status"), ==, "joined");
  g_assert_nonnull (get_goal (reactive_json_get_member (relations, "db"), "sql/0", "status"));
  context_end (context);
}

static void
test_credentials_need_trust (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ReactiveModelApplication *application = model_fixture_get_unit (fixture, "app/0")->application;

  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "cannot access cloud credentials: permission denied",
                  reactive_hook_context_credential_get, context);
  application->is_trusted = TRUE;
  g_assert_cmpstr (reactive_json_text_or_null (
                       reactive_json_get_member (reactive_hook_context_credential_get (context, NULL), "type")),
                   ==, "lxd");
  context_end (context);

  model_fixture_reset (fixture, REACTIVE_JUJU_4);
  context = begin (fixture);
  fixture->model->is_kubernetes = TRUE;
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot access cloud credentials: credential-get on a \"caas\" model not supported",
                  reactive_hook_context_credential_get, context);
  context_end (context);
}

static void
test_reboot_after_the_hook (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);

  ASSERT_DONE (reactive_hook_context_reboot, context, FALSE);
  g_assert_cmpint (reactive_hook_context_get_reboot (context), ==, REACTIVE_REBOOT_LATER);
  context_fail (context);
  context_retry (fixture, "app/0");
  context = context_begin (fixture, "app/0", "start");
  ASSERT_DONE (reactive_hook_context_reboot, context, FALSE);
  context_end (context);
  model_fixture_assert_next (fixture, "app/0", "start");
  model_fixture_run (fixture, "app/0", "start");
  model_fixture_assert_next (fixture, "app/0", "");
}

static void
test_reboot_now (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);

  ASSERT_DONE (reactive_hook_context_reboot, context, TRUE);
  g_assert_cmpint (reactive_hook_context_get_reboot (context), ==, REACTIVE_REBOOT_NOW);
  context_fail (context);
  context_retry (fixture, "app/0");
  model_fixture_run (fixture, "app/0", "start");
  model_fixture_assert_next (fixture, "app/0", "start");
}

static void
test_no_start_before_the_first (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "app", "summary: x\n", 1);
  context = context_begin (fixture, "app/0", "install");
  ASSERT_DONE (reactive_hook_context_reboot, context, FALSE);
  context_end (context);
  model_fixture_assert_runs (fixture, "app/0", "leader-elected; config-changed; start");
}

static void
test_no_reboot_in_actions (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", NULL, "dump: {}\n");
  ReactiveHookContext *context;

  g_assert_nonnull (reactive_model_add_application (fixture->model, "app", charm, NULL, NULL));
  model_fixture_add_unit (fixture, "app");
  model_fixture_settle (fixture);
  ASSERT_DONE (reactive_model_add_action, model_fixture_get_unit (fixture, "app/0"), "dump", NULL);
  context = context_begin_any (fixture, "app/0");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "juju-reboot is not supported when running an action.",
                  reactive_hook_context_reboot, context, FALSE);
  context_end (context);
}

static void
test_metrics (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  gboolean is_leader;

  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "cannot record metric: metrics not allowed in this context",
                  reactive_hook_context_add_metric, context, "users", "1");
  context_end (context);

  ASSERT_DONE (reactive_model_send_hook, model_fixture_get_unit (fixture, "app/0"), "collect-metrics", NULL);
  context = context_begin (fixture, "app/0", "collect-metrics");
  ASSERT_DONE (reactive_hook_context_add_metric, context, "users", "1");
  JUJU (context)->klass->log (JUJU (context), REACTIVE_LOG_INFO, "x");
  ASSERT_DONE (JUJU (context)->klass->log_flush, JUJU (context));
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "not implemented for restricted context not implemented",
                  JUJU (context)->klass->is_leader, JUJU (context), &is_leader);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "not implemented for restricted context not implemented",
                  reactive_hook_context_resource_get, context, "image");
  context_end (context);
}

static void
test_payloads (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ContextNotes notes;

  context_watch (context, &notes);
  ASSERT_DONE (reactive_hook_context_payload_register, context, "docker", "monitor", "0fcgaba");
  ASSERT_DONE (reactive_hook_context_payload_status_set, context, "monitor", "0fcgaba", "started");
  ASSERT_DONE (reactive_hook_context_payload_unregister, context, "monitor", "0fcgaba");
  context_assert_notes (&notes, "payload-register docker monitor 0fcgaba; payload-status-set monitor 0fcgaba started; "
                                "payload-unregister monitor 0fcgaba");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "payload \"x\" not found in metadata.yaml",
                  reactive_hook_context_payload_register, context, "docker", "x", "1");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "status \"x\" not supported; expected one of [\"starting\", \"started\", \"stopping\", \"stopped\"]",
                  reactive_hook_context_payload_status_set, context, "monitor", "1", "x");
  context_end (context);
  g_string_free (notes.text, TRUE);

  model_fixture_reset (fixture, REACTIVE_JUJU_4);
  context = begin (fixture);
  ASSERT_REFUSED (REACTIVE_ERROR_NO_TOOL, "unknown hook command: payload-register",
                  reactive_hook_context_payload_register, context, "docker", "monitor", "1");
  ASSERT_REFUSED (REACTIVE_ERROR_NO_TOOL, "unknown hook command: add-metric", reactive_hook_context_add_metric, context,
                  "users", "1");
  context_end (context);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/resource-get/path-or-refusal", test_resources);
  ADD_MODEL_TEST ("/hook-context/goal-state/units-and-relations", test_goal_state);
  ADD_MODEL_TEST ("/hook-context/credential-get/needs-trust", test_credentials_need_trust);
  ADD_MODEL_TEST ("/hook-context/reboot/after-a-good-hook", test_reboot_after_the_hook);
  ADD_MODEL_TEST ("/hook-context/reboot/now", test_reboot_now);
  ADD_MODEL_TEST ("/hook-context/reboot/no-start-before-the-first", test_no_start_before_the_first);
  ADD_MODEL_TEST ("/hook-context/reboot/not-in-actions", test_no_reboot_in_actions);
  ADD_MODEL_TEST ("/hook-context/metrics/in-collect-metrics-alone", test_metrics);
  ADD_MODEL_TEST ("/hook-context/payloads/until-juju-4", test_payloads);

  return g_test_run ();
}
