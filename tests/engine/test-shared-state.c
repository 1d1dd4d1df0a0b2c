/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/shared-state.h"

#include "state/database.h"
#include "store-fixture.h"
#include "unit/flag-notes.h"
#include "unit/flag-store.h"

/* A unit's store, its dispatch, and the file that another process would have. */
typedef struct
{
  Fixture base;
  ReactiveStore *store;
  ReactiveDispatch *dispatch;
  ReactiveSharedState *shared;
  guint n_runs; /* of "m:once" */
} Sharing;

static gboolean
invoke (gpointer host, guint32 handler, GError **error)
{
  ((Sharing *) host)->n_runs++;
  return TRUE;
}

static void
once_marked (gpointer host, guint32 handler)
{
}

static ReactiveProgram *
compile (void)
{
  static const ReactiveTrigger trigger = { .when = "a", .set = "b" };
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  ReactiveProgram *program;

  reactive_program_builder_add_alias (builder, "web.ready", "endpoint.web.ready");
  reactive_program_builder_add_handler (builder, "m:once", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ONCE, NULL);
  reactive_program_builder_add_trigger (builder, &trigger);
  program = reactive_program_builder_compile (builder, NULL);
  g_assert_nonnull (program);

  return program;
}

static void
start_sharing (Sharing *sharing, gconstpointer data)
{
  static const ReactiveDispatchHost host = { .invoke = invoke, .once_marked = once_marked };
  g_autoptr (ReactiveProgram) program = compile ();

  set_up (&sharing->base, data);
  sharing->store = reactive_store_new_in_memory ();
  reactive_store_set (sharing->store, "mine", "{\"x\": 1}");
  reactive_store_set (sharing->store, "reactive_own", "1");
  reactive_store_set (sharing->store, "reactive.dispatch.phase", "\"left over\"");
  reactive_store_set (sharing->store, "reactive.states.set", "null");
  reactive_store_set (sharing->store, "reactive.states.valued", "\"v\"");
  sharing->dispatch = reactive_dispatch_new (program, &host, sharing);
  reactive_flag_store_load (sharing->store, sharing->dispatch);
  sharing->shared = reactive_shared_state_new (sharing->store, sharing->dispatch, sharing->base.path);
}

static void
end_hook (Sharing *sharing)
{
  g_autofree char *directory = g_path_get_dirname (reactive_shared_state_get_path (sharing->shared));

  g_clear_pointer (&sharing->shared, reactive_shared_state_free);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
}

static void
end_sharing (Sharing *sharing, gconstpointer data)
{
  if (sharing->shared != NULL)
    end_hook (sharing);
  reactive_dispatch_free (sharing->dispatch);
  reactive_store_free (sharing->store);
  tear_down (&sharing->base, data);
}

static void
give (Sharing *sharing)
{
  g_autoptr (GError) error = NULL;

  reactive_shared_state_give (sharing->shared, &error);
  g_assert_no_error (error);
}

static void
take (Sharing *sharing)
{
  g_autoptr (GError) error = NULL;

  reactive_shared_state_take (sharing->shared, &error);
  g_assert_no_error (error);
}

static const char *
get_path (Sharing *sharing)
{
  return reactive_shared_state_get_path (sharing->shared);
}

/* What the other process sees, and does: @text NULL removes the row. */
static void
assert_row (Sharing *sharing, const char *key, const char *expected)
{
  g_autoptr (ReactiveStore) file = reactive_store_open (get_path (sharing), REACTIVE_STORE_READ_ONLY, NULL);

  g_assert_nonnull (file);
  g_assert_cmpstr (reactive_store_get (file, key), ==, expected);
}

static void
write_row (Sharing *sharing, const char *key, const char *text)
{
  g_autoptr (ReactiveStore) file = reactive_store_open (get_path (sharing), REACTIVE_STORE_READ_WRITE, NULL);

  g_assert_nonnull (file);
  if (text != NULL)
    reactive_store_set (file, key, text);
  else
    reactive_store_unset (file, key);
  g_assert_true (reactive_store_commit (file, NULL, NULL));
}

static gboolean
is_set (Sharing *sharing, const char *flag)
{
  return reactive_dispatch_is_set (sharing->dispatch, flag);
}

