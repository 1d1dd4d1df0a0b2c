/* SPDX-License-Identifier: Apache-2.0 */
#include <grp.h>
#include <pwd.h>
#include <reactive/host.h>
#include <reactive/log.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/process.h"
#include "unit/unit-private.h"

#define MAX_OUTPUT_BYTES (16u * 1024 * 1024)
#define MAX_ERROR_BYTES 2000
#define SERVICE_TIMEOUT_MS (5 * 60 * 1000)

/* "USER" or "USER:GROUP"; -1 for what is not given. */
static gboolean
resolve_owner (const char *owner, int *out_user, int *out_group, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (owner, ":", 2);
  const struct passwd *user = getpwnam (parts[0]);
  const struct group *group = user != NULL && parts[1] != NULL ? getgrnam (parts[1]) : NULL;

  if (user == NULL || (parts[1] != NULL && group == NULL))
    return reactive_fail (error, REACTIVE_ERROR_NOT_FOUND, "there is no %s '%s'", user == NULL ? "user" : "group",
                          user == NULL ? parts[0] : parts[1]);

  *out_user = user->pw_uid;
  *out_group = group != NULL ? group->gr_gid : user->pw_gid;

  return TRUE;
}

/* Whether the file is already as it should be. */
static gboolean
is_as_wanted (const char *path, const char *contents, gsize length, guint mode, int user, int group)
{
  struct stat status;
  g_autofree char *current = NULL;
  gsize current_length;

  if (lstat (path, &status) != 0 || !S_ISREG (status.st_mode) || (gsize) status.st_size != length
      || (status.st_mode & 07777) != mode || (user != -1 && status.st_uid != (uid_t) user)
      || (group != -1 && status.st_gid != (gid_t) group))
    return FALSE;

  current = reactive_file_read (path, length, &current_length, NULL);

  return current != NULL && current_length == length && memcmp (current, contents, length) == 0;
}

/**
 * reactive_write_file:
 * @unit: the unit
 * @path: where; as of reactive_get_path(); its directory must exist
 * @contents: what
 * @length_bytes: its length, or -1 if it ends with NUL
 * @mode: its permissions, as 0644
 * @owner: (nullable): `USER` or `USER:GROUP`; %NULL leaves it to the system
 * @out_changed: (out) (optional): whether anything was written
 * @error: return location for a #GError
 *
 * Brings a file into a state, if it is not in it: contents, permissions and owner. The file is replaced as a whole, so
 * that readers see the old one or the new one; on failure the old one stays. A symbolic link gives way to a file. What
 * it did stays even if the hook fails. On a simulated unit the owner is not changed.
 *
 * Returns: %TRUE, or %FALSE with %REACTIVE_ERROR_NOT_FOUND (no such user, group or directory) or %REACTIVE_ERROR_FAILED
 */
gboolean
reactive_write_file (ReactiveUnit *unit, const char *path, const char *contents, gssize length_bytes, guint mode,
                     const char *owner, gboolean *out_changed, GError **error)
{
  g_autofree char *real_path = NULL;
  gsize length;
  int user = -1, group = -1;
  gboolean changed;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (path != NULL, FALSE);
  g_return_val_if_fail (contents != NULL, FALSE);

  if (!reactive_unit_check (unit, error)
      || (owner != NULL && !reactive_unit_is_simulated (unit) && !resolve_owner (owner, &user, &group, error)))
    return FALSE;

  length = length_bytes < 0 ? strlen (contents) : (gsize) length_bytes;
  real_path = reactive_get_path (unit, path);
  changed = !is_as_wanted (real_path, contents, length, mode, user, group);
  if (changed && !reactive_file_write (real_path, contents, length, mode, user, group, error))
    return FALSE;

  if (out_changed != NULL)
    *out_changed = changed;

  return TRUE;
}

/**
 * reactive_run_full:
 * @unit: the unit
 * @argv: (array zero-terminated=1): a program, looked up on PATH, and its arguments; no shell is involved
 * @input: (nullable): what it reads from its standard input
 * @timeout_ms: how long it may take; 0 for as long as it likes
 * @out_exit_status: (out): its exit code, or 128 and the number of the signal that killed it
 * @out_output: (out) (transfer full) (optional): what it printed
 * @out_errors: (out) (transfer full) (optional): what it printed as errors
 * @error: return location for a #GError
 *
 * Runs a program in the charm directory and waits for it. Output is captured up to 16 MiB and made valid UTF-8. One
 * that takes too long is killed with everything it started.
 *
 * Returns: %TRUE if it ran to its end, whatever its exit code; or %FALSE with %REACTIVE_ERROR_NOT_FOUND (no such
 * program), %REACTIVE_ERROR_TIMEOUT, %REACTIVE_ERROR_BAD_DATA (too much output) or %REACTIVE_ERROR_FAILED
 */
