/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "simulator/unit-view-private.h"

gboolean
reactive_unit_view_complain (const ReactiveUnitViewReading *reading, const ReactiveJson *value, const char *key,
                             GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  guint line = 0, column = 0;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  reactive_json_get_position (value, &line, &column);
  return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "%s:%u:%u: %s: %s", reading->path, line, column, key, message);
}

gboolean
reactive_unit_view_check_kind (const ReactiveUnitViewReading *reading, const ReactiveJson *value, const char *key,
                               ReactiveJsonType kind, GError **error)
{
  const ReactiveJsonType actual = reactive_json_get_kind (value);

  return actual == kind
         || reactive_unit_view_complain (reading, value, key, error, "expected %s, got %s",
                                         reactive_json_kind_name (kind), reactive_json_kind_name (actual));
}

/* *@out_member is NULL where there is none, or it is null. */
gboolean
reactive_unit_view_read_member (const ReactiveUnitViewReading *reading, const ReactiveJson *object, const char *key,
                                ReactiveJsonType kind, const ReactiveJson **out_member, GError **error)
{
  const ReactiveJson *member = reactive_json_get_member (object, key);

  *out_member = NULL;
  if (reactive_json_is_none (member))
    return TRUE;
  if (!reactive_unit_view_check_kind (reading, member, key, kind, error))
    return FALSE;

  *out_member = member;
  return TRUE;
}

gboolean
reactive_unit_view_check_texts (const ReactiveUnitViewReading *reading, const ReactiveJson *texts, const char *key,
                                GError **error)
{
  for (guint i = 0; texts != NULL && i < reactive_json_get_length (texts); i++)
    {
      const ReactiveJson *element = reactive_json_get_element (texts, i);

      if (!reactive_unit_view_check_kind (reading, element, key, REACTIVE_JSON_STRING, error))
        return FALSE;
    }

  return TRUE;
}

/* An object of strings, or an array of them; of the kind that is asked for. */
gboolean
reactive_unit_view_read_texts (const ReactiveUnitViewReading *reading, const ReactiveJson *object, const char *key,
                               ReactiveJsonType kind, const ReactiveJson **out_texts, GError **error)
{
  return reactive_unit_view_read_member (reading, object, key, kind, out_texts, error)
         && reactive_unit_view_check_texts (reading, *out_texts, key, error);
}

gboolean
reactive_unit_view_read_text (const ReactiveUnitViewReading *reading, const ReactiveJson *object, const char *key,
                              const char **out_text, GError **error)
{
  const ReactiveJson *member = NULL;

  if (!reactive_unit_view_read_member (reading, object, key, REACTIVE_JSON_STRING, &member, error))
    return FALSE;

  *out_text = reactive_json_text_or_null (member);
  return TRUE;
}