static void
test_what_is_given (Sharing *sharing, gconstpointer data)
{
  struct stat status;

  g_assert_true (
      reactive_dispatch_set_flag (sharing->dispatch, reactive_dispatch_get_flag (sharing->dispatch, "new"), NULL));
  give (sharing);
  g_assert_cmpint (stat (get_path (sharing), &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);
  assert_row (sharing, "mine", "{\"x\": 1}");
  assert_row (sharing, "reactive_own", NULL);
  assert_row (sharing, "reactive.states.set", "null");
  assert_row (sharing, "reactive.states.new", "null");
  assert_row (sharing, "reactive.states.valued", "\"v\"");
  assert_row (sharing, REACTIVE_NOTE_PHASE, "\"hooks\"");
  assert_row (sharing, REACTIVE_NOTE_CLEARED, "false");
  assert_row (sharing, REACTIVE_NOTE_WATCH, "{\"iteration\": 0, \"changes\": [], \"pending\": [\"new\"]}");
  assert_row (sharing, REACTIVE_NOTE_SET_TRIGGERS "a", "{\"set_flag\": [\"b\"], \"clear_flag\": []}");

  g_assert_true (
      reactive_dispatch_clear_flag (sharing->dispatch, reactive_dispatch_get_flag (sharing->dispatch, "set"), NULL));
  reactive_store_unset (sharing->store, "mine");
  write_row (sharing, "foreign", "1");
  give (sharing);
  assert_row (sharing, "reactive.states.set", NULL);
  assert_row (sharing, "mine", NULL);
  assert_row (sharing, "foreign", NULL);
}

static void
test_what_is_taken (Sharing *sharing, gconstpointer data)
{
  give (sharing);
  write_row (sharing, "theirs", "[1, 2]");
  write_row (sharing, "mine", NULL);
  write_row (sharing, "reactive_own", "2");
  write_row (sharing, "reactive.states.set", NULL);
  write_row (sharing, "reactive.states.web.ready", "null");
  write_row (sharing, "reactive.states.", "null");
  write_row (sharing, "reactive.states.a", "null");
  write_row (sharing, REACTIVE_NOTE_PHASE, "\"other\"");
  take (sharing);

  g_assert_cmpstr (reactive_store_get (sharing->store, "theirs"), ==, "[1, 2]");
  g_assert_null (reactive_store_get (sharing->store, "mine"));
  g_assert_cmpstr (reactive_store_get (sharing->store, "reactive_own"), ==, "1");
  g_assert_cmpstr (reactive_store_get (sharing->store, "reactive.dispatch.phase"), ==, "\"left over\"");
  g_assert_false (is_set (sharing, "set"));
  g_assert_true (is_set (sharing, "endpoint.web.ready"));
  g_assert_true (is_set (sharing, "a"));
  /* It has run the triggers, or not, itself. */
  g_assert_false (is_set (sharing, "b"));
  g_assert_null (reactive_store_get (sharing->store, "reactive.states.a"));

  reactive_flag_store_save (sharing->store, sharing->dispatch);
  g_assert_cmpstr (reactive_store_get (sharing->store, "reactive.states.endpoint.web.ready"), ==, "null");
  g_assert_null (reactive_store_get (sharing->store, "reactive.states.web.ready"));
}

static void
save (Sharing *sharing)
{
  reactive_flag_store_save (sharing->store, sharing->dispatch);
  reactive_shared_state_save_values (sharing->shared);
}

static void
test_values (Sharing *sharing, gconstpointer data)
{
  give (sharing);
  write_row (sharing, "reactive.states.first", "\"1\"");
  write_row (sharing, "reactive.states.second", "\"2\"");
  write_row (sharing, "reactive.states.valued", "\"w\"");
  take (sharing);
  g_assert_true (
      reactive_dispatch_clear_flag (sharing->dispatch, reactive_dispatch_get_flag (sharing->dispatch, "second"), NULL));
  give (sharing);
  assert_row (sharing, "reactive.states.first", "\"1\"");
  assert_row (sharing, "reactive.states.second", NULL);
  take (sharing);
  save (sharing);

  g_assert_cmpstr (reactive_store_get (sharing->store, "reactive.states.first"), ==, "\"1\"");
  g_assert_cmpstr (reactive_store_get (sharing->store, "reactive.states.valued"), ==, "\"w\"");
  g_assert_null (reactive_store_get (sharing->store, "reactive.states.second"));
}

static void
test_triggers (Sharing *sharing, gconstpointer data)
{
  give (sharing);
  write_row (sharing, REACTIVE_NOTE_SET_TRIGGERS "a", "{\"set_flag\": [\"b\", \"c\"], \"clear_flag\": [\"set\", 1]}");
  write_row (sharing, REACTIVE_NOTE_CLEAR_TRIGGERS "a", "{\"set_flag\": [\"gone\"]}");
  write_row (sharing, REACTIVE_NOTE_CLEAR_TRIGGERS "x", "not JSON");
  take (sharing);

  g_assert_true (
      reactive_dispatch_set_flag (sharing->dispatch, reactive_dispatch_get_flag (sharing->dispatch, "a"), NULL));
  g_assert_true (is_set (sharing, "b") && is_set (sharing, "c"));
  g_assert_false (is_set (sharing, "set"));
  g_assert_true (
      reactive_dispatch_clear_flag (sharing->dispatch, reactive_dispatch_get_flag (sharing->dispatch, "a"), NULL));
  g_assert_true (is_set (sharing, "gone"));
}

static void
test_once_marks (Sharing *sharing, gconstpointer data)
{
  give (sharing);
  write_row (sharing, "reactive.invoked.m:once", "true");
  take (sharing);
  g_assert_cmpstr (reactive_store_get (sharing->store, "reactive.invoked.m:once"), ==, "true");
  g_assert_true (reactive_dispatch_run_event (sharing->dispatch, REACTIVE_PHASE_HOOKS, "install", NULL));
  g_assert_cmpuint (sharing->n_runs, ==, 0);
}

static void
test_watch_of_any_shape (Sharing *sharing, gconstpointer data)
{
  static const char *const texts[] = {
    "[]", "{", "{\"pending\": 1, \"iteration\": \"x\"}", "{\"pending\": [1, null, \"\", \"a\", \"a\"]}", "null",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      give (sharing);
      write_row (sharing, REACTIVE_NOTE_WATCH, texts[i]);
      write_row (sharing, REACTIVE_NOTE_CLEARED, "\"maybe\"");
      take (sharing);
    }
  give (sharing);
  assert_row (sharing, REACTIVE_NOTE_WATCH, "{\"iteration\": 0, \"changes\": [], \"pending\": [\"a\"]}");
}

static void
test_no_file (Sharing *sharing, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  give (sharing);
  g_assert_cmpint (g_unlink (get_path (sharing)), ==, 0);
  g_assert_false (reactive_shared_state_take (sharing->shared, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_cmpstr (reactive_store_get (sharing->store, "mine"), ==, "{\"x\": 1}");
  g_assert_true (is_set (sharing, "set"));
}

static void
test_path (Sharing *sharing, gconstpointer data)
{
  g_autofree char *unit_path = reactive_shared_state_find_unit_path (get_path (sharing));

  g_assert_cmpstr (unit_path, ==, sharing->base.path);
  g_assert_null (reactive_shared_state_find_unit_path (sharing->base.path));
}

/* Between two runs of programs, one that was left behind waits, as it would for the unit's own file. */
static void
test_locked_until_it_is_given (Sharing *sharing, gconstpointer data)
{
  const ReactiveStoreOptions at_once = { .busy_timeout_ms = 1 };
  g_autoptr (GError) error = NULL;

  give (sharing);
  take (sharing);
  g_assert_null (reactive_store_open_full (get_path (sharing), REACTIVE_STORE_READ_WRITE, &at_once, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BUSY);
  give (sharing);
  write_row (sharing, "late", "1");
  take (sharing);
  g_assert_cmpstr (reactive_store_get (sharing->store, "late"), ==, "1");
}

/* As Python has it open, which takes locks later than we do. */
static void
test_nobody_writes_after_the_hook (Sharing *sharing, gconstpointer data)
{
  static const char insert[] = "INSERT INTO kv VALUES ('late', '1')";
  g_autoptr (ReactiveDatabase) left_behind = NULL;
  g_autoptr (GError) error = NULL;

  give (sharing);
  left_behind = reactive_database_open (get_path (sharing), /* vfs= */ NULL, /* busy_timeout_ms= */ 1, &error);
  g_assert_no_error (error);
  g_assert_true (reactive_database_execute (left_behind, insert, NULL));
  take (sharing);
  g_assert_cmpstr (reactive_store_get (sharing->store, "late"), ==, "1");
  g_assert_false (reactive_database_execute (left_behind, "DELETE FROM kv", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BUSY);

  end_hook (sharing);
  g_clear_error (&error);
  g_assert_false (reactive_database_execute (left_behind, "DELETE FROM kv", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE);
}

#define ADD_TEST(path, function) g_test_add (path, Sharing, NULL, start_sharing, function, end_sharing)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD_TEST ("/shared-state/what-is-given", test_what_is_given);
  ADD_TEST ("/shared-state/what-is-taken", test_what_is_taken);
  ADD_TEST ("/shared-state/values-of-flags", test_values);
  ADD_TEST ("/shared-state/triggers", test_triggers);
  ADD_TEST ("/shared-state/once-marks", test_once_marks);
  ADD_TEST ("/shared-state/watch-of-any-shape", test_watch_of_any_shape);
  ADD_TEST ("/shared-state/no-file-takes-nothing", test_no_file);
  ADD_TEST ("/shared-state/path", test_path);
  ADD_TEST ("/shared-state/locked-until-it-is-given", test_locked_until_it_is_given);
  ADD_TEST ("/shared-state/nobody-writes-after-the-hook", test_nobody_writes_after_the_hook);

  return g_test_run ();
}
