/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/text.h"
#include "unit/endpoint-private.h"

#include <string.h>

/* As Python's uuid4().hex, which is random. */
static char *
new_random_id (gpointer data)
{
  g_autofree char *uuid = g_uuid_string_random ();

  return reactive_text_replace (uuid, "-", "");
}

ReactiveUnit *
reactive_unit_new (ReactiveHandlers *handlers, ReactiveHook *hook, ReactiveJuju *juju, ReactiveStore *store,
                   const char *root_dir)
{
  static const ReactiveUnitHost real_host = { 0 };
  ReactiveUnit *unit = g_new0 (ReactiveUnit, 1);
  const char *slash = hook->unit_name != NULL ? strchr (hook->unit_name, '/') : NULL;

  unit->handlers = reactive_handlers_ref (handlers);
  unit->hook = hook;
  unit->juju = juju;
  unit->store = store;
  unit->host = &real_host;
  unit->root_dir = g_strdup (root_dir);
  if (slash != NULL)
    unit->application_name = g_strndup (hook->unit_name, slash - hook->unit_name);
  unit->none = g_ptr_array_new ();
  g_ptr_array_add (unit->none, NULL);
  reactive_unit_init_dispatch (unit);
  reactive_unit_init_endpoints (unit);
  reactive_unit_init_events (unit);
  unit->new_id = new_random_id;

  return unit;
}

/* What interfaces hung on the unit may still ask it, so it goes first, and the last that came before the others. */
static void
free_data (ReactiveUnit *unit)
{
  for (guint i = unit->data != NULL ? unit->data->len : 0; i > 0; i--)
    {
      UnitData data = g_array_index (unit->data, UnitData, i - 1);

      g_array_set_size (unit->data, i - 1);
      if (data.destroy != NULL)
        data.destroy (data.pointer);
      g_free (data.key);
    }
  g_clear_pointer (&unit->data, g_array_unref);
}

static void
free_kept (ReactiveUnit *unit)
{
  for (guint i = 0; unit->kept != NULL && i < unit->kept->len; i++)
    {
      const Kept *kept = &g_array_index (unit->kept, Kept, i);

      kept->destroy (kept->object);
    }
  g_clear_pointer (&unit->kept, g_array_unref);
}

void
reactive_unit_free (ReactiveUnit *unit)
{
  if (unit == NULL)
    return;

  free_data (unit);
  reactive_unit_free_endpoints (unit);
  g_ptr_array_unref (unit->none);
  g_clear_pointer (&unit->occurrences, g_ptr_array_unref);
  g_clear_pointer (&unit->deferred, g_ptr_array_unref);
  reactive_unit_free_externals (unit);
  reactive_recorder_free (unit->recorder);
  reactive_dispatch_free (unit->dispatch);
  g_clear_pointer (&unit->callbacks, g_ptr_array_unref);
  g_clear_pointer (&unit->statuses, g_array_unref);
  g_clear_pointer (&unit->ports, g_ptr_array_unref);
  g_clear_pointer (&unit->file_digests, g_hash_table_unref);
  g_clear_pointer (&unit->previous_config, reactive_json_unref);
  free_kept (unit);
  g_clear_error (&unit->error);
  g_free (unit->application_name);
  g_free (unit->charm_dir);
  g_free (unit->root_dir);
  reactive_juju_free (unit->juju);
  reactive_store_free (unit->store);
  reactive_hook_free (unit->hook);
  reactive_handlers_unref (unit->handlers);
  g_free (unit);
}

const ReactiveCharm *
reactive_unit_get_charm (const ReactiveUnit *unit)
{
  return reactive_handlers_get_charm (unit->handlers);
}

void
reactive_unit_fail (ReactiveUnit *unit, GError *error)
{
  if (unit->error == NULL)
    unit->error = error;
  else
    g_error_free (error);
}

void
reactive_unit_fail_printf (ReactiveUnit *unit, ReactiveError code, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  reactive_unit_fail (unit, g_error_new_valist (REACTIVE_ERROR, code, format, arguments));
  va_end (arguments);
}

gboolean
reactive_unit_check (const ReactiveUnit *unit, GError **error)
{
  if (unit->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (unit->error));

  return FALSE;
}

gboolean
reactive_unit_is_no_tool (GError *reason, GError **error)
{
  if (g_error_matches (reason, REACTIVE_ERROR, REACTIVE_ERROR_NO_TOOL))
    {
      g_error_free (reason);
      return TRUE;
    }

  g_propagate_error (error, reason);

  return FALSE;
}

void
reactive_unit_keep (ReactiveUnit *unit, gpointer object, GDestroyNotify destroy)
{
  const Kept kept = { object, destroy };

  if (unit->kept == NULL)
    unit->kept = g_array_sized_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (Kept), 16);
  g_array_append_val (unit->kept, kept);
}

const ReactiveJson *
reactive_unit_keep_json (ReactiveUnit *unit, ReactiveJson *value)
{
  reactive_unit_keep (unit, value, (GDestroyNotify) reactive_json_unref);

  return value;
}

const char *
reactive_unit_get_running (const ReactiveUnit *unit)
{
  return unit->running;
}

/**
 * reactive_finish_hook:
 * @unit: the unit
 *
 * Ends the hook early and well: when the handler that calls this returns %TRUE no further handler runs, and what was
 * done so far is kept and published. From a start function no handler runs at all. What exit (0) is to a
 * charms.reactive handler.
 */
void
reactive_finish_hook (ReactiveUnit *unit)
{
  g_return_if_fail (unit != NULL);

  unit->is_finished = TRUE;
  reactive_dispatch_stop (unit->dispatch);
}

