/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* Endpoints, relations, databags and the automatic flags of charms.reactive. The charm "app" requires "db"; some tests
 * give it more. */

#define HOOK_ENDPOINTS                                                                                                 \
  "name: app\n"                                                                                                        \
  "requires: {db: {interface: mysql}, host: {interface: juju-info, scope: container}}\n"                               \
  "peers: {cluster: {interface: app-peers}}\n"

static gboolean
do_nothing (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static void
set_up (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_up (fixture, data);
  unit_fixture_put_file (fixture, "metadata.yaml", HOOK_ENDPOINTS);
}

#define ADD_TEST(path, function) g_test_add (path, UnitFixture, NULL, set_up, function, unit_fixture_tear_down)

static FakeRelation *
relate (UnitFixture *fixture, const char *id, const char *application, const char *unit_name)
{
  FakeRelation *relation = fake_model_find_relation (fixture->model, id);

  if (relation == NULL)
    relation = fake_model_add_relation (fixture->model, id, application);
  if (unit_name != NULL)
    fake_relation_add_unit (relation, unit_name);

  return relation;
}

static void
say (FakeRelation *relation, const char *unit_name, const char *key, const char *value)
{
  fake_databag_set (fake_relation_add_unit (relation, unit_name), key, value);
}

/* Automatic flags ------------------------------------------------------------------------------------------------- */

static void
test_flags_of_a_life (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", NULL);

  unit_fixture_run_relation_hook (fixture, "db-relation-created", "db:1", "mysql");
  unit_fixture_assert_flags (fixture, "");

  say (relation, "mysql/0", "host", "10.0.0.1");
  unit_fixture_run_relation_hook (fixture, "db-relation-joined", "db:1", "mysql/0");
  unit_fixture_assert_flags (fixture, "endpoint.db.changed endpoint.db.changed.host endpoint.db.joined");
  unit_fixture_assert_row (fixture, "reactive.data_changed.endpoint.db.db:1.mysql/0.host",
                           "\"9b7235068dd46c697c80e02a8c57bbee\"");

  fake_relation_remove_unit (relation, "mysql/0");
  unit_fixture_run_relation_hook (fixture, "db-relation-departed", "db:1", "mysql/0");
  unit_fixture_assert_flags (fixture, "endpoint.db.changed endpoint.db.changed.host endpoint.db.departed");

  /* Nobody is joined, so nobody clears it. */
  fake_model_remove_relation (fixture->model, "db:1");
  unit_fixture_run_relation_hook (fixture, "db-relation-broken", "db:1", NULL);
  unit_fixture_assert_flags (fixture, "endpoint.db.changed endpoint.db.changed.host endpoint.db.departed");
}

static void
test_departed_is_cleared_while_joined (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", "mysql/0");

  fake_relation_add_unit (relation, "mysql/1");
  unit_fixture_run_relation_hook (fixture, "db-relation-joined", "db:1", "mysql/1");
  fake_relation_remove_unit (relation, "mysql/1");
  unit_fixture_run_relation_hook (fixture, "db-relation-departed", "db:1", "mysql/1");
  unit_fixture_assert_flags (fixture, "endpoint.db.departed endpoint.db.joined");
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_flags (fixture, "endpoint.db.joined");
}

static gboolean
clear_changed (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, "endpoint.db.changed");
  reactive_clear_flag (unit, "endpoint.db.changed.a");

  return TRUE;
}

/* Quirk 28. */
static void
test_a_key_that_goes_is_no_change (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", NULL);

  say (relation, "mysql/0", "a", "1");
  unit_fixture_set_relation (fixture, "db:1", "mysql/0");
  unit_fixture_run_body (fixture, "db-relation-changed", clear_changed);
  unit_fixture_assert_flags (fixture, "endpoint.db.joined");

  say (relation, "mysql/0", "a", NULL);
  unit_fixture_run_body (fixture, "db-relation-changed", do_nothing);
  unit_fixture_assert_flags (fixture, "endpoint.db.joined");

  say (relation, "mysql/0", "a", "1");
  unit_fixture_run_body (fixture, "db-relation-changed", do_nothing);
  unit_fixture_assert_flags (fixture, "endpoint.db.joined");

  say (relation, "mysql/0", "a", "2");
  unit_fixture_run_body (fixture, "db-relation-changed", do_nothing);
  unit_fixture_assert_flags (fixture, "endpoint.db.changed endpoint.db.changed.a endpoint.db.joined");
}

