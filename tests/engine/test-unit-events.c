/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

/* Interfaces: their flags' names, their events and their handlers, and deferring. */

static gboolean
update (ReactiveEndpoint *endpoint, GError **error)
{
  ReactiveUnit *unit = reactive_endpoint_get_unit (endpoint);
  const char *raises = unit_fixture_of (unit)->row;
  g_auto (GStrv) events = g_strsplit (raises != NULL ? raises : "", " ", -1);

  for (char **event = events; *event != NULL; event++)
    reactive_endpoint_raise (endpoint, *event);
  reactive_toggle_flag (unit, reactive_endpoint_expand_name (endpoint, "ready"),
                        reactive_endpoint_is_joined (endpoint));

  return TRUE;
}

static gboolean
note_endpoint (ReactiveEndpoint *endpoint, GError **error)
{
  g_autofree char *text = g_strconcat ("interface:", reactive_endpoint_get_name (endpoint), NULL);

  note (reactive_endpoint_get_unit (endpoint), text);

  return TRUE;
}

static const ReactiveInterfaceFlag flags[] = {
  { "endpoint.{endpoint_name}.ready", REACTIVE_NAMES ("ready", "is_ready") },
  { "{endpoint_name}.bare", REACTIVE_NAMES ("bare") },
  { "endpoint.{endpoint_name}.joined", REACTIVE_NAMES ("connected") },
};
static const ReactiveInterfaceEvent events[] = {
  { "went_up", REACTIVE_NAMES ("goes_up", "rose") },
  { "went_down", NULL },
};
static const ReactiveInterfaceHandler interface_handlers[] = {
  { "first_time", note_endpoint, CONDITIONS (WHEN ("{endpoint_name}.ready"), WHEN_NOT ("stop"), ONCE) },
};
static const ReactiveInterfaceRole roles[] = {
  { .role = REACTIVE_ROLE_REQUIRES, FLAGS (flags), EVENTS (events), HANDLERS (interface_handlers), .update = update },
};

#define TEST_INTERFACE(name_)                                                                                          \
  {                                                                                                                    \
    .abi = REACTIVE_INTERFACE_ABI, .size = sizeof (ReactiveInterface), .role_size = sizeof (ReactiveInterfaceRole),    \
    .flag_size = sizeof (ReactiveInterfaceFlag), .event_size = sizeof (ReactiveInterfaceEvent),                        \
    .handler_size = sizeof (ReactiveInterfaceHandler), .condition_size = sizeof (ReactiveCondition), .name = name_,    \
    ROLES (roles)                                                                                                      \
  }

static const ReactiveInterface interface = TEST_INTERFACE ("mysql");

static void
set_up (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_set_up (fixture, data);
  unit_fixture_put_file (fixture, "metadata.yaml",
                         "name: app\nrequires: {db: {interface: mysql}, other: {interface: mysql}}\n"
                         "provides: {offer: {interface: mysql}}\n");
  unit_fixture_add_interface (fixture, &interface);
}

#define ADD_TEST(path, function) g_test_add (path, UnitFixture, NULL, set_up, function, unit_fixture_tear_down)

static void
note_event (ReactiveUnit *unit, const char *handler)
{
  const char *event = reactive_get_event_name (unit);
  g_autofree char *text = g_strconcat (handler, ":", event != NULL ? event : "-", NULL);

  note (unit, text);
}

/* Events ---------------------------------------------------------------------------------------------------------- */

static gboolean
up (ReactiveUnit *unit, GError **error)
{
  note_event (unit, "up");

  return TRUE;
}

static gboolean
also_up (ReactiveUnit *unit, GError **error)
{
  note_event (unit, "also_up");

  return TRUE;
}

static gboolean
any (ReactiveUnit *unit, GError **error)
{
  note_event (unit, "any");

  return TRUE;
}

