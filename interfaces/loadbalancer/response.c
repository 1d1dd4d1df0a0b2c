/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/response.h>

#include "field.h"
#include "older.h"
#include "response-private.h"
#include "v1.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" /* the macro uses a union that ISO C has no name for */
G_DEFINE_BOXED_TYPE (LBResponse, lb_response, lb_response_ref, lb_response_unref)
#pragma GCC diagnostic pop

LBResponse *
lb_response_new (const char *name)
{
  LBResponse *response = g_new0 (LBResponse, 1);

  g_ref_count_init (&response->reference_count);
  response->name = g_strdup (name);
  lb_record_init (&response->record, &lb_response_schema);

  return response;
}

LBResponse *
lb_response_new_from_text (const char *name, const char *text, gsize length_bytes, LBProblems *problems)
{
  g_autoptr (LBResponse) response = lb_response_new (name);
  g_autoptr (ReactiveJson) value = NULL;

  if (length_bytes == 0)
    return g_steal_pointer (&response);

  value = lb_record_parse (text, length_bytes, problems);
  if (value == NULL || !lb_record_load (&response->record, value, problems))
    return NULL;

  return g_steal_pointer (&response);
}

LBResponse *
lb_response_new_from_databag (const char *name, const char *text, gsize length_bytes, LBProblems *problems)
{
  g_autoptr (LBResponse) response = lb_response_new (name);
  g_autoptr (ReactiveJson) value = lb_record_parse (text, length_bytes, problems);
  gboolean is_right = FALSE;

  response->is_older = value != NULL && lb_older_is_response (value);
  if (response->is_older)
    is_right = lb_older_load_response (&response->record, value, problems);
  else if (value != NULL)
    is_right = lb_record_load (&response->record, value, problems);

  return is_right ? g_steal_pointer (&response) : NULL;
}

char *
lb_response_to_text (LBResponse *response, gboolean in_older_dialect, GError **error)
{
  g_autofree char *text = lb_record_to_message (&response->record, error);

  if (text == NULL || !in_older_dialect)
    return g_steal_pointer (&text);

  g_free (text);
  text = lb_older_response_to_text (&response->record, lb_response_get_message (response));

  return lb_record_check_length (text, error) ? g_steal_pointer (&text) : NULL;
}

/**
 * lb_response_ref:
 * @response: a response
 *
 * Adds an owner to a response.
 *
 * Returns: (transfer full): @response, with one owner more
 */
LBResponse *
lb_response_ref (LBResponse *response)
{
  g_return_val_if_fail (response != NULL, NULL);

  g_ref_count_inc (&response->reference_count);

  return response;
}

/**
 * lb_response_unref:
 * @response: (nullable) (transfer full): a response
 *
 * Gives up one reference, and frees the response with the last one.
 */
void
lb_response_unref (LBResponse *response)
{
  if (response == NULL || !g_ref_count_dec (&response->reference_count))
    return;

  lb_record_clear (&response->record);
  g_free (response->name);
  g_free (response->message);
  g_free (response);
}

/**
 * lb_response_get_name:
 * @response: a response
 *
 * Reads whose answer it is.
 *
 * Returns: (transfer none): the name of the request that it answers
 */
const char *
lb_response_get_name (const LBResponse *response)
{
  g_return_val_if_fail (response != NULL, NULL);

  return response->name;
}

/**
 * lb_response_get_received_hash:
 * @response: a response
 *
 * Reads which state of the request was answered.
 *
 * Returns: (transfer none) (nullable): the hash of the request that it answers, as that request said it; set by
 *   lb_consumers_send_response()
 */
const char *
lb_response_get_received_hash (const LBResponse *response)
{
  g_return_val_if_fail (response != NULL, NULL);

  return lb_record_get_text (&response->record, LB_RESPONSE_RECEIVED_HASH);
}

/**
 * lb_response_get_hash:
 * @response: a response
 *
 * The MD5 of the response as it is written: the same that the Python library computes. It finds changes, and protects
 * from nothing.
 *
 * Returns: (transfer full) (nullable): 32 hexadecimal digits; %NULL for a response that is not valid
 */
char *
lb_response_get_hash (const LBResponse *response)
{
  g_return_val_if_fail (response != NULL, NULL);

  return lb_response_is_valid (response) ? lb_record_hash (&response->record) : NULL;
}

/**
 * lb_response_is_valid:
 * @response: a response
 *
 * What the Python library takes for the truth of a response: an empty one is not valid.
 *
 * Returns: whether it has an address, or an error with a message or fields, and all fields are right
 */
