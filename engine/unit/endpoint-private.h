/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/endpoint.h>

#include "unit/unit-private.h"

/* An endpoint and what hangs on it. Everything is asked for when it is first needed, and lives as long as the unit.
 * Arrays that handlers see end with NULL. */

struct _ReactiveEndpoint
{
  ReactiveUnit *unit;
  const ReactiveEndpointInfo *info;
  const ReactiveEndpointFlags *flags;
  const ReactiveLoadedInterface *interface; /* NULL: no library has the charm's side of it */
  GPtrArray *relations;                     /* ReactiveRelation, by id as text */
  GPtrArray *joined_units;                  /* ReactiveRemoteUnit, borrowed of the relations */
  GPtrArray *departed_units;                /* ReactiveRemoteUnit, in the order in which they left */
  ReactiveDatabag *received;
};

struct _ReactiveRelation
{
  ReactiveEndpoint *endpoint;
  char *id;
  char *application_name;
  GPtrArray *joined_units; /* ReactiveRemoteUnit, by name as text */
  ReactiveDatabag *received;
  ReactiveDatabag *received_app;
  ReactiveDatabag *to_publish;
  ReactiveDatabag *to_publish_app;
};

struct _ReactiveRemoteUnit
{
  char *relation_id;
  char *name;
  char *application_name;
  ReactiveDatabag *received;
};

typedef enum
{
  DATABAG_REMOTE, /* of a unit or application on the other side */
  DATABAG_GIVEN,  /* what was read once: merged, or of a unit that has gone */
  DATABAG_OWN,    /* of this unit or its application */
} DatabagKind;

typedef struct
{
  char *key;
  char *value; /* (nullable): NULL to delete */
} Write;

struct _ReactiveDatabag
{
  ReactiveUnit *unit;
  DatabagKind kind;
  gboolean of_application;
  const char *relation_id; /* borrowed; NULL where the data is given */
  const char *name;        /* borrowed: the unit or application; NULL where the data is given */
  ReactiveJson *data;      /* object of strings; NULL until it is asked for */
  GHashTable *decoded;     /* key → ReactiveJson */
  GArray *pending;         /* of an own one: Write, by key; NULL until something is written */
};

/* databag.c */
ReactiveDatabag *databag_new (ReactiveUnit *unit, DatabagKind kind, gboolean of_application, const char *relation_id,
                              const char *name);
/* @data (transfer full): an object of strings */
ReactiveDatabag *databag_new_given (ReactiveUnit *unit, ReactiveJson *data);
void databag_free (ReactiveDatabag *databag);
/* What Juju has of it; an empty object, and the unit failed, where it cannot be read. */
const ReactiveJson *databag_read (ReactiveDatabag *databag);
/* What reactive_databag_get_keys() gives of a databag that nobody writes; borrowed of it. Free the array. */
GPtrArray *databag_list_keys (ReactiveDatabag *databag);
/* One databag of all units, the first of which that has a key decides. */
ReactiveDatabag *databag_new_merged (ReactiveUnit *unit, const GPtrArray *remote_units);

/* remote-unit.c */
ReactiveRemoteUnit *remote_unit_new (ReactiveUnit *unit, const char *relation_id, const char *name);
ReactiveRemoteUnit *remote_unit_new_departed (ReactiveUnit *unit, const char *relation_id, const char *name,
                                              ReactiveJson *data);
void remote_unit_free (ReactiveRemoteUnit *remote_unit);

/* relation.c */
ReactiveRelation *relation_new (ReactiveEndpoint *endpoint, const char *id);
void relation_free (ReactiveRelation *relation);

/* endpoint.c */
void reactive_unit_free_endpoints (ReactiveUnit *unit);
/* What a hook of a departing unit begins with: that unit joins those that left. */
void endpoint_note_departed (ReactiveEndpoint *endpoint);

/* The elements of @array without the NULL at its end. */
static inline guint
array_length (const GPtrArray *array)
{
  return array->len - 1;
}
