/* SPDX-License-Identifier: Apache-2.0 */
#include "record.h"

#include <reactive/error.h>
#include <string.h>

#include "field.h"

ReactiveJson *
lb_record_parse (const char *text, gsize length_bytes, LBProblems *problems)
{
  g_autoptr (GError) error = NULL;
  ReactiveJson *value;

  if (length_bytes > LB_RECORD_MAX_BYTES)
    {
      lb_problems_add (problems, "text of more than %d bytes", LB_RECORD_MAX_BYTES);
      return NULL;
    }

  value = reactive_json_parse (text, (gssize) length_bytes, REACTIVE_JSON_PYTHON, &error);
  if (value == NULL)
    lb_problems_add (problems, "not JSON: %s", error->message);

  return value;
}

void
lb_record_init (LBRecord *record, const LBSchema *schema)
{
  *record = (LBRecord){ .schema = schema };
  for (guint i = 0; i < schema->n_fields; i++)
    record->values[i] = lb_field_get_initial (&schema->fields[i]);
}

void
lb_record_copy (LBRecord *record, const LBRecord *other)
{
  *record = (LBRecord){ .schema = other->schema };
  for (guint i = 0; i < other->schema->n_fields; i++)
    record->values[i] = other->values[i] != NULL ? reactive_json_ref (other->values[i]) : NULL;
}

void
lb_record_clear (LBRecord *record)
{
  for (guint i = 0; i < LB_RECORD_MAX_FIELDS; i++)
    g_clear_pointer (&record->values[i], reactive_json_unref);
}

/*
 * Reading
 */

/* @value: (nullable): NULL if there is no such member. Returns whether it is right. */
static gboolean
read_field (const LBField *field, const ReactiveJson *value, ReactiveJson **out_value, LBProblems *problems)
{
  gboolean is_null = value != NULL && reactive_json_get_kind (value) == REACTIVE_JSON_NULL;

  if (value == NULL && field->presence == LB_FIELD_REQUIRED)
    lb_problems_add (problems, "missing");
  else if (is_null && field->presence != LB_FIELD_NULLABLE)
    lb_problems_add (problems, "null");
  else if (value == NULL || is_null)
    {
      *out_value = lb_field_get_initial (field);
      return TRUE;
    }
  else
    *out_value = lb_field_convert (field, value, problems);

  return *out_value != NULL;
}

static gboolean
read_fields (LBRecord *record, const ReactiveJson *object, LBProblems *problems)
{
  gboolean is_right = TRUE;

  for (guint i = 0; i < record->schema->n_fields; i++)
    {
      const LBField *field = &record->schema->fields[i];
      gsize mark = lb_problems_enter_member (problems, field->name);

      if (!read_field (field, reactive_json_get_member (object, field->name), &record->values[i], problems))
        is_right = FALSE;
      lb_problems_leave (problems, mark);
    }

  return is_right;
}

gboolean
lb_schema_has_field (const LBSchema *schema, const char *name)
{
  for (guint i = 0; i < schema->n_fields; i++)
    {
      if (strcmp (schema->fields[i].name, name) == 0)
        return TRUE;
    }

  return FALSE;
}

/* A name with NUL in it is cut, and then looks like one that is known; but it is not what is found by that. */
static gboolean
refuse_unknown (const LBSchema *schema, const ReactiveJson *object, LBProblems *problems)
{
  gboolean is_right = TRUE;

  for (guint i = 0; i < reactive_json_get_length (object); i++)
    {
      const char *name = reactive_json_get_member_name (object, i);
      gsize mark;

      if (lb_schema_has_field (schema, name)
          && reactive_json_get_member (object, name) == reactive_json_get_element (object, i))
        continue;

      mark = lb_problems_enter_member (problems, name);
      lb_problems_add (problems, "unknown");
      lb_problems_leave (problems, mark);
      is_right = FALSE;
    }

  return is_right;
}

gboolean
lb_record_load (LBRecord *record, const ReactiveJson *object, LBProblems *problems)
{
  LBRecord loaded = { .schema = record->schema };
  gboolean is_right;

  if (reactive_json_get_kind (object) != REACTIVE_JSON_OBJECT)
    {
      lb_problems_add (problems, "not an object");
      return FALSE;
    }

  is_right = read_fields (&loaded, object, problems);
  is_right = refuse_unknown (record->schema, object, problems) && is_right;
  if (is_right && record->schema->check != NULL)
    is_right = record->schema->check (&loaded, problems);
  if (!is_right)
    {
      lb_record_clear (&loaded);
      return FALSE;
    }

  lb_record_clear (record);
  *record = loaded;
  return TRUE;
}