static const ReactiveHandler event_handlers[] = {
  HANDLER (any, ON ("install", "{requires:mysql}.went_down", "db.went_up")),
  HANDLER (up, ON ("db.went_up")),
  HANDLER (also_up, ON ("db.rose")),
};
static const ReactiveModule event_module = TEST_MODULE (HANDLERS (event_handlers));

static void
test_each_occurrence_runs_each_handler_before_the_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &event_module);
  fixture->row = "went_up went_down went_up";
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "any:db.went_up up:db.went_up also_up:db.went_up any:db.went_down "
                                      "any:db.went_up up:db.went_up also_up:db.went_up any:other.went_down any:-");

  fixture->row = NULL;
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "");
}

static const ReactiveHandler action_handlers[] = { HANDLER (up, ON ("db.went_up")), ACTION ("act", any) };
static const ReactiveModule action_module = TEST_MODULE (HANDLERS (action_handlers));

static void
test_actions_have_events_too (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &action_module);
  fixture->row = "went_up";
  unit_fixture_run_well (fixture, "action act");
  unit_fixture_assert_notes (fixture, "up:db.went_up any:-");
}

static gboolean
raise_unknown (ReactiveUnit *unit, GError **error)
{
  reactive_endpoint_raise (reactive_endpoint_from_name (unit, "db"), "rose");

  return TRUE;
}

static void
test_an_event_that_is_not_declared_is_a_mistake (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_misuse_body (fixture, "install", raise_unknown, "*misuse of the library*has_event (endpoint, event)*");
}

static gboolean
fail (ReactiveUnit *unit, GError **error)
{
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "on purpose");

  return FALSE;
}

static gboolean
defer_then_pass (ReactiveUnit *unit, GError **error)
{
  note_event (unit, "defer");
  if (reactive_kv_get (unit, "pass") == NULL)
    reactive_defer (unit);

  return TRUE;
}

static gboolean
defer_twice (ReactiveUnit *unit, GError **error)
{
  note_event (unit, "second");
  if (reactive_kv_get (unit, "pass") == NULL)
    reactive_defer (unit);

  return TRUE;
}

static gboolean
pass (ReactiveUnit *unit, GError **error)
{
  reactive_kv_set_integer (unit, "pass", 1);

  return TRUE;
}

static const ReactiveHandler deferring_handlers[] = {
  HANDLER (defer_then_pass, ON ("db.went_up", "install")),
  HANDLER (up, ON ("db.went_up", "install")),
  HANDLER (defer_twice, ON ("db.went_down", "db.went_up")),
  HANDLER (pass, ON ("config-changed")),
};
static const ReactiveModule deferring_module = TEST_MODULE (HANDLERS (deferring_handlers));

static void
test_deferred_events_come_first_and_in_order (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &deferring_module);
  fixture->row = "went_down went_up";
  unit_fixture_put_file (fixture, "metadata.yaml", "name: app\nrequires: {db: {interface: mysql}}\n");
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "second:db.went_down defer:db.went_up up:db.went_up second:db.went_up defer:- "
                                      "up:-");
  unit_fixture_assert_row (fixture, "reactive_deferred",
                           "[[\"db.went_down\", \"app:defer_twice\"], [\"db.went_up\", \"app:defer_then_pass\"], "
                           "[\"db.went_up\", \"app:defer_twice\"], [\"install\", \"app:defer_then_pass\"]]");

  /* Only those who deferred, in order; the new one after them. */
  fixture->row = "went_down";
  unit_fixture_run_well (fixture, "config-changed");
  unit_fixture_assert_notes (fixture, "second:db.went_down defer:db.went_up second:db.went_up defer:install "
                                      "second:db.went_down");
  unit_fixture_assert_row (fixture, "reactive_deferred",
                           "[[\"db.went_down\", \"app:defer_twice\"], [\"db.went_up\", \"app:defer_then_pass\"], "
                           "[\"db.went_up\", \"app:defer_twice\"], [\"install\", \"app:defer_then_pass\"]]");
  fixture->row = NULL;
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "second:db.went_down defer:db.went_up second:db.went_up defer:install");
  unit_fixture_assert_row (fixture, "reactive_deferred", NULL);
}

