/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/trace-file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/json.h"
#include "simulator/timeline-json.h"

/* Something that happened in a hook, kept until the hook has ended. */
typedef struct
{
  ReactiveSimulationEventKind kind;
  char *detail;
} Entry;

struct _ReactiveTraceFile
{
  char *path;
  FILE *stream;
  gboolean has_events;
  GHashTable *applications; /* name → its number */
  GHashTable *units;        /* name → its number */
  gint64 began_us;
  GArray *entries; /* Entry */
};

static void
clear_entry (gpointer data)
{
  g_free (((Entry *) data)->detail);
}

ReactiveTraceFile *
reactive_trace_file_new (const char *path, GError **error)
{
  FILE *stream = fopen (path, "we");
  ReactiveTraceFile *file;

  if (stream == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
      return NULL;
    }

  file = g_new0 (ReactiveTraceFile, 1);
  file->path = g_strdup (path);
  file->stream = stream;
  file->applications = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  file->units = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  file->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (file->entries, clear_entry);
  fputs ("{\"displayTimeUnit\": \"ms\", \"traceEvents\": [", stream);

  return file;
}

void
reactive_trace_file_free (ReactiveTraceFile *file)
{
  if (file == NULL)
    return;

  reactive_trace_file_close (file, NULL);
  g_hash_table_unref (file->applications);
  g_hash_table_unref (file->units);
  g_array_unref (file->entries);
  g_free (file->path);
  g_free (file);
}

gboolean
reactive_trace_file_close (ReactiveTraceFile *file, GError **error)
{
  FILE *stream = g_steal_pointer (&file->stream);
  gboolean failed;

  if (stream == NULL)
    return TRUE;

  fputs ("\n]}\n", stream);
  failed = ferror (stream) != 0;
  if (fclose (stream) == 0 && !failed)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: it could not be written", file->path);
}

/* Events of the format. Those that take @arguments take the reference. */

static ReactiveJson *
new_arguments (const char *name, const char *value)
{
  ReactiveJson *arguments = reactive_json_new_object ();

  reactive_json_object_set_text (arguments, name, value);

  return arguments;
}

static ReactiveJson *
new_event (const char *phase, const char *name, guint process, guint thread)
{
  ReactiveJson *event = reactive_json_new_object ();

  reactive_json_object_set (event, "ph", reactive_json_new_string (phase));
  reactive_json_object_set (event, "name", reactive_json_new_string (name));
  reactive_json_object_set (event, "pid", reactive_json_new_integer (process));
  reactive_json_object_set (event, "tid", reactive_json_new_integer (thread));

  return event;
}

/* Takes both. */
static void
put (ReactiveTraceFile *file, ReactiveJson *event, ReactiveJson *arguments)
{
  g_autofree char *text = NULL;

  reactive_json_object_set (event, "args", arguments);
  text = reactive_json_to_text (event, REACTIVE_JSON_INSERTION_ORDER);
  fprintf (file->stream, "%s\n%s", file->has_events ? "," : "", text);
  file->has_events = TRUE;
  reactive_json_unref (event);
}

/* The number of @name in @numbers, counted from 1; TRUE if it is new. */
static gboolean
get_number (GHashTable *numbers, const char *name, guint *out_number)
{
  *out_number = GPOINTER_TO_UINT (g_hash_table_lookup (numbers, name));
  if (*out_number != 0)
    return FALSE;

  *out_number = g_hash_table_size (numbers) + 1;
  g_hash_table_insert (numbers, g_strdup (name), GUINT_TO_POINTER (*out_number));

  return TRUE;
}

/* Names the tracks when they are first seen. */
static void
find_track (ReactiveTraceFile *file, const char *unit, guint *out_process, guint *out_thread)
{
  const char *slash = strchr (unit, '/');
  g_autofree char *application = slash != NULL ? g_strndup (unit, slash - unit) : g_strdup (unit);

  if (get_number (file->applications, application, out_process))
    put (file, new_event ("M", "process_name", *out_process, 0), new_arguments ("name", application));
  if (get_number (file->units, unit, out_thread))
    put (file, new_event ("M", "thread_name", *out_process, *out_thread), new_arguments ("name", unit));
}

static void
set_time (ReactiveJson *event, gint64 begin_us, gint64 end_us)
{
  reactive_json_object_set (event, "ts", reactive_json_new_integer (begin_us));
  reactive_json_object_set (event, "dur", reactive_json_new_integer (end_us - begin_us));
}

