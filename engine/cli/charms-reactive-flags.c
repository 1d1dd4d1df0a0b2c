/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/json.h"
#include "base/text.h"
#include "cli/charms-reactive-private.h"
#include "cli/state-names.h"
#include "core/dispatch.h"
#include "unit/flag-notes.h"
#include "unit/flag-store.h"
#include "unit/unit-private.h"

/* Flags as they stand in the file: each change is noted, and sets off the triggers, as charms.reactive does it. */

static char *
flag_key (const char *flag)
{
  return g_strconcat (REACTIVE_FLAG_PREFIX, flag, NULL);
}

gboolean
charms_reactive_is_set (State *state, const char *flag)
{
  g_autofree char *key = flag_key (state_names_resolve (state->names, flag));

  return reactive_store_get (state->store, key) != NULL;
}

/* For the handlers that wait for the flag. */
static void
note_change (State *state, const char *flag)
{
  g_auto (ReactiveFlagWatch) watch = { 0 };
  g_autofree char *text = NULL;

  reactive_flag_watch_parse (&watch, reactive_store_get (state->store, REACTIVE_NOTE_WATCH));
  g_ptr_array_add (watch.pending, g_strdup (flag));
  text = reactive_flag_watch_to_text (&watch);
  reactive_store_set (state->store, REACTIVE_NOTE_WATCH, text);
}

static gboolean change_flag (State *state, const char *flag, gboolean set, const char *value, guint depth,
                             GError **error);

static gboolean
run_triggers (State *state, const char *flag, gboolean when_set, guint depth, GError **error)
{
  g_autofree char *key = g_strconcat (when_set ? REACTIVE_NOTE_SET_TRIGGERS : REACTIVE_NOTE_CLEAR_TRIGGERS, flag, NULL);
  g_auto (ReactiveFlagTrigger) trigger = { 0 };

  if (depth > REACTIVE_DISPATCH_MAX_TRIGGERS)
    return reactive_fail (error, REACTIVE_ERROR_TRIGGERS, "triggers set each other off without end, at '%s'", flag);

  reactive_flag_trigger_parse (&trigger, reactive_store_get (state->store, key));
  for (guint i = 0; i < trigger.sets->len; i++)
    if (!change_flag (state, g_ptr_array_index (trigger.sets, i), TRUE, NULL, depth, error))
      return FALSE;
  for (guint i = 0; i < trigger.clears->len; i++)
    if (!change_flag (state, g_ptr_array_index (trigger.clears, i), FALSE, NULL, depth, error))
      return FALSE;

  return TRUE;
}

/* @flag by its own name; @value: JSON text, or NULL. A flag that has a value keeps it unless it gets another. */
static gboolean
change_flag (State *state, const char *flag, gboolean set, const char *value, guint depth, GError **error)
{
  g_autofree char *key = flag_key (flag);
  gboolean was_set = reactive_store_get (state->store, key) != NULL;

  if (set && (!was_set || value != NULL))
    reactive_store_set (state->store, key, value != NULL ? value : "null");
  if (!set)
    {
      reactive_store_unset (state->store, key);
      reactive_store_set (state->store, REACTIVE_NOTE_CLEARED, "true");
    }
  if (was_set == set)
    return TRUE;

  note_change (state, flag);

  return run_triggers (state, flag, set, depth + 1, error);
}

static gboolean
change_named_flag (State *state, const char *name, gboolean set, const char *value, GError **error)
{
  g_autoptr (ReactiveJson) json = value != NULL ? reactive_json_new_string (value) : NULL;
  g_autofree char *text = json != NULL ? reactive_json_to_text (json, REACTIVE_JSON_INSERTION_ORDER) : NULL;

  return reactive_flag_name_check (name, error)
         && change_flag (state, state_names_resolve (state->names, name), set, text, 0, error);
}

gboolean
run_set_flag (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  return change_named_flag (state, arguments->positionals[0], TRUE, arguments->options[0], error);
}

gboolean
run_clear_flag (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  return change_named_flag (state, arguments->positionals[0], FALSE, NULL, error);
}

/* To Python any word is true, `false` too. */
gboolean
run_toggle_flag (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  return change_named_flag (state, arguments->positionals[0], *arguments->positionals[1] != '\0', NULL, error);
}

static gboolean
is_given (const char *option)
{
  return option != NULL && *option != '\0';
}