gboolean
reactive_run_full (ReactiveUnit *unit, const char *const *argv, const char *input, guint timeout_ms,
                   int *out_exit_status, char **out_output, char **out_errors, GError **error)
{
  g_autoptr (GBytes) bytes = input != NULL ? g_bytes_new (input, strlen (input)) : NULL;
  g_auto (ReactiveProcessResult) result = { 0 };
  ReactiveProcess process;

  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (argv != NULL && argv[0] != NULL, FALSE);
  g_return_val_if_fail (out_exit_status != NULL, FALSE);

  process = (ReactiveProcess){
    .argv = argv,
    .directory = reactive_get_charm_dir (unit),
    .input = bytes,
    .timeout_ms = timeout_ms,
    .max_output_bytes = MAX_OUTPUT_BYTES,
  };
  if (!reactive_unit_check (unit, error) || !reactive_process_run (&process, &result, error))
    return FALSE;

  *out_exit_status = result.exit_status;
  if (out_output != NULL)
    *out_output = g_utf8_make_valid (g_bytes_get_data (result.output, NULL), g_bytes_get_size (result.output));
  if (out_errors != NULL)
    *out_errors = g_utf8_make_valid (g_bytes_get_data (result.errors, NULL), g_bytes_get_size (result.errors));

  return TRUE;
}

/**
 * reactive_run:
 * @unit: the unit
 * @argv: (array zero-terminated=1): a program, looked up on PATH, and its arguments; no shell is involved
 * @timeout_ms: how long it may take; 0 for as long as it likes
 * @error: return location for a #GError
 *
 * reactive_run_full() for the usual case, where an exit code that is not 0 is an error.
 *
 * Returns: (transfer full) (nullable): what it printed, free with g_free(); or %NULL with %REACTIVE_ERROR_FAILED (its
 * exit code; the message has the end of what it printed as errors) or an error of reactive_run_full()
 */
char *
reactive_run (ReactiveUnit *unit, const char *const *argv, guint timeout_ms, GError **error)
{
  g_autofree char *output = NULL, *errors = NULL;
  const char *end_of_errors;
  int status;

  if (!reactive_run_full (unit, argv, /* input= */ NULL, timeout_ms, &status, &output, &errors, error))
    return NULL;
  if (status == 0)
    return g_steal_pointer (&output);

  end_of_errors = g_strchomp (errors);
  if (strlen (errors) > MAX_ERROR_BYTES)
    end_of_errors = g_utf8_find_next_char (errors + strlen (errors) - MAX_ERROR_BYTES - 1, NULL);
  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "'%s' ended with exit code %d%s%s", argv[0], status,
               *end_of_errors != '\0' ? ": " : "", end_of_errors);

  return NULL;
}

static gboolean
run_systemctl (ReactiveUnit *unit, const char *verb, const char *service, GError **error)
{
  const char *const argv[] = { "systemctl", verb, "--", service, NULL };
  g_autofree char *output = NULL;

  if (!reactive_unit_check (unit, error))
    return FALSE;
  if (reactive_unit_is_simulated (unit))
    {
      reactive_log_printf (unit, REACTIVE_LOG_INFO, "simulated: systemctl %s %s", verb, service);
      return TRUE;
    }

  output = reactive_run (unit, argv, SERVICE_TIMEOUT_MS, error);

  return output != NULL;
}

/**
 * reactive_service_restart:
 * @unit: the unit
 * @service: a systemd service
 * @error: return location for a #GError
 *
 * Restarts a service, or starts it. On a simulated unit it is only logged.
 *
 * Returns: %TRUE, or %FALSE with an error of reactive_run()
 */
gboolean
reactive_service_restart (ReactiveUnit *unit, const char *service, GError **error)
{
  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (service != NULL, FALSE);

  return run_systemctl (unit, "restart", service, error);
}

/**
 * reactive_service_reload:
 * @unit: the unit
 * @service: a systemd service
 * @error: return location for a #GError
 *
 * Has a service read its configuration again, or starts it if it does not run. On a simulated unit it is only logged.
 *
 * Returns: %TRUE, or %FALSE with an error of reactive_run()
 */
gboolean
reactive_service_reload (ReactiveUnit *unit, const char *service, GError **error)
{
  g_return_val_if_fail (unit != NULL, FALSE);
  g_return_val_if_fail (service != NULL, FALSE);

  return run_systemctl (unit, "reload-or-restart", service, error);
}
