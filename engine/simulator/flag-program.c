/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/flag-program.h"

#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

#define MAX_BYTES (64u * 1024 * 1024)

/* What is being read, for messages. */
typedef struct
{
  const char *path;
} Reader;

#define MAX_SHOWN_BYTES 64

/* A text of the file as a message shows it: cut short, and with nothing in it that a terminal would obey. */
static char *
show (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, strnlen (text, MAX_SHOWN_BYTES));
  g_autoptr (GString) shown = g_string_new (NULL);

  for (const char *c = valid; *c != '\0'; c = g_utf8_next_char (c))
    g_string_append_unichar (shown, g_unichar_isprint (g_utf8_get_char (c)) ? g_utf8_get_char (c) : '?');

  return g_string_free (g_steal_pointer (&shown), FALSE);
}

static gboolean G_GNUC_PRINTF (5, 6)
    fail (const Reader *reader, const ReactiveJson *value, const char *key, GError **error, const char *format, ...)
{
  g_autofree char *message = NULL, *shown_key = show (key);
  guint line, column;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  reactive_json_get_position (value, &line, &column);
  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s:%u:%u: %s: %s", reader->path, line, column, shown_key,
                        message);
}

static gboolean
check_kind (const Reader *reader, const ReactiveJson *value, const char *key, ReactiveJsonType kind,
            const char *expected, GError **error)
{
  if (reactive_json_get_kind (value) == kind)
    return TRUE;

  return fail (reader, value, key, error, "is %s (expected %s)",
               reactive_json_kind_name (reactive_json_get_kind (value)), expected);
}

/* A name or flag: not empty, and nothing that would break a line of output. */
static const char *
read_word (const Reader *reader, const ReactiveJson *value, const char *key, GError **error)
{
  gsize length;
  const char *word;

  if (!check_kind (reader, value, key, REACTIVE_JSON_STRING, "a string", error))
    return NULL;

  word = reactive_json_get_string (value, &length);
  if (length == 0)
    {
      fail (reader, value, key, error, "is empty");
      return NULL;
    }
  for (gsize i = 0; i < length; i++)
    if ((guchar) word[i] < 0x20 || word[i] == 0x7f)
      {
        fail (reader, value, key, error, "has a control character in it");
        return NULL;
      }

  return word;
}

/* An array of words. Free with g_strfreev(). */
static char **
read_words (const Reader *reader, const ReactiveJson *value, const char *key, GError **error)
{
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();

  if (!check_kind (reader, value, key, REACTIVE_JSON_ARRAY, "an array of strings", error))
    return NULL;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const char *word = read_word (reader, reactive_json_get_element (value, i), key, error);

      if (word == NULL)
        return NULL;
      g_strv_builder_add (words, word);
    }

  return g_strv_builder_end (words);
}

/* An object with no keys but those of @known (ended by NULL). */
static gboolean
check_object (const Reader *reader, const ReactiveJson *value, const char *key, const char *const *known,
              GError **error)
{
  if (!check_kind (reader, value, key, REACTIVE_JSON_OBJECT, "an object", error))
    return FALSE;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const char *name = reactive_json_get_member_name (value, i);

      /* A name that holds NUL looks like a shorter one, but is not found by it. */
      if (!g_strv_contains (known, name)
          || reactive_json_get_member (value, name) != reactive_json_get_element (value, i))
        {
          g_autofree char *hint = reactive_text_hint (name, known);

          return fail (reader, reactive_json_get_element (value, i), name, error, "unknown key%s", hint);
        }
    }

  return TRUE;
}

/* A member that must be there. */
static const ReactiveJson *
require_member (const Reader *reader, const ReactiveJson *object, const char *name, const char *of, GError **error)
{
  const ReactiveJson *member = reactive_json_get_member (object, name);

  if (member == NULL)
    fail (reader, object, name, error, "is missing from the %s", of);

  return member;
}

/* --- handlers ----------------------------------------------------------------------------------------------------- */

static const struct
{
  const char *name;
  ReactiveConditionKind kind;
} conditions[] = {
  { "all", REACTIVE_CONDITION_ALL },   { "any", REACTIVE_CONDITION_ANY },
  { "none", REACTIVE_CONDITION_NONE }, { "not_all", REACTIVE_CONDITION_NOT_ALL },
  { "hook", REACTIVE_CONDITION_HOOK }, { "restricted", REACTIVE_CONDITION_RESTRICTED },
  { "once", REACTIVE_CONDITION_ONCE },
};

