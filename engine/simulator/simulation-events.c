/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "simulator/simulation-private.h"

/* What stands for a temporary directory. */
#define DIRECTORY_SHOWN "/SIMULATION"

void
reactive_simulation_add_listener (ReactiveSimulation *simulation, ReactiveSimulationFunc func, gpointer data)
{
  const ReactiveSimulationListener listener = { func, data };

  g_array_append_val (simulation->listeners, listener);
}

gboolean
reactive_simulation_is_listening (const ReactiveSimulation *simulation)
{
  return simulation->listeners->len > 0 || simulation->cycle.n_hooks_left > 0;
}

void
reactive_simulation_emit (ReactiveSimulation *simulation, const ReactiveSimulationEvent *event)
{
  ReactiveSimulationEvent full = *event;

  full.time_us = simulation->model->now_us - simulation->started_us;
  full.number = simulation->number;
  for (guint i = 0; i < simulation->listeners->len; i++)
    {
      const ReactiveSimulationListener *listener
          = &g_array_index (simulation->listeners, ReactiveSimulationListener, i);

      listener->func (&full, listener->data);
    }
  if (simulation->cycle.n_hooks_left > 0)
    reactive_simulation_watch_cycle (simulation, &full);
}

char *
reactive_simulation_hide_directory (const ReactiveSimulation *simulation, const char *detail)
{
  return simulation->is_own_directory && detail != NULL && strstr (detail, simulation->directory) != NULL
             ? reactive_text_replace (detail, simulation->directory, DIRECTORY_SHOWN)
             : NULL;
}

void
reactive_simulation_note (ReactiveSimulation *simulation, ReactiveSimulationEventKind kind, const char *detail)
{
  ReactiveSimulationEvent event = simulation->current;
  g_autofree char *shown = NULL;

  if (!reactive_simulation_is_listening (simulation))
    return;

  shown = reactive_simulation_hide_directory (simulation, detail);
  event.kind = kind;
  event.detail = shown != NULL ? shown : detail;
  reactive_simulation_emit (simulation, &event);
}

static void
note_line (const char *line, gpointer data)
{
  reactive_simulation_note (data, REACTIVE_SIMULATION_OUTPUT, line);
}

void
reactive_simulation_take_output (ReactiveSimulation *simulation)
{
  reactive_capture_take (simulation->capture, note_line, simulation);
}

void
reactive_simulation_note_told (const ReactiveHookNote *note, gpointer data)
{
  static const struct
  {
    const char *what;
    ReactiveSimulationEventKind kind;
  } kinds[] = {
    { "relation-set", REACTIVE_SIMULATION_PUBLISHED },
    { "status-set", REACTIVE_SIMULATION_STATUS },
    { "juju-log", REACTIVE_SIMULATION_LOG },
  };
  g_autofree char *text = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (kinds[i].what, note->what) == 0)
      {
        reactive_simulation_note (data, kinds[i].kind, note->text);
        return;
      }

  text = g_strjoin (" ", note->what, note->text, NULL);
  reactive_simulation_note (data, REACTIVE_SIMULATION_TOLD, text);
}
