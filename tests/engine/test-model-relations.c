/* SPDX-License-Identifier: Apache-2.0 */
#include "model-fixture.h"

/* Juju's rules for the hooks of relations: a test for each, named after it. */

#define WEB "requires: {db: mysql}\n"
#define SQL "provides: {server: mysql}\n"
#define RING "peers: {ring: ring}\n"

static void
assert_text (const ReactiveJson *data, const char *expected)
{
  g_autofree char *text = reactive_json_to_text (data, REACTIVE_JSON_SORT_KEYS);

  g_assert_cmpstr (text, ==, expected);
}

/* One unit of "web", and @n_servers of "sql", all started and related. */
static ReactiveModelRelation *
set_up_related (ModelFixture *fixture, guint n_servers)
{
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, n_servers);
  relation = model_fixture_relate (fixture, "web", "sql");
  model_fixture_settle (fixture);

  return relation;
}

/*
 * Created
 */

static void
test_created_once_and_first (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_settle (fixture);
  model_fixture_relate (fixture, "web", "sql");

  g_free (model_fixture_settle_unit (fixture, "sql/0"));
  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-created db:0; db-relation-joined db:0 sql/0; db-relation-changed db:0 sql/0");
}

static void
test_created_not_on_a_dying_unit (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_settle (fixture);
  model_fixture_relate (fixture, "web", "sql");
  model_fixture_remove_unit (fixture, "web/0");

  model_fixture_assert_runs (fixture, "web/0", "stop; remove");
}

static void
test_created_not_of_a_dying_relation (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_settle (fixture);
  relation = model_fixture_relate (fixture, "web", "sql");
  model_fixture_run (fixture, "web/0", "db-relation-created db:0");
  reactive_model_unrelate (relation);

  model_fixture_assert_next (fixture, "sql/0", "");
  model_fixture_assert_runs (fixture, "web/0", "db-relation-broken db:0");
  g_assert_cmpint (relation->life, ==, REACTIVE_LIFE_DEAD);
}

static void
test_entered_when_created_begins (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;
  ReactiveModelMember *member;

  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_settle (fixture);
  relation = model_fixture_relate (fixture, "web", "sql");
  model_fixture_run (fixture, "web/0", "db-relation-created db:0");
  g_assert_null (reactive_model_relation_find_member (relation, model_fixture_get_unit (fixture, "sql/0")));
  model_fixture_assert_next (fixture, "web/0", "");

  model_fixture_fail (fixture, "sql/0", "server-relation-created server:0");
  member = reactive_model_relation_find_member (relation, model_fixture_get_unit (fixture, "sql/0"));
  g_assert_true (member->is_present);
  assert_text (member->databag.data, "{\"egress-subnets\": \"10.0.0.2/32\", \"ingress-address\": \"10.0.0.2\", "
                                     "\"private-address\": \"10.0.0.2\"}");
  model_fixture_assert_next (fixture, "web/0", "db-relation-joined db:0 sql/0");
}

/*
 * Joined and changed
 */

static void
test_joined_once_then_changed (ModelFixture *fixture, gconstpointer data)
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
test_changed_is_the_next_of_its_relation_alone (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;
  g_autoptr (GError) error = NULL;

  model_fixture_deploy (fixture, "web", "requires: {db: mysql, cache: mysql}\n", 1);
  model_fixture_deploy (fixture, "sql", SQL, 2);
  relation = model_fixture_relate (fixture, "web:db", "sql");
  model_fixture_relate (fixture, "web:cache", "sql");
  for (guint i = 0; i < 2; i++)
    g_free (model_fixture_settle_unit (fixture, i == 0 ? "sql/0" : "sql/1"));
  for (guint i = 0; i < 6; i++)
    model_fixture_run (fixture, "web/0",
                       ((const char *const[]){ "install", "db-relation-created db:0", "cache-relation-created cache:1",
                                               "leader-elected", "config-changed", "start" })[i]);

  model_fixture_run (fixture, "web/0", "db-relation-joined db:0 sql/0");
  model_fixture_set_data (fixture, "sql/0", relation, /* of_application= */ TRUE, "key", "1");
  model_fixture_remove_unit (fixture, "sql/1");
  reactive_model_send_hook (model_fixture_get_unit (fixture, "web/0"), "start", NULL, &error);
  g_assert_no_error (error);
  model_fixture_assert_next (fixture, "web/0",
                             "cache-relation-joined cache:1 sql/0, db-relation-changed db:0 sql/0, start");
}