/* What the builder has to complain about is told where it stands. */
static gboolean
check_builder (const Reader *reader, const ReactiveJson *value, const char *key, const ReactiveProgramBuilder *builder,
               GError **error)
{
  g_autoptr (GError) builder_error = NULL;

  if (reactive_program_builder_check (builder, &builder_error))
    return TRUE;

  return fail (reader, value, key, error, "%s", builder_error->message);
}

/* Each restricted name stands for a decorator of its own in the programs, so all of them must hold. */
static void
add_condition (ReactiveProgramBuilder *builder, ReactiveConditionKind kind, const char *const *names)
{
  if (kind != REACTIVE_CONDITION_RESTRICTED)
    {
      reactive_program_builder_add_condition (builder, kind, names);
      return;
    }

  g_assert (names != NULL);
  for (; *names != NULL; names++)
    reactive_program_builder_add_condition (builder, kind, (const char *const[]){ *names, NULL });
}

static gboolean
read_condition (const Reader *reader, const ReactiveJson *value, ReactiveProgramBuilder *builder, GError **error)
{
  static const char *const known[] = { "all", "any", "none", "not_all", "hook", "restricted", "once", NULL };
  const char *name;
  const ReactiveJson *names;
  g_auto (GStrv) words = NULL;
  guint i = 0;

  if (!check_object (reader, value, "condition", known, error))
    return FALSE;
  if (reactive_json_get_length (value) != 1)
    return fail (reader, value, "condition", error,
                 "has %u keys (expected one of all, any, none, not_all, hook, restricted, once)",
                 reactive_json_get_length (value));

  name = reactive_json_get_member_name (value, 0);
  names = reactive_json_get_element (value, 0);
  while (strcmp (conditions[i].name, name) != 0)
    i++;

  if (conditions[i].kind == REACTIVE_CONDITION_ONCE)
    {
      if (reactive_json_get_kind (names) != REACTIVE_JSON_BOOLEAN || !reactive_json_get_boolean (names))
        return fail (reader, names, name, error, "is %s (expected true)",
                     reactive_json_kind_name (reactive_json_get_kind (names)));
    }
  else if ((words = read_words (reader, names, name, error)) == NULL)
    return FALSE;

  add_condition (builder, conditions[i].kind, (const char *const *) words);

  return check_builder (reader, names, name, builder, error);
}

static void
clear_action (gpointer action)
{
  g_free (((ReactiveFlagAction *) action)->flag);
}

/* ["set", FLAG], ["clear", FLAG], ["toggle", FLAG, BOOLEAN] or ["fail"]. */
static gboolean
read_action (const Reader *reader, const ReactiveJson *value, GArray *actions, GError **error)
{
  static const char *const known[] = { "set", "clear", "toggle", "fail", NULL };
  ReactiveFlagAction action = { REACTIVE_FLAG_ACTION_SET, NULL };
  const char *verb, *flag;
  guint length, expected;

  if (!check_kind (reader, value, "action", REACTIVE_JSON_ARRAY, "an array like [\"set\", FLAG]", error))
    return FALSE;
  length = reactive_json_get_length (value);
  if (length == 0)
    return fail (reader, value, "action", error, "is empty (expected [\"set\", FLAG])");
  if ((verb = read_word (reader, reactive_json_get_element (value, 0), "action", error)) == NULL)
    return FALSE;
  if (!g_strv_contains (known, verb))
    {
      g_autofree char *hint = reactive_text_hint (verb, known);

      return fail (reader, value, verb, error, "unknown action%s", hint);
    }

  expected = strcmp (verb, "fail") == 0 ? 1 : strcmp (verb, "toggle") == 0 ? 3 : 2;
  if (length != expected)
    return fail (reader, value, verb, error, "has %u elements (expected %u)", length, expected);

  if (expected == 1)
    action.kind = REACTIVE_FLAG_ACTION_FAIL;
  else if ((flag = read_word (reader, reactive_json_get_element (value, 1), verb, error)) == NULL)
    return FALSE;
  else
    action.flag = g_strdup (flag);

  if (strcmp (verb, "clear") == 0)
    action.kind = REACTIVE_FLAG_ACTION_CLEAR;
  if (expected == 3)
    {
      const ReactiveJson *active = reactive_json_get_element (value, 2);

      if (!check_kind (reader, active, verb, REACTIVE_JSON_BOOLEAN, "true or false", error))
        {
          clear_action (&action);
          return FALSE;
        }
      action.kind = reactive_json_get_boolean (active) ? REACTIVE_FLAG_ACTION_SET : REACTIVE_FLAG_ACTION_CLEAR;
    }
  g_array_append_val (actions, action);

  return TRUE;
}

