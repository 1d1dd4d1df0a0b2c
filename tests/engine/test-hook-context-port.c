/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

#define ENDPOINTS "provides: {a: x, b: x, c: x}\n"

static ReactiveHookContext *
begin (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "app", ENDPOINTS, 1);
  model_fixture_settle (fixture);
  return context_begin_any (fixture, "app/0");
}

static void
open_port (ReactiveHookContext *context, const char *port)
{
  ASSERT_DONE (JUJU (context)->klass->open_port, JUJU (context), port);
}

static void
close_port (ReactiveHookContext *context, const char *port)
{
  ASSERT_DONE (JUJU (context)->klass->close_port, JUJU (context), port);
}

static void
set_port (ReactiveHookContext *context, const char *port, const char *endpoint, gboolean open)
{
  const char *const endpoints[] = { endpoint, NULL };

  ASSERT_DONE (reactive_hook_context_set_port, context, port, endpoints, open);
}

static void
test_waits_for_a_good_end (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);

  open_port (context, "80");
  context_assert_json (ASK_ALL (context, opened_ports), "[]");
  context_assert_json (reactive_hook_context_opened_ports (context, FALSE), "['80/tcp']");
  context_fail (context);
  context_retry (fixture, "app/0");

  context = context_begin_any (fixture, "app/0");
  context_assert_json (reactive_hook_context_opened_ports (context, FALSE), "[]");
  open_port (context, "icmp");
  open_port (context, "8080");
  open_port (context, "80/tcp");
  open_port (context, "53/udp");
  open_port (context, "8000-8010/udp");
  open_port (context, "80");
  context_end (context);

  context = context_begin_any (fixture, "app/0");
  context_assert_json (ASK_ALL (context, opened_ports), "['icmp', '80/tcp', '8080/tcp', '53/udp', '8000-8010/udp']");
  close_port (context, "80");
  close_port (context, "81");
  context_assert_json (reactive_hook_context_opened_ports (context, FALSE),
                       "['icmp', '8080/tcp', '53/udp', '8000-8010/udp']");
  context_end (context);
  g_assert_cmpuint (model_fixture_get_unit (fixture, "app/0")->ports->len, ==, 4);
}

static void
test_conflicts_of_one_unit (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);

  open_port (context, "80-90");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot open 85/tcp (unit \"app/0\"): port range conflicts with 80-90/tcp (unit \"app/0\") requested "
                  "earlier",
                  JUJU (context)->klass->open_port, JUJU (context), "85");
  open_port (context, "85/udp");
  context_end (context);

  context = context_begin_any (fixture, "app/0");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot open 90-95/tcp (unit \"app/0\"): port range conflicts with 80-90/tcp (unit \"app/0\")",
                  JUJU (context)->klass->open_port, JUJU (context), "90-95");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot close 80/tcp (unit \"app/0\"): port range conflicts with 80-90/tcp (unit \"app/0\")",
                  JUJU (context)->klass->close_port, JUJU (context), "80");
  open_port (context, "80-90");
  context_end (context);
}

static void
test_conflicts_on_one_machine (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ReactiveModelUnit *other;

  open_port (context, "80-90");
  context_end (context);
  model_fixture_deploy (fixture, "other", "summary: x\n", 1);
  model_fixture_settle (fixture);
  other = model_fixture_get_unit (fixture, "other/0");

  context = context_begin_any (fixture, "other/0");
  open_port (context, "80");
  context_fail (context);
  context_retry (fixture, "other/0");

  other->machine = model_fixture_get_unit (fixture, "app/0")->machine;
  context = context_begin_any (fixture, "other/0");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot open 80/tcp (unit \"other/0\"): port range conflicts with 80-90/tcp (unit \"app/0\")",
                  JUJU (context)->klass->open_port, JUJU (context), "80");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot open 80-90/tcp (unit \"other/0\"): port range conflicts with 80-90/tcp (unit \"app/0\")",
                  JUJU (context)->klass->open_port, JUJU (context), "80-90");
  open_port (context, "91");
  context_end (context);
}

static void
test_endpoints (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);

  open_port (context, "80");
  set_port (context, "81", "b", TRUE);
  set_port (context, "81", "a", TRUE);
  context_assert_json (reactive_hook_context_opened_ports (context, TRUE), "['80/tcp (*)', '81/tcp (a, b)']");
  context_assert_json (reactive_hook_context_opened_ports (context, FALSE), "['80/tcp', '81/tcp']");

  set_port (context, "80", "b", FALSE);
  set_port (context, "81", "a", FALSE);
  context_assert_json (reactive_hook_context_opened_ports (context, TRUE), "['80/tcp (a, c)', '81/tcp (b)']");
  close_port (context, "80");
  context_assert_json (reactive_hook_context_opened_ports (context, TRUE), "['81/tcp (b)']");
  context_end (context);
}

static void
test_refusals (ModelFixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "", "0", "65536", "90-80", "80/sctp", "http", "80/tcp/udp" };
  ReactiveHookContext *context = begin (fixture);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autofree char *text
          = g_strdup_printf ("expected <port>[/<protocol>] or <from>-<to>[/<protocol>] or icmp; got \"%s\"", bad[i]);

      ASSERT_REFUSED (REACTIVE_ERROR_INVALID, text, JUJU (context)->klass->open_port, JUJU (context), bad[i]);
    }
  context_end (context);

  fixture->model->is_kubernetes = TRUE;
  context = context_begin_any (fixture, "app/0");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "port ranges are not supported for k8s applications, please specify a single port",
                  JUJU (context)->klass->open_port, JUJU (context), "80-90");
  open_port (context, "80");
  context_end (context);
}

static void
test_notes (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ContextNotes notes;

  context_watch (context, &notes);
  open_port (context, "80");
  open_port (context, "81");
  close_port (context, "81");
  context_assert_notes (&notes, "");
  context_end (context);
  context_assert_notes (&notes, "open-port 80/tcp");

  context = context_begin_any (fixture, "app/0");
  g_string_free (notes.text, TRUE);
  context_watch (context, &notes);
  close_port (context, "80");
  context_end (context);
  context_assert_notes (&notes, "close-port 80/tcp");
  g_string_free (notes.text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/port/waits-for-a-good-end", test_waits_for_a_good_end);
  ADD_MODEL_TEST ("/hook-context/port/conflicts-of-one-unit", test_conflicts_of_one_unit);
  ADD_MODEL_TEST ("/hook-context/port/conflicts-on-one-machine", test_conflicts_on_one_machine);
  ADD_MODEL_TEST ("/hook-context/port/of-endpoints", test_endpoints);
  ADD_MODEL_TEST ("/hook-context/port/refusals", test_refusals);
  ADD_MODEL_TEST ("/hook-context/port/is-told-where-it-changes", test_notes);

  return g_test_run ();
}
