/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/flag-program.h"

#include <glib/gstdio.h>
#include <string.h>

/* JSON with ' for ", which reads better in C. */
static char *
to_json (const char *text)
{
  char *json = g_strdup (text);

  return g_strdelimit (json, "'", '"');
}

static GPtrArray *
parse (const char *text)
{
  g_autofree char *json = to_json (text);
  g_autoptr (GError) error = NULL;
  GPtrArray *programs = reactive_flag_programs_parse (json, strlen (json), "p.json", &error);

  g_assert_no_error (error);

  return programs;
}

/* --- bad programs ------------------------------------------------------------------------------------------------- */

typedef struct
{
  const char *name;
  const char *text;    /* with ' for " */
  const char *message; /* without the path and its colon */
} Bad;

#define HANDLER_OF(conditions, actions)                                                                                \
  "{'name': 'p', 'handlers': [{'id': 'a',\n 'conditions': " conditions ",\n 'actions': " actions "}]}"
#define CONDITION(condition) HANDLER_OF ("[" condition "]", "[]")
#define ACTION_OF(action) HANDLER_OF ("[]", "[" action "]")
#define HOOK(hook) "{'name': 'p', 'handlers': [],\n'hooks': [" hook "]}"
#define EXPECT(expect) HOOK ("{'hook': 'install', 'expect': " expect "}")
#define TRIGGER_OF(trigger) "{'name': 'p', 'handlers': [],\n'triggers': [" trigger "]}"

