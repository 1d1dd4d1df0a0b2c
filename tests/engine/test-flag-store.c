/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/flag-store.h"

#include <string.h>

/* A hook that is run on a store. */
typedef struct
{
  ReactiveStore *store;
  ReactiveProgram *program;
  ReactivePythonIdFunc python_id;
  GString *runs;
} Hook;

static gboolean
note_invocation (gpointer host, guint32 handler, GError **error)
{
  Hook *hook = host;

  g_string_append_printf (hook->runs, "%s ", reactive_program_get_handler_id (hook->program, handler));

  return TRUE;
}

static void
mark_once (gpointer host, guint32 handler)
{
  Hook *hook = host;

  g_autofree char *python_id = NULL;

  if (hook->python_id != NULL)
    python_id = hook->python_id (reactive_program_get_handler_data (hook->program, handler), NULL);
  reactive_flag_store_mark_once (hook->store, hook->program, handler, python_id);
}

static char *
python_id_is_data (gconstpointer data, gpointer user_data)
{
  return g_strdup (data);
}

/* Handlers "m:once", "m:twice" and "m:other"; the first was `/charm/reactive/a.py:1:f` in Python. */
static ReactiveProgram *
compile (void)
{
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (GError) error = NULL;
  ReactiveProgram *program;

  reactive_program_builder_add_alias (builder, "web.available", "endpoint.web.available");
  reactive_program_builder_add_alias (builder, "itself", "itself");
  reactive_program_builder_add_handler (builder, "m:once", "/charm/reactive/a.py:1:f");
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ONCE, NULL);
  reactive_program_builder_add_handler (builder, "m:twice", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ONCE, NULL);
  reactive_program_builder_add_handler (builder, "m:other", "/charm/reactive/a.py:9:g");
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES ("x"));
  program = reactive_program_builder_compile (builder, &error);
  g_assert_no_error (error);

  return program;
}

static ReactiveDispatch *
dispatch_new (ReactiveStore *store)
{
  static const ReactiveDispatchHost host = { .invoke = note_invocation };
  g_autoptr (ReactiveProgram) program = compile ();
  ReactiveDispatch *dispatch = reactive_dispatch_new (program, &host, NULL);

  reactive_flag_store_load (store, dispatch);
  reactive_flag_store_load_python_marks (store, dispatch, python_id_is_data, NULL);

  return dispatch;
}

static void
change (ReactiveDispatch *dispatch, const char *name, gboolean set)
{
  guint32 flag = reactive_dispatch_get_flag (dispatch, name);

  if (set)
    g_assert_true (reactive_dispatch_set_flag (dispatch, flag, NULL));
  else
    g_assert_true (reactive_dispatch_clear_flag (dispatch, flag, NULL));
}

static void
append_row (const char *key, const char *json_text, gpointer data)
{
  g_string_append_printf (data, "%s=%s\n", key, json_text);
}

static void
assert_rows (ReactiveStore *store, const char *expected)
{
  g_autoptr (GString) rows = g_string_new (NULL);

  reactive_store_foreach (store, "", append_row, rows);
  g_assert_cmpstr (rows->str, ==, expected);
}

static void
test_flags_are_loaded (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = NULL;

  reactive_store_set (store, "reactive.states.x", "null");
  reactive_store_set (store, "reactive.states.own", "null");
  reactive_store_set (store, "reactive.states.", "null");
  reactive_store_set (store, "reactive.statesy", "null");
  reactive_store_set (store, "y", "null");
  dispatch = dispatch_new (store);

  g_assert_true (reactive_dispatch_is_set (dispatch, "x"));
  g_assert_true (reactive_dispatch_is_set (dispatch, "own"));
  g_assert_false (reactive_dispatch_is_set (dispatch, "y"));
  g_assert_false (reactive_dispatch_is_set (dispatch, ""));
}

static void
test_only_changes_are_saved (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = NULL;

  reactive_store_set (store, "reactive.states.a", "null");
  reactive_store_set (store, "reactive.states.b", "null");
  reactive_store_set (store, "unit-paused", "true");
  dispatch = dispatch_new (store);
  change (dispatch, "a", FALSE);
  change (dispatch, "b", FALSE);
  change (dispatch, "b", TRUE);
  change (dispatch, "c", TRUE);
  change (dispatch, "c", FALSE);
  change (dispatch, "d", TRUE);
  reactive_flag_store_save (store, dispatch);

  assert_rows (store, "reactive.states.b=null\nreactive.states.d=null\nunit-paused=true\n");
}

/* Flags of old-style relations have a value, which Python charms still look at. */
static void
test_flag_with_a_value_keeps_it (void)
{
  static const char value[] = "{\"relation\": \"db\", \"conversations\": [\"reactive.conversations.db:1.global\"]}";
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = NULL;

  reactive_store_set (store, "reactive.states.db.connected", value);
  dispatch = dispatch_new (store);
  g_assert_true (reactive_dispatch_is_set (dispatch, "db.connected"));

  change (dispatch, "db.connected", TRUE);
  reactive_flag_store_save (store, dispatch);
  g_assert_cmpstr (reactive_store_get (store, "reactive.states.db.connected"), ==, value);

  change (dispatch, "db.connected", FALSE);
  change (dispatch, "db.connected", TRUE);
  reactive_flag_store_save (store, dispatch);
  g_assert_cmpstr (reactive_store_get (store, "reactive.states.db.connected"), ==, value);

  change (dispatch, "db.connected", FALSE);
  reactive_flag_store_save (store, dispatch);
  assert_rows (store, "");
}

