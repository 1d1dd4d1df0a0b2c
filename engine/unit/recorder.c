/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/recorder.h"

#include <string.h>

struct _ReactiveRecorder
{
  ReactiveDispatch *dispatch;
  ReactiveEventFunc func;
  gpointer data;
  ReactiveHandlerNameFunc name_func;
  gpointer name_data;
  gboolean keeps_nothing;
  GArray *events;   /* ReactiveEvent */
  guint n_left_out; /* events beyond REACTIVE_RECORDER_MAX_EVENTS */
  GStringChunk *names;
};

static void
record (ReactiveRecorder *recorder, ReactiveEventKind kind, const char *name)
{
  ReactiveEvent event = {
    .kind = kind,
    .phase = reactive_dispatch_get_phase (recorder->dispatch),
    .iteration = reactive_dispatch_get_iteration (recorder->dispatch),
    .name = name,
  };

  if (recorder->func != NULL)
    recorder->func (&event, recorder->data);

  if (recorder->keeps_nothing)
    return;
  if (recorder->events == NULL)
    recorder->events = g_array_new (FALSE, FALSE, sizeof (ReactiveEvent));
  if (recorder->events->len == REACTIVE_RECORDER_MAX_EVENTS)
    {
      recorder->n_left_out++;
      return;
    }
  if (name != NULL && recorder->names == NULL)
    recorder->names = g_string_chunk_new (1024);
  if (name != NULL)
    event.name = g_string_chunk_insert_const (recorder->names, name);
  g_array_append_val (recorder->events, event);
}

static void
record_handler (ReactiveRecorder *recorder, ReactiveEventKind kind, guint32 handler)
{
  const char *name
      = recorder->name_func != NULL
            ? recorder->name_func (handler, recorder->name_data)
            : reactive_program_get_handler_id (reactive_dispatch_get_program (recorder->dispatch), handler);

  record (recorder, kind, name);
}

static void
flag_changed (gpointer data, const char *flag, gboolean is_set)
{
  record (data, is_set ? REACTIVE_EVENT_SET : REACTIVE_EVENT_CLEAR, flag);
}

static void
iteration_started (gpointer data, ReactivePhase phase, guint iteration)
{
  record (data, REACTIVE_EVENT_PHASE, NULL);
}

static void
handler_queued (gpointer data, guint32 handler)
{
  record_handler (data, REACTIVE_EVENT_QUEUE, handler);
}

static void
handler_dropped (gpointer data, guint32 handler)
{
  record_handler (data, REACTIVE_EVENT_DROP, handler);
}

static void
handler_invoked (gpointer data, guint32 handler)
{
  record_handler (data, REACTIVE_EVENT_RUN, handler);
}

ReactiveRecorder *
reactive_recorder_new (ReactiveDispatch *dispatch, ReactiveEventFunc func, gpointer data)
{
  static const ReactiveDispatchListener listener = {
    .flag_changed = flag_changed,
    .iteration_started = iteration_started,
    .handler_queued = handler_queued,
    .handler_dropped = handler_dropped,
    .handler_invoked = handler_invoked,
  };
  ReactiveRecorder *recorder = g_new0 (ReactiveRecorder, 1);

  recorder->dispatch = dispatch;
  recorder->func = func;
  recorder->data = data;
  reactive_dispatch_listen (dispatch, &listener, recorder);

  return recorder;
}

void
reactive_recorder_keep_nothing (ReactiveRecorder *recorder)
{
  recorder->keeps_nothing = TRUE;
}

void
reactive_recorder_set_names (ReactiveRecorder *recorder, ReactiveHandlerNameFunc func, gpointer data)
{
  recorder->name_func = func;
  recorder->name_data = data;
}

void
reactive_recorder_free (ReactiveRecorder *recorder)
{
  if (recorder == NULL)
    return;

  reactive_dispatch_listen (recorder->dispatch, NULL, NULL);
  g_clear_pointer (&recorder->events, g_array_unref);
  g_clear_pointer (&recorder->names, g_string_chunk_free);
  g_free (recorder);
}

const ReactiveEvent *
reactive_recorder_get_events (const ReactiveRecorder *recorder, guint *out_n_events)
{
  *out_n_events = recorder->events != NULL ? recorder->events->len : 0;

  return recorder->events != NULL ? (const ReactiveEvent *) recorder->events->data : NULL;
}

const char *
reactive_phase_get_name (ReactivePhase phase)
{
  static const char *const names[] = {
    [REACTIVE_PHASE_EVENTS] = "events", [REACTIVE_PHASE_HOOKS] = "hooks", [REACTIVE_PHASE_RESTRICTED] = "restricted",
    [REACTIVE_PHASE_ACTION] = "action", [REACTIVE_PHASE_OTHER] = "other",
  };

  return names[phase];
}

static char *
event_to_json (const ReactiveEvent *event)
{
  static const char *const kinds[] = {
    [REACTIVE_EVENT_PHASE] = "phase", [REACTIVE_EVENT_SET] = "set",   [REACTIVE_EVENT_CLEAR] = "clear",
    [REACTIVE_EVENT_QUEUE] = "queue", [REACTIVE_EVENT_DROP] = "drop", [REACTIVE_EVENT_RUN] = "run",
  };
  g_autoptr (ReactiveJson) array = reactive_json_new_array ();

  reactive_json_array_add (array, reactive_json_new_string (kinds[event->kind]));
  if (event->kind == REACTIVE_EVENT_PHASE)
    {
      reactive_json_array_add (array, reactive_json_new_string (reactive_phase_get_name (event->phase)));
      reactive_json_array_add (array, reactive_json_new_integer (event->iteration));
    }
  else
    reactive_json_array_add (array, reactive_json_new_string (event->name));

  return reactive_json_to_text (array, REACTIVE_JSON_INSERTION_ORDER);
}

char *
reactive_recorder_to_json (const ReactiveRecorder *recorder, gsize max_bytes)
{
  const gsize cut_bytes = 32; /* room for the last element */
  guint n_events = recorder->events != NULL ? recorder->events->len : 0;
  g_autoptr (GString) text = g_string_new ("[");
  guint i, n_left_out;

  g_assert (max_bytes > 2 * cut_bytes);

  for (i = 0; i < n_events; i++)
    {
      g_autofree char *event = event_to_json (&g_array_index (recorder->events, ReactiveEvent, i));

      if (text->len + strlen (event) + cut_bytes > max_bytes)
        break;
      g_string_append_printf (text, "%s%s", i == 0 ? "" : ", ", event);
    }
  n_left_out = n_events - i + recorder->n_left_out;
  if (n_left_out > 0)
    g_string_append_printf (text, "%s[\"cut\", %u]", i == 0 ? "" : ", ", n_left_out);
  g_string_append_c (text, ']');

  return g_string_free (g_steal_pointer (&text), FALSE);
}
