/* SPDX-License-Identifier: Apache-2.0 */
#include "do.h"

static gboolean
render (ReactiveUnit *unit, GError **error)
{
  gboolean changed = FALSE;

  if (!reactive_write_file (unit, "web.conf", reactive_config_get_string (unit, "content"), -1, 0640, /* owner= */ NULL,
                            &changed, error))
    return FALSE;

  reactive_log (unit, REACTIVE_LOG_INFO, changed ? "written" : "as it was");

  return !changed || reactive_service_restart (unit, "web", error);
}

static gboolean
render_for_nobody_known (ReactiveUnit *unit, GError **error)
{
  return reactive_write_file (unit, "other.conf", "x", -1, 0644, "no-such-user", /* out_changed= */ NULL, error);
}

static gboolean
render_nowhere (ReactiveUnit *unit, GError **error)
{
  return reactive_write_file (unit, "no/such/directory/web.conf", "x", -1, 0644, /* owner= */ NULL,
                              /* out_changed= */ NULL, error);
}

static gboolean
run_command (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "printf", "%s|", "a b", "$HOME", "*", NULL };
  g_autofree char *output = reactive_run (unit, argv, 10000, error);

  if (output == NULL)
    return FALSE;

  reactive_log_printf (unit, REACTIVE_LOG_INFO, "output: %s", output);

  return TRUE;
}

static gboolean
run_filter (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "sh", "-c", "cat; pwd >&2; exit 7", NULL };
  g_autofree char *output = NULL, *errors = NULL;
  int status;

  if (!reactive_run_full (unit, argv, "input", 10000, &status, &output, &errors, error))
    return FALSE;

  reactive_log_printf (unit, REACTIVE_LOG_INFO, "exit %d, output: %s, errors: %s", status, output, errors);

  return TRUE;
}

static gboolean
run_failing (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "sh", "-c", "echo it is broken >&2; exit 3", NULL };
  g_autofree char *output = reactive_run (unit, argv, 10000, error);

  return output != NULL;
}

static gboolean
run_forever (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "sleep", "1000", NULL };
  g_autofree char *output = reactive_run (unit, argv, 100, error);

  return output != NULL;
}

static gboolean
run_nothing (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "no-such-program", NULL };
  g_autofree char *output = reactive_run (unit, argv, 100, error);

  return output != NULL;
}

static gboolean
reload_service (ReactiveUnit *unit, GError **error)
{
  return reactive_service_reload (unit, "--web", error);
}

static const ReactiveHandler handlers[] = {
  HANDLER (render, ON ("config-changed")),
  DO (render_for_nobody_known),
  DO (render_nowhere),
  DO (run_command),
  DO (run_filter),
  DO (run_failing),
  DO (run_forever),
  DO (run_nothing),
  DO (reload_service),
};

REACTIVE_MODULE (HANDLERS (handlers));
