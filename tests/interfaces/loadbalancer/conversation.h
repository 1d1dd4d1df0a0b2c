/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "world.h"

/* A recorded conversation, held again: a provider, its consumers, and the world that they are in. */

typedef struct
{
  const char *name;
  gboolean is_whole;
  World *world;
  Party *provider;
  GPtrArray *consumers; /* Party */
  GPtrArray *related;   /* Party: the consumers that have a relation, in the order in which they got it; borrowed */
  guint n_ids;
} Conversation;

/* Takes @world. @is_whole: the interface does in every hook what it does in a charm, and each step ends when the world
 * has settled; else as it was recorded. */
Conversation *conversation_new (const ReactiveJson *recorded, World *world, gboolean is_whole);
void conversation_free (Conversation *conversation);

/* Does what a step does. Returns what came of it, in the form in which the vectors have it; NULL if nothing did. Unref
 * it. */
ReactiveJson *conversation_act (Conversation *conversation, const ReactiveJson *action);
/* Ids are counted. Python's library draws some that nobody needs, and crashes before it draws others: @n_before, those
 * that there were before the step. */
void conversation_follow_ids (Conversation *conversation, const ReactiveJson *step, guint n_before);

/* What is to be seen afterwards, in the form in which the vectors have it; without what the world does not let see.
 * Unref it. */
ReactiveJson *conversation_observe (Conversation *conversation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Conversation, conversation_free)
