/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* Ports ------------------------------------------------------------------------------------------------------------ */

typedef struct
{
  const char *path;
  const char *open;  /* what is open, separated by blanks */
  const char *calls; /* "+80 -443" */
  const char *told;  /* what Juju is told, a line each */
} PortCalls;

static const PortCalls port_calls[] = {
  { "nothing", "80/tcp", "", "" },
  { "open", "", "+80 +443/tcp +53/udp +8000-8010 +icmp",
    "open-port 80/tcp\nopen-port 443/tcp\nopen-port 53/udp\nopen-port 8000-8010/tcp\nopen-port icmp" },
  { "open-what-is-open", "80/tcp 8000-8010/udp icmp", "+80 +8000-8010/udp +icmp", "" },
  { "close", "80/tcp 53/udp icmp", "-80 -53/udp -icmp", "close-port 80/tcp\nclose-port 53/udp\nclose-port icmp" },
  { "close-what-is-closed", "80/tcp", "-81 -80/udp", "" },
  { "last-word-counts", "443/tcp", "+80 -443 -80 +443 +81 -81 +81", "open-port 81/tcp" },
  { "other-forms-are-the-same-port", "80/tcp", "+080 +80-80/tcp +0080/tcp", "" },
  { "other-forms-overrule", "", "+080 -80/tcp", "" },
  { "edges", "", "+1 +65535 +1-65535/udp", "open-port 1/tcp\nopen-port 65535/tcp\nopen-port 1-65535/udp" },
};

static gboolean
call_ports (ReactiveUnit *unit, GError **error)
{
  const PortCalls *row = reactive_unit_get_data (unit, "row");
  g_auto (GStrv) calls = g_strsplit (row->calls, " ", -1);

  for (guint i = 0; calls[i] != NULL; i++)
    (*calls[i] == '+' ? reactive_open_port : reactive_close_port) (unit, calls[i] + 1);

  return TRUE;
}

static const ReactiveHandler port_handlers[] = { HANDLER (call_ports, ON ("install")) };
static const ReactiveModule port_module = TEST_MODULE (HANDLERS (port_handlers));

static void
test_ports (UnitFixture *fixture, gconstpointer data)
{
  const PortCalls *row = data;
  g_auto (GStrv) open = g_strsplit (row->open, " ", -1);
  g_autoptr (ReactiveUnit) unit = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *told = NULL;
  guint n_told = 0;

  for (guint i = 0; open[i] != NULL; i++)
    g_ptr_array_add (fixture->model->ports, g_strdup (open[i]));
  unit_fixture_add_module (fixture, "app", &port_module);
  unit = unit_fixture_new_unit (fixture, "install");
  reactive_unit_set_data (unit, "row", (gpointer) row, NULL);
  reactive_unit_run (unit, &error);
  g_assert_no_error (error);

  {
    GPtrArray *journal = fixture->model->journal;
    g_autoptr (GString) text = g_string_new (NULL);

    for (guint i = 0; i < journal->len; i++)
      {
        const char *entry = g_ptr_array_index (journal, i);

        if (g_str_has_prefix (entry, "open-port") || g_str_has_prefix (entry, "close-port"))
          g_string_append_printf (text, "%s%s", n_told++ == 0 ? "" : "\n", entry);
      }
    told = g_string_free (g_steal_pointer (&text), FALSE);
  }
  g_assert_cmpstr (told, ==, row->told);
}

static const char *bad_port;

static gboolean
open_bad (ReactiveUnit *unit, GError **error)
{
  reactive_open_port (unit, bad_port);
  reactive_open_port (unit, "80");

  return TRUE;
}

static gboolean
close_bad (ReactiveUnit *unit, GError **error)
{
  reactive_close_port (unit, bad_port);

  return TRUE;
}

static void
test_bad_ports (UnitFixture *fixture, gconstpointer data)
{
  static const char *const ports[]
      = { "",        "http", "0",        "65536",   "-1",       "80-", "90-80", "80/sctp", "80/TCP",
          "80/tcp ", " 80",  "80-90-99", "80//tcp", "icmp/tcp", "+80", "0x50",  "80,443",  "99999999999999999999" };

  for (guint i = 0; i < G_N_ELEMENTS (ports); i++)
    {
      g_autofree char *pattern = g_strdup_printf ("handler 'app:body': '%s' is *", ports[i]);

      bad_port = ports[i];
      unit_fixture_fail_body (fixture, "install", open_bad, pattern);
      unit_fixture_fail_body (fixture, "install", close_bad, pattern);
    }
  g_assert_cmpuint (fixture->model->ports->len, ==, 0);
}

