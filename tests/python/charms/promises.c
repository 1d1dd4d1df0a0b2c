/* SPDX-License-Identifier: Apache-2.0 */
#include <locale.h>
#include <string.h>

#include "do.h"

/* The second error is the one that nobody sees, and nothing after the first has an effect. */
static gboolean
fail_twice (ReactiveUnit *unit, GError **error)
{
  reactive_set_flag (unit, "");
  reactive_open_port (unit, "no port");
  reactive_set_flag (unit, "after.the.error");
  reactive_status_maintenance (unit, "after the error");
  reactive_set_application_version (unit, "after the error");

  if (reactive_is_flag_set (unit, "do.fail_twice") || reactive_config_get (unit, "text") != NULL
      || reactive_get_status (unit) != NULL || reactive_is_leader (unit))
    reactive_log (unit, REACTIVE_LOG_INFO, "a query was answered");

  g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_FAILED, "what follows from it");

  return FALSE;
}

/* What can fail says why it did not even try. */
static gboolean
check_after_error (ReactiveUnit *unit, GError **error)
{
  const char *const argv[] = { "touch", "ran-after-the-error", NULL };
  g_autoptr (GError) run_error = NULL, write_error = NULL, tool_error = NULL;
  const char *const tool_argv[] = { "application-version-set", "2", NULL };

  reactive_set_flag (unit, "");
  g_free (reactive_run (unit, argv, 1000, &run_error));
  reactive_write_file (unit, "written-after-the-error", "", 0, 0644, NULL, NULL, &write_error);
  g_free (reactive_call_tool (unit, tool_argv, NULL, &tool_error));
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "run: %s", run_error->message);
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "write: %s", write_error->message);
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "tool: %s", tool_error->message);

  return TRUE;
}

/* Kept by the handler below until the hook ends. */
typedef struct
{
  const char *text;
  const char *key_value;
  const char *unit_name;
  const char *const *flags;
} Borrowed;

static gboolean
borrow (ReactiveUnit *unit, GError **error)
{
  Borrowed *borrowed = g_new (Borrowed, 1);

  reactive_kv_set_string (unit, "promises.key", "first");
  borrowed->text = reactive_config_get_string (unit, "text");
  borrowed->key_value = reactive_kv_get_string (unit, "promises.key");
  borrowed->unit_name = reactive_get_unit_name (unit);
  borrowed->flags = reactive_get_flags (unit);
  reactive_unit_set_data (unit, "promises", borrowed, g_free);

  reactive_kv_set_string (unit, "promises.key", "second");
  reactive_kv_unset (unit, "promises.key");
  reactive_clear_flag (unit, "do.borrow");
  reactive_set_flag (unit, "do.give_back");

  return TRUE;
}

static gboolean
give_back (ReactiveUnit *unit, GError **error)
{
  const Borrowed *borrowed = reactive_unit_get_data (unit, "promises");

  reactive_log_printf (unit, REACTIVE_LOG_INFO, "%s, %s, %s, %s", borrowed->text, borrowed->key_value,
                       borrowed->unit_name, borrowed->flags[0]);
  reactive_clear_flag (unit, "do.give_back");

  return TRUE;
}

/* To one with a comma for the decimal point. */
static gboolean
change_locale (ReactiveUnit *unit, GError **error)
{
  g_autoptr (ReactiveJson) number = reactive_json_new_float (0.5);

  if (setlocale (LC_ALL, "de_DE.UTF-8") == NULL)
    {
      g_set_error (error, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND, "there is no such locale");
      return FALSE;
    }

  reactive_log_printf (unit, REACTIVE_LOG_INFO, "here: %.1f", 0.5);
  reactive_kv_set (unit, "promises.number", number);
  if (reactive_json_get_double (reactive_config_get (unit, "ratio")) != 2.5)
    reactive_log (unit, REACTIVE_LOG_INFO, "misread");

  return TRUE;
}

static gboolean
say_percent (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, "log: 100%s %n");
  reactive_log_printf (unit, REACTIVE_LOG_INFO, "printf: %d%% %s", 100, "%s");
  reactive_status_maintenance (unit, "100%s %n");
  reactive_status_active (unit, "status: 100%s %n --help");
  reactive_set_application_version (unit, "--1%s");

  return TRUE;
}

static gboolean
say_percent_formatted (ReactiveUnit *unit, GError **error)
{
  reactive_status_active_printf (unit, "%d%% %s", 100, "%s");

  return TRUE;
}

/* clang-format off */
static const ReactiveHandler handlers[] = {
  DO (fail_twice),
  DO (check_after_error),
  DO (borrow),
  DO (give_back),
  DO (change_locale),
  DO (say_percent),
  DO (say_percent_formatted),
};
/* clang-format on */

REACTIVE_MODULE (HANDLERS (handlers));
