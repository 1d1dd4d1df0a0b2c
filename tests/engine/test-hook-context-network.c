/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

static ReactiveHookContext *
begin (ModelFixture *fixture)
{
  model_fixture_deploy (fixture, "app", "requires: {db: mysql}\nextra-bindings: {admin: null}\n", 1);
  model_fixture_deploy (fixture, "sql", "provides: {server: mysql}\n", 1);
  model_fixture_relate (fixture, "app:db", "sql:server");
  model_fixture_settle (fixture);
  return context_begin_any (fixture, "app/0");
}

static const char *
get_first (const ReactiveJson *answer, const char *name)
{
  g_assert_nonnull (answer);
  return reactive_json_text_or_null (reactive_json_get_element (reactive_json_get_member (answer, name), 0));
}

static void
test_addresses_are_the_units (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  const char *address = model_fixture_get_unit (fixture, "app/0")->address;
  g_autofree char *subnet = g_strconcat (address, "/32", NULL);
  const ReactiveJson *answer = ASK (context, network_get, "db", NULL);
  const ReactiveJson *device, *place;

  g_assert_cmpstr (get_first (answer, "ingress-addresses"), ==, address);
  g_assert_cmpstr (get_first (answer, "egress-subnets"), ==, subnet);
  device = reactive_json_get_element (reactive_json_get_member (answer, "bind-addresses"), 0);
  g_assert_cmpstr (reactive_json_text_or_null (reactive_json_get_member (device, "interface-name")), ==, "eth0");
  g_assert_true (
      g_str_has_prefix (reactive_json_text_or_null (reactive_json_get_member (device, "mac-address")), "fa:16:3e:"));
  place = reactive_json_get_element (reactive_json_get_member (device, "addresses"), 0);
  g_assert_cmpstr (reactive_json_text_or_null (reactive_json_get_member (place, "value")), ==, address);
  g_assert_cmpstr (reactive_json_text_or_null (reactive_json_get_member (place, "cidr")), ==, "10.0.0.0/8");
  context_end (context);
}

static void
test_bindings (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);

  g_assert_nonnull (ASK (context, network_get, "admin", NULL));
  g_assert_nonnull (ASK (context, network_get, "juju-info", NULL));
  g_assert_nonnull (ASK (context, network_get, "db", "db:0"));
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "no network config found for binding \"web\"",
                  JUJU (context)->klass->network_get, JUJU (context), "web", NULL);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "relation 7 not found", JUJU (context)->klass->network_get, JUJU (context), "db",
                  "db:7");
  context_end (context);
}

static void
test_unit_get (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin (fixture);
  ReactiveModelUnit *unit = model_fixture_get_unit (fixture, "app/0");

  g_assert_cmpstr (reactive_hook_context_unit_get (context, "private-address", NULL), ==, unit->address);
  g_assert_cmpstr (reactive_hook_context_unit_get (context, "public-address", NULL), ==, unit->address);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "unknown setting \"name\"", reactive_hook_context_unit_get, context, "name");
  context_end (context);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/network-get/addresses-are-the-units", test_addresses_are_the_units);
  ADD_MODEL_TEST ("/hook-context/network-get/knows-endpoints-and-bindings", test_bindings);
  ADD_MODEL_TEST ("/hook-context/unit-get/addresses", test_unit_get);

  return g_test_run ();
}
