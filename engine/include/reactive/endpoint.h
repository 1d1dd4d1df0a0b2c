/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/types.h>

G_BEGIN_DECLS

/**
 * ReactiveEndpoint:
 *
 * A name under which the charm can be related to others, with all relations on it. It lives as long as the unit.
 */
typedef struct _ReactiveEndpoint ReactiveEndpoint;

/**
 * ReactiveRelation:
 *
 * One relation of an endpoint, with one remote application.
 */
typedef struct _ReactiveRelation ReactiveRelation;

/**
 * ReactiveRemoteUnit:
 *
 * A unit on the other side of a relation: one that is joined, or one that has departed.
 */
typedef struct _ReactiveRemoteUnit ReactiveRemoteUnit;

/**
 * ReactiveDatabag:
 *
 * What a unit or an application says in a relation: strings by key. Those that this side writes are sent when the hook
 * has gone well.
 */
typedef struct _ReactiveDatabag ReactiveDatabag;

/**
 * ReactiveRole:
 * @REACTIVE_ROLE_PROVIDES: one that provides
 * @REACTIVE_ROLE_REQUIRES: one that requires
 * @REACTIVE_ROLE_PEERS: one of equals
 *
 * What the charm is in the relations of an endpoint.
 */
typedef enum
{
  REACTIVE_ROLE_PROVIDES,
  REACTIVE_ROLE_REQUIRES,
  REACTIVE_ROLE_PEERS,
} ReactiveRole;

REACTIVE_EXPORT ReactiveEndpoint *reactive_endpoint_from_name (ReactiveUnit *unit, const char *name);
REACTIVE_EXPORT ReactiveEndpoint *reactive_endpoint_from_flag (ReactiveUnit *unit, const char *flag);
REACTIVE_EXPORT ReactiveUnit *reactive_endpoint_get_unit (const ReactiveEndpoint *endpoint);
REACTIVE_EXPORT const char *reactive_endpoint_get_name (const ReactiveEndpoint *endpoint);
REACTIVE_EXPORT const char *reactive_endpoint_get_interface (const ReactiveEndpoint *endpoint);
REACTIVE_EXPORT ReactiveRole reactive_endpoint_get_role (const ReactiveEndpoint *endpoint);
REACTIVE_EXPORT const char *reactive_endpoint_expand_name (ReactiveEndpoint *endpoint, const char *flag);
REACTIVE_EXPORT gboolean reactive_endpoint_is_joined (ReactiveEndpoint *endpoint);
REACTIVE_EXPORT gboolean reactive_endpoint_is_in_hook (const ReactiveEndpoint *endpoint);
REACTIVE_EXPORT ReactiveRelation *const *reactive_endpoint_get_relations (ReactiveEndpoint *endpoint);
REACTIVE_EXPORT ReactiveRelation *reactive_endpoint_find_relation (ReactiveEndpoint *endpoint, const char *id);
REACTIVE_EXPORT ReactiveRemoteUnit *const *reactive_endpoint_get_joined_units (ReactiveEndpoint *endpoint);
REACTIVE_EXPORT ReactiveDatabag *reactive_endpoint_get_received (ReactiveEndpoint *endpoint);
REACTIVE_EXPORT ReactiveRemoteUnit *const *reactive_endpoint_get_departed_units (ReactiveEndpoint *endpoint);
REACTIVE_EXPORT void reactive_endpoint_clear_departed_units (ReactiveEndpoint *endpoint);
REACTIVE_EXPORT void reactive_endpoint_raise (ReactiveEndpoint *endpoint, const char *event);
REACTIVE_EXPORT const ReactiveJson *reactive_endpoint_get_state (ReactiveEndpoint *endpoint, const char *key);
REACTIVE_EXPORT void reactive_endpoint_set_state (ReactiveEndpoint *endpoint, const char *key,
                                                  const ReactiveJson *value);
REACTIVE_EXPORT const ReactiveJson *reactive_endpoint_get_ops_state (ReactiveEndpoint *endpoint,
                                                                     const char *class_name);
REACTIVE_EXPORT void reactive_endpoint_set_ops_state (ReactiveEndpoint *endpoint, const char *class_name,
                                                      const ReactiveJson *value);

REACTIVE_EXPORT const char *reactive_relation_get_id (const ReactiveRelation *relation);
REACTIVE_EXPORT ReactiveEndpoint *reactive_relation_get_endpoint (const ReactiveRelation *relation);
REACTIVE_EXPORT const char *reactive_relation_get_application_name (ReactiveRelation *relation);
REACTIVE_EXPORT ReactiveRemoteUnit *const *reactive_relation_get_joined_units (ReactiveRelation *relation);
REACTIVE_EXPORT ReactiveDatabag *reactive_relation_get_received (ReactiveRelation *relation);
REACTIVE_EXPORT ReactiveDatabag *reactive_relation_get_received_app (ReactiveRelation *relation);
REACTIVE_EXPORT ReactiveDatabag *reactive_relation_get_to_publish (ReactiveRelation *relation);
REACTIVE_EXPORT ReactiveDatabag *reactive_relation_get_to_publish_app (ReactiveRelation *relation);

REACTIVE_EXPORT const char *reactive_remote_unit_get_name (const ReactiveRemoteUnit *remote_unit);
REACTIVE_EXPORT const char *reactive_remote_unit_get_application_name (const ReactiveRemoteUnit *remote_unit);
REACTIVE_EXPORT const char *reactive_remote_unit_get_relation_id (const ReactiveRemoteUnit *remote_unit);
REACTIVE_EXPORT ReactiveDatabag *reactive_remote_unit_get_received (ReactiveRemoteUnit *remote_unit);

REACTIVE_EXPORT const char *reactive_databag_get (ReactiveDatabag *databag, const char *key, gsize *out_length_bytes);
REACTIVE_EXPORT const ReactiveJson *reactive_databag_get_json (ReactiveDatabag *databag, const char *key);
REACTIVE_EXPORT const char *const *reactive_databag_get_keys (ReactiveDatabag *databag);
REACTIVE_EXPORT void reactive_databag_set (ReactiveDatabag *databag, const char *key, const char *value);
REACTIVE_EXPORT void reactive_databag_set_json (ReactiveDatabag *databag, const char *key, const ReactiveJson *value);

G_END_DECLS
