/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/shared-state.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#include "unit/flag-notes.h"
#include "unit/flag-store.h"

#define DIRECTORY_SUFFIX ".external"
#define FILE_NAME "state"

struct _ReactiveSharedState
{
  ReactiveStore *store;
  ReactiveDispatch *dispatch;
  char *directory;
  char *path;
  ReactiveStore *file; /* locked: what is in it was taken over; NULL while the other process may write */
  GHashTable *given;   /* key → text: what the file was brought to, where that is not the store's */
  GHashTable *values;  /* flag → text: what the other process gave it, while it is set */
};

/* The directory goes first. Whoever opens the file later then finds none, and cannot make one that nobody would read;
 * for who waits for its lock SQLite finds that it has moved, and does not write. */
static void
remove_files (const ReactiveSharedState *shared)
{
  static const char *const suffixes[] = { "", "-journal", "-wal", "-shm" };
  g_autofree char *gone = g_strconcat (shared->directory, ".gone", NULL);

  g_rename (shared->directory, gone);
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (gone, "/" FILE_NAME, suffixes[i], NULL);

      g_unlink (path);
    }
  g_remove (gone);
}

ReactiveSharedState *
reactive_shared_state_new (ReactiveStore *store, ReactiveDispatch *dispatch, const char *unit_path)
{
  ReactiveSharedState *shared = g_new0 (ReactiveSharedState, 1);

  shared->store = store;
  shared->dispatch = dispatch;
  shared->directory = g_strconcat (unit_path, DIRECTORY_SUFFIX, NULL);
  shared->path = g_build_filename (shared->directory, FILE_NAME, NULL);
  shared->given = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  shared->values = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  remove_files (shared); /* those of a hook that was killed */

  return shared;
}

void
reactive_shared_state_free (ReactiveSharedState *shared)
{
  if (shared == NULL)
    return;

  remove_files (shared);
  reactive_store_free (shared->file);
  g_free (shared->directory);
  g_free (shared->path);
  g_hash_table_unref (shared->given);
  g_hash_table_unref (shared->values);
  g_free (shared);
}

const char *
reactive_shared_state_get_path (const ReactiveSharedState *shared)
{
  return shared->path;
}

char *
reactive_shared_state_find_unit_path (const char *path)
{
  static const char suffix[] = DIRECTORY_SUFFIX "/" FILE_NAME;

  return g_str_has_suffix (path, suffix) ? g_strndup (path, strlen (path) - strlen (suffix)) : NULL;
}

static void
add_key (const char *key, const char *json_text, gpointer keys)
{
  g_ptr_array_add (keys, g_strdup (key));
}

/* So that the rows can be changed while one goes through them. */
static GPtrArray *
list_keys (ReactiveStore *store)
{
  GPtrArray *keys = g_ptr_array_new_with_free_func (g_free);

  reactive_store_foreach (store, "", add_key, keys);

  return keys;
}

/* Giving --------------------------------------------------------------------------------------------------------- */

static void
give_flag (const char *flag, gpointer data)
{
  ReactiveSharedState *shared = data;
  char *key = g_strconcat (REACTIVE_FLAG_PREFIX, flag, NULL);
  const char *text = g_hash_table_lookup (shared->values, flag);

  if (text == NULL)
    text = reactive_store_get (shared->store, key);
  g_hash_table_insert (shared->given, key, g_strdup (text != NULL ? text : "null"));
}

static void
give_trigger (const char *flag, gboolean when_set, const char *const *sets, const char *const *clears, gpointer data)
{
  ReactiveSharedState *shared = data;
  g_auto (ReactiveFlagTrigger) trigger = { g_ptr_array_new (), g_ptr_array_new () };

  for (; *sets != NULL; sets++)
    g_ptr_array_add (trigger.sets, (char *) *sets);
  for (; *clears != NULL; clears++)
    g_ptr_array_add (trigger.clears, (char *) *clears);

  g_hash_table_insert (shared->given,
                       g_strconcat (when_set ? REACTIVE_NOTE_SET_TRIGGERS : REACTIVE_NOTE_CLEAR_TRIGGERS, flag, NULL),
                       reactive_flag_trigger_to_text (&trigger));
}

static void
add_name (const char *flag, gpointer names)
{
  g_ptr_array_add (names, (char *) flag);
}

/* charms.reactive knows three phases, and runs actions in that of hooks. */
static const char *
phase_to_text (ReactivePhase phase)
{
  if (phase == REACTIVE_PHASE_OTHER)
    return "\"other\"";

  return phase == REACTIVE_PHASE_RESTRICTED ? "\"restricted\"" : "\"hooks\"";
}

