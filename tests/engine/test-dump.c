/* SPDX-License-Identifier: Apache-2.0 */
#include "simulation-fixture.h"

#include "base/json.h"
#include "simulator/dump.h"

static gboolean
serve (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *const *relations = reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"));

  for (; *relations != NULL; relations++)
    reactive_databag_set (reactive_relation_get_to_publish (*relations), "port", "80");
  reactive_set_flag (unit, "web.served");
  reactive_open_port (unit, "80/tcp");
  reactive_status_active (unit, "ready");
  return TRUE;
}

static gboolean
backup (ReactiveUnit *unit, GError **error)
{
  reactive_action_set (unit, "size", "3");
  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (serve, ON ("db-relation-joined")),
  ACTION ("backup", backup),
};
static const ReactiveModule module = TEST_MODULE (HANDLERS (handlers));

static void
set_up (SimulationFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  simulation_fixture_set_up (fixture, data);
  simulation_fixture_put_file (fixture, "charms/web/actions.yaml", "backup: {description: x}\n");
  simulation_fixture_add (fixture, "web", "provides: {db: {interface: mysql}}\nresources: {blob: {type: file}}",
                          "options: {size: {type: int, default: 1}}", &module, 2);
  simulation_fixture_add (fixture, "app", "requires: {db: {interface: mysql}}", NULL, &module, 1);
  simulation_fixture_relate (fixture, "web:db", "app:db");
  simulation_fixture_settle (fixture);
  reactive_model_add_action (simulation_fixture_find (fixture, "web/1"), "backup", NULL, &error);
  g_assert_no_error (error);
  simulation_fixture_settle (fixture);
}

static ReactiveJson *
parse_dump (SimulationFixture *fixture)
{
  g_autofree char *text = reactive_simulation_dump (fixture->simulation);
  g_autoptr (GError) error = NULL;
  ReactiveJson *dump = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, &error);

  g_assert_no_error (error);

  return dump;
}

/* "applications.web.leader": a member of a member; a number is the place in an array. */
static void
assert_value (const ReactiveJson *dump, const char *path, const char *expected)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  g_autofree char *text = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      dump = g_ascii_isdigit (*names[i])
                 ? reactive_json_get_element (dump, (guint) g_ascii_strtoull (names[i], NULL, 10))
                 : reactive_json_get_member (dump, names[i]);
      if (dump == NULL)
        g_error ("there is no '%s' of '%s'", names[i], path);
    }

  text = reactive_json_to_text (dump, REACTIVE_JSON_SORT_KEYS);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_contents (SimulationFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *expected;
  } cases[] = {
    { "juju", "\"3.6.0\"" },
    { "applications.web.charm", "\"web\"" },
    { "applications.web.config", "{\"size\": 1}" },
    { "applications.web.leader", "\"web/0\"" },
    { "applications.web.units.web/1.error", "null" },
    { "applications.web.units.web/1.status", "{\"message\": \"ready\", \"status\": \"active\"}" },
    { "applications.web.units.web/1.flags.6", "\"web.served\"" },
    { "applications.web.units.web/1.ports", "[\"80/tcp\"]" },
    { "applications.web.units.web/1.started", "true" },
    { "applications.web.units.web/1.actions.0.results", "{\"size\": \"3\"}" },
    { "applications.web.units.web/1.actions.0.status", "\"completed\"" },
    { "relations.0.number", "0" },
    { "relations.0.ends.0.units.web/1.databag.port", "\"80\"" },
    { "relations.0.ends.0.interface", "\"mysql\"" },
    { "relations.0.ends.1.application", "\"app\"" },
  };
  g_autoptr (ReactiveJson) dump = parse_dump (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_value (dump, cases[i].path, cases[i].expected);
}

static void
test_error (SimulationFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveJson) dump = NULL;

  reactive_model_update_status (fixture->model);
  for (guint i = 0; i < 3; i++)
    reactive_simulation_fail_next (fixture->simulation, simulation_fixture_find (fixture, "app/0"));
  while (simulation_fixture_find (fixture, "app/0")->failed == NULL)
    simulation_fixture_step (fixture);

  dump = parse_dump (fixture);
  assert_value (dump, "applications.app.units.app/0.error", "\"update-status\"");
}

static void
test_text (SimulationFixture *fixture, gconstpointer data)
{
  g_autofree char *first = reactive_simulation_dump (fixture->simulation);
  g_autofree char *second = reactive_simulation_dump (fixture->simulation);

  g_assert_cmpstr (first, ==, second);
  g_assert_true (g_str_has_prefix (first, "{\n  \"applications\": {\n    \"app\": {\n      \"charm\": \"app\",\n"));
  g_assert_true (g_str_has_suffix (first, "}\n"));
  g_assert_nonnull (strstr (first, "\"secrets\": {},\n"));
}

#define ADD_TEST(path, function)                                                                                       \
  g_test_add (path, SimulationFixture, NULL, set_up, function, simulation_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/dump/holds-what-is-in-the-model", test_contents);
  ADD_TEST ("/dump/tells-which-hook-failed", test_error);
  ADD_TEST ("/dump/is-good-to-compare", test_text);

  return g_test_run ();
}
