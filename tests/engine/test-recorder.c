/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/recorder.h"

#include <string.h>

/* "start" sets x in the hook; "first" and "second" wait for it, and "first" clears it. */
static gboolean
invoke (gpointer host, guint32 handler, GError **error)
{
  ReactiveDispatch *dispatch = *(ReactiveDispatch **) host;
  guint32 flag = reactive_dispatch_get_flag (dispatch, "x \"quoted\"");

  return handler == 0   ? reactive_dispatch_set_flag (dispatch, flag, error)
         : handler == 1 ? reactive_dispatch_clear_flag (dispatch, flag, error)
                        : TRUE;
}

static ReactiveDispatch *
dispatch_new (ReactiveDispatch **host_data)
{
  static const ReactiveDispatchHost host = { .invoke = invoke };
  ReactiveProgramBuilder *builder = reactive_program_builder_new ();
  g_autoptr (ReactiveProgram) program = NULL;

  reactive_program_builder_add_handler (builder, "start", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_HOOK, REACTIVE_NAMES ("install"));
  reactive_program_builder_add_handler (builder, "first", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES ("x \"quoted\""));
  reactive_program_builder_add_handler (builder, "second", NULL);
  reactive_program_builder_add_condition (builder, REACTIVE_CONDITION_ALL, REACTIVE_NAMES ("x \"quoted\""));
  program = reactive_program_builder_compile (builder, NULL);
  g_assert_nonnull (program);
  *host_data = reactive_dispatch_new (program, &host, host_data);

  return *host_data;
}

static void
run (ReactiveDispatch *dispatch)
{
  g_assert_true (reactive_dispatch_run_event (dispatch, REACTIVE_PHASE_HOOKS, "install", NULL));
  g_assert_true (reactive_dispatch_run_flags (dispatch, NULL));
}

static void
test_events_stand_in_order (void)
{
  static const ReactiveEvent expected[] = {
    { REACTIVE_EVENT_PHASE, REACTIVE_PHASE_HOOKS, 0, NULL },
    { REACTIVE_EVENT_QUEUE, REACTIVE_PHASE_HOOKS, 0, "start" },
    { REACTIVE_EVENT_RUN, REACTIVE_PHASE_HOOKS, 0, "start" },
    { REACTIVE_EVENT_SET, REACTIVE_PHASE_HOOKS, 0, "x \"quoted\"" },
    { REACTIVE_EVENT_PHASE, REACTIVE_PHASE_OTHER, 0, NULL },
    { REACTIVE_EVENT_QUEUE, REACTIVE_PHASE_OTHER, 0, "first" },
    { REACTIVE_EVENT_QUEUE, REACTIVE_PHASE_OTHER, 0, "second" },
    { REACTIVE_EVENT_RUN, REACTIVE_PHASE_OTHER, 0, "first" },
    { REACTIVE_EVENT_CLEAR, REACTIVE_PHASE_OTHER, 0, "x \"quoted\"" },
    { REACTIVE_EVENT_DROP, REACTIVE_PHASE_OTHER, 0, "second" },
    { REACTIVE_EVENT_PHASE, REACTIVE_PHASE_OTHER, 1, NULL },
  };
  ReactiveDispatch *host_data;
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (&host_data);
  g_autoptr (ReactiveRecorder) recorder = reactive_recorder_new (dispatch, NULL, NULL);
  const ReactiveEvent *events;
  guint n_events;

  run (dispatch);
  events = reactive_recorder_get_events (recorder, &n_events);
  g_assert_cmpuint (n_events, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < n_events; i++)
    {
      g_assert_cmpint (events[i].kind, ==, expected[i].kind);
      g_assert_cmpint (events[i].phase, ==, expected[i].phase);
      g_assert_cmpuint (events[i].iteration, ==, expected[i].iteration);
      g_assert_cmpstr (events[i].name, ==, expected[i].name);
    }
}

static void
test_json_of_a_hook (void)
{
  ReactiveDispatch *host_data;
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (&host_data);
  g_autoptr (ReactiveRecorder) recorder = reactive_recorder_new (dispatch, NULL, NULL);
  g_autofree char *empty = reactive_recorder_to_json (recorder, 1000);
  g_autofree char *text = NULL;

  run (dispatch);
  text = reactive_recorder_to_json (recorder, 1000);
  g_assert_cmpstr (empty, ==, "[]");
  g_assert_cmpstr (text, ==,
                   "[[\"phase\", \"hooks\", 0], [\"queue\", \"start\"], [\"run\", \"start\"], "
                   "[\"set\", \"x \\\"quoted\\\"\"], [\"phase\", \"other\", 0], [\"queue\", \"first\"], "
                   "[\"queue\", \"second\"], [\"run\", \"first\"], [\"clear\", \"x \\\"quoted\\\"\"], "
                   "[\"drop\", \"second\"], [\"phase\", \"other\", 1]]");
}