static void
give_notes (ReactiveSharedState *shared)
{
  ReactivePhase phase = reactive_dispatch_get_phase (shared->dispatch);
  g_auto (ReactiveFlagWatch) watch = { .changes = g_ptr_array_new (), .pending = g_ptr_array_new () };

  if (phase == REACTIVE_PHASE_OTHER)
    watch.iteration = reactive_dispatch_get_iteration (shared->dispatch);
  reactive_dispatch_foreach_changed (shared->dispatch, /* pending= */ FALSE, add_name, watch.changes);
  reactive_dispatch_foreach_changed (shared->dispatch, /* pending= */ TRUE, add_name, watch.pending);

  g_hash_table_insert (shared->given, g_strdup (REACTIVE_NOTE_PHASE), g_strdup (phase_to_text (phase)));
  g_hash_table_insert (shared->given, g_strdup (REACTIVE_NOTE_CLEARED), g_strdup ("false"));
  g_hash_table_insert (shared->given, g_strdup (REACTIVE_NOTE_WATCH), reactive_flag_watch_to_text (&watch));
}

typedef struct
{
  ReactiveSharedState *shared;
  ReactiveStore *file;
} Giving;

static void
give_row (const char *key, const char *json_text, gpointer data)
{
  Giving *giving = data;

  if (!reactive_note_is_of_dispatch (key))
    reactive_store_set (giving->file, key, json_text);
}

static void
set_given (gpointer key, gpointer text, gpointer file)
{
  reactive_store_set (file, key, text);
}

static ReactiveStore *
make_file (ReactiveSharedState *shared, GError **error)
{
  if (g_mkdir (shared->directory, 0700) == 0 || errno == EEXIST)
    return reactive_store_open (shared->path, REACTIVE_STORE_READ_WRITE, error);

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_STATE, "%s: cannot be created: %s", shared->directory,
               g_strerror (errno));
  return NULL;
}

gboolean
reactive_shared_state_give (ReactiveSharedState *shared, GError **error)
{
  g_autoptr (ReactiveStore) file = shared->file != NULL ? g_steal_pointer (&shared->file) : make_file (shared, error);
  g_autoptr (GPtrArray) keys = NULL;
  Giving giving = { shared, file };

  if (file == NULL)
    return FALSE;

  g_hash_table_remove_all (shared->given);
  reactive_dispatch_foreach_flag (shared->dispatch, give_flag, shared);
  reactive_dispatch_foreach_trigger (shared->dispatch, give_trigger, shared);
  give_notes (shared);

  keys = list_keys (file);
  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);

      if (reactive_note_is_of_dispatch (key) ? !g_hash_table_contains (shared->given, key)
                                             : reactive_store_get (shared->store, key) == NULL)
        reactive_store_unset (file, key);
    }
  reactive_store_foreach (shared->store, "", give_row, &giving);
  g_hash_table_foreach (shared->given, set_given, file);

  return reactive_store_commit (file, /* row= */ NULL, error);
}

/* Taking --------------------------------------------------------------------------------------------------------- */

typedef struct
{
  ReactiveSharedState *shared;
  GHashTable *flags; /* those that are set in the file, by their own names */
} Taking;

static void
take_flag (const char *key, const char *json_text, gpointer data)
{
  Taking *taking = data;
  ReactiveSharedState *shared = taking->shared;
  const char *name = key + strlen (REACTIVE_FLAG_PREFIX);
  const char *own_name = reactive_program_resolve (reactive_dispatch_get_program (shared->dispatch), name);

  if (*name == '\0')
    return;

  g_hash_table_add (taking->flags, g_strdup (own_name));
  reactive_dispatch_take_flag (shared->dispatch, reactive_dispatch_get_flag (shared->dispatch, own_name),
                               /* is_set= */ TRUE);
  if (g_strcmp0 (g_hash_table_lookup (shared->given, key), json_text) != 0)
    g_hash_table_insert (shared->values, g_strdup (own_name), g_strdup (json_text));
}

static void
copy_name (const char *flag, gpointer names)
{
  g_ptr_array_add (names, g_strdup (flag));
}

static void
take_flags (ReactiveSharedState *shared, ReactiveStore *file)
{
  g_autoptr (GHashTable) flags = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  Taking taking = { shared, flags };

  reactive_store_foreach (file, REACTIVE_FLAG_PREFIX, take_flag, &taking);
  reactive_dispatch_foreach_flag (shared->dispatch, copy_name, names);
  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);

      if (g_hash_table_contains (flags, name))
        continue;
      reactive_dispatch_take_flag (shared->dispatch, reactive_dispatch_get_flag (shared->dispatch, name),
                                   /* is_set= */ FALSE);
      g_hash_table_remove (shared->values, name);
    }
}

