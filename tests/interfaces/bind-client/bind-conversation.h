/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "bind-world.h"

/* One conversation, held again. */
typedef struct
{
  const char *name;
  gboolean is_provider;
  const ReactiveJson *steps;
  BindWorld *world;

  /* of the step */
  gboolean is_of_step; /* the hook that runs */
  const ReactiveJson *operations;
  GHashTable *facts; /* as they are here */
} BindConversation;

typedef BindWorld *(*BindWorldFunc) (gboolean is_provider, const ReactiveModule *module);

BindConversation *bind_conversation_new (const ReactiveJson *recorded, BindWorldFunc new_world);
void bind_conversation_free (BindConversation *conversation);

/* Does a step, and collects what is so afterwards; of a step without a hook no flags are recorded. */
gboolean bind_conversation_run_step (BindConversation *conversation, guint number, GHashTable *facts, GError **error);

/* The file; exits where there is none that can be read, or it has no conversations. */
ReactiveJson *bind_conversations_read (const char *path);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (BindConversation, bind_conversation_free)