static const Bad bad[] = {
  { "json/empty", "", "1:1: expected a value, found the end of the text" },
  { "json/cut-off", "{'name': 'p',", "1:14: expected a member's name, found the end of the text" },
  { "json/two-texts", "[] []", "1:4: expected nothing more after the value, found '['" },
  { "json/duplicate-key", "{'name': 'p', 'name': 'q'}", "1:15: duplicate member \"name\"" },
  { "program/number", "1", "1:1: program: is an integer (expected an object)" },
  { "program/number-in-a-list", "[{'name': 'p', 'handlers': []},\n 17]",
    "2:2: program: is an integer (expected an object)" },
  { "program/no-name", "{'handlers': []}", "1:1: name: is missing from the program" },
  { "program/no-handlers", "{'name': 'p'}", "1:1: handlers: is missing from the program" },
  { "program/unknown-key", "{'name': 'p', 'handlers': [],\n  'handlerz': []}",
    "2:15: handlerz: unknown key (did you mean 'handlers'?)" },
  { "program/unknown-key-like-nothing", "{'whatever': 1}", "1:14: whatever: unknown key" },
  { "program/key-of-control-characters", "{'\\u001b[31m\\u0000\\u009b': 1}", "1:28: ?[31m: unknown key" },
  { "program/key-with-nul", "{'name\\u0000': 'p', 'handlers': []}", "1:16: name: unknown key (did you mean 'name'?)" },
  { "program/name-is-a-number", "{'name': 1.5, 'handlers': []}", "1:10: name: is a number (expected a string)" },
  { "program/name-is-empty", "{'name': '', 'handlers': []}", "1:10: name: is empty" },
  { "program/name-with-newline", "{'name': 'a\\nb', 'handlers': []}", "1:10: name: has a control character in it" },
  { "program/name-with-nul", "{'name': 'a\\u0000b', 'handlers': []}", "1:10: name: has a control character in it" },
  { "program/name-with-delete", "{'name': 'a\\u007fb', 'handlers': []}", "1:10: name: has a control character in it" },
  { "program/handlers-are-an-object", "{'name': 'p', 'handlers': {}}",
    "1:27: handlers: is an object (expected an array)" },
  { "program/triggers-are-null", "{'name': 'p', 'handlers': [], 'triggers': null}",
    "1:43: triggers: is null (expected an array)" },
  { "program/hooks-are-a-string", "{'name': 'p', 'handlers': [], 'hooks': 'install'}",
    "1:40: hooks: is a string (expected an array)" },
  { "program/stimuli-are-a-boolean", "{'name': 'p', 'handlers': [], 'stimuli': true}",
    "1:42: stimuli: is a boolean (expected an array of strings)" },
  { "program/stimulus-is-a-number", "{'name': 'p', 'handlers': [], 'stimuli': ['x', 2]}",
    "1:48: stimuli: is an integer (expected a string)" },
  { "handler/is-a-string", "{'name': 'p', 'handlers': ['a']}", "1:28: handler: is a string (expected an object)" },
  { "handler/no-id", "{'name': 'p', 'handlers': [\n {'conditions': []}]}", "2:2: id: is missing from the handler" },
  { "handler/id-is-null", "{'name': 'p', 'handlers': [{'id': null}]}", "1:35: id: is null (expected a string)" },
  { "handler/unknown-key", "{'name': 'p', 'handlers': [{'id': 'a', 'condition': []}]}",
    "1:53: condition: unknown key (did you mean 'conditions'?)" },
  { "handler/no-conditions", "{'name': 'p', 'handlers': [{'id': 'a'}]}",
    "1:28: conditions: is missing from the handler" },
  { "handler/two-of-one-id",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': []},\n{'id': 'a', 'conditions': []}]}",
    "2:8: id: two handlers are named 'a'" },
  { "handler/conditions-are-an-object", HANDLER_OF ("{}", "[]"), "2:16: conditions: is an object (expected an array)" },
  { "handler/actions-are-a-string", HANDLER_OF ("[]", "'set'"), "3:13: actions: is a string (expected an array)" },
  { "condition/is-an-array", CONDITION ("['all']"), "2:17: condition: is an array (expected an object)" },
  { "condition/no-key", CONDITION ("{}"),
    "2:17: condition: has 0 keys (expected one of all, any, none, not_all, hook, restricted, once)" },
  { "condition/two-keys", CONDITION ("{'all': [],\n 'any': []}"),
    "2:17: condition: has 2 keys (expected one of all, any, none, not_all, hook, restricted, once)" },
  { "condition/unknown", CONDITION ("{'al': ['x']}"), "2:24: al: unknown key (did you mean 'all'?)" },
  { "condition/flag-is-a-number", CONDITION ("{'all': ['x',\n  1]}"), "3:3: all: is an integer (expected a string)" },
  { "condition/flag-is-empty", CONDITION ("{'none': ['']}"), "2:27: none: is empty" },
  { "condition/flags-are-a-string", CONDITION ("{'any': 'x'}"),
    "2:25: any: is a string (expected an array of strings)" },
  { "condition/hooks-are-a-string", CONDITION ("{'hook': 'install'}"),
    "2:26: hook: is a string (expected an array of strings)" },
  { "condition/once-is-false", CONDITION ("{'once': false}"), "2:26: once: is a boolean (expected true)" },
  { "condition/once-is-a-list", CONDITION ("{'once': []}"), "2:26: once: is an array (expected true)" },
  { "condition/hook-pattern-stands-for-too-much",
    CONDITION ("{'hook': ['{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}']}"),
    "2:26: hook: hook pattern '{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b' stands for more than "
    "4096 names or 1048576 bytes" },
  { "action/is-a-string", ACTION_OF ("'set'"), "3:14: action: is a string (expected an array like [\"set\", FLAG])" },
  { "action/is-empty", ACTION_OF ("[]"), "3:14: action: is empty (expected [\"set\", FLAG])" },
  { "action/verb-is-a-number", ACTION_OF ("[1]"), "3:15: action: is an integer (expected a string)" },
  { "action/unknown-verb", ACTION_OF ("['sett', 'x']"), "3:14: sett: unknown action (did you mean 'set'?)" },
  { "action/set-without-flag", ACTION_OF ("['set']"), "3:14: set: has 1 elements (expected 2)" },
  { "action/set-of-two", ACTION_OF ("['set', 'x', 'y']"), "3:14: set: has 3 elements (expected 2)" },
  { "action/fail-with-flag", ACTION_OF ("['fail', 'x']"), "3:14: fail: has 2 elements (expected 1)" },
  { "action/flag-is-an-array", ACTION_OF ("['clear', ['x']]"), "3:24: clear: is an array (expected a string)" },
  { "action/toggle-without-state", ACTION_OF ("['toggle', 'x']"), "3:14: toggle: has 2 elements (expected 3)" },
  { "action/toggle-of-a-string", ACTION_OF ("['toggle', 'x', 'true']"),
    "3:30: toggle: is a string (expected true or false)" },
  { "trigger/is-null", TRIGGER_OF ("null"), "2:14: trigger: is null (expected an object)" },
  { "trigger/unknown-key", TRIGGER_OF ("{'when-not': 'x', 'set': 'y'}"),
    "2:27: when-not: unknown key (did you mean 'when_not'?)" },
  { "trigger/no-flag", TRIGGER_OF ("{'set': 'y'}"), "2:14: trigger: needs one of when and when_not" },
  { "trigger/two-flags", TRIGGER_OF ("{'when': 'x', 'when_not': 'x', 'set': 'y'}"),
    "2:14: trigger: needs one of when and when_not" },
  { "trigger/does-nothing", TRIGGER_OF ("{'when': 'x'}"), "2:14: trigger: needs set or clear" },
  { "trigger/flag-is-a-list", TRIGGER_OF ("{'when': ['x'], 'set': 'y'}"),
    "2:23: when: is an array (expected a string)" },
  { "hook/is-a-string", HOOK ("'install'"), "2:11: hook: is a string (expected an object)" },
  { "hook/no-name", HOOK ("{'set': ['x']}"), "2:11: hook: is missing from the hook" },
  { "hook/name-is-a-list", HOOK ("{'hook': ['install']}"), "2:20: hook: is an array (expected a string)" },
  { "hook/unknown-key", HOOK ("{'hook': 'install', 'expected': {}}"),
    "2:43: expected: unknown key (did you mean 'expect'?)" },
  { "hook/set-is-a-string", HOOK ("{'hook': 'install', 'set': 'x'}"),
    "2:38: set: is a string (expected an array of strings)" },
  { "hook/clear-holds-a-number", HOOK ("{'hook': 'install', 'clear': [-1]}"),
    "2:41: clear: is an integer (expected a string)" },
  { "expect/is-an-array", EXPECT ("[]"), "2:41: expect: is an array (expected an object)" },
  { "expect/unknown-key", EXPECT ("{'outcom': 'ok'}"), "2:52: outcom: unknown key (did you mean 'outcome'?)" },
  { "expect/no-outcome", EXPECT ("{}"), "2:41: outcome: is missing from the expectation" },
  { "expect/outcome-is-something-else", EXPECT ("{'outcome': 'fine\\u202e'}"),
    "2:53: outcome: is 'fine?' (expected ok or error)" },
  { "expect/no-invocations", EXPECT ("{'outcome': 'ok'}"), "2:41: invocations: is missing from the expectation" },
  { "expect/no-flags", EXPECT ("{'outcome': 'ok', 'invocations': []}"),
    "2:41: flags: is missing from the expectation" },
  { "expect/invocations-are-an-object", EXPECT ("{'outcome': 'ok', 'invocations': {}}"),
    "2:74: invocations: is an object (expected an array)" },
  { "expect/invocation-is-a-string", EXPECT ("{'outcome': 'ok', 'invocations': ['a']}"),
    "2:75: invocations: is a string (expected [PHASE, ITERATION, HANDLER])" },
  { "expect/invocation-is-short", EXPECT ("{'outcome': 'ok', 'invocations': [['hooks', 0]]}"),
    "2:75: invocations: expected [PHASE, ITERATION, HANDLER]" },
  { "expect/iteration-is-a-string", EXPECT ("{'outcome': 'ok', 'invocations': [['hooks', '0', 'a']]}"),
    "2:75: invocations: expected [PHASE, ITERATION, HANDLER]" },
  { "expect/iteration-is-a-fraction", EXPECT ("{'outcome': 'ok', 'invocations': [['hooks', 0.5, 'a']]}"),
    "2:75: invocations: expected [PHASE, ITERATION, HANDLER]" },
  { "expect/iteration-is-huge", EXPECT ("{'outcome': 'ok', 'invocations': [['hooks', 99999999999999999999, 'a']]}"),
    "2:75: invocations: expected [PHASE, ITERATION, HANDLER]" },
  { "expect/phase-is-a-number", EXPECT ("{'outcome': 'ok', 'invocations': [[0, 0, 'a']]}"),
    "2:76: invocations: is an integer (expected a string)" },
  { "expect/handler-is-empty", EXPECT ("{'outcome': 'ok', 'invocations': [['hooks', 0, '']]}"),
    "2:88: invocations: is empty" },
  { "expect/flags-are-null", EXPECT ("{'outcome': 'ok', 'invocations': [], 'flags': null}"),
    "2:87: flags: is null (expected an array of strings)" },
  { "expect/capped-is-a-string", EXPECT ("{'outcome': 'ok', 'invocations': [], 'flags': [], 'capped': 'no'}"),
    "2:101: capped: is a string (expected true or false)" },
};

