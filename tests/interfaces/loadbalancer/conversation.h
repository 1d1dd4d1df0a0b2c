/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "party.h"

/* A recorded conversation, held again: a provider, its consumers, and the relations between them. */

typedef struct
{
  Party *provider;
  Party *consumer;
  char *ids[2];          /* of the relation, as the provider and the consumer call it */
  GHashTable *others[2]; /* name → databag: what the units beside number 0 of either application say */
} Link;

typedef struct
{
  const char *name;
  Party *provider;
  GPtrArray *consumers; /* Party */
  GPtrArray *links;     /* Link */
  guint n_relations;
  guint n_ids;
} Conversation;

Conversation *conversation_new (const ReactiveJson *recorded);
void conversation_free (Conversation *conversation);
Party *conversation_find (const Conversation *conversation, const char *application);
Link *conversation_find_link (const Conversation *conversation, const Party *consumer);

/* Does what a step does. Returns what came of it, in the form in which the vectors have it; NULL if nothing did. Unref
 * it. */
ReactiveJson *conversation_act (Conversation *conversation, const ReactiveJson *action);

/* What is to be seen afterwards, in the form in which the vectors have it. Unref it. */
ReactiveJson *conversation_observe (Conversation *conversation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Conversation, conversation_free)
