/* SPDX-License-Identifier: Apache-2.0 */
#include "field.h"

#include <string.h>

#include "integer.h"
#include "ports.h"

/* What marshmallow's Boolean takes for true and for false. */
static const char *const true_texts[]
    = { "t", "T", "true", "True", "TRUE", "on", "On", "ON", "y", "Y", "yes", "Yes", "YES", "1", NULL };
static const char *const false_texts[]
    = { "f", "F", "false", "False", "FALSE", "off", "Off", "OFF", "n", "N", "no", "No", "NO", "0", NULL };

/* From the first value of the enumeration that is something. An error goes by the name of Python's member, which is not
 * its value "provider error". */
static const char *const protocols[] = { "tcp", "udp", "http", "https", NULL };
static const char *const error_types[] = { "unsupported", "provider_error", NULL };

static guint
index_of (const char *const *texts, const char *text)
{
  for (guint i = 0; text != NULL && texts[i] != NULL; i++)
    {
      if (strcmp (texts[i], text) == 0)
        return i + 1;
    }

  return 0;
}

const char *
lb_protocol_to_text (LBProtocol protocol)
{
  g_assert (protocol < G_N_ELEMENTS (protocols));

  return protocol != LB_PROTOCOL_NONE ? protocols[protocol - 1] : NULL;
}

LBProtocol
lb_protocol_from_text (const char *text)
{
  return (LBProtocol) index_of (protocols, text);
}

const char *
lb_error_type_to_text (LBErrorType type)
{
  g_assert (type < G_N_ELEMENTS (error_types));

  return type != LB_ERROR_TYPE_NONE ? error_types[type - 1] : NULL;
}

LBErrorType
lb_error_type_from_text (const char *text)
{
  return (LBErrorType) index_of (error_types, text);
}

static gboolean
is_one_of (const ReactiveJson *value, const char *const *texts)
{
  gsize length = 0;
  const char *text = reactive_json_get_string (value, &length);

  return text != NULL && strlen (text) == length && g_strv_contains (texts, text);
}

static ReactiveJson *
refuse (LBProblems *problems, const char *text)
{
  lb_problems_add (problems, "%s", text);

  return NULL;
}

static ReactiveJson *
convert_text (const ReactiveJson *value, LBProblems *problems)
{
  if (reactive_json_get_kind (value) != REACTIVE_JSON_STRING)
    return refuse (problems, "not a string");

  return reactive_json_ref (value);
}

static ReactiveJson *
convert_boolean (const ReactiveJson *value, LBProblems *problems)
{
  ReactiveJsonType kind = reactive_json_get_kind (value);
  gboolean is_number = kind == REACTIVE_JSON_INTEGER || kind == REACTIVE_JSON_FLOAT;

  if (kind == REACTIVE_JSON_BOOLEAN)
    return reactive_json_ref (value);
  if (is_one_of (value, true_texts) || (is_number && reactive_json_get_double (value) == 1))
    return reactive_json_new_boolean (TRUE);
  if (is_one_of (value, false_texts) || (is_number && reactive_json_get_double (value) == 0))
    return reactive_json_new_boolean (FALSE);

  return refuse (problems, "not a boolean");
}

static ReactiveJson *
convert_integer (const ReactiveJson *value, LBProblems *problems)
{
  ReactiveJson *integer = lb_integer_from_json (value);

  return integer != NULL ? integer : refuse (problems, "not an integer");
}

static ReactiveJson *
convert_name (const ReactiveJson *value, const char *const *names, LBProblems *problems)
{
  g_autofree char *all = NULL;

  if (is_one_of (value, names))
    return reactive_json_ref (value);

  all = g_strjoinv (", ", (GStrv) names);
  lb_problems_add (problems, "not one of %s", all);

  return NULL;
}

/* The members come sorted, as lb_record_to_json() writes them. */
static ReactiveJson *
convert_record (const LBSchema *schema, const ReactiveJson *value, LBProblems *problems)
{
  LBRecord record;
  ReactiveJson *object = NULL;

  lb_record_init (&record, schema);
  if (lb_record_load (&record, value, problems))
    object = lb_record_to_json (&record);
  lb_record_clear (&record);

  return object;
}

static ReactiveJson *
convert_element (const LBField *field, const ReactiveJson *value, LBProblems *problems)
{
  if (reactive_json_get_kind (value) == REACTIVE_JSON_NULL)
    return refuse (problems, "null");
  if (field->kind == LB_FIELD_TEXTS)
    return convert_text (value, problems);
  if (field->kind == LB_FIELD_INTEGERS)
    return convert_integer (value, problems);

  return convert_record (field->schema, value, problems);
}

static ReactiveJson *
convert_list (const LBField *field, const ReactiveJson *value, LBProblems *problems)
{
  g_autoptr (ReactiveJson) list = reactive_json_new_array ();
  guint length = reactive_json_get_length (value);

  if (reactive_json_get_kind (value) != REACTIVE_JSON_ARRAY)
    return refuse (problems, "not a list");

  for (guint i = 0; i < length; i++)
    {
      gsize mark = lb_problems_enter_element (problems, i);
      ReactiveJson *element = convert_element (field, reactive_json_get_element (value, i), problems);

      lb_problems_leave (problems, mark);
      if (element != NULL)
        reactive_json_array_add (list, element);
    }

  return reactive_json_get_length (list) == length ? g_steal_pointer (&list) : NULL;
}

static ReactiveJson *
convert_reasons (const ReactiveJson *value, LBProblems *problems)
{
  if (reactive_json_get_kind (value) != REACTIVE_JSON_OBJECT)
    return refuse (problems, "not a mapping");

  return reactive_json_ref (value);
}

ReactiveJson *
lb_field_convert (const LBField *field, const ReactiveJson *value, LBProblems *problems)
{
  switch (field->kind)
    {
    case LB_FIELD_TEXT:
      return convert_text (value, problems);
    case LB_FIELD_BOOLEAN:
      return convert_boolean (value, problems);
    case LB_FIELD_INTEGER:
      return convert_integer (value, problems);
    case LB_FIELD_PROTOCOL:
      return convert_name (value, protocols, problems);
    case LB_FIELD_ERROR:
      return convert_name (value, error_types, problems);
    case LB_FIELD_PORTS:
      return lb_ports_from_json (value, problems);
    case LB_FIELD_REASONS:
      return convert_reasons (value, problems);
    case LB_FIELD_TEXTS:
    case LB_FIELD_INTEGERS:
    case LB_FIELD_RECORDS:
      return convert_list (field, value, problems);
    }

  g_assert_not_reached ();
}

ReactiveJson *
lb_field_get_initial (const LBField *field)
{
  if (field->presence != LB_FIELD_INITIAL)
    return NULL;

  switch (field->kind)
    {
    case LB_FIELD_BOOLEAN:
      return reactive_json_new_boolean (field->initial);
    case LB_FIELD_INTEGER:
      return reactive_json_new_integer (field->initial);
    case LB_FIELD_REASONS:
      return reactive_json_new_object ();
    default:
      return reactive_json_new_array ();
    }
}