gboolean
lb_response_is_valid (const LBResponse *response)
{
  g_autoptr (LBProblems) problems = NULL;

  g_return_val_if_fail (response != NULL, FALSE);

  problems = lb_problems_new ();

  return lb_record_check (&response->record, problems);
}

/**
 * lb_response_is_success:
 * @response: a response
 *
 * Tells whether there is a load balancer.
 *
 * Returns: whether it gives an address and says no error
 */
gboolean
lb_response_is_success (const LBResponse *response)
{
  g_return_val_if_fail (response != NULL, FALSE);

  return lb_response_get_error (response) == LB_ERROR_TYPE_NONE && lb_response_is_valid (response);
}

/**
 * lb_response_get_address:
 * @response: a response
 *
 * Reads the address that was given.
 *
 * Returns: (transfer none) (nullable): where the load balancer is
 */
const char *
lb_response_get_address (const LBResponse *response)
{
  g_return_val_if_fail (response != NULL, NULL);

  return lb_record_get_text (&response->record, LB_RESPONSE_ADDRESS);
}

static void
forget_message (LBResponse *response)
{
  g_clear_pointer (&response->message, g_free);
}

/**
 * lb_response_set_address:
 * @response: a response
 * @address: (nullable): where the load balancer is
 *
 * Says where the load balancer is, or that it is nowhere. An address is a success: it clears what was said of an error,
 * which the Python library leaves in place.
 */
void
lb_response_set_address (LBResponse *response, const char *address)
{
  g_return_if_fail (response != NULL);

  /* What is cleared may be what was given, which is copied by then. */
  lb_record_set_text (&response->record, LB_RESPONSE_ADDRESS, address);
  if (address != NULL)
    lb_response_clear_error (response);
}

/**
 * lb_response_get_error:
 * @response: a response
 *
 * Reads the kind of an error.
 *
 * Returns: why there is no load balancer
 */
LBErrorType
lb_response_get_error (const LBResponse *response)
{
  g_return_val_if_fail (response != NULL, LB_ERROR_TYPE_NONE);

  return lb_error_type_from_text (lb_record_get_text (&response->record, LB_RESPONSE_ERROR));
}

/**
 * lb_response_set_error:
 * @response: a response
 * @type: why there is no load balancer
 *
 * Says that the request failed. A message, or the fields that are at fault, have to be given, too.
 */
void
lb_response_set_error (LBResponse *response, LBErrorType type)
{
  g_return_if_fail (response != NULL);
  g_return_if_fail (type <= LB_ERROR_TYPE_PROVIDER);

  lb_record_set_text (&response->record, LB_RESPONSE_ERROR, lb_error_type_to_text (type));
}

/**
 * lb_response_get_error_message:
 * @response: a response
 *
 * Reads the message of an error.
 *
 * Returns: (transfer none) (nullable): the message of the error, as it was sent; lb_response_get_message() is the one
 * to show
 */
const char *
lb_response_get_error_message (const LBResponse *response)
{
  g_return_val_if_fail (response != NULL, NULL);

  return lb_record_get_text (&response->record, LB_RESPONSE_ERROR_MESSAGE);
}

/**
 * lb_response_set_error_message:
 * @response: a response
 * @message: (nullable): what is wrong, for people
 *
 * Sets a field that belongs to an error.
 */
void
lb_response_set_error_message (LBResponse *response, const char *message)
{
  g_return_if_fail (response != NULL);

  lb_record_set_text (&response->record, LB_RESPONSE_ERROR_MESSAGE, message);
  forget_message (response);
}

/**
 * lb_response_get_error_fields:
 * @response: a response
 *
 * Lists the fields of the request that are at fault.
 *
 * Returns: (transfer container) (array zero-terminated=1): the names of the fields of the request that are at fault
 */
const char **
lb_response_get_error_fields (const LBResponse *response)
{
  const ReactiveJson *reasons;
  const char **names;
  guint length;

  g_return_val_if_fail (response != NULL, NULL);

  reasons = response->record.values[LB_RESPONSE_ERROR_FIELDS];
  length = reactive_json_get_length (reasons);
  names = g_new0 (const char *, length + 1);
  for (guint i = 0; i < length; i++)
    names[i] = reactive_json_get_member_name (reasons, i);

  return names;
}

/**
 * lb_response_get_error_field:
 * @response: a response
 * @field: a field of the request, or `hc[0].port` for one of its first health check
 *
 * Reads what is wrong with a field of the request.
 *
 * Returns: (transfer none) (nullable): what is wrong with the field; %NULL if that was not said, or is no text
 */