static const ReactiveHandler failing_handlers[] = {
  HANDLER (defer_then_pass, ON ("db.went_up")),
  HANDLER (fail, ON ("start")),
};
static const ReactiveModule failing_module = TEST_MODULE (HANDLERS (failing_handlers));

static void
test_a_failed_hook_keeps_what_was_deferred (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &failing_module);
  fixture->row = "went_up";
  unit_fixture_run_well (fixture, "install");
  fixture->row = NULL;
  unit_fixture_run_badly (fixture, "start", REACTIVE_ERROR_HANDLER, "*on purpose");
  unit_fixture_assert_notes (fixture, "defer:db.went_up defer:db.went_up");
  unit_fixture_assert_row (fixture, "reactive_deferred", "[[\"db.went_up\", \"app:defer_then_pass\"]]");
}

static void
test_a_handler_that_is_no_more_handles_nothing (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &event_module);
  unit_fixture_run_well (fixture, "start");
  unit_fixture_set_row (fixture, "reactive_deferred",
                        "[[\"db.went_up\", \"app:gone\"], [\"install\", \"app:up\"], [1], 2, [\"db.went_up\", "
                        "\"app:up\"]]");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "up:db.went_up");
  g_assert_true (fake_model_has_logged (fixture->model, "nobody is left to handle 'db.went_up', which 'app:gone'"));
  g_assert_true (fake_model_has_logged (fixture->model, "nobody is left to handle 'install', which 'app:up'"));
  unit_fixture_assert_row (fixture, "reactive_deferred", NULL);
}

static gboolean
defer (ReactiveUnit *unit, GError **error)
{
  reactive_defer (unit);

  return TRUE;
}

static const ReactiveHandler wrong_handlers[] = { HANDLER (defer, WHEN_NOT ("never")), ACTION ("act", up) };
static const ReactiveModule wrong_module = TEST_MODULE (HANDLERS (wrong_handlers));

static void
test_only_events_and_hooks_can_be_deferred (UnitFixture *fixture, gconstpointer data)
{
  static const ReactiveModule start_module = TEST_MODULE (.start = defer);

  unit_fixture_add_module (fixture, "app", &wrong_module);
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_HANDLER,
                          "handler 'app:defer': only what handles an event or a hook can be deferred");
  unit_fixture_clear_modules (fixture);
  unit_fixture_add_module (fixture, "app", &start_module);
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_HANDLER, "*only what handles an event or a hook*");
  unit_fixture_fail_body (fixture, "action act", defer, "*only what handles an event or a hook*");
}

static gboolean
raise_late (ReactiveUnit *unit, GError **error)
{
  if (strcmp (reactive_get_hook_name (unit), "install") == 0)
    reactive_endpoint_raise (reactive_endpoint_from_name (unit, "db"), "went_up");

  return TRUE;
}

static const ReactiveHandler late_handlers[] = {
  HANDLER (up, ON ("db.went_up")),
  HANDLER (any, ON ("db.went_up")),
  HANDLER (raise_late, ON ("{install,start}")),
};
static const ReactiveModule late_module = TEST_MODULE (HANDLERS (late_handlers));

static void
test_what_is_raised_late_waits_for_the_next_hook (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &late_module);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "up:db.went_up any:db.went_up");
}

static gboolean
finish (ReactiveUnit *unit, GError **error)
{
  note_event (unit, "finish");
  reactive_finish_hook (unit);

  return TRUE;
}

static const ReactiveHandler finishing_handlers[] = {
  HANDLER (finish, ON ("db.went_up")),
  HANDLER (any, ON ("db.went_down", "install")),
};
static const ReactiveModule finishing_module = TEST_MODULE (HANDLERS (finishing_handlers));

