/* SPDX-License-Identifier: Apache-2.0 */
#include "context-fixture.h"

#define WEB "requires: {db: mysql}\npeers: {ring: ring}\n"
#define SQL "provides: {server: mysql}\n"

/* web/0 leads two units, sql/0 two; "ring:0" is web's own, "db:1" and "server:1" lie between them. */
static ReactiveModelRelation *
settle_web_and_sql (ModelFixture *fixture)
{
  ReactiveModelRelation *relation;

  model_fixture_deploy (fixture, "web", WEB, 2);
  model_fixture_deploy (fixture, "sql", SQL, 2);
  relation = model_fixture_relate (fixture, "web:db", "sql:server");
  model_fixture_settle (fixture);
  model_fixture_set_data (fixture, "sql/0", relation, FALSE, "port", "3306");
  model_fixture_set_data (fixture, "sql/0", relation, TRUE, "user", "root");
  model_fixture_settle (fixture);
  return relation;
}

static const char *
get_value (const ReactiveJson *data, const char *key)
{
  g_assert_nonnull (data);
  return reactive_json_text_or_null (reactive_json_get_member (data, key));
}

/* What relation-get shows of @name. */
static const char *
read_value (ReactiveHookContext *context, const char *id, const char *name, gboolean of_application, const char *key)
{
  return get_value (ASK (context, relation_get, id, name, of_application), key);
}

/* Reading --------------------------------------------------------------------------------------------------------- */

static void
test_reads_the_other_side (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);

  for (guint i = 0; i < 2; i++)
    {
      context = context_begin_any (fixture, i == 0 ? "web/0" : "web/1");
      g_assert_cmpstr (read_value (context, "db:1", "sql/0", FALSE, "port"), ==, "3306");
      g_assert_cmpstr (read_value (context, "db:1", "sql", TRUE, "user"), ==, "root");
      g_assert_cmpstr (read_value (context, "db:1", "sql/1", TRUE, "user"), ==, "root");
      g_assert_nonnull (read_value (context, "db:1", "sql/1", FALSE, "private-address"));
      context_end (context);
    }
}

static void
test_hands_out_the_databag_itself (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = settle_web_and_sql (fixture);
  ReactiveModelMember *member
      = reactive_model_relation_find_member (relation, model_fixture_get_unit (fixture, "sql/0"));
  ReactiveHookContext *context = context_begin_any (fixture, "web/0");

  g_assert_true (ASK (context, relation_get, "db:1", "sql/0", FALSE) == member->databag.data);
  context_end (context);
}

static void
test_own_application_is_for_the_leader (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = settle_web_and_sql (fixture);
  ReactiveHookContext *context;

  model_fixture_set_data (fixture, "web/0", relation, TRUE, "url", "x");
  context = context_begin_any (fixture, "web/0");
  g_assert_cmpstr (read_value (context, "db:1", "web", TRUE, "url"), ==, "x");
  context_end (context);

  context = context_begin_any (fixture, "web/1");
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "permission denied (unauthorized access)", JUJU (context)->klass->relation_get,
                  JUJU (context), "db:1", "web", TRUE);
  context_end (context);
}

static void
test_peers_read_their_application (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "web/0");
  context_relation_set (context, "ring:0", TRUE, "token", "t");
  context_relation_set (context, "ring:0", FALSE, "of", "0");
  context_end (context);

  context = context_begin (fixture, "web/1", "ring-relation-changed ring:0");
  g_assert_cmpstr (read_value (context, "ring:0", "web", TRUE, "token"), ==, "t");
  g_assert_cmpstr (read_value (context, "ring:0", "web/0", FALSE, "of"), ==, "0");
  context_end (context);
}

static void
test_own_unit_reads_what_was_before (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "web/0");
  context_relation_set (context, "db:1", FALSE, "a", "1");
  context_relation_set (context, "db:1", TRUE, "b", "2");

  g_assert_cmpstr (read_value (context, "db:1", "web/0", FALSE, "a"), ==, NULL);
  g_assert_cmpstr (read_value (context, "db:1", "web", TRUE, "b"), ==, NULL);
  context_end (context);
}

