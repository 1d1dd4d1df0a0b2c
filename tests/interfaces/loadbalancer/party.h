/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer.h>
#include <reactive.h>
#include <reactive/interface.h>

#include "unit/unit.h"

/* One unit that takes part in a conversation: its charm, which is tables, and what it is to do in a hook. Where its
 * hooks come from is the world's. */
typedef struct _Party Party;

/* What the interface does at the start of a hook: in a real one all of it. The vectors were recorded apart. */
typedef enum
{
  PARTY_QUIET = 0,
  PARTY_VERSION = 1 << 0, /* says the version */
  PARTY_BEGIN = 1 << 1,   /* all but the version and the flags */
} PartyMode;

typedef void (*PartyFunc) (Party *party, gpointer data);

struct _Party
{
  char *name; /* of the application */
  gboolean is_provider;
  const char *endpoint_name;
  const ReactiveModule *module;
  ReactiveInterface interface; /* the real one but for its update functions */
  ReactiveInterfaceRole roles[2];
  GPtrArray *events; /* char *: since they were taken */
  gboolean is_whole; /* in every hook the interface does all of it, as it does in a charm */

  guint *counter; /* (nullable): where ids come from; without one they are all "f" */

  gpointer seat; /* the world's */

  /* of the hook that runs */
  PartyMode mode;
  PartyFunc function; /* (nullable) */
  gpointer data;
  ReactiveUnit *unit;
  LBProvider *provider;   /* of a consumer */
  LBConsumers *consumers; /* of a provider */
};

Party *party_new (const char *name, gboolean is_provider);
void party_free (Party *party);

/* The charm's metadata.yaml. Free with g_free(). */
char *party_get_metadata (const Party *party);

/* Has a hook of @unit be the party's; the function runs in update-status and in the action "act". */
void party_take (Party *party, ReactiveUnit *unit);
