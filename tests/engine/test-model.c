/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "model-fixture.h"

/* What an operator does to a model, and what Juju refuses. The hooks that come of it are in test-model-hook.c and
 * test-model-relations.c. */

#define OPTIONS                                                                                                        \
  "options:\n"                                                                                                         \
  "  port: {type: int, default: 80}\n"                                                                                 \
  "  title: {type: string}\n"                                                                                          \
  "  ratio: {type: float, default: 0.5}\n"                                                                             \
  "  debug: {type: boolean, default: false}\n"                                                                         \
  "  token: {type: secret}\n"

static void
assert_json (const ReactiveJson *data, const char *expected)
{
  g_autofree char *text = reactive_json_to_text (data, REACTIVE_JSON_SORT_KEYS);

  g_assert_cmpstr (text, ==, expected);
}

static ReactiveJson *
parse (const char *json)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value = reactive_json_parse (json, -1, REACTIVE_JSON_STRICT, &error);

  g_assert_no_error (error);
  return value;
}

static ReactiveModelApplication *
deploy_configured (ModelFixture *fixture, const char *config, GError **error)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", OPTIONS, NULL);
  g_autoptr (ReactiveJson) value = parse (config);

  return reactive_model_add_application (fixture->model, "web", charm, value, error);
}

/*
 * Applications and units
 */

static void
test_empty_model (ModelFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "", "web", "web/0", "web/", "/0", "web/x", "web/0/0", "web/00" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_assert_null (reactive_model_find_application (fixture->model, names[i]));
      g_assert_null (reactive_model_find_unit (fixture->model, names[i]));
    }
  g_assert_cmpint (fixture->model->now_us, ==, G_GINT64_CONSTANT (1767225600000000));
  g_assert_cmpuint (strlen (fixture->model->uuid), ==, 36);
}

static void
test_same_seed_same_uuid (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModel) same = reactive_model_new (REACTIVE_JUJU_3_6, 1);
  g_autoptr (ReactiveModel) other = reactive_model_new (REACTIVE_JUJU_3_6, 2);

  g_assert_cmpstr (same->uuid, ==, fixture->model->uuid);
  g_assert_cmpstr (other->uuid, !=, fixture->model->uuid);
}

static void
test_found_by_name (ModelFixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "m", "c", "z", "a", "x", "ab", "b" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    model_fixture_deploy (fixture, names[i], "summary: x\n", i);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    g_assert_cmpstr (reactive_model_find_application (fixture->model, names[i])->name, ==, names[i]);
  for (guint i = 1; i < fixture->model->applications->len; i++)
    g_assert_cmpstr (((ReactiveModelApplication *) g_ptr_array_index (fixture->model->applications, i - 1))->name, <,
                     ((ReactiveModelApplication *) g_ptr_array_index (fixture->model->applications, i))->name);

  g_assert_cmpstr (reactive_model_find_unit (fixture->model, "b/5")->name, ==, "b/5");
  g_assert_null (reactive_model_find_unit (fixture->model, "b/6"));
  g_assert_null (reactive_model_find_unit (fixture->model, "b/05"));
  model_fixture_remove_unit (fixture, "b/2");
  g_assert_null (reactive_model_find_unit (fixture->model, "b/2"));
  g_assert_cmpstr (reactive_model_find_unit (fixture->model, "b/3")->name, ==, "b/3");
}

static void
test_names_refused (ModelFixture *fixture, gconstpointer data)
{
  static const char *const bad[] = { "", "Web", "1web", "web-", "-web", "web-1", "web--x", "web/0", "web x" };
  static const char *const good[] = { "w", "web", "web2", "web-x1", "web-1x", "a-b-c" };
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *message = g_strdup_printf ("invalid application name '%s'", bad[i]);

      g_assert_null (reactive_model_add_application (fixture->model, bad[i], charm, NULL, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, message);
    }
  for (guint i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_nonnull (reactive_model_add_application (fixture->model, good[i], charm, NULL, NULL));
}

static void
test_twice_refused (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", NULL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_nonnull (reactive_model_add_application (fixture->model, "web", charm, NULL, NULL));
  g_assert_null (reactive_model_add_application (fixture->model, "web", charm, NULL, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "application 'web' already exists");
}

static void
test_unknown_names_are_helped (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    ReactiveError code;
    const char *message;
  } rows[] = {
    { "wbe/0", REACTIVE_ERROR_NOT_FOUND, "application 'wbe' not found" },
    { "webb/0", REACTIVE_ERROR_NOT_FOUND, "application 'webb' not found (did you mean 'web'?)" },
    { "web/1", REACTIVE_ERROR_NOT_FOUND, "unit 'web/1' not found" },
    { "web", REACTIVE_ERROR_INVALID, "'web' is not a unit (expected APPLICATION/NUMBER)" },
  };

  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (reactive_model_get_unit (fixture->model, rows[i].name, &error));
      g_assert_error (error, REACTIVE_ERROR, (int) rows[i].code);
      g_assert_cmpstr (error->message, ==, rows[i].message);
    }
}

