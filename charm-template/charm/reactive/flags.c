/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>

/* What the charm does, whatever it is related to. When, is in the tables at the end: begin to read there. */

#define CHARM "@charm@"
/* What endpoints write down is in files ENDPOINT.txt. */
#define GREETING_FILE "greeting.conf"

/* A real charm installs here what it is there for. */
static gboolean
install (ReactiveUnit *unit, GError **error)
{
  reactive_status_maintenance (unit, "installing");
  reactive_set_application_version (unit, "0.1");
  reactive_set_flag (unit, CHARM ".installed");

  return TRUE;
}

/* What is installed may have to be renewed, and what was written may have to be written in another way. */
static gboolean
upgrade (ReactiveUnit *unit, GError **error)
{
  reactive_clear_flag (unit, CHARM ".installed");
  reactive_clear_flag (unit, CHARM ".configured");

  return TRUE;
}

/* A real charm writes here what its service reads. */
static gboolean
configure (ReactiveUnit *unit, GError **error)
{
  g_autofree char *text = g_strconcat (reactive_config_get_string (unit, "greeting"), "\n", NULL);

  if (!reactive_write_file (unit, GREETING_FILE, text, -1, 0644, /* owner= */ NULL, /* out_changed= */ NULL, error))
    return FALSE;

  reactive_set_flag (unit, CHARM ".configured");

  return TRUE;
}

/* A real charm has its service read the file again here, with reactive_service_reload (). */
static gboolean
reload (ReactiveUnit *unit, GError **error)
{
  reactive_log (unit, REACTIVE_LOG_INFO, GREETING_FILE " has changed");

  return TRUE;
}

static gboolean
report_greeting (ReactiveUnit *unit, GError **error)
{
  reactive_status_active (unit, reactive_config_get_string (unit, "greeting"));

  return TRUE;
}

static gboolean
report_missing (ReactiveUnit *unit, GError **error)
{
  reactive_status_blocked (unit, "set the option greeting");

  return TRUE;
}

static gboolean
greet (ReactiveUnit *unit, GError **error)
{
  const char *greeting = reactive_config_get_string (unit, "greeting");
  g_autofree char *text = NULL;

  if (greeting == NULL || *greeting == '\0')
    {
      reactive_action_fail (unit, "there is no greeting: set the option greeting");
      return TRUE;
    }

  text = g_strdup_printf ("%s, %s!", greeting, reactive_action_get_string (unit, "whom"));
  reactive_action_set (unit, "greeting", text);

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (upgrade, ON ("upgrade-charm")),
  HANDLER (install, WHEN_NOT (CHARM ".installed")),
  HANDLER (configure, WHEN (CHARM ".installed", "config.set.greeting"), WHEN_NOT (CHARM ".configured")),
  HANDLER (reload, WHEN (CHARM ".configured"), WHEN_FILE_CHANGED (GREETING_FILE)),
  HANDLER (report_greeting, WHEN (CHARM ".configured", "config.set.greeting")),
  HANDLER (report_missing, WHEN_NOT ("config.set.greeting")),
  ACTION ("greet", greet),
};

static const ReactiveTrigger triggers[] = {
  { .when = "config.changed.greeting", .clear = CHARM ".configured" },
};

REACTIVE_MODULE (HANDLERS (handlers), TRIGGERS (triggers));
