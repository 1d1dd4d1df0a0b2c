/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/text.h"
#include "simulator/file-tree.h"
#include "simulator/simulation-private.h"

#define STATE_FILE ".unit-state.db"

static gboolean
make_directory (const char *path, GError **error)
{
  if (g_mkdir_with_parents (path, 0755) == 0)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
}

/* A charm's own libraries of interfaces. The dynamic linker finds a library that a module needs by its name, among all
 * that were loaded: there can be only one of each, and equal ones are made one by linking them to the first. */
static char *
find_equal_library (ReactiveSimulation *simulation, const char *path, GError **error)
{
  g_autofree char *real = realpath (path, NULL);
  g_autofree char *name = g_path_get_basename (path);
  g_autofree char *contents = NULL;
  gsize length;

  if (real == NULL || !g_file_get_contents (real, &contents, &length, NULL))
    return g_strdup (path); /* which fails when it is loaded, with the linker's reason */

  for (guint i = 0; i < simulation->libraries->len; i++)
    {
      const char *other = g_ptr_array_index (simulation->libraries, i);
      g_autofree char *other_name = g_path_get_basename (other);
      g_autofree char *other_contents = NULL;
      gsize other_length;

      if (strcmp (name, other_name) != 0 || strcmp (real, other) == 0
          || !g_file_get_contents (other, &other_contents, &other_length, NULL))
        continue;
      if (length == other_length && memcmp (contents, other_contents, length) == 0)
        return g_strdup (other);

      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_MODULE,
                   "%s: this is another library than %s, and one process can hold only one of them: run one of the "
                   "charms with isolation: process",
                   path, other);
      return NULL;
    }

  g_ptr_array_add (simulation->libraries, g_strdup (real));

  return g_steal_pointer (&real);
}

static gboolean
link_libraries (ReactiveSimulation *simulation, const char *source, const char *copy, GError **error)
{
  g_autofree char *directory = g_build_filename (source, "interfaces", NULL);
  g_autoptr (GDir) dir = g_dir_open (directory, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (directory, name, NULL);
      g_autofree char *own = g_build_filename (copy, "interfaces", name, NULL);
      g_autofree char *equal = NULL;

      if (strstr (name, ".so") == NULL || g_file_test (path, G_FILE_TEST_IS_DIR))
        continue;
      if ((equal = find_equal_library (simulation, path, error)) == NULL)
        return FALSE;
      g_unlink (own);
      if (symlink (equal, own) != 0)
        return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: %s", own, g_strerror (errno));
    }

  return TRUE;
}

ReactiveModelCharm *
reactive_simulation_load_charm (ReactiveSimulation *simulation, const char *directory, ReactiveCharmKind kind,
                                GError **error)
{
  g_autofree char *name = g_path_get_basename (directory);
  g_autofree char *numbered = g_strdup_printf ("%s-%u", name, ++simulation->n_charms);
  g_autofree char *copy = g_build_filename (simulation->directory, "charms", numbered, NULL);
  g_autoptr (GError) reason = NULL;
  g_autoptr (ReactiveModelCharm) charm = NULL;

  /* An empty copy would complain of the copy. */
  if (!g_file_test (directory, G_FILE_TEST_IS_DIR))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "%s: there is no such directory", directory);
      return NULL;
    }
  reactive_file_tree_remove (copy);
  if (!reactive_file_tree_copy (directory, copy, error)
      || (kind == REACTIVE_CHARM_IN_PROCESS && !link_libraries (simulation, directory, copy, error)))
    return NULL;

  if ((charm = reactive_model_charm_load (copy, kind, &reason)) == NULL)
    {
      g_autofree char *message = reactive_text_replace (reason->message, copy, directory);

      g_set_error_literal (error, reason->domain, reason->code, message);
      return NULL;
    }
  if (kind == REACTIVE_CHARM_IN_PROCESS && reactive_handlers_has_externals (charm->handlers))
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_INVALID,
                   "%s: some of its handlers are programs, which need a process for each hook: a scenario runs it",
                   directory);
      return NULL;
    }

  return g_steal_pointer (&charm);
}

char *
reactive_simulation_get_unit_directory (ReactiveSimulation *simulation, const ReactiveModelUnit *unit, const char *name)
{
  char number[16];

  g_snprintf (number, sizeof number, "-%u", unit->number);

  return g_strconcat (simulation->directory, "/", unit->application->name, number, "/", name, NULL);
}

/* With the directories that every machine has, and charms write to. */
gboolean
reactive_simulation_make_root_directory (ReactiveSimulation *simulation, ReactiveModelUnit *unit, GError **error)
{
  static const char *const directories[]
      = { "etc/cron.d", "etc/default", "etc/logrotate.d", "etc/systemd/system", "home",    "opt",    "root", "run",
          "srv",        "tmp",         "usr/local/bin",   "var/cache",          "var/lib", "var/log" };
  ReactiveSimulationUnit *known = reactive_simulation_know (simulation, unit);
  g_autofree char *root = NULL;

  if (known->has_root)
    return TRUE;

  root = reactive_simulation_get_unit_directory (simulation, unit, "root");
  reactive_file_tree_remove (root);
  for (guint i = 0; i < G_N_ELEMENTS (directories); i++)
    {
      g_autofree char *path = g_build_filename (root, directories[i], NULL);

      if (!make_directory (path, error))
        return FALSE;
    }
  known->has_root = TRUE;

  return TRUE;
}

/* As Juju unpacks a charm over the one before. */
gboolean
reactive_simulation_make_charm_directory (ReactiveSimulation *simulation, ReactiveModelUnit *unit, GError **error)
{
  ReactiveSimulationUnit *known = reactive_simulation_know (simulation, unit);
  g_autofree char *path = NULL;

  if (known->placed == unit->charm)
    return TRUE;

  path = reactive_simulation_get_unit_directory (simulation, unit, "charm");
  if (known->placed == NULL)
    reactive_file_tree_remove (path);
  if (!make_directory (path, error))
    return FALSE;
  if (known->placed != NULL
      && !reactive_file_tree_remove_old (known->placed->directory, unit->charm->directory, path, error))
    return FALSE;
  if (!reactive_file_tree_copy (unit->charm->directory, path, error))
    return FALSE;

  g_clear_pointer (&known->placed, reactive_model_charm_unref);
  known->placed = reactive_model_charm_ref (unit->charm);

  return TRUE;
}

char *
reactive_simulation_get_path (ReactiveSimulation *simulation, ReactiveModelUnit *unit, const char *path)
{
  g_autofree char *base = NULL;

  if (g_path_is_absolute (path))
    {
      reactive_simulation_make_root_directory (simulation, unit, NULL);
      base = reactive_simulation_get_unit_directory (simulation, unit, "root");
    }
  else
    {
      reactive_simulation_make_charm_directory (simulation, unit, NULL);
      base = reactive_simulation_get_unit_directory (simulation, unit, "charm");
    }

  return g_build_filename (base, path, NULL);
}

char *
reactive_simulation_get_state_path (ReactiveSimulation *simulation, const ReactiveModelUnit *unit)
{
  return reactive_simulation_get_unit_directory (simulation, unit, "charm/" STATE_FILE);
}