/* What it noted of its own changes: they awake handlers as ours do. */
static void
take_notes (ReactiveSharedState *shared, ReactiveStore *file)
{
  g_auto (ReactiveFlagWatch) watch = { 0 };

  reactive_flag_watch_parse (&watch, reactive_store_get (file, REACTIVE_NOTE_WATCH));
  for (guint i = 0; i < watch.pending->len; i++)
    {
      const char *name = g_ptr_array_index (watch.pending, i);

      if (*name != '\0')
        reactive_dispatch_note_change (shared->dispatch, reactive_dispatch_get_flag (shared->dispatch, name));
    }

  if (g_strcmp0 (reactive_store_get (file, REACTIVE_NOTE_CLEARED), "true") == 0)
    reactive_dispatch_note_clear (shared->dispatch);
}

static void
add_trigger (ReactiveSharedState *shared, const char *flag, gboolean when_set, const char *set, const char *clear)
{
  const ReactiveTrigger trigger
      = { .when = when_set ? flag : NULL, .when_not = when_set ? NULL : flag, .set = set, .clear = clear };

  if ((set == NULL || *set != '\0') && (clear == NULL || *clear != '\0'))
    reactive_dispatch_add_trigger (shared->dispatch, &trigger, /* callback= */ NULL, /* data= */ NULL);
}

/* Those that it registered, for the rest of the hook. The ones that are there already are not added again. */
static void
take_trigger (const char *key, const char *json_text, gpointer data)
{
  ReactiveSharedState *shared = data;
  g_auto (ReactiveFlagTrigger) trigger = { 0 };
  gboolean when_set;
  const char *flag = reactive_flag_trigger_get_flag (key, &when_set);

  if (*flag == '\0' || g_strcmp0 (g_hash_table_lookup (shared->given, key), json_text) == 0)
    return;

  reactive_flag_trigger_parse (&trigger, json_text);
  for (guint i = 0; i < trigger.sets->len; i++)
    add_trigger (shared, flag, when_set, g_ptr_array_index (trigger.sets, i), NULL);
  for (guint i = 0; i < trigger.clears->len; i++)
    add_trigger (shared, flag, when_set, NULL, g_ptr_array_index (trigger.clears, i));
}

static void
take_row (const char *key, const char *json_text, gpointer data)
{
  ReactiveSharedState *shared = data;
  guint32 handler;

  if (reactive_note_is_of_dispatch (key) || g_strcmp0 (reactive_store_get (shared->store, key), json_text) == 0)
    return;

  reactive_store_set (shared->store, key, json_text);
  if (g_str_has_prefix (key, REACTIVE_ONCE_PREFIX)
      && reactive_program_find_handler (reactive_dispatch_get_program (shared->dispatch),
                                        key + strlen (REACTIVE_ONCE_PREFIX), &handler))
    reactive_dispatch_load_once_mark (shared->dispatch, handler);
}

static void
take_removals (ReactiveSharedState *shared, ReactiveStore *file)
{
  g_autoptr (GPtrArray) keys = list_keys (shared->store);

  for (guint i = 0; i < keys->len; i++)
    {
      const char *key = g_ptr_array_index (keys, i);

      if (!reactive_note_is_of_dispatch (key) && reactive_store_get (file, key) == NULL)
        reactive_store_unset (shared->store, key);
    }
}

gboolean
reactive_shared_state_take (ReactiveSharedState *shared, GError **error)
{
  ReactiveStore *file;

  if (!g_file_test (shared->path, G_FILE_TEST_EXISTS))
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "%s: somebody removed it", shared->path);
  if ((file = reactive_store_open (shared->path, REACTIVE_STORE_READ_WRITE, error)) == NULL)
    return FALSE;

  shared->file = file;

  take_flags (shared, file);
  take_notes (shared, file);
  reactive_store_foreach (file, REACTIVE_NOTE_SET_TRIGGERS, take_trigger, shared);
  reactive_store_foreach (file, REACTIVE_NOTE_CLEAR_TRIGGERS, take_trigger, shared);
  reactive_store_foreach (file, "", take_row, shared);
  take_removals (shared, file);

  return TRUE;
}

static void
save_value (gpointer flag, gpointer text, gpointer data)
{
  ReactiveSharedState *shared = data;
  g_autofree char *key = g_strconcat (REACTIVE_FLAG_PREFIX, flag, NULL);

  if (reactive_dispatch_is_set (shared->dispatch, flag))
    reactive_store_set (shared->store, key, text);
}

void
reactive_shared_state_save_values (ReactiveSharedState *shared)
{
  g_hash_table_foreach (shared->values, save_value, shared);
}