static void
test_changed_even_if_the_unit_has_left_since (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_settle (fixture);
  model_fixture_relate (fixture, "web", "sql");
  g_free (model_fixture_settle_unit (fixture, "sql/0"));
  model_fixture_run (fixture, "web/0", "db-relation-created db:0");
  model_fixture_run (fixture, "web/0", "db-relation-joined db:0 sql/0");
  model_fixture_remove_unit (fixture, "sql/0");

  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-changed db:0 sql/0; db-relation-departed db:0 sql/0 departing sql/0");
}

static void
test_never_joined_never_departs (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  model_fixture_settle (fixture);
  model_fixture_relate (fixture, "web", "sql");
  g_free (model_fixture_settle_unit (fixture, "sql/0"));
  model_fixture_remove_unit (fixture, "sql/0");

  model_fixture_assert_runs (fixture, "web/0", "db-relation-created db:0");
}

static void
test_changes_are_merged (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 1);

  model_fixture_set_data (fixture, "sql/0", relation, FALSE, "key", "1");
  model_fixture_set_data (fixture, "sql/0", relation, FALSE, "key", "2");
  model_fixture_assert_next (fixture, "sql/0", "");
  model_fixture_assert_runs (fixture, "web/0", "db-relation-changed db:0 sql/0");

  model_fixture_set_data (fixture, "sql/0", relation, FALSE, "key", "2");
  model_fixture_assert_next (fixture, "web/0", "");
}

static void
test_changed_again_where_data_changed_before_the_retry (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 1);
  g_autoptr (GError) error = NULL;

  model_fixture_set_data (fixture, "sql/0", relation, FALSE, "key", "1");
  model_fixture_fail (fixture, "web/0", "db-relation-changed db:0 sql/0");
  model_fixture_set_data (fixture, "sql/0", relation, FALSE, "key", "2");
  reactive_model_resolve (model_fixture_get_unit (fixture, "web/0"), /* retry= */ TRUE, &error);
  g_assert_no_error (error);

  model_fixture_assert_runs (fixture, "web/0", "db-relation-changed db:0 sql/0; db-relation-changed db:0 sql/0");
}

static void
test_application_data_without_a_unit (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 2);

  model_fixture_set_data (fixture, "sql/0", relation, TRUE, "key", "1");
  model_fixture_assert_next (fixture, "sql/0", "");
  model_fixture_assert_next (fixture, "sql/1", "");
  model_fixture_assert_runs (fixture, "web/0", "db-relation-changed db:0");
}

static void
test_application_data_before_units_join (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 1);

  model_fixture_set_data (fixture, "sql/0", relation, TRUE, "key", "1");
  model_fixture_add_unit (fixture, "web");
  model_fixture_assert_runs (fixture, "web/1",
                             "install; db-relation-created db:0; config-changed; start; db-relation-changed db:0; "
                             "db-relation-joined db:0 sql/0; db-relation-changed db:0 sql/0");
}

static void
test_late_writes_are_not_published (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 2);

  model_fixture_remove_unit (fixture, "sql/1");
  model_fixture_set_data (fixture, "sql/1", relation, FALSE, "key", "1");
  model_fixture_assert_runs (fixture, "web/0", "db-relation-departed db:0 sql/1 departing sql/1");
}

/*
 * Departed and broken
 */

static void
test_broken_after_departed (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 2);

  reactive_model_unrelate (relation);
  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-departed db:0 sql/0 departing sql/0; "
                             "db-relation-departed db:0 sql/1 departing sql/1; db-relation-broken db:0");
  g_assert_cmpint (relation->life, ==, REACTIVE_LIFE_DYING);
  model_fixture_settle (fixture);
  g_assert_cmpuint (fixture->model->relations->len, ==, 0);
  g_assert_cmpint (relation->life, ==, REACTIVE_LIFE_DEAD);
}