static void
test_tool_reads_what_is_pending (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "web/0");
  context_relation_set (context, "db:1", FALSE, "a", "1");
  context_relation_set (context, "db:1", FALSE, "a", "2");
  context_relation_set (context, "db:1", FALSE, "private-address", NULL);
  context_relation_set (context, "db:1", TRUE, "b", "3");

  g_assert_cmpstr (get_value (reactive_hook_context_relation_get (context, "db:1", "web/0", FALSE, NULL), "a"), ==,
                   "2");
  g_assert_null (
      get_value (reactive_hook_context_relation_get (context, "db:1", "web/0", FALSE, NULL), "private-address"));
  g_assert_cmpstr (get_value (reactive_hook_context_relation_get (context, "db:1", "web", TRUE, NULL), "b"), ==, "3");
  g_assert_cmpstr (get_value (reactive_hook_context_relation_get (context, "db:1", "sql/0", FALSE, NULL), "port"), ==,
                   "3306");
  context_end (context);
}

static void
test_refuses_what_is_no_unit (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "web/0");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "expected unit name, got application name \"sql\"",
                  reactive_hook_context_relation_get, context, "db:1", "sql", FALSE);
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "invalid unit name \"sql/x\"", reactive_hook_context_relation_get, context,
                  "db:1", "sql/x", FALSE);
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "permission denied (unauthorized access)", reactive_hook_context_relation_get,
                  context, "db:1", "mail/0", FALSE);
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "permission denied (unauthorized access)", reactive_hook_context_relation_get,
                  context, "db:1", "web/1", FALSE);
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot read settings for unit \"sql/7\" in relation \"db:1\": settings not found",
                  reactive_hook_context_relation_get, context, "db:1", "sql/7", FALSE);
  context_end (context);
}

static void
test_departed_unit_stays_readable (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  model_fixture_remove_unit (fixture, "sql/0");
  g_free (model_fixture_settle_unit (fixture, "sql/0"));

  context = context_begin (fixture, "web/0", "db-relation-departed db:1 sql/0 departing sql/0");
  g_assert_cmpstr (read_value (context, "db:1", "sql/0", FALSE, "port"), ==, "3306");
  context_assert_json (ASK (context, relation_list, "db:1"), "['sql/1']");
  context_end (context);

  context = context_begin_any (fixture, "web/0");
  g_assert_cmpstr (read_value (context, "db:1", "sql/0", FALSE, "port"), ==, "3306");
  context_end (context);
}

static void
test_containers_see_their_own (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "web", "requires: {db: mysql}\n", 2);
  model_fixture_deploy (fixture, "agent",
                        "subordinate: true\nrequires: {host: {interface: juju-info, scope: container}}\n", 0);
  model_fixture_relate (fixture, "web:juju-info", "agent:host");
  model_fixture_settle (fixture);

  context = context_begin_any (fixture, "agent/0");
  context_assert_json (ASK (context, relation_list, "host:0"), "['web/0']");
  g_assert_nonnull (ASK (context, relation_get, "host:0", "web/0", FALSE));
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL,
                  "cannot read settings for unit \"web/1\" in relation \"host:0\": settings not found",
                  reactive_hook_context_relation_get, context, "host:0", "web/1", FALSE);
  context_end (context);
}

/* Listing --------------------------------------------------------------------------------------------------------- */

static void
test_lists_ids_sorted (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  for (guint i = 0; i < 9; i++)
    {
      g_autofree char *name = g_strdup_printf ("other%u", i);
      g_autofree char *endpoint = g_strconcat (name, ":server", NULL);

      model_fixture_deploy (fixture, name, SQL, 1);
      model_fixture_relate (fixture, "web:db", endpoint);
    }
  model_fixture_settle (fixture);

  context = context_begin_any (fixture, "web/0");
  context_assert_json (ASK (context, relation_ids, "db"),
                       "['db:1', 'db:10', 'db:2', 'db:3', 'db:4', 'db:5', 'db:6', 'db:7', 'db:8', 'db:9']");
  context_assert_json (ASK (context, relation_ids, "ring"), "['ring:0']");
  context_assert_json (ASK (context, relation_ids, "unknown"), "[]");
  context_end (context);
}