/* The hash is of the decoded value. */
static void
test_another_text_of_the_same_value_is_no_change (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", NULL);

  say (relation, "mysql/0", "a", "{\"x\": 1, \"y\": [2.50]}");
  unit_fixture_set_relation (fixture, "db:1", "mysql/0");
  unit_fixture_run_body (fixture, "db-relation-changed", clear_changed);
  say (relation, "mysql/0", "a", " {\"y\":[2.5],\"x\":0,\"x\":1}");
  unit_fixture_run_body (fixture, "db-relation-changed", do_nothing);
  unit_fixture_assert_flags (fixture, "endpoint.db.joined");
}

/* Once joined, what others say is not even read outside of the endpoint's hooks. */
static void
test_changes_wait_for_a_hook_of_the_endpoint (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", NULL);

  say (relation, "mysql/0", "a", "1");
  unit_fixture_run_well (fixture, "config-changed");
  unit_fixture_assert_flags (fixture, "endpoint.db.changed endpoint.db.changed.a endpoint.db.joined");
  unit_fixture_assert_journal (fixture, "relation-get", "relation-get db:1 mysql/0");

  say (relation, "mysql/0", "b", "2");
  unit_fixture_run_well (fixture, "config-changed");
  unit_fixture_assert_journal (fixture, "relation-get", "");
  unit_fixture_run_relation_hook (fixture, "db-relation-changed", "db:1", "mysql/0");
  unit_fixture_assert_flags (fixture,
                             "endpoint.db.changed endpoint.db.changed.a endpoint.db.changed.b endpoint.db.joined");
}

static void
test_a_key_no_flag_can_have_fails_nothing (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", NULL);
  g_autofree char *long_key = g_strnfill (5000, 'k');

  say (relation, "mysql/0", "two\nlines", "1");
  say (relation, "mysql/0", long_key, "1");
  unit_fixture_run_relation_hook (fixture, "db-relation-changed", "db:1", "mysql/0");
  unit_fixture_assert_flags (fixture, "endpoint.db.changed endpoint.db.joined");
}

static void
test_peers_and_subordinates_are_endpoints_like_others (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "cluster:0", "app", "app/1");
  relate (fixture, "host:2", "principal", "principal/3");
  unit_fixture_run_well (fixture, "update-status");
  unit_fixture_assert_flags (fixture, "endpoint.cluster.joined endpoint.host.joined");
}

/* Departed units -------------------------------------------------------------------------------------------------- */

static gboolean
note_departed (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "db");
  ReactiveRemoteUnit *const *departed = reactive_endpoint_get_departed_units (endpoint);

  for (; *departed != NULL; departed++)
    {
      note (unit, reactive_remote_unit_get_relation_id (*departed));
      note (unit, reactive_remote_unit_get_name (*departed));
      note (unit, reactive_remote_unit_get_application_name (*departed));
      note (unit, reactive_databag_get (reactive_remote_unit_get_received (*departed), "a", NULL));
    }

  return TRUE;
}

static gboolean
clear_departed (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *endpoint = reactive_endpoint_from_name (unit, "db");
  ReactiveRemoteUnit *first = *reactive_endpoint_get_departed_units (endpoint);

  reactive_endpoint_clear_departed_units (endpoint);
  g_assert_null (*reactive_endpoint_get_departed_units (endpoint));
  note (unit, reactive_remote_unit_get_name (first));

  return TRUE;
}