static void
test_departed_stays_readable (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 1);
  ReactiveModelUnit *web = model_fixture_get_unit (fixture, "web/0");
  ReactiveModelUnit *sql = model_fixture_get_unit (fixture, "sql/0");
  const ReactiveModelMember *member;

  model_fixture_set_data (fixture, "sql/0", relation, FALSE, "key", "1");
  model_fixture_remove_unit (fixture, "sql/0");
  model_fixture_settle (fixture);

  g_assert_cmpint (sql->life, ==, REACTIVE_LIFE_DEAD);
  g_assert_cmpuint (reactive_model_unit_find_relation (web, relation)->members->len, ==, 0);
  member = reactive_model_relation_find_member (relation, sql);
  g_assert_false (member->is_present);
  g_assert_cmpstr (reactive_json_get_string (reactive_json_get_member (member->databag.data, "key"), NULL), ==, "1");
}

static void
test_departed_is_gone_as_the_hook_begins (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 2);
  ReactiveModelUnit *web = model_fixture_get_unit (fixture, "web/0");
  g_autoptr (GArray) hooks = g_array_new (FALSE, FALSE, sizeof (ReactiveModelHook));

  model_fixture_remove_unit (fixture, "sql/0");
  g_assert_cmpuint (reactive_model_unit_find_relation (web, relation)->members->len, ==, 2);
  reactive_model_list_hooks (web, hooks);
  reactive_model_begin_hook (web, &g_array_index (hooks, ReactiveModelHook, 0));
  g_assert_cmpuint (reactive_model_unit_find_relation (web, relation)->members->len, ==, 1);
  reactive_model_end_hook (web, &g_array_index (hooks, ReactiveModelHook, 0), /* was_good= */ TRUE);
}

static void
test_dying_unit_sees_all_depart_and_is_the_one_who_does (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 2);

  model_fixture_remove_unit (fixture, "web/0");
  model_fixture_assert_runs (fixture, "sql/0", "server-relation-departed server:0 web/0 departing web/0");
  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-departed db:0 sql/0 departing web/0; "
                             "db-relation-departed db:0 sql/1 departing web/0; db-relation-broken db:0; stop; remove");
  model_fixture_settle (fixture);
  g_assert_cmpint (relation->life, ==, REACTIVE_LIFE_ALIVE);
}

static void
test_dying_application_is_the_one_who_departs (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_up_related (fixture, 1);
  reactive_model_remove_application (reactive_model_find_application (fixture->model, "sql"), &error);
  g_assert_no_error (error);

  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-departed db:0 sql/0 departing sql/0; db-relation-broken db:0");
  model_fixture_assert_runs (fixture, "sql/0",
                             "server-relation-departed server:0 web/0 departing sql/0; "
                             "server-relation-broken server:0; stop; remove");
  g_assert_null (reactive_model_find_application (fixture->model, "sql"));
  g_assert_cmpuint (fixture->model->relations->len, ==, 0);
}

/*
 * Within one relation
 */

static void
test_departures_then_application_then_joins_then_units (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = set_up_related (fixture, 11);

  model_fixture_set_data (fixture, "sql/2", relation, FALSE, "key", "1");
  model_fixture_set_data (fixture, "sql/10", relation, FALSE, "key", "1");
  model_fixture_set_data (fixture, "sql/0", relation, TRUE, "key", "1");
  model_fixture_add_unit (fixture, "sql");
  g_free (model_fixture_settle_unit (fixture, "sql/11"));
  model_fixture_remove_unit (fixture, "sql/3");
  model_fixture_remove_unit (fixture, "sql/1");

  model_fixture_assert_runs (fixture, "web/0",
                             "db-relation-departed db:0 sql/1 departing sql/1; "
                             "db-relation-departed db:0 sql/3 departing sql/3; db-relation-changed db:0; "
                             "db-relation-joined db:0 sql/11; db-relation-changed db:0 sql/11; "
                             "db-relation-changed db:0 sql/10; db-relation-changed db:0 sql/2");
}