static void
test_saving_does_not_overwrite_a_row_that_came_meanwhile (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (store);

  change (dispatch, "x", TRUE);
  reactive_store_set (store, "reactive.states.x", "{\"relation\": \"db\"}");
  reactive_flag_store_save (store, dispatch);
  assert_rows (store, "reactive.states.x={\"relation\": \"db\"}\n");
}

static void
test_flag_under_another_name_is_moved_to_its_own (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = NULL;

  reactive_store_set (store, "reactive.states.web.available", "{\"a\": 1}");
  reactive_store_set (store, "reactive.states.itself", "null");
  dispatch = dispatch_new (store);
  g_assert_true (reactive_dispatch_is_set (dispatch, "endpoint.web.available"));
  assert_rows (store, "reactive.states.endpoint.web.available={\"a\": 1}\nreactive.states.itself=null\n");

  change (dispatch, "web.available", FALSE);
  change (dispatch, "itself", FALSE);
  reactive_flag_store_save (store, dispatch);
  assert_rows (store, "");
}

static void
test_flag_under_both_names_keeps_its_own_row (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = NULL;

  reactive_store_set (store, "reactive.states.web.available", "1");
  reactive_store_set (store, "reactive.states.endpoint.web.available", "2");
  dispatch = dispatch_new (store);
  assert_rows (store, "reactive.states.endpoint.web.available=2\n");
}

static void
test_left_overs_of_python_are_dropped (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = NULL;

  reactive_store_set (store, "reactive.flag_set_triggers.x", "{\"set_flag\": [\"y\"], \"clear_flag\": []}");
  reactive_store_set (store, "reactive.flag_clear_triggers.x", "{\"set_flag\": [], \"clear_flag\": [\"y\"]}");
  reactive_store_set (store, "reactive.flag_triggers.x", "{}");
  reactive_store_set (store, "reactive.state_watch", "{\"iteration\": 0, \"changes\": [], \"pending\": []}");
  reactive_store_set (store, "reactive.dispatch.phase", "\"other\"");
  reactive_store_set (store, "reactive.state_watcher", "1");
  reactive_store_set (store, "reactive.flagXset_triggers.x", "1");
  reactive_store_set (store, "reactive.data_changed.x", "\"0\"");
  dispatch = dispatch_new (store);
  change (dispatch, "x", TRUE);

  g_assert_false (reactive_dispatch_is_set (dispatch, "y"));
  assert_rows (store, "reactive.data_changed.x=\"0\"\nreactive.dispatch.phase=\"other\"\n"
                      "reactive.flagXset_triggers.x=1\nreactive.state_watcher=1\n");
}

/* Runs the hook on @store, and returns the ids of the handlers that ran. */
static char *
run_hook (ReactiveStore *store, ReactivePythonIdFunc python_id)
{
  static const ReactiveDispatchHost host = { .invoke = note_invocation, .once_marked = mark_once };
  g_autoptr (ReactiveProgram) program = compile ();
  g_autoptr (GString) runs = g_string_new (NULL);
  Hook hook = { store, program, python_id, runs };
  g_autoptr (ReactiveDispatch) dispatch = reactive_dispatch_new (program, &host, &hook);

  reactive_flag_store_load (store, dispatch);
  if (python_id != NULL)
    reactive_flag_store_load_python_marks (store, dispatch, python_id, NULL);
  g_assert_true (reactive_dispatch_run_event (dispatch, REACTIVE_PHASE_HOOKS, "install", NULL));

  return g_string_free (g_steal_pointer (&runs), FALSE);
}

static void
test_once_marks_are_written_under_both_names (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autofree char *first = run_hook (store, python_id_is_data);
  g_autofree char *second = run_hook (store, python_id_is_data);

  g_assert_cmpstr (first, ==, "m:once m:twice ");
  g_assert_cmpstr (second, ==, "");
  assert_rows (store, "reactive.invoked./charm/reactive/a.py:1:f=true\nreactive.invoked.m:once=true\n"
                      "reactive.invoked.m:twice=true\n");
}

static void
test_once_marks_without_python (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autofree char *first = run_hook (store, NULL);
  g_autofree char *second = run_hook (store, NULL);

  g_assert_cmpstr (first, ==, "m:once m:twice ");
  g_assert_cmpstr (second, ==, "");
  assert_rows (store, "reactive.invoked.m:once=true\nreactive.invoked.m:twice=true\n");
}

typedef struct
{
  const char *key;
  const char *value;
  ReactivePythonIdFunc python_id;
  const char *runs;
} OnceMark;