static void
test_lists_who_is_joined (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "web", WEB, 1);
  model_fixture_deploy (fixture, "sql", SQL, 2);
  model_fixture_relate (fixture, "web:db", "sql:server");
  g_free (model_fixture_settle_unit (fixture, "sql/0"));
  g_free (model_fixture_settle_unit (fixture, "sql/1"));
  model_fixture_run (fixture, "web/0", "install");
  model_fixture_run (fixture, "web/0", "db-relation-created db:1");
  model_fixture_run (fixture, "web/0", "ring-relation-created ring:0");
  model_fixture_run (fixture, "web/0", "leader-elected");
  model_fixture_run (fixture, "web/0", "config-changed");
  model_fixture_run (fixture, "web/0", "start");

  context = context_begin (fixture, "web/0", "db-relation-joined db:1 sql/0");
  context_assert_json (ASK (context, relation_list, "db:1"), "['sql/0']");
  g_assert_cmpstr (ASK (context, relation_app, "db:1"), ==, "sql");
  g_assert_cmpstr (reactive_hook_context_get_relation_id (context), ==, "db:1");
  g_assert_cmpstr (reactive_hook_context_get_remote_unit (context), ==, "sql/0");
  g_assert_cmpstr (reactive_hook_context_get_remote_app (context), ==, "sql");
  context_end (context);
  context = context_begin_any (fixture, "web/0");
  context_assert_json (ASK (context, relation_list, "db:1"), "['sql/0']");
  context_end (context);
}

static void
test_peers_are_listed_without_self (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  model_fixture_deploy (fixture, "web", WEB, 12);
  model_fixture_settle (fixture);

  context = context_begin_any (fixture, "web/1");
  context_assert_json (ASK (context, relation_list, "ring:0"),
                       "['web/0', 'web/10', 'web/11', 'web/2', 'web/3', 'web/4', 'web/5', 'web/6', 'web/7', 'web/8', "
                       "'web/9']");
  g_assert_cmpstr (ASK (context, relation_app, "ring:0"), ==, "web");
  context_end (context);
}

static ReactiveHookContext *
begin_broken (ModelFixture *fixture, ReactiveJujuVersion juju)
{
  ReactiveModelRelation *relation;

  model_fixture_reset (fixture, juju);
  relation = settle_web_and_sql (fixture);
  reactive_model_unrelate (relation);
  model_fixture_run (fixture, "web/0", "db-relation-departed db:1 sql/0 departing sql/0");
  model_fixture_run (fixture, "web/0", "db-relation-departed db:1 sql/1 departing sql/1");
  return context_begin (fixture, "web/0", "db-relation-broken db:1");
}

static void
test_broken_relation_by_version (ModelFixture *fixture, gconstpointer data)
{
  static const struct
  {
    ReactiveJujuVersion juju;
    const char *ids;
  } cases[] = { { REACTIVE_JUJU_2_9, "['db:1']" }, { REACTIVE_JUJU_3_6, "[]" }, { REACTIVE_JUJU_4, "[]" } };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ReactiveHookContext *context = begin_broken (fixture, cases[i].juju);

      context_assert_json (ASK (context, relation_ids, "db"), cases[i].ids);
      context_assert_json (ASK (context, relation_list, "db:1"), "[]");
      g_assert_cmpstr (ASK (context, relation_app, "db:1"), ==, "sql");
      g_assert_nonnull (ASK (context, relation_get, "db:1", "web/0", FALSE));
      context_end (context);
    }
}