static void
test_no_order_between_relations (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *first;
  ReactiveModelRelation *second;

  model_fixture_deploy (fixture, "web", "requires: {db: mysql, cache: mysql}\n", 1);
  model_fixture_deploy (fixture, "sql", SQL, 1);
  first = model_fixture_relate (fixture, "web:db", "sql");
  second = model_fixture_relate (fixture, "web:cache", "sql");
  model_fixture_settle (fixture);

  model_fixture_set_data (fixture, "sql/0", first, FALSE, "key", "1");
  model_fixture_set_data (fixture, "sql/0", second, TRUE, "key", "1");
  model_fixture_assert_next (fixture, "web/0", "cache-relation-changed cache:1, db-relation-changed db:0 sql/0");
  reactive_model_unrelate (second);
  model_fixture_assert_next (fixture, "web/0",
                             "cache-relation-departed cache:1 sql/0 departing sql/0, db-relation-changed db:0 sql/0");
}

/*
 * Peers
 */

static void
test_peers_see_each_other (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", RING, 1);
  model_fixture_assert_runs (fixture, "web/0",
                             "install; ring-relation-created ring:0; leader-elected; config-changed; start");
  model_fixture_add_unit (fixture, "web");
  model_fixture_assert_runs (fixture, "web/1",
                             "install; ring-relation-created ring:0; config-changed; start; "
                             "ring-relation-joined ring:0 web/0; ring-relation-changed ring:0 web/0");
  model_fixture_assert_runs (fixture, "web/0", "ring-relation-joined ring:0 web/1; ring-relation-changed ring:0 web/1");
}

static void
test_peers_are_never_broken (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  model_fixture_deploy (fixture, "web", RING, 2);
  model_fixture_settle (fixture);
  model_fixture_remove_unit (fixture, "web/1");
  model_fixture_assert_runs (fixture, "web/0", "ring-relation-departed ring:0 web/1 departing web/1");
  model_fixture_assert_runs (fixture, "web/1", "ring-relation-departed ring:0 web/0 departing web/1; stop; remove");

  reactive_model_remove_application (reactive_model_find_application (fixture->model, "web"), &error);
  g_assert_no_error (error);
  model_fixture_assert_runs (fixture, "web/0", "stop; remove");
  g_assert_cmpuint (fixture->model->applications->len, ==, 0);
  g_assert_cmpuint (fixture->model->relations->len, ==, 0);
}

static void
test_leader_is_not_told_of_its_own_data (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", RING, 2);
  ReactiveModelRelation *relation = g_ptr_array_index (application->relations, 0);

  model_fixture_settle (fixture);
  model_fixture_set_data (fixture, "web/0", relation, TRUE, "key", "1");
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "web/1", "ring-relation-changed ring:0");

  model_fixture_set_data (fixture, "web/0", relation, FALSE, "key", "1");
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "web/1", "ring-relation-changed ring:0 web/0");
}

/*
 * Containers
 */

static void
test_subordinates_come_with_their_principals (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *logger;
  ReactiveModelUnit *unit;

  model_fixture_deploy (fixture, "web", "provides: {logs: {interface: logs, scope: container}}\n", 2);
  logger = model_fixture_deploy (fixture, "logger",
                                 "subordinate: true\nrequires: {source: {interface: logs, scope: container}}\n", 0);
  model_fixture_relate (fixture, "web", "logger");
  g_assert_cmpuint (logger->units->len, ==, 0);
  g_free (model_fixture_settle_unit (fixture, "web/0"));
  g_free (model_fixture_settle_unit (fixture, "web/1"));
  g_assert_cmpuint (logger->units->len, ==, 2);

  unit = model_fixture_get_unit (fixture, "logger/1");
  g_assert_cmpstr (unit->principal->name, ==, "web/1");
  g_assert_cmpuint (unit->machine, ==, unit->principal->machine);
  g_assert_cmpstr (unit->address, ==, unit->principal->address);
  model_fixture_assert_runs (fixture, "logger/1",
                             "install; source-relation-created source:0; config-changed; start; "
                             "source-relation-joined source:0 web/1; source-relation-changed source:0 web/1");
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "web/1",
                             "logs-relation-joined logs:0 logger/1; logs-relation-changed logs:0 logger/1");
}

