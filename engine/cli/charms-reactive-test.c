/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <unistd.h>

#include "cli/charms-reactive-private.h"
#include "cli/shell-words.h"
#include "cli/state-names.h"
#include "core/hook-pattern.h"
#include "juju/hook.h"
#include "state/digest.h"
#include "unit/flag-notes.h"
#include "unit/flag-store.h"
#include "unit/handlers.h"

#define FILES_PREFIX "reactive.files_changed."

/* @words: (element-type utf8); FALSE with @error where the test cannot be made. */
typedef gboolean (*TestFunc) (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds,
                              GError **error);

static gboolean
is_in_phase (State *state, const char *phase)
{
  g_autofree char *text = g_strdup_printf ("\"%s\"", phase);

  return g_strcmp0 (reactive_store_get (state->store, REACTIVE_NOTE_PHASE), text) == 0;
}

/* Those that a charm without metadata has are none. */
static GArray *
list_endpoints (ReactiveCharm **out_charm)
{
  const char *charm_dir = reactive_hook_environment_charm_dir ((const char *const *) environ);

  *out_charm = charm_dir != NULL ? reactive_charm_load (charm_dir, NULL) : NULL;

  return *out_charm != NULL ? reactive_charm_list_pattern_endpoints (*out_charm)
                            : g_array_new (FALSE, FALSE, sizeof (ReactivePatternEndpoint));
}

static gboolean
hook_matches (const GPtrArray *patterns, gboolean *out_matches, GError **error)
{
  const char *hook = g_getenv ("JUJU_HOOK_NAME");
  g_autoptr (ReactiveCharm) charm = NULL;
  g_autoptr (GArray) endpoints = list_endpoints (&charm);

  *out_matches = FALSE;
  for (guint i = 0; i < patterns->len && !*out_matches; i++)
    {
      g_autoptr (GPtrArray) names = reactive_hook_pattern_expand (
          g_ptr_array_index (patterns, i), (const ReactivePatternEndpoint *) endpoints->data, endpoints->len, error);

      if (names == NULL)
        return FALSE;
      *out_matches = g_ptr_array_find_with_equal_func (names, hook != NULL ? hook : CHARMS_REACTIVE, g_str_equal, NULL);
    }

  return TRUE;
}

static gboolean
test_hook (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds, GError **error)
{
  *out_holds = FALSE;

  return !is_in_phase (state, "hooks") || hook_matches (words, out_holds, error);
}

static guint
count_set (State *state, const GPtrArray *flags)
{
  guint n_set = 0;

  for (guint i = 0; i < flags->len; i++)
    n_set += charms_reactive_is_set (state, g_ptr_array_index (flags, i));

  return n_set;
}

static gboolean
test_all (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds, GError **error)
{
  *out_holds = is_in_phase (state, "other") && count_set (state, words) == words->len;
  return TRUE;
}

static gboolean
test_any (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds, GError **error)
{
  *out_holds = is_in_phase (state, "other") && count_set (state, words) > 0;
  return TRUE;
}

static gboolean
test_none (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds, GError **error)
{
  *out_holds = is_in_phase (state, "other") && count_set (state, words) == 0;
  return TRUE;
}

static gboolean
test_not_all (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds, GError **error)
{
  *out_holds = is_in_phase (state, "other") && count_set (state, words) < words->len;
  return TRUE;
}

/* Looks at all of them, and takes note. */
static gboolean
test_file_changed (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds, GError **error)
{
  *out_holds = FALSE;
  for (guint i = 0; i < words->len; i++)
    {
      const char *path = g_ptr_array_index (words, i);
      g_autofree char *key = g_strconcat (FILES_PREFIX, path, NULL);
      g_autofree char *digest = NULL, *text = NULL;
      const char *old = reactive_store_get (state->store, key);

      if (!reactive_file_digest (path, &digest, error))
        return FALSE;

      text = digest != NULL ? g_strdup_printf ("\"%s\"", digest) : g_strdup ("null");
      if (strcmp (text, old != NULL ? old : "null") == 0)
        continue;
      reactive_store_set (state->store, key, text);
      *out_holds = TRUE;
    }

  return TRUE;
}

/* What to Python is false. */
static gboolean
test_once (State *state, const char *handler_id, const GPtrArray *words, gboolean *out_holds, GError **error)
{
  static const char *const falsities[] = { "null", "false", "0", "\"\"", "[]", "{}", NULL };
  g_autofree char *key = g_strconcat (REACTIVE_ONCE_PREFIX, handler_id, NULL);
  const char *text = reactive_store_get (state->store, key);

  *out_holds = text == NULL || g_strv_contains (falsities, text);

  return TRUE;
}