static gboolean
close_80 (ReactiveUnit *unit, GError **error)
{
  reactive_close_port (unit, "80");

  return TRUE;
}

static void
test_juju_refuses (UnitFixture *fixture, gconstpointer data)
{
  g_ptr_array_add (fixture->model->ports, g_strdup ("80/tcp"));
  unit_fixture_run_body (fixture, "start", close_80);
  g_assert_cmpuint (fixture->model->ports->len, ==, 0);

  g_ptr_array_add (fixture->model->ports, g_strdup ("80/tcp"));
  fake_model_fail (fixture->model, "close-port", REACTIVE_ERROR_TOOL);
  unit_fixture_run_badly (fixture, "start", REACTIVE_ERROR_TOOL, "close-port fails*");
}

/* After a kill ----------------------------------------------------------------------------------------------------- */

static gboolean
do_nothing (ReactiveUnit *unit, GError **error)
{
  return TRUE;
}

static gboolean
move_port (ReactiveUnit *unit, GError **error)
{
  reactive_close_port (unit, "80");
  reactive_open_port (unit, "81");
  reactive_open_port (unit, "82");

  return TRUE;
}

/* A hook that ended well, and of which Juju dropped everything: 80 and 82 are open, where it wanted 81 and 82. */
static void
lose_ports (UnitFixture *fixture)
{
  g_ptr_array_add (fixture->model->ports, g_strdup ("80/tcp"));
  g_ptr_array_add (fixture->model->ports, g_strdup ("82/tcp"));
  fixture->model->loses_writes = TRUE;
  unit_fixture_run_body (fixture, "start", move_port);
  fixture->model->loses_writes = FALSE;
  unit_fixture_assert_journal (fixture, "nothing", "");
  unit_fixture_assert_row (fixture, "reactive_ports", "[\"-80/tcp\", \"+81/tcp\"]");
}

static void
test_what_was_lost_is_told_again (UnitFixture *fixture, gconstpointer data)
{
  lose_ports (fixture);
  unit_fixture_run_body (fixture, "start", do_nothing);
  g_assert_true (
      fake_model_has_logged (fixture->model, "WARNING: that port 80/tcp is to be closed never reached Juju"));
  g_assert_true (
      fake_model_has_logged (fixture->model, "WARNING: that port 81/tcp is to be opened never reached Juju"));
  unit_fixture_assert_journal (fixture, "close-port", "close-port 80/tcp");

  /* Once: the record is of this hook, and then there is none. */
  unit_fixture_run_body (fixture, "start", do_nothing);
  unit_fixture_assert_row (fixture, "reactive_ports", NULL);
  unit_fixture_assert_journal (fixture, "open-port", "");
  g_assert_cmpuint (fixture->model->ports->len, ==, 2);
}

static gboolean
close_and_fail (ReactiveUnit *unit, GError **error)
{
  reactive_close_port (unit, "81");
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "on purpose");

  return FALSE;
}

static void
test_lost_twice_it_is_told_a_third_time (UnitFixture *fixture, gconstpointer data)
{
  lose_ports (fixture);
  fixture->model->loses_writes = TRUE;
  unit_fixture_run_body (fixture, "start", do_nothing);
  fixture->model->loses_writes = FALSE;
  unit_fixture_fail_body (fixture, "start", close_and_fail, "*on purpose");
  unit_fixture_assert_journal (fixture, "nothing", "");
  unit_fixture_run_body (fixture, "start", do_nothing);
  unit_fixture_assert_journal (fixture, "open-port", "open-port 81/tcp");
}

static void
test_what_arrived_is_not_told_again (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "start", move_port);
  unit_fixture_assert_journal (fixture, "open-port", "open-port 81/tcp\nopen-port 82/tcp");
  unit_fixture_run_body (fixture, "start", do_nothing);
  unit_fixture_assert_journal (fixture, "open-port", "");
}

static gboolean
move_port_back (ReactiveUnit *unit, GError **error)
{
  reactive_close_port (unit, "81");
  reactive_open_port (unit, "80");

  return TRUE;
}