/* The number of the last element ["cut", N], 0 when there is none; @out_whole is how many others there are. */
static gint64
parse_cut (const char *text, guint *out_whole)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ReactiveJson) array = reactive_json_parse (text, -1, REACTIVE_JSON_STRICT, &error);
  const ReactiveJson *last;
  gint64 n_cut = 0;

  g_assert_no_error (error);
  *out_whole = reactive_json_get_length (array);
  last = reactive_json_get_element (array, *out_whole - 1);
  if (strcmp (reactive_json_get_string (reactive_json_get_element (last, 0), NULL), "cut") != 0)
    return 0;

  (*out_whole)--;
  g_assert_true (reactive_json_get_integer (reactive_json_get_element (last, 1), &n_cut));

  return n_cut;
}

static void
test_json_is_cut_at_any_limit (void)
{
  ReactiveDispatch *host_data;
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (&host_data);
  g_autoptr (ReactiveRecorder) recorder = reactive_recorder_new (dispatch, NULL, NULL);
  guint n_events, n_most = 0;

  run (dispatch);
  reactive_recorder_get_events (recorder, &n_events);
  for (gsize limit = 65; limit < 500; limit++)
    {
      g_autofree char *text = reactive_recorder_to_json (recorder, limit);
      guint n_whole;
      gint64 n_cut = parse_cut (text, &n_whole);

      g_assert_cmpuint (strlen (text), <=, limit);
      g_assert_cmpint (n_whole + n_cut, ==, n_events);
      g_assert_cmpuint (n_whole, >=, n_most);
      n_most = n_whole;
    }
  g_assert_cmpuint (n_most, ==, n_events);
}

/* Events beyond the most that are kept are counted. */
static void
test_events_are_limited (void)
{
  const guint n_changes = REACTIVE_RECORDER_MAX_EVENTS / 2 + 5;
  ReactiveDispatch *host_data;
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (&host_data);
  g_autoptr (ReactiveRecorder) recorder = reactive_recorder_new (dispatch, NULL, NULL);
  guint32 flag = reactive_dispatch_get_flag (dispatch, "y");
  g_autofree char *text = NULL;
  guint n_events, n_whole;

  for (guint i = 0; i < n_changes; i++)
    {
      g_assert_true (reactive_dispatch_set_flag (dispatch, flag, NULL));
      g_assert_true (reactive_dispatch_clear_flag (dispatch, flag, NULL));
    }
  reactive_recorder_get_events (recorder, &n_events);
  g_assert_cmpuint (n_events, ==, REACTIVE_RECORDER_MAX_EVENTS);

  text = reactive_recorder_to_json (recorder, 1000);
  g_assert_cmpint (parse_cut (text, &n_whole) + n_whole, ==, 2 * n_changes);
}

static void
count_event (const ReactiveEvent *event, gpointer data)
{
  g_string_append_printf (data, "%d:%s ", event->kind, event->name != NULL ? event->name : "-");
}

static void
test_function_is_told_at_once (void)
{
  ReactiveDispatch *host_data;
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (&host_data);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (ReactiveRecorder) recorder = reactive_recorder_new (dispatch, count_event, told);

  g_assert_true (reactive_dispatch_set_flag (dispatch, reactive_dispatch_get_flag (dispatch, "y"), NULL));
  g_assert_cmpstr (told->str, ==, "1:y ");

  /* A freed recorder listens no more. */
  g_clear_pointer (&recorder, reactive_recorder_free);
  run (dispatch);
  g_assert_cmpstr (told->str, ==, "1:y ");
  reactive_recorder_free (NULL);
}

static void
test_keeps_nothing (void)
{
  ReactiveDispatch *host_data;
  g_autoptr (ReactiveDispatch) dispatch = dispatch_new (&host_data);
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (ReactiveRecorder) recorder = reactive_recorder_new (dispatch, count_event, told);
  guint n_events;

  reactive_recorder_keep_nothing (recorder);
  g_assert_true (reactive_dispatch_set_flag (dispatch, reactive_dispatch_get_flag (dispatch, "y"), NULL));
  g_assert_cmpstr (told->str, ==, "1:y ");
  reactive_recorder_get_events (recorder, &n_events);
  g_assert_cmpuint (n_events, ==, 0);
}

static void
test_phases_have_names (void)
{
  g_assert_cmpstr (reactive_phase_get_name (REACTIVE_PHASE_HOOKS), ==, "hooks");
  g_assert_cmpstr (reactive_phase_get_name (REACTIVE_PHASE_RESTRICTED), ==, "restricted");
  g_assert_cmpstr (reactive_phase_get_name (REACTIVE_PHASE_ACTION), ==, "action");
  g_assert_cmpstr (reactive_phase_get_name (REACTIVE_PHASE_OTHER), ==, "other");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/recorder/events-stand-in-order", test_events_stand_in_order);
  g_test_add_func ("/recorder/json/of-a-hook", test_json_of_a_hook);
  g_test_add_func ("/recorder/json/is-cut-at-any-limit", test_json_is_cut_at_any_limit);
  g_test_add_func ("/recorder/events-are-limited", test_events_are_limited);
  g_test_add_func ("/recorder/function-is-told-at-once", test_function_is_told_at_once);
  g_test_add_func ("/recorder/may-keep-nothing", test_keeps_nothing);
  g_test_add_func ("/recorder/phases-have-names", test_phases_have_names);

  return g_test_run ();
}
