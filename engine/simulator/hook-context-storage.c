/* SPDX-License-Identifier: Apache-2.0 */
#include "simulator/hook-context-private.h"

const ReactiveModelStorage *
reactive_hook_context_storage_get (ReactiveHookContext *context, const char *id, GError **error)
{
  if (!reactive_hook_context_check_tool (context, "storage-get", error))
    return NULL;
  if (id == NULL && context->hook.storage != NULL)
    return context->hook.storage;
  if (id == NULL)
    {
      g_set_error_literal (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "no storage instance specified");
      return NULL;
    }

  for (guint i = 0; i < context->unit->storages->len; i++)
    {
      const ReactiveModelStorage *storage = g_ptr_array_index (context->unit->storages, i);

      if (g_str_equal (storage->id, id))
        return storage;
    }

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID, "invalid value \"%s\" for option -s: storage not found",
               id);
  return NULL;
}

const ReactiveJson *
reactive_hook_context_storage_list (ReactiveHookContext *context, const char *name)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();

  for (guint i = 0; i < context->unit->storages->len; i++)
    {
      const ReactiveModelStorage *storage = g_ptr_array_index (context->unit->storages, i);

      if (name == NULL || g_str_equal (storage->name, name))
        g_ptr_array_add (ids, storage->id);
    }

  return reactive_hook_context_keep_sorted (context, ids);
}

gboolean
reactive_hook_context_storage_add (ReactiveHookContext *context, const char *name, guint count, GError **error)
{
  if (!reactive_hook_context_check_tool (context, "storage-add", error))
    return FALSE;

  if (context->storages == NULL)
    context->storages = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (context->storages, g_strdup (name));
  return TRUE;
}

static const ReactiveStorageInfo *
find_declared (ReactiveHookContext *context, const char *name)
{
  guint n_storages;
  const ReactiveStorageInfo *storages
      = reactive_charm_get_storages (reactive_model_charm_get_files (context->unit->application->charm), &n_storages);

  for (guint i = 0; i < n_storages; i++)
    if (g_str_equal (storages[i].name, name))
      return &storages[i];

  return NULL;
}

/* How many of @name there will be. */
static guint
count_storages (ReactiveHookContext *context, const char *name)
{
  guint n = 0;

  for (guint i = 0; i < context->unit->storages->len; i++)
    if (g_str_equal (((ReactiveModelStorage *) g_ptr_array_index (context->unit->storages, i))->name, name))
      n++;
  for (guint i = 0; i < context->storages->len; i++)
    if (g_str_equal (g_ptr_array_index (context->storages, i), name))
      n++;

  return n;
}

gboolean
reactive_hook_context_check_storages (ReactiveHookContext *context, GError **error)
{
  for (guint i = 0; context->storages != NULL && i < context->storages->len; i++)
    {
      const char *name = g_ptr_array_index (context->storages, i);
      const ReactiveStorageInfo *declared = find_declared (context, name);

      if (declared == NULL)
        return reactive_fail (error, REACTIVE_ERROR_TOOL,
                              "cannot apply changes: adding storage to unit %s: charm storage \"%s\" not found",
                              context->unit->name, name);
      if (declared->maximum > 0 && count_storages (context, name) > declared->maximum)
        return reactive_fail (
            error, REACTIVE_ERROR_TOOL,
            "cannot apply changes: adding \"%s\" storage to unit %s: at most %u instances supported, %u "
            "specified",
            name, context->unit->name, declared->maximum, count_storages (context, name));
    }

  return TRUE;
}

void
reactive_hook_context_commit_storages (ReactiveHookContext *context)
{
  for (guint i = 0; context->storages != NULL && i < context->storages->len; i++)
    {
      const char *name = g_ptr_array_index (context->storages, i);

      /* the check has seen to it that this goes well */
      reactive_model_attach_storage (context->unit, name, /* location= */ NULL, /* error= */ NULL);
      reactive_hook_context_note (context, "storage-add", "%s", name);
    }
}
