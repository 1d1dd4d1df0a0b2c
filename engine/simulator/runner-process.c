/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "simulator/agent.h"
#include "simulator/charm-kind.h"
#include "simulator/hook-tool.h"
#include "simulator/simulation-private.h"

/* Juju waits without limit for a child that holds the agent's socket. */
#define GRACE_MS 1000
#define MAX_RESULT_BYTES (1024u * 1024)

/* Runs the hook of a charm as Juju's agent does: a process in the unit's charm directory, which asks over the agent's
 * socket. */
typedef struct
{
  ReactiveRun *run;
  char *charm_dir;
  GString *printed[2]; /* standard output and error output, of an action */
} Process;

static void
process_clear (Process *process)
{
  g_free (process->charm_dir);
  for (guint i = 0; i < G_N_ELEMENTS (process->printed); i++)
    if (process->printed[i] != NULL)
      g_string_free (process->printed[i], TRUE);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Process, process_clear)

/* What there is to run */

static gboolean
link_tool (ReactiveSimulation *simulation, const char *directory, const char *tool, GError **error)
{
  g_autofree char *path = g_build_filename (directory, tool, NULL);

  g_unlink (path);
  if (symlink (simulation->command, path) == 0)
    return TRUE;

  return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: %s", path, g_strerror (errno));
}

/* A directory for PATH: the command under every tool's name, and under its own, for charms whose `dispatch` runs it. */
static gboolean
make_tools (ReactiveSimulation *simulation, GError **error)
{
  g_autofree char *directory = g_build_filename (simulation->directory, "tools", NULL);
  g_autofree const char **tools = reactive_hook_tool_list (simulation->model->juju);

  if (simulation->tools_directory != NULL)
    return TRUE;
  if (simulation->command == NULL)
    return reactive_fail (
        error, REACTIVE_ERROR_INVALID,
        "charms that run as processes need the command 'reactive', which this simulation was not given");
  if (g_mkdir_with_parents (directory, 0755) != 0)
    return reactive_fail (error, REACTIVE_ERROR_FAILED, "%s: %s", directory, g_strerror (errno));

  for (guint i = 0; tools[i] != NULL; i++)
    if (!link_tool (simulation, directory, tools[i], error))
      return FALSE;
  if (!link_tool (simulation, directory, "reactive", error))
    return FALSE;
  simulation->tools_directory = g_steal_pointer (&directory);

  return TRUE;
}

/* In the simulation's directory, where its path is short enough for a socket. */
static gboolean
make_agent (ReactiveSimulation *simulation, GError **error)
{
  g_autofree char *path = g_build_filename (simulation->directory, "agent.socket", NULL);

  if (simulation->agent != NULL)
    return TRUE;

  if (strlen (path) > 100)
    {
      g_free (path);
      path = g_strdup_printf ("@reactive-%d-%p", (int) getpid (), (void *) simulation);
    }
  simulation->agent = reactive_agent_new (path, error);
  simulation->agent_address = g_steal_pointer (&path);

  return simulation->agent != NULL;
}

/* As Go's exec.LookPath(): what is there has to be an executable file. */
typedef enum
{
  IS_MISSING,
  IS_BROKEN,
  IS_PROGRAM
} Found;

static Found
look_at (const char *path)
{
  struct stat status;

  if (stat (path, &status) != 0)
    return errno == ENOENT || errno == ENOTDIR ? IS_MISSING : IS_BROKEN;

  return S_ISREG (status.st_mode) && access (path, X_OK) == 0 ? IS_PROGRAM : IS_BROKEN;
}

/* `dispatch` if it can be run, else the file of the hook or action. */
static Found
find_program (const Process *process, char **out_path)
{
  gboolean is_action = process->run->hook->kind == REACTIVE_MODEL_HOOK_ACTION;
  g_autofree char *dispatch = g_build_filename (process->charm_dir, "dispatch", NULL);

  if (look_at (dispatch) == IS_PROGRAM)
    {
      *out_path = g_steal_pointer (&dispatch);
      return IS_PROGRAM;
    }

  *out_path = g_build_filename (process->charm_dir, is_action ? "actions" : "hooks", process->run->name, NULL);

  return look_at (*out_path);
}

/* What Juju gives, and no more. But our own charms also find the root of the simulated unit; and programs of a build
 * with sanitizers, as the tools are, how they are to end. */
static char **
make_environment (const Process *process)
{
  const ReactiveRun *run = process->run;
  char **environment
      = reactive_model_hook_get_environment (run->unit, run->hook, run->context_id, process->charm_dir,
                                             run->simulation->tools_directory, run->simulation->agent_address);
  g_autofree char *root = reactive_simulation_get_unit_directory (run->simulation, run->unit, "root");
  static const char *const passed_on[] = { "ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS" };

  if (run->unit->charm->kind == REACTIVE_CHARM_ISOLATED || reactive_charm_kind_has_modules (process->charm_dir))
    environment = g_environ_setenv (environment, "REACTIVE_ROOT", root, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (passed_on); i++)
    if (g_getenv (passed_on[i]) != NULL)
      environment = g_environ_setenv (environment, passed_on[i], g_getenv (passed_on[i]), TRUE);

  return environment;
}

