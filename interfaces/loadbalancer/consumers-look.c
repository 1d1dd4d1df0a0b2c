/* SPDX-License-Identifier: Apache-2.0 */
#include <loadbalancer/response.h>
#include <reactive/leadership.h>
#include <string.h>

#include "consumers-private.h"
#include "relations.h"
#include "request-private.h"
#include "response-private.h"
#include "v1.h"

/* What a provider's unit finds out in a hook: what is asked for, and what of it is new or gone. */

/* The addresses of the units of one relation, read when the first request needs them. */
typedef struct
{
  ReactiveRelation *relation;
  ReactiveJson *list;
  char *digest; /* of the list, for those of requests: a thousand requests are not to digest a thousand addresses */
} Addresses;

static void
addresses_clear (Addresses *addresses)
{
  g_clear_pointer (&addresses->list, reactive_json_unref);
  g_clear_pointer (&addresses->digest, g_free);
}

static void
addresses_read (Addresses *addresses)
{
  g_autofree char *text = NULL;

  if (addresses->list != NULL)
    return;

  addresses->list = reactive_json_new_array ();
  for (ReactiveRemoteUnit *const *joined = reactive_relation_get_joined_units (addresses->relation); *joined != NULL;
       joined++)
    {
      const char *address = reactive_databag_get (reactive_remote_unit_get_received (*joined), "ingress-address", NULL);

      if (address != NULL && *address != '\0')
        reactive_json_array_add (addresses->list, reactive_json_new_string (address));
    }
  text = reactive_json_to_text (addresses->list, REACTIVE_JSON_INSERTION_ORDER);
  addresses->digest = lb_digest (text, strlen (text), NULL, 0);
}

static char *
make_digest (Addresses *addresses, gboolean has_default_backends, const char *text, gsize length)
{
  if (!has_default_backends)
    return lb_digest (text, length, NULL, 0);

  addresses_read (addresses);

  return lb_digest (text, length, addresses->digest, strlen (addresses->digest));
}

static gboolean
has_backends (const LBRequest *request)
{
  return lb_record_get_length (&request->record, LB_REQUEST_BACKENDS) > 0;
}

/* Reads a request as it concerns the provider: with backends, where the consumer named none, and the hash of all that.
 */
static LBRequest *
read_request (Addresses *addresses, const char *name, const char *text, gsize length, LBProblems *problems)
{
  LBRequest *request = lb_request_new_from_databag (name, text, length, problems);

  if (request == NULL)
    return NULL;

  if (!has_backends (request))
    {
      addresses_read (addresses);
      lb_record_set (&request->record, LB_REQUEST_BACKENDS, reactive_json_ref (addresses->list));
    }
  request->relation_id = g_strdup (reactive_relation_get_id (addresses->relation));
  request->read_hash = lb_record_hash (&request->record);

  return request;
}

/* Of the requests of a name, the one that was read from the same; it is present then. */
static LBKnown *
find_unchanged (const GPtrArray *of_name, Addresses *addresses, const char *text, gsize length)
{
  for (guint i = 0; of_name != NULL && i < of_name->len; i++)
    {
      LBKnown *known = g_ptr_array_index (of_name, i);
      g_autofree char *digest = make_digest (addresses, known->has_default_backends, text, length);

      if (g_strcmp0 (digest, known->digest) == 0)
        return known;
    }

  return NULL;
}

/* Takes a request up as it stands now. NULL, and the log is told, if it cannot be read. */
static LBKnown *
look_at_changed (LBConsumers *consumers, Addresses *addresses, const char *key, const char *text, gsize length)
{
  const char *name = lb_key_get_name (key, LB_REQUEST_PREFIX);
  const char *relation_id = reactive_relation_get_id (addresses->relation);
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBRequest) request = read_request (addresses, name, text, length, problems);
  gboolean names_none;
  LBKnown *known;

  if (request == NULL)
    {
      lb_warn (addresses->relation, key, problems, &consumers->n_told);
      return NULL;
    }

  names_none = request->record.values[LB_REQUEST_BACKENDS] == addresses->list;
  known = lb_known_requests_ensure (consumers->known, relation_id, name, request->record.values[LB_REQUEST_ID]);
  g_free (known->read);
  g_free (known->digest);
  known->read = g_steal_pointer (&request->read_hash);
  known->digest = make_digest (addresses, names_none, text, length);
  known->has_default_backends = names_none;
  lb_known_requests_save (consumers->known, known);

  return known;
}

static void
look_at_request (LBConsumers *consumers, Addresses *addresses, const char *key, const char *text, gsize length)
{
  const char *relation_id = reactive_relation_get_id (addresses->relation);
  const GPtrArray *of_name
      = lb_known_requests_lookup (consumers->known, relation_id, lb_key_get_name (key, LB_REQUEST_PREFIX));
  LBKnown *known = find_unchanged (of_name, addresses, text, length);

  if (known == NULL)
    known = look_at_changed (consumers, addresses, key, text, length);
  if (known != NULL)
    {
      known->presence = LB_KNOWN_PRESENT;
      g_ptr_array_add (consumers->present, known);
      return;
    }

  for (guint i = 0; of_name != NULL && i < of_name->len; i++)
    ((LBKnown *) g_ptr_array_index (of_name, i))->presence = LB_KNOWN_UNREADABLE;
}