static void
test_subordinates_go_with_their_principals (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *web;

  model_fixture_deploy (fixture, "web", "provides: {logs: {interface: logs, scope: container}}\n", 2);
  model_fixture_deploy (fixture, "logger",
                        "subordinate: true\nrequires: {source: {interface: logs, scope: container}}\n", 0);
  model_fixture_relate (fixture, "web", "logger");
  model_fixture_settle (fixture);
  web = model_fixture_get_unit (fixture, "web/0");
  model_fixture_remove_unit (fixture, "web/0");

  g_assert_cmpint (model_fixture_get_unit (fixture, "logger/0")->life, ==, REACTIVE_LIFE_DYING);
  g_assert_cmpint (model_fixture_get_unit (fixture, "logger/1")->life, ==, REACTIVE_LIFE_ALIVE);
  model_fixture_assert_runs (fixture, "web/0",
                             "logs-relation-departed logs:0 logger/0 departing web/0; logs-relation-broken logs:0; "
                             "stop; remove");
  g_assert_cmpint (web->life, ==, REACTIVE_LIFE_DYING);
  model_fixture_assert_runs (fixture, "logger/0",
                             "source-relation-departed source:0 web/0 departing logger/0; "
                             "source-relation-broken source:0; stop; remove");
  g_assert_cmpint (web->life, ==, REACTIVE_LIFE_DEAD);
}

static void
test_subordinates_go_with_the_relation (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *logger;
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", "provides: {logs: {interface: logs, scope: container}}\n", 2);
  logger = model_fixture_deploy (fixture, "logger",
                                 "subordinate: true\nrequires: {source: {interface: logs, scope: container}}\n", 0);
  relation = model_fixture_relate (fixture, "web", "logger");
  model_fixture_settle (fixture);
  reactive_model_unrelate (relation);
  model_fixture_settle (fixture);
  g_assert_cmpuint (logger->units->len, ==, 0);
  g_assert_cmpint (relation->life, ==, REACTIVE_LIFE_DEAD);

  /* They come again, and one that is still going is waited for. */
  relation = model_fixture_relate (fixture, "web", "logger");
  model_fixture_settle (fixture);
  g_assert_cmpuint (logger->units->len, ==, 2);
  reactive_model_unrelate (relation);
  g_free (model_fixture_settle_unit (fixture, "web/0"));
  g_free (model_fixture_settle_unit (fixture, "web/1"));
  model_fixture_run (fixture, "logger/2", "source-relation-departed source:1 web/0 departing logger/2");
  model_fixture_run (fixture, "logger/2", "source-relation-broken source:1");
  model_fixture_run (fixture, "logger/3", "source-relation-departed source:1 web/1 departing logger/3");
  model_fixture_run (fixture, "logger/3", "source-relation-broken source:1");
  model_fixture_relate (fixture, "web", "logger");
  g_free (model_fixture_settle_unit (fixture, "web/0"));
  g_assert_cmpuint (logger->units->len, ==, 2);
  model_fixture_settle (fixture);
  g_assert_cmpuint (logger->units->len, ==, 2);
  g_assert_nonnull (reactive_model_find_unit (fixture->model, "logger/4"));
  g_assert_nonnull (reactive_model_find_unit (fixture->model, "logger/5"));
}

static void
test_juju_info_brings_the_provider_no_hooks (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  model_fixture_deploy (fixture, "agent",
                        "subordinate: true\nrequires: {host: {interface: juju-info, scope: container}}\n", 0);
  model_fixture_settle (fixture);
  relation = model_fixture_relate (fixture, "agent", "web");
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "agent/0",
                             "install; host-relation-created host:0; leader-elected; config-changed; start; "
                             "host-relation-joined host:0 web/0; host-relation-changed host:0 web/0");
  model_fixture_assert_next (fixture, "web/0", "");

  reactive_model_unrelate (relation);
  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_runs (fixture, "agent/0",
                             "host-relation-departed host:0 web/0 departing agent/0; host-relation-broken host:0; "
                             "stop; remove");
  g_assert_cmpint (relation->life, ==, REACTIVE_LIFE_DEAD);
}

