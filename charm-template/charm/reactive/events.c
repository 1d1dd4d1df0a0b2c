/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* What the charm does, whatever it is related to. When, is in the table at the end: begin to read there. */

/* What endpoints write down is in files ENDPOINT.txt. */
#define GREETING_FILE "greeting.conf"

static gboolean
has_greeting (ReactiveUnit *unit)
{
  const char *greeting = reactive_config_get_string (unit, "greeting");

  return greeting != NULL && *greeting != '\0';
}

/* A real charm installs here what it is there for. */
static gboolean
install (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance (unit, "installing");
  reactive_set_application_version (unit, "0.1");

  return TRUE;
}

/* A real charm writes here what its service reads, and has it read that with reactive_service_reload (). */
static gboolean
configure (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = NULL;
  gboolean has_changed;

  if (!has_greeting (unit))
    return TRUE;

  text = g_strconcat (reactive_config_get_string (unit, "greeting"), "\n", NULL);
  if (!reactive_write_file (unit, GREETING_FILE, text, -1, 0644, /* owner= */ NULL, &has_changed, error))
    return FALSE;
  if (has_changed)
    reactive_log (unit, REACTIVE_LOG_INFO, GREETING_FILE " has changed");

  return TRUE;
}

static gboolean
greet (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = NULL;

  if (!has_greeting (unit))
    {
      reactive_action_fail (unit, "there is no greeting: set the option greeting");
      return TRUE;
    }

  text = g_strdup_printf ("%s, %s!", reactive_config_get_string (unit, "greeting"),
                          reactive_action_get_string (unit, "whom"));
  reactive_action_set (unit, "greeting", text);

  return TRUE;
}

/* Events say what happens, not what is: the status is found out at the end of each hook. */
static gboolean
report (ReactiveUnit *unit, GError **error)
{
  if (has_greeting (unit))
    reactive_status_active (unit, reactive_config_get_string (unit, "greeting"));
  else
    reactive_status_blocked (unit, "set the option greeting");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (install, ON ("install", "upgrade-charm")),
  HANDLER (configure, ON ("config-changed", "upgrade-charm")),
  ACTION ("greet", greet),
};

REACTIVE_MODULE (HANDLERS (handlers), .finish = report);
