/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "party.h"

/* Where a conversation takes place: what is between the parties, and what Juju does. A relation is called by its
 * consumer, which has one at most; @party is a provider or that consumer, and speaks by its unit 0. */
typedef struct _World World;

typedef struct
{
  /* @n_units: how many the conversation has of it at most */
  void (*add_party) (World *world, Party *party, guint n_units);
  void (*set_leader) (World *world, Party *party, gboolean is_leader);
  /* A hook that is about no relation; @function (nullable) */
  void (*run) (World *world, Party *party, PartyMode mode, PartyFunc function, gpointer data);

  /* Each of these runs the hooks that come of it, too. */
  void (*relate) (World *world, Party *provider, Party *consumer, guint n_units);
  void (*end) (World *world, Party *consumer);
  void (*add_unit) (World *world, Party *consumer, guint number);
  /* What the other one has said reaches @party. */
  void (*transfer) (World *world, Party *consumer, Party *party);

  /* What a unit, or another implementation, says; @data: an object of strings, of which empty ones delete. */
  void (*write_unit) (World *world, Party *consumer, guint number, const ReactiveJson *data);
  void (*write_app) (World *world, Party *consumer, Party *party, const ReactiveJson *data);

  /* Everybody is told of everything, as often as it takes. */
  void (*settle) (World *world);

  /* Whether a look at what @party sees changes nothing, and shows what it was told. */
  gboolean (*can_look) (World *world, Party *party);
  /* {"app": …, "units": {…}}: what @party says, or if @is_seen what the other one was told of it; NULL where that is
   * not kept apart. Unref it. */
  ReactiveJson *(*get_databags) (World *world, Party *consumer, Party *party, gboolean is_seen);
  /* As unit 0 keeps them; free with g_strfreev(). */
  char **(*get_flags) (World *world, Party *party);

  void (*free) (World *world);
} WorldClass;

struct _World
{
  const WorldClass *klass;
  const char *refusal; /* (nullable): why no charm can do what the last step wants; it was done for it */
};

/* Direct calls: a Juju for each party that answers by tables, and hooks that the conversation calls for. State files
 * are on the disk, or in memory. */
World *world_new_direct (gboolean is_in_memory);
/* A model, and the hooks that it has for its units: those that a step calls for, in its order, or (@seed not 0) as they
 * come, when the world settles. */
World *world_new_simulated (guint64 seed);
void world_free (World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)
