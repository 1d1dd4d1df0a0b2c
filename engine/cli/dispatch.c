/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/guard.h"

/* Whoever runs this by hand should learn how it is meant to be run. */
static const char *
find_charm_dir (GError **error)
{
  const char *charm_dir = reactive_hook_environment_charm_dir ((const char *const *) environ);

  if (charm_dir == NULL)
    g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND,
                 "JUJU_CHARM_DIR is not set: Juju runs this, as a charm's dispatch, in the environment of a hook");

  return charm_dir;
}

static ReactiveHook *
read_hook (const ReactiveCharm *charm, GError **error)
{
  const ReactiveHookNames names = {
    .endpoints = reactive_charm_get_endpoint_names (charm),
    .storages = reactive_charm_get_storage_names (charm),
    .containers = reactive_charm_get_container_names (charm),
  };

  return reactive_hook_new_from_environment ((const char *const *) environ, &names, error);
}

static char *
state_path (const char *charm_dir)
{
  const char *path = g_getenv ("UNIT_STATE_DB");

  return path != NULL && *path != '\0' ? g_strdup (path) : g_build_filename (charm_dir, ".unit-state.db", NULL);
}

/* What goes wrong before there is a unit is told to Juju too, as far as it listens. */
static void
log_failure (ReactiveCarrier *carrier, const GError *error)
{
  g_autoptr (ReactiveJuju) juju = reactive_juju_new_for_tools (carrier);

  juju->klass->log (juju, REACTIVE_LOG_ERROR, error->message);
  juju->klass->log_flush (juju, NULL);
}

/* A simulation that runs the unit as a process of its own names a directory in place of "/". */
static const char *
root_dir (void)
{
  const char *root = g_getenv ("REACTIVE_ROOT");

  return root != NULL && g_path_is_absolute (root) ? root : "/";
}

static ReactiveUnit *
make_unit (const char *charm_dir, const char *path, ReactiveCarrier **carrier, GError **error)
{
  g_autoptr (ReactiveHandlers) handlers = reactive_handlers_load (charm_dir, error);
  g_autoptr (ReactiveHook) hook = NULL;
  ReactiveStore *store;

  if (handlers == NULL || (hook = read_hook (reactive_handlers_get_charm (handlers), error)) == NULL
      || (store = reactive_store_open (path, REACTIVE_STORE_READ_WRITE, error)) == NULL)
    return NULL;

  return reactive_unit_new (handlers, g_steal_pointer (&hook), reactive_juju_new_for_tools (g_steal_pointer (carrier)),
                            store, root_dir ());
}

int
command_dispatch (const Command *command, int argc, char **argv, GError **error)
{
  const GOptionEntry entries[] = { G_OPTION_ENTRY_NULL };
  g_autoptr (ReactiveCarrier) carrier = NULL;
  g_autoptr (ReactiveUnit) unit = NULL;
  g_autofree char *path = NULL;
  g_auto (GStrv) arguments = NULL;
  ReactiveCarrier *borrowed;
  const char *charm_dir;
  gboolean ok;

  if (!command_parse_options (command, entries, argc, argv, &arguments, error))
    return -1;
  if (arguments == NULL)
    return 0;
  if (arguments[0] != NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_USAGE,
                   "takes no arguments; what to run is in the environment");
      return -1;
    }
  if ((charm_dir = find_charm_dir (error)) == NULL
      || (carrier = reactive_carrier_new_from_environment ((const char *const *) environ, error)) == NULL)
    return -1;

  path = state_path (charm_dir);
  borrowed = carrier;
  unit = make_unit (charm_dir, path, &carrier, error);
  if (unit == NULL)
    {
      log_failure (g_steal_pointer (&carrier), *error);
      return -1;
    }

  guard_begin (unit, borrowed, path);
  ok = reactive_unit_run (unit, error);
  guard_end ();
  /* What handlers print is theirs: that nobody could read it does not undo a hook. */
  fflush (stdout);
  clearerr (stdout);

  return ok ? 0 : -1;
}
