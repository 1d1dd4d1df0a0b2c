/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive/host.h>
#include <reactive/log.h>
#include <string.h>

#include "base/process.h"
#include "unit/shared-state.h"
#include "unit/unit-private.h"

/* What `--test` prints becomes an argument, for which Linux has 128 KiB. */
#define MAX_TEST_BYTES (100u * 1024)

/* What the last test of a handler printed. */
typedef struct
{
  char *output; /* for --invoke; bytes */
  char *name;   /* of the handler, with the output in it */
} Answer;

struct _ReactiveExternals
{
  ReactiveSharedState *state;
  char **environment;
  GHashTable *answers; /* handler → Answer */
};

static void
free_answer (gpointer data)
{
  Answer *answer = data;

  g_free (answer->output);
  g_free (answer->name);
  g_free (answer);
}

/* Of a packed charm the commands of bash handlers are in its bin/; else they lie beside the program that runs. */
static char *
make_path (const char *charm_dir, const char *path)
{
  g_autofree char *bin = g_build_filename (charm_dir, "bin", NULL);
  g_autofree char *command = g_build_filename (bin, "charms.reactive", NULL);
  g_autofree char *program = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *beside = program != NULL ? g_path_get_dirname (program) : NULL;
  g_autoptr (GPtrArray) directories = g_ptr_array_new ();

  if (g_file_test (bin, G_FILE_TEST_IS_DIR))
    g_ptr_array_add (directories, bin);
  if (beside != NULL && !g_file_test (command, G_FILE_TEST_IS_EXECUTABLE))
    g_ptr_array_add (directories, beside);
  g_ptr_array_add (directories, (char *) (path != NULL && *path != '\0' ? path : "/usr/bin:/bin"));
  g_ptr_array_add (directories, NULL);

  return g_strjoinv (":", (char **) directories->pdata);
}

/* The hook's own, in which the directory is sure to be there, and the hook's name as Python's main() sees to it. */
static char **
make_environment (ReactiveUnit *unit, const char *state_path)
{
  const char *charm_dir = reactive_get_charm_dir (unit);
  g_autofree char *path = make_path (charm_dir, g_getenv ("PATH"));
  char **environment = g_get_environ ();
  const char *hook = unit->hook->kind != REACTIVE_HOOK_ACTION ? unit->hook->name : "";

  environment = g_environ_setenv (environment, "PATH", path, TRUE);
  environment = g_environ_setenv (environment, "UNIT_STATE_DB", state_path, TRUE);
  environment = g_environ_setenv (environment, "JUJU_CHARM_DIR", charm_dir, TRUE);
  environment = g_environ_setenv (environment, "CHARM_DIR", charm_dir, TRUE);

  return g_environ_setenv (environment, "JUJU_HOOK_NAME", hook, FALSE);
}

static ReactiveExternals *
get_externals (ReactiveUnit *unit)
{
  ReactiveExternals *externals = unit->externals;
  const char *of_unit = reactive_store_get_path (unit->store);
  g_autofree char *path = NULL, *absolute = NULL;

  if (externals != NULL)
    return externals;

  path
      = of_unit != NULL ? g_strdup (of_unit) : g_build_filename (reactive_get_charm_dir (unit), ".unit-state.db", NULL);
  absolute = g_canonicalize_filename (path, /* relative_to= */ NULL);

  externals = unit->externals = g_new0 (ReactiveExternals, 1);
  externals->state = reactive_shared_state_new (unit->store, unit->dispatch, absolute);
  externals->environment = make_environment (unit, reactive_shared_state_get_path (externals->state));
  externals->answers = g_hash_table_new_full (NULL, NULL, NULL, free_answer);

  return externals;
}

void
reactive_unit_free_externals (ReactiveUnit *unit)
{
  ReactiveExternals *externals = g_steal_pointer (&unit->externals);

  if (externals == NULL)
    return;

  reactive_shared_state_free (externals->state);
  g_strfreev (externals->environment);
  g_hash_table_unref (externals->answers);
  g_free (externals);
}

static const char *
get_id (ReactiveUnit *unit, guint32 handler)
{
  return reactive_program_get_handler_id (reactive_dispatch_get_program (unit->dispatch), handler);
}

static const Answer *
get_answer (ReactiveUnit *unit, guint32 handler)
{
  return unit->externals != NULL ? g_hash_table_lookup (unit->externals->answers, GUINT_TO_POINTER (handler)) : NULL;
}

const char *
reactive_unit_get_handler_name (guint32 handler, gpointer data)
{
  const Answer *answer = get_answer (data, handler);

  return answer != NULL ? answer->name : get_id (data, handler);
}

