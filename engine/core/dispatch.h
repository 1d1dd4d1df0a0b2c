/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "core/program.h"

/* One unit's flags against a program: set, clear, and run handlers to quiescence, by the rules of charms.reactive.
 * Knows no files, processes or Juju: whoever runs it hands in the flags, the once marks and the verdicts of file
 * conditions, and invokes the handlers. */
typedef struct _ReactiveDispatch ReactiveDispatch;

/* Iterations, as in charms.reactive. */
#define REACTIVE_DISPATCH_CAP 100
/* How deep triggers may set off triggers; CPython gives up at about 985. */
#define REACTIVE_DISPATCH_MAX_TRIGGERS 1000
#define REACTIVE_ALL_HANDLERS G_MAXUINT32

typedef enum
{
  REACTIVE_PHASE_HOOKS,
  REACTIVE_PHASE_RESTRICTED,
  REACTIVE_PHASE_ACTION,
  REACTIVE_PHASE_OTHER,  /* the iterations */
  REACTIVE_PHASE_EVENTS, /* of interfaces, and those that were deferred; before the others */
} ReactivePhase;

/* What the dispatch asks of the one who runs it. */
typedef struct
{
  /* Runs a handler. FALSE ends the dispatch with @error. */
  gboolean (*invoke) (gpointer host, guint32 handler, GError **error);
  /* Whether one of the handler's files changed since it last ran. Asked only when all its other conditions hold. */
  gboolean (*files_changed) (gpointer host, guint32 handler);
  /* A handler with a once condition ran to its end for the first time. */
  void (*once_marked) (gpointer host, guint32 handler);
  /* Whether a handler that decides for itself wants to run. NULL where the program has none. */
  gboolean (*wants_to_run) (gpointer host, guint32 handler);
} ReactiveDispatchHost;

/* Who wants to know what happens; any member may be NULL. @flag is a name. */
typedef struct
{
  void (*flag_changed) (gpointer data, const char *flag, gboolean is_set);
  void (*iteration_started) (gpointer data, ReactivePhase phase, guint iteration);
  void (*handler_queued) (gpointer data, guint32 handler);
  void (*handler_dropped) (gpointer data, guint32 handler);
  void (*handler_invoked) (gpointer data, guint32 handler);
} ReactiveDispatchListener;

typedef void (*ReactiveFlagFunc) (const char *flag, gpointer data);
typedef void (*ReactiveFlagChangeFunc) (const char *flag, gboolean is_set, gpointer data);
/* What happens when @flag is set, or (not @when_set) cleared; both lists end with NULL. */
typedef void (*ReactiveTriggerInfoFunc) (const char *flag, gboolean when_set, const char *const *sets,
                                         const char *const *clears, gpointer data);

ReactiveDispatch *reactive_dispatch_new (ReactiveProgram *program, const ReactiveDispatchHost *host,
                                         gpointer host_data);
void reactive_dispatch_free (ReactiveDispatch *dispatch);
/* @listener is borrowed; NULL ends listening. */
void reactive_dispatch_listen (ReactiveDispatch *dispatch, const ReactiveDispatchListener *listener, gpointer data);
/* G_MAXUINT lifts the cap. */
void reactive_dispatch_set_cap (ReactiveDispatch *dispatch, guint iterations);
const ReactiveProgram *reactive_dispatch_get_program (const ReactiveDispatch *dispatch);

/* Before the hook: a flag that is set already, and a handler that ran once already. */
void reactive_dispatch_load_flag (ReactiveDispatch *dispatch, const char *name);
void reactive_dispatch_load_once_mark (ReactiveDispatch *dispatch, guint32 handler);

/* The number of a flag, for calls that are made often; one that the program does not know is added. */
guint32 reactive_dispatch_get_flag (ReactiveDispatch *dispatch, const char *name);
gboolean reactive_dispatch_is_set (const ReactiveDispatch *dispatch, const char *name);
gboolean reactive_dispatch_flag_is_set (const ReactiveDispatch *dispatch, guint32 flag);
/* Errors: TRIGGERS when triggers never end; the flags are then as far as they got. */
gboolean reactive_dispatch_set_flag (ReactiveDispatch *dispatch, guint32 flag, GError **error);
gboolean reactive_dispatch_clear_flag (ReactiveDispatch *dispatch, guint32 flag, GError **error);
/* Sorted by name. */
void reactive_dispatch_foreach_flag (const ReactiveDispatch *dispatch, ReactiveFlagFunc func, gpointer data);
/* Each flag whose state is not the one that was loaded. */
void reactive_dispatch_foreach_change (const ReactiveDispatch *dispatch, ReactiveFlagChangeFunc func, gpointer data);

/* A trigger for this hook alone. Its flags act after those of the program's triggers, sets before clears; callbacks run
 * last. @callback may be NULL. */
void reactive_dispatch_add_trigger (ReactiveDispatch *dispatch, const ReactiveTrigger *trigger, GCallback callback,
                                    gpointer data);

/* All triggers, in no order; callbacks are left out. */
void reactive_dispatch_foreach_trigger (const ReactiveDispatch *dispatch, ReactiveTriggerInfoFunc func, gpointer data);

/* For what another process does to this unit's flags while a handler runs, or is asked. It has run the triggers. */
/* The flags that changed since the queue began to run (@pending), or those that awoke the handlers in it. */
void reactive_dispatch_foreach_changed (const ReactiveDispatch *dispatch, gboolean pending, ReactiveFlagFunc func,
                                        gpointer data);
/* Takes over the state of a flag. */
void reactive_dispatch_take_flag (ReactiveDispatch *dispatch, guint32 flag, gboolean is_set);
/* It changed, maybe back and forth: who waits for it is asked in the next iteration. */
void reactive_dispatch_note_change (ReactiveDispatch *dispatch, guint32 flag);
/* It called clear: queued handlers are asked again. */
void reactive_dispatch_note_clear (ReactiveDispatch *dispatch);

/* Runs the phase of @event: hooks, restricted or action. Errors: what invoke() or a trigger failed with. */
gboolean reactive_dispatch_run_event (ReactiveDispatch *dispatch, ReactivePhase phase, const char *event,
                                      GError **error);
/* The phase of events: runs the handlers that wait for the event @name as for a hook, or of these @handler alone unless
 * it is REACTIVE_ALL_HANDLERS. May be called any number of times before the phase of the hook. */
gboolean reactive_dispatch_run_occurrence (ReactiveDispatch *dispatch, const char *name, guint32 handler,
                                           GError **error);
/* Runs iterations until nothing matches or the cap is reached. */
gboolean reactive_dispatch_run_flags (ReactiveDispatch *dispatch, GError **error);
/* From inside invoke(): no further handler runs, and the run ends well. */
void reactive_dispatch_stop (ReactiveDispatch *dispatch);

ReactivePhase reactive_dispatch_get_phase (const ReactiveDispatch *dispatch);
guint reactive_dispatch_get_iteration (const ReactiveDispatch *dispatch);
/* NULL unless the last iteration allowed still ran something: then the handlers and flags that went round. */
const char *reactive_dispatch_get_cycle (const ReactiveDispatch *dispatch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveDispatch, reactive_dispatch_free)
