/* SPDX-License-Identifier: Apache-2.0 */
#include "state/digest.h"
#include "unit/unit-private.h"

/* File conditions. charms.reactive keeps one hash for each file and stores it when the condition is asked, so that only
 * the first of several handlers sees a change, and one that is asked but does not run loses it. Here each handler has
 * hashes of its own, stored when it ran; they start from Python's, and Python's are kept up to date. */
#define PYTHON_PREFIX "reactive.files_changed."
#define OWN_PREFIX REACTIVE_STORE_OWN_PREFIX "files."

/* A file is read at most once an iteration. */
static const char *
current_digest (ReactiveUnit *unit, const char *path)
{
  guint iteration = reactive_dispatch_get_iteration (unit->dispatch) + 1;
  gpointer digest;

  if (reactive_dispatch_get_phase (unit->dispatch) != REACTIVE_PHASE_OTHER)
    iteration = 0;
  if (unit->file_iteration != iteration)
    g_hash_table_remove_all (unit->file_digests);
  unit->file_iteration = iteration;

  if (!g_hash_table_lookup_extended (unit->file_digests, path, NULL, &digest))
    {
      g_autofree char *real_path = reactive_get_path (unit, path);
      char *new_digest = NULL;
      GError *error = NULL;

      if (!reactive_file_digest (real_path, &new_digest, &error))
        reactive_unit_fail (unit, error);
      g_hash_table_insert (unit->file_digests, g_strdup (path), new_digest);
      digest = new_digest;
    }

  return digest;
}

/* As Python stores it: a JSON string, or null for a file that does not exist. Free with g_free(). */
static char *
digest_to_json (const char *digest)
{
  return digest != NULL ? g_strdup_printf ("\"%s\"", digest) : g_strdup ("null");
}

static char *
own_key (ReactiveUnit *unit, guint32 handler, const char *path)
{
  const ReactiveProgram *program = reactive_dispatch_get_program (unit->dispatch);

  return g_strconcat (OWN_PREFIX, reactive_program_get_handler_id (program, handler), ":", path, NULL);
}

/* A file that was never looked at is like one that was missing. */
static gboolean
file_changed (ReactiveUnit *unit, guint32 handler, const char *path)
{
  g_autofree char *own = own_key (unit, handler, path);
  g_autofree char *python = g_strconcat (PYTHON_PREFIX, path, NULL);
  g_autofree char *current = digest_to_json (current_digest (unit, path));
  const char *old = reactive_store_get (unit->store, own);

  if (old == NULL)
    old = reactive_store_get (unit->store, python);

  return !g_str_equal (current, old != NULL ? old : "null");
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
      g_autofree char *current = digest_to_json (current_digest (unit, *paths));

      reactive_store_set (unit->store, own, current);
      reactive_store_set (unit->store, python, current);
    }
}