const char *
lb_response_get_error_field (const LBResponse *response, const char *field)
{
  const ReactiveJson *reason;

  g_return_val_if_fail (response != NULL, NULL);
  g_return_val_if_fail (field != NULL, NULL);

  reason = reactive_json_get_member (response->record.values[LB_RESPONSE_ERROR_FIELDS], field);

  return reason != NULL ? reactive_json_get_string (reason, NULL) : NULL;
}

/**
 * lb_response_set_error_field:
 * @response: a response
 * @field: a field of the request, or `hc[0].port` for one of its first health check; any other makes the response one
 *   that cannot be sent
 * @message: what is wrong with it, for people
 *
 * Names a field that is at fault. It belongs to an error.
 */
void
lb_response_set_error_field (LBResponse *response, const char *field, const char *message)
{
  const ReactiveJson *reasons;
  ReactiveJson *changed;

  g_return_if_fail (response != NULL);
  g_return_if_fail (field != NULL);
  g_return_if_fail (message != NULL);

  reasons = response->record.values[LB_RESPONSE_ERROR_FIELDS];
  changed = reactive_json_new_object ();
  for (guint i = 0; i < reactive_json_get_length (reasons); i++)
    reactive_json_object_set (changed, reactive_json_get_member_name (reasons, i),
                              reactive_json_ref (reactive_json_get_element (reasons, i)));
  reactive_json_object_set (changed, field, reactive_json_new_string (message));

  forget_message (response);
  lb_record_set (&response->record, LB_RESPONSE_ERROR_FIELDS, changed);
}

/**
 * lb_response_clear_error:
 * @response: a response
 *
 * Takes back an error, its message and its fields.
 */
void
lb_response_clear_error (LBResponse *response)
{
  g_return_if_fail (response != NULL);

  forget_message (response);
  lb_record_set (&response->record, LB_RESPONSE_ERROR, NULL);
  lb_record_set (&response->record, LB_RESPONSE_ERROR_MESSAGE, NULL);
  lb_record_set (&response->record, LB_RESPONSE_ERROR_FIELDS, reactive_json_new_object ());
}

/**
 * lb_response_get_success:
 * @response: a response
 *
 * lb_response_is_success() by its older name.
 *
 * Returns: whether it gives an address and says no error
 */
gboolean
lb_response_get_success (const LBResponse *response)
{
  return lb_response_is_success (response);
}

/**
 * lb_response_set_success:
 * @response: a response
 * @is_success: whether the request was met
 *
 * The older way to say it: a success takes back an error; a failure is an error of the provider, unless another was
 * said.
 */
void
lb_response_set_success (LBResponse *response, gboolean is_success)
{
  g_return_if_fail (response != NULL);

  if (is_success)
    lb_response_clear_error (response);
  else if (lb_response_get_error (response) == LB_ERROR_TYPE_NONE)
    lb_response_set_error (response, LB_ERROR_TYPE_PROVIDER);
}

/* "public: not supported; sticky: not supported" */
static char *
join_reasons (const ReactiveJson *reasons)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < reactive_json_get_length (reasons); i++)
    {
      const ReactiveJson *reason = reactive_json_get_element (reasons, i);
      const char *string = reactive_json_get_string (reason, NULL);
      g_autofree char *other = string == NULL ? reactive_json_to_text (reason, REACTIVE_JSON_SORT_KEYS) : NULL;

      g_string_append_printf (text, "%s%s: %s", i > 0 ? "; " : "", reactive_json_get_member_name (reasons, i),
                              string != NULL ? string : other);
    }

  return g_string_free (text, FALSE);
}

/**
 * lb_response_get_message:
 * @response: a response
 *
 * What a charm shows to people: the message of the error, or else what is said of the fields that are at fault.
 *
 * Returns: (transfer none) (nullable): the text, which lives until the response is changed; never %NULL for a valid
 *   response with an error
 */
const char *
lb_response_get_message (LBResponse *response)
{
  const char *message;
  const ReactiveJson *reasons;

  g_return_val_if_fail (response != NULL, NULL);

  message = lb_response_get_error_message (response);
  reasons = response->record.values[LB_RESPONSE_ERROR_FIELDS];
  if ((message != NULL && *message != '\0') || reactive_json_get_length (reasons) == 0)
    return message;

  if (response->message == NULL)
    response->message = join_reasons (reasons);

  return response->message;
}

/**
 * lb_response_set_message:
 * @response: a response
 * @message: (nullable): what is wrong, for people
 *
 * lb_response_set_error_message() by its older name.
 */
void
lb_response_set_message (LBResponse *response, const char *message)
{
  lb_response_set_error_message (response, message);
}
