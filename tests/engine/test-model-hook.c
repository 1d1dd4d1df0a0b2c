/* SPDX-License-Identifier: Apache-2.0 */
#include "model-fixture.h"

/* A test for each of Juju's rules for the order of hooks, named after the rule. */

#define WEB "requires: {db: mysql}\n"
#define SQL "provides: {server: mysql}\n"

static void
test_install_first (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "summary: x\n", 2);

  model_fixture_assert_next (fixture, "web/0", "install");
  model_fixture_assert_runs (fixture, "web/0", "install; leader-elected; config-changed; start");
  model_fixture_assert_runs (fixture, "web/1", "install; config-changed; start");
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
test_joined_then_changed (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 2);
  model_fixture_relate (fixture, "web", "sql");
  g_free (model_fixture_settle_unit (fixture, "sql/0"));
  g_free (model_fixture_settle_unit (fixture, "sql/1"));

  model_fixture_assert_runs (fixture, "web/0",
                             "install; db-relation-created db:0; leader-elected; config-changed; start; "
                             "db-relation-joined db:0 sql/0; db-relation-changed db:0 sql/0; "
                             "db-relation-joined db:0 sql/1; db-relation-changed db:0 sql/1");
  model_fixture_assert_runs (fixture, "sql/1",
                             "server-relation-joined server:0 web/0; server-relation-changed server:0 web/0");
  model_fixture_settle (fixture);
}

static void
test_broken_after_departed (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 2);
  relation = model_fixture_relate (fixture, "web", "sql");
  model_fixture_settle (fixture);

  reactive_model_unrelate (relation);
  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-departed db:0 sql/0 departing sql/0; "
                             "db-relation-departed db:0 sql/1 departing sql/1; db-relation-broken db:0");
  model_fixture_settle (fixture);
  g_assert_cmpuint (fixture->model->relations->len, ==, 0);
  g_assert_cmpint (relation->life, ==, REACTIVE_LIFE_DEAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/model-hook/install/comes-first", test_install_first);
  ADD_MODEL_TEST ("/model-hook/created/between-install-and-config-changed",
                  test_created_between_install_and_config_changed);
  ADD_MODEL_TEST ("/model-hook/joined/then-changed", test_joined_then_changed);
  ADD_MODEL_TEST ("/model-hook/broken/after-departed", test_broken_after_departed);

  return g_test_run ();
}
