/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <reactive/json.h>

#include "unit/unit.h"

/* Where a conversation takes place: one unit, and what Juju and the units that it is related to do to it. */
typedef struct _BindWorld BindWorld;

/* A step. */
typedef struct
{
  const char *what;         /* "created", "joined", "changed", "departed", "broken", "peer_data" or "hook" */
  const char *relation;     /* (nullable) */
  const char *application;  /* (nullable): the one that the relation is with, as far as one is named */
  const char *unit;         /* (nullable) */
  const char *hook;         /* (nullable): of "hook" */
  const ReactiveJson *data; /* (nullable): what @unit says from now on */
} BindAction;

typedef struct
{
  gboolean (*act) (BindWorld *world, const BindAction *action, GError **error);
  /* As the unit keeps them; free with g_strfreev(). */
  char **(*get_flags) (BindWorld *world);
  /* Of the unit, and of those that are joined. */
  void (*add_databags) (BindWorld *world, GHashTable *facts);
  void (*free) (BindWorld *world);
} BindWorldClass;

/* Sees the unit before each hook; @is_of_step: in that one the step's operations are done. */
typedef void (*BindUnitFunc) (ReactiveUnit *unit, gboolean is_of_step, gpointer data);

struct _BindWorld
{
  const BindWorldClass *klass;
  BindUnitFunc take;
  gpointer data;
  const char *refusal; /* (nullable): why Juju has no such hook as the last step wants; another was run in its place */
};

/* Direct calls: a Juju that answers by tables, and hooks that the conversation calls for. */
BindWorld *bind_world_new_direct (gboolean is_provider, const ReactiveModule *module);
/* A model, and the hooks that it has for its units. */
BindWorld *bind_world_new_simulated (gboolean is_provider, const ReactiveModule *module);
void bind_world_free (BindWorld *world);

/* The unit's metadata.yaml; free with g_free(). */
#define BIND_ENDPOINT "bind-stats"
#define BIND_ADDRESS "10.0.0.1"
char *bind_world_get_metadata (gboolean is_provider);
/* No flags but those of endpoints. */
#define BIND_LAYER "includes: ['interface:bind-client']\n"
