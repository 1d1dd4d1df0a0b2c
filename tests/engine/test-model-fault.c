/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/model-fault.h"

#include "context-fixture.h"

static ReactiveHookContext *
begin (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "app", "peers: {ring: ring}\n", 1);
  model_fixture_settle (fixture);
  return context_begin_any (fixture, "app/0");
}

static void
set_fault (ModelFixture *fixture, const char *tool, ReactiveModelFaultKind kind, int exit_code, const char *message)
{
  reactive_model_set_fault (fixture->model, tool,
                            &(ReactiveModelFault){ .kind = kind, .exit_code = exit_code, .message = (char *) message });
}

static void
test_tools_fail (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    ReactiveModelFaultKind kind;
    int exit_code;
    const char *message;
    ReactiveError code;
    const char *expected;
  } cases[] = {
    { REACTIVE_FAULT_REPLY, 1, "no", REACTIVE_ERROR_TOOL, "no" },
    { REACTIVE_FAULT_REPLY, 2, "bad", REACTIVE_ERROR_INVALID, "bad" },
    { REACTIVE_FAULT_REPLY, 0, NULL, REACTIVE_ERROR_BAD_DATA, "" },
    { REACTIVE_FAULT_MISSING, 0, NULL, REACTIVE_ERROR_NO_TOOL, "unknown hook command: config-get" },
    { REACTIVE_FAULT_REFUSED, 0, "broken pipe", REACTIVE_ERROR_CONNECTION, "broken pipe" },
  };
  ReactiveHookContext *context = begin (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      set_fault (fixture, "config-get", cases[i].kind, cases[i].exit_code, cases[i].message);
      ASSERT_REFUSED (cases[i].code, cases[i].expected, JUJU (context)->klass->config_get, JUJU (context));
    }
  reactive_model_set_fault (fixture->model, "config-get", NULL);
  g_assert_nonnull (ASK_ALL (context, config_get));
  g_assert_null (reactive_model_get_fault (fixture->model, "config-get"));
  context_end (context);
}

static void
test_old_juju_has_its_own_words (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_reset (fixture, REACTIVE_JUJU_2_9);
  context = begin (fixture);
  set_fault (fixture, "config-get", REACTIVE_FAULT_MISSING, 0, NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_NO_TOOL, "unknown command: config-get", JUJU (context)->klass->config_get,
                  JUJU (context));
  ASSERT_REFUSED (REACTIVE_ERROR_NO_TOOL, "unknown command: secret-get", reactive_hook_context_secret_get, context,
                  NULL, "x", REACTIVE_SECRET_TRACKED);
  context_end (context);
}

/* Each function of the engine's view asks for its own tool, and leaves things as they are where that fails. */
static void
test_every_question_can_fail (ModelFixture *fixture, gconstpointer data)
{
  static const char *const tools[]
      = { "config-get",   "is-leader",     "leader-get",   "leader-set",  "status-get",
          "status-set",   "action-get",    "action-set",   "action-fail", "action-log",
          "network-get",  "opened-ports",  "open-port",    "close-port",  "relation-ids",
          "relation-get", "relation-list", "relation-set", "juju-log",    "application-version-set" };
  g_autoptr (ReactiveJson) settings = context_json ("{'a': '1'}");
  ReactiveHookContext *context = begin (fixture);
  gboolean is_leader;

  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    set_fault (fixture, tools[i], REACTIVE_FAULT_REPLY, 1, tools[i]);

#define CHECK(tool, function, ...)                                                                                     \
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, tool, JUJU (context)->klass->function, __VA_ARGS__)
  CHECK ("config-get", config_get, JUJU (context));
  CHECK ("is-leader", is_leader, JUJU (context), &is_leader);
  CHECK ("leader-get", leader_get, JUJU (context));
  CHECK ("leader-set", leader_set, JUJU (context), settings);
  CHECK ("status-get", status_get, JUJU (context), FALSE);
  CHECK ("status-set", status_set, JUJU (context), FALSE, "active", "x");
  CHECK ("application-version-set", version_set, JUJU (context), "1");
  CHECK ("action-get", action_get, JUJU (context));
  CHECK ("action-set", action_set, JUJU (context), "a", "1");
  CHECK ("action-fail", action_fail, JUJU (context), "x");
  CHECK ("action-log", action_log, JUJU (context), "x");
  CHECK ("network-get", network_get, JUJU (context), "ring", NULL);
  CHECK ("opened-ports", opened_ports, JUJU (context));
  CHECK ("open-port", open_port, JUJU (context), "80");
  CHECK ("close-port", close_port, JUJU (context), "80");
  CHECK ("relation-ids", relation_ids, JUJU (context), "ring");
  CHECK ("relation-list", relation_list, JUJU (context), "ring:0");
  CHECK ("relation-list", relation_app, JUJU (context), "ring:0");
  CHECK ("relation-get", relation_get, JUJU (context), "ring:0", "app/0", FALSE);
  CHECK ("relation-set", relation_set, JUJU (context), "ring:0", FALSE, settings);
  CHECK ("juju-log", log_flush, JUJU (context));
#undef CHECK
  context_end (context);
  g_assert_cmpstr (model_fixture_get_unit (fixture, "app/0")->status.status, ==, "unknown");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/model-fault/tools-fail", test_tools_fail);
  ADD_MODEL_TEST ("/model-fault/old-juju-has-its-own-words", test_old_juju_has_its_own_words);
  ADD_MODEL_TEST ("/model-fault/every-question-can-fail", test_every_question_can_fail);

  return g_test_run ();
}
