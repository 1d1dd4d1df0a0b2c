/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "simulator/simulation-private.h"
#include "unit/flag-store.h"

/* What a unit keeps between its hooks, in memory or in a file, as others look at it. */

/* NULL where the unit keeps none, or another program has a file of its own there. */
static ReactiveStore *
open_for_reading (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  const ReactiveSimulationUnit *known = g_hash_table_lookup (simulation->units, unit);
  g_autofree char *path = NULL;

  if (known != NULL && known->image != NULL)
    return reactive_store_open_image (known->image);

  path = reactive_simulation_get_state_path (simulation, unit);
  if (known == NULL || known->placed == NULL || !g_file_test (path, G_FILE_TEST_IS_REGULAR))
    return NULL;

  return reactive_store_open (path, REACTIVE_STORE_READ_ONLY, NULL);
}

char **
reactive_simulation_get_flags (ReactiveSimulation *simulation, ReactiveModelUnit *unit)
{
  g_autoptr (ReactiveStore) store = open_for_reading (simulation, unit);

  return store != NULL ? reactive_flag_store_list (store) : NULL;
}

gboolean
reactive_simulation_write_state (ReactiveSimulation *simulation, ReactiveModelUnit *unit, const char *path,
                                 GError **error)
{
  g_autoptr (ReactiveStore) store = open_for_reading (simulation, unit);

  if (store == NULL)
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "%s keeps no state", unit->name);

  return reactive_store_write_file (store, path, error);
}

typedef struct
{
  gint64 id;
  char *events;
} LastTrace;

static void
take_trace (gint64 id, const ReactiveTraceRow *row, gpointer data)
{
  LastTrace *last = data;

  last->id = id;
  g_free (last->events);
  last->events = g_strdup (row->events);
}

static gboolean
write_config (ReactiveSimulation *simulation, const ReactiveModelUnit *unit, GError **error)
{
  g_autofree char *path = reactive_simulation_get_unit_directory (simulation, unit, "charm/.juju-persistent-config");
  g_autofree char *text = NULL;

  if (unit->persistent_config == NULL)
    return TRUE;

  text = reactive_json_to_text (unit->persistent_config, REACTIVE_JSON_INSERTION_ORDER);

  return reactive_file_write (path, text, strlen (text), 0600, -1, -1, error);
}

/* Of a unit that was upgraded from a charm of this process. */
static gboolean
move_to_files (ReactiveRun *run, GError **error)
{
  g_autofree char *path = reactive_simulation_get_state_path (run->simulation, run->unit);

  if (!reactive_simulation_write_state (run->simulation, run->unit, path, error)
      || !write_config (run->simulation, run->unit, error))
    return FALSE;

  g_clear_pointer (&run->known->image, reactive_store_image_free);

  return TRUE;
}

gboolean
reactive_simulation_prepare_state (ReactiveRun *run, GError **error)
{
  ReactiveSimulationUnit *known = run->known;
  g_autoptr (ReactiveStore) store = NULL;
  LastTrace last = { 0 };

  if (known->image != NULL && !move_to_files (run, error))
    return FALSE;

  known->has_files = TRUE;
  g_clear_pointer (&known->flags, g_strfreev);
  if ((store = open_for_reading (run->simulation, run->unit)) != NULL)
    {
      known->flags = reactive_flag_store_list (store);
      reactive_store_foreach_trace (store, take_trace, &last, NULL);
    }
  known->trace_id = last.id;
  g_free (last.events);

  return TRUE;
}

/* What a process did, from the state file that it left */

static void
note_traced (ReactiveSimulation *simulation, const char *kind, const char *name)
{
  if (strcmp (kind, "run") == 0)
    reactive_simulation_note (simulation, REACTIVE_SIMULATION_HANDLER, name);
  else if (strcmp (kind, "set") == 0)
    reactive_simulation_note (simulation, REACTIVE_SIMULATION_FLAG_SET, name);
  else if (strcmp (kind, "clear") == 0 && !g_str_has_prefix (name, "config."))
    /* Those of the configuration are taken down at the end of each hook, which in this process nobody tells either. */
    reactive_simulation_note (simulation, REACTIVE_SIMULATION_FLAG_CLEAR, name);
}

static void
note_trace (ReactiveSimulation *simulation, const char *text)
{
  g_autoptr (ReactiveJson) events = reactive_json_parse (text, -1, REACTIVE_JSON_PYTHON, NULL);

  for (guint i = 0; events != NULL && i < reactive_json_get_length (events); i++)
    {
      const ReactiveJson *event = reactive_json_get_element (events, i);
      const char *kind = reactive_json_text_or_null (reactive_json_get_element (event, 0));
      const char *name = reactive_json_text_or_null (reactive_json_get_element (event, 1));

      if (kind != NULL && name != NULL)
        note_traced (simulation, kind, name);
    }
}

static void
note_missing (ReactiveSimulation *simulation, ReactiveSimulationEventKind kind, char **flags, char **others)
{
  for (guint i = 0; flags != NULL && flags[i] != NULL; i++)
    if (others == NULL || !g_strv_contains ((const char *const *) others, flags[i]))
      reactive_simulation_note (simulation, kind, flags[i]);
}

void
reactive_simulation_note_state (ReactiveRun *run)
{
  g_autoptr (ReactiveStore) store = open_for_reading (run->simulation, run->unit);
  LastTrace last = { 0 };
  g_auto (GStrv) flags = NULL;

  if (store == NULL)
    return;

  flags = reactive_flag_store_list (store);
  reactive_store_foreach_trace (store, take_trace, &last, NULL);
  if (last.id > run->known->trace_id)
    note_trace (run->simulation, last.events);
  else
    {
      note_missing (run->simulation, REACTIVE_SIMULATION_FLAG_CLEAR, run->known->flags, flags);
      note_missing (run->simulation, REACTIVE_SIMULATION_FLAG_SET, flags, run->known->flags);
    }

  g_free (last.events);
}