static void
test_handlers_have_the_last_word (UnitFixture *fixture, gconstpointer data)
{
  lose_ports (fixture);
  unit_fixture_run_body (fixture, "start", move_port_back);
  unit_fixture_assert_row (fixture, "reactive_ports", NULL);
  unit_fixture_assert_journal (fixture, "open-port", "");
}

static void
test_a_damaged_record_is_passed_over (UnitFixture *fixture, gconstpointer data)
{
  static const char *const records[]
      = { "1", "{", "\"+80/tcp\"", "[1, {}, [], \"\", \"+\", \"80/tcp\", \"+http\"]", "{\"+80/tcp\": 1}" };

  unit_fixture_run_body (fixture, "install", do_nothing);
  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      unit_fixture_set_row (fixture, "reactive_ports", records[i]);
      unit_fixture_run_body (fixture, "start", do_nothing);
      unit_fixture_assert_row (fixture, "reactive_ports", NULL);
      unit_fixture_assert_journal (fixture, "open-port", "");
    }
}

static void
test_juju_that_does_not_say_fails_the_hook (UnitFixture *fixture, gconstpointer data)
{
  lose_ports (fixture);
  fake_model_fail (fixture->model, "opened-ports", REACTIVE_ERROR_TOOL);
  unit_fixture_run_badly (fixture, "start", REACTIVE_ERROR_TOOL, "opened-ports fails*");
  unit_fixture_assert_row (fixture, "reactive_ports", "[\"-80/tcp\", \"+81/tcp\"]");
}

/* Other tools ------------------------------------------------------------------------------------------------------ */

static gboolean
call_tools (ReactiveUnit *unit, GError **error)
{
  static const char *const secret[] = { "secret-get", "secret:1", "--format=json", NULL };
  static const char *const plain[] = { "unit-get", "private-address", NULL };
  static const char *const add[] = { "state-set", "--file", "-", NULL };
  FakeModel *model = unit_fixture_of (unit)->model;
  g_autofree char *output = NULL, *empty = NULL;
  g_autoptr (ReactiveJson) value = NULL;

  model->tool_output = "{\"key\": [1]}";
  model->tool_output_bytes = strlen (model->tool_output);
  value = reactive_call_tool_json (unit, secret, error);
  g_assert_nonnull (value);
  g_assert_cmpuint (reactive_json_get_length (value), ==, 1);

  model->tool_output = "10.0.0.1\nrest";
  model->tool_output_bytes = strlen ("10.0.0.1\n");
  output = reactive_call_tool (unit, plain, NULL, error);
  g_assert_cmpstr (output, ==, "10.0.0.1\n");

  model->tool_output_bytes = 0;
  empty = reactive_call_tool (unit, add, "a: b", error);
  g_assert_cmpstr (empty, ==, "");

  return TRUE;
}

static void
test_tools (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", call_tools);
  unit_fixture_assert_journal (fixture, "",
                               "is-leader\nleader-get\nrelation-ids db\njuju-log\nsecret-get secret:1 --format=json\n"
                               "unit-get private-address\nstate-set --file - < a: b\njuju-log");
}

typedef struct
{
  const char *output;
  gsize output_bytes;
  int exit_code;
  ReactiveError injected; /* 0: none */
  ReactiveError code;
  ReactiveError json_code;
  const char *pattern;
} ToolFailure;

/* As reactive_call_tool() and reactive_call_tool_json() fail; the first of the two goes well where its code is 0. */
static const ToolFailure tool_failures[] = {
  { "", 0, 1, 0, REACTIVE_ERROR_TOOL, REACTIVE_ERROR_TOOL, "tool: what it says (exit 1)" },
  { "", 0, 2, 0, REACTIVE_ERROR_TOOL, REACTIVE_ERROR_TOOL, "tool: failed (exit 2)" },
  { "", 0, 0, REACTIVE_ERROR_NO_TOOL, REACTIVE_ERROR_NO_TOOL, REACTIVE_ERROR_NO_TOOL, "tool fails*" },
  { "", 0, 0, REACTIVE_ERROR_CONNECTION, REACTIVE_ERROR_CONNECTION, REACTIVE_ERROR_CONNECTION, "tool fails*" },
  { "", 0, 0, REACTIVE_ERROR_TIMEOUT, REACTIVE_ERROR_TIMEOUT, REACTIVE_ERROR_TIMEOUT, "tool fails*" },
  { "caf\xe9", 4, 0, 0, REACTIVE_ERROR_BAD_DATA, REACTIVE_ERROR_BAD_DATA, "tool: *" },
  { "a\0b", 3, 0, 0, REACTIVE_ERROR_BAD_DATA, REACTIVE_ERROR_BAD_DATA, "tool: *" },
  { "", 0, 0, 0, 0, REACTIVE_ERROR_BAD_DATA, "tool: *" },
  { "{\"a\": 1, \"a\": 2}", 16, 0, 0, 0, REACTIVE_ERROR_BAD_DATA, "tool: *" },
  { "[1] x", 5, 0, 0, 0, REACTIVE_ERROR_BAD_DATA, "tool: *" },
};

