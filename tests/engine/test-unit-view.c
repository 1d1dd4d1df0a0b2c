/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/unit-view.h"

#include <string.h>

static ReactiveUnitView *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ReactiveUnitView *view = reactive_unit_view_parse (text, strlen (text), "model.json", &error);

  g_assert_no_error (error);
  return view;
}

/* Runs "tool argument…", split at blanks, and returns its exit code. */
static int
run (ReactiveUnitView *view, const char *command, const char *input, ReactiveToolReply *out_reply)
{
  g_auto (GStrv) words = g_strsplit (command, " ", -1);
  g_autoptr (GBytes) bytes = input != NULL ? g_bytes_new (input, strlen (input)) : NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (
      reactive_unit_view_run (view, words[0], (const char *const *) words + 1, "/", bytes, out_reply, &error));
  g_assert_no_error (error);
  return out_reply->exit_code;
}

static void
assert_answer (ReactiveUnitView *view, const char *command, const char *expected)
{
  g_auto (ReactiveToolReply) reply = { 0 };

  g_assert_cmpint (run (view, command, NULL, &reply), ==, 0);
  g_assert_cmpmem (g_bytes_get_data (reply.output, NULL), g_bytes_get_size (reply.output), expected, strlen (expected));
}

static void
assert_failure (ReactiveUnitView *view, const char *command, int code, const char *message)
{
  g_auto (ReactiveToolReply) reply = { 0 };

  g_assert_cmpint (run (view, command, NULL, &reply), ==, code);
  g_assert_nonnull (strstr (reply.message, message));
}

static void
do_well (ReactiveUnitView *view, const char *command)
{
  assert_answer (view, command, "");
}