static void
test_departed_units_stay_until_cleared (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", "mysql/0");

  say (relation, "mysql/0", "a", "first");
  say (relation, "mysql/1", "a", "\"second\"");
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *name = g_strdup_printf ("mysql/%u", i);

      fake_relation_remove_unit (relation, name);
      unit_fixture_run_relation_hook (fixture, "db-relation-departed", "db:1", name);
    }
  unit_fixture_assert_row (fixture, "reactive.endpoints.departed.db",
                           "[{\"relation\": \"db:1\", \"unit_name\": \"mysql/0\", \"data\": {\"a\": \"first\"}}, "
                           "{\"relation\": \"db:1\", \"unit_name\": \"mysql/1\", \"data\": {\"a\": "
                           "\"\\\"second\\\"\"}}]");

  fake_model_remove_relation (fixture->model, "db:1");
  unit_fixture_run_body (fixture, "update-status", note_departed);
  unit_fixture_assert_notes (fixture, "db:1 mysql/0 mysql first db:1 mysql/1 mysql \"second\"");
  unit_fixture_run_body (fixture, "update-status", clear_departed);
  unit_fixture_assert_notes (fixture, "mysql/0");
  unit_fixture_assert_row (fixture, "reactive.endpoints.departed.db", NULL);
}

static void
test_what_others_left_in_that_row_is_passed_over (UnitFixture *fixture, gconstpointer data)
{
  static const char *const rows[]
      = { "7", "{", "[1, {}, {\"relation\": 1}, {\"relation\": \"db:1\", \"unit_name\": 2}]" };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      unit_fixture_set_row (fixture, "reactive.endpoints.departed.db", rows[i]);
      unit_fixture_run_body (fixture, "update-status", note_departed);
      unit_fixture_assert_notes (fixture, "");
    }
}

/* Its databag may be gone when the hook runs. */
static void
test_a_departed_unit_without_data_fails_nothing (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "db:1", "mysql", NULL);
  unit_fixture_run_relation_hook (fixture, "db-relation-departed", "db:1", "mysql/9");
  unit_fixture_assert_row (fixture, "reactive.endpoints.departed.db",
                           "[{\"relation\": \"db:1\", \"unit_name\": \"mysql/9\", \"data\": {}}]");
}

/* What handlers ask ------------------------------------------------------------------------------------------------ */

static gboolean
ask_endpoints (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *db = reactive_endpoint_from_name (unit, "db");

  g_assert_null (reactive_endpoint_from_name (unit, "nothing"));
  g_assert_true (reactive_endpoint_get_unit (db) == unit);
  g_assert_cmpstr (reactive_endpoint_get_name (db), ==, "db");
  g_assert_cmpstr (reactive_endpoint_get_interface (db), ==, "mysql");
  g_assert_cmpint (reactive_endpoint_get_role (db), ==, REACTIVE_ROLE_REQUIRES);
  g_assert_cmpint (reactive_endpoint_get_role (reactive_endpoint_from_name (unit, "cluster")), ==, REACTIVE_ROLE_PEERS);
  g_assert_false (reactive_endpoint_is_in_hook (db));

  g_assert_cmpstr (reactive_endpoint_expand_name (db, "changed"), ==, "endpoint.db.changed");
  g_assert_cmpstr (reactive_endpoint_expand_name (db, "{endpoint_name}.x{endpoint_name}{y}"), ==, "db.xdb{y}");

  g_assert_true (reactive_endpoint_from_flag (unit, "endpoint.db.joined") == db);
  g_assert_null (reactive_endpoint_from_flag (unit, "endpoint.db.departed"));
  reactive_set_flag (unit, "db.mine");
  g_assert_true (reactive_endpoint_from_flag (unit, "db.mine") == db);
  reactive_set_flag (unit, "plain");
  g_assert_null (reactive_endpoint_from_flag (unit, "plain"));
  reactive_set_flag (unit, "other.flag");
  g_assert_null (reactive_endpoint_from_flag (unit, "other.flag"));

  return TRUE;
}

static void
test_endpoints_are_found_by_name_and_flag (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "db:1", "mysql", "mysql/0");
  unit_fixture_run_body (fixture, "update-status", ask_endpoints);
}