static gboolean
call_failing_tools (ReactiveUnit *unit, GError **error)
{
  static const char *const argv[] = { "tool", "--format=json", NULL };
  FakeModel *model = unit_fixture_of (unit)->model;

  for (guint i = 0; i < G_N_ELEMENTS (tool_failures); i++)
    {
      const ToolFailure *failure = &tool_failures[i];
      g_autoptr (GError) text_error = NULL;
      g_autoptr (GError) json_error = NULL;
      g_autofree char *text = NULL;

      fake_model_mend (model);
      if (failure->injected != 0)
        fake_model_fail (model, "tool", failure->injected);
      model->tool_output = failure->output;
      model->tool_output_bytes = failure->output_bytes;
      model->tool_exit_code = failure->exit_code;

      text = reactive_call_tool (unit, argv, NULL, &text_error);
      if (failure->code == 0)
        g_assert_cmpstr (text, ==, failure->output);
      else
        g_assert_error (text_error, REACTIVE_ERROR, (int) failure->code);
      g_assert_null (reactive_call_tool_json (unit, argv, &json_error));
      g_assert_error (json_error, REACTIVE_ERROR, (int) failure->json_code);
      g_assert_true (g_pattern_match_simple (failure->pattern, json_error->message));
    }

  return TRUE;
}

static void
test_failing_tools (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", call_failing_tools);
}

/* Networks --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *network;
  const char *bind; /* NULL: NOT_FOUND */
  const char *ingress;
} Network;

static const Network networks[] = {
  { "{\"bind-addresses\": [{\"addresses\": [{\"hostname\": \"\", \"value\": \"10.0.0.1\"}, {\"value\": \"x\"}]}], "
    "\"ingress-addresses\": [\"192.0.2.1\", \"192.0.2.2\"]}",
    "10.0.0.1", "192.0.2.1" },
  { "{}", NULL, NULL },
  { "{\"bind-addresses\": [], \"ingress-addresses\": []}", NULL, NULL },
  { "{\"bind-addresses\": null, \"ingress-addresses\": {\"0\": \"x\"}}", NULL, NULL },
  { "{\"bind-addresses\": [{\"addresses\": []}], \"ingress-addresses\": [7]}", NULL, NULL },
  { "{\"bind-addresses\": [[]], \"ingress-addresses\": [null]}", NULL, NULL },
  { "{\"bind-addresses\": [{\"addresses\": [{}]}]}", NULL, NULL },
  { "{\"bind-addresses\": [{\"addresses\": [{\"value\": 1}]}]}", NULL, NULL },
};

static void
assert_address (const char *address, const char *expected, const GError *error, const char *message)
{
  g_assert_cmpstr (address, ==, expected);
  if (expected != NULL)
    g_assert_no_error (error);
  else
    {
      g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
      g_assert_cmpstr (error->message, ==, message);
    }
}

static gboolean
ask_networks (ReactiveUnit *unit, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (networks); i++)
    {
      g_autoptr (GError) bind_error = NULL;
      g_autoptr (GError) ingress_error = NULL;
      const char *bind, *ingress;

      fake_model_set_json (&unit_fixture_of (unit)->model->network, networks[i].network);
      bind = reactive_get_bind_address (unit, "db", &bind_error);
      assert_address (bind, networks[i].bind, bind_error, "binding 'db' has no bind address");
      ingress = reactive_get_ingress_address (unit, "db", &ingress_error);
      assert_address (ingress, networks[i].ingress, ingress_error, "binding 'db' has no ingress address");
    }
  g_assert_nonnull (reactive_get_network (unit, "db", error));

  return TRUE;
}