static void
assert_document (const ReactiveUnitView *view, const char *expected)
{
  g_autofree char *text = reactive_json_to_text (reactive_unit_view_get_document (view), REACTIVE_JSON_SORT_KEYS);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_empty (void)
{
  g_autoptr (ReactiveUnitView) view = parse ("{}");

  assert_answer (view, "is-leader --format=json", "false\n");
  assert_answer (view, "config-get --format=json", "{}\n");
  assert_answer (view, "relation-ids db --format=json", "[]\n");
  assert_answer (view, "status-get --format=json", "{\"status\":\"unknown\"}\n");
  assert_answer (view, "opened-ports --format=json", "[]\n");
  assert_document (view, "{}");
}

static void
test_answers (void)
{
  g_autoptr (ReactiveUnitView) view
      = parse ("{\"unit\": \"web/3\", \"leader\": true, \"config\": {\"a\": 1, \"b\": null, \"c\": 2.5, \"d\": \"x\"},"
               " \"leader-settings\": {\"k\": \"v\"}, \"state\": {\"s\": \"t\"}, \"ports\": [\"80\", \"53/udp\"],"
               " \"status\": {\"status\": \"active\", \"message\": \"m\"}, \"private-address\": \"192.0.2.7\","
               " \"endpoints\": [\"db\"], \"other\": [1]}");

  assert_answer (view, "config-get --format=json", "{\"a\":1,\"c\":2.5,\"d\":\"x\"}\n");
  assert_answer (view, "config-get a --format=json", "1\n");
  assert_answer (view, "is-leader", "True\n");
  assert_answer (view, "leader-get k", "v\n");
  assert_answer (view, "state-get s", "t\n");
  assert_answer (view, "opened-ports", "80/tcp\n53/udp\n");
  assert_answer (view, "unit-get private-address", "192.0.2.7\n");
  assert_answer (view, "status-get --include-data --format=json",
                 "{\"message\":\"m\",\"status\":\"active\",\"status-data\":{}}\n");
  assert_answer (view, "network-get db --ingress-address", "192.0.2.7\n");
  assert_failure (view, "network-get web", 1, "no network config found for binding \"web\"");
}

#define RELATIONS                                                                                                      \
  "{\"unit\": \"web/0\", \"relations\": {"                                                                             \
  "\"db:11\": {\"remote-app\": \"mysql\", \"app\": {\"v\": \"1\"}, \"units\": {\"mysql/2\": {\"h\": \"2\"},"           \
  " \"mysql/10\": {\"h\": \"10\"}}, \"left\": {\"mysql/3\": {\"h\": \"3\"}}, \"local\": {\"l\": \"0\"}},"              \
  " \"db:7\": {\"remote-app\": \"mysql\", \"units\": {\"mysql/2\": {\"h\": \"other\"}}},"                              \
  " \"peers:2\": {\"remote-app\": \"web\", \"units\": {\"web/1\": {\"p\": \"1\"}}},"                                   \
  " \"lb:3\": {\"units\": {\"proxy/0\": {}}}, \"odd:4\": {}}}"

static void
test_relations (void)
{
  g_autoptr (ReactiveUnitView) view = parse (RELATIONS);

  assert_answer (view, "relation-ids db --format=json", "[\"db:11\",\"db:7\"]\n");
  assert_answer (view, "relation-list -r 11 --format=json", "[\"mysql/10\",\"mysql/2\"]\n");
  assert_answer (view, "relation-list -r 11 --app", "mysql\n");
  assert_answer (view, "relation-get -r 11 h mysql/10", "10\n");
  assert_answer (view, "relation-get -r 7 h mysql/2", "other\n");
  assert_answer (view, "relation-get -r 11 --app v mysql", "1\n");
  assert_answer (view, "relation-get -r 11 l web/0", "0\n");
  assert_answer (view, "relation-list -r peers:2", "web/1\n");
  assert_answer (view, "relation-get -r 2 p web/1", "1\n");
  assert_answer (view, "relation-list -r 3 --app", "proxy\n");
  assert_answer (view, "relation-list -r 4 --app", "odd\n");
  assert_failure (view, "relation-get -r 11 - mysql/4", 1, "mysql/4");
  assert_failure (view, "relation-list -r 5", 2, "relation not found");
  assert_failure (view, "relation-list", 2, "no relation id specified");
}

static void
test_units_that_left (void)
{
  g_autoptr (ReactiveUnitView) view = parse (RELATIONS);
  g_autoptr (ReactiveUnitView) again = parse (
      "{\"relations\": {\"db:1\": {\"units\": {\"mysql/0\": {\"h\": \"new\"}}, \"left\": {\"mysql/0\": {}}}}}");

  assert_answer (view, "relation-get -r 11 h mysql/3", "3\n");
  assert_answer (again, "relation-list -r 1", "mysql/0\n");
  assert_answer (again, "relation-get -r 1 h mysql/0", "new\n");
}

static void
test_hook (void)
{
  g_autoptr (ReactiveUnitView) view = parse ("{\"hook\": {\"relation\": \"db:1\", \"unit\": \"mysql/0\"},"
                                             " \"relations\": {\"db:1\": {\"units\": {\"mysql/0\": {\"h\": \"x\"}}}}}");

  assert_answer (view, "relation-get h", "x\n");
  assert_answer (view, "relation-list", "mysql/0\n");
  do_well (view, "relation-set k=v");
  assert_document (view, "{\"hook\": {\"relation\": \"db:1\", \"unit\": \"mysql/0\"}, \"relations\": {\"db:1\": "
                         "{\"local\": {\"k\": \"v\"}, \"units\": {\"mysql/0\": {\"h\": \"x\"}}}}}");
}

static void
test_changes (void)
{
  g_autoptr (ReactiveUnitView) view
      = parse ("{\"leader\": true, \"mine\": [1, 2.0],"
               " \"relations\": {\"db:1\": {\"units\": {\"mysql/0\": {}}, \"more\": 1}}}");
  g_auto (ReactiveToolReply) reply = { 0 };

  do_well (view, "relation-set -r 1 a=b c=d");
  do_well (view, "relation-set -r 1 c=");
  g_assert_cmpint (run (view, "relation-set -r 1 --app --file -", "v: '1'\n", &reply), ==, 0);
  do_well (view, "leader-set k=v");
  do_well (view, "state-set s=t");
  do_well (view, "open-port 80");
  do_well (view, "open-port 53/udp");
  do_well (view, "close-port 80/tcp");
  do_well (view, "status-set active ok");
  do_well (view, "status-set --application waiting");
  do_well (view, "application-version-set 1.0");
  assert_answer (view, "relation-get -r 1 - app/0 --format=json", "{\"a\":\"b\"}\n");
  assert_document (view, "{\"application-status\": {\"message\": \"\", \"status\": \"waiting\"}, "
                         "\"application-version\": \"1.0\", \"leader\": true, \"leader-settings\": {\"k\": \"v\"}, "
                         "\"mine\": [1, 2.0], \"ports\": [\"53/udp\"], \"relations\": {\"db:1\": {\"local\": {\"a\": "
                         "\"b\"}, \"local-app\": {\"v\": \"1\"}, \"more\": 1, \"units\": {\"mysql/0\": {}}}}, "
                         "\"state\": {\"s\": \"t\"}, \"status\": {\"message\": \"ok\", \"status\": \"active\"}}");
}

/* Questions make no new document, so that whoever compares is quick. */
static void
test_questions (void)
{
  g_autoptr (ReactiveUnitView) view = parse ("{\"config\": {\"a\": 1}}");
  const ReactiveJson *document = reactive_unit_view_get_document (view);

  assert_answer (view, "config-get a", "1\n");
  do_well (view, "juju-log hello");
  g_assert_true (reactive_unit_view_get_document (view) == document);
}

static void
test_refused_changes (void)
{
  g_autoptr (ReactiveUnitView) view = parse ("{\"relations\": {\"db:1\": {\"units\": {\"mysql/0\": {}}}}}");

  assert_failure (view, "relation-set -r 1 --app a=b", 1, "cannot write relation settings");
  assert_failure (view, "leader-set a=b", 1, "not the leader");
  assert_failure (view, "status-set odd", 2, "invalid status \"odd\"");
  assert_document (view, "{\"relations\": {\"db:1\": {\"units\": {\"mysql/0\": {}}}}}");
}

static void
test_action (void)
{
  g_autoptr (ReactiveUnitView) view = parse ("{\"action\": {\"params\": {\"p\": {\"q\": 1}}}}");
  g_autoptr (ReactiveUnitView) without = parse ("{\"action\": null}");

  assert_answer (view, "action-get p.q --format=json", "1\n");
  do_well (view, "action-set a.b=c");
  do_well (view, "action-log one");
  do_well (view, "action-log two");
  do_well (view, "action-fail why");
  assert_document (view, "{\"action\": {\"failed\": true, \"log\": [\"one\", \"two\"], \"message\": \"why\", "
                         "\"params\": {\"p\": {\"q\": 1}}, \"results\": {\"a\": {\"b\": \"c\"}}}}");
  assert_failure (without, "action-get", 1, "not running an action");
}

static void
test_faults (void)
{
  g_autoptr (ReactiveUnitView) view
      = parse ("{\"missing-tools\": [\"leader-get\"], \"fail\": {\"config-get\": {\"code\": 1, \"stdout\": \"out\","
               " \"stderr\": \"ERROR not today\\n\"}, \"is-leader\": {\"error\": \"bad request: no\"},"
               " \"of-my-own\": {\"stdout\": \"[1]\"}}}");
  g_auto (ReactiveToolReply) reply = { 0 };
  const char *const no_arguments[] = { NULL };
  g_autoptr (GError) error = NULL;

  assert_failure (view, "config-get", 1, "not today");
  assert_answer (view, "of-my-own", "[1]");
  g_assert_false (reactive_unit_view_run (view, "is-leader", no_arguments, "/", NULL, &reply, &error));
  g_assert_cmpstr (error->message, ==, "bad request: no");
  g_assert_false (g_error_matches (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL));
  g_clear_error (&error);
  g_assert_false (reactive_unit_view_run (view, "leader-get", no_arguments, "/", NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
  g_clear_error (&error);
  g_assert_false (reactive_unit_view_run (view, "odd", no_arguments, "/", NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
}

static void
test_version (void)
{
  g_autoptr (ReactiveUnitView) four = parse ("{\"juju\": \"4\"}");
  g_auto (ReactiveToolReply) reply = { 0 };
  const char *const no_arguments[] = { NULL };
  g_autoptr (GError) error = NULL;

  g_assert_false (reactive_unit_view_run (four, "leader-get", no_arguments, "/", NULL, &reply, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL);
}

/* clang-format off */
static const struct
{
  const char *text;
  const char *complaint; /* behind "model.json:" */
} bad_documents[] = {
  { "", "1:1:" },
  { "[]", "1:1: the whole: expected an object, got an array" },
  { "{\"unit\": 1}", "1:10: unit: expected a string, got an integer" },
  { "{\"unit\": \"web\"}", "1:10: unit: expected APPLICATION/NUMBER, got web" },
  { "{\"juju\": \"5\"}", "1:10: juju: expected 2.9, 3.6 or 4, got 5" },
  { "{\"leader\": \"yes\"}", "1:12: leader: expected a boolean" },
  { "{\n \"state\": {\"a\": 1}}", "2:17: state: expected a string, got an integer" },
  { "{\"ports\": [\"0/tcp\"]}", "1:12: ports: expected 80" },
  { "{\"relations\": {\"db\": {}}}", "1:22: db: is not the id of a relation" },
  { "{\"relations\": {\"db:1\": []}}", "1:24: db:1: expected an object" },
  { "{\"relations\": {\"db:1\": {}, \"lb:1\": {}}}", "lb:1: has the number of db:1" },
  { "{\"relations\": {\"db:1\": {\"units\": {\"mysql\": {}}}}}", "mysql: expected a unit of db" },
  { "{\"relations\": {\"db:1\": {\"remote-app\": \"pg\", \"units\": {\"mysql/0\": {}}}}}", "mysql/0: expected a unit of pg" },
  { "{\"relations\": {\"db:1\": {\"units\": {\"mysql/0\": {\"a\": null}}}}}", "mysql/0: expected a string, got null" },
  { "{\"relations\": {\"db:1\": {\"remote-app\": \"app\", \"units\": {\"app/0\": {}}}}}", "app/0: this unit is in the relation already" },
  { "{\"hook\": {\"relation\": \"db:1\"}}", "relation: there is no such relation" },
  { "{\"hook\": {\"relation\": \"db:1\", \"unit\": \"a/0\"}, \"relations\": {\"db:1\": {}}}", "unit: there is no such unit" },
  { "{\"fail\": {\"x\": {\"code\": 300}}}", "code: expected an exit code" },
  { "{\"action\": {\"log\": [1]}}", "log: expected a string" },
};
/* clang-format on */

static void
test_bad_documents (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (bad_documents); i++)
    {
      g_autoptr (GError) error = NULL;
      const char *text = bad_documents[i].text;

      g_assert_null (reactive_unit_view_parse (text, strlen (text), "model.json", &error));
      g_test_message ("%s", error->message);
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
      g_assert_true (g_str_has_prefix (error->message, "model.json:"));
      g_assert_nonnull (strstr (error->message, bad_documents[i].complaint));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/unit-view/an-empty-document-is-a-unit-too", test_empty);
  g_test_add_func ("/unit-view/tools-answer-from-the-document", test_answers);
  g_test_add_func ("/unit-view/relations-are-as-the-document-says", test_relations);
  g_test_add_func ("/unit-view/units-that-left-are-read-and-not-listed", test_units_that_left);
  g_test_add_func ("/unit-view/the-hook-says-what-tools-take", test_hook);
  g_test_add_func ("/unit-view/changes-stand-in-the-document-at-once", test_changes);
  g_test_add_func ("/unit-view/questions-leave-the-document-alone", test_questions);
  g_test_add_func ("/unit-view/what-juju-refuses-is-not-kept", test_refused_changes);
  g_test_add_func ("/unit-view/an-action-gathers-results", test_action);
  g_test_add_func ("/unit-view/tools-fail-as-the-document-says", test_faults);
  g_test_add_func ("/unit-view/another-juju-has-other-tools", test_version);
  g_test_add_func ("/unit-view/bad-documents-are-refused-with-their-place", test_bad_documents);

  return g_test_run ();
}