static void
test_bad (gconstpointer data)
{
  const Bad *test = data;
  g_autofree char *json = to_json (test->text);
  g_autofree char *expected = g_strconcat ("p.json:", test->message, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_flag_programs_parse (json, strlen (json), "p.json", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpstr (error->message, ==, expected);
}

static void
test_message_of_a_long_name_is_short (void)
{
  g_autofree char *name = g_strnfill (1000000, 'k');
  g_autofree char *text = g_strdup_printf ("{\"%s\": 1}", name);
  g_autoptr (GError) error = NULL;

  g_assert_null (reactive_flag_programs_parse (text, strlen (text), "p.json", &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA);
  g_assert_cmpuint (strlen (error->message), <, 120);
  g_assert_true (g_str_has_suffix (error->message, "kkk: unknown key"));
}

/* --- good programs ------------------------------------------------------------------------------------------------ */

static void
test_good_program_is_read_whole (void)
{
  g_autoptr (GPtrArray) programs
      = parse ("{'name': 'p', 'handlers': ["
               " {'id': 'a', 'conditions': [{'all': ['x', 'y']}, {'once': true}],"
               "  'actions': [['set', 'z'], ['clear', 'x'], ['toggle', 'u', true], ['toggle', 'v', false], ['fail']]},"
               " {'id': 'b', 'conditions': []}],"
               " 'triggers': [{'when': 'x', 'set': 'y', 'clear': 'z'}, {'when_not': 'x', 'set': 'y'}],"
               " 'hooks': [{'hook': 'install', 'set': ['x'], 'clear': ['y', 'z'],"
               "  'expect': {'outcome': 'error', 'invocations': [['other', 0, 'a']], 'flags': ['y', 'x'],"
               "             'capped': true}}, {'hook': 'stop'}]}");
  const ReactiveFlagProgram *program = g_ptr_array_index (programs, 0);
  const GArray *actions = reactive_program_get_handler_data (program->program, 0);
  const ReactiveFlagHook *hook = g_ptr_array_index (program->hooks, 0);
  static const struct
  {
    ReactiveFlagActionKind kind;
    const char *flag;
  } expected[] = {
    { REACTIVE_FLAG_ACTION_SET, "z" },   { REACTIVE_FLAG_ACTION_CLEAR, "x" }, { REACTIVE_FLAG_ACTION_SET, "u" },
    { REACTIVE_FLAG_ACTION_CLEAR, "v" }, { REACTIVE_FLAG_ACTION_FAIL, NULL },
  };

  g_assert_cmpuint (programs->len, ==, 1);
  g_assert_cmpstr (program->name, ==, "p");
  g_assert_cmpuint (program->n_triggers, ==, 2);
  g_assert_cmpuint (reactive_program_get_n_handlers (program->program), ==, 2);
  g_assert_true (reactive_program_has_once (program->program, 0));
  g_assert_cmpuint (actions->len, ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < actions->len; i++)
    {
      g_assert_cmpint (g_array_index (actions, ReactiveFlagAction, i).kind, ==, expected[i].kind);
      g_assert_cmpstr (g_array_index (actions, ReactiveFlagAction, i).flag, ==, expected[i].flag);
    }

  g_assert_cmpuint (program->hooks->len, ==, 2);
  g_assert_cmpstr (hook->hook, ==, "install");
  g_assert_true (g_strv_equal ((const char *const *) hook->set, REACTIVE_NAMES ("x")));
  g_assert_true (g_strv_equal ((const char *const *) hook->clear, REACTIVE_NAMES ("y", "z")));
  g_assert_true (hook->expect->is_error);
  g_assert_true (hook->expect->is_capped);
  g_assert_true (g_strv_equal ((const char *const *) hook->expect->invocations, REACTIVE_NAMES ("other 0 a")));
  g_assert_true (g_strv_equal ((const char *const *) hook->expect->flags, REACTIVE_NAMES ("x", "y")));
  g_assert_null (((ReactiveFlagHook *) g_ptr_array_index (program->hooks, 1))->expect);
}

static void
test_stimuli_become_hooks (void)
{
  g_autoptr (GPtrArray) programs = parse ("[{'name': 'a', 'handlers': [], 'stimuli': ['x', 'y']},"
                                          " {'name': 'b', 'handlers': [], 'stimuli': ['x'],"
                                          "  'hooks': [{'hook': 'install'}]}]");
  const ReactiveFlagProgram *first = g_ptr_array_index (programs, 0);
  const ReactiveFlagProgram *second = g_ptr_array_index (programs, 1);
  const ReactiveFlagHook *hook = g_ptr_array_index (first->hooks, 1);

  g_assert_cmpuint (first->hooks->len, ==, 2);
  g_assert_cmpstr (hook->hook, ==, "update-status");
  g_assert_true (g_strv_equal ((const char *const *) hook->set, REACTIVE_NAMES ("y")));
  g_assert_cmpuint (second->hooks->len, ==, 1);
}

static void
test_no_programs_are_no_error (void)
{
  g_autoptr (GPtrArray) programs = parse ("[]");

  g_assert_cmpuint (programs->len, ==, 0);
}

static void
test_programs_are_loaded_from_a_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("flag-program-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "p.json", NULL);
  g_autoptr (GPtrArray) programs = NULL;

  g_assert_null (reactive_flag_programs_load (path, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, path));
  g_clear_error (&error);

  g_assert_true (g_file_set_contents (path, "{\"name\": \"p\", \"handlers\": []}", -1, NULL));
  programs = reactive_flag_programs_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (programs->len, ==, 1);
  g_assert_cmpint (g_unlink (path) + g_rmdir (directory), ==, 0);
}

/* --- running ------------------------------------------------------------------------------------------------------ */

/* What a hook comes to, as text. */
static char *
run_hook (const ReactiveFlagProgram *program, guint number, ReactiveStore *store, guint cap)
{
  g_auto (ReactiveFlagResult) result = { 0 };
  g_autoptr (GError) error = NULL;
  g_autofree char *invocations = NULL;
  g_autofree char *flags = NULL;

  g_assert_true (
      reactive_flag_program_run (program, g_ptr_array_index (program->hooks, number), store, cap, &result, &error));
  g_assert_no_error (error);
  invocations = g_strjoinv (", ", result.invocations);
  flags = g_strjoinv (" ", result.flags);

  return g_strdup_printf ("%s; %s; %s; %s", invocations, flags, result.cycle != NULL ? result.cycle : "-",
                          result.error != NULL ? result.error : "-");
}

typedef struct
{
  const char *name;
  const char *text;
  guint cap;
  const char *results[4]; /* for each hook: "INVOCATIONS; FLAGS; CYCLE; ERROR" */
} Run;

static const Run runs[] = {
  { "state-lasts-from-hook-to-hook",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'once': true}], 'actions': [['set', 'x']]},"
    " {'id': 'b', 'conditions': [{'all': ['x']}]}], 'hooks': [{'hook': 'install'}, {'hook': 'start'}]}",
    100,
    { "hooks 0 a, other 0 b; x; -; -", "other 0 b; x; -; -" } },
  { "failed-hook-leaves-nothing",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'once': true}], 'actions': [['set', 'x']]},"
    " {'id': 'b', 'conditions': [{'all': ['x']}, {'none': ['fixed']}], 'actions': [['set', 'y'], ['fail']]}],"
    " 'hooks': [{'hook': 'install', 'set': ['z']}, {'hook': 'install', 'set': ['fixed']}, {'hook': 'start'}]}",
    100,
    { "hooks 0 a, other 0 b; ; -; handler 'b' failed", "hooks 0 a; fixed x; -; -", "; fixed x; -; -" } },
  { "flags-change-before-the-handlers",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'all': ['x']}]}, {'id': 'b', 'conditions': [{'none': "
    "['x']}]}],"
    " 'triggers': [{'when': 'go', 'set': 'x'}], 'hooks': [{'hook': 'a', 'set': ['go']}, {'hook': 'b', 'clear': ['x']},"
    " {'hook': 'c', 'set': ['x', 'y'], 'clear': ['x']}]}",
    100,
    { "other 0 a; go x; -; -", "other 0 b; go; -; -", "other 0 b; go y; -; -" } },
  { "cap-is-a-parameter",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'none': []}]}], 'hooks': [{'hook': 'install'}]}",
    2,
    { "other 0 a, other 1 a; ; [a]; -" } },
  { "restricted-hook-runs-no-handler-of-flags",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'restricted': ['collect-metrics']}], 'actions': [['set', "
    "'x']]},"
    " {'id': 'b', 'conditions': [{'restricted': ['collect-metrics', 'meter-status-changed']}]},"
    " {'id': 'c', 'conditions': [{'none': ['y']}]}],"
    " 'hooks': [{'hook': 'collect-metrics', 'set': ['z']}, {'hook': 'meter-status-changed'}]}",
    100,
    { "restricted 0 a; x z; -; -", "; x z; -; -" } },
  { "series-upgrade-sets-its-flag",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'all': ['upgrade.series.in-progress']}]}],"
    " 'hooks': [{'hook': 'pre-series-upgrade'}, {'hook': 'config-changed'}, {'hook': 'post-series-upgrade'}]}",
    100,
    { "other 0 a; upgrade.series.in-progress; -; -", "other 0 a; upgrade.series.in-progress; -; -", "; ; -; -" } },
  { "endless-triggers-fail-before-any-handler",
    "{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'none': ['y']}]}],"
    " 'triggers': [{'when': 'x', 'clear': 'x'}, {'when_not': 'x', 'set': 'x'}],"
    " 'hooks': [{'hook': 'install', 'set': ['x']}, {'hook': 'start'}]}",
    100,
    { "; ; -; triggers set each other off without end: … set x, clear x, set x, …", "other 0 a; ; -; -" } },
};

