/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>
#include <reactive/json.h>

/* The requests that a provider's unit knows of, from hook to hook: by relation and name, and by id, since a name may be
 * used again. What was read of a request is kept beside a digest of what it was read from, so that nothing that is
 * unchanged is read twice. */

typedef enum
{
  LB_KNOWN_ABSENT,     /* nobody asks for it any more */
  LB_KNOWN_UNREADABLE, /* something stands in its place, or where it may be cannot be read */
  LB_KNOWN_PRESENT,
} LBKnownPresence;

typedef struct
{
  char *relation_id; /* this and the name are empty where Python knew of it, which keeps ids alone, and it has gone */
  char *name;
  ReactiveJson *id;
  char *answered; /* hash of the request when it was answered, or else dealt with; NULL until then */
  char *read;     /* hash of the request as it was when it was last there */
  char *digest;   /* of what that was read from */
  gboolean has_default_backends;
  LBKnownPresence presence; /* in this hook */
} LBKnown;

typedef struct _LBKnownRequests LBKnownRequests;

/* What the endpoint's state has; nothing of it is present. */
LBKnownRequests *lb_known_requests_load (ReactiveEndpoint *endpoint);
void lb_known_requests_free (LBKnownRequests *requests);
/* To be called once after requests were added. */
void lb_known_requests_save_names (LBKnownRequests *requests);

/* All, in no order that means anything. */
guint lb_known_requests_get_length (const LBKnownRequests *requests);
LBKnown *lb_known_requests_get (const LBKnownRequests *requests, guint index);
/* Those of one name, whatever their id; NULL if there is none. */
const GPtrArray *lb_known_requests_lookup (const LBKnownRequests *requests, const char *relation_id, const char *name);
/* That with the id; NULL if it is not known. */
LBKnown *lb_known_requests_find (const LBKnownRequests *requests, const char *relation_id, const char *name,
                                 const ReactiveJson *id);
/* The same, but it is added. */
LBKnown *lb_known_requests_ensure (LBKnownRequests *requests, const char *relation_id, const char *name,
                                   const ReactiveJson *id);
/* Remembers what has become of it. */
void lb_known_requests_save (LBKnownRequests *requests, const LBKnown *known);
/* Forgets those that are absent: all, or @only (nullable). */
void lb_known_requests_forget_absent (LBKnownRequests *requests, const LBKnown *only);

/* The hashes of requests as they were answered, by id; null for those that were not. */
ReactiveJson *lb_known_requests_list_answered (const LBKnownRequests *requests);
/* The other way round: what is not in @hashes is forgotten. Nothing is present then. */
void lb_known_requests_answer_as (LBKnownRequests *requests, const ReactiveJson *hashes);

/* Whether it is there and not dealt with as it stands. */
gboolean lb_known_is_new (const LBKnown *known);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LBKnownRequests, lb_known_requests_free)
