/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/flag-store.h"

#include <string.h>

typedef struct
{
  ReactiveDispatch *dispatch;
  GPtrArray *other_names; /* (nullable): flags that stand in the store under a name that is not their own */
} Loading;

static void
load_flag (const char *key, const char *json_text, gpointer user_data)
{
  Loading *loading = user_data;
  const char *name = key + strlen (REACTIVE_FLAG_PREFIX);
  const char *own_name = reactive_program_resolve (reactive_dispatch_get_program (loading->dispatch), name);

  if (*name == '\0')
    return;

  reactive_dispatch_load_flag (loading->dispatch, name);
  if (own_name == name || strcmp (own_name, name) == 0)
    return;

  if (loading->other_names == NULL)
    loading->other_names = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (loading->other_names, g_strdup (name));
}

/* Such a flag is moved to its own name: cleared there alone it would be back in the next hook. */
static void
move_flag (ReactiveStore *store, const char *name, const char *own_name)
{
  g_autofree char *key = g_strconcat (REACTIVE_FLAG_PREFIX, name, NULL);
  g_autofree char *own_key = g_strconcat (REACTIVE_FLAG_PREFIX, own_name, NULL);

  if (reactive_store_get (store, own_key) == NULL)
    reactive_store_set (store, own_key, reactive_store_get (store, key));
  reactive_store_unset (store, key);
}

static void
load_flags (ReactiveStore *store, ReactiveDispatch *dispatch)
{
  Loading loading = { dispatch, NULL };

  reactive_store_foreach (store, REACTIVE_FLAG_PREFIX, load_flag, &loading);
  for (guint i = 0; loading.other_names != NULL && i < loading.other_names->len; i++)
    {
      const char *name = g_ptr_array_index (loading.other_names, i);

      move_flag (store, name, reactive_program_resolve (reactive_dispatch_get_program (dispatch), name));
    }
  g_clear_pointer (&loading.other_names, g_ptr_array_unref);
}

static gboolean
has_once_mark (ReactiveStore *store, const char *id)
{
  g_autofree char *key = g_strconcat (REACTIVE_ONCE_PREFIX, id, NULL);
  const char *value = reactive_store_get (store, key);

  return value != NULL && strcmp (value, "true") == 0;
}

static void
load_once_marks (ReactiveStore *store, ReactiveDispatch *dispatch)
{
  const ReactiveProgram *program = reactive_dispatch_get_program (dispatch);

  for (guint32 handler = 0; handler < reactive_program_get_n_handlers (program); handler++)
    {
      if (reactive_program_has_once (program, handler)
          && has_once_mark (store, reactive_program_get_handler_id (program, handler)))
        reactive_dispatch_load_once_mark (dispatch, handler);
    }
}

void
reactive_flag_store_load_python_marks (ReactiveStore *store, ReactiveDispatch *dispatch, ReactivePythonIdFunc python_id,
                                       gpointer user_data)
{
  const ReactiveProgram *program = reactive_dispatch_get_program (dispatch);

  for (guint32 handler = 0; handler < reactive_program_get_n_handlers (program); handler++)
    {
      g_autofree char *python = NULL;

      if (!reactive_program_has_once (program, handler))
        continue;
      python = python_id (reactive_program_get_handler_data (program, handler), user_data);
      if (python != NULL && has_once_mark (store, python))
        reactive_dispatch_load_once_mark (dispatch, handler);
    }
}

void
reactive_flag_store_load (ReactiveStore *store, ReactiveDispatch *dispatch)
{
  static const char *const left_over[] = {
    "reactive.flag_set_triggers.",
    "reactive.flag_clear_triggers.",
    "reactive.flag_triggers.",
  };

  if (reactive_store_has_prefix (store, "reactive.flag_"))
    for (guint i = 0; i < G_N_ELEMENTS (left_over); i++)
      reactive_store_unset_prefix (store, left_over[i]);
  reactive_store_unset (store, "reactive.state_watch");

  load_flags (store, dispatch);
  load_once_marks (store, dispatch);
}

static void
save_change (const char *flag, gboolean is_set, gpointer user_data)
{
  ReactiveStore *store = user_data;
  g_autofree char *key = g_strconcat (REACTIVE_FLAG_PREFIX, flag, NULL);

  if (!is_set)
    reactive_store_unset (store, key);
  else if (reactive_store_get (store, key) == NULL)
    reactive_store_set (store, key, "null");
}

void
reactive_flag_store_save (ReactiveStore *store, const ReactiveDispatch *dispatch)
{
  reactive_dispatch_foreach_change (dispatch, save_change, store);
}

void
reactive_flag_store_mark_once (ReactiveStore *store, const ReactiveProgram *program, guint32 handler,
                               const char *python_id)
{
  g_autofree char *key = g_strconcat (REACTIVE_ONCE_PREFIX, reactive_program_get_handler_id (program, handler), NULL);
  g_autofree char *python_key = NULL;

  reactive_store_set (store, key, "true");
  if (python_id == NULL)
    return;

  python_key = g_strconcat (REACTIVE_ONCE_PREFIX, python_id, NULL);
  reactive_store_set (store, python_key, "true");
}

static void
add_flag (const char *key, const char *json_text, gpointer user_data)
{
  g_strv_builder_add (user_data, key + strlen (REACTIVE_FLAG_PREFIX));
}

char **
reactive_flag_store_list (ReactiveStore *store)
{
  g_autoptr (GStrvBuilder) flags = g_strv_builder_new ();

  reactive_store_foreach (store, REACTIVE_FLAG_PREFIX, add_flag, flags);

  return g_strv_builder_end (flags);
}

gboolean
reactive_flag_store_note_series_upgrade (ReactiveDispatch *dispatch, const char *hook, GError **error)
{
  guint32 flag;

  if (strcmp (hook, "pre-series-upgrade") != 0 && strcmp (hook, "post-series-upgrade") != 0)
    return TRUE;

  flag = reactive_dispatch_get_flag (dispatch, "upgrade.series.in-progress");

  return g_str_has_prefix (hook, "pre-") ? reactive_dispatch_set_flag (dispatch, flag, error)
                                         : reactive_dispatch_clear_flag (dispatch, flag, error);
}
