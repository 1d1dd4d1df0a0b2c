/* SPDX-License-Identifier: Apache-2.0 */
#include <reactive.h>
#include <stdlib.h>
#include <unistd.h>

/* Neither NULL nor known to the compiler: the processor shall be the first to notice. */
static void
crash (void)
{
  volatile gsize address = 16;

  *(volatile int *) address = 0;
}

/* The option "crash-in" names the hook, and may say how: "start", "start by exit". */
static gboolean
is_to_end (ReactiveUnit *unit, const char *how)
{
  g_autofree char *wanted = g_strconcat (reactive_get_hook_name (unit), how, NULL);

  return g_strcmp0 (reactive_config_get_string (unit, "crash-in"), wanted) == 0;
}

/* Notes each hook in a flag of its own. */
static gboolean
note (ReactiveUnit *unit, GError **error)
{
  g_autofree char *flag = g_strconcat ("saw.", reactive_get_hook_name (unit), NULL);

  reactive_set_flag (unit, flag);
  if (is_to_end (unit, ""))
    crash ();
  if (is_to_end (unit, " by exit"))
    exit (0);
  while (is_to_end (unit, " by waiting"))
    pause ();

  return TRUE;
}

/* Here Juju answers no question. */
static gboolean
note_restricted (ReactiveUnit *unit, GError **error)
{
  g_autofree char *flag = g_strconcat ("saw.", reactive_get_hook_name (unit), NULL);

  reactive_set_flag (unit, flag);

  return TRUE;
}

static gboolean
act (ReactiveUnit *unit, GError **error)
{
  reactive_action_set (unit, "said", reactive_action_get_string (unit, "say"));
  reactive_set_flag (unit, "acted");

  return TRUE;
}

static const ReactiveHandler handlers[] = {
  HANDLER (note,
           ON ("{install,start,config-changed,upgrade-charm,stop,remove,leader-elected,leader-settings-changed}",
               "{update-status,pre-series-upgrade,post-series-upgrade,secret-changed}",
               "{secret-rotate,secret-expired,secret-remove}",
               "{db,far,cluster}-relation-{created,joined,changed,departed,broken}",
               "data-storage-{attached,detaching}", "web-pebble-{ready,custom-notice,check-failed,check-recovered}")),
  HANDLER (note_restricted, ON_RESTRICTED ("collect-metrics", "meter-status-changed")),
  ACTION ("act", act),
};

REACTIVE_MODULE (HANDLERS (handlers));