static void
test_gone_relation_is_unknown (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin_broken (fixture, REACTIVE_JUJU_3_6);

  context_end (context);
  context = context_begin_any (fixture, "web/0");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "invalid value \"db:1\" for option -r: relation not found",
                  JUJU (context)->klass->relation_list, JUJU (context), "db:1");
  ASSERT_REFUSED (REACTIVE_ERROR_TOOL, "invalid value \"db:1\" for option -r: relation not found",
                  JUJU (context)->klass->relation_get, JUJU (context), "db:1", "sql/0", FALSE);
  context_end (context);
}

static void
test_resolves_ids (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "web/0");
  g_assert_cmpstr (reactive_hook_context_resolve_relation (context, "1", NULL), ==, "db:1");
  g_assert_cmpstr (reactive_hook_context_resolve_relation (context, ":1", NULL), ==, "db:1");
  g_assert_cmpstr (reactive_hook_context_resolve_relation (context, "x:y:1", NULL), ==, "db:1");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "invalid value \"db\" for option -r: invalid relation id",
                  reactive_hook_context_resolve_relation, context, "db");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "invalid value \"db:9\" for option -r: relation not found",
                  reactive_hook_context_resolve_relation, context, "db:9");
  context_end (context);
}

/* Writing --------------------------------------------------------------------------------------------------------- */

static void
test_writes_wait_for_a_good_end (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = settle_web_and_sql (fixture);
  const ReactiveModelMember *member
      = reactive_model_relation_find_member (relation, model_fixture_get_unit (fixture, "web/0"));
  const guint version = member->databag.version;
  ReactiveHookContext *context = context_begin_any (fixture, "web/0");

  context_relation_set (context, "db:1", FALSE, "a", "1");
  g_assert_null (get_value (member->databag.data, "a"));
  context_fail (context);
  g_assert_null (get_value (member->databag.data, "a"));
  g_assert_cmpuint (member->databag.version, ==, version);
  model_fixture_assert_next (fixture, "sql/0", "");

  context_retry (fixture, "web/0");
  context = context_begin (fixture, "web/0", "start");
  context_relation_set (context, "db:1", FALSE, "a", "2");
  context_end (context);
  g_assert_cmpstr (get_value (member->databag.data, "a"), ==, "2");
  g_assert_cmpuint (member->databag.version, ==, version + 1);
  model_fixture_assert_next (fixture, "sql/0", "server-relation-changed server:1 web/0");
  model_fixture_assert_next (fixture, "sql/1", "server-relation-changed server:1 web/0");
  model_fixture_assert_next (fixture, "web/0", "");
  g_assert_cmpuint (fixture->model->ready->len, >=, 2);
}

static void
test_same_value_changes_nothing (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = settle_web_and_sql (fixture);
  const ReactiveModelMember *member
      = reactive_model_relation_find_member (relation, model_fixture_get_unit (fixture, "sql/0"));
  const guint version = member->databag.version;
  ReactiveHookContext *context = context_begin_any (fixture, "sql/0");

  context_relation_set (context, "server:1", FALSE, "port", "1");
  context_relation_set (context, "server:1", FALSE, "port", "3306");
  context_relation_set (context, "server:1", FALSE, "absent", NULL);
  context_relation_set (context, "server:1", FALSE, "absent too", "");
  context_end (context);
  g_assert_cmpuint (member->databag.version, ==, version);
  model_fixture_assert_next (fixture, "web/0", "");
}

static void
test_empty_value_deletes (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = settle_web_and_sql (fixture);
  const ReactiveModelMember *member
      = reactive_model_relation_find_member (relation, model_fixture_get_unit (fixture, "sql/0"));
  ReactiveHookContext *context = context_begin_any (fixture, "sql/0");

  context_relation_set (context, "server:1", FALSE, "port", "");
  context_relation_set (context, "server:1", FALSE, "zone", "z");
  context_relation_set (context, "server:1", FALSE, "area", "a");
  context_end (context);
  g_assert_null (reactive_json_get_member (member->databag.data, "port"));
  g_assert_cmpstr (reactive_json_get_member_name (member->databag.data, 0), ==, "area");
}