/* What it does */

static void
take_line (const char *line, gboolean is_error, gpointer data)
{
  Process *process = data;
  GString *printed = process->printed[is_error ? 1 : 0];

  reactive_simulation_note (process->run->simulation, REACTIVE_SIMULATION_OUTPUT, line);
  if (process->run->hook->kind == REACTIVE_MODEL_HOOK_ACTION && printed->len < MAX_RESULT_BYTES)
    g_string_append_printf (printed, "%s\n", line);
}

static void
fail (ReactiveRun *run, ReactiveHookOutcome outcome, char *reason)
{
  run->outcome = outcome;
  g_free (run->reason);
  run->reason = reason;
}

/* Exit codes above 128 are signals. Who was ended by another is run again, and is not at fault. */
static void
take_status (ReactiveRun *run, int status)
{
  if (status == 128 + SIGTERM || status == 128 + SIGKILL)
    fail (run, REACTIVE_HOOK_KILLED, g_strdup ("terminated"));
  else if (status > 128 && status - 128 < NSIG)
    fail (run, REACTIVE_HOOK_FAILED, g_strdup_printf ("signal: %s", g_strsignal (status - 128)));
  else if (status != 0)
    fail (run, REACTIVE_HOOK_FAILED, g_strdup_printf ("exit status %d", status));
}

/* What Juju adds to an action's results. */
static void
add_results (Process *process, int status)
{
  static const char *const names[] = { "stdout", "stderr" };
  ReactiveModelAction *action = process->run->hook->action;
  ReactiveJson *results = reactive_json_new_object ();

  for (guint i = 0; i < reactive_json_get_length (action->results); i++)
    reactive_json_object_set (results, reactive_json_get_member_name (action->results, i),
                              reactive_json_ref (reactive_json_get_element (action->results, i)));
  reactive_json_object_set (results, "return-code", reactive_json_new_integer (status));
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (process->printed[i]->len > 0)
      reactive_json_object_set (results, names[i], reactive_json_new_string (process->printed[i]->str));

  reactive_json_unref (action->results);
  action->results = results;
  if (status != 0 && (action->message == NULL || *action->message == '\0'))
    {
      g_free (action->message);
      action->message = g_strdup_printf ("exit status %d", status);
    }
}

static void
start (Process *process, const char *const *argv)
{
  ReactiveRun *run = process->run;
  g_auto (GStrv) environment = make_environment (process);
  const ReactiveAgentProcess agent_process = {
    .argv = argv,
    .environment = (const char *const *) environment,
    .directory = process->charm_dir,
    .context_id = run->context_id,
    .timeout_ms = run->simulation->hook_timeout_ms,
    .grace_ms = GRACE_MS,
    .stop = run->simulation->stop,
    .output = take_line,
    .data = process,
  };
  g_autoptr (GError) reason = NULL;
  int status = 0;

  reactive_hook_context_set_directory (run->context, process->charm_dir);
  if (!reactive_agent_run (run->simulation->agent, run->context, &agent_process, &status, &reason))
    {
      fail (run, REACTIVE_HOOK_FAILED, g_strdup (reason->message));
      return;
    }

  take_status (run, status);
  if (run->hook->kind == REACTIVE_MODEL_HOOK_ACTION)
    add_results (process, status);
}

static void
run_program (Process *process)
{
  ReactiveRun *run = process->run;
  g_autofree char *path = NULL;

  if (run->unit->charm->kind == REACTIVE_CHARM_ISOLATED)
    {
      start (process, (const char *const[]){ run->simulation->command, "dispatch", NULL });
      return;
    }

  switch (find_program (process, &path))
    {
    case IS_MISSING:
      run->outcome = REACTIVE_HOOK_MISSING;
      break;
    case IS_BROKEN:
      fail (run, REACTIVE_HOOK_FAILED, g_strdup_printf ("%s is there, but cannot be executed", path));
      break;
    case IS_PROGRAM:
      start (process, (const char *const[]){ path, NULL });
      break;
    }
}

static void
apply_plan (ReactiveRun *run)
{
  if (run->fails)
    fail (run, REACTIVE_HOOK_FAILED, g_strdup (REACTIVE_SIMULATION_FAILED));
  else if (run->kill_point != NULL)
    {
      run->was_killed = TRUE;
      fail (run, REACTIVE_HOOK_KILLED, g_strdup_printf ("killed at %s", run->kill_point));
    }
}

gboolean
reactive_run_as_process (ReactiveRun *run, GError **error)
{
  g_auto (Process) process = { .run = run };

  if (!make_tools (run->simulation, error) || !make_agent (run->simulation, error)
      || !reactive_simulation_make_charm_directory (run->simulation, run->unit, error)
      || !reactive_simulation_make_root_directory (run->simulation, run->unit, error)
      || !reactive_simulation_prepare_state (run, error))
    return FALSE;

  process.charm_dir = reactive_simulation_get_unit_directory (run->simulation, run->unit, "charm");
  for (guint i = 0; i < G_N_ELEMENTS (process.printed); i++)
    process.printed[i] = g_string_new (NULL);

  run_program (&process);
  reactive_simulation_note_state (run);
  apply_plan (run);

  return TRUE;
}