static void
look_at_relation (LBConsumers *consumers, ReactiveRelation *relation)
{
  ReactiveDatabag *databag = reactive_relation_get_received_app (relation);
  Addresses addresses = { .relation = relation };

  for (const char *const *key = reactive_databag_get_keys (databag); *key != NULL; key++)
    {
      gsize length = 0;
      const char *text;

      if (lb_key_get_name (*key, LB_REQUEST_PREFIX) == NULL)
        continue;
      text = reactive_databag_get (databag, *key, &length);
      look_at_request (consumers, &addresses, *key, text, length);
    }

  addresses_clear (&addresses);
}

/* Nothing that came by @relation can be read, and so nothing of it was removed. */
static void
pass_over_relation (LBConsumers *consumers, ReactiveRelation *relation)
{
  for (guint i = 0; i < lb_known_requests_get_length (consumers->known); i++)
    {
      LBKnown *known = lb_known_requests_get (consumers->known, i);

      if (strcmp (known->relation_id, reactive_relation_get_id (relation)) == 0)
        known->presence = LB_KNOWN_UNREADABLE;
    }
}

static void
look_at_relations (LBConsumers *consumers)
{
  g_autoptr (GPtrArray) relations = lb_relations_list (consumers->endpoint);

  for (guint i = 0; i < relations->len; i++)
    {
      ReactiveRelation *relation = g_ptr_array_index (relations, i);
      g_autoptr (LBProblems) problems = lb_problems_new ();

      if (lb_relation_is_readable (relation, problems))
        {
          look_at_relation (consumers, relation);
          continue;
        }
      pass_over_relation (consumers, relation);
      if (!lb_problems_is_empty (problems))
        lb_warn (relation, "version", problems, &consumers->n_told);
    }
}

static void
count (LBConsumers *consumers)
{
  consumers->n_new = consumers->n_absent = 0;
  for (guint i = 0; i < lb_known_requests_get_length (consumers->known); i++)
    {
      const LBKnown *known = lb_known_requests_get (consumers->known, i);

      consumers->n_new += lb_known_is_new (known) ? 1 : 0;
      consumers->n_absent += known->presence == LB_KNOWN_ABSENT ? 1 : 0;
    }
}

void
lb_consumers_look (LBConsumers *consumers)
{
  if (consumers->present != NULL)
    return;

  consumers->present = g_ptr_array_new ();
  consumers->known = lb_known_requests_load (consumers->endpoint);
  lb_consumers_take_over (consumers);
  if (reactive_is_leader (consumers->unit) || lb_consumers_get_follower_can_read (consumers))
    look_at_relations (consumers);
  lb_known_requests_save_names (consumers->known);
  count (consumers);
}

void
lb_consumers_forget_look (LBConsumers *consumers)
{
  g_clear_pointer (&consumers->present, g_ptr_array_unref);
  g_clear_pointer (&consumers->known, lb_known_requests_free);
}

const LBKnownRequests *
lb_consumers_get_known_requests (LBConsumers *consumers)
{
  lb_consumers_look (consumers);

  return consumers->known;
}

/* What was answered to just this request is what the charm goes on from; anything else would be taken for an answer to
 * it. An answer that cannot be read is none. */
static void
attach_response (LBRequest *request, ReactiveRelation *relation)
{
  g_autofree char *key = lb_key (LB_RESPONSE_PREFIX, lb_request_get_name (request));
  g_autoptr (LBProblems) problems = lb_problems_new ();
  g_autoptr (LBResponse) response = NULL;
  gsize length = 0;
  const char *text = reactive_databag_get (reactive_relation_get_to_publish_app (relation), key, &length);

  if (text == NULL)
    return;

  response = lb_response_new_from_databag (lb_request_get_name (request), text, length, problems);
  if (response != NULL && g_strcmp0 (lb_response_get_received_hash (response), lb_request_get_sent_hash (request)) == 0)
    request->response = g_steal_pointer (&response);
}

GPtrArray *
lb_consumers_list_requests (LBConsumers *consumers, gboolean only_new)
{
  GPtrArray *requests = g_ptr_array_new_with_free_func ((GDestroyNotify) lb_request_unref);
  Addresses addresses = { 0 };

  lb_consumers_look (consumers);
  for (guint i = 0; i < consumers->present->len; i++)
    {
      const LBKnown *known = g_ptr_array_index (consumers->present, i);
      ReactiveRelation *relation = reactive_endpoint_find_relation (consumers->endpoint, known->relation_id);
      g_autofree char *key = lb_key (LB_REQUEST_PREFIX, known->name);
      g_autoptr (LBProblems) problems = lb_problems_new ();
      gsize length = 0;
      const char *text;
      LBRequest *request;

      if (only_new && !lb_known_is_new (known))
        continue;
      if (addresses.relation != relation)
        addresses_clear (&addresses);
      addresses.relation = relation;

      text = reactive_databag_get (reactive_relation_get_received_app (relation), key, &length);
      request = read_request (&addresses, known->name, text, length, problems);
      if (request == NULL)
        continue; /* it has the digest of one that could be read */
      attach_response (request, relation);
      g_ptr_array_add (requests, request);
    }
  addresses_clear (&addresses);

  return requests;
}
