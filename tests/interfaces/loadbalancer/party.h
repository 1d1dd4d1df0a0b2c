/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <loadbalancer.h>
#include <reactive/interface.h>

#include "unit-fixture.h"

/* One side of a conversation: unit 0 of an application, with its charm and its Juju, over many hooks. */
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
  UnitFixture fixture; /* first: handlers find the party by it */
  char *name;
  gboolean is_provider;
  const char *endpoint_name;
  ReactiveInterface interface;
  ReactiveInterfaceRole roles[2];
  GPtrArray *events; /* char *: since they were taken */

  guint *counter; /* (nullable): where ids come from; without one they are all "f" */

  /* of the hook that runs */
  PartyMode mode;
  PartyFunc function;
  gpointer data;
  ReactiveUnit *unit;
  LBProvider *provider;   /* of a consumer */
  LBConsumers *consumers; /* of a provider */
};

Party *party_new (const char *name, gboolean is_provider);
void party_free (Party *party);

/* Runs a hook that is about no relation, and in it @function (nullable). */
void party_run (Party *party, PartyMode mode, PartyFunc function, gpointer data);
/* Runs a hook of a relation: @event is "joined"; @remote (nullable) a unit or an application. */
void party_run_relation_hook (Party *party, const char *event, const char *relation_id, const char *remote);