gboolean
lb_record_check (const LBRecord *record, LBProblems *problems)
{
  g_autoptr (ReactiveJson) object = lb_record_to_json (record);
  LBRecord again;
  gboolean is_right;

  lb_record_init (&again, record->schema);
  is_right = lb_record_load (&again, object, problems);
  lb_record_clear (&again);

  return is_right;
}

/*
 * Writing
 */

ReactiveJson *
lb_record_to_json (const LBRecord *record)
{
  ReactiveJson *object = reactive_json_new_object ();

  for (guint i = 0; i < record->schema->n_fields; i++)
    {
      ReactiveJson *value = record->values[i];

      reactive_json_object_set (object, record->schema->fields[i].name,
                                value != NULL ? reactive_json_ref (value) : reactive_json_new_null ());
    }

  return object;
}

/* All but the reasons come sorted, and ports must not be sorted as texts. */
static void
append_value (GString *text, const LBField *field, const ReactiveJson *value)
{
  ReactiveJsonStyle style = field->kind == LB_FIELD_REASONS ? REACTIVE_JSON_SORT_KEYS : REACTIVE_JSON_INSERTION_ORDER;
  g_autofree char *value_text = value != NULL ? reactive_json_to_text (value, style) : NULL;

  g_string_append (text, value_text != NULL ? value_text : "null");
}

char *
lb_record_to_text (const LBRecord *record)
{
  GString *text = g_string_new ("{");

  for (guint i = 0; i < record->schema->n_fields; i++)
    {
      const LBField *field = &record->schema->fields[i];

      g_string_append_printf (text, "%s\"%s\": ", i > 0 ? ", " : "", field->name);
      append_value (text, field, record->values[i]);
    }
  g_string_append_c (text, '}');

  return g_string_free (text, FALSE);
}

gboolean
lb_record_check_length (const char *text, GError **error)
{
  gsize length = strlen (text);

  if (length <= LB_RECORD_MAX_BYTES)
    return TRUE;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_BAD_DATA,
               "text of %" G_GSIZE_FORMAT " bytes (at most %d are read)", length, LB_RECORD_MAX_BYTES);

  return FALSE;
}

char *
lb_record_to_message (const LBRecord *record, GError **error)
{
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autofree char *text = NULL;

  lb_record_check (record, problems);
  if (!lb_problems_to_error (problems, error))
    return NULL;

  text = lb_record_to_text (record);

  return lb_record_check_length (text, error) ? g_steal_pointer (&text) : NULL;
}

char *
lb_record_hash (const LBRecord *record)
{
  g_autofree char *text = lb_record_to_text (record);

  return g_compute_checksum_for_string (G_CHECKSUM_MD5, text, -1);
}

/*
 * One field
 */

void
lb_record_set (LBRecord *record, guint index, ReactiveJson *value)
{
  ReactiveJson *previous = record->values[index];

  record->values[index] = value;
  g_clear_pointer (&previous, reactive_json_unref);
}

const char *
lb_record_get_text (const LBRecord *record, guint index)
{
  const ReactiveJson *value = record->values[index];

  return value != NULL ? reactive_json_get_string (value, NULL) : NULL;
}

void
lb_record_set_text (LBRecord *record, guint index, const char *text)
{
  lb_record_set (record, index, text != NULL ? reactive_json_new_string (text) : NULL);
}

guint
lb_record_get_length (const LBRecord *record, guint index)
{
  const ReactiveJson *value = record->values[index];

  return value != NULL ? reactive_json_get_length (value) : 0;
}

const char **
lb_record_get_texts (const LBRecord *record, guint index)
{
  guint length = lb_record_get_length (record, index);
  const char **texts = g_new0 (const char *, length + 1);

  for (guint i = 0; i < length; i++)
    texts[i] = reactive_json_get_string (reactive_json_get_element (record->values[index], i), NULL);

  return texts;
}

void
lb_record_set_texts (LBRecord *record, guint index, const char *const *texts)
{
  ReactiveJson *list = reactive_json_new_array ();

  for (guint i = 0; texts != NULL && texts[i] != NULL; i++)
    reactive_json_array_add (list, reactive_json_new_string (texts[i]));
  lb_record_set (record, index, list);
}

gboolean
lb_record_get_boolean (const LBRecord *record, guint index)
{
  return reactive_json_get_boolean (record->values[index]);
}

void
lb_record_set_boolean (LBRecord *record, guint index, gboolean boolean)
{
  lb_record_set (record, index, reactive_json_new_boolean (boolean));
}

gboolean
lb_record_get_integer (const LBRecord *record, guint index, gint64 *out_integer)
{
  const ReactiveJson *value = record->values[index];

  return value != NULL && reactive_json_get_integer (value, out_integer);
}

void
lb_record_set_integer (LBRecord *record, guint index, gint64 integer)
{
  lb_record_set (record, index, reactive_json_new_integer (integer));
}
