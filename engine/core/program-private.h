/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/interner.h"
#include "core/program.h"

/* How flags reach handlers. Each handler counts the conditions that do not hold; a condition "all" or "none" counts
 * once for each flag ("literal"), a condition "any" or "not all" counts once as a whole ("group"). A flag's watchers
 * are the slots watchers[watch_begin[f]] … watchers[watch_begin[f + 1] - 1]: its groups first, then its literals. */

/* A literal's slot: the handler, and whether it wants the flag unset. A group's slot: its number. */
#define WATCHER_GROUP (1u << 31)
#define WATCHER(handler, negated) ((handler) << 1 | (negated))
#define WATCHER_HANDLER(watcher) ((watcher) >> 1)
#define WATCHER_NEGATED(watcher) ((gboolean) ((watcher) &1))
#define MAX_HANDLERS (1u << 30)

typedef struct
{
  guint32 flag;
  guint32 slot; /* where in the watchers it stands: says who waits on a hot flag without searching */
} Literal;

typedef struct
{
  guint32 handler;
  guint32 n_flags : 31;
  guint32 is_not_all : 1;
} GroupInfo;

enum
{
  HANDLER_IN_FLAG_PHASE = 1 << 0, /* has conditions on flags: asked in the iterations only */
  HANDLER_NEVER = 1 << 1,         /* "any" of nothing, or conditions of two phases */
  HANDLER_ANY_PHASE = 1 << 2,     /* neither flags nor events */
  HANDLER_ONCE = 1 << 3,
  HANDLER_FILES = 1 << 4,
  HANDLER_ASKED = 1 << 5, /* the host decides, anew each time */
};

typedef struct
{
  guint32 handler;
  const char **paths;
} FileCondition;

/* What a trigger does when its flag changes; both lists without duplicates, in order of registration. */
typedef struct
{
  GArray *set;   /* of guint32 */
  GArray *clear; /* of guint32 */
} TriggerActions;

#define TRIGGER_KEY(flag, when_set) GUINT_TO_POINTER ((flag) << 1 | ((when_set) != 0))

struct _ReactiveProgram
{
  gatomicrefcount references;

  guint32 n_handlers;
  ReactiveInterner ids;
  gconstpointer *data;    /* by handler; NULL when no handler has any */
  guint8 *classes;        /* by handler */
  guint32 *literal_begin; /* by handler, and one more */
  Literal *literals;

  ReactiveInterner flags;
  guint32 *watch_begin; /* by flag, and one more */
  guint32 *watchers;
  GroupInfo *groups;
  guint32 n_groups;

  GArray *unwatched;    /* guint32: handlers of the flag phase, or of any, that no flag awakes; ascending */
  GArray *any_phase;    /* guint32: handlers without flags and events; ascending */
  GHashTable *events;   /* "kind:name" → GArray of guint32, ascending */
  GArray *files;        /* FileCondition, ascending by handler */
  GArray *asked;        /* guint32: handlers that the host decides about; ascending */
  GHashTable *triggers; /* TRIGGER_KEY → TriggerActions */
  GHashTable *aliases;  /* name → flag's name; NULL when there are none */
};

TriggerActions *trigger_actions_new (void);
void trigger_actions_free (TriggerActions *actions);
gboolean trigger_actions_contain (const GArray *list, guint32 flag);
/* Adds @flag to a list of a trigger's actions unless it is there. */
void trigger_actions_add (GArray *list, guint32 flag);
/* The handlers, ascending, that wait for an event; NULL when there are none. */
const GArray *program_get_event (const ReactiveProgram *program, ReactiveConditionKind kind, const char *name);
/* The key of the events table. Free with g_free(). */
char *event_key (ReactiveConditionKind kind, const char *name);
