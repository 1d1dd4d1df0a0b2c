/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/kv.h>

#include "state/digest.h"
#include "unit/unit-private.h"

/* File conditions. charms.reactive keeps one hash for each file and stores it when the condition is asked, so that only
 * the first of several handlers sees a change, and one that is asked but does not run loses it. Here each handler has
 * hashes of its own, stored when it ran; they start from Python's, and Python's are kept up to date. */
#define PYTHON_PREFIX "reactive.files_changed."
#define OWN_PREFIX REACTIVE_STORE_OWN_PREFIX "files."

/* What is kept of a file as it is now: a JSON string, or null for one that does not exist. Free with g_free(). */
static char *
digest_file (ReactiveUnit *unit, const char *path, GError **error)
{
  g_autofree char *real_path = reactive_get_path (unit, path);
  g_autofree char *digest = NULL;

  if (!reactive_file_digest (real_path, &digest, error))
    return NULL;

  return digest != NULL ? g_strdup_printf ("\"%s\"", digest) : g_strdup ("null");
}

/* A file is read at most once an iteration. NULL when it cannot be read, which fails the hook. */
static const char *
current_digest (ReactiveUnit *unit, guint32 handler, const char *path)
{
  guint iteration = reactive_dispatch_get_iteration (unit->dispatch) + 1;
  char *digest;

  if (reactive_dispatch_get_phase (unit->dispatch) != REACTIVE_PHASE_OTHER)
    iteration = 0;
  if (unit->file_digests == NULL)
    unit->file_digests = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (unit->file_iteration != iteration)
    g_hash_table_remove_all (unit->file_digests);
  unit->file_iteration = iteration;

  digest = g_hash_table_lookup (unit->file_digests, path);
  if (digest == NULL)
    {
      GError *error = NULL;

      digest = digest_file (unit, path, &error);
      if (digest == NULL)
        {
          g_prefix_error (&error, "handler '%s': its file condition: ",
                          reactive_program_get_handler_id (reactive_dispatch_get_program (unit->dispatch), handler));
          reactive_unit_fail (unit, error);
          return NULL;
        }
      g_hash_table_insert (unit->file_digests, g_strdup (path), digest);
    }

  return digest;
}

static char *
own_key (ReactiveUnit *unit, guint32 handler, const char *path)
{
  const ReactiveProgram *program = reactive_dispatch_get_program (unit->dispatch);

  return g_strconcat (OWN_PREFIX, reactive_program_get_handler_id (program, handler), ":", path, NULL);
}

/* Gives each handler hashes of its own, from Python's, before another handler moves those on. A file that was never
 * looked at is like one that was missing. */
void
reactive_unit_init_files (ReactiveUnit *unit)
{
  const ReactiveProgram *program = reactive_dispatch_get_program (unit->dispatch);

  for (guint32 handler = 0; handler < reactive_program_get_n_handlers (program); handler++)
    {
      const char *const *paths = reactive_program_get_files (program, handler);

      for (; paths != NULL && *paths != NULL; paths++)
        {
          g_autofree char *own = own_key (unit, handler, *paths);
          g_autofree char *python = g_strconcat (PYTHON_PREFIX, *paths, NULL);
          const char *digest = reactive_store_get (unit->store, python);

          if (reactive_store_get (unit->store, own) == NULL)
            reactive_store_set (unit->store, own, digest != NULL ? digest : "null");
        }
    }
}

/* Python's are what handlers begin from then. */
void
reactive_unit_forget_files (ReactiveStore *store)
{
  reactive_store_unset_prefix (store, OWN_PREFIX);
}

static gboolean
file_changed (ReactiveUnit *unit, guint32 handler, const char *path)
{
  g_autofree char *own = own_key (unit, handler, path);
  const char *current = current_digest (unit, handler, path);

  return current != NULL && !g_str_equal (current, reactive_store_get (unit->store, own));
}

gboolean
reactive_unit_files_changed (gpointer host, guint32 handler)
{
  ReactiveUnit *unit = host;
  const char *const *paths = reactive_program_get_files (reactive_dispatch_get_program (unit->dispatch), handler);
  gboolean changed = FALSE;

  for (; unit->error == NULL && *paths != NULL; paths++)
    changed |= file_changed (unit, handler, *paths);

  return changed;
}

void
reactive_unit_note_files (ReactiveUnit *unit, guint32 handler)
{
  const char *const *paths = reactive_program_get_files (reactive_dispatch_get_program (unit->dispatch), handler);

  for (; paths != NULL && *paths != NULL; paths++)
    {
      g_autofree char *own = own_key (unit, handler, *paths);
      g_autofree char *python = g_strconcat (PYTHON_PREFIX, *paths, NULL);
      const char *current = current_digest (unit, handler, *paths);

      if (current == NULL)
        return;
      reactive_store_set (unit->store, own, current);
      reactive_store_set (unit->store, python, current);
    }
}

/* Takes note of the file as it is now. */
static gboolean
look_at_file (ReactiveUnit *unit, const char *path)
{
  g_autofree char *key = NULL;
  g_autofree char *digest = NULL;
  const char *old;
  GError *error = NULL;

  if (!g_utf8_validate (path, -1, NULL))
    {
      reactive_unit_fail_printf (unit, REACTIVE_ERROR_INVALID, "the path of a file to watch is not UTF-8");
      return FALSE;
    }
  if ((digest = digest_file (unit, path, &error)) == NULL)
    {
      reactive_unit_fail (unit, error);
      return FALSE;
    }

  key = g_strconcat (PYTHON_PREFIX, path, NULL);
  old = reactive_store_get (unit->store, key);
  if (g_str_equal (digest, old != NULL ? old : "null"))
    return FALSE;

  reactive_store_set (unit->store, key, digest);

  return TRUE;
}

/**
 * reactive_any_file_changed:
 * @unit: the unit
 * @...: paths, ended by %NULL
 *
 * Whether one of the files differs from when this last looked at it; takes note of all. As charms.reactive's
 * any_file_changed(), with the same hashes: a handler with a file condition that ran has looked at its files, too. A
 * file that cannot be read fails the hook; one that does not exist is like one that was never looked at.
 *
 * Returns: whether one differs
 */
gboolean
reactive_any_file_changed (ReactiveUnit *unit, ...)
{
  gboolean changed = FALSE;
  const char *path;
  va_list arguments;

  g_return_val_if_fail (unit != NULL, FALSE);

  va_start (arguments, unit);
  while ((path = va_arg (arguments, const char *)) != NULL)
    changed |= unit->error == NULL && look_at_file (unit, path);
  va_end (arguments);

  return changed && unit->error == NULL;
}