static void
test_run (gconstpointer data)
{
  const Run *test = data;
  g_autoptr (GPtrArray) programs = parse (test->text);
  const ReactiveFlagProgram *program = g_ptr_array_index (programs, 0);
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();

  for (guint i = 0; i < program->hooks->len; i++)
    {
      g_autofree char *result = run_hook (program, i, store, test->cap);

      g_assert_cmpstr (result, ==, test->results[i]);
    }
  g_assert_null (test->results[program->hooks->len]);
}

static void
check_trace_row (gint64 id, const ReactiveTraceRow *row, gpointer user_data)
{
  GString *rows = user_data;

  g_assert_cmpint (row->started_us, >, 0);
  g_assert_cmpint (row->duration_us, >=, 0);
  g_string_append_printf (rows, "%s %s %s %s\n", row->hook, row->outcome, row->error != NULL ? row->error : "-",
                          row->events);
}

static void
test_each_hook_leaves_a_trace (void)
{
  g_autoptr (GPtrArray) programs
      = parse ("{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'hook': ['start']}], 'actions': [['fail']]}],"
               " 'hooks': [{'hook': 'install'}, {'hook': 'start'}]}");
  const ReactiveFlagProgram *program = g_ptr_array_index (programs, 0);
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  g_autoptr (GString) rows = g_string_new (NULL);

  for (guint i = 0; i < 2; i++)
    g_free (run_hook (program, i, store, 100));
  g_assert_true (reactive_store_foreach_trace (store, check_trace_row, rows, NULL));
  g_assert_cmpstr (
      rows->str, ==,
      "install ok - [[\"phase\", \"hooks\", 0], [\"phase\", \"other\", 0]]\n"
      "start error handler 'a' failed [[\"phase\", \"hooks\", 0], [\"queue\", \"a\"], [\"run\", \"a\"]]\n");
}