static const struct
{
  const char *name;
  TestFunc func;
  gboolean is_of_flags;
} tests[] = {
  { "hook", test_hook },
  { "when", test_all, TRUE },
  { "when_all", test_all, TRUE },
  { "when_any", test_any, TRUE },
  { "when_not", test_none, TRUE },
  { "when_none", test_none, TRUE },
  { "when_not_all", test_not_all, TRUE },
  { "when_file_changed", test_file_changed },
  { "only_once", test_once },
};

static guint
find_test (const char *name)
{
  guint i = 0;

  while (i < G_N_ELEMENTS (tests) && strcmp (tests[i].name, name) != 0)
    i++;

  return i;
}

/* The rest of the arguments, without the NULL at its end. */
static GPtrArray *
list_rest (const Arguments *arguments)
{
  GPtrArray *words = g_ptr_array_new ();

  for (guint i = 0; i + 1 < arguments->rest->len; i++)
    g_ptr_array_add (words, g_ptr_array_index (arguments->rest, i));

  return words;
}

gboolean
run_any_hook (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  g_autoptr (GPtrArray) patterns = list_rest (arguments);
  gboolean matches;

  if (!hook_matches (patterns, &matches, error))
    return FALSE;

  *out_result = reactive_json_new_boolean (matches);
  return TRUE;
}

gboolean
run_one_test (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  g_autoptr (GPtrArray) words = list_rest (arguments);
  gboolean holds;

  if (!tests[find_test (arguments->subcommand->name)].func (state, arguments->positionals[0], words, &holds, error))
    return FALSE;

  *out_result = reactive_json_new_boolean (holds);
  return TRUE;
}

/* As for handlers in the dispatcher's own process: past the first iteration one of their flags has to have changed. */
static gboolean
is_awake (State *state, const GPtrArray *flags)
{
  g_auto (ReactiveFlagWatch) watch = { 0 };

  reactive_flag_watch_parse (&watch, reactive_store_get (state->store, REACTIVE_NOTE_WATCH));
  if (watch.iteration == 0)
    return TRUE;

  for (guint i = 0; i < flags->len; i++)
    {
      const char *flag = state_names_resolve (state->names, g_ptr_array_index (flags, i));

      if (g_ptr_array_find_with_equal_func (watch.changes, flag, g_str_equal, NULL))
        return TRUE;
    }

  return FALSE;
}

/* All of its tests are made, also behind one that does not hold. @out_name is NULL where not all hold. */
static gboolean
test_handler (State *state, const char *handler, char **out_name, GError **error)
{
  g_autoptr (GPtrArray) parts = shell_words_split (handler, error);
  g_autoptr (GPtrArray) flags = g_ptr_array_new_with_free_func (g_free);
  gboolean all_hold = TRUE;

  if (parts == NULL)
    return FALSE;
  if (parts->len < 2)
    return reactive_fail (error, REACTIVE_ERROR_INVALID, "'%s' is no NAME and ID of a handler", handler);

  for (guint i = 2; i + 1 < parts->len; i += 2)
    {
      guint test = find_test (g_ptr_array_index (parts, i));
      g_autoptr (GPtrArray) words = shell_words_split (g_ptr_array_index (parts, i + 1), error);
      gboolean holds = FALSE;

      if (words == NULL)
        return FALSE;
      if (test == G_N_ELEMENTS (tests))
        return reactive_fail (error, REACTIVE_ERROR_INVALID, "there is no test '%s'",
                              (const char *) g_ptr_array_index (parts, i));
      if (!tests[test].func (state, g_ptr_array_index (parts, 1), words, &holds, error))
        return FALSE;

      all_hold = all_hold && holds;
      if (tests[test].is_of_flags)
        g_ptr_array_extend_and_steal (flags, g_steal_pointer (&words));
    }

  all_hold = all_hold && (flags->len == 0 || is_awake (state, flags));
  *out_name = all_hold ? g_strdup (g_ptr_array_index (parts, 0)) : NULL;

  return TRUE;
}

gboolean
run_test (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  g_autoptr (GString) passed = g_string_new (NULL);
  gboolean is_first = TRUE;

  for (guint i = 0; i + 1 < arguments->rest->len; i++)
    {
      g_autofree char *name = NULL;

      if (!test_handler (state, g_ptr_array_index (arguments->rest, i), &name, error))
        return FALSE;
      if (name == NULL)
        continue;
      g_string_append_printf (passed, "%s%s", is_first ? "" : ",", name);
      is_first = FALSE;
    }

  *out_result = reactive_json_new_string (passed->str);

  return TRUE;
}

gboolean
run_mark_invoked (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  for (guint i = 0; i + 1 < arguments->rest->len; i++)
    {
      g_autofree char *key = g_strconcat (REACTIVE_ONCE_PREFIX, g_ptr_array_index (arguments->rest, i), NULL);

      reactive_store_set (state->store, key, "true");
    }

  return TRUE;
}