static void
test_dying_refuses (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", "storage: {data: {type: block}}\n", 1);
  ReactiveModelUnit *unit = model_fixture_get_unit (fixture, "web/0");
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) third = NULL;
  g_autoptr (GError) fourth = NULL;
  g_autoptr (GError) fifth = NULL;

  model_fixture_settle (fixture);
  g_assert_true (reactive_model_remove_application (application, NULL));
  g_assert_false (reactive_model_remove_application (application, &first));
  g_assert_cmpstr (first->message, ==, "application 'web' is dying");
  g_assert_null (reactive_model_add_unit (application, &second));
  g_assert_cmpstr (second->message, ==, "cannot add unit to application 'web': it is not alive");
  g_assert_false (reactive_model_remove_unit (unit, &third));
  g_assert_cmpstr (third->message, ==, "unit 'web/0' is dying");
  g_assert_false (reactive_model_set_leader (unit, &fourth));
  g_assert_cmpstr (fourth->message, ==, "unit 'web/0' is dying: it cannot lead");
  g_assert_null (reactive_model_attach_storage (unit, "data", NULL, &fifth));
  g_assert_cmpstr (fifth->message, ==, "cannot attach storage to unit 'web/0': it is not alive");

  model_fixture_settle (fixture);
  g_assert_cmpuint (fixture->model->applications->len, ==, 0);
  /* What points to it sees what became of it. */
  g_assert_cmpint (unit->life, ==, REACTIVE_LIFE_DEAD);
  g_assert_cmpint (application->life, ==, REACTIVE_LIFE_DEAD);
  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
}

static void
test_units_of_subordinates_refused (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *logger;
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  logger = model_fixture_deploy (fixture, "logger",
                                 "subordinate: true\nrequires: {host: {interface: juju-info, scope: container}}\n", 0);
  model_fixture_relate (fixture, "web", "logger");
  model_fixture_settle (fixture);

  g_assert_null (reactive_model_add_unit (logger, &first));
  g_assert_cmpstr (first->message, ==, "cannot add unit to application 'logger': application is a subordinate");
  g_assert_false (reactive_model_remove_unit (model_fixture_get_unit (fixture, "logger/0"), &second));
  g_assert_cmpstr (second->message, ==, "unit 'logger/0' is a subordinate of 'web/0'");
}

static void
test_addresses_and_machines (ModelFixture *fixture, gconstpointer data)
{
  const ReactiveModelUnit *unit;

  model_fixture_deploy (fixture, "web", "summary: x\n", 258);
  unit = model_fixture_get_unit (fixture, "web/0");
  g_assert_cmpstr (unit->address, ==, "10.0.0.1");
  g_assert_cmpuint (unit->machine, ==, 0);
  unit = model_fixture_get_unit (fixture, "web/257");
  g_assert_cmpstr (unit->address, ==, "10.0.1.2");
  g_assert_cmpuint (unit->machine, ==, 257);
}

/*
 * Status
 */

static void
test_status_of_the_agent (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelUnit *unit;

  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  unit = model_fixture_get_unit (fixture, "web/0");
  g_assert_cmpstr (unit->status.status, ==, "unknown");
  model_fixture_run (fixture, "web/0", "install");
  g_assert_cmpstr (unit->status.status, ==, "maintenance");
  g_assert_cmpstr (unit->status.message, ==, "installing charm software");
  model_fixture_settle (fixture);
  g_assert_cmpstr (unit->status.status, ==, "unknown");
  g_assert_cmpstr (unit->status.message, ==, "");
}

/*
 * Configuration
 */

static void
test_config_defaults (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = deploy_configured (fixture, "{}", NULL);

  assert_json (application->config,
               "{\"debug\": false, \"port\": 80, \"ratio\": 0.5, \"title\": null, \"token\": null}");
}

