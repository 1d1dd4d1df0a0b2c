/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/dispatch.h"
#include "core/program-private.h"

enum
{
  FLAG_SET = 1 << 0,
  FLAG_LOADED = 1 << 1,  /* was set before the hook */
  FLAG_PENDING = 1 << 2, /* stands in pending, or in changes and was not looked at yet */
  FLAG_WATCHED = 1 << 3, /* handlers of the program wait for it */
  FLAG_HOT = 1 << 4,     /* its literals are not counted, see below */
  FLAG_HAS_TRIGGER = 1 << 5,
};

/* What is known of a handler, in one word, so that asking whether it can be queued is one comparison with 0: the number
 * of its counted conditions that do not hold, and these. */
enum
{
  STATE_UNSATISFIED = (1 << 28) - 1, /* the number */
  STATE_QUEUED = 1 << 28,
  STATE_HAS_HOT = 1 << 29,  /* has a literal on a hot flag */
  STATE_HAS_MORE = 1 << 30, /* has conditions that no flag decides: a once mark, files */
};

/* Flags that many handlers watch in vain. Counting makes a flag's change cost what its watchers are, even if none of
 * them can fire. When a flag's changes have been wasted often enough it becomes hot: its literals are no longer
 * counted; a handler whose counted conditions all hold is "armed" on each of its hot literals, and only armed handlers
 * are looked at when a hot flag changes. */
#define HOT_WASTED_MIN 1024
#define HOT_WASTED_PER_WATCHER 1

#define FLAG_AND_STATE(flag, set) ((flag) << 1 | ((set) != 0))

typedef struct
{
  GCallback function;
  gpointer data;
} TriggerCallback;

typedef struct
{
  guint32 *items;
  guint32 length;
  guint32 size;
} Vector;

#define VECTOR_FIRST_SIZE 32

static inline void
vector_add (Vector *vector, guint32 item)
{
  if (G_UNLIKELY (vector->length == vector->size))
    {
      vector->size = MAX (VECTOR_FIRST_SIZE, 2 * vector->size);
      vector->items = g_renew (guint32, vector->items, vector->size);
    }
  vector->items[vector->length++] = item;
}

/* The literals of a hot flag on which a handler is armed, in no particular order. */
typedef struct
{
  Vector armed;       /* slots */
  guint32 *positions; /* in armed, by slot counted from the flag's first; HOT_DISARMED */
} HotFlag;

#define HOT_DISARMED G_MAXUINT32

struct _ReactiveDispatch
{
  ReactiveProgram *program;
  const ReactiveDispatchHost *host;
  gpointer host_data;
  const ReactiveDispatchListener *listener;
  gpointer listener_data;
  guint cap;

  /* flags: those of the program, then those that only this unit has seen */
  guint8 *flag_states;
  guint32 n_flags;
  guint32 flags_size;
  ReactiveInterner own_flags;
  Vector windows[2];
  Vector *pending;       /* changed since the queue began to run */
  Vector *changes;       /* changed while the previous queue ran: what handlers are awakened by */
  GHashTable *triggers;  /* of this hook: key → TriggerActions; NULL when there are none */
  GHashTable *callbacks; /* key → GArray of TriggerCallback */
  Vector trigger_stack;  /* FLAG_AND_STATE of the changes under way */

  /* handlers */
  guint32 *handlers;     /* the word of each, see STATE_UNSATISFIED */
  guint32 *group_counts; /* how many flags of a group are set */
  guint64 *ready;        /* a bit each: handlers with nothing unsatisfied */
  guint64 *once_marks;   /* a bit each */
  guint32 *wasted;       /* by flag of the program: touches that decided nothing; once hot, where in hot_flags */
  HotFlag *hot_flags;
  guint32 n_hot_flags;
  guint32 hot_wasted_min; /* HOT_WASTED_MIN; lower in tests */

  /* the queue */
  Vector queue;
  Vector doubtful;  /* queued handlers that stopped matching since the last re-test */
  gboolean cleared; /* somebody called clear since the last handler began */
  gboolean stopped;
  ReactivePhase phase;
  guint iteration;

  GPtrArray *tail; /* what the last iterations before the cap did, as text; NULL before */
  char *cycle;
};

static inline gboolean
bit_is_set (const guint64 *bits, guint32 number)
{
  return (bits[number >> 6] >> (number & 63)) & 1;
}

static inline void
bit_set (guint64 *bits, guint32 number)
{
  bits[number >> 6] |= G_GUINT64_CONSTANT (1) << (number & 63);
}

static inline void
bit_clear (guint64 *bits, guint32 number)
{
  bits[number >> 6] &= ~(G_GUINT64_CONSTANT (1) << (number & 63));
}

const char *dispatch_flag_name (const ReactiveDispatch *dispatch, guint32 flag);

/* matching.c: from flags to handlers */
void dispatch_matching_init (ReactiveDispatch *dispatch);
void dispatch_matching_clear (ReactiveDispatch *dispatch);
void dispatch_update_watchers (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set);
/* Whether the conditions of @handler on flags hold. */
gboolean dispatch_flags_hold (const ReactiveDispatch *dispatch, guint32 handler);
/* Calls @visit for each handler that might match because @flag changed; a handler may come more than once. */
typedef void (*DispatchVisit) (ReactiveDispatch *dispatch, guint32 handler);

static inline void
dispatch_visit_watchers (ReactiveDispatch *dispatch, guint32 flag, DispatchVisit visit)
{
  const ReactiveProgram *program = dispatch->program;
  gboolean is_hot = (dispatch->flag_states[flag] & FLAG_HOT) != 0;
  const HotFlag *hot = is_hot ? &dispatch->hot_flags[dispatch->wasted[flag]] : NULL;
  guint32 end = program->watch_begin[flag + 1];

  for (guint32 slot = program->watch_begin[flag]; slot < end; slot++)
    {
      guint32 watcher = program->watchers[slot];

      if (G_UNLIKELY (watcher & WATCHER_GROUP))
        visit (dispatch, program->groups[watcher & ~WATCHER_GROUP].handler);
      else if (G_UNLIKELY (is_hot))
        break;
      else
        visit (dispatch, WATCHER_HANDLER (watcher));
    }

  for (guint32 i = 0; is_hot && i < hot->armed.length; i++)
    visit (dispatch, WATCHER_HANDLER (program->watchers[hot->armed.items[i]]));
}

/* flags.c: changing flags, and triggers */
gboolean dispatch_change_flag (ReactiveDispatch *dispatch, guint32 flag, gboolean set, GError **error);

/* cycle.c: what goes round at the cap */
void dispatch_cycle_begin_iteration (ReactiveDispatch *dispatch);
void dispatch_cycle_add_handler (ReactiveDispatch *dispatch, guint32 handler);
void dispatch_cycle_add_flag (ReactiveDispatch *dispatch, guint32 flag, gboolean set);
void dispatch_cycle_describe (ReactiveDispatch *dispatch);
