/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/consumers.h>
#include <loadbalancer/response.h>
#include <reactive/error.h>
#include <reactive/flags.h>
#include <reactive/leadership.h>
#include <reactive/unit.h>
#include <string.h>

#include "consumers-private.h"
#include "python-state.h"
#include "relations.h"
#include "request-private.h"
#include "response-private.h"
#include "v1.h"

#define CHANGED_FLAG "requests_changed"
#define CHANGED_EVENT "requests_changed"

/* Names in the state of the library in Python */
#define FOLLOWER_KEY "follower_can_read_requests"
#define KNOWN_KEY "known_requests"

static void
consumers_free (gpointer data)
{
  LBConsumers *consumers = data;

  lb_consumers_forget_look (consumers);
  g_free (consumers);
}

LBConsumers *
lb_consumers_of (ReactiveEndpoint *endpoint)
{
  ReactiveUnit *unit = reactive_endpoint_get_unit (endpoint);
  g_autofree char *key = g_strconcat ("loadbalancer.consumers.", reactive_endpoint_get_name (endpoint), NULL);
  LBConsumers *consumers = reactive_unit_get_data (unit, key);

  if (consumers != NULL)
    return consumers;

  consumers = g_new0 (LBConsumers, 1);
  consumers->endpoint = endpoint;
  consumers->unit = unit;
  reactive_unit_set_data (unit, key, consumers, consumers_free);

  return consumers;
}

/**
 * lb_consumers:
 * @unit: the unit
 * @endpoint_name: an endpoint that the charm provides with the interface `loadbalancer`
 *
 * Gives the side of the load balancer's charm of an endpoint.
 *
 * Returns: (transfer none) (nullable): those who are related to the endpoint; it lives as long as the unit. %NULL if
 * the charm's metadata has no such endpoint
 */
LBConsumers *
lb_consumers (ReactiveUnit *unit, const char *endpoint_name)
{
  ReactiveEndpoint *endpoint;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (endpoint_name != NULL, NULL);

  endpoint = lb_find_endpoint (unit, endpoint_name, REACTIVE_ROLE_PROVIDES);

  return endpoint != NULL ? lb_consumers_of (endpoint) : NULL;
}

/**
 * lb_consumers_get_follower_can_read:
 * @consumers: those who are related
 *
 * Tells what followers may see.
 *
 * Returns: whether units other than the leader see requests; they do not unless they were allowed to
 */
gboolean
lb_consumers_get_follower_can_read (LBConsumers *consumers)
{
  g_return_val_if_fail (consumers != NULL, FALSE);

  return lb_python_state_get_boolean (consumers->endpoint, LB_PYTHON_CONSUMERS, FOLLOWER_KEY);
}

/**
 * lb_consumers_set_follower_can_read:
 * @consumers: those who are related
 * @can_read: whether units other than the leader see requests
 *
 * Lets a follower read requests, for a charm that serves them with all its units. It is remembered from hook to hook. A
 * follower cannot answer them, does not see answers, and has no removed requests: it says what it has dealt with by
 * lb_consumers_mark_seen().
 */
void
lb_consumers_set_follower_can_read (LBConsumers *consumers, gboolean can_read)
{
  g_return_if_fail (consumers != NULL);

  if (!can_read == !lb_consumers_get_follower_can_read (consumers))
    return;

  lb_python_state_set (consumers->endpoint, LB_PYTHON_CONSUMERS, FOLLOWER_KEY, reactive_json_new_boolean (can_read));
  if (!reactive_is_leader (consumers->unit))
    lb_consumers_forget_look (consumers);
}

/**
 * lb_consumers_is_changed:
 * @consumers: those who are related
 *
 * Tells whether there is something to do.
 *
 * Returns: whether there are new requests or, for the leader, removed ones
 */
gboolean
lb_consumers_is_changed (LBConsumers *consumers)
{
  g_return_val_if_fail (consumers != NULL, FALSE);

  lb_consumers_look (consumers);

  return consumers->n_new > 0 || (consumers->n_absent > 0 && reactive_is_leader (consumers->unit));
}