static void
test_config_set_and_reset (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application
      = deploy_configured (fixture, "{\"port\": 81, \"title\": \"x\", \"ratio\": 1}", NULL);
  g_autoptr (ReactiveJson) change = parse ("{\"port\": null, \"title\": \"2\", \"debug\": \"true\", \"token\": "
                                           "\"secret:9m4e2mr0ui3e8a215n4g\"}");
  g_autoptr (GError) error = NULL;

  assert_json (application->config,
               "{\"debug\": false, \"port\": 81, \"ratio\": 1.0, \"title\": \"x\", \"token\": null}");
  g_assert_true (reactive_model_set_config (application, change, &error));
  g_assert_no_error (error);
  assert_json (application->config, "{\"debug\": true, \"port\": 80, \"ratio\": 1.0, \"title\": \"2\", \"token\": "
                                    "\"secret:9m4e2mr0ui3e8a215n4g\"}");
}

static void
test_config_refused (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *config;
    const char *message;
  } rows[] = {
    { "{\"prot\": 1}", "unknown option 'prot'" },
    { "{\"ports\": 1}", "unknown option 'ports' (did you mean 'port'?)" },
    { "{\"port\": \"x\"}", "option 'port' expected int, got \"x\"" },
    { "{\"port\": 1.5}", "option 'port' expected int, got 1.5" },
    { "{\"port\": 9223372036854775808}", "option 'port' expected int, got 9223372036854775808" },
    { "{\"title\": 1}", "option 'title' expected string, got 1" },
    { "{\"debug\": 1}", "option 'debug' expected boolean, got 1" },
    { "{\"ratio\": true}", "option 'ratio' expected float, got true" },
    { "{\"token\": \"x\"}", "option 'token' expected secret, got \"x\"" },
    { "{\"port\": [1]}", "option 'port' expected int, got [1]" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (deploy_configured (fixture, rows[i].config, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==, rows[i].message);
    }
  g_assert_cmpuint (fixture->model->applications->len, ==, 0);
}

static void
test_config_refused_as_a_whole (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = deploy_configured (fixture, "{}", NULL);
  g_autoptr (ReactiveJson) change = parse ("{\"port\": 81, \"title\": 1}");

  g_assert_false (reactive_model_set_config (application, change, NULL));
  g_assert_cmpstr (reactive_json_get_member_name (application->config, 1), ==, "port");
  assert_json (reactive_json_get_member (application->config, "port"), "80");
}

static void
test_config_survives_an_upgrade (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = deploy_configured (fixture, "{\"port\": 81, \"title\": \"x\"}", NULL);
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (
      fixture, "summary: x\n",
      "options: {port: {type: int, default: 90}, ratio: {type: float, default: 2.5}, title: {type: boolean}}\n", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (reactive_model_upgrade (application, charm, &error));
  g_assert_no_error (error);
  assert_json (application->config, "{\"port\": 81, \"ratio\": 2.5, \"title\": null}");
}

/*
 * Relations
 */

static void
test_relate_infers_endpoints (ModelFixture *fixture, gconstpointer data)
{
  const ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", "requires: {db: mysql, cache: redis}\nprovides: {site: http}\n", 0);
  model_fixture_deploy (fixture, "sql", "provides: {server: mysql, juju-info: other}\nrequires: {juju: juju-info}\n",
                        0);
  relation = model_fixture_relate (fixture, "sql", "web");

  g_assert_cmpstr (relation->ends[0].endpoint.name, ==, "server");
  g_assert_cmpstr (relation->ends[1].endpoint.name, ==, "db");
  g_assert_true (reactive_model_find_relation (fixture->model, "web", "sql", NULL) == relation);
  g_assert_true (reactive_model_find_relation (fixture->model, "sql:server", "web:db", NULL) == relation);
  g_assert_true (reactive_model_find_relation (fixture->model, "web:db", "sql", NULL) == relation);
}

static const char *const apps[][2] = {
  { "web", "requires: {db: {interface: mysql, limit: 1}, cache: redis, cache2: redis}\n" },
  { "sql", "provides: {server: mysql, admin: {interface: mysql-root, scope: container}}\npeers: {ring: ring}\n" },
  { "sql2", "provides: {server: mysql}\n" },
  { "redis", "provides: {redis: redis}\n" },
  { "tool", "requires: {root: mysql-root}\n" },
};

static void
test_relate_refused (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *first;
    const char *second;
    ReactiveError code;
    const char *message;
  } rows[] = {
    { "wep:db", "sql", REACTIVE_ERROR_NOT_FOUND, "application 'wep' not found (did you mean 'web'?)" },
    { "web:dbx", "sql", REACTIVE_ERROR_NOT_FOUND, "application 'web' has no endpoint 'dbx' (did you mean 'db'?)" },
    { "web", "web:db", REACTIVE_ERROR_INVALID, "cannot relate application 'web' to itself" },
    { "web", "tool", REACTIVE_ERROR_INVALID, "cannot relate 'web' to 'tool': no endpoints of the two go together" },
    { "web:db", "redis:redis", REACTIVE_ERROR_INVALID,
      "cannot relate 'web:db' (requires interface 'mysql') to 'redis:redis' (provides interface 'redis')" },
    { "web:db", "tool:root", REACTIVE_ERROR_INVALID,
      "cannot relate 'web:db' (requires interface 'mysql') to 'tool:root' (requires interface 'mysql-root')" },
    { "web:db", "sql:ring", REACTIVE_ERROR_INVALID,
      "cannot relate 'web:db' (requires interface 'mysql') to 'sql:ring' (peers interface 'ring')" },
    { "web", "redis", REACTIVE_ERROR_INVALID,
      "ambiguous relation: 'web redis' could refer to 'web:cache redis:redis', 'web:cache2 redis:redis'" },
    { "web", "sql", REACTIVE_ERROR_INVALID, "relation 'web:db sql:server' already exists" },
    { "sql2", "web", REACTIVE_ERROR_INVALID,
      "establishing a new relation for 'web:db' would exceed its maximum relation limit of 1" },
    { "tool", "sql", REACTIVE_ERROR_INVALID,
      "container scoped relation 'tool:root sql:admin' requires at least one subordinate application" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (apps); i++)
    model_fixture_deploy (fixture, apps[i][0], apps[i][1], 0);
  model_fixture_relate (fixture, "web", "sql");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (reactive_model_relate (fixture->model, rows[i].first, rows[i].second, &error));
      g_assert_error (error, REACTIVE_ERROR, (int) rows[i].code);
      g_assert_cmpstr (error->message, ==, rows[i].message);
    }
}

static void
test_relate_again_refused_until_it_has_gone (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;
  g_autoptr (GError) error = NULL;

  model_fixture_deploy (fixture, "web", "requires: {db: {interface: mysql, limit: 1}}\n", 1);
  model_fixture_deploy (fixture, "sql", "provides: {server: mysql}\n", 1);
  relation = model_fixture_relate (fixture, "web", "sql");
  model_fixture_settle (fixture);
  reactive_model_unrelate (relation);
  g_assert_null (reactive_model_relate (fixture->model, "web", "sql", &error));
  g_assert_cmpstr (error->message, ==, "relation 'web:db sql:server' is dying, but not yet removed");
  model_fixture_settle (fixture);

  relation = model_fixture_relate (fixture, "web", "sql");
  g_assert_cmpuint (relation->number, ==, 1);
}

static void
test_find_relation_refused (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  model_fixture_deploy (fixture, "web", "requires: {db: mysql, db2: mysql}\n", 0);
  model_fixture_deploy (fixture, "sql", "provides: {server: mysql}\n", 0);
  g_assert_null (reactive_model_find_relation (fixture->model, "web", "sql", &first));
  g_assert_error (first, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_cmpstr (first->message, ==, "relation 'web sql' not found");

  model_fixture_relate (fixture, "web:db", "sql");
  model_fixture_relate (fixture, "web:db2", "sql");
  g_assert_null (reactive_model_find_relation (fixture->model, "web", "sql", &second));
  g_assert_error (second, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_cmpstr (second->message, ==, "ambiguous relation: 'web sql' could be one of several");
  g_assert_nonnull (reactive_model_find_relation (fixture->model, "web:db2", "sql", NULL));
}

/*
 * Upgrades, resources, storage
 */

static void
test_upgrade_refused (ModelFixture *fixture, gconstpointer data)
{
  static const char *const charms[] = {
    "summary: x\n",
    "requires: {db: redis}\n",
    "provides: {db: mysql}\n",
    "subordinate: true\nrequires: {db: mysql}\n",
  };
  ReactiveModelApplication *web = model_fixture_deploy (fixture, "web", "requires: {db: mysql}\n", 1);

  model_fixture_deploy (fixture, "sql", "provides: {server: mysql}\n", 1);
  model_fixture_relate (fixture, "web", "sql");
  for (guint i = 0; i < G_N_ELEMENTS (charms); i++)
    {
      g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, charms[i], NULL, NULL);
      g_autoptr (GError) error = NULL;

      g_assert_false (reactive_model_upgrade (web, charm, &error));
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
      g_assert_cmpstr (error->message, ==,
                       i < 3 ? "cannot upgrade application 'web': would break relation 'db:0'"
                             : "cannot upgrade application 'web': a subordinate cannot become a principal or back");
    }
}

static void
test_resources (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application
      = model_fixture_deploy (fixture, "web", "resources: {site: {type: file, filename: site.zip}}\n", 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (reactive_model_set_resource (application, "site", "/srv/site.zip", NULL));
  assert_json (application->resources, "{\"site\": \"/srv/site.zip\"}");
  g_assert_false (reactive_model_set_resource (application, "sites", "/x", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_cmpstr (error->message, ==, "application 'web' has no resource 'sites' (did you mean 'site'?)");
}

static void
test_storages (ModelFixture *fixture, gconstpointer data)
{
  static const char *const expected[] = {
    "cache/0 block /dev/disk/by-id/cache-0", "data/1 filesystem /srv/data", "logs/2 filesystem /var/log/x/logs/2",
    "logs/3 filesystem /var/log/x/logs/3",   "none/4 filesystem /mnt",
  };
  ReactiveModelUnit *unit;
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;
  g_autoptr (GError) third = NULL;

  model_fixture_deploy (fixture, "web",
                        "storage:\n"
                        "  data: {type: filesystem, location: /srv/data}\n"
                        "  cache: {type: block}\n"
                        "  logs: {type: filesystem, location: /var/log/x, multiple: {range: 2-3}}\n"
                        "  none: {type: filesystem, multiple: {range: 0+}}\n",
                        1);
  unit = model_fixture_get_unit (fixture, "web/0");
  g_assert_nonnull (reactive_model_attach_storage (unit, "none", "/mnt", NULL));
  g_assert_cmpuint (unit->storages->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const ReactiveModelStorage *storage = g_ptr_array_index (unit->storages, i);
      g_autofree char *text = g_strjoin (" ", storage->id, storage->kind, storage->location, NULL);

      g_assert_cmpstr (text, ==, expected[i]);
    }

  g_assert_null (reactive_model_attach_storage (unit, "data", NULL, &first));
  g_assert_cmpstr (first->message, ==,
                   "cannot attach storage 'data' to unit 'web/0': at most 1 instances are supported");
  g_assert_null (reactive_model_attach_storage (unit, "date", NULL, &second));
  g_assert_cmpstr (second->message, ==, "charm of application 'web' has no storage 'date' (did you mean 'data'?)");
  g_assert_false (reactive_model_detach_storage (unit, "data/0", &third));
  g_assert_cmpstr (third->message, ==, "storage 'data/0' of unit 'web/0' not found");
}

/*
 * Actions
 */

#define ACTIONS                                                                                                        \
  "backup:\n"                                                                                                          \
  "  params:\n"                                                                                                        \
  "    target: {type: string}\n"                                                                                       \
  "    level: {type: integer, default: 3}\n"                                                                           \
  "    ratio: {type: number}\n"                                                                                        \
  "    any: {}\n"                                                                                                      \
  "  required: [target]\n"                                                                                             \
  "  additionalProperties: false\n"                                                                                    \
  "free: {}\n"

static void
test_actions (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *name;
    const char *parameters;
    const char *complete; /* or the message */
  } rows[] = {
    { "backup", "{\"target\": \"x\"}", "{\"level\": 3, \"target\": \"x\"}" },
    { "backup", "{\"target\": \"x\", \"level\": 1, \"ratio\": 2, \"any\": [1]}",
      "{\"any\": [1], \"level\": 1, \"ratio\": 2, \"target\": \"x\"}" },
    { "free", "{\"whatever\": {\"x\": 1}}", "{\"whatever\": {\"x\": 1}}" },
    { "backup", "{}", "action 'backup': missing parameter 'target'" },
    { "backup", "{\"target\": 1}", "action 'backup': parameter 'target' must be of type string, given an integer" },
    { "backup", "{\"target\": \"x\", \"x\": 1}", "action 'backup': additional property 'x' is not allowed" },
    { "backups", "{}", "action 'backups' not defined on unit 'web/0' (did you mean 'backup'?)" },
  };
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", NULL, ACTIONS);
  ReactiveModelUnit *unit;

  g_assert_nonnull (reactive_model_add_application (fixture->model, "web", charm, NULL, NULL));
  unit = model_fixture_add_unit (fixture, "web");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ReactiveJson) parameters = parse (rows[i].parameters);
      g_autoptr (GError) error = NULL;
      const ReactiveModelAction *action = reactive_model_add_action (unit, rows[i].name, parameters, &error);

      if (action != NULL)
        {
          assert_json (action->parameters, rows[i].complete);
          g_assert_cmpuint (action->number, ==, i + 1);
          g_assert_cmpstr (action->status, ==, "pending");
        }
      else
        g_assert_cmpstr (error->message, ==, rows[i].complete);
    }
  g_assert_cmpuint (unit->actions->len, ==, 3);
}

static void
test_actions_of_a_unit_that_goes_are_cancelled (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveModelCharm) charm = model_fixture_make_charm (fixture, "summary: x\n", NULL, ACTIONS);
  ReactiveModelUnit *unit;
  const ReactiveModelAction *action;

  g_assert_nonnull (reactive_model_add_application (fixture->model, "web", charm, NULL, NULL));
  unit = model_fixture_add_unit (fixture, "web");
  model_fixture_settle (fixture);
  action = reactive_model_add_action (unit, "free", NULL, NULL);
  model_fixture_remove_unit (fixture, "web/0");
  model_fixture_assert_runs (fixture, "web/0", "stop; remove");
  g_assert_cmpstr (action->status, ==, "cancelled");
}

/*
 * Hooks that are sent, errors that are resolved
 */

static void
test_send_hook_refused (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    ReactiveJujuVersion juju;
    const char *name;
    const char *details;
    const char *message;
  } rows[] = {
    { REACTIVE_JUJU_3_6, "install", "{}", "cannot send unit 'web/0' the hook 'install'" },
    { REACTIVE_JUJU_3_6, "colect-metrics", "{}",
      "cannot send unit 'web/0' the hook 'colect-metrics' (did you mean 'collect-metrics'?)" },
    { REACTIVE_JUJU_3_6, "apq-pebble-ready", "{}",
      "charm of unit 'web/0' has no container 'apq' (did you mean 'app'?)" },
    { REACTIVE_JUJU_2_9, "app-pebble-check-failed", "{}", "Juju 2.9.51 has no hook 'app-pebble-check-failed'" },
    { REACTIVE_JUJU_2_9, "secret-rotate", "{}", "Juju 2.9.51 has no hook 'secret-rotate'" },
    { REACTIVE_JUJU_4, "collect-metrics", "{}", "Juju 4.0.0 has no hook 'collect-metrics'" },
    { REACTIVE_JUJU_4, "meter-status-changed", "{}", "Juju 4.0.0 has no hook 'meter-status-changed'" },
    { REACTIVE_JUJU_4, "pre-series-upgrade", "{}", "Juju 4.0.0 has no hook 'pre-series-upgrade'" },
    { REACTIVE_JUJU_4, "secret-rotate", "{}", "secret-rotate needs a secret" },
    { REACTIVE_JUJU_4, "secret-rotate", "{\"secret\": \"secret:x\"}", "secret 'secret:x' not found" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ReactiveJson) details = parse (rows[i].details);
      g_autoptr (GError) error = NULL;

      model_fixture_reset (fixture, rows[i].juju);
      model_fixture_deploy (fixture, "web", "containers: {app: {}}\n", 1);
      g_assert_false (
          reactive_model_send_hook (model_fixture_get_unit (fixture, "web/0"), rows[i].name, details, &error));
      g_assert_nonnull (error);
      g_assert_cmpstr (error->message, ==, rows[i].message);
    }
}