/* As with a shell's $(…), the newlines at its end are not part of it. */
static gboolean
take_answer (ReactiveUnit *unit, guint32 handler, GBytes *output, GError **error)
{
  gsize length;
  const char *bytes = g_bytes_get_data (output, &length);
  g_autofree char *shown = NULL;
  Answer *answer;

  if (length > 0 && memchr (bytes, '\0', length) != NULL)
    return reactive_fail (error, REACTIVE_ERROR_BAD_DATA, "it prints a NUL, which no argument of --invoke can hold");
  while (length > 0 && bytes[length - 1] == '\n')
    length--;

  answer = g_new (Answer, 1);
  answer->output = g_strndup (length > 0 ? bytes : "", length);
  shown = g_utf8_make_valid (answer->output, -1);
  answer->name = g_strdup_printf ("%s \"%s\"", get_id (unit, handler), shown);
  g_hash_table_insert (unit->externals->answers, GUINT_TO_POINTER (handler), answer);

  return TRUE;
}

/* One run of the program, from the state as it is to what it made of it. */
static gboolean
run_program (ReactiveUnit *unit, guint32 handler, const char *mode, const char *argument,
             ReactiveProcessResult *out_result, GError **error)
{
  const ReactiveHandlerInfo *info
      = reactive_program_get_handler_data (reactive_dispatch_get_program (unit->dispatch), handler);
  ReactiveExternals *externals = get_externals (unit);
  g_autofree char *path = g_build_filename (reactive_get_charm_dir (unit), info->external, NULL);
  g_autofree char *program = g_canonicalize_filename (path, /* relative_to= */ NULL);
  const char *const argv[] = { program, mode, argument, NULL };
  const ReactiveProcess process = {
    .argv = argv,
    .environment = (const char *const *) externals->environment,
    .directory = reactive_get_charm_dir (unit),
    .max_output_bytes = MAX_TEST_BYTES,
    .keeps_output = argument != NULL,
    .keeps_errors = TRUE,
  };

  if (reactive_shared_state_give (externals->state, error))
    return reactive_process_run (&process, out_result, error);

  g_prefix_error (error, "its copy of the state: ");
  return FALSE;
}

static gboolean
take_state (ReactiveUnit *unit, GError **error)
{
  if (reactive_shared_state_take (unit->externals->state, error))
    return TRUE;

  g_prefix_error (error, "its copy of the state: ");
  return FALSE;
}

static gboolean
test (ReactiveUnit *unit, guint32 handler, gboolean *out_wants, GError **error)
{
  g_auto (ReactiveProcessResult) result = { 0 };

  if (!run_program (unit, handler, "--test", /* argument= */ NULL, &result, error)
      || !take_answer (unit, handler, result.output, error) || !take_state (unit, error))
    return FALSE;

  if (result.signal != 0)
    reactive_log_printf (unit, REACTIVE_LOG_WARNING, "%s --test was killed by signal %d (%s)", get_id (unit, handler),
                         result.signal, strsignal (result.signal));
  *out_wants = result.exit_status == 0;

  return TRUE;
}

gboolean
reactive_unit_external_wants_to_run (gpointer host, guint32 handler)
{
  ReactiveUnit *unit = host;
  GError *error = NULL;
  gboolean wants = FALSE;

  if (unit->error != NULL)
    return FALSE;

  /* What it writes to the log comes after what was written before it. */
  unit->juju->klass->log_flush (unit->juju, NULL);
  if (!test (unit, handler, &wants, &error))
    {
      g_prefix_error (&error, "handler '%s': its --test: ", get_id (unit, handler));
      reactive_unit_fail (unit, error);
    }

  return wants;
}

gboolean
reactive_unit_invoke_external (ReactiveUnit *unit, guint32 handler, GError **error)
{
  const Answer *answer = get_answer (unit, handler);
  g_auto (ReactiveProcessResult) result = { 0 };

  g_assert (answer != NULL);

  if (!run_program (unit, handler, "--invoke", answer->output, &result, error))
    return FALSE;
  if (result.signal != 0)
    return reactive_fail (error, REACTIVE_ERROR_HANDLER, "it was killed by signal %d (%s)", result.signal,
                          strsignal (result.signal));
  if (result.exit_status != 0)
    return reactive_fail (error, REACTIVE_ERROR_HANDLER, "it ended with exit code %d", result.exit_status);

  return take_state (unit, error);
}

void
reactive_unit_save_externals (ReactiveUnit *unit)
{
  if (unit->externals != NULL)
    reactive_shared_state_save_values (unit->externals->state);
}