static void
put_hook (ReactiveTraceFile *file, const ReactiveSimulationEvent *end, guint process, guint thread)
{
  ReactiveJson *event = new_event ("X", end->hook, process, thread);
  ReactiveJson *arguments = new_arguments ("outcome", reactive_hook_outcome_get_name (end->outcome));

  set_time (event, file->began_us, end->time_us);
  reactive_json_object_set (event, "cat", reactive_json_new_string ("hook"));
  if (end->outcome == REACTIVE_HOOK_FAILED || end->outcome == REACTIVE_HOOK_KILLED)
    reactive_json_object_set (event, "cname", reactive_json_new_string ("terrible"));
  reactive_json_object_set (arguments, "number", reactive_json_new_integer ((gint64) end->number));
  reactive_json_object_set_text (arguments, "subject", end->subject);
  reactive_json_object_set_text (arguments, "reason", end->detail);
  put (file, event, arguments);
}

/* Where the entry @index stands in a hook that ends at @end_us. */
static gint64
get_time (const ReactiveTraceFile *file, guint index, gint64 end_us)
{
  return file->began_us + (end_us - file->began_us) * (gint64) (index + 1) / (file->entries->len + 1);
}

static void
put_handler (ReactiveTraceFile *file, guint index, gint64 end_us, guint process, guint thread)
{
  ReactiveJson *event = new_event ("X", g_array_index (file->entries, Entry, index).detail, process, thread);
  guint next = index + 1;

  while (next < file->entries->len && g_array_index (file->entries, Entry, next).kind != REACTIVE_SIMULATION_HANDLER)
    next++;
  set_time (event, get_time (file, index, end_us), get_time (file, next, end_us));
  reactive_json_object_set (event, "cat", reactive_json_new_string ("handler"));
  put (file, event, reactive_json_new_object ());
}

static void
put_instant (ReactiveTraceFile *file, const Entry *entry, gint64 time_us, guint process, guint thread)
{
  const char *kind = reactive_simulation_event_get_name (entry->kind);
  g_autofree char *name = NULL;
  ReactiveJson *event;

  if (entry->kind == REACTIVE_SIMULATION_FLAG_SET || entry->kind == REACTIVE_SIMULATION_FLAG_CLEAR)
    name = g_strconcat (entry->kind == REACTIVE_SIMULATION_FLAG_SET ? "+" : "-", entry->detail, NULL);
  event = new_event ("i", name != NULL ? name : kind, process, thread);
  reactive_json_object_set (event, "ts", reactive_json_new_integer (time_us));
  reactive_json_object_set (event, "s", reactive_json_new_string ("t"));
  reactive_json_object_set (event, "cat", reactive_json_new_string (kind));
  put (file, event, new_arguments ("detail", name == NULL ? entry->detail : NULL));
}

static void
end_hook (ReactiveTraceFile *file, const ReactiveSimulationEvent *end)
{
  guint process, thread;

  find_track (file, end->unit, &process, &thread);
  put_hook (file, end, process, thread);
  for (guint i = 0; i < file->entries->len; i++)
    {
      const Entry *entry = &g_array_index (file->entries, Entry, i);

      if (entry->kind == REACTIVE_SIMULATION_HANDLER)
        put_handler (file, i, end->time_us, process, thread);
      else
        put_instant (file, entry, get_time (file, i, end->time_us), process, thread);
    }
}

/* Steps and failed expectations go across all tracks. */
static void
put_mark (ReactiveTraceFile *file, const ReactiveSimulationEvent *mark)
{
  ReactiveJson *event = new_event ("i", mark->detail, 0, 0);

  reactive_json_object_set (event, "ts", reactive_json_new_integer (mark->time_us));
  reactive_json_object_set (event, "s", reactive_json_new_string ("g"));
  reactive_json_object_set (event, "cat", reactive_json_new_string (reactive_simulation_event_get_name (mark->kind)));
  put (file, event, reactive_json_new_object ());
}

void
reactive_trace_file_add (const ReactiveSimulationEvent *event, gpointer data)
{
  ReactiveTraceFile *file = data;

  switch (event->kind)
    {
    case REACTIVE_SIMULATION_HOOK:
      file->began_us = event->time_us;
      g_array_set_size (file->entries, 0);
      break;
    case REACTIVE_SIMULATION_HOOK_END:
      end_hook (file, event);
      break;
    case REACTIVE_SIMULATION_STEP:
    case REACTIVE_SIMULATION_FAILURE:
      put_mark (file, event);
      break;
    default:
      {
        const Entry entry = { event->kind, g_strdup (event->detail) };

        g_array_append_val (file->entries, entry);
        break;
      }
    }
}
