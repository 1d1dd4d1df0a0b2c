/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/json.h"
#include "core/dispatch.h"

/* What happened in one dispatch, in order. */
typedef enum
{
  REACTIVE_EVENT_PHASE, /* an iteration, or the phase of an event, began */
  REACTIVE_EVENT_SET,
  REACTIVE_EVENT_CLEAR,
  REACTIVE_EVENT_QUEUE,
  REACTIVE_EVENT_DROP,
  REACTIVE_EVENT_RUN,
} ReactiveEventKind;

typedef struct
{
  ReactiveEventKind kind;
  ReactivePhase phase; /* of all kinds */
  guint iteration;     /* of all kinds */
  const char *name;    /* flag or handler; NULL for a phase */
} ReactiveEvent;

typedef struct _ReactiveRecorder ReactiveRecorder;

#define REACTIVE_RECORDER_MAX_EVENTS 200000u

/* Called at each event, before it is kept; may be NULL. */
typedef void (*ReactiveEventFunc) (const ReactiveEvent *event, gpointer data);

/* Listens to @dispatch, which must outlive it, until freed. */
ReactiveRecorder *reactive_recorder_new (ReactiveDispatch *dispatch, ReactiveEventFunc func, gpointer data);
/* From now on @func alone sees the events. */
void reactive_recorder_keep_nothing (ReactiveRecorder *recorder);
/* What handlers are called, where that is not their identity in the program. */
typedef const char *(*ReactiveHandlerNameFunc) (guint32 handler, gpointer data);
void reactive_recorder_set_names (ReactiveRecorder *recorder, ReactiveHandlerNameFunc func, gpointer data);
void reactive_recorder_free (ReactiveRecorder *recorder);
const ReactiveEvent *reactive_recorder_get_events (const ReactiveRecorder *recorder, guint *out_n_events);
/* "events", "hooks", "restricted", "action", "other" */
const char *reactive_phase_get_name (ReactivePhase phase);
/* JSON text of at most @max_bytes: an array of ["phase", NAME, ITERATION] and ["set"|"clear"|"queue"|"drop"|"run",
 * NAME]; where it had to be cut the last element is ["cut", EVENTS LEFT OUT]. Free with g_free(). */
char *reactive_recorder_to_json (const ReactiveRecorder *recorder, gsize max_bytes);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ReactiveRecorder, reactive_recorder_free)