/* A state file that cannot be written is an error, and no result. */
static void
test_state_that_cannot_be_written_is_an_error (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("flag-program-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "state.db", NULL);
  g_autoptr (GPtrArray) programs = parse ("{'name': 'p', 'handlers': [], 'hooks': [{'hook': 'a', 'set': ['x']}]}");
  const ReactiveFlagProgram *program = g_ptr_array_index (programs, 0);
  g_autoptr (ReactiveStore) store = reactive_store_open (path, REACTIVE_STORE_READ_WRITE, &error);
  g_autoptr (ReactiveStore) late = NULL;
  g_auto (ReactiveFlagResult) result = { 0 };

  g_assert_no_error (error);
  g_assert_true (reactive_store_commit (store, NULL, &error));
  late = reactive_store_open (path, REACTIVE_STORE_READ_WRITE, &error);
  g_assert_no_error (error);
  reactive_store_set (late, "k", "1");
  g_assert_true (reactive_store_commit (late, NULL, &error));

  /* What the first store has read is out of date by now. */
  g_assert_false (
      reactive_flag_program_run (program, g_ptr_array_index (program->hooks, 0), store, 100, &result, &error));
  g_assert_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE);
  g_assert_null (result.dispatch);

  g_clear_pointer (&store, reactive_store_free);
  g_clear_pointer (&late, reactive_store_free);
  g_assert_cmpint (g_unlink (path) + g_rmdir (directory), ==, 0);
}

