/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json-private.h"

#include <stdlib.h>

/* Merges of so few members need no memory of their own beside the result. */
#define FEW_MEMBERS 32

static gboolean
deletes (const ReactiveJson *value, gboolean empty_deletes)
{
  return value->kind == REACTIVE_JSON_NULL
         || (empty_deletes && value->kind == REACTIVE_JSON_STRING && value->text.length_bytes == 0);
}

static gboolean
changes_member (const ReactiveJson *object, const ReactiveJsonMember *change, gboolean empty_deletes)
{
  const ReactiveJsonMember *member = reactive_json_find_member (object, &change->name);

  if (member == NULL)
    return !deletes (change->value, empty_deletes);

  return deletes (change->value, empty_deletes) || !reactive_json_equal (member->value, change->value);
}

static gboolean
changes_anything (const ReactiveJson *object, const ReactiveJson *changes, gboolean empty_deletes)
{
  for (guint i = 0; i < changes->length; i++)
    if (changes_member (object, changes->items[i], empty_deletes))
      return TRUE;

  return FALSE;
}

static int
compare_members (const void *a, const void *b)
{
  const ReactiveJsonMember *const *first = a, *const *second = b;

  return reactive_json_text_compare (&(*first)->name, &(*second)->name);
}

ReactiveJson *
reactive_json_merge_settings (const ReactiveJson *object, const ReactiveJson *changes, gboolean empty_deletes)
{
  const ReactiveJsonMember *few[FEW_MEMBERS];
  const guint n_most = object->length + changes->length;
  g_autofree const ReactiveJsonMember **many = n_most > FEW_MEMBERS ? g_new (const ReactiveJsonMember *, n_most) : NULL;
  const ReactiveJsonMember **members = many != NULL ? many : few;
  ReactiveJson *merged;
  guint n = 0;

  g_assert (object->kind == REACTIVE_JSON_OBJECT && changes->kind == REACTIVE_JSON_OBJECT);

  if (!changes_anything (object, changes, empty_deletes))
    return reactive_json_ref (object);

  for (guint i = 0; i < object->length; i++)
    {
      const ReactiveJsonMember *member = object->items[i];

      if (reactive_json_find_member (changes, &member->name) == NULL)
        members[n++] = member;
    }
  for (guint i = 0; i < changes->length; i++)
    {
      const ReactiveJsonMember *change = changes->items[i];

      if (!deletes (change->value, empty_deletes))
        members[n++] = change;
    }
  qsort (members, n, sizeof *members, compare_members);

  merged = reactive_json_new_object ();
  for (guint i = 0; i < n; i++)
    reactive_json_set_member (merged, &members[i]->name, reactive_json_ref (members[i]->value));

  return merged;
}

ReactiveJson *
reactive_json_overlay (const ReactiveJson *object, const ReactiveJson *changes)
{
  ReactiveJson *both = reactive_json_new_object ();

  for (guint i = 0; i < object->length + changes->length; i++)
    {
      const ReactiveJsonMember *member = i < object->length ? object->items[i] : changes->items[i - object->length];

      reactive_json_set_member (both, &member->name, reactive_json_ref (member->value));
    }

  return both;
}