static gboolean
ask_merged (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *db = reactive_endpoint_from_name (unit, "db");
  ReactiveRelation *const *relations = reactive_endpoint_get_relations (db);
  ReactiveRemoteUnit *const *joined = reactive_endpoint_get_joined_units (db);
  ReactiveDatabag *all = reactive_endpoint_get_received (db);

  /* As text: db:10 before db:2. */
  g_assert_cmpstr (reactive_relation_get_id (relations[0]), ==, "db:10");
  g_assert_cmpstr (reactive_relation_get_id (relations[1]), ==, "db:2");
  g_assert_null (relations[2]);
  g_assert_true (reactive_endpoint_find_relation (db, "db:2") == relations[1]);
  g_assert_null (reactive_endpoint_find_relation (db, "db:3"));
  g_assert_true (reactive_relation_get_endpoint (relations[0]) == db);
  g_assert_cmpstr (reactive_relation_get_application_name (relations[1]), ==, "mysql");

  for (; *joined != NULL; joined++)
    note (unit, reactive_remote_unit_get_name (*joined));
  joined = reactive_relation_get_joined_units (relations[1]);
  g_assert_cmpstr (reactive_remote_unit_get_name (joined[0]), ==, "mysql/0");
  g_assert_cmpstr (reactive_remote_unit_get_name (joined[1]), ==, "mysql/1");
  g_assert_null (joined[2]);

  g_assert_cmpstr (reactive_databag_get (all, "a", NULL), ==, "x/1 in 10");
  g_assert_cmpstr (reactive_databag_get (all, "b", NULL), ==, "mysql/0 in 2");
  g_assert_null (reactive_databag_get (all, "c", NULL));
  g_assert_cmpstr (reactive_databag_get (reactive_relation_get_received (relations[1]), "a", NULL), ==, "mysql/0 in 2");
  g_assert_cmpstr (reactive_databag_get (reactive_relation_get_received (relations[1]), "c", NULL), ==, NULL);

  return TRUE;
}

/* The precedence of CombinedUnitsView. */
static void
test_merged_data_is_of_the_first_unit_that_says_it (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *second = relate (fixture, "db:2", "mysql", NULL);
  FakeRelation *tenth = relate (fixture, "db:10", "x", NULL);

  say (second, "mysql/1", "a", "mysql/1 in 2");
  say (second, "mysql/0", "a", "mysql/0 in 2");
  say (second, "mysql/0", "b", "mysql/0 in 2");
  say (second, "mysql/1", "b", "mysql/1 in 2");
  say (tenth, "x/1", "a", "x/1 in 10");
  unit_fixture_run_body (fixture, "update-status", ask_merged);
  unit_fixture_assert_notes (fixture, "x/1 mysql/0 mysql/1");
}

static gboolean
ask_json (ReactiveUnit *unit, GError **error)
{
  static const struct
  {
    const char *key;
    ReactiveJsonType kind;
    const char *text;
  } expected[] = {
    { "number", REACTIVE_JSON_INTEGER, "99999999999999999999" },
    { "object", REACTIVE_JSON_OBJECT, "{\"a\": 2, \"b\": null}" },
    { "text", REACTIVE_JSON_STRING, "\"plain text\"" },
    { "surrogate", REACTIVE_JSON_STRING, "\"\\ud800\"" },
    { "nan", REACTIVE_JSON_FLOAT, "NaN" },
    { "deep", REACTIVE_JSON_STRING, NULL },
  };
  ReactiveDatabag *received = reactive_endpoint_get_received (reactive_endpoint_from_name (unit, "db"));
  const char *const *keys = reactive_databag_get_keys (received);

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const ReactiveJson *value = reactive_databag_get_json (received, expected[i].key);
      g_autofree char *text = reactive_json_to_text (value, REACTIVE_JSON_SORT_KEYS);

      g_assert_cmpint (reactive_json_get_kind (value), ==, expected[i].kind);
      if (expected[i].text != NULL)
        g_assert_cmpstr (text, ==, expected[i].text);
      g_assert_true (reactive_databag_get_json (received, expected[i].key) == value);
    }
  g_assert_null (reactive_databag_get_json (received, "nothing"));
  for (; *keys != NULL; keys++)
    note (unit, *keys);

  return TRUE;
}