/* --- comparing ---------------------------------------------------------------------------------------------------- */

static void
test_differences_are_told_a_line_each (void)
{
  g_autoptr (GPtrArray) programs
      = parse ("{'name': 'p', 'handlers': [{'id': 'a', 'conditions': [{'none': []}]}], 'hooks': ["
               "{'hook': 'install', 'set': ['y', 'x'], 'expect': {'outcome': 'ok', 'invocations': [['other', 0, 'a']],"
               " 'flags': ['y', 'x'], 'capped': true}},"
               "{'hook': 'install', 'expect': {'outcome': 'error', 'invocations': [], 'flags': ['z']}}]}");
  const ReactiveFlagProgram *program = g_ptr_array_index (programs, 0);
  g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();
  static const char *const expected[] = {
    NULL,
    "outcome: expected error, got ok\ninvocations: expected [], got [other 0 a]\nflags: expected [z], got [x, y]\n"
    "capped: expected false, got true\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      const ReactiveFlagHook *hook = g_ptr_array_index (program->hooks, i);
      g_auto (ReactiveFlagResult) result = { 0 };
      g_autofree char *differences = NULL;

      g_assert_true (reactive_flag_program_run (program, hook, store, 1, &result, NULL));
      differences = reactive_flag_expectation_compare (hook->expect, &result);
      g_assert_cmpstr (differences, ==, expected[i]);
    }
}

