/* SPDX-License-Identifier: Apache-2.0 */
#include "unit-fixture.h"

static gboolean
run (ReactiveUnit *unit, GError **error)
{
  note (unit, "ran");

  return TRUE;
}

/* Making handlers of modules --------------------------------------------------------------------------------------- */

static GPtrArray *
make_modules (const char *first_name, const ReactiveModule *first, ...)
{
  GPtrArray *modules = reactive_modules_new ();
  const char *name = first_name;
  const ReactiveModule *module = first;
  va_list arguments;

  va_start (arguments, first);
  for (; name != NULL; name = va_arg (arguments, const char *),
                       module = name != NULL ? va_arg (arguments, const ReactiveModule *) : NULL)
    reactive_modules_add (modules, name, /* path= */ NULL, module);
  va_end (arguments);

  return modules;
}

static ReactiveHandlers *
make_handlers (UnitFixture *fixture, GPtrArray *modules, GError **error)
{
  g_autoptr (GError) charm_error = NULL;
  ReactiveCharm *charm = reactive_charm_load (fixture->directory, &charm_error);

  g_assert_no_error (charm_error);

  return reactive_handlers_new (charm, reactive_interfaces_new (), modules, error);
}

static const ReactiveHandler plain_handlers[] = {
  { .name = "first", .function = run, .conditions = CONDITIONS (WHEN ("a"), WHEN_NOT ("b")) },
  { .name = "second", .function = run, .python_id = "/charm/reactive/app.py:7:second" },
};
static const ReactiveTrigger plain_triggers[] = { { .when = "a", .clear = "b" } };
static const ReactiveModule plain = TEST_MODULE (HANDLERS (plain_handlers), TRIGGERS (plain_triggers));
static const ReactiveModule nothing = TEST_MODULE (.n_handlers = 0);

static void
test_identities (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveHandlers) handlers
      = make_handlers (fixture, make_modules ("app", &plain, "empty", &nothing, "other", &plain, NULL), &error);
  const ReactiveProgram *program;
  const ReactiveHandlerInfo *info;

  g_assert_no_error (error);
  program = reactive_handlers_get_program (handlers);
  g_assert_cmpuint (reactive_program_get_n_handlers (program), ==, 4);
  g_assert_cmpstr (reactive_program_get_handler_id (program, 0), ==, "app:first");
  g_assert_cmpstr (reactive_program_get_handler_id (program, 1), ==, "app:second");
  g_assert_cmpstr (reactive_program_get_handler_id (program, 2), ==, "other:first");
  g_assert_cmpstr (reactive_program_get_handler_id (program, 3), ==, "other:second");

  info = reactive_program_get_handler_data (program, 3);
  g_assert_cmpstr (info->module, ==, "other");
  g_assert_true (info->handler.function == run);
  g_assert_cmpstr (info->handler.python_id, ==, "/charm/reactive/app.py:7:second");
  g_assert_true (reactive_handlers_have_python_ids (handlers));
  g_assert_cmpuint (reactive_handlers_get_modules (handlers)->len, ==, 3);
  g_assert_cmpstr (reactive_charm_get_name (reactive_handlers_get_charm (handlers)), ==, "app");
}

static void
test_references (UnitFixture *fixture, gconstpointer data)
{
  ReactiveHandlers *handlers = make_handlers (fixture, make_modules ("app", &plain, NULL), NULL);
  ReactiveHandlers *same = reactive_handlers_ref (handlers);

  g_assert_true (same == handlers);
  reactive_handlers_unref (handlers);
  g_assert_cmpuint (reactive_program_get_n_handlers (reactive_handlers_get_program (same)), ==, 2);
  reactive_handlers_unref (same);
  reactive_handlers_unref (NULL);
}

static void
test_same_identity (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (make_handlers (fixture, make_modules ("app", &plain, "app", &plain, NULL), &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
  g_assert_nonnull (strstr (error->message, "app:first"));
  g_assert_null (make_handlers (fixture, make_modules ("app", &plain, "app", &plain, NULL), NULL));
}

/* Compiled against a later header, whose entries are longer ------------------------------------------------------- */

typedef struct
{
  ReactiveHandler known;
  gpointer news;
} LongHandler;

typedef struct
{
  ReactiveCondition known;
  gpointer news;
} LongCondition;

static const char *const names_a[] = { "a", NULL };
static const LongCondition long_conditions[] = {
  { { REACTIVE_CONDITION_ALL, names_a }, NULL },
  { { REACTIVE_CONDITION_ONCE, NULL }, NULL },
  { { (ReactiveConditionKind) 0, NULL }, NULL },
};
static const LongHandler long_handlers[] = {
  { { .name = "one", .function = run, .conditions = (const ReactiveCondition *) long_conditions }, NULL },
  { { .name = "two", .function = run, .conditions = (const ReactiveCondition *) long_conditions }, NULL },
};
static const ReactiveModule long_module = {
  .abi = REACTIVE_MODULE_ABI,
  .size = sizeof (ReactiveModule),
  .handler_size = sizeof (LongHandler),
  .condition_size = sizeof (LongCondition),
  .trigger_size = sizeof (ReactiveTrigger),
  .n_handlers = G_N_ELEMENTS (long_handlers),
  .handlers = (const ReactiveHandler *) long_handlers,
};

static void
test_longer_entries (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_add_module (fixture, "app", &long_module);
  unit_fixture_set_row (fixture, "reactive.states.a", "null");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "ran ran");
  unit_fixture_assert_row (fixture, "reactive.invoked.app:two", "true");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "");
}