void
reactive_unit_set_host (ReactiveUnit *unit, const ReactiveUnitHost *host, gpointer data)
{
  unit->host = host;
  unit->host_data = data;
  /* They name the charm directory, which is another one now. */
  reactive_unit_load_python_marks (unit);
}

gboolean
reactive_unit_survives (ReactiveUnit *unit, ReactiveKillPoint point, const char *detail, GError **error)
{
  if (!unit->is_killed && (unit->host->is_killed == NULL || !unit->host->is_killed (point, detail, unit->host_data)))
    return TRUE;

  unit->is_killed = TRUE;
  return reactive_fail (error, REACTIVE_ERROR_FAILED, "killed at %s%s%s", reactive_kill_point_get_name (point),
                        detail != NULL ? " " : "", detail != NULL ? detail : "");
}

gboolean
reactive_unit_is_killed (const ReactiveUnit *unit)
{
  return unit->is_killed;
}

void
reactive_unit_set_id_source (ReactiveUnit *unit, ReactiveIdFunc new_id, gpointer data)
{
  unit->new_id = new_id;
  unit->id_data = data;
}

/**
 * reactive_new_id:
 * @unit: the unit
 *
 * An id that nobody else has; in a simulation, one that the seed decides.
 *
 * Returns: (transfer full): 32 hexadecimal digits, free with g_free()
 */
char *
reactive_new_id (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  return unit->new_id (unit->id_data);
}

gboolean
reactive_unit_is_simulated (const ReactiveUnit *unit)
{
  return unit->host->find_directories != NULL || strcmp (unit->root_dir, "/") != 0;
}

/* Where they cannot be made the hook fails, and no file is found or written until it does. */
static void
find_directories (ReactiveUnit *unit)
{
  GError *error = NULL;

  if (unit->host->find_directories == NULL || unit->has_directories)
    return;

  unit->has_directories = TRUE;
  g_clear_pointer (&unit->root_dir, g_free);
  if (unit->host->find_directories (&unit->charm_dir, &unit->root_dir, unit->host_data, &error))
    return;

  unit->charm_dir = g_strdup ("/dev/null");
  unit->root_dir = g_strdup ("/dev/null");
  reactive_unit_fail (unit, error);
}

/**
 * reactive_get_charm_dir:
 * @unit: the unit
 *
 * Where the charm's files are.
 *
 * Returns: (transfer none): an absolute path
 */
const char *
reactive_get_charm_dir (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  find_directories (unit);

  return unit->charm_dir != NULL ? unit->charm_dir : reactive_charm_get_directory (reactive_unit_get_charm (unit));
}

/**
 * reactive_get_root_dir:
 * @unit: the unit
 *
 * The root of the unit's file system: `/` on a real machine, a directory of the unit's own when simulated.
 *
 * Returns: (transfer none): an absolute path
 */
const char *
reactive_get_root_dir (ReactiveUnit *unit)
{
  g_return_val_if_fail (unit != NULL, NULL);

  find_directories (unit);

  return unit->root_dir;
}

/**
 * reactive_get_path:
 * @unit: the unit
 * @path: a path; an absolute one is meant from the unit's root, a relative one from the charm directory
 *
 * Where a file of the unit really is.
 *
 * Returns: (transfer full): an absolute path; free with g_free()
 */
char *
reactive_get_path (ReactiveUnit *unit, const char *path)
{
  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (path != NULL, NULL);

  if (!g_path_is_absolute (path))
    return g_build_filename (reactive_get_charm_dir (unit), path, NULL);

  find_directories (unit);

  return strcmp (unit->root_dir, "/") == 0 ? g_strdup (path) : g_build_filename (unit->root_dir, path, NULL);
}

static UnitData *
find_data (ReactiveUnit *unit, const char *key)
{
  for (guint i = 0; unit->data != NULL && i < unit->data->len; i++)
    {
      UnitData *data = &g_array_index (unit->data, UnitData, i);

      if (strcmp (data->key, key) == 0)
        return data;
    }

  return NULL;
}

/**
 * reactive_unit_set_data:
 * @unit: the unit
 * @key: a name that is unique to the caller
 * @data: (nullable): anything
 * @destroy: (nullable): frees @data when the hook ends, or when @key is set again
 *
 * Hangs an object on the unit. Handlers and interfaces keep no state of their own: many units may live in one process.
 */
void
reactive_unit_set_data (ReactiveUnit *unit, const char *key, gpointer data, GDestroyNotify destroy)
{
  UnitData *entry;

  g_return_if_fail (unit != NULL);
  g_return_if_fail (key != NULL);

  entry = find_data (unit, key);
  if (entry == NULL)
    {
      const UnitData added = { .key = g_strdup (key) };

      if (unit->data == NULL)
        unit->data = g_array_new (/* zero_terminated= */ FALSE, /* clear= */ FALSE, sizeof (UnitData));
      g_array_append_val (unit->data, added);
      entry = &g_array_index (unit->data, UnitData, unit->data->len - 1);
    }
  else if (entry->destroy != NULL)
    entry->destroy (entry->pointer);

  entry->pointer = data;
  entry->destroy = destroy;
}

/**
 * reactive_unit_get_data:
 * @unit: the unit
 * @key: what it was set under
 *
 * Finds what an interface keeps with the unit.
 *
 * Returns: (transfer none) (nullable): what reactive_unit_set_data() hung on the unit
 */
gpointer
reactive_unit_get_data (ReactiveUnit *unit, const char *key)
{
  UnitData *entry;

  g_return_val_if_fail (unit != NULL, NULL);
  g_return_val_if_fail (key != NULL, NULL);

  entry = find_data (unit, key);

  return entry != NULL ? entry->pointer : NULL;
}
