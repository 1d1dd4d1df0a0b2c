/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "simulator/model-private.h"

void
reactive_model_storage_free (ReactiveModelStorage *storage)
{
  g_free (storage->id);
  g_free (storage->name);
  g_free (storage->kind);
  g_free (storage->location);
  g_free (storage);
}

static char *
make_location (const ReactiveStorageInfo *info, const char *id)
{
  g_autofree char *flat = NULL;

  if (strcmp (info->type, "block") == 0)
    {
      flat = g_strdelimit (g_strdup (id), "/", '-');
      return g_strdup_printf ("/dev/disk/by-id/%s", flat);
    }
  if (info->location == NULL)
    return g_strdup_printf ("/var/lib/juju/storage/%s", id);
  if (info->maximum == 1)
    return g_strdup (info->location);

  return g_strdup_printf ("%s/%s", info->location, id);
}

static ReactiveModelStorage *
add_storage (ReactiveModelUnit *unit, const ReactiveStorageInfo *info, const char *location)
{
  ReactiveModelStorage *storage = g_new0 (ReactiveModelStorage, 1);

  storage->id = g_strdup_printf ("%s/%u", info->name, unit->application->model->next_storage++);
  storage->name = g_strdup (info->name);
  storage->kind = g_strdup (info->type);
  storage->location = location != NULL ? g_strdup (location) : make_location (info, storage->id);
  g_ptr_array_add (unit->storages, storage);
  reactive_model_mark_ready (unit);

  return storage;
}

void
reactive_model_unit_add_storages (ReactiveModelUnit *unit)
{
  guint n_storages;
  const ReactiveStorageInfo *storages
      = reactive_charm_get_storages (reactive_model_charm_get_files (unit->application->charm), &n_storages);

  for (guint i = 0; i < n_storages; i++)
    for (guint j = 0; j < storages[i].minimum; j++)
      add_storage (unit, &storages[i], /* location= */ NULL);
}

static guint
count_storages (const ReactiveModelUnit *unit, const char *name)
{
  guint count = 0;

  for (guint i = 0; i < unit->storages->len; i++)
    if (strcmp (((const ReactiveModelStorage *) g_ptr_array_index (unit->storages, i))->name, name) == 0)
      count++;

  return count;
}

ReactiveModelStorage *
reactive_model_attach_storage (ReactiveModelUnit *unit, const char *name, const char *location, GError **error)
{
  const ReactiveCharm *files = reactive_model_charm_get_files (unit->application->charm);
  g_autofree char *hint = NULL;
  guint n_storages;
  const ReactiveStorageInfo *storages = reactive_charm_get_storages (files, &n_storages);

  if (unit->life != REACTIVE_LIFE_ALIVE)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "cannot attach storage to unit '%s': it is not alive",
                   unit->name);
      return NULL;
    }

  for (guint i = 0; i < n_storages; i++)
    {
      if (strcmp (storages[i].name, name) != 0)
        continue;
      if (storages[i].maximum == 0 || count_storages (unit, name) < storages[i].maximum)
        return add_storage (unit, &storages[i], location);

      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "cannot attach storage '%s' to unit '%s': at most %u instances are supported", name, unit->name,
                   storages[i].maximum);
      return NULL;
    }

  hint = reactive_text_hint (name, reactive_charm_get_storage_names (files));
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "charm of application '%s' has no storage '%s'%s",
               unit->application->name, name, hint);
  return NULL;
}

gboolean
reactive_model_detach_storage (ReactiveModelUnit *unit, const char *id, GError **error)
{
  for (guint i = 0; i < unit->storages->len; i++)
    {
      ReactiveModelStorage *storage = g_ptr_array_index (unit->storages, i);

      if (strcmp (storage->id, id) != 0)
        continue;
      if (storage->life != REACTIVE_LIFE_ALIVE)
        return reactive_fail (error, REACTIVE_ERROR_INVALID, "storage '%s' is dying", id);

      storage->life = REACTIVE_LIFE_DYING;
      reactive_model_mark_ready (unit);
      if (!storage->is_attached && (unit->failed == NULL || unit->failed->storage != storage))
        reactive_model_unit_drop_storage (unit, storage);
      return TRUE;
    }

  return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "storage '%s' of unit '%s' not found", id, unit->name);
}

void
reactive_model_unit_drop_storage (ReactiveModelUnit *unit, ReactiveModelStorage *storage)
{
  guint index;

  storage->life = REACTIVE_LIFE_DEAD;
  if (g_ptr_array_find (unit->storages, storage, &index))
    reactive_model_bury (unit->application->model, g_ptr_array_steal_index (unit->storages, index),
                         (GDestroyNotify) reactive_model_storage_free);
}
