/* SPDX-License-Identifier: Apache-2.0 */
#include "facts.h"

#include "base/text.h"

const ReactiveJson *
json_member (const ReactiveJson *object, const char *name)
{
  return object != NULL && reactive_json_get_kind (object) == REACTIVE_JSON_OBJECT
             ? reactive_json_get_member (object, name)
             : NULL;
}

const char *
json_text (const ReactiveJson *string)
{
  return string != NULL && reactive_json_get_kind (string) == REACTIVE_JSON_STRING
             ? reactive_json_get_string (string, /* out_length_bytes= */ NULL)
             : NULL;
}

guint
json_length (const ReactiveJson *value)
{
  ReactiveJsonType kind = value != NULL ? reactive_json_get_kind (value) : REACTIVE_JSON_NULL;

  return kind == REACTIVE_JSON_OBJECT || kind == REACTIVE_JSON_ARRAY ? reactive_json_get_length (value) : 0;
}

GHashTable *
facts_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

void
facts_set (GHashTable *facts, const char *value, const char *name_format, ...)
{
  va_list arguments;

  va_start (arguments, name_format);
  g_hash_table_insert (facts, g_strdup_vprintf (name_format, arguments), g_strdup (value));
  va_end (arguments);
}

void
facts_set_databag (GHashTable *facts, const char *relation, const ReactiveJson *databag)
{
  for (guint i = 0; i < json_length (databag); i++)
    facts_set (facts, json_text (reactive_json_get_element (databag, i)), "databag %s %s", relation,
               reactive_json_get_member_name (databag, i));
}

void
facts_set_remote (GHashTable *facts, const char *relation, const char *unit, const ReactiveJson *databag)
{
  g_autofree char *text = reactive_json_to_text (databag, REACTIVE_JSON_SORT_KEYS);

  facts_set (facts, text, "remote %s %s", relation, unit);
}

void
facts_set_result (GHashTable *facts, guint index, const ReactiveJson *result)
{
  gboolean is_object = reactive_json_get_kind (result) == REACTIVE_JSON_OBJECT;
  g_autofree char *text = reactive_json_to_text (result, REACTIVE_JSON_SORT_KEYS);

  facts_set (facts, is_object ? "{}" : text, "result %u", index);
  for (guint i = 0; is_object && i < json_length (result); i++)
    {
      g_autofree char *server = reactive_json_to_text (reactive_json_get_element (result, i), REACTIVE_JSON_SORT_KEYS);

      facts_set (facts, server, "result %u %s", index, reactive_json_get_member_name (result, i));
    }
}

GHashTable *
facts_new_recorded (const ReactiveJson *step)
{
  GHashTable *facts = facts_new ();
  const ReactiveJson *flags = json_member (step, "flags");
  const ReactiveJson *databags = json_member (step, "local_bags");
  const ReactiveJson *relations = json_member (step, "remote_units");
  const ReactiveJson *results = json_member (step, "results");

  for (guint i = 0; i < json_length (flags); i++)
    facts_set (facts, "set", "flag %s", json_text (reactive_json_get_element (flags, i)));
  for (guint i = 0; i < json_length (databags); i++)
    facts_set_databag (facts, reactive_json_get_member_name (databags, i), reactive_json_get_element (databags, i));
  for (guint i = 0; i < json_length (relations); i++)
    {
      const ReactiveJson *units = reactive_json_get_element (relations, i);

      for (guint j = 0; j < json_length (units); j++)
        facts_set_remote (facts, reactive_json_get_member_name (relations, i), reactive_json_get_member_name (units, j),
                          reactive_json_get_element (units, j));
    }
  for (guint i = 0; i < json_length (results); i++)
    facts_set_result (facts, i, reactive_json_get_element (results, i));

  return facts;
}

static void
add_names (GPtrArray *names, GHashTable *facts, GHashTable *but_not)
{
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, facts);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (but_not == NULL || !g_hash_table_contains (but_not, name))
      g_ptr_array_add (names, name);
}

GPtrArray *
facts_list_names (GHashTable *first, GHashTable *second)
{
  GPtrArray *names = g_ptr_array_new ();

  add_names (names, first, /* but_not= */ NULL);
  add_names (names, second, first);
  g_ptr_array_sort (names, reactive_text_compare_items);

  return names;
}