/* The identity of a Python handler --------------------------------------------------------------------------------- */

static const ReactiveHandler once_handlers[] = {
  { .name = "ours",
    .function = run,
    .conditions = CONDITIONS (ONCE, WHEN ("a")),
    .python_id = "/c/reactive/app.py:7:ours" },
  { .name = "from_charm_dir",
    .function = run,
    .conditions = CONDITIONS (ONCE, WHEN ("a")),
    .python_id = "reactive/app.py:9:f" },
};
static const ReactiveModule once_module = TEST_MODULE (HANDLERS (once_handlers));

/* Of the unit that runs: a module knows the path from the charm directory on. */
static char *
full_key (UnitFixture *fixture)
{
  return g_strdup_printf ("reactive.invoked.%s/reactive/app.py:9:f", fixture->directory);
}

static void
test_once (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *key = full_key (fixture);

  unit_fixture_add_module (fixture, "app", &once_module);
  unit_fixture_set_row (fixture, "reactive.states.a", "null");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "ran ran");
  unit_fixture_assert_row (fixture, key, "true");
  unit_fixture_assert_row (fixture, "reactive.invoked.app:ours", "true");
  unit_fixture_assert_row (fixture, "reactive.invoked./c/reactive/app.py:7:ours", "true");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "");
}

static void
test_once_in_python (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *key = full_key (fixture);

  unit_fixture_set_row (fixture, key, "true");
  unit_fixture_add_module (fixture, "app", &once_module);
  unit_fixture_set_row (fixture, "reactive.states.a", "null");
  unit_fixture_set_row (fixture, "reactive.invoked./c/reactive/app.py:7:ours", "true");
  unit_fixture_run_well (fixture, "start");
  unit_fixture_assert_notes (fixture, "");
}

/* `{role:interface}` in patterns names the charm's endpoints ------------------------------------------------------ */

static const ReactiveHandler pattern_handlers[] = {
  HANDLER (run, ON ("{requires:mysql}-relation-{joined,changed}")),
};
static const ReactiveModule pattern_module = TEST_MODULE (HANDLERS (pattern_handlers));

static void
test_pattern (UnitFixture *fixture, gconstpointer data)
{
  unit_fixture_put_file (
      fixture, "metadata.yaml",
      "name: app\nrequires: {db: {interface: mysql}, shared: {interface: mysql}, web: {interface: http}}\n"
      "provides: {other: {interface: mysql}}\n");
  unit_fixture_add_module (fixture, "app", &pattern_module);
  unit_fixture_run_well (fixture, "db-relation-joined");
  unit_fixture_run_well (fixture, "shared-relation-changed");
  unit_fixture_assert_notes (fixture, "ran ran");
  unit_fixture_run_well (fixture, "web-relation-joined");
  unit_fixture_run_well (fixture, "other-relation-joined");
  unit_fixture_run_well (fixture, "db-relation-departed");
  unit_fixture_assert_notes (fixture, "");
}

/* From a charm directory ------------------------------------------------------------------------------------------ */

static void
test_load (UnitFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveHandlers) handlers = NULL;

  unit_fixture_put_file (fixture, "layer.yaml", "includes: ['layer:basic', 'layer:not-installed']\n");
  handlers = reactive_handlers_load (fixture->directory, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (reactive_handlers_get_modules (handlers)->len, ==, 0);
  g_assert_cmpuint (reactive_program_get_n_handlers (reactive_handlers_get_program (handlers)), ==, 0);
}

static void
test_load_badly (UnitFixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->directory, "missing", NULL);
  g_autofree char *reactive = g_build_filename (fixture->directory, "reactive", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_handlers_load (missing, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (g_mkdir (reactive, 0700), ==, 0);
  unit_fixture_put_file (fixture, "reactive/app.so", "no library");
  g_assert_null (reactive_handlers_load (fixture->directory, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE);
  g_assert_nonnull (strstr (error->message, "reactive/app.so"));
  g_clear_error (&error);

  unit_fixture_put_file (fixture, "metadata.yaml", "name: [\n");
  g_assert_null (reactive_handlers_load (fixture->directory, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  ADD_UNIT_TEST ("/unit/handlers/identity-is-module-and-name", test_identities);
  ADD_UNIT_TEST ("/unit/handlers/live-as-long-as-somebody-holds-them", test_references);
  ADD_UNIT_TEST ("/unit/handlers/two-of-one-identity-are-refused", test_same_identity);
  ADD_UNIT_TEST ("/unit/handlers/longer-entries-of-a-later-header", test_longer_entries);
  ADD_UNIT_TEST ("/unit/handlers/once-mark-under-both-identities", test_once);
  ADD_UNIT_TEST ("/unit/handlers/once-mark-of-python-counts", test_once_in_python);
  ADD_UNIT_TEST ("/unit/handlers/patterns-name-endpoints-by-interface", test_pattern);
  ADD_UNIT_TEST ("/unit/handlers/load-a-charm-without-modules", test_load);
  ADD_UNIT_TEST ("/unit/handlers/load-badly", test_load_badly);

  return g_test_run ();
}