static void
test_subordinate_of_two_principals_sees_its_own (ModelFixture *fixture, gconstpointer data)
{
  model_fixture_deploy (fixture, "web", "provides: {logs: {interface: logs, scope: container}}\n", 1);
  model_fixture_deploy (fixture, "sql", "provides: {logs: {interface: logs, scope: container}}\n", 1);
  model_fixture_deploy (fixture, "logger",
                        "subordinate: true\nrequires: {source: {interface: logs, scope: container}}\n" RING, 0);
  model_fixture_relate (fixture, "web", "logger");
  model_fixture_relate (fixture, "sql", "logger");
  g_free (model_fixture_settle_unit (fixture, "web/0"));
  g_free (model_fixture_settle_unit (fixture, "sql/0"));

  model_fixture_assert_runs (fixture, "logger/1",
                             "install; ring-relation-created ring:0; source-relation-created source:2; "
                             "config-changed; start; source-relation-joined source:2 sql/0; "
                             "source-relation-changed source:2 sql/0");
  model_fixture_settle (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) ADD_MODEL_TEST ("/model-relations/" path, function)
  ADD ("created/once-and-first", test_created_once_and_first);
  ADD ("created/not-on-a-dying-unit", test_created_not_on_a_dying_unit);
  ADD ("created/not-of-a-dying-relation", test_created_not_of_a_dying_relation);
  ADD ("created/others-see-the-unit-from-its-beginning-on", test_entered_when_created_begins);
  ADD ("joined/once-then-changed", test_joined_once_then_changed);
  ADD ("changed/is-the-next-of-its-relation-alone", test_changed_is_the_next_of_its_relation_alone);
  ADD ("changed/even-if-the-unit-has-left-since", test_changed_even_if_the_unit_has_left_since);
  ADD ("changed/several-are-merged", test_changes_are_merged);
  ADD ("changed/again-where-data-changed-before-the-retry", test_changed_again_where_data_changed_before_the_retry);
  ADD ("changed/application-without-a-unit", test_application_data_without_a_unit);
  ADD ("changed/application-before-units-join", test_application_data_before_units_join);
  ADD ("changed/late-writes-are-not-published", test_late_writes_are_not_published);
  ADD ("departed/only-who-joined", test_never_joined_never_departs);
  ADD ("departed/data-stays-readable", test_departed_stays_readable);
  ADD ("departed/gone-as-the-hook-begins", test_departed_is_gone_as_the_hook_begins);
  ADD ("departed/dying-unit-is-the-one-who-does", test_dying_unit_sees_all_depart_and_is_the_one_who_does);
  ADD ("departed/dying-application-is-the-one-who-does", test_dying_application_is_the_one_who_departs);
  ADD ("broken/after-departed", test_broken_after_departed);
  ADD ("order/departures-then-application-then-joins-then-units",
       test_departures_then_application_then_joins_then_units);
  ADD ("order/none-between-relations", test_no_order_between_relations);
  ADD ("peers/see-each-other", test_peers_see_each_other);
  ADD ("peers/are-never-broken", test_peers_are_never_broken);
  ADD ("peers/leader-is-not-told-of-its-own-data", test_leader_is_not_told_of_its_own_data);
  ADD ("containers/subordinates-come-with-their-principals", test_subordinates_come_with_their_principals);
  ADD ("containers/subordinates-go-with-their-principals", test_subordinates_go_with_their_principals);
  ADD ("containers/subordinates-go-with-the-relation", test_subordinates_go_with_the_relation);
  ADD ("containers/juju-info-brings-the-provider-no-hooks", test_juju_info_brings_the_provider_no_hooks);
  ADD ("containers/subordinate-of-two-sees-its-own", test_subordinate_of_two_principals_sees_its_own);

  return g_test_run ();
}