static void
test_old_answer_outlives_the_commit (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;
  g_autoptr (ReactiveJson) answer = NULL;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "sql/0");
  answer = reactive_json_ref (ASK (context, relation_get, "server:1", "sql/0", FALSE));
  context_relation_set (context, "server:1", FALSE, "port", "1");
  context_end (context);
  g_assert_cmpstr (get_value (answer, "port"), ==, "3306");
}

static void
test_application_is_written_by_the_leader (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = settle_web_and_sql (fixture);
  g_autoptr (ReactiveJson) settings = context_json ("{'a': '1'}");
  ReactiveHookContext *context = context_begin_any (fixture, "web/1");

  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "cannot write relation settings", JUJU (context)->klass->relation_set,
                  JUJU (context), "db:1", TRUE, settings);
  ASSERT_REFUSED (REACTIVE_ERROR_DENIED, "cannot write relation settings", JUJU (context)->klass->relation_set,
                  JUJU (context), "ring:0", TRUE, settings);
  context_end (context);

  context = context_begin_any (fixture, "web/0");
  context_relation_set (context, "db:1", TRUE, "a", "1");
  context_end (context);
  context_assert_json (
      relation->ends[reactive_model_relation_get_end (relation, model_fixture_get_unit (fixture, "web/0"))]
          .databag.data,
      "{'a': '1'}");
  model_fixture_assert_next (fixture, "sql/1", "server-relation-changed server:1");
}

static void
test_leader_of_peers_is_not_told (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "web/0");
  context_relation_set (context, "ring:0", TRUE, "token", "t");
  context_end (context);

  model_fixture_assert_next (fixture, "web/0", "");
  model_fixture_assert_next (fixture, "web/1", "ring-relation-changed ring:0");
  g_assert_true (model_fixture_get_unit (fixture, "web/1")->is_ready);
}

static void
test_refuses_values_that_are_no_strings (ModelFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveJson) settings = context_json ("{'a': 1}");
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "web/0");
  ASSERT_REFUSED (REACTIVE_ERROR_INVALID, "a: expected a string", JUJU (context)->klass->relation_set, JUJU (context),
                  "db:1", FALSE, settings);
  context_end (context);
}

static void
test_late_writes_are_dropped (ModelFixture *fixture, gconstpointer data)
{
  ReactiveModelRelation *relation = settle_web_and_sql (fixture);
  const ReactiveModelMember *member
      = reactive_model_relation_find_member (relation, model_fixture_get_unit (fixture, "web/0"));
  ReactiveHookContext *context;

  model_fixture_remove_unit (fixture, "web/0");
  context = context_begin (fixture, "web/0", "db-relation-departed db:1 sql/0 departing web/0");
  context_relation_set (context, "db:1", FALSE, "a", "1");
  context_end (context);
  model_fixture_run (fixture, "web/0", "db-relation-departed db:1 sql/1 departing web/0");
  context = context_begin (fixture, "web/0", "db-relation-broken db:1");
  context_relation_set (context, "db:1", FALSE, "b", "2");
  context_end (context);

  g_assert_null (get_value (member->databag.data, "a"));
  g_assert_null (get_value (member->databag.data, "b"));
}

static void
test_writes_while_relation_breaks_are_dropped (ModelFixture *fixture, gconstpointer data)
{
  ReactiveHookContext *context = begin_broken (fixture, REACTIVE_JUJU_3_6);
  const ReactiveModelRelation *relation = reactive_hook_context_get_hook (context)->relation->relation;

  context_relation_set (context, "db:1", FALSE, "a", "1");
  context_relation_set (context, "db:1", TRUE, "b", "2");
  context_end (context);
  context_assert_json (
      relation->ends[reactive_model_relation_get_end (relation, model_fixture_get_unit (fixture, "web/0"))]
          .databag.data,
      "{}");
}

