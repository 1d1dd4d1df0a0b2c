/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/request.h>
#include <loadbalancer/response.h>

#include "older.h"
#include "request-private.h"
#include "response-private.h"
#include "v1.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic" /* the macro uses a union that ISO C has no name for */
G_DEFINE_BOXED_TYPE (LBRequest, lb_request, lb_request_ref, lb_request_unref)
#pragma GCC diagnostic pop

/*
 * Making, reading and writing
 */

LBRequest *
lb_request_new (void)
{
  LBRequest *request = g_new0 (LBRequest, 1);

  g_ref_count_init (&request->reference_count);
  lb_record_init (&request->record, &lb_request_schema);

  return request;
}

LBRequest *
lb_request_new_from_text (const char *text, gsize length_bytes, LBProblems *problems)
{
  g_autoptr (LBRequest) request = lb_request_new ();
  g_autoptr (ReactiveJson) value = NULL;

  if (length_bytes == 0)
    return g_steal_pointer (&request);

  value = lb_record_parse (text, length_bytes, problems);
  if (value == NULL || !lb_record_load (&request->record, value, problems))
    return NULL;

  return g_steal_pointer (&request);
}

/* The older dialect has neither ids nor hashes of the consumer's: what there is to tell two requests apart is the hash
 * that the provider makes. */
static gboolean
load_older (LBRequest *request, const ReactiveJson *value, LBProblems *problems)
{
  if (!lb_older_load_request (&request->record, value, problems))
    return FALSE;

  lb_request_set_id (request, "");
  request->is_older = TRUE;

  return TRUE;
}

LBRequest *
lb_request_new_from_databag (const char *name, const char *text, gsize length_bytes, LBProblems *problems)
{
  g_autoptr (LBRequest) request = lb_request_new ();
  g_autoptr (ReactiveJson) value = lb_record_parse (text, length_bytes, problems);
  gboolean is_right = FALSE;

  if (value != NULL && lb_older_is_request (value))
    is_right = load_older (request, value, problems);
  else if (value != NULL)
    is_right = lb_record_load (&request->record, value, problems);
  if (!is_right)
    return NULL;

  lb_request_set_name (request, name);
  if (request->is_older)
    lb_request_sign (request);

  return g_steal_pointer (&request);
}

char *
lb_request_to_text (const LBRequest *request, GError **error)
{
  return lb_record_to_message (&request->record, error);
}

/**
 * lb_request_ref:
 * @request: a request
 *
 * Adds an owner to a request.
 *
 * Returns: (transfer full): @request, with one owner more
 */
LBRequest *
lb_request_ref (LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  g_ref_count_inc (&request->reference_count);

  return request;
}

/**
 * lb_request_unref:
 * @request: (nullable) (transfer full): a request
 *
 * Gives up one reference, and frees the request with the last one.
 */
void
lb_request_unref (LBRequest *request)
{
  if (request == NULL || !g_ref_count_dec (&request->reference_count))
    return;

  lb_record_clear (&request->record);
  lb_response_unref (request->response);
  g_free (request->relation_id);
  g_free (request->read_hash);
  g_free (request);
}

/*
 * What the library sets
 */

/**
 * lb_request_get_name:
 * @request: a request
 *
 * Reads the name of a request.
 *
 * Returns: (transfer none) (nullable): its name, unique among the requests of its consumer
 */
const char *
lb_request_get_name (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_text (&request->record, LB_REQUEST_NAME);
}

void
lb_request_set_name (LBRequest *request, const char *name)
{
  lb_record_set_text (&request->record, LB_REQUEST_NAME, name);
}

/**
 * lb_request_get_id:
 * @request: a request
 *
 * Reads the identity of a request.
 *
 * Returns: (transfer none) (nullable): what tells it from an earlier one of the same name; empty for one in the older
 *   dialect
 */
const char *
lb_request_get_id (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_text (&request->record, LB_REQUEST_ID);
}

void
lb_request_set_id (LBRequest *request, const char *id)
{
  lb_record_set_text (&request->record, LB_REQUEST_ID, id);
}

/**
 * lb_request_get_relation_id:
 * @request: a request
 *
 * Tells where a request came from.
 *
 * Returns: (transfer none) (nullable): the relation that a consumer's request came by; %NULL for a request of this side
 */
const char *
lb_request_get_relation_id (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return request->relation_id;
}

/**
 * lb_request_get_sent_hash:
 * @request: a request
 *
 * Reads the hash of a request.
 *
 * Returns: (transfer none) (nullable): the hash that the consumer sent with it; a response is complete when it says the
 *   same. Set by lb_provider_send_request()
 */
const char *
lb_request_get_sent_hash (const LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  return lb_record_get_text (&request->record, LB_REQUEST_SENT_HASH);
}

void
lb_request_set_sent_hash (LBRequest *request, const char *hash)
{
  lb_record_set_text (&request->record, LB_REQUEST_SENT_HASH, hash);
}

void
lb_request_sign (LBRequest *request)
{
  g_autofree char *hash = NULL;

  lb_request_set_sent_hash (request, NULL);
  hash = lb_request_get_hash (request);
  lb_request_set_sent_hash (request, hash);
}

/**
 * lb_request_get_hash:
 * @request: a request
 *
 * The MD5 of the request as it is written: the same that the Python library computes. It finds changes, and protects
 * from nothing. The provider's differs from the consumer's: it is made of the addresses of the units where the request
 * names no backends, and of the sent hash.
 *
 * Returns: (transfer full) (nullable): 32 hexadecimal digits; %NULL for a request that cannot be sent
 */
char *
lb_request_get_hash (const LBRequest *request)
{
  g_autoptr (LBProblems) problems = NULL;

  g_return_val_if_fail (request != NULL, NULL);

  problems = lb_problems_new ();

  return lb_record_check (&request->record, problems) ? lb_record_hash (&request->record) : NULL;
}

/**
 * lb_request_get_response:
 * @request: a request
 *
 * The answer to a request. On the provider's side it is what was answered to just this request, or else empty, for the
 * charm to fill; on the consumer's side it is what the provider answered last, to this request or to an earlier one of
 * its name.
 *
 * Returns: (transfer none): the response, which is the request's own
 */
LBResponse *
lb_request_get_response (LBRequest *request)
{
  g_return_val_if_fail (request != NULL, NULL);

  if (request->response == NULL)
    request->response = lb_response_new (lb_request_get_name (request));

  return request->response;
}