static gboolean
read_handler (const Reader *reader, const ReactiveJson *value, ReactiveFlagProgram *program,
              ReactiveProgramBuilder *builder, GError **error)
{
  static const char *const known[] = { "id", "conditions", "actions", NULL };
  const ReactiveJson *id, *list;
  const char *word;
  GArray *actions;

  if (!check_object (reader, value, "handler", known, error)
      || (id = require_member (reader, value, "id", "handler", error)) == NULL
      || (word = read_word (reader, id, "id", error)) == NULL)
    return FALSE;

  actions = g_array_new (FALSE, FALSE, sizeof (ReactiveFlagAction));
  g_array_set_clear_func (actions, clear_action);
  g_ptr_array_add (program->actions, actions);
  reactive_program_builder_add_handler (builder, word, actions);

  if (!check_builder (reader, id, "id", builder, error)
      || (list = require_member (reader, value, "conditions", "handler", error)) == NULL
      || !check_kind (reader, list, "conditions", REACTIVE_JSON_ARRAY, "an array", error))
    return FALSE;
  for (guint i = 0; i < reactive_json_get_length (list); i++)
    if (!read_condition (reader, reactive_json_get_element (list, i), builder, error))
      return FALSE;

  if ((list = reactive_json_get_member (value, "actions")) == NULL)
    return TRUE;
  if (!check_kind (reader, list, "actions", REACTIVE_JSON_ARRAY, "an array", error))
    return FALSE;
  for (guint i = 0; i < reactive_json_get_length (list); i++)
    if (!read_action (reader, reactive_json_get_element (list, i), actions, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_trigger (const Reader *reader, const ReactiveJson *value, ReactiveProgramBuilder *builder, GError **error)
{
  static const char *const known[] = { "when", "when_not", "set", "clear", NULL };
  const char *flags[4] = { NULL, NULL, NULL, NULL };

  if (!check_object (reader, value, "trigger", known, error))
    return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      const ReactiveJson *member = reactive_json_get_member (value, known[i]);

      if (member != NULL && (flags[i] = read_word (reader, member, known[i], error)) == NULL)
        return FALSE;
    }
  if ((flags[0] == NULL) == (flags[1] == NULL))
    return fail (reader, value, "trigger", error, "needs one of when and when_not");
  if (flags[2] == NULL && flags[3] == NULL)
    return fail (reader, value, "trigger", error, "needs set or clear");

  reactive_program_builder_add_trigger (
      builder, &(ReactiveTrigger){ .when = flags[0], .when_not = flags[1], .set = flags[2], .clear = flags[3] });

  return TRUE;
}

/* --- hooks -------------------------------------------------------------------------------------------------------- */

static void
expectation_free (ReactiveFlagExpectation *expect)
{
  if (expect == NULL)
    return;

  g_strfreev (expect->invocations);
  g_strfreev (expect->flags);
  g_free (expect);
}

static void
hook_free (gpointer data)
{
  ReactiveFlagHook *hook = data;

  g_free (hook->hook);
  g_strfreev (hook->set);
  g_strfreev (hook->clear);
  expectation_free (hook->expect);
  g_free (hook);
}

/* [[PHASE, ITERATION, HANDLER], …] as lines. */
static char **
read_invocations (const Reader *reader, const ReactiveJson *value, GError **error)
{
  g_autoptr (GStrvBuilder) lines = g_strv_builder_new ();

  if (!check_kind (reader, value, "invocations", REACTIVE_JSON_ARRAY, "an array", error))
    return NULL;

  for (guint i = 0; i < reactive_json_get_length (value); i++)
    {
      const ReactiveJson *entry = reactive_json_get_element (value, i);
      g_autofree char *line = NULL;
      const char *phase, *id;
      gint64 iteration;

      if (!check_kind (reader, entry, "invocations", REACTIVE_JSON_ARRAY, "[PHASE, ITERATION, HANDLER]", error))
        return NULL;
      if (reactive_json_get_length (entry) != 3
          || !reactive_json_get_integer (reactive_json_get_element (entry, 1), &iteration))
        {
          fail (reader, entry, "invocations", error, "expected [PHASE, ITERATION, HANDLER]");
          return NULL;
        }
      if ((phase = read_word (reader, reactive_json_get_element (entry, 0), "invocations", error)) == NULL
          || (id = read_word (reader, reactive_json_get_element (entry, 2), "invocations", error)) == NULL)
        return NULL;

      line = g_strdup_printf ("%s %" G_GINT64_FORMAT " %s", phase, iteration, id);
      g_strv_builder_add (lines, line);
    }

  return g_strv_builder_end (lines);
}

static gboolean
read_expectation (const Reader *reader, const ReactiveJson *value, ReactiveFlagExpectation *expect, GError **error)
{
  static const char *const known[] = { "outcome", "invocations", "flags", "capped", NULL };
  const ReactiveJson *member;
  const char *outcome;

  if (!check_object (reader, value, "expect", known, error)
      || (member = require_member (reader, value, "outcome", "expectation", error)) == NULL
      || (outcome = read_word (reader, member, "outcome", error)) == NULL)
    return FALSE;
  if (strcmp (outcome, "ok") != 0 && strcmp (outcome, "error") != 0)
    {
      g_autofree char *shown = show (outcome);

      return fail (reader, member, "outcome", error, "is '%s' (expected ok or error)", shown);
    }
  expect->is_error = strcmp (outcome, "error") == 0;

  if ((member = require_member (reader, value, "invocations", "expectation", error)) == NULL
      || (expect->invocations = read_invocations (reader, member, error)) == NULL)
    return FALSE;
  if ((member = require_member (reader, value, "flags", "expectation", error)) == NULL
      || (expect->flags = read_words (reader, member, "flags", error)) == NULL)
    return FALSE;
  qsort (expect->flags, g_strv_length (expect->flags), sizeof (char *), reactive_text_compare_items);

  member = reactive_json_get_member (value, "capped");
  if (member != NULL && !check_kind (reader, member, "capped", REACTIVE_JSON_BOOLEAN, "true or false", error))
    return FALSE;
  expect->is_capped = member != NULL && reactive_json_get_boolean (member);

  return TRUE;
}

static gboolean
read_hook (const Reader *reader, const ReactiveJson *value, ReactiveFlagProgram *program, GError **error)
{
  static const char *const known[] = { "hook", "set", "clear", "expect", NULL };
  ReactiveFlagHook *hook = g_new0 (ReactiveFlagHook, 1);
  const ReactiveJson *member;
  const char *name;

  g_ptr_array_add (program->hooks, hook);

  if (!check_object (reader, value, "hook", known, error)
      || (member = require_member (reader, value, "hook", "hook", error)) == NULL
      || (name = read_word (reader, member, "hook", error)) == NULL)
    return FALSE;
  hook->hook = g_strdup (name);

  if ((member = reactive_json_get_member (value, "set")) != NULL
      && (hook->set = read_words (reader, member, "set", error)) == NULL)
    return FALSE;
  if ((member = reactive_json_get_member (value, "clear")) != NULL
      && (hook->clear = read_words (reader, member, "clear", error)) == NULL)
    return FALSE;
  if ((member = reactive_json_get_member (value, "expect")) == NULL)
    return TRUE;

  hook->expect = g_new0 (ReactiveFlagExpectation, 1);

  return read_expectation (reader, member, hook->expect, error);
}

/* A program without hooks of its own gets one for each stimulus: a flag that nothing in the program sets. */
static gboolean
read_stimuli (const Reader *reader, const ReactiveJson *value, ReactiveFlagProgram *program, GError **error)
{
  g_auto (GStrv) flags = read_words (reader, value, "stimuli", error);

  if (flags == NULL)
    return FALSE;

  for (guint i = 0; flags[i] != NULL; i++)
    {
      ReactiveFlagHook *hook = g_new0 (ReactiveFlagHook, 1);

      hook->hook = g_strdup ("update-status");
      hook->set = g_new0 (char *, 2);
      hook->set[0] = g_strdup (flags[i]);
      g_ptr_array_add (program->hooks, hook);
    }

  return TRUE;
}

/* --- programs ----------------------------------------------------------------------------------------------------- */

static void
program_free (gpointer data)
{
  ReactiveFlagProgram *program = data;

  g_free (program->name);
  reactive_program_unref (program->program);
  g_ptr_array_unref (program->actions);
  g_ptr_array_unref (program->hooks);
  g_free (program);
}

typedef gboolean (*ReadElement) (const Reader *reader, const ReactiveJson *value, ReactiveFlagProgram *program,
                                 ReactiveProgramBuilder *builder, GError **error);

static gboolean
read_trigger_element (const Reader *reader, const ReactiveJson *value, ReactiveFlagProgram *program,
                      ReactiveProgramBuilder *builder, GError **error)
{
  program->n_triggers++;

  return read_trigger (reader, value, builder, error);
}

static gboolean
read_hook_element (const Reader *reader, const ReactiveJson *value, ReactiveFlagProgram *program,
                   ReactiveProgramBuilder *builder, GError **error)
{
  return read_hook (reader, value, program, error);
}

static gboolean
read_array (const Reader *reader, const ReactiveJson *object, const char *key, ReadElement read_element,
            ReactiveFlagProgram *program, ReactiveProgramBuilder *builder, GError **error)
{
  const ReactiveJson *array = reactive_json_get_member (object, key);

  if (array == NULL)
    return TRUE;
  if (!check_kind (reader, array, key, REACTIVE_JSON_ARRAY, "an array", error))
    return FALSE;

  for (guint i = 0; i < reactive_json_get_length (array); i++)
    if (!read_element (reader, reactive_json_get_element (array, i), program, builder, error))
      return FALSE;

  return TRUE;
}

static gboolean
read_program (const Reader *reader, const ReactiveJson *value, GPtrArray *programs, GError **error)
{
  static const char *const known[] = { "name", "handlers", "triggers", "hooks", "stimuli", NULL };
  g_autoptr (ReactiveProgramBuilder) builder = reactive_program_builder_new ();
  ReactiveFlagProgram *program = g_new0 (ReactiveFlagProgram, 1);
  const ReactiveJson *member;
  const char *name;

  program->actions = g_ptr_array_new_with_free_func ((GDestroyNotify) g_array_unref);
  program->hooks = g_ptr_array_new_with_free_func (hook_free);
  g_ptr_array_add (programs, program);

  if (!check_object (reader, value, "program", known, error)
      || (member = require_member (reader, value, "name", "program", error)) == NULL
      || (name = read_word (reader, member, "name", error)) == NULL
      || require_member (reader, value, "handlers", "program", error) == NULL)
    return FALSE;
  program->name = g_strdup (name);

  if (!read_array (reader, value, "handlers", read_handler, program, builder, error)
      || !read_array (reader, value, "triggers", read_trigger_element, program, builder, error)
      || !read_array (reader, value, "hooks", read_hook_element, program, builder, error))
    return FALSE;

  member = reactive_json_get_member (value, "stimuli");
  if (member != NULL && program->hooks->len == 0 && !read_stimuli (reader, member, program, error))
    return FALSE;

  program->program = reactive_program_builder_compile (g_steal_pointer (&builder), error);

  return program->program != NULL;
}

GPtrArray *
reactive_flag_programs_parse (const char *text, gsize length_bytes, const char *path, GError **error)
{
  const Reader reader = { path };
  g_autoptr (GPtrArray) programs = g_ptr_array_new_with_free_func (program_free);
  g_autoptr (ReactiveJson) root = reactive_json_parse (text, length_bytes, REACTIVE_JSON_STRICT, error);

  if (root == NULL)
    {
      g_prefix_error (error, "%s:", path);
      return NULL;
    }

  if (reactive_json_get_kind (root) != REACTIVE_JSON_ARRAY)
    return read_program (&reader, root, programs, error) ? g_steal_pointer (&programs) : NULL;

  for (guint i = 0; i < reactive_json_get_length (root); i++)
    if (!read_program (&reader, reactive_json_get_element (root, i), programs, error))
      return NULL;

  return g_steal_pointer (&programs);
}

GPtrArray *
reactive_flag_programs_load (const char *path, GError **error)
{
  gsize length;
  g_autofree char *text = reactive_file_read (path, MAX_BYTES, &length, error);

  return text != NULL ? reactive_flag_programs_parse (text, length, path, error) : NULL;
}