/**
 * lb_consumers_get_all_requests:
 * @consumers: those who are related
 *
 * All requests that can be read. One that cannot is named in the log, and is neither here nor a removed one. Where a
 * consumer names no backends, the addresses of its units are filled in.
 *
 * Returns: (transfer full) (element-type LBRequest): the requests, by the number of the relation, then by name; none
 * for a follower that may not read them
 */
GPtrArray *
lb_consumers_get_all_requests (LBConsumers *consumers)
{
  g_return_val_if_fail (consumers != NULL, NULL);

  return lb_consumers_list_requests (consumers, /* only_new= */ FALSE);
}

/**
 * lb_consumers_get_new_requests:
 * @consumers: those who are related
 *
 * The requests that are not as they were when this unit last answered, revoked or marked them. A change of the address
 * of a unit counts where the request names no backends.
 *
 * Returns: (transfer full) (element-type LBRequest): the requests, as lb_consumers_get_all_requests() has them
 */
GPtrArray *
lb_consumers_get_new_requests (LBConsumers *consumers)
{
  g_return_val_if_fail (consumers != NULL, NULL);

  return lb_consumers_list_requests (consumers, /* only_new= */ TRUE);
}

static LBRequest *
make_removed (const LBKnown *known)
{
  LBRequest *request = lb_request_new ();

  lb_request_set_name (request, known->name);
  lb_record_set (&request->record, LB_REQUEST_ID, reactive_json_ref (known->id));
  request->relation_id = g_strdup (known->relation_id);

  return request;
}

static int
compare_ids (gconstpointer a, gconstpointer b)
{
  return strcmp (lb_request_get_id (*(LBRequest *const *) a), lb_request_get_id (*(LBRequest *const *) b));
}

/**
 * lb_consumers_get_removed_requests:
 * @consumers: those who are related
 *
 * The requests that were there and are not any more, alone or with their relation: their name, id and relation, and
 * nothing else. They are listed until lb_consumers_forget_removed(), or lb_consumers_revoke_response() of each.
 *
 * Returns: (transfer full) (element-type LBRequest): the requests, by id; none for a follower, which is not to take
 *   anything down
 */
GPtrArray *
lb_consumers_get_removed_requests (LBConsumers *consumers)
{
  GPtrArray *requests;

  g_return_val_if_fail (consumers != NULL, NULL);

  requests = g_ptr_array_new_with_free_func ((GDestroyNotify) lb_request_unref);
  lb_consumers_look (consumers);
  for (guint i = 0; reactive_is_leader (consumers->unit) && i < lb_known_requests_get_length (consumers->known); i++)
    {
      const LBKnown *known = lb_known_requests_get (consumers->known, i);

      if (known->presence == LB_KNOWN_ABSENT)
        g_ptr_array_add (requests, make_removed (known));
    }
  g_ptr_array_sort (requests, compare_ids);

  return requests;
}

/*
 * Answering
 */

static void
clear_flag_if_done (LBConsumers *consumers)
{
  if (!lb_consumers_is_changed (consumers))
    reactive_clear_flag (consumers->unit, reactive_endpoint_expand_name (consumers->endpoint, CHANGED_FLAG));
}

static gboolean
check_leader (LBConsumers *consumers, GError **error)
{
  if (reactive_is_leader (consumers->unit))
    return TRUE;

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_DENIED, "%s: only the leader answers requests",
               reactive_endpoint_get_name (consumers->endpoint));

  return FALSE;
}

/* What is known of a request of somebody's; NULL if nothing is. */
static LBKnown *
find_known (LBConsumers *consumers, const LBRequest *request)
{
  const ReactiveJson *id = request->record.values[LB_REQUEST_ID];

  lb_consumers_look (consumers);
  if (request->relation_id == NULL || id == NULL)
    return NULL;

  return lb_known_requests_find (consumers->known, request->relation_id, lb_request_get_name (request), id);
}