static gboolean
refuse_trigger (const char *reason, GError **error)
{
  return reactive_fail (error, REACTIVE_ERROR_INVALID, "%s", reason);
}

static gboolean
add_action (State *state, GPtrArray *names, const char *flag, GError **error)
{
  const char *own_name;

  if (!is_given (flag))
    return TRUE;
  if (!reactive_flag_name_check (flag, error))
    return FALSE;

  own_name = state_names_resolve (state->names, flag);
  if (!g_ptr_array_find_with_equal_func (names, own_name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (own_name));

  return TRUE;
}

gboolean
run_register_trigger (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  const char *when = arguments->options[0], *when_not = arguments->options[1];
  const char *set = arguments->options[2], *clear = arguments->options[3], *callback = arguments->options[4];
  const char *flag = is_given (when) ? when : when_not;
  g_auto (ReactiveFlagTrigger) trigger = { 0 };
  g_autofree char *key = NULL, *text = NULL;

  if (is_given (when) == is_given (when_not))
    return refuse_trigger ("it needs one of --when and --when_not", error);
  if (!is_given (set) && !is_given (clear) && !is_given (callback))
    return refuse_trigger ("it needs something to do: --set_flag or --clear_flag", error);
  if (!reactive_flag_name_check (flag, error))
    return FALSE;

  key = g_strconcat (is_given (when) ? REACTIVE_NOTE_SET_TRIGGERS : REACTIVE_NOTE_CLEAR_TRIGGERS,
                     state_names_resolve (state->names, flag), NULL);
  reactive_flag_trigger_parse (&trigger, reactive_store_get (state->store, key));
  if (!add_action (state, trigger.sets, set, error) || !add_action (state, trigger.clears, clear, error))
    return FALSE;

  text = reactive_flag_trigger_to_text (&trigger);
  reactive_store_set (state->store, key, text);

  return TRUE;
}

/* is_flag_set has one positional in the place of the rest. */
static void
count_set (State *state, const Arguments *arguments, guint *out_n_set, guint *out_n_flags)
{
  const char *flag = arguments->positionals[0];

  *out_n_flags = flag != NULL ? 1 : arguments->rest->len - 1;
  *out_n_set = flag != NULL && charms_reactive_is_set (state, flag);
  for (guint i = 0; i + 1 < arguments->rest->len; i++)
    *out_n_set += charms_reactive_is_set (state, g_ptr_array_index (arguments->rest, i));
}

gboolean
run_all_flags_set (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  guint n_set, n_flags;

  count_set (state, arguments, &n_set, &n_flags);
  *out_result = reactive_json_new_boolean (n_set == n_flags);

  return TRUE;
}

gboolean
run_any_flags_set (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  guint n_set, n_flags;

  count_set (state, arguments, &n_set, &n_flags);
  *out_result = reactive_json_new_boolean (n_set > 0);

  return TRUE;
}

gboolean
run_get_flags (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  g_auto (GStrv) flags = reactive_flag_store_list (state->store);

  *out_result = reactive_json_new_strv (flags);

  return TRUE;
}

/* Each once, sorted, as they were given. */
gboolean
run_get_unset_flags (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  g_autoptr (GPtrArray) flags = g_ptr_array_new ();

  for (guint i = 0; i + 1 < arguments->rest->len; i++)
    {
      const char *flag = g_ptr_array_index (arguments->rest, i);

      if (!charms_reactive_is_set (state, flag) && !g_ptr_array_find_with_equal_func (flags, flag, g_str_equal, NULL))
        g_ptr_array_add (flags, (char *) flag);
    }
  g_ptr_array_sort (flags, reactive_text_compare_items);

  *out_result = reactive_json_new_strings (flags);

  return TRUE;
}

static void
add_state (const char *key, const char *json_text, gpointer states)
{
  ReactiveJson *value = reactive_json_parse (json_text, -1, REACTIVE_JSON_PYTHON, NULL);

  reactive_json_object_set (states, key + strlen (REACTIVE_FLAG_PREFIX),
                            value != NULL ? value : reactive_json_new_null ());
}

gboolean
run_get_states (State *state, const Arguments *arguments, ReactiveJson **out_result, GError **error)
{
  *out_result = reactive_json_new_object ();
  reactive_store_foreach (state->store, REACTIVE_FLAG_PREFIX, add_state, *out_result);

  return TRUE;
}
