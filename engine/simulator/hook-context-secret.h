/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulator/hook-context-private.h"

/* Access that is given or taken: to @target, an application or a unit. */
typedef struct
{
  ReactiveModelRelation *relation; /* of what is given */
  char *target;
} ReactivePendingGrant;

/* What a hook does with one secret, which waits for its end. */
typedef struct
{
  char *id;
  ReactiveModelSecret *secret; /* (nullable): NULL of a new one, and of one that is not there */
  gboolean is_new;
  gboolean is_changed; /* by secret-set */
  gboolean is_removed; /* altogether */
  gboolean is_of_unit; /* of a new one */
  gboolean tracks_latest;
  char *label, *description, *rotation, *expiry; /* (nullable): where they are to be others */
  ReactiveJson *content;                         /* (nullable) */
  GArray *removed;                               /* (nullable): guint: revisions */
  GPtrArray *grants, *revokes;                   /* (nullable): ReactivePendingGrant */
} ReactivePendingSecret;

struct _ReactivePendingSecrets
{
  GPtrArray *all; /* ReactivePendingSecret, in the order in which they were spoken of */
};

/* The id in "secret:ID", "ID" and "secret://MODEL/ID". Errors: INVALID. */
char *reactive_secret_parse_id (const char *text, GError **error);
/* (nullable) */
ReactivePendingSecret *reactive_hook_context_find_pending (ReactiveHookContext *context, const char *id);

/* Whether a unit of this name is one of the application. */
gboolean reactive_secret_is_unit_of (const char *unit, const char *application);
/* Whether @pending, which may be NULL, takes back what was granted to @target. */
gboolean reactive_secret_is_revoked (const ReactivePendingSecret *pending, const char *target);

/* What is the unit's own, and its application's. */
gboolean reactive_hook_context_owns (ReactiveHookContext *context, const ReactiveModelSecret *secret);
/* Whether the unit sees it among its own: not what it is removing, nor the application's where it does not lead. */
gboolean reactive_hook_context_manages (ReactiveHookContext *context, const ReactiveModelSecret *secret);