/* What was read is what is dealt with, whatever the charm has made of the request since. */
static void
note_answered (LBConsumers *consumers, LBKnown *known, const LBRequest *request)
{
  consumers->n_new -= lb_known_is_new (known) ? 1 : 0;
  g_free (known->answered);
  known->answered = g_strdup (request->read_hash);
  consumers->n_new += lb_known_is_new (known) ? 1 : 0;
  lb_known_requests_save (consumers->known, known);
}

/* @text (nullable): NULL takes it back */
static void
write_response (LBConsumers *consumers, const LBKnown *known, const char *text)
{
  g_autofree char *key = lb_key (LB_RESPONSE_PREFIX, known->name);
  ReactiveRelation *relation = reactive_endpoint_find_relation (consumers->endpoint, known->relation_id);

  reactive_databag_set (reactive_relation_get_to_publish_app (relation), key, text);
}

/* NULL, and an error, where the response is not right. */
static char *
make_response_text (LBRequest *request, GError **error)
{
  LBResponse *response = lb_request_get_response (request);
  g_autofree char *name = NULL;
  char *text;

  lb_record_set_text (&response->record, LB_RESPONSE_RECEIVED_HASH, lb_request_get_sent_hash (request));
  text = lb_response_to_text (response, request->is_older, error);
  if (text != NULL)
    return text;

  name = lb_problems_show_name (lb_request_get_name (request));
  g_prefix_error (error, "%s: response_%s: ", request->relation_id, name);

  return NULL;
}

/**
 * lb_consumers_send_response:
 * @consumers: those who are related
 * @request: a request, as one of the functions here gave it
 * @error: return location for a #GError
 *
 * Answers a request with its response, lb_request_get_response(). The request is then not new any more until it
 * changes; the flag `endpoint.E.requests_changed` is cleared when no new and no removed request is left. A request in
 * the older dialect is answered in it.
 *
 * Returns: %TRUE, or %FALSE with #REACTIVE_ERROR_DENIED if this unit is not the leader (nothing has happened then, and
 *   the Python library goes on), #REACTIVE_ERROR_NOT_FOUND if nobody asks for it any more, or #REACTIVE_ERROR_BAD_DATA
 *   if the response is not right
 */
gboolean
lb_consumers_send_response (LBConsumers *consumers, LBRequest *request, GError **error)
{
  LBKnown *known;
  g_autofree char *text = NULL;

  g_return_val_if_fail (consumers != NULL, FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_leader (consumers, error))
    return FALSE;
  known = find_known (consumers, request);
  if (known == NULL || known->presence != LB_KNOWN_PRESENT)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "%s: nobody asks for what is to be answered",
                   reactive_endpoint_get_name (consumers->endpoint));
      return FALSE;
    }
  text = make_response_text (request, error);
  if (text == NULL)
    return FALSE;

  write_response (consumers, known, text);
  note_answered (consumers, known, request);
  clear_flag_if_done (consumers);

  return TRUE;
}

/**
 * lb_consumers_revoke_response:
 * @consumers: those who are related
 * @request: a request, as one of the functions here gave it
 * @error: return location for a #GError
 *
 * Takes back the answer to a request. A request that is still there is not new until it changes; one that was removed
 * is forgotten.
 *
 * Returns: %TRUE, or %FALSE with #REACTIVE_ERROR_DENIED if this unit is not the leader
 */
gboolean
lb_consumers_revoke_response (LBConsumers *consumers, LBRequest *request, GError **error)
{
  LBKnown *known;

  g_return_val_if_fail (consumers != NULL, FALSE);
  g_return_val_if_fail (request != NULL, FALSE);
  g_return_val_if_fail (error == NULL || *error == NULL, FALSE);

  if (!check_leader (consumers, error))
    return FALSE;
  known = find_known (consumers, request);
  if (known == NULL)
    return TRUE;

  if (known->presence == LB_KNOWN_ABSENT)
    {
      lb_known_requests_forget_absent (consumers->known, known);
      consumers->n_absent--;
      return TRUE;
    }
  write_response (consumers, known, NULL);
  note_answered (consumers, known, request);

  return TRUE;
}