static gboolean
ask_no_network (ReactiveUnit *unit, GError **error)
{
  g_autoptr (GError) own_error = NULL;

  fake_model_fail (unit_fixture_of (unit)->model, "network-get", REACTIVE_ERROR_TOOL);
  g_assert_null (reactive_get_network (unit, "db", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_clear_error (&own_error);
  g_assert_null (reactive_get_bind_address (unit, "db", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);
  g_clear_error (&own_error);
  g_assert_null (reactive_get_ingress_address (unit, "db", &own_error));
  g_assert_error (own_error, REACTIVE_ERROR, REACTIVE_ERROR_TOOL);

  return TRUE;
}

static void
test_networks (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_run_body (fixture, "install", ask_networks);
  g_ptr_array_add (fixture->environment, g_strdup ("JUJU_RELATION_ID=db:7"));
  unit_fixture_assert_journal (fixture, "nothing", "");
  unit_fixture_run_body (fixture, "db-relation-changed", ask_no_network);
  unit_fixture_assert_journal (fixture, "network-get", "network-get db db:7\nnetwork-get db db:7\nnetwork-get db db:7");
}

static gboolean
ask_after_failure (ReactiveUnit *unit, GError **error)
{
  static const char *const argv[] = { "tool", NULL };

  reactive_set_flag (unit, "");
  reactive_open_port (unit, "80");
  g_assert_null (reactive_call_tool (unit, argv, NULL, NULL));
  g_assert_null (reactive_call_tool_json (unit, argv, NULL));
  g_assert_null (reactive_get_network (unit, "db", NULL));
  g_assert_null (reactive_get_bind_address (unit, "db", NULL));

  return TRUE;
}

static void
test_after_failure (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_fail_body (fixture, "install", ask_after_failure, "*0 bytes*");
  unit_fixture_assert_journal (fixture, "", "is-leader\nleader-get\nrelation-ids db\njuju-log\njuju-log");
}

static gboolean
misuse (ReactiveUnit *unit, GError **error)
{
  const char *volatile nothing = NULL;
  const char *const empty[] = { NULL };

  reactive_open_port (unit, nothing);
  reactive_close_port (unit, nothing);
  g_assert_null (reactive_call_tool (unit, empty, NULL, NULL));
  g_assert_null (reactive_call_tool_json (unit, NULL, NULL));
  g_assert_null (reactive_get_network (unit, nothing, NULL));
  g_assert_null (reactive_get_bind_address (unit, nothing, NULL));

  return TRUE;
}

static void
test_misuse (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "install", misuse, "*misuse of the library: reactive_open_port*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (port_calls); i++)
    {
      g_autofree char *path = g_strconcat ("/unit/ports/", port_calls[i].path, NULL);

      g_test_add (path, UnitFixture, &port_calls[i], unit_fixture_set_up, test_ports, unit_fixture_tear_down);
    }
  ADD_UNIT_TEST ("/unit/ports/bad-port-fails-the-hook", test_bad_ports);
  ADD_UNIT_TEST ("/unit/ports/juju-that-refuses-fails-the-hook", test_juju_refuses);
  ADD_UNIT_TEST ("/unit/ports/killed/what-was-lost-is-told-again", test_what_was_lost_is_told_again);
  ADD_UNIT_TEST ("/unit/ports/killed/lost-twice-it-is-told-a-third-time", test_lost_twice_it_is_told_a_third_time);
  ADD_UNIT_TEST ("/unit/ports/killed/what-arrived-is-not-told-again", test_what_arrived_is_not_told_again);
  ADD_UNIT_TEST ("/unit/ports/killed/handlers-have-the-last-word", test_handlers_have_the_last_word);
  ADD_UNIT_TEST ("/unit/ports/killed/a-damaged-record-is-passed-over", test_a_damaged_record_is_passed_over);
  ADD_UNIT_TEST ("/unit/ports/killed/juju-that-does-not-say-fails-the-hook",
                 test_juju_that_does_not_say_fails_the_hook);
  ADD_UNIT_TEST ("/unit/tools/answers", test_tools);
  ADD_UNIT_TEST ("/unit/tools/failures", test_failing_tools);
  ADD_UNIT_TEST ("/unit/tools/networks", test_networks);
  ADD_UNIT_TEST ("/unit/tools/nothing-is-asked-once-the-hook-failed", test_after_failure);
  ADD_UNIT_TEST ("/unit/tools/misuse-fails-the-hook", test_misuse);

  return g_test_run ();
}
