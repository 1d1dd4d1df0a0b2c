/* SPDX-License-Identifier: Apache-2.0 */
#include "base/json-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Exact, as Python compares: 9007199254740993 is not 9007199254740992.0. */
static gboolean
integer_equals_float (const ReactiveJson *integer, double number)
{
  char digits[DBL_MAX_10_EXP + 8];

  if (!isfinite (number) || number != floor (number))
    return FALSE;
  if (number == 0)
    return strcmp (integer->text.bytes, "0") == 0;

  g_ascii_formatd (digits, sizeof digits, "%.0f", number);
  return strcmp (integer->text.bytes, digits) == 0;
}

static gboolean
numbers_equal (const ReactiveJson *a, const ReactiveJson *b)
{
  if (a->kind == REACTIVE_JSON_FLOAT && b->kind == REACTIVE_JSON_FLOAT)
    return a->number == b->number;
  if (a->kind == REACTIVE_JSON_FLOAT)
    return integer_equals_float (b, a->number);
  if (b->kind == REACTIVE_JSON_FLOAT)
    return integer_equals_float (a, b->number);

  return reactive_json_text_equal (&a->text, &b->text);
}

static gboolean
is_number (const ReactiveJson *value)
{
  return value->kind == REACTIVE_JSON_INTEGER || value->kind == REACTIVE_JSON_FLOAT;
}

static gboolean
arrays_equal (const ReactiveJson *a, const ReactiveJson *b)
{
  for (guint i = 0; i < a->length; i++)
    {
      if (!reactive_json_equal (a->items[i], b->items[i]))
        return FALSE;
    }

  return TRUE;
}

static gboolean
objects_equal (const ReactiveJson *a, const ReactiveJson *b)
{
  for (guint i = 0; i < a->length; i++)
    {
      const ReactiveJsonMember *ours = a->items[i];
      const ReactiveJsonMember *theirs = reactive_json_find_member (b, &ours->name);

      if (theirs == NULL || !reactive_json_equal (ours->value, theirs->value))
        return FALSE;
    }

  return TRUE;
}

/**
 * reactive_json_equal:
 * @a: (not nullable): any value
 * @b: (not nullable): any value
 *
 * Compares as Python does: numbers by what they are (1 equals 1.0, not-a-number nothing), objects whatever the order
 * of their members. Unlike there, a boolean is no number: true does not equal 1.
 *
 * Returns: whether they are equal
 */
gboolean
reactive_json_equal (const ReactiveJson *a, const ReactiveJson *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  if (is_number (a) && is_number (b))
    return numbers_equal (a, b);
  if (a->kind != b->kind || a->length != b->length)
    return FALSE;

  switch ((ReactiveJsonType) a->kind)
    {
    case REACTIVE_JSON_BOOLEAN:
      return a->boolean == b->boolean;
    case REACTIVE_JSON_STRING:
      return reactive_json_text_equal (&a->text, &b->text);
    case REACTIVE_JSON_ARRAY:
      return arrays_equal (a, b);
    case REACTIVE_JSON_OBJECT:
      return objects_equal (a, b);
    default:
      return TRUE; /* null */
    }
}