static void
test_json_is_read_as_python_reads_it (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = relate (fixture, "db:1", "mysql", NULL);
  g_autofree char *deep = g_strnfill (100000, '[');

  say (relation, "mysql/0", "number", "99999999999999999999");
  say (relation, "mysql/0", "object", "{\"b\":null,\"a\":1,\"a\":2}");
  say (relation, "mysql/0", "text", "plain text");
  say (relation, "mysql/0", "surrogate", "\"\\ud800\"");
  say (relation, "mysql/0", "nan", "NaN");
  say (relation, "mysql/0", "deep", deep);
  unit_fixture_run_body (fixture, "update-status", ask_json);
  unit_fixture_assert_notes (fixture, "deep nan number object surrogate text");
}

static gboolean
ask_applications (ReactiveUnit *unit, GError **error)
{
  ReactiveRelation *db = *reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "db"));
  ReactiveRelation *cluster = *reactive_endpoint_get_relations (reactive_endpoint_from_name (unit, "cluster"));

  g_assert_cmpstr (reactive_relation_get_application_name (db), ==, "mysql");
  g_assert_cmpstr (reactive_databag_get (reactive_relation_get_received_app (db), "version", NULL), ==, "1");
  g_assert_cmpstr (reactive_relation_get_application_name (cluster), ==, "app");
  g_assert_cmpstr (reactive_databag_get (reactive_relation_get_received_app (cluster), "k", NULL), ==, "v");
  /* A follower does not see its own application's databag, but for that of a peer relation, as received. */
  g_assert_null (reactive_databag_get (reactive_relation_get_to_publish_app (db), "hidden", NULL));

  return TRUE;
}

static void
test_applications_have_databags_too (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *db = relate (fixture, "db:1", "mysql", NULL);
  FakeRelation *cluster = relate (fixture, "cluster:0", "app", NULL);

  fake_databag_set (db->received_app, "version", "1");
  fake_databag_set (db->own_app, "hidden", "x");
  fake_databag_set (cluster->own_app, "k", "v");
  unit_fixture_run_body (fixture, "update-status", ask_applications);
}

static gboolean
ask_nothing_related (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *db = reactive_endpoint_from_name (unit, "db");

  g_assert_null (*reactive_endpoint_get_relations (db));
  g_assert_false (reactive_endpoint_is_joined (db));
  g_assert_null (*reactive_databag_get_keys (reactive_endpoint_get_received (db)));

  return TRUE;
}

/* Some Jujus still list a relation in its last hook. */
static void
test_a_relation_in_its_last_hook_is_gone (UnitFixture *fixture, gconstpointer data)
{
  relate (fixture, "db:1", "mysql", NULL);
  unit_fixture_set_relation (fixture, "db:1", NULL);
  unit_fixture_run_body (fixture, "db-relation-broken", ask_nothing_related);
}

static gboolean
ask_what_fails (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *db = reactive_endpoint_from_name (unit, "db");

  g_assert_null (*reactive_databag_get_keys (reactive_endpoint_get_received (db)));
  note (unit, "asked");

  return TRUE;
}

/* An empty answer would look like data that somebody took back. */
static void
test_what_juju_cannot_answer_fails_the_hook (UnitFixture *fixture, gconstpointer data)
{
  static const char *const calls[] = { "relation-ids", "relation-list", "relation-get" };

  relate (fixture, "db:1", "mysql", "mysql/0");
  unit_fixture_run_body (fixture, "update-status", do_nothing);
  for (guint i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      g_autofree char *pattern = g_strdup_printf ("*%s fails, as the test wants it", calls[i]);

      fake_model_fail (fixture->model, calls[i], REACTIVE_ERROR_TOOL);
      if (i < 2)
        unit_fixture_run_badly (fixture, "update-status", REACTIVE_ERROR_TOOL, pattern);
      else
        unit_fixture_fail_body (fixture, "update-status", ask_what_fails, pattern);
      fake_model_mend (fixture->model);
    }
  unit_fixture_assert_flags (fixture, "endpoint.db.joined");
}