/**
 * lb_consumers_mark_seen:
 * @consumers: those who are related
 * @request: a request, as one of the functions here gave it
 *
 * Says that this unit has dealt with a request, for a follower that reads requests and cannot answer them. The request
 * is then not new any more until it changes; the flag `endpoint.E.requests_changed` is cleared when no new request is
 * left.
 */
void
lb_consumers_mark_seen (LBConsumers *consumers, LBRequest *request)
{
  LBKnown *known;

  g_return_if_fail (consumers != NULL);
  g_return_if_fail (request != NULL);

  known = find_known (consumers, request);
  if (known == NULL || known->presence != LB_KNOWN_PRESENT)
    return;

  note_answered (consumers, known, request);
  clear_flag_if_done (consumers);
}

/**
 * lb_consumers_forget_removed:
 * @consumers: those who are related
 *
 * Says that everything is done that removed requests ask for: they are not listed again. The flag
 * `endpoint.E.requests_changed` is cleared when no new request is left. Nothing happens on a follower.
 */
void
lb_consumers_forget_removed (LBConsumers *consumers)
{
  g_return_if_fail (consumers != NULL);

  if (!reactive_is_leader (consumers->unit))
    return;

  lb_consumers_look (consumers);
  lb_known_requests_forget_absent (consumers->known, /* only= */ NULL);
  consumers->n_absent = 0;
  clear_flag_if_done (consumers);
}

/*
 * At the start of a hook
 */

/* A response whose request is gone would stay for good, and would be taken for an answer to a later request of the
 * name. Whether the request can be read does not matter, but whether the consumer is heard at all. */
static void
drop_stray_responses (ReactiveRelation *relation)
{
  ReactiveDatabag *own = reactive_relation_get_to_publish_app (relation);
  ReactiveDatabag *received = reactive_relation_get_received_app (relation);

  for (const char *const *key = reactive_databag_get_keys (own); *key != NULL; key++)
    {
      const char *name = lb_key_get_name (*key, LB_RESPONSE_PREFIX);
      g_autofree char *request_key = name != NULL ? lb_key (LB_REQUEST_PREFIX, name) : NULL;

      if (name != NULL && reactive_databag_get (received, request_key, NULL) == NULL)
        reactive_databag_set (own, *key, NULL);
    }
}

void
lb_consumers_begin_hook (LBConsumers *consumers)
{
  for (ReactiveRelation *const *relation = reactive_endpoint_get_relations (consumers->endpoint);
       reactive_is_leader (consumers->unit) && *relation != NULL; relation++)
    if (lb_relation_is_readable (*relation, NULL))
      drop_stray_responses (*relation);

  if (reactive_endpoint_is_in_hook (consumers->endpoint) && lb_consumers_is_changed (consumers))
    reactive_endpoint_raise (consumers->endpoint, CHANGED_EVENT);
}

void
lb_consumers_update_flags (LBConsumers *consumers)
{
  reactive_toggle_flag (consumers->unit, reactive_endpoint_expand_name (consumers->endpoint, CHANGED_FLAG),
                        lb_consumers_is_changed (consumers));
}

/*
 * Coming from Python, and going back
 */

void
lb_consumers_take_over (LBConsumers *consumers)
{
  const ReactiveJson *hashes = lb_python_state_get (consumers->endpoint, LB_PYTHON_CONSUMERS, KNOWN_KEY);
  g_autoptr (ReactiveJson) own = NULL;

  if (hashes == NULL || reactive_json_get_kind (hashes) != REACTIVE_JSON_OBJECT)
    return;

  own = lb_known_requests_list_answered (consumers->known);
  if (!reactive_json_equal (own, hashes))
    lb_known_requests_answer_as (consumers->known, hashes);
}

void
lb_consumers_finish_hook (LBConsumers *consumers)
{
  if (consumers->known != NULL)
    lb_python_state_set (consumers->endpoint, LB_PYTHON_CONSUMERS, KNOWN_KEY,
                         lb_known_requests_list_answered (consumers->known));
}