static void
test_resolve_refused (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  g_assert_false (reactive_model_resolve (model_fixture_get_unit (fixture, "web/0"), TRUE, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "unit 'web/0' is not in an error state");
}

/*
 * Secrets
 */

static void
test_secrets (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelApplication *application = model_fixture_deploy (fixture, "web", "summary: x\n", 1);
  ReactiveModelUnit *unit = model_fixture_get_unit (fixture, "web/0");
  g_autofree char *id = reactive_model_new_secret_id (fixture->model);
  g_autofree char *uri = g_strconcat ("secret:", id, NULL);
  ReactiveModelSecret *secret = reactive_model_add_secret (application, unit, id);
  const ReactiveModelConsumer *consumer;

  g_assert_cmpuint (strlen (id), ==, 20);
  g_assert_cmpuint (strspn (id, "0123456789abcdefghijklmnopqrstuv"), ==, 20);
  g_assert_true (reactive_model_find_secret (fixture->model, id) == secret);
  g_assert_true (reactive_model_find_secret (fixture->model, uri) == secret);
  reactive_model_add_secret_revision (secret, parse ("{\"password\": \"x\"}"));
  g_assert_null (reactive_model_secret_find_consumer (secret, unit));
  consumer = reactive_model_secret_follow (secret, unit);
  g_assert_cmpuint (consumer->revision, ==, 1);
  g_assert_true (reactive_model_secret_follow (secret, unit) == consumer);

  reactive_model_remove_secret (secret);
  g_assert_null (reactive_model_find_secret (fixture->model, id));
  g_assert_cmpuint (application->secrets->len, ==, 0);
  g_assert_cmpuint (unit->consumed->len, ==, 0);
}

/*
 * Who is ready
 */

static void
test_ready_are_those_who_may_see_something (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", "requires: {db: mysql}\n", 2);
  model_fixture_deploy (fixture, "sql", "provides: {server: mysql}\n", 2);
  model_fixture_deploy (fixture, "other", "requires: {db: mysql}\n", 2);
  relation = model_fixture_relate (fixture, "web", "sql");
  model_fixture_relate (fixture, "other", "sql");
  model_fixture_settle (fixture);
  g_assert_cmpuint (fixture->model->ready->len, ==, 0);

  model_fixture_set_data (fixture, "web/0", relation, FALSE, "key", "1");
  g_assert_cmpuint (fixture->model->ready->len, ==, 2);
  for (guint i = 0; i < 2; i++)
    g_assert_cmpstr (((ReactiveModelUnit *) g_ptr_array_index (fixture->model->ready, i))->application->name, ==,
                     "sql");
  model_fixture_set_data (fixture, "web/0", relation, FALSE, "key", "2");
  g_assert_cmpuint (fixture->model->ready->len, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function) ADD_MODEL_TEST ("/model/" path, function)
  ADD ("empty", test_empty_model);
  ADD ("uuid/same-seed-same-uuid", test_same_seed_same_uuid);
  ADD ("find/by-name", test_found_by_name);
  ADD ("find/helps-with-unknown-names", test_unknown_names_are_helped);
  ADD ("add-application/refuses-bad-names", test_names_refused);
  ADD ("add-application/refuses-one-that-is-there", test_twice_refused);
  ADD ("remove-application/refuses-all-else", test_dying_refuses);
  ADD ("add-unit/refuses-subordinates", test_units_of_subordinates_refused);
  ADD ("add-unit/address-and-machine", test_addresses_and_machines);
  ADD ("status/as-the-agent-sets-it", test_status_of_the_agent);
  ADD ("config/defaults", test_config_defaults);
  ADD ("config/set-and-reset", test_config_set_and_reset);
  ADD ("config/refuses-other-types-and-options", test_config_refused);
  ADD ("config/refuses-as-a-whole", test_config_refused_as_a_whole);
  ADD ("config/survives-an-upgrade", test_config_survives_an_upgrade);
  ADD ("relate/infers-endpoints", test_relate_infers_endpoints);
  ADD ("relate/refuses-what-does-not-go-together", test_relate_refused);
  ADD ("relate/refuses-again-until-it-has-gone", test_relate_again_refused_until_it_has_gone);
  ADD ("find-relation/refuses-none-and-several", test_find_relation_refused);
  ADD ("upgrade/refuses-to-break-relations", test_upgrade_refused);
  ADD ("resources", test_resources);
  ADD ("storages", test_storages);
  ADD ("actions/parameters", test_actions);
  ADD ("actions/cancelled-with-their-unit", test_actions_of_a_unit_that_goes_are_cancelled);
  ADD ("send-hook/refuses", test_send_hook_refused);
  ADD ("resolve/refuses-what-is-not-in-error", test_resolve_refused);
  ADD ("secrets", test_secrets);
  ADD ("ready/those-who-may-see-something", test_ready_are_those_who_may_see_something);

  return g_test_run ();
}