static void
test_unexpected_failure_is_told_with_its_reason (void)
{
  const ReactiveFlagExpectation expect = { FALSE, FALSE, (char *[]){ NULL }, (char *[]){ NULL } };
  const ReactiveFlagResult result
      = { .error = (char *) "it broke", .invocations = expect.invocations, .flags = expect.flags };
  g_autofree char *differences = reactive_flag_expectation_compare (&expect, &result);

  g_assert_cmpstr (differences, ==, "outcome: expected ok, got error: it broke\n");
}

/* The recorded behaviour of charms.reactive, one state for the hooks of a program. */
static void
test_recorded_programs (void)
{
  static const char *const files[] = { "flag_programs.json", "flag_programs_restricted.json" };
  guint n_hooks = 0;

  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("REACTIVE_TEST_DATA"), "vectors", files[i], NULL);
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) programs = reactive_flag_programs_load (path, &error);

      g_assert_no_error (error);
      for (guint j = 0; j < programs->len; j++)
        {
          const ReactiveFlagProgram *program = g_ptr_array_index (programs, j);
          g_autoptr (ReactiveStore) store = reactive_store_new_in_memory ();

          for (guint k = 0; k < program->hooks->len; k++, n_hooks++)
            {
              const ReactiveFlagHook *hook = g_ptr_array_index (program->hooks, k);
              g_auto (ReactiveFlagResult) result = { 0 };
              g_autofree char *differences = NULL;

              g_assert_true (reactive_flag_program_run (program, hook, store, REACTIVE_DISPATCH_CAP, &result, &error));
              differences = reactive_flag_expectation_compare (hook->expect, &result);
              if (differences != NULL)
                g_error ("%s, hook %u: %s", program->name, k + 1, differences);
            }
        }
    }
  g_assert_cmpuint (n_hooks, >, 600);
}