static void
test_a_hook_finished_early_keeps_its_events (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &finishing_module);
  unit_fixture_put_file (fixture, "metadata.yaml", "name: app\nrequires: {db: {interface: mysql}}\n");
  fixture->row = "went_up went_down";
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "finish:db.went_up");
  fixture->row = NULL;
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "any:db.went_down");
}

/* Flags ----------------------------------------------------------------------------------------------------------- */

static gboolean
call_other_names (ReactiveUnit *unit, GError **error)
{
  g_assert_true (reactive_is_flag_set (unit, "db.ready"));
  g_assert_true (reactive_is_flag_set (unit, "db.is_ready"));
  g_assert_true (reactive_is_flag_set (unit, "endpoint.db.is_ready"));
  g_assert_true (reactive_is_flag_set (unit, "db.connected"));
  g_assert_true (reactive_is_flag_set (unit, "endpoint.db.connected"));
  g_assert_false (reactive_is_flag_set (unit, "db.joined"));
  reactive_set_flag (unit, "endpoint.db.bare");
  note (unit, "called");

  return TRUE;
}

static const ReactiveHandler name_handlers[] = { HANDLER (call_other_names, WHEN ("db.is_ready", "db.connected")) };
static const ReactiveTrigger name_triggers[] = { { .when = "endpoint.db.is_ready", .set = "triggered" } };
static const ReactiveModule name_module = TEST_MODULE (HANDLERS (name_handlers), TRIGGERS (name_triggers));

static void
test_all_names_are_one_flag (UnitFixture *fixture, gconstpointer data)
{
  FakeRelation *relation = fake_model_add_relation (fixture->model, "db:1", "mysql");

  fake_relation_add_unit (relation, "mysql/0");
  unit_fixture_add_module (fixture, "app", &name_module);
  unit_fixture_run_well (fixture, "install");
  unit_fixture_assert_notes (fixture, "called interface:db");
  unit_fixture_assert_flags (fixture, "db.bare endpoint.db.joined endpoint.db.ready triggered");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "called");
  unit_fixture_assert_row (fixture, "reactive.invoked.mysql:first_time:db", "true");
}

static gboolean
fail_update (ReactiveEndpoint *endpoint, GError **error)
{
  g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "on purpose");

  return FALSE;
}

static gboolean
fail_hook (ReactiveUnit *unit, GError **error)
{
  return fail_update (NULL, error);
}

static void
test_an_update_that_fails_fails_the_hook (UnitFixture *fixture, gconstpointer data)
{
  static const ReactiveInterfaceRole failing_roles[] = { { .role = REACTIVE_ROLE_PROVIDES, .update = fail_update } };
  ReactiveInterface failing = TEST_INTERFACE ("mysql");

  failing.roles = failing_roles;
  failing.n_roles = 1;
  g_ptr_array_set_size (fixture->interfaces, 0);
  unit_fixture_add_interface (fixture, &failing);
  unit_fixture_run_badly (fixture, "install", REACTIVE_ERROR_HANDLER, "handler 'mysql:update:offer': on purpose");
}

static gboolean
finish_endpoint (ReactiveEndpoint *endpoint, GError **error)
{
  note_endpoint (endpoint, error);
  reactive_endpoint_set_state (endpoint, "finished", reactive_endpoint_get_ops_state (endpoint, "Thing"));

  return TRUE;
}

static gboolean
set_ops_state (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) value = reactive_json_new_integer (7);

  note (unit, "handler");
  reactive_endpoint_set_ops_state (reactive_endpoint_from_name (unit, "offer"), "Thing", value);

  return TRUE;
}