static gboolean
remember (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) value = reactive_json_new_integer (7);
  ReactiveEndpoint *db = reactive_endpoint_from_name (unit, "db");

  g_assert_null (reactive_endpoint_get_state (db, "seen"));
  reactive_endpoint_set_state (db, "seen", value);

  return TRUE;
}

static gboolean
recall (ReactiveUnit *unit, GError **error)
{
  ReactiveEndpoint *db = reactive_endpoint_from_name (unit, "db");
  gint64 number = 0;

  g_assert_true (reactive_json_get_integer (reactive_endpoint_get_state (db, "seen"), &number));
  g_assert_cmpint (number, ==, 7);
  g_assert_null (reactive_endpoint_get_state (reactive_endpoint_from_name (unit, "host"), "seen"));
  reactive_endpoint_set_state (db, "seen", NULL);
  g_assert_null (reactive_endpoint_get_state (db, "seen"));

  return TRUE;
}

static void
test_interfaces_remember (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", remember);
  unit_fixture_assert_row (fixture, "reactive_interfaces.db.seen", "7");
  unit_fixture_run_body (fixture, "start", recall);
  unit_fixture_assert_row (fixture, "reactive_interfaces.db.seen", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/unit/endpoints/flags-of-a-relation's-life", test_flags_of_a_life);
  ADD_TEST ("/unit/endpoints/departed-is-cleared-while-joined", test_departed_is_cleared_while_joined);
  ADD_TEST ("/unit/endpoints/a-key-that-goes-is-no-change", test_a_key_that_goes_is_no_change);
  ADD_TEST ("/unit/endpoints/another-text-of-the-same-value-is-no-change",
            test_another_text_of_the_same_value_is_no_change);
  ADD_TEST ("/unit/endpoints/changes-wait-for-a-hook-of-the-endpoint", test_changes_wait_for_a_hook_of_the_endpoint);
  ADD_TEST ("/unit/endpoints/a-key-that-no-flag-can-have-fails-nothing", test_a_key_no_flag_can_have_fails_nothing);
  ADD_TEST ("/unit/endpoints/peers-and-subordinates-are-endpoints-like-others",
            test_peers_and_subordinates_are_endpoints_like_others);
  ADD_TEST ("/unit/endpoints/departed-units-stay-until-cleared", test_departed_units_stay_until_cleared);
  ADD_TEST ("/unit/endpoints/what-others-left-in-the-row-of-departed-units-is-passed-over",
            test_what_others_left_in_that_row_is_passed_over);
  ADD_TEST ("/unit/endpoints/a-departed-unit-without-data-fails-nothing",
            test_a_departed_unit_without_data_fails_nothing);
  ADD_TEST ("/unit/endpoints/found-by-name-and-flag", test_endpoints_are_found_by_name_and_flag);
  ADD_TEST ("/unit/endpoints/merged-data-is-of-the-first-unit-that-says-it",
            test_merged_data_is_of_the_first_unit_that_says_it);
  ADD_TEST ("/unit/endpoints/json-is-read-as-python-reads-it", test_json_is_read_as_python_reads_it);
  ADD_TEST ("/unit/endpoints/applications-have-databags-too", test_applications_have_databags_too);
  ADD_TEST ("/unit/endpoints/a-relation-in-its-last-hook-is-gone", test_a_relation_in_its_last_hook_is_gone);
  ADD_TEST ("/unit/endpoints/what-juju-cannot-answer-fails-the-hook", test_what_juju_cannot_answer_fails_the_hook);
  ADD_TEST ("/unit/endpoints/interfaces-remember", test_interfaces_remember);

  return g_test_run ();
}