static void
add_data_tests (const char *group, const char *name, gconstpointer data, GTestDataFunc function)
{
  g_autofree char *path = g_strconcat ("/flag-program/", group, "/", name, NULL);

  g_test_add_data_func (path, data, function);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    add_data_tests ("bad", bad[i].name, &bad[i], test_bad);
  for (guint i = 0; i < G_N_ELEMENTS (runs); i++)
    add_data_tests ("run", runs[i].name, &runs[i], test_run);
  g_test_add_func ("/flag-program/bad/message-of-a-long-name-is-short", test_message_of_a_long_name_is_short);
  g_test_add_func ("/flag-program/good-one-is-read-whole", test_good_program_is_read_whole);
  g_test_add_func ("/flag-program/stimuli-become-hooks", test_stimuli_become_hooks);
  g_test_add_func ("/flag-program/none-is-no-error", test_no_programs_are_no_error);
  g_test_add_func ("/flag-program/is-loaded-from-a-file", test_programs_are_loaded_from_a_file);
  g_test_add_func ("/flag-program/run/each-hook-leaves-a-trace", test_each_hook_leaves_a_trace);
  g_test_add_func ("/flag-program/run/state-that-cannot-be-written-is-an-error",
                   test_state_that_cannot_be_written_is_an_error);
  g_test_add_func ("/flag-program/compare/differences-are-told-a-line-each", test_differences_are_told_a_line_each);
  g_test_add_func ("/flag-program/compare/unexpected-failure-is-told-with-its-reason",
                   test_unexpected_failure_is_told_with_its_reason);
  g_test_add_func ("/flag-program/recorded-programs-come-out-as-recorded", test_recorded_programs);

  return g_test_run ();
}