/* After all else; and not in a hook that failed, nor where descriptors are of a time before there was such a thing. */
static void
test_finish_is_the_end_of_a_good_hook (UnitFixture *fixture, gconstpointer data)
{
  static const ReactiveInterfaceRole finishing_roles[]
      = { { .role = REACTIVE_ROLE_PROVIDES, .finish = finish_endpoint } };
  ReactiveInterface finishing = TEST_INTERFACE ("mysql");

  finishing.roles = finishing_roles;
  finishing.n_roles = 1;
  g_ptr_array_set_size (fixture->interfaces, 0);
  unit_fixture_add_interface (fixture, &finishing);
  unit_fixture_run_body (fixture, "install", set_ops_state);
  unit_fixture_assert_notes (fixture, "handler interface:offer");
  unit_fixture_assert_row (fixture, "reactive_interfaces.offer.finished", "7");
  unit_fixture_assert_row (fixture, "reactive_ops.CharmBase/Thing[offer]/StoredStateData[state]", "7");
  unit_fixture_fail_body (fixture, "start", fail_hook, "*on purpose");
  unit_fixture_assert_notes (fixture, "");

  finishing.role_size = G_STRUCT_OFFSET (ReactiveInterfaceRole, finish);
  g_ptr_array_set_size (fixture->interfaces, 0);
  unit_fixture_add_interface (fixture, &finishing);
  unit_fixture_run_body (fixture, "start", set_ops_state);
  unit_fixture_assert_notes (fixture, "handler");
}

/* Ids -------------------------------------------------------------------------------------------------------------- */

static char *
count (gpointer data)
{
  return g_strdup_printf ("%032x", ++*(guint *) data);
}

static void
test_ids_are_fresh_or_given (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (ReactiveUnit) unit = unit_fixture_new_unit (fixture, "install");
  g_autofree char *first = reactive_new_id (unit);
  g_autofree char *second = reactive_new_id (unit);
  g_autofree char *given = NULL;
  guint counter = 0;

  g_assert_cmpuint (strspn (first, "0123456789abcdef"), ==, 32);
  g_assert_cmpuint (strlen (first), ==, 32);
  g_assert_cmpstr (first, !=, second);
  reactive_unit_set_id_source (unit, count, &counter);
  given = reactive_new_id (unit);
  g_assert_cmpstr (given, ==, "00000000000000000000000000000001");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_TEST ("/unit/events/each-occurrence-runs-each-handler-before-the-hook",
            test_each_occurrence_runs_each_handler_before_the_hook);
  ADD_TEST ("/unit/events/actions-have-events-too", test_actions_have_events_too);
  ADD_TEST ("/unit/events/one-that-is-not-declared-is-a-mistake", test_an_event_that_is_not_declared_is_a_mistake);
  ADD_TEST ("/unit/events/deferred-ones-come-first-and-in-order", test_deferred_events_come_first_and_in_order);
  ADD_TEST ("/unit/events/a-failed-hook-keeps-what-was-deferred", test_a_failed_hook_keeps_what_was_deferred);
  ADD_TEST ("/unit/events/a-handler-that-is-no-more-handles-nothing", test_a_handler_that_is_no_more_handles_nothing);
  ADD_TEST ("/unit/events/only-events-and-hooks-can-be-deferred", test_only_events_and_hooks_can_be_deferred);
  ADD_TEST ("/unit/events/what-is-raised-late-waits-for-the-next-hook",
            test_what_is_raised_late_waits_for_the_next_hook);
  ADD_TEST ("/unit/events/a-hook-finished-early-keeps-its-events", test_a_hook_finished_early_keeps_its_events);
  ADD_TEST ("/unit/interfaces/all-names-are-one-flag", test_all_names_are_one_flag);
  ADD_TEST ("/unit/interfaces/an-update-that-fails-fails-the-hook", test_an_update_that_fails_fails_the_hook);
  ADD_TEST ("/unit/interfaces/finish-is-the-end-of-a-good-hook", test_finish_is_the_end_of_a_good_hook);
  ADD_TEST ("/unit/interfaces/ids-are-fresh-or-given", test_ids_are_fresh_or_given);

  return g_test_run ();
}