static void
test_once_marks_are_read (void)
{
  static const OnceMark marks[] = {
    { "reactive.invoked.m:once", "true", NULL, "m:twice " },
    { "reactive.invoked.m:once", "true", python_id_is_data, "m:twice " },
    { "reactive.invoked./charm/reactive/a.py:1:f", "true", python_id_is_data, "m:twice " },
    { "reactive.invoked./charm/reactive/a.py:1:f", "true", NULL, "m:once m:twice " },
    { "reactive.invoked./charm/reactive/a.py:9:g", "true", python_id_is_data, "m:once m:twice " },
    { "reactive.invoked.m:once", "false", NULL, "m:once m:twice " },
    { "reactive.invoked.m:once", "null", NULL, "m:once m:twice " },
    { "reactive.invoked.m:onc", "true", NULL, "m:once m:twice " },
    { "m:once", "true", NULL, "m:once m:twice " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (marks); i++)
    {
      g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
      g_autofree char *runs = NULL;

      reactive_store_set (store, marks[i].key, marks[i].value);
      runs = run_hook (store, marks[i].python_id);
      g_assert_cmpstr (runs, ==, marks[i].runs);
    }
}

static void
test_list_is_sorted_and_knows_only_set_flags (void)
{
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_auto (GStrv) none = reactive_flag_store_list (store);
  g_auto (GStrv) flags = NULL;

  g_assert_cmpuint (g_strv_length (none), ==, 0);
  reactive_store_set (store, "reactive.states.b", "null");
  reactive_store_set (store, "reactive.states.a.b", "{}");
  reactive_store_set (store, "reactive.states.B", "null");
  reactive_store_set (store, "reactive.states.gone", "null");
  reactive_store_unset (store, "reactive.states.gone");
  reactive_store_set (store, "reactive.invoked.c", "true");
  flags = reactive_flag_store_list (store);
  g_assert_true (g_strv_equal ((const char *const *) flags, (const char *const[]){ "B", "a.b", "b", NULL }));
}

static void
test_series_upgrade_is_noted (void)
{
  static const char flag[] = "upgrade.series.in-progress";
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (store);

  g_assert_true (reactive_flag_store_note_series_upgrade (dispatch, "install", NULL));
  g_assert_false (reactive_dispatch_is_set (dispatch, flag));
  g_assert_true (reactive_flag_store_note_series_upgrade (dispatch, "pre-series-upgrade", NULL));
  g_assert_true (reactive_dispatch_is_set (dispatch, flag));
  g_assert_true (reactive_flag_store_note_series_upgrade (dispatch, "update-status", NULL));
  g_assert_true (reactive_dispatch_is_set (dispatch, flag));
  g_assert_true (reactive_flag_store_note_series_upgrade (dispatch, "post-series-upgrade", NULL));
  g_assert_false (reactive_dispatch_is_set (dispatch, flag));
}

static void
test_endless_triggers_fail_the_series_upgrade (void)
{
  static const char flag[] = "upgrade.series.in-progress";
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (store);
  g_autoptr (GError) error = NULL;

  reactive_dispatch_add_trigger (dispatch, &(ReactiveTrigger){ .when = flag, .clear = flag }, NULL, NULL);
  reactive_dispatch_add_trigger (dispatch, &(ReactiveTrigger){ .when_not = flag, .set = flag }, NULL, NULL);
  g_assert_false (reactive_flag_store_note_series_upgrade (dispatch, "pre-series-upgrade", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_TRIGGERS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flag-store/flags-are-loaded", test_flags_are_loaded);
  g_test_add_func ("/flag-store/only-changes-are-saved", test_only_changes_are_saved);
  g_test_add_func ("/flag-store/flag-with-a-value-keeps-it", test_flag_with_a_value_keeps_it);
  g_test_add_func ("/flag-store/saving-does-not-overwrite-a-row-that-came-meanwhile",
                   test_saving_does_not_overwrite_a_row_that_came_meanwhile);
  g_test_add_func ("/flag-store/flag-under-another-name-is-moved-to-its-own",
                   test_flag_under_another_name_is_moved_to_its_own);
  g_test_add_func ("/flag-store/flag-under-both-names-keeps-its-own-row", test_flag_under_both_names_keeps_its_own_row);
  g_test_add_func ("/flag-store/left-overs-of-python-are-dropped", test_left_overs_of_python_are_dropped);
  g_test_add_func ("/flag-store/once-marks-are-written-under-both-names", test_once_marks_are_written_under_both_names);
  g_test_add_func ("/flag-store/once-marks-without-python", test_once_marks_without_python);
  g_test_add_func ("/flag-store/once-marks-are-read", test_once_marks_are_read);
  g_test_add_func ("/flag-store/list-is-sorted-and-knows-only-set-flags", test_list_is_sorted_and_knows_only_set_flags);
  g_test_add_func ("/flag-store/series-upgrade-is-noted", test_series_upgrade_is_noted);
  g_test_add_func ("/flag-store/endless-triggers-fail-the-series-upgrade",
                   test_endless_triggers_fail_the_series_upgrade);

  return g_test_run ();
}