static void
test_notes_what_changed (ModelFixture *fixture, gconstpointer data)
{
  ContextNotes notes;
  ReactiveHookContext *context;

  settle_web_and_sql (fixture);
  context = context_begin_any (fixture, "sql/0");
  context_watch (context, &notes);
  context_relation_set (context, "server:1", FALSE, "port", NULL);
  context_relation_set (context, "server:1", FALSE, "host", "h");
  context_relation_set (context, "server:1", FALSE, "none", "");
  context_relation_set (context, "server:1", TRUE, "user", "u");
  context_assert_notes (&notes, "");
  context_end (context);
  context_assert_notes (&notes, "relation-set server:1 sql/0 port; relation-set server:1 sql/0 host=h; "
                                "relation-set server:1 sql user=u");
  g_string_free (notes.text, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_MODEL_TEST ("/hook-context/relation-get/shows-the-other-side", test_reads_the_other_side);
  ADD_MODEL_TEST ("/hook-context/relation-get/hands-out-the-databag-itself", test_hands_out_the_databag_itself);
  ADD_MODEL_TEST ("/hook-context/relation-get/own-application-is-for-the-leader",
                  test_own_application_is_for_the_leader);
  ADD_MODEL_TEST ("/hook-context/relation-get/peers-read-their-application", test_peers_read_their_application);
  ADD_MODEL_TEST ("/hook-context/relation-get/engine-sees-what-was-before", test_own_unit_reads_what_was_before);
  ADD_MODEL_TEST ("/hook-context/relation-get/tool-sees-what-is-pending", test_tool_reads_what_is_pending);
  ADD_MODEL_TEST ("/hook-context/relation-get/refuses-what-is-no-unit-of-it", test_refuses_what_is_no_unit);
  ADD_MODEL_TEST ("/hook-context/relation-get/departed-unit-stays-readable", test_departed_unit_stays_readable);
  ADD_MODEL_TEST ("/hook-context/relation-get/containers-see-their-own", test_containers_see_their_own);
  ADD_MODEL_TEST ("/hook-context/relation-ids/are-sorted", test_lists_ids_sorted);
  ADD_MODEL_TEST ("/hook-context/relation-list/counts-who-is-joining", test_lists_who_is_joined);
  ADD_MODEL_TEST ("/hook-context/relation-list/leaves-out-a-peer-itself", test_peers_are_listed_without_self);
  ADD_MODEL_TEST ("/hook-context/relation-broken/lists-by-version", test_broken_relation_by_version);
  ADD_MODEL_TEST ("/hook-context/relation-broken/then-unknown", test_gone_relation_is_unknown);
  ADD_MODEL_TEST ("/hook-context/relation-id/last-number-counts", test_resolves_ids);
  ADD_MODEL_TEST ("/hook-context/relation-set/waits-for-a-good-end", test_writes_wait_for_a_good_end);
  ADD_MODEL_TEST ("/hook-context/relation-set/same-value-changes-nothing", test_same_value_changes_nothing);
  ADD_MODEL_TEST ("/hook-context/relation-set/empty-value-deletes", test_empty_value_deletes);
  ADD_MODEL_TEST ("/hook-context/relation-set/leaves-old-answers-alone", test_old_answer_outlives_the_commit);
  ADD_MODEL_TEST ("/hook-context/relation-set/application-is-the-leaders", test_application_is_written_by_the_leader);
  ADD_MODEL_TEST ("/hook-context/relation-set/leader-of-peers-is-not-told", test_leader_of_peers_is_not_told);
  ADD_MODEL_TEST ("/hook-context/relation-set/refuses-what-is-no-string", test_refuses_values_that_are_no_strings);
  ADD_MODEL_TEST ("/hook-context/relation-set/of-a-departing-unit-is-dropped", test_late_writes_are_dropped);
  ADD_MODEL_TEST ("/hook-context/relation-set/into-a-broken-relation-is-dropped",
                  test_writes_while_relation_breaks_are_dropped);
  ADD_MODEL_TEST ("/hook-context/relation-set/is-told-where-it-changes", test_notes_what_changed);

  return g_test_run ();
}
