/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/flag-notes.h"

#include <string.h>

#include "base/json.h"
#include "unit/flag-store.h"

static GPtrArray *
read_names (const ReactiveJson *object, const char *member)
{
  const ReactiveJson *array = object != NULL ? reactive_json_get_member (object, member) : NULL;
  GPtrArray *names = g_ptr_array_new_with_free_func (g_free);

  if (array == NULL || reactive_json_get_kind (array) != REACTIVE_JSON_ARRAY)
    return names;

  for (guint i = 0; i < reactive_json_get_length (array); i++)
    {
      const char *name = reactive_json_text_or_null (reactive_json_get_element (array, i));

      if (name != NULL)
        g_ptr_array_add (names, g_strdup (name));
    }

  return names;
}

static ReactiveJson *
read_object (const char *text)
{
  ReactiveJson *value = text != NULL ? reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL) : NULL;

  if (value == NULL || reactive_json_get_kind (value) == REACTIVE_JSON_OBJECT)
    return value;

  reactive_json_unref (value);
  return NULL;
}

void
reactive_flag_watch_parse (ReactiveFlagWatch *watch, const char *text)
{
  g_autoptr (ReactiveJson) object = read_object (text);
  const ReactiveJson *iteration = object != NULL ? reactive_json_get_member (object, "iteration") : NULL;

  *watch = (ReactiveFlagWatch){
    .changes = read_names (object, "changes"),
    .pending = read_names (object, "pending"),
  };
  if (iteration != NULL)
    reactive_json_get_integer (iteration, &watch->iteration);
}

char *
reactive_flag_watch_to_text (const ReactiveFlagWatch *watch)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();

  reactive_json_object_set (object, "iteration", reactive_json_new_integer (watch->iteration));
  reactive_json_object_set (object, "changes", reactive_json_new_strings (watch->changes));
  reactive_json_object_set (object, "pending", reactive_json_new_strings (watch->pending));

  return reactive_json_to_text (object, REACTIVE_JSON_INSERTION_ORDER);
}

void
reactive_flag_watch_clear (ReactiveFlagWatch *watch)
{
  g_clear_pointer (&watch->changes, g_ptr_array_unref);
  g_clear_pointer (&watch->pending, g_ptr_array_unref);
}

void
reactive_flag_trigger_parse (ReactiveFlagTrigger *trigger, const char *text)
{
  g_autoptr (ReactiveJson) object = read_object (text);

  *trigger = (ReactiveFlagTrigger){
    .sets = read_names (object, "set_flag"),
    .clears = read_names (object, "clear_flag"),
  };
}

char *
reactive_flag_trigger_to_text (const ReactiveFlagTrigger *trigger)
{
  g_autoptr (ReactiveJson) object = reactive_json_new_object ();

  reactive_json_object_set (object, "set_flag", reactive_json_new_strings (trigger->sets));
  reactive_json_object_set (object, "clear_flag", reactive_json_new_strings (trigger->clears));

  return reactive_json_to_text (object, REACTIVE_JSON_INSERTION_ORDER);
}

void
reactive_flag_trigger_clear (ReactiveFlagTrigger *trigger)
{
  g_clear_pointer (&trigger->sets, g_ptr_array_unref);
  g_clear_pointer (&trigger->clears, g_ptr_array_unref);
}

const char *
reactive_flag_trigger_get_flag (const char *key, gboolean *out_when_set)
{
  *out_when_set = g_str_has_prefix (key, REACTIVE_NOTE_SET_TRIGGERS);
  if (*out_when_set)
    return key + strlen (REACTIVE_NOTE_SET_TRIGGERS);

  return g_str_has_prefix (key, REACTIVE_NOTE_CLEAR_TRIGGERS) ? key + strlen (REACTIVE_NOTE_CLEAR_TRIGGERS) : NULL;
}

gboolean
reactive_note_is_of_dispatch (const char *key)
{
  static const char *const keys[] = { REACTIVE_NOTE_PHASE, REACTIVE_NOTE_CLEARED, REACTIVE_NOTE_WATCH, NULL };
  static const char *const prefixes[] = {
    REACTIVE_FLAG_PREFIX,         REACTIVE_STORE_OWN_PREFIX,  REACTIVE_NOTE_SET_TRIGGERS,
    REACTIVE_NOTE_CLEAR_TRIGGERS, REACTIVE_NOTE_OLD_TRIGGERS,
  };

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (key, prefixes[i]))
      return TRUE;

  return g_strv_contains (keys, key);
}
